/* A pedigree as the engine wants it: individuals (twins merged), both parents
 * or none (an unnamed founder stands for an unknown parent), sexes where the
 * role tells them. */
#ifndef HW_KINSHIP_FAMILY_H
#define HW_KINSHIP_FAMILY_H

#include "base/arena.h"
#include "homeward/pedigree.h"

typedef struct hwp_family {
  int32_t n;       /* individuals */
  int32_t *father; /* −1 for founders */
  int32_t *mother;
  hw_sex *sex;         /* roles included */
  const char **id;     /* "" for an unnamed founder */
  int32_t *individual; /* per person of the pedigree */
} hwp_family;

/* Memory comes from the arena. @return HW_OK, HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_family_init(hwp_family *self, const hw_pedigree *pedigree,
                                        hw_arena *arena);

#endif
