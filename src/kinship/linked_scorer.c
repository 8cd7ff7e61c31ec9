/* One family, many unknown persons.
 *
 *   ln LR = ln P(data, relatives | in her place) − ln P(relatives) − ln P(data | unrelated)
 *
 * Without theta the second term is the family's and the third a product over markers, since an
 * unrelated person's alleles at different markers are independent: Σ_g P(g)·P(reads | g), with
 * Hardy–Weinberg frequencies and, for a man on X, those of single alleles.
 *
 * With theta an unrelated person's founder alleles come from the urn of the relatives', so that the
 * last two terms are one: P(data, relatives) in a pedigree where she is one founder more, to whom
 * nobody is related. It is a second place, prepared and scored as the first. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "kinship/linked_lanes.h"

struct hw_linked_scorer {
  hw_arena arena;
  hw_linked_problem related, unrelated;
  hw_linked_typed typed[2][HW_LINKED_MAX_TYPED];
  hw_pedigree pedigree;     /* with one founder more */
  bool has[2];              /* markers not on X, on X */
  hwp_place places[2][2];   /* related, unrelated; not on X, on X */
  hw_linked_result nothing; /* ln P(relatives) without theta */
};

static hw_status add_stranger(hw_linked_scorer *self, int32_t person, hw_err *err) {
  static const char id[] = "(unrelated)";
  const hw_pedigree *from = self->related.pedigree;
  const size_t n = (size_t)from->n_persons;
  hw_person *persons = hw_arena_alloc_array(&self->arena, n + 1, sizeof *persons);
  hwp_family family;
  if (persons == NULL || hwp_family_init(&family, from, &self->arena) != HW_OK)
    return HW_NO_MEMORY(err, "a pedigree");
  memcpy(persons, from->persons, n * sizeof *persons);
  persons[n] = (hw_person){id, HW_PERSON_NONE, HW_PERSON_NONE,
                           family.sex[family.individual[person]], HW_PERSON_NONE};
  self->pedigree = (hw_pedigree){from->n_persons + 1, persons};
  self->unrelated = self->related;
  self->unrelated.pedigree = &self->pedigree;
  self->unrelated.typed = self->typed[1];
  memcpy(self->typed[1], self->typed[0], sizeof self->typed[0]);
  self->typed[1][self->related.n_typed - 1].person = from->n_persons;
  return HW_OK;
}

static hw_status refuse_relatives(int32_t chromosome, hw_err *err) {
  return hw_err_set(err, HW_E_VALUE,
                    "the relatives' data of chromosome %d are impossible in this pedigree: allow "
                    "for errors in the genotype likelihoods",
                    (int)chromosome);
}

static hw_status check_person(const hw_linked_problem *family, int32_t person, hw_err *err) {
  if (person < 0 || person >= family->pedigree->n_persons)
    return hw_err_set(err, HW_E_SHAPE, "the person sought is not in the pedigree");
  if (family->n_typed < 0 || family->n_typed >= HW_LINKED_MAX_TYPED)
    return hw_err_set(err, HW_E_SHAPE, "%d typed persons, expected 0 to %d beside the one sought",
                      (int)family->n_typed, HW_LINKED_MAX_TYPED - 1);
  return HW_OK;
}

static hw_status prepare(hw_linked_scorer *self, const hw_linked_problem *family, int32_t person,
                         const hw_linked_options *options, hw_err *err) {
  HW_TRY(check_person(family, person, err));
  const int32_t query = family->n_typed;
  self->related = *family;
  self->related.n_typed = query + 1;
  self->related.typed = self->typed[0];
  for (int32_t t = 0; t < query; t++) self->typed[0][t] = family->typed[t];
  self->typed[0][query] = (hw_linked_typed){person, NULL};
  HW_TRY(hwp_linked_check(&self->related, err));
  const bool has_urn = family->theta > 0;
  if (has_urn) HW_TRY(add_stranger(self, person, err));
  if (!has_urn && query > 0) HW_TRY(hw_linked_likelihood(family, options, &self->nothing, err));
  for (int32_t c = 0; c <= HW_LINKED_CHROMOSOMES; c++)
    if (!isfinite(self->nothing.ln_by_chromosome[c])) return refuse_relatives(c, err);
  for (int32_t m = 0; m < family->n_markers; m++)
    self->has[family->markers[m].chromosome == HW_LINKED_CHROMOSOMES] = true;
  for (int on_x = 0; on_x < 2; on_x++) {
    if (!self->has[on_x]) continue;
    HW_TRY(hwp_place_init(&self->places[0][on_x], &self->related, query, on_x, !has_urn, options,
                          &self->arena, err));
    if (has_urn)
      HW_TRY(hwp_place_init(&self->places[1][on_x], &self->unrelated, query, on_x, false, options,
                            &self->arena, err));
  }
  return HW_OK;
}

hw_status hw_linked_scorer_new(const hw_linked_problem *family, int32_t person,
                               const hw_linked_options *options, hw_linked_scorer **out,
                               hw_err *err) {
  *out = NULL;
  hw_linked_scorer *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a family's scorer");
  const hw_status status = prepare(self, family, person, options, err);
  if (status != HW_OK) {
    hw_linked_scorer_delete(self);
    return status;
  }
  *out = self;
  return HW_OK;
}

void hw_linked_scorer_delete(hw_linked_scorer *self) {
  if (self == NULL) return;
  for (int i = 0; i < 4; i++) hwp_place_clear(&self->places[i / 2][i % 2]);
  hw_arena_clear(&self->arena);
  free(self);
}

hw_status hw_linked_scorer_score(const hw_linked_scorer *self, const float *likelihoods,
                                 double *ln_lr, double *by_chromosome, hw_err *err) {
  double related[HW_LINKED_CHROMOSOMES + 1] = {0}, unrelated[HW_LINKED_CHROMOSOMES + 1] = {0};
  double sum = 0;
  for (int on_x = 0; on_x < 2; on_x++) {
    if (!self->has[on_x]) continue;
    HW_TRY(hwp_place_score(&self->places[0][on_x], likelihoods, related, err));
    if (self->related.theta > 0)
      HW_TRY(hwp_place_score(&self->places[1][on_x], likelihoods, unrelated, err));
  }
  for (int32_t c = 0; c <= HW_LINKED_CHROMOSOMES; c++) {
    if (!isfinite(unrelated[c])) return refuse_relatives(c, err);
    related[c] -= unrelated[c] + self->nothing.ln_by_chromosome[c];
    sum += related[c];
  }
  if (by_chromosome != NULL) memcpy(by_chromosome, related, sizeof related);
  *ln_lr = sum;
  return HW_OK;
}
