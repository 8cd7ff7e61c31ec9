/* The screen kernel for AVX-512 with VPOPCNTDQ: eight words at once, four people against one, so
 * that the one's planes are loaded once for all four. */
#include <immintrin.h>

#include "kernels/screen.h"

enum { PEOPLE = 4 };

typedef struct sums {
  __m512i both_het, opposite, one_het;
} sums;

static inline __m512i load(const uint64_t *from) {
  return _mm512_loadu_si512(from);
}

/* Adds eight words of one other person. */
static inline void add(sums *self, __m512i het, __m512i first, __m512i second,
                       const uint64_t *other, int64_t n_words) {
  const __m512i h = load(other), a = load(other + n_words), b = load(other + 2 * n_words);
  const __m512i both = _mm512_and_si512(het, h);
  /* Ternary logic, truth tables by x·4 + y·2 + z. */
  const __m512i left = _mm512_ternarylogic_epi64(het, a, b, 0xE0); /* x & (y | z) */
  const __m512i one_het = _mm512_or_si512(left, _mm512_ternarylogic_epi64(h, first, second, 0xE0));
  const __m512i opposite = _mm512_or_si512(_mm512_and_si512(first, b), _mm512_and_si512(second, a));
  self->both_het = _mm512_add_epi64(self->both_het, _mm512_popcnt_epi64(both));
  self->opposite = _mm512_add_epi64(self->opposite, _mm512_popcnt_epi64(opposite));
  self->one_het = _mm512_add_epi64(self->one_het, _mm512_popcnt_epi64(one_het));
}

static hw_screen_counts finish(const sums *self) {
  const int32_t both = (int32_t)_mm512_reduce_add_epi64(self->both_het);
  return (hw_screen_counts){both, (int32_t)_mm512_reduce_add_epi64(self->opposite),
                            2 * both + (int32_t)_mm512_reduce_add_epi64(self->one_het)};
}

static void count_some(int64_t n_words, const uint64_t *one, int people, const uint64_t *others,
                       hw_screen_counts *out) {
  sums sum[PEOPLE] = {{_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512()}};
  for (int p = 1; p < PEOPLE; p++) sum[p] = sum[0];
  for (int64_t w = 0; w < n_words; w += HW_SCREEN_WORDS) {
    const __m512i het = load(one + w), first = load(one + n_words + w);
    const __m512i second = load(one + 2 * n_words + w);
    for (int p = 0; p < people; p++)
      add(&sum[p], het, first, second, others + p * HW_SCREEN_PLANES * n_words + w, n_words);
  }
  for (int p = 0; p < people; p++) out[p] = finish(&sum[p]);
}

static void count(int64_t n_words, const uint64_t *one, int64_t n, const uint64_t *others,
                  hw_screen_counts *out) {
  const int64_t step = HW_SCREEN_PLANES * n_words;
  int64_t i = 0;
  for (; i + PEOPLE <= n; i += PEOPLE) count_some(n_words, one, PEOPLE, others + i * step, out + i);
  for (; i < n; i++) count_some(n_words, one, 1, others + i * step, out + i);
}

static void windows(int64_t n_words, const uint64_t *one, int64_t n, const uint64_t *others,
                    int32_t most_opposite, int32_t least_typed, int32_t *out) {
  const __m512i most = _mm512_set1_epi64(most_opposite), least = _mm512_set1_epi64(least_typed);
  for (int64_t i = 0; i < n; i++) {
    const uint64_t *other = others + i * HW_SCREEN_PLANES * n_words;
    out[i] = 0;
    for (int64_t w = 0; w < n_words; w += HW_SCREEN_WORDS) {
      const __m512i het = load(one + w), first = load(one + n_words + w);
      const __m512i second = load(one + 2 * n_words + w);
      const __m512i h = load(other + w), a = load(other + n_words + w);
      const __m512i b = load(other + 2 * n_words + w);
      const __m512i typed =
          _mm512_and_si512(_mm512_ternarylogic_epi64(het, first, second, 0xFE), /* x | y | z */
                           _mm512_ternarylogic_epi64(h, a, b, 0xFE));
      const __m512i opposite =
          _mm512_or_si512(_mm512_and_si512(first, b), _mm512_and_si512(second, a));
      out[i] += __builtin_popcount(
          _mm512_mask_cmple_epi64_mask(_mm512_cmpge_epi64_mask(_mm512_popcnt_epi64(typed), least),
                                       _mm512_popcnt_epi64(opposite), most));
    }
  }
}

const hw_screen hw_screen_avx512 = {"avx512", count, windows};
