/** @file
 * Alleles of STR markers as files write them: numbers, in one spelling.
 *
 * "9.30", "09.3" and "9.3" are one allele. A table of frequencies that writes the
 * first and a profile that writes the last would not meet, so that every reader
 * brings numbers to the same spelling.
 *
 * Example:
 * @code
 *   bool is_rewritten = false;
 *   if (hw_allele_is_number(text)) text = hw_allele_normalise(text, &is_rewritten);
 * @endcode
 */
#ifndef HW_FORMATS_ALLELE_H
#define HW_FORMATS_ALLELE_H

#include <stdbool.h>

/** True for digits with at most one point between them, at most four before it and three behind (no
 * allele has ten thousand repeats); a "<" or ">" before them is CODIS' "below the ladder" and
 * "above". */
bool hw_allele_is_number(const char *text);

/** The one spelling of such a number: without zeros before it or behind its point.
 * @param is_rewritten  [out] set if it differs; else left alone
 * @return a place in @p text, which is changed */
char *hw_allele_normalise(char *text, bool *is_rewritten);

#endif
