/* What the files of `homeward search` share. */
#ifndef HW_CLI_SEARCH_OUT_H
#define HW_CLI_SEARCH_OUT_H

#include "app/search_snp.h"
#include "base/json_write.h"
#include "base/progress.h"
#include "cli/case_open.h"
#include "homeward/population.h"
#include "search/plan.h"

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

/* The case of a search: its database, what stands in it, and what of that is searched. */
typedef struct search_case {
  hw_app app;
  hw_stored_case stored;
  hw_stored_search searched;
  hw_evidence *evidence; /* NULL = by STR alone */
} search_case;

/* Opens and loads it; what is left out is told on standard error. Returns -1 (then search_case_clear
 * it), or the exit status. */
int search_case_open(search_case *self, const search_settings *settings, hw_db_mode mode);
void search_case_clear(search_case *self);
/* The same without saying what is searched, with all evidence of the kinds that are wanted. */
int search_case_open_wide(search_case *self, const search_settings *settings, hw_db_mode mode);
/* Tells an error of the case, placed at its database, and returns the exit status. */
int search_case_error(const search_case *self, hw_err *err);

/* The options of the engine. */
HW_MUST_CHECK hw_status search_options(const search_settings *settings, int32_t n_missing,
                                       hw_search_options *out, hw_err *err);

/* The folder in which a search is remembered; empty = nothing is. */
HW_MUST_CHECK hw_status search_folder(const search_case *self, const search_settings *settings,
                                      hw_str *out, hw_err *err);
/* Tells why a search that is complete is not kept in it. */
void search_folder_note(const hw_str *folder, const hw_search_since *since);

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
/* Writes a plan, and tells how to go on. */
HW_MUST_CHECK hw_status search_plan_make(const hw_search_planned *planned,
                                         const search_settings *settings, const char *dir,
                                         hw_err *err);
int search_plan_error(hw_err *err, const char *dir);

/* search_wide.c: by all kinds of evidence; by STR alone where nothing else is there. */
int search_here(const search_settings *settings, const char *dir);
/* The same by STR profiles alone, of a case that is open. Returns the exit status. */
int search_loaded(search_case *from, const search_settings *settings);
/* Runs a search of STR profiles, remembered in the folder that the settings say.
 * @param folder_case  whose folder */
HW_MUST_CHECK hw_status search_run_str(hw_search *search, const search_case *from,
                                       const search_settings *settings, double *seconds,
                                       hw_search_since *since, hw_err *err);

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
