/* Logging in and out, the password, the second factor, language and colours.
 *
 * Who logs in gets a session with a new token, whatever token the browser came with: one
 * that somebody else planted is worth nothing. Where a second factor is set up, the right
 * password leads to a half session that can do nothing but give the code.
 *
 * What is wrong (name, password or code) is not told. Every attempt is counted before it is
 * looked at; see attempts.h.
 *
 * The language and the colours are cookies of their own, which hold a word of a list. They
 * are set by a link, so that they work on every page without a form. */
#include <string.h>

#include "app/account.h"
#include "base/check.h"
#include "base/secret.h"
#include "homeward/version.h"
#include "web/assets.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/web_int.h"

enum { YEAR_S = 365 * 24 * 3600 };

static hwp_handler choose_language, choose_theme;

/* Where to go after a step: a page of this site, and none of these. */
static const char *next_of(hwp_job *job, const char *wanted) {
  hwp_target target;
  const char *parts[HWP_MOST_PARTS];
  char allow[HWP_ALLOW_SIZE];
  int n_parts = 0;
  if (wanted == NULL || !hwp_stays_here(wanted)) return "/";
  if (hwp_target_parse(job->arena, wanted, &target, NULL) != HW_OK) return "/";
  const hwp_route *route = hwp_route_find("GET", &target, parts, &n_parts, allow);
  if (route == NULL || route->run == choose_language || route->run == choose_theme) return "/";
  return wanted;
}

/* --- the form --- */

/* A form of somebody who has not logged in yet: with the visitor's token, or the half session's. */
static void begin_form(hwp_job *job, const char *action) {
  const hwp_work *work = hwp_work_of(job);
  hwp_form_begin(job, action, false);
  const char *token =
      work->session.stage != HWP_STAGE_NONE ? work->session.csrf : hwp_visitor_token(job);
  if (job->who == NULL)
    hwp_void(&job->html, "input", "type", "hidden", "name", "csrf", "value", token, NULL);
}

static hw_status show_login(hwp_job *job, int status, const char *wrong, hw_err *err) {
  const bool is_post = strcmp(job->request->method, "POST") == 0;
  const char *next = is_post ? hwp_form(job, "next") : hwp_query(job, "next");
  hwp_html *h = hwp_page_begin(job, HWP_NAV_NONE, hwp_t(job, HW_T_WEB_LOGIN_TITLE));
  if (wrong != NULL) hwp_notice(job, HWP_NOTICE_ERROR, wrong);
  if (job->is_demo) hwp_notice(job, HWP_NOTICE_NOTE, hwp_t(job, HW_T_WEB_LOGIN_DEMO));
  begin_form(job, "/login");
  hwp_void(h, "input", "type", "hidden", "name", "next", "value", next_of(job, next), NULL);
  hwp_field_add(job, &(hwp_field){.name = "actor",
                                  .label = hwp_t(job, HW_T_WEB_LOGIN_ACTOR),
                                  .value = hwp_form(job, "actor"),
                                  .autocomplete = "username",
                                  .is_required = true});
  hwp_field_add(job, &(hwp_field){.name = "password",
                                  .label = hwp_t(job, HW_T_WEB_LOGIN_PASSWORD),
                                  .type = "password",
                                  .autocomplete = "current-password",
                                  .is_required = true});
  hwp_form_end(job, hwp_t(job, HW_T_WEB_LOG_IN));
  job->response->status = status;
  return hwp_page_end(job, err);
}

static hw_status login_page(hwp_job *job, hw_err *err) {
  if (job->who != NULL) return hwp_see_other(job, next_of(job, hwp_query(job, "next")), NULL, err);
  return show_login(job, 200, NULL, err);
}

static hw_status show_code(hwp_job *job, int status, const char *wrong, hw_err *err) {
  hwp_html *h = hwp_page_begin(job, HWP_NAV_NONE, hwp_t(job, HW_T_WEB_CODE_TITLE));
  const char *next = hwp_form(job, "next");
  if (next == NULL) next = hwp_query(job, "next");
  if (wrong != NULL) hwp_notice(job, HWP_NOTICE_ERROR, wrong);
  begin_form(job, "/login/code");
  hwp_void(h, "input", "type", "hidden", "name", "next", "value", next_of(job, next), NULL);
  hwp_field_add(job, &(hwp_field){.name = "otp",
                                  .label = hwp_t(job, HW_T_WEB_CODE),
                                  .hint = hwp_t(job, HW_T_WEB_CODE_HINT),
                                  .autocomplete = "one-time-code",
                                  .is_required = true});
  hwp_form_end(job, hwp_t(job, HW_T_WEB_LOG_IN));
  job->response->status = status;
  return hwp_page_end(job, err);
}

/* --- logging in --- */

void hwp_begin_session(hwp_job *job, const hw_account_answer *answer, hwp_stage stage,
                       const char *password) {
  hwp_work *work = hwp_work_of(job);
  hwp_session session = {.stage = stage, .may = answer->may};
  char token[HWP_TOKEN_SIZE];
  memcpy(session.actor, answer->code, sizeof session.actor);
  if (password != NULL && strlen(password) < sizeof session.password)
    memcpy(session.password, password, strlen(password) + 1);
  if (work->token[0] != '\0') hwp_sessions_end(job->web->sessions, work->token);
  hwp_sessions_begin(job->web->sessions, &session, hwp_now_s(job->web), token);
  memcpy(work->token, token, sizeof work->token);
  hwp_set_cookie(job, HWP_COOKIE_SESSION, token, 0);
  hw_secret_clear(&session, sizeof session);
  hw_secret_clear(token, sizeof token);
}

/* By connections of their own: comparing a password takes a tenth of a second and 64 MB on purpose,
 * and a flood of logins must not take the places of who is at work. */
hw_status hwp_verify_login(hwp_job *job, const hw_account_login *login, hw_account_answer *out,
                           hw_err *err) {
  hwp_loan loan = {0};
  HW_TRY(hwp_apps_take(job->web->login_apps, true, &loan, err));
  const hw_status status = hw_account_verify(loan.app, login, hwp_now_s(job->web), out, err);
  hwp_apps_give(job->web->login_apps, &loan, status != HW_OK && status != HW_E_BUSY);
  return status;
}

const char *hwp_say_wait(hwp_job *job, int64_t wait_s) {
  hwp_set_header(job, "retry-after", hwp_format(job, "%d", (int)wait_s));
  if (wait_s < 120) return hwp_fill(job, HW_T_WEB_LOGIN_WAIT_S, 1, hwp_int(job, wait_s));
  return hwp_fill(job, HW_T_WEB_LOGIN_WAIT_MIN, 1, hwp_int(job, (wait_s + 59) / 60));
}

/* What follows from an answer that is not "wrong". */
static hw_status let_in(hwp_job *job, const hw_account_answer *answer, const char *next,
                        hw_err *err) {
  const bool must_change = answer->outcome == HW_ACCOUNT_MUST_CHANGE;
  hwp_attempts_succeeded(job->web->attempts, answer->code, job->request->client,
                         hwp_now_s(job->web));
  hwp_begin_session(job, answer, must_change ? HWP_STAGE_CHANGE : HWP_STAGE_IN, NULL);
  return hwp_see_other(job, must_change ? "/password" : next, NULL, err);
}

static hw_status log_in(hwp_job *job, hw_err *err) {
  const char *actor = hwp_form(job, "actor"), *password = hwp_form(job, "password");
  const char *next = next_of(job, hwp_form(job, "next"));
  if (actor == NULL || password == NULL || *actor == '\0' || *password == '\0' ||
      strlen(actor) > HW_CODE_MAX || strlen(password) >= HWP_PASSWORD_SIZE)
    return show_login(job, 422, hwp_t(job, HW_T_WEB_LOGIN_WRONG), err);
  const int64_t wait_s =
      hwp_attempts_begin(job->web->attempts, actor, job->request->client, hwp_now_s(job->web));
  if (wait_s > 0) return show_login(job, 429, hwp_say_wait(job, wait_s), err);
  hw_account_answer answer = {0};
  HW_TRY(hwp_verify_login(job, &(hw_account_login){.actor = actor, .password = password}, &answer,
                          err));
  switch (answer.outcome) {
    case HW_ACCOUNT_WRONG:
      return show_login(job, 422, hwp_t(job, HW_T_WEB_LOGIN_WRONG), err);
    case HW_ACCOUNT_LOCKED:
      return show_login(job, 403, hwp_t(job, HW_T_WEB_LOGIN_LOCKED), err);
    case HW_ACCOUNT_NEEDS_CODE: {
      hwp_begin_session(job, &answer, HWP_STAGE_CODE, password);
      const char *path = hwp_url_query(job->arena, "/login/code", "next", next);
      return hwp_see_other(job, path != NULL ? path : "/login/code", NULL, err);
    }
    case HW_ACCOUNT_MUST_CHANGE:
    case HW_ACCOUNT_FINE:
      break;
  }
  return let_in(job, &answer, next, err);
}

static hw_status code_page(hwp_job *job, hw_err *err) {
  if (hwp_work_of(job)->session.stage != HWP_STAGE_CODE)
    return hwp_see_other(job, "/login", NULL, err);
  return show_code(job, 200, NULL, err);
}

static hw_status log_in_with_code(hwp_job *job, hw_err *err) {
  hwp_work *work = hwp_work_of(job);
  const char *otp = hwp_form(job, "otp");
  if (work->session.stage != HWP_STAGE_CODE) return hwp_see_other(job, "/login", NULL, err);
  if (otp == NULL || *otp == '\0') return show_code(job, 422, hwp_t(job, HW_T_WEB_CODE_WRONG), err);
  const int64_t wait_s = hwp_attempts_begin(job->web->attempts, work->session.actor,
                                            job->request->client, hwp_now_s(job->web));
  if (wait_s > 0) return show_code(job, 429, hwp_say_wait(job, wait_s), err);
  hw_account_answer answer = {0};
  const hw_account_login login = {
      .actor = work->session.actor, .password = work->session.password, .otp = otp};
  HW_TRY(hwp_verify_login(job, &login, &answer, err));
  if (answer.outcome == HW_ACCOUNT_LOCKED)
    return show_login(job, 403, hwp_t(job, HW_T_WEB_LOGIN_LOCKED), err);
  if (answer.outcome != HW_ACCOUNT_FINE && answer.outcome != HW_ACCOUNT_MUST_CHANGE)
    return show_code(job, 422, hwp_t(job, HW_T_WEB_CODE_WRONG), err);
  return let_in(job, &answer, next_of(job, hwp_form(job, "next")), err);
}

static hw_status log_out(hwp_job *job, hw_err *err) {
  hwp_work *work = hwp_work_of(job);
  if (work->token[0] != '\0') hwp_sessions_end(job->web->sessions, work->token);
  work->token[0] = '\0';
  hwp_set_cookie(job, HWP_COOKIE_SESSION, "", -1);
  return hwp_see_other(job, "/login", NULL, err);
}

/* --- language, colours, assets --- */

static hw_status choose(hwp_job *job, const char *cookie, const char *const *words, int n,
                        hw_err *err) {
  const char *to = hwp_query(job, "to");
  for (int i = 0; i < n && to != NULL; i++)
    if (strcmp(to, words[i]) == 0) hwp_set_cookie(job, cookie, words[i], YEAR_S);
  return hwp_see_other(job, next_of(job, hwp_query(job, "next")), NULL, err);
}

static hw_status choose_language(hwp_job *job, hw_err *err) {
  static const char *const words[] = {"en", "vi"};
  return choose(job, HWP_COOKIE_LANGUAGE, words, 2, err);
}

static hw_status choose_theme(hwp_job *job, hw_err *err) {
  static const char *const words[] = {"auto", "light", "dark"};
  return choose(job, HWP_COOKIE_THEME, words, 3, err);
}

/* The path bears the digest of the bytes: what it gives never changes. */
static hw_status send_asset(hwp_job *job, hw_err *err) {
  hwp_asset asset;
  if (!hwp_asset_find(job->parts[1], &asset) || strcmp(job->parts[0], asset.digest) != 0)
    return hw_err_set(err, HW_E_NOT_FOUND, "there is no such file");
  hwp_set_header(job, "content-type", asset.type);
  hwp_set_header(job, "cache-control", "public, max-age=31536000, immutable");
  job->response->constant = asset.bytes;
  job->response->n_constant = asset.n_bytes;
  return HW_OK;
}

static const hwp_route routes[] = {
    {"GET", "/login", 0, HWP_PUBLIC, login_page, "The login page."},
    {"POST", "/login", 0, HWP_PUBLIC, log_in, "Logs in."},
    {"GET", "/login/code", 0, HWP_PUBLIC, code_page, "Asks for the second factor."},
    {"POST", "/login/code", 0, HWP_PUBLIC, log_in_with_code, "Logs in with the second factor."},
    {"POST", "/logout", 0, HWP_PUBLIC, log_out, "Logs out."},
    {"GET", "/language", 0, HWP_PUBLIC, choose_language, "Chooses the language."},
    {"GET", "/theme", 0, HWP_PUBLIC, choose_theme, "Chooses the colours."},
    {"GET", "/assets/*/*", 0, HWP_PUBLIC, send_asset, "A style sheet, script or picture."},
};

const hwp_routes hwp_routes_login = {routes, sizeof routes / sizeof *routes};
