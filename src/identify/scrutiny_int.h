/* Shared inside the scrutiny of one pairing only.
 *
 *   scrutiny.c               the pairing, the stated ratio, what is borrowed and owned
 *   scrutiny_compile.c       tables of any pedigree, markers and theta
 *   scrutiny_rivals.c        who else the remains could be: the list
 *   scrutiny_pedigree.c      building pedigrees: added relatives
 *   scrutiny_outcomes.c      what may be seen of a person with this quality
 *   scrutiny_distribution.c  sums of independent outcomes
 *   scrutiny_expected.c      is the observed value typical?
 *   scrutiny_references.c    changed labels, contradictions
 *   scrutiny_setting.c       the ratio under other assumptions
 *   scrutiny_band.c          the factors and their ranges
 *   scrutiny_verdict.c       rules
 *
 * What the report points to lies in `arena`; `scratch` is reset between steps. */
#ifndef HW_IDENTIFY_SCRUTINY_INT_H
#define HW_IDENTIFY_SCRUTINY_INT_H

#include <math.h>

#include "base/arena.h"
#include "homeward/random.h"
#include "homeward/scrutiny.h"

/* Logarithm of zero, as a double (INFINITY is a float). */
#define IMPOSSIBLE (-HUGE_VAL)
#define LOG10_E 0.43429448190325182765

struct hw_scrutiny {
  const hw_case *problem;
  const hw_family *family;
  const hw_remains *remains;
  int32_t missing;                                 /* person of the family's pedigree */
  hw_scrutiny_options options;                     /* defaults filled in */
  hw_likelihood_options with_theta, without_theta; /* limits besides the stated ratio */
  hw_arena arena, scratch;
  const hw_marker *rigid; /* the case's markers without mutation */
  hw_sex shown_sex;       /* of the remains: recorded, or by X markers */
  bool has_x;
  hw_table *table;             /* the pairing as stated */
  hw_table_compiler *compiler; /* markers and theta of the case; with theta > 0 only */
  double *per_marker;
  double ln_family; /* Σ of the stated table */
  int32_t n_notes, n_reasons;
  const char **notes, **reasons;
  hw_scrutiny_report report;
};

/* Formatted text in the report's arena; NULL without memory. */
char *hwp_scrutiny_text(hw_scrutiny *self, const char *format, ...) HW_PRINTF(2, 3);
HW_MUST_CHECK hw_status hwp_scrutiny_note(hw_scrutiny *self, char *text, hw_err *err);
HW_MUST_CHECK hw_status hwp_scrutiny_reason(hw_scrutiny *self, char *text, hw_err *err);
/* a − b; NaN where both are −inf (or both +inf). */
double hwp_scrutiny_less(double a, double b);
/* Id of a person of the family's pedigree. */
const char *hwp_scrutiny_id(const hw_scrutiny *self, int32_t person);

/* ---- tables ---- */

/* A compiled table and what keeps it alive. A zeroed struct is allowed. */
typedef struct hwp_compiled {
  const hw_table *table;
  hw_table *owned;
  hw_table_compiler *compiler;
} hwp_compiled;

/* Who is related to whom, and whose the reference profiles are. */
typedef struct hwp_relation {
  hw_pedigree pedigree;
  int32_t n_profiles;
  const hw_profile *profiles;
  const int32_t *profile_person;
} hwp_relation;

/* The family as stated. */
hwp_relation hwp_scrutiny_stated(const hw_scrutiny *self);

/* Compiles. With theta = 0 by hw_table_compile; with theta > 0 by a compiler, which has closed
 * forms for the usual families. The case's markers and theta share one compiler, so that such a
 * table lives until the next. @return as they do, without touching the report */
HW_MUST_CHECK hw_status hwp_scrutiny_compile(hw_scrutiny *self, const hwp_relation *relation,
                                             const hw_marker *markers, double theta, int32_t person,
                                             hwp_compiled *out, hw_err *err);
void hwp_compiled_clear(hwp_compiled *self);

/* True for what leaves one number out instead of ending the work. */
bool hwp_scrutiny_can_go_on(hw_status status);

/* ---- pedigrees ---- */

/* A pedigree in the making: the family's persons, and room for more. */
typedef struct hwp_builder {
  const hw_scrutiny *scrutiny;
  int32_t n_persons;
  hw_person *persons;
  char *ids; /* of the added ones */
} hwp_builder;

enum { HWP_MOST_ADDED = 4 * HW_SCRUTINY_MOST_DEGREE + 16 };

HW_MUST_CHECK hw_status hwp_builder_init(hwp_builder *self, const hw_scrutiny *scrutiny,
                                         hw_arena *arena, hw_err *err);
/* Back to the family as stated. */
void hwp_builder_begin(hwp_builder *self);
int32_t hwp_builder_add(hwp_builder *self, int32_t father, int32_t mother, hw_sex sex);
/* First of a group of identical twins. */
int32_t hwp_builder_twin(const hwp_builder *self, int32_t person);
/* Stated parent, also where only a twin has it; or HW_PERSON_NONE. `from` is HW_FROM_…. */
int32_t hwp_builder_parent(const hwp_builder *self, int32_t person, int from);
/* Sets it for a person and all twins. */
void hwp_builder_set_parent(hwp_builder *self, int32_t person, int from, int32_t parent);
/* The parent; a new one where none is stated. */
int32_t hwp_builder_need(hwp_builder *self, int32_t person, int from);
/* Child of one parent and somebody unknown; the parent's role by his or her sex. */
int32_t hwp_builder_child(hwp_builder *self, int32_t parent, hw_sex sex);
/* Sex of a person by record or role. */
hw_sex hwp_builder_sex(const hwp_builder *self, int32_t person);
bool hwp_builder_is_typed(const hwp_builder *self, int32_t person);

/* ---- rivals ---- */

HW_MUST_CHECK hw_status hwp_scrutiny_rivals(hw_scrutiny *self, hw_err *err);

/* ---- distributions ---- */

/* One thing that may be seen at a marker. */
typedef struct hwp_outcome {
  double log10_lr;
  double truth, unrelated; /* probabilities; each sums to one */
} hwp_outcome;

typedef struct hwp_outcomes {
  int32_t n;
  hwp_outcome *outcomes;
  double p_mismatch; /* P(impossible without mutation | true match) */
} hwp_outcomes;

/* What may be seen at a marker of a person observed as `obs` was: see the file.
 * @param rigid  table without mutation, or NULL */
HW_MUST_CHECK hw_status hwp_outcomes_list(const hw_marker *marker, const hw_marker_table *table,
                                          const hw_marker_table *rigid, const hw_observation *obs,
                                          const hw_profile *profile, hw_arena *arena,
                                          hwp_outcomes *out, hw_err *err);

/* Distribution of the sum over markers.
 * @param of_truth  weights `truth`, else `unrelated`
 * @param observed  value whose tails are asked */
HW_MUST_CHECK hw_status hwp_distribution_sum(const hwp_outcomes *markers, int32_t n_markers,
                                             bool of_truth, double observed, hw_arena *arena,
                                             hw_lr_distribution *out, hw_err *err);

HW_MUST_CHECK hw_status hwp_scrutiny_expect(hw_scrutiny *self, hw_err *err);

/* ---- references ---- */

HW_MUST_CHECK hw_status hwp_scrutiny_references(hw_scrutiny *self, hw_err *err);
/* The family with one change. Memory from `arena`. */
HW_MUST_CHECK hw_status hwp_relabel_build(hw_scrutiny *self, const hw_relabel *change,
                                          hw_arena *arena, hwp_relation *out, hw_err *err);

/* ---- other assumptions ---- */

/* Assumptions; hwp_setting_stated gives the case's own. */
typedef struct hwp_setting {
  int32_t table; /* of the options; −1 = the case's frequencies */
  double theta;
  double rate_factor; /* of every mutation rate */
  int32_t model;      /* hw_mutation_model; −1 = the case's */
  int32_t floor;      /* least frequency `floor`/2N; 0 = as stated */
  double dropout;     /* of the remains; −1 = as stated */
  const hw_relabel *change;
  const hw_random *draw; /* frequencies drawn from their posterior; NULL = as they are */
} hwp_setting;

hwp_setting hwp_setting_stated(const hw_scrutiny *self);
/* The stated ratio under other assumptions.
 * @param n_kept  [out] markers that could not follow the setting and stay as stated; or NULL
 * @return HW_OK; what hwp_scrutiny_can_go_on names; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_setting_evaluate(hw_scrutiny *self, const hwp_setting *setting,
                                             double *log10_lr, int32_t *n_kept, hw_err *err);
/* True if the remains have a genotype that dropout could explain otherwise, or sets. */
bool hwp_setting_has_dropout(const hw_scrutiny *self);

HW_MUST_CHECK hw_status hwp_scrutiny_band(hw_scrutiny *self, hw_err *err);

/* ---- verdict ---- */

HW_MUST_CHECK hw_status hwp_scrutiny_judge(hw_scrutiny *self, hw_err *err);

#endif
