/* Row kernels of the table operations: the inner loops of every likelihood.
 *
 *   scaled  out[j] = Σ_s x[s·step_x] · y[s·step_y + j]
 *   pair    out[j] = Σ_s a[s·step_a + j] · b[s·step_b + j]
 *   dot     Σ_s a[s] · b[s]
 *   blend   out[j] = ca · a[j] + cb · b[j]
 *   largest max_j a[j], 0 for n = 0; entries are ≥ 0
 *   log10_ratio  out[j] = hw_log10(a[j] / b[j]), entries finite and ≥ 0; but 0 where
 *           a[j] == b[j] (0/0 included), −inf where the ratio is 0, +inf where it is infinite
 *
 * for j < n, s < n_sum. No alignment is promised or required; out aliases no
 * input. Vector lanes are different j, and every out[j] adds its terms in the
 * order s = 0, 1, 2, … without fused multiply–add: all sets give the same bits.
 * dot adds in eight lanes s mod 8, then ((0+4)+(2+6)) + ((1+5)+(3+7)). log10_ratio
 * takes the steps of hw_log10 (base/elementary.c) in each lane, with its very bits.
 *
 * ref is plain C and defines the result; avx2 and avx512 are the same loops in
 * wider registers. A set is chosen once per prepared pedigree, at run time. */
#ifndef HW_KERNELS_ROWS_H
#define HW_KERNELS_ROWS_H

#include <stdint.h>

typedef struct hw_rows {
  const char *name;
  void (*scaled)(int64_t n, double *out, int64_t n_sum, const double *x, int64_t step_x,
                 const double *y, int64_t step_y);
  void (*pair)(int64_t n, double *out, int64_t n_sum, const double *a, int64_t step_a,
               const double *b, int64_t step_b);
  double (*dot)(int64_t n_sum, const double *a, const double *b);
  void (*blend)(int64_t n, double *out, double ca, const double *a, double cb, const double *b);
  double (*largest)(int64_t n, const double *a);
  void (*log10_ratio)(int64_t n, double *out, const double *a, const double *b);
} hw_rows;

extern const hw_rows hw_rows_ref, hw_rows_avx2, hw_rows_avx512;

/* The set called @p name ("ref", "avx2", "avx512"; NULL = the widest that this
 * processor runs). NULL if it is unknown or cannot run here. */
const hw_rows *hw_rows_find(const char *name);

#endif
