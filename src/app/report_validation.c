/* The laboratory's validation of the program, on its own machine and database.
 *
 * What the ISFG asks of software (Coble et al. 2016): known answers, agreement, errors
 * on data of known truth, and a record of the version. Four things are done anew each
 * time the report is made:
 *
 *   1. ratios of small pedigrees against the closed formulas of the literature
 *   2. every kernel set that this processor runs, on a simulated file: the same bits
 *   3. that file's truth: what is proposed, and how much of it is wrong
 *   4. the database: as `homeward check` finds it
 *
 * A validation that was issued is printed again with what the check of the database found then: that
 * check takes hours, and the database has grown since. All else is computed again, and the whole
 * must be what was issued.
 *
 * Formulas, with p the frequency of allele a, q that of b; IBD coefficients (k0, k1, k2)
 * of a pair give LR = k0 + k1 PC + k2 MZ, where PC is the ratio of parent and child, MZ
 * that of one person (Weir, Anderson & Hepler 2006, table 3). Coancestry: Balding &
 * Nichols 1994, eq. 2 and 3; Ayres 2000 for parent and child. Mutation in proportion to
 * frequencies: i to j with k p(j), k = rate/(1 - sum of p^2), which keeps the frequencies
 * (Egeland & Mostad 2002), so that father and child who share nothing have LR k. */
#include "app/report_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "homeward/simulate.h"

enum { N_ALLELES = 3, MOST_PERSONS = 8, SEED = 2026 };

static const char *const allele_names[N_ALLELES] = {"1", "2", "3"};
static const double frequencies[N_ALLELES] = {0.1, 0.2, 0.7};

/* --- 1. known answers --- */

typedef struct member {
  int father, mother; /* -1 = a founder */
  hw_sex sex;
} member;

/* Two hypotheses about typed persons, which are the first ones of each pedigree. */
typedef struct known_case {
  hw_text_id name;
  int n_first, n_second, n_typed;
  member first[MOST_PERSONS], second[MOST_PERSONS];
  int genotypes[3][2];
  double theta, mutation;
  int twin; /* the second person is the first one (first hypothesis) */
  double expected;
} known_case;

#define M HW_MALE
#define F HW_FEMALE
#define FOUNDER(sex) \
  { -1, -1, sex }

static const known_case pedigrees[] = {
    {.name = HW_T_REPORT_KNOWN_DUO,
     .n_first = 2,
     .n_second = 2,
     .n_typed = 2,
     .first = {FOUNDER(M), {0, -1, M}},
     .second = {FOUNDER(M), FOUNDER(M)},
     .genotypes = {{0, 1}, {0, 2}},
     .expected = 1 / (4 * 0.1)},
    {.name = HW_T_REPORT_KNOWN_TRIO,
     .n_first = 3,
     .n_second = 3,
     .n_typed = 3,
     .first = {FOUNDER(M), FOUNDER(F), {0, 1, M}},
     .second = {FOUNDER(M), FOUNDER(F), {-1, 1, M}},
     .genotypes = {{0, 2}, {1, 2}, {0, 1}},
     .expected = 1 / (2 * 0.1)},
    {.name = HW_T_REPORT_KNOWN_TRIO_HOMOZYGOTE,
     .n_first = 3,
     .n_second = 3,
     .n_typed = 3,
     .first = {FOUNDER(M), FOUNDER(F), {0, 1, M}},
     .second = {FOUNDER(M), FOUNDER(F), {-1, 1, M}},
     .genotypes = {{0, 0}, {1, 2}, {0, 1}},
     .expected = 1 / 0.1},
    {.name = HW_T_REPORT_KNOWN_SIBLINGS,
     .n_first = 4,
     .n_second = 2,
     .n_typed = 2,
     .first = {{2, 3, M}, {2, 3, M}, FOUNDER(M), FOUNDER(F)},
     .second = {FOUNDER(M), FOUNDER(M)},
     .genotypes = {{0, 1}, {0, 1}},
     .expected = 0.25 + 0.5 * (0.1 + 0.2) / (4 * 0.1 * 0.2) + 0.25 / (2 * 0.1 * 0.2)},
    {.name = HW_T_REPORT_KNOWN_HALF_SIBLINGS,
     .n_first = 3,
     .n_second = 2,
     .n_typed = 2,
     .first = {{2, -1, M}, {2, -1, M}, FOUNDER(M)},
     .second = {FOUNDER(M), FOUNDER(M)},
     .genotypes = {{0, 0}, {0, 0}},
     .expected = 0.5 + 0.5 / 0.1},
    {.name = HW_T_REPORT_KNOWN_UNCLE,
     .n_first = 5,
     .n_second = 2,
     .n_typed = 2,
     .first = {{2, 3, M}, {4, -1, M}, FOUNDER(M), FOUNDER(F), {2, 3, M}},
     .second = {FOUNDER(M), FOUNDER(M)},
     .genotypes = {{0, 1}, {0, 0}},
     .expected = 0.5 + 0.5 / (2 * 0.1)},
    {.name = HW_T_REPORT_KNOWN_COUSINS,
     .n_first = 6,
     .n_second = 2,
     .n_typed = 2,
     .first = {{4, -1, M}, {5, -1, M}, FOUNDER(M), FOUNDER(F), {2, 3, M}, {2, 3, M}},
     .second = {FOUNDER(M), FOUNDER(M)},
     .genotypes = {{0, 1}, {0, 0}},
     .expected = 0.75 + 0.25 / (2 * 0.1)},
    {.name = HW_T_REPORT_KNOWN_SAME_HOMOZYGOTE,
     .n_first = 2,
     .n_second = 2,
     .n_typed = 2,
     .first = {FOUNDER(M), FOUNDER(M)},
     .second = {FOUNDER(M), FOUNDER(M)},
     .genotypes = {{0, 0}, {0, 0}},
     .theta = 0.03,
     .twin = 1,
     .expected = (1 + 0.03) * (1 + 2 * 0.03) / ((2 * 0.03 + 0.97 * 0.1) * (3 * 0.03 + 0.97 * 0.1))},
    {.name = HW_T_REPORT_KNOWN_SAME_HETEROZYGOTE,
     .n_first = 2,
     .n_second = 2,
     .n_typed = 2,
     .first = {FOUNDER(M), FOUNDER(M)},
     .second = {FOUNDER(M), FOUNDER(M)},
     .genotypes = {{0, 1}, {0, 1}},
     .theta = 0.03,
     .twin = 1,
     .expected = (1 + 0.03) * (1 + 2 * 0.03) / (2 * (0.03 + 0.97 * 0.1) * (0.03 + 0.97 * 0.2))},
    {.name = HW_T_REPORT_KNOWN_DUO_THETA,
     .n_first = 2,
     .n_second = 2,
     .n_typed = 2,
     .first = {FOUNDER(M), {0, -1, M}},
     .second = {FOUNDER(M), FOUNDER(M)},
     .genotypes = {{0, 0}, {0, 0}},
     .theta = 0.03,
     .expected = (1 + 2 * 0.03) / (3 * 0.03 + 0.97 * 0.1)},
    {.name = HW_T_REPORT_KNOWN_MUTATION,
     .n_first = 2,
     .n_second = 2,
     .n_typed = 2,
     .first = {FOUNDER(M), {0, -1, M}},
     .second = {FOUNDER(M), FOUNDER(M)},
     .genotypes = {{1, 1}, {0, 0}},
     .mutation = 0.002,
     .expected = 0.002 / (1 - 0.1 * 0.1 - 0.2 * 0.2 - 0.7 * 0.7)},
};

static hw_status evaluate(const known_case *it, bool is_first, double *ln, hw_err *err) {
  const member *members = is_first ? it->first : it->second;
  const int n = is_first ? it->n_first : it->n_second;
  static const char *const ids[MOST_PERSONS] = {"A", "B", "C", "D", "E", "F", "G", "H"};
  hw_person persons[MOST_PERSONS];
  hw_observation observations[3];
  hw_profile profiles[3];
  int32_t who[3];
  double matrix[N_ALLELES * N_ALLELES];
  hw_marker marker = {.name = "L1",
                      .position_cm = (double)NAN,
                      .n_alleles = N_ALLELES,
                      .allele_names = allele_names,
                      .frequencies = frequencies,
                      .silent = HW_ALLELE_NONE};
  for (int i = 0; i < n; i++)
    persons[i] = (hw_person){.id = ids[i],
                             .father = members[i].father < 0 ? HW_PERSON_NONE : members[i].father,
                             .mother = members[i].mother < 0 ? HW_PERSON_NONE : members[i].mother,
                             .sex = members[i].sex,
                             .twin = HW_PERSON_NONE};
  if (is_first && it->twin > 0) persons[it->twin].twin = 0;
  if (it->mutation > 0) {
    marker.mutation =
        (hw_mutation){.model = HW_MUTATION_PROPORTIONAL, .rate = {it->mutation, it->mutation}};
    HW_TRY(hw_mutation_matrix(&marker, HW_FROM_FATHER, matrix, err));
    marker.matrix[0] = marker.matrix[1] = matrix;
  }
  for (int i = 0; i < it->n_typed; i++) {
    observations[i] = (hw_observation){
        .kind = HW_OBS_GENOTYPE, .a = it->genotypes[i][0], .b = it->genotypes[i][1]};
    profiles[i] = (hw_profile){.id = ids[i], .n_markers = 1, .observations = &observations[i]};
    who[i] = i;
  }
  const hw_pedigree pedigree = {.n_persons = n, .persons = persons};
  const hw_problem problem = {.n_markers = 1,
                              .markers = &marker,
                              .theta = it->theta,
                              .pedigree = &pedigree,
                              .n_profiles = it->n_typed,
                              .profiles = profiles,
                              .profile_person = who};
  return hw_likelihood(&problem, NULL, ln, NULL, err);
}

static hw_status add_known(hwp_report *self, int *n_failed, hw_err *err) {
  hwp_table table;
  hwp_heading(self, 1, HW_T_REPORT_VALIDATION_KNOWN);
  hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, hwp_say(self, HW_T_REPORT_VALIDATION_KNOWN_NOTE));
  hwp_report_table_begin(self, &table, "known");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_VALIDATION_CASE), 3.4, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_EXPECTED_LR), 1, HWP_NUMBER);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_OBTAINED_LR), 1, HWP_NUMBER);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_AGREEMENT), 1, HWP_TEXT);
  for (size_t i = 0; i < sizeof pedigrees / sizeof *pedigrees; i++) {
    const known_case *it = &pedigrees[i];
    double first = 0, second = 0;
    HW_TRY(evaluate(it, true, &first, err));
    HW_TRY(evaluate(it, false, &second, err));
    const double found = hw_exp(first - second);
    const bool agrees = fabs(found - it->expected) <= 1e-12 * it->expected;
    const char *shown = hwp_report_real(self, found, 6);
    HWP_ROW(self, &table, hwp_say(self, it->name), hwp_report_real(self, it->expected, 6), shown,
            hwp_say(self, agrees ? HW_T_REPORT_AGREES : HW_T_REPORT_DIFFERS));
    hwp_figure(self, hwp_print(self, "known.%zu.lr", i + 1), found, shown);
    *n_failed += !agrees;
  }
  hwp_report_table_end(self, &table);
  return HW_OK;
}

/* --- 2. and 3. a simulated file --- */

enum { N_MARKERS = 16, N_OF_EACH = 10 };

typedef struct simulated {
  hw_marker markers[N_MARKERS];
  char names[N_MARKERS][8];
  char alleles[N_OF_EACH][4];
  const char *allele_names[N_OF_EACH];
  double frequencies[N_OF_EACH];
  int32_t lengths[N_MARKERS];
  hw_simulation *simulation;
} simulated;

static hw_status simulate(simulated *self, hw_err *err) {
  for (int a = 0; a < N_OF_EACH; a++) {
    snprintf(self->alleles[a], sizeof self->alleles[a], "%d", a + 8);
    self->allele_names[a] = self->alleles[a];
    self->frequencies[a] = (a + 1) / 55.0; /* 1 + 2 + … + 10 = 55 */
  }
  for (int m = 0; m < N_MARKERS; m++) {
    snprintf(self->names[m], sizeof self->names[m], "L%d", m + 1);
    self->lengths[m] = 150;
    self->markers[m] = (hw_marker){.name = self->names[m],
                                   .position_cm = (double)NAN,
                                   .n_alleles = N_OF_EACH,
                                   .allele_names = self->allele_names,
                                   .frequencies = self->frequencies,
                                   .silent = HW_ALLELE_NONE};
  }
  const hw_simulation_options options = {.seed = SEED,
                                         .id = "validation",
                                         .n_markers = N_MARKERS,
                                         .markers = self->markers,
                                         .lengths_bp = self->lengths,
                                         .sex_length_bp = 110,
                                         .n_families = 24,
                                         .n_remains = 24,
                                         .n_unrelated = 8,
                                         .n_copies = 10};
  return hw_simulation_new(&options, &self->simulation, err);
}

/* All ratios of the file by one kernel set: digest of their bits, and what is proposed. */
static hw_status identify(const simulated *self, const char *simd, char text[HW_DIGEST_TEXT_SIZE],
                          int *n_right, int *n_wrong, hw_err *err) {
  const hw_case *problem = &self->simulation->problem;
  const hw_identify_options options = {.likelihood = {.simd = simd}, .prior_none = -1};
  hw_identify *run = NULL;
  hw_digest digest;
  uint8_t bytes[HW_DIGEST_SIZE];
  HW_TRY(hw_identify_new(problem, &options, &run, err));
  hw_status status = HW_OK;
  hw_digest_begin(&digest);
  const int32_t n_targets = hw_identify_target_count(run);
  for (int32_t t = 0; status == HW_OK && t < n_targets; t++) {
    status = hw_identify_step(run, t, err);
    for (int32_t r = 0; status == HW_OK && r < problem->n_remains; r++) {
      const double log10_lr = hw_identify_log10_lr(run, r, t);
      int64_t bits = 0;
      memcpy(&bits, &log10_lr, sizeof bits);
      hw_digest_add_int(&digest, bits);
    }
  }
  hw_digest_end(&digest, bytes);
  hw_digest_text(bytes, text);
  *n_right = *n_wrong = 0;
  for (int32_t r = 0; status == HW_OK && r < problem->n_remains; r++) {
    const int32_t t = hw_identify_proposed(run, r, HW_IDENTIFY_ACCEPT);
    const hw_truth *truth = &self->simulation->truth[r];
    if (t < 0) continue;
    const hw_target *target = hw_identify_target(run, t);
    const hw_family *family = &problem->families[target->family];
    const bool is_right = strcmp(family->name, truth->family) == 0 &&
                          strcmp(family->pedigree.persons[target->person].id, truth->missing) == 0;
    *(is_right ? n_right : n_wrong) += 1;
  }
  hw_identify_delete(run);
  return status;
}

static hw_status add_kernels(hwp_report *self, const simulated *file, int *n_failed, hw_err *err) {
  static const char *const sets[] = {"ref", "avx2", "avx512"};
  char first[HW_DIGEST_TEXT_SIZE] = "";
  int n_right = 0, n_wrong = 0;
  hwp_table table;
  hwp_heading(self, 1, HW_T_REPORT_VALIDATION_KERNELS);
  hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN,
                       hwp_say(self, HW_T_REPORT_VALIDATION_KERNELS_NOTE));
  hwp_report_table_begin(self, &table, "kernels");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_KERNEL_SET), 0.9, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_KERNEL_DIGEST), 3.4, HWP_CODE);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_AGREEMENT), 1, HWP_TEXT);
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
    char text[HW_DIGEST_TEXT_SIZE];
    if (hw_kernel_set(sets[i]) == NULL) {
      HWP_ROW(self, &table, sets[i], "–", hwp_say(self, HW_T_REPORT_KERNEL_NOT_HERE));
      continue;
    }
    HW_TRY(identify(file, sets[i], text, &n_right, &n_wrong, err));
    if (first[0] == '\0') memcpy(first, text, sizeof first);
    const bool agrees = strcmp(first, text) == 0;
    *n_failed += !agrees;
    HWP_ROW(self, &table, sets[i], hwp_print(self, "%s", text),
            hwp_say(self, agrees ? HW_T_REPORT_AGREES : HW_T_REPORT_DIFFERS));
    hwp_claim(self, hwp_print(self, "kernel.%s", sets[i]), hwp_print(self, "%s", text));
  }
  hwp_report_table_end(self, &table);
  const int n_remains = file->simulation->problem.n_remains;
  hwp_heading(self, 1, HW_T_REPORT_VALIDATION_TRUTH);
  hwp_report_paragraph(
      self, HW_PARAGRAPH_PLAIN,
      HWP_FILL(self, HW_T_REPORT_VALIDATION_TRUTH_RESULT, hwp_report_int(self, n_remains),
               hwp_report_int(self, n_right), hwp_report_int(self, n_wrong),
               hwp_report_int(self, n_remains - n_right - n_wrong)));
  hwp_figure(self, "truth.right", n_right, hwp_report_int(self, n_right));
  hwp_figure(self, "truth.wrong", n_wrong, hwp_report_int(self, n_wrong));
  *n_failed += n_wrong > 0;
  return HW_OK;
}

static hw_status add_simulated(hwp_report *self, int *n_failed, hw_err *err) {
  simulated *file = hw_arena_alloc_array(&self->arena, 1, sizeof *file);
  if (file == NULL) return HW_NO_MEMORY(err, "the simulated file");
  HW_TRY(simulate(file, err));
  const hw_status status = add_kernels(self, file, n_failed, err);
  hw_simulation_delete(file->simulation);
  return status;
}

/* --- 4. the database --- */

static hw_status take_fault(void *context, const hw_check_fault *fault, hw_err *err) {
  (void)context;
  (void)fault;
  (void)err;
  return HW_OK; /* they are counted; 'homeward check' tells them */
}

hw_status hw_app_report_examine(hw_app *app, bool (*progress)(void *, uint64_t, uint64_t),
                                void *context, hw_check_summary *out, hw_err *err) {
  hw_app examined;
  const hw_check_options options = {
      .recompute = true, .progress = progress, .progress_context = context};
  const hw_who who = {.login = app->login,
                      .actor = app->actor_code[0] != '\0' ? app->actor_code : NULL};
  HW_TRY(hw_app_open(&examined, hw_store_location(app->store), HW_DB_EXAMINE, &who, err));
  const hw_status status = hw_check(&examined, &options, take_fault, NULL, out, err);
  hw_app_close(&examined);
  return status;
}

static hw_status add_database(hwp_report *self, int *n_failed, hw_err *err) {
  hw_check_summary summary;
  hwp_facts facts = {.n = 0};
  if (self->request.checked != NULL)
    summary = *self->request.checked;
  else
    HW_TRY(hw_app_report_examine(self->app, NULL, NULL, &summary, err));
  hwp_heading(self, 1, HW_T_REPORT_VALIDATION_DATABASE);
  hwp_report_fact(self, &facts, HW_T_REPORT_FAULTS, hwp_report_int(self, summary.n_faults));
  hwp_report_fact(self, &facts, HW_T_REPORT_WARNINGS, hwp_report_int(self, summary.n_warnings));
  hwp_report_fact(self, &facts, HW_T_REPORT_RECOMPUTED, hwp_report_int(self, summary.n_recomputed));
  hwp_report_facts_end(self, &facts, "database");
  hwp_figure(self, "database.faults", (double)summary.n_faults,
             hwp_report_int(self, summary.n_faults));
  hwp_figure(self, "database.warnings", (double)summary.n_warnings,
             hwp_report_int(self, summary.n_warnings));
  hwp_figure(self, "database.recomputed", (double)summary.n_recomputed,
             hwp_report_int(self, summary.n_recomputed));
  *n_failed += summary.n_faults > 0;
  return HW_OK;
}

/* --- the whole --- */

hw_status hwp_report_validation(hwp_report *self, hw_err *err) {
  int n_failed = 0;
  HW_TRY(add_known(self, &n_failed, err));
  HW_TRY(add_simulated(self, &n_failed, err));
  HW_TRY(add_database(self, &n_failed, err));
  hwp_heading(self, 1, HW_T_REPORT_VALIDATION_RESULT);
  hwp_report_paragraph(self, n_failed == 0 ? HW_PARAGRAPH_LEAD : HW_PARAGRAPH_WARNING,
                       n_failed == 0 ? hwp_say(self, HW_T_REPORT_VALIDATION_PASSED)
                                     : HWP_FILL(self, HW_T_REPORT_VALIDATION_FAILED,
                                                hwp_report_int(self, n_failed)));
  hwp_figure(self, "failed", n_failed, NULL);
  self->n_failed = n_failed;
  HW_TRY(hwp_report_foundation(self, err));
  hwp_signatures(self, 2,
                 (const hw_text_id[]){HW_T_REPORT_SIGN_VALIDATOR, HW_T_REPORT_SIGN_LABORATORY});
  return HW_OK;
}
