/* The member "snp" of homeward-power/1. */
#include "base/json_members.h"
#include "cli/power_out.h"

/* ---- panels ---- */

static void write_panel(hw_json_writer *w, const power_view *view, int32_t p) {
  const hw_power_snp_panel *one = &view->snp_options->panels[p];
  hw_json_write_begin_row_object(w);
  hw_json_add_text(w, "name", one->name);
  hw_json_add_text(w, "population", one->panel->populations[one->population].name);
  hw_json_add_number(w, "coverage", one->run.coverage);
  hw_json_add_int(w, "markers", one->panel->n_markers);
  hw_json_add_int(w, "markers_left_out", view->snp_inputs->n_left_out[p]);
  hw_json_add_bool(w, "of_the_database", view->snp_inputs->is_stored[p]);
  hw_json_write_end_object(w);
}

static void write_way(hw_json_writer *w, const power_view *view) {
  const hw_power_snp_panel *way = &view->snp_options->panels[0];
  hw_json_add_int(w, "draws", view->snp_options->n_draws);
  hw_json_add_int(w, "max_bits", view->snp_options->linked.max_bits);
  hw_json_add_number(w, "read_error", way->run.error);
  hw_json_add_number(w, "contamination", way->run.model.contamination);
  hw_json_add_number(w, "deamination", way->run.model.damage);
  hw_json_add_number(w, "deamination_decay", way->run.model.decay);
  hw_json_add_number(w, "deamination_inside", way->run.model.damage_inside);
  hw_json_add_number(w, "call_error", way->call.allele);
  hw_json_add_number(w, "call_dropout", way->call.dropout);
  hw_json_add_number(w, "call_missing", way->call_missing);
  hw_json_add_number(w, "theta", way->theta);
  hw_json_add_array(w, "panels");
  for (int32_t p = 0; p < view->snp_options->n_panels; p++) write_panel(w, view, p);
  hw_json_write_end_array(w);
}

/* ---- missing persons ---- */

static void write_half(hw_json_writer *w, const char *key, const hw_power_snp_curve *curve,
                       int whose) {
  static const char *const names[HW_POWER_QUANTILES] = {"0.05", "0.25", "0.5", "0.75", "0.95"};
  hw_json_add_row_object(w, key);
  hw_json_add_number(w, "mean_log10_lr", curve->mean[whose]);
  hw_json_add_row_object(w, "quantiles");
  for (int q = 0; q < HW_POWER_QUANTILES; q++)
    hw_json_add_double(w, names[q], curve->quantile[whose][q]);
  hw_json_write_end_object(w);
  if (whose == HW_POWER_TRUTH) {
    hw_json_add_number(w, "pass", curve->pass);
    hw_json_add_number(w, "pass_error", curve->pass_error);
  } else {
    hw_json_add_number(w, "pass", curve->false_pass);
    hw_json_add_number(w, "pass_error", curve->false_pass_error);
    hw_json_add_number(w, "pass_at_most", curve->false_pass_most);
  }
  hw_json_write_end_object(w);
}

static void write_curve(hw_json_writer *w, const char *key, const hw_power_snp_curve *curve) {
  hw_json_add_object(w, key);
  write_half(w, "truth", curve, HW_POWER_TRUTH);
  write_half(w, "unrelated", curve, HW_POWER_UNRELATED);
  hw_json_write_end_object(w);
}

static void write_set(hw_json_writer *w, const char *key, const hw_power_snp_set *set) {
  hw_json_add_object(w, key);
  if (set->reason[0] != '\0') {
    hw_json_add_text(w, "left_out", set->reason);
  } else {
    hw_json_add_int(w, "added", set->n_added);
    hw_json_add_int(w, "bits", set->bits);
    hw_json_add_int(w, "draws", set->n_draws);
    hw_json_add_bool(w, "fewer_draws_for_their_cost", set->is_cut);
    write_curve(w, "snp", &set->snp);
    write_curve(w, "str_and_snp", &set->both);
    hw_json_add_number(w, "mean_inverse_lr", set->inverse);
    hw_json_add_number(w, "mean_inverse_lr_error", set->inverse_error);
  }
  hw_json_write_end_object(w);
}

static void write_relatives(hw_json_writer *w, const power_view *view,
                            const hw_power_snp_target *target) {
  hw_json_add_array(w, "relatives");
  for (int32_t i = 0; i < target->n_relatives; i++) {
    const hw_power_snp_relative *one = &target->relatives[i];
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "person", power_person(view, target->who.family, one->person));
    hw_json_add_bool(w, "has_str", one->has_str);
    if (one->reason[0] != '\0') {
      hw_json_add_text(w, "left_out", one->reason);
    } else {
      hw_json_add_int(w, "draws", one->n_draws);
      hw_json_add_number(w, "mean", one->gain.mean);
      hw_json_add_number(w, "pass", one->gain.pass);
      hw_json_add_number(w, "mean_error", one->gain.mean_error);
      hw_json_add_number(w, "pass_error", one->gain.pass_error);
    }
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_target(hw_json_writer *w, const power_view *view,
                         const hw_power_snp_target *target) {
  hw_json_write_begin_object(w);
  hw_json_add_int(w, "panel", target->panel);
  hw_json_add_text(w, "family", view->problem->families[target->who.family].name);
  hw_json_add_text(w, "missing", target->who.code);
  hw_json_add_number(w, "str_pass", target->str_pass);
  if (target->reason[0] != '\0') hw_json_add_text(w, "left_out", target->reason);
  if (target->note[0] != '\0') hw_json_add_text(w, "note", target->note);
  if (target->reason[0] == '\0') {
    hw_json_add_int(w, "typed", target->n_typed);
    hw_json_add_int(w, "markers", target->n_markers);
    if (target->has_now) write_set(w, "as_typed", &target->now);
    if (target->has_then) write_set(w, "all_with_str", &target->then);
    write_relatives(w, view, target);
  }
  hw_json_write_end_object(w);
}

/* ---- what pays ---- */

static void write_ranks(hw_json_writer *w, const power_view *view) {
  const hw_power_snp_rank *ranks = NULL;
  const int32_t n = hw_power_snp_ranks(view->snp, &ranks);
  hw_json_add_array(w, "ranking");
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_row_object(w);
    hw_json_add_int(w, "panel", ranks[i].panel);
    hw_json_add_int(w, "computed", ranks[i].n_computed);
    hw_json_add_int(w, "left_out", ranks[i].n_left_out);
    hw_json_add_number(w, "str", ranks[i].str);
    hw_json_add_number(w, "as_typed", ranks[i].now);
    hw_json_add_number(w, "all_with_str", ranks[i].then);
    hw_json_add_number(w, "newly_above", ranks[i].newly);
    hw_json_add_number(w, "newly_above_error", ranks[i].newly_error);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_advice(hw_json_writer *w, const power_view *view) {
  const hw_power_snp_advice *advice = NULL;
  const int32_t n = hw_power_snp_advise(view->snp, &advice);
  hw_json_add_array(w, "type_next");
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_row_object(w);
    hw_json_add_int(w, "panel", advice[i].panel);
    hw_json_add_text(w, "family", view->problem->families[advice[i].family].name);
    hw_json_add_text(w, "person", power_person(view, advice[i].family, advice[i].person));
    hw_json_add_bool(w, "has_str", advice[i].has_str);
    hw_json_add_number(w, "gain_pass", advice[i].gain_pass);
    hw_json_add_number(w, "gain_pass_error", advice[i].gain_error);
    hw_json_add_number(w, "gain_log10_lr", advice[i].gain_mean);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

void power_write_snp(hw_json_writer *w, const power_view *view) {
  hw_json_add_object(w, "snp");
  write_way(w, view);
  hw_json_add_array(w, "targets");
  for (int32_t t = 0; t < hw_power_snp_count(view->snp); t++)
    write_target(w, view, hw_power_snp_get(view->snp, t));
  hw_json_write_end_array(w);
  write_ranks(w, view);
  write_advice(w, view);
  hw_json_write_end_object(w);
}
