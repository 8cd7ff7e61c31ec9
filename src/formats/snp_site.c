/* Where a SNP of a file lies, and whether its alleles are those of the panel's marker.
 *
 * Builds. Positions mean nothing without the build of the genome. Files rarely say it in words, but
 * the lengths of the chromosomes, which headers do tell, differ between any two builds.
 *
 * Alleles. A VCF gives alleles of the forward strand, the reference's first, and so does a panel. Two
 * things go wrong in practice, and both can be seen from the alleles:
 *
 *   exchanged   panel A/G, file G/A: somebody sorted the alleles, or the reference changed between
 *               builds. Likelihoods are re-indexed.
 *   flipped     panel A/G, file T/C: somebody took the other strand.
 *
 * For A/T and C/G the two look the same and mean the opposite: such a marker is left out unless the
 * file has it as it should be. In general: what is read as exchanged must not be readable as flipped,
 * and what is read as flipped must have no allele that is the panel's as it stands.
 *
 * Alleles "<*>" and "<NON_REF>" of gVCF stand for any allele that is not listed. */
#include "formats/snp_site.h"

#include <string.h>
#include <strings.h>

/* Genome Reference Consortium: chromosomes 1 … 22 and X of GRCh37 and GRCh38. */
static const int32_t lengths[HW_BUILD_COUNT][HW_PANEL_X] = {
    {249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022,
     141213431, 135534747, 135006516, 133851895, 115169878, 107349540, 102531392, 90354753,
     81195210,  78077248,  59128983,  63025520,  48129895,  51304566,  155270560},
    {248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636,
     138394717, 133797422, 135086622, 133275309, 114364328, 107043718, 101991189, 90338345,
     83257441,  80373285,  58617616,  64444167,  46709983,  50818468,  156040895}};

/* First and last base of the pseudo-autosomal regions of X. */
static const int32_t pseudoautosomal[HW_BUILD_COUNT][2][2] = {
    {{60001, 2699520}, {154931044, 155260560}}, {{10001, 2781479}, {155701383, 156030895}}};

int32_t hwp_snp_chromosome(const char *name) {
  if (strncasecmp(name, "chr", 3) == 0) name += 3;
  if ((name[0] == 'X' || name[0] == 'x') && name[1] == '\0') return HW_PANEL_X;
  if (name[0] < '1' || name[0] > '9') return 0;
  int32_t number = name[0] - '0';
  if (name[1] >= '0' && name[1] <= '9') number = 10 * number + (name++)[1] - '0';
  return name[1] == '\0' && number <= HW_PANEL_X ? number : 0;
}

int32_t hwp_snp_length(hw_build build, int32_t chromosome) {
  return lengths[build][chromosome - 1];
}

/* A part that does not stand inside a longer word: "lab37" is no build. */
static bool has_part(const char *text, const char *part) {
  const size_t n = strlen(part);
  bool is_inside = false;
  for (; *text != '\0'; text++) {
    if (!is_inside && strncasecmp(text, part, n) == 0) return true;
    is_inside = (*text >= '0' && *text <= '9') || (*text >= 'a' && *text <= 'z') ||
                (*text >= 'A' && *text <= 'Z');
  }
  return false;
}

hw_build hwp_snp_build_of(const char *text) {
  static const char *const parts[HW_BUILD_COUNT][6] = {
      {"GRCh37", "NCBI37", "hg19", "b37", "hs37", "v37"},
      {"GRCh38", "NCBI38", "hg38", "b38", "hs38", "v38"}};
  bool names[HW_BUILD_COUNT] = {false, false};
  for (int b = 0; b < HW_BUILD_COUNT; b++)
    for (size_t i = 0; i < sizeof parts[b] / sizeof *parts[b]; i++)
      names[b] = names[b] || has_part(text, parts[b][i]);
  if (names[HW_GRCH37] == names[HW_GRCH38]) return HW_BUILD_COUNT;
  return names[HW_GRCH37] ? HW_GRCH37 : HW_GRCH38;
}

bool hwp_snp_is_pseudoautosomal(hw_build build, int32_t chromosome, int32_t bp) {
  if (chromosome != HW_PANEL_X) return false;
  for (int i = 0; i < 2; i++)
    if (bp >= pseudoautosomal[build][i][0] && bp <= pseudoautosomal[build][i][1]) return true;
  return false;
}

/* --- alleles --- */

char hwp_snp_base(const char *allele) {
  static const char bases[] = "ACGTacgt";
  if (allele[0] == '\0' || allele[1] != '\0') return 0;
  const char *found = strchr(bases, allele[0]);
  return found != NULL ? bases[(found - bases) % 4] : 0;
}

static char other_strand(char base) {
  return base == 'A' ? 'T' : base == 'C' ? 'G' : base == 'G' ? 'C' : base == 'T' ? 'A' : '\0';
}

static bool is_symbolic(const char *allele) {
  return strcmp(allele, "<*>") == 0 || strcmp(allele, "<NON_REF>") == 0 ||
         strcmp(allele, "<X>") == 0;
}

static bool is_equal(const char *of_file, const char *of_marker, bool is_flipped) {
  if (!is_flipped) return strcasecmp(of_file, of_marker) == 0;
  const char base = hwp_snp_base(of_file);
  return base != 0 && of_marker[0] == other_strand(base) && of_marker[1] == '\0';
}

/* One reading of a record: where each allele of the marker stands. */
typedef struct reading {
  int32_t of_marker[HW_PANEL_MAX_ALLELES];
  int32_t n_found;   /* alleles of the marker that are listed */
  bool is_straight;  /* the reference is the marker's first, and one more is listed */
  bool is_reference; /* the reference is the marker's first */
  bool is_exchanged; /* the reference is another of the marker's, whose first is an alternate */
} reading;

static reading read_alleles(const hw_panel_marker *marker, int32_t n_alleles,
                            const char *const *alleles, bool is_flipped) {
  reading self = {.n_found = 0};
  bool is_reference_known = false;
  for (int32_t a = 0; a < marker->n_alleles; a++) {
    self.of_marker[a] = -1;
    for (int32_t f = 0; f < n_alleles && self.of_marker[a] < 0; f++)
      if (is_equal(alleles[f], marker->alleles[a], is_flipped)) self.of_marker[a] = f;
    self.n_found += self.of_marker[a] >= 0;
    is_reference_known = is_reference_known || self.of_marker[a] == 0;
  }
  self.is_reference = self.of_marker[0] == 0;
  self.is_straight = self.is_reference && self.n_found > 1;
  self.is_exchanged = is_reference_known && self.of_marker[0] > 0;
  return self;
}

static hw_snp_left accept(const hw_panel_marker *marker, const reading *as, int32_t symbolic,
                          bool is_swapped, bool is_flipped, hwp_snp_match *out) {
  *out = (hwp_snp_match){.is_swapped = is_swapped,
                         .is_flipped = is_flipped,
                         .has_symbolic = symbolic > 0,
                         .n_alleles = marker->n_alleles};
  for (int32_t a = 0; a < marker->n_alleles; a++)
    out->of_marker[a] = as->of_marker[a] >= 0 ? as->of_marker[a] : symbolic;
  return HW_SNP_LEFT_COUNT;
}

/* Alleles whose order says nothing: all that are needed are there, or the other strand's are. */
static hw_snp_left match_any_order(const hw_panel_marker *marker, const reading *same,
                                   const reading *other, int32_t n_alleles, hwp_snp_match *out) {
  if (same->n_found == n_alleles)
    return accept(marker, same, -1, same->of_marker[0] > 0, false, out);
  if (other->n_found == n_alleles && same->n_found == 0)
    return accept(marker, other, -1, other->of_marker[0] > 0, true, out);
  return other->n_found == n_alleles ? HW_SNP_LEFT_STRAND : HW_SNP_LEFT_ALTERNATE;
}

hw_snp_left hwp_snp_match_alleles(const hw_panel_marker *marker, int32_t n_alleles,
                                  const char *const *alleles, bool is_ordered, hwp_snp_match *out) {
  int32_t symbolic = -1;
  for (int32_t f = 1; f < n_alleles; f++)
    if (is_symbolic(alleles[f])) symbolic = f;
  if (strlen(alleles[0]) != strlen(marker->alleles[0])) return HW_SNP_LEFT_NOT_SNP;
  const reading same = read_alleles(marker, n_alleles, alleles, false);
  const reading other = read_alleles(marker, n_alleles, alleles, true);
  if (!is_ordered) return match_any_order(marker, &same, &other, n_alleles, out);
  const bool has_alternate = n_alleles > 1 + (symbolic > 0);
  if (same.is_straight || (same.is_reference && !has_alternate))
    return accept(marker, &same, symbolic, false, false, out);
  if (same.is_reference) return HW_SNP_LEFT_ALTERNATE;
  const bool can_flip = other.is_straight || other.is_exchanged;
  if (same.is_exchanged)
    return can_flip ? HW_SNP_LEFT_STRAND : accept(marker, &same, symbolic, true, false, out);
  if (!can_flip) return HW_SNP_LEFT_REFERENCE;
  if (same.n_found > 0) return HW_SNP_LEFT_STRAND;
  return accept(marker, &other, symbolic, other.is_exchanged, true, out);
}

hw_snp_left hwp_snp_match_new(int32_t n_alleles, const char *const *alleles, hwp_snp_match *out) {
  int32_t alternate = -1;
  if (hwp_snp_base(alleles[0]) == 0) return HW_SNP_LEFT_NOT_SNP;
  for (int32_t f = 1; f < n_alleles; f++) {
    if (is_symbolic(alleles[f])) continue;
    if (alternate > 0) return HW_SNP_LEFT_MULTIALLELIC;
    alternate = f;
  }
  if (alternate < 0) return HW_SNP_LEFT_NO_ALTERNATE;
  const char base = hwp_snp_base(alleles[alternate]);
  if (base == 0 || base == hwp_snp_base(alleles[0])) return HW_SNP_LEFT_NOT_SNP;
  *out = (hwp_snp_match){.n_alleles = 2, .of_marker = {0, alternate}};
  return HW_SNP_LEFT_COUNT;
}
