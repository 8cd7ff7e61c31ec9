/* Closing connections that do not get on.
 *
 * The library of the server closes who says nothing at all for a while. Who sends one byte
 * every few seconds keeps a connection for hours that way ("slowloris"); so each connection
 * has a moment by which its headers, its body, its answer must be through. A thread
 * looks once a second and shuts the sockets down whose moment has passed; the library then
 * finds them closed and cleans up. A socket is shut down under the lock that its removal
 * takes too, so that its number is never that of another connection. */
#include "web/watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"

struct hwp_watch {
  pthread_mutex_t lock;
  pthread_cond_t ending;
  pthread_t thread;
  bool is_ending;
  hwp_watched *first;
};

static void *watch(void *context) {
  hwp_watch *self = context;
  pthread_mutex_lock(&self->lock);
  while (!self->is_ending) {
    const double now_s = hw_clock_now_s();
    for (hwp_watched *i = self->first; i != NULL; i = i->next) {
      if (i->until_s == 0 || now_s < i->until_s) continue;
      shutdown(i->socket, SHUT_RDWR);
      i->until_s = 0;
    }
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    pthread_cond_timedwait(&self->ending, &self->lock, &until);
  }
  pthread_mutex_unlock(&self->lock);
  return NULL;
}

hwp_watch *hwp_watch_new(void) {
  hwp_watch *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  if (pthread_mutex_init(&self->lock, NULL) == 0) {
    if (pthread_cond_init(&self->ending, NULL) == 0) {
      if (pthread_create(&self->thread, NULL, watch, self) == 0) return self;
      pthread_cond_destroy(&self->ending);
    }
    pthread_mutex_destroy(&self->lock);
  }
  free(self);
  return NULL;
}

void hwp_watch_delete(hwp_watch *self) {
  if (self == NULL) return;
  pthread_mutex_lock(&self->lock);
  self->is_ending = true;
  pthread_cond_signal(&self->ending);
  pthread_mutex_unlock(&self->lock);
  pthread_join(self->thread, NULL);
  pthread_cond_destroy(&self->ending);
  pthread_mutex_destroy(&self->lock);
  free(self);
}

static double until(double within_s) {
  return within_s > 0 ? hw_clock_now_s() + within_s : 0;
}

void hwp_watch_add(hwp_watch *self, hwp_watched *item, int socket, double within_s) {
  pthread_mutex_lock(&self->lock);
  *item = (hwp_watched){.next = self->first, .socket = socket, .until_s = until(within_s)};
  if (self->first != NULL) self->first->previous = item;
  self->first = item;
  pthread_mutex_unlock(&self->lock);
}

void hwp_watch_set(hwp_watch *self, hwp_watched *item, double within_s) {
  pthread_mutex_lock(&self->lock);
  item->until_s = until(within_s);
  pthread_mutex_unlock(&self->lock);
}

void hwp_watch_remove(hwp_watch *self, hwp_watched *item) {
  pthread_mutex_lock(&self->lock);
  if (item->next != NULL) item->next->previous = item->previous;
  if (item->previous != NULL)
    item->previous->next = item->next;
  else
    self->first = item->next;
  pthread_mutex_unlock(&self->lock);
}
