/** @file
 * Status codes and the error chain.
 *
 * Every function that can fail returns an hw_status: HW_OK (0) or a negative
 * code. Details for people go into an optional hw_err that the caller owns:
 * the message, and the place (file, line, column, field) where input was bad.
 *
 * Example:
 * @code
 *   hw_err err = HW_ERR_INIT;
 *   hw_case *c = NULL;
 *   if (hw_case_read_file("case.json", &c, &err) != HW_OK)
 *     fprintf(stderr, "homeward: %s\n", hw_err_text(&err, buf, sizeof buf));
 * @endcode
 */
#ifndef HOMEWARD_STATUS_H
#define HOMEWARD_STATUS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define HW_MUST_CHECK __attribute__((warn_unused_result))
#define HW_PRINTF(format_index, first_arg) \
  __attribute__((format(__printf__, format_index, first_arg)))
#else
#define HW_MUST_CHECK
#define HW_PRINTF(format_index, first_arg)
#endif
#if defined(__GNUC__)
#define HW_API __attribute__((visibility("default")))
#else
#define HW_API
#endif

typedef enum hw_status {
#define HW_STATUS(name, value, family, sentence, exit_status) HW_##name = value,
#include "homeward/status.def"
#undef HW_STATUS
} hw_status;

/** One error, owned by the caller; all strings are inline and NUL-terminated.
 * A zeroed hw_err is empty. Functions overwrite what an earlier call left. */
typedef struct hw_err {
  hw_status status;  /**< HW_OK while empty */
  uint64_t line;     /**< 1-based; 0 = not known */
  uint64_t column;   /**< 1-based; 0 = not known */
  char file[256];    /**< file name as the user gave it; "" = not known */
  char field[192];   /**< path of the field, e.g. "cases[3].markers[0].alleles" */
  char message[512]; /**< what was seen, what was expected, what to do */
} hw_err;

#define HW_ERR_INIT \
  { HW_OK, 0, 0, "", "", "" }

/** Sets status and message; place fields are cleared. @p err may be NULL.
 * @return @p status, so that `return hw_err_set(err, HW_E_VALUE, "…")` works. */
HW_API hw_status hw_err_set(hw_err *err, hw_status status, const char *format, ...) HW_PRINTF(3, 4);
/** Adds the place in a file; a NULL or zero part keeps what is there. */
HW_API void hw_err_place(hw_err *err, const char *file, uint64_t line, uint64_t column);
/** Puts a path component in front of the field path ("markers[2]" before
 * "alleles[0]" gives "markers[2].alleles[0]"). */
HW_API void hw_err_field(hw_err *err, const char *format, ...) HW_PRINTF(2, 3);
/** Appends ", while …" to the message. */
HW_API void hw_err_while(hw_err *err, const char *format, ...) HW_PRINTF(2, 3);
/** One line without newline: "FILE:LINE:COLUMN: FIELD: MESSAGE" with the parts
 * that are known. @return @p buffer */
HW_API const char *hw_err_text(const hw_err *err, char *buffer, size_t size);

/** The enumerator's name ("HW_E_VALUE"); "unknown status" for a foreign value. */
HW_API const char *hw_status_name(hw_status status);
/** The sentence of status.def. */
HW_API const char *hw_status_sentence(hw_status status);
/** The family of status.def ("malformed input", …). */
HW_API const char *hw_status_family(hw_status status);
/** The program's exit status for this code. */
HW_API int hw_status_exit(hw_status status);

#ifdef __cplusplus
}
#endif
#endif
