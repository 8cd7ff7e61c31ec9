/* Founder couples that may change places.
 *
 * Let F and M be untyped founders all of whose children who matter are of both. To exchange them is
 * a permutation σ of the inheritance vectors, σ(v) = Pv ⊕ t: P exchanges, child by child, the bits
 * of the meioses of F and of M, and t turns over every meiosis of those children, whose paternal and
 * maternal alleles have changed places. Nobody can see the exchange, so labels are the same at v and
 * σ(v). Recombination is the same too if the female and the male map have the same intervals:
 * σ carries the mask of each meiosis to one with the same fraction. (With maps of their own a
 * meiosis of F would become one of M; then no exchange is made.) Then the chain may be lumped on the
 * pairs {v, σ(v)} (Kemeny & Snell 1960, § 6.3), and a forward or backward state is the same at
 * both.
 *
 * A pair has one vector with a given bit c of t at 0, so that half of the vectors stand for all, a
 * cube C that all masks but c's own leave alone. All steps commute: those of the other masks are
 * done within C; that of c takes v to v ⊕ c, which is outside, and has the same state as
 *
 *   τ(v) = σ(v ⊕ c) = Pv ⊕ t ⊕ c,   inside (c is not moved by P).
 *
 * So the bit c is not kept, and its meiosis mixes the pairs v, τ(v): a fold. It has to be done when
 * the state is that of a marker, before or after all other masks, since between them a state is
 * not the same at v and σ(v). Couples have no founder and no child in common; their folds
 * commute and each saves a bit. Identical branches other than couples do not occur: a branch
 * without typed persons does not matter, and one with typed persons is like no other.
 *
 * Source: the couples' symmetry is that of Kruglyak et al. (1996); Mostad, Tillmar & Kling (2023)
 * for groups of symmetries in general. */
#include "kinship/linked_int.h"

enum { NO_FOLD = -1 };

bool hwp_has_equal_maps(const hw_linked_problem *problem) {
  for (int32_t m = 1; m < problem->n_markers; m++) {
    const hw_linked_marker *marker = &problem->markers[m], *before = marker - 1;
    if (marker->chromosome == HW_LINKED_CHROMOSOMES || marker->chromosome != before->chromosome)
      continue;
    const double female = marker->female_cm - before->female_cm;
    const double male = marker->male_cm - before->male_cm;
    if (female < male || female > male) return false;
  }
  return true;
}

static bool is_typed(const hwp_tracer *self, int32_t i) {
  for (int32_t t = 0; t < self->problem->n_typed; t++)
    if (self->individual[t] == i) return true;
  return false;
}

/* True if all children of either founder are of both. */
static bool is_couple(const hwp_tracer *self, int32_t father, int32_t mother) {
  const hwp_family *family = &self->family;
  if (family->father[father] >= 0 || family->father[mother] >= 0) return false;
  if (is_typed(self, father) || is_typed(self, mother)) return false;
  for (int32_t i = 0; i < family->n; i++)
    if (self->is_kept[i] && family->father[i] >= 0 &&
        (family->father[i] == father || family->mother[i] == mother ||
         family->father[i] == mother || family->mother[i] == father) &&
        (family->father[i] != father || family->mother[i] != mother))
      return false;
  return true;
}

/* For every couple the first meiosis of one of its children is folded. */
void hwp_find_folds(hwp_tracer *self) {
  for (int32_t s = 0; s < self->n_slots; s++) self->fold[s] = NO_FOLD;
  if (self->on_x || !hwp_has_equal_maps(self->problem)) return;
  for (int32_t s = 0; s < self->n_slots; s++) {
    const int32_t child = self->parent[s];
    if (child < 0 || self->family.father[child] < 0) continue;
    const int32_t father = self->family.father[child], mother = self->family.mother[child];
    if (!is_couple(self, father, mother)) continue;
    bool is_done = false;
    for (int32_t f = 0; f < self->n_folds; f++) is_done |= self->fold_father[f] == father;
    if (is_done || self->n_folds == HWP_MOST_FOLDS) continue;
    self->fold_father[self->n_folds] = father;
    self->fold[s] = self->n_folds++;
  }
}

/* τ of the couple of a folded meiosis. */
hw_walk_fold hwp_fold_of(const hwp_tracer *self, int32_t folded) {
  const hwp_family *family = &self->family;
  const int32_t father = self->fold_father[self->fold[folded]];
  hw_walk_fold fold = {.turned = 0};
  for (int32_t s = 0; s < self->n_slots; s++) {
    const int32_t parent = self->parent[s];
    if (parent < 0 || self->bit[s] < 0) continue;
    if (family->father[parent] == father) fold.turned |= (uint32_t)1 << self->bit[s];
    if (parent != father) continue;
    /* A child's paternal slot stands directly before the maternal. */
    fold.swap[fold.n_swaps][0] = (uint8_t)self->bit[s];
    fold.swap[fold.n_swaps++][1] = (uint8_t)self->bit[s + 1];
  }
  return fold;
}
