/** @file
 * The chain of custody of an item: one holder at any time, without a gap.
 *
 * Rules, in the order of an item's events (custody.number):
 *   1. numbers run from 1 without a hole, and times never go back;
 *   2. the first event is a reception; only the first is, unless the item came back
 *      (action "returned" gives it to whom it is returned to);
 *   3. from_holder of an event, if given, is to_holder of the one before; an event that changes
 *      the holder (transferred, returned, handed-over) must give it;
 *   4. opened, sealed and consumed do not change the holder;
 *   5. the seal that is found is the one that was set last: who opens an item that was sealed, or
 *      takes it over, says how the seal was found (else a warning); "broken" is told, "none"
 *      contradicts a seal, and another seal takes that the item was opened or the seal broken;
 *      "sealed" gives the number;
 *   6. nothing follows after the item was consumed or handed over for good.
 *
 * Example:
 * @code
 *   hw_custody_fault fault;
 *   HW_TRY(hw_custody_check(store, HW_KIND_SAMPLE, id, tell, NULL, err));
 * @endcode
 */
#ifndef HW_APP_CUSTODY_H
#define HW_APP_CUSTODY_H

#include "store/store.h"

/** A breach of a rule. */
typedef struct hw_custody_fault {
  hw_kind_id item_kind;
  int64_t item;
  int64_t event;    /**< record of the custody event */
  int64_t number;   /**< its number in the chain */
  bool is_warning;  /**< worth telling, but possible: a broken seal */
  const char *text; /**< borrowed for the call */
} hw_custody_fault;
typedef hw_status hw_custody_fn(void *context, const hw_custody_fault *fault, hw_err *err);

/** Checks one item's chain; withdrawn events do not count (their numbers may be missing). */
HW_MUST_CHECK hw_status hw_custody_check(hw_store *store, hw_kind_id item_kind, int64_t item,
                                         hw_custody_fn *report, void *context, hw_err *err);
/** Checks every chain of the database. */
HW_MUST_CHECK hw_status hw_custody_check_all(hw_store *store, hw_custody_fn *report, void *context,
                                             hw_err *err);
/** Who holds an item now, and under which seal.
 * @param holder, seal  [out] copied to the arena; "" if there is no event, or no seal */
HW_MUST_CHECK hw_status hw_custody_holder(hw_store *store, hw_kind_id item_kind, int64_t item,
                                          hw_arena *arena, const char **holder, const char **seal,
                                          hw_err *err);

#endif
