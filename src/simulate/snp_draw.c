/* What simulated sequencing and simulated genes draw alike: numbers of events, alleles, and
 * whose DNA a fragment is.
 *
 * Variates come from uniform numbers by inversion, with the project's own logarithm and
 * exponential, so that they are the same on every machine. A Poisson variate is counted by
 * multiplying uniform numbers until they fall below e^−mean (Knuth 1997, 3.4.1), in portions of
 * at most 30, whose sum is Poisson again. */
#include <math.h>

#include "base/check.h"
#include "base/elementary.h"
#include "simulate/simulate_int.h"
#include "simulate/snp_int.h"

int32_t hwp_draw_poisson(hw_random *stream, double mean) {
  const double most = 30;
  int32_t n = 0;
  while (mean > 0) {
    const double portion = mean < most ? mean : most;
    const double floor = hw_exp(-portion);
    double product = hw_random_double(stream);
    while (product > floor) {
      product *= hw_random_double(stream);
      n++;
    }
    mean -= portion;
  }
  return n;
}

double hwp_draw_exponential(hw_random *stream) {
  return -hw_ln(1 - hw_random_double(stream));
}

int32_t hwp_draw_allele(hw_random *stream, int32_t n, const double *weights) {
  return hwp_pick(n, weights, hw_random_double(stream));
}

const double *hwp_panel_frequencies(const hw_panel *panel, int32_t population, int32_t marker) {
  return panel->populations[population].frequencies + panel->first_allele[marker];
}

static bool is_share(double value) {
  return value >= 0 && value <= 1;
}

hw_status hwp_sequencing_check(const hw_panel *panel, const hw_sequencing *run, hw_err *err) {
  const hw_reads_model *model = &run->model;
  if (!(run->coverage >= 0 && run->coverage <= 10000))
    return hw_err_set(err, HW_E_VALUE, "coverage %g is not in 0 … 10000", run->coverage);
  if (!is_share(run->error) || !is_share(model->damage) || !is_share(model->decay) ||
      !is_share(model->damage_inside) || !is_share(model->contamination) ||
      !is_share(model->drop_in))
    return hw_err_set(err, HW_E_VALUE,
                      "a rate of error, damage, contamination or drop-in is not in 0 … 1");
  if (!(fabs(model->reference_bias) <= 0.5))
    return hw_err_set(err, HW_E_VALUE, "reference bias %g is not in -0.5 … 0.5",
                      model->reference_bias);
  if (!(run->fragment_bp >= 0 && run->fragment_bp <= 10000))
    return hw_err_set(err, HW_E_VALUE, "fragments of %g bp are not in 0 … 10000", run->fragment_bp);
  if (model->contamination == 0 || run->contaminant != NULL) return HW_OK;
  if (run->source < 0 || run->source >= panel->n_populations)
    return hw_err_set(err, HW_E_VALUE, "the panel has no population %d", (int)run->source);
  for (int32_t m = 0; m < panel->n_markers; m++)
    if (isnan(hwp_panel_frequencies(panel, run->source, m)[0]))
      return hw_err_set(err, HW_E_VALUE, "marker %s has no frequencies in population %s",
                        panel->markers[m].name, panel->populations[run->source].name);
  return HW_OK;
}

double hwp_coverage_at(const hw_sequencing *run, const uint8_t *alleles, int32_t marker) {
  return alleles[2 * (size_t)marker] == HW_NO_SNP_ALLELE ? run->coverage / 2 : run->coverage;
}

/* One of a person's two alleles; `first` = probability of the one with the smaller number where
 * that is allele 0 and the other is not. */
static int32_t draw_own(const uint8_t *pair, double first, hw_random *stream) {
  const double u = hw_random_double(stream);
  if (pair[0] == HW_NO_SNP_ALLELE || pair[0] == pair[1]) return pair[1];
  const int32_t low = pair[0] < pair[1] ? pair[0] : pair[1];
  const int32_t high = pair[0] < pair[1] ? pair[1] : pair[0];
  return u < (low == 0 ? first : 0.5) ? low : high;
}

int32_t hwp_draw_fragment(const hw_panel *panel, const hw_sequencing *run, const uint8_t *alleles,
                          int32_t marker, hw_random *stream, bool *is_fresh) {
  const size_t at = 2 * (size_t)marker;
  *is_fresh = hw_random_double(stream) < run->model.contamination;
  if (!*is_fresh) return draw_own(alleles + at, 0.5 + run->model.reference_bias, stream);
  if (run->contaminant != NULL) return draw_own(run->contaminant + at, 0.5, stream);
  return hwp_draw_allele(stream, panel->markers[marker].n_alleles,
                         hwp_panel_frequencies(panel, run->source, marker));
}
