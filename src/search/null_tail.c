/* P(Σ log10 LR ≥ T) of independent markers, for many sets of markers at once.
 *
 * Convolving distributions one by one costs a pass over a long array for every
 * marker of every set. In the frequency domain a marker costs one transform per
 * query, and a set the product of some dozens of frequencies.
 *
 * 1. Tilt. Let p be the distribution of a log10 LR x of an unrelated person. With
 *    q(x) = p(x) 10^(θx), the sum S of independent markers has q_S = p_S 10^(θS), so
 *    P(S ≥ T) = ∫_T q_S(s) 10^(−θs) ds. θ is chosen so that T lies in the middle of
 *    q_S: the tail is then no longer a difference of large numbers (the exponential
 *    tilt of Cramér, 1938; θ = 1 makes an unrelated person a related one).
 * 2. Lattice. Outcomes are put on points j·h. One of mass u and related mass
 *    r = u·LR between two points is split so that both u and r are kept: the
 *    rounding moves a sum by an ε that has E 10^(θε) = 1 for θ = 0 and θ = 1 and
 *    nearly so between them, and an exponential tail stays where it is. What is left is
 *    a blur of the threshold by the standard deviation h·√(n/6).
 * 3. Transform. φ(k) = Σ_j q(j) e^(−2πi jk/N); sums are taken modulo the period N·h,
 *    which is chosen to hold six standard deviations of q_S on either side. Two real
 *    markers share one complex transform, four of those go through it side by side.
 * 4. Tail. P = (1/Nh) Σ_k φ_S(k) V(k) with the transform V of the event,
 *    V(k) = e^((iω_k−λ)T) (1 − e^(−λNh)) / (λ − iω_k), λ = θ ln 10, ω_k = 2πk/(Nh).
 *    T is not on the lattice. The edge at T is blurred by a normal deviate of
 *    standard deviation h (shifted so that E 10^(θε) = 1), which ends the sum at
 *    |k| < N/2 without ringing.
 * 5. Stop. |φ_S| falls quickly when there are many markers. After each block of
 *    frequencies the sum ends when the rest, bounded by the product of the markers'
 *    largest moduli, is below a thousandth of it.
 *
 * In all, the result is the tail for a threshold blurred by h·√(1 + n/6), 0.07 at
 * 24 markers and the usual h = 1/32: without effect where the distribution is smooth on
 * that scale (measured in tests/property/test_null.c: within 1 %), and always between
 * the exact tails at T ± 5 h √(1 + n/6), but for the bound of step 5.
 *
 * Additions run in a fixed order without fused multiply–add, and logarithms and
 * powers are those of base/elementary.h: the same bits on every machine. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "search/null_int.h"

static const double TAU = 0x1.921fb54442d18p+2; /* 2π */
static const double LN10 = 0x1.26bb1bbb55516p+1;
/* log10 LR is cut to this; below, it counts as a little better than it is. */
static const double MOST_LOG10 = 40.0;
/* Shortest period, in units of log10. */
static const double SHORTEST = 16.0;
/* Part of a tail that the frequencies left out may have. */
static const double TOLERANCE = 1e-3;

typedef double quad __attribute__((vector_size(32)));

struct hwp_powers {
  /* 10^(j h) at level[period] + j, and 10^(θ j h) at tilted[period][tilt] + j. */
  const double *level[HWP_PERIODS];
  const double *tilted[HWP_PERIODS][HWP_TILTS];
  double step[HWP_PERIODS];       /* h */
  double cosine[HWP_LATTICE + 1]; /* of 2πi/N */
  double sine[HWP_LATTICE + 1];
  double blur[HWP_WAVES];       /* of the normal deviate */
  int32_t place[HWP_LATTICE];   /* where the transform leaves frequency k */
};

static double exponent_of(int tilt) {
  return 0.25 * (tilt + 1);
}

static double period_of(int period) {
  return ldexp(SHORTEST, period);
}

/* --- tables --------------------------------------------------------------- */

/* cos and sin of a small angle (at most π/4) by their series. */
static void small_angle(double x, double *cosine, double *sine) {
  double c = 0.0, s = 0.0;
  for (int i = 20; i > 0; i -= 2) {
    c = (1.0 + c) * (-x * x / ((i - 1) * i));
    s = (1.0 + s) * (-x * x / (i * (i + 1)));
  }
  *cosine = 1.0 + c;
  *sine = x + x * s;
}

static void fill_circle(hwp_powers *self) {
  enum { EIGHTH = HWP_LATTICE / 8 };
  for (int i = 0; i < HWP_LATTICE; i++) {
    const int octant = i / EIGHTH, in = i % EIGHTH;
    double c, s;
    small_angle(TAU * (octant % 2 == 0 ? in : EIGHTH - in) / HWP_LATTICE, &c, &s);
    const bool is_swapped = octant % 4 == 1 || octant % 4 == 2;
    const double x = is_swapped ? s : c, y = is_swapped ? c : s;
    self->cosine[i] = octant >= 2 && octant < 6 ? -x : x;
    self->sine[i] = octant >= 4 ? -y : y;
  }
  self->cosine[HWP_LATTICE] = self->cosine[0];
  self->sine[HWP_LATTICE] = self->sine[0];
}

/* The first stage halves, the others quarter: see transform. */
static int32_t place_of(int32_t k) {
  int32_t place = k % 2 * (HWP_LATTICE / 2);
  k /= 2;
  for (int32_t length = HWP_LATTICE / 2; length > 1; length /= 4, k /= 4)
    place += k % 4 * (length / 4);
  return place;
}

static double *fill_level(hw_arena *arena, double step, double exponent) {
  const int32_t side = (int32_t)(MOST_LOG10 / step) + 2;
  double *level = hw_arena_alloc_array(arena, 2 * (size_t)side + 1, sizeof *level);
  if (level == NULL) return NULL;
  for (int32_t j = -side; j <= side; j++) level[side + j] = hw_pow10(exponent * step * j);
  return level + side;
}

hw_status hwp_powers_new(hw_arena *arena, const hwp_powers **out, hw_err *err) {
  hwp_powers *self = hw_arena_alloc(arena, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the tables of expected false leads");
  for (int p = 0; p < HWP_PERIODS; p++) {
    self->step[p] = period_of(p) / HWP_LATTICE;
    self->level[p] = fill_level(arena, self->step[p], 1.0);
    if (self->level[p] == NULL) return HW_NO_MEMORY(err, "the tables of expected false leads");
    for (int t = 0; t < HWP_TILTS; t++) {
      self->tilted[p][t] = fill_level(arena, self->step[p], exponent_of(t));
      if (self->tilted[p][t] == NULL)
        return HW_NO_MEMORY(err, "the tables of expected false leads");
    }
  }
  fill_circle(self);
  for (int k = 0; k < HWP_WAVES; k++) {
    const double angle = TAU * k / HWP_LATTICE; /* ω_k h */
    self->blur[k] = hw_pow10(-0.5 * angle * angle / LN10);
  }
  for (int32_t k = 0; k < HWP_LATTICE; k++) self->place[k] = place_of(k);
  *out = self;
  return HW_OK;
}

/* --- lattice and tilt of a query ------------------------------------------ */

/* log10 within 2e-4: for places on the lattice, which are put right, and for moments. */
static inline double rough_log10(double x) {
  uint64_t bits;
  double m;
  memcpy(&bits, &x, sizeof bits);
  const double exponent = (double)((int)(bits >> 52) - 1023);
  bits = (bits & 0xfffffffffffffu) | 0x3ff0000000000000u;
  memcpy(&m, &bits, sizeof m);
  /* log2 m by a cubic through both ends of [1, 2] */
  const double t = m - 1.0;
  return 0.30102999566398120 * (exponent + t * (1.4249 + t * (-0.5841 + t * 0.1592)));
}

void hwp_moments_of(const hwp_outcomes *from, hwp_moments *out) {
  double mass[2] = {0.0, 0.0}, first[2] = {0.0, 0.0}, second[2] = {0.0, 0.0}, top = 0.0;
  for (int32_t i = 0; i < from->n; i++) {
    const double u = from->unrelated[i], r = from->related[i];
    if (!(u > 0.0) || !(r > 0.0)) continue;
    const double ratio = r / u, x = rough_log10(ratio);
    const double weight[2] = {sqrt(r * u), r};
    for (int t = 0; t < 2; t++) {
      mass[t] += weight[t];
      first[t] += weight[t] * x;
      second[t] += weight[t] * x * x;
    }
    if (ratio > top) top = ratio;
  }
  *out = (hwp_moments){.most = hw_log10(top)};
  for (int t = 0; t < 2 && mass[t] > 0.0; t++) {
    out->mean[t] = first[t] / mass[t];
    out->variance[t] = second[t] / mass[t] - out->mean[t] * out->mean[t];
  }
}

/* cos and sin of 2π·turns. */
static void circle(const hwp_powers *powers, double turns, double *cosine, double *sine) {
  const double at = (turns - floor(turns)) * HWP_LATTICE;
  const int i = (int)at;
  double c, s;
  const double x = TAU * (at - i) / HWP_LATTICE;
  /* x < 0.0123: the next terms are below 1e-16 */
  c = 1.0 - 0.5 * x * x * (1.0 - x * x / 12.0 * (1.0 - x * x / 30.0));
  s = x * (1.0 - x * x / 6.0 * (1.0 - x * x / 20.0 * (1.0 - x * x / 42.0)));
  *cosine = powers->cosine[i] * c - powers->sine[i] * s;
  *sine = powers->sine[i] * c + powers->cosine[i] * s;
}

/* V(k) without its factor 10^(−θT), doubled for k > 0 (frequency −k gives the conjugate). */
static void fill_event(hwp_tilt *self) {
  const hwp_powers *powers = self->powers;
  const double exponent = exponent_of(self->tilt), lambda = exponent * LN10;
  const double period = period_of(self->period), h = powers->step[self->period];
  const double edge = (self->threshold - 0.5 * lambda * h * h) / period;
  const double height = (1.0 - hw_pow10(-exponent * period)) / period;
  for (int k = 0; k < HWP_WAVES; k++) {
    double c, s;
    circle(powers, edge * k, &c, &s);
    const double omega = TAU * k / period;
    const double scale =
        (k == 0 ? 1.0 : 2.0) * height * powers->blur[k] / (lambda * lambda + omega * omega);
    self->re[k] = scale * (c * lambda - s * omega);
    self->im[k] = scale * (c * omega + s * lambda);
  }
  double rest = 0.0;
  for (int block = HWP_BLOCKS - 1; block >= 0; block--) {
    for (int k = block * HWP_BLOCK; k < (block + 1) * HWP_BLOCK; k++)
      rest += fabs(self->re[k]) + fabs(self->im[k]);
    self->weight[block] = rest;
  }
}

void hwp_tilt_choose(hwp_tilt *self, const hwp_powers *powers, double threshold,
                     const hwp_moments *sum) {
  self->powers = powers;
  self->threshold = threshold;
  /* The mean of the tilted sum grows with θ; a line through ½ and 1 says where it meets T. */
  const double gain = sum->mean[1] - sum->mean[0];
  double exponent = gain > 1e-9 ? 0.5 + 0.5 * (threshold - sum->mean[0]) / gain : 1.0;
  const double last = exponent_of(HWP_TILTS - 1);
  exponent = exponent > 0.25 ? exponent < last ? exponent : last : 0.25;
  self->tilt = (int)(4.0 * exponent + 0.5) - 1;
  const double mean = sum->mean[0] + gain * (2.0 * exponent_of(self->tilt) - 1.0);
  double variance = sum->variance[0] > sum->variance[1] ? sum->variance[0] : sum->variance[1];
  const double six = variance > 0.0 ? 6.0 * sqrt(variance) : 0.0;
  double above = mean - threshold + six, below = threshold - mean + six;
  if (above > sum->most - threshold) above = sum->most - threshold;
  if (below < threshold) below = threshold; /* sets of fewer markers have means nearer to zero */
  const double needed = 2.0 + (above > below ? above : below);
  self->period = 0;
  while (self->period < HWP_PERIODS - 1 && period_of(self->period) < needed) self->period++;
  fill_event(self);
}

/* --- spectra --------------------------------------------------------------- */

struct hwp_lattice {
  quad re[HWP_LATTICE], im[HWP_LATTICE]; /* places 0 … 3 and 4 … 7 */
};

hw_status hwp_lattice_new(hw_arena *arena, hwp_lattice **out, hw_err *err) {
  *out = hw_arena_alloc(arena, sizeof **out);
  return *out == NULL ? HW_NO_MEMORY(err, "a lattice of expected false leads") : HW_OK;
}

/* Lattice point at or below a ratio. */
static inline int32_t point_below(double ratio, const double *level, double per_log10,
                                  int32_t side) {
  const double at = rough_log10(ratio) * per_log10;
  if (!(at > -side)) return -side;
  if (!(at < side)) return side;
  int32_t j = (int32_t)(at + side) - side;
  while (j > -side && ratio < level[j]) j--;
  while (j < side && ratio >= level[j + 1]) j++;
  return j;
}

void hwp_lattice_add(hwp_lattice *self, const hwp_tilt *tilt, int place, const hwp_outcomes *from,
                     hwp_spectrum *out) {
  const double *level = tilt->powers->level[tilt->period];
  const double *tilted = tilt->powers->tilted[tilt->period][tilt->tilt];
  const double per_log10 = 1.0 / tilt->powers->step[tilt->period];
  const double per_step = 1.0 / (level[1] - 1.0);
  const int32_t side = (int32_t)(MOST_LOG10 * per_log10);
  quad *rows = place < 4 ? self->re : self->im;
  const int lane = place % 4;
  double top = 0.0, bottom = HUGE_VAL, possible = 0.0;
  for (int32_t i = 0; i < from->n; i++) {
    const double u = from->unrelated[i], r = from->related[i];
    if (!(u > 0.0) || !(r > 0.0)) continue;
    const double ratio = r / u;
    const int32_t j = point_below(ratio, level, per_log10, side);
    double up = (r * level[-j] - u) * per_step; /* keeps u and r */
    up = up > 0.0 ? up < u ? up : u : 0.0;
    rows[j & (HWP_LATTICE - 1)][lane] += (u - up) * tilted[j];
    rows[(j + 1) & (HWP_LATTICE - 1)][lane] += up * tilted[j + 1];
    possible += u;
    if (ratio > top) top = ratio;
    if (ratio < bottom) bottom = ratio;
  }
  out->possible = possible;
  out->most = hw_log10(top);
  out->least = hw_log10(bottom);
}

/* One stage that splits blocks of `length` into four (decimation in frequency). */
static void quarter(const hwp_powers *powers, hwp_lattice *z, int32_t length) {
  const int32_t n = length / 4, stride = HWP_LATTICE / length;
  for (int32_t i = 0; i < n; i++) {
    const double c1 = powers->cosine[i * stride], s1 = -powers->sine[i * stride];
    const double c2 = powers->cosine[2 * i * stride], s2 = -powers->sine[2 * i * stride];
    const double c3 = powers->cosine[3 * i * stride], s3 = -powers->sine[3 * i * stride];
    for (int32_t start = i; start < HWP_LATTICE; start += length) {
      quad *re = z->re + start, *im = z->im + start;
      const quad a = re[0] + re[2 * n], b = im[0] + im[2 * n];
      const quad c = re[0] - re[2 * n], d = im[0] - im[2 * n];
      const quad e = re[n] + re[3 * n], f = im[n] + im[3 * n];
      const quad g = im[n] - im[3 * n], h = re[3 * n] - re[n]; /* (x1 − x3)·(−i) */
      re[0] = a + e;
      im[0] = b + f;
      re[n] = (c + g) * c1 - (d + h) * s1;
      im[n] = (c + g) * s1 + (d + h) * c1;
      re[2 * n] = (a - e) * c2 - (b - f) * s2;
      im[2 * n] = (a - e) * s2 + (b - f) * c2;
      re[3 * n] = (c - g) * c3 - (d - h) * s3;
      im[3 * n] = (c - g) * s3 + (d - h) * c3;
    }
  }
}

/* Frequency k ends at place[k]. */
static void transform(const hwp_powers *powers, hwp_lattice *z) {
  enum { HALF = HWP_LATTICE / 2 };
  for (int32_t i = 0; i < HALF; i++) {
    const double c = powers->cosine[i], s = -powers->sine[i];
    const quad a = z->re[i] - z->re[i + HALF], b = z->im[i] - z->im[i + HALF];
    z->re[i] += z->re[i + HALF];
    z->im[i] += z->im[i + HALF];
    z->re[i + HALF] = a * c - b * s;
    z->im[i + HALF] = a * s + b * c;
  }
  for (int32_t length = HALF; length > 1; length /= 4) quarter(powers, z, length);
}

/* Scales a spectrum to begin with one, and looks up its largest moduli. */
static void finish(hwp_spectrum *self) {
  const double mass = self->re[0], scale = mass > 0.0 ? 1.0 / mass : 0.0;
  double peak = 0.0;
  for (int k = 0; k < HWP_WAVES; k++) {
    self->re[k] *= scale;
    self->im[k] *= scale;
  }
  self->log10_mass = hw_log10(mass);
  for (int block = HWP_BLOCKS - 1; block >= 0; block--) {
    for (int k = block * HWP_BLOCK; k < (block + 1) * HWP_BLOCK; k++) {
      const double square = self->re[k] * self->re[k] + self->im[k] * self->im[k];
      peak = square > peak ? square : peak;
    }
    self->peak[block] = peak;
  }
}

void hwp_lattice_transform(hwp_lattice *self, const hwp_powers *powers, int n,
                           hwp_spectrum *const *out) {
  transform(powers, self);
  for (int k = 0; k < HWP_WAVES; k++) {
    /* Of z = x + iy with x, y real: X(k) = (Z(k) + conj Z(−k))/2, Y(k) = (Z(k) − conj Z(−k))/2i. */
    const int32_t at = powers->place[k], opposite = powers->place[(HWP_LATTICE - k) % HWP_LATTICE];
    const quad x_re = 0.5 * (self->re[at] + self->re[opposite]);
    const quad x_im = 0.5 * (self->im[at] - self->im[opposite]);
    const quad y_re = 0.5 * (self->im[at] + self->im[opposite]);
    const quad y_im = 0.5 * (self->re[opposite] - self->re[at]);
    for (int p = 0; p < n; p++) {
      out[p]->re[k] = p < 4 ? x_re[p] : y_re[p - 4];
      out[p]->im[k] = p < 4 ? x_im[p] : y_im[p - 4];
    }
  }
  for (int p = 0; p < n; p++) finish(out[p]);
  memset(self, 0, sizeof *self);
}

/* --- the tail -------------------------------------------------------------- */

/* Real part of Σ over a block of frequencies of V(k) Π φ(k). */
static double block_sum(const hwp_tilt *tilt, int block, int32_t n,
                        const hwp_spectrum *const *spectra) {
  double re[HWP_BLOCK], im[HWP_BLOCK], lane[8] = {0.0};
  memcpy(re, tilt->re + block * HWP_BLOCK, sizeof re);
  memcpy(im, tilt->im + block * HWP_BLOCK, sizeof im);
  for (int32_t i = 0; i < n; i++) {
    const double *c = spectra[i]->re + block * HWP_BLOCK, *s = spectra[i]->im + block * HWP_BLOCK;
    for (int k = 0; k < HWP_BLOCK; k++) {
      const double x = re[k] * c[k] - im[k] * s[k];
      im[k] = re[k] * s[k] + im[k] * c[k];
      re[k] = x;
    }
  }
  for (int k = 0; k < HWP_BLOCK; k++) lane[k & 7] += re[k];
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

double hwp_tail(const hwp_tilt *tilt, int32_t n, const hwp_spectrum *const *spectra) {
  double possible = 1.0, least = 0.0, most = 0.0, log10_mass = 0.0, sum = 0.0;
  for (int32_t i = 0; i < n; i++) {
    possible *= spectra[i]->possible;
    if (!(spectra[i]->possible > 0.0)) return 0.0;
    least += spectra[i]->least;
    most += spectra[i]->most;
    log10_mass += spectra[i]->log10_mass;
  }
  possible = possible < 1.0 ? possible : 1.0;
  if (least >= tilt->threshold) return possible;
  if (most < tilt->threshold) return 0.0;
  for (int block = 0; block < HWP_BLOCKS; block++) {
    if (block > 0) {
      double square = 1.0;
      for (int32_t i = 0; i < n; i++) square *= spectra[i]->peak[block];
      if (sqrt(square) * tilt->weight[block] < TOLERANCE * sum) break;
    }
    sum += block_sum(tilt, block, n, spectra);
  }
  if (!(sum > 0.0)) return 0.0;
  const double tail =
      sum * hw_pow10(log10_mass - exponent_of(tilt->tilt) * tilt->threshold);
  return tail < possible ? tail : possible;
}
