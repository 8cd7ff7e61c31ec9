/** @file
 * The encoding of a text file: whatever it is, it becomes UTF-8.
 *
 * Laboratory programs on Windows write UTF-16 with a byte order mark, or the
 * code page of the machine; everybody else writes UTF-8. Readers of such files
 * call this first, and then see UTF-8 without a mark and without NUL bytes.
 *
 * Example:
 * @code
 *   hw_text text = {0};
 *   if (hw_text_decode(bytes, n_bytes, HW_TEXT_DETECT, &text, &err) == HW_OK)
 *     parse(text.bytes, text.n_bytes);
 *   hw_text_clear(&text);
 * @endcode
 */
#ifndef HW_FORMATS_TEXT_H
#define HW_FORMATS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "formats/notes.h"
#include "homeward/status.h"

typedef enum hw_text_encoding {
  HW_TEXT_DETECT = 0, /**< only as a request */
  HW_TEXT_UTF8,
  HW_TEXT_UTF16LE,
  HW_TEXT_UTF16BE,
  HW_TEXT_LATIN1 /**< Windows-1252, of which the printable part of ISO 8859-1 is a subset */
} hw_text_encoding;

/** A decoded text. Zero it before use. */
typedef struct hw_text {
  const char *bytes; /**< UTF-8, no byte order mark, no NUL inside; not NUL-terminated; part of
                          the input where that is UTF-8 already */
  size_t n_bytes;
  hw_text_encoding encoding; /**< of the input; plain ASCII is HW_TEXT_UTF8 */
  bool has_mark;             /**< the input began with a byte order mark */
  char *storage;             /**< private */
} hw_text;

/** Decodes a whole file.
 *
 * A byte order mark decides. Without one: UTF-16 where the first character is ASCII in two bytes;
 * UTF-8 where all bytes are; HW_TEXT_LATIN1 otherwise, but not where most characters beyond ASCII
 * are UTF-8: that is a damaged UTF-8 file, and reading it as Latin-1 would garble every name.
 *
 * @param encoding  HW_TEXT_DETECT, or what the file is known to be; a mark that contradicts it is
 *                  an error
 * @param out       [out] borrows @p bytes if they are UTF-8, else owns the text; free with
 *                  hw_text_clear; untouched on failure
 * @return HW_OK; HW_E_SYNTAX (a NUL, half a character, a byte that the encoding does not have)
 *         with the line; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_text_decode(const char *bytes, size_t n_bytes, hw_text_encoding encoding,
                                       hw_text *out, hw_err *err);

/** Frees the text; NULL and a zeroed one are allowed. */
void hw_text_clear(hw_text *self);

/** Adds a remark unless the input was UTF-8: a code page is a guess, which only a person who knows
 * the names can confirm. @param what  e.g. "the text". @return HW_OK; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_text_note(const hw_text *self, const char *what, hw_notes *notes,
                                     hw_err *err);

/** "UTF-8", "UTF-16LE", "UTF-16BE", "Windows-1252 (Latin-1)". */
const char *hw_text_encoding_name(hw_text_encoding encoding);

#endif
