/* Scan kernels: look-up tables added over columns of codes.
 *
 * A sample is a row of small codes, one per column; a query is one table per
 * column. The score of a sample is the sum of its looked-up entries, and a
 * query asks which samples of a tile score at most its budget:
 *
 *   alive(i)  ⇔  Σ_c table_c[code_c(i)] ≤ budget
 *
 * Entries are deficits (how much evidence the code costs against the best one
 * of its column), so that sums only grow and a sample that is beyond the budget
 * stays beyond it. That is what makes leaving a tile early exact: whether a
 * kernel looks at the last columns of a tile in which everybody is beyond the
 * budget cannot change the answer. The caller chooses the order of columns.
 *
 * Three uses, one contract:
 *   bytes    columns of one byte, up to 256 codes: STR genotypes, the sex, and
 *            the distinct values of a dossier field
 *   nibbles  two columns of 16 codes in one byte: two SNPs of four states
 *            (two bits each) per nibble
 *
 * Integers only, so every set gives the same bytes by construction; `ref` is
 * plain C and defines the result. Lengths are those of the tile; no alignment
 * is required, 64 bytes is fastest. Nothing is allocated, nothing can fail. */
#ifndef HW_KERNELS_SCAN_H
#define HW_KERNELS_SCAN_H

#include <stdint.h>

/* Samples of a tile. What a tile lacks at its end is the caller's padding: any valid code, and
 * the caller ignores the answer. */
#define HW_SCAN_TILE 1024
/* 64-bit words of the answer: bit i % 64 of word i / 64 is sample i. */
#define HW_SCAN_WORDS (HW_SCAN_TILE / 64)
/* Entries of a table of bytes, whatever the number of its codes; those of no code are 255. */
#define HW_SCAN_ENTRIES 256
/* Sums of bytes saturate here; a budget is at most one less. */
#define HW_SCAN_BEYOND 255

typedef struct hw_scan_bytes {
  int32_t n_columns;
  const uint8_t *tables;   /* n_columns × HW_SCAN_ENTRIES, in the order of the look-ups */
  const uint16_t *columns; /* n_columns: which column of the tile each table is for */
  const uint16_t *n_codes; /* n_columns, 1 … 256: codes that the tile holds are below this */
  uint8_t budget;          /* 0 … 254 */
  int32_t first_look;      /* look after this many columns whether anybody is left; ≥ n_columns =
                              never (every column is added: the rate without pruning) */
} hw_scan_bytes;

/* Sums of nibble columns have 16 bits and do not saturate: the caller keeps the sum of the largest
 * entries of all columns at or below 65535. Each entry is at most HW_SCAN_NIBBLE_LIMIT, so that
 * HW_SCAN_NIBBLE_RUN of them add up in one byte. */
#define HW_SCAN_NIBBLE_LIMIT 31
#define HW_SCAN_NIBBLE_RUN 8

typedef struct hw_scan_nibbles {
  int32_t n_bytes; /* bytes of one sample, ceil(columns / 2); alike in all queries of a call */
  const uint8_t *tables; /* n_bytes × 32: 16 entries for the low nibble, 16 for the high one */
} hw_scan_nibbles;

typedef struct hw_scan_kernels {
  const char *name;
  /* @param tile   column c of the tile is tile[c · HW_SCAN_TILE …]
   * @param alive  [out] HW_SCAN_WORDS
   * @return samples alive, at most HW_SCAN_TILE */
  int32_t (*bytes)(const hw_scan_bytes *query, const uint8_t *tile, uint64_t *alive);
  /* Scores of a tile for several queries at once, which share the loads of its codes.
   * @param tile  byte b of all samples is tile[b · HW_SCAN_TILE …]
   * @param sums  [out] n_queries × HW_SCAN_TILE */
  void (*nibbles)(int32_t n_queries, const hw_scan_nibbles *queries, const uint8_t *tile,
                  uint16_t *sums);
} hw_scan_kernels;

/* Both AVX-512 sets are called "avx512": _bw is for processors without VBMI. */
extern const hw_scan_kernels hw_scan_ref, hw_scan_avx2, hw_scan_avx512, hw_scan_avx512_bw;

/* The set called @p name ("ref", "avx2", "avx512"; NULL = the widest that this processor runs;
 * "avx512" uses VBMI where the processor has it, else BW). NULL if it is unknown or cannot run
 * here. */
const hw_scan_kernels *hw_scan_find(const char *name);

#endif
