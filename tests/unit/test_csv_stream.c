/* CSV from files: the same rows and errors as from memory, whatever the window,
 * and both the same as a reader that goes byte by byte. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/csv.h"
#include "formats/csv_int.h"
#include "oracle/csv_slow.h"
#include "oracle/rng.h"
#include "support/assert.h"
#include "support/faults.h"

static char folder[] = "/tmp/homeward-test-XXXXXX";
static char path[64];
static hw_err err;

static int make_folder(void **state) {
  (void)state;
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/file", folder);
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

/* What a reader said, as text: fields with their lengths, quotes and places; the error. */
typedef struct transcript {
  char *text;
  size_t length, capacity;
} transcript;

static void HW_PRINTF(2, 3) tell(transcript *self, const char *format, ...) {
  char line[2200];
  va_list args;
  va_start(args, format);
  const int n = vsnprintf(line, sizeof line, format, args);
  va_end(args);
  assert_true(n >= 0 && (size_t)n < sizeof line);
  const size_t length = (size_t)n;
  if (self->length + length >= self->capacity) {
    self->capacity = 2 * (self->capacity + length + 1);
    char *larger = realloc(self->text, self->capacity);
    assert_non_null(larger);
    self->text = larger;
  }
  memcpy(self->text + self->length, line, length + 1);
  self->length += length;
}

static const char *quote_of(const hw_csv *csv, int32_t field) {
  return hw_csv_is_quoted(csv, field) ? "\"" : "";
}

static transcript read_all(hw_csv *csv) {
  transcript out = {0};
  bool has_row;
  hw_status status;
  while ((status = hw_csv_next(csv, &has_row, &err)) == HW_OK && has_row) {
    for (int32_t i = 0; i < csv->n_fields; i++) {
      uint64_t line, column;
      hw_csv_place(csv, i, &line, &column);
      tell(&out, "%s%s %d:%d|", quote_of(csv, i), csv->fields[i], (int)line, (int)column);
    }
    tell(&out, "/%d\n", (int)csv->row_line);
  }
  if (status != HW_OK) tell(&out, "%s %d:%d", err.message, (int)err.line, (int)err.column);
  tell(&out, ".");
  return out;
}

static transcript read_memory(const char *bytes, size_t n) {
  hw_csv csv;
  hw_csv_init(&csv, bytes, n, ',');
  transcript out = read_all(&csv);
  hw_csv_clear(&csv);
  return out;
}

static transcript read_window(size_t window) {
  hw_csv csv;
  hw_assert_ok(hwp_csv_open(&csv, path, ',', HW_TEXT_DETECT, window, &err), &err);
  transcript out = read_all(&csv);
  hw_csv_clear(&csv);
  return out;
}

/* Random bytes of the kind that matters. */
static size_t make_bytes(rng *r, char *bytes, size_t most) {
  static const char *const PIECES[] = {",",
                                       ",",
                                       ",",
                                       "\n",
                                       "\r",
                                       "\r\n",
                                       "\"",
                                       "\"",
                                       "\"\"",
                                       "\",\"",
                                       "a",
                                       "12.3",
                                       "x y",
                                       "\t",
                                       "\xC4\x90",
                                       "\xE1\xBB\x87",
                                       "\xF0\x9F\x98\x80",
                                       "longer text",
                                       "\"quoted, text\"",
                                       "\n\"",
                                       "\",",
                                       "\x1F"};
  static const char *const BAD[] = {"\xFF", "\xC3", "\xE1\xBB"};
  const int32_t n_kinds = (int32_t)(sizeof PIECES / sizeof *PIECES);
  size_t n = 0;
  while (n + 24 < most) {
    const char *piece = PIECES[rng_below(r, n_kinds)];
    if (rng_chance(r, 0.002)) piece = BAD[rng_below(r, 3)];
    memcpy(bytes + n, piece, strlen(piece));
    n += strlen(piece);
    if (rng_chance(r, 0.001)) bytes[n++] = '\0';
    if (rng_chance(r, 0.02)) break;
  }
  return n;
}

static void every_window_gives_the_rows_of_memory(void **state) {
  (void)state;
  rng r = rng_seeded(3);
  char bytes[2000];
  for (int round = 0; round < 3000; round++) {
    const size_t n = make_bytes(&r, bytes, 30 + (size_t)rng_below(&r, 1900));
    write_file(bytes, n);
    transcript expected = read_memory(bytes, n);
    const size_t window = 16 + (size_t)rng_below(&r, round % 2 ? 20 : 400);
    transcript seen = read_window(window);
    if (strcmp(seen.text, expected.text) != 0)
      fail_msg("round %d, window %zu:\n%s\ninstead of\n%s", round, window, seen.text,
               expected.text);
    free(expected.text);
    free(seen.text);
  }
}

/* The rows of the byte-by-byte reader, as text. */
static bool read_slowly(const char *bytes, size_t n, transcript *out) {
  char text[2100];
  csv_slow slow = {.at = bytes, .end = bytes + n, .delimiter = ',', .text = text};
  for (;;) {
    const csv_slow_event event = csv_slow_next(&slow);
    if (event == CSV_SLOW_END) return true;
    if (event == CSV_SLOW_ERROR) return false;
    tell(out, "%s%s|", slow.is_quoted ? "\"" : "", text);
    if (event == CSV_SLOW_LAST) tell(out, "%d\n", (int)slow.line);
  }
}

static bool read_quickly(const char *bytes, size_t n, transcript *out) {
  hw_csv csv;
  bool has_row;
  hw_status status;
  hw_csv_init(&csv, bytes, n, ',');
  while ((status = hw_csv_next(&csv, &has_row, &err)) == HW_OK && has_row) {
    for (int32_t i = 0; i < csv.n_fields; i++) tell(out, "%s%s|", quote_of(&csv, i), csv.fields[i]);
    tell(out, "%d\n", (int)csv.line - 1);
  }
  hw_csv_clear(&csv);
  return status == HW_OK;
}

static void the_reader_agrees_with_one_that_goes_byte_by_byte(void **state) {
  (void)state;
  rng r = rng_seeded(4);
  int n_good = 0;
  for (int round = 0; round < 20000; round++) {
    char bytes[400];
    const size_t n = make_bytes(&r, bytes, 30 + (size_t)rng_below(&r, 360));
    transcript slow = {0}, quick = {0};
    tell(&slow, "%s", "");
    tell(&quick, "%s", "");
    const bool is_good = read_slowly(bytes, n, &slow);
    assert_int_equal(read_quickly(bytes, n, &quick), is_good);
    /* The slow one tells the fields of a row before it sees the mistake at its end. */
    if (is_good)
      assert_string_equal(quick.text, slow.text);
    else
      assert_memory_equal(quick.text, slow.text, quick.length);
    n_good += is_good;
    free(slow.text);
    free(quick.text);
  }
  assert_true(n_good > 1000 && n_good < 19000);
}

static void the_beginning_of_fields_is_known(void **state) {
  (void)state;
  const char *text = "\xEF\xBB\xBF\xC4\x90,b,\"x\ny\",\"\",\r\nz,,\"q\"\"\",w\n";
  transcript seen = read_memory(text, strlen(text));
  assert_string_equal(seen.text, "\xC4\x90 1:1|b 1:3|\"x\ny 1:5|\" 2:4| 2:7|/1\n"
                                 "z 3:1| 3:3|\"q\" 3:4|w 3:10|/3\n.");
  free(seen.text);
}

static void a_long_file_needs_little_memory_and_tells_how_far_it_is(void **state) {
  (void)state;
  enum { N_ROWS = 40000 };
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  for (int i = 0; i < N_ROWS; i++)
    fprintf(file, "%d,\"a \"\"field\"\"\",12.3,Nguy\xE1\xBB\x85n\r\n", i);
  assert_int_equal(fclose(file), 0);
  hw_csv csv;
  bool has_row;
  int n = 0;
  uint64_t total, last = 0;
  hw_assert_ok(hw_csv_open(&csv, path, 0, &err), &err);
  for (;; n++) {
    hw_assert_ok(hw_csv_next(&csv, &has_row, &err), &err);
    if (!has_row) break;
    assert_int_equal(csv.n_fields, 4);
    assert_int_equal(strtol(csv.fields[0], NULL, 10), n);
    assert_string_equal(csv.fields[1], "a \"field\"");
    assert_int_equal(csv.row_line, n + 1);
    const uint64_t now = hw_csv_position(&csv, &total);
    assert_true(now > last && now <= total);
    last = now;
  }
  assert_int_equal(n, N_ROWS);
  assert_int_equal(last, total);
  assert_int_equal(csv.window_size, 256 << 10);
  hw_csv_clear(&csv);
}

static void blank_lines_without_end_need_no_memory(void **state) {
  (void)state;
  const size_t n = (size_t)6 << 20;
  char *bytes = malloc(n);
  assert_non_null(bytes);
  memset(bytes, '\n', n);
  bytes[n - 1] = 'x';
  write_file(bytes, n);
  free(bytes);
  hw_csv csv;
  bool has_row;
  hw_assert_ok(hwp_csv_open(&csv, path, 0, HW_TEXT_DETECT, 16, &err), &err);
  hw_assert_ok(hw_csv_next(&csv, &has_row, &err), &err);
  assert_true(has_row);
  assert_int_equal(csv.row_line, n);
  assert_int_equal(csv.window_size, 16);
  hw_csv_clear(&csv);
}

static void the_longest_row_fits_and_a_longer_one_is_refused(void **state) {
  (void)state;
  for (int longer = 0; longer < 2; longer++) {
    const size_t n_text = HW_CSV_MAX_ROW - 1 + (size_t)longer, n = 2 * n_text + 2;
    char *bytes = malloc(n); /* a field of nothing but quotes */
    assert_non_null(bytes);
    memset(bytes, '"', n);
    write_file(bytes, n);
    free(bytes);
    hw_csv csv;
    bool has_row;
    hw_assert_ok(hw_csv_open(&csv, path, 0, &err), &err);
    const hw_status status = hw_csv_next(&csv, &has_row, &err);
    if (longer) {
      hw_assert_status(status, HW_E_VALUE, &err);
      assert_string_equal(err.message, "the row is longer than 1 MiB; is a quote left open?");
      assert_string_equal(err.file, path);
    } else {
      hw_assert_ok(status, &err);
      assert_int_equal(strlen(csv.fields[0]), n_text);
    }
    hw_csv_clear(&csv);
  }
}

static void assert_refused(const char *bytes, size_t n, const char *expected) {
  char text[1024], whole[1200];
  write_file(bytes, n);
  hw_csv csv;
  bool has_row = true;
  hw_status status = hw_csv_open(&csv, path, 0, &err);
  while (status == HW_OK && has_row) status = hw_csv_next(&csv, &has_row, &err);
  assert_true(status != HW_OK);
  snprintf(whole, sizeof whole, "%s:%s", path, expected);
  assert_string_equal(hw_err_text(&err, text, sizeof text), whole);
  hw_assert_ok(hw_csv_next(&csv, &has_row, &err), &err); /* reading is over */
  assert_false(has_row);
  hw_csv_clear(&csv);
}

static void bad_files_are_refused_with_place_and_remedy(void **state) {
  (void)state;
#define REFUSED(bytes, expected) assert_refused(bytes, sizeof bytes - 1, expected)
  REFUSED("a,b\n1,Caf\xE9\n",
          "2:6: the text is not UTF-8 (byte 0xE9): save the file as UTF-8, or import it with "
          "--encoding (windows-1258, which is Vietnamese, windows-1252 or latin-1, utf-16)");
  REFUSED("a,\"\xF0\x9F\"\n",
          "1:4: the text is not UTF-8 (byte 0xF0): save the file as UTF-8, or import it with "
          "--encoding (windows-1258, which is Vietnamese, windows-1252 or latin-1, utf-16)");
  REFUSED("a,b\n\0,1\n", "2:1: a NUL byte: this is not a text file");
  REFUSED("a,b\nc,d\"e\n",
          "2:4: a quote in the middle of a field; such a field is quoted whole, and the quote "
          "written twice");
  REFUSED("a,\"b\nc\"d,e\n",
          "2:3: text behind a closing quote; a quote inside a field is written twice");
  REFUSED("a,b\r\nc,\"d\r\ne\r\n", "2:3: a quoted field is not closed before the end of the file");
  REFUSED("a,b\n\"\xC4\x90\", \"x\"\n",
          "2:6: a quote in the middle of a field; such a field is quoted whole, and the quote "
          "written twice");
  REFUSED("a\n\"b\"\"\n", "2:1: a quoted field is not closed before the end of the file");
  REFUSED("a\n\xED\xA0\x80\n",
          "2:1: the text is not UTF-8 (byte 0xED): save the file as UTF-8, or import it with "
          "--encoding (windows-1258, which is Vietnamese, windows-1252 or latin-1, utf-16)");
#undef REFUSED
  char wide[HW_CSV_MAX_FIELDS + 3];
  memset(wide, ';', sizeof wide);
  wide[0] = '\n';
  assert_refused(wide, sizeof wide, "2:16385: the row has more than 16384 fields");
}

static void what_cannot_be_read_is_told(void **state) {
  (void)state;
  hw_csv csv;
  hw_assert_status(hw_csv_open(&csv, "/nowhere/at/all", 0, &err), HW_E_NOT_FOUND, &err);
  assert_string_equal(err.message, "cannot open the file: No such file or directory");
  assert_string_equal(err.file, "/nowhere/at/all");
  hw_csv_clear(&csv);
  hw_assert_status(hw_csv_open(&csv, folder, 0, &err), HW_E_IO, &err);
  assert_string_equal(err.message, "this is a folder, not a file");
  hw_csv_clear(&csv);
  hw_assert_status(hw_csv_open(&csv, "/proc/self/mem", 0, &err), HW_E_IO, &err);
  hw_assert_contains(err.message, "cannot read: ");
  hw_csv_clear(&csv);
  if (geteuid() != 0) {
    write_file("a", 1);
    assert_int_equal(chmod(path, 0), 0);
    hw_assert_status(hw_csv_open(&csv, path, 0, &err), HW_E_DENIED, &err);
    hw_csv_clear(&csv);
    assert_int_equal(chmod(path, 0600), 0);
  }
}

static void pipes_are_read_whose_size_nobody_knows(void **state) {
  (void)state;
  uint64_t total = 7;
  hw_csv csv;
  bool has_row;
  hw_assert_ok(hw_csv_open(&csv, "/dev/null", 0, &err), &err);
  hw_assert_ok(hw_csv_next(&csv, &has_row, &err), &err);
  assert_false(has_row);
  assert_int_equal(hw_csv_position(&csv, &total), 0);
  assert_int_equal(total, 0);
  hw_csv_clear(&csv);
  /* Standard input, in a place of its own. */
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(write(ends[1], "a;b\n1;2", 7), 7);
  close(ends[1]);
  const int before = dup(STDIN_FILENO);
  assert_true(dup2(ends[0], STDIN_FILENO) >= 0);
  close(ends[0]);
  hw_assert_ok(hw_csv_open(&csv, "-", 0, &err), &err);
  for (int i = 0; i < 2; i++) {
    hw_assert_ok(hw_csv_next(&csv, &has_row, &err), &err);
    assert_true(has_row && csv.n_fields == 2);
  }
  assert_string_equal(csv.fields[1], "2");
  hw_assert_ok(hw_csv_next(&csv, &has_row, &err), &err);
  assert_false(has_row);
  assert_int_equal(hw_csv_position(&csv, NULL), 7);
  hw_csv_clear(&csv);
  if (before >= 0) {
    assert_true(dup2(before, STDIN_FILENO) >= 0);
    close(before);
  }
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  char bytes[3000];
  memset(bytes, 'x', sizeof bytes);
  bytes[0] = '"';
  bytes[2000] = '"';
  bytes[2001] = '\n';
  write_file(bytes, sizeof bytes);
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_csv csv;
    bool has_row = true;
    hw_status status = hwp_csv_open(&csv, path, 0, HW_TEXT_DETECT, 64, &err);
    while (status == HW_OK && has_row) status = hw_csv_next(&csv, &has_row, &err);
    hw_csv_clear(&csv);
    const bool failed = hw_faults_end();
    hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
    if (!failed) break;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_window_gives_the_rows_of_memory),
      cmocka_unit_test(the_reader_agrees_with_one_that_goes_byte_by_byte),
      cmocka_unit_test(the_beginning_of_fields_is_known),
      cmocka_unit_test(a_long_file_needs_little_memory_and_tells_how_far_it_is),
      cmocka_unit_test(blank_lines_without_end_need_no_memory),
      cmocka_unit_test(the_longest_row_fits_and_a_longer_one_is_refused),
      cmocka_unit_test(bad_files_are_refused_with_place_and_remedy),
      cmocka_unit_test(what_cannot_be_read_is_told),
      cmocka_unit_test(pipes_are_read_whose_size_nobody_knows),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("csv_stream", tests, make_folder, remove_folder);
}
