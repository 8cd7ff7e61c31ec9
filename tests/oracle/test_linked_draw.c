/* Are genotypes drawn from what the family says? Draws against exact probabilities that come from
 * likelihoods alone: P(genotypes of the person at markers i and j | data) is the likelihood with
 * them as her only data over the likelihood without. Singly and by pairs of neighbours, on X of
 * men and women, with couples that change places (equal maps), theta, and three alleles.
 *
 * Deviations are summed up as chi-squared of each table with its degrees of freedom; over all tables
 * the sum is compared with its mean and variance. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "oracle/snp_pairs.h"
#include "oracle/snp_panels.h"
#include "oracle/trials.h"
#include "support/assert.h"

enum { DRAWS = 3000, MOST_MARKERS = 10, MOST_GENOTYPES = 6, MOST_TYPED = 8 };

typedef struct tables {
  double sum, degrees; /* of chi-squared */
} tables;

/* A family at a few markers, with data that were simulated. */
typedef struct study {
  snp_family family;
  hw_panel *panel;
  hw_linked_marker markers[MOST_MARKERS];
  hw_linked_typed typed[MOST_TYPED];
  float *likelihoods[MOST_TYPED];
  hw_linked_problem problem;
} study;

static void begin(study *self, hw_panel *panel, snp_relation relation, double theta,
                  uint64_t seed) {
  hw_err err = HW_ERR_INIT;
  hw_random stream;
  memset(self, 0, sizeof *self);
  self->panel = panel;
  snp_family_make(&self->family, relation);
  assert_true(panel->n_markers <= MOST_MARKERS);
  hw_assert_ok(hw_linked_markers_of_panel(panel, 0, self->markers, &err), &err);
  const size_t row = 2 * (size_t)panel->n_markers;
  const size_t n = (size_t)panel->first_genotype[panel->n_markers];
  uint8_t *alleles = calloc((size_t)self->family.pedigree.n_persons, row), *bytes = calloc(n, 1);
  hw_random_init(&stream, seed);
  hw_assert_ok(hw_simulate_haplotypes(&self->family.pedigree, self->family.sexes, panel, 0, theta,
                                      &stream, alleles, &err),
               &err);
  /* Not every marker is called, so that draws have something to do. */
  for (int32_t t = 0; t < self->family.n_relatives; t++) {
    const hw_snp_error error = {.allele = 0.02};
    const hw_random own = hw_random_split(&stream, 100 + (uint64_t)t);
    const int32_t who = self->family.relatives[t];
    hw_assert_ok(
        hw_simulate_calls(panel, alleles + row * (size_t)who, &error, 0.3, &own, bytes, &err),
        &err);
    self->likelihoods[t] = calloc(n, sizeof(float));
    hw_snp_likelihoods(bytes, (int64_t)n, self->likelihoods[t]);
    self->typed[t] = (hw_linked_typed){who, self->likelihoods[t]};
  }
  self->problem = (hw_linked_problem){&self->family.pedigree,
                                      self->family.n_relatives,
                                      self->typed,
                                      panel->n_markers,
                                      self->markers,
                                      theta};
  free(alleles);
  free(bytes);
}

static void end(study *self) {
  for (int t = 0; t < MOST_TYPED; t++) free(self->likelihoods[t]);
  hw_panel_delete(self->panel);
}

static int32_t genotypes_at(const study *self, int32_t m) {
  return self->panel->first_genotype[m + 1] - self->panel->first_genotype[m];
}

static double ln_of(const hw_linked_problem *problem) {
  const hw_linked_options options = {.in_double = true};
  hw_linked_result result;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_linked_likelihood(problem, &options, &result, &err), &err);
  return result.ln_likelihood;
}

/* P(g at i, h at j | data); j = i for one marker alone. */
static double probability(const study *self, int32_t person, int32_t i, int32_t g, int32_t j,
                          int32_t h) {
  const int32_t n = self->panel->first_genotype[self->panel->n_markers];
  float *known = calloc((size_t)n, sizeof *known);
  hw_linked_typed typed[MOST_TYPED];
  hw_linked_problem with = self->problem;
  memcpy(typed, self->typed, sizeof typed);
  for (int32_t x = 0; x < n; x++) known[x] = 1;
  for (int32_t x = 0; x < genotypes_at(self, i); x++)
    known[self->panel->first_genotype[i] + x] = x == g;
  for (int32_t x = 0; j != i && x < genotypes_at(self, j); x++)
    known[self->panel->first_genotype[j] + x] = x == h;
  typed[with.n_typed++] = (hw_linked_typed){person, known};
  with.typed = typed;
  const double p = exp(ln_of(&with) - ln_of(&self->problem));
  free(known);
  return p;
}

static int32_t genotype_of(const study *self, const uint8_t *alleles, int32_t draw, int32_t m) {
  const uint8_t *pair = alleles + 2 * ((size_t)draw * (size_t)self->panel->n_markers + (size_t)m);
  const int32_t b = pair[1], a = pair[0] == HW_LINKED_NO_ALLELE ? b : pair[0];
  return b * (b + 1) / 2 + a;
}

/* The table of genotypes at two markers, or at one. */
static void add_table(const study *self, int32_t person, const uint8_t *alleles, int32_t i,
                      int32_t j, tables *sums) {
  int counts[MOST_GENOTYPES][MOST_GENOTYPES] = {{0}};
  double cells = 0;
  for (int32_t d = 0; d < DRAWS; d++)
    counts[genotype_of(self, alleles, d, i)][j != i ? genotype_of(self, alleles, d, j) : 0]++;
  for (int32_t g = 0; g < genotypes_at(self, i); g++)
    for (int32_t h = 0; h < (j != i ? genotypes_at(self, j) : 1); h++) {
      const double p = probability(self, person, i, g, j, h);
      const double expected = p * DRAWS, seen = counts[g][h];
      if (p < 1e-9) assert_int_equal(counts[g][h], 0);
      if (expected < 5) continue;
      sums->sum += (seen - expected) * (seen - expected) / expected;
      cells += 1;
      sums->degrees += 1 - p; /* of one cell: chi-squared has mean 1 − p */
    }
  assert_true(cells > 0);
}

static void check_person(study *self, int32_t person, tables *sums) {
  const int32_t n = self->panel->n_markers;
  uint8_t *alleles = calloc((size_t)DRAWS * 2, (size_t)n);
  hw_random stream;
  hw_err err = HW_ERR_INIT;
  hw_random_init(&stream, 99 + (uint64_t)person);
  hw_assert_ok(hw_linked_draw(&self->problem, person, NULL, &stream, DRAWS, alleles, &err), &err);
  for (int32_t m = 0; m < n; m++) {
    add_table(self, person, alleles, m, m, sums);
    const bool are_neighbours =
        m + 1 < n && self->markers[m].chromosome == self->markers[m + 1].chromosome;
    if (are_neighbours) add_table(self, person, alleles, m, m + 1, sums);
  }
  free(alleles);
}

static void assert_fits(const char *name, const tables *sums) {
  /* Cells depend on each other; the variance of a sum of chi-squares is at most about four times
   * that of independent ones here. */
  const double z = (sums->sum - sums->degrees) / sqrt(2 * sums->degrees);
  print_message("%s: chi-squared %.1f of %.1f, z %+.2f\n", name, sums->sum, sums->degrees, z);
  assert_true(fabs(z) < 6);
}

static void draws_have_the_family_s_distribution(void **state) {
  static const struct {
    const char *name;
    snp_relation relation;
    int32_t n_on_1, n_on_x;
    double step_cm, theta;
  } cases[] = {{"parent and child", SNP_PO, 6, 3, 12, 0},
               {"siblings", SNP_FS, 7, 3, 10, 0},
               {"nephew", SNP_AV, 6, 0, 8, 0},
               {"cousins, theta", SNP_1C, 5, 0, 10, 0.1},
               {"second cousins", SNP_2C, 5, 0, 5, 0}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    tables sums = {0, 0};
    study one;
    begin(&one, snp_panel_small(cases[i].n_on_1, cases[i].n_on_x, cases[i].step_cm, 3 + i),
          cases[i].relation, cases[i].theta, 17 + i);
    check_person(&one, one.family.unknown, &sums);
    check_person(&one, 1, &sums); /* the mother of the family: a founder, a woman */
    check_person(&one, one.family.stranger, &sums);
    assert_fits(cases[i].name, &sums);
    end(&one);
  }
}

/* Equal maps: founder couples change places, and states are lumped on pairs. */
static void draws_are_right_where_couples_change_places(void **state) {
  tables sums = {0, 0};
  study one;
  (void)state;
  hw_panel *all = snp_panel_uniform(400, 2, 8), *panel = NULL;
  int32_t first[MOST_MARKERS];
  hw_err err = HW_ERR_INIT;
  for (int32_t m = 0; m < MOST_MARKERS; m++) first[m] = m;
  hw_assert_ok(hw_panel_select(all, MOST_MARKERS, first, &panel, &err), &err);
  hw_panel_delete(all);
  begin(&one, panel, SNP_1C, 0, 23);
  check_person(&one, one.family.unknown, &sums);
  assert_fits("cousins, equal maps", &sums);
  end(&one);
}

static void three_alleles_are_drawn(void **state) {
  tables sums = {0, 0};
  study one;
  (void)state;
  hw_panel *all = snp_panel_uniform(300, 3, 9), *panel = NULL;
  const int32_t first[] = {0, 1, 2, 3};
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_panel_select(all, 4, first, &panel, &err), &err);
  hw_panel_delete(all);
  begin(&one, panel, SNP_FS, 0, 29);
  check_person(&one, one.family.unknown, &sums);
  assert_fits("siblings, three alleles", &sums);
  end(&one);
}

static void a_draw_depends_on_its_number_alone(void **state) {
  enum { N = 40 };
  study one;
  uint8_t all[N * 2 * MOST_MARKERS], few[N * 2 * MOST_MARKERS], other[N * 2 * MOST_MARKERS];
  hw_err err = HW_ERR_INIT;
  hw_random stream;
  (void)state;
  begin(&one, snp_panel_small(7, 3, 9, 4), SNP_AV, 0, 31);
  const hw_linked_options reference = {.simd = "ref"};
  hw_random_init(&stream, 5);
  const int32_t who = one.family.unknown;
  hw_assert_ok(hw_linked_draw(&one.problem, who, NULL, &stream, N, all, &err), &err);
  hw_assert_ok(hw_linked_draw(&one.problem, who, NULL, &stream, 7, few, &err), &err);
  hw_assert_ok(hw_linked_draw(&one.problem, who, &reference, &stream, N, other, &err), &err);
  assert_memory_equal(all, few, 7 * 2 * 10);
  assert_memory_equal(all, other, N * 2 * 10);
  end(&one);
}

static void assert_refused(hw_status status, hw_status expected, const char *text,
                           const hw_err *err) {
  hw_assert_status(status, expected, err);
  hw_assert_contains(err->message, text);
}

static void what_cannot_be_drawn_is_refused(void **state) {
  study one;
  uint8_t alleles[2 * MOST_MARKERS];
  hw_err err = HW_ERR_INIT;
  hw_random stream;
  (void)state;
  begin(&one, snp_panel_small(5, 0, 9, 4), SNP_FS, 0, 31);
  hw_random_init(&stream, 5);
  assert_refused(hw_linked_draw(&one.problem, 2, NULL, &stream, 0, alleles, &err), HW_E_VALUE,
                 "0 draws, expected 1 or more", &err);
  assert_refused(hw_linked_draw(&one.problem, 77, NULL, &stream, 1, alleles, &err), HW_E_SHAPE,
                 "not in the pedigree", &err);
  const hw_linked_options few = {.max_bits = 1};
  assert_refused(hw_linked_draw(&one.problem, one.family.unknown, &few, &stream, 1, alleles, &err),
                 HW_E_TOO_COMPLEX, "bits", &err);
  end(&one);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(draws_have_the_family_s_distribution),
      cmocka_unit_test(draws_are_right_where_couples_change_places),
      cmocka_unit_test(three_alleles_are_drawn),
      cmocka_unit_test(a_draw_depends_on_its_number_alone),
      cmocka_unit_test(what_cannot_be_drawn_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
