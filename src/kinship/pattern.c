/* Finding the pattern of a family: who matters, and the walk from the missing
 * person outwards that numbers them. What a pattern is stands in pattern.h. */
#include "kinship/pattern.h"

#include <string.h>

/* The walk: individuals of the family in the order of the pattern. */
typedef struct walk {
  const hwp_family *family;
  int32_t n_profiles;
  const int32_t *individual;
  const bool *typed;
  bool x;
  bool matters[HWP_PATTERN_FAMILY];
  int16_t place[HWP_PATTERN_FAMILY]; /* −1 = not yet placed */
  uint8_t n_typed[HWP_PATTERN_FAMILY];
  bool has_children[HWP_PATTERN_FAMILY]; /* of those who matter */
  int32_t n;
  int32_t order[HWP_PATTERN_INDIVIDUALS];
} walk;

/* Marks an individual and all ancestors. */
static void mark(walk *self, int32_t individual) {
  int32_t stack[HWP_PATTERN_FAMILY], n = 0;
  if (self->matters[individual]) return;
  self->matters[individual] = true;
  stack[n++] = individual;
  while (n > 0) {
    const int32_t i = stack[--n];
    const int32_t parents[2] = {self->family->father[i], self->family->mother[i]};
    for (int k = 0; k < 2; k++) {
      if (parents[k] < 0) continue;
      self->has_children[parents[k]] = true;
      if (self->matters[parents[k]]) continue;
      self->matters[parents[k]] = true;
      stack[n++] = parents[k];
    }
  }
}

static void place(walk *self, int32_t individual) {
  if (individual < 0 || self->place[individual] >= 0) return;
  self->place[individual] = (int16_t)self->n;
  if (self->n < HWP_PATTERN_INDIVIDUALS) self->order[self->n] = individual;
  self->n++;
}

static bool is_interchangeable(const walk *self, int32_t child) {
  return self->n_typed[child] == 1 && !self->has_children[child];
}

static hw_sex sex_of(const walk *self, int32_t individual) {
  return self->x ? self->family->sex[individual] : HW_UNKNOWN_SEX;
}

/* Children of a couple: interchangeable ones first, of each sex together. */
static void place_children(walk *self, int32_t father, int32_t mother) {
  const hwp_family *family = self->family;
  for (int pass = 0; pass < 4; pass++)
    for (int32_t c = 0; c < family->n; c++) {
      if (!self->matters[c] || family->father[c] != father || family->mother[c] != mother) continue;
      if (pass == 3 || (is_interchangeable(self, c) && (int)sex_of(self, c) == pass))
        place(self, c);
    }
}

/* Which of somebody's couples comes first: the one with a spouse who has a number, else by what
 * tells couples apart whatever the order in which they were written down. */
static int32_t rank_of(const walk *self, int32_t person, int32_t child) {
  enum { HAS_NO_NUMBER = 1 << 20, TYPED = 1 << 16, HAS_PARENTS = 1 << 15 };
  const hwp_family *family = self->family;
  const int32_t father = family->father[child], mother = family->mother[child];
  const int32_t mate = father == person ? mother : father;
  if (self->place[mate] >= 0) return self->place[mate];
  int32_t rank = HAS_NO_NUMBER;
  if (self->n_typed[mate] > 0) rank -= TYPED;
  if (family->father[mate] >= 0) rank -= HAS_PARENTS;
  for (int32_t c = 0; c < family->n; c++)
    if (self->matters[c] && family->father[c] == father && family->mother[c] == mother)
      rank -= is_interchangeable(self, c) ? 1 : 64;
  return rank;
}

/* A child of somebody in the first couple that has children without a number; −1: none. */
static int32_t next_child(const walk *self, int32_t person) {
  const hwp_family *family = self->family;
  int32_t best = -1, best_rank = 0;
  for (int32_t c = 0; c < family->n; c++) {
    if (!self->matters[c] || self->place[c] >= 0) continue;
    if (family->father[c] != person && family->mother[c] != person) continue;
    const int32_t rank = rank_of(self, person, c);
    if (best >= 0 && rank >= best_rank) continue;
    best = c;
    best_rank = rank;
  }
  return best;
}

/* Numbers everybody who is connected to the individual. */
static void walk_from(walk *self, int32_t individual) {
  const hwp_family *family = self->family;
  int32_t head = self->n;
  place(self, individual);
  for (; head < self->n && self->n <= HWP_PATTERN_INDIVIDUALS; head++) {
    const int32_t p = self->order[head];
    place(self, family->father[p]);
    place(self, family->mother[p]);
    if (!self->has_children[p]) continue;
    for (int32_t c = next_child(self, p); c >= 0; c = next_child(self, p)) {
      place(self, family->father[c]);
      place(self, family->mother[c]);
      place_children(self, family->father[c], family->mother[c]);
    }
  }
}

static int16_t place_of(const walk *self, int32_t individual) {
  return individual < 0 ? -1 : (int16_t)self->place[individual];
}

static void take_individuals(const walk *self, hwp_pattern *out) {
  for (int32_t i = 0; i < self->n; i++) {
    const int32_t individual = self->order[i];
    out->father[i] = place_of(self, self->family->father[individual]);
    out->mother[i] = place_of(self, self->family->mother[individual]);
    out->sex[i] = (uint8_t)sex_of(self, individual);
  }
}

/* True if the profiles of two individuals may be exchanged. */
static bool same_group(const walk *self, const hwp_pattern *pattern, int32_t a, int32_t b) {
  return pattern->father[a] >= 0 && pattern->father[a] == pattern->father[b] &&
         pattern->mother[a] == pattern->mother[b] && pattern->sex[a] == pattern->sex[b] &&
         is_interchangeable(self, self->order[a]) && is_interchangeable(self, self->order[b]);
}

/* Profiles in the order of their individuals. */
static bool take_profiles(const walk *self, hwp_pattern *out, int32_t *profile) {
  for (int32_t i = 0; i < self->n; i++) {
    if (self->n_typed[self->order[i]] == 0) continue;
    for (int32_t p = 0; p < self->n_profiles; p++) {
      if (!self->typed[p] || self->individual[p] != self->order[i]) continue;
      const int32_t at = out->n_profiles;
      if (at == HWP_PATTERN_PROFILES) return false;
      const bool joins = at > 0 && same_group(self, out, out->owner[at - 1], i);
      out->owner[at] = (int16_t)i;
      out->group[at] = joins ? out->group[at - 1] : (int16_t)at;
      profile[at] = p;
      out->n_profiles++;
    }
  }
  return true;
}

bool hwp_pattern_find(hwp_pattern *self, const hwp_family *family, int32_t query, bool x,
                      int32_t n_profiles, const int32_t *individual, const bool *typed,
                      int32_t *profile) {
  if (family->n > HWP_PATTERN_FAMILY) return false;
  const size_t n = (size_t)family->n;
  walk w;
  w.family = family;
  w.n_profiles = n_profiles;
  w.individual = individual;
  w.typed = typed;
  w.x = x;
  w.n = 0;
  memset(w.matters, 0, n * sizeof *w.matters);
  memset(w.place, 0xff, n * sizeof *w.place);
  memset(w.n_typed, 0, n * sizeof *w.n_typed);
  memset(w.has_children, 0, n * sizeof *w.has_children);
  memset(self, 0, sizeof *self);
  self->x = x;
  mark(&w, query);
  for (int32_t p = 0; p < n_profiles; p++) {
    if (!typed[p]) continue;
    if (w.n_typed[individual[p]] == 255) return false;
    w.n_typed[individual[p]]++;
    mark(&w, individual[p]);
  }
  walk_from(&w, query);
  const int32_t n_connected = w.n;
  for (int32_t i = 0; i < family->n; i++)
    if (w.matters[i] && w.place[i] < 0) walk_from(&w, i);
  if (w.n > HWP_PATTERN_INDIVIDUALS) return false;
  self->n = w.n;
  self->is_connected = n_connected == w.n;
  take_individuals(&w, self);
  return take_profiles(&w, self, profile);
}

bool hwp_pattern_equal(const hwp_pattern *a, const hwp_pattern *b) {
  const size_t n = (size_t)a->n, parents = n * sizeof a->father[0];
  const size_t owners = (size_t)a->n_profiles * sizeof a->owner[0];
  return a->n == b->n && a->x == b->x && a->n_profiles == b->n_profiles &&
         memcmp(a->father, b->father, parents) == 0 && memcmp(a->mother, b->mother, parents) == 0 &&
         memcmp(a->sex, b->sex, n) == 0 && memcmp(a->owner, b->owner, owners) == 0;
}

uint64_t hwp_pattern_hash(const hwp_pattern *self) {
  uint64_t h = 0xcbf29ce484222325ULL ^ (uint64_t)self->n << 8 ^ (uint64_t)self->n_profiles << 1 ^
               (uint64_t)self->x;
  for (int32_t i = 0; i < self->n; i++) {
    const uint64_t word = (uint64_t)(uint16_t)self->father[i] |
                          (uint64_t)(uint16_t)self->mother[i] << 16 | (uint64_t)self->sex[i] << 32;
    h = (h ^ word) * 0x9e3779b97f4a7c15ULL;
    h ^= h >> 29;
  }
  for (int32_t p = 0; p < self->n_profiles; p++)
    h = (h ^ (uint64_t)(uint16_t)self->owner[p]) * 0x9e3779b97f4a7c15ULL;
  return h ^ h >> 32;
}
