/* The pages of sites: list and map, one site with its hazards, what is told where nothing is, what a
 * reader of another investigation does not see. All places are made up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/page_three.h"

static void add_sites(void) {
  decide_import(&app, "sites",
                "code,name,kind,place,latitude,longitude,uncertainty_m,as_given,datum,state\n"
                "QT-1,Đồi B,burial,\"Hải Lâm, Hải Lăng, Quảng Trị, Việt Nam\",16.70,107.20,800,"
                "48Q XD 345 678,Indian 1960,searching\n"
                "QT-2,Suối C,crash,\"Hải Lăng, Quảng Trị, Việt Nam\",16.75,107.22,,,,reported\n"
                "LA-1,Camp D,prison,\"Sekong, Lào\",15.35,106.72,,,,exhausted\n"
                "NN-1,No place,other,,,,,,,reported\n"
                "PA-1,Swapped,other,,48.85,2.35,,,,reported\n");
  decide_import(&app, "hazards",
                "site,kind,source,level,assessed_on,cleared_on\n"
                "QT-1,uxo,Military command,many bomblets,2023-05-10,\n"
                "QT-1,dioxin,Survey 33,1200 ppt,2019,\n"
                "QT-1,mine,Team 2,,2021-03,2022-11-20\n"
                "LA-1,terrain,Team 4,,,\n");
  decide_import(&app, "site_searches",
                "site,began_on,method,ended_on,area_m2,person_days,result\n"
                "QT-1,2016-02-15,trench,2016-04-01,850.5,320,three skeletons\n"
                "QT-1,2024-03-01,grid,,1200,210,\n");
  decide_import(
      &app, "accessions",
      "code,site,how,received_on,received_from\nTN-1,QT-1,excavated,2016-04-05,Nguyễn Văn "
      "Giao\n");
  decide_import(&app, "specimens",
                "code,accession,element\nTN-1-1,TN-1,femur\nTN-1-2,TN-1,tibia\n");
  decide_import(&app, "samples", "code,investigation,specimen\nTN-S1,main,TN-1-1\n");
  decide_import(&app, "dossiers", "code,person,site\nD-QT,F2-X,QT-1\n");
}

static int begin(void **state) {
  if (begin_three(state) != 0) return -1;
  add_sites();
  return 0;
}

static void all_sites_are_on_a_map_and_in_a_list(void **state) {
  (void)state;
  web_browser b = page_browser(web, "plain");
  const char *text = page_get(&b, "/sites");
  hw_assert_contains(text, "href=\"/sites/QT-1\"");
  hw_assert_contains(text, "href=\"/sites/NN-1\"");
  hw_assert_contains(text, "hw-sea");
  hw_assert_contains(text, "hw-land");
  hw_assert_contains(text, "<title>LA-1</title>");
  hw_assert_contains(text, "5 of 6 sites have coordinates.");
  hw_assert_contains(text, "places outside of the map: 1");
  hw_assert_contains(text, "2 of these sites have hazards that nobody has recorded as cleared");
  hw_assert_contains(text, "searching (1)");
  hw_assert_contains(text, "Quảng Trị (2)");
  hw_assert_contains(text, "Border lines are coarse");
  page_keep(&b, "sites");
  web_set_cookie(&b, "homeward-language", "vi");
  text = page_get(&b, "/sites");
  hw_assert_contains(text, "5 trên tổng số 6 địa điểm có tọa độ.");
  hw_assert_contains(text, "đang tìm kiếm (1)");
  hw_assert_contains(text, "°B</text>");
  page_keep(&b, "sites-vi");
  web_browser_clear(&b);
}

static void state_and_province_choose(void **state) {
  (void)state;
  web_browser b = page_browser(web, "plain");
  const char *text = page_get(&b, "/sites?state=searching");
  hw_assert_contains(text, "/sites/QT-1");
  lacks(text, "/sites/QT-2");
  text = page_get(&b, "/sites?province=Qu%E1%BA%A3ng%20Tr%E1%BB%8B");
  hw_assert_contains(text, "/sites/QT-1");
  hw_assert_contains(text, "/sites/QT-2");
  lacks(text, "/sites/LA-1");
  hw_assert_contains(text, "selected");
  text = page_get(&b, "/sites?state=closed&province=Sekong");
  hw_assert_contains(text, "No site is as chosen.");
  hw_assert_contains(text, "Show all sites");
  text = page_get(&b, "/sites?state=nonsense");
  hw_assert_contains(text, "/sites/LA-1");
  text = page_get(&b, "/sites?province=%22%3E%3Cscript%3Ex");
  hw_assert_contains(text, "&lt;script&gt;x");
  text = page_get(&b, "/sites?from=100000000000000000000");
  hw_assert_contains(text, "/sites/QT-1");
  web_browser_clear(&b);
}

static void a_site_tells_its_dangers_first(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  const char *text = page_get(&b, "/sites/QT-1");
  const char *danger = strstr(text, "Unexploded ordnance.");
  assert_non_null(danger);
  assert_true(danger < strstr(text, "<dl")); /* above everything else */
  hw_assert_contains(text, "Do not dig");
  hw_assert_contains(text, "Level: many bomblets. Source: Military command. Assessed: ");
  hw_assert_contains(text, "Dioxin.");
  hw_assert_contains(text, "samples of soil and bone may be contaminated");
  lacks(text, "<strong>Mines.</strong>"); /* cleared: in the table only */
  hw_assert_contains(text, "Team 2");
  hw_assert_contains(text, "16.70000\xc2\xb0 N, 107.20000\xc2\xb0 E, \xc2\xb1 800 m");
  hw_assert_contains(text, "48Q XD 345 678");
  hw_assert_contains(text, "Together: 2,050.5 m\xc2\xb2 searched, 530 person-days.");
  hw_assert_contains(text, "three skeletons");
  hw_assert_contains(text, "/accessions/TN-1");
  hw_assert_contains(text, "/remains/TN-S1");
  hw_assert_contains(text, "/dossiers/D-QT");
  hw_assert_contains(text, "search: grid");
  hw_assert_contains(text, "cleared: mine");
  hw_assert_contains(text, "href=\"/sites/QT-2\"");
  hw_assert_contains(text, "6.0 km");
  hw_assert_contains(text, "/records/site/QT-1?history=1");
  page_keep(&b, "site");
  web_set_cookie(&b, "homeward-language", "vi");
  text = page_get(&b, "/sites/QT-1");
  hw_assert_contains(text, "Bom mìn, vật nổ còn sót lại.");
  hw_assert_contains(text, "Không được đào bới");
  hw_assert_contains(text, "16,70000\xc2\xb0 vĩ Bắc");
  page_keep(&b, "site-vi");
  web_browser_clear(&b);
}

static void what_is_not_known_is_said(void **state) {
  (void)state;
  web_browser b = page_browser(web, "plain");
  const char *text = page_get(&b, "/sites/NN-1");
  hw_assert_contains(text, "No hazard is recorded. That does not mean that there is none.");
  hw_assert_contains(text, "This site has no coordinates");
  hw_assert_contains(text, "No search of this site is recorded.");
  hw_assert_contains(text, "No accession names this site.");
  lacks(text, "<svg");
  text = page_get(&b, "/sites/PA-1");
  hw_assert_contains(text, "outside of the map");
  hw_assert_contains(text, "No other site lies within 25 km.");
  text = page_get(&b, "/sites/LA-1");
  hw_assert_contains(text, "Dangerous terrain.");
  assert_int_equal(web_get(&b, "/sites/NONE"), 404);
  web_browser_clear(&b);
}

static void a_withdrawn_site_says_so_and_is_on_no_map(void **state) {
  hw_err err = HW_ERR_INIT;
  int64_t id = 0;
  (void)state;
  decide_import(&app, "sites", "code,latitude,longitude\nWW-1,16.72,107.2\n");
  hw_assert_ok(hw_app_find(&app, HW_KIND_SITE, "WW-1", &id, &err), &err);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "withdraw", "entered twice", &err), &err);
  hw_assert_ok(hw_store_withdraw(app.store, HW_KIND_SITE, id, "entered twice", &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  web_browser b = page_browser(web, "plain");
  hw_assert_contains(page_get(&b, "/sites/WW-1"), "entered twice");
  lacks(web_body(&b), "class=\"map\"");
  lacks(page_get(&b, "/sites"), "WW-1");
  lacks(page_get(&b, "/sites/QT-1"), "WW-1");
  web_browser_clear(&b);
}

static void remains_of_other_investigations_are_not_told(void **state) {
  (void)state;
  decide_import(&app, "investigations", "code\nnorth\n");
  decide_import(&app, "actors", "code,login,permissions\nguest,guest,write names\n");
  decide_import(&app, "accesses", "actor,investigation\nguest,north\n");
  page_password(&app, "guest");
  web_browser b = page_browser(web, "guest");
  const char *text = page_get(&b, "/sites/QT-1");
  hw_assert_contains(text, "Unexploded ordnance."); /* everybody's life is */
  lacks(text, "TN-1");
  lacks(text, "TN-S1");
  lacks(text, "D-QT");
  web_browser_clear(&b);
}

static void names_are_for_who_may_read_them(void **state) {
  (void)state;
  static const char *const people[] = {"plain", "clerk", "r1"};
  for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
    web_browser b = page_browser(web, people[i]);
    lacks(page_get(&b, "/sites/QT-1"), "Nguyễn");
    lacks(page_get(&b, "/sites"), "Nguyễn");
    web_browser_clear(&b);
  }
}

static void an_empty_database_leads_to_the_import(void **state) {
  (void)state;
  web_browser b = page_browser(empty_web, "tester");
  const char *text = page_get(&b, "/sites");
  hw_assert_contains(text, "There are no sites yet.");
  hw_assert_contains(text, "href=\"/import\"");
  hw_assert_contains(text, "href=\"/sites-template\"");
  assert_int_equal(web_get(&b, "/sites-template"), 200);
  assert_string_equal(web_header(&b, "content-type"), "text/csv; charset=utf-8");
  hw_assert_contains(web_header(&b, "content-disposition"), "sites.csv");
  hw_assert_contains(web_body(&b), "latitude,longitude,uncertainty_m");
  /* What was downloaded can be filled in and imported: the example is a remark. */
  hw_str table = HW_STR_INIT;
  hw_str_append(&table, web_body(&b));
  decide_import(&empty_app, "sites", hw_str_text(&table));
  hw_str_clear(&table);
  web_browser_clear(&b);
  b = page_browser(empty_web, "plain");
  lacks(page_get(&b, "/sites"), "Import a table of sites"); /* who may not is not sent there */
  web_browser_clear(&b);
}

static void hostile_texts_stay_texts(void **state) {
  (void)state;
  decide_import(&hostile_app, "sites",
                "code,name,place,latitude,longitude\n\"Z\"\"><script>x\",\"\"\"><script>x\","
                "\"a, \"\"><script>x\",16.7,107.1\n");
  decide_import(
      &hostile_app, "hazards",
      "site,kind,source,level\n\"Z\"\"><script>x\",uxo,\"\"\"><script>x\",\"\"\"><script>x\"\n");
  web_browser b = page_browser(hostile_web, "plain");
  static const char *const targets[] = {"/sites", "/sites/Z%22%3E%3Cscript%3Ex"};
  for (int i = 0; i < 2; i++) {
    const char *text = page_get(&b, targets[i]);
    hw_assert_contains(text, "&lt;script&gt;x");
    lacks(text, "<script>x");
  }
  web_browser_clear(&b);
}

static void many_sites_fit_one_page(void **state) {
  enum { N = 3000 };
  (void)state;
  hw_str table = HW_STR_INIT;
  hw_str_append(&table, "code,name,place,latitude,longitude,state\n");
  for (int i = 0; i < N; i++)
    hw_str_append_format(&table, "M-%04d,hill %d,\"x, Province %d\",%.3f,%.3f,%s\n", i, i, i % 70,
                         9 + (i * 37 % 1400) / 100.0, 103 + (i * 53 % 600) / 100.0,
                         i % 3 == 0 ? "recovered" : "reported");
  decide_import(&empty_app, "sites", hw_str_text(&table));
  hw_str_clear(&table);
  web_browser b = page_browser(empty_web, "plain");
  const char *text = page_get(&b, "/sites"); /* page_get: below 150 kB */
  hw_assert_contains(text, "recovered (1,000)");
  hw_assert_contains(text, "from=50");
  hw_assert_contains(text, "M-0049");
  lacks(text, "href=\"/sites/M-0050\"");
  text = page_get(&b, "/sites?from=2950");
  hw_assert_contains(text, "href=\"/sites/M-2999\"");
  lacks(text, "rel=\"next\"");
  web_browser_clear(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_sites_are_on_a_map_and_in_a_list),
      cmocka_unit_test(state_and_province_choose),
      cmocka_unit_test(a_site_tells_its_dangers_first),
      cmocka_unit_test(what_is_not_known_is_said),
      cmocka_unit_test(a_withdrawn_site_says_so_and_is_on_no_map),
      cmocka_unit_test(remains_of_other_investigations_are_not_told),
      cmocka_unit_test(names_are_for_who_may_read_them),
      cmocka_unit_test(an_empty_database_leads_to_the_import),
      cmocka_unit_test(hostile_texts_stay_texts),
      cmocka_unit_test(many_sites_fit_one_page),
  };
  return cmocka_run_group_tests(tests, begin, end_three);
}
