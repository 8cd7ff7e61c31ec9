/** @file
 * From what a file says of its genotypes to bytes of a marker, whose alleles may differ.
 *
 * Example:
 * @code
 *   known.of[hwp_snp_genotype(0, 1)] = 4 * pl;
 *   hwp_snp_carry(&match, record->n_alleles, &known, is_x, sex, report, bytes);
 * @endcode
 */
#ifndef HW_FORMATS_SNP_CARRY_H
#define HW_FORMATS_SNP_CARRY_H

#include "formats/snp_site.h"

/** Most alleles of a record that is a marker's, and genotypes of them. */
#define HWP_SNP_MAX_ALLELES 32
#define HWP_SNP_MOST_GENOTYPES (HWP_SNP_MAX_ALLELES * (HWP_SNP_MAX_ALLELES + 1) / 2)

/** Index of genotype a/b, in either order. */
int32_t hwp_snp_genotype(int32_t a, int32_t b);

/** What a file says of one sample at one site. */
typedef struct hwp_snp_costs {
  bool is_single; /**< one copy: `of` has a value for each allele */
  double
      of[HWP_SNP_MOST_GENOTYPES]; /**< −40 log10 of a likelihood, up to a constant; +inf allowed */
} hwp_snp_costs;

/** Sets the marker's bytes. Counts into the report what could not be carried over.
 * @param n_alleles  of the file  @return true if something is known */
bool hwp_snp_carry(const hwp_snp_match *match, int32_t n_alleles, const hwp_snp_costs *known,
                   bool is_x, hw_sex sex, hw_snp_report *report, uint8_t *bytes);

#endif
