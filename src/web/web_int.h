/* What the files of the web core share: the application, and a request in work. */
#ifndef HW_WEB_WEB_INT_H
#define HW_WEB_WEB_INT_H

#include "app/account.h"
#include "web/apps.h"
#include "web/attempts.h"
#include "web/form.h"
#include "web/job.h"
#include "web/kept.h"
#include "web/session.h"
#include "web/task.h"
#include "web/token.h"

struct hw_web {
  hw_web_options options; /* its texts are ours */
  hwp_apps *apps, *login_apps;
  hwp_sessions *sessions;
  hwp_attempts *attempts;
  hwp_kept *kept;
  hwp_tasks *tasks;
  char secret[HWP_TOKEN_SIZE]; /* of this process; for tokens of visitors */
};

/* A request in work: the job, and what handlers of other parts need not see. */
typedef struct hwp_work {
  hwp_job job; /* first, so that hwp_work_of is a cast */
  hw_arena arena;
  hwp_target target;
  const hwp_route *route;
  char token[HWP_TOKEN_SIZE]; /* of the session; "" = none */
  hwp_session session;        /* stage NONE = none */
  hwp_who who;
  hwp_loan loan;
  char visitor[HWP_TOKEN_SIZE]; /* csrf token of a browser that nobody has logged in with; "" =
                                   it has no cookie yet */
} hwp_work;

static inline hwp_work *hwp_work_of(hwp_job *job) {
  return (hwp_work *)(void *)job;
}

/* Seconds since 1970, or what a test says. */
int64_t hwp_now_s(const hw_web *self);
/* One line of the log; nothing where nobody listens. */
void hwp_log(const hw_web *self, const char *format, ...) HW_PRINTF(2, 3);

/* Answers with a page, or for the API an object, that says why not. @param message  NULL = what
 * the status says */
void hwp_refuse(hwp_job *job, int status, const char *message);

/* --- cookies --- */

/* Sets one. @param lasts_s  0 = until the browser is closed, < 0 = it is removed */
void hwp_set_cookie(hwp_job *job, const char *name, const char *value, int lasts_s);
/* The value of one of ours; NULL = none, or nothing that we would have written. */
const char *hwp_get_cookie(hwp_job *job, const char *name);

#define HWP_COOKIE_SESSION "homeward"
#define HWP_COOKIE_VISITOR "homeward-visitor"
#define HWP_COOKIE_LANGUAGE "homeward-language"
#define HWP_COOKIE_THEME "homeward-theme"

/* The csrf token for the forms of a browser that nobody has logged in with; its cookie is set if
 * need be. */
const char *hwp_visitor_token(hwp_job *job);

/* --- pages_login.c: for the API, which logs in by the same steps --- */

/* Compares a password and a code, by connections that are there for nothing else. */
HW_MUST_CHECK hw_status hwp_verify_login(hwp_job *job, const hw_account_login *login,
                                         hw_account_answer *out, hw_err *err);
/* Begins a session in the place of whatever the browser came with. @param password  of a stage CODE;
 * else NULL */
void hwp_begin_session(hwp_job *job, const hw_account_answer *answer, hwp_stage stage,
                       const char *password);
/* "Wait 2 minutes", and the header that says it too; the answer's status is 429. */
const char *hwp_say_wait(hwp_job *job, int64_t wait_s);

/* --- guard.c --- */

/* A header of the request; NULL = it is not there. */
const char *hwp_header(const hw_web_request *request, const char *name);
/* 0, or the status to refuse with: size of target, headers and body; the host that was asked for. */
int hwp_guard_request(const hw_web *self, const hw_web_request *request);
/* 0, or the status to refuse with: where the request comes from, by what browsers say of it. */
int hwp_guard_source(const hw_web *self, const hw_web_request *request);
/* True if the request bears the token of its session's, or its visitor's, forms. */
bool hwp_guard_token(hwp_work *work);
/* Adds the headers that every response has. */
void hwp_guard_headers(hwp_job *job);

#endif
