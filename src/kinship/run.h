/* Running a plan at one marker. */
#ifndef HW_KINSHIP_RUN_H
#define HW_KINSHIP_RUN_H

#include "kernels/rows.h"
#include "kinship/plan.h"

/* What was seen of one individual, in classes of the marker. */
typedef struct hwp_evidence {
  int32_t n;                /* listed genotypes; 0 = untyped or dense */
  const int32_t *allele[2]; /* listed: paternal and maternal class of each */
  const double *weight;     /* listed: n; dense: k × k (or k); founder priors included
                                for lists, not for dense tables */
} hwp_evidence;

typedef struct hwp_inputs {
  int32_t k;                    /* classes */
  const double *prior;          /* k */
  const double *matrix[2];      /* k × k by HW_FROM_…; NULL = identity */
  const hwp_evidence *evidence; /* per individual of the plan's shape */
  const hw_rows *rows;          /* kernels */
  bool rescale;                 /* guard every table against underflow */
} hwp_inputs;

/* Blocks that wait to be used again. */
enum { HWP_SPARE_BLOCKS = 32 };

/* Tables of one run; memory is kept between runs. */
typedef struct hwp_workspace {
  int32_t cap_nodes;
  const double **table; /* per node */
  int32_t *exponent;    /* per node: true value = table · 2^exponent */
  int64_t *size;        /* per node: entries */
  double *bump;         /* small tables, taken one after the other */
  size_t bump_used, bump_size;
  void **heap;        /* per node: block of a big table, or NULL */
  size_t *heap_bytes; /* per node: size of that block */
  int32_t n_spare;
  void *spare[HWP_SPARE_BLOCKS];
  size_t spare_bytes[HWP_SPARE_BLOCKS];
} hwp_workspace;

void hwp_workspace_clear(hwp_workspace *self);

/* Likelihood = mantissa · 2^exponent. With a query, query[x·k + y] (or query[y])
 * times mantissa · 2^exponent is the joint probability; with a second one such a table for each
 * genotype of its list, one behind the other.
 * @return HW_OK, HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_run(const hwp_plan *plan, const hwp_inputs *inputs,
                                hwp_workspace *workspace, double *mantissa, int32_t *exponent,
                                double *query);

#endif
