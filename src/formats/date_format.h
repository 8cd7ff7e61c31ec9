/** @file
 * Dates in other people's tables, by a pattern such as DD/MM/YYYY, to ISO 8601.
 *
 * A pattern is made of
 *   YYYY            year           YY    two digits of it (needs hw_date_format.first_year)
 *   MM or M         month          MON   its English name, whole or three letters
 *   DD or D         day
 *   hh, mm, ss      time; mm after hh is minutes; upper and lower case make no difference
 *   'text'          this text
 *   *               anything up to the end, which is left out
 *   a blank         one or more blanks
 *   anything else   itself
 * Not everything must be there: MM/YYYY gives 1968-05.
 *
 * Example:
 * @code
 *   hw_date_format format;
 *   if (!hw_date_format_parse(&format, "DD/MM/YYYY", 10, &why)) ...
 *   if (hw_date_format_convert(&format, "7/5/1968", iso)) puts(iso);   // 1968-05-07
 * @endcode
 */
#ifndef HW_FORMATS_DATE_FORMAT_H
#define HW_FORMATS_DATE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Longest pattern, in bytes. */
#define HW_DATE_FORMAT_SIZE 64
/** Bytes of a converted date, NUL included. */
#define HW_DATE_SIZE 24

/** One pattern; members are private but for first_year. */
typedef struct hw_date_format {
  char pattern[HW_DATE_FORMAT_SIZE];
  int32_t first_year; /**< of the hundred years that YY means; 0 = not said */
  bool has_short_year;
} hw_date_format;

/** Takes a pattern that is sensible: a year, no day without month, no time without day.
 * @param n    its bytes
 * @param why  [out] what is wrong, where the answer is false */
bool hw_date_format_parse(hw_date_format *self, const char *pattern, size_t n, const char **why);

/** Converts a text that is as the pattern says, and a day of the calendar.
 * @param iso  [out] HW_DATE_SIZE bytes; untouched where the answer is false */
bool hw_date_format_convert(const hw_date_format *self, const char *text, char *iso);

#endif
