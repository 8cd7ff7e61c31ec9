/* A person's data in a place that is prepared: all chains side by side.
 *
 * Rows are taken in stretches between the rows where a chain begins or ends. There a lane's state,
 * product and exponent are set or kept; at the end the two chains of each chromosome are multiplied
 * in double precision and the logarithm is taken, once for a chromosome. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "kinship/linked_lanes.h"

#define LANES HW_WALK_LANES
#define IMPOSSIBLE (-HUGE_VAL)
enum { BATCH = 8, MOST_GENOTYPES = HW_LINKED_MAX_ALLELES * (HW_LINKED_MAX_ALLELES + 1) / 2 };
enum { MOST_CHAINS = 2 * HW_LINKED_CHROMOSOMES };

/* What one score needs beside the place. */
typedef struct pass {
  const hwp_place *place;
  const float *likelihoods;
  float *state, *scratch, *data, *kept;
  double product[LANES], kept_product[MOST_CHAINS];
  int64_t exponent[LANES], kept_exponent[MOST_CHAINS];
} pass;

/* --- rows --- */

/* The person's data of rows from … to − 1, which have n genotypes each. */
static void gather(pass *self, int32_t from, int32_t to, int32_t n) {
  static const float nothing[MOST_GENOTYPES] = {1};
  const hw_linked_marker *markers = self->place->walker.problem->markers;
  const int64_t *offset = self->place->walker.offset;
  float *out = self->data;
  for (int32_t row = from; row < to; row++, out += n * LANES)
    for (int j = 0; j < LANES; j++) {
      const int32_t m = self->place->plan.marker[row * LANES + j];
      const float *in = m < 0 ? nothing : self->likelihoods + offset[m];
      const int32_t known = m < 0 ? n : (int32_t)hwp_genotypes_of(markers[m].n_alleles);
      for (int32_t g = 0; g < n; g++) out[g * LANES + j] = g < known ? in[g] : 0.0F;
    }
}

static void advance(pass *self, int32_t from, int32_t to) {
  const hwp_place *place = self->place;
  const int32_t *genotypes = place->plan.genotypes;
  for (int32_t row = from, end = from; row < to; row = end) {
    hw_walk_chain chain = place->chain;
    const int32_t first = genotypes[row];
    chain.n_genotypes = genotypes[row + 1] - first;
    while (end < to && end < row + BATCH &&
           genotypes[end + 1] - genotypes[end] == chain.n_genotypes)
      end++;
    gather(self, row, end, chain.n_genotypes);
    const size_t at = (size_t)first * LANES;
    const hw_walk_rows rows = {place->rates + (size_t)row * (size_t)chain.n_rates * LANES,
                               place->tables + at * (size_t)chain.n_labels, place->scales + at,
                               place->priors != NULL ? place->priors + at : NULL, self->data};
    place->walker.kernels->advance(&chain, end - row, &rows, self->state, self->scratch,
                                   self->product, self->exponent);
  }
}

/* --- chains --- */

static void begin(pass *self, const hwp_chain *chain) {
  const int32_t n = self->place->chain.n_states;
  const float *from = chain->is_back ? self->place->last_state : self->place->first_state;
  for (int32_t v = 0; v < n; v++) self->state[v * LANES + chain->lane] = from[v];
  self->product[chain->lane] = 1;
  self->exponent[chain->lane] = 0;
}

static void end(pass *self, int32_t c) {
  const int32_t n = self->place->chain.n_states, lane = self->place->plan.chains[c].lane;
  for (int32_t v = 0; v < n; v++)
    self->kept[(size_t)c * (size_t)n + (size_t)v] = self->state[v * LANES + lane];
  self->kept_product[c] = self->product[lane];
  self->kept_exponent[c] = self->exponent[lane];
}

static void walk(pass *self) {
  const hwp_plan *plan = &self->place->plan;
  for (int32_t row = 0; row < plan->n_rows;) {
    int32_t next = plan->n_rows;
    for (int32_t c = 0; c < plan->n_chains; c++) {
      const hwp_chain *chain = &plan->chains[c];
      if (chain->begin_row == row) begin(self, chain);
      if (chain->begin_row > row && chain->begin_row < next) next = chain->begin_row;
      if (chain->end_row > row && chain->end_row < next) next = chain->end_row;
    }
    advance(self, row, next);
    row = next;
    for (int32_t c = 0; c < plan->n_chains; c++)
      if (plan->chains[c].end_row == row) end(self, c);
  }
}

/* ln P of a chromosome whose chains are c and, if it has two, c + 1. */
static double join(const pass *self, int32_t c, int32_t n) {
  const int32_t n_states = self->place->chain.n_states, back = c + n - 1;
  const float *first = n > 1 ? self->kept + (size_t)c * (size_t)n_states : self->place->first_state;
  const float *last = self->kept + (size_t)back * (size_t)n_states;
  double sum = 0, product = 1;
  int64_t exponent = 0;
  for (int32_t v = 0; v < n_states; v++) sum += (double)first[v] * (double)last[v];
  for (int32_t i = c; i <= back; i++) {
    product *= self->kept_product[i];
    exponent += self->kept_exponent[i];
  }
  if (!isfinite(sum) || !(product > 0) || !isfinite(product)) return (double)NAN;
  return sum > 0 ? hw_ln_scaled(sum, (int32_t)exponent) - hw_ln(product) : IMPOSSIBLE;
}

/* --- what a score is refused for --- */

static hw_status refuse(const hwp_place *self, const float *likelihoods, hw_err *err) {
  const hw_linked_problem *problem = self->walker.problem;
  const bool is_single = self->walker.vectors.singles >> self->query & 1;
  for (int32_t m = 0; m < problem->n_markers; m++) {
    const hw_linked_marker *marker = &problem->markers[m];
    if ((marker->chromosome == HW_LINKED_CHROMOSOMES) != self->on_x) continue;
    const double p = hwp_chance_alone(marker, is_single, likelihoods + self->walker.offset[m]);
    if (!(p > 0) || !isfinite(p))
      return hw_err_set(err, HW_E_VALUE,
                        "marker %d: the person's genotype likelihoods are not numbers of 0 or more "
                        "with one above 0 at a genotype that the population has",
                        (int)m + 1);
  }
  return hw_err_set(err, HW_E_VALUE, "the person's genotype likelihoods are not numbers");
}

/* --- scores --- */

static hw_status score_by_tables(const hwp_place *self, const float *likelihoods,
                                 double *by_chromosome, hw_err *err) {
  const hw_walk_chain *chain = &self->chain;
  const hwp_plan *plan = &self->plan;
  const size_t n_states = (size_t)chain->n_states, n_scratch = (size_t)chain->n_labels;
  const size_t n = (n_states + n_scratch + MOST_GENOTYPES * (BATCH + 1)) * LANES +
                   (size_t)plan->n_chains * n_states;
  pass self_pass = {.place = self, .likelihoods = likelihoods};
  float *memory = malloc((n + LANES) * sizeof *memory);
  if (memory == NULL) return HW_NO_MEMORY(err, "a score's states");
  const size_t shift = (64 - (uintptr_t)memory % 64) % 64 / sizeof *memory;
  self_pass.state = memory + shift;
  self_pass.scratch = self_pass.state + n_states * LANES;
  self_pass.data = self_pass.scratch + (n_scratch + MOST_GENOTYPES) * LANES;
  self_pass.kept = self_pass.data + (size_t)MOST_GENOTYPES * BATCH * LANES;
  memset(self_pass.state, 0, n_states * LANES * sizeof *memory);
  walk(&self_pass);
  hw_status status = HW_OK;
  for (int32_t c = 0, count = 0; c < plan->n_chains && status == HW_OK; c += count) {
    const int32_t chromosome = plan->chains[c].chromosome;
    count = plan->chains[c].is_back ? 1 : 2;
    const double ln = join(&self_pass, c, count);
    by_chromosome[chromosome] += ln;
    if (isnan(ln)) status = refuse(self, likelihoods, err);
  }
  free(memory);
  return status;
}

static double ln_alone(const hwp_place *self, int32_t first, int32_t end,
                       const float *likelihoods) {
  const bool is_single = self->walker.vectors.singles >> self->query & 1;
  double ln = 0;
  for (int32_t m = first; m < end; m++)
    ln += hw_ln(hwp_chance_alone(&self->walker.problem->markers[m], is_single,
                                 likelihoods + self->walker.offset[m]));
  return ln;
}

static hw_status run_kind(hwp_walker *walker, const hwp_place *self, const float *likelihoods,
                          double *by_chromosome, hw_err *err) {
  const hw_linked_problem *problem = walker->problem;
  HW_TRY(hwp_walker_enter(walker, self->on_x, err));
  for (int32_t m = 0, end = 0; m < problem->n_markers; m = end) {
    const int32_t chromosome = problem->markers[m].chromosome;
    end = hwp_walker_chromosome_end(walker, m);
    if ((chromosome == HW_LINKED_CHROMOSOMES) != self->on_x) continue;
    const double alone = self->with_prior ? ln_alone(self, m, end, likelihoods) : 0;
    const double ln = hwp_walker_run(walker, m, end) - alone;
    if (isnan(ln) || !isfinite(alone)) return refuse(self, likelihoods, err);
    by_chromosome[chromosome] += ln;
  }
  return HW_OK;
}

/* Vectors and labels are the place's; sums and states are made anew. */
static hw_status score_by_walking(const hwp_place *self, const float *likelihoods,
                                  double *by_chromosome, hw_err *err) {
  hw_linked_typed typed[HW_LINKED_MAX_TYPED];
  hw_linked_problem problem = *self->walker.problem;
  hwp_walker walker;
  memcpy(typed, problem.typed, (size_t)problem.n_typed * sizeof *typed);
  typed[self->query].likelihoods = likelihoods;
  problem.typed = typed;
  const hw_linked_options options = {.simd = self->walker.kernels->name,
                                     .max_bits = self->walker.max_bits,
                                     .in_double = self->walker.in_double};
  hw_status status = hwp_walker_init(&walker, &problem, &options, err);
  walker.shared = &self->walker.vectors;
  if (status == HW_OK) status = run_kind(&walker, self, likelihoods, by_chromosome, err);
  hwp_walker_clear(&walker);
  return status;
}

hw_status hwp_place_score(const hwp_place *self, const float *likelihoods, double *by_chromosome,
                          hw_err *err) {
  return self->is_tabled ? score_by_tables(self, likelihoods, by_chromosome, err)
                         : score_by_walking(self, likelihoods, by_chromosome, err);
}
