/** @file
 * Genotype likelihoods as ANGSD writes them for BEAGLE: one site a row, three likelihoods for each
 * individual, plain or compressed.
 *
 *     marker    allele1 allele2 Ind0     Ind0     Ind0     Ind1 …
 *     1_723918  2       0       0.984616 0.015384 0.000000 0.800003 …
 *
 * The marker is chromosome and position; alleles are A, C, G, T, or 0 to 3 for them; likelihoods are
 * those of two copies of the first allele, one of each, two of the second. Nothing tells the build
 * of the genome, so that whoever reads the file must.
 *
 * Example:
 * @code
 *   const hw_beagle_options options = {.build = HW_GRCH37, .frequencies = "sites.freq.gz",
 *                                      .population = "LWK"};
 *   hw_snp_file file = {0};
 *   HW_TRY(hw_beagle_read("sites.beagle.gz", NULL, &options, &file, err));
 *   hw_snp_file_clear(&file);
 * @endcode
 */
#ifndef HW_FORMATS_BEAGLE_H
#define HW_FORMATS_BEAGLE_H

#include "formats/snp_file.h"

typedef struct hw_beagle_options {
  hw_build build;
  int32_t n_persons; /**< 0 = all individuals of the file, sex unknown */
  const hw_snp_person *persons;
  const char *panel_name; /**< of a new panel; NULL = "" */
  const char *panel_source;
  const char *population; /**< of a new panel; NULL = none */
  const char
      *frequencies; /**< file with one frequency of the second allele for each row; NULL = they
                                are estimated from all individuals of the file */
} hw_beagle_options;

/** Reads a file ("-" = standard input).
 *
 * The alleles must be the marker's, in either order, since the first is the frequenter one and not
 * the reference's; flipped ones are accepted where that is beyond doubt, and counted. In a new panel
 * the file's first allele is the first.
 *
 * @param panel    borrowed until the file is cleared; NULL = make one, as hw_vcf_read does
 * @param options  the build must be set
 * @param out      [out] free with hw_snp_file_clear; empty on failure
 * @return HW_OK; HW_E_SYNTAX, HW_E_VALUE, HW_E_SHAPE (fields of a row, rows of the frequencies);
 *         HW_E_DUPLICATE (a site twice); HW_E_REFERENCE (an individual that the file has not);
 *         HW_E_UNSUPPORTED (frequencies beside a panel); HW_E_NOT_FOUND, HW_E_DENIED, HW_E_IO;
 *         HW_E_NO_MEMORY; with file and line */
HW_MUST_CHECK hw_status hw_beagle_read(const char *path, const hw_panel *panel,
                                       const hw_beagle_options *options, hw_snp_file *out,
                                       hw_err *err);
/** The same from memory, where options->frequencies is the text itself; @p name stands for the file
 * in messages. */
HW_MUST_CHECK hw_status hw_beagle_parse(const char *bytes, size_t n_bytes, const char *name,
                                        const hw_panel *panel, const hw_beagle_options *options,
                                        hw_snp_file *out, hw_err *err);

#endif
