/* STR, SNP, mtDNA and Y together: each part is its engine's, the total their sum; brothers whom no
 * relative tells of show each other. All data are simulated. */
#include "app/evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "app/evidence_support.h"
#include "app/identify_evidence.h"
#include "formats/haplotype_csv.h"
#include "support/assert.h"
#include "support/faults.h"

#define LN10 2.302585092994045684
#define NONE HW_PERSON_NONE
enum { N_SNPS = EVIDENCE_SNPS };

static const hw_person STRANGER[] = {{"S", NONE, NONE, HW_MALE, NONE}};

static hw_err err;

/* --- the case --- */

static void a_case_of_str_is_what_it_was(void **state) {
  (void)state;
  hw_app app;
  hw_stored_case plain, stored;
  hw_evidence *evidence = NULL;
  const hw_stored_case_options what = {0};
  uint8_t a[HW_DIGEST_SIZE], b[HW_DIGEST_SIZE];
  evidence_make_str(&app);
  hw_assert_ok(hw_stored_case_load(&app, &what, &plain, &err), &err);
  evidence_load(&app, NULL, &stored, &evidence);
  assert_false(hw_evidence_is_loaded(evidence));
  assert_int_equal(hw_evidence_kinds(evidence), 0);
  assert_int_equal(stored.problem.n_remains, 2);
  hw_stored_case_digest(&plain, a);
  hw_stored_case_digest(&stored, b);
  assert_memory_equal(a, b, HW_DIGEST_SIZE);
  hw_evidence_str_digest(evidence, b);
  assert_memory_equal(a, b, HW_DIGEST_SIZE);
  hw_evidence_delete(evidence);
  hw_stored_case_clear(&stored);
  hw_stored_case_clear(&plain);
  hw_app_close(&app);
}

static void digests_are_of_all_kinds_that_count(void **state) {
  (void)state;
  hw_app app;
  hw_stored_case plain, all, less;
  hw_evidence *of_all = NULL, *of_less = NULL;
  const hw_stored_case_options what = {0};
  const hw_evidence_options without = {.without = HW_EVIDENCE_BIT(HW_EVIDENCE_SNP)};
  uint8_t a[HW_DIGEST_SIZE], b[HW_DIGEST_SIZE];
  evidence_make_all(&app);
  hw_assert_ok(hw_stored_case_load(&app, &what, &plain, &err), &err);
  evidence_load(&app, NULL, &all, &of_all);
  evidence_load(&app, &without, &less, &of_less);
  assert_int_equal(plain.problem.n_remains, 2);
  assert_int_equal(all.problem.n_remains, 5);  /* of all of them something is known */
  assert_int_equal(less.problem.n_remains, 4); /* of B3 SNPs alone */
  assert_int_equal(all.remains_profile[evidence_remains(&all, "B3")], 0);
  hw_stored_case_digest(&plain, a);
  hw_evidence_str_digest(of_all, b);
  assert_memory_equal(a, b, HW_DIGEST_SIZE);
  hw_stored_case_digest(&all, b);
  assert_memory_not_equal(a, b, HW_DIGEST_SIZE);
  hw_stored_case_digest(&less, a);
  assert_memory_not_equal(a, b, HW_DIGEST_SIZE);
  assert_int_equal(hw_evidence_kinds(of_less) & HW_EVIDENCE_BIT(HW_EVIDENCE_SNP), 0);
  hw_evidence_delete(of_less);
  hw_evidence_delete(of_all);
  hw_stored_case_clear(&less);
  hw_stored_case_clear(&all);
  hw_stored_case_clear(&plain);
  hw_app_close(&app);
}

/* --- pairs --- */

/* ln P of typed persons of a pedigree. */
static double ln_of(const hw_panel *panel, const hw_pedigree *pedigree, int32_t n,
                    const hw_snp_profile *const *profiles, const int32_t *persons) {
  hw_linked_marker *markers = malloc(N_SNPS * sizeof *markers);
  hw_linked_typed typed[4];
  hw_linked_result result;
  hw_assert_ok(hw_linked_markers_of_panel(panel, 0, markers, &err), &err);
  float *likelihoods[4];
  for (int32_t i = 0; i < n; i++) {
    likelihoods[i] = malloc((size_t)panel->first_genotype[N_SNPS] * sizeof **likelihoods);
    hw_snp_likelihoods(profiles[i]->bytes, panel->first_genotype[N_SNPS], likelihoods[i]);
    typed[i] = (hw_linked_typed){persons[i], likelihoods[i]};
  }
  const hw_linked_problem problem = {
      .pedigree = pedigree, .n_typed = n, .typed = typed, .n_markers = N_SNPS, .markers = markers};
  hw_assert_ok(hw_linked_likelihood(&problem, NULL, &result, &err), &err);
  for (int32_t i = 0; i < n; i++) free(likelihoods[i]);
  free(markers);
  return result.ln_likelihood;
}

static void parts_are_of_their_engines_and_make_the_total(void **state) {
  (void)state;
  hw_app app;
  hw_stored_case stored;
  hw_stored_snp snp;
  hw_evidence *evidence = NULL;
  hw_evidence_parts parts, read;
  evidence_make_all(&app);
  evidence_load(&app, NULL, &stored, &evidence);
  hw_assert_ok(hw_stored_snp_load(&app, &stored, NULL, &snp, &err), &err);
  const int32_t b1 = evidence_remains(&stored, "B1"), none = 0;
  const hw_family *family = &stored.problem.families[0];
  hw_assert_ok(hw_evidence_pair(evidence, b1, 0, 0, &parts, &err), &err);
  const hw_snp_profile *both[] = {&snp.families[0].profiles[0], &snp.remains[b1]};
  const int32_t places[] = {snp.families[0].person[0], family->missing[0]};
  const hw_pedigree stranger = {1, STRANGER};
  const double expected = ln_of(snp.panel, &family->pedigree, 2, both, places) -
                          ln_of(snp.panel, &family->pedigree, 1, both, places) -
                          ln_of(snp.panel, &stranger, 1, both + 1, &none);
  hw_assert_close(parts.log10_lr[HW_EVIDENCE_SNP], expected / LN10, 1e-5, 1e-5);
  assert_int_equal(parts.snp_markers, N_SNPS);
  assert_int_equal(parts.snp_relatives, 1);
  assert_true(parts.is_typed[HW_EVIDENCE_Y]);
  assert_false(parts.is_typed[HW_EVIDENCE_MT]); /* the cousin is of another mother */
  assert_int_equal(parts.lines.y.verdict, HW_LINEAGE_SAME);
  assert_int_equal(parts.lines.y.x, 3);
  assert_int_equal(parts.lines.y.n, 70);
  hw_assert_close(parts.lines.y.rarity, 5.0 / 72, 1e-12, 0);
  hw_evidence_set_str(&parts, 0.25);
  hw_assert_same_bits(hw_evidence_total(&parts), 0.25 + parts.log10_lr[HW_EVIDENCE_SNP] +
                                                     parts.log10_lr[HW_EVIDENCE_MT] +
                                                     parts.log10_lr[HW_EVIDENCE_Y]);
  hw_str text = HW_STR_INIT;
  hw_assert_ok(hw_evidence_parts_json(evidence, 0, &parts, &text, &err), &err);
  hw_assert_contains(text.bytes, "\"y_verdict\": \"same\"");
  hw_assert_contains(text.bytes, "\"mt\": null");
  hw_assert_ok(hw_evidence_parts_read(text.bytes, &read, &err), &err);
  for (int kind = 0; kind < HW_EVIDENCE_KINDS; kind++) {
    assert_int_equal(read.is_typed[kind], parts.is_typed[kind]);
    hw_assert_same_bits(read.log10_lr[kind], parts.log10_lr[kind]);
  }
  hw_str_clear(&text);
  hw_stored_snp_clear(&snp);
  hw_evidence_delete(evidence);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

static void what_is_no_parts_is_refused(void **state) {
  (void)state;
  hw_evidence_parts parts;
  hw_evidence_options options;
  bool is_used = false;
  hw_assert_ok(hw_evidence_parts_read("{\"snp\": \"-inf\"}", &parts, &err), &err);
  assert_true(parts.log10_lr[HW_EVIDENCE_SNP] == -HUGE_VAL);
  assert_true(hw_evidence_total(&parts) == -HUGE_VAL);
  hw_assert_status(hw_evidence_parts_read("{\"snp\": \"much\"}", &parts, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "\"much\" is no log10 LR");
  assert_int_not_equal(hw_evidence_parts_read("[", &parts, &err), HW_OK);
  hw_assert_ok(hw_evidence_read_parameters("{\"evidence\": {\"without\": [\"mt\", \"y\"]}}",
                                           &is_used, &options, &err),
               &err);
  assert_true(is_used);
  assert_int_equal(options.without,
                   HW_EVIDENCE_BIT(HW_EVIDENCE_MT) | HW_EVIDENCE_BIT(HW_EVIDENCE_Y));
  hw_assert_status(hw_evidence_read_parameters("{\"evidence\": {\"without\": [\"z\"]}}", &is_used,
                                               &options, &err),
                   HW_E_VALUE, &err);
  hw_assert_contains(err.message, "\"z\" is no kind of evidence");
}

/* Databases, stated counts and rates of a command line in place of the tables. */
static void lines_are_weighed_as_the_caller_says(void **state) {
  (void)state;
  hw_app app;
  hw_stored_case stored;
  hw_evidence *evidence = NULL, *other = NULL;
  hw_evidence_parts parts;
  evidence_make_all(&app);
  evidence_load(&app, NULL, &stored, &evidence);
  const int32_t b1 = evidence_remains(&stored, "B1");
  hw_evidence_input input = *hw_evidence_input_get(evidence);
  const hw_y_text *bone = input.remains_lines[b1].y;
  assert_true(bone->n_markers > 2);
  /* Two of the markers: the others are not compared. */
  const hw_y_marker markers[] = {
      {.name = bone->markers[0].name, .n_copies = 1, .rate_per_meiosis = 0.01},
      {.name = bone->markers[1].name, .n_copies = 1, .rate_per_meiosis = 0.03}};
  const hw_y_panel panel = {.n_markers = 2, .markers = markers};
  const hw_lineage_options lineage = {.y_stated_x = 4, .y_stated_n = 98, .mt_stated_n = 10};
  input.lineage = &lineage;
  input.y_panel = &panel;
  hw_assert_ok(hw_evidence_new(&input, NULL, &other, &err), &err);
  hw_assert_ok(hw_evidence_pair(other, b1, 0, 0, &parts, &err), &err);
  assert_int_equal(parts.lines.y.n_compared, 2);
  assert_int_equal(parts.lines.y.verdict, HW_LINEAGE_SAME);
  hw_assert_close(parts.lines.y.rarity, 6.0 / 100, 1e-12, 0);
  /* The same by the engine alone. */
  const hw_pedigree *pedigree = &stored.problem.families[0].pedigree;
  const int16_t *rows[16] = {NULL};
  int16_t bone_row[2 * HW_Y_COPIES] = {0};
  assert_true(pedigree->n_persons <= 16);
  for (int32_t m = 0; m < 2; m++)
    memcpy(bone_row + m * HW_Y_COPIES, bone->markers[m].alleles, sizeof bone->markers[m].alleles);
  for (int32_t i = 0; i < pedigree->n_persons; i++)
    if (input.person_lines[0][i].y != NULL) rows[i] = bone_row; /* the same haplotype */
  const hw_lineage_case lines = {.pedigree = pedigree, .y_panel = &panel, .y = rows};
  hw_lineage_evidence found;
  hw_assert_ok(hw_lineage_weigh(&lines, stored.problem.families[0].missing[0], NULL, bone_row,
                                &lineage, &found, &err),
               &err);
  hw_assert_same_bits(parts.log10_lr[HW_EVIDENCE_Y], found.y.log10_lr);
  hw_evidence_delete(other);
  hw_evidence_delete(evidence);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

/* What the Y haplotypes of B1 and C say of M. */
static hw_evidence_parts weigh_y(const hw_evidence_input *input, const hw_evidence_options *options,
                                 int32_t remains) {
  hw_evidence *evidence = NULL;
  hw_evidence_parts parts;
  hw_assert_ok(hw_evidence_new(input, options, &evidence, &err), &err);
  hw_assert_ok(hw_evidence_lines(evidence, remains, 0, 0, &parts, &err), &err);
  hw_evidence_delete(evidence);
  return parts;
}

static void y_markers_mutate_at_the_shipped_rates(void **state) {
  (void)state;
  hw_app app;
  hw_stored_case stored;
  hw_evidence *evidence = NULL;
  hw_y_rates *rates = NULL;
  hw_errors errors = {0};
  static const hw_evidence_options equal = {.y_rates = HW_Y_RATES_EQUAL};
  static const char *const names[] = {"DYS19", "DYS390", "DYS391", "DYS392"};
  hw_y_marker markers[4];
  const hw_y_panel one_rate = {4, markers};
  for (int i = 0; i < 4; i++) markers[i] = (hw_y_marker){names[i], 1, HW_EVIDENCE_Y_RATE};
  hw_assert_ok(hw_y_rates_read(NULL, &rates, &errors), &err);
  evidence_make_all(&app);
  evidence_load(&app, NULL, &stored, &evidence);
  const int32_t b1 = evidence_remains(&stored, "B1");
  hw_evidence_input input = *hw_evidence_input_get(evidence);
  const double shipped = weigh_y(&input, NULL, b1).log10_lr[HW_EVIDENCE_Y],
               before = weigh_y(&input, &equal, b1).log10_lr[HW_EVIDENCE_Y];
  assert_true(shipped != before);
  input.y_panel = &rates->panel;
  hw_assert_same_bits(shipped, weigh_y(&input, NULL, b1).log10_lr[HW_EVIDENCE_Y]);
  input.y_panel = &one_rate;
  hw_assert_same_bits(before, weigh_y(&input, NULL, b1).log10_lr[HW_EVIDENCE_Y]);
  hw_y_rates_delete(rates);
  hw_evidence_delete(evidence);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

/* Spellings are alike, one mutation of DYS389I is one difference, and a marker of which no rate is
 * known is compared all the same. */
static void y_haplotypes_are_compared_as_files_are(void **state) {
  (void)state;
  enum { CASES = 5 };
  static const struct {
    const char *bone, *cousin;
    int compared, different, compared_before, different_before;
  } cases[CASES] = {{"DYS389I=13;DYS389II=29", "DYS389I=14;DYS389II=30", 2, 1, 2, 2},
                    {"DYS19=14;Y-GATA-H4=12", "DYS-19=14;YGATAH4=13", 2, 1, 0, 0},
                    {"DYS385a=11;DYS385b=14", "DYS385=11,14", 1, 0, 0, 0},
                    {"DYS19=14;DYS389II=29", "DYS19=14;DYS389II=29", 1, 0, 2, 0},
                    {"DYS19=14;DYS999=29", "DYS19=14;DYS999=30", 2, 1, 2, 1}};
  static const hw_evidence_options equal = {.y_rates = HW_Y_RATES_EQUAL};
  hw_app app;
  hw_stored_case stored;
  hw_evidence *evidence = NULL;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  evidence_make_all(&app);
  evidence_load(&app, NULL, &stored, &evidence);
  const int32_t b1 = evidence_remains(&stored, "B1");
  hw_evidence_input input = *hw_evidence_input_get(evidence);
  for (int i = 0; i < CASES; i++) {
    hw_stored_lines remains[8] = {{0}}, persons[8] = {{0}};
    const hw_stored_lines *families[2] = {persons, input.person_lines[1]};
    hw_y_text bone, cousin;
    hw_assert_ok(hw_y_text_parse(&bone, cases[i].bone, &arena, &err), &err);
    hw_assert_ok(hw_y_text_parse(&cousin, cases[i].cousin, &arena, &err), &err);
    remains[b1].y = &bone;
    for (int32_t p = 0; p < 8; p++)
      if (input.person_lines[0][p].y != NULL) persons[p].y = &cousin;
    input.remains_lines = remains;
    hw_evidence_input with = input;
    with.person_lines = families;
    const hw_evidence_parts now = weigh_y(&with, NULL, b1), before = weigh_y(&with, &equal, b1);
    assert_int_equal(now.lines.y.n_compared, cases[i].compared);
    assert_int_equal(now.lines.y.n_differences, cases[i].different);
    assert_int_equal(before.lines.y.n_compared, cases[i].compared_before);
    assert_int_equal(before.lines.y.n_differences, cases[i].different_before);
  }
  hw_arena_clear(&arena);
  hw_evidence_delete(evidence);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

/* --- several of one family --- */

/* Two brothers exchanged: the same in truth, and so close that the joint run calls it a tie. */
static void brothers_exchanged_are_a_tie(void **state) {
  (void)state;
  hw_app app;
  hw_stored_case stored;
  hw_evidence *evidence = NULL;
  double one = 0, other = 0;
  evidence_make_all(&app);
  evidence_load(&app, NULL, &stored, &evidence);
  const int32_t b4 = evidence_remains(&stored, "B4"), b5 = evidence_remains(&stored, "B5");
  const hw_joint_pairing both[] = {{b4, 0}, {b5, 1}}, exchanged[] = {{b5, 0}, {b4, 1}};
  hw_assert_ok(hw_evidence_placement(evidence, 1, 2, both, &one, &err), &err);
  hw_assert_ok(hw_evidence_placement(evidence, 1, 2, exchanged, &other, &err), &err);
  hw_assert_close(one, other, 1e-10, 0);
  hw_evidence_delete(evidence);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

static void brothers_whom_nobody_tells_of_show_each_other(void **state) {
  (void)state;
  hw_app app;
  hw_stored_case stored;
  hw_stored_snp snp;
  hw_evidence *evidence = NULL;
  hw_evidence_parts x, y;
  evidence_make_all(&app);
  evidence_load(&app, NULL, &stored, &evidence);
  hw_assert_ok(hw_stored_snp_load(&app, &stored, NULL, &snp, &err), &err);
  const int32_t b4 = evidence_remains(&stored, "B4"), b5 = evidence_remains(&stored, "B5"),
                none = 0;
  const int32_t b3 = evidence_remains(&stored, "B3");
  hw_assert_ok(hw_evidence_pair(evidence, b4, 1, 0, &x, &err), &err);
  hw_assert_ok(hw_evidence_pair(evidence, b5, 1, 1, &y, &err), &err);
  assert_true(hw_evidence_total(&x) == 0 && hw_evidence_total(&y) == 0); /* nobody is typed */
  const hw_joint_pairing both[] = {{b4, 0}, {b5, 1}}, wrong[] = {{b4, 0}, {b3, 1}};
  double ln = 0, again = 0, apart = 0;
  hw_assert_ok(hw_evidence_placement(evidence, 1, 2, both, &ln, &err), &err);
  hw_assert_ok(hw_evidence_placement(evidence, 1, 2, both, &again, &err), &err);
  hw_assert_ok(hw_evidence_placement(evidence, 1, 2, wrong, &apart, &err), &err);
  hw_assert_same_bits(ln, again);
  const hw_family *family = &stored.problem.families[1];
  const hw_snp_profile *bones[] = {&snp.remains[b4], &snp.remains[b5]};
  const hw_pedigree stranger = {1, STRANGER};
  const double snps = ln_of(snp.panel, &family->pedigree, 2, bones, family->missing) -
                      ln_of(snp.panel, &stranger, 1, bones, &none) -
                      ln_of(snp.panel, &stranger, 1, bones + 1, &none);
  /* Of one mother: without a table of mtDNA the match counts next to nothing. */
  hw_assert_close(ln, snps, 0.1, 0);
  assert_true(ln > 4 * LN10);
  assert_true(apart < -2 * LN10);
  assert_int_equal(hw_evidence_products(evidence), 0);

  /* The joint run finds them, though no pair says anything; which is which nobody can say. */
  hw_pair_evidence *weighed = NULL;
  hw_joint *joint = NULL;
  hw_assert_ok(hw_pair_evidence_new(evidence, &stored.problem, NULL, &weighed, &err), &err);
  const hw_joint_options options = {.left_out = -1, .extra = hw_pair_evidence_extra(weighed)};
  hw_assert_ok(hw_joint_new(&stored.problem, &options, &joint, &err), &err);
  hw_assert_ok(hw_joint_run(joint, NULL, NULL, &err), &err);
  const hw_joint_summary summary = hw_joint_summarise(joint);
  assert_true(summary.is_exact && !summary.is_bound_of_pairs);
  for (int i = 0; i < 2; i++) {
    const int32_t r = i == 0 ? b4 : b5;
    assert_true(hw_joint_posterior_none(joint, r, NULL) < 0.001);
    hw_assert_close(hw_joint_posterior(joint, r, 1, NULL), 0.5, 0.001, 0);
  }
  const hw_joint_group *groups = NULL;
  assert_int_equal(hw_joint_symmetric(joint, &groups), 1);
  hw_joint_delete(joint);
  hw_pair_evidence_delete(weighed);
  hw_stored_snp_clear(&snp);
  hw_evidence_delete(evidence);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

/* The sum over all assignments, by hand: to F1's place and F2's two. */
static void the_joint_sum_is_that_of_all_placements(void **state) {
  (void)state;
  hw_app app;
  hw_stored_case stored;
  hw_evidence *evidence = NULL;
  hw_pair_evidence *weighed = NULL;
  hw_joint *joint = NULL;
  hw_identify *run = NULL;
  evidence_make_all(&app);
  evidence_load(&app, NULL, &stored, &evidence);
  hw_assert_ok(hw_pair_evidence_new(evidence, &stored.problem, NULL, &weighed, &err), &err);
  hw_assert_ok(hw_identify_new(&stored.problem, NULL, &run, &err), &err);
  for (int32_t t = 0; t < 3; t++) hw_assert_ok(hw_identify_step(run, t, &err), &err);
  hw_pair_evidence_add(weighed, run);
  const int32_t n = stored.problem.n_remains;
  /* Those with an STR profile are kept out of the brothers' places: what STR of brothers say together
   * is tested elsewhere. */
  const int32_t b1 = evidence_remains(&stored, "B1"), b2 = evidence_remains(&stored, "B2");
  const hw_joint_pairing not_both[] = {{b1, 1}, {b2, 1}, {b1, 2}, {b2, 2}};
  const hw_joint_options options = {.left_out = -1,
                                    .extra = hw_pair_evidence_extra(weighed),
                                    .excluded = not_both,
                                    .n_excluded = 4};
  hw_assert_ok(hw_joint_new(&stored.problem, &options, &joint, &err), &err);
  hw_assert_ok(hw_joint_run(joint, NULL, NULL, &err), &err);
  double sum = 0;
  for (int32_t m = -1; m < n; m++)
    for (int32_t x = -1; x < n; x++)
      for (int32_t y = -1; y < n; y++) {
        if ((x >= 0 && (x == m || x == y || x == b1 || x == b2)) ||
            (y >= 0 && (y == m || y == b1 || y == b2)))
          continue;
        hw_joint_pairing placed[2];
        int32_t n_placed = 0;
        double ln = 0;
        if (x >= 0) placed[n_placed++] = (hw_joint_pairing){x, 0};
        if (y >= 0) placed[n_placed++] = (hw_joint_pairing){y, 1};
        hw_assert_ok(hw_evidence_placement(evidence, 1, n_placed, placed, &ln, &err), &err);
        if (m >= 0) ln += hw_identify_log10_lr(run, m, 0) * LN10;
        sum += exp(ln);
      }
  hw_assert_close(hw_joint_summarise(joint).ln_sum, log(sum), 1e-9, 1e-9);
  hw_identify_delete(run);
  hw_joint_delete(joint);
  hw_pair_evidence_delete(weighed);
  hw_evidence_delete(evidence);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

static void memory_that_runs_out_is_told(void **state) {
  (void)state;
  hw_app app;
  const hw_stored_case_options what = {0};
  evidence_make_all(&app);
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_stored_case stored;
    hw_evidence *evidence = NULL;
    hw_pair_evidence *weighed = NULL;
    double ln = 0;
    hw_status status = hw_evidence_case_load(&app, &what, NULL, &stored, &evidence, &err);
    if (status == HW_OK)
      status = hw_pair_evidence_new(evidence, &stored.problem, NULL, &weighed, &err);
    const hw_joint_pairing both[] = {{3, 0}, {4, 1}};
    if (status == HW_OK) status = hw_evidence_placement(evidence, 1, 2, both, &ln, &err);
    const bool failed = hw_faults_end();
    hw_pair_evidence_delete(weighed);
    hw_evidence_delete(evidence);
    hw_stored_case_clear(&stored);
    if (status != HW_OK) assert_true(failed);
    if (!failed) break;
  }
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_case_of_str_is_what_it_was),
      cmocka_unit_test(digests_are_of_all_kinds_that_count),
      cmocka_unit_test(parts_are_of_their_engines_and_make_the_total),
      cmocka_unit_test(what_is_no_parts_is_refused),
      cmocka_unit_test(lines_are_weighed_as_the_caller_says),
      cmocka_unit_test(y_markers_mutate_at_the_shipped_rates),
      cmocka_unit_test(y_haplotypes_are_compared_as_files_are),
      cmocka_unit_test(brothers_exchanged_are_a_tie),
      cmocka_unit_test(brothers_whom_nobody_tells_of_show_each_other),
      cmocka_unit_test(the_joint_sum_is_that_of_all_placements),
      cmocka_unit_test(memory_that_runs_out_is_told),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
