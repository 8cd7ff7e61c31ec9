/** @file
 * A new panel from the sites of a file, with the profiles that stand in it.
 *
 * How many sites a file has is known at its end; until then the profiles wait in chunks, and at the
 * end each chunk goes to its place and is freed, so that memory holds them once.
 *
 * Example:
 * @code
 *   hwp_snp_maker maker = {7, 1, "lines", &out->arena};
 *   HW_TRY(hwp_snp_maker_add(&maker, &site, bytes, frequencies, err));      // for every site
 *   HW_TRY(hwp_snp_maker_finish(&maker, build, "", "", populations, out, &number, err));
 *   hwp_snp_maker_clear(&maker);
 * @endcode
 */
#ifndef HW_FORMATS_SNP_MAKE_H
#define HW_FORMATS_SNP_MAKE_H

#include "formats/snp_file.h"

/** A biallelic SNP of the file. */
typedef struct hwp_snp_site {
  int32_t chromosome, bp;
  uint64_t number; /**< line or record of the file */
  char alleles[2]; /**< A, C, G, T */
  const char *id;  /**< NULL = named after its position; copied */
} hwp_snp_site;

/** Set the first members, zero the rest. */
typedef struct hwp_snp_maker {
  int32_t n_profiles, n_populations;
  const char *unit;    /**< of the numbers of sites, in messages: "lines" */
  hw_arena *arena;     /**< of the names */
  int32_t n, capacity; /**< private from here on */
  hwp_snp_site *sites;
  double *frequencies; /**< of the first allele: n_populations for each site */
  int32_t n_chunk;     /**< sites of a chunk */
  int32_t chunk_capacity;
  uint8_t **chunks; /**< per site n_profiles × 3 */
} hwp_snp_maker;

/** Adds a site. @param bytes  n_profiles × 3  @param frequencies  of the first allele by population,
 * NaN = not known
 * @return HW_OK; HW_E_VALUE (more sites than a panel may have); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_snp_maker_add(hwp_snp_maker *self, const hwp_snp_site *site,
                                          const uint8_t *bytes, const double *frequencies,
                                          hw_err *err);
/** Makes the panel, one centimorgan per million bases, and the profiles' bytes.
 * @param populations  their names and numbers; frequencies are those that were added
 * @param number  [out] the line or record of a site that stands twice
 * @return HW_OK; HW_E_DUPLICATE (a site twice); HW_E_SHAPE (no site); as hw_panel_new and
 *         hwp_snp_file_make_room */
HW_MUST_CHECK hw_status hwp_snp_maker_finish(hwp_snp_maker *self, hw_build build, const char *name,
                                             const char *source,
                                             const hw_panel_population *populations,
                                             hw_snp_file *out, uint64_t *number, hw_err *err);
/** Frees everything; a zeroed one is allowed. */
void hwp_snp_maker_clear(hwp_snp_maker *self);

/** Values of a byte, and the likelihoods they stand for, for hwp_snp_frequency. */
#define HWP_SNP_BYTES 256
void hwp_snp_weights(double of[HWP_SNP_BYTES]);
/** Frequency of the second allele, by maximum likelihood over the persons' genotype likelihoods
 * under Hardy–Weinberg proportions, at least half a copy of either.
 * @param bytes  n × 3  @param is_single  persons with one copy; NULL = none
 * @return NaN where nothing is known of anybody. @param n_known  [out] persons; may be NULL */
double hwp_snp_frequency(const double of[HWP_SNP_BYTES], int32_t n, const uint8_t *bytes,
                         const bool *is_single, int32_t *n_known);

#endif
