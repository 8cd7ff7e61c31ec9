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

enum { MOST_ENTRIES = 1 << 16 };

#define LANES HW_WALK_LANES
/* log10(e) / 50: θ = (1 − 10^(−cM · this)) / 2. */
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

static hw_status make_rows(hwp_walker *self, hw_err *err) {
  const hwp_vectors *vectors = &self->vectors;
  const int32_t k = most_alleles(self->problem), n_typed = self->problem->n_typed;
  const size_t row = LANES * sizeof(double);
  HW_TRY(make_table(self, k, err));
  self->frequency = hw_arena_alloc_array(&self->scratch, (size_t)k, row);
  self->typed = hw_arena_alloc_array(&self->scratch, (size_t)n_typed, sizeof *self->typed);
  self->part = hw_arena_alloc_array(&self->scratch, (size_t)vectors->n_graphs, row);
  self->weight = hw_arena_alloc_array(&self->scratch, (size_t)vectors->n_labels, row);
  self->marker_weight =
      hw_arena_alloc_array(&self->scratch, (size_t)vectors->n_labels, sizeof(float));
  self->steps =
      hw_arena_alloc_array(&self->scratch, (size_t)vectors->n_meioses + 1, sizeof *self->steps);
  if (!self->frequency || !self->typed || !self->part || !self->weight || !self->marker_weight ||
      !self->steps)
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

/* Data of markers first … first + n − 1 side by side; lanes without a marker repeat the last. Fewer
 * alleles than k: the others have frequency 0, and nobody's likelihood is asked for there. */
void hwp_walker_load_row(hwp_walker *self, int32_t first, int32_t n, int32_t k) {
  for (int j = 0; j < LANES; j++) {
    const int32_t m = first + (j < n ? j : n - 1);
    const hw_linked_marker *marker = &self->problem->markers[m];
    for (int32_t x = 0; x < k; x++)
      self->frequency[x * LANES + j] = x < marker->n_alleles ? marker->frequencies[x] : 0.0;
    const int64_t n_known = hwp_genotypes_of(marker->n_alleles);
    for (int32_t t = 0; t < self->problem->n_typed; t++) {
      const float *from = self->problem->typed[t].likelihoods + self->offset[m];
      for (int64_t g = 0; g < hwp_genotypes_of(k); g++)
        self->typed[t][g * LANES + j] = g < n_known ? (double)from[g] : 0.0;
    }
  }
}

int32_t hwp_walker_alleles(const hwp_walker *self, int32_t first, int32_t n) {
  int32_t k = 2;
  for (int32_t i = 0; i < n; i++)
    if (self->problem->markers[first + i].n_alleles > k)
      k = self->problem->markers[first + i].n_alleles;
  return k;
}

void hwp_walker_sum_row(hwp_walker *self, int32_t k) {
  const hwp_vectors *vectors = &self->vectors;
  const hw_walk_data data = {k, self->frequency, (const double *const *)self->typed};
  for (int32_t g = 0; g < vectors->n_graphs; g++)
    self->kernels->sum(&data, vectors->graphs[g].n_ops, vectors->graphs[g].ops, self->table,
                       self->part + (size_t)g * LANES);
  for (int32_t i = 0; i < vectors->n_labels; i++) {
    double *out = self->weight + (size_t)i * LANES;
    memcpy(out, self->part + (size_t)vectors->part[vectors->first[i]] * LANES, LANES * sizeof *out);
    for (int32_t p = vectors->first[i] + 1; p < vectors->first[i + 1]; p++) {
      const double *part = self->part + (size_t)vectors->part[p] * LANES;
      for (int j = 0; j < LANES; j++) out[j] *= part[j];
    }
  }
}

/* --- one marker --- */

static double theta_of(double cm) {
  return 0.5 * (1 - hw_pow10(-cm * PER_CM));
}

static void mix_in_double(const hwp_vectors *vectors, double *state, const double *theta) {
  const int64_t n = (int64_t)1 << vectors->n_state_bits;
  for (int32_t i = 0; i < vectors->n_meioses; i++) {
    const uint32_t mask = vectors->meioses[i].mask, low = mask & (~mask + 1);
    const double rate = theta[vectors->meioses[i].is_male];
    for (int64_t v = 0; v < n; v++) {
      if (v & low) continue;
      const double d = rate * (state[v ^ mask] - state[v]);
      state[v] += d;
      state[v ^ mask] -= d;
    }
  }
}

void hwp_walker_mix(hwp_walker *self, int32_t m) {
  const hwp_vectors *vectors = &self->vectors;
  const hw_linked_marker *marker = &self->problem->markers[m], *before = marker - 1;
  const bool on_x = marker->chromosome == HW_LINKED_CHROMOSOMES;
  const double theta[2] = {theta_of(marker->female_cm - before->female_cm),
                           on_x ? 0 : theta_of(marker->male_cm - before->male_cm)};
  if (self->in_double) {
    mix_in_double(vectors, self->wide_state, theta);
    return;
  }
  for (int32_t i = 0; i < vectors->n_meioses; i++)
    self->steps[i] =
        (hw_walk_step){vectors->meioses[i].mask, (float)theta[vectors->meioses[i].is_male]};
  self->kernels->mix(vectors->n_state_bits, self->state, vectors->n_meioses, self->steps);
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
  HW_TRY(hwp_vectors_count(self->problem, on_x, &n_all, &n_bits, err));
  if (n_bits > self->max_bits)
    return hwp_linked_too_complex(self->problem, on_x, n_bits, self->max_bits, err);
  HW_TRY(hwp_vectors_init(self->problem, on_x, &self->vectors, &self->arena, &self->scratch, err));
  hw_arena_reset(&self->scratch);
  HW_TRY(make_rows(self, err));
  HW_TRY(make_state(self, err));
  self->is_for = on_x;
  return HW_OK;
}
