/* Gene dropping: genes fall from the founders through a pedigree.
 *
 * Persons are visited parents first. Identical twins (and one person under two
 * codes) are one individual: the first of a group stands for all, takes the
 * parents that any of them names, and its genotype is copied to the others.
 *
 * Draws of one marker happen in visiting order, paternal before maternal, each
 * with at most three numbers of the stream; nothing depends on addresses, on
 * the machine's mathematical library or on the order of evaluation.
 *
 * The founder urn follows Balding & Nichols (1994) in Hoppe's form: with k
 * alleles drawn, a uniformly chosen one of them is copied with probability
 * kθ/(1+(k−1)θ), which has the same law as drawing from their mixed frequencies.
 *
 * What it does not do: linkage. Markers are dropped one by one. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "homeward/simulate.h"

/* Structure of a pedigree with twins merged; arrays of n_persons. */
typedef struct order {
  int32_t *who;    /* visiting order of individuals, parents first */
  int32_t n;       /* individuals in it */
  int32_t *first;  /* person → first of its twin group */
  int32_t *father; /* of a group's first: merged parents, as firsts, or HW_PERSON_NONE */
  int32_t *mother;
  int32_t *stack;
  char *state; /* 0 new, 1 on the stack, 2 placed */
} order;

static void order_clear(order *self) {
  free(self->who);
  free(self->first);
  free(self->father);
  free(self->mother);
  free(self->stack);
  free(self->state);
}

static bool order_alloc(order *self, size_t n) {
  memset(self, 0, sizeof *self);
  if (n == 0) n = 1;
  self->who = calloc(n, sizeof *self->who);
  self->first = calloc(n, sizeof *self->first);
  self->father = calloc(n, sizeof *self->father);
  self->mother = calloc(n, sizeof *self->mother);
  self->stack = calloc(n, sizeof *self->stack);
  self->state = calloc(n, sizeof *self->state);
  if (self->who && self->first && self->father && self->mother && self->stack && self->state)
    return true;
  order_clear(self);
  return false;
}

static void merge_twins(const hw_pedigree *pedigree, order *self) {
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    int32_t twin = pedigree->persons[i].twin; /* always a smaller index, so already merged */
    self->first[i] = twin == HW_PERSON_NONE ? i : self->first[twin];
    self->father[i] = self->mother[i] = HW_PERSON_NONE;
  }
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    const hw_person *person = &pedigree->persons[i];
    int32_t f = self->first[i];
    if (person->father != HW_PERSON_NONE) self->father[f] = self->first[person->father];
    if (person->mother != HW_PERSON_NONE) self->mother[f] = self->first[person->mother];
  }
}

/* Depth first with an explicit stack: a chain of a hundred thousand generations is legal. */
static hw_status place(order *self, int32_t start, hw_err *err) {
  int32_t depth = 0;
  self->stack[depth++] = start;
  self->state[start] = 1;
  while (depth > 0) {
    int32_t i = self->stack[depth - 1], next = HW_PERSON_NONE;
    if (self->father[i] != HW_PERSON_NONE && self->state[self->father[i]] != 2)
      next = self->father[i];
    else if (self->mother[i] != HW_PERSON_NONE && self->state[self->mother[i]] != 2)
      next = self->mother[i];
    if (next == HW_PERSON_NONE) {
      self->state[i] = 2;
      self->who[self->n++] = i;
      depth--;
      continue;
    }
    if (self->state[next] == 1)
      return hw_err_set(err, HW_E_PEDIGREE, "a person is her own ancestor");
    self->state[next] = 1;
    self->stack[depth++] = next;
  }
  return HW_OK;
}

static hw_status order_make(const hw_pedigree *pedigree, order *self, hw_err *err) {
  if (!order_alloc(self, (size_t)pedigree->n_persons)) {
    hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted: cannot hold the order of a pedigree");
    return HW_E_NO_MEMORY;
  }
  merge_twins(pedigree, self);
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    if (self->first[i] != i || self->state[i] != 0) continue;
    hw_status status = place(self, i, err);
    if (status != HW_OK) {
      order_clear(self);
      return status;
    }
  }
  return HW_OK;
}

hw_status hw_simulate_sexes(const hw_pedigree *pedigree, hw_random *stream, hw_sex *sexes,
                            hw_err *err) {
  order o;
  HW_TRY(order_make(pedigree, &o, err));
  int32_t n = pedigree->n_persons;
  for (int32_t i = 0; i < n; i++) sexes[i] = HW_UNKNOWN_SEX;
  for (int32_t i = 0; i < n; i++) {
    int32_t f = o.first[i];
    if (pedigree->persons[i].sex != HW_UNKNOWN_SEX) sexes[f] = pedigree->persons[i].sex;
    if (f == i && o.father[i] != HW_PERSON_NONE) sexes[o.father[i]] = HW_MALE;
    if (f == i && o.mother[i] != HW_PERSON_NONE) sexes[o.mother[i]] = HW_FEMALE;
  }
  for (int32_t i = 0; i < n; i++) {
    if (o.first[i] == i && sexes[i] == HW_UNKNOWN_SEX)
      sexes[i] = hw_random_below(stream, 2) == 0 ? HW_MALE : HW_FEMALE;
    sexes[i] = sexes[o.first[i]];
  }
  order_clear(&o);
  return HW_OK;
}

/* Index drawn in proportion to n weights whose sum need not be exactly one. */
static hw_allele draw_weighted(int32_t n, const double *weights, hw_random *stream) {
  double total = 0, reached = 0;
  for (int32_t i = 0; i < n; i++) total += weights[i];
  double u = hw_random_double(stream) * total;
  hw_allele last = 0; /* of positive weight: a zero one must never come out of rounding */
  for (int32_t i = 0; i < n; i++) {
    if (weights[i] <= 0) continue;
    last = i;
    reached += weights[i];
    if (u < reached) return i;
  }
  return last;
}

/* The founder alleles of one marker so far. */
typedef struct urn {
  const hw_marker *marker;
  double theta;
  int32_t n;
  hw_allele *drawn;
} urn;

static hw_allele urn_draw(urn *self, hw_random *stream) {
  hw_allele allele = HW_ALLELE_NONE;
  if (self->theta > 0 && self->n > 0) {
    double k = self->n;
    if (hw_random_double(stream) < k * self->theta / (1 + (k - 1) * self->theta))
      allele = self->drawn[hw_random_below(stream, (uint64_t)self->n)];
  }
  if (allele == HW_ALLELE_NONE)
    allele = draw_weighted(self->marker->n_alleles, self->marker->frequencies, stream);
  self->drawn[self->n++] = allele;
  return allele;
}

/* One transmission from a parent's genotype (NONE as its paternal allele: only one to give). */
static hw_allele transmit(const hw_marker *marker, const hw_allele *parent, int from,
                          hw_random *stream) {
  hw_allele allele = parent[1];
  if (parent[0] != HW_ALLELE_NONE && hw_random_below(stream, 2) == 0) allele = parent[0];
  if (marker->matrix[from] == NULL) return allele;
  size_t n = (size_t)marker->n_alleles;
  return draw_weighted(marker->n_alleles, marker->matrix[from] + (size_t)allele * n, stream);
}

static void drop_person(const hw_marker *marker, const order *o, int32_t i, bool is_male_x,
                        urn *founders, hw_random *stream, hw_allele *genotypes) {
  hw_allele *own = genotypes + 2 * (size_t)i;
  if (is_male_x)
    own[0] = HW_ALLELE_NONE;
  else if (o->father[i] == HW_PERSON_NONE)
    own[0] = urn_draw(founders, stream);
  else
    own[0] = transmit(marker, genotypes + 2 * (size_t)o->father[i], HW_FROM_FATHER, stream);
  if (o->mother[i] == HW_PERSON_NONE)
    own[1] = urn_draw(founders, stream);
  else
    own[1] = transmit(marker, genotypes + 2 * (size_t)o->mother[i], HW_FROM_MOTHER, stream);
}

hw_status hw_simulate_drop(const hw_pedigree *pedigree, const hw_sex *sexes,
                           const hw_marker *marker, double theta, hw_random *stream,
                           hw_allele *genotypes, hw_err *err) {
  order o;
  HW_TRY(order_make(pedigree, &o, err));
  urn founders = {.marker = marker, .theta = theta};
  founders.drawn = calloc(2 * (size_t)pedigree->n_persons + 1, sizeof *founders.drawn);
  if (founders.drawn == NULL) {
    order_clear(&o);
    return HW_NO_MEMORY(err, "the founder alleles of a pedigree");
  }
  bool is_x = hw_marker_is_x(marker);
  for (int32_t k = 0; k < o.n; k++) {
    int32_t i = o.who[k];
    drop_person(marker, &o, i, is_x && sexes[i] == HW_MALE, &founders, stream, genotypes);
  }
  for (int32_t i = 0; i < pedigree->n_persons; i++)
    memmove(genotypes + 2 * (size_t)i, genotypes + 2 * (size_t)o.first[i], 2 * sizeof *genotypes);
  free(founders.drawn);
  order_clear(&o);
  return HW_OK;
}
