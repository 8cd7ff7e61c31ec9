/* Tables of a missing person given what one more relative shows, all of it at once.
 *
 * Compiled one by one, each genotype that the relative could show is a family of its own and
 * takes an elimination. Here her genotype stays open beside the missing person's, as a list
 * (hwp_kin_set_second): one elimination gives the joint distribution of both, and its rows, each
 * scaled to one, are the tables. They equal those of hw_table_compile up to rounding.
 *
 * For unlinked markers without theta and without a silent allele, at which she is not typed.
 *
 * Example:
 *   HW_TRY(hwp_conditional_new(&family, missing, relative, NULL, &tables, err));
 *   for (int32_t i = 0; i < n; i += got) {
 *     HW_TRY(hwp_conditional_run(tables, m, n - i, shown + i, &list, &got, err));
 *     for (int32_t k = 0; k < got; k++) use(&list[k]);
 *   }
 *   hwp_conditional_delete(tables);
 *
 * Not thread-safe: one per thread. */
#ifndef HW_KINSHIP_CONDITIONAL_H
#define HW_KINSHIP_CONDITIONAL_H

#include "homeward/table.h"

typedef struct hwp_conditional hwp_conditional;

/* True if the marker can be asked for. */
bool hwp_conditional_can(const hw_problem *family, int32_t marker);

/* Free with hwp_conditional_delete. @param family  borrowed until then
 * @return HW_OK; as hw_kin_new */
HW_MUST_CHECK hw_status hwp_conditional_new(const hw_problem *family, int32_t missing,
                                            int32_t relative, const hw_likelihood_options *options,
                                            hwp_conditional **out, hw_err *err);
void hwp_conditional_delete(hwp_conditional *self);

/* The tables where the relative shows shown[0], shown[1], …; as many as fit.
 * @param shown   complete genotypes, a ≤ b, or single alleles of whom carries one
 * @param tables  [out] valid until the next call; ln_family is told up to what they have in common
 * @param n_done  [out] at least 1
 * @return HW_OK; HW_E_TOO_COMPLEX; as hw_kin_genotypes */
HW_MUST_CHECK hw_status hwp_conditional_run(hwp_conditional *self, int32_t marker, int32_t n,
                                            const hw_observation *shown,
                                            const hw_marker_table **tables, int32_t *n_done,
                                            hw_err *err);

#endif
