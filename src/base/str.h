/** @file
 * Growable string buffer.
 *
 * Appending never fails in place: the first failure (memory exhausted) is kept,
 * later appends do nothing, and hw_str_status tells at the end.
 *
 * Example:
 * @code
 *   hw_str s = HW_STR_INIT;
 *   hw_str_append(&s, "LR ");
 *   hw_str_append_format(&s, "%.4g", lr);
 *   if (hw_str_status(&s) == HW_OK) fputs(hw_str_text(&s), out);
 *   hw_str_clear(&s);
 * @endcode
 */
#ifndef HW_BASE_STR_H
#define HW_BASE_STR_H

#include <stddef.h>

#include "homeward/status.h"

struct hw_arena;

/** One buffer; read `length` freely, leave the rest to the functions. A zeroed one is empty. */
typedef struct hw_str {
  char *bytes;      /**< NUL-terminated; NULL while nothing was appended */
  size_t length;    /**< without the NUL */
  size_t capacity;  /**< allocated bytes */
  hw_status status; /**< HW_OK or HW_E_NO_MEMORY */
} hw_str;

#define HW_STR_INIT \
  { NULL, 0, 0, HW_OK }

/** Makes an empty buffer. Free with hw_str_clear. */
void hw_str_init(hw_str *self);
/** Frees the text; the buffer is then empty and usable. NULL is allowed. */
void hw_str_clear(hw_str *self);
/** Appends a string. */
void hw_str_append(hw_str *self, const char *text);
/** Appends exactly @p n bytes. */
void hw_str_append_bytes(hw_str *self, const char *bytes, size_t n);
/** Appends printf-style text (in the locale of the process). */
void hw_str_append_format(hw_str *self, const char *format, ...) HW_PRINTF(2, 3);
/** Appends text as XML and HTML want it: & < > " and ' escaped, in elements and attributes alike. */
void hw_str_append_markup(hw_str *self, const char *text, size_t n);
/** The text, NUL-terminated, never NULL; valid until the next non-const call. */
const char *hw_str_text(const hw_str *self);
/** Moves the text into an arena; the buffer is empty then. @return NULL if memory is exhausted, now or
 * at an append */
char *hw_str_take(hw_str *self, struct hw_arena *arena);
/** HW_OK, or HW_E_NO_MEMORY if an append failed. */
HW_MUST_CHECK hw_status hw_str_status(const hw_str *self);

#endif
