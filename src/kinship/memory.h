/* A memory of results: a hash table from short keys of words to blocks of doubles,
 * with a bound. What is found must be the bits that computing again would give;
 * that is the caller's business.
 *
 * When the bound is reached nothing more is taken in. Blocks stay where they are
 * until hwp_memory_settle, which forgets those that were not asked for since it
 * last forgot, once as much has been turned away as is held. So the common
 * patterns of a national database stay, and a change of what is common is
 * followed. */
#ifndef HW_KINSHIP_MEMORY_H
#define HW_KINSHIP_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Most words of a key. */
enum { HWP_MEMORY_KEY = 40 };

typedef struct hwp_key {
  int32_t n;
  uint64_t hash; /* of the words: hwp_key_finish */
  uint32_t word[HWP_MEMORY_KEY];
} hwp_key;

void hwp_key_finish(hwp_key *self);

typedef struct hwp_memory_entry hwp_memory_entry;

/* A place of the hash table. The low half of the hash is kept beside the pointer, so that
 * entries of other keys need not be looked at. */
typedef struct hwp_memory_slot {
  hwp_memory_entry *entry; /* NULL = empty */
  uint64_t hash;
} hwp_memory_slot;

/* A zeroed memory with max_bytes set is empty and valid. Free with hwp_memory_clear. */
typedef struct hwp_memory {
  size_t max_bytes;
  size_t bytes;         /* held, the hash table included */
  size_t refused_bytes; /* turned away since it last forgot */
  size_t n_entries, n_slots;
  hwp_memory_slot *slots;
} hwp_memory;

void hwp_memory_clear(hwp_memory *self);

/* Asks the processor for the memory that hwp_memory_find will read: first the slot, and once
 * that has come, the entry. */
void hwp_memory_fetch_slot(const hwp_memory *self, const hwp_key *key);
void hwp_memory_fetch_entry(const hwp_memory *self, const hwp_key *key);

/* The block of a key, or NULL. Valid until hwp_memory_settle. */
double *hwp_memory_find(hwp_memory *self, const hwp_key *key);

/* A new block for a key that is not there; to be filled by the caller before the next call.
 * @return NULL where there is no room (or no memory): compute without */
double *hwp_memory_add(hwp_memory *self, const hwp_key *key, size_t n_doubles);

/* Takes the newest block back, whose key it is: computing it failed. */
void hwp_memory_drop(hwp_memory *self, const hwp_key *key);

/* The moment when nobody holds a block. */
void hwp_memory_settle(hwp_memory *self);

#endif
