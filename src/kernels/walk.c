/* Choosing a set of kernels for walks over inheritance vectors: by name, or the widest that this
 * processor runs. There is no state: whoever computes keeps the pointer. */
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
