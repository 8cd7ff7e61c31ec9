/* The input of a search, from a stored case.
 *
 * Samples and families are those of the case, and nothing of it is copied but the
 * lists. Every missing person becomes a query. A missing person who was typed
 * herself (a toothbrush, an old sample) is given an identical twin who carries that
 * profile: the engine wants whom it searches untyped, and the likelihood is the
 * same. */
#include <stdlib.h>
#include <string.h>

#include "app/search_snp_int.h"
#include "base/check.h"
#include "search/input_file.h"

typedef struct maker {
  const hw_case *problem;
  hw_stored_search *out;
  hw_search_sample *samples;
  hw_search_family *families;
  hw_search_query *queries;
  int32_t *family, *missing;
} maker;

/* --- sizes --- */

static bool is_searched(const hw_family *family) {
  return family->n_missing > 0 && family->n_profiles > 0;
}

static hw_status count(maker *self, hw_err *err) {
  const hw_case *problem = self->problem;
  hw_search_input *input = &self->out->input;
  int64_t n_queries = 0;
  for (int32_t f = 0; f < problem->n_families; f++) {
    const hw_family *family = &problem->families[f];
    input->n_families += is_searched(family);
    self->out->n_untyped += family->n_profiles == 0;
    if (is_searched(family)) n_queries += family->n_missing;
  }
  if (n_queries > HW_SEARCH_MAX_QUERIES)
    return hw_err_set(err, HW_E_TOO_COMPLEX, "too many missing persons");
  input->n_queries = (int32_t)n_queries;
  input->n_samples = problem->n_remains;
  if (input->n_samples > 0 && input->n_queries > 0) return HW_OK;
  return hw_err_set(err, HW_E_SHAPE,
                    "case '%s' has %d remains with a profile and %d missing persons with "
                    "typed relatives: at least one of each is needed",
                    problem->id, (int)input->n_samples, (int)input->n_queries);
}

static hw_status reserve(maker *self, hw_err *err) {
  hw_arena *arena = &self->out->arena;
  const hw_search_input *input = &self->out->input;
  size_t n_families = (size_t)input->n_families, n_queries = (size_t)input->n_queries;
  self->samples = hw_arena_alloc_array(arena, (size_t)input->n_samples, sizeof *self->samples);
  self->families = hw_arena_alloc_array(arena, n_families, sizeof *self->families);
  self->family = hw_arena_alloc_array(arena, n_families, sizeof *self->family);
  self->queries = hw_arena_alloc_array(arena, n_queries, sizeof *self->queries);
  self->missing = hw_arena_alloc_array(arena, n_queries, sizeof *self->missing);
  bool has_all = self->samples != NULL && self->families != NULL && self->family != NULL &&
                 self->queries != NULL && self->missing != NULL;
  return has_all ? HW_OK : HW_NO_MEMORY(err, "the search");
}

/* --- families --- */

static bool is_typed(const hw_search_family *family, int32_t person) {
  for (int32_t i = 0; i < family->n_profiles; i++)
    if (family->profile_person[i] == person) return true;
  return false;
}

static bool is_id(const hw_pedigree *pedigree, const char *id) {
  for (int32_t i = 0; i < pedigree->n_persons; i++)
    if (strcmp(pedigree->persons[i].id, id) == 0) return true;
  return false;
}

/* An id that nobody of the pedigree has: hers, with one or more apostrophes. */
static const char *twin_id(hw_arena *arena, const hw_pedigree *pedigree, const char *id) {
  size_t n = strlen(id), room = n + (size_t)pedigree->n_persons + 2;
  char *text = hw_arena_alloc(arena, room);
  if (text == NULL) return NULL;
  memcpy(text, id, n);
  do {
    text[n++] = '\'';
  } while (is_id(pedigree, text));
  return text;
}

hw_status hwp_search_twin(hw_arena *arena, const hw_pedigree *old, int32_t person, hw_pedigree *out,
                          hw_err *err) {
  size_t n = (size_t)old->n_persons;
  hw_person *persons = hw_arena_alloc_array(arena, n + 1, sizeof *persons);
  const char *id = twin_id(arena, old, old->persons[person].id);
  if (persons == NULL || id == NULL) return HW_NO_MEMORY(err, "the search");
  memcpy(persons, old->persons, n * sizeof *persons);
  persons[n] = persons[person];
  persons[n].id = id;
  persons[n].father = persons[n].mother = HW_PERSON_NONE;
  /* A twin stands behind the first of the group. */
  persons[n].twin = persons[person].twin != HW_PERSON_NONE ? persons[person].twin : person;
  *out = (hw_pedigree){.n_persons = old->n_persons + 1, .persons = persons};
  return HW_OK;
}

/* Gives the profiles of a missing person to a twin of hers. */
static hw_status add_twin(maker *self, hw_search_family *family, int32_t person, hw_err *err) {
  hw_arena *arena = &self->out->arena;
  int32_t *owner = hw_arena_alloc_array(arena, (size_t)family->n_profiles, sizeof *owner);
  if (owner == NULL) return HW_NO_MEMORY(err, "the search");
  const int32_t twin = family->pedigree.n_persons;
  HW_TRY(hwp_search_twin(arena, &family->pedigree, person, &family->pedigree, err));
  for (int32_t i = 0; i < family->n_profiles; i++)
    owner[i] = family->profile_person[i] == person ? twin : family->profile_person[i];
  family->profile_person = owner;
  return HW_OK;
}

static hw_status add_family(maker *self, int32_t f, int32_t *n_families, int32_t *n_queries,
                            hw_err *err) {
  const hw_family *from = &self->problem->families[f];
  int32_t at = (*n_families)++;
  hw_search_family *family = &self->families[at];
  self->family[at] = f;
  *family = (hw_search_family){.code = from->name,
                               .pedigree = from->pedigree,
                               .n_profiles = from->n_profiles,
                               .profiles = from->profiles,
                               .profile_person = from->profile_person};
  for (int32_t k = 0; k < from->n_missing; k++) {
    int32_t person = from->missing[k];
    if (is_typed(family, person)) HW_TRY(add_twin(self, family, person, err));
    self->missing[*n_queries] = k;
    self->queries[(*n_queries)++] = (hw_search_query){
        .family = at, .person = person, .code = from->pedigree.persons[person].id};
  }
  return HW_OK;
}

static hw_status make(maker *self, hw_err *err) {
  const hw_case *problem = self->problem;
  hw_stored_search *out = self->out;
  if (problem->n_linkages > 0)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "case '%s' has linked markers, which a search cannot compile to "
                      "tables",
                      problem->id);
  HW_TRY(count(self, err));
  HW_TRY(reserve(self, err));
  for (int32_t r = 0; r < problem->n_remains; r++)
    self->samples[r] = (hw_search_sample){.code = problem->remains[r].id,
                                          .sex = problem->remains[r].sex,
                                          .profile = problem->remains[r].profile};
  int32_t n_families = 0, n_queries = 0;
  for (int32_t f = 0; f < problem->n_families; f++)
    if (is_searched(&problem->families[f]))
      HW_TRY(add_family(self, f, &n_families, &n_queries, err));
  out->input.n_markers = problem->n_markers;
  out->input.markers = problem->markers;
  out->input.theta = problem->theta;
  out->input.samples = self->samples;
  out->input.families = self->families;
  out->input.queries = self->queries;
  out->family = self->family;
  out->query_missing = self->missing;
  return HW_OK;
}

hw_status hw_stored_search_init(const hw_case *problem, hw_stored_search *out, hw_err *err) {
  maker self = {.problem = problem, .out = out};
  memset(out, 0, sizeof *out);
  hw_arena_init(&out->arena, 0);
  return make(&self, err);
}

void hw_stored_search_clear(hw_stored_search *self) {
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}

/* --- the same input --- */

static int compare_rows(const void *a, const void *b) {
  return memcmp(a, b, HW_SEARCH_ROW_DIGEST);
}

/* Rows of @p now that are not among those of @p before, which are sorted. */
static int32_t count_new(uint8_t (*before)[HW_SEARCH_ROW_DIGEST], int32_t n_before,
                         uint8_t (*now)[HW_SEARCH_ROW_DIGEST], int32_t n_now) {
  int32_t n = 0;
  if (n_before > 0) qsort(before, (size_t)n_before, sizeof *before, compare_rows);
  for (int32_t i = 0; i < n_now; i++)
    n += n_before == 0 ||
         bsearch(now[i], before, (size_t)n_before, sizeof *before, compare_rows) == NULL;
  return n;
}

static hw_status refuse(const hw_search_input *planned, hw_search_digests *before,
                        const hw_search_input *now, hw_search_digests *today, hw_err *err) {
  if (memcmp(before->models, today->models, sizeof before->models) != 0)
    return hw_err_set(err, HW_E_STATE,
                      "frequencies, mutation models or theta are others than those that were "
                      "searched: plan again");
  return hw_err_set(
      err, HW_E_STATE,
      "this is not what was searched: of %d remains %d are new or changed, of %d missing persons "
      "%d, and %d remains and %d missing persons were searched: plan again",
      (int)now->n_samples,
      (int)count_new(before->samples, planned->n_samples, today->samples, now->n_samples),
      (int)now->n_queries,
      (int)count_new(before->queries, planned->n_queries, today->queries, now->n_queries),
      (int)planned->n_samples, (int)planned->n_queries);
}

hw_status hw_search_check_same(const hw_search_input *planned, const hw_search_input *now,
                               hw_err *err) {
  hw_search_digests before = {0}, today = {0};
  hw_status status = hw_search_digests_of(planned, &before, err);
  if (status == HW_OK) status = hw_search_digests_of(now, &today, err);
  if (status == HW_OK && memcmp(before.all, today.all, sizeof before.all) != 0)
    status = refuse(planned, &before, now, &today, err);
  hw_search_digests_clear(&before);
  hw_search_digests_clear(&today);
  return status;
}
