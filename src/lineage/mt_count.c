/* How often an mtDNA haplotype is in a database: persons by their number of differences.
 *
 * Counted are those whose ranges hold the whole range that is compared; who was
 * sequenced in less can neither match nor differ in the rest of it, and is told
 * apart. The comparison is that of casework, as sequences (mt_compare.c).
 *
 * κ needs the haplotypes that occur once. Comparing everybody with everybody would
 * take a day; instead every haplotype, cut to the range, gets a key of its
 * differences, and equal keys are found by sorting. One sequence that is written in
 * two ways counts as two here, which only matters where a database does not keep to one
 * notation. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "lineage/lineage_int.h"

/* A haplotype's differences that count within the range, by their place in one long list. */
typedef struct key {
  const uint64_t *codes;
  int32_t n;
  int32_t weight; /* persons */
} key;

static int compare_keys(const void *left, const void *right) {
  const key *a = left, *b = right;
  for (int32_t i = 0; i < a->n && i < b->n; i++)
    if (a->codes[i] != b->codes[i]) return a->codes[i] < b->codes[i] ? -1 : 1;
  return (a->n > b->n) - (a->n < b->n);
}

static bool is_within(const hw_mt *ranges, int32_t position) {
  for (int32_t i = 0; i < ranges->n_ranges; i++)
    if (position >= ranges->ranges[i].first && position <= ranges->ranges[i].last) return true;
  return false;
}

/* Writes the codes of a haplotype. @return their number */
static int32_t make_key(const hw_mt *self, const hw_mt *within, const hw_mt_options *options,
                        uint64_t *codes) {
  int32_t n = 0;
  for (int32_t i = 0; i < self->n_differences; i++) {
    const hw_mt_difference *one = &self->differences[i];
    const bool counts = hwp_mt_length_counts(one->position, options);
    const unsigned bases = counts ? one->bases : one->bases & ~(unsigned)HW_MT_ABSENT;
    if (!is_within(within, one->position) || bases == 0 || (!counts && one->insertion > 0))
      continue;
    codes[n++] = (uint64_t)one->position << 16 | (uint64_t)one->insertion << 8 | bases;
  }
  return n;
}

static int32_t weight_of(const hw_mt_database *self, int32_t i) {
  return self->counts == NULL ? 1 : self->counts[i];
}

static hw_status count_once(const hw_mt_database *self, const hw_mt *haplotype,
                            const hw_mt_options *options, hw_mt_counts *out, hw_err *err) {
  size_t n_codes = 1, n_keys = 0, used = 0;
  for (int32_t i = 0; i < self->n; i++) n_codes += (size_t)self->haplotypes[i]->n_differences;
  uint64_t *codes = calloc(n_codes, sizeof *codes);
  key *keys = calloc((size_t)self->n + 1, sizeof *keys);
  hw_status status = HW_OK;
  if (codes == NULL || keys == NULL) {
    status = HW_NO_MEMORY(err, "the haplotypes of a database");
  } else {
    for (int32_t i = 0; i < self->n; i++) {
      if (!hwp_mt_covers(self->haplotypes[i], haplotype)) continue;
      const int32_t n = make_key(self->haplotypes[i], haplotype, options, codes + used);
      keys[n_keys++] = (key){codes + used, n, weight_of(self, i)};
      used += (size_t)n;
    }
    qsort(keys, n_keys, sizeof *keys, compare_keys);
    for (size_t i = 0, next; i < n_keys; i = next) {
      int64_t persons = keys[i].weight;
      for (next = i + 1; next < n_keys && compare_keys(&keys[i], &keys[next]) == 0; next++)
        persons += keys[next].weight;
      out->n_once += persons == 1;
    }
  }
  free(keys);
  free(codes);
  return status;
}

hw_status hw_mt_count(const hw_mt_database *self, const hw_mt *haplotype,
                      const hw_mt_options *options, hw_mt_counts *out, hw_err *err) {
  static const hw_mt_options defaults = {false};
  if (options == NULL) options = &defaults;
  memset(out, 0, sizeof *out);
  for (int32_t i = 0; i < self->n; i++) {
    hw_mt_comparison found;
    if (!hwp_mt_covers(self->haplotypes[i], haplotype)) {
      out->n_left_out += weight_of(self, i);
      continue;
    }
    HW_TRY(hwp_mt_compare_up_to(haplotype, self->haplotypes[i], options, 2, &found, err));
    out->x[found.n_differences < 3 ? found.n_differences : 3] += weight_of(self, i);
    out->n += weight_of(self, i);
  }
  return count_once(self, haplotype, options, out, err);
}
