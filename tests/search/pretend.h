/** @file
 * What a test can make the stand-in of the engine do (pretend.c).
 */
#ifndef HW_TESTS_SEARCH_PRETEND_H
#define HW_TESTS_SEARCH_PRETEND_H

#include <stdint.h>

typedef struct pretend_switches {
  int32_t failing_query;    /**< number + 1 of a query that fails with HW_E_VALUE; 0 = none */
  void (*after_unit)(void); /**< called when a unit has been computed, on its thread; or NULL */
} pretend_switches;

extern pretend_switches pretend;

#endif
