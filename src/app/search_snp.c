/* The inputs of a search by all kinds of evidence, from a stored case.
 *
 * Both engines want samples that are typed and families with somebody typed, each by
 * its own kind; the case holds remains and families of all kinds. So each engine gets
 * a list of its own, with the places of what it lists in the case, and nothing of the
 * case is copied but the lists.
 *
 * A missing person with a SNP profile of her own (an old sample, a toothbrush) is given
 * an identical twin who carries it, as in a search of STR profiles (search_input.c). */
#include <string.h>

#include "app/search_snp.h"
#include "app/search_snp_int.h"
#include "base/check.h"
#include "search/snp_input_file.h"

/* --- SNP --- */

typedef struct maker {
  const hw_case *problem;
  const hw_evidence_input *from;
  hw_snp_searched *out;
  hw_snp_profile *samples;
  hw_snp_search_family *families;
  hw_search_query *queries;
  int32_t *remains, *family, *missing;
} maker;

static bool is_searched(const maker *self, int32_t f) {
  return self->problem->families[f].n_missing > 0 && self->from->family_snp[f].n_profiles > 0;
}

static hw_status reserve(maker *self, hw_err *err) {
  hw_arena *arena = &self->out->arena;
  size_t n_samples = 0, n_families = 0, n_queries = 0;
  for (int32_t r = 0; r < self->problem->n_remains; r++)
    n_samples += self->from->remains_snp[r].bytes != NULL;
  for (int32_t f = 0; f < self->problem->n_families; f++) {
    if (!is_searched(self, f)) continue;
    n_families++;
    n_queries += (size_t)self->problem->families[f].n_missing;
  }
  if (n_queries > HW_SEARCH_MAX_QUERIES)
    return hw_err_set(err, HW_E_TOO_COMPLEX, "too many missing persons");
  self->samples = hw_arena_alloc_array(arena, n_samples, sizeof *self->samples);
  self->remains = hw_arena_alloc_array(arena, n_samples, sizeof *self->remains);
  self->families = hw_arena_alloc_array(arena, n_families, sizeof *self->families);
  self->family = hw_arena_alloc_array(arena, n_families, sizeof *self->family);
  self->queries = hw_arena_alloc_array(arena, n_queries, sizeof *self->queries);
  self->missing = hw_arena_alloc_array(arena, n_queries, sizeof *self->missing);
  const bool has_all = self->samples != NULL && self->remains != NULL && self->families != NULL &&
                       self->family != NULL && self->queries != NULL && self->missing != NULL;
  return has_all ? HW_OK : HW_NO_MEMORY(err, "the search");
}

static bool is_typed(const hw_snp_search_family *family, int32_t person) {
  for (int32_t i = 0; i < family->n_profiles; i++)
    if (family->profile_person[i] == person) return true;
  return false;
}

/* Gives the profile of a missing person to a twin of hers. */
static hw_status add_twin(maker *self, hw_snp_search_family *family, int32_t person, hw_err *err) {
  int32_t *owner =
      hw_arena_alloc_array(&self->out->arena, (size_t)family->n_profiles, sizeof *owner);
  if (owner == NULL) return HW_NO_MEMORY(err, "the search");
  const int32_t twin = family->pedigree.n_persons;
  HW_TRY(hwp_search_twin(&self->out->arena, &family->pedigree, person, &family->pedigree, err));
  for (int32_t i = 0; i < family->n_profiles; i++)
    owner[i] = family->profile_person[i] == person ? twin : family->profile_person[i];
  family->profile_person = owner;
  return HW_OK;
}

static hw_status add_family(maker *self, int32_t f, hw_err *err) {
  hw_snp_search_input *input = &self->out->input;
  const hw_family *from = &self->problem->families[f];
  const hw_stored_snp_family *typed = &self->from->family_snp[f];
  const int32_t at = input->n_families++;
  hw_snp_search_family *family = &self->families[at];
  self->family[at] = f;
  *family = (hw_snp_search_family){.code = from->name,
                                   .pedigree = from->pedigree,
                                   .n_profiles = typed->n_profiles,
                                   .profiles = typed->profiles,
                                   .profile_person = typed->person};
  for (int32_t k = 0; k < from->n_missing; k++) {
    const int32_t person = from->missing[k];
    if (is_typed(family, person)) HW_TRY(add_twin(self, family, person, err));
    self->missing[input->n_queries] = k;
    self->queries[input->n_queries++] = (hw_search_query){
        .family = at, .person = person, .code = from->pedigree.persons[person].id};
  }
  return HW_OK;
}

static hw_status make(maker *self, hw_err *err) {
  hw_snp_search_input *input = &self->out->input;
  HW_TRY(reserve(self, err));
  for (int32_t r = 0; r < self->problem->n_remains; r++) {
    if (self->from->remains_snp[r].bytes == NULL) continue;
    self->remains[input->n_samples] = r;
    self->samples[input->n_samples++] = self->from->remains_snp[r];
  }
  for (int32_t f = 0; f < self->problem->n_families; f++)
    if (is_searched(self, f)) HW_TRY(add_family(self, f, err));
  input->panel = self->from->panel;
  input->population = self->from->population;
  input->theta = self->problem->theta;
  input->samples = self->samples;
  input->families = self->families;
  input->queries = self->queries;
  self->out->remains = self->remains;
  self->out->family = self->family;
  self->out->query_missing = self->missing;
  return HW_OK;
}

hw_status hw_snp_searched_init(const hw_case *problem, const hw_evidence *evidence,
                               hw_snp_searched *out, hw_err *err) {
  maker self = {.problem = problem, .from = hw_evidence_input_get(evidence), .out = out};
  memset(out, 0, sizeof *out);
  hw_arena_init(&out->arena, 0);
  if (self.from->panel == NULL || self.from->remains_snp == NULL || self.from->family_snp == NULL)
    return HW_OK;
  return make(&self, err);
}

void hw_snp_searched_clear(hw_snp_searched *self) {
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}

hw_status hw_snp_search_check_same(const hw_snp_search_input *planned,
                                   const hw_snp_search_input *now, hw_err *err) {
  uint8_t before[HW_DIGEST_SIZE], today[HW_DIGEST_SIZE];
  if (planned->n_samples != now->n_samples || planned->n_queries != now->n_queries)
    return hw_err_set(err, HW_E_STATE,
                      "this is not what was searched by SNP: it has %d remains and %d missing "
                      "persons, and %d remains and %d missing persons were searched: plan again",
                      (int)now->n_samples, (int)now->n_queries, (int)planned->n_samples,
                      (int)planned->n_queries);
  HW_TRY(hw_snp_input_digest(planned, before, err));
  HW_TRY(hw_snp_input_digest(now, today, err));
  if (memcmp(before, today, sizeof before) == 0) return HW_OK;
  return hw_err_set(err, HW_E_STATE,
                    "this is not what was searched by SNP: profiles, pedigrees, the panel or its "
                    "frequencies are others: plan again");
}

/* --- do the frequencies fit? --- */

hw_status hw_snp_search_check_population(const hw_snp_search_input *input,
                                         const hw_linked_options *linked, hw_population_result *out,
                                         hw_err *err) {
  enum { MOST_PAIRS = 100 };
  hw_snp_profile people[HW_SEARCH_CHECK_FAMILIES];
  int32_t n = 0;
  memset(out, 0, sizeof *out);
  /* Families stand in the order of the case; relatives of one family are kin, so one of each. */
  for (int32_t f = 0; f < input->n_families && n < HW_SEARCH_CHECK_FAMILIES; f++)
    if (input->families[f].n_profiles > 0) people[n++] = input->families[f].profiles[0];
  if (n < 2) return HW_OK;
  const hw_population_options options = {
      .theta = input->theta, .max_pairs = MOST_PAIRS, .linked = linked};
  return hw_population_check(input->panel, input->population, n, people, &options, out, err);
}

/* --- STR --- */

static bool is_observed(const hw_profile *profile) {
  for (int32_t m = 0; m < profile->n_markers; m++)
    if (profile->observations[m].kind != HW_OBS_MISSING) return true;
  return false;
}

hw_status hw_str_searched_init(const hw_case *problem, hw_str_searched *out, hw_err *err) {
  memset(out, 0, sizeof *out);
  hw_arena_init(&out->arena, 0);
  out->problem = *problem;
  const size_t n = (size_t)problem->n_remains;
  hw_remains *remains = hw_arena_alloc_array(&out->arena, n, sizeof *remains);
  int32_t *place = hw_arena_alloc_array(&out->arena, n, sizeof *place);
  if (remains == NULL || place == NULL) return HW_NO_MEMORY(err, "the search");
  int32_t n_typed = 0;
  for (int32_t r = 0; r < problem->n_remains; r++) {
    if (!is_observed(&problem->remains[r].profile)) continue;
    remains[n_typed] = problem->remains[r];
    place[n_typed++] = r;
  }
  out->problem.n_remains = n_typed;
  out->problem.remains = remains;
  out->remains = place;
  hw_err why = HW_ERR_INIT;
  const hw_status status = hw_stored_search_init(&out->problem, &out->searched, &why);
  if (status == HW_E_SHAPE) { /* nobody on one side: nothing to search by STR */
    out->searched.input.n_samples = out->searched.input.n_queries = 0;
    return HW_OK;
  }
  if (status != HW_OK && err != NULL) *err = why;
  return status;
}

void hw_str_searched_clear(hw_str_searched *self) {
  hw_stored_search_clear(&self->searched);
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}
