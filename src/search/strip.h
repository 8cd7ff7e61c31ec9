/* A strip: the queries whose tables lie in memory at the same time.
 *
 * Tiles are gone through once for the whole strip, so that a tile is read from
 * memory once for all its queries, and their tables stay in the caches. */
#ifndef HW_SEARCH_STRIP_H
#define HW_SEARCH_STRIP_H

#include "search/keep.h"
#include "search/quantise.h"

/* Most queries of a strip: their scan tables (6 KiB each at 24 markers) stay in the second cache. */
#define HWP_STRIP_MOST 64

typedef struct hwp_strip_query {
  int32_t query; /* number in the input */
  hw_sex sex;    /* of the missing person */
  const hw_table *table;
} hwp_strip_query;

typedef struct hwp_strip {
  const hwp_index *index;
  int32_t n;
  hwp_strip_query *queries; /* with a scan of the same number each */
  hwp_quantiser quantiser;
} hwp_strip;

/* log10 LR of the pair as it is reported: −inf where the sexes differ.
 * @param position  of the sample in the tile */
HW_MUST_CHECK hw_status hwp_strip_rescore(const hwp_index *index, const hwp_strip_query *query,
                                          int32_t tile, int32_t position, double *log10_lr,
                                          hw_err *err);

/* Scans all samples of the index and gives the pairs that matter to the keeper.
 * @param n_rescored  [in, out] raised by the pairs that the scan let through */
HW_MUST_CHECK hw_status hwp_strip_scan(const hwp_strip *self, hwp_keeper *keeper,
                                       int64_t *n_rescored, hw_err *err);

#endif
