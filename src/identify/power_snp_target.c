/* One missing person at one panel: which relatives are typed, how many draws, and what follows.
 *
 * Three kinds of sets are computed from the same draws: who is typed (if anybody is), these and all
 * who are typed with STR, and, where it is asked for, these and one relative more. What needs
 * vectors of too many bits is left out, the whole set or as many of the added relatives as must be,
 * and says so. A set ends when its probability to pass is known well enough, when it has had all its
 * draws, or, since a draw costs at least one likelihood, when the work is done that it may take. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "identify/power_snp_int.h"

/* Relatives who are typed in addition; what came of it. */
typedef struct set {
  int32_t n, *persons;
  const char *reason; /* not "": not computed */
  int32_t bits, n_most, n_draws;
  bool is_cut, is_done;
  double *log10_lr[2];
} set;

typedef struct task {
  hwp_snp_worker *worker;
  hw_power_snp_target *out;
  hwp_snp_world world;
  hwp_snp_str str;
  hw_arena scratch;
  bool *is_near; /* per person: connected with the missing person */
  bool *has_str, *has_snp;
  int32_t n_persons;
  int32_t n_sets;
  set *sets;
} task;

static const char *keep_text(task *self, const char *format, ...) HW_PRINTF(2, 3);

static const char *keep_text(task *self, const char *format, ...) {
  char text[sizeof((hw_err *)0)->message + 100];
  va_list values;
  va_start(values, format);
  vsnprintf(text, sizeof text, format, values);
  va_end(values);
  const char *copy = hw_arena_strdup(&self->worker->results, text);
  return copy != NULL ? copy : "left out, and memory is exhausted";
}

static const hw_power_snp_options *options_of(const task *self) {
  return &self->worker->study->options;
}

/* --- who --- */

static bool join(const task *self, int32_t a, int32_t b) {
  if (b == HW_PERSON_NONE || self->is_near[a] == self->is_near[b]) return false;
  self->is_near[a] = self->is_near[b] = true;
  return true;
}

/* Everybody whom a line of parents, children and twins joins to the missing person. */
static void find_near(const task *self) {
  const hw_person *persons = self->world.family->pedigree.persons;
  bool has_grown = true;
  self->is_near[self->out->who.person] = true;
  while (has_grown) {
    has_grown = false;
    for (int32_t i = 0; i < self->n_persons; i++) {
      has_grown |= join(self, i, persons[i].father);
      has_grown |= join(self, i, persons[i].mother);
      has_grown |= join(self, i, persons[i].twin);
    }
  }
}

static hw_status find_typed(task *self, hw_err *err) {
  const hw_family *family = self->world.family;
  const size_t n = (size_t)self->n_persons;
  self->is_near = hw_arena_alloc_array(&self->scratch, n, sizeof *self->is_near);
  self->has_str = hw_arena_alloc_array(&self->scratch, n, sizeof *self->has_str);
  self->has_snp = hw_arena_alloc_array(&self->scratch, n, sizeof *self->has_snp);
  if (!self->is_near || !self->has_str || !self->has_snp) return HW_NO_MEMORY(err, "a family");
  find_near(self);
  for (int32_t i = 0; i < family->n_profiles; i++) self->has_str[family->profile_person[i]] = true;
  for (int32_t i = 0; i < self->world.n_standing; i++) {
    bool *has = &self->has_snp[self->world.typed[i].person];
    self->out->n_typed += !*has;
    *has = true;
  }
  return HW_OK;
}

static bool may_be_typed(const task *self, int32_t person) {
  const hw_family *family = self->world.family;
  const bool *const *available = options_of(self)->available;
  const bool *own = available != NULL ? available[self->out->who.family] : NULL;
  for (int32_t i = 0; i < family->n_missing; i++)
    if (family->missing[i] == person) return false;
  return self->is_near[person] && !self->has_snp[person] && (own == NULL || own[person]);
}

/* --- sets --- */

static hw_status add_set(task *self, int32_t n, const int32_t *persons, hw_err *err) {
  set *one = &self->sets[self->n_sets++];
  *one = (set){.n = n, .reason = ""};
  one->persons = hw_arena_alloc_array(&self->scratch, (size_t)n + 1, sizeof *one->persons);
  for (int whose = 0; whose < 2; whose++)
    one->log10_lr[whose] = hw_arena_alloc_array(&self->scratch, (size_t)options_of(self)->n_draws,
                                                sizeof *one->log10_lr[whose]);
  if (!one->persons || !one->log10_lr[0] || !one->log10_lr[1]) return HW_NO_MEMORY(err, "draws");
  if (n > 0) memcpy(one->persons, persons, (size_t)n * sizeof *persons);
  return HW_OK;
}

/* The first two sets are those who are typed, and these and all with STR; either may be empty. */
static hw_status make_sets(task *self, hw_err *err) {
  const size_t n = (size_t)self->n_persons;
  int32_t n_then = 0, *then = hw_arena_alloc_array(&self->scratch, n, sizeof *then);
  self->sets = hw_arena_alloc_array(&self->scratch, n + 2, sizeof *self->sets);
  if (then == NULL || self->sets == NULL) return HW_NO_MEMORY(err, "a family");
  for (int32_t i = 0; i < self->n_persons; i++)
    if (self->has_str[i] && may_be_typed(self, i)) then[n_then++] = i;
  HW_TRY(add_set(self, 0, NULL, err));
  HW_TRY(add_set(self, n_then, then, err));
  for (int32_t i = 0; options_of(self)->with_relatives && i < self->n_persons; i++)
    if (may_be_typed(self, i)) HW_TRY(add_set(self, 1, &i, err));
  self->sets[0].is_done = self->out->n_typed == 0;
  self->sets[1].is_done = n_then == 0;
  return HW_OK;
}

/* --- what it needs --- */

/* Bits and work with those who stand, the missing person and all of a list but one. */
static hw_status count_need(task *self, const set *one, int32_t without, hw_linked_need *need,
                            hw_err *err) {
  hwp_snp_world *world = &self->world;
  hw_linked_need on_x;
  int32_t n = world->n_standing;
  for (int32_t i = 0; i < one->n; i++)
    if (i != without) world->typed[n++] = (hw_linked_typed){one->persons[i], NULL};
  world->typed[n++] = (hw_linked_typed){world->missing, NULL};
  const hw_linked_problem problem = hwp_snp_problem(world, n);
  HW_TRY(hw_linked_count_need(&problem, false, need, err));
  if (world->markers[world->n_markers - 1].chromosome != HW_LINKED_CHROMOSOMES) return HW_OK;
  HW_TRY(hw_linked_count_need(&problem, true, &on_x, err));
  need->work += on_x.work;
  if (on_x.bits > need->bits) need->bits = on_x.bits;
  return HW_OK;
}

static void append_note(task *self, const char *text) {
  hw_power_snp_target *out = self->out;
  out->note = out->note[0] == '\0' ? keep_text(self, "%s", text)
                                   : keep_text(self, "%s; %s", out->note, text);
}

/* Leaves out those of the added relatives who need most bits, until the rest can be computed. */
static hw_status make_smaller(task *self, set *one, hw_linked_need *need, hw_err *err) {
  const int32_t limit = options_of(self)->linked.max_bits;
  while (one->n > 1 &&
         (need->bits > limit || one->n + self->world.n_standing >= HW_LINKED_MAX_TYPED)) {
    hw_linked_need least = {.bits = INT32_MAX}, tried;
    int32_t worst = 0;
    char text[300];
    for (int32_t i = 0; i < one->n; i++) {
      HW_TRY(count_need(self, one, i, &tried, err));
      if (tried.bits >= least.bits) continue;
      least = tried;
      worst = i;
    }
    snprintf(text, sizeof text, "without %.200s, with whom vectors have %d bits",
             self->world.stated.persons[one->persons[worst]].id, (int)need->bits);
    append_note(self, text);
    one->n--;
    for (int32_t i = worst; i < one->n; i++) one->persons[i] = one->persons[i + 1];
    *need = least;
  }
  return HW_OK;
}

static hw_status measure_once(task *self, set *one, hw_err *err) {
  const hw_power_snp_options *options = options_of(self);
  hw_linked_need need = {.bits = INT32_MAX};
  const bool are_many = one->n + self->world.n_standing >= HW_LINKED_MAX_TYPED;
  if (!are_many) HW_TRY(count_need(self, one, -1, &need, err));
  if (one == &self->sets[1]) HW_TRY(make_smaller(self, one, &need, err));
  one->bits = need.bits;
  if (need.bits == INT32_MAX)
    one->reason = keep_text(self, "%d typed persons, more than %d",
                            (int)(one->n + self->world.n_standing), HW_LINKED_MAX_TYPED - 1);
  else if (need.bits > options->linked.max_bits)
    one->reason = keep_text(self, "inheritance vectors of %d bits, more than %d", (int)need.bits,
                            (int)options->linked.max_bits);
  const double affordable = options->most_work / (need.work + 1);
  one->n_most = options->n_draws;
  if (affordable < one->n_most) one->n_most = (int32_t)affordable;
  one->n_most -= one->n_most % HW_POWER_SNP_BATCH;
  if (one->n_most < HW_POWER_SNP_BATCH) one->n_most = HW_POWER_SNP_BATCH;
  one->is_done |= one->reason[0] != '\0';
  return HW_OK;
}

/* X is dropped for all sets where one needs a sex that is not known. */
static hw_status measure(task *self, hw_err *err) {
  for (int32_t i = 0; i < self->n_sets; i++) {
    set *one = &self->sets[i];
    if (one->is_done) continue;
    hw_status status = measure_once(self, one, err);
    if (status == HW_E_UNSUPPORTED) {
      hwp_snp_world_without_x(&self->world);
      if (self->world.n_markers == 0)
        return hw_err_set(err, HW_E_UNSUPPORTED,
                          "the panel has X markers alone, and a sex is not known");
      append_note(self, "without X markers, for a sex is not known");
      i = -1; /* all again */
      continue;
    }
    if (status != HW_OK) return status;
  }
  self->out->n_markers = self->world.n_markers;
  return HW_OK;
}

/* --- draws --- */

static hw_status run_draw(task *self, int32_t draw, hw_err *err) {
  HW_TRY(hwp_snp_world_draw(&self->world, draw, err));
  for (int32_t i = 0; i < self->n_sets; i++) {
    set *one = &self->sets[i];
    double log10_lr[2];
    if (one->is_done) continue;
    const hw_status status = hwp_snp_world_score(&self->world, one->n, one->persons, log10_lr, err);
    if (status == HW_E_TOO_COMPLEX || status == HW_E_UNSUPPORTED) {
      one->reason = keep_text(self, "%s", err->message);
      one->is_done = true;
      continue;
    }
    if (status != HW_OK) return status;
    for (int whose = 0; whose < 2; whose++) one->log10_lr[whose][draw] = log10_lr[whose];
    one->n_draws = draw + 1;
  }
  return HW_OK;
}

/* @return true if no set wants another batch */
static bool look(task *self, int32_t n_draws) {
  const hw_power_snp_options *options = options_of(self);
  bool are_done = true;
  for (int32_t i = 0; i < self->n_sets; i++) {
    set *one = &self->sets[i];
    double pass = 0, error = 0;
    if (one->is_done) continue;
    hwp_snp_pass(&self->str, n_draws, one->log10_lr[HW_POWER_TRUTH], options->threshold, &pass,
                 &error);
    const bool is_precise = error <= options->precision;
    one->is_done = is_precise || n_draws >= one->n_most;
    one->is_cut = one->is_done && !is_precise && one->n_most < options->n_draws;
    are_done &= one->is_done;
  }
  return are_done;
}

static hw_status run_draws(task *self, hw_err *err) {
  bool are_done = true;
  for (int32_t i = 0; i < self->n_sets; i++) are_done &= self->sets[i].is_done;
  for (int32_t draw = 0; !are_done; draw++) {
    HW_TRY(run_draw(self, draw, err));
    if ((draw + 1) % HW_POWER_SNP_BATCH == 0) are_done = look(self, draw + 1);
  }
  return HW_OK;
}

/* --- what came out --- */

static void put_set(task *self, const set *one, hw_power_snp_set *out) {
  *out = (hw_power_snp_set){
      .reason = one->reason, .n_added = one->n, .bits = one->bits, .is_cut = one->is_cut};
  if (one->reason[0] == '\0')
    hwp_snp_sum_up(&self->str, one->n_draws, one->log10_lr, options_of(self)->threshold, out);
}

static int compare_relatives(const void *a, const void *b) {
  const hw_power_snp_relative *x = a, *y = b;
  const bool is_out = x->reason[0] != '\0', other_is_out = y->reason[0] != '\0';
  if (is_out != other_is_out) return is_out - other_is_out;
  if (!is_out && (x->gain.pass < y->gain.pass || x->gain.pass > y->gain.pass))
    return x->gain.pass < y->gain.pass ? 1 : -1;
  if (!is_out && (x->gain.mean < y->gain.mean || x->gain.mean > y->gain.mean))
    return x->gain.mean < y->gain.mean ? 1 : -1;
  return (x->person > y->person) - (x->person < y->person);
}

static hw_status put_relatives(task *self, hw_err *err) {
  hw_power_snp_target *out = self->out;
  const int32_t n = self->n_sets - 2;
  hw_power_snp_relative *relatives =
      hw_arena_alloc_array(&self->worker->results, (size_t)n + 1, sizeof *relatives);
  if (relatives == NULL) return HW_NO_MEMORY(err, "the relatives");
  for (int32_t i = 0; i < n; i++) {
    const set *one = &self->sets[2 + i];
    hw_power_snp_relative *relative = &relatives[i];
    hw_power_snp_set summed;
    *relative = (hw_power_snp_relative){.person = one->persons[0],
                                        .has_str = self->has_str[one->persons[0]],
                                        .reason = one->reason,
                                        .n_draws = one->n_draws};
    if (one->reason[0] != '\0') continue;
    put_set(self, one, &summed);
    const double *quantiles = summed.snp.quantile[HW_POWER_TRUTH];
    const double spread = (quantiles[HW_POWER_QUANTILES - 1] - quantiles[0]) / 3.29;
    relative->gain = (hw_power_gain){.mean = summed.both.mean[HW_POWER_TRUTH],
                                     .pass = summed.both.pass,
                                     .mean_error = spread / sqrt((double)one->n_draws),
                                     .pass_error = summed.both.pass_error};
  }
  qsort(relatives, (size_t)n, sizeof *relatives, compare_relatives);
  out->relatives = relatives;
  out->n_relatives = n;
  return HW_OK;
}

static hw_status put_results(task *self, hw_err *err) {
  hw_power_snp_target *out = self->out;
  out->has_now = out->n_typed > 0;
  out->has_then = self->sets[1].n > 0;
  if (out->has_now) put_set(self, &self->sets[0], &out->now);
  if (out->has_then) put_set(self, &self->sets[1], &out->then);
  if (self->n_sets > 2) HW_TRY(put_relatives(self, err));
  const bool has_any = (out->has_now && out->now.reason[0] == '\0') ||
                       (out->has_then && out->then.reason[0] == '\0');
  if (has_any) return HW_OK;
  for (int32_t i = 0; i < out->n_relatives; i++)
    if (out->relatives[i].reason[0] == '\0') return HW_OK;
  if (out->has_then)
    out->reason = out->then.reason;
  else if (out->has_now)
    out->reason = out->now.reason;
  else
    out->reason = "nobody who is typed with STR or SNPs is joined to the missing person";
  return HW_OK;
}

static hw_status run_task(task *self, hw_err *err) {
  const hw_power_study *str = options_of(self)->str;
  const hw_power_target *of_str = NULL;
  const hw_power_snp_study *study = self->worker->study;
  if (str != NULL)
    of_str = hw_power_target_get(str, (int32_t)(self->out - study->targets) % study->n_people);
  HW_TRY(hwp_snp_world_init(&self->world, study, self->out, err));
  self->n_persons = self->world.family->pedigree.n_persons;
  HW_TRY(hwp_snp_str_init(&self->str, of_str, &self->scratch, err));
  self->out->str_pass = self->str.target != NULL ? self->str.target->now.pass : (double)NAN;
  if (of_str != NULL && self->str.target == NULL)
    append_note(self, "SNPs alone, for STR were left out");
  HW_TRY(find_typed(self, err));
  HW_TRY(make_sets(self, err));
  HW_TRY(measure(self, err));
  HW_TRY(run_draws(self, err));
  return put_results(self, err);
}

hw_status hwp_snp_target_step(hwp_snp_worker *self, int32_t index, hw_err *err) {
  task one = {.worker = self, .out = &self->study->targets[index]};
  hw_arena_init(&one.scratch, 0);
  one.out->reason = one.out->note = "";
  hw_status status = run_task(&one, err);
  /* What the data of one family do not allow is told of that family. */
  if (status == HW_E_TOO_COMPLEX || status == HW_E_UNSUPPORTED ||
      (status == HW_E_VALUE && one.world.n_standing > 0)) {
    one.out->reason = keep_text(&one, "%s", err->message);
    status = HW_OK;
  }
  hwp_snp_world_clear(&one.world);
  hw_arena_clear(&one.scratch);
  return status;
}
