/* Logarithms, powers, sines and cosines from the four operations.
 *
 *   ln x    x = m · 2^e with √½ ≤ m < √2, s = (m − 1)/(m + 1), |s| < 0.172,
 *           ln m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …): thirteen terms leave
 *           less than 1e-21. e · ln 2 is added in two parts, of which the first
 *           is exact (ln 2 cut after 32 bits).
 *   10^x    x ln 10 = k ln 2 + r with |r| ≤ ½ ln 2; e^r by its series.
 *   sin x   the angle, in degrees, is reduced exactly to 0 … 45, then the series. */
#include "base/elementary.h"

#include <math.h>

enum { LN_TERMS = 13, EXP_TERMS = 18 };

/* ln 2 and log10 2 in two parts; the first have 32 significant bits. */
static const double LN2_HIGH = 0x1.62e42fee00000p-1, LN2_LOW = 0x1.a39ef35793c76p-33;
static const double LOG10_2_HIGH = 0x1.3441350800000p-2, LOG10_2_LOW = 0x1.f79fef311f12bp-34;
static const double LOG10_E = 0x1.bcb7b1526e50ep-2, LN10 = 0x1.26bb1bbb55516p+1;
static const double PI = 3.14159265358979323846;

/* x = m · 2^e, √½ ≤ m < √2; returns ln m. */
static double ln_reduced(double x, int *exponent) {
  double m = frexp(x, exponent);
  if (m < 0x1.6a09e667f3bcdp-1) {
    m *= 2.0;
    (*exponent)--;
  }
  const double s = (m - 1.0) / (m + 1.0), square = s * s;
  double tail = 0.0;
  for (int i = LN_TERMS; i > 0; i--) tail = (tail + 1.0 / (2 * i + 1)) * square;
  return 2.0 * s + 2.0 * s * tail;
}

static int is_special(double x) {
  return !(x > 0.0) || isinf(x);
}

static double special(double x) {
  return x == 0.0 ? -HUGE_VAL : isinf(x) && x > 0.0 ? x : (double)NAN;
}

double hw_ln_scaled(double mantissa, int32_t exponent) {
  if (is_special(mantissa)) return special(mantissa);
  int e;
  const double ln_m = ln_reduced(mantissa, &e);
  const double twos = (double)e + (double)exponent;
  return twos * LN2_HIGH + (ln_m + twos * LN2_LOW);
}

double hw_ln(double x) {
  return hw_ln_scaled(x, 0);
}

double hw_log10(double x) {
  if (is_special(x)) return special(x);
  int e;
  const double ln_m = ln_reduced(x, &e);
  return e * LOG10_2_HIGH + (ln_m * LOG10_E + e * LOG10_2_LOW);
}

double hw_exp(double x) {
  if (isnan(x)) return x;
  if (x > 922.0) return HUGE_VAL;
  if (x < -922.0) return 0.0;
  const double k = floor(x / (LN2_HIGH + LN2_LOW) + 0.5);
  const double r = (x - k * LN2_HIGH) - k * LN2_LOW;
  double sum = 1.0;
  for (int i = EXP_TERMS; i > 0; i--) sum = 1.0 + sum * r / i;
  return ldexp(sum, (int)k);
}

double hw_pow10(double x) {
  return hw_exp(x * LN10);
}

double hw_power(double x, int32_t n) {
  double result = 1.0;
  for (double square = x; n > 0; n >>= 1, square *= square)
    if (n & 1) result *= square;
  return result;
}

static double angle_series(double x, double first, int from) {
  double term = first, sum = first;
  for (int i = from; i < from + 22; i += 2) {
    term *= -x * x / ((double)i * (double)(i + 1));
    sum += term;
  }
  return sum;
}

double hw_cos_degrees(double degrees) {
  degrees = fmod(fabs(degrees), 360);
  if (degrees > 180) degrees = 360 - degrees;
  if (degrees > 90) return -hw_cos_degrees(180 - degrees);
  if (degrees > 45) return hw_sin_degrees(90 - degrees);
  return angle_series(degrees * (PI / 180), 1, 1);
}

double hw_sin_degrees(double degrees) {
  double sign = degrees < 0 ? -1 : 1;
  degrees = fmod(fabs(degrees), 360);
  if (degrees > 180) sign = -sign, degrees = 360 - degrees;
  if (degrees > 90) degrees = 180 - degrees;
  if (degrees > 45) return sign * hw_cos_degrees(90 - degrees);
  const double x = degrees * (PI / 180);
  return sign * angle_series(x, x, 2);
}
