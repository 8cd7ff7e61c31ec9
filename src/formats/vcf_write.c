/* SNP profiles as VCF 4.2, plain text.
 *
 * A panel stands in the order of its genetic map, VCF in that of positions: markers are sorted
 * first. Genotypes are in the same order in both (VCF 4.2, section 1.6.2: a/b at b(b+1)/2 + a),
 * and a byte of a profile is a quarter of a phred unit, so PL is the byte over four, rounded. A
 * man's X is haploid: one PL for each allele. */
#include "formats/vcf_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/str.h"

/* A tab, a genotype, and two digits and a comma for each of the most likelihoods. */
enum { MOST_CELL = 16 + 3 * HW_PANEL_MAX_ALLELES * (HW_PANEL_MAX_ALLELES + 1) / 2 };

/* ---- markers by position ---- */

typedef struct place {
  int32_t chromosome, bp, marker;
} place;

static int compare(const void *a, const void *b) {
  const place *x = a, *y = b;
  if (x->chromosome != y->chromosome) return x->chromosome < y->chromosome ? -1 : 1;
  if (x->bp != y->bp) return x->bp < y->bp ? -1 : 1;
  return x->marker < y->marker ? -1 : x->marker > y->marker;
}

static hw_status sort_markers(const hw_vcf_writing *self, place *places, hw_err *err) {
  for (int32_t m = 0; m < self->panel->n_markers; m++) {
    const hw_panel_marker *marker = &self->panel->markers[m];
    places[m] = (place){marker->chromosome, marker->bp[self->build], m};
    if (places[m].bp == 0)
      return hw_err_set(
          err, HW_E_VALUE, "marker %s has no position on %s: give the panel its column %s",
          marker->name, hw_build_name(self->build), self->build == HW_GRCH37 ? "grch37" : "grch38");
  }
  qsort(places, (size_t)self->panel->n_markers, sizeof *places, compare);
  return HW_OK;
}

/* ---- rows ---- */

static void add_chromosome(hw_str *text, int32_t chromosome) {
  if (chromosome == HW_PANEL_X)
    hw_str_append(text, "X");
  else
    hw_str_append_format(text, "%d", (int)chromosome);
}

/* Genotype number of a/b. */
static int32_t number_of(int32_t a, int32_t b) {
  return b * (b + 1) / 2 + a;
}

/* A man's alleles on X. @return how many likelihoods, in `to` */
static int32_t take_single(const uint8_t *bytes, int32_t n_alleles, uint8_t *to) {
  uint8_t least = UINT8_MAX;
  for (int32_t a = 0; a < n_alleles; a++) {
    to[a] = bytes[number_of(a, a)];
    if (to[a] < least) least = to[a];
  }
  for (int32_t a = 0; a < n_alleles; a++) to[a] = (uint8_t)(to[a] - least);
  return n_alleles;
}

/* Writes a number below 100. Cells are many and short: no printf. @return behind it */
static char *put_number(char *to, int32_t number) {
  if (number >= 10) *to++ = (char)('0' + number / 10);
  *to++ = (char)('0' + number % 10);
  return to;
}

static char *put_genotype(char *to, int32_t best, bool is_single) {
  int32_t b = 0;
  if (best < 0) {
    *to++ = '.';
    if (is_single) return to;
    *to++ = '/';
    *to++ = '.';
  } else if (is_single) {
    to = put_number(to, best);
  } else {
    while (number_of(0, b + 1) <= best) b++;
    to = put_number(to, best - number_of(0, b));
    *to++ = '/';
    to = put_number(to, b);
  }
  return to;
}

static void add_cell(hw_str *text, const hw_vcf_writing *self, int32_t m,
                     const hw_snp_profile *profile) {
  const hw_panel_marker *marker = &self->panel->markers[m];
  const bool is_single = marker->chromosome == HW_PANEL_X && profile->sex == HW_MALE;
  const uint8_t *bytes = profile->bytes + self->panel->first_genotype[m];
  uint8_t single[HW_PANEL_MAX_ALLELES];
  char cell[MOST_CELL], *to = cell;
  int32_t n = self->panel->first_genotype[m + 1] - self->panel->first_genotype[m];
  if (is_single) {
    n = take_single(bytes, marker->n_alleles, single);
    bytes = single;
  }
  bool is_known = false;
  for (int32_t g = 0; g < n; g++) is_known = is_known || bytes[g] != 0;
  *to++ = '\t';
  if (self->has_calls) {
    to = put_genotype(to, is_known ? hw_snp_best(bytes, n, 1) : -1, is_single);
    *to++ = ':';
  }
  if (!is_known) *to++ = '.';
  for (int32_t g = 0; is_known && g < n; g++) {
    if (g > 0) *to++ = ',';
    to = put_number(to, (bytes[g] + 2) / 4);
  }
  hw_str_append_bytes(text, cell, (size_t)(to - cell));
}

static void add_row(hw_str *text, const hw_vcf_writing *self, const place *at, int32_t n_profiles,
                    const hw_snp_profile *profiles) {
  const hw_panel_marker *marker = &self->panel->markers[at->marker];
  add_chromosome(text, at->chromosome);
  hw_str_append_format(text, "\t%d\t%s\t%s\t", (int)at->bp, marker->name, marker->alleles[0]);
  for (int32_t a = 1; a < marker->n_alleles; a++)
    hw_str_append_format(text, a > 1 ? ",%s" : "%s", marker->alleles[a]);
  hw_str_append_format(text, "\t.\t.\t.\t%s", self->has_calls ? "GT:PL" : "PL");
  for (int32_t i = 0; i < n_profiles; i++) add_cell(text, self, at->marker, &profiles[i]);
  hw_str_append(text, "\n");
}

/* ---- the whole ---- */

static hw_status add_header(hw_str *text, const hw_vcf_writing *self, int32_t n_profiles,
                            const hw_snp_profile *profiles, hw_err *err) {
  hw_str_append(text, "##fileformat=VCFv4.2\n");
  if (self->source != NULL) hw_str_append_format(text, "##source=%s\n", self->source);
  hw_str_append_format(text, "##reference=%s\n", hw_build_name(self->build));
  for (int32_t m = 0, before = 0; m < self->panel->n_markers; m++) {
    if (self->panel->markers[m].chromosome == before) continue;
    before = self->panel->markers[m].chromosome;
    hw_str_append(text, "##contig=<ID=");
    add_chromosome(text, before);
    hw_str_append(text, ">\n");
  }
  if (self->has_calls)
    hw_str_append(text, "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n");
  hw_str_append(text, "##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"Phred-scaled genotype "
                      "likelihoods\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT");
  for (int32_t i = 0; i < n_profiles; i++) {
    if (profiles[i].id[strcspn(profiles[i].id, "\t\r\n")] != '\0')
      return hw_err_set(err, HW_E_VALUE, "the id of profile %d has a tab or a line end",
                        (int)i + 1);
    hw_str_append_format(text, "\t%s", profiles[i].id);
  }
  hw_str_append(text, "\n");
  return HW_OK;
}

/* Hands over what is written and empties it. */
static hw_status flush(hw_str *text, FILE *out, hw_err *err) {
  if (hw_str_status(text) != HW_OK) return HW_NO_MEMORY(err, "a row of VCF");
  if (fwrite(hw_str_text(text), 1, text->length, out) != text->length)
    return hw_err_set(err, HW_E_IO, "cannot write the VCF: %s", strerror(errno));
  text->length = 0;
  return HW_OK;
}

hw_status hw_vcf_write(const hw_vcf_writing *self, int32_t n_profiles,
                       const hw_snp_profile *profiles, FILE *out, hw_err *err) {
  hw_str text = HW_STR_INIT;
  place *places = calloc((size_t)self->panel->n_markers + 1, sizeof *places);
  hw_status status = places != NULL ? HW_OK : HW_NO_MEMORY(err, "the order of a panel");
  if (status == HW_OK) status = sort_markers(self, places, err);
  if (status == HW_OK) status = add_header(&text, self, n_profiles, profiles, err);
  if (status == HW_OK) status = flush(&text, out, err);
  for (int32_t m = 0; m < self->panel->n_markers && status == HW_OK; m++) {
    add_row(&text, self, &places[m], n_profiles, profiles);
    status = flush(&text, out, err);
  }
  if (status == HW_OK && (fflush(out) != 0 || ferror(out)))
    status = hw_err_set(err, HW_E_IO, "cannot write the VCF: %s", strerror(errno));
  hw_str_clear(&text);
  free(places);
  return status;
}
