/* The input of a search by SNP profiles as a file: panel with the frequencies of one population,
 * samples, families, missing persons, and no name of a person.
 *
 * As the input of a search by STR profiles (input_file.h), with the same sections; the layout stands
 * in docs/search-files.md. Reading is bounded and checks everything. */
#ifndef HW_SEARCH_SNP_INPUT_FILE_H
#define HW_SEARCH_SNP_INPUT_FILE_H

#include "base/digest.h"
#include "homeward/snp_search.h"

/* Digest of everything that decides a number: equal for what was written and what was read. Options
 * are not part of it. @return HW_OK; HW_E_REFERENCE (a missing person of no family); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_snp_input_digest(const hw_snp_search_input *input,
                                            uint8_t out[HW_DIGEST_SIZE], hw_err *err);

/* Writes it: complete under its name, or not at all. */
HW_MUST_CHECK hw_status hw_snp_input_write(const hw_snp_search_input *input, const char *path,
                                           hw_err *err);

/* An input that was read, with its memory. */
typedef struct hw_snp_input_file {
  hw_snp_search_input input;      /* of its panel's only population */
  uint8_t digest[HW_DIGEST_SIZE]; /* as hw_snp_input_digest */
  void *storage;
} hw_snp_input_file;

HW_MUST_CHECK hw_status hw_snp_input_read(const char *path, hw_snp_input_file *out, hw_err *err);
/* The same from memory; profiles stay in @p bytes, which are borrowed. */
HW_MUST_CHECK hw_status hwp_snp_input_parse(const void *bytes, size_t n_bytes, const char *name,
                                            hw_snp_input_file *out, hw_err *err);
void hw_snp_input_clear(hw_snp_input_file *self);

#endif
