/* Cases from files of any kind. */
#include "formats/case_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/assert.h"
#include "support/case_text.h"
#include "support/fam_text.h"
#include "support/faults.h"

static char path[64];

/* A file that is gone after the test. */
static void write_file(const char *text) {
  snprintf(path, sizeof path, "/tmp/homeward-case-source-XXXXXX");
  const int descriptor = mkstemp(path);
  assert_true(descriptor >= 0);
  FILE *out = fdopen(descriptor, "wb");
  assert_non_null(out);
  assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
  assert_int_equal(fclose(out), 0);
}

static int remove_file(void **state) {
  (void)state;
  if (path[0]) (void)unlink(path);
  path[0] = '\0';
  return 0;
}

static void json_is_known_by_its_content(void **state) {
  (void)state;
  hw_case_source source = {0};
  hw_errors errors = {0};
  write_file(CASE_DVI);
  hw_assert_status(hw_case_source_read(path, &source, &errors), HW_OK, &errors.kept[0]);
  assert_int_equal(source.list.n_cases, 1);
  assert_string_equal(source.list.cases[0].id, "d1");
  assert_int_equal(source.n_notes, 0);
  assert_null(source.fam);
  hw_case_source_clear(&source);
  assert_int_equal(source.list.n_cases, 0);
  hw_case_source_clear(&source);
  hw_case_source_clear(NULL);
}

static void familias_is_known_by_its_content(void **state) {
  (void)state;
  hw_case_source source = {0};
  hw_errors errors = {0};
  write_file(FAM_DVI);
  hw_assert_status(hw_case_source_read(path, &source, &errors), HW_OK, &errors.kept[0]);
  assert_int_equal(source.list.n_cases, 1);
  assert_true(source.list.cases == source.fam->cases);
  assert_true(source.n_notes > 0 && source.notes == source.fam->notes);
  hw_case_source_clear(&source);
}

static void mistakes_are_those_of_the_format(void **state) {
  (void)state;
  static const struct {
    const char *text;
    hw_status status;
    const char *message;
  } list[] = {
      {"neither", HW_E_SYNTAX, "not valid JSON"},
      {"{}", HW_E_SYNTAX, "missing"},
      {"\"Output from Familias, version 3.1\"\n3.1\nfour\n", HW_E_SYNTAX, "number of persons"},
      {"\"Output from Familias, version 3.1\"\n3.1\n0\n\"Known relations\"\n0\n0\n0\n0\n"
       "#FALSE# (#Databases: 0 )\n",
       HW_E_SHAPE, "a frequency database of 0 loci, and no persons"},
  };
  for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
    hw_case_source source = {0};
    hw_errors errors = {0};
    write_file(list[i].text);
    hw_assert_status(hw_case_source_read(path, &source, &errors), list[i].status, &errors.kept[0]);
    assert_int_equal(errors.n, 1);
    assert_string_equal(errors.kept[0].file, path);
    hw_assert_contains(errors.kept[0].message, list[i].message);
    assert_int_equal(source.list.n_cases, 0);
    (void)remove_file(NULL);
  }
  hw_case_source source = {0};
  hw_errors errors = {0};
  hw_assert_status(hw_case_source_read("/nowhere/x", &source, &errors), HW_E_NOT_FOUND, NULL);
  assert_int_equal(errors.n, 1);
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  static const char *const texts[] = {CASE_DVI, FAM_DVI};
  for (int i = 0; i < 2; i++) {
    write_file(texts[i]);
    for (long n = 0; hw_faults_begin(n); n++) {
      hw_case_source source = {0};
      hw_errors errors = {0};
      const hw_status status = hw_case_source_read(path, &source, &errors);
      const bool failed = hw_faults_end();
      hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &errors.kept[0]);
      hw_case_source_clear(&source);
      if (!failed) break;
    }
    (void)remove_file(NULL);
  }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, NULL, remove_file)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(json_is_known_by_its_content),
      CASE(familias_is_known_by_its_content),
      CASE(mistakes_are_those_of_the_format),
      CASE(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("case_source", tests, NULL, NULL);
}
