/** @file
 * What a file of SNP genotypes gave: profiles at the markers of a panel, and an account of what was
 * left out. VCF, BCF (vcf.h) and genotype likelihoods of ANGSD (beagle.h) are read into it.
 *
 * Example:
 * @code
 *   hw_snp_file file = {0};
 *   if (hw_vcf_read("bones.vcf.gz", panel, NULL, &file, &err) == HW_OK)
 *     for (int i = 0; i < HW_SNP_LEFT_COUNT; i++)
 *       printf("%llu: %s\n", file.report.left[i].n, hw_snp_left_text(i));
 *   hw_snp_file_clear(&file);
 * @endcode
 */
#ifndef HW_FORMATS_SNP_FILE_H
#define HW_FORMATS_SNP_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "homeward/snp.h"

/** Names kept of what was left out, for each reason. */
#define HW_SNP_NAMED 5
/** Most samples read from one file, and most bytes of their profiles together. */
#define HW_SNP_MAX_SAMPLES 200000
#define HW_SNP_MAX_BYTES ((size_t)16 << 30)

/** A sample to be read, by its name in the file. */
typedef struct hw_snp_person {
  const char *id;
  hw_sex sex; /**< matters on X */
} hw_snp_person;

/** Why a record of the file has no place in the profiles. */
typedef enum hw_snp_left {
  HW_SNP_LEFT_SEQUENCE = 0,    /**< Y, mitochondrial, or a sequence that is no chromosome */
  HW_SNP_LEFT_PSEUDOAUTOSOMAL, /**< of X, where it recombines with Y */
  HW_SNP_LEFT_OFF_PANEL,       /**< no marker of the panel at that position */
  HW_SNP_LEFT_NOT_SNP,         /**< not alleles of the marker's length */
  HW_SNP_LEFT_MULTIALLELIC,    /**< more than one alternate, where a panel is made of the file */
  HW_SNP_LEFT_NO_ALTERNATE,    /**< none, where a panel is made of the file */
  HW_SNP_LEFT_REFERENCE,       /**< the reference allele is not the panel's */
  HW_SNP_LEFT_STRAND,          /**< exchanged or on the other strand: it cannot be told */
  HW_SNP_LEFT_ALTERNATE,       /**< none of its alternates is the panel's */
  HW_SNP_LEFT_NO_FIELD,        /**< no field of genotypes that is wanted */
  HW_SNP_LEFT_COUNT
} hw_snp_left;

/** The reason in words. */
const char *hw_snp_left_text(hw_snp_left reason);

/** A number, and the first few of those that were counted. */
typedef struct hw_snp_tally {
  uint64_t n;
  int32_t n_named;
  const char *named[HW_SNP_NAMED];
} hw_snp_tally;

/** Where genotypes stand in a file. */
typedef enum hw_snp_field {
  HW_SNP_PL = 0,      /**< phred likelihoods */
  HW_SNP_GL,          /**< log10 likelihoods */
  HW_SNP_GP,          /**< posterior probabilities, the prior divided out */
  HW_SNP_GT,          /**< calls */
  HW_SNP_LIKELIHOODS, /**< likelihoods of a BEAGLE file */
  HW_SNP_FIELD_COUNT
} hw_snp_field;

typedef struct hw_snp_report {
  hw_build build;
  uint64_t n_records;
  uint64_t n_matched; /**< records that are markers of the panel */
  uint64_t n_swapped; /**< of these: reference and alternate exchanged */
  uint64_t n_flipped; /**< of these: alleles of the other strand */
  hw_snp_tally left[HW_SNP_LEFT_COUNT];
  hw_snp_tally absent;                   /**< markers of the panel that the file has not */
  uint64_t n_values[HW_SNP_FIELD_COUNT]; /**< genotypes of samples that are known, by field */
  uint64_t n_dropped; /**< the best genotype had an allele that the panel lacks */
  uint64_t n_partial; /**< some values missing among those of one genotype: nothing is known */
  uint64_t n_ploidy;  /**< one copy where two are expected, or more than two: nothing is known */
  uint64_t n_male_heterozygous; /**< on X of a male: what is known of the homozygotes is kept */
  uint64_t n_renamed; /**< markers of a new panel whose id stood twice: named after the position */
  const int32_t *n_known; /**< per profile: markers where something is known */
} hw_snp_report;

/** Zero it before reading; free with hw_snp_file_clear. */
typedef struct hw_snp_file {
  const hw_panel *panel; /**< the one that was given, or `new_panel` */
  hw_panel *new_panel;   /**< made of the file; NULL if one was given. Who wants to keep it takes it
                              and sets it NULL */
  int32_t n_profiles;
  const hw_snp_profile *profiles;
  hw_snp_report report;
  uint8_t *bytes; /**< private: of all profiles */
  hw_arena arena;
} hw_snp_file;

/** Frees everything; a zeroed struct is allowed. */
void hw_snp_file_clear(hw_snp_file *self);

/* --- for the readers --- */

/** Counts, and keeps a name if it is one of the first. @return HW_OK; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_snp_tally_add(hw_arena *arena, hw_snp_tally *tally, hw_err *err,
                                          const char *format, ...) HW_PRINTF(4, 5);
/** Room for the profiles of a panel, where nothing is known yet. `n_profiles` must be set.
 * @return HW_OK; HW_E_VALUE (more than HW_SNP_MAX_BYTES); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_snp_file_make_room(hw_snp_file *self, const hw_panel *panel,
                                               hw_err *err);
/** Sets the profiles of these persons and counts what is known.
 * @param sexes  NULL = unknown. Ids are copied */
HW_MUST_CHECK hw_status hwp_snp_file_finish(hw_snp_file *self, const char *const *ids,
                                            const hw_sex *sexes, hw_err *err);
/** Counts the markers of the panel that were not met. @param met  per marker, not 0 = met */
HW_MUST_CHECK hw_status hwp_snp_file_count_absent(hw_snp_file *self, const uint64_t *met,
                                                  hw_err *err);

#endif
