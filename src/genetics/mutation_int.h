/* Shared inside the mutation code only: the models and the transformations
 * work on a plain square matrix over the alleles that can mutate; mutation.c
 * maps it to the marker (silent allele, custom matrices) and checks the input. */
#ifndef HOMEWARD_MUTATION_INT_H
#define HOMEWARD_MUTATION_INT_H

#include "homeward/marker.h"

/* The alleles a model acts on: all of the marker's but the silent one. */
typedef struct hwp_mutable {
  int32_t n;                /* 1 … HW_MAX_ALLELES */
  const char *const *names; /* n, borrowed from the marker */
  const double *freq;       /* n, sum to one */
} hwp_mutable;

/* Allele name read as a number of repeats: "9.3" is 9 repeats, class "3". */
typedef struct hwp_repeat {
  int32_t whole;       /* complete repeats */
  const char *decimal; /* decimals without trailing zeros; not terminated */
  int32_t n_decimal;   /* 0 = no partial repeat */
} hwp_repeat;

/* Reads an allele name of digits with optional decimals.
 * @return HW_OK; HW_E_VALUE naming the allele */
HW_MUST_CHECK hw_status hwp_repeat_parse(const char *name, hwp_repeat *out, hw_err *err);

/* True if the two differ by complete repeats only. */
bool hwp_repeat_same_class(const hwp_repeat *a, const hwp_repeat *b);

/* Fills out (n × n) with a model that is neither none nor custom. */
HW_MUST_CHECK hw_status hwp_mutation_fill(const hw_mutation *mutation, int from,
                                          const hwp_mutable *alleles, double *out, hw_err *err);

/* Replaces matrix (n × n) by its transform, other than none. */
HW_MUST_CHECK hw_status hwp_mutation_transform(hw_mutation_transform transform,
                                               const hwp_mutable *alleles, double *matrix,
                                               hw_err *err);

/* Sets the diagonal so that every row sums to one; a row whose other entries
 * exceed one is an error that names the allele and what asked for it. */
HW_MUST_CHECK hw_status hwp_mutation_close_rows(const hwp_mutable *alleles, const char *what,
                                                double *matrix, hw_err *err);

#endif
