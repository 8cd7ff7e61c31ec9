/* A person's place, prepared; see linked_lanes.h and hw_walk_rows.
 *
 * Given a vector, the likelihood of everybody's data is linear in that of the person's genotype:
 *
 *   P(data, relatives | v) = Σ_g T[label of v][g]·P(data | g),
 *
 * T[label][g] = P(relatives, her genotype is g | v). So the founder alleles are summed once per
 * marker and genotype, into a table, and a score multiplies. A table's column g is divided by its
 * largest entry, which the person's data are multiplied by in double precision (`scale`): what is
 * left in single precision is between 0 and 1 and the largest is 1, however rare a genotype.
 *
 * Where tables would be larger than MOST_BYTES, or states of more than MOST_BITS bits, or double
 * precision is asked for, a score walks with the kernels of a likelihood; vectors and labels are
 * still those that were prepared. */
#include "kinship/linked_lanes.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"

#define LANES HW_WALK_LANES
enum { MOST_BITS = 12, MOST_BYTES = 64 << 20 };

/* --- the person alone --- */

static double prior_of(const hw_linked_marker *marker, bool is_single, int32_t a, int32_t b) {
  if (is_single) return a == b ? marker->frequencies[a] : 0;
  return (a < b ? 2 : 1) * marker->frequencies[a] * marker->frequencies[b];
}

double hwp_chance_alone(const hw_linked_marker *marker, bool is_single, const float *likelihoods) {
  double sum = 0;
  for (int32_t b = 0; b < marker->n_alleles; b++)
    for (int32_t a = 0; a <= b; a++)
      sum += prior_of(marker, is_single, a, b) * (double)likelihoods[b * (b + 1) / 2 + a];
  return sum;
}

/* --- tables --- */

static double count_bytes(const hwp_place *self) {
  const hwp_plan *plan = &self->plan;
  const double genotypes = plan->genotypes[plan->n_rows], rows = plan->n_rows;
  const double bytes = 4 * genotypes * self->chain.n_labels + 16 * genotypes;
  return LANES * (bytes + 4 * rows * self->chain.n_rates);
}

static hw_status make_room(hwp_place *self, hw_arena *arena, hw_err *err) {
  const size_t n_rows = (size_t)self->plan.n_rows;
  const size_t genotypes = (size_t)self->plan.genotypes[n_rows], row = LANES * sizeof(double);
  const size_t single = LANES * sizeof(float), n_states = (size_t)self->chain.n_states;
  self->rates = hw_arena_alloc_array(arena, n_rows * (size_t)self->chain.n_rates, single);
  self->tables = hw_arena_alloc_array(arena, genotypes * (size_t)self->chain.n_labels, single);
  self->scales = hw_arena_alloc_array(arena, genotypes, row);
  self->priors = self->with_prior ? hw_arena_alloc_array(arena, genotypes, row) : NULL;
  self->first_state = hw_arena_alloc_array(arena, n_states, sizeof *self->first_state);
  self->last_state = hw_arena_alloc_array(arena, n_states, sizeof *self->last_state);
  if (!self->rates || !self->tables || !self->scales || (self->with_prior && !self->priors) ||
      !self->first_state || !self->last_state)
    return HW_NO_MEMORY(err, "the tables of a family");
  return HW_OK;
}

/* One column of a row's table from the weights with her genotype known to be g. */
static void take_column(hwp_place *self, int32_t row, int32_t g) {
  const hwp_plan *plan = &self->plan;
  const int32_t n_labels = self->chain.n_labels, first = plan->genotypes[row];
  const int32_t n = plan->genotypes[row + 1] - first;
  float *table = self->tables + (size_t)first * (size_t)n_labels * LANES;
  for (int j = 0; j < LANES; j++) {
    const double largest = hwp_walker_largest(&self->walker, j);
    for (int32_t i = 0; i < n_labels; i++)
      table[(i * n + g) * LANES + j] =
          largest > 0 ? (float)(self->walker.weight[i * LANES + j] / largest) : 0.0F;
    self->scales[(first + g) * LANES + j] = largest;
  }
}

static void take_row(hwp_place *self, int32_t row) {
  hwp_walker *walker = &self->walker;
  const int32_t *markers = self->plan.marker + (size_t)row * LANES;
  const int32_t first = self->plan.genotypes[row], n = self->plan.genotypes[row + 1] - first;
  const bool is_single = walker->vectors.singles >> self->query & 1;
  int32_t k = 1;
  while (hwp_genotypes_of(k) < n) k++;
  hwp_walker_load_lanes(walker, markers, k);
  for (int32_t b = 0, g = 0; b < k; b++)
    for (int32_t a = 0; a <= b; a++, g++) {
      hwp_walker_sum_known(walker, self->query, g, k);
      take_column(self, row, g);
      for (int j = 0; j < LANES && self->priors != NULL; j++) {
        const hw_linked_marker *marker =
            markers[j] < 0 ? NULL : &walker->problem->markers[markers[j]];
        self->priors[(first + g) * LANES + j] = marker == NULL ? g == 0
                                                : b < marker->n_alleles
                                                    ? prior_of(marker, is_single, a, b)
                                                    : 0;
      }
    }
}

static void take_rates(hwp_place *self, int32_t row) {
  const hwp_vectors *vectors = &self->walker.vectors;
  for (int j = 0; j < LANES; j++) {
    const int32_t m = self->plan.marker[row * LANES + j],
                  before = self->plan.before[row * LANES + j];
    if (before < 0) continue;
    const hw_linked_marker *from = &self->walker.problem->markers[before];
    /* A forward chain ends in front of the first marker of the chain that comes back. */
    const hwp_interval interval =
        hwp_interval_between(from, m < 0 ? from + 1 : from + (m - before));
    for (int32_t i = 0; i < self->chain.n_rates; i++)
      self->rates[((size_t)row * (size_t)self->chain.n_rates + (size_t)i) * LANES + (size_t)j] =
          (float)hwp_interval_theta(
              &interval, i < vectors->n_meioses ? &vectors->meioses[i]
                                                : &vectors->folds[i - vectors->n_meioses].meiosis);
  }
}

static const uint16_t *make_partners(const hw_walk_fold *fold, int32_t n_states, hw_arena *arena) {
  uint16_t *partner = hw_arena_alloc_array(arena, (size_t)n_states, sizeof *partner);
  for (int32_t v = 0; partner != NULL && v < n_states; v++)
    partner[v] = (uint16_t)(hw_walk_swap(fold, (uint32_t)v) ^ fold->turned);
  return partner;
}

static hw_status take_shape(hwp_place *self, hw_arena *arena, hw_err *err) {
  const hwp_vectors *vectors = &self->walker.vectors;
  const int32_t n = vectors->n_meioses + vectors->n_folds, n_states = 1 << vectors->n_bits;
  hw_walk_turn *turns = hw_arena_alloc_array(arena, (size_t)n + 1, sizeof *turns);
  if (turns == NULL) return HW_NO_MEMORY(err, "the tables of a family");
  for (int32_t i = 0; i < vectors->n_meioses; i++)
    turns[i] = (hw_walk_turn){.mask = vectors->meioses[i].mask, .rate = i};
  for (int32_t i = vectors->n_meioses; i < n; i++) {
    const hwp_fold *fold = &vectors->folds[i - vectors->n_meioses];
    turns[i] = (hw_walk_turn){.rate = i, .partner = make_partners(&fold->walk, n_states, arena)};
    if (turns[i].partner == NULL) return HW_NO_MEMORY(err, "the tables of a family");
  }
  self->chain = (hw_walk_chain){.n_states = n_states,
                                .n_labels = vectors->n_labels,
                                .label = vectors->label,
                                .n_turns = n,
                                .n_rates = n,
                                .turns = turns};
  return HW_OK;
}

static hw_status make_tables(hwp_place *self, hw_arena *arena, hw_err *err) {
  HW_TRY(hwp_plan_make(self->walker.problem, self->on_x, &self->plan, arena, err));
  HW_TRY(take_shape(self, arena, err));
  if (count_bytes(self) > MOST_BYTES) return HW_OK;
  HW_TRY(make_room(self, arena, err));
  for (int32_t row = 0; row < self->plan.n_rows; row++) {
    take_row(self, row);
    take_rates(self, row);
  }
  for (int32_t v = 0; v < self->chain.n_states; v++) {
    self->first_state[v] = (float)(1.0 / self->chain.n_states);
    self->last_state[v] = 1.0F;
  }
  self->is_tabled = true;
  return HW_OK;
}

hw_status hwp_place_init(hwp_place *self, const hw_linked_problem *problem, int32_t query,
                         bool on_x, bool with_prior, const hw_linked_options *options,
                         hw_arena *arena, hw_err *err) {
  *self = (hwp_place){.query = query, .on_x = on_x, .with_prior = with_prior};
  HW_TRY(hwp_walker_init(&self->walker, problem, options, err));
  HW_TRY(hwp_walker_enter(&self->walker, on_x, err));
  if (!self->walker.in_double && self->walker.vectors.n_bits <= MOST_BITS)
    HW_TRY(make_tables(self, arena, err));
  hw_arena_clear(&self->walker.scratch); /* rows and state of the preparation */
  return HW_OK;
}

void hwp_place_clear(hwp_place *self) {
  hwp_walker_clear(&self->walker);
}
