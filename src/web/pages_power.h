/** @file
 * Pages of power: the list of families, and whom of one to sample next.
 *
 * Example:
 * @code
 *   static const hwp_route routes[] = {{"GET", "/power/" "*", 0, 0, hwp_power_family, "…"}};
 * @endcode
 */
#ifndef HW_WEB_PAGES_POWER_H
#define HW_WEB_PAGES_POWER_H

#include "homeward/pedigree.h"
#include "web/pages_evidence.h"

/** Whom of a family to sample next: /power/CODE. */
hw_status hwp_power_family(hwp_job *job, hw_err *err);

/** A probability as people read it, with its complement for those near one. */
const char *hwp_chance(hwp_job *job, double value);

/** What a person of a pedigree is to the missing one: "mother's sister"; "" = no word for it. */
const char *hwp_kin_word(hwp_job *job, const hw_pedigree *pedigree, int32_t missing,
                         int32_t person);

#endif
