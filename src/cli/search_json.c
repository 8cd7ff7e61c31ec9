/* homeward-search/1: the machine's form of a search (docs/search.md).
 *
 * Only what the inputs and parameters decide stands in it: no time, no rate, no
 * thread, so that the bytes are those of any other way to the same search. */
#include <math.h>

#include "cli/identify_out.h"
#include "cli/search_out.h"
#include "homeward/version.h"

static void text(hw_json_writer *w, const char *key, const char *value) {
  hw_json_write_key(w, key);
  hw_json_write_string(w, value);
}

static void number(hw_json_writer *w, const char *key, double value) {
  hw_json_write_key(w, key);
  if (isnan(value))
    hw_json_write_null(w);
  else
    hw_json_write_double(w, value);
}

static void short_number(hw_json_writer *w, const char *key, double value) {
  hw_json_write_key(w, key);
  hw_json_write_double_short(w, value);
}

static void count(hw_json_writer *w, const char *key, int64_t value) {
  hw_json_write_key(w, key);
  hw_json_write_int(w, value);
}

static void yes_no(hw_json_writer *w, const char *key, bool value) {
  hw_json_write_key(w, key);
  hw_json_write_bool(w, value);
}

static void write_parameters(hw_json_writer *w, const hw_found *found) {
  const hw_search_options *options = found->options;
  hw_json_write_key(w, "parameters");
  hw_json_write_begin_object(w);
  short_number(w, "threshold_log10_lr", options->threshold);
  short_number(w, "floor_log10_lr", options->floor);
  count(w, "top", options->top);
  short_number(w, "accept_posterior", found->accept);
  hw_json_write_end_object(w);
  hw_json_write_key(w, "prior");
  hw_json_write_begin_object(w);
  number(w, "each_missing", found->prior_each);
  number(w, "none", found->prior_none);
  count(w, "n_missing", found->input->n_queries);
  hw_json_write_end_object(w);
}

static void write_searched(hw_json_writer *w, const hw_found *found) {
  const hw_search_input *input = found->input;
  hw_json_write_key(w, "searched");
  hw_json_write_begin_object(w);
  count(w, "remains", input->n_samples);
  count(w, "missing", input->n_queries);
  count(w, "families", input->n_families);
  count(w, "markers", input->n_markers);
  count(w, "pairs", found->results->n_compared);
  hw_json_write_end_object(w);
  hw_json_write_key(w, "expected_unrelated");
  hw_json_write_begin_object(w);
  number(w, "pairs", found->results->expected_all);
  number(w, "standard_error", found->results->expected_error);
  hw_json_write_end_object(w);
}

static void write_kin(hw_json_writer *w, const hw_search_detail *detail) {
  hw_json_write_key(w, "relative");
  if (detail->kin == HW_SEARCH_KIN_NONE) {
    hw_json_write_null(w);
    return;
  }
  hw_json_write_begin_row_object(w);
  text(w, "relation", hw_search_kin_name(detail->kin));
  number(w, "log10_lr", detail->log10_lr_kin);
  yes_no(w, "fits_better", detail->is_kin);
  hw_json_write_end_object(w);
}

static void write_query(hw_json_writer *w, const hw_search_input *input, int32_t query) {
  text(w, "family", input->families[input->queries[query].family].code);
  text(w, "missing", input->queries[query].code);
}

static void write_pair(hw_json_writer *w, const hw_found *found, const hw_found_pair *item) {
  hw_json_write_begin_row_object(w);
  text(w, "remains", found->input->samples[item->pair.sample].code);
  write_query(w, found->input, item->pair.query);
  number(w, "log10_lr", item->pair.log10_lr);
  number(w, "posterior", item->detail.posterior);
  number(w, "complement", item->complement);
  count(w, "markers", item->detail.n_markers);
  count(w, "mismatches", item->detail.n_mismatches);
  number(w, "expected_unrelated", found->results->expected[item->pair.query]);
  write_kin(w, &item->detail);
  yes_no(w, "proposed", item->is_proposed);
  hw_json_write_end_object(w);
}

static void write_left_out(hw_json_writer *w, const hw_found *found) {
  const hw_search_results *results = found->results;
  hw_json_write_key(w, "left_out");
  hw_json_write_begin_array(w);
  for (int32_t i = 0; i < results->n_left_out; i++) {
    hw_json_write_begin_row_object(w);
    write_query(w, found->input, results->left_out[i].query);
    text(w, "why", results->left_out[i].why);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

hw_status search_write_json(const search_view *view, hw_err *err) {
  const hw_found *found = view->found;
  hw_json_writer writer, *w = &writer;
  hw_json_write_init_file(w, stdout, 1);
  hw_json_write_begin_object(w);
  text(w, "format", "homeward-search/1");
  text(w, "version", hw_version());
  write_parameters(w, found);
  write_searched(w, found);
  hw_json_write_key(w, "pairs");
  hw_json_write_begin_array(w);
  for (int64_t i = 0; i < found->n_pairs; i++) write_pair(w, found, &found->pairs[i]);
  hw_json_write_end_array(w);
  write_left_out(w, found);
  if (view->report != NULL) {
    text(w, "investigation", view->investigation);
    cli_json_stored(w, view->report);
  }
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}
