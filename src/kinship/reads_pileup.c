/* Bases over the sites of a panel: sorted by marker and then by everything a base says.
 *
 * Two files with the same reads in another order, or a file read through its index and the same file
 * read from its beginning, give the same array and hence the same bits of every result; bases that
 * are alike in all members are interchangeable. Sorting is a counting pass over the markers, then
 * qsort within one. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "homeward/reads.h"

static int compare_number(int a, int b) {
  return (a > b) - (a < b);
}

static int compare_bases(const void *left, const void *right) {
  const hw_read_base *a = left, *b = right;
  int order = compare_number(a->base, b->base);
  if (order == 0) order = compare_number(a->quality, b->quality);
  if (order == 0) order = compare_number(a->map_quality, b->map_quality);
  if (order == 0) order = compare_number(a->is_reverse, b->is_reverse);
  if (order == 0) order = compare_number(a->from_5, b->from_5);
  if (order == 0) order = compare_number(a->from_3, b->from_3);
  return order;
}

static hw_status check(int32_t n_markers, int64_t n_bases, const int32_t *marker,
                       const hw_read_base *bases, hw_err *err) {
  if (n_markers < 0 || n_markers > HW_PANEL_MAX_MARKERS || n_bases < 0)
    return hw_err_set(err, HW_E_VALUE, "a pile-up of %d markers and %lld bases", (int)n_markers,
                      (long long)n_bases);
  if (n_bases > INT32_MAX)
    return hw_err_set(err, HW_E_TOO_COMPLEX,
                      "%lld bases over the sites of the panel are more than can be held; take a "
                      "part of the reads",
                      (long long)n_bases);
  for (int64_t i = 0; i < n_bases; i++) {
    const hw_read_base *base = &bases[i];
    if (marker[i] < 0 || marker[i] >= n_markers)
      return hw_err_set(err, HW_E_VALUE, "base %lld lies over marker %d of %d", (long long)i,
                        (int)marker[i], (int)n_markers);
    if (base->base > HW_READS_NO_BASE || base->is_reverse > 1 || base->from_5 < -1 ||
        base->from_3 < -1)
      return hw_err_set(err, HW_E_VALUE,
                        "base %lld is not one: code %d, strand %d, distances %d %d", (long long)i,
                        base->base, base->is_reverse, base->from_5, base->from_3);
  }
  return HW_OK;
}

/* One block: the struct, then the bases' offsets, then the bases. */
hw_status hw_pileup_new(int32_t n_markers, int64_t n_bases, const int32_t *marker,
                        const hw_read_base *bases, hw_pileup **out, hw_err *err) {
  hw_arena arena = {0};
  *out = NULL;
  HW_TRY(check(n_markers, n_bases, marker, bases, err));
  hw_pileup *self = hw_arena_alloc(&arena, sizeof *self);
  int32_t *first = hw_arena_alloc_array(&arena, (size_t)n_markers + 2, sizeof *first);
  hw_read_base *sorted = hw_arena_alloc_array(&arena, (size_t)n_bases, sizeof *sorted);
  hw_arena *kept = hw_arena_alloc(&arena, sizeof *kept);
  if (self == NULL || first == NULL || sorted == NULL || kept == NULL) {
    hw_arena_clear(&arena);
    return HW_NO_MEMORY(err, "the bases over a panel");
  }
  /* Counted one place further on, so that filling moves first[m + 1] up to where m ends. */
  for (int64_t i = 0; i < n_bases; i++) first[marker[i] + 2]++;
  for (int32_t m = 0; m < n_markers; m++) first[m + 2] += first[m + 1];
  for (int64_t i = 0; i < n_bases; i++) sorted[first[marker[i] + 1]++] = bases[i];
  for (int32_t m = 0; m < n_markers; m++)
    qsort(sorted + first[m], (size_t)(first[m + 1] - first[m]), sizeof *sorted, compare_bases);
  *kept = arena;
  *self = (hw_pileup){.n_markers = n_markers, .first = first, .bases = sorted, .storage = kept};
  *out = self;
  return HW_OK;
}

void hw_pileup_delete(hw_pileup *self) {
  if (self == NULL || self->storage == NULL) return;
  hw_arena arena = *(hw_arena *)self->storage; /* which holds itself */
  hw_arena_clear(&arena);
}
