/* homeward-search/1 of a search by all kinds of evidence (docs/search.md): the members
 * of a search by STR, and what belongs to the other kinds. */
#include <math.h>

#include "base/json_members.h"
#include "cli/identify_out.h"
#include "cli/population_out.h"
#include "cli/search_out.h"
#include "homeward/version.h"

static void write_parameters(hw_json_writer *w, const search_wide_view *view) {
  const hw_wide_found *found = view->found;
  const hw_wide_options *options = found->options;
  hw_json_add_object(w, "parameters");
  hw_json_add_number_short(w, "threshold_log10_lr", options->threshold);
  hw_json_add_number_short(w, "floor_log10_lr", options->floor);
  hw_json_add_int(w, "top", options->top);
  hw_json_add_number_short(w, "accept_posterior", options->accept);
  hw_json_add_array(w, "kinds");
  for (int k = 0; k < HW_EVIDENCE_KINDS; k++)
    if (found->kinds & HW_EVIDENCE_BIT(k))
      hw_json_write_string(w, hw_evidence_name((hw_evidence_kind)k));
  hw_json_write_end_array(w);
  hw_json_add_number_short(w, "each_log10_lr", options->each);
  hw_json_add_number_short(w, "cut_log10", options->cut);
  hw_json_add_count(w, "mt_differences", options->most_mt_differences);
  hw_json_add_count(w, "y_differences", options->most_y_differences);
  hw_json_write_end_object(w);
  hw_json_add_object(w, "prior");
  hw_json_add_number(w, "each_missing", found->prior_each);
  hw_json_add_number(w, "none", found->prior_none);
  hw_json_add_int(w, "n_missing", found->n_targets);
  hw_json_write_end_object(w);
}

static void write_str(hw_json_writer *w, const hw_wide_input *input) {
  const hw_search_input *from = &input->str->searched.input;
  const hw_search_results *results = hw_search_results_get(input->str_search);
  hw_json_add_object(w, "str");
  hw_json_add_int(w, "remains", from->n_samples);
  hw_json_add_int(w, "missing", from->n_queries);
  hw_json_add_int(w, "markers", from->n_markers);
  hw_json_add_int(w, "pairs", results->n_compared);
  hw_json_add_int(w, "found", results->n_pairs);
  hw_json_add_number(w, "expected_unrelated", results->expected_all);
  hw_json_add_number(w, "standard_error", results->expected_error);
  hw_json_write_end_object(w);
}

static void write_snp(hw_json_writer *w, const hw_wide_input *input) {
  const hw_snp_search_input *from = &input->snp->input;
  const hw_snp_search_results *results = input->snp_results;
  int64_t n_passed = 0;
  for (int32_t q = 0; q < from->n_queries; q++) n_passed += results->figures[q].n_passed;
  hw_json_add_object(w, "snp");
  hw_json_add_text(w, "panel", hw_evidence_panel_code(input->evidence));
  hw_json_add_text(w, "population", from->panel->populations[from->population].name);
  hw_json_add_int(w, "remains", from->n_samples);
  hw_json_add_int(w, "missing", from->n_queries);
  hw_json_add_int(w, "markers", from->panel->n_markers);
  hw_json_add_int(w, "pairs", results->found.n_compared);
  hw_json_add_int(w, "passed", n_passed);
  hw_json_add_int(w, "found", results->found.n_pairs);
  hw_json_add_number(w, "expected_unrelated", results->found.expected_all);
  hw_json_add_number(w, "most_unrelated", results->most_false_all);
  hw_json_write_end_object(w);
}

static void write_searched(hw_json_writer *w, const search_wide_view *view) {
  const hw_wide_input *input = view->input;
  hw_json_add_object(w, "searched");
  hw_json_add_int(w, "remains", view->problem->n_remains);
  hw_json_add_int(w, "missing", view->found->n_targets);
  hw_json_add_int(w, "families", view->problem->n_families);
  hw_json_add_int(w, "weighed", view->found->n_looked_at);
  if (input->str_search != NULL) write_str(w, input);
  if (input->snp_results != NULL) write_snp(w, input);
  if (input->snp_results != NULL) cli_population_json(w, view->check);
  hw_json_write_end_object(w);
}

static void write_who(hw_json_writer *w, const hw_case *problem, int32_t f, int32_t missing) {
  const hw_family *family = &problem->families[f];
  hw_json_add_text(w, "family", family->name);
  hw_json_add_text(w, "missing", family->pedigree.persons[family->missing[missing]].id);
}

static void write_pair(hw_json_writer *w, const search_wide_view *view, const hw_wide_pair *pair) {
  hw_json_write_begin_row_object(w);
  hw_json_add_text(w, "remains", view->problem->remains[pair->remains].id);
  write_who(w, view->problem, pair->family, pair->missing);
  hw_json_add_double(w, "log10_lr", pair->total);
  hw_json_add_number(w, "posterior", pair->posterior);
  hw_json_add_number(w, "complement", pair->complement);
  hw_json_add_int(w, "markers", pair->n_markers);
  hw_json_add_int(w, "mismatches", pair->n_mismatches);
  hw_json_add_row_object(w, "evidence");
  hw_evidence_write(w, view->input->evidence, pair->family, &pair->parts);
  hw_json_write_end_object(w);
  hw_json_add_array(w, "excluded_by");
  if (pair->excluded_by & HW_LINEAGE_BY_MT) hw_json_write_string(w, "mt");
  if (pair->excluded_by & HW_LINEAGE_BY_Y) hw_json_write_string(w, "y");
  hw_json_write_end_array(w);
  search_write_kin(w, pair->kin, pair->log10_lr_kin, pair->is_kin);
  hw_json_add_bool(w, "proposed", pair->is_proposed);
  hw_json_write_end_object(w);
}

static void write_left_out(hw_json_writer *w, const search_wide_view *view) {
  const hw_wide_found *found = view->found;
  hw_json_add_array(w, "left_out");
  for (int32_t i = 0; i < found->n_left_out; i++) {
    hw_json_write_begin_row_object(w);
    write_who(w, view->problem, found->left_out[i].family, found->left_out[i].missing);
    hw_json_add_text(w, "why", found->left_out[i].why);
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
  hw_json_add_text(w, "format", "homeward-search/1");
  hw_json_add_text(w, "version", hw_version());
  write_parameters(w, view);
  write_searched(w, view);
  hw_json_add_array(w, "pairs");
  for (int64_t i = 0; i < n_plain; i++) write_pair(w, view, &found->pairs[i]);
  hw_json_write_end_array(w);
  hw_json_add_array(w, "kept_apart");
  for (int64_t i = n_plain; i < found->n_pairs; i++) write_pair(w, view, &found->pairs[i]);
  hw_json_write_end_array(w);
  write_left_out(w, view);
  if (view->report != NULL) {
    hw_json_add_text(w, "investigation", view->investigation);
    cli_json_stored(w, view->report);
  }
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}
