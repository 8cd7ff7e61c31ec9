/* The list of missing persons, their codes, and who may be compared with whom.
 *
 * A person's id is enough as a code unless missing persons of two families bear
 * it. To find that out in a file of many thousand families, the ids are indexed
 * once: an id is its own where the index finds this family under it first and
 * nobody of another family follows. */
#include "identify/targets.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "genetics/name_index.h"

static const char *id_of(const hw_case *problem, const hw_target *target) {
  return problem->families[target->family].pedigree.persons[target->person].id;
}

static char *join_code(hw_arena *arena, const char *family, const char *id) {
  size_t size = strlen(family) + strlen(id) + 2;
  char *code = hw_arena_alloc(arena, size);
  if (code != NULL) snprintf(code, size, "%s:%s", family, id);
  return code;
}

/* Gives longer codes to the run of entries [from, to) of one id, if several families are in it. */
static hw_status name_run(const hw_case *problem, hw_arena *arena, const hw_name_entry *entries,
                          int32_t from, int32_t to, hw_target *targets, hw_err *err) {
  bool is_shared = false;
  for (int32_t i = from + 1; i < to; i++)
    is_shared |= targets[entries[i].number].family != targets[entries[from].number].family;
  for (int32_t i = from; is_shared && i < to; i++) {
    hw_target *target = &targets[entries[i].number];
    target->code = join_code(arena, problem->families[target->family].name, id_of(problem, target));
    if (target->code == NULL) return HW_NO_MEMORY(err, "a name");
  }
  return HW_OK;
}

static hw_status name_targets(const hw_case *problem, hw_arena *arena, hw_target *targets,
                              int32_t n, hw_err *err) {
  const char **ids = hw_arena_alloc_array(arena, (size_t)n, sizeof *ids);
  if (ids == NULL) return HW_NO_MEMORY(err, "the names");
  for (int32_t t = 0; t < n; t++) ids[t] = targets[t].code = id_of(problem, &targets[t]);
  hw_name_index index = {0};
  HW_TRY(hw_name_index_init(&index, n, ids, err));
  hw_status status = HW_OK;
  for (int32_t i = 0; status == HW_OK && i < n;) {
    int32_t same = i + 1;
    while (same < n && strcmp(index.entries[same].name, index.entries[i].name) == 0) same++;
    status = name_run(problem, arena, index.entries, i, same, targets, err);
    i = same;
  }
  hw_name_index_clear(&index);
  return status;
}

hw_status hwp_targets_make(const hw_case *problem, hw_arena *arena, hw_target **targets,
                           int32_t *n_targets, hw_err *err) {
  size_t n = 0;
  for (int32_t f = 0; f < problem->n_families; f++) n += (size_t)problem->families[f].n_missing;
  if (problem->n_remains == 0 || n == 0)
    return hw_err_set(err, HW_E_SHAPE,
                      "case '%s' has %d remains and %d missing persons: at least "
                      "one of each is needed",
                      problem->id, (int)problem->n_remains, (int)n);
  if (n > INT32_MAX) return hw_err_set(err, HW_E_TOO_COMPLEX, "too many missing persons");
  hw_target *list = hw_arena_alloc_array(arena, n, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "the missing persons");
  int32_t t = 0;
  for (int32_t f = 0; f < problem->n_families; f++) {
    const hw_family *family = &problem->families[f];
    for (int32_t k = 0; k < family->n_missing; k++)
      list[t++] = (hw_target){f, k, family->missing[k],
                              family->pedigree.persons[family->missing[k]].sex, NULL};
  }
  HW_TRY(name_targets(problem, arena, list, t, err));
  *targets = list;
  *n_targets = t;
  return HW_OK;
}

bool hwp_target_fits(const hw_case *problem, const hw_remains *remains, const hw_target *target) {
  if (remains->sex != HW_UNKNOWN_SEX && target->sex != HW_UNKNOWN_SEX &&
      remains->sex != target->sex)
    return false;
  for (int32_t m = 0; m < problem->n_markers; m++) {
    if (!hw_marker_is_x(&problem->markers[m])) continue;
    hw_observation_kind kind = remains->profile.observations[m].kind;
    if (kind == HW_OBS_SINGLE && target->sex == HW_FEMALE) return false;
    if (kind == HW_OBS_GENOTYPE && target->sex == HW_MALE) return false;
  }
  return true;
}
