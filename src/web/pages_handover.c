/* Handovers: remains that were identified are given back.
 *
 * The use case (app/handover.h) says what is known to be of the person and still there; the
 * form shows it with a mark at each thing, so that who hands over less takes marks away, and
 * nothing can be typed that is not of the person. A form that was open while somebody else
 * handed over is refused by the use case, and comes back with what was typed.
 *
 * One handover is written by pages_handover_view.c. The recipient is a name. Who may not read names sees which remains left, when and where,
 * and the custody, which names the recipient by the number of the handover. */
#include "web/pages_handover.h"

#include <string.h>

#include "base/check.h"

enum { MOST_ITEMS = 200 };

static const char *typed_or_null(hwp_job *job, const char *name) {
  const char *text = hwp_form_typed(job, name);
  return text[0] != '\0' ? text : NULL;
}

static bool may_hand_over(const hwp_job *job) {
  const unsigned needed = HW_MAY_WRITE | HW_MAY_NAMES;
  return (job->app->may & needed) == needed;
}

void hwp_handover_crumbs(hwp_job *job, const char *last) {
  const char *const pairs[] = {hwp_t(job, HW_T_HANDOVERS_TITLE), "/handovers", last, NULL};
  hwp_crumbs(job, 2, pairs);
}

/* --- things --- */

void hwp_handover_item(hwp_job *job, const hw_handover_item *item) {
  hwp_cell(job, hwp_kind_label(job, item->kind));
  hwp_code_cell(job, item->kind, item->code);
  hwp_cell(job, hwp_column_text(job, "what", item->what));
  hwp_code_cell(job, HW_KIND_ACCESSION, item->accession);
  hwp_cell(job, hwp_column_text(job, "holder", item->holder));
  hwp_cell(job, item->seal);
}

void hwp_handover_columns(hwp_job *job, hwp_column *columns) {
  columns[0] = (hwp_column){hwp_t(job, HW_T_PAGES_KIND), false};
  columns[1] = (hwp_column){hwp_t(job, HW_T_PAGES_CODE), false};
  columns[2] = (hwp_column){hwp_t(job, HW_T_HANDOVERS_WHAT), false};
  columns[3] = (hwp_column){hwp_kind_label(job, HW_KIND_ACCESSION), false};
  columns[4] = (hwp_column){hwp_t(job, HW_T_HANDOVERS_HELD_BY), false};
  columns[5] = (hwp_column){hwp_field_label(job, HW_KIND_CUSTODY, "seal"), false};
}

/* --- the list --- */

/* Minutes that were issued on a handover, newest last. */
hw_status hwp_handover_minutes(hwp_job *job, const char *code, hw_look_rows *rows, hw_err *err) {
  HW_TRY(hw_look_text(job->app, HW_KIND_REPORT, HW_FIELD_REPORT_SUBJECT, code, MOST_ITEMS,
                      job->arena, rows, err));
  int n = 0;
  for (int i = 0; i < rows->n; i++)
    if (strcmp(hw_record_text(&rows->items[i], HW_FIELD_REPORT_KIND), "handover") == 0)
      rows->items[n++] = rows->items[i];
  rows->n = n;
  return HW_OK;
}

static void write_minutes_state(hwp_job *job, bool is_withdrawn, int n_minutes) {
  if (is_withdrawn)
    hwp_state(job, "withdrawn");
  else
    hwp_leaf(&job->html, "span",
             hwp_t(job, n_minutes > 0 ? HW_T_HANDOVERS_WITH_MINUTES : HW_T_HANDOVERS_NO_MINUTES),
             "class", n_minutes > 0 ? "state good" : "state wait", NULL);
}

static hw_status count_items(hwp_job *job, int64_t handover, int *n, hw_err *err) {
  const hw_value key = hw_value_int(handover);
  hw_look_rows rows;
  HW_TRY(hw_look_key(job->app, HW_KIND_HANDOVER_ITEM, 1, &key, MOST_ITEMS, job->arena, &rows, err));
  *n = rows.n;
  return HW_OK;
}

static hw_status write_row(hwp_job *job, const hw_record *row, hw_err *err) {
  hwp_html *h = &job->html;
  const int64_t id = hw_record_int(row, HW_FIELD_HANDOVER_IDENTIFICATION);
  const char *code = hw_record_text(row, HW_FIELD_HANDOVER_CODE);
  hw_record identification;
  hw_look_rows minutes;
  int64_t person = 0;
  int n = 0;
  if (id != 0) {
    HW_TRY(hw_look_get(job->app, HW_KIND_IDENTIFICATION, id, job->arena, &identification, err));
    person = hw_record_int(&identification, HW_FIELD_IDENTIFICATION_PERSON);
  }
  HW_TRY(count_items(job, row->id, &n, err));
  HW_TRY(hwp_handover_minutes(job, code, &minutes, err));
  hwp_open(h, "tr", NULL);
  hwp_code_cell(job, HW_KIND_HANDOVER, code);
  HW_TRY(hwp_id_cell(job, HW_KIND_IDENTIFICATION, id, err));
  HW_TRY(hwp_id_cell(job, HW_KIND_PERSON, person, err));
  HW_TRY(hwp_value_cell(job, row, HW_FIELD_HANDOVER_HANDED_ON, err));
  if (job->app->may & HW_MAY_NAMES) hwp_cell(job, hw_record_text(row, HW_FIELD_HANDOVER_RECIPIENT));
  hwp_cell(job, hw_record_text(row, HW_FIELD_HANDOVER_PLACE));
  hwp_number_cell(job, hwp_int(job, n));
  hwp_open(h, "td", NULL);
  write_minutes_state(job, row->withdrawn != NULL, minutes.n);
  hwp_close(h);
  hwp_close(h);
  return HW_OK;
}

static hw_status write_rows(hwp_job *job, const char *caption, const hw_look_rows *rows,
                            hw_err *err) {
  hwp_column columns[8] = {{0}};
  int n = 0;
  columns[n++] = (hwp_column){hwp_t(job, HW_T_HANDOVERS_NUMBER), false};
  columns[n++] = (hwp_column){hwp_kind_label(job, HW_KIND_IDENTIFICATION), false};
  columns[n++] = (hwp_column){hwp_t(job, HW_T_PAGES_PERSON), false};
  columns[n++] = (hwp_column){hwp_field_label(job, HW_KIND_HANDOVER, "handed_on"), false};
  if (job->app->may & HW_MAY_NAMES)
    columns[n++] = (hwp_column){hwp_field_label(job, HW_KIND_HANDOVER, "recipient"), false};
  columns[n++] = (hwp_column){hwp_field_label(job, HW_KIND_HANDOVER, "place"), false};
  columns[n++] = (hwp_column){hwp_t(job, HW_T_HANDOVERS_N_ITEMS), true};
  columns[n++] = (hwp_column){hwp_t(job, HW_T_PAGES_STATE), false};
  hwp_table_begin(&job->html, &(hwp_table){caption, n, columns});
  for (int i = 0; i < rows->n; i++) HW_TRY(write_row(job, &rows->items[i], err));
  hwp_table_end(&job->html);
  return HW_OK;
}

static hw_status write_list(hwp_job *job, hw_err *err) {
  const int64_t from = hwp_query_int(job, "from", 0, INT64_MAX, 0);
  hw_look_rows rows;
  HW_TRY(hwp_look_back(job, HW_KIND_HANDOVER, from, &rows, err));
  hwp_page_begin(job, HWP_NAV_IDENTIFICATIONS, hwp_t(job, HW_T_HANDOVERS_TITLE));
  hwp_paragraph(job, hwp_t(job, HW_T_HANDOVERS_LEAD), "quiet");
  if (rows.n == 0 && !rows.has_more && from == 0) {
    hwp_empty(job, hwp_t(job, HW_T_HANDOVERS_NONE), hwp_t(job, HW_T_HANDOVERS_TO_CONFIRMED),
              "/identifications?state=confirmed");
    return hwp_page_end(job, err);
  }
  HW_TRY(write_rows(job, hwp_t(job, HW_T_HANDOVERS_ALL), &rows, err));
  hwp_hidden_names(job, (job->app->may & HW_MAY_NAMES) == 0);
  hwp_pager(job, "/handovers", rows.has_more ? rows.next : from, rows.n, rows.has_more);
  return hwp_page_end(job, err);
}

static hw_status list(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_list, err);
}

/* --- what the page of an identification says --- */

static const char *new_path(hwp_job *job, const char *identification) {
  return hwp_url_query(job->arena, "/handovers/new", "identification", identification);
}

hw_status hwp_handovers_of(hwp_job *job, const char *identification, hw_err *err) {
  hwp_html *h = &job->html;
  int64_t id = 0;
  hw_look_rows rows;
  int n_valid = 0;
  HW_TRY(hw_look_find(job->app, HW_KIND_IDENTIFICATION, identification, &id, err));
  HW_TRY(hw_look_list(job->app, HW_KIND_HANDOVER, HW_FIELD_HANDOVER_IDENTIFICATION, id,
                      HWP_TABLE_ROWS, job->arena, &rows, err));
  for (int i = 0; i < rows.n; i++) n_valid += rows.items[i].withdrawn == NULL;
  hwp_section(job, "handover", hwp_kind_label(job, HW_KIND_HANDOVER));
  if (rows.n > 0) HW_TRY(write_rows(job, NULL, &rows, err));
  if (n_valid > 0) return HW_OK;
  hwp_paragraph(
      job, hwp_t(job, may_hand_over(job) ? HW_T_HANDOVERS_MAY_BE : HW_T_HANDOVERS_NOT_YET), NULL);
  if (!may_hand_over(job)) return HW_OK;
  hwp_open(h, "p", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_HANDOVERS_NEW), "class", "button", "href",
           new_path(job, identification), NULL);
  hwp_close(h);
  return HW_OK;
}

/* --- another one --- */

typedef struct asked {
  hw_handover_request request;
  bool is_typed; /* else everything is marked */
  int n_things;
  hw_handover_thing things[MOST_ITEMS];
  const char *no_items, *no_day, *no_recipient; /* what is wrong; NULL = nothing */
  const char *refusal;                          /* of the program */
} asked;

static bool is_marked(const asked *what, const hw_handover_item *item) {
  for (int i = 0; i < what->n_things; i++)
    if (what->things[i].kind == item->kind && strcmp(what->things[i].code, item->code) == 0)
      return true;
  return !what->is_typed;
}

static void write_choice(hwp_job *job, const asked *what, const hw_handover_item *item, int i) {
  hwp_html *h = &job->html;
  const char *id = hwp_format(job, "item-%d", i + 1);
  hwp_open(h, "tr", NULL);
  hwp_open(h, "td", NULL);
  hwp_void(h, "input", "type", "checkbox", "id", id, "name", "item", "value",
           hwp_format(job, "%s:%s", hw_kind_get(item->kind)->name, item->code), "checked",
           is_marked(what, item) ? "" : NULL, "aria-label",
           hwp_format(job, "%s %s", hwp_kind_label(job, item->kind), item->code), NULL);
  hwp_close(h);
  hwp_handover_item(job, item);
  hwp_close(h);
}

static void write_choices(hwp_job *job, const asked *what, const hw_handover_item *items, int n) {
  hwp_html *h = &job->html;
  hwp_column columns[7] = {{hwp_t(job, HW_T_HANDOVERS_MARK), false}};
  hwp_handover_columns(job, columns + 1);
  hwp_open(h, "fieldset", "aria-describedby",
           what->no_items != NULL ? "items-wrong items-hint" : "items-hint", NULL);
  hwp_leaf(h, "legend", hwp_t(job, HW_T_HANDOVERS_ITEMS), NULL);
  hwp_leaf(h, "p", hwp_t(job, HW_T_HANDOVERS_ITEMS_HINT), "id", "items-hint", "class", "hint",
           NULL);
  if (what->no_items != NULL)
    hwp_leaf(h, "p", what->no_items, "id", "items-wrong", "class", "wrong", "role", "alert", NULL);
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_HANDOVERS_STILL_THERE), 7, columns});
  for (int i = 0; i < n; i++) write_choice(job, what, &items[i], i);
  hwp_table_end(h);
  hwp_close(h);
}

static void write_fields(hwp_job *job, const asked *what) {
  static const char *const seals[] = {"", "intact", "broken"};
  const char *const seal_labels[] = {hwp_t(job, HW_T_HANDOVERS_SEAL_NOT_SAID),
                                     hwp_word(job, "intact"), hwp_word(job, "broken")};
  const hw_handover_request *r = &what->request;
  const hwp_field fields[] = {
      {.name = "handed_on",
       .label = hwp_field_label(job, HW_KIND_HANDOVER, "handed_on"),
       .type = "date",
       .value = r->handed_on,
       .error = what->no_day,
       .is_required = true},
      {.name = "recipient",
       .label = hwp_field_label(job, HW_KIND_HANDOVER, "recipient"),
       .value = r->recipient,
       .hint = hwp_t(job, HW_T_HANDOVERS_RECIPIENT_HINT),
       .error = what->no_recipient,
       .is_required = true},
      {.name = "place",
       .label = hwp_field_label(job, HW_KIND_HANDOVER, "place"),
       .value = r->place},
      {.name = "seal_state",
       .label = hwp_field_label(job, HW_KIND_CUSTODY, "seal_state"),
       .value = r->seal_state,
       .hint = hwp_t(job, HW_T_HANDOVERS_SEAL_HINT),
       .n_choices = 3,
       .choices = seals,
       .labels = seal_labels},
      {.name = "minutes",
       .label = hwp_t(job, HW_T_HANDOVERS_MINUTES_NUMBER),
       .value = r->minutes,
       .hint = hwp_t(job, HW_T_HANDOVERS_MINUTES_HINT)},
      {.name = "operation",
       .label = hwp_t(job, HW_T_HANDOVERS_OPERATION),
       .value = r->operation,
       .hint = hwp_t(job, HW_T_HANDOVERS_OPERATION_HINT)},
      {.name = "code",
       .label = hwp_t(job, HW_T_HANDOVERS_NUMBER),
       .value = r->code,
       .hint = hwp_t(job, HW_T_HANDOVERS_NUMBER_HINT)},
      {.name = "note",
       .label = hwp_field_label(job, HW_KIND_HANDOVER, "note"),
       .type = "textarea",
       .value = r->note},
  };
  hwp_open(&job->html, "div", "class", "two", NULL);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) hwp_field_add(job, &fields[i]);
  hwp_close(&job->html);
}

/* The form, or why there is none. Once something was typed it stays, whatever has become of the
 * remains meanwhile. */
static hw_status write_form(hwp_job *job, const asked *what, hw_err *err) {
  hwp_html *h = &job->html;
  const char *identification = what->request.identification;
  const hw_handover_item *items = NULL;
  hw_err why = HW_ERR_INIT;
  int n = 0;
  const hw_status status =
      hw_handover_propose(job->app, identification, job->arena, &items, &n, &why);
  if (status != HW_OK && !hwp_is_refusal(status)) {
    if (err != NULL) *err = why;
    return status;
  }
  hwp_page_begin(job, HWP_NAV_IDENTIFICATIONS, hwp_t(job, HW_T_HANDOVERS_NEW));
  hwp_handover_crumbs(job, hwp_t(job, HW_T_HANDOVERS_NEW));
  hwp_open(h, "p", "class", "lead", NULL);
  hwp_text(h, hwp_kind_label(job, HW_KIND_IDENTIFICATION));
  hwp_text(h, " ");
  hwp_code_link(job, HW_KIND_IDENTIFICATION, 0, identification);
  hwp_close(h);
  if (what->refusal != NULL)
    hwp_told(job, HWP_NOTICE_ERROR, hwp_t(job, HW_T_HANDOVERS_REFUSED), what->refusal);
  else if (status != HW_OK)
    hwp_told(job, HWP_NOTICE_WARNING, hwp_t(job, HW_T_HANDOVERS_IMPOSSIBLE), why.message);
  if (status == HW_OK || what->is_typed) {
    hwp_form_begin(job, "/handovers/new", false);
    hwp_void(h, "input", "type", "hidden", "name", "identification", "value", identification, NULL);
    if (n > 0) write_choices(job, what, items, n);
    write_fields(job, what);
    hwp_form_end(job, hwp_t(job, HW_T_HANDOVERS_RECORD));
  }
  return hwp_page_end(job, err);
}

static hw_status new_form(hwp_job *job, hw_err *err) {
  asked *what = hw_arena_alloc(job->arena, sizeof *what);
  int64_t id = 0;
  if (what == NULL) return HW_NO_MEMORY(err, "a form");
  what->request.identification = hwp_query(job, "identification");
  if (what->request.identification == NULL || what->request.identification[0] == '\0') {
    hwp_page_begin(job, HWP_NAV_IDENTIFICATIONS, hwp_t(job, HW_T_HANDOVERS_NEW));
    hwp_handover_crumbs(job, hwp_t(job, HW_T_HANDOVERS_NEW));
    hwp_empty(job, hwp_t(job, HW_T_HANDOVERS_OF_WHICH), hwp_t(job, HW_T_HANDOVERS_TO_CONFIRMED),
              "/identifications?state=confirmed");
    return hwp_page_end(job, err);
  }
  HW_TRY(hw_look_find(job->app, HW_KIND_IDENTIFICATION, what->request.identification, &id, err));
  return write_form(job, what, err);
}

/* The marked things; what is none of the three kinds is no item of the form. */
static void take_things(hwp_job *job, asked *what) {
  static const hw_kind_id kinds[] = {HW_KIND_ACCESSION, HW_KIND_SPECIMEN, HW_KIND_SAMPLE};
  for (int i = 0; i < job->n_form && what->n_things < MOST_ITEMS; i++) {
    if (strcmp(job->form[i].name, "item") != 0) continue;
    const char *value = job->form[i].value;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
      const char *name = hw_kind_get(kinds[k])->name;
      const size_t n = strlen(name);
      if (strncmp(value, name, n) == 0 && value[n] == ':')
        what->things[what->n_things++] = (hw_handover_thing){kinds[k], value + n + 1};
    }
  }
}

static hw_status record(hwp_job *job, hw_err *err) {
  asked *what = hw_arena_alloc(job->arena, sizeof *what);
  const char *code = "", *missing = hwp_t(job, HW_T_IDENTIFICATION_FILL_IN);
  hw_err why = HW_ERR_INIT;
  int64_t id = 0;
  if (what == NULL) return HW_NO_MEMORY(err, "a form");
  what->is_typed = true;
  take_things(job, what);
  what->request = (hw_handover_request){.identification = hwp_form_typed(job, "identification"),
                                        .code = typed_or_null(job, "code"),
                                        .handed_on = hwp_form_typed(job, "handed_on"),
                                        .recipient = hwp_form_typed(job, "recipient"),
                                        .place = typed_or_null(job, "place"),
                                        .operation = typed_or_null(job, "operation"),
                                        .minutes = typed_or_null(job, "minutes"),
                                        .note = typed_or_null(job, "note"),
                                        .seal_state = typed_or_null(job, "seal_state"),
                                        .n_items = what->n_things,
                                        .items = what->things};
  HW_TRY(hw_look_find(job->app, HW_KIND_IDENTIFICATION, what->request.identification, &id, err));
  if (what->n_things == 0) what->no_items = hwp_t(job, HW_T_HANDOVERS_NO_ITEMS);
  if (what->request.handed_on[0] == '\0') what->no_day = missing;
  if (what->request.recipient[0] == '\0') what->no_recipient = missing;
  job->response->status = 422;
  if (what->no_items != NULL || what->no_day != NULL || what->no_recipient != NULL)
    return write_form(job, what, err);
  const hw_status status = hw_handover_record(job->app, &what->request, job->arena, &code, &why);
  if (status == HW_OK)
    return hwp_see_other(job, hwp_url(job->arena, "/handovers/", code),
                         hwp_fill(job, HW_T_HANDOVERS_DONE, 1, code), err);
  if (!hwp_is_refusal(status)) {
    if (err != NULL) *err = why;
    return status;
  }
  if (status == HW_E_DENIED) job->response->status = 403;
  what->refusal = hwp_format(job, "%s", why.message);
  return write_form(job, what, err);
}

static const hwp_route routes[] = {
    {"GET", "/handovers", 0, 0, list, "handovers, newest first"},
    {"GET", "/handovers/new", HW_MAY_WRITE | HW_MAY_NAMES, 0, new_form, "form of a handover"},
    {"POST", "/handovers/new", HW_MAY_WRITE | HW_MAY_NAMES, 0, record, "records a handover"},
    {"GET",
     "/handovers/"
     "*",
     0, 0, hwp_handover_show, "a handover: its items, its minutes and their custody"},
    {"POST",
     "/handovers/"
     "*"
     "/withdraw",
     HW_MAY_WRITE, 0, hwp_handover_withdraw, "takes a handover back"},
};
const hwp_routes hwp_routes_handover = {routes, sizeof routes / sizeof *routes};
