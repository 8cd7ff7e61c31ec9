/* How many assignments a case permits.
 *
 * That is the number of matchings, of any size, of the graph of permitted pairs.
 * Missing persons are gone through one after another; what matters of those
 * before is how many remains of each kind they took, remains being of one kind
 * if the same missing persons are open to them (with sexes only there are three
 * kinds). A kind is forgotten after the last missing person to whom it is open.
 * Counting matchings is hard in general (Valiant 1979), so the number of states
 * is limited, and a case with a thousand disjoint pairs is known to have more
 * than 2^1000 without counting. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "identify/joint_int.h"

/* 2^997 > 1e300. */
enum { ENOUGH_PAIRS = 1000 };
static const double MOST = 1e300, MOST_BYTES = 1 << 27;

typedef struct kind_key {
  uint64_t hash[2];
  int32_t remains;
} kind_key;

typedef struct counter {
  const hw_joint *joint;
  hw_arena arena;
  int32_t n_kinds;
  int32_t *kind_of;    /* per remains, −1 = nobody is open to it */
  uint16_t *kind_size; /* per kind */
  int32_t *last;       /* per kind: last target, by place in `order` */
  int32_t *order;      /* targets, connected ones together */
  /* States: how many of each kind are used, and in how many ways. */
  int32_t n, capacity;
  uint16_t *used;
  double *ways;
  int32_t *slots;
} counter;

static bool is_open(const joint_family *family, int32_t place, int32_t candidate) {
  return family->ln_pair[(size_t)place * (size_t)family->n_candidates + (size_t)candidate] >
         IMPOSSIBLE;
}

static uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/* ---- kinds and order ----------------------------------------------------------- */

static int compare_keys(const void *left, const void *right) {
  const kind_key *a = left, *b = right;
  for (int i = 0; i < 2; i++)
    if (a->hash[i] != b->hash[i]) return a->hash[i] < b->hash[i] ? -1 : 1;
  return a->remains < b->remains ? -1 : a->remains > b->remains;
}

/* The targets to whom each remains is open, as a sum of hashes. */
static void hash_targets(const hw_joint *joint, kind_key *keys) {
  for (int32_t f = 0; f < joint->problem->n_families; f++) {
    const joint_family *family = &joint->families[f];
    for (int32_t k = 0; k < family->n_places; k++)
      for (int32_t c = 0; c < family->n_candidates; c++) {
        if (!is_open(family, k, c)) continue;
        kind_key *key = &keys[family->candidates[c]];
        const uint64_t t = (uint64_t)(family->first_target + k) + 1;
        key->hash[0] += mix(t * 0x9e3779b97f4a7c15u);
        key->hash[1] += mix(~t * 0xd1b54a32d192ed03u);
      }
  }
}

static hw_status find_kinds(counter *self, hw_err *err) {
  const size_t n = (size_t)self->joint->problem->n_remains;
  kind_key *keys = hw_arena_alloc_array(&self->arena, n, sizeof *keys);
  self->kind_of = hw_arena_alloc_array(&self->arena, n, sizeof *self->kind_of);
  self->kind_size = hw_arena_alloc_array(&self->arena, n, sizeof *self->kind_size);
  if (keys == NULL || self->kind_of == NULL || self->kind_size == NULL)
    return HW_NO_MEMORY(err, "the number of assignments");
  for (size_t r = 0; r < n; r++) keys[r].remains = (int32_t)r;
  hash_targets(self->joint, keys);
  qsort(keys, n, sizeof *keys, compare_keys);
  for (size_t i = 0; i < n; i++) {
    const kind_key *key = &keys[i];
    const bool is_closed = key->hash[0] == 0 && key->hash[1] == 0;
    const bool is_new =
        i == 0 || key->hash[0] != key[-1].hash[0] || key->hash[1] != key[-1].hash[1];
    if (!is_closed && is_new) self->n_kinds++;
    self->kind_of[key->remains] = is_closed ? -1 : self->n_kinds - 1;
    if (!is_closed) self->kind_size[self->n_kinds - 1]++;
  }
  return HW_OK;
}

/* Length of a greedy matching, up to ENOUGH_PAIRS. */
static hw_status match_greedily(counter *self, int32_t *n, hw_err *err) {
  const hw_joint *joint = self->joint;
  bool *is_used = hw_arena_alloc_array(&self->arena, (size_t)joint->problem->n_remains, 1);
  if (is_used == NULL) return HW_NO_MEMORY(err, "the number of assignments");
  *n = 0;
  for (int32_t t = 0; t < joint->n_targets && *n < ENOUGH_PAIRS; t++) {
    const joint_family *family = &joint->families[joint->targets[t].family];
    for (int32_t c = 0; c < family->n_candidates; c++) {
      const int32_t r = family->candidates[c];
      if (is_used[r] || !is_open(family, joint->targets[t].missing, c)) continue;
      is_used[r] = true;
      (*n)++;
      break;
    }
  }
  return HW_OK;
}

static int32_t head_of(int32_t *head, int32_t i) {
  while (head[i] != i) i = head[i] = head[head[i]];
  return i;
}

/* Targets that share kinds, directly or not, come together; marks the last target of each kind. */
static hw_status find_order(counter *self, hw_err *err) {
  const hw_joint *joint = self->joint;
  const int32_t n_all = self->n_kinds + joint->n_targets;
  int32_t *head = hw_arena_alloc_array(&self->arena, (size_t)n_all, sizeof *head);
  int32_t *next = hw_arena_alloc_array(&self->arena, (size_t)n_all + 1, sizeof *next);
  self->order = hw_arena_alloc_array(&self->arena, (size_t)joint->n_targets, sizeof *self->order);
  self->last = hw_arena_alloc_array(&self->arena, (size_t)self->n_kinds, sizeof *self->last);
  if (head == NULL || next == NULL || self->order == NULL || self->last == NULL)
    return HW_NO_MEMORY(err, "the number of assignments");
  for (int32_t i = 0; i < n_all; i++) head[i] = i;
  for (int32_t t = 0; t < joint->n_targets; t++) {
    const joint_family *family = &joint->families[joint->targets[t].family];
    for (int32_t c = 0; c < family->n_candidates; c++)
      if (is_open(family, joint->targets[t].missing, c))
        head[head_of(head, self->kind_of[family->candidates[c]])] =
            head_of(head, self->n_kinds + t);
  }
  for (int32_t t = 0; t < joint->n_targets; t++) next[head_of(head, self->n_kinds + t) + 1]++;
  for (int32_t i = 0; i < n_all; i++) next[i + 1] += next[i];
  for (int32_t t = 0; t < joint->n_targets; t++)
    self->order[next[head_of(head, self->n_kinds + t)]++] = t;
  for (int32_t i = 0; i < joint->n_targets; i++) {
    const int32_t t = self->order[i];
    const joint_family *family = &joint->families[joint->targets[t].family];
    for (int32_t c = 0; c < family->n_candidates; c++)
      if (is_open(family, joint->targets[t].missing, c))
        self->last[self->kind_of[family->candidates[c]]] = i;
  }
  return HW_OK;
}

/* ---- states ------------------------------------------------------------------------ */

static uint32_t slot_of(const counter *self, const uint16_t *used) {
  const size_t width = (size_t)self->n_kinds;
  const uint32_t mask = 2 * (uint32_t)self->capacity - 1;
  uint64_t h = 0;
  for (size_t k = 0; k < width; k++) h = (h ^ used[k]) * 0xbf58476d1ce4e5b9u + (h >> 32);
  uint32_t slot = (uint32_t)mix(h) & mask;
  while (self->slots[slot] >= 0 &&
         memcmp(self->used + (size_t)self->slots[slot] * width, used, width * sizeof *used) != 0)
    slot = (slot + 1) & mask;
  return slot;
}

/* @return false if there is no room */
static bool add_ways(counter *self, const uint16_t *used, double ways) {
  const uint32_t slot = slot_of(self, used);
  if (self->slots[slot] < 0) {
    if (self->n == self->capacity) return false;
    memcpy(self->used + (size_t)self->n * (size_t)self->n_kinds, used,
           (size_t)self->n_kinds * sizeof *used);
    self->ways[self->n] = 0;
    self->slots[slot] = self->n++;
  }
  self->ways[self->slots[slot]] += ways;
  return true;
}

static void begin_states(counter *self) {
  self->n = 0;
  memset(self->slots, -1, 2 * (size_t)self->capacity * sizeof *self->slots);
}

/* Adds the states after a target: nobody there (unless one is fixed), or one of each open kind. */
static bool extend(counter *self, int32_t at, const bool *kinds, uint16_t *used, double ways) {
  const size_t n_kinds = (size_t)self->n_kinds;
  const bool is_fixed = self->joint->fixed_remains[self->order[at]] >= 0;
  for (int32_t choice = is_fixed ? 0 : -1; choice < self->n_kinds; choice++) {
    double more = ways;
    if (choice >= 0) {
      if (!kinds[choice] || used[choice] == self->kind_size[choice]) continue;
      more *= self->kind_size[choice] - used[choice];
      used[choice]++;
    }
    uint16_t *key = used + n_kinds; /* the caller's second half */
    for (size_t k = 0; k < n_kinds; k++) key[k] = self->last[k] <= at ? 0 : used[k];
    if (choice >= 0) used[choice]--;
    if (!add_ways(self, key, more)) return false;
  }
  return true;
}

/* States before and after a target, in turn, and room for one. */
typedef struct state_room {
  uint16_t *used[2], *own;
  double *ways[2];
  bool *kinds; /* that are open to the target */
} state_room;

static hw_status make_room(counter *self, state_room *out, hw_err *err) {
  hw_arena *arena = &self->arena;
  const size_t width = (size_t)self->n_kinds;
  self->capacity = 16;
  while (self->capacity < 65536 &&
         2.0 * self->capacity * ((double)width * sizeof(uint16_t) + 32) < MOST_BYTES)
    self->capacity *= 2;
  const size_t room = (size_t)self->capacity;
  for (int side = 0; side < 2; side++) {
    out->used[side] = hw_arena_alloc_array(arena, room * width, sizeof *out->used[side]);
    out->ways[side] = hw_arena_alloc_array(arena, room, sizeof *out->ways[side]);
    if (out->used[side] == NULL || out->ways[side] == NULL)
      return HW_NO_MEMORY(err, "the number of assignments");
  }
  self->slots = hw_arena_alloc_array(arena, 2 * room, sizeof *self->slots);
  out->own = hw_arena_alloc_array(arena, 2 * width, sizeof *out->own);
  out->kinds = hw_arena_alloc_array(arena, width, sizeof *out->kinds);
  return self->slots == NULL || out->own == NULL || out->kinds == NULL
             ? HW_NO_MEMORY(err, "the number of assignments")
             : HW_OK;
}

/* States after a target of the order, from those before it. @return false if there is no room */
static bool take_target(counter *self, const state_room *room, int32_t at, int32_t n_before) {
  const hw_joint *joint = self->joint;
  const hw_target *target = &joint->targets[self->order[at]];
  const joint_family *family = &joint->families[target->family];
  const size_t width = (size_t)self->n_kinds;
  const int32_t from = at & 1;
  memset(room->kinds, 0, width);
  for (int32_t c = 0; c < family->n_candidates; c++)
    if (is_open(family, target->missing, c))
      room->kinds[self->kind_of[family->candidates[c]]] = true;
  self->used = room->used[1 - from];
  self->ways = room->ways[1 - from];
  begin_states(self);
  for (int32_t s = 0; s < n_before; s++) {
    memcpy(room->own, room->used[from] + (size_t)s * width, width * sizeof *room->own);
    if (!extend(self, at, room->kinds, room->own, room->ways[from][s])) return false;
  }
  return true;
}

/* NaN if there are too many states, infinity beyond MOST. */
static hw_status count_states(counter *self, double *n, hw_err *err) {
  state_room room = {0};
  int32_t n_before = 1;
  HW_TRY(make_room(self, &room, err));
  room.ways[0][0] = 1; /* nothing used */
  for (int32_t i = 0; i < self->joint->n_targets; i++) {
    if (!take_target(self, &room, i, n_before)) {
      *n = (double)NAN;
      return HW_OK;
    }
    double sum = 0;
    n_before = self->n;
    for (int32_t s = 0; s < n_before; s++) sum += self->ways[s];
    *n = sum > MOST ? HUGE_VAL : sum;
    if (sum > MOST) return HW_OK;
  }
  return HW_OK;
}

static hw_status count(counter *self, double *n, hw_err *err) {
  int32_t n_matched = 0;
  HW_TRY(match_greedily(self, &n_matched, err));
  if (n_matched == ENOUGH_PAIRS) {
    *n = HUGE_VAL;
    return HW_OK;
  }
  HW_TRY(find_kinds(self, err));
  HW_TRY(find_order(self, err));
  *n = 1;
  if (self->n_kinds == 0) return HW_OK;
  double counted = (double)NAN;
  HW_TRY(count_states(self, &counted, err));
  *n = counted;
  return HW_OK;
}

hw_status hwp_joint_count(const hw_joint *joint, double *n, hw_err *err) {
  counter self = {.joint = joint};
  hw_arena_init(&self.arena, 0);
  hw_status status = count(&self, n, err);
  hw_arena_clear(&self.arena);
  return status;
}
