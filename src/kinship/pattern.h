/* Patterns: which part of a family the data of one marker depend on, in an order
 * that families of the same shape have in common.
 *
 * An individual matters if it is the missing person, is typed, or is an ancestor of
 * such a one; everybody else sums to one. Those who matter are numbered from the
 * missing person outwards: his parents, then for each individual in turn her
 * children couple by couple, in each couple the typed ones without descendants
 * first. Brothers of that kind are interchangeable; their profiles form a *group*,
 * and a marker's data may be sorted inside it without changing a likelihood.
 *
 * So a mother and a brother give the same pattern in every family, whoever else is
 * on record, and the same pattern with the same genotypes at the same marker gives
 * the same table. Two families of one shape may still get different patterns where
 * several couples or siblings with children could change places; then work is done
 * twice, and nothing else. */
#ifndef HW_KINSHIP_PATTERN_H
#define HW_KINSHIP_PATTERN_H

#include "homeward/likelihood.h"
#include "kinship/family.h"

/* Larger families have no pattern. */
enum { HWP_PATTERN_INDIVIDUALS = 64, HWP_PATTERN_PROFILES = 32, HWP_PATTERN_FAMILY = 512 };

typedef struct hwp_pattern {
  int32_t n;          /* individuals; 0 is the missing person */
  bool x;             /* of an X marker: sexes matter */
  bool is_connected;  /* everybody is related to the missing person, by blood or marriage */
  int32_t n_profiles; /* of those typed */
  int16_t father[HWP_PATTERN_INDIVIDUALS], mother[HWP_PATTERN_INDIVIDUALS]; /* −1 for founders */
  uint8_t sex[HWP_PATTERN_INDIVIDUALS]; /* hw_sex at X, else unknown */
  int16_t owner[HWP_PATTERN_PROFILES];  /* individual of each profile, ascending */
  int16_t group[HWP_PATTERN_PROFILES];  /* first profile of its group */
} hwp_pattern;

/* The pattern of a family where the profiles p with typed[p] say something.
 * @param individual  of each profile
 * @param profile     [out] profile of the family for each profile of the pattern
 * @return false if the family is too large */
bool hwp_pattern_find(hwp_pattern *self, const hwp_family *family, int32_t query, bool x,
                      int32_t n_profiles, const int32_t *individual, const bool *typed,
                      int32_t *profile);

/* Same shape, hence the same computation. */
bool hwp_pattern_equal(const hwp_pattern *a, const hwp_pattern *b);
uint64_t hwp_pattern_hash(const hwp_pattern *self);

#endif
