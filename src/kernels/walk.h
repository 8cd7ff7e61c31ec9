/* Kernels of linked markers: a walk over inheritance vectors.
 *
 * A state is one number for each vector v of n_bits bits, 2^n_bits floats, at least
 * HW_WALK_LANES of them, aligned to 64 bytes.
 *
 *   mix    for each step in order, for every pair v, w = v ^ mask:
 *             d = theta·(s[w] − s[v]);  s[v] += d;  s[w] −= d
 *          Each element is the smaller or the larger of its pair and is written once per step, so
 *          that the order of the pairs is free: kernels take the steps block by block. A mask is
 *          not 0 and less than 2^n_bits.
 *   weigh  s[v] = s[v]·weight[label[v]] for all v; returns Σ s[v], added like this: blocks of
 *          HW_WALK_BLOCK floats; in a block HW_WALK_LANES sums in single precision, lane j taking
 *          v ≡ j in order; the lanes as doubles from the first to the last; blocks in order.
 *   sum    runs a program over tables of HW_WALK_LANES markers at once, in double precision:
 *          P(data of some persons | their places in a graph of founder alleles), see hw_walk_op.
 *
 * No fused multiply–add: all sets give the same bits. ref is plain C and defines the result. */
#ifndef HW_KERNELS_WALK_H
#define HW_KERNELS_WALK_H

#include <stdint.h>

enum { HW_WALK_LANES = 16, HW_WALK_BLOCK = 4096 };

typedef struct hw_walk_step {
  uint32_t mask;
  float theta; /* recombination fraction of one meiosis */
} hw_walk_step;

/* Programs work on a table with one entry for each assignment of alleles to the founder alleles
 * that are open; entry index = Σ allele·K^digit. It begins with one entry of 1. */
typedef enum hw_walk_verb {
  HW_WALK_OPEN,  /* a new digit, the highest: entries × frequency of its allele */
  HW_WALK_TYPED, /* entries × likelihood of a person's genotype at digits a and b */
  HW_WALK_CLOSE  /* digit a is summed out; higher ones move down */
} hw_walk_verb;

typedef struct hw_walk_op {
  uint8_t verb, person, a, b;
} hw_walk_op;

typedef struct hw_walk_data {
  int32_t n_alleles;          /* K */
  const double *frequency;    /* K × HW_WALK_LANES */
  const double *const *typed; /* per person: K(K+1)/2 × HW_WALK_LANES, genotype a/b with a ≤ b at
                                 b(b+1)/2 + a */
} hw_walk_data;

typedef struct hw_walk {
  const char *name;
  void (*mix)(int32_t n_bits, float *state, int32_t n_steps, const hw_walk_step *steps);
  double (*weigh)(int64_t n, float *state, const uint16_t *label, const float *weight);
  /* @param table  room for twice the largest table: entries × HW_WALK_LANES
   * @param out    [out] HW_WALK_LANES results; every digit is closed at the end */
  void (*sum)(const hw_walk_data *data, int32_t n_ops, const hw_walk_op *ops, double *table,
              double *out);
} hw_walk;

extern const hw_walk hw_walk_ref, hw_walk_avx2, hw_walk_avx512;

/* The set called @p name ("ref", "avx2", "avx512"; NULL = the widest that this processor runs).
 * NULL if it is unknown or cannot run here. */
const hw_walk *hw_walk_find(const char *name);

#endif
