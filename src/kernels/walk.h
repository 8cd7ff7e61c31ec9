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
 *   fold   the same once for the pairs v, w = τ(v) of a fold; where w = v nothing is done.
 *   weigh  s[v] = s[v]·weight[label[v]] for all v; returns Σ s[v], added like this: blocks of
 *          HW_WALK_BLOCK floats; in a block HW_WALK_LANES sums in single precision, lane j taking
 *          v ≡ j in order; the lanes as doubles from the first to the last; blocks in order.
 *   open, take, close   the operations of a program over tables of HW_WALK_LANES markers at once, in
 *          double precision, which hw_walk_sum runs: P(data of some persons | their places in a graph
 *          of founder alleles), see hw_walk_op.
 *   advance   walks HW_WALK_LANES chains of markers side by side, one in each lane, see hw_walk_rows:
 *          for states that are small and weights that are known but for one person.
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

enum { HW_WALK_MOST_SWAPS = 16 };

/* τ(v): bits that change places in pairs, then bits that are turned over; τ(τ(v)) = v. */
typedef struct hw_walk_fold {
  uint32_t turned;
  int32_t n_swaps;
  uint8_t swap[HW_WALK_MOST_SWAPS][2];
} hw_walk_fold;

static inline uint32_t hw_walk_swap(const hw_walk_fold *self, uint32_t v) {
  for (int32_t i = 0; i < self->n_swaps; i++) {
    const uint32_t a = self->swap[i][0], b = self->swap[i][1], differ = (v >> a ^ v >> b) & 1;
    v ^= differ << a | differ << b;
  }
  return v;
}

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

/* --- chains side by side --- */

/* A step of all lanes: states v and v ^ mask, or v and partner[v], are mixed by the row's rate of
 * this number. */
typedef struct hw_walk_turn {
  uint32_t mask;
  int32_t rate;
  const uint16_t *partner; /* NULL = by mask */
} hw_walk_turn;

/* What is the same in all rows. */
typedef struct hw_walk_chain {
  int32_t n_states, n_labels, n_genotypes;
  const uint16_t *label; /* per state */
  int32_t n_turns, n_rates;
  const hw_walk_turn *turns;
} hw_walk_chain;

/* Rows of markers, one marker in each lane; everything × HW_WALK_LANES. In a row, for each lane:
 *   x[g] = data[g]·scale[g] and p = Σ_g prior[g]·data[g] in double precision, in order;
 *   the state is mixed by the turns in order, as by `mix`; weight of a label = Σ_g table[label][g]·x[g]·2^−e, in single precision, e
 *   the exponent of the largest x; the state is multiplied by the weights of its labels, and by a
 *   power of two that brings its sum, taken in order, to 1 … 2.
 * exponent collects e and what the sum lost; product is multiplied by p and kept at 1 … 2 too,
 * less what it lost. So P = Σ state · 2^exponent / product. Zeros stay zeros. */
typedef struct hw_walk_rows {
  const float *rate;   /* n_rates a row */
  const float *table;  /* n_labels × n_genotypes a row */
  const double *scale; /* n_genotypes a row */
  const double *prior; /* n_genotypes a row; NULL: p = 1 */
  const float *data;   /* n_genotypes a row */
} hw_walk_rows;

typedef struct hw_walk {
  const char *name;
  void (*mix)(int32_t n_bits, float *state, int32_t n_steps, const hw_walk_step *steps);
  void (*fold)(int32_t n_bits, float *state, const hw_walk_fold *fold, float theta);
  double (*weigh)(int64_t n, float *state, const uint16_t *label, const float *weight);
  /* @param n  entries of `from`, or of the table */
  void (*open)(const hw_walk_data *data, int64_t n, const double *from, double *to);
  void (*take)(const hw_walk_data *data, int64_t n, const hw_walk_op *op, double *table);
  void (*close)(const hw_walk_data *data, int64_t n, int32_t digit, const double *from, double *to);
  /* @param state     n_states × HW_WALK_LANES
   * @param scratch   (n_labels + n_genotypes) × HW_WALK_LANES
   * @param product, exponent  HW_WALK_LANES */
  void (*advance)(const hw_walk_chain *chain, int32_t n_rows, const hw_walk_rows *rows,
                  float *state, float *scratch, double *product, int64_t *exponent);
} hw_walk;

/* k^digit. */
static inline int64_t hw_walk_power(int64_t k, int32_t digit) {
  int64_t result = 1;
  for (int32_t d = 0; d < digit; d++) result *= k;
  return result;
}

/* Runs a program.
 * @param table  room for twice the largest table: entries × HW_WALK_LANES
 * @param out    [out] HW_WALK_LANES results; every digit is closed at the end */
void hw_walk_sum(const hw_walk *self, const hw_walk_data *data, int32_t n_ops,
                 const hw_walk_op *ops, double *table, double *out);

extern const hw_walk hw_walk_ref, hw_walk_avx2, hw_walk_avx512;

/* The set called @p name ("ref", "avx2", "avx512"; NULL = the widest that this processor runs).
 * NULL if it is unknown or cannot run here. */
const hw_walk *hw_walk_find(const char *name);

#endif
