/* The likelihood ratio of two mtDNA haplotypes of one maternal line.
 *
 * What is weighed is D, the number of differences over the range that both cover: casework
 * decides by it, and it does not depend on how a sequence is written. Along g meioses
 * mutations are Poisson with mean λ = g·(L_c·u_c + L_e·u_e), L positions of the control
 * region and elsewhere, u their rates; that two fall on one position is neglected
 * (λ/L is below 1e-4).
 *
 *   with a database   LR = P(D in its class | λ) / P(D in its class | population),
 *                     classes 0, 1, 2, ≥ 3; the denominator is the share of the
 *                     database that differs as much from the reference. The classes are
 *                     all that can happen, so that E(LR | unrelated) = 1 if the shares are
 *                     true ones.
 *   stated figures    nothing is known of the haplotypes near by. For D ≤ 2 the ratio
 *                     is that of the very haplotype: Poisson(D; λ) spread evenly over the
 *                     C(L, D)·3^D haplotypes at that distance, against the stated rarity.
 *                     For D ≥ 3 the class has at most the whole population.
 *
 * Positions mutate at very uneven rates. The even spread makes the second form too small for a
 * difference at a hot spot and too large for one elsewhere, by a factor of up to some
 * fifty (Sigurðardóttir et al. 2000 discuss it); which is why one and two differences
 * are called inconclusive whatever the figure. */
#include <math.h>

#include "base/check.h"
#include "base/elementary.h"
#include "lineage/lineage_int.h"

enum { CONTROL_FIRST = 16024, CONTROL_LAST = 576, TAIL = 3 };

static double or_default(double rate, double otherwise) {
  return rate > 0 ? rate : otherwise;
}

/* Positions of the ranges, of them in the control region. */
static int32_t count_positions(const hw_mt *self, int32_t *n_control) {
  int32_t n = 0;
  *n_control = 0;
  for (int32_t i = 0; i < self->n_ranges; i++) {
    const hw_mt_range range = self->ranges[i];
    n += range.last - range.first + 1;
    if (range.first <= CONTROL_LAST)
      *n_control += (range.last < CONTROL_LAST ? range.last : CONTROL_LAST) - range.first + 1;
    if (range.last >= CONTROL_FIRST)
      *n_control += range.last - (range.first > CONTROL_FIRST ? range.first : CONTROL_FIRST) + 1;
  }
  return n;
}

/* P(D = d), or P(D ≥ 3) for d = 3. The tail is summed from its first term, which keeps all digits
 * where λ is small. */
static double class_probability(int32_t d, double mean) {
  double term = hw_exp(-mean), sum = 0;
  for (int32_t i = 1; i <= d; i++) term *= mean / i;
  if (d < TAIL) return term;
  for (int32_t i = d; i < 10000 && term > sum * 1e-18; i++) {
    sum += term;
    term *= mean / (i + 1);
  }
  return sum < 1 ? sum : 1;
}

/* ln of the number of haplotypes that differ at d of n positions: C(n, d)·3^d. */
static double ln_neighbours(int32_t n, int32_t d) {
  double sum = 0;
  for (int32_t i = 0; i < d; i++) sum += hw_ln((double)(n - i) * 3 / (i + 1));
  return sum;
}

double hwp_rarity(int64_t x, int64_t n, int64_t n_once, int added, hw_rarity_method method,
                  double confidence) {
  if (method == HW_RARITY_UPPER) return hw_rarity_upper(x, n, confidence > 0 ? confidence : 0.95);
  if (method == HW_RARITY_KAPPA && x == 0 && n_once < n) return hw_rarity_kappa(n_once, n);
  return hw_rarity_counted(x, n, added);
}

static hw_status weigh_counted(const hw_mt *shared, int32_t d, double mean,
                               const hw_lineage_options *options, hw_lineage_result *out,
                               hw_err *err) {
  hw_mt_counts counts;
  HW_TRY(hw_mt_count(options->mt_database, shared, &options->mt_compare, &counts, err));
  out->population = options->mt_database->population;
  out->x = counts.x[d];
  out->n = counts.n;
  out->n_left_out = counts.n_left_out;
  out->rarity = hwp_rarity(out->x, out->n, d == 0 ? counts.n_once : counts.n, 1, options->mt_method,
                           options->confidence);
  out->log10_given = hw_log10(class_probability(d, mean));
  out->log10_lr = out->log10_given - hw_log10(out->rarity);
  return HW_OK;
}

static void weigh_stated(int32_t n_positions, int32_t d, double mean,
                         const hw_lineage_options *options, hw_lineage_result *out) {
  const double ln10 = 2.302585092994045684;
  out->is_stated = true;
  out->x = options->mt_stated_x;
  out->n = options->mt_stated_n;
  out->rarity =
      d < TAIL ? hwp_rarity(out->x, out->n, out->n, 1, options->mt_method, options->confidence) : 1;
  out->log10_given = hw_log10(class_probability(d, mean));
  if (d < TAIL) out->log10_given -= ln_neighbours(n_positions, d) / ln10;
  out->log10_lr = out->log10_given - hw_log10(out->rarity);
}

hw_status hwp_mt_weigh(const hw_mt *reference, const hw_mt *remains, int32_t meioses,
                       const hw_lineage_options *options, hw_lineage_result *out, hw_err *err) {
  static const hw_lineage_verdict verdicts[] = {
      [HW_MT_NOTHING_SHARED] = HW_LINEAGE_NONE,
      [HW_MT_SAME] = HW_LINEAGE_SAME,
      [HW_MT_INCONCLUSIVE] = HW_LINEAGE_INCONCLUSIVE,
      [HW_MT_DIFFERENT] = HW_LINEAGE_DIFFERENT,
  };
  hw_mt_comparison found;
  hw_mt *shared = NULL;
  int32_t n_control = 0;
  HW_TRY(hw_mt_compare(reference, remains, &options->mt_compare, &found, err));
  out->verdict = verdicts[found.verdict];
  out->n_compared = found.n_shared;
  out->n_differences = found.n_differences;
  out->n_mixed = found.n_mixed;
  out->method = options->mt_method;
  if (found.verdict == HW_MT_NOTHING_SHARED) return HW_OK;
  HW_TRY(hw_mt_within(reference, remains, &shared, err));
  const int32_t n = count_positions(shared, &n_control);
  const int32_t d = found.n_differences < TAIL ? found.n_differences : TAIL;
  const double mean_per_meiosis =
      n_control * or_default(options->mt_rates.control_region, 3.0 / 705 / 610) +
      (n - n_control) * or_default(options->mt_rates.elsewhere, 9.0 / 345 / 16569);
  const double mean = (meioses == 0 && d > 0 ? 1 : meioses) * mean_per_meiosis;
  hw_status status = HW_OK;
  if (options->mt_database != NULL)
    status = weigh_counted(shared, d, mean, options, out, err);
  else
    weigh_stated(n, d, mean, options, out);
  hw_mt_delete(shared);
  return status;
}
