/* Comparing two haplotypes of mitochondrial DNA as sequences.
 *
 * Over each range that both cover, both are written out: a list of places, each a
 * set of bases that may stand there, or be absent, with the reference's position.
 * The number of differences is the least cost of an alignment:
 *   - two places that share a base: 0; else 1;
 *   - a place left over: 1; 0 where it may be absent anyway; 0 as well for the
 *     second and further ones of a block that is inserted or deleted as a whole.
 * So the way in which a length variant was written makes no difference (Röck, Irwin,
 * Dür, Parsons & Parson 2011). Alignment: Needleman & Wunsch (1970) with open gaps
 * kept apart (Gotoh 1982), within a band that doubles until the cost fits into it
 * (Ukkonen 1985).
 *
 * Length variants do not count by default (Parson et al. 2014, rec. 12): inserted and
 * deleted bases of the listed stretches are left out before anything is aligned.
 *
 * WITHOUT AN ALIGNMENT. Where neither list has a counted length difference in a stretch,
 * both sequences are of one length, and an alignment with a gap has one in each: it costs 2 at
 * least. So k places with different bases cost k if k ≤ 2. For k ≥ 3 a cost of 2 would mean
 * that all of them vanish when one sequence is shifted between the two gaps, which is looked
 * up (shifts_away); that is what a search among many haplotypes uses, which only asks whether
 * there are more than one or two. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "lineage/lineage_int.h"

enum {
  ALL_BASES = 15,
  X_ROOM = 8,
  FAR = 1 << 28,
  FREE_PLACES = 32, /* of blocks and of X: they can shift an alignment by as many without cost */
  FIRST_BAND = 40,
  MARGIN = 64,
  MOST_CONCLUSIVE = 2,
  MOST_SHIFT = 21, /* the longest block */
  NO_BASE = 3107
};

typedef struct place {
  int32_t position;
  unsigned bases;
} place;

typedef struct sequence {
  int32_t n;
  place *places;
} sequence;

/* Where length varies within one person (EMPOP's list, and the stretches at 303, 514, 573). */
static const hw_mt_range length_variants[] = {
    {50, 70},   {303, 316},   {455, 460},     {514, 525},     {573, 573},
    {961, 966}, {8270, 8290}, {16180, 16193}, {16258, 16262},
};
/* Blocks that come and go as a whole. */
static const hw_mt_range blocks[] = {{105, 111}, {290, 291}, {514, 525}, {8270, 8290}};

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof *(list)))

static int find(const hw_mt_range *list, int n, int32_t position) {
  for (int i = 0; i < n; i++)
    if (position >= list[i].first && position <= list[i].last) return i;
  return -1;
}

bool hwp_mt_length_counts(int32_t position, const hw_mt_options *options) {
  return options->count_length_variants ||
         find(length_variants, COUNT_OF(length_variants), position) < 0;
}

/* --- writing out --- */

static unsigned reference_at(int32_t position) {
  switch (hw_mt_reference(position)) {
    case 'A':
      return HW_MT_A;
    case 'C':
      return HW_MT_C;
    case 'G':
      return HW_MT_G;
    case 'T':
      return HW_MT_T;
    default:
      return 0;
  }
}

static void append(sequence *self, int32_t position, unsigned bases) {
  self->places[self->n++] = (place){position, bases};
}

/* One difference. A length variant that does not count leaves the reference's base, or nothing. */
static void append_difference(sequence *self, const hw_mt_difference *difference, bool counts) {
  const int32_t position = difference->position;
  if (difference->insertion == 0) {
    if (difference->bases & ALL_BASES)
      append(self, position, counts ? difference->bases : difference->bases & ALL_BASES);
    else if (!counts)
      append(self, position, reference_at(position));
  } else if (counts) {
    const int n = difference->insertion == HW_MT_ANY_NUMBER ? X_ROOM : 1;
    for (int i = 0; i < n; i++) append(self, position, difference->bases);
  }
}

static void write_out(const hw_mt *haplotype, hw_mt_range range, const hw_mt_options *options,
                      sequence *out) {
  const hw_mt_difference *list = haplotype->differences;
  int32_t next = 0, n = haplotype->n_differences;
  out->n = 0;
  while (next < n && list[next].position < range.first) next++;
  for (int32_t position = range.first; position <= range.last; position++) {
    const bool counts = hwp_mt_length_counts(position, options);
    const bool is_changed =
        next < n && list[next].position == position && list[next].insertion == 0;
    if (is_changed)
      append_difference(out, &list[next++], counts);
    else if (reference_at(position) != 0)
      append(out, position, reference_at(position));
    for (; next < n && list[next].position == position; next++)
      append_difference(out, &list[next], counts);
  }
}

/* --- alignment --- */

/* Costs of the best alignments that end in a pair, in a place of a alone, in one of b alone; and how
 * many of their pairs agree only through a mixture. */
typedef struct cell {
  int32_t cost[3];
  int32_t mixed[3];
} cell;

static const cell far_away = {{FAR, FAR, FAR}, {0, 0, 0}};

static void take(cell *self, int state, int32_t cost, int32_t mixed) {
  if (cost > self->cost[state] || (cost == self->cost[state] && mixed >= self->mixed[state]))
    return;
  self->cost[state] = cost;
  self->mixed[state] = mixed;
}

/* Cost of leaving a place of a sequence over, and of doing so behind the place before it. */
static int32_t leave_cost(const place *one, const place *before) {
  if (one->bases & HW_MT_ABSENT) return 0;
  if (before == NULL) return 1;
  const int block = find(blocks, COUNT_OF(blocks), one->position);
  return block >= 0 && block == find(blocks, COUNT_OF(blocks), before->position) ? 0 : 1;
}

/* Leaves over the place i of a sequence, coming from `from`. @param state 1 for a, 2 for b */
static void leave(cell *to, const cell *from, const sequence *self, int32_t i, int state) {
  const place *one = &self->places[i];
  const int32_t opened = leave_cost(one, NULL);
  const int32_t extended = leave_cost(one, i > 0 ? one - 1 : NULL);
  for (int s = 0; s < 3; s++)
    take(to, state, from->cost[s] + (s == state ? extended : opened), from->mixed[s]);
}

static void pair(cell *to, const cell *from, const place *a, const place *b) {
  const bool is_shared = (a->bases & b->bases & ALL_BASES) != 0;
  const bool is_mixed = is_shared && a->bases != b->bases;
  for (int s = 0; s < 3; s++)
    take(to, 0, from->cost[s] + (is_shared ? 0 : 1), from->mixed[s] + (is_mixed ? 1 : 0));
}

/* One row: all j with |j − i| at most `band`; entry j − i + band + 1, with a border on both sides. */
static void fill_row(const sequence *a, const sequence *b, int32_t i, int32_t band,
                     const cell *above, cell *row) {
  for (int32_t k = 0; k < 2 * band + 3; k++) row[k] = far_away;
  for (int32_t j = i - band < 0 ? 0 : i - band; j <= i + band && j <= b->n; j++) {
    cell *to = &row[j - i + band + 1];
    if (i == 0 && j == 0) {
      to->cost[0] = 0;
      continue;
    }
    if (i > 0 && j > 0) pair(to, &above[j - i + band + 1], &a->places[i - 1], &b->places[j - 1]);
    if (i > 0) leave(to, &above[j - i + band + 2], a, i - 1, 1);
    if (j > 0) leave(to, &row[j - i + band], b, j - 1, 2);
  }
}

static int32_t least_of_row(const cell *row, int32_t width) {
  int32_t least = FAR;
  for (int32_t k = 0; k < width; k++)
    for (int s = 0; s < 3; s++)
      if (row[k].cost[s] < least) least = row[k].cost[s];
  return least;
}

/* Least cost within a band; FAR if the ends do not lie in it. Where every way costs more than `limit`
 * already, that is all that is told: limit + 1. */
static int32_t align_within(const sequence *a, const sequence *b, int32_t band, int32_t limit,
                            cell *rows, int32_t *mixed) {
  const int32_t width = 2 * band + 3;
  cell *above = rows, *row = rows + width;
  if (abs(a->n - b->n) > band) return FAR;
  for (int32_t i = 0; i <= a->n; i++) {
    cell *other = above;
    fill_row(a, b, i, band, above, row);
    if (limit + 1 + FREE_PLACES <= band && least_of_row(row, width) > limit) return limit + 1;
    above = row;
    row = other;
  }
  const cell *end = &above[b->n - a->n + band + 1];
  int best = 0;
  for (int s = 1; s < 3; s++)
    if (end->cost[s] < end->cost[best] ||
        (end->cost[s] == end->cost[best] && end->mixed[s] < end->mixed[best]))
      best = s;
  *mixed = end->mixed[best];
  return end->cost[best];
}

/* The cost is certain once the band is wider than cost and free gaps can have led astray. */
static hw_status align(const sequence *a, const sequence *b, int32_t limit, int32_t *cost,
                       int32_t *mixed, hw_err *err) {
  const int32_t most = a->n > b->n ? a->n : b->n;
  for (int32_t band = FIRST_BAND;; band *= 2) {
    const bool is_whole = band >= most;
    if (is_whole) band = most > 0 ? most : 1;
    cell *rows = calloc(2 * (2 * (size_t)band + 3), sizeof *rows);
    if (rows == NULL) return HW_NO_MEMORY(err, "an alignment");
    *cost = align_within(a, b, band, limit, rows, mixed);
    free(rows);
    if (is_whole || (*cost < FAR && band >= *cost + FREE_PLACES)) return HW_OK;
  }
}

/* --- without an alignment --- */

/* Index of the first difference at or behind a position. */
static int32_t seek(const hw_mt *self, int32_t position) {
  int32_t low = 0, high = self->n_differences;
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    if (self->differences[middle].position < position)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* What stands at a position, in a stretch where no length difference counts. */
static unsigned bases_at(const hw_mt *self, int32_t position) {
  const int32_t i = seek(self, position);
  const hw_mt_difference *found = &self->differences[i];
  if (i == self->n_differences || found->position != position || found->insertion != 0 ||
      (found->bases & ALL_BASES) == 0)
    return reference_at(position);
  return found->bases & ALL_BASES;
}

/* True if a haplotype has no difference in the stretch whose length counts. */
static bool is_of_one_length(const hw_mt *self, hw_mt_range range, const hw_mt_options *options) {
  for (int32_t i = seek(self, range.first);
       i < self->n_differences && self->differences[i].position <= range.last; i++) {
    const hw_mt_difference *one = &self->differences[i];
    if ((one->insertion > 0 || (one->bases & HW_MT_ABSENT)) &&
        hwp_mt_length_counts(one->position, options))
      return false;
  }
  return true;
}

/* Places of a stretch that differ, position against position. */
typedef struct quick {
  int32_t n_differences, n_mixed;
  int32_t first, last; /* of those that differ */
} quick;

static void count_places(const hw_mt *a, const hw_mt *b, hw_mt_range range, quick *out) {
  int32_t i = seek(a, range.first), j = seek(b, range.first);
  *out = (quick){0};
  for (;;) {
    const int32_t at_a = i < a->n_differences ? a->differences[i].position : INT32_MAX;
    const int32_t at_b = j < b->n_differences ? b->differences[j].position : INT32_MAX;
    const int32_t position = at_a < at_b ? at_a : at_b;
    if (position > range.last) return;
    const unsigned left = bases_at(a, position), right = bases_at(b, position);
    if ((left & right) == 0) {
      if (out->n_differences++ == 0) out->first = position;
      out->last = position;
    } else if (left != right) {
      out->n_mixed++;
    }
    while (i < a->n_differences && a->differences[i].position == position) i++;
    while (j < b->n_differences && b->differences[j].position == position) j++;
  }
}

static bool agrees_shifted(const hw_mt *a, const hw_mt *b, const quick *self, int32_t shift) {
  for (int32_t p = self->first; p + shift <= self->last; p++)
    if ((bases_at(a, p + shift) & bases_at(b, p)) == 0) return false;
  return true;
}

/* False if no alignment with one gap in each sequence makes all differences vanish. Gaps of one base
 * cost 1 anywhere, longer ones only within a block. */
static bool shifts_away(const hw_mt *a, const hw_mt *b, hw_mt_range range, const quick *self) {
  int32_t most = 1;
  for (int i = 0; i < COUNT_OF(blocks); i++)
    if (blocks[i].first <= range.last && range.first <= blocks[i].last) most = MOST_SHIFT;
  if (self->first <= NO_BASE && NO_BASE <= self->last) return true; /* places are not positions */
  for (int32_t shift = 1; shift <= most; shift++)
    if (agrees_shifted(a, b, self, shift) || agrees_shifted(b, a, self, shift)) return true;
  return false;
}

/* --- the comparison --- */

/* One comparison. */
typedef struct work {
  const hw_mt *a, *b;
  const hw_mt_options *options;
  int32_t most;  /* beyond it, how many differences there are does not matter */
  bool is_bound; /* only the least that there can be, without an alignment */
} work;

static hw_status align_stretch(const work *self, hw_mt_range range, hw_mt_comparison *out,
                               hw_err *err) {
  const size_t length = (size_t)range.last - (size_t)range.first + 1;
  const size_t room = length + (size_t)self->a->n_differences * X_ROOM;
  place *places = calloc(room + length + (size_t)self->b->n_differences * X_ROOM, sizeof *places);
  if (places == NULL) return HW_NO_MEMORY(err, "two sequences");
  sequence left = {.places = places}, right = {.places = places + room};
  int32_t cost = 0, mixed = 0;
  write_out(self->a, range, self->options, &left);
  write_out(self->b, range, self->options, &right);
  const hw_status status =
      align(&left, &right, self->most - out->n_differences, &cost, &mixed, err);
  free(places);
  out->n_differences += cost;
  out->n_mixed += mixed;
  return status;
}

static hw_status compare_stretch(const work *self, hw_mt_range range, hw_mt_comparison *out,
                                 hw_err *err) {
  quick found;
  if (!is_of_one_length(self->a, range, self->options) ||
      !is_of_one_length(self->b, range, self->options))
    return self->is_bound ? HW_OK : align_stretch(self, range, out, err);
  count_places(self->a, self->b, range, &found);
  if (found.n_differences <= 1 || (found.n_differences == 2 && found.n_mixed == 0)) {
    out->n_differences += found.n_differences;
    out->n_mixed += found.n_mixed;
    return HW_OK;
  }
  int32_t least = 2;
  if (found.n_differences >= 3 && out->n_differences + 3 > self->most &&
      !shifts_away(self->a, self->b, range, &found))
    least = 3;
  if (!self->is_bound && out->n_differences + least <= self->most)
    return align_stretch(self, range, out, err);
  out->n_differences += least;
  return HW_OK;
}

/* The first position from `from` on where either list has a difference, or HW_MT_LENGTH + 1. */
static int32_t next_difference(const hw_mt *a, const hw_mt *b, int32_t from) {
  const int32_t i = seek(a, from), j = seek(b, from);
  const int32_t at_a = i < a->n_differences ? a->differences[i].position : HW_MT_LENGTH + 1;
  const int32_t at_b = j < b->n_differences ? b->differences[j].position : HW_MT_LENGTH + 1;
  return at_a < at_b ? at_a : at_b;
}

/* Where neither list has anything for 2·MARGIN positions, both are the reference there, and the
 * alignment of what lies before it has nothing to do with what comes behind. */
static hw_status compare_range(const work *self, hw_mt_range range, hw_mt_comparison *out,
                               hw_err *err) {
  int32_t at = next_difference(self->a, self->b, range.first);
  out->n_shared += range.last - range.first + 1;
  while (at <= range.last && out->n_differences <= self->most) {
    hw_mt_range stretch = {at - MARGIN > range.first ? at - MARGIN : range.first, at};
    int32_t next = next_difference(self->a, self->b, at + 1);
    while (next <= range.last && next - at <= 2 * MARGIN) {
      at = next;
      next = next_difference(self->a, self->b, at + 1);
    }
    stretch.last = at + MARGIN < range.last ? at + MARGIN : range.last;
    HW_TRY(compare_stretch(self, stretch, out, err));
    at = next;
  }
  return HW_OK;
}

static hw_mt_verdict judge(const hw_mt_comparison *self) {
  if (self->n_shared == 0) return HW_MT_NOTHING_SHARED;
  if (self->n_differences == 0) return HW_MT_SAME;
  return self->n_differences <= MOST_CONCLUSIVE ? HW_MT_INCONCLUSIVE : HW_MT_DIFFERENT;
}

static hw_status compare_all(const work *self, hw_mt_comparison *out, hw_err *err) {
  const hw_mt *a = self->a, *b = self->b;
  memset(out, 0, sizeof *out);
  for (int32_t i = 0; i < a->n_ranges; i++)
    for (int32_t j = 0; j < b->n_ranges; j++) {
      const hw_mt_range x = a->ranges[i], y = b->ranges[j];
      const hw_mt_range both = {x.first > y.first ? x.first : y.first,
                                x.last < y.last ? x.last : y.last};
      if (both.first <= both.last) HW_TRY(compare_range(self, both, out, err));
    }
  out->verdict = judge(out);
  return HW_OK;
}

hw_status hwp_mt_compare_up_to(const hw_mt *a, const hw_mt *b, const hw_mt_options *options,
                               int32_t most, hw_mt_comparison *comparison, hw_err *err) {
  static const hw_mt_options defaults = {false};
  work self = {a, b, options == NULL ? &defaults : options, most, most < HW_MT_LENGTH};
  if (self.is_bound) {
    HW_TRY(compare_all(&self, comparison, err));
    if (comparison->n_differences > most) return HW_OK;
    self.is_bound = false;
  }
  return compare_all(&self, comparison, err);
}

hw_status hw_mt_compare(const hw_mt *a, const hw_mt *b, const hw_mt_options *options,
                        hw_mt_comparison *comparison, hw_err *err) {
  return hwp_mt_compare_up_to(a, b, options, HW_MT_LENGTH * 2, comparison, err);
}

bool hwp_mt_covers(const hw_mt *outer, const hw_mt *inner) {
  int32_t j = 0;
  for (int32_t i = 0; i < inner->n_ranges; i++) {
    while (j < outer->n_ranges && outer->ranges[j].last < inner->ranges[i].first) j++;
    if (j == outer->n_ranges || outer->ranges[j].first > inner->ranges[i].first ||
        outer->ranges[j].last < inner->ranges[i].last)
      return false;
  }
  return true;
}
