/* The search by all kinds of evidence: what is kept is what all pairs weighed one by one give, whatever
 * engine found it; posteriors, lines that exclude, close relatives, who cannot be searched. All data
 * are simulated. */
#include "app/search_snp.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/anchor_profile.h"
#include "app/search_snp_blind.h"
#include "base/elementary.h"
#include "homeward/simulate_snp.h"
#include "support/assert.h"
#include "support/faults.h"

enum { N_CHROMOSOMES = 8, N_EACH = 40, N_SNPS = N_CHROMOSOMES * N_EACH, N_STR = 8, N_ALLELES = 6 };

static hw_err err;

/* --- a world --- */

typedef struct world {
  hw_panel *panel;
  hw_marker markers[N_STR];
  double frequencies[N_ALLELES];
  hw_simulation *persons;
  hw_snp_simulation *snps;
  hw_stored_snp_family *families;
  hw_snp_profile *remains;
  hw_stored_lines *lines;         /* of the remains */
  hw_stored_lines **person_lines; /* of families */
  hw_mt *bone_mt, *relative_mt;
  hw_evidence *evidence;
  hw_str_searched str;
  hw_snp_searched snp;
  hw_search *str_search;
  hw_snp_search_results *by_snp;
  hw_search_options str_options;
  hw_wide_options options;
  hw_wide_input input;
  hw_wide_found found;
} world;

static hw_panel *make_panel(void) {
  hw_str text = HW_STR_INIT;
  hw_panel *panel = NULL;
  hw_str_append(&text, "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS\n");
  for (int c = 1; c <= N_CHROMOSOMES; c++)
    for (int i = 0; i < N_EACH; i++)
      hw_str_append_format(&text, "s%d_%d,%d,%d,%d,A/G,%g,%g,%g\n", c, i, c, 1000 + 1000 * i,
                           1001 + 1000 * i, 4.0 * i, 3.0 * i, 0.3 + 0.01 * (i % 20));
  hw_assert_ok(hw_panel_parse(hw_str_text(&text), text.length, "panel", &panel, &err), &err);
  hw_str_clear(&text);
  return panel;
}

static void make_markers(world *self) {
  static const char *const names[N_STR] = {"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8"};
  static const char *const alleles[N_ALLELES] = {"10", "11", "12", "13", "14", "15"};
  static const double frequencies[N_ALLELES] = {0.1, 0.15, 0.2, 0.25, 0.2, 0.1};
  memcpy(self->frequencies, frequencies, sizeof frequencies);
  for (int m = 0; m < N_STR; m++)
    self->markers[m] = (hw_marker){.name = names[m],
                                   .n_alleles = N_ALLELES,
                                   .allele_names = alleles,
                                   .silent = HW_ALLELE_NONE,
                                   .frequencies = self->frequencies,
                                   .mutation = {.model = HW_MUTATION_NONE}};
}

static void simulate(world *self, uint64_t seed, const char *shape) {
  const int32_t shapes[] = {hw_family_shape_find(shape), hw_family_shape_find("half-sibs")};
  static const int32_t lengths[N_STR] = {100, 100, 100, 100, 100, 100, 100, 100};
  const hw_simulation_options who = {.seed = seed,
                                     .id = "test",
                                     .n_markers = N_STR,
                                     .markers = self->markers,
                                     .n_families = 6,
                                     .n_remains = 9,
                                     .n_unrelated = 4,
                                     .lengths_bp = lengths,
                                     .sex_length_bp = 100,
                                     .n_copies = 1,
                                     .most_damage_per_base = 0.01,
                                     .n_shapes = 2,
                                     .shapes = shapes};
  hw_snp_simulation_options how = {.seed = seed,
                                   .panel = self->panel,
                                   .call = {.allele = 0.001},
                                   .run = {.coverage = 1, .error = 0.01}};
  hw_assert_ok(hw_simulation_new(&who, &self->persons, &err), &err);
  hw_assert_ok(hw_snp_simulation_new(self->persons, &how, &self->snps, &err), &err);
}

/* SNPs of everybody, but those of every third bone and every fourth family are not known. */
static void place_snps(world *self, bool has_gaps) {
  const hw_case *problem = &self->persons->problem;
  int32_t next = 0;
  self->remains = calloc((size_t)problem->n_remains, sizeof *self->remains);
  self->families = calloc((size_t)problem->n_families, sizeof *self->families);
  for (int32_t r = 0; r < problem->n_remains; r++) {
    self->remains[r] = self->snps->remains[r];
    if (has_gaps && r % 3 == 2) self->remains[r].bytes = NULL;
  }
  for (int32_t f = 0; f < problem->n_families; f++) {
    const hw_family *family = &problem->families[f];
    const bool is_known = !has_gaps || f % 4 != 3;
    self->families[f] = (hw_stored_snp_family){.n_profiles = is_known ? family->n_profiles : 0,
                                               .profiles = self->snps->references + next,
                                               .person = family->profile_person};
    next += family->n_profiles;
  }
}

static void make_evidence(world *self) {
  const hw_evidence_input in = {.problem = &self->persons->problem,
                                .panel = self->panel,
                                .remains_snp = self->remains,
                                .family_snp = self->families,
                                .remains_lines = self->lines,
                                .person_lines = (const hw_stored_lines *const *)self->person_lines};
  hw_assert_ok(hw_evidence_new(&in, NULL, &self->evidence, &err), &err);
}

static void begin(world *self, uint64_t seed, const char *shape, bool has_gaps) {
  memset(self, 0, sizeof *self);
  self->panel = make_panel();
  make_markers(self);
  simulate(self, seed, shape);
  place_snps(self, has_gaps);
}

static void search(world *self, double threshold, double each) {
  const hw_search_go go = {.n_threads = 1};
  self->str_options = (hw_search_options){.threshold = each, .floor = each, .prior_none = -1};
  const hw_snp_search_options how = {.threshold = each, .floor = each, .no_screen = true};
  self->options = (hw_wide_options){.threshold = threshold,
                                    .each = each,
                                    .floor = threshold,
                                    .accept = 0.99,
                                    .prior_none = -1,
                                    .most_mt_differences = 2,
                                    .most_y_differences = 2};
  const hw_case *problem = &self->persons->problem;
  hw_assert_ok(hw_str_searched_init(problem, &self->str, &err), &err);
  hw_assert_ok(hw_snp_searched_init(problem, self->evidence, &self->snp, &err), &err);
  hw_assert_ok(
      hw_search_new(&self->str.searched.input, &self->str_options, &self->str_search, &err), &err);
  hw_assert_ok(hw_search_run(self->str_search, &go, &err), &err);
  hw_assert_ok(hw_snp_search_run(&self->snp.input, &how, &go, &self->by_snp, &err), &err);
  self->input = (hw_wide_input){.problem = problem,
                                .evidence = self->evidence,
                                .str = &self->str,
                                .str_search = self->str_search,
                                .snp = &self->snp,
                                .snp_results = self->by_snp};
}

static void weigh(world *self) {
  const hw_search_go go = {.n_threads = 1};
  hw_wide_found_clear(&self->found);
  hw_assert_ok(hw_wide_found_make(&self->input, &self->options, &go, &self->found, &err), &err);
}

static void end(world *self) {
  hw_wide_found_clear(&self->found);
  hw_snp_search_results_delete(self->by_snp);
  hw_search_delete(self->str_search);
  hw_snp_searched_clear(&self->snp);
  hw_str_searched_clear(&self->str);
  hw_evidence_delete(self->evidence);
  for (int32_t f = 0; self->person_lines != NULL && f < self->persons->problem.n_families; f++)
    free(self->person_lines[f]);
  free(self->person_lines);
  free(self->lines);
  hw_mt_delete(self->bone_mt);
  hw_mt_delete(self->relative_mt);
  free(self->families);
  free(self->remains);
  hw_snp_simulation_delete(self->snps);
  hw_simulation_delete(self->persons);
  hw_panel_delete(self->panel);
}

/* --- the slow twin --- */

/* The total of a pair, from whole computations of their own. */
static double total_of(const world *self, int32_t r, int32_t f) {
  const hw_case *problem = &self->persons->problem;
  const hw_family *family = &problem->families[f];
  const hw_problem what = {.pedigree = &family->pedigree,
                           .n_profiles = family->n_profiles,
                           .profiles = family->profiles,
                           .profile_person = family->profile_person,
                           .n_markers = N_STR,
                           .markers = problem->markers};
  const hw_sex wanted = family->pedigree.persons[family->missing[0]].sex;
  hw_evidence_parts parts;
  hw_table *table = NULL;
  hw_assert_ok(hw_evidence_pair(self->evidence, r, f, 0, &parts, &err), &err);
  hw_assert_ok(hw_table_compile(&what, family->missing[0], NULL, &table, &err), &err);
  double str = hw_table_log10_lr(table, problem->markers, &problem->remains[r].profile, NULL);
  if (wanted != HW_UNKNOWN_SEX && problem->remains[r].sex != HW_UNKNOWN_SEX &&
      wanted != problem->remains[r].sex)
    str = -HUGE_VAL;
  hw_table_delete(table);
  hw_evidence_set_str(&parts, str);
  return hw_evidence_total(&parts);
}

static const hw_wide_pair *find(const world *self, int32_t r, int32_t f) {
  for (int64_t i = 0; i < self->found.n_pairs; i++)
    if (self->found.pairs[i].remains == r && self->found.pairs[i].family == f)
      return &self->found.pairs[i];
  return NULL;
}

static int scale(void) {
  const char *text = getenv("HOMEWARD_TEST_SCALE");
  const long value = text != NULL ? strtol(text, NULL, 10) : 1;
  return value > 0 && value < 1000 ? (int)value : 1;
}

/* --- what is kept --- */

static void every_pair_whose_total_reaches_the_threshold_is_kept(void **state) {
  (void)state;
  int32_t n_kept = 0, n_by_both = 0;
  for (int i = 0; i < 6 * scale(); i++) {
    world w;
    const double threshold = i % 2 == 0 ? 2 : 1;
    begin(&w, 100 + (uint64_t)i, i % 3 == 0 ? "uncles" : "cousins", true);
    make_evidence(&w);
    search(&w, threshold, hw_wide_each(threshold, true));
    weigh(&w);
    for (int32_t r = 0; r < w.persons->problem.n_remains; r++)
      for (int32_t f = 0; f < w.persons->problem.n_families; f++) {
        const double total = total_of(&w, r, f);
        const hw_wide_pair *pair = find(&w, r, f);
        if (total >= threshold + 1e-9) assert_non_null(pair);
        if (total < threshold - 1e-9) assert_null(pair);
        if (pair == NULL) continue;
        hw_assert_close(pair->total, total, 1e-9, 1e-9);
        n_kept++;
        n_by_both +=
            pair->found_by == (HW_EVIDENCE_BIT(HW_EVIDENCE_STR) | HW_EVIDENCE_BIT(HW_EVIDENCE_SNP));
      }
    for (int64_t p = 1; p < w.found.n_pairs; p++)
      assert_true(w.found.pairs[p - 1].total >= w.found.pairs[p].total);
    end(&w);
  }
  assert_true(n_kept > 10);
  assert_true(n_by_both > 3 && n_by_both < n_kept);
}

static void the_best_of_each_are_kept_besides(void **state) {
  (void)state;
  world w;
  begin(&w, 7, "cousins", true);
  make_evidence(&w);
  search(&w, 4, -100);
  w.options.floor = -5;
  w.options.top = 1;
  weigh(&w);
  for (int32_t f = 0; f < w.persons->problem.n_families; f++) {
    double most = -HUGE_VAL;
    int32_t best = -1;
    for (int32_t r = 0; r < w.persons->problem.n_remains; r++) {
      const double total = total_of(&w, r, f);
      if (total > most) {
        most = total;
        best = r;
      }
    }
    if (most > -4.9) assert_non_null(find(&w, best, f));
  }
  end(&w);
}

/* --- posteriors --- */

static void posteriors_are_over_all_missing_persons_and_none(void **state) {
  (void)state;
  world w;
  begin(&w, 12, "uncles", false);
  make_evidence(&w);
  search(&w, 0.5, -2);
  weigh(&w);
  assert_int_equal(w.found.n_targets, 6);
  hw_assert_close(w.found.prior_none, 1.0 / 7, 1e-15, 0);
  assert_true(w.found.n_pairs > 3);
  for (int64_t i = 0; i < w.found.n_pairs; i++) {
    const hw_wide_pair *pair = &w.found.pairs[i];
    double sum = 1; /* none of them */
    for (int32_t f = 0; f < 6; f++) {
      const hw_wide_pair *other = find(&w, pair->remains, f);
      sum += other != NULL ? hw_pow10(other->total) : 1;
    }
    hw_assert_close(pair->posterior, hw_pow10(pair->total) / sum, 1e-9, 0);
    hw_assert_close(pair->complement, (sum - hw_pow10(pair->total)) / sum, 1e-3, 1e-9);
    if (pair->is_proposed) {
      assert_true(pair->posterior >= 0.99);
      assert_false(pair->is_kin);
    }
  }
  end(&w);
}

static void planted_relatives_are_proposed(void **state) {
  (void)state;
  world w;
  begin(&w, 12, "uncles", false);
  make_evidence(&w);
  search(&w, 3, 1.5);
  weigh(&w);
  assert_true(w.found.n_proposed >= 2);
  for (int64_t i = 0; i < w.found.n_pairs; i++) {
    const hw_wide_pair *pair = &w.found.pairs[i];
    if (!pair->is_proposed) continue;
    const hw_truth *truth = &w.persons->truth[pair->remains];
    assert_string_equal(truth->family, w.persons->problem.families[pair->family].name);
  }
  end(&w);
}

/* --- lines --- */

static void give_lines(world *self, int32_t remains, int32_t family, const char *own,
                       const char *theirs) {
  const hw_case *problem = &self->persons->problem;
  const hw_family *of = &problem->families[family];
  self->lines = calloc((size_t)problem->n_remains, sizeof *self->lines);
  self->person_lines = calloc((size_t)problem->n_families, sizeof *self->person_lines);
  for (int32_t f = 0; f < problem->n_families; f++)
    self->person_lines[f] =
        calloc((size_t)problem->families[f].pedigree.n_persons, sizeof **self->person_lines);
  hw_assert_ok(hw_mt_parse("16024-16365 73-340", own, &self->bone_mt, &err), &err);
  hw_assert_ok(hw_mt_parse("16024-16365 73-340", theirs, &self->relative_mt, &err), &err);
  self->lines[remains].mt = self->bone_mt;
  for (int32_t i = 0; i < of->n_profiles; i++)
    self->person_lines[family][of->profile_person[i]].mt = self->relative_mt;
}

/* The place of a planted pair with half siblings by the mother. */
static void find_planted(const world *self, int32_t *remains, int32_t *family) {
  const hw_case *problem = &self->persons->problem;
  for (int32_t r = 0; r < problem->n_remains; r++) {
    const hw_truth *truth = &self->persons->truth[r];
    if (strcmp(truth->shape, "half-sibs") != 0) continue;
    *remains = r;
    for (int32_t f = 0; f < problem->n_families; f++)
      if (strcmp(problem->families[f].name, truth->family) == 0) *family = f;
    return;
  }
  fail_msg("nobody is planted");
}

static void what_a_line_excludes_is_kept_apart(void **state) {
  (void)state;
  for (int32_t most = -1; most <= 2; most++) {
    world w;
    int32_t r = -1, f = -1;
    begin(&w, 12, "uncles", false);
    find_planted(&w, &r, &f);
    give_lines(&w, r, f, "73G 152C 263G", "263G"); /* two differences */
    make_evidence(&w);
    search(&w, -20, -20);
    w.options.most_mt_differences = most;
    weigh(&w);
    const hw_wide_pair *pair = find(&w, r, f);
    assert_non_null(pair);
    assert_true(pair->parts.is_typed[HW_EVIDENCE_MT]);
    const bool is_excluded = most == 0 || most == 1;
    assert_int_equal(pair->excluded_by, is_excluded ? HW_LINEAGE_BY_MT : 0);
    assert_int_equal(w.found.n_apart, is_excluded);
    if (is_excluded) {
      assert_false(pair->is_proposed);
      assert_ptr_equal(pair, &w.found.pairs[w.found.n_pairs - 1]);
    }
    end(&w);
  }
}

/* --- relatives --- */

static void a_childs_bone_is_told(void **state) {
  (void)state;
  world w;
  int n_kin = 0;
  begin(&w, 31, "children-spouse", false);
  /* The last child's profile is read as a bone, and is a reference no more. */
  hw_family *family = (hw_family *)(uintptr_t)w.persons->problem.families;
  const int32_t last = family->n_profiles - 1, child = family->profile_person[last];
  assert_true(family->pedigree.persons[child].father == family->missing[0] ||
              family->pedigree.persons[child].mother == family->missing[0]);
  hw_remains *remains = (hw_remains *)(uintptr_t)w.persons->problem.remains;
  remains[0].profile = family->profiles[last];
  remains[0].sex = HW_UNKNOWN_SEX;
  w.remains[0] = w.families[0].profiles[last];
  w.remains[0].sex = HW_UNKNOWN_SEX;
  family->n_profiles--;
  w.families[0].n_profiles--;
  make_evidence(&w);
  search(&w, -1000, -1000);
  w.input.str_search = NULL; /* without mutation STR exclude her */
  weigh(&w);
  const hw_wide_pair *pair = find(&w, 0, 0);
  assert_non_null(pair);
  assert_int_equal(pair->kin, HW_SEARCH_CHILD);
  assert_true(pair->is_kin);
  assert_true(pair->log10_lr_kin > pair->total + 1);
  assert_false(pair->is_proposed);
  for (int64_t i = 0; i < w.found.n_pairs; i++) n_kin += w.found.pairs[i].is_kin;
  assert_true(n_kin < w.found.n_pairs);
  end(&w);
}

/* --- one engine alone --- */

static void either_engine_may_be_absent(void **state) {
  (void)state;
  world w;
  begin(&w, 12, "uncles", false);
  make_evidence(&w);
  search(&w, 3, 3);
  w.input.str_search = NULL;
  weigh(&w);
  assert_true(w.found.n_pairs > 0);
  assert_null(w.found.per_marker);
  for (int64_t i = 0; i < w.found.n_pairs; i++)
    assert_false(w.found.pairs[i].parts.is_typed[HW_EVIDENCE_STR]);
  assert_int_equal(w.found.kinds & HW_EVIDENCE_BIT(HW_EVIDENCE_STR), 0);
  w.input.str_search = w.str_search;
  w.input.snp_results = NULL;
  weigh(&w);
  for (int64_t i = 0; i < w.found.n_pairs; i++)
    assert_int_equal(w.found.pairs[i].found_by, HW_EVIDENCE_BIT(HW_EVIDENCE_STR));
  assert_int_equal(hw_wide_count_targets(&w.persons->problem, &w.str, NULL), 6);
  assert_int_equal(hw_wide_count_targets(&w.persons->problem, NULL, NULL), 0);
  end(&w);
}

static void half_the_threshold_is_where_both_are_searched(void **state) {
  (void)state;
  assert_true(hw_wide_each(4, true) == 2);
  assert_true(hw_wide_each(4, false) == 4);
  assert_true(hw_wide_each(-1, true) == -1);
}

/* --- stops and failures --- */

static bool stop(void *context, uint64_t done, uint64_t all) {
  (void)context;
  (void)done;
  (void)all;
  return true;
}

static void weighing_can_be_interrupted(void **state) {
  (void)state;
  world w;
  const hw_search_go go = {.n_threads = 1, .progress = stop};
  begin(&w, 12, "uncles", false);
  make_evidence(&w);
  search(&w, 3, 1.5);
  assert_int_equal(hw_wide_found_make(&w.input, &w.options, &go, &w.found, &err), HW_E_INTERRUPTED);
  end(&w);
}

static void memory_may_run_out(void **state) {
  (void)state;
  world w;
  const hw_search_go go = {.n_threads = 1};
  begin(&w, 12, "uncles", false);
  make_evidence(&w);
  search(&w, 3, 1.5);
  for (long n = 0; hw_faults_begin(n); n += n < 40 ? 1 : 23) {
    const hw_status status = hw_wide_found_make(&w.input, &w.options, &go, &w.found, &err);
    const bool has_failed = hw_faults_end();
    if (!has_failed) {
      hw_assert_ok(status, &err);
      break;
    }
    assert_int_equal(status, HW_E_NO_MEMORY);
    hw_wide_found_clear(&w.found);
  }
  end(&w);
}

/* --- records that stand for bones --- */

static void a_record_that_stands_for_a_bone_is_known_by_its_code(void **state) {
  (void)state;
  assert_true(hwp_anchor_is("B-1#no-str"));
  assert_false(hwp_anchor_is("B-1"));
  assert_false(hwp_anchor_is("#no-str"));
  assert_false(hwp_anchor_is("B-1#no-str-2"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_pair_whose_total_reaches_the_threshold_is_kept),
      cmocka_unit_test(the_best_of_each_are_kept_besides),
      cmocka_unit_test(posteriors_are_over_all_missing_persons_and_none),
      cmocka_unit_test(planted_relatives_are_proposed),
      cmocka_unit_test(what_a_line_excludes_is_kept_apart),
      cmocka_unit_test(a_childs_bone_is_told),
      cmocka_unit_test(either_engine_may_be_absent),
      cmocka_unit_test(half_the_threshold_is_where_both_are_searched),
      cmocka_unit_test(weighing_can_be_interrupted),
      cmocka_unit_test(memory_may_run_out),
      cmocka_unit_test(a_record_that_stands_for_a_bone_is_known_by_its_code),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
