/** @file
 * Genotypes and genotype likelihoods of VCF and BCF files, as bytes of hw_snp_profile.
 *
 * With a panel, records are matched to its markers by position and alleles; without one, every
 * biallelic SNP of the file becomes a marker of a new panel.
 *
 * Example:
 * @code
 *   const hw_snp_person persons[] = {{"S1", HW_MALE}, {"S2", HW_FEMALE}};
 *   const hw_vcf_options options = {.n_persons = 2, .persons = persons};
 *   hw_snp_file file = {0};
 *   HW_TRY(hw_vcf_read("bones.vcf.gz", panel, &options, &file, err));
 *   use(file.profiles[0].bytes);
 *   hw_snp_file_clear(&file);
 * @endcode
 */
#ifndef HW_FORMATS_VCF_H
#define HW_FORMATS_VCF_H

#include "formats/snp_file.h"

/** Which field of a record is read. */
typedef enum hw_vcf_choice {
  HW_VCF_BEST = 0, /**< per sample the first that is not missing of PL, GL, GP, GT */
  HW_VCF_PL,
  HW_VCF_GL,
  HW_VCF_GP,
  HW_VCF_GT
} hw_vcf_choice;

/** The prior that posteriors (GP) hold, which is divided out. */
typedef enum hw_vcf_prior {
  HW_VCF_PRIOR_NOT_TOLD = 0,   /**< GP is refused */
  HW_VCF_PRIOR_FLAT,           /**< all genotypes alike: GP is the likelihood */
  HW_VCF_PRIOR_HARDY_WEINBERG, /**< proportions of a population of the panel */
} hw_vcf_prior;

/** A population of a new panel. */
typedef struct hw_vcf_population {
  const char *name;
  const char *source;   /**< NULL = "" */
  const char *info_tag; /**< frequency of the alternate alleles in INFO ("AF"); NULL = estimated */
  int32_t n_samples;    /**< of whom it is estimated; 0 = of all that are read */
  const char *const *samples; /**< names in the file; they need not be among the persons read */
} hw_vcf_population;

/** How a call is taken of which the file does not tell the quality. */
#define HW_VCF_ERROR_ALLELE 0.001
#define HW_VCF_ERROR_DROPOUT 0.001
/** Least value of a posterior: what is written as 0 was rounded. */
#define HW_VCF_LEAST_POSTERIOR 0.001

/** Choices; NULL or a zeroed struct: all samples, sex unknown, build of the header. */
typedef struct hw_vcf_options {
  const hw_build *build; /**< NULL = as the header says */
  int32_t n_persons;     /**< 0 = all samples of the file */
  const hw_snp_person *persons;
  hw_vcf_choice choice;
  const hw_snp_error *error; /**< of calls (GT), whatever GQ says; NULL = by GQ, and without it
                                  HW_VCF_ERROR_ALLELE and HW_VCF_ERROR_DROPOUT */
  hw_vcf_prior prior;
  int32_t prior_population; /**< of the panel, for HW_VCF_PRIOR_HARDY_WEINBERG */
  const char *panel_name;   /**< of a new panel; NULL = "" */
  const char *panel_source;
  int32_t n_populations; /**< of a new panel */
  const hw_vcf_population *populations;
} hw_vcf_options;

/** Reads a file ("-" = standard input): VCF, plain or compressed, or BCF.
 *
 * - A record's alleles must be the marker's. Exchanged and flipped ones are accepted where that is
 *   beyond doubt, and counted; all others are left out, counted by reason.
 * - A marker twice in the file is an error that names both records.
 * - Alleles that the panel lacks: their genotypes are dropped. Alleles that the file does not list
 *   are supported no better than the least supported that it does.
 * - GT with GQ: P(call | its genotype) = 1 − 10^(−GQ/10), the rest evenly.
 * - On X a single copy is the homozygote's; of males heterozygotes do not count. A single copy
 *   elsewhere tells nothing, and is counted.
 *
 * @param panel  borrowed until the file is cleared; NULL = make one: alleles as the file has them, 1
 *               cM per million bases, named by id or "CHROMOSOME_POSITION"
 * @param out    [out] free with hw_snp_file_clear; empty on failure
 * @return HW_OK; HW_E_SYNTAX (not VCF, damaged, cut off); HW_E_VALUE (a number out of range);
 *         HW_E_SHAPE (as many values as no genotype has; no samples); HW_E_DUPLICATE (a marker
 *         twice, a sample chosen twice); HW_E_REFERENCE (a sample or INFO field that the file has
 *         not); HW_E_CONFLICT (the build is not the header's); HW_E_UNSUPPORTED (build not told, or
 *         GP of which the prior is not told); HW_E_NOT_FOUND, HW_E_DENIED, HW_E_IO;
 *         HW_E_NO_MEMORY; with file and line */
HW_MUST_CHECK hw_status hw_vcf_read(const char *path, const hw_panel *panel,
                                    const hw_vcf_options *options, hw_snp_file *out, hw_err *err);
/** The same from memory; @p name stands for the file in messages. */
HW_MUST_CHECK hw_status hw_vcf_parse(const char *bytes, size_t n_bytes, const char *name,
                                     const hw_panel *panel, const hw_vcf_options *options,
                                     hw_snp_file *out, hw_err *err);

#endif
