/* Is the prior true? Worlds are drawn by the model that the factors state, and the posterior of every
 * pairing, from the prior alone and by listing every assignment, is compared with the truth.
 *
 * A world: nine dead, of whom four are listed and four recovered, at random. Everybody has a place of
 * loss, a sex, an age, a unit and a stature; the remains show them with the errors that the settings
 * state. Among pairings with a posterior near p a share p must be true, within five standard errors;
 * and the same for "is nobody of the list". */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "homeward/prior.h"
#include "homeward/random.h"
#include "oracle/trials.h"
#include "support/assert.h"

enum { DEAD = 9, LISTED = 4, FOUND = 4, BINS = 8, UNITS = 4 };

static const char *const parameters[HW_PRIOR_COUNT] = {
    "total=9;total_most=9",
    "scale_m=4000;degrees=3;far=0.4;area_km2=250000",
    "",
    "error=0.3;chance=0.25;pseudo=1e9",
    "",
    "error=0.1;male=0.7;pseudo=1e9",
    "error=0.15;from=0;to=79;pseudo=1e9",
    "mean_cm=161;sd_cm=6;se_cm=2.5;blunder=0.05"};

static double normal(hw_random *random) {
  double u = 1 - hw_random_double(random), v = hw_random_double(random);
  return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v);
}

/* A point of the area, a disc around 15 N 107 E, or one at some metres from another. */
static hw_prior_place moved(hw_prior_place from, double east_m, double north_m) {
  const double degree_m = 111194.93;
  from.latitude += north_m / degree_m;
  from.longitude += east_m / (degree_m * cos(from.latitude * 3.14159265358979323846 / 180));
  return from;
}

static hw_prior_place anywhere(hw_random *random) {
  double radius = sqrt(250000e6 / 3.14159265358979323846), x, y;
  do {
    x = 2 * hw_random_double(random) - 1;
    y = 2 * hw_random_double(random) - 1;
  } while (x * x + y * y > 1);
  return moved((hw_prior_place){15, 107, 0, 1}, x * radius, y * radius);
}

/* Bivariate t with three degrees of freedom. */
static hw_prior_place near(hw_random *random, hw_prior_place from) {
  double x = normal(random), y = normal(random), chi = 0;
  for (int i = 0; i < 3; i++) {
    double z = normal(random);
    chi += z * z;
  }
  double scale = 4000 / sqrt(chi / 3);
  return moved(from, x * scale, y * scale);
}

/* Somebody who died, and what is known of her, alive and dead. */
typedef struct dead {
  hw_prior_place lost, grave;
  hw_sex sex, seen_sex;
  hw_prior_range age, seen_age;
  hw_prior_label unit, seen_unit;
  hw_prior_estimate stature, seen_stature;
} dead;

static const char *const units[UNITS] = {"e1", "e2", "e3", "e4"};

static void draw(hw_random *random, dead *self) {
  self->lost = anywhere(random);
  self->grave = hw_random_double(random) < 0.4 ? anywhere(random) : near(random, self->lost);
  self->sex = hw_random_double(random) < 0.7 ? HW_MALE : HW_FEMALE;
  self->seen_sex = self->sex;
  if (hw_random_double(random) < 0.1) self->seen_sex = self->sex == HW_MALE ? HW_FEMALE : HW_MALE;
  /* Anthropology names one of ten intervals of eight years, and errs with 0.15. */
  double age = 80 * hw_random_double(random);
  int bin = (int)(age / 8);
  if (hw_random_double(random) < 0.15) bin = (bin + 1 + (int)hw_random_below(random, 9)) % 10;
  self->age = (hw_prior_range){age, age, 1};
  self->seen_age = (hw_prior_range){8 * bin, 8 * bin + 8, 1};
  self->unit = (hw_prior_label){units[hw_random_below(random, UNITS)], 1};
  self->seen_unit = self->unit;
  if (hw_random_double(random) < 0.3) self->seen_unit.text = units[hw_random_below(random, UNITS)];
  /* The stature is the prediction from the bones plus its error; a blunder is another man's. */
  double predicted = 161 + normal(random) * sqrt(36 - 3.8 * 3.8);
  double stature = predicted + 3.8 * normal(random);
  if (hw_random_double(random) < 0.05) stature = 161 + 6 * normal(random);
  self->seen_stature = (hw_prior_estimate){predicted, 3.8, 1};
  self->stature = (hw_prior_estimate){stature + 2.5 * normal(random), 2.5, 1};
}

/* --- every assignment --- */

typedef struct listing {
  hw_joint_prior prior;
  double ln_pair[FOUND][LISTED];
  int target[FOUND];
  bool is_taken[LISTED];
  double all, pair[FOUND][LISTED], none[FOUND];
} listing;

static void list_from(listing *self, int r, int k, double ln_weight) {
  if (r < FOUND) {
    self->target[r] = -1;
    list_from(self, r + 1, k, ln_weight);
    for (int m = 0; m < LISTED; m++) {
      if (self->is_taken[m]) continue;
      self->is_taken[m] = true;
      self->target[r] = m;
      list_from(self, r + 1, k + 1, ln_weight + self->ln_pair[r][m]);
      self->is_taken[m] = false;
    }
    return;
  }
  double weight = exp(ln_weight + self->prior.ln_size[k]);
  self->all += weight;
  for (int i = 0; i < FOUND; i++)
    *(self->target[i] < 0 ? &self->none[i] : &self->pair[i][self->target[i]]) += weight;
}

/* --- bins --- */

typedef struct bins {
  double n[BINS], expected[BINS], variance[BINS], hits[BINS];
} bins;

static void count(bins *self, double p, bool is_true) {
  static const double edge[BINS - 1] = {0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99};
  int b = 0;
  while (b < BINS - 1 && p >= edge[b]) b++;
  self->n[b]++;
  self->expected[b] += p;
  self->variance[b] += p * (1 - p);
  self->hits[b] += is_true;
}

static void check(const bins *self, const char *what) {
  double populated = 0;
  for (int b = 0; b < BINS; b++) {
    double z = (self->hits[b] - self->expected[b]) / sqrt(self->variance[b] + 0.25);
    print_message("# %s: n %6.0f expected %8.1f true %6.0f z %5.2f\n", what, self->n[b],
                  self->expected[b], self->hits[b], z);
    assert_true(fabs(z) < 5);
    populated += self->n[b] > 100;
  }
  assert_true(populated >= 5);
}

/* --- worlds --- */

static void try_world(uint64_t seed, bins *pairs, bins *nobodies) {
  hw_random random;
  dead all[DEAD];
  hw_prior_settings settings;
  hw_prior_remains remains[FOUND];
  hw_prior_missing missing[LISTED];
  hw_prior *prior = NULL;
  hw_err err = HW_ERR_INIT;
  int found[DEAD];
  hw_random_init(&random, seed);
  for (int i = 0; i < DEAD; i++) draw(&random, &all[i]);
  for (int i = 0; i < DEAD; i++) found[i] = i; /* the first LISTED are listed, FOUND are drawn */
  for (int i = 0; i < FOUND; i++) {
    int j = i + (int)hw_random_below(&random, (uint64_t)(DEAD - i)), kept = found[i];
    found[i] = found[j];
    found[j] = kept;
    dead *d = &all[found[i]];
    remains[i] = (hw_prior_remains){.n_places = 1,
                                    .places = &d->grave,
                                    .sex = d->seen_sex,
                                    .n_ages = 1,
                                    .ages = &d->seen_age,
                                    .n_units = 1,
                                    .units = &d->seen_unit,
                                    .n_statures = 1,
                                    .statures = &d->seen_stature};
  }
  for (int i = 0; i < LISTED; i++)
    missing[i] = (hw_prior_missing){.n_places = 1,
                                    .places = &all[i].lost,
                                    .sex = all[i].sex,
                                    .n_ages = 1,
                                    .ages = &all[i].age,
                                    .n_units = 1,
                                    .units = &all[i].unit,
                                    .n_statures = 1,
                                    .statures = &all[i].stature};
  hw_prior_settings_all(&settings);
  for (int f = 0; f < HW_PRIOR_COUNT; f++)
    hw_assert_ok(hw_prior_settings_parse(&settings, (hw_prior_factor)f, parameters[f], &err), &err);
  hw_assert_ok(hw_prior_new(&settings, FOUND, remains, LISTED, missing, &prior, &err), &err);
  listing list = {.prior = hw_prior_joint(prior)};
  for (int r = 0; r < FOUND; r++)
    for (int m = 0; m < LISTED; m++) list.ln_pair[r][m] = hw_prior_ln_pair(prior, r, m);
  list_from(&list, 0, 0, 0);
  for (int r = 0; r < FOUND; r++) {
    count(nobodies, list.none[r] / list.all, found[r] >= LISTED);
    for (int m = 0; m < LISTED; m++) count(pairs, list.pair[r][m] / list.all, found[r] == m);
  }
  hw_prior_delete(prior);
}

static void posteriors_from_the_record_are_as_often_true_as_they_say(void **state) {
  static bins pairs, nobodies;
  (void)state;
  for (trials t = trials_of(8000, 771); trials_next(&t); trials_count(&t))
    try_world(t.seed, &pairs, &nobodies);
  check(&pairs, "pairing");
  check(&nobodies, "nobody");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(posteriors_from_the_record_are_as_often_true_as_they_say)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
