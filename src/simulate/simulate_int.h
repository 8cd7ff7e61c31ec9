/* Shared inside src/simulate: family templates and the typing of a sample. */
#ifndef HW_SIMULATE_INT_H
#define HW_SIMULATE_INT_H

#include "base/arena.h"
#include "homeward/simulate.h"

/* Index where the running sum of n weights passes `at`, from 0 to below the sum of all. */
int32_t hwp_pick(int32_t n, const double *weights, double at);

/* A family made from a shape. */
typedef struct hwp_family {
  hw_pedigree pedigree;
  int32_t n_missing, n_typed;
  const int32_t *missing; /* person indices */
  const int32_t *typed;
} hwp_family;

/* How many shapes, the first ones, are taken where none are asked for. */
int32_t hwp_shape_usual_count(void);

/* Makes family `name` of a shape. Optional relatives are drawn from the stream. */
HW_MUST_CHECK hw_status hwp_shape_family(int32_t shape, const char *name, hw_random *stream,
                                         hw_arena *arena, hwp_family *out, hw_err *err);

/* A sample to be typed. */
typedef struct hwp_sample {
  hw_degradation degradation;
  hw_degraded_form form;
  double drop_in;
  int32_t length_bp;
} hwp_sample;

/* Types a genotype at one marker. Sets take their memory from the arena. */
HW_MUST_CHECK hw_status hwp_sample_type(const hwp_sample *self, const hw_marker *marker,
                                        const hw_allele genotype[2], hw_random *stream,
                                        hw_arena *arena, hw_observation *out, hw_err *err);

/* The laboratory's reading of the sex marker: unknown unless both copies were seen. */
hw_sex hwp_sample_sex(const hwp_sample *self, hw_sex truth, hw_random *stream);

#endif
