/* What the AVX-512 scan kernels share: VBMI has nothing to add to the nibbles of BW. */
#ifndef HW_KERNELS_SCAN_INT_H
#define HW_KERNELS_SCAN_INT_H

#include <stdint.h>

#include "kernels/scan.h"

void hwp_scan_nibbles_avx512bw(int32_t n_queries, const hw_scan_nibbles *queries,
                               const uint8_t *tile, uint16_t *sums);

#endif
