/* Whose are the remains, if not the missing person's: a close relative's? By STR and SNP together.
 *
 * The relatives are those of a search of STR profiles (search/relatives.c): full and
 * half siblings, parents, children, each put into the family's pedigree. What is
 * compared is the product of both ratios, of the relative and of the missing person
 * herself, over the same markers. Lines are not part of it: siblings share them, and
 * who of the others does is seen from the pedigree. SNPs on X are left out, for the sex
 * of a child who may not exist is not known.
 *
 * Missing persons are shared out over the processors; each has pairs of her own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/search_snp_int.h"
#include "base/check.h"
#include "base/elementary.h"
#include "base/pool.h"
#include "search/search_int.h"

/* How much better, in log10 LR, a relative must fit to be told: far above what rounding and single
 * precision do. */
static const double MARGIN = 1e-3;
static const double LOG10_E = 0x1.bcb7b1526e50ep-2;

/* A kept pair by missing person. */
typedef struct place {
  int32_t target;
  int64_t at;
} place;

/* What all missing persons share. */
typedef struct kin_work {
  hwp_wide_making *from;
  const hw_evidence_input *evidence;
  hw_likelihood_options likelihood;
  hw_linked_options linked;
  int32_t n_snp_markers;     /* autosomal, which stand first */
  hw_linked_marker *markers; /* of the panel */
  size_t n_values;           /* likelihoods of one person at these */
  bool has_x;                /* STR on X */
  int64_t n, n_groups;
  place *places;
  int64_t *group; /* n_groups + 1 */
} kin_work;

/* One missing person at work. */
typedef struct kin_group {
  const kin_work *work;
  int64_t n;
  const place *places;
  const hw_wide_pair *first;
  hw_pedigree pedigree;             /* the family's, with a twin of hers if she is typed herself */
  int32_t *str_person, *snp_person; /* of the typed */
  hw_linked_typed *typed;
  float **remains;    /* n: likelihoods; NULL = no SNPs count */
  double *own;        /* n: the missing person's own ratio */
  bool *is_own_known; /* n */
  bool is_own;        /* the ratios that come are hers */
  hw_table_compiler *compiler;
  hw_arena arena;
} kin_group;

static hw_wide_pair *pair_of(const kin_group *self, int64_t i) {
  return &self->work->from->out->pairs[self->places[i].at];
}

static const hw_family *family_of(const kin_group *self) {
  return &self->work->from->input->problem->families[self->first->family];
}

/* --- one relative --- */

/* Adds ratios by STR. @return false if they cannot be computed: then she is left out */
static hw_status add_str(kin_group *self, const hw_pedigree *pedigree, int32_t relative,
                         double *ratios, bool *is_known, hw_err *err) {
  const hw_case *problem = self->work->from->input->problem;
  const hw_family *family = family_of(self);
  if (self->compiler == NULL || family->n_profiles == 0) return HW_OK;
  const hw_problem what = {.pedigree = pedigree,
                           .n_profiles = family->n_profiles,
                           .profiles = family->profiles,
                           .profile_person = self->str_person,
                           .n_markers = problem->n_markers,
                           .markers = problem->markers,
                           .theta = problem->theta};
  const hw_table *table = NULL;
  hw_err why = HW_ERR_INIT;
  const hw_status status = hw_table_compiler_compile(self->compiler, &what, relative, &table, &why);
  *is_known = status == HW_OK;
  if (status == HW_E_TOO_COMPLEX || status == HW_E_UNSUPPORTED) return HW_OK;
  if (status != HW_OK && err != NULL) *err = why;
  if (status != HW_OK) return status;
  for (int64_t i = 0; i < self->n; i++) {
    const hw_wide_pair *pair = pair_of(self, i);
    if (pair->parts.is_typed[HW_EVIDENCE_STR])
      ratios[i] += hw_table_log10_lr(table, problem->markers,
                                     &problem->remains[pair->remains].profile, NULL);
  }
  return HW_OK;
}

static hw_status score_snp(kin_group *self, const hw_linked_scorer *scorer, double *ratios,
                           hw_err *err) {
  for (int64_t i = 0; i < self->n; i++) {
    double ln_lr = 0;
    if (self->remains[i] == NULL) continue;
    HW_TRY(hw_linked_scorer_score(scorer, self->remains[i], &ln_lr, NULL, err));
    ratios[i] += ln_lr * LOG10_E;
  }
  return HW_OK;
}

static hw_status add_snp(kin_group *self, const hw_pedigree *pedigree, int32_t relative,
                         double *ratios, bool *is_known, hw_err *err) {
  const kin_work *work = self->work;
  if (self->typed == NULL) return HW_OK;
  const hw_linked_problem what = {
      .pedigree = pedigree,
      .n_typed = work->evidence->family_snp[self->first->family].n_profiles,
      .typed = self->typed,
      .n_markers = work->n_snp_markers,
      .markers = work->markers,
      .theta = work->from->input->problem->theta};
  hw_linked_scorer *scorer = NULL;
  hw_err why = HW_ERR_INIT;
  hw_status status = hw_linked_scorer_new(&what, relative, &work->linked, &scorer, &why);
  *is_known = *is_known && status == HW_OK;
  if (status == HW_E_TOO_COMPLEX || status == HW_E_UNSUPPORTED) return HW_OK;
  if (status == HW_OK) status = score_snp(self, scorer, ratios, &why);
  hw_linked_scorer_delete(scorer);
  if (status != HW_OK && err != NULL) *err = why;
  return status;
}

/* Compares the pairs with one relative; the first time with the missing person herself. */
static hw_status visit(void *context, hw_search_kin kin, const hw_pedigree *pedigree,
                       int32_t relative, hw_sex sex, hw_err *err) {
  kin_group *self = context;
  const hw_case *problem = self->work->from->input->problem;
  double *ratios = calloc((size_t)self->n, sizeof *ratios);
  bool is_known = true;
  if (ratios == NULL) return HW_NO_MEMORY(err, "the relatives");
  hw_status status = add_str(self, pedigree, relative, ratios, &is_known, err);
  if (status == HW_OK && is_known)
    status = add_snp(self, pedigree, relative, ratios, &is_known, err);
  for (int64_t i = 0; status == HW_OK && is_known && i < self->n; i++) {
    hw_wide_pair *pair = pair_of(self, i);
    const hw_sex seen = problem->remains[pair->remains].sex;
    if (self->is_own) {
      self->own[i] = ratios[i];
      self->is_own_known[i] = true;
      continue;
    }
    if (sex != HW_UNKNOWN_SEX && seen != HW_UNKNOWN_SEX && seen != sex) continue;
    if (!self->is_own_known[i] || isinf(ratios[i]) ||
        (pair->kin != HW_SEARCH_KIN_NONE && !(ratios[i] > pair->log10_lr_kin)))
      continue;
    pair->kin = kin;
    pair->log10_lr_kin = ratios[i];
    pair->is_kin = ratios[i] > self->own[i] + MARGIN;
  }
  free(ratios);
  return status;
}

/* --- one missing person --- */

static bool is_in(const int32_t *persons, int32_t n, int32_t person) {
  for (int32_t i = 0; i < n; i++)
    if (persons[i] == person) return true;
  return false;
}

/* Who is typed, by persons of the pedigree; she herself by a twin. */
static hw_status place_typed(kin_group *self, int32_t person, hw_err *err) {
  const hw_family *family = family_of(self);
  const hw_evidence_input *from = self->work->evidence;
  const hw_stored_snp_family none = {0};
  const hw_stored_snp_family *snp =
      from->family_snp != NULL ? &from->family_snp[self->first->family] : &none;
  self->pedigree = family->pedigree;
  self->str_person =
      hw_arena_alloc_array(&self->arena, (size_t)family->n_profiles, sizeof(int32_t));
  self->snp_person = hw_arena_alloc_array(&self->arena, (size_t)snp->n_profiles, sizeof(int32_t));
  if (self->str_person == NULL || self->snp_person == NULL)
    return HW_NO_MEMORY(err, "the relatives");
  const int32_t twin = family->pedigree.n_persons;
  if (is_in(family->profile_person, family->n_profiles, person) ||
      is_in(snp->person, snp->n_profiles, person))
    HW_TRY(hwp_search_twin(&self->arena, &family->pedigree, person, &self->pedigree, err));
  for (int32_t i = 0; i < family->n_profiles; i++)
    self->str_person[i] = family->profile_person[i] == person ? twin : family->profile_person[i];
  for (int32_t i = 0; i < snp->n_profiles; i++)
    self->snp_person[i] = snp->person[i] == person ? twin : snp->person[i];
  return HW_OK;
}

static float *likelihoods_of(kin_group *self, const uint8_t *bytes) {
  float *values = hw_arena_alloc_array(&self->arena, self->work->n_values, sizeof *values);
  if (values != NULL) hw_snp_likelihoods(bytes, (int64_t)self->work->n_values, values);
  return values;
}

static hw_status read_snp(kin_group *self, hw_err *err) {
  const hw_evidence_input *from = self->work->evidence;
  bool has_any = false;
  self->remains = hw_arena_alloc_array(&self->arena, (size_t)self->n, sizeof *self->remains);
  if (self->remains == NULL) return HW_NO_MEMORY(err, "the relatives");
  for (int64_t i = 0; i < self->n; i++) {
    const hw_wide_pair *pair = pair_of(self, i);
    if (!pair->parts.is_typed[HW_EVIDENCE_SNP] || self->work->n_snp_markers == 0) continue;
    self->remains[i] = likelihoods_of(self, from->remains_snp[pair->remains].bytes);
    if (self->remains[i] == NULL) return HW_NO_MEMORY(err, "the relatives");
    has_any = true;
  }
  if (!has_any) return HW_OK;
  const hw_stored_snp_family *family = &from->family_snp[self->first->family];
  hw_linked_typed *typed =
      hw_arena_alloc_array(&self->arena, (size_t)family->n_profiles, sizeof *typed);
  if (typed == NULL) return HW_NO_MEMORY(err, "the relatives");
  for (int32_t i = 0; i < family->n_profiles; i++) {
    typed[i] = (hw_linked_typed){.person = self->snp_person[i],
                                 .likelihoods = likelihoods_of(self, family->profiles[i].bytes)};
    if (typed[i].likelihoods == NULL) return HW_NO_MEMORY(err, "the relatives");
  }
  self->typed = typed;
  return HW_OK;
}

/* A search of this missing person alone: who is typed, and nothing of what was seen. */
static hw_status visit_all(kin_group *self, int32_t person, hw_err *err) {
  const hw_family *from = family_of(self);
  const int32_t n_snp =
      self->typed != NULL ? self->work->evidence->family_snp[self->first->family].n_profiles : 0;
  const int32_t n = from->n_profiles + n_snp;
  hw_profile *profiles = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *profiles);
  int32_t *owner = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *owner);
  if (profiles == NULL || owner == NULL) return HW_NO_MEMORY(err, "the relatives");
  for (int32_t i = 0; i < n; i++)
    owner[i] = i < from->n_profiles ? self->str_person[i] : self->snp_person[i - from->n_profiles];
  const hw_search_family family = {.code = from->name,
                                   .pedigree = self->pedigree,
                                   .n_profiles = n,
                                   .profiles = profiles,
                                   .profile_person = owner};
  const hw_search_query query = {.person = person, .code = self->pedigree.persons[person].id};
  const hw_search_input input = {
      .n_families = 1, .families = &family, .n_queries = 1, .queries = &query};
  self->is_own = true;
  HW_TRY(visit(self, HW_SEARCH_KIN_NONE, &self->pedigree, person, HW_UNKNOWN_SEX, err));
  self->is_own = false;
  return hwp_relatives_each(&input, 0, self->work->has_x, visit, self, err);
}

static hw_status take_group(kin_group *self, hw_err *err) {
  const hw_case *problem = self->work->from->input->problem;
  const int32_t person = family_of(self)->missing[self->first->missing];
  self->own = hw_arena_alloc_array(&self->arena, (size_t)self->n, sizeof *self->own);
  self->is_own_known =
      hw_arena_alloc_array(&self->arena, (size_t)self->n, sizeof *self->is_own_known);
  if (self->own == NULL || self->is_own_known == NULL) return HW_NO_MEMORY(err, "the relatives");
  HW_TRY(place_typed(self, person, err));
  HW_TRY(read_snp(self, err));
  if (self->work->from->input->str_search != NULL)
    HW_TRY(hw_table_compiler_new(problem->n_markers, problem->markers, problem->theta,
                                 &self->work->likelihood, 0, &self->compiler, err));
  return visit_all(self, person, err);
}

static hw_status take_piece(void *context, int32_t thread, int64_t piece, hw_err *err) {
  const kin_work *work = context;
  const int64_t first = work->group[piece];
  (void)thread;
  kin_group self = {.work = work,
                    .n = work->group[piece + 1] - first,
                    .places = work->places + first,
                    .first = &work->from->out->pairs[work->places[first].at]};
  hw_arena_init(&self.arena, 0);
  const hw_status status = take_group(&self, err);
  hw_table_compiler_delete(self.compiler);
  hw_arena_clear(&self.arena);
  if (status != HW_OK)
    hw_err_while(err, "comparing with relatives in family '%s'", family_of(&self)->name);
  return status;
}

/* --- all --- */

static int compare_targets(const void *a, const void *b) {
  const place *x = a, *y = b;
  if (x->target != y->target) return x->target < y->target ? -1 : 1;
  return x->at < y->at ? -1 : x->at > y->at;
}

static hw_status make_groups(kin_work *self, hw_arena *arena, hw_err *err) {
  const hw_wide_found *found = self->from->out;
  const size_t n = (size_t)found->n_pairs;
  self->places = hw_arena_alloc_array(arena, n, sizeof *self->places);
  self->group = hw_arena_alloc_array(arena, n + 1, sizeof *self->group);
  if (self->places == NULL || self->group == NULL) return HW_NO_MEMORY(err, "the relatives");
  for (size_t i = 0; i < n; i++) self->places[i] = (place){found->pairs[i].target, (int64_t)i};
  if (n > 0) qsort(self->places, n, sizeof *self->places, compare_targets);
  for (size_t i = 0; i < n; i++)
    if (i == 0 || self->places[i].target != self->places[i - 1].target)
      self->group[self->n_groups++] = (int64_t)i;
  self->group[self->n_groups] = (int64_t)n;
  return HW_OK;
}

static hw_status make_markers(kin_work *self, hw_arena *arena, hw_err *err) {
  const hw_panel *panel = self->evidence->panel;
  const hw_case *problem = self->from->input->problem;
  for (int32_t m = 0; m < problem->n_markers; m++)
    self->has_x = self->has_x || hw_marker_is_x(&problem->markers[m]);
  if (panel == NULL) return HW_OK;
  self->markers = hw_arena_alloc_array(arena, (size_t)panel->n_markers, sizeof *self->markers);
  if (self->markers == NULL) return HW_NO_MEMORY(err, "the relatives");
  HW_TRY(hw_linked_markers_of_panel(panel, self->evidence->population, self->markers, err));
  while (self->n_snp_markers < panel->n_markers &&
         self->markers[self->n_snp_markers].chromosome < HW_LINKED_CHROMOSOMES)
    self->n_snp_markers++;
  self->n_values = (size_t)panel->first_genotype[self->n_snp_markers];
  return HW_OK;
}

static bool is_stopped(void *context, int64_t n_done) {
  const kin_work *self = context;
  const hw_search_go *go = self->from->go;
  return go->progress != NULL &&
         go->progress(go->context, (uint64_t)n_done, (uint64_t)self->n_groups);
}

hw_status hwp_wide_kin(hwp_wide_making *from, hw_err *err) {
  kin_work self = {.from = from,
                   .evidence = hw_evidence_input_get(from->input->evidence),
                   .likelihood = {.simd = from->options->simd},
                   .linked = {.simd = from->options->simd}};
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hw_status status = make_groups(&self, &arena, err);
  if (status == HW_OK) status = make_markers(&self, &arena, err);
  const hw_pool_work work = {.n_pieces = self.n_groups,
                             .n_threads = from->go->n_threads,
                             .run = take_piece,
                             .context = &self,
                             .is_stopped = is_stopped,
                             .stop_context = &self};
  if (status == HW_OK && self.n_groups > 0) status = hw_pool_run(&work, err);
  hw_arena_clear(&arena);
  return status;
}
