/* Assertions in double precision; see assert.h. */
#include "support/assert.h"

#include <math.h>
#include <string.h>

int hw_test_is_close(double a, double b, double rel, double abs) {
  if (isnan(a) || isnan(b)) return isnan(a) && isnan(b);
  if (isinf(a) || isinf(b)) return isinf(a) && isinf(b) && (a > 0) == (b > 0);
  const double allowed = fmax(abs, rel * fmax(fabs(a), fabs(b)));
  return fabs(a - b) <= allowed;
}

void hw_test_assert_close(double a, double b, double rel, double abs, const char *a_text,
                          const char *b_text, const char *file, int line) {
  if (hw_test_is_close(a, b, rel, abs)) return;
  print_error("%s = %.17g\n%s = %.17g\ndifference %.3g, allowed %.3g relative or %.3g absolute\n",
              a_text, a, b_text, b, a - b, rel, abs);
  _fail(file, line);
}

void hw_test_assert_same_bits(double a, double b, const char *a_text, const char *b_text,
                              const char *file, int line) {
  if (memcmp(&a, &b, sizeof a) == 0) return;
  print_error("%s = %.17g\n%s = %.17g\nnot the same bits\n", a_text, a, b_text, b);
  _fail(file, line);
}

void hw_test_assert_status(hw_status status, hw_status expected, const hw_err *err,
                           const char *text, const char *file, int line) {
  if (status == expected) return;
  char buffer[1024] = "";
  if (err && err->status != HW_OK) hw_err_text(err, buffer, sizeof buffer);
  print_error("%s is %s, expected %s; %s\n", text, hw_status_name(status), hw_status_name(expected),
              buffer);
  _fail(file, line);
}

void hw_test_assert_contains(const char *text, const char *part, const char *file, int line) {
  if (strstr(text, part)) return;
  print_error("\"%s\" does not contain \"%s\"\n", text, part);
  _fail(file, line);
}
