/* Records of any kind: lists, and one record with what hangs on it.
 *
 * Whatever stands in the database has a page, made from the list of kinds: its
 * fields, what refers to it, and on demand every version with who, when and why. A
 * list is cut by the number of its records, so that its last page costs what the
 * first one costs; runs, reports and the like are listed with the newest first. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "base/check.h"
#include "base/json_read.h"
#include "store/summary.h"
#include "web/pages_task.h"

/* --- which lists have which columns --- */

enum { MOST_COLUMNS = 8 };

/* Kinds that grow at the end and are looked at from there. */
static bool is_newest_first(hw_kind_id kind) {
  return kind == HW_KIND_RUN || kind == HW_KIND_REPORT || kind == HW_KIND_IMPORT ||
         kind == HW_KIND_DECISION || kind == HW_KIND_REVIEW || kind == HW_KIND_HANDOVER;
}

static hwp_nav nav_of(hw_kind_id kind) {
  switch (kind) {
    case HW_KIND_DOSSIER:
    case HW_KIND_ASSERTION:
      return HWP_NAV_DOSSIERS;
    case HW_KIND_FAMILY:
    case HW_KIND_FINDING:
    case HW_KIND_PEDIGREE:
      return HWP_NAV_FAMILIES;
    case HW_KIND_SAMPLE:
    case HW_KIND_SPECIMEN:
    case HW_KIND_ACCESSION:
      return HWP_NAV_REMAINS;
    case HW_KIND_RUN:
    case HW_KIND_COMPARISON:
      return HWP_NAV_RUNS;
    case HW_KIND_IDENTIFICATION:
      return HWP_NAV_IDENTIFICATIONS;
    case HW_KIND_SITE:
      return HWP_NAV_SITES;
    case HW_KIND_REPORT:
      return HWP_NAV_REPORTS;
    default:
      return HWP_NAV_NONE;
  }
}

static bool is_long(const hw_kind *kind, int field) {
  static const char *const bulky[] = {
      "observations", "per_marker",    "parameters",  "inputs", "parts",    "stood_on", "how",
      "evidence",     "matrix_female", "matrix_male", "digest", "document", "pdf",      "html"};
  if (kind->fields[field].flags & HW_FIELD_LONG) return true;
  for (size_t i = 0; i < sizeof bulky / sizeof *bulky; i++)
    if (strcmp(kind->fields[field].name, bulky[i]) == 0) return true;
  return false;
}

/* Columns of a kind's list: the first that are short, and its state. The code is the first. */
static int columns_of(const hwp_job *job, const hw_kind *kind, int columns[MOST_COLUMNS]) {
  const int code = hw_kind_code_field(kind);
  int n = 0, state = -1;
  for (int f = 0; f < kind->n_fields; f++) {
    if (kind->fields[f].flags & HW_FIELD_STATE) state = f;
    const bool is_name = hw_field_is_name(kind, f);
    if (f == code || f == state || is_long(kind, f) ||
        (is_name && (job->app->may & HW_MAY_NAMES) == 0))
      continue;
    if (n < MOST_COLUMNS - 2) columns[n++] = f;
  }
  if (state >= 0) columns[n++] = state;
  return n;
}

/* --- a page of a list --- */

typedef struct filter {
  const hw_kind *kind;
  int state_field;
  const char *state; /* NULL = all */
  bool remains_only;
} filter;

static bool is_wanted(void *context, const hw_record *record) {
  const filter *self = context;
  if (self->remains_only && !hw_record_is_null(record, HW_FIELD_SAMPLE_PERSON)) return false;
  return self->state == NULL ||
         (record->withdrawn == NULL &&
          strcmp(hw_record_text(record, self->state_field), self->state) == 0);
}

static int state_field_of(const hw_kind *kind) {
  for (int f = 0; f < kind->n_fields; f++)
    if (kind->fields[f].flags & HW_FIELD_STATE) return f;
  return -1;
}

/* Links to the same list with one state, with how many there are. */
static hw_status write_states(hwp_job *job, const filter *what, const char *path, hw_err *err) {
  hw_tally tallies[HW_TALLY_MAX];
  hwp_html *h = &job->html;
  int n = 0;
  if (what->state_field < 0) return HW_OK;
  HW_TRY(hw_access_tally(job->app, what->kind->id, tallies, &n, err));
  hwp_open(h, "p", "class", "row", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_RECORDS_ALL), "href", path, "aria-current",
           what->state == NULL ? "true" : NULL, NULL);
  for (int i = 0; i < n; i++) {
    const char *word = hwp_format(job, "%.*s", tallies[i].n_word, tallies[i].word);
    const bool is_it = what->state != NULL && strcmp(what->state, word) == 0;
    hwp_leaf(h, "a", hwp_counted_word(job, &tallies[i]), "href",
             hwp_url_query(job->arena, path, "state", word), "aria-current", is_it ? "true" : NULL,
             NULL);
  }
  hwp_close(h);
  return HW_OK;
}

/* Whom a family misses. */
static hw_status write_missing(hwp_job *job, int64_t family, hw_err *err) {
  hw_look_rows rows;
  HW_TRY(hw_look_list(job->app, HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_FAMILY, family,
                      HWP_PAGE_ROWS, job->arena, &rows, err));
  hwp_open(&job->html, "td", NULL);
  for (int i = 0; i < rows.n; i++) {
    const hw_record *row = &rows.items[i];
    if (row->withdrawn != NULL || hw_record_int(row, HW_FIELD_FAMILY_MEMBER_IS_MISSING) == 0)
      continue;
    HW_TRY(
        hwp_id_link(job, HW_KIND_PERSON, hw_record_int(row, HW_FIELD_FAMILY_MEMBER_PERSON), err));
    hwp_text(&job->html, " ");
  }
  hwp_close(&job->html);
  return HW_OK;
}

/* What a run did, from its parameters: "joint", "search", … */
static const char *method_of(hwp_job *job, const hw_record *run) {
  const char *text = hw_record_text(run, HW_FIELD_RUN_PARAMETERS), *method = NULL;
  hw_json_doc *doc = NULL;
  if (hw_json_doc_parse(text, strlen(text), NULL, &doc, NULL) != HW_OK) return "";
  if (hw_json_find_string(hw_json_doc_root(doc), "method", &method, NULL) != HW_OK) method = NULL;
  const char *word = method != NULL ? hw_arena_strdup(job->arena, hwp_word(job, method)) : "";
  hw_json_doc_delete(doc);
  return word != NULL ? word : "";
}

static hw_status write_row(hwp_job *job, const hw_record *row, int n, const int *columns,
                           hw_err *err) {
  const hw_kind_id kind = row->kind->id;
  hwp_open(&job->html, "tr", NULL);
  HW_TRY(hwp_id_cell(job, kind, row->id, err));
  if (kind == HW_KIND_FAMILY) HW_TRY(write_missing(job, row->id, err));
  if (kind == HW_KIND_RUN) hwp_cell(job, method_of(job, row));
  for (int c = 0; c < n; c++) {
    const bool is_state = (row->kind->fields[columns[c]].flags & HW_FIELD_STATE) != 0;
    if (is_state && row->withdrawn != NULL) {
      hwp_open(&job->html, "td", NULL);
      hwp_state(job, "withdrawn");
      hwp_close(&job->html);
    } else {
      HW_TRY(hwp_value_cell(job, row, columns[c], err));
    }
  }
  hwp_close(&job->html);
  return HW_OK;
}

static hw_status write_rows(hwp_job *job, const hw_kind *kind, const hw_look_rows *rows,
                            hw_err *err) {
  hwp_html *h = &job->html;
  int fields[MOST_COLUMNS], n = columns_of(job, kind, fields), n_titles = 0;
  hwp_column titles[MOST_COLUMNS + 2];
  const char *first = hw_kind_code_field(kind) >= 0 ? hwp_field_label(job, kind->id, "code")
                                                    : hwp_kind_label(job, kind->id);
  titles[n_titles++] = (hwp_column){first, false};
  if (kind->id == HW_KIND_FAMILY)
    titles[n_titles++] = (hwp_column){hwp_t(job, HW_T_PAGES_PERSON), false};
  if (kind->id == HW_KIND_RUN)
    titles[n_titles++] = (hwp_column){hwp_t(job, HW_T_RUN_METHOD), false};
  for (int c = 0; c < n; c++) {
    const hw_field *f = &kind->fields[fields[c]];
    titles[n_titles++] = (hwp_column){hwp_field_label(job, kind->id, f->name),
                                      f->type == HW_TYPE_INT || f->type == HW_TYPE_REAL};
  }
  hwp_table_begin(h, &(hwp_table){hwp_kinds_label(job, kind->id), n_titles, titles});
  for (int i = 0; i < rows->n; i++) HW_TRY(write_row(job, &rows->items[i], n, fields, err));
  hwp_table_end(h);
  return HW_OK;
}

static void write_empty(hwp_job *job, const hw_kind *kind, const filter *what) {
  const bool may_write = (job->app->may & HW_MAY_WRITE) != 0;
  const char *kinds = hwp_kinds_label(job, kind->id);
  if (what->state != NULL)
    hwp_empty(job, hwp_fill(job, HW_T_RECORDS_NONE_OF_STATE, 1, hwp_word(job, what->state)), NULL,
              NULL);
  else if (kind->id == HW_KIND_RUN)
    hwp_empty(job, hwp_t(job, may_write ? HW_T_TASK_NO_RUN_WRITER : HW_T_RECORDS_NO_RUN),
              hwp_t(job, HW_T_START_TITLE_SEARCH), may_write ? "/runs/new" : NULL);
  else
    hwp_empty(job, hwp_fill(job, HW_T_RECORDS_NONE, 1, kinds), hwp_t(job, HW_T_RECORDS_IMPORT),
              may_write ? "/import" : NULL);
}

static const hw_kind *kind_of_part(const char *name) {
  const hw_kind *kind = hw_kind_find(name);
  /* How people log in is nobody's to see. */
  return kind == NULL || kind->id == HW_KIND_CREDENTIAL ? NULL : kind;
}

static hw_status write_list(hwp_job *job, hw_err *err) {
  const hw_kind *kind = kind_of_part(job->parts[0]);
  if (kind == NULL)
    return hw_err_set(err, HW_E_NOT_FOUND, "there is no kind of records '%.60s'", job->parts[0]);
  filter what = {.kind = kind, .state_field = state_field_of(kind)};
  hw_look_rows rows;
  const char *state = hwp_query(job, "state"), *all = hwp_query(job, "all");
  const int64_t from = hwp_query_int(job, "from", 0, INT64_MAX, 0);
  if (what.state_field >= 0 && state != NULL &&
      hw_field_has_choice(&kind->fields[what.state_field], state))
    what.state = state;
  what.remains_only = kind->id == HW_KIND_SAMPLE && all == NULL;
  const bool is_back = is_newest_first(kind->id);
  if (is_back)
    HW_TRY(hwp_look_back(job, kind->id, from, &rows, err));
  else
    HW_TRY(hw_look_page(job->app, kind->id, from, HWP_PAGE_ROWS, is_wanted, &what, job->arena,
                        &rows, err));
  const char *title =
      what.remains_only ? hwp_t(job, HW_T_RECORDS_REMAINS) : hwp_kinds_label(job, kind->id);
  hwp_page_begin(job, nav_of(kind->id), title);
  const char *path = hwp_format(job, "/records/%s", kind->name);
  if (kind->id == HW_KIND_SAMPLE) {
    hwp_open(&job->html, "p", NULL);
    hwp_leaf(&job->html, "a",
             hwp_t(job, what.remains_only ? HW_T_RECORDS_WITH_REFERENCES : HW_T_RECORDS_REMAINS),
             "href", what.remains_only ? "/records/sample?all=1" : "/records/sample", NULL);
    hwp_close(&job->html);
  }
  if (kind->id == HW_KIND_FAMILY && (job->app->may & HW_MAY_WRITE) != 0) {
    hwp_open(&job->html, "p", NULL);
    hwp_leaf(&job->html, "a", hwp_t(job, HW_T_PEDIGREE_NEW), "class", "button second", "href",
             "/families/new", NULL);
    hwp_close(&job->html);
  }
  HW_TRY(write_states(job, &what, path, err));
  if (kind->id == HW_KIND_RUN) HW_TRY(hwp_task_head(job, err));
  if (what.state != NULL) path = hwp_url_query(job->arena, path, "state", what.state);
  if (all != NULL) path = hwp_url_query(job->arena, path, "all", "1");
  if (path == NULL) return HW_NO_MEMORY(err, "a page");
  if (rows.n == 0 && !rows.has_more && from == 0)
    write_empty(job, kind, &what);
  else
    HW_TRY(write_rows(job, kind, &rows, err));
  hwp_hidden_names(job, rows.has_hidden_names);
  /* The pager's "from" is where the next page begins, and whether this is the first. */
  hwp_pager(job, path, rows.has_more ? rows.next : from, rows.n, rows.has_more);
  return hwp_page_end(job, err);
}

static hw_status list(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_list, err);
}

/* The same of runs, by a path that one can remember. */
static hw_status list_runs(hwp_job *job, hw_err *err) {
  job->parts[0] = "run";
  return list(job, err);
}

/* --- all kinds --- */

static hw_status write_kinds(hwp_job *job, hw_err *err) {
  hwp_html *h = hwp_page_begin(job, HWP_NAV_NONE, hwp_t(job, HW_T_RECORDS_TITLE));
  const hwp_column columns[] = {{hwp_t(job, HW_T_PAGES_KIND), false},
                                {hwp_t(job, HW_T_PAGES_COUNT), true}};
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_RECORDS_TITLE), 2, columns});
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    hw_tally tallies[HW_TALLY_MAX];
    const hw_kind *kind = hw_kind_get((hw_kind_id)k);
    int n = 0;
    int64_t sum = 0;
    if (k == HW_KIND_CREDENTIAL) continue;
    HW_TRY(hw_access_tally(job->app, kind->id, tallies, &n, err));
    for (int i = 0; i < n; i++) sum += tallies[i].count;
    hwp_open(h, "tr", NULL);
    hwp_open(h, "td", NULL);
    hwp_leaf(h, "a", hwp_kinds_label(job, kind->id), "href",
             hwp_format(job, "/records/%s", kind->name), NULL);
    hwp_close(h);
    hwp_number_cell(job, sum >= 0 ? hwp_int(job, sum) : hwp_log10(job, (double)NAN));
    hwp_close(h);
  }
  hwp_table_end(h);
  return hwp_page_end(job, err);
}

static hw_status kinds(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_kinds, err);
}

/* --- one record --- */

/* "~12" is a record by its number, where its key has several parts. */
static hw_status find_record(hwp_job *job, const hw_kind *kind, const char *code, int64_t *id,
                             hw_err *err) {
  if (hw_kind_code_field(kind) >= 0) return hw_look_find(job->app, kind->id, code, id, err);
  char *end = NULL;
  const bool is_number = code[0] == '~' && code[1] >= '0' && code[1] <= '9';
  *id = is_number ? strtoll(code + 1, &end, 10) : 0;
  if (is_number && *end == '\0' && *id > 0) return hw_access_require(job->app, kind->id, *id, err);
  return hw_look_find(job->app, kind->id, code, id, err);
}

static hw_status write_fields(hwp_job *job, const hw_record *record, hw_err *err) {
  hwp_facts_begin(&job->html);
  for (int f = 0; f < record->kind->n_fields; f++) HW_TRY(hwp_value_fact(job, record, f, err));
  hwp_facts_end(&job->html);
  return HW_OK;
}

/* Where the record is shown with what people work with. */
static void write_links(hwp_job *job, const hw_kind *kind, const char *self, const char *code,
                        bool has_history) {
  hwp_html *h = &job->html;
  const char *better = hwp_record_path(job->arena, kind->id, code);
  hwp_open(h, "p", "class", "row", NULL);
  if (better != NULL && strncmp(better, "/records/", 9) != 0)
    hwp_leaf(h, "a", hwp_t(job, HW_T_RECORDS_OWN_PAGE), "href", better, NULL);
  hwp_leaf(h, "a", hwp_t(job, has_history ? HW_T_RECORDS_NO_HISTORY : HW_T_RECORDS_HISTORY), "href",
           has_history ? self : hwp_url_query(job->arena, self, "history", "1"), NULL);
  hwp_close(h);
}

static hw_status write_record(hwp_job *job, hw_err *err) {
  const hw_kind *kind = kind_of_part(job->parts[0]);
  if (kind == NULL)
    return hw_err_set(err, HW_E_NOT_FOUND, "there is no kind of records '%.60s'", job->parts[0]);
  int64_t id = 0;
  hw_record record;
  const char *code = "", *history = hwp_query(job, "history");
  const hw_show_options options = {.history = history != NULL && history[0] == '1',
                                   .most = HWP_TABLE_ROWS};
  hw_view *view = hw_arena_alloc(job->arena, sizeof *view);
  if (view == NULL) return HW_NO_MEMORY(err, "a record");
  HW_TRY(find_record(job, kind, job->parts[1], &id, err));
  HW_TRY(hw_look_get(job->app, kind->id, id, job->arena, &record, err));
  HW_TRY(hw_look_code(job->app, kind->id, id, job->arena, &code, err));
  HW_TRY(hw_show(job->app, kind->id, id, &options, job->arena, view, err));
  hwp_page_begin(job, nav_of(kind->id),
                 hwp_format(job, "%s %s", hwp_kind_label(job, kind->id), code));
  hwp_list_crumbs(job, kind->id, code);
  hwp_withdrawn(job, &record);
  const char *base = hwp_format(job, "/records/%s/", kind->name);
  const char *self = hw_kind_code_field(kind) >= 0 ? hwp_url(job->arena, base, code)
                                                   : hwp_any_path(job, kind->id, id, code);
  if (self == NULL) return HW_NO_MEMORY(err, "a page");
  write_links(job, kind, self, code, options.history);
  if (kind->id == HW_KIND_PERSON) {
    const char *names = "";
    HW_TRY(hw_look_names(job->app, id, job->arena, &names, err));
    if (names[0] != '\0') hwp_paragraph(job, names, "lead");
  }
  HW_TRY(write_fields(job, &record, err));
  for (int i = 0; i < view->n_sections; i++) hwp_view_table(job, &view->sections[i]);
  hwp_hidden_names(job, view->has_hidden_names);
  return hwp_page_end(job, err);
}

static hw_status show(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_record, err);
}

static const hwp_route routes[] = {
    {"GET", "/runs", 0, 0, list_runs, "searches, newest first, and the tasks of this server"},
    {"GET", "/records", 0, 0, kinds, "all kinds of records, with how many there are"},
    {"GET",
     "/records/"
     "*",
     0, 0, list, "records of a kind"},
    {"GET",
     "/records/"
     "*"
     "/"
     "*",
     0, 0, show, "one record with what hangs on it"},
};
const hwp_routes hwp_routes_records = {routes, sizeof routes / sizeof *routes};
