/* Reports: what was issued, printing it again, issuing another, and checking a file.
 *
 * A report's files are kept nowhere: a download makes them again from the database as it
 * stood, and what does not come out to the byte is refused (app/report.h). They leave this
 * site as files to be saved, HTML too: a document is never shown under our own origin, where
 * whatever stands in it would be trusted like a page.
 *
 * Who may do what is what the command line says: issuing takes the permission to write, a
 * draft none; names stand in a report for those who may read names. On top of that a reader
 * who sees some investigations only gets no report on others.
 *
 * The validation of the laboratory recomputes the whole database, for hours where it is large: it
 * is begun here and runs as a task (task.h). Printing an issued one again takes no such time, since
 * what the check of the database found is taken from its record; checking one does, and is left to
 * the command line. */
#include <string.h>

#include "app/access.h"
#include "app/report.h"
#include "base/check.h"
#include "web/pages.h"
#include "web/task.h"
#include "web/web_int.h"

enum { MOST_LINES = 200 };

/* Kinds with their names. */
static const struct report_kind {
  const char *name;
  hw_text_id label;
} kinds[] = {
    {"comparison", HW_T_REPORTS_KIND_COMPARISON}, {"board", HW_T_REPORTS_KIND_BOARD},
    {"letter", HW_T_REPORTS_KIND_LETTER},         {"handover", HW_T_REPORTS_KIND_HANDOVER},
    {"national", HW_T_REPORTS_KIND_NATIONAL},     {"validation", HW_T_REPORTS_KIND_VALIDATION},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static const char *kind_label(hwp_job *job, const char *kind) {
  for (int i = 0; i < N_KINDS; i++)
    if (strcmp(kinds[i].name, kind) == 0) return hwp_t(job, kinds[i].label);
  return kind;
}

static bool is_validation(const char *kind) {
  return strcmp(kind, "validation") == 0;
}

static const char *language_label(const char *code) {
  return hw_text(strcmp(code, "en") == 0 ? HW_LANGUAGE_EN : HW_LANGUAGE_VI, HW_T_LANGUAGE_NAME);
}

static hw_status need_fonts(hwp_job *job, hw_err *err) {
  return job->fonts != NULL ? HW_OK : hw_fonts_new(&job->fonts, err);
}

/* What a report is about, as a link where it has a page. */
static void write_subject(hwp_job *job, const char *kind, const char *subject) {
  if (subject[0] == '\0') return;
  if (strchr(subject, '/') != NULL)
    hwp_text(&job->html, subject);
  else
    hwp_code_link(job, strcmp(kind, "handover") == 0 ? HW_KIND_HANDOVER : HW_KIND_IDENTIFICATION, 0,
                  subject);
}

/* --- the list --- */

static void write_item(hwp_job *job, const hw_record *row) {
  hwp_html *h = &job->html;
  const char *kind = hw_record_text(row, HW_FIELD_REPORT_KIND);
  hwp_open(h, "tr", NULL);
  hwp_code_cell(job, HW_KIND_REPORT, hw_record_text(row, HW_FIELD_REPORT_CODE));
  hwp_cell(job, kind_label(job, kind));
  hwp_open(h, "td", NULL);
  write_subject(job, kind, hw_record_text(row, HW_FIELD_REPORT_SUBJECT));
  hwp_close(h);
  hwp_cell(job, language_label(hw_record_text(row, HW_FIELD_REPORT_LANGUAGE)));
  hwp_cell(job, hwp_date(job, hw_record_text(row, HW_FIELD_REPORT_CREATED)));
  hwp_open(h, "td", NULL);
  if (row->withdrawn != NULL) hwp_state(job, "withdrawn");
  hwp_close(h);
  hwp_close(h);
}

static void write_ways(hwp_job *job) {
  hwp_html *h = &job->html;
  hwp_open(h, "p", "class", "row", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_REPORTS_NEW), "class", "button", "href", "/reports/new", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_REPORTS_CHECK), "class", "button second", "href",
           "/reports/check", NULL);
  hwp_close(h);
}

static hw_status write_list(hwp_job *job, hw_err *err) {
  const int64_t from = hwp_query_int(job, "from", 0, INT64_MAX, 0);
  hw_look_rows rows;
  HW_TRY(hwp_look_back(job, HW_KIND_REPORT, from, &rows, err));
  hwp_html *h = hwp_page_begin(job, HWP_NAV_REPORTS, hwp_t(job, HW_T_REPORTS_TITLE));
  write_ways(job);
  if (rows.n == 0 && !rows.has_more && from == 0) {
    hwp_empty(job, hwp_t(job, HW_T_REPORTS_NONE), hwp_t(job, HW_T_REPORTS_TO_IDENTIFICATIONS),
              "/identifications");
    return hwp_page_end(job, err);
  }
  const hwp_column columns[] = {
      {hwp_t(job, HW_T_REPORTS_NUMBER), false},  {hwp_t(job, HW_T_PAGES_KIND), false},
      {hwp_t(job, HW_T_REPORTS_SUBJECT), false}, {hwp_t(job, HW_T_REPORTS_LANGUAGE), false},
      {hwp_t(job, HW_T_REPORTS_DATED), false},   {hwp_t(job, HW_T_PAGES_STATE), false}};
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_REPORTS_ISSUED), 6, columns});
  for (int i = 0; i < rows.n; i++) write_item(job, &rows.items[i]);
  hwp_table_end(h);
  hwp_pager(job, "/reports", rows.has_more ? rows.next : from, rows.n, rows.has_more);
  return hwp_page_end(job, err);
}

static hw_status list(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_list, err);
}

/* --- one report --- */

static hw_status read_report(hwp_job *job, hw_record *out, hw_err *err) {
  int64_t id = 0;
  HW_TRY(hw_look_find(job->app, HW_KIND_REPORT, job->parts[0], &id, err));
  return hw_look_get(job->app, HW_KIND_REPORT, id, job->arena, out, err);
}

/* Whether names of people stand in it; what cannot be read has none that anybody could print. */
static bool has_names(hwp_job *job, const hw_record *report) {
  bool names = false;
  return hw_app_report_names(job->app, report->id, &names, NULL) == HW_OK && names;
}

static void write_downloads(hwp_job *job, const hw_record *report) {
  static const struct {
    const char *form;
    hw_text_id label;
  } forms[] = {{"pdf", HW_T_REPORTS_PDF}, {"html", HW_T_REPORTS_HTML}, {"json", HW_T_REPORTS_JSON}};
  hwp_html *h = &job->html;
  const char *file = hwp_format(job, "%s/file", hwp_url(job->arena, "/reports/", job->parts[0]));
  hwp_section(job, "files", hwp_t(job, HW_T_REPORTS_FILES));
  if (has_names(job, report) && (job->app->may & HW_MAY_NAMES) == 0) {
    hwp_notice(job, HWP_NOTICE_NOTE, hwp_t(job, HW_T_REPORTS_NAMES_HIDDEN));
    return;
  }
  hwp_paragraph(job, hwp_t(job, HW_T_REPORTS_FILES_HOW), NULL);
  if (is_validation(hw_record_text(report, HW_FIELD_REPORT_KIND)))
    hwp_paragraph(job, hwp_t(job, HW_T_REPORTS_VALIDATION_REPRINT), "hint");
  hwp_open(h, "p", "class", "row", NULL);
  for (int i = 0; i < HW_REPORT_FORMS; i++)
    hwp_leaf(h, "a", hwp_t(job, forms[i].label), "class", i == 0 ? "button" : "button second",
             "href", hwp_url_query(job->arena, file, "form", forms[i].form), "download", "", NULL);
  hwp_close(h);
}

static hw_status write_facts(hwp_job *job, const hw_record *report, hw_err *err) {
  hwp_html *h = &job->html;
  const char *kind = hw_record_text(report, HW_FIELD_REPORT_KIND);
  const char *subject = hw_record_text(report, HW_FIELD_REPORT_SUBJECT);
  const char *note = hw_record_text(report, HW_FIELD_REPORT_NOTE), *at = "", *actor = "";
  HW_TRY(hwp_entry(job, report->entry, &at, &actor, err));
  hwp_facts_begin(h);
  hwp_fact(h, hwp_t(job, HW_T_PAGES_KIND), kind_label(job, kind));
  if (subject[0] != '\0') {
    hwp_leaf(h, "dt", hwp_t(job, HW_T_REPORTS_SUBJECT), NULL);
    hwp_open(h, "dd", NULL);
    write_subject(job, kind, subject);
    hwp_close(h);
  }
  hwp_fact(h, hwp_t(job, HW_T_REPORTS_LANGUAGE),
           language_label(hw_record_text(report, HW_FIELD_REPORT_LANGUAGE)));
  hwp_fact(h, hwp_t(job, HW_T_REPORTS_DATED),
           hwp_date(job, hw_record_text(report, HW_FIELD_REPORT_CREATED)));
  hwp_fact(h, hwp_t(job, HW_T_REPORTS_ISSUED_BY),
           hwp_format(job, "%s, %s", actor, hwp_date(job, at)));
  hwp_fact(h, hwp_t(job, HW_T_PAGES_NAMES),
           hwp_t(job, has_names(job, report) ? HW_T_REPORTS_WITH_NAMES : HW_T_REPORTS_CODES_ONLY));
  hwp_fact(h, hwp_t(job, HW_T_REPORTS_PROGRAM), hw_record_text(report, HW_FIELD_REPORT_PROGRAM));
  if (note[0] != '\0') hwp_fact(h, hwp_t(job, HW_T_REPORTS_NOTE), note);
  hwp_fact(h, hwp_t(job, HW_T_REPORTS_DOCUMENT), hw_record_text(report, HW_FIELD_REPORT_DOCUMENT));
  hwp_facts_end(h);
  return HW_OK;
}

static hw_status write_report(hwp_job *job, hw_err *err) {
  hw_record report;
  HW_TRY(read_report(job, &report, err));
  const char *code = hw_record_text(&report, HW_FIELD_REPORT_CODE);
  hwp_html *h = hwp_page_begin(job, HWP_NAV_REPORTS, hwp_fill(job, HW_T_REPORTS_ONE, 1, code));
  const char *const crumbs[] = {hwp_t(job, HW_T_REPORTS_TITLE), "/reports", code, NULL};
  hwp_crumbs(job, 2, crumbs);
  hwp_withdrawn(job, &report);
  HW_TRY(write_facts(job, &report, err));
  write_downloads(job, &report);
  hwp_open(h, "p", "class", "row", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_REPORTS_CHECK), "href", "/reports/check", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_RECORDS_FIELDS), "href",
           hwp_url(job->arena, "/records/report/", code), NULL);
  hwp_close(h);
  return hwp_page_end(job, err);
}

static hw_status show(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_report, err);
}

/* --- its files --- */

static const char *const endings[HW_REPORT_FORMS] = {"pdf", "html", "json"};

static hw_status send_form(hwp_job *job, const hw_issued *issued, int form, const char *name,
                           hw_err *err) {
  static const char *const types[HW_REPORT_FORMS] = {"application/pdf", "text/html; charset=utf-8",
                                                     "application/json"};
  return hwp_send(job, types[form], issued->bytes[form], issued->n_bytes[form],
                  hwp_format(job, "%s.%s", name, endings[form]), err);
}

static hw_status file(hwp_job *job, hw_err *err) {
  const char *wanted = hwp_query(job, "form");
  int form = wanted == NULL ? 0 : -1;
  hw_record report;
  for (int i = 0; form < 0 && i < HW_REPORT_FORMS; i++)
    if (strcmp(wanted, endings[i]) == 0) form = i;
  if (form < 0) return hw_err_set(err, HW_E_NOT_FOUND, "a report has the forms pdf, html and json");
  HW_TRY(read_report(job, &report, err));
  const char *code = hw_record_text(&report, HW_FIELD_REPORT_CODE);
  hw_issued issued;
  HW_TRY(need_fonts(job, err));
  hw_status status = hw_app_report_reprint(job->app, code, job->fonts, &issued, err);
  if (status == HW_OK) status = send_form(job, &issued, form, code, err);
  hw_issued_clear(&issued);
  return status;
}

/* --- another one --- */

typedef struct asked {
  const char *kind, *subject, *language, *as, *names, *note;
  const char *no_kind, *no_subject; /* what is wrong; NULL = nothing */
  const char *refusal;              /* of the program */
} asked;

static void write_kind_field(hwp_job *job, const asked *what) {
  const char *names[N_KINDS + 1] = {""}, *labels[N_KINDS + 1];
  labels[0] = hwp_t(job, HW_T_IDENTIFICATION_CHOOSE);
  for (int i = 0; i < N_KINDS; i++) {
    names[i + 1] = kinds[i].name;
    labels[i + 1] = hwp_t(job, kinds[i].label);
  }
  hwp_field_add(job, &(hwp_field){.name = "kind",
                                  .label = hwp_t(job, HW_T_PAGES_KIND),
                                  .value = what->kind,
                                  .hint = hwp_t(job, HW_T_REPORTS_KIND_HINT),
                                  .error = what->no_kind,
                                  .is_required = true,
                                  .n_choices = N_KINDS + 1,
                                  .choices = names,
                                  .labels = labels});
}

static void write_choice_fields(hwp_job *job, const asked *what) {
  static const char *const languages[] = {"vi", "en"}, *const ways[] = {"draft", "issued"},
                           *const names[] = {"with", "without"};
  const char *const language_labels[] = {language_label("vi"), language_label("en")};
  const char *const way_labels[] = {hwp_t(job, HW_T_REPORTS_AS_DRAFT),
                                    hwp_t(job, HW_T_REPORTS_AS_ISSUED)};
  const char *const name_labels[] = {hwp_t(job, HW_T_REPORTS_WITH_NAMES),
                                     hwp_t(job, HW_T_REPORTS_CODES_ONLY)};
  const bool may_write = (job->app->may & HW_MAY_WRITE) != 0;
  hwp_field_add(job, &(hwp_field){.name = "language",
                                  .label = hwp_t(job, HW_T_REPORTS_LANGUAGE),
                                  .value = what->language,
                                  .n_choices = 2,
                                  .choices = languages,
                                  .labels = language_labels});
  if (job->app->may & HW_MAY_NAMES)
    hwp_field_add(job, &(hwp_field){.name = "names",
                                    .label = hwp_t(job, HW_T_PAGES_NAMES),
                                    .value = what->names,
                                    .n_choices = 2,
                                    .choices = names,
                                    .labels = name_labels});
  hwp_field_add(job, &(hwp_field){.name = "as",
                                  .label = hwp_t(job, HW_T_REPORTS_AS),
                                  .value = what->as,
                                  .hint = hwp_t(job, may_write ? HW_T_REPORTS_AS_HINT
                                                               : HW_T_REPORTS_DRAFT_ONLY),
                                  .n_choices = may_write ? 2 : 1,
                                  .choices = ways,
                                  .labels = way_labels});
}

static hw_status write_form(hwp_job *job, const asked *what, hw_err *err) {
  hwp_page_begin(job, HWP_NAV_REPORTS, hwp_t(job, HW_T_REPORTS_NEW));
  const char *const crumbs[] = {hwp_t(job, HW_T_REPORTS_TITLE), "/reports",
                                hwp_t(job, HW_T_REPORTS_NEW), NULL};
  hwp_crumbs(job, 2, crumbs);
  if (what->refusal != NULL)
    hwp_told(job, HWP_NOTICE_ERROR, hwp_t(job, HW_T_REPORTS_REFUSED), what->refusal);
  hwp_form_begin(job, "/reports/new", false);
  write_kind_field(job, what);
  hwp_field_add(job, &(hwp_field){.name = "subject",
                                  .label = hwp_t(job, HW_T_REPORTS_SUBJECT),
                                  .value = what->subject,
                                  .hint = hwp_t(job, HW_T_REPORTS_SUBJECT_HINT),
                                  .error = what->no_subject});
  write_choice_fields(job, what);
  hwp_field_add(job, &(hwp_field){.name = "note",
                                  .label = hwp_t(job, HW_T_REPORTS_NOTE),
                                  .value = what->note,
                                  .hint = hwp_t(job, HW_T_REPORTS_NOTE_HINT)});
  hwp_form_end(job, hwp_t(job, HW_T_REPORTS_MAKE));
  return hwp_page_end(job, err);
}

static hw_status new_form(hwp_job *job, hw_err *err) {
  const asked what = {.kind = hwp_query(job, "kind"),
                      .subject = hwp_query(job, "subject"),
                      .language = hw_language_code(job->language)};
  return write_form(job, &what, err);
}

/* What is lacking before the program is asked. */
static bool is_complete(hwp_job *job, asked *what) {
  bool is_offered = false;
  for (int i = 0; i < N_KINDS; i++)
    is_offered = is_offered || strcmp(kinds[i].name, what->kind) == 0;
  if (!is_offered) {
    what->no_kind = hwp_t(job, HW_T_REPORTS_NO_KIND);
    return false;
  }
  const bool needs_one = hw_report_subject(what->kind)[0] != '\0';
  if (needs_one && what->subject[0] == '\0')
    what->no_subject = hwp_t(job, HW_T_IDENTIFICATION_FILL_IN);
  else if (!needs_one && what->subject[0] != '\0')
    what->no_subject = hwp_t(job, HW_T_REPORTS_NO_SUBJECT);
  return what->no_subject == NULL;
}

/* A reader of some investigations gets no report on others. */
static hw_status check_subject(hwp_job *job, const asked *what, hw_err *err) {
  int64_t id = 0;
  if (what->subject[0] == '\0') return HW_OK;
  const size_t n = strcspn(what->subject, "/");
  if (what->subject[n] == '/')
    return hw_look_find(job->app, HW_KIND_RUN, hwp_format(job, "%.*s", (int)n, what->subject), &id,
                        err);
  const bool is_handover = strcmp(what->kind, "handover") == 0;
  return hw_look_find(job->app, is_handover ? HW_KIND_HANDOVER : HW_KIND_IDENTIFICATION,
                      what->subject, &id, err);
}

static hw_status refuse(hwp_job *job, asked *what, hw_status status, const hw_err *why,
                        hw_err *err) {
  if (status != HW_OK && !hwp_is_refusal(status)) {
    if (err != NULL) *err = *why;
    return status;
  }
  if (status != HW_OK) what->refusal = hwp_format(job, "%s", why->message);
  job->response->status = status == HW_E_DENIED ? 403 : 422;
  return write_form(job, what, err);
}

/* A validation is begun as a task, which says on its page how far it is. */
static hw_status begin_validation(hwp_job *job, asked *what, hw_err *err) {
  const struct {
    const char *name, *value;
  } fields[] = {{"language", what->language},
                {"as", strcmp(what->as, "issued") == 0 ? "issued" : "draft"},
                {"names", strcmp(what->names, "without") == 0 ? "without" : "with"},
                {"note", what->note}};
  char code[HWP_TASK_CODE_SIZE];
  hw_err why = HW_ERR_INIT;
  hwp_order *order = hw_arena_alloc(job->arena, sizeof *order);
  if (order == NULL) return HW_NO_MEMORY(err, "a task");
  *order = (hwp_order){.kind = HWP_TASK_VALIDATION};
  hw_status status =
      (job->app->may & HW_MAY_WRITE) != 0 && hw_access_is_all(job->app)
          ? HW_OK
          : hw_err_set(&why, HW_E_DENIED, "%s", hwp_t(job, HW_T_REPORTS_VALIDATION_WRITE));
  for (size_t i = 0; status == HW_OK && i < sizeof fields / sizeof *fields; i++)
    if (!hwp_order_set(order, fields[i].name, fields[i].value))
      status = hw_err_set(&why, HW_E_VALUE, "%s", hwp_t(job, HW_T_START_WRONG_LONG));
  hwp_order_mistake mistakes[HWP_ORDER_FIELDS];
  if (status == HW_OK && hwp_order_check(order, mistakes) > 0)
    status = hw_err_set(&why, HW_E_VALUE, "%s", hwp_t(job, HW_T_START_WRONG));
  if (status == HW_OK) status = hwp_tasks_add(job->web->tasks, job->who->actor, order, code, &why);
  if (status == HW_E_BUSY) {
    what->refusal = hwp_format(job, "%s", why.message);
    job->response->status = 409;
    return write_form(job, what, err);
  }
  if (status != HW_OK) return refuse(job, what, status, &why, err);
  return hwp_see_other(job, hwp_format(job, "/tasks/%s", code), hwp_t(job, HW_T_START_STARTED),
                       err);
}

static hw_status issue(hwp_job *job, hw_err *err) {
  asked what = {.kind = hwp_form_typed(job, "kind"),
                .subject = hwp_form_typed(job, "subject"),
                .language = hwp_form_typed(job, "language"),
                .as = hwp_form_typed(job, "as"),
                .names = hwp_form_typed(job, "names"),
                .note = hwp_form_typed(job, "note")};
  const bool is_draft = strcmp(what.as, "issued") != 0;
  if (!is_complete(job, &what)) return refuse(job, &what, HW_OK, NULL, err);
  if (is_validation(what.kind)) return begin_validation(job, &what, err);
  const hw_report_request request = {.kind = what.kind,
                                     .subject = what.subject,
                                     .language = what.language,
                                     .note = what.note,
                                     .is_draft = is_draft,
                                     .without_names = strcmp(what.names, "without") == 0};
  hw_issued issued = {.code = ""};
  hw_err why = HW_ERR_INIT;
  HW_TRY(need_fonts(job, err));
  hw_status status = check_subject(job, &what, &why);
  if (status == HW_OK) status = hw_app_report_issue(job->app, &request, job->fonts, &issued, &why);
  if (status != HW_OK)
    status = refuse(job, &what, status, &why, err);
  else if (is_draft)
    status = send_form(job, &issued, 0, hwp_format(job, "%s-%s", what.kind, "draft"), err);
  else
    status = hwp_see_other(job, hwp_url(job->arena, "/reports/", issued.code),
                           hwp_fill(job, HW_T_REPORTS_DONE, 1, issued.code), err);
  hw_issued_clear(&issued);
  return status;
}

/* --- checking a file --- */

typedef struct differences {
  hwp_job *job;
  int n;
  const char *lines[MOST_LINES];
} differences;

static hw_status take_difference(void *context, const char *text, hw_err *err) {
  differences *self = context;
  if (self->n == MOST_LINES) return HW_OK;
  const char *line = hw_arena_strdup(self->job->arena, text);
  if (line == NULL) return HW_NO_MEMORY(err, "a difference");
  self->lines[self->n++] = line;
  return HW_OK;
}

static void write_upload(hwp_job *job, const char *wrong) {
  hwp_paragraph(job, hwp_t(job, HW_T_REPORTS_CHECK_HOW), NULL);
  hwp_form_begin(job, "/reports/check", true);
  hwp_field_add(job, &(hwp_field){.name = "file",
                                  .label = hwp_t(job, HW_T_REPORTS_FILE),
                                  .type = "file",
                                  .hint = hwp_t(job, HW_T_REPORTS_FILE_HINT),
                                  .error = wrong,
                                  .is_required = true});
  hwp_form_end(job, hwp_t(job, HW_T_REPORTS_CHECK));
}

static void begin_check(hwp_job *job) {
  hwp_page_begin(job, HWP_NAV_REPORTS, hwp_t(job, HW_T_REPORTS_CHECK));
  const char *const crumbs[] = {hwp_t(job, HW_T_REPORTS_TITLE), "/reports",
                                hwp_t(job, HW_T_REPORTS_CHECK), NULL};
  hwp_crumbs(job, 2, crumbs);
}

static hw_status check_form(hwp_job *job, hw_err *err) {
  begin_check(job);
  write_upload(job, NULL);
  return hwp_page_end(job, err);
}

static void write_verdict(hwp_job *job, const hw_report_verdict *verdict, const differences *all) {
  hwp_html *h = &job->html;
  if (verdict->n_differences == 0)
    hwp_notice(job, HWP_NOTICE_FINE, hwp_fill(job, HW_T_REPORTS_INTACT, 1, verdict->code));
  else
    hwp_notice(job, HWP_NOTICE_ERROR,
               hwp_fill(job, HW_T_REPORTS_DIFFERENCES, 1, hwp_int(job, verdict->n_differences)));
  if (verdict->has_hidden_names)
    hwp_notice(job, HWP_NOTICE_NOTE, hwp_t(job, HW_T_REPORTS_NAMES_NOT_COMPARED));
  if (all->n > 0) {
    hwp_open(h, "ul", NULL);
    for (int i = 0; i < all->n; i++) hwp_said_leaf(job, "li", all->lines[i]);
    hwp_close(h);
  }
  if (all->n < verdict->n_differences) hwp_paragraph(job, hwp_t(job, HW_T_WEB_MORE_ROWS), "hint");
  if (!verdict->is_issued) return;
  hwp_facts_begin(h);
  hwp_leaf(h, "dt", hwp_kind_label(job, HW_KIND_REPORT), NULL);
  hwp_open(h, "dd", NULL);
  hwp_code_link(job, HW_KIND_REPORT, 0, verdict->code);
  hwp_close(h);
  hwp_fact(h, hwp_t(job, HW_T_PAGES_KIND), kind_label(job, verdict->kind));
  hwp_fact(h, hwp_t(job, HW_T_REPORTS_FIGURES), hwp_int(job, verdict->n_figures));
  hwp_fact(h, hwp_t(job, HW_T_REPORTS_BASIS), hwp_int(job, verdict->n_basis));
  hwp_facts_end(h);
}

/* May its reader see the report that the file bears the number of? Tells also whether the check
 * would take hours. */
static hw_status check_reader(hwp_job *job, const hwp_upload *upload, hw_err *err) {
  hw_report_facts facts = {0};
  hw_record report;
  int64_t id = 0;
  hw_status status = hw_report_read(upload->bytes, upload->n_bytes, &facts, err);
  if (status == HW_OK && facts.code != NULL)
    status = hw_store_find_code(job->app->store, HW_KIND_REPORT, facts.code, &id, err);
  hw_report_facts_clear(&facts);
  if (status != HW_OK || id == 0) return status;
  HW_TRY(hw_access_require(job->app, HW_KIND_REPORT, id, err));
  HW_TRY(hw_look_get(job->app, HW_KIND_REPORT, id, job->arena, &report, err));
  if (is_validation(hw_record_text(&report, HW_FIELD_REPORT_KIND)))
    return hw_err_set(err, HW_E_STATE, "%s", hwp_t(job, HW_T_REPORTS_VALIDATION));
  return HW_OK;
}

static hw_status check(hwp_job *job, hw_err *err) {
  const hwp_upload *upload = NULL;
  hw_report_verdict verdict;
  hw_err why = HW_ERR_INIT;
  differences *all = hw_arena_alloc(job->arena, sizeof *all);
  if (all == NULL) return HW_NO_MEMORY(err, "the differences");
  all->job = job;
  for (int i = 0; i < job->n_uploads; i++)
    if (strcmp(job->uploads[i].field, "file") == 0) upload = &job->uploads[i];
  if (upload == NULL || upload->n_bytes == 0) {
    job->response->status = 422;
    begin_check(job);
    write_upload(job, hwp_t(job, HW_T_REPORTS_NO_FILE));
    return hwp_page_end(job, err);
  }
  HW_TRY(need_fonts(job, err));
  hw_status status = check_reader(job, upload, &why);
  if (status == HW_OK)
    status = hw_app_report_check(job->app, upload->bytes, upload->n_bytes, job->fonts,
                                 take_difference, all, &verdict, &why);
  if (status != HW_OK && status != HW_E_SYNTAX) {
    if (err != NULL) *err = why;
    return status;
  }
  begin_check(job);
  if (status == HW_OK) write_verdict(job, &verdict, all);
  if (status != HW_OK) job->response->status = 422;
  write_upload(job, status == HW_OK ? NULL : hwp_t(job, HW_T_REPORTS_NOT_ONE));
  return hwp_page_end(job, err);
}

static const hwp_route routes[] = {
    {"GET", "/reports", 0, 0, list, "issued reports, newest first"},
    {"GET", "/reports/new", 0, 0, new_form, "form of a report"},
    {"POST", "/reports/new", 0, 0, issue, "issues a report, or sends a draft"},
    {"GET", "/reports/check", 0, 0, check_form, "form of a file to be checked"},
    {"POST", "/reports/check", 0, 0, check, "checks a file against the database"},
    {"GET",
     "/reports/"
     "*",
     0, 0, show, "an issued report"},
    {"GET",
     "/reports/"
     "*"
     "/file",
     0, 0, file, "an issued report, made again"},
};
const hwp_routes hwp_routes_reports = {routes, sizeof routes / sizeof *routes};
