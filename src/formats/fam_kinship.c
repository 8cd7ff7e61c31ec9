/* .fam reader: persons and pedigrees as a case of hypotheses.
 *
 * Every pedigree has all persons of the file, the extra persons of the known
 * relations and its own extra persons, in this order, which is the order of the
 * numbers in the file; its relations are the known ones and its own. Extra persons
 * get names. A file with persons and no pedigree has one hypothesis, the known
 * relations.
 *
 * Profiles are the persons with genotypes, under their names. */
#include <string.h>

#include "formats/fam_int.h"

/* A name that no person of the file has. */
static hw_status name_extra(hwp_fam_reader *self, const hw_name_index *names, const char *word,
                            int32_t number, const char **out) {
  HW_TRY(hwp_fam_print(self, out, "Extra %s %d", word, (int)number));
  while (hw_name_index_find(names, *out) != HW_NAME_NONE)
    HW_TRY(hwp_fam_print(self, out, "Extra %s", *out));
  return HW_OK;
}

/* Extra persons of the known relations, then of the pedigree: females before males in both. */
static hw_status add_extra(hwp_fam_reader *self, const hwp_fam_raw_pedigree *pedigree,
                           const hw_name_index *names, int32_t number[2], hw_person *persons,
                           int32_t *n) {
  static const char *const words[2] = {"female", "male"};
  for (int k = 0; k < 2; k++)
    for (int32_t i = 0; i < pedigree->n_extra[k]; i++) {
      hw_person *person = &persons[(*n)++];
      person->sex = k == 0 ? HW_FEMALE : HW_MALE;
      HW_TRY(name_extra(self, names, words[k], ++number[k], &person->id));
    }
  return HW_OK;
}

static hw_status check_places(hwp_fam_reader *self, const char *what,
                              const hwp_fam_raw_pedigree *pedigree, int32_t n_persons) {
  for (int32_t i = 0; i < pedigree->n_relations; i++) {
    const hwp_fam_relation *relation = &pedigree->relations[i];
    const bool is_parent = relation->parent >= n_persons;
    const int32_t place = is_parent ? relation->parent : relation->child;
    if (place < n_persons) continue;
    return hwp_fam_refuse(self, relation->line, HW_E_REFERENCE, what,
                          "the %s is person %d, but there are %d, extra persons included, counted "
                          "from 0",
                          is_parent ? "parent" : "child", (int)place, (int)n_persons);
  }
  return HW_OK;
}

static int32_t count_extra(const hwp_fam_raw_pedigree *pedigree) {
  return pedigree->n_extra[0] + pedigree->n_extra[1];
}

/* One hypothesis; `pedigree` may be the known relations themselves. */
static hw_status build_pedigree(hwp_fam_reader *self, const hwp_fam_raw_pedigree *pedigree,
                                const char *name, const hw_name_index *names, hw_pedigree *out,
                                hw_person **people) {
  const hwp_fam_raw_pedigree *parts[2] = {&self->known, pedigree};
  const int n_parts = pedigree == &self->known ? 1 : 2;
  int32_t n_all = self->n_persons, n_relations = 0;
  for (int k = 0; k < n_parts; k++) {
    n_all += count_extra(parts[k]);
    n_relations += parts[k]->n_relations;
  }
  hw_person *persons = hwp_fam_alloc(self, n_all, sizeof *persons);
  hwp_fam_relation *relations = hwp_fam_alloc(self, n_relations, sizeof *relations);
  bool *is_typed = hwp_fam_alloc(self, n_all, sizeof *is_typed);
  if (persons == NULL || relations == NULL || is_typed == NULL) return HW_E_NO_MEMORY;
  int32_t n = 0, number[2] = {0, 0};
  for (; n < self->n_persons; n++) {
    persons[n].id = self->persons[n].name;
    persons[n].sex = self->persons[n].sex;
    is_typed[n] = self->persons[n].n_genotypes > 0;
  }
  const char *what;
  HW_TRY(hwp_fam_print(self, &what, "pedigree \"%s\"", name));
  n_relations = 0;
  for (int k = 0; k < n_parts; k++) {
    HW_TRY(add_extra(self, parts[k], names, number, persons, &n));
    HW_TRY(check_places(self, what, parts[k], n));
    if (parts[k]->n_relations > 0)
      memcpy(relations + n_relations, parts[k]->relations,
             (size_t)parts[k]->n_relations * sizeof *relations);
    n_relations += parts[k]->n_relations;
  }
  *out = (hw_pedigree){n, persons};
  *people = persons;
  return hwp_fam_relate(self, what, pedigree->line, n_relations, relations, n, is_typed, persons);
}

/* --- names --- */

static hw_status index_persons(hwp_fam_reader *self, hw_name_index *out) {
  const char **names = hwp_fam_alloc(self, self->n_persons, sizeof *names);
  if (names == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < self->n_persons; i++) {
    hwp_fam_person *person = &self->persons[i];
    if (person->name[0] == '\0') {
      HW_TRY(hwp_fam_print(self, &person->name, "Person %d", (int)i + 1));
      HW_TRY(hwp_fam_note(self, person->line, "a person without a name is called \"%s\"",
                          person->name));
    }
    names[i] = person->name;
  }
  HW_TRY(hw_name_index_init(out, self->n_persons, names, &self->err));
  int32_t first = 0;
  const int32_t again = hw_name_index_duplicate(out, &first);
  if (again == HW_NAME_NONE) return HW_OK;
  return hwp_fam_refuse(self, self->persons[again].line, HW_E_DUPLICATE, NULL,
                        "person \"%.60s\" stands already in line %llu; rename one", names[again],
                        (unsigned long long)self->persons[first].line);
}

static hw_status name_pedigrees(hwp_fam_reader *self, int32_t n,
                                const hwp_fam_raw_pedigree *pedigrees, const char ***out) {
  const char **names = hwp_fam_alloc(self, n, sizeof *names);
  uint64_t *lines = hwp_fam_alloc(self, n, sizeof *lines);
  if (names == NULL || lines == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < n; i++) {
    names[i] = pedigrees[i].name;
    lines[i] = pedigrees[i].line;
    if (names[i][0] == '\0') HW_TRY(hwp_fam_print(self, &names[i], "Pedigree %d", (int)i + 1));
  }
  *out = names;
  return hwp_fam_distinct(self, "pedigree", n, names, lines, NULL);
}

/* --- the case --- */

static hw_status build_profiles(hwp_fam_reader *self, hw_case *out, int32_t **person_of) {
  int32_t n = 0;
  for (int32_t i = 0; i < self->n_persons; i++) n += self->persons[i].n_genotypes > 0;
  hw_profile *profiles = hwp_fam_alloc(self, n, sizeof *profiles);
  *person_of = hwp_fam_alloc(self, n, sizeof **person_of);
  if (profiles == NULL || *person_of == NULL) return HW_E_NO_MEMORY;
  n = 0;
  for (int32_t i = 0; i < self->n_persons; i++) {
    if (self->persons[i].n_genotypes == 0) continue;
    (*person_of)[n] = i;
    HW_TRY(hwp_fam_profile(self, &self->persons[i], self->persons[i].name, &profiles[n++]));
  }
  out->profiles = profiles;
  out->n_profiles = n;
  return HW_OK;
}

/* True if the person is somebody's parent or the first of identical persons. */
static bool matters(const hw_pedigree *pedigree, int32_t person) {
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    const hw_person *other = &pedigree->persons[i];
    if (other->father == person || other->mother == person || other->twin == person) return true;
  }
  return false;
}

/* A sex that one pedigree corrected is taken in all of them where nothing depends on it. */
static void agree_on_sexes(const hwp_fam_reader *self, int32_t n, const hw_hypothesis *hypotheses,
                           hw_person *const *people) {
  for (int32_t i = 0; i < self->n_persons; i++) {
    const hw_sex stated = self->persons[i].sex;
    bool is_corrected = false;
    for (int32_t h = 0; h < n && !is_corrected; h++) is_corrected = people[h][i].sex != stated;
    for (int32_t h = 0; h < n && is_corrected; h++)
      if (people[h][i].sex == stated && people[h][i].twin == HW_PERSON_NONE &&
          !matters(&hypotheses[h].pedigree, i))
        people[h][i].sex = stated == HW_MALE ? HW_FEMALE : HW_MALE;
  }
}

static hw_status build(hwp_fam_reader *self, const hw_name_index *persons, hw_case *out) {
  const bool has_none = self->n_pedigrees == 0;
  const int32_t n = has_none ? 1 : self->n_pedigrees;
  const hwp_fam_raw_pedigree *raw = has_none ? &self->known : self->pedigrees;
  const char **names = NULL;
  int32_t *person_of = NULL;
  HW_TRY(name_pedigrees(self, n, raw, &names));
  HW_TRY(build_profiles(self, out, &person_of));
  hw_hypothesis *hypotheses = hwp_fam_alloc(self, n, sizeof *hypotheses);
  hw_person **people = hwp_fam_alloc(self, n, sizeof *people);
  if (hypotheses == NULL || people == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < n; i++) {
    hypotheses[i].name = names[i];
    hypotheses[i].profile_person = person_of;
    HW_TRY(hwp_fam_report(self, build_pedigree(self, &raw[i], names[i], persons,
                                               &hypotheses[i].pedigree, &people[i])));
  }
  if (self->errors->n == 0) agree_on_sexes(self, n, hypotheses, people);
  out->hypotheses = hypotheses;
  out->n_hypotheses = n;
  out->reference = n - 1;
  if (has_none)
    return hwp_fam_note(self, self->known.line,
                        "the file has persons and no pedigree; the known relations are taken for "
                        "one");
  return HW_OK;
}

hw_status hwp_fam_build_kinship(hwp_fam_reader *self, hw_case *out) {
  hw_name_index persons = {0};
  hw_status status = index_persons(self, &persons);
  if (status == HW_OK) status = build(self, &persons, out);
  hw_name_index_clear(&persons);
  return status;
}
