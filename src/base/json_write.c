/* Streaming JSON writer.
 *
 * State is a stack of open containers; each value first writes what separates it
 * from its predecessor (comma, line, indentation). Calls that would not make
 * JSON (a value without key in an object, a key in an array, closing what is not
 * open) set HW_E_BUG once and silence the rest: a wrong file is never completed.
 *
 * A "row" is a container on one line when indenting: per-marker numbers and
 * matrices stay readable, and files stay short. */
#include "base/json_write.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* --- bytes --- */

static void put(hw_json_writer *self, const char *bytes, size_t n) {
  if (self->status != HW_OK || n == 0) return;
  if (self->str) {
    hw_str_append_bytes(self->str, bytes, n);
    self->status = hw_str_status(self->str);
  } else if (fwrite(bytes, 1, n, self->file) != n) {
    self->status = HW_E_IO;
  }
}

static void put_text(hw_json_writer *self, const char *text) {
  put(self, text, strlen(text));
}

static void put_line(hw_json_writer *self) {
  put_text(self, "\n");
  for (int i = 0; i < self->depth * self->indent; i++) put_text(self, " ");
}

/* A JSON string: control characters, quote and backslash escaped, the rest as it is. */
static void put_quoted(hw_json_writer *self, const char *text) {
  const size_t n = strlen(text);
  size_t plain = 0; /* text[plain … i) waits to be written as it is */
  put_text(self, "\"");
  for (size_t i = 0; i < n;) {
    const unsigned char byte = (unsigned char)text[i];
    const size_t length = hw_utf8_length(text + i, n - i);
    if (length > 0 && byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7F) {
      i += length;
      continue;
    }
    put(self, text + plain, i - plain);
    char escape[8];
    if (length == 0)
      put_text(self, "\xEF\xBF\xBD"); /* U+FFFD */
    else if (byte == '"' || byte == '\\')
      put(self, (const char[]){'\\', (char)byte}, 2);
    else if (byte == '\n')
      put_text(self, "\\n");
    else if (byte == '\t')
      put_text(self, "\\t");
    else
      put(self, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", (unsigned)byte));
    i++;
    plain = i;
  }
  put(self, text + plain, n - plain);
  put_text(self, "\"");
}

/* --- structure --- */

static void init(hw_json_writer *self, FILE *file, hw_str *str, int indent) {
  memset(self, 0, sizeof *self);
  self->file = file;
  self->str = str;
  self->indent = indent > 0 ? indent : 0;
}

void hw_json_write_init_file(hw_json_writer *self, FILE *file, int indent) {
  init(self, file, NULL, indent);
}

void hw_json_write_init_str(hw_json_writer *self, hw_str *str, int indent) {
  init(self, NULL, str, indent);
}

/* True while every open container has its own lines. */
static bool has_lines(const hw_json_writer *self) {
  return self->indent > 0 && self->row_depth == 0;
}

/* Comma and line before an item of the innermost container. */
static void separate(hw_json_writer *self) {
  if (self->level[self->depth].has_items) put_text(self, has_lines(self) ? "," : ", ");
  if (has_lines(self) && self->depth > 0) put_line(self);
  self->level[self->depth].has_items = true;
}

/* What comes before any value; false if no value may stand here. */
static bool begin_value(hw_json_writer *self) {
  if (self->status != HW_OK) return false;
  const bool is_in_object = self->level[self->depth].close == '}';
  const bool is_second_root = self->depth == 0 && self->level[0].has_items;
  if (is_in_object != self->after_key || is_second_root) {
    self->status = HW_E_BUG;
    return false;
  }
  if (self->after_key)
    self->after_key = false; /* the key was separated */
  else
    separate(self);
  return self->status == HW_OK;
}

static void begin(hw_json_writer *self, char open, char close, bool is_row) {
  if (!begin_value(self)) return;
  if (self->depth == HW_JSON_WRITE_MAX_DEPTH) {
    self->status = HW_E_BUG;
    return;
  }
  put(self, &open, 1);
  self->depth++;
  self->level[self->depth].close = close;
  self->level[self->depth].has_items = false;
  if (is_row && self->row_depth == 0) self->row_depth = self->depth;
}

static void end(hw_json_writer *self, char close) {
  if (self->status != HW_OK) return;
  if (self->depth == 0 || self->level[self->depth].close != close || self->after_key) {
    self->status = HW_E_BUG;
    return;
  }
  const bool has_own_line = has_lines(self) && self->level[self->depth].has_items;
  if (self->row_depth == self->depth) self->row_depth = 0;
  self->depth--;
  if (has_own_line) put_line(self);
  put(self, &close, 1);
}

void hw_json_write_begin_object(hw_json_writer *self) {
  begin(self, '{', '}', false);
}

void hw_json_write_begin_row_object(hw_json_writer *self) {
  begin(self, '{', '}', true);
}

void hw_json_write_end_object(hw_json_writer *self) {
  end(self, '}');
}

void hw_json_write_begin_array(hw_json_writer *self) {
  begin(self, '[', ']', false);
}

void hw_json_write_begin_row(hw_json_writer *self) {
  begin(self, '[', ']', true);
}

void hw_json_write_end_array(hw_json_writer *self) {
  end(self, ']');
}

void hw_json_write_key(hw_json_writer *self, const char *key) {
  if (self->status != HW_OK) return;
  if (self->level[self->depth].close != '}' || self->after_key) {
    self->status = HW_E_BUG;
    return;
  }
  separate(self);
  put_quoted(self, key);
  put_text(self, ": ");
  self->after_key = true;
}

/* --- values --- */

void hw_json_write_null(hw_json_writer *self) {
  if (begin_value(self)) put_text(self, "null");
}

void hw_json_write_bool(hw_json_writer *self, bool value) {
  if (begin_value(self)) put_text(self, value ? "true" : "false");
}

void hw_json_write_string(hw_json_writer *self, const char *text) {
  if (!begin_value(self)) return;
  if (text)
    put_quoted(self, text);
  else
    put_text(self, "null");
}

void hw_json_write_int(hw_json_writer *self, int64_t value) {
  char buffer[24];
  if (begin_value(self))
    put(self, buffer, (size_t)snprintf(buffer, sizeof buffer, "%lld", (long long)value));
}

size_t hw_json_format_double(double value, int digits, char *buffer) {
  char local[HW_JSON_DOUBLE_SIZE + 8];
  const int length = snprintf(local, sizeof local, "%.*g", digits, value);
  size_t used = 0;
  bool was_point = false;
  for (int i = 0; i < length && i < (int)sizeof local - 1; i++) {
    /* Whatever is no digit, sign or exponent is the locale's decimal point. */
    const bool is_point = strchr("0123456789+-e", local[i]) == NULL;
    if (!is_point || !was_point) buffer[used++] = is_point ? '.' : local[i];
    was_point = is_point;
  }
  buffer[used] = '\0';
  return used;
}

size_t hw_json_format_double_short(double value, char *buffer) {
  int digits = 15;
  for (; digits < 17; digits++) {
    char local[HW_JSON_DOUBLE_SIZE + 8];
    snprintf(local, sizeof local, "%.*g", digits, value); /* read back in the same locale */
    const double back = strtod(local, NULL);
    if (memcmp(&back, &value, sizeof back) == 0) break;
  }
  return hw_json_format_double(value, digits, buffer);
}

/* Writes infinities and NaN by their names; false for finite values. */
static bool put_special(hw_json_writer *self, double value) {
  if (isfinite(value)) return false;
  put_text(self, isnan(value) ? "\"undefined\"" : value > 0 ? "\"inf\"" : "\"-inf\"");
  return true;
}

void hw_json_write_double(hw_json_writer *self, double value) {
  char buffer[HW_JSON_DOUBLE_SIZE];
  if (!begin_value(self) || put_special(self, value)) return;
  put(self, buffer, hw_json_format_double(value, 17, buffer));
}

void hw_json_write_double_short(hw_json_writer *self, double value) {
  char buffer[HW_JSON_DOUBLE_SIZE];
  if (!begin_value(self) || put_special(self, value)) return;
  if (value == 0 && signbit(value)) { /* "-0" would be read as the integer, which has no sign */
    put_text(self, "-0.0");
    return;
  }
  put(self, buffer, hw_json_format_double_short(value, buffer));
}

hw_status hw_json_write_finish_bare(hw_json_writer *self, hw_err *err) {
  if (self->status == HW_OK && (self->depth != 0 || !self->level[0].has_items))
    self->status = HW_E_BUG;
  errno = 0;
  if (self->file && fflush(self->file) != 0 && self->status == HW_OK) self->status = HW_E_IO;
  switch (self->status) {
    case HW_OK:
      return HW_OK;
    case HW_E_IO:
      return hw_err_set(err, HW_E_IO, "cannot write: %s", errno ? strerror(errno) : "stream error");
    case HW_E_NO_MEMORY:
      return hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted: cannot hold the JSON text");
    default:
      return hw_err_set(err, self->status, "the writer's calls do not make one JSON value");
  }
}

hw_status hw_json_write_finish(hw_json_writer *self, hw_err *err) {
  put_text(self, "\n");
  return hw_json_write_finish_bare(self, err);
}

hw_status hw_json_write_finish_in(hw_json_writer *self, hw_arena *arena, const char **out,
                                  hw_err *err) {
  hw_status status = hw_json_write_finish_bare(self, err);
  if (status == HW_OK) {
    const char *text = hw_arena_strdup(arena, hw_str_text(self->str));
    if (text != NULL)
      *out = text;
    else
      status = hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted: cannot hold the JSON text");
  }
  hw_str_clear(self->str);
  return status;
}
