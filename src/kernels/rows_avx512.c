/* Row kernels for AVX-512F; compiled with -mavx512f, run only where it is there. */
#define WIDTH 8
#define ROWS_SET hw_rows_avx512
#define ROWS_NAME "avx512"
#include "kernels/rows_wide.inc"
