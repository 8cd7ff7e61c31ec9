/** @file
 * States and who may change them.
 *
 *     family     open ⇄ suspended, open or suspended → closed → open
 *     dossier    open ⇄ verified, either ⇄ suspended, any → closed → open
 *     site       reported → assessed → planned → searching → recovered or exhausted → closed, and
 *                back by one step
 *     finding    open → explained, resolved or dismissed → open
 *
 *     individual     proposed → confirmed → dissolved, proposed → dissolved (final)
 *     contradiction  open ⇄ resolved
 *
 *     identification   candidate → reviewed → confirmed
 *                          │          ├────→ rejected     (final)
 *                          └──────────┴────→ rejected, withdrawn; confirmed → withdrawn (final)
 *                      candidate, reviewed → candidate: returned, the reviews so far do not count
 *
 * An identification is reviewed when as many independent reviewers agree as the policy says, never
 * fewer than two, and nobody's latest word disagrees. Independent: with the permission to review,
 * not the proposer, not an analyst of the remains' profiles or of the family's references. A later
 * word that disagrees takes it back to candidate. Confirming, rejecting, withdrawing and returning
 * take the permission to decide; what confirming asks is in app/decide.h. What is confirmed of one
 * sample cannot be confirmed for a second person. Every step leaves a decision record.
 *
 * A confirmation that is refused since it found contradictions stores them, in a change of its own.
 */
#ifndef HW_APP_STATE_H
#define HW_APP_STATE_H

#include "app/app.h"

/** Fewest reviewers who must agree, whatever the policy. */
#define HW_STATE_REVIEWERS 2

typedef struct hw_state_request {
  hw_kind_id kind;
  const char *code;
  const char
      *state; /**< wanted; "withdrawn" for any kind without that state withdraws the record */
  const char *reason;   /**< required */
  bool disagrees;       /**< identification, "reviewed": the reviewer does not agree */
  const char *report;   /**< identification: digest of the signed report, or NULL */
  const char *override; /**< identification, "confirmed": why it is confirmed although the policy is
                             not met; takes HW_MAY_ADMINISTER too. NULL = it is not */
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
