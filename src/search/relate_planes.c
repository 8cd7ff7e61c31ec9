/* Called genotypes as bit planes. Each chromosome begins a new word, so that a word is a window of
 * one chromosome. Of a marker with more than two alleles the most frequent one is told from the rest.
 *
 * An unrelated pair has opposite homozygotes at a marker with probability 2p²q². With λ of them to be
 * expected in a window the chance of at most one is about e^−λ (1 + λ) (Poisson), and the number of
 * such windows is about Poisson with the sum of these chances. */
#include "base/check.h"
#include "base/elementary.h"
#include "search/relate_int.h"

#define SHARE_PASSING 0.001 /* of unrelated pairs, by their windows */
enum { WORD = 64 };

/* The allele that is told from the rest. */
static int32_t main_allele(const double *frequencies, int32_t n) {
  int32_t best = 0;
  for (int32_t a = 1; a < n; a++)
    if (frequencies[a] > frequencies[best]) best = a;
  return best;
}

/* Windows from which one unrelated pair in a thousand passes. */
static int32_t windows_by_chance(double expected) {
  double p = hw_exp(-expected), above = 1 - p;
  int32_t k = 1;
  while (above > SHARE_PASSING && k < 10000) {
    p *= expected / k++;
    above -= p;
  }
  return k;
}

/* Genotypes run 0/0, 0/1, 1/1, 0/2, …: alleles of genotype g. */
static void alleles_of(int32_t g, int32_t *a, int32_t *b) {
  for (*b = 0; (*b + 1) * (*b + 2) / 2 <= g;) ++*b;
  *a = g - *b * (*b + 1) / 2;
}

static void set_person(uint64_t *planes, int64_t n_words, const hw_panel *panel,
                       const uint8_t *bytes, int32_t margin, int32_t n, const int32_t *place,
                       const int32_t *allele) {
  for (int32_t m = 0; m < n; m++) {
    const int32_t first = panel->first_genotype[m];
    const int32_t g = hw_snp_best(bytes + first, panel->first_genotype[m + 1] - first, margin);
    int32_t a, b;
    if (g < 0) continue;
    alleles_of(g, &a, &b);
    const int copies = (a == allele[m]) + (b == allele[m]);
    const int plane = copies == 1 ? 0 : copies == 2 ? 1 : 2;
    planes[plane * n_words + place[m] / WORD] |= (uint64_t)1 << place[m] % WORD;
  }
}

hw_status hwp_planes_init(hwp_planes *self, const hw_relate_input *input,
                          const hw_relate_options *options, int32_t n_autosomal, hw_arena *arena,
                          hw_err *err) {
  const hw_panel *panel = input->panel;
  const double *frequencies = panel->populations[input->population].frequencies;
  const int32_t margin = options->margin > 0 ? options->margin : HW_RELATE_MARGIN;
  double expected = 0, opposite = 0;
  *self = (hwp_planes){.kernel = hw_screen_find(options->linked.simd)};
  if (!self->kernel)
    return hw_err_set(err, HW_E_UNSUPPORTED, "kernel set '%s' is unknown or cannot run here",
                      options->linked.simd);
  int32_t *place = hw_arena_alloc_array(arena, (size_t)n_autosomal, sizeof *place);
  int32_t *allele = hw_arena_alloc_array(arena, (size_t)n_autosomal, sizeof *allele);
  if (!place || !allele) return HW_NO_MEMORY(err, "called genotypes");
  for (int32_t m = 0, next = 0; m < n_autosomal; m++) {
    const hw_panel_marker *marker = &panel->markers[m];
    const double *p = frequencies + panel->first_allele[m];
    if (m > 0 && marker->chromosome != marker[-1].chromosome)
      next = (next + WORD - 1) / WORD * WORD;
    place[m] = next++;
    allele[m] = main_allele(p, marker->n_alleles);
    const double q = p[allele[m]];
    opposite += 2 * q * q * (1 - q) * (1 - q);
    const bool is_end = m + 1 == n_autosomal || marker[1].chromosome != marker->chromosome;
    if (next % WORD != 0 && !is_end) continue;
    if ((next - 1) % WORD + 1 >= HWP_RELATE_TYPED) expected += hw_exp(-opposite) * (1 + opposite);
    opposite = 0;
    self->n_words = (next + WORD - 1) / WORD;
  }
  self->windows = windows_by_chance(expected);
  self->n_words = (self->n_words + HW_SCREEN_WORDS - 1) / HW_SCREEN_WORDS * HW_SCREEN_WORDS;
  self->planes = hw_arena_alloc_array(arena, (size_t)input->n_samples * HW_SCREEN_PLANES,
                                      (size_t)self->n_words * sizeof *self->planes);
  if (!self->planes) return HW_NO_MEMORY(err, "called genotypes");
  for (int32_t i = 0; i < input->n_samples; i++)
    set_person(self->planes + (ptrdiff_t)i * HW_SCREEN_PLANES * self->n_words, self->n_words, panel,
               input->samples[i].bytes, margin, n_autosomal, place, allele);
  return HW_OK;
}

int32_t hwp_planes_count_typed(const hwp_planes *self, int32_t first, int32_t second) {
  const uint64_t *x = hwp_planes_of(self, first), *y = hwp_planes_of(self, second);
  const int64_t n = self->n_words;
  int32_t count = 0;
  for (int64_t w = 0; w < n; w++)
    count +=
        __builtin_popcountll((x[w] | x[n + w] | x[2 * n + w]) & (y[w] | y[n + w] | y[2 * n + w]));
  return count;
}
