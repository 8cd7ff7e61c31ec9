/* The prior of every (missing person, remains): facts in, named factors out.
 *
 * Every factor is one function of the two sides of a pairing; this file makes the
 * object, asks the factors that are switched on, and hands the sum to the joint
 * engine. Facts are taken to be independent of each other given whether the pairing
 * is true: where two of them tell the same thing twice (the event is the place), one
 * is to be switched off; docs/priors.md says which pairs to look at.
 *
 *   prior_settings.c   parameters: names, defaults, sources, their text form
 *   prior_facts.c      checks and copies of facts
 *   prior_numbers.c    how many pairings there are
 *   prior_place.c      law of the distance
 *   prior_range.c      intervals of time and age, dates
 *   prior_label.c      units and events
 *   prior_unit.c       how units are written
 *   prior_body.c       sex and stature
 *   prior_bones.c      stature and sex from bones
 *   prior_age.c        age from the stages of bones
 *
 * Invariants: (1) a factor that is off, or whose fact is unknown on either side, has
 * ln 1 = 0; (2) every factor is finite; (3) the sum runs in the order of the factors,
 * so that it has the same bits everywhere. */
#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/prior_int.h"

/* A ratio is never reported beyond these: what is left of a double after the exponential. */
static const double LEAST_RATIO = 1e-300, MOST_RATIO = 1e300;

static hw_status reserve(hw_prior *self, hw_err *err) {
  size_t n_remains = (size_t)self->n_remains, n_missing = (size_t)self->n_missing;
  self->remains = hw_arena_alloc_array(&self->arena, n_remains, sizeof *self->remains);
  self->missing = hw_arena_alloc_array(&self->arena, n_missing, sizeof *self->missing);
  if (self->remains == NULL || self->missing == NULL) return HW_NO_MEMORY(err, "the prior");
  return HW_OK;
}

/* Share of men among somebody else. */
static double count_male(const hw_prior *self) {
  double all = hwp_value(&self->settings, HW_PRIOR_SEX_PSEUDO);
  double male = all * hwp_value(&self->settings, HW_PRIOR_SEX_MALE);
  for (int32_t m = 0; m < self->n_missing; m++) {
    male += self->missing[m].sex == HW_MALE;
    all += self->missing[m].sex != HW_UNKNOWN_SEX;
  }
  return male / all;
}

static hw_status take(hw_prior *self, const hw_prior_remains *remains,
                      const hw_prior_missing *missing, hw_err *err) {
  static const hw_prior_remains no_remains = {0};
  static const hw_prior_missing no_missing = {0};
  HW_TRY(reserve(self, err));
  for (int32_t r = 0; r < self->n_remains; r++)
    HW_TRY(hwp_prior_take_remains(self, r, remains != NULL ? &remains[r] : &no_remains, err));
  for (int32_t m = 0; m < self->n_missing; m++)
    HW_TRY(hwp_prior_take_missing(self, m, missing != NULL ? &missing[m] : &no_missing, err));
  self->male = count_male(self);
  HW_TRY(hwp_prior_range_chances(self, false, err));
  HW_TRY(hwp_prior_range_chances(self, true, err));
  HW_TRY(hwp_prior_label_index(self, true, remains, missing, err));
  HW_TRY(hwp_prior_label_index(self, false, remains, missing, err));
  return hwp_prior_numbers(self, err);
}

hw_status hw_prior_new(const hw_prior_settings *settings, int32_t n_remains,
                       const hw_prior_remains *remains, int32_t n_missing,
                       const hw_prior_missing *missing, hw_prior **out, hw_err *err) {
  *out = NULL;
  HW_BUG_IF(n_remains < 0 || n_missing < 0, err);
  HW_TRY(hw_prior_settings_validate(settings, n_remains, n_missing, err));
  hw_prior *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the prior");
  self->settings = *settings;
  self->n_remains = n_remains;
  self->n_missing = n_missing;
  hw_status status = take(self, remains, missing, err);
  if (status == HW_OK)
    *out = self;
  else
    hw_prior_delete(self);
  return status;
}

void hw_prior_delete(hw_prior *self) {
  if (self == NULL) return;
  hw_arena_clear(&self->arena);
  free(self);
}

const hw_prior_settings *hw_prior_settings_of(const hw_prior *self) {
  return &self->settings;
}

/* --- a pairing --- */

static double ratio_of(const hw_prior *self, hw_prior_factor factor, const hwp_side *remains,
                       const hwp_side *missing) {
  const hw_prior_settings *settings = &self->settings;
  switch (factor) {
    case HW_PRIOR_PLACE:
      return hwp_prior_place(settings, remains, missing);
    case HW_PRIOR_TIME:
      return hwp_prior_range(&remains->dates, &missing->dates,
                             hwp_value(settings, HW_PRIOR_TIME_ERROR));
    case HW_PRIOR_UNIT:
      return hwp_prior_label(&remains->units, &missing->units, &self->units,
                             hwp_value(settings, HW_PRIOR_UNIT_ERROR));
    case HW_PRIOR_EVENT:
      return hwp_prior_label(&remains->events, &missing->events, &self->events,
                             hwp_value(settings, HW_PRIOR_EVENT_ERROR));
    case HW_PRIOR_SEX:
      return hwp_prior_sex(self, remains, missing);
    case HW_PRIOR_AGE:
      return hwp_prior_range(&remains->ages, &missing->ages,
                             hwp_value(settings, HW_PRIOR_AGE_ERROR));
    case HW_PRIOR_STATURE:
      return hwp_prior_stature(settings, remains, missing);
    case HW_PRIOR_NUMBERS:
    case HW_PRIOR_COUNT:
      break;
  }
  return 1;
}

static bool is_known(const hwp_side *side, hw_prior_factor factor) {
  switch (factor) {
    case HW_PRIOR_PLACE:
      return side->places.n > 0;
    case HW_PRIOR_TIME:
      return side->dates.n > 0;
    case HW_PRIOR_UNIT:
      return side->units.n > 0;
    case HW_PRIOR_EVENT:
      return side->events.n > 0;
    case HW_PRIOR_SEX:
      return side->sex != HW_UNKNOWN_SEX;
    case HW_PRIOR_AGE:
      return side->ages.n > 0;
    case HW_PRIOR_STATURE:
      return side->statures.n > 0;
    case HW_PRIOR_NUMBERS:
    case HW_PRIOR_COUNT:
      break;
  }
  return false;
}

static double ln_factor_of(const hw_prior *self, hw_prior_factor factor, const hwp_side *remains,
                           const hwp_side *missing) {
  if (!self->settings.is_used[factor]) return 0;
  if (factor == HW_PRIOR_NUMBERS) return self->numbers.ln_odds;
  if (!is_known(remains, factor) || !is_known(missing, factor)) return 0;
  double ratio = ratio_of(self, factor, remains, missing);
  if (!(ratio > LEAST_RATIO)) ratio = LEAST_RATIO;
  return hw_ln(ratio < MOST_RATIO ? ratio : MOST_RATIO);
}

void hw_prior_factors(const hw_prior *self, int32_t remains, int32_t target, double *ln_factor) {
  for (int i = 0; i < HW_PRIOR_COUNT; i++)
    ln_factor[i] =
        ln_factor_of(self, (hw_prior_factor)i, &self->remains[remains], &self->missing[target]);
}

double hw_prior_ln_pair(const hw_prior *self, int32_t remains, int32_t target) {
  double ln_factor[HW_PRIOR_COUNT], sum = 0;
  hw_prior_factors(self, remains, target, ln_factor);
  for (int i = 0; i < HW_PRIOR_COUNT; i++) sum += ln_factor[i];
  return sum;
}

/* --- the whole --- */

static double ln_pair_callback(void *context, int32_t remains, int32_t target) {
  return hw_prior_ln_pair(context, remains, target);
}

hw_joint_prior hw_prior_joint(hw_prior *self) {
  hw_joint_prior prior = {.ln_pair = ln_pair_callback, .context = self};
  if (self->settings.is_used[HW_PRIOR_NUMBERS]) {
    prior.ln_size = self->numbers.ln_size;
    prior.n_sizes = self->numbers.n_sizes;
  }
  return prior;
}

hw_prior_numbers hw_prior_numbers_of(const hw_prior *self) {
  return self->numbers.implied;
}

int32_t hw_prior_sizes(const hw_prior *self, const double **probability) {
  *probability = self->numbers.size;
  return self->numbers.n_sizes;
}

hw_prior_coverage hw_prior_coverage_of(const hw_prior *self, hw_prior_factor factor) {
  hw_prior_coverage coverage = {0, 0};
  for (int32_t r = 0; r < self->n_remains; r++)
    coverage.n_remains += is_known(&self->remains[r], factor);
  for (int32_t m = 0; m < self->n_missing; m++)
    coverage.n_missing += is_known(&self->missing[m], factor);
  return coverage;
}
