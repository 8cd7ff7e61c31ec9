/* Shared by place_bounds.c and place_pairs.c. */
#ifndef HW_IDENTIFY_PLACE_BOUNDS_H
#define HW_IDENTIFY_PLACE_BOUNDS_H

#include "identify/place_int.h"

/* Distributions of the allele that a parent may transmit: one, or the rows of a matrix. */
typedef struct hwp_transmissions {
  int32_t n;           /* how many */
  const double *known; /* n = 1 */
  const double *rows;  /* n × n_alleles; NULL = identity */
  int32_t n_alleles;
} hwp_transmissions;

double hwp_transmitted(const hwp_transmissions *self, int32_t which, hw_allele allele);
/* @param buffer  n_alleles */
hwp_transmissions hwp_transmissions_of(const hwp_place *self, int32_t marker, int32_t parent,
                                       int from, double *buffer);

/* Alleles of genotype number g of the triangle. */
void hwp_place_split(int32_t g, hw_allele *low, hw_allele *high);

/* True if she has parents, nobody below her has data, and she is nobody else. */
bool hwp_place_is_leaf(const hwp_place *self, int32_t place);

/* ln of the least probability of a class in an unrelated person. */
double hwp_place_ln_least(const hwp_place *self, int32_t marker, int32_t place, int32_t c);
/* ln of the most that each class can multiply Λ by. @param buffer  2 n_alleles */
void hwp_place_class_bounds(const hwp_place *self, int32_t marker, int32_t place, double *buffer,
                            double *out);

#endif
