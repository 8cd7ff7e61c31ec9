/* The order in which genes fall through a pedigree.
 *
 * Persons are visited parents first, depth first from the first person on, so that the order
 * depends on the pedigree alone. The first of a group of identical twins stands for all and takes
 * the parents that any of them names. */
#include "simulate/order.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

void hwp_order_clear(hwp_order *self) {
  free(self->who);
  free(self->first);
  free(self->father);
  free(self->mother);
  free(self->stack);
  free(self->state);
}

static bool order_alloc(hwp_order *self, size_t n) {
  memset(self, 0, sizeof *self);
  if (n == 0) n = 1;
  self->who = calloc(n, sizeof *self->who);
  self->first = calloc(n, sizeof *self->first);
  self->father = calloc(n, sizeof *self->father);
  self->mother = calloc(n, sizeof *self->mother);
  self->stack = calloc(n, sizeof *self->stack);
  self->state = calloc(n, sizeof *self->state);
  if (self->who && self->first && self->father && self->mother && self->stack && self->state)
    return true;
  hwp_order_clear(self);
  return false;
}

static void merge_twins(const hw_pedigree *pedigree, hwp_order *self) {
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    int32_t twin = pedigree->persons[i].twin; /* always a smaller index, so already merged */
    self->first[i] = twin == HW_PERSON_NONE ? i : self->first[twin];
    self->father[i] = self->mother[i] = HW_PERSON_NONE;
  }
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    const hw_person *person = &pedigree->persons[i];
    int32_t f = self->first[i];
    if (person->father != HW_PERSON_NONE) self->father[f] = self->first[person->father];
    if (person->mother != HW_PERSON_NONE) self->mother[f] = self->first[person->mother];
  }
}

/* Depth first with an explicit stack: a chain of a hundred thousand generations is legal. */
static hw_status place(hwp_order *self, int32_t start, hw_err *err) {
  int32_t depth = 0;
  self->stack[depth++] = start;
  self->state[start] = 1;
  while (depth > 0) {
    int32_t i = self->stack[depth - 1], next = HW_PERSON_NONE;
    if (self->father[i] != HW_PERSON_NONE && self->state[self->father[i]] != 2)
      next = self->father[i];
    else if (self->mother[i] != HW_PERSON_NONE && self->state[self->mother[i]] != 2)
      next = self->mother[i];
    if (next == HW_PERSON_NONE) {
      self->state[i] = 2;
      self->who[self->n++] = i;
      depth--;
      continue;
    }
    if (self->state[next] == 1)
      return hw_err_set(err, HW_E_PEDIGREE, "a person is her own ancestor");
    self->state[next] = 1;
    self->stack[depth++] = next;
  }
  return HW_OK;
}

hw_status hwp_order_make(const hw_pedigree *pedigree, hwp_order *self, hw_err *err) {
  if (!order_alloc(self, (size_t)pedigree->n_persons)) {
    hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted: cannot hold the order of a pedigree");
    return HW_E_NO_MEMORY;
  }
  merge_twins(pedigree, self);
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    if (self->first[i] != i || self->state[i] != 0) continue;
    hw_status status = place(self, i, err);
    if (status != HW_OK) {
      hwp_order_clear(self);
      return status;
    }
  }
  return HW_OK;
}
