/* Accounts as people see them: everything but the secrets. */
#include <string.h>

#include "app/account_int.h"
#include "base/check.h"

static hw_status count_access(hw_app *app, int64_t actor, int *n, hw_err *err) {
  hw_value key = hw_value_int(actor);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  *n = 0;
  HW_TRY(hw_store_scan_key(app->store, HW_KIND_ACCESS, 1, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL)
    *n += row->withdrawn == NULL;
  hw_scan_done(scan);
  return status;
}

static hw_status describe(hw_app *app, const hwp_account *account, hw_account *out, hw_err *err) {
  const hw_record *actor = &account->actor, *credential = &account->credential;
  const bool may_names = hw_app_require(app, HW_MAY_NAMES, NULL) == HW_OK;
  hwp_otp otp = {.last = 0};
  memset(out, 0, sizeof *out);
  out->actor = actor->id;
  out->code = account->code;
  out->name = may_names ? hw_record_text(actor, HW_FIELD_ACTOR_NAME) : "";
  out->login = hw_record_text(actor, HW_FIELD_ACTOR_LOGIN);
  HW_TRY(hw_app_permissions(hw_record_text(actor, HW_FIELD_ACTOR_PERMISSIONS), &out->may, err));
  out->roles = hw_account_roles_of(out->may, NULL);
  out->has_password = account->has_password;
  if (account->has_password) {
    HW_TRY(hwp_otp_read(account, &otp, err));
    out->has_otp = otp.secret[0] != '\0';
    out->must_change = hw_record_int(credential, HW_FIELD_CREDENTIAL_MUST_CHANGE) != 0;
    out->is_locked = hw_record_int(credential, HW_FIELD_CREDENTIAL_IS_LOCKED) != 0;
  }
  return count_access(app, actor->id, &out->n_investigations, err);
}

hw_status hw_account_get(hw_app *app, const char *code, hw_arena *arena, hw_account *out,
                         hw_err *err) {
  hwp_account account;
  HW_TRY(hwp_account_find(app, code, arena, &account, err));
  return describe(app, &account, out, err);
}

/* --- all of them --- */

typedef struct codes {
  hw_arena *arena;
  const char **items;
  int n, capacity;
} codes;

static hw_status add_code(codes *self, const char *code, hw_err *err) {
  if (self->n == self->capacity) {
    const int capacity = self->capacity > 0 ? 2 * self->capacity : 32;
    const char **larger = hw_arena_alloc_array(self->arena, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(err, "the accounts");
    if (self->n > 0) memcpy(larger, self->items, (size_t)self->n * sizeof *larger);
    self->items = larger;
    self->capacity = capacity;
  }
  self->items[self->n] = hw_arena_strdup(self->arena, code);
  if (self->items[self->n] == NULL) return HW_NO_MEMORY(err, "the accounts");
  self->n++;
  return HW_OK;
}

static hw_status collect(hw_app *app, codes *out, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  HW_TRY(hw_store_scan(app->store, HW_KIND_ACTOR, -1, NULL, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (row->withdrawn == NULL)
      status = add_code(out, hw_record_text(row, HW_FIELD_ACTOR_CODE), err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

hw_status hw_account_list(hw_app *app, hw_arena *arena, const hw_account **items, int *n,
                          hw_err *err) {
  codes all = {.arena = arena};
  *n = 0;
  HW_TRY(hw_app_require(app, HW_MAY_ADMINISTER, err));
  HW_TRY(collect(app, &all, err));
  hw_account *out = hw_arena_alloc_array(arena, (size_t)all.n + 1, sizeof *out);
  if (out == NULL) return HW_NO_MEMORY(err, "the accounts");
  for (int i = 0; i < all.n; i++) HW_TRY(hw_account_get(app, all.items[i], arena, &out[i], err));
  *items = out;
  *n = all.n;
  return HW_OK;
}
