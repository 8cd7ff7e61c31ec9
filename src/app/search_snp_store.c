/* A search by all kinds of evidence as a run that is kept (app/kept_run.h).
 *
 * The method is "search", as that of a search by STR alone, so that what changed from
 * the one to the other is told; what was set says which kinds counted, by which panel
 * and population, and what the lines exclude. The inputs digest is that of a case with
 * all its evidence. What chance alone would give stands behind what was set. */
#include <math.h>
#include <string.h>

#include "app/kept_run.h"
#include "app/search_snp.h"
#include "base/check.h"
#include "base/json_members.h"

typedef struct storing {
  hw_app *app;
  const hw_stored_case *stored;
  const hw_wide_input *input;
  const hw_wide_found *found;
  hw_arena arena;
} storing;

/* --- parameters --- */

static void write_kinds(hw_json_writer *w, unsigned kinds) {
  hw_json_add_array(w, "kinds");
  for (int k = 0; k < HW_EVIDENCE_KINDS; k++)
    if (kinds & HW_EVIDENCE_BIT(k)) hw_json_write_string(w, hw_evidence_name((hw_evidence_kind)k));
  hw_json_write_end_array(w);
}

static void write_outcome(hw_json_writer *w, const hw_wide_input *input,
                          const hw_wide_found *found) {
  hw_json_add_object(w, "outcome");
  if (input->str_search != NULL) {
    const hw_search_results *str = hw_search_results_get(input->str_search);
    hw_json_add_number_short(w, "expected_unrelated", str->expected_all);
    hw_json_add_number_short(w, "expected_unrelated_error", str->expected_error);
  }
  if (input->snp_results != NULL) {
    hw_json_add_number_short(w, "expected_unrelated_snp", input->snp_results->found.expected_all);
    hw_json_add_number_short(w, "most_unrelated_snp", input->snp_results->most_false_all);
  }
  hw_json_add_int(w, "kept_apart", found->n_apart);
  hw_json_write_end_object(w);
}

static void write_parameters(hw_json_writer *w, const hw_wide_input *input,
                             const hw_wide_found *found) {
  const hw_wide_options *options = found->options;
  const hw_evidence_input *from = hw_evidence_input_get(input->evidence);
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "method", "search");
  hw_json_add_number_short(w, "threshold_log10_lr", options->threshold);
  hw_json_add_number_short(w, "floor_log10_lr", options->floor);
  hw_json_add_int(w, "top", options->top);
  hw_json_add_number_short(w, "accept_posterior", options->accept);
  hw_json_add_number_short(w, "prior_none",
                           options->prior_none < 0 ? (double)NAN : options->prior_none);
  hw_json_write_key(w, "evidence");
  hw_evidence_write_parameters(w, hw_evidence_options_of(input->evidence));
  write_kinds(w, found->kinds);
  hw_json_add_number_short(w, "each_log10_lr", options->each);
  if (input->snp_results != NULL) {
    hw_json_add_number_short(w, "cut_log10", options->cut);
    hw_json_add_text(w, "snp_panel", hw_evidence_panel_code(input->evidence));
    hw_json_add_text(w, "snp_population", from->panel->populations[from->population].name);
  }
  hw_json_add_count(w, "mt_differences", options->most_mt_differences);
  hw_json_add_count(w, "y_differences", options->most_y_differences);
  write_outcome(w, input, found);
  hw_json_write_end_object(w);
}

static hw_status make_parameters(storing *self, const char **out, hw_err *err) {
  hw_str line = HW_STR_INIT;
  hw_json_writer w;
  hw_json_write_init_str(&w, &line, 0);
  write_parameters(&w, self->input, self->found);
  return hw_json_write_finish_in(&w, &self->arena, out, err);
}

/* --- pairs and who was left out --- */

static hw_status make_pair(storing *self, const hw_wide_pair *from, hwp_run_pair *out,
                           hw_err *err) {
  hw_str parts = HW_STR_INIT;
  *out = (hwp_run_pair){.remains = from->remains,
                        .family = from->family,
                        .missing = from->missing,
                        .log10_lr = from->total,
                        .posterior = from->posterior,
                        .complement = from->complement,
                        .markers = from->n_markers,
                        .mismatches = from->n_mismatches,
                        .is_proposed = from->is_proposed};
  hw_status status =
      hw_evidence_parts_json(self->input->evidence, from->family, &from->parts, &parts, err);
  if (status == HW_OK) {
    out->parts = hw_arena_strdup(&self->arena, hw_str_text(&parts));
    if (out->parts == NULL) status = HW_NO_MEMORY(err, "the pairs");
  }
  hw_str_clear(&parts);
  return status;
}

static hw_status make_pairs(storing *self, hwp_run *out, hw_err *err) {
  const hw_wide_found *found = self->found;
  if (found->n_pairs > INT32_MAX)
    return hw_err_set(err, HW_E_TOO_COMPLEX,
                      "%lld pairs are too many for one run: raise --threshold",
                      (long long)found->n_pairs);
  hwp_run_pair *list = hw_arena_alloc_array(&self->arena, (size_t)found->n_pairs, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "the pairs");
  for (int64_t i = 0; i < found->n_pairs; i++)
    HW_TRY(make_pair(self, &found->pairs[i], &list[i], err));
  out->pairs = list;
  out->n_pairs = (int32_t)found->n_pairs;
  return HW_OK;
}

static hw_status make_powers(storing *self, hwp_run *out, hw_err *err) {
  const hw_wide_found *found = self->found;
  hwp_run_power *list = hw_arena_alloc_array(&self->arena, (size_t)found->n_left_out, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "the missing persons");
  for (int32_t i = 0; i < found->n_left_out; i++)
    list[i] = (hwp_run_power){.family = found->left_out[i].family,
                              .missing = found->left_out[i].missing,
                              .expected = (double)NAN,
                              .needed = (double)NAN,
                              .left_out = found->left_out[i].why};
  out->powers = list;
  out->n_powers = found->n_left_out;
  return HW_OK;
}

static hw_status per_marker(void *context, double *out, hw_err *err) {
  const storing *self = context;
  const hw_wide_found *found = self->found;
  const size_t n = (size_t)found->n_pairs * (size_t)self->stored->problem.n_markers;
  (void)err;
  if (found->per_marker != NULL)
    memcpy(out, found->per_marker, n * sizeof *out);
  else
    memset(out, 0, n * sizeof *out);
  return HW_OK;
}

/* --- the run --- */

static int64_t count_compared(const hw_wide_input *input) {
  const int64_t str =
      input->str_search != NULL ? hw_search_results_get(input->str_search)->n_compared : 0;
  return str + (input->snp_results != NULL ? input->snp_results->found.n_compared : 0);
}

hw_status hw_wide_store(hw_app *app, const hw_stored_case *stored, const hw_wide_input *input,
                        const hw_wide_found *found, const char *reason, bool dry_run,
                        hw_identification_report *report, hw_err *err) {
  storing self = {.app = app, .stored = stored, .input = input, .found = found};
  hwp_run kept = {.action = "search",
                  .n_missing = found->n_targets,
                  .n_compared = count_compared(input),
                  .per_marker = per_marker,
                  .evidence = hw_evidence_options_of(input->evidence),
                  .context = &self};
  memset(report, 0, sizeof *report);
  hw_arena_init(&self.arena, 0);
  hw_status status = make_parameters(&self, &kept.parameters, err);
  if (status == HW_OK) status = make_pairs(&self, &kept, err);
  if (status == HW_OK) status = make_powers(&self, &kept, err);
  if (status == HW_OK) status = hwp_run_keep(app, stored, &kept, reason, dry_run, report, err);
  hw_arena_clear(&self.arena);
  return status;
}
