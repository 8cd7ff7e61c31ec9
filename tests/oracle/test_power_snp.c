/* The power of SNP panels, by laws that do not depend on how it is computed:
 *
 *   - the mean of 1/LR under truth is 1 (what the tails of unrelated people rest on);
 *   - drawing given the profiles of relatives, and averaging over such profiles, is drawing from
 *     founders (tower property), for those who are typed and for who is typed in addition;
 *   - without reads the LR of SNPs is 1, and both together are STR alone;
 *   - the tail of STR and SNP together is that of sums of independent draws;
 *   - what unrelated people do, by weights, is what drawn ones do;
 *   - threads change no bit.
 *
 * All data are synthetic. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/power.h"
#include "oracle/snp_pairs.h"
#include "oracle/snp_panels.h"
#include "oracle/trials.h"
#include "support/assert.h"
#include "support/faults.h"

enum { MOST_Z = 4 };

/* A case of one family without STR: the unknown person of a relation is missing. */
typedef struct scene {
  snp_family family;
  hw_profile reference;
  int32_t person;
  hw_family families[1];
  hw_case problem;
  hw_power_snp_panel panel;
  hw_power_snp_options options;
} scene;

static void begin(scene *self, const hw_panel *panel, snp_relation relation) {
  memset(self, 0, sizeof *self);
  snp_family_make(&self->family, relation);
  self->person = self->family.relatives[0];
  self->reference = (hw_profile){.id = "R1"};
  self->families[0] = (hw_family){.name = "F1",
                                  .pedigree = self->family.pedigree,
                                  .n_missing = 1,
                                  .missing = &self->family.unknown,
                                  .n_profiles = 1,
                                  .profiles = &self->reference,
                                  .profile_person = &self->person};
  self->problem = (hw_case){.id = "made up", .n_families = 1, .families = self->families};
  self->panel = (hw_power_snp_panel){.name = "panel",
                                     .panel = panel,
                                     .run = {.coverage = 1, .error = 0.01},
                                     .call = {.allele = 0.001}};
  self->options = (hw_power_snp_options){.n_panels = 1,
                                         .panels = &self->panel,
                                         .threshold = 1,
                                         .n_draws = 2000,
                                         .precision = 1e-9,
                                         .most_work = 1e15,
                                         .seed = 3};
}

static hw_power_snp_study *run(scene *self) {
  hw_power_snp_study *study = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_power_snp_new(&self->problem, &self->options, &study, &err), &err);
  hw_assert_ok(hw_power_snp_run(study, NULL, NULL, &err), &err);
  return study;
}

static void assert_mean_inverse_one(const char *name, const hw_power_snp_set *set) {
  print_message("%s: mean 1/LR %.4f +- %.4f of %d draws, median %.2f, pass %.3f\n", name,
                set->inverse, set->inverse_error, (int)set->n_draws, set->snp.quantile[1][2],
                set->snp.pass);
  assert_true(set->inverse_error < 0.1);
  assert_true(fabs(set->inverse - 1) < MOST_Z * set->inverse_error + 0.003);
}

static void from_founders_the_mean_inverse_is_one(void **state) {
  static const struct {
    const char *name;
    snp_relation relation;
    int32_t n_on_1, n_on_x;
    double theta, damage, contamination;
  } cases[] = {{"nephew", SNP_AV, 12, 0, 0, 0, 0},
               {"sibling, X", SNP_FS, 6, 3, 0, 0, 0},
               {"nephew, theta", SNP_AV, 10, 0, 0.05, 0, 0},
               {"nephew, damage and contamination", SNP_AV, 12, 0, 0, 0.3, 0.1}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    scene one;
    hw_panel *panel = snp_panel_small(cases[i].n_on_1, cases[i].n_on_x, 3, 40 + i);
    begin(&one, panel, cases[i].relation);
    one.panel.theta = cases[i].theta;
    one.panel.run.model.damage = cases[i].damage;
    one.panel.run.model.decay = 0.1;
    one.panel.run.model.contamination = cases[i].contamination;
    hw_power_snp_study *study = run(&one);
    const hw_power_snp_target *target = hw_power_snp_get(study, 0);
    assert_string_equal(target->reason, "");
    assert_true(target->has_then && !target->has_now);
    assert_mean_inverse_one(cases[i].name, &target->then);
    hw_power_snp_delete(study);
    hw_panel_delete(panel);
  }
}

/* --- given profiles --- */

/* Profiles of the relative, drawn from founders. */
static uint8_t *draw_calls(const scene *self, uint64_t seed) {
  const hw_panel *panel = self->panel.panel;
  const size_t row = 2 * (size_t)panel->n_markers;
  uint8_t *alleles = calloc((size_t)self->family.pedigree.n_persons, row);
  uint8_t *bytes = calloc((size_t)panel->first_genotype[panel->n_markers], 1);
  hw_random stream;
  hw_err err = HW_ERR_INIT;
  hw_random_init(&stream, seed);
  hw_assert_ok(hw_simulate_haplotypes(&self->family.pedigree, self->family.sexes, panel, 0,
                                      self->panel.theta, &stream, alleles, &err),
               &err);
  hw_assert_ok(hw_simulate_calls(panel, alleles + row * (size_t)self->person, &self->panel.call, 0,
                                 &stream, bytes, &err),
               &err);
  free(alleles);
  return bytes;
}

/* Sums of a number over families. */
typedef struct sums {
  double n, sum, squares;
} sums;

static void take(sums *self, double x) {
  self->n++;
  self->sum += x;
  self->squares += x * x;
}

static void assert_agree(const char *name, const sums *a, double expected, double error) {
  const double mean = a->sum / a->n, own = sqrt((a->squares / a->n - mean * mean) / a->n);
  const double z = (mean - expected) / sqrt(own * own + error * error);
  print_message("%s: %.4f +- %.4f against %.4f +- %.4f, z %+.2f\n", name, mean, own, expected,
                error, z);
  assert_true(fabs(z) < MOST_Z);
}

/* @param is_added  a second person, another child of the relative's parents or the relative's
 *                  child, is typed in addition: by then all sets count */
static void check_tower(const char *name, snp_relation relation, double theta, uint64_t salt) {
  scene one;
  hw_panel *panel = snp_panel_small(14, 2, 4, salt);
  begin(&one, panel, relation);
  one.panel.theta = theta;
  hw_power_snp_study *founders = run(&one);
  const hw_power_snp_set *whole = &hw_power_snp_get(founders, 0)->then;
  assert_mean_inverse_one(name, whole);
  sums mean = {0, 0, 0}, pass = {0, 0, 0}, inverse = {0, 0, 0};
  trials t = trials_of(150, salt);
  while (trials_next(&t)) {
    uint8_t *bytes = draw_calls(&one, t.seed);
    const hw_snp_profile profile = {.id = "R1", .sex = HW_MALE, .bytes = bytes};
    const hw_power_snp_family standing = {1, &profile, &one.person};
    one.panel.families = &standing;
    one.options.n_draws = 50;
    one.options.seed = t.seed;
    hw_power_snp_study *given = run(&one);
    const hw_power_snp_target *target = hw_power_snp_get(given, 0);
    assert_string_equal(target->reason, "");
    assert_true(target->has_now && !target->has_then && target->n_typed == 1);
    take(&mean, target->now.snp.mean[HW_POWER_TRUTH]);
    take(&pass, target->now.snp.pass);
    take(&inverse, target->now.inverse);
    hw_power_snp_delete(given);
    free(bytes);
    trials_count(&t);
  }
  const double *q = whole->snp.quantile[HW_POWER_TRUTH];
  assert_agree("  mean log10 LR", &mean, whole->snp.mean[HW_POWER_TRUTH],
               (q[4] - q[0]) / 3.29 / sqrt(whole->n_draws));
  assert_agree("  pass", &pass, whole->snp.pass, whole->snp.pass_error);
  assert_agree("  mean 1/LR", &inverse, 1, 0.003);
  hw_power_snp_delete(founders);
  hw_panel_delete(panel);
}

static void averaged_over_profiles_it_is_drawing_from_founders(void **state) {
  (void)state;
  check_tower("child", SNP_PO, 0, 51);
  check_tower("sibling", SNP_FS, 0, 52);
  check_tower("nephew", SNP_AV, 0, 53);
  check_tower("nephew, theta", SNP_AV, 0.05, 54);
}

/* The chain: a relative typed in addition to one who is. */
static void who_is_typed_in_addition_is_drawn_as_from_founders(void **state) {
  (void)state;
  for (int has_theta = 0; has_theta < 2; has_theta++) {
    scene one;
    hw_panel *panel = snp_panel_small(10, 0, 4, 60);
    begin(&one, panel, SNP_AV);
    snp_family_star(&one.family, 2, 1);
    one.families[0].pedigree = one.family.pedigree;
    const int32_t both[2] = {one.family.relatives[0], one.family.relatives[1]};
    const hw_profile references[2] = {{.id = "R1"}, {.id = "R2"}};
    one.person = both[0];
    one.families[0].n_profiles = 2;
    one.families[0].profiles = references;
    one.families[0].profile_person = both;
    one.panel.theta = has_theta ? 0.03 : 0;
    hw_power_snp_study *founders = run(&one);
    const hw_power_snp_set *whole = &hw_power_snp_get(founders, 0)->then;
    assert_int_equal(whole->n_added, 2);
    assert_mean_inverse_one("two nephews", whole);
    sums mean = {0, 0, 0}, inverse = {0, 0, 0}, unrelated = {0, 0, 0};
    trials t = trials_of(60, 61);
    while (trials_next(&t)) {
      uint8_t *bytes = draw_calls(&one, t.seed);
      const hw_snp_profile profile = {.id = "R1", .sex = HW_MALE, .bytes = bytes};
      const hw_power_snp_family standing = {1, &profile, &one.person};
      one.panel.families = &standing;
      one.options.n_draws = 25;
      one.options.seed = t.seed;
      one.options.with_relatives = true;
      hw_power_snp_study *given = run(&one);
      const hw_power_snp_target *target = hw_power_snp_get(given, 0);
      assert_true(target->has_now && target->has_then && target->then.n_added == 1);
      take(&mean, target->then.snp.mean[HW_POWER_TRUTH]);
      take(&unrelated, target->then.snp.mean[HW_POWER_UNRELATED]);
      take(&inverse, target->then.inverse);
      /* What one relative adds is computed from the same draws. */
      for (int32_t i = 0; i < target->n_relatives; i++)
        if (target->relatives[i].person == both[1])
          hw_assert_close(target->relatives[i].gain.mean, target->then.snp.mean[1], 1e-9, 1e-9);
      hw_power_snp_delete(given);
      free(bytes);
      trials_count(&t);
    }
    for (int whose = 0; whose < 2; whose++) {
      const double *q = whole->snp.quantile[whose];
      assert_agree(whose == HW_POWER_TRUTH ? "  mean log10 LR" : "  of unrelated people",
                   whose == HW_POWER_TRUTH ? &mean : &unrelated, whole->snp.mean[whose],
                   (q[4] - q[0]) / 3.29 / sqrt(whole->n_draws));
    }
    assert_agree("  mean 1/LR", &inverse, 1, 0.003);
    hw_power_snp_delete(founders);
    hw_panel_delete(panel);
  }
}

/* --- unrelated people --- */

static void weights_tell_what_unrelated_people_do(void **state) {
  scene one;
  (void)state;
  hw_panel *panel = snp_panel_small(14, 0, 5, 70);
  begin(&one, panel, SNP_PO);
  one.options.n_draws = 4000;
  one.options.threshold = 0.5;
  hw_power_snp_study *study = run(&one);
  const hw_power_snp_curve *curve = &hw_power_snp_get(study, 0)->then.snp;
  /* The drawn ones' 95 per cent quantile as threshold: five in a hundred. */
  one.options.threshold = curve->quantile[HW_POWER_UNRELATED][4];
  hw_power_snp_study *again = run(&one);
  const hw_power_snp_curve *other = &hw_power_snp_get(again, 0)->then.snp;
  const double sampling = sqrt(0.05 * 0.95 / 4000), error = other->false_pass_error;
  print_message("unrelated above their 95 %%: %.4f +- %.4f\n", other->false_pass, error);
  assert_true(fabs(other->false_pass - 0.05) < MOST_Z * sqrt(error * error + sampling * sampling));
  assert_true(curve->false_pass <= curve->false_pass_most);
  hw_power_snp_delete(again);
  hw_power_snp_delete(study);
  hw_panel_delete(panel);
}

/* --- with STR --- */

static hw_case_list *open_example(void) {
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  char path[1024];
  hw_case_list *list = NULL;
  hw_err err = HW_ERR_INIT;
  snprintf(path, sizeof path, "%s/examples/four_families.json", root != NULL ? root : ".");
  hw_assert_ok(hw_case_list_read(path, &list, &err), &err);
  return list;
}

static hw_power_study *run_str(const hw_case *problem, double threshold) {
  const hw_power_options options = {.threshold = threshold, .is_only_now = true};
  hw_power_study *power = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_power_new(problem, &options, &power, &err), &err);
  hw_assert_ok(hw_power_run(power, NULL, NULL, &err), &err);
  return power;
}

static void without_reads_both_are_str_alone(void **state) {
  hw_case_list *list = open_example();
  hw_panel *panel = snp_panel_small(6, 0, 5, 80);
  hw_err err = HW_ERR_INIT;
  (void)state;
  const hw_power_snp_panel setting = {.name = "panel", .panel = panel, .run = {.error = 0.01}};
  for (int i = 0; i < 7; i++) {
    const double threshold = 1 + 3 * i;
    hw_power_study *str = run_str(&list->cases[0], threshold);
    const hw_power_snp_options options = {
        .n_panels = 1, .panels = &setting, .threshold = threshold, .n_draws = 25, .str = str};
    hw_power_snp_study *study = NULL;
    hw_assert_ok(hw_power_snp_new(&list->cases[0], &options, &study, &err), &err);
    hw_assert_ok(hw_power_snp_run(study, NULL, NULL, &err), &err);
    for (int32_t t = 0; t < hw_power_snp_count(study); t++) {
      const hw_power_curve *alone = &hw_power_target_get(str, t)->now;
      const hw_power_snp_target *target = hw_power_snp_get(study, t);
      const hw_power_snp_curve *both = &target->then.both;
      assert_true(target->has_then);
      hw_assert_close(target->then.inverse, 1, 0, 1e-4);
      hw_assert_close(both->pass, alone->pass, 0, 2e-3);
      hw_assert_close(both->false_pass, alone->false_pass, 0.05, 1e-9);
      hw_assert_close(both->mean[1], alone->mean[1], 0, 1e-4);
      for (int q = 0; q < HW_POWER_QUANTILES; q++)
        hw_assert_close(both->quantile[1][q], alone->quantile[1][q], 0, 0.12);
    }
    hw_power_snp_delete(study);
    hw_power_delete(str);
  }
  hw_panel_delete(panel);
  hw_case_list_delete(list);
}

/* --- what is left out, and laws of the run --- */

static const hw_power_snp_target *run_one(scene *self, hw_power_snp_study **study) {
  *study = run(self);
  return hw_power_snp_get(*study, 0);
}

static void what_is_left_out_is_told(void **state) {
  scene one;
  hw_power_snp_study *study = NULL;
  (void)state;
  hw_panel *panel = snp_panel_small(6, 3, 5, 90), *only_x = NULL;
  hw_err err = HW_ERR_INIT;
  begin(&one, panel, SNP_1C);
  one.options.n_draws = 25;
  one.options.linked.max_bits = 1;
  const hw_power_snp_target *target = run_one(&one, &study);
  hw_assert_contains(target->reason, "bits, more than 1");
  const hw_power_snp_rank *ranks = NULL;
  assert_int_equal(hw_power_snp_ranks(study, &ranks), 1);
  assert_int_equal(ranks[0].n_left_out, 1);
  assert_int_equal(ranks[0].n_computed, 0);
  hw_power_snp_delete(study);
  /* Nobody of the family is typed. */
  begin(&one, panel, SNP_1C);
  one.options.n_draws = 25;
  one.families[0].n_profiles = 0;
  target = run_one(&one, &study);
  hw_assert_contains(target->reason, "nobody who is typed");
  hw_power_snp_delete(study);
  /* Only a friend of the house is typed. */
  begin(&one, panel, SNP_1C);
  one.options.n_draws = 25;
  one.person = one.family.stranger;
  target = run_one(&one, &study);
  hw_assert_contains(target->reason, "nobody who is typed");
  hw_power_snp_delete(study);
  /* X needs the sex of the missing person. */
  begin(&one, panel, SNP_FS);
  one.options.n_draws = 25;
  one.family.persons[one.family.unknown].sex = HW_UNKNOWN_SEX;
  target = run_one(&one, &study);
  assert_string_equal(target->reason, "");
  hw_assert_contains(target->note, "without X markers");
  assert_int_equal(target->n_markers, 6);
  hw_power_snp_delete(study);
  const int32_t x[] = {6, 7, 8};
  hw_assert_ok(hw_panel_select(panel, 3, x, &only_x, &err), &err);
  one.panel.panel = only_x;
  target = run_one(&one, &study);
  hw_assert_contains(target->reason, "X markers alone");
  hw_power_snp_delete(study);
  hw_panel_delete(only_x);
  hw_panel_delete(panel);
}

/* Of many relatives those who need most bits are left out, by name. */
static void as_many_relatives_as_can_be_are_taken(void **state) {
  scene one;
  hw_power_snp_study *study = NULL;
  (void)state;
  hw_panel *panel = snp_panel_small(6, 0, 5, 91);
  begin(&one, panel, SNP_AV);
  snp_family_star(&one.family, 3, 2);
  const hw_profile references[3] = {{.id = "R1"}, {.id = "R2"}, {.id = "R3"}};
  one.families[0].pedigree = one.family.pedigree;
  one.families[0].n_profiles = 3;
  one.families[0].profiles = references;
  one.families[0].profile_person = one.family.relatives;
  one.options.n_draws = 25;
  const hw_power_snp_target *target = run_one(&one, &study);
  const int32_t bits = target->then.bits;
  assert_int_equal(target->then.n_added, 3);
  assert_string_equal(target->note, "");
  hw_power_snp_delete(study);
  one.options.linked.max_bits = bits - 1;
  target = run_one(&one, &study);
  assert_int_equal(target->then.n_added, 2);
  assert_true(target->then.bits < bits);
  hw_assert_contains(target->note, "with whom vectors have");
  hw_power_snp_delete(study);
  hw_panel_delete(panel);
}

/* Half siblings, each other parent unknown. */
static void half_siblings_are_computed(void **state) {
  static const hw_person persons[] = {{"mother", -1, -1, HW_FEMALE, -1},
                                      {"missing", -1, 0, HW_MALE, -1},
                                      {"half", -1, 0, HW_FEMALE, -1}};
  static const int32_t missing = 1, half = 2;
  scene one;
  hw_power_snp_study *study = NULL;
  (void)state;
  hw_panel *panel = snp_panel_small(12, 4, 5, 92);
  begin(&one, panel, SNP_AV);
  one.families[0].pedigree = (hw_pedigree){3, persons};
  one.families[0].missing = &missing;
  one.families[0].profile_person = &half;
  const hw_power_snp_target *target = run_one(&one, &study);
  assert_string_equal(target->reason, "");
  assert_string_equal(target->note, "");
  assert_mean_inverse_one("half sister", &target->then);
  hw_power_snp_delete(study);
  hw_panel_delete(panel);
}

static void threads_change_no_bit(void **state) {
  hw_case_list *list = open_example();
  hw_panel *panel = snp_panel_small(20, 4, 5, 93);
  hw_err err = HW_ERR_INIT;
  (void)state;
  const hw_power_snp_panel setting = {
      .name = "panel", .panel = panel, .run = {.coverage = 2, .error = 0.01}};
  hw_power_snp_options options = {.n_panels = 1,
                                  .panels = &setting,
                                  .threshold = 1,
                                  .n_draws = 50,
                                  .with_relatives = true,
                                  .n_threads = 1};
  hw_power_snp_study *one = NULL, *three = NULL;
  hw_assert_ok(hw_power_snp_new(&list->cases[0], &options, &one, &err), &err);
  options.n_threads = 3;
  hw_assert_ok(hw_power_snp_new(&list->cases[0], &options, &three, &err), &err);
  hw_assert_ok(hw_power_snp_run(one, NULL, NULL, &err), &err);
  hw_assert_ok(hw_power_snp_run(three, NULL, NULL, &err), &err);
  const hw_power_snp_advice *advice = NULL, *other = NULL;
  const int32_t n = hw_power_snp_advise(one, &advice);
  assert_int_equal(n, hw_power_snp_advise(three, &other));
  assert_true(n > 4);
  for (int32_t i = 0; i < n; i++) {
    assert_int_equal(advice[i].person, other[i].person);
    hw_assert_same_bits(advice[i].gain_mean, other[i].gain_mean);
    if (i > 0) assert_true(advice[i].gain_pass <= advice[i - 1].gain_pass);
    assert_true(advice[i].gain_pass >= 0.001 || advice[i].gain_mean >= 0.001);
  }
  for (int32_t t = 0; t < hw_power_snp_count(one); t++)
    hw_assert_same_bits(hw_power_snp_get(one, t)->then.snp.mean[1],
                        hw_power_snp_get(three, t)->then.snp.mean[1]);
  hw_power_snp_delete(one);
  hw_power_snp_delete(three);
  hw_panel_delete(panel);
  hw_case_list_delete(list);
}

static bool stop(void *context, uint64_t done, uint64_t all) {
  (void)context;
  (void)done;
  (void)all;
  return true;
}

static void a_run_can_be_stopped(void **state) {
  scene one;
  hw_power_snp_study *study = NULL;
  hw_err err = HW_ERR_INIT;
  (void)state;
  hw_panel *panel = snp_panel_small(6, 0, 5, 94);
  begin(&one, panel, SNP_PO);
  hw_assert_ok(hw_power_snp_new(&one.problem, &one.options, &study, &err), &err);
  hw_assert_status(hw_power_snp_run(study, stop, NULL, &err), HW_E_INTERRUPTED, &err);
  hw_power_snp_delete(study);
  hw_panel_delete(panel);
}

static void assert_refused(const scene *self, hw_status expected, const char *text) {
  hw_power_snp_study *study = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_power_snp_new(&self->problem, &self->options, &study, &err), expected, &err);
  assert_null(study);
  hw_assert_contains(err.message, text);
}

static void what_makes_no_sense_is_refused(void **state) {
  scene one;
  (void)state;
  hw_panel *panel = snp_panel_small(6, 0, 5, 95);
  begin(&one, panel, SNP_PO);
  one.options.threshold = 1000;
  assert_refused(&one, HW_E_VALUE, "a threshold of 1000");
  begin(&one, panel, SNP_PO);
  one.options.n_draws = 7;
  assert_refused(&one, HW_E_VALUE, "7 draws");
  begin(&one, panel, SNP_PO);
  one.options.n_panels = 0;
  assert_refused(&one, HW_E_SHAPE, "no SNP panels");
  begin(&one, panel, SNP_PO);
  one.options.precision = -1;
  assert_refused(&one, HW_E_VALUE, "not above 0");
  begin(&one, panel, SNP_PO);
  one.options.is_one_family = true;
  one.options.family = 4;
  assert_refused(&one, HW_E_VALUE, "no family number 4");
  begin(&one, panel, SNP_PO);
  one.families[0].n_missing = 0;
  assert_refused(&one, HW_E_SHAPE, "no missing person");
  hw_panel_delete(panel);
}

static void memory_may_end_anywhere(void **state) {
  scene one;
  hw_err err = HW_ERR_INIT;
  (void)state;
  hw_panel *panel = snp_panel_small(3, 1, 5, 96);
  begin(&one, panel, SNP_PO);
  uint8_t *bytes = draw_calls(&one, 5);
  const hw_snp_profile profile = {.id = "R1", .sex = HW_MALE, .bytes = bytes};
  const hw_power_snp_family standing = {1, &profile, &one.person};
  one.panel.families = &standing;
  one.options.n_draws = 25;
  one.options.n_threads = 1;
  one.options.with_relatives = true;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_power_snp_study *study = NULL;
    hw_status status = hw_power_snp_new(&one.problem, &one.options, &study, &err);
    if (status == HW_OK) status = hw_power_snp_run(study, NULL, NULL, &err);
    const bool was_out = hw_faults_end();
    hw_power_snp_delete(study);
    if (!was_out) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
  free(bytes);
  hw_panel_delete(panel);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(from_founders_the_mean_inverse_is_one),
      cmocka_unit_test(averaged_over_profiles_it_is_drawing_from_founders),
      cmocka_unit_test(who_is_typed_in_addition_is_drawn_as_from_founders),
      cmocka_unit_test(weights_tell_what_unrelated_people_do),
      cmocka_unit_test(without_reads_both_are_str_alone),
      cmocka_unit_test(what_is_left_out_is_told),
      cmocka_unit_test(as_many_relatives_as_can_be_are_taken),
      cmocka_unit_test(half_siblings_are_computed),
      cmocka_unit_test(threads_change_no_bit),
      cmocka_unit_test(a_run_can_be_stopped),
      cmocka_unit_test(what_makes_no_sense_is_refused),
      cmocka_unit_test(memory_may_end_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
