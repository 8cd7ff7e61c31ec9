/* The data of one marker or of a linked group, put in the form that
 * inheritance vectors take: classes and lists of ordered genotypes. */
#include "kinship/group.h"

#include <math.h>
#include <string.h>

#include "kinship/classes.h"
#include "kinship/inheritance.h"
#include "kinship/kin.h"

/* Who was typed at one marker. */
static hw_status collect_seen(const hw_problem *problem, const hwp_family *family, int32_t marker,
                              hw_arena *scratch, hwp_seen *seen, int32_t *n_seen, hw_err *err) {
  const size_t n = (size_t)problem->n_profiles + 1;
  const hw_observation **column = hw_arena_alloc_array(scratch, n, sizeof *column);
  int32_t *individual = hw_arena_alloc_array(scratch, n, sizeof *individual);
  if (column == NULL || individual == NULL)
    return hw_err_set(err, HW_E_NO_MEMORY, "no memory for observations");
  hwp_take_column(problem, marker, column);
  for (int32_t p = 0; p < problem->n_profiles; p++)
    individual[p] = family->individual[problem->profile_person[p]];
  return hwp_seen_collect(family, &problem->markers[marker], problem->n_profiles, individual,
                          problem->profiles, column, seen, n_seen, err);
}

/* One marker's classes and lists. */
static hw_status make_locus(const hw_problem *problem, const hw_likelihood_options *options,
                            const hwp_family *family, int32_t marker, int32_t query,
                            hw_arena *scratch, hwp_locus *locus, bool *impossible, hw_err *err) {
  const hw_marker *m = &problem->markers[marker];
  hwp_seen *seen = hw_arena_alloc_array(scratch, (size_t)problem->n_profiles + 1, sizeof *seen);
  hwp_evidence *lists = hw_arena_alloc_array(scratch, (size_t)family->n + 1, sizeof *lists);
  if (seen == NULL || lists == NULL)
    return hw_err_set(err, HW_E_NO_MEMORY, "no memory at marker %s", m->name);
  int32_t n_seen = 0;
  hwp_classes classes;
  hw_status status = collect_seen(problem, family, marker, scratch, seen, &n_seen, err);
  if (status != HW_OK) return status;
  bool lump = query < 0 && !(options != NULL && options->no_lumping);
  status = hwp_classes_init(&classes, m, n_seen, seen, lump, scratch);
  bool x = hw_marker_is_x(m), query_done = false;
  for (int32_t i = 0; status == HW_OK && i < n_seen;) {
    int32_t individual = seen[i].individual, count = 1;
    while (i + count < n_seen && seen[i + count].individual == individual) count++;
    bool none = false;
    query_done |= individual == query;
    status =
        hwp_evidence_list(&lists[individual], &none, m, &classes, count, &seen[i],
                          individual == query, x && family->sex[individual] == HW_MALE, scratch);
    *impossible |= none;
    i += count;
  }
  if (status == HW_OK && query >= 0 && !query_done) {
    bool none;
    status = hwp_evidence_list(&lists[query], &none, m, &classes, 0, NULL, true,
                               x && family->sex[query] == HW_MALE, scratch);
  }
  if (status != HW_OK) return hw_err_set(err, status, "no memory at marker %s", m->name);
  *locus = (hwp_locus){.k = classes.k,
                       .prior = classes.prior,
                       .matrix = {classes.matrix[0], classes.matrix[1]},
                       .lists = lists};
  return HW_OK;
}

static hwp_inheritance_task new_task(const hw_problem *problem,
                                     const hw_likelihood_options *options, const hwp_family *family,
                                     int32_t marker, int32_t query) {
  return (hwp_inheritance_task){
      .family = family,
      .x = hw_marker_is_x(&problem->markers[marker]),
      .theta = problem->theta,
      .query = query,
      .max_work = options != NULL && options->max_work > 0.0 ? options->max_work : HWP_MAX_WORK,
      .max_bytes =
          options != NULL && options->max_bytes > 0.0 ? options->max_bytes : HWP_MAX_BYTES};
}

hw_status hwp_group_likelihood(const hw_problem *problem, const hw_likelihood_options *options,
                               const hwp_family *family, int32_t n_markers, const int32_t *markers,
                               const double *recombination, hw_arena *scratch, double *ln,
                               hw_err *err) {
  hwp_locus *loci = hw_arena_alloc_array(scratch, (size_t)n_markers, sizeof *loci);
  if (loci == NULL) return hw_err_set(err, HW_E_NO_MEMORY, "no memory for linked markers");
  bool impossible = false;
  for (int32_t j = 0; j < n_markers; j++) {
    if (hw_marker_is_x(&problem->markers[markers[j]]) !=
        hw_marker_is_x(&problem->markers[markers[0]]))
      return hw_err_set(err, HW_E_VALUE, "X and autosomal markers cannot be linked");
    hw_status status =
        make_locus(problem, options, family, markers[j], -1, scratch, &loci[j], &impossible, err);
    if (status != HW_OK) return status;
  }
  if (impossible) {
    *ln = -HUGE_VAL;
    return HW_OK;
  }
  hwp_inheritance_task task = new_task(problem, options, family, markers[0], -1);
  task.n_loci = n_markers;
  task.loci = loci;
  task.recombination = recombination;
  return hwp_inheritance_run(&task, scratch, ln, NULL, err);
}

hw_status hwp_group_genotypes(const hw_problem *problem, const hw_likelihood_options *options,
                              const hwp_family *family, int32_t marker, int32_t query,
                              hw_arena *scratch, double *joint, hw_err *err) {
  hwp_locus locus = {.k = 0};
  bool impossible = false;
  const hw_marker *m = &problem->markers[marker];
  if (hw_marker_is_x(m) && family->sex[query] == HW_UNKNOWN_SEX)
    return hwp_needs_sex(family, query, m, err);
  hw_status status =
      make_locus(problem, options, family, marker, query, scratch, &locus, &impossible, err);
  if (status != HW_OK) return status;
  size_t k = (size_t)locus.k;
  bool single = hw_marker_is_x(m) && family->sex[query] == HW_MALE;
  memset(joint, 0, sizeof *joint * (single ? k : k * k));
  if (impossible) return HW_OK;
  hwp_inheritance_task task = new_task(problem, options, family, marker, query);
  task.n_loci = 1;
  task.loci = &locus;
  double ln;
  return hwp_inheritance_run(&task, scratch, &ln, joint, err);
}
