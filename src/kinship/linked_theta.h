/* The urn of founder alleles as a mixture of populations, see linked_theta.c. */
#ifndef HW_KINSHIP_LINKED_THETA_H
#define HW_KINSHIP_LINKED_THETA_H

#include "homeward/linked.h"

/* Most points of one stick: each of most typed persons has two founder alleles. */
enum { HWP_URN_MOST_NODES = HW_LINKED_MAX_TYPED + 1 };

/* Points of a stick for graphs of so many founder alleles; 1 without theta. */
int32_t hwp_urn_nodes(double theta, int32_t n_founder_alleles);
/* Populations for a marker of so many alleles. */
double hwp_urn_points(int32_t n_nodes, int32_t n_alleles);
/* The populations of one marker: frequencies of allele x in population i go to
 * point[(i·n_alleles + x)·stride], its share to weight[i·stride]. */
void hwp_urn_make(double theta, int32_t n_nodes, int32_t n_alleles, const double *frequencies,
                  int64_t stride, double *point, double *weight);

#endif
