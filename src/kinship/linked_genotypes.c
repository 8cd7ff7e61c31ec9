/* P(genotype of one person at every marker | everybody's data, map): forward and backward; and
 * genotypes drawn from it, jointly along the map.
 *
 *   P(g at j, all data) = Σ_v a_j(v) · b_j(v) · w_j(g, v),
 *
 * a_j the forward state mixed up to marker j but without its data, b_j the state that
 * comes back from the markers behind it, w_j(g, v) = P(data at j, g | v) (Lander & Green
 * 1987; Rabiner 1989 for the two passes). The person is typed with nothing known, so that
 * her meioses are in the vectors; w_j(g, ·) is the weight with her genotype known to be g.
 *
 * Draws go the same way: forward states as above, and instead of the state that comes back a vector
 * for each draw, drawn from the last marker to the first (Frühwirth-Schnatter 1994 for the scheme),
 *
 *   P(v at j | v' at j + 1, all data) ∝ a_j(v) · w_j(v) · P(v → v'),
 *
 * where P(· → v') is the mixed state of v' alone, since every step is symmetric; then the genotype
 * by w_j(g, v). All draws share the forward states.
 *
 * Sums over vectors go by label: Σ_v a·b is added up for each label, and only the labels
 * meet the genotypes. Forward states are kept for one stretch of markers at a time, from a
 * state kept at its beginning (checkpoints), so memory grows with the root of the markers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "homeward/random.h"
#include "kinship/linked_int.h"

#define LANES HW_WALK_LANES

typedef struct passes {
  hwp_walker walker;
  int32_t query; /* index among the typed */
  float *out;
  int32_t n_genotypes; /* most of one marker */
  int32_t first, end;  /* markers of the chromosome */
  int32_t n_stretch;   /* markers of one, a multiple of LANES */
  float *checkpoints;  /* state before the data of the first marker of each stretch */
  float *kept;         /* states of one stretch */
  float *back;         /* the state that comes back */
  double *by_genotype; /* genotypes × labels × LANES */
  double *by_label;
  int32_t n_draws; /* 0 = probabilities are asked for, not draws */
  const hw_random *stream;
  hw_random *streams; /* per draw, of the chromosome */
  int64_t *drawn;     /* per draw: the vector at the marker behind */
  uint8_t *alleles;   /* n_draws × n_markers × 2 */
} passes;

static int64_t state_size(const passes *self) {
  return (int64_t)1 << self->walker.vectors.n_state_bits;
}

/* Weights of the row at marker m: `weight` with the genotype unknown, by_genotype with each. */
static void weigh_row(passes *self, int32_t m, bool with_genotypes) {
  hwp_walker *walker = &self->walker;
  const int32_t n = self->end - m < LANES ? self->end - m : LANES;
  const int32_t k = hwp_walker_alleles(walker, m, n);
  const size_t row = (size_t)walker->vectors.n_labels * LANES;
  hwp_walker_load_row(walker, m, n, k);
  double *typed = walker->typed[self->query];
  for (int64_t g = 0; with_genotypes && g < hwp_genotypes_of(k); g++) {
    hwp_walker_sum_known(walker, self->query, g, k);
    memcpy(self->by_genotype + (size_t)g * row, walker->weight, row * sizeof *walker->weight);
  }
  for (int64_t g = 0; g < hwp_genotypes_of(k) * LANES; g++) typed[g] = 1;
  hwp_walker_sum_row(walker, k);
}

/* Multiplies the walker's state by a marker and brings its sum to the order of one.
 * @return false if nothing is possible */
static bool take(passes *self, int lane) {
  const double largest = hwp_walker_largest(&self->walker, lane);
  if (largest == 0) return false;
  const double sum = hwp_walker_take(&self->walker, lane, largest, 1);
  if (!(sum > 0)) return false;
  int exponent = 0;
  (void)frexp(sum, &exponent);
  const float scale = (float)ldexp(1, -exponent);
  for (int64_t v = 0; v < state_size(self); v++) self->walker.state[v] *= scale;
  return true;
}

/* Forward over markers from … to − 1, from the state before the data of `from`; keeps the states
 * before data if `kept` is given. Leaves the state before the data of `to`. */
static bool go_forward(passes *self, int32_t from, int32_t to, float *kept) {
  const size_t bytes = (size_t)state_size(self) * sizeof *kept;
  for (int32_t m = from; m < to; m++) {
    const int lane = (m - self->first) % LANES;
    if (lane == 0) weigh_row(self, m, false);
    if (kept != NULL)
      memcpy(kept + (size_t)(m - from) * (size_t)state_size(self), self->walker.state, bytes);
    if (m + 1 == self->end) break; /* the last marker's data matter to nobody behind it */
    if (!take(self, lane)) return false;
    hwp_walker_mix(&self->walker, m + 1);
  }
  return true;
}

/* Genotype probabilities at one marker from its forward state and the state that comes back. */
static bool tell(passes *self, int32_t m, const float *state) {
  const hwp_vectors *vectors = &self->walker.vectors;
  const int lane = (m - self->first) % LANES;
  const int32_t n = (int32_t)hwp_genotypes_of(self->walker.problem->markers[m].n_alleles);
  const size_t row = (size_t)vectors->n_labels * LANES;
  float *out = self->out + self->walker.offset[m];
  double sum = 0, p[HW_LINKED_MAX_ALLELES * (HW_LINKED_MAX_ALLELES + 1) / 2];
  memset(self->by_label, 0, (size_t)vectors->n_labels * sizeof *self->by_label);
  for (int64_t v = 0; v < state_size(self); v++)
    self->by_label[vectors->label[v]] += (double)state[v] * (double)self->back[v];
  for (int32_t g = 0; g < n; g++) {
    p[g] = 0;
    for (int32_t i = 0; i < vectors->n_labels; i++)
      p[g] +=
          self->by_label[i] * self->by_genotype[(size_t)g * row + (size_t)i * LANES + (size_t)lane];
    sum += p[g];
  }
  if (!(sum > 0)) return false;
  for (int32_t g = 0; g < n; g++) out[g] = (float)(p[g] / sum);
  return true;
}

/* One stretch from its end to its beginning; `back` comes in for its last marker. */
static bool go_back(passes *self, int32_t from, int32_t to) {
  const int64_t n = state_size(self);
  for (int32_t m = to - 1; m >= from; m--) {
    const int lane = (m - self->first) % LANES;
    if (m == to - 1 || lane == LANES - 1) weigh_row(self, m - lane, true);
    if (!tell(self, m, self->kept + (size_t)(m - from) * (size_t)n)) return false;
    if (m == self->first) break;
    memcpy(self->walker.state, self->back, (size_t)n * sizeof *self->back);
    if (!take(self, lane)) return false;
    hwp_walker_mix(&self->walker, m);
    memcpy(self->back, self->walker.state, (size_t)n * sizeof *self->back);
  }
  return true;
}

/* --- draws --- */

/* a_j · w_j of every vector, into `back`. @return false if nothing is possible */
static bool weigh_forward(passes *self, int lane, const float *state) {
  const hwp_walker *walker = &self->walker;
  const double largest = hwp_walker_largest(walker, lane);
  for (int64_t v = 0; v < state_size(self); v++) {
    const size_t at = (size_t)walker->vectors.label[v] * LANES + (size_t)lane;
    self->back[v] = largest > 0 ? (float)((double)state[v] * (walker->weight[at] / largest)) : 0;
  }
  return largest > 0;
}

/* Draws a vector by `back` and, unless this is the chromosome's last marker, the mixed state of the
 * one drawn behind. @return false if none is possible */
static bool draw_vector(passes *self, int32_t m, int32_t draw) {
  const int64_t n = state_size(self);
  float *column = self->walker.state;
  for (int64_t v = 0; v < n; v++) column[v] = m + 1 == self->end ? 1 : 0;
  if (m + 1 < self->end) {
    column[self->drawn[draw]] = 1;
    hwp_walker_mix(&self->walker, m + 1);
  }
  double sum = 0, before = 0;
  for (int64_t v = 0; v < n; v++) sum += (double)self->back[v] * (double)column[v];
  if (!(sum > 0)) return false;
  const double at = sum * hw_random_double(&self->streams[draw]);
  for (int64_t v = 0; v < n; v++) {
    const double share = (double)self->back[v] * (double)column[v];
    if (!(share > 0)) continue;
    self->drawn[draw] = v;
    before += share;
    if (before > at) break;
  }
  return true;
}

/* Draws the genotype in the vector that was drawn. */
static void draw_genotype(passes *self, int32_t m, int32_t draw) {
  const hwp_vectors *vectors = &self->walker.vectors;
  const size_t row = (size_t)vectors->n_labels * LANES;
  const size_t place =
      (size_t)vectors->label[self->drawn[draw]] * LANES + (size_t)((m - self->first) % LANES);
  const int32_t k = self->walker.problem->markers[m].n_alleles;
  uint8_t *out =
      self->alleles + 2 * ((size_t)draw * (size_t)self->walker.problem->n_markers + (size_t)m);
  double sum = 0, before = 0;
  for (int64_t g = 0; g < hwp_genotypes_of(k); g++)
    sum += self->by_genotype[(size_t)g * row + place];
  const double at = sum * hw_random_double(&self->streams[draw]);
  const bool is_single = (vectors->singles >> self->query & 1) != 0;
  bool is_found = false;
  for (int32_t b = 0; b < k && !is_found; b++)
    for (int32_t a = 0; a <= b && !is_found; a++) {
      const double share = self->by_genotype[(size_t)(b * (b + 1) / 2 + a) * row + place];
      if (!(share > 0)) continue;
      out[0] = is_single ? HW_LINKED_NO_ALLELE : (uint8_t)a;
      out[1] = (uint8_t)b;
      before += share;
      is_found = before > at;
    }
}

/* One stretch from its end to its beginning, for all draws. */
static bool draw_back(passes *self, int32_t from, int32_t to) {
  const size_t n = (size_t)state_size(self);
  for (int32_t m = to - 1; m >= from; m--) {
    const int lane = (m - self->first) % LANES;
    if (m == to - 1 || lane == LANES - 1) weigh_row(self, m - lane, true);
    if (!weigh_forward(self, lane, self->kept + (size_t)(m - from) * n)) return false;
    for (int32_t d = 0; d < self->n_draws; d++) {
      if (!draw_vector(self, m, d)) return false;
      draw_genotype(self, m, d);
    }
  }
  return true;
}

/* --- a chromosome --- */

static void begin_streams(passes *self) {
  const uint64_t chromosome = (uint64_t)self->walker.problem->markers[self->first].chromosome;
  for (int32_t d = 0; d < self->n_draws; d++) {
    const hw_random own = hw_random_split(self->stream, (uint64_t)d);
    self->streams[d] = hw_random_split(&own, chromosome);
  }
}

static hw_status make_room(passes *self, hw_err *err) {
  hwp_walker *walker = &self->walker;
  const int32_t n = self->end - self->first;
  const size_t state = (size_t)state_size(self) * sizeof(float);
  self->n_stretch = LANES;
  while (self->n_stretch * self->n_stretch < n) self->n_stretch += LANES;
  const size_t n_stretches = (size_t)((n + self->n_stretch - 1) / self->n_stretch);
  const size_t labels = (size_t)walker->vectors.n_labels;
  self->checkpoints = hw_arena_alloc_array(&walker->scratch, n_stretches, state);
  self->kept = hw_arena_alloc_array(&walker->scratch, (size_t)self->n_stretch, state);
  self->back = hw_arena_alloc_array(&walker->scratch, 1, state);
  self->by_genotype = hw_arena_alloc_array(&walker->scratch, labels * (size_t)self->n_genotypes,
                                           LANES * sizeof *self->by_genotype);
  self->by_label = hw_arena_alloc_array(&walker->scratch, labels, sizeof *self->by_label);
  if (!self->checkpoints || !self->kept || !self->back || !self->by_genotype || !self->by_label)
    return HW_NO_MEMORY(err, "the states of a chromosome");
  return HW_OK;
}

static hw_status refuse(const passes *self, hw_err *err) {
  return hw_err_set(err, HW_E_VALUE,
                    "the data of chromosome %d are impossible in this pedigree: allow for errors "
                    "in the genotype likelihoods",
                    (int)self->walker.problem->markers[self->first].chromosome);
}

static hw_status run_chromosome(passes *self, hw_err *err) {
  const int64_t n = state_size(self);
  HW_TRY(make_room(self, err));
  hwp_walker_begin(&self->walker);
  int32_t n_stretches = 0;
  for (int32_t m = self->first; m < self->end; m += self->n_stretch) {
    const int32_t to = m + self->n_stretch < self->end ? m + self->n_stretch : self->end;
    memcpy(self->checkpoints + (size_t)n_stretches++ * (size_t)n, self->walker.state,
           (size_t)n * sizeof *self->back);
    if (!go_forward(self, m, to, NULL)) return refuse(self, err);
  }
  for (int64_t v = 0; v < n; v++) self->back[v] = 1;
  begin_streams(self);
  for (int32_t s = n_stretches - 1; s >= 0; s--) {
    const int32_t m = self->first + s * self->n_stretch;
    const int32_t to = m + self->n_stretch < self->end ? m + self->n_stretch : self->end;
    memcpy(self->walker.state, self->checkpoints + (size_t)s * (size_t)n,
           (size_t)n * sizeof *self->back);
    if (!go_forward(self, m, to, self->kept)) return refuse(self, err);
    if (!(self->n_draws > 0 ? draw_back(self, m, to) : go_back(self, m, to)))
      return refuse(self, err);
  }
  return HW_OK;
}

static hw_status run(passes *self, hw_err *err) {
  const hw_linked_problem *problem = self->walker.problem;
  for (int32_t m = 0; m < problem->n_markers; m = self->end) {
    self->first = m;
    self->end = hwp_walker_chromosome_end(&self->walker, m);
    self->walker.is_for = -1; /* the scratch of the chromosome before is dropped */
    HW_TRY(hwp_walker_enter(&self->walker, problem->markers[m].chromosome == HW_LINKED_CHROMOSOMES,
                            err));
    HW_TRY(run_chromosome(self, err));
  }
  return HW_OK;
}

static hw_status check_person(const hw_linked_problem *problem, int32_t person, hw_err *err) {
  if (person < 0 || person >= problem->pedigree->n_persons)
    return hw_err_set(err, HW_E_SHAPE, "the person asked for is not in the pedigree");
  if (problem->n_typed < 0 || problem->n_typed >= HW_LINKED_MAX_TYPED)
    return hw_err_set(err, HW_E_SHAPE,
                      "%d typed persons, expected 0 to %d beside the one asked for",
                      (int)problem->n_typed, HW_LINKED_MAX_TYPED - 1);
  return HW_OK;
}

/* Everybody typed, and the person with nothing known: her rows are set one by one. */
static hw_status run_with(passes *self, const hw_linked_problem *problem, int32_t person,
                          const hw_linked_options *options, hw_err *err) {
  hw_linked_typed typed[HW_LINKED_MAX_TYPED];
  hw_linked_problem with = *problem;
  hw_linked_options single = options != NULL ? *options : (hw_linked_options){.max_bits = 0};
  HW_TRY(check_person(problem, person, err));
  for (int32_t t = 0; t < problem->n_typed; t++) typed[t] = problem->typed[t];
  typed[problem->n_typed] = (hw_linked_typed){person, NULL};
  with.typed = typed;
  with.n_typed = problem->n_typed + 1;
  single.in_double = false;
  self->query = problem->n_typed;
  hw_status status = hwp_walker_init(&self->walker, &with, &single, err);
  for (int32_t m = 0; status == HW_OK && m < problem->n_markers; m++) {
    const int32_t n = (int32_t)hwp_genotypes_of(problem->markers[m].n_alleles);
    if (self->out != NULL)
      memset(self->out + self->walker.offset[m], 0, (size_t)n * sizeof *self->out);
    if (n > self->n_genotypes) self->n_genotypes = n;
  }
  if (status == HW_OK) status = run(self, err);
  hwp_walker_clear(&self->walker);
  return status;
}

hw_status hw_linked_genotypes(const hw_linked_problem *problem, int32_t person,
                              const hw_linked_options *options, float *out, hw_err *err) {
  passes self = {.out = out};
  return run_with(&self, problem, person, options, err);
}

hw_status hw_linked_draw(const hw_linked_problem *problem, int32_t person,
                         const hw_linked_options *options, const hw_random *stream, int32_t n_draws,
                         uint8_t *alleles, hw_err *err) {
  passes self = {.n_draws = n_draws, .stream = stream, .alleles = alleles};
  if (n_draws < 1) return hw_err_set(err, HW_E_VALUE, "%d draws, expected 1 or more", (int)n_draws);
  self.streams = calloc((size_t)n_draws, sizeof *self.streams);
  self.drawn = calloc((size_t)n_draws, sizeof *self.drawn);
  const hw_status status = self.streams != NULL && self.drawn != NULL
                               ? run_with(&self, problem, person, options, err)
                               : HW_NO_MEMORY(err, "the draws");
  free(self.streams);
  free(self.drawn);
  return status;
}
