/* From the tables of a query to bytes.
 *
 * For column c let B_c(k) be the bound of code k (dictionary.h) and M_c the
 * largest finite one among the codes that samples have. A code's deficit is
 * d_c(k) = M_c − B_c(k) ≥ 0, infinite where it is impossible. With
 *
 *   room = Σ M_c − least + slack,      scale = 254 / room,
 *   q_c(k) = min(255, ⌊d_c(k) · scale⌋),
 *
 * a pair is alive if Σ q_c ≤ 254.
 *
 * No pair is lost. Take a pair whose sexes fit, with no wild code (bound +inf),
 * and let X ≥ least be its log10 LR as hw_table_log10_lr adds it up, x_c being the
 * terms. None of them is −inf, so no bound is: bounds are −inf only where the term
 * is. x_c ≤ B_c + HWP_BOUND_SLACK ≤ M_c + HWP_BOUND_SLACK.
 *   Rounding: let P be the sum of the positive x_c and N that of |x_c| of the
 * others. A sum of n doubles in any order errs by at most n·2^-52·(P + N) for
 * n < 2^16, where P ≤ Σ|M_c| + n·HWP_BOUND_SLACK, and N = P − Σ x_c is at most
 * P + |least| and a rounding error. So X exceeds Σ x_c by less than 1e-10·(Σ|M_c|
 * + |least| + 1), and the same covers the rounding of room. With
 * slack = n·HWP_BOUND_SLACK + 1e-10·(Σ|M_c| + |least| + 1) therefore
 *
 *   Σ d_c = Σ M_c − Σ B_c ≤ Σ M_c − X + slack ≤ room,
 *
 * and since ⌊y⌋ ≤ y, Σ q_c ≤ scale·Σ d_c ≤ scale·room = 254. The roundings of d,
 * scale and d·scale can lift this by a factor of at most 1 + 2^-50; the left side
 * is an integer, so it stays at most 254. If room < 0 there is no such pair.
 *   A pair with a wild code in column c is alive in that column's own scan.
 *
 * Columns are looked up in the order of what they take from an average sample;
 * columns that take nothing from anybody are left out. */
#include "search/quantise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { BUDGET = HW_SCAN_BEYOND - 1 };

/* What a column of the scan takes from the samples. */
typedef struct hwp_power {
  int64_t total;         /* Σ of the entries of all samples */
  double mean, variance; /* of the entries of samples that are typed there */
  int32_t column;
} hwp_power;

size_t hwp_quantiser_bytes(const hwp_index *index) {
  size_t n = (size_t)index->n_columns;
  return sizeof(hwp_scan) + 2 * n * (HW_SCAN_ENTRIES + 2 * sizeof(uint16_t)) +
         n * sizeof(hw_scan_bytes);
}

hw_status hwp_quantiser_init(hwp_quantiser *self, const hwp_index *index, int32_t n_scans,
                             hw_arena *arena, hw_err *err) {
  size_t n = (size_t)index->n_columns, columns = 2 * n * (size_t)n_scans;
  *self = (hwp_quantiser){.index = index, .n_scans = n_scans};
  self->scans = hw_arena_alloc_array(arena, (size_t)n_scans, sizeof *self->scans);
  self->tables = hw_arena_alloc_array(arena, columns, HW_SCAN_ENTRIES);
  self->columns = hw_arena_alloc_array(arena, columns, sizeof *self->columns);
  self->n_codes = hw_arena_alloc_array(arena, columns, sizeof *self->n_codes);
  self->wild = hw_arena_alloc_array(arena, n * (size_t)n_scans, sizeof *self->wild);
  self->bounds = hw_arena_alloc_array(arena, n, HW_SCAN_ENTRIES * sizeof *self->bounds);
  self->bytes = hw_arena_alloc_array(arena, n, HW_SCAN_ENTRIES);
  self->best = hw_arena_alloc_array(arena, n, sizeof *self->best);
  self->power = hw_arena_alloc_array(arena, n, sizeof *self->power);
  if (self->scans == NULL || self->tables == NULL || self->columns == NULL ||
      self->n_codes == NULL || self->wild == NULL || self->bounds == NULL || self->bytes == NULL ||
      self->best == NULL || self->power == NULL)
    return HW_NO_MEMORY(err, "the tables of a strip of families");
  return HW_OK;
}

/* A list of columns with their tables, growing. */
typedef struct columns {
  uint8_t *tables;
  uint16_t *column, *n_codes;
  int32_t n;
} columns;

static uint8_t *add_column(columns *self, int32_t column, int32_t n_codes) {
  uint8_t *table = self->tables + (size_t)self->n * HW_SCAN_ENTRIES;
  self->column[self->n] = (uint16_t)column;
  self->n_codes[self->n] = (uint16_t)n_codes;
  self->n++;
  memset(table, HW_SCAN_BEYOND, HW_SCAN_ENTRIES);
  return table;
}

static hw_scan_bytes scan_of(const columns *self, int32_t first) {
  return (hw_scan_bytes){.n_columns = self->n - first,
                         .tables = self->tables + (size_t)first * HW_SCAN_ENTRIES,
                         .columns = self->column + first,
                         .n_codes = self->n_codes + first,
                         .budget = BUDGET,
                         .first_look = self->n - first};
}

/* --- one column --- */

/* @param is_wild  [out] a sample's code may have any log10 LR
 * @return M_c; 0 where no code has a finite bound */
static double best_of(const hwp_dictionary *dictionary, const double *bounds, bool *is_wild) {
  double best = -HUGE_VAL;
  *is_wild = false;
  for (int32_t k = 0; k < dictionary->n_codes; k++) {
    if (dictionary->count[k] == 0) continue;
    if (bounds[k] == HUGE_VAL)
      *is_wild = true;
    else if (bounds[k] > best)
      best = bounds[k];
  }
  return best == -HUGE_VAL ? 0.0 : best;
}

static void add_wild(const hwp_dictionary *dictionary, const double *bounds, int32_t column,
                     columns *list, hwp_scan *scan) {
  uint8_t *table = add_column(list, column, dictionary->n_codes);
  for (int32_t k = 0; k < dictionary->n_codes; k++)
    if (bounds[k] == HUGE_VAL) table[k] = 0;
  scan->wild[scan->n_wild++] = scan_of(list, list->n - 1);
}

/* Codes that no sample has stay at 255; nobody will look them up. */
static hwp_power fill_column(const hwp_dictionary *dictionary, const double *bounds, double best,
                             double scale, uint8_t *table) {
  int64_t total = 0, squares = 0, n = 0;
  for (int32_t k = 0; k < dictionary->n_codes; k++) {
    int64_t count = dictionary->count[k];
    if (count == 0) continue;
    double deficit = bounds[k] == HUGE_VAL ? HUGE_VAL : (best - bounds[k]) * scale;
    uint8_t q = deficit < HW_SCAN_BEYOND ? (uint8_t)deficit : HW_SCAN_BEYOND;
    table[k] = q;
    if (k == 0) continue;
    n += count;
    total += count * q;
    squares += count * q * q;
  }
  hwp_power power = {.total = total + dictionary->count[0] * table[0]};
  if (n == 0) return power;
  power.mean = (double)total / (double)n;
  power.variance = (double)squares / (double)n - power.mean * power.mean;
  return power;
}

/* --- all columns --- */

static int compare_power(const void *left, const void *right) {
  const hwp_power *x = left, *y = right;
  if (x->total != y->total) return x->total > y->total ? -1 : 1;
  return x->column < y->column ? -1 : 1;
}

/* After how many columns it pays to look: few complete profiles can be left, as in a normal
 * distribution of the sums. */
static int32_t first_look(const hwp_power *power, int32_t n) {
  double mean = 0.0, variance = 0.0;
  for (int32_t i = 0; i < n; i++) {
    mean += power[i].mean;
    variance += power[i].variance;
    double excess = mean - BUDGET;
    if (excess > 0.0 && excess * excess > 9.0 * variance) return i + 1;
  }
  return n;
}

static void add_sex(const hwp_quantiser *self, hw_sex sex, columns *list, hwp_scan *scan) {
  scan->has_sex = sex != HW_UNKNOWN_SEX;
  if (!scan->has_sex) return;
  uint8_t *table = add_column(list, self->index->n_columns - 1, 3);
  table[HW_UNKNOWN_SEX] = table[sex] = 0;
}

/* The columns in the order of power, those that take nothing left out unless every code is to be
 * looked up; behind the column of the sex. */
static void fill_main(hwp_quantiser *self, double scale, columns *list, hwp_scan *scan) {
  const hwp_index *index = self->index;
  int32_t n_markers = index->input->n_markers, sexes = list->n;
  for (int32_t m = 0; m < n_markers; m++) {
    size_t at = (size_t)m * HW_SCAN_ENTRIES;
    memset(self->bytes + at, HW_SCAN_BEYOND, HW_SCAN_ENTRIES);
    self->power[m] = fill_column(&index->dictionaries[m], self->bounds + at, self->best[m], scale,
                                 self->bytes + at);
    self->power[m].column = m;
  }
  qsort(self->power, (size_t)n_markers, sizeof *self->power, compare_power);
  for (int32_t i = 0; i < n_markers; i++) {
    const hwp_power *power = &self->power[i];
    if (power->total == 0 && list->n > sexes && !index->options.no_pruning) break;
    uint8_t *table = add_column(list, power->column, index->dictionaries[power->column].n_codes);
    memcpy(table, self->bytes + (size_t)power->column * HW_SCAN_ENTRIES, HW_SCAN_ENTRIES);
  }
  scan->main = scan_of(list, 0);
  if (!index->options.no_pruning)
    scan->main.first_look = sexes + first_look(self->power, list->n - sexes);
}

void hwp_quantise(hwp_quantiser *self, int32_t at, const hw_table *table, hw_sex sex) {
  const hwp_index *index = self->index;
  size_t n_columns = (size_t)index->n_columns, first = 2 * n_columns * (size_t)at;
  columns list = {self->tables + first * HW_SCAN_ENTRIES, self->columns + first,
                  self->n_codes + first, 0};
  columns wild = {list.tables + n_columns * HW_SCAN_ENTRIES, list.column + n_columns,
                  list.n_codes + n_columns, 0};
  hwp_scan *scan = &self->scans[at];
  *scan = (hwp_scan){.wild = self->wild + n_columns * (size_t)at};
  scan->is_everybody = index->least == -HUGE_VAL;
  if (scan->is_everybody) return;
  double room = -index->least, magnitude = fabs(index->least) + 1.0;
  for (int32_t m = 0; m < index->input->n_markers; m++) {
    const hwp_dictionary *dictionary = &index->dictionaries[m];
    double *bounds = self->bounds + (size_t)m * HW_SCAN_ENTRIES;
    bool is_wild = false;
    hwp_dictionary_bounds(dictionary, &table->markers[m], bounds);
    self->best[m] = best_of(dictionary, bounds, &is_wild);
    if (is_wild) add_wild(dictionary, bounds, m, &wild, scan);
    room += self->best[m];
    magnitude += fabs(self->best[m]);
  }
  room += HWP_BOUND_SLACK * index->input->n_markers + 1e-10 * magnitude;
  scan->is_nobody = room < 0.0;
  if (scan->is_nobody) return;
  double scale = room < 1e-9 ? BUDGET / 1e-9 : BUDGET / room; /* less is safe, infinite is not */
  add_sex(self, sex, &list, scan);
  fill_main(self, scale, &list, scan);
}
