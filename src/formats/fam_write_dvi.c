/* Writer of Familias files: remains and families.
 *
 * Familias knows the missing person of a family by the words "Missing person" in
 * the relations, and her sex by a place holder ("Missing male 1") that is listed and
 * stands in no relation. So one missing person of a family, who is called so or the
 * first, is written in this way; further ones (whom Familias cannot compute, but dvir
 * and this program can) stand in the relations under their own names. A missing
 * person of unknown sex is not listed at all, unless there is no relation to know her
 * from.
 *
 * The "Reference pedigree", to which Familias compares, holds the same relations:
 * without those of the missing person two of her children would be half siblings.
 *
 * Sexes of missing persons and the order of persons come back as they are read from
 * files of Familias: see fam_family.c. */
#include <string.h>

#include "formats/fam_int.h"
#include "formats/fam_write_int.h"

typedef struct family {
  hwp_fam_writer *writer;
  const hw_family *it;
  const char **listed;  /* by person: the name among the persons, NULL = not listed */
  const char **related; /* by person: the name in the relations */
} family;

/* --- names --- */

static bool is_missing(const hw_family *f, int32_t person) {
  for (int32_t i = 0; i < f->n_missing; i++)
    if (f->missing[i] == person) return true;
  return false;
}

static bool is_related(const hw_family *f, int32_t person) {
  const hw_person *persons = f->pedigree.persons;
  if (persons[person].father != HW_PERSON_NONE || persons[person].mother != HW_PERSON_NONE ||
      persons[person].twin != HW_PERSON_NONE)
    return true;
  for (int32_t i = 0; i < f->pedigree.n_persons; i++)
    if (persons[i].father == person || persons[i].mother == person || persons[i].twin == person)
      return true;
  for (int32_t i = 0; i < f->n_profiles; i++)
    if (f->profile_person[i] == person && strcmp(f->profiles[i].id, persons[person].id) != 0)
      return true;
  return false;
}

static const hw_profile *profile_of(const hw_family *f, int32_t person) {
  for (int32_t i = 0; i < f->n_profiles; i++)
    if (f->profile_person[i] == person &&
        strcmp(f->profiles[i].id, f->pedigree.persons[person].id) == 0)
      return &f->profiles[i];
  return NULL;
}

static bool is_taken(const family *f, const char *name) {
  for (int32_t i = 0; i < f->it->pedigree.n_persons; i++)
    if (strcmp(f->it->pedigree.persons[i].id, name) == 0 ||
        (f->listed[i] != NULL && strcmp(f->listed[i], name) == 0))
      return true;
  return false;
}

/* "Missing male 1", with the first number that nobody has. */
static hw_status make_place_holder(family *f, hw_sex sex, const char **out) {
  static const char *const words[] = {"person", "male", "female"};
  enum { SIZE = 40 };
  char *name = hwp_fam_write_alloc(f->writer, SIZE, 1);
  if (name == NULL) return HW_E_NO_MEMORY;
  int number = 0;
  do (void)snprintf(name, SIZE, "Missing %s %d", words[sex], ++number);
  while (is_taken(f, name));
  *out = name;
  return HW_OK;
}

/* Familias writes "Missing person" for one missing person only: true if another place holder stands
 * in no relation either. */
static bool has_other_holder(const hw_family *f, int32_t first) {
  for (int32_t i = 0; i < f->pedigree.n_persons; i++)
    if (i != first && hwp_fam_is_place_holder(f->pedigree.persons[i].id) && !is_related(f, i))
      return true;
  for (int32_t i = 0; i < f->n_missing; i++)
    if (f->missing[i] != first && !is_related(f, f->missing[i])) return true;
  return false;
}

static hw_status name_missing(family *f, int32_t person, bool is_first) {
  const hw_person *it = &f->it->pedigree.persons[person];
  const bool uses_word = is_first && is_related(f->it, person) && !has_other_holder(f->it, person);
  const bool is_typed = profile_of(f->it, person) != NULL;
  const bool is_word = strcmp(it->id, "Missing person") == 0;
  if (uses_word && !is_typed &&
      (is_word || (it->sex == HW_UNKNOWN_SEX && !hwp_fam_is_place_holder(it->id)))) {
    f->listed[person] = NULL; /* known from the relations alone */
    f->related[person] = "Missing person";
    return HW_OK;
  }
  const bool keeps_name = hwp_fam_is_place_holder(it->id) ||
                          (!uses_word && !is_typed && hwp_fam_begins_with_missing(it->id));
  f->listed[person] = it->id;
  if (!keeps_name) HW_TRY(make_place_holder(f, it->sex, &f->listed[person]));
  f->related[person] = uses_word ? "Missing person" : f->listed[person];
  return HW_OK;
}

static hw_status name_persons(family *f) {
  const hw_pedigree *pedigree = &f->it->pedigree;
  f->listed = hwp_fam_write_alloc(f->writer, pedigree->n_persons, sizeof *f->listed);
  f->related = hwp_fam_write_alloc(f->writer, pedigree->n_persons, sizeof *f->related);
  if (f->listed == NULL || f->related == NULL) return HW_E_NO_MEMORY;
  int32_t first = HW_PERSON_NONE; /* who is the "Missing person" of the relations */
  for (int32_t i = 0; i < f->it->n_missing; i++) {
    const int32_t person = f->it->missing[i];
    if (first == HW_PERSON_NONE || strcmp(pedigree->persons[person].id, "Missing person") == 0)
      first = person;
  }
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    if (is_missing(f->it, i))
      HW_TRY(name_missing(f, i, i == first));
    else
      f->listed[i] = f->related[i] = pedigree->persons[i].id;
  }
  return HW_OK;
}

/* --- persons --- */

static void put_value(hwp_fam_writer *w, const char *key, const char *value) {
  hwp_fam_put(w, "%s= %s", key, value);
}

static void put_count(hwp_fam_writer *w, const char *key, int32_t value) {
  hwp_fam_put(w, "%s= %d", key, (int)value);
}

static void put_heading(hwp_fam_writer *w, int depth, const char *word, int32_t number) {
  static const char open[] = "[[[[[[", close[] = "]]]]]]";
  if (number > 0) /* headings of the third level end in a blank */
    hwp_fam_put(w, "%.*s%s %d%s%.*s", depth, open, word, (int)number, depth == 3 ? " " : "", depth,
                close);
  else
    hwp_fam_put(w, "%.*s%s%.*s", depth, open, word, depth, close);
}

static void write_person(hwp_fam_writer *w, int depth, int32_t number, const char *name, hw_sex sex,
                         const hw_profile *profile) {
  static const char *const genders[] = {"Unknown", "Male", "Female"};
  hw_allele a, b;
  int32_t n = 0;
  put_heading(w, depth, "Person", number);
  put_value(w, "Name", name);
  put_value(w, "Gender", genders[sex]);
  put_heading(w, depth + 1, "DNA data", 0);
  for (int32_t m = 0; profile != NULL && m < profile->n_markers; m++)
    n += hwp_fam_genotype_of(&profile->observations[m], &a, &b);
  put_count(w, "nSystems", n);
  for (int32_t m = 0; profile != NULL && m < profile->n_markers; m++) {
    if (!hwp_fam_genotype_of(&profile->observations[m], &a, &b)) continue;
    const hw_marker *marker = &w->problem->markers[m];
    put_value(w, "SystemName", marker->name);
    put_value(w, "Allele1", marker->allele_names[a]);
    put_value(w, "Allele2", marker->allele_names[b]);
  }
}

/* True if the profile's code is another name of its person: a person of its own in the file. */
static bool is_alias(const hw_family *f, int32_t i) {
  return strcmp(f->profiles[i].id, f->pedigree.persons[f->profile_person[i]].id) != 0;
}

static void write_persons(const family *f) {
  hwp_fam_writer *w = f->writer;
  const hw_pedigree *pedigree = &f->it->pedigree;
  int32_t n = 0, number = 0;
  for (int32_t i = 0; i < pedigree->n_persons; i++) n += f->listed[i] != NULL;
  for (int32_t i = 0; i < f->it->n_profiles; i++) n += is_alias(f->it, i);
  put_heading(w, 4, "Persons", 0);
  put_count(w, "nPersons", n);
  for (int32_t i = 0; i < pedigree->n_persons; i++)
    if (f->listed[i] != NULL)
      write_person(w, 5, ++number, f->listed[i], pedigree->persons[i].sex, profile_of(f->it, i));
  for (int32_t i = 0; i < f->it->n_profiles; i++)
    if (is_alias(f->it, i))
      write_person(w, 5, ++number, f->it->profiles[i].id,
                   pedigree->persons[f->it->profile_person[i]].sex, &f->it->profiles[i]);
}

/* --- pedigrees --- */

static void write_relation(const family *f, const char *parent, bool is_direct, const char *child) {
  hwp_fam_put(f->writer, "Parent= %s%s", parent, is_direct ? " (Direct)" : "");
  put_value(f->writer, "Child", child);
}

/* Relations of the family; counted only where `is_written` is false. */
static int32_t write_relations(const family *f, bool is_written) {
  const hw_pedigree *pedigree = &f->it->pedigree;
  int32_t n = 0;
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    const hw_person *person = &pedigree->persons[i];
    const int32_t others[3] = {person->father, person->mother, person->twin};
    for (int k = 0; k < 3; k++) {
      if (others[k] == HW_PERSON_NONE) continue;
      n++;
      if (is_written) write_relation(f, f->related[others[k]], k == 2, f->related[i]);
    }
  }
  for (int32_t i = 0; i < f->it->n_profiles; i++) {
    if (!is_alias(f->it, i)) continue;
    n++;
    if (is_written)
      write_relation(f, f->related[f->it->profile_person[i]], true, f->it->profiles[i].id);
  }
  return n;
}

static void write_pedigrees(const family *f) {
  static const char *const names[] = {"Reference pedigree", "Family tree"};
  hwp_fam_writer *w = f->writer;
  put_heading(w, 4, "Pedigrees", 0);
  put_count(w, "nPedigrees", 2);
  for (int k = 0; k < 2; k++) {
    put_heading(w, 5, "Pedigree", k + 1);
    put_value(w, "Name", names[k]);
    put_count(w, "nRelations", write_relations(f, false));
    (void)write_relations(f, true);
  }
}

/* --- the sections --- */

static hw_status check_family(hwp_fam_writer *self, const hw_family *f) {
  HW_TRY(hwp_fam_check_name(self, "a family", f->name));
  for (int32_t i = 0; i < f->n_profiles; i++) {
    HW_TRY(hwp_fam_check_name(self, "a profile", f->profiles[i].id));
    HW_TRY(hwp_fam_check_profile(self, &f->profiles[i], false));
  }
  for (int32_t i = 0; i < f->pedigree.n_persons; i++) {
    const char *id = f->pedigree.persons[i].id;
    HW_TRY(hwp_fam_check_name(self, "a person", id));
    if (hwp_fam_find(id, "Direct") != NULL)
      return hw_err_set(self->err, HW_E_UNSUPPORTED,
                        "\"%.60s\" of family \"%.60s\" contains the word Direct, which a .fam file "
                        "uses for identical persons; rename the person",
                        id, f->name);
    if (!is_missing(f, i) && is_related(f, i) && hwp_fam_begins_with_missing(id))
      return hw_err_set(
          self->err, HW_E_UNSUPPORTED,
          "\"%.60s\" of family \"%.60s\" is not missing, but who is called so in a .fam "
          "file is taken as missing; rename the person",
          id, f->name);
  }
  return HW_OK;
}

hw_status hwp_fam_check_dvi(hwp_fam_writer *self) {
  const hw_case *c = self->problem;
  for (int32_t i = 0; i < c->n_remains; i++) {
    HW_TRY(hwp_fam_check_name(self, "a remains", c->remains[i].id));
    HW_TRY(hwp_fam_check_profile(self, &c->remains[i].profile, false));
  }
  for (int32_t i = 0; i < c->n_families; i++) HW_TRY(check_family(self, &c->families[i]));
  return HW_OK;
}

static hw_status write_family(hwp_fam_writer *self, int32_t number, const hw_family *it) {
  family f = {.writer = self, .it = it};
  HW_TRY(name_persons(&f));
  put_heading(self, 3, "Family", number);
  put_value(self, "Name", it->name);
  write_persons(&f);
  write_pedigrees(&f);
  return HW_OK;
}

static void write_settings(hwp_fam_writer *self) {
  hwp_fam_put(self, "[Prior]");
  put_value(self, "UseList", "Yes");
  put_count(self, "Size", self->problem->n_remains);
  static const char *const lines[] = {"[Advanced]",
                                      "[[Direct/Identity]]",
                                      "Dropin= 0",
                                      "Dropout= 0",
                                      "Error= 0",
                                      "[[Other]]",
                                      "NumberOfDecimals= 10",
                                      "[[DVI]]",
                                      "QuickSearch= Enabled",
                                      "AllowedMismatches= 5",
                                      "[[Simulation]]",
                                      "SaveGenotypes= Disabled",
                                      "SaveComplete= Enabled",
                                      "ForceMAF= Disabled",
                                      NULL};
  for (int i = 0; lines[i] != NULL; i++) hwp_fam_put(self, "%s", lines[i]);
}

hw_status hwp_fam_write_dvi(hwp_fam_writer *self) {
  const hw_case *c = self->problem;
  hwp_fam_put(self, "%s", "");
  hwp_fam_put(self, "[DVI]");
  put_heading(self, 2, "Unidentified persons", 0);
  put_count(self, "nPersons", c->n_remains);
  for (int32_t i = 0; i < c->n_remains; i++)
    write_person(self, 3, i + 1, c->remains[i].id, c->remains[i].sex, &c->remains[i].profile);
  put_heading(self, 2, "Notes", 0);
  put_count(self, "nFamilies", c->n_families);
  for (int32_t i = 0; i < c->n_families; i++) hwp_fam_put(self, "%s", "");
  put_heading(self, 2, "Reference Families", 0);
  put_count(self, "nFamilies", c->n_families);
  for (int32_t i = 0; i < c->n_families; i++) HW_TRY(write_family(self, i + 1, &c->families[i]));
  write_settings(self);
  return HW_OK;
}
