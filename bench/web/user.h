/** @file
 * Somebody in front of a browser: logs in, asks for one page after the other, and now and then sends a
 * form. What is asked for is drawn from a stream of its own, so that a run can be repeated.
 *
 * Example:
 * @code
 *   user_request(&u, &mix);      // the next request is in u.request, for u.route
 *   // ... it was sent, and answered ...
 *   const user_verdict verdict = user_take(&u, &mix);
 * @endcode
 */
#ifndef HW_BENCH_WEB_USER_H
#define HW_BENCH_WEB_USER_H

#include "web/http.h"
#include "web/world.h"

typedef enum user_route {
  ROUTE_LOGIN_FORM,
  ROUTE_LOGIN,
  ROUTE_HOME,
  ROUTE_FIND_CODE,
  ROUTE_FIND_NAME,
  ROUTE_FAMILIES,
  ROUTE_DOSSIERS,
  ROUTE_SAMPLES,
  ROUTE_PERSONS,
  ROUTE_FAMILY,
  ROUTE_REMAINS,
  ROUTE_DOSSIER,
  ROUTE_PERSON,
  ROUTE_SITE,
  ROUTE_ACCESSION,
  ROUTE_SPECIMEN,
  ROUTE_IDENTIFICATIONS,
  ROUTE_IDENTIFICATION,
  ROUTE_RUNS,
  ROUTE_RUN,
  ROUTE_REPORTS,
  ROUTE_AUDIT,
  ROUTE_IMPORT,
  ROUTE_REVIEW,
  ROUTE_RETURN,
  ROUTE_PROPOSE,
  ROUTE_IMPORT_CHECK,
  ROUTE_IMPORT_WRITE,
  ROUTE_N
} user_route;

/** For the table; ROUTE_N of them. */
extern const char *const user_route_names[ROUTE_N];

typedef struct user_mix {
  const world *of;
  const char *run;   /**< what tells this run's writes from those of others */
  int writes_of_100; /**< of what somebody does who may write something */
} user_mix;

typedef enum user_step { STEP_FORM, STEP_LOGIN, STEP_FIRST, STEP_READY } user_step;

typedef struct user {
  int number; /**< from 0 */
  user_step step;
  user_route route;
  hw_random random;
  http_connection http;
  hw_str request;
  char visitor[96], session[96], csrf[96];
  char location[256]; /**< where the last answer sends the browser; "" = nowhere */
  char files[96];     /**< checked, and not yet written */
  char reason[96];    /**< of the write that is asked for; "" = none */
  int n_writes;
  bool was_repeated;
  double due_s, sent_s;
} user;

typedef struct user_verdict {
  bool is_right;    /**< answered as it should */
  bool was_written; /**< acknowledged: u->reason stands for it */
  bool goes_on;     /**< the browser asks for u->location at once */
} user_verdict;

void user_init(user *self, int number, uint64_t seed);
void user_clear(user *self);
/** Composes the next request. */
void user_request(user *self, const user_mix *mix);
/** Composes the request for one page. @param path  NULL = one that is drawn */
void user_ask(user *self, const user_mix *mix, user_route route);
/** Takes the answer that has come. */
user_verdict user_take(user *self);

#endif
