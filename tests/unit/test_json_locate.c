/* Locator: from a field path back to line and column. */
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "support/assert.h"

static const char TEXT[] = "{\n"
                           "  \"id\": \"é\", \"n\": 1,\n"
                           "  \"markers\": [\n"
                           "    {\"name\": \"a]}\\\"\", \"alleles\": [\"9.3\" , [1,[2]], {}]},\n"
                           "    {\"na\\u006de\" :\"b\", \"p.q\": {\"x\": null}, \"\": [ ]}\n"
                           "  ],\n"
                           "  \"R[1]\": {\"Đ\": true, \"\\ud83d\\ude00\": -1.5e3}\n"
                           "}\n";

static void assert_at(const char *path, bool found, uint64_t line, uint64_t column) {
  uint64_t l = 0, c = 0;
  if (hw_json_locate(TEXT, sizeof TEXT - 1, path, &l, &c) != found || l != line || c != column) {
    print_error("%s: %d:%d\n", path, (int)l, (int)c);
    fail();
  }
}

static void values_are_found_where_they_stand(void **state) {
  (void)state;
  assert_at("", true, 1, 1);
  assert_at("id", true, 2, 9);
  assert_at("n", true, 2, 19); /* columns count characters: é is one */
  assert_at("markers", true, 3, 14);
  assert_at("markers[0]", true, 4, 5);
  assert_at("markers[0].name", true, 4, 14);
  assert_at("markers[0].alleles[0]", true, 4, 35);
  assert_at("markers[0].alleles[1]", true, 4, 43);
  assert_at("markers[0].alleles[1][1][0]", true, 4, 47);
  assert_at("markers[0].alleles[2]", true, 4, 52);
  assert_at("markers[1].name", true, 5, 19); /* the text writes the key with an escape */
}

static void keys_with_special_characters_are_quoted(void **state) {
  (void)state;
  assert_at("markers[1][\"p.q\"].x", true, 5, 37);
  assert_at("markers[1][\"\"]", true, 5, 48);
  assert_at("[\"R[1]\"].Đ", true, 7, 17);
  assert_at("[\"R[1]\"].😀", true, 7, 39);
}

static void what_is_not_there_is_placed_at_its_nearest_parent(void **state) {
  (void)state;
  assert_at("nothing", false, 1, 1);
  assert_at("markers[2]", false, 3, 14);
  assert_at("markers[99999999999999999999999]", false, 3, 14);
  assert_at("markers[0].position_cm", false, 4, 5);
  assert_at("markers.name", false, 3, 14);
  assert_at("markers[1][\"\"][0]", false, 5, 48);
  assert_at("id[0]", false, 2, 9);
  assert_at("markers[1].p.q", false, 5, 5);
}

static void a_path_that_is_not_understood_leads_as_far_as_it_can(void **state) {
  (void)state;
  assert_at("markers[", false, 3, 14);
  assert_at("markers[x]", false, 3, 14);
  assert_at("markers[0]..", false, 4, 5);
  assert_at("[\"id", false, 1, 1);
  assert_at("markers[0].na\xE2\x80\xA6", false, 4, 5); /* cut by the error's field size */
}

static void keys_of_errors_are_found_again(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_err_set(&err, HW_E_VALUE, "x");
  hw_json_field_key(&err, "x");
  hw_json_field_key(&err, "p.q");
  hw_err_field(&err, "markers[1]");
  assert_string_equal(err.field, "markers[1][\"p.q\"].x");
  assert_at(err.field, true, 5, 37);
}

static void a_byte_order_mark_takes_no_column(void **state) {
  (void)state;
  uint64_t line, column;
  static const char MARKED[] = "\xEF\xBB\xBF[1,22]";
  assert_true(hw_json_locate(MARKED, sizeof MARKED - 1, "[1]", &line, &column));
  assert_int_equal(line, 1);
  assert_int_equal(column, 4);
}

/* Every prefix and every text with one byte changed: an answer, nothing read outside. */
static void damaged_text_is_survived(void **state) {
  (void)state;
  static const char *const PATHS[] = {"markers[1].name", "[\"R[1]\"].😀", "markers[0].alleles[1]",
                                      "markers[9].x"};
  uint64_t line, column;
  for (size_t p = 0; p < sizeof PATHS / sizeof PATHS[0]; p++) {
    for (size_t n = 0; n < sizeof TEXT; n++) {
      char *part = malloc(n + 1);
      assert_non_null(part);
      memcpy(part, TEXT, n);
      hw_json_locate(part, n, PATHS[p], &line, &column);
      assert_true(line >= 1 && column >= 1);
      free(part);
    }
    for (size_t i = 0; i + 1 < sizeof TEXT; i++) {
      static const char BYTES[] = "\"\\[]{},:\0u\xFF";
      for (size_t b = 0; b + 1 < sizeof BYTES; b++) {
        char damaged[sizeof TEXT];
        memcpy(damaged, TEXT, sizeof TEXT);
        damaged[i] = BYTES[b];
        hw_json_locate(damaged, sizeof TEXT - 1, PATHS[p], &line, &column);
        assert_true(line >= 1 && column >= 1);
      }
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_are_found_where_they_stand),
      cmocka_unit_test(keys_with_special_characters_are_quoted),
      cmocka_unit_test(what_is_not_there_is_placed_at_its_nearest_parent),
      cmocka_unit_test(a_path_that_is_not_understood_leads_as_far_as_it_can),
      cmocka_unit_test(keys_of_errors_are_found_again),
      cmocka_unit_test(a_byte_order_mark_takes_no_column),
      cmocka_unit_test(damaged_text_is_survived),
  };
  return cmocka_run_group_tests_name("json_locate", tests, NULL, NULL);
}
