/** @file
 * Who is visited when, where genes fall through a pedigree: parents first, identical twins (and
 * one person under two codes) as one individual.
 *
 * Example:
 * @code
 *   hwp_order o;
 *   HW_TRY(hwp_order_make(pedigree, &o, err));
 *   for (int32_t k = 0; k < o.n; k++) visit(o.who[k], o.father[o.who[k]], o.mother[o.who[k]]);
 *   hwp_order_clear(&o);
 * @endcode
 */
#ifndef HW_SIMULATE_ORDER_H
#define HW_SIMULATE_ORDER_H

#include "homeward/pedigree.h"

/** Structure of a pedigree with twins merged; arrays of n_persons. */
typedef struct hwp_order {
  int32_t *who;    /**< visiting order of individuals, parents first */
  int32_t n;       /**< individuals in it */
  int32_t *first;  /**< person → first of its twin group */
  int32_t *father; /**< of a group's first: merged parents, as firsts, or HW_PERSON_NONE */
  int32_t *mother;
  int32_t *stack; /**< private */
  char *state;    /**< private: 0 new, 1 on the stack, 2 placed */
} hwp_order;

/** Free with hwp_order_clear. @return HW_E_PEDIGREE: somebody is her own ancestor */
HW_MUST_CHECK hw_status hwp_order_make(const hw_pedigree *pedigree, hwp_order *self, hw_err *err);
void hwp_order_clear(hwp_order *self);

#endif
