/* Pages of power: the list with the weakest first, and whom of a family to sample next.
 * Synthetic. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/power_family.h"
#include "app/power_list.h"
#include "web/page_three.h"

/* A family whose typed sister says little; mother, father and mother's sister could be sampled. */
static void add_weak_family(hw_app *to) {
  decide_import(to, "families",
                "family,person,father,mother,sex,missing,relation\n"
                "W,W-GF,,,male,,\nW,W-GM,,,female,,\nW,W-MO,W-GF,W-GM,female,,\n"
                "W,W-AU,W-GF,W-GM,female,,\nW,W-FA,,,male,,\nW,W-X,W-FA,W-MO,male,yes,\n"
                "W,W-CO,,W-AU,female,,\n");
  decide_import(to, "profiles",
                "code,person,panel,observations,use\n"
                "W-CO-1,W-CO,P,\"11,12;12;12;11,12;12;12;12;12;12;12\",single\n");
}

static int begin(void **state) {
  if (begin_three(state) != 0) return -1;
  add_weak_family(&app);
  return 0;
}

/* --- the use cases --- */

static bool at_once(void *context, uint64_t done, uint64_t all) {
  (void)done;
  (void)all;
  ++*(int *)context;
  return true;
}

static void a_family_is_computed_on_demand(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_family_power power;
  hw_assert_ok(hw_family_power_make(&app, &(hw_family_power_options){.family = "W"}, &power, &err),
               &err);
  assert_int_equal(power.n_candidates, 5);
  assert_false(power.is_only_now);
  assert_int_equal(hw_power_target_count(power.study), 1);
  const hw_power_target *target = hw_power_target_get(power.study, 0);
  assert_true(target->n_relatives > 1);
  assert_int_equal(target->n_pairs, 0);
  /* Best first, and nobody makes it worse. */
  for (int32_t i = 0; i < target->n_relatives; i++) {
    assert_true(target->relatives[i].gain.mean >= target->now.mean[HW_POWER_TRUTH] - 1e-9);
    if (i > 0) assert_true(target->relatives[i - 1].gain.pass >= target->relatives[i].gain.pass);
  }
  hw_family_power_clear(&power);
}

static void a_computation_can_be_stopped(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_family_power power;
  int n = 0;
  const hw_family_power_options options = {.family = "W", .stop = at_once, .context = &n};
  assert_int_equal(hw_family_power_make(&app, &options, &power, &err), HW_E_INTERRUPTED);
  assert_true(n > 0);
  hw_family_power_clear(&power);
  assert_int_equal(
      hw_family_power_make(&app, &(hw_family_power_options){.family = "NONE"}, &power, &err),
      HW_E_REFERENCE);
  hw_family_power_clear(&power);
}

/* Of one missing person there is nothing between families to ask at. */
static bool at_the_tenth(void *context, uint64_t done, uint64_t all) {
  assert_true(done <= all);
  return ++*(int *)context == 10;
}

static void a_computation_can_be_stopped_within_a_family(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_family_power power;
  int n = 0;
  const hw_family_power_options options = {
      .family = "W", .with_pairs = true, .stop = at_the_tenth, .context = &n};
  assert_int_equal(hw_family_power_make(&app, &options, &power, &err), HW_E_INTERRUPTED);
  assert_int_equal(n, 10);
  hw_family_power_clear(&power);
}

static void set_theta(const char *theta) {
  hw_err err = HW_ERR_INIT;
  char text[64];
  const hw_import_options options = {.what = "investigations", .update = true, .apply = true};
  snprintf(text, sizeof text, "code,theta\nmain,%s\n", theta);
  hw_assert_ok(app_test_import_with(&app, &options, "investigations.csv", text, &err), &err);
}

static void with_theta_nobody_is_tried_until_asked(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_family_power power;
  set_theta("0.01");
  hw_assert_ok(hw_family_power_make(&app, &(hw_family_power_options){.family = "W"}, &power, &err),
               &err);
  assert_true(power.is_only_now);
  assert_int_equal(hw_power_target_get(power.study, 0)->n_relatives, 0);
  hw_family_power_clear(&power);
  web_browser b = page_browser(web, "plain");
  const char *text = page_get(&b, "/power/W");
  hw_assert_contains(text, "5 relatives could be sampled.");
  hw_assert_contains(text, "href=\"/power/W?pairs=1\"");
  web_browser_clear(&b);
  set_theta("0");
}

static void who_refused_is_not_asked_again(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_family_power power;
  decide_import(&app, "families",
                "family,person,father,mother,sex,missing,relation\n"
                "R,R-FA,,,male,,\nR,R-MO,,,female,,\nR,R-X,R-FA,R-MO,male,yes,\n"
                "R,R-SI,R-FA,R-MO,female,,\n");
  decide_import(&app, "profiles",
                "code,person,panel,observations,use\n"
                "R-SI-1,R-SI,P,\"12;12;12;12;12;12;12;12;12;12\",single\n");
  hw_assert_ok(hw_family_power_make(&app, &(hw_family_power_options){.family = "R"}, &power, &err),
               &err);
  assert_int_equal(power.n_candidates, 2);
  assert_int_equal(power.n_without_consent, 0);
  hw_family_power_clear(&power);
  const hw_import_options options = {.what = "persons", .update = true, .apply = true};
  hw_assert_ok(app_test_import_with(&app, &options, "persons.csv",
                                    "code,sex,consent\nR-MO,female,withdrawn\n", &err),
               &err);
  hw_assert_ok(hw_family_power_make(&app, &(hw_family_power_options){.family = "R"}, &power, &err),
               &err);
  assert_int_equal(power.n_candidates, 1);
  assert_int_equal(power.n_without_consent, 1);
  hw_family_power_clear(&power);
}

static void the_list_has_the_weakest_first(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_power_list list;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_power_list_read(&app, &arena, &list, &err), &err);
  assert_true(list.run > 0);
  assert_true(list.n >= 2 && !list.is_cut);
  for (int32_t i = 1; i < list.n; i++)
    if (!list.entries[i].is_left_out && list.entries[i].pass == list.entries[i].pass)
      assert_true(list.entries[i - 1].pass <= list.entries[i].pass);
  hw_assert_ok(hw_power_list_read(&empty_app, &arena, &list, &err), &err);
  assert_int_equal(list.run, 0);
  assert_int_equal(list.n, 0);
  hw_arena_clear(&arena);
}

/* --- pages --- */

static void the_page_tells_whom_to_sample_in_words(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  const char *text = page_get(&b, "/power/W");
  page_keep(&b, "power-family");
  hw_assert_contains(text, "Whom to sample next: family W");
  hw_assert_contains(text, "Sampling all 5 together raises the chance from 0");
  hw_assert_contains(text, "(mother)");
  hw_assert_contains(text, "(mother&#39;s sister)");
  hw_assert_contains(text, "(father)");
  hw_assert_contains(text, "href=\"/power/W?pairs=1\"");
  lacks(text, "no. 1"); /* nobody alone helps */
  text = page_get(&b, "/power/W?pairs=1");
  hw_assert_contains(text, " together");
  lacks(text, "href=\"/power/W?pairs=1\"");
  web_set_cookie(&b, "homeward-language", "vi");
  text = page_get(&b, "/power/W");
  hw_assert_contains(text, "Lấy mẫu cả 5 người cùng lúc nâng khả năng từ");
  hw_assert_contains(text, "bác gái hoặc dì bên ngoại");
  page_keep(&b, "power-family-vi");
  web_browser_clear(&b);
}

static void one_relative_who_helps_is_named_and_marked(void **state) {
  (void)state;
  /* What the newest run says is needed is what is asked for. */
  decide_import(&app, "powers",
                "run,person,family,expected_log10_lr,needed_log10_lr,pass\n"
                "run-2,R-X,R,0.5,1,0.2\n");
  web_browser b = page_browser(web, "plain");
  const char *text = page_get(&b, "/power/R");
  hw_assert_contains(text, "would reach a log10 LR of 1.00 with");
  page_keep(&b, "power-one");
  hw_assert_contains(text, "Sampling R-FA (father) raises the chance from");
  hw_assert_contains(text, "no. 1");
  hw_assert_contains(text, "1 person is left out who withdrew consent or gave none.");
  lacks(text, "R-MO</a>"); /* who refused is no candidate */
  web_browser_clear(&b);
}

static void families_that_cannot_be_computed_say_why_and_what_to_do(void **state) {
  (void)state;
  decide_import(&app, "families",
                "family,person,father,mother,sex,missing,relation\nN,N-A,,,male,,\n");
  web_browser b = page_browser(web, "plain");
  const char *text = page_get(&b, "/power/N");
  hw_assert_contains(text, "The power of this family cannot be computed:");
  hw_assert_contains(text, "homeward power -c CASE --family &#39;N&#39;");
  assert_int_equal(web_get(&b, "/power/NONE"), 404);
  web_browser_clear(&b);
}

static void the_page_of_all_families_has_charts_and_leads_to_each(void **state) {
  (void)state;
  web_browser b = page_browser(web, "plain");
  const char *text = page_get(&b, "/power");
  hw_assert_contains(text, "weakest first");
  hw_assert_contains(text, "<svg");
  hw_assert_contains(text, "href=\"/power/F1\"");
  hw_assert_contains(text, "not in this run");
  hw_assert_contains(page_get(&b, "/families/F1"), "href=\"/power/F1\"");
  page_get(&b, "/power?from=1");
  page_get(&b, "/power?from=999999");
  page_get(&b, "/power?from=-3");
  web_set_cookie(&b, "homeward-language", "vi");
  hw_assert_contains(page_get(&b, "/power"), "yếu nhất trước");
  page_keep(&b, "power-vi");
  web_browser_clear(&b);
}

/* Starts a study from its form, and waits. @return the path of its run, valid until the next call */
static const char *study(web_browser *b, const char *fields) {
  static char run[100];
  char path[100], target[120];
  page_get(b, "/runs/new?kind=power");
  if (web_post(b, "/runs/new", fields) != 303) fail_msg("%s", web_body(b));
  snprintf(path, sizeof path, "%s", web_header(b, "location"));
  snprintf(target, sizeof target, "%s/events", path);
  assert_int_equal(web_get(b, target), 200);
  for (bool goes_on = true; goes_on;) {
    hw_str news = HW_STR_INIT;
    goes_on = b->response.stream.next(b->response.stream.context, &news);
    hw_str_clear(&news);
  }
  const char *at = strstr(page_get(b, path), "class=\"button\" href=\"/runs/");
  if (at != NULL) at = strstr(at, "/runs/");
  if (at == NULL) {
    fail_msg("%s", web_body(b));
    return run;
  }
  snprintf(run, sizeof run, "%.*s", (int)strcspn(at, "\""), at);
  return run;
}

static void a_study_is_begun_in_the_browser_and_shown(void **state) {
  (void)state;
  web_browser b = page_browser(web, "clerk");
  const char *text = page_get(&b, "/power");
  hw_assert_contains(text, "href=\"/runs/new?kind=power\"");
  text = page_get(&b, "/runs/new?kind=power&family=W");
  page_keep(&b, "power-form");
  hw_assert_contains(text, "<h1>New power study</h1>");
  hw_assert_contains(text, "name=\"family\" type=\"text\" value=\"W\"");
  hw_assert_contains(text, "name=\"enough\" type=\"text\" value=\"0.95\"");
  const char *run = study(&b, "kind=power&investigation=main&threshold=3,5&enough=0.9&never=0.02&"
                              "tried=pairs&remains=yes&snp=yes&coverage=1&reason=yearly");
  text = page_get(&b, run);
  page_keep(&b, "power-study");
  hw_assert_contains(text, "Whom to sample next");
  hw_assert_contains(text, "<dd>3.50</dd>");
  hw_assert_contains(text, "<dd>pairs of relatives too</dd>");
  hw_assert_contains(text, "href=\"/power/W\"");
  lacks(text, "id=\"hits\"");
  /* The list of families is that of the study, with the head of whom to sample. */
  text = page_get(&b, "/power");
  page_keep(&b, "power-list");
  hw_assert_contains(text, "needed 3.50");
  hw_assert_contains(text, "The whole study");
  hw_assert_contains(text, "href=\"/power/W\"");
  hw_assert_contains(page_get(&b, "/runs"), "power study");
  /* A run that compared is not overtaken by it. */
  lacks(page_get(&b, "/runs/run-2"), "newer");
  web_set_cookie(&b, "homeward-language", "vi");
  hw_assert_contains(page_get(&b, run), "Nên lấy mẫu ai tiếp theo");
  page_keep(&b, "power-study-vi");
  hw_assert_contains(page_get(&b, "/runs/new?kind=power"), "Đánh giá mẫu thân nhân mới");
  page_keep(&b, "power-form-vi");
  web_browser_clear(&b);
  assert_int_equal((int)decide_faults(&app), 0);
}

static void a_study_of_one_family_shows_everybody_who_was_tried(void **state) {
  (void)state;
  web_browser b = page_browser(web, "clerk");
  const char *run = study(&b, "kind=power&investigation=main&family=W&threshold=4");
  const char *text = page_get(&b, run);
  page_keep(&b, "power-study-one");
  hw_assert_contains(text, "For W-X");
  hw_assert_contains(text, "as it is");
  hw_assert_contains(text, "all 5 together");
  hw_assert_contains(text, ">W-MO<");
  /* All families stay those of the study before. */
  hw_assert_contains(page_get(&b, "/power"), "needed 3.50");
  assert_int_equal(web_post(&b, "/runs/new", "kind=power&investigation=main&family=NONE"), 422);
  hw_assert_contains(web_body(&b), "There is no such family");
  hw_assert_contains(web_body(&b), "value=\"NONE\"");
  web_browser_clear(&b);
}

static void without_a_run_the_page_says_how_to_make_one(void **state) {
  (void)state;
  web_browser b = page_browser(empty_web, "tester");
  const char *text = page_get(&b, "/power");
  hw_assert_contains(text, "No run has evaluated the references yet.");
  hw_assert_contains(text, "href=\"/runs/new?kind=power\"");
  hw_assert_contains(text, "homeward power -c CASE --store");
  web_browser_clear(&b);
  b = page_browser(empty_web, "plain");
  lacks(page_get(&b, "/power"), "href=\"/runs/new");
  web_browser_clear(&b);
}

static void other_investigations_are_not_seen(void **state) {
  (void)state;
  decide_import(&app, "investigations", "code\nnorth\n");
  decide_import(&app, "actors", "code,login,permissions\nguest,guest,write names\n");
  decide_import(&app, "accesses", "actor,investigation\nguest,north\n");
  page_password(&app, "guest");
  web_browser b = page_browser(web, "guest");
  assert_int_equal(web_get(&b, "/power/F1"), 403);
  lacks(page_get(&b, "/power"), "F1-X");
  web_browser_clear(&b);
}

static void hostile_families_stay_text(void **state) {
  (void)state;
  web_browser b = page_browser(hostile_web, "tester");
  const char *text = page_get(&b, "/power/F%22%3E%3Cscript%3Ex%3C%2Fscript%3E%27%26");
  lacks(text, "<script>x");
  hw_assert_contains(text, "&lt;script&gt;x");
  lacks(page_get(&b, "/power"), "<script>x");
  web_browser_clear(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_family_is_computed_on_demand),
      cmocka_unit_test(a_computation_can_be_stopped),
      cmocka_unit_test(a_computation_can_be_stopped_within_a_family),
      cmocka_unit_test(with_theta_nobody_is_tried_until_asked),
      cmocka_unit_test(who_refused_is_not_asked_again),
      cmocka_unit_test(the_list_has_the_weakest_first),
      cmocka_unit_test(the_page_tells_whom_to_sample_in_words),
      cmocka_unit_test(one_relative_who_helps_is_named_and_marked),
      cmocka_unit_test(families_that_cannot_be_computed_say_why_and_what_to_do),
      cmocka_unit_test(the_page_of_all_families_has_charts_and_leads_to_each),
      cmocka_unit_test(a_study_is_begun_in_the_browser_and_shown),
      cmocka_unit_test(a_study_of_one_family_shows_everybody_who_was_tried),
      cmocka_unit_test(without_a_run_the_page_says_how_to_make_one),
      cmocka_unit_test(other_investigations_are_not_seen),
      cmocka_unit_test(hostile_families_stay_text),
  };
  return cmocka_run_group_tests(tests, begin, end_three);
}
