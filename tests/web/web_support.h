/** @file
 * A web application on a scratch database, and a browser that is one function.
 *
 * The browser keeps cookies as browsers do, and the token of the last form that it saw.
 */
#ifndef HW_TESTS_WEB_SUPPORT_H
#define HW_TESTS_WEB_SUPPORT_H

#include "app/app_support.h"
#include "web/web.h"

/** Seconds that the application takes for the time; tests put it forward. */
extern int64_t web_test_now_s;

/** Password of the accounts below. */
#define WEB_TEST_PASSWORD "bamboo ladder quiet river"

/** A database with accounts: "root" (administrator), "reader", "officer", all with
 * WEB_TEST_PASSWORD; the application on it. The origin may be NULL. @return its location */
const char *web_test_new(hw_web **web, const char *origin, bool is_secure);
/** Registers one more account. */
void web_test_account(const char *location, const char *code, unsigned roles);

#define WEB_TEST_COOKIES 8
typedef struct web_browser {
  hw_web *web;
  const char *client; /**< address; NULL = 127.0.0.1 */
  const char *host;   /**< NULL = localhost */
  char names[WEB_TEST_COOKIES][64], values[WEB_TEST_COOKIES][80];
  char csrf[80];            /**< of the last page with a form */
  const hw_web_pair *extra; /**< more headers */
  int n_extra;
  hw_web_response response; /**< the last */
} web_browser;

/** Sends a request and keeps what comes. @param body  NULL = none; a form otherwise */
int web_send(web_browser *self, const char *method, const char *target, const char *body);
int web_get(web_browser *self, const char *target);
/** Posts a form; the token that was last seen is put in front. */
int web_post(web_browser *self, const char *target, const char *fields);
/** Logs in with WEB_TEST_PASSWORD. @return status of the last response */
int web_log_in(web_browser *self, const char *actor);
/** The body of the last response, which ends in NUL. */
const char *web_body(const web_browser *self);
/** A header of the last response, or "". */
const char *web_header(const web_browser *self, const char *name);
/** The value of a cookie, or "". */
const char *web_cookie(const web_browser *self, const char *name);
void web_set_cookie(web_browser *self, const char *name, const char *value);
/** Forgets everything. */
void web_browser_clear(web_browser *self);

#endif
