/* What the house sets for its reports: letterhead, motto and footer, in each language.
 *
 * A setting is a record like any other, so that its old values stay and an issued
 * report comes out with the letterhead of its day. */
#include <string.h>

#include "app/report_int.h"
#include "base/check.h"
#include "base/fold.h"
#include "base/utf8.h"

static const char *const names[] = {"letterhead.vi", "letterhead.en", "motto.vi",
                                    "motto.en",      "footer.vi",     "footer.en"};

typedef struct version_search {
  hw_arena *arena;
  int64_t as_of;
  const char *value;
} version_search;

static hw_status take_version(void *context, const hw_record *version, hw_err *err) {
  version_search *at = context;
  if (at->as_of != 0 && version->entry > at->as_of) return HW_OK;
  at->value = NULL;
  if (version->withdrawn != NULL) return HW_OK;
  at->value = hw_arena_strdup(at->arena, hw_record_text(version, HW_FIELD_SETTING_VALUE));
  return at->value != NULL ? HW_OK : HW_NO_MEMORY(err, "a setting");
}

hw_status hw_setting_read(hw_app *app, const char *code, int64_t as_of, hw_arena *arena,
                          const char **value, hw_err *err) {
  version_search at = {.arena = arena, .as_of = as_of};
  int64_t id = 0;
  *value = NULL;
  HW_TRY(hw_store_find_code(app->store, HW_KIND_SETTING, code, &id, err));
  if (id == 0) return HW_OK;
  HW_TRY(hw_store_history(app->store, HW_KIND_SETTING, id, take_version, &at, err));
  *value = at.value;
  return HW_OK;
}

static hw_status put(hw_app *app, const char *code, const char *value, hw_err *err) {
  hw_record record;
  hw_put_outcome outcome;
  hw_record_init(&record, HW_KIND_SETTING);
  hw_record_set_text(&record, HW_FIELD_SETTING_CODE, code);
  hw_record_set_text(&record, HW_FIELD_SETTING_VALUE, value);
  HW_TRY(hw_store_put(app->store, &record, true, &outcome, err));
  return hw_store_commit(app->store, err);
}

hw_status hw_setting_write(hw_app *app, const char *code, const char *value, hw_err *err) {
  bool is_known = false;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    is_known = is_known || strcmp(code, names[i]) == 0;
  if (!is_known)
    return hw_err_set(err, HW_E_VALUE,
                      "'%.100s' is no setting of reports: there are letterhead, motto and footer, "
                      "each with .vi or .en",
                      code);
  if (value[0] == '\0') return hw_err_set(err, HW_E_VALUE, "the text of %s is empty", code);
  if (!hw_utf8_is_valid(value))
    return hw_err_set(err, HW_E_VALUE, "the text of %s is not UTF-8", code);
  HW_TRY(hw_app_require(app, HW_MAY_ADMINISTER, err));
  hw_str composed = HW_STR_INIT;
  hw_status status = hw_fold_nfc(value, &composed, err);
  if (status == HW_OK) status = hw_app_begin(app, HW_MAY_ADMINISTER, "set", code, err);
  if (status == HW_OK) {
    status = put(app, code, hw_str_text(&composed), err);
    if (status != HW_OK) hw_store_rollback(app->store);
  }
  hw_str_clear(&composed);
  return status;
}
