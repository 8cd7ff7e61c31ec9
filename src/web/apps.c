/* Connections to the database, shared by requests.
 *
 * Each place holds two connections, which are opened when they are first needed: SQLite
 * lets any number read beside one who writes, and a connection that was opened for
 * reading cannot write by mistake. Nothing of one person's request is left for the next:
 * who borrows becomes an actor first, and what was not committed is rolled back. Only the
 * reference profiles that imports compare stay in memory (app/reference_rows.h): nobody is shown them.
 *
 * As many may wait as there are places, for some seconds; who comes then is told at once that
 * the service is busy, instead of piling up behind those who wait already. */
#include "web/apps.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/reference_rows.h"
#include "base/check.h"
#include "homeward/canvas.h"

/* Longest wait for a free place. */
enum { MOST_WAIT_S = 10 };

typedef struct place {
  bool is_taken, is_reading_open, is_writing_open;
  hw_app reading, writing;
  bool lends_writing; /* which of both is lent */
  hw_fonts *fonts;
} place;

struct hwp_apps {
  pthread_mutex_t lock;
  pthread_cond_t freed;
  char *location;
  int n, n_waiting;
  place *places;
  hw_reference_rows *references; /* shared by those that write */
};

static hw_status open_one(hwp_apps *self, bool writes, hw_app *app, hw_err *err) {
  HW_TRY(hw_app_open(app, self->location, writes ? HW_DB_WRITE : HW_DB_READ, &(hw_who){0}, err));
  if (writes) app->references = self->references;
  return HW_OK;
}

hw_status hwp_apps_new(const char *location, int n, hwp_apps **out, hw_err *err) {
  *out = NULL;
  hwp_apps *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the connections to the database");
  pthread_condattr_t monotonic;
  bool is_made = pthread_mutex_init(&self->lock, NULL) == 0;
  if (is_made && pthread_condattr_init(&monotonic) == 0) {
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    is_made = pthread_cond_init(&self->freed, &monotonic) == 0;
    pthread_condattr_destroy(&monotonic);
  }
  self->location = strdup(location);
  self->places = calloc((size_t)n, sizeof *self->places);
  if (self->places != NULL) self->n = n;
  hw_status status = HW_OK;
  if (!is_made || self->location == NULL || self->places == NULL)
    status = HW_NO_MEMORY(err, "the connections to the database");
  if (status == HW_OK) status = hw_reference_rows_new(&self->references, err);
  if (status == HW_OK) status = open_one(self, false, &self->places[0].reading, err);
  if (status != HW_OK) {
    hwp_apps_delete(self);
    return status;
  }
  self->places[0].is_reading_open = true;
  *out = self;
  return HW_OK;
}

void hwp_apps_delete(hwp_apps *self) {
  if (self == NULL) return;
  for (int i = 0; self->places != NULL && i < self->n; i++) {
    place *p = &self->places[i];
    if (p->is_reading_open) hw_app_close(&p->reading);
    if (p->is_writing_open) hw_app_close(&p->writing);
    hw_fonts_delete(p->fonts);
  }
  hw_reference_rows_delete(self->references);
  pthread_cond_destroy(&self->freed);
  pthread_mutex_destroy(&self->lock);
  free(self->places);
  free(self->location);
  free(self);
}

/* A free place, best one whose connection is open already; −1 = none. */
static int find_free(const hwp_apps *self, bool writes) {
  int found = -1;
  for (int i = 0; i < self->n; i++) {
    const place *p = &self->places[i];
    if (p->is_taken) continue;
    if (writes ? p->is_writing_open : p->is_reading_open) return i;
    if (found < 0) found = i;
  }
  return found;
}

hw_status hwp_apps_take(hwp_apps *self, bool writes, hwp_loan *out, hw_err *err) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += MOST_WAIT_S;
  pthread_mutex_lock(&self->lock);
  int at = find_free(self, writes);
  if (at < 0 && self->n_waiting < self->n) {
    self->n_waiting++;
    while (at < 0 && pthread_cond_timedwait(&self->freed, &self->lock, &until) == 0)
      at = find_free(self, writes);
    self->n_waiting--;
  }
  if (at >= 0) self->places[at].is_taken = true;
  pthread_mutex_unlock(&self->lock);
  if (at < 0) return hw_err_set(err, HW_E_BUSY, "too many requests at once: try again in a moment");
  place *p = &self->places[at];
  hw_app *app = writes ? &p->writing : &p->reading;
  bool *is_open = writes ? &p->is_writing_open : &p->is_reading_open;
  p->lends_writing = writes;
  *out = (hwp_loan){.app = app, .fonts = &p->fonts, .place = at};
  if (!*is_open) {
    const hw_status status = open_one(self, writes, app, err);
    *is_open = status == HW_OK;
    if (status != HW_OK) hwp_apps_give(self, out, false);
    return status;
  }
  return HW_OK;
}

void hwp_apps_give(hwp_apps *self, hwp_loan *loan, bool is_broken) {
  if (loan->app == NULL) return;
  place *p = &self->places[loan->place];
  bool *is_open = p->lends_writing ? &p->is_writing_open : &p->is_reading_open;
  if (*is_open) hw_store_rollback(loan->app->store);
  if (*is_open && is_broken) {
    hw_app_close(loan->app);
    *is_open = false;
  }
  pthread_mutex_lock(&self->lock);
  p->is_taken = false;
  pthread_cond_signal(&self->freed);
  pthread_mutex_unlock(&self->lock);
  memset(loan, 0, sizeof *loan);
}
