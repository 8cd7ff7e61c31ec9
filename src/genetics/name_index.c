/* Name index: see name_index.h for the idea.
 *
 * Invariant: entries are sorted by (name, number), so that equal names stand
 * together with the smallest number first. */
#include "genetics/name_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

static int compare_entries(const void *a, const void *b) {
  const hw_name_entry *left = a, *right = b;
  int order = strcmp(left->name, right->name);
  if (order != 0) return order;
  return (left->number > right->number) - (left->number < right->number);
}

hw_status hw_name_index_init(hw_name_index *self, int32_t n, const char *const *names,
                             hw_err *err) {
  *self = (hw_name_index){0};
  if (n <= 0) return HW_OK;
  self->entries = calloc((size_t)n, sizeof *self->entries);
  if (!self->entries) return HW_NO_MEMORY(err, "an index of names");
  for (int32_t i = 0; i < n; i++) self->entries[i] = (hw_name_entry){names[i], i};
  qsort(self->entries, (size_t)n, sizeof *self->entries, compare_entries);
  self->n = n;
  return HW_OK;
}

void hw_name_index_clear(hw_name_index *self) {
  if (!self) return;
  free(self->entries);
  *self = (hw_name_index){0};
}

int32_t hw_name_index_find(const hw_name_index *self, const char *name) {
  int32_t low = 0, high = self->n; /* The answer, if any, is the first entry not less than name. */
  while (low < high) {
    int32_t middle = low + (high - low) / 2;
    if (strcmp(self->entries[middle].name, name) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  if (low < self->n && strcmp(self->entries[low].name, name) == 0) return self->entries[low].number;
  return HW_NAME_NONE;
}

int32_t hw_name_index_duplicate(const hw_name_index *self, int32_t *first) {
  int32_t found = HW_NAME_NONE;
  for (int32_t i = 1; i < self->n; i++) {
    const hw_name_entry *before = &self->entries[i - 1], *entry = &self->entries[i];
    if (strcmp(before->name, entry->name) != 0) continue;
    if (found == HW_NAME_NONE || entry->number < found) {
      found = entry->number;
      if (first) *first = hw_name_index_find(self, entry->name);
    }
  }
  return found;
}
