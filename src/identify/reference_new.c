/* A few new profiles against all: the pairs that a search of all pairs would list
 * with one of them, without the passes over everybody.
 *
 * Each row is compared with each new one, four markers at a time, and left as
 * soon as more markers differ than a listed pair may have; of a million unrelated
 * persons nearly all end there. What is left must pass what a search of all pairs
 * asks besides (reference_duplicates.c, reference_groups.c):
 *
 *   - a new profile that equals an earlier one is listed with the first of its
 *     kind, and with nobody else;
 *   - profiles that equal an earlier one are passed over: the first stands for them;
 *   - the two agree in two whole groups of markers, which are the same groups: they
 *     follow from how many profiles have each genotype, and that is kept counted.
 *
 * The ratio of a pair is multiplied up in the same order of markers, so that it has
 * the same bits. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "identify/duplicates_int.h"

/* Pairs that may be kept until it is known who stands for whom; profiles so alike are for the other
 * way. */
enum { MOST_KEPT = 65536 };
/* Markers that are compared at once, and by which equal rows are looked for. */
enum { LANES = 4, HASHED = 4 };

typedef struct seeker {
  hwp_duplicate_search *search;
  const hw_duplicates *self;
  int32_t *order;
  hwp_groups groups;
  int32_t most_differ;
  int32_t *equal; /* of each new profile: the first one that is equal; −1 = none */
  struct kept {
    int32_t i, j;
  } * kept; /* pairs that are near and agree in groups */
  size_t n_kept;
  bool is_full;
} seeker;

/* ---- which pairs ---------------------------------------------------------- */

/* Four codes at once, in the lanes of a word. */
static uint64_t load(const uint16_t *codes) {
  uint64_t word;
  memcpy(&word, codes, sizeof word);
  return word;
}

/* The highest bit of each lane that is not 0; the others are rubbish. */
static uint64_t set_lanes(uint64_t word) {
  static const uint64_t low = 0x7fff7fff7fff7fff;
  return ((word & low) + low) | word;
}

static int32_t count_lanes(uint64_t bits) {
  return (int32_t)((((bits >> 15) & 0x0001000100010001) * 0x0001000100010001) >> 48);
}

/* True unless more markers differ than may: 3 × differing ≤ common ≤ all. */
static bool may_be_near(const uint16_t *a, const uint16_t *b, int32_t n, int32_t most_differ) {
  int32_t n_differ = 0, c = 0;
  for (; c + LANES <= n; c += LANES) {
    const uint64_t x = load(a + c), y = load(b + c);
    n_differ += count_lanes(set_lanes(x) & set_lanes(y) & set_lanes(x ^ y));
    if (n_differ > most_differ) return false;
  }
  for (; c < n; c++) n_differ += (a[c] != 0) & (b[c] != 0) & (a[c] != b[c]);
  return n_differ <= most_differ;
}

static bool do_agree(const seeker *s, const uint16_t *a, const uint16_t *b, int32_t group) {
  for (int32_t i = s->groups.start[group]; i < s->groups.start[group + 1]; i++) {
    const int32_t c = s->order[i];
    if (a[c] != b[c] || a[c] == 0) return false;
  }
  return true;
}

/* True if a search of all pairs compares the two. */
static bool is_compared(const seeker *s, const uint16_t *a, const uint16_t *b) {
  int32_t n_whole = 0;
  for (int32_t g = 0; g < s->groups.n; g++) n_whole += do_agree(s, a, b, g);
  return n_whole >= (s->groups.n > 1 ? 2 : 1);
}

static bool is_equal_row(const hw_duplicates *self, int32_t i, int32_t j) {
  return memcmp(hwp_row(self, i), hwp_row(self, j), (size_t)self->n_columns * sizeof *self->rows) ==
         0;
}

static void keep(seeker *s, int32_t i, int32_t j) {
  s->is_full = s->n_kept == MOST_KEPT;
  if (!s->is_full) s->kept[s->n_kept++] = (struct kept){i, j};
}

/* Row i against the new ones behind it. */
static void look_at(seeker *s, int32_t i) {
  const hw_duplicates *self = s->self;
  const int32_t first_new = s->search->first_new;
  const uint16_t *a = hwp_row(self, i);
  for (int32_t j = i < first_new ? first_new : i + 1; j < self->n; j++) {
    const uint16_t *b = hwp_row(self, j);
    if (!may_be_near(a, b, self->n_columns, s->most_differ)) continue;
    if (s->search->flag[j] != 0 || s->equal[j - first_new] >= 0 || hwp_row_is_short(self, i))
      continue;
    if (is_equal_row(self, i, j))
      s->equal[j - first_new] = i;
    else if (is_compared(s, a, b))
      keep(s, i, j);
  }
}

/* ---- who is stood for ----------------------------------------------------- */

/* The rows that are asked about, by the hash of their first markers. */
typedef struct asked {
  hwp_hashed *items, *scratch;
  size_t n;
  uint8_t is_there[1 << 16]; /* by the lowest bits: nearly all others end here */
} asked;

static uint32_t hash_of(const hw_duplicates *self, int32_t profile) {
  return hwp_row_hash(hwp_row(self, profile), 0,
                      self->n_columns < HASHED ? self->n_columns : HASHED);
}

static size_t find_hash(const asked *list, uint32_t hash) {
  size_t low = 0, high = list->n;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (list->items[middle].hash < hash)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Flags those of the kept pairs' first profiles that equal an earlier one. */
static void flag_equal(seeker *s, asked *list) {
  const hw_duplicates *self = s->self;
  int32_t last = -1;
  for (size_t k = 0; k < s->n_kept; k++) {
    const int32_t i = s->kept[k].i;
    if (i == last) continue; /* pairs are in the order of the first */
    last = i;
    list->items[list->n] = (hwp_hashed){hash_of(self, i), i};
    list->is_there[list->items[list->n++].hash & 0xffff] = 1;
  }
  hwp_hashed_sort(list->items, list->scratch, list->n);
  for (int32_t i = 0; i < last; i++) {
    const uint32_t hash = hash_of(self, i);
    if (!list->is_there[hash & 0xffff]) continue;
    for (size_t k = find_hash(list, hash); k < list->n && list->items[k].hash == hash; k++) {
      const int32_t other = list->items[k].profile;
      if (other > i && s->search->flag[other] == 0 && is_equal_row(self, i, other))
        s->search->flag[other] = 2;
    }
  }
}

static hw_status flag_stood_for(seeker *s, hw_err *err) {
  if (s->n_kept == 0) return HW_OK;
  asked *list = calloc(1, sizeof *list);
  hwp_hashed *items = calloc(2 * s->n_kept, sizeof *items);
  if (list != NULL && items != NULL) {
    list->items = items;
    list->scratch = items + s->n_kept;
    flag_equal(s, list);
  }
  const bool is_done = list != NULL && items != NULL;
  free(items);
  free(list);
  return is_done ? HW_OK : HW_NO_MEMORY(err, "a search");
}

/* ---- the search ----------------------------------------------------------- */

static hw_status list(seeker *s, hw_err *err) {
  hwp_duplicate_search *search = s->search;
  const int32_t first_new = search->first_new;
  for (int32_t j = first_new; j < s->self->n; j++)
    if (s->equal[j - first_new] >= 0)
      HW_TRY(hwp_duplicates_list(search, s->equal[j - first_new], j, err));
  for (size_t k = 0; k < s->n_kept; k++) {
    const struct kept pair = s->kept[k];
    if (search->flag[pair.i] == 0 && s->equal[pair.j - first_new] < 0)
      HW_TRY(hwp_duplicates_list(search, pair.i, pair.j, err));
  }
  return HW_OK;
}

static hw_status seek(seeker *s, bool *is_done, hw_err *err) {
  hw_duplicates *self = s->search->self;
  const int32_t first_new = s->search->first_new;
  HW_TRY(hwp_groups_choose(self, s->order, &s->groups, err));
  self->guarantee = s->groups.n > 1 ? s->groups.n - 2 : 0;
  s->most_differ = self->n_columns / 3;
  for (int32_t j = first_new; j < self->n; j++) {
    s->equal[j - first_new] = -1;
    s->search->flag[j] = hwp_row_is_short(self, j);
  }
  for (int32_t i = 0; i < self->n && !s->is_full; i++) look_at(s, i);
  if (s->is_full) return HW_OK;
  HW_TRY(flag_stood_for(s, err));
  HW_TRY(list(s, err));
  *is_done = true;
  return HW_OK;
}

hw_status hwp_duplicates_of_new(hwp_duplicate_search *search, bool *is_done, hw_err *err) {
  seeker s = {.search = search, .self = search->self};
  const size_t n_columns = (size_t)search->self->n_columns;
  const size_t n_new =
      search->first_new < search->self->n ? (size_t)(search->self->n - search->first_new) : 0;
  *is_done = false;
  s.order = calloc(n_columns + 1, sizeof *s.order);
  s.equal = calloc(n_new + 1, sizeof *s.equal);
  s.kept = calloc(MOST_KEPT, sizeof *s.kept);
  search->order = s.order;
  const hw_status status = s.order == NULL || s.equal == NULL || s.kept == NULL
                               ? HW_NO_MEMORY(err, "a search")
                               : seek(&s, is_done, err);
  search->order = NULL;
  free(s.order);
  free(s.equal);
  free(s.kept);
  return status;
}
