/** @file
 * States and who may change them.
 *
 *     family     open ⇄ suspended, open or suspended → closed → open
 *     dossier    open ⇄ verified, either ⇄ suspended, any → closed → open
 *     site       reported → assessed → planned → searching → recovered or exhausted → closed, and
 *                back by one step
 *     finding    open → explained, resolved or dismissed → open
 *
 *     identification   candidate → reviewed → confirmed
 *                          │          ├────→ rejected     (final)
 *                          └──────────┴────→ rejected, withdrawn; confirmed → withdrawn (final)
 *
 * An identification is reviewed when two independent reviewers agree and nobody's latest word
 * disagrees. Independent: with the permission to review, not the proposer, not an analyst of the
 * remains' profiles. A later word that disagrees takes it back to candidate. Confirming, rejecting and withdrawing take the permission to decide.
 * What is confirmed of one sample cannot be confirmed for a second person.
 */
#ifndef HW_APP_STATE_H
#define HW_APP_STATE_H

#include "app/app.h"

/** Reviewers who must agree. */
#define HW_STATE_REVIEWERS 2

typedef struct hw_state_request {
  hw_kind_id kind;
  const char *code;
  const char
      *state; /**< wanted; "withdrawn" for any kind without that state withdraws the record */
  const char *reason; /**< required */
  bool disagrees;     /**< identification, "reviewed": the reviewer does not agree */
  const char *report; /**< identification: digest of the signed report, or NULL */
} hw_state_request;

typedef struct hw_state_outcome {
  const char *before; /**< state before and after; constant texts, or of the arena */
  const char *after;
  const char *note; /**< "1 of 2 reviews", "other remains of this person are confirmed: …"; or "" */
} hw_state_outcome;

/** Changes a state, in a change of its own.
 * @param arena  for the outcome's texts
 * @return HW_OK; HW_E_REFERENCE (no such record); HW_E_STATE (not permitted from here: the message
 *         tells what is); HW_E_VALUE (no such state, no reason); HW_E_DENIED */
HW_MUST_CHECK hw_status hw_state_set(hw_app *app, const hw_state_request *request, hw_arena *arena,
                                     hw_state_outcome *outcome, hw_err *err);

/** States that can follow a state of a kind, as "a|b"; "" if it is final, NULL for kinds without
 * states. */
const char *hw_state_next(hw_kind_id kind, const char *state);

/** How many of an identification's reviews stand.
 * @param agree, disagree  [out] reviewers whose latest word is that */
HW_MUST_CHECK hw_status hw_state_reviews(hw_store *store, int64_t identification, int *agree,
                                         int *disagree, hw_err *err);

#endif
