/** @file
 * Numbers in text files, in the same way on every machine.
 */
#ifndef HW_BASE_NUMBER_H
#define HW_BASE_NUMBER_H

#include <stdbool.h>

/** Reads a decimal number: [+-] digits [. digits] [e [+-] digits], at least one digit before or
 * behind the point, nothing before or after. The decimal sign is "." whatever the locale is;
 * "nan", "inf", hexadecimal and grouped digits are refused.
 * @return true if the whole text is one finite number */
bool hw_number_parse(const char *text, double *out);

#endif
