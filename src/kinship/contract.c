/* The two table operations: axes are reduced to the fewest that describe the
 * walk, an odometer runs over the outer ones, and the innermost is a row for the
 * kernels of kernels/rows.h. */
#include "kinship/contract.h"

#include <string.h>

/* Drops axes of size 1 and joins neighbours that are contiguous everywhere. */
static void squeeze(hwp_axes *axes) {
  int n = 0;
  for (int i = 0; i < axes->rank; i++) {
    if (axes->size[i] == 1) continue;
    if (n > 0 && axes->step_a[n - 1] == axes->step_a[i] * axes->size[i] &&
        axes->step_b[n - 1] == axes->step_b[i] * axes->size[i]) {
      axes->size[n - 1] *= axes->size[i];
      axes->step_a[n - 1] = axes->step_a[i];
      axes->step_b[n - 1] = axes->step_b[i];
      continue;
    }
    axes->size[n] = axes->size[i];
    axes->step_a[n] = axes->step_a[i];
    axes->step_b[n] = axes->step_b[i];
    n++;
  }
  axes->rank = n;
}

static double dot(const hw_rows *rows, int64_t n, const double *a, int64_t step_a, const double *b,
                  int64_t step_b) {
  if (step_a == 1 && step_b == 1) return rows->dot(n, a, b);
  double lane[8] = {0.0};
  for (int64_t s = 0; s < n; s++) lane[s & 7] += a[s * step_a] * b[s * step_b];
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

static void row_strided(const hwp_axes *axes, int64_t n, double *out, const double *a,
                        int64_t step_a, const double *b, int64_t step_b) {
  for (int64_t j = 0; j < n; j++) {
    double sum = 0.0;
    for (int64_t s = 0; s < axes->sum_size; s++)
      sum += a[j * step_a + s * axes->sum_a] * b[j * step_b + s * axes->sum_b];
    out[j] = sum;
  }
}

static void product_row(const hw_rows *rows, const hwp_axes *axes, int64_t n, double *out,
                        const double *a, int64_t step_a, const double *b, int64_t step_b) {
  if (step_a == 0 && step_b == 1)
    rows->scaled(n, out, axes->sum_size, a, axes->sum_a, b, axes->sum_b);
  else if (step_a == 1 && step_b == 0)
    rows->scaled(n, out, axes->sum_size, b, axes->sum_b, a, axes->sum_a);
  else if (step_a == 1 && step_b == 1)
    rows->pair(n, out, axes->sum_size, a, axes->sum_a, b, axes->sum_b);
  else if (axes->sum_a == 1 && axes->sum_b == 1 && axes->sum_size > 1)
    for (int64_t j = 0; j < n; j++)
      out[j] = rows->dot(axes->sum_size, a + j * step_a, b + j * step_b);
  else
    row_strided(axes, n, out, a, step_a, b, step_b);
}

/* Advances an odometer over the outer axes; false at the end. */
static bool advance(const hwp_axes *axes, int outer, int64_t *at, int64_t *offset_a,
                    int64_t *offset_b) {
  for (int i = outer - 1; i >= 0; i--) {
    *offset_a += axes->step_a[i];
    *offset_b += axes->step_b[i];
    if (++at[i] < axes->size[i]) return true;
    *offset_a -= axes->step_a[i] * axes->size[i];
    *offset_b -= axes->step_b[i] * axes->size[i];
    at[i] = 0;
  }
  return false;
}

void hwp_contract_product(const hw_rows *rows, hwp_axes *axes, const double *a, const double *b,
                          double *out) {
  static const double one = 1.0;
  if (b == NULL) {
    b = &one;
    axes->sum_b = 0;
    memset(axes->step_b, 0, sizeof axes->step_b);
  }
  squeeze(axes);
  if (axes->rank == 0) {
    *out =
        axes->sum_size == 1 ? *a * *b : dot(rows, axes->sum_size, a, axes->sum_a, b, axes->sum_b);
    return;
  }
  int last = axes->rank - 1;
  int64_t n = axes->size[last], at[HWP_MAX_RANK] = {0}, offset_a = 0, offset_b = 0;
  do {
    product_row(rows, axes, n, out, a + offset_a, axes->step_a[last], b + offset_b,
                axes->step_b[last]);
    out += n;
  } while (advance(axes, last, at, &offset_a, &offset_b));
}

static void sum_row(const hw_rows *rows, int64_t n, double *restrict out, double coef_a,
                    const double *a, int64_t step_a, double coef_b, const double *b,
                    int64_t step_b) {
  if (step_a == 1 && step_b == 1) {
    rows->blend(n, out, coef_a, a, coef_b, b);
  } else if (step_a == 1 && step_b == 0) {
    double add = coef_b * *b;
    for (int64_t j = 0; j < n; j++) out[j] = coef_a * a[j] + add;
  } else if (step_a == 0 && step_b == 1) {
    double add = coef_a * *a;
    for (int64_t j = 0; j < n; j++) out[j] = add + coef_b * b[j];
  } else {
    for (int64_t j = 0; j < n; j++) out[j] = coef_a * a[j * step_a] + coef_b * b[j * step_b];
  }
}

void hwp_contract_sum(const hw_rows *rows, hwp_axes *axes, double coef_a, const double *a,
                      double coef_b, const double *b, double *out) {
  squeeze(axes);
  if (axes->rank == 0) {
    *out = coef_a * *a + coef_b * *b;
    return;
  }
  int last = axes->rank - 1;
  int64_t n = axes->size[last], at[HWP_MAX_RANK] = {0}, offset_a = 0, offset_b = 0;
  int64_t step_a = axes->step_a[last], step_b = axes->step_b[last];
  do {
    sum_row(rows, n, out, coef_a, a + offset_a, step_a, coef_b, b + offset_b, step_b);
    out += n;
  } while (advance(axes, last, at, &offset_a, &offset_b));
}
