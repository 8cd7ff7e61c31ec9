/** @file
 * One use of a case database: who does it, and what that person may do.
 *
 * Every use case goes through here, so that permission, transaction and audit
 * stand in one place. The actor is the one registered for the login name that
 * the caller found, or the one whose code the caller was told ("--as"); the
 * audit chain records both. Permission is asked for before anything is read
 * that needs it.
 *
 * Example:
 * @code
 *   hw_app app;
 *   HW_TRY(hw_app_open(&app, "case.hwc", HW_DB_WRITE, &who, err));
 *   s = hw_app_begin(&app, HW_MAY_WRITE, "import", "first load", err);
 *   if (s == HW_OK) s = hw_store_add(app.store, &record, err);
 *   if (s == HW_OK) s = hw_store_commit(app.store, err);
 *   hw_app_close(&app);
 * @endcode
 */
#ifndef HW_APP_APP_H
#define HW_APP_APP_H

#include "store/store.h"

/** Permissions, one bit each. Reading codes and genetic data needs none: who can open the file
 * can read it. */
enum {
  HW_MAY_WRITE = 1,  /**< import, find references wrong, change states of families, sites … */
  HW_MAY_NAMES = 2,  /**< see and search names of people */
  HW_MAY_REVIEW = 4, /**< review identifications */
  HW_MAY_DECIDE = 8, /**< confirm, reject and withdraw identifications */
  HW_MAY_ADMINISTER = 16, /**< register actors */
  HW_MAY_ALL = 31
};

/** Who the caller says it is. */
typedef struct hw_who {
  const char *login; /**< login name on the computer; NULL = not known */
  const char *actor; /**< code to act as; NULL = the actor of the login name */
} hw_who;

/** Most investigations that an actor's access can be limited to. */
#define HW_ACCESS_MOST 64

typedef struct hw_app {
  hw_store *store;
  int64_t actor; /**< record of the actor; 0 = nobody registered */
  char actor_code[HW_CODE_MAX + 1];
  char login[HW_CODE_MAX + 1];
  unsigned may;         /**< permissions */
  int n_investigations; /**< that the actor is limited to (app/access.h); 0 = sees all */
  int64_t investigations[HW_ACCESS_MOST]; /**< their records */
  struct hw_reference_rows *references;   /**< kept from one import to the next
                                               (app/reference_rows.h), borrowed; NULL = none are */
} hw_app;

/** Makes a case database: its tables, the investigation "main", and the caller as first actor
 * with all permissions. @return as hw_store_create */
HW_MUST_CHECK hw_status hw_app_create(const char *location, const hw_who *who,
                                      const char *description, hw_err *err);

/** Opens one. Nobody registered may still read (without names).
 * @return as hw_store_open; HW_E_REFERENCE if the actor's code is not registered */
HW_MUST_CHECK hw_status hw_app_open(hw_app *self, const char *location, hw_db_mode mode,
                                    const hw_who *who, hw_err *err);
/** Uses an open database on behalf of somebody else, for a pool of connections: permissions, access
 * and audit entries are theirs, and the login name that is recorded is "web:" and the actor. After a failure, and
 * with NULL, the app is nobody's and may read codes only. Not inside a change.
 * @return HW_OK; HW_E_REFERENCE if there is no such actor; HW_E_STATE inside a change */
HW_MUST_CHECK hw_status hw_app_become(hw_app *self, const char *actor, hw_err *err);
/** Rolls back what was not committed. A zeroed struct is allowed. */
void hw_app_close(hw_app *self);

/** @return HW_OK; HW_E_DENIED naming the permission, the actor, and who can give it */
HW_MUST_CHECK hw_status hw_app_require(const hw_app *self, unsigned permission, hw_err *err);

/** Asks for the permission and begins a change. End it with hw_store_commit or
 * hw_store_rollback. */
HW_MUST_CHECK hw_status hw_app_begin(hw_app *self, unsigned permission, const char *action,
                                     const char *reason, hw_err *err);

/** From here to hw_app_end_read everything that is read is of one moment, whatever others write.
 * Inside a transaction that is open already nothing happens.
 * @param is_mine  [out] for hw_app_end_read */
HW_MUST_CHECK hw_status hw_app_begin_read(hw_app *self, bool *is_mine, hw_err *err);
void hw_app_end_read(hw_app *self, bool is_mine);

/** Permissions from words ("write names"), for actor records.
 * @return HW_OK; HW_E_VALUE naming the word that is none */
HW_MUST_CHECK hw_status hw_app_permissions(const char *words, unsigned *out, hw_err *err);

/** Looks a record up by its code. @return HW_OK; HW_E_REFERENCE "there is no family 'F7'" */
HW_MUST_CHECK hw_status hw_app_find(hw_app *self, hw_kind_id kind, const char *code, int64_t *id,
                                    hw_err *err);

/** Code of an imported thing: its own name in the investigation "main", "INVESTIGATION/NAME" in
 * any other, so that files that call everybody "Father" live side by side. Appended. */
void hw_app_code(const char *investigation, const char *name, hw_str *out);

#endif
