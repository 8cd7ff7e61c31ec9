/* Threads that share out numbered pieces of work.
 *
 * Every thread owns a run of pieces, [next, end), and takes from its front. Who
 * has none left takes the rear half of the longest run of the others: the owner
 * goes on undisturbed at the front, and few steals even out any imbalance, for
 * each one halves what is left.
 *
 *     thread 0   [ 3 4 5 6 7 8 9 )          thread 0   [ 3 4 5 )
 *     thread 1   [ )                steals  thread 1   [ 6 7 8 9 )
 *
 * One lock guards all runs. It is held for a few additions per piece, and pieces
 * are meant to be milliseconds at least, so nothing is gained by more locks; in
 * return every decision is taken on a state that nobody changes meanwhile.
 *
 * Invariants, whenever the lock is free: 1. every piece is in exactly one run, or
 * was begun. 2. n_done counts those that have ended, well or not. 3. failed_piece
 * is the lowest that failed, `err` its message. 4. once is_ending is set no piece
 * is begun.
 *
 * The caller's thread is thread 0. It asks is_stopped between its pieces, and
 * when it finds no more work while others are still busy it waits on a condition
 * and asks five times a second.
 *
 * Other threads block the signals that ask a process to do something: handlers
 * then run on a thread of the program, which knows about them, and interrupt its
 * waiting. A thread that cannot be made is missed in speed only: its run is
 * stolen by the others.
 *
 * Source: work stealing by halves, Hendler & Shavit 2002, "Non-blocking steal-half
 * work queues", PODC '02; here with a lock. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "base/pool.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"

/* How long the caller waits before it asks is_stopped again. */
#define WAIT_NS 100000000L
/* Processor sets of more bits than this are not asked for. */
enum { MOST_PROCESSORS = 1 << 20 };

/* Pieces that a thread has to do. */
typedef struct run {
  int64_t next, end;
} run;

typedef struct pool {
  const hw_pool_work *work;
  int32_t n_threads;
  pthread_mutex_t lock;
  pthread_cond_t is_idle; /* a thread has ended */
  run *runs;              /* n_threads */
  int32_t n_busy;         /* threads other than the caller's that have not ended */
  int64_t n_done;
  bool is_ending;
  bool is_interrupted;
  int64_t failed_piece; /* −1 = none */
  hw_status status;     /* of that piece */
  hw_err err;
} pool;

/* One of the other threads. */
typedef struct member {
  pool *pool;
  int32_t number;
  pthread_t handle;
} member;

/* --- how many --- */

/* Processors that this process may use: what a batch system or taskset left it. */
static int32_t count_processors(void) {
  for (int n = CPU_SETSIZE; n <= MOST_PROCESSORS; n *= 4) {
    cpu_set_t *set = CPU_ALLOC((size_t)n);
    if (!set) break;
    const size_t size = CPU_ALLOC_SIZE((size_t)n);
    const bool is_known = sched_getaffinity(0, size, set) == 0;
    const int error = errno;
    const int count = is_known ? CPU_COUNT_S(size, set) : 0;
    CPU_FREE(set);
    if (is_known) return count > 0 ? count : 1;
    if (error != EINVAL) break; /* EINVAL: the machine has more */
  }
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online < 1 ? 1 : online > HW_POOL_MAX_THREADS ? HW_POOL_MAX_THREADS : (int32_t)online;
}

int32_t hw_pool_threads(const hw_pool_work *work) {
  int64_t n = work->n_threads > 0 ? work->n_threads : count_processors();
  if (n > HW_POOL_MAX_THREADS) n = HW_POOL_MAX_THREADS;
  if (n > work->n_pieces) n = work->n_pieces;
  return n < 1 ? 1 : (int32_t)n;
}

/* --- sharing out; with the lock held --- */

/* Equal runs in the order of the pieces. */
static void share(pool *self) {
  const int64_t each = self->work->n_pieces / self->n_threads;
  const int64_t rest = self->work->n_pieces % self->n_threads;
  int64_t next = 0;
  for (int32_t i = 0; i < self->n_threads; i++) {
    const int64_t n = each + (i < rest);
    self->runs[i] = (run){next, next + n};
    next += n;
  }
}

/* The next piece of a thread, its own or stolen. @return −1 if there is none to begin */
static int64_t take(pool *self, int32_t thread) {
  if (self->is_ending) return -1;
  run *own = &self->runs[thread];
  if (own->next == own->end) {
    run *longest = own;
    for (int32_t i = 0; i < self->n_threads; i++)
      if (self->runs[i].end - self->runs[i].next > longest->end - longest->next)
        longest = &self->runs[i];
    const int64_t n = longest->end - longest->next;
    if (n == 0) return -1;
    *own = (run){longest->end - (n + 1) / 2, longest->end};
    longest->end = own->next;
  }
  return own->next++;
}

static void note(pool *self, int64_t piece, hw_status status, const hw_err *err) {
  self->n_done++;
  if (status == HW_OK) return;
  self->is_ending = true;
  if (self->failed_piece >= 0 && self->failed_piece < piece) return;
  self->failed_piece = piece;
  self->status = status;
  self->err = *err;
}

/* --- threads --- */

/* Does one piece. @return false if there is none to begin. Takes and leaves with the lock held. */
static bool step(pool *self, int32_t thread) {
  const int64_t piece = take(self, thread);
  if (piece < 0) return false;
  pthread_mutex_unlock(&self->lock);
  hw_err err = HW_ERR_INIT;
  const hw_status status = self->work->run(self->work->context, thread, piece, &err);
  pthread_mutex_lock(&self->lock);
  note(self, piece, status, &err);
  return true;
}

static void *member_run(void *argument) {
  member *self = argument;
  pool *p = self->pool;
  pthread_mutex_lock(&p->lock);
  while (step(p, self->number)) {
  }
  p->n_busy--;
  pthread_cond_signal(&p->is_idle);
  pthread_mutex_unlock(&p->lock);
  return NULL;
}

/* Asks whether to stop. The callback runs without the lock: it may draw, or take its time. */
static void ask(pool *self) {
  if (!self->work->is_stopped || self->is_ending) return;
  const int64_t n_done = self->n_done;
  pthread_mutex_unlock(&self->lock);
  const bool is_stopped = self->work->is_stopped(self->work->stop_context, n_done);
  pthread_mutex_lock(&self->lock);
  if (is_stopped) {
    self->is_interrupted = true;
    self->is_ending = true;
  }
}

static void wait_a_moment(pool *self) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += WAIT_NS;
  if (until.tv_nsec >= 1000000000L) {
    until.tv_nsec -= 1000000000L;
    until.tv_sec++;
  }
  pthread_cond_timedwait(&self->is_idle, &self->lock, &until);
}

static void caller_run(pool *self) {
  pthread_mutex_lock(&self->lock);
  while (step(self, 0)) ask(self);
  while (self->n_busy > 0) {
    wait_a_moment(self);
    if (self->n_busy > 0) ask(self);
  }
  pthread_mutex_unlock(&self->lock);
}

/* Makes the other threads. @return how many there are */
static int32_t begin_members(pool *self, member *members) {
  sigset_t asked, before;
  sigfillset(&asked);
  const int own_faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
  for (size_t i = 0; i < sizeof own_faults / sizeof own_faults[0]; i++)
    sigdelset(&asked, own_faults[i]);
  pthread_sigmask(SIG_BLOCK, &asked, &before);
  int32_t n = 0;
  for (; n + 1 < self->n_threads; n++) {
    members[n] = (member){.pool = self, .number = n + 1};
    pthread_mutex_lock(&self->lock);
    self->n_busy++;
    pthread_mutex_unlock(&self->lock);
    if (pthread_create(&members[n].handle, NULL, member_run, &members[n]) == 0) continue;
    pthread_mutex_lock(&self->lock);
    self->n_busy--;
    pthread_mutex_unlock(&self->lock);
    break;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return n;
}

/* --- the whole --- */

static hw_status outcome(const pool *self, hw_err *err) {
  if (self->failed_piece >= 0) {
    if (err) *err = self->err;
    return self->status;
  }
  if (self->is_interrupted && self->n_done < self->work->n_pieces)
    return hw_err_set(err, HW_E_INTERRUPTED, "stopped before the end");
  return HW_OK;
}

static bool init_locks(pool *self) {
  pthread_condattr_t attributes;
  if (pthread_mutex_init(&self->lock, NULL) != 0) return false;
  bool is_good = pthread_condattr_init(&attributes) == 0;
  if (is_good) {
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    is_good = pthread_cond_init(&self->is_idle, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
  }
  if (!is_good) pthread_mutex_destroy(&self->lock);
  return is_good;
}

hw_status hw_pool_run(const hw_pool_work *work, hw_err *err) {
  if (work->n_pieces <= 0) return HW_OK;
  pool self = {.work = work, .n_threads = hw_pool_threads(work), .failed_piece = -1};
  member *members = calloc((size_t)self.n_threads, sizeof *members);
  self.runs = calloc((size_t)self.n_threads, sizeof *self.runs);
  if (!members || !self.runs || !init_locks(&self)) {
    free(members);
    free(self.runs);
    return HW_NO_MEMORY(err, "the threads");
  }
  share(&self);
  pthread_mutex_lock(&self.lock);
  ask(&self);
  pthread_mutex_unlock(&self.lock);
  const int32_t n_members = self.is_ending ? 0 : begin_members(&self, members);
  caller_run(&self);
  for (int32_t i = 0; i < n_members; i++) pthread_join(members[i].handle, NULL);
  pthread_cond_destroy(&self.is_idle);
  pthread_mutex_destroy(&self.lock);
  const hw_status status = outcome(&self, err);
  free(members);
  free(self.runs);
  return status;
}
