/* Arena allocator.
 *
 * Memory comes in blocks; an allocation takes the next aligned bytes of the
 * newest block. When it does not fit, a new block is made: twice as large as the
 * last one up to a bound, or exactly as large as needed for one big allocation
 * (which is then hung behind the current block, so that the rest of that stays
 * in use).
 *
 *     block:  [ header | allocation | pad | allocation | …free… ]
 *                                                      ^ used   ^ size
 *
 * Invariants: 1. bytes = Σ size of blocks ≤ max_bytes where that is set.
 * 2. Block starts are multiples of 64, so offsets decide alignment.
 * 3. Everything behind `used` of a block was never handed out.
 *
 * Under AddressSanitizer free bytes are poisoned and allocations are separated
 * by a gap, so that an overrun inside a block is reported like one on the heap. */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_HAS_ASAN 1
#endif
#endif

#ifdef ARENA_HAS_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(at, n) __asan_poison_memory_region((at), (n))
#define UNPOISON(at, n) __asan_unpoison_memory_region((at), (n))
#define GAP ((size_t)16)
#else
#define POISON(at, n) ((void)(at), (void)(n))
#define UNPOISON(at, n) ((void)(at), (void)(n))
#define GAP ((size_t)0)
#endif

#define FIRST_BLOCK ((size_t)16 << 10)
#define LARGEST_BLOCK ((size_t)1 << 20)

struct hw_arena_block {
  struct hw_arena_block *older;
  size_t size; /* whole block, header included; multiple of HW_ARENA_ALIGN_BIG */
  size_t used; /* header included */
};

/* The header fills one cache line, so that the first allocation is aligned. */
#define HEADER HW_ARENA_ALIGN_BIG
_Static_assert(sizeof(struct hw_arena_block) <= HEADER, "the header must fit its line");

bool hw_mul_size(size_t a, size_t b, size_t *out) {
  if (a != 0 && b > SIZE_MAX / a) {
    *out = SIZE_MAX;
    return false;
  }
  *out = a * b;
  return true;
}

bool hw_add_size(size_t a, size_t b, size_t *out) {
  if (b > SIZE_MAX - a) {
    *out = SIZE_MAX;
    return false;
  }
  *out = a + b;
  return true;
}

void hw_arena_init(hw_arena *self, size_t max_bytes) {
  *self = (hw_arena){.blocks = NULL, .bytes = 0, .max_bytes = max_bytes};
}

void hw_arena_clear(hw_arena *self) {
  if (!self) return;
  struct hw_arena_block *block = self->blocks;
  while (block) {
    struct hw_arena_block *older = block->older;
    UNPOISON(block, block->size);
    free(block);
    block = older;
  }
  self->blocks = NULL;
  self->bytes = 0;
}

void hw_arena_reset(hw_arena *self) {
  struct hw_arena_block *newest = self->blocks;
  if (!newest) return;
  self->blocks = newest->older;
  hw_arena_clear(self);
  newest->older = NULL;
  newest->used = HEADER;
  POISON((char *)newest + HEADER, newest->size - HEADER);
  self->blocks = newest;
  self->bytes = newest->size;
}

/* Room in bytes that the limit leaves. */
static size_t limit_left(const hw_arena *self) {
  if (self->max_bytes == 0) return SIZE_MAX;
  return self->max_bytes > self->bytes ? self->max_bytes - self->bytes : 0;
}

/* A new block of at least HEADER + need bytes, or NULL. */
static struct hw_arena_block *add_block(hw_arena *self, size_t need) {
  size_t least;
  if (!hw_add_size(need, HEADER + HW_ARENA_ALIGN_BIG - 1, &least)) return NULL;
  least -= least % HW_ARENA_ALIGN_BIG;
  const size_t left = limit_left(self);
  if (least > left) return NULL;

  size_t size = FIRST_BLOCK;
  if (self->blocks)
    size = self->blocks->size < LARGEST_BLOCK / 2 ? 2 * self->blocks->size : LARGEST_BLOCK;
  const bool is_own = need > LARGEST_BLOCK / 4; /* big: a block of its own */
  if (is_own || size < least || size > left) size = least;
  size -= size % HW_ARENA_ALIGN_BIG;

  struct hw_arena_block *block = aligned_alloc(HW_ARENA_ALIGN_BIG, size);
  if (!block) return NULL;
  block->size = size;
  block->used = HEADER;
  self->bytes += size;
  POISON((char *)block + HEADER, size - HEADER);
  if (is_own && self->blocks) {
    block->older = self->blocks->older;
    self->blocks->older = block;
  } else {
    block->older = self->blocks;
    self->blocks = block;
  }
  return block;
}

/* Where an allocation would begin in a block. */
static size_t aligned_offset(const struct hw_arena_block *block, size_t align) {
  const size_t at = block->used == HEADER ? HEADER : block->used + GAP;
  return (at + align - 1) / align * align;
}

void *hw_arena_alloc(hw_arena *self, size_t size) {
  if (size == 0) size = 1;
  const size_t align = size >= HW_ARENA_BIG ? HW_ARENA_ALIGN_BIG : HW_ARENA_ALIGN;
  struct hw_arena_block *block = self->blocks;
  size_t offset = block ? aligned_offset(block, align) : 0;
  if (!block || offset > block->size || size > block->size - offset) {
    block = add_block(self, size);
    if (!block) return NULL;
    offset = HEADER;
  }
  char *at = (char *)block + offset;
  block->used = offset + size;
  UNPOISON(at, size);
  memset(at, 0, size);
  return at;
}

void *hw_arena_alloc_array(hw_arena *self, size_t n, size_t size) {
  size_t bytes;
  return hw_mul_size(n, size, &bytes) ? hw_arena_alloc(self, bytes) : NULL;
}

void *hw_arena_copy(hw_arena *self, const void *bytes, size_t size) {
  void *copy = hw_arena_alloc(self, size);
  if (copy && size > 0) memcpy(copy, bytes, size);
  return copy;
}

char *hw_arena_strndup(hw_arena *self, const char *text, size_t n) {
  size_t size;
  if (!hw_add_size(n, 1, &size)) return NULL;
  char *copy = hw_arena_alloc(self, size); /* zeroed: the NUL is there */
  if (copy && n > 0) memcpy(copy, text, n);
  return copy;
}

char *hw_arena_strdup(hw_arena *self, const char *text) {
  return hw_arena_strndup(self, text, strlen(text));
}
