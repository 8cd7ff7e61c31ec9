/* A search in memory: all units on some threads, and their results.
 *
 * What a unit found goes to its place in `found` when the unit is done, and the
 * unit is ticked off; an interrupted search goes on with the others. Results are
 * formed once, at the end (results.c). Plans (plan.c) and searches that remember
 * (kept.c) fill the same structure from files. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "search/encode.h"
#include "search/search_int.h"
#include "search/work.h"

static hw_status fill(hw_search *self, const hw_search_input *input,
                      const hw_search_options *options, bool has_index, hw_err *err) {
  self->input = input;
  self->options = *options;
  if (options->likelihood.simd) {
    self->simd = strdup(options->likelihood.simd);
    if (!self->simd) return HW_NO_MEMORY(err, "a search");
    self->options.likelihood.simd = self->simd;
  }
  HW_TRY(hwp_search_check_sizes(input->n_samples, input->n_queries, err));
  if (has_index) HW_TRY(hwp_index_new(input, &self->options, &self->index, err));
  self->unit_queries = hwp_unit_queries(input, options);
  self->n_units = hwp_count_units(input->n_queries, self->unit_queries);
  self->units = calloc((size_t)self->n_units, sizeof *self->units);
  self->is_done = calloc((size_t)self->n_units, sizeof *self->is_done);
  if (!self->units || !self->is_done) return HW_NO_MEMORY(err, "the units of a search");
  for (int32_t i = 0; i < self->n_units; i++)
    self->units[i] = hwp_unit_at(input->n_queries, self->unit_queries, i);
  return hwp_found_init(&self->found, input->n_samples, input->n_queries, false, &self->options,
                        err);
}

hw_status hwp_search_new(const hw_search_input *input, const hw_search_options *options,
                         bool has_index, hw_search **out, hw_err *err) {
  *out = NULL;
  hw_search *self = calloc(1, sizeof *self);
  if (!self) return HW_NO_MEMORY(err, "a search");
  const hw_status status = fill(self, input, options, has_index, err);
  if (status == HW_OK)
    *out = self;
  else
    hw_search_delete(self);
  return status;
}

hw_status hw_search_new(const hw_search_input *input, const hw_search_options *options,
                        hw_search **out, hw_err *err) {
  return hwp_search_new(input, options, true, out, err);
}

void hw_search_delete(hw_search *self) {
  if (!self) return;
  hwp_index_delete(self->index);
  hwp_found_clear(&self->found);
  free(self->units);
  free(self->is_done);
  free(self->simd);
  free(self);
}

hw_status hwp_search_reset(hw_search *self, hw_err *err) {
  memset(self->is_done, 0, (size_t)self->n_units * sizeof *self->is_done);
  self->is_complete = false;
  self->has_foreign = true; /* until there is something that can be filled */
  hwp_found_clear(&self->found);
  HW_TRY(hwp_found_init(&self->found, self->input->n_samples, self->input->n_queries, false,
                        &self->options, err));
  self->has_foreign = false;
  return HW_OK;
}

hw_status hwp_search_take(void *context, int32_t unit, const hwp_outcome *outcome, hw_err *err) {
  hw_search *self = context;
  return hwp_found_add(&self->found, &self->units[unit], outcome, err);
}

hw_status hwp_search_finish(hw_search *self, hw_err *err) {
  HW_TRY(hwp_found_finish(&self->found, &self->results, err));
  self->is_complete = true;
  return HW_OK;
}

hw_problem hw_search_query_problem(const hw_search_input *input, int32_t query) {
  const hw_search_family *family = &input->families[input->queries[query].family];
  return (hw_problem){.pedigree = &family->pedigree,
                      .n_profiles = family->n_profiles,
                      .profiles = family->profiles,
                      .profile_person = family->profile_person,
                      .n_markers = input->n_markers,
                      .markers = input->markers,
                      .theta = input->theta};
}

hw_status hw_search_run(hw_search *self, const hw_search_go *go, hw_err *err) {
  if (self->is_complete) return HW_OK;
  if (self->has_foreign) HW_TRY(hwp_search_reset(self, err));
  hwp_work work = {.index = self->index,
                   .n_units = self->n_units,
                   .units = self->units,
                   .is_done = self->is_done,
                   .each = (uint64_t)self->input->n_samples,
                   .all = (uint64_t)self->input->n_samples * (uint64_t)self->input->n_queries,
                   .take = hwp_search_take,
                   .context = self};
  HW_TRY(hwp_work_run(&work, go, err));
  return hwp_search_finish(self, err);
}

hw_status hw_search_details(const hw_search *self, int64_t n_pairs, const hw_search_pair *pairs,
                            hw_search_detail *details, double *per_marker, hw_err *err) {
  if (!self->is_complete)
    return hw_err_set(err, HW_E_STATE, "the search is not complete: run it to its end first");
  return hwp_details(self->input, &self->options, &self->results, n_pairs, pairs, details,
                     per_marker, err);
}

const hw_search_results *hw_search_results_get(const hw_search *self) {
  return self->is_complete ? &self->results : NULL;
}
