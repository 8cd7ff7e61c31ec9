/** @file
 * Where a SNP of a file lies: chromosomes by their many names, builds of the genome, alleles of the
 * file and of the panel.
 *
 * Example:
 * @code
 *   hwp_snp_chromosome("chrX") == HW_PANEL_X;
 *   hwp_snp_length(HW_GRCH38, 1) == 248956422;
 * @endcode
 */
#ifndef HW_FORMATS_SNP_SITE_H
#define HW_FORMATS_SNP_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/snp_file.h"
#include "homeward/panel.h"

/** Chromosome of a sequence's name: "7", "chr7", "X", "chr23"; 0 = none that panels know. */
int32_t hwp_snp_chromosome(const char *name);
/** Length of a chromosome 1 … 23 in bases. */
int32_t hwp_snp_length(hw_build build, int32_t chromosome);
/** Build that a text names ("GRCh37", "hg19", "b37", "hs37d5", "GRCh38", "hg38" …).
 * @return HW_BUILD_COUNT if it names none, or both */
hw_build hwp_snp_build_of(const char *text);
/** True for what recombines with Y: there X behaves like an autosome. */
bool hwp_snp_is_pseudoautosomal(hw_build build, int32_t chromosome, int32_t bp);
/** The base A, C, G or T of a text of one letter of either case; 0 = it is none. */
char hwp_snp_base(const char *allele);

/** How alleles of a file are those of a marker. */
typedef struct hwp_snp_match {
  bool is_swapped, is_flipped;
  bool has_symbolic; /**< of_marker points to "any other allele" for what is not listed */
  int32_t n_alleles; /**< of the marker */
  int32_t of_marker[HW_PANEL_MAX_ALLELES]; /**< per allele of the marker that of the file; −1 = not
                                                listed */
} hwp_snp_match;

/** Finds the marker's alleles in a record's.
 * @param is_ordered  the first allele of the file is the reference's; false: any order
 * @return HW_SNP_LEFT_COUNT if they are found, else why not */
hw_snp_left hwp_snp_match_alleles(const hw_panel_marker *marker, int32_t n_alleles,
                                  const char *const *alleles, bool is_ordered, hwp_snp_match *out);
/** The same of a marker yet to be made: one reference and one alternate base. */
hw_snp_left hwp_snp_match_new(int32_t n_alleles, const char *const *alleles, hwp_snp_match *out);

#endif
