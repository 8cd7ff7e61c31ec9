/* Joint identification: what is asked is checked, families are listed, components
 * computed, and the results put together.
 *
 * ORDER OF WORK. (1) The permitted pairs of each family, with their prior weights.
 * (2) Each family's list of placements, proven to miss at most a share of its sum.
 * (3) Components of families whose lists compete for remains. (4) In each, tables
 * merged to an exact sum, or, beyond the limit, a Markov chain later. (5) A bound
 * of what the lists miss; where it is above what may be left out, lists are asked
 * for again with smaller shares, and (3) and (4) are done anew. (6) Chains, best
 * assignments, groups, undisputed pairings.
 *
 * A chain is also taken where a list could not be finished and the proven bound
 * stays above one in a thousand. With a prior of the number of identifications
 * every component matters to every other, so one chain means one for all. */
#include "homeward/joint.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/joint_int.h"
#include "identify/targets.h"

static const double MAX_STEPS = 2e9;
/* Shares of lists shrink by this at first. */
static const double SHRINK = 0.1;
/* What tables may drop begins with this part of what is allowed: the dual bound is that much above the
 * sum, more or less. */
static const double PRICED = 1e-3;
enum { ROUNDS = 8, N_BEST = 10, N_CHAINS = 4 };
/* Of a component whose lists are not whole: the bound from which on a chain is better. */
static const double CHAIN_ABOVE = 1e-3;

hw_status hwp_joint_tell(joint_progress *self, uint64_t more, hw_err *err) {
  self->done += more;
  if (self->tell == NULL || !self->tell(self->context, self->done, self->all)) return HW_OK;
  return hw_err_set(err, HW_E_INTERRUPTED, "interrupted");
}

/* ---- what is asked ---------------------------------------------------------------- */

static hw_status check_pairing(const hw_joint *self, const hw_joint_pairing *p, const char *what,
                               hw_err *err) {
  if (p->remains < 0 || p->remains >= self->problem->n_remains || p->target < 0 ||
      p->target >= self->n_targets)
    return hw_err_set(
        err, HW_E_VALUE, "%s pairing of remains %d and missing person %d: there are %d and %d",
        what, (int)p->remains, (int)p->target, (int)self->problem->n_remains, (int)self->n_targets);
  return HW_OK;
}

static hw_status take_fixed(hw_joint *self, hw_err *err) {
  const hw_joint_options *o = &self->options;
  self->fixed_remains =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_targets, sizeof *self->fixed_remains);
  self->fixed_target = hw_arena_alloc_array(&self->arena, (size_t)self->problem->n_remains,
                                            sizeof *self->fixed_target);
  if (self->fixed_remains == NULL || self->fixed_target == NULL)
    return HW_NO_MEMORY(err, "the fixed pairings");
  memset(self->fixed_remains, -1, (size_t)self->n_targets * sizeof *self->fixed_remains);
  memset(self->fixed_target, -1, (size_t)self->problem->n_remains * sizeof *self->fixed_target);
  for (int32_t i = 0; i < o->n_fixed; i++) {
    const hw_joint_pairing p = o->fixed[i];
    HW_TRY(check_pairing(self, &p, "fixed", err));
    const int32_t his = self->fixed_target[p.remains], hers = self->fixed_remains[p.target];
    if ((his >= 0 && his != p.target) || (hers >= 0 && hers != p.remains))
      return hw_err_set(err, HW_E_VALUE,
                        "'%s' is fixed as '%s', and one of them is fixed otherwise",
                        self->problem->remains[p.remains].id, self->targets[p.target].code);
    self->fixed_target[p.remains] = p.target;
    self->fixed_remains[p.target] = p.remains;
  }
  return HW_OK;
}

static int compare_excluded(const void *left, const void *right) {
  const hw_joint_pairing *a = left, *b = right;
  if (a->target != b->target) return a->target < b->target ? -1 : 1;
  return a->remains < b->remains ? -1 : a->remains > b->remains;
}

static hw_status take_excluded(hw_joint *self, hw_err *err) {
  const hw_joint_options *o = &self->options;
  for (int32_t i = 0; i < o->n_excluded; i++) {
    const hw_joint_pairing *p = &o->excluded[i];
    HW_TRY(check_pairing(self, p, "excluded", err));
    if (self->fixed_target[p->remains] == p->target)
      return hw_err_set(err, HW_E_VALUE, "'%s' is fixed as '%s', and excluded as well",
                        self->problem->remains[p->remains].id, self->targets[p->target].code);
  }
  if (o->n_excluded == 0) return HW_OK;
  self->excluded =
      hw_arena_copy(&self->arena, o->excluded, (size_t)o->n_excluded * sizeof *o->excluded);
  if (self->excluded == NULL) return HW_NO_MEMORY(err, "the excluded pairings");
  qsort(self->excluded, (size_t)o->n_excluded, sizeof *self->excluded, compare_excluded);
  return HW_OK;
}

static hw_status check_numbers(hw_joint *self, hw_err *err) {
  hw_joint_options *o = &self->options;
  if (isnan(o->left_out) || o->left_out >= 1)
    return hw_err_set(err, HW_E_VALUE, "a posterior mass of %g to leave out", o->left_out);
  if (!(o->max_steps >= 0)) return hw_err_set(err, HW_E_VALUE, "%g steps", o->max_steps);
  if (isnan(o->undisputed) || o->n_best < 0 || o->chain_steps < 0 || o->n_chains < 0 ||
      o->n_candidates < 0 || o->n_fixed < 0 || o->n_excluded < 0 || o->prior.n_sizes < 0)
    return hw_err_set(err, HW_E_VALUE, "a number of the options is out of range");
  if (o->left_out == 0) o->left_out = HW_JOINT_LEFT_OUT;
  if (o->max_steps == 0) o->max_steps = MAX_STEPS;
  if (o->undisputed == 0) o->undisputed = HW_JOINT_UNDISPUTED;
  if (o->n_best == 0) o->n_best = N_BEST;
  if (o->n_chains == 0) o->n_chains = N_CHAINS;
  for (int64_t i = 0; o->candidates != NULL && i < o->n_candidates; i++)
    HW_TRY(check_pairing(self, &o->candidates[i], "candidate", err));
  self->is_sized = o->prior.ln_size != NULL && o->prior.n_sizes > 0;
  for (int32_t i = 0; self->is_sized && i < o->prior.n_sizes; i++) {
    const double ln = o->prior.ln_size[i];
    if (isnan(ln) || ln == HUGE_VAL)
      return hw_err_set(err, HW_E_VALUE, "the prior weight of %d identifications is %g", (int)i,
                        ln);
    if (i == 0 || ln > self->top_size) self->top_size = ln;
  }
  return HW_OK;
}

static hw_status make_families(hw_joint *self, hw_err *err) {
  const hw_case *problem = self->problem;
  self->families =
      hw_arena_alloc_array(&self->arena, (size_t)problem->n_families, sizeof *self->families);
  if (self->families == NULL) return HW_NO_MEMORY(err, "the families");
  for (int32_t f = 0, t = 0; f < problem->n_families; t += problem->families[f++].n_missing)
    self->families[f] = (joint_family){.n_places = problem->families[f].n_missing,
                                       .first_target = t,
                                       .ln_left_out = IMPOSSIBLE,
                                       .is_complete = true,
                                       .component = -1};
  return HW_OK;
}

static hw_status prepare(hw_joint *self, hw_err *err) {
  if (self->problem->n_linkages > 0)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "case '%s' has linked markers, which identify cannot compile to tables",
                      self->problem->id);
  HW_TRY(hwp_targets_make(self->problem, &self->arena, &self->targets, &self->n_targets, err));
  HW_TRY(check_numbers(self, err));
  HW_TRY(take_fixed(self, err));
  HW_TRY(take_excluded(self, err));
  self->prune = self->options.left_out > 0 ? self->options.left_out * PRICED : 0;
  self->ln_price =
      hw_arena_alloc_array(&self->arena, (size_t)self->problem->n_remains, sizeof *self->ln_price);
  self->ln_due =
      hw_arena_alloc_array(&self->arena, (size_t)self->problem->n_remains, sizeof *self->ln_due);
  if (self->ln_price == NULL || self->ln_due == NULL) return HW_NO_MEMORY(err, "the remains");
  return make_families(self, err);
}

hw_status hw_joint_new(const hw_case *problem, const hw_joint_options *options, hw_joint **out,
                       hw_err *err) {
  *out = NULL;
  hw_joint *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a run");
  self->problem = problem;
  if (options != NULL) self->options = *options;
  self->failed = -1;
  hw_arena_init(&self->arena, 0);
  hw_arena_init(&self->work, 0);
  hw_arena_init(&self->growth, 0);
  self->tables = &self->work;
  self->entry_limit = HUGE_VAL;
  hw_status status = prepare(self, err);
  if (status != HW_OK) {
    hw_joint_delete(self);
    return status;
  }
  *out = self;
  return HW_OK;
}

void hw_joint_delete(hw_joint *self) {
  if (self == NULL) return;
  for (int32_t f = 0; self->families != NULL && f < self->problem->n_families; f++) {
    hwp_joint_unlist(&self->families[f]);
    hwp_place_delete(self->families[f].place);
  }
  hwp_joint_drop_work(self);
  hw_arena_clear(&self->arena);
  free(self);
}

void hw_joint_leave_out(hw_joint *self, int32_t family) {
  self->families[family].is_left_out = true;
}

bool hw_joint_is_left_out(const hw_joint *self, int32_t family) {
  return self->families[family].is_left_out;
}

int32_t hw_joint_failed_family(const hw_joint *self) {
  return self->failed;
}

int32_t hw_joint_target_count(const hw_joint *self) {
  return self->n_targets;
}

const hw_target *hw_joint_target(const hw_joint *self, int32_t target) {
  return &self->targets[target];
}

/* ---- nobody identified --------------------------------------------------------------- */

/* ln P(profiles | pedigree); markers that contradict tell nothing, as in the ratios. */
static hw_status add_likelihood(const hw_joint *self, const hw_problem *problem, double *per_marker,
                                double *sum, hw_err *err) {
  double total = 0;
  HW_TRY(hw_likelihood(problem, &self->options.likelihood, &total, per_marker, err));
  for (int32_t m = 0; m < problem->n_markers; m++)
    if (per_marker[m] > IMPOSSIBLE) *sum += per_marker[m];
  return HW_OK;
}

/* A person of no relation, of the sex that the typing of X markers shows where it is not known. */
static hw_person stranger_of(const hw_joint *self, const hw_remains *remains) {
  hw_person person = {
      .id = remains->id, .father = -1, .mother = -1, .sex = remains->sex, .twin = -1};
  for (int32_t m = 0; m < self->problem->n_markers && person.sex == HW_UNKNOWN_SEX; m++) {
    if (!hw_marker_is_x(&self->problem->markers[m])) continue;
    const hw_observation_kind kind = remains->profile.observations[m].kind;
    if (kind == HW_OBS_SINGLE) person.sex = HW_MALE;
    if (kind == HW_OBS_GENOTYPE) person.sex = HW_FEMALE;
  }
  return person;
}

static hw_status find_ln_none(hw_joint *self, hw_err *err) {
  const hw_case *problem = self->problem;
  static const int32_t first = 0;
  double *per_marker =
      hw_arena_alloc_array(&self->arena, (size_t)problem->n_markers, sizeof *per_marker);
  if (per_marker == NULL) return HW_NO_MEMORY(err, "the markers");
  double sum = 0;
  for (int32_t f = 0; f < problem->n_families; f++) {
    const hw_family *family = &problem->families[f];
    const hw_problem references = {.pedigree = &family->pedigree,
                                   .n_profiles = family->n_profiles,
                                   .profiles = family->profiles,
                                   .profile_person = family->profile_person,
                                   .n_markers = problem->n_markers,
                                   .markers = problem->markers,
                                   .theta = problem->theta};
    if (self->families[f].is_left_out) continue;
    hw_status status = add_likelihood(self, &references, per_marker, &sum, err);
    if (status == HW_E_TOO_COMPLEX) self->failed = f;
    if (status != HW_OK) hw_err_while(err, "computing family '%s'", family->name);
    HW_TRY(status);
  }
  for (int32_t r = 0; r < problem->n_remains; r++) {
    const hw_person person = stranger_of(self, &problem->remains[r]);
    const hw_pedigree pedigree = {1, &person};
    const hw_problem alone = {.pedigree = &pedigree,
                              .n_profiles = 1,
                              .profiles = &problem->remains[r].profile,
                              .profile_person = &first,
                              .n_markers = problem->n_markers,
                              .markers = problem->markers,
                              .theta = problem->theta};
    const hw_status status = add_likelihood(self, &alone, per_marker, &sum, err);
    if (status == HW_E_UNSUPPORTED) sum = (double)NAN; /* sex unknown where it matters */
    if (status != HW_OK && status != HW_E_UNSUPPORTED) return status;
  }
  self->summary.ln_none = sum;
  return HW_OK;
}

/* ---- the run ---------------------------------------------------------------------------- */

/* Exact sums of all components that permit it. */
static hw_status compute(hw_joint *self, joint_progress *progress, hw_err *err) {
  bool has_sums = true;
  HW_TRY(hwp_joint_divide(self, err));
  for (int32_t p = 0; p < self->n_parts; p++) {
    joint_part *part = &self->parts[p];
    self->step_limit = self->options.max_steps;
    const hw_status status =
        part->is_open ? HW_E_TOO_COMPLEX : hwp_joint_eliminate(self, p, progress, err);
    if (status != HW_OK && status != HW_E_TOO_COMPLEX) return status;
    part->is_chained = status != HW_OK;
    has_sums &= !part->is_chained;
  }
  self->first_join = self->n_nodes;
  if (!self->is_sized) return hwp_joint_conclude(self, err);
  if (!has_sums) return HW_OK;
  HW_TRY(hwp_joint_join(self, err));
  return hwp_joint_conclude(self, err);
}

/* All components as one, for a chain under a prior of the number of pairings. */
static hw_status unite(hw_joint *self, hw_err *err) {
  joint_part all = {.root = -1, .is_chained = true};
  all.families =
      hw_arena_alloc_array(&self->work, (size_t)self->problem->n_families, sizeof *all.families);
  all.remains =
      hw_arena_alloc_array(&self->work, (size_t)self->problem->n_remains, sizeof *all.remains);
  if (all.families == NULL || all.remains == NULL) return HW_NO_MEMORY(err, "the components");
  for (int32_t f = 0; f < self->problem->n_families; f++) {
    joint_family *family = &self->families[f];
    if (family->component < 0) continue;
    family->component = 0;
    all.families[all.told.n_families++] = f;
    all.told.n_targets += family->n_places;
    all.told.n_listed += (double)family->n;
  }
  for (int32_t r = 0; r < self->problem->n_remains; r++) {
    if (self->part_of[r] < 0) continue;
    self->part_of[r] = 0;
    all.remains[all.told.n_remains++] = r;
  }
  for (int32_t p = 0; p < self->n_parts; p++) hw_arena_clear(&self->parts[p].tables);
  self->parts[0] = all;
  self->n_parts = 1;
  self->n_nodes = 0;
  self->root = -1;
  return HW_OK;
}

/* Families whose lists never became whole, where the bound shows it: any permitted remains may be
 * theirs, and a chain will tell. */
static hw_status open_families(hw_joint *self, joint_progress *progress, hw_err *err) {
  bool has_open = false;
  for (int32_t p = 0; p < self->n_parts; p++) {
    const joint_part *part = &self->parts[p];
    const double bound = self->is_sized ? self->summary.left_out : part->told.left_out;
    if (!part->is_chained && !(bound > CHAIN_ABOVE)) continue;
    for (int32_t i = 0; i < part->told.n_families; i++) {
      joint_family *family = &self->families[part->families[i]];
      family->is_open = !family->is_complete;
      has_open |= family->is_open;
    }
  }
  return has_open ? compute(self, progress, err) : HW_OK;
}

/* With a prior of the number of pairings one chain is one for all. */
static hw_status choose_chains(hw_joint *self, joint_progress *progress, hw_err *err) {
  bool has_chain = false;
  HW_TRY(open_families(self, progress, err));
  for (int32_t p = 0; p < self->n_parts; p++) has_chain |= self->parts[p].is_chained;
  return has_chain && self->is_sized ? unite(self, err) : HW_OK;
}

/* Empties the results of a component before its chain. */
static void forget(hw_joint *self, const joint_part *part) {
  for (int32_t i = 0; i < part->told.n_families; i++) {
    joint_family *family = &self->families[part->families[i]];
    const size_t n = (size_t)family->n_places * (size_t)(family->n_candidates + 1);
    for (size_t s = 0; s < n; s++) {
      family->posterior[s] = 0;
      family->best[s] = IMPOSSIBLE;
    }
  }
  for (int32_t i = 0; i < part->told.n_remains; i++) {
    const int32_t r = part->remains[i];
    self->none[r] = self->some[r] = 0;
    self->none_best[r] = self->some_best[r] = IMPOSSIBLE;
  }
}

static hw_status run_chains(hw_joint *self, joint_progress *progress, hw_err *err) {
  for (int32_t p = 0; p < self->n_parts; p++) {
    joint_part *part = &self->parts[p];
    if (!part->is_chained) continue;
    /* Families that list no more than their base are in no component; the bound stays theirs. */
    if (self->n_chained == 0) self->summary.left_out = 0;
    self->n_chained++;
    forget(self, part);
    part->root = -1;
    part->told.left_out = (double)NAN;
    HW_TRY(hwp_joint_chain(self, p, progress, err));
    HW_TRY(hwp_joint_chain_leaf(self, p, &part->root, err));
  }
  if (self->n_chained == 0) return HW_OK;
  for (int32_t p = 0; p < self->n_parts; p++)
    if (!self->parts[p].is_chained) self->summary.left_out += self->parts[p].told.left_out;
  if (self->summary.left_out > 1) self->summary.left_out = 1;
  return HW_OK;
}

static hw_status tell_components(hw_joint *self, hw_err *err) {
  self->components =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_parts + 1, sizeof *self->components);
  if (self->components == NULL) return HW_NO_MEMORY(err, "the components");
  for (int32_t p = 0; p < self->n_parts; p++) {
    hw_joint_component *told = &self->parts[p].told;
    told->is_exact = !self->parts[p].is_chained;
    if (told->is_exact) told->r_hat = told->effective = told->error = (double)NAN;
    self->components[p] = *told;
  }
  self->summary.n_components = self->n_parts;
  self->summary.n_chained = self->n_chained;
  self->summary.is_exact = self->n_chained == 0;
  if (self->n_chained > 0) self->summary.ln_sum = (double)NAN;
  self->summary.n_not_candidates = self->n_not_candidates;
  self->summary.is_bound_of_pairs = hwp_joint_is_bound_of_pairs(self);
  return hwp_joint_count(self, &self->summary.n_assignments, err);
}

static hw_status finish(hw_joint *self, joint_progress *progress, hw_err *err) {
  HW_TRY(choose_chains(self, progress, err));
  const bool is_joined = self->is_sized && self->root >= 0;
  HW_TRY(run_chains(self, progress, err));
  HW_TRY(tell_components(self, err));
  if (!is_joined) HW_TRY(hwp_joint_join(self, err));
  HW_TRY(hwp_joint_rank(self, err));
  HW_TRY(hwp_joint_find_groups(self, err));
  HW_TRY(hwp_joint_find_non_identifiable(self, err));
  HW_TRY(hwp_joint_index(self, err));
  return hwp_joint_find_undisputed(self, err);
}

hw_status hw_joint_run(hw_joint *self, bool (*progress)(void *context, uint64_t done, uint64_t all),
                       void *context, hw_err *err) {
  joint_progress p = {progress, context, 0, (uint64_t)self->problem->n_families};
  bool has_more = true;
  HW_BUG_IF(self->is_done, err);
  self->failed = -1;
  if (!self->is_permitted) {
    HW_TRY(hwp_joint_permit(self, err));
    HW_TRY(hwp_joint_make_results(self, err));
    self->is_permitted = true;
  }
  HW_TRY(hwp_joint_list_all(self, &p, err));
  HW_TRY(hwp_joint_price_all(self, &p, err));
  HW_TRY(find_ln_none(self, err));
  double shrink = SHRINK; /* squared each time, so that the last round lists everything */
  for (int32_t round = 0; round < ROUNDS && has_more; round++, shrink *= shrink) {
    HW_TRY(compute(self, &p, err));
    has_more = false;
    if (round + 1 < ROUNDS) HW_TRY(hwp_joint_tighten(self, shrink, &p, &has_more, err));
  }
  for (int32_t f = 0; f < self->problem->n_families; f++) {
    hwp_place_delete(self->families[f].place);
    self->families[f].place = NULL;
  }
  HW_TRY(finish(self, &p, err));
  /* Tables are of no more use. */
  self->part_of = hw_arena_copy(&self->arena, self->part_of,
                                (size_t)self->problem->n_remains * sizeof *self->part_of);
  if (self->part_of == NULL) return HW_NO_MEMORY(err, "the components");
  hwp_joint_drop_work(self);
  self->is_done = true;
  return HW_OK;
}

/* ---- results --------------------------------------------------------------------------------- */

hw_joint_summary hw_joint_summarise(const hw_joint *self) {
  return self->summary;
}

int32_t hw_joint_components(const hw_joint *self, const hw_joint_component **out) {
  *out = self->components;
  return self->summary.n_components;
}

int32_t hw_joint_component_of(const hw_joint *self, int32_t remains) {
  return self->part_of[remains];
}

int32_t hw_joint_best(const hw_joint *self, const hw_joint_assignment **out) {
  *out = self->best;
  return self->n_best;
}

int32_t hw_joint_symmetric(const hw_joint *self, const hw_joint_group **out) {
  *out = self->groups;
  return self->n_groups;
}

int32_t hw_joint_non_identifiable(const hw_joint *self, const int32_t **targets) {
  *targets = self->non_identifiable;
  return self->n_non_identifiable;
}
