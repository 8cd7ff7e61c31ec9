/* Shared inside src/language. */
#ifndef HW_LANGUAGE_LANGUAGE_INT_H
#define HW_LANGUAGE_LANGUAGE_INT_H

#include "language/language.h"

/* Appends a text with its places {1} … {9} filled. */
void hwp_text_fill_places(hw_str *out, const char *text, int n, const char *const *args);

#endif
