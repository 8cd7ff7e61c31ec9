/* Transformations of a mutation matrix M to one that keeps the allele
 * frequencies p (stationary, Σ p_i m_ij = p_j) or even each exchange
 * (reversible, p_i m_ij = p_j m_ji).
 *
 * Why: under a matrix that is not stationary the frequencies drift from one
 * generation to the next, and the likelihood of a family depends on how many
 * untyped ancestors someone happened to draw.
 *
 * With F_ij = p_i m_ij, the flow from i to j, the entries with j ≠ i become
 *   MH  (Metropolis–Hastings)  min(F_ij, F_ji) / p_i
 *   BA  (Barker)               F_ij F_ji / (F_ij + F_ji) / p_i
 *   PR  (proportional)         (F_ij + F_ji) / 2 / p_i
 *   PM  (stationary)           (v_i / p_i) m_ij, v the stationary vector of M
 * and, except in PR, which has it already, all are multiplied by the one factor
 * that brings the expected mutation rate Σ p_i (1 − m_ii) back to that of M.
 * The diagonal is what is missing to one.
 *
 * PM is stationary: with D = diag(c v_i / p_i), p'(I + D (M − I)) = p' +
 * c v'(M − I) = p'.
 *
 * Zero frequencies: MH and BA have a limit as p_i → 0, which is used (nothing
 * flows to i, and from i as M says); PR and PM have none, which is an error.
 *
 * v is found by the elimination of Grassmann, Taksar & Heyman (1985), Oper.
 * Res. 33:1107, which subtracts nothing and is therefore accurate to the last
 * digits however small the rates are.
 *
 * Sources: Hastings 1970, Biometrika 57:97 (MH); Barker 1965, Aust. J. Phys.
 * 18:119 (BA); Vigeland & Egeland on reversible mutation models (MH, BA, PR in
 * kinship, and the adjustment of the rate); Simonsson & Mostad 2016, Stationary
 * mutation models, Forensic Sci. Int. Genet. 23:217 (PM). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "genetics/mutation_int.h"

hw_status hwp_mutation_close_rows(const hwp_mutable *alleles, const char *what, double *matrix,
                                  hw_err *err) {
  int32_t n = alleles->n;
  for (int32_t i = 0; i < n; i++) {
    double *row = matrix + (size_t)i * n;
    double leaving = 0;
    for (int32_t j = 0; j < n; j++)
      if (j != i) leaving += row[j];
    /* Rounding alone may exceed one by a few units in the last place, where the rate is 1. */
    if (!(leaving <= 1 + 1e-12))
      return hw_err_set(err, HW_E_VALUE,
                        "%s does not exist for these rates and frequencies: allele \"%.40s\" "
                        "would mutate with probability %.6g; lower the rate or raise the "
                        "frequency of rare alleles",
                        what, alleles->names[i], leaving);
    row[i] = leaving < 1 ? 1 - leaving : 0;
  }
  return HW_OK;
}

/* Metropolis–Hastings entry from i to j. */
static double entry_mh(double p_i, double m_ij, double p_j, double m_ji) {
  /* Two alleles of frequency zero: any pair of equal flows is reversible. */
  if (!(p_i > 0)) return p_j > 0 && m_ji > 0 ? m_ij : fmin(m_ij, m_ji);
  return fmin(m_ij, p_j * m_ji / p_i);
}

static double entry_ba(double p_i, double m_ij, double p_j, double m_ji) {
  if (!(m_ij > 0 && m_ji > 0)) return 0;
  if (!(p_i > 0 || p_j > 0)) return m_ij * m_ji / (m_ij + m_ji);
  return m_ij * (p_j * m_ji / (p_i * m_ij + p_j * m_ji));
}

/* Replaces each pair of entries by its reversible counterpart. */
static void make_reversible(hw_mutation_transform transform, int32_t n, const double *freq,
                            double *matrix) {
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < i; j++) {
      double *ij = &matrix[(size_t)i * n + j], *ji = &matrix[(size_t)j * n + i];
      double m_ij = *ij, m_ji = *ji, p_i = freq[i], p_j = freq[j];
      if (transform == HW_TRANSFORM_MH) {
        *ij = entry_mh(p_i, m_ij, p_j, m_ji);
        *ji = entry_mh(p_j, m_ji, p_i, m_ij);
      } else if (transform == HW_TRANSFORM_BA) {
        *ij = entry_ba(p_i, m_ij, p_j, m_ji);
        *ji = entry_ba(p_j, m_ji, p_i, m_ij);
      } else {
        double flow = p_i * m_ij + p_j * m_ji;
        *ij = flow / (2 * p_i);
        *ji = flow / (2 * p_j);
      }
    }
}

/* Stationary vector of an irreducible matrix; work is n × n and destroyed.
 * State k is eliminated (the chain is watched only while below k), then the
 * vector is built upwards again. @return false if reducible */
static bool find_stationary(int32_t n, double *work, double *v) {
  for (int32_t k = n - 1; k > 0; k--) {
    double *row = work + (size_t)k * n;
    double down = 0;
    for (int32_t j = 0; j < k; j++) down += row[j];
    if (!(down > 0)) return false;
    for (int32_t i = 0; i < k; i++) {
      double *to = work + (size_t)i * n;
      to[k] /= down;
      if (to[k] > 0)
        for (int32_t j = 0; j < k; j++)
          if (j != i) to[j] += to[k] * row[j];
    }
  }
  double total = 1;
  v[0] = 1;
  for (int32_t k = 1; k < n; k++) {
    v[k] = 0;
    for (int32_t i = 0; i < k; i++) v[k] += v[i] * work[(size_t)i * n + k];
    total += v[k];
  }
  for (int32_t k = 0; k < n; k++) {
    v[k] /= total;
    if (!(v[k] > 0)) return false;
  }
  return true;
}

static hw_status make_stationary(int32_t n, const double *freq, double *matrix, hw_err *err) {
  hw_status status = HW_OK;
  double *work = malloc(((size_t)n * n + (size_t)n) * sizeof *work);
  if (!work) return hw_err_set(err, HW_E_NO_MEMORY, "no memory for a matrix of %d alleles", (int)n);
  double *v = work + (size_t)n * n;
  memcpy(work, matrix, (size_t)n * n * sizeof *work);
  if (!find_stationary(n, work, v)) {
    status = hw_err_set(err, HW_E_VALUE,
                        "transform PM needs a model by which every allele can become every other "
                        "one, if only in steps; give rate2 a small value above 0, or use MH");
    goto out;
  }
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < n; j++) matrix[(size_t)i * n + j] *= v[i] / freq[i];
out:
  free(work);
  return status;
}

/* Expected rate of leaving; the diagonal is not read. */
static double expected_rate(int32_t n, const double *freq, const double *matrix) {
  double rate = 0;
  for (int32_t i = 0; i < n; i++) {
    double leaving = 0;
    for (int32_t j = 0; j < n; j++)
      if (j != i) leaving += matrix[(size_t)i * n + j];
    rate += freq[i] * leaving;
  }
  return rate;
}

hw_status hwp_mutation_transform(hw_mutation_transform transform, const hwp_mutable *alleles,
                                 double *matrix, hw_err *err) {
  static const char *const names[] = {"", "transform MH", "transform BA", "transform PR",
                                      "transform PM"};
  if (transform < HW_TRANSFORM_MH || transform > HW_TRANSFORM_PM)
    return hw_err_set(err, HW_E_VALUE, "transform %d is not one of MH, BA, PR, PM", (int)transform);
  int32_t n = alleles->n;
  const double *freq = alleles->freq;
  double rate = expected_rate(n, freq, matrix);
  if (!(rate > 0)) return HW_OK; /* Nothing mutates: M is the identity on all that occurs. */
  if (transform == HW_TRANSFORM_PR || transform == HW_TRANSFORM_PM)
    for (int32_t i = 0; i < n; i++)
      if (!(freq[i] > 0))
        return hw_err_set(err, HW_E_VALUE,
                          "%s does not exist where an allele (\"%.40s\") has frequency 0",
                          names[transform], alleles->names[i]);
  if (transform == HW_TRANSFORM_PM) {
    hw_status status = make_stationary(n, freq, matrix, err);
    if (status != HW_OK) return status;
  } else {
    make_reversible(transform, n, freq, matrix);
  }
  if (transform != HW_TRANSFORM_PR) {
    double reached = expected_rate(n, freq, matrix);
    if (!(reached > 0))
      return hw_err_set(err, HW_E_VALUE,
                        "%s leaves no mutation at all: no two alleles mutate into each other",
                        names[transform]);
    for (int32_t i = 0; i < n * n; i++) matrix[i] *= rate / reached;
  }
  return hwp_mutation_close_rows(alleles, names[transform], matrix, err);
}
