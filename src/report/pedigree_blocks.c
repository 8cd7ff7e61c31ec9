/* Blocks, and the first order of a layout.
 *
 * A block holds nodes of one level that stay side by side: mates, mates of mates,
 * identical twins, children born together. Its inner order is that of a walk from
 * the member with most ties: his first tie to the right, the second to the left,
 * and so on outwards; so a person with two mates stands between them, and chains
 * of mates become rows. In a couple the man stands on the left (Bennett et al.
 * 1995, figure 4: "if possible").
 *
 * The first order of the levels is that of a walk too: a block, the parents of
 * those who married in, then the children of each couple in their order. For a
 * tree it has no crossing. */
#include "base/check.h"
#include "report/pedigree_int.h"

static bool is_family_of(const hwp_family *family, int32_t a, int32_t b) {
  return (family->father == a && family->mother == b) ||
         (family->father == b && family->mother == a);
}

/* Ties of two nodes of a level. */
static bool are_tied(const hwp_graph *self, int32_t a, int32_t b) {
  const hwp_node *p = &self->nodes[a], *q = &self->nodes[b];
  if (p->level != q->level || p->component != q->component) return false;
  for (int32_t f = 0; f < self->n_families; f++)
    if (is_family_of(&self->families[f], a, b)) return true;
  if (p->kind != HW_PLACE_PERSON || q->kind != HW_PLACE_PERSON) return false;
  if (hwp_twin_root(self->ped, a) == hwp_twin_root(self->ped, b)) return true;
  return self->born_together != NULL && self->born_together[a] > 0 &&
         self->born_together[a] == self->born_together[b] && p->family >= 0 &&
         p->family == q->family;
}

static int32_t count_ties(const hwp_graph *self, int32_t node) {
  int32_t n = 0;
  for (int32_t i = 0; i < self->n_nodes; i++) n += i != node && are_tied(self, node, i);
  return n;
}

/* Takes a node into the block, and those tied to it outwards on this side (+1 right, −1 left). A
 * tie that two brothers born together have is followed before a mate, so that they stay together. */
static void grow(hwp_graph *self, int32_t node, int32_t block, int32_t side, int32_t *left,
                 int32_t *right) {
  self->nodes[node].block = block;
  self->nodes[node].at = side > 0 ? ++*right : --*left;
  for (int32_t pass = 0; pass < 2; pass++)
    for (int32_t i = 0; i < self->n_nodes; i++) {
      if (self->nodes[i].block >= 0 || !are_tied(self, node, i)) continue;
      const bool is_birth =
          self->nodes[i].family >= 0 && self->nodes[i].family == self->nodes[node].family;
      if (is_birth == (pass == 0)) grow(self, i, block, side, left, right);
    }
}

static void fill_block(hwp_graph *self, int32_t start, int32_t block) {
  int32_t left = 0, right = 0, side = 1;
  self->nodes[start].block = block;
  self->nodes[start].at = 0;
  for (int32_t i = 0; i < self->n_nodes; i++) {
    if (self->nodes[i].block >= 0 || !are_tied(self, start, i)) continue;
    grow(self, i, block, side, &left, &right);
    side = -side;
  }
  self->blocks[block].n = right - left + 1;
  self->blocks[block].level = self->nodes[start].level;
  for (int32_t i = 0; i < self->n_nodes; i++)
    if (self->nodes[i].block == block) self->nodes[i].at -= left;
}

/* Puts the man of a couple to the left. */
static void turn_couple(hwp_graph *self, hwp_block *block) {
  if (block->n != 2) return;
  const hwp_node *first = &self->nodes[block->nodes[0]], *second = &self->nodes[block->nodes[1]];
  if (first->sex != HW_FEMALE || second->sex != HW_MALE) return;
  const int32_t swap = block->nodes[0];
  block->nodes[0] = block->nodes[1];
  block->nodes[1] = swap;
  self->nodes[block->nodes[0]].at = 0;
  self->nodes[block->nodes[1]].at = 1;
}

static hw_status make_blocks(hwp_graph *self, hw_err *err) {
  self->blocks = hw_arena_alloc_array(self->arena, (size_t)self->n_nodes + 1, sizeof(hwp_block));
  if (self->blocks == NULL) return HW_NO_MEMORY(err, "the layout of a pedigree");
  for (int32_t most = self->n_nodes; most >= 0;) { /* members with many ties begin */
    int32_t next = -1;
    for (int32_t i = 0; i < self->n_nodes; i++) {
      if (self->nodes[i].block >= 0) continue;
      const int32_t n = count_ties(self, i);
      if (n == most) fill_block(self, i, self->n_blocks++);
      if (self->nodes[i].block < 0 && n > next) next = n;
    }
    most = next;
  }
  for (int32_t b = 0; b < self->n_blocks; b++) {
    hwp_block *block = &self->blocks[b];
    block->nodes = hw_arena_alloc_array(self->arena, (size_t)block->n, sizeof(int32_t));
    if (block->nodes == NULL) return HW_NO_MEMORY(err, "the layout of a pedigree");
  }
  for (int32_t i = 0; i < self->n_nodes; i++)
    self->blocks[self->nodes[i].block].nodes[self->nodes[i].at] = i;
  for (int32_t b = 0; b < self->n_blocks; b++) turn_couple(self, &self->blocks[b]);
  return HW_OK;
}

/* Appends a block to its level, then those above and below that hang on it. */
static void visit(hwp_graph *self, int32_t b, bool *is_done) {
  if (is_done[b]) return;
  is_done[b] = true;
  const hwp_block *block = &self->blocks[b];
  hwp_level *level = hwp_level_of(self, self->nodes[block->nodes[0]].component, block->level);
  level->blocks[level->n++] = b;
  for (int32_t i = 0; i < block->n; i++) {
    const hwp_node *node = &self->nodes[block->nodes[i]];
    if (node->above >= 0)
      visit(self, self->nodes[node->above].block, is_done);
    else if (node->family >= 0)
      visit(self, self->nodes[self->families[node->family].father].block, is_done);
  }
  for (int32_t i = 0; i < block->n; i++)
    for (int32_t k = 0; k < self->n_nodes; k++) /* what ends a line that passes here */
      if (self->nodes[k].above == block->nodes[i]) visit(self, self->nodes[k].block, is_done);
  for (int32_t i = 0; i + 1 < block->n; i++)
    for (int32_t j = i + 1; j < block->n; j++)
      for (int32_t f = 0; f < self->n_families; f++) {
        const hwp_family *family = &self->families[f];
        if (!is_family_of(family, block->nodes[i], block->nodes[j])) continue;
        for (int32_t c = 0; c < family->n_children; c++)
          visit(self, self->nodes[family->children[c]].block, is_done);
      }
}

hw_status hwp_graph_block(hwp_graph *self, hw_err *err) {
  HW_TRY(make_blocks(self, err));
  const size_t n_levels = (size_t)self->n_components * (size_t)self->n_levels;
  self->levels = hw_arena_alloc_array(self->arena, n_levels + 1, sizeof(hwp_level));
  bool *is_done = hw_arena_alloc_array(self->arena, (size_t)self->n_blocks + 1, sizeof(bool));
  int32_t *sizes = hw_arena_alloc_array(self->arena, n_levels + 1, sizeof(int32_t));
  if (self->levels == NULL || is_done == NULL || sizes == NULL)
    return HW_NO_MEMORY(err, "the layout of a pedigree");
  for (int32_t b = 0; b < self->n_blocks; b++)
    sizes[self->nodes[self->blocks[b].nodes[0]].component * self->n_levels +
          self->blocks[b].level]++;
  for (size_t l = 0; l < n_levels; l++) {
    self->levels[l].blocks =
        hw_arena_alloc_array(self->arena, (size_t)sizes[l] + 1, sizeof(int32_t));
    if (self->levels[l].blocks == NULL) return HW_NO_MEMORY(err, "the layout of a pedigree");
  }
  for (int32_t level = 0; level < self->n_levels; level++)
    for (int32_t i = 0; i < self->n_nodes; i++)
      if (self->nodes[i].level == level) visit(self, self->nodes[i].block, is_done);
  return HW_OK;
}
