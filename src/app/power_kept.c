/* What a stored run says of a missing person besides the mean: the probability that her own
 * complete profile reaches what a proposal needs, and that an unrelated person is excluded. */
#include <math.h>

#include "app/kept_run.h"
#include "base/check.h"
#include "homeward/power.h"

/* Index of a missing person among all of the case. */
static int32_t index_of(const hw_case *problem, int32_t family, int32_t missing) {
  int32_t index = missing;
  for (int32_t f = 0; f < family; f++) index += problem->families[f].n_missing;
  return index;
}

/* Threshold that all share; NaN if there is none. */
static double threshold_of(int32_t n, const hwp_run_power *powers) {
  for (int32_t i = 0; i < n; i++)
    if (powers[i].left_out == NULL && isfinite(powers[i].needed)) return powers[i].needed;
  return (double)NAN;
}

hw_status hwp_run_fill_power(const hw_case *problem, int32_t n, hwp_run_power *powers,
                             hw_err *err) {
  const double threshold = threshold_of(n, powers);
  /* A prior of one or zero needs nothing, or what no profile gives. */
  if (n > HWP_MOST_POWERS || problem->n_linkages > 0 || !(fabs(threshold) <= 300.0)) return HW_OK;
  /* Zero stands for the default: what is nearest above it does the same. */
  const hw_power_options options = {.threshold = threshold == 0.0 ? 1e-15 : threshold,
                                    .is_only_now = true};
  hw_power_study *power = NULL;
  hw_status status = hw_power_new(problem, &options, &power, err);
  if (status == HW_OK) status = hw_power_run(power, NULL, NULL, err);
  for (int32_t i = 0; status == HW_OK && i < n; i++) {
    hwp_run_power *one = &powers[i];
    const hw_power_target *target =
        hw_power_target_get(power, index_of(problem, one->family, one->missing));
    if (one->left_out != NULL || target->verdict == HW_POWER_LEFT_OUT) continue;
    one->has_pass = true;
    one->pass = target->now.pass;
    one->exclusion = target->exclusion;
  }
  hw_power_delete(power);
  return status;
}
