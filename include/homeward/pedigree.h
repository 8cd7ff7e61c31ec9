/** @file
 * Pedigrees of any shape: loops, inbreeding, several mates, one known parent,
 * identical twins, disconnected parts.
 *
 * Example:
 * @code
 *   hw_person p[3] = {{.id = "F", .father = -1, .mother = -1, .sex = HW_MALE, .twin = -1},
 *                     {.id = "M", .father = -1, .mother = -1, .sex = HW_FEMALE, .twin = -1},
 *                     {.id = "C", .father = 0, .mother = 1, .sex = HW_UNKNOWN_SEX, .twin = -1}};
 *   hw_pedigree ped = {.n_persons = 3, .persons = p};
 *   hw_status s = hw_pedigree_validate(&ped, &err);
 * @endcode
 */
#ifndef HOMEWARD_PEDIGREE_H
#define HOMEWARD_PEDIGREE_H

#include "homeward/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum hw_sex { HW_UNKNOWN_SEX = 0, HW_MALE, HW_FEMALE } hw_sex;

/** Index of a person that does not exist (unknown parent, no twin). */
#define HW_PERSON_NONE ((int32_t)-1)
/** Largest number of persons of one pedigree. */
#define HW_MAX_PERSONS 100000

/** A person; father and mother may be known singly. */
typedef struct hw_person {
  const char *id;
  int32_t father; /**< index, or HW_PERSON_NONE */
  int32_t mother; /**< index, or HW_PERSON_NONE */
  hw_sex sex;
  int32_t twin; /**< index of the person who is genetically the same individual (identical
                       twin, or the same person under another code); always a smaller index;
                       HW_PERSON_NONE if there is none. */
} hw_person;

typedef struct hw_pedigree {
  int32_t n_persons;
  const hw_person *persons;
} hw_pedigree;

/** Checks that the pedigree is possible: distinct ids, parents in range, no one
 * her own ancestor (twins counted as one individual), fathers not female and
 * mothers not male, nobody both father and mother, members of a twin group of
 * one sex and with the same parents (a member without parents takes the others').
 * @return HW_OK; HW_E_DUPLICATE; HW_E_REFERENCE; HW_E_PEDIGREE */
HW_API HW_MUST_CHECK hw_status hw_pedigree_validate(const hw_pedigree *self, hw_err *err);

/** Index of the person called @p id, or HW_PERSON_NONE. */
HW_API int32_t hw_pedigree_find(const hw_pedigree *self, const char *id);

#ifdef __cplusplus
}
#endif
#endif
