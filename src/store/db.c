/* The case database: choice of the back end, and dispatch to it.
 *
 * The location tells the back end: an address with a scheme is a server, all
 * else is the name of a file. What the functions promise stands in db.h; what
 * a back end supplies stands in db_ops.h. */
#include "store/db.h"

#include <string.h>

#include "base/check.h"
#include "store/db_ops.h"

static bool has_prefix(const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

hw_status hw_db_open(const char *location, hw_db_mode mode, hw_db **out, hw_err *err) {
  *out = NULL;
  if (has_prefix(location, "postgresql://") || has_prefix(location, "postgres://")) {
    /* The address may hold a password: it is not repeated. */
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "cases in a PostgreSQL database cannot be opened: name a file");
  }
  const hw_status status = hwp_sqlite_ops.open(location, mode, out, err);
  if (status != HW_OK && err != NULL && err->file[0] == '\0') hw_err_place(err, location, 0, 0);
  return status;
}

void hw_db_close(hw_db *self) {
  if (self) self->ops->close(self);
}

const char *hw_db_location(const hw_db *self) {
  return self->location;
}

/* --- transactions --- */

hw_status hw_db_begin(hw_db *self, hw_err *err) {
  return self->ops->begin(self, err);
}

hw_status hw_db_begin_read(hw_db *self, hw_err *err) {
  return self->ops->begin_read(self, err);
}

hw_status hw_db_commit(hw_db *self, hw_err *err) {
  return self->ops->commit(self, err);
}

void hw_db_rollback(hw_db *self) {
  self->ops->rollback(self);
}

bool hw_db_is_in_transaction(const hw_db *self) {
  return self->ops->is_in_transaction(self);
}

/* --- statements --- */

hw_status hw_db_run(hw_db *self, const char *sql, hw_err *err) {
  return self->ops->run(self, sql, err);
}

hw_status hw_db_query(hw_db *self, const char *sql, hw_query **out, hw_err *err) {
  *out = NULL;
  return self->ops->query(self, sql, out, err);
}

void hw_query_done(hw_query *self) {
  if (self) self->db->ops->done(self);
}

void hw_query_bind_null(hw_query *self, int parameter) {
  self->db->ops->bind_null(self, parameter);
}

void hw_query_bind_int(hw_query *self, int parameter, int64_t value) {
  self->db->ops->bind_int(self, parameter, value);
}

void hw_query_bind_real(hw_query *self, int parameter, double value) {
  self->db->ops->bind_real(self, parameter, value);
}

void hw_query_bind_text(hw_query *self, int parameter, const char *text) {
  hw_query_bind_text_n(self, parameter, text, text ? strlen(text) : 0);
}

void hw_query_bind_text_n(hw_query *self, int parameter, const char *text, size_t n) {
  if (text)
    self->db->ops->bind_text(self, parameter, text, n);
  else
    self->db->ops->bind_null(self, parameter);
}

void hw_query_bind_bytes(hw_query *self, int parameter, const void *bytes, size_t n) {
  if (bytes)
    self->db->ops->bind_bytes(self, parameter, bytes, n);
  else
    self->db->ops->bind_null(self, parameter);
}

hw_status hw_query_step(hw_query *self, bool *has_row, hw_err *err) {
  *has_row = false;
  return self->db->ops->step(self, has_row, err);
}

hw_status hw_query_run(hw_query *self, hw_err *err) {
  return self->db->ops->run_query(self, err);
}

void hw_query_reset(hw_query *self) {
  self->db->ops->reset(self);
}

int hw_query_column_count(const hw_query *self) {
  return self->db->ops->column_count(self);
}

hw_db_type hw_query_type(const hw_query *self, int column) {
  return self->db->ops->type(self, column);
}

int64_t hw_query_int(const hw_query *self, int column) {
  return self->db->ops->get_int(self, column);
}

double hw_query_real(const hw_query *self, int column) {
  return self->db->ops->get_real(self, column);
}

const char *hw_query_text(const hw_query *self, int column) {
  return self->db->ops->get_text(self, column);
}

const void *hw_query_bytes(const hw_query *self, int column, size_t *n) {
  return self->db->ops->get_bytes(self, column, n);
}

int64_t hw_db_changes(const hw_db *self) {
  return self->ops->changes(self);
}

/* --- definition of tables --- */

hw_status hw_db_create_table(hw_db *self, const hw_db_table *table, hw_err *err) {
  return self->ops->create_table(self, table, err);
}

hw_status hw_db_add_column(hw_db *self, const char *table, const hw_db_column *column,
                           hw_err *err) {
  return self->ops->add_column(self, table, column, err);
}

hw_status hw_db_create_index(hw_db *self, const char *name, const char *table, const char *columns,
                             const char *condition, hw_err *err) {
  return self->ops->create_index(self, name, table, columns, condition, err);
}

hw_status hw_db_schema(hw_db *self, char **out, hw_err *err) {
  *out = NULL;
  return self->ops->schema(self, out, err);
}

/* --- whole database --- */

hw_status hw_db_get_version(hw_db *self, int *out, hw_err *err) {
  return self->ops->get_version(self, out, err);
}

hw_status hw_db_set_version(hw_db *self, int version, hw_err *err) {
  return self->ops->set_version(self, version, err);
}

hw_status hw_db_examine(hw_db *self, hw_db_damage_fn *report, void *context,
                        void (*progress)(void *, uint64_t, uint64_t), void *progress_context,
                        hw_err *err) {
  return self->ops->examine(self, report, context, progress, progress_context, err);
}

hw_status hw_db_backup(hw_db *self, const char *path, void (*progress)(void *, uint64_t, uint64_t),
                       void *progress_context, hw_err *err) {
  return self->ops->backup(self, path, progress, progress_context, err);
}
