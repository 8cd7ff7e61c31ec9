/* Choosing a screen kernel: by name, or the widest that this processor runs. There is no state:
 * whoever screens keeps the pointer. */
#include "kernels/screen.h"

#include <stddef.h>
#include <string.h>

#ifdef HW_HAVE_X86_KERNELS
static const hw_screen *find_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq")
             ? &hw_screen_avx512
             : NULL;
}

static const hw_screen *find_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") ? &hw_screen_avx2
                                                                            : NULL;
}
#else
static const hw_screen *find_avx512(void) {
  return NULL;
}

static const hw_screen *find_avx2(void) {
  return NULL;
}
#endif

const hw_screen *hw_screen_find(const char *name) {
  const hw_screen *avx512 = find_avx512(), *avx2 = find_avx2();
  if (name == NULL) return avx512 != NULL ? avx512 : avx2 != NULL ? avx2 : &hw_screen_ref;
  if (strcmp(name, "ref") == 0) return &hw_screen_ref;
  if (strcmp(name, "avx2") == 0) return avx2;
  if (strcmp(name, "avx512") == 0) return avx512;
  return NULL;
}
