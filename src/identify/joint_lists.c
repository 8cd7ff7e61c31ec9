/* Lists of placements: how short they may be.
 *
 * Every family may leave out its share of what all may. At first the lists are short;
 * components of several families then get prices (joint_price.c) and are listed
 * again, which leaves out the weak uses of remains that are clearly somebody's. The
 * first exact sum says what dues suffice, and later sums which components must list
 * more. */
#include "base/check.h"
#include "base/elementary.h"
#include "identify/joint_int.h"

/* Shares begin with a part of what is allowed. */
static const double FIRST_SHARE = 0.25;
/* Where more families compete, the dual bound is too far above the sum. */
enum { MOST_PRICED = 2000 };
/* Below this everything is listed. */
static const double LEAST_SHARE = 1e-60;

static bool is_open(const joint_family *family) {
  return family->n_candidates > 0 && !family->is_left_out;
}

/* Prices are of use where a sum is wanted that leaves little out. */
static bool may_price(const hw_joint *self) {
  return !self->is_sized && self->options.left_out > 0;
}

hw_status hwp_joint_list_all(hw_joint *self, joint_progress *progress, hw_err *err) {
  const int32_t n_families = self->problem->n_families;
  int32_t n_open = 0;
  for (int32_t f = 0; f < n_families; f++) n_open += is_open(&self->families[f]);
  self->is_first = may_price(self);
  for (int32_t f = 0; f < n_families; f++) {
    joint_family *family = &self->families[f];
    if (is_open(family) && !family->is_listed) {
      family->share =
          self->options.left_out < 0 ? 0 : self->options.left_out * FIRST_SHARE / n_open;
      HW_TRY(hwp_joint_list(self, f, progress, err));
    }
    if (!is_open(family)) hwp_joint_unlist(family);
    HW_TRY(hwp_joint_tell(progress, 1, err));
  }
  self->is_first = false;
  return HW_OK;
}

/* Lists the families of a component anew with prices taken off: those whose lists are not whole, or
 * all of them. */
static hw_status list_priced(hw_joint *self, const joint_part *part, bool is_all,
                             joint_progress *progress, hw_err *err) {
  const bool is_alone = part->told.n_families == 1;
  for (int32_t i = 0; i < part->told.n_families; i++) {
    joint_family *family = &self->families[part->families[i]];
    if (family->is_complete && !(is_all && (!is_alone || family->is_priced))) continue;
    family->is_priced = !is_alone;
    HW_TRY(hwp_joint_list(self, part->families[i], progress, err));
  }
  return HW_OK;
}

static bool is_whole(const hw_joint *self, const joint_part *part) {
  for (int32_t i = 0; i < part->told.n_families; i++)
    if (!self->families[part->families[i]].is_complete) return false;
  return true;
}

/* A pass of prices, which come from the lists that there are, and of lists made with them. */
static hw_status price_once(hw_joint *self, bool is_all, joint_progress *progress, hw_err *err) {
  HW_TRY(hwp_joint_divide(self, err));
  for (int32_t p = 0; p < self->n_parts; p++) {
    const joint_part *part = &self->parts[p];
    if (part->told.n_families > MOST_PRICED) continue;
    if (part->told.n_families > 1) HW_TRY(hwp_joint_set_prices(self, p, err));
    HW_TRY(list_priced(self, part, is_all, progress, err));
  }
  return HW_OK;
}

/* First the lists that were not finished are made again, then all; those that even so are not whole
 * then get more steps. The others stay, though a bound holds only with the dues that its list took off,
 * and dues may have fallen: the first sum then proves nothing yet, and settle() makes all lists again. */
hw_status hwp_joint_price_all(hw_joint *self, joint_progress *progress, hw_err *err) {
  if (!may_price(self)) return HW_OK;
  HW_TRY(price_once(self, false, progress, err));
  HW_TRY(price_once(self, true, progress, err));
  for (int32_t p = 0; p < self->n_parts; p++)
    if (self->parts[p].told.n_families <= MOST_PRICED)
      self->is_thorough |= !is_whole(self, &self->parts[p]);
  return self->is_thorough ? price_once(self, false, progress, err) : HW_OK;
}

/* The first exact sum tells what dues should be: less than the prices. All lists that took dues off are
 * made again, whole or not, for their bounds held with those dues only.
 * @param has_any  [out] whether there were any */
static hw_status settle(hw_joint *self, joint_progress *progress, bool *has_any, hw_err *err) {
  double n_open = 0;
  *has_any = false;
  for (int32_t p = 0; p < self->n_parts; p++) {
    const joint_part *part = &self->parts[p];
    n_open += part->told.n_families;
    if (part->is_chained || !part->is_priced || part->told.n_families == 1) continue;
    *has_any |= self->is_thorough || part->told.left_out > self->options.left_out;
  }
  if (!*has_any) return HW_OK;
  for (int32_t p = 0; p < self->n_parts; p++)
    if (!self->parts[p].is_chained && self->parts[p].is_priced)
      hwp_joint_settle_dues(self, &self->parts[p]);
  for (int32_t f = 0; f < self->problem->n_families; f++) {
    joint_family *family = &self->families[f];
    if (!family->is_listed || !family->is_priced) continue;
    family->share = self->options.left_out * FIRST_SHARE / n_open;
    HW_TRY(hwp_joint_list(self, f, progress, err));
  }
  return HW_OK;
}

hw_status hwp_joint_tighten(hw_joint *self, double shrink, joint_progress *progress, bool *has_more,
                            hw_err *err) {
  const double allowed = self->options.left_out;
  double n_open = 0;
  *has_more = false;
  for (int32_t p = 0; p < self->n_parts; p++) n_open += self->parts[p].told.n_families;
  if (may_price(self) && !self->is_settled) {
    self->is_settled = true;
    HW_TRY(settle(self, progress, has_more, err));
    if (*has_more) return HW_OK;
  }
  if (allowed < 0 || self->summary.left_out <= allowed) return HW_OK;
  for (int32_t p = 0; p < self->n_parts; p++) {
    const joint_part *part = &self->parts[p];
    const double own = allowed * part->told.n_families / n_open;
    const double bound = self->is_sized ? self->summary.left_out : part->told.left_out;
    if (part->is_chained || !(part->told.left_out > 0)) continue;
    if (!is_whole(self, part)) continue; /* shares would change nothing */
    if (!self->is_sized && part->told.left_out <= own) continue;
    /* Tables are cut finer only if what they dropped matters. */
    if (part->is_priced && part->dropped > 0 &&
        !(part->dropped * hw_exp(part->ln_excess) <= FIRST_SHARE * own)) {
      self->prune *= shrink * own / bound;
      *has_more = true;
    }
    for (int32_t i = 0; i < part->told.n_families; i++) {
      joint_family *family = &self->families[part->families[i]];
      if (!family->is_complete || !(family->ln_left_out > IMPOSSIBLE) || family->share == 0)
        continue;
      family->share *= shrink * (self->is_sized ? allowed : own) / bound;
      if (family->share < LEAST_SHARE) family->share = 0;
      HW_TRY(hwp_joint_list(self, part->families[i], progress, err));
      *has_more = true;
    }
  }
  return HW_OK;
}
