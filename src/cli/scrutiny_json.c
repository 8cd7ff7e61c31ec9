/* homeward-scrutiny/1: the machine's form of a scrutiny, one object per pairing. */
#include <math.h>

#include "cli/scrutiny_out.h"

static void text(hw_json_writer *w, const char *key, const char *value) {
  hw_json_write_key(w, key);
  hw_json_write_string(w, value);
}

static void number(hw_json_writer *w, const char *key, double value) {
  hw_json_write_key(w, key);
  hw_json_write_double(w, value);
}

static void count(hw_json_writer *w, const char *key, int64_t value) {
  hw_json_write_key(w, key);
  hw_json_write_int(w, value);
}

static void yes_no(hw_json_writer *w, const char *key, bool value) {
  hw_json_write_key(w, key);
  hw_json_write_bool(w, value);
}

static void begin(hw_json_writer *w, const char *key) {
  hw_json_write_key(w, key);
  hw_json_write_begin_object(w);
}

static void begin_list(hw_json_writer *w, const char *key) {
  hw_json_write_key(w, key);
  hw_json_write_begin_array(w);
}

static void texts(hw_json_writer *w, const char *key, int32_t n, const char *const *items) {
  begin_list(w, key);
  for (int32_t i = 0; i < n; i++) hw_json_write_string(w, items[i]);
  hw_json_write_end_array(w);
}

static void write_rivals(hw_json_writer *w, const scrutiny_view *view) {
  const hw_scrutiny_report *report = view->report;
  begin_list(w, "rivals");
  for (int32_t i = 0; i < report->n_rivals; i++) {
    const hw_rival *rival = &report->rivals[i];
    hw_json_write_begin_row_object(w);
    text(w, "kind", hw_rival_name(rival->kind));
    text(w, "text", rival->text);
    yes_no(w, "computed", rival->is_computed);
    if (rival->note != NULL) text(w, "note", rival->note);
    if (rival->is_computed) {
      number(w, "log10_lr", rival->log10_lr);
      number(w, "log10_lr_of_missing_against_it", rival->log10_ratio);
      yes_no(w, "exchangeable", rival->is_exchangeable);
      if (rival->marker >= 0) {
        text(w, "marker", view->problem->markers[rival->marker].name);
        number(w, "marker_log10_lr", rival->marker_log10_ratio);
      }
    }
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  hw_json_write_key(w, "closest_rival");
  hw_json_write_string(w, report->closest >= 0 ? report->rivals[report->closest].text : NULL);
}

static void write_distribution(hw_json_writer *w, const char *key,
                               const hw_lr_distribution *distribution) {
  static const char *const names[2] = {"p_as_low", "p_as_high"};
  begin(w, key);
  number(w, "mean", distribution->mean);
  number(w, "sd", distribution->sd);
  number(w, "q_0.025", distribution->q_low);
  number(w, "q_0.975", distribution->q_high);
  number(w, "p_impossible", distribution->p_impossible);
  number(w, "p_certain", distribution->p_certain);
  for (int i = 0; i < 2; i++) {
    const double *bounds = i == 0 ? distribution->p_low : distribution->p_high;
    hw_json_write_key(w, names[i]);
    hw_json_write_begin_row(w);
    hw_json_write_double(w, bounds[0]);
    hw_json_write_double(w, bounds[1]);
    hw_json_write_end_array(w);
  }
  number(w, "grid_error", distribution->error);
  hw_json_write_end_object(w);
}

static void write_expected(hw_json_writer *w, const scrutiny_view *view) {
  const hw_scrutiny_expected *expected = &view->report->expected;
  begin(w, "expected");
  count(w, "markers", expected->n_markers);
  write_distribution(w, "true_match", &expected->truth);
  write_distribution(w, "unrelated", &expected->unrelated);
  yes_no(w, "untypically_low", expected->is_low);
  yes_no(w, "untypically_high", expected->is_high);
  hw_json_write_end_object(w);
}

static void write_change(hw_json_writer *w, const scrutiny_view *view, const hw_relabel *change) {
  hw_json_write_begin_row_object(w);
  text(w, "kind", hw_relabel_name(change->kind));
  text(w, "text", change->text);
  text(w, "person", scrutiny_id(view, change->person));
  if (change->parent != HW_PERSON_NONE) text(w, "parent", scrutiny_id(view, change->parent));
  yes_no(w, "computed", change->is_computed);
  if (change->is_computed) {
    number(w, "log10_lr", change->log10_lr);
    number(w, "log10_gain", change->log10_gain);
    if (change->kind == HW_RELABEL_UNRELATED)
      number(w, "log10_lr_left_out", change->log10_left_out);
    number(w, "log10_family", change->log10_family);
    number(w, "log10_support", change->log10_support);
  }
  hw_json_write_end_object(w);
}

static void write_references(hw_json_writer *w, const scrutiny_view *view) {
  const hw_scrutiny_references *references = &view->report->references;
  const hw_family *family = &view->problem->families[view->family];
  begin(w, "references");
  begin_list(w, "changes");
  for (int32_t i = 0; i < references->n_changes; i++)
    write_change(w, view, &references->changes[i]);
  hw_json_write_end_array(w);
  hw_json_write_key(w, "suspect");
  hw_json_write_string(
      w, references->suspect >= 0 ? references->changes[references->suspect].text : NULL);
  begin_list(w, "contradictions");
  for (int32_t i = 0; i < references->n_mismatches; i++) {
    const hw_mismatch *mismatch = &references->mismatches[i];
    hw_json_write_begin_row_object(w);
    text(w, "marker", view->problem->markers[mismatch->marker].name);
    yes_no(w, "among_references", mismatch->in_family);
    hw_json_write_key(w, "persons");
    hw_json_write_begin_array(w);
    for (int32_t k = 0; k < mismatch->n_profiles; k++)
      hw_json_write_string(w, scrutiny_id(view, family->profile_person[mismatch->profiles[k]]));
    hw_json_write_end_array(w);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  number(w, "p_as_many_in_a_true_match", references->p_mismatches);
  hw_json_write_key(w, "takes_part_in_all");
  hw_json_write_string(w, references->carrier >= 0
                              ? scrutiny_id(view, family->profile_person[references->carrier])
                              : NULL);
  hw_json_write_end_object(w);
}

static void write_factor(hw_json_writer *w, const hw_band_factor *factor) {
  hw_json_write_begin_object(w);
  text(w, "factor", hw_band_name(factor->kind));
  if (factor->note != NULL) text(w, "note", factor->note);
  number(w, "log10_least", factor->log10_least);
  number(w, "log10_most", factor->log10_most);
  number(w, "log10_drop", factor->log10_drop);
  begin_list(w, "points");
  for (int32_t i = 0; i < factor->n_points; i++) {
    const hw_band_point *point = &factor->points[i];
    hw_json_write_begin_row_object(w);
    text(w, "at", point->text);
    yes_no(w, "stated", point->is_stated);
    yes_no(w, "computed", point->is_computed);
    if (point->is_computed) number(w, "log10_lr", point->log10_lr);
    if (point->note != NULL) text(w, "note", point->note);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
}

static void write_band(hw_json_writer *w, const scrutiny_view *view) {
  const hw_scrutiny_band *band = &view->report->band;
  begin(w, "band");
  begin_list(w, "factors");
  for (int k = 0; k < HW_BAND_KIND_COUNT; k++) write_factor(w, &band->factors[k]);
  hw_json_write_end_array(w);
  hw_json_write_key(w, "driver");
  hw_json_write_string(w, band->driver >= 0 ? hw_band_name((hw_band_kind)band->driver) : NULL);
  number(w, "log10_combined", band->log10_combined);
  if (band->combined_note != NULL) text(w, "combined_note", band->combined_note);
  count(w, "points_not_computed", band->n_left_out);
  hw_json_write_end_object(w);
}

void scrutiny_write_json(hw_json_writer *w, const scrutiny_view *view) {
  const hw_scrutiny_report *report = view->report;
  hw_json_write_begin_object(w);
  text(w, "family", view->problem->families[view->family].name);
  text(w, "missing", scrutiny_missing_id(view));
  text(w, "remains", view->problem->remains[view->remains].id);
  if (view->identification != NULL) text(w, "identification", view->identification);
  if (view->state != NULL) text(w, "state", view->state);
  text(w, "verdict", report->stands ? "stands" : "look again");
  texts(w, "reasons", report->n_reasons, report->reasons);
  texts(w, "notes", report->n_notes, report->notes);
  number(w, "log10_lr", report->log10_lr);
  yes_no(w, "sexes_differ", report->is_sex_excluded);
  begin(w, "per_marker");
  for (int32_t m = 0; m < view->problem->n_markers; m++)
    number(w, view->problem->markers[m].name, report->per_marker[m]);
  hw_json_write_end_object(w);
  write_rivals(w, view);
  write_expected(w, view);
  write_references(w, view);
  write_band(w, view);
  hw_json_write_end_object(w);
}
