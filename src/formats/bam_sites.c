/* Where a panel's markers lie in a file: chromosomes by name, the build by their lengths, sites in
 * ascending order.
 *
 * A file rarely says which build of the reference its reads were mapped to, but its header has the
 * lengths of all sequences, and no chromosome is as long in GRCh37 as in GRCh38 (Genome Reference
 * Consortium, GCA_000001405.1 and .15). Reading sites of one build out of reads of the other would
 * give bases that have nothing to do with the markers, so the lengths decide; an expectation that
 * they contradict is an error, and so are lengths of both builds in one file. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "formats/bam_int.h"
#include "formats/snp_site.h"

int32_t hwp_bam_chromosome(const char *name) {
  if (strncmp(name, "chr", 3) == 0) name += 3;
  if (strcmp(name, "X") == 0) return HW_PANEL_X;
  const size_t n = strlen(name);
  if (n < 1 || n > 2 || name[0] < '1' || name[0] > '9') return 0;
  if (n == 1) return name[0] - '0';
  if (name[1] < '0' || name[1] > '9') return 0;
  const int32_t number = 10 * (name[0] - '0') + name[1] - '0';
  return number < HW_PANEL_X ? number : 0;
}

/* HW_BUILD_COUNT if the length is neither's. */
static hw_build build_of(int32_t chromosome, int64_t length) {
  for (int32_t b = 0; b < HW_BUILD_COUNT; b++)
    if (length == hwp_snp_length((hw_build)b, chromosome)) return (hw_build)b;
  return HW_BUILD_COUNT;
}

hw_status hwp_bam_build(const hwp_bam_contig *contigs, int32_t n_contigs, hw_build expected,
                        hw_build *out, hw_err *err) {
  const hwp_bam_contig *teller = NULL;
  hw_build told = HW_BUILD_COUNT;
  *out = expected;
  for (int32_t i = 0; i < n_contigs; i++) {
    const int32_t chromosome = hwp_bam_chromosome(contigs[i].name);
    const hw_build build = chromosome ? build_of(chromosome, contigs[i].length) : HW_BUILD_COUNT;
    if (build == HW_BUILD_COUNT) continue;
    if (teller != NULL && build != told)
      return hw_err_set(err, HW_E_CONFLICT,
                        "the header mixes builds: %.40s is as long as in %s, %.40s as in %s",
                        teller->name, hw_build_name(told), contigs[i].name, hw_build_name(build));
    if (expected != HW_BUILD_COUNT && build != expected)
      return hw_err_set(err, HW_E_CONFLICT,
                        "the reads are mapped to %s (%.40s has %lld bases), not to %s as expected",
                        hw_build_name(build), contigs[i].name, (long long)contigs[i].length,
                        hw_build_name(expected));
    if (teller == NULL) teller = &contigs[i];
    told = build;
  }
  if (teller != NULL) *out = told;
  if (*out == HW_BUILD_COUNT)
    return hw_err_set(err, HW_E_VALUE,
                      "no chromosome of the header is as long as in GRCh37 or GRCh38: say which "
                      "build the reads are mapped to");
  return HW_OK;
}

/* --- sites --- */

static bool has_single_bases(const hw_panel_marker *marker) {
  for (int32_t i = 0; i < marker->n_alleles; i++)
    if (strlen(marker->alleles[i]) != 1) return false;
  return true;
}

static int compare_sites(const void *left, const void *right) {
  const hwp_bam_site *a = left, *b = right;
  return a->bp != b->bp ? (a->bp > b->bp) - (a->bp < b->bp)
                        : (a->marker > b->marker) - (a->marker < b->marker);
}

static bool is_placed(const hw_panel_marker *marker, hw_build build, const bool *is_there) {
  return marker->bp[build] > 0 && marker->chromosome > 0 && marker->chromosome <= HW_PANEL_X &&
         is_there[marker->chromosome];
}

hw_status hwp_bam_sites_init(hwp_bam_sites *self, const hw_panel *panel, hw_build build,
                             const hwp_bam_contig *contigs, int32_t n_contigs, hw_arena *arena,
                             hw_bam_summary *summary, hw_err *err) {
  bool is_there[HWP_BAM_CHROMOSOMES] = {false};
  memset(self, 0, sizeof *self);
  for (int32_t i = 0; i < n_contigs; i++) is_there[hwp_bam_chromosome(contigs[i].name)] = true;
  self->sites = hw_arena_alloc_array(arena, (size_t)panel->n_markers, sizeof *self->sites);
  if (self->sites == NULL) return HW_NO_MEMORY(err, "the sites of the panel");
  for (int32_t c = 1; c < HWP_BAM_CHROMOSOMES; c++) {
    int32_t n = self->first[c];
    for (int32_t m = 0; m < panel->n_markers; m++) {
      const hw_panel_marker *marker = &panel->markers[m];
      if (marker->chromosome == c && is_placed(marker, build, is_there) && has_single_bases(marker))
        self->sites[n++] = (hwp_bam_site){marker->bp[build] - 1, m};
    }
    self->first[c + 1] = n;
    qsort(self->sites + self->first[c], (size_t)(n - self->first[c]), sizeof *self->sites,
          compare_sites);
  }
  summary->n_sites = self->first[HWP_BAM_CHROMOSOMES];
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const bool is_long = !has_single_bases(&panel->markers[m]);
    summary->n_long += is_long;
    summary->n_unplaced += !is_long && !is_placed(&panel->markers[m], build, is_there);
  }
  return HW_OK;
}
