/* What homeward reassociate shows: tables for people, JSON for machines. */
#ifndef HW_CLI_REASSOCIATE_OUT_H
#define HW_CLI_REASSOCIATE_OUT_H

#include "app/groups_work.h"
#include "cli/cli.h"

typedef struct reassociate_view {
  const char *id; /* file, or investigation */
  const hw_groups_work *work;
  int32_t n_relations;
  double accept, least_pair;
  int32_t n_pairs;
  const hw_reassociate_pair *pairs;
  const hw_reassociation_report *report; /* NULL = nothing is stored */
  bool is_stored;
} reassociate_view;

void reassociate_print(const reassociate_view *view);
HW_MUST_CHECK hw_status reassociate_write_json(const reassociate_view *view, hw_err *err);
/* The table of elements as CSV. */
void reassociate_print_elements(void);

#endif
