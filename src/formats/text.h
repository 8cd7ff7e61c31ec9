/** @file
 * The encoding of a text file: whatever it is, it becomes UTF-8.
 *
 * Laboratory programs on Windows write UTF-16 with a byte order mark, or the
 * code page of the machine; everybody else writes UTF-8. Readers of such files
 * call this first, and then see UTF-8 without a mark and without NUL bytes.
 *
 * Example:
 * @code
 *   hw_decoded text = {0};
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
  HW_TEXT_LATIN1,       /**< Windows-1252, of which the printable part of ISO 8859-1 is a subset */
  HW_TEXT_WINDOWS_1258, /**< Vietnamese; never guessed. A vowel and its tone, two bytes there, become
                             one character */
  HW_TEXT_UTF16         /**< only as a request: the order of bytes is the file's */
} hw_text_encoding;

/** A decoded text. Zero it before use. */
typedef struct hw_decoded {
  const char *bytes; /**< UTF-8, no byte order mark, no NUL inside; not NUL-terminated; part of
                          the input where that is UTF-8 already */
  size_t n_bytes;
  hw_text_encoding encoding; /**< of the input; plain ASCII is HW_TEXT_UTF8 */
  bool has_mark;             /**< the input began with a byte order mark */
  char *storage;             /**< private */
} hw_decoded;

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
                                       hw_decoded *out, hw_err *err);

/** Frees the text; NULL and a zeroed one are allowed. */
void hw_text_clear(hw_decoded *self);

/** Adds a remark unless the input was UTF-8: a code page is a guess, which only a person who knows
 * the names can confirm. @param what  e.g. "the text". @return HW_OK; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_text_note(const hw_decoded *self, const char *what, hw_notes *notes,
                                     hw_err *err);

/** "UTF-8", "UTF-16LE", "UTF-16BE", "Windows-1252 (Latin-1)", "Windows-1258". */
const char *hw_text_encoding_name(hw_text_encoding encoding);

/** By the name that people type: "utf-8", "utf-16", "windows-1252", "latin-1", "windows-1258"; case
 * makes no difference, nor do "-" and "_". @return HW_TEXT_DETECT if there is none */
hw_text_encoding hw_text_encoding_find(const char *name);

/* --- piece by piece --- */

/** The encoding that the beginning of a file tells: by a byte order mark, whose length is set, or
 * (length 0) by the zero byte beside an ASCII character of UTF-16. HW_TEXT_DETECT if neither. */
hw_text_encoding hw_text_mark(const char *bytes, size_t n, size_t *length);

/** Decodes one character of UTF-16LE, UTF-16BE, Windows-1252 or Windows-1258. Where bytes follow in
 * the file, give at least 4: they may belong to it.
 * @param out    [out] UTF-8
 * @param n_out  [out] its bytes
 * @return bytes of the input; 0 if they are no character, or only the beginning of one */
size_t hw_text_take(hw_text_encoding encoding, const char *bytes, size_t n, char out[4],
                    size_t *n_out);

#endif
