/** @file
 * A table of power that was computed by another program, read from a document of the reference
 * material: rows of coverage, columns of relations, cells "median / share [unlinked median]".
 *
 * Example:
 * @code
 *   snp_table table;
 *   if (snp_table_read(path, "FORCE real markers", &table)) use(table.cells[0][SNP_1C].median);
 * @endcode
 */
#ifndef HOMEWARD_TESTS_SNP_TABLE_H
#define HOMEWARD_TESTS_SNP_TABLE_H

#include <stdbool.h>

#include "snp_pairs.h"

enum { SNP_TABLE_ROWS = 16, SNP_TABLE_PATH = 4096 };

typedef struct snp_cell {
  double median;   /**< of log10 LR */
  double share;    /**< of LR above 10^4 */
  double unlinked; /**< median of the product over markers */
} snp_cell;

typedef struct snp_table {
  int n_pairs; /**< a cell */
  int n_rows;
  double coverage[SNP_TABLE_ROWS];
  snp_cell cells[SNP_TABLE_ROWS][SNP_RELATIONS];
} snp_table;

/** The table below the heading that contains @p heading. @return false if it is not there */
bool snp_table_read(const char *path, const char *heading, snp_table *out);
/** What @p n relatives of the third degree give at 1x and 0.25x, from the table of several relatives
 * in the same document: medians and shares. */
bool snp_table_read_relatives(const char *path, int n, snp_cell out[2], int *n_families);
/** Row of a coverage, or −1. */
int snp_table_find(const snp_table *self, double coverage);
/** Path of the document: $HOMEWARD_SHARED, or shared beside the folder of the source tree. */
const char *snp_table_path(char path[SNP_TABLE_PATH]);

/** What was simulated of one cell. */
typedef struct snp_sample {
  int n;
  double *log10_lr; /**< becomes sorted */
} snp_sample;

/** Median and standard error of it, from the distance of two of its order statistics. */
double snp_sample_median(snp_sample *self, double *error);
/** Share above @p least. */
double snp_sample_share(const snp_sample *self, double least);
/** How many standard errors of both samples a median, printed to 0.1, lies off the table's. */
double snp_median_z(double median, double error, int n, double expected, int n_expected);
/** The same of a share, printed to 0.01. */
double snp_share_z(double share, int n, double expected, int n_expected);

#endif
