/** @file
 * The web application behind sockets.
 *
 * Requests are read by a few threads that never wait, and handled by others that may; a
 * client that is slow holds a connection, and no thread. Sizes, numbers and times are
 * bounded; what passes a bound is answered (413, 414, 431, 503) or closed.
 *
 * Example:
 * @code
 *   hw_web_server *server = NULL;
 *   HW_TRY(hw_web_server_start(web, &(hw_web_server_options){.port = 8443}, &server, err));
 *   printf("http://localhost:%d/\n", hw_web_server_port(server));
 *   wait_for_interruption();
 *   hw_web_server_stop(server);
 * @endcode
 */
#ifndef HW_WEB_SERVER_H
#define HW_WEB_SERVER_H

#include "web/web.h"

typedef struct hw_web_server_options {
  const char *address;     /**< numeric, or "localhost"; NULL = 127.0.0.1 */
  int port;                /**< 0 = one that is free */
  const char *certificate; /**< PEM text of the chain; with key: TLS 1.3 and 1.2. NULL = no TLS,
                                which is refused beyond the loopback */
  const char *key;         /**< PEM text */
  int most_connections;    /**< 0 = 4096 */
  int most_per_address;    /**< 0 = no bound of its own */
  int n_workers;           /**< requests that are handled at once; 0 = 8 */
  int body_s;              /**< and the body, with a second more for each 16 kB; 0 = 30 */
  int slow_s;              /**< seconds in which the headers of a request must have come; 0 = 20 */
} hw_web_server_options;

typedef struct hw_web_server hw_web_server;

/** True for an address that only this computer can reach. */
bool hw_web_server_is_loopback(const char *address);

/** Begins to listen. @param web  borrowed until hw_web_server_stop
 * @return HW_OK; HW_E_VALUE (no address, a certificate without key, no TLS beyond the loopback);
 *         HW_E_DENIED, HW_E_BUSY (the port); HW_E_IO; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_web_server_start(hw_web *web, const hw_web_server_options *options,
                                            hw_web_server **out, hw_err *err);
int hw_web_server_port(const hw_web_server *self);
/** Takes no new connections, ends what runs, and frees. NULL is allowed. */
void hw_web_server_stop(hw_web_server *self);

#endif
