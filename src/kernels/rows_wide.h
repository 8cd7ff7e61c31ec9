/* Body of the wide row kernels, included by one file per instruction set that
 * defines WIDTH (doubles in a register) and the name of the set. The loops keep
 * blocks of results in registers while s runs; tails are narrower. */
#include <string.h>

#include "kernels/rows.h"

typedef double wide __attribute__((vector_size(WIDTH * 8)));

#define LOAD(to, from) memcpy(&(to), (from), sizeof(wide))
#define STORE(to, from) memcpy((to), &(from), sizeof(wide))
#define ZERO ((wide){0.0})

/* One block of `registers` results starting at j. */
#define SCALED_BLOCK(registers)                                               \
  do {                                                                        \
    wide sum[registers];                                                      \
    for (int r = 0; r < (registers); r++) sum[r] = ZERO;                      \
    for (int64_t s = 0; s < n_sum; s++) {                                     \
      wide factor = x[s * step_x] - ZERO;                                     \
      for (int r = 0; r < (registers); r++) {                                 \
        wide value;                                                           \
        LOAD(value, y + s * step_y + j + r * WIDTH);                          \
        sum[r] += factor * value;                                             \
      }                                                                       \
    }                                                                         \
    for (int r = 0; r < (registers); r++) STORE(out + j + r * WIDTH, sum[r]); \
  } while (0)

static void scaled(int64_t n, double *out, int64_t n_sum, const double *x, int64_t step_x,
                   const double *y, int64_t step_y) {
  int64_t j = 0;
  for (; j + 8 * WIDTH <= n; j += 8 * WIDTH) SCALED_BLOCK(8);
  for (; j + 4 * WIDTH <= n; j += 4 * WIDTH) SCALED_BLOCK(4);
  for (; j + 2 * WIDTH <= n; j += 2 * WIDTH) SCALED_BLOCK(2);
  for (; j + WIDTH <= n; j += WIDTH) SCALED_BLOCK(1);
  for (; j < n; j++) {
    double sum = 0.0;
    for (int64_t s = 0; s < n_sum; s++) sum += x[s * step_x] * y[s * step_y + j];
    out[j] = sum;
  }
}

#define PAIR_BLOCK(registers)                                                 \
  do {                                                                        \
    wide sum[registers];                                                      \
    for (int r = 0; r < (registers); r++) sum[r] = ZERO;                      \
    for (int64_t s = 0; s < n_sum; s++)                                       \
      for (int r = 0; r < (registers); r++) {                                 \
        wide left, right;                                                     \
        LOAD(left, a + s * step_a + j + r * WIDTH);                           \
        LOAD(right, b + s * step_b + j + r * WIDTH);                          \
        sum[r] += left * right;                                               \
      }                                                                       \
    for (int r = 0; r < (registers); r++) STORE(out + j + r * WIDTH, sum[r]); \
  } while (0)

static void pair(int64_t n, double *out, int64_t n_sum, const double *a, int64_t step_a,
                 const double *b, int64_t step_b) {
  int64_t j = 0;
  for (; j + 4 * WIDTH <= n; j += 4 * WIDTH) PAIR_BLOCK(4);
  for (; j + WIDTH <= n; j += WIDTH) PAIR_BLOCK(1);
  for (; j < n; j++) {
    double sum = 0.0;
    for (int64_t s = 0; s < n_sum; s++) sum += a[s * step_a + j] * b[s * step_b + j];
    out[j] = sum;
  }
}

static double dot(int64_t n_sum, const double *a, const double *b) {
  wide sum[8 / WIDTH];
  double lane[8];
  int64_t s = 0;
  for (int r = 0; r < 8 / WIDTH; r++) sum[r] = ZERO;
  for (; s + 8 <= n_sum; s += 8)
    for (int r = 0; r < 8 / WIDTH; r++) {
      wide left, right;
      LOAD(left, a + s + r * WIDTH);
      LOAD(right, b + s + r * WIDTH);
      sum[r] += left * right;
    }
  memcpy(lane, sum, sizeof lane);
  for (; s < n_sum; s++) lane[s & 7] += a[s] * b[s];
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

static void blend(int64_t n, double *out, double ca, const double *a, double cb, const double *b) {
  int64_t j = 0;
  for (; j + WIDTH <= n; j += WIDTH) {
    wide left, right, result;
    LOAD(left, a + j);
    LOAD(right, b + j);
    result = ca * left + cb * right;
    STORE(out + j, result);
  }
  for (; j < n; j++) out[j] = ca * a[j] + cb * b[j];
}

static double largest(int64_t n, const double *a) {
  double top[4 * WIDTH] = {0.0}, best = 0.0;
  int64_t j = 0;
  for (; j + 4 * WIDTH <= n; j += 4 * WIDTH)
    for (int r = 0; r < 4 * WIDTH; r++) top[r] = a[j + r] > top[r] ? a[j + r] : top[r];
  for (; j < n; j++) best = a[j] > best ? a[j] : best;
  for (int r = 0; r < 4 * WIDTH; r++) best = top[r] > best ? top[r] : best;
  return best;
}

const hw_rows ROWS_SET = {ROWS_NAME, scaled, pair, dot, blend, largest};
