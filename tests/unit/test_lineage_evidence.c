/* Lines of a pedigree, the ratios of both lines, their properties, and the clause. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/lineage.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_err err;

/* A family over four generations. Maternal line of the missing (6): 1, 3 (his mother), 4 (her
 * sister), 7 (her son), 8 and 9 (twins, her daughters), 10 (daughter of 9). Paternal: 2, 5, 11. */
enum {
  GF,
  GM,
  FATHER,
  MOTHER,
  AUNT,
  PGF,
  MISSING,
  COUSIN,
  TWIN,
  OTHER_TWIN,
  NIECE,
  UNCLE,
  WIFE,
  SON,
  N_PERSONS
};
static const hw_person persons[N_PERSONS] = {
    [GF] = {"GF", -1, -1, HW_MALE, -1},
    [GM] = {"GM", -1, -1, HW_FEMALE, -1},
    [FATHER] = {"FATHER", PGF, -1, HW_MALE, -1},
    [MOTHER] = {"MOTHER", GF, GM, HW_FEMALE, -1},
    [AUNT] = {"AUNT", GF, GM, HW_FEMALE, -1},
    [PGF] = {"PGF", -1, -1, HW_MALE, -1},
    [MISSING] = {"MISSING", FATHER, MOTHER, HW_MALE, -1},
    [COUSIN] = {"COUSIN", -1, AUNT, HW_MALE, -1},
    [TWIN] = {"TWIN", -1, AUNT, HW_FEMALE, -1},
    [OTHER_TWIN] = {"OTHER_TWIN", -1, -1, HW_FEMALE, TWIN},
    [NIECE] = {"NIECE", -1, OTHER_TWIN, HW_FEMALE, -1},
    [UNCLE] = {"UNCLE", PGF, -1, HW_MALE, -1},
    [WIFE] = {"WIFE", -1, -1, HW_FEMALE, -1},
    [SON] = {"SON", MISSING, WIFE, HW_MALE, -1},
};
static const hw_pedigree pedigree = {N_PERSONS, persons};

static int32_t meioses(int32_t a, int32_t b, hw_line line) {
  int32_t there = 0, back = 0;
  hw_assert_ok(hw_lineage_meioses(&pedigree, a, b, line, &there, &err), &err);
  hw_assert_ok(hw_lineage_meioses(&pedigree, b, a, line, &back, &err), &err);
  assert_int_equal(there, back);
  return there;
}

static void meioses_are_counted_up_and_down_a_line(void **state) {
  (void)state;
  hw_assert_ok(hw_pedigree_validate(&pedigree, &err), &err);
  assert_int_equal(meioses(MISSING, MISSING, HW_LINE_MATERNAL), 0);
  assert_int_equal(meioses(MISSING, MOTHER, HW_LINE_MATERNAL), 1);
  assert_int_equal(meioses(MISSING, AUNT, HW_LINE_MATERNAL), 3);
  assert_int_equal(meioses(MISSING, COUSIN, HW_LINE_MATERNAL), 4);
  assert_int_equal(meioses(TWIN, OTHER_TWIN, HW_LINE_MATERNAL), 0);
  assert_int_equal(meioses(TWIN, NIECE, HW_LINE_MATERNAL), 1);
  assert_int_equal(meioses(MISSING, NIECE, HW_LINE_MATERNAL), 5);
  assert_int_equal(meioses(MISSING, FATHER, HW_LINE_MATERNAL), HW_LINE_OTHER);
  assert_int_equal(meioses(MISSING, SON, HW_LINE_MATERNAL), HW_LINE_OTHER);
  assert_int_equal(meioses(MISSING, GF, HW_LINE_MATERNAL), HW_LINE_OTHER);
  assert_int_equal(meioses(MISSING, SON, HW_LINE_PATERNAL), 1);
  assert_int_equal(meioses(SON, UNCLE, HW_LINE_PATERNAL), 4);
  assert_int_equal(meioses(MISSING, MOTHER, HW_LINE_PATERNAL), HW_LINE_OTHER);
  assert_int_equal(meioses(GF, AUNT, HW_LINE_PATERNAL), HW_LINE_OTHER);
  int32_t n;
  hw_assert_status(hw_lineage_meioses(&pedigree, 0, N_PERSONS, HW_LINE_MATERNAL, &n, &err),
                   HW_E_REFERENCE, &err);
  hw_assert_contains(err.message, "person 14: the pedigree has persons 0 to 13");
  const hw_person loop[] = {{"A", -1, 1, HW_FEMALE, -1}, {"B", -1, 0, HW_FEMALE, -1}};
  hw_assert_status(hw_lineage_meioses(&(hw_pedigree){2, loop}, 0, 1, HW_LINE_MATERNAL, &n, &err),
                   HW_E_PEDIGREE, &err);
}

/* --- mtDNA --- */

static hw_mt *read_mt(const char *ranges, const char *differences) {
  hw_mt *haplotype = NULL;
  hw_assert_ok(hw_mt_parse(ranges, differences, &haplotype, &err), &err);
  return haplotype;
}

/* One reference's haplotype against remains. */
static hw_lineage_result weigh_mt(int32_t person, const char *reference, const char *remains,
                                  const hw_lineage_options *options) {
  hw_mt *mt[N_PERSONS] = {NULL}, *bone = read_mt("16024-16365 73-340", remains);
  mt[person] = read_mt("16024-576", reference);
  const hw_lineage_case family = {.pedigree = &pedigree, .mt = (const hw_mt *const *)mt};
  hw_lineage_evidence found;
  hw_assert_ok(hw_lineage_weigh(&family, MISSING, bone, NULL, options, &found, &err), &err);
  assert_int_equal(found.y.verdict, HW_LINEAGE_NONE);
  assert_true(found.y.log10_lr == 0);
  hw_mt_delete(mt[person]);
  hw_mt_delete(bone);
  return found.mt;
}

/* λ = g · 610 positions · 3/705/610. */
static const double per_meiosis = 3.0 / 705;

static void no_difference_and_no_meiosis_gives_one_over_the_rarity(void **state) {
  const hw_lineage_options options = {.mt_stated_n = 172};
  (void)state;
  const hw_lineage_result found = weigh_mt(MISSING, "263G 16223T", "263G 16223T", &options);
  assert_int_equal(found.verdict, HW_LINEAGE_SAME);
  assert_int_equal(found.meioses, 0);
  assert_int_equal(found.n_compared, 610);
  hw_assert_close(found.log10_lr, log10(173), 1e-12, 0);
  hw_assert_close(found.rarity, 1.0 / 173, 1e-15, 0);
  assert_true(found.is_stated);
}

static void meioses_lower_the_ratio_of_a_match(void **state) {
  const hw_lineage_options options = {.mt_stated_n = 999};
  (void)state;
  const hw_lineage_result found = weigh_mt(COUSIN, "263G 16223T", "263G 16223T", &options);
  assert_int_equal(found.meioses, 4);
  hw_assert_close(found.log10_lr, log10(exp(-4 * per_meiosis) * 1000), 1e-10, 0);
}

static void one_and_two_differences_are_inconclusive_and_three_exclude(void **state) {
  const hw_lineage_options options = {.mt_stated_n = 999};
  const double mean = 4 * per_meiosis;
  (void)state;
  hw_lineage_result found = weigh_mt(COUSIN, "263G", "263G 16223T", &options);
  assert_int_equal(found.verdict, HW_LINEAGE_INCONCLUSIVE);
  hw_assert_close(found.log10_lr, log10(exp(-mean) * mean / (610 * 3) * 1000), 1e-10, 0);
  found = weigh_mt(COUSIN, "263G", "263G 16223T 152C", &options);
  assert_int_equal(found.verdict, HW_LINEAGE_INCONCLUSIVE);
  hw_assert_close(found.log10_lr,
                  log10(exp(-mean) * mean * mean / 2 / (610.0 * 609 / 2 * 9) * 1000), 1e-10, 0);
  found = weigh_mt(COUSIN, "263G", "263G 16223T 152C 16189C 73G", &options);
  assert_int_equal(found.verdict, HW_LINEAGE_DIFFERENT);
  double tail = 0, term = exp(-mean) * mean * mean * mean / 6;
  for (int i = 3; i < 30; i++) {
    tail += term;
    term *= mean / (i + 1);
  }
  hw_assert_close(found.log10_lr, log10(tail), 1e-10, 0);
  assert_true(found.log10_lr < -5 && isfinite(found.log10_lr));
}

/* Between samples of one person a difference is a mixture or somatic: as one meiosis. */
static void a_difference_without_a_meiosis_counts_as_with_one(void **state) {
  const hw_lineage_options options = {.mt_stated_n = 999};
  (void)state;
  const hw_lineage_result self = weigh_mt(MISSING, "263G", "263G 152C", &options);
  const hw_lineage_result mother = weigh_mt(MOTHER, "263G", "263G 152C", &options);
  assert_int_equal(self.meioses, 0);
  assert_true(self.log10_lr == mother.log10_lr && isfinite(self.log10_lr));
}

static void mixtures_agree_and_are_told(void **state) {
  const hw_lineage_options options = {.mt_stated_n = 999};
  (void)state;
  const hw_lineage_result found = weigh_mt(MOTHER, "263G 152Y", "263G 152C", &options);
  assert_int_equal(found.verdict, HW_LINEAGE_SAME);
  assert_int_equal(found.n_mixed, 1);
}

static void rates_are_of_the_regions_compared(void **state) {
  hw_mt *mt[N_PERSONS] = {NULL}, *bone = read_mt("1-16569", "263G");
  mt[MOTHER] = read_mt("", "263G");
  const hw_lineage_case family = {.pedigree = &pedigree, .mt = (const hw_mt *const *)mt};
  hw_lineage_evidence found;
  (void)state;
  hw_assert_ok(hw_lineage_weigh(&family, MISSING, bone, NULL, NULL, &found, &err), &err);
  const double mean = (546 + 576) * (3.0 / 705 / 610) + (16569 - 1122) * (9.0 / 345 / 16569);
  hw_assert_close(found.mt.log10_given, -mean / log(10), 1e-10, 0);
  const hw_lineage_options slow = {.mt_rates = {1e-7, 1e-8}, .mt_stated_n = 9};
  hw_assert_ok(hw_lineage_weigh(&family, MISSING, bone, NULL, &slow, &found, &err), &err);
  hw_assert_close(found.mt.log10_lr, 1 - (1122 * 1e-7 + 15447 * 1e-8) / log(10), 1e-10, 0);
  hw_mt_delete(mt[MOTHER]);
  hw_mt_delete(bone);
}

/* --- a database --- */

enum { N_DATABASE = 6 };
static const char *const database_texts[N_DATABASE][2] = {
    {"16024-576", "263G 16223T"},
    {"16024-576", "263G 16223T 309.1C"},
    {"16024-576", "263G 16223T 152C"},
    {"16024-16365", "16223T"},
    {"16024-576", "73G 150T 16189C 16362C"},
    {"16024-576", "263G"},
};
static const int32_t database_counts[N_DATABASE] = {3, 1, 2, 50, 4, 1};

static void read_database(hw_mt *haplotypes[N_DATABASE], hw_mt_database *out) {
  for (int i = 0; i < N_DATABASE; i++)
    haplotypes[i] = read_mt(database_texts[i][0], database_texts[i][1]);
  *out = (hw_mt_database){"made up", N_DATABASE, (const hw_mt *const *)haplotypes, database_counts};
}

static void persons_of_a_database_are_counted_by_differences(void **state) {
  hw_mt *haplotypes[N_DATABASE], *bone = read_mt("16024-16365 73-340", "16223T 263G");
  hw_mt_database database;
  hw_mt_counts counts;
  (void)state;
  read_database(haplotypes, &database);
  hw_assert_ok(hw_mt_count(&database, bone, NULL, &counts, &err), &err);
  assert_int_equal(counts.x[0], 4);
  assert_int_equal(counts.x[1], 2 + 1);
  assert_int_equal(counts.x[2], 0);
  assert_int_equal(counts.x[3], 4);
  assert_int_equal(counts.n, 11);
  assert_int_equal(counts.n_left_out, 50);
  assert_int_equal(counts.n_once, 1); /* "263G"; the length variant is the same haplotype */
  for (int i = 0; i < N_DATABASE; i++) hw_mt_delete(haplotypes[i]);
  hw_mt_delete(bone);
}

static void ratios_with_a_database_are_of_the_number_of_differences(void **state) {
  hw_mt *haplotypes[N_DATABASE];
  hw_mt_database database;
  (void)state;
  read_database(haplotypes, &database);
  hw_lineage_options options = {.mt_database = &database};
  hw_lineage_result found = weigh_mt(MOTHER, "263G 16223T", "263G 16223T", &options);
  hw_assert_close(found.log10_lr, log10(exp(-per_meiosis) / (5.0 / 12)), 1e-10, 0);
  assert_string_equal(found.population, "made up");
  assert_int_equal(found.n_left_out, 50);
  found = weigh_mt(MOTHER, "263G 16223T", "263G 16223T 16311C", &options);
  hw_assert_close(found.log10_lr, log10(exp(-per_meiosis) * per_meiosis / (4.0 / 12)), 1e-10, 0);
  options.mt_method = HW_RARITY_UPPER;
  found = weigh_mt(MOTHER, "263G 16223T", "263G 16223T", &options);
  hw_assert_close(found.rarity, hw_rarity_upper(4, 11, 0.95), 1e-14, 0);
  options.mt_method = HW_RARITY_KAPPA;
  found = weigh_mt(MOTHER, "16298C 16327T", "16298C 16327T", &options);
  hw_assert_close(found.rarity, (1 - 2.0 / 12) / 12, 1e-14, 0);
  found = weigh_mt(MOTHER, "263G 16223T", "263G 16223T", &options); /* was seen: counted */
  hw_assert_close(found.rarity, 5.0 / 12, 1e-14, 0);
  for (int i = 0; i < N_DATABASE; i++) hw_mt_delete(haplotypes[i]);
}

/* Where the shares of the database are the population's, the mean ratio of unrelated persons is 1: the
 * classes' numerators sum to 1. */
static void the_mean_ratio_of_unrelated_persons_is_one(void **state) {
  static const char *const one_of_each[] = {"263G", "263G 152C", "263G 152C 16189C",
                                            "263G 152C 16189C 73G"};
  const hw_lineage_options options = {.mt_stated_n = 0};
  double sum = 0;
  (void)state;
  for (int d = 0; d < 4; d++) {
    const hw_lineage_result found = weigh_mt(NIECE, "263G", one_of_each[d], &options);
    double neighbours = 1;
    for (int i = 0; i < d && d < 3; i++) neighbours *= (610 - i) * 3.0 / (i + 1);
    sum += neighbours * pow(10, found.log10_given);
  }
  hw_assert_close(sum, 1, 1e-10, 0);
}

/* --- references --- */

static void the_nearest_reference_that_shares_something_is_used(void **state) {
  hw_mt *mt[N_PERSONS] = {NULL}, *bone = read_mt("73-340", "263G");
  mt[MOTHER] = read_mt("16024-16365", "16223T");
  mt[AUNT] = read_mt("73-340", "263G");
  mt[COUSIN] = read_mt("16024-576", "16223T 263G 152C 195C");
  mt[FATHER] = read_mt("16024-576", "");
  const hw_lineage_case family = {.pedigree = &pedigree, .mt = (const hw_mt *const *)mt};
  hw_lineage_evidence found;
  (void)state;
  hw_assert_ok(hw_lineage_weigh(&family, MISSING, bone, NULL, NULL, &found, &err), &err);
  assert_int_equal(found.mt.reference, AUNT);
  assert_int_equal(found.mt.meioses, 3);
  assert_int_equal(found.mt.n_references, 3);
  assert_int_equal(found.mt.n_contrary, 2);
  assert_int_equal(found.mt.contrary[0], AUNT);
  assert_int_equal(found.mt.contrary[1], COUSIN);
  /* Without remains the references are checked all the same. */
  hw_assert_ok(hw_lineage_weigh(&family, MISSING, NULL, NULL, NULL, &found, &err), &err);
  assert_int_equal(found.mt.reference, HW_PERSON_NONE);
  assert_int_equal(found.mt.n_contrary, 2);
  assert_int_equal(found.mt.verdict, HW_LINEAGE_NONE);
  for (int i = 0; i < N_PERSONS; i++) hw_mt_delete(mt[i]);
  hw_mt_delete(bone);
}

/* --- Y --- */

enum { N_MARKERS = 3, WIDTH = N_MARKERS * HW_Y_COPIES };
static const hw_y_marker markers[N_MARKERS] = {
    {"DYS19", 1, 0.002}, {"DYS390", 1, 0.003}, {"DYS385", 2, 0.001}};
static const hw_y_panel panel = {N_MARKERS, markers};

#define Y_ROW(first, second, third, fourth) \
  { (first), 0, 0, 0, (second), 0, 0, 0, (third), (fourth), 0, 0 }

static hw_lineage_result weigh_y(int32_t person, const int16_t *reference, const int16_t *remains,
                                 const hw_lineage_options *options) {
  const int16_t *y[N_PERSONS] = {NULL};
  y[person] = reference;
  const hw_lineage_case family = {.pedigree = &pedigree, .y_panel = &panel, .y = y};
  hw_lineage_evidence found;
  hw_assert_ok(hw_lineage_weigh(&family, MISSING, NULL, remains, options, &found, &err), &err);
  return found.y;
}

static void y_ratios_have_their_closed_form(void **state) {
  const int16_t a[] = Y_ROW(140, 240, 110, 140), one[] = Y_ROW(150, 240, 110, 140);
  const hw_lineage_options options = {.y_stated_n = 998};
  (void)state;
  hw_lineage_result found = weigh_y(FATHER, a, a, &options);
  assert_int_equal(found.verdict, HW_LINEAGE_SAME);
  hw_assert_close(found.log10_lr, log10(0.998 * 0.997 * 0.999 * 0.999 * 500), 1e-10, 0);
  found = weigh_y(FATHER, a, one, &options);
  assert_int_equal(found.verdict, HW_LINEAGE_INCONCLUSIVE);
  hw_assert_close(found.log10_lr, log10(0.001 * 0.997 * 0.999 * 0.999 * 500), 1e-10, 0);
  found = weigh_y(MISSING, a, a, &options);
  hw_assert_close(found.log10_lr, log10(500), 1e-10, 0);
  assert_true(isfinite(weigh_y(MISSING, a, one, &options).log10_lr));
  const int16_t two[] = Y_ROW(160, 240, 110, 140); /* two repeats in one meiosis: as in two */
  found = weigh_y(FATHER, a, two, &options);
  hw_assert_close(found.log10_lr, log10(0.001 * 0.001 * 0.997 * 0.999 * 0.999 * 500), 1e-10, 0);
}

static void differing_markers_exclude_beyond_the_limit(void **state) {
  const int16_t a[] = Y_ROW(140, 240, 110, 140), b[] = Y_ROW(150, 250, 110, 150);
  const int16_t c[] = Y_ROW(150, 240, 110, 140);
  (void)state;
  assert_int_equal(weigh_y(UNCLE, a, b, NULL).verdict, HW_LINEAGE_DIFFERENT);
  assert_int_equal(weigh_y(UNCLE, a, b, &(hw_lineage_options){.y_most_inconclusive = 3}).verdict,
                   HW_LINEAGE_INCONCLUSIVE);
  assert_int_equal(weigh_y(UNCLE, a, c, &(hw_lineage_options){.y_most_inconclusive = -1}).verdict,
                   HW_LINEAGE_DIFFERENT);
}

static void partial_repeats_on_one_side_are_left_out_of_the_ratio(void **state) {
  const int16_t a[] = Y_ROW(140, 240, 110, 140), b[] = Y_ROW(142, 240, 110, 140);
  const hw_lineage_options options = {.y_stated_n = 998};
  (void)state;
  hw_lineage_result found = weigh_y(FATHER, a, b, &options);
  assert_int_equal(found.n_differences, 1);
  assert_int_equal(found.n_omitted, 1);
  hw_assert_close(found.log10_lr, log10(0.997 * 0.999 * 0.999 * 500), 1e-10, 0);
  found = weigh_y(FATHER, b, b, &options); /* the same partial repeat: in */
  assert_int_equal(found.n_omitted, 0);
  hw_assert_close(found.log10_lr, log10(0.998 * 0.997 * 0.999 * 0.999 * 500), 1e-10, 0);
}

/* Men of a made-up population: two clusters of single-copy markers. */
enum { N_MEN = 12 };
static int16_t men[N_MEN * WIDTH];
static const hw_y_database y_database = {"made-up men", &panel, N_MEN, men, NULL};

static void fill_men(void) {
  for (int i = 0; i < N_MEN; i++) {
    const int16_t row[] =
        Y_ROW((int16_t)(i < 6 ? 140 : 170), (int16_t)(i < 6 ? 240 : 210), 110, 140);
    memcpy(&men[i * WIDTH], row, sizeof row);
    if (i % 3 == 0) men[i * WIDTH] = (int16_t)(men[i * WIDTH] + 10);
    if (i == 11) men[i * WIDTH + 4] = 0; /* not typed at DYS390 */
  }
}

static void men_of_a_database_are_counted_at_the_markers_used(void **state) {
  const int16_t a[] = Y_ROW(140, 240, 110, 140), rare[] = Y_ROW(190, 240, 110, 140);
  const int16_t short_bone[] = Y_ROW(0, 0, 110, 140);
  hw_lineage_options options = {.y_database = &y_database};
  (void)state;
  fill_men();
  hw_lineage_result found = weigh_y(FATHER, a, a, &options);
  assert_int_equal(found.x, 4);
  assert_int_equal(found.n, 11);
  assert_int_equal(found.n_left_out, 1);
  hw_assert_close(found.rarity, 6.0 / 13, 1e-15, 0);
  found = weigh_y(FATHER, a, short_bone, &options);
  assert_int_equal(found.x, 12);
  assert_int_equal(found.n_compared, 1);
  options.y_method = HW_RARITY_KAPPA;
  found = weigh_y(FATHER, rare, rare, &options);
  hw_assert_close(found.rarity, (1 - 1.0 / 12) / 12, 1e-14, 0); /* nobody is alone */
  options.y_method = HW_RARITY_UPPER;
  options.confidence = 0.99;
  found = weigh_y(FATHER, rare, rare, &options);
  hw_assert_close(found.rarity, hw_rarity_upper(0, 11, 0.99), 1e-14, 0);
}

/* P(h) by the mixture; Σ P(h)·LR(h) over all haplotypes = Σ P(h | reference) = 1. */
static void ratios_by_the_mixture_average_one_over_unrelated_men(void **state) {
  hw_y_model model;
  double sum = 0, total = 0;
  (void)state;
  fill_men();
  hw_assert_ok(hw_y_model_fit(&y_database, NULL, &model, &err), &err);
  assert_int_equal(model.n_markers, 2);
  assert_int_equal(model.n_fitted, 11);
  assert_int_equal(model.n_left_out, 1);
  const hw_lineage_options options = {
      .y_database = &y_database, .y_model = &model, .y_method = HW_RARITY_LAPLACE};
  const int16_t reference[] = Y_ROW(140, 240, 110, 140);
  const bool used[] = {true, true, false};
  for (int16_t i = 1; i < 40; i++)
    for (int16_t j = 1; j < 60; j++) {
      const int16_t row[] = Y_ROW((int16_t)(i * 10), (int16_t)(j * 10), 110, 140);
      const double p = hw_y_model_probability(&model, used, row);
      total += p;
      if (abs(i - 14) > 4 || abs(j - 24) > 4) continue; /* more steps than meioses */
      const hw_lineage_result found = weigh_y(UNCLE, reference, row, &options);
      assert_int_equal(found.n_omitted, 1); /* the pair of copies */
      sum += p * pow(10, found.log10_lr);
    }
  hw_assert_close(total, 1, 1e-9, 0);
  /* The uncle is two meioses away: what lies beyond them is computed as if it were nearer. */
  hw_assert_close(sum, 1, 2e-6, 0);
  hw_y_model_clear(&model);
}

static void what_does_not_fit_is_refused(void **state) {
  const int16_t a[] = Y_ROW(140, 240, 110, 140);
  const int16_t *y[N_PERSONS] = {NULL};
  const hw_lineage_case family = {.pedigree = &pedigree, .y_panel = &panel, .y = y};
  const hw_lineage_case without = {.pedigree = &pedigree, .y = y};
  hw_lineage_evidence found;
  static const struct {
    hw_lineage_options options;
    hw_status status;
    const char *words;
  } bad[] = {
      {{.mt_stated_x = 5, .mt_stated_n = 4}, HW_E_VALUE, "expected 0 ≤ x ≤ n"},
      {{.y_stated_x = -1}, HW_E_VALUE, "expected 0 ≤ x ≤ n"},
      {{.confidence = 1}, HW_E_VALUE, "expected more than 0 and less than 1"},
      {{.mt_rates = {0.5, 0}}, HW_E_VALUE, "expected 0 to 0.01"},
      {{.mt_method = HW_RARITY_LAPLACE}, HW_E_UNSUPPORTED, "describes Y-STR, not mtDNA"},
      {{.y_method = HW_RARITY_LAPLACE}, HW_E_UNSUPPORTED, "needs a database"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    hw_assert_status(hw_lineage_weigh(&family, MISSING, NULL, a, &bad[i].options, &found, &err),
                     bad[i].status, &err);
    hw_assert_contains(err.message, bad[i].words);
  }
  hw_assert_status(hw_lineage_weigh(&family, N_PERSONS, NULL, a, NULL, &found, &err),
                   HW_E_REFERENCE, &err);
  hw_assert_status(hw_lineage_weigh(&without, MISSING, NULL, a, NULL, &found, &err), HW_E_SHAPE,
                   &err);
  hw_assert_contains(err.message, "without the list of their markers");
  hw_y_model model;
  const hw_y_database nobody = {NULL, &panel, 0, men, NULL};
  hw_assert_status(hw_y_model_fit(&nobody, NULL, &model, &err), HW_E_DEGENERATE, &err);
}

/* --- sentences --- */

static void clauses_tell_the_finding_the_figures_and_the_line(void **state) {
  const hw_lineage_options options = {.mt_stated_n = 999, .y_stated_n = 998};
  const int16_t a[] = Y_ROW(140, 240, 110, 140), b[] = Y_ROW(150, 250, 120, 140);
  char text[HW_LINEAGE_CLAUSE_SIZE];
  (void)state;
  hw_lineage_result found = weigh_y(FATHER, a, a, &options);
  hw_lineage_clause(&found, HW_LINE_PATERNAL, HW_LINEAGE_ENGLISH, text);
  hw_assert_contains(text, "Y-STR: no difference at the 3 markers compared.");
  hw_assert_contains(text, "The likelihood ratio is 10^2.70, with 1 meioses");
  hw_assert_contains(text, "Every man of the same paternal line has this haplotype");
  hw_assert_contains(text, "against men who are unrelated in the paternal line");
  hw_lineage_clause(&found, HW_LINE_PATERNAL, HW_LINEAGE_VIETNAMESE, text);
  hw_assert_contains(text, "không có khác biệt tại 3 locus");
  hw_assert_contains(text, "Mọi nam giới cùng dòng cha đều có haplotype này");
  found = weigh_y(FATHER, a, b, &options);
  hw_lineage_clause(&found, HW_LINE_PATERNAL, HW_LINEAGE_ENGLISH, text);
  hw_assert_contains(text, "3 markers compared, 3 different: excluded");
  assert_null(strstr(text, "Every man"));
  found = weigh_mt(MOTHER, "263G 195Y", "263G 195C 152C", &options);
  found.n_contrary = 4;
  hw_lineage_clause(&found, HW_LINE_MATERNAL, HW_LINEAGE_ENGLISH, text);
  hw_assert_contains(text, "610 positions compared, 1 different: inconclusive");
  hw_assert_contains(text, "Everybody of the same maternal line");
  hw_assert_contains(text, "1 positions agree only through a mixture");
  hw_assert_contains(text, "differ from each other at 4 positions");
  hw_lineage_clause(&found, HW_LINE_MATERNAL, HW_LINEAGE_VIETNAMESE, text);
  hw_assert_contains(text, "chưa kết luận được");
  found = (hw_lineage_result){0};
  hw_lineage_clause(&found, HW_LINE_MATERNAL, HW_LINEAGE_ENGLISH, text);
  assert_string_equal(text, "mtDNA: there is nothing to compare.");
}

static void memory_may_run_out_anywhere(void **state) {
  hw_mt *mt[N_PERSONS] = {NULL}, *haplotypes[N_DATABASE], *bone = read_mt("", "263G 249DEL");
  hw_mt_database database;
  const int16_t a[] = Y_ROW(140, 240, 110, 140);
  const int16_t *y[N_PERSONS] = {[FATHER] = a};
  (void)state;
  fill_men();
  read_database(haplotypes, &database);
  mt[MOTHER] = read_mt("16024-576", "263G");
  mt[AUNT] = read_mt("16024-576", "263G");
  const hw_lineage_case family = {&pedigree, (const hw_mt *const *)mt, &panel, y};
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_lineage_evidence found;
    hw_y_model model = {0};
    hw_lineage_options options = {.mt_database = &database,
                                  .y_database = &y_database,
                                  .y_model = &model,
                                  .y_method = HW_RARITY_LAPLACE};
    hw_status status = hw_y_model_fit(&y_database, NULL, &model, &err);
    if (status == HW_OK)
      status = hw_lineage_weigh(&family, MISSING, bone, a, &options, &found, &err);
    hw_y_model_clear(&model);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
  for (int i = 0; i < N_DATABASE; i++) hw_mt_delete(haplotypes[i]);
  hw_mt_delete(mt[MOTHER]);
  hw_mt_delete(mt[AUNT]);
  hw_mt_delete(bone);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(meioses_are_counted_up_and_down_a_line),
      cmocka_unit_test(no_difference_and_no_meiosis_gives_one_over_the_rarity),
      cmocka_unit_test(meioses_lower_the_ratio_of_a_match),
      cmocka_unit_test(one_and_two_differences_are_inconclusive_and_three_exclude),
      cmocka_unit_test(a_difference_without_a_meiosis_counts_as_with_one),
      cmocka_unit_test(mixtures_agree_and_are_told),
      cmocka_unit_test(rates_are_of_the_regions_compared),
      cmocka_unit_test(persons_of_a_database_are_counted_by_differences),
      cmocka_unit_test(ratios_with_a_database_are_of_the_number_of_differences),
      cmocka_unit_test(the_mean_ratio_of_unrelated_persons_is_one),
      cmocka_unit_test(the_nearest_reference_that_shares_something_is_used),
      cmocka_unit_test(y_ratios_have_their_closed_form),
      cmocka_unit_test(differing_markers_exclude_beyond_the_limit),
      cmocka_unit_test(partial_repeats_on_one_side_are_left_out_of_the_ratio),
      cmocka_unit_test(men_of_a_database_are_counted_at_the_markers_used),
      cmocka_unit_test(ratios_by_the_mixture_average_one_over_unrelated_men),
      cmocka_unit_test(what_does_not_fit_is_refused),
      cmocka_unit_test(clauses_tell_the_finding_the_figures_and_the_line),
      cmocka_unit_test(memory_may_run_out_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
