/* Simulation: laws of founders and transmissions, degradation, whole cases, tables. */
#include "homeward/simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/assert.h"
#include "support/case_equal.h"
#include "support/faults.h"

static const char *const NAMES[] = {"10", "11", "12", "13"};
static const double FREQUENCIES[] = {0.1, 0.2, 0.3, 0.4};

static hw_marker marker(int chromosome) {
  return (hw_marker){.name = "L",
                     .chromosome = chromosome,
                     .n_alleles = 4,
                     .allele_names = NAMES,
                     .frequencies = FREQUENCIES,
                     .silent = HW_ALLELE_NONE};
}

#define NOBODY HW_PERSON_NONE
/* Father, mother, two children, the second one's identical twin, a stranger. */
static const hw_person PERSONS[] = {
    {"F", NOBODY, NOBODY, HW_MALE, NOBODY},
    {"M", NOBODY, NOBODY, HW_FEMALE, NOBODY},
    {"A", 0, 1, HW_MALE, NOBODY},
    {"B", 0, 1, HW_FEMALE, NOBODY},
    {"T", NOBODY, NOBODY, HW_UNKNOWN_SEX, 3},
    {"S", NOBODY, NOBODY, HW_UNKNOWN_SEX, NOBODY},
};
enum { N_PERSONS = 6 };
static const hw_pedigree PEDIGREE = {N_PERSONS, PERSONS};

static void founders_follow_the_frequencies(void **state) {
  (void)state;
  hw_random stream;
  hw_random_init(&stream, 11);
  hw_marker m = marker(HW_CHROMOSOME_AUTOSOMAL);
  const hw_pedigree one = {1, PERSONS};
  const hw_sex sex = HW_MALE;
  enum { N = 20000 };
  double count[4] = {0}, chi2 = 0;
  for (int i = 0; i < N; i++) {
    hw_allele g[2];
    hw_assert_ok(hw_simulate_drop(&one, &sex, &m, 0, &stream, g, NULL), NULL);
    count[g[0]]++;
    count[g[1]]++;
  }
  for (int a = 0; a < 4; a++) {
    double expected = 2 * N * FREQUENCIES[a];
    chi2 += (count[a] - expected) * (count[a] - expected) / expected;
  }
  assert_true(chi2 < 16.3); /* 3 degrees of freedom, p = 0.001; the seed is fixed */
}

static void theta_makes_founders_alike(void **state) {
  (void)state;
  hw_random stream;
  hw_random_init(&stream, 12);
  hw_marker m = marker(HW_CHROMOSOME_AUTOSOMAL);
  const hw_pedigree one = {1, PERSONS};
  const hw_sex sex = HW_MALE;
  enum { N = 20000 };
  double same = 0;
  for (int i = 0; i < N; i++) {
    hw_allele g[2];
    hw_assert_ok(hw_simulate_drop(&one, &sex, &m, 0.2, &stream, g, NULL), NULL);
    same += g[0] == g[1];
  }
  /* P = theta + (1 − theta) Σp² = 0.2 + 0.8 · 0.3; four standard deviations are 0.014. */
  hw_assert_close(same / N, 0.44, 0, 0.014);
}

static void children_take_one_allele_of_each_parent(void **state) {
  (void)state;
  hw_random stream;
  hw_random_init(&stream, 13);
  hw_marker m = marker(HW_CHROMOSOME_AUTOSOMAL);
  for (int i = 0; i < 500; i++) {
    hw_sex sexes[N_PERSONS];
    hw_allele g[2 * N_PERSONS];
    hw_assert_ok(hw_simulate_sexes(&PEDIGREE, &stream, sexes, NULL), NULL);
    hw_assert_ok(hw_simulate_drop(&PEDIGREE, sexes, &m, 0.05, &stream, g, NULL), NULL);
    for (int child = 2; child < 4; child++) {
      assert_true(g[2 * child] == g[0] || g[2 * child] == g[1]);
      assert_true(g[2 * child + 1] == g[2] || g[2 * child + 1] == g[3]);
    }
    assert_true(g[8] == g[6] && g[9] == g[7]); /* twin */
    assert_int_equal(sexes[4], HW_FEMALE);
    assert_true(sexes[5] != HW_UNKNOWN_SEX);
  }
}

static void sons_take_their_x_from_the_mother(void **state) {
  (void)state;
  hw_random stream;
  hw_random_init(&stream, 14);
  hw_marker m = marker(HW_CHROMOSOME_X);
  for (int i = 0; i < 500; i++) {
    hw_sex sexes[N_PERSONS];
    hw_allele g[2 * N_PERSONS];
    hw_assert_ok(hw_simulate_sexes(&PEDIGREE, &stream, sexes, NULL), NULL);
    hw_assert_ok(hw_simulate_drop(&PEDIGREE, sexes, &m, 0, &stream, g, NULL), NULL);
    assert_int_equal(g[0], HW_ALLELE_NONE);
    assert_int_equal(g[4], HW_ALLELE_NONE);
    assert_true(g[5] == g[2] || g[5] == g[3]);
    assert_int_equal(g[6], g[1]); /* the daughter's paternal allele is her father's only one */
  }
}

static void mutations_come_at_their_rate(void **state) {
  (void)state;
  hw_random stream;
  hw_random_init(&stream, 15);
  hw_marker m = marker(HW_CHROMOSOME_AUTOSOMAL);
  double matrix[16];
  m.mutation = (hw_mutation){.model = HW_MUTATION_EQUAL, .rate = {0.3, 0.3}};
  hw_assert_ok(hw_mutation_matrix(&m, HW_FROM_FATHER, matrix, NULL), NULL);
  m.matrix[HW_FROM_FATHER] = matrix; /* mothers do not mutate here */
  const hw_pedigree trio = {3, PERSONS};
  const hw_sex sexes[] = {HW_MALE, HW_FEMALE, HW_MALE};
  enum { N = 20000 };
  double n_homozygous = 0, n_mutated = 0;
  for (int i = 0; i < N; i++) {
    hw_allele g[6];
    hw_assert_ok(hw_simulate_drop(&trio, sexes, &m, 0, &stream, g, NULL), NULL);
    assert_true(g[5] == g[2] || g[5] == g[3]);
    if (g[0] != g[1]) continue;
    n_homozygous++;
    n_mutated += g[4] != g[0];
  }
  hw_assert_close(n_mutated / n_homozygous, 0.3, 0, 4 * sqrt(0.21 / n_homozygous));
}

static void a_person_who_is_her_own_ancestor_is_refused(void **state) {
  (void)state;
  const hw_person loop[] = {{"A", NOBODY, 1, HW_FEMALE, NOBODY},
                            {"B", NOBODY, 0, HW_FEMALE, NOBODY}};
  const hw_pedigree pedigree = {2, loop};
  hw_random stream;
  hw_random_init(&stream, 1);
  hw_sex sexes[2];
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_simulate_sexes(&pedigree, &stream, sexes, &err), HW_E_PEDIGREE, &err);
}

static void long_amplicons_are_lost_first(void **state) {
  (void)state;
  const hw_degradation intact = {.damage_per_base = 0, .n_copies = 1};
  assert_true(hw_degradation_dropout(&intact, 400) == 0);
  const hw_degradation bad = {.damage_per_base = 0.5, .n_copies = 2};
  hw_assert_same_bits(hw_degradation_dropout(&bad, 1), 0.25);
  hw_assert_same_bits(hw_degradation_dropout(&bad, 2), 0.5625);
  const hw_degradation old = {.damage_per_base = 0.01, .n_copies = 10};
  double before = 0;
  for (int32_t length = 100; length <= 400; length += 50) {
    double now = hw_degradation_dropout(&old, length);
    hw_assert_close(now, pow(1 - pow(0.99, length), 10), 1e-12, 0);
    assert_true(now > before && now < 1);
    before = now;
  }
}

/* ---- whole cases ---- */

static const int32_t LENGTHS[] = {100, 400};
static hw_marker markers[2];

static hw_simulation_options options(void) {
  markers[0] = marker(HW_CHROMOSOME_AUTOSOMAL);
  markers[1] = marker(HW_CHROMOSOME_AUTOSOMAL);
  markers[0].name = "short";
  markers[1].name = "long";
  return (hw_simulation_options){.seed = 5,
                                 .n_markers = 2,
                                 .markers = markers,
                                 .lengths_bp = LENGTHS,
                                 .sex_length_bp = 100,
                                 .n_families = 40,
                                 .n_remains = 60,
                                 .n_unrelated = 20,
                                 .degraded_fraction = 0.7,
                                 .most_damage_per_base = 0.03,
                                 .n_copies = 4};
}

/* The case file and the truth as text; free() it. */
static char *text_of(const hw_simulation *simulation) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  hw_assert_ok(hw_simulation_write_case(simulation, out, NULL), NULL);
  hw_assert_ok(hw_simulation_write_truth(simulation, out, NULL), NULL);
  fclose(out);
  return text;
}

static void one_seed_gives_one_case(void **state) {
  (void)state;
  hw_simulation_options o = options();
  hw_simulation *a = NULL, *b = NULL, *c = NULL;
  hw_assert_ok(hw_simulation_new(&o, &a, NULL), NULL);
  hw_assert_ok(hw_simulation_new(&o, &b, NULL), NULL);
  o.seed = 6;
  hw_assert_ok(hw_simulation_new(&o, &c, NULL), NULL);
  char *text_a = text_of(a), *text_b = text_of(b), *text_c = text_of(c);
  assert_string_equal(text_a, text_b);
  assert_string_not_equal(text_a, text_c);
  hw_assert_contains(text_a, "Synthetic data");
  hw_assert_contains(text_a, "seed 5");
  free(text_a);
  free(text_b);
  free(text_c);
  hw_simulation_delete(a);
  hw_simulation_delete(b);
  hw_simulation_delete(c);
}

static void more_families_leave_the_first_ones_alone(void **state) {
  (void)state;
  hw_simulation_options o = options();
  hw_simulation *few = NULL, *many = NULL;
  hw_assert_ok(hw_simulation_new(&o, &few, NULL), NULL);
  o.n_families = 80;
  hw_assert_ok(hw_simulation_new(&o, &many, NULL), NULL);
  for (int32_t f = 0; f < few->problem.n_families; f++) {
    const hw_family *a = &few->problem.families[f], *b = &many->problem.families[f];
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->n_profiles, b->n_profiles);
    for (int32_t p = 0; p < a->n_profiles; p++)
      for (int32_t m = 0; m < 2; m++) {
        assert_int_equal(a->profiles[p].observations[m].a, b->profiles[p].observations[m].a);
        assert_int_equal(a->profiles[p].observations[m].b, b->profiles[p].observations[m].b);
      }
  }
  hw_simulation_delete(few);
  hw_simulation_delete(many);
}

static void written_cases_can_be_read(void **state) {
  (void)state;
  for (int form = 0; form < 2; form++) {
    hw_simulation_options o = options();
    o.form = (hw_degraded_form)form;
    o.drop_in = 0.05;
    hw_simulation *simulation = NULL;
    hw_assert_ok(hw_simulation_new(&o, &simulation, NULL), NULL);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    hw_assert_ok(hw_simulation_write_case(simulation, out, NULL), NULL);
    fclose(out);
    hw_case_list *list = NULL;
    hw_err err = HW_ERR_INIT;
    hw_assert_ok(hw_case_list_parse(text, size, "case", &list, &err), &err);
    assert_null(case_difference(&simulation->problem, &list->cases[0]));
    assert_int_equal(list->cases[0].n_remains, 60);
    assert_int_equal(list->cases[0].n_families, 40);
    for (int32_t r = 0; r < 60; r++)
      for (int32_t m = 0; m < 2; m++) {
        const hw_observation *x = &simulation->problem.remains[r].profile.observations[m];
        const hw_observation *y = &list->cases[0].remains[r].profile.observations[m];
        assert_int_equal(x->kind, y->kind);
        if (x->kind == HW_OBS_SET) assert_int_equal(x->n_seen, y->n_seen);
      }
    hw_case_list_delete(list);
    free(text);
    hw_simulation_delete(simulation);
  }
}

static void truth_counts_agree_with_the_options(void **state) {
  (void)state;
  hw_simulation_options o = options();
  hw_simulation *simulation = NULL;
  hw_assert_ok(hw_simulation_new(&o, &simulation, NULL), NULL);
  int n_unrelated = 0, n_short = 0, n_long = 0;
  for (int32_t r = 0; r < simulation->n_truth; r++) {
    n_unrelated += simulation->truth[r].family[0] == '\0';
    n_short += simulation->problem.remains[r].profile.observations[0].kind != HW_OBS_MISSING;
    n_long += simulation->problem.remains[r].profile.observations[1].kind != HW_OBS_MISSING;
    for (int32_t s = 0; s < r; s++)
      if (simulation->truth[r].missing[0] != '\0')
        assert_string_not_equal(simulation->truth[r].missing, simulation->truth[s].missing);
  }
  assert_int_equal(simulation->n_truth, 60);
  assert_int_equal(n_unrelated, 20);
  assert_true(n_long < n_short);
  hw_simulation_delete(simulation);
}

static void every_shape_makes_possible_families(void **state) {
  (void)state;
  for (int32_t shape = 0; shape < hw_family_shape_count(); shape++) {
    assert_int_equal(hw_family_shape_find(hw_family_shape_get(shape)->name), shape);
    hw_simulation_options o = options();
    o.n_shapes = 1;
    o.shapes = &shape;
    o.n_families = 20;
    o.n_remains = o.n_unrelated = 1;
    hw_simulation *simulation = NULL;
    hw_err err = HW_ERR_INIT;
    hw_assert_ok(hw_simulation_new(&o, &simulation, &err), &err);
    for (int32_t f = 0; f < 20; f++) {
      const hw_family *family = &simulation->problem.families[f];
      assert_true(family->n_missing >= 1 && family->n_profiles >= 1);
      for (int32_t p = 0; p < family->n_profiles; p++)
        for (int32_t k = 0; k < family->n_missing; k++)
          assert_int_not_equal(family->profile_person[p], family->missing[k]);
    }
    hw_simulation_delete(simulation);
  }
  assert_int_equal(hw_family_shape_find("no such shape"), -1);
  assert_null(hw_family_shape_get(-1));
}

static void impossible_wishes_are_refused(void **state) {
  (void)state;
  hw_simulation *simulation = NULL;
  hw_err err = HW_ERR_INIT;
  hw_simulation_options o = options();
  o.n_families = 3;
  hw_assert_status(hw_simulation_new(&o, &simulation, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "the 3 families miss");
  assert_null(simulation);
  o = options();
  o.theta = 1;
  hw_assert_status(hw_simulation_new(&o, &simulation, &err), HW_E_VALUE, &err);
  o = options();
  o.n_unrelated = 61;
  hw_assert_status(hw_simulation_new(&o, &simulation, &err), HW_E_VALUE, &err);
  o = options();
  o.n_copies = 0;
  hw_assert_status(hw_simulation_new(&o, &simulation, &err), HW_E_VALUE, &err);
}

static void exhausted_memory_is_told_and_nothing_leaks(void **state) {
  (void)state;
  hw_simulation_options o = options();
  o.n_families = o.n_remains = 4;
  o.n_unrelated = 1;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_simulation *simulation = NULL;
    hw_status status = hw_simulation_new(&o, &simulation, NULL);
    if (!hw_faults_end()) {
      hw_assert_ok(status, NULL);
      hw_simulation_delete(simulation);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, NULL);
    assert_null(simulation);
  }
}

/* ---- tables ---- */

/* Writes text to a scratch file; its path. */
static const char *scratch(const char *text) {
  static char path[64];
  snprintf(path, sizeof path, "/tmp/homeward-test-XXXXXX");
  int descriptor = mkstemp(path);
  assert_true(descriptor >= 0);
  assert_int_equal(write(descriptor, text, strlen(text)), (long)strlen(text));
  close(descriptor);
  return path;
}

static void truth_tables_are_read_back(void **state) {
  (void)state;
  hw_truth_table *table = NULL;
  hw_err err = HW_ERR_INIT;
  const char *path = scratch("remains,family,missing,shape,damage_per_base,markers\n"
                             "R1,F1,M1,sibs,0.01,7\nR2,,,,0,23\n");
  hw_assert_ok(hw_truth_table_read(path, &table, &err), &err);
  unlink(path);
  assert_int_equal(table->n_rows, 2);
  assert_string_equal(table->rows[0].missing, "M1");
  hw_assert_same_bits(table->rows[0].damage_per_base, 0.01);
  assert_int_equal(table->rows[1].n_markers, 23);
  assert_string_equal(table->rows[1].family, "");
  hw_truth_table_delete(table);
}

static void bad_truth_tables_are_told_with_their_line(void **state) {
  (void)state;
  static const struct {
    const char *text;
    hw_status status;
    uint64_t line;
  } cases[] = {
      {"", HW_E_SYNTAX, 0},
      {"remains,family\n", HW_E_SYNTAX, 1},
      {"remains,family,missing,shape,damage_per_base,markers\nR1,F1\n", HW_E_SYNTAX, 2},
      {"remains,family,missing,shape,damage_per_base,markers\nR1,F1,,s,0,1\n", HW_E_VALUE, 2},
      {"remains,family,missing,shape,damage_per_base,markers\nR1,F1,M1,s,x,1\n", HW_E_VALUE, 2},
      {"remains,family,missing,shape,damage_per_base,markers\nR1,F1,M1,s,0,-1\n", HW_E_VALUE, 2},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    hw_truth_table *table = NULL;
    hw_err err = HW_ERR_INIT;
    const char *path = scratch(cases[i].text);
    hw_assert_status(hw_truth_table_read(path, &table, &err), cases[i].status, &err);
    unlink(path);
    if (cases[i].line > 0) assert_int_equal(err.line, cases[i].line);
    assert_string_equal(err.file, path);
    assert_null(table);
  }
  hw_truth_table *table = NULL;
  hw_assert_status(hw_truth_table_read("/nonexistent/truth.csv", &table, NULL), HW_E_NOT_FOUND,
                   NULL);
}

static void amplicon_lengths_need_every_marker(void **state) {
  (void)state;
  (void)options();
  int32_t lengths[2], sex = 0;
  hw_err err = HW_ERR_INIT;
  const char *path = scratch("# kit\nmarker,length_bp\nAMEL,90\nSHORT,120\nlong,300\nother,1\n");
  hw_assert_ok(hw_amplicon_lengths_read(path, 2, markers, "AMEL", lengths, &sex, &err), &err);
  unlink(path);
  assert_int_equal(lengths[0], 120);
  assert_int_equal(lengths[1], 300);
  assert_int_equal(sex, 90);
  path = scratch("marker,length_bp\nAMEL,90\nshort,120\n");
  hw_assert_status(hw_amplicon_lengths_read(path, 2, markers, "AMEL", lengths, &sex, &err),
                   HW_E_REFERENCE, &err);
  unlink(path);
  path = scratch("marker,length_bp\nAMEL,90\nshort,120\nshort,130\n");
  hw_assert_status(hw_amplicon_lengths_read(path, 2, markers, "AMEL", lengths, &sex, &err),
                   HW_E_DUPLICATE, &err);
  unlink(path);
  assert_int_equal(err.line, 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(founders_follow_the_frequencies),
      cmocka_unit_test(theta_makes_founders_alike),
      cmocka_unit_test(children_take_one_allele_of_each_parent),
      cmocka_unit_test(sons_take_their_x_from_the_mother),
      cmocka_unit_test(mutations_come_at_their_rate),
      cmocka_unit_test(a_person_who_is_her_own_ancestor_is_refused),
      cmocka_unit_test(long_amplicons_are_lost_first),
      cmocka_unit_test(one_seed_gives_one_case),
      cmocka_unit_test(more_families_leave_the_first_ones_alone),
      cmocka_unit_test(written_cases_can_be_read),
      cmocka_unit_test(truth_counts_agree_with_the_options),
      cmocka_unit_test(every_shape_makes_possible_families),
      cmocka_unit_test(impossible_wishes_are_refused),
      cmocka_unit_test(exhausted_memory_is_told_and_nothing_leaks),
      cmocka_unit_test(truth_tables_are_read_back),
      cmocka_unit_test(bad_truth_tables_are_told_with_their_line),
      cmocka_unit_test(amplicon_lengths_need_every_marker),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
