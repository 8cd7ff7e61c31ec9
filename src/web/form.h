/** @file
 * What a browser sends: targets, cookies and forms, read within bounds.
 *
 * Everything that is decoded is text: UTF-8 without control characters other than
 * tab and line end, in normal form C, line ends as one line feed. Bytes that are not
 * are refused (HW_E_SYNTAX), as is whatever is longer or more than the bounds say.
 *
 * Example:
 * @code
 *   hwp_fields fields = {.pairs = job->form, .most = HWP_MOST_FIELDS};
 *   HW_TRY(hwp_form_urlencoded(arena, body, n_body, &fields, err));
 *   job->n_form = fields.n;
 * @endcode
 */
#ifndef HW_WEB_FORM_H
#define HW_WEB_FORM_H

#include "web/job.h"

/** Parts of a path, at most. */
#define HWP_MOST_SEGMENTS 12

/** A target, taken apart; texts live in the arena. */
typedef struct hwp_target {
  const char *path;                        /**< decoded; for people, never for files */
  int n_segments;                          /**< "/" has none */
  const char *segments[HWP_MOST_SEGMENTS]; /**< decoded: '/' inside one is a character of it */
  const char *query;                       /**< undecoded; "" = none */
} hwp_target;

/** Takes a target apart. It must begin with '/'; empty parts, "." and ".." are refused, also
 * where they are encoded, as are '#' and characters that a browser would have encoded.
 * @return HW_OK; HW_E_SYNTAX; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_target_parse(hw_arena *arena, const char *target, hwp_target *out,
                                         hw_err *err);

/** Fields that are filled; caller's storage. */
typedef struct hwp_fields {
  hw_web_pair *pairs;
  int n, most;
  hwp_upload *uploads; /**< NULL = files are refused */
  int n_uploads, most_uploads;
} hwp_fields;

/** Makes a text of bytes that were decoded: what is no text is refused, CR LF and CR become LF, the
 * result is in normal form C. @param bytes  n, and room for one more; may be overwritten */
HW_MUST_CHECK hw_status hwp_form_text(hw_arena *arena, char *bytes, size_t n, const char **out,
                                      hw_err *err);

/** Reads "a=1&b=2", of a query or a form. @return HW_OK; HW_E_SYNTAX; HW_E_TOO_COMPLEX (more
 * fields than out->most); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_form_urlencoded(hw_arena *arena, const char *bytes, size_t n,
                                            hwp_fields *out, hw_err *err);

/** Reads multipart/form-data (RFC 7578). Files point into @p bytes.
 * @param content_type  the header, with the boundary. @return as above */
HW_MUST_CHECK hw_status hwp_form_multipart(hw_arena *arena, const char *content_type,
                                           const char *bytes, size_t n, hwp_fields *out,
                                           hw_err *err);

/** True if a Content-Type header names this type, parameters aside. */
bool hwp_type_is(const char *content_type, const char *type);

/** The value of a cookie in a Cookie header; the first of the name counts.
 * @return NULL if there is none, or its value is longer than @p most or holds anything but
 * letters, digits, '-' and '_' */
const char *hwp_cookie(hw_arena *arena, const char *header, const char *name, size_t most);

/** True for a path of this site that a redirection may lead to: "/families/F1?tab=2", not
 * "//elsewhere", nor one with line ends. */
bool hwp_stays_here(const char *path);

#endif
