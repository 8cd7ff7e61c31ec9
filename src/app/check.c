/* Is everything as it was written, and does it make sense?
 *
 * Each rule is a pass over one kind. A pass that meets a damaged page ends, and
 * the next one is taken: what was damaged has been told by the store. */
#include "app/check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/check_int.h"
#include "app/custody.h"
#include "app/power_store.h"
#include "app/recompute.h"
#include "app/state.h"
#include "base/check.h"

static hw_status tell_fault(hwp_check *self, const hw_check_fault *fault, hw_err *err) {
  if (fault->is_warning)
    self->summary->n_warnings++;
  else
    self->summary->n_faults++;
  return self->report(self->context, fault, err);
}

hw_status hwp_check_tell(hwp_check *self, bool is_warning, hw_kind_id kind, int64_t id, hw_err *err,
                         const char *format, ...) {
  char text[900];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  hw_str where = HW_STR_INIT;
  hw_store_name(self->app->store, kind, id, &where);
  hw_check_fault fault = {
      .is_warning = is_warning, .kind = kind, .id = id, .where = hw_str_text(&where), .text = text};
  hw_status status = tell_fault(self, &fault, err);
  hw_str_clear(&where);
  return status;
}

hw_status hwp_check_each(hwp_check *self, hw_kind_id kind, hwp_check_visit *visit, void *context,
                         hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *record = NULL;
  HW_TRY(hw_store_scan(self->app->store, kind, -1, NULL, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &record, err)) == HW_OK && record != NULL) {
    if (record->withdrawn != NULL) continue;
    status = visit(self, context, record, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

/* --- progress --- */

/* Computing a comparison again takes as long as verifying so many rows. */
enum { STEPS_A_COMPARISON = 500 };

static bool step_store(void *context, uint64_t done, uint64_t total) {
  hwp_check *self = context;
  self->n_verified = total;
  return self->options->progress != NULL &&
         self->options->progress(self->options->progress_context, done, total + self->n_computed);
}

static bool step_comparisons(void *context, uint64_t done, uint64_t total) {
  hwp_check *self = context;
  (void)total;
  done *= STEPS_A_COMPARISON;
  if (done > self->n_computed) done = self->n_computed; /* some came since they were counted */
  return self->options->progress != NULL &&
         self->options->progress(self->options->progress_context, self->n_verified + done,
                                 self->n_verified + self->n_computed);
}

/* --- the store --- */

static hw_status take_store_fault(void *context, const hw_fault *fault, hw_err *err) {
  hw_check_fault told = {
      .kind = fault->kind, .id = fault->id, .where = fault->where, .text = fault->text};
  return tell_fault(context, &told, err);
}

static hw_status check_store(hwp_check *self, hw_err *err) {
  int64_t n = 0;
  if (self->options->recompute &&
      hw_store_count(self->app->store, HW_KIND_COMPARISON, &n, NULL) == HW_OK)
    self->n_computed = STEPS_A_COMPARISON * (uint64_t)n;
  return hw_store_verify(self->app->store, take_store_fault, self, step_store, self, err);
}

/* --- custody and items --- */

static hw_status take_custody_fault(void *context, const hw_custody_fault *fault, hw_err *err) {
  return hwp_check_tell(context, fault->is_warning, HW_KIND_CUSTODY, fault->event, err, "%s",
                        fault->text);
}

static hw_status check_custody(hwp_check *self, hw_err *err) {
  return hw_custody_check_all(self->app->store, take_custody_fault, self, err);
}

/* References whose kind stands in another field: the back end cannot watch over those. */
static hw_status visit_items(hwp_check *self, void *context, const hw_record *record, hw_err *err) {
  (void)context;
  for (int f = 1; f < record->kind->n_fields; f++) {
    if (record->kind->fields[f].type != HW_TYPE_ITEM || hw_record_is_null(record, f)) continue;
    const hw_kind *kind = hw_kind_find(hw_record_text(record, f - 1));
    hw_arena arena;
    hw_record item;
    hw_err why = HW_ERR_INIT;
    hw_arena_init(&arena, 0);
    hw_status status = kind == NULL ? HW_E_REFERENCE
                                    : hw_store_get(self->app->store, kind->id,
                                                   hw_record_int(record, f), &arena, &item, &why);
    if (status == HW_E_REFERENCE)
      status = hwp_check_tell(self, false, record->kind->id, record->id, err, "%s: %s",
                              record->kind->fields[f].name,
                              kind == NULL ? "names no kind of item" : why.message);
    else if (status == HW_OK && item.withdrawn != NULL)
      status = hwp_check_tell(self, true, record->kind->id, record->id, err,
                              "names a %s that was withdrawn: %.200s", kind->name, item.withdrawn);
    hw_arena_clear(&arena);
    HW_TRY(status);
  }
  return HW_OK;
}

static bool has_items(const hw_kind *kind) {
  for (int f = 0; f < kind->n_fields; f++)
    if (kind->fields[f].type == HW_TYPE_ITEM) return true;
  return false;
}

static hw_status check_items(hwp_check *self, hw_err *err) {
  for (int k = 0; k < HW_KIND_COUNT; k++)
    if (has_items(hw_kind_get((hw_kind_id)k)))
      HW_TRY(hwp_check_each(self, (hw_kind_id)k, visit_items, NULL, err));
  return HW_OK;
}

static hw_status take_withdrawn(void *context, hw_kind_id kind, int64_t id, const hw_field *field,
                                hw_err *err) {
  return hwp_check_tell(context, true, kind, id, err, "%s: names a %s that was withdrawn",
                        field->name, hw_kind_get(field->target)->name);
}

static hw_status check_withdrawn(hwp_check *self, hw_err *err) {
  return hw_store_withdrawn_references(self->app->store, take_withdrawn, self, err);
}

/* --- states --- */

/* The login name that stands in an audit entry. */
static hw_status take_login(void *context, const hw_audit_entry *entry, hw_err *err) {
  (void)err;
  snprintf(context, HW_CODE_MAX + 1, "%s", entry->login);
  return HW_E_INTERRUPTED; /* one is enough */
}

/* Reviews of different reviewers that came from one login name: possible on a computer that
 * several people use, but then nothing shows that there were two. */
static hw_status check_logins(hwp_check *self, const hw_record *identification, hw_err *err) {
  hw_value key = hw_value_int(identification->id);
  hw_scan *scan = NULL;
  const hw_record *review = NULL;
  char login[HW_CODE_MAX + 1] = "", last[HW_CODE_MAX + 1] = "";
  int64_t reviewer = 0;
  bool is_one = false;
  HW_TRY(hw_store_scan_key(self->app->store, HW_KIND_REVIEW, 1, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &review, err)) == HW_OK && review != NULL) {
    int64_t who = hw_record_int(review, HW_FIELD_REVIEW_REVIEWER);
    if (review->withdrawn != NULL || who == reviewer) continue;
    status = hw_store_audit(self->app->store, review->entry, take_login, login, err);
    if (status != HW_OK && status != HW_E_INTERRUPTED) break;
    if (reviewer != 0 && login[0] != '\0' && strcmp(login, last) == 0) is_one = true;
    memcpy(last, login, sizeof last);
    reviewer = who;
  }
  hw_scan_done(scan);
  if (status != HW_OK || !is_one) return status;
  return hwp_check_tell(self, true, HW_KIND_IDENTIFICATION, identification->id, err,
                        "its reviewers wrote from one login name, '%.100s'", last);
}

static hw_status visit_identification(hwp_check *self, void *context, const hw_record *record,
                                      hw_err *err) {
  (void)context;
  int agree = 0, disagree = 0;
  const char *state = hw_record_text(record, HW_FIELD_IDENTIFICATION_STATE);
  HW_TRY(hw_state_reviews(self->app->store, record->id, &agree, &disagree, err));
  bool needs_reviews = strcmp(state, "reviewed") == 0 || strcmp(state, "confirmed") == 0;
  if (needs_reviews && (agree < HW_STATE_REVIEWERS || disagree > 0))
    HW_TRY(hwp_check_tell(self, false, HW_KIND_IDENTIFICATION, record->id, err,
                          "is %s, but %d of %d reviewers agree and %d disagree", state, agree,
                          HW_STATE_REVIEWERS, disagree));
  return needs_reviews ? check_logins(self, record, err) : HW_OK;
}

/* Another confirmed identification of the same remains; told once, at the later one. */
static hw_status visit_confirmed(hwp_check *self, void *context, const hw_record *record,
                                 hw_err *err) {
  (void)context;
  if (strcmp(hw_record_text(record, HW_FIELD_IDENTIFICATION_STATE), "confirmed") != 0) return HW_OK;
  hw_value sample = hw_value_int(hw_record_int(record, HW_FIELD_IDENTIFICATION_SAMPLE));
  hw_scan *scan = NULL;
  const hw_record *other = NULL;
  int64_t first = record->id;
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_IDENTIFICATION, HW_FIELD_IDENTIFICATION_SAMPLE,
                       &sample, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &other, err)) == HW_OK && other != NULL)
    if (other->withdrawn == NULL && other->id < first &&
        strcmp(hw_record_text(other, HW_FIELD_IDENTIFICATION_STATE), "confirmed") == 0)
      first = other->id;
  hw_scan_done(scan);
  if (status != HW_OK || first == record->id) return status;
  return hwp_check_tell(self, false, HW_KIND_IDENTIFICATION, record->id, err,
                        "its remains are confirmed for somebody else too (row %" PRId64 ")", first);
}

static hw_status check_states(hwp_check *self, hw_err *err) {
  HW_TRY(hwp_check_each(self, HW_KIND_IDENTIFICATION, visit_identification, NULL, err));
  return hwp_check_each(self, HW_KIND_IDENTIFICATION, visit_confirmed, NULL, err);
}

/* --- comparisons --- */

/* Comparisons of a run whose inputs have changed are told together, and only of the newest run of
 * an investigation: older ones are expected to be overtaken. */
typedef struct overtaken {
  hwp_check *check;
  int64_t run;
  int64_t n;
} overtaken;

static hw_status is_newest(hwp_check *self, int64_t run, bool *out, hw_err *err) {
  hw_arena arena;
  hw_record record;
  hw_scan *scan = NULL;
  const hw_record *other = NULL;
  *out = true;
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(self->app->store, HW_KIND_RUN, run, &arena, &record, err);
  hw_value key =
      hw_value_int(status == HW_OK ? hw_record_int(&record, HW_FIELD_RUN_INVESTIGATION) : 0);
  if (status == HW_OK)
    status =
        hw_store_scan(self->app->store, HW_KIND_RUN, HW_FIELD_RUN_INVESTIGATION, &key, &scan, err);
  while (status == HW_OK && (status = hw_scan_next(scan, &other, err)) == HW_OK && other != NULL)
    *out = *out && (other->withdrawn != NULL || other->id <= run ||
                    hw_power_is_study(hw_record_text(other, HW_FIELD_RUN_PARAMETERS)));
  hw_scan_done(scan);
  hw_arena_clear(&arena);
  return status;
}

static hw_status tell_overtaken(overtaken *self, hw_err *err) {
  bool tells = false;
  int64_t n = self->n;
  self->n = 0;
  if (n == 0) return HW_OK;
  HW_TRY(is_newest(self->check, self->run, &tells, err));
  if (!tells) return HW_OK;
  return hwp_check_tell(self->check, true, HW_KIND_RUN, self->run, err,
                        "the inputs of %lld comparisons have changed since: run 'homeward "
                        "identify' again",
                        (long long)n);
}

static hw_status take_recomputed(void *context, const hw_recompute_finding *finding, hw_err *err) {
  overtaken *self = context;
  if (self->run != finding->run) HW_TRY(tell_overtaken(self, err));
  self->run = finding->run;
  if (finding->comparison != 0 && !finding->is_fault) {
    self->n++;
    return HW_OK;
  }
  bool is_run = finding->comparison == 0;
  return hwp_check_tell(self->check, !finding->is_fault, is_run ? HW_KIND_RUN : HW_KIND_COMPARISON,
                        is_run ? finding->run : finding->comparison, err, "%s", finding->text);
}

static hw_status check_comparisons(hwp_check *self, hw_err *err) {
  hw_recompute_options options = {.progress = step_comparisons, .progress_context = self};
  hw_recompute_summary summary;
  overtaken context = {.check = self};
  if (!self->options->recompute) return HW_OK;
  hw_status status = hw_recompute(self->app, &options, take_recomputed, &context, &summary, err);
  self->summary->n_recomputed = summary.n_recomputed;
  self->summary->n_joint = summary.n_joint;
  return status == HW_OK ? tell_overtaken(&context, err) : status;
}

/* --- all --- */

static hw_status summarise(hwp_check *self, hw_err *err) {
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    int64_t n = 0;
    HW_TRY(hw_store_count(self->app->store, (hw_kind_id)k, &n, err));
    self->summary->n_records += n;
  }
  return hw_store_head(self->app->store, &self->summary->n_entries, self->summary->head, err);
}

static hw_status tell_stumble(hwp_check *self, const hw_err *why, hw_err *err) {
  char text[1200];
  hw_check_fault fault = {
      .kind = HW_KIND_NONE, .where = "the records", .text = hw_err_text(why, text, sizeof text)};
  return tell_fault(self, &fault, err);
}

/* The definitions of tables are on pages too: where one is damaged, a statement may fit no more. */
static hw_status tell_unreadable(hwp_check *self, hw_err *err) {
  const hw_check_fault fault = {
      .kind = HW_KIND_NONE,
      .where = "the records",
      .text = "not all of them can be read while the definitions of their tables are damaged"};
  if (self->is_unreadable) return HW_OK;
  self->is_unreadable = true;
  return tell_fault(self, &fault, err);
}

static hw_status run_passes(hwp_check *self, hw_err *err) {
  static hw_status (*const passes[])(hwp_check *, hw_err *) = {
      check_store,       check_custody,      check_items,         check_withdrawn,
      check_states,      hwp_check_profiles, hwp_check_pedigrees, hwp_check_frequencies,
      hwp_check_genetic, check_comparisons,  hwp_check_decisions, summarise};
  for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
    hw_err why = HW_ERR_INIT;
    hw_status status = passes[i](self, &why);
    if (status == HW_OK) continue;
    /* Damage has been told with its row or page; the next pass may still be able to read. Where it
     * took a row away, others refer to nothing, and a pass may stumble over that. */
    if (status == HW_E_DAMAGED && self->summary->n_faults > 0) continue;
    if (hw_status_exit(status) == 2) {
      HW_TRY(tell_stumble(self, &why, err));
      continue;
    }
    if (status == HW_E_BUG && self->summary->n_faults > 0) {
      HW_TRY(tell_unreadable(self, err));
      continue;
    }
    if (err != NULL) *err = why;
    return status;
  }
  return HW_OK;
}

hw_status hw_check(hw_app *app, const hw_check_options *options, hw_check_fn *report, void *context,
                   hw_check_summary *summary, hw_err *err) {
  hwp_check self = {
      .app = app, .options = options, .report = report, .context = context, .summary = summary};
  *summary = (hw_check_summary){0};
  bool is_mine = false;
  /* What keeps a transaction from beginning, the store tells. */
  if (hw_app_begin_read(app, &is_mine, NULL) != HW_OK) is_mine = false;
  hw_status status = run_passes(&self, err);
  hw_app_end_read(app, is_mine);
  return status;
}
