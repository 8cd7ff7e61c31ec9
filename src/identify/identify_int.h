/* Shared inside src/identify: the run and what its files need of each other. */
#ifndef HW_IDENTIFY_INT_H
#define HW_IDENTIFY_INT_H

#include <math.h>

#include "base/arena.h"
#include "homeward/identify.h"

/* Logarithm of zero, as a double (INFINITY is a float). */
#define IMPOSSIBLE (-HUGE_VAL)

struct hw_identify {
  const hw_case *problem;
  hw_likelihood_options likelihood;
  hw_arena arena;
  int32_t n_targets;
  hw_target *targets;
  double prior_each, prior_none;
  double *log10_lr;          /* n_remains × n_targets */
  double *expected_log10_lr; /* n_targets */
  bool *is_left_out;         /* n_targets */
  hw_marker *rigid;          /* the markers without mutation */
  hw_identify_warning *warnings;
  int32_t n_warnings;
  double compile_s, scan_s;
};

/* Compiles a target's tables with the given markers (the case's, or the rigid ones). */
HW_MUST_CHECK hw_status hwp_identify_compile(const hw_identify *self, const hw_target *target,
                                             const hw_marker *markers, hw_table **out, hw_err *err);

/* What all posteriors of one remains share. */
typedef struct hwp_weight {
  double top;   /* exponent that the weights are scaled by */
  double total; /* Σ of the scaled weights, "none" included; 0: nothing is possible */
} hwp_weight;
hwp_weight hwp_identify_weigh(const hw_identify *self, int32_t remains);
double hwp_identify_share(const hw_identify *self, int32_t remains, int32_t target,
                          hwp_weight weight, double *complement);

#endif
