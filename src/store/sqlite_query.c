/* Statements of the SQLite back end.
 *
 * A connection keeps every statement that was asked for, by its text: preparing
 * costs more than running a short statement, and the program has some hundred
 * constant texts, so the cache needs no limit of its own. A statement is either
 * in the cache or in use.
 *
 * Failures to bind are kept in the statement and told by the next step, so that
 * callers have one place to look. A statement that failed is reset at once:
 * only then does SQLite release what it held.
 *
 * Where SQLite has undone the transaction by itself (disk full, I/O error), a
 * further statement would run alone and become permanent; hwp_sqlite_ready
 * refuses until the caller has rolled back. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "store/sqlite_int.h"

static hwp_statement *statement_of(const hw_query *query) {
  return (hwp_statement *)(uintptr_t)(const void *)query;
}

/* FNV-1a. */
static unsigned chain_of(const char *text) {
  uint32_t hash = UINT32_C(2166136261);
  for (const char *c = text; *c; c++) hash = (hash ^ (unsigned char)*c) * UINT32_C(16777619);
  return hash % HWP_SQLITE_CHAINS;
}

static void statement_delete(hwp_statement *self) {
  if (!self) return;
  sqlite3_finalize(self->handle);
  free(self->text);
  free(self);
}

/* Parameters must stand in the order of their numbers: SQLite numbers them as it meets them. */
static hw_status check_parameters(const hwp_statement *self, hw_err *err) {
  const int n = sqlite3_bind_parameter_count(self->handle);
  for (int i = 1; i <= n; i++) {
    char expected[16];
    const char *name = sqlite3_bind_parameter_name(self->handle, i);
    snprintf(expected, sizeof expected, "$%d", i);
    if (!name || strcmp(name, expected) != 0)
      return hw_err_set(err, HW_E_BUG, "parameter %d of a statement is %s, not %s: %s", i,
                        name ? name : "?", expected, self->text);
  }
  return HW_OK;
}

static hw_status prepare(hwp_sqlite *self, const char *sql, hwp_statement **out, hw_err *err) {
  hwp_statement *made = calloc(1, sizeof *made);
  if (!made) return HW_NO_MEMORY(err, "a statement");
  hw_status status = HW_OK;
  const char *rest = "";
  made->base.db = &self->base;
  made->text = strdup(sql);
  if (!made->text) {
    status = HW_NO_MEMORY(err, "a statement");
    goto out;
  }
  const int result =
      sqlite3_prepare_v3(self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &made->handle, &rest);
  if (result != SQLITE_OK) {
    status = hwp_sqlite_fail(self, result, err);
    goto out;
  }
  if (!made->handle || *rest) {
    status = hw_err_set(err, HW_E_BUG, "not exactly one statement: %s", sql);
    goto out;
  }
  status = check_parameters(made, err);
  if (status != HW_OK) goto out;
  *out = made;
  made = NULL;
out:
  statement_delete(made);
  return status;
}

/* The statement of a text. Most are asked for again and again from the same place, so that place
 * is looked at before the whole text is hashed; the text decides all the same. */
static hw_status find_statement(hwp_sqlite *self, const char *sql, hwp_statement **out,
                                hw_err *err) {
  hwp_statement **recent = &self->recent[((uintptr_t)sql >> 4) % HWP_SQLITE_CHAINS];
  *out = *recent;
  if (*out && strcmp((*out)->text, sql) == 0) return HW_OK;
  hwp_statement **chain = &self->chains[chain_of(sql)];
  hwp_statement *found = *chain;
  while (found && strcmp(found->text, sql) != 0) found = found->next;
  if (!found) {
    HW_TRY(prepare(self, sql, &found, err));
    HW_BUG_IF(!found, err);
    found->next = *chain;
    *chain = found;
  }
  *out = *recent = found;
  return HW_OK;
}

hw_status hwp_sqlite_query(hw_db *db, const char *sql, hw_query **out, hw_err *err) {
  hwp_sqlite *self = hwp_sqlite_of(db);
  hwp_statement *found = NULL;
  HW_TRY(hwp_sqlite_ready(self, err));
  HW_TRY(find_statement(self, sql, &found, err));
  if (found->is_in_use)
    return hw_err_set(err, HW_E_BUG, "a statement is asked for while it is in use: %s", sql);
  found->is_in_use = true;
  self->n_in_use++;
  *out = &found->base;
  return HW_OK;
}

void hwp_sqlite_done(hw_query *query) {
  hwp_statement *self = statement_of(query);
  hwp_sqlite_reset(query);
  sqlite3_clear_bindings(self->handle);
  self->bind_result = SQLITE_OK;
  if (self->is_in_use) hwp_sqlite_of(query->db)->n_in_use--;
  self->is_in_use = false;
}

void hwp_sqlite_forget_queries(hwp_sqlite *self) {
  for (int i = 0; i < HWP_SQLITE_CHAINS; i++) {
    self->recent[i] = NULL;
    while (self->chains[i]) {
      hwp_statement *first = self->chains[i];
      self->chains[i] = first->next;
      statement_delete(first);
    }
  }
  self->n_in_use = 0;
}

/* --- parameters --- */

static void note_bind(hwp_statement *self, int result) {
  if (self->bind_result == SQLITE_OK) self->bind_result = result;
}

void hwp_sqlite_bind_null(hw_query *query, int parameter) {
  hwp_statement *self = statement_of(query);
  note_bind(self, sqlite3_bind_null(self->handle, parameter));
}

void hwp_sqlite_bind_int(hw_query *query, int parameter, int64_t value) {
  hwp_statement *self = statement_of(query);
  note_bind(self, sqlite3_bind_int64(self->handle, parameter, value));
}

/* SQLite stores NaN as null, silently. */
void hwp_sqlite_bind_real(hw_query *query, int parameter, double value) {
  hwp_statement *self = statement_of(query);
  note_bind(self,
            isnan(value) ? SQLITE_MISMATCH : sqlite3_bind_double(self->handle, parameter, value));
}

void hwp_sqlite_bind_text(hw_query *query, int parameter, const char *text, size_t n) {
  hwp_statement *self = statement_of(query);
  note_bind(self,
            sqlite3_bind_text64(self->handle, parameter, text, n, SQLITE_STATIC, SQLITE_UTF8));
}

void hwp_sqlite_bind_bytes(hw_query *query, int parameter, const void *bytes, size_t n) {
  hwp_statement *self = statement_of(query);
  note_bind(self, sqlite3_bind_blob64(self->handle, parameter, bytes, n, SQLITE_STATIC));
}

/* --- running --- */

static hw_status fail_bind(const hwp_statement *self, hw_err *err) {
  switch (self->bind_result) {
    case SQLITE_NOMEM:
      return HW_NO_MEMORY(err, "a value");
    case SQLITE_TOOBIG:
      return hw_err_set(err, HW_E_VALUE, "a text or block of bytes is too long to be stored");
    case SQLITE_MISMATCH:
      return hw_err_set(err, HW_E_VALUE, "a value is not a number (NaN)");
    default:
      return hw_err_set(err, HW_E_BUG, "a parameter cannot be bound (%s): %s",
                        sqlite3_errstr(self->bind_result), self->text);
  }
}

hw_status hwp_sqlite_step(hw_query *query, bool *has_row, hw_err *err) {
  hwp_statement *self = statement_of(query);
  hwp_sqlite *db = hwp_sqlite_of(query->db);
  HW_TRY(hwp_sqlite_ready(db, err));
  if (self->bind_result != SQLITE_OK) return fail_bind(self, err);
  if (self->is_at_end) return HW_OK; /* SQLite would begin anew */
  const int result = sqlite3_step(self->handle);
  if (result == SQLITE_ROW) {
    *has_row = true;
    return HW_OK;
  }
  if (result == SQLITE_DONE) {
    self->is_at_end = true;
    return HW_OK;
  }
  hw_err told = HW_ERR_INIT;
  const hw_status status = hwp_sqlite_fail(db, result, &told);
  hwp_sqlite_reset(query);
  hwp_sqlite_note_failure(db, &told);
  if (err) *err = told;
  return status;
}

hw_status hwp_sqlite_run_query(hw_query *query, hw_err *err) {
  bool has_row = true;
  hw_status status = HW_OK;
  while (status == HW_OK && has_row) {
    has_row = false;
    status = hwp_sqlite_step(query, &has_row, err);
  }
  hwp_sqlite *db = hwp_sqlite_of(query->db);
  if (status == HW_OK)
    db->n_changes =
        sqlite3_stmt_readonly(statement_of(query)->handle) ? 0 : sqlite3_changes64(db->handle);
  hwp_sqlite_reset(query);
  return status;
}

void hwp_sqlite_reset(hw_query *query) {
  hwp_statement *self = statement_of(query);
  (void)sqlite3_reset(self->handle); /* repeats what the last step has told */
  self->is_at_end = false;
}

/* --- columns --- */

int hwp_sqlite_column_count(const hw_query *query) {
  return sqlite3_column_count(statement_of(query)->handle);
}

hw_db_type hwp_sqlite_type(const hw_query *query, int column) {
  switch (sqlite3_column_type(statement_of(query)->handle, column)) {
    case SQLITE_INTEGER:
      return HW_DB_INT;
    case SQLITE_FLOAT:
      return HW_DB_REAL;
    case SQLITE_TEXT:
      return HW_DB_TEXT;
    case SQLITE_BLOB:
      return HW_DB_BYTES;
    default:
      return HW_DB_NULL;
  }
}

int64_t hwp_sqlite_get_int(const hw_query *query, int column) {
  return sqlite3_column_int64(statement_of(query)->handle, column);
}

double hwp_sqlite_get_real(const hw_query *query, int column) {
  return sqlite3_column_double(statement_of(query)->handle, column);
}

const char *hwp_sqlite_get_text(const hw_query *query, int column) {
  return (const char *)sqlite3_column_text(statement_of(query)->handle, column);
}

const void *hwp_sqlite_get_bytes(const hw_query *query, int column, size_t *n) {
  sqlite3_stmt *handle = statement_of(query)->handle;
  const void *bytes = sqlite3_column_type(handle, column) == SQLITE_BLOB
                          ? sqlite3_column_blob(handle, column)
                          : sqlite3_column_text(handle, column);
  const int size = sqlite3_column_bytes(handle, column);
  *n = size > 0 ? (size_t)size : 0;
  /* SQLite has no pointer for no bytes; null is something else. */
  if (!bytes && sqlite3_column_type(handle, column) == SQLITE_BLOB) return "";
  return bytes;
}
