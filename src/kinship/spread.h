/* Distribution of a sum of independent log10 likelihood ratios, of somebody unrelated
 * and of the missing person at once.
 *
 * A summand is one marker: outcomes, each with its log10 LR, its probability u if
 * the profile is an unrelated person's and r = LR · u if it is the missing person's.
 * Outcomes with r = 0 are impossible for her (log10 LR −inf), those with u = 0
 * impossible for a stranger (+inf); both are kept apart from the finite sums.
 *
 * Few outcomes are multiplied out exactly; when they become too many, the sums move
 * to a lattice (spread.c tells how, and how exact that is).
 *
 * Example:
 *   hwp_spread_begin(spread);
 *   for each marker {
 *     hwp_spread_begin_summand(spread);
 *     for each outcome hwp_spread_add_outcome(spread, log10_lr, u, r);
 *     HW_TRY(hwp_spread_end_summand(spread, err));
 *   }
 *   HW_TRY(hwp_spread_end(spread, err));
 *   pass = hwp_spread_tail(spread, HWP_TRUTH, 4.0);
 *
 * Not thread-safe: one per thread. */
#ifndef HW_KINSHIP_SPREAD_H
#define HW_KINSHIP_SPREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "homeward/status.h"

/* Whose profile it is: index of two distributions. */
enum { HWP_UNRELATED = 0, HWP_TRUTH = 1 };

typedef struct hwp_spread hwp_spread;

/* Free with hwp_spread_delete.
 * @param simd  kernel set, NULL = the widest; all give the same bits. @return HW_OK;
 *              HW_E_UNSUPPORTED if it cannot run here; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_spread_new(const char *simd, hwp_spread **out, hw_err *err);
void hwp_spread_delete(hwp_spread *self);

/* Begins a sum: nothing added, 0 with certainty. */
void hwp_spread_begin(hwp_spread *self);
/* The same where only HWP_TRUTH will be asked about: what is unlikely enough for the missing
 * person's own profile is dropped, however common among the unrelated, which is most of the
 * lattice where a family tells much. Answers about HWP_TRUTH are the same, but for masses below
 * 1e-17; of HWP_UNRELATED only its mean and standard deviation may be asked. */
void hwp_spread_begin_truth(hwp_spread *self);
void hwp_spread_begin_summand(hwp_spread *self);
/* @param log10_lr  log10(related / unrelated) where both are above zero; not looked at else */
void hwp_spread_add_outcome(hwp_spread *self, double log10_lr, double unrelated, double related);
/* The summand is complete. @return HW_OK; HW_E_NO_MEMORY; HW_E_TOO_COMPLEX (log10 LR beyond
 * ±500) */
HW_MUST_CHECK hw_status hwp_spread_end_summand(hwp_spread *self, hw_err *err);
/* The sum is complete; what follows may be asked. */
HW_MUST_CHECK hw_status hwp_spread_end(hwp_spread *self, hw_err *err);

/* P(log10 LR is −inf) of an unrelated person. */
double hwp_spread_impossible(const hwp_spread *self);
/* Mean and standard deviation of the finite log10 LR; exact in every form. NaN if there are
 * none. */
double hwp_spread_mean(const hwp_spread *self, int whose);
double hwp_spread_sd(const hwp_spread *self, int whose);
/* P(log10 LR ≥ threshold), and P(log10 LR < threshold) without taking a difference. */
double hwp_spread_tail(const hwp_spread *self, int whose, double threshold);
double hwp_spread_below(const hwp_spread *self, int whose, double threshold);
/* Two numbers that hwp_spread_tail is proven to lie between; equal where it is exact. */
void hwp_spread_tail_bounds(const hwp_spread *self, int whose, double threshold, double *least,
                            double *most);
/* Smallest log10 LR x with P(log10 LR ≤ x) ≥ q, 0 < q < 1; −inf and +inf are possible. */
double hwp_spread_quantile(const hwp_spread *self, int whose, double q);
/* Smallest and largest finite log10 LR, to a point of the lattice; 0 and 0 if there are none. */
void hwp_spread_range(const hwp_spread *self, double *least, double *most);
/* True while nothing was moved to the lattice: all of the above is exact up to rounding. */
bool hwp_spread_is_exact(const hwp_spread *self);

#endif
