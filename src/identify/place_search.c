/* Best-first search of the placements that matter, with a proven bound on the rest.
 *
 * A placement is a set of pairs (place, candidate). All pairs are ordered, best alone
 * first, and a set is built in that order, so that each is met once; places that may be
 * exchanged are one (an orbit), filled from its first place on, and a set stands for
 * all its images. So sets that begin with a bad pair go on with worse ones only.
 *
 * To expand a placement is to compute Λ of every set with one more pair, later in the
 * order: one row per marker and orbit. These are exact. What lies beyond such a child, at
 * least one pair more, is bounded by
 *
 *     mass(child) · [Π_open places (1 + Σ_later pairs at the place e^most) − 1]
 *
 * with `most` the most that the pair can multiply any placement by (place_bounds.c); or, where
 * that is less, by the most that two pairs can do together (place_pairs.c). The child with the largest bound is expanded next. The search ends when the bounds of
 * all that wait, and of what was dropped on the way, are together at most the share of
 * the sum that may be left out.
 *
 * What is small is dropped without waiting: a child's mass or bound below a thousandth
 * of a billionth of the allowed share of the sum is counted only, and the sum never
 * shrinks. Bounds are widened by 1e-9, far more than the rounding errors of some
 * hundreds of additions and logarithms. */
#include "identify/place_search.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"

static const double LOG10_E = 0.43429448190325182765;
static const double WIDER = 1e-9; /* in a logarithm */

double hwp_exp(double x) {
  return hw_pow10(x * LOG10_E);
}

double hwp_ln_add(double a, double b) {
  const double high = fmax(a, b), low = fmin(a, b);
  if (low == IMPOSSIBLE || high == HUGE_VAL) return high;
  return high - low > 50.0 ? high + 1e-16 : high + hw_ln(1.0 + hwp_exp(low - high));
}

/* ---- orbits and pairs ---- */

static double weight_of(const hwp_search *self, int32_t place, int32_t candidate) {
  const double *ln_pair = self->limits->ln_pair;
  const size_t n = (size_t)self->place->n_candidates;
  return ln_pair != NULL ? ln_pair[(size_t)place * n + (size_t)candidate] : 0.0;
}

static bool same_weights(const hwp_search *self, int32_t a, int32_t b) {
  for (int32_t r = 0; r < self->place->n_candidates; r++)
    if (weight_of(self, a, r) != weight_of(self, b, r)) return false;
  return true;
}

static int32_t fixed_at(const hwp_search *self, int32_t place) {
  return self->limits->fixed != NULL ? self->limits->fixed[place] : -1;
}

static hw_status make_orbits(hwp_search *self, hw_err *err) {
  const hwp_place *place = self->place;
  const size_t n = (size_t)place->n_places + 1;
  int32_t *group = hw_arena_alloc_array(&self->arena, n, sizeof *group);
  self->orbits = hw_arena_alloc_array(&self->arena, n, sizeof *self->orbits);
  self->orbit_of = hw_arena_alloc_array(&self->arena, n, sizeof *self->orbit_of);
  self->placed = hw_arena_alloc_array(&self->arena, n, sizeof *self->placed);
  self->count = hw_arena_alloc_array(&self->arena, n, sizeof *self->count);
  if (!group || !self->orbits || !self->orbit_of || !self->placed || !self->count)
    return HW_NO_MEMORY(err, "the placements of a family");
  HW_TRY(hwp_place_symmetry(place, group, err));
  for (int32_t k = 0; k < place->n_places; k++) {
    self->orbit_of[k] = -1;
    if (fixed_at(self, k) >= 0) continue;
    for (int32_t o = 0; o < self->n_orbits && self->orbit_of[k] < 0; o++) {
      const int32_t first = self->orbits[o].places[0];
      if (group[first] == group[k] && same_weights(self, first, k)) self->orbit_of[k] = o;
    }
    if (self->orbit_of[k] < 0) {
      hwp_orbit *orbit = &self->orbits[self->n_orbits];
      orbit->places = hw_arena_alloc_array(&self->arena, n, sizeof *orbit->places);
      if (orbit->places == NULL) return HW_NO_MEMORY(err, "the placements of a family");
      self->orbit_of[k] = self->n_orbits++;
    }
    hwp_orbit *orbit = &self->orbits[self->orbit_of[k]];
    orbit->places[orbit->n++] = k;
  }
  return HW_OK;
}

static int compare_pairs(const void *a, const void *b) {
  const hwp_pair *x = a, *y = b;
  if (x->ln_root != y->ln_root) return x->ln_root > y->ln_root ? -1 : 1;
  if (x->orbit != y->orbit) return x->orbit < y->orbit ? -1 : 1;
  return x->candidate < y->candidate ? -1 : x->candidate > y->candidate;
}

/* Rounded up, and never so small that it is lost in a sum. */
static double widened_exp(double ln) {
  return ln == IMPOSSIBLE ? 0.0 : fmax(hwp_exp(ln + WIDER), 1e-290);
}

static hw_status make_tails(hwp_search *self, hw_err *err) {
  const size_t n = (size_t)self->n_pairs;
  for (int32_t o = 0; o < self->n_orbits; o++) {
    hwp_orbit *orbit = &self->orbits[o];
    orbit->pairs = hw_arena_alloc_array(&self->arena, n + 1, sizeof *orbit->pairs);
    orbit->tail = hw_arena_alloc_array(&self->arena, n + 1, sizeof *orbit->tail);
    if (orbit->pairs == NULL || orbit->tail == NULL)
      return HW_NO_MEMORY(err, "the placements of a family");
    for (int32_t i = 0; i < self->n_pairs; i++)
      if (self->pairs[i].orbit == o) orbit->pairs[orbit->n_pairs++] = i;
    for (int32_t i = self->n_pairs - 1; i >= 0; i--)
      orbit->tail[i] = orbit->tail[i + 1] +
                       (self->pairs[i].orbit == o ? widened_exp(self->pairs[i].ln_most) : 0.0);
  }
  return HW_OK;
}

/* Pairs of pairs beyond which bounds of two at a time take too long. */
enum { MOST_PAIRS = 3000 };

static double *pair_tail(const hwp_search *self, int32_t a, int32_t b) {
  return self
      ->pair_tail[(size_t)(a < b ? a : b) * (size_t)self->n_orbits + (size_t)(a < b ? b : a)];
}

/* ln of the most that two candidates can be at places of two orbits, into `most`. */
static hw_status bound_two(const hwp_search *self, int32_t a, int32_t b, double *most,
                           bool *is_known, bool *is_turned, hw_err *err) {
  hwp_place *place = self->place;
  const int32_t first = self->orbits[a].places[0];
  const int32_t second = self->orbits[b].places[a == b ? 1 : 0];
  *is_turned = false;
  HW_TRY(hwp_place_pair_bounds(place, first, second, most, is_known, err));
  if (*is_known) return HW_OK;
  *is_turned = true;
  return hwp_place_pair_bounds(place, second, first, most, is_known, err);
}

static hw_status add_pair_tail(hwp_search *self, int32_t a, int32_t b, double *most, hw_err *err) {
  const size_t n = (size_t)self->place->n_candidates;
  double *tail = hw_arena_alloc_array(&self->arena, (size_t)self->n_pairs + 1, sizeof *tail);
  if (tail == NULL) return HW_NO_MEMORY(err, "the placements of a family");
  self->pair_tail[(size_t)a * (size_t)self->n_orbits + (size_t)b] = tail;
  if (a == b && self->orbits[a].n < 2) return HW_OK;
  bool is_known = false, is_turned = false;
  HW_TRY(bound_two(self, a, b, most, &is_known, &is_turned, err));
  for (int32_t i = self->n_pairs - 1; i >= 0; i--) {
    const hwp_pair *x = &self->pairs[i];
    tail[i] = tail[i + 1];
    if (x->orbit != a && x->orbit != b) continue;
    const int32_t other = x->orbit == a ? b : a;
    for (int32_t j = i + 1; j < self->n_pairs; j++) {
      const hwp_pair *y = &self->pairs[j];
      if (y->orbit != other || y->candidate == x->candidate) continue;
      double ln = x->ln_most + y->ln_most;
      const size_t at_a = (size_t)(x->orbit == a ? x : y)->candidate;
      const size_t at_b = (size_t)(x->orbit == a ? y : x)->candidate;
      if (is_known)
        ln = fmin(
            ln, most[is_turned ? at_b * n + at_a : at_a * n + at_b] + x->ln_weight + y->ln_weight);
      tail[i] += widened_exp(ln);
    }
  }
  return HW_OK;
}

/* Where three or more places are free, what lies beyond a placement may be two pairs at once. */
static hw_status make_pair_tails(hwp_search *self, hw_err *err) {
  const size_t n = (size_t)self->place->n_candidates, n_orbits = (size_t)self->n_orbits;
  int32_t n_free = 0;
  for (int32_t o = 0; o < self->n_orbits; o++) n_free += self->orbits[o].n;
  if (n_free < 3 || self->n_pairs > MOST_PAIRS || !(self->limits->left_out > 0.0)) return HW_OK;
  double *most = hw_arena_alloc_array(&self->arena, n * n, sizeof *most);
  self->pair_tail = hw_arena_alloc_array(&self->arena, n_orbits * n_orbits, sizeof(double *));
  if (most == NULL || self->pair_tail == NULL)
    return HW_NO_MEMORY(err, "the placements of a family");
  for (int32_t a = 0; a < self->n_orbits; a++)
    for (int32_t b = a; b < self->n_orbits; b++) HW_TRY(add_pair_tail(self, a, b, most, err));
  return HW_OK;
}

/* Everybody who is possible, alone with the fixed ones, at the first place of each orbit. */
static hw_status make_pairs(hwp_search *self, hw_err *err) {
  hwp_place *place = self->place;
  const size_t n = (size_t)place->n_candidates;
  double *most = hw_arena_alloc_array(&self->arena, n + 1, sizeof *most);
  self->extended = hw_arena_alloc_array(&self->arena, n + 1, sizeof *self->extended);
  self->pairs =
      hw_arena_alloc_array(&self->arena, n * (size_t)self->n_orbits + 1, sizeof *self->pairs);
  if (most == NULL || self->extended == NULL || self->pairs == NULL)
    return HW_NO_MEMORY(err, "the placements of a family");
  for (int32_t o = 0; o < self->n_orbits; o++) {
    const int32_t first = self->orbits[o].places[0];
    HW_TRY(hwp_place_extend(place, self->placed, first, self->extended, err));
    HW_TRY(hwp_place_bounds(place, first, most, err));
    for (int32_t r = 0; r < place->n_candidates; r++) {
      const double weight = weight_of(self, first, r), ln = self->extended[r] + weight;
      if (!(ln > IMPOSSIBLE)) continue;
      self->pairs[self->n_pairs++] = (hwp_pair){o, r, ln, weight, fmax(most[r] + weight, ln)};
    }
  }
  qsort(self->pairs, (size_t)self->n_pairs, sizeof *self->pairs, compare_pairs);
  HW_TRY(make_tails(self, err));
  return make_pair_tails(self, err);
}

/* ---- entries and branches ---- */

static hw_status add_entry(hwp_search *self, hwp_entry entry, hw_err *err) {
  if (self->n_entries == self->entry_capacity) {
    const size_t wanted = self->n_entries == 0 ? 256 : 2 * self->n_entries;
    hwp_entry *entries =
        wanted < INT32_MAX ? realloc(self->entries, wanted * sizeof *entries) : NULL;
    if (entries == NULL) return HW_NO_MEMORY(err, "the placements of a family");
    self->entries = entries;
    self->entry_capacity = wanted;
  }
  self->entries[self->n_entries++] = entry;
  return HW_OK;
}

static bool is_before(const hwp_branch *a, const hwp_branch *b) {
  return a->ln_bound > b->ln_bound || (a->ln_bound == b->ln_bound && a->entry < b->entry);
}

static hw_status push(hwp_search *self, hwp_branch branch, hw_err *err) {
  if (self->n_heap == self->heap_capacity) {
    const size_t wanted = self->n_heap == 0 ? 256 : 2 * self->n_heap;
    hwp_branch *heap = realloc(self->heap, wanted * sizeof *heap);
    if (heap == NULL) return HW_NO_MEMORY(err, "the placements of a family");
    self->heap = heap;
    self->heap_capacity = wanted;
  }
  size_t at = self->n_heap++;
  while (at > 0 && is_before(&branch, &self->heap[(at - 1) / 2])) {
    self->heap[at] = self->heap[(at - 1) / 2];
    at = (at - 1) / 2;
  }
  self->heap[at] = branch;
  return HW_OK;
}

static hwp_branch pop(hwp_search *self) {
  const hwp_branch first = self->heap[0], last = self->heap[--self->n_heap];
  size_t at = 0;
  for (size_t child = 1; child < self->n_heap; at = child, child = 2 * at + 1) {
    if (child + 1 < self->n_heap && is_before(&self->heap[child + 1], &self->heap[child])) child++;
    if (!is_before(&self->heap[child], &last)) break;
    self->heap[at] = self->heap[child];
  }
  self->heap[at] = last;
  return first;
}

/* ln of what may be dropped in all, half of it on the way. */
static double ln_budget(const hwp_search *self) {
  return self->limits->left_out > 0.0 ? self->ln_sum + hw_ln(0.5 * self->limits->left_out)
                                      : IMPOSSIBLE;
}

/* True if so much may be dropped now; then it is. */
static bool drop(hwp_search *self, double ln) {
  if (ln == IMPOSSIBLE) return true;
  if (ln <= self->ln_sum + self->ln_tiny) {
    self->n_tiny++;
    return true;
  }
  const double ln_small = ln_budget(self) - 14.0; /* a millionth of the budget at a time */
  if (!(ln <= ln_small)) return false;
  const double after = hwp_ln_add(self->ln_dropped, ln);
  if (!(after <= ln_budget(self) - 1.0)) return false;
  self->ln_dropped = after;
  return true;
}

/* ---- expanding ---- */

void hwp_search_unfold(const hwp_search *self, int32_t entry, int32_t *placed, int32_t *count) {
  for (int32_t k = 0; k < self->place->n_places; k++) placed[k] = fixed_at(self, k);
  for (int32_t o = 0; o < self->n_orbits; o++) count[o] = 0;
  for (; self->entries[entry].parent >= 0; entry = self->entries[entry].parent) {
    const hwp_pair *pair = &self->pairs[self->entries[entry].pair];
    placed[self->orbits[pair->orbit].places[count[pair->orbit]++]] = pair->candidate;
  }
}

/* Places of an orbit that are free when `pair` is placed as well. */
static int32_t free_places(const hwp_search *self, int32_t o, int32_t pair) {
  return self->orbits[o].n - self->count[o] - (self->pairs[pair].orbit == o ? 1 : 0);
}

/* Π (1 + tail)^free − 1 for pairs behind `pair`. */
static double beyond_one_by_one(const hwp_search *self, int32_t pair) {
  double sum = 0.0;
  for (int32_t o = 0; o < self->n_orbits; o++) {
    const double tail = self->orbits[o].tail[pair + 1];
    for (int32_t n = free_places(self, o, pair); tail > 0.0 && n > 0; n--) sum += tail + sum * tail;
  }
  return sum;
}

/* Sets of u pairs are split into pairs of pairs: at most E2^(u/2), times E1 if u is odd, with E1 and
 * E2 the sums over one pair and over two. */
static double beyond_two_by_two(const hwp_search *self, int32_t pair) {
  double one = 0.0, two = 0.0, sum = 0.0, even = 1.0;
  int32_t n_free = 0;
  for (int32_t a = 0; a < self->n_orbits; a++) {
    const double n = free_places(self, a, pair);
    n_free += (int32_t)n;
    one += n * self->orbits[a].tail[pair + 1];
    two += n * (n - 1.0) * pair_tail(self, a, a)[pair + 1];
    for (int32_t b = a + 1; b < self->n_orbits; b++)
      two += n * free_places(self, b, pair) * pair_tail(self, a, b)[pair + 1];
  }
  for (int32_t u = 1; u <= n_free; u++) {
    if (u % 2 == 0) even *= two;
    sum += u % 2 == 0 ? even : even * one;
  }
  return sum;
}

/* Bound of what the sets behind a child weigh, over the child's own mass. */
static double beyond(const hwp_search *self, int32_t pair) {
  const double sum = beyond_one_by_one(self, pair);
  return self->pair_tail == NULL ? sum : fmin(sum, beyond_two_by_two(self, pair));
}

static hw_status add_child(hwp_search *self, int32_t parent, int32_t pair, double ln_images,
                           double ln_factor, hw_err *err) {
  const double ln_ratio = self->entries[parent].ln_ratio + ln_factor;
  const double ln_weight = self->entries[parent].ln_weight + self->pairs[pair].ln_weight;
  const double ln_mass = ln_ratio + ln_weight + ln_images;
  if (!(ln_mass > IMPOSSIBLE)) return HW_OK;
  self->n_evaluated++;
  const double ln_bound = ln_mass + hw_ln(beyond(self, pair)) + WIDER;
  const bool is_listed = !drop(self, ln_mass + WIDER), is_open = !drop(self, ln_bound);
  if (!is_listed && !is_open) return HW_OK;
  HW_TRY(add_entry(self, (hwp_entry){parent, pair, ln_ratio, ln_weight, ln_mass, is_listed}, err));
  if (is_listed) {
    self->ln_sum = hwp_ln_add(self->ln_sum, ln_mass);
    self->n_listed += hwp_exp(ln_images);
  }
  return is_open ? push(self, (hwp_branch){ln_bound, (int32_t)self->n_entries - 1}, err) : HW_OK;
}

/* First of an orbit's pairs behind one of all. */
static int32_t first_behind(const hwp_orbit *orbit, int32_t pair) {
  int32_t low = 0, high = orbit->n_pairs;
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    if (orbit->pairs[middle] > pair)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

static hw_status expand(hwp_search *self, int32_t entry, hw_err *err) {
  hwp_search_unfold(self, entry, self->placed, self->count);
  double ln_images = 0.0;
  for (int32_t o = 0; o < self->n_orbits; o++)
    for (int32_t i = 0; i < self->count[o]; i++)
      ln_images += hw_ln((double)(self->orbits[o].n - i));
  for (int32_t o = 0; o < self->n_orbits; o++) {
    const hwp_orbit *orbit = &self->orbits[o];
    const int32_t from = first_behind(orbit, self->entries[entry].pair);
    if (self->count[o] == orbit->n || from == orbit->n_pairs) continue;
    HW_TRY(hwp_place_extend_possible(self->place, self->placed, orbit->places[self->count[o]],
                                     self->extended, err));
    const double ln_more = ln_images + hw_ln((double)(orbit->n - self->count[o]));
    for (int32_t i = from; i < orbit->n_pairs; i++)
      HW_TRY(add_child(self, entry, orbit->pairs[i], ln_more,
                       self->extended[self->pairs[orbit->pairs[i]].candidate], err));
  }
  return HW_OK;
}

double hwp_search_left_out(const hwp_search *self) {
  double sum = self->ln_dropped;
  for (size_t i = 0; i < self->n_heap; i++) sum = hwp_ln_add(sum, self->heap[i].ln_bound);
  if (self->n_tiny > 0.0) sum = hwp_ln_add(sum, self->ln_sum + self->ln_tiny + hw_ln(self->n_tiny));
  return sum + WIDER;
}

/* ---- the search ---- */

hw_status hwp_search_init(hwp_search *self, hwp_place *place, const hwp_place_limits *limits,
                          hw_err *err) {
  *self = (hwp_search){.place = place, .limits = limits, .ln_dropped = IMPOSSIBLE};
  hw_arena_init(&self->arena, 0);
  self->ln_tiny = limits->left_out > 0.0 ? hw_ln(limits->left_out) - 28.0 : IMPOSSIBLE;
  HW_TRY(make_orbits(self, err));
  double ln_ratio = 0.0, ln_weight = 0.0;
  for (int32_t k = 0; k < place->n_places; k++) {
    self->placed[k] = fixed_at(self, k);
    if (self->placed[k] >= 0) ln_weight += weight_of(self, k, self->placed[k]);
  }
  HW_TRY(hwp_place_ln(place, self->placed, &ln_ratio, err));
  self->ln_sum = ln_ratio + ln_weight;
  self->n_evaluated = 1;
  self->n_listed = 1.0;
  HW_TRY(add_entry(self, (hwp_entry){-1, -1, ln_ratio, ln_weight, self->ln_sum, true}, err));
  if (self->ln_sum == IMPOSSIBLE) return HW_OK;
  HW_TRY(make_pairs(self, err));
  return self->n_pairs > 0 ? push(self, (hwp_branch){HUGE_VAL, 0}, err) : HW_OK;
}

void hwp_search_clear(hwp_search *self) {
  free(self->entries);
  free(self->heap);
  hw_arena_clear(&self->arena);
}

hw_status hwp_search_run(hwp_search *self, hw_err *err) {
  const hwp_place_limits *limits = self->limits;
  size_t since = 0;
  int64_t n_expanded = 0;
  while (self->n_heap > 0) {
    if (++since > 64 + self->n_heap / 16) {
      since = 0;
      if (hwp_search_left_out(self) <= ln_budget(self)) return HW_OK;
    }
    if (self->heap[0].ln_bound + hw_ln((double)self->n_heap) <= ln_budget(self) - 1.0)
      if (hwp_search_left_out(self) <= ln_budget(self)) return HW_OK;
    if ((double)self->n_evaluated >= limits->max_steps || self->n_listed > limits->max_listed) {
      self->is_stopped = true;
      return HW_OK;
    }
    if (limits->stop != NULL && n_expanded++ % 64 == 0 && limits->stop(limits->context))
      return hw_err_set(err, HW_E_INTERRUPTED, "interrupted while placing remains in family '%s'",
                        self->place->family->name);
    HW_TRY(expand(self, pop(self).entry, err));
  }
  return HW_OK;
}
