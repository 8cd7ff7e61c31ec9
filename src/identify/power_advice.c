/* What follows for the whole file: whom to sample first, and which panel pays.
 *
 * A relative may serve several missing persons of her family; her gain is the sum over
 * them. Families that have enough already were not looked at: what sampling could add
 * there is less than one minus the level of "enough". Pairs stand in the same list with
 * half their gain each, since the question is what a journey to one more person brings. */
#include <stdlib.h>

#include "base/check.h"
#include "identify/power_int.h"

static const double LEAST = 1e-6;

/* --- whom to sample -------------------------------------------------------- */

/* Adds a gain to the advice for these persons; the family's advice begins at `first`. */
static void add_gain(hw_power_study *self, int32_t first, hw_power_advice what) {
  for (int32_t i = first; i < self->n_advice; i++) {
    hw_power_advice *old = &self->advice[i];
    if (old->n_persons != what.n_persons || old->persons[0] != what.persons[0] ||
        old->persons[1] != what.persons[1])
      continue;
    old->gain_pass += what.gain_pass;
    old->gain_mean += what.gain_mean;
    return;
  }
  self->advice[self->n_advice++] = what;
}

static void add_target(hw_power_study *self, int32_t first, const hw_power_target *target) {
  const double pass = target->now.pass, mean = target->now.mean[HW_POWER_TRUTH];
  if (target->verdict == HW_POWER_LEFT_OUT) return;
  for (int32_t i = 0; i < target->n_relatives; i++) {
    const hw_power_relative *relative = &target->relatives[i];
    if (relative->is_left_out) continue;
    add_gain(self, first,
             (hw_power_advice){target->who.family,
                               1,
                               {relative->person, -1},
                               relative->gain.pass - pass,
                               relative->gain.mean - mean});
  }
  for (int32_t i = 0; i < target->n_pairs; i++) {
    const hw_power_pair *pair = &target->pairs[i];
    const int32_t a = target->relatives[pair->relatives[0]].person;
    const int32_t b = target->relatives[pair->relatives[1]].person;
    add_gain(self, first,
             (hw_power_advice){target->who.family,
                               2,
                               {a < b ? a : b, a < b ? b : a},
                               pair->gain.pass - pass,
                               pair->gain.mean - mean});
  }
}

static int compare_advice(const void *a, const void *b) {
  const hw_power_advice *x = a, *y = b;
  const double pass_x = x->gain_pass / x->n_persons, pass_y = y->gain_pass / y->n_persons;
  const double mean_x = x->gain_mean / x->n_persons, mean_y = y->gain_mean / y->n_persons;
  if (pass_x != pass_y) return pass_x < pass_y ? 1 : -1;
  if (mean_x != mean_y) return mean_x < mean_y ? 1 : -1;
  if (x->family != y->family) return x->family < y->family ? -1 : 1;
  if (x->n_persons != y->n_persons) return x->n_persons < y->n_persons ? -1 : 1;
  if (x->persons[0] != y->persons[0]) return x->persons[0] < y->persons[0] ? -1 : 1;
  return x->persons[1] < y->persons[1] ? -1 : x->persons[1] > y->persons[1];
}

hw_status hwp_power_make_advice(hw_power_study *self, hw_err *err) {
  size_t most = 0;
  for (int32_t t = 0; t < self->n_targets; t++)
    most += (size_t)self->targets[t].n_relatives + (size_t)self->targets[t].n_pairs;
  self->advice = hw_arena_alloc_array(&self->arena, most + 1, sizeof *self->advice);
  if (self->advice == NULL) return HW_NO_MEMORY(err, "whom to sample");
  int32_t first = 0;
  for (int32_t t = 0; t < self->n_targets; t++) {
    if (t > 0 && self->targets[t].who.family != self->targets[t - 1].who.family)
      first = self->n_advice;
    add_target(self, first, &self->targets[t]);
  }
  int32_t kept = 0;
  for (int32_t i = 0; i < self->n_advice; i++)
    if (self->advice[i].gain_pass >= LEAST || self->advice[i].gain_mean >= LEAST)
      self->advice[kept++] = self->advice[i];
  self->n_advice = kept;
  qsort(self->advice, (size_t)kept, sizeof *self->advice, compare_advice);
  return HW_OK;
}

int32_t hw_power_advise(const hw_power_study *self, const hw_power_advice **out) {
  *out = self->advice;
  return self->n_advice;
}

/* --- panels ---------------------------------------------------------------- */

static int compare_by_passes(const void *a, const void *b) {
  const hw_power_panel_result *x = a, *y = b;
  if (x->passes != y->passes) return x->passes < y->passes ? 1 : -1;
  return x->panel < y->panel ? -1 : x->panel > y->panel;
}

static int compare_by_cost(const void *a, const void *b) {
  const hw_power_panel_result *x = a, *y = b;
  if (x->per_cost != y->per_cost) return x->per_cost < y->per_cost ? 1 : -1;
  return compare_by_passes(a, b);
}

hw_status hwp_power_make_panels(hw_power_study *self, hw_err *err) {
  const int32_t n = self->options.n_panels;
  self->panels = hw_arena_alloc_array(&self->arena, (size_t)n + 1, sizeof *self->panels);
  if (self->panels == NULL) return HW_NO_MEMORY(err, "the panels");
  bool has_costs = true;
  for (int32_t p = 0; p < n; p++) {
    const hw_power_panel *panel = &self->options.panels[p];
    hw_power_panel_result *out = &self->panels[p];
    int32_t n_targets = 0;
    out->panel = p;
    for (int32_t m = 0; m < self->problem->n_markers; m++) out->n_markers += panel->has[m];
    for (int32_t t = 0; t < self->n_targets; t++) {
      if (self->targets[t].panel_pass == NULL) continue;
      out->passes += self->targets[t].panel_pass[p];
      n_targets++;
    }
    out->per_cost =
        n_targets > 0 && panel->cost > 0.0 ? out->passes / (n_targets * panel->cost) : (double)NAN;
    has_costs = has_costs && !isnan(out->per_cost);
  }
  qsort(self->panels, (size_t)n, sizeof *self->panels,
        has_costs ? compare_by_cost : compare_by_passes);
  return HW_OK;
}

int32_t hw_power_panels(const hw_power_study *self, const hw_power_panel_result **out) {
  *out = self->panels;
  return self->options.n_panels;
}
