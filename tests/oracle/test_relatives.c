/* Close relatives of missing persons: ratios against likelihoods of pedigrees that
 * are written out, on random families; what they say of samples of known origin; and
 * posteriors, markers and mismatches of pairs against hw_identify. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/identify.h"
#include "oracle/gene_drop.h"
#include "oracle/pedigrees.h"
#include "oracle/random_problem.h"
#include "oracle/trials.h"
#include "search/search_int.h"
#include "support/assert.h"
#include "support/faults.h"

/* The pairs of the first query. */
static hw_status compare(const hw_search_input *input, int64_t n_pairs, const hw_search_pair *pairs,
                         hw_search_detail *details, hw_err *err) {
  hwp_relations *relations = NULL;
  memset(details, 0, sizeof *details * (size_t)n_pairs); /* for the analyzer: all are filled */
  hw_status status = hwp_relations_new(input, NULL, &relations, err);
  if (status == HW_OK) status = hwp_relatives(relations, 0, n_pairs, pairs, details, NULL, err);
  hwp_relations_delete(relations);
  return status;
}

static const double LN10 = 2.302585092994045684;

/* ---- random families ---------------------------------------------------------- */

/* log10 P(family, sample | sample is the last person's) − the same of a founder. */
static double direct_log10_lr(const random_problem *with, int32_t person,
                              const hw_profile *sample) {
  double ln[2];
  for (int side = 0; side < 2; side++) {
    random_problem *p = random_problem_copy(with);
    hw_err err = HW_ERR_INIT;
    if (side == 1)
      person = random_problem_add_person(p, HW_PERSON_NONE, HW_PERSON_NONE, p->persons[person].sex);
    const int32_t k = p->problem.n_profiles++;
    p->profiles[k] = *sample;
    p->profile_person[k] = person;
    memcpy(p->observations[k], sample->observations,
           sizeof(hw_observation) * (size_t)p->problem.n_markers);
    random_problem_link(p);
    const hw_status status = hw_likelihood(&p->problem, NULL, &ln[side], NULL, &err);
    random_problem_delete(p);
    if (status == HW_E_UNSUPPORTED || status == HW_E_TOO_COMPLEX) return -HUGE_VAL;
    hw_assert_ok(status, &err);
  }
  return (ln[0] - ln[1]) / LN10;
}

static int32_t twin_of(const random_problem *p, int32_t person) {
  return random_problem_first_twin(p, person);
}

/* A copy in which the missing person and her twins have two parents. */
static random_problem *with_parents(const random_problem *p, int32_t missing, int32_t parents[2]) {
  random_problem *out = random_problem_copy(p);
  const int32_t n = p->pedigree.n_persons;
  parents[0] = parents[1] = HW_PERSON_NONE;
  for (int32_t i = 0; i < n; i++) {
    if (twin_of(p, i) != twin_of(p, missing)) continue;
    if (p->persons[i].father >= 0) parents[0] = p->persons[i].father;
    if (p->persons[i].mother >= 0) parents[1] = p->persons[i].mother;
  }
  for (int side = 0; side < 2; side++)
    if (parents[side] < 0)
      parents[side] = random_problem_add_person(out, HW_PERSON_NONE, HW_PERSON_NONE,
                                                side == 0 ? HW_MALE : HW_FEMALE);
  for (int32_t i = 0; i < n; i++) {
    if (twin_of(p, i) != twin_of(p, missing)) continue;
    out->persons[i].father = parents[0];
    out->persons[i].mother = parents[1];
  }
  random_problem_link(out);
  return out;
}

static bool is_typed(const random_problem *p, int32_t person) {
  for (int32_t k = 0; k < p->problem.n_profiles; k++)
    if (twin_of(p, p->profile_person[k]) == twin_of(p, person)) return true;
  return false;
}

static double larger(double a, double b) {
  return a > b ? a : b;
}

/* The best ratio of a sibling, half sibling or parent. */
static double best_upwards(const random_problem *p, int32_t missing, const hw_profile *sample) {
  int32_t parents[2];
  random_problem *full = with_parents(p, missing, parents);
  double best = -HUGE_VAL;
  for (int side = 0; side < 2; side++)
    if (!is_typed(full, parents[side]))
      best = larger(best, direct_log10_lr(full, parents[side], sample));
  for (int kind = 0; kind < 3; kind++) { /* full, by father, by mother */
    random_problem *q = random_problem_copy(full);
    int32_t father = parents[0], mother = parents[1];
    if (kind == 2) father = random_problem_add_person(q, -1, -1, HW_MALE);
    if (kind == 1) mother = random_problem_add_person(q, -1, -1, HW_FEMALE);
    const int32_t sibling = random_problem_add_person(q, father, mother, HW_UNKNOWN_SEX);
    best = larger(best, direct_log10_lr(q, sibling, sample));
    random_problem_delete(q);
  }
  random_problem_delete(full);
  return best;
}

/* Of a child with each known partner, or a new one. */
static double best_child(const random_problem *p, int32_t missing, bool is_father,
                         const hw_profile *sample) {
  double best = -HUGE_VAL;
  bool has_child = false;
  for (int32_t i = 0; i <= p->pedigree.n_persons; i++) {
    const bool is_last = i == p->pedigree.n_persons;
    if (is_last && has_child) break;
    const hw_person *child = &p->persons[i];
    if (!is_last && (is_father ? child->father : child->mother) != missing) continue;
    has_child = true;
    random_problem *q = random_problem_copy(p);
    int32_t partner = is_last ? HW_PERSON_NONE : is_father ? child->mother : child->father;
    if (partner < 0)
      partner = random_problem_add_person(q, -1, -1, is_father ? HW_FEMALE : HW_MALE);
    const int32_t added = random_problem_add_person(q, is_father ? missing : partner,
                                                    is_father ? partner : missing, HW_UNKNOWN_SEX);
    best = larger(best, direct_log10_lr(q, added, sample));
    random_problem_delete(q);
  }
  return best;
}

static void ratios_equal_likelihoods_of_pedigrees_written_out(void **state) {
  (void)state;
  trials t = trials_of(400, 0x5b5);
  const random_options options = {.n_unlinked = 2, .max_persons = 6, .max_alleles = 4};
  int32_t n_kin = 0;
  while (trials_next(&t)) {
    random_problem *p = random_problem_new(&options, t.seed);
    rng r = rng_seeded(t.seed ^ 0x4e1u);
    const int32_t missing = rng_below(&r, p->pedigree.n_persons);
    bool is_father = p->persons[missing].sex != HW_FEMALE, role_is_father = false;
    bool role_is_mother = false;
    for (int32_t i = 0; i < p->pedigree.n_persons; i++) {
      role_is_father |= p->persons[i].father == missing;
      role_is_mother |= p->persons[i].mother == missing;
    }
    if (role_is_father) is_father = true;
    if (role_is_mother) is_father = false;
    /* One typed person fewer, and what was seen of her is the sample. */
    if (is_typed(p, missing) || p->problem.n_profiles < 2 ||
        p->persons[missing].twin != HW_PERSON_NONE) {
      random_problem_delete(p);
      continue;
    }
    hw_observation seen[RANDOM_MARKERS];
    hw_allele alleles[RANDOM_MARKERS][RANDOM_ALLELES];
    const int32_t last = p->problem.n_profiles - 1;
    hw_profile sample = p->profiles[last];
    sample.observations = seen;
    for (int32_t m = 0; m < p->problem.n_markers; m++) {
      seen[m] = p->observations[last][m];
      memcpy(alleles[m], p->seen[last][m], sizeof alleles[m]);
      seen[m].seen = alleles[m];
    }
    p->problem.n_profiles--;
    random_problem_link(p);
    double ln_family = 0;
    hw_err err = HW_ERR_INIT;
    if (hw_likelihood(&p->problem, NULL, &ln_family, NULL, &err) != HW_OK || isinf(ln_family)) {
      random_problem_delete(p);
      continue;
    }
    const hw_search_sample samples[] = {{.code = "S", .profile = sample}};
    const hw_search_family families[] = {{.code = "F",
                                          .pedigree = p->pedigree,
                                          .n_profiles = p->problem.n_profiles,
                                          .profiles = p->profiles,
                                          .profile_person = p->profile_person}};
    const hw_search_query queries[] = {{.family = 0, .person = missing, .code = "M"}};
    const hw_search_input input = {.n_markers = p->problem.n_markers,
                                   .markers = p->markers,
                                   .n_samples = 1,
                                   .samples = samples,
                                   .n_families = 1,
                                   .families = families,
                                   .n_queries = 1,
                                   .queries = queries};
    const hw_search_pair pair = {0, 0, 0.0};
    hw_search_detail detail;
    hw_assert_ok(compare(&input, 1, &pair, &detail, &err), &err);
    const double up = best_upwards(p, missing, &sample);
    const double direct = larger(up, best_child(p, missing, is_father, &sample));
    const bool agree =
        isinf(direct) ? detail.log10_lr_kin == direct : fabs(detail.log10_lr_kin - direct) < 1e-9;
    if (!agree)
      trials_fail(&t, &p->problem, "P%d missing: %.12g, directly %.12g", (int)missing,
                  detail.log10_lr_kin, direct);
    if (detail.is_kin != (direct > 1e-6) && fabs(direct - 1e-6) > 1e-8)
      trials_fail(&t, &p->problem, "is_kin %d at %g", detail.is_kin, direct);
    n_kin += detail.is_kin;
    trials_count(&t);
    random_problem_delete(p);
  }
  assert_int_equal(t.n_failed, 0);
  assert_true(n_kin > t.n_done / 10);
}

/* ---- samples of known origin ---------------------------------------------------- */

/* Father and mother untyped, two sons: one missing, one whose sample it may be; both parents' brother
 * is not there. @param has_child  the missing has a typed child and its typed mother */
typedef struct origin {
  family *f;
  int32_t brother;
} origin;

static origin origin_new(bool has_child, bool has_typed_mother) {
  origin o = {.f = family_new()};
  const int32_t father = family_add(o.f, -1, -1, HW_MALE),
                mother = family_add(o.f, -1, -1, HW_FEMALE);
  o.f->missing = family_add(o.f, father, mother, HW_MALE);
  o.brother = family_add(o.f, father, mother, HW_MALE);
  if (has_typed_mother) family_type(o.f, mother);
  if (has_child) {
    const int32_t wife = family_add(o.f, -1, -1, HW_FEMALE);
    family_type(o.f, wife);
    family_type(o.f, family_add(o.f, o.f->missing, wife, HW_MALE));
  }
  return o;
}

/* A family, gene-dropped, with the samples of the missing person (0) and of his brother (1). */
typedef struct known {
  hw_observation observations[8][24];
  hw_profile profiles[8];
  hw_search_sample samples[2];
  hw_search_family family;
  hw_search_query query;
  hw_search_input input;
} known;

static void known_init(known *self, const origin *o, const panel *markers, rng *r) {
  const family *f = o->f;
  gene_drop drop = {.pedigree = &f->pedigree};
  for (int32_t m = 0; m < 24; m++) {
    gene_drop_step(&drop, &markers->markers[m], 0.5, r);
    for (int32_t i = 0; i < f->n_typed + 2; i++) {
      const int32_t person = i < f->n_typed    ? f->typed[i]
                             : i == f->n_typed ? f->missing
                                               : o->brother;
      self->observations[i][m] = (hw_observation){.kind = HW_OBS_GENOTYPE,
                                                  .a = drop.genotype[person][HW_FROM_FATHER],
                                                  .b = drop.genotype[person][HW_FROM_MOTHER]};
    }
  }
  gene_drop_clear(&drop);
  for (int32_t i = 0; i < f->n_typed + 2; i++)
    self->profiles[i] = (hw_profile){.n_markers = 24, .observations = self->observations[i]};
  self->samples[0] = (hw_search_sample){"OWN", HW_MALE, self->profiles[f->n_typed]};
  self->samples[1] = (hw_search_sample){"BROTHER", HW_MALE, self->profiles[f->n_typed + 1]};
  self->family = (hw_search_family){"F", f->pedigree, f->n_typed, self->profiles, f->typed};
  self->query = (hw_search_query){0, f->missing, "M"};
  self->input = (hw_search_input){.n_markers = 24,
                                  .markers = markers->markers,
                                  .n_samples = 2,
                                  .samples = self->samples,
                                  .n_families = 1,
                                  .families = &self->family,
                                  .n_queries = 1,
                                  .queries = &self->query};
}

/* The pairs of both samples with their ratios. */
static void known_pairs(const known *self, hw_search_pair pairs[2]) {
  const hw_problem problem = {.pedigree = &self->family.pedigree,
                              .n_profiles = self->family.n_profiles,
                              .profiles = self->family.profiles,
                              .profile_person = self->family.profile_person,
                              .n_markers = 24,
                              .markers = self->input.markers};
  hw_table *table = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_table_compile(&problem, self->query.person, NULL, &table, &err), &err);
  for (int i = 0; i < 2; i++)
    pairs[i] = (hw_search_pair){
        i, 0, hw_table_log10_lr(table, self->input.markers, &self->samples[i].profile, NULL)};
  hw_table_delete(table);
}

static void a_brothers_sample_is_told_where_the_missing_has_children(void **state) {
  (void)state;
  enum { N = 40 };
  panel *markers = panel_new(24, 10, HW_MUTATION_STEPWISE, 3);
  origin o = origin_new(true, true);
  known *k = malloc(sizeof *k);
  assert_non_null(k);
  int n_own = 0, n_brother = 0, n_sibling = 0;
  rng r = rng_seeded(11);
  for (int i = 0; i < N; i++) {
    hw_search_pair pairs[2];
    hw_search_detail details[2];
    hw_err err = HW_ERR_INIT;
    known_init(k, &o, markers, &r);
    known_pairs(k, pairs);
    hw_assert_ok(compare(&k->input, 2, pairs, details, &err), &err);
    n_own += details[0].is_kin;
    n_brother += details[1].is_kin;
    n_sibling += details[1].kin == HW_SEARCH_FULL_SIBLING;
    assert_int_equal(details[0].n_markers, 24);
    assert_true(details[0].n_mismatches <= details[1].n_mismatches);
  }
  printf("# of %d: told of own samples %d, of a brother's %d, as full sibling %d\n", N, n_own,
         n_brother, n_sibling);
  assert_int_equal(n_own, 0);
  assert_true(n_brother == N && n_sibling >= N * 8 / 10);
  free(k);
  family_delete(o.f);
  panel_delete(markers);
}

static void a_brother_cannot_be_told_where_the_missing_has_no_children(void **state) {
  (void)state;
  panel *markers = panel_new(24, 10, HW_MUTATION_STEPWISE, 3);
  origin o = origin_new(false, true);
  known *k = malloc(sizeof *k);
  assert_non_null(k);
  rng r = rng_seeded(12);
  for (int i = 0; i < 10; i++) {
    hw_search_pair pairs[2];
    hw_search_detail details[2];
    hw_err err = HW_ERR_INIT;
    known_init(k, &o, markers, &r);
    known_pairs(k, pairs);
    hw_assert_ok(compare(&k->input, 2, pairs, details, &err), &err);
    for (int s = 0; s < 2; s++) {
      /* A half sibling by the mother, or a child of hers, may fit better by chance; a full sibling
       * fits exactly as well. */
      assert_true(details[s].log10_lr_kin > pairs[s].log10_lr - 1e-9);
      if (details[s].kin == HW_SEARCH_FULL_SIBLING) assert_false(details[s].is_kin);
    }
  }
  free(k);
  family_delete(o.f);
  panel_delete(markers);
}

static void a_typed_parent_is_no_candidate(void **state) {
  (void)state;
  panel *markers = panel_new(24, 10, HW_MUTATION_NONE, 3);
  origin o = origin_new(false, true);
  known *k = malloc(sizeof *k);
  assert_non_null(k);
  rng r = rng_seeded(13);
  hw_search_detail detail;
  hw_err err = HW_ERR_INIT;
  known_init(k, &o, markers, &r);
  /* The typed mother's own profile as the sample: she is no candidate, the missing cannot be her, the
   * father (untyped, unrelated to her) is none either; her child is what remains. */
  k->samples[0].profile = k->profiles[0];
  k->samples[0].sex = HW_FEMALE;
  const hw_search_pair pair = {0, 0, 0};
  hw_assert_ok(compare(&k->input, 1, &pair, &detail, &err), &err);
  assert_true(detail.kin != HW_SEARCH_PARENT && detail.kin != HW_SEARCH_KIN_NONE);
  assert_true(detail.is_kin);
  free(k);
  family_delete(o.f);
  panel_delete(markers);
}

/* ---- details ---------------------------------------------------------------------- */

#define MARKERS                                                               \
  "{\"format\":\"homeward-case/1\",\"id\":\"c\",\"theta\":0.01,\"markers\":[" \
  "{\"name\":\"A\",\"chromosome\":\"A\",\"alleles\":[\"1\",\"2\",\"3\"],"     \
  "\"frequencies\":[0.2,0.3,0.5],\"mutation\":{\"model\":\"equal\",\"rate\":" \
  "{\"female\":0.01,\"male\":0.02}}},"                                        \
  "{\"name\":\"X\",\"chromosome\":\"X\",\"alleles\":[\"1\",\"2\",\"3\"],"     \
  "\"frequencies\":[0.01,0.29,0.7],\"mutation\":{\"model\":\"none\"}},"       \
  "{\"name\":\"B\",\"chromosome\":\"A\",\"alleles\":[\"1\",\"2\",\"3\"],"     \
  "\"frequencies\":[0.01,0.29,0.7],\"mutation\":{\"model\":\"none\"}}],"

/* Synthetic. F1: both parents typed. F2: a brother typed, two missing. */
static const char CASE[] = MARKERS
    "\"remains\":["
    "{\"id\":\"R1\",\"sex\":\"male\",\"genotypes\":[[\"1\",\"2\"],[\"2\"],[\"1\",\"1\"]]},"
    "{\"id\":\"R2\",\"sex\":\"unknown\",\"genotypes\":[[\"1\",\"3\"],null,[\"1\",\"3\"]]},"
    "{\"id\":\"R3\",\"sex\":\"unknown\",\"genotypes\":[[\"3\",\"3\"],null,[\"1\",null]]}],"
    "\"families\":["
    "{\"name\":\"F1\",\"pedigree\":[{\"id\":\"P\",\"father\":null,\"mother\":null,\"sex\":"
    "\"male\"},{\"id\":\"Q\",\"father\":null,\"mother\":null,\"sex\":\"female\"},"
    "{\"id\":\"S\",\"father\":\"P\",\"mother\":\"Q\",\"sex\":\"male\"}],\"missing\":[\"S\"],"
    "\"genotypes\":{\"P\":[[\"1\",\"1\"],[\"3\"],[\"1\",\"2\"]],"
    "\"Q\":[[\"2\",\"2\"],[\"2\",\"3\"],[\"1\",\"3\"]]}},"
    "{\"name\":\"F2\",\"pedigree\":[{\"id\":\"P\",\"father\":null,\"mother\":null,\"sex\":"
    "\"male\"},{\"id\":\"Q\",\"father\":null,\"mother\":null,\"sex\":\"female\"},"
    "{\"id\":\"M\",\"father\":\"P\",\"mother\":\"Q\",\"sex\":\"male\"},"
    "{\"id\":\"B\",\"father\":\"P\",\"mother\":\"Q\",\"sex\":\"male\"},"
    "{\"id\":\"N\",\"father\":\"P\",\"mother\":\"Q\",\"sex\":\"male\"}],"
    "\"missing\":[\"M\",\"N\"],\"genotypes\":{\"B\":[[\"1\",\"2\"],[\"2\"],null]}}]}";

enum { N_REMAINS = 3, N_QUERIES = 3, N_CASE_MARKERS = 3 };

/* The case, as identify sees it and as a search's input. */
typedef struct both {
  hw_case_list *list;
  hw_identify *run;
  hw_search_sample samples[N_REMAINS];
  hw_search_family families[2];
  hw_search_query queries[N_QUERIES];
  hw_search_input input;
  hw_search_pair pairs[N_REMAINS * N_QUERIES];
  int32_t n_pairs;
} both;

static void both_init(both *self) {
  hw_err err = HW_ERR_INIT;
  *self = (both){0};
  hw_assert_ok(hw_case_list_parse(CASE, sizeof CASE - 1, "case", &self->list, &err), &err);
  const hw_case *c = &self->list->cases[0];
  hw_assert_ok(hw_identify_new(c, NULL, &self->run, &err), &err);
  for (int32_t i = 0; i < N_REMAINS; i++)
    self->samples[i] =
        (hw_search_sample){c->remains[i].id, c->remains[i].sex, c->remains[i].profile};
  for (int32_t f = 0; f < 2; f++)
    self->families[f] =
        (hw_search_family){c->families[f].name, c->families[f].pedigree, c->families[f].n_profiles,
                           c->families[f].profiles, c->families[f].profile_person};
  assert_int_equal(hw_identify_target_count(self->run), N_QUERIES);
  for (int32_t t = 0; t < N_QUERIES; t++) {
    const hw_target *target = hw_identify_target(self->run, t);
    hw_assert_ok(hw_identify_step(self->run, t, &err), &err);
    self->queries[t] = (hw_search_query){target->family, target->person, target->code};
    for (int32_t i = 0; i < N_REMAINS; i++)
      if (hw_identify_log10_lr(self->run, i, t) > -HUGE_VAL)
        self->pairs[self->n_pairs++] =
            (hw_search_pair){i, t, hw_identify_log10_lr(self->run, i, t)};
  }
  assert_true(self->n_pairs > N_QUERIES);
  self->input = (hw_search_input){.n_markers = c->n_markers,
                                  .markers = c->markers,
                                  .theta = c->theta,
                                  .n_samples = N_REMAINS,
                                  .samples = self->samples,
                                  .n_families = 2,
                                  .families = self->families,
                                  .n_queries = N_QUERIES,
                                  .queries = self->queries};
}

static void both_clear(both *self) {
  hw_identify_delete(self->run);
  hw_case_list_delete(self->list);
}

static const hw_search_options default_prior = {.threshold = -HUGE_VAL, .prior_none = -1};

static void details_agree_with_identify_where_every_pair_is_kept(void **state) {
  (void)state;
  both b;
  hw_err err = HW_ERR_INIT;
  both_init(&b);
  const hw_search_results results = {.n_pairs = b.n_pairs, .pairs = b.pairs};
  hw_search_detail details[N_REMAINS * N_QUERIES];
  double per_marker[N_REMAINS * N_QUERIES * N_CASE_MARKERS];
  hw_assert_ok(hwp_details(&b.input, &default_prior, &results, b.n_pairs, b.pairs, details,
                           per_marker, &err),
               &err);
  hw_identify_pair *pairs = NULL;
  int32_t n_pairs = 0;
  hw_assert_ok(hw_identify_pairs(b.run, -HUGE_VAL, 0.999, &pairs, &n_pairs, &err), &err);
  for (int32_t i = 0; i < b.n_pairs; i++) {
    double expected[N_CASE_MARKERS];
    hw_assert_ok(
        hw_identify_markers(b.run, b.pairs[i].sample, b.pairs[i].query, expected, NULL, &err),
        &err);
    for (int m = 0; m < N_CASE_MARKERS; m++)
      hw_assert_close(per_marker[i * N_CASE_MARKERS + m], expected[m], 1e-12, 1e-13);
    for (int32_t k = 0; k < n_pairs; k++) {
      if (pairs[k].remains != b.pairs[i].sample || pairs[k].target != b.pairs[i].query) continue;
      assert_int_equal(details[i].n_markers, pairs[k].markers);
      assert_int_equal(details[i].n_mismatches, pairs[k].mismatches);
    }
  }
  free(pairs);
  both_clear(&b);
}

static void posteriors_count_what_was_not_kept_as_one(void **state) {
  (void)state;
  both b;
  hw_err err = HW_ERR_INIT;
  both_init(&b);
  /* Of sample 1, query 0 is kept; the two others are not. */
  const hw_search_pair kept[] = {{1, 0, 2.0}};
  const hw_search_results results = {.n_pairs = 1, .pairs = kept};
  hw_search_detail detail;
  hw_search_options options = default_prior;
  hw_assert_ok(hwp_details(&b.input, &options, &results, 1, kept, &detail, NULL, &err), &err);
  hw_assert_close(detail.posterior, 100.0 / (1 + 100 + 2), 1e-12, 0);
  options.prior_none = 0.7; /* each 0.1 */
  hw_assert_ok(hwp_details(&b.input, &options, &results, 1, kept, &detail, NULL, &err), &err);
  hw_assert_close(detail.posterior, 10.0 / (0.7 + 10 + 0.2), 1e-12, 0);
  /* A second kept pair of the sample competes; one of another sample does not. */
  const hw_search_pair more[] = {{1, 0, 2.0}, {2, 1, 9.0}, {1, 2, 3.0}};
  const hw_search_results rivals = {.n_pairs = 3, .pairs = more};
  hw_search_detail three[3];
  hw_assert_ok(hwp_details(&b.input, &options, &rivals, 3, more, three, NULL, &err), &err);
  hw_assert_close(three[0].posterior, 10.0 / (0.7 + 10 + 100 + 0.1), 1e-12, 0);
  hw_assert_close(three[2].posterior, 100.0 / (0.7 + 10 + 100 + 0.1), 1e-12, 0);
  /* Impossible unless related takes all, shared by those who have it. */
  const hw_search_pair infinite[] = {{1, 0, HUGE_VAL}, {1, 1, HUGE_VAL}, {1, 2, 300}};
  const hw_search_results certain = {.n_pairs = 3, .pairs = infinite};
  hw_assert_ok(hwp_details(&b.input, &options, &certain, 3, infinite, three, NULL, &err), &err);
  hw_assert_close(three[0].posterior, 0.5, 1e-12, 0);
  hw_assert_close(three[1].posterior, 0.5, 1e-12, 0);
  assert_true(three[2].posterior == 0);
  both_clear(&b);
}

static void pairs_of_nothing_are_refused(void **state) {
  (void)state;
  both b;
  hw_err err = HW_ERR_INIT;
  both_init(&b);
  const hw_search_results results = {0};
  const hw_search_pair pair = {1, N_QUERIES, 2.0};
  hw_search_detail detail;
  hw_assert_status(hwp_details(&b.input, &default_prior, &results, 1, &pair, &detail, NULL, &err),
                   HW_E_REFERENCE, &err);
  hw_assert_contains(err.message, "pair 0 is of sample 1 and query 3; the search has 3 and 3");
  hw_assert_ok(hwp_details(&b.input, &default_prior, &results, 0, NULL, NULL, NULL, &err), &err);
  both_clear(&b);
}

static void a_failure_names_the_family(void **state) {
  (void)state;
  both b;
  hw_err err = HW_ERR_INIT;
  both_init(&b);
  const hw_search_results results = {.n_pairs = b.n_pairs, .pairs = b.pairs};
  hw_search_detail details[N_REMAINS * N_QUERIES];
  hw_search_options options = default_prior;
  options.likelihood.max_work = 1;
  hw_assert_status(
      hwp_details(&b.input, &options, &results, b.n_pairs, b.pairs, details, NULL, &err),
      HW_E_TOO_COMPLEX, &err);
  /* Every family fails; which one first is up to the threads. */
  hw_assert_contains(err.message, "while comparing with relatives of '");
  hw_assert_contains(err.message, "' of family 'F");
  both_clear(&b);
}

static void failures_of_memory_are_reported(void **state) {
  (void)state;
  both b;
  hw_err err = HW_ERR_INIT;
  both_init(&b);
  const hw_search_results results = {.n_pairs = b.n_pairs, .pairs = b.pairs};
  hw_search_detail details[N_REMAINS * N_QUERIES];
  double per_marker[N_REMAINS * N_QUERIES * N_CASE_MARKERS];
  long failed = 0;
  for (long n = 0; hw_faults_begin(n); n++) {
    const hw_status status = hwp_details(&b.input, &default_prior, &results, b.n_pairs, b.pairs,
                                         details, per_marker, &err);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    /* Compilers do without their memory where it is the last thing asked for, which depends on how
     * the threads share the work. */
    if (status == HW_OK) continue;
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
    failed++;
  }
  assert_true(failed > 20);
  both_clear(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ratios_equal_likelihoods_of_pedigrees_written_out),
      cmocka_unit_test(a_brothers_sample_is_told_where_the_missing_has_children),
      cmocka_unit_test(a_brother_cannot_be_told_where_the_missing_has_no_children),
      cmocka_unit_test(a_typed_parent_is_no_candidate),
      cmocka_unit_test(details_agree_with_identify_where_every_pair_is_kept),
      cmocka_unit_test(posteriors_count_what_was_not_kept_as_one),
      cmocka_unit_test(pairs_of_nothing_are_refused),
      cmocka_unit_test(a_failure_names_the_family),
      cmocka_unit_test(failures_of_memory_are_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
