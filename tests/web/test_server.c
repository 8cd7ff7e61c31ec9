/* The server behind sockets: sizes, slow clients, many connections, TLS, streams, ending.
 *
 * HOMEWARD_TEST_SCALE multiplies the number of connections; 20 makes 10,000. */
#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/assert.h"
#include "web/server.h"
#include "web/web_support.h"

static hw_web *web;

static int begin(void **state) {
  signal(SIGPIPE, SIG_IGN);
  if (app_tests_begin(state) != 0) return -1;
  (void)web_test_new(&web, NULL, false);
  return 0;
}

static int end(void **state) {
  hw_web_delete(web);
  return app_tests_end(state);
}

static hw_web_server *start(const hw_web_server_options *options) {
  hw_err err = HW_ERR_INIT;
  hw_web_server *server = NULL;
  hw_assert_ok(hw_web_server_start(web, options, &server, &err), &err);
  return server;
}

/* --- a stream, which no page has to have for this test --- */

void __real_hw_web_handle(hw_web *self, const hw_web_request *request, hw_web_response *response);
void __wrap_hw_web_handle(hw_web *self, const hw_web_request *request, hw_web_response *response);

static atomic_int n_streams_open, n_events;

static bool next_event(void *context, hw_str *out) {
  const int most = *(int *)context;
  const int n = atomic_fetch_add(&n_events, 1) + 1;
  if (n <= most) hw_str_append_format(out, "data: %d\n\n", n);
  if (n <= most) return true;
  /* An endless stream has nothing more to say and waits, as real ones do. */
  if (most < 100) return false;
  nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
  return true;
}

static void end_stream(void *context) {
  free(context);
  atomic_fetch_sub(&n_streams_open, 1);
}

void __wrap_hw_web_handle(hw_web *self, const hw_web_request *request, hw_web_response *response) {
  if (strncmp(request->target, "/stream", 7) != 0) {
    __real_hw_web_handle(self, request, response);
    return;
  }
  int *most = malloc(sizeof *most);
  assert_non_null(most);
  *most = strcmp(request->target, "/stream/endless") == 0 ? 100 : 5;
  memset(response, 0, sizeof *response);
  hw_arena_init(&response->arena, 0);
  response->status = 200;
  response->headers[response->n_headers++] = (hw_web_pair){"content-type", "text/event-stream"};
  response->stream = (hw_web_stream){next_event, end_stream, most};
  atomic_fetch_add(&n_streams_open, 1);
}

/* --- a client --- */

static int connect_to(int port) {
  const int s = socket(AF_INET, SOCK_STREAM, 0);
  if (s < 0) return -1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(s, (const struct sockaddr *)&address, sizeof address) == 0) return s;
  close(s);
  return -1;
}

static bool send_all(int s, const char *bytes, size_t n) {
  while (n > 0) {
    const ssize_t sent = send(s, bytes, n, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    n -= (size_t)sent;
  }
  return true;
}

/* Reads to the end of the connection. @return bytes; the text ends in NUL */
static size_t read_all(int s, char *out, size_t size) {
  size_t n = 0;
  while (n + 1 < size) {
    const ssize_t got = recv(s, out + n, size - 1 - n, 0);
    if (got <= 0) break;
    n += (size_t)got;
  }
  out[n] = '\0';
  return n;
}

/* Sends one request and gives the status; the answer stays in `answer`. */
static char answer[100000];
static int ask(int port, const char *request) {
  const int s = connect_to(port);
  int status = 0;
  assert_true(s >= 0);
  (void)send_all(s, request, strlen(request)); /* it may be refused half-way */
  (void)read_all(s, answer, sizeof answer);
  close(s);
  return sscanf(answer, "HTTP/1.1 %d", &status) == 1 ? status : -1;
}

/* --- answers --- */

static void pages_are_served_over_the_loopback(void **state) {
  (void)state;
  hw_web_server *server = start(&(hw_web_server_options){0});
  const int port = hw_web_server_port(server);
  assert_true(port > 0);
  assert_int_equal(ask(port, "GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                   200);
  hw_assert_contains(answer, "content-security-policy: default-src 'none'");
  hw_assert_contains(answer, "</html>");
  assert_int_equal(
      ask(port, "HEAD /login HTTP/1.1\r\nHOST: localhost\r\nConnection: close\r\n\r\n"), 200);
  assert_null(strstr(answer, "</html>"));
  assert_int_equal(
      ask(port, "GET /login HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"), 421);
  assert_int_equal(
      ask(port, "GET /%2e%2e/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), 400);
  assert_int_equal(ask(port, "POST /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                             "Content-Type: application/x-www-form-urlencoded\r\n"
                             "Content-Length: 7\r\n\r\nactor=a"),
                   403);
  assert_int_equal(ask(port, "PUT /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                   405);
  assert_int_equal(ask(port, "GARBAGE\r\n\r\n"), -1); /* closed, or answered in the old way */
  hw_web_server_stop(server);
}

static void what_is_too_large_is_refused_before_it_is_read(void **state) {
  (void)state;
  hw_web_server *server = start(&(hw_web_server_options){0});
  const int port = hw_web_server_port(server);
  char *large = malloc(200000);
  assert_non_null(large);
  int n = snprintf(large, 200000, "GET /login HTTP/1.1\r\nHost: localhost\r\nX: ");
  memset(large + n, 'a', 40000);
  snprintf(large + n + 40000, 100, "\r\n\r\n");
  assert_int_equal(ask(port, large), 431);
  assert_null(strstr(answer, "aaaa")); /* by the library: nothing of the request comes back */
  n = snprintf(large, 200000, "GET /login HTTP/1.1\r\nHost: localhost\r\nX: ");
  memset(large + n, 'a', 17000);
  snprintf(large + n + 17000, 100, "\r\nConnection: close\r\n\r\n");
  assert_int_equal(ask(port, large), 431);
  hw_assert_contains(answer, "nosniff"); /* by us */
  n = snprintf(large, 200000, "GET /");
  memset(large + n, 'a', 5000);
  snprintf(large + n + 5000, 100, " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  assert_int_equal(ask(port, large), 414);
  n = snprintf(large, 200000, "GET /login HTTP/1.1\r\nHost: localhost\r\n");
  for (int i = 0; i < 300; i++) n += snprintf(large + n, 100, "X-%d: a\r\n", i);
  snprintf(large + n, 100, "\r\n");
  assert_int_equal(ask(port, large), 431);
  free(large);
  assert_int_equal(
      ask(port, "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 67108865\r\n\r\n"),
      413);
  assert_int_equal(
      ask(port, "POST /login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                "1\r\na\r\n0\r\n\r\n"),
      411);
  hw_web_server_stop(server);
}

/* A byte now and then does not keep a connection. */
static void drip(const char *request) {
  hw_web_server *server = start(&(hw_web_server_options){.slow_s = 1, .body_s = 1});
  const int s = connect_to(hw_web_server_port(server));
  assert_true(s >= 0);
  assert_true(send_all(s, request, strlen(request)));
  bool is_closed = false;
  for (int i = 0; i < 400 && !is_closed; i++) {
    struct pollfd wait = {.fd = s, .events = POLLIN};
    if (poll(&wait, 1, 50) > 0) {
      char byte;
      is_closed = recv(s, &byte, 1, 0) <= 0;
    } else {
      is_closed = !send_all(s, "a", 1);
    }
  }
  assert_true(is_closed);
  close(s);
  assert_int_equal(ask(hw_web_server_port(server),
                       "GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                   200);
  hw_web_server_stop(server);
}

static void slow_headers_are_closed(void **state) {
  (void)state;
  drip("GET /login HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
}

/* The time for a body grows with its size, from body_s on. */
static void slow_bodies_are_closed(void **state) {
  (void)state;
  drip("POST /login HTTP/1.1\r\nHost: localhost\r\n"
       "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 20000\r\n\r\nactor=");
}

/* --- many --- */

static int scale(void) {
  const char *text = getenv("HOMEWARD_TEST_SCALE");
  const long value = text != NULL ? strtol(text, NULL, 10) : 1;
  return value >= 1 && value <= 20 ? (int)value : 1;
}

/* Reads one answer of a connection that stays open. */
static bool read_answer(int s) {
  char text[16384];
  size_t n = 0;
  for (;;) {
    const ssize_t got = recv(s, text + n, sizeof text - 1 - n, 0);
    if (got <= 0) return false;
    n += (size_t)got;
    text[n] = '\0';
    const char *body = strstr(text, "\r\n\r\n");
    const char *length = strstr(text, "Content-Length: ");
    if (body == NULL || length == NULL) continue;
    if (n >= (size_t)(body + 4 - text) + strtoul(length + 16, NULL, 10))
      return strncmp(text, "HTTP/1.1 200", 12) == 0;
  }
}

/* In a process of its own: both ends of all connections would be too many files for one.
 * @return 0 if each of n connections, all open at once, was answered twice */
static int open_many(int port, int n) {
  static const char request[] = "GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n";
  int *sockets = calloc((size_t)n, sizeof *sockets);
  if (sockets == NULL) return 1;
  for (int i = 0; i < n; i++)
    if ((sockets[i] = connect_to(port)) < 0) return 2;
  for (int round = 0; round < 2; round++)
    for (int i = 0; i < n; i += 50) {
      const int end = i + 50 < n ? i + 50 : n;
      for (int k = i; k < end; k++)
        if (!send_all(sockets[k], request, sizeof request - 1)) return 3;
      for (int k = i; k < end; k++)
        if (!read_answer(sockets[k])) return 4;
    }
  for (int i = 0; i < n; i++) close(sockets[i]);
  free(sockets);
  return 0;
}

static void thousands_of_connections_are_answered(void **state) {
  (void)state;
  const int n = 500 * scale();
  struct rlimit limit;
  assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;
  assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
  if (limit.rlim_cur < (rlim_t)n + 200) skip();
  int ports[2];
  assert_int_equal(pipe(ports), 0);
  const pid_t child = fork(); /* before there are threads */
  assert_true(child >= 0);
  if (child == 0) {
    int port = 0;
    const bool is_told = read(ports[0], &port, sizeof port) == (ssize_t)sizeof port;
    _exit(is_told ? open_many(port, n) : 9);
  }
  hw_web_server *server =
      start(&(hw_web_server_options){.most_connections = n + 100, .slow_s = 600});
  const int port = hw_web_server_port(server);
  assert_int_equal(write(ports[1], &port, sizeof port), sizeof port);
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
  close(ports[0]);
  close(ports[1]);
  hw_web_server_stop(server);
}

static void one_address_does_not_take_all_connections(void **state) {
  (void)state;
  hw_web_server *server = start(&(hw_web_server_options){.most_per_address = 4});
  const int port = hw_web_server_port(server);
  int sockets[12], n_answered = 0;
  for (int i = 0; i < 12; i++) {
    sockets[i] = connect_to(port);
    static const char request[] = "GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n";
    if (sockets[i] >= 0 && send_all(sockets[i], request, sizeof request - 1) &&
        read_answer(sockets[i]))
      n_answered++;
  }
  assert_true(n_answered >= 4 && n_answered <= 8); /* 4 of each of the two threads at most */
  for (int i = 0; i < 12; i++)
    if (sockets[i] >= 0) close(sockets[i]);
  hw_web_server_stop(server);
}

static void *ask_often(void *context) {
  static const char request[] =
      "GET /about HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  const int port = *(int *)context;
  for (intptr_t i = 0; i < 50; i++) {
    char text[8192];
    const int s = connect_to(port);
    if (s < 0 || !send_all(s, request, sizeof request - 1)) return (void *)(i + 1);
    (void)read_all(s, text, sizeof text);
    close(s);
    if (strncmp(text, "HTTP/1.1 303", 12) != 0) return (void *)(i + 1);
  }
  return NULL;
}

static void requests_at_once_are_all_answered(void **state) {
  (void)state;
  hw_web_server *server = start(&(hw_web_server_options){.n_workers = 3});
  int port = hw_web_server_port(server);
  pthread_t threads[8];
  for (int i = 0; i < 8; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, ask_often, &port), 0);
  for (int i = 0; i < 8; i++) {
    void *failed = NULL;
    pthread_join(threads[i], &failed);
    assert_null(failed);
  }
  hw_web_server_stop(server);
}

/* --- streams --- */

static void events_arrive_and_the_stream_ends(void **state) {
  (void)state;
  atomic_store(&n_events, 0);
  hw_web_server *server = start(&(hw_web_server_options){0});
  assert_int_equal(ask(hw_web_server_port(server),
                       "GET /stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                   200);
  hw_assert_contains(answer, "data: 1\n\n");
  hw_assert_contains(answer, "data: 5\n\n");
  assert_null(strstr(answer, "data: 6\n\n"));
  hw_web_server_stop(server);
  assert_int_equal(atomic_load(&n_streams_open), 0);
}

static void the_server_ends_while_streams_are_open(void **state) {
  (void)state;
  static const char request[] = "GET /stream/endless HTTP/1.1\r\nHost: localhost\r\n\r\n";
  atomic_store(&n_events, 90);
  hw_web_server *server = start(&(hw_web_server_options){0});
  int sockets[6];
  for (int i = 0; i < 6; i++) {
    char byte;
    sockets[i] = connect_to(hw_web_server_port(server));
    assert_true(sockets[i] >= 0);
    assert_true(send_all(sockets[i], request, sizeof request - 1));
    assert_int_equal(recv(sockets[i], &byte, 1, 0), 1);
  }
  assert_int_equal(atomic_load(&n_streams_open), 6);
  close(sockets[0]); /* one browser has gone away */
  hw_web_server_stop(server);
  assert_int_equal(atomic_load(&n_streams_open), 0);
  for (int i = 1; i < 6; i++) close(sockets[i]);
}

/* --- TLS --- */

static char certificate[8192], key[8192];

static void make_certificate(gnutls_pk_algorithm_t algorithm) {
  gnutls_x509_privkey_t private = NULL;
  gnutls_x509_crt_t crt = NULL;
  size_t n = sizeof certificate;
  const time_t now = time(NULL);
  assert_int_equal(gnutls_x509_privkey_init(&private), 0);
  assert_int_equal(
      gnutls_x509_privkey_generate(private, algorithm,
                                   algorithm == GNUTLS_PK_RSA
                                       ? 2048U
                                       : (unsigned)GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
                                   0),
      0);
  assert_int_equal(gnutls_x509_crt_init(&crt), 0);
  assert_int_equal(gnutls_x509_crt_set_version(crt, 3), 0);
  assert_int_equal(gnutls_x509_crt_set_serial(crt, "\1", 1), 0);
  assert_int_equal(gnutls_x509_crt_set_activation_time(crt, now - 3600), 0);
  assert_int_equal(gnutls_x509_crt_set_expiration_time(crt, now + 3600), 0);
  assert_int_equal(gnutls_x509_crt_set_dn(crt, "CN=localhost", NULL), 0);
  assert_int_equal(gnutls_x509_crt_set_key(crt, private), 0);
  assert_int_equal(gnutls_x509_crt_sign2(crt, crt, private, GNUTLS_DIG_SHA256, 0), 0);
  assert_int_equal(gnutls_x509_crt_export(crt, GNUTLS_X509_FMT_PEM, certificate, &n), 0);
  n = sizeof key;
  assert_int_equal(gnutls_x509_privkey_export(private, GNUTLS_X509_FMT_PEM, key, &n), 0);
  gnutls_x509_crt_deinit(crt);
  gnutls_x509_privkey_deinit(private);
}

/* Shakes hands by a priority string and asks for the login page.
 * @return the protocol that was agreed on, or GNUTLS_VERSION_UNKNOWN */
static gnutls_protocol_t speak(int port, const char *priority) {
  gnutls_session_t session = NULL;
  gnutls_certificate_credentials_t credentials = NULL;
  static const char request[] =
      "GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  gnutls_protocol_t spoken = GNUTLS_VERSION_UNKNOWN;
  assert_int_equal(gnutls_certificate_allocate_credentials(&credentials), 0);
  assert_int_equal(gnutls_init(&session, GNUTLS_CLIENT), 0);
  assert_int_equal(gnutls_priority_set_direct(session, priority, NULL), 0);
  assert_int_equal(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials), 0);
  const int s = connect_to(port);
  assert_true(s >= 0);
  gnutls_transport_set_int(session, s);
  int status;
  while ((status = gnutls_handshake(session)) < 0 && gnutls_error_is_fatal(status) == 0) continue;
  if (status == 0 && gnutls_record_send(session, request, sizeof request - 1) > 0) {
    ssize_t n;
    size_t all = 0;
    while ((n = gnutls_record_recv(session, answer + all, sizeof answer - 1 - all)) > 0 ||
           n == GNUTLS_E_INTERRUPTED || n == GNUTLS_E_AGAIN)
      all += n > 0 ? (size_t)n : 0;
    answer[all] = '\0';
    if (strncmp(answer, "HTTP/1.1 200", 12) == 0) spoken = gnutls_protocol_get_version(session);
  }
  close(s);
  gnutls_deinit(session);
  gnutls_certificate_free_credentials(credentials);
  return spoken;
}

static void only_todays_tls_is_spoken(void **state) {
  (void)state;
  make_certificate(GNUTLS_PK_ECDSA);
  hw_web_server *server =
      start(&(hw_web_server_options){.certificate = certificate, .key = key, .address = "0.0.0.0"});
  const int port = hw_web_server_port(server);
  assert_int_equal(speak(port, "NORMAL"), GNUTLS_TLS1_3);
  assert_int_equal(speak(port, "NORMAL:-VERS-ALL:+VERS-TLS1.2"), GNUTLS_TLS1_2);
  assert_int_equal(speak(port, "NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT"), GNUTLS_VERSION_UNKNOWN);
  assert_int_equal(speak(port, "NORMAL:-VERS-ALL:+VERS-TLS1.0:%COMPAT"), GNUTLS_VERSION_UNKNOWN);
  /* In the clear nothing is answered. */
  assert_int_equal(ask(port, "GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n"), -1);
  assert_int_equal(speak(port, "NORMAL"), GNUTLS_TLS1_3);
  hw_web_server_stop(server);
}

/* With a certificate that all of them could use. */
static void weak_tls_suites_are_refused(void **state) {
  (void)state;
#define ONLY "NORMAL:-VERS-ALL:+VERS-TLS1.2:"
  static const char *const weak[] = {ONLY "-KX-ALL:+RSA", /* no forward secrecy */
                                     ONLY "-KX-ALL:+DHE-RSA",
                                     ONLY "-KX-ALL:+ANON-ECDH",
                                     ONLY "-CIPHER-ALL:+AES-128-CBC:+AES-256-CBC",
                                     ONLY "-CIPHER-ALL:+AES-256-CBC:-MAC-ALL:+SHA1",
                                     ONLY "-CIPHER-ALL:+3DES-CBC:-MAC-ALL:+SHA1",
                                     ONLY "-CIPHER-ALL:+NULL:-MAC-ALL:+SHA256",
                                     ONLY "-CIPHER-ALL:+AES-256-CCM-8:+AES-128-CCM-8"};
  make_certificate(GNUTLS_PK_RSA);
  hw_web_server *server =
      start(&(hw_web_server_options){.certificate = certificate, .key = key, .address = "0.0.0.0"});
  const int port = hw_web_server_port(server);
  for (size_t i = 0; i < sizeof weak / sizeof *weak; i++)
    if (speak(port, weak[i]) != GNUTLS_VERSION_UNKNOWN) fail_msg("%s was taken", weak[i]);
  assert_int_equal(speak(port, ONLY "-KX-ALL:+ECDHE-RSA:-CIPHER-ALL:+AES-128-GCM"), GNUTLS_TLS1_2);
  assert_int_equal(speak(port, ONLY "-CIPHER-ALL:+CHACHA20-POLY1305"), GNUTLS_TLS1_2);
  assert_int_equal(speak(port, "NORMAL:-CIPHER-ALL:+AES-256-GCM"), GNUTLS_TLS1_3);
#undef ONLY
  hw_web_server_stop(server);
}

/* --- refusing to begin --- */

static void refuse(const hw_web_server_options *options, hw_status expected, const char *said) {
  hw_err err = HW_ERR_INIT;
  hw_web_server *server = NULL;
  hw_assert_status(hw_web_server_start(web, options, &server, &err), expected, &err);
  assert_null(server);
  hw_assert_contains(err.message, said);
}

static void nothing_is_served_that_would_not_be_safe(void **state) {
  (void)state;
  refuse(&(hw_web_server_options){.address = "0.0.0.0"}, HW_E_VALUE,
         "can be reached from other computers");
  refuse(&(hw_web_server_options){.address = "::"}, HW_E_VALUE,
         "can be reached from other computers");
  refuse(&(hw_web_server_options){.address = "lab.example"}, HW_E_VALUE, "is no address");
  refuse(&(hw_web_server_options){.certificate = "x"}, HW_E_VALUE, "belong together");
  refuse(&(hw_web_server_options){.certificate = "x", .key = "y"}, HW_E_VALUE, "cannot be used");
  hw_web_server *server = start(&(hw_web_server_options){.address = "localhost"});
  refuse(&(hw_web_server_options){.port = hw_web_server_port(server)}, HW_E_BUSY,
         "another program listens there");
  hw_web_server_stop(server);
  assert_true(hw_web_server_is_loopback("127.0.0.53"));
  assert_true(hw_web_server_is_loopback("::1"));
  assert_false(hw_web_server_is_loopback("128.0.0.1"));
  assert_false(hw_web_server_is_loopback("x"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(thousands_of_connections_are_answered),
      cmocka_unit_test(pages_are_served_over_the_loopback),
      cmocka_unit_test(what_is_too_large_is_refused_before_it_is_read),
      cmocka_unit_test(slow_headers_are_closed),
      cmocka_unit_test(slow_bodies_are_closed),
      cmocka_unit_test(one_address_does_not_take_all_connections),
      cmocka_unit_test(requests_at_once_are_all_answered),
      cmocka_unit_test(events_arrive_and_the_stream_ends),
      cmocka_unit_test(the_server_ends_while_streams_are_open),
      cmocka_unit_test(only_todays_tls_is_spoken),
      cmocka_unit_test(weak_tls_suites_are_refused),
      cmocka_unit_test(nothing_is_served_that_would_not_be_safe),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
