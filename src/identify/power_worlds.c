/* What a set of relatives would give if they were typed.
 *
 * The genotypes that they would show are unknown, but their distribution
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
 * The worlds of one relative differ by her genotype alone. Where a marker allows it they are
 * not computed one by one: one elimination, in which her genotype stays open beside that of the
 * missing person, gives the tables of all (kinship/conditional.h).
 *
 * Genotypes of a relative that together have less than LEFT_OUT are not looked at (the
 * others take their share), which moves the probability to pass by no more than that
 * times the number of markers. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "homeward/random.h"
#include "identify/power_int.h"
#include "kinship/conditional.h"

enum { MOST_WORLDS = 600, N_GROUPS = 4 };

static const double LEFT_OUT = 1e-6;

/* What a person may show at one marker. */
typedef struct showing {
  hw_observation obs;
  double p;
} showing;

typedef struct showings {
  int32_t n;
  showing *list;
} showings;

/* Showings that were listed, by the table they are of: the compiler remembers tables, and whoever
 * comes to the same one has the same list. */
typedef struct listed {
  const double *related;
  showings all;
  struct listed *next;
} listed;

enum { BUCKETS = 64 };

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
  listed **listed;              /* of draws: BUCKETS by marker; NULL = nothing is kept */
  hwp_conditional *conditional; /* of one relative; NULL = by worlds alone */
  showings *beside;             /* by marker: what `conditional` is asked for; n = 0: nothing */
} set_job;

/* --- who can be typed ------------------------------------------------------- */

int32_t hwp_power_first_twin(const hw_pedigree *pedigree, int32_t person) {
  while (pedigree->persons[person].twin != HW_PERSON_NONE) person = pedigree->persons[person].twin;
  return person;
}

bool hwp_power_adds(const hw_case *problem, const hw_family *family, int32_t person, int32_t m) {
  const hw_pedigree *pedigree = &family->pedigree;
  if (hw_marker_is_x(&problem->markers[m]) && pedigree->persons[person].sex == HW_UNKNOWN_SEX)
    return false;
  for (int32_t p = 0; p < family->n_profiles; p++)
    if (hwp_power_first_twin(pedigree, family->profile_person[p]) ==
            hwp_power_first_twin(pedigree, person) &&
        family->profiles[p].observations[m].kind != HW_OBS_MISSING)
      return false;
  return true;
}

/* --- what they may show ------------------------------------------------------ */

/* A showing as far as it has to be sorted. */
typedef struct ranked {
  double p;
  int32_t code; /* in the order of b, then a, of a genotype a/b */
  int32_t at;   /* in the list */
} ranked;

static int compare_ranked(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->p != y->p) return x->p < y->p ? 1 : -1;
  return (x->code > y->code) - (x->code < y->code);
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

/* Likeliest first. A showing is long, so that numbers are sorted in its place. */
static hw_status sort_showings(hwp_power_worker *self, showings *list, hw_err *err) {
  const size_t n = (size_t)list->n;
  ranked *order = hw_arena_alloc_array(&self->scratch, n + 1, sizeof *order);
  showing *sorted = hw_arena_alloc_array(&self->scratch, n + 1, sizeof *sorted);
  if (order == NULL || sorted == NULL) return HW_NO_MEMORY(err, "what a relative may show");
  for (int32_t i = 0; i < list->n; i++) {
    const hw_observation *obs = &list->list[i].obs;
    order[i] = (ranked){list->list[i].p, obs->b * (obs->b + 1) / 2 + obs->a, i};
  }
  qsort(order, n, sizeof *order, compare_ranked);
  for (int32_t i = 0; i < list->n; i++) sorted[i] = list->list[order[i].at];
  list->list = sorted;
  return HW_OK;
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
  HW_TRY(sort_showings(self, out, err));
  double rest = 0.0;
  while (out->n > 1 && rest + out->list[out->n - 1].p < LEFT_OUT) rest += out->list[--out->n].p;
  double sum = 0.0;
  for (int32_t i = 0; i < out->n; i++) sum += out->list[i].p;
  for (int32_t i = 0; i < out->n; i++) out->list[i].p /= sum;
  return HW_OK;
}

static hw_status find_showings(set_job *self, int32_t m, const hw_marker_table *table,
                               showings *out, hw_err *err) {
  hwp_power_worker *worker = self->worker;
  if (self->listed == NULL) return list_showings(worker, m, table, out, err);
  const uintptr_t number = (uintptr_t)table->related / HW_ARENA_ALIGN;
  listed **bucket = &self->listed[m * BUCKETS + (int32_t)((number ^ number >> 6) % BUCKETS)];
  for (const listed *one = *bucket; one != NULL; one = one->next)
    if (one->related == table->related) {
      *out = one->all;
      return HW_OK;
    }
  listed *one = hw_arena_alloc(&worker->scratch, sizeof *one);
  if (one == NULL) return HW_NO_MEMORY(err, "what a relative may show");
  HW_TRY(list_showings(worker, m, table, out, err));
  *one = (listed){table->related, *out, *bucket};
  *bucket = one;
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
  HW_TRY(hwp_scene_compile(worker, person, &table, err));
  for (int32_t m = 0; m < problem->n_markers; m++) {
    out[m] = (showings){1, &nothing};
    if (hwp_power_adds(problem, family, person, m))
      HW_TRY(find_showings(self, m, &table->markers[m], &out[m], err));
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
  HW_TRY(hwp_power_go_on(worker, err));
  HW_TRY(hwp_scene_compile(worker, self->target->who.person, &w->table, err));
  self->n_worlds++;
  return HW_OK;
}

/* Takes the markers out of the lists whose worlds are computed side by side. */
static hw_status set_beside(set_job *self, showings *lists, hw_err *err) {
  const hw_problem *scene = &self->worker->scene.problem;
  self->beside = hw_arena_alloc_array(&self->worker->scratch, (size_t)scene->n_markers + 1,
                                      sizeof *self->beside);
  if (self->beside == NULL) return HW_NO_MEMORY(err, "what relatives may show");
  for (int32_t m = 0; m < scene->n_markers; m++) {
    if (lists[m].list[0].obs.kind == HW_OBS_MISSING || !hwp_conditional_can(scene, m)) continue;
    self->beside[m] = lists[m];
    lists[m].n = 0;
  }
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
  if (self->conditional != NULL) HW_TRY(set_beside(self, lists, err));
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

/* Adds the worlds of one relative at a marker, as tables that are made side by side. */
static hw_status add_beside(set_job *self, int32_t m, bool *is_typed, hw_err *err) {
  hwp_power_worker *worker = self->worker;
  const bool *typed = worker->power->options.typed;
  const showings *all = &self->beside[m];
  if (typed != NULL && !typed[m]) return HW_OK;
  hw_observation *shown = hw_arena_alloc_array(&worker->scratch, (size_t)all->n + 1, sizeof *shown);
  if (shown == NULL) return HW_NO_MEMORY(err, "what relatives may show");
  for (int32_t i = 0; i < all->n; i++) shown[i] = all->list[i].obs;
  const hw_marker_table *tables = NULL;
  for (int32_t first = 0, n = 0; first < all->n; first += n) {
    HW_TRY(
        hwp_conditional_run(self->conditional, m, all->n - first, shown + first, &tables, &n, err));
    for (int32_t i = 0; i < n; i++)
      *is_typed |= hwp_power_add_outcomes(worker, m, &tables[i], all->list[first + i].p);
  }
  return HW_OK;
}

/* Mean and probability to pass over every `step`-th world from `first` on. */
static hw_status sum_up(set_job *self, int32_t first, int32_t step, hw_power_gain *out,
                        hw_err *err) {
  hwp_power_worker *worker = self->worker;
  const hw_power_study *power = worker->power;
  const double each = self->n_worlds > 0 ? (double)step / self->n_worlds : 0.0; /* of drawn ones */
  hwp_spread_begin_truth(worker->spread);
  for (int32_t m = 0; m < power->problem->n_markers; m++) {
    bool is_typed = false;
    hwp_spread_begin_summand(worker->spread);
    for (int32_t i = first; i < self->n_worlds; i += step) {
      const world *w = &self->worlds[i];
      const double weight = w->weight == NULL ? each : w->weight[m];
      if (weight > 0.0)
        is_typed |= hwp_power_add_outcomes(worker, m, &w->table->markers[m], weight);
    }
    if (self->beside != NULL && self->beside[m].n > 0) HW_TRY(add_beside(self, m, &is_typed, err));
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
  return worlds <= MOST_WORLDS;
}

/* Every world of one relative. Where keeping her genotype open is too complex, one by one. */
static hw_status one_relative(set_job *self, hw_power_gain *out, hw_err *err) {
  hwp_power_worker *worker = self->worker;
  hw_err own = HW_ERR_INIT;
  hw_status status =
      hwp_conditional_new(&worker->scene.problem, self->target->who.person, self->persons[0],
                          &worker->power->options.likelihood, &self->conditional, &own);
  if (status == HW_OK) status = enumerate(self, 0, NULL, &own);
  if (status == HW_OK) status = sum_up(self, 0, 1, out, &own);
  hwp_conditional_delete(self->conditional);
  if (status != HW_E_TOO_COMPLEX) {
    if (status != HW_OK && err != NULL) *err = own;
    return status;
  }
  *self =
      (set_job){.worker = worker, .target = self->target, .n = self->n, .persons = self->persons};
  HW_TRY(enumerate(self, 0, NULL, err));
  return sum_up(self, 0, 1, out, err);
}

hw_status hwp_power_set_gain(hwp_power_worker *self, const hw_power_target *target, int32_t n,
                             const int32_t *persons, hw_power_gain *out, hw_err *err) {
  const hw_power_study *power = self->power;
  set_job job = {.worker = self, .target = target, .n = n, .persons = persons};
  if (n == 1) return one_relative(&job, out, err);
  if (can_enumerate(&job)) {
    HW_TRY(enumerate(&job, 0, NULL, err));
    return sum_up(&job, 0, 1, out, err);
  }
  showings *lists =
      hw_arena_alloc_array(&self->scratch, (size_t)power->problem->n_markers + 1, sizeof *lists);
  job.listed = hw_arena_alloc_array(&self->scratch, (size_t)power->problem->n_markers * BUCKETS + 1,
                                    sizeof *job.listed);
  if (lists == NULL || job.listed == NULL) return HW_NO_MEMORY(err, "what relatives may show");
  for (int32_t d = 0; d < power->options.n_draws; d++) HW_TRY(draw_world(&job, d, lists, err));
  HW_TRY(sum_up(&job, 0, 1, out, err));
  return estimate_errors(&job, out, err);
}
