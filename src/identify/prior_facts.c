/* Facts on their way into the prior: checked, copied, weights put in order.
 *
 * Alternatives of one fact have weights between 0 and 1, how far each is trusted.
 * Those that add up to more than 1 are divided by their sum (two documents that
 * contradict each other and are trusted fully are a half each); what is missing to 1
 * is the probability that none of them holds, and then the fact says nothing. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/check.h"
#include "identify/prior_int.h"

/* Statures outside are of no adult who ever lived. */
static const double LEAST_STATURE = 40, MOST_STATURE = 280, MOST_SE = 100, MOST_UNCERTAINTY_M = 2e7;

/* Whom a message is about. */
typedef struct taker {
  hw_prior *prior;
  const char *who; /* "remains", "missing person" */
  int32_t number;
  hw_err *err;
} taker;

static hw_status refuse(const taker *self, const char *format, ...) HW_PRINTF(2, 3);
static hw_status refuse(const taker *self, const char *format, ...) {
  char text[256];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return hw_err_set(self->err, HW_E_VALUE, "%s %d: %s", self->who, (int)self->number + 1, text);
}

static hw_status check_weight(const taker *self, const char *fact, double weight) {
  if (weight >= 0 && weight <= 1) return HW_OK;
  return refuse(self, "the weight of a %s is %.10g: expected 0 to 1", fact, weight);
}

static hw_status check_count(const taker *self, const char *fact, int32_t n, const void *entries) {
  if (n == 0 || (n > 0 && entries != NULL)) return HW_OK;
  return refuse(self, "has %d entries of %s: expected none or more, and a list of them", (int)n,
                fact);
}

/* Divides weights by their sum where that is above 1. @return what is left to 1 */
static double scale_of(double sum) {
  return sum > 1 ? 1 / sum : 1;
}

static double rest_of(double sum) {
  return sum < 1 ? 1 - sum : 0;
}

static void *room(const taker *self, int32_t n, size_t size) {
  return hw_arena_alloc_array(&self->prior->arena, (size_t)n, size);
}

static hw_status take_places(const taker *self, int32_t n, const hw_prior_place *from,
                             hwp_places *to) {
  double sum = 0;
  HW_TRY(check_count(self, "place", n, from));
  to->at = room(self, n, sizeof *to->at);
  if (to->at == NULL) return HW_NO_MEMORY(self->err, "the places");
  for (int32_t i = 0; i < n; i++) {
    HW_TRY(check_weight(self, "place", from[i].weight));
    if (isnan(from[i].latitude) || isnan(from[i].longitude)) continue;
    if (!(fabs(from[i].latitude) <= 90 && fabs(from[i].longitude) <= 360))
      return refuse(self,
                    "lies at latitude %.10g, longitude %.10g: expected -90 to 90 and -180 to "
                    "180 degrees",
                    from[i].latitude, from[i].longitude);
    if (!(from[i].uncertainty_m >= 0 && from[i].uncertainty_m <= MOST_UNCERTAINTY_M))
      return refuse(self, "the uncertainty of a place is %.10g m: expected 0 to %.10g",
                    from[i].uncertainty_m, MOST_UNCERTAINTY_M);
    to->at[to->n++] = hwp_prior_locate(&from[i]);
    sum += from[i].weight;
  }
  for (int32_t i = 0; i < to->n; i++) to->at[i].weight *= scale_of(sum);
  to->rest = rest_of(sum);
  return HW_OK;
}

static hw_status take_ranges(const taker *self, const char *fact, bool is_finite, int32_t n,
                             const hw_prior_range *from, hwp_ranges *to) {
  double sum = 0;
  HW_TRY(check_count(self, fact, n, from));
  to->at = room(self, n, sizeof *to->at);
  if (to->at == NULL) return HW_NO_MEMORY(self->err, "the intervals");
  for (int32_t i = 0; i < n; i++) {
    HW_TRY(check_weight(self, fact, from[i].weight));
    bool is_in_order = from[i].from <= from[i].to;
    if (!is_in_order || (is_finite && (isinf(from[i].from) || isinf(from[i].to))))
      return refuse(self,
                    "an interval of %s is from %.10g to %.10g: expected two %snumbers in order",
                    fact, from[i].from, from[i].to, is_finite ? "finite " : "");
    to->at[to->n++] = (hwp_range){from[i].from, from[i].to, from[i].weight, (double)NAN};
    sum += from[i].weight;
  }
  for (int32_t i = 0; i < to->n; i++) to->at[i].weight *= scale_of(sum);
  to->rest = rest_of(sum);
  return HW_OK;
}

static hw_status take_statures(const taker *self, int32_t n, const hw_prior_estimate *from,
                               hwp_estimates *to) {
  double sum = 0;
  HW_TRY(check_count(self, "stature", n, from));
  to->at = room(self, n, sizeof *to->at);
  if (to->at == NULL) return HW_NO_MEMORY(self->err, "the statures");
  for (int32_t i = 0; i < n; i++) {
    HW_TRY(check_weight(self, "stature", from[i].weight));
    if (!(from[i].value >= LEAST_STATURE && from[i].value <= MOST_STATURE))
      return refuse(self, "a stature is %.10g cm: expected %g to %g, in centimetres", from[i].value,
                    LEAST_STATURE, MOST_STATURE);
    if (!(from[i].se >= 0 && from[i].se <= MOST_SE))
      return refuse(self, "the standard error of a stature is %.10g cm: expected 0 to %g",
                    from[i].se, MOST_SE);
    to->at[to->n++] = from[i];
    sum += from[i].weight;
  }
  for (int32_t i = 0; i < to->n; i++) to->at[i].weight *= scale_of(sum);
  to->rest = rest_of(sum);
  return HW_OK;
}

/* Numbers follow later, when all labels are there. */
static hw_status take_labels(const taker *self, const char *fact, int32_t n,
                             const hw_prior_label *from, hwp_labels *to) {
  double sum = 0;
  HW_TRY(check_count(self, fact, n, from));
  to->at = room(self, n, sizeof *to->at);
  if (to->at == NULL) return HW_NO_MEMORY(self->err, "the labels");
  for (int32_t i = 0; i < n; i++) {
    HW_TRY(check_weight(self, fact, from[i].weight));
    if (from[i].text == NULL) return refuse(self, "a %s has no text", fact);
    to->at[to->n++] = (hwp_label){-1, from[i].weight};
    sum += from[i].weight;
  }
  for (int32_t i = 0; i < to->n; i++) to->at[i].weight *= scale_of(sum);
  to->rest = rest_of(sum);
  return HW_OK;
}

hw_status hwp_prior_take_remains(hw_prior *self, int32_t i, const hw_prior_remains *from,
                                 hw_err *err) {
  taker at = {self, "remains", i, err};
  hwp_side *to = &self->remains[i];
  if (!(from->sex_error >= 0 && from->sex_error <= 0.5))
    return refuse(&at, "the error of its sex is %.10g: expected 0 to 0.5", from->sex_error);
  to->sex = from->sex;
  to->sex_error = from->sex_error;
  to->is_handed_over = from->is_handed_over;
  HW_TRY(take_places(&at, from->n_places, from->places, &to->places));
  HW_TRY(take_ranges(&at, "dates", false, from->n_dates, from->dates, &to->dates));
  HW_TRY(take_ranges(&at, "age", false, from->n_ages, from->ages, &to->ages));
  HW_TRY(take_labels(&at, "unit", from->n_units, from->units, &to->units));
  HW_TRY(take_labels(&at, "event", from->n_events, from->events, &to->events));
  return take_statures(&at, from->n_statures, from->statures, &to->statures);
}

hw_status hwp_prior_take_missing(hw_prior *self, int32_t i, const hw_prior_missing *from,
                                 hw_err *err) {
  taker at = {self, "missing person", i, err};
  hwp_side *to = &self->missing[i];
  to->sex = from->sex;
  HW_TRY(take_places(&at, from->n_places, from->places, &to->places));
  HW_TRY(take_ranges(&at, "dates", true, from->n_dates, from->dates, &to->dates));
  HW_TRY(take_ranges(&at, "age", true, from->n_ages, from->ages, &to->ages));
  HW_TRY(take_labels(&at, "unit", from->n_units, from->units, &to->units));
  HW_TRY(take_labels(&at, "event", from->n_events, from->events, &to->events));
  return take_statures(&at, from->n_statures, from->statures, &to->statures);
}
