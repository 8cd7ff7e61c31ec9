/* Genetic maps from CSV and back.
 *
 *   # map: deCODE 2019
 *   # source: Halldorsson et al. 2019
 *   # build: GRCh38
 *   chromosome,bp,female_cm,male_cm
 *   1,1431813,0,0
 *
 * The build must be told: positions of the other one lie up to megabases away, and a map that is
 * applied to them looks right. What the figures mean together is genetics/map.c's. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"
#include "formats/csv_write.h"
#include "formats/panel_csv.h"
#include "genetics/map_build.h"

enum { CHROMOSOME, BP, FEMALE_CM, MALE_CM, N_COLUMNS };
static const char *const columns[N_COLUMNS] = {"chromosome", "bp", "female_cm", "male_cm"};

typedef struct reader {
  hwp_sheet sheet;
  const char *name, *source;
  int build; /* HW_BUILD_COUNT = not told */
  int32_t n;
  size_t capacity;
  hw_map_point *points;
  uint64_t *lines;
} reader;

static hw_status read_build(reader *self, const char *value) {
  for (int b = 0; b < HW_BUILD_COUNT; b++)
    if (strcmp(value, hw_build_name((hw_build)b)) == 0) {
      self->build = b;
      return HW_OK;
    }
  return hwp_sheet_note_fails(
      &self->sheet,
      hw_err_set(self->sheet.err, HW_E_VALUE, "build \"%.40s\"; expected GRCh37 or GRCh38", value));
}

static hw_status read_notes(reader *self) {
  char *key, *value;
  bool has_note;
  self->build = HW_BUILD_COUNT;
  for (;;) {
    HW_TRY(hwp_sheet_next_note(&self->sheet, &has_note, &key, &value));
    if (!has_note) break;
    if (strcmp(key, "map") == 0) self->name = value;
    if (strcmp(key, "source") == 0) self->source = value;
    if (strcmp(key, "build") == 0) HW_TRY(read_build(self, value));
  }
  if (self->build != HW_BUILD_COUNT) return HW_OK;
  return hw_err_set(self->sheet.err, HW_E_SYNTAX,
                    "the map does not tell its build; write a line \"# build: GRCh38\" (or GRCh37) "
                    "above the header");
}

static hw_status grow(reader *self) {
  if ((size_t)self->n < self->capacity) return HW_OK;
  const size_t capacity = self->capacity ? 2 * self->capacity : 4096;
  hw_map_point *points = realloc(self->points, capacity * sizeof *points);
  if (points) self->points = points;
  uint64_t *lines = points ? realloc(self->lines, capacity * sizeof *lines) : NULL;
  if (!lines) return HW_NO_MEMORY(self->sheet.err, "the genetic map");
  self->lines = lines;
  self->capacity = capacity;
  return HW_OK;
}

static hw_status read_row(reader *self) {
  hwp_sheet *sheet = &self->sheet;
  hw_map_point point;
  HW_TRY(grow(self));
  if (self->n == HW_MAP_MAX_POINTS)
    return hwp_sheet_fails(
        sheet, -1, hw_err_set(sheet->err, HW_E_SHAPE, "more than %d points", HW_MAP_MAX_POINTS));
  HW_TRY(hwp_sheet_read_chromosome(sheet, CHROMOSOME, &point.chromosome));
  HW_TRY(hwp_sheet_read_bp(sheet, BP, &point.bp));
  HW_TRY(hwp_sheet_read_double(sheet, FEMALE_CM, &point.female_cm));
  HW_TRY(hwp_sheet_read_double(sheet, MALE_CM, &point.male_cm));
  self->lines[self->n] = sheet->csv.row_line;
  self->points[self->n++] = point;
  return HW_OK;
}

static hw_status read_all(reader *self, hw_map **out) {
  bool has_row;
  HW_TRY(read_notes(self));
  HW_TRY(hwp_sheet_read_header(&self->sheet, N_COLUMNS, columns, false));
  for (;;) {
    HW_TRY(hwp_sheet_next_row(&self->sheet, &has_row));
    if (!has_row) break;
    HW_TRY(read_row(self));
  }
  return hwp_map_build(self->name, self->source, (hw_build)self->build, self->n, self->points,
                       self->lines, out, self->sheet.err);
}

hw_status hw_map_parse(const char *bytes, size_t n_bytes, const char *name, hw_map **out,
                       hw_err *err) {
  reader self = {0};
  *out = NULL;
  hwp_sheet_init(&self.sheet, bytes, n_bytes, err);
  const hw_status status = read_all(&self, out);
  if (status != HW_OK) hw_err_place(err, name, 0, 0);
  free(self.points);
  free(self.lines);
  hwp_sheet_clear(&self.sheet);
  return status;
}

hw_status hw_map_read(const char *path, hw_map **out, hw_err *err) {
  char *bytes = NULL;
  size_t n = 0;
  *out = NULL;
  HW_TRY(hw_file_read(path, HWP_SHEET_MAX_BYTES, &bytes, &n, err));
  const hw_status status = hw_map_parse(bytes, n, path, out, err);
  free(bytes);
  return status;
}

hw_status hw_map_write(const hw_map *self, FILE *out, hw_err *err) {
  hw_str notes = HW_STR_INIT;
  hw_csv_writer csv;
  char buffer[12];
  if (self->name[0]) hwp_sheet_write_note(&notes, "map", self->name);
  if (self->source[0]) hwp_sheet_write_note(&notes, "source", self->source);
  hwp_sheet_write_note(&notes, "build", hw_build_name(self->build));
  HW_TRY(hwp_sheet_write_notes(&notes, out, err));
  hw_csv_write_init_file(&csv, out, ',');
  for (int c = 0; c < N_COLUMNS; c++) hw_csv_write_text(&csv, columns[c]);
  hw_csv_write_end_row(&csv);
  for (int32_t i = 0; i < self->n_points; i++) {
    const hw_map_point *point = &self->points[i];
    hw_csv_write_text(&csv, hwp_chromosome_name(point->chromosome, buffer));
    hw_csv_write_int(&csv, point->bp);
    hw_csv_write_double(&csv, point->female_cm);
    if (point->chromosome == HW_PANEL_X)
      hw_csv_write_text(&csv, NULL);
    else
      hw_csv_write_double(&csv, point->male_cm);
    hw_csv_write_end_row(&csv);
  }
  return hw_csv_write_finish(&csv, err);
}
