/* hw_likelihood: unlinked markers go to the prepared pedigree (kin.c), with theta
 * through theta.c, linked groups to inheritance vectors (inheritance.c). */
#include "homeward/likelihood.h"

#include <math.h>
#include <string.h>

#include "kinship/classes.h"
#include "kinship/group.h"
#include "kinship/inheritance.h"
#include "kinship/kin.h"
#include "kinship/theta.h"

const char *hw_kernel_set(const char *wanted) {
  const hw_rows *rows = hw_rows_find(wanted);
  return rows != NULL ? rows->name : NULL;
}

static hw_status check_problem(const hw_problem *problem, hw_err *err) {
  if (!(problem->theta >= 0.0 && problem->theta < 1.0))
    return hw_err_set(err, HW_E_VALUE, "theta is %g, it must be at least 0 and below 1",
                      problem->theta);
  for (int32_t p = 0; p < problem->n_profiles; p++) {
    if (problem->profiles[p].n_markers != problem->n_markers)
      return hw_err_set(err, HW_E_SHAPE, "profile '%s' has %d markers, the problem %d",
                        problem->profiles[p].id, (int)problem->profiles[p].n_markers,
                        (int)problem->n_markers);
    int32_t person = problem->profile_person[p];
    if (person < 0 || person >= problem->pedigree->n_persons)
      return hw_err_set(err, HW_E_REFERENCE, "profile '%s' belongs to no person of the pedigree",
                        problem->profiles[p].id);
  }
  for (int32_t l = 0; l < problem->n_linkages; l++)
    for (int32_t m = 0; m < problem->linkages[l].n_markers; m++)
      if (problem->linkages[l].markers[m] < 0 ||
          problem->linkages[l].markers[m] >= problem->n_markers)
        return hw_err_set(err, HW_E_REFERENCE, "a linkage group names a marker that is not there");
  return HW_OK;
}

static hw_status unlinked(const hw_problem *problem, const hw_likelihood_options *options,
                          const bool *linked, double *ln, hw_arena *arena, hw_err *err) {
  hw_kin *kin = NULL;
  const hw_observation **column =
      hw_arena_alloc_array(arena, (size_t)problem->n_profiles + 1, sizeof *column);
  if (column == NULL) return hw_err_set(err, HW_E_NO_MEMORY, "no memory for observations");
  hw_status status = hw_kin_new(problem->pedigree, problem->n_profiles, problem->profile_person,
                                HW_PERSON_NONE, options, &kin, err);
  for (int32_t m = 0; status == HW_OK && m < problem->n_markers; m++) {
    if (linked[m]) continue;
    hwp_take_column(problem, m, column);
    status =
        hw_kin_ln_likelihood(kin, &problem->markers[m], problem->profiles, column, &ln[m], err);
  }
  hw_kin_delete(kin);
  return status;
}

/* Linked groups. */
static hw_status by_groups(const hw_problem *problem, const hw_likelihood_options *options,
                           double *ln, hw_arena *arena, hw_err *err) {
  hw_arena scratch;
  hw_arena_init(&scratch, 0);
  hwp_family family;
  hw_status status = hwp_family_init(&family, problem->pedigree, arena);
  if (status != HW_OK) return hw_err_set(err, status, "no memory for a pedigree");
  for (int32_t l = 0; status == HW_OK && l < problem->n_linkages; l++) {
    const hw_linkage *group = &problem->linkages[l];
    for (int32_t m = 0; m < group->n_markers; m++) ln[group->markers[m]] = (double)NAN;
    status = hwp_group_likelihood(problem, options, &family, group->n_markers, group->markers,
                                  group->recombination, &scratch, &ln[group->markers[0]], err);
    hw_arena_reset(&scratch);
  }
  hw_arena_clear(&scratch);
  return status;
}

/* Unlinked markers with theta > 0. */
static hw_status with_theta(const hw_problem *problem, const hw_likelihood_options *options,
                            const bool *linked, double *ln, hw_err *err) {
  hwp_theta theta;
  hw_status status = hwp_theta_init(&theta, problem, HW_PERSON_NONE, options, err);
  for (int32_t m = 0; status == HW_OK && m < problem->n_markers; m++)
    if (!linked[m]) status = hwp_theta_ln_likelihood(&theta, m, &ln[m], err);
  hwp_theta_clear(&theta);
  return status;
}

hw_status hw_likelihood(const hw_problem *problem, const hw_likelihood_options *options,
                        double *total, double *per_marker, hw_err *err) {
  hw_status status = check_problem(problem, err);
  if (status != HW_OK) return status;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  size_t n = (size_t)problem->n_markers + 1;
  bool *linked = hw_arena_alloc_array(&arena, n, sizeof *linked);
  double *ln = hw_arena_alloc_array(&arena, n, sizeof *ln);
  if (linked == NULL || ln == NULL) {
    status = hw_err_set(err, HW_E_NO_MEMORY, "no memory for %d markers", (int)problem->n_markers);
    goto out;
  }
  for (int32_t l = 0; l < problem->n_linkages; l++)
    for (int32_t m = 0; m < problem->linkages[l].n_markers; m++)
      linked[problem->linkages[l].markers[m]] = true;
  status = problem->theta == 0.0 ? unlinked(problem, options, linked, ln, &arena, err)
                                 : with_theta(problem, options, linked, ln, err);
  if (status == HW_OK && problem->n_linkages > 0)
    status = by_groups(problem, options, ln, &arena, err);
  if (status != HW_OK) goto out;
  double sum = 0.0;
  for (int32_t m = 0; m < problem->n_markers; m++)
    if (!isnan(ln[m])) sum += ln[m];
  *total = sum;
  if (per_marker != NULL) memcpy(per_marker, ln, sizeof *ln * (size_t)problem->n_markers);
out:
  hw_arena_clear(&arena);
  return status;
}
