/* Fuzz target: column maps and the tables that they are applied to.
 *
 * The input is a map, a NUL byte, and a table. Promises checked on every input:
 * the same bytes give the same answer twice; a map that was refused has a mistake
 * with a message; values of a row are never empty, stand record by record without
 * gaps, and dates are ISO 8601. */
#include <string.h>

#include "base/str.h"
#include "formats/column_map.h"
#include "fuzz.h"

static bool has_field(void *context, const char *kind, const char *field) {
  (void)context;
  return kind[0] != 'z' && field[0] != 'z';
}

static void check_row(const hw_mapped_row *row, hw_str *out) {
  for (int32_t i = 0; i < row->n_values; i++) {
    const hw_mapped_value *v = &row->values[i];
    const hw_mapped_value *before = i > 0 ? &row->values[i - 1] : NULL;
    HW_FUZZ_CHECK(v->text[0] && v->kind[0] && v->field[0] && v->map_line >= 1 && v->column >= -1);
    if (before && strcmp(before->kind, v->kind) == 0)
      HW_FUZZ_CHECK(v->record == before->record || v->record == before->record + 1);
    else
      HW_FUZZ_CHECK(v->record == 0);
    hw_str_append_format(out, "%s%d.%s=%s;", v->kind, (int)v->record, v->field, v->text);
  }
  hw_str_append(out, "/");
}

static hw_status apply(const char *map_text, size_t n_map, const char *table, size_t n_table,
                       hw_str *out, hw_errors *errors) {
  const hw_column_map_checks checks = {.has_field = has_field};
  hw_column_map *map = NULL;
  const hw_mapped_row *row = NULL;
  hw_csv csv;
  hw_status status = hw_column_map_parse(map_text, n_map, "m", &checks, &map, errors);
  HW_FUZZ_CHECK((status == HW_OK) == (map != NULL) && (status == HW_OK) == (errors->n == 0));
  if (status != HW_OK) return status;
  hw_csv_init(&csv, table, n_table, hw_column_map_delimiter(map));
  status = hw_column_map_begin(map, &csv, errors);
  while (status == HW_OK) {
    status = hw_column_map_next(map, &csv, &row, errors);
    if (status != HW_OK || !row) break;
    check_row(row, out);
  }
  hw_csv_clear(&csv);
  hw_column_map_delete(map);
  HW_FUZZ_CHECK(status == HW_OK || errors->n > 0);
  return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static hw_errors errors, again;
  hw_str out = HW_STR_INIT, out_again = HW_STR_INIT;
  const char *bytes = (const char *)data;
  const char *nul = size > 0 ? memchr(bytes, '\0', size) : NULL;
  const size_t n_map = nul ? (size_t)(nul - bytes) : size;
  const char *table = nul ? nul + 1 : "";
  const size_t n_table = nul ? size - n_map - 1 : 0;
  memset(&errors, 0, sizeof errors);
  memset(&again, 0, sizeof again);
  const hw_status status = apply(bytes, n_map, table, n_table, &out, &errors);
  HW_FUZZ_CHECK(status == apply(bytes, n_map, table, n_table, &out_again, &again));
  HW_FUZZ_CHECK(memcmp(&errors, &again, sizeof errors) == 0);
  HW_FUZZ_CHECK(strcmp(hw_str_text(&out), hw_str_text(&out_again)) == 0);
  for (int i = 0; i < hw_errors_kept(&errors); i++) HW_FUZZ_CHECK(errors.kept[i].message[0]);
  hw_str_clear(&out);
  hw_str_clear(&out_again);
  return 0;
}
