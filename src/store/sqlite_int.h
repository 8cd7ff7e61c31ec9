/** @file
 * The SQLite back end: what its files share.
 *
 *     sqlite.c         connection, transactions, the table of functions
 *     sqlite_file.c    what stands under a name, making and publishing files
 *     sqlite_query.c   statements and their cache
 *     sqlite_schema.c  tables, triggers, indexes
 *     sqlite_whole.c   examination and backup
 *     sqlite_error.c   SQLite's result codes in our words
 *     sqlite_pages.c   a checksum on every page
 *
 * This header is the only one of the store that names sqlite3.h.
 */
#ifndef HW_STORE_SQLITE_INT_H
#define HW_STORE_SQLITE_INT_H

#include <sqlite3.h>

#include "store/db_ops.h"
#include "store/sqlite_pages.h"

/** Chains of the statement cache. */
#define HWP_SQLITE_CHAINS 64

typedef struct hwp_statement hwp_statement;

typedef struct hwp_sqlite {
  hw_db base;
  sqlite3 *handle; /**< NULL from the first commit of a new database to its next use */
  char *path;      /**< of the file, symbolic links resolved */
  char *making;    /**< path of the file while it has not got its name; NULL = it has */
  hw_db_mode mode;
  bool is_lost; /**< the new database could not get its name */
  bool is_in_transaction;
  bool is_writing;        /**< the transaction is, or was, a writing one */
  hw_err undone;          /**< why SQLite gave up the transaction; HW_OK = it did not */
  double waiting_since_s; /**< begin of the present wait for another process */
  int64_t n_changes;
  int n_in_use;                             /**< statements that are out of the cache */
  hwp_statement *chains[HWP_SQLITE_CHAINS]; /**< statements by the hash of their text */
  hwp_statement *recent[HWP_SQLITE_CHAINS]; /**< the last one of each place of a text in memory */
  hwp_pages pages;                          /**< what the page checksums have found */
} hwp_sqlite;

/** One prepared statement. */
struct hwp_statement {
  hw_query base;
  sqlite3_stmt *handle;
  hwp_statement *next; /**< in its chain */
  char *text;
  int bind_result; /**< first failure to bind, SQLITE_OK = none */
  bool is_in_use;
  bool is_at_end; /**< the last step said that there is no further row */
};

static inline hwp_sqlite *hwp_sqlite_of(hw_db *db) {
  return (hwp_sqlite *)(void *)db;
}

/* --- sqlite_error.c --- */

/** A failed call of SQLite as a status, a sentence and a place.
 * @param result  extended result code, not SQLITE_OK, _ROW or _DONE */
HW_MUST_CHECK hw_status hwp_sqlite_fail(hwp_sqlite *self, int result, hw_err *err);
/** True for what a damaged file can cause: also statements that the schema no longer permits. */
bool hwp_sqlite_is_damage(hw_status status);

/* --- sqlite.c --- */

/** HW_E_STATE with the reason if SQLite has undone the transaction by itself: nothing may run
 * outside it that was meant to be inside. */
HW_MUST_CHECK hw_status hwp_sqlite_ready(hwp_sqlite *self, hw_err *err);
/** To be called after every failure: notes whether the transaction is still there. */
void hwp_sqlite_note_failure(hwp_sqlite *self, const hw_err *err);
/** Runs constant SQL text. */
HW_MUST_CHECK hw_status hwp_sqlite_exec(hwp_sqlite *self, const char *sql, hw_err *err);

/* --- sqlite_file.c --- */

/** How an existing file can be opened. */
typedef struct hwp_file_access {
  bool is_writable; /**< the file has write permission for us, and so has its folder */
  bool has_wal;     /**< a write-ahead log with content lies beside it */
  bool hides_wal;   /**< and it cannot be read, for files cannot be made beside it */
  char reason[160]; /**< why it is not writable */
} hwp_file_access;

/** Looks at a file before SQLite does. @param path  [out] resolved; free() it
 * @return HW_E_NOT_FOUND, HW_E_DENIED, HW_E_SYNTAX (no file), HW_E_IO … */
HW_MUST_CHECK hw_status hwp_file_look(const char *location, char **path, hwp_file_access *access,
                                      hw_err *err);
/** Looks at the first bytes of an open file. @return HW_E_SYNTAX (not ours, and what it is);
 * HW_E_DAMAGED (ours, but the fixed part of its header is not what it must be; not in
 * HW_DB_EXAMINE) */
HW_MUST_CHECK hw_status hwp_file_check_kind(hwp_sqlite *self, hw_err *err);
/** Makes an empty file beside @p target under a name that tells what it is:
 * TARGET.new-XXXXXXXX. @return HW_E_DUPLICATE if the target exists */
HW_MUST_CHECK hw_status hwp_file_make(const char *target, char **path, hw_err *err);
/** Gives a made file its name, on disk when it returns; never replaces a file. The made one is
 * gone afterwards, whatever happened. */
HW_MUST_CHECK hw_status hwp_file_publish(const char *making, const char *target, hw_err *err);
/** Removes a file in the making with what SQLite put beside it. */
void hwp_file_discard(const char *making);
/** SQLite's address of a file: "file:PATH", special characters encoded. Free with free(). */
HW_MUST_CHECK hw_status hwp_file_uri(const char *path, bool is_immutable, char **out, hw_err *err);

/* --- sqlite_query.c --- */

hw_status hwp_sqlite_query(hw_db *db, const char *sql, hw_query **out, hw_err *err);
void hwp_sqlite_done(hw_query *query);
void hwp_sqlite_bind_null(hw_query *query, int parameter);
void hwp_sqlite_bind_int(hw_query *query, int parameter, int64_t value);
void hwp_sqlite_bind_real(hw_query *query, int parameter, double value);
void hwp_sqlite_bind_text(hw_query *query, int parameter, const char *text, size_t n);
void hwp_sqlite_bind_bytes(hw_query *query, int parameter, const void *bytes, size_t n);
hw_status hwp_sqlite_step(hw_query *query, bool *has_row, hw_err *err);
hw_status hwp_sqlite_run_query(hw_query *query, hw_err *err);
void hwp_sqlite_reset(hw_query *query);
int hwp_sqlite_column_count(const hw_query *query);
hw_db_type hwp_sqlite_type(const hw_query *query, int column);
int64_t hwp_sqlite_get_int(const hw_query *query, int column);
double hwp_sqlite_get_real(const hw_query *query, int column);
const char *hwp_sqlite_get_text(const hw_query *query, int column);
const void *hwp_sqlite_get_bytes(const hw_query *query, int column, size_t *n);
/** Frees all statements, in use or not. */
void hwp_sqlite_forget_queries(hwp_sqlite *self);

/* --- sqlite_schema.c --- */

hw_status hwp_sqlite_create_table(hw_db *db, const hw_db_table *table, hw_err *err);
hw_status hwp_sqlite_add_column(hw_db *db, const char *table, const hw_db_column *column,
                                hw_err *err);
hw_status hwp_sqlite_create_index(hw_db *db, const char *name, const char *table,
                                  const char *columns, const char *condition, hw_err *err);
hw_status hwp_sqlite_schema(hw_db *db, char **out, hw_err *err);

/* --- sqlite_whole.c --- */

hw_status hwp_sqlite_examine(hw_db *db, hw_db_damage_fn *report, void *context,
                             void (*progress)(void *, uint64_t, uint64_t), void *progress_context,
                             hw_err *err);
hw_status hwp_sqlite_backup(hw_db *db, const char *path,
                            void (*progress)(void *, uint64_t, uint64_t), void *progress_context,
                            hw_err *err);

#endif
