/* A query's tables as the scan reads them: bytes, rounded in favour of the pair.
 *
 * Guarantee (proof in quantise.c): a pair whose log10 LR, as hw_table_log10_lr
 * computes it in floating point, is at least `least` of the index, and whose
 * sexes fit, is alive in `main`, or in one of the `wild` scans, or everybody is. */
#ifndef HW_SEARCH_QUANTISE_H
#define HW_SEARCH_QUANTISE_H

#include "homeward/table.h"
#include "search/encode.h"

typedef struct hwp_scan {
  bool is_everybody;  /* no scan: every pair is alive */
  bool is_nobody;     /* `main` lets nobody through */
  hw_scan_bytes main; /* column 0 is the sex, where the query's is known */
  bool has_sex;
  int32_t n_wild; /* codes about which nothing is known: a scan for each column that has some */
  hw_scan_bytes *wild; /* one column each */
} hwp_scan;

/* Memory of a strip of scans, and what quantising one needs. */
typedef struct hwp_quantiser {
  const hwp_index *index;
  int32_t n_scans;
  hwp_scan *scans;
  uint8_t *tables; /* n_scans × 2 × n_columns × HW_SCAN_ENTRIES: main, wild */
  uint16_t *columns;
  uint16_t *n_codes;
  hw_scan_bytes *wild;
  double *bounds;          /* n_columns × HW_SCAN_ENTRIES, of the query at hand */
  uint8_t *bytes;          /* likewise */
  double *best;            /* n_columns: M_c */
  struct hwp_power *power; /* n_markers */
} hwp_quantiser;

/* Bytes that a quantiser needs for each scan. */
size_t hwp_quantiser_bytes(const hwp_index *index);
/* Memory comes from the arena. */
HW_MUST_CHECK hw_status hwp_quantiser_init(hwp_quantiser *self, const hwp_index *index,
                                           int32_t n_scans, hw_arena *arena, hw_err *err);
/* Fills scan @p at. @param sex  of the missing person */
void hwp_quantise(hwp_quantiser *self, int32_t at, const hw_table *table, hw_sex sex);

#endif
