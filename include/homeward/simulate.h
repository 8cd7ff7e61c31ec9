/** @file
 * Synthetic families, profiles and remains, seeded.
 *
 * Everything is drawn from hw_random streams split by purpose and index (one per
 * family, one per remains), so a seed gives the same case on every machine, and
 * the first hundred families do not change when there are two hundred.
 *
 * Example: the genotypes of a family at one marker.
 * @code
 *   hw_random stream;
 *   hw_random_init(&stream, 7);
 *   hw_sex sexes[3];
 *   hw_allele genotypes[6];
 *   hw_status s = hw_simulate_sexes(&pedigree, &stream, sexes, &err);
 *   if (s == HW_OK) s = hw_simulate_drop(&pedigree, sexes, &marker, 0.0, &stream, genotypes, &err);
 * @endcode
 */
#ifndef HOMEWARD_SIMULATE_H
#define HOMEWARD_SIMULATE_H

#include <stdio.h>

#include "homeward/casefile.h"
#include "homeward/random.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Draws the sex of every person whose sex is unknown: a father is male, a mother female, a
 * twin as her twin, all others by a fair coin.
 * @param sexes  [out] n_persons, none unknown */
HW_API HW_MUST_CHECK hw_status hw_simulate_sexes(const hw_pedigree *pedigree, hw_random *stream,
                                                 hw_sex *sexes, hw_err *err);

/** Gene dropping at one marker: founder alleles from the population, the others by Mendel's
 * rules and the marker's mutation matrices.
 *
 * Founder alleles are drawn from one Pólya urn (Balding & Nichols 1994): the (k+1)-th is a copy
 * of one of the k before with probability kθ/(1+(k−1)θ), otherwise fresh from the frequencies.
 * A parent who is not in the pedigree gives a founder allele. Persons of a twin group share
 * their genotype.
 *
 * @param sexes      n_persons, none unknown (they matter at X markers)
 * @param genotypes  [out] n_persons × 2: paternal, maternal allele; HW_ALLELE_NONE as the
 *                   paternal one of a male at an X marker */
HW_API HW_MUST_CHECK hw_status hw_simulate_drop(const hw_pedigree *pedigree, const hw_sex *sexes,
                                                const hw_marker *marker, double theta,
                                                hw_random *stream, hw_allele *genotypes,
                                                hw_err *err);

/** How much of a sample's DNA is left.
 *
 * Breaks fall anywhere with the same probability, so a template of L base pairs is intact with
 * probability (1 − damage)^L (Deagle, Eveson & Jarman 2006), and an allele is missed when none
 * of its template copies is intact: P(dropout) = (1 − (1 − damage)^L)^copies. Long amplicons
 * are lost first. Computed by multiplication alone, hence the same bits everywhere. */
typedef struct hw_degradation {
  double damage_per_base; /**< 0 = intact, then nothing is lost */
  int32_t n_copies;       /**< template copies of each allele that reach the reaction, ≥ 1 */
} hw_degradation;

/** P(one allele is not seen) for an amplicon of @p length_bp. */
HW_API double hw_degradation_dropout(const hw_degradation *self, int32_t length_bp);

/** What is written of a degraded sample. */
typedef enum hw_degraded_form {
  /** Two alleles seen: genotype. One: partial genotype, since its partner may have been lost
   * (also for true homozygotes: the laboratory cannot know). None: not typed. */
  HW_DEGRADED_PARTIAL = 0,
  /** The set of alleles seen, drop-in included, under the sample's mean dropout probability. */
  HW_DEGRADED_SET
} hw_degraded_form;

/** A kind of family. */
typedef struct hw_family_shape {
  const char *name;  /**< "parents", "sibs", … */
  const char *about; /**< one line for people */
} hw_family_shape;

/** How many shapes can be simulated. */
HW_API int32_t hw_family_shape_count(void);
/** Shape @p index, or NULL. */
HW_API const hw_family_shape *hw_family_shape_get(int32_t index);
/** Index of a shape, or −1. */
HW_API int32_t hw_family_shape_find(const char *name);

/** What to simulate. Everything is borrowed for the call. */
typedef struct hw_simulation_options {
  uint64_t seed;
  const char *id;            /**< of the case */
  const char *description;   /**< appended to the generated description; NULL = nothing */
  int32_t n_markers;         /**< ≥ 1 */
  const hw_marker *markers;  /**< matrices filled */
  const int32_t *lengths_bp; /**< n_markers amplicon lengths */
  int32_t sex_length_bp;     /**< amplicon of the sex marker */
  double theta;              /**< 0 ≤ theta < 1 */
  int32_t n_families;
  int32_t n_remains;           /**< in all */
  int32_t n_unrelated;         /**< of them, persons whom no family misses */
  int32_t n_shapes;            /**< 0 = the first 18, the usual ones */
  const int32_t *shapes;       /**< indices, used in turn */
  double degraded_fraction;    /**< of the remains, 0 … 1 */
  double most_damage_per_base; /**< damage of a degraded sample is uniform in (0, this) */
  int32_t n_copies;            /**< template copies per allele in a degraded sample */
  hw_degraded_form form;
  double drop_in; /**< sets: P(absent allele x seen) = drop_in · p_x */
} hw_simulation_options;

/** Whose remains these truly are. */
typedef struct hw_truth {
  const char *remains;
  const char *family;  /**< "" = nobody's whom a family misses */
  const char *missing; /**< "" likewise */
  const char *shape;   /**< shape of the family, "" if there is none */
  double damage_per_base;
  int32_t n_markers; /**< markers with at least one allele seen */
  hw_sex sex;        /**< true one; not part of the table that is written and read */
} hw_truth;

/** A simulated case and its truth. */
typedef struct hw_simulation {
  hw_case problem;   /**< a victim identification; markers borrowed from the options */
  int32_t n_missing; /**< missing persons of all families */
  int32_t n_truth;   /**< = number of remains, in their order */
  const hw_truth *truth;
  void *storage; /**< private */
} hw_simulation;

/** Simulates a case. Ids are codes (F001, F001-M1, R0001), never names of people.
 *
 * Unlinked markers are assumed throughout: neighbours on a chromosome are drawn independently.
 *
 * @param out  [out] free with hw_simulation_delete; NULL on failure
 * @return HW_OK; HW_E_VALUE (an option out of range; more remains of missing persons asked for
 *         than there are missing persons, with both figures); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_simulation_new(const hw_simulation_options *options,
                                                 hw_simulation **out, hw_err *err);
HW_API void hw_simulation_delete(hw_simulation *self);

/** Writes the case as homeward-case/1. */
HW_API HW_MUST_CHECK hw_status hw_simulation_write_case(const hw_simulation *self, FILE *out,
                                                        hw_err *err);
/** Writes the case as the tables that `homeward import` takes: members of families, profiles of
 * relatives, profiles of remains. They stream, so that a case of any size can be imported. */
HW_API HW_MUST_CHECK hw_status hw_simulation_write_tables(const hw_simulation *self, FILE *families,
                                                          FILE *references, FILE *remains,
                                                          hw_err *err);
/** Writes the truth as CSV: remains,family,missing,shape,damage_per_base,markers. */
HW_API HW_MUST_CHECK hw_status hw_simulation_write_truth(const hw_simulation *self, FILE *out,
                                                         hw_err *err);

/** A truth table that was read back. */
typedef struct hw_truth_table {
  int32_t n_rows;
  const hw_truth *rows;
  void *storage; /**< private */
} hw_truth_table;

/** Reads what hw_simulation_write_truth wrote. Free with hw_truth_table_delete. */
HW_API HW_MUST_CHECK hw_status hw_truth_table_read(const char *path, hw_truth_table **out,
                                                   hw_err *err);
/** The same from memory; @p name stands for the file in messages. */
HW_API HW_MUST_CHECK hw_status hw_truth_table_parse(const char *bytes, size_t n_bytes,
                                                    const char *name, hw_truth_table **out,
                                                    hw_err *err);
HW_API void hw_truth_table_delete(hw_truth_table *self);

/** Reads amplicon lengths, CSV: marker,length_bp ('#' begins a comment line).
 * @param sex_marker     name of the sex marker's row
 * @param lengths_bp     [out] one per marker
 * @param sex_length_bp  [out]
 * @return HW_OK; HW_E_REFERENCE (a marker without a row); HW_E_SYNTAX, HW_E_VALUE,
 *         HW_E_DUPLICATE with the line */
HW_API HW_MUST_CHECK hw_status hw_amplicon_lengths_read(const char *path, int32_t n_markers,
                                                        const hw_marker *markers,
                                                        const char *sex_marker, int32_t *lengths_bp,
                                                        int32_t *sex_length_bp, hw_err *err);

/** The same from memory. */
HW_API HW_MUST_CHECK hw_status hw_amplicon_lengths_parse(const char *bytes, size_t n_bytes,
                                                         const char *name, int32_t n_markers,
                                                         const hw_marker *markers,
                                                         const char *sex_marker,
                                                         int32_t *lengths_bp,
                                                         int32_t *sex_length_bp, hw_err *err);

#ifdef __cplusplus
}
#endif
#endif
