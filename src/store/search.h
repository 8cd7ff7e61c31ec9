/** @file
 * Finding records by what people type: a code, somebody else's number, a name.
 *
 * Names are found without regard to case, diacritics and order: "hung nguyen"
 * finds "Nguyễn Văn Hùng" (every word typed is a word of the name), and what
 * was typed with its diacritics in its order comes first. Codes are found by
 * their beginning.
 */
#ifndef HW_STORE_SEARCH_H
#define HW_STORE_SEARCH_H

#include "store/store.h"

/** How well a record fits, best first. */
typedef enum hw_hit_quality {
  HW_HIT_CODE,        /**< its code, or a number given to it, as typed */
  HW_HIT_NAME_EXACT,  /**< a name with the same diacritics and order */
  HW_HIT_NAME_FOLDED, /**< the same but for diacritics */
  HW_HIT_NAME_WORDS,  /**< the same words in another order */
  HW_HIT_NAME_PART,   /**< a name that has these words among others */
  HW_HIT_CODE_PREFIX  /**< its code, or a number, begins so */
} hw_hit_quality;

typedef struct hw_hit {
  hw_kind_id kind;
  int64_t id;
  hw_hit_quality quality;
  int64_t name; /**< id of the person_name that fits; 0 = none */
} hw_hit;

/** Finds records.
 * @param kind       only this kind; HW_KIND_NONE = all that have codes
 * @param use_names  whether names are looked at (permission)
 * @param most       hits wanted, at most HW_SEARCH_MOST
 * @param hits       [out] best first, no record twice; free() it
 * @param is_cut     [out] true if there are more */
HW_MUST_CHECK hw_status hw_store_search(hw_store *self, const char *text, hw_kind_id kind,
                                        bool use_names, int most, hw_hit **hits, int *n_hits,
                                        bool *is_cut, hw_err *err);

#define HW_SEARCH_MOST 1000

#endif
