/* Definition of tables: the only place where SQL text is put together.
 *
 * It is made from constants of the program, never from data. Names consist of
 * small letters, digits and underscores, which is checked, and are quoted all
 * the same. Every table is STRICT, so that a column holds its type or null.
 *
 *     CREATE TABLE "person" ("id" INTEGER PRIMARY KEY, "code" TEXT NOT NULL, …) STRICT
 *     CREATE UNIQUE INDEX "person_unique" ON "person" ("code")
 *     CREATE TRIGGER "person_stays" BEFORE DELETE ON "person" … RAISE
 *     CREATE TRIGGER "person_is_fixed" BEFORE UPDATE ON "person" [WHEN …] … RAISE
 *
 * Everything is a statement of its own and columns come last in theirs, because
 * then a table with a column that was added later has the very text of a table
 * that was made with it: hw_db_schema compares a migrated database with a new
 * one. For the same reason an added column enters the trigger that fixes an
 * append-only table, by text: the condition is a list of comparisons, one more
 * goes to its end.
 *
 * References are checked when a transaction ends, so that rows may come in any
 * order. "UPDATE" of `id` is refused in every table: it would be a deletion. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/str.h"
#include "store/sqlite_int.h"

/* Begin of what is behind the condition of a trigger. */
static const char TRIGGER_BODY[] = " BEGIN SELECT RAISE(ABORT, ";

static bool is_name(const char *text, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const char c = text[i];
    if (!((c >= 'a' && c <= 'z') || c == '_' || (i > 0 && c >= '0' && c <= '9'))) return false;
  }
  return n > 0 && n < 64;
}

static hw_status check_name(const char *text, size_t n, hw_err *err) {
  if (is_name(text, n)) return HW_OK;
  return hw_err_set(err, HW_E_BUG, "\"%.*s\" cannot be the name of a table or column",
                    n < 64 ? (int)n : 64, text);
}

static void append_quoted(hw_str *sql, const char *name, size_t n) {
  hw_str_append(sql, "\"");
  hw_str_append_bytes(sql, name, n);
  hw_str_append(sql, "\"");
}

/* Takes the next of comma-separated names: from *rest, which moves on. False at the end. */
static bool next_name(const char **rest, const char **name, size_t *n) {
  const char *begin = *rest;
  while (*begin == ' ' || *begin == ',') begin++;
  if (*begin == '\0') return false;
  size_t length = strcspn(begin, ",");
  *rest = begin + length;
  while (length > 0 && begin[length - 1] == ' ') length--;
  *name = begin;
  *n = length;
  return true;
}

static bool has_name(const char *list, const char *wanted) {
  const char *name;
  size_t n;
  while (list && next_name(&list, &name, &n))
    if (n == strlen(wanted) && memcmp(name, wanted, n) == 0) return true;
  return false;
}

/* Runs a text that was put together, and frees it. */
static hw_status run_and_clear(hw_db *db, hw_str *sql, hw_err *err) {
  hw_status status = hw_str_status(sql);
  if (status == HW_OK)
    status = hw_db_run(db, hw_str_text(sql), err);
  else
    status = HW_NO_MEMORY(err, "the definition of a table");
  hw_str_clear(sql);
  return status;
}

/* --- tables --- */

static hw_status append_column(hw_str *sql, const hw_db_column *column, hw_err *err) {
  static const char *const TYPES[] = {[HW_DB_INT] = "INTEGER",
                                      [HW_DB_REAL] = "REAL",
                                      [HW_DB_TEXT] = "TEXT",
                                      [HW_DB_BYTES] = "BLOB"};
  HW_TRY(check_name(column->name, strlen(column->name), err));
  HW_BUG_IF(column->type <= HW_DB_NULL || column->type > HW_DB_BYTES, err);
  append_quoted(sql, column->name, strlen(column->name));
  hw_str_append(sql, " ");
  hw_str_append(sql, TYPES[column->type]);
  if (column->is_required) hw_str_append(sql, " NOT NULL");
  if (column->references) {
    HW_TRY(check_name(column->references, strlen(column->references), err));
    hw_str_append(sql, " REFERENCES ");
    append_quoted(sql, column->references, strlen(column->references));
    hw_str_append(sql, " (\"id\") DEFERRABLE INITIALLY DEFERRED");
  }
  if (column->check) {
    hw_str_append(sql, " CHECK (");
    hw_str_append(sql, column->check);
    hw_str_append(sql, ")");
  }
  return HW_OK;
}

static hw_status append_names(hw_str *sql, const char *list, hw_err *err) {
  const char *name, *separator = "(";
  size_t n;
  while (next_name(&list, &name, &n)) {
    HW_TRY(check_name(name, n, err));
    hw_str_append(sql, separator);
    append_quoted(sql, name, n);
    separator = ", ";
  }
  HW_BUG_IF(separator[0] == '(', err);
  hw_str_append(sql, ")");
  return HW_OK;
}

static hw_status create_index(hw_db *db, const char *kind, const char *name, const char *suffix,
                              const char *table, const char *columns, const char *condition,
                              hw_err *err) {
  hw_str sql = HW_STR_INIT;
  hw_str_append_format(&sql, "CREATE %s \"%s%s\" ON \"%s\" ", kind, name, suffix, table);
  const hw_status status = append_names(&sql, columns, err);
  if (status != HW_OK) {
    hw_str_clear(&sql);
    return status;
  }
  if (condition != NULL) hw_str_append_format(&sql, " WHERE %s", condition);
  return run_and_clear(db, &sql, err);
}

/* --- triggers --- */

static void append_raise(hw_str *sql, const char *table, const char *never) {
  hw_str_append(sql, TRIGGER_BODY);
  hw_str_append_format(sql, "'rows of %s are never %s'); END", table, never);
}

static void append_comparison(hw_str *sql, const char *column) {
  hw_str_append_format(sql, "NEW.\"%s\" IS NOT OLD.\"%s\"", column, column);
}

static hw_status create_delete_trigger(hw_db *db, const char *table, hw_err *err) {
  hw_str sql = HW_STR_INIT;
  hw_str_append_format(&sql, "CREATE TRIGGER \"%s_stays\" BEFORE DELETE ON \"%s\"", table, table);
  append_raise(&sql, table, "deleted");
  return run_and_clear(db, &sql, err);
}

/* Without changeable columns any update is refused; in a table that is not append-only, only a
 * change of `id`. */
static hw_status create_update_trigger(hw_db *db, const hw_db_table *table, hw_err *err) {
  hw_str sql = HW_STR_INIT;
  hw_str_append_format(&sql, "CREATE TRIGGER \"%s_is_fixed\" BEFORE UPDATE ON \"%s\"", table->name,
                       table->name);
  if (!table->is_append_only || table->changeable) {
    hw_str_append(&sql, " WHEN ");
    append_comparison(&sql, "id");
    for (int i = 0; table->is_append_only && i < table->n_columns; i++) {
      if (has_name(table->changeable, table->columns[i].name)) continue;
      hw_str_append(&sql, " OR ");
      append_comparison(&sql, table->columns[i].name);
    }
  }
  append_raise(&sql, table->name, table->is_append_only ? "changed" : "renumbered");
  return run_and_clear(db, &sql, err);
}

static bool has_column(const hw_db_table *table, const char *name, size_t n) {
  for (int i = 0; i < table->n_columns; i++)
    if (strlen(table->columns[i].name) == n && memcmp(table->columns[i].name, name, n) == 0)
      return true;
  return false;
}

static hw_status check_list(const hw_db_table *table, const char *list, hw_err *err) {
  const char *name;
  size_t n;
  while (list && next_name(&list, &name, &n))
    if (!has_column(table, name, n))
      return hw_err_set(err, HW_E_BUG, "table %s has no column \"%.*s\"", table->name, (int)n,
                        name);
  return HW_OK;
}

hw_status hwp_sqlite_create_table(hw_db *db, const hw_db_table *table, hw_err *err) {
  HW_TRY(check_name(table->name, strlen(table->name), err));
  HW_TRY(check_list(table, table->unique, err));
  HW_TRY(check_list(table, table->changeable, err));
  hw_str sql = HW_STR_INIT;
  hw_str_append_format(&sql, "CREATE TABLE \"%s\" (\"id\" INTEGER PRIMARY KEY", table->name);
  for (int i = 0; i < table->n_columns; i++) {
    hw_str_append(&sql, ", ");
    const hw_status status = append_column(&sql, &table->columns[i], err);
    if (status != HW_OK) {
      hw_str_clear(&sql);
      return status;
    }
  }
  hw_str_append(&sql, ") STRICT");
  HW_TRY(run_and_clear(db, &sql, err));
  if (table->unique)
    HW_TRY(create_index(db, "UNIQUE INDEX", table->name, "_unique", table->name, table->unique,
                        NULL, err));
  HW_TRY(create_delete_trigger(db, table->name, err));
  return create_update_trigger(db, table, err);
}

/* --- changes of tables --- */

/* The text of a trigger. Free with free(). */
static hw_status find_trigger(hw_db *db, const char *name, char **out, hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  *out = NULL;
  HW_TRY(hw_db_query(db, "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = $1",
                     &query, err));
  hw_query_bind_text(query, 1, name);
  hw_status status = hw_query_step(query, &has_row, err);
  if (status == HW_OK && !has_row)
    status = hw_err_set(err, HW_E_DAMAGED, "the trigger %s is missing: run 'homeward check'", name);
  if (status == HW_OK) {
    *out = strdup(hw_query_text(query, 0));
    if (!*out) status = HW_NO_MEMORY(err, "the definition of a table");
  }
  hw_query_done(query);
  return status;
}

/* A new column of an append-only table is fixed like the others. */
static hw_status extend_update_trigger(hw_db *db, const char *table, const char *column,
                                       hw_err *err) {
  hw_str name = HW_STR_INIT, sql = HW_STR_INIT;
  char *old = NULL;
  hw_str_append_format(&name, "%s_is_fixed", table);
  hw_status status = find_trigger(db, hw_str_text(&name), &old, err);
  const char *body = status == HW_OK ? strstr(old, TRIGGER_BODY) : NULL;
  const bool is_listed = body && strstr(old, " WHEN ") && strstr(body, "never changed");
  if (is_listed) {
    hw_str_append_format(&sql, "DROP TRIGGER \"%s_is_fixed\"; ", table);
    hw_str_append_bytes(&sql, old, (size_t)(body - old));
    hw_str_append(&sql, " OR ");
    append_comparison(&sql, column);
    hw_str_append(&sql, body);
    status = run_and_clear(db, &sql, err);
  }
  hw_str_clear(&name);
  free(old);
  return status;
}

hw_status hwp_sqlite_add_column(hw_db *db, const char *table, const hw_db_column *column,
                                hw_err *err) {
  HW_TRY(check_name(table, strlen(table), err));
  HW_BUG_IF(column->is_required, err);
  hw_str sql = HW_STR_INIT;
  hw_str_append_format(&sql, "ALTER TABLE \"%s\" ADD COLUMN ", table);
  const hw_status status = append_column(&sql, column, err);
  if (status != HW_OK) {
    hw_str_clear(&sql);
    return status;
  }
  HW_TRY(run_and_clear(db, &sql, err));
  return extend_update_trigger(db, table, column->name, err);
}

hw_status hwp_sqlite_create_index(hw_db *db, const char *name, const char *table,
                                  const char *columns, const char *condition, hw_err *err) {
  HW_TRY(check_name(name, strlen(name), err));
  HW_TRY(check_name(table, strlen(table), err));
  return create_index(db, "INDEX", name, "", table, columns, condition, err);
}

hw_status hwp_sqlite_schema(hw_db *db, char **out, hw_err *err) {
  hw_query *query = NULL;
  hw_str text = HW_STR_INIT;
  bool has_row = false;
  HW_TRY(hw_db_query(db,
                     "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE "
                     "'sqlite_%' ORDER BY type = 'trigger', type = 'index', tbl_name, name",
                     &query, err));
  hw_status status = hw_query_step(query, &has_row, err);
  while (status == HW_OK && has_row) {
    hw_str_append(&text, hw_query_text(query, 0));
    hw_str_append(&text, "\n");
    status = hw_query_step(query, &has_row, err);
  }
  hw_query_done(query);
  hw_str_append(&text, "");
  if (status == HW_OK && (hw_str_status(&text) != HW_OK || !text.bytes))
    status = HW_NO_MEMORY(err, "the definition of the database");
  if (status != HW_OK)
    hw_str_clear(&text);
  else
    *out = text.bytes;
  return status;
}
