/* The pedigree editor: a family as a table of persons, drawn with what was typed.
 *
 * The page is one form that holds the whole table, so that it works without JavaScript: every
 * button sends what was typed, and gets the same page back with one thing done: drawn, a
 * relative added, a row taken out, a suggestion followed, or everything saved. Nothing is
 * stored before that. Rows are named by their place in the form; parents are chosen among
 * them. The first button of the form draws, since that is what the Enter key presses.
 *
 * The stamp of what the table was made from goes with it: saving is refused once somebody else
 * has changed the family (app/pedigree_edit.h). With JavaScript pedigree.js sends the same
 * form and puts in place what comes back. */
#include "web/pages_pedigree.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

/* --- what was typed --- */

/* A field without blanks at its ends; NULL if it is not there. */
static const char *typed(hwp_job *job, const char *name) {
  return hwp_form(job, name) != NULL ? hwp_form_typed(job, name) : NULL;
}

static const char *field(hwp_job *job, const char *name, int row) {
  return typed(job, hwp_format(job, "%s-%d", name, row));
}

static const char *field_or(hwp_job *job, const char *name, int row, const char *otherwise) {
  const char *text = field(job, name, row);
  return text != NULL ? text : otherwise;
}

/* A whole number from a field; @p otherwise if it is none, or outside. */
static int64_t number(const char *text, int64_t low, int64_t high, int64_t otherwise) {
  char *end = NULL;
  if (text == NULL || text[0] == '\0' || strlen(text) > 18) return otherwise;
  const long long value = strtoll(text, &end, 10);
  return *end == '\0' && value >= low && value <= high ? (int64_t)value : otherwise;
}

/* The row of a person who is named by the number that the table shows, from 1. */
static int32_t person_of(hwp_job *job, const char *name, int row, int n_rows) {
  return (int32_t)number(field(job, name, row), 1, n_rows, 0) - 1;
}

static void take_row(hwp_job *job, const hw_pedigree_sheet *stored, int n_rows, int i,
                     hw_pedigree_row *out) {
  *out = (hw_pedigree_row){
      .person = number(field(job, "id", i), 1, INT64_MAX, 0),
      .code = field_or(job, "code", i, ""),
      .sex = field_or(job, "sex", i, "unknown"),
      .label = stored->has_hidden_names ? NULL : field_or(job, "label", i, ""),
      .relation = field_or(job, "relation", i, ""),
      .is_missing = field(job, "missing", i) != NULL,
      .father = person_of(job, "father", i, n_rows),
      .mother = person_of(job, "mother", i, n_rows),
      .twin = person_of(job, "twin", i, n_rows),
      .rests = "",
  };
  for (int k = 0; k < stored->n_rows && out->person != 0; k++) {
    const hw_pedigree_row *known = &stored->rows[k];
    if (known->person != out->person) continue;
    out->code = known->code;
    out->rests = known->rests;
    out->is_typed = known->is_typed;
    out->has_decision = known->has_decision;
  }
}

/* The table as it was typed; what is known of its people comes from the database. */
static hw_status take_sheet(hwp_pedigree_page *self, hw_err *err) {
  hwp_job *job = self->job;
  const hw_pedigree_sheet stored = self->sheet;
  const char *stamp = hwp_form(job, "stamp"), *reason = typed(job, "reason");
  const int n = (int)number(hwp_form(job, "rows"), 0, HW_PEDIGREE_SHEET_MOST, 0);
  self->sheet.rows =
      hw_arena_alloc_array(job->arena, HW_PEDIGREE_SHEET_MOST, sizeof *self->sheet.rows);
  if (self->sheet.rows == NULL) return HW_NO_MEMORY(err, "a form");
  self->sheet.n_rows = n;
  for (int i = 0; i < n; i++) take_row(job, &stored, n, i, &self->sheet.rows[i]);
  if (stamp != NULL) self->sheet.stamp = stamp;
  self->reason = reason != NULL ? reason : "";
  self->of = (int)number(hwp_form(job, "of"), 0, n - 1, -1);
  return HW_OK;
}

/* --- what a button does --- */

static void follow(hwp_pedigree_page *self, const char *finding) {
  for (int i = 0; i < self->n_suggestions; i++)
    if (strcmp(self->suggestions[i].finding, finding) == 0)
      hw_pedigree_sheet_apply(&self->sheet, &self->suggestions[i]);
}

static void press(hwp_pedigree_page *self, const char *button) {
  static const struct {
    const char *name;
    hw_pedigree_relative what;
  } relatives[] = {{"parents", HW_PEDIGREE_PARENTS},
                   {"child", HW_PEDIGREE_CHILD},
                   {"sibling", HW_PEDIGREE_SIBLING}};
  const int before = self->sheet.n_rows;
  bool is_done = true;
  if (strcmp(button, "person") == 0) is_done = hw_pedigree_sheet_add(&self->sheet, "unknown") >= 0;
  for (size_t i = 0; i < sizeof relatives / sizeof *relatives; i++)
    if (strcmp(relatives[i].name, button) == 0)
      is_done = hw_pedigree_sheet_add_relative(&self->sheet, relatives[i].what, self->of);
  if (strncmp(button, "remove:", 7) == 0) {
    const int row = (int)number(button + 7, 0, self->sheet.n_rows - 1, -1);
    if (row >= 0 && self->sheet.rows[row].rests[0] == '\0') {
      hw_pedigree_sheet_remove(&self->sheet, row);
      if (self->of >= row) self->of = -1;
    }
  }
  if (strncmp(button, "follow:", 7) == 0) follow(self, button + 7);
  if (self->sheet.n_rows > before) self->first_new = before;
  if (!is_done) self->hint = hwp_t(self->job, HW_T_PEDIGREE_NOT_ADDED);
}

static hw_status save(hwp_pedigree_page *self, hw_err *err) {
  hwp_job *job = self->job;
  hw_err why = HW_ERR_INIT;
  const hw_status status =
      hw_pedigree_sheet_save(job->app, &self->sheet, self->reason, job->arena, &self->where, &why);
  if (status == HW_OK)
    return hwp_see_other(job, hwp_url(job->arena, "/families/", self->where.family),
                         hwp_fill(job, HW_T_PEDIGREE_SAVED, 1, self->where.family), err);
  if (!hwp_is_refusal(status)) {
    if (err != NULL) *err = why;
    return status;
  }
  self->refusal = hwp_format(job, "%s", why.message);
  self->is_stale = status == HW_E_CONFLICT && self->where.row < 0 && self->sheet.family_id != 0;
  if (strcmp(self->where.field, "reason") == 0)
    self->refusal = hwp_t(job, HW_T_IDENTIFICATION_NO_REASON);
  job->response->status = status == HW_E_DENIED ? 403 : 422;
  return hwp_pedigree_write(self, err);
}

/* --- handlers --- */

static hwp_pedigree_page *begin(hwp_job *job) {
  hwp_pedigree_page *self = hw_arena_alloc(job->arena, sizeof *self);
  if (self == NULL) return NULL;
  self->job = job;
  self->of = self->first_new = -1;
  self->where.row = -1;
  self->where.field = "";
  self->reason = "";
  return self;
}

static hw_status read_stored(hwp_pedigree_page *self, hw_err *err) {
  return hw_pedigree_sheet_read(self->job->app, self->job->parts[0], self->job->arena, &self->sheet,
                                err);
}

static hw_status read_findings(hwp_pedigree_page *self, hw_err *err) {
  return hw_pedigree_sheet_suggest(self->job->app, &self->sheet, self->job->arena,
                                   &self->suggestions, &self->n_suggestions, err);
}

static hw_status edit_now(hwp_job *job, hw_err *err) {
  hwp_pedigree_page *self = begin(job);
  if (self == NULL) return HW_NO_MEMORY(err, "a page");
  HW_TRY(read_stored(self, err));
  HW_TRY(read_findings(self, err));
  return hwp_pedigree_write(self, err);
}

static hw_status edit(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, edit_now, err);
}

static hw_status act(hwp_pedigree_page *self, hw_err *err) {
  const char *button = hwp_form(self->job, "do");
  HW_TRY(take_sheet(self, err));
  HW_TRY(read_findings(self, err));
  if (button != NULL && strcmp(button, "save") == 0) return save(self, err);
  if (button != NULL) press(self, button);
  /* What was followed is suggested no longer. */
  HW_TRY(read_findings(self, err));
  return hwp_pedigree_write(self, err);
}

static hw_status change(hwp_job *job, hw_err *err) {
  hwp_pedigree_page *self = begin(job);
  if (self == NULL) return HW_NO_MEMORY(err, "a page");
  HW_TRY(read_stored(self, err));
  return act(self, err);
}

/* --- a new family --- */

static hw_status read_investigations(hwp_pedigree_page *self, hw_err *err) {
  return hw_look_page(self->job->app, HW_KIND_INVESTIGATION, 1, HWP_PAGE_ROWS, NULL, NULL,
                      self->job->arena, &self->investigations, err);
}

static hw_status begin_new(hwp_job *job, hwp_pedigree_page **out, hw_err *err) {
  hwp_pedigree_page *self = begin(job);
  *out = self;
  if (self == NULL) return HW_NO_MEMORY(err, "a page");
  self->sheet.family = "";
  self->sheet.investigation = "main";
  self->sheet.stamp = "";
  self->sheet.has_hidden_names = (job->app->may & HW_MAY_NAMES) == 0;
  self->sheet.rows =
      hw_arena_alloc_array(job->arena, HW_PEDIGREE_SHEET_MOST, sizeof *self->sheet.rows);
  if (self->sheet.rows == NULL) return HW_NO_MEMORY(err, "a form");
  return read_investigations(self, err);
}

static hw_status new_form(hwp_job *job, hw_err *err) {
  hwp_pedigree_page *self = NULL;
  HW_TRY(begin_new(job, &self, err));
  const int missing = hw_pedigree_sheet_add(&self->sheet, "male");
  self->sheet.rows[missing].is_missing = true;
  (void)hw_pedigree_sheet_add_relative(&self->sheet, HW_PEDIGREE_PARENTS, missing);
  return hwp_pedigree_write(self, err);
}

static hw_status new_change(hwp_job *job, hw_err *err) {
  hwp_pedigree_page *self = NULL;
  HW_TRY(begin_new(job, &self, err));
  const char *family = typed(job, "family"), *investigation = hwp_form(job, "investigation");
  if (family != NULL) self->sheet.family = family;
  if (investigation != NULL) self->sheet.investigation = investigation;
  return act(self, err);
}

static const hwp_route routes[] = {
    {"GET", "/families/new", HW_MAY_WRITE, 0, new_form, "form of a new family"},
    {"POST", "/families/new", HW_MAY_WRITE, 0, new_change, "draws or saves a new family"},
    {"GET",
     "/families/"
     "*"
     "/pedigree",
     HW_MAY_WRITE, 0, edit, "the pedigree editor"},
    {"POST",
     "/families/"
     "*"
     "/pedigree",
     HW_MAY_WRITE, 0, change, "draws or saves a pedigree"},
};
const hwp_routes hwp_routes_pedigree = {routes, sizeof routes / sizeof *routes};
