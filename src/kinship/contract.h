/* The two table operations that every plan is made of.
 *
 *   product  out[o] = Σ_s A[o·sa + s·step_a] · B[o·sb + s·step_b]
 *   sum      out[o] = ca · A[o·sa] + cb · B[o·sb]
 *
 * o runs over up to HWP_MAX_RANK axes; out is dense, the last axis fastest.
 *
 * The order of every reduction is part of the contract, so that all machines
 * give the same bits: with more than one result, each result adds its terms
 * s = 0, 1, 2 … in turn, unless both operands run along s without a stride, or
 * there is one result only: then it adds in eight lanes (kernels/rows.h, dot).
 */
#ifndef HW_KINSHIP_CONTRACT_H
#define HW_KINSHIP_CONTRACT_H

#include <stdint.h>

#include "kernels/rows.h"
#include "kinship/plan.h"

typedef struct hwp_axes {
  int rank;
  int64_t size[HWP_MAX_RANK];
  int64_t step_a[HWP_MAX_RANK], step_b[HWP_MAX_RANK];
  int64_t sum_size, sum_a, sum_b; /* sum_size 1 = no sum */
} hwp_axes;

/* B may be NULL (all ones). axes is modified: axes of size 1 are dropped and
 * neighbours that are contiguous in all operands become one. */
void hwp_contract_product(const hw_rows *rows, hwp_axes *axes, const double *a, const double *b,
                          double *out);
void hwp_contract_sum(const hw_rows *rows, hwp_axes *axes, double coef_a, const double *a,
                      double coef_b, const double *b, double *out);

#endif
