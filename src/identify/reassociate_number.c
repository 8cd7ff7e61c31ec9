/* How many persons, from lefts, rights and pairs.
 *
 * L lefts and R rights of one element were found, P of them pairs. If N persons were
 * there and what was found of each side is a random sample, P is hypergeometric:
 *
 *     Hyper(P; L, R, N) = C(L,P) C(N−L, R−P) / C(N,R)
 *
 * With the prior 1/(N + 1) the posterior is p(N) = Hyper(P; L, R, N) · P/(N + 1), which sums
 * to one over N = L + R − P, …; its mode is the most likely number of individuals,
 * MLNI = ⌊(L+1)(R+1)/(P+1) − 1⌋ (Adams & Konigsberg 2004, Am. J. Phys. Anthropol.
 * 125:138; Konigsberg & Adams 2014). Several elements multiply their hypergeometric
 * terms. Lincoln's index is L·R/P, the recovery rate 2P/(L + R).
 *
 * Neighbouring terms differ by a ratio of small numbers,
 *
 *     Hyper(N+1) / Hyper(N) = (N+1−L)(N+1−R) / ((N+1−L−R+P)(N+1)),
 *
 * so nothing needs a factorial. The terms fall like N^−(ΣP+1); what lies beyond the last
 * one that is kept is term · N / ΣP to first order, and is part of the sum. */
#include <stdlib.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/reassociate_int.h"

enum { MOST_MASSES = 100000 };

static bool counts_here(const hw_element_count *at) {
  return at->pairs > 0;
}

/* p(N + 1) / p(N). */
static double next_ratio(const hw_element_count *counts, int32_t n, double number) {
  double ratio = (number + 1) / (number + 2);
  for (int32_t i = 0; i < n; i++) {
    if (!counts_here(&counts[i])) continue;
    const double left = counts[i].left, right = counts[i].right, pairs = counts[i].pairs;
    const double after = number + 1;
    ratio *= (after - left) * (after - right) / ((after - left - right + pairs) * after);
  }
  return ratio;
}

static hw_status check_counts(const hw_element_count *counts, int32_t n, hw_number_estimate *out,
                              double *all_pairs, hw_err *err) {
  double product = 0, sides = 0;
  for (int32_t i = 0; i < n; i++) {
    const hw_element_count *at = &counts[i];
    if (at->left < 0 || at->right < 0 || at->pairs < 0 || at->pairs > at->left ||
        at->pairs > at->right || at->left > 10000000 || at->right > 10000000)
      return hw_err_set(err, HW_E_VALUE, "%d lefts, %d rights, %d pairs: there is no such count",
                        (int)at->left, (int)at->right, (int)at->pairs);
    if (!counts_here(at)) continue;
    product += (double)at->left * at->right;
    sides += at->left + at->right;
    *all_pairs += at->pairs;
    if (at->left + at->right - at->pairs > out->lowest)
      out->lowest = at->left + at->right - at->pairs;
  }
  if (*all_pairs > 0) {
    out->lincoln = product / *all_pairs;
    out->recovery = 2 * *all_pairs / sides;
  }
  return HW_OK;
}

/* Terms from the lowest number on, relative to the first. @return their number */
static int32_t list_terms(const hw_element_count *counts, int32_t n, int32_t lowest, double pairs,
                          double *terms, double *sum, double *tail) {
  int32_t at = 0;
  *sum = 0;
  for (double term = 1;; term *= next_ratio(counts, n, lowest + at - 1.0)) {
    terms[at++] = term;
    *sum += term;
    *tail = term * (lowest + at) / pairs;
    /* A growing term is not in the tail yet. */
    if (at == MOST_MASSES || (at > 1 && term < terms[at - 2] && *tail < 1e-10 * *sum)) return at;
    if (*sum > 1e250) { /* keeps the range */
      for (int32_t i = 0; i < at; i++) terms[i] *= 1e-200;
      term *= 1e-200;
      *sum *= 1e-200;
    }
  }
}

static void find_region(hw_number_estimate *out, int32_t mode) {
  int32_t low = mode, high = mode;
  double covered = out->masses[mode];
  while (covered < 0.95 && (low > 0 || high + 1 < out->n_masses)) {
    const double below = low > 0 ? out->masses[low - 1] : -1;
    const double above = high + 1 < out->n_masses ? out->masses[high + 1] : -1;
    covered += above >= below ? out->masses[++high] : out->masses[--low];
  }
  out->low = out->lowest + low;
  out->high = out->lowest + high;
  out->covered = covered;
}

hw_status hw_number_estimate_make(int32_t n_elements, const hw_element_count *counts,
                                  hw_number_estimate *out, hw_err *err) {
  double pairs = 0, sum = 0, tail = 0, mean = 0;
  *out = (hw_number_estimate){.lincoln = NAN, .mlni = NAN, .mean = NAN, .recovery = NAN};
  HW_TRY(check_counts(counts, n_elements, out, &pairs, err));
  if (!(pairs > 0)) return HW_OK;
  double *terms = calloc(MOST_MASSES, sizeof *terms);
  if (terms == NULL) return HW_NO_MEMORY(err, "the number of individuals");
  out->n_masses = list_terms(counts, n_elements, out->lowest, pairs, terms, &sum, &tail);
  int32_t mode = 0;
  const double all = sum + tail, last = out->lowest + out->n_masses - 1.0;
  for (int32_t i = 0; i < out->n_masses; i++) {
    mean += (out->lowest + i) * (terms[i] / all);
    if (terms[i] > terms[mode] * (1 + 1e-12)) mode = i; /* rounding makes no mode */
  }
  for (int32_t i = 0; i < out->n_masses; i++) terms[i] /= all;
  out->masses = out->storage = terms;
  out->tail = tail / all;
  /* Beyond the last: Σ N · N^−(ΣP+1), to first order. */
  out->mean =
      pairs > 1 ? mean + terms[out->n_masses - 1] * last * (last + 1) / (pairs - 1) : HUGE_VAL;
  out->mlni = out->lowest + mode;
  find_region(out, mode);
  return HW_OK;
}

void hw_number_estimate_clear(hw_number_estimate *self) {
  if (self == NULL) return;
  free(self->storage);
  *self = (hw_number_estimate){0};
}

void hw_reassociate_number_prior(int32_t n_specimens, int32_t lowest, int32_t n_masses,
                                 const double *masses, double *ln_number) {
  for (int32_t k = 0; k <= n_specimens; k++) {
    hwp_ln_sum sum = HWP_LN_SUM_INIT;
    for (int32_t i = 0; i < n_masses; i++) {
      const int32_t persons = lowest + i;
      if (persons < k || !(masses[i] > 0)) continue;
      double ln = hw_ln(masses[i]) - n_specimens * hw_ln(persons);
      for (int32_t j = 0; j < k; j++) ln += hw_ln(persons - j);
      hwp_ln_sum_add(&sum, ln);
    }
    ln_number[k] = hwp_ln_sum_get(&sum);
  }
}
