/* P(data at one marker | inheritance vector), see inheritance.h. */
#ifndef HW_KINSHIP_EMISSION_H
#define HW_KINSHIP_EMISSION_H

#include "kinship/inheritance.h"

/* hwp_slots.bit of slots without a free meiosis. */
enum { HWP_BIT_FOUNDER = -1, HWP_BIT_SINGLE = -2, HWP_BIT_FIXED = -3 };

/* The allele slots of a pedigree: slot 2i is the paternal, 2i + 1 the maternal
 * allele of individual i (a male has only the latter at X). */
typedef struct hwp_slots {
  bool x;
  int32_t query;
  const hw_sex *sex;
  int32_t cap;     /* individuals */
  int32_t n;       /* slots that matter */
  int32_t *order;  /* parents first */
  int32_t *bit;    /* per slot: bit of the vector, or HWP_BIT_… */
  int32_t *parent; /* per slot: individual */
  int32_t n_bits;
} hwp_slots;

typedef struct hwp_emission {
  const hwp_locus *locus;
  const hwp_slots *slots;
  double theta;
  bool mutates;
  int32_t n_observed;
  int32_t *observed; /* individuals with a list; the query last */
  int32_t *source;   /* per slot: parental slot, −1 for a founder's */
  int32_t *root;     /* per slot */
  int32_t *value;    /* per slot (mutation) or root (none): class, −1 = open */
  double *message;   /* per slot × k */
  bool *informed;    /* per slot: something is known below */
  int32_t *count;    /* k: alleles drawn from the urn */
  int32_t n_drawn;
  int32_t *live; /* roots with messages */
  double *block; /* 2^live: weight of a block, then the sum over partitions */
  double *partition;
  int32_t cap_live;
} hwp_emission;

/* Upper estimate of multiply–adds for one vector. */
double hwp_emission_work(const hwp_locus *locus, const hwp_slots *slots, double theta);

HW_MUST_CHECK hw_status hwp_emission_init(hwp_emission *self, const hwp_locus *locus,
                                          const hwp_slots *slots, double theta, hw_arena *arena);

/* P(data | v). With a query, joint[x·k + y] (or joint[y]) grows by weight times
 * its part. */
double hwp_emission_at(hwp_emission *self, uint64_t v, double weight, double *joint);

#endif
