/* Panels from CSV and back.
 *
 *   # panel: FORCE
 *   # source: Tillmar et al. 2021
 *   # population EAS: 504, 1000 Genomes phase 3
 *   marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS
 *   rs9442372,1,1018704,1083324,A/G,2.01,1.66,0.611
 *
 * Form is checked here; what the values mean together is genetics/panel.c's, which is told the line
 * of every marker. A frequency cell holds the first allele's frequency, or those of all alleles
 * parted by '/', which for two alleles is written only where 1 − f is not the second one's.
 * So the written table reads back to the same bits. */
#include "formats/panel_csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"
#include "base/json_write.h"
#include "base/number.h"
#include "formats/csv_write.h"
#include "genetics/panel_build.h"

enum { MARKER, CHROMOSOME, GRCH37, GRCH38, ALLELES, FEMALE_CM, MALE_CM, FIRST_POPULATION };
_Static_assert((int)FIRST_POPULATION == HWP_PANEL_COLUMNS, "the columns of a panel");
#define POPULATION_NOTE "population "

/* What the notes say of a population. */
typedef struct population_note {
  struct population_note *next;
  const char *name, *source;
  int32_t n_persons;
  uint64_t line;
} population_note;

typedef struct reader {
  hwp_sheet sheet;
  const char *name, *source;
  population_note *notes;
  int32_t n_markers;
  size_t n_alleles;
  size_t marker_capacity, allele_capacity;
  hw_panel_marker *markers;
  uint64_t *lines;
  int32_t n_populations;
  hw_panel_population *populations;
  double **frequencies; /* n_populations × n_alleles */
} reader;

/* --- notes --- */

/* "504, 1000 Genomes": a whole number before a comma, or alone, is the number of persons. */
static void read_population_note(char *value, population_note *out) {
  char *comma = strchr(value, ',');
  out->source = value;
  if (comma) *comma = '\0';
  if (hwp_sheet_parse_int(value, &out->n_persons)) {
    out->source = comma ? comma + 1 + strspn(comma + 1, " \t") : "";
  } else {
    out->n_persons = 0;
    if (comma) *comma = ',';
  }
}

static hw_status read_note(reader *self, const char *key, char *value) {
  const size_t prefix = strlen(POPULATION_NOTE);
  if (strcmp(key, "panel") == 0) {
    self->name = value;
  } else if (strcmp(key, "source") == 0) {
    self->source = value;
  } else if (strncmp(key, POPULATION_NOTE, prefix) == 0) {
    population_note *note = hw_arena_alloc(&self->sheet.arena, sizeof *note);
    if (!note) return HW_NO_MEMORY(self->sheet.err, "the panel");
    *note = (population_note){.next = self->notes,
                              .name = key + prefix + strspn(key + prefix, " "),
                              .line = self->sheet.line - 1};
    read_population_note(value, note);
    self->notes = note;
  }
  return HW_OK;
}

static hw_status read_notes(reader *self) {
  char *key, *value;
  bool has_note;
  for (;;) {
    HW_TRY(hwp_sheet_next_note(&self->sheet, &has_note, &key, &value));
    if (!has_note) return HW_OK;
    HW_TRY(read_note(self, key, value));
  }
}

/* --- header --- */

static hw_status join_notes(reader *self) {
  for (const population_note *note = self->notes; note; note = note->next) {
    int32_t p = 0;
    while (p < self->n_populations && strcmp(self->populations[p].name, note->name) != 0) p++;
    if (p == self->n_populations) {
      const hw_status status =
          hw_err_set(self->sheet.err, HW_E_REFERENCE,
                     "the population \"%.60s\" has no column behind male_cm", note->name);
      hw_err_place(self->sheet.err, NULL, note->line, 1);
      return status;
    }
    self->populations[p].source = note->source;
    self->populations[p].n_persons = note->n_persons;
  }
  return HW_OK;
}

static hw_status read_header(reader *self) {
  HW_TRY(hwp_sheet_read_header(&self->sheet, HWP_PANEL_COLUMNS, hwp_panel_columns, true));
  const int32_t n = self->sheet.n_columns - FIRST_POPULATION;
  self->populations =
      hw_arena_alloc_array(&self->sheet.arena, (size_t)n, sizeof *self->populations);
  self->frequencies = calloc((size_t)n + 1, sizeof *self->frequencies);
  if (!self->populations || !self->frequencies) return HW_NO_MEMORY(self->sheet.err, "the panel");
  self->n_populations = n;
  for (int32_t p = 0; p < n; p++)
    self->populations[p].name = self->sheet.header[FIRST_POPULATION + p];
  return join_notes(self);
}

/* --- rows --- */

/* Makes room for one more marker. */
static hw_status grow(reader *self) {
  hw_err *err = self->sheet.err;
  size_t bytes;
  if ((size_t)self->n_markers == self->marker_capacity) {
    const size_t capacity = self->marker_capacity ? 2 * self->marker_capacity : 1024;
    if (!hw_mul_size(capacity, sizeof *self->markers, &bytes))
      return HW_NO_MEMORY(err, "the panel");
    hw_panel_marker *markers = realloc(self->markers, bytes);
    if (markers) self->markers = markers;
    uint64_t *lines = markers ? realloc(self->lines, capacity * sizeof *lines) : NULL;
    if (!lines) return HW_NO_MEMORY(err, "the panel");
    self->lines = lines;
    self->marker_capacity = capacity;
  }
  if (self->n_alleles + HW_PANEL_MAX_ALLELES <= self->allele_capacity) return HW_OK;
  const size_t capacity = self->allele_capacity ? 2 * self->allele_capacity : 2048;
  if (!hw_mul_size(capacity, sizeof(double), &bytes)) return HW_NO_MEMORY(err, "the panel");
  for (int32_t p = 0; p < self->n_populations; p++) {
    double *larger = realloc(self->frequencies[p], bytes);
    if (!larger) return HW_NO_MEMORY(err, "the panel");
    self->frequencies[p] = larger;
  }
  self->allele_capacity = capacity;
  return HW_OK;
}

static hw_status read_alleles(reader *self, hw_panel_marker *out) {
  hw_arena *arena = &self->sheet.arena;
  const char *alleles[HW_PANEL_MAX_ALLELES];
  char *text = hwp_sheet_get(&self->sheet, ALLELES);
  for (;;) {
    char *end = strchr(text, '/');
    if (out->n_alleles == HW_PANEL_MAX_ALLELES)
      return hwp_sheet_fails(&self->sheet, ALLELES,
                             hw_err_set(self->sheet.err, HW_E_VALUE,
                                        "more than %d alleles; expected 2 to %d, parted by '/'",
                                        HW_PANEL_MAX_ALLELES, HW_PANEL_MAX_ALLELES));
    if (end) *end = '\0';
    alleles[out->n_alleles] = hw_arena_strdup(arena, text);
    if (!alleles[out->n_alleles]) return HW_NO_MEMORY(self->sheet.err, "the panel");
    out->n_alleles++;
    if (!end) break;
    text = end + 1;
  }
  out->alleles = hw_arena_copy(arena, alleles, (size_t)out->n_alleles * sizeof *alleles);
  return out->alleles ? HW_OK : HW_NO_MEMORY(self->sheet.err, "the panel");
}

static hw_status read_frequencies(reader *self, int32_t p, int32_t n_alleles) {
  const int32_t column = FIRST_POPULATION + p;
  double *out = self->frequencies[p] + self->n_alleles;
  char *text = hwp_sheet_get(&self->sheet, column);
  int32_t n = 0;
  for (int32_t a = 0; a < n_alleles; a++) out[a] = (double)NAN;
  if (!text[0]) return HW_OK;
  for (;;) {
    char *end = strchr(text, '/');
    if (end) *end = '\0';
    if (n < n_alleles && !hw_number_parse(text, &out[n]))
      return hwp_sheet_fails(
          &self->sheet, column,
          hw_err_set(self->sheet.err, HW_E_SYNTAX, "\"%.40s\" is not a number%s", text,
                     strchr(text, ',') ? "; write the decimal sign as a point" : ""));
    n++;
    if (!end) break;
    text = end + 1;
  }
  if (n == 1 && n_alleles == 2) {
    out[1] = 1 - out[0];
  } else if (n != n_alleles) {
    return hwp_sheet_fails(&self->sheet, column,
                           hw_err_set(self->sheet.err, HW_E_SHAPE,
                                      "%d frequencies of %d alleles; expected one for each, parted "
                                      "by '/'",
                                      (int)n, (int)n_alleles));
  }
  return HW_OK;
}

static hw_status read_row(reader *self) {
  hwp_sheet *sheet = &self->sheet;
  HW_TRY(grow(self));
  if (self->n_markers == HW_PANEL_MAX_MARKERS)
    return hwp_sheet_fails(
        sheet, -1,
        hw_err_set(sheet->err, HW_E_SHAPE, "more than %d markers", HW_PANEL_MAX_MARKERS));
  hw_panel_marker m = {.name = hw_arena_strdup(&sheet->arena, hwp_sheet_get(sheet, MARKER))};
  if (!m.name) return HW_NO_MEMORY(sheet->err, "the panel");
  HW_TRY(hwp_sheet_read_chromosome(sheet, CHROMOSOME, &m.chromosome));
  HW_TRY(hwp_sheet_read_bp(sheet, GRCH37, &m.bp[HW_GRCH37]));
  HW_TRY(hwp_sheet_read_bp(sheet, GRCH38, &m.bp[HW_GRCH38]));
  HW_TRY(read_alleles(self, &m));
  HW_TRY(hwp_sheet_read_double(sheet, FEMALE_CM, &m.female_cm));
  HW_TRY(hwp_sheet_read_double(sheet, MALE_CM, &m.male_cm));
  for (int32_t p = 0; p < self->n_populations; p++) HW_TRY(read_frequencies(self, p, m.n_alleles));
  self->lines[self->n_markers] = sheet->csv.row_line;
  self->markers[self->n_markers++] = m;
  self->n_alleles += (size_t)m.n_alleles;
  return HW_OK;
}

static hw_status read_all(reader *self, hw_panel **out) {
  bool has_row;
  HW_TRY(read_notes(self));
  HW_TRY(read_header(self));
  for (;;) {
    HW_TRY(hwp_sheet_next_row(&self->sheet, &has_row));
    if (!has_row) break;
    HW_TRY(read_row(self));
  }
  for (int32_t p = 0; p < self->n_populations; p++)
    self->populations[p].frequencies = self->frequencies[p];
  const hwp_panel_input input = {.name = self->name,
                                 .source = self->source,
                                 .n_markers = self->n_markers,
                                 .markers = self->markers,
                                 .n_populations = self->n_populations,
                                 .populations = self->populations,
                                 .lines = self->lines};
  return hwp_panel_build(&input, out, self->sheet.err);
}

hw_status hw_panel_parse(const char *bytes, size_t n_bytes, const char *name, hw_panel **out,
                         hw_err *err) {
  reader self = {0};
  *out = NULL;
  hwp_sheet_init(&self.sheet, bytes, n_bytes, err);
  const hw_status status = read_all(&self, out);
  if (status != HW_OK) hw_err_place(err, name, 0, 0);
  for (int32_t p = 0; p < self.n_populations; p++) free(self.frequencies[p]);
  free(self.frequencies);
  free(self.markers);
  free(self.lines);
  hwp_sheet_clear(&self.sheet);
  return status;
}

hw_status hw_panel_read(const char *path, hw_panel **out, hw_err *err) {
  char *bytes = NULL;
  size_t n = 0;
  *out = NULL;
  HW_TRY(hw_file_read(path, HWP_SHEET_MAX_BYTES, &bytes, &n, err));
  const hw_status status = hw_panel_parse(bytes, n, path, out, err);
  free(bytes);
  return status;
}

/* --- writing --- */

static void write_notes(const hw_panel *self, hw_str *text) {
  if (self->name[0]) hwp_sheet_write_note(text, "panel", self->name);
  if (self->source[0]) hwp_sheet_write_note(text, "source", self->source);
  for (int32_t p = 0; p < self->n_populations; p++) {
    const hw_panel_population *population = &self->populations[p];
    if (population->n_persons == 0 && !population->source[0]) continue;
    hw_str_append_format(text, "# " POPULATION_NOTE "%s: %d", population->name,
                         (int)population->n_persons);
    if (population->source[0]) hw_str_append_format(text, ", %s", population->source);
    hw_str_append(text, "\n");
  }
}

static void write_known(hw_csv_writer *csv, double value) {
  if (isnan(value))
    hw_csv_write_text(csv, NULL);
  else
    hw_csv_write_double(csv, value);
}

static void write_frequencies(hw_csv_writer *csv, hw_str *cell, const double *f, int32_t n) {
  char buffer[HW_JSON_DOUBLE_SIZE];
  if (isnan(f[0]) || (n == 2 && f[1] == 1 - f[0])) {
    write_known(csv, f[0]);
    return;
  }
  cell->length = 0;
  for (int32_t a = 0; a < n; a++) {
    if (a > 0) hw_str_append(cell, "/");
    hw_str_append_bytes(cell, buffer, hw_json_format_double_short(f[a], buffer));
  }
  hw_csv_write_text(csv, hw_str_text(cell));
}

static void write_marker(const hw_panel *self, int32_t i, hw_csv_writer *csv, hw_str *cell) {
  const hw_panel_marker *m = &self->markers[i];
  char buffer[12];
  hw_csv_write_text(csv, m->name);
  hw_csv_write_text(csv, hwp_chromosome_name(m->chromosome, buffer));
  for (int b = 0; b < HW_BUILD_COUNT; b++)
    if (m->bp[b] > 0)
      hw_csv_write_int(csv, m->bp[b]);
    else
      hw_csv_write_text(csv, NULL);
  cell->length = 0;
  for (int32_t a = 0; a < m->n_alleles; a++) {
    if (a > 0) hw_str_append(cell, "/");
    hw_str_append(cell, m->alleles[a]);
  }
  hw_csv_write_text(csv, hw_str_text(cell));
  write_known(csv, m->female_cm);
  write_known(csv, m->male_cm);
  for (int32_t p = 0; p < self->n_populations; p++)
    write_frequencies(csv, cell, self->populations[p].frequencies + self->first_allele[i],
                      m->n_alleles);
  hw_csv_write_end_row(csv);
}

hw_status hw_panel_write(const hw_panel *self, FILE *out, hw_err *err) {
  hw_str text = HW_STR_INIT, cell = HW_STR_INIT;
  hw_csv_writer csv;
  write_notes(self, &text);
  HW_TRY(hwp_sheet_write_notes(&text, out, err));
  hw_csv_write_init_file(&csv, out, ',');
  for (int c = 0; c < HWP_PANEL_COLUMNS; c++) hw_csv_write_text(&csv, hwp_panel_columns[c]);
  for (int32_t p = 0; p < self->n_populations; p++)
    hw_csv_write_text(&csv, self->populations[p].name);
  hw_csv_write_end_row(&csv);
  for (int32_t i = 0; i < self->n_markers; i++) write_marker(self, i, &csv, &cell);
  const hw_status cells = hw_str_status(&cell);
  hw_str_clear(&cell);
  const hw_status status = hw_csv_write_finish(&csv, err);
  return cells == HW_OK ? status : HW_NO_MEMORY(err, "the panel");
}
