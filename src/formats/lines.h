/** @file
 * Lines of a text that may be compressed (gzip, bgzip), of a file of any size.
 *
 * Example:
 * @code
 *   hwp_lines lines = {0};
 *   char *line;
 *   size_t n;
 *   s = hwp_lines_open(&lines, "sites.beagle.gz", err);
 *   while (s == HW_OK && (s = hwp_lines_next(&lines, &line, &n, err)) == HW_OK && line != NULL)
 *     use(line, n, lines.line);
 *   hwp_lines_clear(&lines);
 * @endcode
 */
#ifndef HW_FORMATS_LINES_H
#define HW_FORMATS_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "homeward/status.h"

/** Longest line, in bytes. */
#define HWP_LINES_MAX_LINE ((size_t)256 << 20)

/** One reader; zero it before opening. Members are private but for the first two. */
typedef struct hwp_lines {
  const char *name; /**< of the file, for messages */
  uint64_t line;    /**< of the line that was given last, from 1 */
  struct BGZF *stream;
  char *window;
  size_t capacity, begin, end;
  bool is_last;    /**< the stream gives no more */
  bool is_blocked; /**< bgzip, whose end is marked */
} hwp_lines;

/** Opens a file ("-" = standard input); the path is borrowed. Free with hwp_lines_clear, also after
 * a failure. @return HW_OK; HW_E_NOT_FOUND, HW_E_DENIED, HW_E_IO; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_lines_open(hwp_lines *self, const char *path, hw_err *err);
/** The same from memory, which is copied. */
HW_MUST_CHECK hw_status hwp_lines_init(hwp_lines *self, const char *bytes, size_t n_bytes,
                                       const char *name, hw_err *err);
void hwp_lines_clear(hwp_lines *self);
/** The next line without its end (LF, CRLF); NUL-terminated, may be changed, valid until the next
 * call; NULL at the end.
 * @return HW_OK; HW_E_SYNTAX (a NUL byte; compressed data that are damaged or cut off);
 *         HW_E_VALUE (a line too long); HW_E_IO; HW_E_NO_MEMORY; with file and line */
HW_MUST_CHECK hw_status hwp_lines_next(hwp_lines *self, char **line, size_t *n_bytes, hw_err *err);

/* --- for the readers of htslib's own formats --- */

struct hFILE;

/** Opens what htslib reads from: a file ("-" = standard input), and nothing but a file whatever the
 * path looks like; or a copy of bytes. Closed with what it is given to. */
HW_MUST_CHECK hw_status hwp_lines_open_path(const char *path, struct hFILE **out, hw_err *err);
HW_MUST_CHECK hw_status hwp_lines_open_bytes(const char *bytes, size_t n_bytes, struct hFILE **out,
                                             hw_err *err);
/** Begins reading lines of such a file, which it takes, also where it fails. */
HW_MUST_CHECK hw_status hwp_lines_begin(hwp_lines *self, struct hFILE *take_file, const char *name,
                                        hw_err *err);

#endif
