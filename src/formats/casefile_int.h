/* Shared inside the case file reader only.
 *
 * One reader per case. Everything that outlives reading is taken from the
 * list's arena; everything else hangs on the reader and is freed by
 * hwp_case_reader_clear, so that no error path frees anything itself. Functions
 * put their own part of the field path in front of what their callees set
 * (HWP_TRY_AT); the line and the column are looked up once, at the end. */
#ifndef HOMEWARD_CASEFILE_INT_H
#define HOMEWARD_CASEFILE_INT_H

#include "base/arena.h"
#include "base/check.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "genetics/name_index.h"
#include "homeward/casefile.h"

/* Returns the status of a failing call after putting a path in front of its field. */
#define HWP_TRY_AT(call, err, ...)       \
  do {                                   \
    const hw_status hwp_status = (call); \
    if (hwp_status != HW_OK) {           \
      hw_err_field((err), __VA_ARGS__);  \
      return hwp_status;                 \
    }                                    \
  } while (0)

typedef struct hwp_case_reader {
  hw_arena *arena; /* of the list */
  hw_err *err;     /* may be NULL */
  int32_t n_markers;
  hw_marker *markers; /* arena */
  hw_name_index marker_index;
  hw_name_index *allele_index; /* n_markers */
  double *scratch[3];          /* matrices: computed from mother, from father, given */
  size_t n_scratch;            /* doubles in each */
} hwp_case_reader;

void hwp_case_reader_clear(hwp_case_reader *self);

/* --- casefile.c: small things that all parts need --- */

/* Number of elements of a JSON array that must not be empty. */
HW_MUST_CHECK hw_status hwp_case_count(const hw_json *array, const char *what, int32_t *out,
                                       hw_err *err);
/* Required text that is not empty, copied to the arena. */
HW_MUST_CHECK hw_status hwp_case_text(hwp_case_reader *self, const hw_json *object, const char *key,
                                      const char **out);
/* Zeroed array in the arena; n = 0 gives a pointer too.
 * @return NULL with the error set (HW_E_NO_MEMORY) */
HW_MUST_CHECK void *hwp_case_alloc(hwp_case_reader *self, int32_t n, size_t size);
/* Indexes names and refuses duplicates; the error's field is "array[number]member". */
HW_MUST_CHECK hw_status hwp_case_index(hwp_case_reader *self, int32_t n, const char *const *names,
                                       const char *array, const char *member, hw_name_index *out);

/* --- casefile_marker.c --- */

HW_MUST_CHECK hw_status hwp_case_read_markers(hwp_case_reader *self, const hw_json *array);
HW_MUST_CHECK hw_status hwp_case_read_linkage(hwp_case_reader *self, const hw_json *array,
                                              hw_linkage **out, int32_t *n_out);

/* --- casefile_mutation.c --- */

/* Reads the member `mutation` of a marker whose alleles are read; fills the matrices. */
HW_MUST_CHECK hw_status hwp_case_read_mutation(hwp_case_reader *self, const hw_json *object,
                                               hw_marker *marker);

/* --- casefile_pedigree.c --- */

/* Reads the member `sex`. */
HW_MUST_CHECK hw_status hwp_case_read_sex(const hw_json *object, hw_sex *out, hw_err *err);

/* Reads the members `pedigree` and `identical` of a hypothesis or family.
 * @param codes      index of the profiles' codes
 * @param profiles   n_profiles
 * @param whose      for messages: "hypothesis" or "family"
 * @param person_of  [out] n_profiles person indices, all filled
 * @param persons    [out] index of the pedigree's persons; the caller clears it, also on failure */
HW_MUST_CHECK hw_status hwp_case_read_pedigree(hwp_case_reader *self, const hw_json *object,
                                               const hw_name_index *codes, int32_t n_profiles,
                                               const hw_profile *profiles, const char *whose,
                                               hw_pedigree *out, int32_t *person_of,
                                               hw_name_index *persons);

/* --- casefile_profile.c --- */

/* Reads the codes of `genotypes` and `dropout` of them; observations follow when
 * the pedigrees have told the sexes. The caller clears @p codes, also on failure. */
HW_MUST_CHECK hw_status hwp_case_read_codes(hwp_case_reader *self, const hw_json *genotypes,
                                            const hw_json *dropout, hw_profile **out,
                                            int32_t *n_out, hw_name_index *codes);
/* Reads {"dropout", "drop_in"} into a profile. */
HW_MUST_CHECK hw_status hwp_case_read_dropout(const hw_json *object, hw_profile *profile,
                                              hw_err *err);
/* Reads the observations of a profile whose id and dropout are set. */
HW_MUST_CHECK hw_status hwp_case_read_observations(hwp_case_reader *self, const hw_json *array,
                                                   hw_sex sex, hw_profile *profile);
/* The same for all profiles of a `genotypes` object; sexes has one entry per profile. */
HW_MUST_CHECK hw_status hwp_case_read_genotypes(hwp_case_reader *self, const hw_json *genotypes,
                                                const hw_sex *sexes, hw_profile *profiles,
                                                int32_t n_profiles);

/* --- casefile_dvi.c --- */

/* Reads `remains` and `families` of a victim identification case. */
HW_MUST_CHECK hw_status hwp_case_read_dvi(hwp_case_reader *self, const hw_json *object,
                                          hw_case *out);

#endif
