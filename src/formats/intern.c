/* Texts that repeat: a crit-bit tree (Bernstein 2004; Morrison 1968, J. ACM 15:514).
 *
 * Every branch names the first bit in which its two sides differ, so a look-up
 * tests at most as many bits as the text has and compares it once. Unlike a hash
 * table it needs no seed and nobody can make it slow by choosing texts; unlike a
 * sorted array it takes new texts at any time.
 *
 * The end of a text counts as zero bytes, which is why texts hold no NUL: two
 * different texts then differ in some bit. */
#include "formats/intern.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

void hw_intern_clear(hw_intern *self) {
  free(self->texts);
  free(self->branches);
  *self = (hw_intern){0};
}

static int side_of(const hw_intern_branch *branch, const char *text, size_t n) {
  const unsigned byte = branch->byte < n ? (unsigned char)text[branch->byte] : 0;
  return (int)((1u + (branch->others | byte)) >> 8); /* 1 where the bit is set */
}

/* The one text that could be equal. */
static int32_t nearest(const hw_intern *self, const char *text, size_t n) {
  if (self->n == 0) return HW_INTERN_NONE;
  int32_t at = self->n > 1 ? 0 : ~0;
  while (at >= 0) at = self->branches[at].child[side_of(&self->branches[at], text, n)];
  return ~at;
}

int32_t hw_intern_find(const hw_intern *self, const char *text, size_t n) {
  const int32_t candidate = nearest(self, text, n);
  if (candidate == HW_INTERN_NONE) return HW_INTERN_NONE;
  const char *found = self->texts[candidate];
  return strncmp(found, text, n) == 0 && found[n] == '\0' ? candidate : HW_INTERN_NONE;
}

static hw_status grow(hw_intern *self, hw_err *err) {
  if (self->n < self->capacity) return HW_OK;
  if (self->capacity > INT32_MAX / 2) return hw_err_set(err, HW_E_VALUE, "too many names");
  const int32_t capacity = self->capacity > 0 ? self->capacity * 2 : 64;
  const char **texts = realloc(self->texts, (size_t)capacity * sizeof *texts);
  if (texts == NULL) return HW_NO_MEMORY(err, "the names");
  self->texts = texts;
  hw_intern_branch *branches = realloc(self->branches, (size_t)capacity * sizeof *branches);
  if (branches == NULL) return HW_NO_MEMORY(err, "the names");
  self->branches = branches;
  self->capacity = capacity;
  return HW_OK;
}

/* The branch between a text and its nearest one, from which it differs. */
static hw_intern_branch first_difference(const char *text, size_t n, const char *other) {
  size_t i = 0;
  while (i < n && text[i] == other[i]) i++;
  unsigned bits = (unsigned char)other[i] ^ (i < n ? (unsigned char)text[i] : 0u);
  while ((bits & (bits - 1)) != 0) bits &= bits - 1; /* the highest one stays */
  return (hw_intern_branch){.byte = i, .others = (uint8_t)(bits ^ 0xFF)};
}

/* Hangs the new text into the tree: the branch goes where the order of bits wants it. */
static void insert(hw_intern *self, const char *text, size_t n, hw_intern_branch branch) {
  const int32_t number = self->n, place = number - 1;
  const int side = side_of(&branch, text, n);
  /* Branch 0 is the root for ever: where the new one belongs above it, they change places. */
  int32_t at = number > 1 ? 0 : ~0, parent = -1;
  int from = 0;
  while (at >= 0) {
    const hw_intern_branch *here = &self->branches[at];
    if (here->byte > branch.byte || (here->byte == branch.byte && here->others > branch.others))
      break;
    parent = at;
    from = side_of(here, text, n);
    at = here->child[from];
  }
  branch.child[side] = ~number;
  branch.child[1 - side] = at;
  if (parent >= 0) {
    self->branches[parent].child[from] = place;
    self->branches[place] = branch;
  } else if (place > 0) {
    self->branches[place] = self->branches[0];
    branch.child[1 - side] = place;
    self->branches[0] = branch;
  } else {
    self->branches[0] = branch;
  }
}

hw_status hw_intern_add(hw_intern *self, const char *text, size_t n, int32_t *number, hw_err *err) {
  const int32_t candidate = nearest(self, text, n);
  if (candidate != HW_INTERN_NONE) {
    const char *found = self->texts[candidate];
    if (strncmp(found, text, n) == 0 && found[n] == '\0') {
      *number = candidate;
      return HW_OK;
    }
  }
  HW_TRY(grow(self, err));
  char *copy = hw_arena_strndup(self->arena, text, n);
  if (copy == NULL) return HW_NO_MEMORY(err, "the names");
  if (candidate != HW_INTERN_NONE)
    insert(self, text, n, first_difference(text, n, self->texts[candidate]));
  self->texts[self->n] = copy;
  *number = self->n++;
  return HW_OK;
}
