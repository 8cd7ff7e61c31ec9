/* The reference profile scan: plain C, one sample after the other, and so the definition of what the
 * wide sets must return. */
#include "kernels/profile_scan.h"

#include <stddef.h>

static int32_t bounded(int32_t x, int32_t low, int32_t high) {
  return x < low ? low : x > high ? high : x;
}

static int16_t score(const hw_profile_layout *layout, const hw_profile_query *query,
                     const uint8_t *codes) {
  const int8_t *table = query->tables;
  int32_t odds = bounded(query->begin, INT8_MIN, INT8_MAX), sum = 0;
  for (int32_t run = 0; run < layout->n_runs; run++) {
    int32_t of_run = 0;
    for (int32_t b = 0; b < layout->run_bytes; b++, table += 32, codes += HW_PROFILE_SAMPLES)
      of_run += table[*codes & 15] + table[16 + (*codes >> 4)];
    odds = bounded(odds + of_run, INT8_MIN, INT8_MAX);
    if (layout->step[run] == HW_PROFILE_GO_ON) continue;
    const hw_profile_step *step = &query->steps[layout->step[run]];
    const int32_t k = (uint8_t)odds >> 1, gain = step->low[k] + 256 * step->high[k];
    sum = bounded(sum + (gain < 32768 ? gain : gain - 65536), INT16_MIN, INT16_MAX);
    odds = bounded(step->next[k], INT8_MIN, INT8_MAX);
  }
  return (int16_t)sum;
}

static void scan(const hw_profile_layout *layout, int32_t n_queries,
                 const hw_profile_query *queries, const uint8_t *codes, int16_t *scores) {
  for (int32_t q = 0; q < n_queries; q++)
    for (int32_t i = 0; i < HW_PROFILE_SAMPLES; i++)
      scores[(size_t)q * HW_PROFILE_SAMPLES + (size_t)i] = score(layout, &queries[q], codes + i);
}

const hw_profile_scan hw_profile_scan_ref = {"ref", scan};
