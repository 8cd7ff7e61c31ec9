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
#include "identify/joint_int.h"

/* Components up to so many families have their tables in common memory. */
enum { FEW_FAMILIES = 2 };

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

static hw_status fill_parts(hw_joint *self, const int32_t *owner, hw_err *err) {
  const int32_t n_families = self->problem->n_families, n_remains = self->problem->n_remains;
  self->parts = hw_arena_alloc_array(&self->work, (size_t)self->n_parts + 1, sizeof *self->parts);
  if (self->parts == NULL) {
    self->n_parts = 0;
    return HW_NO_MEMORY(err, "the components");
  }
  for (int32_t f = 0; f < n_families; f++) {
    const joint_family *family = &self->families[f];
    if (family->component < 0) continue;
    hw_joint_component *told = &self->parts[family->component].told;
    told->n_families++;
    told->n_targets += family->n_places;
    told->n_listed += (double)family->n;
    self->parts[family->component].is_priced |= family->is_priced;
    self->parts[family->component].is_open |= family->is_open;
  }
  for (int32_t r = 0; r < n_remains; r++) {
    self->part_of[r] = owner[r] < 0 ? -1 : self->families[owner[r]].component;
    if (owner[r] < 0) continue;
    self->parts[self->part_of[r]].told.n_remains++;
    self->parts[self->part_of[r]].is_priced |= self->ln_price[r] > 0;
  }
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
  for (int32_t f = 0; f < n_families; f++)
    if (self->families[f].component >= 0) {
      joint_part *part = &self->parts[self->families[f].component];
      part->families[part->told.n_families++] = f;
    }
  for (int32_t r = 0; r < n_remains; r++)
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
  self->tables = &self->work;
}

hw_status hwp_joint_divide(hw_joint *self, hw_err *err) {
  const size_t n_families = (size_t)self->problem->n_families;
  const size_t n_remains = (size_t)self->problem->n_remains;
  hwp_joint_drop_work(self);
  self->n_nodes = 0;
  self->root = -1;
  /* A binary tree over the families, and one leaf more for each chain. */
  self->max_nodes = 4 * (int32_t)n_families + 4;
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
  int32_t *alive;   /* per remains of the case: where its list begins; only shared ones have one */
  int32_t *n_alive; /* tables that have it in their scope */
  int32_t *list;    /* node numbers */
  int32_t *stamp;   /* of the newest entry in the heap */
  heap_entry *heap;
  int32_t n_heap, max_heap;
} elimination;

static bool comes_before(heap_entry a, heap_entry b) {
  if (a.cost != b.cost) return a.cost < b.cost;
  return a.remains < b.remains;
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
  heap_entry entry = {1, remains, ++self->stamp[remains]};
  for (int32_t i = 0; i < self->n_alive[remains]; i++)
    entry.cost *= self->joint->nodes[self->list[self->alive[remains] + i]].n;
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

static hw_status eliminate_all(elimination *self, int32_t *root, joint_progress *progress,
                               hw_err *err) {
  while (self->n_heap > 0) {
    const heap_entry top = pop(self);
    if (top.stamp != self->stamp[top.remains]) continue;
    while (self->n_alive[top.remains] > 1) {
      int32_t *list = self->list + self->alive[top.remains];
      select_smallest(self->joint, list, self->n_alive[top.remains], 0);
      select_smallest(self->joint, list, self->n_alive[top.remains], 1);
      HW_TRY(merge_two(self, list[0], list[1], root, err));
      HW_TRY(hwp_joint_tell(progress, 0, err));
    }
  }
  return HW_OK;
}

static hw_status make_leaves(elimination *self, const joint_part *part, int32_t *root,
                             hw_err *err) {
  hw_joint *joint = self->joint;
  int32_t *used =
      hw_arena_alloc_array(&self->arena, (size_t)joint->problem->n_remains, sizeof *used);
  if (used == NULL) return HW_NO_MEMORY(err, "the order of elimination");
  memset(used, -1, (size_t)joint->problem->n_remains * sizeof *used);
  for (int32_t i = 0; i < part->told.n_families; i++) {
    const int32_t f = part->families[i];
    const joint_family *family = &joint->families[f];
    int32_t *scope =
                hw_arena_alloc_array(&self->arena, (size_t)family->n_candidates, sizeof *scope),
            n = 0;
    if (scope == NULL) return HW_NO_MEMORY(err, "the order of elimination");
    mark_used(family, f, used);
    for (int32_t c = 0; c < family->n_candidates; c++)
      if (used[family->candidates[c]] == f && joint->users[family->candidates[c]] > 1)
        scope[n++] = family->candidates[c];
    HW_TRY(hwp_joint_leaf(joint, f, n, scope, root, err));
    for (int32_t s = 0; s < n; s++)
      self->list[self->alive[scope[s]] + self->n_alive[scope[s]]++] = *root;
  }
  return HW_OK;
}

static hw_status prepare_elimination(elimination *self, const joint_part *part, hw_err *err) {
  const hw_joint *joint = self->joint;
  const size_t n = (size_t)joint->problem->n_remains;
  int32_t total = 0;
  self->alive = hw_arena_alloc_array(&self->arena, n, sizeof *self->alive);
  self->n_alive = hw_arena_alloc_array(&self->arena, n, sizeof *self->n_alive);
  self->stamp = hw_arena_alloc_array(&self->arena, n, sizeof *self->stamp);
  if (self->alive == NULL || self->n_alive == NULL || self->stamp == NULL)
    return HW_NO_MEMORY(err, "the order of elimination");
  for (int32_t i = 0; i < part->told.n_remains; i++) {
    const int32_t r = part->remains[i];
    if (joint->users[r] < 2) continue;
    self->alive[r] = total;
    total += joint->users[r];
  }
  self->list = hw_arena_alloc_array(&self->arena, (size_t)total, sizeof *self->list);
  return self->list == NULL ? HW_NO_MEMORY(err, "the order of elimination") : HW_OK;
}

static hw_status eliminate_part(hw_joint *joint, joint_part *part, joint_progress *progress,
                                hw_err *err) {
  elimination self = {.joint = joint};
  if (part->told.n_families == 1) /* nobody competes: no lists of the size of the case */
    return hwp_joint_leaf(joint, part->families[0], 0, NULL, &part->root, err);
  hw_arena_init(&self.arena, 0);
  hw_status status = prepare_elimination(&self, part, err);
  if (status == HW_OK) status = make_leaves(&self, part, &part->root, err);
  for (int32_t i = 0; status == HW_OK && i < part->told.n_remains; i++)
    if (joint->users[part->remains[i]] > 1) status = push(&self, part->remains[i], err);
  if (status == HW_OK) status = eliminate_all(&self, &part->root, progress, err);
  hw_arena_clear(&self.arena);
  return status;
}

hw_status hwp_joint_eliminate(hw_joint *joint, int32_t index, joint_progress *progress,
                              hw_err *err) {
  joint_part *part = &joint->parts[index];
  const int32_t n_before = joint->n_nodes;
  joint->steps = joint->dropped = 0;
  joint->drop_share = part->is_priced ? joint->prune / part->told.n_families : 0;
  /* Tables of many families may prove too large, and are then given back at once. */
  if (part->told.n_families > FEW_FAMILIES) joint->tables = &part->tables;
  const hw_status status = eliminate_part(joint, part, progress, err);
  joint->tables = &joint->work;
  part->dropped = joint->dropped;
  joint->drop_share = 0;
  if (status != HW_OK) {
    joint->n_nodes = n_before;
    part->root = -1;
    hw_arena_clear(&part->tables);
  }
  return status;
}

hw_status hwp_joint_join(hw_joint *self, hw_err *err) {
  int32_t n = 0;
  int32_t *roots = hw_arena_alloc_array(&self->work, (size_t)self->n_parts + 1, sizeof *roots);
  if (roots == NULL) return HW_NO_MEMORY(err, "the components");
  for (int32_t p = 0; p < self->n_parts; p++)
    if (self->parts[p].root >= 0) roots[n++] = self->parts[p].root;
  self->step_limit = HUGE_VAL;
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
