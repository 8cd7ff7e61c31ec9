/* Tiles against a strip of queries, and the exact log10 LR of what comes through.
 *
 * An exact log10 LR is always the sum that hw_table_log10_lr would give, to the
 * bit: terms are added in the order of the markers, a missing one being 0. Where
 * all codes of a sample are entries of the query's tables they are taken from
 * there, by the codes in the tile, without touching the profile; sets, misread
 * genotypes and readings that share a code go through the profile. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "search/strip.h"

/* --- one pair --- */

/* @return false if a term is not an entry of the tables */
static bool add_entries(const hwp_index *index, const hw_table *table, const uint8_t *codes,
                        double *log10_lr) {
  double sum = 0.0;
  bool is_impossible = false;
  for (int32_t m = 0; m < index->input->n_markers; m++) {
    const uint8_t code = codes[(size_t)m * HW_SCAN_TILE];
    const hw_marker_table *marker = &table->markers[m];
    const int32_t entry = index->dictionaries[m].entry[marker->single][code];
    if (entry >= 0) {
      const double term = marker->log10_lr[entry];
      is_impossible |= term == -HUGE_VAL;
      sum += term;
    } else if (entry == HWP_ENTRY_IMPOSSIBLE) {
      is_impossible = true;
    } else if (entry == HWP_ENTRY_BOUND) {
      return false;
    }
  }
  *log10_lr = is_impossible ? -HUGE_VAL : sum;
  return true;
}

hw_status hwp_strip_rescore(const hwp_index *index, const hwp_strip_query *query, int32_t tile,
                            int32_t position, double *log10_lr, hw_err *err) {
  const uint8_t *codes = index->tiles[tile].codes + position;
  const hw_sex sex = (hw_sex)codes[(size_t)index->input->n_markers * HW_SCAN_TILE];
  if (sex != HW_UNKNOWN_SEX && query->sex != HW_UNKNOWN_SEX && sex != query->sex) {
    *log10_lr = -HUGE_VAL;
    return HW_OK;
  }
  if (add_entries(index, query->table, codes, log10_lr)) return HW_OK;
  const int32_t sample = index->sample[(size_t)tile * HW_SCAN_TILE + (size_t)position];
  *log10_lr = hw_table_log10_lr(query->table, index->input->markers,
                                &index->input->samples[sample].profile, NULL);
  return isnan(*log10_lr) ? HW_NO_MEMORY(err, "the genotypes of a marker") : HW_OK;
}

/* --- one tile --- */

/* Samples of a tile that are no padding. */
static void list_samples(const hwp_tile *tile, uint64_t *words) {
  memset(words, 0, HW_SCAN_WORDS * sizeof *words);
  for (int32_t i = 0; i < tile->n; i++) words[i / 64] |= (uint64_t)1 << (i % 64);
}

/* Sexes of a tile that fit the query, as bits; all where one of the two is not known. */
static bool fits_somebody(const hwp_tile *tile, hw_sex sex) {
  return sex == HW_UNKNOWN_SEX || (tile->sexes & (1u << HW_UNKNOWN_SEX | 1u << sex)) != 0;
}

static bool fits_all(const hwp_tile *tile, hw_sex sex) {
  return sex == HW_UNKNOWN_SEX || (tile->sexes & ~(1u << HW_UNKNOWN_SEX | 1u << sex)) == 0;
}

/* @return false if nobody is left */
static bool scan_tile(const hwp_index *index, const hwp_scan *scan, hw_sex sex,
                      const hwp_tile *tile, uint64_t *alive) {
  if (scan->is_everybody) {
    memset(alive, 0xff, HW_SCAN_WORDS * sizeof *alive);
    return true;
  }
  const bool fits = fits_somebody(tile, sex);
  if (!index->options.no_pruning && !fits) return false;
  int32_t n_alive = 0;
  if (!scan->is_nobody) {
    hw_scan_bytes main = scan->main;
    if (scan->has_sex && !index->options.no_pruning && fits_all(tile, sex)) {
      main.n_columns--;
      main.tables += HW_SCAN_ENTRIES;
      main.columns++;
      main.n_codes++;
      main.first_look--;
    }
    n_alive = index->kernels->bytes(&main, tile->codes, alive);
  }
  if (n_alive == 0) memset(alive, 0, HW_SCAN_WORDS * sizeof *alive);
  for (int32_t w = 0; fits && w < scan->n_wild; w++) {
    uint64_t also[HW_SCAN_WORDS];
    if (index->kernels->bytes(&scan->wild[w], tile->codes, also) == 0) continue;
    for (int32_t i = 0; i < HW_SCAN_WORDS; i++) alive[i] |= also[i];
    n_alive = HW_SCAN_TILE;
  }
  return n_alive > 0;
}

static hw_status rescore_tile(const hwp_index *index, const hwp_strip_query *query, int32_t tile,
                              const uint64_t *alive, hwp_keeper *keeper, int64_t *n_rescored,
                              hw_err *err) {
  for (int32_t w = 0; w < HW_SCAN_WORDS; w++)
    for (uint64_t left = alive[w]; left != 0; left &= left - 1) {
      const int32_t position = 64 * w + __builtin_ctzll(left);
      hw_search_pair pair = {
          .sample = index->sample[(size_t)tile * HW_SCAN_TILE + (size_t)position],
          .query = query->query};
      HW_TRY(hwp_strip_rescore(index, query, tile, position, &pair.log10_lr, err));
      (*n_rescored)++;
      if (pair.log10_lr >= index->least) HW_TRY(hwp_keeper_add(keeper, &pair, err));
    }
  return HW_OK;
}

hw_status hwp_strip_scan(const hwp_strip *self, hwp_keeper *keeper, int64_t *n_rescored,
                         hw_err *err) {
  const hwp_index *index = self->index;
  for (int32_t t = 0; t < index->n_tiles; t++) {
    uint64_t words[HW_SCAN_WORDS], alive[HW_SCAN_WORDS];
    list_samples(&index->tiles[t], words);
    for (int32_t q = 0; q < self->n; q++) {
      const hwp_strip_query *query = &self->queries[q];
      const hwp_scan *scan = &self->quantiser.scans[q];
      if (!scan_tile(index, scan, query->sex, &index->tiles[t], alive)) continue;
      for (int32_t w = 0; w < HW_SCAN_WORDS; w++) alive[w] &= words[w];
      HW_TRY(rescore_tile(index, query, t, alive, keeper, n_rescored, err));
    }
  }
  return HW_OK;
}
