/* CSV writer: what is quoted, what is refused, and that the reader gives back
 * what was written. */
#include "formats/csv_write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "formats/csv.h"
#include "oracle/rng.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_err err;

/* Writes one row of texts (NULL = missing) and a number behind them. */
static void write_row(hw_csv_writer *w, const char *const *texts, int n) {
  for (int i = 0; i < n; i++) hw_csv_write_text(w, texts[i]);
  hw_csv_write_end_row(w);
}

static void assert_row(const char *const *texts, int n, const char *expected) {
  hw_str str = HW_STR_INIT;
  hw_csv_writer w;
  hw_csv_write_init_str(&w, &str, ',');
  write_row(&w, texts, n);
  hw_assert_ok(hw_csv_write_finish(&w, &err), &err);
  assert_string_equal(hw_str_text(&str), expected);
  hw_str_clear(&str);
}

#define ROW(expected, ...)                                            \
  do {                                                                \
    const char *const texts[] = {__VA_ARGS__};                        \
    assert_row(texts, (int)(sizeof texts / sizeof *texts), expected); \
  } while (0)

static void cells_are_quoted_only_where_needed(void **state) {
  (void)state;
  ROW("a,b c,\xC4\x90\n", "a", "b c", "\xC4\x90");
  ROW("\"a,b\",\"c\"\"d\",\"e\nf\"\n", "a,b", "c\"d", "e\nf");
  ROW("\" a\",\"b \",\"\tc\",d\te\n", " a", "b ", "\tc", "d\te");
  ROW("\"\",,a\n", "", NULL, "a");
  ROW("\"\"\n", "");
  ROW("a,\n", "a", NULL);
  ROW("\"\xEF\xBB\xBFx\",a;b,-1\n", "\xEF\xBB\xBFx", "a;b", "-1");
}

static void line_ends_in_a_text_become_lf(void **state) {
  (void)state;
  ROW("\"a\nb\nc\nd\n\"\n", "a\r\nb\rc\nd\r");
  ROW("\"\n\n\"\n", "\r\r\n");
}

static void numbers_read_back_to_the_same_bits(void **state) {
  (void)state;
  hw_str str = HW_STR_INIT;
  hw_csv_writer w;
  hw_csv_write_init_str(&w, &str, ';');
  hw_csv_write_int(&w, INT64_MIN);
  hw_csv_write_double(&w, 0.1);
  hw_csv_write_double(&w, 1.0 / 3.0);
  hw_csv_write_double(&w, -INFINITY);
  hw_csv_write_double(&w, INFINITY);
  hw_csv_write_double(&w, (double)NAN);
  hw_csv_write_end_row(&w);
  hw_assert_ok(hw_csv_write_finish(&w, &err), &err);
  assert_string_equal(hw_str_text(&str),
                      "-9223372036854775808;0.1;0.3333333333333333;-inf;inf;undefined\n");
  rng r = rng_seeded(1);
  for (int i = 0; i < 10000; i++) {
    const double value = (rng_unit(&r) - 0.5) * pow(10, rng_below(&r, 40) - 20);
    double back = 0;
    str.length = 0;
    hw_csv_write_init_str(&w, &str, ',');
    hw_csv_write_double(&w, value);
    hw_csv_write_end_row(&w);
    hw_assert_ok(hw_csv_write_finish(&w, &err), &err);
    str.bytes[str.length - 1] = '\0';
    assert_true(hw_number_parse(hw_str_text(&str), &back));
    hw_assert_same_bits(back, value);
  }
  hw_str_clear(&str);
}

enum { MOST_ROWS = 30, MOST_CELLS = 6, MOST_TEXT = 24 };

typedef struct table {
  int n_rows, n_cells;
  char delimiter;
  bool is_missing[MOST_ROWS][MOST_CELLS];
  char text[MOST_ROWS][MOST_CELLS][MOST_TEXT];
} table;

static void make_text(rng *r, char *out) {
  static const char *const PIECES[] = {"a",        "12",           ",", ";", "\t", "\"", "\n", " ",
                                       "\xC4\x90", "\xEF\xBB\xBF", "x", "y"};
  out[0] = '\0';
  const int n = rng_below(r, 7);
  for (int i = 0; i < n; i++)
    strncat(out, PIECES[rng_below(r, (int32_t)(sizeof PIECES / sizeof *PIECES))], MOST_TEXT - 1);
}

static void make_table(rng *r, table *t) {
  t->n_rows = rng_below(r, MOST_ROWS + 1);
  t->n_cells = 1 + rng_below(r, MOST_CELLS);
  t->delimiter = ",;\t"[rng_below(r, 3)];
  for (int i = 0; i < t->n_rows; i++)
    for (int c = 0; c < t->n_cells; c++) {
      t->is_missing[i][c] = t->n_cells > 1 && rng_chance(r, 0.2);
      make_text(r, t->text[i][c]);
    }
}

static void write_table(const table *t, hw_csv_writer *w) {
  for (int i = 0; i < t->n_rows; i++) {
    for (int c = 0; c < t->n_cells; c++)
      hw_csv_write_text(w, t->is_missing[i][c] ? NULL : t->text[i][c]);
    hw_csv_write_end_row(w);
  }
}

static void assert_reads_back(const table *t, hw_csv *csv) {
  bool has_row;
  for (int i = 0; i < t->n_rows; i++) {
    hw_assert_ok(hw_csv_next(csv, &has_row, &err), &err);
    assert_true(has_row);
    assert_int_equal(csv->n_fields, t->n_cells);
    for (int c = 0; c < t->n_cells; c++) {
      const bool is_missing = csv->fields[c][0] == '\0' && !hw_csv_is_quoted(csv, c);
      assert_int_equal(is_missing, t->is_missing[i][c]);
      if (!is_missing) assert_string_equal(csv->fields[c], t->text[i][c]);
    }
  }
  hw_assert_ok(hw_csv_next(csv, &has_row, &err), &err);
  assert_false(has_row);
}

static void what_was_written_reads_back(void **state) {
  (void)state;
  rng r = rng_seeded(2);
  static table t;
  for (int round = 0; round < 3000; round++) {
    hw_str str = HW_STR_INIT;
    hw_csv_writer w;
    hw_csv csv;
    make_table(&r, &t);
    hw_csv_write_init_str(&w, &str, t.delimiter);
    write_table(&t, &w);
    hw_assert_ok(hw_csv_write_finish(&w, &err), &err);
    hw_csv_init(&csv, hw_str_text(&str), str.length, t.delimiter);
    assert_reads_back(&t, &csv);
    hw_csv_clear(&csv);
    hw_str_clear(&str);
  }
}

static void a_file_gets_the_bytes_that_a_buffer_gets(void **state) {
  (void)state;
  char path[] = "/tmp/homeward-test-XXXXXX";
  const int handle = mkstemp(path);
  assert_true(handle >= 0);
  FILE *file = fdopen(handle, "wb");
  assert_non_null(file);
  rng r = rng_seeded(3);
  static table t;
  hw_str str = HW_STR_INIT;
  hw_csv_writer to_str, to_file;
  hw_csv_write_init_str(&to_str, &str, ',');
  hw_csv_write_init_file(&to_file, file, ',');
  for (int i = 0; i < 1000; i++) { /* some pieces of 64 KiB */
    make_table(&r, &t);
    write_table(&t, &to_str);
    write_table(&t, &to_file);
  }
  hw_assert_ok(hw_csv_write_finish(&to_str, &err), &err);
  hw_assert_ok(hw_csv_write_finish(&to_file, &err), &err);
  assert_int_equal(fclose(file), 0);
  char *bytes = malloc(str.length + 1);
  assert_non_null(bytes);
  file = fopen(path, "rb");
  assert_non_null(file);
  assert_true(str.length > 200000);
  assert_int_equal(fread(bytes, 1, str.length + 1, file), str.length);
  assert_memory_equal(bytes, hw_str_text(&str), str.length);
  fclose(file);
  free(bytes);
  unlink(path);
  hw_str_clear(&str);
}

static void what_csv_cannot_hold_is_refused_with_its_row(void **state) {
  (void)state;
  hw_str str = HW_STR_INIT;
  hw_csv_writer w;
  const char *const good[] = {"a", "b"}, *const bad[] = {"a", "b\xFF"}, *const nothing[] = {NULL};
  hw_csv_write_init_str(&w, &str, ',');
  write_row(&w, good, 2);
  write_row(&w, bad, 2);
  write_row(&w, nothing, 1); /* the first failure stays */
  hw_assert_status(hw_csv_write_finish(&w, &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "CSV cannot hold a text that is not UTF-8");
  assert_int_equal(err.line, 2);
  hw_csv_write_init_str(&w, &str, ',');
  write_row(&w, nothing, 1);
  hw_assert_status(hw_csv_write_finish(&w, &err), HW_E_VALUE, &err);
  assert_string_equal(
      err.message, "CSV cannot hold a row of one missing value, which would read as a blank line");
  hw_str_clear(&str);
}

static void calls_that_make_no_rows_are_a_bug(void **state) {
  (void)state;
  hw_str str = HW_STR_INIT;
  hw_csv_writer w;
  hw_csv_write_init_str(&w, &str, ',');
  hw_csv_write_end_row(&w);
  hw_assert_status(hw_csv_write_finish(&w, &err), HW_E_BUG, &err);
  hw_csv_write_init_str(&w, &str, ',');
  hw_csv_write_int(&w, 1);
  hw_assert_status(hw_csv_write_finish(&w, &err), HW_E_BUG, &err);
  assert_string_equal(err.message, "the writer's calls do not make rows");
  hw_str_clear(&str);
}

static void a_full_disk_is_reported(void **state) {
  (void)state;
  FILE *file = fopen("/dev/full", "wb");
  if (!file) skip();
  hw_csv_writer w;
  const char *const row[] = {"some text that is not short", "more"};
  hw_csv_write_init_file(&w, file, ',');
  for (int i = 0; i < 10000; i++) write_row(&w, row, 2);
  hw_assert_status(hw_csv_write_finish(&w, &err), HW_E_IO, &err);
  assert_string_equal(err.message, "cannot write: No space left on device");
  hw_csv_write_init_file(&w, file, ',');
  write_row(&w, row, 2);
  hw_assert_status(hw_csv_write_finish(&w, &err), HW_E_IO, &err);
  fclose(file);
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  const char *const row[] = {"some text that is not short, but needs quotes", "\"more\"", ""};
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_str str = HW_STR_INIT;
    hw_csv_writer w;
    hw_csv_write_init_str(&w, &str, ',');
    for (int i = 0; i < 100; i++) write_row(&w, row, 3);
    const hw_status status = hw_csv_write_finish(&w, &err);
    hw_str_clear(&str);
    const bool failed = hw_faults_end();
    hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
    if (!failed) break;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cells_are_quoted_only_where_needed),
      cmocka_unit_test(line_ends_in_a_text_become_lf),
      cmocka_unit_test(numbers_read_back_to_the_same_bits),
      cmocka_unit_test(what_was_written_reads_back),
      cmocka_unit_test(a_file_gets_the_bytes_that_a_buffer_gets),
      cmocka_unit_test(what_csv_cannot_hold_is_refused_with_its_row),
      cmocka_unit_test(calls_that_make_no_rows_are_a_bug),
      cmocka_unit_test(a_full_disk_is_reported),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("csv_write", tests, NULL, NULL);
}
