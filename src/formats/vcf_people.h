/** @file
 * Whose genotypes are read from a VCF: the persons who were asked for, and those of whom
 * frequencies are estimated.
 *
 * Example:
 * @code
 *   hwp_vcf_people people = {0};
 *   HW_TRY(hwp_vcf_people_find(&people, header, options, path, &arena, err));
 *   HW_TRY(hwp_vcf_file_choose(file, people.n, people.samples, err));
 * @endcode
 */
#ifndef HW_FORMATS_VCF_PEOPLE_H
#define HW_FORMATS_VCF_PEOPLE_H

#include "formats/vcf.h"
#include "formats/vcf_file.h"

/** Samples that are read, in the order of the file; everything lives in the arena. */
typedef struct hwp_vcf_people {
  int32_t n;
  const int32_t *samples; /**< indices in the header, ascending */
  const char **names;     /**< of them */
  const hw_sex *sexes;    /**< HW_UNKNOWN_SEX where not told */
  int32_t n_profiles;
  const int32_t *of_profile; /**< per profile its place among the n */
  const char **ids;          /**< per profile */
  const hw_sex *profile_sexes;
  const int32_t *n_members; /**< per population of the options */
  int32_t **members;        /**< places among the n */
} hwp_vcf_people;

/** @param has_panel  populations are not looked at
 * @return HW_OK; HW_E_REFERENCE, HW_E_DUPLICATE, HW_E_SHAPE, HW_E_VALUE (too many); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_vcf_people_find(hwp_vcf_people *self, const hwp_vcf_header *header,
                                            const hw_vcf_options *options, bool has_panel,
                                            hw_arena *arena, hw_err *err);

#endif
