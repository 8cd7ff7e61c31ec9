/* The JSON API of tasks: all kinds from their order to their result, as their form on the page has them;
 * who sees, stops and goes on with one. All data are made up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/access.h"
#include "support/assert.h"
#include "web/api_support.h"

static hw_app app;
static hw_web *web;

static int begin(void **state) {
  if (decide_tests_begin(state) != 0) return -1;
  page_case(&app, &web);
  decide_import(&app, "investigations", "code,description\nelsewhere,another one\n");
  api_begin(web);
  return 0;
}

static int end(void **state) {
  api_end();
  hw_web_delete(web);
  hw_app_close(&app);
  return decide_tests_end(state);
}

/* Begins a task, which must be taken. @return its path, valid until the next call */
static const char *order(api_client *client, const char *body) {
  static char path[100];
  if (api_post(client, "/api/v1/tasks", body) != 200)
    fail_msg("%s: %d %s", body, client->browser.response.status, web_body(&client->browser));
  snprintf(path, sizeof path, "/api/v1/tasks/%s", api_text(api_at(client, "code")));
  return path;
}

/* Asks until it is over. */
static void finish(api_client *client, const char *path) {
  bool is_over = false;
  while (!is_over) {
    const struct timespec brief = {0, 5 * 1000 * 1000};
    assert_int_equal(api_get(client, path), 200);
    assert_int_equal(hw_json_as_bool(api_at(client, "is_over"), &is_over, NULL), HW_OK);
    if (!is_over) nanosleep(&brief, NULL);
  }
}

static void every_kind_runs_to_its_result(void **state) {
  (void)state;
  static const struct {
    const char *body, *member;
  } kinds[] = {
      {"{\"kind\": \"search\", \"settings\": [{\"name\": \"threshold\", \"value\": \"1,5\"}]}",
       "run"},
      {"{\"kind\": \"joint\", \"settings\": [{\"name\": \"pairs\", \"value\": \"all\"}]}", "run"},
      {"{\"kind\": \"groups\", \"settings\": [{\"name\": \"accession\", \"value\": \"BOX\"}]}",
       NULL},
      {"{\"kind\": \"power\", \"settings\": [{\"name\": \"threshold\", \"value\": \"5\"}, "
       "{\"name\": \"reason\", \"value\": \"from a program\"}]}",
       "run"},
      {"{\"kind\": \"validation\", \"settings\": [{\"name\": \"language\", \"value\": \"en\"}]}",
       "report"}};
  api_client client = api_log_in(web, "tester");
  char path[100];
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    snprintf(path, sizeof path, "%s", order(&client, kinds[i].body));
    finish(&client, path);
    api_assert_text(&client, "state", "done");
    api_assert_text(&client, "actor", "tester");
    api_assert_null(&client, "message");
    if (kinds[i].member != NULL) assert_true(api_text(api_at(&client, kinds[i].member))[0] != '\0');
  }
  api_assert_int(&client, "failed", 0);
  assert_int_equal(api_get(&client, "/api/v1/reports/R-1?format=pdf"), 200);
  assert_memory_equal(web_body(&client.browser), "%PDF", 4);
  assert_int_equal(api_get(&client, "/api/v1/tasks"), 200);
  assert_int_equal(hw_json_count(api_at(&client, "items")), 5);
  api_assert_text(&client, "items[1].kind", "power");
  api_assert_text(&client, "items[1].settings[0].name", "threshold");
  assert_int_equal(api_get(&client, "/api/v1/audit?limit=500"), 200);
  hw_assert_contains(web_body(&client.browser), "from a program");
  api_client_clear(&client);
  assert_int_equal((int)decide_faults(&app), 0);
}

static void the_result_of_a_power_study_is_a_run(void **state) {
  (void)state;
  api_client client = api_log_in(web, "clerk");
  char path[100], run[100];
  snprintf(path, sizeof path, "%s", order(&client, "{\"kind\": \"power\"}"));
  finish(&client, path);
  snprintf(run, sizeof run, "/api/v1/runs/%s", api_text(api_at(&client, "run")));
  assert_true(hw_json_as_written(api_at(&client, "evaluated")) >= 2);
  assert_int_equal(api_get(&client, run), 200);
  api_assert_text(&client, "method", "power");
  api_assert_int(&client, "parameters.threshold_log10_lr", 4);
  assert_non_null(api_at(&client, "parameters.outcome.next"));
  api_assert_int(&client, "stored", 0);
  api_client_clear(&client);
}

static void a_draft_is_told_and_nothing_is_stored(void **state) {
  (void)state;
  const int64_t before = app_test_count(&app, HW_KIND_REPORT);
  bool has_draft = false;
  api_client client = api_log_in(web, "tester");
  char path[100];
  snprintf(path, sizeof path, "%s",
           order(&client, "{\"kind\": \"validation\", \"settings\": [{\"name\": \"as\", \"value\": "
                          "\"draft\"}]}"));
  finish(&client, path);
  api_assert_null(&client, "report");
  assert_int_equal(hw_json_as_bool(api_at(&client, "has_draft"), &has_draft, NULL), HW_OK);
  assert_true(has_draft);
  assert_int_equal(app_test_count(&app, HW_KIND_REPORT), before);
  api_client_clear(&client);
}

static void orders_that_cannot_be_are_refused_by_name(void **state) {
  (void)state;
  static const struct {
    const char *body, *says;
  } wrong[] = {
      {"{\"kind\": \"dance\"}", "none of"},
      {"{\"settings\": []}", "kind"},
      {"{\"kind\": \"power\", \"settings\": [{\"name\": \"enough\"}]}", "value"},
      {"{\"kind\": \"power\", \"settings\": [{\"name\": \"top\", \"value\": \"1\"}]}",
       "no field 'top'"},
      {"{\"kind\": \"power\", \"settings\": [{\"name\": \"enough\", \"value\": \"2\"}]}",
       "'enough' is '2', expected 0.5 to"},
      {"{\"kind\": \"power\", \"settings\": [{\"name\": \"snp\", \"value\": \"perhaps\"}]}",
       "'snp' is 'perhaps'"},
      {"{\"kind\": \"power\", \"settings\": [{\"name\": \"family\", \"value\": \"NONE\"}]}",
       "NONE"},
      {"{\"kind\": \"search\", \"settings\": [{\"name\": \"investigation\", \"value\": \"nowhere\"}]}",
       "nowhere"},
      {"{\"kind\": \"groups\", \"settings\": [{\"name\": \"accession\", \"value\": \"NO-BOX\"}]}",
       "NO-BOX"},
      {"{\"kind\": \"validation\", \"settings\": [{\"name\": \"language\", \"value\": \"xx\"}]}",
       "'xx'"}};
  api_client client = api_log_in(web, "tester");
  assert_int_equal(api_get(&client, "/api/v1/tasks"), 200);
  const size_t before = hw_json_count(api_at(&client, "items"));
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    const int status = api_post(&client, "/api/v1/tasks", wrong[i].body);
    if (status != 422 && status != 404) fail_msg("%s: %d", wrong[i].body, status);
    hw_assert_contains(api_text(api_at(&client, "error.message")), wrong[i].says);
  }
  assert_int_equal(api_get(&client, "/api/v1/tasks"), 200);
  assert_int_equal(hw_json_count(api_at(&client, "items")), before);
  api_client_clear(&client);
}

static void a_task_is_its_owners_and_the_administrators(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  char path[100], stop[120], resume[120];
  api_client clerk = api_log_in(web, "clerk"), reader = api_log_in(web, "reader"),
             boss = api_log_in(web, "boss");
  snprintf(path, sizeof path, "%s", order(&clerk, "{\"kind\": \"power\"}"));
  snprintf(stop, sizeof stop, "%s/stop", path);
  snprintf(resume, sizeof resume, "%s/resume", path);
  assert_int_equal(api_get(&reader, path), 404);
  assert_int_equal(api_post(&reader, stop, "{}"), 404);
  assert_int_equal(api_post(&reader, resume, "{}"), 403);
  assert_int_equal(api_get(&boss, path), 200);
  finish(&clerk, path);
  assert_int_equal(api_post(&boss, stop, "{}"), 200); /* it is over, which is no fault */
  assert_int_equal(api_post(&clerk, resume, "{}"), 409);
  assert_int_equal(api_get(&reader, "/api/v1/tasks"), 200);
  assert_int_equal(hw_json_count(api_at(&reader, "items")), 0);
  /* Who sees some investigations begins nothing about others. */
  hw_assert_ok(hw_access_set(&app, "clerk", (const char *const[]){"elsewhere"}, 1, "tests", &err),
               &err);
  assert_int_equal(api_post(&clerk, "/api/v1/tasks", "{\"kind\": \"power\"}"), 403);
  assert_int_equal(api_post(&clerk, "/api/v1/tasks", "{\"kind\": \"validation\"}"), 403);
  hw_assert_ok(hw_access_set(&app, "clerk", NULL, 0, "tests", &err), &err);
  api_client *const all[] = {&clerk, &reader, &boss};
  for (int i = 0; i < 3; i++) api_client_clear(all[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_kind_runs_to_its_result),
      cmocka_unit_test(the_result_of_a_power_study_is_a_run),
      cmocka_unit_test(a_draft_is_told_and_nothing_is_stored),
      cmocka_unit_test(orders_that_cannot_be_are_refused_by_name),
      cmocka_unit_test(a_task_is_its_owners_and_the_administrators),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
