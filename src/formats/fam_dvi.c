/* .fam reader: what stands behind the databases, sections with headings in brackets.
 *
 *     [DVI]
 *     [[Unidentified persons]]        nPersons= 1
 *     [[[Person 1 ]]]                 Name= V1   Gender= Male        (one a line)
 *     [[[[DNA data]]]]                nSystems= 1
 *                                     SystemName= L1   Allele1= 1   Allele2= 2
 *     [[Notes]]                       nFamilies= 1, and one line for each family
 *     [[Reference Families]]          nFamilies= 1
 *     [[[Family 1 ]]]                 Name= Family 1
 *     [[[[Persons]]]]                 nPersons= 1
 *     [[[[[Person 1]]]]]              as above
 *     [[[[Pedigrees]]]]               nPedigrees= 2
 *     [[[[[Pedigree 1]]]]]            Name= Reference pedigree   nRelations= 1
 *                                     Parent= Father   Child= Missing person
 *     [Prior]  [Advanced]  …          settings
 *
 * The number of brackets differs between versions for the same thing, so that
 * headings are known by their words and only the first two levels by their depth:
 * the first ends everything before it, the second everything of the section.
 * Announced numbers are compared with what was found. Sections that are not known
 * here are kept as settings; nothing of the file is dropped without a trace. */
#include <string.h>

#include "formats/fam_int.h"

typedef enum part {
  PART_SETTINGS,
  PART_REMAINS,
  PART_NOTES,
  PART_FAMILIES, /* before or between families */
  PART_FAMILY,   /* the head of one */
  PART_PERSONS,
  PART_PEDIGREES
} part;

enum { MAX_DEPTH = 6 };

typedef struct state {
  part now;
  const char *path[MAX_DEPTH]; /* headings that are open, outermost first */
  int depth;
  hwp_fam_person *person;         /* that is being read, or NULL */
  hwp_fam_raw_pedigree *pedigree; /* that is being read, or NULL */
  int32_t n_note_lines;
  const char **note_lines;
} state;

/* --- headings --- */

/* True if the heading is the word, alone or with a number behind it. */
static bool is_heading(const char *text, const char *word) {
  if (!hwp_fam_starts(text, word)) return false;
  const char *rest = text + strlen(word);
  return rest[strspn(rest, " 0123456789")] == '\0';
}

static hwp_fam_raw_family *last_family(hwp_fam_reader *self) {
  return &self->families[self->n_families - 1];
}

static hw_status add_person(hwp_fam_reader *self, state *s, hwp_fam_person **list, int32_t *n) {
  *list = hwp_fam_grow(self, *list, *n, sizeof **list);
  if (*list == NULL) return HW_E_NO_MEMORY;
  s->person = &(*list)[(*n)++];
  *s->person = (hwp_fam_person){.line = hwp_fam_line(self), .n_stated = -1};
  return HW_OK;
}

static hw_status add_family(hwp_fam_reader *self) {
  self->families = hwp_fam_grow(self, self->families, self->n_families, sizeof *self->families);
  if (self->families == NULL) return HW_E_NO_MEMORY;
  self->families[self->n_families++] = (hwp_fam_raw_family){
      .note = "", .line = hwp_fam_line(self), .n_persons_stated = -1, .n_pedigrees_stated = -1};
  return HW_OK;
}

static hw_status add_pedigree(hwp_fam_reader *self, state *s) {
  hwp_fam_raw_family *family = last_family(self);
  family->pedigrees =
      hwp_fam_grow(self, family->pedigrees, family->n_pedigrees, sizeof *family->pedigrees);
  if (family->pedigrees == NULL) return HW_E_NO_MEMORY;
  s->pedigree = &family->pedigrees[family->n_pedigrees++];
  *s->pedigree = (hwp_fam_raw_pedigree){.line = hwp_fam_line(self), .n_stated = -1};
  return HW_OK;
}

/* What a heading of the second level begins. Remains and families are known wherever they stand: a
 * remark that looks like a heading must not hide them. */
static part find_part(const char *text, bool in_dvi) {
  if (hwp_fam_starts(text, "Unidentified")) return PART_REMAINS;
  if (hwp_fam_starts(text, "Reference Families")) return PART_FAMILIES;
  if (hwp_fam_starts(text, "Notes") && in_dvi) return PART_NOTES;
  return PART_SETTINGS;
}

/* A heading below the second level. */
static hw_status read_inner_heading(hwp_fam_reader *self, state *s, const char *text) {
  const bool in_family =
      s->now == PART_FAMILY || s->now == PART_PERSONS || s->now == PART_PEDIGREES;
  if (s->now == PART_SETTINGS || is_heading(text, "DNA data")) return HW_OK;
  s->person = NULL;
  s->pedigree = NULL;
  if (s->now == PART_REMAINS && is_heading(text, "Person"))
    return add_person(self, s, &self->remains, &self->n_remains);
  if ((s->now == PART_FAMILIES || in_family) && is_heading(text, "Family")) {
    s->now = PART_FAMILY;
    return add_family(self);
  }
  if (in_family && is_heading(text, "Persons")) {
    s->now = PART_PERSONS;
    return HW_OK;
  }
  if (in_family && is_heading(text, "Pedigrees")) {
    s->now = PART_PEDIGREES;
    return HW_OK;
  }
  if (s->now == PART_PERSONS && is_heading(text, "Person"))
    return add_person(self, s, &last_family(self)->persons, &last_family(self)->n_persons);
  if (s->now == PART_PEDIGREES && is_heading(text, "Pedigree")) return add_pedigree(self, s);
  return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SYNTAX, NULL,
                        "the heading \"%.60s\" does not belong here", text);
}

static hw_status read_heading(hwp_fam_reader *self, state *s, char *line) {
  const size_t depth = strspn(line, "[");
  char *text = line + depth;
  const size_t length = strcspn(text, "]");
  if (text[length + strspn(text + length, "]")] != '\0' || strspn(text + length, "]") != depth)
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SYNTAX, NULL,
                          "\"%.60s\" is no heading: it needs as many closing as opening brackets",
                          line);
  text[length] = '\0';
  size_t end = length;
  while (end > 0 && text[end - 1] == ' ') text[--end] = '\0';
  s->depth = depth <= MAX_DEPTH ? (int)depth : MAX_DEPTH;
  s->path[s->depth - 1] = text;
  for (int i = 0; i < s->depth; i++)
    if (s->path[i] == NULL) s->path[i] = "";
  if (depth <= 2) {
    s->person = NULL;
    s->pedigree = NULL;
  }
  if (depth == 1) {
    s->now = PART_SETTINGS;
    if (is_heading(text, "DVI")) {
      self->has_dvi = true;
      self->dvi_line = hwp_fam_line(self);
    }
    return HW_OK;
  }
  if (depth == 2) {
    s->now = find_part(text, is_heading(s->path[0], "DVI"));
    return HW_OK;
  }
  return read_inner_heading(self, s, text);
}

/* --- values --- */

static bool is_key(const char *key, const char *word) {
  return hwp_fam_starts(key, word) && key[strlen(word)] == '\0';
}

static hw_status read_stated(hwp_fam_reader *self, const char *key, const char *value,
                             int64_t *out) {
  int32_t number = 0;
  const char *behind = hwp_fam_to_integer(value, &number);
  if (behind == NULL || *behind != '\0' || number < 0)
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_VALUE, key,
                          "\"%.40s\" is no whole number from 0 to 2147483647", value);
  *out = number;
  return HW_OK;
}

static hw_status read_gender(hwp_fam_reader *self, const char *value, hw_sex *out) {
  if (is_key(value, "Male"))
    *out = HW_MALE;
  else if (is_key(value, "Female"))
    *out = HW_FEMALE;
  else if (value[0] == '\0' || is_key(value, "Unknown"))
    *out = HW_UNKNOWN_SEX;
  else
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_VALUE, "Gender",
                          "\"%.40s\"; permitted are Male, Female and Unknown", value);
  return HW_OK;
}

static hw_status add_system(hwp_fam_reader *self, hwp_fam_person *person, const char *name) {
  person->genotypes =
      hwp_fam_grow(self, person->genotypes, person->n_genotypes, sizeof *person->genotypes);
  if (person->genotypes == NULL) return HW_E_NO_MEMORY;
  person->genotypes[person->n_genotypes++] =
      (hwp_fam_genotype){.locus_name = name, .line = hwp_fam_line(self)};
  return HW_OK;
}

static hw_status read_allele(hwp_fam_reader *self, hwp_fam_person *person, int which,
                             const char *value) {
  hwp_fam_genotype *genotype =
      person->n_genotypes > 0 ? &person->genotypes[person->n_genotypes - 1] : NULL;
  if (genotype == NULL || genotype->names[which] != NULL)
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SYNTAX, which == 0 ? "Allele1" : "Allele2",
                          "an allele without its own SystemName before it");
  genotype->names[which] = value;
  return HW_OK;
}

/* Names become codes of the database. */
static hw_status read_name(hwp_fam_reader *self, const char *value, const char **out) {
  HW_TRY(hwp_fam_expect_name(self, value));
  *out = value;
  return HW_OK;
}

static hw_status read_person_value(hwp_fam_reader *self, hwp_fam_person *person, const char *key,
                                   const char *value) {
  if (is_key(key, "Name")) return read_name(self, value, &person->name);
  if (is_key(key, "Gender")) return read_gender(self, value, &person->sex);
  if (is_key(key, "nSystems")) return read_stated(self, key, value, &person->n_stated);
  if (is_key(key, "SystemName")) return add_system(self, person, value);
  if (is_key(key, "Allele1")) return read_allele(self, person, 0, value);
  if (is_key(key, "Allele2")) return read_allele(self, person, 1, value);
  return hwp_fam_note(self, hwp_fam_line(self), "\"%s= %s\" of person \"%s\" is left aside", key,
                      value, person->name != NULL ? person->name : "");
}

static hw_status read_relation(hwp_fam_reader *self, hwp_fam_raw_pedigree *pedigree, bool is_parent,
                               const char *value) {
  const int32_t n = pedigree->n_relations;
  hwp_fam_relation *last = n > 0 ? &pedigree->relations[n - 1] : NULL;
  const bool has_open = last != NULL && last->child_name == NULL;
  if (is_parent == has_open)
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SYNTAX, is_parent ? "Parent" : "Child",
                          is_parent ? "the Child of the relation before is missing"
                                    : "a Child without its Parent before it");
  if (!is_parent) {
    last->child_name = value;
    return HW_OK;
  }
  pedigree->relations = hwp_fam_grow(self, pedigree->relations, n, sizeof *pedigree->relations);
  if (pedigree->relations == NULL) return HW_E_NO_MEMORY;
  pedigree->relations[pedigree->n_relations++] =
      (hwp_fam_relation){.parent_name = value, .line = hwp_fam_line(self)};
  return HW_OK;
}

static hw_status read_pedigree_value(hwp_fam_reader *self, hwp_fam_raw_pedigree *pedigree,
                                     const char *key, const char *value) {
  if (is_key(key, "Name")) return read_name(self, value, &pedigree->name);
  if (is_key(key, "nRelations")) return read_stated(self, key, value, &pedigree->n_stated);
  if (is_key(key, "Parent")) return read_relation(self, pedigree, true, value);
  if (is_key(key, "Child")) return read_relation(self, pedigree, false, value);
  return hwp_fam_note(self, hwp_fam_line(self), "\"%s= %s\" of a pedigree is left aside", key,
                      value);
}

static hw_status add_setting(hwp_fam_reader *self, const state *s, const char *key,
                             const char *value) {
  const char *section = s->depth > 0 ? s->path[0] : "";
  for (int i = 1; i < s->depth; i++)
    HW_TRY(hwp_fam_print(self, &section, "%s/%s", section, s->path[i]));
  self->settings = hwp_fam_grow(self, self->settings, self->n_settings, sizeof *self->settings);
  if (self->settings == NULL) return HW_E_NO_MEMORY;
  self->settings[self->n_settings++] = (hw_fam_setting){section, key, value, hwp_fam_line(self)};
  return HW_OK;
}

static hw_status read_value(hwp_fam_reader *self, state *s, const char *key, const char *value) {
  hwp_fam_raw_family *family = self->n_families > 0 ? last_family(self) : NULL;
  if (s->person != NULL) return read_person_value(self, s->person, key, value);
  if (s->pedigree != NULL) return read_pedigree_value(self, s->pedigree, key, value);
  if (s->now == PART_REMAINS && is_key(key, "nPersons"))
    return read_stated(self, key, value, &self->n_remains_stated);
  if (s->now == PART_FAMILIES && is_key(key, "nFamilies"))
    return read_stated(self, key, value, &self->n_families_stated);
  if (s->now == PART_FAMILY && is_key(key, "Name")) return read_name(self, value, &family->name);
  if (s->now == PART_PERSONS && is_key(key, "nPersons"))
    return read_stated(self, key, value, &family->n_persons_stated);
  if (s->now == PART_PEDIGREES && is_key(key, "nPedigrees"))
    return read_stated(self, key, value, &family->n_pedigrees_stated);
  return add_setting(self, s, key, value);
}

static hw_status read_note_line(hwp_fam_reader *self, state *s, const char *line) {
  if (s->n_note_lines == 0 && hwp_fam_starts(line, "nFamilies=")) return HW_OK;
  s->note_lines = hwp_fam_grow(self, s->note_lines, s->n_note_lines, sizeof *s->note_lines);
  if (s->note_lines == NULL) return HW_E_NO_MEMORY;
  s->note_lines[s->n_note_lines++] = line;
  return HW_OK;
}

/* --- lines --- */

static hw_status read_line(hwp_fam_reader *self, state *s, char *line) {
  if (line[0] == '[') return read_heading(self, s, line);
  if (s->now == PART_NOTES) return read_note_line(self, s, line);
  if (line[0] == '\0') return HW_OK;
  char *equals = strchr(line, '=');
  if (equals == NULL)
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SYNTAX, NULL,
                          "\"%.60s\" is neither a heading in brackets nor \"key= value\"", line);
  *equals = '\0';
  char *key = line, *value = equals + 1 + strspn(equals + 1, " \t");
  for (char *c = equals; c > key && (c[-1] == ' ' || c[-1] == '\t');) *--c = '\0';
  if (value[0] == '"') value = hwp_fam_unquote(value);
  return read_value(self, s, key, value);
}

/* --- what was announced --- */

static hw_status compare(hwp_fam_reader *self, uint64_t line, const char *key, int64_t stated,
                         int32_t found) {
  if (stated < 0 || stated == found) return HW_OK;
  return hwp_fam_report(
      self, hwp_fam_refuse(self, line, HW_E_SHAPE, key, "%lld are announced and %d are there",
                           (long long)stated, (int)found));
}

static hw_status check_person(hwp_fam_reader *self, const hwp_fam_person *person) {
  HW_TRY(compare(self, person->line, "nSystems", person->n_stated, person->n_genotypes));
  for (int32_t i = 0; i < person->n_genotypes; i++) {
    hwp_fam_genotype *genotype = &person->genotypes[i];
    for (int k = 0; k < 2; k++) {
      if (genotype->names[k] != NULL) continue;
      genotype->names[k] = "";
      HW_TRY(hwp_fam_report(
          self, hwp_fam_refuse(self, genotype->line, HW_E_SYNTAX, k == 0 ? "Allele1" : "Allele2",
                               "it is missing for system \"%.60s\"; leave its value empty where "
                               "the allele is not known",
                               genotype->locus_name)));
    }
  }
  return HW_OK;
}

static hw_status check_family(hwp_fam_reader *self, hwp_fam_raw_family *family) {
  HW_TRY(compare(self, family->line, "nPersons", family->n_persons_stated, family->n_persons));
  HW_TRY(
      compare(self, family->line, "nPedigrees", family->n_pedigrees_stated, family->n_pedigrees));
  for (int32_t i = 0; i < family->n_persons; i++) HW_TRY(check_person(self, &family->persons[i]));
  for (int32_t i = 0; i < family->n_pedigrees; i++) {
    hwp_fam_raw_pedigree *pedigree = &family->pedigrees[i];
    HW_TRY(compare(self, pedigree->line, "nRelations", pedigree->n_stated, pedigree->n_relations));
    const int32_t n = pedigree->n_relations;
    if (n == 0 || pedigree->relations[n - 1].child_name != NULL) continue;
    pedigree->n_relations--;
    HW_TRY(hwp_fam_report(self, hwp_fam_refuse(self, pedigree->relations[n - 1].line, HW_E_SYNTAX,
                                               "Child", "the last relation has no Child")));
  }
  return HW_OK;
}

/* --- files that were cut off --- */

static bool is_cut_person(const hwp_fam_person *person) {
  const int32_t n = person->n_genotypes;
  return person->n_stated > n || (n > 0 && person->genotypes[n - 1].names[1] == NULL);
}

static bool is_cut_family(const hwp_fam_raw_family *family, part now) {
  const int32_t n = family->n_persons, n_pedigrees = family->n_pedigrees;
  if (family->n_persons_stated > n || family->n_pedigrees_stated > n_pedigrees) return true;
  if (now == PART_PERSONS) return n > 0 && is_cut_person(&family->persons[n - 1]);
  if (now != PART_PEDIGREES || n_pedigrees == 0) return false;
  const hwp_fam_raw_pedigree *last = &family->pedigrees[n_pedigrees - 1];
  return last->n_stated > last->n_relations ||
         (last->n_relations > 0 && last->relations[last->n_relations - 1].child_name == NULL);
}

/* True if the file ends inside the DVI section before everything that was announced is there: then
 * all that is missing is one mistake. */
static bool is_cut(const hwp_fam_reader *self, const state *s) {
  const int32_t n = self->n_remains;
  if (s->now == PART_SETTINGS || s->now == PART_NOTES) return false;
  if (s->now == PART_REMAINS)
    return self->n_remains_stated > n || (n > 0 && is_cut_person(&self->remains[n - 1]));
  if (self->n_families_stated > self->n_families) return true;
  return self->n_families > 0 && is_cut_family(&self->families[self->n_families - 1], s->now);
}

static hw_status tell_cut(hwp_fam_reader *self, const state *s) {
  const uint64_t last = hwp_fam_line(self);
  hw_errors_forget(self->errors, last);
  const bool in_families = s->now != PART_REMAINS;
  return hwp_fam_report(
      self,
      hwp_fam_refuse(self, last, HW_E_SHAPE, NULL,
                     "the file ends inside the %s, behind number %d of %lld: it is cut "
                     "short, fetch it again",
                     in_families ? "reference families" : "unidentified persons",
                     (int)(in_families ? self->n_families : self->n_remains),
                     (long long)(in_families ? self->n_families_stated : self->n_remains_stated)));
}

/* One line for each family; if there are more, nobody can tell whose they are. */
static hw_status give_notes(hwp_fam_reader *self, const state *s) {
  int32_t n = s->n_note_lines;
  while (n > 0 && s->note_lines[n - 1][0] == '\0') n--;
  if (n <= self->n_families) {
    for (int32_t i = 0; i < n; i++) self->families[i].note = s->note_lines[i];
    return HW_OK;
  }
  for (int32_t i = 0; i < n; i++)
    if (s->note_lines[i][0] != '\0')
      HW_TRY(hwp_fam_note(self, self->dvi_line, "a remark on one of the families: %s",
                          s->note_lines[i]));
  return HW_OK;
}

hw_status hwp_fam_read_sections(hwp_fam_reader *self) {
  state s = {.now = PART_SETTINGS};
  self->n_remains_stated = self->n_families_stated = -1;
  const char *first = hwp_fam_peek(self);
  if (first != NULL && first[0] != '[')
    return hwp_fam_refuse(self, hwp_fam_line(self) + 1, HW_E_SYNTAX, NULL,
                          "\"%.60s\" stands where the file should end or a section begin; is the "
                          "number of loci or alleles right?",
                          first);
  while (self->at < self->n_lines) {
    char *line = self->lines[self->at++];
    HW_TRY(hwp_fam_report(self, read_line(self, &s, line)));
  }
  if (is_cut(self, &s)) return tell_cut(self, &s);
  HW_TRY(compare(self, self->dvi_line, "nPersons", self->n_remains_stated, self->n_remains));
  HW_TRY(compare(self, self->dvi_line, "nFamilies", self->n_families_stated, self->n_families));
  for (int32_t i = 0; i < self->n_remains; i++) HW_TRY(check_person(self, &self->remains[i]));
  for (int32_t i = 0; i < self->n_families; i++) HW_TRY(check_family(self, &self->families[i]));
  return give_notes(self, &s);
}
