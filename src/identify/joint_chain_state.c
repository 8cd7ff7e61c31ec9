/* The state of a Markov chain over assignments: who stands where, what it weighs,
 * the moves, and what is counted of it (see joint_chain.c).
 *
 * Weights come from the families' lists, through a hash table over placements; a
 * family whose list is not whole is asked for the likelihood itself. Posteriors
 * are counted by the time that a pairing stands, noted when it ends, so that a
 * step costs the same in components of any size. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/joint_chain_int.h"

/* ---- weights ------------------------------------------------------------------------ */

static uint64_t hash_placed(const int32_t *placed, int32_t n) {
  uint64_t h = 0x9e3779b97f4a7c15u;
  for (int32_t k = 0; k < n; k++) {
    h = (h ^ (uint64_t)(uint32_t)placed[k]) * 0xbf58476d1ce4e5b9u;
    h ^= h >> 29;
  }
  return h;
}

hw_status hwp_chain_make_lookup(chain *self, const joint_family *family, chain_lookup *out,
                                hw_err *err) {
  out->n_slots = 2;
  while (out->n_slots < 2 * (uint64_t)family->n) out->n_slots *= 2;
  out->slots = hw_arena_alloc_array(&self->arena, out->n_slots, sizeof *out->slots);
  if (out->slots == NULL) return HW_NO_MEMORY(err, "a Markov chain");
  memset(out->slots, -1, out->n_slots * sizeof *out->slots);
  for (int64_t p = 0; p < family->n; p++) {
    uint64_t at = hash_placed(family->placed + p * family->n_places, family->n_places);
    while (out->slots[at & (out->n_slots - 1)] >= 0) at++;
    out->slots[at & (out->n_slots - 1)] = p;
  }
  return HW_OK;
}

/* ln weight of a placement: from the list, or computed where the list is not whole. */
hw_status hwp_chain_weigh(chain *self, int32_t slot, const int32_t *placed, double *ln,
                          hw_err *err) {
  joint_family *family = &self->joint->families[self->part->families[slot]];
  const chain_lookup *lookup = &self->lookups[slot];
  const size_t n_bytes = (size_t)family->n_places * sizeof *placed;
  uint64_t at = hash_placed(placed, family->n_places);
  for (; lookup->slots[at & (lookup->n_slots - 1)] >= 0; at++) {
    const int64_t p = lookup->slots[at & (lookup->n_slots - 1)];
    if (memcmp(family->placed + p * family->n_places, placed, n_bytes) != 0) continue;
    *ln = hwp_joint_weight(family, p);
    return HW_OK;
  }
  *ln = IMPOSSIBLE;
  if (family->is_complete) return HW_OK;
  double extra = 0;
  HW_TRY(hwp_place_ln(family->place, placed, ln, err));
  HW_TRY(hwp_joint_extra_of(self->joint, family, placed, &extra, err));
  *ln += extra;
  for (int32_t k = 0; k < family->n_places; k++)
    if (placed[k] >= 0)
      *ln += family->ln_pair[(size_t)k * (size_t)family->n_candidates + (size_t)placed[k]];
  return HW_OK;
}

/* ---- moves --------------------------------------------------------------------------- */

static void change(chain *self, chain_move *move, int32_t slot, int32_t place, int32_t to) {
  const joint_family *family = &self->joint->families[self->part->families[slot]];
  int32_t i = 0;
  while (i < move->n && move->family[i] != slot) i++;
  if (i == move->n) {
    move->family[move->n++] = slot;
    memcpy(move->placed[i], self->placed[slot], (size_t)family->n_places * sizeof(int32_t));
  }
  move->placed[i][place] = to;
  move->changed_family[move->n_changed] = slot;
  move->changed_place[move->n_changed] = place;
  move->changed_to[move->n_changed++] = to;
}

/* The move that a pair stands for. @return false if there is none */
bool hwp_chain_make_move(chain *self, const chain_pair *pair, chain_move *move) {
  const int32_t slot = pair->family, r = pair->remains;
  const joint_family *family = &self->joint->families[self->part->families[slot]];
  const int32_t there = self->placed[slot][pair->place];
  const int32_t from = self->family_at[r], from_place = self->place_at[r];
  move->n = move->n_changed = move->more = 0;
  if (there == pair->candidate) {
    change(self, move, slot, pair->place, -1);
    move->more = -1;
    return true;
  }
  change(self, move, slot, pair->place, pair->candidate);
  if (from < 0) {
    move->more = there < 0;
    return true;
  }
  if (there < 0) {
    change(self, move, from, from_place, -1);
    return true;
  }
  const joint_family *his = &self->joint->families[self->part->families[from]];
  const int32_t c = hwp_joint_candidate(his, family->candidates[there]);
  if (c < 0 || self->row_of[from][from_place * his->n_candidates + c] < 0) return false;
  change(self, move, from, from_place, c);
  return true;
}

hw_status hwp_chain_weigh_move(chain *self, chain_move *move, hw_err *err) {
  move->delta = hwp_chain_size(self->joint, self->n_placed + move->more) -
                hwp_chain_size(self->joint, self->n_placed);
  for (int32_t i = 0; i < move->n; i++) {
    HW_TRY(hwp_chain_weigh(self, move->family[i], move->placed[i], &move->ln[i], err));
    move->delta += move->ln[i] - self->ln[move->family[i]];
  }
  if (isnan(move->delta)) move->delta = IMPOSSIBLE;
  return HW_OK;
}

/* ---- counting --------------------------------------------------------------------------- */

static int32_t row_number(const chain *self, int32_t slot, int32_t place, int32_t candidate) {
  const joint_family *family = &self->joint->families[self->part->families[slot]];
  return self->row_of[slot][place * family->n_candidates + candidate];
}

void hwp_chain_leave(chain *self, int32_t slot, int32_t place) {
  const joint_family *family = &self->joint->families[self->part->families[slot]];
  const int32_t c = self->placed[slot][place];
  if (c < 0) return;
  const int32_t e = row_number(self, slot, place, c);
  if (self->is_counting && e >= 0 && self->since[e] >= 0)
    self->batch[e] += (double)(self->step - self->since[e]);
  if (e >= 0) self->since[e] = -1;
  self->family_at[family->candidates[c]] = -1;
}

void hwp_chain_enter(chain *self, int32_t slot, int32_t place, int32_t candidate) {
  const joint_family *family = &self->joint->families[self->part->families[slot]];
  self->placed[slot][place] = candidate;
  if (candidate < 0) return;
  const int32_t r = family->candidates[candidate], e = row_number(self, slot, place, candidate);
  self->family_at[r] = slot;
  self->place_at[r] = place;
  if (e >= 0) self->since[e] = self->step;
}

void hwp_chain_apply(chain *self, const chain_move *move) {
  for (int32_t i = 0; i < move->n_changed; i++)
    hwp_chain_leave(self, move->changed_family[i], move->changed_place[i]);
  for (int32_t i = 0; i < move->n_changed; i++)
    hwp_chain_enter(self, move->changed_family[i], move->changed_place[i], move->changed_to[i]);
  for (int32_t i = 0; i < move->n; i++) self->ln[move->family[i]] = move->ln[i];
  self->n_placed += move->more;
  self->value += move->delta;
}

/* Ends a batch: what stands counts up to now. */
void hwp_chain_end_batch(chain *self) {
  const double length = (double)(self->step - self->batch_begin);
  for (int64_t e = 0; e < self->n_pairs; e++) {
    if (self->since[e] >= 0) {
      self->batch[e] += (double)(self->step - self->since[e]);
      self->since[e] = self->step;
    }
    const double share = self->batch[e] / length;
    self->sum[e] += share;
    self->square[e] += share * share;
    self->half[e * self->n_halves + self->i_half] += 2 * share / HWP_CHAIN_BATCHES;
    self->batch[e] = 0;
  }
  self->batch_begin = self->step;
  self->n_batches++;
  /* Differences added up drift: the sum anew. */
  self->value = hwp_chain_size(self->joint, self->n_placed);
  for (int32_t i = 0; i < self->part->told.n_families; i++) self->value += self->ln[i];
}

/* ---- what was seen ------------------------------------------------------------------------ */

/* Best values of the states that a move leads to. */
void hwp_chain_note_values(chain *self, const chain_move *move, double value) {
  for (int32_t i = 0; i < move->n_changed; i++) {
    joint_family *family = &self->joint->families[self->part->families[move->changed_family[i]]];
    const int32_t place = move->changed_place[i], to = move->changed_to[i];
    const int32_t before = self->placed[move->changed_family[i]][place];
    hwp_chain_raise(&family->best[hwp_joint_state(family, place, to)], value);
    if (to >= 0) hwp_chain_raise(&self->joint->some_best[family->candidates[to]], value);
    if (before < 0 || before == to) continue;
    /* Who left is free unless the move puts him elsewhere. */
    bool stays = false;
    for (int32_t j = 0; j < move->n_changed; j++) {
      const joint_family *other =
          &self->joint->families[self->part->families[move->changed_family[j]]];
      stays |= move->changed_to[j] >= 0 &&
               other->candidates[move->changed_to[j]] == family->candidates[before];
    }
    if (!stays) hwp_chain_raise(&self->joint->none_best[family->candidates[before]], value);
  }
}

static uint64_t hash_state(const chain *self) {
  uint64_t h = 0;
  for (int32_t i = 0; i < self->part->told.n_families; i++) {
    const joint_family *family = &self->joint->families[self->part->families[i]];
    h = (h ^ hash_placed(self->placed[i], family->n_places)) * 0x94d049bb133111ebu;
    h ^= h >> 32;
  }
  return h;
}

/* Keeps the assignment at hand if it is among the best and new. */
void hwp_chain_note_state(chain *self) {
  joint_part *part = self->part;
  const int32_t n_remains = part->told.n_remains;
  if (part->n_seen == self->max_seen && !(self->value > part->seen_value[part->n_seen - 1])) return;
  const uint64_t hash = hash_state(self);
  for (int32_t i = 0; i < part->n_seen; i++)
    if (self->seen_hash[i] == hash) return;
  int32_t at = part->n_seen < self->max_seen ? part->n_seen++ : part->n_seen - 1;
  int32_t *row = part->seen + (size_t)at * (size_t)n_remains;
  for (; at > 0 && part->seen_value[at - 1] < self->value; at--) {
    part->seen_value[at] = part->seen_value[at - 1];
    self->seen_hash[at] = self->seen_hash[at - 1];
    memcpy(row, row - n_remains, (size_t)n_remains * sizeof *row);
    row -= n_remains;
  }
  part->seen_value[at] = self->value;
  self->seen_hash[at] = hash;
  for (int32_t i = 0; i < n_remains; i++) {
    const int32_t slot = self->family_at[part->remains[i]];
    row[i] = slot < 0 ? -1
                      : self->joint->families[part->families[slot]].first_target +
                            self->place_at[part->remains[i]];
  }
}
