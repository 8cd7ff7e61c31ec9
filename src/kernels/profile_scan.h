/* Kernel of the screen for SNP profiles: what families say of their missing persons, looked up over
 * the codes of samples, and joined along the chromosomes by a chain of two states.
 *
 * A sample is nibbles of codes; a query is a table of 16 log ratios for each nibble. Nibbles stand in
 * runs of HW_PROFILE_RUN markers; the sum of a run is the log ratio "shared against not shared" of
 * that stretch. Behind a run may stand a step, the passage to the next stretch: the odds of "shared"
 * go to their next value, and what the stretch has added to the log likelihood ratio is added to the
 * score; both are functions of the odds alone, hence tables (src/search/snp_tables.c):
 *
 *   odds ← odds + Σ_nibbles table[code]        in 8 bits, saturating
 *   k = odds / 2 as an unsigned byte            (odds −2, −1 → 127; 0, 1 → 0)
 *   score ← score + gain[k]                    in 16 bits, saturating
 *   odds ← next[k]
 *
 * Integers only, each operation defined to the bit: every set gives the same. Nothing is allocated,
 * nothing can fail, no alignment is required; 64 bytes is fastest. */
#ifndef HW_KERNELS_PROFILE_SCAN_H
#define HW_KERNELS_PROFILE_SCAN_H

#include <stdint.h>

/* Samples that stand together; the caller fills up with any codes and ignores their scores. */
#define HW_PROFILE_SAMPLES 128
/* Markers of a run: two in a byte if a nibble codes one marker, four if it codes two. */
#define HW_PROFILE_RUN 8
/* Largest entry of one marker: a run of them stays within a byte. */
#define HW_PROFILE_LIMIT 15
/* Step of a run behind which the stretch goes on. */
#define HW_PROFILE_GO_ON 255

/* Entries by the odds, an unsigned byte halved. */
typedef struct hw_profile_step {
  int8_t next[128];
  uint8_t low[128], high[128]; /* of gain, 16 bits in two's complement */
} hw_profile_step;

/* How codes stand; alike in all queries of a call. */
typedef struct hw_profile_layout {
  int32_t n_runs;
  int32_t run_bytes;   /* HW_PROFILE_RUN / 2, or half of it: two markers a nibble */
  const uint8_t *step; /* n_runs: index of the step behind each, or HW_PROFILE_GO_ON */
} hw_profile_layout;

typedef struct hw_profile_query {
  const int8_t *tables; /* n_runs × run_bytes × 32: 16 entries for the low nibble, 16 for the high
                           one. The sums of the largest and of the smallest entries of a run lie
                           within ±127 */
  const hw_profile_step *steps;
  int8_t begin; /* odds before the first run */
} hw_profile_query;

typedef struct hw_profile_scan {
  const char *name;
  /* @param codes   byte b of all samples is codes[b · HW_PROFILE_SAMPLES …]
   * @param scores  [out] n_queries × HW_PROFILE_SAMPLES */
  void (*scan)(const hw_profile_layout *layout, int32_t n_queries, const hw_profile_query *queries,
               const uint8_t *codes, int16_t *scores);
} hw_profile_scan;

extern const hw_profile_scan hw_profile_scan_ref, hw_profile_scan_avx2, hw_profile_scan_avx512;

/* The set called @p name ("ref", "avx2", "avx512"; NULL = the widest that this processor runs).
 * "avx512" needs VBMI (Ice Lake, Zen 4 and later). NULL if it is unknown or cannot run here. */
const hw_profile_scan *hw_profile_scan_find(const char *name);

#endif
