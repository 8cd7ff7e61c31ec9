/* Many errors of one file.
 *
 * The first ones are kept because mistakes in tables repeat: twenty show the
 * pattern, twenty thousand hide it. A failure of the machine takes the last
 * place when the list is full, since it is the one that ended the reading. */
#include "base/errors.h"

#include <string.h>

static bool is_input_error(const hw_err *err) {
  return hw_status_exit(err->status) == 2 && err->status != HW_E_USAGE;
}

bool hw_errors_add(hw_errors *self, const hw_err *err) {
  bool goes_on = is_input_error(err);
  if (self->n < HW_ERRORS_KEPT)
    self->kept[self->n] = *err;
  else if (!goes_on)
    self->kept[HW_ERRORS_KEPT - 1] = *err;
  self->n++;
  return goes_on;
}

int hw_errors_kept(const hw_errors *self) {
  return self->n < HW_ERRORS_KEPT ? (int)self->n : HW_ERRORS_KEPT;
}

void hw_errors_forget(hw_errors *self, uint64_t line) {
  if (self->n > 0 && self->n <= HW_ERRORS_KEPT && self->kept[self->n - 1].line == line) self->n--;
}

void hw_errors_sort(hw_errors *self) {
  for (int i = 1; i < hw_errors_kept(self); i++)
    for (int k = i; k > 0; k--) {
      hw_err *before = &self->kept[k - 1], *behind = &self->kept[k];
      if (strcmp(before->file, behind->file) != 0 || before->line <= behind->line) break;
      const hw_err swapped = *before;
      *before = *behind;
      *behind = swapped;
    }
}

hw_status hw_errors_status(const hw_errors *self, hw_err *err) {
  const hw_err *first = NULL;
  for (int i = 0; i < hw_errors_kept(self); i++) {
    if (first == NULL) first = &self->kept[i];
    if (!is_input_error(&self->kept[i])) first = &self->kept[i];
  }
  if (first == NULL) return HW_OK;
  if (err != NULL) *err = *first;
  return first->status;
}
