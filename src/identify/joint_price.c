/* Prices of remains: what makes large components exact.
 *
 * Where families have several missing and few relatives, nearly every remains is
 * a weak candidate of nearly every family. That strong candidates are taken is
 * known to the whole case but not to the single family, so its list is long, and
 * tables grow with every combination of uses that hardly matter.
 *
 * For any prices c_r ≥ 1, "r is used at most once" is at most c_r Π_uses (1 / c_r),
 * so that with w'(p) = w(p) Π_{r in p} 1/c_r
 *
 *     Z ≤ Π_r c_r × Π_f T'_f,   T'_f = Σ_p w'(p):
 *
 * a dual bound of the sum (Lagrangian relaxation). In it a taken remains is
 * expensive to all, and the one family whose it is pays: lists made with w' have
 * no weak uses of it. Let D be the bound and Z the exact sum of what is kept. An
 * entry S that is dropped from the table of some families takes at most
 *
 *     D U(S) / [Π_{r in S} c_r × Π_{r used by nobody else} c_r × Π_f T'_f],
 *
 * since what is outside cannot use S and is bounded by its own dual.
 *
 * DUES. Of what is not listed the dual says too much: where many families have weak
 * use of the same remains, D is far above Z. There only what a list of f leaves out,
 * L'_f, is priced, by dues d_r ≤ c_r, and everything listed is summed exactly. With
 * y the remains that the rest uses,
 *
 *     Σ_{unlisted p} w(p) [p avoids y] ≤ L'_f Π_{r not in y} d_r,
 *
 * for a remains that p uses is paid back (it is not in y), and others pay too much.
 * So the tables carry, beside the sum of what is listed, the same sum in which each
 * remains that nobody uses pays its due, and the sum of what has a bound of
 * something unlisted in it; their products and sums are those of all tables, for
 * any number of families that use what is not listed. Nothing is lost if a remains
 * of which nobody's posterior is P_r has the due 1e-3 / P_r, or 1 where that is
 * less: then all dues together add a thousandth for each. P_r comes from the sum
 * with the first lists, whose dues are the prices.
 *
 * CHOICE. In the dual every family uses remains independently, r with u_f(r). The
 * tightest price makes Σ_f u_f(r) = 1 (or is 1 where that is less). A price may be
 * raised further at next to no cost until the family that needs r most would
 * leave it in one of a thousand cases; that makes weak uses a thousand times
 * weaker than at the optimum needed. A fixed number of damped steps finds both. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/joint_int.h"

enum { STEPS = 60 };
static const double LEAVES = 1e-3, DAMPING = 0.7;

/* ln of a listed weight with prices taken off. */
static double priced_weight(const hw_joint *self, const joint_family *family, int64_t p) {
  double ln = hwp_joint_weight(family, p);
  for (int32_t k = 0; k < family->n_places; k++) {
    const int32_t c = family->placed[p * family->n_places + k];
    if (c >= 0) ln -= self->ln_price[family->candidates[c]];
  }
  return ln;
}

double hwp_joint_dual(const hw_joint *self, const joint_family *family) {
  hwp_scaled sum = hwp_scaled_of_ln(family->ln_left_out);
  for (int64_t p = 0; p < family->n; p++)
    hwp_scaled_add(&sum, hwp_scaled_of_ln(priced_weight(self, family, p)));
  return family->ln_left_out < HUGE_VAL ? hwp_scaled_ln(sum) : HUGE_VAL;
}

typedef struct usage {
  double sum;      /* Σ_f u_f */
  double most;     /* largest u_f … */
  double most_not; /* … and 1 − it */
} usage;

/* Adds what a family uses. `with` has room for its candidates. */
static void add_usage(const hw_joint *self, const joint_family *family, hwp_scaled *with,
                      usage *of) {
  hwp_scaled total = {0, 0};
  for (int32_t c = 0; c < family->n_candidates; c++) with[c] = (hwp_scaled){0, 0};
  for (int64_t p = 0; p < family->n; p++) {
    const hwp_scaled w = hwp_scaled_of_ln(priced_weight(self, family, p));
    hwp_scaled_add(&total, w);
    for (int32_t k = 0; k < family->n_places; k++) {
      const int32_t c = family->placed[p * family->n_places + k];
      if (c >= 0) hwp_scaled_add(&with[c], w);
    }
  }
  for (int32_t c = 0; c < family->n_candidates; c++) {
    usage *u = &of[family->candidates[c]];
    const double share = hwp_scaled_over(with[c], total);
    if (!(share > 0)) continue;
    u->sum += share;
    if (share > u->most) {
      u->most = share;
      u->most_not = share < 1 - 1e-15 ? 1 - share : 1e-15;
    }
  }
}

static void step(hw_joint *self, const joint_part *part, const usage *of) {
  for (int32_t i = 0; i < part->told.n_remains; i++) {
    const int32_t r = part->remains[i];
    if (!(of[r].sum > 0) || self->fixed_target[r] >= 0) continue;
    const double needed = hw_ln(of[r].most / of[r].most_not * LEAVES);
    const double shared = hw_ln(of[r].sum);
    const double price = self->ln_price[r] + DAMPING * (needed > shared ? needed : shared);
    self->ln_price[r] = price > 0 ? price : 0;
  }
}

hw_status hwp_joint_set_prices(hw_joint *self, int32_t index, hw_err *err) {
  const joint_part *part = &self->parts[index];
  const size_t n_remains = (size_t)self->problem->n_remains;
  int32_t most = 1;
  for (int32_t i = 0; i < part->told.n_families; i++)
    if (self->families[part->families[i]].n_candidates > most)
      most = self->families[part->families[i]].n_candidates;
  usage *of = calloc(n_remains + 1, sizeof *of);
  hwp_scaled *with = calloc((size_t)most, sizeof *with);
  hw_status status = HW_OK;
  if (of == NULL || with == NULL) status = HW_NO_MEMORY(err, "the prices of remains");
  for (int32_t s = 0; status == HW_OK && s < STEPS; s++) {
    for (int32_t i = 0; i < part->told.n_remains; i++) of[part->remains[i]] = (usage){0};
    for (int32_t i = 0; i < part->told.n_families; i++)
      add_usage(self, &self->families[part->families[i]], with, of);
    step(self, part, of);
  }
  for (int32_t i = 0; i < part->told.n_remains; i++)
    self->ln_due[part->remains[i]] = self->ln_price[part->remains[i]];
  free(of);
  free(with);
  return status;
}

void hwp_joint_settle_dues(hw_joint *self, const joint_part *part) {
  for (int32_t i = 0; i < part->told.n_remains; i++) {
    const int32_t r = part->remains[i];
    if (!(self->none[r] > 0) || self->fixed_target[r] >= 0) continue;
    const double due = hw_ln(LEAVES / self->none[r]);
    if (due < self->ln_due[r]) self->ln_due[r] = due > 0 ? due : 0;
  }
}

/* ln of how far the dual bound of a component lies above its sum. */
static double ln_excess_of(const hw_joint *self, const joint_part *part, hwp_scaled whole) {
  double ln = -hwp_scaled_ln(whole);
  for (int32_t i = 0; i < part->told.n_families; i++)
    ln += hwp_joint_dual(self, &self->families[part->families[i]]);
  for (int32_t i = 0; i < part->told.n_remains; i++) ln += self->ln_price[part->remains[i]];
  return ln;
}

/* ln of a component's sum with dues, of what is not listed too. */
static double ln_all_of(const hw_joint *self, const joint_part *part) {
  const joint_node *root = &self->nodes[part->root];
  hwp_scaled all = root->paid[0];
  hwp_scaled_add(&all, root->over[0]);
  return hwp_scaled_ln(all);
}

void hwp_joint_bound(hw_joint *self, const hwp_scaled *whole) {
  double ln_others = 0; /* dues of what unlisted placements may use in other components */
  for (int32_t r = 0; r < self->problem->n_remains; r++)
    if (self->part_of[r] < 0) ln_others += self->ln_due[r];
  for (int32_t p = 0; p < self->n_parts; p++)
    if (self->parts[p].root >= 0 && self->parts[p].is_priced)
      ln_others += ln_all_of(self, &self->parts[p]) - hwp_scaled_ln(whole[p]);
    else
      ln_others += self->parts[p].told.left_out; /* ln(1 + x) is less */
  for (int32_t p = 0; p < self->n_parts; p++) {
    joint_part *part = &self->parts[p];
    if (part->root < 0 || !part->is_priced) continue;
    const joint_node *root = &self->nodes[part->root];
    const double ln = hwp_scaled_ln(root->over[0]) - ln_all_of(self, part) + ln_others;
    part->told.left_out = ln < HUGE_VAL ? hw_exp(ln) : 1;
    if (part->dropped > 0) {
      part->ln_excess = ln_excess_of(self, part, whole[p]);
      part->told.left_out += part->dropped * hw_exp(part->ln_excess);
    }
    if (isnan(part->told.left_out)) part->told.left_out = 1;
  }
}
