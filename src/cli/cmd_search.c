/* homeward search: every remains profile against every missing person, at national scale.
 *
 * This file reads the options and does the search by STR alone of one machine; the
 * search by all kinds stands in search_wide.c, the verbs that work on a folder (plan,
 * run, merge, status) in search_plan.c, what all of them share in search_case.c, and
 * what is shown in search_table.c and search_json.c. */
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
    {"kinds", "LIST", CLI_TEXT, AT(kinds), 0, 0,
     "Kinds of evidence that count, of str,snp,mt,y (default: all that the investigation has).", 0,
     false},
    {"each", "X", CLI_NUMBER, AT(each), -1000, 1000,
     "With several kinds: weigh every pair whose log10 LR by STR or by SNP alone is at least X "
     "(default: half the threshold where both are searched).",
     0, false},
    {"cut", "X", CLI_NUMBER, AT(cut), -1000, 1000,
     "Score, log10, from which the screen of SNP profiles lets a pair through (default 1, or --each "
     "less 1 if that is lower).",
     0, false},
    {"no-screen", NULL, CLI_FLAG, AT(no_screen), 0, 0,
     "Compute every pair of SNP profiles exactly: for few or poor ones, also with --blind.", 0,
     false},
    {"mt-differences", "N", CLI_TEXT, AT(mt_differences), 0, 0,
     "Differences of mtDNA that do not exclude a pair: 0, 1, 2 (default) or off.", 0, false},
    {"y-differences", "N", CLI_TEXT, AT(y_differences), 0, 0,
     "Differing Y-STR markers that do not exclude a pair (default 2), or off.", 0, false},
    {"estimate", NULL, CLI_FLAG, AT(estimate), 0, 0,
     "Tell what the search will cost, from a few missing persons, and stop.", 0, false},
    {"blind", "WHO", CLI_TEXT, AT(blind), 0, 0,
     "Compare remains, or references, among each other by SNP profiles: duplicates and kin of "
     "unknown relation. Nothing is stored.",
     0, false},
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
      {"kinds", s->kinds != NULL, HERE | PLAN},
      {"each", !isnan(s->each), HERE | PLAN},
      {"cut", !isnan(s->cut), HERE | PLAN},
      {"mt-differences", s->mt_differences != NULL, HERE | PLAN},
      {"y-differences", s->y_differences != NULL, HERE | PLAN},
      {"estimate", s->estimate, HERE},
      {"no-screen", s->no_screen, HERE | PLAN},
      {"blind", s->blind != NULL, HERE},
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

/* ---- kinds of evidence ---- */

/* "str,snp" as bits; 0 = a word that is none. */
static unsigned parse_kinds(const char *text) {
  unsigned kinds = 0;
  for (const char *at = text;; at++) {
    const size_t n = strcspn(at, ",");
    unsigned bit = 0;
    for (int k = 0; k < HW_EVIDENCE_KINDS; k++) {
      const char *name = hw_evidence_name((hw_evidence_kind)k);
      if (strlen(name) == n && memcmp(name, at, n) == 0) bit = HW_EVIDENCE_BIT(k);
    }
    if (bit == 0) return 0;
    kinds |= bit;
    at += n;
    if (*at == '\0') return kinds;
  }
}

/* "0", "2", "off". @return false if it is neither */
static bool parse_limit(const char *text, int32_t most, int32_t *out) {
  if (strcmp(text, "off") == 0) {
    *out = HW_WIDE_LINE_OFF;
    return true;
  }
  int32_t value = 0;
  if (*text == '\0' || strlen(text) > 3) return false;
  for (; *text >= '0' && *text <= '9'; text++) value = 10 * value + (*text - '0');
  *out = value;
  return *text == '\0' && value <= most;
}

/* −1, or an exit status. */
static int set_kinds(search_settings *s) {
  enum { USUAL_LIMIT = 2, MOST_MT = 2, MOST_Y = 128 };
  const cli_command *self = &cli_command_search;
  const unsigned searched = HW_EVIDENCE_BIT(HW_EVIDENCE_STR) | HW_EVIDENCE_BIT(HW_EVIDENCE_SNP);
  s->kinds_wanted = s->kinds != NULL ? parse_kinds(s->kinds) : (1u << HW_EVIDENCE_KINDS) - 1;
  s->most_mt = s->most_y = USUAL_LIMIT;
  if (s->kinds_wanted == 0)
    return cli_usage(self, "--kinds: '%s' is no list of str, snp, mt and y", s->kinds);
  if ((s->kinds_wanted & searched) == 0)
    return cli_usage(self, "--kinds: lines alone cannot be searched: add str or snp");
  if (s->mt_differences != NULL && !parse_limit(s->mt_differences, MOST_MT, &s->most_mt))
    return cli_usage(self, "--mt-differences: '%s' is not 0, 1, 2 or off", s->mt_differences);
  if (s->y_differences != NULL && !parse_limit(s->y_differences, MOST_Y, &s->most_y))
    return cli_usage(self, "--y-differences: '%s' is not 0 to %d or off", s->y_differences, MOST_Y);
  if (s->no_screen && !isnan(s->cut))
    return cli_usage(self, "--cut and --no-screen exclude each other");
  if (s->blind != NULL && strcmp(s->blind, "remains") != 0 && strcmp(s->blind, "references") != 0)
    return cli_usage(self, "--blind: '%s' is not remains or references", s->blind);
  return -1;
}

/* What a comparison among each other has no use for. */
static int check_blind(const search_settings *s) {
  const struct {
    const char *name;
    bool is_given;
  } given[] = {{"top", s->top >= 0},
               {"floor", !isnan(s->floor)},
               {"prior", s->prior != NULL},
               {"prior-none", s->prior_none >= 0},
               {"accept", !isnan(s->accept)},
               {"kinds", s->kinds != NULL},
               {"each", !isnan(s->each)},
               {"cut", !isnan(s->cut)},
               {"mt-differences", s->mt_differences != NULL},
               {"y-differences", s->y_differences != NULL},
               {"estimate", s->estimate},
               {"dry-run", s->dry_run},
               {"reason", s->reason != NULL}};
  for (size_t i = 0; s->blind != NULL && i < CLI_COUNT_OF(given); i++)
    if (given[i].is_given)
      return cli_usage(&cli_command_search, "--%s has no meaning with --blind", given[i].name);
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
                              .each = (double)NAN,
                              .cut = (double)NAN,
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
  if (status < 0) status = check_blind(&settings);
  if (status < 0) status = set_kinds(&settings);
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
        "Where the investigation has SNP profiles, mtDNA or Y haplotypes, remains are searched by "
        "STR and by SNP (docs/snp-search.md), and what either finds is weighed by all kinds "
        "together: the total decides. A pair that a line excludes is not proposed; it is listed "
        "apart where the rest would reach the threshold.\n"
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
        "                                stored as a run, if the case is still the same\n"
        "Where other evidence than STR counts, workers search by STR and by SNP profiles, and merge "
        "needs -c: what was found is weighed with all that the case has. Without -c it checks the "
        "shards and tells what every kind found by itself.\n",
    .examples = "  homeward search -c nation.hwc\n"
                "  homeward search -c nation.hwc --threshold 5 --top 3 --prior 300000 --dry-run\n"
                "  homeward search -c nation.hwc --kinds snp,mt --mt-differences 1 --estimate\n"
                "  homeward search -c nation.hwc --blind remains\n"
                "  homeward search plan -c nation.hwc plan-2026 --shards 200\n"
                "  homeward search run plan-2026 --shard 17\n"
                "  homeward search merge plan-2026 -c nation.hwc --reason 'January'\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
