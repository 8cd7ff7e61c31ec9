/** @file
 * What a back end of store/db.h fills in.
 *
 * A back end's connection and statement begin with hw_db and hw_query; db.c
 * calls the functions below through the connection. Every function keeps the
 * promise of its namesake in store/db.h; db.c checks nothing and adds nothing
 * but the choice of the back end, so that a test of db.h tests the back end.
 */
#ifndef HW_STORE_DB_OPS_H
#define HW_STORE_DB_OPS_H

#include "store/db.h"

typedef struct hw_db_ops hw_db_ops;

/** First member of every back end's connection. */
struct hw_db {
  const hw_db_ops *ops;
  char *location; /**< as the user gave it; the back end frees it */
};

/** First member of every back end's statement. */
struct hw_query {
  hw_db *db;
};

struct hw_db_ops {
  hw_status (*open)(const char *location, hw_db_mode mode, hw_db **out, hw_err *err);
  void (*close)(hw_db *self);

  hw_status (*begin)(hw_db *self, hw_err *err);
  hw_status (*begin_read)(hw_db *self, hw_err *err);
  hw_status (*commit)(hw_db *self, hw_err *err);
  void (*rollback)(hw_db *self);
  bool (*is_in_transaction)(const hw_db *self);

  hw_status (*run)(hw_db *self, const char *sql, hw_err *err);
  hw_status (*query)(hw_db *self, const char *sql, hw_query **out, hw_err *err);
  void (*done)(hw_query *self);
  void (*bind_null)(hw_query *self, int parameter);
  void (*bind_int)(hw_query *self, int parameter, int64_t value);
  void (*bind_real)(hw_query *self, int parameter, double value);
  void (*bind_text)(hw_query *self, int parameter, const char *text, size_t n);
  void (*bind_bytes)(hw_query *self, int parameter, const void *bytes, size_t n);
  hw_status (*step)(hw_query *self, bool *has_row, hw_err *err);
  hw_status (*run_query)(hw_query *self, hw_err *err);
  void (*reset)(hw_query *self);
  int (*column_count)(const hw_query *self);
  hw_db_type (*type)(const hw_query *self, int column);
  int64_t (*get_int)(const hw_query *self, int column);
  double (*get_real)(const hw_query *self, int column);
  const char *(*get_text)(const hw_query *self, int column);
  const void *(*get_bytes)(const hw_query *self, int column, size_t *n);
  int64_t (*changes)(const hw_db *self);

  hw_status (*create_table)(hw_db *self, const hw_db_table *table, hw_err *err);
  hw_status (*add_column)(hw_db *self, const char *table, const hw_db_column *column, hw_err *err);
  hw_status (*create_index)(hw_db *self, const char *name, const char *table, const char *columns,
                            const char *condition, hw_err *err);
  hw_status (*schema)(hw_db *self, char **out, hw_err *err);

  hw_status (*get_version)(hw_db *self, int *out, hw_err *err);
  hw_status (*set_version)(hw_db *self, int version, hw_err *err);
  hw_status (*examine)(hw_db *self, hw_db_damage_fn *report, void *context,
                       void (*progress)(void *, uint64_t, uint64_t), void *progress_context,
                       hw_err *err);
  hw_status (*backup)(hw_db *self, const char *path, void (*progress)(void *, uint64_t, uint64_t),
                      void *progress_context, hw_err *err);
};

/** The back end of files (store/sqlite.c). */
extern const hw_db_ops hwp_sqlite_ops;

#endif
