/** @file
 * The prior of a joint run: what was asked, and what became of it.
 *
 *   flat      every assignment of remains to missing persons equally likely
 *   odds      each remains alone: none of the missing with a stated probability,
 *             else each of them equally likely
 *   factors   homeward/prior.h: numbers, and what the records say of place, time,
 *             unit, event, sex, age and stature
 *
 * After a search only the pairs that it kept are candidates. The others count with
 * a ratio of 1, its mean for somebody unrelated, as part of "none": of remains with
 * k kept pairs and a missing list of n, "none" weighs 1 + (n − k)·w, where w is the
 * weight of one pairing (without the facts of the record, whose mean is 1 too).
 * Otherwise a chance hit among a hundred thousand families would look as good as
 * one among the few that were kept.
 *
 * The text of a prior is JSON that stands in the parameters of a run: two runs
 * that differ in it are different runs. Factors of the record are pinned by a
 * digest of every pairing's weight, since records are added to without a word to
 * the profiles that a run compared.
 *
 * Example:
 * @code
 *   hw_asked_prior asked = {.kind = HW_ASKED_FLAT};
 *   hw_made_prior prior;
 *   s = hw_made_prior_init(&stored.problem, &asked, NULL, NULL, &prior, &err);
 *   if (s == HW_OK) options.prior = prior.joint;
 *   hw_made_prior_clear(&prior);
 * @endcode
 */
#ifndef HW_APP_IDENTIFY_PRIOR_H
#define HW_APP_IDENTIFY_PRIOR_H

#include "app/prior.h"
#include "base/json_read.h"
#include "homeward/prior.h"

struct hw_candidate_pairs;

typedef enum hw_asked_prior_kind {
  HW_ASKED_FLAT = 0,
  HW_ASKED_ODDS,
  HW_ASKED_FACTORS
} hw_asked_prior_kind;

typedef struct hw_asked_prior {
  hw_asked_prior_kind kind;
  double none;                /**< odds: P(a remains is none of the missing), above 0 and below 1 */
  bool with_record;           /**< factors: facts are taken from the records of the case database */
  hw_prior_settings settings; /**< factors */
} hw_asked_prior;

typedef struct hw_made_prior {
  hw_asked_prior asked;
  hw_joint_prior joint;  /**< for hw_joint_options; valid as long as this stays where it is */
  hw_prior *factors;     /**< NULL unless the kind is factors */
  double ln_pair;        /**< odds: of every pairing */
  hw_joint_prior whole;  /**< before what was not kept is taken into "none" */
  const double *ln_none; /**< after a search, per remains: weight of "none"; NULL = 0 */
  const char *json;      /**< on one line */
  hw_arena arena;
} hw_made_prior;

/** Makes it. Free with hw_made_prior_clear, also after a failure.
 * @param facts  what the records know; NULL = nothing
 * @param pairs  what counts for the digest; NULL = all pairs
 * @return HW_OK; HW_E_VALUE (settings that do not fit the case, a fact that cannot be);
 *         HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_made_prior_init(const hw_case *problem, const hw_asked_prior *asked,
                                           const hw_stored_prior *facts,
                                           const struct hw_candidate_pairs *pairs,
                                           hw_made_prior *out, hw_err *err);
void hw_made_prior_clear(hw_made_prior *self);

/** True if the sex of remains is weighed by the prior: it must then not exclude
 * (hw_stored_prior_free_sexes). */
bool hw_asked_prior_frees_sexes(const hw_asked_prior *self);

/** What was asked, from the text of a prior.
 * @return HW_OK; HW_E_SYNTAX, HW_E_VALUE (no such prior, or one of another version) */
HW_MUST_CHECK hw_status hw_asked_prior_read(const hw_json *json, hw_asked_prior *out, hw_err *err);

#endif
