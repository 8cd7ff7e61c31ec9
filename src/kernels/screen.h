/* Kernel of the screen for unknown relations: shared genotypes of pairs of people.
 *
 * A person is three planes of n_words words of 64 markers each, one after the other: is
 * heterozygous, is homozygous for the first allele, is homozygous for the second; none of them =
 * not typed. Bits behind the last marker are 0. n_words is a multiple of HW_SCREEN_WORDS.
 *
 * For one person against each of n others, over the markers typed in both:
 *   both_het   both are heterozygous
 *   opposite   both are homozygous, for different alleles (IBS 0)
 *   het        heterozygous in the one, plus heterozygous in the other
 *
 * Manichaikul et al. (2010), eq. 11, between families: kinship = (both_het − 2·opposite)/het.
 * A stretch of a chromosome that two relatives share has no opposite homozygotes but for errors: so
 * words with few of them, though many markers are typed in both, tell of relatives whose kinship is
 * lost in that of unrelated people (kernel `windows`).
 *
 * Whole numbers: all sets give the same. Nothing is aligned, out aliases no input. */
#ifndef HW_KERNELS_SCREEN_H
#define HW_KERNELS_SCREEN_H

#include <stdint.h>

enum { HW_SCREEN_WORDS = 8, HW_SCREEN_PLANES = 3 };

typedef struct hw_screen_counts {
  int32_t both_het, opposite, het;
} hw_screen_counts;

typedef struct hw_screen {
  const char *name;
  /* @param others  n people, HW_SCREEN_PLANES × n_words words each */
  void (*count)(int64_t n_words, const uint64_t *one, int64_t n, const uint64_t *others,
                hw_screen_counts *out);
  /* Words with at most `most_opposite` opposite homozygotes among at least `least_typed` ≥ 1 markers
   * typed in both.
   * @param out  [out] n numbers */
  void (*windows)(int64_t n_words, const uint64_t *one, int64_t n, const uint64_t *others,
                  int32_t most_opposite, int32_t least_typed, int32_t *out);
} hw_screen;

extern const hw_screen hw_screen_ref, hw_screen_avx2, hw_screen_avx512;

/* The set called @p name ("ref", "avx2", "avx512"; NULL = the widest that this processor runs).
 * "avx512" needs VPOPCNTDQ (Ice Lake, Zen 4 and later). NULL if it is unknown or cannot run here. */
const hw_screen *hw_screen_find(const char *name);

#endif
