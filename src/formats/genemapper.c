/* GeneMapper text: from rows to samples.
 *
 *   bytes ─ text.c ─▶ UTF-8 ─ rows ─▶ cells ─ columns, alleles ─▶ results ─▶ samples
 *
 * An export may hold a million rows, so the reading is one pass that keeps a row
 * as 24 bytes and 4 for each allele: texts repeat and are interned. The list,
 * with its pointers, is built when the text is gone from memory.
 *
 * A sample is a name in one sample file, run and kit. Two rows of one sample and
 * marker are an error, also where the marker is spelled in two ways: which of
 * them counts is for a person to say. Texts about the sample (category, case,
 * analyst) must not change between its rows.
 *
 * Liberties are counted by kind and told in the notes, one line each. */
#include "formats/genemapper.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "formats/genemapper_int.h"
#include "formats/text.h"
#include "genetics/marker_name.h"

static void take_liberty(hwp_gm_reader *self, hwp_gm_liberty kind) {
  if (self->count[kind]++ == 0) self->first_line[kind] = self->rows.row_line;
}

/* --- samples --- */

/* Number of the text of a column, 0 = "". */
static hw_status get_text(hwp_gm_reader *self, hwp_gm_role role, int32_t *number, hw_err *err) {
  const int32_t column = self->columns.text[role];
  *number = 0;
  if (column == HWP_GM_NO_COLUMN || column >= self->rows.n_cells) return HW_OK;
  const hwp_gm_cell cell = self->rows.cells[column];
  if (cell.n > HWP_GM_MAX_CELL)
    return hw_err_set(err, HW_E_VALUE, "column %d: a cell of %zu bytes; expected at most %zu",
                      (int)column + 1, cell.n, HWP_GM_MAX_CELL);
  return hw_intern_add(&self->texts, cell.text, cell.n, number, err);
}

/* A number as five bytes that are not zero. */
static size_t put_number(char *out, int32_t number) {
  for (int i = 0; i < 5; i++) out[i] = (char)(0x80 | (((uint32_t)number >> (7 * i)) & 0x7F));
  return 5;
}

/* Fills a text that the rows of one sample may state once, or repeat. */
static hw_status merge_text(hwp_gm_reader *self, const char **known, int32_t number,
                            hwp_gm_role role, const hw_typed_sample *sample, hw_err *err) {
  static const char *const words[HWP_GM_N_TEXTS] = {
      [HWP_GM_CATEGORY] = "category", [HWP_GM_CASE] = "case", [HWP_GM_ANALYST] = "analyst"};
  const char *text = self->texts.texts[number];
  if (number == 0 || text == *known) return HW_OK;
  if ((*known)[0] == '\0') {
    *known = text;
    return HW_OK;
  }
  if (role == HWP_GM_COMMENT) {
    take_liberty(self, HWP_GM_LIBERTY_COMMENT);
    return HW_OK;
  }
  return hw_err_set(err, HW_E_CONFLICT,
                    "sample \"%.60s\" has the %s \"%.60s\" here and \"%.60s\" before (it begins on "
                    "line %llu)",
                    sample->name, words[role], text, *known, (unsigned long long)sample->line);
}

static hw_status add_sample(hwp_gm_reader *self, const int32_t numbers[HWP_GM_N_TEXTS],
                            hw_err *err) {
  void *array = self->samples;
  HW_TRY(hwp_gm_reserve(&array, (size_t)self->n_samples, &self->sample_capacity,
                        sizeof *self->samples, err));
  self->samples = array;
  const char *const *texts = self->texts.texts;
  self->samples[self->n_samples++] = (hw_typed_sample){.name = texts[numbers[HWP_GM_SAMPLE]],
                                                       .source_file = texts[numbers[HWP_GM_FILE]],
                                                       .run = texts[numbers[HWP_GM_RUN]],
                                                       .kit = texts[numbers[HWP_GM_KIT]],
                                                       .category = texts[0],
                                                       .case_id = texts[0],
                                                       .comment = texts[0],
                                                       .analyst = texts[0],
                                                       .typed_at = texts[0],
                                                       .line = self->rows.row_line};
  return HW_OK;
}

/* The sample of the current row. */
static hw_status find_sample(hwp_gm_reader *self, int32_t *out, hw_err *err) {
  int32_t numbers[HWP_GM_N_TEXTS];
  for (int t = 0; t < HWP_GM_N_TEXTS; t++) HW_TRY(get_text(self, (hwp_gm_role)t, &numbers[t], err));
  if (numbers[HWP_GM_SAMPLE] == 0) numbers[HWP_GM_SAMPLE] = numbers[HWP_GM_FILE];
  if (numbers[HWP_GM_SAMPLE] == 0) return hw_err_set(err, HW_E_VALUE, "the row names no sample");
  char key[20];
  size_t n = 0;
  for (int t = HWP_GM_SAMPLE; t <= HWP_GM_KIT; t++) n += put_number(key + n, numbers[t]);
  HW_TRY(hw_intern_add(&self->sample_keys, key, n, out, err));
  if (*out == self->n_samples) HW_TRY(add_sample(self, numbers, err));
  hw_typed_sample *sample = &self->samples[*out];
  HW_TRY(
      merge_text(self, &sample->category, numbers[HWP_GM_CATEGORY], HWP_GM_CATEGORY, sample, err));
  HW_TRY(merge_text(self, &sample->case_id, numbers[HWP_GM_CASE], HWP_GM_CASE, sample, err));
  HW_TRY(merge_text(self, &sample->comment, numbers[HWP_GM_COMMENT], HWP_GM_COMMENT, sample, err));
  return merge_text(self, &sample->analyst, numbers[HWP_GM_ANALYST], HWP_GM_ANALYST, sample, err);
}

/* --- results --- */

static hwp_gm_cell get_cell(const hwp_gm_reader *self, int32_t column) {
  if (column >= self->rows.n_cells) return (hwp_gm_cell){"", 0};
  return self->rows.cells[column];
}

static hw_status add_allele(hwp_gm_reader *self, hwp_gm_result *r, const char *text, size_t n,
                            hw_err *err) {
  if (r->n_alleles == HW_TYPING_MAX_ALLELES)
    return hw_err_set(err, HW_E_VALUE,
                      "more than %d alleles; a result of so many is a mixture that no family "
                      "can be compared with",
                      HW_TYPING_MAX_ALLELES);
  void *array = self->alleles;
  HW_TRY(
      hwp_gm_reserve(&array, self->n_alleles, &self->allele_capacity, sizeof *self->alleles, err));
  self->alleles = array;
  HW_TRY(hw_intern_add(&self->texts, text, n, &self->alleles[self->n_alleles], err));
  self->n_alleles++;
  r->n_alleles++;
  return HW_OK;
}

static hw_status read_alleles(hwp_gm_reader *self, int32_t *next, int32_t group, hwp_gm_result *r,
                              hw_err *err) {
  static const hwp_gm_liberty told[] = {HWP_GM_LIBERTY_OFF_LADDER, HWP_GM_LIBERTY_FLAG,
                                        HWP_GM_LIBERTY_COMMA, HWP_GM_LIBERTY_NO_RESULT};
  const hwp_gm_columns *columns = &self->columns;
  for (; *next < columns->n_alleles && columns->allele[*next].group == group; (*next)++) {
    char allele[HWP_GM_MAX_ALLELE + 1];
    size_t n;
    unsigned marks;
    const hw_status status =
        hwp_gm_read_allele(get_cell(self, columns->allele[*next].column), allele, &n, &marks, err);
    if (status != HW_OK) {
      hw_err_field(err, "Allele %d", (int)columns->allele[*next].number);
      return status;
    }
    for (int m = 0; m < 4; m++)
      if (marks & (1u << m)) take_liberty(self, told[m]);
    r->marks |= (uint8_t)marks;
    if (n > 0) HW_TRY(add_allele(self, r, allele, n, err));
  }
  return HW_OK;
}

/* One marker of the row. */
static hw_status read_group(hwp_gm_reader *self, int32_t sample, int32_t group, int32_t *next,
                            hw_err *err) {
  const hwp_gm_cell marker = get_cell(self, self->columns.marker[group]);
  hwp_gm_result r = {
      .sample = sample, .first = (uint32_t)self->n_alleles, .line = self->rows.row_line};
  if (self->n_alleles > UINT32_MAX - HW_TYPING_MAX_ALLELES)
    return hw_err_set(err, HW_E_VALUE, "the file has too many alleles");
  HW_TRY(read_alleles(self, next, group, &r, err));
  if (marker.n == 0) {
    if (r.n_alleles == 0 && r.marks == 0) return HW_OK;
    return hw_err_set(err, HW_E_VALUE, "alleles without a marker");
  }
  if (marker.n >= HW_MARKER_KEY_SIZE)
    return hw_err_set(err, HW_E_VALUE, "a marker name of %zu bytes; expected at most %d", marker.n,
                      HW_MARKER_KEY_SIZE - 1);
  HW_TRY(hw_intern_add(&self->texts, marker.text, marker.n, &r.marker, err));
  void *array = self->results;
  HW_TRY(
      hwp_gm_reserve(&array, self->n_results, &self->result_capacity, sizeof *self->results, err));
  self->results = array;
  self->results[self->n_results++] = r;
  return HW_OK;
}

static hw_status read_row(hwp_gm_reader *self, hw_err *err) {
  const hwp_gm_cell first_marker = get_cell(self, self->columns.marker[0]);
  int32_t number, sample, next = 0;
  if (hwp_gm_find_role(first_marker, &number) == HWP_GM_MARKER && hwp_gm_is_header(&self->rows)) {
    take_liberty(self, HWP_GM_LIBERTY_HEADER);
    return hwp_gm_columns_read(&self->columns, &self->rows, err);
  }
  for (int32_t c = self->columns.n_columns; c < self->rows.n_cells; c++)
    if (self->rows.cells[c].n > 0)
      return hw_err_set(err, HW_E_SHAPE, "cell %d holds \"%.*s\", but the header has %d columns",
                        (int)c + 1, (int)(self->rows.cells[c].n < 40 ? self->rows.cells[c].n : 40),
                        self->rows.cells[c].text, (int)self->columns.n_columns);
  HW_TRY(find_sample(self, &sample, err));
  for (int32_t g = 0; g < self->columns.n_groups; g++)
    HW_TRY(read_group(self, sample, g, &next, err));
  return HW_OK;
}

static hw_status note_columns(hwp_gm_reader *self, int32_t n_skipped, hw_err *err) {
  if (n_skipped > 0)
    HW_TRY(hw_notes_add(&self->notes, 1, err, "%d rows before the header were skipped",
                        (int)n_skipped));
  if (self->columns.n_unknown == 0) return HW_OK;
  const hwp_gm_cell cell = self->rows.cells[self->columns.first_unknown];
  return hw_notes_add(&self->notes, self->rows.row_line, err,
                      "%d columns are not known and not used, the first is \"%.*s\"",
                      (int)self->columns.n_unknown, (int)(cell.n < 60 ? cell.n : 60), cell.text);
}

static hw_status read_header(hwp_gm_reader *self, hw_err *err) {
  int32_t n_skipped, empty;
  HW_TRY(hw_intern_add(&self->texts, "", 0, &empty, err)); /* number 0 */
  HW_TRY(hwp_gm_columns_find(&self->columns, &self->rows, &n_skipped, err));
  return note_columns(self, n_skipped, err);
}

/* Reads all rows, reporting mistakes. Returns HW_OK if there was none. */
static hw_status read_rows(hwp_gm_reader *self) {
  hw_err err = HW_ERR_INIT;
  bool has_row = true, goes_on = true;
  hw_status first = read_header(self, &err), status = first;
  if (status != HW_OK) {
    (void)hwp_gm_report(self, &err);
    return status;
  }
  while (goes_on) {
    err = (hw_err)HW_ERR_INIT;
    status = hwp_gm_rows_next(&self->rows, &has_row, &err);
    goes_on = status == HW_OK && has_row; /* what cannot be divided ends the reading */
    if (goes_on) status = read_row(self, &err);
    if (status == HW_OK) continue;
    if (!hwp_gm_report(self, &err)) goes_on = false;
    if (first == HW_OK) first = status;
  }
  return first;
}

/* Reads the text, which is freed as soon as it is not needed: *owned is the caller's copy of the
 * bytes, or NULL. */
static hw_status read_text(hwp_gm_reader *self, const char *bytes, size_t n_bytes, char **owned) {
  hw_decoded text = {0};
  hw_err err = HW_ERR_INIT;
  hw_status status = hw_text_decode(bytes, n_bytes, HW_TEXT_DETECT, &text, &err);
  if (status == HW_OK) status = hw_text_note(&text, "the text", &self->notes, &err);
  if (status == HW_OK) {
    hwp_gm_rows_init(&self->rows, text.bytes, text.n_bytes);
    status = read_rows(self);
  } else {
    (void)hwp_gm_report(self, &err);
  }
  hw_text_clear(&text);
  free(*owned);
  *owned = NULL;
  return status;
}

static hw_status read_bytes(const char *bytes, size_t n_bytes, char **owned, const char *name,
                            hw_typing_list *out, hw_errors *errors) {
  hw_err err = HW_ERR_INIT;
  memset(out, 0, sizeof *out);
  hwp_gm_reader *self = hwp_gm_reader_new(out, errors, name, &err);
  if (self == NULL) {
    hw_errors_add(errors, &err);
    return err.status;
  }
  hw_status status = read_text(self, bytes, n_bytes, owned);
  if (status == HW_OK) status = hwp_gm_finish(self);
  hwp_gm_reader_delete(self);
  if (status != HW_OK) hw_typing_list_clear(out);
  return status;
}

hw_status hw_genemapper_parse(const char *bytes, size_t n_bytes, const char *name,
                              hw_typing_list *out, hw_errors *errors) {
  char *owned = NULL;
  return read_bytes(bytes, n_bytes, &owned, name, out, errors);
}

hw_status hw_genemapper_read(const char *path, hw_typing_list *out, hw_errors *errors) {
  char *bytes;
  size_t n_bytes;
  hw_err err = HW_ERR_INIT;
  memset(out, 0, sizeof *out);
  const hw_status status = hw_file_read(path, HW_GENEMAPPER_MAX_BYTES, &bytes, &n_bytes, &err);
  if (status != HW_OK) {
    hw_errors_add(errors, &err);
    return status;
  }
  const hw_status parsed = read_bytes(bytes, n_bytes, &bytes, path, out, errors);
  free(bytes);
  return parsed;
}

bool hw_genemapper_is(const char *bytes, size_t n_bytes) {
  const size_t enough = (size_t)64 << 10;
  size_t n = n_bytes < enough ? n_bytes : enough;
  hw_decoded text = {0};
  hw_err err = HW_ERR_INIT;
  hw_status status = HW_E_SYNTAX;
  /* A cut may go through a character: some bytes less and it does not. */
  for (int less = 0; less < 4 && n > 0 && status == HW_E_SYNTAX; less++, n--)
    status = hw_text_decode(bytes, n, HW_TEXT_DETECT, &text, &err);
  if (status != HW_OK) return false;
  bool is_one = false;
  hwp_gm_rows *rows = calloc(1, sizeof *rows);
  hwp_gm_columns *columns = calloc(1, sizeof *columns);
  if (rows != NULL && columns != NULL) {
    int32_t n_skipped;
    hwp_gm_rows_init(rows, text.bytes, text.n_bytes);
    is_one = hwp_gm_columns_find(columns, rows, &n_skipped, &err) == HW_OK;
    hwp_gm_rows_clear(rows);
  }
  free(rows);
  free(columns);
  hw_text_clear(&text);
  return is_one;
}
