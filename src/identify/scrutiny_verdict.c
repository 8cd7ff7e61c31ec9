/* The verdict: "stands" where none of these rules speaks, "look again" with each that
 * does. The rules are stated in docs/scrutiny.md, with the same numbers.
 *
 *   excluded      the sexes differ, or the ratio is below the threshold
 *   missing       another missing person of the family fits as well, within the margin
 *   relative      a relative of the missing person fits ten times better or more
 *   clan          against a distant cousin or a member of the clan the ratio is below the
 *                 margin
 *   untypical     the ratio is lower, or higher, than a true match shows at the level
 *   contradiction more markers need a mutation than a true match shows at the level, or
 *                 one reference takes part in all of two or more
 *   reference     a change of one reference explains the profiles better by the margin
 *   band          one factor alone, or all together, brings the ratio below the threshold
 *
 * A relative of a known family who is no missing person, and whom no profile could tell
 * from the missing person (a brother without descendants on file), is a note: DNA cannot
 * decide it, records must. The same holds for the unrelated person, who is the ratio
 * itself. */
#include "base/check.h"
#include "identify/scrutiny_int.h"

/* log10 by which a relative must fit better. */
static const double RELATIVE_BETTER = 1;

static bool is_clan(hw_rival_kind kind) {
  return kind == HW_RIVAL_DISTANT || kind == HW_RIVAL_CLAN;
}

static hw_status judge_ratio(hw_scrutiny *self, hw_err *err) {
  const hw_scrutiny_report *report = &self->report;
  if (report->is_sex_excluded)
    HW_TRY(hwp_scrutiny_reason(self,
                               hwp_scrutiny_text(self, "the sexes of the remains and of %s differ",
                                                 hwp_scrutiny_id(self, self->missing)),
                               err));
  if (report->log10_lr >= self->options.threshold) return HW_OK;
  return hwp_scrutiny_reason(
      self,
      report->log10_lr == IMPOSSIBLE
          ? hwp_scrutiny_text(self, "the profile excludes the pairing (LR 0)")
          : hwp_scrutiny_text(self, "the log10 LR %.2f is below the threshold %.2f",
                              report->log10_lr, self->options.threshold),
      err);
}

static hw_status judge_rival(hw_scrutiny *self, const hw_rival *rival, hw_err *err) {
  const double margin = self->options.margin;
  if (!rival->is_computed || isnan(rival->log10_ratio)) return HW_OK;
  if (rival->kind == HW_RIVAL_MISSING) {
    if (rival->log10_ratio >= margin) return HW_OK;
    return hwp_scrutiny_reason(
        self,
        rival->is_exchangeable
            ? hwp_scrutiny_text(self, "no profile could tell %s from %s: decide them jointly",
                                hwp_scrutiny_id(self, self->missing), rival->text)
            : hwp_scrutiny_text(self, "%s: log10 LR against this person is only %.2f", rival->text,
                                rival->log10_ratio),
        err);
  }
  if (is_clan(rival->kind)) {
    if (rival->log10_ratio >= margin || rival->is_exchangeable) return HW_OK;
    return hwp_scrutiny_reason(
        self,
        hwp_scrutiny_text(self, "%s: log10 LR against this person is only %.2f", rival->text,
                          rival->log10_ratio),
        err);
  }
  if (rival->kind == HW_RIVAL_UNRELATED || rival->log10_ratio > -RELATIVE_BETTER) return HW_OK;
  return hwp_scrutiny_reason(
      self, hwp_scrutiny_text(self, "%s fits better, by 10^%.2f", rival->text, -rival->log10_ratio),
      err);
}

static hw_status judge_rivals(hw_scrutiny *self, hw_err *err) {
  for (int32_t i = 0; i < self->report.n_rivals; i++) {
    const hw_rival *rival = &self->report.rivals[i];
    HW_TRY(judge_rival(self, rival, err));
    if (!rival->is_computed && rival->note != NULL)
      HW_TRY(hwp_scrutiny_note(
          self, hwp_scrutiny_text(self, "not compared: %s (%s)", rival->text, rival->note), err));
    if (rival->is_exchangeable && rival->kind != HW_RIVAL_MISSING)
      HW_TRY(hwp_scrutiny_note(
          self,
          hwp_scrutiny_text(self, "no profile could tell %s from %s: only records can",
                            hwp_scrutiny_id(self, self->missing), rival->text),
          err));
  }
  return HW_OK;
}

static hw_status judge_expected(hw_scrutiny *self, hw_err *err) {
  const hw_scrutiny_expected *expected = &self->report.expected;
  if (expected->is_low)
    HW_TRY(hwp_scrutiny_reason(
        self,
        hwp_scrutiny_text(self,
                          "the LR is untypically low: a true match of this family and quality has "
                          "log10 LR %.1f (sd %.1f), and one as low with probability %.2g",
                          expected->truth.mean, expected->truth.sd, expected->truth.p_low[1]),
        err));
  if (expected->is_high)
    HW_TRY(hwp_scrutiny_reason(
        self,
        hwp_scrutiny_text(self,
                          "the LR is untypically high: a true match of this family and quality has "
                          "log10 LR %.1f (sd %.1f), and one as high with probability %.2g",
                          expected->truth.mean, expected->truth.sd, expected->truth.p_high[1]),
        err));
  return HW_OK;
}

static hw_status judge_references(hw_scrutiny *self, hw_err *err) {
  const hw_scrutiny_references *references = &self->report.references;
  if (references->n_pair_mismatches > 0 && references->p_mismatches < self->options.level)
    HW_TRY(hwp_scrutiny_reason(
        self,
        hwp_scrutiny_text(self,
                          "%d markers need a mutation; a true match shows as many with probability "
                          "%.2g",
                          (int)references->n_pair_mismatches, references->p_mismatches),
        err));
  if (references->carrier >= 0)
    HW_TRY(hwp_scrutiny_reason(
        self,
        hwp_scrutiny_text(self, "%s takes part in all %d contradictions",
                          hwp_scrutiny_id(self, self->family->profile_person[references->carrier]),
                          (int)references->n_mismatches),
        err));
  if (references->suspect < 0) return HW_OK;
  const hw_relabel *suspect = &references->changes[references->suspect];
  return hwp_scrutiny_reason(
      self,
      hwp_scrutiny_text(self, "if %s, the log10 LR is %.2f instead of %.2f", suspect->text,
                        suspect->log10_lr, self->report.log10_lr),
      err);
}

static hw_status judge_band(hw_scrutiny *self, hw_err *err) {
  const hw_scrutiny_band *band = &self->report.band;
  const double threshold = self->options.threshold;
  bool is_told = false;
  if (band->combined_note != NULL)
    HW_TRY(
        hwp_scrutiny_note(self,
                          hwp_scrutiny_text(self, "the factors of the band were not combined (%s)",
                                            band->combined_note),
                          err));
  if (self->report.log10_lr < threshold) return HW_OK; /* told already */
  for (int k = 0; k < HW_BAND_KIND_COUNT; k++) {
    const hw_band_factor *factor = &band->factors[k];
    if (!(factor->log10_least < threshold)) continue;
    is_told = true;
    HW_TRY(hwp_scrutiny_reason(
        self,
        hwp_scrutiny_text(self, "%s '%s' alone brings the log10 LR to %.2f",
                          hw_band_name(factor->kind), factor->points[factor->least].text,
                          factor->log10_least),
        err));
  }
  if (is_told || !band->is_combined || !(band->log10_combined < threshold)) return HW_OK;
  return hwp_scrutiny_reason(
      self,
      hwp_scrutiny_text(self, "all factors at their least favourable bring the log10 LR to %.2f",
                        band->log10_combined),
      err);
}

hw_status hwp_scrutiny_judge(hw_scrutiny *self, hw_err *err) {
  HW_TRY(judge_ratio(self, err));
  HW_TRY(judge_rivals(self, err));
  HW_TRY(judge_expected(self, err));
  HW_TRY(judge_references(self, err));
  return judge_band(self, err);
}
