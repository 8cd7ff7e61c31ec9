/* Members of JSON objects: a name and its value in one call. */
#include "base/json_members.h"

#include <math.h>

void hw_json_add_text(hw_json_writer *self, const char *key, const char *value) {
  hw_json_write_key(self, key);
  hw_json_write_string(self, value);
}

void hw_json_add_given(hw_json_writer *self, const char *key, const char *value) {
  hw_json_add_text(self, key, value != NULL && value[0] != '\0' ? value : NULL);
}

void hw_json_add_null(hw_json_writer *self, const char *key) {
  hw_json_write_key(self, key);
  hw_json_write_null(self);
}

void hw_json_add_int(hw_json_writer *self, const char *key, int64_t value) {
  hw_json_write_key(self, key);
  hw_json_write_int(self, value);
}

void hw_json_add_count(hw_json_writer *self, const char *key, int64_t value) {
  if (value < 0)
    hw_json_add_null(self, key);
  else
    hw_json_add_int(self, key, value);
}

void hw_json_add_bool(hw_json_writer *self, const char *key, bool value) {
  hw_json_write_key(self, key);
  hw_json_write_bool(self, value);
}

void hw_json_add_double(hw_json_writer *self, const char *key, double value) {
  hw_json_write_key(self, key);
  hw_json_write_double(self, value);
}

void hw_json_add_double_short(hw_json_writer *self, const char *key, double value) {
  hw_json_write_key(self, key);
  hw_json_write_double_short(self, value);
}

void hw_json_add_number(hw_json_writer *self, const char *key, double value) {
  if (isnan(value))
    hw_json_add_null(self, key);
  else
    hw_json_add_double(self, key, value);
}

void hw_json_add_number_short(hw_json_writer *self, const char *key, double value) {
  if (isnan(value))
    hw_json_add_null(self, key);
  else
    hw_json_add_double_short(self, key, value);
}

void hw_json_add_object(hw_json_writer *self, const char *key) {
  hw_json_write_key(self, key);
  hw_json_write_begin_object(self);
}

void hw_json_add_array(hw_json_writer *self, const char *key) {
  hw_json_write_key(self, key);
  hw_json_write_begin_array(self);
}

void hw_json_add_row_object(hw_json_writer *self, const char *key) {
  hw_json_write_key(self, key);
  hw_json_write_begin_row_object(self);
}

void hw_json_add_row(hw_json_writer *self, const char *key) {
  hw_json_write_key(self, key);
  hw_json_write_begin_row(self);
}

void hw_json_add_doubles(hw_json_writer *self, const char *key, int32_t n, const double *values) {
  hw_json_add_row(self, key);
  for (int32_t i = 0; i < n; i++) hw_json_write_double(self, values[i]);
  hw_json_write_end_array(self);
}
