/** @file
 * The identification problem that stands in the database, as the engine takes it.
 *
 * An investigation becomes an hw_case: the markers of its frequency table with
 * their mutation models, theta, the stated pedigree of every family with its
 * missing persons and typed references, and every remains sample with the
 * profile that counts (a consensus goes before single profiles, withdrawn ones
 * do not count, several single profiles of one sample or person are an error
 * that names them). Names in the hw_case are labels where the investigation has
 * them, else codes.
 *
 * Alleles that the table lacks: an observation with one is refused with the
 * remedy, unless the table's minimum policy gives it a frequency (then it is
 * added and the marker rescaled, and a note tells).
 */
#ifndef HW_APP_STORED_CASE_H
#define HW_APP_STORED_CASE_H

#include "app/app.h"
#include "homeward/casefile.h"

/** Where the parts of the case come from. */
typedef struct hw_stored_case {
  hw_case problem; /**< remains and families, or hypotheses of one family */
  /** Records behind it, in the order of the case. */
  const int64_t *remains_profile; /**< profile of each remains */
  const int64_t *remains_sample;
  const int64_t *family;                /**< of each family */
  const int64_t *const *family_person;  /**< person of each pedigree member */
  const int64_t *const *family_profile; /**< profile of each typed reference */
  const int64_t *marker;                /**< of each marker */
  int64_t investigation, table;
  int n_notes;
  const char *const *notes; /**< profiles and families that are left out, alleles added */
  hw_arena arena;
} hw_stored_case;

typedef struct hw_stored_case_options {
  const char *investigation; /**< NULL = "main" */
  const char *family;        /**< only this family; NULL = all */
  bool as_hypotheses;        /**< the pedigrees of one family as hypotheses (for `lr`) */
  bool without_remains;
} hw_stored_case_options;

/** Loads it. Free with hw_stored_case_clear, also after a failure.
 * @return HW_OK; HW_E_REFERENCE (no such investigation or family, no frequency table: the message
 *         names the command that sets one); HW_E_VALUE (an allele that is not in the table);
 *         HW_E_PEDIGREE; HW_E_DAMAGED */
HW_MUST_CHECK hw_status hw_stored_case_load(hw_app *app, const hw_stored_case_options *options,
                                            hw_stored_case *out, hw_err *err);
void hw_stored_case_clear(hw_stored_case *self);

/** Digest of all that a remains' comparison with a missing person of a family rests on: the
 * observations, the pedigree, the references, the markers' tables and models, theta. */
void hw_stored_case_pair_digest(const hw_stored_case *self, int32_t remains, int32_t family,
                                int32_t missing, uint8_t out[HW_DIGEST_SIZE]);
/** Digest of the whole problem. */
void hw_stored_case_digest(const hw_stored_case *self, uint8_t out[HW_DIGEST_SIZE]);

#endif
