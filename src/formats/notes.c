/* Remarks about how a file was understood.
 *
 * The number is bounded because a liberty that is taken once is taken in every
 * row: readers count their liberties and make one remark of each kind; the bound
 * is for those that cannot. A remark is made presentable by hw_err, which cuts
 * and cleans text that came from a file. */
#include "formats/notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

hw_status hw_notes_add(hw_notes *self, uint64_t line, hw_err *err, const char *format, ...) {
  const uint64_t number = self->n++;
  if (number >= HW_NOTES_KEPT) return HW_OK;
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  hw_err clean = HW_ERR_INIT;
  (void)hw_err_set(&clean, HW_OK, "%s", text);
  char *copy = hw_arena_strdup(self->arena, clean.message);
  if (copy == NULL) return HW_NO_MEMORY(err, "the notes");
  self->kept[number] = (hw_note){line, copy};
  return HW_OK;
}

hw_status hw_notes_finish(hw_notes *self, const hw_note **out, int32_t *n_out, hw_err *err) {
  const uint64_t n_all = self->n;
  if (n_all > HW_NOTES_KEPT) {
    self->n = HW_NOTES_KEPT - 1; /* the last one makes room for the count */
    HW_TRY(hw_notes_add(self, 0, err, "%llu more remarks",
                        (unsigned long long)(n_all - (HW_NOTES_KEPT - 1))));
  }
  hw_note *copy = NULL;
  if (self->n > 0) {
    copy = hw_arena_alloc_array(self->arena, (size_t)self->n, sizeof *copy);
    if (copy == NULL) return HW_NO_MEMORY(err, "the notes");
    memcpy(copy, self->kept, (size_t)self->n * sizeof *copy);
  }
  *out = copy;
  *n_out = (int32_t)self->n;
  return HW_OK;
}
