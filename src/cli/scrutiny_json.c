/* homeward-scrutiny/1: the machine's form of a scrutiny, one object per pairing. */

#include "base/json_members.h"
#include "cli/scrutiny_out.h"

static void texts(hw_json_writer *w, const char *key, int32_t n, const char *const *items) {
  hw_json_add_array(w, key);
  for (int32_t i = 0; i < n; i++) hw_json_write_string(w, items[i]);
  hw_json_write_end_array(w);
}

static void write_rivals(hw_json_writer *w, const scrutiny_view *view) {
  const hw_scrutiny_report *report = view->report;
  hw_json_add_array(w, "rivals");
  for (int32_t i = 0; i < report->n_rivals; i++) {
    const hw_rival *rival = &report->rivals[i];
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "kind", hw_rival_name(rival->kind));
    hw_json_add_text(w, "text", rival->text);
    hw_json_add_bool(w, "computed", rival->is_computed);
    if (rival->note != NULL) hw_json_add_text(w, "note", rival->note);
    if (rival->is_computed) {
      hw_json_add_number(w, "log10_lr", rival->log10_lr);
      hw_json_add_number(w, "log10_lr_of_missing_against_it", rival->log10_ratio);
      hw_json_add_bool(w, "exchangeable", rival->is_exchangeable);
      if (rival->marker >= 0) {
        hw_json_add_text(w, "marker", view->problem->markers[rival->marker].name);
        hw_json_add_number(w, "marker_log10_lr", rival->marker_log10_ratio);
      }
    }
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  hw_json_add_text(w, "closest_rival",
                   report->closest >= 0 ? report->rivals[report->closest].text : NULL);
}

static void write_distribution(hw_json_writer *w, const char *key,
                               const hw_lr_distribution *distribution) {
  static const char *const names[2] = {"p_as_low", "p_as_high"};
  hw_json_add_object(w, key);
  hw_json_add_number(w, "mean", distribution->mean);
  hw_json_add_number(w, "sd", distribution->sd);
  hw_json_add_number(w, "q_0.025", distribution->q_low);
  hw_json_add_number(w, "q_0.975", distribution->q_high);
  hw_json_add_number(w, "p_impossible", distribution->p_impossible);
  hw_json_add_number(w, "p_certain", distribution->p_certain);
  for (int i = 0; i < 2; i++) {
    const double *bounds = i == 0 ? distribution->p_low : distribution->p_high;
    hw_json_add_doubles(w, names[i], 2, bounds);
  }
  hw_json_add_number(w, "grid_error", distribution->error);
  hw_json_write_end_object(w);
}

static void write_expected(hw_json_writer *w, const scrutiny_view *view) {
  const hw_scrutiny_expected *expected = &view->report->expected;
  hw_json_add_object(w, "expected");
  hw_json_add_int(w, "markers", expected->n_markers);
  write_distribution(w, "true_match", &expected->truth);
  write_distribution(w, "unrelated", &expected->unrelated);
  hw_json_add_bool(w, "untypically_low", expected->is_low);
  hw_json_add_bool(w, "untypically_high", expected->is_high);
  hw_json_write_end_object(w);
}

static void write_change(hw_json_writer *w, const scrutiny_view *view, const hw_relabel *change) {
  hw_json_write_begin_row_object(w);
  hw_json_add_text(w, "kind", hw_relabel_name(change->kind));
  hw_json_add_text(w, "text", change->text);
  hw_json_add_text(w, "person", scrutiny_id(view, change->person));
  if (change->parent != HW_PERSON_NONE)
    hw_json_add_text(w, "parent", scrutiny_id(view, change->parent));
  hw_json_add_bool(w, "computed", change->is_computed);
  if (change->is_computed) {
    hw_json_add_number(w, "log10_lr", change->log10_lr);
    hw_json_add_number(w, "log10_gain", change->log10_gain);
    if (change->kind == HW_RELABEL_UNRELATED)
      hw_json_add_number(w, "log10_lr_left_out", change->log10_left_out);
    hw_json_add_number(w, "log10_family", change->log10_family);
    hw_json_add_number(w, "log10_support", change->log10_support);
  }
  hw_json_write_end_object(w);
}

static void write_references(hw_json_writer *w, const scrutiny_view *view) {
  const hw_scrutiny_references *references = &view->report->references;
  const hw_family *family = &view->problem->families[view->family];
  hw_json_add_object(w, "references");
  hw_json_add_array(w, "changes");
  for (int32_t i = 0; i < references->n_changes; i++)
    write_change(w, view, &references->changes[i]);
  hw_json_write_end_array(w);
  hw_json_add_text(w, "suspect",
                   references->suspect >= 0 ? references->changes[references->suspect].text : NULL);
  hw_json_add_array(w, "contradictions");
  for (int32_t i = 0; i < references->n_mismatches; i++) {
    const hw_mismatch *mismatch = &references->mismatches[i];
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "marker", view->problem->markers[mismatch->marker].name);
    hw_json_add_bool(w, "among_references", mismatch->in_family);
    hw_json_add_array(w, "persons");
    for (int32_t k = 0; k < mismatch->n_profiles; k++)
      hw_json_write_string(w, scrutiny_id(view, family->profile_person[mismatch->profiles[k]]));
    hw_json_write_end_array(w);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  hw_json_add_number(w, "p_as_many_in_a_true_match", references->p_mismatches);
  hw_json_add_text(w, "takes_part_in_all",
                   references->carrier >= 0
                       ? scrutiny_id(view, family->profile_person[references->carrier])
                       : NULL);
  hw_json_write_end_object(w);
}

static void write_factor(hw_json_writer *w, const hw_band_factor *factor) {
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "factor", hw_band_name(factor->kind));
  if (factor->note != NULL) hw_json_add_text(w, "note", factor->note);
  hw_json_add_number(w, "log10_least", factor->log10_least);
  hw_json_add_number(w, "log10_most", factor->log10_most);
  hw_json_add_number(w, "log10_drop", factor->log10_drop);
  hw_json_add_array(w, "points");
  for (int32_t i = 0; i < factor->n_points; i++) {
    const hw_band_point *point = &factor->points[i];
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "at", point->text);
    hw_json_add_bool(w, "stated", point->is_stated);
    hw_json_add_bool(w, "computed", point->is_computed);
    if (point->is_computed) hw_json_add_number(w, "log10_lr", point->log10_lr);
    if (point->note != NULL) hw_json_add_text(w, "note", point->note);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
}

static void write_band(hw_json_writer *w, const scrutiny_view *view) {
  const hw_scrutiny_band *band = &view->report->band;
  hw_json_add_object(w, "band");
  hw_json_add_array(w, "factors");
  for (int k = 0; k < HW_BAND_KIND_COUNT; k++) write_factor(w, &band->factors[k]);
  hw_json_write_end_array(w);
  hw_json_add_text(w, "driver",
                   band->driver >= 0 ? hw_band_name((hw_band_kind)band->driver) : NULL);
  hw_json_add_number(w, "log10_combined", band->log10_combined);
  if (band->combined_note != NULL) hw_json_add_text(w, "combined_note", band->combined_note);
  hw_json_add_int(w, "points_not_computed", band->n_left_out);
  hw_json_write_end_object(w);
}

void scrutiny_write_json(hw_json_writer *w, const scrutiny_view *view) {
  const hw_scrutiny_report *report = view->report;
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "family", view->problem->families[view->family].name);
  hw_json_add_text(w, "missing", scrutiny_missing_id(view));
  hw_json_add_text(w, "remains", view->problem->remains[view->remains].id);
  if (view->identification != NULL) hw_json_add_text(w, "identification", view->identification);
  if (view->state != NULL) hw_json_add_text(w, "state", view->state);
  hw_json_add_text(w, "verdict", report->stands ? "stands" : "look again");
  texts(w, "reasons", report->n_reasons, report->reasons);
  texts(w, "notes", report->n_notes, report->notes);
  hw_json_add_number(w, "log10_lr", report->log10_lr);
  hw_json_add_bool(w, "sexes_differ", report->is_sex_excluded);
  hw_json_add_object(w, "per_marker");
  for (int32_t m = 0; m < view->problem->n_markers; m++)
    hw_json_add_number(w, view->problem->markers[m].name, report->per_marker[m]);
  hw_json_write_end_object(w);
  write_rivals(w, view);
  write_expected(w, view);
  write_references(w, view);
  write_band(w, view);
  hw_json_write_end_object(w);
}
