/** @file
 * One connection to the database that holds a case: what every back end offers.
 *
 * SQL is written once, in store/, in the portable form: parameters `$1`, `$2`, …
 * in order of first use; `ON CONFLICT … DO NOTHING`; LIMIT; no type names. DDL
 * is made from the kinds (store/kind.h) by the back end's own functions. SQLite
 * stands behind it now (store/sqlite.c); another back end fills the same
 * hw_db_ops and passes the same tests.
 *
 * A connection and its queries belong to one thread at a time.
 *
 * Example:
 * @code
 *   hw_db *db = NULL;
 *   hw_query *q = NULL;
 *   HW_TRY(hw_db_open("case.hwc", HW_DB_READ, &db, err));
 *   hw_status s = hw_db_query(db, "SELECT id, code FROM person WHERE sex = $1", &q, err);
 *   hw_query_bind_text(q, 1, "male");
 *   bool has_row;
 *   while ((s = hw_query_step(q, &has_row, err)) == HW_OK && has_row) use(hw_query_text(q, 1));
 *   hw_query_done(q);
 *   hw_db_close(db);
 * @endcode
 */
#ifndef HW_STORE_DB_H
#define HW_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "homeward/status.h"

typedef struct hw_db hw_db;
/** A prepared statement. It belongs to its connection, which keeps it for the next time the
 * same text is asked for. */
typedef struct hw_query hw_query;

typedef enum hw_db_mode {
  HW_DB_READ,    /**< nothing is written; a database on a read-only medium opens too */
  HW_DB_WRITE,   /**< must exist and be writable */
  HW_DB_CREATE,  /**< must not exist; appears with the first hw_db_commit, complete, never before */
  HW_DB_EXAMINE, /**< like HW_DB_READ, but damaged pages are counted and passed on, so that what
                      can still be read can be told (`homeward check`) */
  HW_DB_MODEL    /**< empty, in memory alone, to compare others with; the location only names it */
} hw_db_mode;

/** Opens a case database: a file name, later also `postgresql://…`.
 *
 * Waits up to HW_DB_BUSY_MS for another process. A file without any write permission bit is
 * never written, whoever asks. A new file belongs to its owner alone (mode 0600). While a file is
 * open here, the process must not open and close it by other means: that would drop its locks.
 *
 * @return HW_OK; HW_E_NOT_FOUND; HW_E_DUPLICATE (HW_DB_CREATE: it exists); HW_E_DENIED
 *         (permission, read-only); HW_E_SYNTAX (not a case database of ours; the message says
 *         what it looks like); HW_E_DAMAGED; HW_E_BUSY; HW_E_IO; HW_E_NO_MEMORY; err->file is set */
HW_MUST_CHECK hw_status hw_db_open(const char *location, hw_db_mode mode, hw_db **out, hw_err *err);

/** Closes; an open transaction is rolled back. NULL is allowed. */
void hw_db_close(hw_db *self);

/** How long a writer waits for another before HW_E_BUSY. */
#define HW_DB_BUSY_MS 10000

/** The file name or address it was opened with. */
const char *hw_db_location(const hw_db *self);

/* --- transactions --- */

/** Begins a writing transaction at once (waits for another writer; HW_E_BUSY if too long). */
HW_MUST_CHECK hw_status hw_db_begin(hw_db *self, hw_err *err);
/** Begins a reading transaction: all queries until the end see one state. */
HW_MUST_CHECK hw_status hw_db_begin_read(hw_db *self, hw_err *err);
/** Makes everything since begin permanent (on disk when it returns). On failure (disk full) the
 * transaction is rolled back. The first one of a new database gives it its name: HW_E_DUPLICATE if
 * another has appeared there meanwhile; no statement may be in use. On failure the new database is
 * lost. */
HW_MUST_CHECK hw_status hw_db_commit(hw_db *self, hw_err *err);
/** Undoes everything since begin; nothing happens without a transaction. */
void hw_db_rollback(hw_db *self);
bool hw_db_is_in_transaction(const hw_db *self);

/* --- statements --- */

/** Runs statements without parameters or results (constant text: DDL). */
HW_MUST_CHECK hw_status hw_db_run(hw_db *self, const char *sql, hw_err *err);

/** The statement of a constant text, prepared or taken from the connection's cache, reset, with
 * all parameters NULL. The same text cannot be in use twice at once (HW_E_BUG).
 * @param out  [out] give back with hw_query_done; NULL on failure */
HW_MUST_CHECK hw_status hw_db_query(hw_db *self, const char *sql, hw_query **out, hw_err *err);

/** Gives a statement back to the cache; NULL is allowed. */
void hw_query_done(hw_query *self);

/** Parameters count from 1. Text and bytes are borrowed until the statement is reset or done. A
 * failure is kept and told by the next step. */
void hw_query_bind_null(hw_query *self, int parameter);
void hw_query_bind_int(hw_query *self, int parameter, int64_t value);
void hw_query_bind_real(hw_query *self, int parameter, double value);
void hw_query_bind_text(hw_query *self, int parameter, const char *text); /**< NULL = null */
void hw_query_bind_text_n(hw_query *self, int parameter, const char *text, size_t n);
void hw_query_bind_bytes(hw_query *self, int parameter, const void *bytes, size_t n);

/** Takes the next row; for statements without rows, runs it.
 * @return HW_OK; HW_E_CONFLICT (a key exists already, a constraint refuses); HW_E_DAMAGED;
 *         HW_E_IO (disk full and others, in words); HW_E_DENIED (read-only); HW_E_BUSY;
 *         HW_E_VALUE (NaN, too long); HW_E_STATE (the transaction was undone by an earlier failure:
 *         roll back) */
HW_MUST_CHECK hw_status hw_query_step(hw_query *self, bool *has_row, hw_err *err);
/** Runs a statement without result to its end and resets it, parameters kept. */
HW_MUST_CHECK hw_status hw_query_run(hw_query *self, hw_err *err);
/** Ready to be stepped again; parameters stay. */
void hw_query_reset(hw_query *self);

typedef enum hw_db_type { HW_DB_NULL, HW_DB_INT, HW_DB_REAL, HW_DB_TEXT, HW_DB_BYTES } hw_db_type;

/** Columns of the current row count from 0; pointers are valid until the next step. */
int hw_query_column_count(const hw_query *self);
hw_db_type hw_query_type(const hw_query *self, int column);
int64_t hw_query_int(const hw_query *self, int column);
double hw_query_real(const hw_query *self, int column);
const char *hw_query_text(const hw_query *self, int column); /**< NULL for null */
/** @return pointer and size of text or bytes; NULL and 0 for null */
const void *hw_query_bytes(const hw_query *self, int column, size_t *n);

/** Rows that the last hw_query_run changed. */
int64_t hw_db_changes(const hw_db *self);

/* --- definition of tables --- */

/** Column of a table to be made. */
typedef struct hw_db_column {
  const char *name;
  hw_db_type type; /**< not HW_DB_NULL */
  bool is_required;
  const char *references; /**< table whose `id` it names; NULL = none */
  const char *check;      /**< portable SQL condition on the columns; NULL = none */
} hw_db_column;

typedef struct hw_db_table {
  const char *name;
  int n_columns;
  const hw_db_column *columns; /**< besides `id`, an integer primary key, which comes first */
  const char *unique;          /**< comma-separated columns that are unique together, or NULL */
  bool is_append_only;         /**< rows are never changed: guarded by triggers */
  const char *changeable;      /**< comma-separated columns that may change in an append-only
                                    table; NULL = none */
} hw_db_table;

/** Makes a table. In any table deleting rows and changing `id` is refused by triggers. References
 * are checked at the end of a transaction. */
HW_MUST_CHECK hw_status hw_db_create_table(hw_db *self, const hw_db_table *table, hw_err *err);
/** Adds a column that is not required; in an append-only table it cannot be changed. */
HW_MUST_CHECK hw_status hw_db_add_column(hw_db *self, const char *table, const hw_db_column *column,
                                         hw_err *err);
/** Makes an index over comma-separated columns.
 * @param condition  portable SQL condition: only rows that fulfil it are indexed; NULL = all. An
 *                   index of the rows where a column is not null serves any comparison with it */
HW_MUST_CHECK hw_status hw_db_create_index(hw_db *self, const char *name, const char *table,
                                           const char *columns, const char *condition, hw_err *err);
/** The definition of everything in the database as text in a fixed order, for comparing with
 * what the program would make. Free with free(). */
HW_MUST_CHECK hw_status hw_db_schema(hw_db *self, char **out, hw_err *err);

/* --- whole database --- */

/** A version number that the store keeps outside of tables. */
HW_MUST_CHECK hw_status hw_db_get_version(hw_db *self, int *out, hw_err *err);
HW_MUST_CHECK hw_status hw_db_set_version(hw_db *self, int version, hw_err *err);

/** Something wrong below the level of records. */
typedef struct hw_db_damage {
  int64_t page;     /**< 0 = not tied to a page */
  const char *text; /**< one sentence; borrowed for the call */
} hw_db_damage;
typedef hw_status hw_db_damage_fn(void *context, const hw_db_damage *damage, hw_err *err);

/** Examines every page (checksums) and structure (trees, indexes, foreign keys) and reports each
 * damage once. Inside a transaction, what that one sees.
 * @param progress  called now and then with work done and in all; NULL = none */
HW_MUST_CHECK hw_status hw_db_examine(hw_db *self, hw_db_damage_fn *report, void *context,
                                      void (*progress)(void *, uint64_t, uint64_t),
                                      void *progress_context, hw_err *err);

/** Copies the whole database, as it is at one moment, to a new file that appears under its name
 * when it is complete, while others go on reading and writing.
 * @return also HW_E_DUPLICATE if the target exists */
HW_MUST_CHECK hw_status hw_db_backup(hw_db *self, const char *path,
                                     void (*progress)(void *, uint64_t, uint64_t),
                                     void *progress_context, hw_err *err);

#endif
