/* homeward-search/1: the machine's form of a search (docs/search.md).
 *
 * Only what the inputs and parameters decide stands in it: no time, no rate, no
 * thread, so that the bytes are those of any other way to the same search. */
#include "cli/identify_out.h"
#include "cli/json_members.h"
#include "cli/search_out.h"
#include "homeward/version.h"

static void write_parameters(hw_json_writer *w, const hw_found *found) {
  const hw_search_options *options = found->options;
  hw_json_write_key(w, "parameters");
  hw_json_write_begin_object(w);
  cli_json_short(w, "threshold_log10_lr", options->threshold);
  cli_json_short(w, "floor_log10_lr", options->floor);
  cli_json_count(w, "top", options->top);
  cli_json_short(w, "accept_posterior", found->accept);
  hw_json_write_end_object(w);
  hw_json_write_key(w, "prior");
  hw_json_write_begin_object(w);
  cli_json_number(w, "each_missing", found->prior_each);
  cli_json_number(w, "none", found->prior_none);
  cli_json_count(w, "n_missing", found->input->n_queries);
  hw_json_write_end_object(w);
}

static void write_searched(hw_json_writer *w, const hw_found *found) {
  const hw_search_input *input = found->input;
  hw_json_write_key(w, "searched");
  hw_json_write_begin_object(w);
  cli_json_count(w, "remains", input->n_samples);
  cli_json_count(w, "missing", input->n_queries);
  cli_json_count(w, "families", input->n_families);
  cli_json_count(w, "markers", input->n_markers);
  cli_json_count(w, "pairs", found->results->n_compared);
  hw_json_write_end_object(w);
  hw_json_write_key(w, "expected_unrelated");
  hw_json_write_begin_object(w);
  cli_json_number(w, "pairs", found->results->expected_all);
  cli_json_number(w, "standard_error", found->results->expected_error);
  hw_json_write_end_object(w);
}

static void write_kin(hw_json_writer *w, const hw_search_detail *detail) {
  hw_json_write_key(w, "relative");
  if (detail->kin == HW_SEARCH_KIN_NONE) {
    hw_json_write_null(w);
    return;
  }
  hw_json_write_begin_row_object(w);
  cli_json_text(w, "relation", hw_search_kin_name(detail->kin));
  cli_json_ratio(w, "log10_lr", detail->log10_lr_kin);
  cli_json_yes_no(w, "fits_better", detail->is_kin);
  hw_json_write_end_object(w);
}

static void write_query(hw_json_writer *w, const hw_search_input *input, int32_t query) {
  cli_json_text(w, "family", input->families[input->queries[query].family].code);
  cli_json_text(w, "missing", input->queries[query].code);
}

static void write_pair(hw_json_writer *w, const hw_found *found, const hw_found_pair *item) {
  hw_json_write_begin_row_object(w);
  cli_json_text(w, "remains", found->input->samples[item->pair.sample].code);
  write_query(w, found->input, item->pair.query);
  cli_json_ratio(w, "log10_lr", item->pair.log10_lr);
  cli_json_number(w, "posterior", item->detail.posterior);
  cli_json_number(w, "complement", item->complement);
  cli_json_count(w, "markers", item->detail.n_markers);
  cli_json_count(w, "mismatches", item->detail.n_mismatches);
  cli_json_number(w, "expected_unrelated", found->results->expected[item->pair.query]);
  write_kin(w, &item->detail);
  cli_json_yes_no(w, "proposed", item->is_proposed);
  hw_json_write_end_object(w);
}

static void write_left_out(hw_json_writer *w, const hw_found *found) {
  const hw_search_results *results = found->results;
  hw_json_write_key(w, "left_out");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < results->n_left_out; i++) {
    hw_json_write_begin_row_object(w);
    write_query(w, found->input, results->left_out[i].query);
    cli_json_text(w, "why", results->left_out[i].why);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

hw_status search_write_json(const search_view *view, hw_err *err) {
  const hw_found *found = view->found;
  hw_json_writer writer, *w = &writer;
  hw_json_write_init_file(w, stdout, 1);
  hw_json_write_begin_object(w);
  cli_json_text(w, "format", "homeward-search/1");
  cli_json_text(w, "version", hw_version());
  write_parameters(w, found);
  write_searched(w, found);
  hw_json_write_key(w, "pairs");
  hw_json_write_begin_array(w);
  for (int64_t i = 0; i < found->n_pairs; i++) write_pair(w, found, &found->pairs[i]);
  hw_json_write_end_array(w);
  write_left_out(w, found);
  if (view->report != NULL) {
    cli_json_text(w, "investigation", view->investigation);
    cli_json_stored(w, view->report);
  }
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}
