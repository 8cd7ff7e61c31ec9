/* The encoded samples: codes in tiles, and what a worker needs to read them.
 *
 * A tile holds HW_SCAN_TILE samples, column by column: a byte per sample and
 * marker (dictionary.h), and the sexes as the last column. Samples are put in an
 * order in which those with the same sex and about as many typed markers stand
 * together, so that whole tiles drop out early; results speak of the input's
 * order through `sample`. An index may hold some samples only; dictionaries and
 * expected false leads are those of all samples of the input all the same. */
#ifndef HW_SEARCH_ENCODE_H
#define HW_SEARCH_ENCODE_H

#include "kernels/scan.h"
#include "search/dictionary.h"
#include "search/null.h"
#include "search/unit.h"

typedef struct hwp_tile {
  const uint8_t *codes; /* n_columns × HW_SCAN_TILE */
  int32_t n;            /* samples; the rest is padding */
  uint8_t sexes;        /* bit s: there is a sample of hw_sex s */
} hwp_tile;

struct hwp_index {
  const hw_search_input *input;
  hw_search_options options;
  int32_t n_searched; /* samples in the tiles */
  double least;       /* pairs at or above are looked for: the threshold, or the floor */
  const hw_scan_kernels *kernels;
  hwp_dictionary *dictionaries; /* n_markers */
  int32_t n_columns;            /* n_markers, and the sex */
  int32_t n_tiles;
  hwp_tile *tiles;
  int32_t *sample; /* n_tiles · HW_SCAN_TILE: index in the input; −1 = padding */
  hwp_null *null;
  hw_arena arena;
};

/* Whether there is something to search, and not too much (validate.c). */
HW_MUST_CHECK hw_status hwp_search_check_sizes(int32_t n_samples, int32_t n_queries, hw_err *err);
/* Checks everything that a search relies on (validate.c). */
HW_MUST_CHECK hw_status hwp_input_validate(const hw_search_input *input, hw_err *err);
HW_MUST_CHECK hw_status hwp_options_validate(const hw_search_options *options, hw_err *err);

#endif
