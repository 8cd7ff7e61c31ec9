/* Choosing a set of row kernels: by name, or the widest that this processor
 * runs. There is no state: whoever computes keeps the pointer. */
#include "kernels/rows.h"

#include <stddef.h>
#include <string.h>

#if defined(__x86_64__) || defined(__i386__)
#define CAN_RUN_AVX2 (__builtin_cpu_supports("avx2"))
#define CAN_RUN_AVX512 (__builtin_cpu_supports("avx512f"))
#else
#define CAN_RUN_AVX2 0
#define CAN_RUN_AVX512 0
#endif

const hw_rows *hw_rows_find(const char *name) {
  if (name == NULL) {
#ifdef HW_HAVE_X86_KERNELS
    if (CAN_RUN_AVX512) return &hw_rows_avx512;
    if (CAN_RUN_AVX2) return &hw_rows_avx2;
#endif
    return &hw_rows_ref;
  }
  if (strcmp(name, "ref") == 0) return &hw_rows_ref;
#ifdef HW_HAVE_X86_KERNELS
  if (strcmp(name, "avx2") == 0 && CAN_RUN_AVX2) return &hw_rows_avx2;
  if (strcmp(name, "avx512") == 0 && CAN_RUN_AVX512) return &hw_rows_avx512;
#endif
  return NULL;
}
