/** @file
 * Synthetic families at a panel of SNPs: crossovers, platforms, reads, lineages.
 *
 * Alleles of founders come from a population's frequencies, marker by marker, and go down the
 * pedigree along whole chromosomes: crossovers fall as a Poisson process on the female or male map
 * (Haldane 1919, no interference), the model of linked.h. What a laboratory sees of them is
 * drawn from the models of snp.h and reads.h, so that likelihoods can be tested against data whose
 * truth is known.
 *
 * Streams are split by purpose, chromosome and person (homeward/random.h): a seed gives the
 * same data everywhere, and a stream that is given is never advanced.
 *
 * Example: a bone read once a site.
 * @code
 *   s = hw_simulate_haplotypes(&pedigree, sexes, panel, population, 0, &stream, alleles, &err);
 *   const hw_sequencing run = {.coverage = 1, .error = 0.01, .source = population};
 *   const uint8_t *own = alleles + 2 * (size_t)who * (size_t)panel->n_markers;
 *   s = hw_simulate_likelihoods(panel, own, &run, NULL, &stream, bytes, &err);
 * @endcode
 */
#ifndef HOMEWARD_SIMULATE_SNP_H
#define HOMEWARD_SIMULATE_SNP_H

#include <stdbool.h>
#include <stdio.h>

#include "homeward/random.h"
#include "homeward/reads.h"
#include "homeward/simulate.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- genes --- */

/** The paternal allele of a male on X: there is none. */
#define HW_NO_SNP_ALLELE ((uint8_t)255)

/** Alleles of a family at a panel.
 *
 * Founder alleles are drawn from one Pólya urn a marker, as hw_simulate_drop has it; a parent who
 * is not in the pedigree gives a founder's chromosome. Persons of a twin group share theirs. On X
 * there is no crossover in men. No mutation.
 *
 * @param sexes    n_persons, none unknown (hw_simulate_sexes)
 * @param alleles  [out] n_persons × n_markers × 2: paternal, maternal allele; HW_NO_SNP_ALLELE as
 *                 the paternal one of a male on X
 * @return HW_OK; HW_E_VALUE (a marker without a place on the map or without frequencies, theta out
 *         of range); HW_E_PEDIGREE; HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_simulate_haplotypes(const hw_pedigree *pedigree,
                                                      const hw_sex *sexes, const hw_panel *panel,
                                                      int32_t population, double theta,
                                                      const hw_random *stream, uint8_t *alleles,
                                                      hw_err *err);

/* --- what is seen of one person; `alleles` are her n_markers × 2 --- */

/** Called genotypes of an array or of deep sequencing: dropout of a heterozygote to either of its
 * alleles, then an error in each allele, then markers that were not called.
 * @param missing  share of markers without a call
 * @param bytes    [out] of the calls, by hw_snp_call_set with the same error */
HW_API HW_MUST_CHECK hw_status hw_simulate_calls(const hw_panel *panel, const uint8_t *alleles,
                                                 const hw_snp_error *error, double missing,
                                                 const hw_random *stream, uint8_t *bytes,
                                                 hw_err *err);

/** How a sample is sequenced. */
typedef struct hw_sequencing {
  double coverage;      /**< mean bases over a site (Poisson); half of it over X of a male */
  double error;         /**< P(a base is read as another one) */
  hw_reads_model model; /**< library, damage, contamination, reference bias, drop-in */
  int32_t source;       /**< population of the panel, of the contaminant and of dropped-in bases */
  const uint8_t *contaminant; /**< the contaminant's n_markers × 2 alleles; NULL = every
                                   contaminating base is of somebody else of the source */
  double fragment_bp;         /**< mean length of a fragment; 0 = 60 */
} hw_sequencing;

/** Bases over the sites of a panel, one fragment each, of forward or reverse strand; none over
 * markers whose alleles are not single bases. The base error is rounded to a whole phred number,
 * the quality that is written.
 * @param pileup  [out] free with hw_pileup_delete
 * @return HW_OK; HW_E_VALUE (a number out of range); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_simulate_reads(const hw_panel *panel, const uint8_t *alleles,
                                                 const hw_sequencing *run, const hw_random *stream,
                                                 hw_pileup **pileup, hw_err *err);

/** Genotype likelihoods of a person read at low coverage, without bases: each read shows one
 * allele, or with run->error any other one of the marker. Damage is not part of it.
 * @param assumed  the likelihood's error, contamination, bias and drop-in, if they are not those of
 *                 @p run; its contaminant is not known to it, only the source; NULL = as run
 * @param bytes    [out] panel->first_genotype[n_markers] */
HW_API HW_MUST_CHECK hw_status hw_simulate_likelihoods(
    const hw_panel *panel, const uint8_t *alleles, const hw_sequencing *run,
    const hw_sequencing *assumed, const hw_random *stream, uint8_t *bytes, hw_err *err);

/* --- lineages --- */

/** Y markers that have names. */
#define HW_SIMULATED_Y_MARKERS 25

/** Synthetic founders of lines and how lines change. Zeroed members = the defaults. */
typedef struct hw_simulated_lines {
  int32_t n_y_markers;        /**< 0 = 17; at most 64 */
  int32_t n_founders;         /**< haplotypes of each pool; 0 = 400 */
  double y_rate_per_meiosis;  /**< one repeat up or down, each marker; 0 = 0.002, an assumption */
  double mt_rate_per_meiosis; /**< one base more differs; 0 = 0.004, an assumption */
} hw_simulated_lines;

/** Lines of a family. */
typedef struct hw_lineages {
  int32_t n_y_markers;
  const int32_t *y;      /**< n_persons × n_y_markers repeats; −1 of women. DYS389II is told as
                              kits do, with the DYS389I that it contains */
  const char *const *mt; /**< n_persons lists of differences, as hw_mt_parse reads them, over
                              HW_SIMULATED_MT_RANGES */
  void *storage;         /**< private */
} hw_lineages;
#define HW_SIMULATED_MT_RANGES "16024-16365 73-340"

/** Y haplotypes from father to son, by steps of one repeat, and mtDNA from mother to child, by
 * transitions, from pools of founders that the seed of @p pool makes: a few clusters around
 * centres, as in populations. A parent who is not in the pedigree begins a line. Free with
 * hw_lineages_delete.
 * @param pool  the same stream for every family of a case */
HW_API HW_MUST_CHECK hw_status hw_simulate_lineages(const hw_pedigree *pedigree,
                                                    const hw_sex *sexes,
                                                    const hw_simulated_lines *options,
                                                    const hw_random *pool, const hw_random *stream,
                                                    hw_lineages **out, hw_err *err);
HW_API void hw_lineages_delete(hw_lineages *self);
/** Names of simulated Y markers, those of common kits; NULL where there is none. */
HW_API const char *hw_simulated_y_marker(int32_t index);

/* --- a whole case --- */

typedef struct hw_snp_simulation_options {
  uint64_t seed;
  const hw_panel *panel;
  int32_t population;
  double theta;
  hw_snp_error call;   /**< of the relatives */
  double call_missing; /**< share of markers without a call, of the relatives */
  hw_sequencing run;   /**< of the remains; its coverage is the mean of all remains */
  double spread;       /**< coverage of a sample is uniform in mean·(1 ± spread), 0 … 1 */
  bool has_lineages;
  hw_simulated_lines lineages;
} hw_snp_simulation_options;

/** SNP profiles of everybody typed in a simulated case, and the lines of everybody. */
typedef struct hw_snp_simulation {
  int32_t n_references;             /**< relatives, in the order of the case's profiles */
  const hw_snp_profile *references; /**< id of the profile */
  int32_t n_remains;
  const hw_snp_profile *remains; /**< in the order of the case's remains */
  const double *coverage;        /**< n_remains, as drawn */
  void *storage;                 /**< private */
} hw_snp_simulation;

/** Draws SNP profiles of the same persons: same pedigrees, sexes and remains. */
HW_API HW_MUST_CHECK hw_status hw_snp_simulation_new(const hw_simulation *persons,
                                                     const hw_snp_simulation_options *options,
                                                     hw_snp_simulation **out, hw_err *err);
HW_API void hw_snp_simulation_delete(hw_snp_simulation *self);

/** Writes relatives (GT and PL) and remains (PL) as VCF with positions of a build.
 * @return HW_OK; HW_E_VALUE (a marker without a position); HW_E_IO */
HW_API HW_MUST_CHECK hw_status hw_snp_simulation_write_vcf(const hw_snp_simulation *self,
                                                           const hw_panel *panel, hw_build build,
                                                           FILE *references, FILE *remains,
                                                           hw_err *err);
/** Writes the lines of typed relatives and of remains as tables: id, ranges and differences; id and
 * repeats of each marker.
 * @return HW_OK; HW_E_SHAPE (made without lineages); HW_E_IO */
HW_API HW_MUST_CHECK hw_status hw_snp_simulation_write_lineages(const hw_snp_simulation *self,
                                                                FILE *mt, FILE *y, hw_err *err);

#ifdef __cplusplus
}
#endif
#endif
