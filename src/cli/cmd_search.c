/* homeward search: every remains profile against every missing person, at national scale.
 *
 * This file reads the options and does the search of one machine; the verbs that
 * work on a folder (plan, run, merge, status) stand in search_plan.c, what all of
 * them share in search_case.c, and what is shown in search_table.c and
 * search_json.c. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/clock.h"
#include "cli/interrupt.h"
#include "cli/prior.h"
#include "cli/search_out.h"
#include "homeward/identify.h"

#define AT(member) offsetof(search_settings, member)
static const cli_option options[] = {
    CLI_PLACE_OPTIONS(search_settings, place),
    {"investigation", "CODE", CLI_TEXT, AT(investigation), 0, 0,
     "The investigation that is searched (default 'main').", 0, false},
    {"threshold", "X", CLI_NUMBER, AT(threshold), -1000, 1000,
     "Keep every pair whose log10 LR is at least X (default 4).", 0, false},
    {"top", "K", CLI_COUNT, AT(top), 0, 1000,
     "Keep also the K best pairs of every remains and of every missing person (default 0).", 0,
     false},
    {"floor", "X", CLI_NUMBER, AT(floor), -1000, 1000,
     "With --top: of pairs whose log10 LR is at least X (default 2, or the threshold if that is "
     "lower).",
     0, false},
    CLI_PRIOR_OPTIONS(search_settings, prior, prior_none),
    {"accept", "P", CLI_NUMBER, AT(accept), 0.5, 0.999999999999,
     "Propose an identification from this posterior (default 0.999).", 0, false},
    {"threads", "N", CLI_COUNT, AT(n_threads), 1, 1024,
     "Threads (default: one per processor). The result is the same for any number.", 0, false},
    {"max-work", "W", CLI_NUMBER, AT(max_work), 1, 1e18,
     "Leave out a family that needs more multiplications per marker than this (default 2e11); "
     "each is told, and the exit status is 2.",
     0, false},
    {"cache", "FOLDER", CLI_TEXT, AT(cache), 0, 0,
     "Remember here what was searched (default CASE.search/INVESTIGATION).", 0, false},
    {"no-cache", NULL, CLI_FLAG, AT(no_cache), 0, 0,
     "Remember nothing: search everything, and begin anew after an interruption.", 0, false},
    {"dry-run", NULL, CLI_FLAG, AT(dry_run), 0, 0,
     "Store nothing in the case database; the table tells what changed all the same.", 0, false},
    {"reason", "TEXT", CLI_TEXT, AT(reason), 0, 0, "Why, for the audit chain of the case database.",
     0, false},
    {"json", NULL, CLI_FLAG, AT(json), 0, 0, "Write homeward-search/1 JSON instead of a table.", 0,
     false},
    {"shards", "N", CLI_COUNT, AT(n_shards), 1, HW_SEARCH_MAX_SHARDS,
     "plan: cut the search into N shards (default: of about ten minutes each on this machine).", 0,
     false},
    {"shard", "K", CLI_COUNT, AT(shard), 0, HW_SEARCH_MAX_SHARDS - 1,
     "run: which shard, counted from 0.", 0, false},
    {"missing", NULL, CLI_FLAG, AT(missing), 0, 0,
     "status: print only the shards that are not complete, \"0-3,7\", as job arrays take them.", 0,
     false},
};

/* ---- one machine ---- */

static hw_status run_engine(hw_search *search, const search_case *from,
                            const search_settings *settings, search_view *view,
                            hw_search_since *since, hw_err *err) {
  hw_str folder = HW_STR_INIT;
  search_watch watch;
  hw_search_go go = {.n_threads = settings->n_threads > 0 ? (int32_t)settings->n_threads : 0,
                     .progress = search_watch_look,
                     .context = &watch};
  hw_status status = HW_OK;
  if (settings->cache != NULL)
    hw_str_append(&folder, settings->cache);
  else if (!settings->no_cache)
    status = hw_search_cache_folder(hw_store_location(from->app.store), from->stored.problem.id,
                                    &folder, err);
  if (status != HW_OK) {
    hw_err_while(err, "remembering what is searched ('--no-cache' remembers nothing)");
    hw_str_clear(&folder);
    return status;
  }
  double start_s = hw_clock_now_s();
  search_watch_begin(&watch, "searching");
  if (folder.length > 0)
    status = hw_search_run_kept(search, hw_str_text(&folder), &go, since, err);
  else
    status = hw_search_run(search, &go, err);
  search_watch_end(&watch);
  view->seconds = hw_clock_now_s() - start_s;
  view->since = folder.length > 0 ? since : NULL;
  hw_str_clear(&folder);
  return status;
}

static int search_loaded(search_case *from, const search_settings *settings) {
  hw_err err = HW_ERR_INIT;
  hw_search *search = NULL;
  hw_search_options what;
  hw_search_since since = {0};
  hw_found found = {0};
  search_view view = {.investigation = from->stored.problem.id, .found = &found};
  const hw_search_input *input = &from->searched.input;
  int status = CLI_FINE;
  hw_status done = search_options(settings, input->n_queries, &what, &err);
  if (done == HW_OK) done = hw_search_new(input, &what, &search, &err);
  if (done == HW_OK) done = run_engine(search, from, settings, &view, &since, &err);
  if (done == HW_OK)
    done = search_take_apart(search, input, &what, settings, !settings->dry_run, &found, &err);
  if (done != HW_OK)
    status = search_case_error(from, &err);
  else
    status = search_store_and_show(from, &view, settings);
  hw_found_clear(&found);
  hw_search_delete(search);
  return status;
}

static int search_here(const search_settings *settings, const char *dir) {
  search_case from;
  (void)dir;
  int status = search_case_open(&from, settings, settings->dry_run ? HW_DB_READ : HW_DB_WRITE);
  if (status >= 0) return status;
  status = search_loaded(&from, settings);
  search_case_clear(&from);
  return status;
}

/* ---- verbs and the options that belong to them ---- */

enum { HERE = 1, PLAN = 2, RUN = 4, MERGE = 8, STATUS = 16 };

typedef struct search_verb {
  const char *name;
  unsigned bit;
  int (*run)(const search_settings *settings, const char *dir);
} search_verb;

static const search_verb verbs[] = {{"plan", PLAN, search_plan_write},
                                    {"run", RUN, search_plan_run},
                                    {"merge", MERGE, search_plan_merge},
                                    {"status", STATUS, search_plan_status}};
static const search_verb here = {"search", HERE, search_here};

/* "'search', 'search plan'": what an option belongs to. */
static const char *verbs_of(unsigned bits, char *out, size_t size) {
  size_t n = (size_t)snprintf(out, size, "%s", bits & HERE ? "'search'" : "");
  for (size_t i = 0; i < CLI_COUNT_OF(verbs); i++)
    if ((bits & verbs[i].bit) && n < size)
      n += (size_t)snprintf(out + n, size - n, "%s'search %s'", n > 0 ? ", " : "", verbs[i].name);
  return out;
}

/* Options that were given although the verb has no use for them. Returns −1 if there is none. */
static int check_options(const search_settings *s, const search_verb *verb) {
  const cli_command *self = &cli_command_search;
  char owners[120];
  const struct {
    const char *name;
    bool is_given;
    unsigned verbs;
  } given[] = {
      {"database", s->place.database != NULL, HERE | PLAN | MERGE},
      {"as", s->place.as != NULL, HERE | PLAN | MERGE},
      {"investigation", s->investigation != NULL, HERE | PLAN | MERGE},
      {"threshold", !isnan(s->threshold), HERE | PLAN},
      {"top", s->top >= 0, HERE | PLAN},
      {"floor", !isnan(s->floor), HERE | PLAN},
      {"prior", s->prior != NULL, HERE | PLAN},
      {"prior-none", s->prior_none >= 0, HERE | PLAN},
      {"max-work", s->max_work > 0, HERE | PLAN},
      {"accept", !isnan(s->accept), HERE | MERGE},
      {"threads", s->n_threads >= 0, HERE | RUN | MERGE},
      {"cache", s->cache != NULL, HERE},
      {"no-cache", s->no_cache, HERE},
      {"dry-run", s->dry_run, HERE | MERGE},
      {"reason", s->reason != NULL, HERE | MERGE},
      {"json", s->json, HERE | MERGE},
      {"shards", s->n_shards >= 0, PLAN},
      {"shard", s->shard >= 0, RUN},
      {"missing", s->missing, STATUS},
  };
  for (size_t i = 0; i < CLI_COUNT_OF(given); i++)
    if (given[i].is_given && !(given[i].verbs & verb->bit))
      return cli_usage(self, "--%s belongs to %s", given[i].name,
                       verbs_of(given[i].verbs, owners, sizeof owners));
  if (verb->bit == RUN && s->shard < 0) return cli_usage(self, "search run: --shard is missing");
  if (s->cache != NULL && s->no_cache)
    return cli_usage(self, "--cache and --no-cache exclude each other");
  if (verb->bit == MERGE && s->place.database == NULL && (s->dry_run || s->reason != NULL))
    return cli_usage(self, "search merge: --dry-run and --reason belong to a case database (-c)");
  return -1;
}

/* Fills in what was not given; −1, or an exit status. */
static int set_defaults(search_settings *s) {
  const cli_command *self = &cli_command_search;
  const double usual_floor = 2;
  if (isnan(s->threshold)) s->threshold = HW_SEARCH_THRESHOLD;
  if (isnan(s->accept)) s->accept = HW_IDENTIFY_ACCEPT;
  if (!isnan(s->floor) && s->top <= 0) return cli_usage(self, "--floor belongs to --top K");
  if (!isnan(s->floor) && s->floor > s->threshold)
    return cli_usage(self, "--floor: %g is above the threshold %g", s->floor, s->threshold);
  if (s->top <= 0)
    s->floor = s->threshold;
  else if (isnan(s->floor))
    s->floor = s->threshold < usual_floor ? s->threshold : usual_floor;
  return -1;
}

static int run(int argc, char **argv) {
  search_settings settings = {.threshold = (double)NAN,
                              .floor = (double)NAN,
                              .accept = (double)NAN,
                              .prior_none = -1,
                              .top = -1,
                              .n_threads = -1,
                              .n_shards = -1,
                              .shard = -1};
  char **operands = NULL;
  int n = 0;
  const search_verb *verb = &here;
  int status = cli_parse(&cli_command_search, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  for (size_t i = 0; n > 0 && i < CLI_COUNT_OF(verbs); i++)
    if (strcmp(operands[0], verbs[i].name) == 0) verb = &verbs[i];
  if (n > 0 && verb == &here)
    return cli_usage(&cli_command_search, "search: '%s' is not plan, run, merge or status",
                     operands[0]);
  if (n == 1) return cli_usage(&cli_command_search, "search %s: the folder is missing", verb->name);
  status = check_options(&settings, verb);
  if (status < 0) status = set_defaults(&settings);
  if (status >= 0) return status;
  /* From the beginning: a worker that is told to end while it still reads ends with 75 too. */
  const bool can_stop = (verb->bit & (HERE | RUN | MERGE)) != 0;
  if (can_stop) cli_interrupt_begin();
  status = verb->run(&settings, n > 0 ? operands[1] : NULL);
  if (can_stop) cli_interrupt_end();
  return status;
}

const cli_command cli_command_search = {
    .name = "search",
    .operands = "[plan|run|merge|status FOLDER]",
    .n_operands_most = 2,
    .brief = "a nation's remains against all its families, exact",
    .description =
        "Compares every remains profile of an investigation with every missing person of its "
        "families, as 'homeward identify' does, and keeps the pairs whose log10 LR is at least "
        "--threshold. It is made for 10^5 remains and 10^6 families: families are compiled to "
        "tables, samples to rows of codes, and only pairs that a scan of rounded tables lets "
        "through are computed in full. The rounding is always in favour of the pair, so no pair "
        "at or above the threshold is ever lost, and every number that is shown is exact.\n"
        "\n"
        "With the pairs it tells what chance alone would give: how many unrelated pairs are "
        "expected at or above the threshold among all that were searched, and for each missing "
        "person, from the distribution of the likelihood ratio under that family's own tables. "
        "A pair that a close relative of the missing person explains better is marked.\n"
        "\n"
        "The run is stored like a run of identify, with the ratio of every kept pair by marker; "
        "proposed pairs become identifications in the state 'candidate', and what changed since "
        "the last search is told. Families without typed relatives are not searched.\n"
        "\n"
        "Ctrl-C ends the search with exit status 75; the next one goes on where it was. After a "
        "complete search the next one searches only what is new or changed since, with the result "
        "of a full one.\n"
        "\n"
        "For several machines the search is cut into shards (docs/search.md):\n"
        "  search plan -c CASE FOLDER    write input and shard list; names stay at home\n"
        "  search run FOLDER --shard K   do one shard, or go on with it\n"
        "  search status FOLDER          which shards are complete; 1 if one is not\n"
        "  search merge FOLDER           the result, the bytes of one machine; with -c\n"
        "                                stored as a run, if the case is still the same\n",
    .examples = "  homeward search -c nation.hwc\n"
                "  homeward search -c nation.hwc --threshold 5 --top 3 --prior 300000 --dry-run\n"
                "  homeward search plan -c nation.hwc plan-2026 --shards 200\n"
                "  homeward search run plan-2026 --shard 17\n"
                "  homeward search merge plan-2026 -c nation.hwc --reason 'January'\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
