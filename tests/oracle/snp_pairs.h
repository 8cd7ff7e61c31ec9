/** @file
 * Simulated bones and relatives of theirs at a panel, and the likelihood ratios that they get.
 *
 * Example: a first cousin once removed, the bone read once a site.
 * @code
 *   snp_study study;
 *   snp_study_init(&study, panel);
 *   snp_family_make(&study.family, SNP_1C1R);
 *   double log10_lr = snp_study_draw(&study, true, seed, NULL);
 *   snp_study_clear(&study);
 * @endcode
 */
#ifndef HOMEWARD_TESTS_SNP_PAIRS_H
#define HOMEWARD_TESTS_SNP_PAIRS_H

#include "homeward/linked.h"
#include "homeward/simulate_snp.h"

typedef enum snp_relation {
  SNP_PO = 0, /**< parent and child */
  SNP_FS,     /**< full siblings */
  SNP_AV,     /**< the unknown is a child of the relative's sibling */
  SNP_1C,
  SNP_1C1R, /**< first cousins once removed: the relative is the elder */
  SNP_2C,
  SNP_2C1R,
  SNP_3C,
  SNP_RELATIONS
} snp_relation;

enum { SNP_PERSONS = 32, SNP_TYPED = 4 };

/** An unknown person and typed relatives. */
typedef struct snp_family {
  hw_person persons[SNP_PERSONS];
  char ids[SNP_PERSONS][16];
  hw_sex sexes[SNP_PERSONS];
  hw_pedigree pedigree;
  int32_t unknown;
  int32_t stranger; /**< unrelated to all others; typed in the unknown person's stead */
  int32_t n_relatives;
  int32_t relatives[SNP_TYPED];
} snp_family;

const char *snp_relation_name(snp_relation relation);
/** Points into itself: not to be copied. */
void snp_family_make(snp_family *self, snp_relation relation);
/** A man and as many descendants of as many siblings of his, each @p generations below the
 * sibling: 2 = grandchildren. */
void snp_family_star(snp_family *self, int32_t n_relatives, int32_t generations);

/** A panel, a family, and how both sides are typed. */
typedef struct snp_study {
  const hw_panel *panel;
  snp_family family;
  hw_sequencing run;     /**< of the unknown person */
  hw_sequencing assumed; /**< by the likelihood */
  bool has_assumed;
  bool is_contaminated_by_one; /**< the contaminant is one unrelated person, not many */
  bool has_bases;              /**< bases on fragments are drawn, not alleles: with damage */
  bool is_in_double;           /**< states of the likelihood in double precision */
  hw_snp_error call;           /**< of the relatives */
  double theta;
  hw_linked_marker *markers, *apart; /**< private: as they are, and all unlinked */
  uint8_t *alleles, *contaminant, *bytes;
  float *likelihoods[SNP_TYPED + 1];
} snp_study;

/** Bone without reads, relatives with 0.1 % error: set what is to be different. Aborts where
 * something fails. */
void snp_study_init(snp_study *self, const hw_panel *panel);
void snp_study_clear(snp_study *self);

/** Draws the unknown person, of the family or a stranger, and its relatives.
 * @param unlinked  [out] log10 LR as if no two markers were linked; NULL = not wanted
 * @return log10 LR of the person being the family's, against unrelated */
double snp_study_draw(snp_study *self, bool is_related, uint64_t seed, double *unlinked);

#endif
