/* Storing a run.
 *
 * The run was computed outside of any transaction, since that may take hours and
 * others shall work meanwhile. Storing begins a change and first makes sure that
 * the data are still those that were compared: if anybody has written since, the
 * case is loaded again inside the change and the digests must agree.
 *
 * Everything that is stored is evidence and never changed: a run that says what
 * the last one with the same parameters says is recognised by the digest of its
 * inputs and not stored again. */
#include "app/kept_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/anchor_profile.h"
#include "app/decide.h"
#include "base/check.h"
#include "base/json_members.h"
#include "homeward/version.h"

void hw_identification_report_clear(hw_identification_report *self) {
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}

void hw_identification_why(unsigned why, hw_str *out) {
  static const char *const words[] = {"profile",
                                      "family",
                                      "table",
                                      "parameters",
                                      "program",
                                      "not compared any more",
                                      "other remains or families"};
  const char *comma = "";
  for (int i = 0; i < HW_WHY_COUNT; i++)
    if (why & (1u << i)) {
      hw_str_append_format(out, "%s%s", comma, words[i]);
      comma = ", ";
    }
}

int64_t hwp_missing_person(const hw_stored_case *stored, int32_t family, int32_t missing) {
  return stored->family_person[family][stored->problem.families[family].missing[missing]];
}

/* --- runs before --- */

/* Characters of the parameters before what was found, and before what ends them. */
static size_t parameters_length(const char *text) {
  const char *outcome = strstr(text, "\"outcome\"");
  size_t n = outcome != NULL ? (size_t)(outcome - text) : strlen(text);
  while (n > 0 && strchr(", }", text[n - 1]) != NULL) n--;
  return n;
}

bool hwp_same_parameters(const char *a, const char *b) {
  size_t n = parameters_length(a);
  return parameters_length(b) == n && memcmp(a, b, n) == 0;
}

/* The method is the first member. */
static bool is_same_method(const char *a, const char *b) {
  size_t n = strcspn(a, ",");
  return strcspn(b, ",") == n && memcmp(a, b, n) == 0;
}

/* Notes the newest run, and whether the newest with these parameters says the same. */
static hw_status note_run(hwp_keeping *self, const hw_record *row, hw_err *err) {
  const char *parameters = hw_record_text(row, HW_FIELD_RUN_PARAMETERS);
  const char *program = hw_record_text(row, HW_FIELD_RUN_PROGRAM);
  if (!is_same_method(parameters, self->run->parameters)) return HW_OK;
  self->last = row->id;
  self->last_entry = row->entry;
  self->last_parameters = hw_arena_strdup(&self->arena, parameters);
  self->last_program = hw_arena_strdup(&self->arena, program);
  if (self->last_parameters == NULL || self->last_program == NULL)
    return HW_NO_MEMORY(err, "the last run");
  snprintf(self->report->previous, sizeof self->report->previous, "%s",
           hw_record_text(row, HW_FIELD_RUN_CODE));
  if (!hwp_same_parameters(parameters, self->run->parameters)) return HW_OK;
  /* Versions before told of remains without STR in the outcome, and had no comparisons of them. */
  bool is_same = strcmp(hw_record_text(row, HW_FIELD_RUN_INPUTS), self->inputs) == 0 &&
                 strcmp(program, hw_version()) == 0 &&
                 strstr(parameters, "\"without_profile\"") == NULL;
  self->same = is_same ? row->id : 0;
  self->same_entry = row->entry;
  if (is_same)
    snprintf(self->report->run, sizeof self->report->run, "%s",
             hw_record_text(row, HW_FIELD_RUN_CODE));
  return HW_OK;
}

static hw_status find_runs(hwp_keeping *self, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(self->stored->investigation);
  HW_TRY(hw_store_scan(self->store, HW_KIND_RUN, HW_FIELD_RUN_INVESTIGATION, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    status = note_run(self, row, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

/* Time of an audit entry. */
typedef struct moment {
  int64_t entry;
  char *at;
  size_t size;
} moment;

static hw_status take_moment(void *context, const hw_audit_entry *entry, hw_err *err) {
  moment *self = context;
  if (entry->seq == self->entry) snprintf(self->at, self->size, "%s", entry->at);
  /* Any failure ends the walk; the caller knows that this one is none. */
  return entry->seq == self->entry ? hw_err_set(err, HW_E_INTERRUPTED, "found") : HW_OK;
}

static hw_status find_moment(hwp_keeping *self, hw_err *err) {
  const int64_t entry = self->same != 0 ? self->same_entry : self->last_entry;
  moment when = {entry, self->report->previous_at, sizeof self->report->previous_at};
  hw_err ignored = HW_ERR_INIT;
  if (self->last == 0) return HW_OK;
  hw_status status = hw_store_audit(self->store, entry, take_moment, &when, &ignored);
  if (status == HW_OK || when.at[0] != '\0') return HW_OK;
  if (err != NULL) *err = ignored;
  return status;
}

/* --- records --- */

/* The profile that stands with what is stored of remains. */
static hw_status profile_of(hwp_keeping *self, int32_t remains, int64_t *profile, hw_err *err) {
  const hw_stored_case *stored = self->stored;
  const size_t n = (size_t)stored->problem.n_remains;
  *profile = stored->remains_profile[remains];
  if (*profile != 0) return HW_OK;
  if (self->anchors == NULL) {
    self->anchors = hw_arena_alloc_array(&self->arena, n, sizeof *self->anchors);
    if (self->anchors == NULL) return HW_NO_MEMORY(err, "the remains");
    memset(self->anchors, 0, n * sizeof *self->anchors);
  }
  int64_t *anchor = &self->anchors[remains];
  if (*anchor == 0)
    HW_TRY(hwp_anchor_add(self->store, stored->remains_sample[remains], anchor, err));
  *profile = *anchor;
  return HW_OK;
}

static hw_status add_run(hwp_keeping *self, int64_t *id, hw_err *err) {
  const hw_case *problem = &self->stored->problem;
  hw_identification_report *report = self->report;
  hw_record record;
  HW_TRY(hw_store_next_id(self->store, HW_KIND_RUN, id, err));
  snprintf(report->run, sizeof report->run, "run-%lld", (long long)*id);
  hw_record_init(&record, HW_KIND_RUN);
  hw_record_set_text(&record, HW_FIELD_RUN_CODE, report->run);
  hw_record_set_int(&record, HW_FIELD_RUN_INVESTIGATION, self->stored->investigation);
  hw_record_set_text(&record, HW_FIELD_RUN_PROGRAM, hw_version());
  hw_record_set_text(&record, HW_FIELD_RUN_PARAMETERS, self->run->parameters);
  hw_record_set_text(&record, HW_FIELD_RUN_INPUTS, self->inputs);
  hw_record_set_int(&record, HW_FIELD_RUN_REMAINS, problem->n_remains);
  hw_record_set_int(&record, HW_FIELD_RUN_MISSING, self->run->n_missing);
  hw_record_set_int(&record, HW_FIELD_RUN_FAMILIES, problem->n_families);
  hw_record_set_int(&record, HW_FIELD_RUN_PAIRS, self->run->n_compared);
  hw_record_set_int(&record, HW_FIELD_RUN_STORED, self->run->n_pairs);
  return hw_store_add(self->store, &record, err);
}

static hw_status add_power(hwp_keeping *self, int64_t run, const hwp_run_power *power,
                           hw_err *err) {
  hw_record record;
  hw_record_init(&record, HW_KIND_POWER);
  hw_record_set_int(&record, HW_FIELD_POWER_RUN, run);
  hw_record_set_int(&record, HW_FIELD_POWER_PERSON,
                    hwp_missing_person(self->stored, power->family, power->missing));
  hw_record_set_int(&record, HW_FIELD_POWER_FAMILY, self->stored->family[power->family]);
  if (isfinite(power->expected))
    hw_record_set_real(&record, HW_FIELD_POWER_EXPECTED, power->expected);
  if (isfinite(power->needed)) hw_record_set_real(&record, HW_FIELD_POWER_NEEDED, power->needed);
  hw_record_set_text(&record, HW_FIELD_POWER_LEFT_OUT, power->left_out);
  if (power->has_pass) {
    hw_record_set_real(&record, HW_FIELD_POWER_EXCLUSION, power->exclusion);
    hw_record_set_real(&record, HW_FIELD_POWER_PASS, power->pass);
  }
  return hw_store_add(self->store, &record, err);
}

static hw_status write_markers(const hw_case *problem, const double *per_marker, hw_str *out,
                               hw_err *err) {
  hw_json_writer w;
  out->length = 0;
  hw_json_write_init_str(&w, out, 0);
  hw_json_write_begin_object(&w);
  for (int32_t m = 0; m < problem->n_markers; m++)
    hw_json_add_double(&w, problem->markers[m].name, per_marker[m]);
  hw_json_write_end_object(&w);
  return hw_json_write_finish_bare(&w, err);
}

/* The ratios by marker of another run's comparison of the same pair. */
static hw_status copy_markers(hwp_keeping *self, int64_t comparison, hw_str *out, hw_err *err) {
  hw_arena brief;
  hw_record record;
  hw_arena_init(&brief, 0);
  out->length = 0;
  hw_status status =
      hw_store_get(self->store, HW_KIND_COMPARISON, comparison, &brief, &record, err);
  if (status == HW_OK) {
    hw_str_append(out, hw_record_text(&record, HW_FIELD_COMPARISON_PER_MARKER));
    if (hw_str_status(out) != HW_OK) status = HW_NO_MEMORY(err, "a comparison");
  }
  hw_arena_clear(&brief);
  return status;
}

static hw_status add_comparison(hwp_keeping *self, int64_t run, const hwp_run_pair *pair,
                                const char *per_marker, int64_t *id, hw_err *err) {
  const hw_stored_case *stored = self->stored;
  char inputs[HW_PAIR_INPUTS_SIZE];
  int64_t profile = 0;
  hw_record record;
  HW_TRY(profile_of(self, pair->remains, &profile, err));
  hw_record_init(&record, HW_KIND_COMPARISON);
  hw_record_set_int(&record, HW_FIELD_COMPARISON_RUN, run);
  hw_record_set_int(&record, HW_FIELD_COMPARISON_PROFILE, profile);
  hw_record_set_int(&record, HW_FIELD_COMPARISON_PERSON,
                    hwp_missing_person(stored, pair->family, pair->missing));
  hw_record_set_int(&record, HW_FIELD_COMPARISON_FAMILY, stored->family[pair->family]);
  hw_record_set_real(&record, HW_FIELD_COMPARISON_LOG10_LR, pair->log10_lr);
  hw_record_set_text(&record, HW_FIELD_COMPARISON_PER_MARKER, per_marker);
  hw_record_set_int(&record, HW_FIELD_COMPARISON_MARKERS, pair->markers);
  hw_record_set_int(&record, HW_FIELD_COMPARISON_MISMATCHES, pair->mismatches);
  if (!isnan(pair->posterior)) {
    hw_record_set_real(&record, HW_FIELD_COMPARISON_POSTERIOR, pair->posterior);
    hw_record_set_real(&record, HW_FIELD_COMPARISON_COMPLEMENT, pair->complement);
  }
  if (pair->is_proposed) hw_record_set_int(&record, HW_FIELD_COMPARISON_IS_PROPOSED, 1);
  if (pair->parts != NULL) hw_record_set_text(&record, HW_FIELD_COMPARISON_PARTS, pair->parts);
  hw_record_set_text(
      &record, HW_FIELD_COMPARISON_INPUTS,
      hw_stored_case_pair(stored, pair->remains, pair->family, pair->missing, inputs));
  HW_TRY(hw_store_add(self->store, &record, err));
  *id = record.id;
  return HW_OK;
}

/* --- candidates --- */

/* True if the sample is somebody's candidate, reviewed or confirmed already, and hers. */
static hw_status has_living(hwp_keeping *self, int64_t person, int64_t sample, bool *out,
                            hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(person);
  *out = false;
  HW_TRY(hw_store_scan(self->store, HW_KIND_IDENTIFICATION, HW_FIELD_IDENTIFICATION_PERSON, &key,
                       &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    const char *state = hw_record_text(row, HW_FIELD_IDENTIFICATION_STATE);
    bool is_over = strcmp(state, "rejected") == 0 || strcmp(state, "withdrawn") == 0;
    *out = *out || (row->withdrawn == NULL && !is_over &&
                    hw_record_int(row, HW_FIELD_IDENTIFICATION_SAMPLE) == sample);
  }
  hw_scan_done(scan);
  return status;
}

static hw_status add_candidate(hwp_keeping *self, const hwp_run_pair *pair, int64_t comparison,
                               hw_err *err) {
  int64_t sample = self->stored->remains_sample[pair->remains];
  int64_t person = hwp_missing_person(self->stored, pair->family, pair->missing);
  bool is_there = false;
  HW_TRY(has_living(self, person, sample, &is_there, err));
  if (is_there) return HW_OK;
  int64_t id = 0;
  char code[32];
  hw_record record;
  HW_TRY(hw_store_next_id(self->store, HW_KIND_IDENTIFICATION, &id, err));
  snprintf(code, sizeof code, "ID-%lld", (long long)id);
  hw_record_init(&record, HW_KIND_IDENTIFICATION);
  hw_record_set_text(&record, HW_FIELD_IDENTIFICATION_CODE, code);
  hw_record_set_int(&record, HW_FIELD_IDENTIFICATION_PERSON, person);
  hw_record_set_int(&record, HW_FIELD_IDENTIFICATION_SAMPLE, sample);
  hw_record_set_int(&record, HW_FIELD_IDENTIFICATION_COMPARISON, comparison);
  hw_record_set_text(&record, HW_FIELD_IDENTIFICATION_STATE, "candidate");
  if (self->app->actor != 0)
    hw_record_set_int(&record, HW_FIELD_IDENTIFICATION_PROPOSED_BY, self->app->actor);
  HW_TRY(hw_store_add(self->store, &record, err));
  self->report->n_candidates++;
  return self->app->actor != 0 ? hw_decide_proposed(self->app, record.id, self->reason, err)
                               : HW_OK;
}

/* --- the change --- */

static hw_status add_pairs(hwp_keeping *self, int64_t run, const double *per_marker, hw_err *err) {
  const hw_case *problem = &self->stored->problem;
  hw_str text = HW_STR_INIT;
  hw_status status = HW_OK;
  for (int32_t i = 0; status == HW_OK && i < self->run->n_pairs; i++) {
    const hwp_run_pair *pair = &self->run->pairs[i];
    int64_t comparison = 0;
    status = pair->copied != 0
                 ? copy_markers(self, pair->copied, &text, err)
                 : write_markers(problem, per_marker + (size_t)i * (size_t)problem->n_markers,
                                 &text, err);
    if (status == HW_OK)
      status = add_comparison(self, run, pair, hw_str_text(&text), &comparison, err);
    if (status == HW_OK && pair->is_proposed) status = add_candidate(self, pair, comparison, err);
  }
  hw_str_clear(&text);
  return status;
}

/* --- of a joint run --- */

static void set_known(hw_record *record, int field, double value) {
  if (!isnan(value)) hw_record_set_real(record, field, value);
}

static hw_status add_joint_pair(hwp_keeping *self, int64_t run, const hwp_run_joint_pair *pair,
                                hw_err *err) {
  const hw_stored_case *stored = self->stored;
  int64_t profile = 0;
  hw_record record;
  HW_TRY(profile_of(self, pair->remains, &profile, err));
  hw_record_init(&record, HW_KIND_JOINT_PAIR);
  hw_record_set_int(&record, HW_FIELD_JOINT_PAIR_RUN, run);
  hw_record_set_int(&record, HW_FIELD_JOINT_PAIR_PROFILE, profile);
  hw_record_set_int(&record, HW_FIELD_JOINT_PAIR_PERSON,
                    hwp_missing_person(stored, pair->family, pair->missing));
  hw_record_set_real(&record, HW_FIELD_JOINT_PAIR_POSTERIOR, pair->posterior);
  hw_record_set_real(&record, HW_FIELD_JOINT_PAIR_COMPLEMENT, pair->complement);
  set_known(&record, HW_FIELD_JOINT_PAIR_LOG10_GLR, pair->log10_glr);
  set_known(&record, HW_FIELD_JOINT_PAIR_LOG10_PRIOR, pair->log10_prior);
  hw_record_set_int(&record, HW_FIELD_JOINT_PAIR_IS_BEST, pair->is_best);
  hw_record_set_text(&record, HW_FIELD_JOINT_PAIR_STANDING, pair->standing);
  return hw_store_add(self->store, &record, err);
}

static hw_status add_joint_remains(hwp_keeping *self, int64_t run,
                                   const hwp_run_joint_remains *remains, hw_err *err) {
  int64_t profile = 0;
  hw_record record;
  HW_TRY(profile_of(self, remains->remains, &profile, err));
  hw_record_init(&record, HW_KIND_JOINT_REMAINS);
  hw_record_set_int(&record, HW_FIELD_JOINT_REMAINS_RUN, run);
  hw_record_set_int(&record, HW_FIELD_JOINT_REMAINS_PROFILE, profile);
  hw_record_set_real(&record, HW_FIELD_JOINT_REMAINS_NONE_POSTERIOR, remains->none);
  hw_record_set_int(&record, HW_FIELD_JOINT_REMAINS_COMPONENT, remains->component);
  hw_record_set_int(&record, HW_FIELD_JOINT_REMAINS_IS_EXACT, remains->is_exact);
  return hw_store_add(self->store, &record, err);
}

static hw_status add_all(hwp_keeping *self, const double *per_marker, hw_err *err) {
  const hwp_run *from = self->run;
  int64_t run = 0;
  HW_TRY(add_run(self, &run, err));
  for (int32_t i = 0; i < from->n_powers; i++) HW_TRY(add_power(self, run, &from->powers[i], err));
  for (int32_t i = 0; i < from->n_joint_pairs; i++)
    HW_TRY(add_joint_pair(self, run, &from->joint_pairs[i], err));
  for (int32_t i = 0; i < from->n_joint_remains; i++)
    HW_TRY(add_joint_remains(self, run, &from->joint_remains[i], err));
  return add_pairs(self, run, per_marker, err);
}

/* The case as it is now, loaded as the run's was. */
static hw_status load_again(hwp_keeping *self, hw_stored_case *out, hw_err *err) {
  const hw_stored_case_options what = {.investigation = self->stored->problem.id,
                                       .without_markers = self->run->without_markers};
  hw_evidence *evidence = NULL;
  if (self->run->evidence == NULL) return hw_stored_case_load(self->app, &what, out, err);
  const hw_status status =
      hw_evidence_case_load(self->app, &what, self->run->evidence, out, &evidence, err);
  hw_evidence_delete(evidence);
  return status;
}

/* Somebody may have written while the run was computed. */
static hw_status check_still(hwp_keeping *self, hw_err *err) {
  if (hw_store_entry(self->store) == self->stored->head + 1) return HW_OK;
  hw_stored_case now;
  uint8_t digest[HW_DIGEST_SIZE];
  char text[HW_DIGEST_TEXT_SIZE];
  hw_status status = load_again(self, &now, err);
  if (status == HW_OK) hw_stored_case_digest(&now, digest);
  hw_stored_case_clear(&now);
  if (status != HW_OK) return status;
  if (strcmp(hw_digest_text(digest, text), self->inputs) == 0) return HW_OK;
  return hw_err_set(err, HW_E_BUSY,
                    "investigation '%s' was changed while this run was computed: nothing was "
                    "stored, run it again",
                    self->stored->problem.id);
}

static hw_status compute_markers(hwp_keeping *self, double **out, hw_err *err) {
  size_t n = 0;
  if (!hw_mul_size((size_t)self->run->n_pairs, (size_t)self->stored->problem.n_markers, &n))
    return HW_NO_MEMORY(err, "the pairs");
  *out = hw_arena_alloc_array(&self->arena, n, sizeof **out);
  if (*out == NULL) return HW_NO_MEMORY(err, "the pairs");
  return self->run->per_marker(self->run->context, *out, err);
}

static hw_status store_run(hwp_keeping *self, hw_err *err) {
  hw_status status = HW_OK;
  double *per_marker = NULL;
  if (self->run->per_marker != NULL) HW_TRY(compute_markers(self, &per_marker, err));
  HW_TRY(hw_app_begin(self->app, HW_MAY_WRITE, self->run->action, self->reason, err));
  status = check_still(self, err);
  if (status == HW_OK) status = find_runs(self, err); /* as they are now */
  if (status == HW_OK && self->same == 0) status = add_all(self, per_marker, err);
  if (status == HW_OK && self->same == 0)
    status = hw_store_commit(self->store, err);
  else
    hw_store_rollback(self->store);
  self->report->is_stored = status == HW_OK && self->same == 0;
  self->report->is_unchanged = status == HW_OK && self->same != 0; /* another process was faster */
  return status;
}

static hw_status keep(hwp_keeping *self, bool dry_run, hw_err *err) {
  uint8_t digest[HW_DIGEST_SIZE];
  hw_stored_case_digest(self->stored, digest);
  hw_digest_text(digest, self->inputs);
  HW_TRY(find_runs(self, err));
  HW_TRY(find_moment(self, err));
  self->report->is_unchanged = self->same != 0;
  if (self->same != 0) { /* it stands for itself */
    memcpy(self->report->previous, self->report->run, sizeof self->report->previous);
    return HW_OK;
  }
  HW_TRY(hwp_keeping_compare(self, err));
  return dry_run ? HW_OK : store_run(self, err);
}

hw_status hwp_run_keep(hw_app *app, const hw_stored_case *stored, const hwp_run *run,
                       const char *reason, bool dry_run, hw_identification_report *report,
                       hw_err *err) {
  hwp_run own = *run;
  hwp_keeping self = {.app = app,
                      .store = app->store,
                      .stored = stored,
                      .run = &own,
                      .report = report,
                      .reason = reason};
  memset(report, 0, sizeof *report);
  report->step = run->step;
  hw_arena_init(&report->arena, 0);
  hw_arena_init(&self.arena, 0);
  hw_status status = dry_run ? HW_OK : hw_app_require(app, HW_MAY_WRITE, err);
  if (status == HW_OK)
    status = hwp_run_alleles_write(stored, run->parameters, &self.arena, &own.parameters, err);
  if (status == HW_OK) status = keep(&self, dry_run, err);
  hw_arena_clear(&self.arena);
  return status;
}
