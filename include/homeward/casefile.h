/** @file
 * The `homeward-case/1` exchange format: one self-contained problem.
 *
 * Example:
 * @code
 *   hw_case_list *list = NULL;
 *   hw_status s = hw_case_list_read("case.json", &list, &err);
 *   for (int32_t i = 0; s == HW_OK && i < list->n_cases; i++) puts(list->cases[i].id);
 *   hw_case_list_delete(list);
 * @endcode
 */
#ifndef HOMEWARD_CASEFILE_H
#define HOMEWARD_CASEFILE_H

#include <stdio.h>

#include "homeward/likelihood.h"
#include "homeward/marker.h"
#include "homeward/pedigree.h"
#include "homeward/profile.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One hypothesis: who is related to whom. */
typedef struct hw_hypothesis {
  const char *name;
  hw_pedigree pedigree;          /**< twin fields filled from `identical` */
  const int32_t *profile_person; /**< per case profile: person index in the pedigree */
} hw_hypothesis;

/** One family of a victim-identification case. */
typedef struct hw_family {
  const char *name;
  hw_pedigree pedigree;
  int32_t n_missing;
  const int32_t *missing; /**< person indices */
  int32_t n_profiles;
  const hw_profile *profiles;    /**< typed references */
  const int32_t *profile_person; /**< n_profiles person indices */
} hw_family;

/** One remains profile. */
typedef struct hw_remains {
  const char *id;
  hw_sex sex;
  hw_profile profile;
} hw_remains;

/** A case is either a comparison of hypotheses (n_hypotheses > 0) or a victim
 * identification (n_remains, n_families > 0). Everything it points to belongs
 * to the list that it was read with. */
typedef struct hw_case {
  const char *id;
  const char *description; /**< "" if none */
  double theta;            /**< 0 ≤ theta < 1 */
  int32_t n_markers;
  const hw_marker *markers; /**< matrices filled */
  int32_t n_linkages;
  const hw_linkage *linkages;
  int32_t n_hypotheses;
  const hw_hypothesis *hypotheses;
  int32_t reference; /**< index of the reference hypothesis */
  int32_t n_profiles;
  const hw_profile *profiles; /**< of the hypotheses; id = code in `genotypes` */
  int32_t n_remains;
  const hw_remains *remains;
  int32_t n_families;
  const hw_family *families;
} hw_case;

typedef struct hw_case_list {
  int32_t n_cases;
  const hw_case *cases;
  void *storage; /**< private */
} hw_case_list;

/** Largest file that is read, in bytes. */
#define HW_CASE_MAX_BYTES ((size_t)1 << 30)

/** Reads a `homeward-case/1` or `homeward-cases/1` file ("-" = standard input).
 * Everything is checked: unknown or duplicate keys, types, ranges, sums,
 * pedigrees, references. Free with hw_case_list_delete.
 * @param out [out] the cases; NULL on failure */
HW_API HW_MUST_CHECK hw_status hw_case_list_read(const char *path, hw_case_list **out, hw_err *err);

/** The same from memory; @p name stands for the file in messages. */
HW_API HW_MUST_CHECK hw_status hw_case_list_parse(const char *bytes, size_t n_bytes,
                                                  const char *name, hw_case_list **out,
                                                  hw_err *err);

/** Writes cases so that reading gives the same ones, to the last bit: one as `homeward-case/1`,
 * several as `homeward-cases/1`. Nothing is written if the format cannot say what a case says.
 * @return HW_OK; HW_E_UNSUPPORTED (typing errors, parents of unknown sex); HW_E_SHAPE (no case, no
 *         markers, neither hypotheses nor remains and families, a family without missing person);
 *         HW_E_DUPLICATE (a profile that bears the name of another person); HW_E_IO */
HW_API HW_MUST_CHECK hw_status hw_case_list_write(const hw_case *cases, int32_t n_cases, FILE *out,
                                                  hw_err *err);

/** Frees a list; NULL is allowed. */
HW_API void hw_case_list_delete(hw_case_list *self);

#ifdef __cplusplus
}
#endif
#endif
