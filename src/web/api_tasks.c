/* The API: tasks, which are long work that the server does by itself.
 *
 * A task is ordered with the fields of its form on the page (task_order.h), as texts: one table says
 * what they are called and what may stand in them, for both. Who sees a task, who may begin, stop and
 * go on with one is as on the pages: its owner and administrators see it, and the permission to
 * write begins. A program asks again for a task until `is_over`. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "app/run_search.h"
#include "base/check.h"
#include "web/api.h"
#include "web/pages_task.h"
#include "web/web_int.h"

#define KINDS "search|joint|groups|power|validation"
#define STATES "waiting|running|done|failed|stopped|cut"
#define PHASES \
  "loading|str|snp|pairs|comparing|evidence|joint|groups|power|power-snp|known|checking|storing"

/* --- what goes out --- */

typedef struct setting {
  const char *name, *value;
} setting;
static const hwp_api_member setting_members[] = {
    HWP_API_M(setting, name, "name", TEXT, HWP_API_MUST, "of the field, as in the form"),
    HWP_API_M(setting, value, "value", TEXT, HWP_API_MUST, "as it would be typed")};
static const hwp_api_schema setting_schema =
    HWP_API_SCHEMA("TaskSetting", setting, setting_members, "A field of a task's form.");

typedef struct task {
  const char *code, *kind, *state, *actor, *at, *phase, *message, *run, *report;
  bool is_over, is_stopping, is_unchanged, has_draft;
  int n_before, n_settings;
  const setting *settings;
  int64_t done, all, pairs, candidates, left_out, individuals, contradictions, evaluated, enough,
      next, failed;
  double left_s, took_s;
} task;
static const hwp_api_member task_members[] = {
    HWP_API_M(task, code, "code", TEXT, 0, "its name"),
    HWP_API_W(task, kind, "kind", 0, KINDS, "what is computed"),
    HWP_API_L(task, settings, n_settings, "settings", &setting_schema, "what was asked"),
    HWP_API_M(task, actor, "actor", TEXT, 0, "as whom it runs"),
    HWP_API_M(task, at, "at", TEXT, 0, "when it was asked for, UTC"),
    HWP_API_W(task, state, "state", 0, STATES, "cut: by the end of the server"),
    HWP_API_M(task, is_over, "is_over", YES, 0, "nothing more happens by itself"),
    HWP_API_M(task, is_stopping, "is_stopping", YES, 0, "it was asked to stop"),
    HWP_API_M(task, n_before, "before", COUNT, 0, "tasks that come before it"),
    HWP_API_W(task, phase, "phase", HWP_API_OR_NULL, PHASES, "of one that runs"),
    HWP_API_M(task, done, "done", INT, 0, "of the phase"),
    HWP_API_M(task, all, "all", INT, HWP_API_OR_NULL, "of the phase; null = not known"),
    HWP_API_M(task, left_s, "left_s", REAL, HWP_API_OR_NULL, "seconds that the phase still takes"),
    HWP_API_M(task, took_s, "took_s", REAL, 0, "seconds since it began to run"),
    HWP_API_M(task, message, "message", TEXT, HWP_API_OR_NULL, "why it failed"),
    HWP_API_M(task, run, "run", TEXT, HWP_API_OR_NULL, "code of the run that is its result"),
    HWP_API_M(task, is_unchanged, "is_unchanged", YES, 0, "that run was there before"),
    HWP_API_M(task, report, "report", TEXT, HWP_API_OR_NULL, "code of the report that it issued"),
    HWP_API_M(task, has_draft, "has_draft", YES, 0, "a draft can be fetched from its page"),
    HWP_API_M(task, pairs, "pairs", INT, 0, "listed"),
    HWP_API_M(task, candidates, "candidates", INT, 0, "identifications that were proposed"),
    HWP_API_M(task, left_out, "left_out", INT, 0, "missing persons who could not be computed"),
    HWP_API_M(task, individuals, "individuals", INT, 0, "proposed by a re-association"),
    HWP_API_M(task, contradictions, "contradictions", INT, 0, "found by a re-association"),
    HWP_API_M(task, evaluated, "evaluated", INT, 0, "missing persons, by a power study"),
    HWP_API_M(task, enough, "enough", INT, 0, "of these, with enough references"),
    HWP_API_M(task, next, "next", INT, 0, "entries of the list of whom to sample"),
    HWP_API_M(task, failed, "failed", INT, 0, "checks of a validation that failed")};
const hwp_api_schema hwp_schema_task =
    HWP_API_SCHEMA("Task", task, task_members, "Long work that the server does by itself.");

typedef struct tasks {
  int n;
  const task *items;
} tasks;
static const hwp_api_member tasks_members[] = {
    HWP_API_L(tasks, items, n, "items", &hwp_schema_task, "newest first")};
const hwp_api_schema hwp_schema_tasks =
    HWP_API_SCHEMA("Tasks", tasks, tasks_members, "The tasks that the actor may see.");

/* A word of "a|b|c". */
static const char *word_of(hwp_job *job, const char *words, int index) {
  for (; index > 0; index--) words += strcspn(words, "|") + 1;
  return hwp_format(job, "%.*s", (int)strcspn(words, "|"), words);
}

static hw_status take_settings(hwp_job *job, const hwp_order *order, task *out, hw_err *err) {
  setting *list = hw_arena_alloc_array(job->arena, (size_t)order->n + 1, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "a task");
  for (int i = 0; i < order->n; i++)
    list[i] = (setting){hwp_format(job, "%s", order->fields[i].name),
                        hwp_format(job, "%s", order->fields[i].value)};
  out->settings = list;
  out->n_settings = order->n;
  return HW_OK;
}

static hw_status take_task(hwp_job *job, const hwp_task_info *info, task *out, hw_err *err) {
  const hw_run_outcome *found = &info->outcome;
  const bool is_running = info->state == HWP_TASK_RUNNING;
  const bool is_done = info->state == HWP_TASK_DONE;
  const bool is_report = info->asked.order.kind == HWP_TASK_VALIDATION;
  *out = (task){.code = hwp_format(job, "%s", info->asked.code),
                .kind = hwp_task_kind_name(info->asked.order.kind),
                .state = word_of(job, STATES, (int)info->state),
                .actor = hwp_format(job, "%s", info->asked.actor),
                .at = hwp_format(job, "%s", info->asked.at),
                .phase = is_running ? word_of(job, PHASES, (int)info->phase) : NULL,
                .message = hwp_format(job, "%s", info->message),
                .run = hwp_format(job, "%s", found->run),
                .report = hwp_format(job, "%s", found->report),
                .is_over = hwp_task_is_over(info->state),
                .is_stopping = info->is_stopping,
                .is_unchanged = found->is_unchanged,
                .has_draft = is_done && is_report && found->report[0] == '\0',
                .n_before = info->n_before,
                .done = is_running ? (int64_t)info->done : 0,
                .all = is_running && info->all > 0 ? (int64_t)info->all : -1,
                .pairs = found->n_pairs,
                .candidates = found->n_candidates,
                .left_out = found->n_left_out,
                .individuals = found->n_individuals,
                .contradictions = found->n_contradictions,
                .evaluated = found->n_evaluated,
                .enough = found->n_enough,
                .next = found->n_next,
                .failed = found->n_failed,
                .left_s = is_running ? info->left_s : (double)NAN,
                .took_s = info->took_s};
  return take_settings(job, &info->asked.order, out, err);
}

static hw_status send_task(hwp_job *job, const char *code, hw_err *err) {
  hwp_task_info info;
  task answer;
  if (!hwp_tasks_get(job->web->tasks, code, &info))
    return hw_err_set(err, HW_E_NOT_FOUND, "there is no such task");
  HW_TRY(take_task(job, &info, &answer, err));
  return hwp_api_send(job, &hwp_schema_task, &answer, err);
}

hw_status hwp_api_tasks(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  const bool sees_all = (job->app->may & HW_MAY_ADMINISTER) != 0;
  hwp_task_info *found = hw_arena_alloc_array(job->arena, HWP_MOST_TASKS, sizeof *found);
  task *items = hw_arena_alloc_array(job->arena, HWP_MOST_TASKS, sizeof *items);
  if (found == NULL || items == NULL) return HW_NO_MEMORY(err, "the tasks");
  const int n =
      hwp_tasks_list(job->web->tasks, sees_all ? NULL : job->who->actor, HWP_MOST_TASKS, found);
  for (int i = 0; i < n; i++) HW_TRY(take_task(job, &found[i], &items[i], err));
  return hwp_api_send(job, &hwp_schema_tasks, &(tasks){n, items}, err);
}

hw_status hwp_api_task(hwp_job *job, const void *body, hw_err *err) {
  hwp_task_info info;
  (void)body;
  HW_TRY(hwp_task_find(job, &info, err));
  return send_task(job, info.asked.code, err);
}

/* --- beginning one --- */

typedef struct request {
  const char *kind;
  int n_settings;
  const setting *settings;
} request;
static const hwp_api_member request_members[] = {
    HWP_API_W(request, kind, "kind", HWP_API_MUST, KINDS, "what is computed"),
    {"settings", HWP_API_LIST, 0, offsetof(request, settings), HWP_API_AT(int, request, n_settings),
     HWP_ORDER_FIELDS, NULL, &setting_schema,
     "fields of the form (docs/serve.md); those that are not said have their defaults"}};
const hwp_api_schema hwp_schema_task_request =
    HWP_API_SCHEMA("TaskRequest", request, request_members, "Long work that is to be done.");

static hw_status take_order(const request *asked, hwp_order *out, hw_err *err) {
  hwp_order_mistake mistakes[HWP_ORDER_FIELDS];
  *out = (hwp_order){.kind = HWP_TASK_SEARCH};
  if (!hwp_task_kind_find(asked->kind, &out->kind))
    return hw_err_set(err, HW_E_VALUE, "'%.60s' is none of %s", asked->kind, KINDS);
  for (int i = 0; i < asked->n_settings; i++) {
    const setting *one = &asked->settings[i];
    if (hwp_order_field_find(out->kind, one->name) == NULL)
      return hw_err_set(err, HW_E_VALUE, "settings: a task '%s' has no field '%.60s'", asked->kind,
                        one->name);
    if (!hwp_order_set(out, one->name, one->value))
      return hw_err_set(err, HW_E_VALUE, "settings: the value of '%.60s' is too long", one->name);
  }
  if (hwp_order_check(out, mistakes) == 0) return HW_OK;
  const hwp_order_field *field = mistakes[0].field;
  if (mistakes[0].has_range)
    return hw_err_set(err, HW_E_VALUE, "settings: '%s' is '%.60s', expected %g to %g", field->name,
                      hwp_order_get(out, field->name), field->low, field->high);
  return hw_err_set(err, HW_E_VALUE, "settings: '%s' is '%.60s', which it may not be", field->name,
                    hwp_order_get(out, field->name));
}

/* Records that an order names must be there and be seen. */
static hw_status check_records(hwp_job *job, const hwp_order *order, hw_err *err) {
  static const struct {
    const char *name;
    hw_kind_id kind;
  } codes[] = {{"accession", HW_KIND_ACCESSION}, {"family", HW_KIND_FAMILY}};
  int64_t id = 0;
  const char *investigation = hwp_order_get(order, "investigation");
  if (!hwp_task_has_investigation(order->kind)) {
    if (hw_access_is_all(job->app)) return HW_OK;
    return hw_err_set(err, HW_E_DENIED, "%s", hwp_t(job, HW_T_REPORTS_VALIDATION_WRITE));
  }
  HW_TRY(hw_run_require(job->app, investigation[0] != '\0' ? investigation : NULL, err));
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    const char *code = hwp_order_get(order, codes[i].name);
    if (code[0] != '\0') HW_TRY(hw_look_find(job->app, codes[i].kind, code, &id, err));
  }
  return HW_OK;
}

hw_status hwp_api_begin_task(hwp_job *job, const void *body, hw_err *err) {
  char code[HWP_TASK_CODE_SIZE];
  hwp_order *order = hw_arena_alloc(job->arena, sizeof *order);
  if (order == NULL) return HW_NO_MEMORY(err, "a task");
  HW_TRY(take_order(body, order, err));
  HW_TRY(check_records(job, order, err));
  HW_TRY(hwp_tasks_add(job->web->tasks, job->who->actor, order, code, err));
  return send_task(job, code, err);
}

/* --- stopping, going on --- */

hw_status hwp_api_stop_task(hwp_job *job, const void *body, hw_err *err) {
  hwp_task_info info;
  (void)body;
  HW_TRY(hwp_task_find(job, &info, err));
  HW_TRY(hwp_tasks_stop(job->web->tasks, info.asked.code, err));
  return send_task(job, info.asked.code, err);
}

hw_status hwp_api_resume_task(hwp_job *job, const void *body, hw_err *err) {
  hwp_task_info info;
  (void)body;
  HW_TRY(hwp_task_find(job, &info, err));
  HW_TRY(check_records(job, &info.asked.order, err));
  HW_TRY(hwp_tasks_resume(job->web->tasks, job->who->actor, info.asked.code, err));
  return send_task(job, info.asked.code, err);
}
