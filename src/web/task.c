/* The tasks of a server.
 *
 * One lock over a small table, one thread that takes the oldest waiting task, runs it and comes
 * back. Two at once would only share the processors, of which a task takes half, so that pages
 * stay quick while it runs. The thread begins with the first task: a server that nobody gives
 * one has none.
 *
 *     waiting -> running -> done            the note on the disk goes
 *                        -> failed          the note goes; it can be tried again
 *                        -> stopped         by a person; the note stays
 *                        -> cut             by the end of the program; the note stays
 *
 * A task whose data somebody changed while it was computed is not stored (HW_E_BUSY): it is run
 * again, which searches only what changed. */
#include "web/task.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/account.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/pool.h"
#include "web/web_int.h"

/* Runs of one task whose data change meanwhile. */
enum { MOST_ATTEMPTS = 5 };

/* Seconds between two pieces of news of a phase. */
#define NEWS_S 0.25

typedef struct entry {
  uint64_t turn; /* 0 = the place is free; the order in which they run */
  hwp_task_info info;
  bool must_stop;
  double began_s, phase_s; /* of the run, and of the phase */
  uint64_t phase_done;     /* what the phase began with */
  double told_s;
  char *draft; /* of a report; NULL = none */
  size_t n_draft;
} entry;

struct hwp_tasks {
  const hw_web *web;
  const char *location;
  pthread_mutex_t lock;
  pthread_cond_t came, changed; /* a task to run; a version */
  pthread_t thread;
  bool has_thread, is_ending;
  uint64_t n_turns, n_versions;
  entry *running;
  entry entries[HWP_MOST_TASKS];
};

bool hwp_task_is_over(hwp_task_state state) {
  return state != HWP_TASK_WAITING && state != HWP_TASK_RUNNING;
}

bool hwp_task_is_resumable(hwp_task_state state) {
  return hwp_task_is_over(state) && state != HWP_TASK_DONE;
}

/* --- the table; under the lock --- */

static entry *find(hwp_tasks *self, const char *code) {
  for (int i = 0; i < HWP_MOST_TASKS; i++)
    if (self->entries[i].turn != 0 && strcmp(self->entries[i].info.asked.code, code) == 0)
      return &self->entries[i];
  return NULL;
}

static void tell(hwp_tasks *self, entry *e) {
  e->info.version = ++self->n_versions;
  e->told_s = hw_clock_now_s();
  pthread_cond_broadcast(&self->changed);
}

/* Frees the place. */
static void clear(entry *e) {
  free(e->draft);
  memset(e, 0, sizeof *e);
}

/* The oldest that waits. */
static entry *next_waiting(hwp_tasks *self) {
  entry *found = NULL;
  for (int i = 0; i < HWP_MOST_TASKS; i++) {
    entry *e = &self->entries[i];
    if (e->turn != 0 && e->info.state == HWP_TASK_WAITING &&
        (found == NULL || e->turn < found->turn))
      found = e;
  }
  return found;
}

/* A place: a free one, or that of the oldest task that is over, done ones first. */
static entry *find_place(hwp_tasks *self) {
  entry *done = NULL, *over = NULL;
  for (int i = 0; i < HWP_MOST_TASKS; i++) {
    entry *e = &self->entries[i];
    if (e->turn == 0) return e;
    if (e->info.state == HWP_TASK_DONE && (done == NULL || e->turn < done->turn)) done = e;
    if (hwp_task_is_over(e->info.state) && (over == NULL || e->turn < over->turn)) over = e;
  }
  if (done == NULL && over != NULL) hwp_task_note_remove(self->location, over->info.asked.code);
  return done != NULL ? done : over;
}

static int count_of(const hwp_tasks *self, const char *actor) {
  int n = 0;
  for (int i = 0; i < HWP_MOST_TASKS; i++) {
    const entry *e = &self->entries[i];
    n += e->turn != 0 && !hwp_task_is_over(e->info.state) &&
         (actor == NULL || strcmp(e->info.asked.actor, actor) == 0);
  }
  return n;
}

static void copy_out(hwp_tasks *self, const entry *e, hwp_task_info *out) {
  *out = e->info;
  out->n_before = 0;
  out->is_stopping = e->must_stop;
  for (int i = 0; i < HWP_MOST_TASKS && e->info.state == HWP_TASK_WAITING; i++) {
    const entry *other = &self->entries[i];
    out->n_before += other->turn != 0 && !hwp_task_is_over(other->info.state) &&
                     (other->turn < e->turn || other->info.state == HWP_TASK_RUNNING);
  }
  if (e->info.state == HWP_TASK_RUNNING) out->took_s = hw_clock_now_s() - e->began_s;
}

/* --- running --- */

/* Called by the engines: how far it is; whether to stop. */
static bool look(void *context, hw_run_phase phase, uint64_t done, uint64_t all) {
  hwp_tasks *self = context;
  const double now_s = hw_clock_now_s();
  pthread_mutex_lock(&self->lock);
  entry *e = self->running;
  hwp_task_info *info = &e->info;
  const bool is_new = phase != info->phase || info->all != all;
  if (is_new) {
    e->phase_s = now_s;
    e->phase_done = done;
  }
  info->phase = phase;
  info->done = done;
  info->all = all;
  const double gone = (double)(done - e->phase_done), took_s = now_s - e->phase_s;
  const bool is_known = all > 0 && done <= all && done > e->phase_done && took_s > 0;
  info->left_s = is_known ? took_s * (double)(all - done) / gone : (double)NAN;
  if (is_new || now_s - e->told_s >= NEWS_S) tell(self, e);
  const bool must_stop = e->must_stop || self->is_ending;
  pthread_mutex_unlock(&self->lock);
  return must_stop;
}

/* Becomes the person, who may have been locked since. */
static hw_status become(hw_app *app, const char *actor, hw_err *err) {
  hw_arena arena;
  hw_account account = {0};
  hw_arena_init(&arena, 0);
  hw_status status = hw_app_become(app, actor, err);
  if (status == HW_OK) status = hw_account_get(app, actor, &arena, &account, err);
  if (status == HW_OK && account.is_locked)
    status = hw_err_set(err, HW_E_DENIED, "the account '%s' is locked", actor);
  hw_arena_clear(&arena);
  return status;
}

static hw_status run_order(hwp_tasks *self, const hwp_task_note *asked, hw_run_outcome *out,
                           hw_err *err) {
  hw_app app = {0};
  const hw_run_watch watch = {look, self};
  const int32_t n_all = hw_pool_threads(&(hw_pool_work){.n_pieces = HW_POOL_MAX_THREADS});
  const int32_t n_threads = n_all > 1 ? n_all / 2 : 1;
  hw_status status = hw_app_open(&app, self->location, HW_DB_WRITE, &(hw_who){0}, err);
  if (status != HW_OK) return status;
  for (int i = 0; i < MOST_ATTEMPTS; i++) {
    status = become(&app, asked->actor, err);
    if (status == HW_OK) status = hwp_order_run(&app, &asked->order, &watch, n_threads, out, err);
    hw_store_rollback(app.store);
    if (status != HW_E_BUSY) break;
  }
  hw_app_close(&app);
  return status;
}

/* True for failures that are for the log and not for people. */
static bool is_inside(hw_status status) {
  return status == HW_E_NO_MEMORY || status == HW_E_IO || status == HW_E_DAMAGED ||
         status == HW_E_BUG;
}

static void finish(hwp_tasks *self, entry *e, hw_status status, const hw_err *err) {
  hwp_task_info *info = &e->info;
  info->took_s = hw_clock_now_s() - e->began_s;
  info->status = status;
  info->message[0] = '\0';
  if (status == HW_OK) {
    info->state = HWP_TASK_DONE;
  } else if (status == HW_E_INTERRUPTED) {
    info->state = e->must_stop ? HWP_TASK_STOPPED : HWP_TASK_CUT;
  } else {
    info->state = HWP_TASK_FAILED;
    if (!is_inside(status)) memcpy(info->message, err->message, sizeof info->message);
  }
  e->must_stop = false;
  self->running = NULL;
  tell(self, e);
}

static void run_next(hwp_tasks *self, entry *e) {
  hwp_task_note asked = e->info.asked;
  hw_run_outcome outcome;
  hw_err err = HW_ERR_INIT;
  char text[1200];
  memset(&outcome, 0, sizeof outcome);
  self->running = e;
  e->began_s = e->phase_s = hw_clock_now_s();
  e->info.state = HWP_TASK_RUNNING;
  e->info.phase = HW_RUN_LOADING;
  e->info.done = e->info.all = 0;
  e->info.left_s = (double)NAN;
  tell(self, e);
  pthread_mutex_unlock(&self->lock);
  const hw_status status = run_order(self, &asked, &outcome, &err);
  if (status != HW_OK && is_inside(status))
    hwp_log(self->web, "task %s: %s", asked.code, hw_err_text(&err, text, sizeof text));
  if (status != HW_E_INTERRUPTED) hwp_task_note_remove(self->location, asked.code);
  pthread_mutex_lock(&self->lock);
  e->draft = outcome.draft;
  e->n_draft = outcome.n_draft;
  outcome.draft = NULL;
  e->info.outcome = outcome;
  finish(self, e, status, &err);
}

static void *work(void *context) {
  hwp_tasks *self = context;
  pthread_mutex_lock(&self->lock);
  while (!self->is_ending) {
    entry *e = next_waiting(self);
    if (e != NULL)
      run_next(self, e);
    else
      pthread_cond_wait(&self->came, &self->lock);
  }
  pthread_mutex_unlock(&self->lock);
  return NULL;
}

/* --- making and ending --- */

static void take_notes(hwp_tasks *self) {
  hwp_task_note *notes = calloc(HWP_MOST_TASKS, sizeof *notes);
  hw_err err = HW_ERR_INIT;
  char text[1200];
  int n = 0, n_damaged = 0;
  if (notes == NULL) return;
  if (hwp_task_notes_read(self->location, HWP_MOST_TASKS, notes, &n, &n_damaged, &err) != HW_OK)
    hwp_log(self->web, "notes of tasks: %s", hw_err_text(&err, text, sizeof text));
  if (n_damaged > 0) hwp_log(self->web, "%d notes of tasks cannot be read", n_damaged);
  for (int i = 0; i < n; i++) {
    self->entries[i] = (entry){.turn = ++self->n_turns, .info = {.state = HWP_TASK_CUT}};
    self->entries[i].info.asked = notes[i];
    self->entries[i].info.left_s = (double)NAN;
    self->entries[i].info.version = ++self->n_versions;
  }
  free(notes);
}

hwp_tasks *hwp_tasks_new(const hw_web *web) {
  hwp_tasks *self = calloc(1, sizeof *self);
  pthread_condattr_t monotonic;
  if (self == NULL) return NULL;
  self->web = web;
  self->location = web->options.location;
  if (pthread_mutex_init(&self->lock, NULL) != 0) {
    free(self);
    return NULL;
  }
  bool is_made = pthread_condattr_init(&monotonic) == 0;
  if (is_made) {
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    is_made = pthread_cond_init(&self->changed, &monotonic) == 0;
    pthread_condattr_destroy(&monotonic);
  }
  if (is_made && pthread_cond_init(&self->came, NULL) != 0) {
    pthread_cond_destroy(&self->changed);
    is_made = false;
  }
  if (!is_made) {
    pthread_mutex_destroy(&self->lock);
    free(self);
    return NULL;
  }
  take_notes(self);
  return self;
}

void hwp_tasks_delete(hwp_tasks *self) {
  if (self == NULL) return;
  pthread_mutex_lock(&self->lock);
  self->is_ending = true;
  pthread_cond_broadcast(&self->came);
  pthread_cond_broadcast(&self->changed);
  pthread_mutex_unlock(&self->lock);
  if (self->has_thread) pthread_join(self->thread, NULL);
  pthread_cond_destroy(&self->changed);
  for (int i = 0; i < HWP_MOST_TASKS; i++) clear(&self->entries[i]);
  pthread_cond_destroy(&self->came);
  pthread_mutex_destroy(&self->lock);
  free(self);
}

/* --- what people ask for --- */

/* Puts a task in line, beginning the thread if it is the first. Under the lock. */
static hw_status put_in_line(hwp_tasks *self, entry *e, const char *actor, hw_err *err) {
  hwp_task_note *asked = &e->info.asked;
  hw_err failed = HW_ERR_INIT;
  char text[1200];
  if (!self->has_thread) self->has_thread = pthread_create(&self->thread, NULL, work, self) == 0;
  if (!self->has_thread) return HW_NO_MEMORY(err, "a thread for a task");
  memset(asked->actor, 0, sizeof asked->actor);
  memcpy(asked->actor, actor, strnlen(actor, HW_CODE_MAX));
  e->turn = ++self->n_turns;
  e->must_stop = false;
  e->info.state = HWP_TASK_WAITING;
  e->info.status = HW_OK;
  e->info.message[0] = '\0';
  if (hwp_task_note_write(self->location, asked, &failed) != HW_OK)
    hwp_log(self->web, "the note of task %s: %s", asked->code,
            hw_err_text(&failed, text, sizeof text));
  tell(self, e);
  pthread_cond_signal(&self->came);
  return HW_OK;
}

static hw_status check_count(const hwp_tasks *self, const char *actor, hw_err *err) {
  if (count_of(self, actor) < HWP_MOST_TASKS_OF_ONE) return HW_OK;
  return hw_err_set(err, HW_E_BUSY,
                    "%d tasks of yours wait or run already: stop one, or wait until one is done",
                    (int)HWP_MOST_TASKS_OF_ONE);
}

hw_status hwp_tasks_add(hwp_tasks *self, const char *actor, const hwp_order *order,
                        char code[HWP_TASK_CODE_SIZE], hw_err *err) {
  char token[HWP_TOKEN_SIZE];
  hwp_token_new(token);
  memcpy(code, token, HWP_TASK_CODE_SIZE - 1);
  code[HWP_TASK_CODE_SIZE - 1] = '\0';
  pthread_mutex_lock(&self->lock);
  hw_status status = check_count(self, actor, err);
  entry *e = status == HW_OK ? find_place(self) : NULL;
  if (status == HW_OK && e == NULL)
    status = hw_err_set(err, HW_E_BUSY, "too many tasks wait: try again when some are done");
  if (status == HW_OK) {
    clear(e);
    memcpy(e->info.asked.code, code, HWP_TASK_CODE_SIZE);
    e->info.asked.order = *order;
    e->info.left_s = (double)NAN;
    hw_clock_utc(e->info.asked.at);
    status = put_in_line(self, e, actor, err);
  }
  pthread_mutex_unlock(&self->lock);
  return status;
}

static hw_status no_such(hw_err *err) {
  return hw_err_set(err, HW_E_NOT_FOUND, "there is no such task");
}

hw_status hwp_tasks_resume(hwp_tasks *self, const char *actor, const char *code, hw_err *err) {
  pthread_mutex_lock(&self->lock);
  entry *e = find(self, code);
  hw_status status = HW_OK;
  if (e == NULL)
    status = no_such(err);
  else if (!hwp_task_is_resumable(e->info.state))
    status = hw_err_set(err, HW_E_STATE, "this task is not one that can be gone on with");
  else
    status = check_count(self, actor, err);
  if (status == HW_OK) status = put_in_line(self, e, actor, err);
  pthread_mutex_unlock(&self->lock);
  return status;
}

hw_status hwp_tasks_stop(hwp_tasks *self, const char *code, hw_err *err) {
  pthread_mutex_lock(&self->lock);
  entry *e = find(self, code);
  if (e != NULL && e->info.state == HWP_TASK_WAITING) {
    e->info.state = HWP_TASK_STOPPED;
    tell(self, e);
  } else if (e != NULL && e->info.state == HWP_TASK_RUNNING) {
    e->must_stop = true;
    tell(self, e);
  }
  pthread_mutex_unlock(&self->lock);
  return e != NULL ? HW_OK : no_such(err);
}

hw_status hwp_tasks_forget(hwp_tasks *self, const char *code, hw_err *err) {
  pthread_mutex_lock(&self->lock);
  entry *e = find(self, code);
  hw_status status = HW_OK;
  if (e == NULL) {
    status = no_such(err);
  } else if (!hwp_task_is_over(e->info.state)) {
    status = hw_err_set(err, HW_E_STATE, "this task waits or runs: stop it first");
  } else {
    hwp_task_note_remove(self->location, code);
    clear(e);
  }
  pthread_mutex_unlock(&self->lock);
  return status;
}

/* --- looking --- */

hw_status hwp_tasks_draft(hwp_tasks *self, const char *code, char **bytes, size_t *n, hw_err *err) {
  *bytes = NULL;
  pthread_mutex_lock(&self->lock);
  const entry *e = find(self, code);
  const bool has_one = e != NULL && e->draft != NULL;
  if (has_one) {
    *n = e->n_draft;
    *bytes = malloc(*n + 1);
    if (*bytes != NULL) memcpy(*bytes, e->draft, *n);
  }
  pthread_mutex_unlock(&self->lock);
  if (!has_one) return hw_err_set(err, HW_E_NOT_FOUND, "this task has no draft");
  return *bytes != NULL ? HW_OK : HW_NO_MEMORY(err, "a draft");
}

bool hwp_tasks_get(hwp_tasks *self, const char *code, hwp_task_info *out) {
  pthread_mutex_lock(&self->lock);
  const entry *e = find(self, code);
  if (e != NULL) copy_out(self, e, out);
  pthread_mutex_unlock(&self->lock);
  return e != NULL;
}

bool hwp_tasks_wait(hwp_tasks *self, const char *code, uint64_t version, hwp_task_info *out) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += 1;
  pthread_mutex_lock(&self->lock);
  const entry *e = find(self, code);
  while (e != NULL && e->info.version == version && !self->is_ending &&
         pthread_cond_timedwait(&self->changed, &self->lock, &until) == 0)
    e = find(self, code);
  e = find(self, code);
  if (e != NULL) copy_out(self, e, out);
  pthread_mutex_unlock(&self->lock);
  return e != NULL;
}

int hwp_tasks_list(hwp_tasks *self, const char *actor, int most, hwp_task_info *out) {
  int n = 0;
  uint64_t before = UINT64_MAX;
  pthread_mutex_lock(&self->lock);
  while (n < most) {
    const entry *next = NULL;
    for (int i = 0; i < HWP_MOST_TASKS; i++) {
      const entry *e = &self->entries[i];
      if (e->turn != 0 && e->turn < before && (next == NULL || e->turn > next->turn) &&
          (actor == NULL || strcmp(e->info.asked.actor, actor) == 0))
        next = e;
    }
    if (next == NULL) break;
    before = next->turn;
    copy_out(self, next, &out[n++]);
  }
  pthread_mutex_unlock(&self->lock);
  return n;
}

int hwp_tasks_count_open(hwp_tasks *self) {
  pthread_mutex_lock(&self->lock);
  const int n = count_of(self, NULL);
  pthread_mutex_unlock(&self->lock);
  return n;
}
