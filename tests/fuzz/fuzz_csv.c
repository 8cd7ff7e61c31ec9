/* Fuzz target: CSV rows.
 *
 * The first byte chooses the delimiter, the rest is the table. Promises checked
 * on every input: a reader that goes byte by byte finds the same fields, and
 * calls the same tables good; a failure has a status, a message and a line; what
 * was read, written and read again is the same; and decoding other encodings gives
 * UTF-8, whatever the bytes are. */
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "formats/csv.h"
#include "formats/csv_write.h"
#include "fuzz.h"
#include "oracle/csv_slow.h"

static void compare_row(csv_slow *slow, const hw_csv *csv) {
  for (int32_t i = 0; i < csv->n_fields; i++) {
    const csv_slow_event event = csv_slow_next(slow);
    HW_FUZZ_CHECK(event == (i + 1 < csv->n_fields ? CSV_SLOW_FIELD : CSV_SLOW_LAST));
    HW_FUZZ_CHECK(strcmp(slow->text, csv->fields[i]) == 0);
    HW_FUZZ_CHECK(slow->is_quoted == hw_csv_is_quoted(csv, i));
    uint64_t line = 0, column = 0;
    hw_csv_place(csv, i, &line, &column);
    HW_FUZZ_CHECK(line >= csv->row_line && line <= csv->line && column >= 1);
  }
}

/* True if the row can be written: a single missing value cannot. */
static bool write_row(hw_csv_writer *writer, const hw_csv *csv) {
  if (csv->n_fields == 1 && csv->fields[0][0] == '\0' && !hw_csv_is_quoted(csv, 0)) return false;
  for (int32_t i = 0; i < csv->n_fields; i++) {
    const bool is_missing = csv->fields[i][0] == '\0' && !hw_csv_is_quoted(csv, i);
    hw_csv_write_text(writer, is_missing ? NULL : csv->fields[i]);
  }
  hw_csv_write_end_row(writer);
  return true;
}

static void read_back(const hw_str *written, const char *bytes, size_t n, char delimiter) {
  hw_csv csv, again;
  bool has_row = true, has_again = false;
  hw_csv_init(&csv, bytes, n, delimiter);
  hw_csv_init(&again, hw_str_text(written), written->length, delimiter);
  while (hw_csv_next(&csv, &has_row, NULL) == HW_OK && has_row) {
    if (csv.n_fields == 1 && csv.fields[0][0] == '\0' && !hw_csv_is_quoted(&csv, 0)) continue;
    HW_FUZZ_CHECK(hw_csv_next(&again, &has_again, NULL) == HW_OK && has_again);
    HW_FUZZ_CHECK(again.n_fields == csv.n_fields);
    for (int32_t i = 0; i < csv.n_fields; i++) {
      HW_FUZZ_CHECK(strcmp(csv.fields[i], again.fields[i]) == 0);
      if (csv.fields[i][0] == '\0')
        HW_FUZZ_CHECK(hw_csv_is_quoted(&csv, i) == hw_csv_is_quoted(&again, i));
    }
  }
  HW_FUZZ_CHECK(hw_csv_next(&again, &has_again, NULL) == HW_OK && !has_again);
  hw_csv_clear(&csv);
  hw_csv_clear(&again);
}

/* Whatever the bytes are, characters of another encoding come out as UTF-8, some bytes at a time. */
static void decode(const char *bytes, size_t n) {
  static const hw_text_encoding ENCODINGS[] = {HW_TEXT_UTF16LE, HW_TEXT_UTF16BE, HW_TEXT_LATIN1,
                                               HW_TEXT_WINDOWS_1258};
  for (size_t e = 0; e < sizeof ENCODINGS / sizeof *ENCODINGS; e++)
    for (size_t i = 0, taken; i < n; i += taken) {
      char out[4];
      size_t n_out = 0;
      taken = hw_text_take(ENCODINGS[e], bytes + i, n - i, out, &n_out);
      if (taken == 0) break;
      HW_FUZZ_CHECK(taken <= 4 && taken <= n - i && n_out >= 1 && n_out <= 4);
      HW_FUZZ_CHECK(hw_utf8_length(out, n_out) == n_out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0 || size > 65536) return 0;
  const char delimiter = ",;\t"[data[0] % 3], *bytes = (const char *)data + 1;
  decode(bytes, size - 1);
  char *text = malloc(size + 1);
  HW_FUZZ_CHECK(text);
  csv_slow slow = {.at = bytes, .end = bytes + size - 1, .delimiter = delimiter, .text = text};
  if (size > 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) slow.at += 3;
  hw_csv csv;
  hw_csv_writer writer;
  hw_str written = HW_STR_INIT;
  hw_err err = HW_ERR_INIT;
  bool has_row = false;
  hw_status status;
  hw_csv_init(&csv, bytes, size - 1, delimiter);
  hw_csv_write_init_str(&writer, &written, delimiter);
  while ((status = hw_csv_next(&csv, &has_row, &err)) == HW_OK && has_row) {
    compare_row(&slow, &csv);
    (void)write_row(&writer, &csv);
  }
  HW_FUZZ_CHECK(hw_csv_write_finish(&writer, NULL) == HW_OK);
  if (status == HW_OK) {
    HW_FUZZ_CHECK(csv_slow_next(&slow) == CSV_SLOW_END);
  } else if (status == HW_E_SYNTAX) {
    csv_slow_event event;
    while ((event = csv_slow_next(&slow)) == CSV_SLOW_FIELD || event == CSV_SLOW_LAST) continue;
    const bool is_utf16 = size > 2 && (data[1] >= 0xFE);
    HW_FUZZ_CHECK(event == CSV_SLOW_ERROR || is_utf16);
    HW_FUZZ_CHECK(err.status == status && err.message[0] && err.line >= 1 && err.column >= 1);
  } else {
    HW_FUZZ_CHECK(status == HW_E_VALUE); /* too many fields */
  }
  hw_csv_clear(&csv);
  read_back(&written, bytes, size - 1, delimiter);
  hw_str_clear(&written);
  free(text);
  return 0;
}
