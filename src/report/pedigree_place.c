/* Where the blocks of an ordered layout stand, and the heights of lines.
 *
 * The way aside of a line of descent is the distance of a child from where the
 * line of its family begins. The sum of their squares is least, over all
 * positions that keep the order and the distances, where couples stand over the
 * middle of their children. It is a convex problem; with all levels but one held
 * fixed, the best positions of that one are an isotonic regression, which the
 * pooling of adjacent violators solves exactly (Ayer et al. 1955). Going down and
 * up over the levels approaches the joint optimum, since the conditions of one
 * level do not touch another. Plain sums in a fixed order: the same bits
 * everywhere. */
#include "base/check.h"
#include "report/pedigree_int.h"

double hwp_gap(const hwp_graph *self, const hwp_block *left, const hwp_block *right) {
  const bool a = self->nodes[left->nodes[left->n - 1]].kind == HW_PLACE_LINE;
  const bool b = self->nodes[right->nodes[0]].kind == HW_PLACE_LINE;
  return a && b ? 0.5 : a || b ? 0.75 : 1;
}

static int32_t count_families(const hwp_graph *self, int32_t node) {
  int32_t n = 0;
  for (int32_t f = 0; f < self->n_families; f++)
    n += self->families[f].father == node || self->families[f].mother == node;
  return n;
}

/* Mates side by side: between them. Otherwise beside the one with fewer mates, on the side of the
 * other: each such gap belongs to one couple. */
double hwp_family_offset(const hwp_graph *self, const hwp_family *family) {
  const int32_t father = self->nodes[family->father].at, mother = self->nodes[family->mother].at;
  const int32_t left = father < mother ? family->father : family->mother;
  const int32_t right = father < mother ? family->mother : family->father;
  const int32_t low = self->nodes[left].at, high = self->nodes[right].at;
  if (high == low + 1) return low + 0.5;
  return count_families(self, left) < count_families(self, right) ? low + 0.5 : high - 0.5;
}

/* What pulls each block of a level: sums of wanted positions, and how many there are. */
static void add_pulls(const hwp_graph *self, int32_t component, int32_t level, double *sum,
                      double *weight) {
  for (int32_t f = 0; f < self->n_families; f++) {
    const hwp_family *family = &self->families[f];
    const int32_t b = self->nodes[family->father].block;
    if (self->nodes[family->father].component != component) continue;
    const double offset = hwp_family_offset(self, family), x = self->blocks[b].x + offset;
    for (int32_t c = 0; c < family->n_children; c++) {
      const int32_t child = family->children[c], of_child = self->nodes[child].block;
      if (family->level == level)
        sum[b] += hwp_node_x(self, child) - offset, weight[b] += 1;
      else if (family->level + 1 == level)
        sum[of_child] += x - self->nodes[child].at, weight[of_child] += 1;
    }
  }
  for (int32_t i = 0; i < self->n_nodes; i++) { /* lines want to be straight */
    const hwp_node *node = &self->nodes[i];
    if (node->above < 0 || node->component != component) continue;
    const int32_t above = self->nodes[node->above].block;
    if (node->level == level)
      sum[node->block] += self->blocks[above].x - node->at, weight[node->block] += 1;
    else if (node->level == level + 1)
      sum[above] += hwp_node_x(self, i), weight[above] += 1;
  }
}

/* Isotonic regression of a level; `pool` holds 3 × its blocks. */
static void place_level(hwp_graph *self, const hwp_level *level, const double *sum,
                        const double *weight, double *pool_sum, double *pool_weight,
                        int32_t *pool_n) {
  int32_t n_pools = 0;
  double offset = 0;
  for (int32_t i = 0; i < level->n; i++) {
    const int32_t b = level->blocks[i];
    const hwp_block *block = &self->blocks[b];
    if (i > 0) {
      const hwp_block *left = &self->blocks[level->blocks[i - 1]];
      offset += left->n - 1 + hwp_gap(self, left, block);
    }
    /* A block that nothing pulls follows its neighbours. */
    const double w = weight[b] > 0 ? weight[b] : 1e-6;
    const double wanted = weight[b] > 0 ? sum[b] / weight[b] : block->x;
    pool_sum[n_pools] = w * (wanted - offset);
    pool_weight[n_pools] = w;
    pool_n[n_pools++] = 1;
    while (n_pools > 1 && pool_sum[n_pools - 2] * pool_weight[n_pools - 1] >
                              pool_sum[n_pools - 1] * pool_weight[n_pools - 2]) {
      pool_sum[n_pools - 2] += pool_sum[n_pools - 1];
      pool_weight[n_pools - 2] += pool_weight[n_pools - 1];
      pool_n[n_pools - 2] += pool_n[n_pools - 1];
      n_pools--;
    }
  }
  int32_t i = 0;
  offset = 0;
  for (int32_t p = 0; p < n_pools; p++)
    for (int32_t k = 0; k < pool_n[p]; k++, i++) {
      hwp_block *block = &self->blocks[level->blocks[i]];
      if (i > 0) {
        const hwp_block *left = &self->blocks[level->blocks[i - 1]];
        offset += left->n - 1 + hwp_gap(self, left, block);
      }
      block->x = pool_sum[p] / pool_weight[p] + offset;
    }
}

static void pack(hwp_graph *self, const hwp_level *level) {
  double x = 0;
  for (int32_t i = 0; i < level->n; i++) {
    hwp_block *block = &self->blocks[level->blocks[i]];
    if (i > 0) x += hwp_gap(self, &self->blocks[level->blocks[i - 1]], block);
    block->x = x;
    x += block->n - 1;
  }
}

void hwp_graph_place(hwp_graph *self, int32_t component, int n_rounds, double *scratch) {
  const size_t n = (size_t)self->n_blocks;
  double *sum = scratch, *weight = scratch + n, *pool_sum = scratch + 2 * n,
         *pool_weight = scratch + 3 * n;
  int32_t pool_n[HWP_MOST_NODES];
  for (int32_t l = 0; l < self->n_levels; l++) pack(self, hwp_level_of(self, component, l));
  for (int round = 0; round < n_rounds; round++)
    for (int32_t step = 0; step < 2 * self->n_levels; step++) {
      const int32_t l = step < self->n_levels ? step : 2 * self->n_levels - 1 - step;
      const hwp_level *level = hwp_level_of(self, component, l);
      if (level->n == 0) continue;
      for (size_t b = 0; b < n; b++) sum[b] = weight[b] = 0;
      add_pulls(self, component, l, sum, weight);
      place_level(self, level, sum, weight, pool_sum, pool_weight, pool_n);
    }
}

double hwp_graph_stretch(const hwp_graph *self, int32_t component) {
  double sum = 0;
  for (int32_t f = 0; f < self->n_families; f++) {
    const hwp_family *family = &self->families[f];
    if (self->nodes[family->father].component != component) continue;
    const double x = hwp_family_x(self, family);
    for (int32_t c = 0; c < family->n_children; c++) {
      const double way = hwp_node_x(self, family->children[c]) - x;
      sum += way * way;
    }
  }
  for (int32_t i = 0; i < self->n_nodes; i++) {
    const hwp_node *node = &self->nodes[i];
    if (node->above < 0 || node->component != component) continue;
    const double way = hwp_node_x(self, i) - hwp_node_x(self, node->above);
    sum += way * way;
  }
  return sum;
}

/* ---- heights of lines ---- */

typedef struct span {
  double low, high;
  int32_t family;
} span;

/* Gives spans that touch each other different heights, narrow ones the lowest number. @return the
 * number of heights */
static int32_t stack(span *spans, int32_t n, int32_t *heights) {
  for (int32_t i = 1; i < n; i++) { /* by width, then from the left */
    const span s = spans[i];
    const double width = s.high - s.low;
    int32_t k = i;
    for (; k > 0; k--) {
      const double before = spans[k - 1].high - spans[k - 1].low;
      if (before < width || (before == width && spans[k - 1].low <= s.low)) break;
      spans[k] = spans[k - 1];
    }
    spans[k] = s;
  }
  int32_t n_heights = 0;
  for (int32_t i = 0; i < n; i++) {
    int32_t height = 0;
    for (bool is_free = false; !is_free;) {
      is_free = true;
      for (int32_t k = 0; k < i; k++)
        if (heights[spans[k].family] == height && spans[k].low < spans[i].high + 0.2 &&
            spans[i].low < spans[k].high + 0.2)
          is_free = false;
      if (!is_free) height++;
    }
    heights[spans[i].family] = height;
    if (height + 1 > n_heights) n_heights = height + 1;
  }
  return n_heights;
}

hw_status hwp_graph_tracks(hwp_graph *self, int32_t *n_tracks, int32_t *n_rises, hw_err *err) {
  const size_t most = (size_t)self->n_families + (size_t)self->n_nodes + 1;
  span *spans = hw_arena_alloc_array(self->arena, most, sizeof *spans);
  int32_t *heights = hw_arena_alloc_array(self->arena, most, sizeof *heights);
  if (spans == NULL || heights == NULL) return HW_NO_MEMORY(err, "the layout of a pedigree");
  for (int32_t l = 0; l < self->n_levels; l++) {
    int32_t n = 0;
    for (int32_t f = 0; f < self->n_families; f++) {
      const hwp_family *family = &self->families[f];
      if (family->level != l || family->n_children == 0) continue;
      span s = {hwp_family_x(self, family), hwp_family_x(self, family), f};
      for (int32_t c = 0; c < family->n_children; c++) {
        const double x = hwp_node_x(self, family->children[c]);
        s.low = x < s.low ? x : s.low, s.high = x > s.high ? x : s.high;
      }
      spans[n++] = s;
    }
    n_tracks[l] = stack(spans, n, heights);
    for (int32_t i = 0; i < n; i++)
      self->families[spans[i].family].track = heights[spans[i].family];
    n = 0;
    for (int32_t f = 0; f < self->n_families; f++) {
      const hwp_family *family = &self->families[f];
      const double a = hwp_node_x(self, family->father), b = hwp_node_x(self, family->mother);
      const double wide = a < b ? b - a : a - b;
      if (family->level == l && wide > 1.5) spans[n++] = (span){a < b ? a : b, a < b ? b : a, f};
    }
    n_rises[l] = stack(spans, n, heights);
    for (int32_t i = 0; i < n; i++)
      self->families[spans[i].family].rise = heights[spans[i].family] + 1;
  }
  return HW_OK;
}
