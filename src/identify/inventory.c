/* The inventory of a lot of bones: where each belongs, and how many persons they prove.
 *
 * The same rules as a re-association keeps (reassociate_bone.c, reassociate_counts.c), without
 * one: nothing is compared, and pairs are those of groups that the caller knows.
 *
 * A long bone's zones are drawn as parts of its length: ends of 15 %, shafts of 23 %, a middle of
 * 24 %. They say which zones are there, not how long a fragment is. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "identify/reassociate_int.h"

enum { LONG_ZONES = 5 };

static void place_zones(const hw_element *element, const hwp_bone *bone, hw_bone_place *out) {
  static const double ends[LONG_ZONES + 1] = {0, 0.15, 0.38, 0.62, 0.85, 1};
  const uint64_t zones = bone->zones & ((1u << LONG_ZONES) - 1);
  if (bone->zones == ~(uint64_t)0) return;
  if (!element->is_long || zones == 0) {
    out->is_part = true;
    return;
  }
  int first = 0, last = LONG_ZONES - 1;
  while ((zones >> first & 1) == 0) first++;
  while ((zones >> last & 1) == 0) last--;
  out->from = ends[first];
  out->to = ends[last + 1];
}

static hw_status read_bones(int32_t n, const hw_specimen *specimens, hw_arena *arena,
                            hwp_bone *bones, hw_bone_place *places, hw_err *err) {
  const hw_element *elements = NULL;
  (void)hw_elements(&elements);
  hwp_zone_names *names = hw_arena_alloc(arena, sizeof *names);
  if (names == NULL) return HW_NO_MEMORY(err, "an inventory");
  memset(names, 0, sizeof *names);
  for (int32_t i = 0; i < n; i++) {
    HW_TRY(hwp_bone_read(&specimens[i], arena, names, &bones[i], err));
    places[i] = (hw_bone_place){
        .element = bones[i].element, .number = bones[i].number, .side = bones[i].side};
    if (bones[i].element >= 0) place_zones(&elements[bones[i].element], &bones[i], &places[i]);
  }
  return HW_OK;
}

static hw_status make(int32_t n, const hw_specimen *specimens, const int32_t *group,
                      hw_arena *arena, hw_bone_place *places, hw_element_count *counts,
                      int32_t *n_counts, hw_err *err) {
  const size_t room = (size_t)n + 1;
  hwp_bone *bones = hw_arena_alloc_array(arena, room, sizeof *bones);
  int32_t *group_of = hw_arena_alloc_array(arena, room, sizeof *group_of);
  int32_t *members = hw_arena_alloc_array(arena, room, sizeof *members);
  hwp_lot lot = {bones, group_of, 0};
  if (bones == NULL || group_of == NULL || members == NULL)
    return HW_NO_MEMORY(err, "an inventory");
  for (int32_t i = 0; i < n; i++) {
    group_of[i] = group != NULL ? group[i] : -1;
    members[i] = i;
    if (group_of[i] < -1 || group_of[i] == INT32_MAX)
      return hw_err_set(err, HW_E_VALUE, "specimen '%s' is in group %d, expected -1 or more",
                        specimens[i].id, (int)group_of[i]);
    if (group_of[i] >= lot.n_groups) lot.n_groups = group_of[i] + 1;
  }
  uint8_t *seen = hw_arena_alloc_array(arena, (size_t)lot.n_groups + 1, sizeof *seen);
  if (seen == NULL) return HW_NO_MEMORY(err, "an inventory");
  HW_TRY(read_bones(n, specimens, arena, bones, places, err));
  const int32_t n_elements = hw_elements(&(const hw_element *){NULL});
  for (int32_t e = 0; e < n_elements; e++) {
    const hw_element_count at = hwp_element_count_make(&lot, members, n, e, seen);
    if (at.left + at.right + at.midline + at.unknown > 0) counts[(*n_counts)++] = at;
  }
  return HW_OK;
}

hw_status hw_inventory_make(int32_t n, const hw_specimen *specimens, const int32_t *group,
                            hw_bone_place *places, hw_element_count *counts, int32_t *n_counts,
                            hw_err *err) {
  hw_arena arena;
  *n_counts = 0;
  if (n < 0) return hw_err_set(err, HW_E_VALUE, "%d specimens", (int)n);
  hw_arena_init(&arena, 0);
  const hw_status status = make(n, specimens, group, &arena, places, counts, n_counts, err);
  hw_arena_clear(&arena);
  return status;
}
