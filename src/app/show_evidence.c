/* Persons, profiles, comparisons and identifications: what a reviewer looks at.
 *
 * Assertions of several sources stand side by side, one field after the other,
 * so that a contradiction is seen and not averaged away. */
#include <math.h>
#include <string.h>

#include "app/observations.h"
#include "app/show_int.h"
#include "app/state.h"
#include "base/check.h"
#include "base/json_read.h"

/* --- persons --- */

static hw_status show_assertions(hwp_show *self, const hw_record *dossier, hw_view_section *section,
                                 hw_err *err) {
  static const int fields[] = {HW_FIELD_ASSERTION_FIELD, HW_FIELD_ASSERTION_VALUE,
                               HW_FIELD_ASSERTION_SOURCE, HW_FIELD_ASSERTION_WEIGHT,
                               HW_FIELD_ASSERTION_ASSERTED_ON};
  hw_record *assertions = NULL;
  int n = 0;
  bool is_cut = false;
  HW_TRY(hwp_show_list(self, HW_KIND_ASSERTION, HW_FIELD_ASSERTION_DOSSIER, dossier->id,
                       self->options->most, &assertions, &n, &is_cut, err));
  if (is_cut) section->n_more = 1;
  for (int i = 0; i < n; i++) {
    hw_value *cells = NULL;
    HW_TRY(hwp_show_row(self, section, &cells, err));
    HW_TRY(hwp_show_value(self, dossier, HW_FIELD_DOSSIER_CODE, &cells[0], err));
    for (int c = 0; c < 5; c++)
      HW_TRY(hwp_show_value(self, &assertions[i], fields[c], &cells[1 + c], err));
    HW_TRY(hwp_show_text(self, assertions[i].withdrawn, &cells[6], err));
  }
  return HW_OK;
}

hw_status hwp_show_person(hwp_show *self, hw_err *err) {
  static const char *const columns[] = {"dossier", "field",       "value",     "source",
                                        "weight",  "asserted_on", "withdrawn", NULL};
  hw_view_section *section = NULL;
  hw_record *dossiers = NULL;
  int n = 0;
  bool is_cut = false;
  HW_TRY(hwp_show_list(self, HW_KIND_DOSSIER, HW_FIELD_DOSSIER_PERSON, self->record.id, 20,
                       &dossiers, &n, &is_cut, err));
  HW_TRY(hwp_show_section(self, "assertions", "What the sources say", columns, &section, err));
  for (int i = 0; i < n; i++) HW_TRY(show_assertions(self, &dossiers[i], section, err));
  return HW_OK;
}

/* --- profiles --- */

static hw_status put_seen(hwp_show *self, const hw_seen *seen, hw_value *out, hw_err *err) {
  static const char *const none = "not typed";
  hw_str text = HW_STR_INIT;
  if (seen->kind == HW_SEEN_NOTHING) {
    *out = hw_value_text(none);
    return HW_OK;
  }
  for (int i = 0; i < seen->n; i++)
    hw_str_append_format(&text, "%s%.*s", i > 0 ? ", " : "", seen->alleles[i].n,
                         seen->alleles[i].text);
  if (seen->kind == HW_SEEN_PARTIAL) hw_str_append(&text, ", ?");
  if (seen->kind == HW_SEEN_SET) hw_str_append(&text, seen->n > 0 ? " (seen)" : "none seen");
  if (seen->kind == HW_SEEN_MIXTURE) hw_str_append(&text, " (not used: more than two)");
  hw_status status = hw_str_status(&text) == HW_OK
                         ? hwp_show_text(self, hw_str_text(&text), out, err)
                         : HW_NO_MEMORY(err, "what is shown");
  hw_str_clear(&text);
  return status;
}

hw_status hwp_show_profile(hwp_show *self, hw_err *err) {
  static const char *const columns[] = {"marker", "alleles", NULL};
  hw_view_section *section = NULL;
  hw_record *markers = NULL;
  int n = 0;
  bool is_cut = false, has_more = true;
  HW_TRY(hwp_show_list(self, HW_KIND_PANEL_MARKER, HW_FIELD_PANEL_MARKER_PANEL,
                       hw_record_int(&self->record, HW_FIELD_PROFILE_PANEL), 0, &markers, &n,
                       &is_cut, err));
  HW_TRY(hwp_show_section(self, "genotypes", "Genotypes", columns, &section, err));
  const char *at = hw_record_text(&self->record, HW_FIELD_PROFILE_OBSERVATIONS);
  hw_seen *seen = hw_arena_alloc(self->arena, sizeof *seen);
  if (seen == NULL) return HW_NO_MEMORY(err, "what is shown");
  for (int i = 0;; i++) {
    hw_value *cells = NULL;
    HW_TRY(hw_observation_next(&at, seen, &has_more, err));
    if (!has_more) return HW_OK;
    HW_TRY(hwp_show_row(self, section, &cells, err));
    if (i < n)
      HW_TRY(hwp_show_value(self, &markers[i], HW_FIELD_PANEL_MARKER_MARKER, &cells[0], err));
    HW_TRY(put_seen(self, seen, &cells[1], err));
  }
}

/* --- comparisons --- */

static hw_value json_value(hwp_show *self, const hw_json *json) {
  double number = 0;
  const char *text = NULL;
  if (hw_json_as_double(json, &number, NULL) == HW_OK)
    return (hw_value){.type = HW_DB_REAL, .r = number};
  if (hw_json_as_string(json, &text, NULL) == HW_OK) {
    const char *copy = hw_arena_strdup(self->arena, text);
    return hw_value_text(copy);
  }
  return hw_value_text(NULL);
}

/* Rows from {"D3S1358": 0.41, …}. */
static hw_status show_markers(hwp_show *self, const hw_record *comparison, hw_err *err) {
  static const char *const columns[] = {"marker", "log10_lr", NULL};
  const char *text = hw_record_text(comparison, HW_FIELD_COMPARISON_PER_MARKER);
  hw_json_doc *doc = NULL;
  hw_view_section *section = NULL;
  HW_TRY(hwp_show_section(self, "markers", "By marker", columns, &section, err));
  HW_TRY(hw_json_doc_parse(text, strlen(text), "per_marker", &doc, err));
  hw_status status = HW_OK;
  hw_json_iter it = {0};
  while (status == HW_OK && hw_json_next(hw_json_doc_root(doc), &it)) {
    hw_value *cells = NULL;
    status = hwp_show_row(self, section, &cells, err);
    if (status == HW_OK) status = hwp_show_text(self, it.key, &cells[0], err);
    if (status == HW_OK) cells[1] = json_value(self, it.value);
  }
  hw_json_doc_delete(doc);
  return status;
}

hw_status hwp_show_comparison(hwp_show *self, hw_err *err) {
  return show_markers(self, &self->record, err);
}

/* --- identifications --- */

static hw_status show_standing(hwp_show *self, hw_err *err) {
  static const char *const columns[] = {"agree", "disagree", "needed", "can_become", NULL};
  hw_view_section *section = NULL;
  hw_value *cells = NULL;
  int agree = 0, disagree = 0;
  HW_TRY(hw_state_reviews(self->app->store, self->record.id, &agree, &disagree, err));
  HW_TRY(hwp_show_section(self, "standing", "Where it stands", columns, &section, err));
  HW_TRY(hwp_show_row(self, section, &cells, err));
  cells[0] = hw_value_int(agree);
  cells[1] = hw_value_int(disagree);
  cells[2] = hw_value_int(HW_STATE_REVIEWERS);
  const char *next = hw_state_next(HW_KIND_IDENTIFICATION,
                                   hw_record_text(&self->record, HW_FIELD_IDENTIFICATION_STATE));
  if (next == NULL || next[0] == '\0') {
    cells[3] = hw_value_text("nothing: this is final");
    return HW_OK;
  }
  char *words = hw_arena_strdup(self->arena, next);
  if (words == NULL) return HW_NO_MEMORY(err, "what is shown");
  for (char *at = words; *at != '\0'; at++)
    if (*at == '|') *at = ' ';
  cells[3] = hw_value_text(words);
  return HW_OK;
}

hw_status hwp_show_identification(hwp_show *self, hw_err *err) {
  static const int fields[] = {HW_FIELD_COMPARISON_RUN,        HW_FIELD_COMPARISON_PROFILE,
                               HW_FIELD_COMPARISON_PERSON,     HW_FIELD_COMPARISON_FAMILY,
                               HW_FIELD_COMPARISON_LOG10_LR,   HW_FIELD_COMPARISON_MARKERS,
                               HW_FIELD_COMPARISON_MISMATCHES, HW_FIELD_COMPARISON_POSTERIOR,
                               HW_FIELD_COMPARISON_COMPLEMENT};
  static const char *const columns[] = {"run",        "profile",   "person",     "family",
                                        "log10_lr",   "n_markers", "mismatches", "posterior",
                                        "complement", NULL};
  HW_TRY(show_standing(self, err));
  int64_t id = hw_record_int(&self->record, HW_FIELD_IDENTIFICATION_COMPARISON);
  if (id == 0) return HW_OK;
  hw_record comparison;
  hw_view_section *section = NULL;
  hw_value *cells = NULL;
  HW_TRY(hwp_show_get(self, HW_KIND_COMPARISON, id, &comparison, err));
  HW_TRY(
      hwp_show_section(self, "comparison", "The comparison it rests on", columns, &section, err));
  HW_TRY(hwp_show_row(self, section, &cells, err));
  for (int c = 0; c < 9; c++) HW_TRY(hwp_show_value(self, &comparison, fields[c], &cells[c], err));
  return show_markers(self, &comparison, err);
}
