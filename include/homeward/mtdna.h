/** @file
 * Sequences of mitochondrial DNA as differences to the reference (rCRS), and their comparison.
 *
 * Notation as EMPOP has it (Parson & Dür 2007; Parson et al. 2014, ISFG): what was
 * sequenced is a list of ranges, "16024-16365 73-340", which may run over the origin,
 * "16024-576"; a haplotype is the list of differences within them:
 *
 *     263G  A263G    another base (the reference's may stand in front: it is checked)
 *     152Y           point heteroplasmy, by the codes of IUPAC
 *     309.1C 309.2C  bases inserted after position 309; 309.1CC is both
 *     573.XC         an unknown number of inserted bases
 *     523DEL 523-    a deletion; also 523d
 *     523a 309.1c    lower case: present in part of the molecules
 *
 * The same sequence can be written in several ways, so lists are never compared:
 * both are written out as sequences over the range that they share, and these are
 * aligned.
 *
 * Example:
 * @code
 *   hw_mt *bone = NULL, *aunt = NULL;
 *   s = hw_mt_parse("16024-576", "263G 309.1C 315.1C", &bone, &err);
 *   …
 *   s = hw_mt_compare(bone, aunt, NULL, &comparison, &err);
 *   hw_mt_delete(bone);
 * @endcode
 */
#ifndef HOMEWARD_MTDNA_H
#define HOMEWARD_MTDNA_H

#include <stdbool.h>

#include "homeward/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Positions of the reference: 1 … HW_MT_LENGTH. */
#define HW_MT_LENGTH 16569
/** Most inserted bases behind one position, and most bytes of a text that is read. */
#define HW_MT_MAX_INSERTED 40
#define HW_MT_MAX_TEXT 65536

/** What may stand at a place, a set of bits. */
enum { HW_MT_A = 1, HW_MT_C = 2, HW_MT_G = 4, HW_MT_T = 8, HW_MT_ABSENT = 16 };
/** hw_mt_difference.insertion of an unknown number of inserted bases. */
#define HW_MT_ANY_NUMBER 255

typedef struct hw_mt_range {
  int32_t first, last; /**< first ≤ last */
} hw_mt_range;

typedef struct hw_mt_difference {
  int32_t position;  /**< 1 … HW_MT_LENGTH */
  int32_t insertion; /**< 0 = at the position itself; n = n-th base inserted after it; or
                          HW_MT_ANY_NUMBER */
  unsigned bases;    /**< HW_MT_… */
} hw_mt_difference;

/** A haplotype. */
typedef struct hw_mt {
  int32_t n_ranges;
  const hw_mt_range *ranges; /**< ascending, apart from each other */
  int32_t n_differences;
  const hw_mt_difference *differences; /**< by position, then insertion */
  void *storage;                       /**< private */
} hw_mt;

/** The reference's base at a position: 'A', 'C', 'G', 'T', or 'N' at 3107, which is no base. */
HW_API char hw_mt_reference(int32_t position);

/** Reads a haplotype. Items are parted by blanks, commas or semicolons; "" or "rCRS" among the
 * differences is none. Free with hw_mt_delete.
 * @param ranges  "" = the whole molecule
 * @return HW_OK; HW_E_VALUE with the item, what is wrong with it and what is expected; HW_E_SHAPE
 *         (text too long); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_mt_parse(const char *ranges, const char *differences, hw_mt **out,
                                           hw_err *err);
HW_API void hw_mt_delete(hw_mt *self);

/** Bytes of one formatted difference, NUL included. */
#define HW_MT_DIFFERENCE_SIZE 24
/** Writes a difference as hw_mt_parse reads it. @return @p text */
HW_API char *hw_mt_difference_format(const hw_mt_difference *self,
                                     char text[HW_MT_DIFFERENCE_SIZE]);

/** How two haplotypes are compared. Zeroed = the rules of casework. */
typedef struct hw_mt_options {
  bool count_length_variants; /**< also at the stretches where length varies within a person:
                                   50–70, 303–316, 455–460, 514–525, 573, 961–966, 8270–8290,
                                   16180–16193, 16258–16262 */
} hw_mt_options;

typedef enum hw_mt_verdict {
  HW_MT_NOTHING_SHARED = 0, /**< no position was sequenced in both */
  HW_MT_SAME,               /**< no difference */
  HW_MT_INCONCLUSIVE,       /**< one or two: neither excluded nor the same */
  HW_MT_DIFFERENT           /**< three or more */
} hw_mt_verdict;

typedef struct hw_mt_comparison {
  int32_t n_shared;      /**< positions of the reference that both cover */
  int32_t n_differences; /**< least number of events that turn one into the other: a base that is
                              another, a base that is absent; several absent ones of a block that
                              comes and goes as a whole count once */
  int32_t n_mixed;       /**< places that agree only because one of them is a mixture */
  hw_mt_verdict verdict;
} hw_mt_comparison;

/** Compares over the ranges that both cover (Röck et al. 2011: as strings, not as lists).
 * Symmetric. @param options NULL = defaults */
HW_API HW_MUST_CHECK hw_status hw_mt_compare(const hw_mt *a, const hw_mt *b,
                                             const hw_mt_options *options,
                                             hw_mt_comparison *comparison, hw_err *err);

/** The part of a haplotype that lies within the ranges of another. Free with hw_mt_delete.
 * @return HW_OK; HW_E_SHAPE (nothing is shared); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_mt_within(const hw_mt *self, const hw_mt *other, hw_mt **out,
                                            hw_err *err);

/* --- haplogroups, as a check of quality --- */

/** A tree of haplogroups: PhyloTree, build 17 (van Oven 2015; van Oven & Kayser 2009). */
typedef struct hw_phylotree hw_phylotree;

/** Most bytes of a tree's table. */
#define HW_PHYLOTREE_MAX_BYTES ((size_t)16 << 20)

/** Reads a table "name,parent,mutations", a row for each node, parents before their children, the
 * root without a parent; mutations from the parent parted by blanks, "152C", "249d", "2156.1A",
 * "573.XC", with "!" behind one that goes back. A mutation weighs 10 − 9·ln(c)/ln(most), where it
 * stands c times in the tree and no other stands more than `most` times (Weissensteiner et al. 2016).
 * Free with hw_phylotree_delete.
 * @param bytes  NULL = the table that the library carries
 * @return HW_OK; HW_E_SYNTAX, HW_E_VALUE, HW_E_DUPLICATE, HW_E_REFERENCE with the line; HW_E_SHAPE
 *         (too large, or no node); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_phylotree_new(const char *bytes, size_t n_bytes,
                                                hw_phylotree **out, hw_err *err);
HW_API void hw_phylotree_delete(hw_phylotree *self);
HW_API int32_t hw_phylotree_count(const hw_phylotree *self);
/** Name of a node, 0 … count − 1, valid as long as the tree. */
HW_API const char *hw_phylotree_name(const hw_phylotree *self, int32_t node);
/** Node of a name, or −1. */
HW_API int32_t hw_phylotree_find(const hw_phylotree *self, const char *name);
/** All mutations of a node against the reference, parted by blanks, as hw_mt_parse reads them.
 * @return HW_OK; HW_E_SHAPE (does not fit into @p size bytes) */
HW_API HW_MUST_CHECK hw_status hw_phylotree_motif(const hw_phylotree *self, int32_t node,
                                                  char *text, size_t size, hw_err *err);
/** Weight of a mutation written as in the table; 0 if the tree has none such. */
HW_API double hw_phylotree_weight(const hw_phylotree *self, const char *mutation);

/** Mutations that are listed; more are counted only. */
#define HW_MT_MOST_LISTED 64

typedef struct hw_mt_extra {
  hw_mt_difference difference; /**< of inserted bases the first */
  bool is_known;               /**< stands elsewhere in the tree: private to this branch */
  bool is_hot_spot;            /**< comes and goes: 309.1C, 315.1C, 523d, 524.1A, 16182C, 16183C,
                                    16193.1C, 16519C and their neighbours */
} hw_mt_extra;

/** The best node. score = ½·(found/expected + found/carried), sums of weights: found = carried by the
 * haplotype and expected at the node; expected = of the node, within the ranges; carried = of the
 * haplotype, known to the tree (Kulczyński 1927; Weissensteiner et al. 2016, HaploGrep 2). A mixture
 * carries what the node expects, and nothing else. */
typedef struct hw_mt_haplogroup {
  int32_t node; /**< of equal ones that with the fewest mutations; of such the first of the table */
  int32_t second; /**< the best node with a lower score; −1 if there is none */
  double score, second_score;
  int32_t n_equal;    /**< nodes with the same score, this one included */
  int32_t n_expected; /**< mutations of the node within the ranges */
  int32_t n_found;
  int32_t n_missing;                      /**< expected, not there */
  const char *missing[HW_MT_MOST_LISTED]; /**< as the tree writes them */
  int32_t n_extra;                        /**< there, not expected */
  hw_mt_extra extra[HW_MT_MOST_LISTED];
  int32_t n_private;           /**< extra ones that the tree has nowhere and that are no hot spot */
  bool is_reference_suspected; /**< two or more are missing: was the reference read instead of the
                                    sample, or were two samples joined? */
  bool is_phantom_suspected;   /**< two or more are private, or known ones of another branch weigh
                                    more than 10 in all: damage, mixture or a typing error? */
  int32_t
      rival; /**< the best node of a distant branch: what the haplotype carries of it and the best
                      one lacks weighs more than 10, and what it carries of the best one and this one
                      lacks as well; −1 if there is none. Two samples joined, or a mixture? */
  double rival_score;
} hw_mt_haplogroup;

HW_API HW_MUST_CHECK hw_status hw_mt_haplogroup_find(const hw_phylotree *tree,
                                                     const hw_mt *haplotype, hw_mt_haplogroup *out,
                                                     hw_err *err);

/** How far two nodes are apart within the ranges of a haplotype: the weight of the mutations that one
 * of them has and the other has not. @param within  NULL = the whole molecule
 * @return HW_OK; HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_phylotree_distance(const hw_phylotree *self, int32_t a, int32_t b,
                                                     const hw_mt *within, double *weight,
                                                     hw_err *err);

#ifdef __cplusplus
}
#endif
#endif
