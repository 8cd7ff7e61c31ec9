/* Profiles from CSV tables.
 *
 * Wide: a row is a profile. Long: a row is a marker of one, and the rows of a
 * profile stand together, so that a file of any length passes through in the
 * memory of one profile. Both end in the same sink (app/profile_sink.h). */
#include "app/import_profiles.h"

#include <stdlib.h>
#include <string.h>

#include "app/kind_table.h"
#include "app/profile_records.h"
#include "base/check.h"
#include "base/fold.h"
#include "formats/csv.h"

/* Rows between two reports of progress. */
#define PROGRESS_ROWS 4096

typedef struct reader {
  hw_import *import;
  hw_csv csv;
  hwp_profile_columns columns;
  hwp_profile_sink sink;
  hw_arena scratch; /* of one profile */
  uint64_t n_rows;
  /* long */
  bool has_profile;
  struct met {
    uint64_t profile, line; /* when the marker came last: in which profile, on which line */
  } * met;
  int n_met;
  uint64_t n_profiles;
} reader;

/* --- rows and places --- */

static hw_status mistake_at(reader *self, int32_t column, const char *field, hw_err *mistake,
                            hw_err *err) {
  uint64_t line = self->csv.row_line, place = 0;
  if (column >= 0) hw_csv_place(&self->csv, column, &line, &place);
  if (field != NULL) hw_err_field(mistake, "%s", field);
  hw_err_place(mistake, NULL, line, place);
  return hw_import_mistake(self->import, mistake, err);
}

/* Rows that begin with "# " are comments, as in every table. */
static bool is_comment(const hw_csv *csv) {
  return strncmp(csv->fields[0], "# ", 2) == 0 && !hw_csv_is_quoted(csv, 0);
}

/* Rows without any value, as spreadsheets leave them at the end. */
static bool is_blank(const hw_csv *csv) {
  for (int32_t i = 0; i < csv->n_fields; i++)
    if (csv->fields[i][0] != '\0') return false;
  return true;
}

/* The next row. A file that cannot be read further is refused with that one more mistake. */
static hw_status next_row(reader *self, bool *has_row, hw_err *err) {
  hw_err mistake = HW_ERR_INIT;
  hw_status status;
  do status = hw_csv_next(&self->csv, has_row, &mistake);
  while (status == HW_OK && *has_row && (is_comment(&self->csv) || is_blank(&self->csv)));
  if (status != HW_OK) {
    *has_row = false;
    return hw_import_mistake(self->import, &mistake, err);
  }
  if (++self->n_rows % PROGRESS_ROWS == 0) {
    uint64_t total = 0, done = hw_csv_position(&self->csv, &total);
    hw_import_progress(self->import, done, total);
  }
  return HW_OK;
}

static hw_status check_shape(reader *self, bool *is_good, hw_err *err) {
  *is_good = self->csv.n_fields == self->columns.n;
  if (*is_good) return HW_OK;
  hw_err mistake = HW_ERR_INIT;
  hw_err_set(&mistake, HW_E_SHAPE, "the row has %d fields, the header %d", self->csv.n_fields,
             self->columns.n);
  return mistake_at(self, -1, NULL, &mistake, err);
}

static bool is_ascii(const char *text) {
  for (; *text != '\0'; text++)
    if ((unsigned char)*text >= 0x80) return false;
  return true;
}

/* A field without blanks at its ends, in normal form C; NULL if nothing is in it. */
static hw_status take_text(reader *self, int32_t column, const char **out, hw_err *err) {
  char *text = self->csv.fields[column];
  while (*text == ' ' || *text == '\t') text++;
  size_t n = strlen(text);
  while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t')) n--;
  text[n] = '\0';
  *out = n > 0 ? text : NULL;
  if (n == 0 || is_ascii(text)) return HW_OK;
  hw_str composed = HW_STR_INIT;
  hw_status status = hw_fold_nfc(text, &composed, err);
  if (status == HW_OK) *out = hw_arena_strdup(&self->scratch, hw_str_text(&composed));
  if (status == HW_OK && *out == NULL) status = HW_NO_MEMORY(err, "a row");
  hw_str_clear(&composed);
  return status;
}

/* Mistakes of records name a field: the column that it came from. */
static void locate(void *context, hw_err *mistake) {
  const reader *self = context;
  uint64_t line, column;
  if (self->columns.is_long) return; /* the row may be another by now */
  int32_t at = -1;
  for (int t = 0; t < HWP_PROFILE_TEXTS; t++)
    if (strcmp(mistake->field, hwp_profile_text_name((hwp_profile_text)t)) == 0)
      at = self->columns.known[t];
  if (at < 0 && strcmp(mistake->field, hwp_profile_text_name(HWP_PROFILE_CODE)) == 0)
    at = self->columns.known[self->columns.known[HWP_PROFILE_SAMPLE] >= 0 ? HWP_PROFILE_SAMPLE
                                                                          : HWP_PROFILE_PERSON];
  if (at < 0) return;
  hw_csv_place(&self->csv, at, &line, &column);
  hw_err_place(mistake, NULL, line, column);
}

/* --- wide --- */

/* The sink asks where the cell of a marker stands. */
static void place_wide(const hwp_profile_sink *sink, int marker, hw_err *err) {
  const reader *self = sink->place_context;
  uint64_t line, column;
  hw_csv_place(&self->csv, self->columns.markers[marker].columns[0], &line, &column);
  hw_err_place(err, NULL, line, column);
}

static hw_status take_markers(reader *self, hw_err *err) {
  for (int i = 0; i < self->columns.n_markers; i++) {
    const hwp_marker_columns *columns = &self->columns.markers[i];
    const int known = self->sink.n_markers;
    int at = -1;
    HW_TRY(hwp_profile_sink_marker(&self->sink, columns->name, &at, err));
    if (at < 0 || at == known) continue;
    hw_err mistake = HW_ERR_INIT;
    hw_err_set(&mistake, HW_E_DUPLICATE, "the columns \"%.60s\" and \"%.60s\" are one marker",
               self->sink.markers[at].name, columns->name);
    HW_TRY(mistake_at(self, columns->columns[0], NULL, &mistake, err));
  }
  return HW_OK;
}

static hw_status read_cells(reader *self, bool *is_good, hw_err *err) {
  for (int i = 0; i < self->columns.n_markers; i++) {
    const hwp_marker_columns *columns = &self->columns.markers[i];
    for (int c = 0; c < columns->n_columns; c++) {
      hw_err mistake = HW_ERR_INIT;
      hwp_call *call = &self->sink.calls[i];
      const int before = call->n;
      hw_status status = hwp_call_cell(self->csv.fields[columns->columns[c]],
                                       self->sink.markers[i].type, call, &mistake);
      if (status == HW_OK && columns->n_columns > 1 && call->n > before + 1)
        hw_err_set(&mistake, HW_E_VALUE, "%d alleles in one of the marker's %d columns",
                   call->n - before, columns->n_columns);
      if (mistake.status == HW_OK) continue;
      *is_good = false;
      HW_TRY(mistake_at(self, columns->columns[c], self->sink.markers[i].name, &mistake, err));
    }
  }
  return HW_OK;
}

static hw_status read_wide_row(reader *self, hw_err *err) {
  bool is_good = true;
  HW_TRY(check_shape(self, &is_good, err));
  if (!is_good) return HW_OK;
  hw_arena_reset(&self->scratch);
  hwp_profile_sink_begin(&self->sink, self->csv.row_line);
  for (int t = 0; t < HWP_PROFILE_TEXTS; t++)
    if (self->columns.known[t] >= 0)
      HW_TRY(take_text(self, self->columns.known[t], &self->sink.texts[t], err));
  HW_TRY(read_cells(self, &is_good, err));
  return is_good ? hwp_profile_sink_end(&self->sink, err) : HW_OK;
}

static hw_status read_wide(reader *self, hw_err *err) {
  bool has_row;
  self->sink.place = place_wide;
  self->sink.place_context = self;
  HW_TRY(take_markers(self, err));
  if (self->import->report->errors.n > 0) return HW_OK;
  hw_status status;
  while ((status = next_row(self, &has_row, err)) == HW_OK && has_row)
    HW_TRY(read_wide_row(self, err));
  return status;
}

/* --- long --- */

static void place_long(const hwp_profile_sink *sink, int marker, hw_err *err) {
  const reader *self = sink->place_context;
  hw_err_place(err, NULL, self->met[marker].line, 0);
}

static hw_status end_profile(reader *self, hw_err *err) {
  if (!self->has_profile) return HW_OK;
  self->has_profile = false;
  return hwp_profile_sink_end(&self->sink, err);
}

static bool same_text(const char *a, const char *b) {
  if (a == NULL || b == NULL) return a == b;
  return strcmp(a, b) == 0;
}

/* True if a row is of the profile in hand: by its code, or where rows have none by sample, person and
 * replicate. */
static bool is_of_same(const reader *self, const char *const *texts) {
  const char *const *known = self->sink.texts;
  if (texts[HWP_PROFILE_CODE] != NULL || known[HWP_PROFILE_CODE] != NULL)
    return same_text(texts[HWP_PROFILE_CODE], known[HWP_PROFILE_CODE]);
  return same_text(texts[HWP_PROFILE_SAMPLE], known[HWP_PROFILE_SAMPLE]) &&
         same_text(texts[HWP_PROFILE_PERSON], known[HWP_PROFILE_PERSON]) &&
         same_text(texts[HWP_PROFILE_REPLICATE], known[HWP_PROFILE_REPLICATE]);
}

static hw_status keep_texts(reader *self, const char *const *texts, hw_err *err) {
  for (int t = 0; t < HWP_PROFILE_TEXTS; t++) {
    if (texts[t] == NULL) continue;
    const char *known = self->sink.texts[t];
    if (known == NULL) {
      self->sink.texts[t] = hw_arena_strdup(&self->scratch, texts[t]);
      if (self->sink.texts[t] == NULL) return HW_NO_MEMORY(err, "a profile");
    } else if (strcmp(known, texts[t]) != 0) {
      hw_err mistake = HW_ERR_INIT;
      hw_err_set(&mistake, HW_E_CONFLICT,
                 "\"%.60s\", but an earlier row of this profile says \"%.60s\"", texts[t], known);
      HW_TRY(mistake_at(self, self->columns.known[t], hwp_profile_text_name((hwp_profile_text)t),
                        &mistake, err));
    }
  }
  return HW_OK;
}

/* Goes on with the profile in hand, or begins the next. */
static hw_status turn_to(reader *self, hw_err *err) {
  const char *texts[HWP_PROFILE_TEXTS] = {NULL};
  for (int t = 0; t < HWP_PROFILE_TEXTS; t++)
    if (self->columns.known[t] >= 0)
      HW_TRY(take_text(self, self->columns.known[t], &texts[t], err));
  const bool is_same = self->has_profile && is_of_same(self, texts);
  if (!is_same) {
    HW_TRY(end_profile(self, err));
    /* Texts that take_text composed lie in the arena that is emptied here: take them again. */
    hw_arena_reset(&self->scratch);
    for (int t = 0; t < HWP_PROFILE_TEXTS; t++)
      if (self->columns.known[t] >= 0)
        HW_TRY(take_text(self, self->columns.known[t], &texts[t], err));
    hwp_profile_sink_begin(&self->sink, self->csv.row_line);
    self->has_profile = true;
    self->n_profiles++;
  }
  return keep_texts(self, texts, err);
}

static hw_status meet_marker(reader *self, int marker, bool *is_good, hw_err *err) {
  if (self->n_met < self->sink.n_markers) {
    size_t bytes;
    const size_t n = 2 * (size_t)self->sink.n_markers;
    void *larger = hw_mul_size(n, sizeof *self->met, &bytes) ? realloc(self->met, bytes) : NULL;
    if (larger == NULL) return HW_NO_MEMORY(err, "the markers");
    self->met = larger;
    memset(self->met + self->n_met, 0, (n - (size_t)self->n_met) * sizeof *self->met);
    self->n_met = (int)n;
  }
  struct met *met = &self->met[marker];
  if (met->profile == self->n_profiles) {
    hw_err mistake = HW_ERR_INIT;
    *is_good = false;
    hw_err_set(&mistake, HW_E_DUPLICATE, "%.60s of this profile stands on line %llu too",
               self->sink.markers[marker].name, (unsigned long long)met->line);
    return mistake_at(self, self->columns.marker, NULL, &mistake, err);
  }
  *met = (struct met){self->n_profiles, self->csv.row_line};
  return HW_OK;
}

static hw_status read_alleles(reader *self, int marker, hw_err *err) {
  for (int i = 0; i < self->columns.n_alleles; i++) {
    hw_err mistake = HW_ERR_INIT;
    const int32_t column = self->columns.alleles[i];
    if (self->csv.fields[column][0] == '\0') continue;
    char *cell = hw_arena_strdup(&self->scratch, self->csv.fields[column]);
    if (cell == NULL) return HW_NO_MEMORY(err, "a profile");
    if (hwp_call_cell(cell, self->sink.markers[marker].type, &self->sink.calls[marker], &mistake) !=
        HW_OK)
      HW_TRY(mistake_at(self, column, self->sink.markers[marker].name, &mistake, err));
  }
  return HW_OK;
}

static hw_status read_long_row(reader *self, hw_err *err) {
  bool is_good = true;
  int marker = -1;
  const char *name = NULL;
  HW_TRY(check_shape(self, &is_good, err));
  if (!is_good) return HW_OK;
  HW_TRY(turn_to(self, err));
  HW_TRY(take_text(self, self->columns.marker, &name, err));
  if (name == NULL) {
    hw_err mistake = HW_ERR_INIT;
    hw_err_set(&mistake, HW_E_VALUE, "is missing: which marker is this?");
    return mistake_at(self, self->columns.marker, "marker", &mistake, err);
  }
  HW_TRY(hwp_profile_sink_marker(&self->sink, name, &marker, err));
  if (marker < 0) return HW_OK;
  HW_TRY(meet_marker(self, marker, &is_good, err));
  return is_good ? read_alleles(self, marker, err) : HW_OK;
}

static hw_status read_long(reader *self, hw_err *err) {
  bool has_row;
  hw_status status;
  self->sink.place = place_long;
  self->sink.place_context = self;
  while ((status = next_row(self, &has_row, err)) == HW_OK && has_row)
    HW_TRY(read_long_row(self, err));
  HW_TRY(status);
  return end_profile(self, err);
}

/* --- the file --- */

/* Columns that are left aside are told by name. */
static hw_status tell_unused(reader *self, hw_err *err) {
  hw_str names = HW_STR_INIT;
  for (int i = 0; i < self->columns.n_unused; i++) {
    if (i > 0) hw_str_append(&names, ", ");
    hw_str_append(&names, self->csv.fields[self->columns.unused[i]]);
  }
  if (self->columns.n_unused > 0)
    hw_import_note(self->import, "columns that are not used: %s", hw_str_text(&names));
  hw_status status = hw_str_status(&names) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "the header");
  hw_str_clear(&names);
  return status;
}

static hw_status read_header(reader *self, bool *is_good, hw_err *err) {
  hw_err mistake = HW_ERR_INIT;
  *is_good = false;
  HW_TRY(next_row(self, is_good, err));
  if (!*is_good && self->import->report->errors.n > 0) return HW_OK;
  if (!*is_good) {
    hw_err_set(&mistake, HW_E_SYNTAX, "the table is empty: expected a header");
    return hw_import_mistake(self->import, &mistake, err);
  }
  hw_status status =
      hwp_profile_columns_read(&self->columns, self->csv.n_fields, self->csv.fields, &mistake);
  if (status == HW_OK) return tell_unused(self, err);
  *is_good = false;
  return mistake_at(self, (int32_t)mistake.column - 1, NULL, &mistake, err);
}

static hw_status read_table(reader *self, hw_err *err) {
  bool is_good = false;
  hw_err mistake = HW_ERR_INIT;
  if (hw_import_open_csv(self->import, &self->csv, 0, &mistake) != HW_OK)
    return hw_import_mistake(self->import, &mistake, err);
  HW_TRY(read_header(self, &is_good, err));
  if (!is_good) return HW_OK;
  HW_TRY(self->columns.is_long ? read_long(self, err) : read_wide(self, err));
  /* What was made of a file with mistakes is undone: no consensus, no summary of it. */
  return self->import->report->errors.n == 0 ? hwp_profile_sink_finish(&self->sink, err) : HW_OK;
}

hw_status hw_import_profiles(hw_import *self, hw_err *err) {
  reader *r = calloc(1, sizeof *r);
  if (r == NULL) return HW_NO_MEMORY(err, "the reader");
  r->import = self;
  hw_arena_init(&r->scratch, 0);
  hw_status status = hwp_profile_sink_init(&r->sink, self, err);
  self->locate = locate;
  self->locate_context = r;
  if (status == HW_OK) status = read_table(r, err);
  self->locate = NULL;
  hwp_profile_sink_clear(&r->sink);
  hwp_profile_columns_clear(&r->columns);
  hw_csv_clear(&r->csv);
  hw_arena_clear(&r->scratch);
  free(r->met);
  free(r);
  return status;
}

hw_status hw_import_has_markers(const hw_import *import, bool *out, hw_err *err) {
  hw_csv csv;
  bool has_row = false;
  *out = true;
  hw_status status = hw_import_open_csv(import, &csv, 0, err);
  while (status == HW_OK && hw_csv_next(&csv, &has_row, NULL) == HW_OK && has_row) {
    if (is_comment(&csv)) continue;
    for (int32_t i = 0; i < csv.n_fields; i++)
      if (hw_column_name_equal(csv.fields[i], "observations")) *out = false;
    break;
  }
  hw_csv_clear(&csv);
  return status;
}
