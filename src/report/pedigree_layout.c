/* Layout of a pedigree: where everybody stands. A function of the pedigree alone.
 *
 * The work is in four steps (pedigree_int.h); here they are joined, the
 * components of a pedigree are put side by side, and what was found is handed to
 * the caller in one piece of memory.
 *
 * Properties that the tests hold true for random pedigrees:
 *   1. children stand below their parents, mates on one level;
 *   2. neighbours of a level are at least 1 apart, lines at least 1/2;
 *   3. the middle of the children is under the couple where nothing forbids it;
 *   4. other names give the same bits, another order of the persons the same
 *      levels. */
#include "base/check.h"
#include "report/pedigree_int.h"

#include <stdlib.h>

typedef struct storage {
  hw_layout layout; /* first, so that a layout is its storage */
  hw_arena arena;
} storage;

void hw_layout_delete(hw_layout *self) {
  if (self == NULL) return;
  storage *all = self->storage;
  hw_arena_clear(&all->arena);
  free(all);
}

/* Puts the components side by side. @return the width of all */
static double put_side_by_side(hwp_graph *g) {
  double right = 0;
  for (int32_t c = 0; c < g->n_components; c++) {
    double low = 1e300, high = -1e300;
    for (int32_t i = 0; i < g->n_nodes; i++) {
      if (g->nodes[i].component != c) continue;
      const double x = hwp_node_x(g, i);
      low = x < low ? x : low, high = x > high ? x : high;
    }
    const double shift = (c > 0 ? right + 1 : 0) - low;
    for (int32_t b = 0; b < g->n_blocks; b++)
      if (g->nodes[g->blocks[b].nodes[0]].component == c) g->blocks[b].x += shift;
    right = high + shift;
  }
  return right;
}

static hw_status copy_places(const hwp_graph *g, storage *all, hw_err *err) {
  hw_layout_place *places =
      hw_arena_alloc_array(&all->arena, (size_t)g->n_nodes + 1, sizeof *places);
  if (places == NULL) return HW_NO_MEMORY(err, "the layout of a pedigree");
  for (int32_t i = 0; i < g->n_nodes; i++) {
    const hwp_node *node = &g->nodes[i];
    places[i] = (hw_layout_place){.kind = node->kind,
                                  .person = node->person,
                                  .sex = node->sex,
                                  .level = node->level,
                                  .x = hwp_node_x(g, i),
                                  .family = node->family,
                                  .above = node->above};
  }
  all->layout.places = places;
  all->layout.n_places = g->n_nodes;
  return HW_OK;
}

static hw_status copy_families(const hwp_graph *g, storage *all, hw_err *err) {
  hw_layout_family *families =
      hw_arena_alloc_array(&all->arena, (size_t)g->n_families + 1, sizeof *families);
  if (families == NULL) return HW_NO_MEMORY(err, "the layout of a pedigree");
  for (int32_t f = 0; f < g->n_families; f++) {
    hwp_family *family = &g->families[f];
    for (int32_t i = 1; i < family->n_children; i++) { /* from left to right */
      const int32_t child = family->children[i];
      int32_t k = i;
      for (; k > 0 && hwp_node_x(g, family->children[k - 1]) > hwp_node_x(g, child); k--)
        family->children[k] = family->children[k - 1];
      family->children[k] = child;
    }
    const int32_t way = g->nodes[family->father].at - g->nodes[family->mother].at;
    families[f] = (hw_layout_family){.father = family->father,
                                     .mother = family->mother,
                                     .level = family->level,
                                     .x = hwp_family_x(g, family),
                                     .n_children = family->n_children,
                                     .children = family->children,
                                     .is_consanguineous = family->is_consanguineous,
                                     .is_adjacent = way == 1 || way == -1,
                                     .rise = family->rise,
                                     .track = family->track};
  }
  all->layout.families = families;
  all->layout.n_families = g->n_families;
  return HW_OK;
}

static hw_status lay_out(hwp_graph *g, storage *all, hw_err *err) {
  HW_TRY(hwp_graph_build(g, err));
  HW_TRY(hwp_graph_block(g, err));
  for (int32_t c = 0; c < g->n_components; c++) HW_TRY(hwp_graph_order(g, c, err));
  all->layout.width = put_side_by_side(g);
  all->layout.n_levels = g->n_levels;
  int32_t *heights = hw_arena_alloc_array(&all->arena, 2 * (size_t)g->n_levels, sizeof *heights);
  if (heights == NULL) return HW_NO_MEMORY(err, "the layout of a pedigree");
  HW_TRY(hwp_graph_tracks(g, heights, heights + g->n_levels, err));
  all->layout.n_tracks = heights;
  all->layout.n_rises = heights + g->n_levels;
  HW_TRY(copy_places(g, all, err));
  return copy_families(g, all, err);
}

hw_status hw_pedigree_layout(const hw_pedigree *ped, const int32_t *born_together, hw_layout **out,
                             hw_err *err) {
  *out = NULL;
  if (ped->n_persons > HW_DRAWN_MOST)
    return hw_err_set(err, HW_E_TOO_COMPLEX,
                      "a pedigree of %d persons cannot be drawn: pictures hold at most %d",
                      (int)ped->n_persons, HW_DRAWN_MOST);
  storage *all = calloc(1, sizeof *all);
  if (all == NULL) return HW_NO_MEMORY(err, "the layout of a pedigree");
  hw_arena_init(&all->arena, 0);
  all->layout.storage = all;
  hwp_graph graph = {.ped = ped, .born_together = born_together, .arena = &all->arena};
  const hw_status status = lay_out(&graph, all, err);
  if (status != HW_OK) {
    hw_layout_delete(&all->layout);
    return status;
  }
  *out = &all->layout;
  return HW_OK;
}
