/* Status codes and the error chain. */
#include "homeward/status.h"

#include <string.h>

#include "support/assert.h"

static const hw_status ALL[] = {
#define HW_STATUS(name, value, family, sentence, exit_status) HW_##name,
#include "homeward/status.def"
#undef HW_STATUS
};

static void every_code_has_name_family_sentence_and_exit_status(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof ALL / sizeof ALL[0]; i++) {
    assert_int_equal(strncmp(hw_status_name(ALL[i]), "HW_", 3), 0);
    assert_true(strlen(hw_status_sentence(ALL[i])) > 0);
    assert_true(strlen(hw_status_family(ALL[i])) > 0);
    const int status = hw_status_exit(ALL[i]);
    assert_true(status == 0 || status == 2 || status == 3 || status == 75);
    assert_int_equal(status == 0, ALL[i] == HW_OK);
    for (size_t j = 0; j < i; j++) assert_int_not_equal(ALL[i], ALL[j]);
  }
  assert_string_equal(hw_status_name(HW_E_VALUE), "HW_E_VALUE");
}

static void a_foreign_value_is_unknown_and_no_success(void **state) {
  (void)state;
  const hw_status foreign = (hw_status)-12345;
  assert_string_equal(hw_status_name(foreign), "unknown status");
  assert_string_equal(hw_status_sentence(foreign), "unknown status");
  assert_string_equal(hw_status_family(foreign), "unknown status");
  assert_int_not_equal(hw_status_exit(foreign), 0);
}

static void a_null_error_is_accepted_everywhere(void **state) {
  (void)state;
  assert_int_equal(hw_err_set(NULL, HW_E_IO, "%s", "x"), HW_E_IO);
  hw_err_place(NULL, "f", 1, 1);
  hw_err_field(NULL, "a");
  hw_err_while(NULL, "b");
}

static void the_text_has_the_parts_that_are_known(void **state) {
  (void)state;
  char text[256];
  hw_err err = HW_ERR_INIT;
  assert_int_equal(hw_err_set(&err, HW_E_VALUE, "sum is %g", 0.5), HW_E_VALUE);
  assert_string_equal(hw_err_text(&err, text, sizeof text), "sum is 0.5");
  hw_err_field(&err, "frequencies");
  hw_err_field(&err, "markers[%d]", 2);
  assert_string_equal(hw_err_text(&err, text, sizeof text), "markers[2].frequencies: sum is 0.5");
  hw_err_place(&err, NULL, 7, 0);
  assert_string_equal(hw_err_text(&err, text, sizeof text),
                      "line 7: markers[2].frequencies: sum is 0.5");
  hw_err_place(&err, "case.json", 0, 3);
  assert_string_equal(hw_err_text(&err, text, sizeof text),
                      "case.json:7:3: markers[2].frequencies: sum is 0.5");
  hw_err_while(&err, "reading %s", "H1");
  assert_string_equal(hw_err_text(&err, text, sizeof text),
                      "case.json:7:3: markers[2].frequencies: sum is 0.5, while reading H1");
}

static void a_file_without_line_and_an_error_without_message_read_well(void **state) {
  (void)state;
  char text[256];
  hw_err err = HW_ERR_INIT;
  hw_err_set(&err, HW_E_NOT_FOUND, "%s", "");
  hw_err_place(&err, "x.csv", 0, 0);
  assert_string_equal(hw_err_text(&err, text, sizeof text), "x.csv: no such file or entry");
}

static void setting_clears_the_place_of_an_earlier_error(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_err_set(&err, HW_E_VALUE, "first");
  hw_err_place(&err, "a", 1, 2);
  hw_err_field(&err, "f");
  hw_err_set(&err, HW_E_SYNTAX, "second");
  assert_int_equal(err.status, HW_E_SYNTAX);
  assert_int_equal(err.line + err.column, 0);
  assert_string_equal(err.file, "");
  assert_string_equal(err.field, "");
}

static void path_components_join_by_dot_but_not_before_brackets(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_err_set(&err, HW_E_VALUE, "x");
  hw_err_field(&err, "[%d]", 4);
  hw_err_field(&err, "alleles");
  assert_string_equal(err.field, "alleles[4]");
  hw_err_field(&err, "markers[0]");
  assert_string_equal(err.field, "markers[0].alleles[4]");
  hw_err_field(&err, "%s", "");
  assert_string_equal(err.field, "markers[0].alleles[4]");
}

static void an_error_may_be_rewritten_from_its_own_parts(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_err_set(&err, HW_E_VALUE, "inner");
  hw_err_field(&err, "f");
  hw_err_set(&err, HW_E_REFERENCE, "outer(%s, %s)", err.message, err.field);
  assert_string_equal(err.message, "outer(inner, f)");
  hw_err_place(&err, err.message, 0, 0);
  assert_string_equal(err.file, "outer(inner, f)");
}

static void control_characters_and_foreign_bytes_become_question_marks(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_err_set(&err, HW_E_VALUE, "%s",
             "a\nb\x1b[2J\x7f\xC2\x9B"
             "c\xFF"
             "đ");
  assert_string_equal(err.message, "a?b?[2J??c?đ");
  hw_err_place(&err, "bad\r\xE1name", 0, 0);
  assert_string_equal(err.file, "bad??name");
}

static void long_text_ends_in_a_whole_character_and_an_ellipsis(void **state) {
  (void)state;
  /* Shifted by 0 … 3 ASCII bytes, so that the cut falls on every byte of a character. */
  for (size_t shift = 0; shift < 4; shift++) {
    char text[2000];
    size_t n = 0;
    while (n < shift) text[n++] = 'x';
    while (n + 3 < sizeof text) {
      memcpy(text + n, "ễ", 3);
      n += 3;
    }
    text[n] = '\0';
    hw_err err = HW_ERR_INIT;
    hw_err_set(&err, HW_E_VALUE, "%s", text);
    const size_t length = strlen(err.message);
    assert_in_range(length, sizeof err.message - 7, sizeof err.message - 1);
    assert_string_equal(err.message + length - 3, "\xE2\x80\xA6");
    assert_memory_equal(err.message + length - 6, "ễ", 3);
    char line[64];
    hw_err_text(&err, line, sizeof line);
    assert_in_range(strlen(line), sizeof line - 7, sizeof line - 1);
  }
}

static void text_that_just_fits_is_not_cut(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  char text[sizeof err.message + 1];
  memset(text, 'x', sizeof text);
  text[sizeof err.message - 1] = '\0';
  hw_err_set(&err, HW_E_VALUE, "%s", text);
  assert_string_equal(err.message, text);
  text[sizeof err.message - 1] = 'x';
  text[sizeof err.message] = '\0';
  hw_err_set(&err, HW_E_VALUE, "%s", text);
  assert_int_equal(strlen(err.message), sizeof err.message - 1);
  assert_string_equal(err.message + sizeof err.message - 4, "\xE2\x80\xA6");
}

static void a_tiny_buffer_is_never_overrun(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_err_set(&err, HW_E_VALUE, "a long enough message");
  for (size_t size = 0; size < 30; size++) {
    char buffer[32];
    memset(buffer, '#', sizeof buffer);
    assert_ptr_equal(hw_err_text(&err, buffer, size), buffer);
    assert_int_equal(buffer[size], '#');
    if (size > 0) assert_true(strlen(buffer) < size);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_code_has_name_family_sentence_and_exit_status),
      cmocka_unit_test(a_foreign_value_is_unknown_and_no_success),
      cmocka_unit_test(a_null_error_is_accepted_everywhere),
      cmocka_unit_test(the_text_has_the_parts_that_are_known),
      cmocka_unit_test(a_file_without_line_and_an_error_without_message_read_well),
      cmocka_unit_test(setting_clears_the_place_of_an_earlier_error),
      cmocka_unit_test(path_components_join_by_dot_but_not_before_brackets),
      cmocka_unit_test(an_error_may_be_rewritten_from_its_own_parts),
      cmocka_unit_test(control_characters_and_foreign_bytes_become_question_marks),
      cmocka_unit_test(long_text_ends_in_a_whole_character_and_an_ellipsis),
      cmocka_unit_test(text_that_just_fits_is_not_cut),
      cmocka_unit_test(a_tiny_buffer_is_never_overrun),
  };
  return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
