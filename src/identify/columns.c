/* A CSV file whose columns have names.
 *
 * Names of columns count without case, and blanks, '-' and '_' alike. A column that is
 * not known is refused, since a misspelt one would be evidence silently left out; so is a
 * name that stands twice. Rows may be shorter than the header (empty cells at the end are
 * often not written), never longer. */
#include "identify/columns.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/number.h"

static char plain(char c) {
  if (c >= 'A' && c <= 'Z') return (char)(c - 'A' + 'a');
  return c == ' ' || c == '-' ? '_' : c;
}

static bool is_named(const char *cell, const char *name) {
  while (*cell == ' ') cell++;
  for (; *name != '\0'; name++, cell++)
    if (plain(*cell) != *name) return false;
  while (*cell == ' ') cell++;
  return *cell == '\0';
}

/* Name of a measurement column without its unit; NULL if it is none. */
static hw_status measurement_name(const char *cell, hw_arena *arena, const char **out,
                                  hw_err *err) {
  const size_t n = strlen(cell);
  *out = NULL;
  if (n < 4 || plain(cell[n - 3]) != '_' || plain(cell[n - 2]) != 'm' || plain(cell[n - 1]) != 'm')
    return HW_OK;
  char *name = hw_arena_strndup(arena, cell, n - 3);
  if (name == NULL) return HW_NO_MEMORY(err, "the columns");
  for (char *at = name; *at != '\0'; at++) *at = plain(*at) == '_' ? '-' : plain(*at);
  *out = name;
  return HW_OK;
}

static hw_status at_header(const hwp_columns *self, int32_t field, hw_status status, hw_err *err) {
  uint64_t line = 0, column = 0;
  hw_csv_place(&self->csv, field, &line, &column);
  hw_err_place(err, self->file, line, column);
  return status;
}

static hw_status read_name(hwp_columns *self, int32_t field, bool has_extra, hw_arena *arena,
                           hw_err *err) {
  const char *cell = self->csv.fields[field];
  for (int32_t i = 0; i < self->n_names; i++) {
    if (!is_named(cell, self->names[i])) continue;
    if (self->at[i] >= 0)
      return at_header(self, field,
                       hw_err_set(err, HW_E_DUPLICATE, "the column '%.40s' stands twice", cell),
                       err);
    self->at[i] = field;
    return HW_OK;
  }
  const char *name = NULL;
  if (has_extra) HW_TRY(measurement_name(cell, arena, &name, err));
  if (name == NULL)
    return at_header(self, field,
                     hw_err_set(err, HW_E_UNKNOWN_KEY, "the column '%.40s' is not known%s", cell,
                                has_extra ? "; measurements end in _mm" : ""),
                     err);
  if (self->n_extra == HWP_MOST_COLUMNS)
    return at_header(
        self, field,
        hw_err_set(err, HW_E_SHAPE, "more than %d columns of measurements", HWP_MOST_COLUMNS), err);
  for (int32_t i = 0; i < self->n_extra; i++)
    if (strcmp(self->extra_name[i], name) == 0)
      return at_header(self, field,
                       hw_err_set(err, HW_E_DUPLICATE, "the column '%.40s' stands twice", cell),
                       err);
  self->extra[self->n_extra] = field;
  self->extra_name[self->n_extra++] = name;
  return HW_OK;
}

hw_status hwp_columns_open(hwp_columns *self, const char *path, const char *bytes, size_t n_bytes,
                           const char *name, const char *const *names, int32_t n_names,
                           int32_t n_must, bool has_extra, hw_arena *arena, hw_err *err) {
  *self = (hwp_columns){.file = name, .names = names, .n_names = n_names};
  HW_BUG_IF(n_names > HWP_MOST_COLUMNS, err);
  for (int32_t i = 0; i < n_names; i++) self->at[i] = -1;
  if (path != NULL)
    HW_TRY(hw_csv_open(&self->csv, path, 0, err));
  else
    hw_csv_init(&self->csv, bytes, n_bytes, 0);
  bool has_row = false;
  HW_TRY(hwp_columns_next(self, &has_row, err));
  self->n_fields = self->csv.n_fields;
  for (int32_t f = 0; has_row && f < self->csv.n_fields; f++)
    HW_TRY(read_name(self, f, has_extra, arena, err));
  for (int32_t i = 0; i < n_must; i++)
    if (self->at[i] < 0) {
      const hw_status status = hw_err_set(err, HW_E_SHAPE, "there is no column '%s'", names[i]);
      hw_err_place(err, name, 1, 0);
      return status;
    }
  return HW_OK;
}

void hwp_columns_clear(hwp_columns *self) {
  hw_csv_clear(&self->csv);
}

hw_status hwp_columns_next(hwp_columns *self, bool *has_row, hw_err *err) {
  do { /* lines that begin with # are remarks */
    const hw_status status = hw_csv_next(&self->csv, has_row, err);
    if (status != HW_OK) {
      hw_err_place(err, self->file, 0, 0);
      return status;
    }
  } while (*has_row && self->csv.fields[0][0] == '#');
  if (*has_row && self->n_fields > 0 && self->csv.n_fields > self->n_fields)
    return at_header(self, self->n_fields,
                     hw_err_set(err, HW_E_SHAPE, "%d cells in a row of %d columns",
                                (int)self->csv.n_fields, (int)self->n_fields),
                     err);
  return HW_OK;
}

const char *hwp_columns_field(hwp_columns *self, int32_t field) {
  if (field < 0 || field >= self->csv.n_fields) return "";
  char *text = self->csv.fields[field];
  while (*text == ' ' || *text == '\t') text++;
  size_t n = strlen(text);
  while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t')) text[--n] = '\0';
  return text;
}

const char *hwp_columns_text(hwp_columns *self, int32_t name) {
  return hwp_columns_field(self, self->at[name]);
}

static hw_status place_field(const hwp_columns *self, int32_t field, const char *name,
                             hw_status status, hw_err *err) {
  uint64_t line = self->csv.row_line, column = 0;
  if (field >= 0 && field < self->csv.n_fields) hw_csv_place(&self->csv, field, &line, &column);
  hw_err_place(err, self->file, line, column);
  hw_err_field(err, "%s", name);
  return status;
}

hw_status hwp_columns_place(const hwp_columns *self, int32_t name, hw_status status, hw_err *err) {
  return place_field(self, self->at[name], self->names[name], status, err);
}

hw_status hwp_columns_parse(hwp_columns *self, int32_t field, const char *name, double least,
                            double most, double *out, hw_err *err) {
  const char *text = hwp_columns_field(self, field);
  *out = NAN;
  if (text[0] == '\0') return HW_OK;
  if (!hw_number_parse(text, out) || !(*out >= least && *out <= most)) {
    *out = NAN;
    return place_field(
        self, field, name,
        hw_err_set(err, HW_E_VALUE, "'%.40s' is no number from %g to %g", text, least, most), err);
  }
  return HW_OK;
}

hw_status hwp_columns_number(hwp_columns *self, int32_t name, double least, double most,
                             double *out, hw_err *err) {
  return hwp_columns_parse(self, self->at[name], self->names[name], least, most, out, err);
}

hw_status hwp_columns_parts(const char *text, hw_arena *arena, const char *const **parts,
                            int32_t *n, hw_err *err) {
  size_t most = 1;
  for (const char *at = text; *at != '\0'; at++) most += *at == ';';
  const char **out = hw_arena_alloc_array(arena, most, sizeof *out);
  if (out == NULL) return HW_NO_MEMORY(err, "a list");
  *n = 0;
  for (const char *at = text;;) {
    size_t length = strcspn(at, ";"), skip = length + (at[length] == ';');
    const bool is_last = at[length] == '\0';
    const char *from = at;
    while (length > 0 && *from == ' ') from++, length--;
    while (length > 0 && from[length - 1] == ' ') length--;
    if (length > 0 && (out[(*n)++] = hw_arena_strndup(arena, from, length)) == NULL)
      return HW_NO_MEMORY(err, "a list");
    if (is_last) break;
    at += skip;
  }
  *parts = out;
  return HW_OK;
}
