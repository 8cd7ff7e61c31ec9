/** @file
 * What the newest run says of the power of families' references, weakest first.
 *
 * Example:
 * @code
 *   hw_power_list list;
 *   HW_TRY(hw_power_list_read(&app, &arena, &list, err));
 *   for (int32_t i = 0; i < list.n && i < 10; i++) tell(list.entries[i].pass);
 * @endcode
 */
#ifndef HW_APP_POWER_LIST_H
#define HW_APP_POWER_LIST_H

#include "app/app.h"

/** Entries that are read: of everybody, and where each has to be asked whether the actor may see
 * it. */
#define HW_POWER_LIST_MOST 20000
#define HW_POWER_LIST_MOST_ASKED 2000

/** A missing person, as the run evaluated her. */
typedef struct hw_power_entry {
  int64_t id, family, person;
  double expected, needed; /**< log10 LR; NaN = not known */
  double pass;             /**< P(own complete profile reaches `needed`); NaN = not known */
  bool is_left_out;
} hw_power_entry;

typedef struct hw_power_list {
  int64_t run; /**< 0 = no run has evaluated anybody */
  int32_t n;
  hw_power_entry *entries; /**< left out last, before that weakest first: by `pass`, then by how far
                                `expected` is above `needed`; in the arena */
  bool is_cut;             /**< there are more than were read */
  int32_t n_families;
  int32_t n_weak; /**< expected below needed */
  int32_t n_left_out;
  double needed; /**< what most of them need: the median; NaN */
} hw_power_list;

/** @return HW_OK, also without a run; HW_E_NO_MEMORY, HW_E_IO */
HW_MUST_CHECK hw_status hw_power_list_read(hw_app *app, hw_arena *arena, hw_power_list *out,
                                           hw_err *err);

#endif
