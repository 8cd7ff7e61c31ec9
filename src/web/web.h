/** @file
 * The web application, without a network: a request goes in, a response comes out.
 *
 * server.h puts it behind sockets; tests and fuzz targets call hw_web_handle directly.
 *
 * Example:
 * @code
 *   hw_web *web = NULL;
 *   HW_TRY(hw_web_new(&(hw_web_options){.location = "case.hwc"}, &web, err));
 *   hw_web_request request = {.method = "GET", .target = "/", .client = "127.0.0.1"};
 *   hw_web_response response;
 *   hw_web_handle(web, &request, &response);
 *   fwrite(response.body.bytes, 1, response.body.length, stdout);
 *   hw_web_response_clear(&response);
 *   hw_web_delete(web);
 * @endcode
 */
#ifndef HW_WEB_WEB_H
#define HW_WEB_WEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "language/language.h"

/** Largest body of a request, and largest file that is imported through the browser. */
#define HW_WEB_MOST_BODY (64 << 20)
/** Longest target, and most bytes of headers. */
#define HW_WEB_MOST_TARGET 4096
#define HW_WEB_MOST_HEADERS 16384

/** A header or a field; names in lower case. */
typedef struct hw_web_pair {
  const char *name, *value;
} hw_web_pair;

/** A request, borrowed while it is handled. Bytes come from anywhere. */
typedef struct hw_web_request {
  const char *method;
  const char *target; /**< as sent: path and query, percent-encoded */
  const char *client; /**< address it came from */
  int32_t n_headers;
  const hw_web_pair *headers;
  const char *body;
  size_t n_body;
} hw_web_request;

/** Events of a stream that stays open (text/event-stream). */
typedef struct hw_web_stream {
  /** Appends what has happened since the last call; may wait for up to a second. Called by a
   * thread of the server. @return false = it ends here */
  bool (*next)(void *context, hw_str *out);
  void (*end)(void *context); /**< frees the context */
  void *context;
} hw_web_stream;

#define HW_WEB_RESPONSE_HEADERS 24

typedef struct hw_web_response {
  int status; /**< 200, 303, 403, … */
  int32_t n_headers;
  hw_web_pair headers[HW_WEB_RESPONSE_HEADERS];
  hw_str body;          /**< made for this request */
  const char *constant; /**< or bytes that always are there (assets); NULL = body */
  size_t n_constant;
  hw_web_stream stream; /**< next NULL = none */
  hw_arena arena;       /**< of the headers' texts */
} hw_web_response;

/** Frees what it holds, also the stream. */
void hw_web_response_clear(hw_web_response *self);

typedef struct hw_web_options {
  const char *location; /**< of the case database */
  const char *origin; /**< "https://host:port" that browsers call it by; NULL = what the Host header
                             of a loopback address says */
  bool is_secure;     /**< behind TLS: cookies are marked so */
  bool is_demo;       /**< the case is synthetic: every page says so, the login page names the
                             demonstration accounts */
  const char *temporary;           /**< folder for what is being imported; NULL = the usual ones */
  int n_connections;               /**< to the database at once; 0 = 4 */
  hw_language language;            /**< for who has not chosen one and whose browser says nothing */
  int64_t (*now_s)(void *context); /**< seconds since 1970; NULL = the clock */
  void *now_context;
  void (*log)(void *context, const char *line); /**< told what went wrong inside, from any thread;
                                                     NULL = nobody */
  void *log_context;
} hw_web_options;

typedef struct hw_web hw_web;

/** Opens the database and makes the application. @param out  free with hw_web_delete
 * @return as hw_app_open; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_web_new(const hw_web_options *options, hw_web **out, hw_err *err);
/** Ends running work. NULL is allowed. No thread may still be inside hw_web_handle, and no stream
 * of a response may still be open. */
void hw_web_delete(hw_web *self);

/** Handles one request; whatever comes, a response is made. Thread-safe.
 * @param response  [out] clear with hw_web_response_clear */
void hw_web_handle(hw_web *self, const hw_web_request *request, hw_web_response *response);

#endif
