/** @file
 * Writes SNP profiles as VCF 4.2, plain text.
 *
 * Example:
 * @code
 *   const hw_vcf_writing how = {.panel = panel, .build = HW_GRCH38, .has_calls = true};
 *   s = hw_vcf_write(&how, n, profiles, out, err);
 * @endcode
 */
#ifndef HW_FORMATS_VCF_WRITE_H
#define HW_FORMATS_VCF_WRITE_H

#include <stdbool.h>
#include <stdio.h>

#include "homeward/snp.h"

typedef struct hw_vcf_writing {
  const hw_panel *panel;
  hw_build build;
  bool has_calls;     /**< GT and PL; else PL alone */
  const char *source; /**< told in the header; NULL = nothing */
} hw_vcf_writing;

/** Writes markers by chromosome and position, a column for each profile. PL are whole phred units,
 * a quarter of the bytes; men have one allele on X. GT is the best genotype, missing where none is
 * better than all others.
 * @return HW_OK; HW_E_VALUE (a marker without a position of the build, an id with a tab or line
 *         end); HW_E_IO; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_vcf_write(const hw_vcf_writing *self, int32_t n_profiles,
                                     const hw_snp_profile *profiles, FILE *out, hw_err *err);

#endif
