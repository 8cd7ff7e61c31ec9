/* Allele classes and evidence at one marker.
 *
 * LUMPING. Alleles that nobody was seen to carry may be treated as one class
 * where the mutation process on the classes is still a Markov chain with the
 * same law (strong lumpability, Kemeny & Snell 1960, theorem 6.3.2): all alleles
 * of a class have the same probability of becoming any other class. Without
 * mutation, and with the equal and proportional models, that holds always; for
 * any other matrix it is checked entry by entry, and where it fails every allele
 * stays apart. The silent allele is its own class. Observation probabilities are
 * constant over a class of unseen alleles, dropout and typing error included.
 */
#ifndef HW_KINSHIP_CLASSES_H
#define HW_KINSHIP_CLASSES_H

#include "base/arena.h"
#include "homeward/profile.h"
#include "kinship/family.h"
#include "kinship/run.h"

typedef struct hwp_classes {
  int32_t k;
  const int32_t *class_of;       /* n_alleles → class; NULL = allele index is the class */
  const int32_t *representative; /* k alleles; NULL = the same index */
  const double *prior;           /* k */
  const double *matrix[2];       /* k × k or NULL */
  bool urn; /* founder alleles come from an urn (urn.h): lists carry no priors, and only
               certain genotypes of founders are listed */
} hwp_classes;

/* What a profile says about an individual at one marker. */
typedef struct hwp_seen {
  int32_t individual;
  const hw_profile *profile;
  const hw_observation *observation; /* never missing */
} hwp_seen;

/* Collects who was typed, in the order of individuals; observations that are NULL
 * or missing are left out. individual: of each profile.
 * @param seen  [out] room for n_profiles
 * @return HW_OK; HW_E_UNSUPPORTED (X marker, sex unknown); errors of
 *         hw_observation_validate */
HW_MUST_CHECK hw_status hwp_seen_collect(const hwp_family *family, const hw_marker *marker,
                                         int32_t n_profiles, const int32_t *individual,
                                         const hw_profile *profiles,
                                         const hw_observation *const *observations, hwp_seen *seen,
                                         int32_t *n_seen, hw_err *err);

/* The error of a person whose sex an X marker needs. */
hw_status hwp_needs_sex(const hwp_family *family, int32_t individual, const hw_marker *marker,
                        hw_err *err);

/* Finds the classes. lump = false keeps every allele apart. Memory from arena. */
HW_MUST_CHECK hw_status hwp_classes_init(hwp_classes *self, const hw_marker *marker, int32_t n_seen,
                                         const hwp_seen *seen, bool lump, hw_arena *arena);

/* Longest list of ordered genotypes that is kept as a list. */
enum { HWP_MAX_LIST = 8 };

/* Evidence and category (plan.h) of one individual who was seen n times.
 *
 * founder: the list carries priors and stands for unordered genotypes.
 * dense:   give a dense table whatever the observation (the query).
 * single:  one allele.
 * A category of 0 listed genotypes with *impossible set means probability 0. */
HW_MUST_CHECK hw_status hwp_evidence_init(hwp_evidence *self, uint8_t *category, bool *impossible,
                                          const hw_marker *marker, const hwp_classes *classes,
                                          int32_t n_seen, const hwp_seen *seen, bool founder,
                                          bool dense, bool single, hw_arena *arena);

/* All ordered genotypes with P(observation | genotype) > 0, no priors, for
 * evaluation by inheritance vectors. n_seen = 0 gives n = 0, or every genotype if
 * `open`. *impossible: no genotype fits. */
HW_MUST_CHECK hw_status hwp_evidence_list(hwp_evidence *self, bool *impossible,
                                          const hw_marker *marker, const hwp_classes *classes,
                                          int32_t n_seen, const hwp_seen *seen, bool open,
                                          bool single, hw_arena *arena);

#endif
