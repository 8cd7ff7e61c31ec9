/* The list of a family's placements: what the search found, images written out.
 *
 * The search (place_search.c) leaves at most half of the allowed share unproven. Of
 * the other half, the smallest placements it evaluated are dropped from the list: they
 * are exact, and mostly many. Listed: best first behind the empty one; images of one
 * placement under exchanges of places stand together. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/place_search.h"

static const double WIDER = 1e-9; /* as in place_search.c */

typedef struct listing {
  hwp_search *search;
  hwp_placements *out;
  hwp_placement *placements;
  int32_t *rows;
  size_t capacity;
  int32_t *placed, *count, *image;
  int32_t n_in_orbit;
} listing;

static hw_status add(listing *self, const hwp_entry *entry, hw_err *err) {
  const size_t n = (size_t)self->out->n, n_places = (size_t)self->search->place->n_places;
  if (n == self->capacity) {
    const size_t wanted = n == 0 ? 64 : 2 * n;
    hwp_placement *placements = realloc(self->placements, wanted * sizeof *placements);
    if (placements == NULL) return HW_NO_MEMORY(err, "the placements of a family");
    self->placements = placements;
    int32_t *rows = realloc(self->rows, (wanted * n_places + 1) * sizeof *rows);
    if (rows == NULL) return HW_NO_MEMORY(err, "the placements of a family");
    self->rows = rows;
    self->capacity = wanted;
  }
  HW_BUG_IF(self->placements == NULL || self->rows == NULL, err);
  self->placements[n] = (hwp_placement){entry->ln_ratio, entry->ln_weight};
  memcpy(self->rows + n * n_places, self->image, sizeof *self->rows * n_places);
  self->out->n++;
  return HW_OK;
}

/* Remains number i of an orbit at every free place of it, then the next ones, then the orbits
 * behind. */
static hw_status add_images(listing *self, const hwp_entry *entry, int32_t o, int32_t i,
                            hw_err *err) {
  const hwp_search *search = self->search;
  if (o == search->n_orbits) return add(self, entry, err);
  const hwp_orbit *orbit = &search->orbits[o];
  if (i == self->count[o]) return add_images(self, entry, o + 1, 0, err);
  for (int32_t k = 0; k < orbit->n; k++) {
    int32_t *at = &self->image[orbit->places[k]];
    if (*at >= 0) continue;
    *at = self->placed[orbit->places[i]];
    HW_TRY(add_images(self, entry, o, i + 1, err));
    *at = -1;
  }
  return HW_OK;
}

static hw_status add_entry(listing *self, int32_t index, hw_err *err) {
  const hwp_search *search = self->search;
  hwp_search_unfold(search, index, self->placed, self->count);
  for (int32_t k = 0; k < search->place->n_places; k++)
    self->image[k] = search->orbit_of[k] < 0 ? self->placed[k] : -1;
  return add_images(self, &search->entries[index], 0, 0, err);
}

/* Listed entries, best first; the empty one leads. */
typedef struct ranked {
  double ln_mass;
  int32_t index;
} ranked;

static int compare_ranked(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if ((x->index == 0) != (y->index == 0)) return x->index == 0 ? -1 : 1;
  if (x->ln_mass != y->ln_mass) return x->ln_mass > y->ln_mass ? -1 : 1;
  return x->index < y->index ? -1 : x->index > y->index;
}

static double images_of(const listing *self, int32_t index) {
  const hwp_search *search = self->search;
  double images = 1.0;
  hwp_search_unfold(search, index, self->placed, self->count);
  for (int32_t o = 0; o < search->n_orbits; o++)
    for (int32_t i = 0; i < self->count[o]; i++) images *= (double)(search->orbits[o].n - i);
  return images;
}

/* How many of the ranked entries are written; the others go to what is left out. */
static size_t cut(listing *self, const ranked *order, size_t n, double *ln_left_out) {
  const hwp_place_limits *limits = self->search->limits;
  double n_images = 0.0;
  size_t kept = 0;
  while (kept < n) {
    n_images += images_of(self, order[kept].index);
    if (kept > 0 && n_images > limits->max_listed) break;
    kept++;
  }
  for (size_t i = kept; i < n; i++)
    *ln_left_out = hwp_ln_add(*ln_left_out, order[i].ln_mass + WIDER);
  if (kept < n) self->search->is_stopped = true;
  if (!(limits->left_out > 0.0)) return kept;
  const double ln_most = self->search->ln_sum + hw_ln(limits->left_out) - 1e-6;
  while (kept > 1) {
    const double after = hwp_ln_add(*ln_left_out, order[kept - 1].ln_mass + WIDER);
    /* What is dropped is missing from the sum as well. */
    if (!(after <= ln_most - 2.0 * limits->left_out)) break;
    *ln_left_out = after;
    kept--;
  }
  return kept;
}

static hw_status write_list(listing *self, hw_err *err) {
  hwp_search *search = self->search;
  size_t n = 0;
  ranked *order = malloc(sizeof *order * (search->n_entries + 1));
  if (order == NULL) return HW_NO_MEMORY(err, "the placements of a family");
  for (size_t i = 0; i < search->n_entries; i++)
    if (search->entries[i].is_listed) order[n++] = (ranked){search->entries[i].ln_mass, (int32_t)i};
  qsort(order, n, sizeof *order, compare_ranked);
  double ln_left_out = hwp_search_left_out(search), ln_sum = IMPOSSIBLE;
  const size_t kept = cut(self, order, n, &ln_left_out);
  hw_status status = HW_OK;
  for (size_t i = 0; status == HW_OK && i < kept; i++) {
    ln_sum = hwp_ln_add(ln_sum, order[i].ln_mass);
    status = add_entry(self, order[i].index, err);
  }
  free(order);
  self->out->ln_sum = ln_sum;
  self->out->ln_left_out = ln_left_out;
  self->out->is_complete = !search->is_stopped;
  return status;
}

hw_status hwp_place_list(hwp_place *self, const hwp_place_limits *limits, hwp_placements *out,
                         hw_err *err) {
  memset(out, 0, sizeof *out);
  hwp_search search;
  hw_status status = hwp_search_init(&search, self, limits, err);
  if (status == HW_OK) status = hwp_search_run(&search, err);
  if (status == HW_OK) {
    const size_t n = (size_t)self->n_places + 1;
    listing list = {.search = &search, .out = out};
    list.placed = hw_arena_alloc_array(&search.arena, n, sizeof *list.placed);
    list.count = hw_arena_alloc_array(&search.arena, n, sizeof *list.count);
    list.image = hw_arena_alloc_array(&search.arena, n, sizeof *list.image);
    status = list.placed != NULL && list.count != NULL && list.image != NULL
                 ? write_list(&list, err)
                 : HW_NO_MEMORY(err, "the placements of a family");
    out->n_places = self->n_places;
    out->n_evaluated = search.n_evaluated;
    out->placements = list.placements;
    out->placed = list.rows;
    out->storage = list.rows;
  }
  hwp_search_clear(&search);
  if (status != HW_OK) hwp_placements_clear(out);
  return status;
}

void hwp_placements_clear(hwp_placements *self) {
  if (self == NULL) return;
  free((void *)(uintptr_t)self->placements);
  free(self->storage);
  memset(self, 0, sizeof *self);
}
