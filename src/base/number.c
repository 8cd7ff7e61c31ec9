/* Numbers in text files.
 *
 * strtod rounds correctly but asks the locale for the decimal sign, and takes
 * "inf", "nan" and hexadecimal. So the form is checked here, byte by byte, and
 * the conversion runs under the "C" locale of this thread only (uselocale,
 * POSIX 2008), which leaves the program's own locale alone. */
#include "base/number.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>

static const char *skip_digits(const char *c) {
  while (*c >= '0' && *c <= '9') c++;
  return c;
}

static bool is_decimal(const char *text) {
  const char *c = text;
  if (*c == '+' || *c == '-') c++;
  const char *whole = c;
  c = skip_digits(c);
  long n_digits = c - whole;
  if (*c == '.') {
    const char *fraction = ++c;
    c = skip_digits(c);
    n_digits += c - fraction;
  }
  if (n_digits == 0) return false;
  if (*c == 'e' || *c == 'E') {
    c++;
    if (*c == '+' || *c == '-') c++;
    const char *exponent = c;
    c = skip_digits(c);
    if (c == exponent) return false;
  }
  return *c == '\0';
}

bool hw_number_parse(const char *text, double *out) {
  if (!is_decimal(text)) return false;
  locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (!c_locale) return false;
  locale_t before = uselocale(c_locale);
  double value = strtod(text, NULL);
  uselocale(before);
  freelocale(c_locale);
  if (!isfinite(value)) return false; /* 1e999 */
  *out = value;
  return true;
}
