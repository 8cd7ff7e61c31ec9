/* What the files of the prior share: facts in the form they are compared in, and one function per
 * factor that makes the ratio of a pairing. Inside identify only. */
#ifndef HW_IDENTIFY_PRIOR_INT_H
#define HW_IDENTIFY_PRIOR_INT_H

#include "base/arena.h"
#include "homeward/prior.h"

/* e^x. */
double hwp_prior_exp(double x);

/* Alternatives of one fact: weights are scaled to a sum of at most 1, `rest` is what is left. */
typedef struct hwp_place_at {
  double x_m, y_m, z_m; /* from the centre of the Earth */
  double uncertainty_m, weight;
} hwp_place_at;

typedef struct hwp_places {
  int32_t n;
  hwp_place_at *at;
  double rest;
} hwp_places;

/* A range of the remains also knows how often somebody else lies in it. */
typedef struct hwp_range {
  double from, to, weight;
  double chance; /* NaN = nobody knows */
} hwp_range;

typedef struct hwp_ranges {
  int32_t n;
  hwp_range *at;
  double rest;
} hwp_ranges;

typedef struct hwp_estimates {
  int32_t n;
  hw_prior_estimate *at;
  double rest;
} hwp_estimates;

/* A label after folding: equal labels have equal numbers. */
typedef struct hwp_label {
  int32_t id; /* −1 = the text holds neither letter nor digit */
  double weight;
} hwp_label;

typedef struct hwp_labels {
  int32_t n;
  hwp_label *at;
  double rest;
} hwp_labels;

/* One side of a pairing; a remains and a missing person have the same. */
typedef struct hwp_side {
  hwp_places places;
  bool is_handed_over;
  hwp_ranges dates, ages;
  hwp_labels units, events;
  hwp_estimates statures;
  hw_sex sex;
  double sex_error;
} hwp_side;

/* A label's members, by number: one for an event, the levels of a unit. */
typedef struct hwp_members {
  int32_t n;
  const int32_t *at;
} hwp_members;

/* The different labels: their members, and the share of somebody else whose label agrees. */
typedef struct hwp_shares {
  int32_t n;
  hwp_members *members;
  double *share;
} hwp_shares;

/* Levels of a unit. */
enum { HWP_MOST_LEVELS = 8 };
typedef struct hwp_levels {
  int n;
  char level[HWP_MOST_LEVELS][10]; /* "c3", "e66" */
  char rest[256];                  /* other words; "" = none */
} hwp_levels;

/* Numbers of pairings. */
typedef struct hwp_numbers {
  double ln_odds;  /* factor of one pairing */
  int32_t n_sizes; /* 0 = not used */
  double *ln_size; /* of the joint engine */
  double *size;    /* P(k pairings) */
  hw_prior_numbers implied;
} hwp_numbers;

struct hw_prior {
  hw_arena arena;
  hw_prior_settings settings;
  int32_t n_remains, n_missing;
  hwp_side *remains, *missing;
  hwp_numbers numbers;
  hwp_shares units, events;
  double male; /* share among somebody else */
};

/* --- settings --- */

/* Value of a parameter. */
static inline double hwp_value(const hw_prior_settings *settings, hw_prior_parameter parameter) {
  return settings->value[parameter];
}

/* --- factors: ratios of one pairing, finite and above 0 --- */

double hwp_prior_place(const hw_prior_settings *settings, const hwp_side *remains,
                       const hwp_side *missing);
/* A place on the sphere of the Earth. */
hwp_place_at hwp_prior_locate(const hw_prior_place *place);

double hwp_prior_range(const hwp_ranges *remains, const hwp_ranges *missing, double error);
/* Fills in the chances of the ranges of all remains from the stated distribution, uniform over
 * [from, to), and the list. @param is_age  ages, else dates */
HW_MUST_CHECK hw_status hwp_prior_range_chances(hw_prior *self, bool is_age, hw_err *err);

double hwp_prior_label(const hwp_labels *remains, const hwp_labels *missing,
                       const hwp_shares *shares, double error);
/* Levels of a unit from its folded key. @return false if there are none: the whole key is the unit */
bool hwp_prior_levels(const char *key, hwp_levels *out);
/* Gives equal labels equal numbers and counts them. @param is_unit  units, else events */
HW_MUST_CHECK hw_status hwp_prior_label_index(hw_prior *self, bool is_unit,
                                              const hw_prior_remains *remains,
                                              const hw_prior_missing *missing, hw_err *err);

double hwp_prior_sex(const hw_prior *self, const hwp_side *remains, const hwp_side *missing);
double hwp_prior_stature(const hw_prior_settings *settings, const hwp_side *remains,
                         const hwp_side *missing);

/* --- numbers --- */

HW_MUST_CHECK hw_status hwp_prior_numbers(hw_prior *self, hw_err *err);

/* --- facts --- */

/* Copies and checks what stands in one fact; the error names the person: "missing person 3". */
HW_MUST_CHECK hw_status hwp_prior_take_remains(hw_prior *self, int32_t i,
                                               const hw_prior_remains *from, hw_err *err);
HW_MUST_CHECK hw_status hwp_prior_take_missing(hw_prior *self, int32_t i,
                                               const hw_prior_missing *from, hw_err *err);

#endif
