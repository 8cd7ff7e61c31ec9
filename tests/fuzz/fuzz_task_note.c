/* Fuzz target: notes of tasks on the disk.
 *
 * Promises checked on every input: reading the same bytes twice gives the same answer; what is read
 * is a task that a form would have taken: its fields are of its kind, none stands twice, and
 * nothing of them is wrong. */
#include <string.h>

#include "fuzz.h"
#include "web/task_note.h"

static const char code[] = "0123456789abcdef";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  hwp_task_note note, again;
  hwp_order_mistake mistakes[HWP_ORDER_FIELDS];
  const bool is_read = hwp_task_note_parse((const char *)data, size, code, &note);
  HW_FUZZ_CHECK(is_read == hwp_task_note_parse((const char *)data, size, code, &again));
  HW_FUZZ_CHECK(memcmp(&note, &again, sizeof note) == 0);
  if (!is_read) return 0;
  HW_FUZZ_CHECK(strcmp(note.code, code) == 0);
  HW_FUZZ_CHECK(note.order.n >= 0 && note.order.n <= HWP_ORDER_FIELDS);
  HW_FUZZ_CHECK(hwp_order_check(&note.order, mistakes) == 0);
  for (int i = 0; i < note.order.n; i++) {
    HW_FUZZ_CHECK(hwp_order_field_find(note.order.kind, note.order.fields[i].name) != NULL);
    for (int k = 0; k < i; k++)
      HW_FUZZ_CHECK(strcmp(note.order.fields[i].name, note.order.fields[k].name) != 0);
  }
  return 0;
}
