/** @file
 * Streaming JSON writer.
 *
 * Writes as it goes, to a FILE or to a string buffer; nothing is kept but the
 * nesting. Numbers follow the project's contract: 17 significant digits in any
 * locale, so that reading gives the same bits; −∞ is the string "-inf", +∞
 * "inf", NaN "undefined" (0/0). Errors are sticky: call without checking, and
 * look at the status of hw_json_write_finish.
 *
 * Example:
 * @code
 *   hw_json_writer w;
 *   hw_json_write_init_file(&w, stdout, 2);
 *   hw_json_write_begin_object(&w);
 *   hw_json_write_key(&w, "log10_lr");
 *   hw_json_write_double(&w, lr);
 *   hw_json_write_end_object(&w);
 *   hw_status s = hw_json_write_finish(&w, &err);
 * @endcode
 */
#ifndef HW_BASE_JSON_WRITE_H
#define HW_BASE_JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/str.h"
#include "homeward/status.h"

/** Deepest nesting of arrays and objects that is written. */
#define HW_JSON_WRITE_MAX_DEPTH 64

/** One writer, caller's storage; members are private. It owns nothing. */
typedef struct hw_json_writer {
  FILE *file; /**< one of file and str */
  hw_str *str;
  int indent;       /**< spaces per level; 0 = everything on one line */
  int depth;        /**< open arrays and objects */
  int row_depth;    /**< depth of the outermost row that is open, or 0 */
  bool after_key;   /**< a key waits for its value */
  hw_status status; /**< first failure */
  struct {
    char close; /**< ']' or '}' */
    bool has_items;
  } level[HW_JSON_WRITE_MAX_DEPTH + 1]; /**< level[0] is the document */
} hw_json_writer;

/** Begins a document on an open stream (borrowed; not closed).
 * @param indent  spaces per level, 0 = compact, one line */
void hw_json_write_init_file(hw_json_writer *self, FILE *file, int indent);
/** Begins a document that is appended to a buffer (borrowed). */
void hw_json_write_init_str(hw_json_writer *self, hw_str *str, int indent);

void hw_json_write_begin_object(hw_json_writer *self);
void hw_json_write_end_object(hw_json_writer *self);
void hw_json_write_begin_array(hw_json_writer *self);
/** Begins an array or object that stays on one line, with all that is in it, even when
 * indenting; ended by hw_json_write_end_array / hw_json_write_end_object. */
void hw_json_write_begin_row(hw_json_writer *self);
void hw_json_write_begin_row_object(hw_json_writer *self);
void hw_json_write_end_array(hw_json_writer *self);

/** Key of the next value; only inside an object. */
void hw_json_write_key(hw_json_writer *self, const char *key);
/** Text; NULL is written as null. Bytes that are not UTF-8 become U+FFFD. */
void hw_json_write_string(hw_json_writer *self, const char *text);
void hw_json_write_int(hw_json_writer *self, int64_t value);
/** 17 significant digits, or "-inf", "inf", "undefined". */
void hw_json_write_double(hw_json_writer *self, double value);
/** The same value in the fewest of 15, 16 or 17 digits that read back to the same bits: for
 * files that people read. */
void hw_json_write_double_short(hw_json_writer *self, double value);
void hw_json_write_bool(hw_json_writer *self, bool value);
void hw_json_write_null(hw_json_writer *self);

/** Ends the document with a newline and flushes a FILE.
 * @return HW_OK; HW_E_IO with the reason; HW_E_NO_MEMORY; HW_E_BUG if calls did not make one
 *         complete value (unbalanced, key missing, too deep) */
HW_MUST_CHECK hw_status hw_json_write_finish(hw_json_writer *self, hw_err *err);
/** The same without the newline, for a text that is stored or stands inside another. */
HW_MUST_CHECK hw_status hw_json_write_finish_bare(hw_json_writer *self, hw_err *err);
/** The same of hw_json_write_init_str: the text goes to an arena, and its buffer is cleared, also
 * after a failure. @param out  [out] untouched on failure */
HW_MUST_CHECK hw_status hw_json_write_finish_in(hw_json_writer *self, hw_arena *arena,
                                                const char **out, hw_err *err);

/** Size that hw_json_format_double needs, NUL included. */
#define HW_JSON_DOUBLE_SIZE 32

/** A finite number as JSON text, whatever the locale.
 * @param digits  significant, 1 … 17
 * @param buffer  [out] HW_JSON_DOUBLE_SIZE bytes. @return its length */
size_t hw_json_format_double(double value, int digits, char *buffer);
/** The same with the fewest of 15, 16 or 17 digits that read back to the same bits. */
size_t hw_json_format_double_short(double value, char *buffer);

#endif
