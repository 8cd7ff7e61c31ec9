/* One site: what is dangerous there, where it is, what was done and what was found.
 *
 * Hazards come first. Whoever opens this page may be about to send people there, so
 * ordnance, mines and dioxin that nobody has recorded as cleared are said in plain
 * words above everything else; and where none is recorded, the page says that this
 * proves nothing.
 *
 * Remains are those of the boxes that name the site; of boxes and samples of investigations
 * that the reader has no access to nothing is shown (app/look.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "base/check.h"
#include "store/places.h"
#include "web/pages_sites.h"

enum {
  MAP_HEIGHT = 380,
  MOST_ROWS = 50,
  MOST_NEAR = 10,
  NEAR_KM = 25,
  LEAST_KM = 110,
  MOST_BONES = 60,
  MOST_SAMPLES = 6,
  MOST_DATES = 40
};

typedef struct site_page {
  hwp_job *job;
  hw_record site;
  const char *code;
  hw_look_rows hazards, searches, accessions;
  hw_sites sites; /* all of them; these are looked through for near ones */
  hw_near_site near[MOST_NEAR];
  int32_t n_near;
} site_page;

static void leave_out_withdrawn(hw_look_rows *rows) {
  int n = 0;
  for (int i = 0; i < rows->n; i++)
    if (rows->items[i].withdrawn == NULL) rows->items[n++] = rows->items[i];
  rows->n = n;
}

static hw_status read_site(site_page *self, hw_err *err) {
  hwp_job *job = self->job;
  int64_t id = 0;
  HW_TRY(hw_look_find(job->app, HW_KIND_SITE, job->parts[0], &id, err));
  HW_TRY(hw_look_get(job->app, HW_KIND_SITE, id, job->arena, &self->site, err));
  HW_TRY(hw_look_code(job->app, HW_KIND_SITE, id, job->arena, &self->code, err));
  HW_TRY(hw_look_list(job->app, HW_KIND_HAZARD, HW_FIELD_HAZARD_SITE, id, MOST_ROWS, job->arena,
                      &self->hazards, err));
  HW_TRY(hw_look_list(job->app, HW_KIND_SEARCH, HW_FIELD_SEARCH_SITE, id, MOST_ROWS, job->arena,
                      &self->searches, err));
  HW_TRY(hw_look_list(job->app, HW_KIND_ACCESSION, HW_FIELD_ACCESSION_SITE, id, MOST_ROWS,
                      job->arena, &self->accessions, err));
  leave_out_withdrawn(&self->hazards);
  leave_out_withdrawn(&self->searches);
  leave_out_withdrawn(&self->accessions);
  HW_TRY(hw_sites_read(job->app, &(hw_sites_wanted){NULL, NULL}, job->arena, &self->sites, err));
  self->n_near = hw_sites_near(&self->sites, id, NEAR_KM * 1000, MOST_NEAR, self->near);
  return HW_OK;
}

/* --- hazards --- */

static void write_warning(hwp_job *job, const hw_record *hazard) {
  static const struct {
    const char *kind;
    hw_text_id what, advice;
  } words[] = {
      {"uxo", HW_T_SITES_WARNING_UXO, HW_T_SITES_WARNING_DO},
      {"mine", HW_T_SITES_WARNING_MINE, HW_T_SITES_WARNING_DO},
      {"dioxin", HW_T_SITES_WARNING_DIOXIN, HW_T_SITES_WARNING_DIOXIN_DO},
      {"terrain", HW_T_SITES_WARNING_TERRAIN, HW_T_SITES_WARNING_TERRAIN_DO},
      {"other", HW_T_SITES_WARNING_OTHER, HW_T_SITES_WARNING_DO},
  };
  enum { N = sizeof words / sizeof *words };
  hwp_html *h = &job->html;
  const char *kind = hw_record_text(hazard, HW_FIELD_HAZARD_KIND);
  int which = N - 1;
  for (int i = 0; i < N; i++)
    if (strcmp(words[i].kind, kind) == 0) which = i;
  hwp_open(h, "p", "class", "notice error", "role", "alert", NULL);
  hwp_leaf(h, "strong", hwp_t(job, words[which].what), NULL);
  hwp_text(h, hwp_format(job, " %s ", hwp_t(job, words[which].advice)));
  if (!hw_record_is_null(hazard, HW_FIELD_HAZARD_LEVEL))
    hwp_text(h, hwp_format(job, "%s ",
                           hwp_fill(job, HW_T_SITES_LEVEL, 1,
                                    hw_record_text(hazard, HW_FIELD_HAZARD_LEVEL))));
  hwp_text(h, hwp_fill(job, HW_T_SITES_SAYS, 1, hw_record_text(hazard, HW_FIELD_HAZARD_SOURCE)));
  if (!hw_record_is_null(hazard, HW_FIELD_HAZARD_ASSESSED_ON))
    hwp_text(h, hwp_format(
                    job, " %s",
                    hwp_fill(job, HW_T_SITES_ASSESSED, 1,
                             hwp_date(job, hw_record_text(hazard, HW_FIELD_HAZARD_ASSESSED_ON)))));
  hwp_close(h);
}

static void write_warnings(const site_page *self) {
  for (int i = 0; i < self->hazards.n; i++)
    if (hw_record_is_null(&self->hazards.items[i], HW_FIELD_HAZARD_CLEARED_ON))
      write_warning(self->job, &self->hazards.items[i]);
  if (self->hazards.n == 0)
    hwp_notice(self->job, HWP_NOTICE_NOTE, hwp_t(self->job, HW_T_SITES_NO_HAZARD));
}

/* --- tables --- */

/* Rows with some of their fields; the first links to the record where it is `is_linked`. */
static hw_status write_table(hwp_job *job, const char *caption, hw_kind_id kind,
                             const hw_look_rows *rows, int n, const int *fields, hw_err *err) {
  enum { MOST = 8 };
  hwp_column columns[MOST];
  const hw_kind *of = hw_kind_get(kind);
  for (int f = 0; f < n && f < MOST; f++) {
    const hw_field_type type = of->fields[fields[f]].type;
    columns[f] = (hwp_column){hwp_field_label(job, kind, of->fields[fields[f]].name),
                              type == HW_TYPE_INT || type == HW_TYPE_REAL};
  }
  hwp_table_begin(&job->html, &(hwp_table){caption, n, columns});
  for (int i = 0; i < rows->n; i++) {
    hwp_open(&job->html, "tr", NULL);
    for (int f = 0; f < n; f++) HW_TRY(hwp_value_cell(job, &rows->items[i], fields[f], err));
    hwp_close(&job->html);
  }
  hwp_table_end(&job->html);
  return HW_OK;
}

static hw_status write_hazards(const site_page *self, hw_err *err) {
  static const int fields[] = {HW_FIELD_HAZARD_KIND,       HW_FIELD_HAZARD_LEVEL,
                               HW_FIELD_HAZARD_SOURCE,     HW_FIELD_HAZARD_ASSESSED_ON,
                               HW_FIELD_HAZARD_CLEARED_ON, HW_FIELD_HAZARD_NOTE};
  hwp_job *job = self->job;
  if (self->hazards.n == 0) return HW_OK;
  hwp_section(job, "hazards", hwp_t(job, HW_T_SITES_DANGER));
  return write_table(job, hwp_t(job, HW_T_SITES_DANGER), HW_KIND_HAZARD, &self->hazards, 6, fields,
                     err);
}

static hw_status write_searches(const site_page *self, hw_err *err) {
  static const int fields[] = {HW_FIELD_SEARCH_BEGAN_ON,    HW_FIELD_SEARCH_ENDED_ON,
                               HW_FIELD_SEARCH_METHOD,      HW_FIELD_SEARCH_AREA_M2,
                               HW_FIELD_SEARCH_PERSON_DAYS, HW_FIELD_SEARCH_RESULT,
                               HW_FIELD_SEARCH_OPERATION};
  hwp_job *job = self->job;
  double area = 0, days = 0;
  hwp_section(job, "searches", hwp_t(job, HW_T_SITES_SEARCHES));
  if (self->searches.n == 0) {
    hwp_paragraph(job, hwp_t(job, HW_T_SITES_NO_SEARCH), "quiet");
    return HW_OK;
  }
  HW_TRY(write_table(job, hwp_t(job, HW_T_SITES_SEARCHES), HW_KIND_SEARCH, &self->searches, 7,
                     fields, err));
  for (int i = 0; i < self->searches.n; i++) {
    const hw_record *search = &self->searches.items[i];
    if (!hw_record_is_null(search, HW_FIELD_SEARCH_AREA_M2))
      area += hw_record_real(search, HW_FIELD_SEARCH_AREA_M2);
    if (!hw_record_is_null(search, HW_FIELD_SEARCH_PERSON_DAYS))
      days += hw_record_real(search, HW_FIELD_SEARCH_PERSON_DAYS);
  }
  hwp_paragraph(job,
                hwp_fill(job, HW_T_SITES_EFFORT, 2, hwp_number(job, area), hwp_number(job, days)),
                "hint");
  return HW_OK;
}

/* --- what was found --- */

/* The samples of a bone, as links; *left is how many more may be shown. */
static hw_status write_samples(hwp_job *job, int64_t bone, int *left, hw_err *err) {
  hw_look_rows samples;
  HW_TRY(hw_look_list(job->app, HW_KIND_SAMPLE, HW_FIELD_SAMPLE_SPECIMEN, bone, MOST_SAMPLES + 1,
                      job->arena, &samples, err));
  for (int i = 0; i < samples.n; i++) {
    if (samples.items[i].withdrawn != NULL) continue;
    if ((*left)-- <= 0) {
      if (*left == -1) hwp_text(&job->html, "\xe2\x80\xa6");
      continue;
    }
    HW_TRY(hwp_id_link(job, HW_KIND_SAMPLE, samples.items[i].id, err));
    hwp_text(&job->html, " ");
  }
  return HW_OK;
}

static hw_status write_accession(hwp_job *job, const hw_record *box, hw_err *err) {
  hwp_html *h = &job->html;
  hw_look_rows bones;
  int left = MOST_SAMPLES;
  HW_TRY(hw_look_list(job->app, HW_KIND_SPECIMEN, HW_FIELD_SPECIMEN_ACCESSION, box->id, MOST_BONES,
                      job->arena, &bones, err));
  leave_out_withdrawn(&bones);
  hwp_open(h, "tr", NULL);
  HW_TRY(hwp_id_cell(job, HW_KIND_ACCESSION, box->id, err));
  HW_TRY(hwp_value_cell(job, box, HW_FIELD_ACCESSION_HOW, err));
  HW_TRY(hwp_value_cell(job, box, HW_FIELD_ACCESSION_RECEIVED_ON, err));
  hwp_number_cell(job, hwp_format(job, "%s%s", hwp_int(job, bones.n), bones.has_more ? "+" : ""));
  hwp_open(h, "td", NULL);
  for (int i = 0; i < bones.n && left >= 0; i++)
    HW_TRY(write_samples(job, bones.items[i].id, &left, err));
  hwp_close(h);
  hwp_close(h);
  return HW_OK;
}

static hw_status write_found(const site_page *self, hw_err *err) {
  hwp_job *job = self->job;
  const hwp_column columns[] = {{hwp_kind_label(job, HW_KIND_ACCESSION), false},
                                {hwp_field_label(job, HW_KIND_ACCESSION, "how"), false},
                                {hwp_field_label(job, HW_KIND_ACCESSION, "received_on"), false},
                                {hwp_kinds_label(job, HW_KIND_SPECIMEN), true},
                                {hwp_kinds_label(job, HW_KIND_SAMPLE), false}};
  hwp_section(job, "remains", hwp_t(job, HW_T_SITES_FOUND));
  if (self->accessions.n == 0) {
    hwp_paragraph(job, hwp_t(job, HW_T_SITES_NO_FOUND), "quiet");
    return HW_OK;
  }
  hwp_table_begin(&job->html, &(hwp_table){hwp_t(job, HW_T_SITES_FOUND), 5, columns});
  for (int i = 0; i < self->accessions.n; i++)
    HW_TRY(write_accession(job, &self->accessions.items[i], err));
  hwp_table_end(&job->html);
  return HW_OK;
}

static hw_status write_dossiers(const site_page *self, hw_err *err) {
  hwp_job *job = self->job;
  int64_t ids[HWP_TABLE_ROWS];
  int n = 0;
  bool is_begun = false;
  HW_TRY(hw_store_dossiers_of_site(job->app->store, self->site.id, HWP_TABLE_ROWS, ids, &n, err));
  for (int i = 0; i < n; i++) {
    bool may = false;
    HW_TRY(hw_access_may(job->app, HW_KIND_DOSSIER, ids[i], &may, err));
    if (!may) continue;
    if (!is_begun) {
      hwp_section(job, "dossiers", hwp_t(job, HW_T_SITES_DOSSIERS));
      hwp_open(&job->html, "p", NULL);
    }
    is_begun = true;
    HW_TRY(hwp_id_link(job, HW_KIND_DOSSIER, ids[i], err));
    hwp_text(&job->html, " ");
  }
  if (is_begun) hwp_close(&job->html);
  return HW_OK;
}

/* --- where it is --- */

static void write_coordinates(const site_page *self) {
  hwp_job *job = self->job;
  const hw_record *site = &self->site;
  const double latitude = hw_record_real(site, HW_FIELD_SITE_LATITUDE);
  const double longitude = hw_record_real(site, HW_FIELD_SITE_LONGITUDE);
  const double uncertainty_m = hw_record_real(site, HW_FIELD_SITE_UNCERTAINTY_M);
  const char *text;
  if (hw_record_is_null(site, HW_FIELD_SITE_LATITUDE) ||
      hw_record_is_null(site, HW_FIELD_SITE_LONGITUDE))
    return;
  if (hw_record_is_null(site, HW_FIELD_SITE_UNCERTAINTY_M))
    text = hwp_fill(job, HW_T_SITES_AT, 2, hwp_real(job, latitude, 5), hwp_real(job, longitude, 5));
  else
    text = hwp_fill(job, HW_T_SITES_AT_ABOUT, 3, hwp_real(job, latitude, 5),
                    hwp_real(job, longitude, 5), hwp_number(job, uncertainty_m));
  hwp_fact(&job->html, hwp_t(job, HW_T_SITES_COORDINATES), text);
}

static hw_status write_facts(const site_page *self, hw_err *err) {
  static const int before[] = {HW_FIELD_SITE_NAME, HW_FIELD_SITE_STATE, HW_FIELD_SITE_KIND,
                               HW_FIELD_SITE_PLACE};
  static const int after[] = {HW_FIELD_SITE_AS_GIVEN, HW_FIELD_SITE_DATUM, HW_FIELD_SITE_NOTE};
  hwp_job *job = self->job;
  hwp_facts_begin(&job->html);
  for (size_t i = 0; i < sizeof before / sizeof *before; i++)
    HW_TRY(hwp_value_fact(job, &self->site, before[i], err));
  write_coordinates(self);
  for (size_t i = 0; i < sizeof after / sizeof *after; i++)
    HW_TRY(hwp_value_fact(job, &self->site, after[i], err));
  hwp_facts_end(&job->html);
  return HW_OK;
}

/* This site and those near to it. */
static void write_map(const site_page *self) {
  hwp_job *job = self->job;
  hw_geomap_point points[MOST_NEAR + 1];
  const char *language = hw_language_code(job->language);
  const hw_site *own = NULL;
  for (int32_t i = 0; i < self->sites.n; i++)
    if (self->sites.sites[i].id == self->site.id) own = &self->sites.sites[i];
  if (own == NULL) return; /* withdrawn */
  if (isnan(own->latitude)) {
    hwp_notice(job, HWP_NOTICE_NOTE, hwp_t(job, HW_T_SITES_UNPLACED));
    return;
  }
  if (!hw_geomap_has_place(own->latitude, own->longitude)) {
    hwp_notice(job, HWP_NOTICE_WARNING, hwp_t(job, HW_T_SITES_OFF_MAP));
    return;
  }
  for (int32_t i = 0; i <= self->n_near; i++) {
    const hw_site *site = i == 0 ? own : self->near[i - 1].site;
    points[i] = (hw_geomap_point){.latitude = site->latitude,
                                  .longitude = site->longitude,
                                  .uncertainty_m = i == 0 ? site->uncertainty_m : 0,
                                  .kind = i > 0,
                                  .label = site->code,
                                  .is_dangerous = site->is_dangerous};
  }
  const hw_geomap_kind kinds[] = {
      {hwp_t(job, HW_T_SITES_THIS), HW_GEOMAP_DIAMOND, HW_SERIES_SECOND, false, 1},
      {hwp_t(job, HW_T_SITES_OTHERS), HW_GEOMAP_CIRCLE, HW_SERIES_QUIET, true, self->n_near}};
  const hw_geomap map = {.n = self->n_near + 1,
                         .points = points,
                         .n_kinds = 2,
                         .kinds = kinds,
                         .names_in = language,
                         .words = hw_geomap_words_of(language),
                         .least_km = LEAST_KM,
                         .has_inset = true};
  hwp_map_draw(job, &map, MAP_HEIGHT, hwp_fill(job, HW_T_SITES_ONE, 1, self->code), NULL);
}

static void write_near(const site_page *self) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const char *within = hwp_int(job, NEAR_KM);
  if (hw_record_is_null(&self->site, HW_FIELD_SITE_LATITUDE)) return;
  hwp_section(job, "near", hwp_t(job, HW_T_SITES_NEAR));
  hwp_paragraph(
      job,
      hwp_fill(job, self->n_near > 0 ? HW_T_SITES_NEAR_WITHIN : HW_T_SITES_NEAR_NONE, 1, within),
      "hint");
  if (self->n_near == 0) return;
  const hwp_column columns[] = {{hwp_kind_label(job, HW_KIND_SITE), false},
                                {hwp_t(job, HW_T_SITES_DISTANCE), true},
                                {hwp_field_label(job, HW_KIND_SITE, "state"), false},
                                {hwp_t(job, HW_T_SITES_DANGER), false}};
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_SITES_NEAR), 4, columns});
  for (int32_t i = 0; i < self->n_near; i++) {
    const hw_near_site *near = &self->near[i];
    hwp_open(h, "tr", NULL);
    hwp_code_cell(job, HW_KIND_SITE, near->site->code);
    hwp_number_cell(job,
                    hwp_fill(job, HW_T_SITES_KM, 1, hwp_real(job, near->distance_m / 1000, 1)));
    hwp_open(h, "td", NULL);
    if (near->site->state >= 0) hwp_state(job, hw_site_states[near->site->state]);
    hwp_close(h);
    hwp_open(h, "td", NULL);
    if (near->site->is_dangerous)
      hwp_leaf(h, "span", hwp_t(job, HW_T_SITES_NOT_CLEARED), "class", "state bad", NULL);
    hwp_close(h);
    hwp_close(h);
  }
  hwp_table_end(h);
}

/* --- when --- */

typedef struct dates {
  hwp_job *job;
  int n;
  hw_event events[MOST_DATES];
} dates;

static void add_date(dates *self, const char *from, const char *to, hw_text_id words,
                     const char *what, hw_series_style style) {
  hw_event event = {.style = style};
  int64_t first = 0, last = 0;
  if (self->n == MOST_DATES || !hwp_days(from, &event.from_day, &event.to_day)) return;
  if (to[0] != '\0' && hwp_days(to, &first, &last) && last > event.to_day) event.to_day = last;
  event.label = hwp_fill(self->job, words, 1, what);
  self->events[self->n++] = event;
}

static int by_day(const void *a, const void *b) {
  const hw_event *x = a, *y = b;
  if (x->from_day != y->from_day) return x->from_day < y->from_day ? -1 : 1;
  return (x->to_day > y->to_day) - (x->to_day < y->to_day);
}

static hw_status write_timeline(const site_page *self, hw_err *err) {
  hwp_job *job = self->job;
  dates all = {.job = job};
  for (int i = 0; i < self->hazards.n; i++) {
    const hw_record *row = &self->hazards.items[i];
    const char *kind = hwp_word(job, hw_record_text(row, HW_FIELD_HAZARD_KIND));
    add_date(&all, hw_record_text(row, HW_FIELD_HAZARD_ASSESSED_ON), "", HW_T_SITES_EVENT_ASSESSED,
             kind, HW_SERIES_SECOND);
    add_date(&all, hw_record_text(row, HW_FIELD_HAZARD_CLEARED_ON), "", HW_T_SITES_EVENT_CLEARED,
             kind, HW_SERIES_THIRD);
  }
  for (int i = 0; i < self->searches.n; i++) {
    const hw_record *row = &self->searches.items[i];
    add_date(&all, hw_record_text(row, HW_FIELD_SEARCH_BEGAN_ON),
             hw_record_text(row, HW_FIELD_SEARCH_ENDED_ON), HW_T_SITES_EVENT_SEARCH,
             hwp_word(job, hw_record_text(row, HW_FIELD_SEARCH_METHOD)), HW_SERIES_FIRST);
  }
  for (int i = 0; i < self->accessions.n; i++) {
    const hw_record *row = &self->accessions.items[i];
    const char *code = "";
    HW_TRY(hw_look_code(job->app, HW_KIND_ACCESSION, row->id, job->arena, &code, err));
    add_date(&all, hw_record_text(row, HW_FIELD_ACCESSION_RECEIVED_ON), "",
             HW_T_SITES_EVENT_RECEIVED, code, HW_SERIES_FOURTH);
  }
  if (all.n == 0) return HW_OK;
  qsort(all.events, (size_t)all.n, sizeof *all.events, by_day);
  const char *title = hwp_t(job, HW_T_SITES_TIMELINE);
  hwp_section(job, "timeline", title);
  hwp_timeline(job, title, all.events, all.n);
  return HW_OK;
}

/* --- the page --- */

static hw_status write_site(hwp_job *job, hw_err *err) {
  site_page *self = hw_arena_alloc(job->arena, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a site");
  self->job = job;
  HW_TRY(read_site(self, err));
  hwp_html *h = hwp_page_begin(job, HWP_NAV_SITES, hwp_fill(job, HW_T_SITES_ONE, 1, self->code));
  const char *const crumbs[] = {hwp_t(job, HW_T_SITES_TITLE), "/sites", self->code, NULL};
  hwp_crumbs(job, 2, crumbs);
  hwp_withdrawn(job, &self->site);
  write_warnings(self);
  hwp_open(h, "div", "class", "two", NULL);
  hwp_open(h, "div", NULL);
  HW_TRY(write_facts(self, err));
  const char *fields = hwp_url(job->arena, "/records/site/", self->code);
  hwp_open(h, "p", "class", "row", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_RECORDS_FIELDS), "href", fields, NULL);
  if (fields != NULL)
    hwp_leaf(h, "a", hwp_t(job, HW_T_SITES_HISTORY), "href",
             hwp_url_query(job->arena, fields, "history", "1"), NULL);
  hwp_close(h);
  hwp_close(h);
  hwp_open(h, "div", NULL);
  write_map(self);
  hwp_close(h);
  hwp_close(h);
  hwp_open(h, "div", "class", "sites", NULL);
  HW_TRY(write_hazards(self, err));
  HW_TRY(write_searches(self, err));
  HW_TRY(write_found(self, err));
  HW_TRY(write_dossiers(self, err));
  HW_TRY(write_timeline(self, err));
  write_near(self);
  hwp_close(h);
  return hwp_page_end(job, err);
}

hw_status hwp_site_page(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_site, err);
}
