/* What a simulated SNP case holds, and how its remains are read. */
#ifndef HW_SIMULATE_SNP_CASE_INT_H
#define HW_SIMULATE_SNP_CASE_INT_H

#include "base/arena.h"
#include "homeward/simulate_snp.h"

/* Lines of one person. */
typedef struct hwp_line {
  const char *mt;
  const int32_t *y; /* repeats, −1 of women */
} hwp_line;

/* What hw_snp_simulation.storage points to; all arrays live in the arena. */
typedef struct hwp_snp_case {
  hw_arena arena;
  hw_snp_simulation simulation;
  hw_snp_profile *references, *remains;
  const char **reference_person; /* code of whom each reference is */
  hwp_line *reference_lines, *remains_lines;
  double *coverage;
  bool has_lineages;
  int32_t n_y_markers;
} hwp_snp_case;

/* Likelihoods of a person's remains under the model that drew them: by counts of alleles where
 * there is no damage, by bases where there is. */
HW_MUST_CHECK hw_status hwp_snp_case_read(const hw_panel *panel, hw_sex sex, const uint8_t *alleles,
                                          const hw_sequencing *run, const hw_random *stream,
                                          uint8_t *bytes, hw_err *err);

#endif
