/* Shared inside the reference check: one check at work, its pairs, and the
 * hypotheses that it compares.
 *
 * A check runs in four steps, each with its own file:
 *
 *   reference_facts.c         which genotypes contradict each other, by marker
 *   reference_pair.c          the screen: each pair of typed persons alone
 *   reference_alternatives.c  other pedigrees that could explain the data
 *   reference_evaluate.c      their likelihoods, by the project's engine
 *
 * reference_prepare.c comes before them; reference.c judges and reports. Everything of one check lives in the
 * arena `scratch` and is forgotten when the next one begins. */
#ifndef HW_IDENTIFY_REFERENCE_INT_H
#define HW_IDENTIFY_REFERENCE_INT_H

#include "base/arena.h"
#include "homeward/reference.h"
#include "kinship/family.h"

/* Options with their defaults filled in. */
typedef struct hwp_reference_settings {
  hw_likelihood_options likelihood;
  double margin_log10, accept, screen_log10;
  double prior_stated;
  double share[HW_FINDING_KIND_COUNT];
  double mutation_rate, amelogenin_error, typing_error;
} hwp_reference_settings;

/* Prepared pedigrees by their shape, see reference_evaluate.c. */
typedef struct hwp_kin_cache hwp_kin_cache;

struct hw_reference {
  hwp_reference_settings settings;
  double theta;
  int32_t n_markers;
  hw_marker *markers; /* the caller's, those without mutation given some */
  hw_marker *rigid;   /* without mutation */
  double (*rate)[2];  /* per marker and parent: P(an allele of the population mutates) */
  bool has_x;
  hw_arena arena;
  hw_arena scratch;
  hwp_kin_cache *cache;
  hw_reference_report report;
};

/* A pedigree and whose samples the profiles are. */
typedef struct hwp_hypothesis {
  int32_t n_persons;
  const hw_person *persons;
  const int32_t *profile_person; /* per profile */
} hwp_hypothesis;

/* Persons that an alternative may add to a family. */
enum { HWP_NEW_PERSONS = 4 };

/* Relations of a pair that the screen knows. */
typedef enum hwp_pair_relation {
  HWP_PAIR_UNRELATED = 0,
  HWP_PAIR_HALF_SIBS, /* also uncle and nephew, grandparent and grandchild */
  HWP_PAIR_FULL_SIBS,
  HWP_PAIR_PARENT,
  HWP_PAIR_IDENTICAL,
  HWP_PAIR_COUNT
} hwp_pair_relation;

/* Two typed individuals alone. */
typedef struct hwp_pair {
  int32_t a, b;                    /* typed numbers, a < b */
  double kappa[3];                 /* P(0, 1, 2 alleles identical by descent), as stated */
  double log10_lr[HWP_PAIR_COUNT]; /* of each relation against unrelated */
  double log10_lr_stated;
  hwp_pair_relation best;
} hwp_pair;

/* An individual with at least one typed marker. */
typedef struct hwp_typed {
  int32_t individual;
  int32_t person;  /* of the first of its profiles */
  int32_t profile; /* the first */
  int32_t n_profiles;
  hw_allele *alleles; /* 2 per marker, HW_ALLELE_NONE where no complete autosomal genotype */
  bool is_suspect;    /* has a part in what the facts or the screen found */
} hwp_typed;

typedef struct hwp_fact_list {
  int32_t n, capacity;
  hw_finding *items;
} hwp_fact_list;

/* One check at work. */
typedef struct hwp_check {
  hw_reference *self;
  const hw_family *family;
  const hw_amelogenin *amelogenin; /* NULL = none */
  hw_arena *arena;                 /* scratch of the check */
  hwp_family individuals;
  bool *is_relevant;     /* per individual: typed, or with a typed descendant */
  bool *is_typed;        /* per profile: at one used marker at least */
  bool *use;             /* per marker */
  int32_t *typed_number; /* per individual, −1 */
  int32_t n_typed;
  hwp_typed *typed;
  int32_t n_pairs;
  hwp_pair *pairs;
  hwp_fact_list facts;
  hwp_fact_list sexes;        /* findings of kind sex */
  hwp_fact_list alternatives; /* computed */
  hwp_hypothesis stated;
  double theta;         /* at work: the caller's, or 0 */
  double *ln_unrelated; /* per marker: of all observations, each for itself */
  double *ln_stated;    /* per marker, as the engine gives it */
  int32_t n_mutated, n_impossible, n_left_out;
} hwp_check;

/* Adds a copy; memory from the check's arena. */
HW_MUST_CHECK hw_status hwp_fact_add(hwp_check *check, hwp_fact_list *list,
                                     const hw_finding *finding, hw_err *err);

/* A finding without anything set; kind and persons follow. */
hw_finding hwp_finding_of(hw_finding_kind kind, int32_t marker);
/* Adds a person and the profile by which she is known (−1). */
void hwp_finding_person(hw_finding *self, int32_t person, int32_t profile);

/* Fills everything up to `typed`, and what was found about sexes. HW_E_SHAPE, HW_E_VALUE,
 * HW_E_REFERENCE: the profiles do not fit the markers or the pedigree. */
HW_MUST_CHECK hw_status hwp_check_prepare(hwp_check *check, hw_err *err);

/* Pairs, trios and twins that contradict each other without mutation. */
HW_MUST_CHECK hw_status hwp_facts_find(hwp_check *check, hw_err *err);
/* Markers at which the whole family does though none of those shows it; which contradictions
 * mutation cannot explain either; the counts. HW_E_TOO_COMPLEX as the engine. */
HW_MUST_CHECK hw_status hwp_facts_of_family(hwp_check *check, hw_err *err);

/* How a second genotype h follows from a first g at an autosomal marker. */
typedef struct hwp_share {
  double unrelated; /* P(h | g, no allele shared by descent) */
  double r1, r2;    /* P(h | g, one allele shared; both) relative to it */
} hwp_share;
/* @return false where h has probability zero: no information */
bool hwp_share_ratios(const hw_marker *marker, double theta, const hw_allele *g, const hw_allele *h,
                      hwp_share *out);

/* Fills pairs: kappas and ratios. @param worst [out] largest log10 LR of a pair's or a person's
 * best relation against what is stated */
HW_MUST_CHECK hw_status hwp_pairs_screen(hwp_check *check, double *worst, hw_err *err);

/* ln P(observations | hypothesis) at each used marker; others are not touched.
 * @param rigid  without mutation */
HW_MUST_CHECK hw_status hwp_evaluate(hwp_check *check, const hwp_hypothesis *hypothesis, bool rigid,
                                     double *ln, hw_err *err);
/* ln_unrelated of all markers; those with probability zero are taken out of use. */
HW_MUST_CHECK hw_status hwp_evaluate_unrelated(hwp_check *check, hw_err *err);
/* log10 LR of a hypothesis against the one that base_ln belongs to, single bad markers and
 * amelogenin accounted for. */
HW_MUST_CHECK hw_status hwp_evaluate_ratio(hwp_check *check, const hwp_hypothesis *hypothesis,
                                           double *log10_lr, hw_err *err);

HW_MUST_CHECK hw_status hwp_kin_cache_new(hwp_kin_cache **out, hw_err *err);
void hwp_kin_cache_delete(hwp_kin_cache *self);

/* Computes all alternatives of the family into check->alternatives. */
HW_MUST_CHECK hw_status hwp_alternatives_compute(hwp_check *check, hw_err *err);

#endif
