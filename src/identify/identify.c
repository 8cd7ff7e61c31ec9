/* A run: targets, tables, and the matrix of likelihood ratios.
 *
 * For one missing person at a time the family is compiled to tables, all remains
 * are looked up in them, and the tables are dropped again; what stays is one
 * double per pair. Tables are made a second time for the few pairs that are
 * reported (pairs.c), which costs less than keeping thousands.
 *
 * Two sets of markers are used: the case's, which give the evidence, and the
 * "rigid" ones, the same without mutation, which tell where a pair or a family
 * fits only through mutation.
 *
 * What it does not do: joint assignment, the evidence of a sex that agrees, and
 * linked markers (the table compiler refuses them). */
#include "homeward/identify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "identify/identify_int.h"
#include "identify/targets.h"

/* ---- preparation ---- */

static hw_status make_matrix(hw_identify *self, hw_err *err) {
  size_t n_pairs = 0;
  if (!hw_mul_size((size_t)self->problem->n_remains, (size_t)self->n_targets, &n_pairs) ||
      n_pairs > INT32_MAX)
    return hw_err_set(err, HW_E_TOO_COMPLEX,
                      "%d remains against %d missing persons are too many "
                      "pairs for one run",
                      (int)self->problem->n_remains, (int)self->n_targets);
  self->log10_lr = hw_arena_alloc_array(&self->arena, n_pairs, sizeof *self->log10_lr);
  self->expected_log10_lr =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_targets, sizeof *self->expected_log10_lr);
  self->is_left_out =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_targets, sizeof *self->is_left_out);
  if (self->log10_lr == NULL || self->expected_log10_lr == NULL || self->is_left_out == NULL)
    return HW_NO_MEMORY(err, "the likelihood ratios of all pairs");
  return HW_OK;
}

static hw_status make_rigid_markers(hw_identify *self, hw_err *err) {
  size_t n = (size_t)self->problem->n_markers;
  self->rigid = hw_arena_alloc_array(&self->arena, n + 1, sizeof *self->rigid);
  if (self->rigid == NULL) return HW_NO_MEMORY(err, "the markers");
  for (size_t m = 0; m < n; m++) {
    self->rigid[m] = self->problem->markers[m];
    self->rigid[m].mutation = (hw_mutation){.model = HW_MUTATION_NONE};
    self->rigid[m].matrix[HW_FROM_MOTHER] = self->rigid[m].matrix[HW_FROM_FATHER] = NULL;
  }
  return HW_OK;
}

static hw_problem family_problem(const hw_identify *self, int32_t f, const hw_marker *markers,
                                 double theta) {
  const hw_family *family = &self->problem->families[f];
  return (hw_problem){.pedigree = &family->pedigree,
                      .n_profiles = family->n_profiles,
                      .profiles = family->profiles,
                      .profile_person = family->profile_person,
                      .n_markers = self->problem->n_markers,
                      .markers = markers,
                      .theta = theta,
                      .n_linkages = self->problem->n_linkages,
                      .linkages = self->problem->linkages};
}

static hw_status add_warning(hw_identify *self, hw_identify_warning warning, hw_err *err) {
  size_t n = (size_t)self->n_warnings;
  if ((n & (n - 1)) == 0) { /* full at 0, 1, 2, 4, 8, …; the arena keeps the outgrown lists */
    hw_identify_warning *grown =
        hw_arena_alloc_array(&self->arena, n == 0 ? 1 : 2 * n, sizeof *grown);
    if (grown == NULL) return HW_NO_MEMORY(err, "the warnings");
    if (n > 0) memcpy(grown, self->warnings, n * sizeof *grown);
    self->warnings = grown;
  }
  self->warnings[self->n_warnings++] = warning;
  return HW_OK;
}

/* Finds contradictions. What is possible does not depend on theta, so the cheap
 * computation without it answers. */
static hw_status check_family(hw_identify *self, int32_t f, double *per_marker, double *mutated,
                              hw_err *err) {
  double total = 0;
  hw_problem rigid = family_problem(self, f, self->rigid, 0);
  HW_TRY(hw_likelihood(&rigid, &self->likelihood, &total, per_marker, err));
  if (total > IMPOSSIBLE) return HW_OK;
  hw_problem full = family_problem(self, f, self->problem->markers, 0);
  HW_TRY(hw_likelihood(&full, &self->likelihood, &total, mutated, err));
  for (int32_t m = 0; m < self->problem->n_markers; m++)
    if (per_marker[m] == IMPOSSIBLE)
      HW_TRY(add_warning(self, (hw_identify_warning){f, m, mutated[m] == IMPOSSIBLE}, err));
  return HW_OK;
}

static hw_status check_families(hw_identify *self, hw_err *err) {
  size_t n = (size_t)self->problem->n_markers + 1;
  double *per_marker = hw_arena_alloc_array(&self->arena, n, sizeof *per_marker);
  double *mutated = hw_arena_alloc_array(&self->arena, n, sizeof *mutated);
  if (per_marker == NULL || mutated == NULL) return HW_NO_MEMORY(err, "the families");
  for (int32_t f = 0; f < self->problem->n_families; f++) {
    hw_status status = check_family(self, f, per_marker, mutated, err);
    if (status == HW_OK || status == HW_E_TOO_COMPLEX) continue; /* its step will tell */
    hw_err_while(err, "checking family '%s'", self->problem->families[f].name);
    return status;
  }
  return HW_OK;
}

static void set_prior(hw_identify *self, double prior_none) {
  double n = self->n_targets;
  self->prior_none = prior_none < 0 ? 1 / (n + 1) : prior_none;
  self->prior_each = prior_none < 0 ? 1 / (n + 1) : (1 - prior_none) / n;
}

static hw_status prepare(hw_identify *self, const hw_identify_options *options, hw_err *err) {
  if (self->problem->n_linkages > 0)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "case '%s' has linked markers, which identify cannot compile to tables",
                      self->problem->id);
  if (options->prior_none > 1)
    return hw_err_set(err, HW_E_VALUE, "a prior probability of %g", options->prior_none);
  HW_TRY(hwp_targets_make(self->problem, &self->arena, &self->targets, &self->n_targets, err));
  HW_TRY(make_matrix(self, err));
  HW_TRY(make_rigid_markers(self, err));
  set_prior(self, options->prior_none);
  return check_families(self, err);
}

hw_status hw_identify_new(const hw_case *problem, const hw_identify_options *options,
                          hw_identify **out, hw_err *err) {
  static const hw_identify_options defaults = {.prior_none = -1};
  *out = NULL;
  if (options == NULL) options = &defaults;
  hw_identify *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a run");
  self->problem = problem;
  self->likelihood = options->likelihood;
  hw_arena_init(&self->arena, 0);
  hw_status status = prepare(self, options, err);
  if (status != HW_OK) {
    hw_identify_delete(self);
    return status;
  }
  *out = self;
  return HW_OK;
}

void hw_identify_delete(hw_identify *self) {
  if (self == NULL) return;
  hw_arena_clear(&self->arena);
  free(self);
}

int32_t hw_identify_target_count(const hw_identify *self) {
  return self->n_targets;
}

const hw_target *hw_identify_target(const hw_identify *self, int32_t target) {
  return &self->targets[target];
}

int32_t hw_identify_warnings(const hw_identify *self, const hw_identify_warning **out) {
  *out = self->warnings;
  return self->n_warnings;
}

/* ---- one missing person against all remains ---- */

hw_status hwp_identify_compile(const hw_identify *self, const hw_target *target,
                               const hw_marker *markers, hw_table **out, hw_err *err) {
  hw_problem problem = family_problem(self, target->family, markers, self->problem->theta);
  hw_status status = hw_table_compile(&problem, target->person, &self->likelihood, out, err);
  if (status != HW_OK)
    hw_err_while(err, "compiling family '%s' for '%s'",
                 self->problem->families[target->family].name, target->code);
  return status;
}

/* Σ over markers of E[log10 LR(g)], g the missing person's own genotype. Impossible genotypes
 * have probability zero and count nothing. */
static double expected_log10_lr(const hw_table *table) {
  double sum = 0;
  for (int32_t m = 0; m < table->n_markers; m++) {
    const hw_marker_table *marker = &table->markers[m];
    if (marker->ln_family == IMPOSSIBLE) continue;
    for (int32_t g = 0; g < marker->n_genotypes; g++)
      if (marker->related[g] > 0 && isfinite(marker->log10_lr[g]))
        sum += marker->related[g] * marker->log10_lr[g];
  }
  return sum;
}

hw_status hw_identify_step(hw_identify *self, int32_t index, hw_err *err) {
  const hw_case *problem = self->problem;
  const hw_target *target = &self->targets[index];
  hw_table *table = NULL;
  double start_s = hw_clock_now_s();
  HW_TRY(hwp_identify_compile(self, target, problem->markers, &table, err));
  double compiled_s = hw_clock_now_s();
  for (int32_t r = 0; r < problem->n_remains; r++) {
    const hw_remains *remains = &problem->remains[r];
    double *cell = &self->log10_lr[(size_t)r * (size_t)self->n_targets + (size_t)index];
    *cell = hwp_target_fits(problem, remains, target)
                ? hw_table_log10_lr(table, problem->markers, &remains->profile, NULL)
                : IMPOSSIBLE;
  }
  self->scan_s += hw_clock_now_s() - compiled_s;
  self->compile_s += compiled_s - start_s;
  self->expected_log10_lr[index] = expected_log10_lr(table);
  hw_table_delete(table);
  return HW_OK;
}

void hw_identify_leave_out(hw_identify *self, int32_t target) {
  self->is_left_out[target] = true;
  for (int32_t r = 0; r < self->problem->n_remains; r++)
    self->log10_lr[(size_t)r * (size_t)self->n_targets + (size_t)target] = IMPOSSIBLE;
}

bool hw_identify_is_left_out(const hw_identify *self, int32_t target) {
  return self->is_left_out[target];
}

void hw_identify_time(const hw_identify *self, double *compile_s, double *scan_s) {
  *compile_s = self->compile_s;
  *scan_s = self->scan_s;
}

double hw_identify_log10_lr(const hw_identify *self, int32_t remains, int32_t target) {
  return self->log10_lr[(size_t)remains * (size_t)self->n_targets + (size_t)target];
}

void hw_identify_set_log10_lr(hw_identify *self, int32_t remains, int32_t target, double log10_lr) {
  self->log10_lr[(size_t)remains * (size_t)self->n_targets + (size_t)target] = log10_lr;
}

double hw_identify_expected_log10_lr(const hw_identify *self, int32_t target) {
  return self->expected_log10_lr[target];
}
