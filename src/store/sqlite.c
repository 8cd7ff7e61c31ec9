/* The case database in one file: SQLite.
 *
 * A connection is opened with the settings below and nothing else; what they
 * protect against is said beside each. Readers never wait for the writer nor
 * the writer for readers (write-ahead log); writers wait for one another.
 *
 * A new database is made under another name in the same folder and gets its own
 * with the first commit, complete and on disk: a file of that name never holds
 * half a database, whenever the process is killed. What a killed process leaves
 * is called NAME.new-XXXXXXXX and may be deleted.
 *
 * A transaction belongs to the caller: begin, then commit or rollback. SQLite
 * gives up a transaction by itself when the disk is full or fails; then every
 * further statement is refused until the caller has rolled back, for it would
 * run outside the transaction and be permanent.
 *
 * Reading without write permission: the log needs two files beside the
 * database. Where they cannot be made and no log is there, the file is opened as
 * one that nobody changes ("immutable"); that holds for media that are
 * read-only. A process with write permission could still change it under us;
 * the page checksums and SQLite's checks then tell of damage, not of wrong rows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "store/sqlite_int.h"

/* --- waiting for other processes --- */

/* Asks again after 1, 2, 3 … 10 ms, and every 2 ms once a second has passed: a writer that has
 * waited long asks more often than those that have just come, so that a stream of short
 * transactions cannot starve it. A part of every pause is random, lest two fall into step. */
static int wait_for_others(void *context, int n_asked) {
  hwp_sqlite *self = context;
  const double now = hw_clock_now_s();
  if (n_asked == 0) self->waiting_since_s = now;
  const double waited = now - self->waiting_since_s;
  if (waited * 1000 >= HW_DB_BUSY_MS) return 0;
  unsigned char random;
  sqlite3_randomness(1, &random);
  const long pause_us = (waited > 1 ? 2 : n_asked < 10 ? n_asked + 1 : 10) * 1000L;
  const struct timespec pause = {0, (pause_us / 2 + pause_us * random / 512) * 1000};
  nanosleep(&pause, NULL);
  return 1;
}

/* --- settings --- */

static const struct {
  int option, value;
} OPTIONS[] = {
    {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 1},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_DEFENSIVE, 1},      /* no statement can damage the file on purpose */
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0}, /* a schema that somebody has planted stays harmless */
    {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
    {SQLITE_DBCONFIG_DQS_DML, 0}, /* a mistyped column is an error, no text */
    {SQLITE_DBCONFIG_DQS_DDL, 0},
};

static const struct {
  int limit, value;
} LIMITS[] = {
    {SQLITE_LIMIT_LENGTH, 256 << 20},    {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
    {SQLITE_LIMIT_COLUMN, 256},          {SQLITE_LIMIT_EXPR_DEPTH, 200},
    {SQLITE_LIMIT_COMPOUND_SELECT, 50},  {SQLITE_LIMIT_FUNCTION_ARG, 32},
    {SQLITE_LIMIT_ATTACHED, 0},          {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 256}, {SQLITE_LIMIT_TRIGGER_DEPTH, 16},
};

/* Of every connection. The cache is bounded also inside a transaction of a million rows: what does
 * not fit goes into the log. Recursive triggers: without them "INSERT OR REPLACE" deletes rows
 * past the trigger that forbids it. */
static const char *const SETTINGS[] = {
    "PRAGMA cache_size = -65536",
    "PRAGMA cache_spill = ON",
    "PRAGMA mmap_size = 0",
    "PRAGMA temp_store = FILE",
    "PRAGMA synchronous = FULL",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA cell_size_check = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_size_limit = 67108864",
};

/* Of a new file, before anything is written. */
static const char SETTINGS_NEW[] = "PRAGMA page_size = 4096;"
                                   "PRAGMA auto_vacuum = NONE;"
                                   "PRAGMA encoding = 'UTF-8';"
                                   "PRAGMA application_id = 0x48574344;"
                                   "PRAGMA journal_mode = WAL;";
_Static_assert(HWP_PAGE_SIZE == 4096 && HWP_APPLICATION_ID == 0x48574344, "as in SETTINGS_NEW");

hw_status hwp_sqlite_exec(hwp_sqlite *self, const char *sql, hw_err *err) {
  const int result = sqlite3_exec(self->handle, sql, NULL, NULL, NULL);
  return result == SQLITE_OK ? HW_OK : hwp_sqlite_fail(self, result, err);
}

static hw_status configure(hwp_sqlite *self, hw_err *err) {
  for (size_t i = 0; i < sizeof OPTIONS / sizeof OPTIONS[0]; i++) {
    const int result =
        sqlite3_db_config(self->handle, OPTIONS[i].option, OPTIONS[i].value, (int *)NULL);
    if (result != SQLITE_OK) return hwp_sqlite_fail(self, result, err);
  }
  for (size_t i = 0; i < sizeof LIMITS / sizeof LIMITS[0]; i++)
    (void)sqlite3_limit(self->handle, LIMITS[i].limit, LIMITS[i].value);
  sqlite3_busy_handler(self->handle, wait_for_others, self);
  if (self->mode == HW_DB_READ || self->mode == HW_DB_EXAMINE)
    HW_TRY(hwp_sqlite_exec(self, "PRAGMA query_only = ON", err));
  for (size_t i = 0; i < sizeof SETTINGS / sizeof SETTINGS[0]; i++) {
    /* Some of them make SQLite read the file; an examination finds out itself what is wrong. */
    const hw_status status = hwp_sqlite_exec(self, SETTINGS[i], err);
    if (status != HW_OK && (self->mode != HW_DB_EXAMINE || !hwp_sqlite_is_damage(status)))
      return status;
  }
  return HW_OK;
}

/* --- opening and closing --- */

static void disconnect(hwp_sqlite *self) {
  hwp_sqlite_forget_queries(self);
  (void)sqlite3_close(self->handle); /* no statement is left that could keep it open */
  self->handle = NULL;
}

static hw_status connect_file(hwp_sqlite *self, const char *path, int flags, bool is_immutable,
                              hw_err *err) {
  char *uri = NULL;
  HW_TRY(hwp_pages_register(err));
  HW_TRY(hwp_file_uri(path, is_immutable, &uri, err));
  const int result = sqlite3_open_v2(
      uri, &self->handle, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      hwp_pages_vfs);
  free(uri);
  if (result != SQLITE_OK) return hwp_sqlite_fail(self, result, err);
  self->pages = (hwp_pages){.is_passing = self->mode == HW_DB_EXAMINE};
  hwp_pages_attach(&self->pages, self->handle);
  return HW_OK;
}

/* No file is made of it, so that it needs no folder to write in. */
static hw_status create_model(hwp_sqlite *self, hw_err *err) {
  const int result = sqlite3_open_v2(
      ":memory:", &self->handle,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      NULL);
  if (result != SQLITE_OK) return hwp_sqlite_fail(self, result, err);
  HW_TRY(configure(self, err));
  return hwp_sqlite_exec(self, SETTINGS_NEW, err);
}

static hw_status create(hwp_sqlite *self, hw_err *err) {
  HW_TRY(hwp_file_make(self->base.location, &self->making, err));
  HW_TRY(connect_file(self, self->making, SQLITE_OPEN_READWRITE, false, err));
  int reserved = HWP_PAGE_RESERVED;
  const int result =
      sqlite3_file_control(self->handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
  if (result != SQLITE_OK) return hwp_sqlite_fail(self, result, err);
  HW_TRY(configure(self, err));
  return hwp_sqlite_exec(self, SETTINGS_NEW, err);
}

static hw_status open_existing(hwp_sqlite *self, hw_err *err) {
  hwp_file_access access;
  HW_TRY(hwp_file_look(self->base.location, &self->path, &access, err));
  if (self->mode == HW_DB_WRITE && !access.is_writable)
    return hw_err_set(err, HW_E_DENIED, "the case database cannot be written: %s", access.reason);
  if (access.hides_wal)
    return hw_err_set(err, HW_E_DENIED,
                      "a log of changes (-wal) lies beside the case database and cannot be read "
                      "here, for the folder is write-protected: copy both files elsewhere");
  const int flags = access.is_writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  const bool is_immutable = !access.is_writable && !access.has_wal;
  HW_TRY(connect_file(self, self->path, flags, is_immutable, err));
  HW_TRY(hwp_file_check_kind(self, err));
  HW_TRY(configure(self, err));
  if (self->mode != HW_DB_EXAMINE)
    return hwp_sqlite_exec(self, "SELECT count(*) FROM sqlite_schema", err);
  if (access.has_wal) /* what is examined stays as it is */
    (void)sqlite3_db_config(self->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
  return HW_OK;
}

static void sqlite_close(hw_db *db) {
  hwp_sqlite *self = hwp_sqlite_of(db);
  if (self->handle) {
    sqlite3_busy_handler(self->handle, NULL, NULL);
    disconnect(self); /* rolls back; checkpoints if it is the last */
  }
  if (self->making) hwp_file_discard(self->making);
  free(self->making);
  free(self->path);
  free(self->base.location);
  free(self);
}

static hw_status sqlite_open(const char *location, hw_db_mode mode, hw_db **out, hw_err *err) {
  hwp_sqlite *self = calloc(1, sizeof *self);
  if (!self) return HW_NO_MEMORY(err, "the case database");
  self->base.ops = &hwp_sqlite_ops;
  self->mode = mode;
  self->base.location = strdup(location);
  hw_status status;
  if (!self->base.location)
    status = HW_NO_MEMORY(err, "the case database");
  else
    status = mode == HW_DB_CREATE  ? create(self, err)
             : mode == HW_DB_MODEL ? create_model(self, err)
                                   : open_existing(self, err);
  if (status == HW_OK) {
    *out = &self->base;
  } else {
    sqlite_close(&self->base);
  }
  return status;
}

/* --- transactions --- */

/* A new database that has just got its name is opened under it when it is used again. */
static hw_status open_published(hwp_sqlite *self, hw_err *err) {
  if (self->is_lost) return hw_err_set(err, HW_E_STATE, "the new case database could not be made");
  const hw_status status = open_existing(self, err);
  if (status != HW_OK) {
    disconnect(self);
    free(self->path);
    self->path = NULL;
  }
  return status;
}

hw_status hwp_sqlite_ready(hwp_sqlite *self, hw_err *err) {
  if (!self->handle) HW_TRY(open_published(self, err));
  if (self->undone.status == HW_OK) return HW_OK;
  return hw_err_set(err, HW_E_STATE, "the transaction was undone before (%s)",
                    self->undone.message);
}

void hwp_sqlite_note_failure(hwp_sqlite *self, const hw_err *err) {
  if (self->is_in_transaction && self->undone.status == HW_OK &&
      sqlite3_get_autocommit(self->handle))
    self->undone = *err;
}

static void sqlite_rollback(hw_db *db) {
  hwp_sqlite *self = hwp_sqlite_of(db);
  self->is_in_transaction = false;
  self->undone = (hw_err)HW_ERR_INIT;
  if (self->handle && !sqlite3_get_autocommit(self->handle))
    (void)sqlite3_exec(self->handle, "ROLLBACK", NULL, NULL, NULL); /* undone also if it fails */
}

/* A file that has been moved, removed or replaced under us: what is written now would go into a log
 * that lies beside the old name, and nobody would find it. */
static hw_status check_place(hwp_sqlite *self, hw_err *err) {
  int has_moved = 0;
  const int result = sqlite3_file_control(self->handle, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved);
  return result == SQLITE_OK && has_moved ? hwp_sqlite_fail(self, SQLITE_READONLY_DBMOVED, err)
                                          : HW_OK;
}

static hw_status begin(hwp_sqlite *self, bool is_writing, const char *how, hw_err *err) {
  HW_TRY(hwp_sqlite_ready(self, err));
  HW_BUG_IF(self->is_in_transaction, err);
  if (is_writing) HW_TRY(check_place(self, err));
  const hw_status status = hwp_sqlite_exec(self, how, err);
  if (status != HW_OK)
    sqlite_rollback(&self->base);
  else
    self->is_in_transaction = true;
  self->is_writing = is_writing;
  return status;
}

static hw_status sqlite_begin(hw_db *db, hw_err *err) {
  hwp_sqlite *self = hwp_sqlite_of(db);
  if (self->mode == HW_DB_READ || self->mode == HW_DB_EXAMINE)
    return hwp_sqlite_fail(self, SQLITE_READONLY, err);
  return begin(self, true, "BEGIN IMMEDIATE", err);
}

/* The first read fixes the state that is seen. */
static hw_status sqlite_begin_read(hw_db *db, hw_err *err) {
  return begin(hwp_sqlite_of(db), false, "BEGIN; SELECT count(*) FROM sqlite_schema", err);
}

/* Gives a new database its name. On failure it is lost, as if the process had been killed. */
static hw_status publish(hwp_sqlite *self, hw_err *err) {
  hwp_sqlite_forget_queries(self);
  const int result =
      sqlite3_wal_checkpoint_v2(self->handle, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  hw_status status = result == SQLITE_OK ? HW_OK : hwp_sqlite_fail(self, result, err);
  disconnect(self);
  if (status == HW_OK)
    status = hwp_file_publish(self->making, self->base.location, err);
  else
    hwp_file_discard(self->making);
  free(self->making);
  self->making = NULL;
  self->mode = HW_DB_WRITE;
  self->is_lost = status != HW_OK;
  return status;
}

/* Which reference a commit was refused for; the tables are searched only after that. */
static void explain_reference(hwp_sqlite *self, hw_err *err) {
  sqlite3_stmt *check = NULL;
  if (sqlite3_prepare_v2(self->handle, "PRAGMA foreign_key_check", -1, &check, NULL) == SQLITE_OK &&
      sqlite3_step(check) == SQLITE_ROW) {
    hw_err_set(err, HW_E_CONFLICT, "row %lld of %s refers to a row of %s that does not exist",
               (long long)sqlite3_column_int64(check, 1), sqlite3_column_text(check, 0),
               sqlite3_column_text(check, 2));
    hw_err_place(err, self->base.location, 0, 0);
  }
  sqlite3_finalize(check);
}

static hw_status sqlite_commit(hw_db *db, hw_err *err) {
  hwp_sqlite *self = hwp_sqlite_of(db);
  hw_status status = hwp_sqlite_ready(self, err);
  if (status == HW_OK && !self->is_in_transaction)
    status = hw_err_set(err, HW_E_BUG, "a commit without a transaction");
  if (status == HW_OK && self->making && self->is_writing && self->n_in_use > 0)
    status =
        hw_err_set(err, HW_E_BUG, "the first commit of a database while a statement is in use");
  if (status == HW_OK && self->is_writing) status = check_place(self, err);
  if (status == HW_OK) {
    const int result = sqlite3_exec(self->handle, "COMMIT", NULL, NULL, NULL);
    if (result != SQLITE_OK) status = hwp_sqlite_fail(self, result, err);
    if (result == SQLITE_CONSTRAINT_FOREIGNKEY && err) explain_reference(self, err);
  }
  if (status != HW_OK) {
    sqlite_rollback(db);
    return status;
  }
  self->is_in_transaction = false;
  return self->making && self->is_writing ? publish(self, err) : HW_OK;
}

static bool sqlite_is_in_transaction(const hw_db *db) {
  return ((const hwp_sqlite *)(const void *)db)->is_in_transaction;
}

/* --- small things --- */

static hw_status sqlite_run(hw_db *db, const char *sql, hw_err *err) {
  hwp_sqlite *self = hwp_sqlite_of(db);
  HW_TRY(hwp_sqlite_ready(self, err));
  hw_err told = HW_ERR_INIT;
  const hw_status status = hwp_sqlite_exec(self, sql, &told);
  if (status == HW_OK) return HW_OK;
  hwp_sqlite_note_failure(self, &told);
  if (err) *err = told;
  return status;
}

static int64_t sqlite_changes(const hw_db *db) {
  return ((const hwp_sqlite *)(const void *)db)->n_changes;
}

static hw_status sqlite_get_version(hw_db *db, int *out, hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  HW_TRY(hwp_sqlite_query(db, "PRAGMA user_version", &query, err));
  const hw_status status = hwp_sqlite_step(query, &has_row, err);
  if (status == HW_OK) *out = (int)hwp_sqlite_get_int(query, 0);
  hwp_sqlite_done(query);
  return status;
}

static hw_status sqlite_set_version(hw_db *db, int version, hw_err *err) {
  char sql[48]; /* the pragma takes no parameter; a number cannot be anything else */
  snprintf(sql, sizeof sql, "PRAGMA user_version = %d", version);
  return sqlite_run(db, sql, err);
}

const hw_db_ops hwp_sqlite_ops = {
    .open = sqlite_open,
    .close = sqlite_close,
    .begin = sqlite_begin,
    .begin_read = sqlite_begin_read,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .is_in_transaction = sqlite_is_in_transaction,
    .run = sqlite_run,
    .query = hwp_sqlite_query,
    .done = hwp_sqlite_done,
    .bind_null = hwp_sqlite_bind_null,
    .bind_int = hwp_sqlite_bind_int,
    .bind_real = hwp_sqlite_bind_real,
    .bind_text = hwp_sqlite_bind_text,
    .bind_bytes = hwp_sqlite_bind_bytes,
    .step = hwp_sqlite_step,
    .run_query = hwp_sqlite_run_query,
    .reset = hwp_sqlite_reset,
    .column_count = hwp_sqlite_column_count,
    .type = hwp_sqlite_type,
    .get_int = hwp_sqlite_get_int,
    .get_real = hwp_sqlite_get_real,
    .get_text = hwp_sqlite_get_text,
    .get_bytes = hwp_sqlite_get_bytes,
    .changes = sqlite_changes,
    .create_table = hwp_sqlite_create_table,
    .add_column = hwp_sqlite_add_column,
    .create_index = hwp_sqlite_create_index,
    .schema = hwp_sqlite_schema,
    .get_version = sqlite_get_version,
    .set_version = sqlite_set_version,
    .examine = hwp_sqlite_examine,
    .backup = hwp_sqlite_backup,
};
