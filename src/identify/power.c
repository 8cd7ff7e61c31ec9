/* The run: preparation, the order of work, and what is asked of it afterwards.
 *
 * A piece of work is one missing person; pieces are independent, each leaves its
 * result under its own number, so the result is the same for any number of threads.
 * A thread has a table compiler of its own, which remembers what families have in
 * common (homeward/table.h), and an arena for its results.
 *
 * Then the file is summed up in the order of the missing persons, and the remains that
 * are typed in part are looked at, again one piece each. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/pool.h"
#include "identify/power_int.h"

/* Of what a thread's compiler remembers. */
static const size_t COMPILER_BYTES = (size_t)128 << 20;

static const char *const VERDICTS[] = {"enough", "sample", "exhausted", "never", "left out"};

const char *hw_power_verdict_name(hw_power_verdict verdict) {
  return VERDICTS[verdict];
}

/* --- preparation ----------------------------------------------------------- */

static hw_status check_share(const char *what, double value, hw_err *err) {
  if (value >= 0.0 && value <= 1.0) return HW_OK;
  return hw_err_set(err, HW_E_VALUE, "%s of %g, expected 0 to 1", what, value);
}

static hw_status check_options(hw_power_study *self, hw_err *err) {
  hw_power_options *options = &self->options;
  const hw_case *problem = self->problem;
  if (problem->n_linkages > 0)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "case '%s' has linked markers, whose likelihood ratios are not independent "
                      "of each other",
                      problem->id);
  if (options->threshold == 0.0) options->threshold = HW_POWER_THRESHOLD;
  if (options->enough == 0.0) options->enough = HW_POWER_ENOUGH;
  if (options->never == 0.0) options->never = HW_POWER_NEVER;
  if (options->n_draws == 0) options->n_draws = 64;
  if (!(options->threshold >= -500.0 && options->threshold <= 500.0))
    return hw_err_set(err, HW_E_VALUE, "a threshold of %g, expected -500 to 500",
                      options->threshold);
  HW_TRY(check_share("a probability to have enough", options->enough, err));
  HW_TRY(check_share("a probability to give up", options->never, err));
  if (options->never > options->enough)
    return hw_err_set(err, HW_E_VALUE, "a family is given up below %g but has enough from %g",
                      options->never, options->enough);
  if (options->n_draws < 4 || options->n_draws > 1000000 || options->n_draws % 4 != 0)
    return hw_err_set(err, HW_E_VALUE, "%d draws, expected a multiple of 4 from 4 to 1000000",
                      (int)options->n_draws);
  for (int32_t m = 0; options->dropout != NULL && m < problem->n_markers; m++)
    HW_TRY(check_share("a probability of dropout", options->dropout[m], err));
  if (options->is_one_family && (options->family < 0 || options->family >= problem->n_families))
    return hw_err_set(err, HW_E_VALUE, "there is no family number %d", (int)options->family);
  return HW_OK;
}

/* Two families may use one id. */
static const char *code_of(hw_power_study *self, int32_t family, const char *id) {
  const hw_case *problem = self->problem;
  for (int32_t f = 0; f < problem->n_families; f++) {
    const hw_family *other = &problem->families[f];
    for (int32_t k = 0; f != family && k < other->n_missing; k++) {
      if (strcmp(other->pedigree.persons[other->missing[k]].id, id) != 0) continue;
      const char *name = problem->families[family].name;
      const size_t n_name = strlen(name), n_id = strlen(id);
      char *code = hw_arena_alloc(&self->arena, n_name + n_id + 2);
      if (code == NULL) return NULL;
      memcpy(code, name, n_name);
      code[n_name] = ':';
      memcpy(code + n_name + 1, id, n_id);
      return code;
    }
  }
  return id;
}

static hw_status make_targets(hw_power_study *self, hw_err *err) {
  const hw_case *problem = self->problem;
  const hw_power_options *options = &self->options;
  const int32_t first = options->is_one_family ? options->family : 0;
  const int32_t end = options->is_one_family ? options->family + 1 : problem->n_families;
  for (int32_t f = first; f < end; f++) self->n_targets += problem->families[f].n_missing;
  if (self->n_targets == 0)
    return hw_err_set(err, HW_E_SHAPE, "case '%s' has no missing person", problem->id);
  self->targets =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_targets, sizeof *self->targets);
  if (self->targets == NULL) return HW_NO_MEMORY(err, "the missing persons");
  int32_t t = 0;
  for (int32_t f = first; f < end; f++)
    for (int32_t k = 0; k < problem->families[f].n_missing; k++) {
      const int32_t person = problem->families[f].missing[k];
      const hw_person *who = &problem->families[f].pedigree.persons[person];
      hw_target *target = &self->targets[t++].who;
      *target = (hw_target){f, k, person, who->sex, who->id};
      /* Looking for namesakes takes the square of the families: small files only. */
      if (end - first <= 2000) target->code = code_of(self, f, who->id);
      if (target->code == NULL) return HW_NO_MEMORY(err, "a name");
    }
  return HW_OK;
}

static hw_status make_rigid_markers(hw_power_study *self, hw_err *err) {
  const hw_case *problem = self->problem;
  const size_t n = (size_t)problem->n_markers;
  bool is_mutating = false;
  for (size_t m = 0; m < n; m++)
    is_mutating |= problem->markers[m].matrix[0] != NULL || problem->markers[m].matrix[1] != NULL;
  if (!is_mutating) return HW_OK;
  self->rigid_markers = hw_arena_alloc_array(&self->arena, n + 1, sizeof *self->rigid_markers);
  if (self->rigid_markers == NULL) return HW_NO_MEMORY(err, "the markers");
  for (size_t m = 0; m < n; m++) {
    self->rigid_markers[m] = problem->markers[m];
    self->rigid_markers[m].mutation = (hw_mutation){.model = HW_MUTATION_NONE};
    self->rigid_markers[m].matrix[0] = self->rigid_markers[m].matrix[1] = NULL;
  }
  return HW_OK;
}

static void measure_markers(hw_power_study *self) {
  const hwp_noise none = {0};
  self->widest = 1;
  for (int32_t m = 0; m < self->problem->n_markers; m++) {
    const int32_t n = self->problem->markers[m].n_alleles;
    const hwp_form form = self->options.dropout != NULL ? HWP_FORM_SET : HWP_FORM_GENOTYPE;
    const size_t room = hwp_outcomes_room(n, form, &none);
    const size_t pairs = hwp_outcomes_room(n, HWP_FORM_GENOTYPE, &none);
    self->most_outcomes = room > self->most_outcomes ? room : self->most_outcomes;
    self->most_outcomes = pairs > self->most_outcomes ? pairs : self->most_outcomes;
    self->widest = n > self->widest ? n : self->widest;
  }
}

static hw_status init_worker(hw_power_study *self, hwp_power_worker *worker, hw_err *err) {
  const hw_case *problem = self->problem;
  const hw_likelihood_options *likelihood = &self->options.likelihood;
  worker->power = self;
  hw_arena_init(&worker->results, 0);
  hw_arena_init(&worker->scratch, 0);
  worker->room =
      hw_arena_alloc_array(&worker->results, 2 * self->most_outcomes + 2, sizeof *worker->room);
  worker->allele_room =
      hw_arena_alloc_array(&worker->results, 6 * (size_t)self->widest, sizeof *worker->allele_room);
  if (worker->room == NULL || worker->allele_room == NULL)
    return HW_NO_MEMORY(err, "the missing persons' distributions");
  HW_TRY(hwp_spread_new(likelihood->simd, &worker->spread, err));
  HW_TRY(hw_table_compiler_new(problem->n_markers, problem->markers, problem->theta, likelihood,
                               COMPILER_BYTES, &worker->compiler, err));
  if (self->rigid_markers == NULL) return HW_OK;
  return hw_table_compiler_new(problem->n_markers, self->rigid_markers, problem->theta, likelihood,
                               COMPILER_BYTES, &worker->rigid, err);
}

static hw_status make_workers(hw_power_study *self, hw_err *err) {
  const hw_pool_work work = {.n_pieces = self->n_targets, .n_threads = self->options.n_threads};
  self->n_workers = hw_pool_threads(&work);
  self->workers =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_workers, sizeof *self->workers);
  if (self->workers == NULL) return HW_NO_MEMORY(err, "the threads");
  for (int32_t w = 0; w < self->n_workers; w++) HW_TRY(init_worker(self, &self->workers[w], err));
  return HW_OK;
}

static hw_status prepare(hw_power_study *self, hw_err *err) {
  HW_TRY(check_options(self, err));
  HW_TRY(make_targets(self, err));
  HW_TRY(make_rigid_markers(self, err));
  measure_markers(self);
  if (self->options.with_remains) HW_TRY(hwp_power_find_partial(self, err));
  return make_workers(self, err);
}

hw_status hw_power_new(const hw_case *problem, const hw_power_options *options,
                       hw_power_study **out, hw_err *err) {
  static const hw_power_options defaults = {0};
  *out = NULL;
  hw_power_study *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a run");
  self->problem = problem;
  self->options = options != NULL ? *options : defaults;
  hw_arena_init(&self->arena, 0);
  const hw_status status = prepare(self, err);
  if (status == HW_OK)
    *out = self;
  else
    hw_power_delete(self);
  return status;
}

void hw_power_delete(hw_power_study *self) {
  if (self == NULL) return;
  for (int32_t w = 0; self->workers != NULL && w < self->n_workers; w++) {
    hwp_power_worker *worker = &self->workers[w];
    hw_table_compiler_delete(worker->compiler);
    hw_table_compiler_delete(worker->rigid);
    hwp_spread_delete(worker->spread);
    hw_arena_clear(&worker->results);
    hw_arena_clear(&worker->scratch);
  }
  hw_arena_clear(&self->arena);
  free(self);
}

/* --- the run --------------------------------------------------------------- */

struct hwp_power_watch {
  hw_power_study *power;
  bool (*progress)(void *context, uint64_t done, uint64_t all);
  void *context;
  uint64_t before, all; /* pieces of work done by earlier pools */
  uint64_t done;        /* of this one, when it was asked last */
};
typedef struct hwp_power_watch watch;

static bool is_stopped(void *context, int64_t n_done) {
  watch *self = context;
  self->done = (uint64_t)n_done;
  return self->progress != NULL &&
         self->progress(self->context, self->before + self->done, self->all);
}

hw_status hwp_power_go_on(const hwp_power_worker *self, hw_err *err) {
  const watch *asked = self->watch;
  if (asked == NULL || asked->progress == NULL ||
      !asked->progress(asked->context, asked->before + asked->done, asked->all))
    return HW_OK;
  return hw_err_set(err, HW_E_INTERRUPTED, "stopped before the end");
}

static hw_status run_target(void *context, int32_t thread, int64_t piece, hw_err *err) {
  watch *self = context;
  hwp_power_worker *worker = &self->power->workers[thread];
  /* The first thread is the caller's, on whose thread alone it may be asked whether to stop. */
  worker->watch = thread == 0 ? self : NULL;
  const hw_status status = hwp_power_target_step(worker, (int32_t)piece, err);
  worker->watch = NULL;
  return status;
}

static hw_status run_remains(void *context, int32_t thread, int64_t piece, hw_err *err) {
  const watch *self = context;
  return hwp_power_remains_step(&self->power->workers[thread], (int32_t)piece, err);
}

static hw_status run_pool(watch *self, int64_t n,
                          hw_status (*run)(void *, int32_t, int64_t, hw_err *), hw_err *err) {
  const hw_pool_work work = {.n_pieces = n,
                             .n_threads = self->power->n_workers,
                             .run = run,
                             .context = self,
                             .is_stopped = is_stopped,
                             .stop_context = self};
  return n > 0 ? hw_pool_run(&work, err) : HW_OK;
}

hw_status hw_power_run(hw_power_study *self,
                       bool (*progress)(void *context, uint64_t done, uint64_t all), void *context,
                       hw_err *err) {
  watch seen = {.power = self,
                .progress = progress,
                .context = context,
                .all = (uint64_t)self->n_targets + (uint64_t)self->n_partial};
  HW_TRY(run_pool(&seen, self->n_targets, run_target, err));
  HW_TRY(hwp_power_make_advice(self, err));
  HW_TRY(hwp_power_make_panels(self, err));
  seen.before = (uint64_t)self->n_targets;
  HW_TRY(run_pool(&seen, self->n_partial, run_remains, err));
  hwp_power_sort_remains(self);
  return HW_OK;
}

/* --- what is asked --------------------------------------------------------- */

int32_t hw_power_target_count(const hw_power_study *self) {
  return self->n_targets;
}

const hw_power_target *hw_power_target_get(const hw_power_study *self, int32_t target) {
  return &self->targets[target];
}

double hw_power_threshold(const hw_power_study *self) {
  return self->options.threshold;
}

hw_power_summary hw_power_summarise(const hw_power_study *self) {
  hw_power_summary out = {.n_targets = self->n_targets, .has_no_remains = self->has_no_remains};
  for (int32_t t = 0; t < self->n_targets; t++) {
    const hw_power_target *target = &self->targets[t];
    out.n_of[target->verdict]++;
    if (target->verdict == HW_POWER_LEFT_OUT) continue;
    double next = target->now.pass;
    for (int32_t i = 0; i < target->n_relatives; i++)
      if (!target->relatives[i].is_left_out && target->relatives[i].gain.pass > next)
        next = target->relatives[i].gain.pass;
    out.passes += target->now.pass;
    out.passes_next += next;
  }
  return out;
}
