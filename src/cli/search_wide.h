/* A search by all kinds of evidence, shared by the verb that does it all (search_wide.c) and those
 * that work on a plan (search_plan.c, search_wide_plan.c). */
#ifndef HW_CLI_SEARCH_WIDE_H
#define HW_CLI_SEARCH_WIDE_H

#include "cli/search_out.h"

/* A search at work. */
typedef struct search_wide {
  search_case from;
  const search_settings *settings;
  hw_str_searched str;
  hw_snp_searched snp;
  bool has_str, has_snp;
  hw_wide_options options;
  hw_search_options str_options;
  hw_snp_search_options snp_options;
  const hw_search *str_search;              /* NULL = not searched */
  const hw_snp_search_results *snp_results; /* likewise */
  hw_search *own_search;                    /* these two, where they were not merged from a plan */
  hw_snp_search_results *own_results;
  double str_seconds, snp_seconds;
  hw_wide_found found;
} search_wide;

/* Opens the case if it has anything that a search by STR alone does not see. Returns −1, or the exit
 * status. @param is_wide  [out] true: then search_wide_clear it; false: nothing is open */
int search_wide_open(search_wide *self, const search_settings *settings, hw_db_mode mode,
                     bool *is_wide);
void search_wide_clear(search_wide *self);
/* What is searched by either engine. @return HW_OK; HW_E_SHAPE (nothing) */
HW_MUST_CHECK hw_status search_wide_prepare_inputs(search_wide *self, hw_err *err);
/* And how. */
HW_MUST_CHECK hw_status search_wide_prepare(search_wide *self, hw_err *err);
/* Tells why that failed. Returns the exit status. */
int search_wide_tell(search_wide *self, hw_err *err);
/* Weighs what was found, stores the run unless it is a dry run, and shows it. Returns the exit
 * status. */
int search_wide_weigh(search_wide *self);

/* search_wide_plan.c: a plan of all that the case has, and what its shards have found. Return the exit
 * status. */
int search_wide_plan(search_wide *self, const char *dir);
int search_wide_merge(const hw_search_plan *plan, const hw_search_merged *merged,
                      const search_settings *settings, const char *dir);

#endif
