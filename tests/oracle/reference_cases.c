/* Right and wrong references, see reference_cases.h. */
#include "reference_cases.h"

#include <stdlib.h>
#include <string.h>

#include "gene_drop.h"

static const int32_t NOBODY = HW_PERSON_NONE;

static void *allocate(size_t count, size_t size) {
  void *p = calloc(count ? count : 1, size);
  if (p == NULL) abort();
  return p;
}

static const char *const shape_names[CASE_SHAPE_COUNT] = {"father, mother, child",
                                                          "father, mother, 2 children",
                                                          "father, child",
                                                          "mother, 2 children",
                                                          "2 full sibs",
                                                          "3 full sibs",
                                                          "4 full sibs",
                                                          "2 half sibs",
                                                          "mother, 2 half sibs",
                                                          "mother, twins",
                                                          "2 uncles, mother, child",
                                                          "grandmother, aunt, grandchild"};

static const char *const fault_names[FAULT_COUNT] = {"none",      "foreign",         "swapped",
                                                     "paternity", "full sibs",       "duplicate",
                                                     "not twins", "father's brother"};

const char *case_shape_name(case_shape shape) {
  return shape_names[shape];
}

const char *case_fault_name(case_fault fault) {
  return fault_names[fault];
}

static family *children(bool father_typed, bool mother_typed, int32_t n) {
  family *f = family_new();
  const int32_t father = family_add(f, NOBODY, NOBODY, HW_MALE);
  const int32_t mother = family_add(f, NOBODY, NOBODY, HW_FEMALE);
  f->missing = family_add(f, father, mother, HW_MALE);
  if (father_typed) family_type(f, father);
  if (mother_typed) family_type(f, mother);
  for (int32_t i = 0; i < n; i++)
    family_type(f, family_add(f, father, mother, i % 2 ? HW_MALE : HW_FEMALE));
  return f;
}

static family *halves(bool mother_typed) {
  family *f = family_new();
  const int32_t mother = family_add(f, NOBODY, NOBODY, HW_FEMALE);
  const int32_t father = family_add(f, NOBODY, NOBODY, HW_MALE);
  const int32_t other = family_add(f, NOBODY, NOBODY, HW_MALE);
  f->missing = family_add(f, father, mother, HW_MALE);
  if (mother_typed) family_type(f, mother);
  family_type(f, family_add(f, father, mother, HW_MALE));
  family_type(f, family_add(f, other, mother, HW_FEMALE));
  return f;
}

static family *twins(void) {
  family *f = children(false, true, 2);
  f->persons[4].twin = 3;
  f->persons[4].sex = f->persons[3].sex;
  return f;
}

static family *uncles(void) {
  family *f = family_new();
  const int32_t a = family_add(f, NOBODY, NOBODY, HW_MALE);
  const int32_t b = family_add(f, NOBODY, NOBODY, HW_FEMALE);
  f->missing = family_add(f, a, b, HW_MALE);
  for (int i = 0; i < 2; i++) family_type(f, family_add(f, a, b, HW_MALE));
  const int32_t wife = family_add(f, NOBODY, NOBODY, HW_FEMALE);
  family_type(f, wife);
  family_type(f, family_add(f, f->missing, wife, HW_FEMALE));
  return f;
}

static family *cousins(void) {
  family *f = family_new();
  const int32_t a = family_add(f, NOBODY, NOBODY, HW_MALE);
  const int32_t b = family_add(f, NOBODY, NOBODY, HW_FEMALE);
  f->missing = family_add(f, a, b, HW_MALE);
  family_type(f, b);
  family_type(f, family_add(f, a, b, HW_FEMALE));
  const int32_t son = family_add(f, a, b, HW_MALE);
  family_type(f, family_add(f, son, NOBODY, HW_MALE));
  return f;
}

static family *build(case_shape shape) {
  switch (shape) {
    case CASE_PARENTS_SIB:
      return children(true, true, 1);
    case CASE_PARENTS_SIBS:
      return children(true, true, 2);
    case CASE_FATHER_SIB:
      return children(true, false, 1);
    case CASE_MOTHER_SIBS:
      return children(false, true, 2);
    case CASE_SIBS_2:
      return children(false, false, 2);
    case CASE_SIBS_3:
      return children(false, false, 3);
    case CASE_SIBS_4:
      return children(false, false, 4);
    case CASE_HALF_SIBS:
      return halves(false);
    case CASE_MOTHER_HALVES:
      return halves(true);
    case CASE_TWINS:
      return twins();
    case CASE_UNCLES:
      return uncles();
    default:
      return cousins();
  }
}

/* Changes the true family and whose sample is whose. @return false: not in this shape */
static bool spoil(reference_case *c, case_shape shape, case_fault fault) {
  family *t = c->truth;
  const int32_t n = t->n_typed, last = t->typed[n - 1];
  int32_t father = t->persons[last].father;
  switch (fault) {
    case FAULT_NONE:
      return true;
    case FAULT_FOREIGN:
      c->truth_person[n - 1] = family_add(t, NOBODY, NOBODY, t->persons[last].sex);
      return shape != CASE_TWINS;
    case FAULT_SWAPPED:
      /* of a parent and a child, or of mother and uncle: siblings are alike */
      if (shape >= CASE_SIBS_2 && shape <= CASE_HALF_SIBS) return false;
      c->truth_person[0] = t->typed[n - 1];
      c->truth_person[n - 1] = t->typed[0];
      return shape != CASE_FATHER_SIB && shape != CASE_MOTHER_HALVES;
    case FAULT_PATERNITY:
      t->persons[last].father = family_add(t, NOBODY, NOBODY, HW_MALE);
      return shape != CASE_TWINS && shape != CASE_HALF_SIBS && shape != CASE_MOTHER_HALVES;
    case FAULT_FULL_SIBS:
      t->persons[last].father = t->persons[t->typed[n - 2]].father;
      return shape == CASE_HALF_SIBS || shape == CASE_MOTHER_HALVES;
    case FAULT_DUPLICATE:
      c->truth_person[n - 1] = t->typed[n - 2];
      return shape != CASE_TWINS;
    case FAULT_NOT_IDENTICAL:
      t->persons[last].twin = NOBODY;
      return shape == CASE_TWINS;
    default:
      if (father == NOBODY || t->persons[father].father != NOBODY || shape >= CASE_HALF_SIBS)
        return false;
      t->persons[father].father = family_add(t, NOBODY, NOBODY, HW_MALE);
      t->persons[father].mother = family_add(t, NOBODY, NOBODY, HW_FEMALE);
      t->persons[last].father =
          family_add(t, t->persons[father].father, t->persons[father].mother, HW_MALE);
      return true;
  }
}

static void drop(reference_case *c, const panel *p, uint64_t seed) {
  const int32_t n = c->stated->n_typed, m = p->n_markers;
  rng r = rng_seeded(seed);
  gene_drop d = {.pedigree = &c->truth->pedigree};
  for (int32_t i = 0; i < m; i++) {
    gene_drop_step(&d, &p->markers[i], 0.5, &r);
    for (int32_t k = 0; k < n; k++) {
      const hw_allele *g = d.genotype[c->truth_person[k]];
      c->observations[k * m + i] = gene_drop_observe(
          &p->markers[i], &c->profiles[k], g[HW_FROM_FATHER], g[HW_FROM_MOTHER], NULL, &r);
    }
  }
  gene_drop_clear(&d);
}

reference_case *reference_case_new(case_shape shape, case_fault fault, const panel *p,
                                   uint64_t seed) {
  reference_case *c = allocate(1, sizeof *c);
  c->stated = build(shape);
  c->truth = build(shape);
  const int32_t n = c->stated->n_typed, m = p->n_markers;
  c->profiles = allocate((size_t)n, sizeof *c->profiles);
  c->amelogenin = allocate((size_t)n, sizeof *c->amelogenin);
  c->observations = allocate((size_t)n * (size_t)m, sizeof *c->observations);
  c->truth_person = allocate((size_t)n, sizeof *c->truth_person);
  memcpy(c->truth_person, c->stated->typed, (size_t)n * sizeof *c->truth_person);
  if (!spoil(c, shape, fault)) {
    reference_case_delete(c);
    return NULL;
  }
  for (int32_t k = 0; k < n; k++) {
    c->profiles[k] = (hw_profile){.id = c->stated->ids[c->stated->typed[k]],
                                  .n_markers = m,
                                  .observations = c->observations + (size_t)k * (size_t)m};
    c->amelogenin[k] =
        c->truth->persons[c->truth_person[k]].sex == HW_MALE ? HW_AMELOGENIN_XY : HW_AMELOGENIN_X;
  }
  drop(c, p, seed);
  c->family = (hw_family){.name = "F",
                          .pedigree = c->stated->pedigree,
                          .n_missing = 1,
                          .missing = &c->stated->missing,
                          .n_profiles = n,
                          .profiles = c->profiles,
                          .profile_person = c->stated->typed};
  return c;
}

void reference_case_delete(reference_case *self) {
  if (self == NULL) return;
  family_delete(self->stated);
  family_delete(self->truth);
  free(self->profiles);
  free(self->amelogenin);
  free(self->observations);
  free(self->truth_person);
  free(self);
}

bool case_fault_is_found(case_fault fault, const hw_reference_report *report) {
  if (report->n_findings == 0) return false;
  const hw_finding_kind kind = report->findings[0].kind;
  switch (fault) {
    case FAULT_FOREIGN:
      /* a parent's sample, the child's, or the paternity: the data may not tell */
      return kind == HW_FINDING_FOREIGN || kind == HW_FINDING_FALSE_FATHER ||
             kind == HW_FINDING_HALF_SIBS || kind == HW_FINDING_FALSE_MOTHER;
    case FAULT_SWAPPED:
      return kind == HW_FINDING_SWAPPED;
    case FAULT_PATERNITY:
      return kind == HW_FINDING_FALSE_FATHER || kind == HW_FINDING_HALF_SIBS ||
             kind == HW_FINDING_FOREIGN;
    case FAULT_FULL_SIBS:
      return kind == HW_FINDING_FULL_SIBS;
    case FAULT_DUPLICATE:
      return kind == HW_FINDING_DUPLICATE;
    case FAULT_NOT_IDENTICAL:
      return kind == HW_FINDING_NOT_IDENTICAL;
    case FAULT_UNCLE:
      return kind == HW_FINDING_RELATION || kind == HW_FINDING_FALSE_FATHER ||
             kind == HW_FINDING_HALF_SIBS;
    default:
      return false;
  }
}
