/* Shared by the files of a plan. */
#ifndef HW_SEARCH_PLAN_INT_H
#define HW_SEARCH_PLAN_INT_H

#include "search/log.h"
#include "search/manifest.h"
#include "search/plan.h"
#include "search/search_int.h"
#include "search/snp_input_file.h"
#include "search/snp_search_int.h"

struct hw_search_plan {
  char *dir;
  hwp_manifest manifest;
  hw_search_input_file file;
  hw_snp_input_file snp_file;
  hwp_index *index; /* of both: made by the first run that needs them */
  hwp_snp_index *snp_index;
  hw_search *search; /* of both: merged */
  hw_snp_search_results *snp_results;
};

/* Path of a file in the folder. Free with free(). */
HW_MUST_CHECK hw_status hwp_plan_path(const char *dir, const char *name, char **out, hw_err *err);
/* Of a shard's file: "shard-0007.done", ".part". */
HW_MUST_CHECK hw_status hwp_shard_path(const hw_search_plan *self, int32_t shard,
                                       const char *suffix, char **out, hw_err *err);
hwp_log_key hwp_shard_key(const hw_search_plan *self, int32_t shard);

/* Reads a complete shard.
 * @param take  gets every unit's outcome in order; NULL = check alone
 * @return HW_OK; HW_E_NOT_FOUND; HW_E_DAMAGED (damaged, cut, foreign); others of reading and of
 *         `take` */
HW_MUST_CHECK hw_status hwp_shard_read(const hw_search_plan *self, int32_t shard,
                                       hw_status (*take)(void *context, int32_t unit,
                                                         const hwp_outcome *outcome, hw_err *err),
                                       void *context, hw_err *err);
/* The same from memory (for tests of every byte). */
HW_MUST_CHECK hw_status hwp_shard_parse(const hwp_manifest *manifest, int32_t shard,
                                        const void *bytes, size_t n_bytes,
                                        hw_status (*take)(void *context, int32_t unit,
                                                          const hwp_outcome *outcome, hw_err *err),
                                        void *context, hw_err *err);

#endif
