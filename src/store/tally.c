/* How many records of each kind are in use, kept with every change.
 *
 * Counting a million rows takes a second from a cold disk; the counts that
 * `homeward status` shows are therefore kept in a table of their own, a few dozen
 * rows that each commit brings up to date. They are no part of the evidence:
 * verification counts again and tells where they differ. */
#include <string.h>

#include "base/check.h"
#include "store/store_int.h"

/* The field whose words count, or -1. */
static int field_of(const hw_kind *kind) {
  if (kind->id == HW_KIND_PERSON) return HW_FIELD_PERSON_ROLE;
  for (int f = 0; f < kind->n_fields; f++)
    if (kind->fields[f].flags & HW_FIELD_STATE) return f;
  return -1;
}

static const char *words_of(const hw_kind *kind) {
  int field = field_of(kind);
  if (field >= 0) return kind->fields[field].choices;
  return kind->id == HW_KIND_PROFILE || kind->id == HW_KIND_SAMPLE ? "reference|remains" : "all";
}

int hwp_tally_words(hw_kind_id kind, hw_tally out[HW_TALLY_MAX]) {
  int n = 0;
  for (const char *at = words_of(hw_kind_get(kind)); *at != '\0' && n < HW_TALLY_MAX; n++) {
    size_t length = strcspn(at, "|");
    out[n] = (hw_tally){.word = at, .n_word = (int)length};
    at += length + (at[length] == '|');
  }
  return n;
}

static int place_of(const hw_tally *words, int n, const char *word) {
  for (int i = 0; i < n; i++)
    if (strlen(word) == (size_t)words[i].n_word && memcmp(word, words[i].word, strlen(word)) == 0)
      return i;
  return -1;
}

int hwp_tally_place(const hw_record *record) {
  hw_tally words[HW_TALLY_MAX];
  int field = field_of(record->kind);
  if (record->withdrawn != NULL) return -1;
  if (record->kind->id == HW_KIND_PROFILE)
    return hw_record_is_null(record, HW_FIELD_PROFILE_PERSON) ? 1 : 0;
  if (record->kind->id == HW_KIND_SAMPLE)
    return hw_record_is_null(record, HW_FIELD_SAMPLE_PERSON) ? 1 : 0;
  if (field < 0) return 0;
  int n = hwp_tally_words(record->kind->id, words);
  const hw_value *value = &record->values[field];
  if (value->type != HW_DB_TEXT) return -1;
  for (int i = 0; i < n; i++)
    if (value->n == (size_t)words[i].n_word && memcmp(value->text, words[i].word, value->n) == 0)
      return i;
  return -1;
}

void hwp_tally_step(hw_store *self, const hw_record *record, int step) {
  int place = hwp_tally_place(record);
  if (place >= 0) self->parts[record->kind->id].tally[place] += step;
  if (place < 0) return;
  if (record->kind->id == HW_KIND_SNP_PROFILE &&
      !hw_record_is_null(record, HW_FIELD_SNP_PROFILE_PERSON))
    self->moved.n_snp += step;
  if (record->kind->id == HW_KIND_HAPLOTYPE &&
      !hw_record_is_null(record, HW_FIELD_HAPLOTYPE_PERSON))
    self->moved.n_lines += step;
}

static hw_status write_word(hw_store *self, const char *kind, const char *word, size_t n,
                            int64_t more, hw_err *err) {
  hw_query *query = NULL;
  HW_TRY(hw_db_query(self->db,
                     "INSERT INTO tally (id,kind,word,n) SELECT coalesce(max(id),0)+1,$1,$2,$3 "
                     "FROM tally WHERE true ON CONFLICT (kind,word) DO UPDATE SET "
                     "n=tally.n+excluded.n",
                     &query, err));
  hw_query_bind_text(query, 1, kind);
  hw_query_bind_text_n(query, 2, word, n);
  hw_query_bind_int(query, 3, more);
  hw_status status = hw_query_run(query, err);
  hw_query_done(query);
  return status;
}

static bool is_touched(const hw_store *self, hw_kind_id kind) {
  return self->parts[kind].n_added > 0 || self->parts[kind].n_replaced > 0;
}

/* An older version may have counted otherwise. */
static bool has_summary_changed(const hw_store *self) {
  static const hw_kind_id kinds[] = {HW_KIND_FAMILY_MEMBER, HW_KIND_PROFILE, HW_KIND_SAMPLE,
                                     HW_KIND_SNP_PROFILE, HW_KIND_HAPLOTYPE};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (is_touched(self, kinds[i])) return true;
  return self->is_upgrading;
}

/* Counts over several kinds: moved, or anew after a change that touched much. */
static hw_status write_summary(hw_store *self, hw_err *err) {
  int64_t more[HWP_SUMMARY_N], kept[HWP_SUMMARY_N];
  bool is_known = false;
  HW_TRY(hwp_summary_move(self, more, &is_known, err));
  if (!is_known) {
    HW_TRY(hwp_summary_count(self, more, err));
    HW_TRY(hwp_summary_read(self, kept, err));
    for (int i = 0; i < HWP_SUMMARY_N; i++) more[i] -= kept[i];
  }
  for (int i = 0; i < HWP_SUMMARY_N; i++)
    if (more[i] != 0)
      HW_TRY(write_word(self, "summary", hwp_summary_words[i], strlen(hwp_summary_words[i]),
                        more[i], err));
  return HW_OK;
}

hw_status hwp_tally_write(hw_store *self, hw_err *err) {
  hw_tally words[HW_TALLY_MAX];
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    int n = hwp_tally_words((hw_kind_id)k, words);
    for (int i = 0; i < n; i++)
      if (self->parts[k].tally[i] != 0)
        HW_TRY(write_word(self, hw_kind_get((hw_kind_id)k)->name, words[i].word,
                          (size_t)words[i].n_word, self->parts[k].tally[i], err));
  }
  return has_summary_changed(self) ? write_summary(self, err) : HW_OK;
}

hw_status hw_store_tally(hw_store *self, hw_kind_id kind, hw_tally out[HW_TALLY_MAX], int *n,
                         hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  *n = hwp_tally_words(kind, out);
  HW_TRY(hw_db_query(self->db, "SELECT word,n FROM tally WHERE kind=$1", &query, err));
  hw_query_bind_text(query, 1, hw_kind_get(kind)->name);
  hw_status status;
  while ((status = hw_query_step(query, &has_row, err)) == HW_OK && has_row) {
    int place = place_of(out, *n, hwp_query_text(query, 0));
    if (place >= 0) out[place].count += hw_query_int(query, 1);
  }
  hw_query_done(query);
  return status;
}

hw_status hw_store_tally_of(hw_store *self, hw_kind_id kind, int field, int64_t value, int64_t most,
                            hw_tally out[HW_TALLY_MAX], int *n, bool *is_cut, hw_err *err) {
  const hw_value key = hw_value_int(value);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_status status;
  *n = hwp_tally_words(kind, out);
  *is_cut = false;
  HW_TRY(hw_store_scan(self, kind, field, &key, &scan, err));
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    const int place = hwp_tally_place(row);
    *is_cut = most-- <= 0;
    if (*is_cut) break;
    if (place >= 0) out[place].count++;
  }
  hw_scan_done(scan);
  return status;
}
