/* Decoding of text files: which encoding is found, what comes out, what is refused. */
#include "formats/text.h"

#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

static hw_err err;

static void assert_decodes(const char *bytes, size_t n, hw_text_encoding asked,
                           hw_text_encoding found, const char *expected) {
  hw_decoded text = {0};
  hw_assert_ok(hw_text_decode(bytes, n, asked, &text, &err), &err);
  assert_int_equal(text.encoding, found);
  assert_int_equal(text.n_bytes, strlen(expected));
  assert_memory_equal(text.bytes, expected, text.n_bytes);
  hw_text_clear(&text);
}

static void assert_refuses(const char *bytes, size_t n, hw_text_encoding asked, uint64_t line,
                           const char *expected) {
  hw_decoded text = {0};
  err = (hw_err)HW_ERR_INIT;
  hw_assert_status(hw_text_decode(bytes, n, asked, &text, &err), HW_E_SYNTAX, &err);
  assert_null(text.bytes);
  assert_null(text.storage);
  assert_int_equal(err.line, line);
  hw_assert_contains(err.message, expected);
}

#define DECODES(bytes, asked, found, expected) \
  assert_decodes((bytes), sizeof(bytes) - 1, (asked), (found), (expected))
#define REFUSES(bytes, asked, line, expected) \
  assert_refuses((bytes), sizeof(bytes) - 1, (asked), (line), (expected))

static void utf8_is_borrowed(void **state) {
  (void)state;
  static const char plain[] = "Nguyễn\n", marked[] = "\xEF\xBB\xBFNguyễn\n";
  hw_decoded text = {0};
  hw_assert_ok(hw_text_decode(plain, sizeof plain - 1, HW_TEXT_DETECT, &text, &err), &err);
  assert_ptr_equal(text.bytes, plain);
  assert_false(text.has_mark);
  hw_assert_ok(hw_text_decode(marked, sizeof marked - 1, HW_TEXT_DETECT, &text, &err), &err);
  assert_ptr_equal(text.bytes, marked + 3);
  assert_true(text.has_mark);
  assert_null(text.storage);
  DECODES("", HW_TEXT_DETECT, HW_TEXT_UTF8, "");
  DECODES("a", HW_TEXT_DETECT, HW_TEXT_UTF8, "a");
}

static void utf16_becomes_utf8(void **state) {
  (void)state;
  DECODES("\xFF\xFE"
          "a\0\xC5\x1E\n\0",
          HW_TEXT_DETECT, HW_TEXT_UTF16LE, "a\u1EC5\n");
  DECODES("\xFE\xFF"
          "\0a\x1E\xC5\0\n",
          HW_TEXT_DETECT, HW_TEXT_UTF16BE, "a\u1EC5\n");
  DECODES("\xFF\xFE"
          "\x3D\xD8\x00\xDE",
          HW_TEXT_DETECT, HW_TEXT_UTF16LE, "\xF0\x9F\x98\x80");
  DECODES("a\0b\0", HW_TEXT_DETECT, HW_TEXT_UTF16LE, "ab");
  DECODES("\0a\0b", HW_TEXT_DETECT, HW_TEXT_UTF16BE, "ab");
  DECODES("\xFF\xFE", HW_TEXT_DETECT, HW_TEXT_UTF16LE, "");
}

static void code_pages_become_utf8(void **state) {
  (void)state;
  DECODES("Mu\xF1oz \x80 \x9F", HW_TEXT_DETECT, HW_TEXT_LATIN1, "Mu\u00F1oz \u20AC \u0178");
  /* One accident that is UTF-8 too does not outweigh the rest. */
  DECODES("\xE9 \xE8 \xC3\xA9", HW_TEXT_DETECT, HW_TEXT_LATIN1, "\u00E9 \u00E8 \u00C3\u00A9");
  /* Who knows the encoding may say so. */
  DECODES("\xC3\xA9", HW_TEXT_LATIN1, HW_TEXT_LATIN1, "\u00C3\u00A9");
}

static void damaged_texts_are_refused_with_their_line(void **state) {
  (void)state;
  REFUSES("a\nb\0c", HW_TEXT_DETECT, 2, "NUL byte");
  REFUSES("\u1EC5\u1EC5\r\n\u1EC5\xE9\n", HW_TEXT_DETECT, 2, "byte 0xE9 is no character of UTF-8");
  REFUSES("\xEF\xBB\xBF"
          "a\rb\r\xE9",
          HW_TEXT_DETECT, 3, "0xE9");
  REFUSES("a\n\xE9 \x81", HW_TEXT_DETECT, 2, "byte 0x81 is no character of Windows-1252");
  REFUSES("\xE9", HW_TEXT_UTF8, 1, "save the file again as UTF-8");
  REFUSES("\xFF\xFE"
          "a\0\n\0\0\0",
          HW_TEXT_DETECT, 2, "NUL byte");
  REFUSES("\xFF\xFE"
          "a\0\n\0b",
          HW_TEXT_DETECT, 2, "ends in half a character");
  REFUSES("\xFF\xFE"
          "\x00\xD8"
          "a\0",
          HW_TEXT_DETECT, 1, "surrogate pair (0xD800)");
  REFUSES("\xFF\xFE"
          "\x00\xDC",
          HW_TEXT_DETECT, 1, "surrogate pair (0xDC00)");
  REFUSES("\xFF\xFE"
          "a\0",
          HW_TEXT_UTF8, 0, "byte order mark of UTF-16LE, expected UTF-8");
}

static void guesses_are_told(void **state) {
  (void)state;
  hw_arena arena = {0};
  hw_notes notes = {.arena = &arena};
  const hw_decoded texts[] = {
      {.encoding = HW_TEXT_UTF8}, {.encoding = HW_TEXT_UTF16BE}, {.encoding = HW_TEXT_LATIN1}};
  for (int i = 0; i < 3; i++) hw_assert_ok(hw_text_note(&texts[i], "it", &notes, &err), &err);
  assert_int_equal(notes.n, 2);
  assert_string_equal(notes.kept[0].text, "it was read as UTF-16BE");
  assert_string_equal(notes.kept[1].text,
                      "it was read as Windows-1252 (Latin-1); if names look garbled, save the file "
                      "as UTF-8 first");
  hw_arena_clear(&arena);
}

static void encodings_have_names(void **state) {
  (void)state;
  assert_string_equal(hw_text_encoding_name(HW_TEXT_UTF8), "UTF-8");
  assert_string_equal(hw_text_encoding_name(HW_TEXT_UTF16LE), "UTF-16LE");
  assert_string_equal(hw_text_encoding_name(HW_TEXT_UTF16BE), "UTF-16BE");
  assert_string_equal(hw_text_encoding_name(HW_TEXT_LATIN1), "Windows-1252 (Latin-1)");
  assert_string_equal(hw_text_encoding_name(HW_TEXT_DETECT), "unknown encoding");
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  static const char *const texts[] = {"\xE9", "\xFF\xFE"
                                              "ab"};
  for (size_t i = 0; i < 2; i++) {
    hw_decoded text = {0};
    assert_true(hw_faults_begin(0));
    const hw_status status =
        hw_text_decode(texts[i], strlen(texts[i]), HW_TEXT_DETECT, &text, &err);
    assert_true(hw_faults_end());
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
  hw_text_clear(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(utf8_is_borrowed),
      cmocka_unit_test(utf16_becomes_utf8),
      cmocka_unit_test(code_pages_become_utf8),
      cmocka_unit_test(damaged_texts_are_refused_with_their_line),
      cmocka_unit_test(guesses_are_told),
      cmocka_unit_test(encodings_have_names),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
