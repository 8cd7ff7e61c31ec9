/** @file
 * Writing HTML: the only way by which text comes into a page.
 *
 * Texts and attributes are escaped, bytes that are no UTF-8 replaced, elements closed
 * in order. Links lead to this site only: a value of href, src or action that does not
 * begin with one '/' or with '#' is a mistake of ours and ends the page with an error.
 * Names of elements and attributes are constants of the program.
 *
 * Failures are kept: write without checking, hwp_html_end tells.
 *
 * Example:
 * @code
 *   hwp_open(h, "p", "class", "lead", NULL);
 *   hwp_text(h, "Gia đình ");
 *   hwp_leaf(h, "a", code, "href", hwp_url(arena, "/families/", code), NULL);
 *   hwp_close(h);
 * @endcode
 */
#ifndef HW_WEB_HTML_H
#define HW_WEB_HTML_H

#include "base/arena.h"
#include "base/str.h"

/** Deepest nesting. */
#define HWP_HTML_DEEPEST 64

/** A page in the making; members are private. */
typedef struct hwp_html {
  hw_str *out;
  int depth;
  const char *open[HWP_HTML_DEEPEST];
  hw_status status; /* first failure */
} hwp_html;

/** Begins writing; what is written is appended. */
void hwp_html_init(hwp_html *self, hw_str *out);
/** @return HW_OK; HW_E_NO_MEMORY; HW_E_BUG (elements left open, a link that leads away) */
HW_MUST_CHECK hw_status hwp_html_end(hwp_html *self, hw_err *err);

/** Opens an element. Attributes are pairs of texts, ended by NULL; one whose value is NULL is left
 * out, one whose value is "" has no value. */
void hwp_open(hwp_html *self, const char *tag, ... /* name, value, …, NULL */)
    __attribute__((sentinel));
/** Closes the element that was opened last. */
void hwp_close(hwp_html *self);
/** Closes until as many are open as hwp_depth said. */
int hwp_depth(const hwp_html *self);
void hwp_close_to(hwp_html *self, int depth);
/** An element with a text and nothing else. */
void hwp_leaf(hwp_html *self, const char *tag, const char *text, ...) __attribute__((sentinel));
/** An element that cannot hold anything: input, br, img, meta, link. */
void hwp_void(hwp_html *self, const char *tag, ...) __attribute__((sentinel));
/** Text; NULL = none. */
void hwp_text(hwp_html *self, const char *text);
/** A picture that homeward/canvas.h made as SVG: written as it is. */
void hwp_svg(hwp_html *self, const char *bytes, size_t n);

/** A path of this site with one more part, percent-encoded. @param path  "/families/"
 * @return in the arena; NULL if memory is exhausted (an attribute that is then left out) */
const char *hwp_url(hw_arena *arena, const char *path, const char *part);
/** The same with a query field: hwp_url_query(arena, "/find", "q", text). */
const char *hwp_url_query(hw_arena *arena, const char *path, const char *name, const char *value);

#endif
