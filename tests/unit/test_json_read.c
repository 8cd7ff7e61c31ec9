/* JSON reader: what is refused and how it says so; accessors. */
#include "base/json_read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_err err;
static hw_json_doc *doc;

static int begin(void **state) {
  (void)state;
  err = (hw_err)HW_ERR_INIT;
  return 0;
}

static int end(void **state) {
  (void)state;
  hw_json_doc_delete(doc);
  doc = NULL;
  return 0;
}

static const hw_json *parse(const char *text) {
  hw_json_doc_delete(doc);
  hw_assert_ok(hw_json_doc_parse(text, strlen(text), "t.json", &doc, &err), &err);
  return hw_json_doc_root(doc);
}

static void assert_refused_bytes(const char *bytes, size_t n, hw_status status,
                                 const char *expected) {
  char text[1024];
  hw_json_doc *out = NULL;
  err = (hw_err)HW_ERR_INIT;
  hw_assert_status(hw_json_doc_parse(bytes, n, "t.json", &out, &err), status, &err);
  assert_null(out);
  hw_assert_contains(hw_err_text(&err, text, sizeof text), expected);
  assert_null(strchr(text, '\n'));
  hw_assert_status(hw_json_doc_parse(bytes, n, NULL, &out, NULL), status, NULL);
}

static void assert_refused(const char *text, hw_status status, const char *expected) {
  assert_refused_bytes(text, strlen(text), status, expected);
}

static void what_is_not_json_is_refused_with_its_place(void **state) {
  (void)state;
  assert_refused("{\"a\": 1,\n \"b\": }", HW_E_SYNTAX, "t.json:2:7: not valid JSON");
  assert_refused("[1, 2] x", HW_E_SYNTAX, "t.json:1:8: not valid JSON");
  assert_refused("[NaN]", HW_E_SYNTAX, "t.json:1:");
  assert_refused("[1,]", HW_E_SYNTAX, "not valid JSON");
  assert_refused("\"text\"", HW_E_SYNTAX, "not valid JSON");
  assert_refused("[01]", HW_E_SYNTAX, "not valid JSON");
  assert_refused("['a']", HW_E_SYNTAX, "not valid JSON");
  assert_refused("[\"\\u0000\"]", HW_E_SYNTAX, "not valid JSON");
  assert_refused("[\"\\ud800\"]", HW_E_SYNTAX, "not valid JSON");
  assert_refused("]", HW_E_SYNTAX, "t.json:1:1: not valid JSON");
}

static void incomplete_input_is_called_incomplete(void **state) {
  (void)state;
  static const char TEXT[] = "{\"a\": [1, \"x\\n\", {\"b\": true}]}";
  assert_refused("", HW_E_SYNTAX, "t.json:1:1: the input is empty");
  for (size_t n = 1; n + 1 < sizeof TEXT; n++) {
    hw_json_doc *out = NULL;
    hw_assert_status(hw_json_doc_parse(TEXT, n, NULL, &out, &err), HW_E_SYNTAX, &err);
    /* Inside a bare word or after a backslash jansson sees a wrong token instead. */
    if (!strstr(err.message, "not valid JSON")) hw_assert_contains(err.message, "complete?");
  }
  assert_refused("{\"a\": [1,\n  2", HW_E_SYNTAX, "t.json:2:");
  assert_refused("{\"a\": \"open", HW_E_SYNTAX, "complete?");
}

static void bytes_that_are_not_utf8_are_refused_with_their_place(void **state) {
  (void)state;
  assert_refused("[\"a\",\n\"é\xFF\"]", HW_E_SYNTAX, "t.json:2:3: byte 0xff is not UTF-8");
  assert_refused("[\"\xED\xA0\x80\"]", HW_E_SYNTAX, "is not UTF-8");
  assert_refused_bytes("[1, \0]", 6, HW_E_SYNTAX, "t.json:1:5: control byte 0x00");
  assert_refused("[\"a\nb\"]", HW_E_SYNTAX, "t.json:1:4: control byte 0x0a inside a string");
  assert_refused_bytes("\xFF\xFE[\0]\0", 6, HW_E_SYNTAX, "UTF-16");
}

static void a_byte_order_mark_is_ignored(void **state) {
  (void)state;
  assert_int_equal(hw_json_count(parse("\xEF\xBB\xBF[1, 2]")), 2);
}

static void duplicate_keys_are_refused(void **state) {
  (void)state;
  assert_refused("{\"a\": 1,\n\"a\": 2}", HW_E_DUPLICATE, "t.json:2:");
  assert_refused("{\"a\": {\"b\": 1, \"\\u0062\": 2}}", HW_E_DUPLICATE, "twice");
}

static void numbers_beyond_their_type_are_refused(void **state) {
  (void)state;
  assert_refused("[1e999]", HW_E_VALUE, "too large");
  assert_refused("[9223372036854775808]", HW_E_VALUE, "too large");
  assert_refused("[-9223372036854775809]", HW_E_VALUE, "too large");
}

static void depth_is_bounded_before_any_recursion(void **state) {
  (void)state;
  enum { N = 50000000 };
  char *brackets = malloc(N);
  assert_non_null(brackets);
  memset(brackets, '[', N);
  const clock_t start = clock();
  assert_refused_bytes(brackets, N, HW_E_SYNTAX, "t.json:1:65: brackets are nested more than 64");
  for (size_t i = 0; i < N; i++) brackets[i] = "{\"\":["[i % 5];
  assert_refused_bytes(brackets, N, HW_E_SYNTAX, "nested more than 64");
  assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
  free(brackets);
  char text[2 * HW_JSON_MAX_DEPTH + 1] = "";
  memset(text, '[', HW_JSON_MAX_DEPTH);
  memset(text + HW_JSON_MAX_DEPTH, ']', HW_JSON_MAX_DEPTH);
  parse(text);
  parse(
      "[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\", \"\\\"[\"]");
}

static void accessors_convert_and_tell_what_they_found(void **state) {
  (void)state;
  const hw_json *a = parse("[\"s\", 3, 2.5, true, null, [], {}, 1e10]");
  const char *text = NULL;
  bool flag = false;
  double number = 0;
  int64_t integer = 0;
  hw_assert_ok(hw_json_as_string(hw_json_at(a, 0), &text, &err), &err);
  assert_string_equal(text, "s");
  hw_assert_ok(hw_json_as_int(hw_json_at(a, 1), 0, 3, &integer, &err), &err);
  assert_int_equal(integer, 3);
  hw_assert_ok(hw_json_as_double(hw_json_at(a, 1), &number, &err), &err);
  hw_assert_same_bits(number, 3);
  hw_assert_ok(hw_json_as_double_in(hw_json_at(a, 2), 2.5, 2.5, &number, &err), &err);
  hw_assert_same_bits(number, 2.5);
  hw_assert_ok(hw_json_as_bool(hw_json_at(a, 3), &flag, &err), &err);
  assert_true(flag);
  assert_true(hw_json_is_null(hw_json_at(a, 4)));
  assert_false(hw_json_is_null(hw_json_at(a, 99)));
  hw_assert_ok(hw_json_expect_array(hw_json_at(a, 5), &err), &err);
  hw_assert_ok(hw_json_expect_object(hw_json_at(a, 6), &err), &err);

  hw_assert_status(hw_json_as_string(hw_json_at(a, 1), &text, &err), HW_E_SYNTAX, &err);
  assert_string_equal(err.message, "expected a string, found 3");
  hw_assert_status(hw_json_as_double(hw_json_at(a, 0), &number, &err), HW_E_SYNTAX, &err);
  assert_string_equal(err.message, "expected a number, found the string \"s\"");
  hw_assert_status(hw_json_as_int(hw_json_at(a, 7), 0, 5, &integer, &err), HW_E_SYNTAX, &err);
  assert_string_equal(err.message, "expected an integer, found 10000000000");
  hw_assert_status(hw_json_as_bool(hw_json_at(a, 5), &flag, &err), HW_E_SYNTAX, &err);
  assert_string_equal(err.message, "expected true or false, found an array");
  hw_assert_status(hw_json_expect_array(NULL, &err), HW_E_SYNTAX, &err);
  assert_string_equal(err.message, "expected an array, found nothing");
  hw_assert_status(hw_json_expect_object(hw_json_at(a, 3), &err), HW_E_SYNTAX, &err);
  assert_string_equal(err.message, "expected an object, found true");
  hw_assert_same_bits(number, 2.5); /* failed calls change nothing */
}

static void ranges_are_checked_and_told(void **state) {
  (void)state;
  const hw_json *o = parse("{\"count\": 1000000000, \"theta\": -0.5}");
  int64_t integer = 7;
  double number = 7;
  hw_assert_status(hw_json_get_int(o, "count", 0, 100, &integer, &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "expected an integer from 0 to 100, found 1000000000");
  assert_string_equal(err.field, "count");
  hw_assert_status(hw_json_get_double_in(o, "theta", 0, 1, &number, &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "expected a number from 0 to 1, found -0.5");
  assert_int_equal(integer, 7);
}

static void required_members_must_be_there(void **state) {
  (void)state;
  const hw_json *o = parse("{\"a\": {\"name\": 5}}");
  const hw_json *inner = NULL;
  const char *text = NULL;
  hw_assert_ok(hw_json_get_object(o, "a", &inner, &err), &err);
  hw_assert_status(hw_json_get_string(inner, "id", &text, &err), HW_E_SYNTAX, &err);
  assert_string_equal(err.message, "the key \"id\" is missing");
  hw_err_field(&err, "a");
  hw_json_doc_place(doc, &err);
  char line[256];
  assert_string_equal(hw_err_text(&err, line, sizeof line),
                      "t.json:1:7: a.id: the key \"id\" is missing");
  hw_assert_status(hw_json_get_string(inner, "name", &text, &err), HW_E_SYNTAX, &err);
  hw_err_field(&err, "a");
  hw_json_doc_place(doc, &err);
  assert_string_equal(hw_err_text(&err, line, sizeof line),
                      "t.json:1:16: a.name: expected a string, found 5");
  hw_json_doc_place(doc, NULL);
  hw_assert_status(hw_json_get_array(o, "a", &inner, &err), HW_E_SYNTAX, &err);
  hw_assert_status(hw_json_get(NULL, "a", &inner, &err), HW_E_SYNTAX, &err);
}

static void optional_members_keep_their_default_when_absent(void **state) {
  (void)state;
  const hw_json *o = parse("{\"n\": 5, \"b\": true, \"s\": \"x\", \"d\": 0.5, \"l\": [], "
                           "\"o\": {}, \"null\": null}");
  const char *text = "default";
  double number = 9;
  int64_t integer = 9;
  bool flag = false;
  const hw_json *value = NULL;
  hw_assert_ok(hw_json_find_string(o, "absent", &text, &err), &err);
  hw_assert_ok(hw_json_find_double(o, "absent", &number, &err), &err);
  hw_assert_ok(hw_json_find_double_in(o, "absent", 0, 1, &number, &err), &err);
  hw_assert_ok(hw_json_find_int(o, "absent", 0, 1, &integer, &err), &err);
  hw_assert_ok(hw_json_find_bool(o, "absent", &flag, &err), &err);
  hw_assert_ok(hw_json_find_array(o, "absent", &value, &err), &err);
  hw_assert_ok(hw_json_find_object(o, "absent", &value, &err), &err);
  assert_string_equal(text, "default");
  hw_assert_same_bits(number, 9);
  assert_true(integer == 9 && !flag && !value);

  hw_assert_ok(hw_json_find_string(o, "s", &text, &err), &err);
  hw_assert_ok(hw_json_find_double_in(o, "d", 0, 1, &number, &err), &err);
  hw_assert_ok(hw_json_find_int(o, "n", 0, 5, &integer, &err), &err);
  hw_assert_ok(hw_json_find_bool(o, "b", &flag, &err), &err);
  hw_assert_ok(hw_json_find_array(o, "l", &value, &err), &err);
  hw_assert_ok(hw_json_find_object(o, "o", &value, &err), &err);
  assert_true(integer == 5 && flag && value);
  hw_assert_status(hw_json_find_int(o, "null", 0, 5, &integer, &err), HW_E_SYNTAX, &err);
  assert_string_equal(err.field, "null");
  assert_string_equal(err.message, "expected an integer, found null");
}

static void unknown_keys_are_named_with_the_permitted_ones(void **state) {
  (void)state;
  static const char *const KEYS[] = {"name", "alleles", NULL};
  static const char *const NO_KEYS[] = {NULL};
  const hw_json *o = parse("{\"name\": 1,\n  \"allelles\": 2}");
  hw_assert_status(hw_json_check_keys(o, KEYS, &err), HW_E_UNKNOWN_KEY, &err);
  hw_json_doc_place(doc, &err);
  char line[256];
  assert_string_equal(hw_err_text(&err, line, sizeof line),
                      "t.json:2:15: allelles: unknown key \"allelles\"; permitted: name, alleles");
  hw_assert_status(hw_json_check_keys(o, NO_KEYS, &err), HW_E_UNKNOWN_KEY, &err);
  hw_assert_contains(err.message, "permitted: none");
  hw_assert_ok(hw_json_check_keys(parse("{\"name\": 1}"), KEYS, &err), &err);
  hw_assert_status(hw_json_check_keys(parse("[]"), KEYS, &err), HW_E_SYNTAX, &err);
}

static void members_come_in_the_order_of_the_file(void **state) {
  (void)state;
  const hw_json *o = parse("{\"z\": 1, \"a\": 2, \"m\": 3, \"b\": 4}");
  hw_str keys = HW_STR_INIT;
  hw_json_iter it = {0};
  while (hw_json_next(o, &it)) hw_str_append(&keys, it.key);
  assert_string_equal(hw_str_text(&keys), "zamb");
  hw_str_clear(&keys);
  assert_false(hw_json_next(o, &it)); /* and stays at the end */
  hw_json_iter none = {0};
  assert_false(hw_json_next(parse("[1]"), &none));
  assert_false(hw_json_next(parse("{}"), &none));
}

static void kinds_and_counts_are_safe_for_everything(void **state) {
  (void)state;
  const hw_json *a = parse("[1, 1.0, \"x\", {\"k\": 1}]");
  assert_int_equal(hw_json_kind_of(NULL), HW_JSON_NONE);
  assert_int_equal(hw_json_kind_of(hw_json_at(a, 0)), HW_JSON_INTEGER);
  assert_int_equal(hw_json_kind_of(hw_json_at(a, 1)), HW_JSON_REAL);
  assert_int_equal(hw_json_count(hw_json_at(a, 2)), 0);
  assert_int_equal(hw_json_count(hw_json_at(a, 3)), 1);
  assert_int_equal(hw_json_count(NULL), 0);
  assert_null(hw_json_at(a, 4));
  assert_null(hw_json_at(NULL, 0));
  assert_null(hw_json_find(a, "k"));
  for (int kind = HW_JSON_NONE; kind <= HW_JSON_OBJECT; kind++)
    assert_true(strlen(hw_json_kind_name((hw_json_kind)kind)) > 3);
}

static void files_are_read_with_their_name_in_errors(void **state) {
  (void)state;
  char path[] = "/tmp/homeward-json-XXXXXX";
  const int fd = mkstemp(path);
  assert_true(fd >= 0);
  FILE *file = fdopen(fd, "w");
  assert_non_null(file);
  fputs("{\"theta\": 2}\n", file);
  fclose(file);
  double theta = 0;
  hw_assert_ok(hw_json_doc_read(path, 0, &doc, &err), &err);
  hw_assert_status(hw_json_get_double_in(hw_json_doc_root(doc), "theta", 0, 1, &theta, &err),
                   HW_E_VALUE, &err);
  hw_json_doc_place(doc, &err);
  assert_string_equal(err.file, path);
  assert_int_equal(err.column, 11);
  hw_json_doc *other = NULL;
  hw_assert_status(hw_json_doc_read(path, 5, &other, &err), HW_E_VALUE, &err);
  assert_null(other);
  unlink(path);
  hw_assert_status(hw_json_doc_read(path, 0, &other, &err), HW_E_NOT_FOUND, &err);
  assert_string_equal(err.file, path);
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_json_doc *out = NULL;
    const hw_status status = hw_json_doc_parse("[1]", 3, "name", &out, &err);
    const bool failed = hw_faults_end();
    hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
    assert_int_equal(out == NULL, failed);
    hw_json_doc_delete(out);
    if (!failed) break;
  }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(what_is_not_json_is_refused_with_its_place),
      CASE(incomplete_input_is_called_incomplete),
      CASE(bytes_that_are_not_utf8_are_refused_with_their_place),
      CASE(a_byte_order_mark_is_ignored),
      CASE(duplicate_keys_are_refused),
      CASE(numbers_beyond_their_type_are_refused),
      CASE(depth_is_bounded_before_any_recursion),
      CASE(accessors_convert_and_tell_what_they_found),
      CASE(ranges_are_checked_and_told),
      CASE(required_members_must_be_there),
      CASE(optional_members_keep_their_default_when_absent),
      CASE(unknown_keys_are_named_with_the_permitted_ones),
      CASE(members_come_in_the_order_of_the_file),
      CASE(kinds_and_counts_are_safe_for_everything),
      CASE(files_are_read_with_their_name_in_errors),
      CASE(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("json_read", tests, NULL, NULL);
}
