/* Distinct observations of one marker, numbered in the order in which they come.
 *
 * Two observations are one reading if no family can tell them apart: same kind,
 * same alleles, same parameters of the profile as far as they bear on the kind.
 *
 * Example:
 * @code
 *   hwp_readings readings = {0};
 *   hwp_reading reading = hwp_reading_of(&obs, &profile);
 *   int32_t id;
 *   s = hwp_readings_add(&readings, &reading, &id, &err);
 *   hwp_readings_clear(&readings);
 * @endcode
 */
#ifndef HW_SEARCH_READING_H
#define HW_SEARCH_READING_H

#include "homeward/profile.h"

typedef struct hwp_reading {
  hw_observation_kind kind;
  hw_allele a, b; /* genotype: a ≤ b, or b = HW_ALLELE_NONE; single: a */
  int32_t n_seen; /* set */
  const hw_allele *seen;
  double error;   /* genotype, single: typing error; set: dropout */
  double drop_in; /* set */
} hwp_reading;

/* The reading of an observation; `seen` is borrowed from it. */
hwp_reading hwp_reading_of(const hw_observation *obs, const hw_profile *profile);

/* The observation and the profile's parameters again, for the functions that take them. */
void hwp_reading_observation(const hwp_reading *self, hw_observation *obs, hw_profile *profile);

/* How far readings are made alike, so that there are fewer of them. */
enum {
  HWP_ALIKE_SAME = 0,  /* as they are */
  HWP_ALIKE_SIXTEENTH, /* parameters to a sixteenth; 0 and 1 stay apart from what is between */
  HWP_ALIKE_QUARTER,   /* parameters to a quarter, likewise */
  HWP_ALIKE_ALLELES,   /* parameters do not count, but whether they are 0, 1 or between */
  HWP_ALIKE_RAREST,    /* kind and rarest allele */
  HWP_ALIKE_RARITY,    /* kind and how rare that allele is, in 64 classes */
  HWP_ALIKE_KIND,
  HWP_ALIKE_LEVELS
};
/* What a reading becomes at a level: two that become equal are alike.
 * @param rank  of each allele by frequency, 0 = rarest */
hwp_reading hwp_reading_alike(const hwp_reading *self, int level, int32_t n_alleles,
                              const int32_t *rank);

/* A set of readings; a zeroed one is empty. Members are read freely. */
typedef struct hwp_readings {
  int32_t n;
  hwp_reading *readings; /* n */
  int64_t *count;        /* n: how often each was added */
  int32_t capacity;
  int32_t n_slots; /* a power of two */
  int32_t *slots;  /* open addressing: number + 1, 0 = free */
} hwp_readings;

/* @param id  [out] its number. @return HW_OK; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_readings_add(hwp_readings *self, const hwp_reading *reading,
                                         int64_t count, int32_t *id, hw_err *err);
void hwp_readings_clear(hwp_readings *self);

#endif
