/* The reference kernels of walks over inheritance vectors: one pair, one vector and one entry after
 * the other. */
#include "kernels/walk.h"

static void mix(int32_t n_bits, float *state, int32_t n_steps, const hw_walk_step *steps) {
  const int64_t n = (int64_t)1 << n_bits;
  for (int32_t i = 0; i < n_steps; i++) {
    const uint32_t mask = steps[i].mask, low = mask & (~mask + 1);
    for (int64_t v = 0; v < n; v++) {
      if (v & low) continue;
      const int64_t w = v ^ mask;
      const float d = steps[i].theta * (state[w] - state[v]);
      state[v] += d;
      state[w] -= d;
    }
  }
}

static double weigh(int64_t n, float *state, const uint16_t *label, const float *weight) {
  double sum = 0.0;
  for (int64_t first = 0; first < n; first += HW_WALK_BLOCK) {
    const int64_t end = n - first < HW_WALK_BLOCK ? n : first + HW_WALK_BLOCK;
    float lane[HW_WALK_LANES] = {0};
    for (int64_t v = first; v < end; v++) {
      state[v] *= weight[label[v]];
      lane[v % HW_WALK_LANES] += state[v];
    }
    for (int j = 0; j < HW_WALK_LANES; j++) sum += (double)lane[j];
  }
  return sum;
}

/* --- programs --- */

static void open_digit(const hw_walk_data *data, int64_t n, const double *from, double *to) {
  for (int32_t x = 0; x < data->n_alleles; x++)
    for (int64_t i = 0; i < n; i++)
      for (int j = 0; j < HW_WALK_LANES; j++)
        to[(x * n + i) * HW_WALK_LANES + j] =
            from[i * HW_WALK_LANES + j] * data->frequency[x * HW_WALK_LANES + j];
}

static int64_t power(int32_t k, int32_t digit) {
  int64_t result = 1;
  for (int32_t d = 0; d < digit; d++) result *= k;
  return result;
}

static void take_person(const hw_walk_data *data, int64_t n, const hw_walk_op *op, double *table) {
  const int32_t k = data->n_alleles;
  const int64_t step_a = power(k, op->a), step_b = power(k, op->b);
  const double *typed = data->typed[op->person];
  for (int64_t i = 0; i < n; i++) {
    const int64_t x = i / step_a % k, y = i / step_b % k;
    const int64_t genotype = x < y ? y * (y + 1) / 2 + x : x * (x + 1) / 2 + y;
    for (int j = 0; j < HW_WALK_LANES; j++)
      table[i * HW_WALK_LANES + j] *= typed[genotype * HW_WALK_LANES + j];
  }
}

static void close_digit(const hw_walk_data *data, int64_t n, int32_t digit, const double *from,
                        double *to) {
  const int32_t k = data->n_alleles;
  const int64_t step = power(k, digit);
  for (int64_t i = 0; i < n / k; i++) {
    const int64_t first = i / step * step * k + i % step;
    for (int j = 0; j < HW_WALK_LANES; j++) {
      double sum = 0.0;
      for (int32_t x = 0; x < k; x++) sum += from[(first + x * step) * HW_WALK_LANES + j];
      to[i * HW_WALK_LANES + j] = sum;
    }
  }
}

static void run(const hw_walk_data *data, int32_t n_ops, const hw_walk_op *ops, double *table,
                double *out) {
  int64_t n = 1, most = 1, size = 1;
  for (int32_t i = 0; i < n_ops; i++) { /* the second half begins behind the largest table */
    if (ops[i].verb == HW_WALK_OPEN) size *= data->n_alleles;
    if (ops[i].verb == HW_WALK_CLOSE) size /= data->n_alleles;
    if (size > most) most = size;
  }
  double *from = table, *to = table + most * HW_WALK_LANES;
  for (int j = 0; j < HW_WALK_LANES; j++) from[j] = 1.0;
  for (int32_t i = 0; i < n_ops; i++) {
    if (ops[i].verb == HW_WALK_TYPED) {
      take_person(data, n, &ops[i], from);
      continue;
    }
    if (ops[i].verb == HW_WALK_OPEN) {
      open_digit(data, n, from, to);
      n *= data->n_alleles;
    } else {
      close_digit(data, n, ops[i].a, from, to);
      n /= data->n_alleles;
    }
    double *other = from;
    from = to;
    to = other;
  }
  for (int j = 0; j < HW_WALK_LANES; j++) out[j] = from[j];
}

const hw_walk hw_walk_ref = {"ref", mix, weigh, run};
