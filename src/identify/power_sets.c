/* Whom to sample, before anybody is asked: each relative of whom typing would show something
 * new, pairs of them, and everybody together; and the verdict that follows. What a set
 * would give is computed in power_worlds.c.
 *
 * Pairs. The expected log10 LR is a mutual information (of the missing person's genotype
 * and what is typed) and can only grow with what is typed, so that everybody together
 * bounds it from above: once a pair reaches everybody's within BOUND_SLACK, no further
 * pair is computed. ("Everybody" are at most HW_POWER_TOGETHER, those of the largest gains.)
 * Pairs are tried in the order of their singles' gains.
 *
 * Typed members who lack markers count as relatives too: typing them again adds the
 * missing ones. Relatives who are not in the pedigree cannot be considered. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "identify/power_int.h"

static const double LEAST_GAIN = 1e-6;  /* that makes a relative worth sampling */
static const double BOUND_SLACK = 1e-3; /* of log10 LR */

/* --- who can be typed ------------------------------------------------------- */

static bool is_missing(const hw_family *family, int32_t person) {
  for (int32_t k = 0; k < family->n_missing; k++)
    if (hwp_power_first_twin(&family->pedigree, family->missing[k]) ==
        hwp_power_first_twin(&family->pedigree, person))
      return true;
  return false;
}

static int32_t count_added(const hw_case *problem, const hw_family *family, int32_t person) {
  int32_t n = 0;
  for (int32_t m = 0; m < problem->n_markers; m++) n += hwp_power_adds(problem, family, person, m);
  return n;
}

/* Everybody who could be sampled. @return their number, into list[n_persons] */
static int32_t find_relatives(const hw_power_study *power, int32_t f, hw_power_relative *list) {
  const hw_family *family = &power->problem->families[f];
  const bool *available = power->options.available == NULL ? NULL : power->options.available[f];
  int32_t n = 0;
  for (int32_t i = 0; i < family->pedigree.n_persons; i++) {
    if (is_missing(family, i) || (available != NULL && !available[i])) continue;
    bool is_known = false; /* an identical twin is one genome */
    for (int32_t k = 0; k < n; k++)
      is_known |= hwp_power_first_twin(&family->pedigree, list[k].person) ==
                  hwp_power_first_twin(&family->pedigree, i);
    const int32_t n_markers = is_known ? 0 : count_added(power->problem, family, i);
    if (n_markers > 0) list[n++] = (hw_power_relative){.person = i, .n_markers = n_markers};
  }
  return n;
}

/* --- relatives, pairs, everybody ---------------------------------------------- */

/* A set that is too complex is told as such. Tables and lists of the set before are given back, so
 * that memory does not grow with the number of sets. */
static hw_status try_set(hwp_power_worker *self, const hw_power_target *target, int32_t n,
                         const int32_t *persons, hw_power_gain *out, bool *is_done, hw_err *err) {
  hw_err own = HW_ERR_INIT;
  HW_TRY(hwp_power_go_on(self, err));
  hw_table_compiler_reset(self->compiler);
  hw_arena_reset(&self->scratch);
  HW_TRY(hwp_scene_open(self, target->who.family, err));
  const hw_status status = hwp_power_set_gain(self, target, n, persons, out, &own);
  *is_done = status == HW_OK;
  if (status == HW_OK || status == HW_E_TOO_COMPLEX) return HW_OK;
  if (err != NULL) *err = own;
  return status;
}

static int compare_relatives(const void *a, const void *b) {
  const hw_power_relative *x = a, *y = b;
  if (x->is_left_out != y->is_left_out) return x->is_left_out ? 1 : -1;
  if (x->gain.pass != y->gain.pass) return x->gain.pass < y->gain.pass ? 1 : -1;
  if (x->gain.mean != y->gain.mean) return x->gain.mean < y->gain.mean ? 1 : -1;
  return x->person < y->person ? -1 : x->person > y->person;
}

static int compare_pairs(const void *a, const void *b) {
  const hw_power_pair *x = a, *y = b;
  if (x->gain.pass != y->gain.pass) return x->gain.pass < y->gain.pass ? 1 : -1;
  if (x->gain.mean != y->gain.mean) return x->gain.mean < y->gain.mean ? 1 : -1;
  if (x->relatives[0] != y->relatives[0]) return x->relatives[0] < y->relatives[0] ? -1 : 1;
  return x->relatives[1] < y->relatives[1] ? -1 : x->relatives[1] > y->relatives[1];
}

static hw_status try_relatives(hwp_power_worker *self, hw_power_target *target,
                               hw_power_relative *list, int32_t n, hw_err *err) {
  for (int32_t i = 0; i < n; i++) {
    bool is_done = false;
    HW_TRY(try_set(self, target, 1, &list[i].person, &list[i].gain, &is_done, err));
    list[i].is_left_out = !is_done;
  }
  qsort(list, (size_t)n, sizeof *list, compare_relatives);
  target->relatives = list;
  target->n_relatives = n;
  return HW_OK;
}

static hw_status try_everybody(hwp_power_worker *self, hw_power_target *target, hw_err *err) {
  int32_t *persons =
      hw_arena_alloc_array(&self->results, (size_t)target->n_relatives + 1, sizeof *persons);
  if (persons == NULL) return HW_NO_MEMORY(err, "the relatives");
  for (int32_t i = 0; i < target->n_relatives && target->n_all < HW_POWER_TOGETHER; i++)
    if (!target->relatives[i].is_left_out) persons[target->n_all++] = target->relatives[i].person;
  if (target->n_all == 0) return HW_OK;
  if (target->n_all == 1) { /* known already: those who are left out stand last */
    target->all = target->relatives[0].gain;
    target->has_all = true;
    return HW_OK;
  }
  return try_set(self, target, target->n_all, persons, &target->all, &target->has_all, err);
}

static hw_status try_pairs(hwp_power_worker *self, hw_power_target *target, hw_err *err) {
  int32_t n = 0;
  while (n < target->n_relatives && n < HW_POWER_PAIRED && !target->relatives[n].is_left_out) n++;
  target->n_unpaired = target->n_relatives - n;
  hw_power_pair *list = hw_arena_alloc_array(
      &self->results, (size_t)HW_POWER_PAIRED * HW_POWER_PAIRED / 2, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "the pairs of relatives");
  target->pairs = list;
  bool is_bounded = false;
  /* By the sum of the places in the list of singles: the promising ones come first. */
  for (int32_t sum = 1; sum <= 2 * n - 3 && !is_bounded; sum++)
    for (int32_t a = sum < n ? 0 : sum - n + 1; 2 * a < sum && !is_bounded; a++) {
      hw_power_pair pair = {.relatives = {a, sum - a}};
      const hw_power_relative *one = &target->relatives[a], *other = &target->relatives[sum - a];
      const int32_t persons[2] = {one->person, other->person};
      const double alone = one->gain.mean > other->gain.mean ? one->gain.mean : other->gain.mean;
      bool is_done = false;
      HW_TRY(try_set(self, target, 2, persons, &pair.gain, &is_done, err));
      if (!is_done || !(pair.gain.mean > alone + LEAST_GAIN)) continue;
      list[target->n_pairs++] = pair;
      is_bounded = target->has_all && target->n_relatives > 2 &&
                   pair.gain.mean >= target->all.mean - BOUND_SLACK;
    }
  qsort(list, (size_t)target->n_pairs, sizeof *list, compare_pairs);
  return HW_OK;
}

/* --- the verdict --------------------------------------------------------------- */

static void judge(const hw_power_study *power, hw_power_target *target) {
  const double now = target->now.pass;
  double best = now, gain = 0.0;
  bool is_any_left_out = false;
  for (int32_t i = 0; i < target->n_relatives; i++) {
    const hw_power_relative *relative = &target->relatives[i];
    is_any_left_out |= relative->is_left_out;
    if (relative->is_left_out) continue;
    best = relative->gain.pass > best ? relative->gain.pass : best;
    const double more = relative->gain.mean - target->now.mean[HW_POWER_TRUTH];
    gain = more > gain ? more : gain;
  }
  if (target->has_all) {
    const double most = target->all.pass + 3.0 * target->all.pass_error;
    best = most > best ? most : best;
    const double more = target->all.mean - target->now.mean[HW_POWER_TRUTH];
    gain = more > gain ? more : gain;
  }
  const bool is_hopeless = best < power->options.never;
  if (now >= power->options.enough) {
    target->verdict = HW_POWER_HAS_ENOUGH;
  } else if (target->n_relatives == 0 || gain < LEAST_GAIN) {
    target->verdict = is_hopeless && !is_any_left_out ? HW_POWER_IS_NEVER : HW_POWER_EXHAUSTED;
    if (is_any_left_out)
      target->reason = "typing those who are left adds nothing, or is too complex to compute";
    else if (target->is_non_identifiable)
      target->reason = target->n_typed == 0
                           ? "no relative is typed and nobody can be: LR is 1 for every profile"
                           : "non-identifiable: the LR is 1 for every profile, no typed person "
                             "tells anything about the missing one";
    else
      target->reason = target->n_relatives == 0 ? "nobody of the pedigree is left to sample"
                                                : "typing those who are left adds nothing";
  } else if (is_hopeless && target->has_all) {
    target->verdict = HW_POWER_IS_NEVER;
    target->reason = target->n_all == target->n_relatives
                         ? "too distant: even everybody typed with all markers does not pass"
                         : "too distant: even those who tell most, typed together with all "
                           "markers, do not pass";
  } else {
    target->verdict = HW_POWER_SAMPLE;
  }
}

hw_status hwp_power_relatives_step(hwp_power_worker *self, hw_power_target *target, hw_err *err) {
  const hw_power_study *power = self->power;
  const bool is_detail = power->options.is_one_family;
  const hw_family *family = &power->problem->families[target->who.family];
  if (power->options.is_only_now) {
    target->verdict =
        target->now.pass >= power->options.enough ? HW_POWER_HAS_ENOUGH : HW_POWER_SAMPLE;
    return HW_OK;
  }
  if (target->now.pass < power->options.enough || is_detail) {
    hw_power_relative *list =
        hw_arena_alloc_array(&self->results, (size_t)family->pedigree.n_persons + 1, sizeof *list);
    if (list == NULL) return HW_NO_MEMORY(err, "the relatives");
    const int32_t n = find_relatives(power, target->who.family, list);
    HW_TRY(try_relatives(self, target, list, n, err));
    const double best = n > 0 && !list[0].is_left_out ? list[0].gain.pass : 0.0;
    const bool wants_pairs =
        n > 1 && (is_detail || (power->options.with_pairs && best < power->options.enough));
    if (n > 0 && (is_detail || wants_pairs || best < power->options.never))
      HW_TRY(try_everybody(self, target, err));
    if (wants_pairs) HW_TRY(try_pairs(self, target, err));
  }
  judge(power, target);
  return HW_OK;
}
