/** @file
 * Whose genetic data are: records that name a person or samples, for the loaders of SNP profiles
 * and haplotypes (stored_snp.h, stored_lineage.h).
 */
#ifndef HW_APP_STORED_OWNER_H
#define HW_APP_STORED_OWNER_H

#include "store/store.h"

/** A person, or remains with all their samples. */
typedef struct hwp_genetic_owner {
  int64_t person; /**< 0 = remains */
  int32_t n_samples;
  const int64_t *samples;
} hwp_genetic_owner;

/** Samples of a person, in the arena. @param may_be_used  [out] false without consent, or where the
 * person's record was withdrawn */
HW_MUST_CHECK hw_status hwp_owner_of_person(hw_store *store, int64_t person, hw_arena *arena,
                                            hwp_genetic_owner *out, bool *may_be_used, hw_err *err);

/** Copies to the arena of the records of a kind that are the owner's, withdrawn ones left out; by
 * their ids, each once. @param person_field, sample_field  of the kind */
HW_MUST_CHECK hw_status hwp_owner_records(hw_store *store, const hwp_genetic_owner *owner,
                                          hw_kind_id kind, int person_field, int sample_field,
                                          hw_arena *arena, hw_record **out, int32_t *n,
                                          hw_err *err);

#endif
