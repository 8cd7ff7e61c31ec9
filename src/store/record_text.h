/** @file
 * Texts of records: what counts as a code, a date, a time, a number.
 */
#ifndef HW_STORE_RECORD_TEXT_H
#define HW_STORE_RECORD_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One line without control characters and without blanks at its ends. */
bool hwp_text_is_code(const char *text, size_t n);
/** YYYY, YYYY-MM, YYYY-MM-DD that exists, or two of them with "/" between, in order. */
bool hwp_text_is_date(const char *text, size_t n);
/** YYYY-MM-DDTHH:MM:SSZ that exists (seconds may be 60: leap seconds happen). */
bool hwp_text_is_time(const char *text, size_t n);
/** Decimal digits with an optional minus, within 64 bits. */
bool hwp_text_to_int(const char *text, int64_t *out);
/** A decimal number with point and optional exponent, or "-inf"; the locale does not matter. */
bool hwp_text_to_real(const char *text, double *out);
/** The beginning of a text for a message, cut between characters. */
void hwp_text_excerpt(const char *text, size_t n, char *out, size_t size);

#endif
