/* The reference row kernels: one result after the other. */
#include "kernels/rows.h"

#include "base/elementary.h"

static void scaled(int64_t n, double *out, int64_t n_sum, const double *x, int64_t step_x,
                   const double *y, int64_t step_y) {
  for (int64_t j = 0; j < n; j++) {
    double sum = 0.0;
    for (int64_t s = 0; s < n_sum; s++) sum += x[s * step_x] * y[s * step_y + j];
    out[j] = sum;
  }
}

static void pair(int64_t n, double *out, int64_t n_sum, const double *a, int64_t step_a,
                 const double *b, int64_t step_b) {
  for (int64_t j = 0; j < n; j++) {
    double sum = 0.0;
    for (int64_t s = 0; s < n_sum; s++) sum += a[s * step_a + j] * b[s * step_b + j];
    out[j] = sum;
  }
}

static double dot(int64_t n_sum, const double *a, const double *b) {
  double lane[8] = {0.0};
  for (int64_t s = 0; s < n_sum; s++) lane[s & 7] += a[s] * b[s];
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

static void blend(int64_t n, double *out, double ca, const double *a, double cb, const double *b) {
  for (int64_t j = 0; j < n; j++) out[j] = ca * a[j] + cb * b[j];
}

static double largest(int64_t n, const double *a) {
  double best = 0.0;
  for (int64_t j = 0; j < n; j++) best = a[j] > best ? a[j] : best;
  return best;
}

static void log10_ratio(int64_t n, double *out, const double *a, const double *b) {
  for (int64_t j = 0; j < n; j++) out[j] = a[j] == b[j] ? 0.0 : hw_log10(a[j] / b[j]);
}

const hw_rows hw_rows_ref = {"ref", scaled, pair, dot, blend, largest, log10_ratio};
