/* Components of families that compete, and the order in which their tables merge.
 *
 * Two families compete where the listed placements of both use one remains;
 * components are the classes of that relation (union and find). Inside, the
 * remains are eliminated one after another: all tables in whose scope it stands
 * are merged, whereupon it leaves. Which one next decides how large the tables
 * become; the one with the smallest product of table sizes is taken (the
 * min-weight heuristic, Kjærulff 1990), ties by number, which keeps the order the
 * same everywhere. The sizes are those of the real tables, since tables are
 * made while the order is found.
 *
 * At the end the roots of all components merge pairwise, as in a tournament, to
 * the root of everything: where the prior weighs the number of pairings that is
 * the product of polynomials, else it only serves to rank whole assignments. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/joint_int.h"

/* Components up to so many families have their tables in common memory. */
enum { FEW_FAMILIES = 2 };
/* Entries of all tables of a component with crowds: each remains of them makes another. */
static const double MOST_IN_CROWDS = 4e6;
/* Of what may be left out, the part that tables with crowds may drop, and how often they are made
 * to find it. */
static const double CROWD_PART = 0.1;
enum { TRIES = 3 };

/* ---- components ------------------------------------------------------------- */

static int32_t find_head(int32_t *head, int32_t f) {
  while (head[f] != f) f = head[f] = head[head[f]];
  return f;
}

/* Marks the candidates that a family may use: `used[r] = f`; all that are permitted, if it is open. */
static void mark_used(const joint_family *family, int32_t f, int32_t *used) {
  const size_t width = (size_t)family->n_candidates;
  for (int32_t k = 0; family->is_open && k < family->n_places; k++)
    for (size_t c = 0; c < width; c++)
      if (family->ln_pair[(size_t)k * width + c] > IMPOSSIBLE) used[family->candidates[c]] = f;
  for (int64_t i = 0; i < family->n * family->n_places; i++)
    if (family->placed[i] >= 0) used[family->candidates[family->placed[i]]] = f;
}

static void unite(hw_joint *self, int32_t *head, int32_t *owner, int32_t *used) {
  for (int32_t f = 0; f < self->problem->n_families; f++) {
    const joint_family *family = &self->families[f];
    head[f] = f;
    if (!family->is_listed) continue;
    mark_used(family, f, used);
    for (int32_t c = 0; c < family->n_candidates; c++) {
      const int32_t r = family->candidates[c];
      if (used[r] != f) continue;
      self->users[r]++;
      if (owner[r] < 0) {
        owner[r] = f;
      } else { /* the smaller number leads, so that heads come first */
        const int32_t a = find_head(head, owner[r]), b = find_head(head, f);
        head[a < b ? b : a] = a < b ? a : b;
      }
    }
  }
}

/* Counts and numbers the components: those whose families may use any remains, listed or not. */
static void number_parts(hw_joint *self, int32_t *head, const int32_t *owner) {
  for (int32_t f = 0; f < self->problem->n_families; f++) self->families[f].component = -1;
  for (int32_t r = 0; r < self->problem->n_remains; r++)
    if (owner[r] >= 0) self->families[find_head(head, owner[r])].component = 0;
  for (int32_t f = 0; f < self->problem->n_families; f++)
    if (self->families[f].is_listed && self->families[f].ln_left_out > IMPOSSIBLE)
      self->families[find_head(head, f)].component = 0;
  self->n_parts = 0;
  for (int32_t f = 0; f < self->problem->n_families; f++)
    if (head[f] == f && self->families[f].component == 0)
      self->families[f].component = self->n_parts++;
  for (int32_t f = 0; f < self->problem->n_families; f++)
    self->families[f].component = self->families[find_head(head, f)].component;
}

/* What the components have of families and remains, in numbers. */
static void count_members(hw_joint *self, const int32_t *owner) {
  for (int32_t f = 0; f < self->problem->n_families; f++) {
    const joint_family *family = &self->families[f];
    if (family->component < 0) continue;
    joint_part *part = &self->parts[family->component];
    part->told.n_families++;
    part->told.n_targets += family->n_places;
    part->told.n_listed += (double)family->n;
    part->is_priced |= family->is_priced;
    part->is_open |= family->is_open;
  }
  for (int32_t r = 0; r < self->problem->n_remains; r++) {
    self->part_of[r] = owner[r] < 0 ? -1 : self->families[owner[r]].component;
    if (owner[r] < 0) continue;
    self->parts[self->part_of[r]].told.n_remains++;
    self->parts[self->part_of[r]].is_priced |= self->ln_price[r] > 0;
  }
}

static hw_status fill_parts(hw_joint *self, const int32_t *owner, hw_err *err) {
  self->parts = hw_arena_alloc_array(&self->work, (size_t)self->n_parts + 1, sizeof *self->parts);
  if (self->parts == NULL) {
    self->n_parts = 0;
    return HW_NO_MEMORY(err, "the components");
  }
  count_members(self, owner);
  for (int32_t p = 0; p < self->n_parts; p++) {
    joint_part *part = &self->parts[p];
    part->root = -1;
    part->families =
        hw_arena_alloc_array(&self->work, (size_t)part->told.n_families, sizeof *part->families);
    part->remains =
        hw_arena_alloc_array(&self->work, (size_t)part->told.n_remains, sizeof *part->remains);
    if (part->families == NULL || part->remains == NULL) return HW_NO_MEMORY(err, "the components");
    part->told.n_families = part->told.n_remains = 0;
  }
  for (int32_t f = 0; f < self->problem->n_families; f++)
    if (self->families[f].component >= 0) {
      joint_part *part = &self->parts[self->families[f].component];
      part->families[part->told.n_families++] = f;
    }
  for (int32_t r = 0; r < self->problem->n_remains; r++)
    if (self->part_of[r] >= 0) {
      joint_part *part = &self->parts[self->part_of[r]];
      part->remains[part->told.n_remains++] = r;
    }
  return HW_OK;
}

void hwp_joint_drop_work(hw_joint *self) {
  for (int32_t p = 0; p < self->n_parts; p++) hw_arena_clear(&self->parts[p].tables);
  self->n_parts = 0;
  self->parts = NULL;
  hw_arena_clear(&self->work);
  hw_arena_clear(&self->growth);
  self->tables = &self->work;
}

hw_status hwp_joint_divide(hw_joint *self, hw_err *err) {
  const size_t n_families = (size_t)self->problem->n_families;
  const size_t n_remains = (size_t)self->problem->n_remains;
  hwp_joint_drop_work(self);
  self->n_nodes = 0;
  self->root = -1;
  self->n_bits = 0;
  for (size_t f = 0; f < n_families; f++) self->families[f].crowd = NULL;
  /* A binary tree over families and crowds, and one leaf more for each chain. */
  self->max_nodes = 4 * (int32_t)n_families + 2 * (int32_t)n_remains + 4;
  self->nodes = hw_arena_alloc_array(&self->work, (size_t)self->max_nodes, sizeof *self->nodes);
  self->part_of = hw_arena_alloc_array(&self->work, n_remains, sizeof *self->part_of);
  self->users = hw_arena_alloc_array(&self->work, n_remains, sizeof *self->users);
  int32_t *head = hw_arena_alloc_array(&self->work, n_families, sizeof *head);
  int32_t *owner = hw_arena_alloc_array(&self->work, n_remains, sizeof *owner);
  int32_t *used = hw_arena_alloc_array(&self->work, n_remains, sizeof *used);
  if (self->nodes == NULL || self->part_of == NULL || self->users == NULL || head == NULL ||
      owner == NULL || used == NULL)
    return HW_NO_MEMORY(err, "the components");
  memset(owner, -1, n_remains * sizeof *owner);
  memset(used, -1, n_remains * sizeof *used);
  unite(self, head, owner, used);
  number_parts(self, head, owner);
  return fill_parts(self, owner, err);
}

/* ---- elimination inside a component ------------------------------------------- */

typedef struct heap_entry {
  double cost;
  int32_t remains, stamp;
} heap_entry;

typedef struct elimination {
  hw_joint *joint;
  hw_arena arena;
  int32_t *alive;   /* per remains of the case, or bit: where its list begins */
  int32_t *n_alive; /* tables that have it in their scope */
  int32_t *list;    /* node numbers */
  int32_t *stamp;   /* of the newest entry in the heap */
  heap_entry *heap;
  int32_t n_heap, max_heap;
  bool has_crowds;
  int32_t n_resources; /* remains and bits */
  int32_t *is_seen;    /* scratch, 0 between calls */
} elimination;

static bool comes_before(heap_entry a, heap_entry b) {
  if (a.cost != b.cost) return a.cost < b.cost;
  return a.remains < b.remains;
}

/* Product of the tables that have it. There are no more sets than of the remains and bits of all of
 * them, which tells more where there are crowds. */
static double cost_of(elimination *self, int32_t remains) {
  const hw_joint *joint = self->joint;
  const int32_t *list = self->list + self->alive[remains];
  double cost = 1, sets = 0.5;
  for (int32_t i = 0; i < self->n_alive[remains]; i++) cost *= joint->nodes[list[i]].n;
  for (int32_t i = 0; self->has_crowds && i < self->n_alive[remains]; i++)
    for (int32_t s = 0; s < joint->nodes[list[i]].n_scope; s++)
      if (self->is_seen[joint->nodes[list[i]].scope[s]]++ == 0) sets *= 2;
  for (int32_t i = 0; self->has_crowds && i < self->n_alive[remains]; i++)
    for (int32_t s = 0; s < joint->nodes[list[i]].n_scope; s++)
      self->is_seen[joint->nodes[list[i]].scope[s]] = 0;
  return self->has_crowds && sets < cost ? sets : cost;
}

static hw_status push(elimination *self, int32_t remains, hw_err *err) {
  if (self->n_heap == self->max_heap) {
    const int32_t more = 2 * self->max_heap + 16;
    heap_entry *grown = hw_arena_alloc_array(&self->arena, (size_t)more, sizeof *grown);
    if (grown == NULL) return HW_NO_MEMORY(err, "the order of elimination");
    if (self->n_heap > 0) memcpy(grown, self->heap, (size_t)self->n_heap * sizeof *grown);
    self->heap = grown;
    self->max_heap = more;
  }
  const heap_entry entry = {cost_of(self, remains), remains, ++self->stamp[remains]};
  int32_t at = self->n_heap++;
  while (at > 0 && comes_before(entry, self->heap[(at - 1) / 2])) {
    self->heap[at] = self->heap[(at - 1) / 2];
    at = (at - 1) / 2;
  }
  self->heap[at] = entry;
  return HW_OK;
}

static heap_entry pop(elimination *self) {
  const heap_entry top = self->heap[0], last = self->heap[--self->n_heap];
  int32_t at = 0;
  for (;;) {
    int32_t child = 2 * at + 1;
    if (child >= self->n_heap) break;
    if (child + 1 < self->n_heap && comes_before(self->heap[child + 1], self->heap[child])) child++;
    if (!comes_before(self->heap[child], last)) break;
    self->heap[at] = self->heap[child];
    at = child;
  }
  self->heap[at] = last;
  return top;
}

/* Takes a table out of the lists of its scope. */
static void retire(elimination *self, const joint_node *node, int32_t index) {
  for (int32_t s = 0; s < node->n_scope; s++) {
    const int32_t r = node->scope[s];
    int32_t *list = self->list + self->alive[r], kept = 0;
    for (int32_t i = 0; i < self->n_alive[r]; i++)
      if (list[i] != index) list[kept++] = list[i];
    self->n_alive[r] = kept;
  }
}

/* Remains of either scope that stand in other tables too. */
static int32_t merged_scope(const elimination *self, const joint_node *a, const joint_node *b,
                            int32_t *scope) {
  int32_t i = 0, j = 0, n = 0;
  while (i < a->n_scope || j < b->n_scope) {
    const bool from_a = j == b->n_scope || (i < a->n_scope && a->scope[i] <= b->scope[j]);
    const int32_t r = from_a ? a->scope[i] : b->scope[j];
    while (i < a->n_scope && a->scope[i] == r) i++;
    while (j < b->n_scope && b->scope[j] == r) j++;
    if (self->n_alive[r] > 0) scope[n++] = r; /* a and b are out of the lists already */
  }
  return n;
}

static hw_status merge_two(elimination *self, int32_t a, int32_t b, int32_t *merged, hw_err *err) {
  hw_joint *joint = self->joint;
  const joint_node *left = &joint->nodes[a], *right = &joint->nodes[b];
  int32_t *scope = hw_arena_alloc_array(
      &self->arena, (size_t)left->n_scope + (size_t)right->n_scope, sizeof *scope);
  if (scope == NULL) return HW_NO_MEMORY(err, "the order of elimination");
  retire(self, left, a);
  retire(self, right, b);
  const int32_t n = merged_scope(self, left, right, scope);
  HW_TRY(hwp_joint_merge(joint, a, b, n, scope, merged, err));
  for (int32_t s = 0; s < n; s++) {
    const int32_t r = scope[s];
    self->list[self->alive[r] + self->n_alive[r]++] = *merged;
  }
  for (int32_t s = 0; s < n; s++) HW_TRY(push(self, scope[s], err));
  return HW_OK;
}

/* Moves the smallest of the tables from `at` on to place `at`. */
static void select_smallest(const hw_joint *joint, int32_t *list, int32_t n, int32_t at) {
  int32_t best = at;
  for (int32_t i = at + 1; i < n; i++) {
    const int32_t size = joint->nodes[list[i]].n, least = joint->nodes[list[best]].n;
    if (size < least || (size == least && list[i] < list[best])) best = i;
  }
  const int32_t found = list[best];
  list[best] = list[at];
  list[at] = found;
}

/* Moves the table that was made last to the first place. */
static void select_last(int32_t *list, int32_t n, int32_t last) {
  for (int32_t i = 1; i < n; i++)
    if (list[i] == last) {
      list[i] = list[0];
      list[0] = last;
    }
}

static hw_status eliminate_all(elimination *self, int32_t *root, joint_progress *progress,
                               hw_err *err) {
  while (self->n_heap > 0) {
    const heap_entry top = pop(self);
    if (top.stamp != self->stamp[top.remains]) continue;
    bool is_begun = false;
    while (self->n_alive[top.remains] > 1) {
      int32_t *list = self->list + self->alive[top.remains];
      select_smallest(self->joint, list, self->n_alive[top.remains], 0);
      if (top.remains >= self->joint->problem->n_remains) /* one remains after the other */
        select_last(list, self->n_alive[top.remains], is_begun ? *root : -1);
      is_begun = true;
      select_smallest(self->joint, list, self->n_alive[top.remains], 1);
      HW_TRY(merge_two(self, list[0], list[1], root, err));
      HW_TRY(hwp_joint_tell(progress, 0, err));
    }
  }
  return HW_OK;
}

/* Table of a family; its scope are the remains that stand in other tables too. */
static hw_status make_leaf(elimination *self, int32_t f, int32_t *used, int32_t *leaf,
                           hw_err *err) {
  hw_joint *joint = self->joint;
  const joint_family *family = &joint->families[f];
  const joint_crowd *crowd = family->crowd;
  const size_t room = (size_t)family->n_candidates + (crowd == NULL ? 0 : (size_t)crowd->n_bits);
  int32_t *scope = hw_arena_alloc_array(&self->arena, room, sizeof *scope), n = 0;
  if (scope == NULL) return HW_NO_MEMORY(err, "the order of elimination");
  mark_used(family, f, used);
  for (int32_t c = 0; c < family->n_candidates; c++)
    if (used[family->candidates[c]] == f && joint->users[family->candidates[c]] > 1 &&
        (crowd == NULL || !crowd->is_member[c]))
      scope[n++] = family->candidates[c];
  return crowd == NULL ? hwp_joint_leaf(joint, f, n, scope, leaf, err)
                       : hwp_joint_crowd_leaf(joint, f, n, scope, leaf, err);
}

static hw_status make_leaves(elimination *self, const joint_part *part, bool has_crowds,
                             int32_t *root, hw_err *err) {
  hw_joint *joint = self->joint;
  const size_t n_remains = (size_t)joint->problem->n_remains;
  int32_t *used = hw_arena_alloc_array(&self->arena, n_remains, sizeof *used);
  int32_t *scope = hw_arena_alloc_array(&self->arena, (size_t)joint->n_bits + 1, sizeof *scope);
  if (used == NULL || scope == NULL) return HW_NO_MEMORY(err, "the order of elimination");
  memset(used, -1, n_remains * sizeof *used);
  for (int32_t i = 0; i < part->told.n_families; i++)
    HW_TRY(make_leaf(self, part->families[i], used, root, err));
  for (int32_t i = 0; has_crowds && i < part->told.n_remains; i++) {
    int32_t leaf = -1;
    HW_TRY(hwp_joint_remains_leaf(joint, part, part->remains[i], scope, &leaf, err));
    if (leaf >= 0) *root = leaf;
  }
  return HW_OK;
}

/* Lists of the tables that each remains and bit stands in. */
static hw_status list_alive(elimination *self, int32_t first, hw_err *err) {
  const hw_joint *joint = self->joint;
  const size_t n = (size_t)joint->problem->n_remains + (size_t)joint->n_bits;
  size_t total = 0;
  self->n_resources = (int32_t)n;
  self->alive = hw_arena_alloc_array(&self->arena, n, sizeof *self->alive);
  self->n_alive = hw_arena_alloc_array(&self->arena, n, sizeof *self->n_alive);
  self->stamp = hw_arena_alloc_array(&self->arena, n, sizeof *self->stamp);
  self->is_seen = hw_arena_alloc_array(&self->arena, n, sizeof *self->is_seen);
  if (self->alive == NULL || self->n_alive == NULL || self->stamp == NULL || self->is_seen == NULL)
    return HW_NO_MEMORY(err, "the order of elimination");
  for (int32_t i = first; i < joint->n_nodes; i++)
    for (int32_t s = 0; s < joint->nodes[i].n_scope; s++) self->n_alive[joint->nodes[i].scope[s]]++;
  for (size_t r = 0; r < n; r++) {
    self->alive[r] = (int32_t)total;
    total += (size_t)self->n_alive[r];
    self->n_alive[r] = 0;
  }
  self->list = hw_arena_alloc_array(&self->arena, total, sizeof *self->list);
  if (self->list == NULL) return HW_NO_MEMORY(err, "the order of elimination");
  for (int32_t i = first; i < joint->n_nodes; i++)
    for (int32_t s = 0; s < joint->nodes[i].n_scope; s++) {
      const int32_t r = joint->nodes[i].scope[s];
      self->list[self->alive[r] + self->n_alive[r]++] = i;
    }
  return HW_OK;
}

static hw_status merge_all(elimination *self, joint_part *part, bool has_crowds,
                           joint_progress *progress, hw_err *err) {
  const int32_t first = self->joint->n_nodes;
  HW_TRY(make_leaves(self, part, has_crowds, &part->root, err));
  HW_TRY(list_alive(self, first, err));
  for (int32_t r = 0; r < self->n_resources; r++)
    if (self->n_alive[r] > 1) HW_TRY(push(self, r, err));
  return eliminate_all(self, &part->root, progress, err);
}

static hw_status eliminate_part(hw_joint *joint, joint_part *part, bool has_crowds,
                                joint_progress *progress, hw_err *err) {
  elimination self = {.joint = joint, .has_crowds = has_crowds};
  if (part->told.n_families == 1) /* nobody competes: no lists of the size of the case */
    return hwp_joint_leaf(joint, part->families[0], 0, NULL, &part->root, err);
  hw_arena_init(&self.arena, 0);
  const hw_status status = merge_all(&self, part, has_crowds, progress, err);
  hw_arena_clear(&self.arena);
  return status;
}

/* Gives tables back, the unfinished one too. */
static void release(hw_joint *joint, joint_part *part, int32_t n_nodes) {
  hwp_joint_scatter_crowds(joint, part);
  joint->n_nodes = n_nodes;
  part->root = -1;
  hw_arena_clear(&part->tables);
  hw_arena_clear(&joint->growth);
}

/* One attempt, with or without crowds. */
static hw_status attempt(hw_joint *joint, joint_part *part, bool with_crowds,
                         joint_progress *progress, hw_err *err) {
  const int32_t n_before = joint->n_nodes;
  bool has_any = false;
  hw_status status = HW_OK;
  joint->steps = joint->dropped = joint->n_entries = 0;
  joint->entry_limit = with_crowds ? MOST_IN_CROWDS : HUGE_VAL;
  /* Tables of many families may prove too large, and are then given back at once. */
  if (part->told.n_families > FEW_FAMILIES) joint->tables = &part->tables;
  if (with_crowds) status = hwp_joint_gather_crowds(joint, part, &has_any, err);
  if (status == HW_OK && with_crowds && !has_any)
    status = hw_err_set(err, HW_E_TOO_COMPLEX, "no crowd of remains");
  if (status == HW_OK) status = eliminate_part(joint, part, with_crowds, progress, err);
  joint->tables = &joint->work;
  if (status != HW_OK) release(joint, part, n_before);
  return status;
}

/* With crowds the dual bound is far above the sum, since families that share a hundred remains are
 * often in each other's way. So what may be dropped is found by trying. */
static hw_status attempt_crowds(hw_joint *joint, joint_part *part, joint_progress *progress,
                                hw_err *err) {
  const int32_t n_before = joint->n_nodes;
  const double enough = CROWD_PART * joint->options.left_out;
  for (int32_t i = 1;; i++) {
    HW_TRY(attempt(joint, part, true, progress, err));
    if (i == TRIES || !(joint->dropped > 0)) return HW_OK;
    const joint_node *root = &joint->nodes[part->root];
    const double excess = root->n > 0 ? root->ln_dual - hwp_scaled_ln(root->sum[0]) : HUGE_VAL;
    const double bound = joint->dropped * hw_exp(excess);
    if (bound <= enough) return HW_OK;
    joint->drop_share *= bound < HUGE_VAL ? CROWD_PART * enough / bound : 1e-12;
    release(joint, part, n_before);
  }
}

hw_status hwp_joint_eliminate(hw_joint *joint, int32_t index, joint_progress *progress,
                              hw_err *err) {
  joint_part *part = &joint->parts[index];
  const bool may_crowd = part->told.n_families > 1 && !joint->is_sized;
  const bool is_first = joint->crowd_from > 0 && may_crowd;
  joint->has_dues = part->is_priced && !joint->is_sized;
  joint->drop_share = part->is_priced ? joint->prune / part->told.n_families : 0;
  hw_status status = is_first ? attempt_crowds(joint, part, progress, err)
                              : attempt(joint, part, false, progress, err);
  if (status == HW_E_TOO_COMPLEX && may_crowd)
    status = is_first ? attempt(joint, part, false, progress, err)
                      : attempt_crowds(joint, part, progress, err);
  part->dropped = joint->dropped;
  joint->drop_share = 0;
  joint->has_dues = false;
  return status;
}

hw_status hwp_joint_join(hw_joint *self, hw_err *err) {
  int32_t n = 0;
  int32_t *roots = hw_arena_alloc_array(&self->work, (size_t)self->n_parts + 1, sizeof *roots);
  if (roots == NULL) return HW_NO_MEMORY(err, "the components");
  for (int32_t p = 0; p < self->n_parts; p++)
    if (self->parts[p].root >= 0) roots[n++] = self->parts[p].root;
  self->step_limit = self->entry_limit = HUGE_VAL;
  self->first_join = self->n_nodes;
  while (n > 1) {
    int32_t kept = 0;
    for (int32_t i = 0; i < n; i += 2) {
      if (i + 1 == n) {
        roots[kept++] = roots[i];
        continue;
      }
      HW_TRY(hwp_joint_merge(self, roots[i], roots[i + 1], 0, NULL, &roots[kept], err));
      kept++;
    }
    n = kept;
  }
  self->root = n == 1 ? roots[0] : -1;
  return HW_OK;
}
