/* What `homeward lr` was asked and what it computed, for its table and its JSON; inside the command
 * only. */
#ifndef HW_CLI_LR_OUT_H
#define HW_CLI_LR_OUT_H

#include "base/json_write.h"
#include "cli/case_open.h"
#include "cli/lr_evidence.h"

typedef struct lr_settings {
  cli_place place;
  lr_evidence_settings evidence;
  lr_evidence *opened; /* NULL = none is asked for */
  bool json, per_marker, no_lumping, linked, no_grid;
  double typing_error, max_work;
  const char *only; /* case id, NULL = all */
} lr_settings;

/* What was computed of one case; arrays of n_hypotheses (and × n_markers). */
typedef struct lr_result {
  double *ln_likelihood;
  double *per_marker; /* NaN of markers linked by position */
  bool *is_linked;
  int32_t n_linked; /* by position */
  lr_weights weights;
} lr_result;

/* log10 LR against the reference hypothesis: of the case's own markers, of one marker, of one kind of
 * evidence, of all kinds together; has_kind tells whether there is any of a kind. */
double lr_total_ratio(const hw_case *c, const lr_result *r, int32_t h);
double lr_marker_ratio(const hw_case *c, const lr_result *r, int32_t h, int32_t m);
double lr_kind_ratio(const hw_case *c, const lr_result *r, lr_kind kind, int32_t h);
double lr_joint_ratio(const hw_case *c, const lr_result *r, int32_t h);
bool lr_has_kind(const hw_case *c, const lr_result *r, lr_kind kind);
/* log10 of the ratio of two likelihoods given by their logarithms. */
double lr_log10_ratio(double ln_numerator, double ln_denominator);

void lr_print_case(const hw_case *c, const lr_result *r, const lr_settings *settings);
/* @param evidence  of other kinds than the case's markers; NULL = none */
void lr_json_case(hw_json_writer *w, const hw_case *c, const lr_result *r,
                  const lr_evidence *evidence);
void lr_json_error(hw_json_writer *w, const hw_case *c, const hw_err *err);

/* Haplogroups, where there is mtDNA. */
void lr_print_haplogroups(const hw_case *c, const lr_evidence *evidence, const lr_weights *weights);
void lr_json_haplogroups(hw_json_writer *w, const hw_case *c, const lr_evidence *evidence,
                         const lr_weights *weights);

/* How far a hypothesis' ratio moves over a grid of models of reads: over all of it, and along each axis
 * with the other as fitted. */
typedef struct lr_grid_span {
  double lowest, highest, by_contamination, by_damage;
} lr_grid_span;
lr_grid_span lr_grid_spans(const hw_case *c, const lr_grid *grid, int32_t h);
/* Models of reads and ratios over them, where there are reads. */
void lr_print_grids(const hw_case *c, const lr_evidence *evidence, const lr_weights *weights);
void lr_json_grids(hw_json_writer *w, const hw_case *c, const lr_evidence *evidence,
                   const lr_weights *weights);

#endif
