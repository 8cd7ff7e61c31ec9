/* Scan kernels for AVX2; compiled with -mavx2, run only where it is there. */
#include <immintrin.h>

typedef __m256i wide;
#define WIDTH 32
#define LOAD(to, from) ((to) = _mm256_loadu_si256((const void *)(from)))
#define STORE(to, from) _mm256_storeu_si256((void *)(to), (from))
#define REPEAT16(p) _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)(p)))
#define SPLAT8 _mm256_set1_epi8
#define SPLAT16 _mm256_set1_epi16
#define SHUFFLE _mm256_shuffle_epi8
#define ADD8 _mm256_add_epi8
#define ADDS8 _mm256_adds_epu8
#define SUB8 _mm256_sub_epi8
#define ADD16 _mm256_add_epi16
#define MIN8 _mm256_min_epu8
#define AND _mm256_and_si256
#define XOR _mm256_xor_si256
#define SHIFT16 _mm256_srli_epi16
#define AT_MOST(x, limit) \
  ((uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(x, limit), x)))
#define SCAN_SET hw_scan_avx2
#define SCAN_NAME "avx2"
#include "kernels/scan_wide.inc"
