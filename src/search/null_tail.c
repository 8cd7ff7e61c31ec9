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
 * 2. Lattice. Outcomes are put on points j·h: each is shared by the four points
 *    around it with the weights of cubic interpolation, so that sums over the lattice
 *    equal sums over the outcomes for cubics, and for 10^(θx) e^(−iωx) up to a part of
 *    0.023 |(λ − iω) h|⁴.
 * 3. Transform. φ(k) = Σ_j q(j) e^(−2πi jk/N); sums are taken modulo the period N·h,
 *    which is chosen by Chernoff's bounds such that what is folded onto the tail from
 *    elsewhere is below a thousandth of it. Two real markers share one complex transform, two of those go through it side by side.
 * 4. Tail. P = (1/Nh) Σ_k φ_S(k) V(k) with the transform V of the event,
 *    V(k) = e^((iω_k−λ)T) (1 − e^(−λNh)) / (λ − iω_k), λ = θ ln 10, ω_k = 2πk/(Nh).
 *    T is not on the lattice. So that the sum ends at |k| < N/2 without ringing, q_S is
 *    blurred. Where there are many markers the kernel has the transform
 *    (1 + ω²h²/2) e^(−ω²h²/2): its first three moments are zero, so that cubics, and in
 *    good part exponentials, stay as they are. It is negative in places, which steps
 *    would show; for a few markers it is a normal deviate of standard deviation
 *    1.5 h, with the mean that keeps E 10^(θε) = 1.
 * 5. Stop. |φ_S| falls quickly when there are many markers. After each block of
 *    frequencies the sum ends when the rest, bounded by the product of the markers'
 *    largest moduli, is below a thousandth of it.
 *
 * In all, the result is the tail for a threshold that is blurred by about h, 1/32 to
 * 1/16 for usual families and 1/4 for the strongest. From six markers on distributions
 * are smooth on that scale, and errors are a few tenths of a percent (measured in
 * tests/property/test_false_leads.c); a few markers have steps, and an outcome closer to T
 * than 0.3 may count in part.
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
static const double SHORTEST = 8.0;
/* Part of a tail that the frequencies left out may have. */
static const double TOLERANCE = 1e-3;
/* Fewer markers are a few; their kernel has this standard deviation, in lattice steps. */
enum { MANY = 6 };
static const double WIDTH = 1.5;
/* Largest error of rough_log10. */
static const double ROUGH = 5e-4;

/* Two transforms side by side. */
typedef double pair __attribute__((vector_size(16)));

struct hwp_powers {
  /* 10^(j h) at level[period] + j, and 10^(θ j h) at tilted[period][tilt] + j. */
  const double *level[HWP_PERIODS];
  const double *tilted[HWP_PERIODS][HWP_TILTS];
  double step[HWP_PERIODS];       /* h */
  double cosine[HWP_LATTICE + 1]; /* of 2πi/N */
  double sine[HWP_LATTICE + 1];
  double blur[2][HWP_WAVES];  /* transforms of the kernels: of many markers, of a few */
  int32_t place[HWP_LATTICE]; /* where the transform leaves frequency k */
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

/* Each stage leaves frequencies of one remainder by four together: see transform. */
static int32_t place_of(int32_t k) {
  int32_t place = 0;
  for (int32_t length = HWP_LATTICE; length > 1; length /= 4, k /= 4) place += k % 4 * (length / 4);
  return place;
}

static double *fill_level(hw_arena *arena, double step, double exponent) {
  const int32_t side = (int32_t)(MOST_LOG10 / step) + 3;
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
    const double angle = TAU * k / HWP_LATTICE, half = 0.5 * angle * angle; /* angle = ω_k h */
    self->blur[0][k] = (1.0 + half) * hw_pow10(-half / LN10);
    self->blur[1][k] = hw_pow10(-WIDTH * WIDTH * half / LN10);
  }
  for (int32_t k = 0; k < HWP_LATTICE; k++) self->place[k] = place_of(k);
  *out = self;
  return HW_OK;
}

/* --- lattice and tilt of a query ------------------------------------------ */

/* log10 within 5e-4: for places on the lattice, which are put right, and for bounds. */
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

void hwp_bounds_of(const hwp_outcomes *from, hwp_bounds *out) {
  double mean[HWP_EXPONENTS] = {0.0}, top = 0.0;
  for (int32_t i = 0; i < from->n; i++) {
    const double u = from->unrelated[i], r = from->related[i];
    if (!(u > 0.0) || !(r > 0.0)) continue;
    const double ratio = r / u, root = sqrt(r * u);
    mean[0] += u;
    mean[1] += root;
    mean[2] += r;
    mean[3] += root * ratio;
    mean[4] += r * ratio;
    if (ratio > top) top = ratio;
  }
  out->most = hw_log10(top);
  for (int t = 0; t < HWP_EXPONENTS; t++) out->log10_mean[t] = rough_log10(mean[t]);
}

void hwp_bounds_add(hwp_bounds *self, const hwp_bounds *marker) {
  for (int t = 0; t < HWP_EXPONENTS; t++) self->log10_mean[t] += marker->log10_mean[t];
  self->most += marker->most;
}

/* cos and sin of 2π·turns. */
static void circle(const hwp_powers *powers, double turns, double *cosine, double *sine) {
  double at = (turns - floor(turns)) * HWP_LATTICE;
  if (!(at >= 0.0)) at = 0.0; /* an infinite threshold: hwp_tail needs no transform */
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
static void fill_event(const hwp_tilt *self, double edge, const double *blur, hwp_event *out) {
  const double exponent = exponent_of(self->tilt), lambda = exponent * LN10;
  const double period = period_of(self->period);
  const double height = (1.0 - hw_pow10(-exponent * period)) / period;
  for (int k = 0; k < HWP_WAVES; k++) {
    double c, s;
    circle(self->powers, edge / period * k, &c, &s);
    const double omega = TAU * k / period;
    const double scale =
        (k == 0 ? 1.0 : 2.0) * height * blur[k] / (lambda * lambda + omega * omega);
    out->re[k] = scale * (c * lambda - s * omega);
    out->im[k] = scale * (c * omega + s * lambda);
  }
  double rest = 0.0;
  for (int block = HWP_BLOCKS - 1; block >= 0; block--) {
    for (int k = block * HWP_BLOCK; k < (block + 1) * HWP_BLOCK; k++)
      rest += fabs(out->re[k]) + fabs(out->im[k]);
    out->weight[block] = rest;
  }
}

static void fill_events(hwp_tilt *self) {
  const hwp_powers *powers = self->powers;
  const double width = WIDTH * powers->step[self->period];
  const double shift = 0.5 * exponent_of(self->tilt) * LN10 * width * width;
  fill_event(self, self->threshold, powers->blur[0], &self->many);
  fill_event(self, self->threshold - shift, powers->blur[1], &self->few);
}

/* log10 of the bound E 10^(θ(S − T)) on the tail, θ = index/2. */
static double bound_at(const hwp_bounds *bounds, int index, double threshold) {
  return bounds->log10_mean[index] - 0.5 * index * threshold;
}

/* The least of the bounds. */
static double least_bound(const hwp_bounds *bounds, double threshold) {
  double least = bound_at(bounds, 0, threshold);
  for (int t = 1; t < HWP_EXPONENTS; t++) {
    const double bound = bound_at(bounds, t, threshold);
    least = bound < least ? bound : least;
  }
  return least;
}

/* The bound at a tilt; between two exponents a little above it, as it is convex. */
static double bound_at_tilt(const hwp_bounds *bounds, int tilt, double threshold) {
  const int low = (tilt + 1) / 2;
  if (tilt % 2 == 1) return bound_at(bounds, low, threshold);
  return 0.5 * (bound_at(bounds, low, threshold) + bound_at(bounds, low + 1, threshold));
}

/* The tilt for which no set is far from its own best: rounding errors of a set are 1e-15 of its
 * bound at this tilt. */
static int fairest_tilt(int32_t n, const hwp_bounds *bounds, const double *n_samples,
                        double threshold) {
  int best = 3; /* θ = 1 */
  double least = HUGE_VAL;
  for (int tilt = 0; tilt < HWP_TILTS; tilt++) {
    double worst = -HUGE_VAL;
    for (int32_t i = 0; i < n; i++) {
      if (!(bounds[i].most >= threshold)) continue; /* its tail is zero */
      const double bound = rough_log10(n_samples[i]) + bound_at_tilt(&bounds[i], tilt, threshold);
      worst = bound > worst ? bound : worst;
    }
    if (!(worst < least)) continue;
    least = worst;
    best = tilt;
  }
  return best;
}

/* log10 of what sums modulo the period may add to a tail. From one period or more above T,
 * for any θ2 above the tilt θ: E 10^(θ2(S−T)) 10^(−(θ2−θ)P); from below T, for any θ1 < θ, likewise:
 * P(S ≥ T − aP) is at most E 10^(θ1(S−T)) 10^(θ1 aP), and counts 10^(−θaP). */
static double folded(const hwp_bounds *bounds, double threshold, double exponent, double period) {
  double above = bounds->most - threshold < period ? -HUGE_VAL : HUGE_VAL, below = HUGE_VAL;
  for (int t = 0; t < HWP_EXPONENTS; t++) {
    const double distance = 0.5 * t - exponent;
    const double bound = bound_at(bounds, t, threshold) - fabs(distance) * period;
    if (distance > 0.0 && bound < above) above = bound;
    if (distance < 0.0 && bound < below) below = bound;
  }
  return above > below ? above : below;
}

void hwp_tilt_choose(hwp_tilt *self, const hwp_powers *powers, double threshold, int32_t n,
                     const hwp_bounds *bounds, const double *n_samples) {
  /* log10 parts that may be folded into a set's tail: of its own bound, of the largest set's. */
  static const double OWN = -4.5, OTHER = -6.0;
  self->powers = powers;
  self->threshold = threshold;
  self->tilt = fairest_tilt(n, bounds, n_samples, threshold);
  double largest = -HUGE_VAL;
  for (int32_t i = 0; i < n; i++) {
    const double size = rough_log10(n_samples[i]) + least_bound(&bounds[i], threshold);
    if (bounds[i].most >= threshold && size > largest) largest = size;
  }
  self->period = 0;
  for (int32_t i = 0; i < n; i++) {
    if (!(bounds[i].most >= threshold)) continue;
    const double own = OWN + least_bound(&bounds[i], threshold);
    const double other = OTHER + largest - rough_log10(n_samples[i]);
    while (self->period < HWP_PERIODS - 1 &&
           folded(&bounds[i], threshold, exponent_of(self->tilt), period_of(self->period)) >
               (own > other ? own : other))
      self->period++;
  }
  fill_events(self);
}

/* --- spectra --------------------------------------------------------------- */

struct hwp_lattice {
  pair re[HWP_LATTICE], im[HWP_LATTICE]; /* places 0 and 1, 2 and 3 */
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

/* ln(1 + x) / ln 10, within 1e-8 for the x ≤ 0.33 of the usual lattices. */
static inline double log10_above(double x) {
  const double s = x / (2.0 + x), square = s * s;
  const double series = 1.0 + square * (1.0 / 3 + square * (1.0 / 5 + square * (1.0 / 7)));
  return 2.0 / LN10 * s * series;
}

void hwp_lattice_add(hwp_lattice *self, const hwp_tilt *tilt, int place, const hwp_outcomes *from,
                     hwp_spectrum *out) {
  const double *level = tilt->powers->level[tilt->period];
  const double *tilted = tilt->powers->tilted[tilt->period][tilt->tilt];
  const double per_log10 = 1.0 / tilt->powers->step[tilt->period];
  const int32_t side = (int32_t)(MOST_LOG10 * per_log10);
  pair *rows = place < 2 ? self->re : self->im;
  const int lane = place % 2;
  double top = 0.0, bottom = HUGE_VAL, possible = 0.0;
  for (int32_t i = 0; i < from->n; i++) {
    const double u = from->unrelated[i], r = from->related[i];
    if (!(u > 0.0) || !(r > 0.0)) continue;
    const double ratio = r / u;
    const int32_t j = point_below(ratio, level, per_log10, side);
    double f = log10_above(ratio * level[-j] - 1.0) * per_log10; /* of the way to j + 1 */
    f = f > 0.0 ? f < 1.0 ? f : 1.0 : 0.0;
    const double left = u * f * (1.0 - f) / 6.0, near = u * (1.0 - f * f) / 2.0;
    rows[(j - 1) & (HWP_LATTICE - 1)][lane] -= left * (2.0 - f) * tilted[j - 1];
    rows[j & (HWP_LATTICE - 1)][lane] += near * (2.0 - f) * tilted[j];
    rows[(j + 1) & (HWP_LATTICE - 1)][lane] += u * f * (1.0 + f) * (2.0 - f) / 2.0 * tilted[j + 1];
    rows[(j + 2) & (HWP_LATTICE - 1)][lane] -= left * (1.0 + f) * tilted[j + 2];
    possible += u;
    if (ratio > top) top = ratio;
    if (ratio < bottom) bottom = ratio;
  }
  out->possible = possible;
  out->most = hw_log10(top);
  out->least = hw_log10(bottom);
}

/* (x + iy) · (c + is) into re, im */
#define TURN(re, im, x, y, c, s)  \
  do {                            \
    (re) = (x) * (c) - (y) * (s); \
    (im) = (x) * (s) + (y) * (c); \
  } while (0)

/* One stage, which splits blocks of `length` into four (decimation in frequency). */
static void quarter(const hwp_powers *powers, hwp_lattice *z, int32_t length) {
  const int32_t n = length / 4, stride = HWP_LATTICE / length;
  for (int32_t i = 0; i < n; i++) {
    const double *cosine = powers->cosine, *sine = powers->sine;
    const double c1 = cosine[i * stride], s1 = -sine[i * stride];
    const double c2 = cosine[2 * i * stride], s2 = -sine[2 * i * stride];
    const double c3 = cosine[3 * i * stride], s3 = -sine[3 * i * stride];
    for (int32_t start = i; start < HWP_LATTICE; start += length) {
      pair *re = z->re + start, *im = z->im + start;
      const pair a = re[0] + re[2 * n], b = im[0] + im[2 * n];
      const pair c = re[0] - re[2 * n], d = im[0] - im[2 * n];
      const pair e = re[n] + re[3 * n], f = im[n] + im[3 * n];
      const pair g = im[n] - im[3 * n], h = re[3 * n] - re[n]; /* (x1 − x3)·(−i) */
      re[0] = a + e;
      im[0] = b + f;
      TURN(re[n], im[n], c + g, d + h, c1, s1);
      TURN(re[2 * n], im[2 * n], a - e, b - f, c2, s2);
      TURN(re[3 * n], im[3 * n], c - g, d - h, c3, s3);
    }
  }
}

/* The last stage, without twiddles. */
static void quarter_last(hwp_lattice *z) {
  for (int32_t start = 0; start < HWP_LATTICE; start += 4) {
    pair *re = z->re + start, *im = z->im + start;
    const pair a = re[0] + re[2], b = im[0] + im[2], c = re[0] - re[2], d = im[0] - im[2];
    const pair e = re[1] + re[3], f = im[1] + im[3], g = im[1] - im[3], h = re[3] - re[1];
    re[0] = a + e;
    im[0] = b + f;
    re[1] = c + g;
    im[1] = d + h;
    re[2] = a - e;
    im[2] = b - f;
    re[3] = c - g;
    im[3] = d - h;
  }
}

/* Frequency k ends at place[k]. */
static void transform(const hwp_powers *powers, hwp_lattice *z) {
  for (int32_t length = HWP_LATTICE; length > 4; length /= 4) quarter(powers, z, length);
  quarter_last(z);
}

/* Scales a spectrum to begin with one, and looks up its largest moduli. */
static void finish(hwp_spectrum *self) {
  const double mass = self->re[0], scale = mass > 0.0 ? 1.0 / mass : 0.0;
  double largest = 0.0;
  self->log10_mass = hw_log10(mass);
  for (int block = HWP_BLOCKS - 1; block >= 0; block--) {
    double *re = self->re + block * HWP_BLOCK, *im = self->im + block * HWP_BLOCK;
    double lane[8] = {0.0};
    for (int k = 0; k < HWP_BLOCK; k++) {
      re[k] *= scale;
      im[k] *= scale;
    }
    for (int k = 0; k < HWP_BLOCK; k++) {
      const double square = re[k] * re[k] + im[k] * im[k];
      lane[k & 7] = square > lane[k & 7] ? square : lane[k & 7];
    }
    for (int k = 0; k < 8; k++) largest = lane[k] > largest ? lane[k] : largest;
    self->peak[block] = largest;
  }
}

void hwp_lattice_transform(hwp_lattice *self, const hwp_powers *powers, int n,
                           hwp_spectrum *const *out) {
  transform(powers, self);
  for (int k = 0; k < HWP_WAVES; k++) {
    /* Of z = x + iy with x, y real: X(k) = (Z(k) + conj Z(−k))/2, Y(k) = (Z(k) − conj Z(−k))/2i. */
    const int32_t at = powers->place[k], opposite = powers->place[(HWP_LATTICE - k) % HWP_LATTICE];
    const pair x_re = 0.5 * (self->re[at] + self->re[opposite]);
    const pair x_im = 0.5 * (self->im[at] - self->im[opposite]);
    const pair y_re = 0.5 * (self->im[at] + self->im[opposite]);
    const pair y_im = 0.5 * (self->re[opposite] - self->re[at]);
    for (int p = 0; p < n && p < 2; p++) {
      out[p]->re[k] = x_re[p];
      out[p]->im[k] = x_im[p];
    }
    for (int p = 2; p < n; p++) {
      out[p]->re[k] = y_re[p - 2];
      out[p]->im[k] = y_im[p - 2];
    }
  }
  for (int p = 0; p < n; p++) finish(out[p]);
  memset(self, 0, sizeof *self);
}

/* --- the tail -------------------------------------------------------------- */

/* Real part of Σ over a block of frequencies of V(k) Π φ(k). */
static double block_sum(const hwp_event *event, int block, int32_t n,
                        const hwp_spectrum *const *spectra) {
  double re[HWP_BLOCK], im[HWP_BLOCK], lane[8] = {0.0};
  memcpy(re, event->re + block * HWP_BLOCK, sizeof re);
  memcpy(im, event->im + block * HWP_BLOCK, sizeof im);
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

double hwp_tail(const hwp_tilt *tilt, int32_t n, const hwp_spectrum *const *spectra,
                const hwp_bounds *bounds) {
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
  const hwp_event *event = n < MANY ? &tilt->few : &tilt->many;
  for (int block = 0; block < HWP_BLOCKS; block++) {
    if (block > 0) {
      double square = 1.0;
      for (int32_t i = 0; i < n; i++) square *= spectra[i]->peak[block];
      if (sqrt(square) * event->weight[block] < TOLERANCE * sum) break;
    }
    sum += block_sum(event, block, n, spectra);
  }
  if (!(sum > 0.0)) return 0.0;
  const double tail = sum * hw_pow10(log10_mass - exponent_of(tilt->tilt) * tilt->threshold);
  const double bound = hw_pow10(least_bound(bounds, tilt->threshold) + ROUGH * n);
  const double most_probable = bound < possible ? bound : possible;
  return tail < most_probable ? tail : most_probable;
}
