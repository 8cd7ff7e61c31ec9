/* Computing stored comparisons again.
 *
 * Runs are taken one by one and their comparisons family by family: a family
 * with the remains that were compared with it is a small case of its own, which
 * the engine computes as it computed the large one, since a pair's ratio depends
 * on nothing else. An investigation is loaded once for all its runs. What a search
 * stored is computed as a search does (recompute_search.c). */
#include "app/recompute_int.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/anchor_profile.h"
#include "app/power_store.h"
#include "app/record_content.h"
#include "base/check.h"
#include "base/json_read.h"
#include "homeward/version.h"

/* Agreement of different versions of the program, relative. */
#define OTHER_VERSION 1e-12

hw_status hwp_recompute_tell(hwp_recomputing *self, bool is_fault, int64_t comparison, hw_err *err,
                             const char *format, ...) {
  char text[700];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (is_fault) self->summary->n_faults++;
  hw_recompute_finding finding = {
      .is_fault = is_fault, .run = self->run, .comparison = comparison, .text = text};
  return self->report(self->context, &finding, err);
}

bool hwp_recompute_look(void *context, uint64_t done, uint64_t all) {
  const hwp_recomputing *self = context;
  (void)done;
  (void)all;
  return self->options->progress != NULL &&
         self->options->progress(self->options->progress_context, self->n_done, self->n_total);
}

hw_status hwp_recompute_done(hwp_recomputing *self, int32_t n, hw_err *err) {
  self->n_done += (uint64_t)n;
  if (!hwp_recompute_look(self, 0, 0)) return HW_OK;
  return hw_err_set(err, HW_E_INTERRUPTED, "stopped while comparisons were computed again");
}

/* --- comparing numbers --- */

bool hwp_recompute_is_equal(const hwp_recomputing *self, double stored, double now) {
  if (memcmp(&stored, &now, sizeof now) == 0) return true;
  if (self->is_same_program || !isfinite(stored) || !isfinite(now)) return false;
  double size = fabs(stored) > 1 ? fabs(stored) : 1;
  return fabs(stored - now) <= OTHER_VERSION * size;
}

/* Name of the first marker that differs, or NULL. */
static const char *compare_markers(const hwp_recomputing *self, const hw_json *stored,
                                   const double *now, double *was, double *is) {
  const hw_case *problem = &self->stored.problem;
  if (hw_json_count(stored) != (size_t)problem->n_markers) return "their number";
  for (int32_t m = 0; m < problem->n_markers; m++) {
    *was = hw_json_as_written(hw_json_find(stored, problem->markers[m].name));
    *is = now[m];
    if (!hwp_recompute_is_equal(self, *was, *is)) return problem->markers[m].name;
  }
  return NULL;
}

/* Compares a stored comparison with what was computed. */
static hw_status judge(hwp_recomputing *self, const hw_record *record, const hwp_found_item *where,
                       const hwp_recomputed *now, hw_err *err) {
  double was = hw_record_real(record, HW_FIELD_COMPARISON_LOG10_LR), is = 0;
  bool is_same = true;
  HW_TRY(hwp_recompute_parts(self, record, where, now->log10_lr, &is, &is_same, err));
  if (!is_same) return HW_OK; /* told */
  if (!hwp_recompute_is_equal(self, was, is))
    return hwp_recompute_tell(
        self, true, record->id, err,
        "log10 LR is %.17g as stored, %.17g computed again from the same inputs", was, is);
  if (hw_record_int(record, HW_FIELD_COMPARISON_MARKERS) != now->markers ||
      hw_record_int(record, HW_FIELD_COMPARISON_MISMATCHES) != now->mismatches)
    return hwp_recompute_tell(
        self, true, record->id, err,
        "%lld markers and %lld mismatches as stored, %d and %d computed again",
        (long long)hw_record_int(record, HW_FIELD_COMPARISON_MARKERS),
        (long long)hw_record_int(record, HW_FIELD_COMPARISON_MISMATCHES), (int)now->markers,
        (int)now->mismatches);
  const char *text = hw_record_text(record, HW_FIELD_COMPARISON_PER_MARKER);
  hw_json_doc *doc = NULL;
  hw_err why = HW_ERR_INIT;
  hw_status status = hw_json_doc_parse(text, strlen(text), NULL, &doc, &why);
  if (status == HW_E_NO_MEMORY) return HW_NO_MEMORY(err, "a comparison");
  if (status != HW_OK)
    return hwp_recompute_tell(self, true, record->id, err, "the ratios by marker are no JSON: %s",
                              why.message);
  const char *marker = compare_markers(self, hw_json_doc_root(doc), now->per_marker, &was, &is);
  status = HW_OK;
  if (marker != NULL)
    status = hwp_recompute_tell(
        self, true, record->id, err,
        "marker %s: log10 LR is %.17g as stored, %.17g computed again from the same "
        "inputs",
        marker, was, is);
  hw_json_doc_delete(doc);
  return status;
}

hw_status hwp_recompute_judge(hwp_recomputing *self, int64_t comparison,
                              const hwp_found_item *where, const hwp_recomputed *now, hw_err *err) {
  hw_arena brief;
  hw_record record;
  hw_arena_init(&brief, 0);
  hw_status status =
      hw_store_get(self->app->store, HW_KIND_COMPARISON, comparison, &brief, &record, err);
  if (status == HW_OK) status = judge(self, &record, where, now, err);
  hw_arena_clear(&brief);
  self->summary->n_recomputed++;
  return status;
}

/* --- inputs that have changed --- */

/* Newest entry that can have changed the parts that differ. */
static bool can_have_changed(const hwp_recomputing *self, unsigned why, int32_t remains,
                             int32_t family) {
  const hw_stored_case *stored = &self->stored;
  int64_t newest = 0;
  /* What was written before and after the run came with it in one change. */
  if (self->is_imported) return true;
  /* SNPs and haplotypes, panels and tables: whatever was written since can have. */
  if (self->evidence != NULL) return stored->head > self->run_entry;
  /* A reference's sample may have been given to another person; added alleles depend on all. */
  if (why & (HW_WHY_TABLE | HW_WHY_FAMILY)) newest = stored->newest_entry;
  if ((why & HW_WHY_PROFILE) && stored->remains_entry[remains] > newest)
    newest = stored->remains_entry[remains];
  if ((why & HW_WHY_FAMILY) && stored->family_entry[family] > newest)
    newest = stored->family_entry[family];
  return newest > self->run_entry;
}

static hw_status tell_changed(hwp_recomputing *self, const hwp_compared *item, unsigned why,
                              int32_t remains, int32_t family, hw_err *err) {
  hw_str words = HW_STR_INIT;
  hw_identification_why(why, &words);
  bool can = (why & HW_WHY_NOT_COMPARED) || can_have_changed(self, why, remains, family);
  hw_status status =
      can ? hwp_recompute_tell(self, false, item->id, err, "inputs have changed since: %s",
                               hw_str_text(&words))
          : hwp_recompute_tell(
                self, true, item->id, err,
                "inputs differ from those that were compared (%s), but nothing was written since",
                hw_str_text(&words));
  hw_str_clear(&words);
  self->summary->n_changed++;
  return status;
}

int32_t hwp_recompute_remains(const hwp_recomputing *self, int64_t profile) {
  int32_t low = 0, high = self->stored.problem.n_remains - 1;
  while (low <= high) {
    int32_t middle = low + (high - low) / 2;
    if (self->remains[middle].profile == profile) return self->remains[middle].remains;
    if (self->remains[middle].profile < profile)
      low = middle + 1;
    else
      high = middle - 1;
  }
  return -1;
}

hw_status hwp_recompute_find(hwp_recomputing *self, const hwp_compared *item, hwp_found_item *out,
                             bool *is_same, hw_err *err) {
  const hw_stored_case *stored = &self->stored;
  out->remains = hwp_recompute_remains(self, item->profile);
  out->family = hwp_find_family(stored, item->family);
  out->missing = out->family < 0 ? -1 : hwp_find_missing(stored, out->family, item->person);
  unsigned why = 0;
  if (out->remains < 0) why |= HW_WHY_PROFILE | HW_WHY_NOT_COMPARED;
  if (out->missing < 0) why |= HW_WHY_FAMILY | HW_WHY_NOT_COMPARED;
  if (why == 0) {
    char inputs[HW_PAIR_INPUTS_SIZE];
    why = hwp_compare_inputs(
        item->inputs, hw_stored_case_pair(stored, out->remains, out->family, out->missing, inputs));
  }
  *is_same = why == 0;
  return *is_same ? HW_OK : tell_changed(self, item, why, out->remains, out->family, err);
}

/* --- one family --- */

/* Comparisons of one family, and the small case that they make. */
typedef struct family_work {
  hwp_recomputing *from;
  hw_arena arena;
  int32_t family;
  hwp_compared *items;
  int32_t n;
  hw_remains *remains;
  int32_t *remains_of;   /* per item: in the small case, −1 = not compared again */
  hwp_found_item *where; /* per item, in the whole case */
  int32_t n_remains;
} family_work;

/* Sets aside what has changed; the others' remains go to the small case. */
static hw_status sort_out(family_work *self, hw_err *err) {
  for (int32_t i = 0; i < self->n; i++) {
    hwp_found_item found;
    bool is_same = false;
    self->remains_of[i] = -1;
    HW_TRY(hwp_recompute_find(self->from, &self->items[i], &found, &is_same, err));
    if (!is_same) continue;
    self->where[i] = found;
    self->remains[self->n_remains] = self->from->stored.problem.remains[found.remains];
    self->remains_of[i] = self->n_remains++;
  }
  return HW_OK;
}

/* The pair of an item. */
static const hw_identify_pair *pair_of(const family_work *self, const hw_identify *run, int32_t i,
                                       const hw_identify_pair *pairs, int32_t n_pairs) {
  const hw_stored_case *stored = &self->from->stored;
  for (int32_t p = 0; p < n_pairs; p++) {
    int32_t person = hw_identify_target(run, pairs[p].target)->person;
    if (pairs[p].remains == self->remains_of[i] &&
        stored->family_person[self->family][person] == self->items[i].person)
      return &pairs[p];
  }
  return NULL;
}

static hw_status judge_all(family_work *self, const hw_identify *run, const hw_identify_pair *pairs,
                           int32_t n_pairs, hw_err *err) {
  size_t width = (size_t)self->from->stored.problem.n_markers;
  double *per_marker =
      hw_arena_alloc_array(&self->arena, (size_t)n_pairs * width, sizeof *per_marker);
  if (per_marker == NULL) return HW_NO_MEMORY(err, "the pairs");
  HW_TRY(hw_identify_pair_markers(run, n_pairs, pairs, per_marker, err));
  for (int32_t i = 0; i < self->n; i++) {
    if (self->remains_of[i] < 0) continue;
    const hw_identify_pair *pair = pair_of(self, run, i, pairs, n_pairs);
    HW_BUG_IF(pair == NULL, err);
    const hwp_recomputed now = {.log10_lr = pair->log10_lr,
                                .markers = pair->markers,
                                .mismatches = pair->mismatches,
                                .per_marker = per_marker + (size_t)(pair - pairs) * width};
    HW_TRY(hwp_recompute_judge(self->from, self->items[i].id, &self->where[i], &now, err));
  }
  return HW_OK;
}

static hw_status compute_family(family_work *self, hw_err *err) {
  const hw_case *whole = &self->from->stored.problem;
  if (self->n_remains == 0) return HW_OK;
  hw_case problem = *whole;
  problem.families = &whole->families[self->family];
  problem.n_families = 1;
  problem.remains = self->remains;
  problem.n_remains = self->n_remains;
  hw_identify_options limits = {.likelihood = {.max_work = 1e18}, .prior_none = -1};
  hw_identify *run = NULL;
  hw_identify_pair *pairs = NULL;
  int32_t n_pairs = 0;
  HW_TRY(hw_identify_new(&problem, &limits, &run, err));
  hw_status status = HW_OK;
  for (int32_t t = 0; status == HW_OK && t < hw_identify_target_count(run); t++)
    status = hw_identify_step(run, t, err);
  if (status == HW_OK) status = hw_identify_pairs(run, -HUGE_VAL, 1, &pairs, &n_pairs, err);
  if (status == HW_OK) status = judge_all(self, run, pairs, n_pairs, err);
  free(pairs);
  hw_identify_delete(run);
  return status;
}

static hw_status recompute_family(hwp_recomputing *self, int32_t family, hwp_compared *items,
                                  int32_t n, hw_err *err) {
  family_work work = {.from = self, .family = family, .items = items, .n = n};
  hw_arena_init(&work.arena, 0);
  work.remains = hw_arena_alloc_array(&work.arena, (size_t)n, sizeof *work.remains);
  work.remains_of = hw_arena_alloc_array(&work.arena, (size_t)n, sizeof *work.remains_of);
  work.where = hw_arena_alloc_array(&work.arena, (size_t)n, sizeof *work.where);
  hw_status status = HW_OK;
  if (work.remains == NULL || work.remains_of == NULL || work.where == NULL)
    status = HW_NO_MEMORY(err, "a family");
  if (status == HW_OK) status = sort_out(&work, err);
  if (status == HW_OK) status = compute_family(&work, err);
  hw_arena_clear(&work.arena);
  return status == HW_OK ? hwp_recompute_done(self, n, err) : status;
}

/* --- one run --- */

static int compare_families(const void *a, const void *b) {
  const hwp_compared *x = a, *y = b;
  if (x->family != y->family) return x->family < y->family ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

static int compare_profiles(const void *a, const void *b) {
  const hwp_by_profile *x = a, *y = b;
  return x->profile < y->profile ? -1 : x->profile > y->profile;
}

static hw_status index_remains(hwp_recomputing *self, hw_err *err) {
  size_t n = (size_t)self->stored.problem.n_remains;
  self->remains = hw_arena_alloc_array(&self->stored.arena, n, sizeof *self->remains);
  if (self->remains == NULL) return HW_NO_MEMORY(err, "the remains");
  for (size_t r = 0; r < n; r++) {
    hwp_by_profile *item = &self->remains[r];
    *item = (hwp_by_profile){self->stored.remains_profile[r], (int32_t)r};
    if (item->profile == 0)
      HW_TRY(
          hwp_anchor_find(self->app->store, self->stored.remains_sample[r], &item->profile, err));
  }
  if (n > 0) qsort(self->remains, n, sizeof *self->remains, compare_profiles);
  return HW_OK;
}

static void unload(hwp_recomputing *self) {
  hw_evidence_delete(self->evidence);
  self->evidence = NULL;
  hw_stored_case_clear(&self->stored);
  self->loaded = 0;
}

/* What the scan of runs gives. */
typedef struct run_row {
  int64_t id, entry, investigation, n_stored;
  bool is_same_program, is_search, is_joint, has_evidence;
  hw_evidence_options evidence;
  const char *parameters, *inputs; /* of a joint run */
} run_row;

/* The case as the run had it: of STR alone, or of all kinds. */
static hw_status load_as(hwp_recomputing *self, const run_row *row,
                         const hw_stored_case_options *what, hw_err *err) {
  if (!row->has_evidence) return hw_stored_case_load(self->app, what, &self->stored, err);
  self->how = row->evidence;
  return hw_evidence_case_load(self->app, what, &row->evidence, &self->stored, &self->evidence,
                               err);
}

/* Loads the investigation. @param why  [out] set where it cannot be made a case any more */
static hw_status load(hwp_recomputing *self, const run_row *row, hw_err *why, hw_err *err) {
  const int64_t investigation = row->investigation;
  const bool is_same_mode =
      row->has_evidence
          ? self->evidence != NULL && hw_evidence_options_alike(&self->how, &row->evidence)
          : self->evidence == NULL;
  if (self->loaded == investigation && is_same_mode) return HW_OK;
  unload(self);
  hw_str code = HW_STR_INIT;
  hw_err told = HW_ERR_INIT;
  hw_status status =
      hw_store_code(self->app->store, HW_KIND_INVESTIGATION, investigation, &code, &told);
  hw_stored_case_options what = {.investigation = hw_str_text(&code)};
  if (status == HW_OK) status = load_as(self, row, &what, &told);
  hw_str_clear(&code);
  if (status == HW_OK) status = index_remains(self, &told);
  if (status == HW_OK) self->loaded = investigation;
  if (status == HW_E_REFERENCE || status == HW_E_VALUE || status == HW_E_SHAPE ||
      status == HW_E_PEDIGREE || status == HW_E_DUPLICATE) {
    *why = told;
    return HW_OK;
  }
  if (status != HW_OK && err != NULL) *err = told;
  return status;
}

static hw_status recompute_items(hwp_recomputing *self, bool is_search, hwp_compared *items,
                                 int32_t n, hw_err *err) {
  if (n > 0) qsort(items, (size_t)n, sizeof *items, compare_families);
  if (is_search) return hwp_recompute_search(self, items, n, err);
  for (int32_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && items[end].family == items[i].family;) end++;
    HW_TRY(recompute_family(self, hwp_find_family(&self->stored, items[i].family), items + i,
                            end - i, err));
  }
  return HW_OK;
}

/* The method is the first member of the parameters. */
static bool has_method(const char *parameters, const char *quoted) {
  const char *name = strstr(parameters, quoted);
  return name != NULL && (size_t)(name - parameters) < strcspn(parameters, ",");
}

/* A search, or a joint run that took over what a search computed. */
static bool is_search(const char *parameters) {
  return has_method(parameters, "\"search\"") ||
         (has_method(parameters, "\"joint\"") && strstr(parameters, "\"search\": \"") != NULL);
}

static hw_status fill_row(run_row *item, const hw_record *row, hw_arena *arena, hw_err *err) {
  const char *parameters = hw_record_text(row, HW_FIELD_RUN_PARAMETERS);
  *item = (run_row){
      .id = row->id,
      .entry = row->entry,
      .investigation = hw_record_int(row, HW_FIELD_RUN_INVESTIGATION),
      .n_stored = hw_record_int(row, HW_FIELD_RUN_STORED),
      .is_search = is_search(parameters),
      .is_joint = has_method(parameters, "\"joint\""),
      .is_same_program = strcmp(hw_record_text(row, HW_FIELD_RUN_PROGRAM), hw_version()) == 0};
  /* Parameters that cannot be read are told where the run is. */
  if (hw_evidence_read_parameters(parameters, &item->has_evidence, &item->evidence, NULL) ==
      HW_E_NO_MEMORY)
    return HW_NO_MEMORY(err, "the runs");
  if (!item->is_joint) return HW_OK;
  item->parameters = hw_arena_strdup(arena, parameters);
  item->inputs = hw_arena_strdup(arena, hw_record_text(row, HW_FIELD_RUN_INPUTS));
  return item->parameters != NULL && item->inputs != NULL ? HW_OK : HW_NO_MEMORY(err, "the runs");
}

/* Comparisons, and what a joint run made of them. */
static hw_status recompute_compared(hwp_recomputing *self, const run_row *row, hwp_compared *items,
                                    int32_t n, hw_err *err) {
  hwp_joint_again joint = {0};
  hw_status status = HW_OK;
  if (row->is_joint)
    status = hwp_joint_again_begin(self, row->parameters, row->inputs, &joint, err);
  if (status == HW_OK) status = recompute_items(self, row->is_search, items, n, err);
  if (status == HW_OK && row->is_joint) status = hwp_joint_again_run(&joint, err);
  hwp_joint_again_end(&joint);
  return status;
}

static hw_status recompute_run(hwp_recomputing *self, const run_row *row, hw_err *err) {
  hw_arena arena;
  hwp_compared *items = NULL;
  int32_t n = 0;
  hw_err why = HW_ERR_INIT;
  self->run = row->id;
  self->run_entry = row->entry;
  self->is_same_program = row->is_same_program;
  hw_arena_init(&arena, 0);
  hw_status status = hwp_entry_is_import(self->app->store, row->entry, &self->is_imported, err);
  if (status == HW_OK)
    status = hwp_compared_list(self->app->store, NULL, row->id, &arena, &items, &n, err);
  self->summary->n_comparisons += n;
  if (status == HW_OK) status = load(self, row, &why, err);
  if (status == HW_OK && why.status != HW_OK) {
    self->summary->n_changed += n;
    status = hwp_recompute_tell(self, false, 0, err, "cannot be computed again as things stand: %s",
                                why.message);
    if (status == HW_OK) status = hwp_recompute_done(self, n, err);
  } else if (status == HW_OK) {
    status = recompute_compared(self, row, items, n, err);
  }
  hw_arena_clear(&arena);
  return status;
}

/* --- all --- */

static hw_status list_runs(hwp_recomputing *self, hw_arena *arena, run_row **out, int32_t *n,
                           hw_err *err) {
  int64_t count = 0;
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  const char *wanted = self->options->run;
  HW_TRY(hw_store_count(self->app->store, HW_KIND_RUN, &count, err));
  if (count > INT32_MAX) return HW_NO_MEMORY(err, "the runs");
  *out = hw_arena_alloc_array(arena, (size_t)count, sizeof **out);
  if (*out == NULL) return HW_NO_MEMORY(err, "the runs");
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_RUN, -1, NULL, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL && *n < count) {
    if (row->withdrawn != NULL ||
        hw_power_is_study(hw_record_text(row, HW_FIELD_RUN_PARAMETERS)) || /* compared nothing */
        (wanted != NULL && strcmp(hw_record_text(row, HW_FIELD_RUN_CODE), wanted) != 0))
      continue;
    status = fill_row(&(*out)[*n], row, arena, err);
    if (status != HW_OK) break;
    self->n_total += (uint64_t)(*out)[(*n)++].n_stored;
  }
  hw_scan_done(scan);
  if (status == HW_OK && wanted != NULL && *n == 0)
    status = hw_err_set(err, HW_E_REFERENCE, "there is no run '%s'", wanted);
  return status;
}

hw_status hw_recompute(hw_app *app, const hw_recompute_options *options, hw_recompute_fn *report,
                       void *context, hw_recompute_summary *summary, hw_err *err) {
  static const hw_recompute_options none = {0};
  hwp_recomputing self = {.app = app,
                          .options = options != NULL ? options : &none,
                          .report = report,
                          .context = context,
                          .summary = summary};
  hw_arena arena;
  run_row *runs = NULL;
  int32_t n = 0;
  *summary = (hw_recompute_summary){0};
  hw_arena_init(&arena, 0);
  hw_status status = list_runs(&self, &arena, &runs, &n, err);
  for (int32_t i = 0; status == HW_OK && i < n; i++) status = recompute_run(&self, &runs[i], err);
  unload(&self);
  hw_arena_clear(&arena);
  return status;
}
