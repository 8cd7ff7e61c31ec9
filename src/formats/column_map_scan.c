/* Column maps: characters, words, texts in quotes, and mistakes. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "formats/column_map_int.h"

/* A mistake was told, and the rest of the line is skipped; the status is the mistake's. */
hw_status hwp_map_refuse(hwp_map_reader *self, const char *format, ...) {
  char message[400];
  hw_err err = HW_ERR_INIT;
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  hw_err_set(&err, HW_E_SYNTAX, "%s", message);
  hw_err_place(&err, self->map->name, self->line, 0);
  (void)hw_errors_add(self->errors, &err);
  return HW_E_SYNTAX;
}

hw_status hwp_map_no_memory(hwp_map_reader *self) {
  hw_err err = HW_ERR_INIT;
  (void)HW_NO_MEMORY(&err, "the column map");
  hw_err_place(&err, self->map->name, 0, 0);
  (void)hw_errors_add(self->errors, &err);
  return HW_E_NO_MEMORY;
}

hw_status hwp_map_keep(hwp_map_reader *self, const char *text, size_t n, const char **out) {
  *out = hw_arena_strndup(&self->map->arena, text, n);
  return *out ? HW_OK : hwp_map_no_memory(self);
}

/* --- characters and words --- */

char hwp_map_peek(const hwp_map_reader *self) {
  return self->at < self->end ? *self->at : '\n';
}

bool hwp_map_at_line_end(const hwp_map_reader *self) {
  return hwp_map_peek(self) == '\n' || hwp_map_peek(self) == '\r' || hwp_map_peek(self) == '#';
}

static const char *skip_to_text(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\t')) at++;
  return at;
}

/* Where the line at hand goes on: a line that begins with blanks continues the one above, remarks
 * between them do not count. NULL if it ends. */
static const char *continuation(const hwp_map_reader *self, uint64_t *line) {
  const char *at = self->at;
  for (;;) {
    while (at < self->end && *at != '\n') at++;
    if (at >= self->end) return NULL;
    at++;
    ++*line;
    const char *text = skip_to_text(at, self->end);
    if (text >= self->end || *text == '\n' || *text == '\r') return NULL;
    if (*text != '#') return text > at ? text : NULL;
  }
}

void hwp_map_skip_blanks(hwp_map_reader *self) {
  self->at = skip_to_text(self->at, self->end);
  uint64_t line = self->line;
  const char *next = NULL;
  if (self->at < self->end && hwp_map_at_line_end(self)) next = continuation(self, &line);
  if (!next) return;
  self->at = next;
  self->line = line;
}

void hwp_map_skip_statement(hwp_map_reader *self) {
  do {
    while (self->at < self->end && *self->at != '\n') self->at++;
    if (self->at < self->end) self->at++;
    self->line++;
  } while (self->at < self->end && (*self->at == ' ' || *self->at == '\t'));
}

/* Inside of brackets: blanks, line ends and comments. */
void hwp_map_skip_space(hwp_map_reader *self) {
  for (;;) {
    self->at = skip_to_text(self->at, self->end);
    if (self->at >= self->end || !hwp_map_at_line_end(self)) return;
    while (self->at < self->end && *self->at != '\n') self->at++;
    if (self->at >= self->end) return;
    self->at++;
    self->line++;
  }
}

static bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

size_t hwp_map_word_length(const hwp_map_reader *self) {
  size_t n = 0;
  while (self->at + n < self->end && is_word_char(self->at[n])) n++;
  return n;
}

/* Steps over words, with blanks between them, if they stand here. */
bool hwp_map_take_words(hwp_map_reader *self, const char *words) {
  const char *at = self->at;
  for (; *words; words++) {
    if (*words == ' ') {
      if (at >= self->end || (*at != ' ' && *at != '\t')) return false;
      while (at < self->end && (*at == ' ' || *at == '\t')) at++;
    } else {
      if (at >= self->end || *at != *words) return false;
      at++;
    }
  }
  if (at < self->end && is_word_char(*at)) return false;
  self->at = at;
  hwp_map_skip_blanks(self);
  return true;
}

bool hwp_map_take(hwp_map_reader *self, const char *symbol) {
  const size_t n = strlen(symbol);
  if ((size_t)(self->end - self->at) < n || memcmp(self->at, symbol, n) != 0) return false;
  self->at += n;
  hwp_map_skip_blanks(self);
  return true;
}

bool hwp_map_take_arrow(hwp_map_reader *self) {
  return hwp_map_take(self, "->") || hwp_map_take(self, "\xE2\x86\x92");
}

/* What stands here, for a message. */
const char *hwp_map_describe(const hwp_map_reader *self, char *buffer, size_t size) {
  size_t n = 0;
  while (self->at + n < self->end && n < 30 && self->at[n] != '\n' && self->at[n] != '\r') n++;
  if (n == 0)
    snprintf(buffer, size, "the end of the line");
  else
    snprintf(buffer, size, "\"%.*s\"", (int)n, self->at);
  return buffer;
}

/* A text in quotes. */
hw_status hwp_map_read_string(hwp_map_reader *self, const char *what, const char **out) {
  char seen[64];
  if (hwp_map_peek(self) != '"')
    return hwp_map_refuse(self, "%s is expected in quotes (\"...\"), but there is %s", what,
                          hwp_map_describe(self, seen, sizeof seen));
  const char *from = ++self->at;
  while (self->at < self->end && *self->at != '\n') {
    if (*self->at == '"' && (self->at + 1 >= self->end || self->at[1] != '"')) break;
    self->at += *self->at == '"' ? 2 : 1;
  }
  if (self->at >= self->end || *self->at != '"')
    return hwp_map_refuse(self, "a quote is not closed; a quote inside a text is written twice");
  char *text = hw_arena_strndup(&self->map->arena, from, (size_t)(self->at - from));
  if (!text) return hwp_map_no_memory(self);
  size_t n = 0;
  for (const char *c = text; *c; c++) {
    text[n++] = *c;
    if (*c == '"') c++;
  }
  text[n] = '\0';
  *out = text;
  self->at++;
  hwp_map_skip_blanks(self);
  return HW_OK;
}

hw_status hwp_map_read_number(hwp_map_reader *self, int32_t most, int32_t *out) {
  char seen[64];
  int64_t value = 0;
  const char *from = self->at;
  for (; self->at < self->end && *self->at >= '0' && *self->at <= '9'; self->at++)
    if (value <= most) value = value * 10 + (*self->at - '0');
  if (self->at == from)
    return hwp_map_refuse(self, "a number is expected, but there is %s",
                          hwp_map_describe(self, seen, sizeof seen));
  if (value < 1 || value > most)
    return hwp_map_refuse(self, "a number from 1 to %d is expected", (int)most);
  *out = (int32_t)value;
  hwp_map_skip_blanks(self);
  return HW_OK;
}
