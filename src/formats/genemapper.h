/** @file
 * GeneMapper ID/ID-X and GeneMarker text: tables of called alleles.
 *
 * One row a sample and marker, or several groups of columns "Marker, Allele 1,
 * Allele 2 …" in one row; columns in any order and any case. A sample of the
 * list is one name in one sample file, run and kit, so that replicate
 * injections stay apart.
 *
 * Example:
 * @code
 *   hw_typing_list list = {0};
 *   hw_errors errors = {0};
 *   if (hw_genemapper_read("plate7.txt", &list, &errors) == HW_OK)
 *     printf("%d samples\n", list.n_samples);
 *   hw_typing_list_clear(&list);
 * @endcode
 */
#ifndef HW_FORMATS_GENEMAPPER_H
#define HW_FORMATS_GENEMAPPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/errors.h"
#include "formats/typing.h"

/** Largest file that is read, in bytes. */
#define HW_GENEMAPPER_MAX_BYTES ((size_t)1 << 30)

/** True if the content looks like such a table: one of the first rows names a sample, a marker and
 * an allele column. Reads no more than the beginning. */
bool hw_genemapper_is(const char *bytes, size_t n_bytes);

/** Reads a table.
 *
 * - "OL" and "OMR" (off ladder, outside the marker's range) set is_off_ladder and are no alleles;
 *   "-NB", "(NB)", "?", "*" behind an allele and parentheses around it set is_flagged and are left
 *   out; "-", "NA", "ND", "INC", "-9" mean no allele.
 * - "9,3" is 9.3; X and Y are capitals; all else stays as written.
 * - Columns that are not used, and every liberty above, are told in the notes.
 * - A header that is repeated or changes inside the file is followed.
 *
 * @param name    stands for the file in messages
 * @param out     [out] the samples; free with hw_typing_list_clear; empty on failure
 * @param errors  the mistakes, each with its line; a marker twice in one sample names both lines
 * @return HW_OK, or the status of the first error: HW_E_SYNTAX, HW_E_VALUE, HW_E_SHAPE,
 *         HW_E_DUPLICATE, HW_E_CONFLICT, HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_genemapper_parse(const char *bytes, size_t n_bytes, const char *name,
                                            hw_typing_list *out, hw_errors *errors);

/** The same from a file ("-" = standard input). @return also HW_E_NOT_FOUND, HW_E_DENIED, HW_E_IO */
HW_MUST_CHECK hw_status hw_genemapper_read(const char *path, hw_typing_list *out,
                                           hw_errors *errors);

/** Writes a table that reads back to the same samples: name, sample file, run, kit, category,
 * case, comment, analyst, and per marker the alleles and both marks. What such a table has no
 * column for (laboratory, batch, times, "is partial") is left out.
 * @return HW_OK; HW_E_VALUE (a text with a line break or a NUL byte); HW_E_IO */
HW_MUST_CHECK hw_status hw_genemapper_write(const hw_typing_list *self, FILE *out, hw_err *err);

#endif
