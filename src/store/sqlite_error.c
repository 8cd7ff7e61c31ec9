/* SQLite's result codes as statuses and sentences for people.
 *
 * A person who reads the message knows neither SQLite nor us: it says what
 * happened, that nothing was lost where that is so, and what to do. SQLite's
 * own words are used where they tell the table and column (constraints), and
 * where only a programmer can help. */
#include <errno.h>
#include <string.h>

#include "base/check.h"
#include "store/sqlite_int.h"

/* Removes what SQLite puts before the interesting part of a message. */
static const char *behind(const char *message, const char *prefix) {
  const size_t n = strlen(prefix);
  return strncmp(message, prefix, n) == 0 ? message + n : message;
}

static hw_status fail_constraint(int result, const char *message, hw_err *err) {
  switch (result) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return hw_err_set(err, HW_E_CONFLICT, "a row with the same %s exists already",
                        behind(message, "UNIQUE constraint failed: "));
    case SQLITE_CONSTRAINT_NOTNULL:
      return hw_err_set(err, HW_E_CONFLICT, "%s must not be empty",
                        behind(message, "NOT NULL constraint failed: "));
    case SQLITE_CONSTRAINT_CHECK:
      return hw_err_set(err, HW_E_CONFLICT, "a value is refused, for this must hold: %s",
                        behind(message, "CHECK constraint failed: "));
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return hw_err_set(err, HW_E_CONFLICT, "a row refers to another that does not exist");
    case SQLITE_CONSTRAINT_DATATYPE:
    case SQLITE_CONSTRAINT_TRIGGER: /* the words of our own triggers */
    default:
      return hw_err_set(err, HW_E_CONFLICT, "%s", message);
  }
}

static hw_status fail_full(hw_err *err) {
  return hw_err_set(
      err, HW_E_IO,
      "the disk is full, or a quota or limit on files is reached: nothing was changed; "
      "free some space and try again");
}

static hw_status fail_io(hwp_sqlite *self, int result, hw_err *err) {
  const int error = self->handle ? sqlite3_system_errno(self->handle) : 0;
  if (result == SQLITE_IOERR_NOMEM) return HW_NO_MEMORY(err, "a page of the case database");
  if (result == SQLITE_IOERR_DATA)
    return hw_err_set(err, HW_E_DAMAGED,
                      "page %lld of the file is damaged (%s): run 'homeward check' and go back to "
                      "a backup",
                      (long long)self->pages.bad_page, hwp_page_state_text(self->pages.bad_state));
  if (result == SQLITE_IOERR_SHORT_READ)
    return hw_err_set(err, HW_E_DAMAGED, "the file is shorter than it says: run 'homeward check'");
  return hw_err_set(err, HW_E_IO, "reading or writing failed (%s, %d)%s%s", sqlite3_errstr(result),
                    result, error ? ": " : "", error ? strerror(error) : "");
}

static hw_status fail_readonly(int result, hw_db_mode mode, hw_err *err) {
  if (result == SQLITE_READONLY_DBMOVED)
    return hw_err_set(err, HW_E_DENIED,
                      "the file was moved or replaced while it was in use: nothing was changed");
  if (mode == HW_DB_READ || mode == HW_DB_EXAMINE)
    return hw_err_set(err, HW_E_DENIED, "the case database was opened for reading only");
  return hw_err_set(err, HW_E_DENIED, "the file or its folder is write-protected");
}

static hw_status fail_other(hwp_sqlite *self, int result, hw_err *err) {
  const char *message = self->handle ? sqlite3_errmsg(self->handle) : sqlite3_errstr(result);
  const int error = self->handle ? sqlite3_system_errno(self->handle) : 0;
  switch (result & 0xFF) {
    case SQLITE_CANTOPEN:
      if (error == ENOSPC || error == EDQUOT) return fail_full(err);
      return hw_err_set(err,
                        error == EACCES || error == EPERM || error == EROFS ? HW_E_DENIED : HW_E_IO,
                        "cannot open the case database or the files beside it%s%s",
                        error ? ": " : "", error ? strerror(error) : "");
    case SQLITE_CORRUPT:
      return hw_err_set(err, HW_E_DAMAGED,
                        "the structure of the file is damaged (%s): run 'homeward check' and go "
                        "back to a backup",
                        message);
    case SQLITE_NOTADB:
      return hw_err_set(err, HW_E_SYNTAX, "this is not a case database");
    case SQLITE_TOOBIG:
      return hw_err_set(err, HW_E_VALUE, "a text or block of bytes is too long to be stored");
    case SQLITE_MISMATCH:
      return hw_err_set(err, HW_E_CONFLICT, "a value has the wrong type: %s", message);
    case SQLITE_INTERRUPT:
      return hw_err_set(err, HW_E_INTERRUPTED, "stopped before the end");
    default:
      return hw_err_set(err, HW_E_BUG, "the database refuses a statement (%d): %s: please report",
                        result, message);
  }
}

static hw_status choose(hwp_sqlite *self, int result, hw_err *err) {
  switch (result & 0xFF) {
    case SQLITE_CONSTRAINT:
      return fail_constraint(result, self->handle ? sqlite3_errmsg(self->handle) : "", err);
    case SQLITE_BUSY:
      return hw_err_set(err, HW_E_BUSY,
                        "another process is writing to the case database: try again when it has "
                        "finished");
    case SQLITE_FULL:
      return fail_full(err);
    case SQLITE_IOERR:
      return fail_io(self, result, err);
    case SQLITE_READONLY:
      return fail_readonly(result, self->mode, err);
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return hw_err_set(err, HW_E_DENIED, "permission denied");
    case SQLITE_NOMEM:
      return HW_NO_MEMORY(err, "a part of the case database");
    default:
      return fail_other(self, result, err);
  }
}

hw_status hwp_sqlite_fail(hwp_sqlite *self, int result, hw_err *err) {
  const hw_status status = choose(self, result, err);
  hw_err_place(err, self->base.location, 0, 0);
  return status;
}

bool hwp_sqlite_is_damage(hw_status status) {
  return status == HW_E_DAMAGED || status == HW_E_SYNTAX || status == HW_E_BUG;
}
