/* What homeward reassociate shows: tables for people, JSON for machines. */
#ifndef HW_CLI_REASSOCIATE_OUT_H
#define HW_CLI_REASSOCIATE_OUT_H

#include "app/reassociate.h"
#include "cli/cli.h"

typedef struct reassociate_view {
  const char *id; /* file, or investigation */
  const hw_reassociate_problem *problem;
  const hw_reassociate *run;
  const hw_reassociate_options *options;
  const char *osteometry; /* file of the reference; NULL = none */
  const char *prior;      /* as it was asked for */
  int32_t n_relations;
  double accept, least_pair;
  int32_t n_pairs;
  const hw_reassociate_pair *pairs;
  hw_number_estimate number;
  const hw_reassociation_report *report; /* NULL = nothing is stored */
  bool is_stored;
} reassociate_view;

void reassociate_print(const reassociate_view *view);
HW_MUST_CHECK hw_status reassociate_write_json(const reassociate_view *view, hw_err *err);
/* The parameters of the run alone, for the evidence that is kept. */
HW_MUST_CHECK hw_status reassociate_parameters(const reassociate_view *view, hw_str *out,
                                               hw_err *err);
/* The table of elements as CSV. */
void reassociate_print_elements(void);

#endif
