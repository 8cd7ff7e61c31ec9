/** @file
 * Made-up reads over a made-up panel, molecule by molecule, and the probability of a base by going
 * through every way in which it can come about. Shares no code with kinship/reads*.c.
 *
 * Example:
 * @code
 *   read_sim sim;
 *   read_sim_init(&sim, 1000, 42);                // 1000 markers, 2 populations
 *   hw_pileup *pileup = read_sim_reads(&sim, &truth, 2.0, HW_FEMALE);
 *   hw_pileup_delete(pileup);
 *   read_sim_clear(&sim);
 * @endcode
 */
#ifndef HW_TESTS_READ_SIM_H
#define HW_TESTS_READ_SIM_H

#include "homeward/reads.h"
#include "oracle/rng.h"

typedef struct read_sim {
  rng random;
  hw_panel *panel;         /**< populations 0 (the person's) and 1 (another, of contaminants) */
  int32_t (*genotypes)[2]; /**< of the person who was simulated last; i ≤ j, on a male's X i = j */
} read_sim;

/** A panel of two to four single-base alleles; every twentieth marker is on X. */
void read_sim_init(read_sim *self, int32_t n_markers, uint64_t seed);
void read_sim_clear(read_sim *self);

/** Reads of a new person of population 0, contaminated from population 1.
 * @param depth  bases a marker, Poisson; half on a male's X */
hw_pileup *read_sim_reads(read_sim *self, const hw_reads_model *truth, double depth, hw_sex sex);
/** A place in a fragment with qualities; the base is not set. */
hw_read_base read_sim_place(rng *r);
/** A base of a molecule of genotype i/j at a place. */
uint8_t read_sim_draw(rng *r, const hw_reads_model *truth, const hw_read_base *place,
                      const char *alleles, const double *q, int32_t i, int32_t j);
/** P(place->base | genotype i/j): the sum over all ways. */
double read_sim_probability(const hw_reads_model *model, const hw_read_base *place,
                            const char *alleles, int32_t n_alleles, const double *q, int32_t i,
                            int32_t j);
/** Letters of a marker's alleles, which must be single bases. */
void read_sim_alleles(const hw_panel *panel, int32_t m, char out[5]);

#endif
