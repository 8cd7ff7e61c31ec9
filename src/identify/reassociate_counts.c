/* Minimum number of individuals, for everything, each site and each accession.
 *
 * Of one element and side, a person shows each zone once; the zone that occurs most often
 * counts persons (a series, ribs or teeth, by as many as a body has). Bones of unknown
 * side count with both sides of the same zone, two to a person. L + R − P uses the pairs
 * that the best partition found, and is a minimum only as far as that partition is right.
 * White 1953, Am. Antiquity 18:396; Adams & Konigsberg 2004. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "identify/reassociate_int.h"

enum {
  LEFT = 1u << HW_SIDE_LEFT,
  RIGHT = 1u << HW_SIDE_RIGHT,
  MIDLINE = 1u << HW_SIDE_MIDLINE,
  UNKNOWN = 1u << HW_SIDE_UNKNOWN
};

/* Groups with both sides of an element among these specimens. */
static int32_t count_pairs(const hwp_lot *lot, const int32_t *members, int32_t n, int32_t element,
                           uint8_t *seen) {
  int32_t pairs = 0;
  memset(seen, 0, (size_t)lot->n_groups);
  for (int32_t i = 0; i < n; i++) {
    const hwp_bone *bone = &lot->bones[members[i]];
    const int32_t group = lot->group_of[members[i]];
    if (bone->element != element || group < 0) continue;
    uint8_t *at = &seen[group];
    const uint8_t before = *at;
    if (bone->side == HW_SIDE_LEFT) *at |= 1;
    if (bone->side == HW_SIDE_RIGHT) *at |= 2;
    pairs += *at == 3 && before != 3;
  }
  return pairs;
}

hw_element_count hwp_element_count_make(const hwp_lot *lot, const int32_t *members, int32_t n,
                                        int32_t element, uint8_t *seen) {
  const hw_element *elements = NULL;
  const hwp_bone *bones = lot->bones;
  (void)hw_elements(&elements);
  hw_element_count out = {.element = element,
                          .left = hwp_bones_persons(bones, members, n, element, LEFT),
                          .right = hwp_bones_persons(bones, members, n, element, RIGHT),
                          .midline = hwp_bones_persons(bones, members, n, element, MIDLINE),
                          .unknown = hwp_bones_persons(bones, members, n, element, UNKNOWN)};
  const int32_t both = hwp_bones_persons(bones, members, n, element, LEFT | RIGHT | UNKNOWN);
  out.least = out.midline > both ? out.midline : both;
  if (out.left > out.least) out.least = out.left;
  if (out.right > out.least) out.least = out.right;
  out.least_by_pairs = out.least;
  if (elements[element].per_side != 1) return out;
  out.pairs = count_pairs(lot, members, n, element, seen);
  const int32_t fewer = out.left < out.right ? out.left : out.right;
  if (out.pairs > fewer) out.pairs = fewer; /* fragments of one bone are paired twice */
  if (out.left + out.right - out.pairs > out.least_by_pairs)
    out.least_by_pairs = out.left + out.right - out.pairs;
  return out;
}

static int32_t count_groups(const hw_reassociate *self, const int32_t *members, int32_t n,
                            uint8_t *seen) {
  int32_t groups = 0;
  memset(seen, 0, (size_t)self->n_groups);
  for (int32_t i = 0; i < n; i++) {
    groups += !seen[self->group_of[members[i]]];
    seen[self->group_of[members[i]]] = 1;
  }
  return groups;
}

static hw_status count_lot(hw_reassociate *self, const char *name, const int32_t *members,
                           int32_t n, uint8_t *seen, hw_err *err) {
  const hw_element *elements = NULL;
  const int32_t n_elements = hw_elements(&elements);
  hw_commingling *out = &self->counts[self->n_counts];
  hw_element_count *list = hw_arena_alloc_array(&self->arena, (size_t)n_elements, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "the counts");
  *out = (hw_commingling){.name = name, .n_specimens = n, .elements = list};
  const hwp_lot lot = {self->bones, self->group_of, self->n_groups};
  for (int32_t e = 0; e < n_elements; e++) {
    const hw_element_count at = hwp_element_count_make(&lot, members, n, e, seen);
    if (at.left + at.right + at.midline + at.unknown == 0) continue;
    list[out->n_elements++] = at;
    if (at.least > out->least) out->least = at.least;
    if (at.least_by_pairs > out->least_by_pairs) out->least_by_pairs = at.least_by_pairs;
  }
  out->groups = count_groups(self, members, n, seen);
  self->n_counts++;
  return HW_OK;
}

static const char *site_of(const hw_specimen *at) {
  return at->site;
}

static const char *accession_of(const hw_specimen *at) {
  return at->accession;
}

/* A lot for each name, in the order of first mention, if there are several. */
static hw_status count_by(hw_reassociate *self, const char *(*name_of)(const hw_specimen *),
                          int32_t *members, uint8_t *seen, uint8_t *is_done, hw_err *err) {
  const hw_specimen *specimens = self->problem->specimens;
  int32_t names = 0;
  memset(is_done, 0, (size_t)self->n);
  for (int round = 0; round < 2; round++) {
    memset(is_done, 0, (size_t)self->n);
    for (int32_t i = 0; i < self->n; i++) {
      if (is_done[i] || name_of(&specimens[i])[0] == '\0') continue;
      int32_t n = 0;
      for (int32_t j = i; j < self->n; j++)
        if (strcmp(name_of(&specimens[j]), name_of(&specimens[i])) == 0) {
          members[n++] = j;
          is_done[j] = 1;
        }
      if (round == 0)
        names++;
      else
        HW_TRY(count_lot(self, name_of(&specimens[i]), members, n, seen, err));
    }
    if (names < 2) return HW_OK;
  }
  return HW_OK;
}

hw_status hwp_reassociate_count(hw_reassociate *self, hw_err *err) {
  const size_t n = (size_t)self->n;
  self->counts = hw_arena_alloc_array(&self->arena, 2 * n + 1, sizeof *self->counts);
  int32_t *members = hw_arena_alloc_array(&self->arena, n, sizeof *members);
  uint8_t *seen = hw_arena_alloc_array(&self->arena, 2 * n, sizeof *seen);
  if (self->counts == NULL || members == NULL || seen == NULL)
    return HW_NO_MEMORY(err, "the counts");
  for (int32_t i = 0; i < self->n; i++) members[i] = i;
  HW_TRY(count_lot(self, "", members, self->n, seen, err));
  HW_TRY(count_by(self, site_of, members, seen, seen + n, err));
  return count_by(self, accession_of, members, seen, seen + n, err);
}

int32_t hw_reassociate_counts(const hw_reassociate *self, const hw_commingling **out) {
  *out = self->counts;
  return self->n_counts;
}
