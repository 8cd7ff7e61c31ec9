/* Kernels of walks for AVX-512; compiled with -mavx512f, run only where it is there. */
#define WIDTH 16
#define WALK_SET hw_walk_avx512
#define WALK_NAME "avx512"
#include "kernels/walk_wide.inc"
