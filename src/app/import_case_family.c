/* A family of a case: persons, members, pedigrees, descent, profiles.
 *
 * The file's hypotheses name people by their ids, and one id is one person in all
 * pedigrees of the family: that is what makes them hypotheses about the same
 * people. The exception is a helper whom one pedigree makes a father and another
 * a mother; nobody is both, so the second gets a record of her own.
 *
 * A profile that bears no person's id belongs to somebody who is identical with a
 * person of the pedigree (a bone under its own code): a person without a row of
 * descent, joined by pedigree_identity.
 *
 * Ranks keep the order of the file: descent in the pedigree's order, members in
 * the first pedigree's, the missing among them in the order in which they are
 * listed. Profiles are written in their order, so that their ids ascend. */
#include <stdlib.h>
#include <string.h>

#include "app/import_case.h"
#include "base/check.h"
#include "genetics/name_index.h"

/* One id, and who bears it: [0] everybody, [1] somebody of the other sex. */
typedef struct bearer {
  const char *id;
  hw_sex sex[2];
  bool is_used[2];
  bool is_missing;
  bool is_stated; /* the stated pedigree has her: the sex is what it says */
  int64_t record[2];
} bearer;

typedef struct family_import {
  hw_case_import *base;
  const hw_case_family *family;
  hw_name_index index; /* ids to bearers */
  int32_t n_bearers;
  bearer *bearers; /* in the order of the first pedigree, then of the others */
  int64_t record;
} family_import;

static void *take(family_import *self, size_t n, size_t size, hw_err *err) {
  void *memory = hw_arena_alloc_array(&self->base->arena, n, size);
  if (memory == NULL) (void)HW_NO_MEMORY(err, "a family");
  return memory;
}

/* --- who bears which id --- */

static bearer *find(const family_import *self, const char *id) {
  return &self->bearers[hw_name_index_find(&self->index, id)];
}

/* Which of the two a person of a pedigree is. */
static int which(const bearer *who, hw_sex sex) {
  return sex != HW_UNKNOWN_SEX && who->sex[0] != HW_UNKNOWN_SEX && sex != who->sex[0];
}

/* Every id once, in the order of its first appearance. */
static hw_status list_ids(family_import *self, hw_err *err) {
  const hw_case_family *family = self->family;
  size_t n = (size_t)family->n_profiles, at = 0;
  for (int32_t p = 0; p < family->n_pedigrees; p++)
    if (!hw_add_size(n, (size_t)family->pedigrees[p].pedigree->n_persons, &n) || n > INT32_MAX)
      return HW_NO_MEMORY(err, "a family");
  const char **ids = take(self, n, sizeof *ids, err);
  self->bearers = take(self, n, sizeof *self->bearers, err);
  if (ids == NULL || self->bearers == NULL) return HW_E_NO_MEMORY;
  for (int32_t p = 0; p < family->n_pedigrees; p++)
    for (int32_t i = 0; i < family->pedigrees[p].pedigree->n_persons; i++)
      ids[at++] = family->pedigrees[p].pedigree->persons[i].id;
  for (int32_t i = 0; i < family->n_profiles; i++) ids[at++] = family->profiles[i].id;
  hw_name_index all = {0};
  HW_TRY(hw_name_index_init(&all, (int32_t)n, ids, err));
  const char **distinct = ids; /* never longer, and read before it is written */
  for (size_t i = 0; i < n; i++)
    if (hw_name_index_find(&all, ids[i]) == (int32_t)i) {
      self->bearers[self->n_bearers].id = ids[i];
      distinct[self->n_bearers++] = ids[i];
    }
  hw_name_index_clear(&all);
  return hw_name_index_init(&self->index, self->n_bearers, distinct, err);
}

static void note_pedigree(family_import *self, const hw_case_pedigree *what) {
  for (int32_t i = 0; i < what->pedigree->n_persons; i++) {
    const hw_person *person = &what->pedigree->persons[i];
    bearer *who = find(self, person->id);
    int variant = which(who, person->sex);
    who->is_used[variant] = true;
    /* A role in an alternative tells nothing about somebody whom the stated pedigree knows. */
    if (person->sex != HW_UNKNOWN_SEX && (what->is_stated || variant == 1 || !who->is_stated))
      who->sex[variant] = person->sex;
    who->is_stated = who->is_stated || what->is_stated;
  }
}

static void note_sexes(family_import *self) {
  const hw_case_family *family = self->family;
  for (int32_t p = 0; p < family->n_pedigrees; p++)
    if (family->pedigrees[p].is_stated) note_pedigree(self, &family->pedigrees[p]);
  for (int32_t p = 0; p < family->n_pedigrees; p++)
    if (!family->pedigrees[p].is_stated) note_pedigree(self, &family->pedigrees[p]);
  for (int32_t i = 0; i < family->n_profiles; i++)
    find(self, family->profiles[i].id)->is_used[0] = true;
  for (int32_t k = 0; k < family->n_missing; k++) find(self, family->missing[k])->is_missing = true;
}

/* Sex of those who only bring a profile: that of the person whom they are. */
static void note_aliases(family_import *self) {
  const hw_case_family *family = self->family;
  for (int32_t p = 0; p < family->n_pedigrees; p++) {
    const hw_case_pedigree *pedigree = &family->pedigrees[p];
    for (int32_t i = 0; pedigree->profile_person != NULL && i < family->n_profiles; i++) {
      bearer *who = find(self, family->profiles[i].id);
      hw_sex sex = pedigree->pedigree->persons[pedigree->profile_person[i]].sex;
      if (who->sex[0] == HW_UNKNOWN_SEX) who->sex[0] = sex;
    }
  }
}

/* --- persons --- */

/* Code of a person: INVESTIGATION/SCOPE/ID, "/other" behind it for the second of one id. */
static void person_code(const family_import *self, const char *id, int variant, hw_str *out) {
  const hw_case_family *family = self->family;
  const char *scope = family->scope != NULL ? family->scope : family->name;
  hw_str name = HW_STR_INIT;
  if (scope[0] != '\0') hw_str_append_format(&name, "%s/", scope);
  hw_str_append(&name, id);
  if (variant == 1) hw_str_append(&name, "/other");
  hw_app_code(self->base->import->investigation, hw_str_text(&name), out);
  if (hw_str_status(&name) != HW_OK) out->status = HW_E_NO_MEMORY;
  hw_str_clear(&name);
}

static const char *sex_word(hw_sex sex) {
  return sex == HW_MALE ? "male" : sex == HW_FEMALE ? "female" : "unknown";
}

static hw_status put_person(family_import *self, bearer *who, int variant, hw_err *err) {
  hw_str code = HW_STR_INIT;
  hw_record record;
  person_code(self, who->id, variant, &code);
  hw_record_init(&record, HW_KIND_PERSON);
  hw_record_set_text(&record, HW_FIELD_PERSON_CODE, hw_str_text(&code));
  hw_record_set_text(&record, HW_FIELD_PERSON_SEX, sex_word(who->sex[variant]));
  hw_record_set_text(&record, HW_FIELD_PERSON_ROLE,
                     who->is_missing ? "missing" : self->family->role);
  hw_status status = hw_str_status(&code) != HW_OK ? HW_NO_MEMORY(err, "a code")
                     : self->family->has_persons
                         ? hw_store_find(self->base->import->app->store, &record, &record.id, err)
                         : hw_import_put(self->base->import, &record, 0, err);
  who->record[variant] = record.id;
  hw_str_clear(&code);
  return status;
}

static hw_status put_persons(family_import *self, hw_err *err) {
  for (int32_t i = 0; i < self->n_bearers; i++)
    for (int variant = 0; variant < 2; variant++)
      if (self->bearers[i].is_used[variant])
        HW_TRY(put_person(self, &self->bearers[i], variant, err));
  return HW_OK;
}

/* --- the family and its members --- */

static hw_status put_family(family_import *self, hw_err *err) {
  const hw_case_family *family = self->family;
  hw_import *import = self->base->import;
  hw_str code = HW_STR_INIT;
  if (family->code != NULL)
    hw_str_append(&code, family->code);
  else
    hw_app_code(import->investigation, family->name, &code);
  hw_record record;
  hw_record_init(&record, HW_KIND_FAMILY);
  hw_record_set_text(&record, HW_FIELD_FAMILY_CODE, hw_str_text(&code));
  hw_record_set_int(&record, HW_FIELD_FAMILY_INVESTIGATION, import->investigation_id);
  hw_record_set_text(&record, HW_FIELD_FAMILY_LABEL, family->name);
  hw_record_set_text(&record, HW_FIELD_FAMILY_STATE, "open");
  hw_record_set_text(&record, HW_FIELD_FAMILY_NOTE, family->note);
  int64_t known = 0;
  hw_status status = hw_store_find(import->app->store, &record, &known, err);
  if (known != 0) hw_record_set_null(&record, HW_FIELD_FAMILY_STATE); /* the work goes on */
  if (status == HW_OK && hw_str_status(&code) != HW_OK) status = HW_NO_MEMORY(err, "a code");
  if (status == HW_OK) status = hw_import_put(import, &record, 0, err);
  self->record = record.id;
  hw_str_clear(&code);
  return status;
}

static hw_status put_member(family_import *self, const bearer *who, int variant, int64_t rank,
                            hw_err *err) {
  hw_record record;
  if (who->record[variant] == 0) return HW_OK;
  hw_record_init(&record, HW_KIND_FAMILY_MEMBER);
  hw_record_set_int(&record, HW_FIELD_FAMILY_MEMBER_FAMILY, self->record);
  hw_record_set_int(&record, HW_FIELD_FAMILY_MEMBER_PERSON, who->record[variant]);
  hw_record_set_text(&record, HW_FIELD_FAMILY_MEMBER_LABEL, who->id);
  if (who->is_missing) hw_record_set_int(&record, HW_FIELD_FAMILY_MEMBER_IS_MISSING, 1);
  hw_record_set_int(&record, HW_FIELD_FAMILY_MEMBER_RANK, rank);
  return hw_import_put(self->base->import, &record, 0, err);
}

/* The missing take the places of the missing in the order in which they are listed. */
static hw_status put_members(family_import *self, hw_err *err) {
  int64_t rank = 0;
  int32_t next_missing = 0;
  for (int32_t i = 0; i < self->n_bearers; i++) {
    const bearer *who = &self->bearers[i];
    if (who->is_missing) who = find(self, self->family->missing[next_missing++]);
    for (int variant = 0; variant < 2; variant++)
      if (who->is_used[variant]) HW_TRY(put_member(self, who, variant, ++rank, err));
  }
  return HW_OK;
}

/* --- pedigrees --- */

static int64_t record_of(const family_import *self, const hw_pedigree *pedigree, int32_t person) {
  if (person == HW_PERSON_NONE) return 0;
  const bearer *who = find(self, pedigree->persons[person].id);
  return who->record[which(who, pedigree->persons[person].sex)];
}

static hw_status put_descent(family_import *self, int64_t record, const hw_pedigree *pedigree,
                             int32_t i, hw_err *err) {
  int64_t father = record_of(self, pedigree, pedigree->persons[i].father);
  int64_t mother = record_of(self, pedigree, pedigree->persons[i].mother);
  hw_record row;
  hw_record_init(&row, HW_KIND_DESCENT);
  hw_record_set_int(&row, HW_FIELD_DESCENT_PEDIGREE, record);
  hw_record_set_int(&row, HW_FIELD_DESCENT_PERSON, record_of(self, pedigree, i));
  if (father != 0) hw_record_set_int(&row, HW_FIELD_DESCENT_FATHER, father);
  if (mother != 0) hw_record_set_int(&row, HW_FIELD_DESCENT_MOTHER, mother);
  hw_record_set_int(&row, HW_FIELD_DESCENT_RANK, i + 1);
  return hw_import_put(self->base->import, &row, 0, err);
}

static hw_status put_identity(family_import *self, int64_t pedigree, int64_t person, int64_t other,
                              const char *kind, hw_err *err) {
  hw_record row;
  if (person == 0 || other == 0) return HW_OK;
  hw_record_init(&row, HW_KIND_IDENTITY);
  hw_record_set_int(&row, HW_FIELD_IDENTITY_PEDIGREE, pedigree);
  hw_record_set_int(&row, HW_FIELD_IDENTITY_PERSON, person);
  hw_record_set_int(&row, HW_FIELD_IDENTITY_OTHER, other);
  hw_record_set_text(&row, HW_FIELD_IDENTITY_KIND, kind);
  return hw_import_put(self->base->import, &row, 0, err);
}

static hw_status put_identities(family_import *self, int64_t record, const hw_case_pedigree *what,
                                hw_err *err) {
  const hw_pedigree *pedigree = what->pedigree;
  for (int32_t i = 0; i < pedigree->n_persons; i++)
    if (pedigree->persons[i].twin != HW_PERSON_NONE)
      HW_TRY(put_identity(self, record, record_of(self, pedigree, i),
                          record_of(self, pedigree, pedigree->persons[i].twin), NULL, err));
  for (int32_t i = 0; what->profile_person != NULL && i < self->family->n_profiles; i++) {
    const char *id = self->family->profiles[i].id;
    int32_t person = what->profile_person[i];
    if (strcmp(id, pedigree->persons[person].id) == 0) continue;
    HW_TRY(put_identity(self, record, find(self, id)->record[0], record_of(self, pedigree, person),
                        "same", err));
  }
  return HW_OK;
}

/* Name of a pedigree: programs that let one name stand twice get "NAME (2)". */
static hw_status name_pedigree(family_import *self, int32_t p, const char **out, hw_err *err) {
  const hw_case_pedigree *all = self->family->pedigrees;
  int n = 1;
  for (int32_t i = 0; i < p; i++) n += strcmp(all[i].name, all[p].name) == 0;
  *out = all[p].name;
  if (n == 1) return HW_OK;
  hw_str text = HW_STR_INIT;
  hw_str_append_format(&text, "%s (%d)", all[p].name, n);
  *out = hw_str_status(&text) == HW_OK ? hw_arena_strdup(&self->base->arena, hw_str_text(&text))
                                       : NULL;
  hw_str_clear(&text);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "a pedigree");
}

static hw_status put_pedigree(family_import *self, int32_t p, hw_err *err) {
  const hw_case_pedigree *what = &self->family->pedigrees[p];
  const char *name = NULL;
  hw_record row;
  HW_TRY(name_pedigree(self, p, &name, err));
  hw_record_init(&row, HW_KIND_PEDIGREE);
  hw_record_set_int(&row, HW_FIELD_PEDIGREE_FAMILY, self->record);
  hw_record_set_text(&row, HW_FIELD_PEDIGREE_CODE, name);
  hw_record_set_int(&row, HW_FIELD_PEDIGREE_RANK, p + 1);
  hw_record_set_text(&row, HW_FIELD_PEDIGREE_STATUS, what->is_stated ? "stated" : "alternative");
  hw_record_set_text(&row, HW_FIELD_PEDIGREE_NOTE, what->note);
  HW_TRY(hw_import_put(self->base->import, &row, 0, err));
  if (row.id == 0) return HW_OK;
  for (int32_t i = 0; i < what->pedigree->n_persons; i++)
    if (record_of(self, what->pedigree, i) != 0)
      HW_TRY(put_descent(self, row.id, what->pedigree, i, err));
  return put_identities(self, row.id, what, err);
}

/* --- profiles --- */

static hw_status put_profile(family_import *self, const hw_profile *profile, hw_err *err) {
  hw_case_import *base = self->base;
  const bearer *who = find(self, profile->id);
  if (who->record[0] == 0 || base->panel == 0) return HW_OK;
  hw_err mistake = HW_ERR_INIT;
  hw_str code = HW_STR_INIT, text = HW_STR_INIT;
  hw_record record;
  person_code(self, profile->id, 0, &code);
  hw_status status = hw_case_observations(base->markers, profile, &text, &mistake);
  if (status == HW_OK && hw_str_status(&code) != HW_OK) status = HW_NO_MEMORY(&mistake, "a code");
  hw_record_init(&record, HW_KIND_PROFILE);
  hw_record_set_text(&record, HW_FIELD_PROFILE_CODE, hw_str_text(&code));
  hw_record_set_int(&record, HW_FIELD_PROFILE_PERSON, who->record[0]);
  hw_record_set_int(&record, HW_FIELD_PROFILE_PANEL, base->panel);
  hw_record_set_text(&record, HW_FIELD_PROFILE_OBSERVATIONS, hw_str_text(&text));
  hw_record_set_text(&record, HW_FIELD_PROFILE_USE, "single");
  hw_record_set_text(&record, HW_FIELD_PROFILE_LABEL, profile->id);
  if (profile->has_dropout) {
    hw_record_set_real(&record, HW_FIELD_PROFILE_DROPOUT, profile->dropout);
    hw_record_set_real(&record, HW_FIELD_PROFILE_DROP_IN, profile->drop_in);
  }
  status = status == HW_OK ? hw_import_put(base->import, &record, 0, err)
                           : hw_import_mistake(base->import, &mistake, err);
  base->import->report->n_rows++;
  hw_str_clear(&code);
  hw_str_clear(&text);
  return status;
}

/* --- the whole --- */

static hw_status import_family(family_import *self, hw_err *err) {
  HW_TRY(list_ids(self, err));
  note_sexes(self);
  note_aliases(self);
  HW_TRY(put_family(self, err));
  if (self->record == 0) return HW_OK;
  HW_TRY(put_persons(self, err));
  HW_TRY(put_members(self, err));
  for (int32_t p = 0; p < self->family->n_pedigrees; p++) HW_TRY(put_pedigree(self, p, err));
  for (int32_t i = 0; i < self->family->n_profiles; i++)
    HW_TRY(put_profile(self, &self->family->profiles[i], err));
  return HW_OK;
}

hw_status hw_case_import_family(hw_case_import *base, const hw_case_family *family, hw_err *err) {
  family_import self = {.base = base, .family = family};
  if (base->import->investigation_id == 0) return HW_OK;
  hw_arena_reset(&base->arena);
  hw_status status = import_family(&self, err);
  hw_name_index_clear(&self.index);
  return status;
}
