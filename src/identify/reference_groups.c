/* Which profiles could be one person's: those that agree in two whole groups of
 * markers (after Manku, Jain & Das Sarma 2007, Proc. WWW, 141, who look for web
 * pages that differ in a few bits).
 *
 * With g groups there are g(g−1)/2 passes. A pass hashes the codes of its two
 * groups, sorts, and hands on the pairs of equal hash. A pair that agrees in
 * several pairs of groups comes up in the pass of its first two only, so nothing
 * must be remembered about pairs. If at most g − 2 markers differ or are untyped,
 * at least two groups are whole, and the pair is found for certain.
 *
 * CHOICE OF GROUPS. A marker's power is measured on the profiles themselves: the
 * probability that two of them agree, Σ f². Groups are filled until they are
 * powerful enough for a pass to hand on about a million chance pairs; so few
 * profiles make many small groups and a strong guarantee, and a marker where all
 * agree does no harm. Markers that most profiles have come first, since a
 * group is of use only where all of it is typed: profiles of an older kit still
 * agree in the groups of its markers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/duplicates_int.h"

/* Chance pairs that one pass may hand on, as log10, and candidates of a whole search. */
static const double LOG10_PAIRS_OF_PASS = 6;
static const int64_t MOST_CANDIDATES = 4000000000;

/* ---- power of the markers ------------------------------------------------- */

typedef struct power {
  int32_t column, marker;
  int32_t coverage; /* 0 … 16: sixteenths of the profiles that are typed */
  double log10;     /* −log10 P(two typed profiles agree) */
} power;

static power measure(const hw_duplicates *self, int32_t column) {
  const uint32_t *count = self->count[column];
  const int32_t n_codes = hwp_n_codes(&self->markers[self->column[column]]);
  const int64_t typed = self->n - (int64_t)count[0];
  power p = {.column = column, .marker = self->column[column]};
  double sum = 0; /* exact: whole numbers below 2^53 */
  for (int32_t code = 1; code < n_codes; code++) sum += (double)count[code] * count[code];
  if (typed > 0) p.log10 = -hw_log10(sum / ((double)typed * (double)typed));
  if (self->n > 0) p.coverage = (int32_t)(16 * typed / self->n);
  return p;
}

/* By marker in the end, wherever an earlier search has put its column. */
static int compare_power(const void *left, const void *right) {
  const power *a = left, *b = right;
  if (a->coverage != b->coverage) return a->coverage > b->coverage ? -1 : 1;
  if (a->log10 != b->log10) return a->log10 > b->log10 ? -1 : 1;
  return a->marker < b->marker ? -1 : a->marker > b->marker;
}

/* Fills groups of the given power; a rest that is weaker joins the last one. */
static void cut(const power *powers, int32_t n, double log10_least, hwp_groups *groups) {
  double sum = 0;
  *groups = (hwp_groups){0};
  for (int32_t i = 0; i < n; i++) {
    sum += powers[i].log10;
    if (sum < log10_least || groups->n == HWP_MOST_GROUPS) continue;
    groups->start[++groups->n] = i + 1;
    sum = 0;
  }
  if (groups->n == 0) groups->n = 1;
  groups->start[groups->n] = n;
}

/* Puts the columns of all rows in an order. */
static hw_status arrange(hw_duplicates *self, const int32_t *order, hw_err *err) {
  const size_t n = (size_t)self->n_columns;
  uint16_t *row = calloc(n + 1, sizeof *row);
  int32_t *column = calloc(n + 1, sizeof *column);
  uint32_t **count = calloc(n + 1, sizeof *count);
  const bool has_room = row != NULL && column != NULL && count != NULL;
  for (int32_t i = 0; has_room && i < self->n; i++) {
    uint16_t *at = self->rows + (size_t)i * n;
    memcpy(row, at, n * sizeof *row);
    for (size_t c = 0; c < n; c++) at[c] = row[order[c]];
  }
  for (size_t c = 0; has_room && c < n; c++) {
    column[c] = self->column[order[c]];
    count[c] = self->count[order[c]];
  }
  if (has_room) {
    memcpy(self->column, column, n * sizeof *column);
    memcpy(self->count, count, n * sizeof(uint32_t *));
  }
  free(row);
  free(column);
  free(count);
  return has_room ? HW_OK : HW_NO_MEMORY(err, "groups of markers");
}

/* The power that a group needs, see above; less and less until the groups suffice where the caller
 * asks for a tolerance. */
static void choose(const hw_duplicates *self, const power *powers, hwp_groups *groups) {
  const double n = self->n, tolerance = self->options.tolerance;
  double least = n > 1 ? 0.5 * (hw_log10(n * (n - 1) / 2) - LOG10_PAIRS_OF_PASS) : 0;
  if (tolerance > 0) least = 20;
  if (least < 0.01) least = 0.01;
  cut(powers, self->n_columns, least, groups);
  for (; tolerance > 0 && groups->n < tolerance + 2 && least > 0.1; least -= 0.1)
    cut(powers, self->n_columns, least, groups);
}

hw_status hwp_groups_choose(const hw_duplicates *self, int32_t *order, hwp_groups *groups,
                            hw_err *err) {
  const size_t n = (size_t)self->n_columns;
  power *powers = calloc(n + 1, sizeof *powers);
  if (powers == NULL) return HW_NO_MEMORY(err, "groups of markers");
  for (int32_t c = 0; c < self->n_columns; c++) powers[c] = measure(self, c);
  qsort(powers, n, sizeof *powers, compare_power);
  choose(self, powers, groups);
  for (size_t c = 0; c < n; c++) order[c] = powers[c].column;
  free(powers);
  return HW_OK;
}

hw_status hwp_groups_make(hw_duplicates *self, hwp_groups *groups, hw_err *err) {
  int32_t *order = calloc((size_t)self->n_columns + 1, sizeof *order);
  hw_status status = order != NULL ? HW_OK : HW_NO_MEMORY(err, "groups of markers");
  if (status == HW_OK) status = hwp_groups_choose(self, order, groups, err);
  if (status == HW_OK) status = arrange(self, order, err);
  free(order);
  return status;
}

/* ---- passes --------------------------------------------------------------- */

uint32_t hwp_row_hash(const uint16_t *row, int32_t from, int32_t to) {
  uint64_t hash = 0x9e3779b97f4a7c15u;
  for (int32_t c = from; c < to; c++) hash = (hash ^ row[c]) * 0xff51afd7ed558ccdu;
  hash ^= hash >> 32;
  return (uint32_t)((hash * 0xc4ceb9fe1a85ec53u) >> 32);
}

/* Radix sort, 11 bits at a time; stable. */
void hwp_hashed_sort(hwp_hashed *items, hwp_hashed *scratch, size_t n) {
  enum { BITS = 11, BUCKETS = 1 << BITS };
  hwp_hashed *from = items, *to = scratch;
  for (int shift = 0; shift < 32; shift += BITS) {
    size_t start[BUCKETS + 1] = {0};
    for (size_t i = 0; i < n; i++) start[((from[i].hash >> shift) & (BUCKETS - 1)) + 1]++;
    for (int b = 0; b < BUCKETS; b++) start[b + 1] += start[b];
    for (size_t i = 0; i < n; i++) to[start[(from[i].hash >> shift) & (BUCKETS - 1)]++] = from[i];
    hwp_hashed *swap = from;
    from = to;
    to = swap;
  }
  if (from != items) memcpy(items, from, n * sizeof *items); /* three rounds end in scratch */
}

typedef struct pass {
  const hw_duplicates *self;
  const hwp_groups *groups;
  int32_t first, second; /* groups; equal if there is but one */
  hwp_hashed *items, *scratch;
  int64_t n_candidates;
  hwp_pair_found *found;
  void *context;
} pass;

static bool is_whole(const uint16_t *row, int32_t from, int32_t to) {
  for (int32_t c = from; c < to; c++)
    if (row[c] == 0) return false;
  return true;
}

static bool do_agree(const uint16_t *a, const uint16_t *b, int32_t from, int32_t to) {
  for (int32_t c = from; c < to; c++)
    if (a[c] != b[c] || a[c] == 0) return false;
  return true;
}

/* True if these are the first two groups in which the rows agree. */
static bool is_first_time(const pass *self, const uint16_t *a, const uint16_t *b) {
  const int32_t *start = self->groups->start;
  if (!do_agree(a, b, start[self->first], start[self->first + 1]) ||
      !do_agree(a, b, start[self->second], start[self->second + 1]))
    return false;
  for (int32_t g = 0; g < self->second; g++)
    if (g != self->first && do_agree(a, b, start[g], start[g + 1])) return false;
  return true;
}

static size_t collect(const pass *self, const uint8_t *flag) {
  const int32_t *start = self->groups->start, a = self->first, b = self->second;
  size_t n = 0;
  for (int32_t i = 0; i < self->self->n; i++) {
    const uint16_t *row = hwp_row(self->self, i);
    if (flag[i] != 0 || !is_whole(row, start[a], start[a + 1]) ||
        !is_whole(row, start[b], start[b + 1]))
      continue;
    const uint32_t hash = hwp_row_hash(row, start[a], start[a + 1]) * 0x9e3779b1u ^
                          hwp_row_hash(row, start[b], start[b + 1]);
    self->items[n++] = (hwp_hashed){hash, i};
  }
  return n;
}

static hw_status too_alike(hw_err *err) {
  return hw_err_set(err, HW_E_TOO_COMPLEX,
                    "the profiles are so alike, or have so few markers, that more than %.0g pairs "
                    "would have to be compared; use more markers or fewer profiles",
                    (double)MOST_CANDIDATES);
}

static hw_status run_pass(pass *self, const uint8_t *flag, hw_err *err) {
  const size_t n = collect(self, flag);
  hwp_hashed_sort(self->items, self->scratch, n);
  for (size_t i = 0; i < n;) {
    size_t end = i + 1;
    while (end < n && self->items[end].hash == self->items[i].hash) end++;
    const int64_t size = (int64_t)(end - i);
    self->n_candidates += size * (size - 1) / 2;
    if (self->n_candidates > MOST_CANDIDATES) return too_alike(err);
    for (size_t x = i; x < end; x++)
      for (size_t y = x + 1; y < end; y++) {
        const int32_t a = self->items[x].profile, b = self->items[y].profile;
        if (is_first_time(self, hwp_row(self->self, a), hwp_row(self->self, b)))
          HW_TRY(self->found(self->context, a, b, err));
      }
    i = end;
  }
  return HW_OK;
}

hw_status hwp_groups_search(const hw_duplicates *self, const hwp_groups *groups,
                            const uint8_t *flag, hwp_pair_found *found, void *context,
                            hw_err *err) {
  const size_t n = (size_t)self->n + 1;
  pass p = {.self = self, .groups = groups, .found = found, .context = context};
  p.items = malloc(n * sizeof *p.items);
  p.scratch = malloc(n * sizeof *p.scratch);
  hw_status status = HW_OK;
  if (p.items == NULL || p.scratch == NULL) status = HW_NO_MEMORY(err, "a search");
  for (int32_t a = 0; status == HW_OK && a < groups->n; a++)
    for (int32_t b = groups->n > 1 ? a + 1 : a; status == HW_OK && b < groups->n; b++) {
      p.first = a;
      p.second = b;
      status = run_pass(&p, flag, err);
    }
  free(p.items);
  free(p.scratch);
  return status;
}
