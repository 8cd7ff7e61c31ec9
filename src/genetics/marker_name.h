/** @file
 * Spellings of marker names: one key for all of them.
 */
#ifndef HW_GENETICS_MARKER_NAME_H
#define HW_GENETICS_MARKER_NAME_H

#include <stddef.h>

/** Bytes of a key with its NUL; longer names are cut, which only very long foreign names feel. */
#define HW_MARKER_KEY_SIZE 128

/** Writes the key: equal keys mean the same marker (hw_marker_name_equal). */
void hw_marker_name_key(const char *name, char key[HW_MARKER_KEY_SIZE]);

#endif
