/* The power of SNP panels: options, the run over missing persons and panels, and what follows for
 * the file.
 *
 * A piece of work is one missing person at one panel (power_snp_target.c). Pieces do not depend on
 * each other, so that the results have the same bits for any number of threads. Sums over the file
 * are made afterwards, in order. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/pool.h"
#include "identify/power_snp_int.h"

/* Whoever adds less than this, in passes and in log10 LR, is not advised to be typed: spouses who
 * married in add nothing but rounding. */
#define LEAST_GAIN 0.001

/* --- preparing --- */

static hw_status check_numbers(const hw_power_snp_options *options, hw_err *err) {
  if (options->n_panels < 1 || options->panels == NULL)
    return hw_err_set(err, HW_E_SHAPE, "no SNP panels");
  if (!(options->threshold >= -500.0 && options->threshold <= 500.0))
    return hw_err_set(err, HW_E_VALUE, "a threshold of %g, expected -500 to 500",
                      options->threshold);
  if (options->n_draws < HW_POWER_SNP_BATCH || options->n_draws > 1000000)
    return hw_err_set(err, HW_E_VALUE, "%d draws of SNPs, expected %d to 1000000",
                      (int)options->n_draws, HW_POWER_SNP_BATCH);
  if (!(options->most_work > 0) || !(options->precision > 0))
    return hw_err_set(err, HW_E_VALUE, "a limit of work or precision that is not above 0");
  return HW_OK;
}

static void set_defaults(hw_power_snp_options *options) {
  if (options->n_draws == 0) options->n_draws = HW_POWER_SNP_DRAWS;
  if (options->most_work == 0.0) options->most_work = HW_POWER_SNP_WORK;
  if (options->precision == 0.0) options->precision = HW_POWER_SNP_PRECISION;
  if (options->linked.max_bits == 0) options->linked.max_bits = HW_POWER_SNP_BITS;
}

static hw_status make_targets(hw_power_snp_study *self, hw_err *err) {
  const hw_case *problem = self->problem;
  const hw_power_snp_options *options = &self->options;
  const int32_t first = options->is_one_family ? options->family : 0;
  const int32_t end = options->is_one_family ? options->family + 1 : problem->n_families;
  if (first < 0 || end > problem->n_families)
    return hw_err_set(err, HW_E_VALUE, "there is no family number %d", (int)first);
  for (int32_t f = first; f < end; f++) self->n_people += problem->families[f].n_missing;
  if (self->n_people == 0)
    return hw_err_set(err, HW_E_SHAPE, "case '%s' has no missing person", problem->id);
  if (options->str != NULL && hw_power_target_count(options->str) != self->n_people)
    return hw_err_set(err, HW_E_SHAPE, "the study of STR is of %d missing persons, not of %d",
                      (int)hw_power_target_count(options->str), (int)self->n_people);
  self->n_targets = self->n_people * options->n_panels;
  self->targets =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_targets, sizeof *self->targets);
  if (self->targets == NULL) return HW_NO_MEMORY(err, "the missing persons");
  int32_t t = 0;
  for (int32_t p = 0; p < options->n_panels; p++)
    for (int32_t f = first; f < end; f++)
      for (int32_t k = 0; k < problem->families[f].n_missing; k++, t++) {
        const int32_t person = problem->families[f].missing[k];
        const hw_person *who = &problem->families[f].pedigree.persons[person];
        self->targets[t].panel = p;
        self->targets[t].who = (hw_target){f, k, person, who->sex, who->id};
        if (options->str != NULL)
          self->targets[t].who.code =
              hw_power_target_get(options->str, t % self->n_people)->who.code;
      }
  return HW_OK;
}

static hw_status make_markers(hw_power_snp_study *self, hw_err *err) {
  const hw_power_snp_options *options = &self->options;
  self->markers =
      hw_arena_alloc_array(&self->arena, (size_t)options->n_panels, sizeof *self->markers);
  if (self->markers == NULL) return HW_NO_MEMORY(err, "the SNP panels");
  for (int32_t p = 0; p < options->n_panels; p++) {
    const hw_power_snp_panel *one = &options->panels[p];
    self->markers[p] = hw_arena_alloc_array(&self->arena, (size_t)one->panel->n_markers + 1,
                                            sizeof **self->markers);
    if (self->markers[p] == NULL) return HW_NO_MEMORY(err, "the SNP panels");
    if (one->panel->n_markers == 0)
      return hw_err_set(err, HW_E_VALUE, "SNP panel '%s' has no markers", one->name);
    const hw_status status =
        hw_linked_markers_of_panel(one->panel, one->population, self->markers[p], err);
    if (status != HW_OK) {
      hw_err_while(err, "preparing SNP panel '%s'", one->name);
      return status;
    }
  }
  return HW_OK;
}

static hw_status make_workers(hw_power_snp_study *self, hw_err *err) {
  const hw_pool_work work = {.n_pieces = self->n_targets, .n_threads = self->options.n_threads};
  self->n_workers = hw_pool_threads(&work);
  self->workers =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_workers, sizeof *self->workers);
  if (self->workers == NULL) return HW_NO_MEMORY(err, "the threads");
  for (int32_t w = 0; w < self->n_workers; w++) {
    self->workers[w].study = self;
    hw_arena_init(&self->workers[w].results, 0);
  }
  return HW_OK;
}

static hw_status prepare(hw_power_snp_study *self, hw_err *err) {
  set_defaults(&self->options);
  HW_TRY(check_numbers(&self->options, err));
  self->options.n_draws -= self->options.n_draws % HW_POWER_SNP_BATCH; /* batches are whole */
  HW_TRY(make_targets(self, err));
  HW_TRY(make_markers(self, err));
  return make_workers(self, err);
}

hw_status hw_power_snp_new(const hw_case *problem, const hw_power_snp_options *options,
                           hw_power_snp_study **out, hw_err *err) {
  *out = NULL;
  hw_power_snp_study *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a run");
  self->problem = problem;
  self->options = *options;
  hw_arena_init(&self->arena, 0);
  const hw_status status = prepare(self, err);
  if (status == HW_OK)
    *out = self;
  else
    hw_power_snp_delete(self);
  return status;
}

void hw_power_snp_delete(hw_power_snp_study *self) {
  if (self == NULL) return;
  for (int32_t w = 0; self->workers != NULL && w < self->n_workers; w++)
    hw_arena_clear(&self->workers[w].results);
  hw_arena_clear(&self->arena);
  free(self);
}

/* --- the file --- */

static bool is_computed(const hw_power_snp_target *target) {
  return target->reason[0] == '\0' && ((target->has_now && target->now.reason[0] == '\0') ||
                                       (target->has_then && target->then.reason[0] == '\0'));
}

static void add_to_rank(const hw_power_snp_target *target, hw_power_snp_rank *out) {
  if (!is_computed(target)) {
    out->n_left_out++;
    return;
  }
  const double str = isnan(target->str_pass) ? 0 : target->str_pass;
  const bool has_now = target->has_now && target->now.reason[0] == '\0';
  const bool has_then = target->has_then && target->then.reason[0] == '\0';
  const hw_power_snp_curve *best = has_then ? &target->then.both : &target->now.both;
  out->n_computed++;
  out->str += str;
  out->now += has_now ? target->now.both.pass : str;
  out->then += best->pass;
  out->newly += best->pass - str;
  out->newly_error += best->pass_error * best->pass_error; /* the root is taken at last */
}

static int compare_ranks(const void *a, const void *b) {
  const hw_power_snp_rank *x = a, *y = b;
  if (x->newly < y->newly || x->newly > y->newly) return x->newly < y->newly ? 1 : -1;
  return (x->panel > y->panel) - (x->panel < y->panel);
}

static hw_status make_ranks(hw_power_snp_study *self, hw_err *err) {
  self->n_ranks = self->options.n_panels;
  self->ranks = hw_arena_alloc_array(&self->arena, (size_t)self->n_ranks, sizeof *self->ranks);
  if (self->ranks == NULL) return HW_NO_MEMORY(err, "the panels");
  for (int32_t p = 0; p < self->n_ranks; p++) {
    self->ranks[p].panel = p;
    self->ranks[p].n_markers = self->options.panels[p].panel->n_markers;
  }
  for (int32_t t = 0; t < self->n_targets; t++)
    add_to_rank(&self->targets[t], &self->ranks[self->targets[t].panel]);
  for (int32_t p = 0; p < self->n_ranks; p++)
    self->ranks[p].newly_error = sqrt(self->ranks[p].newly_error);
  qsort(self->ranks, (size_t)self->n_ranks, sizeof *self->ranks, compare_ranks);
  return HW_OK;
}

/* Adds what one relative gives to one missing person to the family's list. */
static void add_advice(hw_power_snp_study *self, int32_t first, const hw_power_snp_target *target,
                       const hw_power_snp_relative *one) {
  const bool has_now = target->has_now && target->now.reason[0] == '\0';
  const hw_power_study *str = self->options.str;
  const int32_t at = (int32_t)(target - self->targets) % self->n_people;
  const bool has_str = str != NULL && !isnan(target->str_pass);
  double pass = has_str ? target->str_pass : 0;
  double mean = has_str ? hw_power_target_get(str, at)->now.mean[HW_POWER_TRUTH] : 0;
  if (!has_str && self->options.threshold <= 0) pass = 1;
  if (has_now) {
    pass = target->now.both.pass;
    mean = target->now.both.mean[HW_POWER_TRUTH];
  }
  hw_power_snp_advice *advice = NULL;
  for (int32_t i = first; i < self->n_advice; i++)
    if (self->advice[i].person == one->person && self->advice[i].family == target->who.family)
      advice = &self->advice[i];
  if (advice == NULL) {
    advice = &self->advice[self->n_advice++];
    *advice = (hw_power_snp_advice){.panel = target->panel,
                                    .family = target->who.family,
                                    .person = one->person,
                                    .has_str = one->has_str};
  }
  advice->gain_pass += one->gain.pass - pass;
  advice->gain_mean += one->gain.mean - mean;
  advice->gain_error =
      sqrt(advice->gain_error * advice->gain_error + one->gain.pass_error * one->gain.pass_error);
}

static int compare_advice(const void *a, const void *b) {
  const hw_power_snp_advice *x = a, *y = b;
  if (x->gain_pass < y->gain_pass || x->gain_pass > y->gain_pass)
    return x->gain_pass < y->gain_pass ? 1 : -1;
  if (x->gain_mean < y->gain_mean || x->gain_mean > y->gain_mean)
    return x->gain_mean < y->gain_mean ? 1 : -1;
  if (x->panel != y->panel) return x->panel < y->panel ? -1 : 1;
  if (x->family != y->family) return x->family < y->family ? -1 : 1;
  return (x->person > y->person) - (x->person < y->person);
}

static hw_status make_advice(hw_power_snp_study *self, hw_err *err) {
  size_t n = 1;
  int32_t first = 0;
  for (int32_t t = 0; t < self->n_targets; t++) n += (size_t)self->targets[t].n_relatives;
  self->advice = hw_arena_alloc_array(&self->arena, n, sizeof *self->advice);
  if (self->advice == NULL) return HW_NO_MEMORY(err, "whom to type");
  for (int32_t t = 0; t < self->n_targets; t++) {
    const hw_power_snp_target *target = &self->targets[t];
    const hw_power_snp_target *before = t > 0 ? target - 1 : target;
    if (target->panel != before->panel || target->who.family != before->who.family)
      first = self->n_advice;
    for (int32_t i = 0; i < target->n_relatives; i++)
      if (target->relatives[i].reason[0] == '\0')
        add_advice(self, first, target, &target->relatives[i]);
  }
  int32_t n_kept = 0;
  for (int32_t i = 0; i < self->n_advice; i++)
    if (self->advice[i].gain_pass >= LEAST_GAIN || self->advice[i].gain_mean >= LEAST_GAIN)
      self->advice[n_kept++] = self->advice[i];
  self->n_advice = n_kept;
  qsort(self->advice, (size_t)self->n_advice, sizeof *self->advice, compare_advice);
  return HW_OK;
}

/* --- the run --- */

typedef struct watch {
  hw_power_snp_study *study;
  bool (*progress)(void *context, uint64_t done, uint64_t all);
  void *context;
} watch;

static bool is_stopped(void *context, int64_t n_done) {
  const watch *self = context;
  return self->progress != NULL &&
         self->progress(self->context, (uint64_t)n_done, (uint64_t)self->study->n_targets);
}

static hw_status run_target(void *context, int32_t thread, int64_t piece, hw_err *err) {
  const watch *self = context;
  return hwp_snp_target_step(&self->study->workers[thread], (int32_t)piece, err);
}

hw_status hw_power_snp_run(hw_power_snp_study *self,
                           bool (*progress)(void *context, uint64_t done, uint64_t all),
                           void *context, hw_err *err) {
  watch seen = {self, progress, context};
  const hw_pool_work work = {.n_pieces = self->n_targets,
                             .n_threads = self->n_workers,
                             .run = run_target,
                             .context = &seen,
                             .is_stopped = is_stopped,
                             .stop_context = &seen};
  HW_TRY(hw_pool_run(&work, err));
  HW_TRY(make_ranks(self, err));
  return make_advice(self, err);
}

/* --- what is asked --- */

int32_t hw_power_snp_count(const hw_power_snp_study *self) {
  return self->n_targets;
}

const hw_power_snp_target *hw_power_snp_get(const hw_power_snp_study *self, int32_t index) {
  return &self->targets[index];
}

int32_t hw_power_snp_ranks(const hw_power_snp_study *self, const hw_power_snp_rank **out) {
  *out = self->ranks;
  return self->n_ranks;
}

int32_t hw_power_snp_advise(const hw_power_snp_study *self, const hw_power_snp_advice **out) {
  *out = self->advice;
  return self->n_advice;
}
