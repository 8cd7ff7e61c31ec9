/* A web application on a scratch database, and a browser that is one function. */
#include "web/web_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/account.h"
#include "support/assert.h"

int64_t web_test_now_s = 1900000000;

static int64_t now_s(void *context) {
  (void)context;
  return web_test_now_s;
}

void web_test_account(const char *location, const char *code, unsigned roles) {
  hw_err err = HW_ERR_INIT;
  hw_app app;
  const hw_who who = {.login = "tester", .actor = "root"};
  const hw_account_request request = {.code = code, .roles = roles, .reason = "tests"};
  hw_assert_ok(hw_app_open(&app, location, HW_DB_WRITE, &who, &err), &err);
  if (strcmp(code, "root") != 0) hw_assert_ok(hw_account_add(&app, &request, &err), &err);
  /* Given by an administrator, then changed by its owner, so that it need not be at the login. */
  hw_assert_ok(hw_account_set_password(&app, code, NULL, "given by somebody else", &err), &err);
  hw_assert_ok(hw_app_become(&app, code, &err), &err);
  hw_assert_ok(
      hw_account_set_password(&app, code, "given by somebody else", WEB_TEST_PASSWORD, &err), &err);
  hw_app_close(&app);
}

const char *web_test_new(hw_web **web, const char *origin, bool is_secure) {
  static int n;
  static char location[200];
  char name[40];
  hw_err err = HW_ERR_INIT;
  snprintf(name, sizeof name, "web-%d.hwc", n++);
  snprintf(location, sizeof location, "%s", app_test_name(name));
  const hw_who who = {.login = "tester", .actor = "root"};
  hw_assert_ok(hw_app_create(location, &who, "tests", &err), &err);
  web_test_account(location, "root", 0);
  web_test_account(location, "reader", HW_ROLE_READER);
  web_test_account(location, "officer", HW_ROLE_OFFICER);
  const hw_web_options options = {.location = location,
                                  .origin = origin,
                                  .is_secure = is_secure,
                                  .n_connections = 2,
                                  .now_s = now_s};
  hw_assert_ok(hw_web_new(&options, web, &err), &err);
  return location;
}

/* --- cookies --- */

const char *web_cookie(const web_browser *self, const char *name) {
  for (int i = 0; i < WEB_TEST_COOKIES; i++)
    if (strcmp(self->names[i], name) == 0) return self->values[i];
  return "";
}

void web_set_cookie(web_browser *self, const char *name, const char *value) {
  int at = -1;
  for (int i = WEB_TEST_COOKIES - 1; i >= 0; i--) {
    if (strcmp(self->names[i], name) == 0) {
      at = i;
      break;
    }
    if (self->names[i][0] == '\0') at = i;
  }
  assert_true(at >= 0);
  snprintf(self->names[at], sizeof self->names[at], "%s", name);
  snprintf(self->values[at], sizeof self->values[at], "%s", value);
}

/* Keeps what a Set-Cookie header says. */
static void take_cookie(web_browser *self, const char *header) {
  char name[64] = "", value[80] = "";
  const size_t n_name = strcspn(header, "="), n_value = strcspn(header + n_name + 1, ";");
  assert_true(n_name < sizeof name && n_value < sizeof value);
  memcpy(name, header, n_name);
  memcpy(value, header + n_name + 1, n_value);
  hw_assert_contains(header, "; Path=/; HttpOnly; SameSite=Strict");
  web_set_cookie(self, name, strstr(header, "Max-Age=0") != NULL ? "" : value);
}

/* --- requests --- */

static void take_csrf(web_browser *self) {
  static const char mark[] = "name=\"csrf\" value=\"";
  const char *at = strstr(web_body(self), mark);
  if (at == NULL) return;
  at += sizeof mark - 1;
  snprintf(self->csrf, sizeof self->csrf, "%.*s", (int)strcspn(at, "\""), at);
}

int web_send(web_browser *self, const char *method, const char *target, const char *body) {
  hw_str cookies = HW_STR_INIT;
  for (int i = 0; i < WEB_TEST_COOKIES; i++)
    if (self->values[i][0] != '\0')
      hw_str_append_format(&cookies, "%s%s=%s", cookies.length > 0 ? "; " : "", self->names[i],
                           self->values[i]);
  hw_web_pair headers[16] = {{"host", self->host != NULL ? self->host : "localhost"}};
  int n = 1;
  if (cookies.length > 0) headers[n++] = (hw_web_pair){"cookie", hw_str_text(&cookies)};
  bool has_type = false;
  for (int i = 0; i < self->n_extra; i++) {
    headers[n++] = self->extra[i];
    if (strcmp(self->extra[i].name, "content-type") == 0) has_type = true;
  }
  if (body != NULL && !has_type)
    headers[n++] = (hw_web_pair){"content-type", "application/x-www-form-urlencoded"};
  const hw_web_request request = {.method = method,
                                  .target = target,
                                  .client = self->client != NULL ? self->client : "127.0.0.1",
                                  .n_headers = n,
                                  .headers = headers,
                                  .body = body != NULL ? body : "",
                                  .n_body = body != NULL ? strlen(body) : 0};
  hw_web_response_clear(&self->response);
  hw_web_handle(self->web, &request, &self->response);
  hw_str_clear(&cookies);
  for (int32_t i = 0; i < self->response.n_headers; i++)
    if (strcmp(self->response.headers[i].name, "set-cookie") == 0)
      take_cookie(self, self->response.headers[i].value);
  take_csrf(self);
  return self->response.status;
}

int web_get(web_browser *self, const char *target) {
  return web_send(self, "GET", target, NULL);
}

int web_post(web_browser *self, const char *target, const char *fields) {
  hw_str body = HW_STR_INIT;
  hw_str_append_format(&body, "csrf=%s%s%s", self->csrf, *fields != '\0' ? "&" : "", fields);
  const int status = web_send(self, "POST", target, hw_str_text(&body));
  hw_str_clear(&body);
  return status;
}

int web_log_in(web_browser *self, const char *actor) {
  char fields[300];
  assert_int_equal(web_get(self, "/login"), 200);
  snprintf(fields, sizeof fields, "actor=%s&password=bamboo+ladder+quiet+river", actor);
  return web_post(self, "/login", fields);
}

const char *web_body(const web_browser *self) {
  return self->response.constant != NULL ? self->response.constant
                                         : hw_str_text(&self->response.body);
}

const char *web_header(const web_browser *self, const char *name) {
  for (int32_t i = 0; i < self->response.n_headers; i++)
    if (strcmp(self->response.headers[i].name, name) == 0) return self->response.headers[i].value;
  return "";
}

void web_browser_clear(web_browser *self) {
  hw_web_response_clear(&self->response);
  memset(self, 0, sizeof *self);
}
