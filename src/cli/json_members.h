/* Members of JSON objects, as every command writes them.
 *
 * A number that is not known is null. A ratio is never unknown but may be 0/0, which is the
 * string "undefined" ("inf" and "-inf" are written alike in both). */
#ifndef HW_CLI_JSON_MEMBERS_H
#define HW_CLI_JSON_MEMBERS_H

#include <math.h>

#include "base/json_write.h"

/* NULL = null. */
static inline void cli_json_text(hw_json_writer *w, const char *key, const char *value) {
  hw_json_write_key(w, key);
  hw_json_write_string(w, value);
}

/* NULL and "" = null: a text that was not given. */
static inline void cli_json_given(hw_json_writer *w, const char *key, const char *value) {
  hw_json_write_key(w, key);
  hw_json_write_string(w, value != NULL && value[0] != '\0' ? value : NULL);
}

/* 17 digits. */
static inline void cli_json_number(hw_json_writer *w, const char *key, double value) {
  hw_json_write_key(w, key);
  if (isnan(value))
    hw_json_write_null(w);
  else
    hw_json_write_double(w, value);
}

/* As few digits as give the same number back. */
static inline void cli_json_short(hw_json_writer *w, const char *key, double value) {
  hw_json_write_key(w, key);
  if (isnan(value))
    hw_json_write_null(w);
  else
    hw_json_write_double_short(w, value);
}

static inline void cli_json_ratio(hw_json_writer *w, const char *key, double value) {
  hw_json_write_key(w, key);
  hw_json_write_double(w, value);
}

static inline void cli_json_count(hw_json_writer *w, const char *key, int64_t value) {
  hw_json_write_key(w, key);
  hw_json_write_int(w, value);
}

static inline void cli_json_yes_no(hw_json_writer *w, const char *key, bool value) {
  hw_json_write_key(w, key);
  hw_json_write_bool(w, value);
}

#endif
