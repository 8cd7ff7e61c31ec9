/* Remains: where a sample comes from, who held it, what was typed of it, whom it fits.
 *
 * The custody of the sample, of the bone that it was cut from and of the box that this
 * lay in are one history, so they stand in one picture and in one table. Breaches of
 * the rules of custody (app/custody.h) are told above it. */
#include <stdlib.h>
#include <string.h>

#include "app/custody.h"
#include "base/check.h"
#include "web/pages_evidence.h"

/* Samples cut from samples, specimen, accession. */
enum { MOST_ITEMS = 8, MOST_EVENTS = 60, MOST_RUNS = 5 };

typedef struct sample_page {
  hwp_job *job;
  hw_record sample;
  const char *code;
  int n_items; /* the sample, and what it came from, innermost first */
  hw_record items[MOST_ITEMS];
} sample_page;

static hw_status climb(sample_page *self, hw_err *err) {
  self->items[self->n_items++] = self->sample;
  while (self->n_items < MOST_ITEMS) {
    const hw_record *at = &self->items[self->n_items - 1];
    hw_kind_id kind = HW_KIND_ACCESSION;
    int64_t id = 0;
    if (at->kind->id == HW_KIND_SAMPLE) {
      const bool has_parent = !hw_record_is_null(at, HW_FIELD_SAMPLE_PARENT);
      kind = has_parent ? HW_KIND_SAMPLE : HW_KIND_SPECIMEN;
      id = hw_record_int(at, has_parent ? HW_FIELD_SAMPLE_PARENT : HW_FIELD_SAMPLE_SPECIMEN);
    } else if (at->kind->id == HW_KIND_SPECIMEN) {
      id = hw_record_int(at, HW_FIELD_SPECIMEN_ACCESSION);
    }
    if (id == 0) return HW_OK;
    HW_TRY(
        hw_look_get(self->job->app, kind, id, self->job->arena, &self->items[self->n_items], err));
    self->n_items++;
  }
  return HW_OK;
}

/* --- where it comes from --- */

static hw_status write_origin(sample_page *self, hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  static const int sample_fields[] = {HW_FIELD_SAMPLE_KIND,     HW_FIELD_SAMPLE_SEX,
                                      HW_FIELD_SAMPLE_TAKEN_ON, HW_FIELD_SAMPLE_MASS_MG,
                                      HW_FIELD_SAMPLE_PERSON,   HW_FIELD_SAMPLE_INVESTIGATION,
                                      HW_FIELD_SAMPLE_NOTE};
  hwp_facts_begin(h);
  for (size_t i = 0; i < sizeof sample_fields / sizeof *sample_fields; i++)
    HW_TRY(hwp_value_fact(job, &self->sample, sample_fields[i], err));
  for (int i = 1; i < self->n_items; i++) {
    const hw_record *item = &self->items[i];
    hwp_leaf(h, "dt", hwp_kind_label(job, item->kind->id), NULL);
    hwp_open(h, "dd", NULL);
    HW_TRY(hwp_id_link(job, item->kind->id, item->id, err));
    if (item->kind->id == HW_KIND_SPECIMEN) {
      hwp_text(h, hwp_format(job, " — %s",
                             hwp_word(job, hw_record_text(item, HW_FIELD_SPECIMEN_ELEMENT))));
      if (!hw_record_is_null(item, HW_FIELD_SPECIMEN_SIDE)) {
        hwp_text(h, ", ");
        HW_TRY(hwp_put_value(job, item, HW_FIELD_SPECIMEN_SIDE, err));
      }
    }
    if (item->kind->id == HW_KIND_ACCESSION && !hw_record_is_null(item, HW_FIELD_ACCESSION_SITE)) {
      hwp_text(h, " — ");
      HW_TRY(hwp_id_link(job, HW_KIND_SITE, hw_record_int(item, HW_FIELD_ACCESSION_SITE), err));
    }
    hwp_close(h);
  }
  hwp_facts_end(h);
  return HW_OK;
}

/* --- custody --- */

typedef struct custody_rows {
  int n;
  hw_record events[MOST_EVENTS]; /* of all items, by time */
} custody_rows;

static int by_time(const void *a, const void *b) {
  const int order =
      strcmp(hw_record_text(a, HW_FIELD_CUSTODY_AT), hw_record_text(b, HW_FIELD_CUSTODY_AT));
  const hw_record *x = a, *y = b;
  return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

static hw_status read_custody(hwp_job *job, int n_items, const hw_record *items, custody_rows *out,
                              hw_err *err) {
  for (int i = 0; i < n_items; i++) {
    const hw_value key[2] = {hw_value_text(items[i].kind->name), hw_value_int(items[i].id)};
    hw_look_rows rows;
    HW_TRY(hw_look_key(job->app, HW_KIND_CUSTODY, 2, key, MOST_EVENTS, job->arena, &rows, err));
    for (int k = 0; k < rows.n && out->n < MOST_EVENTS; k++)
      if (rows.items[k].withdrawn == NULL) out->events[out->n++] = rows.items[k];
  }
  if (out->n > 0) qsort(out->events, (size_t)out->n, sizeof *out->events, by_time);
  return HW_OK;
}

static hw_status tell_fault(void *context, const hw_custody_fault *fault, hw_err *err) {
  hwp_job *job = context;
  (void)err;
  hwp_told(job, fault->is_warning ? HWP_NOTICE_WARNING : HWP_NOTICE_ERROR,
           hwp_fill(job, HW_T_SAMPLE_CUSTODY_FAULT, 1, hwp_int(job, fault->number)), fault->text);
  return HW_OK;
}

static void draw_custody(hwp_job *job, const custody_rows *rows) {
  hw_event events[MOST_EVENTS];
  int n = 0;
  for (int i = 0; i < rows->n; i++) {
    const hw_record *row = &rows->events[i];
    hw_event one = {0};
    if (!hwp_days(hw_record_text(row, HW_FIELD_CUSTODY_AT), &one.from_day, NULL)) continue;
    one.to_day = one.from_day;
    one.label =
        hwp_format(job, "%s: %s", hwp_word(job, hw_record_text(row, HW_FIELD_CUSTODY_ACTION)),
                   hwp_column_text(job, "to_holder", hw_record_text(row, HW_FIELD_CUSTODY_TO)));
    const char *kind = hw_record_text(row, HW_FIELD_CUSTODY_ITEM_KIND);
    one.style = strcmp(kind, "sample") == 0     ? HW_SERIES_FIRST
                : strcmp(kind, "specimen") == 0 ? HW_SERIES_SECOND
                                                : HW_SERIES_THIRD;
    events[n++] = one;
  }
  if (n == 0) return;
  hwp_timeline(job, hwp_t(job, HW_T_SAMPLE_CUSTODY), events, n);
}

static hw_status write_event(hwp_job *job, const hw_record *row, hw_err *err) {
  static const int fields[] = {HW_FIELD_CUSTODY_AT,         HW_FIELD_CUSTODY_ITEM,
                               HW_FIELD_CUSTODY_ACTION,     HW_FIELD_CUSTODY_FROM,
                               HW_FIELD_CUSTODY_TO,         HW_FIELD_CUSTODY_SEAL,
                               HW_FIELD_CUSTODY_SEAL_STATE, HW_FIELD_CUSTODY_PLACE};
  hwp_open(&job->html, "tr", NULL);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    HW_TRY(hwp_value_cell(job, row, fields[i], err));
  hwp_close(&job->html);
  return HW_OK;
}

hw_status hwp_custody_section(hwp_job *job, int n_items, const hw_record *items, hw_err *err) {
  static const char *const fields[] = {"at",        "item", "action",     "from_holder",
                                       "to_holder", "seal", "seal_state", "place"};
  custody_rows *rows = hw_arena_alloc(job->arena, sizeof *rows);
  hwp_column columns[8];
  if (rows == NULL) return HW_NO_MEMORY(err, "the custody");
  HW_TRY(read_custody(job, n_items, items, rows, err));
  hwp_section(job, "custody", hwp_t(job, HW_T_SAMPLE_CUSTODY));
  for (int i = 0; i < n_items; i++)
    HW_TRY(hw_custody_check(job->app->store, items[i].kind->id, items[i].id, tell_fault, job, err));
  if (rows->n == 0) {
    hwp_empty(job, hwp_t(job, HW_T_SAMPLE_NO_CUSTODY), NULL, NULL);
    return HW_OK;
  }
  draw_custody(job, rows);
  for (int i = 0; i < 8; i++)
    columns[i] = (hwp_column){hwp_field_label(job, HW_KIND_CUSTODY, fields[i]), false};
  hwp_table_begin(&job->html, &(hwp_table){hwp_t(job, HW_T_SAMPLE_CUSTODY), 8, columns});
  for (int i = 0; i < rows->n; i++) HW_TRY(write_event(job, &rows->events[i], err));
  hwp_table_end(&job->html);
  return HW_OK;
}

/* --- profiles --- */

/* Profiles in use: consensus first, then singles, then replicates by their number. */
static int rank_of(const hw_record *profile) {
  const char *use = hw_record_text(profile, HW_FIELD_PROFILE_USE);
  if (strcmp(use, "consensus") == 0) return -2;
  if (strcmp(use, "single") == 0) return -1;
  return (int)(hw_record_int(profile, HW_FIELD_PROFILE_REPLICATE) & 0xFFFF);
}

static int by_use(const void *a, const void *b) {
  const int p = rank_of(a), q = rank_of(b);
  const hw_record *x = a, *y = b;
  return p != q ? (p > q) - (p < q) : (x->id > y->id) - (x->id < y->id);
}

static hw_status write_profile_list(hwp_job *job, const hw_look_rows *rows, hw_err *err) {
  static const int fields[] = {HW_FIELD_PROFILE_USE,        HW_FIELD_PROFILE_KIT,
                               HW_FIELD_PROFILE_LABORATORY, HW_FIELD_PROFILE_ANALYST,
                               HW_FIELD_PROFILE_TYPED_ON,   HW_FIELD_PROFILE_DROPOUT};
  enum { N = sizeof fields / sizeof *fields };
  const hw_kind *kind = hw_kind_get(HW_KIND_PROFILE);
  hwp_column columns[N + 2];
  columns[0] = (hwp_column){hwp_kind_label(job, HW_KIND_PROFILE), false};
  columns[1] = (hwp_column){hwp_t(job, HW_T_EVIDENCE_MARKERS), true};
  for (int i = 0; i < N; i++)
    columns[2 + i] =
        (hwp_column){hwp_field_label(job, HW_KIND_PROFILE, kind->fields[fields[i]].name),
                     kind->fields[fields[i]].type == HW_TYPE_REAL};
  hwp_table_begin(&job->html, &(hwp_table){hwp_kinds_label(job, HW_KIND_PROFILE), N + 2, columns});
  for (int i = 0; i < rows->n; i++) {
    const hw_record *row = &rows->items[i];
    hwp_open(&job->html, "tr", NULL);
    hwp_code_cell(job, HW_KIND_PROFILE, hw_record_text(row, HW_FIELD_PROFILE_CODE));
    hwp_number_cell(
        job, hwp_int(job, hwp_count_typed(hw_record_text(row, HW_FIELD_PROFILE_OBSERVATIONS))));
    for (int f = 0; f < N; f++) HW_TRY(hwp_value_cell(job, row, fields[f], err));
    hwp_close(&job->html);
  }
  hwp_table_end(&job->html);
  return HW_OK;
}

static hw_status write_profiles(sample_page *self, hw_look_rows *profiles, hw_err *err) {
  hwp_job *job = self->job;
  hwp_typed typed;
  int n = 0;
  HW_TRY(hwp_typed_of_sample(job, self->sample.id, &typed, err));
  HW_TRY(hw_look_list(job->app, HW_KIND_PROFILE, HW_FIELD_PROFILE_SAMPLE, self->sample.id,
                      HWP_PAGE_ROWS, job->arena, profiles, err));
  for (int i = 0; i < profiles->n; i++)
    if (profiles->items[i].withdrawn == NULL) profiles->items[n++] = profiles->items[i];
  profiles->n = n;
  hwp_section(job, "profiles", hwp_t(job, HW_T_SAMPLE_PROFILES));
  if (typed.text[0] == '\0') {
    const bool may_write = (job->app->may & HW_MAY_WRITE) != 0;
    hwp_empty(job, hwp_t(job, HW_T_SAMPLE_NOT_TYPED), hwp_t(job, HW_T_RECORDS_IMPORT),
              may_write ? "/import" : NULL);
    return HW_OK;
  }
  hwp_paragraph(job, typed.text, NULL);
  if (n == 0) return HW_OK;
  qsort(profiles->items, (size_t)n, sizeof *profiles->items, by_use);
  HW_TRY(write_profile_list(job, profiles, err));
  return hwp_profile_panels(job, n, profiles->items, err);
}

/* SNP profiles, haplotypes and measurements, as the view of the record has them. */
static hw_status write_other(sample_page *self, hw_err *err) {
  static const char *const wanted[] = {"snp_profiles", "haplotypes", "numbers", "contents"};
  hwp_job *job = self->job;
  const hw_show_options options = {.most = HWP_TABLE_ROWS};
  hw_view *view = hw_arena_alloc(job->arena, sizeof *view);
  if (view == NULL) return HW_NO_MEMORY(err, "a sample");
  HW_TRY(hw_show(job->app, HW_KIND_SAMPLE, self->sample.id, &options, job->arena, view, err));
  for (int i = 0; i < view->n_sections; i++)
    for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++)
      if (strcmp(view->sections[i].key, wanted[k]) == 0) hwp_view_table(job, &view->sections[i]);
  hwp_hidden_names(job, view->has_hidden_names);
  return HW_OK;
}

/* --- whom it fits --- */

/* Comparisons are found by run and profile: those of the newest runs that know the profiles. */
static hw_status write_compared(sample_page *self, const hw_look_rows *profiles, hw_err *err) {
  hwp_job *job = self->job;
  hw_look_rows found;
  hw_record *all = hw_arena_alloc_array(job->arena, HW_LOOK_MOST, sizeof *all);
  int64_t run = 0;
  int n = 0;
  if (all == NULL) return HW_NO_MEMORY(err, "the comparisons");
  HW_TRY(hw_store_count(job->app->store, HW_KIND_RUN, &run, err));
  for (int n_met = 0; run > 0 && n_met < MOST_RUNS; run--) {
    const int before = n;
    for (int p = 0; p < profiles->n; p++) {
      const hw_value key[2] = {hw_value_int(run), hw_value_int(profiles->items[p].id)};
      HW_TRY(hw_look_key(job->app, HW_KIND_COMPARISON, 2, key, 200, job->arena, &found, err));
      for (int k = 0; k < found.n && n < HW_LOOK_MOST; k++) all[n++] = found.items[k];
    }
    n_met += n > before;
  }
  n = hwp_sort_comparisons(n, all, true);
  hwp_section(job, "comparisons", hwp_t(job, HW_T_SAMPLE_COMPARED));
  if (n == 0) {
    hwp_paragraph(job, hwp_t(job, HW_T_SAMPLE_NOTHING_COMPARED), "quiet");
    return HW_OK;
  }
  const int shown = n < HWP_TABLE_ROWS ? n : HWP_TABLE_ROWS;
  HW_TRY(hwp_comparison_table(job, hwp_t(job, HW_T_FAMILY_BEST), HWP_COMPARED_SAMPLE, shown, all,
                              err));
  if (shown < n) hwp_paragraph(job, hwp_t(job, HW_T_WEB_MORE_ROWS), "hint");
  return HW_OK;
}

static hw_status write_identifications(sample_page *self, hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  hw_look_rows rows;
  HW_TRY(hw_look_list(job->app, HW_KIND_IDENTIFICATION, HW_FIELD_IDENTIFICATION_SAMPLE,
                      self->sample.id, HWP_TABLE_ROWS, job->arena, &rows, err));
  if (rows.n == 0) return HW_OK;
  const hwp_column columns[] = {{hwp_kind_label(job, HW_KIND_IDENTIFICATION), false},
                                {hwp_t(job, HW_T_PAGES_PERSON), false},
                                {hwp_t(job, HW_T_PAGES_STATE), false}};
  hwp_table_begin(h, &(hwp_table){hwp_kinds_label(job, HW_KIND_IDENTIFICATION), 3, columns});
  for (int i = 0; i < rows.n; i++) {
    hwp_open(h, "tr", NULL);
    HW_TRY(hwp_id_cell(job, HW_KIND_IDENTIFICATION, rows.items[i].id, err));
    HW_TRY(hwp_value_cell(job, &rows.items[i], HW_FIELD_IDENTIFICATION_PERSON, err));
    HW_TRY(hwp_value_cell(job, &rows.items[i], HW_FIELD_IDENTIFICATION_STATE, err));
    hwp_close(h);
  }
  hwp_table_end(h);
  return HW_OK;
}

static hw_status write_sample(hwp_job *job, hw_err *err) {
  sample_page *self = hw_arena_alloc(job->arena, sizeof *self);
  hw_look_rows profiles = {0};
  int64_t id = 0;
  if (self == NULL) return HW_NO_MEMORY(err, "a sample");
  *self = (sample_page){.job = job, .code = job->parts[0]};
  HW_TRY(hw_look_find(job->app, HW_KIND_SAMPLE, self->code, &id, err));
  HW_TRY(hw_look_get(job->app, HW_KIND_SAMPLE, id, job->arena, &self->sample, err));
  HW_TRY(climb(self, err));
  const bool is_reference = !hw_record_is_null(&self->sample, HW_FIELD_SAMPLE_PERSON);
  hwp_html *h = hwp_page_begin(
      job, HWP_NAV_REMAINS,
      hwp_fill(job, is_reference ? HW_T_SAMPLE_TITLE_REFERENCE : HW_T_SAMPLE_TITLE, 1, self->code));
  hwp_list_crumbs(job, HW_KIND_SAMPLE, self->code);
  hwp_withdrawn(job, &self->sample);
  HW_TRY(write_origin(self, err));
  hwp_open(h, "p", "class", "row", NULL);
  if (job->app->may & HW_MAY_WRITE && !is_reference)
    hwp_leaf(h, "a", hwp_t(job, HW_T_SAMPLE_PROPOSE), "class", "button second", "href",
             hwp_url_query(job->arena, "/identifications/new", "sample", self->code), NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_RECORDS_FIELDS), "href",
           hwp_url(job->arena, "/records/sample/", self->code), NULL);
  hwp_close(h);
  HW_TRY(write_identifications(self, err));
  HW_TRY(write_profiles(self, &profiles, err));
  if (!is_reference) HW_TRY(write_compared(self, &profiles, err));
  HW_TRY(hwp_custody_section(job, self->n_items, self->items, err));
  HW_TRY(write_other(self, err));
  return hwp_page_end(job, err);
}

static hw_status sample(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_sample, err);
}

static const hwp_route routes[] = {
    {"GET",
     "/remains/"
     "*",
     0, 0, sample, "a sample with its custody and its profiles"},
};
const hwp_routes hwp_routes_sample = {routes, sizeof routes / sizeof *routes};
