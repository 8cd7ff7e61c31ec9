/* Markers: finding an allele by its text.
 *
 * Allele names are text from end to end: "9.3" is never read as a number here,
 * because laboratories also write sequences and words, and because a name that
 * went through a double may come back as "9.300000000000001". Markers have few
 * alleles, so the search is a plain scan. */
#include "homeward/marker.h"

#include <string.h>

hw_allele hw_marker_find_allele(const hw_marker *self, const char *name) {
  for (int32_t i = 0; i < self->n_alleles; i++)
    if (strcmp(self->allele_names[i], name) == 0) return i;
  return HW_ALLELE_NONE;
}

bool hw_marker_is_x(const hw_marker *self) {
  return self->chromosome == HW_CHROMOSOME_X;
}
