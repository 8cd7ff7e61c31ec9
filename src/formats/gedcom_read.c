/* GEDCOM: records become persons, families and notes, as they are written.
 *
 * Pointers are kept as pointers: what they point to may come later in the file.
 * Each has a role (CHIL, FAMC, ADOP …) and what it states about the kind of link;
 * gedcom_link.c puts the roles together.
 *
 * What the struct has no place for (occupations, sources, marriages …) is counted
 * and told, not lost in silence; that goes for the entries of persons and
 * families, not for the details below them. */
#include <string.h>

#include "formats/gedcom_int.h"

/* The kind of a PEDI, _FREL or _MREL. What is not understood is not descent. */
static hw_gedcom_link link_kind(hwp_ged_span word) {
  static const struct {
    const char *word;
    hw_gedcom_link kind;
  } words[] = {{"BIRTH", HW_GEDCOM_BIRTH},      {"NATURAL", HW_GEDCOM_BIRTH},
               {"BIOLOGICAL", HW_GEDCOM_BIRTH}, {"ADOPTED", HW_GEDCOM_ADOPTED},
               {"ADOPTIVE", HW_GEDCOM_ADOPTED}, {"ADOPTION", HW_GEDCOM_ADOPTED},
               {"FOSTER", HW_GEDCOM_FOSTER},    {"FOSTERED", HW_GEDCOM_FOSTER},
               {"SEALING", HW_GEDCOM_SEALING},  {"SEALED", HW_GEDCOM_SEALING}};
  while (word.n > 0 && word.text[word.n - 1] == ' ') word.n--;
  if (word.n == 0) return HW_GEDCOM_UNSTATED;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (hwp_ged_is(word, words[i].word)) return words[i].kind;
  return HW_GEDCOM_OTHER;
}

/* The kind that a tag below a line states. */
static hw_gedcom_link kind_below(const hwp_ged_reader *self, int32_t line, const char *tag) {
  const int32_t below = hwp_ged_find(&self->records, line, tag);
  return below < 0 ? HW_GEDCOM_UNSTATED : link_kind(self->records.lines[below].value);
}

/* --- pointers --- */

static hw_status find_xref(hwp_ged_reader *self, hwp_ged_span xref, int32_t *out, hw_err *err) {
  const int32_t n = self->xrefs.n;
  HW_TRY(hw_intern_add(&self->xrefs, xref.text, xref.n, out, err));
  if (*out < n) return HW_OK;
  void *array = self->targets;
  HW_TRY(hwp_ged_reserve(&array, (size_t)n, &self->target_capacity, sizeof *self->targets, err));
  self->targets = array;
  self->targets[n] = (hwp_ged_target){.kind = HWP_GED_OTHER};
  return HW_OK;
}

/* Notes what the record's own xref stands for. */
static hw_status define_xref(hwp_ged_reader *self, hwp_ged_kind kind, int32_t index, hw_err *err) {
  const hwp_ged_line *line = &self->records.lines[0];
  int32_t number;
  if (line->xref.n == 0) {
    if (kind == HWP_GED_OTHER) return HW_OK;
    return hw_err_set(err, HW_E_SYNTAX, "the %s record has no cross reference (0 @X1@ …)",
                      kind == HWP_GED_PERSON   ? "INDI"
                      : kind == HWP_GED_FAMILY ? "FAM"
                                               : "NOTE");
  }
  HW_TRY(find_xref(self, line->xref, &number, err));
  hwp_ged_target *target = &self->targets[number];
  if (target->line > 0)
    return hw_err_set(err, HW_E_DUPLICATE, "@%.60s@ stands on line %llu already",
                      self->xrefs.texts[number], (unsigned long long)target->line);
  *target = (hwp_ged_target){kind, index, line->number};
  return HW_OK;
}

static hw_status add_link(hwp_ged_reader *self, hwp_ged_role role, hwp_ged_link link, hw_err *err) {
  hwp_ged_links *links = &self->links[role];
  void *array = links->list;
  HW_TRY(hwp_ged_reserve(&array, links->n, &links->capacity, sizeof *links->list, err));
  links->list = array;
  links->list[links->n++] = link;
  return HW_OK;
}

/* Adds the pointer of a line; GEDCOM 7's @VOID@ points to nobody. */
static hw_status read_pointer(hwp_ged_reader *self, hwp_ged_role role, int32_t from, int32_t line,
                              hw_gedcom_link father, hw_gedcom_link mother, const char *text,
                              hw_err *err) {
  const hwp_ged_line *at = &self->records.lines[line];
  const hwp_ged_span xref = hwp_ged_pointer(at->value);
  hwp_ged_link link = {
      .from = from, .father = father, .mother = mother, .text = text, .line = at->number};
  if (xref.n == 0) {
    hw_err_set(err, HW_E_SYNTAX, "%.*s needs a pointer such as @X1@, found \"%.*s\"",
               (int)at->tag.n, at->tag.text, (int)(at->value.n < 40 ? at->value.n : 40),
               at->value.text);
    hw_err_place(err, NULL, at->number, 0);
    return HW_E_SYNTAX;
  }
  if (hwp_ged_is(xref, "VOID")) return HW_OK;
  HW_TRY(find_xref(self, xref, &link.to, err));
  return add_link(self, role, link, err);
}

/* --- persons --- */

static hw_status tell_unread(hwp_ged_reader *self, int32_t line, hw_err *err) {
  const hwp_ged_line *at = &self->records.lines[line];
  const char *tag = "";
  if (self->count[HWP_GED_UNREAD_TAG] == 0) {
    tag = hw_arena_strndup(&self->out->arena, at->tag.text, at->tag.n);
    if (tag == NULL) return HW_NO_MEMORY(err, "the notes");
  }
  hwp_ged_tell(self, HWP_GED_UNREAD_TAG, at->number, tag);
  return HW_OK;
}

static void read_sex(hwp_ged_reader *self, hw_gedcom_person *person, int32_t line) {
  const hwp_ged_line *at = &self->records.lines[line];
  const char c = at->value.n > 0 ? at->value.text[0] : 'U';
  if (c == 'M' || c == 'm')
    person->sex = HW_MALE;
  else if (c == 'F' || c == 'f')
    person->sex = HW_FEMALE;
  else if (c != 'U' && c != 'u')
    hwp_ged_tell(self, HWP_GED_OTHER_SEX, at->number, "");
}

static hw_status read_event(hwp_ged_reader *self, hw_gedcom_event *event, int32_t line,
                            hw_err *err) {
  const hwp_ged_records *r = &self->records;
  if (event->is_stated) {
    hwp_ged_tell(self, HWP_GED_SECOND_EVENT, r->lines[line].number, "");
    return HW_OK;
  }
  event->is_stated = true;
  const int32_t date = hwp_ged_find(r, line, "DATE"), place = hwp_ged_find(r, line, "PLAC");
  if (place >= 0) HW_TRY(hwp_ged_text(self, place, false, &event->place, err));
  if (date < 0) return HW_OK;
  const char *text;
  HW_TRY(hwp_ged_text(self, date, false, &text, err));
  event->date = hw_gedcom_date_parse(text);
  if (event->date.kind == HW_GEDCOM_DATE_TEXT)
    hwp_ged_tell(self, HWP_GED_ODD_DATE, r->lines[date].number, text);
  return HW_OK;
}

/* ADOP: who adopted stands below FAMC; without FAMC the family stays open. */
static hw_status read_adoption(hwp_ged_reader *self, int32_t person, int32_t line, hw_err *err) {
  const hwp_ged_records *r = &self->records;
  const int32_t famc = hwp_ged_find(r, line, "FAMC");
  self->persons[person].is_adopted = true;
  if (famc < 0 || hwp_ged_is(hwp_ged_pointer(r->lines[famc].value), "VOID")) {
    self->has_open_adoption[person] = true;
    return HW_OK;
  }
  const int32_t below = hwp_ged_find(r, famc, "ADOP");
  const hwp_ged_span by = below < 0 ? (hwp_ged_span){"BOTH", 4} : r->lines[below].value;
  const hw_gedcom_link father = hwp_ged_is(by, "WIFE") ? HW_GEDCOM_UNSTATED : HW_GEDCOM_ADOPTED;
  const hw_gedcom_link mother = hwp_ged_is(by, "HUSB") ? HW_GEDCOM_UNSTATED : HW_GEDCOM_ADOPTED;
  return read_pointer(self, HWP_GED_ADOP, person, famc, father, mother, NULL, err);
}

static hw_status read_famc(hwp_ged_reader *self, int32_t person, int32_t line, hw_err *err) {
  const int32_t status = hwp_ged_find(&self->records, line, "STAT");
  hw_gedcom_link kind = kind_below(self, line, "PEDI");
  if (status >= 0 && hwp_ged_is(self->records.lines[status].value, "DISPROVEN"))
    kind = HW_GEDCOM_OTHER; /* a link that was disproven is no descent */
  return read_pointer(self, HWP_GED_FAMC, person, line, kind, kind, NULL, err);
}

static hw_status read_association(hwp_ged_reader *self, int32_t person, int32_t line, hw_err *err) {
  int32_t below = hwp_ged_find(&self->records, line, self->is_v7 ? "ROLE" : "RELA");
  const char *relation = "";
  if (below < 0) below = hwp_ged_find(&self->records, line, self->is_v7 ? "RELA" : "ROLE");
  if (below >= 0 && hwp_ged_is(self->records.lines[below].tag, "ROLE") &&
      hwp_ged_is(self->records.lines[below].value, "OTHER"))
    below = hwp_ged_find(&self->records, below, "PHRASE"); /* what the other role is */
  if (below >= 0) HW_TRY(hwp_ged_text(self, below, false, &relation, err));
  return read_pointer(self, HWP_GED_ASSO, person, line, HW_GEDCOM_UNSTATED, HW_GEDCOM_UNSTATED,
                      relation, err);
}

/* A note is a text of its own or a pointer to a record; both become one text of the person. */
static hw_status read_note(hwp_ged_reader *self, int32_t person, int32_t line, hw_err *err) {
  const char *text;
  if (hwp_ged_pointer(self->records.lines[line].value).n > 0)
    return read_pointer(self, HWP_GED_NOTES, person, line, HW_GEDCOM_UNSTATED, HW_GEDCOM_UNSTATED,
                        NULL, err);
  HW_TRY(hwp_ged_text(self, line, true, &text, err));
  const hwp_ged_link link = {
      .from = person, .to = -1, .text = text, .line = self->records.lines[line].number};
  return add_link(self, HWP_GED_NOTES, link, err);
}

static hw_status read_names(hwp_ged_reader *self, hw_gedcom_person *person, hw_err *err) {
  const hwp_ged_records *r = &self->records;
  int32_t n = 0;
  for (int32_t i = 1; i < r->n_lines; i = hwp_ged_skip(r, i))
    if (hwp_ged_is(r->lines[i].tag, "NAME")) n++;
  if (n == 0) return HW_OK;
  hw_gedcom_name *names = hw_arena_alloc_array(&self->out->arena, (size_t)n, sizeof *names);
  if (names == NULL) return HW_NO_MEMORY(err, "the names");
  for (int32_t i = 1; i < r->n_lines; i = hwp_ged_skip(r, i))
    if (hwp_ged_is(r->lines[i].tag, "NAME"))
      HW_TRY(hwp_ged_name(self, i, &names[person->n_names++], err));
  person->names = names;
  return HW_OK;
}

static hw_status read_person_line(hwp_ged_reader *self, int32_t number, int32_t i, hw_err *err) {
  const hwp_ged_records *r = &self->records;
  const hwp_ged_span tag = r->lines[i].tag;
  hw_gedcom_person *person = &self->persons[number];
  if (hwp_ged_is(tag, "NAME")) return HW_OK; /* read_names */
  if (hwp_ged_is(tag, "SEX")) {
    read_sex(self, person, i);
    return HW_OK;
  }
  if (hwp_ged_is(tag, "DEAT")) return read_event(self, &person->death, i, err);
  if (hwp_ged_is(tag, "ADOP")) return read_adoption(self, number, i, err);
  if (hwp_ged_is(tag, "FAMC")) return read_famc(self, number, i, err);
  if (hwp_ged_is(tag, "ASSO")) return read_association(self, number, i, err);
  if (hwp_ged_is(tag, "NOTE") || hwp_ged_is(tag, "SNOTE")) return read_note(self, number, i, err);
  if (hwp_ged_is(tag, "FAMS"))
    return read_pointer(self, HWP_GED_FAMS, number, i, HW_GEDCOM_UNSTATED, HW_GEDCOM_UNSTATED, NULL,
                        err);
  if (!hwp_ged_is(tag, "BIRT")) return tell_unread(self, i, err);
  HW_TRY(read_event(self, &person->birth, i, err));
  const int32_t famc = hwp_ged_find(r, i, "FAMC");
  if (famc < 0) return HW_OK;
  return read_pointer(self, HWP_GED_BIRT, number, famc, HW_GEDCOM_BIRTH, HW_GEDCOM_BIRTH, NULL,
                      err);
}

static hw_status read_person(hwp_ged_reader *self, hw_err *err) {
  const hwp_ged_records *r = &self->records;
  const int32_t number = self->n_persons;
  HW_TRY(define_xref(self, HWP_GED_PERSON, number, err));
  void *array = self->persons;
  HW_TRY(
      hwp_ged_reserve(&array, (size_t)number, &self->person_capacity, sizeof *self->persons, err));
  self->persons = array;
  array = self->has_open_adoption;
  HW_TRY(hwp_ged_reserve(&array, (size_t)number, &self->adoption_capacity,
                         sizeof *self->has_open_adoption, err));
  self->has_open_adoption = array;
  self->has_open_adoption[number] = false;
  const hw_gedcom_event no_event = {.date = {.text = ""}, .place = ""};
  hw_gedcom_person *person = &self->persons[number];
  *person = (hw_gedcom_person){.birth = no_event,
                               .death = no_event,
                               .note = "",
                               .father = HW_PERSON_NONE,
                               .mother = HW_PERSON_NONE,
                               .line = r->lines[0].number};
  person->xref = hw_arena_strndup(&self->out->arena, r->lines[0].xref.text, r->lines[0].xref.n);
  if (person->xref == NULL) return HW_NO_MEMORY(err, "the persons");
  self->n_persons++;
  HW_TRY(read_names(self, person, err));
  for (int32_t i = 1; i < r->n_lines; i = hwp_ged_skip(r, i))
    HW_TRY(read_person_line(self, number, i, err));
  return HW_OK;
}

/* --- families --- */

static hw_status read_family_line(hwp_ged_reader *self, int32_t number, int32_t i, hw_err *err) {
  const hwp_ged_span tag = self->records.lines[i].tag;
  const hw_gedcom_link none = HW_GEDCOM_UNSTATED;
  if (hwp_ged_is(tag, "HUSB"))
    return read_pointer(self, HWP_GED_HUSB, number, i, none, none, NULL, err);
  if (hwp_ged_is(tag, "WIFE"))
    return read_pointer(self, HWP_GED_WIFE, number, i, none, none, NULL, err);
  if (!hwp_ged_is(tag, "CHIL")) return tell_unread(self, i, err);
  return read_pointer(self, HWP_GED_CHIL, number, i, kind_below(self, i, "_FREL"),
                      kind_below(self, i, "_MREL"), NULL, err);
}

static hw_status read_family(hwp_ged_reader *self, hw_err *err) {
  const hwp_ged_records *r = &self->records;
  const int32_t number = self->n_families;
  HW_TRY(define_xref(self, HWP_GED_FAMILY, number, err));
  void *array = self->families;
  HW_TRY(
      hwp_ged_reserve(&array, (size_t)number, &self->family_capacity, sizeof *self->families, err));
  self->families = array;
  const char *xref = hw_arena_strndup(&self->out->arena, r->lines[0].xref.text, r->lines[0].xref.n);
  if (xref == NULL) return HW_NO_MEMORY(err, "the families");
  self->families[self->n_families++] = (hw_gedcom_family){
      .xref = xref, .father = HW_GEDCOM_NONE, .mother = HW_GEDCOM_NONE, .line = r->lines[0].number};
  for (int32_t i = 1; i < r->n_lines; i = hwp_ged_skip(r, i))
    HW_TRY(read_family_line(self, number, i, err));
  return HW_OK;
}

static hw_status read_note_record(hwp_ged_reader *self, hw_err *err) {
  HW_TRY(define_xref(self, HWP_GED_NOTE, self->n_note_texts, err));
  void *array = self->note_texts;
  HW_TRY(hwp_ged_reserve(&array, (size_t)self->n_note_texts, &self->note_capacity,
                         sizeof *self->note_texts, err));
  self->note_texts = array;
  return hwp_ged_text(self, 0, true, &self->note_texts[self->n_note_texts++], err);
}

hw_status hwp_ged_read_record(hwp_ged_reader *self, hw_err *err) {
  static const char *const known[] = {"SUBM", "SUBN", "SOUR", "REPO", "OBJE", NULL};
  const hwp_ged_span tag = self->records.lines[0].tag;
  if (hwp_ged_is(tag, "INDI")) return read_person(self, err);
  if (hwp_ged_is(tag, "FAM")) return read_family(self, err);
  if (hwp_ged_is(tag, "NOTE") || hwp_ged_is(tag, "SNOTE")) return read_note_record(self, err);
  HW_TRY(define_xref(self, HWP_GED_OTHER, 0, err));
  for (int i = 0; known[i] != NULL; i++)
    if (hwp_ged_is(tag, known[i])) return HW_OK;
  return tell_unread(self, 0, err);
}
