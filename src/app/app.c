/* One use of a case database: opening, permissions, changes.
 *
 * A file can be read by whoever can open it; what permissions guard is names,
 * changes, reviews and decisions, and what they give is a record of who did
 * what. They are no defence against somebody who edits the file by other means:
 * that is what the audit chain and 'homeward check' are for. */
#include "app/app.h"

#include <stdio.h>
#include <string.h>

#include "app/access_int.h"
#include "base/check.h"

static const struct permission {
  const char *word;
  unsigned bit;
} permissions[] = {{"write", HW_MAY_WRITE},
                   {"names", HW_MAY_NAMES},
                   {"review", HW_MAY_REVIEW},
                   {"decide", HW_MAY_DECIDE},
                   {"administer", HW_MAY_ADMINISTER}};

#define N_PERMISSIONS (sizeof permissions / sizeof *permissions)

hw_status hw_app_permissions(const char *words, unsigned *out, hw_err *err) {
  *out = 0;
  for (const char *at = words; *at != '\0';) {
    size_t n = strcspn(at, " ,");
    unsigned bit = 0;
    for (size_t i = 0; i < N_PERMISSIONS; i++)
      if (strlen(permissions[i].word) == n && memcmp(permissions[i].word, at, n) == 0)
        bit = permissions[i].bit;
    if (n > 0 && bit == 0)
      return hw_err_set(err, HW_E_VALUE,
                        "\"%.*s\" is no permission: expected some of write names review decide "
                        "administer",
                        (int)(n < 40 ? n : 40), at);
    *out |= bit;
    at += n + strspn(at + n, " ,");
  }
  return HW_OK;
}

static void keep(char *out, const char *text) {
  snprintf(out, HW_CODE_MAX + 1, "%s", text != NULL ? text : "");
}

/* --- making --- */

static hw_status add_first_records(hw_store *store, const char *actor, const hw_who *who,
                                   const char *description, hw_err *err) {
  hw_record record;
  hw_record_init(&record, HW_KIND_ACTOR);
  hw_record_set_text(&record, HW_FIELD_ACTOR_CODE, actor);
  hw_record_set_text(&record, HW_FIELD_ACTOR_LOGIN, who->login);
  hw_record_set_text(&record, HW_FIELD_ACTOR_PERMISSIONS, "write names review decide administer");
  HW_TRY(hw_store_add(store, &record, err));
  hw_record_init(&record, HW_KIND_INVESTIGATION);
  hw_record_set_text(&record, HW_FIELD_INVESTIGATION_CODE, "main");
  hw_record_set_text(&record, HW_FIELD_INVESTIGATION_DESCRIPTION, description);
  return hw_store_add(store, &record, err);
}

hw_status hw_app_create(const char *location, const hw_who *who, const char *description,
                        hw_err *err) {
  const char *actor = who->actor != NULL ? who->actor : who->login;
  if (actor == NULL || actor[0] == '\0')
    return hw_err_set(err, HW_E_VALUE, "nobody is named as first actor: say --as CODE");
  hw_store *store = NULL;
  HW_TRY(hw_store_create(location, &store, err));
  hw_change_info info = {.actor = actor, .login = who->login, .action = "init", .reason = ""};
  hw_status status = hw_store_begin(store, &info, err);
  if (status == HW_OK) status = add_first_records(store, actor, who, description, err);
  if (status == HW_OK) status = hw_store_commit(store, err);
  hw_store_close(store);
  return status;
}

/* --- opening --- */

static hw_status take_actor(hw_app *self, const hw_record *actor, hw_err *err) {
  self->actor = actor->id;
  keep(self->actor_code, hw_record_text(actor, HW_FIELD_ACTOR_CODE));
  return hw_app_permissions(hw_record_text(actor, HW_FIELD_ACTOR_PERMISSIONS), &self->may, err);
}

static void forget_actor(hw_app *self) {
  self->actor = 0;
  self->actor_code[0] = '\0';
  self->may = 0;
  self->n_investigations = 0;
}

/* The actor who is meant: of the code that was said, or of the login name. */
static hw_status find_actor(hw_app *self, const hw_who *who, hw_err *err) {
  int field = who->actor != NULL ? HW_FIELD_ACTOR_CODE : HW_FIELD_ACTOR_LOGIN;
  hw_value value = hw_value_text(who->actor != NULL ? who->actor : self->login);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  HW_TRY(hw_store_scan(self->store, HW_KIND_ACTOR, field, &value, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL)
    if (row->withdrawn == NULL) {
      status = take_actor(self, row, err);
      break;
    }
  hw_scan_done(scan);
  if (status == HW_OK && self->actor == 0 && who->actor != NULL) {
    hw_err_set(err, HW_E_REFERENCE, "--as: there is no actor '%s'", who->actor);
    hw_err_place(err, hw_store_location(self->store), 0, 0);
    return HW_E_REFERENCE;
  }
  return status == HW_OK ? hwp_access_load(self, err) : status;
}

hw_status hw_app_open(hw_app *self, const char *location, hw_db_mode mode, const hw_who *who,
                      hw_err *err) {
  memset(self, 0, sizeof *self);
  HW_TRY(hw_store_open(location, mode, &self->store, err));
  keep(self->login, who->login);
  hw_status status = find_actor(self, who, err);
  /* Damage must not keep anyone from having it examined; that of a definition of tables shows as a
   * statement that does not fit. */
  if (mode == HW_DB_EXAMINE && (status == HW_E_DAMAGED || status == HW_E_BUG)) status = HW_OK;
  if (status != HW_OK) hw_app_close(self);
  return status;
}

hw_status hw_app_become(hw_app *self, const char *actor, hw_err *err) {
  if (hw_db_is_in_transaction(hw_store_db(self->store)))
    return hw_err_set(err, HW_E_STATE, "somebody else's change is under way");
  forget_actor(self);
  keep(self->login, "web");
  if (actor == NULL) return HW_OK;
  /* Who logged in by password is nobody of the computer's: the name of the login tells them apart. */
  hw_who who = {.login = "web", .actor = actor};
  hw_status status = find_actor(self, &who, err);
  snprintf(self->login, sizeof self->login, "web:%.*s", (int)sizeof self->login - 5, actor);
  if (status != HW_OK) forget_actor(self);
  return status;
}

void hw_app_close(hw_app *self) {
  hw_store_close(self->store);
  memset(self, 0, sizeof *self);
}

/* --- permission --- */

static const char *word_of(unsigned permission) {
  for (size_t i = 0; i < N_PERMISSIONS; i++)
    if (permissions[i].bit & permission) return permissions[i].word;
  return "";
}

hw_status hw_app_require(const hw_app *self, unsigned permission, hw_err *err) {
  unsigned lacking = permission & ~self->may;
  if (lacking == 0) return HW_OK;
  hw_status status;
  if (self->actor == 0)
    status = hw_err_set(err, HW_E_DENIED,
                        "the login name '%s' is no registered actor: say --as CODE, or have an "
                        "administrator import you as one",
                        self->login);
  else
    status = hw_err_set(err, HW_E_DENIED,
                        "%s lacks the permission '%s': an administrator can give it with 'homeward "
                        "import actors'",
                        self->actor_code, word_of(lacking));
  hw_err_place(err, hw_store_location(self->store), 0, 0);
  return status;
}

hw_status hw_app_begin(hw_app *self, unsigned permission, const char *action, const char *reason,
                       hw_err *err) {
  HW_TRY(hw_app_require(self, permission, err));
  hw_change_info info = {
      .actor = self->actor_code, .login = self->login, .action = action, .reason = reason};
  return hw_store_begin(self->store, &info, err);
}

/* --- codes --- */

hw_status hw_app_find(hw_app *self, hw_kind_id kind, const char *code, int64_t *id, hw_err *err) {
  HW_TRY(hw_store_find_code(self->store, kind, code, id, err));
  if (*id != 0) return hw_access_require(self, kind, *id, err);
  return hw_err_set(err, HW_E_REFERENCE, "there is no %s '%s'", hw_kind_get(kind)->name, code);
}

void hw_app_code(const char *investigation, const char *name, hw_str *out) {
  if (strcmp(investigation, "main") != 0) {
    hw_str_append(out, investigation);
    hw_str_append(out, "/");
  }
  hw_str_append(out, name);
}

/* --- reading --- */

hw_status hw_app_begin_read(hw_app *self, bool *is_mine, hw_err *err) {
  hw_db *db = hw_store_db(self->store);
  *is_mine = false;
  if (hw_db_is_in_transaction(db)) return HW_OK;
  HW_TRY(hw_db_begin_read(db, err));
  *is_mine = true;
  return HW_OK;
}

void hw_app_end_read(hw_app *self, bool is_mine) {
  if (is_mine) hw_db_rollback(hw_store_db(self->store)); /* nothing was written */
}
