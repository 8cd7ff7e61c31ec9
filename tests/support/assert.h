/** @file
 * cmocka, and what it lacks.
 *
 * cmocka's assert_float_equal compares in single precision: it takes 1.0 and
 * 1.0 + 1e-9 for equal whatever the tolerance. These compare doubles.
 * (Skipped cases are put right in run.c.)
 */
#ifndef HW_TESTS_ASSERT_H
#define HW_TESTS_ASSERT_H

/* cmocka.h needs these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "homeward/status.h"

/** True if |a − b| ≤ max(abs, rel · max(|a|, |b|)); equal infinities and two NaN are close. */
int hw_test_is_close(double a, double b, double rel, double abs);

/** Fails the test unless the values are close. */
#define hw_assert_close(a, b, rel, abs) \
  hw_test_assert_close((a), (b), (rel), (abs), #a, #b, __FILE__, __LINE__)

/** Fails the test unless the bits are the same. */
#define hw_assert_same_bits(a, b) hw_test_assert_same_bits((a), (b), #a, #b, __FILE__, __LINE__)

/** Fails the test unless the status is this one; tells the error's text. @p err may be NULL. */
#define hw_assert_status(status, expected, err) \
  hw_test_assert_status((status), (expected), (err), #status, __FILE__, __LINE__)

/** HW_OK expected. */
#define hw_assert_ok(status, err) hw_assert_status(status, HW_OK, err)

/** Fails the test unless @p text contains @p part. */
#define hw_assert_contains(text, part) hw_test_assert_contains((text), (part), __FILE__, __LINE__)

void hw_test_assert_close(double a, double b, double rel, double abs, const char *a_text,
                          const char *b_text, const char *file, int line);
void hw_test_assert_same_bits(double a, double b, const char *a_text, const char *b_text,
                              const char *file, int line);
void hw_test_assert_status(hw_status status, hw_status expected, const hw_err *err,
                           const char *text, const char *file, int line);
void hw_test_assert_contains(const char *text, const char *part, const char *file, int line);

#endif
