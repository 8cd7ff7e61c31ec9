/* What the pedigree editor looks like: the picture, the table, the buttons, the doubts.
 *
 * The table is wide; on a phone each row becomes a card (style.css), with the titles of the
 * columns beside their fields, which is what data-title is for. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "homeward/drawing.h"
#include "web/assets.h"
#include "web/pages_pedigree.h"

/* --- what people are called --- */

/* A code without the namespace that it shares with the family's. */
static const char *short_code(const hwp_pedigree_page *self, const char *code) {
  const char *family = self->sheet.family, *slash = strrchr(family, '/');
  const size_t n = slash != NULL ? (size_t)(slash - family) + 1 : 0;
  return strncmp(code, family, n) == 0 ? code + n : code;
}

/* What a row is called in choices: its number with its label, its code, or its relation. */
static const char *name_of(hwp_pedigree_page *self, int i) {
  const hw_pedigree_row *row = &self->sheet.rows[i];
  const char *code = short_code(self, row->code);
  if (row->label != NULL && row->label[0] != '\0')
    return hwp_format(self->job, "%d. %s", i + 1, row->label);
  if (code[0] != '\0') return hwp_format(self->job, "%d. %s", i + 1, code);
  if (row->relation[0] != '\0')
    return hwp_format(self->job, "%d. %s", i + 1, hwp_word(self->job, row->relation));
  return hwp_fill(self->job, HW_T_PEDIGREE_NEW_PERSON, 1, hwp_int(self->job, i + 1));
}

/* --- the picture --- */

static hw_status draw(hwp_pedigree_page *self, const hw_pedigree *pedigree, hw_err *err) {
  hwp_job *job = self->job;
  hw_pedigree_drawing *drawing = NULL;
  hw_drawn_person *notes =
      hw_arena_alloc_array(job->arena, (size_t)pedigree->n_persons + 1, sizeof *notes);
  if (notes == NULL) return HW_NO_MEMORY(err, "a pedigree");
  for (int i = 0; i < pedigree->n_persons; i++) {
    const hw_pedigree_row *row = &self->sheet.rows[i];
    const bool has_label = row->label != NULL && row->label[0] != '\0';
    notes[i].lines[0] = has_label ? row->label : short_code(self, row->code);
    if (notes[i].lines[0][0] == '\0') notes[i].lines[0] = hwp_format(job, "(%d)", i + 1);
    notes[i].is_sought = row->is_missing;
    notes[i].is_typed = row->is_typed;
  }
  const hw_pedigree_picture picture = {
      .pedigree = pedigree,
      .persons = notes,
      .words = hw_pedigree_words_of(hw_language_code(job->language)),
      .has_legend = true};
  if (job->fonts == NULL) HW_TRY(hw_fonts_new(&job->fonts, err));
  HW_TRY(hw_pedigree_drawing_new(&picture, job->fonts, &drawing, err));
  const char *title = self->sheet.family_id == 0
                          ? hwp_t(job, HW_T_PEDIGREE_NEW)
                          : hwp_fill(job, HW_T_FAMILY_PICTURE, 1, self->sheet.family);
  hw_canvas *canvas = hwp_picture_begin(job, hw_pedigree_drawing_width(drawing),
                                        hw_pedigree_drawing_height(drawing), title);
  if (canvas != NULL) {
    hw_pedigree_drawing_add(drawing, canvas);
    hwp_picture_end(job, canvas);
  }
  hw_pedigree_drawing_delete(drawing);
  return HW_OK;
}

/* Which row and which column is meant. */
static const char *say_where(hwp_pedigree_page *self, const hw_pedigree_saved *where) {
  hwp_job *job = self->job;
  if (where->row < 0 || where->row >= self->sheet.n_rows) return NULL;
  const char *row = name_of(self, where->row);
  static const struct {
    const char *field;
    hw_text_id title;
  } columns[] = {{"father", HW_T_FIELD_FATHER},   {"mother", HW_T_FIELD_MOTHER},
                 {"sex", HW_T_FIELD_SEX},         {"code", HW_T_PAGES_CODE},
                 {"twin", HW_T_PEDIGREE_TWIN_OF}, {"missing", HW_T_PEDIGREE_MISSING}};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
    if (strcmp(columns[i].field, where->field) == 0)
      return hwp_fill(job, HW_T_PEDIGREE_ROW_FIELD, 2, row, hwp_t(job, columns[i].title));
  return hwp_fill(job, HW_T_PEDIGREE_ROW, 1, row);
}

/* The picture of what was typed, or why it cannot be. */
static hw_status write_picture(hwp_pedigree_page *self, hw_err *err) {
  hwp_job *job = self->job;
  hw_pedigree pedigree;
  hw_pedigree_saved where;
  hw_err why = HW_ERR_INIT;
  hwp_open(&job->html, "div", "id", "pedigree-picture", "aria-live", "polite", NULL);
  hw_status status = hw_pedigree_sheet_draw(&self->sheet, job->arena, &pedigree, &where, &why);
  if (status == HW_OK) status = draw(self, &pedigree, &why);
  if (status == HW_E_NO_MEMORY || status == HW_E_IO || status == HW_E_BUG) {
    if (err != NULL) *err = why;
    return status;
  }
  if (status != HW_OK) {
    const char *place = say_where(self, &where);
    if (self->refusal == NULL) self->where = where;
    hwp_told(job, HWP_NOTICE_WARNING, place != NULL ? place : hwp_t(job, HW_T_FAMILY_NOT_DRAWN),
             hwp_format(job, "%s", why.message));
  }
  hwp_close(&job->html);
  return HW_OK;
}

/* --- the table --- */

static bool is_wrong(const hwp_pedigree_page *self, int row, const char *field) {
  return self->where.row == row && strcmp(self->where.field, field) == 0;
}

/* Opens a cell. @return the id of its control */
static const char *begin_cell(hwp_pedigree_page *self, const char *field, int row,
                              hw_text_id title) {
  hwp_open(&self->job->html, "td", "data-title", hwp_t(self->job, title), NULL);
  return hwp_format(self->job, "%s-%d", field, row);
}

static const char *say_control(hwp_pedigree_page *self, int row, hw_text_id title) {
  return hwp_format(self->job, "%s: %s", name_of(self, row), hwp_t(self->job, title));
}

/* Rows up to which every field lists the others: choices grow with the square of the rows, and the
 * page must stay small. Above, one list for all stands behind fields for the number. */
enum { MOST_LISTED = 20 };

/* The number of a person, to be typed or taken from the common list. */
static void person_number(hwp_pedigree_page *self, int row, const char *field, hw_text_id title,
                          int32_t chosen) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const char *id = begin_cell(self, field, row, title);
  hwp_void(h, "input", "id", id, "name", id, "list", "people", "inputmode", "numeric", "value",
           chosen >= 0 ? hwp_format(job, "%d", (int)chosen + 1) : NULL, "aria-label",
           say_control(self, row, title), "aria-invalid",
           is_wrong(self, row, field) ? "true" : NULL, "autocomplete", "off", NULL);
  hwp_close(h);
}

static void write_people(hwp_pedigree_page *self) {
  hwp_html *h = &self->job->html;
  if (self->sheet.n_rows <= MOST_LISTED) return;
  hwp_open(h, "datalist", "id", "people", NULL);
  for (int i = 0; i < self->sheet.n_rows; i++)
    hwp_leaf(h, "option", name_of(self, i), "value", hwp_format(self->job, "%d", i + 1), NULL);
  hwp_close(h);
}

static void person_choice(hwp_pedigree_page *self, int row, const char *field, hw_text_id title,
                          int32_t chosen, const char *unfit) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  if (self->sheet.n_rows > MOST_LISTED) {
    person_number(self, row, field, title, chosen);
    return;
  }
  const char *id = begin_cell(self, field, row, title);
  hwp_open(h, "select", "id", id, "name", id, "aria-label", say_control(self, row, title),
           "aria-invalid", is_wrong(self, row, field) ? "true" : NULL, NULL);
  hwp_leaf(h, "option", "—", "value", "", NULL);
  for (int i = 0; i < self->sheet.n_rows; i++) {
    /* Who is of the other sex, or the same person, cannot be meant; what was chosen stays. */
    if (i != chosen && (i == row || strcmp(self->sheet.rows[i].sex, unfit) == 0)) continue;
    hwp_leaf(h, "option", name_of(self, i), "value", hwp_format(job, "%d", i + 1), "selected",
             i == chosen ? "" : NULL, NULL);
  }
  hwp_close(h);
  hwp_close(h);
}

static void text_cell(hwp_pedigree_page *self, int row, const char *field, hw_text_id title,
                      const char *value, const char *hint) {
  hwp_html *h = &self->job->html;
  const char *id = begin_cell(self, field, row, title);
  hwp_void(h, "input", "id", id, "name", id, "value", value, "placeholder", hint, "aria-label",
           say_control(self, row, title), "aria-invalid",
           is_wrong(self, row, field) ? "true" : NULL, "autocomplete", "off", NULL);
  hwp_close(h);
}

static void code_cell(hwp_pedigree_page *self, int row) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hw_pedigree_row *person = &self->sheet.rows[row];
  if (person->person == 0) {
    text_cell(self, row, "code", HW_T_PAGES_CODE, person->code, hwp_t(job, HW_T_PEDIGREE_NUMBERED));
    return;
  }
  begin_cell(self, "code", row, HW_T_PAGES_CODE);
  hwp_leaf(h, "a", short_code(self, person->code), "class", "code", "href",
           hwp_url(job->arena, "/records/person/", person->code), NULL);
  hwp_void(h, "input", "type", "hidden", "name", hwp_format(job, "id-%d", row), "value",
           hwp_format(job, "%lld", (long long)person->person), NULL);
  if (person->is_typed) {
    hwp_text(h, " ");
    hwp_leaf(h, "span", hwp_t(job, HW_T_PEDIGREE_TYPED), "class", "state", NULL);
  }
  hwp_close(h);
}

static void sex_cell(hwp_pedigree_page *self, int row) {
  static const char *const words[] = {"male", "female", "unknown"};
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const char *id = begin_cell(self, "sex", row, HW_T_FIELD_SEX);
  hwp_open(h, "select", "id", id, "name", id, "aria-label", say_control(self, row, HW_T_FIELD_SEX),
           "aria-invalid", is_wrong(self, row, "sex") ? "true" : NULL, NULL);
  for (int i = 0; i < 3; i++)
    hwp_leaf(h, "option", hwp_word(job, words[i]), "value", words[i], "selected",
             strcmp(self->sheet.rows[row].sex, words[i]) == 0 ? "" : NULL, NULL);
  hwp_close(h);
  hwp_close(h);
}

static void missing_cell(hwp_pedigree_page *self, int row) {
  hwp_html *h = &self->job->html;
  const char *id = begin_cell(self, "missing", row, HW_T_PEDIGREE_MISSING);
  hwp_void(h, "input", "type", "checkbox", "id", id, "name", id, "value", "1", "checked",
           self->sheet.rows[row].is_missing ? "" : NULL, "aria-label",
           say_control(self, row, HW_T_PEDIGREE_MISSING), "aria-invalid",
           is_wrong(self, row, "missing") ? "true" : NULL, NULL);
  hwp_close(h);
}

/* Who cannot be removed has a reason in the place of the button. */
static void remove_cell(hwp_pedigree_page *self, int row) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const char *rests = self->sheet.rows[row].rests;
  const hw_kind *kind = rests[0] != '\0' ? hw_kind_find(rests) : NULL;
  begin_cell(self, "remove", row, HW_T_PEDIGREE_REMOVE);
  if (kind != NULL)
    hwp_leaf(h, "span", hwp_fill(job, HW_T_PEDIGREE_STAYS, 1, hwp_kind_label(job, kind->id)),
             "class", "hint", NULL);
  else
    hwp_leaf(h, "button", hwp_t(job, HW_T_PEDIGREE_REMOVE), "name", "do", "value",
             hwp_format(job, "remove:%d", row), "class", "second", "aria-label",
             say_control(self, row, HW_T_PEDIGREE_REMOVE), NULL);
  hwp_close(h);
}

static void write_row(hwp_pedigree_page *self, int i) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const hw_pedigree_row *row = &self->sheet.rows[i];
  hwp_open(h, "tr", "id", hwp_format(job, "row-%d", i), "class",
           self->where.row == i                           ? "wrong"
           : self->first_new >= 0 && i >= self->first_new ? "new"
                                                          : NULL,
           NULL);
  hwp_leaf(h, "th", hwp_int(job, i + 1), "scope", "row", NULL);
  code_cell(self, i);
  if (!self->sheet.has_hidden_names)
    text_cell(self, i, "label", HW_T_PEDIGREE_CALLED, row->label, NULL);
  sex_cell(self, i);
  person_choice(self, i, "father", HW_T_FIELD_FATHER, row->father, "female");
  person_choice(self, i, "mother", HW_T_FIELD_MOTHER, row->mother, "male");
  text_cell(self, i, "relation", HW_T_PEDIGREE_RELATION, row->relation, NULL);
  missing_cell(self, i);
  person_choice(self, i, "twin", HW_T_PEDIGREE_TWIN_OF, row->twin,
                strcmp(row->sex, "male") == 0     ? "female"
                : strcmp(row->sex, "female") == 0 ? "male"
                                                  : "");
  remove_cell(self, i);
  hwp_close(h);
}

static void write_table(hwp_pedigree_page *self) {
  static const hw_text_id titles[] = {
      HW_T_PEDIGREE_NUMBER,  HW_T_PAGES_CODE,     HW_T_PEDIGREE_CALLED,   HW_T_FIELD_SEX,
      HW_T_FIELD_FATHER,     HW_T_FIELD_MOTHER,   HW_T_PEDIGREE_RELATION, HW_T_PEDIGREE_MISSING,
      HW_T_PEDIGREE_TWIN_OF, HW_T_PEDIGREE_REMOVE};
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  hwp_open(h, "div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label",
           hwp_t(job, HW_T_PEDIGREE_TABLE), NULL);
  hwp_open(h, "table", "class", "people", NULL);
  hwp_leaf(h, "caption", hwp_t(job, HW_T_PEDIGREE_TABLE), NULL);
  hwp_open(h, "thead", NULL);
  hwp_open(h, "tr", NULL);
  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
    if (titles[i] != HW_T_PEDIGREE_CALLED || !self->sheet.has_hidden_names)
      hwp_leaf(h, "th", hwp_t(job, titles[i]), "scope", "col", NULL);
  hwp_close(h);
  hwp_close(h);
  hwp_open(h, "tbody", NULL);
  for (int i = 0; i < self->sheet.n_rows; i++) write_row(self, i);
  hwp_close(h);
  hwp_close(h);
  hwp_close(h);
}

/* --- buttons --- */

static void write_button(hwp_job *job, const char *what, hw_text_id text, const char *look) {
  hwp_leaf(&job->html, "button", hwp_t(job, text), "name", "do", "value", what, "class", look,
           NULL);
}

static void write_adding(hwp_pedigree_page *self) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  hwp_open(h, "fieldset", "class", "adding", NULL);
  hwp_leaf(h, "legend", hwp_t(job, HW_T_PEDIGREE_ADD), NULL);
  if (self->hint != NULL) hwp_leaf(h, "p", self->hint, "class", "wrong", "role", "alert", NULL);
  hwp_open(h, "div", "class", "row", NULL);
  hwp_open(h, "div", NULL);
  hwp_leaf(h, "label", hwp_t(job, HW_T_PEDIGREE_OF), "for", "of", NULL);
  hwp_open(h, "select", "id", "of", "name", "of", NULL);
  for (int i = 0; i < self->sheet.n_rows; i++)
    hwp_leaf(h, "option", name_of(self, i), "value", hwp_format(job, "%d", i), "selected",
             i == self->of ? "" : NULL, NULL);
  hwp_close(h);
  hwp_close(h);
  write_button(job, "parents", HW_T_PEDIGREE_ADD_PARENTS, "second");
  write_button(job, "child", HW_T_PEDIGREE_ADD_CHILD, "second");
  write_button(job, "sibling", HW_T_PEDIGREE_ADD_SIBLING, "second");
  write_button(job, "person", HW_T_PEDIGREE_ADD_PERSON, "second");
  hwp_close(h);
  hwp_close(h);
}

static void write_saving(hwp_pedigree_page *self) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  hwp_field_add(job, &(hwp_field){.name = "reason",
                                  .label = hwp_t(job, HW_T_IDENTIFICATION_REASON),
                                  .value = self->reason,
                                  .hint = hwp_t(job, HW_T_PEDIGREE_REASON_HINT),
                                  .error = strcmp(self->where.field, "reason") == 0
                                               ? hwp_t(job, HW_T_IDENTIFICATION_FILL_IN)
                                               : NULL});
  hwp_open(h, "p", "class", "row", NULL);
  write_button(job, "save", HW_T_PEDIGREE_SAVE, NULL);
  write_button(job, "draw", HW_T_PEDIGREE_DRAW, "second");
  hwp_leaf(h, "a", hwp_t(job, HW_T_PEDIGREE_LEAVE), "href",
           self->sheet.family_id != 0 ? hwp_url(job->arena, "/families/", self->sheet.family)
                                      : "/records/family",
           NULL);
  hwp_close(h);
}

/* --- doubts --- */

static const char *say_change(hwp_pedigree_page *self, const hw_pedigree_suggestion *what) {
  static const hw_text_id texts[] = {[HW_PEDIGREE_NO_FATHER] = HW_T_PEDIGREE_SAYS_NO_FATHER,
                                     [HW_PEDIGREE_NO_MOTHER] = HW_T_PEDIGREE_SAYS_NO_MOTHER,
                                     [HW_PEDIGREE_SAME_FATHER] = HW_T_PEDIGREE_SAYS_SAME_FATHER,
                                     [HW_PEDIGREE_SAME_MOTHER] = HW_T_PEDIGREE_SAYS_SAME_MOTHER,
                                     [HW_PEDIGREE_NO_TWIN] = HW_T_PEDIGREE_SAYS_NO_TWIN};
  return hwp_fill(self->job, texts[what->change], 2, name_of(self, what->row),
                  name_of(self, what->other));
}

static void write_doubts(hwp_pedigree_page *self) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  if (self->sheet.family_id == 0) return;
  if (self->n_suggestions == 0) {
    hwp_paragraph(job, hwp_t(job, HW_T_FAMILY_NO_FINDING), "hint");
    return;
  }
  hwp_section(job, "references", hwp_t(job, HW_T_FAMILY_FINDINGS));
  hwp_open(h, "ul", "class", "doubts", NULL);
  for (int i = 0; i < self->n_suggestions; i++) {
    const hw_pedigree_suggestion *one = &self->suggestions[i];
    hwp_open(h, "li", NULL);
    hwp_code_link(job, HW_KIND_FINDING, 0, one->finding);
    hwp_text(h, " ");
    hwp_leaf(h, "strong", hwp_word(job, one->kind), NULL);
    if (isfinite(one->log10_lr))
      hwp_text(h, hwp_format(job, " (%s %s)", hwp_t(job, HW_T_PAGES_LOG10_LR),
                             hwp_log10(job, one->log10_lr)));
    hwp_text(h, " ");
    hwp_said_leaf(job, "span", one->text);
    if (one->change != HW_PEDIGREE_AS_IT_IS) {
      hwp_open(h, "p", "class", "row", NULL);
      hwp_leaf(h, "span", say_change(self, one), NULL);
      hwp_leaf(h, "button", hwp_t(job, HW_T_PEDIGREE_FOLLOW), "name", "do", "value",
               hwp_format(job, "follow:%s", one->finding), "class", "second", NULL);
      hwp_close(h);
    }
    hwp_close(h);
  }
  hwp_close(h);
}

/* --- the page --- */

static void write_family_fields(hwp_pedigree_page *self) {
  hwp_job *job = self->job;
  const int n = self->investigations.n;
  const char **codes = hw_arena_alloc_array(job->arena, (size_t)n + 1, sizeof *codes);
  hwp_field_add(
      job, &(hwp_field){.name = "family",
                        .label = hwp_t(job, HW_T_PEDIGREE_FAMILY_CODE),
                        .value = self->sheet.family,
                        .hint = hwp_t(job, HW_T_PEDIGREE_FAMILY_HINT),
                        .error = self->refusal != NULL && strcmp(self->where.field, "family") == 0
                                     ? self->refusal
                                     : NULL,
                        .is_required = false});
  if (codes == NULL || n == 0) return;
  for (int i = 0; i < n; i++)
    codes[i] = hw_record_text(&self->investigations.items[i], HW_FIELD_INVESTIGATION_CODE);
  hwp_field_add(job, &(hwp_field){.name = "investigation",
                                  .label = hwp_kind_label(job, HW_KIND_INVESTIGATION),
                                  .value = self->sheet.investigation,
                                  .n_choices = n,
                                  .choices = codes});
}

static void write_refusal(hwp_pedigree_page *self) {
  hwp_job *job = self->job;
  if (self->refusal == NULL) return;
  const char *place = say_where(self, &self->where);
  hwp_told(job, HWP_NOTICE_ERROR,
           place != NULL ? hwp_format(job, "%s %s", hwp_t(job, HW_T_PEDIGREE_NOT_SAVED), place)
                         : hwp_t(job, HW_T_PEDIGREE_NOT_SAVED),
           self->refusal);
  if (!self->is_stale) return;
  hwp_open(&job->html, "p", NULL);
  hwp_leaf(&job->html, "a", hwp_t(job, HW_T_PEDIGREE_AS_STORED), "href",
           hwp_format(job, "%s/pedigree", hwp_url(job->arena, "/families/", self->sheet.family)),
           NULL);
  hwp_close(&job->html);
}

static void begin_page(hwp_pedigree_page *self) {
  hwp_job *job = self->job;
  const bool is_new = self->sheet.family_id == 0;
  const char *title = is_new ? hwp_t(job, HW_T_PEDIGREE_NEW)
                             : hwp_fill(job, HW_T_PEDIGREE_TITLE, 1, self->sheet.family);
  hwp_page_begin(job, HWP_NAV_FAMILIES, title);
  const char *const crumbs[] = {
      hwp_kinds_label(job, HW_KIND_FAMILY),
      "/records/family",
      is_new ? title : self->sheet.family,
      is_new ? NULL : hwp_url(job->arena, "/families/", self->sheet.family),
      hwp_t(job, HW_T_FAMILY_PEDIGREE),
      NULL};
  hwp_crumbs(job, is_new ? 2 : 3, crumbs);
}

hw_status hwp_pedigree_write(hwp_pedigree_page *self, hw_err *err) {
  hwp_job *job = self->job;
  hwp_html *h = &job->html;
  const bool is_new = self->sheet.family_id == 0;
  begin_page(self);
  if (self->sheet.is_too_large) {
    hwp_notice(job, HWP_NOTICE_NOTE,
               hwp_fill(job, HW_T_PEDIGREE_TOO_LARGE, 1, hwp_int(job, HW_PEDIGREE_SHEET_MOST)));
    return hwp_page_end(job, err);
  }
  hwp_paragraph(job, hwp_t(job, is_new ? HW_T_PEDIGREE_NEW_LEAD : HW_T_PEDIGREE_LEAD), "quiet");
  hwp_hidden_names(job, self->sheet.has_hidden_names);
  hwp_open(h, "div", "id", "pedigree-editor", NULL);
  write_refusal(self);
  hwp_form_begin(job,
                 is_new ? "/families/new"
                        : hwp_format(job, "%s/pedigree",
                                     hwp_url(job->arena, "/families/", self->sheet.family)),
                 false);
  /* The button that the Enter key presses. */
  hwp_leaf(h, "button", hwp_t(job, HW_T_PEDIGREE_DRAW), "name", "do", "value", "draw", "class",
           "second unseen", "tabindex", "-1", "aria-hidden", "true", NULL);
  hwp_void(h, "input", "type", "hidden", "name", "stamp", "value", self->sheet.stamp, NULL);
  hwp_void(h, "input", "type", "hidden", "name", "rows", "value",
           hwp_format(job, "%d", self->sheet.n_rows), NULL);
  if (is_new) write_family_fields(self);
  HW_TRY(write_picture(self, err));
  write_doubts(self);
  write_people(self);
  write_table(self);
  write_adding(self);
  write_saving(self);
  hwp_form_end(job, NULL);
  if (self->sheet.n_others > 0)
    hwp_paragraph(job, hwp_fill(job, HW_T_PEDIGREE_OTHERS, 1, hwp_int(job, self->sheet.n_others)),
                  "hint");
  hwp_close(h);
  hwp_leaf(h, "script", NULL, "src", hwp_asset_path(job->arena, "pedigree.js"), "defer", "", NULL);
  return hwp_page_end(job, err);
}
