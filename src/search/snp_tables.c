/* What a family says of every code, and of sharing along the map.
 *
 * A family says of its missing person f(g) at a marker, where anybody has p(g). f is a mixture: where
 * she shares what the relatives show, and where she does not. With a share π of the first,
 *
 *   f = (1 − π) p + π s,    s = p + λ (f − p),    λ = 1/π,
 *
 * and λ is as large as s stays a distribution: the smallest f/p of a marker would be 1 − 1/λ. The
 * quantile LOWEST of it over the markers is taken, since genotyping errors have their say; for one
 * relative of a degree λ is then what it must be: 2 for an uncle, 4 for a first cousin, 8 for her
 * child. For several relatives sharing has more than two states, and this is less than exact.
 *
 * The screen is the likelihood ratio of a chain of two states along the map, sharing or not, against
 * never: a stretch that is shared has Π_m Σ_g s(g) L(g) / Σ_g p(g) L(g), one that is not has 1. Within
 * a stretch the state stays; to the next one it is renewed with probability 1 − exp(−ρ d). With the
 * odds x of sharing before a stretch, ln, and its log ratio S, the ratio of the chain grows by
 *
 *   ln [ (1 + e^(x+S)) / (1 + e^x) ],
 *
 * which summed up is telescoped to a function of u = x + S: gain(u) = ln(1 + e^u) − ln(1 + e^next(u)),
 * for the odds before the first stretch are those behind the last one of each chromosome. In this form
 * whatever next() is rounded to, the ratio stays that of a chain. Units: see `fill_step`.
 *
 * The unit of odds is chosen so that TWICE the root mean square of the entries is the largest one. */
#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/elementary.h"
#include "search/snp_screen.h"

#define LOWEST 50 /* one in so many markers may be lower */
#define LEAST_LAMBDA 1.02
#define MOST_LAMBDA 64.0
#define LEAST_UNIT 0.015625
#define MOST_UNIT 0.125
#define TWICE 2.0
#define GAIN_UNITS 256.0 /* of a natural logarithm */
#define LN_10 2.302585092994045684

hw_status hwp_snp_tables_init(hwp_snp_tables *self, const hwp_snp_screen *screen, hw_arena *arena,
                              hw_err *err) {
  const size_t n = (size_t)screen->n_runs;
  *self = (hwp_snp_tables){0};
  self->read = hw_arena_alloc_array(arena, n, HW_PROFILE_RUN * HWP_SNP_CODES);
  self->called = hw_arena_alloc_array(arena, n, HW_PROFILE_RUN / 2 * HWP_SNP_CODES);
  self->steps = hw_arena_alloc_array(arena, (size_t)screen->n_steps, sizeof *self->steps);
  if (!self->read || !self->called || !self->steps)
    return HW_NO_MEMORY(err, "what a family says of codes");
  return HW_OK;
}

/* f of classes of alleles. */
static void classify(const hwp_snp_marker *marker, const float *genotypes, double *f) {
  for (int32_t g = 0; g < HWP_SNP_GENOTYPES; g++) f[g] = 0;
  for (int32_t b = 0, g = 0; b < marker->n_alleles; b++)
    for (int32_t a = 0; a <= b; a++, g++) {
      const int32_t x = marker->class_of[a], y = marker->class_of[b];
      f[x <= y ? y * (y + 1) / 2 + x : x * (x + 1) / 2 + y] +=
          (double)genotypes[marker->offset + g];
    }
}

static int compare(const void *left, const void *right) {
  const double x = *(const double *)left, y = *(const double *)right;
  return x < y ? -1 : x > y;
}

static double find_lambda(const hwp_snp_screen *screen, const float *genotypes, double *scratch) {
  const int32_t n = screen->n_autosomal;
  if (n == 0) return LEAST_LAMBDA;
  for (int32_t m = 0; m < n; m++) {
    const hwp_snp_marker *marker = &screen->screened[m];
    double f[HWP_SNP_GENOTYPES];
    classify(marker, genotypes, f);
    scratch[m] = 1;
    for (int32_t g = 0; g < screen->books[marker->n_classes].n_genotypes; g++)
      if (f[g] < scratch[m] * marker->of_class[g]) scratch[m] = f[g] / marker->of_class[g];
  }
  qsort(scratch, (size_t)n, sizeof *scratch, compare);
  const double lowest = scratch[n / LOWEST], lambda = lowest < 1 ? 1 / (1 - lowest) : MOST_LAMBDA;
  return lambda < LEAST_LAMBDA ? LEAST_LAMBDA : lambda > MOST_LAMBDA ? MOST_LAMBDA : lambda;
}

/* Log ratios "shared against not" of the codes of a marker, and what they weigh: squares by how
 * often anybody has the code, as far as that is known. */
static void find_ratios(const hwp_snp_screen *screen, int32_t m, const float *genotypes,
                        double lambda, double *ratio, double *squares, double *weight) {
  const hwp_snp_marker *marker = &screen->screened[m];
  const hwp_snp_book *book = &screen->books[marker->n_classes];
  double f[HWP_SNP_GENOTYPES], shared[HWP_SNP_GENOTYPES];
  classify(marker, genotypes, f);
  for (int32_t g = 0; g < book->n_genotypes; g++) {
    shared[g] = marker->of_class[g] + lambda * (f[g] - marker->of_class[g]);
    if (!(shared[g] > 0)) shared[g] = 0;
  }
  for (int32_t c = 0; c < HWP_SNP_CODES; c++) {
    double of_shared = 0, of_anybody = 0;
    for (int32_t g = 0; g < book->n_genotypes; g++) {
      of_shared += shared[g] * book->likelihood[c][g];
      of_anybody += marker->of_class[g] * book->likelihood[c][g];
    }
    ratio[c] = c == 0 ? 0 : hw_ln((of_shared + 1e-4 * of_anybody) / of_anybody);
    *squares += of_anybody * ratio[c] * ratio[c];
    *weight += c == 0 ? 0 : of_anybody;
  }
}

static int32_t rounded(double x, int32_t low, int32_t high) {
  if (!(x > low)) return low;
  if (x >= high) return high;
  return (int32_t)floor(x + 0.5);
}

/* ln(1 + e^x) */
static double soft(double x) {
  return x > 0 ? x + hw_ln(1 + hw_exp(-x)) : hw_ln(1 + hw_exp(x));
}

static void fill_codes(hwp_snp_tables *self, const hwp_snp_screen *screen, const double *ratios) {
  const int32_t n = screen->n_runs * HW_PROFILE_RUN;
  for (int32_t s = 0; s < n; s++)
    for (int32_t c = 0; c < HWP_SNP_CODES; c++)
      self->read[s * HWP_SNP_CODES + c] =
          (int8_t)(screen->slot[s] < 0
                       ? 0
                       : rounded(ratios[screen->slot[s] * HWP_SNP_CODES + c] / self->unit,
                                 -HW_PROFILE_LIMIT, HW_PROFILE_LIMIT));
  for (int32_t pair = 0; pair < n / 2; pair++)
    for (int32_t c = 0; c < HWP_SNP_CODES; c++)
      self->called[pair * HWP_SNP_CODES + c] =
          (int8_t)(self->read[2 * pair * HWP_SNP_CODES + c % HWP_SNP_CALLED] +
                   self->read[(2 * pair + 1) * HWP_SNP_CODES + c / HWP_SNP_CALLED]);
}

/* What steps are made of, by the odds: the middle of two that share an entry, or odds themselves. */
typedef struct by_odds {
  double shared[128];  /* probability of sharing */
  double soft[128];    /* ln(1 + e^u) */
  double soft_at[256]; /* of odds + 128 */
} by_odds;

static void fill_by_odds(by_odds *self, double unit) {
  for (int32_t k = 0; k < 128; k++) {
    const double u = unit * (2 * k - (k < 64 ? 0 : 256) + 0.5), e = hw_exp(u > 0 ? -u : u);
    self->shared[k] = u > 0 ? 1 / (1 + e) : e / (1 + e);
    self->soft[k] = soft(u);
  }
  for (int32_t odds = INT8_MIN; odds <= INT8_MAX; odds++)
    self->soft_at[odds - INT8_MIN] = soft(unit * odds);
}

/* Gains are in GAIN_UNITS of a natural logarithm, 16 bits. */
static void fill_step(hw_profile_step *step, const by_odds *by, double unit, double renewed,
                      double share) {
  for (int32_t k = 0; k < 128; k++) {
    const double next = (1 - renewed) * by->shared[k] + renewed * share;
    const int32_t odds = rounded(hw_ln(next / (1 - next)) / unit, INT8_MIN, INT8_MAX);
    const int32_t gain =
        rounded(GAIN_UNITS * (by->soft[k] - by->soft_at[odds - INT8_MIN]), INT16_MIN, INT16_MAX);
    step->next[k] = (int8_t)odds;
    step->low[k] = (uint8_t)(gain & 255);
    step->high[k] = (uint8_t)((gain & 0xffff) >> 8);
  }
}

/* Step 0 is the end of a chromosome: sharing is renewed for certain. */
static void fill_steps(hwp_snp_tables *self, const hwp_snp_screen *screen) {
  const double share = 1 / self->lambda;
  const double per_morgan = 2 + hw_ln(self->lambda) / 0.69314718055994530942; /* meioses */
  by_odds by;
  fill_by_odds(&by, self->unit);
  self->begin = (int8_t)rounded(hw_ln(share / (1 - share)) / self->unit, INT8_MIN, INT8_MAX);
  for (int32_t s = 0; s < screen->n_steps; s++)
    fill_step(&self->steps[s], &by, self->unit,
              s == 0 ? 1 : 1 - hw_exp(-per_morgan * screen->distance_cm[s] / 100), share);
}

hw_status hwp_snp_tables_fill(hwp_snp_tables *self, const hwp_snp_screen *screen,
                              const float *genotypes, double *scratch, hw_err *err) {
  double squares = 0, weight = 0;
  self->lambda = find_lambda(screen, genotypes, scratch);
  for (int32_t m = 0; m < screen->n_autosomal; m++)
    find_ratios(screen, m, genotypes, self->lambda, scratch + (ptrdiff_t)m * HWP_SNP_CODES,
                &squares, &weight);
  HW_BUG_IF(!isfinite(squares), err);
  self->unit = weight > 0 ? TWICE * sqrt(squares / weight) / HW_PROFILE_LIMIT : LEAST_UNIT;
  if (self->unit < LEAST_UNIT) self->unit = LEAST_UNIT;
  if (self->unit > MOST_UNIT) self->unit = MOST_UNIT;
  fill_codes(self, screen, scratch);
  fill_steps(self, screen);
  return HW_OK;
}

double hwp_snp_score(double score) {
  return score / (GAIN_UNITS * LN_10);
}

int32_t hwp_snp_score_at(double cut) {
  const double score = ceil(cut * (GAIN_UNITS * LN_10));
  return score > INT16_MAX ? INT16_MAX + 1 : score < INT16_MIN ? INT16_MIN : (int32_t)score;
}
