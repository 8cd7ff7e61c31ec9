/* One person under two codes: all reference profiles compared with each other.
 *
 * Profiles stream from the database into the search's compact arrays (two bytes
 * a marker); what is kept beside them is the record of each. Only pairs with a
 * new profile are told, of two persons who are not stated to be one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/examine_int.h"
#include "app/observations.h"
#include "base/check.h"
#include "genetics/name_index.h"
#include "homeward/reference.h"

typedef struct comparer {
  hwp_examine *self;
  hw_stored_case stored;
  hw_duplicates *search;
  hw_name_index *alleles; /* of each marker */
  hw_allele *row;         /* 2 × n_markers: one profile */
  int64_t panel;          /* whose columns are known */
  int32_t *column;        /* of each place in the panel: marker of the case, or −1 */
  size_t n_columns;
  hwp_list profiles, persons; /* in the order of the search */
} comparer;

/* --- alleles and columns --- */

static hw_status index_alleles(comparer *self, hw_err *err) {
  const hw_case *problem = &self->stored.problem;
  size_t n = (size_t)problem->n_markers;
  self->alleles = calloc(n + 1, sizeof *self->alleles);
  self->row = calloc(2 * n + 1, sizeof *self->row);
  if (self->alleles == NULL || self->row == NULL) return HW_NO_MEMORY(err, "the references");
  for (int32_t m = 0; m < problem->n_markers; m++)
    HW_TRY(hw_name_index_init(&self->alleles[m], problem->markers[m].n_alleles,
                              problem->markers[m].allele_names, err));
  return HW_OK;
}

static int32_t marker_of(const comparer *self, int64_t record) {
  for (int32_t m = 0; m < self->stored.problem.n_markers; m++)
    if (self->stored.marker[m] == record) return m;
  return -1;
}

static hw_status take_columns(comparer *self, int64_t panel, hw_err *err) {
  if (self->panel == panel) return HW_OK;
  hw_value key = hw_value_int(panel);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hwp_list markers = {0};
  HW_TRY(hw_store_scan_key(self->self->app->store, HW_KIND_PANEL_MARKER, 1, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    status = hwp_list_add(&markers, hw_record_int(row, HW_FIELD_PANEL_MARKER_MARKER), err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  int32_t *column = status == HW_OK ? calloc(markers.n + 1, sizeof *column) : NULL;
  if (status == HW_OK && column == NULL) status = HW_NO_MEMORY(err, "the references");
  for (size_t i = 0; column != NULL && i < markers.n; i++)
    column[i] = marker_of(self, markers.items[i]);
  if (status == HW_OK) {
    free(self->column);
    self->column = column;
    self->n_columns = markers.n;
    self->panel = panel;
  }
  free(markers.items);
  return status;
}

static hw_allele find_allele(const comparer *self, int32_t marker, const hw_seen *seen, int i) {
  char name[HW_SEEN_ALLELE_MAX + 1];
  size_t n = (size_t)seen->alleles[i].n;
  memcpy(name, seen->alleles[i].text, n);
  name[n] = '\0';
  return hw_name_index_find(&self->alleles[marker], name);
}

/* An allele that the table lacks leaves the marker out here. */
static void take_seen(comparer *self, int32_t marker, const hw_seen *seen) {
  hw_allele *pair = &self->row[2 * marker];
  if (seen->kind != HW_SEEN_GENOTYPE) return;
  hw_allele a = find_allele(self, marker, seen, 0), b = find_allele(self, marker, seen, 1);
  if (a == HW_NAME_NONE || b == HW_NAME_NONE) return;
  pair[0] = a;
  pair[1] = b;
}

static hw_status add_profile(comparer *self, const hw_record *profile, hw_err *err) {
  const char *at = hw_record_text(profile, HW_FIELD_PROFILE_OBSERVATIONS);
  hw_seen seen;
  bool has_more = true;
  for (int32_t i = 0; i < 2 * self->stored.problem.n_markers; i++) self->row[i] = HW_ALLELE_NONE;
  for (size_t i = 0; i < self->n_columns && has_more; i++) {
    if (hw_observation_next(&at, &seen, &has_more, NULL) != HW_OK) return HW_OK; /* check tells */
    if (has_more && self->column[i] >= 0) take_seen(self, self->column[i], &seen);
  }
  HW_TRY(hw_duplicates_add(self->search, self->row, err));
  HW_TRY(hwp_list_add(&self->profiles, profile->id, err));
  return hwp_list_add(&self->persons, hw_record_int(profile, HW_FIELD_PROFILE_PERSON), err);
}

/* Reads what take_columns needs before the scan of profiles goes on. */
static hw_status add_all(comparer *self, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *profile = NULL;
  HW_TRY(hw_store_scan_from(self->self->app->store, HW_KIND_PROFILE, 1, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &profile, err)) == HW_OK && profile != NULL) {
    bool counts = profile->withdrawn == NULL &&
                  !hw_record_is_null(profile, HW_FIELD_PROFILE_PERSON) &&
                  strcmp(hw_record_text(profile, HW_FIELD_PROFILE_USE), "replicate") != 0;
    if (!counts) continue;
    status = hwp_examine_go_on(self->self, err);
    if (status == HW_OK)
      status = take_columns(self, hw_record_int(profile, HW_FIELD_PROFILE_PANEL), err);
    if (status == HW_OK) status = add_profile(self, profile, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  self->self->summary->n_profiles = (int64_t)self->profiles.n;
  return status;
}

/* --- pairs --- */

/* True in *out if some pedigree says that the two are one person, or identical twins. */
static hw_status is_stated(comparer *self, int64_t a, int64_t b, bool *out, hw_err *err) {
  hw_value key = hw_value_int(a);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  HW_TRY(hw_store_scan(self->self->app->store, HW_KIND_IDENTITY, HW_FIELD_IDENTITY_PERSON, &key,
                       &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL)
    if (row->withdrawn == NULL && hw_record_int(row, HW_FIELD_IDENTITY_OTHER) == b) *out = true;
  hw_scan_done(scan);
  return status;
}

static hw_status tell(comparer *self, const hw_duplicate *pair, hw_err *err) {
  hw_store *store = self->self->app->store;
  int64_t first = self->profiles.items[pair->first], second = self->profiles.items[pair->second];
  hw_str a = HW_STR_INIT, b = HW_STR_INIT;
  hw_status status = hw_store_code(store, HW_KIND_PROFILE, first, &a, err);
  if (status == HW_OK) status = hw_store_code(store, HW_KIND_PROFILE, second, &b, err);
  if (status == HW_OK) {
    char text[HW_FINDING_TEXT];
    hw_duplicate_text(pair, hw_str_text(&a), hw_str_text(&b), text, sizeof text);
    hw_doubt doubt = {.kind = "duplicate",
                      .profile = second,
                      .other = first,
                      .log10_lr = pair->log10_lr,
                      .text = text};
    status = hwp_examine_tell(self->self, &doubt, err);
  }
  hw_str_clear(&a);
  hw_str_clear(&b);
  return status;
}

static hw_status take_pair(comparer *self, const hw_duplicate *pair, hw_err *err) {
  int64_t a = self->persons.items[pair->first], b = self->persons.items[pair->second];
  bool is_new = self->profiles.items[pair->second] >= self->self->options->first_profile ||
                self->profiles.items[pair->first] >= self->self->options->first_profile;
  bool is_known = a == b;
  if (!is_new) return HW_OK;
  if (!is_known) HW_TRY(is_stated(self, a, b, &is_known, err));
  if (!is_known) HW_TRY(is_stated(self, b, a, &is_known, err));
  return is_known ? HW_OK : tell(self, pair, err);
}

static hw_status find(comparer *self, hw_err *err) {
  hw_duplicate *pairs = NULL;
  int32_t n = 0;
  hw_status status = hw_duplicates_find(self->search, &pairs, &n, err);
  for (int32_t i = 0; i < n && status == HW_OK; i++) status = take_pair(self, &pairs[i], err);
  free(pairs);
  return status;
}

/* --- all --- */

static hw_status prepare(comparer *self, const char *investigation, hw_err *err) {
  static const int64_t no_families[1] = {0};
  hw_stored_case_options options = {.investigation = investigation,
                                    .without_remains = true,
                                    .families = no_families,
                                    .n_families = 0};
  HW_TRY(hw_stored_case_load(self->self->app, &options, &self->stored, err));
  HW_TRY(index_alleles(self, err));
  const hw_case *problem = &self->stored.problem;
  return hw_duplicates_new(problem->n_markers, problem->markers, problem->theta, NULL,
                           &self->search, err);
}

hw_status hwp_examine_duplicates(hwp_examine *self, const char *investigation, hw_err *err) {
  comparer c = {.self = self};
  hw_status status = prepare(&c, investigation, err);
  if (status == HW_OK) status = add_all(&c, err);
  if (status == HW_OK) status = find(&c, err);
  hw_duplicates_delete(c.search);
  for (int32_t m = 0; c.alleles != NULL && m < c.stored.problem.n_markers; m++)
    hw_name_index_clear(&c.alleles[m]);
  free(c.alleles);
  free(c.row);
  free(c.column);
  free(c.profiles.items);
  free(c.persons.items);
  hw_stored_case_clear(&c.stored);
  return status;
}
