/* Choosing a set of kernels for walks over inheritance vectors: by name, or the widest that this
 * processor runs. There is no state: whoever computes keeps the pointer. And the loop over the
 * operations of a program, which is the same for all sets. */
#include "kernels/walk.h"

#include <stddef.h>
#include <string.h>

#ifdef HW_HAVE_X86_KERNELS
static const hw_walk *find_avx512(void) {
  return __builtin_cpu_supports("avx512f") ? &hw_walk_avx512 : NULL;
}

static const hw_walk *find_avx2(void) {
  return __builtin_cpu_supports("avx2") ? &hw_walk_avx2 : NULL;
}
#else
static const hw_walk *find_avx512(void) {
  return NULL;
}

static const hw_walk *find_avx2(void) {
  return NULL;
}
#endif

const hw_walk *hw_walk_find(const char *name) {
  const hw_walk *avx512 = find_avx512(), *avx2 = find_avx2();
  if (name == NULL) return avx512 != NULL ? avx512 : avx2 != NULL ? avx2 : &hw_walk_ref;
  if (strcmp(name, "ref") == 0) return &hw_walk_ref;
  if (strcmp(name, "avx2") == 0) return avx2;
  if (strcmp(name, "avx512") == 0) return avx512;
  return NULL;
}

static int64_t largest_table(int32_t k, int32_t n_ops, const hw_walk_op *ops) {
  int64_t size = 1, most = 1;
  for (int32_t i = 0; i < n_ops; i++) {
    if (ops[i].verb == HW_WALK_OPEN) size *= k;
    if (ops[i].verb == HW_WALK_CLOSE) size /= k;
    if (size > most) most = size;
  }
  return most;
}

void hw_walk_sum(const hw_walk *self, const hw_walk_data *data, int32_t n_ops,
                 const hw_walk_op *ops, double *table, double *out) {
  const int32_t k = data->n_alleles;
  double *from = table, *to = table + largest_table(k, n_ops, ops) * HW_WALK_LANES;
  int64_t n = 1;
  for (int j = 0; j < HW_WALK_LANES; j++) from[j] = 1.0;
  for (int32_t i = 0; i < n_ops; i++) {
    if (ops[i].verb == HW_WALK_TYPED) {
      self->take(data, n, &ops[i], from);
      continue;
    }
    if (ops[i].verb == HW_WALK_OPEN) {
      self->open(data, n, from, to);
      n *= k;
    } else {
      self->close(data, n, ops[i].a, from, to);
      n /= k;
    }
    double *other = from;
    from = to;
    to = other;
  }
  memcpy(out, from, HW_WALK_LANES * sizeof *out);
}
