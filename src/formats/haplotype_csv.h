/** @file
 * Tables of mtDNA and Y-STR haplotypes from CSV: samples, references and databases.
 *
 *   sample,ranges,haplotype                        sample,DYS19,DYS389I,DYS389II,DYS385
 *   B-17,16024-16365 73-340,16223T 73G 263G        B-17,14,13,29,"11,14"
 *
 * The first column is `sample` or `person`, or missing in a database; `count` says how many persons
 * of a database have the haplotype.
 *
 * Example:
 * @code
 *   hw_errors errors = {0};
 *   hw_mt_table *table = NULL;
 *   if (hw_mt_table_read("bones_mt.csv", HW_TEXT_DETECT, &table, &errors) != HW_OK)
 *     for (int i = 0; i < hw_errors_kept(&errors); i++) tell(&errors.kept[i]);
 *   hw_mt_table_delete(table);
 * @endcode
 */
#ifndef HW_FORMATS_HAPLOTYPE_CSV_H
#define HW_FORMATS_HAPLOTYPE_CSV_H

#include "base/errors.h"
#include "formats/text.h"
#include "homeward/lineage.h"

/** Rows of a table with names; what a name stands for is told by is_person. */
typedef struct hw_mt_table {
  int32_t n;
  bool is_person;           /**< the first column is `person` */
  const char *const *names; /**< "" in a database without names */
  const hw_mt *const *haplotypes;
  const int32_t *counts; /**< 1 where nothing is told */
  void *storage;         /**< private */
} hw_mt_table;

/** Reads a table. Free with hw_mt_table_delete.
 * @param encoding  as for hw_csv_open_as
 * @param errors  mistakes are added, with line and column; then there is no table
 * @return HW_OK, or as hw_errors_status */
HW_MUST_CHECK hw_status hw_mt_table_read(const char *path, hw_text_encoding encoding,
                                         hw_mt_table **out, hw_errors *errors);
/** The same from memory; @p name stands for the file in messages. */
HW_MUST_CHECK hw_status hw_mt_table_parse(const char *bytes, size_t n_bytes, const char *name,
                                          hw_mt_table **out, hw_errors *errors);
void hw_mt_table_delete(hw_mt_table *self);

/** Markers and how fast they mutate: `marker,copies,mutations,meioses`. The rate of a copy is
 * (mutations + ½)/(meioses + 1), the mean under Jeffreys' prior, which is not 0 where nothing was
 * seen. */
typedef struct hw_y_rates {
  hw_y_panel panel;
  void *storage; /**< private */
} hw_y_rates;

/** Free with hw_y_rates_delete. @param path  NULL = the table that the library carries */
HW_MUST_CHECK hw_status hw_y_rates_read(const char *path, hw_y_rates **out, hw_errors *errors);
HW_MUST_CHECK hw_status hw_y_rates_parse(const char *bytes, size_t n_bytes, const char *name,
                                         hw_y_rates **out, hw_errors *errors);
void hw_y_rates_delete(hw_y_rates *self);

/** Where a marker stands in a panel, by any spelling of its name; also "DYS385a/b", or one of its
 * copies as "DYS385a". @return −1 where it does not */
int32_t hw_y_panel_find(const hw_y_panel *panel, const char *name);

/** Puts an allele where it belongs among those of a marker.
 * @param alleles  HW_Y_COPIES, ascending, filled up with 0 @return false if there is no room */
bool hw_y_allele_insert(int16_t *alleles, int16_t allele);

typedef enum hw_y_row_state {
  HW_Y_ROW_GOOD,
  HW_Y_ROW_UNPAIRED, /**< DYS389II without DYS389I, or one of them of several alleles: left out */
  HW_Y_ROW_CONTRARY  /**< DYS389II is not longer than DYS389I: left as it is */
} hw_y_row_state;
/** Makes of a row as laboratories report it one as rows are compared: one allele at a marker of two
 * copies is both, and DYS389II counts without the DYS389I that it contains.
 * @param shorter,longer  places of DYS389I and DYS389II; −1 = the panel has them not */
hw_y_row_state hw_y_row_settle(const hw_y_panel *panel, int32_t shorter, int32_t longer,
                               int16_t *row);

/** Y haplotypes over the panel of a table of rates, so that rows of several files can be compared.
 * A cell holds one allele, "17" or "17.2", or several, "11,14" (also with "/", "-" or blanks between
 * them); empty = not typed. One allele at a marker of two copies is both. DYS385a and DYS385b may be
 * two columns. DYS389II, which contains DYS389I, is kept without it, so that one mutation counts
 * once; where DYS389I is not typed it is left out (n_unpaired). */
typedef struct hw_y_rows {
  int32_t n;
  bool is_person;
  const char *const *names;
  const int16_t *rows; /**< n × panel's markers × HW_Y_COPIES */
  const int32_t *counts;
  int32_t n_unpaired; /**< cells of DYS389II without DYS389I */
  void *storage;      /**< private */
} hw_y_rows;

/** Free with hw_y_rows_delete. @param rates  borrowed for the call */
HW_MUST_CHECK hw_status hw_y_rows_read(const char *path, hw_text_encoding encoding,
                                       const hw_y_rates *rates, hw_y_rows **out, hw_errors *errors);
HW_MUST_CHECK hw_status hw_y_rows_parse(const char *bytes, size_t n_bytes, const char *name,
                                        const hw_y_rates *rates, hw_y_rows **out,
                                        hw_errors *errors);
void hw_y_rows_delete(hw_y_rows *self);

#endif
