/* Scan kernels for AVX-512BW, for processors without the byte permutations of VBMI; compiled with
 * -mavx512bw, run only where it is there. */
#include <immintrin.h>

typedef __m512i wide;
#define WIDTH 64
#define LOAD(to, from) ((to) = _mm512_loadu_si512(from))
#define STORE(to, from) _mm512_storeu_si512((to), (from))
#define REPEAT16(p) _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)(p)))
#define SPLAT8 _mm512_set1_epi8
#define SPLAT16 _mm512_set1_epi16
#define SHUFFLE _mm512_shuffle_epi8
#define ADD8 _mm512_add_epi8
#define ADDS8 _mm512_adds_epu8
#define SUB8 _mm512_sub_epi8
#define ADD16 _mm512_add_epi16
#define MIN8 _mm512_min_epu8
#define AND _mm512_and_si512
#define XOR _mm512_xor_si512
#define SHIFT16 _mm512_srli_epi16
#define AT_MOST(x, limit) _mm512_cmple_epu8_mask(x, limit)
#define SCAN_SET hw_scan_avx512_bw
#define SCAN_NAME "avx512"
#include "kernels/scan_int.h"
#include "kernels/scan_wide.inc"

void hwp_scan_nibbles_avx512bw(int32_t n_queries, const hw_scan_nibbles *queries,
                               const uint8_t *tile, uint16_t *sums) {
  nibbles(n_queries, queries, tile, sums);
}
