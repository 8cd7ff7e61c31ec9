/* An event stream on its way to a browser.
 *
 * What makes events may wait for them, so each stream has a thread of its own; the server's
 * threads only take what is there. Thread and connection share the feed, and whoever is
 * last frees it: a browser may go away while the thread waits, and the thread may be done
 * before everything is sent.
 *
 * A comment is sent when nothing has happened for a while. That is how a browser that has
 * gone away is noticed. */
#include "web/feed.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* Seconds after which a silent stream says that it is there. */
enum { SILENCE_S = 15 };
/* Bytes that may wait for a slow reader; beyond, the stream ends. */
enum { MOST_WAITING = 1 << 20 };

struct hwp_feed {
  pthread_mutex_t lock;
  hw_web_stream stream;
  hw_str text; /* from at on not yet read */
  size_t at;
  bool is_awaited, is_ended, is_closed;
  int n_users; /* thread and connection */
  hwp_feed_user user;
};

/* Frees it if this was the last user; unlocks. */
static void leave(hwp_feed *self) {
  const bool is_last = --self->n_users == 0;
  pthread_mutex_unlock(&self->lock);
  if (!is_last) return;
  pthread_mutex_destroy(&self->lock);
  hw_str_clear(&self->text);
  free(self);
}

static void wake_reader(hwp_feed *self) {
  if (!self->is_awaited || self->is_closed) return;
  self->is_awaited = false;
  self->user.wake(self->user.context);
}

static void *run(void *context) {
  hwp_feed *self = context;
  double said_s = hw_clock_now_s();
  for (bool goes_on = true; goes_on;) {
    hw_str news = HW_STR_INIT;
    goes_on = self->stream.next(self->stream.context, &news);
    const double now_s = hw_clock_now_s();
    if (news.length == 0 && now_s - said_s > SILENCE_S) hw_str_append(&news, ":\n\n");
    if (news.length > 0) said_s = now_s;
    pthread_mutex_lock(&self->lock);
    hw_str_append_bytes(&self->text, news.bytes, news.length);
    if (self->text.length > MOST_WAITING || self->text.status != HW_OK || self->is_closed ||
        self->is_ended)
      goes_on = false;
    if (!goes_on) self->is_ended = true;
    if (news.length > 0 || !goes_on) wake_reader(self);
    pthread_mutex_unlock(&self->lock);
    hw_str_clear(&news);
  }
  if (self->stream.end != NULL) self->stream.end(self->stream.context);
  const hwp_feed_user user = self->user;
  pthread_mutex_lock(&self->lock);
  leave(self);
  user.over(user.server);
  return NULL;
}

hwp_feed *hwp_feed_open(hw_web_stream *stream, const hwp_feed_user *user) {
  hwp_feed *self = calloc(1, sizeof *self);
  pthread_attr_t detached;
  if (self != NULL) {
    self->stream = *stream;
    self->user = *user;
    self->n_users = 2;
    bool is_begun = pthread_mutex_init(&self->lock, NULL) == 0;
    if (is_begun && pthread_attr_init(&detached) == 0) {
      pthread_t thread;
      pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
      is_begun = pthread_create(&thread, &detached, run, self) == 0;
      pthread_attr_destroy(&detached);
    }
    if (!is_begun) {
      free(self);
      self = NULL;
    }
  }
  if (self == NULL && stream->end != NULL) stream->end(stream->context);
  memset(stream, 0, sizeof *stream);
  return self;
}

long hwp_feed_read(hwp_feed *self, char *out, size_t most) {
  pthread_mutex_lock(&self->lock);
  const size_t there = self->text.length - self->at;
  const size_t n = there < most ? there : most;
  long result = (long)n;
  if (n > 0) {
    memcpy(out, self->text.bytes + self->at, n);
    self->at += n;
    if (self->at == self->text.length) {
      hw_str_clear(&self->text);
      self->at = 0;
    }
  } else if (self->is_ended) {
    result = -1;
  } else {
    self->is_awaited = true;
    self->user.wait(self->user.context);
  }
  pthread_mutex_unlock(&self->lock);
  return result;
}

void hwp_feed_close(hwp_feed *self) {
  pthread_mutex_lock(&self->lock);
  self->is_closed = true;
  leave(self);
}

void hwp_feed_stop(hwp_feed *self) {
  pthread_mutex_lock(&self->lock);
  self->is_ended = true;
  wake_reader(self);
  pthread_mutex_unlock(&self->lock);
}
