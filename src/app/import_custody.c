/* Custody events that a file brings.
 *
 * A chain can only be judged as a whole, and the rows of one item may stand
 * anywhere in the file, so the rules (custody.h) are applied when all are in. */
#include "app/import_custody.h"

#include <inttypes.h>
#include <stdlib.h>

#include "app/custody.h"
#include "base/arena.h"
#include "base/check.h"

typedef struct hwp_custody_event {
  int64_t item, event;
  uint64_t line;
  hw_kind_id kind; /* of the item */
} hwp_custody_event;

void hwp_custody_clear(hwp_custody_list *self) {
  free(self->events);
  *self = (hwp_custody_list){0};
}

hw_status hwp_custody_add(hwp_custody_list *self, const hw_record *event, uint64_t line,
                          hw_err *err) {
  if (self->n == self->capacity) {
    size_t capacity = self->capacity > 0 ? 2 * self->capacity : 64, bytes;
    hwp_custody_event *larger =
        hw_mul_size(capacity, sizeof *larger, &bytes) ? realloc(self->events, bytes) : NULL;
    if (larger == NULL) return HW_NO_MEMORY(err, "the custody events");
    self->events = larger;
    self->capacity = capacity;
  }
  const hw_kind *kind = hw_kind_find(hw_record_text(event, HW_FIELD_CUSTODY_ITEM_KIND));
  HW_BUG_IF(kind == NULL, err);
  self->events[self->n++] = (hwp_custody_event){.item = hw_record_int(event, HW_FIELD_CUSTODY_ITEM),
                                                .event = event->id,
                                                .line = line,
                                                .kind = kind->id};
  return HW_OK;
}

/* By item, then by line. */
static int compare(const void *a, const void *b) {
  const hwp_custody_event *x = a, *y = b;
  if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
  if (x->item != y->item) return x->item < y->item ? -1 : 1;
  return x->line < y->line ? -1 : x->line > y->line;
}

/* The events of one item. */
typedef struct chain {
  hw_import *import;
  const hwp_custody_event *events;
  size_t n;
} chain;

static hw_status tell(void *context, const hw_custody_fault *fault, hw_err *err) {
  const chain *self = context;
  uint64_t line = self->events[0].line;
  for (size_t i = 0; i < self->n; i++)
    if (self->events[i].event == fault->event) line = self->events[i].line;
  if (fault->is_warning) {
    hw_import_note(self->import, "line %" PRIu64 ": %s", line, fault->text);
    return HW_OK;
  }
  hw_err mistake = HW_ERR_INIT;
  hw_str code = HW_STR_INIT;
  HW_TRY(hw_store_code(self->import->app->store, fault->item_kind, fault->item, &code, err));
  (void)hw_err_set(&mistake, HW_E_STATE, "%s", fault->text);
  hw_err_field(&mistake, "%s %.100s, event %" PRId64, hw_kind_get(fault->item_kind)->name,
               hw_str_text(&code), fault->number);
  hw_err_place(&mistake, NULL, line, 0);
  hw_str_clear(&code);
  return hw_import_mistake(self->import, &mistake, err);
}

hw_status hwp_custody_check(hwp_custody_list *self, hw_import *import, hw_err *err) {
  if (self->n > 0) qsort(self->events, self->n, sizeof *self->events, compare);
  for (size_t i = 0, n; i < self->n; i += n) {
    const hwp_custody_event *first = &self->events[i];
    n = 1;
    while (i + n < self->n && first[n].item == first->item && first[n].kind == first->kind) n++;
    chain events = {.import = import, .events = first, .n = n};
    HW_TRY(hw_custody_check(import->app->store, first->kind, first->item, tell, &events, err));
  }
  return HW_OK;
}
