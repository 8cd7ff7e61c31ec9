/* The missing persons of a case as one list, for every engine that compares remains with them. */
#ifndef HW_IDENTIFY_TARGETS_H
#define HW_IDENTIFY_TARGETS_H

#include "base/arena.h"
#include "homeward/identify.h"

/* Missing persons in the order of families; a code is the person's id, or "FAMILY:ID" where another
 * family has a missing person of this id.
 * @param targets  [out] in the arena, with the codes
 * @return HW_OK; HW_E_SHAPE (no remains, or nobody is missing); HW_E_TOO_COMPLEX; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_targets_make(const hw_case *problem, hw_arena *arena,
                                         hw_target **targets, int32_t *n_targets, hw_err *err);

/* True if the observations can belong to the missing person at all: no known sex differs, and
 * X markers are coded as her or his sex asks. */
bool hwp_target_fits(const hw_case *problem, const hw_remains *remains, const hw_target *target);

#endif
