/* Places that no reference can tell apart.
 *
 * Two places may be exchanged if an automorphism of the pedigree swaps their
 * persons and leaves every typed person and every other missing person where she
 * is. Untyped relatives may move along: the exchange of two missing parents of
 * different untyped children takes the children with them if nobody below them is
 * typed or missing. Exchangeability of pairs is transitive: the swap of i and k is
 * that of i and j, then j and k, then i and j. So a group may be permuted at will.
 *
 * Relatives who cannot matter (untyped, not missing, no children left) are taken
 * away first. Everybody who is left is typed, missing, or an ancestor of such a
 * person, so that the map of these determines that of all others: the father of an
 * image is the image of the father. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "identify/place_int.h"

typedef struct matching {
  const hwp_family *family;
  bool ignores_sex; /* but for what it means to be a father or a mother */
  int32_t n;
  bool *is_out;   /* cannot matter */
  bool *is_fixed; /* typed, or missing */
  int32_t *image; /* −1 = not yet */
  int32_t *source;
} matching;

static hw_status matching_init(matching *self, const hwp_place *place, hw_arena *arena,
                               hw_err *err) {
  const hwp_family *family = &place->individuals;
  const size_t n = (size_t)family->n + 1;
  *self = (matching){.family = family, .n = family->n};
  self->is_out = hw_arena_alloc_array(arena, n, sizeof *self->is_out);
  self->is_fixed = hw_arena_alloc_array(arena, n, sizeof *self->is_fixed);
  self->image = hw_arena_alloc_array(arena, n, sizeof *self->image);
  self->source = hw_arena_alloc_array(arena, n, sizeof *self->source);
  if (!self->is_out || !self->is_fixed || !self->image || !self->source)
    return HW_NO_MEMORY(err, "a family's symmetries");
  for (int32_t p = 0; p < place->family->n_profiles; p++)
    self->is_fixed[family->individual[place->family->profile_person[p]]] = true;
  for (int32_t k = 0; k < place->n_places; k++) self->is_fixed[place->individual[k]] = true;
  return HW_OK;
}

static void trim(matching *self) {
  const hwp_family *family = self->family;
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (int32_t i = 0; i < self->n; i++) {
      bool is_needed = self->is_out[i] || self->is_fixed[i];
      for (int32_t c = 0; !is_needed && c < self->n; c++)
        is_needed = !self->is_out[c] && (family->father[c] == i || family->mother[c] == i);
      if (!is_needed) self->is_out[i] = has_changed = true;
    }
  }
}

/* Maps i to j and with them all their ancestors. */
static bool map(matching *self, int32_t i, int32_t j) {
  const hwp_family *family = self->family;
  if (i < 0 || j < 0) return i < 0 && j < 0;
  if (self->image[i] >= 0 || self->source[j] >= 0) return self->image[i] == j;
  if (!self->ignores_sex && family->sex[i] != family->sex[j]) return false;
  self->image[i] = j;
  self->source[j] = i;
  return map(self, family->father[i], family->father[j]) &&
         map(self, family->mother[i], family->mother[j]);
}

static bool may_exchange(matching *self, int32_t a, int32_t b) {
  if (a == b) return true; /* identical persons */
  for (int32_t i = 0; i < self->n; i++) self->image[i] = self->source[i] = -1;
  for (int32_t i = 0; i < self->n; i++)
    if (self->is_fixed[i] && !map(self, i, i == a ? b : i == b ? a : i)) return false;
  return true;
}

/* A person of two places, or typed herself, is not free to move. */
static bool is_movable(const hwp_place *self, int32_t place) {
  for (int32_t p = 0; p < self->family->n_profiles; p++)
    if (self->individuals.individual[self->family->profile_person[p]] == self->individual[place])
      return false;
  for (int32_t k = 0; k < self->n_places; k++)
    if (k != place && self->individual[k] == self->individual[place]) return false;
  return true;
}

hw_status hwp_place_symmetry(const hwp_place *self, int32_t *group, hw_err *err) {
  return hwp_place_groups(self, false, group, err);
}

hw_status hwp_place_groups(const hwp_place *self, bool ignores_sex, int32_t *group, hw_err *err) {
  hw_arena arena;
  hw_arena_init(&arena, 0);
  matching match;
  const hw_status status = matching_init(&match, self, &arena, err);
  match.ignores_sex = ignores_sex;
  if (status == HW_OK) trim(&match);
  for (int32_t k = 0; status == HW_OK && k < self->n_places; k++) {
    group[k] = k;
    for (int32_t j = 0; j < k && group[k] == k; j++) {
      if (group[j] != j) continue;
      const int32_t a = self->individual[j], b = self->individual[k];
      if (a == b || (is_movable(self, j) && is_movable(self, k) && may_exchange(&match, a, b)))
        group[k] = j;
    }
  }
  hw_arena_clear(&arena);
  return status;
}
