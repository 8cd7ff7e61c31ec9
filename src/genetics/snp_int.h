/** @file
 * Shared by those who learn about markers from many profiles: frequencies, and what a profile says
 * under them.
 */
#ifndef HW_GENETICS_SNP_INT_H
#define HW_GENETICS_SNP_INT_H

#include "homeward/snp.h"

/** Likelihoods of all bytes. */
typedef struct hwp_snp_scale {
  double of[256];
} hwp_snp_scale;

void hwp_snp_scale_init(hwp_snp_scale *self);

/** P(genotype | bytes) under Hardy–Weinberg; a male on X has homozygotes only.
 * @param weights  [out] not normalised
 * @return their sum; 0 where the data are impossible under the frequencies */
double hwp_snp_weigh(const hwp_snp_scale *scale, const uint8_t *bytes, int32_t n_alleles,
                     const double *frequencies, bool is_haploid, double *weights);

/** True if anything is known of the marker. */
bool hwp_snp_is_known(const uint8_t *bytes, int32_t n_alleles);

/** One allele there, two in others. */
bool hwp_snp_is_haploid(const hw_panel *panel, int32_t marker, const hw_snp_profile *profile);

/** Frequencies of one marker by EM (panel_estimate.c).
 * @param frequencies  [out] NaN where no profile knows anything
 * @return the alleles that were observed, N */
double hwp_snp_estimate(const hwp_snp_scale *scale, const hw_panel *panel, int32_t marker,
                        int32_t n_profiles, const hw_snp_profile *profiles, double pseudo_count,
                        double *frequencies);

/** Place for distances (panel_thin.c): mean of both maps, on X the female one; NaN = none. */
double hwp_panel_place_cm(const hw_panel *self, int32_t marker);
/** HW_E_VALUE with the name of the first marker that has none. */
HW_MUST_CHECK hw_status hwp_panel_check_places(const hw_panel *self, hw_err *err);

#endif
