/* Two bones by their measurements: Student's t as is usual, and a likelihood ratio.
 *
 * The usual test (Byrd 2008; Byrd & LeGarde 2014, in Adams & Byrd, Commingled Human
 * Remains) takes the difference D of a pair and t = (D − mean) / sd of true pairs, with
 * n − 1 degrees of freedom, two-sided. For D = Σ |left − right| a small p then also means
 * "too alike": true pairs that are very symmetric fail. The upper tail is the better
 * question there, and both are given.
 *
 * A test says how rare a true pair so different is; it does not say how rare a false one
 * so alike is. The likelihood ratio does:
 *
 *     LR = f(D | one person) / f(D | two random persons)
 *
 *     signed D, regression   predictive density of a normal sample of n: Student's t with
 *                            n − 1 (n − 2) degrees of freedom, location the mean (the
 *                            prediction), scale sd √(1 + 1/n)
 *     absolute D             gamma density with the mean and sd: positive, skewed, and like
 *                            a sum of absolute differences
 *
 * Regression: s √(1 + 1/n + (x − x̄)² / ((n − 1) sd_x²)) is the standard error of a new
 * value (Draper & Smith 1998, ch. 3). */
#include "base/elementary.h"
#include "identify/reassociate_int.h"

static const double PI = 3.14159265358979323846;

/* ln Γ(x), x > 0: Stirling's series beyond 12 (Abramowitz & Stegun 6.1.40), where eight terms
 * leave less than 1e-16, and the recurrence below. */
static double ln_gamma(double x) {
  double shift = 1;
  while (x < 12) {
    shift *= x;
    x += 1;
  }
  const double z = 1 / (x * x);
  const double series =
      (1.0 / 12 -
       z * (1.0 / 360 -
            z * (1.0 / 1260 - z * (1.0 / 1680 - z * (1.0 / 1188 - z * 691.0 / 360360))))) /
      x;
  return (x - 0.5) * hw_ln(x) - x + 0.5 * hw_ln(2 * PI) + series - hw_ln(shift);
}

/* Continued fraction of the incomplete beta function (Abramowitz & Stegun 26.5.8, by Lentz's
 * method: Press et al. 2007, 6.4). */
static double beta_fraction(double a, double b, double x) {
  const double tiny = 1e-300;
  double c = 1, d = 1 - (a + b) * x / (a + 1);
  d = 1 / (fabs(d) < tiny ? tiny : d);
  double h = d;
  for (int m = 1; m <= 100000; m++) {
    for (int odd = 0; odd < 2; odd++) {
      const double term = odd ? -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
                              : m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 + term * d;
      c = 1 + term / c;
      d = 1 / (fabs(d) < tiny ? tiny : d);
      if (fabs(c) < tiny) c = tiny;
      h *= c * d;
    }
    if (fabs(c * d - 1) < 1e-16) break;
  }
  return h;
}

static double incomplete_beta(double a, double b, double x) {
  if (!(x > 0)) return 0;
  if (x >= 1) return 1;
  const double front =
      hw_exp(ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * hw_ln(x) + b * hw_ln(1 - x));
  return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
                                   : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double hw_student_two_sided(double t, double df) {
  if (isnan(t) || !(df > 0)) return NAN;
  return incomplete_beta(df / 2, 0.5, df / (df + t * t));
}

static double ln_student(double t, double df) {
  return ln_gamma((df + 1) / 2) - ln_gamma(df / 2) - 0.5 * hw_ln(df * PI) -
         (df + 1) / 2 * hw_ln(1 + t * t / df);
}

static double ln_gamma_density(double d, double mean, double sd) {
  /* Measurements are read to a tenth of a millimetre: nothing is nearer to 0 than half of it. */
  const double least = 0.05, shape = mean * mean / (sd * sd), scale = sd * sd / mean;
  if (d < least) d = least;
  return (shape - 1) * hw_ln(d / scale) - d / scale - ln_gamma(shape) - hw_ln(scale);
}

/* Density of D by a mean and a standard deviation from n persons. */
static double ln_density(const hw_osteometry_relation *relation, double d, double mean, double sd) {
  if (relation->form == HW_OSTEOMETRY_ABSOLUTE) return ln_gamma_density(d, mean, sd);
  const double scale = sd * sqrt(1 + 1.0 / relation->n);
  return ln_student((d - mean) / scale, relation->n - 1) - hw_ln(scale);
}

static hw_osteometry_result compare_regression(const hw_osteometry_relation *relation, double first,
                                               double second) {
  const double x = hw_ln(first), y = hw_ln(second), n = relation->n;
  const double off = x - relation->mean_x;
  const double predicted = relation->intercept + relation->slope * x;
  const double scale =
      relation->sd * sqrt(1 + 1 / n + off * off / ((n - 1) * relation->sd_x * relation->sd_x));
  hw_osteometry_result out = {
      .d = y - predicted, .t = (y - predicted) / scale, .df = relation->n - 2, .log10_lr = NAN};
  out.p_two = out.p_upper = hw_student_two_sided(out.t, out.df);
  if (relation->random_sd > 0)
    out.log10_lr = (ln_student(out.t, out.df) - hw_ln(scale) -
                    ln_density(relation, y, relation->random_mean, relation->random_sd)) /
                   hw_ln(10);
  return out;
}

hw_osteometry_result hw_osteometry_compare(const hw_osteometry_relation *relation, double first,
                                           double second) {
  if (relation->form == HW_OSTEOMETRY_REGRESSION)
    return compare_regression(relation, first, second);
  hw_osteometry_result out = {.d = first,
                              .t = (first - relation->mean) / relation->sd,
                              .df = relation->n - 1,
                              .log10_lr = NAN};
  out.p_two = out.p_upper = hw_student_two_sided(out.t, out.df);
  if (relation->form == HW_OSTEOMETRY_ABSOLUTE)
    out.p_upper = out.t > 0 ? out.p_two / 2 : 1 - out.p_two / 2;
  if (relation->random_sd > 0)
    out.log10_lr = (ln_density(relation, first, relation->mean, relation->sd) -
                    ln_density(relation, first, relation->random_mean, relation->random_sd)) /
                   hw_ln(10);
  return out;
}
