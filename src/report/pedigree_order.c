/* A better order of the blocks of each level.
 *
 * Cost of an order, least first: crossings of lines of descent; then how far
 * they run aside once everything is placed, with small charges for a man who
 * stands right of his mate, for elder children who stand right of younger ones
 * and for mates with somebody between them. The first order has no crossing for
 * a tree; what loops and marriages between branches add is lowered by trying
 * moves, one after another: a block turned round, a block moved up to some
 * places along its level. A move stays if it lowers the cost; the search ends
 * when none does, or after a fixed number of trials (crossing reduction is
 * NP-hard: Garey & Johnson 1983).
 *
 * Crossings are counted from ranks alone, so that most moves are refused before
 * anything is placed. */
#include "base/check.h"
#include "report/pedigree_int.h"

enum { FARTHEST_MOVE = 8, MOST_TRIALS = 6000, QUICK_ROUNDS = 8, MOST_PLACED = 120 };

typedef struct edge {
  double above, below; /* ranks */
  int32_t family;
} edge;

typedef struct search {
  hwp_graph *graph;
  int32_t component;
  bool is_small; /* placing is affordable */
  edge *edges;   /* by level of the upper end */
  double *rank;  /* of the first node of each block */
  double *scratch;
} search;

typedef struct cost {
  int64_t crossings;
  double charge;
} cost;

static void take_ranks(search *s) {
  for (int32_t l = 0; l < s->graph->n_levels; l++) {
    const hwp_level *level = hwp_level_of(s->graph, s->component, l);
    double rank = 0;
    for (int32_t i = 0; i < level->n; i++) {
      s->rank[level->blocks[i]] = rank;
      rank += s->graph->blocks[level->blocks[i]].n;
    }
  }
}

static double node_rank(const search *s, int32_t node) {
  return s->rank[s->graph->nodes[node].block] + s->graph->nodes[node].at;
}

/* Lines of descent from one level to the next. */
static int32_t list_edges(search *s, int32_t level) {
  const hwp_graph *g = s->graph;
  int32_t n = 0;
  for (int32_t i = 0; i < g->n_nodes; i++) {
    const hwp_node *node = &g->nodes[i];
    if (node->component != s->component || node->level != level + 1 || node->family < 0) continue;
    double above;
    if (node->above >= 0) {
      above = node_rank(s, node->above);
    } else {
      const hwp_family *family = &g->families[node->family];
      above = s->rank[g->nodes[family->father].block] + hwp_family_offset(g, family);
    }
    s->edges[n++] = (edge){above, node_rank(s, i), node->family};
  }
  return n;
}

static int64_t count_crossings(search *s) {
  int64_t crossings = 0;
  take_ranks(s);
  for (int32_t l = 0; l + 1 < s->graph->n_levels; l++) {
    const int32_t n = list_edges(s, l);
    for (int32_t i = 0; i < n; i++)
      for (int32_t k = i + 1; k < n; k++)
        crossings +=
            s->edges[i].family != s->edges[k].family &&
            (s->edges[i].above < s->edges[k].above) != (s->edges[i].below < s->edges[k].below) &&
            s->edges[i].above != s->edges[k].above;
  }
  return crossings;
}

static double find_charge(search *s) {
  const hwp_graph *g = s->graph;
  double charge = 0;
  if (s->is_small) {
    hwp_graph_place(s->graph, s->component, QUICK_ROUNDS, s->scratch);
    charge = hwp_graph_stretch(g, s->component);
  }
  for (int32_t f = 0; f < g->n_families; f++) {
    const hwp_family *family = &g->families[f];
    if (g->nodes[family->father].component != s->component) continue;
    const int32_t way = g->nodes[family->mother].at - g->nodes[family->father].at;
    const int32_t between = (way < 0 ? -way : way) - 1;
    charge += (way < 0 ? 0.3 : 0) + 2 * between;
    for (int32_t c = 1; c < family->n_children; c++)
      if (node_rank(s, family->children[c - 1]) > node_rank(s, family->children[c])) charge += 0.4;
    if (s->is_small) continue;
    const double x = s->rank[g->nodes[family->father].block];
    for (int32_t c = 0; c < family->n_children; c++) {
      const double aside = node_rank(s, family->children[c]) - x;
      charge += aside < 0 ? -aside : aside;
    }
  }
  return charge;
}

static void turn(hwp_graph *g, hwp_block *block) {
  for (int32_t i = 0; i < block->n / 2; i++) {
    const int32_t swap = block->nodes[i];
    block->nodes[i] = block->nodes[block->n - 1 - i];
    block->nodes[block->n - 1 - i] = swap;
  }
  for (int32_t i = 0; i < block->n; i++) g->nodes[block->nodes[i]].at = i;
}

static void move(hwp_level *level, int32_t from, int32_t to) {
  const int32_t b = level->blocks[from];
  for (; from < to; from++) level->blocks[from] = level->blocks[from + 1];
  for (; from > to; from--) level->blocks[from] = level->blocks[from - 1];
  level->blocks[to] = b;
}

/* True, and *best lowered, if the order as it stands is better. */
static bool is_better(search *s, cost *best) {
  const int64_t crossings = count_crossings(s);
  if (crossings > best->crossings) return false;
  const double charge = find_charge(s);
  if (crossings == best->crossings && charge >= best->charge - 1e-6) return false;
  *best = (cost){crossings, charge};
  return true;
}

static bool try_moves(search *s, cost *best, int32_t *n_trials) {
  bool any = false;
  for (int32_t l = 0; l < s->graph->n_levels; l++) {
    hwp_level *level = hwp_level_of(s->graph, s->component, l);
    for (int32_t i = 0; i < level->n; i++) {
      hwp_block *block = &s->graph->blocks[level->blocks[i]];
      if (block->n > 1 && ++*n_trials < MOST_TRIALS) {
        turn(s->graph, block);
        if (is_better(s, best))
          any = true;
        else
          turn(s->graph, block);
      }
      for (int32_t k = i - FARTHEST_MOVE; k <= i + FARTHEST_MOVE; k++) {
        if (k < 0 || k >= level->n || k == i || ++*n_trials >= MOST_TRIALS) continue;
        move(level, i, k);
        if (is_better(s, best)) {
          any = true;
          break;
        }
        move(level, k, i);
      }
    }
  }
  return any;
}

hw_status hwp_graph_order(hwp_graph *self, int32_t component, hw_err *err) {
  const size_t n = (size_t)self->n_nodes + 1;
  search s = {.graph = self, .component = component};
  s.edges = hw_arena_alloc_array(self->arena, n, sizeof *s.edges);
  s.rank = hw_arena_alloc_array(self->arena, n, sizeof *s.rank);
  s.scratch = hw_arena_alloc_array(self->arena, 4 * n, sizeof *s.scratch);
  if (s.edges == NULL || s.rank == NULL || s.scratch == NULL)
    return HW_NO_MEMORY(err, "the layout of a pedigree");
  int32_t n_here = 0, n_trials = 0;
  for (int32_t i = 0; i < self->n_nodes; i++) n_here += self->nodes[i].component == component;
  s.is_small = n_here <= MOST_PLACED;
  cost best = {.crossings = count_crossings(&s)};
  best.charge = find_charge(&s);
  while (n_trials < MOST_TRIALS && try_moves(&s, &best, &n_trials)) continue;
  hwp_graph_place(self, component, 300, s.scratch);
  return HW_OK;
}
