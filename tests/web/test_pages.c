/* The pages of records: what each shows to whom, in both languages; what an empty database says;
 * what hostile texts become; the way of an identification from the proposal to the decision. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/page_three.h"

static void in_vietnamese(web_browser *b) {
  web_set_cookie(b, "homeward-language", "vi");
}

/* Pages of the case. */
static const char *const targets[] = {
    "/",
    "/find?q=F1",
    "/records",
    "/records/family",
    "/records/dossier",
    "/records/sample",
    "/records/sample?all=1",
    "/records/run",
    "/records/site",
    "/records/report",
    "/records/assertion",
    "/records/person_name",
    "/records/person_name/~1",
    "/records/assertion/~1?history=1",
    "/records/person/F1-X?history=1",
    "/records/family/F1?history=1",
    "/families/F1",
    "/families/F2",
    "/remains/S1",
    "/remains/S2",
    "/runs/run-2",
    "/runs",
    "/runs/joint-1",
    "/identifications",
    "/identifications?state=candidate",
    "/identifications/ID-1",
    "/dossiers/D1",
    "/sites",
    "/sites/SITE-1",
};
enum { N_TARGETS = sizeof targets / sizeof *targets };

static void names_are_shown_to_who_may_read_them_and_to_nobody_else(void **state) {
  (void)state;
  static const char *const blind[] = {"plain", "clerk", "r1"};
  web_browser reader = page_browser(web, "reader");
  hw_assert_contains(page_get(&reader, "/families/F1"), PAGE_NAME);
  hw_assert_contains(page_get(&reader, "/identifications/ID-1"), PAGE_NAME);
  hw_assert_contains(page_get(&reader, "/dossiers/D1"), PAGE_NAME);
  hw_assert_contains(page_get(&reader, "/records/person/F1-X"), PAGE_NAME);
  hw_assert_contains(page_get(&reader, "/records/person_name/~1"), PAGE_NAME);
  hw_assert_contains(page_get(&reader, "/find?q=thu+nguyen"), PAGE_NAME);
  hw_assert_contains(web_body(&reader), "/records/person/F1-X");
  web_browser_clear(&reader);
  for (size_t i = 0; i < sizeof blind / sizeof *blind; i++) {
    web_browser b = page_browser(web, blind[i]);
    for (int language = 0; language < 2; language++) {
      if (language == 1) in_vietnamese(&b);
      for (int t = 0; t < N_TARGETS; t++) {
        const char *text = page_get(&b, targets[t]);
        lacks(text, "Nguyễn");
        lacks(text, "Trung đoàn");
      }
      hw_assert_contains(page_get(&b, "/find?q=thu+nguyen"),
                         language == 0 ? "Nothing was found" : "Không tìm thấy");
      lacks(web_body(&b), "F1-X");
    }
    web_browser_clear(&b);
  }
}

static void every_page_speaks_vietnamese(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  in_vietnamese(&b);
  for (int t = 0; t < N_TARGETS; t++) {
    const char *text = page_get(&b, targets[t]);
    char name[40];
    hw_assert_contains(text, "<html lang=\"vi\"");
    snprintf(name, sizeof name, "vi-%02d", t);
    page_keep(&b, name);
  }
  hw_assert_contains(page_get(&b, "/"), "Việc đang chờ");
  hw_assert_contains(page_get(&b, "/families/F1"), "Phả hệ");
  hw_assert_contains(page_get(&b, "/identifications/ID-1"), "Điều kiện để xác nhận");
  hw_assert_contains(page_get(&b, "/records/family"), "Người mất tích");
  web_browser_clear(&b);
}

/* What columns of text mostly hold is said in words; what somebody wrote themselves stays. */
static void values_of_records_are_said_in_the_readers_language(void **state) {
  (void)state;
  decide_import(&app, "accessions", "code,how\nW-BOX,excavated\n");
  decide_import(&app, "specimens",
                "code,accession,element,side,portion,note\n"
                "W-1,W-BOX,femur,left,complete,\n"
                "W-2,W-BOX,femur,right,complete but broken,complete\n");
  decide_import(&app, "custody_events",
                "item_kind,item,number,at,action,from_holder,to_holder\n"
                "specimen,W-1,1,2024-01-01T00:00:00Z,received,,recipient of HO-7\n");
  web_browser b = page_browser(web, "tester");
  hw_assert_contains(page_get(&b, "/records/specimen/W-1"), "complete");
  hw_assert_contains(page_get(&b, "/records/specimen/W-1?history=1"), "added");
  in_vietnamese(&b);
  hw_assert_contains(page_get(&b, "/records/specimen/W-1?history=1"), "toàn bộ");
  hw_assert_contains(web_body(&b), "xương đùi");
  hw_assert_contains(web_body(&b), "thêm mới");
  hw_assert_contains(web_body(&b), "người nhận của HO-7");
  lacks(web_body(&b), "complete");
  lacks(web_body(&b), "femur");
  lacks(web_body(&b), "recipient of");
  hw_assert_contains(page_get(&b, "/records/specimen/W-2"), "complete but broken");
  hw_assert_contains(web_body(&b), ">complete<");
  hw_assert_contains(page_get(&b, "/records/accession/W-BOX"), "xương đùi");
  hw_assert_contains(page_get(&b, "/records/import"), "Mẫu xương");
  hw_assert_contains(page_get(&b, "/records/family/F1"), "Phả hệ");
  web_browser_clear(&b);
}

static void the_first_page_says_what_waits_for_whom(void **state) {
  (void)state;
  web_browser b = page_browser(web, "r1");
  hw_assert_contains(page_get(&b, "/"), "Waiting for you");
  hw_assert_contains(web_body(&b), "your review");
  hw_assert_contains(web_body(&b), "/identifications/ID-1");
  hw_assert_contains(web_body(&b), "1 open finding on references");
  hw_assert_contains(web_body(&b), "<svg");
  page_keep(&b, "home");
  web_browser_clear(&b);
  /* r3 has read the remains' profile and cannot review it. */
  b = page_browser(web, "r3");
  hw_assert_contains(page_get(&b, "/"), "Nothing waits for you now");
  lacks(web_body(&b), "Waiting for you");
  web_browser_clear(&b);
}

static void lists_go_on_where_a_page_ends(void **state) {
  (void)state;
  hw_str table = HW_STR_INIT;
  hw_str_append(&table, "code,investigation\n");
  for (int i = 0; i < 120; i++) hw_str_append_format(&table, "Z%03d,main\n", i);
  decide_import(&app, "samples", hw_str_text(&table));
  hw_str_clear(&table);
  web_browser b = page_browser(web, "plain");
  int n_pages = 0, n_rows = 0;
  char target[200] = "/records/sample";
  for (; target[0] != '\0' && n_pages < 10; n_pages++) {
    const char *text = page_get(&b, target);
    for (const char *at = strstr(text, "href=\"/remains/"); at != NULL;
         at = strstr(at + 1, "href=\"/remains/"))
      n_rows++;
    const char *next = strstr(text, "rel=\"next\" href=\"");
    target[0] = '\0';
    if (next == NULL) continue;
    next += strlen("rel=\"next\" href=\"");
    snprintf(target, sizeof target, "%.*s", (int)strcspn(next, "\""), next);
  }
  assert_int_equal(n_pages, 3);
  assert_int_equal(n_rows, 124);
  /* Runs come with the newest first. */
  const char *text = page_get(&b, "/records/run");
  assert_true(strstr(text, "/runs/run-") < strstr(text, "/runs/joint-1"));
  web_browser_clear(&b);
}

static void a_state_chooses_the_records_of_a_list(void **state) {
  (void)state;
  web_browser b = page_browser(web, "plain");
  hw_assert_contains(page_get(&b, "/records/family?state=open"), "/families/F1");
  lacks(page_get(&b, "/records/family?state=closed"), "/families/F1");
  hw_assert_contains(web_body(&b), "None is in the state");
  hw_assert_contains(page_get(&b, "/records/family?state=nonsense"), "/families/F1");
  web_browser_clear(&b);
}

static void a_family_shows_pedigree_references_and_comparisons(void **state) {
  (void)state;
  web_browser b = page_browser(web, "clerk");
  const char *text = page_get(&b, "/families/F1");
  hw_assert_contains(text, "<svg");
  hw_assert_contains(text, "10 STR");
  hw_assert_contains(text, "the reference does not fit");
  hw_assert_contains(text, "/remains/S1");
  hw_assert_contains(text, "/runs/run-2");
  hw_assert_contains(text, "/dossiers/D1");
  hw_assert_contains(text, "/identifications/ID-1");
  page_keep(&b, "family");
  web_browser_clear(&b);
}

static void a_sample_shows_custody_and_replicates_side_by_side(void **state) {
  (void)state;
  web_browser b = page_browser(web, "plain");
  const char *text = page_get(&b, "/remains/S2");
  hw_assert_contains(text, "S2-a (replicate)");
  hw_assert_contains(text, "S2-b (replicate)");
  hw_assert_contains(text, ">differ<");
  page_keep(&b, "sample");
  text = page_get(&b, "/remains/S1");
  hw_assert_contains(text, "Kho 1"); /* of the box */
  hw_assert_contains(text, "Tủ 3");  /* of the sample */
  hw_assert_contains(text, "femur");
  hw_assert_contains(text, "/runs/run-2");
  page_keep(&b, "sample-custody");
  web_browser_clear(&b);
}

static void a_joint_run_says_who_is_who(void **state) {
  (void)state;
  web_browser b = page_browser(web, "plain");
  const char *text = page_get(&b, "/runs/joint-1");
  hw_assert_contains(text, "Who is who");
  hw_assert_contains(text, "supported");
  hw_assert_contains(text, "nobody of them");
  hw_assert_contains(text, "99.95");
  page_keep(&b, "joint");
  text = page_get(&b, "/runs/run-2");
  hw_assert_contains(text, "Comparisons, largest ratio first");
  page_keep(&b, "run");
  web_browser_clear(&b);
}

static void sources_that_differ_stand_side_by_side(void **state) {
  (void)state;
  web_browser b = page_browser(web, "reader");
  const char *text = page_get(&b, "/dossiers/D1");
  hw_assert_contains(text, "The sources do not agree on 1 field");
  hw_assert_contains(text, "sources differ");
  hw_assert_contains(text, "unit list");
  hw_assert_contains(text, "Trung đoàn 1");
  hw_assert_contains(text, "February 1968");
  page_keep(&b, "dossier");
  web_browser_clear(&b);
  b = page_browser(web, "plain");
  hw_assert_contains(page_get(&b, "/dossiers/D1"), "(hidden)");
  hw_assert_contains(web_body(&b), "sources differ");
  lacks(web_body(&b), "1968");
  web_browser_clear(&b);
}

/* --- decisions --- */

static void forms_are_there_for_who_may(void **state) {
  (void)state;
  web_browser b = page_browser(web, "plain");
  lacks(page_get(&b, "/identifications/ID-1"), "<textarea");
  hw_assert_contains(web_body(&b), "It waits for independent reviewers.");
  assert_int_equal(web_post(&b, "/identifications/ID-1/review", "verdict=agrees&reason=yes"), 403);
  assert_int_equal(web_post(&b, "/identifications/ID-1/decide", "step=rejected&decision_reason=x"),
                   403);
  assert_int_equal(web_get(&b, "/identifications/new"), 403);
  assert_int_equal(web_post(&b, "/identifications/new", "sample=S2&person=F2-X&reason=x"), 403);
  web_browser_clear(&b);
  assert_string_equal(decide_state(&app, "ID-1"), "candidate");
  b = page_browser(web, "r1");
  hw_assert_contains(page_get(&b, "/identifications/ID-1"), "name=\"verdict\"");
  lacks(web_body(&b), "name=\"step\"");
  web_browser_clear(&b);
  b = page_browser(web, "board");
  hw_assert_contains(page_get(&b, "/identifications/ID-1"), "name=\"step\"");
  lacks(web_body(&b), "name=\"verdict\"");
  lacks(web_body(&b), "value=\"confirmed\""); /* of a candidate */
  web_browser_clear(&b);
}

static void what_was_typed_stays_in_a_form_that_is_refused(void **state) {
  (void)state;
  web_browser b = page_browser(web, "r3");
  page_get(&b, "/identifications/ID-1");
  assert_int_equal(
      web_post(&b, "/identifications/ID-1/review", "verdict=agrees&reason=it+%3Cfits%3E"), 422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "r3 analysed the remains&#39; profile and cannot review it");
  hw_assert_contains(web_body(&b), "it &lt;fits&gt;</textarea>");
  hw_assert_contains(web_body(&b), "value=\"agrees\" selected");
  page_keep(&b, "refused");
  assert_int_equal(web_post(&b, "/identifications/ID-1/review", "verdict=agrees&reason=+"), 422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "a step without a reason is not taken");
  assert_int_equal(web_post(&b, "/identifications/ID-1/review", "reason=because"), 422);
  hw_assert_contains(web_body(&b), "Choose whether you agree.");
  hw_assert_contains(web_body(&b), "because</textarea>");
  assert_int_equal(web_post(&b, "/identifications/ID-9/review", "verdict=agrees&reason=x"), 404);
  web_browser_clear(&b);
  b = page_browser(web, "clerk");
  page_get(&b, "/identifications/new?sample=S2");
  hw_assert_contains(web_body(&b), "value=\"S2\"");
  assert_int_equal(web_post(&b, "/identifications/new", "sample=S2&person=&reason=why"), 422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "Fill this in.");
  hw_assert_contains(web_body(&b), "why</textarea>");
  assert_int_equal(web_post(&b, "/identifications/new", "sample=S2&person=F1-F&reason=why"), 422);
  hw_assert_contains(web_body(&b), "F1-F is no missing person");
  web_browser_clear(&b);
}

static void an_identification_goes_from_proposal_to_decision(void **state) {
  (void)state;
  web_browser clerk = page_browser(web, "clerk"), r1 = page_browser(web, "r1"),
              r2 = page_browser(web, "r2"), board = page_browser(web, "board"),
              boss = page_browser(web, "boss");
  page_get(&clerk, "/identifications/new");
  assert_int_equal(web_post(&clerk, "/identifications/new",
                            "sample=S2&person=F2-X&reason=buttons&evidence=a+comb"),
                   303);
  assert_string_equal(web_header(&clerk, "location"), "/identifications/ID-2");
  hw_assert_contains(page_get(&clerk, "/identifications/ID-2"), "a comb");
  hw_assert_contains(web_body(&clerk), "ID-2 was proposed.");
  page_get(&r1, "/identifications/ID-2");
  assert_int_equal(web_post(&r1, "/identifications/ID-2/review", "verdict=agrees&reason=fits"),
                   303);
  page_get(&r2, "/identifications/ID-2");
  assert_int_equal(web_post(&r2, "/identifications/ID-2/review", "verdict=agrees&reason=fits"),
                   303);
  hw_assert_contains(page_get(&r2, "/identifications/ID-2"), "ID-2 is now: reviewed.");
  page_get(&board, "/identifications/ID-2");
  hw_assert_contains(web_body(&board), "value=\"confirmed\"");
  hw_assert_contains(web_body(&board), "not met");
  page_keep(&board, "decide");
  lacks(web_body(&board), "name=\"override\"");
  /* The policy is not met, and only an administrator can override it. */
  assert_int_equal(
      web_post(&board, "/identifications/ID-2/decide", "step=confirmed&decision_reason=we+agree"),
      422);
  page_check(&board);
  hw_assert_contains(web_body(&board), "we agree</textarea>");
  page_get(&boss, "/identifications/ID-2");
  hw_assert_contains(web_body(&boss), "name=\"override\"");
  const int status = web_post(&boss, "/identifications/ID-2/decide",
                              "step=confirmed&decision_reason=we+agree&override=the+comb");
  if (status != 303) fail_msg("%s", strstr(web_body(&boss), "<h2 id=\"next\""));
  assert_string_equal(decide_state(&app, "ID-2"), "confirmed");
  hw_assert_contains(page_get(&boss, "/identifications/ID-2"), "the comb");
  assert_int_equal(
      web_post(&boss, "/identifications/ID-2/decide", "step=withdrawn&decision_reason=an+error"),
      303);
  hw_assert_contains(page_get(&boss, "/identifications/ID-2"), "This is final.");
  hw_assert_contains(page_get(&boss, "/identifications?state=withdrawn"), "ID-2");
  web_browser *const all[] = {&clerk, &r1, &r2, &board, &boss};
  for (int i = 0; i < 5; i++) web_browser_clear(all[i]);
}

static void contradictions_are_resolved_with_a_reason(void **state) {
  (void)state;
  decide_import(&app, "contradictions",
                "code,kind,identification,text,state\nX-1,sex,ID-1,a pelvis says otherwise,open\n");
  web_browser b = page_browser(web, "r1");
  hw_assert_contains(page_get(&b, "/identifications/ID-1"), "a pelvis says otherwise");
  assert_int_equal(
      web_post(&b, "/identifications/ID-1/resolve", "contradiction=X-1&resolve_reason="), 422);
  assert_int_equal(
      web_post(&b, "/identifications/ID-1/resolve", "contradiction=X-1&resolve_reason=misread"),
      303);
  hw_assert_contains(page_get(&b, "/identifications/ID-1"), "misread");
  web_browser_clear(&b);
}

/* --- nothing, and too much --- */

static void what_is_not_there_is_told(void **state) {
  (void)state;
  static const char *const missing[] = {
      "/families/F9",          "/remains/S9",         "/runs/run-9",
      "/dossiers/D9",          "/identifications/I",  "/records/nonsense",
      "/records/person/9",     "/records/credential", "/records/credential/tester",
      "/records/assertion/~99"};
  web_browser b = page_browser(web, "tester");
  for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
    const int status = web_get(&b, missing[i]);
    if (status != 404) fail_msg("%s: %d", missing[i], status);
  }
  web_browser_clear(&b);
}

static void an_empty_database_says_what_to_do(void **state) {
  (void)state;
  static const char *const pages[] = {"/",
                                      "/find?q=",
                                      "/find?q=nobody",
                                      "/records",
                                      "/records/family",
                                      "/records/dossier",
                                      "/records/sample",
                                      "/records/run",
                                      "/records/identification",
                                      "/identifications"};
  web_browser tester = page_browser(empty_web, "tester"), plain = page_browser(empty_web, "plain");
  for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
    page_get(&tester, pages[i]);
    page_get(&plain, pages[i]);
  }
  hw_assert_contains(page_get(&tester, "/"), "The case database is empty.");
  hw_assert_contains(web_body(&tester), "href=\"/import\"");
  page_keep(&tester, "empty");
  hw_assert_contains(page_get(&plain, "/"), "Somebody with the permission to write");
  lacks(web_body(&plain), "href=\"/import\"");
  hw_assert_contains(page_get(&plain, "/records/run"), "No search was run yet.");
  hw_assert_contains(page_get(&plain, "/identifications"), "There is no identification yet.");
  web_browser_clear(&tester);
  web_browser_clear(&plain);
}

static void other_investigations_are_not_seen_and_not_changed(void **state) {
  (void)state;
  static const char *const hidden[] = {
      "/families/F1", "/remains/S1",        "/runs/run-2",           "/identifications/ID-1",
      "/dossiers/D1", "/records/family/F1", "/records/assertion/~1", "/records/person/F1-X"};
  decide_import(&app, "investigations", "code\nnorth\n");
  decide_import(&app, "samples", "code,investigation\nNORTH-1,north\n");
  decide_import(&app, "actors", "code,login,permissions\nguest,guest,write names review\n");
  decide_import(&app, "accesses", "actor,investigation\nguest,north\n");
  page_password(&app, "guest");
  web_browser b = page_browser(web, "guest");
  page_get(&b, "/remains/NORTH-1");
  hw_assert_contains(page_get(&b, "/records/sample"), "NORTH-1");
  lacks(web_body(&b), "/remains/S1");
  lacks(page_get(&b, "/identifications"), "ID-1");
  lacks(page_get(&b, "/find?q=F1"), "F1-X");
  lacks(page_get(&b, "/"), "/identifications/ID-1");
  for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
    const int status = web_get(&b, hidden[i]);
    if (status != 403) fail_msg("%s: %d", hidden[i], status);
    lacks(web_body(&b), "Nguyễn");
  }
  page_get(&b, "/identifications/new");
  assert_int_equal(web_post(&b, "/identifications/ID-1/review", "verdict=disagrees&reason=no"),
                   403);
  assert_int_equal(web_post(&b, "/identifications/new", "sample=S4&person=F1-X&reason=no"), 403);
  web_browser_clear(&b);
}

/* Every link of a page that leads to another one, once. */
static void follow(web_browser *b, const char *text, char (*seen)[300], int *n, int most) {
  for (const char *at = strstr(text, "href=\"/"); at != NULL && *n < most;
       at = strstr(at + 1, "href=\"/")) {
    char one[300];
    const char *from = at + 6;
    const size_t length = strcspn(from, "\"");
    bool is_known = length + 1 > sizeof one || memcmp(from, "/assets/", 8) == 0;
    if (is_known) continue;
    size_t n_out = 0;
    for (size_t i = 0; i < length; i++) {
      one[n_out++] = from[i];
      if (strncmp(from + i, "&amp;", 5) == 0) i += 4;
    }
    one[n_out] = '\0';
    for (int i = 0; i < *n; i++) is_known = is_known || strcmp(seen[i], one) == 0;
    if (!is_known) snprintf(seen[(*n)++], sizeof seen[0], "%s", one);
  }
  (void)b;
}

static void hostile_texts_stay_texts_on_every_page(void **state) {
  (void)state;
  enum { MOST = 400 };
  static char seen[MOST][300];
  int n = 0, n_hostile = 0;
  web_browser b = page_browser(hostile_web, "tester");
  snprintf(seen[n++], sizeof seen[0], "/");
  snprintf(seen[n++], sizeof seen[0], "/records");
  snprintf(seen[n++], sizeof seen[0], "/find?q=%%22%%3E%%3Cscript%%3Ex");
  for (int i = 0; i < n; i++) {
    const int status = web_get(&b, seen[i]);
    const char *text = web_body(&b);
    lacks(text, "<script>x");
    lacks(text, PAGE_HOSTILE);
    if (status != 200) continue; /* pages that other parts bring */
    page_check(&b);
    if (strstr(text, "&lt;script&gt;x") != NULL) n_hostile++;
    char *copy = strdup(text);
    assert_non_null(copy);
    follow(&b, copy, seen, &n, MOST);
    free(copy);
  }
  if (n_hostile < 40) fail_msg("only %d of %d pages show hostile texts", n_hostile, n);
  web_browser_clear(&b);
}

static void hostile_texts_come_back_from_forms_as_texts(void **state) {
  (void)state;
  static const char hostile[] = "%22%3E%3Cscript%3Ex%3C%2Fscript%3E%27%26";
  char fields[600];
  web_browser b = page_browser(hostile_web, "tester");
  page_get(&b, "/identifications/new");
  snprintf(fields, sizeof fields, "sample=%s&person=%s&reason=%s&evidence=%s", hostile, hostile,
           hostile, hostile);
  assert_int_equal(web_post(&b, "/identifications/new", fields), 422);
  page_check(&b);
  lacks(web_body(&b), "<script>x");
  hw_assert_contains(web_body(&b), "value=\"&quot;&gt;&lt;script&gt;x&lt;/script&gt;&#39;&amp;\"");
  web_browser_clear(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_first_page_says_what_waits_for_whom),
      cmocka_unit_test(names_are_shown_to_who_may_read_them_and_to_nobody_else),
      cmocka_unit_test(every_page_speaks_vietnamese),
      cmocka_unit_test(values_of_records_are_said_in_the_readers_language),
      cmocka_unit_test(a_state_chooses_the_records_of_a_list),
      cmocka_unit_test(a_family_shows_pedigree_references_and_comparisons),
      cmocka_unit_test(a_sample_shows_custody_and_replicates_side_by_side),
      cmocka_unit_test(a_joint_run_says_who_is_who),
      cmocka_unit_test(sources_that_differ_stand_side_by_side),
      cmocka_unit_test(forms_are_there_for_who_may),
      cmocka_unit_test(what_was_typed_stays_in_a_form_that_is_refused),
      cmocka_unit_test(an_identification_goes_from_proposal_to_decision),
      cmocka_unit_test(contradictions_are_resolved_with_a_reason),
      cmocka_unit_test(what_is_not_there_is_told),
      cmocka_unit_test(lists_go_on_where_a_page_ends),
      cmocka_unit_test(other_investigations_are_not_seen_and_not_changed),
      cmocka_unit_test(an_empty_database_says_what_to_do),
      cmocka_unit_test(hostile_texts_stay_texts_on_every_page),
      cmocka_unit_test(hostile_texts_come_back_from_forms_as_texts),
  };
  return cmocka_run_group_tests(tests, begin_three, end_three);
}
