/* Crowds: remains that many families have weak use of.
 *
 * A family with few relatives may place any of a hundred unrelated remains. A
 * table over sets of such remains has 100^k entries for k such families; over sets
 * of the families that are served already it has 2^k, however many the remains.
 * So here the roles are exchanged: remains become tables, families their scope.
 *
 * Let J_f be remains of family f of which no listed placement uses two, and whose
 * placements p are listed without them as well: as their core c(p). Then
 *
 *     w(p) = w(c) · w(p) / w(c),
 *
 * and the family's table keeps the cores only, while w(p) / w(c) goes to a table
 * of the remains. What ties them together are bits that may be used once, as a
 * remains may: one bit for each core that somebody of J_f may be added to. The
 * family's entry of a core uses the bits of all its other cores, and the remains'
 * entry of p uses that of c(p): so it is multiplied only with its own core, and
 * only once. (One bit more per family, which all its entries in the tables of
 * remains use, keeps combinations small that will meet no core.) Merging,
 * outsides, and best values are those of all tables.
 *
 * A bit that nobody used when it leaves says that the core stands alone, hence
 * the mass of the core's own placement is what spread() reports of the bit, as it
 * reports of a remains that it is nobody's.
 *
 * PRICES. With T'_f the family's dual, and w' weights with prices taken off, a bit
 * costs T'_f / w'(c). Then an entry that uses the bit of c outside of f's table
 * has the share w'(p) / T'_f of the family's dual, as it would in f's own, and the
 * product of all duals and prices is what it was without a crowd. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/joint_int.h"

/* Remains that make a crowd of a family, and the longest list that is looked at. */
enum { CROWD_FROM = 12, LONGEST = 4096 };

/* ---- who is of the crowd ------------------------------------------------------- */

static const int32_t *placed_at(const joint_family *family, int64_t p) {
  return family->placed + p * family->n_places;
}

static bool uses(const joint_family *family, int64_t p, int32_t candidate) {
  for (int32_t k = 0; k < family->n_places; k++)
    if (placed_at(family, p)[k] == candidate) return true;
  return false;
}

/* The placement that is p without one candidate; −1 = it is not listed. */
static int32_t find_core(const joint_family *family, int64_t p, int32_t candidate) {
  for (int32_t i = 0; i < (int32_t)family->n; i++) {
    int32_t k = 0;
    for (; k < family->n_places; k++) {
      const int32_t c = placed_at(family, p)[k];
      if (placed_at(family, i)[k] != (c == candidate ? -1 : c)) break;
    }
    if (k == family->n_places) return i;
  }
  return -1;
}

/* True if the candidate can join the crowd: alone in its placements, each with its core. */
static bool may_join(const joint_family *family, const joint_crowd *crowd, int32_t candidate) {
  bool is_used = false;
  for (int64_t p = 0; p < family->n; p++) {
    if (!uses(family, p, candidate)) continue;
    is_used = true;
    if (find_core(family, p, candidate) < 0) return false;
    for (int32_t k = 0; k < family->n_places; k++) {
      const int32_t c = placed_at(family, p)[k];
      if (c >= 0 && crowd->is_member[c]) return false;
    }
  }
  return is_used;
}

typedef struct member {
  int32_t n_placements, candidate;
} member;

static int compare_members(const void *left, const void *right) {
  const member *a = left, *b = right;
  if (a->n_placements != b->n_placements) return a->n_placements < b->n_placements ? -1 : 1;
  return a->candidate < b->candidate ? -1 : a->candidate > b->candidate;
}

/* Takes members in the order of how few placements use them. @return their number */
static int32_t choose_members(const hw_joint *self, const joint_family *family, joint_crowd *crowd,
                              member *order) {
  int32_t n = 0;
  for (int32_t c = 0; c < family->n_candidates; c++) {
    order[c] = (member){0, c};
    for (int64_t p = 0; p < family->n; p++) order[c].n_placements += uses(family, p, c);
  }
  qsort(order, (size_t)family->n_candidates, sizeof *order, compare_members);
  for (int32_t i = 0; i < family->n_candidates; i++) {
    const int32_t c = order[i].candidate;
    if (self->users[family->candidates[c]] < 2 || !may_join(family, crowd, c)) continue;
    crowd->is_member[c] = true;
    n++;
  }
  return n;
}

/* Cores of all placements, and bits of the cores. */
static void number_cores(hw_joint *self, const joint_family *family, joint_crowd *crowd) {
  int32_t n_cores = 0;
  for (int32_t p = 0; p < (int32_t)family->n; p++) crowd->bit[p] = -1;
  crowd->first_bit = self->problem->n_remains + self->n_bits;
  for (int32_t p = 0; p < (int32_t)family->n; p++) {
    crowd->core[p] = p;
    crowd->member[p] = -1;
    for (int32_t k = 0; k < family->n_places; k++) {
      const int32_t c = placed_at(family, p)[k];
      if (c < 0 || !crowd->is_member[c]) continue;
      crowd->member[p] = c;
      crowd->core[p] = find_core(family, p, c);
    }
    if (crowd->core[p] != p && crowd->bit[crowd->core[p]] < 0)
      crowd->bit[crowd->core[p]] = crowd->first_bit + n_cores++;
  }
  crowd->n_bits = n_cores;
  crowd->once = n_cores > 1 ? crowd->first_bit + n_cores : -1;
  self->n_bits += n_cores + (n_cores > 1);
}

static hw_status gather_crowd(hw_joint *self, joint_family *family, hw_err *err) {
  hw_arena *arena = self->tables;
  const size_t n = (size_t)family->n, width = (size_t)family->n_candidates;
  const int32_t least = self->crowd_from > 0 ? self->crowd_from : CROWD_FROM;
  if (family->n > LONGEST || family->n <= least || !(family->ln_left_out < HUGE_VAL)) return HW_OK;
  joint_crowd *crowd = hw_arena_alloc_array(arena, 1, sizeof *crowd);
  member *order = hw_arena_alloc_array(arena, width, sizeof *order);
  if (crowd == NULL || order == NULL) return HW_NO_MEMORY(err, "a crowd of remains");
  crowd->is_member = hw_arena_alloc_array(arena, width, sizeof *crowd->is_member);
  crowd->core = hw_arena_alloc_array(arena, n, sizeof *crowd->core);
  crowd->member = hw_arena_alloc_array(arena, n, sizeof *crowd->member);
  crowd->bit = hw_arena_alloc_array(arena, n, sizeof *crowd->bit);
  crowd->node = hw_arena_alloc_array(arena, n, sizeof *crowd->node);
  crowd->entry = hw_arena_alloc_array(arena, n, sizeof *crowd->entry);
  if (crowd->is_member == NULL || crowd->core == NULL || crowd->member == NULL ||
      crowd->bit == NULL || crowd->node == NULL || crowd->entry == NULL)
    return HW_NO_MEMORY(err, "a crowd of remains");
  if (choose_members(self, family, crowd, order) < least) return HW_OK;
  number_cores(self, family, crowd);
  family->crowd = crowd;
  return HW_OK;
}

hw_status hwp_joint_gather_crowds(hw_joint *self, const joint_part *part, bool *has_any,
                                  hw_err *err) {
  *has_any = false;
  const int32_t n_before = self->n_bits;
  for (int32_t i = 0; i < part->told.n_families; i++) {
    joint_family *family = &self->families[part->families[i]];
    HW_TRY(gather_crowd(self, family, err));
    *has_any |= family->crowd != NULL;
  }
  const size_t n_remains = (size_t)self->problem->n_remains;
  if (!*has_any) return HW_OK;
  double *price =
      hw_arena_alloc_array(&self->work, n_remains + (size_t)self->n_bits, sizeof *price);
  if (price == NULL) return HW_NO_MEMORY(err, "the prices of remains");
  if (n_before > 0) memcpy(price + n_remains, self->ln_bit, (size_t)n_before * sizeof *price);
  self->ln_bit = price + n_remains;
  return HW_OK;
}

void hwp_joint_scatter_crowds(hw_joint *self, const joint_part *part) {
  for (int32_t i = 0; i < part->told.n_families; i++)
    self->families[part->families[i]].crowd = NULL;
}

/* ---- tables -------------------------------------------------------------------- */

static void set_bit(const joint_node *node, uint64_t *key, int32_t resource) {
  const int32_t bit = hwp_joint_bit(node, resource);
  if (bit >= 0) key[bit / 64] |= (uint64_t)1 << (bit % 64);
}

/* Prices of the bits; @return what the family's table has of its dual. */
static double price_bits(hw_joint *self, const joint_family *family, const joint_crowd *crowd) {
  const double dual = hwp_joint_dual(self, family);
  double own = dual;
  for (int32_t p = 0; p < (int32_t)family->n; p++) {
    if (crowd->bit[p] < 0) continue;
    double price = dual - hwp_joint_weight(family, p);
    for (int32_t k = 0; k < family->n_places; k++)
      if (placed_at(family, p)[k] >= 0)
        price += self->ln_price[family->candidates[placed_at(family, p)[k]]];
    self->ln_bit[crowd->bit[p] - self->problem->n_remains] = price;
    own -= price;
  }
  return own;
}

hw_status hwp_joint_crowd_leaf(hw_joint *self, int32_t f, int32_t n_shared, int32_t *scope,
                               int32_t *index, hw_err *err) {
  const joint_family *family = &self->families[f];
  joint_crowd *crowd = family->crowd;
  joint_node leaf = {.kind = NODE_FAMILY, .left = -1, .right = -1, .family = f};
  for (int32_t b = 0; b < crowd->n_bits; b++) scope[n_shared + b] = crowd->first_bit + b;
  HW_TRY(hwp_joint_begin_table(self, &leaf, n_shared + crowd->n_bits, scope, err));
  leaf.entry_of = crowd->entry;
  uint64_t *key = hw_arena_alloc_array(&self->growth, (size_t)leaf.n_words, sizeof *key);
  if (key == NULL) return HW_NO_MEMORY(err, "a table of assignments");
  const double own = self->has_dues ? hwp_joint_own_prices(self, family, self->ln_due) : 0;
  for (int32_t p = 0; p < (int32_t)family->n; p++) {
    if (crowd->core[p] != p) continue;
    memset(key, 0, (size_t)leaf.n_words * sizeof *key);
    for (int32_t k = 0; k < family->n_places; k++)
      if (placed_at(family, p)[k] >= 0)
        set_bit(&leaf, key, family->candidates[placed_at(family, p)[k]]);
    for (int32_t b = 0; b < crowd->n_bits; b++)
      if (crowd->first_bit + b != crowd->bit[p]) set_bit(&leaf, key, crowd->first_bit + b);
    HW_TRY(hwp_joint_add_entry(self, &leaf, key, hwp_joint_weight(family, p),
                               hwp_joint_dues(self, family, p, own), &crowd->entry[p], err));
  }
  /* Nobody of the crowd can be added to what is not listed: that uses the bits of all cores. */
  memset(key, 0, (size_t)leaf.n_words * sizeof *key);
  for (int32_t b = 0; b < crowd->n_bits; b++) set_bit(&leaf, key, crowd->first_bit + b);
  HW_TRY(hwp_joint_add_over(self, &leaf, key, family->ln_left_out + own, err));
  self->steps += (double)family->n;
  leaf.ln_dual =
      price_bits(self, family, crowd) + hwp_joint_own_prices(self, family, self->ln_price);
  return hwp_joint_end_table(self, leaf, index, err);
}

/* Remains of the scope: itself, if a family may use it otherwise, and bits. `scope` has room. */
static int32_t scope_of(const hw_joint *self, const joint_part *part, int32_t r, int32_t *scope) {
  int32_t n = 1, n_crowds = 0;
  scope[0] = r;
  for (int32_t i = 0; i < part->told.n_families; i++) {
    const joint_family *family = &self->families[part->families[i]];
    const joint_crowd *crowd = family->crowd;
    const int32_t c = crowd == NULL ? -1 : hwp_joint_candidate(family, r);
    if (c < 0 || !crowd->is_member[c]) continue;
    n_crowds++;
    const int32_t n_all = crowd->n_bits + (crowd->once >= 0);
    for (int32_t b = 0; b < n_all; b++) {
      bool is_needed = crowd->first_bit + b == crowd->once;
      for (int64_t p = 0; p < family->n && !is_needed; p++)
        is_needed = crowd->member[p] == c && crowd->bit[crowd->core[p]] == crowd->first_bit + b;
      if (is_needed) scope[n++] = crowd->first_bit + b;
    }
  }
  if (n_crowds == 0) return 0;
  if (n_crowds < self->users[r]) return n;
  memmove(scope, scope + 1, (size_t)(n - 1) * sizeof *scope);
  return n - 1;
}

static hw_status fill_remains(hw_joint *self, const joint_part *part, joint_node *leaf, int32_t r,
                              uint64_t *key, hw_err *err) {
  int32_t entry = 0;
  /* Nobody's of the crowd; its dues are paid here if it is in no other table. */
  HW_TRY(hwp_joint_add_entry(self, leaf, key, 0, leaf->scope[0] == r ? 0 : self->ln_due[r], &entry,
                             err));
  for (int32_t i = 0; i < part->told.n_families; i++) {
    const joint_family *family = &self->families[part->families[i]];
    joint_crowd *crowd = family->crowd;
    const int32_t c = crowd == NULL ? -1 : hwp_joint_candidate(family, r);
    if (c < 0 || !crowd->is_member[c]) continue;
    for (int32_t p = 0; p < (int32_t)family->n; p++) {
      if (crowd->member[p] != c) continue;
      memset(key, 0, (size_t)leaf->n_words * sizeof *key);
      set_bit(leaf, key, r);
      set_bit(leaf, key, crowd->bit[crowd->core[p]]);
      if (crowd->once >= 0) set_bit(leaf, key, crowd->once);
      crowd->node[p] = self->n_nodes; /* which this one will be */
      HW_TRY(hwp_joint_add_entry(
          self, leaf, key, hwp_joint_weight(family, p) - hwp_joint_weight(family, crowd->core[p]),
          0, &crowd->entry[p], err));
    }
    self->steps += (double)family->n;
  }
  return HW_OK;
}

hw_status hwp_joint_remains_leaf(hw_joint *self, const joint_part *part, int32_t r, int32_t *scope,
                                 int32_t *index, hw_err *err) {
  joint_node leaf = {.kind = NODE_REMAINS, .left = -1, .right = -1, .family = r};
  *index = -1;
  const int32_t n = scope_of(self, part, r, scope);
  if (n == 0) return HW_OK;
  HW_TRY(hwp_joint_begin_table(self, &leaf, n, scope, err));
  uint64_t *key = hw_arena_alloc_array(&self->growth, (size_t)leaf.n_words, sizeof *key);
  if (key == NULL) return HW_NO_MEMORY(err, "a table of assignments");
  HW_TRY(fill_remains(self, part, &leaf, r, key, err));
  leaf.ln_dual = scope[0] == r ? 0 : self->ln_price[r];
  return hwp_joint_end_table(self, leaf, index, err);
}

/* ---- and back ------------------------------------------------------------------- */

void hwp_joint_read_remains(const hw_joint *self, hwp_scaled *none, double *none_best) {
  for (int32_t i = 0; i < self->n_nodes; i++) {
    const joint_node *node = &self->nodes[i];
    if (node->kind != NODE_REMAINS || node->scope[0] == node->family) continue;
    none[node->family] = hwp_scaled_times(node->sum[0], node->out[0]);
    none_best[node->family] = node->best[0] + node->best_out[0];
  }
}

hwp_scaled hwp_joint_crowd_mass(const hw_joint *self, const joint_family *family, int64_t p,
                                const hwp_scaled *none) {
  const joint_crowd *crowd = family->crowd;
  const int32_t core = crowd->core[p];
  if (core == p) return none[crowd->bit[p]];
  const double ln = hwp_joint_weight(family, p) - hwp_joint_weight(family, core);
  return hwp_scaled_times(hwp_scaled_of_ln(ln), self->nodes[crowd->node[p]].out[crowd->entry[p]]);
}

double hwp_joint_crowd_value(const hw_joint *self, const joint_family *family, int64_t p,
                             const double *none_best) {
  const joint_crowd *crowd = family->crowd;
  const int32_t core = crowd->core[p];
  if (core == p) return none_best[crowd->bit[p]];
  return hwp_joint_weight(family, p) - hwp_joint_weight(family, core) +
         self->nodes[crowd->node[p]].best_out[crowd->entry[p]];
}
