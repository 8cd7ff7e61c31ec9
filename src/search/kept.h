/* A complete search as a file, for the next one to begin with; and what is new since. */
#ifndef HW_SEARCH_KEPT_H
#define HW_SEARCH_KEPT_H

#include "search/input_file.h"
#include "search/results.h"

typedef const uint8_t (*hwp_rows)[HW_SEARCH_ROW_DIGEST];

/* A search that was kept. */
typedef struct hwp_kept {
  int32_t n_samples, n_queries;
  hwp_rows samples, queries;      /* digests of the rows, in their order */
  hwp_outcome outcome;            /* of all queries; pairs by query, then sample */
  uint8_t digest[HW_DIGEST_SIZE]; /* of the file; zero if there is none */
  hw_arena arena;
} hwp_kept;

/* What must be equal for anything to be taken over: parameters, program, markers. */
void hwp_kept_key(const hw_search_options *options, const hw_search_digests *digests,
                  uint8_t out[HW_DIGEST_SIZE]);

/* @return HW_OK; HW_E_NOT_FOUND; HW_E_CONFLICT (another key); HW_E_SYNTAX, HW_E_VALUE, HW_E_DAMAGED;
 *         HW_E_NO_MEMORY. After a failure it is empty */
HW_MUST_CHECK hw_status hwp_kept_read(const char *path, const uint8_t key[HW_DIGEST_SIZE],
                                      const hw_search_options *options, hwp_kept *out, hw_err *err);
HW_MUST_CHECK hw_status hwp_kept_parse(const void *bytes, size_t n,
                                       const uint8_t key[HW_DIGEST_SIZE],
                                       const hw_search_options *options, hwp_kept *out,
                                       hw_err *err);
void hwp_kept_clear(hwp_kept *self);
/* Writes a search whose units are all done. Its pairs are put in another order and back. */
HW_MUST_CHECK hw_status hwp_kept_write(const char *path, const uint8_t key[HW_DIGEST_SIZE],
                                       const hw_search_digests *digests, const hwp_found *found,
                                       hw_err *err);

/* --- what is new (since.c) --- */

/* What is to be done, and what need not be. */
typedef struct hwp_since {
  bool is_full;
  int32_t n_new_samples, n_new_queries; /* new or changed rows */
  bool *is_searched; /* by sample: searched against all queries, by the first n_part units */
  int32_t n_searched;
  int32_t n_part, n_units; /* the units behind the first n_part are against all samples */
  hwp_unit *units;
  hwp_outcome before; /* of all queries: what is taken over, in the indices of today */
  hw_arena arena;
} hwp_since;

/* @param kept  NULL = nothing */
HW_MUST_CHECK hw_status hwp_since_find(const hw_search_input *input,
                                       const hw_search_options *options,
                                       const hw_search_digests *digests, const hwp_kept *kept,
                                       hwp_since *out, hw_err *err);
void hwp_since_clear(hwp_since *self);

#endif
