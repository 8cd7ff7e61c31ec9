/* Access records: reading those of the app's actor, and giving access.
 *
 * Setting a list withdraws the records that are not in it and adds, or takes
 * back, those that are: the history tells who might see what, and when. */
#include <string.h>

#include "app/access_int.h"
#include "base/check.h"

hw_status hwp_access_load(hw_app *self, hw_err *err) {
  hw_value key = hw_value_int(self->actor);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_status status;
  self->n_investigations = 0;
  if (self->actor == 0 || self->may & HW_MAY_ADMINISTER) return HW_OK;
  HW_TRY(hw_store_scan_key(self->store, HW_KIND_ACCESS, 1, &key, &scan, err));
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    if (self->n_investigations == HW_ACCESS_MOST) {
      status =
          hw_err_set(err, HW_E_VALUE, "%s has access to more than %d investigations one by one",
                     self->actor_code, HW_ACCESS_MOST);
      break;
    }
    self->investigations[self->n_investigations++] =
        hw_record_int(row, HW_FIELD_ACCESS_INVESTIGATION);
  }
  hw_scan_done(scan);
  return status;
}

/* --- listing --- */

static hw_status find_actor(hw_app *app, const char *code, int64_t *id, hw_err *err) {
  HW_TRY(hw_app_find(app, HW_KIND_ACTOR, code, id, err));
  return *id == app->actor ? HW_OK : hw_app_require(app, HW_MAY_ADMINISTER, err);
}

static hw_status code_of(hw_app *app, int64_t investigation, hw_arena *arena, const char **out,
                         hw_err *err) {
  hw_record record;
  HW_TRY(hw_store_get(app->store, HW_KIND_INVESTIGATION, investigation, arena, &record, err));
  *out = hw_record_text(&record, HW_FIELD_INVESTIGATION_CODE);
  return HW_OK;
}

hw_status hw_access_list(hw_app *app, const char *actor, hw_arena *arena, const char *const **codes,
                         int *n, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  int64_t id = 0;
  const char **out = hw_arena_alloc_array(arena, HW_ACCESS_MOST, sizeof *out);
  *n = 0;
  if (out == NULL) return HW_NO_MEMORY(err, "the access of an actor");
  HW_TRY(find_actor(app, actor, &id, err));
  hw_value key = hw_value_int(id);
  HW_TRY(hw_store_scan_key(app->store, HW_KIND_ACCESS, 1, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL && *n < HW_ACCESS_MOST)
    if (row->withdrawn == NULL) {
      status =
          code_of(app, hw_record_int(row, HW_FIELD_ACCESS_INVESTIGATION), arena, &out[*n], err);
      if (status != HW_OK) break;
      ++*n;
    }
  hw_scan_done(scan);
  *codes = out;
  return status;
}

/* --- setting --- */

typedef struct setting {
  hw_app *app;
  int64_t actor;
  int n;
  int64_t wanted[HW_ACCESS_MOST];
} setting;

static bool is_wanted(const setting *self, int64_t investigation) {
  for (int i = 0; i < self->n; i++)
    if (self->wanted[i] == investigation) return true;
  return false;
}

/* Access records that are no longer wanted, at most as many as there may be. */
static hw_status take_away(setting *self, const char *reason, hw_err *err) {
  int64_t gone[HW_ACCESS_MOST];
  int n = 0;
  hw_value key = hw_value_int(self->actor);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_status status;
  HW_TRY(hw_store_scan_key(self->app->store, HW_KIND_ACCESS, 1, &key, &scan, err));
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL && n < HW_ACCESS_MOST)
    if (row->withdrawn == NULL &&
        !is_wanted(self, hw_record_int(row, HW_FIELD_ACCESS_INVESTIGATION)))
      gone[n++] = row->id;
  hw_scan_done(scan);
  for (int i = 0; i < n && status == HW_OK; i++)
    status = hw_store_withdraw(self->app->store, HW_KIND_ACCESS, gone[i], reason, err);
  return status;
}

static hw_status give(setting *self, int64_t investigation, hw_err *err) {
  hw_record record;
  hw_put_outcome outcome;
  hw_record_init(&record, HW_KIND_ACCESS);
  hw_record_set_int(&record, HW_FIELD_ACCESS_ACTOR, self->actor);
  hw_record_set_int(&record, HW_FIELD_ACCESS_INVESTIGATION, investigation);
  HW_TRY(hw_store_put(self->app->store, &record, false, &outcome, err));
  return outcome == HW_PUT_WITHDRAWN
             ? hw_store_restore(self->app->store, HW_KIND_ACCESS, record.id, err)
             : HW_OK;
}

static hw_status write_access(setting *self, const char *reason, hw_err *err) {
  HW_TRY(take_away(self, reason, err));
  for (int i = 0; i < self->n; i++) HW_TRY(give(self, self->wanted[i], err));
  return hw_store_commit(self->app->store, err);
}

hw_status hw_access_set(hw_app *app, const char *actor, const char *const *investigations, int n,
                        const char *reason, hw_err *err) {
  setting self = {.app = app};
  HW_TRY(hw_app_require(app, HW_MAY_ADMINISTER, err));
  HW_TRY(hw_app_find(app, HW_KIND_ACTOR, actor, &self.actor, err));
  if (n > HW_ACCESS_MOST)
    return hw_err_set(err, HW_E_VALUE, "%d investigations, expected at most %d", n, HW_ACCESS_MOST);
  for (int i = 0; i < n; i++)
    HW_TRY(hw_app_find(app, HW_KIND_INVESTIGATION, investigations[i], &self.wanted[self.n++], err));
  const bool has_reason = reason != NULL && reason[0] != '\0';
  HW_TRY(hw_app_begin(app, HW_MAY_ADMINISTER, "access", has_reason ? reason : "", err));
  hw_status status = write_access(&self, has_reason ? reason : "access was taken away", err);
  if (status != HW_OK) hw_store_rollback(app->store);
  return status;
}
