/* The screen kernel for processors with POPCNT; compiled with -mpopcnt, run only where it is there. */
#define SCREEN_SET hw_screen_avx2
#define SCREEN_NAME "avx2"
#include "kernels/screen_words.inc"
