/* A search cut into shards, for several processes or a cluster.
 *
 *   plan    writes DIR/input (input_file.h), DIR/input-snp (snp_input_file.h),
 *           or that of the two which is searched, and DIR/manifest.json: digests of the
 *           inputs and of the parameters, the program's version, the units and
 *           which shard has which
 *   run     does one shard: DIR/shard-0007.part grows by one record per unit, each
 *           with its digest; when it is complete DIR/shard-0007.done appears, with
 *           the records in order, and the other goes. Doing a shard twice gives the
 *           same file; what another process holds at that moment is refused.
 *   merge   joins all shards, refuses missing, foreign and damaged ones, and gives
 *           what hw_search_run and hw_snp_search_run give, to the byte */
#ifndef HW_SEARCH_PLAN_H
#define HW_SEARCH_PLAN_H

#include "homeward/snp_search.h"
#include "search/input_file.h"

/* Most shards of a plan (arrays of cluster managers are limited to about a thousand). */
#define HW_SEARCH_MAX_SHARDS 100000

/* How what was found is weighed by all kinds of evidence. A plan carries it for whoever merges. */
typedef struct hw_search_weighing {
  unsigned kinds;          /* bits of the kinds that count */
  double threshold, floor; /* of totals */
  double prior_none;       /* as hw_search_options has it */
  int32_t most_mt, most_y; /* differences that do not exclude a pair; −1 = a line excludes nobody */
} hw_search_weighing;

/* What is planned. Borrowed. */
typedef struct hw_search_planned {
  const hw_search_input *str; /* NULL = nothing is searched by STR profiles */
  const hw_search_options *str_options;
  const hw_snp_search_input *snp; /* NULL = nothing by SNP profiles */
  /* Both NULL: STR alone counts. Else the options are there also where no SNP profile is. */
  const hw_snp_search_options *snp_options;
  const hw_search_weighing *weighing;
} hw_search_planned;

/* Writes a plan into a folder, which is made; refuses one that holds another plan (HW_E_CONFLICT).
 * The same plan again is fine, whatever has been done of it stays.
 * @param n_shards  0 = as many as give each about @p shard_seconds at the rate of this machine; at
 *                  most one per unit, fewer are made then */
HW_MUST_CHECK hw_status hw_search_plan_write(const hw_search_planned *planned, int32_t n_shards,
                                             double shard_seconds, const char *dir, hw_err *err);

typedef struct hw_search_plan hw_search_plan;
/* Reads and checks manifest and input.
 * @return HW_OK; HW_E_NOT_FOUND; HW_E_DAMAGED; HW_E_VALUE (another version of the program made it) */
HW_MUST_CHECK hw_status hw_search_plan_open(const char *dir, hw_search_plan **out, hw_err *err);
void hw_search_plan_close(hw_search_plan *self);
int32_t hw_search_plan_shards(const hw_search_plan *self);
/* As it was written, without kernels; valid as long as the plan. */
hw_search_planned hw_search_plan_get(const hw_search_plan *self);
/* Which shards have a complete file (merging checks its content). @param done  [out] one per shard. @return how many */
int32_t hw_search_plan_done(const hw_search_plan *self, bool *done);

/* Does a shard (0 … n−1), or goes on with it. A shard that is complete is left alone; one whose
 * file is damaged is done again.
 * @return HW_OK; HW_E_INTERRUPTED (what was done is kept); HW_E_BUSY (another process has it);
 *         HW_E_IO; errors of the engine */
HW_MUST_CHECK hw_status hw_search_plan_run(hw_search_plan *self, int32_t shard,
                                           const hw_search_go *go, hw_err *err);

/* What all shards have found, the plan's own. */
typedef struct hw_search_merged {
  const hw_search *str;             /* whose results and details can be asked for; NULL = none */
  const hw_snp_search_results *snp; /* NULL = none */
} hw_search_merged;

/* Joins all shards.
 * @return HW_OK; HW_E_NOT_FOUND (missing shards, named); HW_E_DAMAGED (naming the file) */
HW_MUST_CHECK hw_status hw_search_plan_merge(hw_search_plan *self, hw_search_merged *out,
                                             hw_err *err);

/* --- one machine: checkpoint, and what is new since the last search --- */

/* What a search that remembers did. */
typedef struct hw_search_since {
  bool is_full;          /* nothing of an earlier search could be taken over */
  bool is_resumed;       /* an interrupted search was gone on with */
  bool is_kept;          /* the folder holds this search now */
  int32_t n_new_samples; /* new or changed since the search that was taken over; all if is_full */
  int32_t n_new_queries;
  char note[320]; /* what was wrong with the folder, one line; "" = nothing */
} hw_search_since;

/* As hw_search_run, with everything that is done kept in the folder @p dir, which is made: an
 * interrupted or killed search of the same input and options goes on where it was; after a complete
 * one, of the same options, only what is new or changed is searched (samples against all queries,
 * queries against all samples), with the results of a full search. The folder is a cache: whatever
 * is wrong with it is told in `note`, and the search is full, or not kept.
 * @param since  [out] what was done, or NULL; set also when it was interrupted */
HW_MUST_CHECK hw_status hw_search_run_kept(hw_search *self, const char *dir, const hw_search_go *go,
                                           hw_search_since *since, hw_err *err);

/* As hw_snp_search_run, with the same folder: an interrupted or killed search of the same input and
 * options goes on where it was, and a complete one has nothing to do.
 * @param dir    NULL = nothing is kept
 * @param since  [out] is_resumed, is_kept and note; or NULL */
HW_MUST_CHECK hw_status hw_snp_search_run_kept(const hw_snp_search_input *input,
                                               const hw_snp_search_options *options,
                                               const char *dir, const hw_search_go *go,
                                               hw_search_since *since, hw_snp_search_results **out,
                                               hw_err *err);

#endif
