/** @file
 * Likelihoods of one panel's markers, in the order of another panel.
 *
 * Example:
 * @code
 *   hwp_snp_translation translation;
 *   HW_TRY(hwp_snp_translation_init(&translation, from, to, err));
 *   hwp_snp_translate(&translation, bytes_of_from, bytes_of_to);
 *   hwp_snp_translation_clear(&translation);
 * @endcode
 */
#ifndef HW_APP_SNP_TRANSLATE_H
#define HW_APP_SNP_TRANSLATE_H

#include "homeward/snp.h"

typedef struct hwp_snp_translation {
  const hw_panel *from, *to;
  int32_t n_common; /**< markers of `to` that `from` has */
  int32_t *marker;  /**< of `from`, for each marker of `to`; HW_PANEL_NONE */
  uint8_t *allele;  /**< of `from`, for each allele of `to` */
} hwp_snp_translation;

/** Finds the markers: of the same name, else at the same position of a build; with the same alleles
 * in any order. Free with hwp_snp_translation_clear. @return HW_OK; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_snp_translation_init(hwp_snp_translation *self, const hw_panel *from,
                                                 const hw_panel *to, hw_err *err);
/** A zeroed struct is allowed. */
void hwp_snp_translation_clear(hwp_snp_translation *self);
/** @param out  [out] of all genotypes of `to`; where `from` lacks the marker nothing is known */
void hwp_snp_translate(const hwp_snp_translation *self, const uint8_t *bytes, uint8_t *out);

#endif
