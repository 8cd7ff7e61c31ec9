/** @file
 * Genotype fields of one VCF record as bytes of a marker.
 *
 * Example:
 * @code
 *   hwp_vcf_site site = {.file = file, .record = record, .match = &match, …};
 *   HW_TRY(hwp_vcf_site_begin(&site, &has_field, err));
 *   for (int32_t i = 0; i < n; i++) HW_TRY(hwp_vcf_site_get(&site, i, sex[i], bytes[i], err));
 * @endcode
 */
#ifndef HW_FORMATS_VCF_VALUES_H
#define HW_FORMATS_VCF_VALUES_H

#include "formats/snp_carry.h"
#include "formats/vcf.h"
#include "formats/vcf_file.h"

/** A record that was matched; set the first members. */
typedef struct hwp_vcf_site {
  const hwp_vcf_file *file;
  const hwp_vcf_record *record;
  const hwp_snp_match *match;
  const hw_vcf_options *options;
  const double *frequencies; /**< of the marker's alleles, for posteriors; NULL = none */
  bool is_x;
  const char *const *names;                  /**< of the samples, for messages */
  hw_snp_report *report;                     /**< counts are added */
  bool has[HW_SNP_FIELD_COUNT], has_quality; /**< private from here on */
  hwp_vcf_values fields[HW_SNP_FIELD_COUNT], quality;
} hwp_vcf_site;

/** Looks for the fields. @param has_field  [out] false: none that is wanted
 * @return HW_OK; HW_E_UNSUPPORTED: posteriors of which the prior is not told */
HW_MUST_CHECK hw_status hwp_vcf_site_begin(hwp_vcf_site *self, bool *has_field, hw_err *err);
/** What is known of one sample. @param bytes  [out] n(n+1)/2
 * @param is_single  [out] the file has one copy
 * @return HW_OK; HW_E_VALUE, HW_E_SHAPE with the place */
HW_MUST_CHECK hw_status hwp_vcf_site_get(hwp_vcf_site *self, int32_t sample, hw_sex sex,
                                         uint8_t *bytes, bool *is_single, hw_err *err);

#endif
