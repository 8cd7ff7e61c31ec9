/* A family: its members, and each pedigree as a tree of indented lines.
 *
 * A child stands under its father where it has one, else under its mother; the
 * other parent is named beside it, so that every person of the pedigree has one
 * line and both parents can be read from it. Parents whose spouse stands in the
 * tree are roots of their own. A pedigree that runs in a circle is damage that
 * 'homeward check' reports; here its persons come at the end, each once. */
#include <string.h>

#include "app/show_int.h"
#include "base/check.h"

/* --- who is typed --- */

/* Codes of the profiles in use of a person, parted by blanks. */
static hw_status typed(hwp_show *self, int64_t person, hw_value *out, hw_err *err) {
  hw_record *profiles = NULL;
  int n = 0;
  bool is_cut = false;
  hw_str text = HW_STR_INIT;
  HW_TRY(hwp_show_list(self, HW_KIND_PROFILE, HW_FIELD_PROFILE_PERSON, person, 5, &profiles, &n,
                       &is_cut, err));
  for (int i = 0; i < n; i++)
    if (profiles[i].withdrawn == NULL)
      hw_str_append_format(&text, "%s%s", text.length > 0 ? " " : "",
                           hw_record_text(&profiles[i], HW_FIELD_PROFILE_CODE));
  hw_status status = hw_str_status(&text) == HW_OK
                         ? hwp_show_text(self, hw_str_text(&text), out, err)
                         : HW_NO_MEMORY(err, "what is shown");
  hw_str_clear(&text);
  return status;
}

/* --- members --- */

static hw_status is_missing_from(hwp_show *self, int64_t family, int64_t person, bool *out,
                                 hw_err *err) {
  hw_value key[2] = {hw_value_int(family), hw_value_int(person)};
  hw_record *member = NULL;
  int n = 0;
  bool is_cut = false;
  HW_TRY(hwp_show_list_by_key(self, HW_KIND_FAMILY_MEMBER, 2, key, 1, &member, &n, &is_cut, err));
  *out = n > 0 && member->withdrawn == NULL &&
         hw_record_int(member, HW_FIELD_FAMILY_MEMBER_IS_MISSING) != 0;
  return HW_OK;
}

static hw_status show_members(hwp_show *self, hw_err *err) {
  static const char *const columns[] = {"person",  "label", "relation",  "sex",
                                        "missing", "typed", "withdrawn", NULL};
  hw_view_section *section = NULL;
  hw_record *members = NULL;
  int n = 0;
  bool is_cut = false;
  HW_TRY(hwp_show_section(self, "members", "Members", columns, &section, err));
  HW_TRY(hwp_show_list(self, HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_FAMILY, self->record.id,
                       self->options->most, &members, &n, &is_cut, err));
  section->n_more = is_cut;
  for (int i = 0; i < n; i++) {
    hw_record person;
    hw_value *cells = NULL;
    int64_t id = hw_record_int(&members[i], HW_FIELD_FAMILY_MEMBER_PERSON);
    HW_TRY(hwp_show_get(self, HW_KIND_PERSON, id, &person, err));
    HW_TRY(hwp_show_row(self, section, &cells, err));
    HW_TRY(hwp_show_value(self, &person, HW_FIELD_PERSON_CODE, &cells[0], err));
    HW_TRY(hwp_show_value(self, &members[i], HW_FIELD_FAMILY_MEMBER_LABEL, &cells[1], err));
    HW_TRY(hwp_show_value(self, &members[i], HW_FIELD_FAMILY_MEMBER_RELATION, &cells[2], err));
    HW_TRY(hwp_show_value(self, &person, HW_FIELD_PERSON_SEX, &cells[3], err));
    if (hw_record_int(&members[i], HW_FIELD_FAMILY_MEMBER_IS_MISSING) != 0)
      cells[4] = hw_value_text("missing");
    HW_TRY(typed(self, id, &cells[5], err));
    HW_TRY(hwp_show_text(self, members[i].withdrawn, &cells[6], err));
  }
  return HW_OK;
}

/* --- pedigrees --- */

typedef struct tree {
  hwp_show *show;
  hw_view_section *section;
  int64_t family;
  const hw_record *rows; /* descents */
  int n;
  bool *is_done;
} tree;

static int64_t parent_of(const hw_record *row, int field) {
  return hw_record_int(row, field);
}

static bool is_in(const tree *self, int64_t person) {
  for (int i = 0; i < self->n && person != 0; i++)
    if (hw_record_int(&self->rows[i], HW_FIELD_DESCENT_PERSON) == person) return true;
  return false;
}

/* The parent under whom a person stands; 0 = a root. */
static int64_t anchor_of(const tree *self, const hw_record *row) {
  int64_t father = parent_of(row, HW_FIELD_DESCENT_FATHER);
  if (is_in(self, father)) return father;
  int64_t mother = parent_of(row, HW_FIELD_DESCENT_MOTHER);
  return is_in(self, mother) ? mother : 0;
}

/* The parent who does not stand above: "with M-2". */
static hw_status other_parent(tree *self, const hw_record *row, hw_value *out, hw_err *err) {
  int64_t father = parent_of(row, HW_FIELD_DESCENT_FATHER);
  int64_t mother = parent_of(row, HW_FIELD_DESCENT_MOTHER);
  int64_t anchor = anchor_of(self, row);
  return hwp_show_code(self->show, HW_KIND_PERSON, anchor == father ? mother : father, out, err);
}

static hw_status put_person(tree *self, int i, int depth, hw_err *err) {
  const hw_record *row = &self->rows[i];
  hw_record person;
  hw_value *cells = NULL;
  bool is_missing = false;
  int64_t id = hw_record_int(row, HW_FIELD_DESCENT_PERSON);
  self->is_done[i] = true;
  HW_TRY(hwp_show_get(self->show, HW_KIND_PERSON, id, &person, err));
  HW_TRY(is_missing_from(self->show, self->family, id, &is_missing, err));
  HW_TRY(hwp_show_row(self->show, self->section, &cells, err));
  cells[0] = hw_value_int(depth);
  HW_TRY(hwp_show_value(self->show, &person, HW_FIELD_PERSON_CODE, &cells[1], err));
  HW_TRY(hwp_show_value(self->show, &person, HW_FIELD_PERSON_SEX, &cells[2], err));
  if (depth > 0) HW_TRY(other_parent(self, row, &cells[3], err));
  if (is_missing) cells[4] = hw_value_text("missing");
  return typed(self->show, id, &cells[5], err);
}

/* A person and all below, without recursion in C: a stack of depths. A person comes once. */
static hw_status put_line(tree *self, int first, hw_err *err) {
  int *stack = hw_arena_alloc_array(self->show->arena, (size_t)self->n + 1, 2 * sizeof *stack);
  if (stack == NULL) return HW_NO_MEMORY(err, "a pedigree");
  int top = 0;
  stack[0] = first;
  stack[1] = 0;
  for (top = 1; top > 0;) {
    top--;
    int i = stack[2 * top], depth = stack[2 * top + 1];
    if (self->is_done[i]) continue;
    HW_TRY(put_person(self, i, depth, err));
    int64_t id = hw_record_int(&self->rows[i], HW_FIELD_DESCENT_PERSON);
    for (int c = self->n - 1; c >= 0 && top < self->n; c--)
      if (!self->is_done[c] && anchor_of(self, &self->rows[c]) == id) {
        stack[2 * top] = c;
        stack[2 * top + 1] = depth + 1;
        top++;
      }
  }
  return HW_OK;
}

static hw_status show_identities(hwp_show *self, int64_t pedigree, const char *key,
                                 const char *title, hw_err *err) {
  static const char *const columns[] = {"person", "is", "other", NULL};
  hw_view_section *section = NULL;
  hw_record *same = NULL;
  int n = 0;
  bool is_cut = false;
  HW_TRY(hwp_show_section(self, key, title, columns, &section, err));
  HW_TRY(hwp_show_list(self, HW_KIND_IDENTITY, HW_FIELD_IDENTITY_PEDIGREE, pedigree, 0, &same, &n,
                       &is_cut, err));
  for (int i = 0; i < n; i++) {
    hw_value *cells = NULL;
    if (same[i].withdrawn != NULL) continue;
    HW_TRY(hwp_show_row(self, section, &cells, err));
    HW_TRY(hwp_show_value(self, &same[i], HW_FIELD_IDENTITY_PERSON, &cells[0], err));
    cells[1] = hw_value_text(strcmp(hw_record_text(&same[i], HW_FIELD_IDENTITY_KIND), "twins") == 0
                                 ? "identical twin of"
                                 : "the same as");
    HW_TRY(hwp_show_value(self, &same[i], HW_FIELD_IDENTITY_OTHER, &cells[2], err));
  }
  return HW_OK;
}

static hw_status title_of(hwp_show *self, const hw_record *pedigree, const char **out,
                          hw_err *err) {
  hw_str text = HW_STR_INIT;
  const char *note = hw_record_text(pedigree, HW_FIELD_PEDIGREE_NOTE);
  hw_str_append_format(
      &text, "Pedigree %s (%s%s%s%s)", hw_record_text(pedigree, HW_FIELD_PEDIGREE_CODE),
      hw_record_text(pedigree, HW_FIELD_PEDIGREE_STATUS),
      pedigree->withdrawn != NULL ? ", withdrawn" : "", note[0] != '\0' ? ": " : "", note);
  hw_value title;
  hw_status status = hw_str_status(&text) == HW_OK
                         ? hwp_show_text(self, hw_str_text(&text), &title, err)
                         : HW_NO_MEMORY(err, "what is shown");
  hw_str_clear(&text);
  if (status == HW_OK) *out = title.text;
  return status;
}

static hw_status show_pedigree(hwp_show *self, const hw_record *pedigree, hw_err *err) {
  static const char *const columns[] = {"depth",   "person", "sex", "other_parent",
                                        "missing", "typed",  NULL};
  tree all = {.show = self, .family = hw_record_int(pedigree, HW_FIELD_PEDIGREE_FAMILY)};
  hw_record *rows = NULL;
  const char *title = "";
  bool is_cut = false;
  HW_TRY(title_of(self, pedigree, &title, err));
  HW_TRY(hwp_show_section(self, "pedigree", title, columns, &all.section, err));
  all.section->is_tree = true;
  HW_TRY(hwp_show_list(self, HW_KIND_DESCENT, HW_FIELD_DESCENT_PEDIGREE, pedigree->id, 0, &rows,
                       &all.n, &is_cut, err));
  int kept = 0;
  for (int i = 0; i < all.n; i++)
    if (rows[i].withdrawn == NULL) rows[kept++] = rows[i];
  all.n = kept;
  all.rows = rows;
  all.is_done = hw_arena_alloc_array(self->arena, (size_t)all.n + 1, sizeof *all.is_done);
  if (all.is_done == NULL) return HW_NO_MEMORY(err, "a pedigree");
  for (int i = 0; i < all.n; i++)
    if (anchor_of(&all, &all.rows[i]) == 0) HW_TRY(put_line(&all, i, err));
  for (int i = 0; i < all.n; i++)
    if (!all.is_done[i]) HW_TRY(put_line(&all, i, err));
  return show_identities(self, pedigree->id, "identities", "One genome", err);
}

hw_status hwp_show_family(hwp_show *self, hw_err *err) {
  if (self->record.kind->id == HW_KIND_PEDIGREE) return show_pedigree(self, &self->record, err);
  hw_record *pedigrees = NULL;
  int n = 0;
  bool is_cut = false;
  HW_TRY(show_members(self, err));
  HW_TRY(hwp_show_list(self, HW_KIND_PEDIGREE, HW_FIELD_PEDIGREE_FAMILY, self->record.id, 20,
                       &pedigrees, &n, &is_cut, err));
  for (int i = 0; i < n; i++) HW_TRY(show_pedigree(self, &pedigrees[i], err));
  return HW_OK;
}
