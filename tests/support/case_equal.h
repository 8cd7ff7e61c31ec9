/** @file
 * Are two cases the same, to the last bit?
 *
 * Everything that a hw_case says is compared: texts, numbers by their bits,
 * computed matrices, twin links, whose profile is whose. Used by tests and by
 * fuzz targets, hence without cmocka.
 *
 * Example:
 * @code
 *   assert_null(case_difference(&list->cases[0], &again->cases[0]));
 * @endcode
 */
#ifndef HW_TESTS_CASE_EQUAL_H
#define HW_TESTS_CASE_EQUAL_H

#include "homeward/casefile.h"

/** Name of the first part in which two markers, or two cases, differ; NULL if they are the same.
 * The ids and descriptions of the cases are not compared by case_difference_but_head. */
const char *marker_difference(const hw_marker *a, const hw_marker *b);
const char *case_difference(const hw_case *a, const hw_case *b);
const char *case_difference_but_head(const hw_case *a, const hw_case *b);

#endif
