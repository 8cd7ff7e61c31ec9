/* A family: whom it misses, who of it is typed, its pedigree, what its references can do and what
 * was compared with it.
 *
 * In the picture people are called what the family's file called them, which is short and
 * stays inside their place; long codes run into each other. Such a label is often a name,
 * so it is shown to those who may read names only: others see codes, without the namespace
 * that the whole family shares. */
#include <math.h>
#include <string.h>

#include "app/stored_case.h"
#include "base/check.h"
#include "homeward/drawing.h"
#include "web/pages_evidence.h"

enum { MOST_MEMBERS = 400, MOST_SOUGHT = 40 };

typedef struct member {
  hw_record record, person;
  hwp_typed typed;
  bool is_missing;
} member;

typedef struct family_page {
  hwp_job *job;
  hw_record family;
  const char *code;
  int n;
  member *members;
} family_page;

static hw_status read_members(family_page *self, hw_err *err) {
  hwp_job *job = self->job;
  hw_look_rows rows;
  HW_TRY(hw_look_list(job->app, HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_FAMILY,
                      self->family.id, MOST_MEMBERS, job->arena, &rows, err));
  self->members = hw_arena_alloc_array(job->arena, (size_t)rows.n + 1, sizeof *self->members);
  if (self->members == NULL) return HW_NO_MEMORY(err, "a family");
  for (int i = 0; i < rows.n; i++) {
    if (rows.items[i].withdrawn != NULL) continue;
    member *one = &self->members[self->n++];
    one->record = rows.items[i];
    const int64_t id = hw_record_int(&one->record, HW_FIELD_FAMILY_MEMBER_PERSON);
    HW_TRY(hw_look_get(job->app, HW_KIND_PERSON, id, job->arena, &one->person, err));
    HW_TRY(hwp_typed_of_person(job, id, &one->typed, err));
    one->is_missing = hw_record_int(&one->record, HW_FIELD_FAMILY_MEMBER_IS_MISSING) != 0;
  }
  return HW_OK;
}

/* --- members --- */

static hw_status write_member(family_page *self, const member *one, bool may_names, hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  hwp_open(h, "tr", NULL);
  HW_TRY(hwp_id_cell(job, HW_KIND_PERSON, one->person.id, err));
  if (may_names) {
    const char *names = "";
    HW_TRY(hw_look_names(job->app, one->person.id, job->arena, &names, err));
    hwp_cell(job,
             names[0] != '\0' ? names : hw_record_text(&one->record, HW_FIELD_FAMILY_MEMBER_LABEL));
  }
  hwp_open(h, "td", NULL);
  if (one->is_missing) {
    hwp_state(job, "missing");
  } else {
    const char *relation = hw_record_text(&one->record, HW_FIELD_FAMILY_MEMBER_RELATION);
    hwp_text(h, hwp_word(job, relation));
  }
  hwp_close(h);
  HW_TRY(hwp_value_cell(job, &one->person, HW_FIELD_PERSON_SEX, err));
  hwp_cell(job, one->typed.text[0] != '\0' ? one->typed.text : hwp_t(job, HW_T_FAMILY_NOT_TYPED));
  HW_TRY(hwp_value_cell(job, &one->person, HW_FIELD_PERSON_CONSENT, err));
  hwp_close(h);
  return HW_OK;
}

static hw_status write_members(family_page *self, hw_err *err) {
  hwp_job *job = self->job;
  const bool may_names = (job->app->may & HW_MAY_NAMES) != 0;
  hwp_column columns[6];
  int n = 0;
  columns[n++] = (hwp_column){hwp_t(job, HW_T_PAGES_CODE), false};
  if (may_names) columns[n++] = (hwp_column){hwp_t(job, HW_T_PAGES_NAMES), false};
  columns[n++] = (hwp_column){hwp_field_label(job, HW_KIND_FAMILY_MEMBER, "relation"), false};
  columns[n++] = (hwp_column){hwp_field_label(job, HW_KIND_PERSON, "sex"), false};
  columns[n++] = (hwp_column){hwp_t(job, HW_T_FAMILY_TYPED), false};
  columns[n++] = (hwp_column){hwp_field_label(job, HW_KIND_PERSON, "consent"), false};
  if (self->n == 0) {
    hwp_empty(job, hwp_t(job, HW_T_FAMILY_NO_MEMBERS), NULL, NULL);
    return HW_OK;
  }
  hwp_table_begin(&job->html, &(hwp_table){hwp_t(job, HW_T_FAMILY_MEMBERS), n, columns});
  for (int i = 0; i < self->n; i++) HW_TRY(write_member(self, &self->members[i], may_names, err));
  hwp_table_end(&job->html);
  if (!may_names) hwp_hidden_names(job, true);
  return HW_OK;
}

/* --- the picture --- */

static const member *find_member(const family_page *self, int64_t person) {
  for (int i = 0; i < self->n; i++)
    if (self->members[i].person.id == person) return &self->members[i];
  return NULL;
}

/* A code without the namespace that it shares with the family's. */
static const char *short_code(const char *code, const char *family) {
  const char *slash = strrchr(family, '/');
  const size_t n = slash != NULL ? (size_t)(slash - family) + 1 : 0;
  return strncmp(code, family, n) == 0 ? code + n : code;
}

static hw_status note_persons(family_page *self, const hw_stored_case *stored,
                              hw_drawn_person **out, hw_err *err) {
  const hw_family *family = &stored->problem.families[0];
  const int32_t n = family->pedigree.n_persons;
  const bool may_names = (self->job->app->may & HW_MAY_NAMES) != 0;
  hw_drawn_person *notes = hw_arena_alloc_array(self->job->arena, (size_t)n + 1, sizeof *notes);
  if (notes == NULL) return HW_NO_MEMORY(err, "a pedigree");
  for (int32_t i = 0; i < n; i++) {
    const member *who = find_member(self, stored->family_person[0][i]);
    const char *code = family->pedigree.persons[i].id;
    if (who != NULL) code = hw_record_text(&who->person, HW_FIELD_PERSON_CODE);
    notes[i].lines[0] = short_code(code, self->code);
    if (who == NULL) continue;
    const char *label = hw_record_text(&who->record, HW_FIELD_FAMILY_MEMBER_LABEL);
    if (may_names && label[0] != '\0') notes[i].lines[0] = label;
    notes[i].is_sought = who->is_missing;
    notes[i].is_typed = who->typed.text[0] != '\0';
    notes[i].lines[1] = who->typed.text;
  }
  *out = notes;
  return HW_OK;
}

static hw_status draw(family_page *self, const hw_stored_case *stored, hw_err *err) {
  hwp_job *job = self->job;
  hw_drawn_person *notes = NULL;
  hw_pedigree_drawing *drawing = NULL;
  const char *language = hw_language_code(job->language);
  HW_TRY(note_persons(self, stored, &notes, err));
  const hw_pedigree_picture picture = {.pedigree = &stored->problem.families[0].pedigree,
                                       .persons = notes,
                                       .words = hw_pedigree_words_of(language),
                                       .has_legend = true};
  if (job->fonts == NULL) HW_TRY(hw_fonts_new(&job->fonts, err));
  HW_TRY(hw_pedigree_drawing_new(&picture, job->fonts, &drawing, err));
  hw_canvas *canvas = hwp_picture_begin(job, hw_pedigree_drawing_width(drawing),
                                        hw_pedigree_drawing_height(drawing),
                                        hwp_fill(job, HW_T_FAMILY_PICTURE, 1, self->code));
  if (canvas != NULL) {
    hw_pedigree_drawing_add(drawing, canvas);
    hwp_picture_end(job, canvas);
  }
  hw_pedigree_drawing_delete(drawing);
  return HW_OK;
}

/* A pedigree that cannot be drawn does not take the page with it. */
static hw_status write_pedigree(family_page *self, hw_err *err) {
  hwp_job *job = self->job;
  hw_err why = HW_ERR_INIT;
  hw_stored_case stored;
  const hw_stored_case_options options = {.family = self->code,
                                          .without_remains = true,
                                          .without_markers = true,
                                          .all_families = true,
                                          .by_code = true};
  hwp_section(job, "pedigree", hwp_t(job, HW_T_FAMILY_PEDIGREE));
  hw_status status = hw_stored_case_load(job->app, &options, &stored, &why);
  if (status == HW_OK && stored.problem.n_families > 0) status = draw(self, &stored, &why);
  const bool has_none = status == HW_OK && stored.problem.n_families == 0;
  hw_stored_case_clear(&stored);
  if (status == HW_E_NO_MEMORY || status == HW_E_IO) {
    if (err != NULL) *err = why;
    return status;
  }
  if (has_none || status == HW_E_SHAPE)
    hwp_empty(job, hwp_t(job, HW_T_FAMILY_NO_PEDIGREE), NULL, NULL);
  else if (status != HW_OK)
    hwp_told(job, HWP_NOTICE_WARNING, hwp_t(job, HW_T_FAMILY_NOT_DRAWN), why.message);
  return HW_OK;
}

/* --- references: doubts and power --- */

static hw_status write_findings(family_page *self, hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  hw_look_rows rows;
  HW_TRY(hw_look_list(job->app, HW_KIND_FINDING, HW_FIELD_FINDING_FAMILY, self->family.id,
                      HWP_PAGE_ROWS, job->arena, &rows, err));
  hwp_section(job, "references", hwp_t(job, HW_T_FAMILY_REFERENCES));
  int n = 0;
  for (int i = 0; i < rows.n; i++) n += rows.items[i].withdrawn == NULL;
  if (n == 0) {
    hwp_paragraph(job, hwp_t(job, HW_T_FAMILY_NO_FINDING), "quiet");
    return HW_OK;
  }
  const hwp_column columns[] = {{hwp_t(job, HW_T_PAGES_CODE), false},
                                {hwp_t(job, HW_T_PAGES_KIND), false},
                                {hwp_field_label(job, HW_KIND_FINDING, "text"), false},
                                {hwp_t(job, HW_T_PAGES_LOG10_LR), true},
                                {hwp_t(job, HW_T_PAGES_STATE), false}};
  hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_FAMILY_FINDINGS), 5, columns});
  for (int i = 0; i < rows.n; i++) {
    const hw_record *row = &rows.items[i];
    if (row->withdrawn != NULL) continue;
    hwp_open(h, "tr", NULL);
    hwp_code_cell(job, HW_KIND_FINDING, hw_record_text(row, HW_FIELD_FINDING_CODE));
    hwp_cell(job, hwp_word(job, hw_record_text(row, HW_FIELD_FINDING_KIND)));
    hwp_said_leaf(job, "td", hw_record_text(row, HW_FIELD_FINDING_TEXT));
    HW_TRY(hwp_value_cell(job, row, HW_FIELD_FINDING_LOG10_LR, err));
    HW_TRY(hwp_value_cell(job, row, HW_FIELD_FINDING_STATE, err));
    hwp_close(h);
  }
  hwp_table_end(h);
  return HW_OK;
}

/* What the newest run said of this family's references for a missing person. */
static hw_status newest_power(family_page *self, int64_t person, hw_record *out, bool *has_one,
                              hw_err *err) {
  hw_look_rows rows;
  *has_one = false;
  HW_TRY(hw_look_list(self->job->app, HW_KIND_POWER, HW_FIELD_POWER_PERSON, person, HW_LOOK_MOST,
                      self->job->arena, &rows, err));
  for (int i = 0; i < rows.n; i++)
    if (rows.items[i].withdrawn == NULL &&
        hw_record_int(&rows.items[i], HW_FIELD_POWER_FAMILY) == self->family.id) {
      *out = rows.items[i];
      *has_one = true;
    }
  return HW_OK;
}

static void say_power(hwp_job *job, const hw_record *power) {
  hwp_html *h = &job->html;
  const double expected = hw_record_real(power, HW_FIELD_POWER_EXPECTED);
  const double needed = hw_record_real(power, HW_FIELD_POWER_NEEDED);
  hwp_number_cell(job, hwp_log10(job, expected));
  hwp_number_cell(job, hwp_log10(job, needed));
  const double pass = hw_record_real(power, HW_FIELD_POWER_PASS);
  hwp_number_cell(job, hwp_posterior(job, pass, 1 - pass));
  hwp_open(h, "td", NULL);
  if (!hw_record_is_null(power, HW_FIELD_POWER_LEFT_OUT))
    hwp_said_leaf(job, "span", hw_record_text(power, HW_FIELD_POWER_LEFT_OUT));
  else if (expected < needed)
    hwp_text(h, hwp_t(job, HW_T_FAMILY_TOO_WEAK));
  else
    hwp_text(h, hwp_t(job, HW_T_FAMILY_STRONG));
  hwp_close(h);
}

static hw_status write_power(family_page *self, hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hwp_column columns[] = {
      {hwp_t(job, HW_T_PAGES_PERSON), false}, {hwp_kind_label(job, HW_KIND_RUN), false},
      {hwp_t(job, HW_T_HOME_EXPECTED), true}, {hwp_t(job, HW_T_HOME_NEEDED), true},
      {hwp_t(job, HW_T_FAMILY_PASS), true},   {hwp_t(job, HW_T_FAMILY_MEANS), false}};
  bool is_open = false;
  for (int i = 0; i < self->n; i++) {
    hw_record power;
    bool has_one = false;
    if (!self->members[i].is_missing) continue;
    HW_TRY(newest_power(self, self->members[i].person.id, &power, &has_one, err));
    if (!has_one) continue;
    if (!is_open) hwp_table_begin(h, &(hwp_table){hwp_t(job, HW_T_FAMILY_POWER), 6, columns});
    is_open = true;
    hwp_open(h, "tr", NULL);
    HW_TRY(hwp_id_cell(job, HW_KIND_PERSON, self->members[i].person.id, err));
    HW_TRY(hwp_id_cell(job, HW_KIND_RUN, hw_record_int(&power, HW_FIELD_POWER_RUN), err));
    say_power(job, &power);
    hwp_close(h);
  }
  if (is_open)
    hwp_table_end(h);
  else
    hwp_paragraph(job, hwp_t(job, HW_T_FAMILY_NO_POWER), "quiet");
  return HW_OK;
}

/* --- what was compared and decided --- */

static hw_status write_compared(family_page *self, hw_err *err) {
  hwp_job *job = self->job;
  hw_record *all = NULL;
  int n = 0;
  all = hw_arena_alloc_array(job->arena, (size_t)HW_LOOK_MOST, sizeof *all);
  if (all == NULL) return HW_NO_MEMORY(err, "the comparisons");
  for (int i = 0; i < self->n; i++) {
    hw_look_rows rows;
    if (!self->members[i].is_missing) continue;
    HW_TRY(hw_look_list(job->app, HW_KIND_COMPARISON, HW_FIELD_COMPARISON_PERSON,
                        self->members[i].person.id, HW_LOOK_MOST, job->arena, &rows, err));
    for (int k = 0; k < rows.n && n < HW_LOOK_MOST; k++)
      if (hw_record_int(&rows.items[k], HW_FIELD_COMPARISON_FAMILY) == self->family.id)
        all[n++] = rows.items[k];
  }
  n = hwp_sort_comparisons(n, all, true);
  hwp_section(job, "comparisons", hwp_t(job, HW_T_FAMILY_COMPARED));
  if (n == 0) {
    hwp_paragraph(job, hwp_t(job, HW_T_FAMILY_NOTHING_COMPARED), "quiet");
    return HW_OK;
  }
  const int shown = n < HWP_TABLE_ROWS ? n : HWP_TABLE_ROWS;
  HW_TRY(hwp_comparison_table(job, hwp_t(job, HW_T_FAMILY_BEST), HWP_COMPARED_FAMILY, shown, all,
                              err));
  if (shown < n) hwp_paragraph(job, hwp_t(job, HW_T_WEB_MORE_ROWS), "hint");
  return HW_OK;
}

/* Dossiers and identifications of those who are missing, as lists of links. */
static hw_status write_links_of(family_page *self, hw_kind_id kind, int field, int state_field,
                                hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  int n = 0;
  for (int i = 0; i < self->n; i++) {
    hw_look_rows rows;
    if (!self->members[i].is_missing) continue;
    HW_TRY(hw_look_list(job->app, kind, field, self->members[i].person.id, MOST_SOUGHT, job->arena,
                        &rows, err));
    for (int k = 0; k < rows.n; k++) {
      if (rows.items[k].withdrawn != NULL) continue;
      if (n++ == 0) {
        hwp_leaf(h, "h3", hwp_kinds_label(job, kind), NULL);
        hwp_open(h, "ul", NULL);
      }
      hwp_open(h, "li", NULL);
      HW_TRY(hwp_id_link(job, kind, rows.items[k].id, err));
      hwp_text(h, " ");
      hwp_state(job, hw_record_text(&rows.items[k], state_field));
      hwp_text(h, " ");
      HW_TRY(hwp_id_link(job, HW_KIND_PERSON, self->members[i].person.id, err));
      hwp_close(h);
    }
  }
  if (n > 0) hwp_close(h);
  return HW_OK;
}

static hw_status write_family(hwp_job *job, hw_err *err) {
  family_page self = {.job = job, .code = job->parts[0]};
  int64_t id = 0;
  HW_TRY(hw_look_find(job->app, HW_KIND_FAMILY, self.code, &id, err));
  HW_TRY(hw_look_get(job->app, HW_KIND_FAMILY, id, job->arena, &self.family, err));
  HW_TRY(read_members(&self, err));
  hwp_html *h =
      hwp_page_begin(job, HWP_NAV_FAMILIES, hwp_fill(job, HW_T_FAMILY_TITLE, 1, self.code));
  hwp_list_crumbs(job, HW_KIND_FAMILY, self.code);
  hwp_withdrawn(job, &self.family);
  hwp_facts_begin(h);
  HW_TRY(hwp_value_fact(job, &self.family, HW_FIELD_FAMILY_STATE, err));
  HW_TRY(hwp_value_fact(job, &self.family, HW_FIELD_FAMILY_INVESTIGATION, err));
  if (job->app->may & HW_MAY_NAMES)
    HW_TRY(hwp_value_fact(job, &self.family, HW_FIELD_FAMILY_LABEL, err));
  HW_TRY(hwp_value_fact(job, &self.family, HW_FIELD_FAMILY_NOTE, err));
  hwp_facts_end(h);
  hwp_open(h, "p", "class", "row", NULL);
  if ((job->app->may & HW_MAY_WRITE) != 0 && self.family.withdrawn == NULL)
    hwp_leaf(h, "a", hwp_t(job, HW_T_PEDIGREE_EDIT), "class", "button second", "href",
             hwp_format(job, "%s/pedigree", hwp_url(job->arena, "/families/", self.code)), NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_FAMILY_WHOM_NEXT), "href",
           hwp_url(job->arena, "/power/", self.code), NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_RECORDS_FIELDS), "href",
           hwp_url(job->arena, "/records/family/", self.code), NULL);
  hwp_close(h);
  HW_TRY(write_members(&self, err));
  HW_TRY(write_pedigree(&self, err));
  HW_TRY(write_findings(&self, err));
  HW_TRY(write_power(&self, err));
  HW_TRY(write_compared(&self, err));
  HW_TRY(write_links_of(&self, HW_KIND_IDENTIFICATION, HW_FIELD_IDENTIFICATION_PERSON,
                        HW_FIELD_IDENTIFICATION_STATE, err));
  HW_TRY(
      write_links_of(&self, HW_KIND_DOSSIER, HW_FIELD_DOSSIER_PERSON, HW_FIELD_DOSSIER_STATE, err));
  return hwp_page_end(job, err);
}

static hw_status family(hwp_job *job, hw_err *err) {
  return hwp_page_read(job, write_family, err);
}

static const hwp_route routes[] = {
    {"GET",
     "/families/"
     "*",
     0, 0, family, "a family with its pedigree and its references"},
};
const hwp_routes hwp_routes_family = {routes, sizeof routes / sizeof *routes};
