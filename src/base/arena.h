/** @file
 * Arena: many small allocations that live and die together.
 *
 * A request (one case file, one compiled table, one problem) takes all its
 * memory from one arena and gives it back with one call, so that no error path
 * has to remember what was allocated. Memory comes zeroed.
 *
 * Also here: overflow-checked size arithmetic for everybody who allocates.
 *
 * Example:
 * @code
 *   hw_arena arena;
 *   hw_arena_init(&arena, 0);
 *   double *row = hw_arena_alloc_array(&arena, n, sizeof *row);
 *   if (!row) return HW_E_NO_MEMORY;
 *   ...
 *   hw_arena_clear(&arena);
 * @endcode
 */
#ifndef HW_BASE_ARENA_H
#define HW_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

/** Alignment of every allocation. */
#define HW_ARENA_ALIGN ((size_t)16)
/** Allocations of at least this many bytes begin on a cache line (HW_ARENA_ALIGN_BIG). */
#define HW_ARENA_BIG ((size_t)256)
/** Alignment of big allocations: one cache line, one AVX-512 register. */
#define HW_ARENA_ALIGN_BIG ((size_t)64)

/** One arena; the members are private. A zeroed arena is empty, valid and without limit.
 * Not thread-safe: one arena per thread. */
typedef struct hw_arena {
  struct hw_arena_block *blocks; /**< newest first; allocation happens in the first */
  size_t bytes;                  /**< obtained from the system, headers included */
  size_t max_bytes;              /**< limit of `bytes`; 0 = none */
} hw_arena;

/** Makes an empty arena. Free with hw_arena_clear.
 * @param max_bytes  total that may be taken from the system; 0 = no limit. Beyond it
 *                   hw_arena_alloc returns NULL, as when memory is exhausted */
void hw_arena_init(hw_arena *self, size_t max_bytes);

/** Frees everything; the arena is then empty, keeps its limit and may be used again. NULL and
 * a cleared arena are allowed. */
void hw_arena_clear(hw_arena *self);

/** Takes back every allocation but keeps the newest block, so that work that is repeated
 * obtains memory from the system only once. */
void hw_arena_reset(hw_arena *self);

/** @p size zeroed bytes (0 counts as 1), valid until hw_arena_clear.
 * @return NULL if memory or the limit is exhausted; the arena stays usable */
void *hw_arena_alloc(hw_arena *self, size_t size);

/** @p n elements of @p size bytes each, zeroed.
 * @return NULL also if n · size overflows */
void *hw_arena_alloc_array(hw_arena *self, size_t n, size_t size);

/** Copy of a string. @return NULL if memory is exhausted */
char *hw_arena_strdup(hw_arena *self, const char *text);

/** Copy of exactly @p n bytes (which may contain anything), NUL added.
 * @return NULL if memory is exhausted */
char *hw_arena_strndup(hw_arena *self, const char *text, size_t n);

/** Copy of @p size bytes. @return NULL if memory is exhausted */
void *hw_arena_copy(hw_arena *self, const void *bytes, size_t size);

/** a · b. @return false (and *out = SIZE_MAX) on overflow */
bool hw_mul_size(size_t a, size_t b, size_t *out);

/** a + b. @return false (and *out = SIZE_MAX) on overflow */
bool hw_add_size(size_t a, size_t b, size_t *out);

#endif
