/* The manifest of a plan: what is searched, how, by which program, in which parts. */
#ifndef HW_SEARCH_MANIFEST_H
#define HW_SEARCH_MANIFEST_H

#include "base/digest.h"
#include "base/str.h"
#include "homeward/search.h"

/* Parameters that decide results. Not among them: which kernels are used, whether it prunes. */
typedef struct hwp_manifest {
  uint8_t input[HW_DIGEST_SIZE]; /* hw_search_digests.all */
  int32_t n_samples, n_families, n_queries;
  hw_search_options options; /* simd NULL, no_pruning false */
  int32_t unit_queries, n_units, n_shards;
  uint8_t plan[HW_DIGEST_SIZE]; /* of all this and the program's version */
} hwp_manifest;

/* Adds the parameters to a digest, and the program's version. */
void hwp_options_add(hw_digest *digest, const hw_search_options *options);

/* Fills everything but `plan` of a manifest, then that. */
void hwp_manifest_init(hwp_manifest *self, const hw_search_input *input,
                       const uint8_t digest[HW_DIGEST_SIZE], const hw_search_options *options,
                       int32_t n_shards);
/* Units [*first, *end) of a shard: equal runs, in order. */
void hwp_manifest_shard(const hwp_manifest *self, int32_t shard, int32_t *first, int32_t *end);

/* As JSON; there is one way only to write a manifest. */
HW_MUST_CHECK hw_status hwp_manifest_format(const hwp_manifest *self, hw_str *out, hw_err *err);
/* Reads one, and refuses every byte that is not what would be written.
 * @param name  stands for the file in messages
 * @return HW_OK; HW_E_VALUE (made by another version of the program); HW_E_DAMAGED; HW_E_NO_MEMORY;
 *         err->file is set */
HW_MUST_CHECK hw_status hwp_manifest_parse(const char *bytes, size_t n_bytes, const char *name,
                                           hwp_manifest *out, hw_err *err);

#endif
