/** @file
 * Pages of power: the list of families, whom of one to sample next, and studies that are kept.
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

/** What a power study found, for the page of its run. @return false if the run is none */
bool hwp_power_study_write(hwp_job *job, const hw_record *run);
/** The head of its list of whom to sample next; nothing if the run is none. */
void hwp_power_next_write(hwp_job *job, const hw_record *run);

#endif
