/* Which shape of a skeleton each find is drawn at.
 *
 * A numbered one has its own place; one of which only the series is known takes the next place that
 * its person has free there, so that three ribs of one person fill three places, and three left
 * femora that nobody has joined meet at one. */
#include <string.h>

#include "report/skeleton_int.h"

static bool is_of_place(const hwp_bone_shape *shape, const hw_skeleton_find *find) {
  const bool is_single = strcmp(shape->element, find->element) == 0;
  const bool is_series = shape->series != NULL && strcmp(shape->series, find->element) == 0;
  if (!is_single && !is_series) return false;
  if (shape->side != HW_SKELETON_MIDLINE && shape->side != find->side) return false;
  const int32_t number = is_single ? shape->number : shape->series_number;
  return find->number == 0 || number == 0 || number == find->number;
}

static int32_t count_at(const hwp_skeleton_drawing *self, int32_t shape, int32_t person) {
  int32_t n = 0;
  for (int32_t i = self->first[shape]; i >= 0; i = self->next[i])
    n += self->skeleton->finds[i].person == person;
  return n;
}

/* The shape of a find: of those that fit the first that its person has fewest bones at. */
static int32_t find_place(const hwp_skeleton_drawing *self, const hw_skeleton_find *find,
                          bool *is_guessed) {
  int32_t best = -1, least = 0, fits = 0;
  for (int32_t s = 0; s < self->shapes.n; s++) {
    if (!is_of_place(&self->shapes.shapes[s], find)) continue;
    const int32_t n = count_at(self, s, find->person);
    fits++;
    if (best >= 0 && n >= least) continue;
    best = s;
    least = n;
  }
  *is_guessed = fits > 1;
  return best;
}

static bool is_element(const hwp_skeleton_drawing *self, const char *element) {
  for (int32_t s = 0; s < self->shapes.n; s++) {
    const hwp_bone_shape *shape = &self->shapes.shapes[s];
    if (strcmp(shape->element, element) == 0) return true;
    if (shape->series != NULL && strcmp(shape->series, element) == 0) return true;
  }
  return false;
}

static void give_place(hwp_skeleton_drawing *self, int32_t i) {
  const hw_skeleton_find *find = &self->skeleton->finds[i];
  const int32_t at = find_place(self, find, &self->is_guessed[i]);
  if (at < 0) {
    *(is_element(self, find->element) ? &self->result.n_unsided : &self->result.n_unknown) += 1;
    return;
  }
  /* At the end of the list, so that strips stand in the order of the finds. */
  int32_t *link = &self->first[at];
  while (*link >= 0) link = &self->next[*link];
  *link = i;
  self->result.n_placed++;
}

/* Numbered ones first: the others take what is left. */
void hwp_skeleton_give_places(hwp_skeleton_drawing *self) {
  const hw_skeleton *from = self->skeleton;
  for (int32_t s = 0; s < self->shapes.n; s++) self->first[s] = -1;
  for (int32_t i = 0; i < from->n_finds; i++) self->next[i] = -1;
  for (int round = 0; round < 2; round++)
    for (int32_t i = 0; i < from->n_finds; i++) {
      if ((from->finds[i].number == 0) != (round == 1)) continue;
      if (from->is_of_one && from->finds[i].person != from->person) continue;
      give_place(self, i);
    }
}
