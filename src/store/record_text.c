/* Texts of records: what counts as a code, a date, a time, a number.
 *
 * Dates of the missing are often known to the month or the year only, or to lie
 * between two of those; all of that is kept as it was said, in ISO 8601, and
 * nothing is completed. */
#include "store/record_text.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"

bool hwp_text_is_code(const char *text, size_t n) {
  if (n == 0 || text[0] == ' ' || text[n - 1] == ' ') return false;
  for (size_t i = 0; i < n; i++)
    if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) return false;
  return true;
}

/* n digits at text, or −1. */
static int digits(const char *text, int n) {
  int value = 0;
  for (int i = 0; i < n; i++) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = 10 * value + (text[i] - '0');
  }
  return value;
}

static int days_in_month(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return days[month - 1] + (month == 2 && is_leap);
}

static bool is_single_date(const char *text, size_t n) {
  if (n != 4 && n != 7 && n != 10) return false;
  int year = digits(text, 4);
  if (year < 1) return false;
  if (n == 4) return true;
  int month = text[4] == '-' ? digits(text + 5, 2) : -1;
  if (month < 1 || month > 12) return false;
  if (n == 7) return true;
  int day = text[7] == '-' ? digits(text + 8, 2) : -1;
  return day >= 1 && day <= days_in_month(year, month);
}

bool hwp_text_is_date(const char *text, size_t n) {
  const char *slash = memchr(text, '/', n);
  if (slash == NULL) return is_single_date(text, n);
  size_t first = (size_t)(slash - text), second = n - first - 1;
  if (!is_single_date(text, first) || !is_single_date(slash + 1, second)) return false;
  size_t common = first < second ? first : second;
  return memcmp(text, slash + 1, common) <= 0;
}

bool hwp_text_is_time(const char *text, size_t n) {
  if (n != 20 || !is_single_date(text, 10)) return false;
  if (text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z') return false;
  int hour = digits(text + 11, 2), minute = digits(text + 14, 2), second = digits(text + 17, 2);
  return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second <= 60;
}

bool hwp_text_to_int(const char *text, int64_t *out) {
  const char *first = text[0] == '-' ? text + 1 : text;
  if (*first == '\0' || strspn(first, "0123456789") != strlen(first)) return false;
  errno = 0;
  *out = strtoimax(text, NULL, 10);
  return errno == 0;
}

bool hwp_text_to_real(const char *text, double *out) {
  if (strcmp(text, "-inf") == 0 || strcmp(text, "inf") == 0) {
    *out = text[0] == '-' ? -(double)INFINITY : (double)INFINITY;
    return true;
  }
  return hw_number_parse(text, out);
}

void hwp_text_excerpt(const char *text, size_t n, char *out, size_t size) {
  size_t length = 0;
  while (length < n) {
    size_t step = hw_utf8_length(text + length, n - length);
    if (step == 0 || length + step >= size) break;
    length += step;
  }
  memcpy(out, text, length);
  out[length] = '\0';
}
