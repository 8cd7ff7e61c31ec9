/* Positive numbers of any size, m · 2^e with m in a double and e in an integer, for
 * sums of products of likelihood ratios: they leave the range of a double in both
 * directions, and logarithms would cost a logarithm and a power per addition.
 *
 * A sum keeps the larger exponent; what is below 2^−1000 of it is lost, which is
 * 1e−285 of what it is added to. Products need no normalising before they are
 * added. Everything is IEEE arithmetic in the given order. */
#ifndef HW_IDENTIFY_JOINT_SCALED_H
#define HW_IDENTIFY_JOINT_SCALED_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/elementary.h"

typedef struct hwp_scaled {
  double m; /* 0, or about 1 */
  int64_t e;
} hwp_scaled;

/* Natural logarithms beyond this stand for infinity: a profile that is impossible unless related
 * outweighs everything. */
#define HWP_SCALED_INFINITE 1e8

/* 2^e for −1022 ≤ e ≤ 1023. */
static inline double hwp_two_to(int64_t e) {
  const uint64_t bits = (uint64_t)(1023 + e) << 52;
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline hwp_scaled hwp_scaled_of_ln(double ln) {
  static const double LN2_HIGH = 0x1.62e42fee00000p-1, LN2_LOW = 0x1.a39ef35793c76p-33;
  static const double LOG2_E = 0x1.71547652b82fep+0, LOG10_E = 0x1.bcb7b1526e50ep-2;
  if (!(ln > -4 * HWP_SCALED_INFINITE)) return (hwp_scaled){0, 0};
  if (ln > 4 * HWP_SCALED_INFINITE) ln = 4 * HWP_SCALED_INFINITE;
  const double k = floor(ln * LOG2_E + 0.5);
  const double rest = (ln - k * LN2_HIGH) - k * LN2_LOW;
  return (hwp_scaled){hw_pow10(rest * LOG10_E), (int64_t)k};
}

static inline hwp_scaled hwp_scaled_normal(hwp_scaled x) {
  int shift = 0;
  if (!(x.m > 0)) return (hwp_scaled){0, 0};
  x.m = frexp(x.m, &shift);
  x.e += shift;
  return x;
}

static inline void hwp_scaled_add(hwp_scaled *sum, hwp_scaled x) {
  if (!(x.m > 0)) return;
  const int64_t d = x.e - sum->e;
  if (!(sum->m > 0)) {
    *sum = x;
  } else if (d <= 0) {
    if (d >= -1000) sum->m += x.m * hwp_two_to(d);
  } else {
    sum->m = d <= 1000 ? x.m + sum->m * hwp_two_to(-d) : x.m;
    sum->e = x.e;
  }
}

static inline hwp_scaled hwp_scaled_times(hwp_scaled a, hwp_scaled b) {
  return (hwp_scaled){a.m * b.m, a.e + b.e};
}

/* a / b as a double, 0 or HUGE_VAL out of its range; b > 0. */
static inline double hwp_scaled_over(hwp_scaled a, hwp_scaled b) {
  if (!(a.m > 0)) return 0;
  const int64_t d = a.e - b.e;
  if (d < -1200) return 0;
  if (d > 1200) return HUGE_VAL;
  return ldexp(a.m / b.m, (int)d);
}

static inline double hwp_scaled_ln(hwp_scaled x) {
  return x.m > 0 ? hw_ln_scaled(x.m, (int32_t)x.e) : -HUGE_VAL;
}

#endif
