/* Which persons of a pedigree are of one maternal or paternal line, and over how many meioses.
 *
 * mtDNA comes from the mother, the Y chromosome from the father. Each person has one
 * chain of mothers and one of fathers, so two persons are of one line exactly if
 * their chains meet; the meioses between them are the steps up to where they meet
 * first. Identical twins are one individual: a group of twins is one link, with the
 * parents that any member has.
 *
 * Two persons whose chains end without meeting may still share a line outside of the
 * pedigree: it only says nothing about it. */
#include <stdlib.h>

#include "base/check.h"
#include "homeward/lineage.h"

/* For every person: the first of the twins, and (at the first one) the parent of the group. */
typedef struct chain {
  int32_t *first;
  int32_t *parent;
} chain;

static hw_status make_chain(const hw_pedigree *pedigree, hw_line line, chain *self, hw_err *err) {
  const int32_t n = pedigree->n_persons;
  self->first = calloc(2 * (size_t)n, sizeof *self->first);
  if (self->first == NULL) return HW_NO_MEMORY(err, "the lines of a pedigree");
  self->parent = self->first + n;
  for (int32_t i = 0; i < n; i++) {
    const int32_t twin = pedigree->persons[i].twin;
    HW_BUG_IF(twin >= i, err);
    self->first[i] = twin == HW_PERSON_NONE ? i : self->first[twin];
    self->parent[i] = HW_PERSON_NONE;
  }
  for (int32_t i = 0; i < n; i++) {
    const hw_person *person = &pedigree->persons[i];
    const int32_t parent = line == HW_LINE_MATERNAL ? person->mother : person->father;
    HW_BUG_IF(parent >= n, err);
    if (parent != HW_PERSON_NONE && self->parent[self->first[i]] == HW_PERSON_NONE)
      self->parent[self->first[i]] = self->first[parent];
  }
  return HW_OK;
}

/* Walks up from both ends. Steps of `person` are kept by individual, plus one. */
static hw_status walk(const hw_pedigree *pedigree, const chain *self, int32_t person, int32_t other,
                      int32_t *n_meioses, hw_err *err) {
  const int32_t n = pedigree->n_persons;
  int32_t *steps = calloc((size_t)n, sizeof *steps), at = self->first[person], up = 0;
  if (steps == NULL) return HW_NO_MEMORY(err, "the lines of a pedigree");
  hw_status status = HW_OK;
  for (; at != HW_PERSON_NONE && steps[at] == 0; at = self->parent[at]) steps[at] = ++up;
  if (at != HW_PERSON_NONE)
    status = hw_err_set(err, HW_E_PEDIGREE, "\"%.60s\" is an ancestor of itself",
                        pedigree->persons[at].id);
  at = self->first[other];
  for (up = 0; status == HW_OK && at != HW_PERSON_NONE && up <= n; at = self->parent[at], up++)
    if (steps[at] > 0) {
      *n_meioses = steps[at] - 1 + up;
      break;
    }
  free(steps);
  return status;
}

static bool has_line(const hw_pedigree *pedigree, int32_t person, hw_line line) {
  return line == HW_LINE_MATERNAL || pedigree->persons[person].sex != HW_FEMALE;
}

hw_status hw_lineage_meioses(const hw_pedigree *pedigree, int32_t person, int32_t other,
                             hw_line line, int32_t *n_meioses, hw_err *err) {
  const int32_t n = pedigree->n_persons;
  *n_meioses = HW_LINE_OTHER;
  if (person < 0 || person >= n || other < 0 || other >= n)
    return hw_err_set(err, HW_E_REFERENCE, "person %d: the pedigree has persons 0 to %d",
                      (int)(person < 0 || person >= n ? person : other), (int)n - 1);
  if (!has_line(pedigree, person, line) || !has_line(pedigree, other, line)) return HW_OK;
  chain self = {0};
  hw_status status = make_chain(pedigree, line, &self, err);
  if (status == HW_OK) status = walk(pedigree, &self, person, other, n_meioses, err);
  free(self.first);
  return status;
}
