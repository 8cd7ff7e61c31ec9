/* P(data at one marker | inheritance vector). Without mutation the roots take
 * the observed alleles; with mutation messages go up the trees. Formulas and
 * sources stand in inheritance.h. */
#include "kinship/emission.h"

#include <math.h>
#include <string.h>

#include "base/elementary.h"
#include "homeward/marker.h"

static bool is_single(const hwp_slots *slots, int32_t i) {
  return slots->x && slots->sex[i] == HW_MALE;
}

static bool mutates(const hwp_locus *locus) {
  return locus->matrix[0] != NULL || locus->matrix[1] != NULL;
}

/* Roots that can be informed: no more than slots of observed individuals, and
 * no more than founder slots. */
static int32_t live_bound(const hwp_locus *locus, const hwp_slots *slots) {
  int32_t observed = 0, founders = 0;
  for (int32_t s = 0; s < slots->n; s++) {
    int32_t slot = slots->order[s];
    observed += locus->lists[slot / 2].n > 0;
    founders += slots->bit[slot] == HWP_BIT_FOUNDER;
  }
  return observed < founders ? observed : founders;
}

double hwp_emission_work(const hwp_locus *locus, const hwp_slots *slots, double theta) {
  double combinations = 1.0, slot_work = 0.0;
  for (int32_t s = 0; s < slots->n; s++) {
    int32_t slot = slots->order[s], i = slot / 2;
    const hwp_evidence *list = &locus->lists[i];
    if (slot % 2 == 1 && list->n > 0) combinations *= list->n;
    slot_work += list->n > 0 ? locus->k : (double)locus->k * locus->k;
  }
  if (!mutates(locus)) return combinations * 4.0 + slots->n;
  double urn = 0.0;
  if (theta > 0.0) {
    int32_t live = live_bound(locus, slots);
    urn = hw_power(3.0, live) / 2.0 + ldexp(locus->k, live);
  }
  return combinations * (slot_work + urn) + slots->n;
}

hw_status hwp_emission_init(hwp_emission *self, const hwp_locus *locus, const hwp_slots *slots,
                            double theta, hw_arena *arena) {
  size_t n = 2 * (size_t)slots->cap + 2, k = (size_t)locus->k;
  *self = (hwp_emission){.locus = locus, .slots = slots, .theta = theta, .mutates = mutates(locus)};
  self->observed = hw_arena_alloc_array(arena, n, sizeof *self->observed);
  self->source = hw_arena_alloc_array(arena, n, sizeof *self->source);
  self->root = hw_arena_alloc_array(arena, n, sizeof *self->root);
  self->value = hw_arena_alloc_array(arena, n, sizeof *self->value);
  self->informed = hw_arena_alloc_array(arena, n, sizeof *self->informed);
  self->count = hw_arena_alloc_array(arena, k, sizeof *self->count);
  self->live = hw_arena_alloc_array(arena, n, sizeof *self->live);
  if (!self->observed || !self->source || !self->root || !self->value || !self->informed ||
      !self->count || !self->live)
    return HW_E_NO_MEMORY;
  if (self->mutates) {
    self->message = hw_arena_alloc_array(arena, n * k, sizeof *self->message);
    if (self->message == NULL) return HW_E_NO_MEMORY;
  }
  if (self->mutates && theta > 0.0) {
    self->cap_live = live_bound(locus, slots);
    self->block = hw_arena_alloc_array(arena, (size_t)1 << self->cap_live, sizeof *self->block);
    self->partition =
        hw_arena_alloc_array(arena, (size_t)1 << self->cap_live, sizeof *self->partition);
    if (self->block == NULL || self->partition == NULL) return HW_E_NO_MEMORY;
  }
  for (size_t s = 0; s < n; s++) self->value[s] = -1;
  for (int32_t s = 0; s < slots->n; s++) {
    int32_t slot = slots->order[s];
    if (slot % 2 == 1 && locus->lists[slot / 2].n > 0 && slot / 2 != slots->query)
      self->observed[self->n_observed++] = slot / 2;
  }
  if (slots->query >= 0) self->observed[self->n_observed++] = slots->query;
  return HW_OK;
}

static void set_sources(hwp_emission *self, uint64_t v) {
  const hwp_slots *slots = self->slots;
  for (int32_t s = 0; s < slots->n; s++) {
    int32_t slot = slots->order[s], bit = slots->bit[slot];
    if (bit == HWP_BIT_FOUNDER) {
      self->source[slot] = -1;
      self->root[slot] = slot;
      continue;
    }
    int32_t part = bit == HWP_BIT_SINGLE ? 1 : bit == HWP_BIT_FIXED ? 0 : (int32_t)(v >> bit & 1);
    self->source[slot] = 2 * slots->parent[slot] + part;
    self->root[slot] = self->root[self->source[slot]];
  }
}

/* ---- without mutation: roots take the observed alleles ------------------ */

/* Probability that the next founder allele is x; counts it. */
static double draw(hwp_emission *self, int32_t root, int32_t x) {
  double p = self->locus->prior[x];
  if (self->theta > 0.0)
    p = (self->theta * self->count[x] + (1.0 - self->theta) * p) /
        (1.0 + (self->n_drawn - 1) * self->theta);
  self->value[root] = x;
  self->count[x]++;
  self->n_drawn++;
  return p;
}

static void undraw(hwp_emission *self, int32_t root) {
  self->count[self->value[root]]--;
  self->n_drawn--;
  self->value[root] = -1;
}

static void add_joint(const hwp_emission *self, int32_t individual, int32_t entry, double p,
                      double *joint) {
  const hwp_evidence *list = &self->locus->lists[individual];
  int32_t y = list->allele[1][entry];
  if (is_single(self->slots, individual))
    joint[y] += p;
  else
    joint[(int64_t)list->allele[0][entry] * self->locus->k + y] += p;
}

static double walk_identical(hwp_emission *self, int32_t at, double weight, double *joint) {
  if (at == self->n_observed) return 1.0;
  int32_t i = self->observed[at];
  const hwp_evidence *list = &self->locus->lists[i];
  bool single = is_single(self->slots, i);
  int32_t root_y = self->root[2 * i + 1], root_x = single ? root_y : self->root[2 * i];
  double sum = 0.0;
  for (int32_t e = 0; e < list->n; e++) {
    int32_t x = list->allele[0][e], y = list->allele[1][e];
    int32_t drawn[2], n_drawn = 0;
    double p = list->weight[e];
    bool fits = true;
    for (int part = single ? 1 : 0; part < 2 && fits; part++) {
      int32_t root = part == 0 ? root_x : root_y, allele = part == 0 ? x : y;
      if (self->value[root] < 0) {
        p *= draw(self, root, allele);
        drawn[n_drawn++] = root;
      } else {
        fits = self->value[root] == allele;
      }
    }
    if (fits && p > 0.0) {
      double rest = p * walk_identical(self, at + 1, weight * p, joint);
      if (joint != NULL && i == self->slots->query) add_joint(self, i, e, weight * rest, joint);
      sum += rest;
    }
    while (n_drawn > 0) undraw(self, drawn[--n_drawn]);
  }
  return sum;
}

/* ---- with mutation: messages up the trees ------------------------------- */

/* message(slot's source) gets P(what is below slot | source's allele). */
static void pass_up(hwp_emission *self, int32_t slot) {
  const hwp_locus *locus = self->locus;
  int32_t k = locus->k, source = self->source[slot];
  const double *matrix = locus->matrix[slot % 2 == 0 ? HW_FROM_FATHER : HW_FROM_MOTHER];
  const double *from = self->message + (int64_t)slot * k;
  double *to = self->message + (int64_t)source * k;
  int32_t value = self->value[slot];
  self->informed[source] = true;
  for (int32_t a = 0; a < k; a++) {
    double sum = 0.0;
    if (value >= 0) {
      sum = matrix != NULL ? matrix[(int64_t)a * k + value] * from[value]
                           : (a == value ? from[value] : 0.0);
    } else if (matrix != NULL) {
      for (int32_t b = 0; b < k; b++) sum += matrix[(int64_t)a * k + b] * from[b];
    } else {
      sum = from[a];
    }
    to[a] *= sum;
  }
}

/* A founder slot of known allele counts only that allele. */
static void restrict_root(hwp_emission *self, int32_t slot) {
  int32_t k = self->locus->k, value = self->value[slot];
  double *message = self->message + (int64_t)slot * k;
  for (int32_t a = 0; value >= 0 && a < k; a++)
    if (a != value) message[a] = 0.0;
}

static double urn_expectation(hwp_emission *self, int32_t n_live) {
  const hwp_locus *locus = self->locus;
  int32_t k = locus->k;
  const double fresh = 1.0 - self->theta; /* block weights of urn.h, with nothing known */
  uint32_t full = (1u << n_live) - 1u;
  for (uint32_t set = 1; set <= full; set++) {
    double sum = 0.0, weight = fresh;
    int32_t size = __builtin_popcount(set);
    for (int32_t b = 1; b < size; b++) weight *= b * self->theta;
    for (int32_t a = 0; a < k; a++) {
      double p = locus->prior[a];
      for (int32_t j = 0; j < n_live; j++)
        if (set >> j & 1u) p *= self->message[(int64_t)self->live[j] * k + a];
      sum += p;
    }
    self->block[set] = weight * sum;
  }
  self->partition[0] = 1.0;
  for (uint32_t set = 1; set <= full; set++) {
    uint32_t lowest = set & (~set + 1u), rest = set ^ lowest, part = rest;
    double sum = 0.0;
    for (;;) { /* all subsets of rest join the lowest member's block */
      sum += self->block[part | lowest] * self->partition[rest ^ part];
      if (part == 0) break;
      part = (part - 1u) & rest;
    }
    self->partition[set] = sum;
  }
  double rising = 1.0;
  for (int32_t j = 0; j < n_live; j++) rising *= fresh + j * self->theta;
  return self->partition[full] / rising;
}

static double leaf_probability(hwp_emission *self) {
  const hwp_slots *slots = self->slots;
  int32_t k = self->locus->k, n_live = 0;
  for (int32_t s = 0; s < slots->n; s++) {
    int32_t slot = slots->order[s];
    self->informed[slot] = self->value[slot] >= 0;
    for (int32_t a = 0; a < k; a++) self->message[(int64_t)slot * k + a] = 1.0;
  }
  double product = 1.0;
  for (int32_t s = slots->n - 1; s >= 0; s--) {
    int32_t slot = slots->order[s];
    if (!self->informed[slot]) continue;
    if (self->source[slot] >= 0) {
      pass_up(self, slot);
      continue;
    }
    restrict_root(self, slot);
    if (self->theta > 0.0) {
      self->live[n_live++] = slot;
      continue;
    }
    double sum = 0.0;
    for (int32_t a = 0; a < k; a++)
      sum += self->locus->prior[a] * self->message[(int64_t)slot * k + a];
    product *= sum;
  }
  return self->theta > 0.0 && n_live > 0 ? urn_expectation(self, n_live) : product;
}

static double walk_mutating(hwp_emission *self, int32_t at, double weight, double *joint) {
  if (at == self->n_observed) return leaf_probability(self);
  int32_t i = self->observed[at];
  const hwp_evidence *list = &self->locus->lists[i];
  bool single = is_single(self->slots, i);
  double sum = 0.0;
  for (int32_t e = 0; e < list->n; e++) {
    if (!single) self->value[2 * i] = list->allele[0][e];
    self->value[2 * i + 1] = list->allele[1][e];
    double p = list->weight[e];
    double rest = p * walk_mutating(self, at + 1, weight * p, joint);
    if (joint != NULL && i == self->slots->query) add_joint(self, i, e, weight * rest, joint);
    sum += rest;
  }
  self->value[2 * i] = self->value[2 * i + 1] = -1;
  return sum;
}

double hwp_emission_at(hwp_emission *self, uint64_t v, double weight, double *joint) {
  set_sources(self, v);
  if (self->mutates) return walk_mutating(self, 0, weight, joint);
  return walk_identical(self, 0, weight, joint);
}
