/* Shared inside the decisions only: an identification with all that a decision on it looks at. */
#ifndef HW_APP_DECIDE_INT_H
#define HW_APP_DECIDE_INT_H

#include "app/decide.h"
#include "app/evidence.h"
#include "app/state.h"

/* What an identification rests on, and what the newest runs say of it. Texts are of the arena. */
typedef struct hwp_basis {
  hw_record run, comparison; /* that the figures come from; id 0 = none */
  hw_record joint_run, joint_pair;
  const char *run_code, *joint_code; /* "" = none */
  int64_t newest_run;                /* of the investigation; 0 = none */
  const char *newest_code;
  double log10_lr; /* NaN = not known, as all of these */
  double posterior, complement;
  bool is_joint;                        /* the posterior is a joint one */
  double pairwise, pairwise_complement; /* of a run that compared pairs one at a time */
  double alternative;                   /* log10 LR against the likeliest other missing person */
  const char *against;                  /* her code; "" = nobody else is listed */
  const char *stale;                    /* why it holds no more; NULL = it holds */
} hwp_basis;

/* Evidence that cannot all be right, found but perhaps not yet stored. */
typedef struct hwp_conflict {
  const char *kind;
  const char *text;
  int64_t individual, specimen, other; /* 0 = none; the identification is the one at work */
  bool is_of_individual;               /* concerns the individual, whoever it is said to be */
} hwp_conflict;

/* Some remains and a family of the investigation: what a pair's ratio rests on, read in the time
 * that they take, whatever else the investigation has. */
typedef struct hwp_part {
  hw_stored_case stored;
  bool is_loaded;
  const char *not_loaded; /* why not */
  bool is_same_table;     /* markers and alleles are those that the run compared, */
  bool is_same_case;      /* and so is everything else of the investigation */
} hwp_part;

/* What a test of the basis found before the change that asks for it, so that nobody waits for the
 * writer while all of a large investigation is loaded. */
typedef struct hwp_tested {
  bool is_whole; /* all was loaded; else testing again costs nothing, and this is not used */
  int64_t head;  /* newest audit entry that it saw */
  int64_t run, comparison, joint_run; /* records of what was tested; 0 = none */
  const char *stale;                  /* NULL = the basis holds */
} hwp_tested;

/* At work on one identification. */
typedef struct hwp_decide {
  hw_app *app;
  hw_store *store;
  hw_arena *arena;
  hw_record identification, person, sample;
  const char *person_code, *sample_code;
  hw_record specimen; /* that the sample was cut from; id 0 = not known */
  const char *investigation;
  int64_t investigation_id;
  int64_t *profiles; /* of the sample, withdrawn ones included */
  int n_profiles;
  int64_t *individuals; /* that the sample or its specimen is said to belong to */
  int n_individuals;
  int agree, disagree;
  hw_policy policy;
  hwp_basis basis;
  bool has_basis;              /* `basis` is read, */
  bool is_basis_tested;        /* and compared with the data of today */
  bool is_part_only;           /* where that needs all of the investigation, it is not tested */
  const hwp_tested *tested;    /* before; NULL = it was not */
  hw_stored_case stored;       /* all of the investigation, where a part does not tell enough */
  bool is_with_evidence;       /* with the kinds of evidence that a run weighed besides STR, */
  hw_evidence_options how;     /* as it did */
  bool is_loaded;              /* `stored` was loaded, or */
  const char *not_loaded;      /* why it cannot be */
  hw_record *contradictions;   /* that concern it, resolved ones included; withdrawn ones not */
  int n_contradictions, n_new; /* n_new: stored by this step */
  hwp_conflict *conflicts;
  int n_conflicts, conflict_capacity;
} hwp_decide;

/* Records of a kind whose field is `id` (field −1 = all), copied to the arena; withdrawn ones too. */
HW_MUST_CHECK hw_status hwp_decide_list(hw_store *store, hw_arena *arena, hw_kind_id kind,
                                        int field, int64_t id, hw_record **out, int *n,
                                        hw_err *err);
/* The same by the first key fields. */
HW_MUST_CHECK hw_status hwp_decide_list_key(hw_store *store, hw_arena *arena, hw_kind_id kind,
                                            int n_values, const hw_value *values, hw_record **out,
                                            int *n, hw_err *err);
/* Code of a record, in the arena; "" for id 0. */
HW_MUST_CHECK hw_status hwp_decide_code(hw_store *store, hw_arena *arena, hw_kind_id kind,
                                        int64_t id, const char **out, hw_err *err);
/* A text of the arena, printf-style; NULL without memory. */
const char *hwp_decide_text(hw_arena *arena, const char *format, ...) HW_PRINTF(2, 3);

/* Reads the identification and what hangs on it; not the basis. Free with hwp_decide_clear, also
 * after a failure. */
HW_MUST_CHECK hw_status hwp_decide_open(hwp_decide *self, hw_app *app, hw_arena *arena,
                                        int64_t identification, hw_err *err);
/* The same of a pair that is no identification yet. */
HW_MUST_CHECK hw_status hwp_decide_open_pair(hwp_decide *self, hw_app *app, hw_arena *arena,
                                             int64_t person, int64_t sample, hw_err *err);
void hwp_decide_clear(hwp_decide *self);
bool hwp_decide_has_profile(const hwp_decide *self, int64_t profile);

/* --- decide_load.c --- */

/* Samples of the investigation at STR, with what is one remains with them. @param out  free with
 * hwp_part_clear, also after a failure */
HW_MUST_CHECK hw_status hwp_decide_load_samples(hwp_decide *self, int32_t n, const int64_t *samples,
                                                hwp_part *out, hw_err *err);
/* The audit entry that a run's data were read before; 0 = the chain cannot be asked. */
HW_MUST_CHECK hw_status hwp_decide_since(hwp_decide *self, const hw_record *run, int64_t *entry,
                                         hw_err *err);
/* The sample and a family, with the kinds of evidence that a run weighed, and whether the rest is what
 * it was at an audit entry. @param since  0 = that is not known
 * @param family  record; 0 = neither the sample nor a family */
HW_MUST_CHECK hw_status hwp_decide_load_pair(hwp_decide *self, const hw_record *run, int64_t since,
                                             int64_t family, hwp_part *out, hw_err *err);
void hwp_part_clear(hwp_part *self);
/* The whole investigation as a run loaded it; not_loaded tells why not. Takes long where it is
 * large. */
HW_MUST_CHECK hw_status hwp_decide_load_whole(hwp_decide *self, const hw_record *run, hw_err *err);

/* --- decide_basis.c --- */

/* Reads the basis. @param test  also compares it with the data of today */
HW_MUST_CHECK hw_status hwp_decide_read_basis(hwp_decide *self, bool test, hw_err *err);
/* Tests the basis of a reviewed identification outside of any change. @param code  of anything: what
 * cannot be confirmed is not tested */
HW_MUST_CHECK hw_status hwp_decide_test(hw_app *app, const char *code, hw_arena *arena,
                                        hwp_tested *out, hw_err *err);
/* Comparison of the newest run that has the pair; id 0 = it is not listed. */
HW_MUST_CHECK hw_status hwp_decide_newest(hwp_decide *self, hw_record *out, hw_err *err);

/* --- contradictions --- */

/* Finds what contradicts: into self->conflicts. */
HW_MUST_CHECK hw_status hwp_decide_find_conflicts(hwp_decide *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_decide_add_conflict(hwp_decide *self, hwp_conflict conflict,
                                                hw_err *err);
/* Bones, dates and ages: parts of the finding. */
HW_MUST_CHECK hw_status hwp_decide_find_bones(hwp_decide *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_decide_find_dates(hwp_decide *self, hw_err *err);
/* What is stored already, into self->contradictions. */
HW_MUST_CHECK hw_status hwp_decide_list_contradictions(hwp_decide *self, hw_err *err);
/* Finds, and stores what is not stored yet; lists all. Inside a change. */
HW_MUST_CHECK hw_status hwp_decide_store_contradictions(hwp_decide *self, hw_err *err);
int hwp_decide_count_open(const hwp_decide *self);
/* Found, and not stored yet. */
int hwp_decide_count_unstored(const hwp_decide *self);
bool hwp_decide_is_stored(const hwp_decide *self, const hwp_conflict *conflict);

/* --- steps --- */

/* Everything that confirming asks, met or not: in the arena. */
HW_MUST_CHECK hw_status hwp_decide_checks(hwp_decide *self, hw_decide_check **out, int *n,
                                          hw_err *err);
/* @return HW_OK; HW_E_STATE if the actor may not review it */
HW_MUST_CHECK hw_status hwp_decide_check_independence(hwp_decide *self, hw_err *err);
/* Adds the record of a step. @param override  reason, or NULL */
HW_MUST_CHECK hw_status hwp_decide_record(hwp_decide *self, const char *action, const char *reason,
                                          const char *override, const char *report, hw_err *err);
/* What a step stands on, as JSON. Appended. */
HW_MUST_CHECK hw_status hwp_decide_stood_on(hwp_decide *self, const char *override, hw_str *out,
                                            hw_err *err);
/* One step of an identification, inside a change that has been begun. @param arena of the outcome
 * @param tested  what hwp_decide_test found before; NULL = it was not asked
 * @param finds  [out] it was refused for contradictions that are not stored yet */
HW_MUST_CHECK hw_status hwp_decide_step(hw_app *app, const hw_state_request *request,
                                        const hw_record *identification, const hwp_tested *tested,
                                        hw_arena *arena, hw_state_outcome *outcome, bool *finds,
                                        hw_err *err);
/* Stores the contradictions of a refused step, in a change of its own. */
HW_MUST_CHECK hw_status hwp_decide_keep_contradictions(hw_app *app, int64_t identification,
                                                       hw_err *err);
/* Open contradictions of an individual or of its specimens: the first one's code, or "". */
HW_MUST_CHECK hw_status hwp_decide_individual(hw_app *app, hw_arena *arena,
                                              const hw_record *individual, const char **open,
                                              hw_err *err);

#endif
