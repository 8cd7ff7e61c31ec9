/* homeward search plan, run, merge, status: a search in shards, for several
 * processes or a cluster. Only `plan` needs the case database, and `merge` if the
 * run is to be stored. What is special where other evidence than STR counts stands in
 * search_wide_plan.c. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/check.h"
#include "cli/search_out.h"

/* A shard should take minutes: less than the overhead of a job is not worth one, and what a
 * worker loses when it is killed is at most a unit. */
static const double shard_seconds = 600;

int search_plan_error(hw_err *err, const char *dir) {
  if (err->file[0] == '\0' && err->status != HW_E_USAGE && err->status != HW_E_INTERRUPTED)
    hw_err_place(err, dir, 0, 0);
  return cli_error(err);
}

/* ---- plan ---- */

static void tell_counts(const char *kind, int32_t n_samples, int32_t n_queries) {
  printf(", %d remains against %d missing persons%s", (int)n_samples, (int)n_queries, kind);
}

hw_status search_plan_make(const hw_search_planned *planned, const search_settings *settings,
                           const char *dir, hw_err *err) {
  hw_search_plan *plan = NULL;
  const int32_t n_shards = settings->n_shards > 0 ? (int32_t)settings->n_shards : 0;
  HW_TRY(hw_search_plan_write(planned, n_shards, shard_seconds, dir, err));
  HW_TRY(hw_search_plan_open(dir, &plan, err));
  const int n = (int)hw_search_plan_shards(plan);
  const bool is_wide = planned->weighing != NULL;
  printf("%s: %d shard%s", dir, n, n == 1 ? "" : "s");
  if (planned->str != NULL)
    tell_counts(is_wide ? " by STR" : "", planned->str->n_samples, planned->str->n_queries);
  if (planned->snp != NULL)
    tell_counts(" by SNP", planned->snp->n_samples, planned->snp->n_queries);
  printf("\nhomeward search run %s --shard K     for K from 0 to %d, in any order\n"
         "homeward search merge %s%s\n",
         dir, n - 1, dir, is_wide ? " -c CASE" : "");
  hw_search_plan_close(plan);
  return HW_OK;
}

static int write_plan(search_case *from, const char *dir) {
  hw_err err = HW_ERR_INIT;
  const hw_search_work *work = &from->work;
  const hw_search_planned planned = {.str = work->str_input, .str_options = &work->str_options};
  hw_status status = hw_search_work_options(&from->work, &err);
  if (status == HW_OK) status = search_plan_make(&planned, &from->settings, dir, &err);
  return status == HW_OK ? CLI_FINE : search_plan_error(&err, dir);
}

int search_plan_write(const search_settings *settings, const char *dir) {
  search_case from;
  int status = search_case_open(&from, settings, HW_SEARCH_AS_FOUND, HW_DB_READ);
  if (status >= 0) return status;
  status = from.work.is_wide ? search_wide_plan(&from, dir) : write_plan(&from, dir);
  search_case_clear(&from);
  return status;
}

/* ---- run ---- */

int search_plan_run(const search_settings *settings, const char *dir) {
  hw_err err = HW_ERR_INIT;
  hw_search_plan *plan = NULL;
  search_watch watch;
  hw_search_go go = {.n_threads = settings->n_threads > 0 ? (int32_t)settings->n_threads : 0,
                     .progress = search_watch_look,
                     .context = &watch};
  hw_status status = hw_search_plan_open(dir, &plan, &err);
  if (status == HW_OK && settings->shard >= hw_search_plan_shards(plan))
    status = hw_err_set(&err, HW_E_USAGE, "--shard: %" PRId64 " is not one of the plan's 0 to %d",
                        settings->shard, (int)hw_search_plan_shards(plan) - 1);
  if (status == HW_OK) {
    search_watch_begin(&watch, "searching");
    status = hw_search_plan_run(plan, (int32_t)settings->shard, &go, &err);
    search_watch_end(&watch);
  }
  hw_search_plan_close(plan);
  if (status != HW_OK) return search_plan_error(&err, dir);
  printf("%s: shard %" PRId64 " is complete\n", dir, settings->shard);
  return CLI_FINE;
}

/* ---- merge ---- */

static int merge_alone(const hw_search_plan *plan, const hw_search *search,
                       const search_settings *settings, const char *dir) {
  hw_err err = HW_ERR_INIT;
  hw_found found;
  search_watch watch;
  const hw_found_how how = {
      .accept = settings->accept,
      .go = {.n_threads = settings->n_threads > 0 ? (int32_t)settings->n_threads : 0,
             .progress = search_watch_look,
             .context = &watch}};
  const hw_search_planned planned = hw_search_plan_get(plan);
  search_watch_begin(&watch, "looking at what was kept");
  const hw_status done =
      hw_found_make(search, planned.str, planned.str_options, &how, &found, &err);
  search_watch_end(&watch);
  const int status = done == HW_OK ? search_show(&(search_view){.found = &found}, settings->json)
                                   : search_plan_error(&err, dir);
  hw_found_clear(&found);
  return status;
}

/* Stored as a run of the case, if that still is what was planned. */
static int merge_into(const hw_search_plan *plan, const hw_search *search,
                      const search_settings *settings) {
  hw_err err = HW_ERR_INIT;
  search_case into;
  int status = search_case_open(&into, settings, HW_SEARCH_STR_ALONE,
                                settings->dry_run ? HW_DB_READ : HW_DB_WRITE);
  if (status >= 0) return status;
  const hw_search_planned planned = hw_search_plan_get(plan);
  hw_status done = hw_search_check_same(planned.str, into.work.str_input, &err);
  into.work.search = search;
  into.work.str_input = planned.str;
  into.work.str_options = *planned.str_options;
  if (done == HW_OK) done = search_case_take(&into, &err);
  status = done == HW_OK ? search_store_and_show(&into, NULL, 0) : search_case_error(&into, &err);
  search_case_clear(&into);
  return status;
}

int search_plan_merge(const search_settings *settings, const char *dir) {
  hw_err err = HW_ERR_INIT;
  hw_search_plan *plan = NULL;
  hw_search_merged merged = {0};
  hw_status done = hw_search_plan_open(dir, &plan, &err);
  if (done == HW_OK) done = hw_search_plan_merge(plan, &merged, &err);
  int status = CLI_FINE;
  if (done != HW_OK)
    status = search_plan_error(&err, dir);
  else if (hw_search_plan_get(plan).weighing != NULL)
    status = search_wide_merge(plan, &merged, settings, dir);
  else if (settings->place.database == NULL)
    status = merge_alone(plan, merged.str, settings, dir);
  else
    status = merge_into(plan, merged.str, settings);
  hw_search_plan_close(plan);
  return status;
}

/* ---- status ---- */

/* "0-3,7". */
static void print_open(const bool *done, int32_t n) {
  const char *comma = "";
  for (int32_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && done[end] == done[i];) end++;
    if (done[i]) continue;
    printf("%s%d", comma, (int)i);
    if (end - i > 1) printf("-%d", (int)end - 1);
    comma = ",";
  }
}

static int print_status(const hw_search_plan *plan, const bool *done, int32_t n_done,
                        const char *dir, bool only_missing) {
  int32_t n = hw_search_plan_shards(plan);
  if (!only_missing)
    printf("%s: %d of %d shards are complete%s", dir, (int)n_done, (int)n,
           n_done < n ? "; to do: " : "");
  print_open(done, n);
  if (!only_missing || n_done < n) fputc('\n', stdout);
  return n_done == n || only_missing ? CLI_FINE : CLI_NO;
}

int search_plan_status(const search_settings *settings, const char *dir) {
  hw_err err = HW_ERR_INIT;
  hw_search_plan *plan = NULL;
  hw_status status = hw_search_plan_open(dir, &plan, &err);
  int32_t n = status == HW_OK ? hw_search_plan_shards(plan) : 0;
  bool *done = calloc((size_t)n + 1, sizeof *done);
  if (status == HW_OK && done == NULL)
    status = hw_err_set(&err, HW_E_NO_MEMORY, "memory is exhausted");
  int exit_status =
      status != HW_OK || done == NULL
          ? search_plan_error(&err, dir)
          : print_status(plan, done, hw_search_plan_done(plan, done), dir, settings->missing);
  free(done);
  hw_search_plan_close(plan);
  return exit_status;
}
