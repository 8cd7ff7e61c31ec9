/** @file
 * The facts of the record that the prior compares, for a case that was loaded from the database.
 *
 * Of every missing person: the assertions of her dossiers, each with its weight (its own, else its
 * document's, else 1), contradicting ones side by side; the site of the dossier; her sex. Of every
 * remains: the site of its accession, and of its specimen (with those of a confirmed individual)
 * sex, age, stature or the lengths of long bones; and what the remarks of specimen, accession and
 * site say as "FIELD: VALUE; FIELD: VALUE". docs/priors.md lists the fields that are understood.
 * Withdrawn records count for nothing; what is unknown is a factor of 1.
 *
 * Settings come from the prior_factor records of the investigation; a factor without one is used
 * with its defaults.
 *
 * Values of assertions may be names of people: they are compared, never told. Notes count them and
 * name dossiers.
 *
 * Example:
 * @code
 *   hw_stored_prior facts;
 *   s = hw_stored_prior_load(&app, &stored, &facts, err);
 *   if (s == HW_OK)
 *     s = hw_prior_new(&facts.settings, facts.n_remains, facts.remains, facts.n_missing,
 *                      facts.missing, &prior, err);
 *   hw_stored_prior_clear(&facts);
 * @endcode
 */
#ifndef HW_APP_PRIOR_H
#define HW_APP_PRIOR_H

#include "app/stored_case.h"
#include "homeward/prior.h"

/** Notes that are kept in full. */
#define HW_STORED_PRIOR_NOTES 100

typedef struct hw_stored_prior {
  hw_prior_settings settings;
  const char *source[HW_PRIOR_COUNT]; /**< as the record of the factor states it; "" = defaults */
  bool is_recorded[HW_PRIOR_COUNT];   /**< a prior_factor record sets it */
  int32_t n_remains, n_missing;
  const hw_prior_remains *remains; /**< in the order of the case */
  const hw_prior_missing *missing; /**< in the order of hw_joint_target */
  /** Per remains: its sex in the case is an estimate from bones, not established. The engines take
   * the sex of a case for certain: where the factor `sex` is used, hw_stored_prior_free_sexes. */
  const bool *is_sex_estimated;
  int n_notes;
  int64_t n_all_notes;
  const char *const *notes; /**< what was not understood, what was left out */
  hw_arena arena;
} hw_stored_prior;

/** Loads it. Free with hw_stored_prior_clear, also after a failure.
 * @return HW_OK; HW_E_VALUE, HW_E_SYNTAX (parameters of a prior_factor record: the message names it
 *         and what is permitted); HW_E_DAMAGED; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_stored_prior_load(hw_app *app, const hw_stored_case *stored,
                                             hw_stored_prior *out, hw_err *err);
void hw_stored_prior_clear(hw_stored_prior *self);

/** Makes the estimated sexes of a case unknown, so that they weigh through the factor `sex` alone
 * and exclude nobody. Remains with observations at X markers keep theirs: what was seen there is
 * read by it. @param problem  its list of remains is replaced by a copy that lives in @p self
 * @return HW_OK; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_stored_prior_free_sexes(hw_stored_prior *self, hw_case *problem,
                                                   hw_err *err);

#endif
