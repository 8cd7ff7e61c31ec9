/* What a problem of linked markers must be like, and what it needs. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "kinship/linked_int.h"

/* --- checks --- */

static hw_status check_marker(const hw_linked_problem *problem, int32_t m, hw_err *err) {
  const hw_linked_marker *marker = &problem->markers[m];
  if (marker->chromosome < 1 || marker->chromosome > HW_LINKED_CHROMOSOMES)
    return hw_err_set(err, HW_E_VALUE, "marker %d: chromosome %d, expected 1 to 22 or 23 for X",
                      (int)m + 1, (int)marker->chromosome);
  if (marker->n_alleles < 2 || marker->n_alleles > HW_LINKED_MAX_ALLELES)
    return hw_err_set(err, HW_E_VALUE, "marker %d: %d alleles, expected 2 to %d", (int)m + 1,
                      (int)marker->n_alleles, HW_LINKED_MAX_ALLELES);
  double sum = 0;
  for (int32_t x = 0; x < marker->n_alleles; x++) {
    if (!(marker->frequencies[x] >= 0)) sum = (double)NAN;
    sum += marker->frequencies[x];
  }
  if (!(fabs(sum - 1) <= 1e-6))
    return hw_err_set(err, HW_E_VALUE, "marker %d: the frequencies sum to %g, expected 1",
                      (int)m + 1, sum);
  if (!isfinite(marker->female_cm) ||
      (marker->chromosome != HW_LINKED_CHROMOSOMES && !isfinite(marker->male_cm)))
    return hw_err_set(err, HW_E_VALUE, "marker %d: no position on the map", (int)m + 1);
  return HW_OK;
}

static hw_status check_order(const hw_linked_problem *problem, int32_t m, uint32_t *seen,
                             hw_err *err) {
  const hw_linked_marker *marker = &problem->markers[m];
  const hw_linked_marker *before = m > 0 ? &problem->markers[m - 1] : NULL;
  const uint32_t bit = (uint32_t)1 << marker->chromosome;
  if (before == NULL || before->chromosome != marker->chromosome) {
    if (*seen & bit)
      return hw_err_set(err, HW_E_VALUE,
                        "marker %d: chromosome %d comes twice, expected its markers together",
                        (int)m + 1, (int)marker->chromosome);
    *seen |= bit;
    return HW_OK;
  }
  if (marker->female_cm < before->female_cm ||
      (marker->chromosome != HW_LINKED_CHROMOSOMES && marker->male_cm < before->male_cm))
    return hw_err_set(err, HW_E_VALUE, "marker %d stands before marker %d on the map: sort them",
                      (int)m + 1, (int)m);
  return HW_OK;
}

hw_status hwp_linked_check(const hw_linked_problem *problem, hw_err *err) {
  uint32_t seen = 0;
  if (problem->n_typed < 1 || problem->n_typed > HW_LINKED_MAX_TYPED)
    return hw_err_set(err, HW_E_SHAPE, "%d typed persons, expected 1 to %d", (int)problem->n_typed,
                      HW_LINKED_MAX_TYPED);
  if (problem->n_markers < 1) return hw_err_set(err, HW_E_SHAPE, "no markers");
  if (!(problem->theta >= 0 && problem->theta < 1))
    return hw_err_set(err, HW_E_VALUE, "theta is %g, expected 0 or more and less than 1",
                      problem->theta);
  for (int32_t t = 0; t < problem->n_typed; t++)
    if (problem->typed[t].person < 0 || problem->typed[t].person >= problem->pedigree->n_persons)
      return hw_err_set(err, HW_E_SHAPE, "typed person %d is not in the pedigree", (int)t + 1);
  for (int32_t m = 0; m < problem->n_markers; m++) {
    HW_TRY(check_marker(problem, m, err));
    HW_TRY(check_order(problem, m, &seen, err));
  }
  return HW_OK;
}

/* --- what it needs --- */

static double estimate_work(const hw_linked_problem *problem, bool on_x, int32_t meioses,
                            int32_t bits) {
  double n = 0;
  for (int32_t m = 0; m < problem->n_markers; m++)
    n += (problem->markers[m].chromosome == HW_LINKED_CHROMOSOMES) == on_x;
  return n * ldexp(2.0 * meioses + 2, bits);
}

hw_status hw_linked_count_need(const hw_linked_problem *problem, bool on_x, hw_linked_need *need,
                               hw_err *err) {
  memset(need, 0, sizeof *need);
  HW_TRY(hwp_linked_check(problem, err));
  HW_TRY(hwp_vectors_count(problem, on_x, &need->meioses, &need->bits, err));
  need->bytes = ldexp(sizeof(float) + sizeof(uint16_t), need->bits);
  need->work = estimate_work(problem, on_x, need->meioses, need->bits);
  return HW_OK;
}

/* The typed person without whom fewest bits are needed. */
hw_status hwp_linked_too_complex(const hw_linked_problem *problem, bool on_x, int32_t bits,
                                 int32_t max_bits, hw_err *err) {
  hw_linked_typed rest[HW_LINKED_MAX_TYPED];
  hw_linked_problem without = *problem;
  int32_t least = bits, best = 0;
  without.typed = rest;
  without.n_typed = problem->n_typed - 1;
  for (int32_t t = 0; t < problem->n_typed && without.n_typed > 0; t++) {
    int32_t n_all = 0, n_bits = 0, n = 0;
    for (int32_t other = 0; other < problem->n_typed; other++)
      if (other != t) rest[n++] = problem->typed[other];
    HW_TRY(hwp_vectors_count(&without, on_x, &n_all, &n_bits, err));
    if (n_bits >= least) continue;
    least = n_bits;
    best = t;
  }
  return hw_err_set(err, HW_E_TOO_COMPLEX,
                    "the pedigree needs inheritance vectors of %d bits, more than %d: leave out "
                    "'%s' (%d bits without), or other distant relatives",
                    (int)bits, (int)max_bits,
                    problem->pedigree->persons[problem->typed[best].person].id, (int)least);
}
