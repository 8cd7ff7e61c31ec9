/* Choosing a set of profile scan kernels: by name, or the widest that this processor runs. There is
 * no state: whoever scans keeps the pointer. Processors with AVX-512 but without byte permutations
 * (VBMI) use AVX2. */
#include "kernels/profile_scan.h"

#include <stddef.h>
#include <string.h>

static const hw_profile_scan *find_avx512(void) {
#ifdef HW_HAVE_X86_KERNELS
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vbmi"))
    return &hw_profile_scan_avx512;
#endif
  return NULL;
}

static const hw_profile_scan *find_avx2(void) {
#ifdef HW_HAVE_X86_KERNELS
  if (__builtin_cpu_supports("avx2")) return &hw_profile_scan_avx2;
#endif
  return NULL;
}

const hw_profile_scan *hw_profile_scan_find(const char *name) {
  const hw_profile_scan *avx512 = find_avx512(), *avx2 = find_avx2();
  if (name == NULL) return avx512 != NULL ? avx512 : avx2 != NULL ? avx2 : &hw_profile_scan_ref;
  if (strcmp(name, "ref") == 0) return &hw_profile_scan_ref;
  if (strcmp(name, "avx2") == 0) return avx2;
  if (strcmp(name, "avx512") == 0) return avx512;
  return NULL;
}
