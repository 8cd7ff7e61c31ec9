/* Partitions of founder slots and their weights; the formulas stand in urn.h. */
#include "kinship/urn.h"

static void count_blocks(hwp_partition *self) {
  self->n_blocks = 0;
  for (int32_t i = 0; i < self->n; i++)
    if (self->block[i] >= self->n_blocks) self->n_blocks = self->block[i] + 1;
}

void hwp_partition_begin(hwp_partition *self, int32_t n) {
  self->n = n;
  for (int32_t i = 0; i < n; i++) self->block[i] = (uint8_t)i;
  count_blocks(self);
}

/* Backwards in the order of restricted growth strings: the last slot that can
 * join an earlier block does, the ones behind it become single again. */
bool hwp_partition_next(hwp_partition *self) {
  for (int32_t i = self->n - 1; i > 0; i--) {
    if (self->block[i] == 0) continue;
    self->block[i]--;
    int32_t highest = 0;
    for (int32_t j = 0; j <= i; j++) highest = self->block[j] > highest ? self->block[j] : highest;
    for (int32_t j = i + 1; j < self->n; j++) self->block[j] = (uint8_t)++highest;
    count_blocks(self);
    return true;
  }
  return false;
}

double hwp_partition_count(int32_t n) {
  double row[HWP_MAX_URN_SLOTS + 2] = {1.0}; /* the Bell triangle (Aitken's array) */
  for (int32_t i = 1; i <= n; i++) {
    double previous = row[0];
    row[0] = row[i - 1];
    for (int32_t j = 1; j <= i; j++) {
      const double next = row[j - 1] + previous;
      previous = row[j];
      row[j] = next;
    }
  }
  return row[0];
}

double hwp_partition_probability(const hwp_partition *self, double theta, int32_t n_known) {
  const double s = (1.0 - theta) + n_known * theta;
  int32_t size[HWP_MAX_URN_SLOTS] = {0};
  double p = 1.0;
  for (int32_t i = 0; i < self->n; i++) {
    /* The slot opens a block, or joins one of the present size. */
    const int32_t present = size[self->block[i]]++;
    p *= (present == 0 ? s : theta * present) / (s + i * theta);
  }
  return p;
}

double hwp_urn_draw(hwp_urn *self, int32_t x) {
  const double s = (1.0 - self->theta) + self->n_known * self->theta;
  const double p = ((1.0 - self->theta) * self->prior[x] + self->theta * self->count[x]) / s;
  self->count[x]++;
  self->n_known++;
  return p;
}

void hwp_urn_prior(const hwp_urn *self, double *out) {
  const double s = (1.0 - self->theta) + self->n_known * self->theta;
  for (int32_t x = 0; x < self->k; x++)
    out[x] = ((1.0 - self->theta) * self->prior[x] + self->theta * self->count[x]) / s;
}
