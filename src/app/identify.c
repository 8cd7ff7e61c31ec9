/* A finished identification as a run that is kept (app/kept_run.h).
 *
 * Every missing person's power is stored, and the ratios of all pairs are at hand,
 * so that a pair that is gone is told with its ratio of today. */
#include "app/identify.h"

#include <math.h>
#include <string.h>

#include "app/kept_run.h"
#include "base/check.h"
#include "base/json_write.h"

typedef struct identification {
  const hw_stored_case *stored;
  const hw_identify *run;
  int32_t n_pairs;
  const hw_identify_pair *pairs;
  const hw_identification_options *options;
  int32_t *first_target; /* of each family */
  hw_arena arena;
} identification;

/* --- parameters --- */

static hw_status make_parameters(identification *self, const char **out, hw_err *err) {
  const hw_identification_options *options = self->options;
  hw_str text = HW_STR_INIT;
  hw_json_writer w;
  hw_json_write_init_str(&w, &text, 0);
  hw_json_write_begin_object(&w);
  hw_json_write_key(&w, "method");
  hw_json_write_string(&w, "pairwise");
  hw_json_write_key(&w, "threshold_log10_lr");
  hw_json_write_double_short(&w, options->threshold);
  hw_json_write_key(&w, "accept_posterior");
  hw_json_write_double_short(&w, options->accept);
  hw_json_write_key(&w, "prior_none");
  if (options->prior_none < 0)
    hw_json_write_null(&w);
  else
    hw_json_write_double_short(&w, options->prior_none);
  hw_json_write_end_object(&w);
  hw_status status = hw_json_write_finish(&w, err);
  if (status == HW_OK) {
    /* The writer ends a document with a line feed. */
    *out = hw_arena_strndup(&self->arena, text.bytes, strcspn(text.bytes, "\n"));
    if (*out == NULL) status = HW_NO_MEMORY(err, "the run");
  }
  hw_str_clear(&text);
  return status;
}

/* --- pairs and powers --- */

static hw_status make_pairs(identification *self, hwp_run *out, hw_err *err) {
  hwp_run_pair *list = hw_arena_alloc_array(&self->arena, (size_t)self->n_pairs, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "the pairs");
  for (int32_t i = 0; i < self->n_pairs; i++) {
    const hw_identify_pair *pair = &self->pairs[i];
    const hw_target *target = hw_identify_target(self->run, pair->target);
    list[i] = (hwp_run_pair){.remains = pair->remains,
                             .family = target->family,
                             .missing = target->missing,
                             .log10_lr = pair->log10_lr,
                             .posterior = pair->posterior,
                             .complement = pair->complement,
                             .markers = pair->markers,
                             .mismatches = pair->mismatches,
                             .is_proposed = pair->is_proposed};
  }
  out->pairs = list;
  out->n_pairs = self->n_pairs;
  return HW_OK;
}

static hw_status make_powers(identification *self, hwp_run *out, hw_err *err) {
  const double needed = hw_identify_needed_log10_lr(self->run, self->options->accept);
  int32_t n = hw_identify_target_count(self->run);
  hwp_run_power *list = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *list);
  self->first_target = hw_arena_alloc_array(&self->arena, (size_t)self->stored->problem.n_families,
                                            sizeof *self->first_target);
  if (list == NULL || self->first_target == NULL) return HW_NO_MEMORY(err, "the missing persons");
  for (int32_t t = 0; t < n; t++) {
    const hw_target *target = hw_identify_target(self->run, t);
    bool is_left_out = hw_identify_is_left_out(self->run, t);
    list[t] = (hwp_run_power){
        .family = target->family,
        .missing = target->missing,
        .expected = is_left_out ? (double)NAN : hw_identify_expected_log10_lr(self->run, t),
        .needed = needed,
        .left_out = is_left_out ? "the family exceeds the work bound" : NULL};
    if (target->missing == 0) self->first_target[target->family] = t;
  }
  out->powers = list;
  out->n_powers = out->n_missing = n;
  return hwp_run_fill_power(&self->stored->problem, n, list, err);
}

static hw_status per_marker(void *context, double *out, hw_err *err) {
  const identification *self = context;
  return hw_identify_pair_markers(self->run, self->n_pairs, self->pairs, out, err);
}

static double log10_lr(void *context, int32_t remains, int32_t family, int32_t missing) {
  const identification *self = context;
  int32_t target = self->first_target[family] + missing;
  return hw_identify_is_left_out(self->run, target)
             ? (double)NAN
             : hw_identify_log10_lr(self->run, remains, target);
}

static const char *name(void *context, int32_t family, int32_t missing) {
  const identification *self = context;
  return hw_identify_target(self->run, self->first_target[family] + missing)->code;
}

/* --- the whole --- */

hw_status hw_identification_store(hw_app *app, const hw_stored_case *stored, const hw_identify *run,
                                  int32_t n_pairs, const hw_identify_pair *pairs,
                                  const hw_identification_options *options,
                                  hw_identification_report *report, hw_err *err) {
  identification self = {
      .stored = stored, .run = run, .n_pairs = n_pairs, .pairs = pairs, .options = options};
  hwp_run kept = {.action = "identify",
                  .n_compared = (int64_t)stored->problem.n_remains * hw_identify_target_count(run),
                  .per_marker = per_marker,
                  .log10_lr = log10_lr,
                  .name = name,
                  .context = &self};
  memset(report, 0, sizeof *report);
  hw_arena_init(&self.arena, 0);
  hw_status status = make_parameters(&self, &kept.parameters, err);
  if (status == HW_OK) status = make_pairs(&self, &kept, err);
  if (status == HW_OK) status = make_powers(&self, &kept, err);
  if (status == HW_OK)
    status = hwp_run_keep(app, stored, &kept, options->reason, options->dry_run, report, err);
  hw_arena_clear(&self.arena);
  return status;
}
