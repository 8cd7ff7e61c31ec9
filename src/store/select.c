/* Reading records: by key, by id, by an indexed field, all of them. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "store/store_int.h"

/* A damaged row may hold a value of another type than its column's. It is left null then: the
 * row's digest tells, and nothing is converted on the way. */
static hw_value column_value(const hw_query *query, int column) {
  hw_value value = {.type = hw_query_type(query, column)};
  switch (value.type) {
    case HW_DB_INT:
      value.i = hw_query_int(query, column);
      break;
    case HW_DB_REAL:
      value.r = hw_query_real(query, column);
      break;
    case HW_DB_TEXT:
      value.text = hw_query_bytes(query, column, &value.n);
      break;
    default:
      value.type = HW_DB_NULL;
  }
  return value;
}

void hwp_store_row(const hw_query *query, hw_kind_id kind, hw_record *out) {
  memset(out, 0, sizeof *out);
  out->kind = hw_kind_get(kind);
  int n = out->kind->n_fields;
  out->id = hw_query_int(query, 0);
  for (int f = 0; f < n; f++) out->values[f] = column_value(query, f + 1);
  out->withdrawn = hw_query_type(query, n + 1) == HW_DB_TEXT ? hw_query_text(query, n + 1) : NULL;
  out->entry = hw_query_int(query, n + 2);
  out->digest = hw_query_int(query, n + 3);
}

static void bind_value(hw_query *query, int parameter, const hw_value *value) {
  switch (value->type) {
    case HW_DB_INT:
      hw_query_bind_int(query, parameter, value->i);
      break;
    case HW_DB_REAL:
      hw_query_bind_real(query, parameter, value->r);
      break;
    case HW_DB_TEXT:
      hw_query_bind_text_n(query, parameter, value->text, value->n);
      break;
    default:
      hw_query_bind_null(query, parameter);
  }
}

void hwp_store_bind_value(hw_query *query, int parameter, const hw_value *value) {
  bind_value(query, parameter, value);
}

hw_status hw_store_find(hw_store *self, const hw_record *key, int64_t *id, hw_err *err) {
  *id = 0;
  const hwp_kind_sql *sql = NULL;
  hw_query *query = NULL;
  HW_TRY(hwp_store_sql(self, key->kind->id, &sql, err));
  HW_TRY(hw_db_query(self->db, sql->by_key, &query, err));
  int n = 0;
  for (int f = 0; f < key->kind->n_fields; f++)
    if (key->kind->fields[f].flags & HW_FIELD_KEY) bind_value(query, ++n, &key->values[f]);
  bool has_row = false;
  hw_status status = hw_query_step(query, &has_row, err);
  if (status == HW_OK && has_row) *id = hw_query_int(query, 0);
  hw_query_done(query);
  return status;
}

hw_status hw_store_find_code(hw_store *self, hw_kind_id kind, const char *code, int64_t *id,
                             hw_err *err) {
  hw_record key;
  hw_record_init(&key, kind);
  int field = hw_kind_code_field(key.kind);
  HW_BUG_IF(field < 0, err);
  hw_record_set_text(&key, field, code);
  return hw_store_find(self, &key, id, err);
}

hw_status hw_store_get(hw_store *self, hw_kind_id kind, int64_t id, hw_arena *arena, hw_record *out,
                       hw_err *err) {
  const hwp_kind_sql *sql = NULL;
  hw_query *query = NULL;
  HW_TRY(hwp_store_sql(self, kind, &sql, err));
  HW_TRY(hw_db_query(self->db, sql->by_id, &query, err));
  hw_query_bind_int(query, 1, id);
  bool has_row = false;
  hw_status status = hw_query_step(query, &has_row, err);
  if (status == HW_OK && !has_row)
    status = hw_err_set(err, HW_E_REFERENCE, "there is no %s with the number %" PRId64,
                        hw_kind_get(kind)->name, id);
  if (status == HW_OK) {
    hw_record row;
    hwp_store_row(query, kind, &row);
    status = hw_record_copy(&row, arena, out, err);
  }
  hw_query_done(query);
  return status;
}

/* --- codes for people --- */

/* Kind that an ITEM field refers to: the field before names it. */
static const hw_kind *item_kind(const hw_record *record, int field) {
  return field > 0 ? hw_kind_find(hw_record_text(record, field - 1)) : NULL;
}

static hw_status append_code(hw_store *self, hw_kind_id kind, int64_t id, int depth, hw_str *out,
                             hw_err *err);

static hw_status append_key_field(hw_store *self, const hw_record *record, int field, int depth,
                                  hw_str *out, hw_err *err) {
  const hw_field *what = &record->kind->fields[field];
  const hw_value *value = &record->values[field];
  if (value->type == HW_DB_TEXT) {
    hw_str_append_bytes(out, value->text, value->n);
    return HW_OK;
  }
  const hw_kind *target = what->type == HW_TYPE_REF    ? hw_kind_get(what->target)
                          : what->type == HW_TYPE_ITEM ? item_kind(record, field)
                                                       : NULL;
  if (target != NULL && depth > 0)
    return append_code(self, target->id, value->i, depth - 1, out, err);
  hw_str_append_format(out, "%" PRId64, value->i);
  return HW_OK;
}

static hw_status append_code(hw_store *self, hw_kind_id kind, int64_t id, int depth, hw_str *out,
                             hw_err *err) {
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hw_record record;
  hw_status status = hw_store_get(self, kind, id, &arena, &record, err);
  bool is_first = true;
  for (int f = 0; status == HW_OK && f < record.kind->n_fields; f++) {
    const hw_field *field = &record.kind->fields[f];
    /* Names stay where permission is asked for. */
    if (!(field->flags & HW_FIELD_KEY) || (field->flags & HW_FIELD_NAME)) continue;
    if (!is_first) hw_str_append(out, "/");
    is_first = false;
    status = append_key_field(self, &record, f, depth, out, err);
  }
  hw_arena_clear(&arena);
  return status;
}

hw_status hw_store_code(hw_store *self, hw_kind_id kind, int64_t id, hw_str *out, hw_err *err) {
  return append_code(self, kind, id, 3, out, err);
}

void hw_store_name(hw_store *self, hw_kind_id kind, int64_t id, hw_str *out) {
  hw_str code = HW_STR_INIT;
  hw_str_append(out, hw_kind_get(kind)->name);
  if (hw_store_code(self, kind, id, &code, NULL) == HW_OK && hw_str_status(&code) == HW_OK)
    hw_str_append_format(out, " %s", hw_str_text(&code));
  hw_str_append_format(out, " (row %" PRId64 ")", id);
  hw_str_clear(&code);
}

/* --- scans --- */

struct hw_scan {
  hw_query *query;
  hw_kind_id kind;
  hw_record record;
};

static hw_status scan_new(hw_store *self, hw_kind_id kind, const char *sql, hw_scan **out,
                          hw_err *err) {
  *out = NULL;
  hw_scan *scan = calloc(1, sizeof *scan);
  if (scan == NULL) return HW_NO_MEMORY(err, "a selection");
  scan->kind = kind;
  hw_status status = hw_db_query(self->db, sql, &scan->query, err);
  if (status == HW_OK)
    *out = scan;
  else
    free(scan);
  return status;
}

hw_status hw_store_scan(hw_store *self, hw_kind_id kind, int field, const hw_value *value,
                        hw_scan **out, hw_err *err) {
  const hwp_kind_sql *sql = NULL;
  *out = NULL;
  HW_TRY(hwp_store_sql(self, kind, &sql, err));
  HW_TRY(scan_new(self, kind, field < 0 ? sql->all : sql->by_field[field], out, err));
  const hw_value first = hw_value_int(INT64_MIN);
  bind_value((*out)->query, 1, field < 0 ? &first : value);
  return HW_OK;
}

hw_status hw_store_scan_from(hw_store *self, hw_kind_id kind, int64_t first, hw_scan **out,
                             hw_err *err) {
  const hw_value value = hw_value_int(first);
  HW_TRY(hw_store_scan(self, kind, -1, NULL, out, err));
  bind_value((*out)->query, 1, &value);
  return HW_OK;
}

hw_status hw_store_scan_key(hw_store *self, hw_kind_id kind, int n, const hw_value *values,
                            hw_scan **out, hw_err *err) {
  const char *sql = NULL;
  *out = NULL;
  HW_TRY(hwp_store_sql_by_prefix(self, kind, n, &sql, err));
  HW_TRY(scan_new(self, kind, sql, out, err));
  for (int i = 0; i < n; i++) bind_value((*out)->query, i + 1, &values[i]);
  return HW_OK;
}

hw_status hwp_store_scan_by_entry(hw_store *self, hw_kind_id kind, hw_scan **out, hw_err *err) {
  const hwp_kind_sql *sql = NULL;
  *out = NULL;
  HW_TRY(hwp_store_sql(self, kind, &sql, err));
  return scan_new(self, kind, sql->by_entry, out, err);
}

hw_status hw_scan_next(hw_scan *self, const hw_record **out, hw_err *err) {
  bool has_row = false;
  *out = NULL;
  HW_TRY(hw_query_step(self->query, &has_row, err));
  if (!has_row) return HW_OK;
  hwp_store_row(self->query, self->kind, &self->record);
  *out = &self->record;
  return HW_OK;
}

void hw_scan_done(hw_scan *self) {
  if (self == NULL) return;
  hw_query_done(self->query);
  free(self);
}

/* "SELECT id,row_withdrawn IS NULL,"f" FROM … WHERE key fields ORDER BY key LIMIT $n+1" */
static void append_numbers(const hw_kind *kind, int n, int field, hw_str *sql) {
  int k = 0;
  hw_str_append_format(sql, "SELECT id,row_withdrawn IS NULL,\"%s\" FROM \"%s\"",
                       kind->fields[field].name, kind->name);
  for (int f = 0; f < kind->n_fields && k < n; f++)
    if (kind->fields[f].flags & HW_FIELD_KEY) {
      hw_str_append_format(sql, " %s \"%s\"=$%d", k == 0 ? "WHERE" : "AND", kind->fields[f].name,
                           k + 1);
      k++;
    }
  k = 0;
  for (int f = 0; f < kind->n_fields; f++)
    if (kind->fields[f].flags & HW_FIELD_KEY)
      hw_str_append_format(sql, "%s\"%s\"", k++ == 0 ? " ORDER BY " : ",", kind->fields[f].name);
  hw_str_append_format(sql, " LIMIT $%d", n + 1);
}

static hw_status report_numbers(hw_query *query, int most, hw_number_fn *report, void *context,
                                bool *is_cut, hw_err *err) {
  bool has_row = false;
  hw_status status;
  for (int i = 0; (status = hw_query_step(query, &has_row, err)) == HW_OK && has_row; i++) {
    if (i == most) {
      *is_cut = true;
      break;
    }
    if (hw_query_int(query, 1) == 0) continue;
    const bool is_known = hw_query_type(query, 2) == HW_DB_REAL;
    status = report(context, hw_query_int(query, 0),
                    is_known ? hw_query_real(query, 2) : (double)NAN, err);
    if (status != HW_OK) break;
  }
  return status;
}

hw_status hw_store_numbers(hw_store *self, hw_kind_id kind, int n, const hw_value *values,
                           int field, int most, hw_number_fn *report, void *context, bool *is_cut,
                           hw_err *err) {
  hw_str sql = HW_STR_INIT;
  hw_query *query = NULL;
  *is_cut = false;
  HW_BUG_IF(hw_kind_get(kind)->fields[field].type != HW_TYPE_REAL, err);
  append_numbers(hw_kind_get(kind), n, field, &sql);
  hw_status status = hw_str_status(&sql) == HW_OK
                         ? hw_db_query(self->db, hw_str_text(&sql), &query, err)
                         : HW_NO_MEMORY(err, "a statement");
  for (int i = 0; status == HW_OK && i < n; i++) bind_value(query, i + 1, &values[i]);
  if (status == HW_OK) {
    hw_query_bind_int(query, n + 1, (int64_t)most + 1);
    status = report_numbers(query, most, report, context, is_cut, err);
  }
  hw_query_done(query);
  hw_str_clear(&sql);
  return status;
}

hw_status hw_store_count(hw_store *self, hw_kind_id kind, int64_t *out, hw_err *err) {
  *out = 0;
  hw_str sql = HW_STR_INIT;
  hw_str_append_format(&sql, "SELECT count(*) FROM \"%s\"", hw_kind_get(kind)->name);
  hw_query *query = NULL;
  bool has_row = false;
  hw_status status = hw_str_status(&sql);
  status = status == HW_OK ? hw_db_query(self->db, hw_str_text(&sql), &query, err)
                           : HW_NO_MEMORY(err, "a statement");
  if (status == HW_OK) status = hw_query_step(query, &has_row, err);
  if (status == HW_OK && has_row) *out = hw_query_int(query, 0);
  hw_query_done(query);
  hw_str_clear(&sql);
  return status;
}
