/* Contexts in a standard form: different contexts that have the same row share it.
 *
 * 1. Without theta, a pedigree is a Markov network: genotypes of individuals are
 *    nodes, parents and child (and two parents of one child) are joined, and only
 *    individuals with data and their ancestors count. Where all paths between two
 *    individuals run through known genotypes, the data of the one tell nothing of
 *    the other (Lauritzen & Sheehan 2003, §3). That the order of the two alleles is
 *    not known does no harm: transmission to children does not depend on it. Classes
 *    at places that are separated in this way from the place that is asked for are
 *    set to 0.
 * 2. Exchangeable places (place_symmetry.c): classes are put into descending order,
 *    and the first place of the group is asked for. At autosomal markers the sex of
 *    the missing plays no part.
 *
 * What is separated depends on who is typed and who stands where, not on alleles, so
 * that it is looked up in a small table. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "identify/place_int.h"

/* Places beyond which nothing is separated: two bits each must fit a word. Individuals likewise. */
enum { MOST_PLACES = 32, MOST_INDIVIDUALS = 400, N_REACH = 4096 };

static void take_pattern(const hwp_place *self, int32_t m, uint8_t *pattern) {
  const hw_marker *marker = &self->problem->markers[m];
  memset(pattern, HWP_NO_DATA, (size_t)self->individuals.n);
  for (int32_t p = 0; p < self->family->n_profiles; p++) {
    const hw_profile *profile = &self->family->profiles[p];
    const hw_observation *seen = &profile->observations[m];
    uint8_t *data = &pattern[self->individuals.individual[self->family->profile_person[p]]];
    if (hwp_place_is_known(marker, seen, profile))
      *data = HWP_GENOTYPE;
    else if (seen->kind != HW_OBS_MISSING && *data == HWP_NO_DATA)
      *data = HWP_DATA;
  }
}

hw_status hwp_place_contexts_init(hwp_place *self, hw_err *err) {
  const size_t n = (size_t)self->individuals.n + 1, n_places = (size_t)self->n_places + 1;
  hw_arena *arena = &self->arena;
  size_t n_bytes = 0;
  if (!hw_mul_size((size_t)self->n_markers + 1, n, &n_bytes))
    return HW_NO_MEMORY(err, "a family's contexts");
  self->pattern = hw_arena_alloc(arena, n_bytes);
  self->reach = hw_arena_alloc_array(arena, N_REACH, sizeof *self->reach);
  self->is_included = hw_arena_alloc_array(arena, n, sizeof *self->is_included);
  self->is_reached = hw_arena_alloc_array(arena, n, sizeof *self->is_reached);
  self->queue = hw_arena_alloc_array(arena, n, sizeof *self->queue);
  for (int s = 0; s < 2; s++)
    self->group[s] = hw_arena_alloc_array(arena, n_places, sizeof *self->group[s]);
  if (!self->pattern || !self->reach || !self->is_included || !self->is_reached || !self->queue ||
      !self->group[0] || !self->group[1])
    return HW_NO_MEMORY(err, "a family's contexts");
  for (int32_t i = 0; i < N_REACH; i++) self->reach[i].place = -1;
  const size_t width = (size_t)self->individuals.n;
  for (int32_t m = 0; m < self->n_markers; m++) {
    uint8_t *own = self->pattern + (size_t)self->n_patterns * width;
    take_pattern(self, m, own);
    int32_t known = 0;
    while (memcmp(self->pattern + (size_t)known * width, own, width) != 0) known++;
    self->markers[m].pattern = known;
    if (known == self->n_patterns) self->n_patterns++;
  }
  HW_TRY(hwp_place_groups(self, false, self->group[0], err));
  return hwp_place_groups(self, true, self->group[1], err);
}

/* ---- separation ---- */

static hwp_place_data data_of(const hwp_place *self, const uint8_t *pattern, uint64_t status,
                              int32_t individual) {
  uint8_t most = pattern[individual];
  for (int32_t k = 0; k < self->n_places; k++)
    if (self->individual[k] == individual && (uint8_t)(status >> 2 * k & 3) > most)
      most = (uint8_t)(status >> 2 * k & 3);
  return (hwp_place_data)most;
}

static void include(hwp_place *self, int32_t individual) {
  if (individual < 0 || self->is_included[individual]) return;
  self->is_included[individual] = true;
  include(self, self->individuals.father[individual]);
  include(self, self->individuals.mother[individual]);
}

static void reach(hwp_place *self, int32_t individual, int32_t *n_queue) {
  if (individual < 0 || self->is_reached[individual] || !self->is_included[individual]) return;
  self->is_reached[individual] = true;
  self->queue[(*n_queue)++] = individual;
}

/* Bit set of places whose individuals have a path to that of `place`. */
static uint64_t find_mask(hwp_place *self, const uint8_t *pattern, uint64_t status, int32_t place) {
  const hwp_family *family = &self->individuals;
  const size_t n = (size_t)family->n;
  memset(self->is_included, 0, n * sizeof *self->is_included);
  memset(self->is_reached, 0, n * sizeof *self->is_reached);
  for (int32_t i = 0; i < family->n; i++)
    if (i == self->individual[place] || data_of(self, pattern, status, i) != HWP_NO_DATA)
      include(self, i);
  int32_t n_queue = 0;
  reach(self, self->individual[place], &n_queue);
  for (int32_t at = 0; at < n_queue; at++) {
    const int32_t i = self->queue[at];
    if (data_of(self, pattern, status, i) == HWP_GENOTYPE) continue;
    reach(self, family->father[i], &n_queue);
    reach(self, family->mother[i], &n_queue);
    for (int32_t c = 0; c < family->n; c++) {
      if (!self->is_included[c] || (family->father[c] != i && family->mother[c] != i)) continue;
      reach(self, c, &n_queue);
      reach(self, family->father[c], &n_queue);
      reach(self, family->mother[c], &n_queue);
    }
  }
  uint64_t mask = 0;
  for (int32_t k = 0; k < self->n_places; k++)
    if (self->is_reached[self->individual[k]]) mask |= 1ULL << k;
  return mask;
}

static uint64_t mask_of(hwp_place *self, int32_t pattern, uint64_t status, int32_t place) {
  uint64_t hash = (status ^ (uint64_t)pattern << 40 ^ (uint64_t)place << 52) * 0x9e3779b97f4a7c15U;
  hwp_place_reach *known = &self->reach[hash >> 52];
  if (known->place != place || known->pattern != pattern || known->status != status)
    *known = (hwp_place_reach){
        status,
        find_mask(self, self->pattern + (size_t)pattern * (size_t)self->individuals.n, status,
                  place),
        pattern, place};
  return known->mask;
}

static void separate(hwp_place *self, int32_t m, int32_t place, uint16_t *codes) {
  const hwp_place_marker *info = &self->markers[m];
  const hw_marker *marker = &self->problem->markers[m];
  uint64_t status = 0;
  for (int32_t k = 0; k < self->n_places; k++) {
    if (codes[k] == 0) continue;
    const hwp_place_class *class = &info->classes[codes[k]];
    const bool is_known = hwp_place_is_known(marker, class->observation, class->profile);
    status |= (uint64_t)(is_known ? HWP_GENOTYPE : HWP_DATA) << 2 * k;
  }
  if (status == 0) return;
  const uint64_t mask = mask_of(self, info->pattern, status, place);
  for (int32_t k = 0; k < self->n_places; k++)
    if (!(mask >> k & 1)) codes[k] = 0;
}

/* ---- order ---- */

/* Puts the classes of one group into descending order, the place that is asked for before all. */
static int32_t order_group(const hwp_place *self, const int32_t *group, int32_t first,
                           int32_t place, uint16_t *codes) {
  uint16_t sorted[MOST_PLACES];
  const bool is_asked = group[place] == first;
  int32_t n = 0;
  for (int32_t k = first; k < self->n_places; k++) {
    if (group[k] != first || k == place) continue;
    int32_t at = n++;
    for (; at > 0 && sorted[at - 1] < codes[k]; at--) sorted[at] = sorted[at - 1];
    sorted[at] = codes[k];
  }
  if (is_asked) codes[first] = 0;
  for (int32_t k = first + (is_asked ? 1 : 0), i = 0; i < n; k++)
    if (group[k] == first) codes[k] = sorted[i++];
  return is_asked ? first : place;
}

int32_t hwp_place_context(hwp_place *self, int32_t m, const int32_t *placed, int32_t place,
                          uint16_t *codes) {
  const hwp_place_marker *info = &self->markers[m];
  if (info->is_contradicted) {
    memset(codes, 0, sizeof *codes * (size_t)self->n_places);
    return 0;
  }
  const bool *single = self->is_single + (size_t)m * (size_t)self->n_places;
  for (int32_t k = 0; k < self->n_places; k++) {
    const uint16_t c = placed[k] >= 0 && k != place ? info->class_of[placed[k]] : 0;
    codes[k] = c > 0 && info->classes[c].population[single[k]] > 0.0 ? c : 0;
  }
  if (self->n_places > MOST_PLACES) return place;
  if (!(self->problem->theta > 0.0) && self->individuals.n <= MOST_INDIVIDUALS)
    separate(self, m, place, codes);
  const int32_t *group = self->group[hw_marker_is_x(&self->problem->markers[m]) ? 0 : 1];
  for (int32_t k = 0; k < self->n_places; k++)
    if (group[k] == k) place = order_group(self, group, k, place, codes);
  return place;
}
