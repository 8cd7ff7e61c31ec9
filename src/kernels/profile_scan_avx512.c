/* Profile scan for AVX-512 with VBMI, whose byte permutation (vpermi2b) looks up 128 entries at a
 * time; compiled with -mavx512vbmi, run only where it is there. The permutation ignores the highest
 * bit of an index: what a shift brings into it from the neighbouring byte does no harm. */
#include <immintrin.h>

#include "kernels/profile_scan.h"

typedef __m512i wide;
#define WIDTH 64
#define INLINE static inline __attribute__((always_inline))
#define LOAD(to, from) ((to) = _mm512_loadu_si512(from))
#define STORE(to, from) _mm512_storeu_si512((to), (from))
#define REPEAT16(p) _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)(p)))
#define SPLAT8 _mm512_set1_epi8
#define SHUFFLE _mm512_shuffle_epi8
#define ADD8 _mm512_add_epi8
#define ADDS8 _mm512_adds_epi8
#define ADDS16 _mm512_adds_epi16
#define AND _mm512_and_si512
#define SHIFT16 _mm512_srli_epi16
#define UNPACK_LOW _mm512_unpacklo_epi8
#define UNPACK_HIGH _mm512_unpackhi_epi8
#define SCAN_SET hw_profile_scan_avx512
#define SCAN_NAME "avx512"

INLINE wide look_up(const void *table, wide index) {
  const uint8_t *entries = table;
  return _mm512_permutex2var_epi8(_mm512_loadu_si512(entries), index,
                                  _mm512_loadu_si512(entries + 64));
}

INLINE void take_step(const hw_profile_step *step, wide *odds, wide *low, wide *high) {
  for (int v = 0; v < 2; v++) {
    const wide index = SHIFT16(odds[v], 1);
    odds[v] = look_up(step->next, index);
    low[v] = look_up(step->low, index);
    high[v] = look_up(step->high, index);
  }
}

#include "kernels/profile_scan_wide.inc"
