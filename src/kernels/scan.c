/* Choosing a set of scan kernels: by name, or the widest that this processor runs. AVX-512 is two
 * sets: with byte permutations (VBMI: Ice Lake, Zen 4 and later) and without (Skylake-X). There is
 * no state: whoever scans keeps the pointer. */
#include "kernels/scan.h"

#include <stddef.h>
#include <string.h>

#ifdef HW_HAVE_X86_KERNELS
static const hw_scan_kernels *find_avx512(void) {
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw")) return NULL;
  return __builtin_cpu_supports("avx512vbmi") ? &hw_scan_avx512 : &hw_scan_avx512_bw;
}

static const hw_scan_kernels *find_avx2(void) {
  return __builtin_cpu_supports("avx2") ? &hw_scan_avx2 : NULL;
}
#else
static const hw_scan_kernels *find_avx512(void) {
  return NULL;
}

static const hw_scan_kernels *find_avx2(void) {
  return NULL;
}
#endif

const hw_scan_kernels *hw_scan_find(const char *name) {
  const hw_scan_kernels *avx512 = find_avx512(), *avx2 = find_avx2();
  if (name == NULL) return avx512 != NULL ? avx512 : avx2 != NULL ? avx2 : &hw_scan_ref;
  if (strcmp(name, "ref") == 0) return &hw_scan_ref;
  if (strcmp(name, "avx2") == 0) return avx2;
  if (strcmp(name, "avx512") == 0) return avx512;
  return NULL;
}
