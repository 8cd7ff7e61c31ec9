/* The reference kernels of walks over inheritance vectors: one pair, one vector and one entry after
 * the other. */
#include "kernels/walk.h"

#include <string.h>

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

static void fold_pairs(int32_t n_bits, float *state, const hw_walk_fold *fold, float theta) {
  const uint32_t n = (uint32_t)1 << n_bits;
  for (uint32_t v = 0; v < n; v++) {
    const uint32_t w = hw_walk_swap(fold, v) ^ fold->turned;
    if (w <= v) continue;
    const float d = theta * (state[w] - state[v]);
    state[v] += d;
    state[w] -= d;
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

static void take_person(const hw_walk_data *data, int64_t n, const hw_walk_op *op, double *table) {
  const int32_t k = data->n_alleles;
  const int64_t step_a = hw_walk_power(k, op->a), step_b = hw_walk_power(k, op->b);
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
  const int64_t step = hw_walk_power(k, digit);
  for (int64_t i = 0; i < n / k; i++) {
    const int64_t first = i / step * step * k + i % step;
    for (int j = 0; j < HW_WALK_LANES; j++) {
      double sum = 0.0;
      for (int32_t x = 0; x < k; x++) sum += from[(first + x * step) * HW_WALK_LANES + j];
      to[i * HW_WALK_LANES + j] = sum;
    }
  }
}

/* --- chains side by side --- */

static int64_t exponent_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return (int64_t)(bits >> 52) - 1023;
}

static double power_of_two(int64_t exponent) {
  const uint64_t bits = (uint64_t)(1023 + exponent) << 52;
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static int32_t exponent_of_float(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return (int32_t)(bits >> 23) - 127;
}

static float float_power_of_two(int32_t exponent) {
  const uint32_t bits = (uint32_t)(127 + exponent) << 23;
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* One lane's data of a row: x·2^−e to `x`. */
static void load(const hw_walk_chain *chain, const hw_walk_rows *rows, float *x, double *product,
                 int64_t *exponent) {
  const int32_t n = chain->n_genotypes;
  double largest = 0.0, p = 0.0;
  for (int32_t g = 0; g < n; g++) {
    const double one = (double)rows->data[g * HW_WALK_LANES];
    const double scaled = one * rows->scale[g * HW_WALK_LANES];
    largest = scaled > largest ? scaled : largest;
    if (rows->prior != NULL) p += rows->prior[g * HW_WALK_LANES] * one;
  }
  const int64_t e = exponent_of(largest);
  for (int32_t g = 0; g < n; g++)
    x[g * HW_WALK_LANES] = (float)((double)rows->data[g * HW_WALK_LANES] *
                                   rows->scale[g * HW_WALK_LANES] * power_of_two(-e));
  *exponent += e;
  if (rows->prior == NULL) return;
  const double grown = *product * p;
  *product = grown * power_of_two(-exponent_of(grown));
  *exponent -= exponent_of(grown);
}

static void turn(const hw_walk_chain *chain, const float *rate, float *state) {
  for (int32_t i = 0; i < chain->n_turns; i++) {
    const int32_t mask = (int32_t)chain->turns[i].mask, low = mask & -mask;
    const uint16_t *partner = chain->turns[i].partner;
    const float theta = rate[chain->turns[i].rate * HW_WALK_LANES];
    for (int32_t v = 0; v < chain->n_states; v++) {
      const int32_t w = partner != NULL ? partner[v] : v ^ mask;
      if (partner != NULL ? w <= v : (v & low) != 0) continue;
      float *a = state + v * HW_WALK_LANES, *b = state + w * HW_WALK_LANES;
      const float d = theta * (*b - *a);
      *a += d;
      *b -= d;
    }
  }
}

static void weigh_lane(const hw_walk_chain *chain, const float *table, const float *x, float *state,
                       float *weight, int64_t *exponent) {
  const int32_t n = chain->n_genotypes;
  float sum = 0.0F;
  for (int32_t i = 0; i < chain->n_labels; i++) {
    float w = 0.0F;
    for (int32_t g = 0; g < n; g++) w += table[(i * n + g) * HW_WALK_LANES] * x[g * HW_WALK_LANES];
    weight[i * HW_WALK_LANES] = w;
  }
  for (int32_t v = 0; v < chain->n_states; v++) {
    state[v * HW_WALK_LANES] *= weight[chain->label[v] * HW_WALK_LANES];
    sum += state[v * HW_WALK_LANES];
  }
  const int32_t e = exponent_of_float(sum);
  for (int32_t v = 0; v < chain->n_states; v++) state[v * HW_WALK_LANES] *= float_power_of_two(-e);
  *exponent += e;
}

static void advance(const hw_walk_chain *chain, int32_t n_rows, const hw_walk_rows *rows,
                    float *state, float *scratch, double *product, int64_t *exponent) {
  float *weight = scratch;
  float *x = weight + chain->n_labels * HW_WALK_LANES;
  for (int64_t row = 0; row < n_rows; row++)
    for (int j = 0; j < HW_WALK_LANES; j++) {
      const int64_t genotypes = row * chain->n_genotypes * HW_WALK_LANES + j;
      const hw_walk_rows here = {
          rows->rate + row * chain->n_rates * HW_WALK_LANES + j,
          rows->table + row * chain->n_labels * chain->n_genotypes * HW_WALK_LANES + j,
          rows->scale + genotypes, rows->prior != NULL ? rows->prior + genotypes : NULL,
          rows->data + genotypes};
      load(chain, &here, x + j, product + j, exponent + j);
      turn(chain, here.rate, state + j);
      weigh_lane(chain, here.table, x + j, state + j, weight + j, exponent + j);
    }
}

const hw_walk hw_walk_ref = {"ref",      mix,         fold_pairs,  weigh,
                             open_digit, take_person, close_digit, advance};
