/* Threads that handle what is handed to them.
 *
 * A queue for each lane, all behind one lock: a task is a whole request, which takes longer
 * than any lock by far. Whoever is free takes what came first of the lanes that are not full.
 * The queues are bounded together, so that an onslaught is told "busy" instead of being stored.
 *
 * A thread that ends a task of a full lane looks itself for the next one; so nobody need be
 * woken for that. */
#include "web/crew.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct queue {
  hwp_task *first, *last;
  int n_running, most_at_once;
} queue;

struct hwp_crew {
  pthread_mutex_t lock;
  pthread_cond_t came;
  queue lanes[HWP_N_LANES];
  uint64_t n_tasks; /* that ever came */
  int n_waiting, most, n_threads;
  bool is_ending;
  pthread_t threads[];
};

/* What came first of what may begin; NULL = nothing may. */
static hwp_task *take_first(hwp_crew *self) {
  queue *best = NULL;
  for (int i = 0; i < HWP_N_LANES; i++) {
    queue *lane = &self->lanes[i];
    if (lane->first == NULL || lane->n_running >= lane->most_at_once) continue;
    if (best == NULL || lane->first->order < best->first->order) best = lane;
  }
  if (best == NULL) return NULL;
  hwp_task *task = best->first;
  best->first = task->next;
  if (best->first == NULL) best->last = NULL;
  best->n_running++;
  self->n_waiting--;
  return task;
}

static void *work(void *context) {
  hwp_crew *self = context;
  pthread_mutex_lock(&self->lock);
  for (;;) {
    hwp_task *task = take_first(self);
    if (task != NULL) {
      const hwp_lane lane = task->lane;
      pthread_mutex_unlock(&self->lock);
      task->run(task); /* and is gone */
      pthread_mutex_lock(&self->lock);
      self->lanes[lane].n_running--;
    } else if (self->is_ending) {
      break; /* whoever still works does what waits for its lane */
    } else {
      pthread_cond_wait(&self->came, &self->lock);
    }
  }
  pthread_mutex_unlock(&self->lock);
  return NULL;
}

hwp_crew *hwp_crew_new(int n, int most, const int most_at_once[HWP_N_LANES]) {
  hwp_crew *self = calloc(1, sizeof *self + (size_t)n * sizeof self->threads[0]);
  if (self == NULL) return NULL;
  self->most = most;
  for (int i = 0; i < HWP_N_LANES; i++) self->lanes[i].most_at_once = most_at_once[i];
  if (pthread_mutex_init(&self->lock, NULL) != 0) {
    free(self);
    return NULL;
  }
  if (pthread_cond_init(&self->came, NULL) != 0) {
    pthread_mutex_destroy(&self->lock);
    free(self);
    return NULL;
  }
  while (self->n_threads < n &&
         pthread_create(&self->threads[self->n_threads], NULL, work, self) == 0)
    self->n_threads++;
  if (self->n_threads == n) return self;
  hwp_crew_delete(self);
  return NULL;
}

bool hwp_crew_add(hwp_crew *self, hwp_task *task) {
  pthread_mutex_lock(&self->lock);
  const bool is_taken = !self->is_ending && self->n_waiting < self->most;
  if (is_taken) {
    queue *lane = &self->lanes[task->lane];
    task->next = NULL;
    task->order = self->n_tasks++;
    if (lane->last != NULL)
      lane->last->next = task;
    else
      lane->first = task;
    lane->last = task;
    self->n_waiting++;
    if (lane->n_running < lane->most_at_once) pthread_cond_signal(&self->came);
  }
  pthread_mutex_unlock(&self->lock);
  return is_taken;
}

void hwp_crew_end(hwp_crew *self) {
  pthread_mutex_lock(&self->lock);
  self->is_ending = true;
  pthread_cond_broadcast(&self->came);
  pthread_mutex_unlock(&self->lock);
  while (self->n_threads > 0) pthread_join(self->threads[--self->n_threads], NULL);
}

void hwp_crew_delete(hwp_crew *self) {
  if (self == NULL) return;
  hwp_crew_end(self);
  pthread_cond_destroy(&self->came);
  pthread_mutex_destroy(&self->lock);
  free(self);
}
