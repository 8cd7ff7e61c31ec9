/* ln P(all data | pedigree, map): one forward pass for each chromosome.
 *
 * The state begins uniform. At each marker it is mixed by the recombination of the
 * interval, one step per meiosis, and multiplied by the likelihood of the data given
 * the vector, which depends on its label only. The logarithm is kept in double. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "kinship/linked_int.h"

#define LANES HW_WALK_LANES
#define IMPOSSIBLE (-HUGE_VAL)

double hwp_walker_run(hwp_walker *self, int32_t first, int32_t end) {
  double ln = 0, sum = 1;
  hwp_walker_begin(self);
  for (int32_t m = first; m < end; m++) {
    const int lane = (m - first) % LANES;
    if (lane == 0) {
      const int32_t n = end - m < LANES ? end - m : LANES;
      const int32_t k = hwp_walker_alleles(self, m, n);
      hwp_walker_load_row(self, m, n, k);
      hwp_walker_sum_row(self, k);
    }
    if (m > first) hwp_walker_mix(self, m);
    const double largest = hwp_walker_largest(self, lane);
    if (largest == 0) return IMPOSSIBLE;
    int exponent = 0;
    (void)frexp(sum, &exponent); /* the state's sum comes back to the order of one */
    sum = hwp_walker_take(self, lane, largest, ldexp(1, -exponent));
    if (sum == 0) return IMPOSSIBLE;
    ln += hw_ln_scaled(largest, exponent);
  }
  return ln + hw_ln(sum);
}

static hw_status run(hwp_walker *self, hw_linked_result *result, hw_err *err) {
  const hw_linked_problem *problem = self->problem;
  for (int32_t m = 0, end = 0; m < problem->n_markers; m = end) {
    const int32_t chromosome = problem->markers[m].chromosome;
    end = hwp_walker_chromosome_end(self, m);
    HW_TRY(hwp_walker_enter(self, chromosome == HW_LINKED_CHROMOSOMES, err));
    result->ln_by_chromosome[chromosome] = hwp_walker_run(self, m, end);
    result->ln_likelihood += result->ln_by_chromosome[chromosome];
  }
  return HW_OK;
}

hw_status hw_linked_likelihood(const hw_linked_problem *problem, const hw_linked_options *options,
                               hw_linked_result *result, hw_err *err) {
  hwp_walker walker;
  memset(result, 0, sizeof *result);
  hw_status status = hwp_walker_init(&walker, problem, options, err);
  if (status == HW_OK) status = run(&walker, result, err);
  hwp_walker_clear(&walker);
  return status;
}
