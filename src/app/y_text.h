/** @file
 * Y-STR haplotypes as they are stored: "DYS19=14;DYS385=11,14;DYS390=24".
 *
 * An allele is a number of repeats, whole or with one to three bases more ("17.2"); a marker has one
 * allele, or up to HW_Y_TEXT_COPIES in ascending order. The same haplotype has one text: markers are
 * in the order of their names.
 *
 * Example:
 * @code
 *   hw_y_text text;
 *   s = hw_y_text_parse(&text, "DYS19=14;DYS385=11,14", &arena, err);
 *   text.markers[1].alleles[0];   // 110: in tenths of a repeat
 * @endcode
 */
#ifndef HW_APP_Y_TEXT_H
#define HW_APP_Y_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "homeward/status.h"

/** Most alleles at a marker, and most markers of a haplotype. */
#define HW_Y_TEXT_COPIES 4
#define HW_Y_TEXT_MARKERS 128

typedef struct hw_y_text_marker {
  const char *name;
  int16_t alleles[HW_Y_TEXT_COPIES]; /**< tenths of a repeat, ascending; 0 fills up */
} hw_y_text_marker;

typedef struct hw_y_text {
  int32_t n_markers;
  hw_y_text_marker *markers; /**< by name; in the arena */
} hw_y_text;

/** Reads the alleles of one marker: numbers parted by ',', '-', '/' or blanks.
 * @return HW_OK; HW_E_VALUE */
HW_MUST_CHECK hw_status hw_y_text_alleles(const char *text, int16_t alleles[HW_Y_TEXT_COPIES],
                                          hw_err *err);
/** Reads a haplotype. @return HW_OK; HW_E_SYNTAX (with the marker), HW_E_VALUE, HW_E_DUPLICATE,
 * HW_E_SHAPE (no marker, or more than HW_Y_TEXT_MARKERS); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_y_text_parse(hw_y_text *self, const char *text, hw_arena *arena,
                                        hw_err *err);
/** Puts markers in the order of their names. @return HW_OK; HW_E_DUPLICATE (one twice) */
HW_MUST_CHECK hw_status hw_y_text_sort(hw_y_text *self, hw_err *err);
/** Appends the text; markers without alleles are left out. */
void hw_y_text_format(const hw_y_text *self, hw_str *out);
/** True if it can be read. @return as hw_y_text_parse */
HW_MUST_CHECK hw_status hw_y_text_check(const char *text, hw_err *err);

#endif
