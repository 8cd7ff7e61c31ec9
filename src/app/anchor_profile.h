/* Profiles that stand for remains without STR in what a run stores (anchor_profile.c). */
#ifndef HW_APP_ANCHOR_PROFILE_H
#define HW_APP_ANCHOR_PROFILE_H

#include "store/store.h"

/* Code of the panel, and end of the profiles' codes. */
#define HWP_NO_STR "no-str"
#define HWP_NO_STR_SUFFIX "#" HWP_NO_STR

/* The profile that stands for a sample; 0 = none does yet. */
HW_MUST_CHECK hw_status hwp_anchor_find(hw_store *store, int64_t sample, int64_t *profile,
                                        hw_err *err);
/* The same, made if it is not there. Inside a change. */
HW_MUST_CHECK hw_status hwp_anchor_add(hw_store *store, int64_t sample, int64_t *profile,
                                       hw_err *err);
/* True of the code of such a profile. */
bool hwp_anchor_is(const char *code);

#endif
