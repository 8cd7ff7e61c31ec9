/* What platforms tell of a person: called genotypes, and likelihoods from a few reads a site.
 *
 * Calls. A heterozygote drops out to either of its alleles, then each of the two alleles is read
 * as another one with the platform's error, evenly. That is the model of hw_snp_call_set, so the
 * bytes are the exact likelihoods of what was drawn. A man's single allele on X is read twice like
 * a pair; where the readings differ, a heterozygote that cannot be, the marker is not called.
 *
 * Reads. The number over a site is Poisson. A read carries an allele of the person (a
 * heterozygote's two with weights ½ ± bias), of a contaminant, or comes from nowhere, and shows
 * it or, with the error, any other allele of the marker evenly. Given the counts n_b of alleles
 * shown, the likelihood of genotype g is
 *
 *   Π_b P(b | g)^n_b,  P(b | g) = d/K + (1 − d)·Σ_a ((1 − c)·w_a(g) + c·q_a)·E(b | a),
 *
 * the formula of reads.h with all reads alike and no damage. Logarithms are summed, so that any
 * coverage can be asked for. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "simulate/snp_int.h"

enum { MOST_GENOTYPES = HW_PANEL_MAX_ALLELES * (HW_PANEL_MAX_ALLELES + 1) / 2 };

/* Another allele with probability `error`, evenly. */
static int32_t misread(int32_t allele, int32_t n_alleles, double error, hw_random *stream) {
  if (hw_random_double(stream) >= error) return allele;
  const int32_t other = (int32_t)hw_random_below(stream, (uint64_t)n_alleles - 1);
  return other < allele ? other : other + 1;
}

/* ---- calls ---- */

/* Draws the call of a pair; false where nothing is called. */
static bool draw_call(const uint8_t *pair, int32_t n_alleles, const hw_snp_error *error,
                      double missing, hw_random *stream, int32_t call[2]) {
  const bool is_single = pair[0] == HW_NO_SNP_ALLELE;
  call[0] = is_single ? pair[1] : pair[0];
  call[1] = pair[1];
  const bool is_missing = hw_random_double(stream) < missing;
  const double dropout = hw_random_double(stream);
  if (call[0] != call[1] && dropout < error->dropout) {
    const int kept = dropout < error->dropout / 2 ? 0 : 1;
    call[1 - kept] = call[kept];
  }
  for (int i = 0; i < 2; i++) call[i] = misread(call[i], n_alleles, error->allele, stream);
  return !is_missing && !(is_single && call[0] != call[1]);
}

hw_status hw_simulate_calls(const hw_panel *panel, const uint8_t *alleles,
                            const hw_snp_error *error, double missing, const hw_random *stream,
                            uint8_t *bytes, hw_err *err) {
  if (!(error->allele >= 0 && error->allele < 1 && error->dropout >= 0 && error->dropout < 1 &&
        missing >= 0 && missing <= 1))
    return hw_err_set(err, HW_E_VALUE, "a rate of the platform is out of range");
  hw_random own = hw_random_split(stream, HWP_STREAM_CALLS);
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const int32_t k = panel->markers[m].n_alleles;
    uint8_t *to = bytes + panel->first_genotype[m];
    int32_t call[2];
    memset(to, 0, (size_t)(k * (k + 1) / 2));
    if (!draw_call(alleles + 2 * (size_t)m, k, error, missing, &own, call)) continue;
    const int32_t a = call[0] < call[1] ? call[0] : call[1];
    const int32_t b = call[0] < call[1] ? call[1] : call[0];
    hw_snp_call_set(k, a, b, error, to);
  }
  return HW_OK;
}

/* ---- reads ---- */

/* Adds the alleles that the reads over a marker show. */
static void draw_counts(const hw_panel *panel, const hw_sequencing *run, const uint8_t *alleles,
                        int32_t marker, hw_random *stream, int32_t *counts) {
  const int32_t k = panel->markers[marker].n_alleles;
  const int32_t n = hwp_draw_poisson(stream, hwp_coverage_at(run, alleles, marker));
  for (int32_t b = 0; b < k; b++) counts[b] = 0;
  for (int32_t r = 0; r < n; r++) {
    const bool is_dropped_in = hw_random_double(stream) < run->model.drop_in;
    bool is_fresh = false;
    const int32_t carried = hwp_draw_fragment(panel, run, alleles, marker, stream, &is_fresh);
    const int32_t shown = misread(carried, k, run->error, stream);
    counts[is_dropped_in ? (int32_t)hw_random_below(stream, (uint64_t)k) : shown]++;
  }
}

/* P(a read shows b) for weights of the alleles that it may carry. */
static double shows(int32_t b, int32_t k, const double *weights, const hw_sequencing *assumed) {
  double p = 0;
  for (int32_t a = 0; a < k; a++)
    p += weights[a] * (a == b ? 1 - assumed->error : assumed->error / (k - 1));
  return assumed->model.drop_in / k + (1 - assumed->model.drop_in) * p;
}

static double ln_of_genotype(int32_t a, int32_t b, int32_t k, const double *source,
                             const hw_sequencing *assumed, const int32_t *counts) {
  const double c = assumed->model.contamination;
  double weights[HW_PANEL_MAX_ALLELES], ln = 0;
  for (int32_t i = 0; i < k; i++) weights[i] = source != NULL ? c * source[i] : 0;
  const double first = a == 0 && b != 0 ? 0.5 + assumed->model.reference_bias : 0.5;
  weights[a] += (1 - c) * first;
  weights[b] += (1 - c) * (1 - first);
  for (int32_t i = 0; i < k; i++)
    if (counts[i] > 0) ln += counts[i] * hw_ln(shows(i, k, weights, assumed));
  return ln;
}

static void likelihoods_of(const int32_t *counts, int32_t k, const double *source,
                           const hw_sequencing *assumed, uint8_t *bytes) {
  double value[MOST_GENOTYPES] = {0}, largest = -HUGE_VAL;
  const int32_t n = k * (k + 1) / 2;
  for (int32_t b = 0; b < k; b++)
    for (int32_t a = 0; a <= b; a++)
      value[b * (b + 1) / 2 + a] = ln_of_genotype(a, b, k, source, assumed, counts);
  for (int32_t g = 0; g < n; g++) largest = value[g] > largest ? value[g] : largest;
  for (int32_t g = 0; g < n; g++) value[g] = largest == -HUGE_VAL ? 1 : hw_exp(value[g] - largest);
  hw_snp_bytes(value, n, bytes);
}

hw_status hw_simulate_likelihoods(const hw_panel *panel, const uint8_t *alleles,
                                  const hw_sequencing *run, const hw_sequencing *assumed,
                                  const hw_random *stream, uint8_t *bytes, hw_err *err) {
  hw_sequencing by_source; /* the likelihood never knows the contaminant herself */
  by_source = assumed != NULL ? *assumed : *run;
  by_source.contaminant = NULL;
  HW_TRY(hwp_sequencing_check(panel, run, err));
  HW_TRY(hwp_sequencing_check(panel, &by_source, err));
  const bool is_contaminated = by_source.model.contamination > 0;
  hw_random own = hw_random_split(stream, HWP_STREAM_ALLELES);
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const int32_t k = panel->markers[m].n_alleles;
    int32_t counts[HW_PANEL_MAX_ALLELES] = {0};
    draw_counts(panel, run, alleles, m, &own, counts);
    likelihoods_of(counts, k,
                   is_contaminated ? hwp_panel_frequencies(panel, by_source.source, m) : NULL,
                   &by_source, bytes + panel->first_genotype[m]);
  }
  return HW_OK;
}
