/* Are two cases the same, to the last bit? See case_equal.h. */
#include "support/case_equal.h"

#include <string.h>

/* Leaves the function with the name of what differs. */
#define SAME(condition, what)      \
  do {                             \
    if (!(condition)) return what; \
  } while (0)
#define SAME_TEXT(a, b, what) SAME(strcmp((a), (b)) == 0, what)
#define SAME_PART(call)            \
  do {                             \
    const char *part = (call);     \
    if (part != NULL) return part; \
  } while (0)

static bool same_bits(const double *a, const double *b, size_t n) {
  if ((a == NULL) != (b == NULL)) return false;
  return a == NULL || memcmp(a, b, n * sizeof *a) == 0;
}

static const char *mutation_difference(const hw_mutation *a, const hw_mutation *b, size_t n) {
  SAME(a->model == b->model, "mutation model");
  SAME(a->transform == b->transform, "mutation transform");
  SAME(same_bits(a->rate, b->rate, 2), "mutation rate");
  SAME(same_bits(a->rate2, b->rate2, 2), "mutation rate2");
  SAME(same_bits(a->range, b->range, 2), "mutation range");
  for (int from = 0; from < 2; from++)
    SAME(same_bits(a->custom[from], b->custom[from], n * n), "custom matrix");
  return NULL;
}

const char *marker_difference(const hw_marker *a, const hw_marker *b) {
  SAME_TEXT(a->name, b->name, "marker name");
  SAME(a->chromosome == b->chromosome, "chromosome");
  SAME((a->position_cm != a->position_cm && b->position_cm != b->position_cm) ||
           same_bits(&a->position_cm, &b->position_cm, 1),
       "position");
  SAME(a->n_alleles == b->n_alleles, "number of alleles");
  for (int32_t i = 0; i < a->n_alleles; i++)
    SAME_TEXT(a->allele_names[i], b->allele_names[i], "allele name");
  const size_t n = (size_t)a->n_alleles;
  SAME(same_bits(a->frequencies, b->frequencies, n), "frequency");
  SAME(a->silent == b->silent, "silent allele");
  SAME_PART(mutation_difference(&a->mutation, &b->mutation, n));
  for (int from = 0; from < 2; from++)
    SAME(same_bits(a->matrix[from], b->matrix[from], n * n), "mutation matrix");
  SAME((a->matrix[0] == a->matrix[1]) == (b->matrix[0] == b->matrix[1]), "sharing of matrices");
  return NULL;
}

static const char *observation_difference(const hw_observation *a, const hw_observation *b) {
  SAME(a->kind == b->kind, "kind of observation");
  SAME(a->a == b->a && a->b == b->b, "genotype");
  SAME(a->n_seen == b->n_seen, "number of alleles seen");
  for (int32_t i = 0; i < a->n_seen; i++) SAME(a->seen[i] == b->seen[i], "allele seen");
  return NULL;
}

static const char *profile_difference(const hw_profile *a, const hw_profile *b) {
  SAME_TEXT(a->id, b->id, "profile id");
  SAME(a->n_markers == b->n_markers, "markers of a profile");
  SAME(a->has_dropout == b->has_dropout, "dropout");
  SAME(same_bits(&a->dropout, &b->dropout, 1), "dropout rate");
  SAME(same_bits(&a->drop_in, &b->drop_in, 1), "drop-in rate");
  SAME(same_bits(&a->typing_error, &b->typing_error, 1), "typing error");
  for (int32_t m = 0; m < a->n_markers; m++)
    SAME_PART(observation_difference(&a->observations[m], &b->observations[m]));
  return NULL;
}

static const char *pedigree_difference(const hw_pedigree *a, const hw_pedigree *b) {
  SAME(a->n_persons == b->n_persons, "number of persons");
  for (int32_t i = 0; i < a->n_persons; i++) {
    const hw_person *p = &a->persons[i], *q = &b->persons[i];
    SAME_TEXT(p->id, q->id, "person id");
    SAME(p->father == q->father, "father");
    SAME(p->mother == q->mother, "mother");
    SAME(p->sex == q->sex, "sex");
    SAME(p->twin == q->twin, "twin");
  }
  return NULL;
}

static const char *profiles_difference(int32_t n, const hw_profile *a, const hw_profile *b) {
  for (int32_t i = 0; i < n; i++) SAME_PART(profile_difference(&a[i], &b[i]));
  return NULL;
}

static const char *family_difference(const hw_family *a, const hw_family *b) {
  SAME_TEXT(a->name, b->name, "family name");
  SAME_PART(pedigree_difference(&a->pedigree, &b->pedigree));
  SAME(a->n_missing == b->n_missing, "number of missing persons");
  for (int32_t i = 0; i < a->n_missing; i++) SAME(a->missing[i] == b->missing[i], "missing person");
  SAME(a->n_profiles == b->n_profiles, "number of a family's profiles");
  for (int32_t i = 0; i < a->n_profiles; i++)
    SAME(a->profile_person[i] == b->profile_person[i], "person of a family's profile");
  return profiles_difference(a->n_profiles, a->profiles, b->profiles);
}

static const char *comparison_difference(const hw_case *a, const hw_case *b) {
  SAME(a->n_hypotheses == b->n_hypotheses, "number of hypotheses");
  SAME(a->n_profiles == b->n_profiles, "number of profiles");
  SAME(a->n_hypotheses == 0 || a->reference == b->reference, "reference");
  SAME_PART(profiles_difference(a->n_profiles, a->profiles, b->profiles));
  for (int32_t h = 0; h < a->n_hypotheses; h++) {
    SAME_TEXT(a->hypotheses[h].name, b->hypotheses[h].name, "hypothesis name");
    SAME_PART(pedigree_difference(&a->hypotheses[h].pedigree, &b->hypotheses[h].pedigree));
    for (int32_t i = 0; i < a->n_profiles; i++)
      SAME(a->hypotheses[h].profile_person[i] == b->hypotheses[h].profile_person[i],
           "person of a profile");
  }
  return NULL;
}

static const char *linkage_difference(const hw_case *a, const hw_case *b) {
  SAME(a->n_linkages == b->n_linkages, "number of linkage groups");
  for (int32_t g = 0; g < a->n_linkages; g++) {
    const hw_linkage *x = &a->linkages[g], *y = &b->linkages[g];
    SAME(x->n_markers == y->n_markers, "markers of a linkage group");
    for (int32_t i = 0; i < x->n_markers; i++)
      SAME(x->markers[i] == y->markers[i], "linked marker");
    SAME(same_bits(x->recombination, y->recombination, (size_t)x->n_markers - 1), "recombination");
  }
  return NULL;
}

const char *case_difference_but_head(const hw_case *a, const hw_case *b) {
  SAME(same_bits(&a->theta, &b->theta, 1), "theta");
  SAME(a->n_markers == b->n_markers, "number of markers");
  for (int32_t m = 0; m < a->n_markers; m++)
    SAME_PART(marker_difference(&a->markers[m], &b->markers[m]));
  SAME_PART(linkage_difference(a, b));
  SAME_PART(comparison_difference(a, b));
  SAME(a->n_remains == b->n_remains, "number of remains");
  for (int32_t i = 0; i < a->n_remains; i++) {
    SAME_TEXT(a->remains[i].id, b->remains[i].id, "remains id");
    SAME(a->remains[i].sex == b->remains[i].sex, "sex of remains");
    SAME_PART(profile_difference(&a->remains[i].profile, &b->remains[i].profile));
  }
  SAME(a->n_families == b->n_families, "number of families");
  for (int32_t i = 0; i < a->n_families; i++)
    SAME_PART(family_difference(&a->families[i], &b->families[i]));
  return NULL;
}

const char *case_difference(const hw_case *a, const hw_case *b) {
  SAME_TEXT(a->id, b->id, "case id");
  SAME_TEXT(a->description, b->description, "description");
  return case_difference_but_head(a, b);
}
