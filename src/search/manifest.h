/* The manifest of a plan: what is searched, how, by which program, in which parts. */
#ifndef HW_SEARCH_MANIFEST_H
#define HW_SEARCH_MANIFEST_H

#include "base/digest.h"
#include "base/str.h"
#include "search/plan.h"
#include "search/unit.h"

/* What is searched by SNP profiles. */
typedef struct hwp_manifest_snp {
  uint8_t input[HW_DIGEST_SIZE]; /* hw_snp_input_digest */
  int32_t n_samples, n_families, n_queries;
  hw_snp_search_options options; /* simd NULL */
  int32_t n_units;               /* 0 = nothing is */
} hwp_manifest_snp;

/* Parameters that decide results. Not among them: which kernels are used, whether it prunes.
 * Units of STR profiles stand before those of SNP profiles. */
typedef struct hwp_manifest {
  uint8_t input[HW_DIGEST_SIZE]; /* hw_search_digests.all; zero = nothing is searched by STR */
  int32_t n_samples, n_families, n_queries;
  hw_search_options options; /* simd NULL, no_pruning false */
  int32_t unit_queries, n_units, n_shards;
  bool is_wide; /* what is found is weighed by all kinds of evidence */
  hw_search_weighing weighing;
  hwp_manifest_snp snp;
  uint8_t plan[HW_DIGEST_SIZE]; /* of all this and the program's version */
} hwp_manifest;

/* Adds the parameters to a digest, and the program's version. */
void hwp_options_add(hw_digest *digest, const hw_search_options *options);
void hwp_snp_options_add(hw_digest *digest, const hw_snp_search_options *options);

/* Digests of what is planned: of STR and SNP profiles, zero where there is none. */
typedef struct hwp_planned_digests {
  uint8_t str[HW_DIGEST_SIZE], snp[HW_DIGEST_SIZE];
} hwp_planned_digests;

/* Fills everything but `plan` of a manifest, then that. */
void hwp_manifest_init(hwp_manifest *self, const hw_search_planned *planned,
                       const hwp_planned_digests *digests, int32_t n_shards);
/* Units of both kinds, and where one stands. */
int32_t hwp_manifest_units(const hwp_manifest *self);
hwp_unit hwp_manifest_unit(const hwp_manifest *self, int32_t unit);
/* What decides whether a pair of a unit is kept, and how many samples its queries have. */
hw_search_options hwp_manifest_keeping(const hwp_manifest *self, const hwp_unit *unit);
int32_t hwp_manifest_samples(const hwp_manifest *self, const hwp_unit *unit);
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
