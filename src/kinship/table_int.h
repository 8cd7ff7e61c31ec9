/* Shared by table.c and table_compiler.c: what a joint distribution becomes. */
#ifndef HW_KINSHIP_TABLE_INT_H
#define HW_KINSHIP_TABLE_INT_H

#include "homeward/table.h"
#include "kernels/rows.h"

/* Position of an unordered genotype in a triangle of n(n+1)/2. */
static inline int32_t hwp_genotype_code(hw_allele a, hw_allele b) {
  const hw_allele low = a < b ? a : b, high = a < b ? b : a;
  return high * (high + 1) / 2 + low;
}

/* Sizes of a table: single, n_alleles, n_genotypes, n_codes. */
void hwp_table_size(hw_marker_table *self, const hw_marker *marker, bool single);

/* Unordered genotypes from ordered ones, scaled to sum to one. @return the sum before scaling */
double hwp_table_fold(const double *joint, int32_t n, bool single, double *out);

/* Genotypes of a person of the population: p_x p_y twice, or p_x. */
void hwp_table_population(const hw_marker *marker, bool single, double *out);

/* out[a] = Σ_b p(a/b), for a triangle of genotypes. */
void hwp_table_partial_sums(const double *p, int32_t n, double *out);

/* log10 LR of every code, from related and unrelated of the table.
 * @param unrelated_partial  sums of the table's `unrelated`, or NULL: they are made here */
void hwp_table_fill_codes(const hw_rows *rows, const hw_marker *marker,
                          const hw_marker_table *table, const double *unrelated_partial,
                          double *log10_lr);

#endif
