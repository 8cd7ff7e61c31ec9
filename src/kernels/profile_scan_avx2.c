/* Profile scan for AVX2; compiled with -mavx2, run only where it is there. A step's 128 entries are
 * eight slices of 16: the index of slice s is the index + 112 − 16 s, whose bit 7 is clear for all
 * indices below 16 (s+1), so that what is looked up is the difference of a slice to the next
 * (scan_wide.inc has the argument). */
#include <immintrin.h>
#include <stddef.h>

#include "kernels/profile_scan.h"

typedef __m256i wide;
#define WIDTH 32
#define INLINE static inline __attribute__((always_inline))
#define LOAD(to, from) ((to) = _mm256_loadu_si256((const void *)(from)))
#define STORE(to, from) _mm256_storeu_si256((void *)(to), (from))
#define REPEAT16(p) _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)(p)))
#define SPLAT8 _mm256_set1_epi8
#define SHUFFLE _mm256_shuffle_epi8
#define ADD8 _mm256_add_epi8
#define ADDS8 _mm256_adds_epi8
#define ADDS16 _mm256_adds_epi16
#define AND _mm256_and_si256
#define SHIFT16 _mm256_srli_epi16
#define UNPACK_LOW _mm256_unpacklo_epi8
#define UNPACK_HIGH _mm256_unpackhi_epi8
#define SCAN_SET hw_profile_scan_avx2
#define SCAN_NAME "avx2"

INLINE wide look_up(const void *table, const wide *index) {
  const uint8_t *entries = table;
  wide slice = REPEAT16(entries), found = SPLAT8(0);
  for (int s = 0; s < 7; s++) {
    const wide after = REPEAT16(entries + (ptrdiff_t)(16 * (s + 1)));
    found = _mm256_xor_si256(found, SHUFFLE(_mm256_xor_si256(slice, after), index[s]));
    slice = after;
  }
  return _mm256_xor_si256(found, SHUFFLE(slice, index[7]));
}

INLINE void take_step(const hw_profile_step *step, wide *odds, wide *low, wide *high) {
  for (int v = 0; v < 2; v++) {
    wide index[8];
    index[0] = ADD8(AND(SHIFT16(odds[v], 1), SPLAT8(127)), SPLAT8(112));
    for (int s = 1; s < 8; s++) index[s] = _mm256_sub_epi8(index[s - 1], SPLAT8(16));
    odds[v] = look_up(step->next, index);
    low[v] = look_up(step->low, index);
    high[v] = look_up(step->high, index);
  }
}

#include "kernels/profile_scan_wide.inc"
