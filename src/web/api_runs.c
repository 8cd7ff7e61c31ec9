/* The API: runs, whom they found, and their comparisons page by page.
 *
 * Comparisons of a run are written in one change and stand next to each other, in the order of
 * runs; so a page is a range of record numbers, whose ends a bisection finds, and the last page of
 * a million comparisons costs what the first one costs. */
#include <math.h>
#include <string.h>

#include "app/evidence.h"
#include "base/check.h"
#include "base/json_read.h"
#include "web/api.h"
#include "web/pages.h"

enum { MOST_HITS = 50 };

/* --- comparisons --- */

typedef struct comparison {
  int64_t row, markers, mismatches;
  const char *profile, *sample, *person, *family, *withdrawn, *parts;
  double log10_lr, posterior, complement;
  bool is_proposed;
} comparison;
static const hwp_api_member comparison_members[] = {
    HWP_API_M(comparison, row, "row", INT, 0,
              "its number: /api/v1/records/comparison/~ROW has its ratios by marker"),
    HWP_API_M(comparison, profile, "profile", TEXT, 0, "code of the profile that was compared"),
    HWP_API_M(comparison, sample, "sample", TEXT, HWP_API_OR_NULL, "code of the remains"),
    HWP_API_M(comparison, person, "person", TEXT, 0, "code of the missing person"),
    HWP_API_M(comparison, family, "family", TEXT, 0, "code of the family"),
    HWP_API_M(comparison, log10_lr, "log10_lr", REAL, 0, "log10 of the likelihood ratio"),
    HWP_API_M(comparison, posterior, "posterior", REAL, HWP_API_OR_NULL,
              "posterior probability under the run's prior"),
    HWP_API_M(comparison, complement, "complement", REAL, HWP_API_OR_NULL, "1 - posterior"),
    HWP_API_M(comparison, markers, "markers_compared", INT, 0, "typed in both"),
    HWP_API_M(comparison, mismatches, "mismatches", INT, 0, "that fit only through a mutation"),
    HWP_API_M(comparison, is_proposed, "is_proposed", YES, 0, "the run proposes it"),
    HWP_API_M(comparison, parts, "parts", JSON, 0,
              "log10 ratios by kind of evidence; null = STR alone"),
    HWP_API_M(comparison, withdrawn, "withdrawn", TEXT, HWP_API_OR_NULL, "why; null = it stands")};
static const hwp_api_schema comparison_schema =
    HWP_API_SCHEMA("Comparison", comparison, comparison_members,
                   "One remains profile against one missing person.");

/* Code of the sample that a profile is of. */
static hw_status code_of_sample(hwp_job *job, int64_t profile, const char **out, hw_err *err) {
  hw_record row;
  HW_TRY(hw_look_get(job->app, HW_KIND_PROFILE, profile, job->arena, &row, err));
  return hwp_api_code(job, HW_KIND_SAMPLE, hw_record_int(&row, HW_FIELD_PROFILE_SAMPLE), out, err);
}

static hw_status take_comparison(hwp_job *job, const hw_record *from, comparison *out,
                                 hw_err *err) {
  const int64_t profile = hw_record_int(from, HW_FIELD_COMPARISON_PROFILE);
  *out = (comparison){.row = from->id,
                      .withdrawn = from->withdrawn,
                      .markers = hw_record_int(from, HW_FIELD_COMPARISON_MARKERS),
                      .mismatches = hw_record_int(from, HW_FIELD_COMPARISON_MISMATCHES),
                      .log10_lr = hw_record_real(from, HW_FIELD_COMPARISON_LOG10_LR),
                      .posterior = hw_record_real(from, HW_FIELD_COMPARISON_POSTERIOR),
                      .complement = hw_record_real(from, HW_FIELD_COMPARISON_COMPLEMENT),
                      .is_proposed = hw_record_int(from, HW_FIELD_COMPARISON_IS_PROPOSED) != 0,
                      .parts = hw_record_text(from, HW_FIELD_COMPARISON_PARTS)};
  HW_TRY(hwp_api_code(job, HW_KIND_PROFILE, profile, &out->profile, err));
  HW_TRY(code_of_sample(job, profile, &out->sample, err));
  HW_TRY(hwp_api_code(job, HW_KIND_PERSON, hw_record_int(from, HW_FIELD_COMPARISON_PERSON),
                      &out->person, err));
  return hwp_api_code(job, HW_KIND_FAMILY, hw_record_int(from, HW_FIELD_COMPARISON_FAMILY),
                      &out->family, err);
}

static hw_status take_comparisons(hwp_job *job, const hw_look_rows *rows, const comparison **out,
                                  hw_err *err) {
  comparison *items = hw_arena_alloc_array(job->arena, (size_t)rows->n + 1, sizeof *items);
  if (items == NULL) return HW_NO_MEMORY(err, "the comparisons");
  for (int i = 0; i < rows->n; i++) HW_TRY(take_comparison(job, &rows->items[i], &items[i], err));
  *out = items;
  return HW_OK;
}

/* --- a list of runs --- */

typedef struct run {
  const char *code, *investigation, *method, *at, *actor, *program, *inputs, *withdrawn;
  int64_t remains, missing, families, pairs, stored;
} run;
#define RUN_MEMBERS(s, r)                                                                  \
  HWP_API_M(s, r code, "code", TEXT, 0, "its number"),                                     \
      HWP_API_M(s, r method, "method", TEXT, HWP_API_OR_NULL, "search, joint, power, …"),  \
      HWP_API_M(s, r investigation, "investigation", TEXT, 0, "what was compared"),        \
      HWP_API_M(s, r at, "at", TEXT, 0, "when, UTC"),                                      \
      HWP_API_M(s, r actor, "actor", TEXT, 0, "by whom"),                                  \
      HWP_API_M(s, r program, "program", TEXT, 0, "version of the program"),               \
      HWP_API_M(s, r inputs, "inputs", TEXT, 0, "digest of everything that was compared"), \
      HWP_API_M(s, r remains, "remains", INT, 0, "remains profiles"),                      \
      HWP_API_M(s, r missing, "missing", INT, 0, "missing persons"),                       \
      HWP_API_M(s, r families, "families", INT, 0, "families"),                            \
      HWP_API_M(s, r pairs, "pairs", INT, 0, "pairs compared"),                            \
      HWP_API_M(s, r stored, "stored", INT, 0, "comparisons stored"),                      \
      HWP_API_M(s, r withdrawn, "withdrawn", TEXT, HWP_API_OR_NULL, "why; null = it stands")
static const hwp_api_member run_members[] = {RUN_MEMBERS(run, )};
static const hwp_api_schema run_schema = HWP_API_SCHEMA("Run", run, run_members, "A run.");

typedef struct runs {
  int n;
  const run *items;
  int64_t next;
} runs;
static const hwp_api_member runs_members[] = {
    HWP_API_L(runs, items, n, "items", &run_schema, "in the order of their records"),
    HWP_API_NEXT(runs)};
const hwp_api_schema hwp_schema_runs =
    HWP_API_SCHEMA("Runs", runs, runs_members, "A page of runs.");

/* What a run did, from its parameters; NULL where they do not say it. */
static hw_status read_method(hwp_job *job, const hw_record *from, const char **out, hw_err *err) {
  const char *text = hw_record_text(from, HW_FIELD_RUN_PARAMETERS), *method = NULL;
  hw_json_doc *doc = NULL;
  hw_status status = hw_json_doc_parse(text, strlen(text), NULL, &doc, err);
  *out = NULL;
  if (status != HW_OK) return status == HW_E_NO_MEMORY ? status : HW_OK;
  if (hw_json_find_string(hw_json_doc_root(doc), "method", &method, NULL) == HW_OK &&
      method != NULL) {
    *out = hw_arena_strdup(job->arena, method);
    if (*out == NULL) status = HW_NO_MEMORY(err, "a run");
  }
  hw_json_doc_delete(doc);
  return status;
}

static hw_status take_run(hwp_job *job, const hw_record *from, run *out, hw_err *err) {
  *out = (run){.code = hw_record_text(from, HW_FIELD_RUN_CODE),
               .program = hw_record_text(from, HW_FIELD_RUN_PROGRAM),
               .inputs = hw_record_text(from, HW_FIELD_RUN_INPUTS),
               .withdrawn = from->withdrawn,
               .remains = hw_record_int(from, HW_FIELD_RUN_REMAINS),
               .missing = hw_record_int(from, HW_FIELD_RUN_MISSING),
               .families = hw_record_int(from, HW_FIELD_RUN_FAMILIES),
               .pairs = hw_record_int(from, HW_FIELD_RUN_PAIRS),
               .stored = hw_record_int(from, HW_FIELD_RUN_STORED)};
  HW_TRY(read_method(job, from, &out->method, err));
  HW_TRY(hwp_entry(job, from->entry, &out->at, &out->actor, err));
  return hwp_api_code(job, HW_KIND_INVESTIGATION, hw_record_int(from, HW_FIELD_RUN_INVESTIGATION),
                      &out->investigation, err);
}

hw_status hwp_api_runs(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  hw_look_rows rows;
  HW_TRY(hw_look_page(job->app, HW_KIND_RUN, hwp_api_from(job), hwp_api_limit(job), NULL, NULL,
                      job->arena, &rows, err));
  run *items = hw_arena_alloc_array(job->arena, (size_t)rows.n + 1, sizeof *items);
  if (items == NULL) return HW_NO_MEMORY(err, "the runs");
  for (int i = 0; i < rows.n; i++) HW_TRY(take_run(job, &rows.items[i], &items[i], err));
  const runs answer = {.n = rows.n, .items = items, .next = rows.has_more ? rows.next : -1};
  return hwp_api_send(job, &hwp_schema_runs, &answer, err);
}

/* --- one run --- */

typedef struct pairing {
  const char *sample, *person, *standing;
  double posterior, complement, log10_glr, log10_prior;
  bool is_best;
} pairing;
static const hwp_api_member pairing_members[] = {
    HWP_API_M(pairing, sample, "sample", TEXT, HWP_API_OR_NULL, "code of the remains"),
    HWP_API_M(pairing, person, "person", TEXT, 0, "code of the missing person"),
    HWP_API_M(pairing, posterior, "posterior", REAL, 0, "joint over the whole investigation"),
    HWP_API_M(pairing, complement, "complement", REAL, 0, "1 - posterior"),
    HWP_API_M(pairing, log10_glr, "log10_glr", REAL, HWP_API_OR_NULL,
              "log10 of the best assignment with the pair over without"),
    HWP_API_M(pairing, log10_prior, "log10_prior", REAL, HWP_API_OR_NULL, "log10 of its prior"),
    HWP_API_M(pairing, is_best, "is_best", YES, 0, "in the best assignment"),
    HWP_API_W(pairing, standing, "standing", 0, "undisputed|supported|symmetric|open|unlikely",
              "what the run concludes")};
static const hwp_api_schema pairing_schema = HWP_API_SCHEMA(
    "Pairing", pairing, pairing_members, "What a joint run says of remains and a missing person.");

typedef struct run_page {
  run run;
  const char *parameters;
  bool is_newest, has_more_hits, has_more_pairings;
  int n_hits, n_pairings;
  const comparison *hits;
  const pairing *pairings;
} run_page;
static const hwp_api_member run_page_members[] = {
    RUN_MEMBERS(run_page, run.),
    HWP_API_M(run_page, is_newest, "is_newest", YES, 0, "no run is newer"),
    HWP_API_M(run_page, parameters, "parameters", JSON, 0, "what was asked, and what came out"),
    HWP_API_L(run_page, hits, n_hits, "hits", &comparison_schema,
              "the largest ratios of the first 20,000 comparisons, largest first"),
    HWP_API_M(run_page, has_more_hits, "has_more_hits", YES, 0, "there are other comparisons"),
    HWP_API_L(run_page, pairings, n_pairings, "pairings", &pairing_schema,
              "of a joint run, the likeliest first"),
    HWP_API_M(run_page, has_more_pairings, "has_more_pairings", YES, 0, "there are others")};
const hwp_api_schema hwp_schema_run =
    HWP_API_SCHEMA("RunPage", run_page, run_page_members, "A run, and whom it found.");

static hw_status take_pairing(hwp_job *job, const hw_record *from, pairing *out, hw_err *err) {
  *out = (pairing){.standing = hw_record_text(from, HW_FIELD_JOINT_PAIR_STANDING),
                   .posterior = hw_record_real(from, HW_FIELD_JOINT_PAIR_POSTERIOR),
                   .complement = hw_record_real(from, HW_FIELD_JOINT_PAIR_COMPLEMENT),
                   .log10_glr = hw_record_real(from, HW_FIELD_JOINT_PAIR_LOG10_GLR),
                   .log10_prior = hw_record_real(from, HW_FIELD_JOINT_PAIR_LOG10_PRIOR),
                   .is_best = hw_record_int(from, HW_FIELD_JOINT_PAIR_IS_BEST) != 0};
  HW_TRY(code_of_sample(job, hw_record_int(from, HW_FIELD_JOINT_PAIR_PROFILE), &out->sample, err));
  return hwp_api_code(job, HW_KIND_PERSON, hw_record_int(from, HW_FIELD_JOINT_PAIR_PERSON),
                      &out->person, err);
}

static hw_status take_pairings(hwp_job *job, int64_t run_id, run_page *out, hw_err *err) {
  const hw_value key = hw_value_int(run_id);
  hw_look_rows rows;
  HW_TRY(hw_look_best(job->app, HW_KIND_JOINT_PAIR, 1, &key, HW_FIELD_JOINT_PAIR_POSTERIOR,
                      HW_LOOK_BEST, job->arena, &rows, err));
  pairing *items = hw_arena_alloc_array(job->arena, (size_t)rows.n + 1, sizeof *items);
  if (items == NULL) return HW_NO_MEMORY(err, "the pairings");
  for (int i = 0; i < rows.n; i++) HW_TRY(take_pairing(job, &rows.items[i], &items[i], err));
  out->pairings = items;
  out->n_pairings = rows.n;
  out->has_more_pairings = rows.has_more || rows.n == HW_LOOK_BEST;
  return HW_OK;
}

static hw_status find_run(hwp_job *job, int64_t *id, hw_record *out, hw_err *err) {
  HW_TRY(hw_look_find(job->app, HW_KIND_RUN, job->parts[0], id, err));
  return hw_look_get(job->app, HW_KIND_RUN, *id, job->arena, out, err);
}

hw_status hwp_api_one_run(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  hw_record record;
  hw_look_rows rows;
  run_page answer = {.is_newest = true};
  int64_t id = 0, last = 0;
  HW_TRY(find_run(job, &id, &record, err));
  HW_TRY(hw_store_count(job->app->store, HW_KIND_RUN, &last, err));
  const hw_value key = hw_value_int(id);
  HW_TRY(take_run(job, &record, &answer.run, err));
  HW_TRY(hw_look_best(job->app, HW_KIND_COMPARISON, 1, &key, HW_FIELD_COMPARISON_LOG10_LR,
                      MOST_HITS, job->arena, &rows, err));
  HW_TRY(take_comparisons(job, &rows, &answer.hits, err));
  HW_TRY(take_pairings(job, id, &answer, err));
  answer.n_hits = rows.n;
  answer.has_more_hits = rows.has_more || answer.run.stored > rows.n;
  answer.is_newest = id == last;
  answer.parameters = hw_record_text(&record, HW_FIELD_RUN_PARAMETERS);
  return hwp_api_send(job, &hwp_schema_run, &answer, err);
}

/* --- its comparisons --- */

typedef struct comparisons {
  const char *run;
  int n;
  const comparison *items;
  int64_t next;
} comparisons;
static const hwp_api_member comparisons_members[] = {
    HWP_API_M(comparisons, run, "run", TEXT, 0, "code of the run"),
    HWP_API_L(comparisons, items, n, "items", &comparison_schema, "in the order of their rows"),
    HWP_API_NEXT(comparisons)};
const hwp_api_schema hwp_schema_comparisons = HWP_API_SCHEMA(
    "Comparisons", comparisons, comparisons_members, "A page of a run's comparisons.");

/* The first comparison whose run is not before this one; one beyond the last if there is none. */
static hw_status lower_bound(hwp_job *job, int64_t run_id, int64_t *out, hw_err *err) {
  int64_t n = 0;
  HW_TRY(hw_store_count(job->app->store, HW_KIND_COMPARISON, &n, err));
  int64_t low = 1, high = n + 1;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    hw_record row;
    HW_TRY(hw_store_get(job->app->store, HW_KIND_COMPARISON, middle, job->arena, &row, err));
    if (hw_record_int(&row, HW_FIELD_COMPARISON_RUN) < run_id)
      low = middle + 1;
    else
      high = middle;
  }
  *out = low;
  return HW_OK;
}

/* Only what is of the run: an import may have put rows of another one between them. */
static void keep_run(hw_look_rows *rows, int64_t run_id) {
  int n = 0;
  for (int i = 0; i < rows->n; i++)
    if (hw_record_int(&rows->items[i], HW_FIELD_COMPARISON_RUN) == run_id)
      rows->items[n++] = rows->items[i];
  rows->n = n;
}

hw_status hwp_api_run_comparisons(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  hw_record record;
  hw_look_rows rows = {0};
  int64_t id = 0, first = 0, end = 0, from = hwp_api_from(job);
  comparisons answer = {.run = job->parts[0], .next = -1};
  HW_TRY(find_run(job, &id, &record, err));
  HW_TRY(lower_bound(job, id, &first, err));
  HW_TRY(lower_bound(job, id + 1, &end, err));
  if (from < first) from = first;
  const int64_t left = end - from;
  const int most = left < hwp_api_limit(job) ? (int)left : hwp_api_limit(job);
  if (left > 0)
    HW_TRY(
        hw_look_page(job->app, HW_KIND_COMPARISON, from, most, NULL, NULL, job->arena, &rows, err));
  keep_run(&rows, id);
  HW_TRY(take_comparisons(job, &rows, &answer.items, err));
  answer.n = rows.n;
  if (rows.has_more && rows.next < end) answer.next = rows.next;
  return hwp_api_send(job, &hwp_schema_comparisons, &answer, err);
}
