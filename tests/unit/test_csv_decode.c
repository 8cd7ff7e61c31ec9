/* CSV files that are not UTF-8: the same rows as of the same text in UTF-8, through windows of any
 * size; what is no character is told with line and column. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fold.h"
#include "base/utf8.h"
#include "formats/csv_int.h"
#include "oracle/rng.h"
#include "support/assert.h"
#include "support/faults.h"

static char folder[] = "/tmp/homeward-csv-decode-XXXXXX", path[64];
static hw_err err;

static int make_folder(void **state) {
  (void)state;
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/t.csv", folder);
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  unlink(path);
  return rmdir(folder);
}

static void write_file(const char *bytes, size_t n) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, n, file), n);
  assert_int_equal(fclose(file), 0);
}

/* All rows with the places of their fields, and the mistake that ended the reading. */
static void read_all(hw_csv *csv, hw_str *out) {
  bool has_row;
  hw_status status;
  while ((status = hw_csv_next(csv, &has_row, &err)) == HW_OK && has_row)
    for (int32_t i = 0; i < csv->n_fields; i++) {
      uint64_t line, column;
      hw_csv_place(csv, i, &line, &column);
      hw_str_append_format(out, "%s%s %d:%d|", hw_csv_is_quoted(csv, i) ? "\"" : "", csv->fields[i],
                           (int)line, (int)column);
    }
  if (status != HW_OK)
    hw_str_append_format(out, "%d:%d: %s", (int)err.line, (int)err.column, err.message);
}

static void assert_reads(hw_text_encoding asked, size_t window, const char *expected) {
  hw_csv csv;
  hw_str seen = HW_STR_INIT;
  hw_assert_ok(hwp_csv_open(&csv, path, 0, asked, window, &err), &err);
  read_all(&csv, &seen);
  assert_string_equal(hw_str_text(&seen), expected);
  hw_csv_clear(&csv);
  hw_str_clear(&seen);
}

#define READS(bytes, asked, expected)       \
  do {                                      \
    write_file((bytes), sizeof(bytes) - 1); \
    assert_reads((asked), 16, (expected));  \
    assert_reads((asked), 999, (expected)); \
  } while (0)

/* --- UTF-16 --- */

/* The code point of a valid UTF-8 sequence. */
static uint32_t decode_utf8(const char *bytes, size_t length) {
  static const unsigned char first[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  uint32_t code = (unsigned char)bytes[0] & first[length];
  for (size_t i = 1; i < length; i++) code = code << 6 | ((unsigned char)bytes[i] & 0x3F);
  return code;
}

static void put_unit(hw_str *out, uint32_t unit, bool is_big) {
  const char low = (char)(unit & 0xFF), high = (char)(unit >> 8);
  const char bytes[2] = {is_big ? high : low, is_big ? low : high};
  hw_str_append_bytes(out, bytes, 2);
}

static void put_utf16(hw_str *out, const char *text, size_t n, bool is_big) {
  for (size_t i = 0, length; i < n; i += length) {
    length = hw_utf8_length(text + i, n - i);
    const uint32_t code = decode_utf8(text + i, length);
    if (code >= 0x10000) put_unit(out, 0xD800 + ((code - 0x10000) >> 10), is_big);
    put_unit(out, code >= 0x10000 ? 0xDC00 + ((code - 0x10000) & 0x3FF) : code, is_big);
  }
}

static size_t make_text(rng *r, char *out, size_t most) {
  static const char *const PIECES[] = {",",    "\n",   "\r\n",        "\"",          "\"\"", "a",
                                       "12.3", "Đ",    "Nguyễn",      "😀",           "é",    "\t",
                                       "\",",  "\n\"", "longer text", "\"quoted\",", "x,y"};
  size_t n = 1;
  out[0] = 'a'; /* no byte order mark, and no zero byte that would be one */
  while (n + 24 < most) {
    const char *piece = PIECES[rng_below(r, (int32_t)(sizeof PIECES / sizeof *PIECES))];
    memcpy(out + n, piece, strlen(piece));
    n += strlen(piece);
  }
  return n;
}

static void utf16_gives_the_rows_of_utf8(void **state) {
  (void)state;
  rng r = rng_seeded(11);
  char text[1200];
  for (int round = 0; round < 1500; round++) {
    const bool is_big = round % 2 == 1, is_marked = round % 3 > 0;
    const size_t n = make_text(&r, text, 30 + (size_t)rng_below(&r, 1100));
    hw_str expected = HW_STR_INIT, bytes = HW_STR_INIT;
    hw_csv csv;
    hw_csv_init(&csv, text, n, 0);
    read_all(&csv, &expected);
    hw_csv_clear(&csv);
    if (is_marked) hw_str_append_bytes(&bytes, is_big ? "\xFE\xFF" : "\xFF\xFE", 2);
    put_utf16(&bytes, text, n, is_big);
    write_file(bytes.bytes, bytes.length);
    assert_reads(is_marked ? HW_TEXT_DETECT : HW_TEXT_UTF16, 16 + (size_t)rng_below(&r, 300),
                 hw_str_text(&expected));
    hw_str_clear(&bytes);
    hw_str_clear(&expected);
  }
}

static void damaged_utf16_is_refused_at_its_place(void **state) {
  (void)state;
  READS(
      "\xFF\xFE"
      "a\0;\0\x3D\xD8x\0",
      HW_TEXT_DETECT,
      "1:3: 0xD83D is half a character: the UTF-16LE text is damaged, or cut short, or in another "
      "encoding");
  READS("\xFE\xFF"
        "\0a\0\n\0b\0",
        HW_TEXT_DETECT,
        "a 1:1|2:2: 0x0000 is half a character: the UTF-16BE text is damaged, or cut short, or in "
        "another encoding");
  READS("\xFF\xFE"
        "a\0\0\0",
        HW_TEXT_DETECT, "1:2: a NUL byte: this is not a text file");
  READS("\xFF\xFE", HW_TEXT_DETECT, "");
}

/* --- code pages --- */

static void code_pages_are_read_when_they_are_asked_for(void **state) {
  (void)state;
  READS("a,Caf\xE9 \x80\n", HW_TEXT_LATIN1, "a 1:1|Café € 1:3|");
  READS("a\nNguy\xEA\xDEn \xD0\xE3ng", HW_TEXT_WINDOWS_1258, "a 1:1|Nguyễn Đăng 2:1|");
  READS("a,b\nx\x81", HW_TEXT_LATIN1,
        "a 1:1|b 1:3|2:2: byte 0x81 is no character of Windows-1252 (Latin-1): say another "
        "--encoding, or repair this place");
  READS("a,b\n\x9A", HW_TEXT_WINDOWS_1258,
        "a 1:1|b 1:3|2:1: byte 0x9A is no character of Windows-1258: say another --encoding, or "
        "repair this place");
  READS("x\xC4\x90", HW_TEXT_UTF8, "xĐ 1:1|");
}

/* Every byte of the Vietnamese code page before every tone, against Unicode's normal form. */
static void vowels_and_tones_become_one_character(void **state) {
  (void)state;
  static const char tones[] = "\xCC\xD2\xDE\xEC\xF2";
  int n_composed = 0;
  for (int c = 0x20; c < 0x100; c++)
    for (int t = 0; t < 5; t++) {
      const char bytes[4] = {(char)c, tones[t], 'x', 'x'};
      char first[4], second[4], both[4];
      size_t n_first = 0, n_second = 0, n_both = 0;
      if (hw_text_take(HW_TEXT_WINDOWS_1258, bytes, 1, first, &n_first) == 0 || c == 0x7F) continue;
      assert_int_equal(hw_text_take(HW_TEXT_WINDOWS_1258, bytes + 1, 1, second, &n_second), 1);
      hw_str apart = HW_STR_INIT, normal = HW_STR_INIT;
      hw_str_append_bytes(&apart, first, n_first);
      hw_str_append_bytes(&apart, second, n_second);
      hw_assert_ok(hw_fold_nfc(hw_str_text(&apart), &normal, &err), &err);
      const size_t taken = hw_text_take(HW_TEXT_WINDOWS_1258, bytes, 4, both, &n_both);
      if (taken == 2) {
        n_composed++;
        assert_int_equal(n_both, normal.length);
        assert_memory_equal(both, normal.bytes, n_both);
      }
      hw_str_clear(&apart);
      hw_str_clear(&normal);
    }
  assert_int_equal(n_composed, 24 * 5);
}

static void a_mark_of_another_encoding_is_refused(void **state) {
  (void)state;
  hw_csv csv;
  write_file("\xEF\xBB\xBF"
             "a,b",
             6);
  hw_assert_status(hw_csv_open_as(&csv, path, 0, HW_TEXT_LATIN1, &err), HW_E_SYNTAX, &err);
  assert_string_equal(err.message,
                      "the file has the byte order mark of UTF-8, expected Windows-1252 (Latin-1): "
                      "leave the encoding out");
  assert_string_equal(err.file, path);
  hw_csv_clear(&csv);
  hw_assert_status(hw_csv_open_as(&csv, path, 0, HW_TEXT_UTF16, &err), HW_E_SYNTAX, &err);
  hw_csv_clear(&csv);
  hw_assert_ok(hw_csv_open_as(&csv, path, 0, HW_TEXT_UTF8, &err), &err);
  hw_csv_clear(&csv);
}

static void encodings_are_found_by_their_names(void **state) {
  (void)state;
  assert_int_equal(hw_text_encoding_find("Windows-1258"), HW_TEXT_WINDOWS_1258);
  assert_int_equal(hw_text_encoding_find("cp1258"), HW_TEXT_WINDOWS_1258);
  assert_int_equal(hw_text_encoding_find("windows_1252"), HW_TEXT_LATIN1);
  assert_int_equal(hw_text_encoding_find("LATIN-1"), HW_TEXT_LATIN1);
  assert_int_equal(hw_text_encoding_find("utf-16"), HW_TEXT_UTF16);
  assert_int_equal(hw_text_encoding_find("UTF-8"), HW_TEXT_UTF8);
  assert_int_equal(hw_text_encoding_find("tcvn3"), HW_TEXT_DETECT);
  assert_int_equal(hw_text_encoding_find(""), HW_TEXT_DETECT);
}

/* --- sizes --- */

static void a_long_file_needs_little_memory(void **state) {
  (void)state;
  enum { N_ROWS = 60000 };
  hw_str bytes = HW_STR_INIT;
  hw_str_append_bytes(&bytes, "\xFF\xFE", 2);
  for (int i = 0; i < N_ROWS; i++) {
    char row[80];
    const int n = snprintf(row, sizeof row, "%d;\"a \"\"field\"\"\";12.3;Nguyễn\r\n", i);
    put_utf16(&bytes, row, (size_t)n, false);
  }
  write_file(bytes.bytes, bytes.length);
  hw_csv csv;
  bool has_row = true;
  uint64_t total = 0, last = 0;
  int n = 0;
  hw_assert_ok(hw_csv_open(&csv, path, 0, &err), &err);
  for (;;) {
    hw_assert_ok(hw_csv_next(&csv, &has_row, &err), &err);
    if (!has_row) break;
    n++;
    assert_int_equal(csv.n_fields, 4);
    assert_string_equal(csv.fields[3], "Nguyễn");
    const uint64_t done = hw_csv_position(&csv, &total);
    assert_true(done >= last && done <= total);
    last = done;
  }
  assert_int_equal(n, N_ROWS);
  assert_int_equal(last, bytes.length);
  assert_int_equal(total, bytes.length);
  assert_int_equal(csv.window_size, 256 << 10);
  hw_csv_clear(&csv);
  hw_str_clear(&bytes);
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  write_file("\xFF\xFE"
             "a\0;\0b\0\n\0",
             10);
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_csv csv;
    bool has_row = true;
    hw_status status = hw_csv_open(&csv, path, 0, &err);
    while (status == HW_OK && has_row) status = hw_csv_next(&csv, &has_row, &err);
    hw_csv_clear(&csv);
    const bool failed = hw_faults_end();
    hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
    if (!failed) break;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(utf16_gives_the_rows_of_utf8),
      cmocka_unit_test(damaged_utf16_is_refused_at_its_place),
      cmocka_unit_test(code_pages_are_read_when_they_are_asked_for),
      cmocka_unit_test(vowels_and_tones_become_one_character),
      cmocka_unit_test(a_mark_of_another_encoding_is_refused),
      cmocka_unit_test(encodings_are_found_by_their_names),
      cmocka_unit_test(a_long_file_needs_little_memory),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("csv_decode", tests, make_folder, remove_folder);
}
