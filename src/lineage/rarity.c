/* Rarity of a haplotype from how often it was seen.
 *
 * Counting: Parson et al. (2014), ISFG recommendations for mtDNA, no. 13; Roewer et
 * al. (2020), ISFG recommendations for Y-STR. Upper bound: Clopper & Pearson (1934);
 * P(X ≤ x | n, p) falls in p, and its root is halved in until two neighbouring
 * doubles are left. κ: Brenner (2010), Forensic Sci Int Genet 4:281. */
#include <math.h>

#include "base/elementary.h"
#include "homeward/lineage.h"

double hw_rarity_counted(int64_t x, int64_t n, int added) {
  return (double)(x + added) / (double)(n + added);
}

/* P(X ≤ x), X binomial. Terms grow to the mode and fall after it: they are summed from the largest
 * exponent down, by ratios, with one logarithm for the last. */
static double binomial_at_most(int64_t x, int64_t n, double p) {
  if (p <= 0) return 1;
  if (p >= 1) return x >= n ? 1 : 0;
  double ln_last = 0; /* ln C(n, x) p^x (1−p)^(n−x) */
  for (int64_t i = 1; i <= x; i++) ln_last += hw_ln((double)(n - x + i)) - hw_ln((double)i);
  ln_last += (double)x * hw_ln(p) + (double)(n - x) * hw_ln(1 - p);
  double sum = 1, term = 1, most = 1; /* in units of the last term */
  const double odds = (1 - p) / p;
  for (int64_t i = x; i > 0; i--) {
    term *= (double)i / (double)(n - i + 1) * odds;
    sum += term;
    if (term > most) most = term;
    if (term < most * 1e-18 && term < sum * 1e-18) break;
    if (sum > 1e280) return 1; /* the last term is nothing against those before it */
  }
  const double result = hw_exp(ln_last + hw_ln(sum));
  return result < 1 ? result : 1;
}

double hw_rarity_upper(int64_t x, int64_t n, double confidence) {
  double low = 0, high = 1;
  if (x >= n) return 1;
  for (int i = 0; i < 200; i++) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    if (binomial_at_most(x, n, middle) > 1 - confidence)
      low = middle;
    else
      high = middle;
  }
  return high;
}

double hw_rarity_kappa(int64_t n_once, int64_t n) {
  const double kappa = (double)(n_once + 1) / (double)(n + 1);
  return (1 - kappa) / (double)(n + 1);
}

/* --- two men of one line --- */

/* P(net change of `steps` repeats in `meioses`), each up with rate/2, down with rate/2: the
 * distribution is carried through the meioses on a window wide enough for all of them. */
static double change_probability(int32_t steps, double rate, int32_t meioses) {
  enum { MOST = 64 };
  double now[2 * MOST + 1] = {0}, next[2 * MOST + 1];
  if (steps > MOST || meioses > 10000) return 0;
  now[MOST] = 1;
  for (int32_t m = 0; m < meioses; m++) {
    for (int i = 0; i <= 2 * MOST; i++)
      next[i] = (1 - rate) * now[i] +
                0.5 * rate * ((i > 0 ? now[i - 1] : 0) + (i < 2 * MOST ? now[i + 1] : 0));
    for (int i = 0; i <= 2 * MOST; i++) now[i] = next[i];
  }
  return now[MOST + steps];
}

double hw_y_transition(int32_t n_markers, const int32_t *from, const int32_t *to,
                       const double *rate_per_meiosis, int32_t meioses) {
  double product = 1;
  for (int32_t k = 0; k < n_markers; k++) {
    if (from[k] < 0 || to[k] < 0) continue;
    const int32_t steps = from[k] > to[k] ? from[k] - to[k] : to[k] - from[k];
    product *= change_probability(steps, rate_per_meiosis[k], meioses);
  }
  return product;
}
