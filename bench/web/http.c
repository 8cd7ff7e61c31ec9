/* A client of HTTP/1.1 that knows as much as a load test needs.
 *
 * The server answers with a length, always; so an answer is complete when that many bytes have come
 * behind the empty line. Connections are kept and used again. One that the server has closed while
 * its user was thinking is found out when it is used: the caller sends again, as browsers do. */
#include "web/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static void fail(const char *what) {
  fprintf(stderr, "web_load: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void must_have_memory(const hw_str *text) {
  if (hw_str_status(text) == HW_OK) return;
  fputs("web_load: memory is exhausted\n", stderr);
  exit(1);
}

static void connect_to(http_connection *self, int epoll, int port, uint32_t number) {
  const struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons((uint16_t)port),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const int yes = 1;
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                              .data.u32 = number};
  self->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (self->fd < 0) fail("a socket");
  (void)setsockopt(self->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (connect(self->fd, (const struct sockaddr *)(const void *)&address, sizeof address) != 0 &&
      errno != EINPROGRESS)
    fail("connecting");
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, self->fd, &event) != 0) fail("epoll");
  self->was_used = false;
}

void http_close(http_connection *self) {
  if (self->fd >= 0) close(self->fd);
  self->fd = -1;
  self->is_asking = false;
}

static bool push(http_connection *self) {
  while (self->n_sent < self->out.length) {
    const ssize_t n = send(self->fd, self->out.bytes + self->n_sent,
                           self->out.length - self->n_sent, MSG_NOSIGNAL);
    if (n > 0)
      self->n_sent += (size_t)n;
    else
      return errno == EAGAIN || errno == ENOTCONN;
  }
  return true;
}

void http_send(http_connection *self, int epoll, int port, uint32_t number, const char *request,
               size_t n) {
  const bool is_new = self->fd < 0;
  if (is_new) connect_to(self, epoll, port, number);
  self->was_used = !is_new;
  self->out.length = self->in.length = 0;
  self->n_sent = self->n_head = self->n_body = 0;
  self->status = 0;
  hw_str_append_bytes(&self->out, request, n);
  must_have_memory(&self->out);
  self->is_asking = true;
  if (!is_new) (void)push(self); /* a failure is told by epoll */
}

/* The head of an answer, once it is there. */
static bool read_head(http_connection *self) {
  const char *end = strstr(hw_str_text(&self->in), "\r\n\r\n");
  char length[24];
  if (end == NULL) return true;
  self->n_head = (size_t)(end - self->in.bytes) + 4;
  if (strncmp(self->in.bytes, "HTTP/1.1 ", 9) != 0) return false;
  self->status = (int)strtol(self->in.bytes + 9, NULL, 10);
  http_value(self, "content-length: ", length, sizeof length);
  if (length[0] == '\0') return false;
  self->n_body = (size_t)strtoull(length, NULL, 10);
  return true;
}

static bool pull(http_connection *self, bool *is_closed) {
  char bytes[65536];
  for (;;) {
    const ssize_t n = recv(self->fd, bytes, sizeof bytes, 0);
    if (n < 0) return errno == EAGAIN || errno == ENOTCONN;
    if (n == 0) {
      *is_closed = true;
      return true;
    }
    hw_str_append_bytes(&self->in, bytes, (size_t)n);
    must_have_memory(&self->in);
    if (self->n_head == 0 && !read_head(self)) return false;
  }
}

http_progress http_step(http_connection *self, uint32_t events) {
  bool is_closed = false;
  const bool is_fine = (events & EPOLLERR) == 0 && push(self) && pull(self, &is_closed);
  const bool is_done = is_fine && self->is_asking && self->n_head > 0 &&
                       self->in.length >= self->n_head + self->n_body;
  if (is_done) self->is_asking = false;
  const bool was_asking = self->is_asking;
  if (!is_fine || is_closed) http_close(self);
  if (is_done) return HTTP_DONE;
  return (!is_fine || is_closed) && was_asking ? HTTP_BROKEN : HTTP_WAITING;
}

const char *http_body(const http_connection *self) {
  return self->in.bytes + self->n_head;
}

void http_value(const http_connection *self, const char *header, char *out, size_t size) {
  const size_t n = strlen(header);
  out[0] = '\0';
  const char *at = self->in.bytes;
  while (out[0] == '\0' && at != NULL && at < self->in.bytes + self->n_head) {
    if (strncasecmp(at, header, n) == 0)
      snprintf(out, size, "%.*s", (int)strcspn(at + n, "\r\n;"), at + n);
    at = strchr(at, '\n');
    if (at != NULL) at++;
  }
}

bool http_between(const http_connection *self, const char *before, char *out, size_t size) {
  const char *at = strstr(http_body(self), before);
  if (at == NULL) return false;
  at += strlen(before);
  snprintf(out, size, "%.*s", (int)strcspn(at, "\""), at);
  return true;
}
