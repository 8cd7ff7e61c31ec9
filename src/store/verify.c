/* Verification: is everything as it was written?
 *
 * From below: pages and structure (the back end), the definition of the tables,
 * each row by its own digest, then the audit chain over the rows. A row's digest
 * says which row was changed; the chain says that nothing was added, left out or
 * rewritten together with its digest.
 *
 * Parts are verified by walking three lists in the order of entries: the parts
 * of a kind, its rows as they are, and its old versions. All that an entry wrote
 * comes together, in the order of ids and, for one id, of time; of what the
 * entry added, the first version counts as added and later ones as replaced.
 *
 * Reading stops at a damaged page. What can still be read is verified: each
 * kind on its own, and after a gap from the next readable id on. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "store/store_int.h"

typedef struct verifier {
  hw_store *store;
  hw_fault_fn *report;
  void *context;
  bool (*progress)(void *, uint64_t, uint64_t); /* true = stop */
  void *progress_context;
  bool must_stop;
  uint64_t n_done, n_total; /* steps: those of the examination, then rows, twice each */
  uint64_t n_rows;
  hw_err *err;
} verifier;

static hw_status tell(verifier *self, hw_kind_id kind, int64_t id, const char *where,
                      const char *text) {
  hw_fault fault = {.kind = kind, .id = id, .where = where, .text = text};
  return self->report(self->context, &fault, self->err);
}

static hw_status tell_row(verifier *self, hw_kind_id kind, int64_t id, const char *text) {
  hw_str name = HW_STR_INIT;
  hw_store_name(self->store, kind, id, &name);
  hw_status status = tell(self, kind, id, hw_str_text(&name), text);
  hw_str_clear(&name);
  return status;
}

static hw_status tell_entry(verifier *self, int64_t seq, const char *text) {
  char where[48];
  snprintf(where, sizeof where, "audit entry %" PRId64, seq);
  return tell(self, HW_KIND_NONE, seq, where, text);
}

static hw_status check_stop(const verifier *self) {
  return self->must_stop ? hw_err_set(self->err, HW_E_INTERRUPTED, "stopped before the end")
                         : HW_OK;
}

static hw_status step(verifier *self) {
  if (self->progress != NULL && ++self->n_done % 1024 == 0)
    self->must_stop = self->progress(self->progress_context, self->n_done, self->n_total);
  return check_stop(self);
}

/* --- pages and definitions --- */

/* Steps of the back end, before the rows; how many they are only it knows. One is a page or as much
 * work, which is that of three rows. */
static void step_examination(void *context, uint64_t done, uint64_t total) {
  enum { ROWS_A_STEP = 3 };
  verifier *self = context;
  self->n_done = ROWS_A_STEP * done;
  self->n_total = ROWS_A_STEP * total + self->n_rows;
  if (self->progress != NULL && self->progress(self->progress_context, self->n_done, self->n_total))
    self->must_stop = true; /* when the back end is done, which cannot be stopped */
}

static hw_status tell_damage(void *context, const hw_db_damage *damage, hw_err *err) {
  verifier *self = context;
  (void)err;
  char where[48] = "the database";
  if (damage->page > 0) snprintf(where, sizeof where, "page %" PRId64, damage->page);
  return tell(self, HW_KIND_NONE, 0, where, damage->text);
}

static hw_status verify_schema(verifier *self) {
  hw_db *model = NULL;
  char *expected = NULL, *found = NULL;
  hw_status status = hw_db_open("the tables of this version", HW_DB_MODEL, &model, self->err);
  if (status == HW_OK) status = hw_db_begin(model, self->err);
  if (status == HW_OK) status = hwp_store_create_tables(model, 0, HW_STORE_VERSION, self->err);
  if (status == HW_OK) status = hw_db_schema(model, &expected, self->err);
  if (status == HW_OK) status = hw_db_schema(self->store->db, &found, self->err);
  hw_db_close(model);
  if (status == HW_E_DAMAGED)
    status =
        tell(self, HW_KIND_NONE, 0, "the database", "the definition of its tables cannot be read");
  else if (status == HW_OK && strcmp(expected, found) != 0)
    status = tell(self, HW_KIND_NONE, 0, "the database",
                  "its tables, indexes or triggers are not those of this version");
  free(expected);
  free(found);
  return status;
}

/* --- rows --- */

/* One record's own digest and fields; *is_intact tells. */
static hw_status verify_row(verifier *self, const hw_record *row, bool *is_intact) {
  hw_str *canonical = &self->store->canonical;
  canonical->length = 0;
  hw_record_canonical(row, canonical);
  if (hw_str_status(canonical) != HW_OK) return HW_NO_MEMORY(self->err, "a record");
  *is_intact = hwp_row_digest(canonical->bytes, canonical->length) == row->digest;
  if (!*is_intact)
    return tell_row(self, row->kind->id, row->id, "its content is not what was written");
  hw_err why = HW_ERR_INIT;
  if (hw_record_validate(row, &why) == HW_OK) return HW_OK;
  char text[900];
  snprintf(text, sizeof text, "%s: %.500s", why.field, why.message);
  return tell_row(self, row->kind->id, row->id, text);
}

static hw_status tell_gap(verifier *self, hw_kind_id kind, int64_t after) {
  char where[120];
  snprintf(where, sizeof where, "%s rows after row %" PRId64, hw_kind_get(kind)->name, after);
  return tell(self, kind, 0, where, "cannot be read: their page is damaged");
}

/* The counts that are kept, against what was found. */
static hw_status verify_tally(verifier *self, hw_kind_id kind, const int64_t *found) {
  hw_tally words[HW_TALLY_MAX];
  int n = 0;
  HW_TRY(hw_store_tally(self->store, kind, words, &n, self->err));
  for (int i = 0; i < n; i++) {
    char text[200];
    if (words[i].count == found[i]) continue;
    snprintf(text, sizeof text, "counts %" PRId64 " %s records in use as \"%.*s\", found %" PRId64,
             words[i].count, hw_kind_get(kind)->name, words[i].n_word, words[i].word, found[i]);
    HW_TRY(tell(self, HW_KIND_NONE, 0, "the database", text));
  }
  return HW_OK;
}

/* The counts over several kinds; where rows cannot be read there is nothing to compare. */
static hw_status verify_summary(verifier *self) {
  int64_t kept[HWP_SUMMARY_N], found[HWP_SUMMARY_N];
  HW_TRY(hwp_summary_read(self->store, kept, self->err));
  HW_TRY(hwp_summary_count(self->store, found, self->err));
  for (int i = 0; i < HWP_SUMMARY_N; i++) {
    char text[120];
    if (kept[i] == found[i]) continue;
    snprintf(text, sizeof text, "keeps %" PRId64 " as the count \"%s\", found %" PRId64, kept[i],
             hwp_summary_words[i], found[i]);
    HW_TRY(tell(self, HW_KIND_NONE, 0, "the database", text));
  }
  return HW_OK;
}

/* Every row of a kind, in the order of ids. @param is_intact  [out] false if any fault was told */
static hw_status verify_rows(verifier *self, hw_kind_id kind, bool *is_intact) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  int64_t last = 0, found[HW_TALLY_MAX] = {0};
  hw_err failed = HW_ERR_INIT;
  *is_intact = true;
  hw_status status = hw_store_scan(self->store, kind, -1, NULL, &scan, &failed), told = HW_OK;
  while (status == HW_OK && told == HW_OK) {
    status = hw_scan_next(scan, &row, &failed);
    if (status != HW_OK || row == NULL) break;
    bool row_intact = false;
    last = row->id;
    told = verify_row(self, row, &row_intact);
    *is_intact = *is_intact && row_intact;
    int place = hwp_tally_place(row);
    if (place >= 0) found[place]++;
    if (told == HW_OK) told = step(self);
  }
  hw_scan_done(scan);
  if (told != HW_OK) return told;
  if (status == HW_OK) return *is_intact ? verify_tally(self, kind, found) : HW_OK;
  *is_intact = false;
  if (status == HW_E_DAMAGED) return tell_gap(self, kind, last);
  if (self->err != NULL) *self->err = failed;
  return status;
}

/* --- parts --- */

/* The versions of a kind's records in the order (entry, id, time): old versions and rows. */
typedef struct versions {
  hw_scan *rows;
  const hw_record *row; /* next of the rows, or NULL */
  hw_query *old;
  bool has_old; /* next of the old versions */
} versions;

static hw_status advance_old(versions *self, hw_err *err) {
  return hw_query_step(self->old, &self->has_old, err);
}

static hw_status versions_begin(versions *self, hw_store *store, hw_kind_id kind, hw_err *err) {
  memset(self, 0, sizeof *self);
  HW_TRY(hwp_store_scan_by_entry(store, kind, &self->rows, err));
  HW_TRY(hw_scan_next(self->rows, &self->row, err));
  HW_TRY(hw_db_query(
      store->db, "SELECT entry,record,content FROM revision WHERE kind=$1 ORDER BY entry,record,id",
      &self->old, err));
  hw_query_bind_text(self->old, 1, hw_kind_get(kind)->name);
  return advance_old(self, err);
}

static void versions_end(versions *self) {
  hw_scan_done(self->rows);
  hw_query_done(self->old);
}

/* True if the next version is an old one. */
static bool is_old_next(const versions *self) {
  if (!self->has_old) return false;
  if (self->row == NULL) return true;
  int64_t entry = hw_query_int(self->old, 0), id = hw_query_int(self->old, 1);
  return entry < self->row->entry || (entry == self->row->entry && id <= self->row->id);
}

/* Entry of the next version, 0 at the end. */
static int64_t next_entry(const versions *self) {
  if (is_old_next(self)) return hw_query_int(self->old, 0);
  return self->row != NULL ? self->row->entry : 0;
}

/* A part as the audit chain has it, and as it is found. */
typedef struct part {
  int64_t entry, first_added, n_added, n_replaced;
  uint8_t hash[HW_DIGEST_SIZE];
  int64_t found_added, found_replaced, last_added;
  hw_digest added, replaced;
} part;

static void part_take(part *self, int64_t id, const void *bytes, size_t n) {
  if (self->first_added > 0 && id >= self->first_added && id != self->last_added) {
    self->last_added = id;
    self->found_added++;
    hw_digest_add(&self->added, bytes, n);
    return;
  }
  uint8_t digest[HW_DIGEST_SIZE];
  hw_digest_of(bytes, n, digest);
  hw_digest_add(&self->replaced, digest, sizeof digest);
  self->found_replaced++;
}

static hw_status take_next(verifier *self, versions *all, part *into) {
  if (is_old_next(all)) {
    size_t n = 0;
    const void *bytes = hw_query_bytes(all->old, 2, &n);
    if (into != NULL) part_take(into, hw_query_int(all->old, 1), bytes, n);
    return advance_old(all, self->err);
  }
  hw_str *canonical = &self->store->canonical;
  canonical->length = 0;
  hw_record_canonical(all->row, canonical);
  if (hw_str_status(canonical) != HW_OK) return HW_NO_MEMORY(self->err, "a record");
  if (into != NULL) part_take(into, all->row->id, canonical->bytes, canonical->length);
  HW_TRY(step(self));
  return hw_scan_next(all->rows, &all->row, self->err);
}

static hw_status verify_part(verifier *self, hw_kind_id kind, part *p, versions *all) {
  hw_digest_begin(&p->added);
  hw_digest_begin(&p->replaced);
  while (next_entry(all) == p->entry) HW_TRY(take_next(self, all, p));
  uint8_t hash[HW_DIGEST_SIZE];
  hwp_part_digest(&p->replaced, &p->added, hash);
  if (p->found_added == p->n_added && p->found_replaced == p->n_replaced &&
      memcmp(hash, p->hash, sizeof hash) == 0)
    return HW_OK;
  char text[200];
  snprintf(text, sizeof text,
           "its %s records are not those it wrote (%" PRId64 " added and %" PRId64
           " changed, found %" PRId64 " and %" PRId64 ")",
           hw_kind_get(kind)->name, p->n_added, p->n_replaced, p->found_added, p->found_replaced);
  return tell_entry(self, p->entry, text);
}

/* Versions whose entry has no part: rows that came in past the audit chain. */
static hw_status tell_strays(verifier *self, hw_kind_id kind, versions *all, int64_t before) {
  for (int64_t entry; (entry = next_entry(all)) != 0 && (before == 0 || entry < before);) {
    if (!is_old_next(all))
      HW_TRY(tell_row(self, kind, all->row->id, "is not part of the audit entry that it names"));
    HW_TRY(take_next(self, all, NULL));
  }
  return HW_OK;
}

static hw_status verify_parts(verifier *self, hw_kind_id kind) {
  hw_query *query = NULL;
  versions all;
  bool has_row = false;
  HW_TRY(hw_db_query(self->store->db,
                     "SELECT entry,first_added,n_added,n_replaced,hash FROM audit_part WHERE "
                     "kind=$1 ORDER BY entry",
                     &query, self->err));
  hw_query_bind_text(query, 1, hw_kind_get(kind)->name);
  hw_status status = versions_begin(&all, self->store, kind, self->err);
  while (status == HW_OK) {
    status = hw_query_step(query, &has_row, self->err);
    if (status != HW_OK || !has_row) break;
    part p = {.entry = hw_query_int(query, 0),
              .first_added = hw_query_int(query, 1),
              .n_added = hw_query_int(query, 2),
              .n_replaced = hw_query_int(query, 3)};
    size_t n = 0;
    const void *bytes = hw_query_bytes(query, 4, &n);
    if (n == sizeof p.hash && bytes != NULL) memcpy(p.hash, bytes, n);
    status = tell_strays(self, kind, &all, p.entry);
    if (status == HW_OK) status = verify_part(self, kind, &p, &all);
  }
  if (status == HW_OK) status = tell_strays(self, kind, &all, 0);
  versions_end(&all);
  hw_query_done(query);
  return status;
}

/* --- chain --- */

/* Digest of an entry's parts, in the order in which they were written. */
static hw_status digest_parts(verifier *self, int64_t entry, uint8_t out[HW_DIGEST_SIZE]) {
  hw_digest after;
  hw_query *query = NULL;
  bool has_row = false;
  hw_digest_begin(&after);
  HW_TRY(hw_db_query(self->store->db,
                     "SELECT kind,first_added,n_added,n_replaced,hash FROM audit_part WHERE "
                     "entry=$1 ORDER BY id",
                     &query, self->err));
  hw_query_bind_int(query, 1, entry);
  hw_status status;
  while ((status = hw_query_step(query, &has_row, self->err)) == HW_OK && has_row) {
    size_t n = 0;
    const void *bytes = hw_query_bytes(query, 4, &n);
    uint8_t hash[HW_DIGEST_SIZE] = {0};
    if (n == sizeof hash && bytes != NULL) memcpy(hash, bytes, n);
    hwp_after_add(&after, hwp_query_text(query, 0), hw_query_int(query, 1), hw_query_int(query, 2),
                  hw_query_int(query, 3), hash);
  }
  hw_query_done(query);
  hw_digest_end(&after, out);
  return status;
}

/* Digest of the versions that an entry replaced, in the order of time. */
static hw_status digest_before(verifier *self, int64_t entry, uint8_t out[HW_DIGEST_SIZE]) {
  hw_digest before;
  hw_query *query = NULL;
  bool has_row = false;
  hw_digest_begin(&before);
  HW_TRY(hw_db_query(self->store->db,
                     "SELECT kind,record,content FROM revision WHERE replaced_by=$1 ORDER BY id",
                     &query, self->err));
  hw_query_bind_int(query, 1, entry);
  hw_status status;
  while ((status = hw_query_step(query, &has_row, self->err)) == HW_OK && has_row) {
    size_t n = 0;
    const void *bytes = hw_query_bytes(query, 2, &n);
    hwp_before_add(&before, hwp_query_text(query, 0), hw_query_int(query, 1), bytes, n);
  }
  hw_query_done(query);
  hw_digest_end(&before, out);
  return status;
}

static hw_status verify_entry(verifier *self, const hwp_entry *entry, const uint8_t *hash,
                              int64_t expected_seq, const uint8_t *previous) {
  uint8_t digest[HW_DIGEST_SIZE];
  if (entry->seq != expected_seq)
    HW_TRY(tell_entry(self, expected_seq, "is missing from the audit chain"));
  if (memcmp(entry->previous, previous, HW_DIGEST_SIZE) != 0)
    HW_TRY(tell_entry(self, entry->seq, "does not follow the entry before it"));
  hwp_entry_hash(entry, digest);
  if (memcmp(digest, hash, sizeof digest) != 0)
    HW_TRY(tell_entry(self, entry->seq, "its content is not what was written"));
  HW_TRY(digest_parts(self, entry->seq, digest));
  if (memcmp(digest, entry->after, sizeof digest) != 0)
    HW_TRY(tell_entry(self, entry->seq, "the list of what it wrote was changed"));
  HW_TRY(digest_before(self, entry->seq, digest));
  if (memcmp(digest, entry->before, sizeof digest) != 0)
    HW_TRY(tell_entry(self, entry->seq, "the old versions that it replaced were changed"));
  return HW_OK;
}

static hw_status verify_chain(verifier *self) {
  hw_query *query = NULL;
  HW_TRY(hw_db_query(self->store->db, HWP_ENTRY_SELECT, &query, self->err));
  hw_query_bind_int(query, 1, INT64_MIN);
  uint8_t previous[HW_DIGEST_SIZE] = {0}, hash[HW_DIGEST_SIZE];
  int64_t seq = 0;
  bool has_row = false, is_complete = true;
  hw_status status;
  while ((status = hw_query_step(query, &has_row, self->err)) == HW_OK && has_row) {
    hwp_entry entry;
    hwp_entry_read(query, &entry, hash, &is_complete);
    status = is_complete ? verify_entry(self, &entry, hash, seq + 1, previous)
                         : tell_entry(self, entry.seq, "has no valid digests");
    if (status != HW_OK) break;
    seq = entry.seq;
    memcpy(previous, hash, sizeof previous);
    status = step(self);
    if (status != HW_OK) break;
  }
  hw_query_done(query);
  if (status == HW_OK && seq == 0)
    status = tell(self, HW_KIND_NONE, 0, "the audit chain", "is empty");
  return status;
}

/* --- all --- */

/* Turns damage that ended a step into a fault, so that the next step is taken. */
static hw_status go_on(verifier *self, hw_status status, const char *what) {
  if (status != HW_E_DAMAGED) return status;
  return tell(self, HW_KIND_NONE, 0, what, "cannot be read to its end: a page of it is damaged");
}

static hw_status count_rows(verifier *self) {
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    int64_t n = 0;
    hw_status status = hw_store_count(self->store, (hw_kind_id)k, &n, self->err);
    if (status != HW_OK && status != HW_E_DAMAGED) return status;
    self->n_rows += 2 * (uint64_t)n;
  }
  return HW_OK;
}

static hw_status verify_all(verifier *self) {
  hw_db *db = self->store->db;
  HW_TRY(count_rows(self));
  self->n_total = self->n_rows;
  HW_TRY(go_on(self, hw_db_examine(db, tell_damage, self, step_examination, self, self->err),
               "the database"));
  HW_TRY(check_stop(self));
  HW_TRY(verify_schema(self));
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    bool is_intact = true;
    HW_TRY(verify_rows(self, (hw_kind_id)k, &is_intact));
    /* Where rows are damaged their parts cannot fit; what is wrong has been told by row. */
    if (is_intact)
      HW_TRY(go_on(self, verify_parts(self, (hw_kind_id)k), hw_kind_get((hw_kind_id)k)->name));
  }
  HW_TRY(go_on(self, verify_summary(self), "the database"));
  return go_on(self, verify_chain(self), "the audit chain");
}

hw_status hw_store_verify(hw_store *store, hw_fault_fn *report, void *context,
                          bool (*progress)(void *, uint64_t, uint64_t), void *progress_context,
                          hw_err *err) {
  verifier self = {.store = store,
                   .report = report,
                   .context = context,
                   .progress = progress,
                   .progress_context = progress_context,
                   .err = err};
  /* What is verified is of one moment: rows and their counts would not fit one another if somebody
   * wrote between them. Where damage keeps a transaction from beginning, nobody can write. */
  const bool is_mine =
      !hw_db_is_in_transaction(store->db) && hw_db_begin_read(store->db, NULL) == HW_OK;
  const hw_status status = verify_all(&self);
  if (is_mine) hw_db_rollback(store->db);
  return status;
}
