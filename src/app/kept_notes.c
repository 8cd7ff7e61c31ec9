/* Notes of loading.
 *
 * A case of a million profiles may have as many doubts; who reads wants to know
 * the first of them and how many there are. */
#include "app/kept_notes.h"

#include <stdarg.h>
#include <stdio.h>

void hwp_notes_add(hwp_kept_notes *self, const char *format, ...) {
  char text[1024];
  ++*self->n_all;
  if (*self->n == self->most) return;
  if (self->list == NULL) {
    self->list = hw_arena_alloc_array(self->arena, (size_t)self->most, sizeof *self->list);
    if (self->list == NULL) return;
    *self->notes = self->list;
  }
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  const char *copy = hw_arena_strdup(self->arena, text);
  if (copy != NULL) self->list[(*self->n)++] = copy;
}
