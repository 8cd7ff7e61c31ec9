/* What the files of `homeward search` share. */
#ifndef HW_CLI_SEARCH_OUT_H
#define HW_CLI_SEARCH_OUT_H

#include "app/search_work.h"
#include "base/json_write.h"
#include "base/progress.h"
#include "cli/case_open.h"
#include "cli/run_watch.h"
#include "homeward/population.h"

/* What the command line said. */
typedef struct search_settings {
  cli_place place;
  const char *investigation, *reason, *cache;
  bool json, dry_run, no_cache, missing, estimate, no_screen;
  double threshold, floor, accept, prior_none, max_work; /* floor: NaN = not given */
  double each, cut;                                      /* NaN = not given */
  const char *kinds, *mt_differences, *y_differences, *blind;
  unsigned kinds_wanted;                   /* bits of hw_evidence_kind, of `kinds` */
  int32_t most_mt, most_y;                 /* of the limits; HW_WIDE_LINE_OFF */
  int64_t top, n_threads, n_shards, shard; /* −1 = not given */
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
/* The member "relative" of a pair: the close relative who fits best, as hw_search_detail has it. */
void search_write_kin(hw_json_writer *w, hw_search_kin kin, double log10_lr, bool is_kin);

/* The case of a search: its database, and the work that is done on it. */
typedef struct search_case {
  hw_app app;
  search_settings settings; /* a copy */
  cli_run_watch watch;
  hw_search_work work;
} search_case;

/* Opens and loads it; what is left out is told on standard error. Of a search by STR alone it is known
 * then what is searched. Returns -1 (then search_case_clear it, and do not move it), or the exit
 * status. */
int search_case_open(search_case *self, const search_settings *settings, hw_search_way way,
                     hw_db_mode mode);
void search_case_clear(search_case *self);
/* Tells an error of the case, placed at its database, and returns the exit status. */
int search_case_error(const search_case *self, hw_err *err);
/* The same, and other investigations where this one has nothing to search. */
int search_case_tell(search_case *self, hw_err *err);
/* Runs the engines, remembered in the folder that the settings say. */
HW_MUST_CHECK hw_status search_case_run(search_case *self, hw_err *err);
/* Takes apart what was found, and weighs it. */
HW_MUST_CHECK hw_status search_case_take(search_case *self, hw_err *err);

/* Progress of pairs on a terminal, where there is no case. Between begin and end. */
typedef struct search_watch {
  hw_progress progress;
} search_watch;
void search_watch_begin(search_watch *self, const char *title);
void search_watch_end(search_watch *self);
/* As hw_search_go.progress: shows it, and stops after Ctrl-C. The context is the watch. */
bool search_watch_look(void *context, uint64_t done, uint64_t total);

/* Stores the run of a search by STR alone, unless it is a dry run, and shows it. Returns the exit
 * status. @param since  NULL = nothing was remembered */
int search_store_and_show(search_case *from, const hw_search_since *since, double seconds);

/* search_plan.c: the verbs that work on a folder. */
int search_plan_write(const search_settings *settings, const char *dir);
int search_plan_run(const search_settings *settings, const char *dir);
int search_plan_merge(const search_settings *settings, const char *dir);
int search_plan_status(const search_settings *settings, const char *dir);
/* Writes a plan, and tells how to go on. */
HW_MUST_CHECK hw_status search_plan_make(const hw_search_planned *planned,
                                         const search_settings *settings, const char *dir,
                                         hw_err *err);
int search_plan_error(hw_err *err, const char *dir);

/* search_wide.c: by all kinds of evidence; by STR alone where nothing else is there. */
int search_here(const search_settings *settings, const char *dir);
/* What is searched by all kinds, and how. */
HW_MUST_CHECK hw_status search_wide_prepare(search_case *self, hw_err *err);
/* Weighs what was found by all kinds, stores the run unless it is a dry run, and shows it. Returns the
 * exit status. */
int search_wide_weigh(search_case *self);

/* search_wide_plan.c: a plan of all that the case has, and what its shards have found. Return the exit
 * status. */
int search_wide_plan(search_case *self, const char *dir);
int search_wide_merge(const hw_search_plan *plan, const hw_search_merged *merged,
                      const search_settings *settings, const char *dir);

/* A finished search by all kinds and how it is to be shown. */
typedef struct search_wide_view {
  const char *investigation;
  const hw_case *problem;
  const hw_wide_input *input;
  const hw_wide_found *found;
  double str_seconds, snp_seconds;        /* 0 = not searched, or taken over */
  const hw_population_result *check;      /* do the frequencies of the SNPs fit; NULL = not asked */
  const hw_identification_report *report; /* NULL = not to be stored */
} search_wide_view;
/* search_wide_table.c, search_wide_json.c */
void search_wide_print(const search_wide_view *view);
HW_MUST_CHECK hw_status search_wide_write_json(const search_wide_view *view, hw_err *err);

/* search_blind.c: remains or references among each other. */
int search_blind(const search_settings *settings, const char *dir);

#endif
