/* Growable string buffer: doubling capacity, sticky failure (see str.h). */
#include "base/str.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define FIRST_CAPACITY ((size_t)256)

/* Makes room for n more bytes and the NUL; keeps the failure if there is none. */
static bool reserve(hw_str *self, size_t n) {
  size_t need;
  if (self->status != HW_OK) return false;
  if (!hw_add_size(self->length, n, &need) || !hw_add_size(need, 1, &need)) {
    self->status = HW_E_NO_MEMORY;
    return false;
  }
  if (need <= self->capacity) return true;
  size_t capacity;
  if (!hw_mul_size(self->capacity, 2, &capacity) || capacity < need) capacity = need;
  if (capacity < FIRST_CAPACITY) capacity = FIRST_CAPACITY;
  char *bytes = realloc(self->bytes, capacity);
  if (!bytes) {
    self->status = HW_E_NO_MEMORY;
    return false;
  }
  self->bytes = bytes;
  self->capacity = capacity;
  return true;
}

void hw_str_init(hw_str *self) {
  *self = (hw_str)HW_STR_INIT;
}

void hw_str_clear(hw_str *self) {
  if (!self) return;
  free(self->bytes);
  hw_str_init(self);
}

void hw_str_append_bytes(hw_str *self, const char *bytes, size_t n) {
  if (!reserve(self, n)) return;
  if (n > 0) memcpy(self->bytes + self->length, bytes, n);
  self->length += n;
  self->bytes[self->length] = '\0';
}

void hw_str_append(hw_str *self, const char *text) {
  hw_str_append_bytes(self, text, strlen(text));
}

void hw_str_append_format(hw_str *self, const char *format, ...) {
  va_list args;
  va_start(args, format);
  va_list again;
  va_copy(again, args);
  const int length = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (length >= 0 && reserve(self, (size_t)length)) {
    vsnprintf(self->bytes + self->length, (size_t)length + 1, format, again);
    self->length += (size_t)length;
  }
  va_end(again);
}

void hw_str_append_markup(hw_str *self, const char *text, size_t n) {
  size_t plain = 0;
  for (size_t at = 0; at < n; at++) {
    const char c = text[at];
    const char *escape = c == '&'    ? "&amp;"
                         : c == '<'  ? "&lt;"
                         : c == '>'  ? "&gt;"
                         : c == '"'  ? "&quot;"
                         : c == '\'' ? "&#39;"
                                     : NULL;
    if (escape == NULL) continue;
    hw_str_append_bytes(self, text + plain, at - plain);
    hw_str_append(self, escape);
    plain = at + 1;
  }
  hw_str_append_bytes(self, text + plain, n - plain);
}

const char *hw_str_text(const hw_str *self) {
  return self->bytes ? self->bytes : "";
}

char *hw_str_take(hw_str *self, hw_arena *arena) {
  char *text =
      self->status == HW_OK ? hw_arena_strndup(arena, hw_str_text(self), self->length) : NULL;
  hw_str_clear(self);
  return text;
}

hw_status hw_str_status(const hw_str *self) {
  return self->status;
}
