/* All placements of a family that are possible, depth first over its places.
 *
 * What is placed never becomes possible again by placing more (data only lower a
 * probability), so a placement of ratio zero ends its branch. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/place_int.h"

typedef struct listing {
  hwp_place *self;
  const hwp_place_limits *limits;
  int32_t *placed;  /* n_places */
  double *extended; /* n_places × n_candidates */
  hwp_placements *out;
  hwp_placement *placements;
  int32_t *rows;
  size_t capacity;
  bool is_stopped;
} listing;

static hw_status add(listing *list, double ln_ratio, double ln_weight, hw_err *err) {
  const size_t n = (size_t)list->out->n, n_places = (size_t)list->self->n_places;
  if (n == list->capacity) {
    const size_t wanted = n == 0 ? 64 : 2 * n;
    hwp_placement *placements = realloc(list->placements, wanted * sizeof *placements);
    if (placements == NULL) return HW_NO_MEMORY(err, "the placements of a family");
    list->placements = placements;
    int32_t *rows = realloc(list->rows, (wanted * n_places + 1) * sizeof *rows);
    if (rows == NULL) return HW_NO_MEMORY(err, "the placements of a family");
    list->rows = rows;
    list->capacity = wanted;
  }
  list->placements[n] = (hwp_placement){ln_ratio, ln_weight};
  memcpy(list->rows + n * n_places, list->placed, sizeof *list->rows * n_places);
  list->out->n++;
  return HW_OK;
}

static double weight_of(const listing *list, int32_t place, int32_t r) {
  const double *ln_pair = list->limits->ln_pair;
  return ln_pair != NULL ? ln_pair[(size_t)place * (size_t)list->self->n_candidates + (size_t)r]
                         : 0.0;
}

static hw_status visit(listing *list, int32_t place, double ln_ratio, double ln_weight,
                       hw_err *err) {
  hwp_place *self = list->self;
  const hwp_place_limits *limits = list->limits;
  if (list->is_stopped) return HW_OK;
  if (place == self->n_places) {
    if ((double)list->out->n >= limits->max_listed ||
        (double)list->out->n_evaluated >= limits->max_steps) {
      list->is_stopped = true;
      return HW_OK;
    }
    list->out->n_evaluated++;
    return add(list, ln_ratio, ln_weight, err);
  }
  const int32_t fixed = limits->fixed != NULL ? limits->fixed[place] : -1;
  if (fixed < 0) HW_TRY(visit(list, place + 1, ln_ratio, ln_weight, err));
  double *extended = list->extended + (size_t)place * (size_t)self->n_candidates;
  HW_TRY(hwp_place_extend(self, list->placed, place, extended, err));
  if (limits->stop != NULL && limits->stop(limits->context))
    return hw_err_set(err, HW_E_INTERRUPTED, "interrupted");
  for (int32_t r = 0; r < self->n_candidates; r++) {
    const double weight = weight_of(list, place, r);
    if ((fixed >= 0 && r != fixed) || !(extended[r] + weight > IMPOSSIBLE)) continue;
    list->placed[place] = r;
    HW_TRY(visit(list, place + 1, ln_ratio + extended[r], ln_weight + weight, err));
  }
  list->placed[place] = -1;
  return HW_OK;
}

hw_status hwp_place_list(hwp_place *self, const hwp_place_limits *limits, hwp_placements *out,
                         hw_err *err) {
  memset(out, 0, sizeof *out);
  listing list = {.self = self, .limits = limits, .out = out};
  const size_t n_places = (size_t)self->n_places, n = (size_t)self->n_candidates;
  list.placed = malloc(sizeof *list.placed * (n_places + 1));
  list.extended = malloc(sizeof *list.extended * (n_places * n + 1));
  hw_status status = HW_E_NO_MEMORY;
  if (list.placed == NULL || list.extended == NULL) {
    status = HW_NO_MEMORY(err, "the placements of a family");
  } else {
    for (size_t k = 0; k < n_places; k++) list.placed[k] = -1;
    status = visit(&list, 0, 0.0, 0.0, err);
  }
  double top = IMPOSSIBLE, sum = 0.0;
  for (int64_t i = 0; i < out->n; i++)
    top = fmax(top, list.placements[i].ln_ratio + list.placements[i].ln_weight);
  for (int64_t i = 0; i < out->n; i++)
    sum += hw_pow10((list.placements[i].ln_ratio + list.placements[i].ln_weight - top) *
                    0.43429448190325182765);
  out->n_places = self->n_places;
  out->ln_sum = top + hw_ln(sum);
  out->ln_left_out = list.is_stopped ? HUGE_VAL : IMPOSSIBLE;
  out->is_complete = !list.is_stopped;
  out->placements = list.placements;
  out->placed = list.rows;
  out->storage = list.rows;
  free(list.placed);
  free(list.extended);
  if (status != HW_OK) hwp_placements_clear(out);
  return status;
}

void hwp_placements_clear(hwp_placements *self) {
  if (self == NULL) return;
  free((void *)(uintptr_t)self->placements);
  free(self->storage);
  memset(self, 0, sizeof *self);
}
