/* The last administrator, in a file of actors.
 *
 * A file may give an office to somebody else: one row takes it away and another, before or behind
 * it, gives it. So rows are only looked at as they are put, and whether anybody is left is asked
 * when all are in. A file that takes nothing from an administrator is never asked, so that a
 * database of which nobody has the keys can still be loaded and mended. */
#include "app/import_actors.h"

#include "app/kind_table.h"
#include "base/check.h"

hw_status hwp_actors_look(hwp_actors_seen *self, hw_import *import, const hw_record *row,
                          hw_err *err) {
  int64_t id = 0;
  self->was_one = false;
  HW_TRY(hw_store_find(import->app->store, row, &id, err));
  return id != 0 ? hw_account_is_administrator(import->app, id, &self->was_one, err) : HW_OK;
}

hw_status hwp_actors_seen_put(hwp_actors_seen *self, hw_import *import, const hw_record *row,
                              uint64_t line, hw_err *err) {
  bool is_one = false;
  if (self->actor != 0 || !self->was_one) return HW_OK;
  HW_TRY(hw_account_is_administrator(import->app, row->id, &is_one, err));
  if (is_one) return HW_OK;
  self->actor = row->id;
  self->line = line;
  self->column = row->withdrawn != NULL ? HW_KIND_COLUMN_WITHDRAWN : "permissions";
  return HW_OK;
}

hw_status hwp_actors_check(const hwp_actors_seen *self, hw_import *import, hw_err *err) {
  hw_err mistake = HW_ERR_INIT;
  if (self->actor == 0) return HW_OK;
  const hw_status status = hw_account_check_left(import->app, self->actor, &mistake);
  if (status == HW_OK) return HW_OK;
  if (status != HW_E_STATE) {
    if (err != NULL) *err = mistake;
    return status;
  }
  hw_err_place(&mistake, NULL, self->line, 0);
  hw_err_field(&mistake, "%s", self->column);
  return hw_import_mistake(import, &mistake, err);
}
