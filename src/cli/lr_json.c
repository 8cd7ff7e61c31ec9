/* `homeward lr` for machines: one case of homeward-lr/1, and the ratios that both outputs show.
 *
 * "evidence" stands beside the members that the contract has, where there is more than the case's own
 * markers. */
#include <math.h>

#include "base/json_members.h"
#include "cli/lr_out.h"

double lr_log10_ratio(double ln_numerator, double ln_denominator) {
  const double impossible = -HUGE_VAL;
  if (ln_numerator == impossible && ln_denominator == impossible) return (double)NAN;
  if (ln_numerator == impossible) return impossible;
  if (ln_denominator == impossible) return HUGE_VAL;
  return (ln_numerator - ln_denominator) / 2.302585092994045684017991454684;
}

double lr_total_ratio(const hw_case *c, const lr_result *r, int32_t h) {
  return lr_log10_ratio(r->ln_likelihood[h], r->ln_likelihood[c->reference]);
}

/* ln of a hypothesis by one kind of evidence. */
static double ln_of(const lr_result *r, lr_kind kind, int32_t h) {
  return kind == LR_STR ? r->ln_likelihood[h] : r->weights.ln[kind][h];
}

bool lr_has_kind(const hw_case *c, const lr_result *r, lr_kind kind) {
  return kind == LR_STR ? c->n_markers > 0 : r->weights.ln[kind] != NULL;
}

double lr_kind_ratio(const hw_case *c, const lr_result *r, lr_kind kind, int32_t h) {
  return lr_log10_ratio(ln_of(r, kind, h), ln_of(r, kind, c->reference));
}

/* All kinds together. */
double lr_joint_ratio(const hw_case *c, const lr_result *r, int32_t h) {
  double ln[2] = {0, 0};
  for (int k = 0; k < LR_KINDS; k++)
    for (int i = 0; i < 2 && lr_has_kind(c, r, (lr_kind)k); i++)
      ln[i] += ln_of(r, (lr_kind)k, i == 0 ? h : c->reference);
  return lr_log10_ratio(ln[0], ln[1]);
}

double lr_marker_ratio(const hw_case *c, const lr_result *r, int32_t h, int32_t m) {
  size_t n = (size_t)c->n_markers;
  return lr_log10_ratio(r->per_marker[(size_t)h * n + (size_t)m],
                        r->per_marker[(size_t)c->reference * n + (size_t)m]);
}

static void json_marker_lists(hw_json_writer *w, const hw_case *c, const lr_result *r,
                              bool as_ratio) {
  for (int32_t h = 0; h < c->n_hypotheses; h++) {
    if (as_ratio && h == c->reference) continue;
    hw_json_add_row(w, c->hypotheses[h].name);
    for (int32_t m = 0; m < c->n_markers; m++)
      hw_json_write_double(w, as_ratio
                                  ? lr_marker_ratio(c, r, h, m)
                                  : r->per_marker[(size_t)h * (size_t)c->n_markers + (size_t)m]);
    hw_json_write_end_array(w);
  }
}

static const char *const kind_keys[LR_KINDS] = {"str", "snp", "mt", "y"};

/* log10 LR by kind of evidence; absent where there is none but the case's own markers. */
static void json_evidence(hw_json_writer *w, const hw_case *c, const lr_result *r) {
  hw_json_add_object(w, "evidence");
  for (int32_t h = 0; h < c->n_hypotheses; h++) {
    if (h == c->reference) continue;
    hw_json_add_object(w, c->hypotheses[h].name);
    for (int k = 0; k < LR_KINDS; k++) {
      if (!lr_has_kind(c, r, (lr_kind)k)) continue;
      hw_json_add_double(w, kind_keys[k], lr_kind_ratio(c, r, (lr_kind)k, h));
    }
    hw_json_add_double(w, "total", lr_joint_ratio(c, r, h));
    hw_json_write_end_object(w);
  }
  hw_json_write_end_object(w);
}

void lr_json_case(hw_json_writer *w, const hw_case *c, const lr_result *r,
                  const lr_evidence *evidence) {
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "id", c->id);
  hw_json_add_text(w, "reference", c->hypotheses[c->reference].name);
  hw_json_add_object(w, "ln_likelihood");
  for (int32_t h = 0; h < c->n_hypotheses; h++)
    hw_json_add_double(w, c->hypotheses[h].name, r->ln_likelihood[h]);
  hw_json_write_end_object(w);
  if (c->n_linkages == 0 && r->n_linked == 0) {
    hw_json_add_object(w, "ln_likelihood_per_marker");
    json_marker_lists(w, c, r, false);
    hw_json_write_end_object(w);
  }
  hw_json_add_object(w, "log10_lr");
  for (int32_t h = 0; h < c->n_hypotheses; h++) {
    if (h == c->reference) continue;
    hw_json_add_double(w, c->hypotheses[h].name, lr_total_ratio(c, r, h));
  }
  hw_json_write_end_object(w);
  if (c->n_linkages == 0 && r->n_linked == 0) {
    hw_json_add_object(w, "log10_lr_per_marker");
    json_marker_lists(w, c, r, true);
    hw_json_write_end_object(w);
  }
  if (evidence != NULL) {
    json_evidence(w, c, r);
    lr_json_haplogroups(w, c, evidence, &r->weights);
    lr_json_grids(w, c, evidence, &r->weights);
  }
  hw_json_write_end_object(w);
}

void lr_json_error(hw_json_writer *w, const hw_case *c, const hw_err *err) {
  char text[1200];
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "id", c->id);
  hw_json_add_text(w, "error", hw_err_text(err, text, sizeof text));
  hw_json_write_end_object(w);
}
