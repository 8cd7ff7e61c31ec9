/** @file
 * Texts that repeat, each kept once and known by a number.
 *
 * A table of a million rows names the same markers, alleles and samples over and
 * over. Numbers are given in the order of the first occurrence.
 *
 * Example:
 * @code
 *   hw_intern texts = {.arena = &arena};
 *   int32_t marker;
 *   HW_TRY(hw_intern_add(&texts, cell, n_bytes, &marker, err));
 *   puts(texts.texts[marker]);
 *   hw_intern_clear(&texts);
 * @endcode
 */
#ifndef HW_FORMATS_INTERN_H
#define HW_FORMATS_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "homeward/status.h"

/** Returned where there is no such text. */
#define HW_INTERN_NONE ((int32_t)-1)

/** One branch of the tree; private. */
typedef struct hw_intern_branch {
  size_t byte;      /**< position at which the two sides differ first */
  int32_t child[2]; /**< a branch, or ~number of a text */
  uint8_t others;   /**< all bits but the one that differs */
} hw_intern_branch;

/** The set; set `arena`, zero the rest. */
typedef struct hw_intern {
  hw_arena *arena; /**< the texts live there, also after hw_intern_clear */
  int32_t n;
  const char **texts; /**< n, NUL-terminated; the array moves when it grows, the texts do not */
  int32_t capacity;
  hw_intern_branch *branches; /**< n − 1 */
} hw_intern;

/** Number of a text, which is added if it is new. @param text  holds no NUL
 * @return HW_OK; HW_E_VALUE (2³¹ texts); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_intern_add(hw_intern *self, const char *text, size_t n, int32_t *number,
                                      hw_err *err);

/** Number of a text, or HW_INTERN_NONE. */
int32_t hw_intern_find(const hw_intern *self, const char *text, size_t n);

/** Frees the tree and the array, not the texts; a zeroed one is allowed. */
void hw_intern_clear(hw_intern *self);

#endif
