/** @file
 * Haplogroups in words: what a note, a table or a page says of how well an mtDNA haplotype fits the
 * tree (homeward/mtdna.h). A check of quality, never evidence of identity.
 *
 * Example:
 * @code
 *   hw_mt_haplogroup found;
 *   hw_str text = HW_STR_INIT;
 *   s = hw_mt_haplogroup_find(tree, haplotype, &found, err);
 *   hw_haplogroup_summary(tree, &found, &text);   // "B5a1a, score 0.981, 12 of 13 expected mutations"
 *   hw_str_clear(&text);
 * @endcode
 */
#ifndef HW_APP_HAPLOGROUP_H
#define HW_APP_HAPLOGROUP_H

#include "base/str.h"
#include "homeward/mtdna.h"

/** The tree that the library carries, for people. */
#define HW_HAPLOGROUP_TREE "PhyloTree 17"

/** What a haplotype may be doubted for. */
typedef enum hw_haplogroup_doubt {
  HW_DOUBT_REFERENCE = 0, /**< expected mutations are missing */
  HW_DOUBT_PHANTOM,       /**< mutations that no branch has, or heavy ones of others */
  HW_DOUBT_TWO_BRANCHES,  /**< what it carries belongs to two distant branches */
  HW_DOUBTS
} hw_haplogroup_doubt;

/** "reference", "phantom", "two_branches". */
const char *hw_haplogroup_doubt_name(hw_haplogroup_doubt doubt);
bool hw_haplogroup_is_doubted(const hw_mt_haplogroup *found, hw_haplogroup_doubt doubt);
/** Number of doubts. */
int hw_haplogroup_count_doubts(const hw_mt_haplogroup *found);
/** The doubt as a sentence with the mutations it rests on, without a full stop. Appended; a failure of
 * memory is told by hw_str_status, here and below. */
void hw_haplogroup_explain(const hw_phylotree *tree, const hw_mt_haplogroup *found,
                           hw_haplogroup_doubt doubt, hw_str *out);
/** Haplogroup, score and what it rests on. Appended. */
void hw_haplogroup_summary(const hw_phylotree *tree, const hw_mt_haplogroup *found, hw_str *out);
/** Mutations that are missing; or that are there besides: all (`is_private` false), or those that the
 * tree has nowhere. Parted by blanks, at most `most`. Appended. */
void hw_haplogroup_missing(const hw_mt_haplogroup *found, int32_t most, hw_str *out);
void hw_haplogroup_extra(const hw_mt_haplogroup *found, bool is_private, int32_t most, hw_str *out);

#endif
