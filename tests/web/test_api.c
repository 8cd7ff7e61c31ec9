/* The JSON API: its description is true, who may ask what, what comes out, what is refused. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/handover.h"
#include "app/report.h"
#include "base/file.h"
#include "support/assert.h"
#include "web/api_support.h"
#include "web/routes.h"

static hw_app app, hostile_app;
static hw_web *web, *hostile_web;

/* Number of a report of the case, and of one without names. */
static char with_names[HW_CODE_MAX + 1], without_names[HW_CODE_MAX + 1];

static void issue(const char *kind, const char *subject, bool is_without,
                  char out[HW_CODE_MAX + 1]) {
  hw_err err = HW_ERR_INIT;
  hw_fonts *fonts = NULL;
  hw_issued issued;
  const hw_report_request request = {
      .kind = kind, .subject = subject, .language = "vi", .without_names = is_without};
  hw_assert_ok(hw_fonts_new(&fonts, &err), &err);
  hw_assert_ok(hw_app_report_issue(&app, &request, fonts, &issued, &err), &err);
  memcpy(out, issued.code, HW_CODE_MAX + 1);
  hw_issued_clear(&issued);
  hw_fonts_delete(fonts);
}

/* ID-2 is confirmed and its remains are given back; two reports are issued. */
static void add_decisions(void) {
  hw_err err = HW_ERR_INIT;
  const char *code = decide_propose(&app, "F2-X", "S2");
  decide_review(&app, code);
  hw_assert_ok(decide_step(&app, "boss", code, "confirmed", false, "the comb", &err), &err);
  const hw_handover_request request = {.identification = code,
                                       .handed_on = "2026-07-27",
                                       .recipient = "Nguyễn Văn Nhận",
                                       .place = "Quảng Trị",
                                       .minutes = "BB-12"};
  hw_assert_ok(hw_handover_record(&app, &request, &decide_arena, &code, &err), &err);
  issue("comparison", "ID-1", false, with_names);
  issue("national", "", true, without_names);
}

static int begin(void **state) {
  if (decide_tests_begin(state) != 0) return -1;
  page_case(&app, &web);
  page_hostile(&hostile_app, &hostile_web);
  decide_import(&app, "investigations", "code\nnorth\n");
  decide_import(&app, "samples", "code,investigation\nNORTH-1,north\n");
  decide_import(&app, "actors", "code,login,permissions\nguest,guest,write review decide\n");
  decide_import(&app, "accesses", "actor,investigation\nguest,north\n");
  page_password(&app, "guest");
  add_decisions();
  api_begin(web);
  return 0;
}

static int end(void **state) {
  api_end();
  hw_web_delete(web);
  hw_web_delete(hostile_web);
  hw_app_close(&app);
  hw_app_close(&hostile_app);
  return decide_tests_end(state);
}

static void lacks(const api_client *client, const char *what) {
  if (strstr(web_body(&client->browser), what) != NULL) fail_msg("the answer tells '%s'", what);
}

/* --- the description --- */

static const hw_json *described(const hwp_route *route) {
  const hw_json *paths = hw_json_find(api_description(), "paths");
  const char *path = api_path(route->pattern);
  return path == NULL ? NULL
                      : hw_json_find(hw_json_find(paths, path),
                                     strcmp(route->method, "POST") == 0 ? "post" : "get");
}

static void the_description_has_every_route_and_nothing_else(void **state) {
  (void)state;
  int n_routes = 0, n_described = 0;
  hw_json_iter path = {0};
  for (int i = 0; i < hwp_n_all_routes; i++)
    for (int j = 0; j < hwp_all_routes[i]->n; j++) {
      const hwp_route *route = &hwp_all_routes[i]->routes[j];
      const bool is_api = strncmp(route->pattern, "/api/", 5) == 0;
      assert_int_equal(is_api, (route->flags & HWP_API) != 0);
      if (!is_api) continue;
      n_routes++;
      const hw_json *operation = described(route);
      if (operation == NULL) fail_msg("%s %s is not described", route->method, route->pattern);
      assert_string_equal(api_text(hw_json_find(operation, "summary")), route->summary);
      assert_int_equal(hw_json_find(operation, "security") != NULL,
                       (route->flags & HWP_PUBLIC) != 0);
      assert_int_equal(hw_json_find(operation, "requestBody") != NULL,
                       strcmp(route->method, "POST") == 0);
    }
  while (hw_json_next(hw_json_find(api_description(), "paths"), &path))
    n_described += (int)hw_json_count(path.value);
  assert_int_equal(n_described, n_routes);
  assert_true(n_routes > 8);
}

/* Every path parameter stands in its path, and references lead somewhere. */
static void check_references(const hw_json *value) {
  hw_json_iter it = {0};
  if (hw_json_kind_of(value) == HW_JSON_ARRAY)
    for (size_t i = 0; i < hw_json_count(value); i++) check_references(hw_json_at(value, i));
  while (hw_json_next(value, &it)) {
    if (strcmp(it.key, "$ref") == 0) assert_non_null(api_follow(api_text(it.value)));
    check_references(it.value);
  }
}

static void the_description_is_whole(void **state) {
  (void)state;
  hw_json_iter path = {0}, method = {0};
  check_references(api_description());
  assert_string_equal(api_text(hw_json_find(api_description(), "openapi")), "3.1.0");
  while (hw_json_next(hw_json_find(api_description(), "paths"), &path)) {
    memset(&method, 0, sizeof method);
    while (hw_json_next(path.value, &method)) {
      const hw_json *parameters = hw_json_find(method.value, "parameters");
      size_t n_in_path = 0, n_open = 0;
      for (size_t i = 0; i < hw_json_count(parameters); i++) {
        const hw_json *one = hw_json_at(parameters, i);
        char name[60];
        if (strcmp(api_text(hw_json_find(one, "in")), "path") != 0) continue;
        n_in_path++;
        snprintf(name, sizeof name, "{%s}", api_text(hw_json_find(one, "name")));
        hw_assert_contains(path.key, name);
      }
      for (const char *c = path.key; *c != '\0'; c++) n_open += *c == '{';
      assert_int_equal(n_in_path, n_open);
    }
  }
}

static void the_checker_finds_what_is_wrong(void **state) {
  (void)state;
  static const char *const wrong[] = {
      "{\"actor\": \"a\"}", "{\"actor\": 1, \"csrf\": \"\", \"must_change\": true}",
      "{\"actor\": null, \"csrf\": \"\", \"must_change\": true}",
      "{\"actor\": \"\", \"csrf\": \"\", \"must_change\": true, \"x\": 1}", "[]"};
  const hw_json *schemas = hw_json_find(hw_json_find(api_description(), "components"), "schemas");
  const hw_json *login = hw_json_find(schemas, "Login");
  assert_non_null(login);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    hw_json_doc *doc = NULL;
    assert_int_equal(hw_json_doc_parse(wrong[i], strlen(wrong[i]), NULL, &doc, NULL), HW_OK);
    assert_non_null(api_check(login, hw_json_doc_root(doc)));
    hw_json_doc_delete(doc);
  }
}

/* docs/api.md names every operation, with its parts in capital letters. */
static void the_page_for_users_has_every_operation(void **state) {
  (void)state;
  char path[500], line[300];
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  char *text = NULL;
  size_t n = 0;
  hw_err err = HW_ERR_INIT;
  if (root == NULL) skip();
  snprintf(path, sizeof path, "%s/docs/api.md", root);
  hw_assert_ok(hw_file_read(path, 1 << 20, &text, &n, &err), &err);
  for (int i = 0; i < hwp_n_all_routes; i++)
    for (int j = 0; j < hwp_all_routes[i]->n; j++) {
      const hwp_route *route = &hwp_all_routes[i]->routes[j];
      if ((route->flags & HWP_API) == 0) continue;
      size_t k = (size_t)snprintf(line, sizeof line, "`%s ", route->method);
      bool is_open = false;
      for (const char *c = api_path(route->pattern); *c != '\0' && k + 2 < sizeof line; c++) {
        if (*c == '{' || *c == '}')
          is_open = *c == '{';
        else
          line[k++] = (char)(is_open ? toupper((unsigned char)*c) : *c);
      }
      line[k] = '\0';
      if (strstr(text, line) == NULL) fail_msg("docs/api.md lacks %s", line);
    }
  free(text);
}

/* --- what is asked, by everybody --- */

static const char *const targets[] = {
    "/api/v1/openapi.json",
    "/api/v1/login",
    "/api/v1/whoami",
    "/api/v1/status",
    "/api/v1/find?q=F1",
    "/api/v1/find",
    "/api/v1/records",
    "/api/v1/records/person?limit=3",
    "/api/v1/records/assertion",
    "/api/v1/records/comparison",
    "/api/v1/records/run",
    "/api/v1/records/custody",
    "/api/v1/records/report",
    "/api/v1/records/person/F1-X",
    "/api/v1/records/person/F1-X?history=1",
    "/api/v1/records/family/F1?history=1",
    "/api/v1/records/sample/S1",
    "/api/v1/records/sample/S2",
    "/api/v1/records/profile/S2-a",
    "/api/v1/records/dossier/D1?history=1",
    "/api/v1/records/assertion/~1",
    "/api/v1/records/person_name/~1?history=1",
    "/api/v1/records/identification/ID-1",
    "/api/v1/records/comparison/~1",
    "/api/v1/identifications",
    "/api/v1/identifications?state=confirmed",
    "/api/v1/identifications?mine=1&limit=1",
    "/api/v1/identifications/ID-1",
    "/api/v1/identifications/ID-1?test=1",
    "/api/v1/identifications/ID-2",
    "/api/v1/runs",
    "/api/v1/runs/run-2",
    "/api/v1/runs/joint-1",
    "/api/v1/runs/run-2/comparisons",
    "/api/v1/tasks",
    "/api/v1/reports",
    "/api/v1/reports/REPORT",
    "/api/v1/handovers",
    "/api/v1/handovers/HO-1",
    "/api/v1/audit?limit=5",
};
enum { N_TARGETS = sizeof targets / sizeof *targets };

/* The targets, with the number of a report in its place. */
static int get(api_client *client, const char *target) {
  char text[600];
  const char *at = strstr(target, "REPORT");
  if (at == NULL) return api_get(client, target);
  snprintf(text, sizeof text, "%.*s%s%s", (int)(at - target), target, with_names, at + 6);
  return api_get(client, text);
}

static void every_answer_is_as_described(void **state) {
  (void)state;
  static const char *const people[] = {"tester", "r1", "board", "boss", "clerk", "reader", "plain"};
  char task[100];
  api_client owner = api_log_in(web, "tester");
  assert_int_equal(api_post(&owner, "/api/v1/tasks", "{\"kind\": \"groups\"}"), 200);
  snprintf(task, sizeof task, "/api/v1/tasks/%s", api_text(api_at(&owner, "code")));
  assert_int_equal(api_get(&owner, task), 200);
  api_client_clear(&owner);
  for (size_t p = 0; p < sizeof people / sizeof *people; p++) {
    api_client client = api_log_in(web, people[p]);
    for (int t = 0; t < N_TARGETS; t++)
      if (get(&client, targets[t]) != 200)
        fail_msg("%s %s: %d\n%s", people[p], targets[t], client.browser.response.status,
                 web_body(&client.browser));
    api_client_clear(&client);
  }
  /* Each operation that reads has answered. */
  for (int i = 0; i < hwp_n_all_routes; i++)
    for (int j = 0; j < hwp_all_routes[i]->n; j++) {
      const hwp_route *route = &hwp_all_routes[i]->routes[j];
      if ((route->flags & HWP_API) == 0 || strcmp(route->method, "GET") != 0) continue;
      if (api_count_fine("GET", api_path(route->pattern)) == 0)
        fail_msg("%s was never answered", route->pattern);
    }
}

static void names_are_told_to_who_may_read_them_and_to_nobody_else(void **state) {
  (void)state;
  static const char *const blind[] = {"plain", "clerk", "r1", "guest", "boss"};
  static const char *const open[] = {"/api/v1/records/person/F1-X", "/api/v1/records/person_name",
                                     "/api/v1/identifications/ID-1", "/api/v1/handovers",
                                     "/api/v1/handovers/HO-1"};
  api_client reader = api_log_in(web, "reader");
  for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
    assert_int_equal(api_get(&reader, open[i]), 200);
    hw_assert_contains(web_body(&reader.browser), "Nguyễn Văn");
  }
  assert_int_equal(api_get(&reader, "/api/v1/find?q=thu+nguyen"), 200);
  api_assert_text(&reader, "items[0].names", PAGE_NAME);
  api_client_clear(&reader);
  for (size_t i = 0; i < sizeof blind / sizeof *blind; i++) {
    api_client client = api_log_in(web, blind[i]);
    for (int t = 0; t < N_TARGETS; t++) {
      (void)get(&client, targets[t]);
      lacks(&client, "Nguy");
      lacks(&client, "Trung");
    }
    assert_int_equal(api_get(&client, "/api/v1/find?q=thu+nguyen"), 200);
    assert_int_equal(hw_json_count(api_at(&client, "items")), 0);
    api_client_clear(&client);
  }
}

static void other_investigations_are_not_seen(void **state) {
  (void)state;
  static const char *const hidden[] = {"/api/v1/records/family/F1",
                                       "/api/v1/records/person/F1-X",
                                       "/api/v1/records/assertion/~1",
                                       "/api/v1/records/comparison/~1",
                                       "/api/v1/identifications/ID-1",
                                       "/api/v1/runs/run-2",
                                       "/api/v1/runs/run-2/comparisons",
                                       "/api/v1/handovers/HO-1",
                                       "/api/v1/audit"};
  static const char *const lists[] = {"/api/v1/records/family",
                                      "/api/v1/records/comparison",
                                      "/api/v1/identifications",
                                      "/api/v1/identifications?state=confirmed",
                                      "/api/v1/runs",
                                      "/api/v1/handovers",
                                      "/api/v1/find?q=F1"};
  char target[400];
  api_client guest = api_log_in(web, "guest");
  for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
    if (api_get(&guest, hidden[i]) != 403)
      fail_msg("%s: %d", hidden[i], guest.browser.response.status);
  snprintf(target, sizeof target, "/api/v1/reports/%s", with_names);
  assert_int_equal(api_get(&guest, target), 403);
  snprintf(target, sizeof target, "/api/v1/reports/%s?format=pdf", with_names);
  assert_int_equal(api_get(&guest, target), 403);
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    assert_int_equal(api_get(&guest, lists[i]), 200);
    if (hw_json_count(api_at(&guest, "items")) != 0) fail_msg("%s tells something", lists[i]);
  }
  assert_int_equal(api_get(&guest, "/api/v1/whoami"), 200);
  api_assert_text(&guest, "investigations[0]", "north");
  assert_int_equal(api_get(&guest, "/api/v1/records/sample"), 200);
  api_assert_text(&guest, "items[0].code", "NORTH-1");
  assert_int_equal(hw_json_count(api_at(&guest, "items")), 1);
  assert_int_equal(api_post(&guest, "/api/v1/identifications/ID-1/steps",
                            "{\"step\": \"reject\", \"reason\": \"no\"}"),
                   403);
  assert_int_equal(api_post(&guest, "/api/v1/identifications",
                            "{\"sample\": \"S4\", \"person\": \"F1-X\", \"reason\": \"no\"}"),
                   403);
  api_client_clear(&guest);
}

/* --- what they say --- */

static void an_identification_says_what_its_page_says(void **state) {
  (void)state;
  double sum = 0, log10_lr = 0;
  api_client client = api_log_in(web, "plain");
  assert_int_equal(api_get(&client, "/api/v1/identifications/ID-1"), 200);
  api_assert_text(&client, "sample", "S1");
  api_assert_text(&client, "person", "F1-X");
  api_assert_text(&client, "state", "candidate");
  api_assert_text(&client, "joint_run", "joint-1");
  api_assert_null(&client, "names");
  api_assert_text(&client, "factors[0].factor", "str");
  api_assert_text(&client, "policy.code", "built-in");
  api_assert_int(&client, "policy.reviewers", 2);
  assert_int_equal(hw_json_count(api_at(&client, "markers")), 10);
  for (size_t i = 0; i < 10; i++)
    sum += hw_json_as_written(hw_json_find(hw_json_at(api_at(&client, "markers"), i), "log10_lr"));
  log10_lr = hw_json_as_written(api_at(&client, "log10_lr"));
  hw_assert_close(sum, log10_lr, 1e-12, 1e-12);
  /* All digits are there. */
  hw_decide_sheet sheet;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_decide_sheet_read(&app, "ID-1", &decide_arena, &sheet, &err), &err);
  assert_memory_equal(&log10_lr, &sheet.log10_lr, sizeof log10_lr);
  assert_true(hw_json_count(api_at(&client, "checks")) >= 4);
  assert_true(hw_json_count(api_at(&client, "alternatives")) >= 1);
  assert_int_equal(hw_json_kind_of(api_at(&client, "steps[0].stood_on")), HW_JSON_OBJECT);
  api_client_clear(&client);
}

static void what_is_impossible_is_told_as_text(void **state) {
  (void)state;
  bool has_any = false;
  api_client client = api_log_in(web, "plain");
  assert_int_equal(api_get(&client, "/api/v1/runs/run-2/comparisons?limit=500"), 200);
  const hw_json *items = api_at(&client, "items");
  for (size_t i = 0; i < hw_json_count(items); i++) {
    const hw_json *value = hw_json_find(hw_json_at(items, i), "log10_lr");
    has_any = has_any || strcmp(api_text(value), "-inf") == 0;
  }
  if (!has_any) { /* no pair of the case is impossible: then of a fresh one */
    decide_import(&app, "comparisons",
                  "run,profile,person,family,log10_lr,per_marker,n_markers,mismatches,inputs\n"
                  "run-2,S2-a,F1-X,F1,-inf,{},1,0,x\n");
    assert_int_equal(api_get(&client, "/api/v1/records/comparison?limit=500"), 200);
    hw_assert_contains(web_body(&client.browser), "\"log10_lr\": \"-inf\"");
  }
  api_client_clear(&client);
}

static void pages_follow_each_other_to_the_end(void **state) {
  (void)state;
  hw_str table = HW_STR_INIT;
  hw_str_append(&table, "code,investigation\n");
  for (int i = 0; i < 120; i++) hw_str_append_format(&table, "Z%03d,main\n", i);
  decide_import(&app, "samples", hw_str_text(&table));
  hw_str_clear(&table);
  static const struct {
    const char *list;
    int limit;
  } lists[] = {{"/api/v1/records/sample", 50},
               {"/api/v1/runs/run-2/comparisons", 3},
               {"/api/v1/runs", 1},
               {"/api/v1/reports", 1},
               {"/api/v1/audit", 7},
               {"/api/v1/identifications", 1}};
  api_client client = api_log_in(web, "tester");
  for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
    char target[400];
    size_t n_all = 0, n_paged = 0;
    int n_pages = 0;
    int64_t from = 0;
    snprintf(target, sizeof target, "%s?limit=500", lists[l].list);
    assert_int_equal(api_get(&client, target), 200);
    api_assert_null(&client, "next");
    n_all = hw_json_count(api_at(&client, "items"));
    do {
      snprintf(target, sizeof target, "%s?limit=%d&from=%lld", lists[l].list, lists[l].limit,
               (long long)from);
      assert_int_equal(api_get(&client, target), 200);
      const size_t n = hw_json_count(api_at(&client, "items"));
      assert_true(n <= (size_t)lists[l].limit);
      n_paged += n;
      n_pages++;
    } while (n_pages < 1000 &&
             hw_json_as_int(api_at(&client, "next"), 1, INT64_MAX, &from, NULL) == HW_OK);
    if (n_paged != n_all || (n_all > (size_t)lists[l].limit) != (n_pages > 1))
      fail_msg("%s: %zu of %zu in %d pages", lists[l].list, n_paged, n_all, n_pages);
    assert_true(n_all > 0);
  }
  api_client_clear(&client);
}

static void reports_come_as_files(void **state) {
  (void)state;
  static const char *const forms[] = {"pdf", "html", "json"};
  static const char *const types[] = {"application/pdf", "text/html; charset=utf-8",
                                      "application/vnd.homeward.report+json"};
  char target[400];
  hw_issued issued;
  hw_err err = HW_ERR_INIT;
  hw_fonts *fonts = NULL;
  hw_assert_ok(hw_fonts_new(&fonts, &err), &err);
  hw_assert_ok(hw_app_report_again(&app, without_names, fonts, &issued, &err), &err);
  api_client client = api_log_in(web, "plain");
  for (int f = 0; f < 3; f++) {
    snprintf(target, sizeof target, "/api/v1/reports/%s?format=%s", without_names, forms[f]);
    assert_int_equal(api_get(&client, target), 200);
    assert_string_equal(web_header(&client.browser, "content-type"), types[f]);
    hw_assert_contains(web_header(&client.browser, "content-disposition"), "attachment");
    assert_int_equal(client.browser.response.body.length, issued.n_bytes[f]);
    assert_memory_equal(client.browser.response.body.bytes, issued.bytes[f], issued.n_bytes[f]);
  }
  hw_issued_clear(&issued);
  hw_fonts_delete(fonts);
  snprintf(target, sizeof target, "/api/v1/reports/%s?format=pdf", with_names);
  assert_int_equal(api_get(&client, target), 403); /* may not read names */
  snprintf(target, sizeof target, "/api/v1/reports/%s?format=doc", with_names);
  assert_int_equal(api_get(&client, target), 400);
  api_client_clear(&client);
}

static void history_and_kinds_are_told(void **state) {
  (void)state;
  bool has_history = false;
  api_client client = api_log_in(web, "reader");
  assert_int_equal(api_get(&client, "/api/v1/records/person/F1-X?history=1"), 200);
  const hw_json *sections = api_at(&client, "sections");
  for (size_t i = 0; i < hw_json_count(sections); i++)
    has_history = has_history ||
                  strcmp(api_text(hw_json_find(hw_json_at(sections, i), "key")), "history") == 0;
  assert_true(has_history);
  assert_int_equal(api_get(&client, "/api/v1/records/handover/HO-1"), 200);
  api_assert_text(&client, "record.fields.identification", "ID-2"); /* a code, not a number */
  api_assert_text(&client, "record.fields.recipient", "Nguyễn Văn Nhận");
  assert_int_equal(api_get(&client, "/api/v1/records/family_member"), 200);
  assert_int_equal(hw_json_kind_of(api_at(&client, "items[0].fields.is_missing")), HW_JSON_BOOL);
  assert_int_equal(api_get(&client, "/api/v1/records"), 200);
  assert_int_equal(hw_json_count(api_at(&client, "items")), HW_KIND_COUNT - 1);
  lacks(&client, "credential");
  assert_int_equal(api_get(&client, "/api/v1/status"), 200);
  api_assert_int(&client, "identifications.confirmed", 1);
  assert_int_equal(api_get(&client, "/api/v1/handovers/HO-1"), 200);
  api_assert_text(&client, "recorded_by", "tester");
  assert_true(hw_json_count(api_at(&client, "items")) >= 1);
  api_client_clear(&client);
}

static void hostile_texts_come_out_as_they_are(void **state) {
  (void)state;
  static const char *const kinds[] = {"person",    "family",        "sample",  "site",
                                      "document",  "dossier",       "profile", "finding",
                                      "assertion", "identification"};
  api_client client = api_log_in(hostile_web, "tester");
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    char target[400];
    snprintf(target, sizeof target, "/api/v1/records/%s", kinds[i]);
    assert_int_equal(api_get(&client, target), 200);
    hw_assert_contains(web_body(&client.browser), "<script>x</script>'&");
    assert_string_equal(web_header(&client.browser, "content-type"), "application/json");
    assert_string_equal(web_header(&client.browser, "x-content-type-options"), "nosniff");
  }
  assert_int_equal(api_get(&client, "/api/v1/identifications"), 200);
  assert_int_equal(
      api_get(&client, "/api/v1/identifications/I%22%3E%3Cscript%3Ex%3C%2Fscript%3E'&"), 200);
  assert_int_equal(api_get(&client, "/api/v1/status"), 200);
  assert_int_equal(api_get(&client, "/api/v1/find?q=%3Cscript%3E"), 200);
  api_client_clear(&client);
}

static void what_is_not_there_is_told(void **state) {
  (void)state;
  static const char *const missing[] = {"/api/v1/nothing",
                                        "/api/v1",
                                        "/api/v2/whoami",
                                        "/api/v1/records/nonsense",
                                        "/api/v1/records/credential",
                                        "/api/v1/records/credential/tester",
                                        "/api/v1/records/person/9",
                                        "/api/v1/records/assertion/~999",
                                        "/api/v1/records/assertion/~x",
                                        "/api/v1/runs/run-9",
                                        "/api/v1/runs/run-9/comparisons",
                                        "/api/v1/identifications/I",
                                        "/api/v1/reports/R",
                                        "/api/v1/reports/R?format=pdf",
                                        "/api/v1/handovers/H"};
  static const char *const wrong[] = {"/api/v1/records/person?limit=0",
                                      "/api/v1/records/person?limit=501",
                                      "/api/v1/records/person?limit=x",
                                      "/api/v1/records/person?limit=",
                                      "/api/v1/records/person?from=-1",
                                      "/api/v1/records/person?from=99999999999999999999",
                                      "/api/v1/records/person?limt=3",
                                      "/api/v1/records/person?limit=1&limit=2",
                                      "/api/v1/identifications?state=x",
                                      "/api/v1/records/person/F1-X?history=yes",
                                      "/api/v1/whoami?x=1",
                                      "/api/v1/openapi.json?a",
                                      "/api/v1/../v1/whoami",
                                      "/api/v1/records/%2e%2e/x",
                                      "/api/v1/records/person/..",
                                      "/api/v1/records/person/%2E%2e",
                                      "/api/v1//whoami",
                                      "/api/v1/whoami/",
                                      "/api/v1/records/person/%00",
                                      "/api/v1/records/person/%FF"};
  api_client client = api_log_in(web, "tester");
  for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
    if (api_get(&client, missing[i]) != 404)
      fail_msg("%s: %d", missing[i], client.browser.response.status);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    if (api_get(&client, wrong[i]) != 400)
      fail_msg("%s: %d", wrong[i], client.browser.response.status);
  /* A code is a code, never a path. */
  assert_int_equal(api_get(&client, "/api/v1/records/person/..%2f..%2fetc%2fpasswd"), 404);
  api_client_clear(&client);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_description_has_every_route_and_nothing_else),
      cmocka_unit_test(the_description_is_whole),
      cmocka_unit_test(the_checker_finds_what_is_wrong),
      cmocka_unit_test(the_page_for_users_has_every_operation),
      cmocka_unit_test(every_answer_is_as_described),
      cmocka_unit_test(names_are_told_to_who_may_read_them_and_to_nobody_else),
      cmocka_unit_test(other_investigations_are_not_seen),
      cmocka_unit_test(an_identification_says_what_its_page_says),
      cmocka_unit_test(what_is_impossible_is_told_as_text),
      cmocka_unit_test(pages_follow_each_other_to_the_end),
      cmocka_unit_test(reports_come_as_files),
      cmocka_unit_test(history_and_kinds_are_told),
      cmocka_unit_test(hostile_texts_come_out_as_they_are),
      cmocka_unit_test(what_is_not_there_is_told),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
