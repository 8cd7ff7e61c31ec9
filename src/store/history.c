/* History: the audit chain and the versions of a record, read forwards; and what still refers to
 * records that were withdrawn. */
#include <string.h>

#include "base/check.h"
#include "store/store_int.h"

hw_status hw_store_head(hw_store *self, int64_t *seq, uint8_t hash[HW_DIGEST_SIZE], hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  *seq = 0;
  memset(hash, 0, HW_DIGEST_SIZE);
  HW_TRY(hw_db_query(self->db, "SELECT id,hash FROM audit_entry ORDER BY id DESC LIMIT 1", &query,
                     err));
  hw_status status = hw_query_step(query, &has_row, err);
  if (status == HW_OK && has_row) {
    size_t n = 0;
    const void *bytes = hw_query_bytes(query, 1, &n);
    *seq = hw_query_int(query, 0);
    if (n == HW_DIGEST_SIZE)
      memcpy(hash, bytes, n);
    else
      status = hw_err_set(err, HW_E_DAMAGED,
                          "the newest audit entry has no hash: run 'homeward "
                          "check'");
  }
  hw_query_done(query);
  return status;
}

/* A text column that a damaged row may lack. */
const char *hwp_query_text(const hw_query *query, int column) {
  const char *text =
      hw_query_type(query, column) == HW_DB_TEXT ? hw_query_text(query, column) : NULL;
  return text != NULL ? text : "";
}

void hwp_entry_read(const hw_query *query, hwp_entry *out, uint8_t hash[HW_DIGEST_SIZE],
                    bool *is_complete) {
  *out = (hwp_entry){.seq = hw_query_int(query, 0),
                     .at = hwp_query_text(query, 1),
                     .actor = hwp_query_text(query, 2),
                     .login = hwp_query_text(query, 3),
                     .program = hwp_query_text(query, 4),
                     .action = hwp_query_text(query, 5),
                     .reason = hwp_query_text(query, 6)};
  uint8_t *targets[] = {out->before, out->after, out->previous, hash};
  *is_complete = true;
  for (int i = 0; i < 4; i++) {
    size_t n = 0;
    const void *bytes = hw_query_bytes(query, 7 + i, &n);
    if (n == HW_DIGEST_SIZE && bytes != NULL) {
      memcpy(targets[i], bytes, n);
    } else {
      memset(targets[i], 0, HW_DIGEST_SIZE);
      *is_complete = false;
    }
  }
}

hw_status hw_store_audit(hw_store *self, int64_t first, hw_audit_fn *report, void *context,
                         hw_err *err) {
  hw_query *query = NULL;
  HW_TRY(hw_db_query(self->db, HWP_ENTRY_SELECT, &query, err));
  hw_query_bind_int(query, 1, first);
  bool has_row = false, is_complete = false;
  hw_status status;
  while ((status = hw_query_step(query, &has_row, err)) == HW_OK && has_row) {
    hwp_entry entry;
    hw_audit_entry shown;
    hwp_entry_read(query, &entry, shown.hash, &is_complete);
    shown.seq = entry.seq;
    shown.at = entry.at;
    shown.actor = entry.actor;
    shown.login = entry.login;
    shown.program = entry.program;
    shown.action = entry.action;
    shown.reason = entry.reason;
    status = report(context, &shown, err);
    if (status != HW_OK) break;
  }
  hw_query_done(query);
  return status;
}

hw_status hw_store_history(hw_store *self, hw_kind_id kind, int64_t id, hw_version_fn *report,
                           void *context, hw_err *err) {
  hw_query *query = NULL;
  hw_arena arena;
  hw_record record;
  hw_arena_init(&arena, 0);
  HW_TRY(hw_db_query(self->db,
                     "SELECT content FROM revision WHERE kind=$1 AND record=$2 ORDER BY id", &query,
                     err));
  hw_query_bind_text(query, 1, hw_kind_get(kind)->name);
  hw_query_bind_int(query, 2, id);
  bool has_row = false;
  hw_status status;
  while ((status = hw_query_step(query, &has_row, err)) == HW_OK && has_row) {
    size_t n = 0;
    const void *bytes = hw_query_bytes(query, 0, &n);
    status = hw_record_from_canonical(bytes, n, &arena, &record, err);
    if (status == HW_OK) status = report(context, &record, err);
    if (status != HW_OK) break;
  }
  hw_query_done(query);
  if (status == HW_OK) status = hw_store_get(self, kind, id, &arena, &record, err);
  if (status == HW_OK) status = report(context, &record, err);
  hw_arena_clear(&arena);
  return status;
}

/* --- what was written since --- */

hw_status hw_store_written(hw_store *self, int64_t after, hw_written_fn *report, void *context,
                           hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  HW_TRY(hw_db_query(self->db,
                     "SELECT entry,kind,first_added,n_added,n_replaced FROM audit_part WHERE "
                     "entry>$1 ORDER BY entry,kind",
                     &query, err));
  hw_query_bind_int(query, 1, after);
  hw_status status;
  while ((status = hw_query_step(query, &has_row, err)) == HW_OK && has_row) {
    const hw_kind *kind = hw_kind_find(hwp_query_text(query, 1));
    if (kind == NULL) continue;
    const hw_written written = {.entry = hw_query_int(query, 0),
                                .kind = kind->id,
                                .first_added = hw_query_int(query, 2),
                                .n_added = hw_query_int(query, 3),
                                .n_replaced = hw_query_int(query, 4)};
    status = report(context, &written, err);
    if (status != HW_OK) break;
  }
  hw_query_done(query);
  return status;
}

hw_status hw_store_replaced(hw_store *self, hw_kind_id kind, int64_t entry, hw_replaced_fn *report,
                            void *context, hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  HW_TRY(hw_db_query(self->db,
                     "SELECT DISTINCT record FROM revision WHERE replaced_by=$1 AND kind=$2 ORDER "
                     "BY record",
                     &query, err));
  hw_query_bind_int(query, 1, entry);
  hw_query_bind_text(query, 2, hw_kind_get(kind)->name);
  hw_status status;
  while ((status = hw_query_step(query, &has_row, err)) == HW_OK && has_row) {
    status = report(context, hw_query_int(query, 0), err);
    if (status != HW_OK) break;
  }
  hw_query_done(query);
  return status;
}

hw_status hw_store_added_by(hw_store *self, const hw_record *record, int64_t *entry, hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  *entry = record->entry;
  HW_TRY(hw_db_query(self->db,
                     "SELECT entry FROM revision WHERE kind=$1 AND record=$2 ORDER BY id LIMIT 1",
                     &query, err));
  hw_query_bind_text(query, 1, record->kind->name);
  hw_query_bind_int(query, 2, record->id);
  const hw_status status = hw_query_step(query, &has_row, err);
  if (status == HW_OK && has_row) *entry = hw_query_int(query, 0);
  hw_query_done(query);
  return status;
}

/* --- withdrawn --- */

/* Withdrawn records of a kind of which the entry wrote an earlier version. */
static hw_status find_gone(hw_store *self, const hw_kind *kind, int64_t entry, hw_gone_fn *report,
                           void *context, bool *go_on, hw_err *err) {
  hw_str sql = HW_STR_INIT;
  hw_query *query = NULL;
  bool has_row = false;
  hw_str_append_format(&sql,
                       "SELECT k.id FROM \"%s\" AS k WHERE k.row_withdrawn IS NOT NULL AND EXISTS "
                       "(SELECT 1 FROM revision AS r WHERE r.kind=$1 AND r.record=k.id AND "
                       "r.entry=$2) ORDER BY k.id",
                       kind->name);
  hw_status status = hw_str_status(&sql) == HW_OK
                         ? hw_db_query(self->db, hw_str_text(&sql), &query, err)
                         : HW_NO_MEMORY(err, "a statement");
  if (status == HW_OK) hw_query_bind_text(query, 1, kind->name);
  if (status == HW_OK) hw_query_bind_int(query, 2, entry);
  while (status == HW_OK && *go_on && (status = hw_query_step(query, &has_row, err)) == HW_OK &&
         has_row)
    status = report(context, kind->id, hw_query_int(query, 0), go_on, err);
  hw_query_done(query);
  hw_str_clear(&sql);
  return status;
}

/* All kinds that an entry wrote. */
static hw_status find_gone_of(hw_store *self, int64_t entry, hw_gone_fn *report, void *context,
                              bool *go_on, hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  HW_TRY(
      hw_db_query(self->db, "SELECT kind FROM audit_part WHERE entry=$1 ORDER BY id", &query, err));
  hw_query_bind_int(query, 1, entry);
  hw_status status = HW_OK;
  while (status == HW_OK && *go_on && (status = hw_query_step(query, &has_row, err)) == HW_OK &&
         has_row) {
    const hw_kind *kind = hw_kind_find(hwp_query_text(query, 0));
    if (kind != NULL) status = find_gone(self, kind, entry, report, context, go_on, err);
  }
  hw_query_done(query);
  return status;
}

hw_status hw_store_gone_since(hw_store *self, hw_kind_id kind, int64_t id, hw_gone_fn *report,
                              void *context, hw_err *err) {
  hw_arena arena;
  hw_record record;
  hw_query *query = NULL;
  bool has_row = false, go_on = true;
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(self, kind, id, &arena, &record, err);
  if (status == HW_OK) status = find_gone_of(self, record.entry, report, context, &go_on, err);
  if (status == HW_OK)
    status =
        hw_db_query(self->db, "SELECT entry FROM revision WHERE kind=$1 AND record=$2 ORDER BY id",
                    &query, err);
  if (status == HW_OK) hw_query_bind_text(query, 1, hw_kind_get(kind)->name);
  if (status == HW_OK) hw_query_bind_int(query, 2, id);
  while (status == HW_OK && go_on && (status = hw_query_step(query, &has_row, err)) == HW_OK &&
         has_row)
    status = find_gone_of(self, hw_query_int(query, 0), report, context, &go_on, err);
  hw_query_done(query);
  hw_arena_clear(&arena);
  return status;
}

static hw_status has_withdrawn(hw_store *self, const hw_kind *kind, bool *out, hw_err *err) {
  hw_str sql = HW_STR_INIT;
  hw_query *query = NULL;
  hw_str_append_format(&sql, "SELECT 1 FROM \"%s\" WHERE row_withdrawn IS NOT NULL LIMIT 1",
                       kind->name);
  hw_status status = hw_str_status(&sql) == HW_OK
                         ? hw_db_query(self->db, hw_str_text(&sql), &query, err)
                         : HW_NO_MEMORY(err, "a statement");
  if (status == HW_OK) status = hw_query_step(query, out, err);
  hw_query_done(query);
  hw_str_clear(&sql);
  return status;
}

static hw_status find_references(hw_store *self, const hw_kind *kind, const hw_field *field,
                                 hw_withdrawn_fn *report, void *context, hw_err *err) {
  hw_str sql = HW_STR_INIT;
  hw_query *query = NULL;
  bool has_row = false;
  hw_str_append_format(&sql,
                       "SELECT a.id FROM \"%s\" a JOIN \"%s\" b ON b.id=a.\"%s\" WHERE "
                       "b.row_withdrawn IS NOT NULL AND a.row_withdrawn IS NULL ORDER BY a.id",
                       kind->name, hw_kind_get(field->target)->name, field->name);
  hw_status status = hw_str_status(&sql) == HW_OK
                         ? hw_db_query(self->db, hw_str_text(&sql), &query, err)
                         : HW_NO_MEMORY(err, "a statement");
  while (status == HW_OK && (status = hw_query_step(query, &has_row, err)) == HW_OK && has_row)
    status = report(context, kind->id, hw_query_int(query, 0), field, err);
  hw_query_done(query);
  hw_str_clear(&sql);
  return status;
}

hw_status hw_store_withdrawn_references(hw_store *self, hw_withdrawn_fn *report, void *context,
                                        hw_err *err) {
  bool withdrawn[HW_KIND_COUNT] = {false};
  for (int k = 0; k < HW_KIND_COUNT; k++)
    HW_TRY(has_withdrawn(self, hw_kind_get((hw_kind_id)k), &withdrawn[k], err));
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    const hw_kind *kind = hw_kind_get((hw_kind_id)k);
    for (int f = 0; f < kind->n_fields; f++) {
      const hw_field *field = &kind->fields[f];
      if (field->type == HW_TYPE_REF && withdrawn[field->target])
        HW_TRY(find_references(self, kind, field, report, context, err));
    }
  }
  return HW_OK;
}
