/* What the program says, in Vietnamese. */
#include <stdio.h>
#include <string.h>

#include "homeward/random.h"
#include "language/language.h"
#include "support/assert.h"

static const struct said {
  const char *format, *vi;
} said[] = {
#define HW_SAID(format, vi) {format, vi},
#define HW_SAID_JOINED HW_SAID
#include "language/said_vi.def"
#undef HW_SAID_JOINED
#undef HW_SAID
};
enum { N_SAID = sizeof said / sizeof *said };

static void assert_said(const char *message, const char *expected) {
  hw_str out = HW_STR_INIT;
  assert_true(hw_text_say(&out, HW_LANGUAGE_VI, message));
  assert_string_equal(hw_str_text(&out), expected);
  hw_str_clear(&out);
}

static void assert_not_said(hw_language language, const char *message) {
  hw_str out = HW_STR_INIT;
  assert_false(hw_text_say(&out, language, message));
  assert_int_equal(out.length, 0);
  hw_str_clear(&out);
}

static void a_message_is_said_with_what_fills_its_places(void **state) {
  (void)state;
  assert_said("the old password is wrong", "mật khẩu cũ không đúng");
  assert_said("the password has 7 characters, expected at least 12",
              "mật khẩu có 7 ký tự, cần ít nhất 12");
  assert_said("the code 'it's in use' is in use", "mã 'it's in use' đang được dùng");
  assert_said("A1 has 2 contradictions that are not resolved: 'homeward decide I7' tells which",
              "A1 có 2 mâu thuẫn chưa được giải quyết: xem trang của hồ sơ xác định danh tính I7");
}

static void words_of_the_model_are_said_and_texts_in_quotes_are_kept(void **state) {
  (void)state;
  assert_said("there is no family 'sample'", "không có gia đình 'sample'");
  assert_said(
      "14 of 183 markers of SNP panel 'small' are left out: no frequencies of ALL, or no place "
      "on the map",
      "bỏ qua 14 trên 183 locus của bộ SNP 'small': không có tần số của ALL, hoặc không có vị "
      "trí trên bản đồ");
  assert_said("is candidate: from here it can become reviewed",
              "đang ở trạng thái mới đề xuất: từ đây chỉ có thể chuyển thành đã thẩm định");
}

static void readers_of_files_are_said(void **state) {
  (void)state;
  assert_said("\"17,3\" is not a number; write the decimal sign as a point",
              "\"17,3\" không phải là số; hãy viết phần thập phân bằng dấu chấm");
  assert_said("the row has 4 cells where the header has 5; is a delimiter or a quote missing?",
              "dòng có 4 ô trong khi dòng tiêu đề có 5; có thiếu dấu phân cách hoặc dấu ngoặc kép "
              "không?");
  assert_said("sample \"S9\" is no sample of the file; it has 12, the first is \"A B\"",
              "mẫu sinh phẩm \"S9\" không phải mẫu của tệp; tệp có 12, mẫu đầu tiên là \"A B\"");
  assert_said("person \"S9\" is no sample of the file; it has 0",
              "người \"S9\" không phải mẫu của tệp; tệp có 0");
  assert_said("family \"F1\": nobody is missing", "gia đình \"F1\": không có ai mất tích");
  assert_said("2 families have no stated pedigree and are left out",
              "2 gia đình chưa có phả hệ khai báo nên bị bỏ qua");
  assert_said(
      "line 3: S1: haplogroup B5a, score 0.912, 21 of 22 expected mutations, 2 besides; next "
      "B5b, 0.801",
      "dòng 3: S1: nhóm đơn bội B5a, điểm 0.912, có 21 trên 22 đột biến kỳ vọng, 2 đột biến "
      "ngoài kỳ vọng; kế tiếp B5b, 0.801");
}

static void a_message_inside_a_message_is_said(void **state) {
  (void)state;
  assert_said(
      "line 4: has 5 of other branches than H2a2a (73G 210G): damage, a mixture or a typing "
      "error?",
      "dòng 4: có 5 đột biến của nhánh khác H2a2a (73G 210G): do tổn thương, hỗn hợp hay "
      "lỗi đọc?");
  assert_said(
      "difference '263Q': no base after the position; expected 263G, 152Y, 309.1C, 573.XC or "
      "523DEL",
      "khác biệt '263Q': không có bazơ sau vị trí; cần dạng 263G, 152Y, 309.1C, 573.XC hoặc "
      "523DEL");
  assert_said("is missing: there is no such file", "còn thiếu: không có tệp này");
  assert_said(
      "family F2: the sample of F2-R1 fits better as that of a person unrelated to the family "
      "(log10 LR against the stated pedigree 28.64, posterior 1); 2 other explanations fit "
      "about as well",
      "gia đình F2: mẫu của F2-R1 phù hợp hơn nếu coi là của người không có quan hệ huyết "
      "thống với gia đình (log10 LR so với phả hệ khai báo 28.64, xác suất hậu nghiệm 1); còn "
      "2 cách giải thích khác phù hợp tương đương");
}

static void what_has_no_translation_is_left_alone(void **state) {
  (void)state;
  assert_not_said(HW_LANGUAGE_VI, "nobody has ever said this");
  assert_not_said(HW_LANGUAGE_VI, "");
  assert_not_said(HW_LANGUAGE_EN, "the old password is wrong");
  /* A place of a number holds no word. */
  assert_not_said(HW_LANGUAGE_VI, "the password has many characters, expected at least 12");
  assert_not_said(HW_LANGUAGE_VI, "the old password is wrong.");
}

/* The format with "7" for numbers and "A7" for texts. */
static void fill_format(const char *format, hw_str *out) {
  for (const char *at = format; *at != '\0';) {
    if (*at != '%') {
      hw_str_append_bytes(out, at++, 1);
      continue;
    }
    at++;
    while (strchr("-+ #0123456789.*hlzjt", *at) != NULL) at++;
    hw_str_append(out, *at++ == 's' ? "A7" : "7");
  }
}

static void every_format_is_found_again(void **state) {
  (void)state;
  for (int i = 0; i < N_SAID; i++) {
    hw_str message = HW_STR_INIT, out = HW_STR_INIT;
    fill_format(said[i].format, &message);
    if (!hw_text_say(&out, HW_LANGUAGE_VI, hw_str_text(&message)))
      fail_msg("not said: %s", said[i].format);
    const char *brace = strstr(hw_str_text(&out), "{");
    if ((brace != NULL && brace[1] >= '0' && brace[1] <= '9') || out.length == 0)
      fail_msg("%s: an unfilled place: %s", said[i].format, hw_str_text(&out));
    hw_str_clear(&message);
    hw_str_clear(&out);
  }
}

static void whatever_is_said_ends(void **state) {
  (void)state;
  hw_random random;
  hw_random_init(&random, 1);
  for (int i = 0; i < 2000; i++) {
    /* A format with bytes changed, doubled, and left out. */
    char text[600];
    size_t n = 0;
    const char *format = said[hw_random_below(&random, N_SAID)].format;
    for (const char *c = format; *c != '\0' && n + 3 < sizeof text; c++) {
      const uint32_t what = (uint32_t)hw_random_below(&random, 40);
      if (what == 0) continue;
      text[n++] = what == 1 ? (char)(1 + hw_random_below(&random, 255)) : *c;
      if (what == 2) text[n++] = *c;
    }
    text[n] = '\0';
    hw_str out = HW_STR_INIT;
    const bool is_said = hw_text_say(&out, HW_LANGUAGE_VI, text);
    assert_true(is_said || out.length == 0);
    hw_str_clear(&out);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_message_is_said_with_what_fills_its_places),
      cmocka_unit_test(words_of_the_model_are_said_and_texts_in_quotes_are_kept),
      cmocka_unit_test(readers_of_files_are_said),
      cmocka_unit_test(a_message_inside_a_message_is_said),
      cmocka_unit_test(what_has_no_translation_is_left_alone),
      cmocka_unit_test(every_format_is_found_again),
      cmocka_unit_test(whatever_is_said_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
