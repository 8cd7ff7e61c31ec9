/* What the files of searches' inputs have in common, by STR or by SNP profiles.
 *
 *     file      [ magic 8 | version 4 | 0 4 | models | samples | families | queries ]
 *     section   [ tag 4 | length 8 | content … | digest 32 ]         (bytes.h)
 *     content   models: one row; the others: number of rows, rows */
#ifndef HW_SEARCH_INPUT_FORM_H
#define HW_SEARCH_INPUT_FORM_H

#include "homeward/search.h"
#include "search/bytes.h"

/* Sections of the file, in this order: tags. */
enum { HWP_INPUT_MODELS = 1, HWP_INPUT_SAMPLES, HWP_INPUT_FAMILIES, HWP_INPUT_QUERIES };
/* Bytes before the first section. */
enum { HWP_INPUT_HEAD = 16 };

/* One of the two kinds of input. */
typedef struct hwp_input_form {
  char magic[9];
  int32_t (*count)(const void *input, uint32_t tag);
  /* Writes a row; of the models all of them as number 0. */
  hw_status (*put_row)(hw_str *out, const void *input, uint32_t tag, int32_t i, hw_err *err);
  /* Reads the content of a section, not more; sections come in order. */
  hw_status (*get)(void *reader, uint32_t tag, hwp_bytes *in, hw_err *err);
  /* Looks at everything when it has been read. */
  hw_status (*check)(void *reader, hw_err *err);
} hwp_input_form;

/* Writes a file: complete under its name, or not at all. Rows are made twice, so that only a few of
 * them stand in memory. */
HW_MUST_CHECK hw_status hwp_input_form_write(const hwp_input_form *form, const void *input,
                                             const char *path, hw_err *err);
/* Digest of what the file would hold. */
HW_MUST_CHECK hw_status hwp_input_form_digest(const hwp_input_form *form, const void *input,
                                              uint8_t out[HW_DIGEST_SIZE], hw_err *err);
/* Reads a file from memory. @param name  stands for it in messages
 * @param digest  [out] as hwp_input_form_digest, or NULL
 * @return HW_OK; HW_E_SYNTAX (no such file), HW_E_VALUE (another version), HW_E_DAMAGED;
 *         HW_E_NO_MEMORY; with the file */
HW_MUST_CHECK hw_status hwp_input_form_parse(const hwp_input_form *form, void *reader,
                                             const void *bytes, size_t n_bytes, const char *name,
                                             uint8_t *digest, hw_err *err);

/* --- what both have --- */

/* That rows of @p stride bytes, which begin with a pointer to their code, have different ones. */
HW_MUST_CHECK hw_status hwp_input_check_codes(const void *rows, size_t stride, int32_t n,
                                              const char *what, hw_err *err);

/* What of a family bears on its missing persons. */
typedef struct hwp_input_kin {
  const hw_pedigree *pedigree;
  int32_t n_profiles;
  const int32_t *profile_person;
} hwp_input_kin;

/* Reads the section of missing persons: those of a family stand together, have different codes and
 * no profile. */
HW_MUST_CHECK hw_status hwp_input_get_queries(hwp_bytes *in, hw_arena *arena, int32_t n_families,
                                              const hwp_input_kin *families,
                                              const hw_search_query **out, int32_t *n_out,
                                              hw_err *err);

#endif
