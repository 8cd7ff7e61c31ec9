/* The reference scan kernels: plain C, one sample after the other, and so the definition of what
 * the wide sets must return. Nothing is skipped: leaving a tile early cannot change an answer, since
 * sums of deficits only grow. */
#include "kernels/scan.h"

#include <stddef.h>

static uint8_t score(const hw_scan_bytes *query, const uint8_t *tile, int32_t sample) {
  int32_t sum = 0;
  for (int32_t c = 0; c < query->n_columns; c++) {
    const uint8_t code = tile[(size_t)query->columns[c] * HW_SCAN_TILE + (size_t)sample];
    sum += query->tables[(size_t)c * HW_SCAN_ENTRIES + code];
  }
  return (uint8_t)(sum < HW_SCAN_BEYOND ? sum : HW_SCAN_BEYOND);
}

static int32_t bytes(const hw_scan_bytes *query, const uint8_t *tile, uint64_t *alive) {
  int32_t n_alive = 0;
  for (int32_t w = 0; w < HW_SCAN_WORDS; w++) {
    alive[w] = 0;
    for (int32_t bit = 0; bit < 64; bit++) {
      if (score(query, tile, 64 * w + bit) > query->budget) continue;
      alive[w] |= (uint64_t)1 << bit;
      n_alive++;
    }
  }
  return n_alive;
}

static void nibbles(int32_t n_queries, const hw_scan_nibbles *queries, const uint8_t *tile,
                    uint16_t *sums) {
  for (int32_t q = 0; q < n_queries; q++)
    for (int32_t i = 0; i < HW_SCAN_TILE; i++) {
      uint16_t sum = 0;
      for (int32_t b = 0; b < queries[q].n_bytes; b++) {
        const uint8_t code = tile[(size_t)b * HW_SCAN_TILE + (size_t)i];
        const uint8_t *low = queries[q].tables + (size_t)b * 32, *high = low + 16;
        sum = (uint16_t)(sum + low[code & 15] + high[code >> 4]);
      }
      sums[(size_t)q * HW_SCAN_TILE + (size_t)i] = sum;
    }
}

const hw_scan_kernels hw_scan_ref = {"ref", bytes, nibbles};
