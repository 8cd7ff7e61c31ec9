/** @file
 * Families whose references are right, or wrong in a known way: material for
 * the tests and the benchmark of the reference check. All synthetic.
 *
 * A case has a stated pedigree and a true one. Genes are dropped through the
 * true one, and each profile is that of the person whose sample it truly is.
 *
 * Example:
 * @code
 *   reference_case *c = reference_case_new(CASE_MOTHER_SIBS, FAULT_PATERNITY, panel, seed);
 *   s = hw_reference_check(check, &c->family, c->amelogenin, &report, &err);
 *   reference_case_delete(c);
 * @endcode
 */
#ifndef HOMEWARD_TESTS_REFERENCE_CASES_H
#define HOMEWARD_TESTS_REFERENCE_CASES_H

#include "homeward/reference.h"
#include "pedigrees.h"

/** Who is in the family and typed; in each somebody else is missing. */
typedef enum case_shape {
  CASE_PARENTS_SIB,   /**< father, mother, child */
  CASE_PARENTS_SIBS,  /**< father, mother, two children */
  CASE_FATHER_SIB,    /**< father and one child */
  CASE_MOTHER_SIBS,   /**< mother and two children, father not typed */
  CASE_SIBS_2,        /**< two full siblings */
  CASE_SIBS_3,        /**< three full siblings */
  CASE_SIBS_4,        /**< four full siblings */
  CASE_HALF_SIBS,     /**< two half siblings by the mother */
  CASE_MOTHER_HALVES, /**< mother and two half siblings */
  CASE_TWINS,         /**< mother and identical twins */
  CASE_UNCLES,        /**< two brothers of the father, and the father's child's mother and child */
  CASE_COUSINS,       /**< grandmother, an aunt, and a grandchild by another child */
  CASE_SHAPE_COUNT
} case_shape;

/** What is wrong. */
typedef enum case_fault {
  FAULT_NONE,
  FAULT_FOREIGN,       /**< the last child's (or person's) sample is a stranger's */
  FAULT_SWAPPED,       /**< the samples of the first two persons are exchanged */
  FAULT_PATERNITY,     /**< the last child has another father */
  FAULT_FULL_SIBS,     /**< the half siblings share the father */
  FAULT_DUPLICATE,     /**< the last person's sample is the one before's */
  FAULT_NOT_IDENTICAL, /**< the twins are ordinary siblings */
  FAULT_UNCLE,         /**< the last child's father is a brother of the stated one */
  FAULT_COUNT
} case_fault;

typedef struct reference_case {
  hw_family family; /**< as stated */
  hw_amelogenin *amelogenin;
  family *stated, *truth;
  hw_profile *profiles;
  hw_observation *observations;
  int32_t *truth_person; /**< per profile: whose sample it is */
} reference_case;

/** NULL where the fault cannot occur in the shape. Free with reference_case_delete. */
reference_case *reference_case_new(case_shape shape, case_fault fault, const panel *p,
                                   uint64_t seed);
void reference_case_delete(reference_case *self);

const char *case_shape_name(case_shape shape);
const char *case_fault_name(case_fault fault);
/** True if a report of this kind is an answer to the fault. */
bool case_fault_is_found(case_fault fault, const hw_reference_report *report);

#endif
