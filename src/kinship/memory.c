/* The memory's hash table: open addressing with linear probing, one allocation per
 * entry. See memory.h. */
#include "kinship/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Every entry: header, block (aligned), key. */
struct hwp_memory_entry {
  uint64_t hash;
  uint32_t n_words;
  bool was_used;
  size_t bytes;
  size_t n_doubles;
  double block[];
};

enum { FIRST_SLOTS = 1024 };

static uint32_t *words_of(hwp_memory_entry *entry) {
  return (uint32_t *)(void *)(entry->block + entry->n_doubles);
}

void hwp_key_finish(hwp_key *self) {
  uint64_t h = 0x9e3779b97f4a7c15ULL * (uint64_t)(self->n + 1);
  for (int32_t i = 0; i < self->n; i++) {
    h = (h ^ self->word[i]) * 0xff51afd7ed558ccdULL;
    h ^= h >> 32;
  }
  self->hash = h;
}

void hwp_memory_clear(hwp_memory *self) {
  for (size_t i = 0; i < self->n_slots; i++) free(self->slots[i]);
  free(self->slots);
  *self = (hwp_memory){.max_bytes = self->max_bytes};
}

static bool is_of(hwp_memory_entry *entry, const hwp_key *key) {
  return entry->hash == key->hash && entry->n_words == (uint32_t)key->n &&
         memcmp(words_of(entry), key->word, sizeof key->word[0] * (size_t)key->n) == 0;
}

/* Slot of the key, or the empty one where it would stand. */
static size_t slot_of(const hwp_memory *self, const hwp_key *key) {
  size_t at = (size_t)key->hash & (self->n_slots - 1);
  while (self->slots[at] != NULL && !is_of(self->slots[at], key))
    at = (at + 1) & (self->n_slots - 1);
  return at;
}

double *hwp_memory_find(hwp_memory *self, const hwp_key *key) {
  if (self->n_slots == 0) return NULL;
  hwp_memory_entry *entry = self->slots[slot_of(self, key)];
  if (entry == NULL) return NULL;
  entry->was_used = true;
  return entry->block;
}

static void put(hwp_memory_entry **slots, size_t n_slots, hwp_memory_entry *entry) {
  size_t at = (size_t)entry->hash & (n_slots - 1);
  while (slots[at] != NULL) at = (at + 1) & (n_slots - 1);
  slots[at] = entry;
}

static bool grow(hwp_memory *self) {
  const size_t n = self->n_slots == 0 ? FIRST_SLOTS : 2 * self->n_slots;
  const size_t more = (n - self->n_slots) * sizeof *self->slots;
  if (self->bytes + more > self->max_bytes) return false;
  hwp_memory_entry **slots = calloc(n, sizeof *slots);
  if (slots == NULL) return false;
  for (size_t i = 0; i < self->n_slots; i++)
    if (self->slots[i] != NULL) put(slots, n, self->slots[i]);
  free(self->slots);
  self->slots = slots;
  self->n_slots = n;
  self->bytes += more;
  return true;
}

double *hwp_memory_add(hwp_memory *self, const hwp_key *key, size_t n_doubles) {
  const size_t words = sizeof key->word[0] * (size_t)key->n;
  const size_t bytes = sizeof(hwp_memory_entry) + sizeof(double) * n_doubles + words;
  if (self->bytes + bytes > self->max_bytes ||
      (2 * (self->n_entries + 1) > self->n_slots && !grow(self))) {
    self->refused_bytes += bytes;
    return NULL;
  }
  hwp_memory_entry *entry = malloc(bytes);
  if (entry == NULL) return NULL;
  *entry = (hwp_memory_entry){.hash = key->hash,
                              .n_words = (uint32_t)key->n,
                              .bytes = bytes,
                              .n_doubles = n_doubles,
                              .was_used = true};
  memcpy(words_of(entry), key->word, words);
  put(self->slots, self->n_slots, entry);
  self->n_entries++;
  self->bytes += bytes;
  return entry->block;
}

/* Entries behind a slot that falls empty move up to where they are looked for. */
static void close_gap(hwp_memory *self, size_t gap) {
  const size_t mask = self->n_slots - 1;
  for (size_t at = (gap + 1) & mask; self->slots[at] != NULL; at = (at + 1) & mask) {
    hwp_memory_entry *entry = self->slots[at];
    self->slots[at] = NULL;
    put(self->slots, self->n_slots, entry);
  }
}

static void forget(hwp_memory *self, size_t at) {
  self->bytes -= self->slots[at]->bytes;
  self->n_entries--;
  free(self->slots[at]);
  self->slots[at] = NULL;
}

void hwp_memory_drop(hwp_memory *self, const hwp_key *key) {
  const size_t at = slot_of(self, key);
  if (self->slots[at] == NULL) return;
  forget(self, at);
  close_gap(self, at);
}

void hwp_memory_settle(hwp_memory *self) {
  if (self->refused_bytes == 0 || self->refused_bytes < self->bytes || self->n_slots == 0) return;
  self->refused_bytes = 0;
  hwp_memory_entry **slots = calloc(self->n_slots, sizeof *slots);
  if (slots == NULL) {
    hwp_memory_clear(self);
    return;
  }
  for (size_t i = 0; i < self->n_slots; i++) {
    hwp_memory_entry *entry = self->slots[i];
    if (entry == NULL) continue;
    if (entry->was_used) {
      entry->was_used = false;
      put(slots, self->n_slots, entry);
    } else {
      forget(self, i);
    }
  }
  free(self->slots);
  self->slots = slots;
}
