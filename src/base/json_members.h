/** @file
 * Members of JSON objects: a name and its value in one call.
 *
 * Each function is hw_json_write_key followed by one value of base/json_write.h, inside an object
 * that is open. What differs is how a value that is missing is written:
 *
 *     hw_json_add_text     NULL is null, "" is ""
 *     hw_json_add_given    NULL and "" are null: a text that was not given
 *     hw_json_add_number   NaN is null: a number that is not known
 *     hw_json_add_double   NaN is "undefined": a ratio, which is always known but may be 0/0
 *     hw_json_add_count    a negative number is null: a count that is not known, a limit that is off
 *
 * Infinities are "inf" and "-inf" in all of them.
 *
 * Example:
 * @code
 *   hw_json_write_begin_object(&w);
 *   hw_json_add_text(&w, "marker", "D3S1358");
 *   hw_json_add_double(&w, "log10_lr", lr);
 *   hw_json_add_row(&w, "persons");
 *   for (int32_t i = 0; i < n; i++) hw_json_write_string(&w, persons[i].id);
 *   hw_json_write_end_array(&w);
 *   hw_json_write_end_object(&w);
 * @endcode
 */
#ifndef HW_BASE_JSON_MEMBERS_H
#define HW_BASE_JSON_MEMBERS_H

#include "base/json_write.h"

void hw_json_add_text(hw_json_writer *self, const char *key, const char *value);
void hw_json_add_given(hw_json_writer *self, const char *key, const char *value);
void hw_json_add_null(hw_json_writer *self, const char *key);
void hw_json_add_int(hw_json_writer *self, const char *key, int64_t value);
void hw_json_add_count(hw_json_writer *self, const char *key, int64_t value);
void hw_json_add_bool(hw_json_writer *self, const char *key, bool value);

/** 17 significant digits. */
void hw_json_add_number(hw_json_writer *self, const char *key, double value);
void hw_json_add_double(hw_json_writer *self, const char *key, double value);
/** The fewest digits that read back to the same bits. */
void hw_json_add_number_short(hw_json_writer *self, const char *key, double value);
void hw_json_add_double_short(hw_json_writer *self, const char *key, double value);

/** Begins a member; ended by hw_json_write_end_object or hw_json_write_end_array. A row stays on
 * one line, with all that is in it. */
void hw_json_add_object(hw_json_writer *self, const char *key);
void hw_json_add_array(hw_json_writer *self, const char *key);
void hw_json_add_row_object(hw_json_writer *self, const char *key);
void hw_json_add_row(hw_json_writer *self, const char *key);

/** A whole row of numbers, each as hw_json_write_double. @param values  n of them */
void hw_json_add_doubles(hw_json_writer *self, const char *key, int32_t n, const double *values);

#endif
