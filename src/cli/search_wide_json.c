/* homeward-search/1 of a search by all kinds of evidence (docs/search.md): the members
 * of a search by STR, and what belongs to the other kinds. */
#include "cli/identify_out.h"
#include "cli/json_members.h"
#include "cli/population_out.h"
#include "cli/search_out.h"
#include "homeward/version.h"

static void write_limit(hw_json_writer *w, const char *key, int32_t value) {
  hw_json_write_key(w, key);
  if (value == HW_WIDE_LINE_OFF)
    hw_json_write_null(w);
  else
    hw_json_write_int(w, value);
}

static void write_parameters(hw_json_writer *w, const search_wide_view *view) {
  const hw_wide_found *found = view->found;
  const hw_wide_options *options = found->options;
  hw_json_write_key(w, "parameters");
  hw_json_write_begin_object(w);
  cli_json_short(w, "threshold_log10_lr", options->threshold);
  cli_json_short(w, "floor_log10_lr", options->floor);
  cli_json_count(w, "top", options->top);
  cli_json_short(w, "accept_posterior", options->accept);
  hw_json_write_key(w, "kinds");
  hw_json_write_begin_array(w);
  for (int k = 0; k < HW_EVIDENCE_KINDS; k++)
    if (found->kinds & HW_EVIDENCE_BIT(k))
      hw_json_write_string(w, hw_evidence_name((hw_evidence_kind)k));
  hw_json_write_end_array(w);
  cli_json_short(w, "each_log10_lr", options->each);
  cli_json_short(w, "cut_log10", options->cut);
  write_limit(w, "mt_differences", options->most_mt_differences);
  write_limit(w, "y_differences", options->most_y_differences);
  hw_json_write_end_object(w);
  hw_json_write_key(w, "prior");
  hw_json_write_begin_object(w);
  cli_json_number(w, "each_missing", found->prior_each);
  cli_json_number(w, "none", found->prior_none);
  cli_json_count(w, "n_missing", found->n_targets);
  hw_json_write_end_object(w);
}

static void write_str(hw_json_writer *w, const hw_wide_input *input) {
  const hw_search_input *from = &input->str->searched.input;
  const hw_search_results *results = hw_search_results_get(input->str_search);
  hw_json_write_key(w, "str");
  hw_json_write_begin_object(w);
  cli_json_count(w, "remains", from->n_samples);
  cli_json_count(w, "missing", from->n_queries);
  cli_json_count(w, "markers", from->n_markers);
  cli_json_count(w, "pairs", results->n_compared);
  cli_json_count(w, "found", results->n_pairs);
  cli_json_number(w, "expected_unrelated", results->expected_all);
  cli_json_number(w, "standard_error", results->expected_error);
  hw_json_write_end_object(w);
}

static void write_snp(hw_json_writer *w, const hw_wide_input *input) {
  const hw_snp_search_input *from = &input->snp->input;
  const hw_snp_search_results *results = input->snp_results;
  int64_t n_passed = 0;
  for (int32_t q = 0; q < from->n_queries; q++) n_passed += results->figures[q].n_passed;
  hw_json_write_key(w, "snp");
  hw_json_write_begin_object(w);
  cli_json_text(w, "panel", hw_evidence_panel_code(input->evidence));
  cli_json_text(w, "population", from->panel->populations[from->population].name);
  cli_json_count(w, "remains", from->n_samples);
  cli_json_count(w, "missing", from->n_queries);
  cli_json_count(w, "markers", from->panel->n_markers);
  cli_json_count(w, "pairs", results->found.n_compared);
  cli_json_count(w, "passed", n_passed);
  cli_json_count(w, "found", results->found.n_pairs);
  cli_json_number(w, "expected_unrelated", results->found.expected_all);
  cli_json_number(w, "most_unrelated", results->most_false_all);
  hw_json_write_end_object(w);
}

static void write_searched(hw_json_writer *w, const search_wide_view *view) {
  const hw_wide_input *input = view->input;
  hw_json_write_key(w, "searched");
  hw_json_write_begin_object(w);
  cli_json_count(w, "remains", view->problem->n_remains);
  cli_json_count(w, "missing", view->found->n_targets);
  cli_json_count(w, "families", view->problem->n_families);
  cli_json_count(w, "weighed", view->found->n_looked_at);
  if (input->str_search != NULL) write_str(w, input);
  if (input->snp_results != NULL) write_snp(w, input);
  if (input->snp_results != NULL) cli_population_json(w, view->check);
  hw_json_write_end_object(w);
}

static void write_kin(hw_json_writer *w, const hw_wide_pair *pair) {
  hw_json_write_key(w, "relative");
  if (pair->kin == HW_SEARCH_KIN_NONE) {
    hw_json_write_null(w);
    return;
  }
  hw_json_write_begin_row_object(w);
  cli_json_text(w, "relation", hw_search_kin_name(pair->kin));
  cli_json_ratio(w, "log10_lr", pair->log10_lr_kin);
  cli_json_yes_no(w, "fits_better", pair->is_kin);
  hw_json_write_end_object(w);
}

static void write_who(hw_json_writer *w, const hw_case *problem, int32_t f, int32_t missing) {
  const hw_family *family = &problem->families[f];
  cli_json_text(w, "family", family->name);
  cli_json_text(w, "missing", family->pedigree.persons[family->missing[missing]].id);
}

static void write_pair(hw_json_writer *w, const search_wide_view *view, const hw_wide_pair *pair) {
  hw_json_write_begin_row_object(w);
  cli_json_text(w, "remains", view->problem->remains[pair->remains].id);
  write_who(w, view->problem, pair->family, pair->missing);
  cli_json_ratio(w, "log10_lr", pair->total);
  cli_json_number(w, "posterior", pair->posterior);
  cli_json_number(w, "complement", pair->complement);
  cli_json_count(w, "markers", pair->n_markers);
  cli_json_count(w, "mismatches", pair->n_mismatches);
  hw_json_write_key(w, "evidence");
  hw_json_write_begin_row_object(w);
  hw_evidence_write(w, view->input->evidence, pair->family, &pair->parts);
  hw_json_write_end_object(w);
  hw_json_write_key(w, "excluded_by");
  hw_json_write_begin_array(w);
  if (pair->excluded_by & HW_LINEAGE_BY_MT) hw_json_write_string(w, "mt");
  if (pair->excluded_by & HW_LINEAGE_BY_Y) hw_json_write_string(w, "y");
  hw_json_write_end_array(w);
  write_kin(w, pair);
  cli_json_yes_no(w, "proposed", pair->is_proposed);
  hw_json_write_end_object(w);
}

static void write_left_out(hw_json_writer *w, const search_wide_view *view) {
  const hw_wide_found *found = view->found;
  hw_json_write_key(w, "left_out");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < found->n_left_out; i++) {
    hw_json_write_begin_row_object(w);
    write_who(w, view->problem, found->left_out[i].family, found->left_out[i].missing);
    cli_json_text(w, "why", found->left_out[i].why);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

hw_status search_wide_write_json(const search_wide_view *view, hw_err *err) {
  const hw_wide_found *found = view->found;
  const int64_t n_plain = found->n_pairs - found->n_apart;
  hw_json_writer writer, *w = &writer;
  hw_json_write_init_file(w, stdout, 1);
  hw_json_write_begin_object(w);
  cli_json_text(w, "format", "homeward-search/1");
  cli_json_text(w, "version", hw_version());
  write_parameters(w, view);
  write_searched(w, view);
  hw_json_write_key(w, "pairs");
  hw_json_write_begin_array(w);
  for (int64_t i = 0; i < n_plain; i++) write_pair(w, view, &found->pairs[i]);
  hw_json_write_end_array(w);
  hw_json_write_key(w, "kept_apart");
  hw_json_write_begin_array(w);
  for (int64_t i = n_plain; i < found->n_pairs; i++) write_pair(w, view, &found->pairs[i]);
  hw_json_write_end_array(w);
  write_left_out(w, view);
  if (view->report != NULL) {
    cli_json_text(w, "investigation", view->investigation);
    cli_json_stored(w, view->report);
  }
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}
