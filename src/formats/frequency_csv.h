/** @file
 * Frequency tables from CSV, with every mistake of the file: what hw_frequency_table_read does,
 * which tells the first only.
 *
 * Example:
 * @code
 *   hw_errors errors = {0};
 *   hw_frequency_table *table = NULL;
 *   if (hw_frequency_csv_read("asian.csv", HW_TEXT_DETECT, NULL, &table, &errors) != HW_OK)
 *     for (int i = 0; i < hw_errors_kept(&errors); i++) tell(&errors.kept[i]);
 *   hw_frequency_table_delete(table);
 * @endcode
 */
#ifndef HW_FORMATS_FREQUENCY_CSV_H
#define HW_FORMATS_FREQUENCY_CSV_H

#include "base/errors.h"
#include "formats/text.h"
#include "homeward/frequency.h"

/** As hw_frequency_table_read.
 * @param encoding  as for hw_csv_open_as
 * @param errors  mistakes are added: of rows and cells; where there are none, of markers. What
 *                concerns the whole file (its header, several populations) ends the reading
 * @return HW_OK, or as hw_errors_status */
HW_MUST_CHECK hw_status hw_frequency_csv_read(const char *path, hw_text_encoding encoding,
                                              const hw_frequency_options *options,
                                              hw_frequency_table **out, hw_errors *errors);

/** The same from memory; @p name stands for the file in messages. */
HW_MUST_CHECK hw_status hw_frequency_csv_parse(const char *bytes, size_t n_bytes, const char *name,
                                               const hw_frequency_options *options,
                                               hw_frequency_table **out, hw_errors *errors);

#endif
