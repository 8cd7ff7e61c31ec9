/** @file
 * Decisions on identifications: what they stand on, what must be met, what follows from them.
 *
 *     candidate ──→ reviewed ──→ confirmed ──→ withdrawn
 *         │  ↖ return ↙  │
 *         └──→ rejected, withdrawn ←┘
 *
 * Every step leaves a decision record with what it stood on: the run, the comparison and the
 * joint_pair with the digests of their rows, the figures, the thresholds in force, and every
 * contradiction with its state. A step is never rewritten, whatever is computed or set later.
 *
 * Confirming asks, in this order:
 *   1. as many independent reviewers as the policy says, never fewer than two, and nobody against;
 *   2. no open contradiction of the identification, its remains, or the individual they belong to;
 *   3. a basis that still holds: the newest run says the same, and the data are those it compared;
 *   4. the figures that the policy asks. Only these can be overridden, by an administrator, with a
 *      reason that stands in the decision.
 *
 * Example:
 * @code
 *   hw_decide_sheet sheet;
 *   HW_TRY(hw_decide_sheet_read(&app, "ID-7", &arena, &sheet, err));
 *   for (int i = 0; i < sheet.n_checks; i++) puts(sheet.checks[i].text);
 * @endcode
 */
#ifndef HW_APP_DECIDE_H
#define HW_APP_DECIDE_H

#include "app/stored_case.h"
#include "homeward/joint.h"

/* --- identifications that stand, for a run --- */

/** A pairing of a stored case on which there is a decision. */
typedef struct hw_decided_pairing {
  int32_t remains, family;
  int32_t missing;           /**< index in the family's list of missing persons */
  int64_t identification;    /**< record */
  const char *code, *reason; /**< of the identification, and of its last step */
} hw_decided_pairing;

/** A remains that is identified already and must be nobody else's. */
typedef struct hw_decided_remains {
  int32_t remains;
  int64_t identification;
  const char *code;
  const char *why; /**< "is confirmed as P7, who is not compared", "another bone of P7 (ID-3)" */
} hw_decided_remains;

/** In the order of the identifications. Free with hw_decided_clear. */
typedef struct hw_decided {
  int32_t n_fixed; /**< confirmed; no remains and no missing person twice */
  const hw_decided_pairing *fixed;
  int32_t n_excluded; /**< rejected, and not proposed again since */
  const hw_decided_pairing *excluded;
  int32_t n_taken; /**< confirmed, but not as a pairing of this case */
  const hw_decided_remains *taken;
  hw_arena arena;
} hw_decided;

/** Decisions that hold for a stored case. The newest identification of a remains and a missing
 * person counts: confirmed = fixed, rejected = excluded, all others = free.
 * @param out  free with hw_decided_clear, also after a failure */
HW_MUST_CHECK hw_status hw_decided_pairings(hw_app *app, const hw_stored_case *stored,
                                            hw_decided *out, hw_err *err);
void hw_decided_clear(hw_decided *self);

/** Puts them into the options of a joint run: fixed and excluded pairings, and of remains that are
 * taken every pairing is excluded (of the candidates, if there are any).
 * @param options  [in, out] fixed and excluded are set; arrays live as long as @p self */
HW_MUST_CHECK hw_status hw_decided_apply(hw_decided *self, const hw_case *problem,
                                         hw_joint_options *options, hw_err *err);

/** The same as JSON on one line, rows of the identifications, for the parameters of a run: two runs
 * that differ in it are different runs. Appended: {"fixed":[1],"excluded":[],"taken":[]} */
void hw_decided_json(const hw_decided *self, hw_str *out);

/* --- policy --- */

/** Built-in default of the least posterior: the lowest threshold that laboratories use (99.90,
 * 99.95 and 99.99 % in the survey of Prieto et al. 2022). */
#define HW_POLICY_POSTERIOR 0.999

/** What confirming asks. */
typedef struct hw_policy {
  int64_t id;       /**< record; 0 = the built-in defaults */
  const char *code; /**< "main", …; "built-in" */
  double posterior; /**< NaN = not asked, as the next two */
  double log10_lr;
  double alternative_log10_lr; /**< against every other missing person of the run; joint: GLR */
  int64_t markers;             /**< 0 = not asked */
  int reviewers;               /**< at least HW_STATE_REVIEWERS */
  bool joint;                  /**< a joint run must stand behind it */
} hw_policy;

/** The policy that holds in an investigation: its own, else 'main', else the built-in one.
 * @param arena  for its code */
HW_MUST_CHECK hw_status hw_policy_read(hw_app *app, int64_t investigation, hw_arena *arena,
                                       hw_policy *out, hw_err *err);

/** A policy in a list. */
typedef struct hw_policy_item {
  hw_policy policy;
  const char *investigation; /**< "" = everywhere */
  const char *note;
} hw_policy_item;

/** All policies in use; without one that is called 'main' the built-in one is the first.
 * @param items  [out] in the arena */
HW_MUST_CHECK hw_status hw_policy_list(hw_app *app, hw_arena *arena, const hw_policy_item **items,
                                       int *n, hw_err *err);

/** What is asked for one figure of a policy. */
typedef struct hw_policy_change {
  bool is_said; /**< else the figure stays as it is */
  bool is_off;  /**< not asked any more */
  double value;
} hw_policy_change;

typedef struct hw_policy_request {
  const char *code;          /**< "main", or one for an investigation; a new one begins with the
                                  built-in defaults */
  const char *investigation; /**< where it holds; NULL = as it is, or everywhere ('main' only) */
  hw_policy_change posterior, log10_lr, alternative_log10_lr, markers, reviewers, joint;
  const char *reason; /**< required; stands in the audit chain and in the policy's note */
} hw_policy_request;

/** Sets a policy, in a change of its own. Decisions that were taken stay as they are.
 * @return HW_OK; HW_E_DENIED without HW_MAY_ADMINISTER; HW_E_VALUE (out of range, fewer than two
 *         reviewers, no reason, a policy that would hold nowhere); HW_E_CONFLICT (the investigation
 *         has another one) */
HW_MUST_CHECK hw_status hw_policy_set(hw_app *app, const hw_policy_request *request,
                                      hw_arena *arena, hw_policy *out, hw_err *err);

/* --- steps --- */

/** Makes a candidate by hand, in a change of its own; its figures are those of the newest run that
 * lists the pair, if one does.
 * @param evidence  other lines of evidence, or NULL
 * @param code      [out] of the identification, in the arena
 * @return HW_OK; HW_E_DENIED without HW_MAY_WRITE; HW_E_REFERENCE; HW_E_VALUE (a person who is not
 *         missing, a sample that is no remains, no reason); HW_E_STATE if one stands already */
HW_MUST_CHECK hw_status hw_decide_propose(hw_app *app, const char *person, const char *sample,
                                          const char *reason, const char *evidence, hw_arena *arena,
                                          const char **code, hw_err *err);

/** Adds the decision record of a candidate that a run has just made, inside its change.
 * Contradictions are not looked for; the first review does. @param reason  of the run, may be "" */
HW_MUST_CHECK hw_status hw_decide_proposed(hw_app *app, int64_t identification, const char *reason,
                                           hw_err *err);

/* The other steps are changes of state: hw_state_set. */

/* --- looking --- */

/** Something that confirming asks. */
typedef struct hw_decide_check {
  const char *what;    /**< "reviewers", "contradictions", "basis", "posterior", … */
  const char *asked;   /**< "at least 0.999" */
  const char *found;   /**< "0.9987 (joint, run-3)" */
  const char *refusal; /**< why not, and what can be done; "" if it is met */
  bool is_met;
  bool can_override; /**< by an administrator, with a reason */
} hw_decide_check;

/** Another pairing of the same remains, or of the same person. */
typedef struct hw_decide_alternative {
  const char *person, *sample; /**< codes */
  double log10_lr;
  double posterior, complement; /**< joint where there is one; NaN = not known */
} hw_decide_alternative;

typedef struct hw_decide_review {
  const char *reviewer, *verdict, *reason;
  bool counts; /**< the reviewer's latest word, and not before it was returned */
} hw_decide_review;

typedef struct hw_decide_event {
  const char *at, *action, *actor, *reason, *policy, *override; /**< override: "" = none */
  const char *stood_on;                                         /**< JSON */
} hw_decide_event;

typedef struct hw_decide_contradiction {
  const char *code, *kind, *text, *state, *reason;
  bool is_stored; /**< else it was found just now; a review or confirmation stores it */
} hw_decide_contradiction;

/** An identification, and what speaks for and against it. Texts are of the arena. */
typedef struct hw_decide_sheet {
  int64_t id;
  const char *code, *state, *reason, *person, *sample, *investigation, *proposed_by, *evidence;
  const char *names;           /**< of the person; "" without the permission, or without a name */
  const char *run, *joint_run; /**< codes; "" = none */
  double log10_lr, posterior, complement, posterior_pairwise, complement_pairwise, log10_glr;
  const char *standing;        /**< of the joint run; "" = none */
  int64_t markers, mismatches; /**< −1 = not known */
  double alternative_log10_lr;
  const char *against;
  hw_policy policy;
  int n_checks;
  const hw_decide_check *checks;
  int n_alternatives;
  const hw_decide_alternative *alternatives; /**< best first, at most HW_DECIDE_ALTERNATIVES */
  int n_contradictions;
  const hw_decide_contradiction *contradictions;
  int n_reviews;
  const hw_decide_review *reviews;
  int n_events;
  const hw_decide_event *events;
  const char *can_become; /**< as hw_state_next */
  bool is_tested;         /**< the data of today were compared with those of the run */
} hw_decide_sheet;

#define HW_DECIDE_ALTERNATIVES 10

/** Reads it; nothing is written. The data of today are compared with those of the run, which reads
 * the bone and the family, and all of the investigation where what was written since can matter.
 * @return HW_OK; HW_E_REFERENCE if there is no such identification */
HW_MUST_CHECK hw_status hw_decide_sheet_read(hw_app *app, const char *code, hw_arena *arena,
                                             hw_decide_sheet *out, hw_err *err);

/** The same at once, however large the investigation is: where comparing would read all of it, the
 * basis is not tested. */
HW_MUST_CHECK hw_status hw_decide_sheet_look(hw_app *app, const char *code, hw_arena *arena,
                                             hw_decide_sheet *out, hw_err *err);

/** An identification in a list. */
typedef struct hw_decide_item {
  const char *code, *state, *person, *sample;
  double log10_lr, posterior, complement; /**< of the comparison it rests on; NaN = not known */
  const char
      *waits_for; /**< "a review", "your review", "a decision", "your decision", "contradictions
                              (2)", …; "" = nothing */
  bool is_for_me; /**< the actor can do the next step */
} hw_decide_item;

/** Identifications in the order of their records.
 * @param state  only these; NULL = candidate and reviewed
 * @param items  [out] in the arena */
HW_MUST_CHECK hw_status hw_decide_list(hw_app *app, const char *state, hw_arena *arena,
                                       const hw_decide_item **items, int *n, hw_err *err);

/** Which identifications a page of a list has. */
typedef struct hw_decide_page_options {
  const char *state; /**< only these; NULL = candidate and reviewed */
  bool only_mine;    /**< only those whose next step the actor can do */
  int64_t from;      /**< record to begin with; 0 = the first */
  int most;          /**< at least 1 */
} hw_decide_page_options;

/** A page of hw_decide_list, in bounded time: with only_mine some hundreds are looked at, so a page
 * may hold fewer than @p most and be followed by another.
 * @param next  [out] record that the next page begins with; 0 = this is the last */
HW_MUST_CHECK hw_status hw_decide_page(hw_app *app, const hw_decide_page_options *options,
                                       hw_arena *arena, const hw_decide_item **items, int *n,
                                       int64_t *next, hw_err *err);

#endif
