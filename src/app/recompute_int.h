/* Shared inside recomputing only.
 *
 *   recompute.c         runs, what has changed, pairs of identify
 *   recompute_search.c  pairs of search
 *   recompute_joint.c   pairings of a joint run */
#ifndef HW_APP_RECOMPUTE_INT_H
#define HW_APP_RECOMPUTE_INT_H

#include "app/identify_evidence.h"
#include "app/identify_prior.h"
#include "app/kept_run.h"
#include "app/recompute.h"
#include "app/search.h"

/* Remains by the profile that stands with what is stored of them: the one that counts, or where there
 * is no STR profile the record that stands for it; 0 = there is none yet. */
typedef struct hwp_by_profile {
  int64_t profile;
  int32_t remains;
} hwp_by_profile;

typedef struct hwp_recomputing {
  hw_app *app;
  const hw_recompute_options *options;
  hw_recompute_fn *report;
  void *context;
  hw_recompute_summary *summary;
  uint64_t n_done, n_total;
  hw_stored_case stored;   /* of investigation `loaded` */
  int64_t loaded;          /* 0 = none */
  hw_evidence *evidence;   /* of the case, if the run had other than STR; NULL = loaded without */
  hw_evidence_options how; /* it was loaded with evidence */
  hwp_by_profile *remains; /* its remains, by profile; in its arena */
  /* The run at hand. */
  int64_t run, run_entry;
  bool is_same_program;
  bool is_imported; /* it comes from another database, perhaps */
} hwp_recomputing;

/* A comparison by its places in the stored case. */
typedef struct hwp_found_item {
  int32_t remains, family, missing;
} hwp_found_item;

/* Finds an item in the case of today. What it rests on may have changed: that is told.
 * @param is_same  [out] true if it can be computed again */
HW_MUST_CHECK hw_status hwp_recompute_find(hwp_recomputing *self, const hwp_compared *item,
                                           hwp_found_item *out, bool *is_same, hw_err *err);

/* What was computed of a comparison. */
typedef struct hwp_recomputed {
  double log10_lr;
  int32_t markers, mismatches;
  const double *per_marker;
} hwp_recomputed;
/* Compares it with what is stored, and tells. The ratio is of STR: other evidence is weighed here. */
HW_MUST_CHECK hw_status hwp_recompute_judge(hwp_recomputing *self, int64_t comparison,
                                            const hwp_found_item *where, const hwp_recomputed *now,
                                            hw_err *err);
/* Tells of a comparison, or with comparison 0 of the run at hand. */
HW_MUST_CHECK hw_status hwp_recompute_tell(hwp_recomputing *self, bool is_fault, int64_t comparison,
                                           hw_err *err, const char *format, ...) HW_PRINTF(5, 6);
/* True if two numbers agree: to the bit, or as numbers of two versions of the program do. */
bool hwp_recompute_is_equal(const hwp_recomputing *self, double stored, double now);

/* Remains with which this profile stands; −1 = none. */
int32_t hwp_recompute_remains(const hwp_recomputing *self, int64_t profile);
/* Counts for the progress. @return HW_E_INTERRUPTED if it is to stop */
HW_MUST_CHECK hw_status hwp_recompute_done(hwp_recomputing *self, int32_t n, hw_err *err);
/* For engines that tell their own progress: true = stop. @param self  an hwp_recomputing */
bool hwp_recompute_look(void *self, uint64_t done, uint64_t all);

/* All comparisons of a search, sorted by family. */
HW_MUST_CHECK hw_status hwp_recompute_search(hwp_recomputing *self, const hwp_compared *items,
                                             int32_t n, hw_err *err);

/* --- recompute_evidence.c --- */

/* Compares the parts of a comparison that a run with evidence stored. @param is_same [out] false: a
 * fault was told. @param total [out] log10 LR of all kinds */
HW_MUST_CHECK hw_status hwp_recompute_parts(hwp_recomputing *self, const hw_record *record,
                                            const hwp_found_item *where, double str, double *total,
                                            bool *is_same, hw_err *err);

/* A joint run that is computed again. */
typedef struct hwp_joint_again {
  hwp_recomputing *from;
  bool is_ready, has_candidates, has_other_facts;
  hw_joint_options options;
  double threshold; /* of the list, log10 LR */
  hw_candidate_pairs candidates;
  hw_stored_prior facts;
  hw_made_prior prior;
  hw_pair_evidence *evidence;
  hw_joint *run;
  const hw_remains *remains; /* of the case as it was loaded */
  hw_arena arena;
} hwp_joint_again;

/* Reads what the run was asked, and makes sure that all it rests on is the same; what is not is
 * told, and nothing is computed. Until the end the case is as the run had it (the sexes that a prior
 * weighs are unknown). The investigation is loaded. End it also after a failure.
 * @param parameters, inputs  of the run */
HW_MUST_CHECK hw_status hwp_joint_again_begin(hwp_recomputing *from, const char *parameters,
                                              const char *inputs, hwp_joint_again *out,
                                              hw_err *err);
/* Computes all pairings and remains, and compares them with what is stored. */
HW_MUST_CHECK hw_status hwp_joint_again_run(hwp_joint_again *self, hw_err *err);
void hwp_joint_again_end(hwp_joint_again *self);

#endif
