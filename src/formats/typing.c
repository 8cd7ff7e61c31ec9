/* Typing results as a laboratory's file gives them: the list that readers fill.
 *
 * It is a plain list on an arena; what each format means stands in its reader. */
#include "formats/typing.h"

#include <string.h>

void hw_typing_list_clear(hw_typing_list *self) {
  if (self == NULL) return;
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}
