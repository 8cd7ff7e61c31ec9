/* homeward search plan and merge where other evidence than STR counts.
 *
 * Shards search by STR and by SNP profiles and need nothing else. What they found is
 * weighed by all kinds of evidence, which only the case has: so merging needs it, and
 * refuses one that is not what was planned. How it is weighed stands in the plan. */
#include <inttypes.h>
#include <math.h>

#include "base/check.h"
#include "base/json_members.h"
#include "cli/search_out.h"
#include "homeward/version.h"

/* ---- plan ---- */

int search_wide_plan(search_case *self, const char *dir) {
  hw_err err = HW_ERR_INIT;
  if (search_wide_prepare(self, &err) != HW_OK) return search_case_tell(self, &err);
  const hw_search_work *work = &self->work;
  const hw_wide_options *wide = &work->wide;
  const hw_search_weighing weighing = {.kinds = self->settings.kinds_wanted,
                                       .threshold = wide->threshold,
                                       .floor = wide->floor,
                                       .prior_none = wide->prior_none,
                                       .most_mt = wide->most_mt_differences,
                                       .most_y = wide->most_y_differences};
  const hw_search_planned planned = {.str = work->has_str ? work->str_input : NULL,
                                     .str_options = &work->str_options,
                                     .snp = work->has_snp ? &work->snp.input : NULL,
                                     .snp_options = &work->snp_options,
                                     .weighing = &weighing};
  return search_plan_make(&planned, &self->settings, dir, &err) == HW_OK
             ? CLI_FINE
             : search_plan_error(&err, dir);
}

/* ---- merge into a case ---- */

static hw_wide_options options_of(const hw_search_planned *planned,
                                  const search_settings *settings) {
  const hw_search_weighing *weighing = planned->weighing;
  const hw_snp_search_options *snp = planned->snp_options;
  return (hw_wide_options){.threshold = weighing->threshold,
                           .each = snp->threshold,
                           .floor = weighing->floor,
                           .top = snp->top,
                           .accept = settings->accept,
                           .prior_none = weighing->prior_none,
                           .cut = snp->no_screen ? (double)NAN : snp->cut,
                           .most_mt_differences = weighing->most_mt,
                           .most_y_differences = weighing->most_y,
                           .simd = cli_simd()};
}

/* The case is what was planned. */
static hw_status check_same(const hw_search_work *work, const hw_search_planned *planned,
                            hw_err *err) {
  if (work->has_str != (planned->str != NULL) || work->has_snp != (planned->snp != NULL))
    return hw_err_set(err, HW_E_STATE,
                      "this is not what was searched: the plan is by %s, the case can be searched "
                      "by %s: plan again",
                      planned->str == NULL   ? "SNP alone"
                      : planned->snp == NULL ? "STR alone"
                                             : "STR and SNP",
                      !work->has_str   ? "SNP alone"
                      : !work->has_snp ? "STR alone"
                                       : "STR and SNP");
  if (planned->str != NULL) HW_TRY(hw_search_check_same(planned->str, work->str_input, err));
  return planned->snp != NULL ? hw_snp_search_check_same(planned->snp, &work->snp.input, err)
                              : HW_OK;
}

static int merge_opened(search_case *self, const hw_search_planned *planned,
                        const hw_search_merged *merged) {
  hw_err err = HW_ERR_INIT;
  hw_search_work *work = &self->work;
  hw_status done = hw_search_work_inputs(work, &err);
  if (done == HW_OK) done = check_same(work, planned, &err);
  if (done != HW_OK) return search_case_tell(self, &err);
  work->wide = options_of(planned, &self->settings);
  work->search = merged->str;
  work->snp_results = merged->snp;
  return search_wide_weigh(self);
}

/* ---- merge without a case ---- */

/* What one kind found, however its input is laid out. */
typedef struct found_by {
  const char *key, *name;
  const hw_search_results *results;
  double threshold;
  const hw_search_query *queries;
  const char *(*sample)(const hw_search_planned *planned, int32_t i);
  const char *(*family)(const hw_search_planned *planned, int32_t i);
} found_by;

static const char *str_sample(const hw_search_planned *planned, int32_t i) {
  return planned->str->samples[i].code;
}

static const char *str_family(const hw_search_planned *planned, int32_t i) {
  return planned->str->families[i].code;
}

static const char *snp_sample(const hw_search_planned *planned, int32_t i) {
  return planned->snp->samples[i].id;
}

static const char *snp_family(const hw_search_planned *planned, int32_t i) {
  return planned->snp->families[i].code;
}

static int list_kinds(const hw_search_planned *planned, const hw_search_merged *merged,
                      found_by out[2]) {
  int n = 0;
  if (merged->str != NULL)
    out[n++] = (found_by){"str",
                          "STR",
                          hw_search_results_get(merged->str),
                          planned->str_options->threshold,
                          planned->str->queries,
                          str_sample,
                          str_family};
  if (merged->snp != NULL)
    out[n++] = (found_by){"snp",
                          "SNP",
                          &merged->snp->found,
                          planned->snp_options->threshold,
                          planned->snp->queries,
                          snp_sample,
                          snp_family};
  return n;
}

static void write_who(hw_json_writer *w, const hw_search_planned *planned, const found_by *by,
                      int32_t query) {
  hw_json_add_text(w, "family", by->family(planned, by->queries[query].family));
  hw_json_add_text(w, "missing", by->queries[query].code);
}

static void write_found_by(hw_json_writer *w, const hw_search_planned *planned,
                           const found_by *by) {
  const hw_search_results *results = by->results;
  hw_json_add_object(w, by->key);
  hw_json_add_number_short(w, "threshold_log10_lr", by->threshold);
  hw_json_add_int(w, "compared", results->n_compared);
  hw_json_add_number(w, "expected_unrelated", results->expected_all);
  hw_json_add_array(w, "pairs");
  for (int64_t i = 0; i < results->n_pairs; i++) {
    const hw_search_pair *pair = &results->pairs[i];
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "remains", by->sample(planned, pair->sample));
    write_who(w, planned, by, pair->query);
    hw_json_add_double(w, "log10_lr", pair->log10_lr);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  hw_json_add_array(w, "left_out");
  for (int32_t i = 0; i < results->n_left_out; i++) {
    hw_json_write_begin_row_object(w);
    write_who(w, planned, by, results->left_out[i].query);
    hw_json_add_text(w, "why", results->left_out[i].why);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
}

static hw_status write_found(const hw_search_planned *planned, const found_by *kinds, int n,
                             hw_err *err) {
  hw_json_writer writer, *w = &writer;
  hw_json_write_init_file(w, stdout, 1);
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "format", "homeward-search-found/1");
  hw_json_add_text(w, "version", hw_version());
  for (int i = 0; i < n; i++) write_found_by(w, planned, &kinds[i]);
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}

/* What every kind found by itself: all that a plan knows. */
static int show_found(const hw_search_planned *planned, const hw_search_merged *merged, bool json,
                      const char *dir) {
  hw_err err = HW_ERR_INIT;
  found_by kinds[2];
  const int n = list_kinds(planned, merged, kinds);
  if (json) {
    if (write_found(planned, kinds, n, &err) == HW_OK) return CLI_FINE;
    hw_err_place(&err, "standard output", 0, 0);
    return cli_error(&err);
  }
  for (int i = 0; i < n; i++)
    printf("%-10s %" PRId64 " pairs: %" PRId64 " from a log10 LR of %g on; %.3g unrelated ones are "
           "expected\n",
           kinds[i].name, kinds[i].results->n_compared, kinds[i].results->n_pairs,
           kinds[i].threshold, kinds[i].results->expected_all);
  printf("What was found is weighed by all kinds of evidence with the case:\n"
         "homeward search merge %s -c CASE\n",
         dir);
  return CLI_FINE;
}

/* ---- merge ---- */

int search_wide_merge(const hw_search_plan *plan, const hw_search_merged *merged,
                      const search_settings *settings, const char *dir) {
  const hw_search_planned planned = hw_search_plan_get(plan);
  if (settings->place.database == NULL) return show_found(&planned, merged, settings->json, dir);
  search_settings own = *settings;
  search_case self;
  own.kinds_wanted = planned.weighing->kinds;
  int status = search_case_open(&self, &own, HW_SEARCH_ALL_KINDS,
                                settings->dry_run ? HW_DB_READ : HW_DB_WRITE);
  if (status >= 0) return status;
  status = merge_opened(&self, &planned, merged);
  search_case_clear(&self);
  return status;
}
