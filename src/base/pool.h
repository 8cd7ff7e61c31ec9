/** @file
 * Threads that share out numbered pieces of work.
 *
 * Pieces are numbered 0 … n−1. Every thread begins with an equal run of them and
 * takes its own from the front; one that has none left steals the rear half of
 * the longest run. Which thread does which piece is left open, so a piece must
 * not depend on another; whoever wants the same bytes for any number of threads
 * stores what a piece gave under its number.
 *
 * Example:
 * @code
 *   hw_pool_work work = {.n_pieces = 1000, .n_threads = 2, .run = square, .context = &numbers};
 *   s = hw_pool_run(&work, &err);
 * @endcode
 */
#ifndef HW_BASE_POOL_H
#define HW_BASE_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "homeward/status.h"

/** Most threads of one pool. */
#define HW_POOL_MAX_THREADS 1024

typedef struct hw_pool_work {
  int64_t n_pieces;
  int32_t n_threads; /**< 0 = one per processor that this process may use; the caller's thread is
                          one of them */
  /** Does one piece. Pieces on the same thread come one after the other.
   * @param thread  0 … threads − 1: index of that thread's own things */
  hw_status (*run)(void *context, int32_t thread, int64_t piece, hw_err *err);
  void *context;
  /** Called on the caller's thread only, between pieces and at least five times a second while it
   * waits; true = begin no further pieces. NULL = never. */
  bool (*is_stopped)(void *context, int64_t n_done);
  void *stop_context;
} hw_pool_work;

/** Threads that hw_pool_run would use. */
int32_t hw_pool_threads(const hw_pool_work *work);

/** Does all pieces. After a piece has failed none is begun any more; the failure of the lowest
 * piece among those that failed is returned.
 * @return HW_OK; HW_E_INTERRUPTED if is_stopped said so before all were done; HW_E_NO_MEMORY; what
 *         a piece returned */
HW_MUST_CHECK hw_status hw_pool_run(const hw_pool_work *work, hw_err *err);

#endif
