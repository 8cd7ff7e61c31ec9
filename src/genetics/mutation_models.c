/* Mutation models: the matrix of one meiosis from a few parameters.
 *
 * Notation: n alleles with frequencies p_i (sum one), R = rate, ρ = rate2,
 * r = range, m_ij = P(i is transmitted as j). Only the entries with j ≠ i are
 * stated; the diagonal is what is missing to one.
 *
 *   equal         m_ij = R / (n − 1)
 *   proportional  m_ij = k p_j,  k = R / Σ_i p_i (1 − p_i)
 *                 k makes the expected rate Σ p_i (1 − m_ii) equal to R
 *   stepwise      alleles fall into classes by their partial repeat (9.3 and
 *                 10.3 are of one class). Inside the class of i
 *                 m_ij = R r^|i−j| / Σ_{k in class, k≠i} r^|i−k|,
 *                 with the difference counted in repeats; to each of the n_o
 *                 alleles outside the class m_ij = ρ / n_o. An allele alone in
 *                 its class has no part R, a marker of one class no part ρ.
 *   onestep       R goes in equal parts to the alleles exactly one repeat away
 *                 (two, or one at the end of the ladder or beside a gap; an
 *                 allele with no such neighbour does not mutate)
 *   dawid         m_ij = a r^|i−j| / p_i, a = R / Σ_{i≠j} r^|i−j|: reversible,
 *                 and the expected rate is R. The difference is counted in
 *                 rungs, the places among the marker's alleles in order of
 *                 length, so that a gap in the ladder is one step. Complete
 *                 repeats only.
 *
 * Sources: equal, proportional, stepwise (with rate2 "extended stepwise"):
 * Egeland, Kling & Mostad 2016, Relationship Inference with Familias and R;
 * Dawid, Mortera & Pascali 2001, Forensic Sci. Int. 124:55. dawid: Dawid,
 * Mortera, Pascali & van Boxel 2002, Scand. J. Statist. 29:577. All of them,
 * with onestep: Vigeland 2021, Pedigree Analysis in R, ch. 5.
 *
 * The class of an allele is taken from the TEXT of its name. Computing it from
 * the number, as round((x − floor x)·10), puts 9.5 and 10.5 into different
 * classes where halves round to even, and no binary number is exactly 9.3.
 *
 * Powers of r are taken relative to the nearest allele, r^(d − d_min), which
 * leaves the ratios as they are, keeps them from underflowing on long ladders,
 * and gives r = 0 its limit: everything goes to the nearest allele. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/elementary.h"
#include "genetics/mutation_int.h"

hw_status hwp_repeat_parse(const char *name, hwp_repeat *out, hw_err *err) {
  *out = (hwp_repeat){0, "", 0};
  size_t length = strlen(name);
  size_t n_whole = strspn(name, "0123456789");
  size_t n_decimal = 0;
  if (name[n_whole] == '.') n_decimal = strspn(name + n_whole + 1, "0123456789");
  bool has_point = name[n_whole] == '.';
  /* Nine digits fit int32_t with room for differences; "12." and ".3" are typing mistakes. */
  if (n_whole == 0 || n_whole > 9 || (has_point && (n_decimal == 0 || n_decimal > 9)) ||
      n_whole + (has_point ? 1 + n_decimal : 0) != length)
    return hw_err_set(err, HW_E_VALUE,
                      "allele \"%.40s\" is not a number of repeats such as 14 or 9.3, which this "
                      "mutation model needs; use equal, proportional or custom instead",
                      name);
  int32_t whole = 0;
  for (size_t i = 0; i < n_whole; i++) whole = whole * 10 + (name[i] - '0');
  const char *decimal = name + n_whole + (has_point ? 1 : 0);
  while (n_decimal > 0 && decimal[n_decimal - 1] == '0') n_decimal--;
  *out = (hwp_repeat){whole, decimal, (int32_t)n_decimal};
  return HW_OK;
}

bool hwp_repeat_same_class(const hwp_repeat *a, const hwp_repeat *b) {
  return a->n_decimal == b->n_decimal && memcmp(a->decimal, b->decimal, (size_t)a->n_decimal) == 0;
}

static int32_t repeat_distance(const hwp_repeat *a, const hwp_repeat *b) {
  return a->whole > b->whole ? a->whole - b->whole : b->whole - a->whole;
}

/* Reads all names; two that are one number ("9" and "9.0") have no distance. */
static hw_status read_repeats(const hwp_mutable *alleles, hwp_repeat *out, hw_err *err) {
  for (int32_t i = 0; i < alleles->n; i++) {
    hw_status status = hwp_repeat_parse(alleles->names[i], &out[i], err);
    if (status != HW_OK) return status;
    for (int32_t j = 0; j < i; j++)
      if (out[i].whole == out[j].whole && hwp_repeat_same_class(&out[i], &out[j]))
        return hw_err_set(err, HW_E_VALUE,
                          "alleles \"%.40s\" and \"%.40s\" are the same number of repeats",
                          alleles->names[j], alleles->names[i]);
  }
  return HW_OK;
}

static void fill_equal(double rate, const hwp_mutable *alleles, double *out) {
  int32_t n = alleles->n;
  for (int32_t i = 0; i < n * n; i++) out[i] = rate / (n - 1);
}

static hw_status fill_proportional(double rate, const hwp_mutable *alleles, double *out,
                                   hw_err *err) {
  int32_t n = alleles->n;
  double heterozygosity = 0;
  for (int32_t i = 0; i < n; i++) heterozygosity += alleles->freq[i] * (1 - alleles->freq[i]);
  if (!(heterozygosity > 0))
    return hw_err_set(err, HW_E_VALUE,
                      "the proportional mutation model has no solution where one allele has "
                      "frequency 1");
  double k = rate / heterozygosity;
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < n; j++) out[(size_t)i * n + j] = k * alleles->freq[j];
  return HW_OK;
}

/* One row of the stepwise model. */
static void fill_stepwise_row(double rate, double rate2, double range, const hwp_repeat *repeat,
                              int32_t n, int32_t i, double *row) {
  int32_t n_other = 0, nearest = INT32_MAX;
  for (int32_t j = 0; j < n; j++) {
    if (!hwp_repeat_same_class(&repeat[i], &repeat[j]))
      n_other++;
    else if (j != i && repeat_distance(&repeat[i], &repeat[j]) < nearest)
      nearest = repeat_distance(&repeat[i], &repeat[j]);
  }
  double total = 0;
  for (int32_t j = 0; j < n; j++) {
    row[j] = 0;
    if (j == i || !hwp_repeat_same_class(&repeat[i], &repeat[j])) continue;
    row[j] = hw_power(range, repeat_distance(&repeat[i], &repeat[j]) - nearest);
    total += row[j];
  }
  for (int32_t j = 0; j < n; j++) {
    if (j == i) continue;
    row[j] =
        hwp_repeat_same_class(&repeat[i], &repeat[j]) ? rate * (row[j] / total) : rate2 / n_other;
  }
}

static void fill_onestep(double rate, const hwp_repeat *repeat, int32_t n, double *out) {
  for (int32_t i = 0; i < n; i++) {
    double *row = out + (size_t)i * n;
    int32_t n_neighbours = 0;
    for (int32_t j = 0; j < n; j++) {
      bool neighbour = hwp_repeat_same_class(&repeat[i], &repeat[j]) &&
                       repeat_distance(&repeat[i], &repeat[j]) == 1;
      row[j] = neighbour ? 1 : 0;
      n_neighbours += neighbour;
    }
    for (int32_t j = 0; j < n; j++)
      if (row[j] > 0) row[j] = rate / n_neighbours;
  }
}

/* Place of each allele in the order of length: rungs of the ladder. */
static void rank_repeats(const hwp_repeat *repeat, int32_t n, int32_t *rung) {
  for (int32_t i = 0; i < n; i++) {
    rung[i] = 0;
    for (int32_t j = 0; j < n; j++) rung[i] += repeat[j].whole < repeat[i].whole;
  }
}

static hw_status fill_dawid(double rate, double range, const hwp_repeat *repeat,
                            const hwp_mutable *alleles, double *out, hw_err *err) {
  int32_t n = alleles->n;
  for (int32_t i = 0; i < n; i++) {
    if (repeat[i].n_decimal > 0)
      return hw_err_set(err, HW_E_VALUE,
                        "allele \"%.40s\" is a microvariant, for which the dawid mutation model "
                        "is not defined; use stepwise",
                        alleles->names[i]);
    if (!(alleles->freq[i] > 0))
      return hw_err_set(err, HW_E_VALUE,
                        "allele \"%.40s\" has frequency 0, with which the dawid mutation model "
                        "has no solution",
                        alleles->names[i]);
  }
  int32_t rung[HW_MAX_ALLELES];
  rank_repeats(repeat, n, rung);
  double total = 0;
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < n; j++) {
      double weight = i == j ? 0 : hw_power(range, abs(rung[i] - rung[j]) - 1);
      out[(size_t)i * n + j] = weight;
      total += weight;
    }
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < n; j++) out[(size_t)i * n + j] *= rate / total / alleles->freq[i];
  return HW_OK;
}

static hw_status fill_ladder(const hw_mutation *mutation, int from, const hwp_mutable *alleles,
                             double *out, hw_err *err) {
  int32_t n = alleles->n;
  hwp_repeat *repeat = malloc((size_t)n * sizeof *repeat);
  if (!repeat) return hw_err_set(err, HW_E_NO_MEMORY, "no memory for %d alleles", (int)n);
  hw_status status = read_repeats(alleles, repeat, err);
  if (status != HW_OK) goto out;
  switch (mutation->model) {
    case HW_MUTATION_STEPWISE:
      for (int32_t i = 0; i < n; i++)
        fill_stepwise_row(mutation->rate[from], mutation->rate2[from], mutation->range[from],
                          repeat, n, i, out + (size_t)i * n);
      break;
    case HW_MUTATION_ONESTEP:
      fill_onestep(mutation->rate[from], repeat, n, out);
      break;
    default:
      status = fill_dawid(mutation->rate[from], mutation->range[from], repeat, alleles, out, err);
  }
out:
  free(repeat);
  return status;
}

hw_status hwp_mutation_fill(const hw_mutation *mutation, int from, const hwp_mutable *alleles,
                            double *out, hw_err *err) {
  hw_status status = HW_OK;
  const char *what;
  switch (mutation->model) {
    case HW_MUTATION_EQUAL:
      what = "the equal mutation model";
      fill_equal(mutation->rate[from], alleles, out);
      break;
    case HW_MUTATION_PROPORTIONAL:
      what = "the proportional mutation model";
      status = fill_proportional(mutation->rate[from], alleles, out, err);
      break;
    case HW_MUTATION_STEPWISE:
    case HW_MUTATION_ONESTEP:
    case HW_MUTATION_DAWID:
      what = mutation->model == HW_MUTATION_STEPWISE  ? "the stepwise mutation model"
             : mutation->model == HW_MUTATION_ONESTEP ? "the onestep mutation model"
                                                      : "the dawid mutation model";
      status = fill_ladder(mutation, from, alleles, out, err);
      break;
    default:
      return hw_err_set(err, HW_E_BUG, "mutation model %d has no formula", (int)mutation->model);
  }
  if (status != HW_OK) return status;
  return hwp_mutation_close_rows(alleles, what, out, err);
}
