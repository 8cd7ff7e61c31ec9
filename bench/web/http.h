/** @file
 * One connection to the server of a load test: a request goes out, its answer comes in, and nothing
 * waits. The caller has the epoll; a connection tells when its answer is complete.
 *
 * Example:
 * @code
 *   http_connection c = {.fd = -1};
 *   http_send(&c, epoll, port, number, request);   // connects if need be
 *   // ... epoll_wait says something about `number` ...
 *   if (http_step(&c, events) == HTTP_DONE) use(c.status, http_body(&c));
 *   http_close(&c);
 * @endcode
 */
#ifndef HW_BENCH_WEB_HTTP_H
#define HW_BENCH_WEB_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

typedef struct http_connection {
  int fd; /**< −1 = not connected */
  bool is_asking, was_used;
  hw_str out, in;
  size_t n_sent;
  size_t n_head, n_body; /**< of the answer; n_head 0 = its end has not come yet */
  int status;
} http_connection;

typedef enum http_progress { HTTP_WAITING, HTTP_DONE, HTTP_BROKEN } http_progress;

/** Sends a request, over the open connection where there is one. @param number  what epoll gives
 * back */
void http_send(http_connection *self, int epoll, int port, uint32_t number, const char *request,
               size_t n);
/** Goes on with what epoll tells. HTTP_BROKEN: the connection is closed. */
http_progress http_step(http_connection *self, uint32_t events);
void http_close(http_connection *self);

/** The body of a complete answer. */
const char *http_body(const http_connection *self);
/** Copies the value of a header, "" if there is none; a cookie's value by "set-cookie: NAME=". */
void http_value(const http_connection *self, const char *header, char *out, size_t size);
/** Copies what stands between `before` and the next quote in the body; false if it is not there. */
bool http_between(const http_connection *self, const char *before, char *out, size_t size);

#endif
