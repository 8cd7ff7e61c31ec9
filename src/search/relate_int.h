/* Shared inside the comparison of people of unknown relation: their called genotypes as bit planes
 * (kernels/screen.h). */
#ifndef HW_SEARCH_RELATE_INT_H
#define HW_SEARCH_RELATE_INT_H

#include "base/arena.h"
#include "homeward/relate.h"
#include "kernels/screen.h"

/* A window has at most so many opposite homozygotes, and so many markers typed in both. */
enum { HWP_RELATE_OPPOSITE = 1, HWP_RELATE_TYPED = 48 };

typedef struct hwp_planes {
  const hw_screen *kernel;
  int64_t n_words;  /* of one plane */
  uint64_t *planes; /* by sample */
  int32_t windows;  /* as many as one unrelated pair in a thousand has */
} hwp_planes;

/* @param n_autosomal  the first so many markers of the panel count */
HW_MUST_CHECK hw_status hwp_planes_init(hwp_planes *self, const hw_relate_input *input,
                                        const hw_relate_options *options, int32_t n_autosomal,
                                        hw_arena *arena, hw_err *err);
static inline const uint64_t *hwp_planes_of(const hwp_planes *self, int64_t sample) {
  return self->planes + sample * HW_SCREEN_PLANES * self->n_words;
}
/* Markers typed in both. */
int32_t hwp_planes_count_typed(const hwp_planes *self, int32_t first, int32_t second);

#endif
