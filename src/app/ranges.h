/** @file
 * Numbers that can only lie between two others: shares, coordinates, rates.
 *
 * kinds.def says that a field is a number; what it can be is checked where people's tables come
 * in, since a latitude of 107 is a column that was swapped.
 */
#ifndef HW_APP_RANGES_H
#define HW_APP_RANGES_H

#include <stdbool.h>

#include "store/record.h"

/** The range of a field, ends included. @return false if it has none */
bool hw_field_range(hw_kind_id kind, int field, double *least, double *most);

/** Checks a field of a record.
 * @return HW_OK; HW_E_VALUE with the field's name */
HW_MUST_CHECK hw_status hw_record_check_range(const hw_record *self, int field, hw_err *err);

#endif
