/* The samples, summed up for expected false leads: how many have which set of
 * typed markers.
 *
 * Samples whose observations have the same form at every marker (missing,
 * genotype, partial, single, set) and the same parameters of noise have the same
 * distribution of LRs were they unrelated: they form a group. In a national file
 * one group, of complete profiles, holds most samples, and degraded ones make
 * tens of thousands of groups of one or two.
 *
 * The large groups are computed for every query, and all groups where they are
 * few. The others are ordered by how much their markers tell, cut into strata of
 * equally many samples, and in each stratum samples are drawn by the query's
 * number, with replacement, each as likely as the other: their mean is unbiased, and
 * the difference of two draws tells the variance. A sample of the other sex
 * than the missing person's is not drawn at all. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "homeward/random.h"
#include "search/null_int.h"

/* Seed of the draws; the query's number splits it. */
static const uint64_t SEED = 0x686f6d6577617264u;
/* A group is large with this part of the samples. */
enum { LARGE_PART = 200 };

/* --- numbering of equal things -------------------------------------------- */

/* Open addressing; items are kept by the caller, who compares. */
typedef struct index_map {
  size_t n_slots; /* power of two */
  int32_t *slots; /* item number, −1 */
} index_map;

/* Room for so many items, at most half full. */
static bool index_map_init(index_map *self, hw_arena *arena, size_t n_items) {
  self->n_slots = 16;
  while (self->n_slots < 2 * n_items) self->n_slots *= 2;
  self->slots = hw_arena_alloc_array(arena, self->n_slots, sizeof *self->slots);
  if (self->slots == NULL) return false;
  memset(self->slots, 0xff, self->n_slots * sizeof *self->slots);
  return true;
}

static uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 29);
}

static uint64_t mix_double(uint64_t hash, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return mix(hash, bits);
}

/* --- classes of noise ----------------------------------------------------- */

/* Everything that grouping needs. */
typedef struct grouping {
  hwp_null *null;
  hw_arena *scratch;
  index_map groups, noises;
  double *information; /* by marker: of one allele, log10 units */
} grouping;

static int32_t noise_class(grouping *self, hwp_noise noise) {
  hwp_null *null = self->null;
  if (!(noise.dropout != 0.0 || noise.drop_in != 0.0 || noise.typing_error != 0.0)) return 0;
  const uint64_t hash =
      mix_double(mix_double(mix_double(1, noise.dropout), noise.drop_in), noise.typing_error);
  size_t slot = hash & (self->noises.n_slots - 1);
  for (; self->noises.slots[slot] >= 0; slot = (slot + 1) & (self->noises.n_slots - 1)) {
    const hwp_noise *known = &null->noises[self->noises.slots[slot]];
    if (known->dropout == noise.dropout && known->drop_in == noise.drop_in &&
        known->typing_error == noise.typing_error)
      return self->noises.slots[slot];
  }
  self->noises.slots[slot] = null->n_noises;
  null->noises[null->n_noises] = noise;
  return null->n_noises++;
}

/* --- groups --------------------------------------------------------------- */

static bool is_same(const grouping *self, const hwp_group *group, const hw_profile *profile,
                    const int32_t noise[2]) {
  const hw_search_input *input = self->null->input;
  const hw_observation *other = input->samples[group->sample].profile.observations;
  if (group->noise[0] != noise[0] || group->noise[1] != noise[1]) return false;
  for (int32_t m = 0; m < input->n_markers; m++)
    if (hwp_form_of(&profile->observations[m]) != hwp_form_of(&other[m])) return false;
  return true;
}

static double information_of(const grouping *self, const hw_profile *profile) {
  static const double alleles[HWP_FORM_COUNT] = {0.0, 2.0, 1.0, 1.0, 1.5};
  double sum = 0.0;
  for (int32_t m = 0; m < self->null->input->n_markers; m++)
    sum += alleles[hwp_form_of(&profile->observations[m])] * self->information[m];
  return sum;
}

/* The group of a sample; made if it is the first. */
static hwp_group *group_of(grouping *self, int32_t sample) {
  hwp_null *null = self->null;
  const hw_profile *profile = &null->input->samples[sample].profile;
  uint64_t hash = 2;
  bool has_form[HWP_FORM_COUNT] = {false};
  for (int32_t m = 0; m < null->input->n_markers; m++) {
    const hwp_form form = hwp_form_of(&profile->observations[m]);
    has_form[form] = true;
    hash = mix(hash, form);
  }
  int32_t noise[2] = {0, 0};
  if (has_form[HWP_FORM_GENOTYPE] || has_form[HWP_FORM_PARTIAL] || has_form[HWP_FORM_SINGLE])
    noise[0] = noise_class(self, (hwp_noise){.typing_error = profile->typing_error});
  if (has_form[HWP_FORM_SET])
    noise[1] =
        noise_class(self, (hwp_noise){.dropout = profile->dropout, .drop_in = profile->drop_in});
  hash = mix(mix(hash, (uint64_t)noise[0]), (uint64_t)noise[1]);
  size_t slot = hash & (self->groups.n_slots - 1);
  for (; self->groups.slots[slot] >= 0; slot = (slot + 1) & (self->groups.n_slots - 1)) {
    hwp_group *group = &null->groups[self->groups.slots[slot]];
    if (is_same(self, group, profile, noise)) return group;
  }
  self->groups.slots[slot] = null->n_groups;
  hwp_group *group = &null->groups[null->n_groups++];
  *group = (hwp_group){.sample = sample,
                       .noise = {noise[0], noise[1]},
                       .information = information_of(self, profile)};
  return group;
}

static int32_t n_samples_of(const hwp_group *group) {
  return group->n_of_sex[HW_UNKNOWN_SEX] + group->n_of_sex[HW_MALE] + group->n_of_sex[HW_FEMALE];
}

static int32_t eligible(const hwp_group *group, hw_sex sex) {
  if (sex == HW_UNKNOWN_SEX) return n_samples_of(group);
  return group->n_of_sex[HW_UNKNOWN_SEX] + group->n_of_sex[sex];
}

static int by_size(const void *left, const void *right) {
  const hwp_group *a = left, *b = right;
  const int32_t n_a = n_samples_of(a), n_b = n_samples_of(b);
  if (n_a != n_b) return n_a > n_b ? -1 : 1;
  return a->sample < b->sample ? -1 : a->sample > b->sample;
}

static int by_information(const void *left, const void *right) {
  const hwp_group *a = left, *b = right;
  if (a->information != b->information) return a->information < b->information ? -1 : 1;
  return a->sample < b->sample ? -1 : a->sample > b->sample;
}

/* Orders the groups: those always computed, then the others, with their sums. */
static hw_status order_groups(hwp_null *self, hw_err *err) {
  qsort(self->groups, (size_t)self->n_groups, sizeof *self->groups, by_size);
  self->n_always = self->n_groups;
  if (self->n_groups > HWP_PICKS) {
    self->n_always = 0;
    while (self->n_always < HWP_ALWAYS &&
           n_samples_of(&self->groups[self->n_always]) >= self->input->n_samples / LARGE_PART)
      self->n_always++;
  }
  const int32_t n = self->n_groups - self->n_always;
  const hwp_group *others = self->groups + self->n_always;
  qsort(self->groups + self->n_always, (size_t)n, sizeof *self->groups, by_information);
  for (hw_sex sex = HW_UNKNOWN_SEX; sex <= HW_FEMALE; sex++) {
    int64_t *before = hw_arena_alloc_array(&self->arena, (size_t)n + 1, sizeof *before);
    if (before == NULL) return HW_NO_MEMORY(err, "the sets of typed markers");
    for (int32_t i = 0; i < n; i++) before[i + 1] = before[i] + eligible(&others[i], sex);
    self->before[sex] = before;
  }
  return HW_OK;
}

static hw_status group_samples(grouping *self, hw_err *err) {
  hwp_null *null = self->null;
  const hw_search_input *input = null->input;
  const size_t n = (size_t)input->n_samples;
  hwp_group *groups = hw_arena_alloc_array(self->scratch, n + 1, sizeof *groups);
  hwp_noise *noises = hw_arena_alloc_array(self->scratch, 2 * n + 1, sizeof *noises);
  self->information =
      hw_arena_alloc_array(self->scratch, (size_t)input->n_markers + 1, sizeof(double));
  if (groups == NULL || noises == NULL || self->information == NULL ||
      !index_map_init(&self->groups, self->scratch, n) ||
      !index_map_init(&self->noises, self->scratch, 2 * n))
    return HW_NO_MEMORY(err, "the sets of typed markers");
  for (int32_t m = 0; m < input->n_markers; m++) {
    const hw_marker *marker = &input->markers[m];
    double homozygous = 0.0;
    for (hw_allele a = 0; a < marker->n_alleles; a++)
      homozygous += marker->frequencies[a] * marker->frequencies[a];
    self->information[m] = homozygous > 0.0 ? -hw_log10(homozygous) : 0.0;
  }
  null->groups = groups;
  null->noises = noises;
  null->n_noises = 1; /* class 0: none */
  for (int32_t i = 0; i < input->n_samples; i++)
    group_of(self, i)->n_of_sex[input->samples[i].sex]++;
  null->groups = hw_arena_copy(&null->arena, groups, sizeof *groups * (size_t)null->n_groups);
  null->noises = hw_arena_copy(&null->arena, noises, sizeof *noises * (size_t)null->n_noises);
  if (null->groups == NULL || null->noises == NULL)
    return HW_NO_MEMORY(err, "the sets of typed markers");
  return order_groups(null, err);
}

hw_status hwp_null_group(hwp_null *self, hw_err *err) {
  hw_arena scratch;
  hw_arena_init(&scratch, 0);
  grouping work = {.null = self, .scratch = &scratch};
  const hw_status status = group_samples(&work, err);
  hw_arena_clear(&scratch);
  return status;
}

/* --- what a query computes ------------------------------------------------ */

/* The group in which the sample with this number, counted over `before`, is. */
static int32_t group_at(const int64_t *before, int32_t n, int64_t number) {
  int32_t low = 0, high = n;
  while (high - low > 1) {
    const int32_t middle = low + (high - low) / 2;
    if (before[middle] <= number)
      low = middle;
    else
      high = middle;
  }
  return low;
}

int32_t hwp_null_pick(const hwp_null *self, int32_t query, hw_sex sex, hwp_pick *picks) {
  int32_t n = 0;
  for (int32_t i = 0; i < self->n_always; i++) {
    const int32_t n_samples = eligible(&self->groups[i], sex);
    if (n_samples > 0) picks[n++] = (hwp_pick){&self->groups[i], n_samples, -1};
  }
  const int32_t n_others = self->n_groups - self->n_always;
  const int64_t *before = self->before[sex], total = before[n_others];
  if (total == 0) return n;
  hw_random root, stream;
  hw_random_init(&root, SEED);
  stream = hw_random_split(&root, (uint64_t)query);
  for (int32_t i = 0; i < HWP_STRATA * HWP_DRAWS; i++) {
    const int32_t stratum = i / HWP_DRAWS;
    const double at = (stratum + hw_random_double(&stream)) / HWP_STRATA * (double)total;
    int64_t number = (int64_t)at;
    if (number >= total) number = total - 1; /* rounding up at the very end */
    picks[n++] =
        (hwp_pick){.group = &self->groups[self->n_always + group_at(before, n_others, number)],
                   .n_samples = (double)total / (HWP_STRATA * HWP_DRAWS),
                   .stratum = stratum};
  }
  return n;
}
