/* The reference screen kernel: one word after the other. */
#define SCREEN_SET hw_screen_ref
#define SCREEN_NAME "ref"
#include "kernels/screen_words.inc"
