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

#ifdef __cplusplus
}
#endif
#endif
