/** @file
 * Frequency tables, with every mistake of the input: what hw_frequency_table_new does, which tells
 * the first only.
 */
#ifndef HW_GENETICS_FREQUENCY_BUILD_H
#define HW_GENETICS_FREQUENCY_BUILD_H

#include "base/errors.h"
#include "homeward/frequency.h"

/** As hw_frequency_table_new.
 * @param errors  mistakes are added: those of single entries, or else the first of each marker
 * @return HW_OK, or as hw_errors_status */
HW_MUST_CHECK hw_status hw_frequency_table_build(const hw_frequency_entry *entries,
                                                 size_t n_entries, const char *population,
                                                 const hw_frequency_options *options,
                                                 hw_frequency_table **out, hw_errors *errors);

#endif
