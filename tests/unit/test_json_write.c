/* JSON writer: form, escapes, numbers in every locale, sticky failure. */
#include "base/json_members.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/random.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_str text;
static hw_json_writer w;

static int begin(void **state) {
  (void)state;
  hw_str_init(&text);
  hw_json_write_init_str(&w, &text, 0);
  return 0;
}

static int end(void **state) {
  (void)state;
  hw_str_clear(&text);
  return 0;
}

static void assert_written(const char *expected) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_json_write_finish(&w, &err), &err);
  assert_string_equal(hw_str_text(&text), expected);
}

/* One object with every kind of value, containers empty and full, a row. */
static void write_sample(void) {
  hw_json_write_begin_object(&w);
  hw_json_write_key(&w, "id");
  hw_json_write_string(&w, "x");
  hw_json_write_key(&w, "none");
  hw_json_write_begin_array(&w);
  hw_json_write_end_array(&w);
  hw_json_write_key(&w, "list");
  hw_json_write_begin_array(&w);
  hw_json_write_null(&w);
  hw_json_write_bool(&w, true);
  hw_json_write_bool(&w, false);
  hw_json_write_end_array(&w);
  hw_json_write_key(&w, "row");
  hw_json_write_begin_row(&w);
  hw_json_write_int(&w, INT64_MIN);
  hw_json_write_begin_object(&w);
  hw_json_write_key(&w, "a");
  hw_json_write_double(&w, 0.5);
  hw_json_write_end_object(&w);
  hw_json_write_end_array(&w);
  hw_json_write_key(&w, "person");
  hw_json_write_begin_row_object(&w);
  hw_json_write_key(&w, "father");
  hw_json_write_string(&w, NULL);
  hw_json_write_end_object(&w);
  hw_json_write_end_object(&w);
}

static void compact_form_is_one_line(void **state) {
  (void)state;
  write_sample();
  assert_written(
      "{\"id\": \"x\", \"none\": [], \"list\": [null, true, false], "
      "\"row\": [-9223372036854775808, {\"a\": 0.5}], \"person\": {\"father\": null}}\n");
}

static void indented_form_keeps_rows_on_one_line(void **state) {
  (void)state;
  hw_json_write_init_str(&w, &text, 2);
  write_sample();
  assert_written("{\n"
                 "  \"id\": \"x\",\n"
                 "  \"none\": [],\n"
                 "  \"list\": [\n"
                 "    null,\n"
                 "    true,\n"
                 "    false\n"
                 "  ],\n"
                 "  \"row\": [-9223372036854775808, {\"a\": 0.5}],\n"
                 "  \"person\": {\"father\": null}\n"
                 "}\n");
}

static void strings_are_escaped_and_stay_utf8(void **state) {
  (void)state;
  hw_json_write_begin_array(&w);
  hw_json_write_string(&w, "");
  hw_json_write_string(&w, "\"\\/\n\t\r\b\x01\x7f");
  hw_json_write_string(&w, "Nguyễn Văn Đạt 😀");
  hw_json_write_string(&w, "a\xFF"
                           "b\xE1\xBB");
  hw_json_write_end_array(&w);
  assert_written("[\"\", \"\\\"\\\\/\\n\\t\\u000d\\u0008\\u0001\\u007f\", "
                 "\"Nguyễn Văn Đạt 😀\", \"a\xEF\xBF\xBD"
                 "b\xEF\xBF\xBD\xEF\xBF\xBD\"]\n");
}

static void special_numbers_are_named(void **state) {
  (void)state;
  hw_json_write_begin_array(&w);
  hw_json_write_double(&w, -INFINITY);
  hw_json_write_double(&w, INFINITY);
  hw_json_write_double(&w, NAN);
  hw_json_write_double_short(&w, -INFINITY);
  hw_json_write_double(&w, 0.1);
  hw_json_write_double_short(&w, 0.1);
  hw_json_write_double(&w, -0.0);
  hw_json_write_double_short(&w, -0.0);
  hw_json_write_end_array(&w);
  assert_written(
      "[\"-inf\", \"inf\", \"undefined\", \"-inf\", 0.10000000000000001, 0.1, -0, -0.0]\n");
}

/* What differs between the members is how they write what is missing. */
static void members_say_what_is_missing_each_in_its_way(void **state) {
  (void)state;
  hw_json_write_begin_object(&w);
  hw_json_add_text(&w, "text", "");
  hw_json_add_text(&w, "no text", NULL);
  hw_json_add_given(&w, "given", "x");
  hw_json_add_given(&w, "not given", "");
  hw_json_add_given(&w, "neither", NULL);
  hw_json_add_null(&w, "null");
  hw_json_add_int(&w, "int", -1);
  hw_json_add_count(&w, "count", 0);
  hw_json_add_count(&w, "no count", -1);
  hw_json_add_bool(&w, "bool", true);
  hw_json_add_number(&w, "number", 0.1);
  hw_json_add_number(&w, "no number", NAN);
  hw_json_add_number_short(&w, "short", 0.1);
  hw_json_add_number_short(&w, "no short", NAN);
  hw_json_add_double(&w, "double", 0.1);
  hw_json_add_double(&w, "0/0", NAN);
  hw_json_add_double_short(&w, "short double", 0.1);
  hw_json_add_double_short(&w, "short 0/0", NAN);
  hw_json_write_end_object(&w);
  assert_written(
      "{\"text\": \"\", \"no text\": null, \"given\": \"x\", \"not given\": null, "
      "\"neither\": null, \"null\": null, \"int\": -1, \"count\": 0, \"no count\": null, "
      "\"bool\": true, \"number\": 0.10000000000000001, \"no number\": null, "
      "\"short\": 0.1, \"no short\": null, \"double\": 0.10000000000000001, "
      "\"0/0\": \"undefined\", \"short double\": 0.1, \"short 0/0\": \"undefined\"}\n");
}

static void infinite_members_are_named(void **state) {
  (void)state;
  hw_json_write_begin_object(&w);
  hw_json_add_number(&w, "a", -INFINITY);
  hw_json_add_number_short(&w, "b", INFINITY);
  hw_json_add_double(&w, "c", INFINITY);
  hw_json_add_double_short(&w, "d", -INFINITY);
  hw_json_write_end_object(&w);
  assert_written("{\"a\": \"-inf\", \"b\": \"inf\", \"c\": \"inf\", \"d\": \"-inf\"}\n");
}

static void members_that_hold_others_are_begun_by_name(void **state) {
  (void)state;
  const double values[] = {0.5, NAN, -INFINITY};
  hw_json_write_init_str(&w, &text, 1);
  hw_json_write_begin_object(&w);
  hw_json_add_object(&w, "object");
  hw_json_add_int(&w, "a", 1);
  hw_json_write_end_object(&w);
  hw_json_add_array(&w, "array");
  hw_json_write_int(&w, 1);
  hw_json_write_end_array(&w);
  hw_json_add_row_object(&w, "row object");
  hw_json_add_int(&w, "a", 1);
  hw_json_write_end_object(&w);
  hw_json_add_row(&w, "row");
  hw_json_write_int(&w, 1);
  hw_json_write_end_array(&w);
  hw_json_add_doubles(&w, "doubles", 3, values);
  hw_json_add_doubles(&w, "none", 0, values);
  hw_json_write_end_object(&w);
  assert_written("{\n"
                 " \"object\": {\n"
                 "  \"a\": 1\n"
                 " },\n"
                 " \"array\": [\n"
                 "  1\n"
                 " ],\n"
                 " \"row object\": {\"a\": 1},\n"
                 " \"row\": [1],\n"
                 " \"doubles\": [0.5, \"undefined\", \"-inf\"],\n"
                 " \"none\": []\n"
                 "}\n");
}

static double read_back(const char *number) {
  return strtod(number, NULL);
}

static void doubles_read_back_to_the_same_bits(void **state) {
  (void)state;
  static const double EDGES[] = {0,
                                 DBL_MIN,
                                 DBL_MAX,
                                 -DBL_MAX,
                                 DBL_TRUE_MIN,
                                 1.0 / 3,
                                 1e22,
                                 1e23,
                                 1.2345678901234568e17,
                                 5e-324,
                                 -4.7371234567890123};
  hw_random r;
  hw_random_init(&r, 11);
  for (size_t i = 0; i < 20000; i++) {
    double value = 0;
    if (i < sizeof EDGES / sizeof EDGES[0]) {
      value = EDGES[i];
    } else {
      const uint64_t bits = hw_random_u64(&r);
      memcpy(&value, &bits, sizeof value);
      if (!isfinite(value)) continue;
    }
    hw_str_clear(&text);
    hw_json_write_init_str(&w, &text, 0);
    hw_json_write_double(&w, value);
    hw_assert_ok(hw_json_write_finish(&w, NULL), NULL);
    hw_assert_same_bits(read_back(text.bytes), value);
    hw_str_clear(&text);
    hw_json_write_init_str(&w, &text, 0);
    hw_json_write_double_short(&w, value);
    hw_assert_ok(hw_json_write_finish(&w, NULL), NULL);
    hw_assert_same_bits(read_back(text.bytes), value);
  }
}

static void the_locale_does_not_matter(void **state) {
  (void)state;
  static const char *const COMMA[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "vi_VN.UTF-8", "ps_AF.UTF-8"};
  size_t i = 0;
  while (i < sizeof COMMA / sizeof COMMA[0] && !setlocale(LC_NUMERIC, COMMA[i])) i++;
  if (i == sizeof COMMA / sizeof COMMA[0]) skip(); /* none is installed */
  hw_json_write_begin_array(&w);
  hw_json_write_double(&w, 0.5);
  hw_json_write_double_short(&w, 1e-7 + 1);
  hw_json_write_end_array(&w);
  const hw_status status = hw_json_write_finish(&w, NULL);
  setlocale(LC_NUMERIC, "C");
  hw_assert_ok(status, NULL);
  assert_string_equal(hw_str_text(&text), "[0.5, 1.0000001]\n");
}

static void calls_that_make_no_json_are_bugs(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  for (int i = 0; i < 10; i++) {
    hw_str_clear(&text);
    hw_json_write_init_str(&w, &text, 0);
    if (i > 1) hw_json_write_begin_object(&w);
    switch (i) {
      case 0: /* nothing at all */
        break;
      case 1:
        hw_json_write_key(&w, "key outside an object");
        break;
      case 2: /* not closed */
        break;
      case 3:
        hw_json_write_int(&w, 1); /* no key */
        break;
      case 4:
        hw_json_write_key(&w, "a");
        hw_json_write_key(&w, "b");
        break;
      case 5:
        hw_json_write_key(&w, "a");
        hw_json_write_end_object(&w); /* no value */
        break;
      case 6:
        hw_json_write_end_array(&w); /* the other bracket */
        break;
      case 7:
        hw_json_write_end_object(&w);
        hw_json_write_end_object(&w);
        break;
      case 8:
        hw_json_write_end_object(&w);
        hw_json_write_int(&w, 1); /* a second value */
        break;
      default:
        hw_json_write_key(&w, "a");
        for (int k = 0; k < HW_JSON_WRITE_MAX_DEPTH; k++) hw_json_write_begin_array(&w);
    }
    hw_assert_status(hw_json_write_finish(&w, &err), HW_E_BUG, &err);
  }
}

static void a_full_disk_is_reported_at_the_end(void **state) {
  (void)state;
  FILE *full = fopen("/dev/full", "w");
  if (!full) skip();
  hw_err err = HW_ERR_INIT;
  hw_json_write_init_file(&w, full, 2);
  hw_json_write_begin_array(&w);
  for (int i = 0; i < 5000; i++) hw_json_write_int(&w, i);
  hw_json_write_end_array(&w);
  hw_assert_status(hw_json_write_finish(&w, &err), HW_E_IO, &err);
  hw_assert_contains(err.message, "cannot write");
  fclose(full);
}

static void a_file_gets_the_same_bytes_as_a_buffer(void **state) {
  (void)state;
  write_sample();
  hw_assert_ok(hw_json_write_finish(&w, NULL), NULL);
  FILE *file = tmpfile();
  assert_non_null(file);
  hw_json_write_init_file(&w, file, 0);
  write_sample();
  hw_assert_ok(hw_json_write_finish(&w, NULL), NULL);
  char bytes[512];
  rewind(file);
  const size_t n = fread(bytes, 1, sizeof bytes, file);
  assert_int_equal(n, text.length);
  assert_memory_equal(bytes, text.bytes, n);
  fclose(file);
}

static void exhausted_memory_is_reported_at_the_end(void **state) {
  (void)state;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_str_clear(&text);
    hw_json_write_init_str(&w, &text, 2);
    write_sample();
    hw_err err = HW_ERR_INIT;
    const hw_status status = hw_json_write_finish(&w, &err);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
}

/* What is stored has no line end, whatever stood in the buffer before. */
static void a_text_to_be_stored_ends_with_its_last_brace(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  const char *kept = NULL;
  hw_arena_init(&arena, 0);
  hw_str_append(&text, "[1]\n");
  write_sample();
  hw_assert_ok(hw_json_write_finish_bare(&w, &err), &err);
  assert_int_equal(text.bytes[text.length - 1], '}');
  assert_true(strncmp(text.bytes, "[1]\n{", 5) == 0);
  const char *sample = text.bytes + 4;
  hw_str other = HW_STR_INIT;
  hw_json_write_init_str(&w, &other, 0);
  write_sample();
  hw_assert_ok(hw_json_write_finish_in(&w, &arena, &kept, &err), &err);
  assert_string_equal(kept, sample);
  assert_int_equal(other.length, 0);
  hw_json_write_init_str(&w, &other, 0);
  hw_json_write_begin_array(&w);
  hw_assert_status(hw_json_write_finish_in(&w, &arena, &kept, &err), HW_E_BUG, &err);
  assert_string_equal(kept, sample);
  assert_int_equal(other.length, 0);
  hw_arena_clear(&arena);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(compact_form_is_one_line),
      CASE(indented_form_keeps_rows_on_one_line),
      CASE(strings_are_escaped_and_stay_utf8),
      CASE(special_numbers_are_named),
      CASE(members_say_what_is_missing_each_in_its_way),
      CASE(infinite_members_are_named),
      CASE(members_that_hold_others_are_begun_by_name),
      CASE(doubles_read_back_to_the_same_bits),
      CASE(the_locale_does_not_matter),
      CASE(calls_that_make_no_json_are_bugs),
      CASE(a_full_disk_is_reported_at_the_end),
      CASE(a_file_gets_the_same_bytes_as_a_buffer),
      CASE(exhausted_memory_is_reported_at_the_end),
      CASE(a_text_to_be_stored_ends_with_its_last_brace),
  };
  return cmocka_run_group_tests_name("json_write", tests, NULL, NULL);
}
