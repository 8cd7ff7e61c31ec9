/** @file
 * Passing failures up, and checks that stay on in release builds.
 *
 * Example:
 * @code
 *   HW_TRY(hw_pedigree_validate(&ped, err));   // leaves the function on failure
 *   HW_BUG_IF(n_placed != n_persons, err);     // cheap impossibility: HW_E_BUG
 * @endcode
 *
 * Functions that own something do not use these macros but `goto out`.
 */
#ifndef HW_BASE_CHECK_H
#define HW_BASE_CHECK_H

#include "homeward/status.h"

/* hw_err_set returns the status it is given, but neither the compiler nor the analyzer can see
 * that from its declaration: both would go on as if "return hw_err_set(…)" might mean success, and
 * report uses of values that were never set. This tells them. */
static inline hw_status hw_err_known(hw_status status, hw_status told) {
  (void)told;
  return status;
}
#define hw_err_set(err, status, ...) \
  hw_err_known((status), hw_err_set((err), (status), __VA_ARGS__))

/** Evaluates a call once and returns its status from this function unless it is HW_OK. */
#define HW_TRY(call)                                  \
  do {                                                \
    const hw_status hw_try_status = (call);           \
    if (hw_try_status != HW_OK) return hw_try_status; \
  } while (0)

/** Returns HW_E_BUG with file and line if @p condition holds. For states that no input can
 * bring about; bad input is never a bug. */
#define HW_BUG_IF(condition, err)                                                             \
  do {                                                                                        \
    if (condition)                                                                            \
      return hw_err_set((err), HW_E_BUG, "%s:%d: %s: please report this", __FILE__, __LINE__, \
                        #condition);                                                          \
  } while (0)

/** Returns HW_E_NO_MEMORY with a message saying what for (a string). */
#define HW_NO_MEMORY(err, what) \
  hw_err_set((err), HW_E_NO_MEMORY, "memory is exhausted: cannot hold %s", (what))

#endif
