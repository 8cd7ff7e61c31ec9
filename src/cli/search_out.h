/* What the files of `homeward search` share. */
#ifndef HW_CLI_SEARCH_OUT_H
#define HW_CLI_SEARCH_OUT_H

#include "app/search.h"
#include "base/json_write.h"
#include "base/progress.h"
#include "cli/case_open.h"
#include "search/plan.h"

/* What the command line said. */
typedef struct search_settings {
  cli_place place;
  const char *investigation, *reason, *cache;
  bool json, dry_run, no_cache, missing;
  double threshold, floor, accept, prior_none, max_work; /* floor: NaN = not given */
  int64_t top, n_threads, n_shards, shard;               /* −1 = not given */
  const char *prior;
} search_settings;

/* A finished search and how it is to be shown. */
typedef struct search_view {
  const char *investigation; /* NULL = a plan that was merged without its case */
  const hw_found *found;
  const hw_search_since *since;           /* NULL = a plan that was merged */
  double seconds;                         /* of searching; 0 = it was done elsewhere */
  const hw_identification_report *report; /* NULL = it was not to be stored */
} search_view;

/* Tables on standard output. */
void search_print(const search_view *view);
/* homeward-search/1 on standard output. */
HW_MUST_CHECK hw_status search_write_json(const search_view *view, hw_err *err);
/* One of them. Returns the exit status. */
int search_show(const search_view *view, bool json);

/* The case of a search: its database, what stands in it, and what of that is searched. */
typedef struct search_case {
  hw_app app;
  hw_stored_case stored;
  hw_stored_search searched;
} search_case;

/* Opens and loads it; what is left out is told on standard error. Returns -1 (then search_case_clear
 * it), or the exit status. */
int search_case_open(search_case *self, const search_settings *settings, hw_db_mode mode);
void search_case_clear(search_case *self);
/* Tells an error of the case, placed at its database, and returns the exit status. */
int search_case_error(const search_case *self, hw_err *err);

/* The options of the engine. */
HW_MUST_CHECK hw_status search_options(const search_settings *settings, int32_t n_missing,
                                       hw_search_options *out, hw_err *err);

/* Progress of pairs on a terminal. Between begin and end. */
typedef struct search_watch {
  hw_progress progress;
} search_watch;
void search_watch_begin(search_watch *self, const char *title);
void search_watch_end(search_watch *self);
/* As hw_search_go.progress: shows it, and stops after Ctrl-C. The context is the watch. */
bool search_watch_look(void *context, uint64_t done, uint64_t total);

/* Takes the pairs apart, with a progress of its own. */
HW_MUST_CHECK hw_status search_take_apart(const hw_search *search, const hw_search_input *input,
                                          const hw_search_options *options,
                                          const search_settings *settings, bool per_marker,
                                          hw_found *out, hw_err *err);

/* Stores the run of a case, unless it is a dry run, and shows it. Returns the exit status. */
int search_store_and_show(search_case *from, search_view *view, const search_settings *settings);

/* search_plan.c: the verbs that work on a folder. */
int search_plan_write(const search_settings *settings, const char *dir);
int search_plan_run(const search_settings *settings, const char *dir);
int search_plan_merge(const search_settings *settings, const char *dir);
int search_plan_status(const search_settings *settings, const char *dir);

#endif
