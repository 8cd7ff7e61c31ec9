/* Handovers in the browser: who may, what is offered, what is refused with what was typed, what a
 * handover leaves on the pages, and taking it back. */
#include <stdio.h>
#include <string.h>

#include "app/access.h"
#include "app/handover.h"
#include "web/page_three.h"

static int begin(void **state) {
  if (begin_three(state) != 0) return -1;
  decide_import(&app, "investigations", "code,description\nelsewhere,another one\n");
  decide_import(&app, "operations", "code,name\nOP-1,spring\n");
  decide_import(&app, "commitments",
                "code,operation,pledged_by,what,source\nPL-1,OP-1,a partner,transport,letter 7\n");
  decide_import(&app, "deliveries", "code,commitment,kind,source\nDE-1,PL-1,delivered,receipt 3\n");
  return 0;
}

static void confirm_once(void) {
  if (strcmp(decide_state(&app, "ID-1"), "confirmed") == 0) return;
  decide_review(&app, "ID-1");
  decide_do(&app, "board", "ID-1", "confirmed");
}

/* Posts the form of a handover, whose token must have been seen. */
static int ask(web_browser *b, const char *fields) {
  page_get(b, "/handovers/new");
  return web_post(b, "/handovers/new", fields);
}

#define WHOLE "&handed_on=2026-07-27&recipient=Tr%E1%BA%A7n+Th%E1%BB%8B+M%E1%BA%ABu"
#define MARKED "identification=ID-1&item=sample%3AS1&item=specimen%3AB1"

static void an_empty_list_says_where_a_handover_begins(void **state) {
  (void)state;
  web_browser b = page_browser(empty_web, "plain");
  hw_assert_contains(page_get(&b, "/handovers"), "Nothing was handed over yet");
  hw_assert_contains(web_body(&b), "href=\"/identifications?state=confirmed\"");
  assert_int_equal(web_get(&b, "/handovers/HO-1"), 404);
  /* Recording takes two permissions. */
  assert_int_equal(web_get(&b, "/handovers/new"), 403);
  hw_assert_contains(page_get(&b, "/identifications"), "href=\"/handovers\"");
  web_browser_clear(&b);
}

static void what_is_not_confirmed_cannot_be_handed_over(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  lacks(page_get(&b, "/identifications/ID-1"), "/handovers/new");
  const char *text = page_get(&b, "/handovers/new?identification=ID-1");
  hw_assert_contains(text, "cannot be handed over now");
  hw_assert_contains(text, "ID-1 is candidate");
  lacks(text, "name=\"recipient\"");
  assert_int_equal(ask(&b, MARKED WHOLE), 422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "Nothing was recorded:");
  hw_assert_contains(web_body(&b), "value=\"2026-07-27\"");
  assert_int_equal(web_get(&b, "/handovers/new?identification=ID-99"), 404);
  hw_assert_contains(page_get(&b, "/handovers/new"), "Choose one, and begin on its page");
  assert_int_equal(app_test_count(&app, HW_KIND_HANDOVER), 0);
  web_browser_clear(&b);
}

static void a_confirmed_identification_offers_it_to_those_who_may(void **state) {
  (void)state;
  confirm_once();
  web_browser b = page_browser(web, "tester");
  hw_assert_contains(page_get(&b, "/identifications/ID-1"),
                     "href=\"/handovers/new?identification=ID-1\"");
  page_keep(&b, "identification-confirmed");
  const char *text = page_get(&b, "/handovers/new?identification=ID-1");
  hw_assert_contains(text, "value=\"sample:S1\" checked");
  hw_assert_contains(text, "value=\"specimen:B1\" checked");
  page_keep(&b, "handover-new");
  web_browser_clear(&b);
  /* clerk writes and may not read names; reader reads names and may not write. */
  static const char *const others[] = {"clerk", "reader", "plain"};
  for (size_t i = 0; i < 3; i++) {
    b = page_browser(web, others[i]);
    lacks(page_get(&b, "/identifications/ID-1"), "/handovers/new");
    hw_assert_contains(web_body(&b), "The remains have not been handed over.");
    assert_int_equal(web_get(&b, "/handovers/new?identification=ID-1"), 403);
    page_get(&b, "/handovers");
    assert_int_equal(web_post(&b, "/handovers/new", MARKED WHOLE), 403);
    web_browser_clear(&b);
  }
  assert_int_equal(app_test_count(&app, HW_KIND_HANDOVER), 0);
}

static void a_refusal_keeps_what_was_typed(void **state) {
  (void)state;
  confirm_once();
  web_browser b = page_browser(web, "tester");
  page_get(&b, "/handovers/new?identification=ID-1");
  assert_int_equal(ask(&b, "identification=ID-1&item=sample%3AS1&recipient=%22%3E%3Cb%3E&place=p1&"
                           "minutes=m1&seal_state=intact&code=c1&operation=OP-1&note=n1"),
                   422);
  page_check(&b);
  const char *text = web_body(&b);
  hw_assert_contains(text, "Fill this in.");
  hw_assert_contains(text, "value=\"&quot;&gt;&lt;b&gt;\"");
  hw_assert_contains(text, "value=\"p1\"");
  hw_assert_contains(text, "value=\"m1\"");
  hw_assert_contains(text, "value=\"c1\"");
  hw_assert_contains(text, "value=\"OP-1\"");
  hw_assert_contains(text, ">n1</textarea>");
  hw_assert_contains(text, "<option value=\"intact\" selected");
  hw_assert_contains(text, "value=\"sample:S1\" checked");
  hw_assert_contains(text, "value=\"specimen:B1\" aria-label");
  page_keep(&b, "handover-refused");
  assert_int_equal(ask(&b, "identification=ID-1" WHOLE), 422);
  hw_assert_contains(web_body(&b), "Mark at least one thing");
  assert_int_equal(ask(&b, MARKED "&recipient=R&handed_on=2026-13-40"), 422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "Nothing was recorded:");
  hw_assert_contains(web_body(&b), "value=\"2026-13-40\"");
  assert_int_equal(ask(&b, MARKED WHOLE "&operation=OP-9"), 422);
  hw_assert_contains(web_body(&b), "there is no operation");
  assert_int_equal(ask(&b, MARKED WHOLE "&item=sample%3AS2"), 422);
  hw_assert_contains(web_body(&b), "not known to be of this person");
  assert_int_equal(ask(&b, MARKED WHOLE "&seal_state=gone"), 422);
  /* What is no item of the form is none of the request. */
  assert_int_equal(ask(&b, "identification=ID-1&item=family%3AF1&item=S1" WHOLE), 422);
  hw_assert_contains(web_body(&b), "Mark at least one thing");
  assert_int_equal(app_test_count(&app, HW_KIND_HANDOVER), 0);
  web_browser_clear(&b);
}

static void a_handover_leaves_its_custody_and_leads_to_its_minutes(void **state) {
  (void)state;
  confirm_once();
  web_browser b = page_browser(web, "tester");
  assert_int_equal(ask(&b, MARKED WHOLE "&operation=OP-1&place=Kho+1&seal_state=intact"), 303);
  assert_string_equal(web_header(&b, "location"), "/handovers/HO-1");
  const char *text = page_get(&b, "/handovers/HO-1");
  hw_assert_contains(text, "HO-1 was recorded.");
  hw_assert_contains(text, "Trần Thị Mẫu");
  hw_assert_contains(text, "href=\"/identifications/ID-1\"");
  hw_assert_contains(text, "href=\"/remains/S1\"");
  hw_assert_contains(text, "femur, left");
  hw_assert_contains(text, "recipient of HO-1");
  hw_assert_contains(text, "href=\"/reports/new?kind=handover&amp;subject=HO-1\"");
  hw_assert_contains(text, "PL-1");
  hw_assert_contains(text, "DE-1");
  page_keep(&b, "handover");
  /* The identification tells of it and offers no second one. */
  text = page_get(&b, "/identifications/ID-1");
  hw_assert_contains(text, "href=\"/handovers/HO-1\"");
  lacks(text, "/handovers/new");
  hw_assert_contains(page_get(&b, "/handovers"), "waits for its minutes");
  page_keep(&b, "handovers");
  /* A form that was open meanwhile is refused, with what was typed. */
  assert_int_equal(ask(&b, MARKED WHOLE), 422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "was handed over already (HO-1)");
  hw_assert_contains(web_body(&b), "value=\"2026-07-27\"");
  assert_int_equal(app_test_count(&app, HW_KIND_HANDOVER), 1);
  /* Minutes are issued from there. */
  page_get(&b, "/reports/new?kind=handover&subject=HO-1");
  hw_assert_contains(web_body(&b), "<option value=\"handover\" selected");
  assert_int_equal(
      web_post(&b, "/reports/new", "kind=handover&subject=HO-1&language=vi&as=issued&names=with"),
      303);
  const char *report = web_header(&b, "location");
  assert_int_equal(strncmp(report, "/reports/", 9), 0);
  char link[120];
  snprintf(link, sizeof link, "href=\"%s\"", report);
  hw_assert_contains(page_get(&b, "/handovers/HO-1"), link);
  hw_assert_contains(page_get(&b, "/handovers"), "minutes issued");
  web_browser_clear(&b);
}

static void names_of_recipients_are_for_those_who_may_read_names(void **state) {
  (void)state;
  web_browser b = page_browser(web, "plain");
  lacks(page_get(&b, "/handovers/HO-1"), "Trần Thị Mẫu");
  lacks(web_body(&b), PAGE_NAME);
  hw_assert_contains(web_body(&b), "recipient of HO-1");
  lacks(web_body(&b), "/withdraw\"");
  lacks(page_get(&b, "/handovers"), "Trần Thị Mẫu");
  web_browser_clear(&b);
  b = page_browser(web, "reader");
  hw_assert_contains(page_get(&b, "/handovers"), "Trần Thị Mẫu");
  web_browser_clear(&b);
  /* Other investigations are not told at all. */
  hw_err err = HW_ERR_INIT;
  static const char *const only[] = {"elsewhere"};
  hw_assert_ok(hw_access_set(&app, "reader", only, 1, "tests", &err), &err);
  b = page_browser(web, "reader");
  lacks(page_get(&b, "/handovers"), "HO-1");
  assert_int_equal(web_get(&b, "/handovers/HO-1"), 403);
  lacks(web_body(&b), "Trần");
  hw_assert_ok(hw_access_set(&app, "reader", NULL, 0, "tests", &err), &err);
  web_browser_clear(&b);
}

static void the_pages_speak_vietnamese(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  assert_int_equal(web_get(&b, "/language?to=vi&next=/handovers"), 303);
  hw_assert_contains(page_get(&b, "/handovers"), "Các đợt bàn giao");
  hw_assert_contains(page_get(&b, "/handovers/HO-1"), "Đợt bàn giao HO-1");
  hw_assert_contains(web_body(&b), "người nhận của HO-1");
  hw_assert_contains(page_get(&b, "/handovers/new"), "Các hồ sơ xác định danh tính đã xác nhận");
  web_browser_clear(&b);
}

static void taking_it_back_needs_a_reason_and_keeps_it(void **state) {
  (void)state;
  web_browser b = page_browser(web, "plain");
  page_get(&b, "/handovers/HO-1");
  assert_int_equal(web_post(&b, "/handovers/HO-1/withdraw", "reason=x"), 403);
  web_browser_clear(&b);
  b = page_browser(web, "clerk");
  page_get(&b, "/handovers/HO-1");
  assert_int_equal(web_post(&b, "/handovers/HO-1/withdraw", "reason=+"), 422);
  page_check(&b);
  assert_int_equal(web_post(&b, "/handovers/HO-9/withdraw", "reason=x"), 404);
  page_get(&b, "/handovers/HO-1");
  assert_int_equal(web_post(&b, "/handovers/HO-1/withdraw", "reason=wrong+%3Cb%3E+day"), 303);
  const char *text = page_get(&b, "/handovers/HO-1");
  hw_assert_contains(text, "wrong &lt;b&gt; day");
  lacks(text, "/withdraw\"");
  lacks(text, "kind=handover");
  page_keep(&b, "handover-withdrawn");
  assert_int_equal(web_post(&b, "/handovers/HO-1/withdraw", "reason=again"), 422);
  hw_assert_contains(web_body(&b), "Nothing was withdrawn:");
  web_browser_clear(&b);
  b = page_browser(web, "tester");
  hw_assert_contains(page_get(&b, "/identifications/ID-1"),
                     "href=\"/handovers/new?identification=ID-1\"");
  assert_int_equal(ask(&b, MARKED WHOLE), 303);
  assert_string_equal(web_header(&b, "location"), "/handovers/HO-2");
  assert_int_equal(decide_faults(&app), 0);
  web_browser_clear(&b);
}

static void hostile_texts_stay_texts(void **state) {
  (void)state;
  decide_import(&hostile_app, "handovers",
                "code,handed_on,recipient,place,minutes,note\n"
                "\"H\"\"><script>x</script>'&\",2026-07-27,\"\"\"><script>x</script>'&\","
                "\"\"\"><script>x</script>'&\",\"\"\"><script>x</script>'&\","
                "\"\"\"><script>x</script>'&\"\n");
  static const char *const people[] = {"tester", "plain"};
  for (size_t i = 0; i < 2; i++) {
    web_browser b = page_browser(hostile_web, people[i]);
    const char *text = page_get(&b, "/handovers");
    const char *link = strstr(text, "href=\"/handovers/H");
    assert_non_null(link);
    char target[200];
    link += strlen("href=\"");
    snprintf(target, sizeof target, "%.*s", (int)strcspn(link, "\""), link);
    page_get(&b, target);
    web_browser_clear(&b);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_empty_list_says_where_a_handover_begins),
      cmocka_unit_test(what_is_not_confirmed_cannot_be_handed_over),
      cmocka_unit_test(a_confirmed_identification_offers_it_to_those_who_may),
      cmocka_unit_test(a_refusal_keeps_what_was_typed),
      cmocka_unit_test(a_handover_leaves_its_custody_and_leads_to_its_minutes),
      cmocka_unit_test(names_of_recipients_are_for_those_who_may_read_names),
      cmocka_unit_test(the_pages_speak_vietnamese),
      cmocka_unit_test(taking_it_back_needs_a_reason_and_keeps_it),
      cmocka_unit_test(hostile_texts_stay_texts),
  };
  return cmocka_run_group_tests(tests, begin, end_three);
}
