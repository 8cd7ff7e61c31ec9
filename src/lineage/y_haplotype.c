/* Y-STR haplotypes: comparison, mutation of pairs of copies, and the likelihood ratio.
 *
 * A marker's alleles are a multiset: which copy of DYS385 is which cannot be seen. Two
 * markers agree if the multisets are equal. The probability that {a1, a2} became
 * {b1, b2} is the sum over the distinct orders of b of the products of both copies'
 * changes: summed over all multisets b it is 1.
 *
 * Only whole repeats mutate in single steps. A change between 17 and 17.2, or of the
 * number of copies, is outside of the model: the marker is a difference for the verdict and
 * is left out of the ratio (Kruijver & Taylor 2022 treat such alleles apart as well).
 *
 * Sources of the ratio: Roewer et al. (2020), ISFG recommendations on Y-STR: no product of
 * frequencies over markers, mutation marker by marker. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "lineage/lineage_int.h"

enum { TENTHS = 10 };

static int32_t count_copies(const int16_t *alleles) {
  int32_t n = 0;
  while (n < HW_Y_COPIES && alleles[n] != 0) n++;
  return n;
}

static bool is_same(const int16_t *a, const int16_t *b) {
  return memcmp(a, b, HW_Y_COPIES * sizeof *a) == 0;
}

/* Sorts up to HW_Y_COPIES alleles. */
static void sort(int16_t *list, int32_t n) {
  for (int32_t i = 1; i < n; i++)
    for (int32_t j = i; j > 0 && list[j] < list[j - 1]; j--) {
      const int16_t other = list[j];
      list[j] = list[j - 1];
      list[j - 1] = other;
    }
}

/* True if single steps of whole repeats lead from one to the other: as many copies, and as many with
 * each partial repeat. */
static bool is_regular(const int16_t *a, const int16_t *b) {
  int16_t parts_a[HW_Y_COPIES] = {0}, parts_b[HW_Y_COPIES] = {0};
  const int32_t n = count_copies(a);
  if (n != count_copies(b)) return false;
  for (int32_t i = 0; i < n; i++) {
    parts_a[i] = (int16_t)(a[i] % TENTHS);
    parts_b[i] = (int16_t)(b[i] % TENTHS);
  }
  sort(parts_a, n);
  sort(parts_b, n);
  return is_same(parts_a, parts_b);
}

void hw_y_compare(const hw_y_panel *panel, const int16_t *a, const int16_t *b,
                  hw_y_comparison *out) {
  *out = (hw_y_comparison){0};
  for (int32_t k = 0; k < panel->n_markers; k++, a += HW_Y_COPIES, b += HW_Y_COPIES) {
    if (a[0] == 0 || b[0] == 0) continue;
    out->n_shared++;
    if (is_same(a, b)) continue;
    out->n_differences++;
    out->n_irregular += !is_regular(a, b);
  }
}

static double copy_transition(int16_t from, int16_t to, double rate, int32_t meioses) {
  if (from % TENTHS != to % TENTHS) return 0;
  const int32_t before = from / TENTHS, after = to / TENTHS;
  return hw_y_transition(1, &before, &after, &rate, meioses);
}

/* The next order of a sorted list of n; false after the last. Equal alleles are not exchanged. */
static bool next_order(int16_t *list, int32_t n) {
  int32_t i = n - 2, j = n - 1;
  while (i >= 0 && list[i] >= list[i + 1]) i--;
  if (i < 0) return false;
  while (list[j] <= list[i]) j--;
  const int16_t kept = list[i];
  list[i] = list[j];
  list[j] = kept;
  sort(list + i + 1, n - i - 1);
  return true;
}

double hw_y_marker_transition(const hw_y_marker *marker, const int16_t *from, const int16_t *to,
                              int32_t meioses) {
  int16_t order[HW_Y_COPIES];
  const int32_t n = count_copies(from);
  double sum = 0;
  if (n != count_copies(to)) return 0;
  memcpy(order, to, sizeof order);
  do {
    double product = 1;
    for (int32_t i = 0; i < n && product > 0; i++)
      product *= copy_transition(from[i], order[i], marker->rate_per_meiosis, meioses);
    sum += product;
  } while (next_order(order, n));
  return sum;
}

/* --- the ratio of a pair --- */

static bool is_of_model(const hw_y_model *model, int32_t marker, const int16_t *alleles) {
  for (int32_t i = 0; i < model->n_markers; i++)
    if (model->markers[i] == marker) return alleles[1] == 0 && alleles[0] % TENTHS == 0;
  return false;
}

/* As hw_y_marker_transition; a step that takes more meioses than there are, as if there were as many
 * as it takes. */
static double reach(const hw_y_marker *marker, const int16_t *from, const int16_t *to,
                    int32_t meioses) {
  enum { MOST_STEPS = 64 };
  double p = hw_y_marker_transition(marker, from, to, meioses);
  for (int32_t g = meioses + 1; !(p > 0) && marker->rate_per_meiosis > 0 && g <= MOST_STEPS; g++)
    p = hw_y_marker_transition(marker, from, to, g);
  return p;
}

/* Which markers are in the ratio. @return their number */
static int32_t choose_markers(const hw_y_panel *panel, const int16_t *reference,
                              const int16_t *remains, const hw_lineage_options *options,
                              bool *is_used) {
  int32_t n = 0;
  for (int32_t k = 0; k < panel->n_markers; k++) {
    const int16_t *a = reference + (size_t)k * HW_Y_COPIES, *b = remains + (size_t)k * HW_Y_COPIES;
    is_used[k] = a[0] != 0 && b[0] != 0 && is_regular(a, b) &&
                 (options->y_method != HW_RARITY_LAPLACE ||
                  (is_of_model(options->y_model, k, a) && is_of_model(options->y_model, k, b)));
    n += is_used[k];
  }
  return n;
}

/* Men of the database who have the haplotype at the markers used; who is not typed at one of them is
 * left out. Seen once: by comparing everybody with everybody, which men of Y databases are few
 * enough for, and only where κ needs it. */
static void count_men(const hw_y_database *self, const int16_t *row, const bool *is_used,
                      hw_lineage_result *out) {
  const size_t width = (size_t)self->panel->n_markers * HW_Y_COPIES;
  for (int32_t i = 0; i < self->n; i++) {
    const int16_t *other = self->rows + (size_t)i * width;
    const int32_t weight = self->counts == NULL ? 1 : self->counts[i];
    bool is_typed = true, is_equal = true;
    for (int32_t k = 0; k < self->panel->n_markers && is_typed; k++) {
      if (!is_used[k]) continue;
      const size_t at = (size_t)k * HW_Y_COPIES;
      is_typed = other[at] != 0;
      is_equal = is_equal && is_same(other + at, row + at);
    }
    out->n += is_typed ? weight : 0;
    out->n_left_out += is_typed ? 0 : weight;
    out->x += is_typed && is_equal ? weight : 0;
  }
}

static int64_t count_once(const hw_y_database *self, const bool *is_used) {
  const size_t width = (size_t)self->panel->n_markers * HW_Y_COPIES;
  int64_t n_once = 0;
  for (int32_t i = 0; i < self->n; i++) {
    hw_lineage_result found = {0};
    const int16_t *row = self->rows + (size_t)i * width;
    bool is_typed = true;
    for (int32_t k = 0; k < self->panel->n_markers; k++)
      if (is_used[k] && row[(size_t)k * HW_Y_COPIES] == 0) is_typed = false;
    if (!is_typed) continue;
    count_men(self, row, is_used, &found);
    n_once += found.x == 1;
  }
  return n_once;
}

static void find_rarity(const int16_t *remains, const bool *is_used,
                        const hw_lineage_options *options, hw_lineage_result *out) {
  if (options->y_method == HW_RARITY_LAPLACE) {
    out->n = options->y_model->n_fitted;
    out->n_left_out = options->y_model->n_left_out;
    out->rarity = hw_y_model_probability(options->y_model, is_used, remains);
    out->population = options->y_database != NULL ? options->y_database->population : NULL;
    return;
  }
  int64_t n_once = 0;
  if (options->y_database == NULL) {
    out->is_stated = true;
    out->x = options->y_stated_x;
    out->n = n_once = options->y_stated_n;
  } else {
    out->population = options->y_database->population;
    count_men(options->y_database, remains, is_used, out);
    n_once = out->n;
    if (out->x == 0 && options->y_method == HW_RARITY_KAPPA)
      n_once = count_once(options->y_database, is_used);
  }
  out->rarity = hwp_rarity(out->x, out->n, n_once, 2, options->y_method, options->confidence);
}

static hw_lineage_verdict judge(const hw_y_comparison *found, const hw_lineage_options *options) {
  const int32_t most = options->y_most_inconclusive == 0  ? 2
                       : options->y_most_inconclusive < 0 ? 0
                                                          : options->y_most_inconclusive;
  if (found->n_shared == 0) return HW_LINEAGE_NONE;
  if (found->n_differences == 0) return HW_LINEAGE_SAME;
  return found->n_differences <= most ? HW_LINEAGE_INCONCLUSIVE : HW_LINEAGE_DIFFERENT;
}

hw_status hwp_y_weigh(const hw_y_panel *panel, const int16_t *reference, const int16_t *remains,
                      int32_t meioses, const hw_lineage_options *options, hw_lineage_result *out,
                      hw_err *err) {
  bool is_used[HW_Y_MAX_MARKERS] = {false};
  hw_y_comparison found;
  if (panel->n_markers > HW_Y_MAX_MARKERS)
    return hw_err_set(err, HW_E_SHAPE, "%d Y markers; the most are %d", (int)panel->n_markers,
                      HW_Y_MAX_MARKERS);
  hw_y_compare(panel, reference, remains, &found);
  out->verdict = judge(&found, options);
  out->n_compared = found.n_shared;
  out->n_differences = found.n_differences;
  out->method = options->y_method;
  const int32_t n_used = choose_markers(panel, reference, remains, options, is_used);
  out->n_omitted = found.n_shared - n_used;
  if (n_used == 0) return HW_OK;
  for (int32_t k = 0; k < panel->n_markers; k++) {
    if (!is_used[k]) continue;
    const size_t at = (size_t)k * HW_Y_COPIES;
    out->log10_given += hw_log10(reach(&panel->markers[k], reference + at, remains + at, meioses));
  }
  find_rarity(remains, is_used, options, out);
  out->log10_lr = out->log10_given - hw_log10(out->rarity);
  return HW_OK;
}
