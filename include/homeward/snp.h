/** @file
 * What is known of one person's genotypes at a panel: likelihoods, one byte each.
 *
 * For genotype g of a marker the byte is −40 log10 of P(data | g) over the largest of its
 * marker, rounded: quarters of a phred unit, 255 = 63.75 phred or more. All bytes of a marker
 * zero = nothing is known there. Files that give whole phred units (PL of a VCF) are kept as
 * they are; rounding changes a likelihood by 3 % at most.
 *
 * Genotype a/b with a ≤ b stands at b(b+1)/2 + a of its marker; on X a male's allele a is a/a.
 *
 * Example:
 * @code
 *   uint8_t *bytes = calloc(panel->first_genotype[panel->n_markers], 1);
 *   hw_snp_call_set(2, 0, 1, &error, bytes + panel->first_genotype[m]);      // called A/G
 *   hw_snp_profile bone = {.id = "S1", .sex = HW_MALE, .bytes = bytes};
 *   hw_snp_likelihoods(bytes, n, floats);                                    // for linked.h
 * @endcode
 */
#ifndef HOMEWARD_SNP_H
#define HOMEWARD_SNP_H

#include "homeward/panel.h"
#include "homeward/pedigree.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Units of a byte: −HW_SNP_UNITS·log10. */
#define HW_SNP_UNITS 40

typedef struct hw_snp_profile {
  const char *id;
  hw_sex sex;
  const uint8_t *bytes; /**< panel->first_genotype[n_markers] of them; of each marker one is 0 */
} hw_snp_profile;

/** Likelihoods of bytes: 10^(−byte/40), the same on every machine. */
HW_API void hw_snp_likelihoods(const uint8_t *bytes, int64_t n, float *likelihoods);
/** Bytes of one marker's likelihoods, any scale; all equal, none positive or not finite = nothing is
 * known. */
HW_API void hw_snp_bytes(const double *likelihoods, int32_t n_genotypes, uint8_t *bytes);

/** How a platform errs where it calls genotypes. */
typedef struct hw_snp_error {
  double allele;  /**< probability that one allele is read as another (evenly) */
  double dropout; /**< probability that a heterozygote is called as either homozygote */
} hw_snp_error;
/** P(call | genotype) of a called genotype a/b, for all genotypes of a marker of @p n_alleles, as
 * bytes: dropout first, then an error in each allele. */
HW_API void hw_snp_call_set(int32_t n_alleles, int32_t a, int32_t b, const hw_snp_error *error,
                            uint8_t *bytes);
/** Best genotype of a marker's bytes, or −1 where none is better by @p margin units than all others.
 */
HW_API int32_t hw_snp_best(const uint8_t *bytes, int32_t n_genotypes, int32_t margin);
/** Markers where something is known. */
HW_API int32_t hw_snp_count_known(const hw_panel *panel, const uint8_t *bytes);

/** Writes a profile as text for storage: for each marker "." where nothing is known, else two
 * hexadecimal digits for each genotype. @return a string to be freed, or NULL: memory */
HW_API char *hw_snp_format(const hw_panel *panel, const uint8_t *bytes);
/** Reads it back. @param bytes [out] panel->first_genotype[n_markers]
 * @return HW_OK; HW_E_SYNTAX with the marker; HW_E_SHAPE (too short, too long) */
HW_API HW_MUST_CHECK hw_status hw_snp_parse(const hw_panel *panel, const char *text, uint8_t *bytes,
                                            hw_err *err);

/** What of linkage disequilibrium is let stand. */
typedef struct hw_snp_pruning {
  double max_r2; /**< 0 … 1 */
  double
      window_cm; /**< pairs farther apart are not looked at; mean of both maps, on X the female */
  int32_t population; /**< whose frequencies tell what a marker is worth, and help to read uncertain
                           genotypes; HW_PANEL_NONE = those of the profiles */
} hw_snp_pruning;

/** Drops markers that say again what a neighbour says: in the order of the map, the less informative
 * one (by expected heterozygosity; of equals the later one) of each pair whose r² among the profiles
 * is above the limit. r² is the squared correlation of allele counts (Rogers & Huff 2009), which
 * needs no phase; counts are means of what the likelihoods leave open, and r² is divided by how well
 * they are known. Pairs that fewer than four profiles share are let stand.
 * @param profiles  of unrelated persons of one population; some dozens
 * @param chosen    [out] room for all markers: the kept ones, ascending, for hw_panel_select
 * @return HW_OK; HW_E_SHAPE (fewer than four profiles); HW_E_VALUE (a number out of range, a marker
 *         without a place on the map, with its name); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_panel_prune(const hw_panel *panel, int32_t n_profiles,
                                              const hw_snp_profile *profiles,
                                              const hw_snp_pruning *pruning, int32_t *chosen,
                                              int32_t *n_chosen, hw_err *err);

/** The panel with one more population: frequencies under Hardy–Weinberg that make the profiles most
 * likely (EM over genotypes), each allele counted @p pseudo_count times more than seen:
 * (x + c) / (N + c K), N alleles observed (a male has one on X). Where nothing is known of a marker
 * its frequencies are not either.
 * @param profiles      of unrelated persons of the population
 * @param pseudo_count  above 0, so that no allele is impossible; 0.5 is usual
 * @param out           [out] free with hw_panel_delete; NULL on failure
 * @return HW_OK; HW_E_SHAPE (no profiles); HW_E_VALUE; HW_E_DUPLICATE (the name); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_panel_estimate(const hw_panel *panel, int32_t n_profiles,
                                                 const hw_snp_profile *profiles, const char *name,
                                                 double pseudo_count, hw_panel **out, hw_err *err);

#ifdef __cplusplus
}
#endif
#endif
