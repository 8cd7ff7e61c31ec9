/* An identification as homeward-decide/1 JSON: the sheet, complete. */
#include "base/json_members.h"
#include "cli/decide_out.h"

static void write_figures(hw_json_writer *w, const hw_decide_sheet *sheet) {
  hw_json_add_object(w, "figures");
  hw_json_add_given(w, "run", sheet->run);
  hw_json_add_given(w, "joint_run", sheet->joint_run);
  hw_json_add_number(w, "log10_lr", sheet->log10_lr);
  hw_json_add_number(w, "posterior", sheet->posterior);
  hw_json_add_number(w, "complement", sheet->complement);
  hw_json_add_number(w, "posterior_pairwise", sheet->posterior_pairwise);
  hw_json_add_number(w, "complement_pairwise", sheet->complement_pairwise);
  hw_json_add_number(w, "log10_glr", sheet->log10_glr);
  hw_json_add_given(w, "standing", sheet->standing);
  hw_json_add_int(w, "markers", sheet->markers);
  hw_json_add_int(w, "mismatches", sheet->mismatches);
  hw_json_add_number(w, "alternative_log10_lr", sheet->alternative_log10_lr);
  hw_json_add_given(w, "alternative", sheet->against);
  hw_json_write_end_object(w);
}

static void write_alternatives(hw_json_writer *w, const hw_decide_sheet *sheet) {
  hw_json_add_array(w, "alternatives");
  for (int i = 0; i < sheet->n_alternatives; i++) {
    const hw_decide_alternative *other = &sheet->alternatives[i];
    hw_json_write_begin_row_object(w);
    hw_json_add_given(w, "remains", other->sample);
    hw_json_add_given(w, "missing", other->person);
    hw_json_add_number(w, "log10_lr", other->log10_lr);
    hw_json_add_number(w, "posterior", other->posterior);
    hw_json_add_number(w, "complement", other->complement);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_checks(hw_json_writer *w, const hw_decide_sheet *sheet) {
  hw_json_add_array(w, "checks");
  for (int i = 0; i < sheet->n_checks; i++) {
    const hw_decide_check *check = &sheet->checks[i];
    hw_json_write_begin_object(w);
    hw_json_add_given(w, "what", check->what);
    hw_json_add_bool(w, "is_met", check->is_met);
    hw_json_add_given(w, "asked", check->asked);
    hw_json_add_given(w, "found", check->found);
    hw_json_add_bool(w, "can_override", check->can_override);
    hw_json_add_given(w, "refusal", check->refusal);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_contradictions(hw_json_writer *w, const hw_decide_sheet *sheet) {
  hw_json_add_array(w, "contradictions");
  for (int i = 0; i < sheet->n_contradictions; i++) {
    const hw_decide_contradiction *row = &sheet->contradictions[i];
    hw_json_write_begin_object(w);
    hw_json_add_given(w, "code", row->code);
    hw_json_add_given(w, "kind", row->kind);
    hw_json_add_given(w, "state", row->state);
    hw_json_add_given(w, "text", row->text);
    hw_json_add_given(w, "reason", row->reason);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_reviews(hw_json_writer *w, const hw_decide_sheet *sheet) {
  hw_json_add_array(w, "reviews");
  for (int i = 0; i < sheet->n_reviews; i++) {
    const hw_decide_review *row = &sheet->reviews[i];
    hw_json_write_begin_object(w);
    hw_json_add_given(w, "reviewer", row->reviewer);
    hw_json_add_given(w, "verdict", row->verdict);
    hw_json_add_bool(w, "counts", row->counts);
    hw_json_add_given(w, "reason", row->reason);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

/* What a step stood on is a document of its own, kept as the text that was stored. */
static void write_events(hw_json_writer *w, const hw_decide_sheet *sheet) {
  hw_json_add_array(w, "steps");
  for (int i = 0; i < sheet->n_events; i++) {
    const hw_decide_event *row = &sheet->events[i];
    hw_json_write_begin_object(w);
    hw_json_add_given(w, "at", row->at);
    hw_json_add_given(w, "actor", row->actor);
    hw_json_add_given(w, "action", row->action);
    hw_json_add_given(w, "reason", row->reason);
    hw_json_add_given(w, "policy", row->policy);
    hw_json_add_given(w, "override", row->override);
    hw_json_add_given(w, "stood_on", row->stood_on);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

hw_status cli_sheet_json(const hw_decide_sheet *sheet, hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_file(&w, stdout, 2);
  hw_json_write_begin_object(&w);
  hw_json_add_given(&w, "format", "homeward-decide/1");
  hw_json_add_given(&w, "code", sheet->code);
  hw_json_add_given(&w, "state", sheet->state);
  hw_json_add_given(&w, "missing", sheet->person);
  hw_json_add_given(&w, "names", sheet->names);
  hw_json_add_given(&w, "remains", sheet->sample);
  hw_json_add_given(&w, "investigation", sheet->investigation);
  hw_json_add_given(&w, "proposed_by", sheet->proposed_by);
  hw_json_add_given(&w, "reason", sheet->reason);
  hw_json_add_given(&w, "evidence", sheet->evidence);
  write_figures(&w, sheet);
  write_alternatives(&w, sheet);
  write_contradictions(&w, sheet);
  hw_json_add_given(&w, "policy", sheet->policy.code);
  write_checks(&w, sheet);
  write_reviews(&w, sheet);
  write_events(&w, sheet);
  hw_json_add_given(&w, "can_become", sheet->can_become);
  hw_json_write_end_object(&w);
  return hw_json_write_finish(&w, err);
}
