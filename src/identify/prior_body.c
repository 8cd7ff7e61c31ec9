/* The factors of sex and stature.
 *
 * Sex. The bones say s; they are wrong with probability e. Of somebody else a share
 * μ is male, counted from the list beside `pseudo` persons of the stated share:
 *
 *     ratio = P(says s | sex of the person) / P(says s | somebody else)
 *           = {1 − e or e} / (μ_s (1 − e) + (1 − μ_s) e)
 *
 * Stature. The bones predict x with the standard error of prediction s: the person's
 * stature is x + N(0, s²), as a regression of stature on bone length says it. The
 * record says h, which is the stature plus a bias b plus N(0, t²). Of somebody else
 * the stature is normal with mean μ and deviation σ, whatever x is. So
 *
 *     h − b | the person     ~ N(x, s² + t²)
 *     h − b | somebody else  ~ N(μ, σ² + t²)
 *     ratio = (1 − γ) N(h − b; x, s² + t²) / N(h − b; μ, σ² + t²) + γ
 *
 * with a share γ of blunders (another man's bone in the box, another man's height in
 * the file), so that no stature excludes. Its mean over somebody else is 1. The ratio
 * stands on what the record says given the bones, P(h|x)/P(h), not the other way
 * round: a prediction varies less than statures do, and N(x; h, …) would take the
 * prediction of a tall man, drawn towards the mean, for that of another. */
#include <math.h>

#include "base/elementary.h"
#include "identify/prior_int.h"

static const double LOG10_E = 0x1.bcb7b1526e50ep-2;

double hwp_prior_exp(double x) {
  return hw_pow10(x * LOG10_E);
}

double hwp_prior_sex(const hw_prior *self, const hwp_side *remains, const hwp_side *missing) {
  if (remains->sex == HW_UNKNOWN_SEX || missing->sex == HW_UNKNOWN_SEX) return 1;
  double error =
      remains->sex_error > 0 ? remains->sex_error : hwp_value(&self->settings, HW_PRIOR_SEX_ERROR);
  double share = remains->sex == HW_MALE ? self->male : 1 - self->male;
  double other = share * (1 - error) + (1 - share) * error;
  return (remains->sex == missing->sex ? 1 - error : error) / other;
}

/* ratio of two normal densities at x. */
static double normal_ratio(double x, double mean, double variance, double other_mean,
                           double other_variance) {
  double a = (x - mean) * (x - mean) / variance;
  double b = (x - other_mean) * (x - other_mean) / other_variance;
  return sqrt(other_variance / variance) * hwp_prior_exp((b - a) / 2);
}

double hwp_prior_stature(const hw_prior_settings *settings, const hwp_side *remains,
                         const hwp_side *missing) {
  double blunder = hwp_value(settings, HW_PRIOR_STATURE_BLUNDER), known = 0, ratio = 0;
  double mean = hwp_value(settings, HW_PRIOR_STATURE_MEAN);
  double sd = hwp_value(settings, HW_PRIOR_STATURE_SD);
  double bias = hwp_value(settings, HW_PRIOR_STATURE_BIAS);
  for (int32_t i = 0; i < remains->statures.n; i++)
    for (int32_t j = 0; j < missing->statures.n; j++) {
      const hw_prior_estimate *x = &remains->statures.at[i], *h = &missing->statures.at[j];
      double s = x->se > 0 ? x->se : hwp_value(settings, HW_PRIOR_STATURE_BONE_SE);
      double t = h->se > 0 ? h->se : hwp_value(settings, HW_PRIOR_STATURE_SE);
      double weight = x->weight * h->weight;
      known += weight;
      double fits = normal_ratio(h->value - bias, x->value, s * s + t * t, mean, sd * sd + t * t);
      ratio += weight * (blunder + (1 - blunder) * fits);
    }
  return ratio + (known < 1 ? 1 - known : 0);
}
