/* The forward pass over a map of linked markers.
 *
 * For each chromosome the state begins uniform. At each marker it is mixed by the
 * recombination of the interval, one step per meiosis, and multiplied by the
 * likelihood of the data given the vector, which depends on its label only. The
 * weights of labels are computed for a row of markers at once, in double precision,
 * and divided by the largest of their marker, whose logarithm is added in double;
 * the state is brought back to the order of one by a power of two in the next
 * marker's weights. So a state of floats keeps its relative precision: 10,000
 * markers cost about 1e-5 in the logarithm. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "kinship/linked_int.h"

enum { MOST_BITS = 28, DEFAULT_BITS = 24, MOST_ENTRIES = 1 << 16 };

#define LANES HW_WALK_LANES
#define IMPOSSIBLE (-HUGE_VAL)
/* log10(e) / 50: θ = (1 − 10^(−cM · this)) / 2. */
#define PER_CM 0.0086858896380650365

typedef struct forward {
  const hw_linked_problem *problem;
  const hw_walk *kernels;
  hw_arena arena, scratch;
  bool in_double;
  hwp_vectors vectors;
  int64_t *offset; /* per marker: of its likelihoods */
  float *state;
  double *wide_state;
  hw_walk_step *steps;
  double *table;        /* of programs */
  double *frequency;    /* K × LANES */
  double **typed;       /* per typed person: genotypes × LANES */
  double *part;         /* per graph × LANES */
  double *weight;       /* per label × LANES */
  float *marker_weight; /* per label */
} forward;

/* --- checks --- */

static hw_status check_marker(const hw_linked_problem *problem, int32_t m, hw_err *err) {
  const hw_linked_marker *marker = &problem->markers[m];
  if (marker->chromosome < 1 || marker->chromosome > HW_LINKED_CHROMOSOMES)
    return hw_err_set(err, HW_E_VALUE, "marker %d: chromosome %d, expected 1 to 22 or 23 for X",
                      (int)m + 1, (int)marker->chromosome);
  if (marker->n_alleles < 2 || marker->n_alleles > HW_LINKED_MAX_ALLELES)
    return hw_err_set(err, HW_E_VALUE, "marker %d: %d alleles, expected 2 to %d", (int)m + 1,
                      (int)marker->n_alleles, HW_LINKED_MAX_ALLELES);
  double sum = 0;
  for (int32_t x = 0; x < marker->n_alleles; x++) {
    if (!(marker->frequencies[x] >= 0)) sum = (double)NAN;
    sum += marker->frequencies[x];
  }
  if (!(fabs(sum - 1) <= 1e-6))
    return hw_err_set(err, HW_E_VALUE, "marker %d: the frequencies sum to %g, expected 1",
                      (int)m + 1, sum);
  if (!isfinite(marker->female_cm) ||
      (marker->chromosome != HW_LINKED_CHROMOSOMES && !isfinite(marker->male_cm)))
    return hw_err_set(err, HW_E_VALUE, "marker %d: no position on the map", (int)m + 1);
  return HW_OK;
}

static hw_status check_order(const hw_linked_problem *problem, int32_t m, uint32_t *seen,
                             hw_err *err) {
  const hw_linked_marker *marker = &problem->markers[m];
  const hw_linked_marker *before = m > 0 ? &problem->markers[m - 1] : NULL;
  const uint32_t bit = (uint32_t)1 << marker->chromosome;
  if (before == NULL || before->chromosome != marker->chromosome) {
    if (*seen & bit)
      return hw_err_set(err, HW_E_VALUE,
                        "marker %d: chromosome %d comes twice, expected its markers together",
                        (int)m + 1, (int)marker->chromosome);
    *seen |= bit;
    return HW_OK;
  }
  if (marker->female_cm < before->female_cm ||
      (marker->chromosome != HW_LINKED_CHROMOSOMES && marker->male_cm < before->male_cm))
    return hw_err_set(err, HW_E_VALUE, "marker %d stands before marker %d on the map: sort them",
                      (int)m + 1, (int)m);
  return HW_OK;
}

static hw_status check(const hw_linked_problem *problem, hw_err *err) {
  uint32_t seen = 0;
  if (problem->n_typed < 1 || problem->n_typed > HW_LINKED_MAX_TYPED)
    return hw_err_set(err, HW_E_SHAPE, "%d typed persons, expected 1 to %d", (int)problem->n_typed,
                      HW_LINKED_MAX_TYPED);
  if (problem->n_markers < 1) return hw_err_set(err, HW_E_SHAPE, "no markers");
  for (int32_t t = 0; t < problem->n_typed; t++)
    if (problem->typed[t].person < 0 || problem->typed[t].person >= problem->pedigree->n_persons)
      return hw_err_set(err, HW_E_SHAPE, "typed person %d is not in the pedigree", (int)t + 1);
  for (int32_t m = 0; m < problem->n_markers; m++) {
    HW_TRY(check_marker(problem, m, err));
    HW_TRY(check_order(problem, m, &seen, err));
  }
  return HW_OK;
}

/* --- what it needs --- */

static double estimate_work(const hw_linked_problem *problem, bool on_x, int32_t meioses,
                            int32_t bits) {
  double n = 0;
  for (int32_t m = 0; m < problem->n_markers; m++)
    n += (problem->markers[m].chromosome == HW_LINKED_CHROMOSOMES) == on_x;
  return n * ldexp(2.0 * meioses + 2, bits);
}

hw_status hw_linked_count_need(const hw_linked_problem *problem, bool on_x, hw_linked_need *need,
                               hw_err *err) {
  memset(need, 0, sizeof *need);
  HW_TRY(check(problem, err));
  HW_TRY(hwp_vectors_count(problem, on_x, &need->meioses, &need->bits, err));
  need->bytes = ldexp(sizeof(float) + sizeof(uint16_t), need->bits);
  need->work = estimate_work(problem, on_x, need->meioses, need->bits);
  return HW_OK;
}

/* The typed person without whom fewest bits are needed. */
static hw_status tell_too_complex(const hw_linked_problem *problem, bool on_x, int32_t bits,
                                  int32_t max_bits, hw_err *err) {
  hw_linked_typed rest[HW_LINKED_MAX_TYPED];
  hw_linked_problem without = *problem;
  int32_t least = bits, best = 0;
  without.typed = rest;
  without.n_typed = problem->n_typed - 1;
  for (int32_t t = 0; t < problem->n_typed && without.n_typed > 0; t++) {
    int32_t n_all = 0, n_bits = 0, n = 0;
    for (int32_t other = 0; other < problem->n_typed; other++)
      if (other != t) rest[n++] = problem->typed[other];
    HW_TRY(hwp_vectors_count(&without, on_x, &n_all, &n_bits, err));
    if (n_bits >= least) continue;
    least = n_bits;
    best = t;
  }
  return hw_err_set(err, HW_E_TOO_COMPLEX,
                    "the pedigree needs inheritance vectors of %d bits, more than %d: leave out "
                    "'%s' (%d bits without), or other distant relatives",
                    (int)bits, (int)max_bits,
                    problem->pedigree->persons[problem->typed[best].person].id, (int)least);
}

/* --- memory --- */

static int64_t genotypes_of(int32_t k) {
  return (int64_t)k * (k + 1) / 2;
}

static int32_t most_alleles(const hw_linked_problem *problem) {
  int32_t k = 2;
  for (int32_t m = 0; m < problem->n_markers; m++)
    if (problem->markers[m].n_alleles > k) k = problem->markers[m].n_alleles;
  return k;
}

static hw_status make_table(forward *self, int32_t k, hw_err *err) {
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

static hw_status make_rows(forward *self, hw_err *err) {
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
    self->typed[t] = hw_arena_alloc_array(&self->scratch, (size_t)genotypes_of(k), row);
    if (self->typed[t] == NULL) return HW_NO_MEMORY(err, "a row of markers");
  }
  return HW_OK;
}

static hw_status make_state(forward *self, hw_err *err) {
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
static void load_row(forward *self, int32_t first, int32_t n, int32_t k) {
  for (int j = 0; j < LANES; j++) {
    const int32_t m = first + (j < n ? j : n - 1);
    const hw_linked_marker *marker = &self->problem->markers[m];
    for (int32_t x = 0; x < k; x++)
      self->frequency[x * LANES + j] = x < marker->n_alleles ? marker->frequencies[x] : 0.0;
    const int64_t n_known = genotypes_of(marker->n_alleles);
    for (int32_t t = 0; t < self->problem->n_typed; t++) {
      const float *from = self->problem->typed[t].likelihoods + self->offset[m];
      for (int64_t g = 0; g < genotypes_of(k); g++)
        self->typed[t][g * LANES + j] = g < n_known ? (double)from[g] : 0.0;
    }
  }
}

static void weigh_row(forward *self, int32_t first, int32_t n) {
  const hwp_vectors *vectors = &self->vectors;
  int32_t k = 2;
  for (int32_t i = 0; i < n; i++)
    if (self->problem->markers[first + i].n_alleles > k)
      k = self->problem->markers[first + i].n_alleles;
  load_row(self, first, n, k);
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

static void mix(forward *self, const hw_linked_marker *before, const hw_linked_marker *marker) {
  const hwp_vectors *vectors = &self->vectors;
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

/* Multiplies the state by a marker's weights over the largest, times scale. @return the sum */
static double take_marker(forward *self, int lane, double largest, double scale) {
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

/* --- one chromosome --- */

static void begin_state(forward *self) {
  const int64_t n = (int64_t)1 << self->vectors.n_state_bits;
  for (int64_t v = 0; v < n; v++) {
    if (self->in_double)
      self->wide_state[v] = ldexp(1, -self->vectors.n_state_bits);
    else
      self->state[v] = (float)ldexp(1, -self->vectors.n_state_bits);
  }
}

static double largest_of(const forward *self, int lane) {
  double largest = 0;
  for (int32_t i = 0; i < self->vectors.n_labels; i++) {
    const double weight = self->weight[(size_t)i * LANES + (size_t)lane];
    if (weight > largest) largest = weight;
  }
  return largest;
}

static double run_chromosome(forward *self, int32_t first, int32_t n) {
  double ln = 0, sum = 1;
  begin_state(self);
  for (int32_t i = 0; i < n; i++) {
    const int lane = i % LANES;
    if (lane == 0) weigh_row(self, first + i, n - i < LANES ? n - i : LANES);
    const hw_linked_marker *marker = &self->problem->markers[first + i];
    if (i > 0) mix(self, marker - 1, marker);
    const double largest = largest_of(self, lane);
    if (largest == 0) return IMPOSSIBLE;
    int exponent = 0;
    (void)frexp(sum, &exponent); /* the state's sum comes back to the order of one */
    sum = take_marker(self, lane, largest, ldexp(1, -exponent));
    if (sum == 0) return IMPOSSIBLE;
    ln += hw_ln_scaled(largest, exponent);
  }
  return ln + hw_ln(sum);
}

/* --- the whole --- */

static hw_status prepare(forward *self, bool on_x, const hw_linked_options *options, hw_err *err) {
  int32_t n_all = 0, n_bits = 0;
  const int32_t limit = options->max_bits > 0 ? options->max_bits : DEFAULT_BITS;
  const int32_t max_bits = limit < MOST_BITS ? limit : MOST_BITS;
  hw_arena_reset(&self->arena);
  hw_arena_reset(&self->scratch);
  HW_TRY(hwp_vectors_count(self->problem, on_x, &n_all, &n_bits, err));
  if (n_bits > max_bits) return tell_too_complex(self->problem, on_x, n_bits, max_bits, err);
  HW_TRY(hwp_vectors_init(self->problem, on_x, &self->vectors, &self->arena, &self->scratch, err));
  hw_arena_reset(&self->scratch);
  HW_TRY(make_rows(self, err));
  return make_state(self, err);
}

static hw_status run(forward *self, const hw_linked_options *options, hw_linked_result *result,
                     hw_err *err) {
  const hw_linked_problem *problem = self->problem;
  int64_t offset = 0;
  for (int32_t m = 0; m < problem->n_markers; m++) {
    self->offset[m] = offset;
    offset += genotypes_of(problem->markers[m].n_alleles);
  }
  int is_for = -1; /* what the vectors are for: X or not */
  for (int32_t m = 0, n = 0; m < problem->n_markers; m += n) {
    const int32_t chromosome = problem->markers[m].chromosome;
    const int on_x = chromosome == HW_LINKED_CHROMOSOMES;
    for (n = 1; m + n < problem->n_markers && problem->markers[m + n].chromosome == chromosome;)
      n++;
    if (on_x != is_for) HW_TRY(prepare(self, on_x, options, err));
    is_for = on_x;
    result->ln_by_chromosome[chromosome] = run_chromosome(self, m, n);
    result->ln_likelihood += result->ln_by_chromosome[chromosome];
  }
  return HW_OK;
}

hw_status hw_linked_likelihood(const hw_linked_problem *problem, const hw_linked_options *options,
                               hw_linked_result *result, hw_err *err) {
  static const hw_linked_options defaults = {.max_bits = 0};
  if (options == NULL) options = &defaults;
  memset(result, 0, sizeof *result);
  HW_TRY(check(problem, err));
  forward self = {
      .problem = problem, .kernels = hw_walk_find(options->simd), .in_double = options->in_double};
  if (self.kernels == NULL)
    return hw_err_set(err, HW_E_UNSUPPORTED, "kernel set '%s' cannot run here", options->simd);
  hw_arena markers;
  hw_arena_init(&markers, 0);
  hw_arena_init(&self.arena, 0);
  hw_arena_init(&self.scratch, 0);
  hw_status status = HW_OK;
  self.offset = hw_arena_alloc_array(&markers, (size_t)problem->n_markers, sizeof *self.offset);
  if (self.offset == NULL)
    status = HW_NO_MEMORY(err, "the markers");
  else
    status = run(&self, options, result, err);
  hw_arena_clear(&self.arena);
  hw_arena_clear(&self.scratch);
  hw_arena_clear(&markers);
  return status;
}
