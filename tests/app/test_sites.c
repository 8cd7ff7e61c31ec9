/* Sites: chosen by state and province, near to each other, on a map, and in a report as they stood.
 * All places are made up. */
#include "app/sites.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/decide_support.h"
#include "app/report.h"
#include "homeward/random.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_arena arena;

static int begin(void **state) {
  hw_arena_init(&arena, 0);
  return decide_tests_begin(state);
}

static int end(void **state) {
  hw_arena_clear(&arena);
  return decide_tests_end(state);
}

static void new_sites(hw_app *app) {
  app_test_new(app);
  decide_import(
      app, "sites",
      "code,name,kind,place,latitude,longitude,uncertainty_m,state\n"
      "A,hill,burial,\"Hải Lâm, Hải Lăng, Quảng Trị, Việt Nam\",16.70,107.20,200,searching\n"
      "B,ford,crash,\"Hải Lăng, Quảng Trị, Việt Nam\",16.75,107.20,,reported\n"
      "C,camp,prison,\"Sekong, Lào\",15.35,106.72,,reported\n"
      "D,road,other,Quảng Trị,,,,closed\n"
      "E,wood,burial,,16.70,107.30,5000,searching\n");
  decide_import(app, "hazards",
                "site,kind,source,cleared_on\nA,uxo,x,\nA,mine,x,2020\nB,mine,x,2021-05\n");
}

static hw_sites read_sites(hw_app *app, const char *state, const char *province) {
  hw_err err = HW_ERR_INIT;
  hw_sites sites;
  const hw_sites_wanted wanted = {.state = state, .province = province};
  hw_assert_ok(hw_sites_read(app, &wanted, &arena, &sites, &err), &err);
  return sites;
}

static void provinces_are_taken_from_what_is_written(void **state) {
  static const struct {
    const char *place, *province;
  } cases[] = {{"Hải Lâm, Hải Lăng, Quảng Trị, Việt Nam", "Quảng Trị"},
               {"Hải Lăng, Quảng Trị", "Quảng Trị"},
               {"Quảng Trị,Viet Nam.", "Quảng Trị"},
               {"  Sekong ,  Lào ", "Sekong"},
               {"Việt Nam", "Việt Nam"},
               {",Việt Nam", "Việt Nam"},
               {"", ""},
               {",", ""},
               {" , , ", ""}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t n = 0;
    const char *found = hw_site_province(cases[i].place, &n);
    if (n != strlen(cases[i].province) || memcmp(found, cases[i].province, n) != 0)
      fail_msg("'%s': '%.*s'", cases[i].place, (int)n, found);
  }
}

static void sites_are_chosen_by_state_and_province(void **state) {
  hw_app app;
  (void)state;
  new_sites(&app);
  hw_sites all = read_sites(&app, NULL, NULL);
  assert_int_equal(all.n_all, 5);
  assert_int_equal(all.n, 5);
  assert_int_equal(all.n_placed, 4);
  assert_int_equal(all.n_dangerous, 1); /* B was cleared; of A one hazard was not */
  assert_true(all.sites[0].is_dangerous && !all.sites[1].is_dangerous);
  assert_true(isnan(all.sites[3].latitude) && all.sites[4].uncertainty_m == 5000);
  assert_int_equal(all.counts[0], 2); /* reported */
  assert_int_equal(all.n_areas, 2);
  assert_string_equal(all.areas[0].name, "Quảng Trị");
  assert_int_equal(all.areas[0].count, 3);
  assert_string_equal(all.areas[1].name, "Sekong");
  const hw_sites here = read_sites(&app, NULL, "Quảng Trị");
  assert_int_equal(here.n, 3);
  assert_int_equal(here.n_all, 5);
  assert_int_equal(here.counts[0], 1);
  const hw_sites both = read_sites(&app, "searching", "Quảng Trị");
  assert_int_equal(both.n, 1);
  assert_string_equal(both.sites[0].code, "A");
  assert_int_equal(both.n_areas, 1); /* provinces of the state that is wanted */
  assert_int_equal(read_sites(&app, NULL, "Nowhere").n, 0);
  hw_app_close(&app);
}

static void near_sites_come_nearest_first(void **state) {
  hw_app app;
  hw_near_site near[3];
  (void)state;
  new_sites(&app);
  const hw_sites all = read_sites(&app, NULL, NULL);
  assert_int_equal(hw_sites_near(&all, all.sites[0].id, 20000, 3, near), 2);
  assert_string_equal(near[0].site->code, "B");
  assert_string_equal(near[1].site->code, "E");
  hw_assert_close(near[0].distance_m, 5560, 0, 5); /* 3' of latitude: 3 nautical miles */
  assert_int_equal(hw_sites_near(&all, all.sites[0].id, 20000, 1, near), 1);
  assert_string_equal(near[0].site->code, "B");
  assert_int_equal(hw_sites_near(&all, all.sites[0].id, 1000, 3, near), 0);
  assert_int_equal(hw_sites_near(&all, all.sites[3].id, 1e7, 3, near), 0); /* no coordinates */
  assert_int_equal(hw_sites_near(&all, 999, 1e7, 3, near), 0);
  hw_app_close(&app);
}

/* Against all distances sorted. */
static void near_sites_are_those_of_a_slow_search(void **state) {
  enum { N = 300, MOST = 7 };
  static hw_site list[N];
  hw_random random;
  (void)state;
  hw_random_init(&random, 3);
  for (int i = 0; i < N; i++)
    list[i] = (hw_site){.id = i + 1,
                        .latitude = 16 + 0.4 * hw_random_double(&random),
                        .longitude = 107 + 0.4 * hw_random_double(&random)};
  const hw_sites all = {.n = N, .sites = list};
  for (int i = 0; i < N; i++) {
    hw_near_site near[MOST];
    const int32_t n = hw_sites_near(&all, i + 1, 6000, MOST, near);
    int32_t within = 0;
    for (int k = 0; k < N; k++) {
      const double distance = hw_site_distance_m(list[i].latitude, list[i].longitude,
                                                 list[k].latitude, list[k].longitude);
      if (k == i || distance > 6000) continue;
      within++;
      bool is_listed = false;
      for (int32_t j = 0; j < n; j++) is_listed = is_listed || near[j].site == &list[k];
      if (!is_listed) assert_true(n == MOST && distance >= near[n - 1].distance_m);
    }
    assert_int_equal(n, within < MOST ? within : MOST);
    for (int32_t j = 1; j < n; j++) assert_true(near[j - 1].distance_m <= near[j].distance_m);
  }
}

static void distances_are_those_of_the_sphere(void **state) {
  (void)state;
  hw_assert_close(hw_site_distance_m(21.03, 105.85, 10.78, 106.70), 1143.2e3, 0, 3e3);
  hw_assert_close(hw_site_distance_m(0, 0, 0, 180), 2 * 6371008.8, 1e-12, 0);
  assert_true(hw_site_distance_m(16.7, 107, 16.7, 107) == 0);
}

/* --- the map --- */

static int64_t places_of(const hw_geomap *map) {
  int64_t n = 0;
  for (int32_t i = 0; i < map->n; i++) n += map->points[i].count > 1 ? map->points[i].count : 1;
  return n;
}

static void a_map_has_each_site_with_coordinates(void **state) {
  hw_app app;
  hw_site_map map;
  hw_err err = HW_ERR_INIT;
  (void)state;
  new_sites(&app);
  const hw_sites all = read_sites(&app, NULL, NULL);
  hw_assert_ok(hw_sites_draw(&all, HW_LANGUAGE_VI, &arena, &map, &err), &err);
  assert_int_equal(map.map.n, 4);
  assert_string_equal(map.map.points[0].label, "A");
  assert_true(map.map.points[0].is_dangerous);
  assert_string_equal(map.map.kinds[3].name, "đang tìm kiếm");
  assert_int_equal(map.map.kinds[3].count, 2);
  assert_int_equal(map.map.kinds[6].count, 0); /* D is closed, and nowhere */
  hw_app_close(&app);
}

static void many_sites_are_told_by_cells(void **state) {
  enum { N = 20000 };
  hw_random random;
  hw_site_map map;
  hw_err err = HW_ERR_INIT;
  hw_sites all = {.n = N, .sites = hw_arena_alloc_array(&arena, N, sizeof(hw_site))};
  (void)state;
  assert_non_null(all.sites);
  hw_random_init(&random, 9);
  for (int i = 0; i < N; i++) {
    const bool is_off = i % 100 == 0, is_unknown = i % 100 == 1;
    all.sites[i] = (hw_site){.id = i + 1,
                             .code = "S",
                             .latitude = is_unknown ? (double)NAN
                                         : is_off   ? 48
                                                    : 9 + 14 * hw_random_double(&random),
                             .longitude = is_unknown ? (double)NAN
                                          : is_off   ? 2
                                                     : 103 + 6 * hw_random_double(&random)};
    all.n_placed += !is_unknown;
  }
  hw_assert_ok(hw_sites_draw(&all, HW_LANGUAGE_EN, &arena, &map, &err), &err);
  assert_true(map.map.n < 2000);
  assert_int_equal(places_of(&map.map), N - N / 100);
  int64_t off = 0;
  for (int32_t i = 0; i < map.map.n; i++) {
    const hw_geomap_point *p = &map.map.points[i];
    if (!hw_geomap_has_place(p->latitude, p->longitude)) off += p->count;
  }
  assert_int_equal(off, N / 100);
}

static void exhausted_memory_is_told(void **state) {
  hw_app app;
  (void)state;
  new_sites(&app);
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_err err = HW_ERR_INIT;
    hw_arena own;
    hw_sites sites;
    hw_site_map map;
    hw_arena_init(&own, 0);
    hw_status status =
        hw_sites_read(&app, &(hw_sites_wanted){NULL, "Quảng Trị"}, &own, &sites, &err);
    if (status == HW_OK) status = hw_sites_draw(&sites, HW_LANGUAGE_VI, &own, &map, &err);
    const bool has_failed = hw_faults_end();
    hw_arena_clear(&own);
    if (!has_failed) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
  hw_app_close(&app);
}

/* --- the report --- */

static void a_report_shows_sites_as_they_stood(void **state) {
  hw_app app;
  hw_fonts *fonts = NULL;
  hw_issued issued, again;
  hw_err err = HW_ERR_INIT;
  (void)state;
  new_sites(&app);
  hw_assert_ok(hw_fonts_new(&fonts, &err), &err);
  const hw_report_request request = {
      .kind = "national", .language = "vi", .created = "2026-01-31T08:00:00Z"};
  hw_assert_ok(hw_app_report_issue(&app, &request, fonts, &issued, &err), &err);
  const char *html = issued.bytes[HW_REPORT_HTML];
  hw_assert_contains(html, "Vị trí các địa điểm");
  hw_assert_contains(html, "hw-sea");
  hw_assert_contains(html, "chỉ vẽ sơ lược để định hướng");
  assert_null(strstr(html, ">A</text>")); /* codes of graves are for nobody outside */
  hw_assert_contains(issued.bytes[HW_REPORT_JSON], "{\"name\": \"sites.placed\", \"value\": 4");
  hw_import_options update = {.what = "sites", .apply = true, .update = true};
  hw_assert_ok(
      app_test_import_with(&app, &update, "sites.csv",
                           "code,name,latitude,longitude\nB,ford,20.5,104\nZ,new,18,105\n", &err),
      &err);
  update.what = "hazards";
  hw_assert_ok(app_test_import_with(&app, &update, "hazards.csv",
                                    "site,kind,source,cleared_on\nA,uxo,x,2025\n", &err),
               &err);
  assert_int_equal(read_sites(&app, NULL, NULL).n_dangerous, 0);
  assert_int_equal(read_sites(&app, NULL, NULL).n, 6);
  hw_assert_ok(hw_app_report_again(&app, issued.code, fonts, &again, &err), &err);
  for (int f = 0; f < HW_REPORT_FORMS; f++) {
    assert_int_equal(again.n_bytes[f], issued.n_bytes[f]);
    assert_memory_equal(again.bytes[f], issued.bytes[f], issued.n_bytes[f]);
  }
  hw_issued_clear(&again);
  hw_issued_clear(&issued);
  hw_fonts_delete(fonts);
  hw_app_close(&app);
}

static void a_report_told_of_lost_memory(void **state) {
  hw_app app;
  hw_fonts *fonts = NULL;
  hw_err err = HW_ERR_INIT;
  (void)state;
  new_sites(&app);
  hw_assert_ok(hw_fonts_new(&fonts, &err), &err);
  const hw_report_request request = {
      .kind = "national", .language = "en", .created = "2026-01-31T08:00:00Z"};
  for (long n = 0;; n += 1 + n / 12) {
    hw_made_report made;
    err = (hw_err)HW_ERR_INIT;
    assert_true(hw_faults_begin(n));
    const hw_status status = hw_app_report_make(&app, &request, fonts, &made, &err);
    const bool has_failed = hw_faults_end();
    hw_made_report_clear(&made);
    if (!has_failed) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
  hw_fonts_delete(fonts);
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(provinces_are_taken_from_what_is_written),
      cmocka_unit_test(sites_are_chosen_by_state_and_province),
      cmocka_unit_test(near_sites_come_nearest_first),
      cmocka_unit_test(near_sites_are_those_of_a_slow_search),
      cmocka_unit_test(distances_are_those_of_the_sphere),
      cmocka_unit_test(a_map_has_each_site_with_coordinates),
      cmocka_unit_test(many_sites_are_told_by_cells),
      cmocka_unit_test(exhausted_memory_is_told),
      cmocka_unit_test(a_report_shows_sites_as_they_stood),
      cmocka_unit_test(a_report_told_of_lost_memory),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
