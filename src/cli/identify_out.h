/* What the files of `homeward identify` share, and `homeward search` with them. */
#ifndef HW_CLI_IDENTIFY_OUT_H
#define HW_CLI_IDENTIFY_OUT_H

#include "app/identify.h"
#include "base/json_write.h"
#include "cli/cli.h"
#include "homeward/identify.h"
#include "homeward/simulate.h"

/* A finished run and how it is to be shown. */
typedef struct identify_view {
  const hw_case *problem;
  hw_identify *run;
  double threshold; /* least log10 LR of the list; -inf: all pairs */
  double accept;
  double prior_none;  /* as given to hw_identify_new */
  int32_t n_left_out; /* missing persons whose families cannot be computed */
  const hw_identify_pair *pairs;
  int32_t n_pairs, n_shown;
  const char *truth_path; /* NULL: no comparison */
  hw_truth_table *truth;
  int32_t *truth_target; /* per remains */
  hw_outcome *outcomes;  /* per remains */
  bool has_detail;       /* one pair marker by marker */
  int32_t detail_remains, detail_target;
  double *detail;                         /* n_markers */
  bool *detail_mismatch;                  /* n_markers */
  const hw_identification_report *report; /* NULL: the case is a file */
} identify_view;

/* Tables on standard output. */
void identify_print(const identify_view *view);
/* The comparison with the truth, on standard output. */
void identify_print_truth(const identify_view *view);
/* homeward-identify/1 on standard output. */
HW_MUST_CHECK hw_status identify_write_json(const identify_view *view, hw_err *err);

/* The stored run and what changed since the last: as a table on standard output, and as members
 * of the JSON object. */
void cli_print_stored(const hw_identification_report *report, const char *investigation);
void cli_json_stored(hw_json_writer *w, const hw_identification_report *report);

/* Reads the truth table and fills truth, truth_target and outcomes. */
HW_MUST_CHECK hw_status identify_read_truth(identify_view *view, hw_err *err);
int32_t identify_count(const identify_view *view, hw_outcome outcome);
/* The machine's word for an outcome. */
const char *identify_outcome_name(hw_outcome outcome);

#endif
