/* Re-association: what is asked, who may belong together, and what came out.
 *
 *   specimens ─▶ nodes        (all specimens of a confirmed individual are one node)
 *             ─▶ links        (pairs of nodes with R above a stated least)
 *             ─▶ components   (what links join)
 *             ─▶ partitions   of each component, exact or by a chain
 *             ─▶ groups, alternatives, contradictions, counts
 *
 * Links are found by looking at all pairs: bones first, then DNA by looked-up numbers,
 * which stops at the first marker that no one genotype explains. Nothing is blocked or
 * guessed. A pair below the least counts as impossible where it would be the only tie
 * between two components; inside a component every group has its own R.
 *
 * With a prior on the number of persons the components are not independent. Exact ones
 * are joined by the convolution of their numbers of groups; if one needs a chain, all
 * specimens go into one. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "genetics/name_index.h"
#include "identify/reassociate_int.h"

/* Pairs of a component are held in a table. */
enum { MOST_NODES = 2000 };

void hw_specimen_init(hw_specimen *self, const char *id) {
  *self = (hw_specimen){.id = id,
                        .accession = "",
                        .site = "",
                        .element = "",
                        .portion = "",
                        .zones = "",
                        .completeness = NAN,
                        .age_from_y = NAN,
                        .age_to_y = NAN,
                        .stature_cm = NAN,
                        .stature_se_cm = NAN,
                        .east_m = NAN,
                        .north_m = NAN,
                        .depth_m = NAN,
                        .individual = -1};
}

/* --- options --- */

static hw_status set_share(double *value, double standard, const char *name, hw_err *err) {
  if (*value == 0) *value = standard;
  if (*value > 0 && *value < 1) return HW_OK;
  return hw_err_set(err, HW_E_VALUE, "%s is %g; it must lie between 0 and 1", name, *value);
}

static hw_status set_options(hw_reassociate *self, const hw_reassociate_options *options,
                             hw_err *err) {
  hw_reassociate_options *own = &self->options;
  if (options != NULL) *own = *options;
  HW_TRY(set_share(&own->sex_error, 0.05, "the error of a sex estimate", err));
  HW_TRY(set_share(&own->sample_sex_error, 0.001, "the error of a sex by DNA", err));
  HW_TRY(set_share(&own->male, 0.5, "the share of men", err));
  HW_TRY(set_share(&own->age_error, 0.05, "the error of an age estimate", err));
  HW_TRY(set_share(&own->other_accession, 0.3, "the weight of a link between boxes", err));
  HW_TRY(set_share(&own->other_site, 0.01, "the weight of a link between sites", err));
  HW_TRY(set_share(&own->ignore, 1e-9, "the least ratio of a link", err));
  if (own->distance_m == 0) own->distance_m = 3;
  if (own->concentration == 0) own->concentration = self->n > 2 ? self->n / 2.0 : 1;
  if (own->max_exact == 0) own->max_exact = 14;
  if (own->n_alternatives == 0) own->n_alternatives = 5;
  if (own->n_chains == 0) own->n_chains = 4;
  if (!(own->distance_m > 0) || !(own->concentration > 0) || !isfinite(own->concentration))
    return hw_err_set(err, HW_E_VALUE, "distance and concentration must be above 0");
  if (own->max_exact < 1 || own->max_exact > HWP_MOST_EXACT)
    return hw_err_set(err, HW_E_VALUE, "at most %d specimens are summed exactly, not %d",
                      HWP_MOST_EXACT, (int)own->max_exact);
  if (own->n_alternatives < 0 || (own->chain_sweeps != 0 && own->chain_sweeps < 4) ||
      own->n_chains < 2 || own->n_chains > 64 || own->n_alternatives > 100000)
    return hw_err_set(err, HW_E_VALUE,
                      "a chain takes 4 sweeps and 2 to 64 chains; at most 100000 alternatives");
  if (own->ln_number == NULL) return HW_OK;
  for (int32_t k = 0; k < own->n_numbers; k++)
    if (isnan(own->ln_number[k]) || own->ln_number[k] == HUGE_VAL)
      return hw_err_set(err, HW_E_VALUE, "the weight of %d persons is no number", (int)k);
  return HW_OK;
}

/* --- the problem --- */

static hw_status check_range(const hw_specimen *at, double value, double least, double most,
                             const char *what, hw_err *err) {
  if (isnan(value) || (value >= least && value <= most)) return HW_OK;
  return hw_err_set(err, HW_E_VALUE, "specimen '%.60s': %s is %g; expected %g to %g", at->id, what,
                    value, least, most);
}

static hw_status check_specimen(const hw_reassociate_problem *problem, const hw_specimen *at,
                                bool *is_taken, hw_err *err) {
  HW_TRY(check_range(at, at->completeness, 0, 1, "completeness", err));
  HW_TRY(check_range(at, at->age_from_y, 0, 150, "age", err));
  HW_TRY(check_range(at, at->age_to_y, 0, 150, "age", err));
  if (at->age_from_y > at->age_to_y)
    return hw_err_set(err, HW_E_VALUE, "specimen '%.60s': age from %g to %g", at->id,
                      at->age_from_y, at->age_to_y);
  for (int32_t i = 0; i < at->n_measurements; i++)
    if (!(at->measurements[i].value_mm > 0 && at->measurements[i].value_mm < 1e5))
      return hw_err_set(err, HW_E_VALUE, "specimen '%.60s': %.40s is %g mm", at->id,
                        at->measurements[i].name, at->measurements[i].value_mm);
  for (int32_t i = 0; i < at->n_profiles; i++) {
    const int32_t r = at->profiles[i];
    if (r < 0 || r >= problem->n_remains)
      return hw_err_set(err, HW_E_REFERENCE, "specimen '%.60s': no profile %d", at->id, (int)r);
    if (is_taken[r])
      return hw_err_set(err, HW_E_SHAPE, "the profile '%.60s' belongs to two specimens",
                        problem->remains[r].id);
    is_taken[r] = true;
    if (problem->remains[r].profile.n_markers != problem->n_markers)
      return hw_err_set(err, HW_E_SHAPE, "the profile '%.60s' has %d markers, the case %d",
                        problem->remains[r].id, (int)problem->remains[r].profile.n_markers,
                        (int)problem->n_markers);
  }
  return HW_OK;
}

static hw_status check_names(const hw_reassociate_problem *problem, hw_err *err) {
  const size_t n = (size_t)problem->n_specimens;
  const char **names = calloc(n, sizeof *names);
  if (names == NULL) return HW_NO_MEMORY(err, "the specimens");
  for (size_t i = 0; i < n; i++) names[i] = problem->specimens[i].id;
  hw_name_index index = {0};
  hw_status status = hw_name_index_init(&index, problem->n_specimens, names, err);
  if (status == HW_OK) {
    const int32_t twice = hw_name_index_duplicate(&index, NULL);
    if (twice != HW_NAME_NONE)
      status = hw_err_set(err, HW_E_DUPLICATE, "two specimens are called '%.60s'", names[twice]);
  }
  hw_name_index_clear(&index);
  free(names);
  return status;
}

static hw_status check_problem(const hw_reassociate_problem *problem, hw_err *err) {
  if (problem->n_specimens < 1) return hw_err_set(err, HW_E_SHAPE, "there are no specimens");
  if (!(problem->theta >= 0 && problem->theta < 1))
    return hw_err_set(err, HW_E_VALUE, "theta is %g; it must be at least 0 and below 1",
                      problem->theta);
  HW_TRY(check_names(problem, err));
  bool *is_taken = calloc((size_t)problem->n_remains + 1, sizeof *is_taken);
  if (is_taken == NULL) return HW_NO_MEMORY(err, "the specimens");
  hw_status status = HW_OK;
  for (int32_t i = 0; i < problem->n_specimens && status == HW_OK; i++)
    status = check_specimen(problem, &problem->specimens[i], is_taken, err);
  free(is_taken);
  return status;
}

/* --- nodes --- */

/* Specimens of one confirmed individual become one node, if one skeleton can hold them. */
static hw_status make_nodes(hw_reassociate *self, hw_err *err) {
  const size_t n = (size_t)self->n;
  self->node_of = hw_arena_alloc_array(&self->arena, n, sizeof *self->node_of);
  self->node_start = hw_arena_alloc_array(&self->arena, n + 1, sizeof *self->node_start);
  self->node_member = hw_arena_alloc_array(&self->arena, n, sizeof *self->node_member);
  if (self->node_of == NULL || self->node_start == NULL || self->node_member == NULL)
    return HW_NO_MEMORY(err, "the specimens");
  memset(self->node_of, 0xff, n * sizeof *self->node_of);
  int32_t filled = 0;
  for (int32_t i = 0; i < self->n; i++) {
    if (self->node_of[i] >= 0) continue;
    const int32_t individual = self->problem->specimens[i].individual, first = filled;
    self->node_member[filled++] = i;
    for (int32_t j = i + 1; j < self->n && individual >= 0; j++)
      if (self->problem->specimens[j].individual == individual && self->node_of[j] < 0)
        self->node_member[filled++] = j;
    const int32_t size = filled - first;
    if (size > 1 && hwp_group_ln(self, self->node_member + first, size) == -HUGE_VAL)
      filled = first + 1; /* told as a contradiction */
    for (int32_t j = first; j < filled; j++) self->node_of[self->node_member[j]] = self->n_nodes;
    self->node_start[self->n_nodes++] = first;
    self->node_start[self->n_nodes] = filled;
  }
  return HW_OK;
}

hw_status hw_reassociate_new(const hw_reassociate_problem *problem,
                             const hw_reassociate_options *options, hw_reassociate **out,
                             hw_err *err) {
  *out = NULL;
  HW_TRY(check_problem(problem, err));
  hw_reassociate *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the specimens");
  hw_arena_init(&self->arena, 0);
  self->problem = problem;
  self->n = problem->n_specimens;
  const size_t n = (size_t)self->n;
  hw_status status = set_options(self, options, err);
  if (status != HW_OK) goto out;
  self->bones = hw_arena_alloc_array(&self->arena, n, sizeof *self->bones);
  self->conflict = hw_arena_alloc_array(&self->arena, n, sizeof *self->conflict);
  if (self->bones == NULL || self->conflict == NULL) {
    status = HW_NO_MEMORY(err, "the specimens");
    goto out;
  }
  for (size_t i = 0; i < n && status == HW_OK; i++)
    status = hwp_bone_read(&problem->specimens[i], &self->arena, &self->zone_names, &self->bones[i],
                           err);
  if (status == HW_OK) status = hwp_dna_new(problem, &self->arena, self->conflict, &self->dna, err);
  if (status == HW_OK)
    status = hwp_measures_new(problem, self->bones, self->options.osteometry, &self->arena,
                              &self->measures, err);
  if (status == HW_OK) status = make_nodes(self, err);
out:
  if (status == HW_OK)
    *out = self;
  else
    hw_reassociate_delete(self);
  return status;
}

void hw_reassociate_delete(hw_reassociate *self) {
  if (self == NULL) return;
  hw_arena_clear(&self->arena);
  free(self);
}

/* --- components --- */

static int32_t root_of(int32_t *parent, int32_t i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

static hw_status find_links(hw_reassociate *self, int32_t *parent, int32_t *members, hw_err *err) {
  const double least = hw_ln(self->options.ignore);
  for (int32_t a = 0; a < self->n_nodes; a++) {
    for (int32_t b = a + 1; b < self->n_nodes; b++) {
      const int32_t pair[2] = {a, b};
      const int32_t n = hwp_node_members(self, pair, 2, members);
      double own = 0;
      if (n > 2) { /* what a confirmed individual says of itself is no link */
        own += hwp_group_ln(self, members, hwp_node_members(self, &pair[0], 1, members));
        own += hwp_group_ln(self, members, hwp_node_members(self, &pair[1], 1, members));
        (void)hwp_node_members(self, pair, 2, members);
      }
      const double ln = hwp_group_ln(self, members, n) - own;
      if (ln >= least)
        parent[root_of(parent, b)] = root_of(parent, a);
      else
        self->n_ignored += ln > -HUGE_VAL;
    }
    if (self->progress != NULL &&
        self->progress(self->progress_context, (uint64_t)a, (uint64_t)self->n_nodes))
      return hw_err_set(err, HW_E_INTERRUPTED, "re-association was stopped");
  }
  return HW_OK;
}

/* If one component needs a chain and the prior is on the number of persons, all are one. */
static void join_for_number(hw_reassociate *self, int32_t *parent, int32_t *size) {
  bool needs_chain = false;
  for (int32_t i = 0; i < self->n_nodes; i++)
    if (++size[root_of(parent, i)] > self->options.max_exact) needs_chain = true;
  if (!needs_chain || self->options.ln_number == NULL) return;
  for (int32_t i = 0; i < self->n_nodes; i++) parent[root_of(parent, i)] = root_of(parent, 0);
  memset(size, 0, (size_t)self->n_nodes * sizeof *size);
  size[root_of(parent, 0)] = self->n_nodes;
}

static hw_status allocate_component(hw_reassociate *self, hwp_component *at, hw_err *err) {
  const size_t n = (size_t)at->n;
  if (at->n > MOST_NODES)
    return hw_err_set(err, HW_E_TOO_COMPLEX,
                      "%d specimens could be of one person by what is known of them (at most %d): "
                      "take one accession or site at a time",
                      (int)at->n, MOST_NODES);
  at->pair = hw_arena_alloc_array(&self->arena, n * n, sizeof *at->pair);
  at->complement = hw_arena_alloc_array(&self->arena, n * n, sizeof *at->complement);
  at->best = hw_arena_alloc_array(&self->arena, n, sizeof *at->best);
  at->group_probability = hw_arena_alloc_array(&self->arena, n, sizeof *at->group_probability);
  at->group_together = hw_arena_alloc_array(&self->arena, n, sizeof *at->group_together);
  at->belongs = hw_arena_alloc_array(&self->arena, n, sizeof *at->belongs);
  at->r_hat = at->effective = at->error = NAN;
  const bool is_full = at->pair != NULL && at->complement != NULL && at->best != NULL &&
                       at->group_probability != NULL && at->group_together != NULL &&
                       at->belongs != NULL;
  return is_full ? HW_OK : HW_NO_MEMORY(err, "a component");
}

static hw_status make_components(hw_reassociate *self, int32_t *parent, int32_t *size,
                                 hw_err *err) {
  const size_t n = (size_t)self->n_nodes;
  self->component_of = hw_arena_alloc_array(&self->arena, n, sizeof *self->component_of);
  self->place = hw_arena_alloc_array(&self->arena, n, sizeof *self->place);
  self->components = hw_arena_alloc_array(&self->arena, n, sizeof *self->components);
  int32_t *nodes = hw_arena_alloc_array(&self->arena, n, sizeof *nodes);
  if (self->component_of == NULL || self->place == NULL || self->components == NULL ||
      nodes == NULL)
    return HW_NO_MEMORY(err, "the components");
  int32_t filled = 0;
  for (int32_t i = 0; i < self->n_nodes; i++) self->component_of[i] = -1;
  for (int32_t i = 0; i < self->n_nodes; i++) {
    if (self->component_of[i] >= 0) continue;
    hwp_component *at = &self->components[self->n_components];
    int32_t *own = nodes + filled;
    for (int32_t j = i; j < self->n_nodes && at->n < size[root_of(parent, i)]; j++) {
      if (root_of(parent, j) != root_of(parent, i)) continue;
      self->component_of[j] = self->n_components;
      self->place[j] = at->n;
      own[at->n++] = j;
    }
    at->nodes = own;
    filled += at->n;
    HW_TRY(allocate_component(self, at, err));
    self->n_components++;
  }
  return HW_OK;
}

static hw_status find_components(hw_reassociate *self, hw_err *err) {
  const size_t n = (size_t)self->n_nodes;
  int32_t *parent = calloc(2 * n + (size_t)self->n + 1, sizeof *parent);
  if (parent == NULL) return HW_NO_MEMORY(err, "the components");
  for (int32_t i = 0; i < self->n_nodes; i++) parent[i] = i;
  hw_status status = find_links(self, parent, parent + 2 * n, err);
  if (status == HW_OK) {
    join_for_number(self, parent, parent + n);
    status = make_components(self, parent, parent + n, err);
  }
  free(parent);
  return status;
}

/* --- partitions --- */

static hw_status run_independent(hw_reassociate *self, hw_err *err) {
  for (int32_t c = 0; c < self->n_components; c++) {
    hwp_component *at = &self->components[c];
    double *weights = NULL;
    if (at->n > self->options.max_exact) {
      HW_TRY(hwp_chain_run(self, at, err));
      continue;
    }
    HW_TRY(hwp_exact_weights(self, at, &weights, err));
    HW_TRY(hwp_exact_run(self, at, weights, NULL, err));
  }
  return HW_OK;
}

/* out[k] = ln Σ_j e^(a[j] + b[k − j]), numbers 0 … n_a + n_b. */
static void convolve(const double *a, int32_t n_a, const double *b, int32_t n_b, double *out) {
  for (int32_t k = 0; k <= n_a + n_b; k++) {
    hwp_ln_sum sum = HWP_LN_SUM_INIT;
    for (int32_t j = k > n_b ? k - n_b : 0; j <= n_a && j <= k; j++)
      if (a[j] > -HUGE_VAL && b[k - j] > -HUGE_VAL) hwp_ln_sum_add(&sum, a[j] + b[k - j]);
    out[k] = hwp_ln_sum_get(&sum);
  }
}

/* What k groups of component c are worth, given the numbers of the others: by the convolution of
 * all components before c and of all behind it. */
typedef struct numbers {
  double **own, **weights; /* per component: ln by number; of subsets */
  double *before, *others, *scratch;
} numbers;

static void outside(const hw_reassociate *self, const numbers *all, int32_t c, double *out) {
  int32_t n = 0;
  all->others[0] = 0;
  for (int32_t d = 0; d < self->n_components; d++) {
    if (d == c) continue;
    convolve(all->others, n, all->own[d], self->components[d].n, all->scratch);
    n += self->components[d].n;
    memcpy(all->others, all->scratch, ((size_t)n + 1) * sizeof *all->others);
  }
  for (int32_t k = 0; k <= self->components[c].n; k++) {
    hwp_ln_sum sum = HWP_LN_SUM_INIT;
    for (int32_t j = 0; j <= n && j + k < self->options.n_numbers; j++)
      if (all->others[j] > -HUGE_VAL && self->options.ln_number[j + k] > -HUGE_VAL)
        hwp_ln_sum_add(&sum, all->others[j] + self->options.ln_number[j + k]);
    out[k] = hwp_ln_sum_get(&sum);
  }
}

static hw_status run_coupled(hw_reassociate *self, hw_err *err) {
  const size_t n = (size_t)self->n_components, most = (size_t)self->n_nodes + 1;
  numbers all = {
      .own = hw_arena_alloc_array(&self->arena, n, sizeof *all.own),
      .weights = hw_arena_alloc_array(&self->arena, n, sizeof *all.weights),
      .before = hw_arena_alloc_array(&self->arena, most, sizeof *all.before),
      .others = hw_arena_alloc_array(&self->arena, most, sizeof *all.others),
      .scratch = hw_arena_alloc_array(&self->arena, most, sizeof *all.scratch),
  };
  if (all.own == NULL || all.weights == NULL || all.before == NULL || all.others == NULL ||
      all.scratch == NULL)
    return HW_NO_MEMORY(err, "the components");
  for (size_t c = 0; c < n; c++) {
    hwp_component *at = &self->components[c];
    all.own[c] = hw_arena_alloc_array(&self->arena, (size_t)at->n + 1, sizeof *all.own[c]);
    if (all.own[c] == NULL) return HW_NO_MEMORY(err, "a component");
    HW_TRY(hwp_exact_weights(self, at, &all.weights[c], err));
    HW_TRY(hwp_exact_numbers(self, at, all.weights[c], all.own[c], err));
  }
  for (size_t c = 0; c < n; c++) {
    outside(self, &all, (int32_t)c, all.before);
    HW_TRY(hwp_exact_run(self, &self->components[c], all.weights[c], all.before, err));
  }
  return HW_OK;
}

static hw_status run_partitions(hw_reassociate *self, hw_err *err) {
  const bool is_chained =
      self->n_components == 1 && self->components[0].n > self->options.max_exact;
  return self->options.ln_number == NULL || is_chained ? run_independent(self, err)
                                                       : run_coupled(self, err);
}

/* --- results --- */

static int compare_groups(const void *a, const void *b) {
  const hw_reassociate_group *x = a, *y = b;
  if (x->n != y->n) return x->n > y->n ? -1 : 1;
  return x->specimens[0] < y->specimens[0] ? -1 : x->specimens[0] > y->specimens[0];
}

static hw_status make_group(hw_reassociate *self, int32_t c, int32_t g, int32_t *nodes,
                            hw_reassociate_group *out, hw_err *err) {
  const hwp_component *at = &self->components[c];
  int32_t n_nodes = 0;
  for (int32_t i = 0; i < at->n; i++)
    if (at->best[i] == g) nodes[n_nodes++] = at->nodes[i];
  if (n_nodes == 0) return HW_OK;
  int32_t size = 0;
  for (int32_t i = 0; i < n_nodes; i++)
    size += self->node_start[nodes[i] + 1] - self->node_start[nodes[i]];
  int32_t *specimens = hw_arena_alloc_array(&self->arena, (size_t)size, sizeof *specimens);
  double *belongs = hw_arena_alloc_array(&self->arena, (size_t)size, sizeof *belongs);
  if (specimens == NULL || belongs == NULL) return HW_NO_MEMORY(err, "the groups");
  (void)hwp_node_members(self, nodes, n_nodes, specimens);
  for (int32_t i = 0; i < size; i++)
    belongs[i] = at->belongs[self->place[self->node_of[specimens[i]]]];
  *out = (hw_reassociate_group){.n = size,
                                .specimens = specimens,
                                .belongs = belongs,
                                .probability = at->group_probability[g],
                                .together = at->group_together[g],
                                .ln = hwp_group_factors(self, specimens, size),
                                .log10_lr_sibs = NAN,
                                .component = c};
  self->n_groups++;
  return HW_OK;
}

static hw_status make_groups(hw_reassociate *self, hw_err *err) {
  const size_t n = (size_t)self->n_nodes;
  int32_t *nodes = hw_arena_alloc_array(&self->arena, n, sizeof *nodes);
  self->groups = hw_arena_alloc_array(&self->arena, n, sizeof *self->groups);
  self->group_of = hw_arena_alloc_array(&self->arena, (size_t)self->n, sizeof *self->group_of);
  if (nodes == NULL || self->groups == NULL || self->group_of == NULL)
    return HW_NO_MEMORY(err, "the groups");
  self->best_posterior = 1;
  for (int32_t c = 0; c < self->n_components; c++) {
    const hwp_component *at = &self->components[c];
    for (int32_t g = 0; g < at->n; g++)
      HW_TRY(make_group(self, c, g, nodes, &self->groups[self->n_groups], err));
    self->best_posterior *= at->is_chained ? (double)NAN : at->best_posterior;
    self->n_alternatives += at->n > 1 ? at->n_alternatives : 0;
  }
  if (self->options.ln_number != NULL && self->n_components > 1) self->best_posterior = NAN;
  qsort(self->groups, (size_t)self->n_groups, sizeof *self->groups, compare_groups);
  for (int32_t g = 0; g < self->n_groups; g++)
    for (int32_t i = 0; i < self->groups[g].n; i++)
      self->group_of[self->groups[g].specimens[i]] = g;
  return HW_OK;
}

static hw_status make_alternative(hw_reassociate *self, int32_t c, int32_t number,
                                  hw_reassociate_alternative *out, hw_err *err) {
  const hwp_component *at = &self->components[c];
  int32_t n = 0;
  for (int32_t i = 0; i < at->n; i++)
    n += self->node_start[at->nodes[i] + 1] - self->node_start[at->nodes[i]];
  int32_t *specimens = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *specimens);
  int32_t *group = hw_arena_alloc_array(&self->arena, 2 * (size_t)n, sizeof *group);
  if (specimens == NULL || group == NULL) return HW_NO_MEMORY(err, "the alternatives");
  (void)hwp_node_members(self, at->nodes, at->n, specimens);
  for (int32_t i = 0; i < n; i++)
    group[i] = at->alternatives[number * at->n + self->place[self->node_of[specimens[i]]]];
  (void)hwp_renumber(group, n, group + n);
  *out = (hw_reassociate_alternative){.component = c,
                                      .n = n,
                                      .specimens = specimens,
                                      .group = group,
                                      .posterior = at->alternative_mass[number]};
  return HW_OK;
}

static hw_status make_alternatives(hw_reassociate *self, hw_err *err) {
  self->alternatives = hw_arena_alloc_array(&self->arena, (size_t)self->n_alternatives + 1,
                                            sizeof *self->alternatives);
  if (self->alternatives == NULL) return HW_NO_MEMORY(err, "the alternatives");
  int32_t n = 0;
  for (int32_t c = 0; c < self->n_components; c++)
    for (int32_t i = 0; self->components[c].n > 1 && i < self->components[c].n_alternatives; i++)
      HW_TRY(make_alternative(self, c, i, &self->alternatives[n++], err));
  return HW_OK;
}

hw_status hw_reassociate_run(hw_reassociate *self,
                             bool (*progress)(void *context, uint64_t done, uint64_t all),
                             void *context, hw_err *err) {
  HW_BUG_IF(self->is_done, err);
  self->is_done = true;
  self->progress = progress;
  self->progress_context = context;
  HW_TRY(find_components(self, err));
  HW_TRY(run_partitions(self, err));
  HW_TRY(make_groups(self, err));
  HW_TRY(make_alternatives(self, err));
  HW_TRY(hwp_reassociate_sibs(self, err));
  HW_TRY(hwp_reassociate_find_contradictions(self, err));
  return hwp_reassociate_count(self, err);
}

/* --- what is asked afterwards --- */

hw_reassociate_summary hw_reassociate_summarise(const hw_reassociate *self) {
  hw_reassociate_summary out = {
      .is_exact = true,
      .n_ignored = self->n_ignored,
      .concentration = self->options.ln_number == NULL ? self->options.concentration : (double)NAN,
      .best_posterior = self->best_posterior,
      .r_hat = NAN,
      .effective = NAN,
      .error = NAN};
  for (int32_t c = 0; c < self->n_components; c++) {
    const hwp_component *at = &self->components[c];
    out.n_components += at->n > 1;
    if (at->n > out.n_largest) out.n_largest = at->n;
    if (!at->is_chained) continue;
    out.is_exact = false;
    out.n_chained++;
    if (!(out.r_hat >= at->r_hat)) out.r_hat = at->r_hat;
    if (!(out.effective <= at->effective)) out.effective = at->effective;
    if (!(out.error >= at->error)) out.error = at->error;
  }
  return out;
}

int32_t hw_reassociate_groups(const hw_reassociate *self, const hw_reassociate_group **out) {
  *out = self->groups;
  return self->n_groups;
}

int32_t hw_reassociate_group_of(const hw_reassociate *self, int32_t specimen) {
  return self->group_of[specimen];
}

int32_t hw_reassociate_alternatives(const hw_reassociate *self,
                                    const hw_reassociate_alternative **out) {
  *out = self->alternatives;
  return self->n_alternatives;
}

double hw_reassociate_posterior(const hw_reassociate *self, int32_t a, int32_t b,
                                double *complement) {
  const int32_t x = self->node_of[a], y = self->node_of[b];
  double together = 1, apart = 0;
  if (x != y) {
    const hwp_component *at = &self->components[self->component_of[x]];
    const bool is_one = self->component_of[x] == self->component_of[y];
    const int32_t cell = self->place[x] * at->n + self->place[y];
    together = is_one ? at->pair[cell] : 0;
    apart = is_one ? at->complement[cell] : 1;
  }
  if (complement != NULL) *complement = apart;
  return together;
}

hw_status hw_reassociate_group_factors(const hw_reassociate *self, const int32_t *specimens,
                                       int32_t n, hw_reassociate_factors *out, hw_err *err) {
  if (n < 0 || n > self->n) return hw_err_set(err, HW_E_SHAPE, "%d specimens", (int)n);
  for (int32_t i = 0; i < n; i++)
    if (specimens[i] < 0 || specimens[i] >= self->n || (i > 0 && specimens[i] <= specimens[i - 1]))
      return hw_err_set(err, HW_E_VALUE, "specimens must be distinct and ascending");
  *out = hwp_group_factors(self, specimens, n);
  return HW_OK;
}
