/* Doing units on several threads (base/pool.h).
 *
 * Each thread has workers of its own, made when it gets its first unit of STR or
 * of SNP profiles, and hands over what the unit found under one lock. So whoever takes outcomes
 * (results in memory, a file of a shard) needs no lock of its own, and never sees
 * half of one.
 *
 * How often a search can be stopped is how long a unit takes: a few hundred
 * queries against a million samples are a fraction of a second. */
#include "search/work.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/pool.h"

/* Looked-up codes of one unit, at most. */
#define UNIT_LOOKUPS ((int64_t)10000000000)

int32_t hwp_unit_queries(const hw_search_input *input, const hw_search_options *options) {
  if (options->unit_queries > 0) return options->unit_queries;
  const int64_t each = (int64_t)(input->n_samples > 0 ? input->n_samples : 1) *
                       (input->n_markers > 0 ? input->n_markers : 1);
  const int64_t n = UNIT_LOOKUPS / each;
  return n < 1 ? 1 : n > HW_SEARCH_UNIT ? HW_SEARCH_UNIT : (int32_t)n;
}

int32_t hwp_count_units(int32_t n_queries, int32_t unit_queries) {
  return n_queries / unit_queries + (n_queries % unit_queries != 0);
}

hwp_unit hwp_unit_at(int32_t n_queries, int32_t unit_queries, int32_t number) {
  const int32_t first = number * unit_queries;
  const int32_t left = n_queries - first;
  return (hwp_unit){.first_query = first, .n_queries = left < unit_queries ? left : unit_queries};
}

static uint64_t pairs_of(const hwp_work *self, const hwp_unit *unit) {
  return (uint64_t)unit->n_queries * (unit->is_snp ? self->each_snp : self->each);
}

uint64_t hwp_work_pairs(const hwp_work *self, bool done) {
  uint64_t n = 0;
  for (int32_t i = 0; i < self->n_units; i++)
    if (self->is_done[i] == done) n += pairs_of(self, &self->units[i]);
  return n;
}

/* What belongs to one thread; NULL until it is needed. */
typedef struct thread_workers {
  hwp_worker *str;
  hwp_snp_worker *snp;
} thread_workers;

/* What the threads share. */
typedef struct shared {
  hwp_work *work;
  const hw_search_go *go;
  int32_t n_left;
  int32_t *left;           /* numbers of the units that are not done */
  thread_workers *workers; /* one per thread */
  pthread_mutex_t lock;    /* of the rest, of is_done and of take */
  uint64_t pairs_done;
} shared;

static hw_status compute(const hwp_work *work, thread_workers *own, const hwp_unit *unit,
                         hwp_outcome *outcome, hw_err *err) {
  *outcome = (hwp_outcome){0};
  if (unit->is_snp) {
    if (!own->snp) HW_TRY(hwp_snp_worker_new(work->snp, &own->snp, err));
    return hwp_snp_worker_run(own->snp, unit, true, outcome, err);
  }
  if (!own->str) HW_TRY(hwp_worker_new(work->index, &own->str, err));
  return hwp_worker_run(own->str, unit, outcome, err);
}

static hw_status do_unit(void *context, int32_t thread, int64_t piece, hw_err *err) {
  shared *self = context;
  hwp_work *work = self->work;
  const int32_t number = self->left[piece];
  hwp_outcome outcome;
  hw_status status = compute(work, &self->workers[thread], &work->units[number], &outcome, err);
  if (status == HW_OK) {
    pthread_mutex_lock(&self->lock);
    status = work->take(work->context, number, &outcome, err);
    if (status == HW_OK) {
      work->is_done[number] = true;
      self->pairs_done += pairs_of(work, &work->units[number]);
    }
    pthread_mutex_unlock(&self->lock);
  }
  hwp_outcome_clear(&outcome);
  return status;
}

static bool is_stopped(void *context, int64_t n_done) {
  (void)n_done;
  shared *self = context;
  pthread_mutex_lock(&self->lock);
  const uint64_t pairs_done = self->pairs_done;
  pthread_mutex_unlock(&self->lock);
  return self->go->progress(self->go->context, pairs_done, self->work->all);
}

static hw_status run_shared(shared *self, hw_err *err) {
  const hw_search_go *go = self->go;
  hw_pool_work pool = {.n_pieces = self->n_left,
                       .n_threads = go ? go->n_threads : 0,
                       .run = do_unit,
                       .context = self};
  if (go && go->progress) {
    pool.is_stopped = is_stopped;
    pool.stop_context = self;
  }
  const int32_t n_threads = hw_pool_threads(&pool);
  self->workers = calloc((size_t)n_threads, sizeof *self->workers);
  if (!self->workers) return HW_NO_MEMORY(err, "the threads");
  if (pthread_mutex_init(&self->lock, NULL) != 0) {
    free(self->workers);
    return HW_NO_MEMORY(err, "the threads");
  }
  const hw_status status = hw_pool_run(&pool, err);
  for (int32_t i = 0; i < n_threads; i++) {
    hwp_worker_delete(self->workers[i].str);
    hwp_snp_worker_delete(self->workers[i].snp);
  }
  /* Once more, so that the last number shown is the number done. */
  if (status == HW_OK && pool.is_stopped) (void)is_stopped(self, self->n_left);
  pthread_mutex_destroy(&self->lock);
  free(self->workers);
  return status;
}

hw_status hwp_work_run(hwp_work *self, const hw_search_go *go, hw_err *err) {
  shared all = {.work = self, .go = go, .pairs_done = self->before + hwp_work_pairs(self, true)};
  all.left = calloc((size_t)self->n_units + 1, sizeof *all.left);
  if (!all.left) return HW_NO_MEMORY(err, "the units");
  for (int32_t i = 0; i < self->n_units; i++)
    if (!self->is_done[i]) all.left[all.n_left++] = i;
  const hw_status status = run_shared(&all, err);
  free(all.left);
  if (status == HW_E_INTERRUPTED)
    return hw_err_set(err, HW_E_INTERRUPTED, "the search was stopped before its end");
  return status;
}
