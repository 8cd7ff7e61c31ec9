/** @file
 * Exact likelihoods of large panels of linked markers, from genotype likelihoods.
 *
 * The chain of inheritance vectors along a chromosome is a hidden Markov model
 * (Lander & Green 1987; Kruglyak et al. 1996; symmetries: Mostad, Tillmar & Kling
 * 2023):
 *
 *   L = Π_chromosomes Σ_{v_1 … v_n} 2^−m Π_j P(reads at j | v_j) Π_j Π_i θ or 1 − θ,
 *
 * with a recombination fraction for each meiosis i and interval j: female or male
 * map, Haldane (1919): θ = (1 − exp(−2d))/2, no interference. P(reads | v) sums over
 * the founder alleles, whose frequencies are those of the marker, component by
 * component of the graph that v makes of them (Kruglyak et al. 1996).
 *
 * With theta the founders' alleles of a marker come from one urn (Balding & Nichols
 * 1994), which is summed exactly.
 *
 * One forward pass with one vector of 2^bits floats; the logarithm in double.
 * No mutation: on SNPs it is part of the genotypes' error.
 *
 * Example:
 * @code
 *   hw_linked_problem problem = {.pedigree = &ped, .n_typed = 2, .typed = typed,
 *                                .n_markers = n, .markers = markers};
 *   hw_linked_result result;
 *   s = hw_linked_likelihood(&problem, NULL, &result, &err);   // result.ln_likelihood
 * @endcode
 */
#ifndef HOMEWARD_LINKED_H
#define HOMEWARD_LINKED_H

#include <stdbool.h>

#include "homeward/panel.h"
#include "homeward/pedigree.h"
#include "homeward/random.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Most alleles of one marker. */
#define HW_LINKED_MAX_ALLELES 8
/** Most typed persons of one problem. */
#define HW_LINKED_MAX_TYPED 32
/** Chromosomes are 1 … 22 and 23 = X. */
#define HW_LINKED_CHROMOSOMES 23

/** A marker of a map. Markers of one chromosome stand together, in the order of their positions. */
typedef struct hw_linked_marker {
  int32_t chromosome;        /**< 1 … 22, or 23 = X outside the pseudo-autosomal regions */
  double female_cm, male_cm; /**< position on each map; male_cm is not used on X */
  int32_t n_alleles;         /**< 2 … HW_LINKED_MAX_ALLELES */
  const double *frequencies; /**< n_alleles, sum 1 */
} hw_linked_marker;

/** What is known of one person's genotypes: P(reads | genotype), for all markers one after the
 * other n(n+1)/2 values, genotype a/b with a ≤ b at b(b+1)/2 + a; on X a male's allele a is a/a.
 * Each marker's values are right up to a factor of their own, which cancels in ratios; all equal =
 * nothing is known. Finite and not negative, one of each marker positive. */
typedef struct hw_linked_typed {
  int32_t person;
  const float *likelihoods;
} hw_linked_typed;

typedef struct hw_linked_problem {
  const hw_pedigree *pedigree; /**< validated */
  int32_t n_typed;             /**< 1 … HW_LINKED_MAX_TYPED; several of one individual multiply */
  const hw_linked_typed *typed;
  int32_t n_markers;
  const hw_linked_marker *markers;
  double theta; /**< coancestry of the founders (Balding & Nichols 1994), 0 ≤ theta < 1 */
} hw_linked_problem;

typedef struct hw_linked_options {
  const char *simd; /**< kernel set, as hw_likelihood_options; all give the same bits */
  int32_t max_bits; /**< beyond which HW_E_TOO_COMPLEX; 0 = 24 */
  bool in_double;   /**< states in double precision: the reference, several times slower */
} hw_linked_options;

typedef struct hw_linked_result {
  double ln_likelihood; /**< natural logarithm; −inf if the data are impossible */
  double
      ln_by_chromosome[HW_LINKED_CHROMOSOMES + 1]; /**< by chromosome number; 0 = not in the map */
} hw_linked_result;

/** The markers of a panel with the frequencies of one of its populations, which stay the panel's.
 * @param out  [out] panel->n_markers
 * @return HW_OK; HW_E_VALUE (a marker without a place on the map, or without frequencies, with its
 *         name and the remedy) */
HW_API HW_MUST_CHECK hw_status hw_linked_markers_of_panel(const hw_panel *panel, int32_t population,
                                                          hw_linked_marker *out, hw_err *err);

/** What a problem needs. */
typedef struct hw_linked_need {
  int32_t meioses; /**< that matter for the typed persons */
  int32_t bits;    /**< of a state, after the flips of founders */
  double bytes;    /**< of state and labels */
  double work;     /**< additions and multiplications of all markers */
} hw_linked_need;

/** Tells what a problem needs, before anything is computed.
 * @param on_x  of the markers on X, else of the others */
HW_API HW_MUST_CHECK hw_status hw_linked_count_need(const hw_linked_problem *problem, bool on_x,
                                                    hw_linked_need *need, hw_err *err);

/** ln P(all data | pedigree, map).
 * @return HW_OK; HW_E_SHAPE (no or too many typed persons, no markers); HW_E_VALUE (markers out of
 *         order, numbers out of range); HW_E_UNSUPPORTED (a kernel set that cannot run here; sex
 *         unknown of a person who matters on X); HW_E_TOO_COMPLEX with the bits that are needed and
 *         the person whose leaving out saves most, or an urn that is too large; HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_linked_likelihood(const hw_linked_problem *problem,
                                                    const hw_linked_options *options,
                                                    hw_linked_result *result, hw_err *err);

/** P(genotype of one person at every marker | data of all typed persons, map), by a forward and a
 * backward pass: what a family says of its missing person, marker by marker.
 * @param problem  may have no typed person; if the person herself is typed, her data count too
 * @param out      [out] for all markers one after the other n(n+1)/2 probabilities, as
 *                 hw_linked_typed has them; a male's on X are at a/a
 * @return as hw_linked_likelihood; HW_E_VALUE where the data of a chromosome are impossible */
HW_API HW_MUST_CHECK hw_status hw_linked_genotypes(const hw_linked_problem *problem, int32_t person,
                                                   const hw_linked_options *options, float *out,
                                                   hw_err *err);

/** The first allele of a drawn genotype of a male on X: there is none. */
#define HW_LINKED_NO_ALLELE ((uint8_t)255)

/** Draws a person's genotypes at all markers together from what hw_linked_genotypes describes:
 * exactly, and jointly along the map. Several persons: one after the other, each given those drawn
 * before as typed persons with likelihoods 0 and 1.
 * @param stream   draw d takes split d of it; never advanced
 * @param alleles  [out] n_draws × n_markers × 2: the two alleles, the smaller first; nothing is said
 *                 of phase; of a male on X HW_LINKED_NO_ALLELE and his allele
 * @return as hw_linked_genotypes; HW_E_VALUE (no draws) */
HW_API HW_MUST_CHECK hw_status hw_linked_draw(const hw_linked_problem *problem, int32_t person,
                                              const hw_linked_options *options,
                                              const hw_random *stream, int32_t n_draws,
                                              uint8_t *alleles, hw_err *err);

/** A family prepared for many unknown persons: each is scored against the same relatives. Holds
 * vectors and labels (hw_linked_need.bytes) and tables of at most 64 MB, on X and elsewhere, twice
 * with theta; a score takes states of its own while it runs. */
typedef struct hw_linked_scorer hw_linked_scorer;

/** Prepares the place of @p person, who is not typed, among the typed relatives of @p family. What
 * the family says is computed once. The family's arrays are borrowed until hw_linked_scorer_delete;
 * it may be that nobody in it is typed.
 * @return as hw_linked_likelihood; HW_E_VALUE where the relatives' data are impossible */
HW_API HW_MUST_CHECK hw_status hw_linked_scorer_new(const hw_linked_problem *family, int32_t person,
                                                    const hw_linked_options *options,
                                                    hw_linked_scorer **out, hw_err *err);
HW_API void hw_linked_scorer_delete(hw_linked_scorer *self);

/** ln LR of an unknown person's data: she is the person of the family, against unrelated to it:
 *   ln P(data, relatives | in her place) − ln P(relatives) − ln P(data | unrelated),
 * with theta the unrelated person draws from the same urn. Equal to what hw_linked_likelihood gives
 * for the three, up to rounding; −inf if she cannot be the person. May be called from several
 * threads at once.
 * @param likelihoods  as hw_linked_typed; on X of the sex that the pedigree gives her
 * @param by_chromosome  [out] HW_LINKED_CHROMOSOMES + 1 terms, or NULL
 * @return HW_OK; HW_E_VALUE where her data are impossible in the population, with the marker;
 *         HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_linked_scorer_score(const hw_linked_scorer *self,
                                                      const float *likelihoods, double *ln_lr,
                                                      double *by_chromosome, hw_err *err);

#ifdef __cplusplus
}
#endif
#endif
