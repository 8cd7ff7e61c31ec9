/** @file
 * What a CODIS specimen category says of a sample, both ways.
 */
#ifndef HW_APP_SPECIMEN_CATEGORY_H
#define HW_APP_SPECIMEN_CATEGORY_H

#include <stdbool.h>

typedef struct hw_specimen_category {
  const char *name;     /**< as the format writes it */
  const char *role;     /**< of a person; NULL = remains */
  const char *relation; /**< to the family's missing person; NULL = none */
  const char *sex;      /**< that follows; NULL = none */
  bool is_in_family;    /**< the case number is that of a family */
} hw_specimen_category;

/** The category of a name, case and blanks at the ends aside; NULL if it is none. */
const hw_specimen_category *hw_specimen_category_find(const char *name);
/** The category of a person of this role and relation ("sister": Biological Sibling); remains
 * where role is NULL. Never NULL: "Other" takes what nothing else fits.
 * @param relation  NULL or "" = not stated */
const hw_specimen_category *hw_specimen_category_of(const char *role, const char *relation);

/** True if a sample is a ladder or a control of the laboratory, by its category or its name. */
bool hw_specimen_is_control(const char *category, const char *name);

#endif
