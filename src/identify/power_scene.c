/* A family with persons who are pretended to be typed, and its tables.
 *
 * Tables are asked for many times in which only a few genotypes differ, and what stands behind a
 * known genotype tells nothing (kinship/separate.h). So a table is compiled from those profiles alone
 * that tell something about the person: a cousin's, once mother and aunt are known, is not among
 * them. What is left is smaller, often has a closed form, and comes again more often, so that the
 * compiler remembers it.
 *
 * That needs data that do not contradict each other: where the family does, a table says nothing,
 * whoever is pretended. The first table of a scene, without anybody pretended, is compiled from
 * everything and tells at which markers. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "identify/power_int.h"
#include "kinship/separate.h"

hw_status hwp_scene_open(hwp_power_worker *self, int32_t index, hw_err *err) {
  const hw_case *problem = self->power->problem;
  const hw_family *family = &problem->families[index];
  const size_t n = (size_t)family->n_profiles + (size_t)family->pedigree.n_persons;
  const size_t n_markers = (size_t)problem->n_markers;
  hw_arena *scratch = &self->scratch;
  hwp_scene *scene = &self->scene;
  scene->profiles = hw_arena_alloc_array(scratch, n + 1, sizeof *scene->profiles);
  scene->persons = hw_arena_alloc_array(scratch, n + 1, sizeof *scene->persons);
  scene->rows = hw_arena_alloc_array(scratch, n + 1, sizeof *scene->rows);
  scene->near = hw_arena_alloc_array(scratch, n + 1, sizeof *scene->near);
  scene->near_rows = hw_arena_alloc_array(scratch, n + 1, sizeof *scene->near_rows);
  scene->individual = hw_arena_alloc_array(scratch, n + 1, sizeof *scene->individual);
  scene->seen = hw_arena_alloc_array(scratch, 2 * (n + 1), sizeof *scene->seen);
  scene->tells = hw_arena_alloc_array(scratch, n + 1, sizeof *scene->tells);
  scene->contradicts = hw_arena_alloc_array(scratch, n_markers + 1, sizeof *scene->contradicts);
  if (scene->profiles == NULL || scene->persons == NULL || scene->rows == NULL ||
      scene->near == NULL || scene->near_rows == NULL || scene->individual == NULL ||
      scene->seen == NULL || scene->tells == NULL || scene->contradicts == NULL ||
      hwp_family_init(&scene->family, &family->pedigree, scratch) != HW_OK)
    return HW_NO_MEMORY(err, "a family");
  scene->room = hw_arena_alloc_array(scratch, (size_t)scene->family.n + 1, sizeof *scene->room);
  if (scene->room == NULL) return HW_NO_MEMORY(err, "a family");
  scene->is_known = false;
  for (int32_t p = 0; p < family->n_profiles; p++) {
    scene->profiles[p] = family->profiles[p];
    scene->persons[p] = family->profile_person[p];
    scene->individual[p] = scene->family.individual[scene->persons[p]];
  }
  scene->n_base = family->n_profiles;
  scene->problem = (hw_problem){.pedigree = &family->pedigree,
                                .n_profiles = family->n_profiles,
                                .profiles = scene->profiles,
                                .profile_person = scene->persons,
                                .n_markers = problem->n_markers,
                                .markers = problem->markers,
                                .theta = problem->theta};
  return HW_OK;
}

hw_observation *hwp_scene_add(hwp_power_worker *self, int32_t person) {
  hwp_scene *scene = &self->scene;
  const int32_t n_markers = self->power->problem->n_markers, at = scene->problem.n_profiles;
  if (scene->rows[at] == NULL)
    scene->rows[at] =
        hw_arena_alloc_array(&self->scratch, (size_t)n_markers + 1, sizeof *scene->rows[at]);
  if (scene->rows[at] == NULL) return NULL;
  memset(scene->rows[at], 0, sizeof *scene->rows[at] * (size_t)n_markers);
  scene->persons[at] = person;
  scene->individual[at] = scene->family.individual[person];
  scene->profiles[at] =
      (hw_profile){.id = "", .n_markers = n_markers, .observations = scene->rows[at]};
  scene->problem.n_profiles++;
  return scene->rows[at];
}

void hwp_scene_remove(hwp_power_worker *self) {
  self->scene.problem.n_profiles--;
}

/* Copies the observations of a marker that tell something about an individual.
 * @param seen_before  what was seen at the marker that scene->tells is of; NULL = of none */
static void take_near(hwp_scene *scene, int32_t m, int32_t individual, uint8_t *seen,
                      const uint8_t *seen_before) {
  const hw_problem *problem = &scene->problem;
  const int32_t n = problem->n_profiles;
  for (int32_t p = 0; p < n; p++)
    seen[p] = (uint8_t)hwp_seen_as_of(&problem->markers[m], &scene->profiles[p],
                                      &scene->profiles[p].observations[m]);
  if (seen_before == NULL || memcmp(seen, seen_before, (size_t)n) != 0)
    hwp_separate(&scene->family, individual, n, scene->individual, seen, scene->room, scene->tells);
  for (int32_t p = 0; p < n; p++)
    scene->near_rows[p][m] = scene->tells[p] || scene->contradicts[m]
                                 ? scene->profiles[p].observations[m]
                                 : (hw_observation){0};
}

static hw_status make_near(hwp_power_worker *self, int32_t person, hw_problem *out, hw_err *err) {
  hwp_scene *scene = &self->scene;
  const int32_t n = scene->problem.n_profiles, n_markers = scene->problem.n_markers;
  const int32_t individual = scene->family.individual[person];
  for (int32_t p = 0; p < n; p++) {
    if (scene->near_rows[p] == NULL)
      scene->near_rows[p] =
          hw_arena_alloc_array(&self->scratch, (size_t)n_markers + 1, sizeof *scene->near_rows[p]);
    if (scene->near_rows[p] == NULL) return HW_NO_MEMORY(err, "a family");
    scene->near[p] = scene->profiles[p];
    scene->near[p].observations = scene->near_rows[p];
  }
  uint8_t *seen = scene->seen, *before = NULL;
  for (int32_t m = 0; m < n_markers; m++) {
    take_near(scene, m, individual, seen, before);
    before = seen;
    seen = seen == scene->seen ? scene->seen + n + 1 : scene->seen;
  }
  *out = scene->problem;
  out->profiles = scene->near;
  return HW_OK;
}

hw_status hwp_scene_compile(hwp_power_worker *self, int32_t person, const hw_table **out,
                            hw_err *err) {
  hwp_scene *scene = &self->scene;
  hw_problem problem = scene->problem;
  const bool is_base = problem.n_profiles == scene->n_base;
  if (problem.theta == 0.0 && scene->is_known && !is_base)
    HW_TRY(make_near(self, person, &problem, err));
  HW_TRY(hw_table_compiler_compile(self->compiler, &problem, person, out, err));
  for (int32_t m = 0; is_base && m < problem.n_markers; m++)
    scene->contradicts[m] = (*out)->markers[m].ln_family == -HUGE_VAL;
  scene->is_known |= is_base;
  return HW_OK;
}
