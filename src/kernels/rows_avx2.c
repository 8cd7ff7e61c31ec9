/* Row kernels for AVX2; compiled with -mavx2, run only where it is there. */
#define WIDTH 4
#define ROWS_SET hw_rows_avx2
#define ROWS_NAME "avx2"
#include "kernels/rows_wide.inc"
