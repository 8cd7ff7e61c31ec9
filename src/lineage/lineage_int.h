/* What the files of src/lineage share. */
#ifndef HW_LINEAGE_INT_H
#define HW_LINEAGE_INT_H

#include "homeward/lineage.h"

/* As hw_mt_compare, but n_differences is exact only up to `most`; beyond, all that is promised is that
 * it is larger (and that n_mixed means nothing). Haplotypes that differ much are told apart without
 * an alignment. */
HW_MUST_CHECK hw_status hwp_mt_compare_up_to(const hw_mt *a, const hw_mt *b,
                                             const hw_mt_options *options, int32_t most,
                                             hw_mt_comparison *comparison, hw_err *err);

/* True if no difference at this position counts for its length alone. */
bool hwp_mt_length_counts(int32_t position, const hw_mt_options *options);

/* True if all ranges of `inner` lie in ranges of `outer`. */
bool hwp_mt_covers(const hw_mt *outer, const hw_mt *inner);

/* mtDNA and Y of one pair: fills n_compared … log10_lr and the verdict. */
HW_MUST_CHECK hw_status hwp_mt_weigh(const hw_mt *reference, const hw_mt *remains, int32_t meioses,
                                     const hw_lineage_options *options, hw_lineage_result *out,
                                     hw_err *err);
HW_MUST_CHECK hw_status hwp_y_weigh(const hw_y_panel *panel, const int16_t *reference,
                                    const int16_t *remains, int32_t meioses,
                                    const hw_lineage_options *options, hw_lineage_result *out,
                                    hw_err *err);

/* Rarity of x in n by the method that `out` names. */
double hwp_rarity(int64_t x, int64_t n, int64_t n_once, int added, hw_rarity_method method,
                  double confidence);

#endif
