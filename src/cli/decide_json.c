/* An identification as homeward-decide/1 JSON: the sheet, complete. */
#include "cli/decide_out.h"
#include "cli/json_members.h"

static void write_text(hw_json_writer *w, const char *key, const char *text) {
  hw_json_write_key(w, key);
  hw_json_write_string(w, text != NULL && text[0] != '\0' ? text : NULL);
}

static void write_bool(hw_json_writer *w, const char *key, bool value) {
  hw_json_write_key(w, key);
  hw_json_write_bool(w, value);
}

static void begin_list(hw_json_writer *w, const char *key) {
  hw_json_write_key(w, key);
  hw_json_write_begin_array(w);
}

static void write_figures(hw_json_writer *w, const hw_decide_sheet *sheet) {
  hw_json_write_key(w, "figures");
  hw_json_write_begin_object(w);
  write_text(w, "run", sheet->run);
  write_text(w, "joint_run", sheet->joint_run);
  cli_json_number(w, "log10_lr", sheet->log10_lr);
  cli_json_number(w, "posterior", sheet->posterior);
  cli_json_number(w, "complement", sheet->complement);
  cli_json_number(w, "posterior_pairwise", sheet->posterior_pairwise);
  cli_json_number(w, "complement_pairwise", sheet->complement_pairwise);
  cli_json_number(w, "log10_glr", sheet->log10_glr);
  write_text(w, "standing", sheet->standing);
  cli_json_count(w, "markers", sheet->markers);
  cli_json_count(w, "mismatches", sheet->mismatches);
  cli_json_number(w, "alternative_log10_lr", sheet->alternative_log10_lr);
  write_text(w, "alternative", sheet->against);
  hw_json_write_end_object(w);
}

static void write_alternatives(hw_json_writer *w, const hw_decide_sheet *sheet) {
  begin_list(w, "alternatives");
  for (int i = 0; i < sheet->n_alternatives; i++) {
    const hw_decide_alternative *other = &sheet->alternatives[i];
    hw_json_write_begin_row_object(w);
    write_text(w, "remains", other->sample);
    write_text(w, "missing", other->person);
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
    write_text(w, "what", check->what);
    write_bool(w, "is_met", check->is_met);
    write_text(w, "asked", check->asked);
    write_text(w, "found", check->found);
    write_bool(w, "can_override", check->can_override);
    write_text(w, "refusal", check->refusal);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_contradictions(hw_json_writer *w, const hw_decide_sheet *sheet) {
  begin_list(w, "contradictions");
  for (int i = 0; i < sheet->n_contradictions; i++) {
    const hw_decide_contradiction *row = &sheet->contradictions[i];
    hw_json_write_begin_object(w);
    write_text(w, "code", row->code);
    write_text(w, "kind", row->kind);
    write_text(w, "state", row->state);
    write_text(w, "text", row->text);
    write_text(w, "reason", row->reason);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_reviews(hw_json_writer *w, const hw_decide_sheet *sheet) {
  begin_list(w, "reviews");
  for (int i = 0; i < sheet->n_reviews; i++) {
    const hw_decide_review *row = &sheet->reviews[i];
    hw_json_write_begin_object(w);
    write_text(w, "reviewer", row->reviewer);
    write_text(w, "verdict", row->verdict);
    write_bool(w, "counts", row->counts);
    write_text(w, "reason", row->reason);
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
    write_text(w, "at", row->at);
    write_text(w, "actor", row->actor);
    write_text(w, "action", row->action);
    write_text(w, "reason", row->reason);
    write_text(w, "policy", row->policy);
    write_text(w, "override", row->override);
    write_text(w, "stood_on", row->stood_on);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

hw_status cli_sheet_json(const hw_decide_sheet *sheet, hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_file(&w, stdout, 2);
  hw_json_write_begin_object(&w);
  write_text(&w, "format", "homeward-decide/1");
  write_text(&w, "code", sheet->code);
  write_text(&w, "state", sheet->state);
  write_text(&w, "missing", sheet->person);
  write_text(&w, "names", sheet->names);
  write_text(&w, "remains", sheet->sample);
  write_text(&w, "investigation", sheet->investigation);
  write_text(&w, "proposed_by", sheet->proposed_by);
  write_text(&w, "reason", sheet->reason);
  write_text(&w, "evidence", sheet->evidence);
  write_figures(&w, sheet);
  write_alternatives(&w, sheet);
  write_contradictions(&w, sheet);
  write_text(&w, "policy", sheet->policy.code);
  write_checks(&w, sheet);
  write_reviews(&w, sheet);
  write_events(&w, sheet);
  write_text(&w, "can_become", sheet->can_become);
  hw_json_write_end_object(&w);
  return hw_json_write_finish(&w, err);
}
