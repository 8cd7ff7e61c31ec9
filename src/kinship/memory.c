/* The memory's hash table: open addressing with linear probing, one allocation per
 * entry. See memory.h. */
#include "kinship/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Header, key (padded to whole doubles), block: what a look-up reads lies together. */
struct hwp_memory_entry {
  size_t bytes; /* of the allocation */
  uint16_t n_words;
  uint16_t block_at; /* doubles of the key */
  bool was_used;
  double data[];
};

enum { FIRST_SLOTS = 1024 };

void hwp_key_finish(hwp_key *self) {
  uint64_t h = 0x9e3779b97f4a7c15ULL * (uint64_t)(self->n + 1);
  for (int32_t i = 0; i < self->n; i++) {
    h = (h ^ self->word[i]) * 0xff51afd7ed558ccdULL;
    h ^= h >> 32;
  }
  self->hash = h;
}

void hwp_memory_clear(hwp_memory *self) {
  for (size_t i = 0; i < self->n_slots; i++) free(self->slots[i].entry);
  free(self->slots);
  *self = (hwp_memory){.max_bytes = self->max_bytes};
}

static bool is_of(const hwp_memory_slot *slot, const hwp_key *key) {
  return slot->hash == key->hash && slot->entry->n_words == (uint16_t)key->n &&
         memcmp(slot->entry->data, key->word, sizeof key->word[0] * (size_t)key->n) == 0;
}

/* Slot of the key, or the empty one where it would stand. */
static size_t slot_of(const hwp_memory *self, const hwp_key *key) {
  const size_t mask = self->n_slots - 1;
  size_t at = (size_t)key->hash & mask;
  while (self->slots[at].entry != NULL && !is_of(&self->slots[at], key)) at = (at + 1) & mask;
  return at;
}

void hwp_memory_fetch_slot(const hwp_memory *self, const hwp_key *key) {
  if (self->n_slots > 0) __builtin_prefetch(&self->slots[(size_t)key->hash & (self->n_slots - 1)]);
}

void hwp_memory_fetch_entry(const hwp_memory *self, const hwp_key *key) {
  if (self->n_slots == 0) return;
  const hwp_memory_slot *slot = &self->slots[(size_t)key->hash & (self->n_slots - 1)];
  if (slot->entry == NULL) return;
  __builtin_prefetch(slot->entry);
  __builtin_prefetch((const char *)slot->entry + 64);
}

double *hwp_memory_find(hwp_memory *self, const hwp_key *key) {
  if (self->n_slots == 0) return NULL;
  hwp_memory_entry *entry = self->slots[slot_of(self, key)].entry;
  if (entry == NULL) return NULL;
  entry->was_used = true;
  return entry->data + entry->block_at;
}

static void put(hwp_memory_slot *slots, size_t n_slots, hwp_memory_slot slot) {
  size_t at = (size_t)slot.hash & (n_slots - 1);
  while (slots[at].entry != NULL) at = (at + 1) & (n_slots - 1);
  slots[at] = slot;
}

static bool grow(hwp_memory *self) {
  const size_t n = self->n_slots == 0 ? FIRST_SLOTS : 2 * self->n_slots;
  const size_t more = (n - self->n_slots) * sizeof *self->slots;
  if (self->bytes + more > self->max_bytes) return false;
  hwp_memory_slot *slots = calloc(n, sizeof *slots);
  if (slots == NULL) return false;
  for (size_t i = 0; i < self->n_slots; i++)
    if (self->slots[i].entry != NULL) put(slots, n, self->slots[i]);
  free(self->slots);
  self->slots = slots;
  self->n_slots = n;
  self->bytes += more;
  return true;
}

double *hwp_memory_add(hwp_memory *self, const hwp_key *key, size_t n_doubles) {
  const size_t words = sizeof key->word[0] * (size_t)key->n;
  const size_t key_doubles = (words + sizeof(double) - 1) / sizeof(double);
  const size_t bytes = sizeof(hwp_memory_entry) + sizeof(double) * (key_doubles + n_doubles);
  if (self->bytes + bytes > self->max_bytes ||
      (2 * (self->n_entries + 1) > self->n_slots && !grow(self))) {
    self->refused_bytes += bytes;
    return NULL;
  }
  hwp_memory_entry *entry = malloc(bytes);
  if (entry == NULL) return NULL;
  *entry = (hwp_memory_entry){.bytes = bytes,
                              .n_words = (uint16_t)key->n,
                              .block_at = (uint16_t)key_doubles,
                              .was_used = true};
  memcpy(entry->data, key->word, words);
  put(self->slots, self->n_slots, (hwp_memory_slot){entry, key->hash});
  self->n_entries++;
  self->bytes += bytes;
  return entry->data + entry->block_at;
}

static void forget(hwp_memory *self, size_t at) {
  self->bytes -= self->slots[at].entry->bytes;
  self->n_entries--;
  free(self->slots[at].entry);
  self->slots[at].entry = NULL;
}

/* Entries behind the slot that falls empty move up to where they are looked for. */
void hwp_memory_drop(hwp_memory *self, const hwp_key *key) {
  const size_t mask = self->n_slots - 1, gap = slot_of(self, key);
  if (self->slots[gap].entry == NULL) return;
  forget(self, gap);
  for (size_t at = (gap + 1) & mask; self->slots[at].entry != NULL; at = (at + 1) & mask) {
    const hwp_memory_slot slot = self->slots[at];
    self->slots[at].entry = NULL;
    put(self->slots, self->n_slots, slot);
  }
}

void hwp_memory_settle(hwp_memory *self) {
  if (self->refused_bytes == 0 || self->refused_bytes < self->bytes || self->n_slots == 0) return;
  self->refused_bytes = 0;
  hwp_memory_slot *slots = calloc(self->n_slots, sizeof *slots);
  if (slots == NULL) {
    hwp_memory_clear(self);
    return;
  }
  for (size_t i = 0; i < self->n_slots; i++) {
    const hwp_memory_slot slot = self->slots[i];
    if (slot.entry == NULL) continue;
    if (!slot.entry->was_used) {
      forget(self, i);
      continue;
    }
    slot.entry->was_used = false;
    put(slots, self->n_slots, slot);
  }
  free(self->slots);
  self->slots = slots;
}
