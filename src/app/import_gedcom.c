/* GEDCOM files of genealogy programs into the database: persons, names, families.
 *
 * Persons connected by birth are one family with one stated pedigree; adoption,
 * foster care and marriage are not descent, and who is connected by nothing else
 * is a person without family. Nobody is missing yet: a table of families says so.
 *
 * Codes are the file's cross references, names go to the table of names, and
 * dates and places of birth and death to the person's remarks. Notes may hold
 * names of anybody and are left in the file, which is told. */
#include <string.h>

#include "app/import_case.h"
#include "base/check.h"
#include "formats/gedcom.h"

typedef struct gedcom_import {
  hw_import *import;
  hw_gedcom ged;
  hw_gedcom_trees trees;
  hw_case_import cases;
  int64_t n_notes, n_links; /* notes left in the file, links that are not birth */
} gedcom_import;

/* --- persons and names --- */

static void describe_event(const char *what, const hw_gedcom_event *event, hw_str *out) {
  if (!event->is_stated) return;
  if (out->length > 0) hw_str_append(out, "; ");
  hw_str_append(out, what);
  if (event->date.text[0] != '\0') hw_str_append_format(out, " %s", event->date.text);
  if (event->place[0] != '\0') hw_str_append_format(out, ", %s", event->place);
}

static const char *kind_of(const hw_gedcom_name *name, int32_t index) {
  if (strcmp(name->kind, "birth") == 0) return "birth";
  if (strcmp(name->kind, "married") == 0) return "married";
  return index == 0 ? "full" : "alias";
}

static hw_status put_name(gedcom_import *self, int64_t person, const hw_gedcom_name *name,
                          int32_t index, hw_err *err) {
  hw_record record;
  if (name->full[0] == '\0') return HW_OK;
  hw_record_init(&record, HW_KIND_PERSON_NAME);
  hw_record_set_int(&record, HW_FIELD_PERSON_NAME_PERSON, person);
  hw_record_set_text(&record, HW_FIELD_PERSON_NAME_KIND, kind_of(name, index));
  hw_record_set_text(&record, HW_FIELD_PERSON_NAME_NAME, name->full);
  if (name->surname[0] != '\0')
    hw_record_set_text(&record, HW_FIELD_PERSON_NAME_SURNAME, name->surname);
  if (name->given[0] != '\0') hw_record_set_text(&record, HW_FIELD_PERSON_NAME_GIVEN, name->given);
  hw_record_set_text(&record, HW_FIELD_PERSON_NAME_SOURCE, "GEDCOM");
  return hw_import_put(self->import, &record, 0, err);
}

static const char *sex_word(hw_sex sex) {
  return sex == HW_MALE ? "male" : sex == HW_FEMALE ? "female" : "unknown";
}

static hw_status put_person(gedcom_import *self, const hw_gedcom_person *person, hw_err *err) {
  hw_str code = HW_STR_INIT, note = HW_STR_INIT;
  hw_record record;
  hw_app_code(self->import->investigation, person->xref, &code);
  describe_event("born", &person->birth, &note);
  describe_event("died", &person->death, &note);
  hw_record_init(&record, HW_KIND_PERSON);
  hw_record_set_text(&record, HW_FIELD_PERSON_CODE, hw_str_text(&code));
  hw_record_set_text(&record, HW_FIELD_PERSON_SEX, sex_word(person->sex));
  hw_record_set_text(&record, HW_FIELD_PERSON_ROLE, "relative");
  if (note.length > 0) hw_record_set_text(&record, HW_FIELD_PERSON_NOTE, hw_str_text(&note));
  hw_status status = hw_str_status(&code) == HW_OK && hw_str_status(&note) == HW_OK
                         ? hw_import_put(self->import, &record, person->line, err)
                         : HW_NO_MEMORY(err, "a person");
  hw_str_clear(&code);
  hw_str_clear(&note);
  self->n_notes += person->note[0] != '\0';
  self->import->report->n_rows++;
  for (int32_t i = 0; status == HW_OK && record.id != 0 && i < person->n_names; i++)
    status = put_name(self, record.id, &person->names[i], i, err);
  return status;
}

/* --- families --- */

static hw_status put_tree(gedcom_import *self, const hw_gedcom_tree *tree, hw_err *err) {
  if (tree->pedigree.n_persons < 2) return HW_OK;
  hw_case_pedigree pedigree = {.name = "stated", .is_stated = true, .pedigree = &tree->pedigree};
  hw_case_family family = {.name = tree->pedigree.persons[0].id,
                           .scope = "",
                           .role = "relative",
                           .has_persons = true,
                           .n_pedigrees = 1,
                           .pedigrees = &pedigree};
  return hw_case_import_family(&self->cases, &family, err);
}

static void count_links(gedcom_import *self) {
  for (int32_t f = 0; f < self->ged.n_families; f++) {
    const hw_gedcom_family *family = &self->ged.families[f];
    for (int32_t c = 0; c < family->n_children; c++) {
      const hw_gedcom_child *child = &family->children[c];
      bool is_birth = (family->father == HW_GEDCOM_NONE || child->to_father <= HW_GEDCOM_BIRTH) &&
                      (family->mother == HW_GEDCOM_NONE || child->to_mother <= HW_GEDCOM_BIRTH);
      self->n_links += !is_birth;
    }
  }
}

static void tell_notes(gedcom_import *self) {
  hw_import_take_notes(self->import, self->ged.notes, self->ged.n_notes);
  if (self->n_links > 0)
    hw_import_note(self->import,
                   "%lld links of children that are not by birth (adopted, foster …) are not "
                   "descent and not stored",
                   (long long)self->n_links);
  if (self->n_notes > 0)
    hw_import_note(self->import, "notes on %lld persons stay in the file: they may hold names",
                   (long long)self->n_notes);
  hw_import_note(self->import, "the format does not tell who is missing: say so with 'homeward "
                               "import families' (column missing)");
}

static hw_status put_all(gedcom_import *self, hw_err *err) {
  hw_case_settings settings = {.theta = 0, .description = ""};
  HW_TRY(hw_case_import_settings(&self->cases, &settings, err));
  if (self->import->investigation_id == 0) return HW_OK;
  for (int32_t i = 0; i < self->ged.n_persons; i++)
    HW_TRY(put_person(self, &self->ged.persons[i], err));
  if (self->import->report->errors.n > 0) return HW_OK; /* families would tell them again */
  for (int32_t i = 0; i < self->trees.n_trees; i++)
    HW_TRY(put_tree(self, &self->trees.trees[i], err));
  count_links(self);
  tell_notes(self);
  return HW_OK;
}

/* --- the file --- */

static hw_status read_file(gedcom_import *self, hw_err *err) {
  hw_import *import = self->import;
  hw_errors errors = {0};
  hw_err mistake = HW_ERR_INIT;
  if (hw_gedcom_read(import->path, &self->ged, &errors) != HW_OK) {
    for (int i = 0; i < hw_errors_kept(&errors); i++)
      HW_TRY(hw_import_mistake(import, &errors.kept[i], err));
    if (errors.n > HW_ERRORS_KEPT) import->report->errors.n += errors.n - HW_ERRORS_KEPT;
    return hw_errors_status(&import->report->errors, err);
  }
  if (hw_gedcom_trees_build(&self->ged, &self->trees, &mistake) == HW_OK) return HW_OK;
  HW_TRY(hw_import_mistake(import, &mistake, err));
  return hw_errors_status(&import->report->errors, err);
}

static hw_status run(hw_import *import, hw_err *err) {
  gedcom_import self = {.import = import};
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hw_status status = read_file(&self, err);
  const char *stem = status == HW_OK ? hw_case_stem(import, &arena) : "";
  if (stem == NULL) status = HW_NO_MEMORY(err, "a name");
  if (status == HW_OK)
    status = hw_case_import_begin(&self.cases, import, hw_case_investigation(import, stem), err);
  if (status == HW_OK) status = put_all(&self, err);
  hw_case_import_end(&self.cases);
  hw_gedcom_trees_clear(&self.trees);
  hw_gedcom_clear(&self.ged);
  hw_arena_clear(&arena);
  return status;
}

static const hw_kind_id kinds[] = {HW_KIND_FAMILY, HW_KIND_PERSON, HW_KIND_PERSON_NAME,
                                   HW_KIND_PEDIGREE, HW_KIND_NONE};

const hw_importer hw_importer_gedcom = {
    .format = "gedcom",
    .brief = "GEDCOM 5.5 to 7: persons, names and families by birth",
    .is_mine = hw_gedcom_is,
    .run = run,
    .kinds = kinds,
};
