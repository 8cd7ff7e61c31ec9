/* An identification as homeward-decide/1 JSON: the sheet, complete. */
#include "cli/decide_out.h"
#include "cli/json_members.h"

static void begin_list(hw_json_writer *w, const char *key) {
  hw_json_write_key(w, key);
  hw_json_write_begin_array(w);
}

static void write_figures(hw_json_writer *w, const hw_decide_sheet *sheet) {
  hw_json_write_key(w, "figures");
  hw_json_write_begin_object(w);
  cli_json_given(w, "run", sheet->run);
  cli_json_given(w, "joint_run", sheet->joint_run);
  cli_json_number(w, "log10_lr", sheet->log10_lr);
  cli_json_number(w, "posterior", sheet->posterior);
  cli_json_number(w, "complement", sheet->complement);
  cli_json_number(w, "posterior_pairwise", sheet->posterior_pairwise);
  cli_json_number(w, "complement_pairwise", sheet->complement_pairwise);
  cli_json_number(w, "log10_glr", sheet->log10_glr);
  cli_json_given(w, "standing", sheet->standing);
  cli_json_count(w, "markers", sheet->markers);
  cli_json_count(w, "mismatches", sheet->mismatches);
  cli_json_number(w, "alternative_log10_lr", sheet->alternative_log10_lr);
  cli_json_given(w, "alternative", sheet->against);
  hw_json_write_end_object(w);
}

static void write_alternatives(hw_json_writer *w, const hw_decide_sheet *sheet) {
  begin_list(w, "alternatives");
  for (int i = 0; i < sheet->n_alternatives; i++) {
    const hw_decide_alternative *other = &sheet->alternatives[i];
    hw_json_write_begin_row_object(w);
    cli_json_given(w, "remains", other->sample);
    cli_json_given(w, "missing", other->person);
    cli_json_number(w, "log10_lr", other->log10_lr);
    cli_json_number(w, "posterior", other->posterior);
    cli_json_number(w, "complement", other->complement);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_checks(hw_json_writer *w, const hw_decide_sheet *sheet) {
  begin_list(w, "checks");
  for (int i = 0; i < sheet->n_checks; i++) {
    const hw_decide_check *check = &sheet->checks[i];
    hw_json_write_begin_object(w);
    cli_json_given(w, "what", check->what);
    cli_json_yes_no(w, "is_met", check->is_met);
    cli_json_given(w, "asked", check->asked);
    cli_json_given(w, "found", check->found);
    cli_json_yes_no(w, "can_override", check->can_override);
    cli_json_given(w, "refusal", check->refusal);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_contradictions(hw_json_writer *w, const hw_decide_sheet *sheet) {
  begin_list(w, "contradictions");
  for (int i = 0; i < sheet->n_contradictions; i++) {
    const hw_decide_contradiction *row = &sheet->contradictions[i];
    hw_json_write_begin_object(w);
    cli_json_given(w, "code", row->code);
    cli_json_given(w, "kind", row->kind);
    cli_json_given(w, "state", row->state);
    cli_json_given(w, "text", row->text);
    cli_json_given(w, "reason", row->reason);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_reviews(hw_json_writer *w, const hw_decide_sheet *sheet) {
  begin_list(w, "reviews");
  for (int i = 0; i < sheet->n_reviews; i++) {
    const hw_decide_review *row = &sheet->reviews[i];
    hw_json_write_begin_object(w);
    cli_json_given(w, "reviewer", row->reviewer);
    cli_json_given(w, "verdict", row->verdict);
    cli_json_yes_no(w, "counts", row->counts);
    cli_json_given(w, "reason", row->reason);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

/* What a step stood on is a document of its own, kept as the text that was stored. */
static void write_events(hw_json_writer *w, const hw_decide_sheet *sheet) {
  begin_list(w, "steps");
  for (int i = 0; i < sheet->n_events; i++) {
    const hw_decide_event *row = &sheet->events[i];
    hw_json_write_begin_object(w);
    cli_json_given(w, "at", row->at);
    cli_json_given(w, "actor", row->actor);
    cli_json_given(w, "action", row->action);
    cli_json_given(w, "reason", row->reason);
    cli_json_given(w, "policy", row->policy);
    cli_json_given(w, "override", row->override);
    cli_json_given(w, "stood_on", row->stood_on);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

hw_status cli_sheet_json(const hw_decide_sheet *sheet, hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_file(&w, stdout, 2);
  hw_json_write_begin_object(&w);
  cli_json_given(&w, "format", "homeward-decide/1");
  cli_json_given(&w, "code", sheet->code);
  cli_json_given(&w, "state", sheet->state);
  cli_json_given(&w, "missing", sheet->person);
  cli_json_given(&w, "names", sheet->names);
  cli_json_given(&w, "remains", sheet->sample);
  cli_json_given(&w, "investigation", sheet->investigation);
  cli_json_given(&w, "proposed_by", sheet->proposed_by);
  cli_json_given(&w, "reason", sheet->reason);
  cli_json_given(&w, "evidence", sheet->evidence);
  write_figures(&w, sheet);
  write_alternatives(&w, sheet);
  write_contradictions(&w, sheet);
  cli_json_given(&w, "policy", sheet->policy.code);
  write_checks(&w, sheet);
  write_reviews(&w, sheet);
  write_events(&w, sheet);
  cli_json_given(&w, "can_become", sheet->can_become);
  hw_json_write_end_object(&w);
  return hw_json_write_finish(&w, err);
}
