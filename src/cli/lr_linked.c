/* Markers of a case that are linked by position.
 *
 * A case states the chromosome and the place of its markers in centimorgans. Those that do not mutate
 * and have few alleles (SNPs, microhaplotypes) can be computed over whole chromosomes by
 * homeward/linked.h; the place counts for mothers and fathers alike. What was observed enters as
 * P(observation | genotype), so that partial profiles, dropout and typing errors count as they do
 * for unlinked markers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "cli/lr_evidence.h"
#include "homeward/linked.h"

static bool is_grouped(const hw_case *c, int32_t m) {
  for (int32_t g = 0; g < c->n_linkages; g++)
    for (int32_t k = 0; k < c->linkages[g].n_markers; k++)
      if (c->linkages[g].markers[k] == m) return true;
  return false;
}

int32_t lr_linked_find(const hw_case *c, bool *is_linked) {
  int32_t n = 0;
  for (int32_t m = 0; m < c->n_markers; m++) {
    const hw_marker *marker = &c->markers[m];
    is_linked[m] = marker->chromosome >= 1 && marker->chromosome <= HW_CHROMOSOME_X &&
                   !isnan(marker->position_cm) && marker->n_alleles >= 2 &&
                   marker->n_alleles <= HW_LINKED_MAX_ALLELES && marker->silent == HW_ALLELE_NONE &&
                   hw_mutation_is_identity(marker, HW_FROM_MOTHER) &&
                   hw_mutation_is_identity(marker, HW_FROM_FATHER) && !is_grouped(c, m);
    n += is_linked[m];
  }
  return n;
}

typedef struct placed {
  const hw_marker *marker;
  int32_t number;
} placed;

static int by_place(const void *left, const void *right) {
  const placed *x = left, *y = right;
  if (x->marker->chromosome != y->marker->chromosome)
    return x->marker->chromosome < y->marker->chromosome ? -1 : 1;
  if (x->marker->position_cm != y->marker->position_cm)
    return x->marker->position_cm < y->marker->position_cm ? -1 : 1;
  return (x->number > y->number) - (x->number < y->number);
}

/* P(observation | genotype) of one person, marker after marker. */
static void fill(const hw_profile *profile, hw_sex sex, int32_t n, const placed *order, float *to) {
  double table[HW_LINKED_MAX_ALLELES * HW_LINKED_MAX_ALLELES];
  for (int32_t k = 0; k < n; k++) {
    const hw_marker *marker = order[k].marker;
    const bool is_single = hw_marker_is_x(marker) && sex == HW_MALE;
    hw_observation_table(marker, &profile->observations[order[k].number], profile, is_single,
                         table);
    for (int32_t b = 0; b < marker->n_alleles; b++)
      for (int32_t a = 0; a <= b; a++, to++)
        *to = !is_single ? (float)table[a * marker->n_alleles + b] : a == b ? (float)table[a] : 0;
  }
}

hw_status lr_linked_weigh(const hw_case *c, const hw_profile *profiles, int32_t h,
                          const bool *is_linked, double *ln, hw_err *err) {
  const hw_hypothesis *hypothesis = &c->hypotheses[h];
  hw_arena arena = {0};
  const size_t n_markers = (size_t)c->n_markers + 1, n_profiles = (size_t)c->n_profiles + 1;
  int32_t n = 0;
  size_t n_genotypes = 0;
  hw_linked_result result = {0};
  placed *order = hw_arena_alloc_array(&arena, n_markers, sizeof *order);
  hw_linked_marker *markers = hw_arena_alloc_array(&arena, n_markers, sizeof *markers);
  hw_linked_typed *typed = hw_arena_alloc_array(&arena, n_profiles, sizeof *typed);
  bool is_whole = order != NULL && markers != NULL && typed != NULL;
  for (int32_t m = 0; is_whole && m < c->n_markers; m++)
    if (is_linked[m]) order[n++] = (placed){&c->markers[m], m};
  if (is_whole) qsort(order, (size_t)n, sizeof *order, by_place);
  for (int32_t k = 0; is_whole && k < n; k++) {
    const hw_marker *marker = order[k].marker;
    markers[k] = (hw_linked_marker){marker->chromosome, marker->position_cm, marker->position_cm,
                                    marker->n_alleles, marker->frequencies};
    n_genotypes += (size_t)(marker->n_alleles * (marker->n_alleles + 1) / 2);
  }
  for (int32_t p = 0; is_whole && p < c->n_profiles; p++) {
    const int32_t person = hypothesis->profile_person[p];
    float *likelihoods = hw_arena_alloc_array(&arena, n_genotypes + 1, sizeof *likelihoods);
    is_whole = likelihoods != NULL;
    if (!is_whole) break;
    fill(&profiles[p], hypothesis->pedigree.persons[person].sex, n, order, likelihoods);
    typed[p] = (hw_linked_typed){person, likelihoods};
  }
  const hw_linked_problem problem = {
      &hypothesis->pedigree, c->n_profiles, typed, n, markers, c->theta};
  const hw_linked_options options = {.simd = cli_simd()};
  hw_status status = is_whole ? hw_linked_likelihood(&problem, &options, &result, err)
                              : HW_NO_MEMORY(err, "the linked markers");
  *ln = result.ln_likelihood;
  if (status != HW_OK)
    hw_err_while(err, "computing the linked markers of hypothesis '%s'", hypothesis->name);
  hw_arena_clear(&arena);
  return status;
}
