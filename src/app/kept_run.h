/* Runs that are kept: what identify and search store has one form.
 *
 * Whoever computed a run hands it over as an hwp_run; keeping compares it with
 * the last run of the same method, stores it once, and makes candidates of what
 * it proposes. Inside app only. */
#ifndef HW_APP_KEPT_RUN_H
#define HW_APP_KEPT_RUN_H

#include "app/evidence.h"
#include "app/identify.h"

/* A listed pair, by its places in the stored case. */
typedef struct hwp_run_pair {
  int32_t remains, family;
  int32_t missing; /* index in the family's list of missing persons */
  double log10_lr;
  double posterior, complement; /* NaN = not known */
  int32_t markers, mismatches;
  bool is_proposed;
  int64_t copied;    /* the comparison whose ratios by marker these are; 0 = they are computed */
  const char *parts; /* by kind of evidence, hw_evidence_parts_json; NULL = STR alone */
} hwp_run_pair;

/* What a joint run says of a pairing. */
typedef struct hwp_run_joint_pair {
  int32_t remains, family, missing;
  double posterior, complement, log10_glr, log10_prior; /* NaN = 0/0 */
  bool is_best;
  const char *standing;
} hwp_run_joint_pair;

/* What it says of a remains. */
typedef struct hwp_run_joint_remains {
  int32_t remains;
  double none;
  int32_t component; /* from 1 */
  bool is_exact;
} hwp_run_joint_remains;

/* What a family's references can do for a missing person. */
typedef struct hwp_run_power {
  int32_t family, missing;
  double expected, needed; /* not finite = not known */
  const char *left_out;    /* why the run could not evaluate her; NULL = it did */
  bool has_pass;           /* the next two are known */
  double pass, exclusion;  /* P(own profile ≥ needed), P(an unrelated person is excluded) */
} hwp_run_power;

/* Fills pass and exclusion of those who are evaluated and whose `needed` is finite, all being the
 * same. Files of more than HWP_MOST_POWERS are left as they are, for the time it would take. */
enum { HWP_MOST_POWERS = 5000 };
HW_MUST_CHECK hw_status hwp_run_fill_power(const hw_case *problem, int32_t n, hwp_run_power *powers,
                                           hw_err *err);

/* A finished run, whoever computed it. */
typedef struct hwp_run {
  const char *action; /* of the audit chain */
  const char
      *parameters; /* JSON on one line; "method" first; a member "outcome", which stands last,
                             is found, not set */
  int32_t n_missing;
  int64_t n_compared;
  int32_t n_pairs;
  const hwp_run_pair *pairs;
  int32_t n_powers;
  const hwp_run_power *powers;
  int32_t n_joint_pairs, n_joint_remains; /* of a joint run */
  const hwp_run_joint_pair *joint_pairs;
  const hwp_run_joint_remains *joint_remains;
  double step; /* change of a joint posterior that is told; 0 = not a joint run */
  /* log10 LR by marker of all pairs, n_markers each; NULL = all are copied. */
  hw_status (*per_marker)(void *context, double *out, hw_err *err);
  /* log10 LR of a pair that is not listed; NaN = not known. NULL = of none it is known. */
  double (*log10_lr)(void *context, int32_t remains, int32_t family, int32_t missing);
  /* What the method calls a missing person; valid as long as the run. NULL = her id. */
  const char *(*name)(void *context, int32_t family, int32_t missing);
  /* How the case was loaded by hw_evidence_case_load; NULL = by hw_stored_case_load. */
  const hw_evidence_options *evidence;
  bool without_markers; /* it was loaded so */
  void *context;
} hwp_run;

/* Compares a run with the last one of its method, and stores it unless the last one with these
 * parameters says the same, or it is a dry run.
 * @param reason  for the audit chain; NULL = ""
 * @return as hw_identification_store */
HW_MUST_CHECK hw_status hwp_run_keep(hw_app *app, const hw_stored_case *stored, const hwp_run *run,
                                     const char *reason, bool dry_run,
                                     hw_identification_report *report, hw_err *err);

/* --- run_alleles.c --- */

/* Adds to the parameters of a run the alleles that it added to the frequency table, if any.
 * @param out  @p parameters itself, or in the arena */
HW_MUST_CHECK hw_status hwp_run_alleles_write(const hw_stored_case *stored, const char *parameters,
                                              hw_arena *arena, const char **out, hw_err *err);
/* Reads them again; none where none are told. @param out  [out] in the arena */
HW_MUST_CHECK hw_status hwp_run_alleles_read(const char *parameters, hw_arena *arena,
                                             hw_added_allele **out, int32_t *n, hw_err *err);

/* Person whom a family misses. */
int64_t hwp_missing_person(const hw_stored_case *stored, int32_t family, int32_t missing);

/* --- of kept_run.c and kept_changes.c --- */

/* A run being compared and stored. */
typedef struct hwp_keeping {
  hw_app *app;
  hw_store *store;
  const hw_stored_case *stored;
  const hwp_run *run;
  hw_identification_report *report;
  hw_arena arena;
  const char *reason;
  char inputs[HW_DIGEST_TEXT_SIZE]; /* of the whole */
  int64_t last, last_entry;         /* newest run of the method; 0 = none */
  const char *last_parameters, *last_program;
  int64_t *anchors;         /* of each remains without STR: what stands for it; 0 = not asked yet */
  int64_t same, same_entry; /* newest run with these parameters, if it says the same; 0 = none */
} hwp_keeping;

/* True if what was set is the same; what was found may differ. */
bool hwp_same_parameters(const char *a, const char *b);
/* Fills report->changes from the last run. */
HW_MUST_CHECK hw_status hwp_keeping_compare(hwp_keeping *self, hw_err *err);

/* --- comparisons of a run, as they are stored --- */

typedef struct hwp_compared {
  int64_t id, profile, sample, person, family;
  double log10_lr, posterior; /* posterior: NaN = none is stored */
  const char *inputs;
  bool is_met; /* also in the other list */
} hwp_compared;

/* Comparisons of a run, in the order of their ids; in the arena.
 * @param stored  knows the samples of most profiles without asking; NULL = none */
HW_MUST_CHECK hw_status hwp_compared_list(hw_store *store, const hw_stored_case *stored,
                                          int64_t run, hw_arena *arena, hwp_compared **out,
                                          int32_t *n, hw_err *err);

/* Which parts of two "PROFILE.FAMILY.TABLE" differ: HW_WHY_… */
unsigned hwp_compare_inputs(const char *a, const char *b);

/* Places in a stored case, which is loaded in the order of ids; −1 = not there. */
int32_t hwp_find_remains(const hw_stored_case *stored, int64_t sample);
int32_t hwp_find_family(const hw_stored_case *stored, int64_t family);
/* Index in the family's list of missing persons. */
int32_t hwp_find_missing(const hw_stored_case *stored, int32_t family, int64_t person);

#endif
