/* .fam reader: reference families and unidentified persons as a case.
 *
 * A family's persons are those that it lists, then those that only its relations
 * name, in the order of their appearance: usually the "Missing person", whom
 * Familias writes without listing her. Older files list a place holder with a sex
 * ("Missing female 1") which stands in no relation, while the relations say
 * "Missing person": the two are one if there is exactly one such place holder.
 *
 * All alternative pedigrees are built over the same persons. "Reference pedigree"
 * is what Familias compares with, the family if the remains are a stranger; the
 * first other one that relates a missing person is taken (and the reference
 * pedigree if there is no other; files often hold the same relations in both).
 *
 * Missing persons without any relative in the pedigree that is taken cannot be
 * told from strangers. They stay in the family, but they count as missing only if
 * none of the missing has a relative. */
#include <string.h>

#include "formats/fam_int.h"

typedef struct family {
  hwp_fam_reader *reader;
  const hwp_fam_raw_family *raw;
  const char *name;
  int32_t n_listed, n; /* persons that are listed; all */
  hw_person *persons;  /* n: ids and sexes */
  bool *is_missing, *is_typed;
  hwp_fam_relation **relations; /* by pedigree, parent and child as persons */
  bool **related;               /* by pedigree and person: stands in a relation */
} family;

/* --- names --- */

static bool is_missing_person(const char *name) {
  return hwp_fam_starts(name, "Missing person") && name[strlen("Missing person")] == '\0';
}

/* "Missing male 1": a name that Familias makes. */
bool hwp_fam_is_place_holder(const char *name) {
  static const char *const words[] = {"Missing person", "Missing male", "Missing female", NULL};
  for (int i = 0; words[i] != NULL; i++) {
    if (!hwp_fam_starts(name, words[i])) continue;
    const char *rest = name + strlen(words[i]);
    if (rest[strspn(rest, " 0123456789()")] == '\0') return true;
  }
  return false;
}

/* "Missing", "Missing son", "missing_2", but not the surname Missingham. */
bool hwp_fam_begins_with_missing(const char *name) {
  if (!hwp_fam_starts(name, "Missing")) return false;
  const unsigned char next = (unsigned char)name[strlen("Missing")];
  return !((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next >= 0x80);
}

static hw_sex sex_of_name(const char *name) {
  if (hwp_fam_starts(name, "Missing female")) return HW_FEMALE;
  return hwp_fam_starts(name, "Missing male") ? HW_MALE : HW_UNKNOWN_SEX;
}

/* Takes the word Direct off a name: "V1 (Direct)". @return NULL if it is not there */
static const char *without_direct(hwp_fam_reader *self, const char *name) {
  const char *word = hwp_fam_find(name, "Direct"), *out = NULL;
  if (word == NULL) return NULL;
  size_t n = (size_t)(word - name);
  const char *start = name;
  if (n == 0) { /* "Direct: V1" */
    start = word + strlen("Direct");
    start += strspn(start, " :=-");
    n = strlen(start);
  }
  while (n > 0 && strchr(" (-:", start[n - 1]) != NULL) n--;
  if (n == 0 || hwp_fam_print(self, &out, "%.*s", (int)n, start) != HW_OK) return NULL;
  return out;
}

/* Distinct names of the persons listed; "Missing person" may come several times. */
static hw_status name_listed(family *f, const char **names) {
  hwp_fam_reader *self = f->reader;
  uint64_t *lines = hwp_fam_alloc(self, f->n_listed, sizeof *lines);
  bool *is_fixed = hwp_fam_alloc(self, f->n_listed, sizeof *is_fixed);
  const char *what;
  if (lines == NULL || is_fixed == NULL) return HW_E_NO_MEMORY;
  HW_TRY(hwp_fam_print(self, &what, "family \"%s\": person", f->name));
  for (int32_t i = 0; i < f->n_listed; i++) {
    const hwp_fam_person *person = &f->raw->persons[i];
    names[i] = person->name;
    lines[i] = person->line;
    if (names[i] == NULL || names[i][0] == '\0') {
      HW_TRY(hwp_fam_print(self, &names[i], "Person %d", (int)i + 1));
      HW_TRY(hwp_fam_note(self, person->line,
                          "family \"%s\": a person without a name is called "
                          "\"%s\"",
                          f->name, names[i]));
    }
    is_fixed[i] = !hwp_fam_begins_with_missing(names[i]);
  }
  return hwp_fam_distinct(self, what, f->n_listed, names, lines, is_fixed);
}

/* --- persons and relations --- */

/* Fills names[] with the persons listed and, behind them, the two of each relation; Direct is
 * taken off where no person bears the name with it. */
static hw_status collect_names(family *f, const char **names) {
  hwp_fam_reader *self = f->reader;
  hw_name_index listed = {0};
  HW_TRY(name_listed(f, names));
  HW_TRY(hw_name_index_init(&listed, f->n_listed, names, &self->err));
  int32_t n = f->n_listed;
  for (int32_t p = 0; p < f->raw->n_pedigrees; p++)
    for (int32_t r = 0; r < f->raw->pedigrees[p].n_relations; r++) {
      hwp_fam_relation *relation = &f->relations[p][r];
      const char *two[2] = {relation->parent_name, relation->child_name};
      for (int k = 0; k < 2; k++) {
        const char *stripped = hw_name_index_find(&listed, two[k]) == HW_NAME_NONE
                                   ? without_direct(self, two[k])
                                   : NULL;
        if (stripped != NULL) relation->is_direct = true;
        names[n++] = stripped != NULL ? stripped : two[k];
      }
    }
  hw_name_index_clear(&listed);
  return HW_OK;
}

/* Gives each name its person: the first place of the name decides. */
static hw_status number_persons(family *f, int32_t n_names, const char **names,
                                const hw_name_index *index) {
  hwp_fam_reader *self = f->reader;
  int32_t *number = hwp_fam_alloc(self, n_names, sizeof *number);
  f->persons = hwp_fam_alloc(self, n_names, sizeof *f->persons);
  f->is_missing = hwp_fam_alloc(self, n_names, sizeof *f->is_missing);
  f->is_typed = hwp_fam_alloc(self, n_names, sizeof *f->is_typed);
  if (number == NULL || f->persons == NULL || f->is_missing == NULL || f->is_typed == NULL)
    return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < n_names; i++) {
    const int32_t first = hw_name_index_find(index, names[i]);
    number[i] = first < i ? number[first] : f->n;
    if (first < i) continue;
    hw_person *person = &f->persons[f->n];
    person->id = names[i];
    const hwp_fam_person *listed = i < f->n_listed ? &f->raw->persons[i] : NULL;
    if (listed != NULL) person->sex = listed->sex;
    if (person->sex == HW_UNKNOWN_SEX) person->sex = sex_of_name(names[i]);
    f->is_typed[f->n] = listed != NULL && listed->n_genotypes > 0;
    f->is_missing[f->n] = hwp_fam_is_place_holder(names[i]) ||
                          (!f->is_typed[f->n] && hwp_fam_begins_with_missing(names[i]));
    f->n++;
    if (listed == NULL && !is_missing_person(names[i]))
      HW_TRY(hwp_fam_note(self, f->raw->line,
                          "family \"%s\": \"%s\" stands in the relations but not among the "
                          "persons; taken as a person who is not typed",
                          f->name, names[i]));
  }
  int32_t next = f->n_listed;
  for (int32_t p = 0; p < f->raw->n_pedigrees; p++)
    for (int32_t r = 0; r < f->raw->pedigrees[p].n_relations; r++) {
      f->relations[p][r].parent = number[next++];
      f->relations[p][r].child = number[next++];
    }
  return HW_OK;
}

static hw_status find_persons(family *f) {
  hwp_fam_reader *self = f->reader;
  int64_t n_names = f->n_listed;
  f->relations = hwp_fam_alloc(self, f->raw->n_pedigrees, sizeof *f->relations);
  if (f->relations == NULL) return HW_E_NO_MEMORY;
  for (int32_t p = 0; p < f->raw->n_pedigrees; p++) {
    const hwp_fam_raw_pedigree *raw = &f->raw->pedigrees[p];
    n_names += 2 * (int64_t)raw->n_relations;
    f->relations[p] = hw_arena_copy(self->arena, raw->relations,
                                    (size_t)raw->n_relations * sizeof **f->relations);
    if (f->relations[p] == NULL) return HW_NO_MEMORY(&self->err, "the relations");
  }
  const char **names = hwp_fam_alloc(self, n_names, sizeof *names);
  if (names == NULL) return HW_E_NO_MEMORY;
  HW_TRY(collect_names(f, names));
  hw_name_index index = {0};
  HW_TRY(hw_name_index_init(&index, (int32_t)n_names, names, &self->err));
  const hw_status status = number_persons(f, (int32_t)n_names, names, &index);
  hw_name_index_clear(&index);
  return status;
}

/* --- the missing --- */

static hw_status mark_related(family *f) {
  hwp_fam_reader *self = f->reader;
  f->related = hwp_fam_alloc(self, f->raw->n_pedigrees, sizeof *f->related);
  if (f->related == NULL) return HW_E_NO_MEMORY;
  for (int32_t p = 0; p < f->raw->n_pedigrees; p++) {
    f->related[p] = hwp_fam_alloc(self, f->n, sizeof **f->related);
    if (f->related[p] == NULL) return HW_E_NO_MEMORY;
    for (int32_t r = 0; r < f->raw->pedigrees[p].n_relations; r++) {
      f->related[p][f->relations[p][r].parent] = true;
      f->related[p][f->relations[p][r].child] = true;
    }
  }
  return HW_OK;
}

static bool is_related(const family *f, int32_t person) {
  for (int32_t p = 0; p < f->raw->n_pedigrees; p++)
    if (f->related[p][person]) return true;
  return false;
}

/* Joins the "Missing person" of the relations with the one place holder that has no relations. */
static hw_status join_place_holder(family *f) {
  int32_t person = HW_PERSON_NONE, holder = HW_PERSON_NONE, n_holders = 0;
  for (int32_t i = f->n_listed; i < f->n; i++)
    if (is_missing_person(f->persons[i].id)) person = i;
  if (person == HW_PERSON_NONE) return HW_OK;
  for (int32_t i = 0; i < f->n_listed; i++)
    if (hwp_fam_is_place_holder(f->persons[i].id) && !is_related(f, i)) {
      holder = i;
      n_holders++;
    }
  if (n_holders == 0) return HW_OK;
  if (n_holders > 1)
    return hwp_fam_note(f->reader, f->raw->line,
                        "family \"%s\": %d missing persons stand in no relation; it is not clear "
                        "whether one of them is the \"Missing person\" of the relations",
                        f->name, (int)n_holders);
  for (int32_t p = 0; p < f->raw->n_pedigrees; p++)
    for (int32_t r = 0; r < f->raw->pedigrees[p].n_relations; r++) {
      hwp_fam_relation *relation = &f->relations[p][r];
      int32_t *const two[2] = {&relation->parent, &relation->child};
      for (int k = 0; k < 2; k++) {
        if (*two[k] == person) *two[k] = holder;
        if (*two[k] > person) --*two[k];
      }
    }
  for (int32_t i = person; i + 1 < f->n; i++) {
    f->persons[i] = f->persons[i + 1];
    f->is_missing[i] = f->is_missing[i + 1];
    f->is_typed[i] = f->is_typed[i + 1];
  }
  f->n--;
  hwp_fam_reader *self = f->reader;
  if (self->n_joined++ == 0) self->first_joined = f->raw;
  return HW_OK;
}

/* Those who are missing in the pedigree that is taken (−1: there is none). */
static hw_status find_missing(family *f, int32_t taken, hw_family *out) {
  hwp_fam_reader *self = f->reader;
  int32_t *missing = hwp_fam_alloc(self, f->n, sizeof *missing);
  if (missing == NULL) return HW_E_NO_MEMORY;
  int32_t n = 0, n_related = 0;
  for (int32_t i = 0; i < f->n; i++)
    n_related += f->is_missing[i] && taken >= 0 && f->related[taken][i];
  for (int32_t i = 0; i < f->n; i++) {
    if (!f->is_missing[i]) continue;
    if (n_related == 0 || f->related[taken][i]) {
      missing[n++] = i;
      if (f->persons[i].sex == HW_UNKNOWN_SEX && self->n_sexless++ == 0)
        self->first_sexless = f->raw;
      continue;
    }
    HW_TRY(hwp_fam_note(self, f->raw->line,
                        "family \"%s\": \"%s\" stands in no relation and is not counted as missing",
                        f->name, f->persons[i].id));
  }
  if (n > 0 && n_related == 0)
    HW_TRY(hwp_fam_note(self, f->raw->line,
                        "family \"%s\": nobody who is missing is related to anybody; every "
                        "likelihood ratio is 1",
                        f->name));
  if (n == 0) HW_TRY(hwp_fam_note(self, f->raw->line, "family \"%s\": nobody is missing", f->name));
  out->missing = missing;
  out->n_missing = n;
  return HW_OK;
}

/* --- pedigrees --- */

static hw_status build_pedigree(family *f, int32_t p, hw_fam_pedigree *out) {
  hwp_fam_reader *self = f->reader;
  const hwp_fam_raw_pedigree *raw = &f->raw->pedigrees[p];
  const char *what;
  out->name = raw->name != NULL ? raw->name : "";
  out->line = raw->line;
  out->is_reference = hwp_fam_starts(out->name, "Reference pedigree");
  for (int32_t i = 0; i < f->n && !out->relates_missing; i++)
    out->relates_missing = f->is_missing[i] && f->related[p][i];
  hw_person *persons = hw_arena_copy(self->arena, f->persons, (size_t)f->n * sizeof *persons);
  if (persons == NULL) return HW_NO_MEMORY(&self->err, "the pedigree");
  out->pedigree = (hw_pedigree){f->n, persons};
  HW_TRY(hwp_fam_print(self, &what, "family \"%s\", pedigree \"%s\"", f->name, out->name));
  return hwp_fam_relate(self, what, raw->line, raw->n_relations, f->relations[p], f->n, f->is_typed,
                        persons);
}

/* True if somebody has another parent in b than in a, the missing left aside. */
static bool contradicts(const family *f, const hw_pedigree *a, const hw_pedigree *b) {
  for (int32_t i = 0; i < f->n; i++) {
    if (f->is_missing[i]) continue;
    const int32_t of_a[2] = {a->persons[i].father, a->persons[i].mother};
    const int32_t of_b[2] = {b->persons[i].father, b->persons[i].mother};
    for (int k = 0; k < 2; k++) {
      const bool in_a = of_a[k] != HW_PERSON_NONE && !f->is_missing[of_a[k]];
      const bool in_b = of_b[k] != HW_PERSON_NONE && !f->is_missing[of_b[k]];
      if (in_a && in_b && of_a[k] != of_b[k]) return true;
    }
  }
  return false;
}

/* The first that is no reference and relates a missing person; a reference that does; the first
 * that is no reference; the first. */
static int32_t choose_pedigree(int32_t n, const hw_fam_pedigree *pedigrees) {
  for (int k = 0; k < 3; k++)
    for (int32_t i = 0; i < n; i++) {
      const bool is_reference = pedigrees[i].is_reference, relates = pedigrees[i].relates_missing;
      if (k == 0 ? relates && !is_reference : k == 1 ? relates : !is_reference) return i;
    }
  return n > 0 ? 0 : -1;
}

static hw_status compare_pedigrees(family *f, const hw_fam_family *out) {
  const hw_fam_pedigree *taken = &out->pedigrees[out->taken];
  int32_t n_other = 0;
  for (int32_t i = 0; i < out->n_pedigrees; i++) {
    const hw_fam_pedigree *other = &out->pedigrees[i];
    n_other += i != out->taken && !other->is_reference && other->relates_missing;
    if (other->is_reference && i != out->taken &&
        contradicts(f, &other->pedigree, &taken->pedigree))
      HW_TRY(hwp_fam_note(f->reader, other->line,
                          "family \"%s\": the reference pedigree gives somebody other parents than "
                          "pedigree \"%s\", which is taken",
                          f->name, taken->name));
  }
  if (n_other == 0) return HW_OK;
  return hwp_fam_note(f->reader, taken->line,
                      "family \"%s\": %d alternative pedigrees relate a missing person; \"%s\" is "
                      "taken",
                      f->name, (int)n_other + 1, taken->name);
}

static hw_status build_pedigrees(family *f, hw_fam_family *out) {
  hwp_fam_reader *self = f->reader;
  const int32_t n = f->raw->n_pedigrees;
  hw_fam_pedigree *pedigrees = hwp_fam_alloc(self, n, sizeof *pedigrees);
  if (pedigrees == NULL) return HW_E_NO_MEMORY;
  bool is_possible = true;
  for (int32_t p = 0; p < n; p++) {
    const hw_status status = build_pedigree(f, p, &pedigrees[p]);
    is_possible = is_possible && status == HW_OK;
    HW_TRY(hwp_fam_report(self, status));
  }
  out->pedigrees = pedigrees;
  out->n_pedigrees = n;
  out->taken = choose_pedigree(n, pedigrees);
  if (!is_possible) return HW_OK; /* told already */
  if (out->taken >= 0) {
    out->family.pedigree = pedigrees[out->taken].pedigree;
    /* What the relations tell of sexes. */
    memcpy(f->persons, out->family.pedigree.persons, (size_t)f->n * sizeof *f->persons);
    return compare_pedigrees(f, out);
  }
  out->family.pedigree = (hw_pedigree){f->n, f->persons};
  const char *what;
  HW_TRY(hwp_fam_print(self, &what, "family \"%s\"", f->name));
  HW_TRY(hwp_fam_relate(self, what, f->raw->line, 0, NULL, f->n, f->is_typed, f->persons));
  return hwp_fam_note(self, f->raw->line,
                      "family \"%s\" has no pedigree; its persons are taken as unrelated", f->name);
}

/* --- the family --- */

static hw_status build_profiles(family *f, hw_family *out) {
  hwp_fam_reader *self = f->reader;
  int32_t n = 0;
  for (int32_t i = 0; i < f->n_listed; i++) n += f->raw->persons[i].n_genotypes > 0;
  hw_profile *profiles = hwp_fam_alloc(self, n, sizeof *profiles);
  int32_t *person_of = hwp_fam_alloc(self, n, sizeof *person_of);
  if (profiles == NULL || person_of == NULL) return HW_E_NO_MEMORY;
  n = 0;
  for (int32_t i = 0; i < f->n_listed; i++) {
    if (f->raw->persons[i].n_genotypes == 0) continue;
    person_of[n] = i;
    HW_TRY(hwp_fam_profile(self, &f->raw->persons[i], f->persons[i].id, &profiles[n++]));
  }
  out->profiles = profiles;
  out->profile_person = person_of;
  out->n_profiles = n;
  return HW_OK;
}

hw_status hwp_fam_build_family(hwp_fam_reader *self, const hwp_fam_raw_family *raw,
                               hw_fam_family *out) {
  family f = {.reader = self, .raw = raw, .name = out->family.name, .n_listed = raw->n_persons};
  out->note = raw->note;
  out->line = raw->line;
  out->case_family = out->taken = -1;
  if (f.n_listed == 0)
    return hwp_fam_refuse(self, raw->line, HW_E_SHAPE, NULL, "family \"%.60s\" has no persons",
                          f.name);
  HW_TRY(find_persons(&f));
  HW_TRY(mark_related(&f));
  HW_TRY(join_place_holder(&f));
  HW_TRY(mark_related(&f)); /* again: persons may have moved up */
  HW_TRY(build_pedigrees(&f, out));
  HW_TRY(find_missing(&f, out->taken, &out->family));
  return build_profiles(&f, &out->family);
}

/* --- the case --- */

static hw_status build_remains(hwp_fam_reader *self, hw_case *out) {
  const int32_t n = self->n_remains;
  hw_remains *remains = hwp_fam_alloc(self, n, sizeof *remains);
  const char **names = hwp_fam_alloc(self, n, sizeof *names);
  uint64_t *lines = hwp_fam_alloc(self, n, sizeof *lines);
  bool *is_fixed = hwp_fam_alloc(self, n, sizeof *is_fixed);
  if (remains == NULL || names == NULL || lines == NULL || is_fixed == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < n; i++) {
    const hwp_fam_person *raw = &self->remains[i];
    names[i] = raw->name;
    lines[i] = raw->line;
    is_fixed[i] = true;
    if (names[i] == NULL || names[i][0] == '\0') {
      HW_TRY(hwp_fam_print(self, &names[i], "Remains %d", (int)i + 1));
      HW_TRY(hwp_fam_note(self, raw->line, "unidentified person without a name: called \"%s\"",
                          names[i]));
    }
    remains[i].id = names[i];
    remains[i].sex = raw->sex;
    HW_TRY(hwp_fam_profile(self, raw, names[i], &remains[i].profile));
  }
  out->remains = remains;
  out->n_remains = n;
  return hwp_fam_report(self,
                        hwp_fam_distinct(self, "unidentified person", n, names, lines, is_fixed));
}

static hw_status name_families(hwp_fam_reader *self, hw_fam_family *families) {
  const int32_t n = self->n_families;
  const char **names = hwp_fam_alloc(self, n, sizeof *names);
  uint64_t *lines = hwp_fam_alloc(self, n, sizeof *lines);
  if (names == NULL || lines == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < n; i++) {
    names[i] = self->families[i].name;
    lines[i] = self->families[i].line;
    if (names[i] == NULL || names[i][0] == '\0')
      HW_TRY(hwp_fam_print(self, &names[i], "Family %d", (int)i + 1));
  }
  HW_TRY(hwp_fam_distinct(self, "family", n, names, lines, NULL));
  for (int32_t i = 0; i < n; i++) families[i].family.name = names[i];
  return HW_OK;
}

hw_status hwp_fam_build_dvi(hwp_fam_reader *self, hw_case *out) {
  const int32_t n = self->n_families;
  hw_fam_family *families = hwp_fam_alloc(self, n, sizeof *families);
  hw_family *missed = hwp_fam_alloc(self, n, sizeof *missed);
  if (families == NULL || missed == NULL) return HW_E_NO_MEMORY;
  HW_TRY(build_remains(self, out));
  HW_TRY(name_families(self, families));
  for (int32_t i = 0; i < n; i++) {
    HW_TRY(hwp_fam_report(self, hwp_fam_build_family(self, &self->families[i], &families[i])));
    if (families[i].family.n_missing == 0) continue;
    families[i].case_family = out->n_families;
    missed[out->n_families++] = families[i].family;
  }
  out->families = missed;
  self->fam->families = families;
  self->fam->n_families = n;
  return HW_OK;
}
