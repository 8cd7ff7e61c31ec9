/** @file
 * People of unknown relation: remains among each other, or references among each other.
 *
 * A bone that was sampled twice, brothers in one grave, a reference that came in under two names: no
 * family is asked, only who is kin to whom (relate.h). Nothing of it is stored.
 *
 * Example:
 * @code
 *   s = hw_blind_init(&stored, &snp, HW_BLIND_REMAINS, &people, err);
 *   if (s == HW_OK) s = hw_relate_run(&people.input, &options, &go, &results, err);
 *   hw_blind_clear(&people);
 * @endcode
 */
#ifndef HW_APP_SEARCH_SNP_BLIND_H
#define HW_APP_SEARCH_SNP_BLIND_H

#include "app/stored_snp.h"
#include "homeward/relate.h"

typedef enum hw_blind_who { HW_BLIND_REMAINS, HW_BLIND_REFERENCES } hw_blind_who;

/** Who is compared. */
typedef struct hw_blind {
  hw_relate_input input;     /**< borrows case and profiles; ids of samples are codes */
  const char *const *family; /**< of each reference, her family's code (the first, if several) */
  const int32_t *n_called;   /**< of each: markers whose genotype is sure enough for the screen */
  hw_arena arena;
} hw_blind;

/** Makes it. Free with hw_blind_clear, also after a failure; before case and profiles.
 * @return HW_OK; HW_E_SHAPE (fewer than two with a SNP profile); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_blind_init(const hw_stored_case *stored, const hw_stored_snp *snp,
                                      hw_blind_who who, hw_blind *out, hw_err *err);
void hw_blind_clear(hw_blind *self);

#endif
