/* Shared inside the search of stored cases only.
 *
 *   search_input.c       the input of a search by STR
 *   search_snp.c         the inputs of a search by all kinds
 *   search_snp_weigh.c   what the searches found, weighed by all kinds
 *   search_snp_kin.c     close relatives who fit better
 *   search_snp_found.c   what is kept, and what is proposed
 *   search_snp_store.c   the run */
#ifndef HW_APP_SEARCH_SNP_INT_H
#define HW_APP_SEARCH_SNP_INT_H

#include "app/search_snp.h"

/* A pedigree with one person more, an identical twin of @p person, behind all others.
 * @param out  [out] in the arena; may be @p old */
HW_MUST_CHECK hw_status hwp_search_twin(hw_arena *arena, const hw_pedigree *old, int32_t person,
                                        hw_pedigree *out, hw_err *err);

/* --- search_snp_weigh.c --- */

/* Missing persons by family, so that a place in the case is found in both inputs. */
typedef struct hwp_wide_index {
  int32_t n_targets;
  int32_t *target;     /* of each family: number of its first missing person; −1 = not searched */
  int32_t *str_query;  /* of each family: its first query; −1 = none */
  int32_t *str_sample; /* of each remains: its sample; −1 = none */
} hwp_wide_index;

typedef struct hwp_wide_making {
  const hw_wide_input *input;
  const hw_wide_options *options;
  const hw_search_go *go;
  hw_wide_found *out;
  hwp_wide_index index;
  int64_t n;
  hw_wide_pair *pairs; /* of the union, by family, missing person and remains; malloc'd */
} hwp_wide_making;

/* Lists the pairs that either search found, and weighs them. */
HW_MUST_CHECK hw_status hwp_wide_weigh(hwp_wide_making *self, hw_err *err);

/* --- search_snp_kin.c --- */

/* Fills kin, log10_lr_kin and is_kin of the kept pairs. */
HW_MUST_CHECK hw_status hwp_wide_kin(hwp_wide_making *self, hw_err *err);

#endif
