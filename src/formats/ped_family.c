/* PED files: rows become families.
 *
 * A family is everybody with one text in the first column, wherever the rows
 * stand. Parents are looked up by family and person; one without a row is a
 * mistake (or becomes an untyped founder, if that was asked for: the sisters of
 * an unlisted father are still sisters). Pedigrees are validated here, because a
 * table of pedigrees that cannot be is worth nothing to anybody. */
#include <stdlib.h>
#include <string.h>

#include "formats/ped_int.h"

/* Persons of all families, the rows first, then parents without a row. */
typedef struct builder {
  hwp_ped_reader *reader;
  hw_intern keys;     /* family and person as one key → person */
  hw_intern families; /* family as a key → number */
  int32_t n_persons;
  hwp_ped_row *persons; /* copies of the rows, and more */
  size_t capacity;
  int32_t *family; /* per person: number of the family */
  int32_t *father; /* per person: person, or HW_PERSON_NONE */
  int32_t *mother;
  int32_t *place; /* per person: index in its family */
  int32_t *order; /* persons, grouped by family */
  int32_t *start; /* n_families + 1 */
} builder;

static bool fail(builder *self, uint64_t line, hw_err *err) {
  if (line > 0)
    hw_err_place(err, NULL, line, 0);
  else
    self->reader->ped.line = 0;
  return hwp_ped_report(self->reader, &self->reader->ped, err);
}

/* A number as five bytes that are not zero. */
static void put_number(char *out, int32_t number) {
  for (int i = 0; i < 5; i++) out[i] = (char)(0x80 | (((uint32_t)number >> (7 * i)) & 0x7F));
}

static hw_status add_key(builder *self, int32_t family, int32_t id, int32_t *out, hw_err *err) {
  char key[10];
  put_number(key, family);
  put_number(key + 5, id);
  return hw_intern_add(&self->keys, key, sizeof key, out, err);
}

static const char *text_of(const builder *self, int32_t number) {
  return self->reader->texts.texts[number];
}

/* Refuses a person that stands twice; otherwise person r is row r. */
static bool check_twice(builder *self) {
  hwp_ped_reader *reader = self->reader;
  hw_err err = HW_ERR_INIT;
  int32_t *row_of = hw_arena_alloc_array(&reader->scratch, (size_t)reader->n_rows, sizeof *row_of);
  if (row_of == NULL) {
    (void)HW_NO_MEMORY(&err, "the persons");
    return fail(self, 0, &err);
  }
  for (int32_t r = 0; r < reader->n_rows; r++) {
    const hwp_ped_row *row = &reader->rows[r];
    const int32_t n_before = self->keys.n;
    int32_t person;
    if (add_key(self, row->family, row->id, &person, &err) != HW_OK) return fail(self, 0, &err);
    if (person == n_before) {
      row_of[person] = r;
      continue;
    }
    hw_err_set(&err, HW_E_DUPLICATE,
               "person \"%.60s\" of family \"%.60s\" stands on line %llu already",
               text_of(self, row->id), text_of(self, row->family),
               (unsigned long long)reader->rows[row_of[person]].line);
    if (!fail(self, row->line, &err)) return false;
  }
  return reader->errors->n == reader->n_errors;
}

static bool add_rows(builder *self) {
  hwp_ped_reader *reader = self->reader;
  if (!check_twice(self)) return false;
  self->persons = malloc(((size_t)reader->n_rows + 1) * sizeof *self->persons);
  if (self->persons == NULL) {
    hw_err err = HW_ERR_INIT;
    (void)HW_NO_MEMORY(&err, "the persons");
    return fail(self, 0, &err);
  }
  memcpy(self->persons, reader->rows, (size_t)reader->n_rows * sizeof *self->persons);
  self->capacity = (size_t)reader->n_rows + 1;
  self->n_persons = reader->n_rows;
  return true;
}

static hw_status add_founder(builder *self, int32_t family, int32_t id, hw_sex sex, hw_err *err) {
  void *array = self->persons;
  HW_TRY(hwp_ped_reserve(&array, (size_t)self->n_persons, &self->capacity, sizeof *self->persons,
                         err));
  self->persons = array;
  self->persons[self->n_persons++] = (hwp_ped_row){.family = family, .id = id, .sex = sex};
  return HW_OK;
}

/* Makes sure that the parent of a row exists. */
static bool find_parent(builder *self, const hwp_ped_row *row, int32_t id, hw_sex sex,
                        int32_t *n_added) {
  hw_err err = HW_ERR_INIT;
  char key[10];
  if (id == 0) return true;
  put_number(key, row->family);
  put_number(key + 5, id);
  if (hw_intern_find(&self->keys, key, sizeof key) != HW_INTERN_NONE) return true;
  if (!self->reader->options->add_parents) {
    hw_err_set(&err, HW_E_REFERENCE,
               "\"%.60s\", the %s of \"%.60s\", has no row in family \"%.60s\"; add one (with 0 "
               "for what is not known), or write 0 for the parent",
               text_of(self, id), sex == HW_MALE ? "father" : "mother", text_of(self, row->id),
               text_of(self, row->family));
    return fail(self, row->line, &err);
  }
  int32_t person;
  if (hw_intern_add(&self->keys, key, sizeof key, &person, &err) != HW_OK ||
      add_founder(self, row->family, id, sex, &err) != HW_OK)
    return fail(self, 0, &err);
  (*n_added)++;
  return true;
}

static bool add_parents(builder *self) {
  hwp_ped_reader *reader = self->reader;
  int32_t n_added = 0;
  for (int32_t r = 0; r < reader->n_rows; r++) {
    const hwp_ped_row *row = &reader->rows[r];
    if (!find_parent(self, row, row->father, HW_MALE, &n_added) ||
        !find_parent(self, row, row->mother, HW_FEMALE, &n_added))
      return false;
  }
  hw_err err = HW_ERR_INIT;
  if (n_added > 0 && hw_notes_add(&reader->notes, 0, &err,
                                  "%d parents without a row of their own were added as untyped "
                                  "founders",
                                  (int)n_added) != HW_OK)
    return fail(self, 0, &err);
  return reader->errors->n == reader->n_errors;
}

static int32_t person_of(const builder *self, int32_t family, int32_t id) {
  char key[10];
  if (id == 0) return HW_PERSON_NONE;
  put_number(key, family);
  put_number(key + 5, id);
  return hw_intern_find(&self->keys, key, sizeof key); /* HW_INTERN_NONE is HW_PERSON_NONE */
}

/* Links persons and groups them by family, in the order of the families' first rows. */
static hw_status group(builder *self, hw_err *err) {
  hw_arena *scratch = &self->reader->scratch;
  const size_t n = (size_t)self->n_persons;
  self->family = hw_arena_alloc_array(scratch, n, sizeof *self->family);
  self->father = hw_arena_alloc_array(scratch, n, sizeof *self->father);
  self->mother = hw_arena_alloc_array(scratch, n, sizeof *self->mother);
  self->place = hw_arena_alloc_array(scratch, n, sizeof *self->place);
  self->order = hw_arena_alloc_array(scratch, n, sizeof *self->order);
  self->start = hw_arena_alloc_array(scratch, n + 1, sizeof *self->start);
  if (!self->family || !self->father || !self->mother || !self->place || !self->order ||
      !self->start)
    return HW_NO_MEMORY(err, "the families");
  for (int32_t p = 0; p < self->n_persons; p++) {
    const hwp_ped_row *row = &self->persons[p];
    char key[5];
    put_number(key, row->family);
    HW_TRY(hw_intern_add(&self->families, key, sizeof key, &self->family[p], err));
    self->father[p] = person_of(self, row->family, row->father);
    self->mother[p] = person_of(self, row->family, row->mother);
    self->place[p] = self->start[self->family[p] + 1]++;
  }
  for (int32_t f = 0; f < self->families.n; f++) self->start[f + 1] += self->start[f];
  for (int32_t p = 0; p < self->n_persons; p++)
    self->order[self->start[self->family[p]] + self->place[p]] = p;
  return HW_OK;
}

/* --- one family --- */

/* The line of the person that an error of the pedigree speaks of. */
static uint64_t line_of_error(const hw_ped_family *family, const hw_err *err) {
  static const char before[] = "pedigree[";
  if (strncmp(err->field, before, sizeof before - 1) != 0) return 0;
  const long person = strtol(err->field + sizeof before - 1, NULL, 10);
  return person >= 0 && person < family->pedigree.n_persons ? family->lines[person] : 0;
}

static hw_status build_pedigree(builder *self, int32_t f, hw_ped_family *out, hw_err *err) {
  hw_arena *arena = &self->reader->out->arena;
  const int32_t first = self->start[f], n = self->start[f + 1] - first;
  hw_person *persons = hw_arena_alloc_array(arena, (size_t)n, sizeof *persons);
  uint64_t *lines = hw_arena_alloc_array(arena, (size_t)n, sizeof *lines);
  if (persons == NULL || lines == NULL) return HW_NO_MEMORY(err, "the families");
  for (int32_t i = 0; i < n; i++) {
    const int32_t p = self->order[first + i];
    const int32_t father = self->father[p], mother = self->mother[p];
    persons[i] = (hw_person){.id = text_of(self, self->persons[p].id),
                             .father = father < 0 ? HW_PERSON_NONE : self->place[father],
                             .mother = mother < 0 ? HW_PERSON_NONE : self->place[mother],
                             .sex = self->persons[p].sex,
                             .twin = HW_PERSON_NONE};
    lines[i] = self->persons[p].line;
  }
  out->name = text_of(self, self->persons[self->order[first]].family);
  out->pedigree = (hw_pedigree){n, persons};
  out->lines = lines;
  return hw_pedigree_validate(&out->pedigree, err);
}

/* What two alleles of a person at a marker are. */
static hw_status read_observation(const hw_marker *marker, const hwp_ped_row *row, const char *id,
                                  const int32_t pair[2], hw_observation *out, hw_err *err) {
  int32_t a = pair[0], b = pair[1];
  if (a == HW_ALLELE_NONE) { /* the known one comes first */
    a = b;
    b = HW_ALLELE_NONE;
  }
  *out = (hw_observation){.a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE};
  if (a == HW_ALLELE_NONE) return HW_OK;
  out->kind = HW_OBS_GENOTYPE;
  out->a = a;
  out->b = b;
  if (!hw_marker_is_x(marker) || row->sex == HW_FEMALE) return HW_OK;
  if (row->sex == HW_UNKNOWN_SEX)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "\"%.60s\" is typed at the X marker \"%.60s\", but the sex is 0; state it",
                      id, marker->name);
  if (b != HW_ALLELE_NONE && b != a)
    return hw_err_set(err, HW_E_SHAPE,
                      "\"%.60s\" is male and has the alleles %.40s and %.40s at the X marker "
                      "\"%.60s\"; a male has one",
                      id, marker->allele_names[a], marker->allele_names[b], marker->name);
  out->kind = HW_OBS_SINGLE;
  out->b = HW_ALLELE_NONE;
  return HW_OK;
}

static bool is_typed(const builder *self, int32_t person) {
  const hwp_ped_reader *reader = self->reader;
  if (person >= reader->n_rows) return false;
  const size_t n = 2 * (size_t)reader->names.n;
  const int32_t *alleles = reader->alleles + (size_t)person * n;
  for (size_t i = 0; i < n; i++)
    if (alleles[i] != HW_ALLELE_NONE) return true;
  return false;
}

static bool build_profile(builder *self, int32_t person, hw_profile *out) {
  hwp_ped_reader *reader = self->reader;
  const size_t n = (size_t)reader->names.n;
  hw_err err = HW_ERR_INIT;
  hw_observation *observations = hw_arena_alloc_array(&reader->out->arena, n, sizeof *observations);
  if (observations == NULL) {
    (void)HW_NO_MEMORY(&err, "the profiles");
    return fail(self, 0, &err);
  }
  const hwp_ped_row *row = &self->persons[person];
  *out = (hw_profile){
      .id = text_of(self, row->id), .n_markers = reader->names.n, .observations = observations};
  for (size_t m = 0; m < n; m++) {
    const int32_t *pair = reader->alleles + 2 * ((size_t)person * n + m);
    if (read_observation(&reader->out->markers[m], row, out->id, pair, &observations[m], &err) !=
            HW_OK &&
        !fail(self, row->line, &err))
      return false;
  }
  return true;
}

static bool build_profiles(builder *self, int32_t f, hw_ped_family *out) {
  hw_arena *arena = &self->reader->out->arena;
  const int32_t first = self->start[f], n = out->pedigree.n_persons;
  int32_t n_typed = 0;
  for (int32_t i = 0; i < n; i++)
    if (is_typed(self, self->order[first + i])) n_typed++;
  hw_profile *profiles = hw_arena_alloc_array(arena, (size_t)n_typed, sizeof *profiles);
  int32_t *profile_person = hw_arena_alloc_array(arena, (size_t)n_typed, sizeof *profile_person);
  if (profiles == NULL || profile_person == NULL) {
    hw_err err = HW_ERR_INIT;
    (void)HW_NO_MEMORY(&err, "the profiles");
    return fail(self, 0, &err);
  }
  out->profiles = profiles;
  out->profile_person = profile_person;
  for (int32_t i = 0; i < n; i++) {
    const int32_t person = self->order[first + i];
    if (!is_typed(self, person)) continue;
    profile_person[out->n_profiles] = i;
    if (!build_profile(self, person, &profiles[out->n_profiles++])) return false;
  }
  return true;
}

static bool build(builder *self) {
  hw_err err = HW_ERR_INIT;
  hwp_ped_reader *reader = self->reader;
  if (!add_rows(self) || !add_parents(self)) return false;
  if (group(self, &err) != HW_OK) return fail(self, 0, &err);
  const int32_t n = self->families.n;
  hw_ped_family *families = hw_arena_alloc_array(&reader->out->arena, (size_t)n, sizeof *families);
  if (families == NULL) {
    (void)HW_NO_MEMORY(&err, "the families");
    return fail(self, 0, &err);
  }
  for (int32_t f = 0; f < n; f++) {
    err = (hw_err)HW_ERR_INIT;
    if (build_pedigree(self, f, &families[f], &err) != HW_OK) {
      const uint64_t line = line_of_error(&families[f], &err);
      hw_err_field(&err, "family %s", families[f].name);
      if (!fail(self, line, &err)) return false;
    } else if (!build_profiles(self, f, &families[f])) {
      return false;
    }
  }
  reader->out->families = families;
  reader->out->n_families = n;
  return reader->errors->n == reader->n_errors;
}

bool hwp_ped_build_families(hwp_ped_reader *self) {
  builder b = {
      .reader = self, .keys = {.arena = &self->scratch}, .families = {.arena = &self->scratch}};
  const bool is_good = build(&b);
  hw_intern_clear(&b.keys);
  hw_intern_clear(&b.families);
  free(b.persons);
  return is_good;
}
