/* Inheritance vectors without what symmetry makes equal.
 *
 * A vector has one bit for every meiosis of somebody with two alleles who is typed
 * or has typed descendants. Flipping all meioses of one founder exchanges the two
 * alleles of that founder, which nothing can tell apart: the bit of the founder's
 * first meiosis is therefore fixed at 0, and a recombination there is one in all
 * the founder's other meioses at once (Kruglyak et al. 1996). So every meiosis is a
 * mask of bits that it turns over; masks that are empty (a founder with one child)
 * do nothing, and meioses of one mask are one (a founder with two children).
 *
 * Ancestors who matter to one person only are left out: if an untyped founder has one
 * child who matters, the allele that this child has of the founder is nobody else's, one
 * of two drawn alike, and so as good as a founder's allele. A child whose parents are all
 * of that kind is a founder, whose own flip saves a bit; and so on downwards.
 *
 * Sources: Lander & Green (1987); Kruglyak, Daly, Reeve-Daly & Lander (1996). */
#include <string.h>

#include "base/check.h"
#include "kinship/linked_int.h"

/* A state has at least one row of lanes. */
enum { NO_BIT = -1, LEAST_BITS = 4 };

static bool is_single(const hwp_tracer *self, int32_t i) {
  return self->on_x && self->family.sex[i] == HW_MALE;
}

static void mark_kept(hwp_tracer *self) {
  const hwp_family *family = &self->family;
  for (int32_t t = 0; t < self->problem->n_typed; t++) self->is_kept[self->individual[t]] = true;
  for (bool is_changed = true; is_changed;) {
    is_changed = false;
    for (int32_t i = 0; i < family->n; i++) {
      if (!self->is_kept[i] || family->father[i] < 0) continue;
      bool *father = &self->is_kept[family->father[i]], *mother = &self->is_kept[family->mother[i]];
      is_changed |= !*mother || (!*father && !is_single(self, i));
      *mother = true;
      if (!is_single(self, i)) *father = true;
    }
  }
}

/* Children who matter and have an allele of each individual. */
static void count_children(const hwp_tracer *self, int32_t *n_children) {
  const hwp_family *family = &self->family;
  memset(n_children, 0, (size_t)family->n * sizeof *n_children);
  for (int32_t i = 0; i < family->n; i++) {
    if (!self->is_kept[i] || family->father[i] < 0) continue;
    n_children[family->mother[i]]++;
    if (!is_single(self, i)) n_children[family->father[i]]++;
  }
}

static bool is_lone(const hwp_tracer *self, int32_t i, const int32_t *n_children) {
  if (self->family.father[i] >= 0 || n_children[i] > 1) return false;
  for (int32_t t = 0; t < self->problem->n_typed; t++)
    if (self->individual[t] == i) return false;
  return true;
}

/* Makes founders of children whose parents matter to nobody else. */
static void drop_lone_parents(hwp_tracer *self, int32_t *n_children) {
  hwp_family *family = &self->family;
  for (bool is_changed = true; is_changed;) {
    is_changed = false;
    count_children(self, n_children);
    for (int32_t i = 0; i < family->n; i++) {
      const int32_t father = family->father[i], mother = family->mother[i];
      if (!self->is_kept[i] || father < 0 || !is_lone(self, mother, n_children)) continue;
      if (!is_single(self, i)) {
        if (!is_lone(self, father, n_children)) continue;
        self->is_kept[father] = false;
      }
      self->is_kept[mother] = false;
      family->father[i] = family->mother[i] = -1;
      is_changed = true;
    }
  }
}

/* Puts the slots of everybody who matters in an order in which parents come first. */
static void order_slots(hwp_tracer *self, bool *is_placed) {
  const hwp_family *family = &self->family;
  for (bool is_changed = true; is_changed;) {
    is_changed = false;
    for (int32_t i = 0; i < family->n; i++) {
      const int32_t father = family->father[i], mother = family->mother[i];
      if (!self->is_kept[i] || is_placed[i]) continue;
      if (father >= 0 && !is_placed[mother]) continue;
      if (father >= 0 && !is_single(self, i) && !is_placed[father]) continue;
      is_placed[i] = is_changed = true;
      for (int part = is_single(self, i); part < 2; part++) {
        self->parent[self->n_slots] = part == 0 ? father : mother;
        self->slot[self->n_slots++] = 2 * i + part;
      }
    }
  }
}

static bool is_founder(const hwp_tracer *self, int32_t i) {
  return self->family.father[i] < 0;
}

/* Numbers the bits; the first meiosis of a founder has none, nor has a folded one. Those of
 * founders come last: a fold moves them, and rows of lanes had better stay whole. */
static void number_bits(hwp_tracer *self, bool *has_fixed) {
  for (int32_t s = 0; s < self->n_slots; s++) {
    const int32_t parent = self->parent[s];
    self->bit[s] = NO_BIT;
    self->is_meiosis[s] = parent >= 0 && !is_single(self, parent);
    self->n_all += self->is_meiosis[s];
  }
  for (int of_founders = 0; of_founders < 2; of_founders++)
    for (int32_t s = 0; s < self->n_slots; s++) {
      const int32_t parent = self->parent[s];
      if (!self->is_meiosis[s] || is_founder(self, parent) != of_founders) continue;
      if (of_founders && !has_fixed[parent])
        has_fixed[parent] = true;
      else if (self->fold[s] < 0)
        self->bit[s] = self->n_bits++;
    }
}

static hw_status need_sexes(const hwp_tracer *self, hw_err *err) {
  for (int32_t i = 0; self->on_x && i < self->family.n; i++)
    if (self->is_kept[i] && self->family.sex[i] == HW_UNKNOWN_SEX)
      return hw_err_set(err, HW_E_UNSUPPORTED,
                        "the sex of '%s' is needed at X markers: state it, or leave those out",
                        self->family.id[i]);
  return HW_OK;
}

static hw_status prepare(hwp_tracer *self, const hw_linked_problem *problem, bool on_x,
                         hw_arena *scratch, hw_err *err) {
  *self = (hwp_tracer){.problem = problem, .on_x = on_x};
  if (hwp_family_init(&self->family, problem->pedigree, scratch) != HW_OK)
    return HW_NO_MEMORY(err, "a pedigree");
  const size_t n = (size_t)self->family.n + 1;
  bool *is_placed = hw_arena_alloc_array(scratch, n, sizeof *is_placed);
  bool *has_fixed = hw_arena_alloc_array(scratch, n, sizeof *has_fixed);
  int32_t *n_children = hw_arena_alloc_array(scratch, n, sizeof *n_children);
  self->is_kept = hw_arena_alloc_array(scratch, n, sizeof *self->is_kept);
  self->slot = hw_arena_alloc_array(scratch, 2 * n, sizeof *self->slot);
  self->parent = hw_arena_alloc_array(scratch, 2 * n, sizeof *self->parent);
  self->bit = hw_arena_alloc_array(scratch, 2 * n, sizeof *self->bit);
  self->is_meiosis = hw_arena_alloc_array(scratch, 2 * n, sizeof *self->is_meiosis);
  self->fold = hw_arena_alloc_array(scratch, 2 * n, sizeof *self->fold);
  self->root = hw_arena_alloc_array(scratch, 2 * n, sizeof *self->root);
  self->individual =
      hw_arena_alloc_array(scratch, (size_t)problem->n_typed + 1, sizeof *self->individual);
  if (!is_placed || !has_fixed || !n_children || !self->is_kept || !self->slot || !self->parent ||
      !self->bit || !self->is_meiosis || !self->fold || !self->root || !self->individual)
    return HW_NO_MEMORY(err, "inheritance vectors");
  for (int32_t t = 0; t < problem->n_typed; t++)
    self->individual[t] = self->family.individual[problem->typed[t].person];
  mark_kept(self);
  HW_TRY(need_sexes(self, err));
  drop_lone_parents(self, n_children);
  order_slots(self, is_placed);
  hwp_find_folds(self);
  number_bits(self, has_fixed);
  return HW_OK;
}

hw_status hwp_vectors_count(const hw_linked_problem *problem, bool on_x, int32_t *n_all,
                            int32_t *n_bits, hw_err *err) {
  hw_arena scratch;
  hwp_tracer self;
  hw_arena_init(&scratch, 0);
  const hw_status status = prepare(&self, problem, on_x, &scratch, err);
  *n_all = self.n_all;
  *n_bits = self.n_bits;
  hw_arena_clear(&scratch);
  return status;
}

/* --- masks --- */

/* Bits that a founder's fixed meiosis turns over: all the founder's others. */
static uint32_t others_of(const hwp_tracer *self, int32_t founder) {
  uint32_t mask = 0;
  for (int32_t s = 0; s < self->n_slots; s++)
    if (self->is_meiosis[s] && self->parent[s] == founder && self->bit[s] != NO_BIT)
      mask |= (uint32_t)1 << self->bit[s];
  return mask;
}

/* Whole blocks of a state are mixed together: masks within a block first, then those of whole
 * blocks, then the rest. */
static int kind_of(uint32_t mask) {
  return mask < HW_WALK_BLOCK ? 0 : mask % HW_WALK_BLOCK == 0 ? 1 : 2;
}

static void add_meiosis(hwp_meiosis *list, int32_t *n, uint32_t mask, bool is_male) {
  int32_t i = 0;
  while (i < *n && list[i].mask != mask) i++;
  if (i == *n) list[(*n)++] = (hwp_meiosis){.mask = mask};
  list[i].n_male += is_male;
  list[i].n_female += !is_male;
}

static hw_status make_meioses(const hwp_tracer *self, hwp_vectors *out, hw_arena *arena,
                              hw_err *err) {
  hwp_meiosis *list = hw_arena_alloc_array(arena, (size_t)self->n_slots + 1, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "inheritance vectors");
  for (int kind = 0; kind < 3; kind++)
    for (int32_t s = 0; s < self->n_slots; s++) {
      if (!self->is_meiosis[s] || self->fold[s] >= 0) continue;
      const uint32_t mask =
          self->bit[s] != NO_BIT ? (uint32_t)1 << self->bit[s] : others_of(self, self->parent[s]);
      if (mask != 0 && kind_of(mask) == kind)
        add_meiosis(list, &out->n_meioses, mask, self->slot[s] % 2 == 0);
    }
  out->meioses = list;
  for (int32_t s = 0; s < self->n_slots; s++) {
    const bool is_male = self->slot[s] % 2 == 0;
    if (self->fold[s] < 0) continue;
    out->folds[out->n_folds++] =
        (hwp_fold){hwp_fold_of(self, s), {.n_female = !is_male, .n_male = is_male}};
  }
  return HW_OK;
}

/* --- tracing --- */

void hwp_trace(hwp_tracer *self, uint32_t v, hwp_edge *edges) {
  for (int32_t s = 0; s < self->n_slots; s++) {
    const int32_t slot = self->slot[s], parent = self->parent[s];
    if (parent < 0) continue; /* her own root, once and for all */
    const bool is_maternal =
        !self->is_meiosis[s] || (self->bit[s] != NO_BIT && (v >> self->bit[s] & 1));
    self->root[slot] = self->root[2 * parent + is_maternal];
  }
  for (int32_t t = 0; t < self->problem->n_typed; t++) {
    const int32_t i = self->individual[t];
    edges[t] =
        (hwp_edge){(uint8_t)t, self->root[2 * i + is_single(self, i)], self->root[2 * i + 1]};
  }
}

static hw_status name_roots(hwp_tracer *self, hw_err *err) {
  int32_t n = 0;
  for (int32_t s = 0; s < self->n_slots; s++)
    if (self->parent[s] < 0) {
      if (n > UINT8_MAX)
        return hw_err_set(err, HW_E_TOO_COMPLEX,
                          "more than %d founder alleles matter for the typed persons: leave out "
                          "distant relatives",
                          UINT8_MAX + 1);
      self->root[self->slot[s]] = (uint8_t)n++;
    }
  return HW_OK;
}

hw_status hwp_vectors_init(const hw_linked_problem *problem, bool on_x, hwp_vectors *out,
                           hw_arena *arena, hw_arena *scratch, hw_err *err) {
  hwp_tracer tracer;
  memset(out, 0, sizeof *out);
  HW_TRY(prepare(&tracer, problem, on_x, scratch, err));
  HW_TRY(name_roots(&tracer, err));
  out->n_all = tracer.n_all;
  out->n_bits = tracer.n_bits;
  out->n_state_bits = tracer.n_bits < LEAST_BITS ? LEAST_BITS : tracer.n_bits;
  for (int32_t t = 0; t < problem->n_typed; t++)
    out->singles |= (uint32_t)is_single(&tracer, tracer.individual[t]) << t;
  HW_TRY(make_meioses(&tracer, out, arena, err));
  return hwp_labels_make(&tracer, out, arena, scratch, err);
}
