/** @file
 * Cases from a file of any kind that holds some: homeward-case JSON, or Familias.
 *
 * The kind is known by the content, not by the name.
 *
 * Example:
 * @code
 *   hw_case_source source = {0};
 *   if (hw_case_source_read("case.fam", &source, &errors) == HW_OK) {
 *     for (int32_t i = 0; i < source.n_notes; i++) puts(source.notes[i].text);
 *     use(&source.list);
 *   }
 *   hw_case_source_clear(&source);
 * @endcode
 */
#ifndef HW_FORMATS_CASE_SOURCE_H
#define HW_FORMATS_CASE_SOURCE_H

#include "formats/fam.h"

/** A file's cases. Zero it before reading; free with hw_case_source_clear. */
typedef struct hw_case_source {
  hw_case_list list; /**< a view: never to be deleted; n_cases is at least 1 */
  int32_t n_notes;   /**< how the file was understood */
  const hw_note *notes;
  hw_case_list *json; /**< private */
  hw_fam *fam;        /**< the whole file, if it is one of Familias; else NULL */
} hw_case_source;

/** Reads a file ("-" = standard input).
 * @param out     [out] untouched on failure
 * @param errors  [out] zeroed by the caller
 * @return as hw_case_list_read and hw_fam_read; HW_E_SHAPE for a Familias file without persons */
HW_MUST_CHECK hw_status hw_case_source_read(const char *path, hw_case_source *out,
                                            hw_errors *errors);

/** Frees everything; NULL and a zeroed one are allowed. */
void hw_case_source_clear(hw_case_source *self);

#endif
