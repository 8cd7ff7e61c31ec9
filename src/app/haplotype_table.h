/** @file
 * Haplotypes of a population as one text, which a record of kind haplotype_table holds.
 *
 * CSV with the columns count, ranges, haplotype (mtDNA) or count, haplotype (Y-STR); every haplotype
 * once, in the form and order that the writer gives it, so that the same table is the same text.
 *
 * Example:
 * @code
 *   hw_haplotype_table table;
 *   s = hw_haplotype_table_parse(&table, true, text, n, err);
 *   for (int32_t i = 0; i < table.n; i++) use(table.mt[i], table.counts[i]);
 *   hw_haplotype_table_clear(&table);
 * @endcode
 */
#ifndef HW_APP_HAPLOTYPE_TABLE_H
#define HW_APP_HAPLOTYPE_TABLE_H

#include "app/y_text.h"
#include "homeward/mtdna.h"

typedef struct hw_haplotype_table {
  bool is_mt;
  int32_t n;          /**< distinct haplotypes */
  int64_t n_persons;  /**< sum of the counts */
  int32_t *counts;    /**< persons with each */
  hw_mt **mt;         /**< n; NULL of a table of Y haplotypes */
  const hw_y_text *y; /**< n; NULL of a table of mtDNA */
  hw_arena arena;     /**< private from here on */
  int32_t capacity;
  hw_y_text *y_rows;
} hw_haplotype_table;

/** Begins an empty table. Free with hw_haplotype_table_clear. */
void hw_haplotype_table_init(hw_haplotype_table *self, bool is_mt);
/** A zeroed struct is allowed. */
void hw_haplotype_table_clear(hw_haplotype_table *self);

/** Adds persons who have a haplotype. @param ranges  of mtDNA, as hw_mt_parse takes them; else ""
 * @return HW_OK; HW_E_VALUE … of the haplotype; HW_E_VALUE (a count below 1); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_haplotype_table_add(hw_haplotype_table *self, int64_t count,
                                               const char *ranges, const char *haplotype,
                                               hw_err *err);
/** Writes the text; equal haplotypes become one row. @return HW_OK; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_haplotype_table_format(const hw_haplotype_table *self, hw_str *out,
                                                  hw_err *err);
/** Reads a text. Free with hw_haplotype_table_clear, also after a failure.
 * @return as hw_haplotype_table_add; HW_E_SYNTAX with the line */
HW_MUST_CHECK hw_status hw_haplotype_table_parse(hw_haplotype_table *self, bool is_mt,
                                                 const char *bytes, size_t n_bytes, hw_err *err);

/** Ranges and differences as texts of one form: "1-576 16024-16569", "263G 315.1C" or "rCRS".
 * Appended; a failure of memory is told by hw_str_status. */
void hw_haplotype_mt_text(const hw_mt *haplotype, hw_str *ranges, hw_str *differences);

#endif
