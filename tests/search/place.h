/** @file
 * A folder of its own for a test, and the files in it.
 */
#ifndef HW_TESTS_SEARCH_PLACE_H
#define HW_TESTS_SEARCH_PLACE_H

/** Path of a file in the test's folder, which is made. Valid until place_clear. */
char *place_file(const char *name);
/** Files in the folder. */
int place_count(void);
/** Removes the folder with all that is in it. */
void place_clear(void);

#endif
