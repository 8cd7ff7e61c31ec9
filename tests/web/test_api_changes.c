/* The JSON API, what it permits to whom: tokens, every person at every route, bodies of all kinds,
 * the steps of an identification, imports. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"
#include "support/faults.h"
#include "web/api.h"
#include "web/api_support.h"
#include "web/routes.h"

static hw_app app;
static hw_web *web;

static int begin(void **state) {
  if (decide_tests_begin(state) != 0) return -1;
  page_case(&app, &web);
  api_begin(web);
  return 0;
}

static int end(void **state) {
  api_end();
  hw_web_delete(web);
  hw_app_close(&app);
  return decide_tests_end(state);
}

static int64_t count(hw_kind_id kind) {
  hw_err err = HW_ERR_INIT;
  int64_t n = 0;
  hw_assert_ok(hw_store_count(app.store, kind, &n, &err), &err);
  return n;
}

/* --- every person at every route --- */

static const struct person {
  const char *actor;
  unsigned may;
} people[] = {
    {"plain", 0},          {"clerk", HW_MAY_WRITE},  {"reader", HW_MAY_NAMES},
    {"r1", HW_MAY_REVIEW}, {"board", HW_MAY_DECIDE}, {"boss", HW_MAY_DECIDE | HW_MAY_ADMINISTER},
    {"tester", HW_MAY_ALL}};
enum { N_PEOPLE = sizeof people / sizeof *people };

/* A request for each route; nothing is changed by any of them. */
static const struct sample {
  const char *target, *body; /* NULL = GET */
} samples[] = {
    {"/api/v1/openapi.json", NULL},
    {"/api/v1/login", NULL},
    {"/api/v1/login", "{\"actor\": \"nobody\", \"password\": \"x\"}"},
    {"/api/v1/whoami", NULL},
    {"/api/v1/status", NULL},
    {"/api/v1/find?q=F1", NULL},
    {"/api/v1/records", NULL},
    {"/api/v1/records/person", NULL},
    {"/api/v1/records/person/F1-X", NULL},
    {"/api/v1/identifications", NULL},
    {"/api/v1/identifications", "{\"sample\": \"S9\", \"person\": \"F1-X\", \"reason\": \"x\"}"},
    {"/api/v1/identifications/ID-1", NULL},
    {"/api/v1/identifications/ID-9/steps", "{\"step\": \"reject\", \"reason\": \"x\"}"},
    {"/api/v1/runs", NULL},
    {"/api/v1/runs/run-2", NULL},
    {"/api/v1/runs/run-2/comparisons", NULL},
    {"/api/v1/tasks", NULL},
    {"/api/v1/tasks", "{\"kind\": \"search\", \"settings\": [{\"name\": \"threshold\", "
                      "\"value\": \"four\"}]}"},
    {"/api/v1/tasks/0123456789abcdef", NULL},
    {"/api/v1/tasks/0123456789abcdef/stop", "{}"},
    {"/api/v1/tasks/0123456789abcdef/resume", "{}"},
    {"/api/v1/reports", NULL},
    {"/api/v1/reports/R-9", NULL},
    {"/api/v1/handovers", NULL},
    {"/api/v1/handovers/HO-9", NULL},
    {"/api/v1/audit", NULL},
    {"/api/v1/imports",
     "{\"files\": [{\"name\": \"a\", \"what\": \"sites\", \"text\": \"code,kind\\nZ1,burial\\n\"}]}"},
    {"/api/v1/logout", "{}"}, /* the last: it ends the session */
};
enum { N_SAMPLES = sizeof samples / sizeof *samples };

static const hwp_route *route_of(const struct sample *sample) {
  const char *method = sample->body != NULL ? "POST" : "GET";
  const hwp_route *best = NULL;
  for (int i = 0; i < hwp_routes_api.n; i++) {
    const hwp_route *route = &hwp_routes_api.routes[i];
    if (strcmp(route->method, method) != 0 || !api_fits(route->pattern, sample->target)) continue;
    if (best == NULL || strchr(route->pattern, '*') == NULL) best = route;
  }
  if (best == NULL) fail_msg("%s %s has no route", method, sample->target);
  return best;
}

static int ask(api_client *client, const struct sample *sample) {
  return sample->body != NULL ? api_post(client, sample->target, sample->body)
                              : api_get(client, sample->target);
}

static void every_route_is_asked(void **state) {
  (void)state;
  bool is_asked[200] = {false};
  assert_true(hwp_routes_api.n <= 200);
  for (int s = 0; s < N_SAMPLES; s++)
    is_asked[route_of(&samples[s]) - hwp_routes_api.routes] = true;
  for (int i = 0; i < hwp_routes_api.n; i++)
    if (!is_asked[i])
      fail_msg("%s %s is not asked", hwp_routes_api.routes[i].method,
               hwp_routes_api.routes[i].pattern);
}

static void what_a_permission_is_needed_for_is_refused_without_it(void **state) {
  (void)state;
  const int64_t n_sites = count(HW_KIND_SITE);
  for (int p = 0; p < N_PEOPLE; p++) {
    api_client client = api_log_in(web, people[p].actor);
    for (int s = 0; s < N_SAMPLES; s++) {
      const hwp_route *route = route_of(&samples[s]);
      /* The permission of a step is that of its word. */
      const unsigned needs =
          strstr(samples[s].target, "/steps") != NULL ? HW_MAY_DECIDE : route->may;
      const bool may = (needs & ~people[p].may) == 0;
      if ((route->flags & HWP_PUBLIC) != 0 && samples[s].body != NULL) continue; /* a login */
      const int status = ask(&client, &samples[s]);
      if ((status == 403) == may || status == 401 || status >= 500)
        fail_msg("%s %s %s: %d", people[p].actor, route->method, samples[s].target, status);
    }
    assert_int_equal(api_get(&client, "/api/v1/whoami"), 401);
    api_client_clear(&client);
  }
  assert_int_equal(count(HW_KIND_SITE), n_sites);
}

static void nobody_gets_anything_but_the_way_in(void **state) {
  (void)state;
  api_client nobody = api_nobody(web);
  for (int s = 0; s < N_SAMPLES; s++) {
    const hwp_route *route = route_of(&samples[s]);
    const bool is_public = (route->flags & HWP_PUBLIC) != 0;
    const int status = ask(&nobody, &samples[s]);
    const int wanted = !is_public ? 401 : samples[s].body != NULL ? 403 : 200;
    if (status != wanted) fail_msg("%s %s: %d", route->method, samples[s].target, status);
  }
  api_client_clear(&nobody);
}

static void without_its_token_nothing_is_changed(void **state) {
  (void)state;
  api_client client = api_log_in(web, "tester"), other = api_log_in(web, "boss");
  char own[80];
  snprintf(own, sizeof own, "%s", client.csrf);
  const char *const tokens[] = {"", "0", other.csrf,
                                "0000000000000000000000000000000000000000000000000000000000000000"};
  for (size_t t = 0; t < sizeof tokens / sizeof *tokens; t++)
    for (int s = 0; s < N_SAMPLES; s++) {
      if (samples[s].body == NULL) continue;
      snprintf(client.csrf, sizeof client.csrf, "%s", tokens[t]);
      const int status = ask(&client, &samples[s]);
      if (status != 403) fail_msg("%s: %d", samples[s].target, status);
      hw_assert_contains(web_body(&client.browser), "x-csrf-token");
    }
  /* Nor by the token that forms bear, in the body. */
  snprintf(client.csrf, sizeof client.csrf, "%s", "");
  client.as = "application/x-www-form-urlencoded";
  char body[200];
  snprintf(body, sizeof body, "csrf=%s", own);
  assert_int_equal(api_post(&client, "/api/v1/logout", body), 403);
  client.as = NULL;
  assert_int_equal(api_get(&client, "/api/v1/whoami"), 200);
  api_assert_text(&client, "csrf", own);
  api_client_clear(&client);
  api_client_clear(&other);
}

static void methods_that_a_path_has_not_are_refused(void **state) {
  (void)state;
  static const char *const methods[] = {"PUT", "DELETE", "PATCH", "OPTIONS"};
  api_client client = api_log_in(web, "tester");
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
    assert_int_equal(web_send(&client.browser, methods[i], "/api/v1/identifications", NULL), 405);
    assert_string_equal(web_header(&client.browser, "allow"), "GET, HEAD, POST");
    assert_string_equal(web_header(&client.browser, "content-type"), "application/json");
  }
  assert_int_equal(api_post(&client, "/api/v1/whoami", "{}"), 405);
  assert_int_equal(api_get(&client, "/api/v1/imports"), 405);
  assert_int_equal(web_send(&client.browser, "HEAD", "/api/v1/whoami", NULL), 200);
  api_client_clear(&client);
}

/* --- bodies --- */

static void bodies_that_are_no_json_are_refused(void **state) {
  (void)state;
  static const char *const wrong[] = {"",
                                      "{",
                                      "{\"step\": \"reject\"",
                                      "[1,",
                                      "null",
                                      "1",
                                      "{\"a\": 1, \"a\": 2}",
                                      "{} {}",
                                      "{\"step\": \"\xff\"}",
                                      "{\"step\": \"a\\u0000b\"}",
                                      "{\"step\": NaN}",
                                      "<step/>",
                                      "{'step': 'reject'}"};
  char *deep = malloc(4001);
  assert_non_null(deep);
  memset(deep, '[', 2000);
  memset(deep + 2000, ']', 2000);
  deep[4000] = '\0';
  api_client client = api_log_in(web, "tester");
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    if (api_post(&client, "/api/v1/identifications/ID-1/steps", wrong[i]) != 400)
      fail_msg("%s: %d", wrong[i], client.browser.response.status);
  assert_int_equal(api_post(&client, "/api/v1/identifications/ID-1/steps", deep), 400);
  free(deep);
  hw_assert_contains(web_body(&client.browser), "body:1");
  api_client_clear(&client);
}

static void members_that_are_not_known_are_named(void **state) {
  (void)state;
  static const struct {
    const char *target, *body, *says;
  } wrong[] = {
      {"/api/v1/identifications/ID-1/steps", "{\"step\": \"reject\", \"raeson\": \"x\"}", "raeson"},
      {"/api/v1/identifications/ID-1/steps", "{\"step\": \"reject\"}", "reason"},
      {"/api/v1/identifications/ID-1/steps", "{\"step\": \"explode\", \"reason\": \"x\"}",
       "explode"},
      {"/api/v1/identifications/ID-1/steps", "{\"step\": 1, \"reason\": \"x\"}", "step"},
      {"/api/v1/identifications/ID-1/steps", "{\"step\": \"reject\", \"reason\": null}", "reason"},
      {"/api/v1/identifications/ID-1/steps", "{\"step\": \"reject\", \"reason\": \" \"}", "reason"},
      {"/api/v1/identifications/ID-1/steps", "{\"step\": \"review\", \"reason\": \"x\"}",
       "verdict"},
      {"/api/v1/identifications/ID-1/steps",
       "{\"step\": \"reject\", \"reason\": \"x\", \"verdict\": \"agrees\"}", "verdict"},
      {"/api/v1/identifications/ID-1/steps",
       "{\"step\": \"reject\", \"reason\": \"x\", \"override\": \"x\"}", "override"},
      {"/api/v1/identifications/ID-1/steps", "{\"step\": \"resolve\", \"reason\": \"x\"}",
       "contradiction"},
      {"/api/v1/identifications/ID-1/steps", "{\"step\": \"reject\", \"reason\": \"\\u0007\"}",
       "control character"},
      {"/api/v1/identifications/ID-1/steps", "[]", "object"},
      {"/api/v1/logout", "{\"now\": true}", "now"},
      {"/api/v1/imports", "{\"files\": []}", "files"},
      {"/api/v1/imports", "{\"files\": {}}", "files"},
      {"/api/v1/imports", "{\"files\": [{\"name\": \"a\"}]}", "base64"},
      {"/api/v1/imports", "{\"files\": [{\"name\": \"\", \"text\": \"a\"}]}", "name"},
      {"/api/v1/imports", "{\"files\": [{\"name\": \"a\", \"text\": \"\", \"base64\": \"\"}]}",
       "base64"},
      {"/api/v1/imports", "{\"files\": [{\"name\": \"a\", \"text\": \"\", \"path\": \"/etc\"}]}",
       "files[0].path"},
      {"/api/v1/imports", "{\"files\": [], \"apply\": \"yes\"}", "apply"},
  };
  api_client client = api_log_in(web, "tester");
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    if (api_post(&client, wrong[i].target, wrong[i].body) != 422)
      fail_msg("%s: %d", wrong[i].body, client.browser.response.status);
    hw_assert_contains(api_text(api_at(&client, "error.message")), wrong[i].says);
  }
  assert_string_equal(decide_state(&app, "ID-1"), "candidate");
  api_client_clear(&client);
}

static void what_is_too_large_or_of_another_type_is_refused(void **state) {
  (void)state;
  static const char *const types[] = {"text/plain", "application/x-www-form-urlencoded",
                                      "application/jsonp", "",
                                      "application/xml; a=application/json"};
  const size_t n = HWP_API_MOST_BODY;
  char *large = malloc(n + 200);
  assert_non_null(large);
  snprintf(large, 100, "{\"step\": \"reject\", \"reason\": \"");
  const size_t head = strlen(large);
  memset(large + head, 'x', n);
  snprintf(large + head + n, 10, "\"}");
  api_client client = api_log_in(web, "tester");
  assert_int_equal(api_post(&client, "/api/v1/identifications/ID-1/steps", large), 413);
  snprintf(large + n - 2, 10, "\"}"); /* as much as may be */
  assert_int_equal(strlen(large), n);
  assert_int_equal(api_post(&client, "/api/v1/identifications/ID-9/steps", large), 404);
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    client.as = types[i];
    const int status = api_post(&client, "/api/v1/logout", "{}");
    if (status != 415) fail_msg("'%s': %d", types[i], status);
  }
  client.as = "application/json; charset=utf-8";
  assert_int_equal(api_post(&client, "/api/v1/logout", "{}"), 200);
  free(large);
  api_client_clear(&client);
}

/* --- steps --- */

static void a_step_takes_its_permission(void **state) {
  (void)state;
  static const struct {
    const char *step, *more;
    unsigned may;
  } steps[] = {{"review", ", \"verdict\": \"agrees\"", HW_MAY_REVIEW},
               {"confirm", "", HW_MAY_DECIDE},
               {"reject", "", HW_MAY_DECIDE},
               {"return", "", HW_MAY_DECIDE},
               {"withdraw", "", HW_MAY_DECIDE},
               {"resolve", ", \"contradiction\": \"C-9\"", HW_MAY_REVIEW}};
  for (int p = 0; p < N_PEOPLE; p++) {
    api_client client = api_log_in(web, people[p].actor);
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
      char body[200];
      snprintf(body, sizeof body, "{\"step\": \"%s\", \"reason\": \"x\"%s}", steps[s].step,
               steps[s].more);
      /* There is no such identification, which only those learn who may take the step. */
      const int status = api_post(&client, "/api/v1/identifications/ID-9/steps", body);
      const int wanted = (steps[s].may & ~people[p].may) == 0 ? 404 : 403;
      if (status != wanted) fail_msg("%s %s: %d", people[p].actor, steps[s].step, status);
    }
    api_client_clear(&client);
  }
}

static void an_identification_goes_from_proposal_to_decision(void **state) {
  (void)state;
  static const char review[] =
      "{\"step\": \"review\", \"verdict\": \"agrees\", \"reason\": \"it fits\"}";
  static const char confirm[] = "{\"step\": \"confirm\", \"reason\": \"we agree\"}";
  static const char over[] =
      "{\"step\": \"confirm\", \"reason\": \"we agree\", \"override\": \"the comb\"}";
  api_client clerk = api_log_in(web, "clerk"), r1 = api_log_in(web, "r1"),
             r2 = api_log_in(web, "r2"), r3 = api_log_in(web, "r3"),
             board = api_log_in(web, "board"), boss = api_log_in(web, "boss");
  assert_int_equal(api_post(&clerk, "/api/v1/identifications",
                            "{\"sample\": \"S2\", \"person\": \"F2-X\", \"reason\": \"buttons\", "
                            "\"evidence\": \"a comb\"}"),
                   200);
  api_assert_text(&clerk, "code", "ID-2");
  assert_int_equal(api_post(&clerk, "/api/v1/identifications",
                            "{\"sample\": \"S2\", \"person\": \"F2-X\", \"reason\": \"again\"}"),
                   409);
  assert_int_equal(api_post(&clerk, "/api/v1/identifications",
                            "{\"sample\": \"S2\", \"person\": \"F1-F\", \"reason\": \"x\"}"),
                   422);
  assert_int_equal(api_post(&board, "/api/v1/identifications/ID-2/steps", confirm), 409);
  assert_int_equal(api_post(&r1, "/api/v1/identifications/ID-2/steps", review), 200);
  api_assert_text(&r1, "after", "candidate");
  hw_assert_contains(api_text(api_at(&r1, "note")), "1 of 2");
  assert_int_equal(api_post(&r2, "/api/v1/identifications/ID-2/steps", review), 200);
  api_assert_text(&r2, "after", "reviewed");
  /* Who read the profile cannot review it. */
  assert_true(api_post(&r3, "/api/v1/identifications/ID-1/steps", review) >= 400);
  hw_assert_contains(api_text(api_at(&r3, "error.message")), "cannot review it");
  assert_int_equal(api_post(&board, "/api/v1/identifications/ID-2/steps", confirm), 409);
  assert_int_equal(api_post(&board, "/api/v1/identifications/ID-2/steps", over), 403);
  assert_int_equal(api_post(&boss, "/api/v1/identifications/ID-2/steps", over), 200);
  api_assert_text(&boss, "before", "reviewed");
  api_assert_text(&boss, "after", "confirmed");
  assert_string_equal(decide_state(&app, "ID-2"), "confirmed");
  assert_int_equal(api_get(&boss, "/api/v1/identifications/ID-2"), 200);
  api_assert_text(&boss, "state", "confirmed");
  assert_int_equal(hw_json_count(api_at(&boss, "reviews")), 2);
  hw_assert_contains(web_body(&boss.browser), "the comb");
  assert_int_equal(api_post(&boss, "/api/v1/identifications/ID-2/steps",
                            "{\"step\": \"withdraw\", \"reason\": \"an error\"}"),
                   200);
  assert_int_equal(api_post(&boss, "/api/v1/identifications/ID-2/steps", confirm), 409);
  assert_int_equal(decide_faults(&app), 0);
  api_client *const all[] = {&clerk, &r1, &r2, &r3, &board, &boss};
  for (int i = 0; i < 6; i++) api_client_clear(all[i]);
}

static void contradictions_are_resolved(void **state) {
  (void)state;
  decide_import(&app, "contradictions",
                "code,kind,identification,text,state\nX-1,sex,ID-1,a pelvis says otherwise,open\n");
  api_client client = api_log_in(web, "r1");
  assert_int_equal(api_get(&client, "/api/v1/identifications/ID-1"), 200);
  hw_assert_contains(web_body(&client.browser), "a pelvis says otherwise");
  assert_int_equal(
      api_post(&client, "/api/v1/identifications/ID-1/steps",
               "{\"step\": \"resolve\", \"contradiction\": \"X-1\", \"reason\": \"misread\"}"),
      200);
  api_assert_text(&client, "code", "X-1");
  api_assert_text(&client, "after", "resolved");
  api_client_clear(&client);
}

/* --- imports --- */

static void an_import_is_told_before_it_is_written(void **state) {
  (void)state;
  static const char dry[] =
      "{\"files\": [{\"name\": \"sites.csv\", \"what\": \"sites\", \"text\": "
      "\"code,name,kind\\nN1,Đồi B,burial\\nN2,Đồi C,burial\\n\"},"
      "{\"name\": \"d.csv\", \"what\": \"dossiers\", \"base64\": "
      "\"Y29kZSxwZXJzb24sc2l0ZQpEOSxGMi1YLE4xCg==\"}], \"reason\": \"field notes\"";
  char body[600];
  const int64_t n_sites = count(HW_KIND_SITE);
  api_client client = api_log_in(web, "clerk");
  snprintf(body, sizeof body, "%s}", dry);
  assert_int_equal(api_post(&client, "/api/v1/imports", body), 200);
  api_assert_int(&client, "files[0].rows", 2);
  api_assert_text(&client, "files[0].counts[0].kind", "sites");
  api_assert_int(&client, "files[0].counts[0].added", 2);
  api_assert_text(&client, "files[1].counts[0].kind", "dossiers");
  assert_int_equal(count(HW_KIND_SITE), n_sites);
  snprintf(body, sizeof body, "%s, \"apply\": true}", dry);
  assert_int_equal(api_post(&client, "/api/v1/imports", body), 200);
  assert_int_equal(count(HW_KIND_SITE), n_sites + 2);
  assert_int_equal(api_get(&client, "/api/v1/records/dossier/D9"), 200);
  api_assert_text(&client, "record.fields.site", "N1");
  assert_int_equal(api_get(&client, "/api/v1/records/site/N1"), 200);
  api_assert_text(&client, "record.fields.name", "Đồi B");
  assert_int_equal(api_get(&client, "/api/v1/audit?limit=500"), 200);
  hw_assert_contains(web_body(&client.browser), "field notes");
  /* The same files again. */
  assert_int_equal(api_post(&client, "/api/v1/imports", body), 200);
  hw_assert_contains(web_body(&client.browser), "\"is_known\": true");
  assert_int_equal(count(HW_KIND_SITE), n_sites + 2);
  api_client_clear(&client);
}

static void mistakes_of_a_file_are_told_and_nothing_is_written(void **state) {
  (void)state;
  static const char *const wrong[] = {
      "!", "A", "AA", "AAA", "A===", "AB==", "AAB=", "AA=A", "AA==AAAA", "AAAA\\n", "AA A"};
  const int64_t n_sites = count(HW_KIND_SITE);
  api_client client = api_log_in(web, "clerk");
  assert_int_equal(
      api_post(&client, "/api/v1/imports",
               "{\"apply\": true, \"files\": [{\"name\": \"good.csv\", \"what\": \"sites\", "
               "\"text\": \"code,kind\\nG1,burial\\n\"}, {\"name\": \"bad.csv\", \"what\": "
               "\"sites\", \"text\": \"code,kind,latitude\\nB1,burial,north\\nB2,palace,1\\n\"}]}"),
      422);
  api_assert_text(&client, "files[0].name", "good.csv");
  api_assert_text(&client, "files[1].name", "bad.csv");
  api_assert_int(&client, "files[1].n_mistakes", 2);
  api_assert_int(&client, "files[1].mistakes[0].line", 2);
  api_assert_text(&client, "files[1].mistakes[0].field", "latitude");
  api_assert_int(&client, "files[1].mistakes[1].line", 3);
  hw_assert_contains(api_text(api_at(&client, "error.message")), "bad.csv");
  assert_int_equal(api_post(&client, "/api/v1/imports",
                            "{\"files\": [{\"name\": \"a\", \"what\": \"credentials\", \"text\": "
                            "\"actor\\nplain\\n\"}]}"),
                   422);
  assert_int_equal(api_post(&client, "/api/v1/imports",
                            "{\"files\": [{\"name\": \"a\", \"what\": \"nonsense\", \"text\": "
                            "\"a\\n\"}]}"),
                   422);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char body[200];
    snprintf(body, sizeof body, "{\"files\": [{\"name\": \"a\", \"base64\": \"%s\"}]}", wrong[i]);
    if (api_post(&client, "/api/v1/imports", body) != 422)
      fail_msg("%s: %d", wrong[i], client.browser.response.status);
    hw_assert_contains(api_text(api_at(&client, "error.message")), "is no base64");
  }
  assert_int_equal(count(HW_KIND_SITE), n_sites);
  api_client_clear(&client);
}

/* --- numbers --- */

typedef struct numbers {
  double a, b;
  int64_t n;
  const char *text, *json;
} numbers;
static const hwp_api_member numbers_members[] = {
    HWP_API_M(numbers, a, "a", REAL, 0, ""), HWP_API_M(numbers, b, "b", REAL, HWP_API_OR_NULL, ""),
    HWP_API_M(numbers, n, "n", INT, HWP_API_OR_NULL, ""),
    HWP_API_M(numbers, text, "text", TEXT, HWP_API_OR_NULL, ""),
    HWP_API_M(numbers, json, "json", JSON, 0, "")};
static const hwp_api_schema numbers_schema =
    HWP_API_SCHEMA("Numbers", numbers, numbers_members, "");

static void numbers_are_written_with_all_their_digits(void **state) {
  (void)state;
  static const struct {
    numbers value;
    const char *wanted;
  } cases[] = {
      {{.a = 0.1, .b = 1.0 / 3, .n = 0, .text = "x", .json = "{\"a\": [-0.3, null, \"-inf\"]}"},
       "{\"a\": 0.10000000000000001, \"b\": 0.33333333333333331, \"n\": 0, \"text\": \"x\", "
       "\"json\": {\"a\": [-0.29999999999999999, null, \"-inf\"]}}\n"},
      {{.a = -(double)INFINITY, .b = (double)INFINITY, .n = INT64_MAX, .text = "", .json = "no"},
       "{\"a\": \"-inf\", \"b\": \"inf\", \"n\": 9223372036854775807, \"text\": null, "
       "\"json\": null}\n"},
      {{.a = (double)NAN, .b = (double)NAN, .n = -1, .text = NULL, .json = NULL},
       "{\"a\": \"undefined\", \"b\": null, \"n\": null, \"text\": null, \"json\": null}\n"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_str out = HW_STR_INIT;
    hw_err err = HW_ERR_INIT;
    hw_assert_ok(hwp_api_write(&numbers_schema, &cases[i].value, &out, &err), &err);
    assert_string_equal(hw_str_text(&out), cases[i].wanted);
    hw_str_clear(&out);
  }
}

static void long_texts_are_left_out_and_named(void **state) {
  (void)state;
  hw_str table = HW_STR_INIT;
  hw_str_append(&table, "code,kind,note\nLONG,burial,");
  for (int i = 0; i < 5000; i++) hw_str_append(&table, "a");
  hw_str_append(&table, "\nLONGER,burial,");
  for (int i = 0; i < 70000; i++) hw_str_append(&table, "b");
  hw_str_append(&table, "\n");
  decide_import(&app, "sites", hw_str_text(&table));
  hw_str_clear(&table);
  api_client client = api_log_in(web, "plain");
  assert_int_equal(api_get(&client, "/api/v1/records/site?limit=500"), 200);
  assert_true(client.browser.response.body.length < 20000);
  hw_assert_contains(web_body(&client.browser), "\"left_out\": [\"note\"]");
  assert_int_equal(api_get(&client, "/api/v1/records/site/LONG"), 200);
  assert_int_equal(strlen(api_text(api_at(&client, "record.fields.note"))), 5000);
  assert_int_equal(api_get(&client, "/api/v1/records/site/LONGER"), 200);
  api_assert_null(&client, "record.fields.note");
  api_assert_text(&client, "record.left_out[0]", "note");
  api_client_clear(&client);
}

/* --- memory --- */

/* Whatever allocation fails, there is an answer: the right one, or that it cannot be given. */
static void starve(api_client *client, const char *method, const char *target, const char *body,
                   int wanted) {
  const hw_web_pair headers[] = {{"content-type", "application/json"},
                                 {"x-csrf-token", client->csrf}};
  web_browser *b = &client->browser;
  char cookie[200];
  snprintf(cookie, sizeof cookie, "homeward=%s", web_cookie(b, "homeward"));
  const hw_web_pair all[] = {{"host", "localhost"}, {"cookie", cookie}, headers[0], headers[1]};
  const hw_web_request request = {.method = method,
                                  .target = target,
                                  .client = "127.0.0.1",
                                  .n_headers = 4,
                                  .headers = all,
                                  .body = body,
                                  .n_body = strlen(body)};
  int n_failed = 0;
  hw_web_response_clear(&b->response);
  hw_web_handle(web, &request, &b->response);
  char *right = strdup(web_body(b));
  assert_non_null(right);
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_web_response_clear(&b->response);
    hw_web_handle(web, &request, &b->response);
    if (!hw_faults_end()) break;
    n_failed++;
    if (b->response.status == 200 && strcmp(web_body(b), right) != 0)
      fail_msg("%s, allocation %ld: the answer is not whole: %s", target, n, web_body(b));
    if (b->response.status != wanted && b->response.status < 500)
      fail_msg("%s, allocation %ld: %d %s", target, n, b->response.status, web_body(b));
  }
  free(right);
  assert_true(n_failed > 10);
  assert_int_equal(b->response.status, wanted);
}

static void exhausted_memory_is_answered(void **state) {
  (void)state;
  api_client client = api_log_in(web, "tester");
  starve(&client, "GET", "/api/v1/identifications/ID-1", "", 200);
  starve(&client, "GET", "/api/v1/records/family/F1?history=1", "", 200);
  starve(&client, "GET", "/api/v1/runs/run-2/comparisons", "", 200);
  starve(&client, "GET", "/api/v1/runs/joint-1", "", 200);
  starve(&client, "GET", "/api/v1/find?q=F1", "", 200);
  starve(&client, "GET", "/api/v1/status", "", 200);
  starve(&client, "GET", "/api/v1/openapi.json", "", 200);
  starve(&client, "POST", "/api/v1/identifications/ID-9/steps",
         "{\"step\": \"review\", \"verdict\": \"agrees\", \"reason\": \"Đạt\"}", 404);
  api_client_clear(&client);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_route_is_asked),
      cmocka_unit_test(what_a_permission_is_needed_for_is_refused_without_it),
      cmocka_unit_test(nobody_gets_anything_but_the_way_in),
      cmocka_unit_test(without_its_token_nothing_is_changed),
      cmocka_unit_test(methods_that_a_path_has_not_are_refused),
      cmocka_unit_test(bodies_that_are_no_json_are_refused),
      cmocka_unit_test(members_that_are_not_known_are_named),
      cmocka_unit_test(what_is_too_large_or_of_another_type_is_refused),
      cmocka_unit_test(a_step_takes_its_permission),
      cmocka_unit_test(an_identification_goes_from_proposal_to_decision),
      cmocka_unit_test(contradictions_are_resolved),
      cmocka_unit_test(an_import_is_told_before_it_is_written),
      cmocka_unit_test(mistakes_of_a_file_are_told_and_nothing_is_written),
      cmocka_unit_test(numbers_are_written_with_all_their_digits),
      cmocka_unit_test(long_texts_are_left_out_and_named),
      cmocka_unit_test(exhausted_memory_is_answered),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
