/* What the maternal and the paternal line say of remains and a missing person.
 *
 * Of the typed persons of the line the nearest (fewest meioses; the first of such) gives
 * the ratio: its haplotype says most of the missing person's, and further ones of the
 * same line are nearly copies of it, so that their products would count one fact twice.
 * They are used as a check instead: all of one line must have one haplotype but for
 * mutations, so the two that differ most are told. A wrong paternity, an adoption or an
 * exchanged sample shows there before anything is said of remains. */
#include <string.h>

#include "base/check.h"
#include "lineage/lineage_int.h"

/* The typed persons of one line, walked once for each question. */
typedef struct search {
  const hw_lineage_case *family;
  const hw_lineage_options *options;
  hw_line line;
  int32_t missing;
  const hw_mt *remains_mt;
  const int16_t *remains_y;
} search;

static bool is_typed(const search *self, int32_t person) {
  if (self->line == HW_LINE_MATERNAL)
    return self->family->mt != NULL && self->family->mt[person] != NULL;
  return self->family->y != NULL && self->family->y[person] != NULL;
}

/* Differences, and how much both have in common. */
static hw_status compare(const search *self, int32_t person, int32_t other, int32_t *n_shared,
                         int32_t *n_differences, hw_err *err) {
  if (self->line == HW_LINE_PATERNAL) {
    hw_y_comparison found;
    hw_y_compare(self->family->y_panel, self->family->y[person],
                 other < 0 ? self->remains_y : self->family->y[other], &found);
    *n_shared = found.n_shared;
    *n_differences = found.n_differences;
    return HW_OK;
  }
  hw_mt_comparison found;
  HW_TRY(hw_mt_compare(self->family->mt[person],
                       other < 0 ? self->remains_mt : self->family->mt[other],
                       &self->options->mt_compare, &found, err));
  *n_shared = found.n_shared;
  *n_differences = found.n_differences;
  return HW_OK;
}

static hw_status find_meioses(const search *self, int32_t person, int32_t *meioses, hw_err *err) {
  *meioses = HW_LINE_OTHER;
  if (!is_typed(self, person)) return HW_OK;
  return hw_lineage_meioses(self->family->pedigree, self->missing, person, self->line, meioses,
                            err);
}

/* The two references that differ most; the first such pair. */
static hw_status find_contrary(const search *self, int32_t person, hw_lineage_result *out,
                               hw_err *err) {
  for (int32_t other = 0; other < person; other++) {
    int32_t meioses, n_shared, n;
    HW_TRY(find_meioses(self, other, &meioses, err));
    if (meioses == HW_LINE_OTHER) continue;
    HW_TRY(compare(self, person, other, &n_shared, &n, err));
    if (n <= out->n_contrary) continue;
    out->n_contrary = n;
    out->contrary[0] = other;
    out->contrary[1] = person;
  }
  return HW_OK;
}

static hw_status find_reference(const search *self, bool has_remains, hw_lineage_result *out,
                                hw_err *err) {
  for (int32_t i = 0; i < self->family->pedigree->n_persons; i++) {
    int32_t meioses, n_shared = 0, n = 0;
    HW_TRY(find_meioses(self, i, &meioses, err));
    if (meioses == HW_LINE_OTHER) continue;
    out->n_references++;
    HW_TRY(find_contrary(self, i, out, err));
    if (has_remains) HW_TRY(compare(self, i, -1, &n_shared, &n, err));
    if (n_shared == 0 || (out->reference != HW_PERSON_NONE && meioses >= out->meioses)) continue;
    out->reference = i;
    out->meioses = meioses;
  }
  return HW_OK;
}

static hw_status check_options(const hw_lineage_options *options, hw_err *err) {
  if (options->mt_stated_x < 0 || options->mt_stated_n < options->mt_stated_x ||
      options->y_stated_x < 0 || options->y_stated_n < options->y_stated_x)
    return hw_err_set(err, HW_E_VALUE, "a haplotype seen x times among n: expected 0 ≤ x ≤ n");
  if (!(options->confidence >= 0 && options->confidence < 1))
    return hw_err_set(err, HW_E_VALUE, "confidence %g: expected more than 0 and less than 1",
                      options->confidence);
  if (!(options->mt_rates.control_region >= 0 && options->mt_rates.control_region <= 0.01) ||
      !(options->mt_rates.elsewhere >= 0 && options->mt_rates.elsewhere <= 0.01))
    return hw_err_set(err, HW_E_VALUE,
                      "mutation rates of mtDNA are per position and meiosis: expected 0 to 0.01");
  if (options->mt_method == HW_RARITY_LAPLACE)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "the discrete Laplace mixture describes Y-STR, not mtDNA; choose counting, "
                      "its upper bound or kappa");
  if (options->y_method == HW_RARITY_LAPLACE && options->y_model == NULL)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "the discrete Laplace mixture needs a database of Y haplotypes");
  return HW_OK;
}

static hw_status check_family(const hw_lineage_case *family, int32_t missing,
                              const int16_t *remains_y, hw_err *err) {
  if (missing < 0 || missing >= family->pedigree->n_persons)
    return hw_err_set(err, HW_E_REFERENCE, "person %d: the pedigree has persons 0 to %d",
                      (int)missing, (int)family->pedigree->n_persons - 1);
  if ((family->y != NULL || remains_y != NULL) && family->y_panel == NULL)
    return hw_err_set(err, HW_E_SHAPE, "Y haplotypes without the list of their markers");
  return HW_OK;
}

hw_status hw_lineage_weigh(const hw_lineage_case *family, int32_t missing, const hw_mt *remains_mt,
                           const int16_t *remains_y, const hw_lineage_options *options,
                           hw_lineage_evidence *out, hw_err *err) {
  static const hw_lineage_options defaults = {0};
  const hw_lineage_result nothing = {.reference = HW_PERSON_NONE,
                                     .contrary = {HW_PERSON_NONE, HW_PERSON_NONE}};
  if (options == NULL) options = &defaults;
  *out = (hw_lineage_evidence){nothing, nothing};
  HW_TRY(check_options(options, err));
  HW_TRY(check_family(family, missing, remains_y, err));
  search lines = {family, options, HW_LINE_MATERNAL, missing, remains_mt, remains_y};
  HW_TRY(find_reference(&lines, remains_mt != NULL, &out->mt, err));
  if (out->mt.reference != HW_PERSON_NONE)
    HW_TRY(hwp_mt_weigh(family->mt[out->mt.reference], remains_mt, out->mt.meioses, options,
                        &out->mt, err));
  lines.line = HW_LINE_PATERNAL;
  HW_TRY(find_reference(&lines, remains_y != NULL, &out->y, err));
  if (out->y.reference != HW_PERSON_NONE)
    HW_TRY(hwp_y_weigh(family->y_panel, family->y[out->y.reference], remains_y, out->y.meioses,
                       options, &out->y, err));
  return HW_OK;
}
