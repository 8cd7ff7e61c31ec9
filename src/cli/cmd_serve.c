/* homeward serve: the web application.
 *
 * The program listens on this computer only, unless it is given a certificate: names of
 * people and genetic data do not travel in the clear. It says where it listens, waits for
 * Ctrl-C or SIGTERM, lets what runs come to its end, and exits 0.
 *
 * Warnings and errors inside requests go to standard error, a line each. */
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/check.h"
#include "base/file.h"
#include "cli/case_open.h"
#include "web/server.h"

typedef struct serve_settings {
  cli_place place;
  const char *address, *certificate, *key, *origin, *language;
  int64_t port, connections, per_address;
  bool demo;
} serve_settings;

static const cli_option options[] = {
    {"database", "CASE", CLI_TEXT, offsetof(serve_settings, place.database), 0, 0,
     "The case database (default: the environment variable HOMEWARD_CASE).", 'c', false},
    {"port", "N", CLI_COUNT, offsetof(serve_settings, port), 0, 65535,
     "The port (default 8080; 0 = one that is free).", 0, false},
    {"address", "A", CLI_TEXT, offsetof(serve_settings, address), 0, 0,
     "The address to listen on, in numbers (default 127.0.0.1, this computer only).", 0, false},
    {"tls-certificate", "FILE", CLI_TEXT, offsetof(serve_settings, certificate), 0, 0,
     "Certificate chain, PEM. Needed, with its key, to listen beyond this computer.", 0, false},
    {"tls-key", "FILE", CLI_TEXT, offsetof(serve_settings, key), 0, 0,
     "Key of the certificate, PEM.", 0, false},
    {"origin", "URL", CLI_TEXT, offsetof(serve_settings, origin), 0, 0,
     "What browsers call the server by, as https://lab.example:8443. Needed wherever that is "
     "not a name of this computer itself.",
     0, false},
    {"language", "CODE", CLI_TEXT, offsetof(serve_settings, language), 0, 0,
     "Language for who has not chosen one: vi or en (default vi).", 0, false},
    {"connections", "N", CLI_COUNT, offsetof(serve_settings, connections), 1, 100000,
     "Connections at once (default 4096).", 0, false},
    {"per-address", "N", CLI_COUNT, offsetof(serve_settings, per_address), 1, 100000,
     "Connections at once from one address (default: no bound on this computer, else 256).", 0,
     false},
    {"demo", NULL, CLI_FLAG, offsetof(serve_settings, demo), 0, 0,
     "Every page says that the case is synthetic.", 0, false},
};

/* Most bytes of a certificate or key. */
enum { MOST_PEM = 1 << 20 };

static void log_line(void *context, const char *line) {
  (void)context;
  cli_say("%s", line);
}

/* Connections are files to the system; it permits as many as its hard limit says. */
static void raise_limit(int64_t connections) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = (rlim_t)connections + 256;
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur =
      limit.rlim_max == RLIM_INFINITY || wanted < limit.rlim_max ? wanted : limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted)
    cli_say("note: the system permits %llu open files: fewer connections than asked for",
            (unsigned long long)limit.rlim_cur);
}

/* "https://host" or "http://host:port", nothing behind. */
static bool is_origin(const char *text) {
  const char *host = strncmp(text, "https://", 8) == 0  ? text + 8
                     : strncmp(text, "http://", 7) == 0 ? text + 7
                                                        : "";
  return *host != '\0' && strcspn(host, "/?#@ \t\"'<>\\") == strlen(host);
}

/* Counts who can log in. */
static hw_status count_accounts(const serve_settings *settings, int64_t *n, hw_err *err) {
  char login[HW_CODE_MAX + 1];
  const hw_who who = cli_place_who(&settings->place, login);
  hw_app app;
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  *n = 0;
  HW_TRY(hw_app_open(&app, cli_place_database(&settings->place), HW_DB_READ,
                     &(hw_who){.login = who.login}, err));
  hw_status status = hw_store_scan(app.store, HW_KIND_CREDENTIAL, -1, NULL, &scan, err);
  while (status == HW_OK && (status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL)
    *n += row->withdrawn == NULL && hw_record_int(row, HW_FIELD_CREDENTIAL_IS_LOCKED) == 0;
  hw_scan_done(scan);
  hw_app_close(&app);
  return status;
}

static void tell_about_accounts(const serve_settings *settings) {
  hw_err err = HW_ERR_INIT;
  int64_t n = 0;
  if (count_accounts(settings, &n, &err) != HW_OK || n > 0) return;
  cli_say("nobody can log in yet: give somebody a password with 'homeward account' (see 'homeward "
          "help account')");
}

static void tell_address(const hw_web_server *server, const serve_settings *settings) {
  const bool is_secure = settings->certificate != NULL;
  if (settings->origin != NULL)
    printf("%s/\n", settings->origin);
  else
    printf("%s://%s:%d/\n", is_secure ? "https" : "http",
           strcmp(settings->address, "::1") == 0 ? "[::1]" : "localhost",
           hw_web_server_port(server));
  (void)fflush(stdout); /* told by main at the end if it failed */
}

/* Serves until the signal comes, which is blocked in all threads of the server. */
static hw_status serve(hw_web *web, const serve_settings *settings, const char *certificate,
                       const char *key, hw_err *err) {
  hw_web_server *server = NULL;
  const bool is_here = hw_web_server_is_loopback(settings->address);
  sigset_t awaited, before;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGINT);
  sigaddset(&awaited, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &awaited, &before);
  const hw_web_server_options how = {.address = settings->address,
                                     .port = (int)settings->port,
                                     .certificate = certificate,
                                     .key = key,
                                     .most_connections = (int)settings->connections,
                                     .most_per_address = settings->per_address > 0
                                                             ? (int)settings->per_address
                                                         : is_here ? 0
                                                                   : 256};
  const hw_status status = hw_web_server_start(web, &how, &server, err);
  if (status == HW_OK) {
    int came = 0;
    tell_about_accounts(settings);
    tell_address(server, settings);
    (void)sigwait(&awaited, &came);
    hw_web_server_stop(server);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return status;
}

static int check_settings(const serve_settings *settings, hw_language *language) {
  const cli_command *command = &cli_command_serve;
  if (cli_place_database(&settings->place) == NULL)
    return cli_usage(command, "serve: which case database? say -c CASE");
  if ((settings->certificate == NULL) != (settings->key == NULL))
    return cli_usage(command, "--tls-certificate and --tls-key belong together");
  if (settings->origin != NULL && !is_origin(settings->origin))
    return cli_usage(command,
                     "--origin %s: expected https://HOST or https://HOST:PORT, nothing behind",
                     settings->origin);
  if (!hw_language_find(settings->language, language))
    return cli_usage(command, "--language %s: there are vi and en", settings->language);
  return -1;
}

static int run(int argc, char **argv) {
  serve_settings settings = {
      .address = "127.0.0.1", .port = 8080, .language = "vi", .connections = 4096};
  char **operands = NULL, *certificate = NULL, *key = NULL;
  int n = 0;
  hw_language language = HW_LANGUAGE_VI;
  int status = cli_parse(&cli_command_serve, argc, argv, &settings, &operands, &n);
  if (status < 0) status = check_settings(&settings, &language);
  if (status >= 0) return status;
  hw_err err = HW_ERR_INIT;
  hw_web *web = NULL;
  size_t n_bytes = 0;
  hw_status done = HW_OK;
  if (settings.certificate != NULL) {
    done = hw_file_read(settings.certificate, MOST_PEM, &certificate, &n_bytes, &err);
    if (done == HW_OK) done = hw_file_read(settings.key, MOST_PEM, &key, &n_bytes, &err);
  }
  /* Behind a proxy that ends TLS, the origin says so. */
  const bool is_secure = certificate != NULL ||
                         (settings.origin != NULL && strncmp(settings.origin, "https://", 8) == 0);
  const hw_web_options what = {.location = cli_place_database(&settings.place),
                               .origin = settings.origin,
                               .is_secure = is_secure,
                               .is_demo = settings.demo,
                               .temporary = getenv("TMPDIR"),
                               .n_connections = 8,
                               .language = language,
                               .log = log_line};
  if (done == HW_OK) {
    raise_limit(settings.connections);
    done = hw_web_new(&what, &web, &err);
  }
  if (done == HW_OK) {
    done = serve(web, &settings, certificate, key, &err);
  }
  hw_web_delete(web);
  free(certificate);
  free(key);
  return done == HW_OK ? CLI_FINE : cli_error(&err);
}

const cli_command cli_command_serve = {
    .name = "serve",
    .operands = "",
    .brief = "the web application",
    .description =
        "Serves the case database to browsers, in Vietnamese and English, until it is interrupted "
        "(Ctrl-C or SIGTERM); the address is printed. Nothing is fetched from a network, and "
        "every page works without JavaScript.\n"
        "\n"
        "Only this computer can reach it, unless --address says otherwise, which takes a "
        "certificate and its key: TLS 1.3 and 1.2 are spoken, nothing older. Behind a proxy "
        "that ends TLS on the same computer, give --origin with https://.\n"
        "\n"
        "Who may log in, and what they may do there, is set with 'homeward account'. "
        "docs/serve.md tells about sessions, locks and the rest.\n",
    .examples =
        "  homeward serve -c quangtri.hwc\n"
        "  homeward serve -c quangtri.hwc --address 0.0.0.0 --port 8443 \\\n"
        "      --tls-certificate lab.pem --tls-key lab.key --origin https://lab.example:8443\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
