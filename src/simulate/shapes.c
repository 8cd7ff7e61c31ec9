/* Shapes of families, as templates.
 *
 * A template is a list of members, parents before children, each with the
 * numbers of its parents in the list, a sex and a part:
 *
 *   MISSING   a missing person
 *   TYPED     gives a reference sample
 *   MAYBE     gives one in half of the families, and is left out of the others
 *             (an untyped childless relative says nothing)
 *   SILENT    links the others; dead, or never asked
 *
 * The sex is fixed where the shape needs it, a fair coin for relatives of
 * either sex, and SOLDIER for missing persons whose sex does not follow from the
 * shape: nine in ten are men, an assumption about war losses.
 *
 * The set is meant to reach from families that identify anyone (both parents) to
 * families that cannot at 23 STR (cousins), and to hold every way in which
 * relatives are connected: generations up, down and aside, half relatives, a
 * loop through cousin marriage, several missing of one family. */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "simulate/simulate_int.h"

enum { MOST_MEMBERS = 20, NOBODY = -1 };
typedef enum part { SILENT = 0, TYPED, MAYBE, MISSING } part;
typedef enum drawn_sex { MAN, WOMAN, EITHER, SOLDIER } drawn_sex;

typedef struct member {
  int8_t father, mother; /* earlier members, or NOBODY for both */
  drawn_sex sex;
  part part;
} member;

typedef struct blueprint {
  hw_family_shape shape;
  int n_members;
  member members[MOST_MEMBERS];
} blueprint;

#define FOUNDER(sex, part) \
  { NOBODY, NOBODY, sex, part }
#define COUPLE(part1, part2) FOUNDER(MAN, part1), FOUNDER(WOMAN, part2)

static const blueprint templates[] = {
    {{"parents", "both parents"}, 3, {COUPLE(TYPED, TYPED), {0, 1, SOLDIER, MISSING}}},
    {{"mother-sib", "mother, one or two full siblings"},
     5,
     {COUPLE(SILENT, TYPED),
      {0, 1, SOLDIER, MISSING},
      {0, 1, EITHER, TYPED},
      {0, 1, EITHER, MAYBE}}},
    {{"mother", "mother alone"}, 3, {COUPLE(SILENT, TYPED), {0, 1, SOLDIER, MISSING}}},
    {{"sibs", "three or four full siblings"},
     7,
     {COUPLE(SILENT, SILENT),
      {0, 1, SOLDIER, MISSING},
      {0, 1, EITHER, TYPED},
      {0, 1, EITHER, TYPED},
      {0, 1, EITHER, TYPED},
      {0, 1, EITHER, MAYBE}}},
    {{"sib", "one or two full siblings"},
     5,
     {COUPLE(SILENT, SILENT),
      {0, 1, SOLDIER, MISSING},
      {0, 1, EITHER, TYPED},
      {0, 1, EITHER, MAYBE}}},
    {{"children-spouse", "two or three children and their mother"},
     5,
     {FOUNDER(MAN, MISSING),
      FOUNDER(WOMAN, TYPED),
      {0, 1, EITHER, TYPED},
      {0, 1, EITHER, TYPED},
      {0, 1, EITHER, MAYBE}}},
    {{"child-spouse", "one child and its mother"},
     3,
     {FOUNDER(MAN, MISSING), FOUNDER(WOMAN, TYPED), {0, 1, EITHER, TYPED}}},
    {{"children", "two or three children, their mother not available"},
     5,
     {FOUNDER(MAN, MISSING),
      FOUNDER(WOMAN, SILENT),
      {0, 1, EITHER, TYPED},
      {0, 1, EITHER, TYPED},
      {0, 1, EITHER, MAYBE}}},
    {{"half-sibs", "two or three half siblings by the mother"},
     7,
     {COUPLE(SILENT, SILENT),
      FOUNDER(MAN, SILENT),
      {0, 1, SOLDIER, MISSING},
      {2, 1, EITHER, TYPED},
      {2, 1, EITHER, TYPED},
      {2, 1, EITHER, MAYBE}}},
    {{"uncles", "two or three uncles and aunts by the father"},
     8,
     {COUPLE(SILENT, SILENT),
      {0, 1, MAN, SILENT},
      {0, 1, EITHER, TYPED},
      {0, 1, EITHER, TYPED},
      {0, 1, EITHER, MAYBE},
      FOUNDER(WOMAN, SILENT),
      {2, 6, SOLDIER, MISSING}}},
    {{"nephews", "children of two siblings, and one sibling's wife"},
     11,
     {COUPLE(SILENT, SILENT),
      {0, 1, SOLDIER, MISSING},
      {0, 1, MAN, SILENT},
      {0, 1, WOMAN, SILENT},
      FOUNDER(WOMAN, TYPED),
      FOUNDER(MAN, SILENT),
      {3, 5, EITHER, TYPED},
      {3, 5, EITHER, TYPED},
      {6, 4, EITHER, TYPED},
      {6, 4, EITHER, MAYBE}}},
    {{"grandparents", "three or four grandparents"},
     7,
     {COUPLE(TYPED, TYPED),
      COUPLE(MAYBE, TYPED),
      {0, 1, MAN, SILENT},
      {2, 3, WOMAN, SILENT},
      {4, 5, SOLDIER, MISSING}}},
    {{"cousins", "two first cousins"},
     9,
     {COUPLE(SILENT, SILENT),
      {0, 1, MAN, SILENT},
      {0, 1, MAN, SILENT},
      FOUNDER(WOMAN, SILENT),
      FOUNDER(WOMAN, SILENT),
      {2, 4, SOLDIER, MISSING},
      {3, 5, EITHER, TYPED},
      {3, 5, EITHER, TYPED}}},
    {{"generations", "three generations: aunt, sibling, wife, child, nephew"},
     12,
     {COUPLE(SILENT, SILENT),
      {0, 1, MAN, SILENT},
      {0, 1, WOMAN, TYPED},
      FOUNDER(WOMAN, SILENT),
      {2, 4, MAN, MISSING},
      {2, 4, MAN, TYPED},
      FOUNDER(WOMAN, TYPED),
      {5, 7, EITHER, TYPED},
      {2, 4, WOMAN, SILENT},
      FOUNDER(MAN, SILENT),
      {10, 9, EITHER, TYPED}}},
    {{"cousin-marriage", "parents are first cousins; mother and one or two siblings"},
     11,
     {COUPLE(SILENT, SILENT),
      {0, 1, MAN, SILENT},
      {0, 1, WOMAN, SILENT},
      FOUNDER(WOMAN, SILENT),
      FOUNDER(MAN, SILENT),
      {2, 4, MAN, SILENT},
      {5, 3, WOMAN, TYPED},
      {6, 7, SOLDIER, MISSING},
      {6, 7, EITHER, TYPED},
      {6, 7, EITHER, MAYBE}}},
    {{"brothers", "two missing brothers, none married; mother and two sisters"},
     6,
     {COUPLE(SILENT, TYPED),
      {0, 1, MAN, MISSING},
      {0, 1, MAN, MISSING},
      {0, 1, WOMAN, TYPED},
      {0, 1, WOMAN, TYPED}}},
    {{"brothers-married", "three missing brothers, two with wife and child; a sister"},
     10,
     {COUPLE(SILENT, SILENT),
      {0, 1, MAN, MISSING},
      {0, 1, MAN, MISSING},
      {0, 1, MAN, MISSING},
      {0, 1, WOMAN, TYPED},
      FOUNDER(WOMAN, TYPED),
      FOUNDER(WOMAN, TYPED),
      {2, 6, EITHER, TYPED},
      {3, 7, EITHER, TYPED}}},
    {{"father-son", "missing father and son; wife, daughter, the father's siblings"},
     8,
     {COUPLE(SILENT, SILENT),
      {0, 1, MAN, MISSING},
      FOUNDER(WOMAN, TYPED),
      {2, 3, MAN, MISSING},
      {2, 3, WOMAN, TYPED},
      {0, 1, EITHER, TYPED},
      {0, 1, EITHER, MAYBE}}},
    /* Only where they are asked for, see N_USUAL. */
    {{"three-brothers", "three missing brothers, none married; two sisters"},
     7,
     {COUPLE(SILENT, SILENT),
      {0, 1, MAN, MISSING},
      {0, 1, MAN, MISSING},
      {0, 1, MAN, MISSING},
      {0, 1, WOMAN, TYPED},
      {0, 1, WOMAN, TYPED}}},
    {{"three-generations", "missing grandfather, father and son; an aunt, his mother"},
     6,
     {COUPLE(MISSING, SILENT),
      {0, 1, MAN, MISSING},
      {0, 1, WOMAN, TYPED},
      FOUNDER(WOMAN, TYPED),
      {2, 4, MAN, MISSING}}},
    {{"couple-child", "missing couple and their child; his mother and brother, her sisters"},
     10,
     {COUPLE(SILENT, TYPED),
      COUPLE(SILENT, SILENT),
      {0, 1, MAN, MISSING},
      {0, 1, MAN, TYPED},
      {2, 3, WOMAN, MISSING},
      {2, 3, WOMAN, TYPED},
      {2, 3, WOMAN, TYPED},
      {4, 6, SOLDIER, MISSING}}},
    {{"grandfather", "missing grandfather and grandson; the man between, an uncle"},
     6,
     {COUPLE(MISSING, SILENT),
      {0, 1, MAN, TYPED},
      {0, 1, MAN, TYPED},
      FOUNDER(WOMAN, SILENT),
      {2, 4, MAN, MISSING}}},
    /* Beyond the reach of STR; for panels of SNPs. */
    {{"grand-nephews", "two or three grandchildren of two siblings"},
     14,
     {COUPLE(SILENT, SILENT),
      {0, 1, SOLDIER, MISSING},
      {0, 1, MAN, SILENT},
      {0, 1, WOMAN, SILENT},
      FOUNDER(WOMAN, SILENT),
      FOUNDER(MAN, SILENT),
      {3, 5, MAN, SILENT},
      {6, 4, WOMAN, SILENT},
      FOUNDER(WOMAN, SILENT),
      FOUNDER(MAN, SILENT),
      {7, 9, EITHER, TYPED},
      {10, 8, EITHER, TYPED},
      {10, 8, EITHER, MAYBE}}},
    {{"cousins-removed", "two or three children of two first cousins"},
     14,
     {COUPLE(SILENT, SILENT),
      {0, 1, MAN, SILENT},
      {0, 1, WOMAN, SILENT},
      FOUNDER(WOMAN, SILENT),
      FOUNDER(MAN, SILENT),
      {2, 4, SOLDIER, MISSING},
      {5, 3, MAN, SILENT},
      {5, 3, WOMAN, SILENT},
      FOUNDER(WOMAN, SILENT),
      FOUNDER(MAN, SILENT),
      {7, 9, EITHER, TYPED},
      {10, 8, EITHER, TYPED},
      {10, 8, EITHER, MAYBE}}},
    {{"second-cousins", "two or three second cousins"},
     16,
     {COUPLE(SILENT, SILENT),
      {0, 1, MAN, SILENT},
      {0, 1, WOMAN, SILENT},
      FOUNDER(WOMAN, SILENT),
      FOUNDER(MAN, SILENT),
      {2, 4, MAN, SILENT},
      {5, 3, MAN, SILENT},
      {5, 3, WOMAN, SILENT},
      FOUNDER(WOMAN, SILENT),
      FOUNDER(WOMAN, SILENT),
      FOUNDER(MAN, SILENT),
      {6, 9, SOLDIER, MISSING},
      {7, 10, EITHER, TYPED},
      {11, 8, EITHER, TYPED},
      {11, 8, EITHER, MAYBE}}},
};
enum {
  N_TEMPLATES = sizeof templates / sizeof templates[0],
  /* A seed without a list of shapes gives what it gave when there were no others. */
  N_USUAL = 18
};

int32_t hw_family_shape_count(void) {
  return N_TEMPLATES;
}

int32_t hwp_shape_usual_count(void) {
  return N_USUAL;
}

const hw_family_shape *hw_family_shape_get(int32_t index) {
  return index >= 0 && index < N_TEMPLATES ? &templates[index].shape : NULL;
}

int32_t hw_family_shape_find(const char *name) {
  for (int32_t i = 0; i < N_TEMPLATES; i++)
    if (strcmp(templates[i].shape.name, name) == 0) return i;
  return -1;
}

static bool is_parent(const blueprint *shape, int who) {
  for (int i = 0; i < shape->n_members; i++)
    if (shape->members[i].father == who || shape->members[i].mother == who) return true;
  return false;
}

static hw_sex draw_sex(drawn_sex sex, hw_random *stream) {
  switch (sex) {
    case MAN:
      return HW_MALE;
    case WOMAN:
      return HW_FEMALE;
    case EITHER:
      return hw_random_below(stream, 2) == 0 ? HW_MALE : HW_FEMALE;
    case SOLDIER:
      break;
  }
  return hw_random_below(stream, 10) == 0 ? HW_FEMALE : HW_MALE;
}

/* The family while it is being made. */
typedef struct draft {
  hw_person *persons;
  int32_t *missing, *typed;
  int32_t n_persons, n_missing, n_typed, n_silent;
  int32_t index[MOST_MEMBERS]; /* member → person, or HW_PERSON_NONE where left out */
} draft;

static const char *person_code(const char *family, char kind, int32_t number, hw_arena *arena) {
  char code[64];
  snprintf(code, sizeof code, "%s-%c%d", family, kind, (int)number);
  return hw_arena_strdup(arena, code);
}

/* Adds member `i` to the draft; false if memory is exhausted. */
static bool add_member(draft *self, const blueprint *shape, int i, const char *family,
                       hw_random *stream, hw_arena *arena) {
  const member *m = &shape->members[i];
  hw_sex sex = draw_sex(m->sex, stream);
  part role = m->part;
  self->index[i] = HW_PERSON_NONE;
  if (role == MAYBE) {
    role = hw_random_below(stream, 2) == 0 ? TYPED : SILENT;
    if (role == SILENT && !is_parent(shape, i)) return true;
  }
  int32_t who = self->n_persons++;
  self->index[i] = who;
  const char *code = NULL;
  if (role == MISSING) {
    self->missing[self->n_missing++] = who;
    code = person_code(family, 'M', self->n_missing, arena);
  } else if (role == TYPED) {
    self->typed[self->n_typed++] = who;
    code = person_code(family, 'R', self->n_typed, arena);
  } else {
    code = person_code(family, 'U', ++self->n_silent, arena);
  }
  self->persons[who] = (hw_person){
      .id = code,
      .father = m->father == NOBODY ? HW_PERSON_NONE : self->index[m->father],
      .mother = m->mother == NOBODY ? HW_PERSON_NONE : self->index[m->mother],
      .sex = sex,
      .twin = HW_PERSON_NONE,
  };
  return code != NULL;
}

hw_status hwp_shape_family(int32_t shape, const char *name, hw_random *stream, hw_arena *arena,
                           hwp_family *out, hw_err *err) {
  HW_BUG_IF(shape < 0 || shape >= N_TEMPLATES, err);
  const blueprint *t = &templates[shape];
  draft self = {.persons = hw_arena_alloc_array(arena, MOST_MEMBERS, sizeof *self.persons),
                .missing = hw_arena_alloc_array(arena, MOST_MEMBERS, sizeof *self.missing),
                .typed = hw_arena_alloc_array(arena, MOST_MEMBERS, sizeof *self.typed)};
  bool fits = self.persons != NULL && self.missing != NULL && self.typed != NULL;
  for (int i = 0; fits && i < t->n_members; i++)
    fits = add_member(&self, t, i, name, stream, arena);
  if (!fits) return HW_NO_MEMORY(err, "a family");
  *out = (hwp_family){.pedigree = {.n_persons = self.n_persons, .persons = self.persons},
                      .n_missing = self.n_missing,
                      .n_typed = self.n_typed,
                      .missing = self.missing,
                      .typed = self.typed};
  return hw_pedigree_validate(&out->pedigree, err);
}
