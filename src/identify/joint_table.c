/* Tables over sets of used remains.
 *
 * A family's part of an assignment matters to the others only through the
 * remains that it uses and others might. So its list of placements shrinks to a
 * table: for each set S of such remains, the sum and the largest of the weights
 * of the placements that use exactly S of them. Two tables merge to one of both
 * families,
 *
 *     (A ⊗ B)(S) = Σ over disjoint S1 ∪ S2 = S of A(S1) B(S2),
 *
 * and remains that nobody outside could use leave the sets, entries that become
 * equal being added. This is elimination in a factor graph (Dechter 1999, Artif.
 * Intell. 113, 41: bucket elimination), with two rings: sums of products, and
 * the largest of products. Where the prior weighs the number of pairings, the
 * number is part of the key.
 *
 * Backwards the same pairs of entries carry to each child what the rest of the
 * case makes of each of its entries ("out"): Σ over everything outside that is
 * compatible with it. Inside times outside is the mass of an entry.
 *
 * KEY: words of the set, bit i = remains scope[i], then one word with the number
 * of pairings. Entries stand in the order in which they were first met, so sums
 * have one order everywhere.
 *
 * MEMORY. All tables of a component stay until its posteriors are read, and a
 * large component may prove too large only after thousands of them. So a table
 * keeps nothing but its entries: it grows in memory of its own, with its hash
 * table, and is copied when it is finished; outsides come when they are needed. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/joint_int.h"

/* Entries of one table; about 150 bytes each while it is made. */
enum { MOST_ENTRIES = 500000, FIRST_ENTRIES = 2 };

static int32_t words_of(int32_t n_bits) {
  return (n_bits + 63) / 64;
}

/* ---- entries ---------------------------------------------------------------- */

static uint64_t hash_key(const uint64_t *key, int32_t n) {
  uint64_t h = 0x9e3779b97f4a7c15u;
  for (int32_t i = 0; i < n; i++) {
    h = (h ^ key[i]) * 0xbf58476d1ce4e5b9u;
    h ^= h >> 31;
  }
  return h * 0x94d049bb133111ebu;
}

/* The slot of a key: its entry's, or the free one where it belongs. */
static uint32_t find_slot(const joint_node *node, const uint64_t *key) {
  const uint32_t mask = (uint32_t)node->n_slots - 1;
  const size_t width = (size_t)node->n_words;
  uint32_t slot = (uint32_t)(hash_key(key, node->n_words) >> 32) & mask;
  while (node->slots[slot] >= 0 &&
         memcmp(node->keys + (size_t)node->slots[slot] * width, key, width * sizeof *key) != 0)
    slot = (slot + 1) & mask;
  return slot;
}

static void *grow(hw_arena *arena, const void *old, size_t n, size_t capacity, size_t size) {
  void *grown = hw_arena_alloc_array(arena, capacity, size);
  if (grown != NULL && n > 0) memcpy(grown, old, n * size);
  return grown;
}

/* Hash table of the entries for `capacity` of them, a power of two; slots are twice as many. */
static hw_status index_entries(joint_node *node, hw_arena *arena, int32_t capacity, hw_err *err) {
  const size_t n_slots = 2 * (size_t)capacity;
  node->n_slots = 2 * capacity;
  node->slots = hw_arena_alloc_array(arena, n_slots, sizeof *node->slots);
  if (node->slots == NULL) return HW_NO_MEMORY(err, "a table of assignments");
  memset(node->slots, -1, n_slots * sizeof *node->slots);
  for (int32_t i = 0; i < node->n; i++)
    node->slots[find_slot(node, node->keys + (size_t)i * (size_t)node->n_words)] = i;
  return HW_OK;
}

/* Room for `capacity` entries. */
static hw_status reserve(hw_joint *self, joint_node *node, int32_t capacity, hw_err *err) {
  hw_arena *arena = &self->growth;
  const size_t n = (size_t)node->n, to = (size_t)capacity, width = (size_t)node->n_words;
  node->keys = grow(arena, node->keys, n * width, to * width, sizeof *node->keys);
  node->sum = grow(arena, node->sum, n, to, sizeof *node->sum);
  if (self->has_dues) {
    node->paid = grow(arena, node->paid, n, to, sizeof *node->paid);
    node->over = grow(arena, node->over, n, to, sizeof *node->over);
  }
  node->best = grow(arena, node->best, n, to, sizeof *node->best);
  if (node->keys == NULL || node->sum == NULL || node->best == NULL ||
      (self->has_dues && (node->paid == NULL || node->over == NULL)))
    return HW_NO_MEMORY(err, "a table of assignments");
  return index_entries(node, arena, capacity, err);
}

/* The entry of a key, made if there is none. */
static hw_status find_entry(hw_joint *self, joint_node *node, const uint64_t *key, int32_t *entry,
                            hw_err *err) {
  uint32_t slot = find_slot(node, key);
  if (node->slots[slot] < 0) {
    if (node->n == MOST_ENTRIES)
      return hw_err_set(err, HW_E_TOO_COMPLEX, "a table of more than %d sets of remains",
                        (int)MOST_ENTRIES);
    if (2 * node->n == node->n_slots) {
      HW_TRY(reserve(self, node, node->n_slots, err));
      slot = find_slot(node, key);
    }
    memcpy(node->keys + (size_t)node->n * (size_t)node->n_words, key,
           (size_t)node->n_words * sizeof *key);
    node->sum[node->n] = (hwp_scaled){0, 0};
    if (node->paid != NULL) node->paid[node->n] = node->over[node->n] = (hwp_scaled){0, 0};
    node->best[node->n] = IMPOSSIBLE;
    node->slots[slot] = node->n++;
  }
  *entry = node->slots[slot];
  return HW_OK;
}

hw_status hwp_joint_begin_table(hw_joint *self, joint_node *node, int32_t n_scope,
                                const int32_t *scope, hw_err *err) {
  node->n_scope = n_scope;
  node->scope = hw_arena_copy(self->tables, scope, (size_t)n_scope * sizeof *scope);
  if (node->scope == NULL) return HW_NO_MEMORY(err, "a table of assignments");
  node->n_words = words_of(n_scope) + 1;
  return reserve(self, node, FIRST_ENTRIES, err);
}

/* Copies what is entered out of the memory that it grew in. */
static hw_status keep_entries(hw_joint *self, joint_node *node, hw_err *err) {
  hw_arena *arena = self->tables;
  const size_t n = (size_t)node->n, width = (size_t)node->n_words;
  node->keys = hw_arena_copy(arena, node->keys, n * width * sizeof *node->keys);
  node->sum = hw_arena_copy(arena, node->sum, n * sizeof *node->sum);
  node->best = hw_arena_copy(arena, node->best, n * sizeof *node->best);
  if (self->has_dues) {
    node->paid = hw_arena_copy(arena, node->paid, n * sizeof *node->paid);
    node->over = hw_arena_copy(arena, node->over, n * sizeof *node->over);
  }
  if (node->keys == NULL || node->sum == NULL || node->best == NULL ||
      (self->has_dues && (node->paid == NULL || node->over == NULL)))
    return HW_NO_MEMORY(err, "a table of assignments");
  node->slots = NULL;
  node->n_slots = 0;
  hw_arena_reset(&self->growth);
  return HW_OK;
}

/* Adds the finished node to the list. */
hw_status hwp_joint_end_table(hw_joint *self, joint_node node, int32_t *index, hw_err *err) {
  for (int32_t i = 0; i < node.n; i++) node.sum[i] = hwp_scaled_normal(node.sum[i]);
  for (int32_t i = 0; node.paid != NULL && i < node.n; i++) {
    node.paid[i] = hwp_scaled_normal(node.paid[i]);
    node.over[i] = hwp_scaled_normal(node.over[i]);
  }
  HW_TRY(keep_entries(self, &node, err));
  self->n_entries += node.n;
  if (self->n_entries > self->entry_limit)
    return hw_err_set(err, HW_E_TOO_COMPLEX, "tables of more than %g sets of remains",
                      self->entry_limit);
  HW_BUG_IF(self->n_nodes >= self->max_nodes, err);
  *index = self->n_nodes;
  self->nodes[self->n_nodes++] = node;
  return HW_OK;
}

/* ---- a family ----------------------------------------------------------------- */

static void add_to_entry(joint_node *node, int32_t entry, double ln, double ln_dues) {
  hwp_scaled_add(&node->sum[entry], hwp_scaled_of_ln(ln));
  if (node->paid != NULL) hwp_scaled_add(&node->paid[entry], hwp_scaled_of_ln(ln + ln_dues));
  if (ln > node->best[entry]) node->best[entry] = ln;
}

int32_t hwp_joint_bit(const joint_node *node, int32_t remains) {
  int32_t low = 0, high = node->n_scope;
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    if (node->scope[middle] < remains)
      low = middle + 1;
    else
      high = middle;
  }
  return low < node->n_scope && node->scope[low] == remains ? low : -1;
}

hw_status hwp_joint_add_entry(hw_joint *self, joint_node *node, const uint64_t *key, double ln,
                              double ln_dues, int32_t *entry, hw_err *err) {
  HW_TRY(find_entry(self, node, key, entry, err));
  add_to_entry(node, *entry, ln, ln_dues);
  return HW_OK;
}

hw_status hwp_joint_add_over(hw_joint *self, joint_node *node, const uint64_t *key, double ln,
                             hw_err *err) {
  int32_t entry = 0;
  if (node->over == NULL || !(ln > IMPOSSIBLE)) return HW_OK;
  HW_TRY(find_entry(self, node, key, &entry, err));
  hwp_scaled_add(&node->over[entry], hwp_scaled_of_ln(ln));
  return HW_OK;
}

/* Fills the entries from the list of placements. With a prior for the number of pairings there is
 * an entry for every number the family may have without using anybody's remains, listed or not:
 * what comes out for them bounds what was left out. */
static hw_status fill_leaf(hw_joint *self, joint_node *node, uint64_t *key, hw_err *err) {
  const joint_family *family = &self->families[node->family];
  const size_t n_bytes = (size_t)node->n_words * sizeof *key;
  int32_t entry = 0;
  for (int32_t k = family->n_fixed; self->is_sized && k <= family->n_places; k++) {
    memset(key, 0, n_bytes);
    key[node->n_words - 1] = (uint64_t)k;
    HW_TRY(find_entry(self, node, key, &entry, err));
  }
  const double own = self->has_dues ? hwp_joint_own_prices(self, family, self->ln_due) : 0;
  int32_t *bits =
      hw_arena_alloc_array(&self->growth, (size_t)family->n_candidates + 1, sizeof *bits);
  if (bits == NULL) return HW_NO_MEMORY(err, "a table of assignments");
  for (int32_t c = 0; c < family->n_candidates; c++)
    bits[c] = hwp_joint_bit(node, family->candidates[c]);
  for (int64_t p = 0; p < family->n; p++) {
    const int32_t *placed = family->placed + p * family->n_places;
    memset(key, 0, n_bytes);
    for (int32_t k = 0; k < family->n_places; k++) {
      if (placed[k] < 0) continue;
      const int32_t bit = bits[placed[k]];
      if (bit >= 0) key[bit / 64] |= (uint64_t)1 << (bit % 64);
      key[node->n_words - 1] += self->is_sized;
    }
    HW_TRY(find_entry(self, node, key, &entry, err));
    node->entry_of[p] = entry;
    add_to_entry(node, entry, hwp_joint_weight(family, p), hwp_joint_dues(self, family, p, own));
  }
  memset(key, 0, n_bytes); /* what is not listed may use anything, or nothing */
  return hwp_joint_add_over(self, node, key, family->ln_left_out + own, err);
}

double hwp_joint_own_prices(const hw_joint *self, const joint_family *family, const double *ln) {
  double sum = 0;
  for (int32_t c = 0; c < family->n_candidates; c++) {
    const int32_t r = family->candidates[c];
    bool is_used = false;
    for (int64_t i = 0; i < family->n * family->n_places && !is_used; i++)
      is_used = family->placed[i] == c;
    if (is_used && self->users[r] == 1) sum += ln[r];
  }
  return sum;
}

double hwp_joint_dues(const hw_joint *self, const joint_family *family, int64_t placement,
                      double own) {
  for (int32_t k = 0; own > 0 && k < family->n_places; k++) {
    const int32_t c = family->placed[placement * family->n_places + k];
    if (c >= 0 && self->users[family->candidates[c]] == 1)
      own -= self->ln_due[family->candidates[c]];
  }
  return own;
}

hw_status hwp_joint_leaf(hw_joint *self, int32_t family, int32_t n_scope, const int32_t *scope,
                         int32_t *node, hw_err *err) {
  joint_node leaf = {.kind = NODE_FAMILY, .left = -1, .right = -1, .family = family};
  HW_TRY(hwp_joint_begin_table(self, &leaf, n_scope, scope, err));
  leaf.entry_of =
      hw_arena_alloc_array(self->tables, (size_t)self->families[family].n, sizeof *leaf.entry_of);
  uint64_t *key = hw_arena_alloc_array(&self->growth, (size_t)leaf.n_words, sizeof *key);
  if (leaf.entry_of == NULL || key == NULL) return HW_NO_MEMORY(err, "a table of assignments");
  HW_TRY(fill_leaf(self, &leaf, key, err));
  self->steps += (double)self->families[family].n;
  if (self->parts[self->families[family].component].is_priced)
    leaf.ln_dual = hwp_joint_dual(self, &self->families[family]) +
                   hwp_joint_own_prices(self, &self->families[family], self->ln_price);
  return hwp_joint_end_table(self, leaf, node, err);
}

hw_status hwp_joint_chain_leaf(hw_joint *self, int32_t part, int32_t *node, hw_err *err) {
  joint_node leaf = {.kind = NODE_CHAIN, .left = -1, .right = -1, .family = part};
  const uint64_t key = 0;
  int32_t entry = 0;
  HW_TRY(hwp_joint_begin_table(self, &leaf, 0, NULL, err));
  HW_TRY(find_entry(self, &leaf, &key, &entry, err));
  add_to_entry(&leaf, entry, self->parts[part].seen_value[0], 0);
  return hwp_joint_end_table(self, leaf, node, err);
}

/* ---- two tables ------------------------------------------------------------- */

/* Position in the merged set of each bit of a child. */
static int32_t *positions(hw_arena *arena, const joint_node *child, int32_t n_scope,
                          const int32_t *scope, int32_t n_dropped, const int32_t *dropped) {
  int32_t *at = hw_arena_alloc_array(arena, (size_t)child->n_scope, sizeof *at);
  int32_t i = 0, j = 0;
  for (int32_t b = 0; at != NULL && b < child->n_scope; b++) {
    while (i < n_scope && scope[i] < child->scope[b]) i++;
    while (j < n_dropped && dropped[j] < child->scope[b]) j++;
    const bool is_kept = i < n_scope && scope[i] == child->scope[b];
    at[b] = is_kept ? i : n_scope + j;
  }
  return at;
}

static uint64_t *translate(hw_arena *arena, const joint_node *child, const int32_t *at,
                           int32_t n_words) {
  const size_t width = (size_t)n_words + 1;
  uint64_t *keys = hw_arena_alloc_array(arena, (size_t)child->n * width, sizeof *keys);
  if (keys == NULL) return NULL;
  for (int32_t i = 0; i < child->n; i++) {
    const uint64_t *from = child->keys + (size_t)i * (size_t)child->n_words;
    uint64_t *to = keys + (size_t)i * width;
    for (int32_t b = 0; b < child->n_scope; b++)
      if (from[b / 64] >> (b % 64) & 1) to[at[b] / 64] |= (uint64_t)1 << (at[b] % 64);
    to[n_words] = from[child->n_words - 1];
  }
  return keys;
}

/* Remains of either child that are not in `scope`, ascending. */
static int32_t find_dropped(const joint_node *left, const joint_node *right, int32_t n_scope,
                            const int32_t *scope, int32_t *dropped) {
  int32_t i = 0, j = 0, k = 0, n = 0;
  while (i < left->n_scope || j < right->n_scope) {
    const bool from_left =
        j == right->n_scope || (i < left->n_scope && left->scope[i] <= right->scope[j]);
    const int32_t r = from_left ? left->scope[i] : right->scope[j];
    while (i < left->n_scope && left->scope[i] == r) i++;
    while (j < right->n_scope && right->scope[j] == r) j++;
    while (k < n_scope && scope[k] < r) k++;
    if (k == n_scope || scope[k] != r) dropped[n++] = r;
  }
  return n;
}

hw_status hwp_joint_overlay(const joint_node *left, const joint_node *right, int32_t n_scope,
                            const int32_t *scope, hw_arena *arena, joint_overlay *out,
                            hw_err *err) {
  *out = (joint_overlay){.n_kept_words = words_of(n_scope) + 1};
  out->dropped = hw_arena_alloc_array(arena, (size_t)left->n_scope + (size_t)right->n_scope,
                                      sizeof *out->dropped);
  if (out->dropped == NULL) return HW_NO_MEMORY(err, "a table of assignments");
  out->n_dropped = find_dropped(left, right, n_scope, scope, out->dropped);
  out->n_words = words_of(n_scope + out->n_dropped);
  int32_t *at_left = positions(arena, left, n_scope, scope, out->n_dropped, out->dropped);
  int32_t *at_right = positions(arena, right, n_scope, scope, out->n_dropped, out->dropped);
  out->mask = hw_arena_alloc_array(arena, (size_t)out->n_words, sizeof *out->mask);
  if (at_left != NULL && at_right != NULL) {
    out->left = translate(arena, left, at_left, out->n_words);
    out->right = translate(arena, right, at_right, out->n_words);
  }
  if (out->left == NULL || out->right == NULL || out->mask == NULL)
    return HW_NO_MEMORY(err, "a table of assignments");
  for (int32_t b = 0; b < n_scope; b++) out->mask[b / 64] |= (uint64_t)1 << (b % 64);
  return HW_OK;
}

bool hwp_joint_pair_key(const hw_joint *self, const joint_overlay *overlay, int32_t left,
                        int32_t right, uint64_t *merged, uint64_t *key) {
  const size_t width = (size_t)overlay->n_words + 1;
  const uint64_t *a = overlay->left + (size_t)left * width;
  const uint64_t *b = overlay->right + (size_t)right * width;
  const int32_t n_kept = overlay->n_kept_words - 1;
  for (int32_t w = 0; w < overlay->n_words; w++)
    if ((a[w] & b[w]) != 0) return false;
  const uint64_t size = a[overlay->n_words] + b[overlay->n_words];
  if (self->is_sized && size >= (uint64_t)self->options.prior.n_sizes) return false;
  for (int32_t w = 0; w < overlay->n_words; w++) merged[w] = a[w] | b[w];
  for (int32_t w = 0; w < n_kept; w++) key[w] = merged[w] & overlay->mask[w];
  key[n_kept] = size;
  return true;
}

/* Dues of the remains that leave unused. */
static double ln_dues_of(const hw_joint *self, const joint_node *node, const joint_overlay *overlay,
                         const uint64_t *merged) {
  double ln = 0;
  for (int32_t d = 0; d < overlay->n_dropped; d++) {
    const int32_t bit = node->n_scope + d, r = overlay->dropped[d];
    if (r < self->problem->n_remains && !(merged[bit / 64] >> (bit % 64) & 1))
      ln += self->ln_due[r];
  }
  return ln;
}

/* Adds the product of two entries, with dues: of what is listed, and of what has something unlisted
 * in it. */
static void add_paid(const joint_node *left, int32_t i, const joint_node *right, int32_t j,
                     double ln_dues, joint_node *node, int32_t entry) {
  hwp_scaled a = left->paid[i], b = right->paid[j], over = {0, 0}, all = right->over[j];
  hwp_scaled_add(&over, hwp_scaled_times(a, right->over[j]));
  if (left->over[i].m > 0) {
    hwp_scaled_add(&all, b);
    hwp_scaled_add(&over, hwp_scaled_times(left->over[i], all));
  }
  a = hwp_scaled_times(a, b);
  if (ln_dues > 0) {
    const hwp_scaled dues = hwp_scaled_of_ln(ln_dues);
    a = hwp_scaled_times(a, dues);
    over = hwp_scaled_times(over, dues);
  }
  hwp_scaled_add(&node->paid[entry], a);
  hwp_scaled_add(&node->over[entry], over);
}

/* All pairs of entries of two children into the table of their merger. */
static hw_status merge_pairs(hw_joint *self, joint_node *node, const joint_overlay *overlay,
                             uint64_t *merged, uint64_t *key, hw_err *err) {
  const joint_node *left = &self->nodes[node->left], *right = &self->nodes[node->right];
  self->steps += (double)left->n * right->n;
  if (self->steps > self->step_limit)
    return hw_err_set(err, HW_E_TOO_COMPLEX, "more than %g steps", self->step_limit);
  for (int32_t i = 0; i < left->n; i++) {
    for (int32_t j = 0; j < right->n; j++) {
      int32_t entry = 0;
      if (!hwp_joint_pair_key(self, overlay, i, j, merged, key)) continue;
      HW_TRY(find_entry(self, node, key, &entry, err));
      hwp_scaled_add(&node->sum[entry], hwp_scaled_times(left->sum[i], right->sum[j]));
      if (node->paid != NULL)
        add_paid(left, i, right, j, ln_dues_of(self, node, overlay, merged), node, entry);
      const double value = left->best[i] + right->best[j];
      if (value > node->best[entry]) node->best[entry] = value;
    }
  }
  return HW_OK;
}

/* ---- what hardly matters ------------------------------------------------------ */

typedef struct entry_share {
  double share; /* of the dual bound */
  int32_t entry;
} entry_share;

static int compare_shares(const void *left, const void *right) {
  const entry_share *a = left, *b = right;
  if (a->share != b->share) return a->share < b->share ? -1 : 1;
  return a->entry < b->entry ? -1 : a->entry > b->entry;
}

/* Share of the dual bound that an entry can have, see joint_price.c. */
static double share_of(const hw_joint *self, const joint_node *node, int32_t entry) {
  const uint64_t *key = node->keys + (size_t)entry * (size_t)node->n_words;
  hwp_scaled inside = node->sum[entry];
  if (node->over != NULL) hwp_scaled_add(&inside, node->over[entry]);
  double ln = hwp_scaled_ln(inside) - node->ln_dual;
  for (int32_t b = 0; b < node->n_scope; b++)
    if (key[b / 64] >> (b % 64) & 1) ln -= hwp_joint_price(self, node->scope[b]);
  return hw_exp(ln);
}

/* Keeps the entries that are not marked, in their order; none is looked up after that. */
static void compact(joint_node *node, const bool *is_dropped) {
  const size_t width = (size_t)node->n_words;
  int32_t kept = 0;
  for (int32_t i = 0; i < node->n; i++) {
    if (is_dropped[i]) continue;
    memmove(node->keys + (size_t)kept * width, node->keys + (size_t)i * width,
            width * sizeof *node->keys);
    node->sum[kept] = node->sum[i];
    if (node->paid != NULL) {
      node->paid[kept] = node->paid[i];
      node->over[kept] = node->over[i];
    }
    node->best[kept++] = node->best[i];
  }
  node->n = kept;
}

/* Drops the entries with the smallest shares, together at most drop_share. */
static hw_status prune(hw_joint *self, joint_node *node, double *dropped, hw_err *err) {
  if (!(self->drop_share > 0)) return HW_OK;
  entry_share *list = malloc(((size_t)node->n + 1) * sizeof *list);
  bool *is_dropped = calloc((size_t)node->n + 1, sizeof *is_dropped);
  hw_status status = HW_OK;
  if (list == NULL || is_dropped == NULL) {
    status = HW_NO_MEMORY(err, "a table of assignments");
  } else {
    double sum = 0;
    for (int32_t i = 0; i < node->n; i++) list[i] = (entry_share){share_of(self, node, i), i};
    qsort(list, (size_t)node->n, sizeof *list, compare_shares);
    for (int32_t i = 0; i < node->n && sum + list[i].share <= self->drop_share; i++) {
      sum += list[i].share;
      is_dropped[list[i].entry] = true;
    }
    *dropped += sum;
    compact(node, is_dropped);
  }
  free(list);
  free(is_dropped);
  return status;
}

hw_status hwp_joint_merge(hw_joint *self, int32_t left, int32_t right, int32_t n_scope,
                          const int32_t *scope, int32_t *node, hw_err *err) {
  joint_node merged = {.kind = NODE_MERGE, .left = left, .right = right, .family = -1};
  hw_arena scratch;
  joint_overlay overlay;
  hw_arena_init(&scratch, 0);
  hw_status status = hwp_joint_overlay(&self->nodes[left], &self->nodes[right], n_scope, scope,
                                       &scratch, &overlay, err);
  if (status == HW_OK) status = hwp_joint_begin_table(self, &merged, n_scope, scope, err);
  if (status == HW_OK) {
    uint64_t *set = hw_arena_alloc_array(&scratch, (size_t)overlay.n_words + 1, sizeof *set);
    uint64_t *key = hw_arena_alloc_array(&scratch, (size_t)overlay.n_kept_words, sizeof *key);
    status = set == NULL || key == NULL ? HW_NO_MEMORY(err, "a table of assignments")
                                        : merge_pairs(self, &merged, &overlay, set, key, err);
  }
  merged.ln_dual = self->nodes[left].ln_dual + self->nodes[right].ln_dual;
  for (int32_t d = 0; status == HW_OK && d < overlay.n_dropped; d++)
    merged.ln_dual += hwp_joint_price(self, overlay.dropped[d]);
  if (status == HW_OK) status = prune(self, &merged, &self->dropped, err);
  hw_arena_clear(&scratch);
  return status == HW_OK ? hwp_joint_end_table(self, merged, node, err) : status;
}

/* ---- and back ----------------------------------------------------------------- */

static void raise_to(double *largest, double value) {
  if (value > *largest) *largest = value;
}

/* What one pair of entries says, of its children's outsides and of remains that leave unused. */
static void spread_pair(joint_node *left, int32_t i, joint_node *right, int32_t j,
                        const joint_node *node, int32_t entry) {
  const hwp_scaled out = node->out[entry];
  const double best = node->best_out[entry];
  hwp_scaled_add(&left->out[i], hwp_scaled_times(right->sum[j], out));
  hwp_scaled_add(&right->out[j], hwp_scaled_times(left->sum[i], out));
  raise_to(&left->best_out[i], right->best[j] + best);
  raise_to(&right->best_out[j], left->best[i] + best);
}

static void spread_unused(const joint_overlay *overlay, int32_t n_scope, const uint64_t *merged,
                          hwp_scaled mass, double best, hwp_scaled *none, double *none_best) {
  for (int32_t d = 0; d < overlay->n_dropped; d++) {
    const int32_t bit = n_scope + d;
    if (merged[bit / 64] >> (bit % 64) & 1) continue;
    hwp_scaled_add(&none[overlay->dropped[d]], mass);
    raise_to(&none_best[overlay->dropped[d]], best);
  }
}

static void spread_pairs(hw_joint *self, const joint_node *node, const joint_overlay *overlay,
                         uint64_t *merged, uint64_t *key, hwp_scaled *none, double *none_best) {
  joint_node *left = &self->nodes[node->left], *right = &self->nodes[node->right];
  for (int32_t i = 0; i < left->n; i++)
    for (int32_t j = 0; j < right->n; j++) {
      if (!hwp_joint_pair_key(self, overlay, i, j, merged, key)) continue;
      const int32_t entry = node->slots[find_slot(node, key)];
      if (entry < 0) continue; /* it was dropped */
      spread_pair(left, i, right, j, node, entry);
      if (overlay->n_dropped == 0) continue;
      const hwp_scaled mass =
          hwp_scaled_times(hwp_scaled_times(left->sum[i], right->sum[j]), node->out[entry]);
      spread_unused(overlay, node->n_scope, merged, mass,
                    left->best[i] + right->best[j] + node->best_out[entry], none, none_best);
    }
  for (int32_t i = 0; i < left->n; i++) left->out[i] = hwp_scaled_normal(left->out[i]);
  for (int32_t j = 0; j < right->n; j++) right->out[j] = hwp_scaled_normal(right->out[j]);
}

hw_status hwp_joint_spread(hw_joint *self, int32_t index, hwp_scaled *none, double *none_best,
                           hw_err *err) {
  joint_node node = self->nodes[index]; /* with a hash table for as long as this takes */
  hw_arena scratch;
  joint_overlay overlay;
  int32_t capacity = FIRST_ENTRIES;
  while (capacity < node.n) capacity *= 2;
  hw_arena_init(&scratch, 0);
  hw_status status = hwp_joint_overlay(&self->nodes[node.left], &self->nodes[node.right],
                                       node.n_scope, node.scope, &scratch, &overlay, err);
  if (status == HW_OK) status = index_entries(&node, &scratch, capacity, err);
  if (status == HW_OK) {
    uint64_t *set = hw_arena_alloc_array(&scratch, (size_t)overlay.n_words + 1, sizeof *set);
    uint64_t *key = hw_arena_alloc_array(&scratch, (size_t)overlay.n_kept_words, sizeof *key);
    if (set == NULL || key == NULL)
      status = HW_NO_MEMORY(err, "a table of assignments");
    else
      spread_pairs(self, &node, &overlay, set, key, none, none_best);
  }
  hw_arena_clear(&scratch);
  return status;
}
