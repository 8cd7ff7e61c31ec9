/* Fuzz target: tables of profiles, up to the database.
 *
 * The first byte chooses what markers admit, the rest is the table. Promises
 * checked on every input: a header is read or refused with a message, and every
 * column of it is used once; a cell gives an observation that reads back to what
 * was put, or a message; an observation written as exporters write it gives the
 * same observation again. */
#include <stdio.h>
#include <string.h>

#include "app/profile_call.h"
#include "app/profile_columns.h"
#include "formats/csv.h"
#include "fuzz.h"

/* A cell as exporters write it, or false where an allele holds a sign that parts alleles. */
static bool format_cell(const hw_seen *seen, char *cell, size_t size) {
  size_t n = 0;
  if (seen->kind == HW_SEEN_SET) cell[n++] = '{';
  for (int i = 0; i < seen->n; i++) {
    const char *text = seen->alleles[i].text;
    const size_t length = (size_t)seen->alleles[i].n;
    if (n + length + 4 > size || memchr(text, '/', length) || memchr(text, '|', length))
      return false;
    if (i > 0) cell[n++] = '/';
    memcpy(cell + n, text, length);
    n += length;
  }
  if (seen->kind == HW_SEEN_PARTIAL) {
    cell[n++] = '/';
    cell[n++] = '?';
  }
  if (seen->kind == HW_SEEN_SET) cell[n++] = '}';
  cell[n] = '\0';
  return true;
}

static void check_again(const hw_str *first, const hw_seen *seen, const hwp_manner *manner) {
  char cell[8192];
  hwp_call call = {0};
  hw_str again = HW_STR_INIT;
  if (!format_cell(seen, cell, sizeof cell)) return;
  hwp_manner own = *manner;
  /* One allele of a man's X marker stands alone; a half result says so. */
  HW_FUZZ_CHECK(hwp_call_cell(cell, own.marker, &call, NULL) == HW_OK);
  HW_FUZZ_CHECK(hwp_call_finish(&call, &own, &again, NULL, NULL) == HW_OK);
  HW_FUZZ_CHECK(strcmp(hw_str_text(&again), hw_str_text(first)) == 0);
  hw_str_clear(&again);
}

static void check_cells(hw_csv *csv, const hwp_marker_columns *columns, const hwp_manner *manner) {
  static hwp_call call;
  hw_err err = HW_ERR_INIT;
  hw_str text = HW_STR_INIT;
  hw_seen_kind kind = HW_SEEN_NOTHING;
  hw_status status = HW_OK;
  memset(&call, 0, sizeof call);
  for (int c = 0; c < columns->n_columns && status == HW_OK; c++)
    if (columns->columns[c] < csv->n_fields)
      status = hwp_call_cell(csv->fields[columns->columns[c]], manner->marker, &call, &err);
  if (status == HW_OK) status = hwp_call_finish(&call, manner, &text, &kind, &err);
  HW_FUZZ_CHECK(status == HW_OK || err.message[0] != '\0');
  const char *at = hw_str_text(&text);
  hw_seen seen;
  bool has_more;
  if (status == HW_OK) {
    HW_FUZZ_CHECK(hw_observation_next(&at, &seen, &has_more, &err) == HW_OK);
    HW_FUZZ_CHECK(seen.kind == kind && at == NULL);
    if (kind != HW_SEEN_NOTHING) check_again(&text, &seen, manner);
  }
  hw_str_clear(&text);
}

static void check_columns(const hwp_profile_columns *columns, int32_t n) {
  int n_used = 0;
  for (int t = 0; t < HWP_PROFILE_TEXTS; t++) n_used += columns->known[t] >= 0;
  for (int m = 0; m < columns->n_markers; m++) n_used += columns->markers[m].n_columns;
  if (!columns->is_long) HW_FUZZ_CHECK(n_used == n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0 || size > 65536) return 0;
  const hwp_manner manner = {.marker = (hwp_marker_class)(data[0] % 5),
                             .is_male = data[0] & 8,
                             .has_dropout = data[0] & 16,
                             .single = (hwp_single)((data[0] >> 5) % 3)};
  hw_csv csv;
  bool has_row = false;
  hwp_profile_columns columns = {0};
  hw_err err = HW_ERR_INIT;
  hw_csv_init(&csv, (const char *)data + 1, size - 1, 0);
  if (hw_csv_next(&csv, &has_row, NULL) == HW_OK && has_row) {
    const int32_t n = csv.n_fields;
    if (hwp_profile_columns_read(&columns, n, csv.fields, &err) == HW_OK) {
      check_columns(&columns, n);
      while (hw_csv_next(&csv, &has_row, NULL) == HW_OK && has_row)
        for (int m = 0; m < columns.n_markers; m++) check_cells(&csv, &columns.markers[m], &manner);
    } else {
      HW_FUZZ_CHECK(err.message[0] != '\0');
    }
  }
  hwp_profile_columns_clear(&columns);
  hw_csv_clear(&csv);
  return 0;
}
