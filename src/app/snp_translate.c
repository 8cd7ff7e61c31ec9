/* Likelihoods of one panel's markers, in the order of another panel.
 *
 * Bones and relatives are typed with what there is at the time: a capture of
 * 25,000 markers here, a kit of 10,000 there. The markers that two panels share
 * are found once, with the way their alleles correspond; genotypes a/b of one are
 * then looked up as genotypes of the other. A marker with other alleles (or the
 * other strand's) is not the same marker and says nothing. */
#include "app/snp_translate.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"

static int32_t find_allele(const hw_panel_marker *marker, const char *allele) {
  for (int32_t a = 0; a < marker->n_alleles; a++)
    if (strcmp(marker->alleles[a], allele) == 0) return a;
  return HW_PANEL_NONE;
}

/* Fills the alleles of marker m of `to`. @return false if they are not those of the other */
static bool match_alleles(const hwp_snp_translation *self, int32_t m, int32_t other) {
  const hw_panel_marker *to = &self->to->markers[m], *from = &self->from->markers[other];
  if (to->n_alleles != from->n_alleles || to->chromosome != from->chromosome) return false;
  for (int32_t a = 0; a < to->n_alleles; a++) {
    const int32_t place = find_allele(from, to->alleles[a]);
    if (place == HW_PANEL_NONE) return false;
    self->allele[self->to->first_allele[m] + a] = (uint8_t)place;
  }
  return true;
}

static int32_t find_marker(const hwp_snp_translation *self, int32_t m) {
  const hw_panel_marker *to = &self->to->markers[m];
  int32_t other = hw_panel_find(self->from, to->name);
  if (other != HW_PANEL_NONE && match_alleles(self, m, other)) return other;
  for (int build = HW_BUILD_COUNT - 1; build >= 0; build--) {
    if (to->bp[build] == 0) continue;
    other = hw_panel_find_site(self->from, (hw_build)build, to->chromosome, to->bp[build]);
    if (other != HW_PANEL_NONE && match_alleles(self, m, other)) return other;
  }
  return HW_PANEL_NONE;
}

hw_status hwp_snp_translation_init(hwp_snp_translation *self, const hw_panel *from,
                                   const hw_panel *to, hw_err *err) {
  *self = (hwp_snp_translation){.from = from, .to = to};
  self->marker = calloc((size_t)to->n_markers + 1, sizeof *self->marker);
  self->allele = calloc((size_t)to->first_allele[to->n_markers] + 1, sizeof *self->allele);
  if (self->marker == NULL || self->allele == NULL) {
    hwp_snp_translation_clear(self);
    return HW_NO_MEMORY(err, "two panels");
  }
  for (int32_t m = 0; m < to->n_markers; m++) {
    self->marker[m] = find_marker(self, m);
    self->n_common += self->marker[m] != HW_PANEL_NONE;
  }
  return HW_OK;
}

void hwp_snp_translation_clear(hwp_snp_translation *self) {
  free(self->marker);
  free(self->allele);
  *self = (hwp_snp_translation){0};
}

/* Where genotype a/b stands among its marker's. */
static int32_t genotype(int32_t a, int32_t b) {
  return a <= b ? b * (b + 1) / 2 + a : a * (a + 1) / 2 + b;
}

void hwp_snp_translate(const hwp_snp_translation *self, const uint8_t *bytes, uint8_t *out) {
  const hw_panel *to = self->to;
  memset(out, 0, (size_t)to->first_genotype[to->n_markers]);
  for (int32_t m = 0; m < to->n_markers; m++) {
    if (self->marker[m] == HW_PANEL_NONE) continue;
    const uint8_t *in = bytes + self->from->first_genotype[self->marker[m]];
    const uint8_t *allele = self->allele + to->first_allele[m];
    uint8_t *at = out + to->first_genotype[m];
    for (int32_t b = 0; b < to->markers[m].n_alleles; b++)
      for (int32_t a = 0; a <= b; a++) at[genotype(a, b)] = in[genotype(allele[a], allele[b])];
  }
}
