/* Tables of a family under any relation, markers and theta, as the scrutiny needs
 * them: one at a time, read at once, dropped.
 *
 * Without theta a table is a few microseconds of elimination and hw_table_compile
 * makes it. With theta the general engine sums over partitions of the founder
 * alleles, and what takes seconds a marker there is a closed form for parents,
 * children, siblings, half siblings, uncles and grandparents in the table compiler,
 * which is equal to it within 1e-12; so theta goes through the compiler. */
#include "base/check.h"
#include "identify/scrutiny_int.h"

hwp_relation hwp_scrutiny_stated(const hw_scrutiny *self) {
  return (hwp_relation){.pedigree = self->family->pedigree,
                        .n_profiles = self->family->n_profiles,
                        .profiles = self->family->profiles,
                        .profile_person = self->family->profile_person};
}

bool hwp_scrutiny_can_go_on(hw_status status) {
  return status == HW_E_TOO_COMPLEX || status == HW_E_UNSUPPORTED || status == HW_E_VALUE ||
         status == HW_E_PEDIGREE || status == HW_E_SHAPE;
}

hw_status hwp_scrutiny_compile(hw_scrutiny *self, const hwp_relation *relation,
                               const hw_marker *markers, double theta, int32_t person,
                               hwp_compiled *out, hw_err *err) {
  const hw_likelihood_options *options = theta > 0 ? &self->with_theta : &self->without_theta;
  const hw_problem problem = {.pedigree = &relation->pedigree,
                              .n_profiles = relation->n_profiles,
                              .profiles = relation->profiles,
                              .profile_person = relation->profile_person,
                              .n_markers = self->problem->n_markers,
                              .markers = markers,
                              .theta = theta};
  *out = (hwp_compiled){0};
  HW_TRY(hw_pedigree_validate(&relation->pedigree, err));
  if (theta <= 0) {
    HW_TRY(hw_table_compile(&problem, person, options, &out->owned, err));
    out->table = out->owned;
    return HW_OK;
  }
  if (self->compiler != NULL && markers == self->problem->markers &&
      theta == self->problem->theta) {
    hw_table_compiler_reset(self->compiler);
    return hw_table_compiler_compile(self->compiler, &problem, person, &out->table, err);
  }
  HW_TRY(hw_table_compiler_new(problem.n_markers, markers, theta, options, 0, &out->compiler, err));
  const hw_status status =
      hw_table_compiler_compile(out->compiler, &problem, person, &out->table, err);
  if (status != HW_OK) hwp_compiled_clear(out);
  return status;
}

void hwp_compiled_clear(hwp_compiled *self) {
  hw_table_delete(self->owned);
  hw_table_compiler_delete(self->compiler);
  *self = (hwp_compiled){0};
}
