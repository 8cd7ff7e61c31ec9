/* Frequencies of a population from its own people, read well or badly.
 *
 * Under Hardy–Weinberg the likelihood of frequencies p is Π_i Σ_ab p_a p_b P(data_i | a/b). EM
 * (Dempster, Laird & Rubin 1977) counts each person's alleles by their probabilities under the last
 * p, and takes shares:
 *
 *   x_a = Σ_i E[copies of a | data_i, p]      p_a ← (x_a + c) / (N + c K)
 *
 * with N the alleles observed, K those of the marker, and c pseudo-counts, which make this the mode
 * under a Dirichlet prior (c + 1 each): no allele becomes impossible because few people were
 * looked at. Starting from equal shares, the same data give the same bits. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/elementary.h"
#include "base/str.h"
#include "genetics/panel_build.h"
#include "genetics/snp_int.h"

enum { MOST_ROUNDS = 1000, MOST_GENOTYPES = HW_PANEL_MAX_ALLELES * (HW_PANEL_MAX_ALLELES + 1) / 2 };
static const double CLOSE_ENOUGH = 1e-9;

void hwp_snp_scale_init(hwp_snp_scale *self) {
  for (int b = 0; b < 256; b++) self->of[b] = hw_pow10(-b / (double)HW_SNP_UNITS);
}

double hwp_snp_weigh(const hwp_snp_scale *scale, const uint8_t *bytes, int32_t n_alleles,
                     const double *frequencies, bool is_haploid, double *weights) {
  double sum = 0;
  int32_t g = 0;
  for (int32_t b = 0; b < n_alleles; b++)
    for (int32_t a = 0; a <= b; a++, g++) {
      double prior = a == b ? frequencies[a] * frequencies[a] : 2 * frequencies[a] * frequencies[b];
      if (is_haploid) prior = a == b ? frequencies[a] : 0;
      weights[g] = prior * scale->of[bytes[g]];
      sum += weights[g];
    }
  return sum;
}

bool hwp_snp_is_known(const uint8_t *bytes, int32_t n_alleles) {
  for (int32_t g = 0; g < n_alleles * (n_alleles + 1) / 2; g++)
    if (bytes[g] != 0) return true;
  return false;
}

bool hwp_snp_is_haploid(const hw_panel *panel, int32_t marker, const hw_snp_profile *profile) {
  return panel->markers[marker].chromosome == HW_PANEL_X && profile->sex == HW_MALE;
}

/* Adds the expected copies of one person's alleles. */
static void count_copies(const double *weights, double sum, int32_t n_alleles, bool is_haploid,
                         double *copies) {
  int32_t g = 0;
  for (int32_t b = 0; b < n_alleles; b++)
    for (int32_t a = 0; a <= b; a++, g++) {
      const double share = weights[g] / sum;
      copies[a] += share;
      if (!is_haploid) copies[b] += share;
    }
}

/* One round. @return N */
static double count_all(const hwp_snp_scale *scale, const hw_panel *panel, int32_t marker,
                        int32_t n_profiles, const hw_snp_profile *profiles,
                        const double *frequencies, double *copies) {
  const int32_t k = panel->markers[marker].n_alleles;
  double weights[MOST_GENOTYPES], n = 0;
  for (int32_t a = 0; a < k; a++) copies[a] = 0;
  for (int32_t i = 0; i < n_profiles; i++) {
    const uint8_t *bytes = profiles[i].bytes + panel->first_genotype[marker];
    if (!hwp_snp_is_known(bytes, k)) continue;
    const bool is_haploid = hwp_snp_is_haploid(panel, marker, &profiles[i]);
    const double sum = hwp_snp_weigh(scale, bytes, k, frequencies, is_haploid, weights);
    if (!(sum > 0)) continue;
    count_copies(weights, sum, k, is_haploid, copies);
    n += is_haploid ? 1 : 2;
  }
  return n;
}

double hwp_snp_estimate(const hwp_snp_scale *scale, const hw_panel *panel, int32_t marker,
                        int32_t n_profiles, const hw_snp_profile *profiles, double pseudo_count,
                        double *frequencies) {
  const int32_t k = panel->markers[marker].n_alleles;
  double copies[HW_PANEL_MAX_ALLELES], n = 0;
  for (int32_t a = 0; a < k; a++) frequencies[a] = 1.0 / k;
  for (int round = 0; round < MOST_ROUNDS; round++) {
    double moved = 0;
    n = count_all(scale, panel, marker, n_profiles, profiles, frequencies, copies);
    for (int32_t a = 0; a < k; a++) {
      const double next = n > 0 ? (copies[a] + pseudo_count) / (n + k * pseudo_count) : (double)NAN;
      moved = fmax(moved, fabs(next - frequencies[a]));
      frequencies[a] = next;
    }
    if (n == 0 || moved < CLOSE_ENOUGH) break;
  }
  return n;
}

/* --- a population of its own --- */

static hw_status check_asked(const hw_panel *panel, int32_t n_profiles, double pseudo_count,
                             hw_err *err) {
  if (n_profiles < 1 || panel->n_populations == INT32_MAX)
    return hw_err_set(err, HW_E_SHAPE, "%d profiles; frequencies need at least one",
                      (int)n_profiles);
  if (!(pseudo_count > 0 && pseudo_count <= 1000))
    return hw_err_set(
        err, HW_E_VALUE,
        "the pseudo-count is %g; expected more than 0, so that no allele is impossible, "
        "and at most 1000",
        pseudo_count);
  return HW_OK;
}

static hw_status estimate(const hw_panel *panel, int32_t n_profiles, const hw_snp_profile *profiles,
                          const char *name, double pseudo_count, hw_arena *work, hw_str *source,
                          hw_panel **out, hw_err *err) {
  const size_t n_populations = (size_t)panel->n_populations;
  hwp_snp_scale scale;
  hw_panel_population *populations =
      hw_arena_alloc_array(work, n_populations + 1, sizeof *populations);
  double *frequencies = hw_arena_alloc_array(work, (size_t)panel->first_allele[panel->n_markers],
                                             sizeof *frequencies);
  hw_str_append_format(source,
                       "estimated from the profiles of %d persons by EM under Hardy-Weinberg, "
                       "pseudo-count %g",
                       (int)n_profiles, pseudo_count);
  if (!populations || !frequencies || hw_str_status(source) != HW_OK)
    return HW_NO_MEMORY(err, "the frequencies");
  hwp_snp_scale_init(&scale);
  for (int32_t m = 0; m < panel->n_markers; m++)
    (void)hwp_snp_estimate(&scale, panel, m, n_profiles, profiles, pseudo_count,
                           frequencies + panel->first_allele[m]);
  for (size_t p = 0; p < n_populations; p++) populations[p] = panel->populations[p];
  populations[n_populations] = (hw_panel_population){.name = name,
                                                     .source = hw_str_text(source),
                                                     .n_persons = n_profiles,
                                                     .frequencies = frequencies};
  const hwp_panel_input input = {.name = panel->name,
                                 .source = panel->source,
                                 .n_markers = panel->n_markers,
                                 .markers = panel->markers,
                                 .n_populations = panel->n_populations + 1,
                                 .populations = populations,
                                 .is_sorted = true};
  return hwp_panel_build(&input, out, err);
}

hw_status hw_panel_estimate(const hw_panel *panel, int32_t n_profiles,
                            const hw_snp_profile *profiles, const char *name, double pseudo_count,
                            hw_panel **out, hw_err *err) {
  hw_arena work;
  hw_str source = HW_STR_INIT;
  *out = NULL;
  HW_TRY(check_asked(panel, n_profiles, pseudo_count, err));
  hw_arena_init(&work, 0);
  const hw_status status =
      estimate(panel, n_profiles, profiles, name, pseudo_count, &work, &source, out, err);
  hw_str_clear(&source);
  hw_arena_clear(&work);
  return status;
}
