/* The member "snp" of homeward-power/1. */
#include <math.h>

#include "cli/json_members.h"
#include "cli/power_out.h"

/* ---- panels ---- */

static void write_panel(hw_json_writer *w, const power_view *view, int32_t p) {
  const hw_power_snp_panel *one = &view->snp_options->panels[p];
  hw_json_write_begin_row_object(w);
  cli_json_text(w, "name", one->name);
  cli_json_text(w, "population", one->panel->populations[one->population].name);
  cli_json_number(w, "coverage", one->run.coverage);
  cli_json_count(w, "markers", one->panel->n_markers);
  cli_json_count(w, "markers_left_out", view->snp_inputs->n_left_out[p]);
  cli_json_yes_no(w, "of_the_database", view->snp_inputs->is_stored[p]);
  hw_json_write_end_object(w);
}

static void write_way(hw_json_writer *w, const power_view *view) {
  const hw_power_snp_panel *way = &view->snp_options->panels[0];
  cli_json_count(w, "draws", view->snp_options->n_draws);
  cli_json_count(w, "max_bits", view->snp_options->linked.max_bits);
  cli_json_number(w, "read_error", way->run.error);
  cli_json_number(w, "contamination", way->run.model.contamination);
  cli_json_number(w, "deamination", way->run.model.damage);
  cli_json_number(w, "deamination_decay", way->run.model.decay);
  cli_json_number(w, "deamination_inside", way->run.model.damage_inside);
  cli_json_number(w, "call_error", way->call.allele);
  cli_json_number(w, "call_dropout", way->call.dropout);
  cli_json_number(w, "call_missing", way->call_missing);
  cli_json_number(w, "theta", way->theta);
  hw_json_write_key(w, "panels");
  hw_json_write_begin_array(w);
  for (int32_t p = 0; p < view->snp_options->n_panels; p++) write_panel(w, view, p);
  hw_json_write_end_array(w);
}

/* ---- missing persons ---- */

static void write_half(hw_json_writer *w, const char *key, const hw_power_snp_curve *curve,
                       int whose) {
  static const char *const names[HW_POWER_QUANTILES] = {"0.05", "0.25", "0.5", "0.75", "0.95"};
  hw_json_write_key(w, key);
  hw_json_write_begin_row_object(w);
  cli_json_number(w, "mean_log10_lr", curve->mean[whose]);
  hw_json_write_key(w, "quantiles");
  hw_json_write_begin_row_object(w);
  for (int q = 0; q < HW_POWER_QUANTILES; q++)
    cli_json_ratio(w, names[q], curve->quantile[whose][q]);
  hw_json_write_end_object(w);
  if (whose == HW_POWER_TRUTH) {
    cli_json_number(w, "pass", curve->pass);
    cli_json_number(w, "pass_error", curve->pass_error);
  } else {
    cli_json_number(w, "pass", curve->false_pass);
    cli_json_number(w, "pass_error", curve->false_pass_error);
    cli_json_number(w, "pass_at_most", curve->false_pass_most);
  }
  hw_json_write_end_object(w);
}

static void write_curve(hw_json_writer *w, const char *key, const hw_power_snp_curve *curve) {
  hw_json_write_key(w, key);
  hw_json_write_begin_object(w);
  write_half(w, "truth", curve, HW_POWER_TRUTH);
  write_half(w, "unrelated", curve, HW_POWER_UNRELATED);
  hw_json_write_end_object(w);
}

static void write_set(hw_json_writer *w, const char *key, const hw_power_snp_set *set) {
  hw_json_write_key(w, key);
  hw_json_write_begin_object(w);
  if (set->reason[0] != '\0') {
    cli_json_text(w, "left_out", set->reason);
  } else {
    cli_json_count(w, "added", set->n_added);
    cli_json_count(w, "bits", set->bits);
    cli_json_count(w, "draws", set->n_draws);
    cli_json_yes_no(w, "fewer_draws_for_their_cost", set->is_cut);
    write_curve(w, "snp", &set->snp);
    write_curve(w, "str_and_snp", &set->both);
    cli_json_number(w, "mean_inverse_lr", set->inverse);
    cli_json_number(w, "mean_inverse_lr_error", set->inverse_error);
  }
  hw_json_write_end_object(w);
}

static void write_relatives(hw_json_writer *w, const power_view *view,
                            const hw_power_snp_target *target) {
  hw_json_write_key(w, "relatives");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < target->n_relatives; i++) {
    const hw_power_snp_relative *one = &target->relatives[i];
    hw_json_write_begin_row_object(w);
    cli_json_text(w, "person", power_person(view, target->who.family, one->person));
    cli_json_yes_no(w, "has_str", one->has_str);
    if (one->reason[0] != '\0') {
      cli_json_text(w, "left_out", one->reason);
    } else {
      cli_json_count(w, "draws", one->n_draws);
      cli_json_number(w, "mean", one->gain.mean);
      cli_json_number(w, "pass", one->gain.pass);
      cli_json_number(w, "mean_error", one->gain.mean_error);
      cli_json_number(w, "pass_error", one->gain.pass_error);
    }
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_target(hw_json_writer *w, const power_view *view,
                         const hw_power_snp_target *target) {
  hw_json_write_begin_object(w);
  cli_json_count(w, "panel", target->panel);
  cli_json_text(w, "family", view->problem->families[target->who.family].name);
  cli_json_text(w, "missing", target->who.code);
  cli_json_number(w, "str_pass", target->str_pass);
  if (target->reason[0] != '\0') cli_json_text(w, "left_out", target->reason);
  if (target->note[0] != '\0') cli_json_text(w, "note", target->note);
  if (target->reason[0] == '\0') {
    cli_json_count(w, "typed", target->n_typed);
    cli_json_count(w, "markers", target->n_markers);
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
  hw_json_write_key(w, "ranking");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_row_object(w);
    cli_json_count(w, "panel", ranks[i].panel);
    cli_json_count(w, "computed", ranks[i].n_computed);
    cli_json_count(w, "left_out", ranks[i].n_left_out);
    cli_json_number(w, "str", ranks[i].str);
    cli_json_number(w, "as_typed", ranks[i].now);
    cli_json_number(w, "all_with_str", ranks[i].then);
    cli_json_number(w, "newly_above", ranks[i].newly);
    cli_json_number(w, "newly_above_error", ranks[i].newly_error);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_advice(hw_json_writer *w, const power_view *view) {
  const hw_power_snp_advice *advice = NULL;
  const int32_t n = hw_power_snp_advise(view->snp, &advice);
  hw_json_write_key(w, "type_next");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_row_object(w);
    cli_json_count(w, "panel", advice[i].panel);
    cli_json_text(w, "family", view->problem->families[advice[i].family].name);
    cli_json_text(w, "person", power_person(view, advice[i].family, advice[i].person));
    cli_json_yes_no(w, "has_str", advice[i].has_str);
    cli_json_number(w, "gain_pass", advice[i].gain_pass);
    cli_json_number(w, "gain_pass_error", advice[i].gain_error);
    cli_json_number(w, "gain_log10_lr", advice[i].gain_mean);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

void power_write_snp(hw_json_writer *w, const power_view *view) {
  hw_json_write_key(w, "snp");
  hw_json_write_begin_object(w);
  write_way(w, view);
  hw_json_write_key(w, "targets");
  hw_json_write_begin_array(w);
  for (int32_t t = 0; t < hw_power_snp_count(view->snp); t++)
    write_target(w, view, hw_power_snp_get(view->snp, t));
  hw_json_write_end_array(w);
  write_ranks(w, view);
  write_advice(w, view);
  hw_json_write_end_object(w);
}
