/* The chain of custody: each rule broken once, and chains that keep them. */
#include "app/custody.h"

#include <stdio.h>
#include <string.h>

#include "app/app_support.h"
#include "base/str.h"
#include "support/assert.h"
#include "support/said.h"

static hw_str told;

static hw_status keep(void *context, const hw_custody_fault *fault, hw_err *err) {
  (void)context;
  (void)err;
  hw_assert_said_in_vietnamese(fault->text);
  hw_str_append_format(&told, "%s%lld: %s\n", fault->is_warning ? "warning " : "",
                       (long long)fault->number, fault->text);
  return HW_OK;
}

static void add_event(hw_app *app, int64_t sample, const char *line) {
  hw_err err = HW_ERR_INIT;
  hw_record r;
  char copy[300], *cells[7] = {NULL}, *at = copy;
  snprintf(copy, sizeof copy, "%s", line);
  for (int i = 0; i < 7 && at != NULL; i++) {
    cells[i] = at;
    at = strchr(at, ',');
    if (at != NULL) *at++ = '\0';
  }
  static const int fields[] = {HW_FIELD_CUSTODY_NUMBER,    HW_FIELD_CUSTODY_AT,
                               HW_FIELD_CUSTODY_ACTION,    HW_FIELD_CUSTODY_FROM,
                               HW_FIELD_CUSTODY_TO,        HW_FIELD_CUSTODY_SEAL,
                               HW_FIELD_CUSTODY_SEAL_STATE};
  hw_record_init(&r, HW_KIND_CUSTODY);
  hw_record_set_text(&r, HW_FIELD_CUSTODY_ITEM_KIND, "sample");
  hw_record_set_int(&r, HW_FIELD_CUSTODY_ITEM, sample);
  for (int i = 0; i < 7 && cells[i] != NULL; i++)
    if (cells[i][0] != '\0') hw_assert_ok(hw_record_parse(&r, fields[i], cells[i], &err), &err);
  hw_assert_ok(hw_store_add(app->store, &r, &err), &err);
}

/* Lines "number,at,action,from,to,seal,seal_state". @return what is told */
static const char *check(const char *const *lines) {
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_str_clear(&told);
  app_test_new(&app);
  hw_assert_ok(app_test_import(&app, "samples", "s.csv", "code,kind\nS1,bone\nS2,bone\n", &err),
               &err);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  /* Another item's chain beside it must not matter. */
  add_event(&app, 2, "1,2026-01-01T00:00:00Z,received,,Elsewhere,,");
  for (int i = 0; lines[i] != NULL; i++) add_event(&app, 1, lines[i]);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  hw_assert_ok(hw_custody_check(app.store, HW_KIND_SAMPLE, 1, keep, NULL, &err), &err);
  hw_str one = told;
  told = (hw_str)HW_STR_INIT;
  hw_assert_ok(hw_custody_check_all(app.store, keep, NULL, &err), &err);
  assert_string_equal(hw_str_text(&one), hw_str_text(&told));
  hw_str_clear(&one);
  hw_app_close(&app);
  return hw_str_text(&told);
}

#define T(hour) "2026-01-02T" hour ":00:00Z"

static void a_whole_chain_is_accepted(void **state) {
  (void)state;
  const char *const lines[] = {"1," T("08") ",received,Field,Store,A1,",
                               "2," T("09") ",transferred,Store,Lab,,intact",
                               "3," T("10") ",opened,,Lab,,intact",
                               "4," T("11") ",sealed,,Lab,B2,",
                               "5," T("12") ",returned,Lab,Store,,intact",
                               "6," T("12") ",transferred,Store,Lab,,intact",
                               "7," T("13") ",opened,Lab,Lab,B3,intact",
                               "8," T("14") ",consumed,,Lab,,",
                               NULL};
  assert_string_equal(check(lines), "");
}

static void each_breach_is_told_with_its_event(void **state) {
  (void)state;
  static const struct {
    const char *lines[4], *found;
  } cases[] = {
      {{"1," T("08") ",received,,A,,", "3," T("09") ",opened,,A,,"},
       "3: follows event 1: an event between them is missing\n"},
      {{"2," T("08") ",received,,A,,"}, "2: is the first, and not number 1: an event is missing\n"},
      {{"1," T("08") ",received,,A,,", "2," T("07") ",opened,,A,,"},
       "2: happens at 2026-01-02T07:00:00Z, before the event that it follows "
       "(2026-01-02T08:00:00Z)\n"},
      {{"1," T("08") ",opened,,A,,"},
       "1: \"opened\" cannot come first: a chain begins with \"received\"\n"},
      {{"1," T("08") ",received,,A,,", "2," T("09") ",received,,B,,"},
       "2: is a reception, but A holds the item already: who gave it is missing\n"},
      {{"1," T("08") ",received,,A,,", "2," T("09") ",transferred,C,B,,"},
       "2: comes from C, but A holds the item\n"},
      {{"1," T("08") ",received,,A,,", "2," T("09") ",transferred,,B,,"},
       "2: \"transferred\" does not say from whom (A holds the item)\n"},
      {{"1," T("08") ",received,,A,,", "2," T("09") ",opened,,B,,"},
       "2: \"opened\" names B, but A holds the item\n"},
      {{"1," T("08") ",received,,A,,", "2," T("09") ",consumed,,A,,", "3," T("10") ",opened,,A,,"},
       "3: follows although the item was consumed before\n"},
      {{"1," T("08") ",received,,A,,", "2," T("09") ",handed-over,A,Family,,",
        "3," T("10") ",transferred,Family,A,,"},
       "3: follows although the item was handed-over before\n"},
      {{"1," T("08") ",received,,A,S1,", "2," T("09") ",transferred,A,B,,none"},
       "2: found no seal, but S1 was set before\n"},
      {{"1," T("08") ",received,,A,S1,", "2," T("09") ",transferred,A,B,,broken"},
       "warning 2: the seal S1 was found broken\n"},
      {{"1," T("08") ",received,,A,,", "2," T("09") ",opened,,A,,broken"},
       "warning 2: a seal was found broken, but none was set before\n"},
      {{"1," T("08") ",received,,A,S1,", "2," T("09") ",transferred,A,B,,"},
       "warning 2: does not say how the seal S1 was found\n"},
      {{"1," T("08") ",received,,A,S1,", "2," T("09") ",opened,,A,,"},
       "warning 2: does not say how the seal S1 was found\n"},
      {{"1," T("08") ",received,,A,S1,", "2," T("09") ",transferred,A,B,S2,intact"},
       "2: carries the seal S2, but S1 was set before and nobody opened it\n"},
      {{"1," T("08") ",received,,A,S1,", "2," T("09") ",sealed,,A,S2,intact"},
       "2: carries the seal S2, but S1 was set before and nobody opened it\n"},
      {{"1," T("08") ",received,,A,,", "2," T("09") ",sealed,,A,,"},
       "2: \"sealed\" does not give the number of the seal\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(check(cases[i].lines), cases[i].found);
}

static void a_withdrawn_event_does_not_count_and_leaves_no_hole(void **state) {
  (void)state;
  hw_app app;
  hw_arena arena;
  hw_err err = HW_ERR_INIT;
  const char *holder = NULL, *seal = NULL;
  hw_arena_init(&arena, 0);
  hw_str_clear(&told);
  app_test_new(&app);
  hw_assert_ok(app_test_import(&app, "samples", "s.csv", "code,kind\nS1,bone\n", &err), &err);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  add_event(&app, 1, "1," T("08") ",received,,A,S1,");
  add_event(&app, 1, "2," T("09") ",transferred,A,Wrong,,intact");
  add_event(&app, 1, "3," T("10") ",transferred,A,B,,intact");
  hw_assert_ok(hw_store_withdraw(app.store, HW_KIND_CUSTODY, 2, "never happened", &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  hw_assert_ok(hw_custody_check(app.store, HW_KIND_SAMPLE, 1, keep, NULL, &err), &err);
  assert_string_equal(hw_str_text(&told), "");
  hw_assert_ok(hw_custody_holder(app.store, HW_KIND_SAMPLE, 1, &arena, &holder, &seal, &err), &err);
  assert_string_equal(holder, "B");
  assert_string_equal(seal, "S1");
  hw_app_close(&app);
  hw_arena_clear(&arena);
}

static void an_item_without_events_has_no_holder(void **state) {
  (void)state;
  hw_app app;
  hw_arena arena;
  hw_err err = HW_ERR_INIT;
  const char *holder = NULL, *seal = NULL;
  hw_arena_init(&arena, 0);
  app_test_new(&app);
  hw_assert_ok(hw_custody_holder(app.store, HW_KIND_SAMPLE, 7, &arena, &holder, &seal, &err), &err);
  assert_string_equal(holder, "");
  assert_string_equal(seal, "");
  hw_app_close(&app);
  hw_arena_clear(&arena);
}

static int end(void **state) {
  hw_str_clear(&told);
  return app_tests_end(state);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_whole_chain_is_accepted),
      cmocka_unit_test(each_breach_is_told_with_its_event),
      cmocka_unit_test(a_withdrawn_event_does_not_count_and_leaves_no_hole),
      cmocka_unit_test(an_item_without_events_has_no_holder),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, end);
}
