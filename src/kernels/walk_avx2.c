/* Kernels of walks for AVX2; compiled with -mavx2, run only where it is there. */
#define WIDTH 8
#define WALK_SET hw_walk_avx2
#define WALK_NAME "avx2"
#include "kernels/walk_wide.inc"
