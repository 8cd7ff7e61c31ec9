/* What every request must pass, and what every response says.
 *
 * Host: a page elsewhere can point a name of its own at this machine (DNS rebinding) and
 * would then be "the same origin". So only the name that the service is configured with,
 * and names of the loopback, are answered.
 *
 * Source: browsers say by Sec-Fetch-Site whether a request comes from this site. What
 * changes something is refused from any other; what only shows is refused unless it is
 * somebody following a link. Origin must be this site's where it is told; it is "null" for
 * forms of this very site too, as our pages send no referrer, so "null" is left to the token. A
 * Referer, which older browsers send instead of both, must be this site's.
 *
 * Token: every form bears the token of its session, a second secret beside the cookie.
 *
 * Sources: Fetch Metadata (W3C), the Fetch standard's section on the Origin header, OWASP
 * Cross-Site Request Forgery Prevention and HTTP Headers Cheat Sheets. */
#include <string.h>

#include "web/web_int.h"

/* Headers that every response has, at most. */
enum { MOST_OF_SAFETY = 9 };

const char *hwp_header(const hw_web_request *request, const char *name) {
  for (int32_t i = 0; i < request->n_headers; i++)
    if (strcmp(request->headers[i].name, name) == 0) return request->headers[i].value;
  return NULL;
}

static int count_header(const hw_web_request *request, const char *name) {
  int n = 0;
  for (int32_t i = 0; i < request->n_headers; i++) n += strcmp(request->headers[i].name, name) == 0;
  return n;
}

static size_t size_of_headers(const hw_web_request *request) {
  size_t n = 0;
  for (int32_t i = 0; i < request->n_headers; i++)
    n += strlen(request->headers[i].name) + strlen(request->headers[i].value) + 4;
  return n;
}

/* "localhost", "127.0.0.1", "[::1]", each with any port. */
static bool is_loopback(const char *host) {
  static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const size_t n = strlen(names[i]);
    if (strncmp(host, names[i], n) != 0) continue;
    if (host[n] == '\0') return true;
    const size_t n_digits = host[n] == ':' ? strspn(host + n + 1, "0123456789") : 0;
    if (n_digits >= 1 && n_digits <= 5 && host[n + 1 + n_digits] == '\0') return true;
  }
  return false;
}

/* "host:port" of an origin. */
static const char *authority_of(const char *origin) {
  const char *at = strstr(origin, "://");
  return at != NULL ? at + 3 : "";
}

int hwp_guard_request(const hw_web *self, const hw_web_request *request) {
  if (strlen(request->target) > HW_WEB_MOST_TARGET) return 414;
  if (size_of_headers(request) > HW_WEB_MOST_HEADERS) return 431;
  if (request->n_body > HW_WEB_MOST_BODY) return 413;
  if (count_header(request, "host") != 1) return 400;
  const char *host = hwp_header(request, "host");
  const char *origin = self->options.origin;
  if (!is_loopback(host) && (origin == NULL || strcmp(host, authority_of(origin)) != 0)) return 421;
  return 0;
}

/* True if the origin is the one that this request was sent to. */
static bool is_this_site(const hw_web *self, const hw_web_request *request, const char *origin) {
  if (self->options.origin != NULL && strcmp(origin, self->options.origin) == 0) return true;
  const char *host = hwp_header(request, "host");
  const char *scheme = self->options.is_secure ? "https://" : "http://";
  const size_t n = strlen(scheme);
  return host != NULL && is_loopback(host) && strncmp(origin, scheme, n) == 0 &&
         strcmp(origin + n, host) == 0;
}

/* Our pages send no referrer, so that one that is told is of another site, or of a browser that
 * does as it likes. */
static bool came_from_here(const hw_web *self, const hw_web_request *request) {
  char origin[300];
  const char *referer = hwp_header(request, "referer");
  const char *host = referer != NULL ? strstr(referer, "://") : NULL;
  if (referer == NULL || referer[0] == '\0') return true;
  if (host == NULL) return false;
  const size_t n = (size_t)(host + 3 - referer) + strcspn(host + 3, "/?#");
  if (n >= sizeof origin) return false;
  memcpy(origin, referer, n);
  origin[n] = '\0';
  return is_this_site(self, request, origin);
}

int hwp_guard_source(const hw_web *self, const hw_web_request *request) {
  const char *site = hwp_header(request, "sec-fetch-site");
  const char *mode = hwp_header(request, "sec-fetch-mode");
  const char *origin = hwp_header(request, "origin");
  const bool is_from_here =
      site == NULL || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
  if (strcmp(request->method, "POST") != 0)
    return is_from_here || (mode != NULL && strcmp(mode, "navigate") == 0) ? 0 : 403;
  if (!is_from_here) return 403;
  if (count_header(request, "origin") > 1) return 403;
  if (origin != NULL && strcmp(origin, "null") != 0 && !is_this_site(self, request, origin))
    return 403;
  return came_from_here(self, request) ? 0 : 403;
}

bool hwp_guard_token(hwp_work *work) {
  const hwp_job *job = &work->job;
  const bool is_api = (work->route->flags & HWP_API) != 0;
  const char *token = is_api ? hwp_header(job->request, "x-csrf-token") : hwp_form(job, "csrf");
  if (work->session.stage != HWP_STAGE_NONE && hwp_token_equal(token, work->session.csrf))
    return true;
  return (work->route->flags & HWP_PUBLIC) != 0 && work->visitor[0] != '\0' &&
         hwp_token_equal(token, work->visitor);
}

static bool has_header(const hw_web_response *response, const char *name) {
  for (int32_t i = 0; i < response->n_headers; i++)
    if (strcmp(response->headers[i].name, name) == 0) return true;
  return false;
}

/* Constants take no memory: safety does not depend on there being some. */
static void add_constant(hw_web_response *response, hw_web_pair header) {
  response->headers[response->n_headers++] = header;
}

void hwp_guard_headers(hwp_job *job) {
  static const hw_web_pair headers[] = {
      {"content-security-policy",
       "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
       "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"},
      {"x-content-type-options", "nosniff"},
      {"x-frame-options", "DENY"},
      {"referrer-policy", "no-referrer"},
      {"cross-origin-opener-policy", "same-origin"},
      {"cross-origin-resource-policy", "same-origin"},
      {"permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
  };
  hw_web_response *response = job->response;
  /* What a handler has set beyond that gives way. */
  if (response->n_headers > HW_WEB_RESPONSE_HEADERS - MOST_OF_SAFETY)
    response->n_headers = HW_WEB_RESPONSE_HEADERS - MOST_OF_SAFETY;
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) add_constant(response, headers[i]);
  if (job->web->options.is_secure)
    add_constant(response, (hw_web_pair){"strict-transport-security", "max-age=31536000"});
  if (!has_header(response, "cache-control"))
    add_constant(response, (hw_web_pair){"cache-control", "no-store"});
}
