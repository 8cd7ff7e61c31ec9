/** @file
 * The evidence of all pairs of an identification, besides STR (evidence.h).
 *
 * Kept is what is not nothing: of each such pair the log10 LR by kind, and the
 * verdict of its lines. Targets are numbered family by family, as identify.h and
 * joint.h have them.
 *
 * Example:
 * @code
 *   s = hw_pair_evidence_new(evidence, &what, &table, err);
 *   hw_pair_evidence_add(table, run);                   // totals instead of STR ratios
 *   options.extra = hw_pair_evidence_extra(table);      // of a joint run
 *   hw_pair_evidence_delete(table);
 * @endcode
 */
#ifndef HW_APP_IDENTIFY_EVIDENCE_H
#define HW_APP_IDENTIFY_EVIDENCE_H

#include "app/evidence.h"
#include "homeward/identify.h"
#include "homeward/joint.h"

typedef struct hw_pair_evidence_options {
  const hw_joint_pairing *pairs; /**< which; NULL = all */
  int64_t n_pairs;
  bool with_other_sex; /**< also where known sexes differ, since a prior weighs them */
  /** Called now and then with what is done; true = stop. NULL = never. */
  bool (*progress)(void *context, uint64_t done, uint64_t all);
  void *context;
} hw_pair_evidence_options;

typedef struct hw_pair_evidence hw_pair_evidence;

/** Weighs the pairs. The evidence is borrowed until hw_pair_evidence_delete.
 * @return HW_OK; HW_E_INTERRUPTED; as hw_evidence_pair */
HW_MUST_CHECK hw_status hw_pair_evidence_new(hw_evidence *evidence, const hw_case *problem,
                                             const hw_pair_evidence_options *options,
                                             hw_pair_evidence **out, hw_err *err);
/** NULL is allowed. */
void hw_pair_evidence_delete(hw_pair_evidence *self);

/** Puts totals in the place of a run's STR ratios. */
void hw_pair_evidence_add(hw_pair_evidence *self, hw_identify *run);
/** The same for pairs of a list, whose ratios are of STR. */
void hw_pair_evidence_add_list(hw_pair_evidence *self, int32_t n, hw_identify_pair *pairs);
/** For the options of a joint run; valid as long as this lives. */
hw_joint_extra hw_pair_evidence_extra(hw_pair_evidence *self);

/** Everything about one pair.
 * @param log10_lr  total, as hw_pair_evidence_add has it: of pairs without other evidence that of
 *                  STR */
HW_MUST_CHECK hw_status hw_pair_evidence_parts(const hw_pair_evidence *self, int32_t remains,
                                               int32_t target, double log10_lr,
                                               hw_evidence_parts *out, hw_err *err);
const hw_evidence *hw_pair_evidence_source(const hw_pair_evidence *self);
/** Family and index of the missing person of a target. */
int32_t hw_pair_evidence_family(const hw_pair_evidence *self, int32_t target, int32_t *missing);

/** A pair that a line excludes though all other evidence reaches a threshold. */
typedef struct hw_excluded_pair {
  int32_t remains, target;
  double log10_lr, without_lines; /**< total, and without its lines */
  bool by_mt, by_y;
} hw_excluded_pair;
/** Those pairs, in the order of targets, then remains. @param pairs [out] free() it */
HW_MUST_CHECK hw_status hw_pair_evidence_excluded(const hw_pair_evidence *self, double threshold,
                                                  hw_excluded_pair **pairs, int32_t *n,
                                                  hw_err *err);

#endif
