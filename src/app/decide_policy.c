/* Policy: what an identification must reach to be confirmed.
 *
 * A policy is a record like any other, changed by administrators, with its history
 * in the audit chain. What a decision stood on is written into the decision, so
 * that another policy tomorrow changes nothing of what was decided today.
 *
 * A figure that is empty in a policy is not asked; without any policy the built-in
 * one holds. Reviewers are never fewer than two, whatever a record says. */
#include <math.h>
#include <string.h>

#include "app/decide_int.h"
#include "base/check.h"

static void set_built_in(hw_policy *out) {
  *out = (hw_policy){.code = "built-in",
                     .posterior = HW_POLICY_POSTERIOR,
                     .log10_lr = (double)NAN,
                     .alternative_log10_lr = (double)NAN,
                     .reviewers = HW_STATE_REVIEWERS};
}

static hw_status take_policy(const hw_record *record, hw_arena *arena, hw_policy *out,
                             hw_err *err) {
  const int64_t reviewers = hw_record_int(record, HW_FIELD_POLICY_REVIEWERS);
  *out = (hw_policy){.id = record->id,
                     .code = hw_arena_strdup(arena, hw_record_text(record, HW_FIELD_POLICY_CODE)),
                     .posterior = hw_record_real(record, HW_FIELD_POLICY_POSTERIOR),
                     .log10_lr = hw_record_real(record, HW_FIELD_POLICY_LOG10_LR),
                     .alternative_log10_lr = hw_record_real(record, HW_FIELD_POLICY_ALTERNATIVE),
                     .markers = hw_record_int(record, HW_FIELD_POLICY_MARKERS),
                     .reviewers = reviewers > HW_STATE_REVIEWERS && reviewers < 1000
                                      ? (int)reviewers
                                      : HW_STATE_REVIEWERS,
                     .joint = hw_record_int(record, HW_FIELD_POLICY_JOINT) == 1};
  return out->code != NULL ? HW_OK : HW_NO_MEMORY(err, "the policy");
}

hw_status hw_policy_read(hw_app *app, int64_t investigation, hw_arena *arena, hw_policy *out,
                         hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_record own, main;
  set_built_in(out);
  hw_record_init(&own, HW_KIND_POLICY);
  hw_record_init(&main, HW_KIND_POLICY);
  HW_TRY(hw_store_scan(app->store, HW_KIND_POLICY, -1, NULL, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    const int64_t where = hw_record_int(row, HW_FIELD_POLICY_INVESTIGATION);
    hw_record *to = NULL;
    if (row->withdrawn != NULL) continue;
    if (where != 0 && where == investigation) to = &own;
    if (where == 0 && strcmp(hw_record_text(row, HW_FIELD_POLICY_CODE), "main") == 0) to = &main;
    if (to != NULL) status = hw_record_copy(row, arena, to, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  if (status != HW_OK || (own.id == 0 && main.id == 0)) return status;
  return take_policy(own.id != 0 ? &own : &main, arena, out, err);
}

static hw_status list_policies(hw_app *app, hw_arena *arena, const hw_policy_item **out, int *n,
                               hw_err *err) {
  hw_record *rows = NULL;
  int n_rows = 0;
  bool has_main = false;
  HW_TRY(hwp_decide_list(app->store, arena, HW_KIND_POLICY, -1, 0, &rows, &n_rows, err));
  hw_policy_item *items = hw_arena_alloc_array(arena, (size_t)n_rows + 1, sizeof *items);
  if (items == NULL) return HW_NO_MEMORY(err, "the policies");
  for (int i = 0; i < n_rows; i++)
    has_main = has_main || (rows[i].withdrawn == NULL &&
                            strcmp(hw_record_text(&rows[i], HW_FIELD_POLICY_CODE), "main") == 0);
  if (!has_main) {
    items[*n] = (hw_policy_item){.investigation = "", .note = ""};
    set_built_in(&items[(*n)++].policy);
  }
  for (int i = 0; i < n_rows; i++) {
    if (rows[i].withdrawn != NULL) continue;
    hw_policy_item *item = &items[(*n)++];
    item->note = hw_record_text(&rows[i], HW_FIELD_POLICY_NOTE);
    HW_TRY(take_policy(&rows[i], arena, &item->policy, err));
    HW_TRY(hwp_decide_code(app->store, arena, HW_KIND_INVESTIGATION,
                           hw_record_int(&rows[i], HW_FIELD_POLICY_INVESTIGATION),
                           &item->investigation, err));
  }
  *out = items;
  return HW_OK;
}

hw_status hw_policy_list(hw_app *app, hw_arena *arena, const hw_policy_item **items, int *n,
                         hw_err *err) {
  bool is_mine = false;
  *items = NULL;
  *n = 0;
  HW_TRY(hw_app_begin_read(app, &is_mine, err));
  hw_status status = list_policies(app, arena, items, n, err);
  hw_app_end_read(app, is_mine);
  return status;
}

/* --- setting --- */

static hw_status check_change(const char *what, const hw_policy_change *change, double least,
                              double most, bool is_whole, hw_err *err) {
  const double value = change->value;
  if (!change->is_said || change->is_off) return HW_OK;
  if (value >= least && value <= most && (!is_whole || value == floor(value))) return HW_OK;
  hw_err_set(err, HW_E_VALUE, "%g is not between %g and %g%s", value, least, most,
             is_whole ? ", or no whole number" : "");
  hw_err_field(err, "%s", what);
  return HW_E_VALUE;
}

static hw_status check_request(const hw_policy_request *request, hw_err *err) {
  const hw_policy_change *reviewers = &request->reviewers;
  if (request->reason == NULL || request->reason[0] == '\0')
    return hw_err_set(err, HW_E_VALUE, "a change of policy needs a reason: say --reason TEXT");
  if (reviewers->is_said && (reviewers->is_off || reviewers->value < HW_STATE_REVIEWERS)) {
    hw_err_set(err, HW_E_VALUE, "never fewer than %d independent reviewers", HW_STATE_REVIEWERS);
    hw_err_field(err, "reviewers");
    return HW_E_VALUE;
  }
  HW_TRY(check_change("posterior", &request->posterior, 0, 1, false, err));
  HW_TRY(check_change("log10_lr", &request->log10_lr, -300, 300, false, err));
  HW_TRY(
      check_change("alternative_log10_lr", &request->alternative_log10_lr, -300, 300, false, err));
  HW_TRY(check_change("markers", &request->markers, 1, 1000000, true, err));
  return check_change("reviewers", reviewers, HW_STATE_REVIEWERS, 99, true, err);
}

static void change_real(hw_record *record, int field, const hw_policy_change *change) {
  if (change->is_said && change->is_off)
    hw_record_set_null(record, field);
  else if (change->is_said)
    hw_record_set_real(record, field, change->value);
}

static void change_int(hw_record *record, int field, const hw_policy_change *change) {
  if (change->is_said && change->is_off)
    hw_record_set_null(record, field);
  else if (change->is_said)
    hw_record_set_int(record, field, (int64_t)change->value);
}

/* Where the policy holds: stays, is said, or is everywhere. */
static hw_status place_policy(hw_app *app, const hw_policy_request *request, hw_arena *arena,
                              hw_record *record, hw_err *err) {
  int64_t investigation = hw_record_int(record, HW_FIELD_POLICY_INVESTIGATION);
  const bool is_main = strcmp(request->code, "main") == 0;
  hw_record *others = NULL;
  int n = 0;
  if (request->investigation != NULL) {
    if (is_main)
      return hw_err_set(err, HW_E_VALUE,
                        "the policy 'main' holds everywhere: give the one of an investigation "
                        "another name");
    HW_TRY(hw_app_find(app, HW_KIND_INVESTIGATION, request->investigation, &investigation, err));
  }
  if (is_main) return HW_OK;
  if (investigation == 0)
    return hw_err_set(err, HW_E_VALUE,
                      "the policy '%s' would hold nowhere: say --investigation, or name it 'main'",
                      request->code);
  HW_TRY(hwp_decide_list(app->store, arena, HW_KIND_POLICY, HW_FIELD_POLICY_INVESTIGATION,
                         investigation, &others, &n, err));
  for (int i = 0; i < n; i++)
    if (others[i].id != record->id && others[i].withdrawn == NULL)
      return hw_err_set(err, HW_E_CONFLICT,
                        "the investigation has the policy '%s': change that one",
                        hw_record_text(&others[i], HW_FIELD_POLICY_CODE));
  hw_record_set_int(record, HW_FIELD_POLICY_INVESTIGATION, investigation);
  return HW_OK;
}

static hw_status make_record(hw_app *app, const hw_policy_request *request, hw_arena *arena,
                             hw_record *record, hw_err *err) {
  int64_t id = 0;
  HW_TRY(hw_store_find_code(app->store, HW_KIND_POLICY, request->code, &id, err));
  if (id != 0) {
    HW_TRY(hw_store_get(app->store, HW_KIND_POLICY, id, arena, record, err));
    if (record->withdrawn != NULL)
      return hw_err_set(err, HW_E_STATE, "the policy '%s' was withdrawn: take another name",
                        request->code);
  } else {
    hw_record_init(record, HW_KIND_POLICY);
    hw_record_set_text(record, HW_FIELD_POLICY_CODE, request->code);
    hw_record_set_real(record, HW_FIELD_POLICY_POSTERIOR, HW_POLICY_POSTERIOR);
    hw_record_set_int(record, HW_FIELD_POLICY_REVIEWERS, HW_STATE_REVIEWERS);
  }
  HW_TRY(place_policy(app, request, arena, record, err));
  change_real(record, HW_FIELD_POLICY_POSTERIOR, &request->posterior);
  change_real(record, HW_FIELD_POLICY_LOG10_LR, &request->log10_lr);
  change_real(record, HW_FIELD_POLICY_ALTERNATIVE, &request->alternative_log10_lr);
  change_int(record, HW_FIELD_POLICY_MARKERS, &request->markers);
  change_int(record, HW_FIELD_POLICY_REVIEWERS, &request->reviewers);
  change_int(record, HW_FIELD_POLICY_JOINT, &request->joint);
  hw_record_set_text(record, HW_FIELD_POLICY_NOTE, request->reason);
  return HW_OK;
}

static hw_status put_policy(hw_app *app, const hw_policy_request *request, hw_arena *arena,
                            hw_policy *out, hw_err *err) {
  hw_record record;
  HW_TRY(make_record(app, request, arena, &record, err));
  if (record.id != 0)
    HW_TRY(hw_store_replace(app->store, &record, err));
  else
    HW_TRY(hw_store_add(app->store, &record, err));
  HW_TRY(take_policy(&record, arena, out, err));
  return hw_store_commit(app->store, err);
}

hw_status hw_policy_set(hw_app *app, const hw_policy_request *request, hw_arena *arena,
                        hw_policy *out, hw_err *err) {
  set_built_in(out);
  HW_TRY(check_request(request, err));
  HW_TRY(hw_app_begin(app, HW_MAY_ADMINISTER, "policy", request->reason, err));
  hw_status status = put_policy(app, request, arena, out, err);
  if (status != HW_OK) hw_store_rollback(app->store);
  return status;
}
