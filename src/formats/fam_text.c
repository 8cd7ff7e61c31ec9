/* .fam reader: lines, and the few kinds of values that stand in them.
 *
 * The kinship part and the database of a .fam file have one value a line and no
 * names for them: a reader that loses count reads frequencies as alleles. So
 * every value is asked for by what it should be, and the first that is something
 * else ends the reading with its line; counts that would need more lines than
 * there are left are refused before memory is taken for them.
 *
 * Liberties, all of which Familias or its neighbours take: blank lines anywhere,
 * blanks and tabs around values, text without its quotation marks, any line
 * ending, any encoding (see text.h), a decimal comma where it is the only mark in
 * a number. Each is harmless because what it could be confused with is refused:
 * a number with both marks, a name with a quotation mark inside. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "formats/fam_int.h"
#include "formats/text.h"

/* --- errors, notes, memory --- */

hw_status(hwp_fam_refuse)(hwp_fam_reader *self, uint64_t line, hw_status status, const char *field,
                          const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  (void)hw_err_set(&self->err, status, "%s", text);
  if (field != NULL) hw_err_field(&self->err, "%s", field);
  hw_err_place(&self->err, self->name, line, 0);
  return status;
}

hw_status hwp_fam_report(hwp_fam_reader *self, hw_status status) {
  if (status == HW_OK || self->is_told) return status; /* told deeper down, on its way up */
  if (self->err.file[0] == '\0') hw_err_place(&self->err, self->name, 0, 0);
  if (hw_errors_add(self->errors, &self->err)) return HW_OK;
  self->is_told = true;
  return status;
}

hw_status hwp_fam_note(hwp_fam_reader *self, uint64_t line, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return hw_notes_add(&self->notes, line, &self->err, "%s", text);
}

void *hwp_fam_alloc(hwp_fam_reader *self, int64_t n, size_t size) {
  void *memory = hw_arena_alloc_array(self->arena, (size_t)n, size);
  if (memory == NULL) (void)HW_NO_MEMORY(&self->err, "the file");
  return memory;
}

void *hwp_fam_grow(hwp_fam_reader *self, void *items, int32_t n, size_t size) {
  const bool is_full = n == 0 || (n >= 4 && (n & (n - 1)) == 0);
  if (!is_full) return items;
  void *larger = hwp_fam_alloc(self, n == 0 ? 4 : 2 * (int64_t)n, size);
  if (larger != NULL && n > 0) memcpy(larger, items, (size_t)n * size);
  return larger;
}

hw_status hwp_fam_print(hwp_fam_reader *self, const char **out, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  const int length = vsnprintf(NULL, 0, format, args);
  va_end(args);
  char *text = length < 0 ? NULL : hw_arena_alloc(self->arena, (size_t)length + 1);
  if (text != NULL) vsnprintf(text, (size_t)length + 1, format, again);
  va_end(again);
  *out = text;
  return text != NULL ? HW_OK : HW_NO_MEMORY(&self->err, "the file");
}

/* --- lines --- */

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

static size_t line_length(const char *text, const char *end) {
  const char *c = text;
  while (c < end && *c != '\n' && *c != '\r') c++;
  return (size_t)(c - text);
}

static const char *behind_line(const char *c, const char *end) {
  if (c < end && *c == '\r') {
    c++;
    if (c < end && *c == '\n') c++;
    return c;
  }
  return c < end ? c + 1 : c;
}

static char *trim(char *text, size_t n) {
  while (n > 0 && is_blank(text[n - 1])) n--;
  text[n] = '\0';
  while (is_blank(*text)) text++;
  return text;
}

static hw_status split(hwp_fam_reader *self, const char *bytes, size_t n_bytes) {
  /* The copy ends in a NUL, which also ends a last line without line ending. */
  char *copy = hw_arena_strndup(self->arena, bytes, n_bytes);
  if (copy == NULL) return HW_NO_MEMORY(&self->err, "the file");
  const char *end = copy + n_bytes;
  int64_t n = 0;
  for (const char *c = copy; c < end; n++) c = behind_line(c + line_length(c, end), end);
  if (n > INT32_MAX / 2)
    return hwp_fam_refuse(self, 0, HW_E_VALUE, NULL, "%lld lines are too many", (long long)n);
  self->lines = hwp_fam_alloc(self, n, sizeof *self->lines);
  if (self->lines == NULL) return HW_E_NO_MEMORY;
  for (char *c = copy; c < end; self->n_lines++) {
    const size_t length = line_length(c, end);
    const char *next = behind_line(c + length, end);
    self->lines[self->n_lines] = trim(c, length);
    c += next - c;
  }
  return HW_OK;
}

hw_status hwp_fam_split(hwp_fam_reader *self, const char *bytes, size_t n_bytes) {
  hw_decoded text = {0};
  const hw_status decoded = hw_text_decode(bytes, n_bytes, HW_TEXT_DETECT, &text, &self->err);
  if (decoded != HW_OK) {
    hw_err_place(&self->err, self->name, 0, 0);
    return decoded;
  }
  hw_status status = split(self, text.bytes, text.n_bytes);
  if (status == HW_OK && text.encoding != HW_TEXT_UTF8)
    status = hwp_fam_note(self, 0, "the file is %s; its text was converted to UTF-8",
                          hw_text_encoding_name(text.encoding));
  hw_text_clear(&text);
  return status;
}

const char *hwp_fam_peek(hwp_fam_reader *self) {
  while (self->at < self->n_lines && self->lines[self->at][0] == '\0') self->at++;
  return self->at < self->n_lines ? self->lines[self->at] : NULL;
}

uint64_t hwp_fam_line(const hwp_fam_reader *self) {
  return (uint64_t)self->at;
}

hw_status hwp_fam_next(hwp_fam_reader *self, const char *what, char **out) {
  if (hwp_fam_peek(self) == NULL)
    return hwp_fam_refuse(self, (uint64_t)self->n_lines, HW_E_SYNTAX, NULL,
                          "the file ends where %s should stand; is it cut short?", what);
  *out = self->lines[self->at++];
  return HW_OK;
}

/* --- values --- */

char *hwp_fam_unquote(char *text) {
  size_t n = strlen(text);
  if (n > 0 && text[n - 1] == '"') text[--n] = '\0';
  if (n > 0 && text[0] == '"') {
    text++;
    n--;
  }
  return trim(text, n);
}

hw_status hwp_fam_text(hwp_fam_reader *self, const char *what, const char **out) {
  char *text = NULL;
  HW_TRY(hwp_fam_next(self, what, &text));
  if (text[0] == '[' || text[0] == '#')
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SYNTAX, NULL,
                          "\"%.60s\" stands where %s is expected, in quotation marks", text, what);
  *out = hwp_fam_unquote(text);
  return HW_OK;
}

hw_status hwp_fam_bool(hwp_fam_reader *self, const char *what, bool *out, const char **rest) {
  char *text = NULL;
  HW_TRY(hwp_fam_next(self, what, &text));
  const char *value = hwp_fam_unquote(text);
  const bool is_true = hwp_fam_starts(value, "#TRUE#");
  if (!is_true && !hwp_fam_starts(value, "#FALSE#"))
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SYNTAX, NULL,
                          "\"%.60s\" stands where #TRUE# or #FALSE# is expected: %s", value, what);
  *out = is_true;
  const char *behind = value + (is_true ? 6 : 7);
  if (rest != NULL) {
    *rest = behind;
  } else if (*behind != '\0') {
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SYNTAX, NULL,
                          "\"%.60s\" stands where #TRUE# or #FALSE# alone is expected: %s", value,
                          what);
  }
  return HW_OK;
}

const char *hwp_fam_to_integer(const char *text, int32_t *out) {
  const char *c = text;
  int64_t value = 0;
  const bool is_negative = *c == '-';
  if (is_negative) c++;
  const char *digits = c;
  for (; *c >= '0' && *c <= '9'; c++) {
    value = value * 10 + (*c - '0');
    if (value > INT32_MAX) return NULL;
  }
  if (c == digits) return NULL;
  *out = (int32_t)(is_negative ? -value : value);
  return c;
}

hw_status hwp_fam_integer(hwp_fam_reader *self, const char *what, int32_t least, int32_t *out) {
  char *text = NULL;
  HW_TRY(hwp_fam_next(self, what, &text));
  const char *behind = hwp_fam_to_integer(text, out);
  if (behind == NULL || *behind != '\0' || *out < least)
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SYNTAX, NULL,
                          "\"%.60s\" stands where %s is expected: a whole number of at least %d",
                          text, what, (int)least);
  return HW_OK;
}

hw_status hwp_fam_count(hwp_fam_reader *self, const char *what, int32_t n_each, int32_t *out) {
  HW_TRY(hwp_fam_integer(self, what, 0, out));
  const int32_t left = self->n_lines - self->at;
  if (*out > left / n_each)
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SHAPE, NULL,
                          "%s is %d, but only %d lines follow; is the file cut short?", what,
                          (int)*out, (int)left);
  return HW_OK;
}

bool hwp_fam_to_number(hwp_fam_reader *self, const char *text, uint64_t line, double *out) {
  if (hw_number_parse(text, out)) return true;
  const char *comma = strchr(text, ',');
  char point[64];
  const size_t n = strlen(text);
  if (comma == NULL || strchr(text, '.') != NULL || strchr(comma + 1, ',') != NULL ||
      n >= sizeof point)
    return false;
  memcpy(point, text, n + 1);
  point[comma - text] = '.';
  if (!hw_number_parse(point, out)) return false;
  if (self->n_commas++ == 0) self->comma_line = line;
  return true;
}

hw_status hwp_fam_number(hwp_fam_reader *self, const char *what, double min, double max,
                         double *out) {
  char *text = NULL;
  HW_TRY(hwp_fam_next(self, what, &text));
  if (!hwp_fam_to_number(self, text, hwp_fam_line(self), out))
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SYNTAX, NULL,
                          "\"%.60s\" stands where %s is expected: a number", text, what);
  if (!(*out >= min && *out <= max))
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_VALUE, NULL,
                          "%s is %.9g; it must be from %g to %g", what, *out, min, max);
  return HW_OK;
}

/* ASCII only: what a locale takes for one letter must not decide how a file is read. */
static char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool hwp_fam_starts(const char *text, const char *start) {
  for (; *start != '\0'; text++, start++)
    if (lower(*text) != lower(*start)) return false;
  return true;
}

hw_status hwp_fam_expect_name(hwp_fam_reader *self, const char *name) {
  const size_t n = strlen(name), most = 200;
  if (n <= most) return HW_OK;
  return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_VALUE, NULL,
                        "the name has %zu bytes; expected at most %zu", n, most);
}

const char *hwp_fam_find(const char *text, const char *word) {
  for (; *text != '\0'; text++)
    if (hwp_fam_starts(text, word)) return text;
  return NULL;
}
