/* What the files of `homeward identify` share, and `homeward search` with them.
 *
 *   cmd_identify.c      options, where the case comes from
 *   identify_run.c      computes what is shown, pair by pair and jointly
 *   identify_kinds.c    SNPs, mtDNA and Y besides STR
 *   identify_files.c    the same of files
 *   identify_names.c    FAMILY:MISSING:REMAINS
 *   identify_table.c    for people: the list of pairs, one pair by marker
 *   identify_joint.c    for people: who is who
 *   identify_json.c     for machines
 *   identify_truth.c    the comparison with the truth
 *   identify_stored.c   what became of the run in a case database */
#ifndef HW_CLI_IDENTIFY_OUT_H
#define HW_CLI_IDENTIFY_OUT_H

#include "app/joint_work.h"
#include "base/json_write.h"
#include "cli/case_open.h"
#include "cli/cli.h"
#include "cli/identify_files.h"
#include "cli/run_watch.h"
#include "homeward/identify.h"
#include "homeward/simulate.h"

/* What the command line said. */
typedef struct identify_settings {
  cli_place place;
  const char *investigation, *reason;
  bool json, pairwise, timing, dry_run, after_search;
  double threshold; /* NaN = not given */
  double accept, prior_none, max_work;
  double left_out, undisputed, max_steps; /* NaN = not given */
  int64_t top;
  int64_t best; /* −1 = not given */
  uint64_t seed;
  cli_texts fixed, excluded, factors;
  const char *prior, *detail, *truth, *only;
  lr_evidence_settings evidence; /* files beside a case file */
  const char *without;           /* kinds of evidence, parted by commas; NULL = none */
} identify_settings;

/* A finished run and how it is to be shown. */
typedef struct identify_view {
  hw_joint_work work; /* what is shown is of it */
  cli_run_watch watch;
  const hw_case *problem;
  const hw_identify *run;     /* NULL: a joint run of the pairs of a search */
  const hw_joint_work *joint; /* NULL: pairs one at a time */
  hw_joint_pair *joint_pairs; /* worth showing, by remains, best first */
  int32_t n_joint_pairs;
  hw_evidence *evidence;           /* SNPs and lines; NULL: STR alone */
  const identify_files *files;     /* that the evidence is of; NULL: none, or a case database */
  const hw_pair_evidence *weighed; /* of the pairs; NULL with `evidence` */
  double threshold;                /* least log10 LR of the list; -inf: all pairs */
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
  double detail_log10_lr;                 /* of STR */
  double detail_total;                    /* of all evidence */
  double *detail;                         /* n_markers */
  bool *detail_mismatch;                  /* n_markers */
  const hw_identification_report *report; /* NULL: the case is a file */
} identify_view;

/* --- computing (identify_run.c) --- */

/* Computes everything the view shows. The view is zeroed before; identify_clear it always.
 * @param app, stored  NULL: the case is a file */
HW_MUST_CHECK hw_status identify_compute(identify_view *view, const identify_settings *settings,
                                         hw_app *app, const hw_stored_case *stored, hw_err *err);
void identify_clear(identify_view *view);
void identify_print_timing(const identify_view *view);

/* --- SNPs and lines (identify_kinds.c) --- */

/* Kinds of --without, as bits. @return HW_E_USAGE */
HW_MUST_CHECK hw_status identify_read_without(const char *text, unsigned *out, hw_err *err);
/* True if a table has columns for the kinds. */
bool identify_has_kinds(const identify_view *view);
/* Heads of the columns, and those of a pair: "  %8s" each. */
void identify_print_kind_heads(const identify_view *view);
void identify_print_kinds(const identify_view *view, int32_t remains, int32_t target,
                          double log10_lr);
/* What else is to be told of lines and SNPs: the head, exclusions, one pair. */
void identify_print_kind_notes(const identify_view *view);
void identify_print_excluded(const identify_view *view);
void identify_print_kind_detail(const identify_view *view);
/* Members "evidence" of a pair, and of the whole "excluded_by_lines". */
void identify_json_kinds(hw_json_writer *w, const identify_view *view, int32_t remains,
                         int32_t target, double log10_lr);
HW_MUST_CHECK hw_status identify_json_excluded(hw_json_writer *w, const identify_view *view,
                                               hw_err *err);

/* --- names (identify_names.c) --- */

int32_t identify_count_missing(const hw_case *problem);
/* Missing persons are numbered family by family, by the pairwise and the joint engine alike. */
const hw_target *identify_target(const identify_view *view, int32_t target);
int32_t identify_target_count(const identify_view *view);
/* The pair FAMILY:MISSING:REMAINS. @return HW_E_USAGE, naming the option */
HW_MUST_CHECK hw_status identify_find_pair(const hw_case *problem, const char *option,
                                           const char *text, hw_joint_pairing *out, hw_err *err);
int32_t identify_find_remains(const hw_case *problem, const char *id);
/* Target of a missing person of a family, −1 = none. */
int32_t identify_find_target(const hw_case *problem, const char *family, const char *missing);

/* --- showing --- */

/* Tables on standard output. */
void identify_print(const identify_view *view);
/* Of a joint run, on standard output: how it was summed, and who is who. */
void identify_print_joint(const identify_view *view);
void identify_print_who(const identify_view *view);
/* log10 GLR beyond which no more is known than that it is beyond; inf = all are known. */
double identify_glr_limit(const identify_view *view);
/* The odds of one pair, taken apart. */
void identify_print_odds(const identify_view *view);
/* The comparison with the truth, on standard output. */
void identify_print_truth(const identify_view *view);
/* homeward-identify/1 on standard output. */
HW_MUST_CHECK hw_status identify_write_json(const identify_view *view, hw_err *err);
/* The member "joint" of it. */
HW_MUST_CHECK hw_status identify_write_json_joint(hw_json_writer *w, const identify_view *view,
                                                  hw_err *err);

/* The stored run and what changed since the last: as a table on standard output, and as members
 * of the JSON object. */
void cli_print_stored(const hw_identification_report *report, const char *investigation);
void cli_json_stored(hw_json_writer *w, const hw_identification_report *report);

/* Reads the truth table and fills truth, truth_target and outcomes. */
HW_MUST_CHECK hw_status identify_read_truth(identify_view *view, hw_err *err);
/* Fills the outcomes of a finished run. */
void identify_score(identify_view *view);
int32_t identify_count(const identify_view *view, hw_outcome outcome);
/* The machine's word for an outcome. */
const char *identify_outcome_name(hw_outcome outcome);

#endif
