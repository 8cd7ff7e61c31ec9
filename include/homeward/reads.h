/** @file
 * From reads of degraded DNA to genotype likelihoods.
 *
 * For one fragment that shows base b over a marker of genotype g, d5 and d3 bases from its ends:
 *
 *   P(b | g) = (1 − r) [ (1 − c) Σ_{a ∈ g} w_a Σ_{a'} D(a → a' | d5, d3) E(b | a')
 *                      +      c  Σ_a q_a E(b | a) ]  +  r / 4
 *
 *   D  deamination of the molecule. With x(d) = (1 − λ)^d, how much rarer it is than at the last
 *      base that the single-stranded end reaches d bases in (Briggs et al. 2007; Jónsson et al. 2013,
 *      mapDamage 2.0: their δd is our δ∞, and their δs − δd times the chance that the last base is
 *      single-stranded is our δ):
 *        double-stranded library   C → T with δ x(d5) + δ∞,  G → A with δ x(d3) + δ∞
 *        single-stranded           C → T with δ (x(d5) + x(d3) − x(d5) x(d3)) + δ∞, no G → A
 *        treated                   double-stranded, with x(0) = 1 and x(d) = 0 further inside
 *      on the fragment's own strand: for a fragment on the reverse strand C → T of the fragment is
 *      G → A of the forward strand, where bases are written. An end that was not reached is far
 *      away: x = 0.
 *   E  1 − e for the same base, e/3 for each other; e = 1 − (1 − 10^(−base/10)) (1 − 10^(−map/10)):
 *      base and place must both be right. No base counts as surer than HW_READS_MOST_PHRED or as
 *      less sure than a guess; a map quality of 255 means that none was told.
 *   w  1 for a homozygote; ½ + β and ½ − β for the first (reference) and the other allele of a
 *      heterozygote, ½ and ½ where neither is the reference's
 *   c  contamination: single molecules of many people of a population with frequencies q, recent
 *      and hence not damaged (Jun et al. 2012; Fu et al. 2013)
 *   r  drop-in: bases that come from nowhere, any of the four
 *
 * Fragments are independent given the genotype (Li 2011, eq. 2), and reads of one fragment (a UMI
 * family, the two ends of a pair) count once. δ, λ, δ∞, c, β and r are fitted to the sample itself.
 *
 * Example:
 * @code
 *   const hw_reads_model start = {HW_LIBRARY_DOUBLE_STRANDED, -1, -1, -1, -1, -1, -1};
 *   hw_reads_fit fit;
 *   s = hw_reads_fit_model(panel, population, population, pileup, &start, &fit, &err);
 *   s = hw_reads_genotypes(panel, population, pileup, fit.sex, &fit.model, bytes, &err);
 * @endcode
 */
#ifndef HOMEWARD_READS_H
#define HOMEWARD_READS_H

#include "homeward/snp.h"

#ifdef __cplusplus
extern "C" {
#endif

/** No base counts as surer: other damage, copying errors and mixed-up indices are left. */
#define HW_READS_MOST_PHRED 45
/** A base that is none of the four: it says nothing. */
#define HW_READS_NO_BASE 4

/** A base of a fragment over a site; after duplicates and UMI families were collapsed to one. */
typedef struct hw_read_base {
  uint8_t base;        /**< 0 … 3 = A C G T of the forward strand; 4 = none of them */
  uint8_t quality;     /**< phred of the base; of a family what its members give together */
  uint8_t map_quality; /**< phred of the alignment; 255 = not told */
  uint8_t is_reverse;  /**< 1 = the fragment lies on the reverse strand */
  int16_t from_5; /**< bases from the fragment's own 5' end, 0 = the last one; −1 = not reached */
  int16_t from_3; /**< from its own 3' end; −1 = that end was not reached */
} hw_read_base;

/** Bases over the sites of a panel, markers whose alleles are single bases. */
typedef struct hw_pileup {
  int32_t n_markers;    /**< of the panel */
  const int32_t *first; /**< n_markers + 1: a marker's bases */
  const hw_read_base
      *bases;           /**< of a marker in ascending order, so that files' order is no matter */
  int64_t n_reads;      /**< mapped, primary reads over a site */
  int64_t n_duplicates; /**< bases left out as copies of a fragment */
  int64_t n_mates;      /**< bases that both ends of one fragment showed */
  int64_t n_low;        /**< bases left out for base or map quality */
  void *storage;        /**< private */
} hw_pileup;

/** Builds a pile-up; @p bases in any order, those over marker m being @p marker [i] == m.
 * Free with hw_pileup_delete.
 * @return HW_OK; HW_E_VALUE (a marker, base or distance out of range); HW_E_TOO_COMPLEX (more than
 *         2^31 − 1 bases); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_pileup_new(int32_t n_markers, int64_t n_bases,
                                             const int32_t *marker, const hw_read_base *bases,
                                             hw_pileup **out, hw_err *err);
HW_API void hw_pileup_delete(hw_pileup *self);

/** How a library was made: where deamination shows. */
typedef enum hw_library {
  HW_LIBRARY_DOUBLE_STRANDED = 0, /**< C→T from 5', G→A from 3' */
  HW_LIBRARY_SINGLE_STRANDED,     /**< C→T from both ends */
  HW_LIBRARY_TREATED /**< double-stranded, in part repaired with uracil–DNA glycosylase: δ at the
                          last bases, δ∞ alone inside; λ has no effect */
} hw_library;

typedef struct hw_reads_model {
  hw_library library;
  double damage;        /**< δ, of the last base beyond δ∞; δ + δ∞ ≤ 1 */
  double decay;         /**< λ, 0 … 1 per base */
  double damage_inside; /**< δ∞ */
  double contamination; /**< c, 0 … 1 */
  double reference_bias; /**< β, −½ … ½: P(read shows the first allele | heterozygote) = ½ + β */
  double drop_in;        /**< r, 0 … 1: share of bases that come from nowhere */
} hw_reads_model;

/** The numbers of a model, as bits of hw_reads_fit.undetermined: 1u << HW_READS_DAMAGE … */
typedef enum hw_reads_parameter {
  HW_READS_DAMAGE = 0,
  HW_READS_DECAY,
  HW_READS_DAMAGE_INSIDE,
  HW_READS_CONTAMINATION,
  HW_READS_BIAS,
  HW_READS_DROP_IN,
  HW_READS_PARAMETERS
} hw_reads_parameter;

/** A model that was fitted. Standard errors are NaN for what was not fitted or not determined. */
typedef struct hw_reads_fit {
  hw_reads_model model;
  double ln_likelihood;
  double se_damage, se_contamination, se_bias; /**< from the information of the sites */
  double se_decay, se_damage_inside, se_drop_in;
  uint32_t
      undetermined; /**< was to be fitted, but the reads do not tell it: it stands at 0 (λ: 0.3) */
  int32_t n_sites;  /**< with at least one base */
  double coverage;  /**< bases a site that can be read */
  double on_x, on_autosomes; /**< mean coverage, which tells the sex; NaN = no such sites */
  hw_sex sex; /**< by on_x / on_autosomes, below or above ¾ by two standard errors */
} hw_reads_fit;

/** Fits the model by maximum likelihood, genotypes summed out under Hardy–Weinberg proportions, over
 * the autosomal markers whose frequencies are known. The same reads give the same bits.
 *
 * What the reads do not tell (a standard error beyond 0.15 for δ, 0.3 for λ, 0.05 for δ∞ and r, 0.1
 * for c and β, and, except for λ, less than two of them from the neutral value) is not guessed: see
 * `undetermined`.
 * @param population  of the panel, of the person
 * @param source      of the panel, of the contaminant; HW_PANEL_NONE if contamination is fixed at 0
 * @param start       library and fixed members: a member that is negative is fitted (the bias, which
 *                    may be negative: one below −½), others stay
 * @return HW_OK, also where there is no base at all; HW_E_VALUE (a member or population out of
 *         range); HW_E_SHAPE (a pile-up of another panel); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_reads_fit_model(const hw_panel *panel, int32_t population,
                                                  int32_t source, const hw_pileup *pileup,
                                                  const hw_reads_model *start, hw_reads_fit *out,
                                                  hw_err *err);

/** Genotype likelihoods as bytes of hw_snp_profile; no base over a site = nothing is known. Nothing
 * is known either of markers whose alleles are longer than one base. Where the contaminant's
 * frequencies are not known its alleles are equally likely.
 * @param source  of the panel; HW_PANEL_NONE if the model has no contamination
 * @param sex     males have one allele on X: heterozygotes are impossible there
 * @param bytes   [out] panel->first_genotype[n_markers]
 * @return as hw_reads_fit_model */
HW_API HW_MUST_CHECK hw_status hw_reads_genotypes(const hw_panel *panel, int32_t source,
                                                  const hw_pileup *pileup, hw_sex sex,
                                                  const hw_reads_model *model, uint8_t *bytes,
                                                  hw_err *err);

/** Most models of a grid. */
#define HW_READS_GRID_MOST 25
/** Models around a fit, to show how much a result depends on it: contamination and damage from two
 * standard errors below to two above (in steps of 0.05 and 0.1 where they are not determined or
 * were fixed), everything else as fitted.
 * @param models  [out] HW_READS_GRID_MOST; the fit itself first, then by contamination and damage
 * @return how many, all different */
HW_API int32_t hw_reads_grid(const hw_reads_fit *fit, hw_reads_model *models);

/** P(b | the molecule's base) for a base of a fragment that is no contaminant and no drop-in: damage
 * and error. For simulation and for tables.
 * @param shown  [out] by the molecule's base A C G T of the forward strand: the probability that it
 *               shows @p base; all 1 for HW_READS_NO_BASE */
HW_API void hw_reads_shown(const hw_reads_model *model, const hw_read_base *base, double shown[4]);
/** The model's deamination at a place, in terms of the forward strand. */
HW_API void hw_reads_damage(const hw_reads_model *model, const hw_read_base *base, double *c_to_t,
                            double *g_to_a);

#ifdef __cplusplus
}
#endif
#endif
