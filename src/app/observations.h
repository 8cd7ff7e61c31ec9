/** @file
 * Observations of a profile as text: what stands in profile.observations.
 *
 * One observation per marker of the panel, in its order, parted by ";":
 *
 *     14,15     two alleles          14      a homozygote
 *     14,?      one allele seen, the other unknown
 *     14,-      one allele, and no second copy (a male at an X marker)
 *     {14,15}   the alleles seen under dropout and drop-in; {} = none
 *     14,15,16  more than two alleles: kept, not used for kinship
 *     (empty)   not typed
 *
 * Alleles are text without blanks, ",", ";", "{", "}", "?", and none is "-". The
 * text has one form: alleles of a genotype ascend (by number, then by bytes), and
 * a homozygote is written once, so that equal results are equal texts. "14,14" is
 * read as "14".
 *
 * Example:
 * @code
 *   hw_str text = HW_STR_INIT;
 *   const char *alleles[] = {"15", "14"};
 *   HW_TRY(hw_observation_put(&text, HW_SEEN_GENOTYPE, 2, alleles, err)); // "14,15"
 * @endcode
 */
#ifndef HW_APP_OBSERVATIONS_H
#define HW_APP_OBSERVATIONS_H

#include <stdbool.h>

#include "base/str.h"

/** Most alleles of one observation. */
#define HW_SEEN_MAX 64
/** Longest allele, in bytes (sequence alleles have their own tables). */
#define HW_SEEN_ALLELE_MAX 63

typedef enum hw_seen_kind {
  HW_SEEN_NOTHING, /**< not typed */
  HW_SEEN_GENOTYPE,
  HW_SEEN_PARTIAL, /**< one allele, the other unknown */
  HW_SEEN_SINGLE,
  HW_SEEN_SET,
  HW_SEEN_MIXTURE /**< three alleles or more */
} hw_seen_kind;

/** One observation, pointing into the text that it was read from. */
typedef struct hw_seen {
  hw_seen_kind kind;
  int n;
  struct {
    const char *text; /**< not ended by NUL */
    int n;
  } alleles[HW_SEEN_MAX];
} hw_seen;

/** Appends one observation in its one form; the caller puts ";" between markers.
 * @return HW_OK; HW_E_VALUE (an allele with characters that have a meaning, too long, too many) */
HW_MUST_CHECK hw_status hw_observation_put(hw_str *out, hw_seen_kind kind, int n,
                                           const char *const *alleles, hw_err *err);

/** Reads the next observation. @param at  [in, out] position in the text, moved behind the ";"
 * @param has_more  [out] false if the text ended before it
 * @return HW_OK; HW_E_SYNTAX */
HW_MUST_CHECK hw_status hw_observation_next(const char **at, hw_seen *out, bool *has_more,
                                            hw_err *err);

/** Order of alleles: numbers by value, before other texts; then by bytes. */
int hw_allele_compare(const char *a, size_t n_a, const char *b, size_t n_b);

#endif
