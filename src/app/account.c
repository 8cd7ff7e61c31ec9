/* Accounts: finding, registering, changing, locking.
 *
 * An actor whose code is typed is looked up by its exact code. Whoever changes an
 * account is that actor or an administrator; there is always an administrator
 * left who is not locked out, for nobody else could make one. */
#include "app/account.h"

#include <string.h>

#include "app/account_int.h"
#include "base/check.h"

/* --- finding --- */

static hw_status look_for_credential(hw_app *app, hw_arena *arena, hwp_account *out, hw_err *err) {
  hw_value key = hw_value_int(out->actor.id);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  HW_TRY(hw_store_scan_key(app->store, HW_KIND_CREDENTIAL, 1, &key, &scan, err));
  hw_status status = hw_scan_next(scan, &row, err);
  if (status == HW_OK && row != NULL) status = hw_record_copy(row, arena, &out->credential, err);
  hw_scan_done(scan);
  out->has_password = out->credential.id != 0 && out->credential.withdrawn == NULL;
  return status;
}

hw_status hwp_account_look(hw_app *app, const char *code, hw_arena *arena, hwp_account *out,
                           bool *found, hw_err *err) {
  int64_t id = 0;
  memset(out, 0, sizeof *out);
  hw_record_init(&out->actor, HW_KIND_ACTOR);
  hw_record_init(&out->credential, HW_KIND_CREDENTIAL);
  *found = false;
  if (strlen(code) > HW_CODE_MAX) return HW_OK;
  HW_TRY(hw_store_find_code(app->store, HW_KIND_ACTOR, code, &id, err));
  if (id == 0) return HW_OK;
  HW_TRY(hw_store_get(app->store, HW_KIND_ACTOR, id, arena, &out->actor, err));
  if (out->actor.withdrawn != NULL) return HW_OK;
  out->code = hw_record_text(&out->actor, HW_FIELD_ACTOR_CODE);
  *found = true;
  return look_for_credential(app, arena, out, err);
}

hw_status hwp_account_find(hw_app *app, const char *code, hw_arena *arena, hwp_account *out,
                           hw_err *err) {
  bool found = false;
  HW_TRY(hwp_account_look(app, code, arena, out, &found, err));
  if (!found) return hw_err_set(err, HW_E_REFERENCE, "there is no actor '%.100s'", code);
  return out->actor.id == app->actor ? HW_OK : hw_app_require(app, HW_MAY_ADMINISTER, err);
}

/* --- writing --- */

hw_status hwp_account_put(hw_app *app, hwp_account *self, hw_err *err) {
  hw_record *record = &self->credential;
  hw_record_set_int(record, HW_FIELD_CREDENTIAL_ACTOR, self->actor.id);
  if (record->id == 0) return hw_store_add(app->store, record, err);
  if (record->withdrawn != NULL) {
    HW_TRY(hw_store_restore(app->store, HW_KIND_CREDENTIAL, record->id, err));
    record->withdrawn = NULL;
  }
  return hw_store_replace(app->store, record, err);
}

hw_status hwp_account_write(hw_app *app, hwp_account *self, const char *action, const char *reason,
                            hw_err *err) {
  HW_TRY(hw_app_begin(app, 0, action, reason, err));
  hw_status status = hwp_account_put(app, self, err);
  if (status == HW_OK) status = hw_store_commit(app->store, err);
  if (status != HW_OK) hw_store_rollback(app->store);
  return status;
}

/* --- registering --- */

static void append_permissions(unsigned may, hw_str *out) {
  static const struct {
    unsigned bit;
    const char *word;
  } words[] = {{HW_MAY_WRITE, "write"},
               {HW_MAY_NAMES, "names"},
               {HW_MAY_REVIEW, "review"},
               {HW_MAY_DECIDE, "decide"},
               {HW_MAY_ADMINISTER, "administer"}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (may & words[i].bit)
      hw_str_append_format(out, "%s%s", out->length > 0 ? " " : "", words[i].word);
}

/* A login name leads to one actor only. */
static hw_status check_login(hw_app *app, const char *login, int64_t actor, hw_err *err) {
  hw_value key = hw_value_text(login);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  HW_TRY(hw_store_scan(app->store, HW_KIND_ACTOR, HW_FIELD_ACTOR_LOGIN, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL)
    if (row->withdrawn == NULL && row->id != actor) {
      status = hw_err_set(err, HW_E_CONFLICT, "the login name '%s' is that of %s already", login,
                          hw_record_text(row, HW_FIELD_ACTOR_CODE));
      break;
    }
  hw_scan_done(scan);
  return status;
}

/* Puts what is said into a record. @param permissions  its text, as long as the record is used */
static hw_status fill(hw_app *app, const hw_account_request *request, hw_record *record,
                      hw_str *permissions, hw_err *err) {
  const bool has_login = request->login != NULL && request->login[0] != '\0';
  append_permissions(hw_account_permissions(request->roles), permissions);
  if (hw_str_status(permissions) != HW_OK) return HW_NO_MEMORY(err, "the permissions");
  hw_record_set_text(record, HW_FIELD_ACTOR_PERMISSIONS, hw_str_text(permissions));
  if (request->name != NULL) {
    HW_TRY(hw_app_require(app, HW_MAY_NAMES, err));
    hw_record_set_text(record, HW_FIELD_ACTOR_NAME, request->name);
  }
  if (has_login) HW_TRY(check_login(app, request->login, record->id, err));
  if (has_login) hw_record_set_text(record, HW_FIELD_ACTOR_LOGIN, request->login);
  return HW_OK;
}

static hw_status check_request(hw_app *app, const hw_account_request *request, hw_err *err) {
  HW_TRY(hw_app_require(app, HW_MAY_ADMINISTER, err));
  if (request->code == NULL || request->code[0] == '\0')
    return hw_err_set(err, HW_E_VALUE, "an account needs a code");
  return request->roles != 0
             ? HW_OK
             : hw_err_set(err, HW_E_VALUE, "an account needs a role, at least that of a reader");
}

static hw_status finish(hw_app *app, hw_record *record, const char *reason, hw_err *err) {
  const bool is_new = record->id == 0;
  HW_TRY(hw_app_begin(app, HW_MAY_ADMINISTER, "account", reason != NULL ? reason : "", err));
  hw_status status =
      is_new ? hw_store_add(app->store, record, err) : hw_store_replace(app->store, record, err);
  if (status == HW_E_CONFLICT && is_new)
    status = hw_err_set(err, HW_E_CONFLICT, "the code '%s' is in use",
                        hw_record_text(record, HW_FIELD_ACTOR_CODE));
  if (status == HW_OK) status = hw_store_commit(app->store, err);
  if (status != HW_OK) hw_store_rollback(app->store);
  return status;
}

hw_status hw_account_add(hw_app *app, const hw_account_request *request, hw_err *err) {
  hw_record record;
  hw_str permissions = HW_STR_INIT;
  HW_TRY(check_request(app, request, err));
  hw_record_init(&record, HW_KIND_ACTOR);
  hw_record_set_text(&record, HW_FIELD_ACTOR_CODE, request->code);
  hw_status status = fill(app, request, &record, &permissions, err);
  if (status == HW_OK) status = finish(app, &record, request->reason, err);
  hw_str_clear(&permissions);
  return status;
}

/* --- the last administrator --- */

/* Somebody whose account is locked, and who neither can log in to the web pages nor is known to the
 * computer, could not make another administrator. */
static hw_status is_usable(hw_app *app, const char *code, bool *out, hw_err *err) {
  hw_arena arena;
  hwp_account account;
  bool found = false;
  hw_arena_init(&arena, 0);
  hw_status status = hwp_account_look(app, code, &arena, &account, &found, err);
  if (status == HW_OK && found)
    *out = account.has_password
               ? hw_record_int(&account.credential, HW_FIELD_CREDENTIAL_IS_LOCKED) == 0
               : !hw_record_is_null(&account.actor, HW_FIELD_ACTOR_LOGIN);
  hw_arena_clear(&arena);
  return status;
}

/* Codes of the other administrators in use, each ended by NUL. */
static hw_status list_administrators(hw_app *app, int64_t except, hw_str *out, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_status status;
  HW_TRY(hw_store_scan(app->store, HW_KIND_ACTOR, -1, NULL, &scan, err));
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    unsigned may = 0;
    if (row->withdrawn != NULL || row->id == except) continue;
    status = hw_app_permissions(hw_record_text(row, HW_FIELD_ACTOR_PERMISSIONS), &may, err);
    if (status != HW_OK) break;
    const char *code = hw_record_text(row, HW_FIELD_ACTOR_CODE);
    if (may & HW_MAY_ADMINISTER) hw_str_append_bytes(out, code, strlen(code) + 1);
  }
  hw_scan_done(scan);
  return status == HW_OK && hw_str_status(out) != HW_OK ? HW_NO_MEMORY(err, "the administrators")
                                                        : status;
}

/* Refuses if nobody but this actor is an administrator who is not locked out. */
static hw_status check_others(hw_app *app, const hw_record *actor, hw_err *err) {
  hw_str codes = HW_STR_INIT;
  bool has_other = false;
  hw_status status = list_administrators(app, actor->id, &codes, err);
  for (size_t at = 0; status == HW_OK && !has_other && at < codes.length;
       at += strlen(codes.bytes + at) + 1)
    status = is_usable(app, codes.bytes + at, &has_other, err);
  if (status == HW_OK && !has_other)
    status = hw_err_set(err, HW_E_STATE,
                        codes.length == 0
                            ? "%s is the last administrator: make another one first"
                            : "%s is the last administrator who is not locked out: unlock another "
                              "one, or give one a password, first",
                        hw_record_text(actor, HW_FIELD_ACTOR_CODE));
  hw_str_clear(&codes);
  return status;
}

static hw_status is_administrator(const hw_record *actor, bool *out, hw_err *err) {
  unsigned may = 0;
  HW_TRY(hw_app_permissions(hw_record_text(actor, HW_FIELD_ACTOR_PERMISSIONS), &may, err));
  *out = (may & HW_MAY_ADMINISTER) != 0 && actor->withdrawn == NULL;
  return HW_OK;
}

static hw_status check_leaving(hw_app *app, const hw_record *actor, hw_err *err) {
  bool is_one = false;
  HW_TRY(is_administrator(actor, &is_one, err));
  return is_one ? check_others(app, actor, err) : HW_OK;
}

static hw_status check_actor(hw_app *app, int64_t actor,
                             hw_status (*check)(hw_app *app, const hw_record *actor, hw_err *err),
                             hw_err *err) {
  hw_arena arena;
  hw_record record;
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(app->store, HW_KIND_ACTOR, actor, &arena, &record, err);
  if (status == HW_OK) status = check(app, &record, err);
  hw_arena_clear(&arena);
  return status;
}

hw_status hw_account_check_leaving(hw_app *app, int64_t actor, hw_err *err) {
  return check_actor(app, actor, check_leaving, err);
}

hw_status hw_account_check_left(hw_app *app, int64_t actor, hw_err *err) {
  return check_actor(app, actor, check_others, err);
}

hw_status hw_account_is_administrator(hw_app *app, int64_t actor, bool *out, hw_err *err) {
  hw_arena arena;
  hw_record record;
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(app->store, HW_KIND_ACTOR, actor, &arena, &record, err);
  if (status == HW_OK) status = is_administrator(&record, out, err);
  hw_arena_clear(&arena);
  return status;
}

static hw_status change(hw_app *app, const hw_account_request *request, hwp_account *account,
                        hw_str *permissions, hw_err *err) {
  const bool stays = hw_account_permissions(request->roles) & HW_MAY_ADMINISTER;
  if (!stays) HW_TRY(check_leaving(app, &account->actor, err));
  HW_TRY(fill(app, request, &account->actor, permissions, err));
  return finish(app, &account->actor, request->reason, err);
}

hw_status hw_account_change(hw_app *app, const hw_account_request *request, hw_err *err) {
  hw_arena arena;
  hwp_account account;
  hw_str permissions = HW_STR_INIT;
  HW_TRY(check_request(app, request, err));
  hw_arena_init(&arena, 0);
  hw_status status = hwp_account_find(app, request->code, &arena, &account, err);
  if (status == HW_OK) status = change(app, request, &account, &permissions, err);
  hw_str_clear(&permissions);
  hw_arena_clear(&arena);
  return status;
}

/* --- locks --- */

static hw_status write_lock(hw_app *app, hwp_account *account, bool is_locked, const char *reason,
                            hw_err *err) {
  const bool is_so = hw_record_int(&account->credential, HW_FIELD_CREDENTIAL_IS_LOCKED) != 0;
  if (is_so == is_locked) return HW_OK;
  hw_record_set_int(&account->credential, HW_FIELD_CREDENTIAL_IS_LOCKED, is_locked);
  return hwp_account_write(app, account, is_locked ? "lock account" : "unlock account", reason,
                           err);
}

static hw_status set_lock(hw_app *app, const char *code, bool is_locked, const char *reason,
                          hw_err *err) {
  hw_arena arena;
  hwp_account account;
  HW_TRY(hw_app_require(app, HW_MAY_ADMINISTER, err));
  if (reason == NULL || reason[0] == '\0')
    return hw_err_set(err, HW_E_VALUE, "%s an account needs a reason",
                      is_locked ? "locking" : "unlocking");
  hw_arena_init(&arena, 0);
  hw_status status = hwp_account_find(app, code, &arena, &account, err);
  if (status == HW_OK && !account.has_password)
    status = hw_err_set(err, HW_E_STATE, "%s has no password, and cannot log in", code);
  if (status == HW_OK && is_locked && account.actor.id == app->actor)
    status = hw_err_set(err, HW_E_VALUE, "nobody locks themselves");
  if (status == HW_OK && is_locked) status = check_leaving(app, &account.actor, err);
  if (status == HW_OK) status = write_lock(app, &account, is_locked, reason, err);
  hw_arena_clear(&arena);
  return status;
}

hw_status hw_account_lock(hw_app *app, const char *code, const char *reason, hw_err *err) {
  return set_lock(app, code, true, reason, err);
}

hw_status hw_account_unlock(hw_app *app, const char *code, const char *reason, hw_err *err) {
  return set_lock(app, code, false, reason, err);
}

hw_status hw_account_lock_out(hw_app *app, const char *code, const char *reason, hw_err *err) {
  hw_arena arena;
  hwp_account account;
  bool found = false;
  hw_arena_init(&arena, 0);
  hw_status status = hwp_account_look(app, code, &arena, &account, &found, err);
  if (status == HW_OK && found && account.has_password)
    status = write_lock(app, &account, true, reason, err);
  hw_arena_clear(&arena);
  return status;
}
