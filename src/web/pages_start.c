/* Forms that begin long work: a search, a joint identification, a re-association, a power study.
 *
 * What a form has, what may be typed and what an empty field means stands in one table
 * (task_order.c), which also checks and runs it. Here the form is written, what was typed is
 * taken, and a task is made of it. Frequencies, theta and panels are settings of the
 * investigation: they are shown, so that nobody takes them for granted. The validation of the
 * laboratory is a report, and its form stands with those (pages_reports.c). */
#include <string.h>

#include "app/run_search.h"
#include "base/check.h"
#include "web/pages_task.h"
#include "web/web_int.h"

enum { MOST_INVESTIGATIONS = 50 };

static const struct form_texts {
  hw_text_id title, intro;
} texts[] = {{HW_T_START_TITLE_SEARCH, HW_T_START_INTRO_SEARCH},
             {HW_T_START_TITLE_JOINT, HW_T_START_INTRO_JOINT},
             {HW_T_START_TITLE_GROUPS, HW_T_START_INTRO_GROUPS},
             {HW_T_START_TITLE_POWER, HW_T_START_INTRO_POWER}};
/* Kinds with a form here: those before the first that has none. */
enum { N_FORMS = sizeof texts / sizeof *texts };
_Static_assert((int)N_FORMS == (int)HWP_TASK_VALIDATION, "every kind but reports has a form");

static bool find_kind(const char *name, hwp_task_kind *out) {
  hwp_task_kind kind = HWP_TASK_SEARCH;
  if (!hwp_task_kind_find(name, &kind) || (int)kind >= N_FORMS) return false;
  *out = kind;
  return true;
}

/* A form with what was typed. */
typedef struct start_form {
  hwp_order order;
  int n_wrong;
  struct {
    const char *name, *text;
  } wrong[HWP_ORDER_FIELDS];
  hw_status refused; /* by the program */
  const char *refusal;
} start_form;

static void add_wrong(start_form *self, const char *name, const char *text) {
  for (int i = 0; i < self->n_wrong; i++)
    if (strcmp(self->wrong[i].name, name) == 0) return;
  if (self->n_wrong == HWP_ORDER_FIELDS) return;
  self->wrong[self->n_wrong].name = name;
  self->wrong[self->n_wrong++].text = text;
}

static const char *wrong_of(const start_form *self, const char *name) {
  for (int i = 0; i < self->n_wrong; i++)
    if (strcmp(self->wrong[i].name, name) == 0) return self->wrong[i].text;
  return NULL;
}

/* --- writing --- */

/* The kinds, of which this one is chosen. */
static void write_kinds(hwp_job *job, hwp_task_kind kind) {
  hwp_html *h = &job->html;
  hwp_open(h, "nav", "class", "row kinds", "aria-label", hwp_t(job, HW_T_START_WHAT), NULL);
  for (int k = 0; k < N_FORMS; k++)
    hwp_leaf(h, "a", hwp_t(job, texts[k].title), "href",
             hwp_format(job, "/runs/new?kind=%s", hwp_task_kind_name((hwp_task_kind)k)),
             "aria-current", k == (int)kind ? "page" : NULL, NULL);
  hwp_close(h);
}

static hw_status write_settings(hwp_job *job, const hw_look_rows *rows, hw_err *err) {
  static const int fields[] = {HW_FIELD_INVESTIGATION_TABLE, HW_FIELD_INVESTIGATION_THETA,
                               HW_FIELD_INVESTIGATION_SNP_PANEL,
                               HW_FIELD_INVESTIGATION_SNP_POPULATION};
  enum { N = sizeof fields / sizeof *fields };
  const hw_kind *kind = hw_kind_get(HW_KIND_INVESTIGATION);
  hwp_column columns[N + 1] = {{hwp_t(job, HW_T_START_INVESTIGATION), false}};
  for (int i = 0; i < N; i++)
    columns[i + 1] = (hwp_column){
        hwp_field_label(job, HW_KIND_INVESTIGATION, kind->fields[fields[i]].name), false};
  hwp_open(&job->html, "details", NULL);
  hwp_leaf(&job->html, "summary", hwp_t(job, HW_T_START_SETTINGS), NULL);
  hwp_paragraph(job, hwp_t(job, HW_T_START_SETTINGS_HINT), "hint");
  hwp_table_begin(&job->html, &(hwp_table){hwp_t(job, HW_T_START_SETTINGS), N + 1, columns});
  for (int i = 0; i < rows->n && i < HWP_TABLE_ROWS; i++) {
    hwp_open(&job->html, "tr", NULL);
    HW_TRY(hwp_id_cell(job, HW_KIND_INVESTIGATION, rows->items[i].id, err));
    for (int f = 0; f < N; f++) HW_TRY(hwp_value_cell(job, &rows->items[i], fields[f], err));
    hwp_close(&job->html);
  }
  hwp_table_end(&job->html);
  hwp_close(&job->html);
  return HW_OK;
}

/* A number in the reader's way of writing it. */
static const char *local_number(hwp_job *job, const char *text) {
  if (job->language != HW_LANGUAGE_VI) return text;
  const char *point = strchr(text, '.');
  return point == NULL ? text : hwp_format(job, "%.*s,%s", (int)(point - text), text, point + 1);
}

static const char *value_of(hwp_job *job, const start_form *form, const hwp_order_field *field,
                            bool is_typed) {
  if (is_typed) return hwp_order_get(&form->order, field->name);
  return field->type == HWP_ORDER_NUMBER ? local_number(job, field->otherwise) : field->otherwise;
}

static hw_status write_field(hwp_job *job, const start_form *form, const hwp_order_field *field,
                             const char *value) {
  const char *labels[8] = {NULL};
  for (int c = 0; c < field->n_choices && c < 8; c++) labels[c] = hwp_t(job, field->words[c]);
  const bool is_reason = field->type == HWP_ORDER_TEXT;
  hwp_field_add(job, &(hwp_field){.name = field->name,
                                  .label = hwp_t(job, field->label),
                                  .type = is_reason ? "textarea" : NULL,
                                  .value = value,
                                  .hint = hwp_t(job, field->hint),
                                  .error = wrong_of(form, field->name),
                                  .autocomplete = "off",
                                  .n_choices = field->n_choices,
                                  .choices = field->choices,
                                  .labels = labels});
  return HW_OK;
}

/* The investigations that the reader may see; one that was typed and is none of them stays in its
 * field. */
static void write_investigations(hwp_job *job, const start_form *form, const hwp_order_field *field,
                                 const hw_look_rows *rows, const char *value) {
  const char *codes[MOST_INVESTIGATIONS + 1] = {NULL};
  int n = 0;
  bool is_there = false;
  for (int i = 0; i < rows->n && i < MOST_INVESTIGATIONS; i++) {
    codes[n] = hw_record_text(&rows->items[i], HW_FIELD_INVESTIGATION_CODE);
    is_there = is_there || strcmp(codes[n], value) == 0;
    n++;
  }
  if (!is_there && wrong_of(form, field->name) != NULL) codes[n++] = value;
  hwp_field_add(job, &(hwp_field){.name = field->name,
                                  .label = hwp_t(job, field->label),
                                  .value = value,
                                  .hint = hwp_t(job, field->hint),
                                  .error = wrong_of(form, field->name),
                                  .n_choices = n,
                                  .choices = codes});
}

/* @param is_typed  the order holds what was typed; else fields begin with their defaults, and what
 * the order holds of them */
static hw_status write_form(hwp_job *job, const start_form *form, bool is_typed, hw_err *err) {
  const hwp_task_kind kind = form->order.kind;
  int n = 0;
  int64_t n_lines = 0;
  const hwp_order_field *fields = hwp_order_fields(kind, &n);
  hw_look_rows rows;
  HW_TRY(hw_look_page(job->app, HW_KIND_INVESTIGATION, 0, MOST_INVESTIGATIONS, NULL, NULL,
                      job->arena, &rows, err));
  HW_TRY(hw_store_count(job->app->store, HW_KIND_HAPLOTYPE, &n_lines, err));
  hwp_page_begin(job, HWP_NAV_RUNS, hwp_t(job, texts[kind].title));
  hwp_crumbs(
      job, 2,
      (const char *[]){hwp_t(job, HW_T_TASK_BACK), "/runs", hwp_t(job, texts[kind].title), NULL});
  write_kinds(job, kind);
  hwp_paragraph(job, hwp_t(job, texts[kind].intro), "lead");
  if (form->refusal != NULL)
    hwp_told(job, HWP_NOTICE_ERROR, hwp_t(job, HW_T_START_REFUSED), form->refusal);
  else if (form->n_wrong > 0)
    hwp_notice(job, HWP_NOTICE_ERROR, hwp_t(job, HW_T_START_WRONG));
  HW_TRY(write_settings(job, &rows, err));
  hwp_form_begin(job, "/runs/new", false);
  hwp_void(&job->html, "input", "type", "hidden", "name", "kind", "value", hwp_task_kind_name(kind),
           NULL);
  for (int i = 0; i < n; i++) {
    const char *value = value_of(job, form, &fields[i], is_typed);
    if (!is_typed && hwp_order_get(&form->order, fields[i].name)[0] != '\0')
      value = hwp_order_get(&form->order, fields[i].name);
    if (fields[i].is_lines && n_lines == 0) continue;
    if (strcmp(fields[i].name, "investigation") == 0)
      write_investigations(job, form, &fields[i], &rows, value);
    else
      HW_TRY(write_field(job, form, &fields[i], value));
  }
  hwp_form_end(job, hwp_t(job, HW_T_START_GO));
  return hwp_page_end(job, err);
}

/* The empty form; a link may have filled in what it is about. */
static hw_status write_new(hwp_job *job, hw_err *err) {
  start_form *form = hw_arena_alloc(job->arena, sizeof *form);
  if (form == NULL) return HW_NO_MEMORY(err, "a form");
  (void)find_kind(hwp_query(job, "kind"), &form->order.kind);
  for (int i = 0; i < job->n_query; i++)
    if (hwp_order_field_find(form->order.kind, job->query[i].name) != NULL)
      (void)hwp_order_set(&form->order, job->query[i].name, job->query[i].value);
  return write_form(job, form, false, err);
}

static hw_status new_form(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_new, err);
}

/* --- taking --- */

static const char *limit(hwp_job *job, double value) {
  return hwp_real(job, value, value == (double)(int64_t)value ? 0 : value < 0.99 ? 2 : 9);
}

static void take_fields(hwp_job *job, start_form *form) {
  int n = 0;
  const hwp_order_field *fields = hwp_order_fields(form->order.kind, &n);
  hwp_order_mistake mistakes[HWP_ORDER_FIELDS];
  for (int i = 0; i < n; i++) {
    const char *value = hwp_form_typed(job, fields[i].name);
    if (hwp_order_set(&form->order, fields[i].name, value)) continue;
    add_wrong(form, fields[i].name, hwp_t(job, HW_T_START_WRONG_LONG));
    const char *cut = hw_arena_strndup(job->arena, value, 200);
    (void)hwp_order_set(&form->order, fields[i].name, cut != NULL ? cut : "");
  }
  const int n_wrong = hwp_order_check(&form->order, mistakes);
  for (int i = 0; i < n_wrong; i++) {
    const hwp_order_field *field = mistakes[i].field;
    add_wrong(form, field->name,
              mistakes[i].has_range ? hwp_fill(job, mistakes[i].text, 2, limit(job, field->low),
                                               limit(job, field->high))
                                    : hwp_t(job, mistakes[i].text));
  }
}

/* A record that a field names, if it names one. */
static hw_status check_code(hwp_job *job, start_form *form, const char *name, hw_kind_id kind,
                            hw_text_id text, hw_err *err) {
  const char *code = hwp_order_get(&form->order, name);
  int64_t id = 0;
  hw_err why = HW_ERR_INIT;
  if (code[0] == '\0') return HW_OK;
  const hw_status status = hw_look_find(job->app, kind, code, &id, &why);
  if (status == HW_E_REFERENCE || status == HW_E_DENIED) {
    add_wrong(form, name, hwp_t(job, text));
    return HW_OK;
  }
  if (status != HW_OK) *err = why;
  return status;
}

/* Records that the order names. @return what is for the whole page to tell */
static hw_status check_records(hwp_job *job, start_form *form, hw_err *err) {
  hw_err why = HW_ERR_INIT;
  const hw_status status =
      hw_run_require(job->app, hwp_order_get(&form->order, "investigation"), &why);
  if (status == HW_E_REFERENCE || status == HW_E_DENIED) {
    add_wrong(form, "investigation", hwp_t(job, HW_T_START_NO_INVESTIGATION));
    return HW_OK;
  }
  if (status != HW_OK) {
    *err = why;
    return status;
  }
  HW_TRY(check_code(job, form, "accession", HW_KIND_ACCESSION, HW_T_START_NO_ACCESSION, err));
  return check_code(job, form, "family", HW_KIND_FAMILY, HW_T_START_NO_FAMILY, err);
}

static hw_status start(hwp_job *job, hw_err *err) {
  hw_err why = HW_ERR_INIT;
  char code[HWP_TASK_CODE_SIZE];
  start_form *form = hw_arena_alloc(job->arena, sizeof *form);
  if (form == NULL) return HW_NO_MEMORY(err, "a form");
  if (!find_kind(hwp_form(job, "kind"), &form->order.kind))
    return hw_err_set(err, HW_E_VALUE, "there is no such kind of task");
  take_fields(job, form);
  if (form->n_wrong == 0) HW_TRY(check_records(job, form, err));
  if (form->n_wrong > 0) {
    job->response->status = 422;
    return write_form(job, form, true, err);
  }
  const hw_status status =
      hwp_tasks_add(job->web->tasks, job->who->actor, &form->order, code, &why);
  if (status == HW_E_BUSY) {
    form->refusal = why.message;
    job->response->status = 409;
    return write_form(job, form, true, err);
  }
  if (status != HW_OK) {
    *err = why;
    return status;
  }
  return hwp_see_other(job, hwp_format(job, "/tasks/%s", code), hwp_t(job, HW_T_START_STARTED),
                       err);
}

static const hwp_route routes[] = {
    {"GET", "/runs/new", HW_MAY_WRITE, 0, new_form, "the form of a search and other long work"},
    {"POST", "/runs/new", HW_MAY_WRITE, 0, start, "begins it"},
};
const hwp_routes hwp_routes_start = {routes, sizeof routes / sizeof *routes};
