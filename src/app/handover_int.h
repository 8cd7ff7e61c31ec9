/* Shared by the files of app/handover.h. */
#ifndef HW_APP_HANDOVER_INT_H
#define HW_APP_HANDOVER_INT_H

#include "app/decide_int.h"
#include "app/handover.h"

/** Something that belongs to the identified person. */
typedef struct hwp_thing {
  hw_kind_id kind;
  int64_t id;
  bool is_gone; /**< consumed, or handed over for good */
} hwp_thing;

typedef struct hwp_things {
  hw_app *app;
  hw_arena *arena;
  hwp_thing *items;
  int n, capacity;
} hwp_things;

/** All that is known to be of the person, gone or not: from the identification's sample on.
 * @param out  app and arena are set */
HW_MUST_CHECK hw_status hwp_things_find(hwp_things *out, int64_t sample, hw_err *err);
/** Index, or −1. */
int hwp_things_index(const hwp_things *self, hw_kind_id kind, int64_t id);

/** The handover in use that an item is part of. @param code  [out] in the arena; NULL = none */
HW_MUST_CHECK hw_status hwp_handover_of(hw_app *app, hw_arena *arena, hw_kind_id kind, int64_t id,
                                        const char **code, hw_err *err);
/** Custody events of an item, in their order, withdrawn ones too. */
HW_MUST_CHECK hw_status hwp_handover_custody(hw_app *app, hw_arena *arena, hw_kind_id kind,
                                             int64_t id, hw_record **events, int *n, hw_err *err);
/** The last one in use; NULL = none. */
const hw_record *hwp_handover_last(const hw_record *events, int n);
/** Who "received" by a handover, for the custody events. In the arena; NULL without memory. */
const char *hwp_handover_recipient(hw_arena *arena, const char *code);
/** What people want to know of an item. */
HW_MUST_CHECK hw_status hwp_handover_describe(hw_app *app, hw_arena *arena, hw_kind_id kind,
                                              int64_t id, const char *but, hw_handover_item *out,
                                              hw_err *err);

#endif
