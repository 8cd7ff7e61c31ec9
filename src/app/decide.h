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

#endif
