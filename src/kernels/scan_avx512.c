/* Scan kernels for AVX-512 with VBMI, whose byte permutations look up 64 (vpermb) or 128 (vpermi2b)
 * entries at a time; compiled with -mavx512vbmi, run only where it is there.
 *
 * A tile is 16 registers of 64 samples. Their sums stay in registers over all columns, beside the
 * table of a column, which is one to four registers by the number of its codes: 64 codes cost a
 * load, a permutation or two, and an addition. Compilers put an array of sixteen registers into
 * memory; hence sixteen variables, made by EACH, and two hints that generate no instruction.
 *
 * After first_look columns, and then every STEP, the smallest sums tell whether anybody is left of
 * the tile. (Groups of 4 or 8 registers that are left by themselves need fewer look-ups, but load
 * every table more often and mispredict more branches; measured to be slower.)
 *
 * Nibbles are looked up by 16 entries; there VBMI has nothing to add to BW. */
#include <immintrin.h>
#include <stddef.h>

#include "kernels/scan.h"
#include "kernels/scan_int.h"

enum { STEP = 3 }; /* columns between two looks */

#define EACH(F) \
  F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7) F(8) F(9) F(10) F(11) F(12) F(13) F(14) F(15)
#define ZERO(v) sum##v = _mm512_setzero_si512();
#define CODES(v) _mm512_loadu_si512(codes + (ptrdiff_t)(64 * (v)))
/* A sum stays in one register, whatever the width of the column that added to it. */
#define KEEP(v) __asm__("" : "+v"(sum##v));
#define ADD(v, found)                         \
  sum##v = _mm512_adds_epu8(sum##v, (found)); \
  KEEP(v)
#define ADD_64(v) ADD(v, _mm512_permutexvar_epi8(CODES(v), t0))
#define ADD_128(v) ADD(v, _mm512_permutex2var_epi8(t0, CODES(v), t1))
/* codes with the highest bit from the upper half of the table */
#define ADD_192(v)                                                                \
  ADD(v, _mm512_mask_permutexvar_epi8(_mm512_permutex2var_epi8(t0, CODES(v), t1), \
                                      _mm512_movepi8_mask(CODES(v)), CODES(v), t2))
#define ADD_256(v)                                                          \
  ADD(v, _mm512_mask_blend_epi8(_mm512_movepi8_mask(CODES(v)),              \
                                _mm512_permutex2var_epi8(t0, CODES(v), t1), \
                                _mm512_permutex2var_epi8(t2, CODES(v), t3)))
/* Codes are loaded where they are used, not once for all widths before the width is known: sixteen
 * registers of them do not fit beside sums and tables. */
#define LOAD_HERE __asm__("" : "+r"(codes));
#define LEAST(v) least = _mm512_min_epu8(least, sum##v);
#define ANSWER(v)                                    \
  alive[v] = _mm512_cmple_epu8_mask(sum##v, budget); \
  n_alive += __builtin_popcountll(alive[v]);

static int32_t bytes(const hw_scan_bytes *query, const uint8_t *tile, uint64_t *alive) {
  const __m512i budget = _mm512_set1_epi8((char)query->budget);
  __m512i sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7, sum8, sum9, sum10, sum11, sum12, sum13,
      sum14, sum15, least;
  int32_t n_alive = 0, c = 0, stop = query->first_look;
  EACH(ZERO)
  do {
    if (stop > query->n_columns) stop = query->n_columns;
    for (; c < stop; c++) {
      const uint8_t *codes = tile + (size_t)query->columns[c] * HW_SCAN_TILE;
      const uint8_t *table = query->tables + (size_t)c * HW_SCAN_ENTRIES;
      const int n_codes = query->n_codes[c];
      const __m512i t0 = _mm512_loadu_si512(table);
      if (n_codes <= 64) {
        LOAD_HERE
        EACH(ADD_64)
        continue;
      }
      const __m512i t1 = _mm512_loadu_si512(table + 64);
      if (n_codes <= 128) {
        LOAD_HERE
        EACH(ADD_128)
        continue;
      }
      const __m512i t2 = _mm512_loadu_si512(table + 128);
      if (n_codes <= 192) {
        LOAD_HERE
        EACH(ADD_192)
        continue;
      }
      const __m512i t3 = _mm512_loadu_si512(table + 192);
      LOAD_HERE
      EACH(ADD_256)
    }
    least = sum0;
    EACH(LEAST)
    stop = c + STEP;
  } while (c < query->n_columns && _mm512_cmple_epu8_mask(least, budget) != 0);
  EACH(ANSWER)
  return n_alive;
}

const hw_scan_kernels hw_scan_avx512 = {"avx512", bytes, hwp_scan_nibbles_avx512bw};
