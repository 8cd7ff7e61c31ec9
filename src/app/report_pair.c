/* Remains and a missing person: found, loaded, and computed again.
 *
 * A report prints no number that does not come out again. The comparison that it is
 * about keeps the digests of its inputs; where the data of today have the same ones,
 * the ratio by marker is computed from them and must be what is stored (to 1e-9
 * relative: `homeward check --recompute` asks for the bit). Where they differ,
 * somebody has added or changed what the comparison rests on, and a report on the
 * old numbers would mislead: it is refused, and the message says what to do.
 *
 * The pair's own records are loaded first, and the whole investigation only where they
 * do not have the digests that were compared. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/kept_run.h"
#include "app/report_int.h"
#include "base/check.h"
#include "base/json_read.h"

/* --- finding --- */

/* A code of a kind, whose text ends at a given byte; 0 = there is none. */
static hw_status find_part(hwp_report *self, hw_kind_id kind, const char *text, size_t n,
                           int64_t *id, hw_err *err) {
  char code[HW_CODE_MAX + 1];
  *id = 0;
  if (n == 0 || n > HW_CODE_MAX) return HW_OK;
  memcpy(code, text, n);
  code[n] = '\0';
  return hw_store_find_code(self->store, kind, code, id, err);
}

/* RUN/PROFILE/PERSON/FAMILY, where codes may hold slashes themselves: every way to cut is tried.
 * `ids` has the parts that are found. */
static hw_status cut(hwp_report *self, const char *text, int part, int64_t ids[4], int64_t *found,
                     hw_err *err) {
  static const hw_kind_id kinds[4] = {HW_KIND_RUN, HW_KIND_PROFILE, HW_KIND_PERSON, HW_KIND_FAMILY};
  if (part == 3) {
    HW_TRY(find_part(self, kinds[3], text, strlen(text), &ids[3], err));
    if (ids[3] == 0) return HW_OK;
    hw_record key;
    hw_record_init(&key, HW_KIND_COMPARISON);
    hw_record_set_int(&key, HW_FIELD_COMPARISON_RUN, ids[0]);
    hw_record_set_int(&key, HW_FIELD_COMPARISON_PROFILE, ids[1]);
    hw_record_set_int(&key, HW_FIELD_COMPARISON_PERSON, ids[2]);
    hw_record_set_int(&key, HW_FIELD_COMPARISON_FAMILY, ids[3]);
    return hw_store_find(self->store, &key, found, err);
  }
  for (const char *slash = strchr(text, '/'); slash != NULL && *found == 0;
       slash = strchr(slash + 1, '/')) {
    HW_TRY(find_part(self, kinds[part], text, (size_t)(slash - text), &ids[part], err));
    if (ids[part] != 0) HW_TRY(cut(self, slash + 1, part + 1, ids, found, err));
  }
  return HW_OK;
}

static hw_status find_comparison(hwp_report *self, const char *subject, hwp_pair *out,
                                 hw_err *err) {
  int64_t id = 0, ids[4] = {0};
  HW_TRY(hw_store_find_code(self->store, HW_KIND_IDENTIFICATION, subject, &id, err));
  if (id != 0) {
    HW_TRY(hwp_report_get(self, HW_KIND_IDENTIFICATION, id, &out->identification, err));
    if (out->identification == NULL)
      return hw_err_set(err, HW_E_REFERENCE, "identification '%.200s' is withdrawn", subject);
    const int64_t comparison =
        hw_record_int(out->identification, HW_FIELD_IDENTIFICATION_COMPARISON);
    if (comparison == 0)
      return hw_err_set(err, HW_E_STATE,
                        "identification '%.200s' rests on no comparison: no run lists the pair, "
                        "run 'homeward identify'",
                        subject);
    return hwp_report_get(self, HW_KIND_COMPARISON, comparison, &out->comparison, err);
  }
  HW_TRY(cut(self, subject, 0, ids, &id, err));
  if (id == 0)
    return hw_err_set(err, HW_E_REFERENCE,
                      "'%.200s' is neither an identification nor a comparison "
                      "(RUN/PROFILE/PERSON/FAMILY)",
                      subject);
  return hwp_report_get(self, HW_KIND_COMPARISON, id, &out->comparison, err);
}

hw_status hwp_pair_find(hwp_report *self, const char *subject, hwp_pair *out, hw_err *err) {
  *out = (hwp_pair){.remains = -1, .place = -1, .missing = -1};
  HW_TRY(find_comparison(self, subject, out, err));
  const hw_record *c = out->comparison;
  if (c == NULL)
    return hw_err_set(err, HW_E_STATE, "the comparison of '%.200s' is withdrawn", subject);
  HW_TRY(
      hwp_report_get(self, HW_KIND_RUN, hw_record_int(c, HW_FIELD_COMPARISON_RUN), &out->run, err));
  HW_TRY(hwp_report_get(self, HW_KIND_PROFILE, hw_record_int(c, HW_FIELD_COMPARISON_PROFILE),
                        &out->profile, err));
  HW_TRY(hwp_report_get(self, HW_KIND_PERSON, hw_record_int(c, HW_FIELD_COMPARISON_PERSON),
                        &out->person, err));
  HW_TRY(hwp_report_get(self, HW_KIND_FAMILY, hw_record_int(c, HW_FIELD_COMPARISON_FAMILY),
                        &out->family, err));
  if (out->run == NULL || out->profile == NULL || out->person == NULL || out->family == NULL)
    return hw_err_set(err, HW_E_STATE,
                      "run, profile, person or family of '%.200s' is withdrawn: run 'homeward "
                      "identify' again",
                      subject);
  HW_TRY(hwp_report_get(self, HW_KIND_SAMPLE, hw_record_int(out->profile, HW_FIELD_PROFILE_SAMPLE),
                        &out->sample, err));
  HW_TRY(hwp_report_get(self, HW_KIND_INVESTIGATION,
                        hw_record_int(out->run, HW_FIELD_RUN_INVESTIGATION), &out->investigation,
                        err));
  if (out->sample == NULL || out->investigation == NULL)
    return hw_err_set(err, HW_E_STATE, "the sample of '%.200s' is withdrawn", subject);
  return hwp_report_get(self, HW_KIND_FREQUENCY_TABLE,
                        hw_record_int(out->investigation, HW_FIELD_INVESTIGATION_TABLE),
                        &out->table, err);
}

/* --- loading --- */

static hw_status load_case(hwp_report *self, hwp_pair *pair, const hw_stored_case_options *what,
                           hw_err *err) {
  bool is_used = false;
  hw_evidence_options options;
  HW_TRY(hw_evidence_read_parameters(hw_record_text(pair->run, HW_FIELD_RUN_PARAMETERS), &is_used,
                                     &options, err));
  pair->is_loaded = true;
  if (!is_used) return hw_stored_case_load(self->app, what, &pair->stored, err);
  return hw_evidence_case_load(self->app, what, &options, &pair->stored, &pair->evidence, err);
}

static hw_status refuse(hw_err *err, const char *why) {
  return hw_err_set(err, HW_E_STATE,
                    "the data are not those that were compared any more (%s): run 'homeward "
                    "identify' again, and report on the new run",
                    why);
}

/* Finds the pair, and what of its inputs differs from those that were compared. */
static hw_status place_pair(hwp_pair *pair, unsigned *differs, hw_err *err) {
  const hw_stored_case *stored = &pair->stored;
  char inputs[HW_PAIR_INPUTS_SIZE];
  for (int32_t r = 0; r < stored->problem.n_remains && pair->remains < 0; r++)
    if (stored->remains_profile[r] == pair->profile->id) pair->remains = r;
  if (pair->remains < 0) pair->remains = hwp_find_remains(stored, pair->sample->id);
  pair->place = hwp_find_family(stored, pair->family->id);
  if (pair->place >= 0) pair->missing = hwp_find_missing(stored, pair->place, pair->person->id);
  if (pair->remains < 0) return refuse(err, "the remains have no profile that counts");
  if (pair->missing < 0) return refuse(err, "the family does not miss this person");
  *differs = hwp_compare_inputs(
      hw_record_text(pair->comparison, HW_FIELD_COMPARISON_INPUTS),
      hw_stored_case_pair(stored, pair->remains, pair->place, pair->missing, inputs));
  return HW_OK;
}

static hw_status load_and_place(hwp_report *self, hwp_pair *pair,
                                const hw_stored_case_options *what, unsigned *differs,
                                hw_err *err) {
  hwp_pair_clear(pair);
  HW_TRY(load_case(self, pair, what, err));
  return place_pair(pair, differs, err);
}

/* The remains and the family alone, with the alleles that the run says others have added: whether
 * these are all that was compared, the digests say, of the table too. Else, and where the part fails,
 * which need not be a failure of the whole, all of the investigation. */
static hw_status load_pair(hwp_report *self, hwp_pair *pair, hw_err *err) {
  const char *investigation = hw_record_text(pair->investigation, HW_FIELD_INVESTIGATION_CODE);
  const hw_stored_case_options whole = {.investigation = investigation, .by_code = true};
  hw_stored_case_options part = {.investigation = investigation,
                                 .families = &pair->family->id,
                                 .n_families = 1,
                                 .samples = &pair->sample->id,
                                 .n_samples = 1,
                                 .by_code = true};
  hw_added_allele *added = NULL;
  unsigned differs = 0;
  hw_err ignored = HW_ERR_INIT;
  hw_str why = HW_STR_INIT;
  HW_TRY(hwp_run_alleles_read(hw_record_text(pair->run, HW_FIELD_RUN_PARAMETERS), &self->arena,
                              &added, &part.n_added, err));
  part.added = added;
  if (load_and_place(self, pair, &part, &differs, &ignored) == HW_OK && differs == 0) return HW_OK;
  HW_TRY(load_and_place(self, pair, &whole, &differs, err));
  if (differs == 0) return HW_OK;
  hw_identification_why(differs, &why);
  const hw_status status = refuse(err, hw_str_text(&why));
  hw_str_clear(&why);
  return status;
}

/* --- computing again --- */

static hw_status compute(hwp_pair *pair, hw_err *err) {
  const hw_case *whole = &pair->stored.problem;
  const hw_identify_options limits = {.likelihood = {.max_work = 1e18}, .prior_none = -1};
  hw_case problem = *whole;
  hw_identify *run = NULL;
  problem.families = &whole->families[pair->place];
  problem.n_families = 1;
  problem.remains = &whole->remains[pair->remains];
  problem.n_remains = 1;
  HW_TRY(hw_identify_new(&problem, &limits, &run, err));
  hw_status status = HW_OK;
  for (int32_t t = 0; status == HW_OK && t < hw_identify_target_count(run); t++) {
    if (hw_identify_target(run, t)->missing != pair->missing) continue;
    status = hw_identify_step(run, t, err);
    if (status == HW_OK)
      status = hw_identify_markers(run, 0, t, pair->per_marker, pair->mismatch, err);
  }
  hw_identify_delete(run);
  return status;
}

static hw_status compare_markers(hwp_pair *pair, const hw_json *stored, hw_err *err) {
  const hw_case *problem = &pair->stored.problem;
  for (int32_t m = 0; m < problem->n_markers; m++) {
    const double was = hw_json_as_written(hw_json_find(stored, problem->markers[m].name));
    if (hwp_report_is_equal(was, pair->per_marker[m])) continue;
    return hw_err_set(err, HW_E_DAMAGED,
                      "marker %.60s: log10 LR is %.17g as stored, %.17g computed again from the "
                      "same inputs: see 'homeward check --recompute'",
                      problem->markers[m].name, was, pair->per_marker[m]);
  }
  return HW_OK;
}

static hw_status compute_again(hwp_report *self, hwp_pair *pair, hw_err *err) {
  const size_t n = (size_t)pair->stored.problem.n_markers;
  const char *text = hw_record_text(pair->comparison, HW_FIELD_COMPARISON_PER_MARKER);
  hw_json_doc *doc = NULL;
  pair->per_marker = hw_arena_alloc_array(&self->arena, n + 1, sizeof *pair->per_marker);
  pair->mismatch = hw_arena_alloc_array(&self->arena, n + 1, sizeof *pair->mismatch);
  if (pair->per_marker == NULL || pair->mismatch == NULL) return HW_NO_MEMORY(err, "a comparison");
  HW_TRY(compute(pair, err));
  HW_TRY(hw_json_doc_parse(text, strlen(text), NULL, &doc, err));
  const hw_status status = compare_markers(pair, hw_json_doc_root(doc), err);
  hw_json_doc_delete(doc);
  return status;
}

static bool is_typed_at_str(const hwp_pair *pair) {
  const hw_profile *profile = &pair->stored.problem.remains[pair->remains].profile;
  for (int32_t m = 0; m < profile->n_markers; m++)
    if (profile->observations[m].kind != HW_OBS_MISSING) return true;
  return false;
}

/* Ratio of each kind of evidence again; their sum is the ratio. */
static hw_status compute_parts(hwp_pair *pair, double str, double *total, hw_err *err) {
  const char *text = hw_record_text(pair->comparison, HW_FIELD_COMPARISON_PARTS);
  hw_evidence_parts now;
  *total = str;
  if (pair->evidence == NULL) return HW_OK;
  HW_TRY(hw_evidence_parts_read(text, &pair->parts, err));
  pair->has_parts = true;
  HW_TRY(hw_evidence_pair(pair->evidence, pair->remains, pair->place, pair->missing, &now, err));
  hw_evidence_set_str(&now, pair->parts.is_typed[HW_EVIDENCE_STR] ? str : (double)NAN);
  for (int k = 0; k < HW_EVIDENCE_KINDS; k++)
    if (now.is_typed[k] != pair->parts.is_typed[k] ||
        !hwp_report_is_equal(now.log10_lr[k], pair->parts.log10_lr[k]))
      return hw_err_set(err, HW_E_DAMAGED,
                        "log10 LR of %s is %.17g as stored, %.17g computed again from the same "
                        "inputs: see 'homeward check --recompute'",
                        hw_evidence_name((hw_evidence_kind)k), pair->parts.log10_lr[k],
                        now.log10_lr[k]);
  *total = hw_evidence_total(&now);
  pair->parts.snp_markers = now.snp_markers;
  pair->parts.snp_relatives = now.snp_relatives;
  pair->parts.lines = now.lines;
  return HW_OK;
}

hw_status hwp_pair_load(hwp_report *self, hwp_pair *pair, hw_err *err) {
  double str = 0, total = 0;
  HW_TRY(load_pair(self, pair, err));
  pair->is_typed = pair->stored.problem.n_markers > 0 && is_typed_at_str(pair);
  if (pair->is_typed) HW_TRY(compute_again(self, pair, err));
  for (int32_t m = 0; pair->is_typed && m < pair->stored.problem.n_markers; m++)
    str += pair->per_marker[m];
  HW_TRY(compute_parts(pair, str, &total, err));
  pair->log10_lr = hw_record_real(pair->comparison, HW_FIELD_COMPARISON_LOG10_LR);
  /* Markers add up to minus infinity without the sexes that exclude, which no marker bears. */
  if (pair->log10_lr == -HUGE_VAL || hwp_report_is_equal(pair->log10_lr, total)) return HW_OK;
  return hw_err_set(err, HW_E_DAMAGED,
                    "log10 LR is %.17g as stored, %.17g computed again from the same inputs: see "
                    "'homeward check --recompute'",
                    pair->log10_lr, total);
}

void hwp_pair_clear(hwp_pair *self) {
  if (!self->is_loaded) return;
  hw_evidence_delete(self->evidence);
  hw_stored_case_clear(&self->stored);
  self->evidence = NULL;
  self->is_loaded = false;
  self->remains = self->place = self->missing = -1;
}
