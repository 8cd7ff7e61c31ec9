/* Starting long work in the browser: forms that keep what was typed, who may, a search that runs
 * to its end and leads to its run, live progress that ends. All data are made up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "web/page_three.h"

static int begin(void **state) {
  if (begin_three(state) != 0) return -1;
  decide_import(&app, "investigations", "code,description\nelsewhere,another one\n");
  return 0;
}

/* Posts a form whose token must have been seen. */
static int start(web_browser *b, const char *fields) {
  page_get(b, "/runs/new");
  return web_post(b, "/runs/new", fields);
}

/* Starts a task that must be taken. @return its path, valid until the next call */
static const char *started(web_browser *b, const char *fields) {
  static char path[100];
  if (start(b, fields) != 303) fail_msg("%d\n%s", b->response.status, web_body(b));
  snprintf(path, sizeof path, "%s", web_header(b, "location"));
  assert_int_equal(strncmp(path, "/tasks/", 7), 0);
  return path;
}

/* Reads the events of a task until they end. @return the last, valid until the next call */
static const char *listen(web_browser *b, const char *path) {
  static char last[2000];
  char target[200];
  snprintf(target, sizeof target, "%s/events", path);
  assert_int_equal(web_get(b, target), 200);
  assert_string_equal(web_header(b, "content-type"), "text/event-stream; charset=utf-8");
  assert_non_null(b->response.stream.next);
  for (bool goes_on = true; goes_on;) {
    hw_str news = HW_STR_INIT;
    goes_on = b->response.stream.next(b->response.stream.context, &news);
    if (news.length > 0) {
      assert_int_equal(strncmp(hw_str_text(&news), "event: progress\ndata: {", 23), 0);
      assert_string_equal(hw_str_text(&news) + news.length - 2, "\n\n");
      snprintf(last, sizeof last, "%s", hw_str_text(&news));
    }
    hw_str_clear(&news);
  }
  return last;
}

/* --- forms --- */

static void the_form_says_what_a_search_takes(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  const char *text = page_get(&b, "/runs/new");
  hw_assert_contains(text, "<h1>New search</h1>");
  hw_assert_contains(text, "name=\"threshold\" type=\"text\" value=\"4\"");
  hw_assert_contains(text, "name=\"accept\" type=\"text\" value=\"0.999\"");
  hw_assert_contains(text, "<option value=\"elsewhere\">");
  hw_assert_contains(text, "What belongs to the investigation");
  lacks(text, "name=\"mt\""); /* the case has no haplotypes */
  page_keep(&b, "runs-new");
  text = page_get(&b, "/runs/new?investigation=elsewhere&threshold=5");
  hw_assert_contains(text, "<option value=\"elsewhere\" selected");
  hw_assert_contains(text, "value=\"5\"");
  web_browser_clear(&b);
}

static void what_is_wrong_is_said_beside_what_was_typed(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  assert_int_equal(start(&b, "kind=search&investigation=main&threshold=four&top=-1&accept=0,9999&"
                             "persons=1.5&evidence=smell&reason=%3Cscript%3Ex%3C/script%3E"),
                   422);
  page_check(&b);
  const char *text = web_body(&b);
  hw_assert_contains(text, "value=\"four\"");
  hw_assert_contains(text, "Expected a number from 0 to 100.");
  hw_assert_contains(text, "value=\"-1\"");
  hw_assert_contains(text, "Expected a whole number from 0 to 1,000.");
  hw_assert_contains(text, "value=\"0,9999\"");
  hw_assert_contains(text, "Choose one of these.");
  hw_assert_contains(text, "&lt;script&gt;x&lt;/script&gt;");
  assert_int_equal(start(&b, "kind=search&investigation=nowhere&threshold=3"), 422);
  hw_assert_contains(web_body(&b), "There is no such investigation");
  hw_assert_contains(web_body(&b), "value=\"3\"");
  assert_int_equal(start(&b, "kind=dance"), 422);
  web_browser_clear(&b);
}

static void who_may_not_write_starts_nothing(void **state) {
  (void)state;
  static const char *const people[] = {"plain", "reader", "r1", "board"};
  for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
    web_browser b = page_browser(web, people[i]);
    lacks(page_get(&b, "/runs"), "/runs/new");
    assert_int_equal(web_get(&b, "/runs/new"), 403);
    page_get(&b, "/account");
    assert_int_equal(web_post(&b, "/runs/new", "kind=search&investigation=main"), 403);
    web_browser_clear(&b);
  }
  /* Nor does anybody without the token of the form. */
  web_browser b = page_browser(web, "tester");
  page_get(&b, "/runs/new");
  snprintf(b.csrf, sizeof b.csrf, "%064d", 0);
  assert_int_equal(web_post(&b, "/runs/new", "kind=search&investigation=main"), 403);
  web_browser_clear(&b);
}

static void an_empty_list_leads_to_the_form(void **state) {
  (void)state;
  web_browser b = page_browser(empty_web, "tester");
  hw_assert_contains(page_get(&b, "/runs"), "No search was run yet.");
  hw_assert_contains(web_body(&b), "href=\"/runs/new\"");
  page_get(&b, "/runs/new");
  web_browser_clear(&b);
  b = page_browser(empty_web, "plain");
  hw_assert_contains(page_get(&b, "/runs"), "No search was run yet.");
  lacks(web_body(&b), "href=\"/runs/new\"");
  web_browser_clear(&b);
}

static void a_limited_actor_searches_its_own_investigations_only(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_access_set(&app, "clerk", (const char *const[]){"elsewhere"}, 1, "tests", &err),
               &err);
  web_browser b = page_browser(web, "clerk");
  lacks(page_get(&b, "/runs/new"), "<option value=\"main\"");
  assert_int_equal(start(&b, "kind=search&investigation=main"), 422);
  hw_assert_contains(web_body(&b), "There is no such investigation");
  web_browser_clear(&b);
  hw_assert_ok(hw_access_set(&app, "clerk", NULL, 0, "tests", &err), &err);
}

/* --- a search from its form to its run --- */

static void a_search_runs_to_its_end_and_leads_to_its_run(void **state) {
  (void)state;
  web_browser b = page_browser(web, "clerk");
  char path[100];
  snprintf(path, sizeof path, "%s",
           started(&b, "kind=search&investigation=main&evidence=all&threshold=1,5&top=0&persons=&"
                       "accept=0.99&anew=no&reason=from+the+browser"));
  hw_assert_contains(listen(&b, path), "\"over\": true");
  const char *text = page_get(&b, path);
  hw_assert_contains(text, "Look at the result");
  hw_assert_contains(text, "<dd>done</dd>");
  hw_assert_contains(text, "<dd>1,5</dd>");
  lacks(text, "http-equiv");
  page_keep(&b, "task-done");
  const char *at = strstr(text, "href=\"/runs/RUN");
  if (at == NULL) at = strstr(text, "class=\"button\" href=\"/runs/");
  assert_non_null(at);
  at = strstr(at, "/runs/");
  char run[100];
  snprintf(run, sizeof run, "%.*s", (int)strcspn(at, "\""), at);
  text = page_get(&b, run);
  hw_assert_contains(text, "clerk");
  hw_assert_contains(text, ">S1<");
  hw_assert_contains(text, ">1.5<");
  hw_assert_contains(page_get(&b, "/runs"), path);
  assert_int_equal((int)decide_faults(&app), 0);
  /* Once more: nothing has changed. */
  snprintf(path, sizeof path, "%s",
           started(&b, "kind=search&investigation=main&threshold=1.5&accept=0.99"));
  hw_assert_contains(listen(&b, path), "\"over\": true");
  hw_assert_contains(page_get(&b, path), "Nothing has changed:");
  hw_assert_contains(web_body(&b), run);
  web_browser_clear(&b);
}

static void who_is_who_is_computed_and_leads_to_proposals(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  char path[100], run[100];
  snprintf(path, sizeof path, "%s",
           started(&b, "kind=joint&investigation=main&pairs=all&prior=persons&persons=50&"
                       "threshold=1&accept=0.9&reason=tests"));
  hw_assert_contains(listen(&b, path), "\"over\": true");
  const char *text = page_get(&b, path);
  hw_assert_contains(text, "Joint identification of main");
  hw_assert_contains(text, "<dd>all pairs (small investigations)</dd>");
  const char *at = strstr(text, "class=\"button\" href=\"/runs/");
  assert_non_null(at);
  at = strstr(at, "/runs/");
  snprintf(run, sizeof run, "%.*s", (int)strcspn(at, "\""), at);
  text = page_get(&b, run);
  page_keep(&b, "joint-run");
  hw_assert_contains(text, "<h2 id=\"joint\">Who is who</h2>");
  hw_assert_contains(text, "exactly: every assignment was weighed");
  hw_assert_contains(text, "nobody of them");
  hw_assert_contains(text, "Alternatives");
  /* S1 and S3 have the same profile, and F1-X fits both; S2 fits nobody. */
  hw_assert_contains(text, "id=\"open\">Open (3)<");
  hw_assert_contains(text, "id=\"nobody\">Probably nobody of these (1)<");
  /* S1 as F1-X stands already; another pairing is proposed by a link that fills the form. */
  hw_assert_contains(text, "href=\"/identifications/ID-1\"");
  hw_assert_contains(text, "href=\"/identifications/new?sample=S3&amp;person=F1-X\">Propose</a>");
  text = page_get(&b, "/identifications/new?sample=S3&person=F1-X");
  hw_assert_contains(text, "name=\"sample\" type=\"text\" value=\"S3\"");
  hw_assert_contains(text, "name=\"person\" type=\"text\" value=\"F1-X\"");
  web_browser_clear(&b);
  /* Who may not write is not led to forms. */
  b = page_browser(web, "plain");
  lacks(page_get(&b, run), "/identifications/new");
  web_browser_clear(&b);
}

static void a_prior_that_lacks_its_number_is_asked_for_it(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  assert_int_equal(start(&b, "kind=joint&investigation=main&prior=persons&persons="), 422);
  hw_assert_contains(web_body(&b), "Fill this in.");
  hw_assert_contains(web_body(&b), "<option value=\"persons\" selected");
  assert_int_equal(start(&b, "kind=groups&investigation=main&partition=range&range=5-2"), 422);
  hw_assert_contains(web_body(&b), "a range such as 2-5, from 1 to 10,000");
  assert_int_equal(start(&b, "kind=groups&investigation=main&accession=NO-BOX"), 422);
  hw_assert_contains(web_body(&b), "There is no such accession");
  hw_assert_contains(web_body(&b), "value=\"NO-BOX\"");
  page_check(&b);
  web_browser_clear(&b);
}

static void a_joint_run_without_a_search_says_what_is_missing(void **state) {
  (void)state;
  web_browser b = page_browser(empty_web, "tester");
  char path[100];
  snprintf(path, sizeof path, "%s", started(&b, "kind=joint&investigation=main"));
  listen(&b, path);
  hw_assert_contains(page_get(&b, path), "The task failed, and nothing was stored:");
  web_browser_clear(&b);
}

static void bones_are_put_into_groups(void **state) {
  (void)state;
  web_browser b = page_browser(web, "clerk");
  char path[100];
  snprintf(path, sizeof path, "%s",
           started(&b, "kind=groups&investigation=main&accession=BOX&partition=restaurant&"
                       "accept=0.9"));
  hw_assert_contains(listen(&b, path), "\"over\": true");
  const char *text = page_get(&b, path);
  hw_assert_contains(text, "Re-association of main");
  hw_assert_contains(text, "proposed,");
  hw_assert_contains(text, "href=\"/records/individual?state=proposed\"");
  page_get(&b, "/records/individual?state=proposed");
  web_browser_clear(&b);
}

static void a_search_of_nothing_says_why(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  char path[100];
  snprintf(path, sizeof path, "%s", started(&b, "kind=search&investigation=elsewhere"));
  hw_assert_contains(listen(&b, path), "\"over\": true");
  const char *text = page_get(&b, path);
  hw_assert_contains(text, "The task failed, and nothing was stored:");
  hw_assert_contains(text, "<dd>failed</dd>");
  /* It can be forgotten. */
  char target[200];
  snprintf(target, sizeof target, "%s/forget", path);
  assert_int_equal(web_post(&b, target, ""), 303);
  assert_int_equal(web_get(&b, path), 404);
  web_browser_clear(&b);
}

static void fewer_persons_than_are_missing_fail_with_both_numbers(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  char path[100];
  snprintf(path, sizeof path, "%s", started(&b, "kind=search&investigation=main&persons=1"));
  hw_assert_contains(listen(&b, path), "\"over\": true");
  hw_assert_contains(page_get(&b, path),
                     "1 persons who could be these remains are fewer than the 2");
  web_browser_clear(&b);
}

static void hostile_texts_pass_through_the_forms(void **state) {
  (void)state;
  web_browser b = page_browser(hostile_web, "tester");
  page_get(&b, "/runs/new");
  page_get(&b, "/runs/new?kind=joint");
  page_get(&b, "/runs/new?kind=groups");
  page_get(&b, "/runs/new?kind=power");
  page_get(&b, "/runs/new?investigation=%22%3E%3Cscript%3Ex%3C/script%3E");
  lacks(web_body(&b), "<script>x");
  char path[100];
  snprintf(path, sizeof path, "%s",
           started(&b, "kind=search&investigation=main&threshold=0&reason=%22%3E%3Cscript%3Ex"));
  listen(&b, path);
  lacks(page_get(&b, path), "<script>x");
  page_get(&b, "/runs");
  web_browser_clear(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_form_says_what_a_search_takes),
      cmocka_unit_test(what_is_wrong_is_said_beside_what_was_typed),
      cmocka_unit_test(who_may_not_write_starts_nothing),
      cmocka_unit_test(an_empty_list_leads_to_the_form),
      cmocka_unit_test(a_limited_actor_searches_its_own_investigations_only),
      cmocka_unit_test(a_search_runs_to_its_end_and_leads_to_its_run),
      cmocka_unit_test(who_is_who_is_computed_and_leads_to_proposals),
      cmocka_unit_test(a_prior_that_lacks_its_number_is_asked_for_it),
      cmocka_unit_test(a_joint_run_without_a_search_says_what_is_missing),
      cmocka_unit_test(bones_are_put_into_groups),
      cmocka_unit_test(a_search_of_nothing_says_why),
      cmocka_unit_test(fewer_persons_than_are_missing_fail_with_both_numbers),
      cmocka_unit_test(hostile_texts_pass_through_the_forms),
  };
  return cmocka_run_group_tests(tests, begin, end_three);
}
