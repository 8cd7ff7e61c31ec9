/* homeward-power/1: the machine's form of a run. */
#include <math.h>

#include "base/json_members.h"
#include "cli/power_out.h"
#include "homeward/version.h"

/* ---- one missing person ---- */

static void write_curve(hw_json_writer *w, const char *key, const hw_power_curve *curve,
                        int whose) {
  static const char *const names[HW_POWER_QUANTILES] = {"0.05", "0.25", "0.5", "0.75", "0.95"};
  hw_json_add_row_object(w, key);
  hw_json_add_number(w, "mean_log10_lr", curve->mean[whose]);
  hw_json_add_number(w, "sd_log10_lr", curve->sd[whose]);
  hw_json_add_row_object(w, "quantiles");
  for (int q = 0; q < HW_POWER_QUANTILES; q++)
    hw_json_add_number(w, names[q], curve->quantile[whose][q]);
  hw_json_write_end_object(w);
  if (whose == HW_POWER_TRUTH) {
    hw_json_add_number(w, "pass", curve->pass);
    hw_json_add_number(w, "fail", curve->fail);
    hw_json_add_number(w, "pass_least", curve->pass_least);
    hw_json_add_number(w, "pass_most", curve->pass_most);
  } else {
    hw_json_add_number(w, "pass", curve->false_pass);
    hw_json_add_number(w, "impossible", curve->impossible);
    hw_json_add_number(w, "lr_below_1", curve->against);
  }
  hw_json_write_end_object(w);
}

static void write_bins(hw_json_writer *w, const hw_power_bins *bins) {
  hw_json_add_object(w, "distribution");
  hw_json_add_number(w, "least_log10_lr", bins->least);
  hw_json_add_number(w, "width", bins->width);
  hw_json_add_doubles(w, "truth", bins->n, bins->mass[HW_POWER_TRUTH]);
  hw_json_add_doubles(w, "unrelated", bins->n, bins->mass[HW_POWER_UNRELATED]);
  hw_json_add_number(w, "truth_infinite", bins->infinite);
  hw_json_write_end_object(w);
}

static void write_gain(hw_json_writer *w, const hw_power_gain *gain) {
  hw_json_add_number(w, "mean_log10_lr", gain->mean);
  hw_json_add_number(w, "pass", gain->pass);
  hw_json_add_number(w, "mean_error", gain->mean_error);
  hw_json_add_number(w, "pass_error", gain->pass_error);
}

static void write_relatives(hw_json_writer *w, const power_view *view,
                            const hw_power_target *target) {
  const int32_t f = target->who.family;
  hw_json_add_array(w, "relatives");
  for (int32_t i = 0; i < target->n_relatives; i++) {
    const hw_power_relative *one = &target->relatives[i];
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "person", power_person(view, f, one->person));
    hw_json_add_int(w, "markers", one->n_markers);
    if (one->is_left_out)
      hw_json_add_bool(w, "left_out", true);
    else
      write_gain(w, &one->gain);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  hw_json_add_array(w, "pairs");
  for (int32_t i = 0; i < target->n_pairs; i++) {
    const hw_power_pair *pair = &target->pairs[i];
    hw_json_write_begin_row_object(w);
    hw_json_add_row(w, "persons");
    for (int k = 0; k < 2; k++)
      hw_json_write_string(w, power_person(view, f, target->relatives[pair->relatives[k]].person));
    hw_json_write_end_array(w);
    write_gain(w, &pair->gain);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  if (!target->has_all) return;
  hw_json_add_row_object(w, "everybody");
  hw_json_add_int(w, "persons", target->n_all);
  write_gain(w, &target->all);
  hw_json_write_end_object(w);
}

static void write_exclusion(hw_json_writer *w, const power_view *view,
                            const hw_power_target *target) {
  hw_json_add_object(w, "exclusion");
  hw_json_add_number(w, "total", target->exclusion);
  hw_json_add_number(w, "complement", target->inclusion);
  hw_json_add_number(w, "expected_markers", target->mismatches);
  hw_json_add_doubles(w, "per_marker", view->problem->n_markers, target->exclusion_per_marker);
  hw_json_write_end_object(w);
}

static void write_target(hw_json_writer *w, const power_view *view, const hw_power_target *target) {
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "family", view->problem->families[target->who.family].name);
  hw_json_add_text(w, "missing", target->who.code);
  hw_json_add_text(w, "verdict", hw_power_verdict_name(target->verdict));
  if (target->reason[0] != '\0') hw_json_add_text(w, "reason", target->reason);
  if (target->verdict != HW_POWER_LEFT_OUT) {
    hw_json_add_int(w, "typed_relatives", target->n_typed);
    hw_json_add_int(w, "typed_markers", target->n_markers);
    hw_json_add_int(w, "contradicting_markers", target->n_contradicting);
    hw_json_add_bool(w, "non_identifiable", target->is_non_identifiable);
    hw_json_add_bool(w, "is_exact", target->now.is_exact);
    write_curve(w, "truth", &target->now, HW_POWER_TRUTH);
    write_curve(w, "unrelated", &target->now, HW_POWER_UNRELATED);
    write_bins(w, &target->bins);
    write_exclusion(w, view, target);
    write_relatives(w, view, target);
  }
  hw_json_write_end_object(w);
}

/* ---- the file ---- */

static void write_advice(hw_json_writer *w, const power_view *view) {
  const hw_power_advice *advice = NULL;
  const int32_t n = hw_power_advise(view->power, &advice);
  hw_json_add_array(w, "sample");
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "family", view->problem->families[advice[i].family].name);
    hw_json_add_row(w, "persons");
    for (int32_t k = 0; k < advice[i].n_persons; k++)
      hw_json_write_string(w, power_person(view, advice[i].family, advice[i].persons[k]));
    hw_json_write_end_array(w);
    hw_json_add_number(w, "gain_pass", advice[i].gain_pass);
    hw_json_add_number(w, "gain_log10_lr", advice[i].gain_mean);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_panels(hw_json_writer *w, const power_view *view) {
  const hw_power_panel_result *results = NULL;
  const int32_t n = hw_power_panels(view->power, &results);
  hw_json_add_array(w, "panels");
  for (int32_t p = 0; p < n; p++) {
    const hw_power_panel *panel = &view->options->panels[results[p].panel];
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "panel", panel->name);
    hw_json_add_int(w, "markers", results[p].n_markers);
    hw_json_add_int(w, "unknown_markers", panel->n_unknown);
    hw_json_add_number(w, "passes", results[p].passes);
    if (!isnan(panel->cost)) {
      hw_json_add_number(w, "cost", panel->cost);
      hw_json_add_number(w, "passes_per_cost", results[p].per_cost);
    }
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_remains(hw_json_writer *w, const power_view *view) {
  const hw_power_remains *list = NULL;
  const int32_t n = hw_power_retype(view->power, &list);
  hw_json_add_array(w, "retype");
  for (int32_t i = 0; i < n; i++) {
    const hw_target *who = &hw_power_target_get(view->power, list[i].target)->who;
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "remains", view->problem->remains[list[i].remains].id);
    hw_json_add_int(w, "missing_markers", list[i].n_missing);
    hw_json_add_text(w, "family", view->problem->families[who->family].name);
    hw_json_add_text(w, "missing", who->code);
    hw_json_add_number(w, "log10_lr", list[i].log10_lr);
    hw_json_add_number(w, "posterior", list[i].posterior);
    hw_json_add_number(w, "gain_log10_odds", list[i].gain_log10);
    hw_json_add_number(w, "pass", list[i].pass);
    hw_json_add_number(w, "pass_then", list[i].pass_then);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_summary(hw_json_writer *w, const power_view *view) {
  const hw_power_summary s = hw_power_summarise(view->power);
  hw_json_add_object(w, "summary");
  hw_json_add_int(w, "missing", s.n_targets);
  for (int v = 0; v <= HW_POWER_LEFT_OUT; v++)
    hw_json_add_int(w, hw_power_verdict_name((hw_power_verdict)v), s.n_of[v]);
  hw_json_add_number(w, "passes", s.passes);
  hw_json_add_number(w, "passes_with_best_relative", s.passes_next);
  hw_json_write_end_object(w);
}

static void write_parameters(hw_json_writer *w, const power_view *view) {
  const hw_power_options *options = view->options;
  hw_json_add_number(w, "threshold_log10_lr", hw_power_threshold(view->power));
  hw_json_add_number(w, "enough", options->enough);
  hw_json_add_number(w, "never", options->never);
  hw_json_add_int(w, "draws", options->n_draws);
  hw_json_add_int(w, "seed", (int64_t)options->seed);
  hw_json_add_text(w, "remains", view->profile[0] != '\0' ? view->profile : "complete profiles");
  hw_json_add_row(w, "markers");
  for (int32_t m = 0; m < view->problem->n_markers; m++)
    hw_json_write_string(w, view->problem->markers[m].name);
  hw_json_write_end_array(w);
}

hw_status power_write_json(const power_view *view, hw_err *err) {
  hw_json_writer writer, *w = &writer;
  hw_json_write_init_file(w, stdout, 1);
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "format", "homeward-power/1");
  hw_json_add_text(w, "version", hw_version());
  hw_json_add_text(w, "id", view->problem->id);
  write_parameters(w, view);
  write_summary(w, view);
  hw_json_add_array(w, "targets");
  for (int32_t t = 0; t < hw_power_target_count(view->power); t++)
    write_target(w, view, hw_power_target_get(view->power, t));
  hw_json_write_end_array(w);
  write_advice(w, view);
  write_panels(w, view);
  write_remains(w, view);
  if (view->snp != NULL) power_write_snp(w, view);
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}
