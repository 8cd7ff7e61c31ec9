/* Pairs of specimens for people, and groups against full siblings.
 *
 * A group may be one person, or two brothers in one grave. The ratio against siblings is
 * computed for each typed specimen of a group, it being a sibling of the person that all
 * the others are; the least of them is what the group is worth. DNA alone, through
 * hw_likelihood: for two siblings the markers that mutate and the shared urn of theta
 * matter. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/reassociate_int.h"

static int by_evidence(const void *a, const void *b) {
  const hw_reassociate_pair *x = a, *y = b;
  if (x->complement != y->complement) return x->complement < y->complement ? -1 : 1;
  if (x->ln.dna != y->ln.dna) return x->ln.dna > y->ln.dna ? -1 : 1;
  if (x->a != y->a) return x->a < y->a ? -1 : 1;
  return x->b < y->b ? -1 : x->b > y->b;
}

static bool is_wanted(const hw_reassociate *self, int32_t a, int32_t b, double least,
                      double least_ln) {
  if (hw_reassociate_posterior(self, a, b, NULL) >= least) return true;
  return (self->options.without & HW_WITHOUT_DNA) == 0 && hwp_dna_is_typed(self->dna, a) &&
         hwp_dna_is_typed(self->dna, b) && hwp_dna_pair(self->dna, a, b) >= least_ln;
}

static hw_reassociate_pair make_pair(const hw_reassociate *self, int32_t a, int32_t b) {
  const int32_t members[2] = {a, b};
  hw_reassociate_pair out = {.a = a, .b = b, .ln = hwp_group_factors(self, members, 2)};
  out.posterior = hw_reassociate_posterior(self, a, b, &out.complement);
  out.n_common = hwp_dna_common(self->dna, a, b, &out.n_differ);
  out.measurements = hwp_measures_pair(self->measures, a, b, NULL);
  return out;
}

hw_status hw_reassociate_pairs(const hw_reassociate *self, double least, double least_log10_lr,
                               hw_reassociate_pair **pairs, int32_t *n_pairs, hw_err *err) {
  const double least_ln = least_log10_lr * hw_ln(10);
  int32_t n = 0, capacity = 0;
  hw_reassociate_pair *list = NULL;
  *pairs = NULL;
  *n_pairs = 0;
  for (int32_t a = 0; a < self->n; a++)
    for (int32_t b = a + 1; b < self->n; b++) {
      if (!is_wanted(self, a, b, least, least_ln)) continue;
      if (n == capacity) {
        size_t size = 0;
        capacity = capacity > 0 ? 2 * capacity : 64;
        hw_reassociate_pair *larger =
            hw_mul_size((size_t)capacity, sizeof *list, &size) ? realloc(list, size) : NULL;
        if (larger == NULL) {
          free(list);
          return HW_NO_MEMORY(err, "the pairs");
        }
        list = larger;
      }
      list[n++] = make_pair(self, a, b);
    }
  if (n > 0) qsort(list, (size_t)n, sizeof *list, by_evidence);
  *pairs = list;
  *n_pairs = n;
  return HW_OK;
}

/* --- groups against siblings --- */

typedef struct sib_scratch {
  hw_profile *profiles;
  int32_t *owner; /* specimen of each */
  bool *is_second;
  int32_t n, n_typed;
} sib_scratch;

static void gather(const hw_reassociate *self, const hw_reassociate_group *group,
                   sib_scratch *out) {
  const hw_reassociate_problem *problem = self->problem;
  out->n = out->n_typed = 0;
  for (int32_t i = 0; i < group->n; i++) {
    const hw_specimen *at = &problem->specimens[group->specimens[i]];
    if (!hwp_dna_is_typed(self->dna, group->specimens[i])) continue;
    out->n_typed++;
    for (int32_t p = 0; p < at->n_profiles; p++) {
      out->profiles[out->n] = problem->remains[at->profiles[p]].profile;
      out->owner[out->n++] = group->specimens[i];
    }
  }
}

static hw_status weigh_group(const hw_reassociate *self, hw_reassociate_group *group,
                             sib_scratch *scratch, hw_err *err) {
  gather(self, group, scratch);
  if (scratch->n_typed < 2) return HW_OK;
  for (int32_t i = 0; i < group->n; i++) {
    double log10_lr = NAN;
    bool is_there = false;
    for (int32_t p = 0; p < scratch->n; p++) {
      scratch->is_second[p] = scratch->owner[p] == group->specimens[i];
      is_there = is_there || scratch->is_second[p];
    }
    if (!is_there) continue;
    const hw_status status =
        hw_same_person_lr(self->problem->n_markers, self->problem->markers, self->problem->theta,
                          scratch->n, scratch->profiles, scratch->is_second,
                          HW_ALTERNATIVE_FULL_SIBS, &self->options.likelihood, &log10_lr, err);
    if (status == HW_E_TOO_COMPLEX) continue; /* not known, and shown so */
    HW_TRY(status);
    if (!(group->log10_lr_sibs <= log10_lr)) group->log10_lr_sibs = log10_lr;
  }
  return HW_OK;
}

hw_status hwp_reassociate_sibs(hw_reassociate *self, hw_err *err) {
  if (self->options.without & HW_WITHOUT_DNA) return HW_OK;
  const size_t n = (size_t)self->problem->n_remains + 1;
  sib_scratch scratch = {
      .profiles = hw_arena_alloc_array(&self->arena, n, sizeof *scratch.profiles),
      .owner = hw_arena_alloc_array(&self->arena, n, sizeof *scratch.owner),
      .is_second = hw_arena_alloc_array(&self->arena, n, sizeof *scratch.is_second)};
  if (scratch.profiles == NULL || scratch.owner == NULL || scratch.is_second == NULL)
    return HW_NO_MEMORY(err, "the profiles");
  for (int32_t g = 0; g < self->n_groups; g++)
    HW_TRY(weigh_group(self, &self->groups[g], &scratch, err));
  return HW_OK;
}
