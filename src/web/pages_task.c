/* Tasks: how far they are, live, and what became of them.
 *
 * A page of a task is whole without JavaScript: it says how far the task is and loads itself
 * again every few seconds while it runs. With JavaScript it listens to a stream of events
 * instead and moves its bar. A stream ends after some minutes; the browser opens the next one,
 * which passes the session and the permissions again.
 *
 * A task is seen by who started it, and by administrators; for all others there is none. */
#include "web/pages_task.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/run_search.h"
#include "base/check.h"
#include "base/json_members.h"
#include "web/web_int.h"

enum { REFRESH_S = 3, STREAM_S = 300, MOST_LISTED = 12 };

/* --- words --- */

static const struct {
  hw_text_id title;
} kinds[HWP_N_TASK_KINDS] = {{HW_T_TASK_TITLE_SEARCH},
                             {HW_T_TASK_TITLE_JOINT},
                             {HW_T_TASK_TITLE_GROUPS},
                             {HW_T_TASK_TITLE_POWER},
                             {HW_T_TASK_TITLE_VALIDATION}};

const char *hwp_task_title(hwp_job *job, const hwp_task_info *info) {
  const char *investigation = hwp_order_get(&info->asked.order, "investigation");
  return hwp_fill(job, kinds[info->asked.order.kind].title, 1,
                  investigation[0] != '\0' ? investigation : "main");
}

static hw_text_id word_of(hwp_task_state state) {
  static const hw_text_id words[] = {HW_T_TASK_WAITING, HW_T_TASK_RUNNING, HW_T_TASK_DONE,
                                     HW_T_TASK_FAILED,  HW_T_TASK_STOPPED, HW_T_TASK_CUT};
  return words[state];
}

static hw_text_id phase_of(hw_run_phase phase) {
  static const hw_text_id words[HW_N_RUN_PHASES] = {
      HW_T_TASK_PHASE_LOADING,   HW_T_TASK_PHASE_STR,       HW_T_TASK_PHASE_SNP,
      HW_T_TASK_PHASE_PAIRS,     HW_T_TASK_PHASE_COMPARING, HW_T_TASK_PHASE_EVIDENCE,
      HW_T_TASK_PHASE_JOINT,     HW_T_TASK_PHASE_GROUPS,    HW_T_TASK_PHASE_POWER,
      HW_T_TASK_PHASE_POWER_SNP, HW_T_TASK_PHASE_KNOWN,     HW_T_TASK_PHASE_CHECKING,
      HW_T_TASK_PHASE_STORING};
  return words[phase];
}

int hwp_task_percent(const hwp_task_info *info) {
  if (info->state == HWP_TASK_DONE) return 100;
  if (info->all == 0) return -1;
  const double share = info->done < info->all ? (double)info->done / (double)info->all : 1;
  return (int)(100 * share);
}

/* A duration, by the unit that suits it. */
static void say_time(hw_str *out, hw_language language, double seconds, const hw_text_id units[3]) {
  const int unit = seconds < 100 ? 0 : seconds < 100 * 60 ? 1 : 2;
  hw_str number = HW_STR_INIT;
  hw_text_add_real(&number, language, unit == 0 ? seconds : seconds / (unit == 1 ? 60 : 3600),
                   unit == 2 ? 1 : 0);
  hw_text_fill(out, language, units[unit], 1, (const char *[]){hw_str_text(&number)});
  hw_str_clear(&number);
}

static void say_number(hw_str *out, hw_language language, hw_text_id text, int number) {
  hw_str digits = HW_STR_INIT;
  hw_text_add_int(&digits, language, number);
  hw_text_fill(out, language, text, 1, (const char *[]){hw_str_text(&digits)});
  hw_str_clear(&digits);
}

void hwp_task_say(hw_str *out, hw_language language, const hwp_task_info *info) {
  static const hw_text_id left[3] = {HW_T_TASK_LEFT_S, HW_T_TASK_LEFT_MIN, HW_T_TASK_LEFT_H};
  const int percent = hwp_task_percent(info);
  if (info->state == HWP_TASK_WAITING && info->n_before > 0) {
    say_number(out, language, HW_T_TASK_WAITING_BEHIND, info->n_before);
    return;
  }
  if (info->state != HWP_TASK_RUNNING || info->is_stopping) {
    hw_str_append(out, hw_text(language, info->state == HWP_TASK_RUNNING ? HW_T_TASK_STOPPING
                                                                         : word_of(info->state)));
    return;
  }
  hw_str_append(out, hw_text(language, phase_of(info->phase)));
  if (percent < 0) return;
  hw_str_append(out, ", ");
  say_number(out, language, HW_T_TASK_SHARE, percent);
  if (!isfinite(info->left_s)) return;
  hw_str_append(out, ", ");
  say_time(out, language, info->left_s, left);
}

/* The same in the arena. */
static const char *said(hwp_job *job, const hwp_task_info *info) {
  hw_str text = HW_STR_INIT;
  hwp_task_say(&text, job->language, info);
  const char *copy = hw_arena_strdup(job->arena, hw_str_text(&text));
  hw_str_clear(&text);
  return copy != NULL ? copy : "";
}

static const char *took(hwp_job *job, double seconds) {
  static const hw_text_id units[3] = {HW_T_TASK_TOOK_S, HW_T_TASK_TOOK_MIN, HW_T_TASK_TOOK_H};
  hw_str text = HW_STR_INIT;
  say_time(&text, job->language, seconds, units);
  const char *copy = hw_arena_strdup(job->arena, hw_str_text(&text));
  hw_str_clear(&text);
  return copy != NULL ? copy : "";
}

/* --- one task --- */

hw_status hwp_task_find(hwp_job *job, hwp_task_info *out, hw_err *err) {
  const bool is_there = hwp_tasks_get(job->web->tasks, job->parts[0], out);
  if (is_there &&
      ((job->app->may & HW_MAY_ADMINISTER) != 0 || strcmp(out->asked.actor, job->who->actor) == 0))
    return HW_OK;
  return hw_err_set(err, HW_E_NOT_FOUND, "there is no such task");
}

static const char *path_of(hwp_job *job, const hwp_task_info *info, const char *more) {
  return hwp_format(job, "/tasks/%s%s", info->asked.code, more);
}

static void write_progress(hwp_job *job, const hwp_task_info *info) {
  hwp_html *h = &job->html;
  const int percent = hwp_task_percent(info);
  hwp_open(h, "div", "class", "task", "data-events", path_of(job, info, "/events"), NULL);
  hwp_leaf(h, "progress", NULL, "max", "100", "value",
           percent < 0 ? NULL : hwp_format(job, "%d", percent), "aria-label",
           hwp_t(job, HW_T_TASK_PROGRESS), NULL);
  hwp_leaf(h, "p", said(job, info), "role", "status", "aria-live", "polite", NULL);
  hwp_close(h);
}

static void write_button(hwp_job *job, const hwp_task_info *info, const char *step, hw_text_id text,
                         const char *look) {
  hwp_html *h = &job->html;
  hwp_form_begin(job, path_of(job, info, step), false);
  hwp_leaf(h, "button", hwp_t(job, text), "type", "submit", "class", look, NULL);
  hwp_form_end(job, NULL);
}

/* Only a search remembers what it has done. */
static bool begins_anew(const hwp_task_info *info) {
  return info->asked.order.kind != HWP_TASK_SEARCH;
}

static void write_buttons(hwp_job *job, const hwp_task_info *info) {
  hwp_html *h = &job->html;
  hwp_open(h, "div", "class", "row task-steps", NULL);
  if (!hwp_task_is_over(info->state)) {
    if (!info->is_stopping) {
      write_button(job, info, "/stop", HW_T_TASK_STOP, "second");
      hwp_leaf(h, "span",
               hwp_t(job, begins_anew(info) ? HW_T_TASK_STOP_HINT_ANEW : HW_T_TASK_STOP_HINT),
               "class", "hint", NULL);
    }
  } else {
    if (hwp_task_is_resumable(info->state) && (job->app->may & HW_MAY_WRITE) != 0)
      write_button(job, info, "/resume", HW_T_TASK_RESUME, NULL);
    write_button(job, info, "/forget", HW_T_TASK_FORGET, "second");
  }
  hwp_close(h);
}

static void write_link(hwp_job *job, hw_text_id text, const char *path) {
  hwp_html *h = &job->html;
  hwp_open(h, "p", NULL);
  hwp_leaf(h, "a", hwp_t(job, text), "class", "button", "href", path, NULL);
  hwp_close(h);
}

static void write_groups(hwp_job *job, const hw_run_outcome *out) {
  hwp_notice(job, HWP_NOTICE_FINE,
             hwp_fill(job, HW_T_TASK_GROUPED, 2, hwp_int(job, out->n_individuals),
                      hwp_int(job, out->n_contradictions)));
  write_link(job, HW_T_TASK_TO_INDIVIDUALS, "/records/individual?state=proposed");
}

static void write_validation(hwp_job *job, const hwp_task_info *info) {
  const hw_run_outcome *out = &info->outcome;
  const hwp_notice_kind kind = out->n_failed == 0 ? HWP_NOTICE_FINE : HWP_NOTICE_WARNING;
  const char *failed = hwp_int(job, out->n_failed);
  if (out->report[0] == '\0') {
    hwp_notice(job, kind,
               out->n_failed == 0 ? hwp_t(job, HW_T_TASK_DRAFTED)
                                  : hwp_fill(job, HW_T_TASK_DRAFTED_FAILED, 1, failed));
    write_link(job, HW_T_TASK_TO_DRAFT, path_of(job, info, "/file"));
    return;
  }
  hwp_notice(job, kind,
             out->n_failed == 0
                 ? hwp_fill(job, HW_T_TASK_VALIDATED, 1, out->report)
                 : hwp_fill(job, HW_T_TASK_VALIDATED_FAILED, 2, out->report, failed));
  write_link(job, HW_T_TASK_TO_REPORT, hwp_url(job->arena, "/reports/", out->report));
}

/* What a run says in a sentence or two. */
static void write_found(hwp_job *job, const hwp_task_info *info) {
  const hw_run_outcome *out = &info->outcome;
  if (out->is_unchanged) {
    hwp_notice(job, HWP_NOTICE_FINE, hwp_fill(job, HW_T_TASK_UNCHANGED, 1, out->run));
  } else if (info->asked.order.kind == HWP_TASK_POWER) {
    const char *studied = hwp_fill(job, HW_T_TASK_STUDIED, 3, hwp_int(job, out->n_evaluated),
                                   out->run, hwp_int(job, out->n_enough));
    const char *next = hwp_fill(job, HW_T_TASK_STUDIED_NEXT, 1, hwp_int(job, out->n_next));
    hwp_notice(job, HWP_NOTICE_FINE, hwp_format(job, "%s %s", studied, next));
  } else {
    hwp_notice(job, HWP_NOTICE_FINE,
               hwp_fill(job, HW_T_TASK_FOUND, 3, hwp_int(job, out->n_pairs), out->run,
                        hwp_int(job, out->n_candidates)));
  }
}

static void write_result(hwp_job *job, const hwp_task_info *info) {
  const hw_run_outcome *out = &info->outcome;
  if (info->asked.order.kind == HWP_TASK_GROUPS) {
    write_groups(job, out);
    return;
  }
  if (info->asked.order.kind == HWP_TASK_VALIDATION) {
    write_validation(job, info);
    return;
  }
  write_found(job, info);
  if (out->n_left_out > 0)
    hwp_notice(job, HWP_NOTICE_WARNING,
               hwp_fill(job, HW_T_TASK_LEFT_OUT, 1, hwp_int(job, out->n_left_out)));
  write_link(job, HW_T_TASK_TO_RUN, hwp_url(job->arena, "/runs/", out->run));
}

static void write_end(hwp_job *job, const hwp_task_info *info) {
  switch (info->state) {
    case HWP_TASK_DONE:
      write_result(job, info);
      break;
    case HWP_TASK_FAILED:
      if (info->message[0] != '\0')
        hwp_told(job, HWP_NOTICE_ERROR, hwp_t(job, HW_T_TASK_IS_FAILED), info->message);
      else
        hwp_notice(job, HWP_NOTICE_ERROR, hwp_t(job, HW_T_TASK_IS_FAILED_INSIDE));
      break;
    case HWP_TASK_STOPPED:
      hwp_notice(job, HWP_NOTICE_NOTE,
                 hwp_t(job, begins_anew(info) ? HW_T_TASK_IS_STOPPED_ANEW : HW_T_TASK_IS_STOPPED));
      break;
    case HWP_TASK_CUT:
      hwp_notice(job, HWP_NOTICE_WARNING,
                 hwp_t(job, begins_anew(info) ? HW_T_TASK_IS_CUT_ANEW : HW_T_TASK_IS_CUT));
      break;
    default:
      break;
  }
}

/* What was asked, as the form had it. */
static void write_asked(hwp_job *job, const hwp_task_info *info) {
  const hwp_order *order = &info->asked.order;
  hwp_leaf(&job->html, "h2", hwp_t(job, HW_T_TASK_SETTINGS), NULL);
  hwp_facts_begin(&job->html);
  for (int i = 0; i < order->n; i++) {
    const hwp_order_field *field = hwp_order_field_find(order->kind, order->fields[i].name);
    const char *value = order->fields[i].value;
    if (field == NULL || value[0] == '\0') continue;
    for (int c = 0; c < field->n_choices; c++)
      if (strcmp(field->choices[c], value) == 0) {
        value = hwp_t(job, field->words[c]);
        break;
      }
    hwp_fact(&job->html, hwp_t(job, field->label), value);
  }
  hwp_facts_end(&job->html);
}

static hw_status show(hwp_job *job, hw_err *err) {
  hwp_task_info info;
  HW_TRY(hwp_task_find(job, &info, err));
  const bool is_over = hwp_task_is_over(info.state);
  if (!is_over) job->refresh_s = REFRESH_S;
  hwp_html *h = hwp_page_begin(job, HWP_NAV_RUNS, hwp_task_title(job, &info));
  hwp_crumbs(
      job, 2,
      (const char *[]){hwp_t(job, HW_T_TASK_BACK), "/runs", hwp_t(job, HW_T_TASK_TASK), NULL});
  if (is_over)
    write_end(job, &info);
  else
    write_progress(job, &info);
  write_buttons(job, &info);
  hwp_facts_begin(h);
  hwp_fact(h, hwp_t(job, HW_T_PAGES_STATE), hwp_t(job, word_of(info.state)));
  hwp_fact(h, hwp_t(job, HW_T_TASK_ASKED),
           hwp_fill(job, HW_T_TASK_ASKED_BY, 2, hwp_date(job, info.asked.at), info.asked.actor));
  if (info.took_s > 0) hwp_fact(h, hwp_t(job, HW_T_TASK_TOOK), took(job, info.took_s));
  hwp_facts_end(h);
  write_asked(job, &info);
  return hwp_page_end(job, err);
}

/* --- the stream --- */

typedef struct events {
  hwp_tasks *tasks;
  char code[HWP_TASK_CODE_SIZE];
  hw_language language;
  uint64_t version;
  double until_s;
} events;

static void append_event(hw_str *out, hw_language language, const hwp_task_info *info) {
  hw_json_writer w;
  hw_str words = HW_STR_INIT, data = HW_STR_INIT;
  hwp_task_say(&words, language, info);
  hw_json_write_init_str(&w, &data, 0);
  hw_json_write_begin_object(&w);
  hw_json_add_count(&w, "percent", hwp_task_percent(info));
  hw_json_add_int(&w, "phase", hwp_task_is_over(info->state) ? -1 : (int64_t)info->phase);
  hw_json_add_text(&w, "text", hw_str_text(&words));
  hw_json_add_bool(&w, "over", hwp_task_is_over(info->state));
  hw_json_write_end_object(&w);
  if (hw_json_write_finish_bare(&w, NULL) == HW_OK) {
    hw_str_append(out, "event: progress\ndata: ");
    hw_str_append(out, hw_str_text(&data));
    hw_str_append(out, "\n\n");
  }
  hw_str_clear(&data);
  hw_str_clear(&words);
}

static bool next_event(void *context, hw_str *out) {
  events *self = context;
  hwp_task_info info;
  if (!hwp_tasks_wait(self->tasks, self->code, self->version, &info)) return false;
  if (info.version != self->version) append_event(out, self->language, &info);
  self->version = info.version;
  return !hwp_task_is_over(info.state) && hw_clock_now_s() < self->until_s;
}

static hw_status stream(hwp_job *job, hw_err *err) {
  hwp_task_info info;
  HW_TRY(hwp_task_find(job, &info, err));
  hwp_set_header(job, "content-type", "text/event-stream; charset=utf-8");
  if (strcmp(job->request->method, "HEAD") == 0) return HW_OK;
  events *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a stream");
  self->tasks = job->web->tasks;
  self->language = job->language;
  self->until_s = hw_clock_now_s() + STREAM_S;
  memcpy(self->code, info.asked.code, sizeof self->code);
  job->response->stream = (hw_web_stream){.next = next_event, .end = free, .context = self};
  return HW_OK;
}

/* --- the draft of a report --- */

static hw_status file(hwp_job *job, hw_err *err) {
  hwp_task_info info;
  char *bytes = NULL;
  size_t n = 0;
  HW_TRY(hwp_task_find(job, &info, err));
  HW_TRY(hwp_tasks_draft(job->web->tasks, info.asked.code, &bytes, &n, err));
  const hw_status status = hwp_send(job, "application/pdf", bytes, n, "validation-draft.pdf", err);
  free(bytes);
  return status;
}

/* --- steps --- */

static hw_status stop(hwp_job *job, hw_err *err) {
  hwp_task_info info;
  HW_TRY(hwp_task_find(job, &info, err));
  HW_TRY(hwp_tasks_stop(job->web->tasks, info.asked.code, err));
  return hwp_see_other(job, path_of(job, &info, ""), hwp_t(job, HW_T_TASK_STOP_ASKED), err);
}

static hw_status resume(hwp_job *job, hw_err *err) {
  hwp_task_info info;
  HW_TRY(hwp_task_find(job, &info, err));
  if (hwp_task_has_investigation(info.asked.order.kind))
    HW_TRY(hw_run_require(job->app, hwp_order_get(&info.asked.order, "investigation"), err));
  HW_TRY(hwp_tasks_resume(job->web->tasks, job->who->actor, info.asked.code, err));
  return hwp_see_other(job, path_of(job, &info, ""), hwp_t(job, HW_T_TASK_RESUMED), err);
}

static hw_status forget(hwp_job *job, hw_err *err) {
  hwp_task_info info;
  HW_TRY(hwp_task_find(job, &info, err));
  HW_TRY(hwp_tasks_forget(job->web->tasks, info.asked.code, err));
  return hwp_see_other(job, "/runs", hwp_t(job, HW_T_TASK_FORGOTTEN), err);
}

/* --- above the list of runs --- */

static void write_item(hwp_job *job, const hwp_task_info *info) {
  hwp_html *h = &job->html;
  hwp_open(h, "tr", NULL);
  hwp_open(h, "td", NULL);
  hwp_leaf(h, "a", hwp_task_title(job, info), "href", path_of(job, info, ""), NULL);
  hwp_close(h);
  hwp_cell(job, said(job, info));
  hwp_cell(job,
           hwp_fill(job, HW_T_TASK_ASKED_BY, 2, hwp_date(job, info->asked.at), info->asked.actor));
  hwp_open(h, "td", NULL);
  if (info->state == HWP_TASK_DONE && info->outcome.run[0] != '\0')
    hwp_leaf(h, "a", info->outcome.run, "href", hwp_url(job->arena, "/runs/", info->outcome.run),
             NULL);
  if (info->state == HWP_TASK_DONE && info->outcome.report[0] != '\0')
    hwp_leaf(h, "a", info->outcome.report, "href",
             hwp_url(job->arena, "/reports/", info->outcome.report), NULL);
  hwp_close(h);
  hwp_close(h);
}

hw_status hwp_task_head(hwp_job *job, hw_err *err) {
  static const struct {
    const char *path;
    hw_text_id text;
  } ways[] = {{"/runs/new", HW_T_START_TITLE_SEARCH},
              {"/runs/new?kind=joint", HW_T_START_TITLE_JOINT},
              {"/runs/new?kind=groups", HW_T_START_TITLE_GROUPS},
              {"/runs/new?kind=power", HW_T_START_TITLE_POWER}};
  hwp_html *h = &job->html;
  hwp_task_info *items = hw_arena_alloc_array(job->arena, MOST_LISTED, sizeof *items);
  if (items == NULL) return HW_NO_MEMORY(err, "the tasks");
  if (job->app->may & HW_MAY_WRITE) {
    hwp_open(h, "p", "class", "row", NULL);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
      hwp_leaf(h, "a", hwp_t(job, ways[i].text), "class", i == 0 ? "button" : "button second",
               "href", ways[i].path, NULL);
    hwp_close(h);
  }
  const bool sees_all = (job->app->may & HW_MAY_ADMINISTER) != 0;
  const int n =
      hwp_tasks_list(job->web->tasks, sees_all ? NULL : job->who->actor, MOST_LISTED, items);
  const int n_open = hwp_tasks_count_open(job->web->tasks);
  int n_own = 0;
  for (int i = 0; i < n; i++) n_own += !hwp_task_is_over(items[i].state);
  if (n > 0) {
    const hwp_column columns[] = {{hwp_t(job, HW_T_TASK_TASK), false},
                                  {hwp_t(job, HW_T_PAGES_STATE), false},
                                  {hwp_t(job, HW_T_TASK_ASKED), false},
                                  {hwp_t(job, HW_T_TASK_RESULT), false}};
    hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_TASK_LIST), 4, columns});
    for (int i = 0; i < n; i++) write_item(job, &items[i]);
    hwp_table_end(h);
  }
  if (n_open > n_own)
    hwp_paragraph(job, hwp_fill(job, HW_T_TASK_OTHERS, 1, hwp_int(job, n_open)), "hint");
  return HW_OK;
}

static const hwp_route routes[] = {
    {"GET",
     "/tasks/"
     "*",
     0, 0, show, "a task: how far it is, what became of it"},
    {"GET",
     "/tasks/"
     "*"
     "/events",
     0, 0, stream, "the same as a stream of events"},
    {"GET",
     "/tasks/"
     "*"
     "/file",
     0, 0, file, "the draft of a report that a task made"},
    {"POST",
     "/tasks/"
     "*"
     "/stop",
     0, 0, stop, "stops a task"},
    {"POST",
     "/tasks/"
     "*"
     "/resume",
     HW_MAY_WRITE, 0, resume, "goes on with a task that was stopped or cut short"},
    {"POST",
     "/tasks/"
     "*"
     "/forget",
     0, 0, forget, "removes a task that is over from the list"},
};
const hwp_routes hwp_routes_task = {routes, sizeof routes / sizeof *routes};
