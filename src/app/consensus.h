/** @file
 * One profile from several amplifications of one sample, by a stated rule.
 *
 *     composite  an allele counts that any replicate shows
 *     K-of-n     an allele counts that at least K replicates show (2-of-n, 3-of-n, …); one
 *                that counts alone is half a result, unless K replicates show it as a
 *                homozygote and none shows another
 *     strict     a marker counts where all replicates show the same
 *
 * A marker that a replicate's panel lacks is not held against the others; one that
 * is on its panel and not typed is a replicate that shows nothing.
 *
 * Example:
 * @code
 *   hw_consensus_rule rule;
 *   HW_TRY(hw_consensus_rule_parse("2-of-n", &rule, err));
 *   HW_TRY(hw_consensus_of(&rule, 3, seen, &text, &is_discordant, err));   // "14,15"
 * @endcode
 */
#ifndef HW_APP_CONSENSUS_H
#define HW_APP_CONSENSUS_H

#include "app/app.h"
#include "app/observations.h"

typedef enum hw_consensus_kind {
  HW_CONSENSUS_COMPOSITE,
  HW_CONSENSUS_K_OF_N,
  HW_CONSENSUS_STRICT
} hw_consensus_kind;

typedef struct hw_consensus_rule {
  hw_consensus_kind kind;
  int least; /**< K of K-of-n */
} hw_consensus_rule;

/** Most replicates of one consensus. */
#define HW_CONSENSUS_MOST 64

/** Reads a rule: "composite", "strict", "2-of-n" (also "2 of n", "2ofn", "2").
 * @return HW_OK; HW_E_USAGE */
HW_MUST_CHECK hw_status hw_consensus_rule_parse(const char *text, hw_consensus_rule *out,
                                                hw_err *err);
/** Appends the rule as it is stored. */
void hw_consensus_rule_format(const hw_consensus_rule *self, hw_str *out);

/** The consensus of one marker. The order of the replicates makes no difference.
 * @param n             replicates whose panel has the marker, 0 … HW_CONSENSUS_MOST
 * @param is_discordant [out] two of them are typed and show different things
 * @return HW_OK; HW_E_UNSUPPORTED (sets of alleles under another rule than composite) */
HW_MUST_CHECK hw_status hw_consensus_of(const hw_consensus_rule *self, int n, const hw_seen *seen,
                                        hw_str *out, bool *is_discordant, hw_err *err);

/** What was made. */
typedef struct hw_consensus_made {
  int64_t profile; /**< the consensus; 0 = there are no replicates */
  int n_replicates;
  int n_discordant;  /**< markers at which replicates differ */
  bool is_new;       /**< false: the same stood there already */
  bool has_replaced; /**< an older consensus was withdrawn */
} hw_consensus_made;

/** Makes the consensus of all replicates of a sample, or of a person's that have no sample, inside
 * a change. An older one over other replicates, or by another rule, is withdrawn.
 * @param kind  HW_KIND_SAMPLE or HW_KIND_PERSON
 * @return HW_OK; HW_E_UNSUPPORTED; HW_E_VALUE (more replicates than HW_CONSENSUS_MOST) */
HW_MUST_CHECK hw_status hw_consensus_make(hw_app *app, hw_kind_id kind, int64_t id,
                                          const hw_consensus_rule *rule, hw_consensus_made *out,
                                          hw_err *err);

#endif
