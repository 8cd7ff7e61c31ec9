/* The input of a search as a file: markers, samples, families, and no name of a person.
 *
 * Workers of a cluster read it instead of the case database; what a search kept is
 * tied to its digest; and the digests of its rows tell what is new since another
 * search (search/kept.h). Little-endian, sections with lengths and digests; the
 * layout stands in docs/search-files.md. Reading is bounded and checks everything:
 * a file that was changed or cut is refused. */
#ifndef HW_SEARCH_INPUT_FILE_H
#define HW_SEARCH_INPUT_FILE_H

#include "base/digest.h"
#include "homeward/search.h"

/* Bytes of the digest of one row (a sample; or a query with its family). */
#define HW_SEARCH_ROW_DIGEST 16

/* Digests of an input: equal exactly if everything that decides a number is equal. */
typedef struct hw_search_digests {
  uint8_t models[HW_DIGEST_SIZE];           /* markers, theta */
  uint8_t (*samples)[HW_SEARCH_ROW_DIGEST]; /* n_samples: code, sex, profile */
  uint8_t (*queries)[HW_SEARCH_ROW_DIGEST]; /* n_queries: codes, pedigree, references, person */
  uint8_t all[HW_DIGEST_SIZE];              /* of the whole input, in its order */
} hw_search_digests;

HW_MUST_CHECK hw_status hw_search_digests_of(const hw_search_input *input, hw_search_digests *out,
                                             hw_err *err);
void hw_search_digests_clear(hw_search_digests *self);

/* Writes it: complete under its name, or not at all. */
HW_MUST_CHECK hw_status hw_search_input_write(const hw_search_input *input, const char *path,
                                              hw_err *err);

/* An input that was read, with its memory. */
typedef struct hw_search_input_file {
  hw_search_input input;
  uint8_t digest[HW_DIGEST_SIZE]; /* as hw_search_digests.all */
  void *storage;
} hw_search_input_file;

HW_MUST_CHECK hw_status hw_search_input_read(const char *path, hw_search_input_file *out,
                                             hw_err *err);
void hw_search_input_clear(hw_search_input_file *self);

#endif
