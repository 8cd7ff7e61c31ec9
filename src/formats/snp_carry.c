/* From the genotypes of a file to those of a marker.
 *
 * Whatever a file gives becomes costs in the unit of the bytes, −40 log10 of a likelihood. Costs are
 * carried over allele by allele; the least is taken off and the rest is rounded.
 *
 * Genotypes with an allele that the marker lacks are dropped. An allele of the marker that the file
 * does not list was not seen by its caller; it is taken to be supported no better than the least
 * supported listed one:
 *
 *   cost(a, u) = max over listed c of cost(a, c),   cost(u, u') = max over listed c, d of cost(c, d),
 *
 * which for reads that show a and c alone is what the sum over reads gives, up to the difference of
 * two sequencing errors. */
#include "formats/snp_carry.h"

#include <math.h>
#include <string.h>

enum { MARKER_GENOTYPES = HW_PANEL_MAX_ALLELES * (HW_PANEL_MAX_ALLELES + 1) / 2 };

int32_t hwp_snp_genotype(int32_t a, int32_t b) {
  return a <= b ? b * (b + 1) / 2 + a : a * (a + 1) / 2 + b;
}

static double cost_of(const hwp_snp_costs *known, int32_t a, int32_t b) {
  if (known->is_single) return a == b ? known->of[a] : (double)INFINITY;
  return known->of[hwp_snp_genotype(a, b)];
}

/* Of a marker's genotype where an allele may not be listed: see above. */
static double cost_at(const hwp_snp_match *match, const hwp_snp_costs *known, int32_t a,
                      int32_t b) {
  double most = 0;
  bool is_first = true;
  if (known->is_single && a != b) return (double)INFINITY;
  for (int32_t c = 0; c < match->n_alleles; c++)
    for (int32_t d = 0; d <= c; d++) {
      const int32_t fc = match->of_marker[c], fd = match->of_marker[d];
      if (fc < 0 || fd < 0 || (known->is_single && c != d)) continue;
      const bool has_a = match->of_marker[a] < 0 || c == a || d == a;
      const bool has_b = match->of_marker[b] < 0 || c == b || d == b;
      if (!has_a || !has_b) continue;
      if (match->of_marker[a] >= 0 && match->of_marker[b] >= 0 &&
          hwp_snp_genotype(a, b) != hwp_snp_genotype(c, d))
        continue;
      const double cost = cost_of(known, fc, fd);
      most = is_first || cost > most ? cost : most;
      is_first = false;
    }
  return is_first ? (double)INFINITY : most;
}

static bool is_listed(const hwp_snp_match *match, int32_t of_file) {
  for (int32_t a = 0; a < match->n_alleles; a++)
    if (match->of_marker[a] == of_file) return true;
  return false;
}

/* Is the best genotype of the file one that the marker has not? */
static bool is_best_dropped(const hwp_snp_match *match, int32_t n, const hwp_snp_costs *known) {
  double best = (double)INFINITY, best_listed = (double)INFINITY;
  for (int32_t b = 0; b < n; b++)
    for (int32_t a = known->is_single ? b : 0; a <= b; a++) {
      const double cost = cost_of(known, a, b);
      best = fmin(best, cost);
      if (is_listed(match, a) && is_listed(match, b)) best_listed = fmin(best_listed, cost);
    }
  return best < best_listed;
}

/* Of males on X heterozygotes do not count. @return true if one was the best */
static bool drop_heterozygotes(int32_t n_alleles, double *cost) {
  double best = (double)INFINITY, best_same = (double)INFINITY;
  for (int32_t b = 0; b < n_alleles; b++)
    for (int32_t a = 0; a <= b; a++) {
      double *at = &cost[hwp_snp_genotype(a, b)];
      best = fmin(best, *at);
      if (a == b)
        best_same = fmin(best_same, *at);
      else
        *at = (double)INFINITY;
    }
  return best < best_same;
}

static bool set_bytes(const double *cost, int32_t n, uint8_t *bytes) {
  double best = (double)INFINITY;
  bool is_known = false;
  for (int32_t g = 0; g < n; g++) best = fmin(best, cost[g]);
  for (int32_t g = 0; g < n; g++) {
    const double units = isinf(best) ? 0 : floor(cost[g] - best + 0.5);
    bytes[g] = units >= 255 ? 255 : (uint8_t)units;
    is_known = is_known || bytes[g] != 0;
  }
  return is_known;
}

/* A single copy, and a male on X, have no heterozygote; that it is missing tells nothing of its own,
 * and what is known is how the homozygotes differ. */
bool hwp_snp_carry(const hwp_snp_match *match, int32_t n_alleles, const hwp_snp_costs *known,
                   bool is_x, hw_sex sex, hw_snp_report *report, uint8_t *bytes) {
  const int32_t n = match->n_alleles, n_genotypes = n * (n + 1) / 2;
  double cost[MARKER_GENOTYPES] = {0};
  bool has_difference = false;
  for (int32_t b = 0; b < n; b++)
    for (int32_t a = 0; a <= b; a++) cost[hwp_snp_genotype(a, b)] = cost_at(match, known, a, b);
  report->n_dropped += is_best_dropped(match, n_alleles, known);
  const bool is_male = is_x && sex == HW_MALE;
  if (is_male && !known->is_single) report->n_male_heterozygous += drop_heterozygotes(n, cost);
  if (!is_male && !known->is_single) return set_bytes(cost, n_genotypes, bytes);
  for (int32_t a = 1; a < n; a++)
    has_difference = has_difference || cost[hwp_snp_genotype(a, a)] != cost[0];
  if (has_difference) return set_bytes(cost, n_genotypes, bytes);
  memset(bytes, 0, (size_t)n_genotypes);
  return false;
}
