/* The web application behind sockets: libmicrohttpd.
 *
 * The only file that knows the library. Its threads (one epoll each) read and write; a request
 * that is complete is suspended, handed to a crew, and resumed when its response is there:
 *
 *     target        the library tells it undecoded; a call is made
 *     headers       sizes are looked at; too much is refused before the body comes
 *     body          collected, within its bound
 *     complete      suspended -> crew -> hw_web_handle -> resumed
 *     answered      from the response's own memory, without copying
 *     completed     the call is freed
 *
 * The library's readers of forms and cookies are not used. Priorities of TLS are given by
 * protocol and suite, not by strength: "SECURE256" would refuse certificates with P-256, which
 * are the common ones.
 *
 * What the library itself answers, to what is no HTTP or larger than its memory of a connection,
 * is a constant page without our headers: it has no way to add any. Nothing of the request stands
 * in it.
 *
 * Ending: no new connections; what waits is handled; streams are told to end; only then is the
 * library stopped, which must not have suspended connections. */
#include "web/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "web/crew.h"
#include "web/feed.h"
#include "web/watch.h"

enum {
  MOST_HEADERS = 128,
  MEMORY_OF_CONNECTION = 32768, /* headers and target of a request; more is answered 431 */
  IDLE_S = 15,                  /* without a byte */
  BODY_S = 30,                  /* for a body or an answer, and */
  BYTES_PER_S = 16384,          /* a second more for each of these */
  MOST_WAITING = 512,           /* requests */
  BACKLOG = 1024
};

struct hw_web_server {
  hw_web *web;
  struct MHD_Daemon *daemon;
  int socket, port, slow_s, body_s;
  char *certificate, *key;
  hwp_crew *crew;
  hwp_watch *watch;
  pthread_mutex_t lock; /* of what follows */
  pthread_cond_t feed_over;
  int n_feeds;
  bool is_ending;
  struct call *feeding; /* calls with an open stream */
};

/* A request on its way. */
typedef struct call {
  hwp_task task; /* first, so that the task is the call */
  hw_web_server *server;
  struct MHD_Connection *connection;
  char *target;
  const char *method;
  bool has_begun, is_done;
  char *body;
  size_t n_body, most_body;
  hw_arena arena;
  hw_web_pair headers[MOST_HEADERS];
  int n_headers;
  bool has_too_many;
  char client[INET6_ADDRSTRLEN];
  hw_web_response response;
  hwp_feed *feed;
  struct call *next_feeding, *previous_feeding;
} call;

/* --- answers --- */

static enum MHD_Result answer_plain(struct MHD_Connection *connection, unsigned status) {
  static char text[] = "refused\n";
  struct MHD_Response *response =
      MHD_create_response_from_buffer(sizeof text - 1, text, MHD_RESPMEM_PERSISTENT);
  if (response == NULL) return MHD_NO;
  static const char *const headers[][2] = {{"content-type", "text/plain; charset=utf-8"},
                                           {"content-security-policy", "default-src 'none'"},
                                           {"x-content-type-options", "nosniff"},
                                           {"referrer-policy", "no-referrer"},
                                           {"cache-control", "no-store"},
                                           {"connection", "close"}};
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
    (void)MHD_add_response_header(response, headers[i][0], headers[i][1]);
  const enum MHD_Result result = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return result;
}

static void wait_for_feed(void *context) {
  MHD_suspend_connection(((call *)context)->connection);
}
static void wake_for_feed(void *context) {
  MHD_resume_connection(((call *)context)->connection);
}

static void feed_is_over(void *context) {
  hw_web_server *self = context;
  pthread_mutex_lock(&self->lock);
  self->n_feeds--;
  pthread_cond_signal(&self->feed_over);
  pthread_mutex_unlock(&self->lock);
}

static ssize_t read_feed(void *context, uint64_t position, char *out, size_t most) {
  (void)position;
  const long n = hwp_feed_read(((call *)context)->feed, out, most);
  return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

/* Opens the stream of a response, if there may be one more. */
static bool open_feed(call *c) {
  hw_web_server *self = c->server;
  pthread_mutex_lock(&self->lock);
  bool may_open = !self->is_ending && self->n_feeds < HWP_MOST_FEEDS;
  if (may_open) self->n_feeds++;
  pthread_mutex_unlock(&self->lock);
  if (!may_open) return false;
  const hwp_feed_user user = {.wait = wait_for_feed,
                              .wake = wake_for_feed,
                              .over = feed_is_over,
                              .context = c,
                              .server = self};
  c->feed = hwp_feed_open(&c->response.stream, &user);
  pthread_mutex_lock(&self->lock);
  if (c->feed == NULL) {
    self->n_feeds--;
  } else {
    c->next_feeding = self->feeding;
    if (self->feeding != NULL) self->feeding->previous_feeding = c;
    self->feeding = c;
    if (self->is_ending) hwp_feed_stop(c->feed);
  }
  pthread_mutex_unlock(&self->lock);
  return c->feed != NULL;
}

static void close_feed(call *c) {
  hw_web_server *self = c->server;
  if (c->feed == NULL) return;
  pthread_mutex_lock(&self->lock);
  if (c->next_feeding != NULL) c->next_feeding->previous_feeding = c->previous_feeding;
  if (c->previous_feeding != NULL)
    c->previous_feeding->next_feeding = c->next_feeding;
  else
    self->feeding = c->next_feeding;
  pthread_mutex_unlock(&self->lock);
  hwp_feed_close(c->feed);
  c->feed = NULL;
}

static hwp_watched *watched_of(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info != NULL ? info->socket_context : NULL;
}

static void give_time(hw_web_server *self, struct MHD_Connection *connection, double within_s) {
  hwp_watched *item = watched_of(connection);
  if (item != NULL) hwp_watch_set(self->watch, item, within_s);
}

static struct MHD_Response *make_response(call *c) {
  hw_web_response *made = &c->response;
  if (made->stream.next != NULL) {
    if (!open_feed(c)) return NULL;
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_feed, c, NULL);
  }
  const char *bytes = made->constant != NULL ? made->constant : hw_str_text(&made->body);
  const size_t n = made->constant != NULL ? made->n_constant : made->body.length;
  give_time(c->server, c->connection, c->server->body_s + (double)n / BYTES_PER_S);
  return MHD_create_response_from_buffer(n, (void *)(uintptr_t)bytes, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result answer(call *c) {
  if (c->response.n_headers == 0) return answer_plain(c->connection, (unsigned)c->response.status);
  struct MHD_Response *response = make_response(c);
  if (response == NULL) return answer_plain(c->connection, 503);
  for (int32_t i = 0; i < c->response.n_headers; i++)
    if (MHD_add_response_header(response, c->response.headers[i].name,
                                c->response.headers[i].value) != MHD_YES) {
      MHD_destroy_response(response);
      return answer_plain(c->connection, 500);
    }
  const enum MHD_Result result =
      MHD_queue_response(c->connection, (unsigned)c->response.status, response);
  MHD_destroy_response(response);
  return result;
}

/* --- requests --- */

static char *lower_copy(hw_arena *arena, const char *text) {
  char *copy = hw_arena_strdup(arena, text);
  for (char *c = copy; c != NULL && *c != '\0'; c++)
    if (*c >= 'A' && *c <= 'Z') *c = (char)(*c + 32);
  return copy;
}

static enum MHD_Result keep_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   const char *value) {
  call *c = context;
  (void)kind;
  char *kept = c->n_headers < MOST_HEADERS ? lower_copy(&c->arena, name) : NULL;
  char *text = kept != NULL ? hw_arena_strdup(&c->arena, value != NULL ? value : "") : NULL;
  if (text == NULL) {
    c->has_too_many = true;
    return MHD_NO;
  }
  c->headers[c->n_headers++] = (hw_web_pair){kept, text};
  return MHD_YES;
}

static void keep_client(call *c) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(c->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  const struct sockaddr *address = info != NULL ? info->client_addr : NULL;
  if (address == NULL) return;
  const void *bytes =
      address->sa_family == AF_INET6
          ? (const void *)&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr
          : (const void *)&((const struct sockaddr_in *)(const void *)address)->sin_addr;
  if (inet_ntop(address->sa_family, bytes, c->client, sizeof c->client) == NULL)
    c->client[0] = '\0';
}

static const char *header_of(const call *c, const char *name) {
  for (int i = 0; i < c->n_headers; i++)
    if (strcmp(c->headers[i].name, name) == 0) return c->headers[i].value;
  return NULL;
}

/* Bytes of the body as the headers announce them; false = no number, or more than we take. */
static bool announced(const call *c, size_t *out) {
  const char *text = header_of(c, "content-length");
  *out = 0;
  if (text == NULL) return true;
  for (; *text != '\0'; text++) {
    if (*text < '0' || *text > '9') return false;
    *out = *out * 10 + (size_t)(*text - '0');
    if (*out > HW_WEB_MOST_BODY) return false;
  }
  return true;
}

/* The headers are there. @return what is answered at once; 0 = go on */
static unsigned begin(call *c) {
  c->has_begun = true;
  keep_client(c);
  MHD_get_connection_values(c->connection, MHD_HEADER_KIND, keep_header, c);
  if (c->has_too_many) return 431;
  if (c->target == NULL) return 414;
  if (header_of(c, "transfer-encoding") != NULL) return 411;
  if (!announced(c, &c->most_body)) return 413;
  if (c->most_body > 0 && (c->body = malloc(c->most_body)) == NULL) return 503;
  give_time(c->server, c->connection, c->server->body_s + (double)c->most_body / BYTES_PER_S);
  return 0;
}

/* By a thread of the crew. */
static void handle(hwp_task *task) {
  call *c = (call *)(void *)task;
  const hw_web_request request = {.method = c->method,
                                  .target = c->target,
                                  .client = c->client,
                                  .n_headers = c->n_headers,
                                  .headers = c->headers,
                                  .body = c->body != NULL ? c->body : "",
                                  .n_body = c->n_body};
  hw_web_handle(c->server->web, &request, &c->response);
  c->is_done = true;
  MHD_resume_connection(c->connection);
}

/* The database has one writer at a time: who writes waits here in the order of coming, as long as
 * it takes, and not inside the database, where waiting ends with an error. A login takes its time
 * on purpose. Logging out does neither. */
static hwp_lane lane_of(const call *c) {
  if (strcmp(c->method, "POST") != 0 || strcmp(c->target, "/logout") == 0) return HWP_LANE_READ;
  return strncmp(c->target, "/login", 6) == 0 ? HWP_LANE_LOGIN : HWP_LANE_WRITE;
}

/* The library's callback: headers, pieces of the body, completion, and again when resumed. */
static enum MHD_Result take(void *context, struct MHD_Connection *connection, const char *url,
                            const char *method, const char *version, const char *bytes, size_t *n,
                            void **request) {
  hw_web_server *self = context;
  call *c = *request;
  (void)url;
  (void)version;
  if (c == NULL) return MHD_NO; /* memory was exhausted */
  if (c->is_done) return answer(c);
  if (!c->has_begun) {
    const unsigned refused = begin(c);
    return refused != 0 ? answer_plain(connection, refused) : MHD_YES;
  }
  if (*n > 0) {
    if (*n > c->most_body - c->n_body) return MHD_NO; /* more than was announced */
    memcpy(c->body + c->n_body, bytes, *n);
    c->n_body += *n;
    *n = 0;
    return MHD_YES;
  }
  c->method = hw_arena_strdup(&c->arena, method);
  if (c->method == NULL) return MHD_NO;
  give_time(self, connection, 0);
  c->task.run = handle;
  c->task.lane = lane_of(c);
  MHD_suspend_connection(connection);
  if (hwp_crew_add(self->crew, &c->task)) return MHD_YES;
  MHD_resume_connection(connection);
  c->response.status = 503; /* without headers: answered in the plain way, which has its own */
  c->is_done = true;
  return MHD_YES;
}

/* The first that is known of a request: its target, undecoded. */
static void *begin_call(void *context, const char *target, struct MHD_Connection *connection) {
  call *c = calloc(1, sizeof *c);
  if (c == NULL) return NULL;
  c->server = context;
  c->connection = connection;
  hw_arena_init(&c->arena, 0);
  if (strlen(target) <= HW_WEB_MOST_TARGET) c->target = hw_arena_strdup(&c->arena, target);
  return c;
}

static void end_call(void *context, struct MHD_Connection *connection, void **request,
                     enum MHD_RequestTerminationCode code) {
  call *c = *request;
  (void)code;
  if (c == NULL) return;
  close_feed(c);
  give_time(context, connection, IDLE_S + ((hw_web_server *)context)->slow_s);
  hw_web_response_clear(&c->response);
  hw_arena_clear(&c->arena);
  free(c->body);
  free(c);
  *request = NULL;
}

static void connection_changed(void *context, struct MHD_Connection *connection, void **kept,
                               enum MHD_ConnectionNotificationCode code) {
  hw_web_server *self = context;
  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    hwp_watched *item = info != NULL ? calloc(1, sizeof *item) : NULL;
    if (item != NULL) hwp_watch_add(self->watch, item, info->connect_fd, self->slow_s);
    *kept = item;
  } else if (*kept != NULL) {
    hwp_watch_remove(self->watch, *kept);
    free(*kept);
    *kept = NULL;
  }
}

/* --- the socket --- */

typedef union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} address;

static bool parse_address(const char *text, int port, address *out, socklen_t *size) {
  memset(out, 0, sizeof *out);
  if (text == NULL || strcmp(text, "localhost") == 0) text = "127.0.0.1";
  if (inet_pton(AF_INET, text, &out->v4.sin_addr) == 1) {
    out->v4.sin_family = AF_INET;
    out->v4.sin_port = htons((uint16_t)port);
    *size = sizeof out->v4;
    return true;
  }
  if (inet_pton(AF_INET6, text, &out->v6.sin6_addr) != 1) return false;
  out->v6.sin6_family = AF_INET6;
  out->v6.sin6_port = htons((uint16_t)port);
  *size = sizeof out->v6;
  return true;
}

static bool is_loopback(const address *a) {
  if (a->any.sa_family == AF_INET) return ntohl(a->v4.sin_addr.s_addr) >> 24 == 127;
  return IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr);
}

bool hw_web_server_is_loopback(const char *text) {
  address a;
  socklen_t size = 0;
  return parse_address(text, 0, &a, &size) && is_loopback(&a);
}

static hw_status fail_socket(int reason, const char *text, int port, hw_err *err) {
  const hw_status status = reason == EADDRINUSE                                ? HW_E_BUSY
                           : reason == EACCES                                  ? HW_E_DENIED
                           : reason == EADDRNOTAVAIL || reason == EAFNOSUPPORT ? HW_E_VALUE
                                                                               : HW_E_IO;
  return hw_err_set(err, status, "cannot listen on %s, port %d: %s%s", text, port, strerror(reason),
                    reason == EADDRINUSE ? " (another program listens there: choose another port)"
                    : reason == EACCES   ? " (ports below 1024 need a right of their own)"
                                         : "");
}

/* Listens; the port that was found goes to self->port. */
static hw_status listen_on(hw_web_server *self, const char *text, int port, bool is_secure,
                           hw_err *err) {
  address a;
  socklen_t size = 0;
  const char *told = text != NULL ? text : "127.0.0.1";
  if (!parse_address(text, port, &a, &size))
    return hw_err_set(err, HW_E_VALUE,
                      "\"%s\" is no address: expected one in numbers, as 127.0.0.1, "
                      "0.0.0.0 or ::1",
                      told);
  if (!is_secure && !is_loopback(&a))
    return hw_err_set(err, HW_E_VALUE,
                      "%s can be reached from other computers, which takes a "
                      "certificate and its key (TLS)",
                      told);
  self->socket = socket(a.any.sa_family, SOCK_STREAM, 0);
  if (self->socket < 0) return fail_socket(errno, told, port, err);
  const int yes = 1;
  (void)setsockopt(self->socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(self->socket, &a.any, size) != 0 || listen(self->socket, BACKLOG) != 0 ||
      getsockname(self->socket, &a.any, &size) != 0)
    return fail_socket(errno, told, port, err);
  self->port = ntohs(a.any.sa_family == AF_INET ? a.v4.sin_port : a.v6.sin6_port);
  return HW_OK;
}

/* --- beginning and ending --- */

/* Forward secrecy and authenticated encryption only. */
static const char priorities[] =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-CIPHER-ALL:"
    "+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:-MAC-ALL:+AEAD";

static hw_status start_daemon(hw_web_server *self, const hw_web_server_options *options,
                              hw_err *err) {
  const bool is_secure = options->certificate != NULL;
  struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_MEM_CERT, 0, self->certificate},
                                 {MHD_OPTION_HTTPS_MEM_KEY, 0, self->key},
                                 {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)priorities},
                                 {MHD_OPTION_END, 0, NULL}};
  if (!is_secure) tls[0] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
  const unsigned most = options->most_connections > 0 ? (unsigned)options->most_connections : 4096;
  self->daemon = MHD_start_daemon(
      MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
          (is_secure ? MHD_USE_TLS : 0),
      0, NULL, NULL, take, self, MHD_OPTION_LISTEN_SOCKET, self->socket,
      MHD_OPTION_THREAD_POOL_SIZE, 2U, MHD_OPTION_CONNECTION_LIMIT, most,
      MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)options->most_per_address,
      MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
      (size_t)MEMORY_OF_CONNECTION, MHD_OPTION_URI_LOG_CALLBACK, begin_call, self,
      MHD_OPTION_NOTIFY_COMPLETED, end_call, self, MHD_OPTION_NOTIFY_CONNECTION, connection_changed,
      self, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
  if (self->daemon != NULL) return HW_OK;
  return hw_err_set(err, is_secure ? HW_E_VALUE : HW_E_IO,
                    is_secure
                        ? "the server cannot be started: the certificate or its key cannot be "
                          "used (both must be PEM and belong together)"
                        : "the server cannot be started");
}

/* A thread is always left to who writes, and most of them to those who read. */
static hwp_crew *new_crew(int n) {
  const int most_at_once[HWP_N_LANES] = {[HWP_LANE_READ] = n > 1 ? n - 1 : 1,
                                         [HWP_LANE_WRITE] = 1,
                                         [HWP_LANE_LOGIN] = n > 4 ? n / 4 : 1};
  return hwp_crew_new(n, MOST_WAITING, most_at_once);
}

hw_status hw_web_server_start(hw_web *web, const hw_web_server_options *options,
                              hw_web_server **out, hw_err *err) {
  *out = NULL;
  if ((options->certificate == NULL) != (options->key == NULL))
    return hw_err_set(err, HW_E_VALUE, "a certificate and its key belong together");
  hw_web_server *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the server");
  self->web = web;
  self->socket = -1;
  self->slow_s = options->slow_s > 0 ? options->slow_s : 20;
  self->body_s = options->body_s > 0 ? options->body_s : BODY_S;
  pthread_mutex_init(&self->lock, NULL);
  pthread_cond_init(&self->feed_over, NULL);
  bool is_made = true;
  if (options->certificate != NULL) {
    self->certificate = strdup(options->certificate);
    self->key = strdup(options->key);
    is_made = self->certificate != NULL && self->key != NULL;
  }
  hw_status status =
      listen_on(self, options->address, options->port, options->certificate != NULL, err);
  if (status == HW_OK) {
    self->watch = hwp_watch_new();
    self->crew = new_crew(options->n_workers > 0 ? options->n_workers : 8);
    if (!is_made || self->watch == NULL || self->crew == NULL)
      status = HW_NO_MEMORY(err, "the server");
  }
  if (status == HW_OK) status = start_daemon(self, options, err);
  if (status != HW_OK) {
    hw_web_server_stop(self);
    return status;
  }
  *out = self;
  return HW_OK;
}

int hw_web_server_port(const hw_web_server *self) {
  return self->port;
}

/* Tells all streams to end, and waits for their threads. */
static void end_feeds(hw_web_server *self) {
  pthread_mutex_lock(&self->lock);
  self->is_ending = true;
  for (call *c = self->feeding; c != NULL; c = c->next_feeding) hwp_feed_stop(c->feed);
  while (self->n_feeds > 0) pthread_cond_wait(&self->feed_over, &self->lock);
  pthread_mutex_unlock(&self->lock);
}

void hw_web_server_stop(hw_web_server *self) {
  if (self == NULL) return;
  if (self->daemon != NULL) (void)MHD_quiesce_daemon(self->daemon);
  if (self->crew != NULL) hwp_crew_end(self->crew);
  end_feeds(self);
  if (self->daemon != NULL) MHD_stop_daemon(self->daemon);
  hwp_crew_delete(self->crew);
  if (self->socket >= 0) close(self->socket);
  hwp_watch_delete(self->watch);
  free(self->certificate);
  if (self->key != NULL) {
    memset(self->key, 0, strlen(self->key));
    free(self->key);
  }
  pthread_cond_destroy(&self->feed_over);
  pthread_mutex_destroy(&self->lock);
  free(self);
}
