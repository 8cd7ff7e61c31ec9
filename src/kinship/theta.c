/* Theta: which of the two exact ways a marker takes. See theta.h. */
#include "kinship/theta.h"

#include <string.h>

#include "kinship/group.h"
#include "kinship/kin.h"

/* Multiply-adds up to which inheritance vectors are used without a look at the
 * other way: less than what planning its partitions costs. Without mutation the
 * walk over genotypes meets dead ends early, and the estimate is far too high. */
static const double CHEAP_VECTORS = 3e5, CHEAP_VECTORS_NO_MUTATION = 1e10;

hw_status hwp_theta_init(hwp_theta *self, const hw_problem *problem, int32_t query_person,
                         const hw_likelihood_options *options, hw_err *err) {
  memset(self, 0, sizeof *self);
  self->problem = *problem;
  self->options = options;
  self->query_person = query_person;
  hw_arena_init(&self->arena, 0);
  hw_arena_init(&self->scratch, 0);
  self->column =
      hw_arena_alloc_array(&self->arena, (size_t)problem->n_profiles + 1, sizeof *self->column);
  if (self->column == NULL ||
      hwp_family_init(&self->family, problem->pedigree, &self->arena) != HW_OK)
    return hw_err_set(err, HW_E_NO_MEMORY, "no memory for a pedigree");
  hw_status status = hw_kin_new(problem->pedigree, problem->n_profiles, problem->profile_person,
                                query_person, options, &self->kin, err);
  if (status == HW_OK) hwp_kin_set_theta(self->kin, problem->theta);
  return status;
}

void hwp_theta_clear(hwp_theta *self) {
  hw_kin_delete(self->kin);
  hw_arena_clear(&self->arena);
  hw_arena_clear(&self->scratch);
  memset(self, 0, sizeof *self);
}

static hw_status by_vectors(hwp_theta *self, int32_t m, double max_work, double *ln, double *joint,
                            hw_err *err) {
  hw_likelihood_options options = {0};
  if (self->options != NULL) options = *self->options;
  const double bound = options.max_work > 0.0 ? options.max_work : HWP_MAX_WORK;
  options.max_work = bound < max_work ? bound : max_work;
  hw_status status;
  if (joint != NULL)
    status = hwp_group_genotypes(&self->problem, &options, &self->family, m,
                                 self->family.individual[self->query_person], &self->scratch, joint,
                                 err);
  else
    status = hwp_group_likelihood(&self->problem, &options, &self->family, 1, &m, NULL,
                                  &self->scratch, ln, err);
  hw_arena_reset(&self->scratch);
  return status;
}

static hw_status by_partitions(hwp_theta *self, int32_t m, double *ln, double *joint, hw_err *err) {
  const hw_problem *problem = &self->problem;
  hwp_take_column(problem, m, self->column);
  if (joint != NULL)
    return hw_kin_genotypes(self->kin, &problem->markers[m], problem->profiles, self->column, joint,
                            ln, err);
  return hw_kin_ln_likelihood(self->kin, &problem->markers[m], problem->profiles, self->column, ln,
                              err);
}

static hw_status evaluate(hwp_theta *self, int32_t m, double *ln, double *joint, hw_err *err) {
  hw_err ignored = HW_ERR_INIT;
  *ln = 0.0; /* the scale of a joint by vectors */
  const hw_marker *marker = &self->problem.markers[m];
  const bool mutates = marker->matrix[0] != NULL || marker->matrix[1] != NULL;
  hw_status status =
      by_vectors(self, m, mutates ? CHEAP_VECTORS : CHEAP_VECTORS_NO_MUTATION, ln, joint, err);
  if (status != HW_E_TOO_COMPLEX) return status;
  status = by_partitions(self, m, ln, joint, &ignored);
  if (status != HW_E_TOO_COMPLEX) {
    if (status != HW_OK && err != NULL) *err = ignored;
    return status;
  }
  *ln = 0.0;
  return by_vectors(self, m, HWP_MAX_WORK * 1e6, ln, joint, err);
}

hw_status hwp_theta_ln_likelihood(hwp_theta *self, int32_t m, double *ln, hw_err *err) {
  return evaluate(self, m, ln, NULL, err);
}

hw_status hwp_theta_genotypes(hwp_theta *self, int32_t m, double *joint, double *ln_scale,
                              hw_err *err) {
  return evaluate(self, m, ln_scale, joint, err);
}
