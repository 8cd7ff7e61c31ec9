/* What typing relatives would give, before anybody is asked for a sample.
 *
 * The genotypes that a set of relatives would show are unknown, but their distribution
 * given the family's typed members is not. One relative: her table, compiled as if she
 * were the missing person, gives P(g | typed) at every marker; for each g the missing
 * person's table with g typed gives the distribution of the log10 LR; the mixture over
 * g is the marker's summand. Markers stay independent, so means add up and the
 * probability to pass is a convolution as before. Several relatives: one after the
 * other, each given those before.
 *
 *     worlds        g_1 ~ P(g_1 | typed), g_2 ~ P(g_2 | typed, g_1), …
 *     summand       Σ over worlds of P(world) · [u, r of every genotype of hers]
 *
 * With MOST_WORLDS worlds a marker or fewer, and always for one relative, all are
 * computed. Otherwise as many worlds as the options say are drawn at each marker. As
 * markers are combined by convolution, N draws a marker stand for N^markers worlds: the
 * result is unbiased, and its standard error is told, from four groups of the draws.
 * Uniform numbers belong to (family, relative, draw, marker), so that sets are compared
 * over the same luck.
 *
 * Genotypes of a relative that together have less than LEFT_OUT are not looked at (the
 * others take their share), which moves the probability to pass by no more than that
 * times the number of markers.
 *
 * Pairs. The expected log10 LR is a mutual information (of the missing person's genotype
 * and what is typed) and can only grow with what is typed, so that everybody together
 * bounds it from above: once a pair reaches everybody's within BOUND_SLACK, no further
 * pair is computed. ("Everybody" are at most HW_POWER_TOGETHER, those of the largest gains.) Pairs are tried in the order of their singles' gains.
 *
 * Typed members who lack markers count as relatives too: typing them again adds the
 * missing ones. Relatives who are not in the pedigree cannot be considered. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "homeward/random.h"
#include "identify/power_int.h"

enum { MOST_WORLDS = 600, N_GROUPS = 4 };

static const double LEFT_OUT = 1e-6;
static const double LEAST_GAIN = 1e-6;  /* that makes a relative worth sampling */
static const double BOUND_SLACK = 1e-3; /* of log10 LR */

/* What a person may show at one marker. */
typedef struct showing {
  hw_observation obs;
  double p;
} showing;

typedef struct showings {
  int32_t n;
  showing *list;
} showings;

/* A world: what is typed in it, as the table that it makes, and its probability by marker. */
typedef struct world {
  const hw_table *table;
  const double *weight; /* n_markers; NULL = 1 */
} world;

typedef struct set_job {
  hwp_power_worker *worker;
  const hw_power_target *target;
  int32_t n;
  const int32_t *persons;
  int32_t n_worlds, room;
  world *worlds;
} set_job;

/* --- who can be typed ------------------------------------------------------- */

/* The first of a person's group of identical twins. */
static int32_t first_twin(const hw_pedigree *pedigree, int32_t person) {
  while (pedigree->persons[person].twin != HW_PERSON_NONE) person = pedigree->persons[person].twin;
  return person;
}

/* True if typing the person would show something new at the marker. */
static bool adds(const hw_case *problem, const hw_family *family, int32_t person, int32_t m) {
  const hw_pedigree *pedigree = &family->pedigree;
  if (hw_marker_is_x(&problem->markers[m]) && pedigree->persons[person].sex == HW_UNKNOWN_SEX)
    return false;
  for (int32_t p = 0; p < family->n_profiles; p++)
    if (first_twin(pedigree, family->profile_person[p]) == first_twin(pedigree, person) &&
        family->profiles[p].observations[m].kind != HW_OBS_MISSING)
      return false;
  return true;
}

static bool is_missing(const hw_family *family, int32_t person) {
  for (int32_t k = 0; k < family->n_missing; k++)
    if (first_twin(&family->pedigree, family->missing[k]) == first_twin(&family->pedigree, person))
      return true;
  return false;
}

static int32_t count_added(const hw_case *problem, const hw_family *family, int32_t person) {
  int32_t n = 0;
  for (int32_t m = 0; m < problem->n_markers; m++) n += adds(problem, family, person, m);
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
      is_known |= first_twin(&family->pedigree, list[k].person) == first_twin(&family->pedigree, i);
    const int32_t n_markers = is_known ? 0 : count_added(power->problem, family, i);
    if (n_markers > 0) list[n++] = (hw_power_relative){.person = i, .n_markers = n_markers};
  }
  return n;
}

/* --- what they may show ------------------------------------------------------ */

static int compare_showings(const void *a, const void *b) {
  const showing *x = a, *y = b;
  if (x->p != y->p) return x->p < y->p ? 1 : -1;
  if (x->obs.b != y->obs.b) return x->obs.b < y->obs.b ? -1 : 1;
  return (x->obs.a > y->obs.a) - (x->obs.a < y->obs.a);
}

static hw_observation observation_of(const hw_marker *marker, bool single, hw_allele a,
                                     hw_allele b) {
  if (single)
    return a == marker->silent ? (hw_observation){0}
                               : (hw_observation){.kind = HW_OBS_SINGLE, .a = a};
  if (a == marker->silent) a = b; /* a/silent shows as a/a */
  if (b == marker->silent) b = a;
  if (a == marker->silent) return (hw_observation){0};
  return (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a, .b = b};
}

/* Adds up genotypes that look the same: only a silent allele makes any. */
static void put_showing(showings *self, const hw_marker *marker, hw_observation obs, double p) {
  for (int32_t i = 0; marker->silent != HW_ALLELE_NONE && i < self->n; i++) {
    const hw_observation *old = &self->list[i].obs;
    if (old->kind != obs.kind || old->a != obs.a || old->b != obs.b) continue;
    self->list[i].p += p;
    return;
  }
  self->list[self->n++] = (showing){obs, p};
}

/* What somebody with this table may show at a marker, likeliest first, summing to one. */
static hw_status list_showings(hwp_power_worker *self, int32_t m, const hw_marker_table *table,
                               showings *out, hw_err *err) {
  const hw_marker *marker = &self->power->problem->markers[m];
  *out = (showings){0};
  out->list = hw_arena_alloc_array(&self->scratch, (size_t)table->n_genotypes, sizeof *out->list);
  if (out->list == NULL) return HW_NO_MEMORY(err, "what a relative may show");
  int32_t g = 0;
  for (hw_allele b = 0; b < table->n_alleles; b++)
    for (hw_allele a = table->single ? b : 0; a <= b; a++, g++)
      if (table->related[g] > 0.0)
        put_showing(out, marker, observation_of(marker, table->single, a, b), table->related[g]);
  qsort(out->list, (size_t)out->n, sizeof *out->list, compare_showings);
  double rest = 0.0;
  while (out->n > 1 && rest + out->list[out->n - 1].p < LEFT_OUT) rest += out->list[--out->n].p;
  double sum = 0.0;
  for (int32_t i = 0; i < out->n; i++) sum += out->list[i].p;
  for (int32_t i = 0; i < out->n; i++) out->list[i].p /= sum;
  return HW_OK;
}

/* The showings of a person at every marker, given who is pretended in the scene. At a marker where
 * typing her adds nothing there is one: nothing. */
static hw_status all_showings(set_job *self, int32_t person, showings *out, hw_err *err) {
  static showing nothing = {{0}, 1.0};
  hwp_power_worker *worker = self->worker;
  const hw_case *problem = worker->power->problem;
  const hw_family *family = &problem->families[self->target->who.family];
  const hw_table *table = NULL;
  HW_TRY(hw_table_compiler_compile(worker->compiler, &worker->scene.problem, person, &table, err));
  for (int32_t m = 0; m < problem->n_markers; m++) {
    out[m] = (showings){1, &nothing};
    if (adds(problem, family, person, m))
      HW_TRY(list_showings(worker, m, &table->markers[m], &out[m], err));
  }
  return HW_OK;
}

/* --- worlds ------------------------------------------------------------------ */

/* The scene as it stands is a world. */
static hw_status add_world(set_job *self, const double *weight, hw_err *err) {
  hwp_power_worker *worker = self->worker;
  if (self->n_worlds == self->room) {
    const int32_t room = self->room == 0 ? 64 : 2 * self->room;
    world *grown = hw_arena_alloc_array(&worker->scratch, (size_t)room, sizeof *grown);
    if (grown == NULL) return HW_NO_MEMORY(err, "what relatives may show");
    if (self->room > 0) memcpy(grown, self->worlds, sizeof *grown * (size_t)self->n_worlds);
    self->worlds = grown;
    self->room = room;
  }
  world *w = &self->worlds[self->n_worlds];
  w->weight = weight;
  HW_TRY(hw_table_compiler_compile(worker->compiler, &worker->scene.problem,
                                   self->target->who.person, &w->table, err));
  self->n_worlds++;
  return HW_OK;
}

/* All worlds in which the first `depth` persons show what the scene says. Markers go through their
 * own lists side by side; one that is through has the weight 0 from there on. */
static hw_status enumerate(set_job *self, int32_t depth, const double *weight, hw_err *err) {
  hwp_power_worker *worker = self->worker;
  const size_t n_markers = (size_t)worker->power->problem->n_markers;
  if (depth == self->n) return add_world(self, weight, err);
  showings *lists = hw_arena_alloc_array(&worker->scratch, n_markers + 1, sizeof *lists);
  if (lists == NULL) return HW_NO_MEMORY(err, "what relatives may show");
  HW_TRY(all_showings(self, self->persons[depth], lists, err));
  hw_observation *row = hwp_scene_add(worker, self->persons[depth]);
  if (row == NULL) return HW_NO_MEMORY(err, "what relatives may show");
  bool is_more = true;
  hw_status status = HW_OK;
  for (int32_t k = 0; status == HW_OK; k++) {
    double *below = hw_arena_alloc_array(&worker->scratch, n_markers + 1, sizeof *below);
    if (below == NULL) {
      status = HW_NO_MEMORY(err, "what relatives may show");
      break;
    }
    is_more = false;
    for (size_t m = 0; m < n_markers; m++) {
      const bool is_here = k < lists[m].n && (weight == NULL || weight[m] > 0.0);
      row[m] = is_here ? lists[m].list[k].obs : (hw_observation){0};
      below[m] = is_here ? (weight == NULL ? 1.0 : weight[m]) * lists[m].list[k].p : 0.0;
      is_more |= is_here;
    }
    if (!is_more) break;
    status = enumerate(self, depth + 1, below, err); /* at most as deep as there are persons */
  }
  hwp_scene_remove(worker);
  return status;
}

/* The showing in which a uniform number falls. */
static const hw_observation *draw(const showings *list, double uniform) {
  double sum = 0.0;
  for (int32_t k = 0; k < list->n - 1; k++) {
    sum += list->list[k].p;
    if (uniform < sum) return &list->list[k].obs;
  }
  return &list->list[list->n - 1].obs;
}

/* One world, each person given those before. */
static hw_status draw_world(set_job *self, int32_t number, showings *lists, hw_err *err) {
  hwp_power_worker *worker = self->worker;
  const hw_power_study *power = worker->power;
  hw_random root, family;
  hw_random_init(&root, power->options.seed);
  family = hw_random_split(&root, (uint64_t)self->target->who.family);
  hw_status status = HW_OK;
  int32_t n_added = 0;
  for (int32_t i = 0; status == HW_OK && i < self->n; i++) {
    const hw_random person = hw_random_split(&family, (uint64_t)self->persons[i]);
    hw_random luck = hw_random_split(&person, (uint64_t)number);
    status = all_showings(self, self->persons[i], lists, err);
    hw_observation *row = status == HW_OK ? hwp_scene_add(worker, self->persons[i]) : NULL;
    if (status == HW_OK && row == NULL) status = HW_NO_MEMORY(err, "what relatives may show");
    if (status != HW_OK) break;
    n_added++;
    for (int32_t m = 0; m < power->problem->n_markers; m++)
      row[m] = *draw(&lists[m], hw_random_double(&luck));
  }
  if (status == HW_OK) status = add_world(self, NULL, err);
  while (n_added-- > 0) hwp_scene_remove(worker);
  return status;
}

/* Mean and probability to pass over every `step`-th world from `first` on. */
static hw_status sum_up(set_job *self, int32_t first, int32_t step, hw_power_gain *out,
                        hw_err *err) {
  hwp_power_worker *worker = self->worker;
  const hw_power_study *power = worker->power;
  const double each = (double)step / self->n_worlds; /* of drawn worlds */
  hwp_spread_begin(worker->spread);
  for (int32_t m = 0; m < power->problem->n_markers; m++) {
    bool is_typed = false;
    hwp_spread_begin_summand(worker->spread);
    for (int32_t i = first; i < self->n_worlds; i += step) {
      const world *w = &self->worlds[i];
      const double weight = w->weight == NULL ? each : w->weight[m];
      if (weight > 0.0)
        is_typed |= hwp_power_add_outcomes(worker, m, &w->table->markers[m], weight);
    }
    if (is_typed) HW_TRY(hwp_spread_end_summand(worker->spread, err));
  }
  HW_TRY(hwp_spread_end(worker->spread, err));
  *out =
      (hw_power_gain){.mean = hwp_spread_mean(worker->spread, HWP_TRUTH),
                      .pass = hwp_spread_tail(worker->spread, HWP_TRUTH, power->options.threshold)};
  return HW_OK;
}

/* Standard errors from groups of the draws. */
static hw_status estimate_errors(set_job *self, hw_power_gain *out, hw_err *err) {
  double mean_square = 0.0, pass_square = 0.0;
  for (int32_t group = 0; group < N_GROUPS; group++) {
    hw_power_gain part;
    HW_TRY(sum_up(self, group, N_GROUPS, &part, err));
    mean_square += (part.mean - out->mean) * (part.mean - out->mean);
    pass_square += (part.pass - out->pass) * (part.pass - out->pass);
  }
  out->mean_error = sqrt(mean_square / (N_GROUPS * (N_GROUPS - 1)));
  out->pass_error = sqrt(pass_square / (N_GROUPS * (N_GROUPS - 1)));
  return HW_OK;
}

/* True if all worlds of all markers are few enough. */
static bool can_enumerate(const set_job *self) {
  const hw_power_study *power = self->worker->power;
  const double genotypes = 0.5 * power->widest * (power->widest + 1.0);
  double worlds = 1.0;
  for (int32_t i = 0; i < self->n; i++) worlds *= genotypes;
  return self->n <= 1 || worlds <= MOST_WORLDS;
}

hw_status hwp_power_set_gain(hwp_power_worker *self, const hw_power_target *target, int32_t n,
                             const int32_t *persons, hw_power_gain *out, hw_err *err) {
  const hw_power_study *power = self->power;
  set_job job = {.worker = self, .target = target, .n = n, .persons = persons};
  if (can_enumerate(&job)) {
    HW_TRY(enumerate(&job, 0, NULL, err));
    return sum_up(&job, 0, 1, out, err);
  }
  showings *lists =
      hw_arena_alloc_array(&self->scratch, (size_t)power->problem->n_markers + 1, sizeof *lists);
  if (lists == NULL) return HW_NO_MEMORY(err, "what relatives may show");
  for (int32_t d = 0; d < power->options.n_draws; d++) HW_TRY(draw_world(&job, d, lists, err));
  HW_TRY(sum_up(&job, 0, 1, out, err));
  return estimate_errors(&job, out, err);
}

/* --- relatives, pairs, everybody ---------------------------------------------- */

/* A set that is too complex is told as such. Tables and lists of the set before are given back, so
 * that memory does not grow with the number of sets. */
static hw_status try_set(hwp_power_worker *self, const hw_power_target *target, int32_t n,
                         const int32_t *persons, hw_power_gain *out, bool *is_done, hw_err *err) {
  hw_err own = HW_ERR_INIT;
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
