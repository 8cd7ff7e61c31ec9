/* An event stream on its way to a browser: a thread asks for what is new, the server sends it. */
#ifndef HW_WEB_FEED_H
#define HW_WEB_FEED_H

#include "web/web.h"

typedef struct hwp_feed hwp_feed;

/* Streams that may be open at once; each has a thread. */
enum { HWP_MOST_FEEDS = 64 };

/* Whom it tells. All are called under the feed's lock or after its end, and wait and wake never after
 * hwp_feed_close. */
typedef struct hwp_feed_user {
  void (*wait)(void *context); /* nothing is there: read again when woken */
  void (*wake)(void *context); /* something is there, or it ended */
  void (*over)(void *server);  /* its thread is done; the last call */
  void *context, *server;
} hwp_feed_user;

/* Begins a stream, which it takes over (and ends, also on failure: over is then not called).
 * @return NULL if memory or threads are exhausted */
hwp_feed *hwp_feed_open(hw_web_stream *stream, const hwp_feed_user *user);
/* Copies what is there. @return bytes; 0 = nothing yet; −1 = it ended */
long hwp_feed_read(hwp_feed *self, char *out, size_t most);
/* Ends it; does not wait for its thread. */
void hwp_feed_close(hwp_feed *self);
/* Asks it to end: what is read from then on is the end. */
void hwp_feed_stop(hwp_feed *self);

#endif
