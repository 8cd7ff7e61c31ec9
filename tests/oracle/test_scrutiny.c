/* Scrutiny of pairings against what it claims:
 *
 *   rivals        on random families, ratios against likelihoods of pedigrees that are written out
 *                 here, by hand
 *   expected      true matches of simulated cases lie inside their 95 % interval as often as they
 *                 should, and the distribution is that of enumeration
 *   references    a reference that was exchanged for a stranger is named
 *   verdict       true matches stand, siblings of the missing do not */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/frequency.h"
#include "homeward/scrutiny.h"
#include "homeward/simulate.h"
#include "oracle/random_problem.h"
#include "oracle/trials.h"
#include "support/assert.h"

static const double LN10 = 2.302585092994045684;

/* ---- random families ---------------------------------------------------------- */

/* log10 P(family, sample | the person's) − the same of somebody new; NaN = too complex. */
static double direct_log10_lr(const random_problem *with, int32_t person,
                              const hw_profile *sample) {
  double ln[2];
  for (int side = 0; side < 2; side++) {
    random_problem *p = random_problem_copy(with);
    hw_err err = HW_ERR_INIT;
    if (side == 1)
      person = random_problem_add_person(p, HW_PERSON_NONE, HW_PERSON_NONE, HW_UNKNOWN_SEX);
    const int32_t k = p->problem.n_profiles++;
    p->profiles[k] = *sample;
    p->profile_person[k] = person;
    memcpy(p->observations[k], sample->observations,
           sizeof(hw_observation) * (size_t)p->problem.n_markers);
    random_problem_link(p);
    const hw_status status = hw_likelihood(&p->problem, NULL, &ln[side], NULL, &err);
    random_problem_delete(p);
    if (status == HW_E_UNSUPPORTED || status == HW_E_TOO_COMPLEX) return (double)NAN;
    hw_assert_ok(status, &err);
  }
  return (ln[0] - ln[1]) / LN10;
}

static bool is_same_twin(const random_problem *p, int32_t a, int32_t b) {
  return random_problem_first_twin(p, a) == random_problem_first_twin(p, b);
}

/* The father (side 0) or mother of a person, made if there is none, for all twins. */
static int32_t parent(random_problem *p, int32_t person, int side) {
  int32_t found = HW_PERSON_NONE;
  for (int32_t i = 0; i < p->pedigree.n_persons; i++)
    if (is_same_twin(p, i, person)) {
      const int32_t own = side == 0 ? p->persons[i].father : p->persons[i].mother;
      if (own >= 0) found = own;
    }
  if (found < 0)
    found = random_problem_add_person(p, HW_PERSON_NONE, HW_PERSON_NONE,
                                      side == 0 ? HW_MALE : HW_FEMALE);
  for (int32_t i = 0; i < p->pedigree.n_persons; i++) {
    if (!is_same_twin(p, i, person)) continue;
    if (side == 0)
      p->persons[i].father = found;
    else
      p->persons[i].mother = found;
  }
  random_problem_link(p);
  return found;
}

static int32_t child(random_problem *p, int32_t father, int32_t mother) {
  return random_problem_add_person(p, father, mother, HW_UNKNOWN_SEX);
}

/* Full sibling of a parent of the missing person. */
static int32_t uncle(random_problem *p, int32_t missing, int side) {
  const int32_t of = parent(p, missing, side);
  const int32_t father = parent(p, of, 0), mother = parent(p, of, 1);
  return random_problem_add_person(p, father, mother, HW_MALE);
}

/* Builds a rival in a copy by hand. @return the person; −1 = this kind is not tried here */
static int32_t build(random_problem *p, int32_t missing, const hw_rival *rival, int nth) {
  switch (rival->kind) {
    case HW_RIVAL_FULL_SIBLING: {
      const int32_t father = parent(p, missing, 0);
      return child(p, father, parent(p, missing, 1));
    }
    case HW_RIVAL_HALF_SIBLING:
      return nth == 0 ? child(p, parent(p, missing, 0), HW_PERSON_NONE)
                      : child(p, HW_PERSON_NONE, parent(p, missing, 1));
    case HW_RIVAL_PARENT:
      return parent(p, missing, strstr(rival->text, "father") != NULL ? 0 : 1);
    case HW_RIVAL_UNCLE:
      return uncle(p, missing, nth);
    case HW_RIVAL_COUSIN:
      return child(p, uncle(p, missing, nth), HW_PERSON_NONE);
    case HW_RIVAL_DISTANT: { /* degree 2 */
      const int32_t grandfather = parent(p, parent(p, missing, 0), 0);
      const int32_t oldest = parent(p, grandfather, 0);
      int32_t down = random_problem_add_person(p, oldest, parent(p, grandfather, 1), HW_MALE);
      down = random_problem_add_person(p, down, HW_PERSON_NONE, HW_MALE);
      return child(p, down, HW_PERSON_NONE);
    }
    case HW_RIVAL_MISSING:
      return rival->person;
    default:
      return -1;
  }
}

/* Two untyped persons, if there are; @return how many. */
static int32_t choose_missing(const random_problem *p, int32_t out[2]) {
  int32_t n = 0;
  for (int32_t i = 0; i < p->pedigree.n_persons && n < 2; i++) {
    bool is_typed = false;
    for (int32_t k = 0; k < p->problem.n_profiles; k++)
      is_typed = is_typed || is_same_twin(p, p->profile_person[k], i);
    if (!is_typed) out[n++] = i;
  }
  return n;
}

/* @return true if the problem could be compared */
static bool compare_random(trials *t, random_problem *p) {
  int32_t missing[2];
  if (p->problem.n_profiles < 2) return false;
  p->problem.n_profiles--; /* the last profile is the remains' */
  const hw_profile sample = p->profiles[p->problem.n_profiles];
  random_problem_link(p);
  const int32_t n_missing = choose_missing(p, missing);
  if (n_missing == 0) return false;
  const hw_family family = {.name = "f",
                            .pedigree = p->pedigree,
                            .n_missing = n_missing,
                            .missing = missing,
                            .n_profiles = p->problem.n_profiles,
                            .profiles = p->profiles,
                            .profile_person = p->profile_person};
  const hw_remains remains = {.id = "r", .sex = HW_UNKNOWN_SEX, .profile = sample};
  const hw_case problem = {.id = "random",
                           .description = "",
                           .theta = p->problem.theta,
                           .n_markers = p->problem.n_markers,
                           .markers = p->markers,
                           .n_remains = 1,
                           .remains = &remains,
                           .n_families = 1,
                           .families = &family};
  const hw_scrutiny_options options = {.degree = 2, .n_draws = -1};
  hw_scrutiny *scrutiny = NULL;
  hw_err err = HW_ERR_INIT;
  const hw_status status = hw_scrutiny_new(&problem, 0, 0, 0, &options, &scrutiny, &err);
  if (status == HW_E_TOO_COMPLEX || status == HW_E_UNSUPPORTED) return false;
  hw_assert_ok(status, &err);
  const hw_scrutiny_report *report = hw_scrutiny_get_report(scrutiny);
  int nth[HW_RIVAL_KIND_COUNT] = {0};
  for (int32_t i = 0; i < report->n_rivals; i++) {
    const hw_rival *rival = &report->rivals[i];
    random_problem *with = random_problem_copy(p);
    const int32_t person = build(with, missing[0], rival, nth[rival->kind]++);
    const double direct =
        person >= 0 && rival->is_computed ? direct_log10_lr(with, person, &sample) : (double)NAN;
    if (!isnan(direct) && !hw_test_is_close(rival->log10_lr, direct, 1e-9, 1e-9))
      trials_fail(t, &with->problem, "%s: log10 LR %.15g, written out %.15g", rival->text,
                  rival->log10_lr, direct);
    if (rival->is_computed && isfinite(rival->log10_lr) && isfinite(report->log10_lr))
      hw_assert_close(rival->log10_ratio, report->log10_lr - rival->log10_lr, 1e-12, 1e-12);
    random_problem_delete(with);
  }
  for (int k = 0; k < HW_BAND_KIND_COUNT; k++)
    assert_true(!(report->band.factors[k].log10_least > report->log10_lr) &&
                !(report->band.factors[k].log10_most < report->log10_lr));
  hw_scrutiny_delete(scrutiny);
  return true;
}

static void rivals_are_pedigrees_written_out(void **state) {
  (void)state;
  const random_options options = {
      .n_unlinked = 2, .max_persons = 6, .max_alleles = 4, .plain_profiles = false};
  trials t = trials_of(300, 5101);
  while (trials_next(&t)) {
    random_problem *p = random_problem_new(&options, t.seed);
    if (compare_random(&t, p)) trials_count(&t);
    random_problem_delete(p);
  }
  assert_int_equal(t.n_failed, 0);
}

static void rivals_with_theta_are_pedigrees_written_out(void **state) {
  (void)state;
  const random_options options = {
      .n_unlinked = 1, .max_persons = 4, .max_alleles = 3, .has_theta = true};
  trials t = trials_of(25, 5102);
  while (trials_next(&t)) {
    random_problem *p = random_problem_new(&options, t.seed);
    if (compare_random(&t, p)) trials_count(&t);
    random_problem_delete(p);
  }
  assert_int_equal(t.n_failed, 0);
}

/* ---- simulated cases ------------------------------------------------------------- */

enum { MARKERS = 16 };

/* Markers of the shipped table, rare alleles raised, with equal mutation. */
typedef struct panel {
  hw_frequency_table *table;
  hw_marker markers[MARKERS];
  double *matrices[MARKERS];
} panel;

static void panel_init(panel *self) {
  char path[512];
  hw_err err = HW_ERR_INIT;
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  assert_non_null(root);
  snprintf(path, sizeof path, "%s/data/frequencies_nist1036_asian.csv", root);
  const hw_frequency_options how = {.minimum = HW_MINIMUM_FIVE_OVER_2N,
                                    .normalisation = HW_NORMALISE_RESCALE};
  hw_assert_ok(hw_frequency_table_read(path, &how, &self->table, &err), &err);
  for (int m = 0; m < MARKERS; m++) {
    hw_marker *marker = &self->markers[m];
    hw_frequency_table_get_marker(self->table, m, marker);
    marker->mutation = (hw_mutation){.model = HW_MUTATION_EQUAL, .rate = {0.001, 0.001}};
    self->matrices[m] =
        malloc(sizeof(double) * (size_t)marker->n_alleles * (size_t)marker->n_alleles);
    assert_non_null(self->matrices[m]);
    hw_assert_ok(hw_mutation_matrix(marker, HW_FROM_FATHER, self->matrices[m], &err), &err);
    marker->matrix[0] = marker->matrix[1] = self->matrices[m];
  }
}

static void panel_clear(panel *self) {
  for (int m = 0; m < MARKERS; m++) free(self->matrices[m]);
  hw_frequency_table_delete(self->table);
}

static hw_simulation *simulate(const panel *markers, const char *const *names, int32_t n_names,
                               int32_t n_families, uint64_t seed) {
  int32_t shapes[8], lengths[MARKERS];
  for (int32_t i = 0; i < n_names; i++) shapes[i] = hw_family_shape_find(names[i]);
  for (int m = 0; m < MARKERS; m++) lengths[m] = 100 + 15 * m;
  const hw_simulation_options options = {.seed = seed,
                                         .id = "simulated",
                                         .n_markers = MARKERS,
                                         .markers = markers->markers,
                                         .lengths_bp = lengths,
                                         .sex_length_bp = 100,
                                         .n_families = n_families,
                                         .n_remains = n_families,
                                         .n_shapes = n_names,
                                         .shapes = shapes,
                                         .degraded_fraction = 0.3,
                                         .most_damage_per_base = 0.01,
                                         .n_copies = 10};
  hw_simulation *out = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_simulation_new(&options, &out, &err), &err);
  return out;
}

/* Family and place of a remains' true person. */
static bool find_truth(const hw_simulation *self, int32_t remains, int32_t *family,
                       int32_t *missing) {
  const hw_truth *truth = &self->truth[remains];
  for (int32_t f = 0; f < self->problem.n_families; f++) {
    const hw_family *candidate = &self->problem.families[f];
    if (strcmp(candidate->name, truth->family) != 0) continue;
    for (int32_t k = 0; k < candidate->n_missing; k++)
      if (strcmp(candidate->pedigree.persons[candidate->missing[k]].id, truth->missing) == 0) {
        *family = f;
        *missing = k;
        return true;
      }
  }
  return false;
}

/* Least and most successes of n that are within 3.3 standard deviations of a share. */
static void assert_share(int n, int n_inside, double share, double slack) {
  const double sd = sqrt(n * share * (1 - share));
  print_message("# %d of %d\n", n_inside, n);
  assert_true(n_inside >= n * share - 3.3 * sd - n * slack);
  assert_true(n_inside <= n * share + 3.3 * sd + n * slack);
}

static void true_matches_lie_in_their_interval(void **state) {
  (void)state;
  static const char *const shapes[] = {"parents", "mother", "sibs", "child-spouse"};
  panel markers;
  panel_init(&markers);
  int n = 0, n_inside = 0, n_flagged = 0;
  const char *scale = getenv("HOMEWARD_TEST_SCALE");
  const int32_t n_families = scale != NULL && atof(scale) > 1 ? 400 : 120;
  hw_simulation *simulation = simulate(&markers, shapes, 4, n_families, 77);
  for (int32_t r = 0; r < simulation->problem.n_remains; r++) {
    int32_t family = 0, missing = 0;
    const hw_scrutiny_options options = {.n_draws = -1};
    hw_scrutiny *scrutiny = NULL;
    hw_err err = HW_ERR_INIT;
    if (!find_truth(simulation, r, &family, &missing)) continue;
    hw_assert_ok(
        hw_scrutiny_new(&simulation->problem, family, missing, r, &options, &scrutiny, &err), &err);
    const hw_scrutiny_report *report = hw_scrutiny_get_report(scrutiny);
    const hw_lr_distribution *truth = &report->expected.truth;
    n++;
    n_inside += report->log10_lr >= truth->q_low && report->log10_lr <= truth->q_high;
    n_flagged += report->expected.is_low || report->expected.is_high;
    hw_scrutiny_delete(scrutiny);
  }
  assert_true(n >= 100);
  /* Mutations and the grid move values by less than a hundredth of the share. */
  assert_share(n, n_inside, 0.95, 0.01);
  assert_true(n_flagged <= n * 0.01 + 3.3 * sqrt(n * 0.01 * 0.99) + 1);
  hw_simulation_delete(simulation);
  panel_clear(&markers);
}

/* Puts the profile of another family's reference in the place of one of a family's. */
static const hw_profile *stranger(const hw_simulation *self, int32_t family) {
  const hw_family *other = &self->problem.families[(family + 1) % self->problem.n_families];
  return &other->profiles[0];
}

static void a_planted_stranger_is_named(void **state) {
  (void)state;
  static const char *const shapes[] = {"sibs", "children-spouse", "mother-sib"};
  panel markers;
  panel_init(&markers);
  hw_simulation *simulation = simulate(&markers, shapes, 3, 60, 78);
  int n = 0, n_named = 0, n_false = 0;
  for (int32_t r = 0; r < simulation->problem.n_remains; r++) {
    int32_t f = 0, missing = 0;
    hw_err err = HW_ERR_INIT;
    if (!find_truth(simulation, r, &f, &missing)) continue;
    hw_family planted = simulation->problem.families[f];
    if (planted.n_profiles < 3) continue;
    hw_profile profiles[32];
    assert_true(planted.n_profiles <= 32);
    memcpy(profiles, planted.profiles, sizeof *profiles * (size_t)planted.n_profiles);
    const int32_t at = r % planted.n_profiles;
    profiles[at].observations = stranger(simulation, f)->observations;
    planted.profiles = profiles;
    hw_case problem = simulation->problem;
    problem.n_families = 1;
    problem.families = &planted;
    for (int is_planted = 0; is_planted < 2; is_planted++) {
      const hw_scrutiny_options options = {.n_draws = -1};
      hw_scrutiny *scrutiny = NULL;
      if (is_planted == 0) problem.families = &simulation->problem.families[f];
      if (is_planted == 1) problem.families = &planted;
      hw_assert_ok(hw_scrutiny_new(&problem, 0, missing, r, &options, &scrutiny, &err), &err);
      const hw_scrutiny_references *found = &hw_scrutiny_get_report(scrutiny)->references;
      if (is_planted == 0) {
        n_false += found->suspect >= 0;
      } else {
        n++;
        if (found->suspect >= 0) {
          const hw_relabel *change = &found->changes[found->suspect];
          n_named += change->kind == HW_RELABEL_UNRELATED && change->profiles[0] == at;
        }
      }
      hw_scrutiny_delete(scrutiny);
    }
  }
  print_message("# a stranger among the references: named in %d of %d, a true family accused %d\n",
                n_named, n, n_false);
  assert_true(n >= 25);
  assert_true(n_named >= 0.9 * n); /* the share that docs/scrutiny.md states */
  assert_true(n_false <= 0.02 * n + 1);
  hw_simulation_delete(simulation);
  panel_clear(&markers);
}

/* Families of a missing man, his mother and three siblings, whose genotypes are dropped through a
 * pedigree in which one sibling has another father; the stated one says that all are full. */
static void a_planted_half_sibling_is_named(void **state) {
  (void)state;
  enum { PERSONS = 7, TRIALS = 40 }; /* father, mother, other father, missing, three siblings */
  static const char *const ids[PERSONS] = {"F", "W", "X", "M", "S1", "S2", "S3"};
  panel markers;
  panel_init(&markers);
  hw_random root;
  hw_random_init(&root, 79);
  int n_named = 0, n_false = 0;
  for (int trial = 0; trial < 2 * TRIALS; trial++) {
    const bool is_planted = trial < TRIALS;
    hw_person stated[PERSONS], truth[PERSONS];
    hw_sex sexes[PERSONS];
    for (int i = 0; i < PERSONS; i++) {
      const bool is_child = i >= 3;
      sexes[i] = i == 1 ? HW_FEMALE : HW_MALE;
      truth[i] = stated[i] = (hw_person){.id = ids[i],
                                         .father = is_child ? 0 : HW_PERSON_NONE,
                                         .mother = is_child ? 1 : HW_PERSON_NONE,
                                         .sex = sexes[i],
                                         .twin = HW_PERSON_NONE};
    }
    if (is_planted) truth[5].father = 2; /* S2 */
    const hw_pedigree true_pedigree = {PERSONS, truth};
    hw_observation observations[4][MARKERS];
    static const int32_t typed[4] = {4, 5, 6, 3}; /* siblings; the missing man's are the remains */
    hw_random stream = hw_random_split(&root, (uint64_t)trial);
    hw_err err = HW_ERR_INIT;
    for (int m = 0; m < MARKERS; m++) {
      hw_allele genotypes[2 * PERSONS];
      hw_assert_ok(
          hw_simulate_drop(&true_pedigree, sexes, &markers.markers[m], 0, &stream, genotypes, &err),
          &err);
      for (int k = 0; k < 4; k++)
        observations[k][m] = (hw_observation){.kind = HW_OBS_GENOTYPE,
                                              .a = genotypes[2 * typed[k]],
                                              .b = genotypes[2 * typed[k] + 1]};
    }
    hw_profile profiles[4];
    for (int k = 0; k < 4; k++)
      profiles[k] =
          (hw_profile){.id = ids[typed[k]], .n_markers = MARKERS, .observations = observations[k]};
    const int32_t missing = 3;
    const hw_family family = {.name = "f",
                              .pedigree = {PERSONS, stated},
                              .n_missing = 1,
                              .missing = &missing,
                              .n_profiles = 3,
                              .profiles = profiles,
                              .profile_person = typed};
    const hw_remains remains = {.id = "r", .sex = HW_MALE, .profile = profiles[3]};
    const hw_case problem = {.id = "planted",
                             .description = "",
                             .n_markers = MARKERS,
                             .markers = markers.markers,
                             .n_remains = 1,
                             .remains = &remains,
                             .n_families = 1,
                             .families = &family};
    const hw_scrutiny_options options = {.n_draws = -1, .margin = 0.5};
    hw_scrutiny *scrutiny = NULL;
    hw_assert_ok(hw_scrutiny_new(&problem, 0, 0, 0, &options, &scrutiny, &err), &err);
    const hw_scrutiny_references *found = &hw_scrutiny_get_report(scrutiny)->references;
    if (found->suspect >= 0) {
      const hw_relabel *change = &found->changes[found->suspect];
      const bool is_named = change->person == 5 && (change->kind == HW_RELABEL_FATHER ||
                                                    change->kind == HW_RELABEL_MOTHER);
      n_named += is_planted && is_named;
      n_false += !is_planted;
    }
    hw_scrutiny_delete(scrutiny);
  }
  print_message("# a half sibling among full ones: named in %d of %d, a true family accused %d\n",
                n_named, (int)TRIALS, n_false);
  assert_true(n_named >= 0.75 * TRIALS);
  assert_true(n_false <= 0.1 * TRIALS);
  panel_clear(&markers);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rivals_are_pedigrees_written_out),
      cmocka_unit_test(rivals_with_theta_are_pedigrees_written_out),
      cmocka_unit_test(true_matches_lie_in_their_interval),
      cmocka_unit_test(a_planted_stranger_is_named),
      cmocka_unit_test(a_planted_half_sibling_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
