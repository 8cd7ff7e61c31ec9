/* One family: which pairs are permitted, and the list of its placements.
 *
 * A pair is permitted unless the sexes differ, an X observation cannot be hers,
 * it is excluded, a search did not keep it, a fixed pairing stands against it, or
 * the prior forbids it. Everything below is kept for the family's own candidates
 * only, never for all remains, so that memory follows the number of pairs.
 *
 * The list comes from place.h, with the prices of joint_price.c taken off where a
 * component has them; weights are kept as they are. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/joint_int.h"
#include "identify/targets.h"

/* Placements of one family that are listed at most, and steps of exact inference that one
 * evaluation counts as: an evaluation costs thousands of merged entries, and a
 * family may be listed several times. */
static const double MOST_LISTED = 2000000, STEPS_OF_EVALUATION = 1000, THOROUGH = 8;
/* Of the first, short list. */
static const double FIRST_STEPS = 20000;
/* Families of a case that are kept prepared between two lists. */
enum { MOST_KEPT = 1000 };
/* Pairs without a list of candidates: five arrays of doubles. */
static const double MOST_PAIRS = 5e7;

/* ---- permitted pairs ---------------------------------------------------------- */

static bool is_excluded(const hw_joint *self, int32_t remains, int32_t target) {
  int32_t low = 0, high = self->options.n_excluded;
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    const hw_joint_pairing *e = &self->excluded[middle];
    if (e->target < target || (e->target == target && e->remains < remains))
      low = middle + 1;
    else
      high = middle;
  }
  return low < self->options.n_excluded && self->excluded[low].target == target &&
         self->excluded[low].remains == remains;
}

static bool is_permitted(const hw_joint *self, int32_t remains, int32_t target) {
  const int32_t there = self->fixed_remains[target], his = self->fixed_target[remains];
  if ((there >= 0 && there != remains) || (his >= 0 && his != target)) return false;
  return hwp_target_fits(self->problem, &self->problem->remains[remains], &self->targets[target]) &&
         !is_excluded(self, remains, target);
}

static hw_status ask_prior(const hw_joint *self, int32_t remains, int32_t target, double *ln,
                           hw_err *err) {
  const hw_joint_prior *prior = &self->options.prior;
  *ln = prior->ln_pair == NULL ? 0 : prior->ln_pair(prior->context, remains, target);
  if (isnan(*ln) || *ln == HUGE_VAL)
    return hw_err_set(err, HW_E_VALUE,
                      "the prior weight of '%s' being '%s' is %g: a logarithm below infinity is "
                      "expected",
                      self->problem->remains[remains].id, self->targets[target].code, *ln);
  return HW_OK;
}

static hw_status ask_extra(const hw_joint *self, const hw_joint_pairing *pair, double *ln,
                           hw_err *err) {
  HW_BUG_IF(self->options.extra.ln_pair == NULL,
            err); /* asked where there is other evidence only */
  HW_TRY(self->options.extra.ln_pair(self->options.extra.context, pair, ln, err));
  if (isnan(*ln) || *ln == HUGE_VAL)
    return hw_err_set(
        err, HW_E_VALUE,
        "the evidence of '%s' being '%s' is %g: a logarithm below infinity is expected",
        self->problem->remains[pair->remains].id, self->targets[pair->target].code, *ln);
  return HW_OK;
}

int32_t hwp_joint_candidate(const joint_family *family, int32_t remains) {
  int32_t low = 0, high = family->n_candidates;
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    if (family->candidates[middle] < remains)
      low = middle + 1;
    else
      high = middle;
  }
  return low < family->n_candidates && family->candidates[low] == remains ? low : -1;
}

/* Takes a family's permitted pairs, sorted by remains, then target. */
static hw_status fill_family(hw_joint *self, joint_family *family, const hw_joint_pairing *pairs,
                             int64_t n, hw_err *err) {
  const size_t n_places = (size_t)family->n_places;
  int32_t n_candidates = 0;
  for (int64_t i = 0; i < n; i++)
    n_candidates += i == 0 || pairs[i].remains != pairs[i - 1].remains;
  family->n_candidates = n_candidates;
  if (n_candidates == 0) return HW_OK;
  const size_t width = (size_t)n_candidates;
  family->candidates = hw_arena_alloc_array(&self->arena, width, sizeof *family->candidates);
  family->ln_pair = hw_arena_alloc_array(&self->arena, n_places * width, sizeof *family->ln_pair);
  family->ln_lr = hw_arena_alloc_array(&self->arena, n_places * width, sizeof *family->ln_lr);
  family->group = hw_arena_alloc_array(&self->arena, n_places, sizeof *family->group);
  if (family->candidates == NULL || family->ln_pair == NULL || family->ln_lr == NULL ||
      family->group == NULL)
    return HW_NO_MEMORY(err, "the pairs of a family");
  for (size_t i = 0; i < n_places * width; i++) family->ln_pair[i] = family->ln_lr[i] = IMPOSSIBLE;
  if (self->options.extra.ln_pair != NULL) {
    family->ln_extra =
        hw_arena_alloc_array(&self->arena, n_places * width, sizeof *family->ln_extra);
    if (family->ln_extra == NULL) return HW_NO_MEMORY(err, "the pairs of a family");
  }
  int32_t c = -1;
  for (int64_t i = 0; i < n; i++) {
    if (i == 0 || pairs[i].remains != pairs[i - 1].remains)
      family->candidates[++c] = pairs[i].remains;
    const size_t place = (size_t)(pairs[i].target - family->first_target);
    HW_TRY(ask_prior(self, pairs[i].remains, pairs[i].target,
                     &family->ln_pair[place * width + (size_t)c], err));
    if (family->ln_extra != NULL)
      HW_TRY(ask_extra(self, &pairs[i], &family->ln_extra[place * width + (size_t)c], err));
  }
  return HW_OK;
}

/* The pairs of a family that are permitted, of `given` (all of one family, sorted) or of all.
 * @return their number */
static int64_t permit_pairs(const hw_joint *self, const joint_family *family,
                            const hw_joint_pairing *given, int64_t n_given, hw_joint_pairing *out) {
  int64_t n = 0;
  if (given != NULL) {
    for (int64_t i = 0; i < n_given; i++)
      if (is_permitted(self, given[i].remains, given[i].target)) out[n++] = given[i];
    return n;
  }
  for (int32_t r = 0; r < self->problem->n_remains; r++)
    for (int32_t k = 0; k < family->n_places; k++)
      if (is_permitted(self, r, family->first_target + k))
        out[n++] = (hw_joint_pairing){r, family->first_target + k};
  return n;
}

static hw_status fix_places(hw_joint *self, joint_family *family, hw_err *err) {
  for (int32_t k = 0; k < family->n_places; k++)
    family->n_fixed += self->fixed_remains[family->first_target + k] >= 0;
  if (family->n_fixed == 0) return HW_OK;
  family->fixed =
      hw_arena_alloc_array(&self->arena, (size_t)family->n_places, sizeof *family->fixed);
  if (family->fixed == NULL) return HW_NO_MEMORY(err, "the pairs of a family");
  for (int32_t k = 0; k < family->n_places; k++) {
    const int32_t t = family->first_target + k, r = self->fixed_remains[t];
    family->fixed[k] = r < 0 ? -1 : hwp_joint_candidate(family, r);
    if (r < 0) continue;
    const char *why =
        family->fixed[k] < 0 ? "sex or the typing of X markers excludes it"
        : !(family->ln_pair[(size_t)k * (size_t)family->n_candidates + (size_t)family->fixed[k]] >
            IMPOSSIBLE)
            ? "the prior forbids it"
            : NULL;
    if (why != NULL)
      return hw_err_set(err, HW_E_VALUE,
                        "every assignment is impossible: '%s' is fixed as '%s', but %s",
                        self->problem->remains[r].id, self->targets[t].code, why);
  }
  return HW_OK;
}

static int compare_pairings(const void *left, const void *right) {
  const hw_joint_pairing *a = left, *b = right;
  if (a->remains != b->remains) return a->remains < b->remains ? -1 : 1;
  return a->target < b->target ? -1 : a->target > b->target;
}

/* Candidates and fixed pairings, distinct, family by family; first[f] is where a family begins. */
static hw_status gather(hw_joint *self, hw_arena *arena, hw_joint_pairing **pairs, int64_t **first,
                        hw_err *err) {
  const hw_joint_options *o = &self->options;
  const size_t n_families = (size_t)self->problem->n_families;
  const size_t n = (size_t)o->n_candidates + (size_t)o->n_fixed;
  hw_joint_pairing *list = hw_arena_alloc_array(arena, n, sizeof *list);
  int64_t *start = hw_arena_alloc_array(arena, n_families + 2, sizeof *start);
  if (list == NULL || start == NULL) return HW_NO_MEMORY(err, "the candidates");
  /* By counting: how many, where each family begins, then one after another into place. */
  for (size_t i = 0; i < n; i++) {
    const hw_joint_pairing p =
        i < (size_t)o->n_candidates ? o->candidates[i] : o->fixed[i - (size_t)o->n_candidates];
    start[self->targets[p.target].family + 2]++;
  }
  for (size_t f = 2; f < n_families + 2; f++) start[f] += start[f - 1];
  for (size_t i = 0; i < n; i++) {
    const hw_joint_pairing p =
        i < (size_t)o->n_candidates ? o->candidates[i] : o->fixed[i - (size_t)o->n_candidates];
    list[start[self->targets[p.target].family + 1]++] = p;
  }
  int64_t kept = 0;
  for (size_t f = 0; f < n_families; f++) {
    const int64_t from = start[f], to = start[f + 1];
    qsort(list + from, (size_t)(to - from), sizeof *list, compare_pairings);
    start[f] = kept;
    for (int64_t i = from; i < to; i++)
      if (i == from || compare_pairings(&list[i], &list[i - 1]) != 0) list[kept++] = list[i];
  }
  start[n_families] = kept;
  *pairs = list;
  *first = start;
  return HW_OK;
}

static hw_status permit_all(hw_joint *self, hw_arena *arena, hw_err *err) {
  const double n_all = (double)self->problem->n_remains * (double)self->n_targets;
  const bool is_given = self->options.candidates != NULL;
  hw_joint_pairing *given = NULL;
  int64_t *first = NULL, most = 0;
  if (!is_given && n_all > MOST_PAIRS)
    return hw_err_set(err, HW_E_TOO_COMPLEX,
                      "%d remains against %d missing persons without a list of candidates: search "
                      "first, and give the pairs that it kept",
                      (int)self->problem->n_remains, (int)self->n_targets);
  if (is_given) HW_TRY(gather(self, arena, &given, &first, err));
  for (int32_t f = 0; f < self->problem->n_families; f++) {
    const int64_t n = is_given ? first[f + 1] - first[f]
                               : (int64_t)self->families[f].n_places * self->problem->n_remains;
    if (n > most) most = n;
  }
  hw_joint_pairing *pairs = hw_arena_alloc_array(arena, (size_t)most, sizeof *pairs);
  if (pairs == NULL) return HW_NO_MEMORY(err, "the candidates");
  for (int32_t f = 0; f < self->problem->n_families; f++) {
    joint_family *family = &self->families[f];
    const int64_t n =
        is_given ? permit_pairs(self, family, given + first[f], first[f + 1] - first[f], pairs)
                 : permit_pairs(self, family, NULL, 0, pairs);
    HW_TRY(fill_family(self, family, pairs, n, err));
    HW_TRY(fix_places(self, family, err));
  }
  if (is_given)
    self->n_not_candidates =
        (int64_t)self->problem->n_remains * self->n_targets - first[self->problem->n_families];
  return HW_OK;
}

hw_status hwp_joint_permit(hw_joint *self, hw_err *err) {
  hw_arena scratch;
  hw_arena_init(&scratch, 0);
  hw_status status = permit_all(self, &scratch, err);
  hw_arena_clear(&scratch);
  return status;
}

/* ---- the list ------------------------------------------------------------------- */

void hwp_joint_unlist(joint_family *family) {
  free(family->ln_ratio);
  free(family->ln_weight);
  free(family->placed);
  family->ln_ratio = family->ln_weight = NULL;
  family->placed = NULL;
  family->n = 0;
  family->is_listed = false;
}

/* ln of the prior weight of a placement. */
static double weight_of(const joint_family *family, const int32_t *placed) {
  double ln = 0;
  for (int32_t k = 0; k < family->n_places; k++)
    if (placed[k] >= 0)
      ln += family->ln_pair[(size_t)k * (size_t)family->n_candidates + (size_t)placed[k]];
  return ln;
}

hw_status hwp_joint_extra_of(const hw_joint *self, const joint_family *family,
                             const int32_t *placed, double *ln, hw_err *err) {
  const hw_joint_extra *extra = &self->options.extra;
  int32_t n = 0;
  *ln = 0;
  if (family->ln_extra == NULL) return HW_OK;
  for (int32_t k = 0; k < family->n_places; k++) {
    if (placed[k] < 0) continue;
    *ln += family->ln_extra[(size_t)k * (size_t)family->n_candidates + (size_t)placed[k]];
    n++;
  }
  if (n < 2 || extra->ln_placement == NULL || *ln == IMPOSSIBLE) return HW_OK;
  hw_joint_pairing *pairs = malloc((size_t)n * sizeof *pairs);
  if (pairs == NULL) return HW_NO_MEMORY(err, "a placement");
  n = 0;
  for (int32_t k = 0; k < family->n_places; k++)
    if (placed[k] >= 0)
      pairs[n++] = (hw_joint_pairing){family->candidates[placed[k]], family->first_target + k};
  const hw_status status = extra->ln_placement(
      extra->context, self->targets[family->first_target].family, n, pairs, ln, err);
  free(pairs);
  return status;
}

/* Copies what is possible. */
static hw_status take_list(const hw_joint *self, joint_family *family, const hwp_placements *list,
                           hw_err *err) {
  const size_t n = (size_t)list->n, width = (size_t)family->n_places;
  hwp_joint_unlist(family);
  family->ln_ratio = malloc(n * sizeof *family->ln_ratio);
  family->ln_weight = malloc(n * sizeof *family->ln_weight);
  family->placed = malloc(n * width * sizeof *family->placed);
  if (family->ln_ratio == NULL || family->ln_weight == NULL || family->placed == NULL)
    return HW_NO_MEMORY(err, "the placements of a family");
  for (size_t i = 0; i < n; i++) {
    const hwp_placement *p = &list->placements[i];
    double extra = 0;
    if (!(p->ln_ratio + p->ln_weight > IMPOSSIBLE)) continue;
    HW_TRY(hwp_joint_extra_of(self, family, list->placed + i * width, &extra, err));
    if (!(extra > IMPOSSIBLE)) continue;
    family->ln_ratio[family->n] = p->ln_ratio + extra;
    family->ln_weight[family->n] = weight_of(family, list->placed + i * width);
    memcpy(family->placed + (size_t)family->n * width, list->placed + i * width,
           width * sizeof *family->placed);
    family->n++;
  }
  family->ln_left_out = list->ln_left_out;
  family->is_complete = list->is_complete;
  family->is_listed = true;
  return HW_OK;
}

static hw_status explain_impossible(const hw_joint *self, const joint_family *family, hw_err *err) {
  const char *name = self->problem->families[self->targets[family->first_target].family].name;
  int32_t only = -1;
  for (int32_t k = 0; k < family->n_places && family->n_fixed == 1; k++)
    if (self->fixed_remains[family->first_target + k] >= 0) only = k;
  if (only < 0)
    return hw_err_set(err, HW_E_VALUE,
                      "every assignment is impossible: the pairings that are fixed in family '%s' "
                      "cannot be true together",
                      name);
  return hw_err_set(err, HW_E_VALUE,
                    "every assignment is impossible: '%s' is fixed as '%s', but family '%s' "
                    "excludes that",
                    self->problem->remains[self->fixed_remains[family->first_target + only]].id,
                    self->targets[family->first_target + only].code, name);
}

/* Pairwise ratios: everybody else untyped. Places that cannot be told apart have the same. */
static hw_status fill_ratios(joint_family *family, hw_err *err) {
  const size_t width = (size_t)family->n_candidates, n = (size_t)family->n_places;
  int32_t *nobody = malloc(n * sizeof *nobody);
  double *row = malloc(n * width * sizeof *row);
  hw_status status = HW_OK;
  if (nobody == NULL || row == NULL) status = HW_NO_MEMORY(err, "the pairs of a family");
  if (status == HW_OK) memset(nobody, -1, n * sizeof *nobody);
  if (status == HW_OK) status = hwp_place_symmetry(family->place, family->group, err);
  for (size_t k = 0; status == HW_OK && k < n; k++) {
    const size_t head = (size_t)family->group[k];
    if (head == k)
      status = hwp_place_extend(family->place, nobody, (int32_t)k, row + k * width, err);
    if (status != HW_OK) break;
    for (size_t c = 0; c < width; c++)
      if (family->ln_pair[k * width + c] > IMPOSSIBLE)
        family->ln_lr[k * width + c] =
            row[head * width + c] +
            (family->ln_extra != NULL ? family->ln_extra[k * width + c] : 0);
  }
  free(nobody);
  free(row);
  return status;
}

static bool stop(void *progress) {
  return hwp_joint_tell(progress, 0, NULL) != HW_OK;
}

/* A family whose list may be asked for again keeps what was computed, in cases of moderate size. */
static bool keeps_place(const hw_joint *self, const joint_family *family) {
  return family->n_places > 1 && self->problem->n_families <= MOST_KEPT;
}

static hw_status prepare(hw_joint *self, int32_t f, hw_err *err) {
  joint_family *family = &self->families[f];
  const bool is_new = !family->is_listed;
  if (family->place == NULL)
    HW_TRY(hwp_place_new(self->problem, f, family->n_candidates, family->candidates,
                         &self->options.likelihood, &family->place, err));
  return is_new ? fill_ratios(family, err) : HW_OK;
}

/* Weights of pairs: prior and extra evidence, the dues of their remains taken off. */
static double *weigh_pairs(const hw_joint *self, const joint_family *family) {
  const size_t width = (size_t)family->n_candidates, n = (size_t)family->n_places * width;
  double *ln_pair = malloc(n * sizeof *ln_pair);
  for (size_t i = 0; ln_pair != NULL && i < n; i++) {
    ln_pair[i] = family->ln_pair[i];
    if (family->ln_extra != NULL) ln_pair[i] += family->ln_extra[i];
    if (family->is_priced) ln_pair[i] -= self->ln_due[family->candidates[i % width]];
  }
  return ln_pair;
}

bool hwp_joint_is_bound_of_pairs(const hw_joint *self) {
  if (self->options.extra.ln_placement == NULL) return false;
  for (int32_t f = 0; f < self->problem->n_families; f++) {
    const joint_family *family = &self->families[f];
    if (family->ln_extra != NULL && family->n_places > 1 && family->is_listed &&
        family->ln_left_out > IMPOSSIBLE)
      return true;
  }
  return false;
}

hw_status hwp_joint_list(hw_joint *self, int32_t f, joint_progress *progress, hw_err *err) {
  joint_family *family = &self->families[f];
  const bool is_weighed = family->is_priced || family->ln_extra != NULL;
  double *ln_pair = is_weighed ? weigh_pairs(self, family) : NULL;
  if (is_weighed && ln_pair == NULL) return HW_NO_MEMORY(err, "the pairs of a family");
  double steps = self->options.max_steps / STEPS_OF_EVALUATION;
  if (self->is_first && steps > FIRST_STEPS) steps = FIRST_STEPS;
  if (self->is_thorough) steps *= THOROUGH;
  const hwp_place_limits limits = {.left_out = family->share,
                                   .max_steps = steps < 1000 ? 1000 : steps,
                                   .max_listed = MOST_LISTED,
                                   .ln_pair = ln_pair != NULL ? ln_pair : family->ln_pair,
                                   .fixed = family->fixed,
                                   .stop = progress->tell == NULL ? NULL : stop,
                                   .context = progress};
  hwp_placements list = {0};
  hw_status status = prepare(self, f, err);
  if (status == HW_OK) status = hwp_place_list(family->place, &limits, &list, err);
  if (status == HW_OK && (list.n == 0 || !(list.placements[0].ln_ratio > IMPOSSIBLE)))
    status = explain_impossible(self, family, err);
  else if (status == HW_OK)
    status = take_list(self, family, &list, err);
  if (status == HW_OK && family->n == 0) status = explain_impossible(self, family, err);
  hwp_placements_clear(&list);
  free(ln_pair);
  if (status != HW_OK || !keeps_place(self, family)) {
    hwp_place_delete(family->place);
    family->place = NULL;
  }
  if (status == HW_E_TOO_COMPLEX || status == HW_E_UNSUPPORTED) self->failed = f;
  return status;
}
