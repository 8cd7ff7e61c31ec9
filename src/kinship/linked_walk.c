/* Walking a state of inheritance vectors along a map.
 *
 * The weights of labels are computed for a row of markers at once, in double
 * precision, and divided by the largest of their marker; the state is brought back
 * to the order of one by a power of two in the next marker's weights. So a state of
 * floats keeps its relative precision: 10,000 markers cost about 1e-5 in the
 * logarithm. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "kinship/linked_int.h"
#include "kinship/linked_theta.h"

enum { MOST_ENTRIES = 1 << 16, MOST_POINTS = 4096 };

#define LANES HW_WALK_LANES
/* log10(e) / 50: 1 − 2θ = 10^(−cM · this). */
#define PER_CM 0.0086858896380650365

/* --- memory --- */

static int32_t most_alleles(const hw_linked_problem *problem) {
  int32_t k = 2;
  for (int32_t m = 0; m < problem->n_markers; m++)
    if (problem->markers[m].n_alleles > k) k = problem->markers[m].n_alleles;
  return k;
}

static hw_status make_table(hwp_walker *self, int32_t k, hw_err *err) {
  int64_t most = 1;
  for (int32_t g = 0; g < self->vectors.n_graphs; g++) {
    int64_t n = 1;
    for (int32_t d = 0; d < self->vectors.graphs[g].most_open && n <= MOST_ENTRIES; d++) n *= k;
    if (n > most) most = n;
  }
  if (most > MOST_ENTRIES)
    return hw_err_set(err, HW_E_TOO_COMPLEX,
                      "too many founder alleles hang together for markers of %d alleles: leave "
                      "out typed persons",
                      (int)k);
  self->table = hw_arena_alloc_array(&self->scratch, (size_t)most * 2 * LANES, sizeof(double));
  return self->table != NULL ? HW_OK : HW_NO_MEMORY(err, "the sums over founder alleles");
}

/* Founder alleles of the largest graph of a label. */
static int32_t most_founder_alleles(const hwp_vectors *vectors) {
  int32_t most = 0;
  for (int32_t i = 0; i < vectors->n_labels; i++) {
    int32_t n = 0;
    for (int32_t p = vectors->first[i]; p < vectors->first[i + 1]; p++)
      n += vectors->graphs[vectors->part[p]].n_nodes;
    if (n > most) most = n;
  }
  return most;
}

static hw_status make_urn(hwp_walker *self, int32_t k, hw_err *err) {
  const int32_t n = most_founder_alleles(&self->vectors);
  self->n_urn_nodes = hwp_urn_nodes(self->problem->theta, n);
  const double n_points = hwp_urn_points(self->n_urn_nodes, k);
  if (n_points > MOST_POINTS)
    return hw_err_set(
        err, HW_E_TOO_COMPLEX,
        "theta above 0 with %d founder alleles and markers of %d alleles needs sums "
        "over %.0f populations, more than %d: use theta 0, or leave out typed persons",
        (int)n, (int)k, n_points, MOST_POINTS);
  const size_t row = LANES * sizeof(double);
  self->frequency = hw_arena_alloc_array(&self->scratch, (size_t)n_points * (size_t)k, row);
  self->share = hw_arena_alloc_array(&self->scratch, (size_t)n_points, row);
  if (self->frequency == NULL || self->share == NULL)
    return HW_NO_MEMORY(err, "the populations of theta");
  return HW_OK;
}

static hw_status make_rows(hwp_walker *self, hw_err *err) {
  const hwp_vectors *vectors = &self->vectors;
  const int32_t k = most_alleles(self->problem), n_typed = self->problem->n_typed;
  const size_t row = LANES * sizeof(double);
  HW_TRY(make_table(self, k, err));
  HW_TRY(make_urn(self, k, err));
  self->typed = hw_arena_alloc_array(&self->scratch, (size_t)n_typed, sizeof *self->typed);
  self->part = hw_arena_alloc_array(&self->scratch, (size_t)vectors->n_graphs, row);
  self->weight = hw_arena_alloc_array(&self->scratch, (size_t)vectors->n_labels, row);
  self->marker_weight =
      hw_arena_alloc_array(&self->scratch, (size_t)vectors->n_labels, sizeof(float));
  self->steps =
      hw_arena_alloc_array(&self->scratch, (size_t)vectors->n_meioses + 1, sizeof *self->steps);
  if (!self->typed || !self->part || !self->weight || !self->marker_weight || !self->steps)
    return HW_NO_MEMORY(err, "a row of markers");
  for (int32_t t = 0; t < n_typed; t++) {
    self->typed[t] = hw_arena_alloc_array(&self->scratch, (size_t)hwp_genotypes_of(k), row);
    if (self->typed[t] == NULL) return HW_NO_MEMORY(err, "a row of markers");
  }
  return HW_OK;
}

static hw_status make_state(hwp_walker *self, hw_err *err) {
  const size_t n = (size_t)1 << self->vectors.n_state_bits;
  const size_t size = self->in_double ? sizeof(double) : sizeof(float);
  char *memory = hw_arena_alloc_array(&self->scratch, n + 64, size);
  if (memory == NULL) return HW_NO_MEMORY(err, "a state of inheritance vectors");
  memory += (64 - (uintptr_t)memory % 64) % 64;
  self->state = self->in_double ? NULL : (float *)(void *)memory;
  self->wide_state = self->in_double ? (double *)(void *)memory : NULL;
  return HW_OK;
}

/* --- the weights of a row of markers --- */

/* Fewer alleles than k: the others have frequency 0, and nobody's likelihood is asked for there. */
static void load_lane(hwp_walker *self, int32_t m, int j, int32_t k) {
  const hw_linked_marker *marker = m < 0 ? NULL : &self->problem->markers[m];
  const int32_t n_alleles = marker != NULL ? marker->n_alleles : 1;
  double p[HW_LINKED_MAX_ALLELES] = {1};
  for (int32_t x = 0; marker != NULL && x < k; x++)
    p[x] = x < n_alleles ? marker->frequencies[x] : 0.0;
  hwp_urn_make(self->problem->theta, self->n_urn_nodes, k, p, LANES, self->frequency + j,
               self->share + j);
  for (int32_t t = 0; t < self->problem->n_typed; t++) {
    const float *from = self->problem->typed[t].likelihoods;
    if (from == NULL) continue;
    for (int64_t g = 0; g < hwp_genotypes_of(k); g++)
      self->typed[t][g * LANES + j] = g >= hwp_genotypes_of(n_alleles) ? 0.0
                                      : m < 0                          ? 1.0
                                              : (double)from[self->offset[m] + g];
  }
}

void hwp_walker_load_lanes(hwp_walker *self, const int32_t *markers, int32_t k) {
  for (int j = 0; j < LANES; j++) load_lane(self, markers[j], j, k);
}

void hwp_walker_load_row(hwp_walker *self, int32_t first, int32_t n, int32_t k) {
  for (int j = 0; j < LANES; j++) load_lane(self, first + (j < n ? j : n - 1), j, k);
}

int32_t hwp_walker_alleles(const hwp_walker *self, int32_t first, int32_t n) {
  int32_t k = 2;
  for (int32_t i = 0; i < n; i++)
    if (self->problem->markers[first + i].n_alleles > k)
      k = self->problem->markers[first + i].n_alleles;
  return k;
}

/* Adds a label's likelihood in one population, the product of its parts. */
static void add_label(hwp_walker *self, int32_t i, const double *share) {
  const hwp_vectors *vectors = &self->vectors;
  double *out = self->weight + (size_t)i * LANES, product[LANES];
  memcpy(product, share, sizeof product);
  for (int32_t p = vectors->first[i]; p < vectors->first[i + 1]; p++) {
    const double *part = self->part + (size_t)vectors->part[p] * LANES;
    for (int j = 0; j < LANES; j++) product[j] *= part[j];
  }
  for (int j = 0; j < LANES; j++) out[j] += product[j];
}

void hwp_walker_sum_row(hwp_walker *self, int32_t k) {
  const hwp_vectors *vectors = &self->vectors;
  const int64_t n_points = (int64_t)hwp_urn_points(self->n_urn_nodes, k);
  memset(self->weight, 0, (size_t)vectors->n_labels * LANES * sizeof *self->weight);
  for (int64_t i = 0; i < n_points; i++) {
    const hw_walk_data data = {k, self->frequency + i * k * LANES,
                               (const double *const *)self->typed};
    for (int32_t g = 0; g < vectors->n_graphs; g++)
      hw_walk_sum(self->kernels, &data, vectors->graphs[g].n_ops, vectors->graphs[g].ops,
                  self->table, self->part + (size_t)g * LANES);
    for (int32_t l = 0; l < vectors->n_labels; l++) add_label(self, l, self->share + i * LANES);
  }
}

void hwp_walker_sum_known(hwp_walker *self, int32_t typed, int64_t genotype, int32_t k) {
  for (int64_t g = 0; g < hwp_genotypes_of(k); g++)
    for (int j = 0; j < LANES; j++) self->typed[typed][g * LANES + j] = g == genotype;
  hwp_walker_sum_row(self, k);
}

/* --- one marker --- */

hwp_interval hwp_interval_between(const hw_linked_marker *a, const hw_linked_marker *b) {
  const bool on_x = a->chromosome == HW_LINKED_CHROMOSOMES;
  return (hwp_interval){hw_pow10(-fabs(b->female_cm - a->female_cm) * PER_CM),
                        on_x ? 1 : hw_pow10(-fabs(b->male_cm - a->male_cm) * PER_CM)};
}

static inline double power(double x, int32_t n) {
  return n == 0 ? 1 : n == 1 ? x : hw_power(x, n);
}

double hwp_interval_theta(const hwp_interval *self, const hwp_meiosis *meiosis) {
  return 0.5 * (1 - power(self->female, meiosis->n_female) * power(self->male, meiosis->n_male));
}

static void mix_in_double(const hwp_vectors *vectors, double *state, const hwp_interval *interval) {
  const int64_t n = (int64_t)1 << vectors->n_state_bits;
  for (int32_t i = 0; i < vectors->n_meioses; i++) {
    const uint32_t mask = vectors->meioses[i].mask, low = mask & (~mask + 1);
    const double rate = hwp_interval_theta(interval, &vectors->meioses[i]);
    for (int64_t v = 0; v < n; v++) {
      if (v & low) continue;
      const double d = rate * (state[v ^ mask] - state[v]);
      state[v] += d;
      state[v ^ mask] -= d;
    }
  }
}

static void fold_in_double(const hwp_vectors *vectors, double *state,
                           const hwp_interval *interval) {
  const uint32_t n = (uint32_t)1 << vectors->n_state_bits;
  for (int32_t f = 0; f < vectors->n_folds; f++) {
    const hwp_fold *fold = &vectors->folds[f];
    const double rate = hwp_interval_theta(interval, &fold->meiosis);
    for (uint32_t v = 0; v < n; v++) {
      const uint32_t w = hw_walk_swap(&fold->walk, v) ^ fold->walk.turned;
      if (w <= v) continue;
      const double d = rate * (state[w] - state[v]);
      state[v] += d;
      state[w] -= d;
    }
  }
}

void hwp_walker_mix(hwp_walker *self, int32_t m) {
  const hwp_vectors *vectors = &self->vectors;
  const hw_linked_marker *marker = &self->problem->markers[m];
  const hwp_interval interval = hwp_interval_between(marker - 1, marker);
  if (self->in_double) {
    mix_in_double(vectors, self->wide_state, &interval);
    fold_in_double(vectors, self->wide_state, &interval);
    return;
  }
  for (int32_t i = 0; i < vectors->n_meioses; i++)
    self->steps[i] = (hw_walk_step){vectors->meioses[i].mask,
                                    (float)hwp_interval_theta(&interval, &vectors->meioses[i])};
  self->kernels->mix(vectors->n_state_bits, self->state, vectors->n_meioses, self->steps);
  for (int32_t f = 0; f < vectors->n_folds; f++)
    self->kernels->fold(vectors->n_state_bits, self->state, &vectors->folds[f].walk,
                        (float)hwp_interval_theta(&interval, &vectors->folds[f].meiosis));
}

double hwp_walker_take(hwp_walker *self, int lane, double largest, double scale) {
  const hwp_vectors *vectors = &self->vectors;
  const int64_t n = (int64_t)1 << vectors->n_state_bits;
  if (self->in_double) {
    double sum = 0;
    for (int64_t v = 0; v < n; v++) {
      self->wide_state[v] *=
          self->weight[(size_t)vectors->label[v] * LANES + (size_t)lane] / largest * scale;
      sum += self->wide_state[v];
    }
    return sum;
  }
  for (int32_t i = 0; i < vectors->n_labels; i++)
    self->marker_weight[i] =
        (float)(self->weight[(size_t)i * LANES + (size_t)lane] / largest * scale);
  return self->kernels->weigh(n, self->state, vectors->label, self->marker_weight);
}

void hwp_walker_begin(hwp_walker *self) {
  const int64_t n = (int64_t)1 << self->vectors.n_state_bits;
  for (int64_t v = 0; v < n; v++) {
    if (self->in_double)
      self->wide_state[v] = ldexp(1, -self->vectors.n_state_bits);
    else
      self->state[v] = (float)ldexp(1, -self->vectors.n_state_bits);
  }
}

double hwp_walker_largest(const hwp_walker *self, int lane) {
  double largest = 0;
  for (int32_t i = 0; i < self->vectors.n_labels; i++) {
    const double weight = self->weight[(size_t)i * LANES + (size_t)lane];
    if (weight > largest) largest = weight;
  }
  return largest;
}

int32_t hwp_walker_chromosome_end(const hwp_walker *self, int32_t m) {
  const hw_linked_marker *markers = self->problem->markers;
  int32_t end = m + 1;
  while (end < self->problem->n_markers && markers[end].chromosome == markers[m].chromosome) end++;
  return end;
}

/* --- the walker --- */

static hw_status place_markers(hwp_walker *self, hw_err *err) {
  const hw_linked_problem *problem = self->problem;
  int64_t offset = 0;
  self->offset =
      hw_arena_alloc_array(&self->markers, (size_t)problem->n_markers, sizeof *self->offset);
  if (self->offset == NULL) return HW_NO_MEMORY(err, "the markers");
  for (int32_t m = 0; m < problem->n_markers; m++) {
    self->offset[m] = offset;
    offset += hwp_genotypes_of(problem->markers[m].n_alleles);
  }
  return HW_OK;
}

hw_status hwp_walker_init(hwp_walker *self, const hw_linked_problem *problem,
                          const hw_linked_options *options, hw_err *err) {
  static const hw_linked_options defaults = {.max_bits = 0};
  if (options == NULL) options = &defaults;
  const int32_t limit = options->max_bits > 0 ? options->max_bits : HWP_DEFAULT_BITS;
  *self = (hwp_walker){.problem = problem,
                       .kernels = hw_walk_find(options->simd),
                       .max_bits = limit < HWP_MOST_BITS ? limit : HWP_MOST_BITS,
                       .in_double = options->in_double,
                       .is_for = -1};
  hw_arena_init(&self->markers, 0);
  hw_arena_init(&self->arena, 0);
  hw_arena_init(&self->scratch, 0);
  if (self->kernels == NULL)
    return hw_err_set(err, HW_E_UNSUPPORTED, "kernel set '%s' cannot run here", options->simd);
  HW_TRY(hwp_linked_check(problem, err));
  return place_markers(self, err);
}

void hwp_walker_clear(hwp_walker *self) {
  hw_arena_clear(&self->markers);
  hw_arena_clear(&self->arena);
  hw_arena_clear(&self->scratch);
}

hw_status hwp_walker_enter(hwp_walker *self, bool on_x, hw_err *err) {
  int32_t n_all = 0, n_bits = 0;
  if (self->is_for == on_x) return HW_OK;
  hw_arena_reset(&self->arena);
  hw_arena_reset(&self->scratch);
  if (self->shared != NULL) {
    self->vectors = *self->shared;
  } else {
    HW_TRY(hwp_vectors_count(self->problem, on_x, &n_all, &n_bits, err));
    if (n_bits > self->max_bits)
      return hwp_linked_too_complex(self->problem, on_x, n_bits, self->max_bits, err);
    HW_TRY(
        hwp_vectors_init(self->problem, on_x, &self->vectors, &self->arena, &self->scratch, err));
    hw_arena_reset(&self->scratch);
  }
  HW_TRY(make_rows(self, err));
  HW_TRY(make_state(self, err));
  self->is_for = on_x;
  return HW_OK;
}
