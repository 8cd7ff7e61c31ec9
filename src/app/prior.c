/* Loads what the prior compares: settings first, then the missing, then the remains.
 *
 * Nothing here computes a ratio: facts are brought into the form of
 * homeward/prior.h, and what cannot be read is counted and told, never guessed.
 * Values of assertions may hold names, so that notes and errors name the dossier and
 * the field alone. */
#include "app/prior.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/prior_int.h"
#include "base/check.h"

hw_status hwp_prior_note(hwp_prior_loader *self, const char *format, ...) {
  hw_stored_prior *out = self->out;
  char text[512];
  va_list args;
  if (out->n_all_notes++ >= HW_STORED_PRIOR_NOTES) return HW_OK;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  char *copy = hw_arena_strdup(&out->arena, text);
  if (copy == NULL) return HW_NO_MEMORY(self->err, "the notes");
  self->notes[out->n_notes++] = copy;
  return HW_OK;
}

hw_status hwp_prior_get(hwp_prior_loader *self, hw_kind_id kind, int64_t id, hw_record *out) {
  hw_record_init(out, kind);
  if (id != 0) HW_TRY(hw_store_get(self->app->store, kind, id, &self->scratch, out, self->err));
  if (id == 0 || out->withdrawn != NULL) out->kind = NULL;
  return HW_OK;
}

hw_status hwp_prior_keep(hwp_prior_loader *self, const void *from, int32_t n, size_t size,
                         void *to) {
  size_t bytes;
  void *copy = NULL;
  if (n > 0 && hw_mul_size((size_t)n, size, &bytes))
    copy = hw_arena_copy(&self->out->arena, from, bytes);
  if (n > 0 && copy == NULL) return HW_NO_MEMORY(self->err, "the facts of the record");
  memcpy(to, &copy, sizeof copy); /* a pointer to the facts' type */
  return HW_OK;
}

/* --- one value --- */

static hw_status add_label(hwp_prior_loader *self, hw_prior_label *list, int32_t *n,
                           const char *text, double weight) {
  char *copy = hw_arena_strdup(&self->out->arena, text);
  if (copy == NULL) return HW_NO_MEMORY(self->err, "the labels");
  list[(*n)++] = (hw_prior_label){copy, weight};
  return HW_OK;
}

static bool add_range(hw_prior_range *list, int32_t *n, const char *text, double weight) {
  hw_prior_range *range = &list[*n];
  if (!hw_prior_dates(text, &range->from, &range->to)) return false;
  range->weight = weight;
  (*n)++;
  return true;
}

static int32_t *count_of(hwp_gathered *at, hwp_told told) {
  int32_t *const counts[HWP_TOLD_COUNT] = {NULL,          &at->n_places,  &at->n_dates,
                                           &at->n_births, &at->n_ages,    &at->n_units,
                                           &at->n_events, &at->n_statures};
  return counts[told];
}

/* A place may also be the code of a site. */
static hw_status gather_place(hwp_prior_loader *self, const char *text, double weight,
                              bool *is_read) {
  hw_prior_place *place = &self->at.places[self->at.n_places];
  int64_t site = 0;
  *is_read = hwp_prior_read_place(text, place);
  if (*is_read) {
    place->weight = weight;
    self->at.n_places++;
    return HW_OK;
  }
  if (strlen(text) > HW_CODE_MAX) return HW_OK;
  HW_TRY(hw_store_find_code(self->app->store, HW_KIND_SITE, text, &site, self->err));
  if (site == 0) return HW_OK;
  *is_read = true;
  return hwp_prior_gather_site(self, site, weight);
}

hw_status hwp_prior_gather_site(hwp_prior_loader *self, int64_t id, double weight) {
  /* Where a site states no uncertainty it is taken to be a village, not a point. */
  const double village_m = 1000;
  hw_record site;
  HW_TRY(hwp_prior_get(self, HW_KIND_SITE, id, &site));
  if (site.kind == NULL || self->at.n_places == HWP_MOST_FACTS) return HW_OK;
  double uncertainty = hw_record_real(&site, HW_FIELD_SITE_UNCERTAINTY_M);
  hw_prior_place place = {.latitude = hw_record_real(&site, HW_FIELD_SITE_LATITUDE),
                          .longitude = hw_record_real(&site, HW_FIELD_SITE_LONGITUDE),
                          .uncertainty_m = uncertainty >= 0 ? uncertainty : village_m,
                          .weight = weight};
  if (!(fabs(place.latitude) <= 90) || !(fabs(place.longitude) <= 360)) return HW_OK;
  self->at.places[self->at.n_places++] = place;
  return HW_OK;
}

hw_status hwp_prior_gather(hwp_prior_loader *self, hwp_told told, const char *text, double weight,
                           const char *where) {
  hwp_gathered *at = &self->at;
  bool is_read = true;
  if (told == HWP_TOLD_NOTHING || text[0] == '\0') return HW_OK;
  if (*count_of(at, told) == HWP_MOST_FACTS) {
    self->n_beyond++;
    return HW_OK;
  }
  if (told == HWP_TOLD_PLACE) {
    HW_TRY(gather_place(self, text, weight, &is_read));
  } else if (told == HWP_TOLD_UNIT) {
    HW_TRY(add_label(self, at->units, &at->n_units, text, weight));
  } else if (told == HWP_TOLD_EVENT) {
    HW_TRY(add_label(self, at->events, &at->n_events, text, weight));
  } else if (told == HWP_TOLD_LOST) {
    is_read = add_range(at->dates, &at->n_dates, text, weight);
  } else if (told == HWP_TOLD_BORN) {
    is_read = add_range(at->births, &at->n_births, text, weight);
  } else if (told == HWP_TOLD_AGE) {
    is_read = hwp_prior_read_age(text, &at->ages[at->n_ages]);
    if (is_read) at->ages[at->n_ages++].weight = weight;
  } else {
    is_read = hwp_prior_read_stature(text, &at->statures[at->n_statures]);
    if (is_read) at->statures[at->n_statures++].weight = weight;
  }
  if (!is_read && self->n_unread[told]++ == 0)
    snprintf(self->first_unread[told], sizeof self->first_unread[told], "%s", where);
  return HW_OK;
}

/* --- settings --- */

static hw_status take_factor(hwp_prior_loader *self, const hw_record *row) {
  hw_stored_prior *out = self->out;
  hw_prior_factor factor = hw_prior_factor_find(hw_record_text(row, HW_FIELD_PRIOR_FACTOR_FACTOR));
  if (factor == HW_PRIOR_COUNT) return HW_OK;
  out->is_recorded[factor] = true;
  out->settings.is_used[factor] = hw_record_int(row, HW_FIELD_PRIOR_FACTOR_IS_USED) != 0;
  out->source[factor] =
      hw_arena_strdup(&out->arena, hw_record_text(row, HW_FIELD_PRIOR_FACTOR_SOURCE));
  if (out->source[factor] == NULL) return HW_NO_MEMORY(self->err, "the prior");
  hw_status status = hw_prior_settings_parse(
      &out->settings, factor, hw_record_text(row, HW_FIELD_PRIOR_FACTOR_PARAMETERS), self->err);
  if (status != HW_OK)
    hw_err_while(self->err, "reading prior_factor '%s' of the investigation; correct the record",
                 hw_prior_factor_name(factor));
  return status;
}

static hw_status load_settings(hwp_prior_loader *self) {
  hw_stored_prior *out = self->out;
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(self->stored->investigation);
  hw_prior_settings_all(&out->settings);
  for (int f = 0; f < HW_PRIOR_COUNT; f++) out->source[f] = "";
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_PRIOR_FACTOR, HW_FIELD_PRIOR_FACTOR_INVESTIGATION,
                       &key, &scan, self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    status = take_factor(self, row);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

/* --- notes --- */

static hw_status note_unread(hwp_prior_loader *self) {
  for (int t = 0; t < HWP_TOLD_COUNT; t++) {
    if (self->n_unread[t] == 0) continue;
    HW_TRY(hwp_prior_note(self,
                          "%lld statement%s of %s could not be read and count%s for nothing, the "
                          "first in %s: docs/priors.md tells how they are written",
                          (long long)self->n_unread[t], self->n_unread[t] == 1 ? "" : "s",
                          hwp_prior_told_name((hwp_told)t), self->n_unread[t] == 1 ? "s" : "",
                          self->first_unread[t]));
  }
  if (self->n_beyond == 0) return HW_OK;
  return hwp_prior_note(self, "%lld statements beyond %d of one fact of one person are left out",
                        (long long)self->n_beyond, (int)HWP_MOST_FACTS);
}

/* --- all --- */

static hw_status load(hwp_prior_loader *self) {
  hw_stored_prior *out = self->out;
  self->notes = hw_arena_alloc_array(&out->arena, HW_STORED_PRIOR_NOTES, sizeof *self->notes);
  if (self->notes == NULL) return HW_NO_MEMORY(self->err, "the notes");
  out->notes = (const char *const *)self->notes;
  HW_TRY(load_settings(self));
  HW_TRY(hwp_prior_load_missing(self));
  HW_TRY(hwp_prior_load_remains(self));
  return note_unread(self);
}

hw_status hw_stored_prior_load(hw_app *app, const hw_stored_case *stored, hw_stored_prior *out,
                               hw_err *err) {
  bool is_mine = false;
  *out = (hw_stored_prior){.n_remains = 0};
  hwp_prior_loader *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the prior");
  self->app = app;
  self->stored = stored;
  self->out = out;
  self->err = err;
  hw_status status = hw_app_begin_read(app, &is_mine, err);
  if (status == HW_OK) {
    status = load(self);
    hw_app_end_read(app, is_mine);
  }
  hw_arena_clear(&self->scratch);
  free(self);
  return status;
}

void hw_stored_prior_clear(hw_stored_prior *self) {
  if (self == NULL) return;
  hw_arena_clear(&self->arena);
  *self = (hw_stored_prior){.n_remains = 0};
}

/* --- sexes that are estimates --- */

/* True if something was seen at an X marker. */
static bool has_x(const hw_case *problem, const hw_remains *remains) {
  for (int32_t m = 0; m < problem->n_markers; m++)
    if (problem->markers[m].chromosome == HW_CHROMOSOME_X &&
        remains->profile.observations[m].kind != HW_OBS_MISSING)
      return true;
  return false;
}

hw_status hw_stored_prior_free_sexes(hw_stored_prior *self, hw_case *problem, hw_err *err) {
  HW_BUG_IF(problem->n_remains != self->n_remains, err);
  hw_remains *copy = hw_arena_alloc_array(&self->arena, (size_t)problem->n_remains, sizeof *copy);
  if (copy == NULL) return HW_NO_MEMORY(err, "the remains");
  for (int32_t r = 0; r < problem->n_remains; r++) {
    copy[r] = problem->remains[r];
    if (self->is_sex_estimated[r] && !has_x(problem, &copy[r])) copy[r].sex = HW_UNKNOWN_SEX;
  }
  problem->remains = copy;
  return HW_OK;
}
