/* The dossier of one loss: what the sources say, side by side where they differ.
 *
 * Sources contradict each other, and none is averaged away: of each field all values
 * stand in one row of the table, the most trusted first, and a field on which they do
 * not agree is marked by a word. Dates are drawn as a time line with as much
 * vagueness as the sources have. What is asserted may be a name, so values are shown to
 * those who may read names; the others see which fields there are, and that they differ. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "web/pages.h"

enum { MOST_ASSERTIONS = 300, MOST_DATES = 40 };

typedef struct dossier_page {
  hwp_job *job;
  hw_record dossier;
  hw_look_rows rows;   /* assertions, by field, the most trusted first */
  const bool *differs; /* of each row: its field has another value too */
} dossier_page;

static int by_field(const void *a, const void *b) {
  const int order = strcmp(hw_record_text(a, HW_FIELD_ASSERTION_FIELD),
                           hw_record_text(b, HW_FIELD_ASSERTION_FIELD));
  const double p = hw_record_real(a, HW_FIELD_ASSERTION_WEIGHT);
  const double q = hw_record_real(b, HW_FIELD_ASSERTION_WEIGHT);
  const hw_record *x = a, *y = b;
  if (order != 0) return order;
  if (p > q || p < q) return p > q ? -1 : 1;
  return (x->id > y->id) - (x->id < y->id);
}

static bool is_same_field(const hw_record *a, const hw_record *b) {
  return strcmp(hw_record_text(a, HW_FIELD_ASSERTION_FIELD),
                hw_record_text(b, HW_FIELD_ASSERTION_FIELD)) == 0;
}

/* Whether values differ is told to everybody, so it is asked of the records themselves, before
 * values are left out. */
static hw_status read_assertions(dossier_page *self, hw_err *err) {
  hwp_job *job = self->job;
  hw_app all = *job->app;
  hw_look_rows whole;
  int n = 0;
  all.may |= HW_MAY_NAMES;
  HW_TRY(hw_look_list(&all, HW_KIND_ASSERTION, HW_FIELD_ASSERTION_DOSSIER, self->dossier.id,
                      MOST_ASSERTIONS, job->arena, &whole, err));
  for (int i = 0; i < whole.n; i++)
    if (whole.items[i].withdrawn == NULL) whole.items[n++] = whole.items[i];
  whole.n = n;
  if (n > 0) qsort(whole.items, (size_t)n, sizeof *whole.items, by_field);
  bool *differs = hw_arena_alloc_array(job->arena, (size_t)n + 1, sizeof *differs);
  if (differs == NULL) return HW_NO_MEMORY(err, "a dossier");
  for (int i = 0; i < n; i++)
    for (int k = 0; k < n; k++)
      if (is_same_field(&whole.items[i], &whole.items[k]) &&
          strcmp(hw_record_text(&whole.items[i], HW_FIELD_ASSERTION_VALUE),
                 hw_record_text(&whole.items[k], HW_FIELD_ASSERTION_VALUE)) != 0)
        differs[i] = true;
  if ((job->app->may & HW_MAY_NAMES) == 0)
    for (int i = 0; i < n; i++) {
      hw_record_set_null(&whole.items[i], HW_FIELD_ASSERTION_VALUE);
      whole.has_hidden_names = true;
    }
  self->rows = whole;
  self->differs = differs;
  return HW_OK;
}

/* --- side by side --- */

/* What a source says; a day in the reader's form. */
static const char *said(hwp_job *job, const hw_record *row) {
  const char *value = hw_record_text(row, HW_FIELD_ASSERTION_VALUE);
  int64_t from = 0, to = 0;
  return hwp_days(value, &from, &to) ? hwp_date(job, value) : value;
}

static hw_status write_said(dossier_page *self, const hw_record *row, hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const bool is_hidden = hw_record_is_null(row, HW_FIELD_ASSERTION_VALUE);
  hwp_open(h, "td", NULL);
  hwp_leaf(h, "strong", is_hidden ? hwp_t(job, HW_T_DOSSIER_HIDDEN) : said(job, row), NULL);
  hwp_close(h);
  HW_TRY(hwp_value_cell(job, row, HW_FIELD_ASSERTION_SOURCE, err));
  HW_TRY(hwp_value_cell(job, row, HW_FIELD_ASSERTION_DOCUMENT, err));
  HW_TRY(hwp_value_cell(job, row, HW_FIELD_ASSERTION_WEIGHT, err));
  return hwp_value_cell(job, row, HW_FIELD_ASSERTION_ASSERTED_ON, err);
}

static hw_status write_assertions(dossier_page *self, hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hw_look_rows *rows = &self->rows;
  hwp_section(job, "assertions", hwp_t(job, HW_T_SECTION_ASSERTIONS));
  if (rows->n == 0) {
    const bool may_write = (job->app->may & HW_MAY_WRITE) != 0;
    hwp_empty(job, hwp_t(job, HW_T_DOSSIER_NOTHING), hwp_t(job, HW_T_RECORDS_IMPORT),
              may_write ? "/import" : NULL);
    return HW_OK;
  }
  int n_differ = 0;
  for (int i = 0; i < rows->n; i++)
    if (self->differs[i] && (i == 0 || !is_same_field(&rows->items[i - 1], &rows->items[i])))
      n_differ++;
  if (n_differ > 0)
    hwp_notice(job, HWP_NOTICE_WARNING,
               hwp_fill(job, HW_T_DOSSIER_CONFLICTS, 1, hwp_int(job, n_differ)));
  const hwp_column columns[] = {{hwp_field_label(job, HW_KIND_ASSERTION, "field"), false},
                                {hwp_field_label(job, HW_KIND_ASSERTION, "value"), false},
                                {hwp_field_label(job, HW_KIND_ASSERTION, "source"), false},
                                {hwp_kind_label(job, HW_KIND_DOCUMENT), false},
                                {hwp_field_label(job, HW_KIND_ASSERTION, "weight"), true},
                                {hwp_field_label(job, HW_KIND_ASSERTION, "asserted_on"), false}};
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_SECTION_ASSERTIONS), 6, columns});
  for (int i = 0; i < rows->n; i++) {
    const bool is_first = i == 0 || !is_same_field(&rows->items[i - 1], &rows->items[i]);
    int span = 1;
    while (i + span < rows->n && is_same_field(&rows->items[i], &rows->items[i + span])) span++;
    hwp_open(h, "tr", NULL);
    if (is_first) {
      hwp_open(h, "th", "scope", "rowgroup", "rowspan", hwp_format(job, "%d", span), NULL);
      hwp_text(h, hwp_word(job, hw_record_text(&rows->items[i], HW_FIELD_ASSERTION_FIELD)));
      if (self->differs[i]) {
        hwp_void(h, "br", NULL);
        hwp_state(job, "disputed");
      }
      hwp_close(h);
    }
    HW_TRY(write_said(self, &rows->items[i], err));
    hwp_close(h);
  }
  hwp_table_end(h);
  hwp_hidden_names(job, rows->has_hidden_names);
  return HW_OK;
}

/* --- time --- */

static int by_day(const void *a, const void *b) {
  const hw_event *x = a, *y = b;
  if (x->from_day != y->from_day) return x->from_day < y->from_day ? -1 : 1;
  return (x->to_day > y->to_day) - (x->to_day < y->to_day);
}

static void write_timeline(dossier_page *self) {
  hwp_job *job = self->job;
  hw_event events[MOST_DATES];
  int n = 0;
  for (int i = 0; i < self->rows.n && n < MOST_DATES; i++) {
    const hw_record *row = &self->rows.items[i];
    hw_event one = {0};
    if (!hwp_days(hw_record_text(row, HW_FIELD_ASSERTION_VALUE), &one.from_day, &one.to_day))
      continue;
    one.label =
        hwp_format(job, "%s: %s", hwp_word(job, hw_record_text(row, HW_FIELD_ASSERTION_FIELD)),
                   hwp_date(job, hw_record_text(row, HW_FIELD_ASSERTION_VALUE)));
    one.style = self->differs[i] ? HW_SERIES_SECOND : HW_SERIES_FIRST;
    events[n++] = one;
  }
  hw_event opened = {.label = hwp_field_label(job, HW_KIND_DOSSIER, "opened_on"),
                     .style = HW_SERIES_QUIET};
  const char *on = hw_record_text(&self->dossier, HW_FIELD_DOSSIER_OPENED_ON);
  if (n > 0 && n < MOST_DATES && hwp_days(on, &opened.from_day, &opened.to_day))
    events[n++] = opened;
  if (n == 0) return;
  qsort(events, (size_t)n, sizeof *events, by_day);
  const char *title = hwp_t(job, HW_T_DOSSIER_TIMELINE);
  hwp_section(job, "timeline", title);
  hwp_timeline(job, title, events, n);
}

/* --- whose it is --- */

static hw_status write_person(dossier_page *self, hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const int64_t person = hw_record_int(&self->dossier, HW_FIELD_DOSSIER_PERSON);
  const char *names = "";
  hw_look_rows families, identifications;
  if (person == 0) return HW_OK;
  HW_TRY(hw_look_names(job->app, person, job->arena, &names, err));
  if (names[0] != '\0') hwp_fact(h, hwp_t(job, HW_T_PAGES_NAMES), names);
  HW_TRY(hw_look_list(job->app, HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_PERSON, person, 10,
                      job->arena, &families, err));
  HW_TRY(hw_look_list(job->app, HW_KIND_IDENTIFICATION, HW_FIELD_IDENTIFICATION_PERSON, person, 10,
                      job->arena, &identifications, err));
  for (int i = 0; i < families.n; i++) {
    if (families.items[i].withdrawn != NULL) continue;
    hwp_leaf(h, "dt", hwp_kind_label(job, HW_KIND_FAMILY), NULL);
    hwp_open(h, "dd", NULL);
    HW_TRY(hwp_id_link(job, HW_KIND_FAMILY,
                       hw_record_int(&families.items[i], HW_FIELD_FAMILY_MEMBER_FAMILY), err));
    hwp_close(h);
  }
  for (int i = 0; i < identifications.n; i++) {
    if (identifications.items[i].withdrawn != NULL) continue;
    hwp_leaf(h, "dt", hwp_kind_label(job, HW_KIND_IDENTIFICATION), NULL);
    hwp_open(h, "dd", NULL);
    HW_TRY(hwp_id_link(job, HW_KIND_IDENTIFICATION, identifications.items[i].id, err));
    hwp_text(h, " ");
    hwp_state(job, hw_record_text(&identifications.items[i], HW_FIELD_IDENTIFICATION_STATE));
    hwp_close(h);
  }
  return HW_OK;
}

static hw_status write_dossier(hwp_job *job, hw_err *err) {
  static const int fields[] = {HW_FIELD_DOSSIER_STATE, HW_FIELD_DOSSIER_PERSON,
                               HW_FIELD_DOSSIER_SITE, HW_FIELD_DOSSIER_OPENED_ON,
                               HW_FIELD_DOSSIER_NOTE};
  dossier_page self = {.job = job};
  int64_t id = 0;
  HW_TRY(hw_look_find(job->app, HW_KIND_DOSSIER, job->parts[0], &id, err));
  HW_TRY(hw_look_get(job->app, HW_KIND_DOSSIER, id, job->arena, &self.dossier, err));
  HW_TRY(read_assertions(&self, err));
  hwp_html *h =
      hwp_page_begin(job, HWP_NAV_DOSSIERS, hwp_fill(job, HW_T_DOSSIER_TITLE, 1, job->parts[0]));
  hwp_list_crumbs(job, HW_KIND_DOSSIER, job->parts[0]);
  hwp_withdrawn(job, &self.dossier);
  hwp_facts_begin(h);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    HW_TRY(hwp_value_fact(job, &self.dossier, fields[i], err));
  HW_TRY(write_person(&self, err));
  hwp_facts_end(h);
  hwp_open(h, "p", "class", "row", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_RECORDS_FIELDS), "href",
           hwp_url(job->arena, "/records/dossier/", job->parts[0]), NULL);
  hwp_close(h);
  HW_TRY(write_assertions(&self, err));
  write_timeline(&self);
  return hwp_page_end(job, err);
}

static hw_status dossier(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_dossier, err);
}

static const hwp_route routes[] = {
    {"GET",
     "/dossiers/"
     "*",
     0, 0, dossier, "a dossier with what its sources say"},
};
const hwp_routes hwp_routes_dossier = {routes, sizeof routes / sizeof *routes};
