/* homeward-search/1: the machine's form of a search (docs/search.md).
 *
 * Only what the inputs and parameters decide stands in it: no time, no rate, no
 * thread, so that the bytes are those of any other way to the same search. */
#include <math.h>

#include "base/json_members.h"
#include "cli/identify_out.h"
#include "cli/search_out.h"
#include "homeward/version.h"

static void write_parameters(hw_json_writer *w, const hw_found *found) {
  const hw_search_options *options = found->options;
  hw_json_add_object(w, "parameters");
  hw_json_add_number_short(w, "threshold_log10_lr", options->threshold);
  hw_json_add_number_short(w, "floor_log10_lr", options->floor);
  hw_json_add_int(w, "top", options->top);
  hw_json_add_number_short(w, "accept_posterior", found->accept);
  hw_json_write_end_object(w);
  hw_json_add_object(w, "prior");
  hw_json_add_number(w, "each_missing", found->prior_each);
  hw_json_add_number(w, "none", found->prior_none);
  hw_json_add_int(w, "n_missing", found->input->n_queries);
  hw_json_write_end_object(w);
}

static void write_searched(hw_json_writer *w, const hw_found *found) {
  const hw_search_input *input = found->input;
  hw_json_add_object(w, "searched");
  hw_json_add_int(w, "remains", input->n_samples);
  hw_json_add_int(w, "missing", input->n_queries);
  hw_json_add_int(w, "families", input->n_families);
  hw_json_add_int(w, "markers", input->n_markers);
  hw_json_add_int(w, "pairs", found->results->n_compared);
  hw_json_write_end_object(w);
  hw_json_add_object(w, "expected_unrelated");
  hw_json_add_number(w, "pairs", found->results->expected_all);
  hw_json_add_number(w, "standard_error", found->results->expected_error);
  hw_json_write_end_object(w);
}

void search_write_kin(hw_json_writer *w, hw_search_kin kin, double log10_lr, bool is_kin) {
  if (kin == HW_SEARCH_KIN_NONE) {
    hw_json_add_null(w, "relative");
    return;
  }
  hw_json_add_row_object(w, "relative");
  hw_json_add_text(w, "relation", hw_search_kin_name(kin));
  hw_json_add_double(w, "log10_lr", log10_lr);
  hw_json_add_bool(w, "fits_better", is_kin);
  hw_json_write_end_object(w);
}

static void write_query(hw_json_writer *w, const hw_search_input *input, int32_t query) {
  hw_json_add_text(w, "family", input->families[input->queries[query].family].code);
  hw_json_add_text(w, "missing", input->queries[query].code);
}

static void write_pair(hw_json_writer *w, const hw_found *found, const hw_found_pair *item) {
  hw_json_write_begin_row_object(w);
  hw_json_add_text(w, "remains", found->input->samples[item->pair.sample].code);
  write_query(w, found->input, item->pair.query);
  hw_json_add_double(w, "log10_lr", item->pair.log10_lr);
  hw_json_add_number(w, "posterior", item->detail.posterior);
  hw_json_add_number(w, "complement", item->complement);
  hw_json_add_int(w, "markers", item->detail.n_markers);
  hw_json_add_int(w, "mismatches", item->detail.n_mismatches);
  hw_json_add_number(w, "expected_unrelated", found->results->expected[item->pair.query]);
  search_write_kin(w, item->detail.kin, item->detail.log10_lr_kin, item->detail.is_kin);
  hw_json_add_bool(w, "proposed", item->is_proposed);
  hw_json_write_end_object(w);
}

static void write_left_out(hw_json_writer *w, const hw_found *found) {
  const hw_search_results *results = found->results;
  hw_json_add_array(w, "left_out");
  for (int32_t i = 0; i < results->n_left_out; i++) {
    hw_json_write_begin_row_object(w);
    write_query(w, found->input, results->left_out[i].query);
    hw_json_add_text(w, "why", results->left_out[i].why);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

hw_status search_write_json(const search_view *view, hw_err *err) {
  const hw_found *found = view->found;
  hw_json_writer writer, *w = &writer;
  hw_json_write_init_file(w, stdout, 1);
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "format", "homeward-search/1");
  hw_json_add_text(w, "version", hw_version());
  write_parameters(w, found);
  write_searched(w, found);
  hw_json_add_array(w, "pairs");
  for (int64_t i = 0; i < found->n_pairs; i++) write_pair(w, found, &found->pairs[i]);
  hw_json_write_end_array(w);
  write_left_out(w, found);
  if (view->report != NULL) {
    hw_json_add_text(w, "investigation", view->investigation);
    cli_json_stored(w, view->report);
  }
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}
