/* A search cut into shards, for several processes or a cluster.
 *
 *   plan    writes DIR/input (input_file.h) and DIR/manifest.json: digests of the
 *           input and of the parameters, the program's version, the units and
 *           which shard has which
 *   run     does one shard: DIR/shard-0007.part grows by one record per unit, each
 *           with its digest, and is renamed to DIR/shard-0007.done when it is
 *           complete. Doing a shard twice gives the same file; what another
 *           process holds at that moment is refused.
 *   merge   joins all shards, refuses missing, foreign and damaged ones, and gives
 *           what hw_search_run gives, to the byte
 *
 * hw_search_run with a checkpoint is a plan of one shard. */
#ifndef HW_SEARCH_PLAN_H
#define HW_SEARCH_PLAN_H

#include "homeward/search.h"
#include "search/input_file.h"

/* Most shards of a plan (arrays of cluster managers are limited to about a thousand). */
#define HW_SEARCH_MAX_SHARDS 100000

/* Writes a plan into a folder, which is made; refuses one that holds another plan.
 * The same plan again is fine, whatever has been done of it stays.
 * @param n_shards  0 = as many as give each about @p shard_seconds at the rate of this machine; at
 *                  most one per unit, fewer are made then */
HW_MUST_CHECK hw_status hw_search_plan_write(const hw_search_input *input,
                                             const hw_search_options *options, int32_t n_shards,
                                             double shard_seconds, const char *dir, hw_err *err);

typedef struct hw_search_plan hw_search_plan;
/* Reads and checks manifest and input.
 * @return HW_OK; HW_E_NOT_FOUND; HW_E_DAMAGED; HW_E_VALUE (another version of the program made it) */
HW_MUST_CHECK hw_status hw_search_plan_open(const char *dir, hw_search_plan **out, hw_err *err);
void hw_search_plan_close(hw_search_plan *self);
int32_t hw_search_plan_shards(const hw_search_plan *self);
const hw_search_input *hw_search_plan_input(const hw_search_plan *self);
const hw_search_options *hw_search_plan_options(const hw_search_plan *self);
/* Which shards are complete. @param done  [out] one per shard. @return how many */
int32_t hw_search_plan_done(const hw_search_plan *self, bool *done);

/* Does a shard (0 … n−1), or goes on with it. A shard that is complete is left alone.
 * @return HW_OK; HW_E_INTERRUPTED (what was done is kept); HW_E_BUSY (another process has it);
 *         HW_E_IO; errors of the engine */
HW_MUST_CHECK hw_status hw_search_plan_run(hw_search_plan *self, int32_t shard,
                                           const hw_search_go *go, hw_err *err);

/* Joins all shards into a search whose results and details can be asked for.
 * @return HW_OK; HW_E_NOT_FOUND (missing shards, named); HW_E_DAMAGED (naming the file) */
HW_MUST_CHECK hw_status hw_search_plan_merge(hw_search_plan *self, const hw_search **out,
                                             hw_err *err);

/* --- one machine: checkpoint, and what is new since the last search --- */

/* As hw_search_run, with everything that is done kept in the folder @p dir: an interrupted or killed
 * search of the same input and options goes on where it was; after a complete one, of the same
 * options, only what is new or changed is searched (samples against all queries, queries against all
 * samples), with the results of a full search. The folder is a cache: without it the search is full.
 * @param since  [out] what was new, or NULL */
typedef struct hw_search_since {
  bool is_full;    /* nothing could be taken over */
  bool is_resumed; /* an interrupted search was gone on with */
  int32_t n_new_samples, n_new_queries;
} hw_search_since;
HW_MUST_CHECK hw_status hw_search_run_kept(hw_search *self, const char *dir, const hw_search_go *go,
                                           hw_search_since *since, hw_err *err);

#endif
