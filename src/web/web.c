/* The web application: from a request to a response.
 *
 * A request passes, in this order: its sizes and its host; where it comes from; its path,
 * for which there must be a route; its session; its fields; the token of its form; then a
 * connection to the database is borrowed, which becomes the person who is logged in, and
 * only then, with that person's permissions as they stand in the database at this moment,
 * the handler runs. Each step can refuse, and says so in the reader's language.
 *
 * Whatever fails, a response is made: where even memory for a page is exhausted, one that
 * consists of constants. */
#include "web/web.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/account.h"
#include "base/check.h"
#include "base/json_members.h"
#include "base/secret.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/web_int.h"

/* Passwords that are compared at once. */
enum { LOGINS_AT_ONCE = 2 };

/* --- making --- */

static char *copy_of(const char *text, bool *is_lost) {
  if (text == NULL) return NULL;
  char *copy = strdup(text);
  if (copy == NULL) *is_lost = true;
  return copy;
}

hw_status hw_web_new(const hw_web_options *options, hw_web **out, hw_err *err) {
  *out = NULL;
  hw_web *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the web application");
  bool is_lost = false;
  self->options = *options;
  self->options.location = copy_of(options->location, &is_lost);
  self->options.origin = copy_of(options->origin, &is_lost);
  self->options.temporary = copy_of(options->temporary, &is_lost);
  if (self->options.n_connections < 1) self->options.n_connections = 4;
  hw_status status = HW_OK;
  hwp_token_new(self->secret);
  self->sessions = hwp_sessions_new();
  self->attempts = hwp_attempts_new();
  self->kept = hwp_kept_new();
  if (is_lost || self->sessions == NULL || self->attempts == NULL || self->kept == NULL)
    status = HW_NO_MEMORY(err, "the web application");
  if (status == HW_OK)
    status = hwp_apps_new(self->options.location, self->options.n_connections, &self->apps, err);
  if (status == HW_OK)
    status = hwp_apps_new(self->options.location, LOGINS_AT_ONCE, &self->login_apps, err);
  if (status == HW_OK && (self->tasks = hwp_tasks_new(self)) == NULL)
    status = HW_NO_MEMORY(err, "the web application");
  if (status != HW_OK) {
    hw_web_delete(self);
    return status;
  }
  *out = self;
  return HW_OK;
}

void hw_web_delete(hw_web *self) {
  if (self == NULL) return;
  hwp_tasks_delete(self->tasks);
  hwp_apps_delete(self->apps);
  hwp_apps_delete(self->login_apps);
  hwp_sessions_delete(self->sessions);
  hwp_attempts_delete(self->attempts);
  hwp_kept_delete(self->kept);
  free((char *)(uintptr_t)self->options.location);
  free((char *)(uintptr_t)self->options.origin);
  free((char *)(uintptr_t)self->options.temporary);
  hw_secret_clear(self->secret, sizeof self->secret);
  free(self);
}

void hw_web_response_clear(hw_web_response *self) {
  if (self->stream.end != NULL) self->stream.end(self->stream.context);
  hw_str_clear(&self->body);
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}

int64_t hwp_now_s(const hw_web *self) {
  if (self->options.now_s != NULL) return self->options.now_s(self->options.now_context);
  return (int64_t)time(NULL);
}

void hwp_log(const hw_web *self, const char *format, ...) {
  if (self->options.log == NULL) return;
  char line[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(line, sizeof line, format, args);
  va_end(args);
  for (char *c = line; *c != '\0'; c++)
    if ((unsigned char)*c < 32 || *c == 127) *c = ' ';
  self->options.log(self->options.log_context, line);
}

/* --- cookies --- */

/* Behind TLS a prefix makes browsers refuse the cookie from anywhere but this very host. */
static const char *cookie_name(hwp_job *job, const char *name) {
  return hwp_format(job, "%s%s", job->web->options.is_secure ? "__Host-" : "", name);
}

void hwp_set_cookie(hwp_job *job, const char *name, const char *value, int lasts_s) {
  const char *age = lasts_s > 0   ? hwp_format(job, "; Max-Age=%d", lasts_s)
                    : lasts_s < 0 ? "; Max-Age=0"
                                  : "";
  hwp_set_header(
      job, "set-cookie",
      hwp_format(job, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s", cookie_name(job, name), value,
                 job->web->options.is_secure ? "; Secure" : "", age));
}

const char *hwp_get_cookie(hwp_job *job, const char *name) {
  return hwp_cookie(job->arena, hwp_header(job->request, "cookie"), cookie_name(job, name),
                    HWP_TOKEN_LENGTH);
}

static void derive_visitor(hwp_work *work, const char *cookie) {
  hwp_token_derive(work->job.web->secret, cookie, "visitor", work->visitor);
}

const char *hwp_visitor_token(hwp_job *job) {
  hwp_work *work = hwp_work_of(job);
  char cookie[HWP_TOKEN_SIZE];
  if (work->visitor[0] == '\0') {
    hwp_token_new(cookie);
    hwp_set_cookie(job, HWP_COOKIE_VISITOR, cookie, 0);
    derive_visitor(work, cookie);
  }
  return work->visitor;
}

/* --- refusing --- */

static hw_text_id text_of(int status) {
  switch (status) {
    case 400:
      return HW_T_WEB_ERROR_400;
    case 403:
      return HW_T_WEB_ERROR_403;
    case 404:
      return HW_T_WEB_ERROR_404;
    case 405:
      return HW_T_WEB_ERROR_405;
    case 409:
      return HW_T_WEB_ERROR_409;
    case 413:
    case 414:
    case 431:
      return HW_T_WEB_ERROR_413;
    case 415:
      return HW_T_WEB_ERROR_415;
    case 421:
      return HW_T_WEB_ERROR_421;
    case 422:
      return HW_T_WEB_ERROR_422;
    case 429:
      return HW_T_WEB_ERROR_429;
    case 503:
      return HW_T_WEB_ERROR_503;
    default:
      return HW_T_WEB_ERROR_500;
  }
}

static hw_status write_error_page(hwp_job *job, int status, const char *message, hw_err *err) {
  hwp_page_begin(job, HWP_NAV_NONE, hwp_t(job, text_of(status)));
  if (message != NULL) hwp_notice(job, HWP_NOTICE_ERROR, message);
  hwp_open(&job->html, "p", NULL);
  hwp_leaf(&job->html, "a", hwp_t(job, HW_T_WEB_ERROR_BACK), "class", "button", "href", "/", NULL);
  hwp_close(&job->html);
  return hwp_page_end(job, err);
}

static hw_status write_error_object(hwp_job *job, int status, const char *message, hw_err *err) {
  hw_json_writer json;
  hw_json_write_init_str(&json, &job->response->body, 0);
  hw_json_write_begin_object(&json);
  hw_json_add_object(&json, "error");
  hw_json_add_int(&json, "status", status);
  hw_json_add_text(&json, "message", message != NULL ? message : hwp_t(job, text_of(status)));
  hw_json_write_end_object(&json);
  hw_json_write_end_object(&json);
  HW_TRY(hw_json_write_finish(&json, err));
  hwp_set_header(job, "content-type", "application/json");
  return HW_OK;
}

/* What was written so far is thrown away, headers too, cookies not. */
static void begin_again(hw_web_response *response) {
  int32_t n = 0;
  for (int32_t i = 0; i < response->n_headers; i++)
    if (strcmp(response->headers[i].name, "set-cookie") == 0)
      response->headers[n++] = response->headers[i];
  response->n_headers = n;
  if (response->stream.end != NULL) response->stream.end(response->stream.context);
  memset(&response->stream, 0, sizeof response->stream);
  hw_str_clear(&response->body);
  response->constant = NULL;
  response->n_constant = 0;
}

/* Where there is no memory for a page. */
static void answer_constant(hw_web_response *response, int status) {
  static const char text[] = "Homeward cannot answer: memory is exhausted.\n";
  hw_str_clear(&response->body);
  response->status = status;
  response->constant = text;
  response->n_constant = sizeof text - 1;
}

void hwp_refuse(hwp_job *job, int status, const char *message) {
  const hwp_work *work = hwp_work_of(job);
  const bool is_api = (work->route != NULL && (work->route->flags & HWP_API) != 0) ||
                      strncmp(job->request->target, "/api/", 5) == 0;
  begin_again(job->response);
  job->response->status = status;
  if (message != NULL) message = hwp_said(job, message, NULL);
  const hw_status written = is_api ? write_error_object(job, status, message, NULL)
                                   : write_error_page(job, status, message, NULL);
  if (written != HW_OK) answer_constant(job->response, status >= 500 ? status : 503);
  if (status == 503) hwp_set_header(job, "retry-after", "5");
}

static int status_of(hw_status status) {
  switch (status) {
    case HW_E_DENIED:
      return 403;
    case HW_E_REFERENCE:
    case HW_E_NOT_FOUND:
      return 404;
    case HW_E_BUSY:
      return 503;
    case HW_E_STATE:
    case HW_E_CONFLICT:
      return 409;
    case HW_E_NO_MEMORY:
    case HW_E_IO:
    case HW_E_DAMAGED:
    case HW_E_INTERRUPTED:
    case HW_E_BUG:
      return 500;
    default:
      return 422;
  }
}

/* Answers for a failure. What the machine did wrong goes to the log, not to the reader. */
static void answer_failure(hwp_job *job, const hw_err *err) {
  const int status = status_of(err->status);
  if (status != 500) {
    hwp_refuse(job, status, err->message);
    return;
  }
  char text[1200];
  hwp_log(job->web, "%s %s: %s", job->request->method, job->path != NULL ? job->path : "",
          hw_err_text(err, text, sizeof text));
  hwp_refuse(job, 500, NULL);
}

hw_status hwp_see_other(hwp_job *job, const char *path, const char *notice, hw_err *err) {
  hwp_work *work = hwp_work_of(job);
  HW_BUG_IF(path == NULL || !hwp_stays_here(path), err);
  job->response->status = 303;
  hwp_set_header(job, "location", path);
  if (notice != NULL && work->token[0] != '\0')
    hwp_sessions_notice(job->web->sessions, work->token, notice);
  return HW_OK;
}

/* --- the steps --- */

static void choose_language(hwp_job *job) {
  static const char *const themes[] = {"auto", "light", "dark"};
  job->language =
      hw_language_accept(hwp_header(job->request, "accept-language"), job->web->options.language);
  (void)hw_language_find(hwp_get_cookie(job, HWP_COOKIE_LANGUAGE), &job->language);
  const char *theme = hwp_get_cookie(job, HWP_COOKIE_THEME);
  job->theme = themes[0];
  for (int i = 0; i < 3 && theme != NULL; i++)
    if (strcmp(theme, themes[i]) == 0) job->theme = themes[i];
}

static void find_session(hwp_work *work) {
  hwp_job *job = &work->job;
  const char *visitor = hwp_get_cookie(job, HWP_COOKIE_VISITOR);
  if (visitor != NULL && strlen(visitor) == HWP_TOKEN_LENGTH) derive_visitor(work, visitor);
  const char *token = hwp_get_cookie(job, HWP_COOKIE_SESSION);
  if (token == NULL || strlen(token) != HWP_TOKEN_LENGTH) return;
  if (!hwp_sessions_find(job->web->sessions, token, hwp_now_s(job->web), &work->session)) return;
  memcpy(work->token, token, HWP_TOKEN_SIZE);
  if (work->session.stage == HWP_STAGE_CODE) return; /* half logged in is not logged in */
  memcpy(work->who.actor, work->session.actor, sizeof work->who.actor);
  memcpy(work->who.csrf, work->session.csrf, sizeof work->who.csrf);
  work->who.may = work->session.may;
  job->who = &work->who;
  if (work->session.notice[0] != '\0') job->notice = work->session.notice;
}

/* Reads query and form. */
static hw_status read_fields(hwp_work *work, hw_err *err) {
  hwp_job *job = &work->job;
  const hw_web_request *request = job->request;
  hwp_fields query = {.pairs = job->query, .most = HWP_MOST_FIELDS};
  hwp_fields form = {.pairs = job->form,
                     .most = HWP_MOST_FIELDS,
                     .uploads = job->uploads,
                     .most_uploads = HWP_MOST_UPLOADS};
  const char *type = hwp_header(request, "content-type");
  HW_TRY(
      hwp_form_urlencoded(job->arena, work->target.query, strlen(work->target.query), &query, err));
  job->n_query = query.n;
  if (strcmp(request->method, "POST") != 0 || request->n_body == 0) return HW_OK;
  if (hwp_type_is(type, "application/x-www-form-urlencoded"))
    HW_TRY(hwp_form_urlencoded(job->arena, request->body, request->n_body, &form, err));
  else if (hwp_type_is(type, "multipart/form-data"))
    HW_TRY(hwp_form_multipart(job->arena, type, request->body, request->n_body, &form, err));
  else if ((work->route->flags & HWP_API) == 0)
    return hw_err_set(err, HW_E_UNSUPPORTED, "no form");
  job->n_form = form.n;
  job->n_uploads = form.n_uploads;
  return HW_OK;
}

/* Nobody is logged in: people are sent to log in and then come back, programs are told. */
static void ask_for_login(hwp_work *work) {
  hwp_job *job = &work->job;
  if (work->route->flags & HWP_API) {
    hwp_refuse(job, 401, hwp_t(job, HW_T_WEB_ERROR_401));
    return;
  }
  const bool comes_back = strcmp(job->request->method, "POST") != 0 &&
                          hwp_stays_here(job->request->target) && work->target.n_segments > 0;
  const char *path =
      comes_back ? hwp_url_query(job->arena, "/login", "next", job->request->target) : "/login";
  hw_err err = HW_ERR_INIT;
  if (path == NULL || strlen(path) > HW_WEB_MOST_TARGET) path = "/login";
  if (hwp_see_other(job, path, NULL, &err) != HW_OK) answer_failure(job, &err);
}

/* Runs a handler that needs somebody: as that person, with the permissions of this moment. */
static hw_status run_as(hwp_work *work, hw_err *err) {
  hwp_job *job = &work->job;
  const bool writes = strcmp(job->request->method, "POST") == 0;
  HW_TRY(hwp_apps_take(job->web->apps, writes, &work->loan, err));
  job->app = work->loan.app;
  job->fonts = *work->loan.fonts;
  hw_account account = {0};
  hw_status status = hw_app_become(job->app, work->session.actor, err);
  if (status == HW_OK)
    status = hw_account_get(job->app, work->session.actor, job->arena, &account, err);
  if (status == HW_E_REFERENCE || account.is_locked || (status == HW_OK && !account.has_password)) {
    /* Withdrawn or locked since the login. */
    hwp_sessions_end(job->web->sessions, work->token);
    ask_for_login(work);
    return HW_OK;
  }
  if (status != HW_OK) return status;
  work->who.may = job->app->may;
  if ((work->route->may & ~job->app->may) != 0)
    return hw_err_set(err, HW_E_DENIED, "%s", hwp_t(job, HW_T_WEB_NO_PERMISSION));
  return work->route->run(job, err);
}

static void give_back(hwp_work *work, hw_status status) {
  if (work->loan.app == NULL) return;
  *work->loan.fonts = work->job.fonts;
  work->job.fonts = NULL;
  work->job.app = NULL;
  hwp_apps_give(work->job.web->apps, &work->loan, status_of(status) == 500 && status != HW_OK);
}

static void run_route(hwp_work *work) {
  hwp_job *job = &work->job;
  hw_err err = HW_ERR_INIT;
  const bool is_public = (work->route->flags & HWP_PUBLIC) != 0;
  if (!is_public && job->who == NULL) {
    ask_for_login(work);
    return;
  }
  hw_status status = read_fields(work, &err);
  if (status != HW_OK) {
    hwp_refuse(job,
               status == HW_E_UNSUPPORTED ? 415
               : status == HW_E_NO_MEMORY ? 503
                                          : 400,
               status == HW_E_SYNTAX || status == HW_E_TOO_COMPLEX ? err.message : NULL);
    return;
  }
  if (strcmp(job->request->method, "POST") == 0 && !hwp_guard_token(work)) {
    const bool is_api = (work->route->flags & HWP_API) != 0;
    hwp_refuse(job, 403, hwp_t(job, is_api ? HW_T_API_WRONG_TOKEN : HW_T_WEB_WRONG_TOKEN));
    return;
  }
  if (work->session.stage == HWP_STAGE_CHANGE && !is_public &&
      (work->route->flags & HWP_ALWAYS) == 0) {
    if (work->route->flags & HWP_API)
      hwp_refuse(job, 403, hwp_t(job, HW_T_WEB_MUST_CHANGE));
    else if (hwp_see_other(job, "/password", NULL, &err) != HW_OK)
      answer_failure(job, &err);
    return;
  }
  status = is_public ? work->route->run(job, &err) : run_as(work, &err);
  give_back(work, status);
  if (status != HW_OK) {
    if (err.status == HW_OK) (void)hw_err_set(&err, status, "%s", hw_status_sentence(status));
    answer_failure(job, &err);
  } else if (job->notice != NULL && job->response->status == 0 && work->token[0] != '\0') {
    hwp_sessions_notice(job->web->sessions, work->token, ""); /* it has been shown */
  }
}

static void run(hwp_work *work) {
  hwp_job *job = &work->job;
  const hw_web_request *request = job->request;
  char allow[HWP_ALLOW_SIZE];
  hw_err err = HW_ERR_INIT;
  int refused = hwp_guard_request(job->web, request);
  if (refused == 0) choose_language(job);
  if (refused == 0) refused = hwp_guard_source(job->web, request);
  if (refused == 0) {
    const hw_status status = hwp_target_parse(job->arena, request->target, &work->target, &err);
    refused = status == HW_OK ? 0 : status == HW_E_NO_MEMORY ? 503 : 400;
  }
  if (refused != 0) {
    hwp_refuse(job, refused, err.status == HW_E_SYNTAX ? err.message : NULL);
    return;
  }
  job->path = work->target.path;
  find_session(work);
  work->route = hwp_route_find(request->method, &work->target, job->parts, &job->n_parts, allow);
  if (work->route != NULL) {
    run_route(work);
    return;
  }
  hwp_refuse(job, allow[0] != '\0' ? 405 : 404, NULL);
  if (allow[0] != '\0') hwp_set_header(job, "allow", allow);
}

void hw_web_handle(hw_web *self, const hw_web_request *request, hw_web_response *response) {
  memset(response, 0, sizeof *response);
  hw_arena_init(&response->arena, 0);
  hwp_work *work = calloc(1, sizeof *work);
  if (work == NULL) {
    answer_constant(response, 503);
    return;
  }
  hwp_job *job = &work->job;
  hw_arena_init(&work->arena, 0);
  job->web = self;
  job->request = request;
  job->response = response;
  job->arena = &work->arena;
  job->is_demo = self->options.is_demo;
  job->language = self->options.language;
  job->theme = "auto";
  job->path = "/";
  run(work);
  if (response->status == 0) response->status = 200;
  hwp_guard_headers(job);
  hw_arena_clear(&work->arena);
  hw_secret_clear(work, sizeof *work);
  free(work);
}
