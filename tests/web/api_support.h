/** @file
 * A program that uses the JSON API, and holds every answer against the API's own description.
 *
 * Whatever is asked through api_get and api_post: the description must have the operation, the status
 * and the type of the answer, and the answer must fit its schema with nothing beside it.
 */
#ifndef HW_TESTS_WEB_API_SUPPORT_H
#define HW_TESTS_WEB_API_SUPPORT_H

#include "base/json_read.h"
#include "web/page_support.h"

typedef struct api_client {
  web_browser browser;
  char csrf[80];    /**< of the session; "" = none is sent */
  const char *as;   /**< content type that is sent; NULL = application/json */
  hw_json_doc *doc; /**< the last answer, if it was JSON */
} api_client;

/** Reads the description; before all else. */
void api_begin(hw_web *web);
void api_end(void);
/** The description. */
const hw_json *api_description(void);

/** Nobody is logged in. */
api_client api_nobody(hw_web *web);
/** Logs in by the API. */
api_client api_log_in(hw_web *web, const char *actor);
void api_client_clear(api_client *self);

/** Sends a request. @return the status */
int api_get(api_client *self, const char *target);
int api_post(api_client *self, const char *target, const char *body);
/** The last answer. */
const hw_json *api_root(const api_client *self);
/** A value of it: "items[0].code", "next"; NULL = not there. */
const hw_json *api_at(const api_client *self, const char *path);
/** Compares a text, or a number, of it. */
void api_assert_text(const api_client *self, const char *path, const char *wanted);
void api_assert_int(const api_client *self, const char *path, int64_t wanted);
void api_assert_null(const api_client *self, const char *path);

/** The text of a JSON member that is a string, or "". */
const char *api_text(const hw_json *value);
/** True if a target of the path is one of a pattern in which '*', or "{name}", is one part. */
bool api_fits(const char *pattern, const char *target);
/** The path of the description that a route's pattern stands for; NULL = none. */
const char *api_path(const char *pattern);
/** How many answers with the status 200 an operation has given to the tests. @param path  as in the
 * description */
int api_count_fine(const char *method, const char *path);

/** What a reference of the description leads to, which must be there. */
const hw_json *api_follow(const char *reference);
/** NULL, or where and why a value does not fit a schema of the description. */
const char *api_check(const hw_json *schema, const hw_json *value);

#endif
