/* The best assignments of everything, in order.
 *
 * A table's entry knows the value of its best derivation: the best pair of
 * entries below. Its next best ones are found when they are asked for (lazy
 * k-best search, Huang & Chiang 2005, Proc. IWPT, algorithm 3): a derivation is
 * a pair of entries and the ranks taken of each; the candidates for the next
 * place are the neighbours (rank + 1 on one side) of those already taken, and
 * the next pair of entries. So ten assignments cost little more than one,
 * however many there are.
 *
 * Ties come out in the order of the tables; the list is asked for somewhat longer
 * than wanted, sorted by value, then by remains and targets, and cut. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/joint_int.h"

/* Asked for beyond what is wanted, so that ties at the end are cut in order. */
enum { EXTRA = 24, MOST_BEST = 1000000 };

typedef struct pair_of_entries {
  double value;
  int32_t left, right;
} pair_of_entries;

/* One way to make an entry: ranks of two entries below, or a placement, or what a chain saw. */
typedef struct derivation {
  double value;
  int32_t pair; /* NODE_MERGE */
  int32_t left_rank, right_rank;
  int64_t placement; /* NODE_FAMILY, NODE_CHAIN */
} derivation;

typedef struct ranking { /* of one entry */
  bool is_begun;
  int32_t n_pairs;
  pair_of_entries *pairs;
  int32_t n, max_n;
  derivation *list;
  int32_t n_heap, max_heap;
  derivation *heap;
} ranking;

typedef struct ranker {
  hw_joint *joint;
  hw_arena arena;
  ranking **of; /* per node: one per entry, NULL = none asked for yet */
  int32_t wanted;
} ranker;

/* ---- heaps ---------------------------------------------------------------------- */

static bool is_better(const derivation *a, const derivation *b) {
  if (a->value != b->value) return a->value > b->value;
  if (a->pair != b->pair) return a->pair < b->pair;
  if (a->left_rank != b->left_rank) return a->left_rank < b->left_rank;
  return a->right_rank < b->right_rank;
}

static hw_status grow(ranker *self, derivation **list, int32_t n, int32_t *capacity, hw_err *err) {
  if (n < *capacity) return HW_OK;
  const int32_t more = *capacity == 0 ? 4 : 2 * *capacity;
  derivation *grown = hw_arena_alloc_array(&self->arena, (size_t)more, sizeof *grown);
  if (grown == NULL) return HW_NO_MEMORY(err, "the best assignments");
  if (n > 0) memcpy(grown, *list, (size_t)n * sizeof *grown);
  *list = grown;
  *capacity = more;
  return HW_OK;
}

static hw_status push(ranker *self, ranking *r, derivation d, hw_err *err) {
  HW_TRY(grow(self, &r->heap, r->n_heap, &r->max_heap, err));
  int32_t at = r->n_heap++;
  while (at > 0 && is_better(&d, &r->heap[(at - 1) / 2])) {
    r->heap[at] = r->heap[(at - 1) / 2];
    at = (at - 1) / 2;
  }
  r->heap[at] = d;
  return HW_OK;
}

static derivation pop(ranking *r) {
  const derivation top = r->heap[0], last = r->heap[--r->n_heap];
  int32_t at = 0;
  for (;;) {
    int32_t child = 2 * at + 1;
    if (child >= r->n_heap) break;
    if (child + 1 < r->n_heap && is_better(&r->heap[child + 1], &r->heap[child])) child++;
    if (!is_better(&r->heap[child], &last)) break;
    r->heap[at] = r->heap[child];
    at = child;
  }
  r->heap[at] = last;
  return top;
}

/* ---- the entries below -------------------------------------------------------------- */

static int compare_pairs(const void *left, const void *right) {
  const pair_of_entries *a = left, *b = right;
  if (a->value != b->value) return a->value > b->value ? -1 : 1;
  if (a->left != b->left) return a->left < b->left ? -1 : 1;
  return a->right < b->right ? -1 : a->right > b->right;
}

/* Keeps the best `wanted` of a list that has grown to twice as many. */
static int32_t keep_best(pair_of_entries *pairs, int32_t n, int32_t wanted) {
  qsort(pairs, (size_t)n, sizeof *pairs, compare_pairs);
  return n < wanted ? n : wanted;
}

/* All pairs of entries that make this one, the best `wanted` of them. */
static hw_status collect_pairs(ranker *self, const joint_node *node, int32_t entry, ranking *out,
                               const joint_overlay *overlay, hw_arena *scratch, hw_err *err) {
  const hw_joint *joint = self->joint;
  const joint_node *left = &joint->nodes[node->left], *right = &joint->nodes[node->right];
  const double n_all = (double)left->n * right->n;
  const int32_t room = n_all < 2.0 * self->wanted ? (int32_t)n_all : 2 * self->wanted;
  const uint64_t *own = node->keys + (size_t)entry * (size_t)node->n_words;
  pair_of_entries *pairs = hw_arena_alloc_array(scratch, (size_t)room + 1, sizeof *pairs);
  uint64_t *set = hw_arena_alloc_array(scratch, (size_t)overlay->n_words + 1, sizeof *set);
  uint64_t *key = hw_arena_alloc_array(scratch, (size_t)overlay->n_kept_words, sizeof *key);
  if (pairs == NULL || set == NULL || key == NULL) return HW_NO_MEMORY(err, "the best assignments");
  int32_t n = 0;
  for (int32_t i = 0; i < left->n; i++)
    for (int32_t j = 0; j < right->n; j++) {
      const double value = left->best[i] + right->best[j];
      if (!(value > IMPOSSIBLE) || !hwp_joint_pair_key(joint, overlay, i, j, set, key) ||
          memcmp(key, own, (size_t)node->n_words * sizeof *key) != 0)
        continue;
      if (n == room) n = keep_best(pairs, n, self->wanted);
      pairs[n++] = (pair_of_entries){value, i, j};
    }
  out->n_pairs = keep_best(pairs, n, self->wanted);
  out->pairs = hw_arena_copy(&self->arena, pairs, (size_t)out->n_pairs * sizeof *pairs);
  return out->pairs == NULL ? HW_NO_MEMORY(err, "the best assignments") : HW_OK;
}

static hw_status find_pairs(ranker *self, const joint_node *node, int32_t entry, ranking *out,
                            hw_err *err) {
  const hw_joint *joint = self->joint;
  hw_arena scratch;
  joint_overlay overlay;
  hw_arena_init(&scratch, 0);
  hw_status status = hwp_joint_overlay(&joint->nodes[node->left], &joint->nodes[node->right],
                                       node->n_scope, node->scope, &scratch, &overlay, err);
  if (status == HW_OK) status = collect_pairs(self, node, entry, out, &overlay, &scratch, err);
  hw_arena_clear(&scratch);
  return status;
}

/* ---- ranks ------------------------------------------------------------------------- */

/* Placements that add the remains to their core; the family stands for a rank. */
static hw_status begin_remains(ranker *self, const joint_node *node, int32_t entry, ranking *r,
                               hw_err *err) {
  const hw_joint *joint = self->joint;
  const int32_t index = (int32_t)(node - joint->nodes);
  const joint_part *part = &joint->parts[joint->part_of[node->family]];
  if (entry == 0) return push(self, r, (derivation){0, 0, 0, 0, -1}, err);
  for (int32_t i = 0; i < part->told.n_families; i++) {
    const int32_t f = part->families[i];
    const joint_family *family = &joint->families[f];
    const joint_crowd *crowd = family->crowd;
    for (int32_t p = 0; crowd != NULL && p < (int32_t)family->n; p++) {
      if (crowd->core[p] == p || crowd->node[p] != index || crowd->entry[p] != entry) continue;
      const double value = hwp_joint_weight(family, p) - hwp_joint_weight(family, crowd->core[p]);
      HW_TRY(push(self, r, (derivation){value, p, f, 0, p}, err));
    }
  }
  return HW_OK;
}

/* The derivations of a leaf go to the heap at once. */
static hw_status begin_leaf(ranker *self, const joint_node *node, int32_t entry, ranking *r,
                            hw_err *err) {
  const hw_joint *joint = self->joint;
  if (node->kind == NODE_CHAIN) {
    const joint_part *part = &joint->parts[node->family];
    for (int32_t i = 0; i < part->n_seen; i++)
      HW_TRY(push(self, r, (derivation){part->seen_value[i], i, 0, 0, i}, err));
    return HW_OK;
  }
  if (node->kind == NODE_REMAINS) return begin_remains(self, node, entry, r, err);
  const joint_family *family = &joint->families[node->family];
  for (int64_t p = 0; p < family->n; p++)
    if (node->entry_of[p] == entry && (family->crowd == NULL || family->crowd->core[p] == p))
      HW_TRY(push(self, r, (derivation){hwp_joint_weight(family, p), (int32_t)p, 0, 0, p}, err));
  return HW_OK;
}

static hw_status begin(ranker *self, const joint_node *node, int32_t entry, ranking *r,
                       hw_err *err) {
  r->is_begun = true;
  if (node->kind != NODE_MERGE) return begin_leaf(self, node, entry, r, err);
  HW_TRY(find_pairs(self, node, entry, r, err));
  if (r->n_pairs == 0) return HW_OK;
  return push(self, r, (derivation){r->pairs[0].value, 0, 0, 0, -1}, err);
}

static ranking *ranking_of(ranker *self, int32_t node, int32_t entry) {
  if (self->of[node] == NULL)
    self->of[node] = hw_arena_alloc_array(&self->arena, (size_t)self->joint->nodes[node].n,
                                          sizeof *self->of[node]);
  return self->of[node] == NULL ? NULL : &self->of[node][entry];
}

static hw_status get(ranker *self, int32_t index, int32_t entry, int32_t rank,
                     const derivation **out, hw_err *err);

/* Pushes the derivation with these ranks below, if there is one. */
static hw_status push_ranks(ranker *self, const joint_node *node, ranking *r, int32_t pair,
                            int32_t left_rank, int32_t right_rank, hw_err *err) {
  const derivation *left = NULL, *right = NULL;
  HW_TRY(get(self, node->left, r->pairs[pair].left, left_rank, &left, err));
  if (left == NULL) return HW_OK;
  const double left_value = left->value;
  HW_TRY(get(self, node->right, r->pairs[pair].right, right_rank, &right, err));
  if (right == NULL) return HW_OK;
  return push(self, r, (derivation){left_value + right->value, pair, left_rank, right_rank, -1},
              err);
}

/* Each derivation is pushed by one other only: rank (a, b) by (a, b − 1), or by (a − 1, 0). */
static hw_status push_next(ranker *self, const joint_node *node, ranking *r, derivation taken,
                           hw_err *err) {
  if (node->kind != NODE_MERGE) return HW_OK;
  if (taken.left_rank == 0 && taken.right_rank == 0 && taken.pair + 1 < r->n_pairs)
    HW_TRY(
        push(self, r, (derivation){r->pairs[taken.pair + 1].value, taken.pair + 1, 0, 0, -1}, err));
  HW_TRY(push_ranks(self, node, r, taken.pair, taken.left_rank, taken.right_rank + 1, err));
  if (taken.right_rank == 0)
    HW_TRY(push_ranks(self, node, r, taken.pair, taken.left_rank + 1, 0, err));
  return HW_OK;
}

/* The derivation of a rank, or NULL. What follows a derivation is pushed when the next is asked
 * for. */
static hw_status get(ranker *self, int32_t index, int32_t entry, int32_t rank,
                     const derivation **out, hw_err *err) {
  const joint_node *node = &self->joint->nodes[index];
  ranking *r = ranking_of(self, index, entry);
  *out = NULL;
  if (r == NULL) return HW_NO_MEMORY(err, "the best assignments");
  if (!r->is_begun) HW_TRY(begin(self, node, entry, r, err));
  while (r->n <= rank) {
    if (r->n > 0) HW_TRY(push_next(self, node, r, r->list[r->n - 1], err));
    if (r->n_heap == 0) return HW_OK;
    HW_TRY(grow(self, &r->list, r->n, &r->max_n, err));
    r->list[r->n] = pop(r);
    r->n++;
  }
  *out = &r->list[rank];
  return HW_OK;
}

/* ---- assignments --------------------------------------------------------------------- */

/* Writes who is placed where; the ranks were all asked for before. */
static void write_out(ranker *self, int32_t index, int32_t entry, int32_t rank, int32_t *target) {
  const hw_joint *joint = self->joint;
  const joint_node *node = &joint->nodes[index];
  const ranking *r = &self->of[index][entry];
  const derivation *d = &r->list[rank];
  if (node->kind == NODE_MERGE) {
    const pair_of_entries *pair = &r->pairs[d->pair];
    write_out(self, node->left, pair->left, d->left_rank, target);
    write_out(self, node->right, pair->right, d->right_rank, target);
    return;
  }
  if (node->kind == NODE_CHAIN) {
    const joint_part *part = &joint->parts[node->family];
    const int32_t n = part->told.n_remains;
    for (int32_t i = 0; i < n; i++) target[part->remains[i]] = part->seen[d->placement * n + i];
    return;
  }
  if (d->placement < 0) return; /* nobody's of the crowd */
  const joint_family *family =
      &joint->families[node->kind == NODE_REMAINS ? d->left_rank : node->family];
  for (int32_t k = 0; k < family->n_places; k++) {
    const int32_t c = family->placed[d->placement * family->n_places + k];
    if (c >= 0) target[family->candidates[c]] = family->first_target + k;
  }
}

/* One pair at a time is forced where a single derivation was never asked for below. */
static hw_status ask_below(ranker *self, int32_t index, int32_t entry, int32_t rank, hw_err *err) {
  const derivation *d = NULL;
  HW_TRY(get(self, index, entry, rank, &d, err));
  HW_BUG_IF(d == NULL, err);
  const joint_node *node = &self->joint->nodes[index];
  if (node->kind != NODE_MERGE) return HW_OK;
  const derivation taken = *d;
  const pair_of_entries pair = self->of[index][entry].pairs[taken.pair];
  HW_TRY(ask_below(self, node->left, pair.left, taken.left_rank, err));
  return ask_below(self, node->right, pair.right, taken.right_rank, err);
}

typedef struct found {
  double value;
  int32_t *target;
  int32_t n_remains;
} found;

static int compare_found(const void *left, const void *right) {
  const found *a = left, *b = right;
  if (a->value != b->value) return a->value > b->value ? -1 : 1;
  for (int32_t r = 0; r < a->n_remains; r++) {
    const uint32_t x = (uint32_t)a->target[r], y = (uint32_t)b->target[r]; /* none is last */
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

/* Weight of the number of pairings of an entry of the root. */
static double size_weight(const hw_joint *self, const joint_node *root, int32_t entry) {
  return hwp_joint_size(self, root->keys[(size_t)entry * (size_t)root->n_words]);
}

static hw_status add_found(ranker *self, int32_t entry, int32_t rank, double value, found *out,
                           hw_err *err) {
  const size_t n = (size_t)self->joint->problem->n_remains;
  *out = (found){value, hw_arena_alloc_array(&self->arena, n, sizeof(int32_t)), (int32_t)n};
  if (out->target == NULL) return HW_NO_MEMORY(err, "the best assignments");
  memset(out->target, -1, n * sizeof *out->target);
  if (self->joint->root < 0) return HW_OK;
  HW_TRY(ask_below(self, self->joint->root, entry, rank, err));
  write_out(self, self->joint->root, entry, rank, out->target);
  return HW_OK;
}

/* The best over all entries of the root, by their ranks in turn. */
static hw_status find_best(ranker *self, found *list, int32_t *n, hw_err *err) {
  const hw_joint *joint = self->joint;
  *n = 0;
  if (joint->root < 0) {
    const double value = hwp_joint_size(joint, 0);
    HW_TRY(add_found(self, 0, 0, value, &list[0], err));
    *n = 1;
    return HW_OK;
  }
  const joint_node *root = &joint->nodes[joint->root];
  int32_t *next = hw_arena_alloc_array(&self->arena, (size_t)root->n, sizeof *next);
  if (next == NULL) return HW_NO_MEMORY(err, "the best assignments");
  while (*n < self->wanted) {
    int32_t best = -1;
    double best_value = IMPOSSIBLE;
    for (int32_t e = 0; e < root->n; e++) {
      const derivation *d = NULL;
      const double weight = size_weight(joint, root, e);
      if (!(weight + root->best[e] > best_value)) continue; /* its later ones are no better */
      HW_TRY(get(self, joint->root, e, next[e], &d, err));
      if (d == NULL || !(d->value + weight > best_value)) continue;
      best = e;
      best_value = d->value + weight;
    }
    if (best < 0) break;
    HW_TRY(add_found(self, best, next[best]++, best_value, &list[(*n)++], err));
  }
  return HW_OK;
}

/* ---- what is told of them ---------------------------------------------------------------- */

static double ln_pair_of(const hw_joint *self, int32_t remains, int32_t target) {
  const joint_family *family = &self->families[self->targets[target].family];
  const int32_t c = hwp_joint_candidate(family, remains);
  return family
      ->ln_pair[(size_t)self->targets[target].missing * (size_t)family->n_candidates + (size_t)c];
}

/* Exchanges within groups of places: g! / (g − used)! each, less the assignment itself. */
static int32_t count_tied(const hw_joint *self, const int32_t *target, int32_t *used) {
  double n = 1;
  for (int32_t r = 0; r < self->problem->n_remains; r++)
    if (target[r] >= 0) used[target[r]] = 1;
  for (int32_t r = 0; r < self->problem->n_remains; r++) {
    if (target[r] < 0 || used[target[r]] != 1) continue;
    const joint_family *family = &self->families[self->targets[target[r]].family];
    const int32_t place = self->targets[target[r]].missing;
    int32_t n_group = 0, n_used = 0;
    for (int32_t k = 0; k < family->n_places; k++) {
      if (k != place && !hwp_joint_is_tied(family, place, k)) continue;
      n_group++;
      n_used += used[family->first_target + k] != 0;
      used[family->first_target + k] *= 2; /* counted with this group */
    }
    for (int32_t i = 0; i < n_used && n < INT32_MAX; i++) n *= n_group - i;
  }
  for (int32_t r = 0; r < self->problem->n_remains; r++) {
    if (target[r] < 0) continue;
    const joint_family *family = &self->families[self->targets[target[r]].family];
    for (int32_t k = 0; k < family->n_places; k++) used[family->first_target + k] = 0;
  }
  return n < INT32_MAX ? (int32_t)n - 1 : INT32_MAX;
}

static hw_status tell(hw_joint *self, const found *list, int32_t n, hw_err *err) {
  const size_t n_remains = (size_t)self->problem->n_remains;
  self->best = hw_arena_alloc_array(&self->arena, (size_t)n + 1, sizeof *self->best);
  int32_t *used = hw_arena_alloc_array(&self->arena, (size_t)self->n_targets, sizeof *used);
  if (self->best == NULL || used == NULL) return HW_NO_MEMORY(err, "the best assignments");
  for (int32_t i = 0; i < n; i++) {
    const int32_t *target = list[i].target;
    double ln_prior = 0;
    int32_t n_pairs = 0;
    for (int32_t r = 0; r < self->problem->n_remains; r++) {
      if (target[r] < 0) continue;
      ln_prior += ln_pair_of(self, r, target[r]);
      n_pairs++;
    }
    ln_prior += hwp_joint_size(self, (uint64_t)n_pairs);
    hw_joint_assignment *a = &self->best[i];
    a->target = hw_arena_copy(&self->arena, target, n_remains * sizeof *target);
    if (a->target == NULL) return HW_NO_MEMORY(err, "the best assignments");
    a->ln_prior = ln_prior;
    a->ln_ratio = list[i].value - ln_prior;
    a->posterior =
        self->summary.is_exact ? hw_exp(list[i].value - self->summary.ln_sum) : (double)NAN;
    a->n_tied = count_tied(self, target, used);
  }
  self->n_best = n;
  return HW_OK;
}

hw_status hwp_joint_rank(hw_joint *self, hw_err *err) {
  ranker r = {.joint = self};
  const int32_t n_best = self->options.n_best < MOST_BEST ? self->options.n_best : MOST_BEST;
  r.wanted = n_best + EXTRA;
  hw_arena_init(&r.arena, 0);
  r.of = hw_arena_alloc_array(&r.arena, (size_t)self->n_nodes + 1, sizeof *r.of);
  found *list = hw_arena_alloc_array(&r.arena, (size_t)r.wanted, sizeof *list);
  int32_t n = 0;
  hw_status status = HW_OK;
  if (r.of == NULL || list == NULL) status = HW_NO_MEMORY(err, "the best assignments");
  if (status == HW_OK) status = find_best(&r, list, &n, err);
  if (status == HW_OK) {
    qsort(list, (size_t)n, sizeof *list, compare_found);
    status = tell(self, list, n < n_best ? n : n_best, err);
  }
  hw_arena_clear(&r.arena);
  return status;
}
