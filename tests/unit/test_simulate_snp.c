/* Synthetic SNP data: laws of inheritance and of crossovers, platforms against their models, reads,
 * lines, and what is refused. */
#include "homeward/simulate_snp.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "formats/haplotype_csv.h"
#include "homeward/lineage.h"
#include "homeward/mtdna.h"
#include "support/assert.h"
#include "support/faults.h"

enum { FATHER, MOTHER, SON, DAUGHTER, TWIN, LONE, PERSONS, AUTOSOMAL = 400, ON_X = 40 };
static hw_err err;

static const hw_person persons[PERSONS] = {
    {"F", HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE, HW_PERSON_NONE},
    {"M", HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE, HW_PERSON_NONE},
    {"S", FATHER, MOTHER, HW_MALE, HW_PERSON_NONE},
    {"D", FATHER, MOTHER, HW_FEMALE, HW_PERSON_NONE},
    {"T", FATHER, MOTHER, HW_FEMALE, DAUGHTER},
    {"L", HW_PERSON_NONE, MOTHER, HW_MALE, HW_PERSON_NONE},
};
static const hw_pedigree pedigree = {PERSONS, persons};
static const hw_sex sexes[PERSONS] = {HW_MALE, HW_FEMALE, HW_MALE, HW_FEMALE, HW_FEMALE, HW_MALE};

/* Markers 1 cM apart for women, half of it for men; two or three alleles in turn. */
static hw_panel *new_panel(bool has_long_alleles) {
  static const char *const letters[] = {"A", "C", "GT"}, *const bases[] = {"C", "T", "G"};
  static char names[AUTOSOMAL + ON_X][8];
  static double frequencies[3 * (AUTOSOMAL + ON_X)];
  hw_panel_marker markers[AUTOSOMAL + ON_X];
  int32_t n = 0;
  for (int32_t m = 0; m < AUTOSOMAL + ON_X; m++) {
    const bool on_x = m >= AUTOSOMAL;
    const int32_t k = m % 2 == 0 ? 2 : 3, at = on_x ? m - AUTOSOMAL : m % 200;
    snprintf(names[m], sizeof names[m], "m%03d", (int)m);
    markers[m] = (hw_panel_marker){.name = names[m],
                                   .chromosome = on_x ? HW_PANEL_X : 1 + m / 200,
                                   .bp = {0, 1000 * (at + 1)},
                                   .n_alleles = k,
                                   .alleles = has_long_alleles ? letters : bases,
                                   .female_cm = at,
                                   .male_cm = 0.5 * at};
    for (int32_t a = 0; a < k; a++) frequencies[n++] = k == 2 ? (a ? 0.7 : 0.3) : a ? 0.4 : 0.2;
  }
  const hw_panel_population population = {.name = "P", .source = "", .frequencies = frequencies};
  hw_panel *panel = NULL;
  hw_assert_ok(hw_panel_new("test", "", AUTOSOMAL + ON_X, markers, 1, &population, &panel, &err),
               &err);
  return panel;
}

static uint8_t alleles[PERSONS][AUTOSOMAL + ON_X][2];

static void drop(const hw_panel *panel, double theta, uint64_t seed) {
  hw_random stream;
  hw_random_init(&stream, seed);
  hw_assert_ok(
      hw_simulate_haplotypes(&pedigree, sexes, panel, 0, theta, &stream, &alleles[0][0][0], &err),
      &err);
}

/* ---- genes ---- */

static void children_have_one_allele_of_each_parent(void **state) {
  hw_panel *panel = new_panel(true);
  (void)state;
  for (uint64_t seed = 0; seed < 20; seed++) {
    drop(panel, 0.1, seed);
    for (int m = 0; m < AUTOSOMAL + ON_X; m++) {
      const bool on_x = m >= AUTOSOMAL;
      for (int child = SON; child <= DAUGHTER; child++) {
        const uint8_t *own = alleles[child][m], *of_f = alleles[FATHER][m],
                      *of_m = alleles[MOTHER][m];
        assert_true(own[1] == of_m[0] || own[1] == of_m[1]);
        if (on_x && child == SON)
          assert_int_equal(own[0], HW_NO_SNP_ALLELE);
        else if (on_x)
          assert_int_equal(own[0], of_f[1]);
        else
          assert_true(own[0] == of_f[0] || own[0] == of_f[1]);
      }
      assert_int_equal(alleles[FATHER][m][0] == HW_NO_SNP_ALLELE, on_x);
      assert_memory_equal(alleles[TWIN][m], alleles[DAUGHTER][m], 2);
      assert_true(on_x || alleles[LONE][m][0] < panel->markers[m].n_alleles);
    }
  }
  hw_panel_delete(panel);
}

/* A father with alleles marked by strand shows where his gametes change over: the share of
 * intervals that recombine is Haldane's (1 − e^−2d)/2 with the map of his sex. */
static void intervals_recombine_as_haldane_says(void **state) {
  hw_panel *panel = new_panel(true);
  int64_t informative[2] = {0, 0}, recombined[2] = {0, 0};
  const double step_cm[2] = {0.5 * 2, 1.0 * 2}; /* between markers of two alleles */
  (void)state;
  for (uint64_t seed = 0; seed < 3000; seed++) {
    drop(panel, 0, seed);
    for (int side = 0; side < 2; side++) {
      const int parent = side == 0 ? FATHER : MOTHER;
      for (int m = 0; m + 2 < AUTOSOMAL; m += 2) {
        if (panel->markers[m].chromosome != panel->markers[m + 2].chromosome) continue;
        const uint8_t *here = alleles[parent][m], *there = alleles[parent][m + 2];
        if (here[0] == here[1] || there[0] == there[1]) continue;
        const int from = alleles[SON][m][side] == here[0] ? 0 : 1;
        const int to = alleles[SON][m + 2][side] == there[0] ? 0 : 1;
        informative[side]++;
        recombined[side] += from != to;
      }
    }
  }
  for (int side = 0; side < 2; side++) {
    const double theta = 0.5 * (1 - exp(-2 * step_cm[side] / 100)), n = (double)informative[side];
    const double z = ((double)recombined[side] - n * theta) / sqrt(n * theta * (1 - theta));
    assert_true(n > 50000 && fabs(z) < 4);
  }
  hw_panel_delete(panel);
}

static void founders_have_the_frequencies_and_are_alike_by_theta(void **state) {
  hw_panel *panel = new_panel(true);
  const double p = 0.3, theta = 0.2;
  double first = 0, both = 0, n = 0;
  (void)state;
  for (uint64_t seed = 0; seed < 300; seed++) {
    drop(panel, theta, seed);
    for (int m = 0; m < AUTOSOMAL; m += 2, n++) {
      first += alleles[FATHER][m][0] == 0;
      both += alleles[FATHER][m][0] == 0 && alleles[MOTHER][m][1] == 0;
    }
  }
  const double pair = p * (theta + (1 - theta) * p);
  assert_true(fabs(first - n * p) < 4 * sqrt(n * p * (1 - p)));
  assert_true(fabs(both - n * pair) < 4 * sqrt(n * pair * (1 - pair)));
  hw_panel_delete(panel);
}

static void a_seed_gives_the_same_genes(void **state) {
  hw_panel *panel = new_panel(true);
  static uint8_t before[AUTOSOMAL + ON_X][2];
  (void)state;
  drop(panel, 0, 5);
  memcpy(before, alleles[SON], sizeof before);
  drop(panel, 0, 6);
  assert_memory_not_equal(before, alleles[SON], sizeof before);
  drop(panel, 0, 5);
  assert_memory_equal(before, alleles[SON], sizeof before);
  hw_panel_delete(panel);
}

/* ---- platforms ---- */

static void calls_err_as_their_likelihoods_say(void **state) {
  hw_panel *panel = new_panel(true);
  const hw_snp_error error = {.allele = 0.05, .dropout = 0.2};
  uint8_t *bytes = calloc((size_t)panel->first_genotype[panel->n_markers], 1);
  double seen[3] = {0}, n = 0, n_missing = 0, n_all = 0;
  (void)state;
  for (uint64_t seed = 0; seed < 200; seed++) {
    hw_random stream;
    hw_random_init(&stream, seed);
    drop(panel, 0, seed);
    hw_assert_ok(hw_simulate_calls(panel, &alleles[SON][0][0], &error, 0.1, &stream, bytes, &err),
                 &err);
    for (int m = 0; m < AUTOSOMAL; m += 2) {
      const int32_t call = hw_snp_best(bytes + panel->first_genotype[m], 3, 1);
      n_all++;
      n_missing += call < 0;
      if (call < 0 || alleles[SON][m][0] == alleles[SON][m][1]) continue;
      seen[call]++;
      n++;
    }
  }
  const double e = 0.05, d = 0.2, right = (1 - e) * (1 - e) + e * e;
  const double het = (1 - d) * right + d * 2 * e * (1 - e);
  assert_true(fabs(seen[1] - n * het) < 4 * sqrt(n * het * (1 - het)));
  assert_true(fabs(seen[0] - seen[2]) < 4 * sqrt(seen[0] + seen[2]));
  assert_true(fabs(n_missing - 0.1 * n_all) < 4 * sqrt(n_all * 0.09));
  free(bytes);
  hw_panel_delete(panel);
}

/* E[L(other)/L(true)] = 1 for every other genotype, whatever the model; to the rounding of bytes. */
static void likelihoods_are_those_of_what_was_drawn(void **state) {
  hw_panel *panel = new_panel(true);
  const hw_sequencing run = {
      .coverage = 2,
      .error = 0.1,
      .model = {.contamination = 0.1, .reference_bias = 0.1, .drop_in = 0.05}};
  uint8_t *bytes = calloc((size_t)panel->first_genotype[panel->n_markers], 1);
  double sum = 0, squares = 0, n = 0;
  (void)state;
  for (uint64_t seed = 0; seed < 400; seed++) {
    hw_random stream;
    hw_random_init(&stream, seed);
    drop(panel, 0, seed);
    hw_assert_ok(
        hw_simulate_likelihoods(panel, &alleles[SON][0][0], &run, NULL, &stream, bytes, &err),
        &err);
    for (int m = 0; m < AUTOSOMAL; m += 2) {
      if (alleles[SON][m][0] == alleles[SON][m][1]) continue;
      const uint8_t *own = bytes + panel->first_genotype[m];
      const double ratio = pow(10, (own[1] - own[0]) / (double)HW_SNP_UNITS);
      sum += ratio;
      squares += ratio * ratio;
      n++;
    }
  }
  const double mean = sum / n, se = sqrt((squares / n - mean * mean) / n);
  assert_true(fabs(mean - 1) < 4 * se + 0.002);
  free(bytes);
  hw_panel_delete(panel);
}

static void a_man_has_half_the_reads_on_x(void **state) {
  hw_panel *panel = new_panel(false);
  const hw_sequencing run = {.coverage = 20, .error = 0.01};
  hw_random stream;
  hw_pileup *pileup = NULL;
  (void)state;
  hw_random_init(&stream, 1);
  drop(panel, 0, 1);
  hw_assert_ok(hw_simulate_reads(panel, &alleles[SON][0][0], &run, &stream, &pileup, &err), &err);
  const int32_t autosomal = pileup->first[AUTOSOMAL];
  const int32_t on_x = pileup->first[AUTOSOMAL + ON_X] - autosomal;
  assert_true(fabs(autosomal - 20.0 * AUTOSOMAL) < 4 * sqrt(20.0 * AUTOSOMAL));
  assert_true(fabs(on_x - 10.0 * ON_X) < 4 * sqrt(10.0 * ON_X));
  hw_pileup_delete(pileup);
  hw_panel_delete(panel);
}

static void damage_shows_at_the_ends_of_the_persons_fragments(void **state) {
  hw_panel *panel = new_panel(false); /* the first marker of two is C/T */
  const hw_sequencing run = {.coverage = 200,
                             .model = {.damage = 0.3, .decay = 0.5, .damage_inside = 0.01}};
  hw_random stream;
  hw_pileup *pileup = NULL;
  double last = 0, last_t = 0, inside = 0, inside_t = 0;
  (void)state;
  hw_random_init(&stream, 2);
  memset(alleles, 0, sizeof alleles); /* everybody is C/C */
  hw_assert_ok(hw_simulate_reads(panel, &alleles[SON][0][0], &run, &stream, &pileup, &err), &err);
  for (int32_t i = 0; i < pileup->first[AUTOSOMAL]; i++) {
    const hw_read_base *base = &pileup->bases[i];
    if (base->is_reverse) { /* C of the forward strand is G of the fragment: damaged from 3' */
      assert_true(base->base == 1 || base->base == 3);
      continue;
    }
    if (base->from_5 == 0) last++, last_t += base->base == 3;
    if (base->from_5 > 20) inside++, inside_t += base->base == 3;
  }
  assert_true(last > 300 && fabs(last_t - 0.31 * last) < 4 * sqrt(last * 0.31 * 0.69));
  assert_true(fabs(inside_t - 0.01 * inside) < 4 * sqrt(inside * 0.01));
  hw_pileup_delete(pileup);
  hw_panel_delete(panel);
}

static void a_contaminant_shows_in_her_share_of_the_reads(void **state) {
  hw_panel *panel = new_panel(false);
  static uint8_t other[AUTOSOMAL + ON_X][2];
  hw_sequencing run = {.coverage = 100, .model = {.contamination = 0.2, .damage = 1}};
  hw_random stream;
  hw_pileup *pileup = NULL;
  double n = 0, n_other = 0;
  (void)state;
  memset(alleles, 0, sizeof alleles);
  for (int m = 0; m < AUTOSOMAL + ON_X; m++) other[m][0] = other[m][1] = (uint8_t)(m % 2 ? 2 : 1);
  run.contaminant = &other[0][0];
  run.model.damage = 0;
  hw_random_init(&stream, 3);
  hw_assert_ok(hw_simulate_reads(panel, &alleles[SON][0][0], &run, &stream, &pileup, &err), &err);
  for (int m = 1; m < AUTOSOMAL; m += 2)
    for (int32_t i = pileup->first[m]; i < pileup->first[m + 1]; i++, n++)
      n_other += pileup->bases[i].base == 2;
  assert_true(fabs(n_other - 0.2 * n) < 4 * sqrt(n * 0.16));
  hw_pileup_delete(pileup);
  hw_panel_delete(panel);
}

static void long_alleles_have_no_reads(void **state) {
  hw_panel *panel = new_panel(true);
  const hw_sequencing run = {.coverage = 5};
  hw_random stream;
  hw_pileup *pileup = NULL;
  (void)state;
  drop(panel, 0, 1);
  hw_random_init(&stream, 3);
  hw_assert_ok(hw_simulate_reads(panel, &alleles[SON][0][0], &run, &stream, &pileup, &err), &err);
  for (int m = 1; m < AUTOSOMAL; m += 2) assert_int_equal(pileup->first[m], pileup->first[m + 1]);
  assert_true(pileup->first[AUTOSOMAL] > 500);
  hw_pileup_delete(pileup);
  hw_panel_delete(panel);
}

/* ---- lines ---- */

static void lines_go_from_father_to_son_and_from_mother_to_child(void **state) {
  const hw_simulated_lines none = {.y_rate_per_meiosis = 1e-12, .mt_rate_per_meiosis = 1e-12};
  hw_random pool, stream;
  hw_lineages *lines = NULL;
  hw_mt *mt = NULL;
  (void)state;
  hw_random_init(&pool, 1);
  hw_random_init(&stream, 2);
  hw_assert_ok(hw_simulate_lineages(&pedigree, sexes, &none, &pool, &stream, &lines, &err), &err);
  const int32_t k = lines->n_y_markers;
  assert_int_equal(k, 17);
  assert_memory_equal(lines->y + k * SON, lines->y + k * FATHER, (size_t)k * sizeof *lines->y);
  assert_memory_not_equal(lines->y + k * LONE, lines->y + k * FATHER, (size_t)k * sizeof *lines->y);
  assert_int_equal(lines->y[k * DAUGHTER], -1);
  assert_string_equal(lines->mt[SON], lines->mt[MOTHER]);
  assert_string_equal(lines->mt[LONE], lines->mt[MOTHER]);
  assert_string_not_equal(lines->mt[FATHER], lines->mt[MOTHER]);
  for (int i = 0; i < PERSONS; i++) {
    hw_assert_ok(hw_mt_parse(HW_SIMULATED_MT_RANGES, lines->mt[i], &mt, &err), &err);
    assert_true(mt->n_differences > 0);
    hw_mt_delete(mt);
  }
  hw_lineages_delete(lines);
}

/* Repeats that change by themselves: of DYS389II those beside DYS389I. */
static int32_t repeats_of(const hw_lineages *lines, int person, int k) {
  const int32_t *own = lines->y + (size_t)lines->n_y_markers * (size_t)person;
  const bool is_whole = strcmp(hw_simulated_y_marker(k), "DYS389II") == 0;
  assert_true(!is_whole || strcmp(hw_simulated_y_marker(k - 1), "DYS389I") == 0);
  return is_whole ? own[k] - own[k - 1] : own[k];
}

static void lines_change_at_their_rates(void **state) {
  const hw_simulated_lines often = {.y_rate_per_meiosis = 0.1, .mt_rate_per_meiosis = 0.25};
  hw_random pool, root;
  double steps = 0, changed = 0;
  enum { N = 1000 };
  (void)state;
  hw_random_init(&pool, 1);
  hw_random_init(&root, 2);
  for (uint64_t i = 0; i < N; i++) {
    const hw_random stream = hw_random_split(&root, i);
    hw_lineages *lines = NULL;
    hw_assert_ok(hw_simulate_lineages(&pedigree, sexes, &often, &pool, &stream, &lines, &err),
                 &err);
    for (int k = 0; k < 17; k++) {
      const int32_t step = abs(repeats_of(lines, SON, k) - repeats_of(lines, FATHER, k));
      assert_true(step <= 1);
      steps += step;
    }
    changed += strcmp(lines->mt[SON], lines->mt[MOTHER]) != 0;
    hw_lineages_delete(lines);
  }
  assert_true(fabs(steps - 0.1 * 17 * N) < 4 * sqrt(0.09 * 17 * N));
  assert_true(fabs(changed - 0.25 * N) < 4 * sqrt(0.1875 * N));
}

/* The men's rows of a table as laboratories send it. */
static void write_table(const hw_lineages *lines, hw_str *out) {
  const int32_t n = lines->n_y_markers;
  hw_str_append(out, "person");
  for (int32_t k = 0; k < n; k++) hw_str_append_format(out, ",%s", hw_simulated_y_marker(k));
  for (int i = 0; i < PERSONS; i++) {
    if (sexes[i] != HW_MALE) continue;
    hw_str_append_format(out, "\nP%d", i);
    for (int32_t k = 0; k < n; k++) hw_str_append_format(out, ",%d", (int)lines->y[i * n + k]);
  }
  hw_str_append(out, "\n");
}

/* DYS389II above all, which readers refuse where it is not longer than DYS389I. */
static void what_is_told_of_y_can_be_read(void **state) {
  hw_random root;
  hw_y_rates *rates = NULL;
  hw_errors errors = {0};
  enum { N = 2000 };
  (void)state;
  hw_random_init(&root, 5);
  hw_assert_ok(hw_y_rates_read(NULL, &rates, &errors), &err);
  for (uint64_t i = 0; i < N; i++) {
    const hw_random pool = hw_random_split(&root, 2 * i),
                    stream = hw_random_split(&root, 2 * i + 1);
    const hw_simulated_lines options = {.n_y_markers = 1 + (int32_t)(i % HW_SIMULATED_Y_MARKERS),
                                        .y_rate_per_meiosis = i % 2 == 0 ? 0.5 : 0};
    hw_lineages *lines = NULL;
    hw_y_rows *rows = NULL;
    hw_str text = HW_STR_INIT;
    hw_assert_ok(hw_simulate_lineages(&pedigree, sexes, &options, &pool, &stream, &lines, &err),
                 &err);
    write_table(lines, &text);
    const hw_status status =
        hw_y_rows_parse(text.bytes, text.length, "y.csv", rates, &rows, &errors);
    if (status != HW_OK) fail_msg("seed %d: %s\n%s", (int)i, errors.kept[0].message, text.bytes);
    assert_true(rows->n > 2);
    assert_int_equal(rows->n_unpaired, 0);
    hw_y_rows_delete(rows);
    hw_str_clear(&text);
    hw_lineages_delete(lines);
  }
  hw_y_rates_delete(rates);
}

static void y_markers_have_distinct_names(void **state) {
  (void)state;
  for (int32_t i = 0; i < HW_SIMULATED_Y_MARKERS; i++)
    for (int32_t j = 0; j < i; j++)
      assert_string_not_equal(hw_simulated_y_marker(i), hw_simulated_y_marker(j));
  assert_null(hw_simulated_y_marker(HW_SIMULATED_Y_MARKERS));
  assert_null(hw_simulated_y_marker(-1));
}

/* ---- whole cases ---- */

static hw_simulation *new_persons(int32_t n_remains, int32_t n_unrelated) {
  const hw_simulation_options o = {.seed = 4,
                                   .id = "case",
                                   .n_families = 5,
                                   .n_remains = n_remains,
                                   .n_unrelated = n_unrelated,
                                   .n_copies = 1};
  hw_simulation *persons_of = NULL;
  hw_assert_ok(hw_simulation_new(&o, &persons_of, &err), &err);
  return persons_of;
}

static hw_snp_simulation *new_case(const hw_simulation *of, const hw_panel *panel, bool is_damaged,
                                   hw_status *status) {
  hw_snp_simulation_options o = {.seed = 4,
                                 .panel = panel,
                                 .call = {.allele = 0.001},
                                 .run = {.coverage = 30, .error = 0.001},
                                 .spread = 0.5,
                                 .has_lineages = true};
  if (is_damaged) o.run.model.damage = 0.1, o.run.model.decay = 0.3;
  hw_snp_simulation *out = NULL;
  *status = hw_snp_simulation_new(of, &o, &out, &err);
  return out;
}

static void one_person_has_one_genome_in_a_case(void **state) {
  hw_panel *panel = new_panel(false);
  hw_simulation *of = new_persons(5, 1);
  (void)state;
  for (int is_damaged = 0; is_damaged < 2; is_damaged++) {
    hw_status status = HW_OK;
    hw_snp_simulation *snps = new_case(of, panel, is_damaged, &status), *again = NULL;
    hw_assert_ok(status, &err);
    assert_int_equal(snps->n_remains, 5);
    again = new_case(of, panel, is_damaged, &status);
    for (int32_t i = 0; i < snps->n_remains; i++) {
      const size_t n = (size_t)panel->first_genotype[panel->n_markers];
      assert_memory_equal(snps->remains[i].bytes, again->remains[i].bytes, n);
      assert_int_equal(snps->remains[i].sex, of->truth[i].sex);
      assert_true(snps->coverage[i] > 15 && snps->coverage[i] < 45);
      assert_true(hw_snp_count_known(panel, snps->remains[i].bytes) > AUTOSOMAL - 5);
    }
    hw_snp_simulation_delete(again);
    hw_snp_simulation_delete(snps);
  }
  hw_simulation_delete(of);
  hw_panel_delete(panel);
}

static void a_case_without_lineages_has_no_tables_of_them(void **state) {
  hw_panel *panel = new_panel(false);
  hw_simulation *of = new_persons(3, 1);
  const hw_snp_simulation_options o = {.seed = 4, .panel = panel, .run = {.coverage = 1}};
  hw_snp_simulation *snps = NULL;
  (void)state;
  hw_assert_ok(hw_snp_simulation_new(of, &o, &snps, &err), &err);
  hw_assert_status(hw_snp_simulation_write_lineages(snps, stdout, stdout, &err), HW_E_SHAPE, &err);
  hw_assert_contains(err.message, "without lineages");
  hw_assert_status(hw_snp_simulation_write_vcf(snps, panel, HW_GRCH37, stdout, stdout, &err),
                   HW_E_VALUE, &err);
  hw_assert_contains(err.message, "has no position on GRCh37");
  hw_snp_simulation_delete(snps);
  hw_simulation_delete(of);
  hw_panel_delete(panel);
}

/* ---- what is refused ---- */

static void numbers_out_of_range_are_refused(void **state) {
  hw_panel *panel = new_panel(false);
  hw_random stream;
  uint8_t bytes[16];
  hw_pileup *pileup = NULL;
  hw_lineages *lines = NULL;
  (void)state;
  hw_random_init(&stream, 1);
  uint8_t *own = &alleles[0][0][0];
  hw_assert_status(hw_simulate_haplotypes(&pedigree, sexes, panel, 1, 0, &stream, own, &err),
                   HW_E_VALUE, &err);
  hw_assert_contains(err.message, "no population 1");
  hw_assert_status(hw_simulate_haplotypes(&pedigree, sexes, panel, 0, 1, &stream, own, &err),
                   HW_E_VALUE, &err);
  hw_assert_contains(err.message, "theta 1");
  const hw_snp_error error = {.allele = -1};
  hw_assert_status(hw_simulate_calls(panel, own, &error, 0, &stream, bytes, &err), HW_E_VALUE,
                   &err);
  const hw_sequencing runs[] = {{.coverage = -1},
                                {.coverage = 1, .error = 2},
                                {.coverage = 1, .model = {.reference_bias = 0.6}},
                                {.coverage = 1, .fragment_bp = -5},
                                {.coverage = 1, .model = {.contamination = 0.1}, .source = 4}};
  const char *const why[] = {"coverage -1", "a rate of error", "reference bias 0.6",
                             "fragments of -5 bp", "no population 4"};
  for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
    hw_assert_status(hw_simulate_reads(panel, own, &runs[i], &stream, &pileup, &err), HW_E_VALUE,
                     &err);
    hw_assert_contains(err.message, why[i]);
    assert_null(pileup);
  }
  const hw_simulated_lines many = {.n_y_markers = 26}, fast = {.y_rate_per_meiosis = 2};
  hw_assert_status(hw_simulate_lineages(&pedigree, sexes, &many, &stream, &stream, &lines, &err),
                   HW_E_VALUE, &err);
  hw_assert_contains(err.message, "26 Y markers");
  hw_assert_status(hw_simulate_lineages(&pedigree, sexes, &fast, &stream, &stream, &lines, &err),
                   HW_E_VALUE, &err);
  hw_panel_delete(panel);
}

static void exhausted_memory_is_an_error(void **state) {
  hw_panel *panel = new_panel(false);
  hw_simulation *of = new_persons(3, 1);
  bool has_failed = true;
  (void)state;
  for (long n = 0; has_failed && hw_faults_begin(n); n++) {
    hw_status status = HW_OK;
    hw_snp_simulation *snps = new_case(of, panel, true, &status);
    has_failed = hw_faults_end();
    hw_assert_status(status, has_failed ? HW_E_NO_MEMORY : HW_OK, &err);
    assert_true((snps == NULL) == has_failed);
    hw_snp_simulation_delete(snps);
  }
  assert_false(has_failed);
  hw_simulation_delete(of);
  hw_panel_delete(panel);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(children_have_one_allele_of_each_parent),
      cmocka_unit_test(intervals_recombine_as_haldane_says),
      cmocka_unit_test(founders_have_the_frequencies_and_are_alike_by_theta),
      cmocka_unit_test(a_seed_gives_the_same_genes),
      cmocka_unit_test(calls_err_as_their_likelihoods_say),
      cmocka_unit_test(likelihoods_are_those_of_what_was_drawn),
      cmocka_unit_test(a_man_has_half_the_reads_on_x),
      cmocka_unit_test(damage_shows_at_the_ends_of_the_persons_fragments),
      cmocka_unit_test(a_contaminant_shows_in_her_share_of_the_reads),
      cmocka_unit_test(long_alleles_have_no_reads),
      cmocka_unit_test(lines_go_from_father_to_son_and_from_mother_to_child),
      cmocka_unit_test(lines_change_at_their_rates),
      cmocka_unit_test(what_is_told_of_y_can_be_read),
      cmocka_unit_test(y_markers_have_distinct_names),
      cmocka_unit_test(one_person_has_one_genome_in_a_case),
      cmocka_unit_test(a_case_without_lineages_has_no_tables_of_them),
      cmocka_unit_test(numbers_out_of_range_are_refused),
      cmocka_unit_test(exhausted_memory_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
