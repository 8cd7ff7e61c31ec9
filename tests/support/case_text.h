/* Case files for the tests of the reader, and replacing a part of one. */
#ifndef HW_TESTS_CASE_TEXT_H
#define HW_TESTS_CASE_TEXT_H

/* A comparison that uses every part of the format. */
extern const char CASE_COMPARISON[];
/* A victim identification. */
extern const char CASE_DVI[];

/* @p text with its first @p from replaced by @p to, which must be there. Free the
 * result. */
char *case_text_replace(const char *text, const char *from, const char *to);

#endif
