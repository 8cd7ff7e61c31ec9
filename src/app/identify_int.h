/* Shared inside the use case "identify" only. */
#ifndef HW_APP_IDENTIFY_INT_H
#define HW_APP_IDENTIFY_INT_H

#include "app/identify.h"

/* A run being compared and stored. */
typedef struct hwp_identification {
  hw_app *app;
  hw_store *store;
  const hw_stored_case *stored;
  const hw_identify *run;
  int32_t n_pairs;
  const hw_identify_pair *pairs;
  const hw_identification_options *options;
  hw_identification_report *report;
  hw_arena arena;
  const char *parameters;           /* JSON */
  char inputs[HW_DIGEST_TEXT_SIZE]; /* of the whole */
  int64_t last, last_entry;         /* newest run of the investigation; 0 = none */
  const char *last_parameters, *last_program;
  int64_t same, same_entry; /* newest run with these parameters, if it says the same; 0 = none */
} hwp_identification;

/* Fills report->changes from the last run. */
HW_MUST_CHECK hw_status hwp_identification_compare(hwp_identification *self, hw_err *err);

/* A comparison of a run, as it is stored. */
typedef struct hwp_compared {
  int64_t id, profile, sample, person, family;
  double log10_lr;
  const char *inputs;
  bool is_met; /* also in the other list */
} hwp_compared;

/* Comparisons of a run, in the order of their ids; in the arena. */
HW_MUST_CHECK hw_status hwp_compared_list(hw_store *store, int64_t run, hw_arena *arena,
                                          hwp_compared **out, int32_t *n, hw_err *err);

/* Which parts of two "PROFILE.FAMILY.TABLE" differ: HW_WHY_… */
unsigned hwp_compare_inputs(const char *a, const char *b);

#endif
