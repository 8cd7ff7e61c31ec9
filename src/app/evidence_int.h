/* Shared inside evidence only.
 *
 *   evidence.c        pairs
 *   evidence_y.c      Y haplotypes as rows of one panel
 *   evidence_place.c  several remains of one family
 *   evidence_load.c   from the database
 *   evidence_json.c   as text */
#ifndef HW_APP_EVIDENCE_INT_H
#define HW_APP_EVIDENCE_INT_H

#include <math.h>

#include "app/evidence.h"
#include "formats/haplotype_csv.h"

#define LN10 2.302585092994045684
/* Logarithm of zero, as a double (INFINITY is a float). */
#define IMPOSSIBLE (-HUGE_VAL)

/* A placement whose ratio is known. */
typedef struct hwp_known_placement {
  struct hwp_known_placement *next;
  int32_t family, n;
  double ln_ratio;
  hw_joint_pairing placed[];
} hwp_known_placement;
enum { HWP_PLACEMENT_SLOTS = 4096 };

struct hw_evidence {
  hw_evidence_input input;
  hw_evidence_options options;
  hw_arena arena;
  unsigned kinds;

  /* SNPs. */
  hw_linked_marker *markers; /* of the panel; NULL = nobody is typed */
  int64_t n_genotypes;       /* of a profile */
  float *unknown;            /* of the remains at hand */
  bool *is_snp_off;          /* per family: too complex */
  int32_t n_snp_off;
  /* The family at hand: likelihoods of its typed persons, and the scorer of one place. */
  int32_t family, missing; /* −1 = none */
  hw_arena family_arena;
  hw_linked_problem problem;
  hw_linked_scorer *scorer; /* NULL: the missing person is typed herself, or no scorer yet */

  /* Lines. */
  const hw_mt *const **person_mt; /* of each family, by person */
  hw_y_panel y_panel;
  hw_y_rates *y_rates;             /* shipped; NULL = of the caller, or one for all */
  int32_t y_shorter, y_longer;     /* DYS389I and DYS389II in the panel; −1 = compared as told */
  const int16_t **remains_y;       /* of each remains */
  const int16_t *const **person_y; /* of each family, by person */
  hw_mt_database mt_database;
  hw_y_database y_database;
  hw_lineage_options lineage;

  /* Placements that were asked for. */
  hwp_known_placement **known; /* HWP_PLACEMENT_SLOTS lists */
  int64_t n_products;

  /* Of the database. */
  hw_stored_snp *snp; /* NULL = not loaded */
  hw_stored_lineage *stored_lines;
  uint8_t str_digest[HW_DIGEST_SIZE];
  int n_notes;
  const char **notes;
};

/* True if the remains are typed by SNPs that count, and so is somebody of the family. */
bool hwp_evidence_has_snp(const hw_evidence *self, int32_t remains, int32_t family);
bool hwp_evidence_is_off(const hw_evidence *self, hw_evidence_kind kind);
/* Makes a family the one at hand: its typed persons. */
HW_MUST_CHECK hw_status hwp_evidence_take_family(hw_evidence *self, int32_t family, hw_err *err);
/* Likelihoods of remains in a place; X counts only where the sexes do not contradict. */
void hwp_evidence_likelihoods(const hw_evidence *self, int32_t remains, hw_sex place, float *out);
/* ln of the SNP ratio of several remains at once, in one pedigree. The family is at hand. */
HW_MUST_CHECK hw_status hwp_evidence_place_snp(hw_evidence *self, int32_t n,
                                               const hw_joint_pairing *placed, double *ln_ratio,
                                               hw_err *err);
/* Makes the panel of all Y markers that occur. */
HW_MUST_CHECK hw_status hwp_evidence_y_panel(hw_evidence *self, hw_err *err);
/* @param row  of the panel, zeroed */
void hwp_evidence_y_row(const hw_evidence *self, const hw_y_text *y, int16_t *row);
/* Digest of the table of rates that the library carries. */
HW_MUST_CHECK hw_status hwp_evidence_y_digest(uint8_t out[HW_DIGEST_SIZE], hw_err *err);

HW_MUST_CHECK hw_status hwp_evidence_while(const hw_evidence *self, int32_t family,
                                           hw_status status, hw_err *err);

#endif
