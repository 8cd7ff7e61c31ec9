/* All factors of a group, and the sums of logarithms that everything here is made of.
 *
 * Factors are taken in the order of their cost, and computing stops at the first that is
 * impossible; hwp_group_factors computes them all, for people. */
#include "base/elementary.h"
#include "identify/reassociate_int.h"

void hwp_ln_sum_add(hwp_ln_sum *self, double x) {
  /* What is e^-60 of the sum would not change its last bit. */
  static const double NOTHING = 60;
  if (x == -HUGE_VAL) return;
  if (x <= self->top) {
    if (x > self->top - NOTHING) self->sum += hw_exp(x - self->top);
    return;
  }
  self->sum = self->top > x - NOTHING ? self->sum * hw_exp(self->top - x) + 1 : 1;
  self->top = x;
}

double hwp_ln_sum_get(const hwp_ln_sum *self) {
  return self->top == -HUGE_VAL ? -HUGE_VAL : self->top + hw_ln(self->sum);
}

static bool uses(const hw_reassociate *self, unsigned evidence) {
  return (self->options.without & evidence) == 0;
}

hw_reassociate_factors hwp_group_factors(const hw_reassociate *self, const int32_t *members,
                                         int32_t n) {
  hw_reassociate_factors out = {0};
  if (n < 2) return out;
  if (uses(self, HW_WITHOUT_BONES)) out.bones = hwp_bones_ln(self->bones, members, n);
  if (uses(self, HW_WITHOUT_DNA)) out.dna = hwp_dna_group(self->dna, members, n);
  if (uses(self, HW_WITHOUT_SEX)) out.sex = hwp_sex_ln(self, members, n);
  if (uses(self, HW_WITHOUT_AGE)) out.age = hwp_age_ln(self, members, n);
  if (uses(self, HW_WITHOUT_MEASUREMENTS))
    out.measurements = hwp_measures_group(self->measures, members, n);
  if (uses(self, HW_WITHOUT_PROVENIENCE)) out.provenience = hwp_provenience_ln(self, members, n);
  out.total = out.bones + out.dna + out.sex + out.age + out.measurements + out.provenience;
  return out;
}

double hwp_group_ln(const hw_reassociate *self, const int32_t *members, int32_t n) {
  if (n < 2) return 0;
  double ln = uses(self, HW_WITHOUT_BONES) ? hwp_bones_ln(self->bones, members, n) : 0;
  if (ln > -HUGE_VAL && uses(self, HW_WITHOUT_DNA)) ln += hwp_dna_group(self->dna, members, n);
  if (ln == -HUGE_VAL) return ln;
  if (uses(self, HW_WITHOUT_SEX)) ln += hwp_sex_ln(self, members, n);
  if (uses(self, HW_WITHOUT_AGE)) ln += hwp_age_ln(self, members, n);
  if (uses(self, HW_WITHOUT_MEASUREMENTS)) ln += hwp_measures_group(self->measures, members, n);
  if (uses(self, HW_WITHOUT_PROVENIENCE)) ln += hwp_provenience_ln(self, members, n);
  return ln;
}

double hwp_prior_ln(const hw_reassociate *self, int32_t n) {
  if (self->options.ln_number != NULL) return 0;
  double ln = hw_ln(self->options.concentration);
  for (int32_t i = 2; i < n; i++) ln += hw_ln(i); /* (n − 1)! */
  return ln;
}

int32_t hwp_node_members(const hw_reassociate *self, const int32_t *nodes, int32_t n,
                         int32_t *out) {
  int32_t n_out = 0;
  for (int32_t i = 0; i < n; i++)
    for (int32_t s = self->node_start[nodes[i]]; s < self->node_start[nodes[i] + 1]; s++) {
      /* In the order of specimens, so that a group has one value. */
      int32_t at = n_out++;
      for (; at > 0 && out[at - 1] > self->node_member[s]; at--) out[at] = out[at - 1];
      out[at] = self->node_member[s];
    }
  return n_out;
}
