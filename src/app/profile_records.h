/* Between the two halves of the sink: what a profile belongs to, and its records. */
#ifndef HW_APP_PROFILE_RECORDS_H
#define HW_APP_PROFILE_RECORDS_H

#include "app/profile_sink.h"

/* Indices of hwp_profile_sink.codes. */
enum { HWP_CODE_PERSON, HWP_CODE_SAMPLE, HWP_CODE_FAMILY, HWP_CODE_PROFILE };

/* Between the parts of a note: no ";" or "|", which CODIS does not permit. */
#define HWP_NOTE_SIGN " / "

/* A sample, or a person without one, that replicates belong to. */
typedef struct hwp_subject {
  hw_kind_id kind;
  int64_t id;
} hwp_subject;

/* Whose a profile is. */
typedef struct hwp_owner {
  bool is_reference;
  const char *role; /* of a new person */
  bool is_role_stated;
  bool is_missing;        /* who the family misses */
  const char *stated_sex; /* NULL = the file says nothing of it */
  const char *seen_sex;   /* by amelogenin; NULL = it does not tell */
  bool is_male;           /* by any source */
  int64_t person, sample; /* 0 = not stored yet, or none */
} hwp_owner;

/* Understands the texts of the profile in hand and looks its owner up. Mistakes are collected and
 * *is_good is false. */
HW_MUST_CHECK hw_status hwp_profile_owner(hwp_profile_sink *self, hwp_owner *out, bool *is_good,
                                          hw_err *err);
/* Puts person or sample, family, membership. @param is_put  [out] false after a mistake */
HW_MUST_CHECK hw_status hwp_profile_owner_put(hwp_profile_sink *self, hwp_owner *owner,
                                              bool *is_put, hw_err *err);
/* The same, and the profile. */
HW_MUST_CHECK hw_status hwp_profile_records_put(hwp_profile_sink *self, hwp_owner *owner,
                                                hw_err *err);

/* Empties a buffer and keeps its memory. */
static inline void hwp_str_reset(hw_str *self) {
  self->length = 0;
  if (self->bytes != NULL) self->bytes[0] = '\0';
}

#endif
