/* Writer of Familias files: persons and pedigrees.
 *
 * Familias has one list of persons for all pedigrees. It is the union of the
 * hypotheses' persons and of the profiles' codes, in the order of their first
 * appearance; in a hypothesis that does not name a person she is unrelated there,
 * which changes nothing if she is not typed, and typed persons are in all of them.
 *
 * One individual under several names is written with "Direct": twins, and codes of
 * profiles that are not the id of their person. */
#include <string.h>

#include "formats/fam_write_int.h"
#include "genetics/name_index.h"

typedef struct people {
  hwp_fam_writer *writer;
  int32_t n_names; /* all appearances */
  const char **names;
  hw_sex *sexes;
  hw_name_index index; /* of the appearances */
  int32_t *number;     /* by appearance: the person's place in the file */
  int32_t n;           /* persons */
} people;

/* Place of a person in the file. */
static int32_t place_of(const people *self, const char *name) {
  return self->number[hw_name_index_find(&self->index, name)];
}

static void add_name(people *self, const char *name, hw_sex sex) {
  self->names[self->n_names] = name;
  self->sexes[self->n_names++] = sex;
}

/* Gathers everybody who appears; profiles last, whose sex their persons tell. */
static hw_status gather(people *self) {
  hwp_fam_writer *w = self->writer;
  const hw_case *c = w->problem;
  int64_t n = c->n_profiles;
  for (int32_t h = 0; h < c->n_hypotheses; h++) n += c->hypotheses[h].pedigree.n_persons;
  self->names = hwp_fam_write_alloc(w, n, sizeof *self->names);
  self->sexes = hwp_fam_write_alloc(w, n, sizeof *self->sexes);
  self->number = hwp_fam_write_alloc(w, n, sizeof *self->number);
  if (self->names == NULL || self->sexes == NULL || self->number == NULL) return HW_E_NO_MEMORY;
  for (int32_t h = 0; h < c->n_hypotheses; h++) {
    const hw_pedigree *pedigree = &c->hypotheses[h].pedigree;
    for (int32_t i = 0; i < pedigree->n_persons; i++)
      add_name(self, pedigree->persons[i].id, pedigree->persons[i].sex);
  }
  for (int32_t i = 0; i < c->n_profiles; i++) {
    const hw_hypothesis *first = &c->hypotheses[0];
    add_name(self, c->profiles[i].id, first->pedigree.persons[first->profile_person[i]].sex);
  }
  return hw_name_index_init(&self->index, self->n_names, self->names, w->err);
}

/* Numbers the persons; their sexes must be known and agree. */
static hw_status number(people *self) {
  hwp_fam_writer *w = self->writer;
  for (int32_t i = 0; i < self->n_names; i++) {
    const int32_t first = hw_name_index_find(&self->index, self->names[i]);
    const char *name = self->names[i];
    HW_TRY(hwp_fam_check_name(w, "a person", name));
    if (self->sexes[i] == HW_UNKNOWN_SEX)
      return hw_err_set(
          w->err, HW_E_UNSUPPORTED,
          "the sex of \"%.60s\" is not known, but in a .fam file everybody is male or "
          "female; state it",
          name);
    if (self->sexes[i] != self->sexes[first])
      return hw_err_set(w->err, HW_E_UNSUPPORTED,
                        "\"%.60s\" has different sexes in two hypotheses, which a .fam file cannot "
                        "hold; rename one",
                        name);
    self->number[i] = first == i ? self->n++ : self->number[first];
  }
  return HW_OK;
}

/* --- persons --- */

static int32_t file_allele(const hw_marker *marker, hw_allele allele) {
  return marker->silent != HW_ALLELE_NONE && allele > marker->silent ? allele - 1 : allele;
}

static void write_genotypes(hwp_fam_writer *w, const hw_profile *profile) {
  hw_allele a, b;
  int n = 0;
  for (int32_t m = 0; profile != NULL && m < profile->n_markers; m++)
    n += hwp_fam_genotype_of(&profile->observations[m], &a, &b);
  hwp_fam_put(w, "%d", n);
  for (int32_t m = 0; profile != NULL && m < profile->n_markers; m++) {
    if (!hwp_fam_genotype_of(&profile->observations[m], &a, &b)) continue;
    const hw_marker *marker = &w->problem->markers[m];
    hwp_fam_put(w, "%d", (int)file_allele(marker, a));
    hwp_fam_put(w, "%d", (int)file_allele(marker, b));
    hwp_fam_put(w, "%d", (int)m);
  }
}

static hw_status write_persons(people *self) {
  hwp_fam_writer *w = self->writer;
  const hw_case *c = w->problem;
  const hw_profile **profiles = hwp_fam_write_alloc(w, self->n, sizeof *profiles);
  if (profiles == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < c->n_profiles; i++)
    profiles[place_of(self, c->profiles[i].id)] = &c->profiles[i];
  hwp_fam_put(w, "%d", (int)self->n);
  int32_t next = 0;
  for (int32_t i = 0; i < self->n_names; i++) {
    if (self->number[i] < next) continue; /* not the first appearance */
    const hw_profile *profile = profiles[next++];
    hwp_fam_put_text(w, self->names[i]);
    hwp_fam_put(w, "#FALSE#");
    hwp_fam_put(w, profile != NULL && profile->has_dropout ? "-1 (Consider dropouts)" : "-1");
    hwp_fam_put(w, "#FALSE#");
    hwp_fam_put(w, self->sexes[i] == HW_MALE ? "#TRUE#" : "#FALSE#");
    write_genotypes(w, profile);
  }
  return HW_OK;
}

/* --- pedigrees --- */

/* Relations of one hypothesis; counted only where `is_written` is false. */
static int32_t write_relations(const people *self, const hw_hypothesis *hypothesis,
                               bool is_written) {
  hwp_fam_writer *w = self->writer;
  const hw_pedigree *pedigree = &hypothesis->pedigree;
  int32_t n = 0;
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    const hw_person *person = &pedigree->persons[i];
    const int32_t others[3] = {person->father, person->mother, person->twin};
    for (int k = 0; k < 3; k++) {
      if (others[k] == HW_PERSON_NONE) continue;
      n++;
      if (!is_written) continue;
      hwp_fam_put(w, "%d%s", (int)place_of(self, pedigree->persons[others[k]].id),
                  k == 2 ? " (Direct)" : "");
      hwp_fam_put(w, "%d", (int)place_of(self, person->id));
    }
  }
  for (int32_t i = 0; i < w->problem->n_profiles; i++) {
    const char *code = w->problem->profiles[i].id;
    const char *id = pedigree->persons[hypothesis->profile_person[i]].id;
    if (strcmp(code, id) == 0) continue;
    n++;
    if (!is_written) continue;
    hwp_fam_put(w, "%d (Direct)", (int)place_of(self, id));
    hwp_fam_put(w, "%d", (int)place_of(self, code));
  }
  return n;
}

static void write_pedigree(const people *self, int32_t place, const hw_hypothesis *hypothesis) {
  hwp_fam_writer *w = self->writer;
  hwp_fam_put(w, "%d", (int)place);
  hwp_fam_put_text(w, hypothesis->name);
  hwp_fam_put(w, "0");
  hwp_fam_put(w, "0");
  hwp_fam_put(w, "%d", (int)write_relations(self, hypothesis, false));
  (void)write_relations(self, hypothesis, true);
}

static hw_status write_pedigrees(people *self) {
  hwp_fam_writer *w = self->writer;
  const hw_case *c = w->problem;
  int32_t place = 0;
  for (int32_t h = 0; h < c->n_hypotheses; h++)
    HW_TRY(hwp_fam_check_name(w, "a hypothesis", c->hypotheses[h].name));
  hwp_fam_put_text(w, "Known relations");
  for (int k = 0; k < 3; k++) hwp_fam_put(w, "0");
  hwp_fam_put(w, "%d", (int)c->n_hypotheses);
  for (int32_t h = 0; h < c->n_hypotheses; h++)
    if (h != c->reference) write_pedigree(self, place++, &c->hypotheses[h]);
  if (c->n_hypotheses > 0) write_pedigree(self, place, &c->hypotheses[c->reference]);
  return HW_OK;
}

hw_status hwp_fam_write_kinship(hwp_fam_writer *self) {
  people p = {.writer = self};
  hw_status status = gather(&p);
  if (status == HW_OK) status = number(&p);
  if (status == HW_OK) status = write_persons(&p);
  if (status == HW_OK) status = write_pedigrees(&p);
  hw_name_index_clear(&p.index);
  return status;
}
