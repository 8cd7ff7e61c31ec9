/* PED files: which markers there are, and what stands in the columns of a row.
 *
 * MERLIN's data file lists the columns of the ped file one by one, and the map
 * only says where the markers lie; plink and LINKAGE have no data file, and the
 * map lists the markers in the order of their columns.
 *
 *   map of 4 columns   chromosome marker cM bp     (plink)
 *   map of 3 columns   chromosome marker cM        (MERLIN, with a header line)
 *                      chromosome marker bp        (plink without cM)
 *
 * The two maps of three columns are told apart by the header, a decimal point,
 * or a number that no chromosome has centimorgans of; a note says which was
 * taken. plink leaves out markers with a negative bp, and so does this. Where
 * all centimorgans of a chromosome are 0, they are not known. */
#include <math.h>
#include <string.h>

#include "formats/ped_int.h"

/* Longer than any human chromosome's map. */
#define LONGEST_CM 500.0

static hw_status add_column(hwp_ped_reader *self, hwp_ped_column column, hw_err *err) {
  void *array = self->columns;
  HW_TRY(hwp_ped_reserve(&array, (size_t)self->n_columns, &self->column_capacity,
                         sizeof *self->columns, err));
  self->columns = array;
  self->columns[self->n_columns++] = column;
  return HW_OK;
}

/* Adds a marker that must be new. */
static hw_status add_marker(hwp_ped_reader *self, const hwp_ped_file *file, hwp_ped_word name,
                            hw_err *err) {
  int32_t number;
  const int32_t n = self->names.n;
  HW_TRY(hwp_ped_intern(&self->names, name, "marker name", &number, err));
  if (number < n)
    return hw_err_set(err, HW_E_DUPLICATE, "marker \"%s\" stands on line %llu already",
                      self->names.texts[number], (unsigned long long)self->markers[number].line);
  void *array = self->markers;
  HW_TRY(hwp_ped_reserve(&array, (size_t)n, &self->marker_capacity, sizeof *self->markers, err));
  self->markers = array;
  self->markers[n] = (hwp_ped_marker){.name = self->names.texts[number],
                                      .chromosome = HW_CHROMOSOME_AUTOSOMAL,
                                      .position_cm = (double)NAN,
                                      .line = file->line};
  return add_column(self, (hwp_ped_column){'M', n, 2}, err);
}

/* --- data file --- */

static hw_status read_data_line(hwp_ped_reader *self, hw_err *err) {
  hwp_ped_word kind, name = {"", 0};
  (void)hwp_ped_next_word(&self->data, &kind);
  if (hwp_ped_is(kind, "S2")) return add_column(self, (hwp_ped_column){'S', -1, 2}, err);
  if (kind.n != 1 || !strchr("MATCSZE", kind.text[0]))
    return hw_err_set(err, HW_E_UNKNOWN_KEY,
                      "\"%.*s\" is no kind of column; expected M (marker), A (disease), T (trait), "
                      "C (covariate), S (skip), S2, Z (zygosity)",
                      (int)(kind.n < 40 ? kind.n : 40), kind.text);
  if (kind.text[0] != 'M') return add_column(self, (hwp_ped_column){kind.text[0], -1, 1}, err);
  if (!hwp_ped_next_word(&self->data, &name))
    return hw_err_set(err, HW_E_SYNTAX, "a marker without a name; expected \"M name\"");
  return add_marker(self, &self->data, name, err);
}

static bool read_data(hwp_ped_reader *self) {
  while (hwp_ped_next_line(&self->data)) {
    hw_err err = HW_ERR_INIT;
    const char *first = self->data.text.bytes + self->data.at;
    const bool is_end = self->data.end - self->data.at == 1 && (*first == 'E' || *first == 'e');
    if (is_end) break;
    if (read_data_line(self, &err) != HW_OK && !hwp_ped_report(self, &self->data, &err))
      return false;
  }
  return true;
}

/* --- map --- */

typedef struct map_line {
  hwp_ped_word chromosome, name, cm, bp; /* n = 0 where there is none */
} map_line;

/* What the map's third column of three is. */
static hw_ped_map3 detect_map3(const hwp_ped_reader *self, bool *is_guess) {
  hwp_ped_file file = self->map; /* a second walk over the same text */
  bool has_three = false;
  *is_guess = false;
  if (self->options->map3 != HW_PED_MAP3_DETECT) return self->options->map3;
  for (bool is_first = true; hwp_ped_next_line(&file); is_first = false) {
    if (hwp_ped_count_words(&file, NULL) != 3) continue;
    hwp_ped_word word;
    for (int i = 0; i < 3; i++) (void)hwp_ped_next_word(&file, &word);
    double value;
    if (!hwp_ped_number(word, &value)) {
      if (is_first) return hwp_ped_is(word, "bp") ? HW_PED_MAP3_BP : HW_PED_MAP3_CM;
      continue;
    }
    has_three = true;
    if (memchr(word.text, '.', word.n)) return HW_PED_MAP3_CM;
    if (fabs(value) > LONGEST_CM) return HW_PED_MAP3_BP;
  }
  *is_guess = has_three;
  return HW_PED_MAP3_CM;
}

static bool is_map_header(const hwp_ped_file *file) {
  hwp_ped_file copy = *file;
  hwp_ped_word word;
  return file->line > 0 && hwp_ped_next_word(&copy, &word) &&
         (hwp_ped_is(word, "chromosome") || hwp_ped_is(word, "chrom") || hwp_ped_is(word, "chr"));
}

static hw_status read_chromosome(hwp_ped_word word, const char *marker, int *out, hw_err *err) {
  hwp_ped_word bare = word;
  if (bare.n > 3 && hwp_ped_is((hwp_ped_word){bare.text, 3}, "chr")) {
    bare.text += 3;
    bare.n -= 3;
  }
  *out = HW_CHROMOSOME_AUTOSOMAL;
  if (hwp_ped_is(bare, "X")) {
    *out = HW_CHROMOSOME_X;
    return HW_OK;
  }
  if (hwp_ped_is(bare, "A") || hwp_ped_is(bare, ".")) return HW_OK;
  static const char *const others[] = {"Y", "XY", "MT", "M", "24", "25", "26"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (hwp_ped_is(bare, others[i]))
      return hw_err_set(err, HW_E_UNSUPPORTED,
                        "marker \"%s\" lies on chromosome %.*s; only autosomes and X are compared "
                        "by pedigree: leave it out, or give it a negative bp in a map of four "
                        "columns",
                        marker, (int)word.n, word.text);
  double value;
  if (!hwp_ped_number(bare, &value) || !(value >= 0 && value <= 23) || value != floor(value))
    return hw_err_set(err, HW_E_VALUE,
                      "\"%.*s\" is no chromosome; expected 1 to 22, X (23), or 0 for an autosome "
                      "that is not known",
                      (int)(word.n < 40 ? word.n : 40), word.text);
  *out = (int)value;
  return HW_OK;
}

static bool is_unknown(hwp_ped_word word) {
  return word.n == 0 || hwp_ped_is(word, "NA") || hwp_ped_is(word, ".");
}

static hw_status read_positions(const map_line *line, hwp_ped_marker *marker, hw_err *err) {
  double value;
  marker->position_cm = (double)NAN;
  marker->position_bp = 0;
  if (!is_unknown(line->cm)) {
    if (!hwp_ped_number(line->cm, &value) || !(value >= 0 && value <= 1e6))
      return hw_err_set(err, HW_E_VALUE,
                        "\"%.*s\" is no position in centimorgans; expected a number from 0",
                        (int)(line->cm.n < 40 ? line->cm.n : 40), line->cm.text);
    marker->position_cm = value;
  }
  if (is_unknown(line->bp)) return HW_OK;
  if (!hwp_ped_number(line->bp, &value) || !(value >= 0 && value <= 1e12) || value != floor(value))
    return hw_err_set(err, HW_E_VALUE,
                      "\"%.*s\" is no position in base pairs; expected a whole number",
                      (int)(line->bp.n < 40 ? line->bp.n : 40), line->bp.text);
  marker->position_bp = (int64_t)value;
  return HW_OK;
}

static hw_status split_map_line(hwp_ped_reader *self, hw_ped_map3 map3, map_line *out,
                                hw_err *err) {
  const size_t n = hwp_ped_count_words(&self->map, NULL);
  *out = (map_line){.cm = {"", 0}, .bp = {"", 0}};
  if (n != 3 && n != 4)
    return hw_err_set(err, HW_E_SHAPE,
                      "%zu columns; expected chromosome, marker, centimorgans, base pairs, or the "
                      "first three",
                      n);
  (void)hwp_ped_next_word(&self->map, &out->chromosome);
  (void)hwp_ped_next_word(&self->map, &out->name);
  if (n == 4 || map3 == HW_PED_MAP3_CM) (void)hwp_ped_next_word(&self->map, &out->cm);
  if (n == 4 || map3 == HW_PED_MAP3_BP) (void)hwp_ped_next_word(&self->map, &out->bp);
  return HW_OK;
}

static hw_status read_map_line(hwp_ped_reader *self, hw_ped_map3 map3, hw_err *err) {
  map_line line;
  HW_TRY(split_map_line(self, map3, &line, err));
  if (line.bp.n > 1 && line.bp.text[0] == '-' && !self->has_data)
    return add_column(self, (hwp_ped_column){'M', -1, 2}, err);
  int32_t number = hw_intern_find(&self->names, line.name.text, line.name.n);
  if (self->has_data && number == HW_INTERN_NONE) return HW_OK; /* not in the ped file */
  if (self->has_data && self->markers[number].is_mapped)
    return hw_err_set(err, HW_E_DUPLICATE, "marker \"%s\" stands in the map already",
                      self->names.texts[number]);
  if (!self->has_data) {
    HW_TRY(add_marker(self, &self->map, line.name, err));
    number = self->names.n - 1;
  }
  hwp_ped_marker *marker = &self->markers[number];
  marker->is_mapped = true;
  HW_TRY(read_chromosome(line.chromosome, marker->name, &marker->chromosome, err));
  return read_positions(&line, marker, err);
}

static bool read_map(hwp_ped_reader *self) {
  hw_err err = HW_ERR_INIT;
  bool is_guess;
  const hw_ped_map3 map3 = detect_map3(self, &is_guess);
  if (is_guess && hw_notes_add(&self->notes, 0, &err,
                               "the third column of the map was read as centimorgans") != HW_OK) {
    (void)hwp_ped_report(self, &self->map, &err);
    return false;
  }
  for (bool is_first = true; hwp_ped_next_line(&self->map); is_first = false) {
    if (is_first && is_map_header(&self->map)) continue;
    err = (hw_err)HW_ERR_INIT;
    if (read_map_line(self, map3, &err) != HW_OK && !hwp_ped_report(self, &self->map, &err))
      return false;
  }
  return true;
}

/* Positions of 0 cM throughout a chromosome are not known. */
static void forget_zeros(hwp_ped_reader *self) {
  bool has_position[HW_CHROMOSOME_X + 1] = {false};
  for (int32_t m = 0; m < self->names.n; m++)
    if (self->markers[m].position_cm > 0) has_position[self->markers[m].chromosome] = true;
  for (int32_t m = 0; m < self->names.n; m++)
    if (!has_position[self->markers[m].chromosome]) self->markers[m].position_cm = (double)NAN;
}

static bool note_unmapped(hwp_ped_reader *self) {
  int32_t n = 0, first = 0;
  for (int32_t m = self->names.n - 1; m >= 0; m--) {
    if (self->markers[m].is_mapped) continue;
    first = m;
    n++;
  }
  hw_err err = HW_ERR_INIT;
  if (n == 0 || hw_notes_add(&self->notes, 0, &err,
                             "%d markers are not in the map and count as autosomal, the first is "
                             "\"%s\"",
                             (int)n, self->names.texts[first]) == HW_OK)
    return true;
  (void)hwp_ped_report(self, &self->data, &err);
  return false;
}

bool hwp_ped_read_columns(hwp_ped_reader *self) {
  if (self->has_data && !read_data(self)) return false;
  if (self->has_map && !read_map(self)) return false;
  if (self->errors->n > self->n_errors) return false;
  if (self->names.n == 0) {
    hw_err err = HW_ERR_INIT;
    hwp_ped_file *file = self->has_data ? &self->data : &self->map;
    file->line = 0;
    hw_err_set(&err, HW_E_VALUE, "the file names no marker");
    (void)hwp_ped_report(self, file, &err);
    return false;
  }
  forget_zeros(self);
  return note_unmapped(self);
}
