/* The parts of a comparison computed again: STR, SNP, mtDNA and Y.
 *
 * A run that weighed more than STR says so in its parameters, and each comparison
 * stores its parts. Each part must come out as it is stored, and their sum be the
 * ratio. */
#include <math.h>
#include <string.h>

#include "app/recompute_int.h"
#include "base/check.h"

static hw_status tell_part(hwp_recomputing *self, int64_t comparison, hw_evidence_kind kind,
                           const hw_evidence_parts *was, const hw_evidence_parts *is, hw_err *err) {
  const char *name = hw_evidence_name(kind);
  if (was->is_typed[kind] != is->is_typed[kind])
    return hwp_recompute_tell(self, true, comparison, err,
                              "%s was %scompared as stored, and is %scompared now", name,
                              was->is_typed[kind] ? "" : "not ", is->is_typed[kind] ? "" : "not ");
  return hwp_recompute_tell(
      self, true, comparison, err,
      "log10 LR of %s is %.17g as stored, %.17g computed again from the same inputs", name,
      was->log10_lr[kind], is->log10_lr[kind]);
}

static hw_status compare(hwp_recomputing *self, int64_t comparison, const hw_evidence_parts *was,
                         const hw_evidence_parts *is, bool *is_same, hw_err *err) {
  for (int k = 0; k < HW_EVIDENCE_KINDS; k++) {
    const bool is_equal = was->is_typed[k] == is->is_typed[k] &&
                          hwp_recompute_is_equal(self, was->log10_lr[k], is->log10_lr[k]);
    if (is_equal) continue;
    *is_same = false;
    return tell_part(self, comparison, (hw_evidence_kind)k, was, is, err);
  }
  return HW_OK;
}

static bool has_str(const hwp_recomputing *self, const hwp_found_item *where) {
  const hw_case *problem = &self->stored.problem;
  if (self->how.without & HW_EVIDENCE_BIT(HW_EVIDENCE_STR))
    return false; /* a search by SNPs alone */
  const hw_profile *profile = &problem->remains[where->remains].profile;
  if (problem->families[where->family].n_profiles == 0) return false;
  for (int32_t m = 0; m < profile->n_markers; m++)
    if (profile->observations[m].kind != HW_OBS_MISSING) return true;
  return false;
}

/* Of known sexes that differ nothing but the sex was compared (identify_evidence.c). */
static bool sexes_differ(const hwp_recomputing *self, const hwp_found_item *where) {
  const hw_family *family = &self->stored.problem.families[where->family];
  const hw_sex own = self->stored.problem.remains[where->remains].sex;
  const hw_sex hers = family->pedigree.persons[family->missing[where->missing]].sex;
  return own != HW_UNKNOWN_SEX && hers != HW_UNKNOWN_SEX && own != hers;
}

static hw_status weigh(hwp_recomputing *self, const hwp_found_item *where, double str,
                       hw_evidence_parts *out, hw_err *err) {
  memset(out, 0, sizeof *out);
  if (!sexes_differ(self, where))
    HW_TRY(
        hw_evidence_pair(self->evidence, where->remains, where->family, where->missing, out, err));
  /* A ratio of 0 without typed markers is none; a sex that differs stands with STR. */
  hw_evidence_set_str(out, has_str(self, where) || str != 0 ? str : (double)NAN);
  return HW_OK;
}

hw_status hwp_recompute_parts(hwp_recomputing *self, const hw_record *record,
                              const hwp_found_item *where, double str, double *total, bool *is_same,
                              hw_err *err) {
  hw_evidence_parts was, is;
  hw_err why = HW_ERR_INIT;
  const bool has_parts = !hw_record_is_null(record, HW_FIELD_COMPARISON_PARTS);
  *total = str;
  *is_same = true;
  if (self->evidence == NULL) return HW_OK;
  HW_TRY(weigh(self, where, str, &is, err));
  *total = hw_evidence_total(&is);
  if (!has_parts) {
    *is_same = false;
    return hwp_recompute_tell(self, true, record->id, err,
                              "a run of several kinds of evidence stores no parts of this pair");
  }
  const hw_status status =
      hw_evidence_parts_read(hw_record_text(record, HW_FIELD_COMPARISON_PARTS), &was, &why);
  if (status == HW_E_NO_MEMORY) return HW_NO_MEMORY(err, "a comparison");
  if (status != HW_OK) {
    *is_same = false;
    return hwp_recompute_tell(self, true, record->id, err, "the parts cannot be read: %s",
                              why.message);
  }
  return compare(self, record->id, &was, &is, is_same, err);
}
