/* Facts of the missing persons: what their dossiers assert.
 *
 * Every assertion that is in use and whose field is understood becomes an alternative
 * with its weight: its own, else its document's, else 1. The site of a dossier is one
 * more place. Dates of birth and of loss are combined, each with each, into ages at
 * the loss. */
#include <math.h>
#include <stdio.h>

#include "app/prior_int.h"
#include "base/check.h"

/* The ids of a person's dossiers: more than these is no person. */
enum { MOST_DOSSIERS = 64 };

typedef struct dossier {
  int64_t id, site;
} dossier;

static hw_status list_dossiers(hwp_prior_loader *self, int64_t person, dossier *list, int *n) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(person);
  *n = 0;
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_DOSSIER, HW_FIELD_DOSSIER_PERSON, &key, &scan,
                       self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL || *n == MOST_DOSSIERS) continue;
    list[(*n)++] = (dossier){row->id, hw_record_int(row, HW_FIELD_DOSSIER_SITE)};
  }
  hw_scan_done(scan);
  return status;
}

/* An assertion whose field is understood, out of the scan. */
typedef struct told {
  hwp_told told;
  const char *value;
  double weight;
  int64_t document;
} told;

static hw_status list_assertions(hwp_prior_loader *self, int64_t id, told **list, int32_t *n) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(id);
  int32_t capacity = 0;
  *list = NULL;
  *n = 0;
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_ASSERTION, HW_FIELD_ASSERTION_DOSSIER, &key, &scan,
                       self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    hwp_told what;
    if (row->withdrawn != NULL) continue;
    status = hwp_prior_field(hw_record_text(row, HW_FIELD_ASSERTION_FIELD), &what, self->err);
    if (status != HW_OK) break;
    if (what == HWP_TOLD_NOTHING) continue;
    if (*n == capacity) {
      int32_t larger_n = capacity > 0 ? 2 * capacity : 16;
      told *larger = hw_arena_alloc_array(&self->scratch, (size_t)larger_n, sizeof *larger);
      if (larger == NULL) status = HW_NO_MEMORY(self->err, "the assertions");
      if (status != HW_OK) break;
      for (int32_t i = 0; i < *n; i++) larger[i] = (*list)[i];
      *list = larger;
      capacity = larger_n;
    }
    told *item = &(*list)[*n];
    *item = (told){
        .told = what,
        .value = hw_arena_strdup(&self->scratch, hw_record_text(row, HW_FIELD_ASSERTION_VALUE)),
        .weight = hw_record_real(row, HW_FIELD_ASSERTION_WEIGHT),
        .document = hw_record_int(row, HW_FIELD_ASSERTION_DOCUMENT)};
    if (item->value == NULL) status = HW_NO_MEMORY(self->err, "the assertions");
    if (status != HW_OK) break;
    (*n)++;
  }
  hw_scan_done(scan);
  return status;
}

static hw_status weigh(hwp_prior_loader *self, told *item) {
  hw_record document;
  if (isnan(item->weight) && item->document != 0) {
    HW_TRY(hwp_prior_get(self, HW_KIND_DOCUMENT, item->document, &document));
    if (document.kind != NULL) item->weight = hw_record_real(&document, HW_FIELD_DOCUMENT_WEIGHT);
  }
  if (!(item->weight >= 0 && item->weight <= 1)) item->weight = 1;
  return HW_OK;
}

static hw_status gather_dossier(hwp_prior_loader *self, const dossier *from) {
  hw_str where = HW_STR_INIT;
  told *list = NULL;
  int32_t n = 0;
  HW_TRY(hwp_prior_gather_site(self, from->site, 1));
  HW_TRY(list_assertions(self, from->id, &list, &n));
  hw_store_name(self->app->store, HW_KIND_DOSSIER, from->id, &where);
  hw_status status = HW_OK;
  for (int32_t i = 0; status == HW_OK && i < n; i++) {
    status = weigh(self, &list[i]);
    if (status == HW_OK)
      status =
          hwp_prior_gather(self, list[i].told, list[i].value, list[i].weight, hw_str_text(&where));
  }
  hw_str_clear(&where);
  return status;
}

/* --- ages --- */

static double sum_of(const hw_prior_range *list, int32_t n) {
  double sum = 0;
  for (int32_t i = 0; i < n; i++) sum += list[i].weight;
  return sum > 1 ? sum : 1;
}

/* Each birth with each loss; those that would be born after they were lost are left out. */
static void add_ages(hwp_gathered *at) {
  double births = sum_of(at->births, at->n_births), dates = sum_of(at->dates, at->n_dates);
  for (int32_t b = 0; b < at->n_births; b++)
    for (int32_t d = 0; d < at->n_dates && at->n_ages < HWP_MOST_FACTS; d++) {
      const hw_prior_range *born = &at->births[b], *lost = &at->dates[d];
      hw_prior_range *age = &at->ages[at->n_ages];
      if (lost->to <= born->from) continue;
      hw_prior_age(born->from, born->to, lost->from, lost->to, &age->from, &age->to);
      age->weight = born->weight / births * lost->weight / dates;
      at->n_ages++;
    }
}

/* --- one person --- */

static hw_status keep(hwp_prior_loader *self, hw_sex sex, hw_prior_missing *out) {
  const hwp_gathered *at = &self->at;
  *out = (hw_prior_missing){.sex = sex,
                            .n_places = at->n_places,
                            .n_dates = at->n_dates,
                            .n_units = at->n_units,
                            .n_events = at->n_events,
                            .n_ages = at->n_ages,
                            .n_statures = at->n_statures};
  HW_TRY(hwp_prior_keep(self, at->places, at->n_places, sizeof *at->places, &out->places));
  HW_TRY(hwp_prior_keep(self, at->dates, at->n_dates, sizeof *at->dates, &out->dates));
  HW_TRY(hwp_prior_keep(self, at->units, at->n_units, sizeof *at->units, &out->units));
  HW_TRY(hwp_prior_keep(self, at->events, at->n_events, sizeof *at->events, &out->events));
  HW_TRY(hwp_prior_keep(self, at->ages, at->n_ages, sizeof *at->ages, &out->ages));
  return hwp_prior_keep(self, at->statures, at->n_statures, sizeof *at->statures, &out->statures);
}

static hw_status load_person(hwp_prior_loader *self, int64_t person, hw_sex sex,
                             hw_prior_missing *out) {
  dossier dossiers[MOST_DOSSIERS];
  int n;
  hw_arena_reset(&self->scratch);
  self->at = (hwp_gathered){0};
  HW_TRY(list_dossiers(self, person, dossiers, &n));
  for (int i = 0; i < n; i++) HW_TRY(gather_dossier(self, &dossiers[i]));
  add_ages(&self->at);
  return keep(self, sex, out);
}

hw_status hwp_prior_load_missing(hwp_prior_loader *self) {
  const hw_case *problem = &self->stored->problem;
  hw_stored_prior *out = self->out;
  int32_t n = 0;
  for (int32_t f = 0; f < problem->n_families; f++) n += problem->families[f].n_missing;
  hw_prior_missing *missing = hw_arena_alloc_array(&out->arena, (size_t)n, sizeof *missing);
  if (missing == NULL) return HW_NO_MEMORY(self->err, "the facts of the missing");
  out->missing = missing;
  for (int32_t f = 0; f < problem->n_families; f++) {
    const hw_family *family = &problem->families[f];
    for (int32_t k = 0; k < family->n_missing; k++) {
      int32_t person = family->missing[k];
      HW_TRY(load_person(self, self->stored->family_person[f][person],
                         family->pedigree.persons[person].sex, &missing[out->n_missing++]));
    }
  }
  return HW_OK;
}
