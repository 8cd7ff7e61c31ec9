/** @file
 * A synthetic world for searches by SNP profiles: a panel, families with a missing person each, and
 * samples read a few times a marker, of which the first belong to missing persons.
 *
 * Genotypes are dropped along the map (crossovers without interference, female and male); everything
 * is made from a seed, and no marker, frequency or person is anybody's.
 */
#ifndef HOMEWARD_TESTS_SNP_WORLD_H
#define HOMEWARD_TESTS_SNP_WORLD_H

#include "homeward/snp_search.h"

/** Who of a family is typed; the missing person is related as told. */
typedef enum snp_kin {
  SNP_PARENT = 0,
  SNP_SIBLING,
  SNP_HALF_SIBLING,
  SNP_NEPHEW,
  SNP_GRANDPARENT,
  SNP_COUSIN,
  SNP_GRAND_NEPHEW,
  SNP_TWO_GRAND_NEPHEWS,
  SNP_THREE_GRAND_NEPHEWS,
  SNP_NEPHEW_AND_COUSIN,
  SNP_COUSIN_REMOVED,
  SNP_KIN_COUNT
} snp_kin;

extern const char *const snp_kin_names[SNP_KIN_COUNT];

typedef struct snp_world_options {
  uint64_t seed;
  int32_t n_markers;
  int32_t n_samples, n_families;
  int32_t n_planted;       /**< the first samples are the missing persons of the first families */
  double coverage;         /**< mean reads of a marker; 0 = samples are called as relatives are */
  double read_error;       /**< of a read */
  hw_snp_error call_error; /**< of relatives */
  int32_t n_kin;           /**< kinds of families, used in turn */
  const snp_kin *kin;
  int32_t n_alleles; /**< of every fifth marker; 0 = 2 */
  int32_t n_x;       /**< markers on X behind the others */
} snp_world_options;

typedef struct snp_world {
  hw_panel *panel;
  hw_snp_search_input input; /**< query i is of family i */
  snp_kin *kin;              /**< by family */
  uint8_t *bytes;
  void *storage;
} snp_world;

void snp_world_new(const snp_world_options *options, snp_world *out);
void snp_world_delete(snp_world *self);

#endif
