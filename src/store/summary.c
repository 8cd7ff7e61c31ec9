/* Counts of what stands in a case database.
 *
 * Plain counts are kept (tally.c). What takes a look at two kinds is one
 * statement each over indexes and small tables; a change that touches those kinds
 * counts again when it commits, so that whoever asks reads three numbers. */
#include "store/summary.h"

#include <string.h>

#include "base/check.h"
#include "store/store_int.h"

/* Runs a statement that gives integers, and stores them in turn. */
static hw_status read_ints(hw_store *self, const char *sql, int n, int64_t *const *out,
                           hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  HW_TRY(hw_db_query(self->db, sql, &query, err));
  hw_status status = hw_query_step(query, &has_row, err);
  for (int i = 0; i < n; i++) *out[i] = status == HW_OK && has_row ? hw_query_int(query, i) : 0;
  hw_query_done(query);
  return status;
}

static hw_status read_one(hw_store *self, const char *sql, int64_t *out, hw_err *err) {
  return read_ints(self, sql, 1, (int64_t *const[]){out}, err);
}

/* The count of one word. */
static hw_status read_word(hw_store *self, hw_kind_id kind, const char *word, int64_t *out,
                           hw_err *err) {
  hw_tally words[HW_TALLY_MAX];
  int n = 0;
  *out = 0;
  HW_TRY(hw_store_tally(self, kind, words, &n, err));
  for (int i = 0; i < n; i++)
    if (word == NULL ||
        (strlen(word) == (size_t)words[i].n_word && memcmp(word, words[i].word, strlen(word)) == 0))
      *out += words[i].count;
  return HW_OK;
}

const char *const hwp_summary_words[HWP_SUMMARY_N] = {"parents", "remains-typed", "untyped"};

/* Remains in use from which something was made: what was made of them counts instead. */
static const char PARENTS[] =
    "SELECT count(*) FROM (SELECT DISTINCT parent AS id FROM sample WHERE parent IS NOT NULL) AS c "
    "JOIN sample s ON s.id=c.id WHERE s.row_withdrawn IS NULL AND s.person IS NULL";

static const char REMAINS_TYPED[] =
    "SELECT count(*) FROM (SELECT DISTINCT sample AS id FROM profile WHERE sample IS NOT NULL AND "
    "id NOT IN (SELECT id FROM profile WHERE row_withdrawn IS NOT NULL)) AS t JOIN sample s ON "
    "s.id=t.id WHERE s.row_withdrawn IS NULL AND s.person IS NULL";

/* Families that miss somebody, then one typed member of each. Withdrawn records are looked up in
 * their own small indexes, so that no large table is read. */
static const char UNTYPED[] =
    "SELECT count(*) FROM (SELECT DISTINCT family FROM family_member WHERE is_missing=1 AND id NOT "
    "IN (SELECT id FROM family_member WHERE row_withdrawn IS NOT NULL)) AS w WHERE NOT EXISTS "
    "(SELECT 1 FROM family_member r WHERE r.family=w.family AND EXISTS (SELECT 1 FROM profile p "
    "WHERE p.person=r.person AND p.id NOT IN (SELECT id FROM profile WHERE row_withdrawn IS NOT "
    "NULL)))";

static const char LAST_RUN[] =
    "SELECT id,row_entry FROM run WHERE row_withdrawn IS NULL ORDER BY id DESC LIMIT 1";
static const char LAST_IMPORT[] =
    "SELECT id,row_entry FROM \"import\" WHERE row_withdrawn IS NULL ORDER BY id DESC LIMIT 1";
static const char LAST_BACKUP[] =
    "SELECT coalesce(max(id),0) FROM audit_entry WHERE action='backup'";

static const char WEAK[] =
    "SELECT coalesce(sum(CASE WHEN left_out IS NULL AND expected_log10_lr<needed_log10_lr THEN 1 "
    "ELSE 0 END),0),coalesce(sum(CASE WHEN left_out IS NOT NULL THEN 1 ELSE 0 END),0) FROM power "
    "WHERE run=(SELECT max(id) FROM run WHERE row_withdrawn IS NULL)";

hw_status hwp_summary_count(hw_store *self, int64_t out[HWP_SUMMARY_N], hw_err *err) {
  static const char *const queries[HWP_SUMMARY_N] = {PARENTS, REMAINS_TYPED, UNTYPED};
  for (int i = 0; i < HWP_SUMMARY_N; i++) HW_TRY(read_one(self, queries[i], &out[i], err));
  return HW_OK;
}

hw_status hwp_summary_read(hw_store *self, int64_t out[HWP_SUMMARY_N], hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  memset(out, 0, HWP_SUMMARY_N * sizeof *out);
  HW_TRY(hw_db_query(self->db, "SELECT word,n FROM tally WHERE kind='summary'", &query, err));
  hw_status status;
  while ((status = hw_query_step(query, &has_row, err)) == HW_OK && has_row)
    for (int i = 0; i < HWP_SUMMARY_N; i++)
      if (strcmp(hwp_query_text(query, 0), hwp_summary_words[i]) == 0)
        out[i] = hw_query_int(query, 1);
  hw_query_done(query);
  return status;
}

hw_status hw_store_summary(hw_store *self, hw_summary *out, hw_err *err) {
  *out = (hw_summary){0};
  int64_t kept[HWP_SUMMARY_N];
  HW_TRY(hwp_summary_read(self, kept, err));
  HW_TRY(read_word(self, HW_KIND_FAMILY, NULL, &out->n_families, err));
  HW_TRY(read_word(self, HW_KIND_SAMPLE, "remains", &out->n_remains, err));
  out->n_remains -= kept[0];
  out->n_remains_typed = kept[1];
  out->n_untyped_families = kept[2];
  HW_TRY(read_word(self, HW_KIND_PROFILE, "reference", &out->n_references, err));
  HW_TRY(read_ints(self, WEAK, 2, (int64_t *const[]){&out->n_weak, &out->n_left_out}, err));
  HW_TRY(
      read_ints(self, LAST_RUN, 2, (int64_t *const[]){&out->last_run, &out->last_run_entry}, err));
  HW_TRY(read_ints(self, LAST_IMPORT, 2,
                   (int64_t *const[]){&out->last_import, &out->last_import_entry}, err));
  return read_one(self, LAST_BACKUP, &out->last_backup_entry, err);
}
