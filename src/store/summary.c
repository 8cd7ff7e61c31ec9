/* Counts of what stands in a case database.
 *
 * Each is one statement that walks one table or index once; the largest, over a
 * million persons and profiles, takes a few tenths of a second. */
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

/* --- by a choice --- */

static int split_choices(const char *choices, hw_tally *out) {
  int n = 0;
  for (const char *at = choices; *at != '\0' && n < HW_TALLY_MAX; n++) {
    size_t length = strcspn(at, "|");
    out[n] = (hw_tally){.word = at, .n_word = (int)length};
    at += length + (at[length] == '|');
  }
  return n;
}

static void add_tally(hw_tally *tallies, int n, const char *word, int64_t count) {
  for (int i = 0; i < n; i++)
    if (strlen(word) == (size_t)tallies[i].n_word &&
        memcmp(word, tallies[i].word, strlen(word)) == 0)
      tallies[i].count += count;
}

hw_status hw_store_tally(hw_store *self, hw_kind_id kind, int field, hw_tally out[HW_TALLY_MAX],
                         int *n, hw_err *err) {
  const hw_kind *what = hw_kind_get(kind);
  hw_str sql = HW_STR_INIT;
  hw_query *query = NULL;
  bool has_row = false;
  *n = split_choices(what->fields[field].choices, out);
  hw_str_append_format(&sql,
                       "SELECT \"%s\",count(*) FROM \"%s\" WHERE row_withdrawn IS NULL GROUP BY "
                       "\"%s\"",
                       what->fields[field].name, what->name, what->fields[field].name);
  hw_status status = hw_str_status(&sql) == HW_OK
                         ? hw_db_query(self->db, hw_str_text(&sql), &query, err)
                         : HW_NO_MEMORY(err, "a statement");
  while (status == HW_OK && (status = hw_query_step(query, &has_row, err)) == HW_OK && has_row)
    add_tally(out, *n, hwp_query_text(query, 0), hw_query_int(query, 1));
  hw_query_done(query);
  hw_str_clear(&sql);
  return status;
}

/* --- the rest --- */

static const char FAMILIES[] = "SELECT count(*) FROM family WHERE row_withdrawn IS NULL";

static const char REMAINS[] =
    "SELECT count(*) FROM sample s WHERE s.row_withdrawn IS NULL AND s.person IS NULL AND NOT "
    "EXISTS (SELECT 1 FROM sample c WHERE c.parent=s.id)";

static const char REMAINS_TYPED[] =
    "SELECT count(*) FROM sample s WHERE s.row_withdrawn IS NULL AND s.person IS NULL AND EXISTS "
    "(SELECT 1 FROM profile p WHERE p.sample=s.id AND p.row_withdrawn IS NULL)";

static const char REFERENCES[] =
    "SELECT count(*) FROM profile WHERE person IS NOT NULL AND row_withdrawn IS NULL";

/* Walks the members who are missing, then looks for one typed member of each such family. */
static const char UNTYPED[] =
    "SELECT count(*) FROM (SELECT DISTINCT m.family AS family FROM family_member m WHERE "
    "m.is_missing=1 AND m.row_withdrawn IS NULL) AS w WHERE NOT EXISTS (SELECT 1 FROM "
    "family_member r JOIN profile p ON p.person=r.person WHERE r.family=w.family AND "
    "p.row_withdrawn IS NULL)";

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

hw_status hw_store_summary(hw_store *self, hw_summary *out, hw_err *err) {
  *out = (hw_summary){0};
  HW_TRY(read_one(self, FAMILIES, &out->n_families, err));
  HW_TRY(read_one(self, REMAINS, &out->n_remains, err));
  HW_TRY(read_one(self, REMAINS_TYPED, &out->n_remains_typed, err));
  HW_TRY(read_one(self, REFERENCES, &out->n_references, err));
  HW_TRY(read_one(self, UNTYPED, &out->n_untyped_families, err));
  HW_TRY(read_ints(self, WEAK, 2, (int64_t *const[]){&out->n_weak, &out->n_left_out}, err));
  HW_TRY(
      read_ints(self, LAST_RUN, 2, (int64_t *const[]){&out->last_run, &out->last_run_entry}, err));
  HW_TRY(read_ints(self, LAST_IMPORT, 2,
                   (int64_t *const[]){&out->last_import, &out->last_import_entry}, err));
  return read_one(self, LAST_BACKUP, &out->last_backup_entry, err);
}
