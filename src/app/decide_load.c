/* The data that a decision stands on, as the engine takes them.
 *
 * A decision looks at one bone and one family, and the database may hold hundreds of thousands
 * while others wait for the writer. So only these are read, and the audit chain is asked whether
 * the rest can matter (stored_since.c): the table's part of a pair's inputs depends on all
 * profiles, by the alleles that they add to it, and a joint posterior on everything. Where the
 * chain does not settle it, the whole is loaded, as the run loaded it, and its digests decide.
 *
 * What the chain says holds for what is computed as the run did: a run of another version of
 * the program, or one that came with its data in one import, is compared by the digests of the
 * whole. */
#include <string.h>

#include "app/decide_int.h"
#include "app/record_content.h"
#include "base/check.h"
#include "homeward/version.h"

/* --- loading --- */

/* The case of STR alone, or with the other evidence that a run weighed. @param other  [out] free
 * with hw_evidence_delete; NULL = STR alone */
static hw_status load_as(hwp_decide *self, const hw_stored_case_options *what,
                         const hw_evidence_options *evidence, hw_stored_case *out,
                         hw_evidence **other, hw_err *err) {
  *other = NULL;
  if (evidence == NULL) return hw_stored_case_load(self->app, what, out, err);
  return hw_evidence_case_load(self->app, what, evidence, out, other, err);
}

/* Sorts a failure: data that cannot be made a case any more are a finding, in `why` for the arena;
 * what the machine failed at is passed on. */
static hw_status sort_failure(hwp_decide *self, hw_status status, const hw_err *failure,
                              const char **why, hw_err *err) {
  if (hw_status_exit(status) != hw_status_exit(HW_E_VALUE)) {
    if (err != NULL) *err = *failure;
    return status;
  }
  *why = hw_arena_strdup(self->arena, failure->message);
  if (*why != NULL) return HW_OK;
  *why = "";
  return HW_NO_MEMORY(err, "the reason");
}

/* --- the whole --- */

static hw_status load_whole(hwp_decide *self, const hw_evidence_options *evidence, hw_err *err) {
  const hw_stored_case_options what = {.investigation = self->investigation};
  hw_evidence *other = NULL;
  hw_err why = HW_ERR_INIT;
  if (self->is_loaded || self->not_loaded[0] != '\0') return HW_OK;
  self->is_with_evidence = evidence != NULL;
  if (evidence != NULL) self->how = *evidence;
  const hw_status status = load_as(self, &what, evidence, &self->stored, &other, &why);
  hw_evidence_delete(other); /* the digests are the case's */
  self->is_loaded = status == HW_OK;
  if (status == HW_OK) return HW_OK;
  hw_stored_case_clear(&self->stored);
  return sort_failure(self, status, &why, &self->not_loaded, err);
}

hw_status hwp_decide_load_whole(hwp_decide *self, const hw_record *run, hw_err *err) {
  hw_evidence_options evidence;
  bool is_used = false;
  HW_TRY(hw_evidence_read_parameters(hw_record_text(run, HW_FIELD_RUN_PARAMETERS), &is_used,
                                     &evidence, err));
  const bool is_same = is_used == self->is_with_evidence &&
                       (!is_used || hw_evidence_options_alike(&evidence, &self->how));
  if (!is_same) {
    hwp_decide_clear(self);
    self->not_loaded = "";
  }
  return load_whole(self, is_used ? &evidence : NULL, err);
}

/* --- a part --- */

void hwp_part_clear(hwp_part *self) {
  if (self->is_loaded) hw_stored_case_clear(&self->stored);
  self->is_loaded = false;
}

hw_status hwp_decide_load_samples(hwp_decide *self, int32_t n, const int64_t *samples,
                                  hwp_part *out, hw_err *err) {
  const int64_t nobody = 0;
  const hw_stored_case_options what = {.investigation = self->investigation,
                                       .families = &nobody,
                                       .samples = samples,
                                       .n_samples = n};
  hw_err why = HW_ERR_INIT;
  *out = (hwp_part){.not_loaded = ""};
  const hw_status status = hw_stored_case_load(self->app, &what, &out->stored, &why);
  out->is_loaded = status == HW_OK;
  if (status == HW_OK) return HW_OK;
  hw_stored_case_clear(&out->stored);
  return sort_failure(self, status, &why, &out->not_loaded, err);
}

hw_status hwp_decide_since(hwp_decide *self, const hw_record *run, int64_t *entry, hw_err *err) {
  bool is_imported = false;
  *entry = 0;
  if (strcmp(hw_record_text(run, HW_FIELD_RUN_PROGRAM), hw_version()) != 0) return HW_OK;
  HW_TRY(hw_store_added_by(self->store, run, entry, err));
  HW_TRY(hwp_entry_is_import(self->store, *entry, &is_imported, err));
  if (is_imported) *entry = 0;
  return HW_OK;
}

/* Of SNPs and lines it enters the table's part whether anybody at all is typed: the pair, if it is,
 * settles that as long as its own parts are the same. */
static unsigned settled_by_pair(const hw_stored_case *stored, const hw_evidence *other) {
  const hw_evidence_input *in = hw_evidence_input_get(other);
  unsigned bits = 0;
  for (int32_t r = 0; r < stored->problem.n_remains; r++) {
    if (in->remains_snp != NULL && in->remains_snp[r].bytes != NULL) bits |= HW_SINCE_SNP;
    if (in->remains_lines != NULL &&
        (in->remains_lines[r].mt != NULL || in->remains_lines[r].y != NULL))
      bits |= HW_SINCE_LINES;
  }
  return bits;
}

static void compare_with_run(hwp_part *self, const hw_evidence_options *evidence,
                             const hw_evidence *other, int64_t since) {
  unsigned bits = self->stored.since;
  const unsigned no_lines = HW_EVIDENCE_BIT(HW_EVIDENCE_MT) | HW_EVIDENCE_BIT(HW_EVIDENCE_Y);
  if (evidence == NULL || (evidence->without & HW_EVIDENCE_BIT(HW_EVIDENCE_SNP)))
    bits &= ~(unsigned)HW_SINCE_SNP;
  if (evidence == NULL || (evidence->without & no_lines) == no_lines)
    bits &= ~(unsigned)HW_SINCE_LINES;
  self->is_same_case = since != 0 && bits == 0;
  if (other != NULL) bits &= ~settled_by_pair(&self->stored, other);
  self->is_same_table = since != 0 && (bits & ~(unsigned)HW_SINCE_CASE) == 0;
}

hw_status hwp_decide_load_pair(hwp_decide *self, const hw_record *run, int64_t since,
                               int64_t family, hwp_part *out, hw_err *err) {
  const hw_stored_case_options what = {.investigation = self->investigation,
                                       .families = &family,
                                       .n_families = family != 0,
                                       .without_remains = family == 0,
                                       .samples = &self->sample.id,
                                       .n_samples = 1,
                                       .since = since};
  hw_evidence_options evidence;
  hw_evidence *other = NULL;
  bool is_used = false;
  hw_err why = HW_ERR_INIT;
  *out = (hwp_part){.not_loaded = ""};
  HW_TRY(hw_evidence_read_parameters(hw_record_text(run, HW_FIELD_RUN_PARAMETERS), &is_used,
                                     &evidence, err));
  const hw_status status =
      load_as(self, &what, is_used ? &evidence : NULL, &out->stored, &other, &why);
  out->is_loaded = status == HW_OK;
  if (status == HW_OK) compare_with_run(out, is_used ? &evidence : NULL, other, since);
  hw_evidence_delete(other); /* the digests are the case's */
  if (status == HW_OK) return HW_OK;
  hw_stored_case_clear(&out->stored);
  return sort_failure(self, status, &why, &out->not_loaded, err);
}
