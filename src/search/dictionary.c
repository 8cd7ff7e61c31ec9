/* Making the codes of a column.
 *
 * Readings are counted first. If there are more than fit, the level (reading.h)
 * is found at which so many of them are alike that all fit; the codes that this
 * leaves over go to the most frequent groups of the level before. So 300
 * genotypes become 230 codes of their own and a few that share one with
 * genotypes of the same rare allele; ten thousand pairs of an allele set and a
 * dropout probability become the sets with the dropout in classes.
 *
 * An allele set costs a sum over genotypes for each query, and memory for its
 * weights; where a marker has very many alleles, that memory limits the codes.
 * What the weights are for stands in bounds.c. */
#include "search/dictionary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

/* Below this the probability of a set has lost digits to underflow: hw_marker_table_log10_lr then
 * computes a ratio of remnants, which nothing bounds. */
#define LEAST_PROBABILITY 1e-250
/* Memory for the weights of one marker's sets. */
#define MOST_WEIGHT_BYTES ((size_t)8 << 20)

/* A dictionary in the making. */
typedef struct maker {
  hwp_dictionary *out;
  const hw_search_input *input;
  const hw_marker *marker;
  hw_arena *arena;
  hw_arena scratch;
  hwp_readings readings;
  uint8_t *code;         /* of each reading */
  double *seen;          /* P(reading | genotype), ordered pairs */
  double *population[2]; /* unordered genotypes; single alleles */
} maker;

static size_t genotype_count(const hw_marker *marker, bool single) {
  size_t n = (size_t)marker->n_alleles;
  return single ? n : n * (n + 1) / 2;
}

/* --- codes --- */

static int compare_frequency(const void *left, const void *right) {
  const double *const *x = left, *const *y = right;
  if (**x != **y) return **x < **y ? -1 : 1;
  return *x < *y ? -1 : *x > *y; /* pointers into one array: by allele */
}

/* Rank of each allele by frequency, the rarest first. */
static int32_t *rank_alleles(maker *self) {
  int32_t n = self->marker->n_alleles;
  int32_t *rank = hw_arena_alloc_array(&self->scratch, (size_t)n, sizeof *rank);
  const double **order = hw_arena_alloc_array(&self->scratch, (size_t)n, sizeof *order);
  if (rank == NULL || order == NULL) return NULL;
  for (int32_t a = 0; a < n; a++) order[a] = &self->marker->frequencies[a];
  qsort(order, (size_t)n, sizeof *order, compare_frequency);
  for (int32_t i = 0; i < n; i++) rank[order[i] - self->marker->frequencies] = i;
  return rank;
}

/* Readings put into groups. */
typedef struct grouping {
  hwp_readings groups;
  int32_t *group; /* of each reading */
} grouping;

static hw_status group_readings(maker *self, int level, const int32_t *rank, grouping *out,
                                hw_err *err) {
  hwp_readings_clear(&out->groups);
  for (int32_t p = 0; p < self->readings.n; p++) {
    const hwp_reading alike =
        hwp_reading_alike(&self->readings.readings[p], level, self->marker->n_alleles, rank);
    HW_TRY(hwp_readings_add(&out->groups, &alike, self->readings.count[p], &out->group[p], err));
  }
  return HW_OK;
}

/* Groups by frequency: the most frequent first, of equal ones the first. */
typedef struct counted {
  int64_t count;
  int32_t group;
} counted;

static int compare_counted(const void *left, const void *right) {
  const counted *x = left, *y = right;
  if (x->count != y->count) return x->count > y->count ? -1 : 1;
  return x->group < y->group ? -1 : 1;
}

/* Every reading takes its coarse group's code, but the most frequent fine groups have codes of their
 * own. */
static hw_status share_codes(maker *self, int32_t n_most, const grouping *fine,
                             const grouping *coarse, hw_err *err) {
  int32_t n = fine->groups.n, n_own = n_most - coarse->groups.n;
  counted *order = hw_arena_alloc_array(&self->scratch, (size_t)n, sizeof *order);
  uint8_t *own = hw_arena_alloc_array(&self->scratch, (size_t)n, sizeof *own);
  if (order == NULL || own == NULL) return HW_NO_MEMORY(err, "the codes of a marker");
  for (int32_t g = 0; g < n; g++) order[g] = (counted){fine->groups.count[g], g};
  qsort(order, (size_t)n, sizeof *order, compare_counted);
  for (int32_t i = 0; i < n_own && i < n; i++)
    own[order[i].group] = (uint8_t)(1 + coarse->groups.n + i);
  for (int32_t p = 0; p < self->readings.n; p++) {
    uint8_t code = own[fine->group[p]];
    self->code[p] = code != 0 ? code : (uint8_t)(1 + coarse->group[p]);
  }
  return HW_OK;
}

static int32_t most_codes(const maker *self) {
  bool has_sets = false;
  for (int32_t p = 0; p < self->readings.n; p++)
    has_sets |= self->readings.readings[p].kind == HW_OBS_SET;
  size_t each = genotype_count(self->marker, false) * sizeof(double);
  size_t most = has_sets ? MOST_WEIGHT_BYTES / each : HW_SCAN_ENTRIES - 1;
  if (most > HW_SCAN_ENTRIES - 1) return HW_SCAN_ENTRIES - 1;
  return most < 4 ? 4 : (int32_t)most; /* there are three kinds */
}

static hw_status assign_codes(maker *self, hw_err *err) {
  int32_t n_most = most_codes(self);
  size_t n = (size_t)self->readings.n;
  self->code = hw_arena_alloc_array(&self->scratch, n + 1, sizeof *self->code);
  if (self->code == NULL) return HW_NO_MEMORY(err, "the codes of a marker");
  if (self->readings.n <= n_most) {
    for (int32_t p = 0; p < self->readings.n; p++) self->code[p] = (uint8_t)(p + 1);
    return HW_OK;
  }
  const int32_t *rank = rank_alleles(self);
  grouping fine = {.group = hw_arena_alloc_array(&self->scratch, n, sizeof *fine.group)};
  grouping coarse = {.group = hw_arena_alloc_array(&self->scratch, n, sizeof *coarse.group)};
  hw_status status = HW_OK;
  if (rank == NULL || fine.group == NULL || coarse.group == NULL)
    status = HW_NO_MEMORY(err, "the codes of a marker");
  if (status == HW_OK) status = group_readings(self, HWP_ALIKE_SAME, rank, &fine, err);
  for (int level = HWP_ALIKE_SAME + 1; status == HW_OK && level < HWP_ALIKE_LEVELS; level++) {
    status = group_readings(self, level, rank, &coarse, err);
    if (status != HW_OK || coarse.groups.n <= n_most) break;
    grouping finer = fine;
    fine = coarse;
    coarse = finer;
  }
  if (status == HW_OK) status = share_codes(self, n_most, &fine, &coarse, err);
  hwp_readings_clear(&fine.groups);
  hwp_readings_clear(&coarse.groups);
  return status;
}

/* --- what each code stands for --- */

static int32_t entry_of(const hw_marker *marker, const hwp_reading *reading) {
  if (reading->kind == HW_OBS_SINGLE) return reading->a;
  if (reading->b == HW_ALLELE_NONE) return (int32_t)genotype_count(marker, false) + reading->a;
  return reading->b * (reading->b + 1) / 2 + reading->a;
}

/* P(a random person shows the reading), as in genetics/profile.c. */
static double random_probability(const hw_marker *marker, const hwp_reading *reading) {
  hw_observation obs;
  hw_profile profile;
  hwp_reading_observation(reading, &obs, &profile);
  profile.typing_error = 1.0;
  bool single = reading->kind == HW_OBS_SINGLE;
  return hw_observation_probability(marker, &obs, &profile, 0, single ? HW_ALLELE_NONE : 0);
}

static hw_status make_points(maker *self, const int32_t *n_sharing, hw_err *err) {
  hwp_dictionary *out = self->out;
  size_t n_points = 0;
  for (int32_t p = 0; p < self->readings.n; p++)
    n_points += self->readings.readings[p].kind != HW_OBS_SET;
  out->points = hw_arena_alloc_array(self->arena, n_points, sizeof *out->points);
  if (out->points == NULL) return HW_NO_MEMORY(err, "the codes of a marker");
  for (int32_t p = 0; p < self->readings.n; p++) {
    const hwp_reading *reading = &self->readings.readings[p];
    uint8_t code = self->code[p];
    bool single = reading->kind == HW_OBS_SINGLE;
    int32_t entry = entry_of(self->marker, reading);
    if (reading->kind == HW_OBS_SET) continue;
    if (n_sharing[code] == 1 && !(reading->error > 0.0)) {
      out->entry[single][code] = entry;
      out->entry[!single][code] = HWP_ENTRY_IMPOSSIBLE;
      continue;
    }
    hwp_point point = {.code = code,
                       .single = single,
                       .entry = entry,
                       .a = reading->a,
                       .b = reading->b,
                       .error = reading->error};
    if (point.error > 0.0) point.random = point.error * random_probability(self->marker, reading);
    out->points[out->n_points++] = point;
  }
  return HW_OK;
}

static void fold_population(const hw_marker *marker, double *pairs, double *singles) {
  const double *p = marker->frequencies;
  for (hw_allele y = 0; y < marker->n_alleles; y++) {
    singles[y] = p[y];
    for (hw_allele x = 0; x <= y; x++)
      pairs[y * (y + 1) / 2 + x] = (x == y ? 1.0 : 2.0) * p[x] * p[y];
  }
}

/* Widens an envelope so that it holds P(reading | genotype)/P(reading). */
static void widen(maker *self, hwp_envelope *envelope, bool single, const hwp_reading *reading) {
  size_t n = (size_t)self->marker->n_alleles;
  hw_observation obs;
  hw_profile profile;
  hwp_reading_observation(reading, &obs, &profile);
  hw_observation_table(self->marker, &obs, &profile, single, self->seen);
  double sum = 0.0, largest = 0.0;
  for (size_t y = 0, g = 0; y < n; y++)
    for (size_t x = 0; x <= (single ? 0 : y); x++, g++) {
      double probability = self->seen[single ? y : x * n + y];
      if (probability > largest) largest = probability;
      sum += probability * self->population[single][g];
    }
  if (largest == 0.0) {
    envelope->has_zero[single] = true;
    return;
  }
  if (!(sum >= LEAST_PROBABILITY)) {
    envelope->is_wild[single] = true;
    return;
  }
  if (sum > 1.0)
    sum = 1.0; /* so that a weight that underflows belongs to a probability that does */
  double *most = envelope->most[single], *least = envelope->least[single];
  for (size_t y = 0, g = 0; y < n; y++)
    for (size_t x = 0; x <= (single ? 0 : y); x++, g++) {
      double weight = self->seen[single ? y : x * n + y] / sum;
      if (weight > most[g]) most[g] = weight;
      if (least != NULL && weight < least[g]) least[g] = weight;
    }
}

static hw_status new_envelope(maker *self, uint8_t code, hwp_envelope **out, hw_err *err) {
  hwp_envelope *envelope = &self->out->envelopes[self->out->n_envelopes++];
  *envelope = (hwp_envelope){.code = code};
  for (int single = 0; single <= (hw_marker_is_x(self->marker) ? 1 : 0); single++) {
    size_t n = genotype_count(self->marker, single);
    envelope->most[single] = hw_arena_alloc_array(self->arena, n, sizeof(double));
    if (self->input->theta > 0.0)
      envelope->least[single] = hw_arena_alloc_array(self->arena, n, sizeof(double));
    if (envelope->most[single] == NULL ||
        (self->input->theta > 0.0 && envelope->least[single] == NULL))
      return HW_NO_MEMORY(err, "the codes of a marker");
    for (size_t g = 0; envelope->least[single] != NULL && g < n; g++)
      envelope->least[single][g] = HUGE_VAL;
  }
  *out = envelope;
  return HW_OK;
}

static hw_status make_envelopes(maker *self, hw_err *err) {
  hwp_dictionary *out = self->out;
  size_t n = (size_t)self->marker->n_alleles;
  hwp_envelope *of_code[HW_SCAN_ENTRIES] = {NULL};
  for (int single = 0; single < 2; single++) {
    size_t genotypes = genotype_count(self->marker, single);
    self->population[single] = hw_arena_alloc_array(&self->scratch, genotypes, sizeof(double));
  }
  self->seen = hw_arena_alloc_array(&self->scratch, n * n, sizeof *self->seen);
  out->envelopes = hw_arena_alloc_array(self->arena, (size_t)out->n_codes, sizeof *out->envelopes);
  if (self->population[0] == NULL || self->population[1] == NULL || self->seen == NULL ||
      out->envelopes == NULL)
    return HW_NO_MEMORY(err, "the codes of a marker");
  fold_population(self->marker, self->population[0], self->population[1]);
  for (int32_t p = 0; p < self->readings.n; p++) {
    const hwp_reading *reading = &self->readings.readings[p];
    if (reading->kind != HW_OBS_SET) continue;
    uint8_t code = self->code[p];
    if (of_code[code] == NULL) HW_TRY(new_envelope(self, code, &of_code[code], err));
    for (int single = 0; single <= (hw_marker_is_x(self->marker) ? 1 : 0); single++)
      widen(self, of_code[code], single, reading);
  }
  return HW_OK;
}

static hw_status describe_codes(maker *self, hw_err *err) {
  hwp_dictionary *out = self->out;
  int32_t n_sharing[HW_SCAN_ENTRIES] = {0};
  bool has_sets = false;
  out->n_codes = 1;
  for (int32_t p = 0; p < self->readings.n; p++) {
    n_sharing[self->code[p]]++;
    out->count[self->code[p]] += self->readings.count[p];
    if (self->code[p] >= out->n_codes) out->n_codes = self->code[p] + 1;
    has_sets |= self->readings.readings[p].kind == HW_OBS_SET;
  }
  for (int32_t code = 0; code < HW_SCAN_ENTRIES; code++)
    out->entry[0][code] = out->entry[1][code] = code == 0 ? HWP_ENTRY_MISSING : HWP_ENTRY_BOUND;
  HW_TRY(make_points(self, n_sharing, err));
  return has_sets ? make_envelopes(self, err) : HW_OK;
}

/* --- the column --- */

/* @param id  [out] of each sample's reading; −1 = missing */
static hw_status count_readings(maker *self, int32_t m, int32_t n, int32_t *id, hw_err *err) {
  for (int32_t i = 0; i < n; i++) {
    const hw_profile *profile = &self->input->samples[i].profile;
    const hw_observation *obs = &profile->observations[m];
    id[i] = -1;
    if (obs->kind == HW_OBS_MISSING) {
      self->out->count[0]++;
      continue;
    }
    const hwp_reading reading = hwp_reading_of(obs, profile);
    HW_TRY(hwp_readings_add(&self->readings, &reading, 1, &id[i], err));
  }
  return HW_OK;
}

hw_status hwp_dictionary_init(hwp_dictionary *self, const hw_search_input *input, int32_t m,
                              hw_arena *arena, uint8_t *codes, hw_err *err) {
  const int32_t n = input->n_samples;
  maker make = {.out = self, .input = input, .marker = &input->markers[m], .arena = arena};
  *self = (hwp_dictionary){.marker = make.marker};
  int32_t *id = calloc((size_t)n, sizeof *id);
  if (id == NULL) return HW_NO_MEMORY(err, "the codes of a marker");
  hw_status status = count_readings(&make, m, n, id, err);
  if (status == HW_OK) status = assign_codes(&make, err);
  if (status == HW_OK) status = describe_codes(&make, err);
  for (int32_t i = 0; status == HW_OK && i < n; i++) codes[i] = id[i] < 0 ? 0 : make.code[id[i]];
  free(id);
  hwp_readings_clear(&make.readings);
  hw_arena_clear(&make.scratch);
  return status;
}
