/* Shapes: patterns that were met, each with what is prepared for it once: whether it
 * has closed forms, and the general engine's plans. Dropped all together when they
 * become too many or too big; making them again gives the same ones. */
#ifndef HW_KINSHIP_SHAPES_H
#define HW_KINSHIP_SHAPES_H

#include "kinship/closed.h"
#include "kinship/pattern.h"

typedef struct hwp_shape_entry {
  hwp_pattern pattern;
  uint64_t hash;
  uint32_t id; /* never given to another shape: part of the keys of results */
  bool has_closed;
  hwp_closed closed;
  hw_kin *kin;               /* NULL until it is needed: hwp_shapes_genotypes */
  struct hwp_shape_urn *urn; /* the same: hwp_shapes_urn_genotypes */
  size_t kin_bytes;
  struct hwp_shape_entry *next;
} hwp_shape_entry;

enum { HWP_SHAPES_BUCKETS = 1024, HWP_SHAPES_MOST = 4096 };

/* A zeroed store with options and max_bytes set is empty and valid. */
typedef struct hwp_shapes {
  const hw_likelihood_options *options;
  size_t max_bytes; /* of plans and working memory */
  size_t kin_bytes;
  uint32_t n, next_id;
  hwp_shape_entry *buckets[HWP_SHAPES_BUCKETS];
} hwp_shapes;

void hwp_shapes_clear(hwp_shapes *self);

/* Drops what is too much; entries found before are gone then. */
void hwp_shapes_settle(hwp_shapes *self);

/* The entry of a pattern. @return NULL if memory is exhausted */
hwp_shape_entry *hwp_shapes_find(hwp_shapes *self, const hwp_pattern *pattern);

/* P(observations, ordered genotype of the missing person) by the general engine.
 * @param profiles, column  as the pattern has them */
HW_MUST_CHECK hw_status hwp_shapes_genotypes(hwp_shapes *self, hwp_shape_entry *entry,
                                             const hw_marker *marker, const hw_profile *profiles,
                                             const hw_observation *const *column, double *joint,
                                             double *ln_scale, hw_err *err);

/* The same with theta, and the joint distribution with an unrelated person's genotype.
 * @param profiles  each with its observation of this one marker
 * @param is_stranger  ask for the unrelated person instead of the missing one */
HW_MUST_CHECK hw_status hwp_shapes_urn_genotypes(hwp_shapes *self, hwp_shape_entry *entry,
                                                 double theta, const hw_marker *marker,
                                                 const hw_profile *profiles, bool is_stranger,
                                                 double *joint, double *ln_scale, hw_err *err);

#endif
