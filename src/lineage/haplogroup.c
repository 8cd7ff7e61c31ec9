/* The haplogroup of an mtDNA haplotype, as a check of its quality.
 *
 * A haplotype sits somewhere in the tree of all known ones. What it lacks of its node's
 * mutations, and what it carries besides, tells how well it was read: damage and mixtures
 * bring mutations that no branch has; a consensus filled up with the reference lacks those
 * that all its neighbours have; two samples joined carry halves of two nodes (Bandelt,
 * Salas & Lutz-Bonengel 2004: artificial recombination, phantom mutations, reference bias).
 *
 * Score of a node: ½·(found/expected + found/carried) by weights (Kulczyński's measure;
 * Weissensteiner et al. 2016). One pass over the tree: a node's sums are its parent's and
 * the few changes between them. Weights are whole numbers (millionths), so that sums
 * that are equal in truth are equal in the machine.
 *
 * Only what lies within the sequenced ranges is expected. A mixture carries what a node
 * expects there and is not held against any. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "lineage/phylotree.h"

enum { ALL_BASES = 15, MILLION = 1000000, HEAVY = 10 };

/* A mutation of the haplotype: one difference, or all bases inserted at a position. */
typedef struct item {
  int32_t mutation; /* of the tree, or −1 */
  int32_t first;    /* difference */
  bool is_mixed;
} item;

enum { NOT_THERE = 0, THERE = 1, MIXED = 2 };

typedef struct sums {
  int64_t expected, found, mixed; /* `mixed` is a part of `found` */
} sums;

typedef struct work {
  const hw_phylotree *tree;
  const hw_mt *haplotype;
  int32_t n_items;
  item *items;
  uint8_t *there;   /* by mutation: NOT_THERE … */
  uint8_t *covered; /* by mutation */
  sums *nodes;
  int64_t carried; /* without mixtures */
} work;

/* What a node shares with the haplotype and the best node has not, and the other way round. */
typedef struct apart {
  int64_t own, best;
} apart;

static char letter_of(unsigned bases) {
  switch (bases) {
    case HW_MT_A:
      return 'A';
    case HW_MT_C:
      return 'C';
    case HW_MT_G:
      return 'G';
    case HW_MT_T:
      return 'T';
    default:
      return '\0';
  }
}

/* --- what the haplotype has --- */

/* Marks the tree's mutations that a mixture may be. */
static void mark_mixture(work *self, const hw_mt_difference *one) {
  static const char letters[] = "ACGT";
  for (int i = 0; i < 4; i++) {
    if (!(one->bases & 1U << i)) continue;
    const int32_t m =
        hwp_phylotree_seek(self->tree, one->position, HWP_SUBSTITUTION, 0, letters + i, 1);
    if (m >= 0) self->there[m] = MIXED;
  }
  if (!(one->bases & HW_MT_ABSENT)) return;
  const int32_t m = hwp_phylotree_seek(self->tree, one->position, HWP_DELETION, 0, "", 0);
  if (m >= 0) self->there[m] = MIXED;
}

static void add_single(work *self, int32_t index) {
  const hw_mt_difference *one = &self->haplotype->differences[index];
  item *out = &self->items[self->n_items++];
  const char letter = letter_of(one->bases);
  *out = (item){-1, index, letter == '\0' && one->bases != HW_MT_ABSENT};
  if (out->is_mixed) {
    mark_mixture(self, one);
    return;
  }
  out->mutation = hwp_phylotree_seek(self->tree, one->position,
                                     letter != '\0' ? HWP_SUBSTITUTION : HWP_DELETION, 0, &letter,
                                     letter != '\0' ? 1 : 0);
}

/* The tree's mutation that inserts bases from `number` on: the longest that they begin with.
 * @param n_taken  [out] its bases */
static int32_t seek_insertion(const work *self, int32_t position, int32_t number, const char *bases,
                              size_t n, size_t *n_taken) {
  for (*n_taken = n; *n_taken > 0; --*n_taken) {
    const int32_t m =
        hwp_phylotree_seek(self->tree, position, HWP_INSERTION, number, bases, *n_taken);
    if (m >= 0) return m;
  }
  return -1;
}

/* "Any number of one base", where all inserted ones are the same. */
static int32_t seek_any_number(const work *self, int32_t position, const char *bases, size_t n) {
  for (size_t i = 1; i < n; i++)
    if (bases[i] != bases[0]) return -1;
  return n > 0 ? hwp_phylotree_seek(self->tree, position, HWP_ANY_NUMBER, 0, bases, 1) : -1;
}

/* Inserted bases as mutations of the tree, one behind the other; what is left over is one more item. */
static void split_insertion(work *self, int32_t first, const char *bases, size_t n) {
  const int32_t position = self->haplotype->differences[first].position;
  const int32_t any = seek_any_number(self, position, bases, n);
  size_t at = 0, n_taken = 0;
  const int32_t whole = seek_insertion(self, position, 1, bases, n, &n_taken);
  if (any >= 0 && whole >= 0 && n_taken == n) { /* 960.1C is either, and agrees with both */
    self->there[any] = self->there[whole] = MIXED;
    self->items[self->n_items++] = (item){-1, first, true};
    return;
  }
  if (any >= 0) {
    self->items[self->n_items++] = (item){any, first, false};
    return;
  }
  while (at < n) {
    const int32_t m = seek_insertion(self, position, (int32_t)at + 1, bases + at, n - at, &n_taken);
    self->items[self->n_items++] = (item){m, first + (int32_t)at, false};
    if (m < 0) return;
    at += n_taken;
  }
}

/* All bases inserted at one position. @return the index behind them */
static int32_t add_insertion(work *self, int32_t index) {
  const hw_mt *haplotype = self->haplotype;
  const int32_t position = haplotype->differences[index].position, first = index;
  char bases[HW_MT_MAX_INSERTED + 2] = "";
  bool is_mixed = false;
  size_t n = 0;
  for (; index < haplotype->n_differences && haplotype->differences[index].position == position;
       index++) {
    const hw_mt_difference *one = &haplotype->differences[index];
    const char letter = letter_of(one->bases & ALL_BASES);
    if (letter == '\0' || (one->bases & HW_MT_ABSENT && one->insertion != HW_MT_ANY_NUMBER))
      is_mixed = true;
    else
      bases[n++] = letter;
  }
  if (is_mixed) {
    const int32_t m = n > 0 ? seek_any_number(self, position, bases, n) : -1;
    self->items[self->n_items++] = (item){m, first, true};
  } else {
    split_insertion(self, first, bases, n);
  }
  return index;
}

static void find_items(work *self) {
  const hw_mt *haplotype = self->haplotype;
  for (int32_t i = 0; i < haplotype->n_differences;) {
    if (haplotype->differences[i].insertion > 0)
      i = add_insertion(self, i);
    else
      add_single(self, i++);
  }
  for (int32_t i = 0; i < self->n_items; i++) {
    const item *one = &self->items[i];
    if (one->mutation < 0) continue;
    self->there[one->mutation] = one->is_mixed ? MIXED : THERE;
    if (!one->is_mixed) self->carried += self->tree->mutations[one->mutation].weight;
  }
}

static void find_covered(work *self) {
  const hw_phylotree *tree = self->tree;
  for (int32_t r = 0; r < self->haplotype->n_ranges; r++)
    for (int32_t m = 0; m < tree->n_mutations; m++) {
      const int32_t position = tree->mutations[m].position;
      if (position >= self->haplotype->ranges[r].first &&
          position <= self->haplotype->ranges[r].last)
        self->covered[m] = 1;
    }
}

/* --- scores --- */

static void sum_nodes(work *self) {
  const hw_phylotree *tree = self->tree;
  for (int32_t n = 0; n < tree->n_nodes; n++) {
    const hwp_node *node = &tree->nodes[n];
    sums *out = &self->nodes[n];
    *out = node->parent >= 0 ? self->nodes[node->parent] : (sums){0};
    for (int32_t i = 0; i < node->n_changes; i++) {
      const hwp_change *change = &tree->changes[node->first_change + i];
      const int32_t m = change->mutation;
      const int64_t weight =
          change->is_lost ? -tree->mutations[m].weight : tree->mutations[m].weight;
      if (!self->covered[m]) continue;
      out->expected += weight;
      if (self->there[m] != NOT_THERE) out->found += weight;
      if (self->there[m] == MIXED) out->mixed += weight;
    }
  }
}

/* A share of nothing is the whole. */
static double share(int64_t part, int64_t whole) {
  return whole > 0 ? (double)part / (double)whole : 1;
}

static double score_of(const work *self, int32_t node) {
  const sums *all = &self->nodes[node];
  return 0.5 * (share(all->found, all->expected) + share(all->found, self->carried + all->mixed));
}

static void find_best(const work *self, hw_mt_haplogroup *out) {
  const hw_phylotree *tree = self->tree;
  out->node = out->second = -1;
  for (int32_t n = 0; n < tree->n_nodes; n++) {
    const double score = score_of(self, n);
    if (out->node < 0 || score > out->score) {
      out->second = out->node;
      out->second_score = out->score;
      out->node = n;
      out->score = score;
      out->n_equal = 1;
    } else if (score == out->score) {
      out->n_equal++;
      if (tree->nodes[n].n_expected < tree->nodes[out->node].n_expected) out->node = n;
    } else if (out->second < 0 || score > out->second_score) {
      out->second = n;
      out->second_score = score;
    }
  }
}

/* --- what does not fit --- */

/* Mutations that come and go within families: lengths of C and AC stretches, and three positions. */
static bool is_hot_spot(const hw_mt_difference *one) {
  static const int32_t lengths[] = {309, 315, 455, 523, 524, 573, 960, 965, 16193};
  static const struct {
    int32_t position;
    unsigned bases;
  } bases[] = {{16182, HW_MT_C}, {16183, HW_MT_C}, {16519, HW_MT_C}};
  const bool is_length = one->insertion > 0 || one->bases == HW_MT_ABSENT;
  for (size_t i = 0; is_length && i < sizeof lengths / sizeof *lengths; i++)
    if (one->position == lengths[i]) return true;
  for (size_t i = 0; !is_length && i < sizeof bases / sizeof *bases; i++)
    if (one->position == bases[i].position && one->bases == bases[i].bases) return true;
  return false;
}

/* Marks what the node has, walking up: the first change of a mutation decides. */
static void mark_expected(const work *self, int32_t node, uint8_t *expected, uint8_t *seen) {
  const hw_phylotree *tree = self->tree;
  for (; node >= 0; node = tree->nodes[node].parent)
    for (int32_t i = tree->nodes[node].n_changes; i-- > 0;) {
      const hwp_change *change = &tree->changes[tree->nodes[node].first_change + i];
      if (seen[change->mutation]) continue;
      seen[change->mutation] = 1;
      expected[change->mutation] = !change->is_lost;
    }
}

static void list_misfits(const work *self, const uint8_t *expected, hw_mt_haplogroup *out) {
  const hw_phylotree *tree = self->tree;
  int64_t elsewhere = 0;
  for (int32_t m = 0; m < tree->n_mutations; m++) {
    if (!expected[m] || !self->covered[m]) continue;
    out->n_expected++;
    if (self->there[m] != NOT_THERE) {
      out->n_found++;
      continue;
    }
    if (out->n_missing < HW_MT_MOST_LISTED) out->missing[out->n_missing] = tree->mutations[m].text;
    out->n_missing++;
  }
  for (int32_t i = 0; i < self->n_items; i++) {
    const item *one = &self->items[i];
    if (one->is_mixed || (one->mutation >= 0 && expected[one->mutation])) continue;
    const hw_mt_difference *difference = &self->haplotype->differences[one->first];
    const hw_mt_extra extra = {*difference, one->mutation >= 0, is_hot_spot(difference)};
    if (out->n_extra < HW_MT_MOST_LISTED) out->extra[out->n_extra] = extra;
    out->n_extra++;
    out->n_private += !extra.is_known && !extra.is_hot_spot;
    if (extra.is_known && !extra.is_hot_spot) elsewhere += tree->mutations[one->mutation].weight;
  }
  out->is_reference_suspected = out->n_missing >= 2;
  out->is_phantom_suspected = out->n_private >= 2 || elsewhere > (int64_t)HEAVY * MILLION;
}

/* The best node of a distant branch. Along the tree, as the sums: a change of what the haplotype
 * carries moves what is the node's own, or what only the best one has. What agrees with everything (a
 * mixture) tells no branch from another. */
static void find_rival(const work *self, const uint8_t *expected, apart *nodes,
                       hw_mt_haplogroup *out) {
  const hw_phylotree *tree = self->tree;
  apart none = {0, 0};
  for (int32_t m = 0; m < tree->n_mutations; m++)
    if (expected[m] && self->covered[m] && self->there[m] == THERE)
      none.best += tree->mutations[m].weight;
  out->rival = -1;
  for (int32_t n = 0; n < tree->n_nodes; n++) {
    const hwp_node *node = &tree->nodes[n];
    nodes[n] = node->parent >= 0 ? nodes[node->parent] : none;
    for (int32_t i = 0; i < node->n_changes; i++) {
      const hwp_change *change = &tree->changes[node->first_change + i];
      const int32_t m = change->mutation;
      const int64_t weight =
          change->is_lost ? -tree->mutations[m].weight : tree->mutations[m].weight;
      if (!self->covered[m] || self->there[m] != THERE) continue;
      if (expected[m])
        nodes[n].best -= weight;
      else
        nodes[n].own += weight;
    }
    if (nodes[n].own <= (int64_t)HEAVY * MILLION || nodes[n].best <= (int64_t)HEAVY * MILLION)
      continue;
    const double score = score_of(self, n);
    if (out->rival >= 0 && score <= out->rival_score) continue;
    out->rival = n;
    out->rival_score = score;
  }
}

hw_status hw_mt_haplogroup_find(const hw_phylotree *tree, const hw_mt *haplotype,
                                hw_mt_haplogroup *out, hw_err *err) {
  hw_arena arena = {0};
  const size_t n = (size_t)tree->n_mutations + 1;
  work self = {.tree = tree, .haplotype = haplotype};
  memset(out, 0, sizeof *out);
  self.items =
      hw_arena_alloc_array(&arena, (size_t)haplotype->n_differences + 1, sizeof *self.items);
  self.there = hw_arena_alloc_array(&arena, n, 4);
  self.nodes = hw_arena_alloc_array(&arena, (size_t)tree->n_nodes, sizeof *self.nodes);
  apart *distances = hw_arena_alloc_array(&arena, (size_t)tree->n_nodes, sizeof *distances);
  hw_status status = HW_OK;
  if (self.items == NULL || self.there == NULL || self.nodes == NULL || distances == NULL) {
    status = HW_NO_MEMORY(err, "the search for a haplogroup");
  } else {
    uint8_t *expected = self.there + 2 * n, *seen = self.there + 3 * n;
    self.covered = self.there + n;
    find_items(&self);
    find_covered(&self);
    sum_nodes(&self);
    find_best(&self, out);
    mark_expected(&self, out->node, expected, seen);
    list_misfits(&self, expected, out);
    find_rival(&self, expected, distances, out);
  }
  hw_arena_clear(&arena);
  return status;
}

/* --- two nodes --- */

hw_status hw_phylotree_distance(const hw_phylotree *self, int32_t a, int32_t b, const hw_mt *within,
                                double *weight, hw_err *err) {
  static const hw_mt_range whole = {1, HW_MT_LENGTH};
  const hw_mt all = {.n_ranges = 1, .ranges = &whole};
  hw_arena arena = {0};
  const size_t n = (size_t)self->n_mutations + 1;
  work of = {.tree = self, .haplotype = within != NULL ? within : &all};
  uint8_t *marks = hw_arena_alloc_array(&arena, n, 5);
  hw_status status = HW_OK;
  int64_t sum = 0;
  *weight = 0;
  if (marks == NULL) {
    status = HW_NO_MEMORY(err, "two haplogroups");
  } else {
    uint8_t *has_a = marks + n, *has_b = marks + 2 * n;
    of.covered = marks;
    find_covered(&of);
    mark_expected(&of, a, has_a, marks + 3 * n);
    mark_expected(&of, b, has_b, marks + 4 * n);
    for (int32_t m = 0; m < self->n_mutations; m++)
      if (of.covered[m] && has_a[m] != has_b[m]) sum += self->mutations[m].weight;
  }
  hw_arena_clear(&arena);
  *weight = (double)sum / MILLION;
  return status;
}
