/* The codes of one marker's column: which observations the samples have there.
 *
 * Code 0 is a missing observation. With at most 255 others, every reading
 * (reading.h) has a code of its own. Beyond that the most frequent ones have, and
 * the rest share codes with readings like them, coarser and coarser until all
 * fit; for a shared code a query's table has a bound, at least the log10 LR of
 * every reading that shares it. */
#ifndef HW_SEARCH_DICTIONARY_H
#define HW_SEARCH_DICTIONARY_H

#include "base/arena.h"
#include "homeward/search.h"
#include "kernels/scan.h"
#include "search/reading.h"

/* By how much the log10 LR of a reading, as hw_marker_table_log10_lr computes it, can exceed its
 * bound: that of rounding, and of frequencies that sum to one within HW_FREQUENCY_SUM_TOLERANCE. */
#define HWP_BOUND_SLACK 1e-5

/* What a code is for a table of diploid ([0]) or single ([1]) genotypes: an index into its
 * log10_lr, or one of these. */
enum {
  HWP_ENTRY_IMPOSSIBLE = -1, /* one allele where there must be two, or the reverse */
  HWP_ENTRY_BOUND = -2,      /* only a bound is known */
  HWP_ENTRY_MISSING = -3
};

/* A genotype, partial genotype or single allele that is no entry of its own: it shares its code, or
 * it may be misread. */
typedef struct hwp_point {
  uint8_t code;
  bool single;
  int32_t entry; /* in log10_lr of a table of its kind */
  hw_allele a, b;
  double error, random; /* typing error e, and e · P(a random person shows it) */
} hwp_point;

/* A code of allele sets. */
typedef struct hwp_envelope {
  uint8_t code;
  bool has_zero[2]; /* a member has probability zero for every genotype: no evidence, LR 1 */
  bool is_wild[2];  /* nothing useful can be said */
  double *most[2];  /* n_genotypes: largest P(reading | genotype)/P(reading) over the members */
  double *least[2]; /* smallest; NULL without theta, when the population's P(reading) is any
                       family's */
} hwp_envelope;

typedef struct hwp_dictionary {
  const hw_marker *marker;
  int32_t n_codes;                /* 1 … HW_SCAN_ENTRIES */
  int64_t count[HW_SCAN_ENTRIES]; /* samples of each code */
  int32_t entry[2][HW_SCAN_ENTRIES];
  int32_t n_points;
  hwp_point *points;
  int32_t n_envelopes;
  hwp_envelope *envelopes;
} hwp_dictionary;

/* Makes the codes of marker @p m.
 * @param arena  of what stays
 * @param codes  [out] one per sample. @return HW_OK; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_dictionary_init(hwp_dictionary *self, const hw_search_input *input,
                                            int32_t m, hw_arena *arena, uint8_t *codes,
                                            hw_err *err);

/* Bounds of all codes for a query: each reading's log10 LR is at most its code's bound +
 * HWP_BOUND_SLACK, and exactly the bound where the code is an entry. +inf: it may be anything.
 * @param bounds  [out] n_codes */
void hwp_dictionary_bounds(const hwp_dictionary *self, const hw_marker_table *table,
                           double *bounds);

#endif
