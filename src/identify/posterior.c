/* Posteriors under the stated prior, proposals, and the comparison with truth.
 *
 * For remains r, missing persons m with prior π each and "none" with prior π0:
 *
 *   P(m | r) = π·LR(r,m) / (π0 + Σ_k π·LR(r,k))
 *
 * Ratios are scaled by the largest before they leave the logarithm. The sums run
 * over the targets in their order, so that every machine has the same bits.
 * A ratio of +inf (the profile is impossible unless related) takes all
 * of the probability, shared by those who have it. */
#include <math.h>

#include "base/elementary.h"
#include "identify/identify_int.h"

void hw_identify_prior(const hw_identify *self, double *each, double *none) {
  *each = self->prior_each;
  *none = self->prior_none;
}

/* 10^(log10_lr − top), also where both are infinite. */
static double scaled(double log10_lr, double top) {
  if (log10_lr == top) return 1;
  return isinf(top) ? 0 : hw_pow10(log10_lr - top);
}

/* Largest exponent among the remains' ratios and that of "none", which is 0. */
static double top_exponent(const hw_identify *self, const double *row) {
  double top = self->prior_none > 0 ? 0 : IMPOSSIBLE;
  for (int32_t t = 0; t < self->n_targets; t++)
    if (row[t] > top) top = row[t];
  return top;
}

static const double *row_of(const hw_identify *self, int32_t remains) {
  return self->log10_lr + (size_t)remains * (size_t)self->n_targets;
}

/* Σ of the weights of "none" and of all targets but `except` (−1: of all). */
static double weight_without(const hw_identify *self, const double *row, double top,
                             int32_t except) {
  double sum = self->prior_none * scaled(0, top);
  for (int32_t t = 0; t < self->n_targets; t++)
    if (t != except) sum += self->prior_each * scaled(row[t], top);
  return sum;
}

hwp_weight hwp_identify_weigh(const hw_identify *self, int32_t remains) {
  const double *row = row_of(self, remains);
  hwp_weight weight = {.top = top_exponent(self, row), .total = 0};
  if (weight.top > IMPOSSIBLE) weight.total = weight_without(self, row, weight.top, -1);
  return weight;
}

double hwp_identify_share(const hw_identify *self, int32_t remains, int32_t target,
                          hwp_weight weight, double *complement) {
  const double *row = row_of(self, remains);
  double share = (double)NAN, rest = (double)NAN;
  if (weight.total > 0) {
    share = self->prior_each * scaled(row[target], weight.top) / weight.total;
    rest = 1 - share;
    /* Near one the difference would cancel; at most one target of a remains comes here. */
    if (share > 0.5) rest = weight_without(self, row, weight.top, target) / weight.total;
  }
  if (complement != NULL) *complement = rest;
  return share;
}

double hw_identify_posterior(const hw_identify *self, int32_t remains, int32_t target,
                             double *complement) {
  return hwp_identify_share(self, remains, target, hwp_identify_weigh(self, remains), complement);
}

double hw_identify_posterior_none(const hw_identify *self, int32_t remains) {
  hwp_weight weight = hwp_identify_weigh(self, remains);
  if (!(weight.total > 0)) return (double)NAN;
  return self->prior_none * scaled(0, weight.top) / weight.total;
}

double hw_identify_needed_log10_lr(const hw_identify *self, double accept) {
  return hw_log10(accept / (1 - accept)) + hw_log10(self->prior_none / self->prior_each);
}

static int32_t best_target(const hw_identify *self, int32_t remains) {
  const double *row = row_of(self, remains);
  int32_t best = 0;
  for (int32_t t = 1; t < self->n_targets; t++)
    if (row[t] > row[best]) best = t;
  return best;
}

static bool is_best_remains(const hw_identify *self, int32_t remains, int32_t target) {
  double own = hw_identify_log10_lr(self, remains, target);
  for (int32_t r = 0; r < self->problem->n_remains; r++)
    if (r != remains && hw_identify_log10_lr(self, r, target) >= own) return false;
  return true;
}

int32_t hw_identify_proposed(const hw_identify *self, int32_t remains, double accept) {
  int32_t target = best_target(self, remains);
  if (!(hw_identify_posterior(self, remains, target, NULL) >= accept)) return -1;
  for (int32_t t = 0; t < self->n_targets; t++)
    if (t != target && row_of(self, remains)[t] >= row_of(self, remains)[target]) return -1;
  return is_best_remains(self, remains, target) ? target : -1;
}

/* ---- comparison with truth ---- */

/* Posteriors and proposals of this run, as a verdict. */
static double own_posterior(const void *context, int32_t remains, int32_t target) {
  return hw_identify_posterior(context, remains, target, NULL);
}

static double family_posterior(const hw_identify *self, const hw_identify_verdict *verdict,
                               int32_t remains, int32_t family) {
  double sum = 0;
  for (int32_t t = 0; t < self->n_targets; t++)
    if (self->targets[t].family == family) sum += verdict->posterior(verdict->context, remains, t);
  return sum;
}

static bool is_complete(const hw_profile *profile) {
  for (int32_t m = 0; m < profile->n_markers; m++) {
    const hw_observation *obs = &profile->observations[m];
    if (obs->kind == HW_OBS_MISSING || obs->kind == HW_OBS_SET) return false;
    if (obs->kind == HW_OBS_GENOTYPE && obs->b == HW_ALLELE_NONE) return false;
  }
  return true;
}

/* Why the truth was not proposed. */
static hw_outcome reason(const hw_identify *self, const hw_identify_verdict *verdict,
                         int32_t remains, int32_t truth, double accept) {
  if (verdict->posterior(verdict->context, remains, truth) >= accept) return HW_OUTCOME_RIVAL;
  int32_t family = self->targets[truth].family;
  if (self->problem->families[family].n_missing > 1 &&
      family_posterior(self, verdict, remains, family) >= accept)
    return HW_OUTCOME_KIN;
  if (self->expected_log10_lr[truth] < hw_identify_needed_log10_lr(self, accept))
    return HW_OUTCOME_WEAK;
  return is_complete(&self->problem->remains[remains].profile) ? HW_OUTCOME_CHANCE
                                                               : HW_OUTCOME_DEGRADED;
}

static hw_outcome outcome_of(const hw_identify *self, const hw_identify_verdict *verdict,
                             int32_t remains, int32_t proposed, int32_t truth, double accept) {
  if (proposed >= 0) return proposed == truth ? HW_OUTCOME_FOUND : HW_OUTCOME_FALSE;
  return truth < 0 ? HW_OUTCOME_LEFT : reason(self, verdict, remains, truth, accept);
}

void hw_identify_score(const hw_identify *self, const int32_t *truth, double accept,
                       hw_outcome *outcomes) {
  const hw_identify_verdict own = {.posterior = own_posterior, .context = self};
  for (int32_t r = 0; r < self->problem->n_remains; r++)
    outcomes[r] =
        outcome_of(self, &own, r, hw_identify_proposed(self, r, accept), truth[r], accept);
}

void hw_identify_score_joint(const hw_identify *self, const hw_identify_verdict *verdict,
                             const int32_t *truth, double accept, hw_outcome *outcomes) {
  for (int32_t r = 0; r < self->problem->n_remains; r++)
    outcomes[r] = outcome_of(self, verdict, r, verdict->proposed[r], truth[r], accept);
}
