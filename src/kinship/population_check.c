/* Frequencies against people: likelihood ratios of unrelated pairs, and heterozygosity.
 *
 * Where the model holds, E[LR | unrelated] = 1 and so P(LR ≥ x) ≤ 1/x (Markov; in forensics: Good
 * 1950 after Turing). The number of n pairs above x is then at most binomial with 1/x, and a number
 * that such a binomial hardly reaches speaks against the model. The test is one-sided and needs no
 * simulation; it says nothing about too small ratios, which cost power but accuse nobody.
 *
 * F of a person is where Π_m [ B_m + F (H_m − B_m) ] is largest, with B_m = P(data | Hardy–Weinberg)
 * and H_m = P(data | homozygous by descent) at marker m: genotype probabilities p² + F p q, 2 p q
 * (1 − F), of Wright (1951). The logarithm is concave in F, so that its slope is bisected; F may be
 * negative (too many heterozygotes: contamination) down to where some data become impossible. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/elementary.h"
#include "genetics/snp_int.h"
#include "homeward/population.h"

enum {
  N_FAMILY = 8,
  BISECTIONS = 50,
  MOST_GENOTYPES = HW_PANEL_MAX_ALLELES * (HW_PANEL_MAX_ALLELES + 1) / 2
};
static const double LN_10 = 2.302585092994045684;
static const double LEAST_TAIL = 0.01;

typedef struct checker {
  const hw_panel *panel;
  const double *frequencies; /* of the population */
  int32_t n;
  const hw_snp_profile *profiles;
  const hw_population_options *options;
  hw_arena arena;
  int32_t n_used;
  int32_t *used; /* markers of the panel */
  hw_linked_marker *markers;
  float **likelihoods; /* per profile, of the used markers */
} checker;

/* --- what is weighed --- */

static bool is_usable(const checker *self, int32_t m) {
  const hw_panel_marker *marker = &self->panel->markers[m];
  return marker->chromosome != HW_PANEL_X && !isnan(marker->female_cm) && !isnan(marker->male_cm) &&
         !isnan(self->frequencies[self->panel->first_allele[m]]);
}

static hw_status find_markers(checker *self, hw_err *err) {
  const hw_panel *panel = self->panel;
  const size_t n = (size_t)panel->n_markers;
  self->used = hw_arena_alloc_array(&self->arena, n, sizeof *self->used);
  self->markers = hw_arena_alloc_array(&self->arena, n, sizeof *self->markers);
  if (!self->used || !self->markers) return HW_NO_MEMORY(err, "the check of a population");
  for (int32_t m = 0; m < panel->n_markers; m++) {
    if (!is_usable(self, m)) continue;
    const hw_panel_marker *marker = &panel->markers[m];
    self->used[self->n_used] = m;
    self->markers[self->n_used++] =
        (hw_linked_marker){.chromosome = marker->chromosome,
                           .female_cm = marker->female_cm,
                           .male_cm = marker->male_cm,
                           .n_alleles = marker->n_alleles,
                           .frequencies = self->frequencies + panel->first_allele[m]};
  }
  if (self->n_used > 0) return HW_OK;
  return hw_err_set(
      err, HW_E_VALUE,
      "no autosomal marker of the panel has both frequencies in this population and a "
      "place on the genetic map");
}

static hw_status fill_likelihoods(checker *self, hw_err *err) {
  const hw_panel *panel = self->panel;
  size_t n = 0;
  for (int32_t u = 0; u < self->n_used; u++)
    n += (size_t)(panel->first_genotype[self->used[u] + 1] - panel->first_genotype[self->used[u]]);
  self->likelihoods =
      hw_arena_alloc_array(&self->arena, (size_t)self->n, sizeof *self->likelihoods);
  uint8_t *row = hw_arena_alloc(&self->arena, n);
  if (!self->likelihoods || !row) return HW_NO_MEMORY(err, "the check of a population");
  for (int32_t i = 0; i < self->n; i++) {
    uint8_t *at = row;
    for (int32_t u = 0; u < self->n_used; u++) {
      const int32_t first = panel->first_genotype[self->used[u]];
      const size_t k = (size_t)(panel->first_genotype[self->used[u] + 1] - first);
      memcpy(at, self->profiles[i].bytes + first, k);
      at += k;
    }
    self->likelihoods[i] = hw_arena_alloc_array(&self->arena, n, sizeof **self->likelihoods);
    if (!self->likelihoods[i]) return HW_NO_MEMORY(err, "the check of a population");
    hw_snp_likelihoods(row, (int64_t)n, self->likelihoods[i]);
  }
  return HW_OK;
}

/* --- pairs --- */

static bool is_left_out(const hw_population_options *o, int32_t a, int32_t b) {
  for (int32_t i = 0; i < o->n_related; i++)
    if ((o->related[i][0] == a && o->related[i][1] == b) ||
        (o->related[i][0] == b && o->related[i][1] == a))
      return true;
  return false;
}

static hw_status choose_pairs(const checker *self, hw_population_result *out, hw_err *err) {
  const int32_t n = self->n;
  const int32_t most = self->options->max_pairs ? self->options->max_pairs : HW_POPULATION_PAIRS;
  out->pairs = calloc((size_t)most, sizeof *out->pairs);
  if (!out->pairs) return HW_NO_MEMORY(err, "the check of a population");
  for (int32_t step = 1; step <= n / 2; step++) {
    const int32_t last = 2 * step == n ? n / 2 : n; /* Half way round, i with j is j with i. */
    for (int32_t i = 0; i < last && out->n_pairs < most; i++) {
      const int32_t j = (i + step) % n;
      if (!is_left_out(self->options, i, j))
        out->pairs[out->n_pairs++] = (hw_population_pair){.a = i < j ? i : j, .b = i < j ? j : i};
    }
  }
  if (out->n_pairs > 0) return HW_OK;
  return hw_err_set(err, HW_E_SHAPE, "no pair of the %d profiles is left to be weighed", (int)n);
}

/* The two persons come first; lines of descent go through a man and a woman alternately, so that
 * both maps have their share. */
static int32_t make_family(hw_population_relation relation, hw_person persons[N_FAMILY]) {
  static const char *const ids[N_FAMILY] = {"1", "2", "3", "4", "5", "6", "7", "8"};
  const int32_t none = HW_PERSON_NONE;
  for (int32_t i = 0; i < N_FAMILY; i++)
    persons[i] = (hw_person){ids[i], none, none, i < 2 ? HW_UNKNOWN_SEX : HW_MALE, none};
  if (relation == HW_PARENT_CHILD) {
    persons[1].father = 0;
    return 2;
  }
  persons[3].sex = persons[5].sex = HW_FEMALE;
  persons[4].father = persons[5].father = 2;
  persons[4].mother = persons[5].mother = 3;
  if (relation == HW_FIRST_COUSINS) {
    persons[0].father = 4;
    persons[1].mother = 5;
    return 6;
  }
  persons[6].sex = HW_FEMALE;
  persons[6].father = 4;
  persons[7].mother = 5;
  persons[0].mother = 6;
  persons[1].father = 7;
  return 8;
}

static hw_status ln_of(const checker *self, const hw_pedigree *pedigree,
                       const hw_population_pair *pair, double *ln, hw_err *err) {
  const hw_linked_typed typed[] = {{0, self->likelihoods[pair->a]},
                                   {1, self->likelihoods[pair->b]}};
  const hw_linked_problem problem = {.pedigree = pedigree,
                                     .n_typed = 2,
                                     .typed = typed,
                                     .n_markers = self->n_used,
                                     .markers = self->markers,
                                     .theta = self->options->theta};
  hw_linked_result result;
  HW_TRY(hw_linked_likelihood(&problem, self->options->linked, &result, err));
  *ln = result.ln_likelihood;
  return HW_OK;
}

static hw_status weigh_pairs(const checker *self, hw_population_result *out, hw_err *err) {
  hw_person relatives[N_FAMILY], strangers[N_FAMILY];
  const hw_pedigree related = {make_family(self->options->relation, relatives), relatives};
  (void)make_family(HW_PARENT_CHILD, strangers);
  strangers[1].father = HW_PERSON_NONE;
  const hw_pedigree unrelated = {2, strangers};
  for (int32_t i = 0; i < out->n_pairs; i++) {
    hw_population_pair *pair = &out->pairs[i];
    double ln_related, ln_unrelated;
    HW_TRY(ln_of(self, &related, pair, &ln_related, err));
    HW_TRY(ln_of(self, &unrelated, pair, &ln_unrelated, err));
    if (!isfinite(ln_unrelated))
      return hw_err_set(err, HW_E_DEGENERATE,
                        "the profiles \"%.60s\" and \"%.60s\" are impossible under the frequencies",
                        self->profiles[pair->a].id, self->profiles[pair->b].id);
    pair->log10_lr = (ln_related - ln_unrelated) / LN_10;
  }
  return HW_OK;
}

/* --- the verdict --- */

static int compare_doubles(const void *a, const void *b) {
  const double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static hw_status find_median(hw_population_result *out, hw_arena *arena, hw_err *err) {
  const size_t n = (size_t)out->n_pairs;
  double *sorted = hw_arena_alloc_array(arena, n, sizeof *sorted);
  if (!sorted) return HW_NO_MEMORY(err, "the check of a population");
  for (size_t i = 0; i < n; i++) sorted[i] = out->pairs[i].log10_lr;
  qsort(sorted, n, sizeof *sorted, compare_doubles);
  const double low = sorted[(n - 1) / 2], high = sorted[n / 2];
  out->median_log10_lr = low == high ? low : (low + high) / 2; /* Two −inf have no mean. */
  return HW_OK;
}

/* P(k or more of n), each with probability p. */
static double binomial_tail(int32_t n, int32_t k, double p) {
  double term = hw_power(1 - p, n), sum = 0;
  if (p >= 1) return 1;
  for (int32_t j = 0; j <= n; j++) {
    if (j >= k) sum += term;
    term *= (double)(n - j) / (j + 1) * p / (1 - p);
  }
  return sum < 1 ? sum : 1;
}

static void judge(hw_population_result *out) {
  bool is_inflated = false;
  for (int l = 0; l < HW_POPULATION_LEVELS; l++) {
    hw_population_level *level = &out->levels[l];
    *level = (hw_population_level){.lr = l == 0 ? 1 : l == 1 ? 1e2 : 1e4};
    for (int32_t i = 0; i < out->n_pairs; i++) level->n += out->pairs[i].log10_lr > 2 * l;
    level->share = (double)level->n / out->n_pairs;
    level->tail = binomial_tail(out->n_pairs, level->n, 1 / level->lr);
    if (level->tail < LEAST_TAIL) is_inflated = true;
  }
  if (is_inflated)
    out->verdict = HW_POPULATION_INFLATED;
  else if (out->median_log10_lr >= 0)
    out->verdict = HW_POPULATION_NOT_BELOW;
  else if (out->n_pairs < HW_POPULATION_LEAST_PAIRS)
    out->verdict = HW_POPULATION_TOO_FEW;
  else
    out->verdict = HW_POPULATION_FITS;
}

/* --- heterozygosity --- */

/* One marker of one person: P(data) = base + F · slope. */
typedef struct line {
  double base, slope;
} line;

static double slope_at(const line *lines, int32_t n, double f) {
  double sum = 0;
  for (int32_t i = 0; i < n; i++) sum += lines[i].slope / (lines[i].base + f * lines[i].slope);
  return sum;
}

static double find_f(const line *lines, int32_t n) {
  double low = -1, high = 1;
  for (int32_t i = 0; i < n; i++)
    if (lines[i].slope > 0) low = fmax(low, -lines[i].base / lines[i].slope);
  for (int round = 0; round < BISECTIONS; round++) {
    const double middle = low + (high - low) / 2;
    if (slope_at(lines, n, middle) > 0)
      low = middle;
    else
      high = middle;
  }
  return low + (high - low) / 2;
}

/* @param expected  [out] mean heterozygosity of the markers where the person is known
 * @return how many they are */
static int32_t make_lines(const checker *self, const hwp_snp_scale *scale, int32_t person,
                          line *lines, double *expected) {
  const hw_panel *panel = self->panel;
  double weights[MOST_GENOTYPES], sum = 0;
  int32_t n = 0;
  for (int32_t u = 0; u < self->n_used; u++) {
    const int32_t m = self->used[u], k = panel->markers[m].n_alleles;
    const uint8_t *bytes = self->profiles[person].bytes + panel->first_genotype[m];
    const double *p = self->frequencies + panel->first_allele[m];
    if (!hwp_snp_is_known(bytes, k)) continue;
    const double base = hwp_snp_weigh(scale, bytes, k, p, false, weights);
    const double by_descent = hwp_snp_weigh(scale, bytes, k, p, true, weights);
    if (!(base > 0)) continue;
    lines[n++] = (line){base, by_descent - base};
    for (int32_t a = 0; a < k; a++) sum += p[a] * (1 - p[a]);
  }
  *expected = n > 0 ? sum / n : 0;
  return n;
}

static hw_status find_heterozygosity(checker *self, hw_population_result *out, hw_err *err) {
  hwp_snp_scale scale;
  int32_t n = 0;
  double squares = 0;
  line *lines = hw_arena_alloc_array(&self->arena, (size_t)self->n_used, sizeof *lines);
  double *of = hw_arena_alloc_array(&self->arena, (size_t)self->n, sizeof *of);
  if (!lines || !of) return HW_NO_MEMORY(err, "the check of a population");
  hwp_snp_scale_init(&scale);
  for (int32_t i = 0; i < self->n; i++) {
    double expected;
    const int32_t n_lines = make_lines(self, &scale, i, lines, &expected);
    if (n_lines == 0) continue;
    of[n] = find_f(lines, n_lines);
    out->expected_heterozygosity += expected;
    out->observed_heterozygosity += (1 - of[n]) * expected;
    out->f += of[n++];
  }
  if (n == 0) return HW_OK;
  out->expected_heterozygosity /= n;
  out->observed_heterozygosity /= n;
  out->f /= n;
  for (int32_t i = 0; i < n; i++) squares += (of[i] - out->f) * (of[i] - out->f);
  if (n > 1) out->f_error = sqrt(squares / (n - 1) / n);
  return HW_OK;
}

/* --- all of it --- */

static hw_status check_asked(const hw_panel *panel, int32_t population, int32_t n_profiles,
                             const hw_population_options *o, hw_err *err) {
  if (population < 0 || population >= panel->n_populations)
    return hw_err_set(err, HW_E_VALUE, "the panel has no population %d", (int)population);
  if (n_profiles < 2)
    return hw_err_set(err, HW_E_SHAPE, "%d profiles; a pair needs two", (int)n_profiles);
  if (o->relation < HW_SECOND_COUSINS || o->relation > HW_PARENT_CHILD)
    return hw_err_set(err, HW_E_VALUE, "relation %d does not exist", (int)o->relation);
  if (o->max_pairs < 0 || o->max_pairs > HW_POPULATION_MOST_PAIRS)
    return hw_err_set(err, HW_E_VALUE, "%d pairs; expected 1 to %d", (int)o->max_pairs,
                      HW_POPULATION_MOST_PAIRS);
  if (!(o->theta >= 0 && o->theta < 1))
    return hw_err_set(err, HW_E_VALUE, "theta is %g; expected 0 or more and less than 1", o->theta);
  return HW_OK;
}

static hw_status check_all(checker *self, hw_population_result *out, hw_err *err) {
  HW_TRY(find_markers(self, err));
  out->n_markers = self->n_used;
  HW_TRY(choose_pairs(self, out, err));
  HW_TRY(fill_likelihoods(self, err));
  HW_TRY(find_heterozygosity(self, out, err));
  HW_TRY(weigh_pairs(self, out, err));
  HW_TRY(find_median(out, &self->arena, err));
  judge(out);
  return HW_OK;
}

hw_status hw_population_check(const hw_panel *panel, int32_t population, int32_t n_profiles,
                              const hw_snp_profile *profiles, const hw_population_options *options,
                              hw_population_result *out, hw_err *err) {
  static const hw_population_options defaults = {0};
  *out = (hw_population_result){0};
  if (!options) options = &defaults;
  HW_TRY(check_asked(panel, population, n_profiles, options, err));
  checker self = {.panel = panel,
                  .frequencies = panel->populations[population].frequencies,
                  .n = n_profiles,
                  .profiles = profiles,
                  .options = options};
  hw_arena_init(&self.arena, 0);
  const hw_status status = check_all(&self, out, err);
  hw_arena_clear(&self.arena);
  if (status != HW_OK) hw_population_result_clear(out);
  return status;
}

void hw_population_result_clear(hw_population_result *self) {
  if (!self) return;
  free(self->pairs);
  *self = (hw_population_result){0};
}
