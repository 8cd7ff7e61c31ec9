/* homeward-identify/1: the machine's form of a run. What a joint run says of it
 * stands in identify_json_joint.c. */
#include "base/check.h"
#include "base/json_members.h"
#include "cli/identify_out.h"
#include "homeward/version.h"

/* The three names of a pair. */
static void names(hw_json_writer *w, const identify_view *view, int32_t remains, int32_t target) {
  const hw_target *who = identify_target(view, target);
  hw_json_add_text(w, "remains", view->problem->remains[remains].id);
  hw_json_add_text(w, "family", view->problem->families[who->family].name);
  hw_json_add_text(w, "missing", who->code);
}

static void write_prior(hw_json_writer *w, const identify_view *view) {
  double each = 0, none = 0;
  hw_identify_prior(view->run, &each, &none);
  hw_json_add_object(w, "prior");
  hw_json_add_number(w, "each_missing", each);
  hw_json_add_number(w, "none", none);
  hw_json_add_int(w, "n_missing", hw_identify_target_count(view->run));
  hw_json_add_text(
      w, "about", "one remains at a time; each missing person equally likely; no joint assignment");
  hw_json_write_end_object(w);
}

static bool is_left_out(const identify_view *view, int32_t target) {
  if (view->joint != NULL)
    return hw_joint_is_left_out(view->joint->run, identify_target(view, target)->family);
  return hw_identify_is_left_out(view->run, target);
}

static void write_left_out(hw_json_writer *w, const identify_view *view) {
  hw_json_add_array(w, "left_out");
  for (int32_t t = 0; t < identify_target_count(view); t++) {
    if (!is_left_out(view, t)) continue;
    const hw_target *target = identify_target(view, t);
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "family", view->problem->families[target->family].name);
    hw_json_add_text(w, "missing", target->code);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_warnings(hw_json_writer *w, const identify_view *view) {
  const hw_identify_warning *warnings = NULL;
  int32_t n = hw_identify_warnings(view->run, &warnings);
  hw_json_add_array(w, "warnings");
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "family", view->problem->families[warnings[i].family].name);
    hw_json_add_text(w, "marker", view->problem->markers[warnings[i].marker].name);
    hw_json_add_text(w, "about",
                     warnings[i].with_mutation
                         ? "relatives contradict each other; not used"
                         : "relatives contradict each other without mutation");
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_pairs(hw_json_writer *w, const identify_view *view) {
  hw_json_add_array(w, "pairwise");
  for (int32_t i = 0; i < view->n_shown; i++) {
    const hw_identify_pair *pair = &view->pairs[i];
    hw_json_write_begin_row_object(w);
    names(w, view, pair->remains, pair->target);
    hw_json_add_double(w, "log10_lr", pair->log10_lr);
    hw_json_add_int(w, "markers", pair->markers);
    hw_json_add_int(w, "mismatches", pair->mismatches);
    hw_json_add_number(w, "posterior", pair->posterior);
    hw_json_add_bool(w, "proposed", pair->is_proposed);
    identify_json_kinds(w, view, pair->remains, pair->target, pair->log10_lr);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_detail(hw_json_writer *w, const identify_view *view) {
  hw_json_add_object(w, "per_marker");
  names(w, view, view->detail_remains, view->detail_target);
  hw_json_add_object(w, "log10_lr");
  for (int32_t m = 0; m < view->problem->n_markers; m++)
    hw_json_add_double(w, view->problem->markers[m].name, view->detail[m]);
  hw_json_write_end_object(w);
  hw_json_write_end_object(w);
}

static void write_truth(hw_json_writer *w, const identify_view *view) {
  hw_json_add_object(w, "truth");
  for (int o = 0; o < HW_OUTCOME_COUNT; o++)
    hw_json_add_int(w, identify_outcome_name((hw_outcome)o), identify_count(view, (hw_outcome)o));
  hw_json_write_end_object(w);
}

hw_status identify_write_json(const identify_view *view, hw_err *err) {
  hw_json_writer writer, *w = &writer;
  hw_json_write_init_file(w, stdout, 1);
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "format", "homeward-identify/1");
  hw_json_add_text(w, "version", hw_version());
  hw_json_add_text(w, "id", view->problem->id);
  hw_json_add_text(w, "method", view->joint != NULL ? "joint" : "pairwise");
  if (view->joint == NULL) write_prior(w, view);
  hw_json_add_double(w, "threshold_log10_lr", view->threshold);
  hw_json_add_number(w, "accept_posterior", view->accept);
  if (view->run != NULL) write_warnings(w, view);
  if (view->n_left_out > 0) write_left_out(w, view);
  if (view->files != NULL) identify_files_json(w, view->files);
  write_pairs(w, view);
  HW_TRY(identify_json_excluded(w, view, err));
  if (view->joint != NULL) HW_TRY(identify_write_json_joint(w, view, err));
  if (view->has_detail) write_detail(w, view);
  if (view->truth != NULL) write_truth(w, view);
  if (view->report != NULL) cli_json_stored(w, view->report);
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}
