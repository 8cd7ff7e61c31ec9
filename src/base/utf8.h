/** @file
 * UTF-8: which bytes form a character.
 */
#ifndef HW_BASE_UTF8_H
#define HW_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Length in bytes (1 … 4) of the valid UTF-8 sequence at @p bytes, or 0 if there is none
 * (stray or missing continuation, overlong form, surrogate, above U+10FFFF, n = 0). */
size_t hw_utf8_length(const char *bytes, size_t n);

/** True for a text that is UTF-8 from end to end. */
bool hw_utf8_is_valid(const char *text);

/** Writes a code point. @param out  [out] 4 bytes. @return number of bytes, 0 if the value is
 * no Unicode scalar */
size_t hw_utf8_put(uint32_t code_point, char *out);

#endif
