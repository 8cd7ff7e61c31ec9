/* One person under two codes: profiles as rows of 16-bit codes, and the ratios
 * that tell one person from two.
 *
 * A search of all pairs first chains the profiles that are equal to the last marker (a batch
 * that was imported twice would otherwise give a square of pairs), then compares
 * the rest by groups of markers (reference_groups.c) and keeps what passes the
 * thresholds. Each marker gives
 *
 *   L(one person) / L(unrelated) = (1 − e)/P(h | g) + e/2        same genotype
 *                                  e/2 + (e/4)/P(aa | ab)        aa against ab
 *                                  e/2                           otherwise
 *
 * with e the typing error and P(h | g) the probability of the second genotype
 * given the first in unrelated persons, theta included (reference_pair.c); full
 * siblings come by their shared alleles. So the siblings of an inbred village,
 * who agree at many markers, are told apart from one person by the second ratio,
 * not by a count.
 *
 * Who asks for the pairs of a few new profiles gets the same ones in another way
 * (reference_new.c). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/elementary.h"
#include "identify/duplicates_int.h"
#include "identify/identify_int.h"
#include "identify/reference_int.h"

/* Most new profiles that are compared one by one: a search of all pairs costs as much as that of
 * some hundred. */
enum { FEW = 64 };

/* ---- a set of profiles ---------------------------------------------------- */

static hw_status set_options(hw_duplicates *self, const hw_duplicate_options *options,
                             hw_err *err) {
  static const hw_duplicate_options defaults = {0};
  hw_duplicate_options *o = &self->options;
  *o = options != NULL ? *options : defaults;
  if (o->least_common == 0) o->least_common = self->n_columns < 10 ? self->n_columns : 10;
  if (o->least_log10_lr_sibs == 0) o->least_log10_lr_sibs = 3;
  if (o->typing_error == 0) o->typing_error = 0.005;
  if (o->most_pairs == 0) o->most_pairs = 1000000;
  if (!(self->theta >= 0 && self->theta < 1))
    return hw_err_set(err, HW_E_VALUE, "theta is %g, it must be at least 0 and below 1",
                      self->theta);
  if (!(o->typing_error > 0 && o->typing_error < 1) || o->least_common < 0 || o->most_pairs < 0 ||
      o->tolerance < 0 || isnan(o->least_log10_lr) || isnan(o->least_log10_lr_sibs))
    return hw_err_set(err, HW_E_VALUE,
                      "typing error %g, %d common markers, %d pairs, tolerance %d: a probability "
                      "and counts are expected",
                      o->typing_error, (int)o->least_common, (int)o->most_pairs, (int)o->tolerance);
  return HW_OK;
}

static hw_status take_columns(hw_duplicates *self, hw_err *err) {
  self->column = calloc((size_t)self->n_markers + 1, sizeof *self->column);
  self->count = calloc((size_t)self->n_markers + 1, sizeof *self->count);
  if (self->column == NULL || self->count == NULL) return HW_NO_MEMORY(err, "the markers");
  for (int32_t m = 0; m < self->n_markers; m++) {
    if (hw_marker_is_x(&self->markers[m])) continue;
    if (self->markers[m].n_alleles > HWP_MOST_ALLELES)
      return hw_err_set(err, HW_E_UNSUPPORTED,
                        "marker %.60s has %d alleles; the search for duplicates takes up to %d",
                        self->markers[m].name, (int)self->markers[m].n_alleles,
                        (int)HWP_MOST_ALLELES);
    uint32_t *count = calloc((size_t)hwp_n_codes(&self->markers[m]), sizeof *count);
    if (count == NULL) return HW_NO_MEMORY(err, "the markers");
    self->count[self->n_columns] = count;
    self->column[self->n_columns++] = m;
  }
  return HW_OK;
}

hw_status hw_duplicates_new(int32_t n_markers, const hw_marker *markers, double theta,
                            const hw_duplicate_options *options, hw_duplicates **out, hw_err *err) {
  *out = NULL;
  hw_duplicates *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a search for duplicates");
  self->n_markers = n_markers;
  self->markers = markers;
  self->theta = theta;
  self->guarantee = -1;
  hw_status status = take_columns(self, err);
  if (status == HW_OK) status = set_options(self, options, err);
  if (status != HW_OK) {
    hw_duplicates_delete(self);
    return status;
  }
  *out = self;
  return HW_OK;
}

void hw_duplicates_delete(hw_duplicates *self) {
  if (self == NULL) return;
  for (int32_t c = 0; c < self->n_columns; c++) free(self->count[c]);
  free(self->count);
  free(self->column);
  free(self->rows);
  free(self);
}

hw_status hw_duplicates_reserve(hw_duplicates *self, int32_t n_profiles, hw_err *err) {
  size_t bytes = 0;
  if (n_profiles <= self->capacity) return HW_OK;
  if (!hw_mul_size((size_t)n_profiles, (size_t)self->n_columns * sizeof *self->rows, &bytes))
    return HW_NO_MEMORY(err, "profiles");
  uint16_t *rows = realloc(self->rows, bytes > 0 ? bytes : 1);
  if (rows == NULL) return HW_NO_MEMORY(err, "profiles");
  self->rows = rows;
  self->capacity = n_profiles;
  return HW_OK;
}

static hw_status make_room(hw_duplicates *self, hw_err *err) {
  if (self->n < self->capacity) return HW_OK;
  if (self->n == INT32_MAX) return hw_err_set(err, HW_E_TOO_COMPLEX, "too many profiles");
  const int64_t wanted = self->capacity < 1024 ? 1024 : (int64_t)self->capacity * 3 / 2;
  return hw_duplicates_reserve(self, wanted < INT32_MAX ? (int32_t)wanted : INT32_MAX, err);
}

static uint16_t code_of(hw_allele a, hw_allele b) {
  const int32_t low = a < b ? a : b, high = a < b ? b : a;
  return low < 0 ? 0 : (uint16_t)(1 + high * (high + 1) / 2 + low);
}

static void alleles_of(uint16_t code, hw_allele *g) {
  const int32_t c = code - 1;
  /* The square root is exact for such small numbers, but its truncation is checked all the same. */
  int32_t high = (int32_t)((sqrt(8.0 * c + 1) - 1) / 2);
  while ((high + 1) * (high + 2) / 2 <= c) high++;
  while (high * (high + 1) / 2 > c) high--;
  g[0] = c - high * (high + 1) / 2;
  g[1] = high;
}

static hw_status check_allele(const hw_marker *marker, hw_allele allele, hw_err *err) {
  if (allele >= HW_ALLELE_NONE && allele < marker->n_alleles) return HW_OK;
  return hw_err_set(err, HW_E_VALUE, "marker %.60s: allele number %d; it has %d alleles",
                    marker->name, (int)allele, (int)marker->n_alleles);
}

/* Takes the row that was written behind the last one. */
static void take_row(hw_duplicates *self) {
  const uint16_t *row = hwp_row(self, self->n);
  for (int32_t c = 0; c < self->n_columns; c++) self->count[c][row[c]]++;
  self->n++;
}

hw_status hw_duplicates_add(hw_duplicates *self, const hw_allele *alleles, hw_err *err) {
  for (int32_t c = 0; c < self->n_columns; c++) {
    const int32_t m = self->column[c];
    HW_TRY(check_allele(&self->markers[m], alleles[2 * m], err));
    HW_TRY(check_allele(&self->markers[m], alleles[2 * m + 1], err));
  }
  HW_TRY(make_room(self, err));
  uint16_t *row = self->rows + (size_t)self->n * (size_t)self->n_columns;
  for (int32_t c = 0; c < self->n_columns; c++) {
    const int32_t m = self->column[c];
    row[c] = code_of(alleles[2 * m], alleles[2 * m + 1]);
  }
  take_row(self);
  return HW_OK;
}

hw_status hw_duplicates_add_profile(hw_duplicates *self, const hw_profile *profile, hw_err *err) {
  if (profile->n_markers != self->n_markers)
    return hw_err_set(err, HW_E_SHAPE, "profile '%s' has %d markers, the search %d", profile->id,
                      (int)profile->n_markers, (int)self->n_markers);
  for (int32_t c = 0; c < self->n_columns; c++) {
    const int32_t m = self->column[c];
    const hw_observation *obs = &profile->observations[m];
    if (obs->kind != HW_OBS_GENOTYPE) continue;
    HW_TRY(check_allele(&self->markers[m], obs->a, err));
    HW_TRY(check_allele(&self->markers[m], obs->b, err));
  }
  HW_TRY(make_room(self, err));
  uint16_t *row = self->rows + (size_t)self->n * (size_t)self->n_columns;
  for (int32_t c = 0; c < self->n_columns; c++) {
    const hw_observation *obs = &profile->observations[self->column[c]];
    row[c] = obs->kind == HW_OBS_GENOTYPE ? code_of(obs->a, obs->b) : 0;
  }
  take_row(self);
  return HW_OK;
}

void hw_duplicates_remove_last(hw_duplicates *self, int32_t n_left) {
  for (; self->n > n_left && self->n > 0; self->n--) {
    const uint16_t *row = hwp_row(self, self->n - 1);
    for (int32_t c = 0; c < self->n_columns; c++) self->count[c][row[c]]--;
  }
}

int32_t hw_duplicates_count(const hw_duplicates *self) {
  return self->n;
}

int32_t hw_duplicates_guarantee(const hw_duplicates *self) {
  return self->guarantee;
}

/* ---- one pair ------------------------------------------------------------- */

/* Ratios of one marker: one person against unrelated ones, siblings against them. */
static bool ratios(const hw_duplicates *self, const hw_marker *marker, uint16_t a, uint16_t b,
                   double *same, double *sibs) {
  const double e = self->options.typing_error;
  hw_allele g[2], h[2];
  hwp_share share, drop;
  alleles_of(a, g);
  alleles_of(b, h);
  if (!hwp_share_ratios(marker, self->theta, g, h, &share)) return false;
  *sibs = 0.25 + 0.5 * share.r1 + 0.25 * share.r2;
  *same = 0.5 * e + (a == b ? (1 - e) * share.r2 : 0);
  const bool is_g_homozygous = g[0] == g[1], is_h_homozygous = h[0] == h[1];
  if (is_g_homozygous == is_h_homozygous || share.r1 <= 0) return true;
  /* One allele may have been lost: the homozygote given the heterozygote. */
  const bool is_known = is_h_homozygous ? hwp_share_ratios(marker, self->theta, g, h, &drop)
                                        : hwp_share_ratios(marker, self->theta, h, g, &drop);
  if (is_known) *same += 0.25 * e / drop.unrelated;
  return true;
}

static hw_duplicate compare(const hw_duplicates *self, const int32_t *order, int32_t first,
                            int32_t second) {
  const uint16_t *a = hwp_row(self, first), *b = hwp_row(self, second);
  hw_duplicate pair = {.first = first, .second = second};
  for (int32_t i = 0; i < self->n_columns; i++) {
    const int32_t c = order != NULL ? order[i] : i;
    if (a[c] == 0 || b[c] == 0) continue;
    double same = 1, sibs = 1;
    pair.n_common++;
    pair.n_differ += a[c] != b[c];
    if (!ratios(self, &self->markers[self->column[c]], a[c], b[c], &same, &sibs)) continue;
    pair.log10_lr += hw_log10(same);
    pair.log10_lr_sibs += hw_log10(same / sibs);
  }
  return pair;
}

hw_duplicate hw_duplicates_compare(const hw_duplicates *self, int32_t first, int32_t second) {
  return compare(self, NULL, first, second);
}

/* ---- the search ----------------------------------------------------------- */

/* Counts before logarithms are taken: nearly all candidates end here. */
static bool is_near(const hw_duplicates *self, int32_t i, int32_t j) {
  const uint16_t *a = hwp_row(self, i), *b = hwp_row(self, j);
  int32_t n_common = 0, n_differ = 0;
  for (int32_t c = 0; c < self->n_columns; c++) {
    const int32_t is_common = (a[c] != 0) & (b[c] != 0);
    n_common += is_common;
    n_differ += is_common & (a[c] != b[c]);
  }
  return n_common >= self->options.least_common && 3 * n_differ <= n_common;
}

hw_status hwp_duplicates_list(hwp_duplicate_search *s, int32_t i, int32_t j, hw_err *err) {
  if (j < s->first_new || !is_near(s->self, i, j)) return HW_OK;
  const hw_duplicate pair = compare(s->self, s->order, i, j);
  if (!(pair.log10_lr >= s->least_log10_lr) ||
      !(pair.log10_lr_sibs >= s->self->options.least_log10_lr_sibs))
    return HW_OK;
  if (s->n_pairs == s->self->options.most_pairs)
    return hw_err_set(err, HW_E_TOO_COMPLEX,
                      "more than %d pairs of profiles look like one person's: is something "
                      "imported twice?",
                      (int)s->self->options.most_pairs);
  if (s->n_pairs == s->capacity) {
    const int32_t capacity = s->capacity == 0 ? 64 : 2 * s->capacity;
    hw_duplicate *grown = realloc(s->pairs, (size_t)capacity * sizeof *grown);
    if (grown == NULL) return HW_NO_MEMORY(err, "duplicates");
    s->pairs = grown;
    s->capacity = capacity;
  }
  s->pairs[s->n_pairs++] = pair;
  return HW_OK;
}

static hw_status add_pair(void *context, int32_t i, int32_t j, hw_err *err) {
  return hwp_duplicates_list(context, i, j, err);
}

static bool is_equal_row(const hw_duplicates *self, int32_t i, int32_t j) {
  return memcmp(hwp_row(self, i), hwp_row(self, j), (size_t)self->n_columns * sizeof *self->rows) ==
         0;
}

/* Equal rows have equal hashes; the first of each kind stands for the others. */
static hw_status chain_run(hwp_duplicate_search *s, const hwp_hashed *run, size_t n, hw_err *err) {
  for (size_t x = 0; x < n; x++) {
    const int32_t i = run[x].profile;
    if (s->flag[i] != 0) continue;
    for (size_t y = x + 1; y < n; y++) {
      const int32_t j = run[y].profile;
      if (s->flag[j] != 0 || !is_equal_row(s->self, i, j)) continue;
      s->flag[j] = 2;
      HW_TRY(hwp_duplicates_list(s, i, j, err));
    }
  }
  return HW_OK;
}

static hw_status chain_equal(hwp_duplicate_search *s, hwp_hashed *items, hwp_hashed *scratch,
                             hw_err *err) {
  const hw_duplicates *self = s->self;
  size_t n = 0;
  for (int32_t i = 0; i < self->n; i++)
    if (s->flag[i] == 0)
      items[n++] = (hwp_hashed){hwp_row_hash(hwp_row(self, i), 0, self->n_columns), i};
  hwp_hashed_sort(items, scratch, n);
  for (size_t i = 0; i < n;) {
    size_t end = i + 1;
    while (end < n && items[end].hash == items[i].hash) end++;
    HW_TRY(chain_run(s, items + i, end - i, err));
    i = end;
  }
  return HW_OK;
}

static hw_status chain(hwp_duplicate_search *s, hw_err *err) {
  const size_t n = (size_t)s->self->n + 1;
  hwp_hashed *items = malloc(n * sizeof *items), *scratch = malloc(n * sizeof *scratch);
  const hw_status status = items == NULL || scratch == NULL ? HW_NO_MEMORY(err, "a search")
                                                            : chain_equal(s, items, scratch, err);
  free(items);
  free(scratch);
  return status;
}

bool hwp_row_is_short(const hw_duplicates *self, int32_t profile) {
  const uint16_t *row = hwp_row(self, profile);
  int32_t n_typed = 0;
  for (int32_t c = 0; c < self->n_columns; c++) n_typed += row[c] != 0;
  return n_typed < self->options.least_common || n_typed == 0;
}

static int compare_pairs(const void *left, const void *right) {
  const hw_duplicate *a = left, *b = right;
  if (a->log10_lr != b->log10_lr) return a->log10_lr > b->log10_lr ? -1 : 1;
  if (a->first != b->first) return a->first < b->first ? -1 : 1;
  return a->second < b->second ? -1 : a->second > b->second;
}

hw_status hwp_duplicates_of_all(hwp_duplicate_search *s, hw_err *err) {
  hw_duplicates *self = s->self;
  hwp_groups groups;
  s->order = NULL;
  HW_TRY(hwp_groups_make(self, &groups, err));
  self->guarantee = groups.n > 1 ? groups.n - 2 : 0;
  for (int32_t i = 0; i < self->n; i++) s->flag[i] = hwp_row_is_short(self, i);
  HW_TRY(chain(s, err));
  return hwp_groups_search(self, &groups, s->flag, add_pair, s, err);
}

static hw_status run(hwp_duplicate_search *s, hwp_way way, hw_err *err) {
  hw_duplicates *self = s->self;
  const double n = self->n;
  bool is_done = false;
  s->least_log10_lr = self->options.least_log10_lr;
  if (s->least_log10_lr == 0) s->least_log10_lr = n > 1 ? hw_log10(n * (n - 1) / 2) + 2 : 2;
  s->flag = calloc((size_t)self->n + 1, sizeof *s->flag);
  if (s->flag == NULL) return HW_NO_MEMORY(err, "a search");
  if (way == HWP_WAY_NEW || (way == HWP_WAY_BY_NUMBER && self->n - s->first_new <= FEW))
    HW_TRY(hwp_duplicates_of_new(s, &is_done, err));
  if (!is_done) HW_TRY(hwp_duplicates_of_all(s, err));
  if (s->n_pairs > 1) qsort(s->pairs, (size_t)s->n_pairs, sizeof *s->pairs, compare_pairs);
  return HW_OK;
}

hw_status hwp_duplicates_find(hw_duplicates *self, int32_t first_new, hwp_way way,
                              hw_duplicate **pairs, int32_t *n_pairs, hw_err *err) {
  hwp_duplicate_search s = {.self = self, .first_new = first_new > 0 ? first_new : 0};
  *pairs = NULL;
  *n_pairs = 0;
  const hw_status status = run(&s, way, err);
  free(s.flag);
  if (status != HW_OK || s.n_pairs == 0) {
    free(s.pairs);
    return status;
  }
  *pairs = s.pairs;
  *n_pairs = s.n_pairs;
  return HW_OK;
}

hw_status hw_duplicates_find(hw_duplicates *self, hw_duplicate **pairs, int32_t *n_pairs,
                             hw_err *err) {
  return hwp_duplicates_find(self, 0, HWP_WAY_ALL, pairs, n_pairs, err);
}

hw_status hw_duplicates_find_new(hw_duplicates *self, int32_t first_new, hw_duplicate **pairs,
                                 int32_t *n_pairs, hw_err *err) {
  return hwp_duplicates_find(self, first_new, HWP_WAY_BY_NUMBER, pairs, n_pairs, err);
}
