/* GeneMapper text: which column is what.
 *
 * A laboratory chooses the columns of its export and their order, versions and
 * programs differ in case and punctuation ("Sample Name", "SampleName", and
 * "Sample.Name" where R wrote the file), so names are compared without case,
 * blanks and punctuation. Columns that are not known are left aside and told.
 *
 * Marker columns divide a row into groups:
 *
 *   Sample Name  Marker  Allele 1  Allele 2  Marker  Allele 1  Allele 2
 *                └──────── group 0 ───────┘  └──────── group 1 ───────┘
 *
 * With one marker column (the usual table) all allele columns are its group's,
 * wherever they stand. The header is looked for among the first rows, because
 * some reports begin with a title, under each of the three delimiters. */
#include <stdlib.h>
#include <string.h>

#include "formats/genemapper_int.h"

/* Rows among which the header must be. */
#define HEADER_ROWS 20

/* Names in the folded form. */
static const struct {
  const char *name;
  hwp_gm_role role;
} NAMES[] = {
    {"samplename", HWP_GM_SAMPLE},
    {"sample", HWP_GM_SAMPLE},
    {"sampleid", HWP_GM_SAMPLE},
    {"specimenid", HWP_GM_SAMPLE},
    {"samplefile", HWP_GM_FILE},
    {"samplefilename", HWP_GM_FILE},
    {"filename", HWP_GM_FILE},
    {"runname", HWP_GM_RUN},
    {"panel", HWP_GM_KIT},
    {"kit", HWP_GM_KIT},
    {"panelname", HWP_GM_KIT},
    {"specimencategory", HWP_GM_CATEGORY},
    {"sampletype", HWP_GM_CATEGORY},
    {"category", HWP_GM_CATEGORY},
    {"caseid", HWP_GM_CASE},
    {"casenumber", HWP_GM_CASE},
    {"comment", HWP_GM_COMMENT},
    {"comments", HWP_GM_COMMENT},
    {"samplecomment", HWP_GM_COMMENT},
    {"samplecomments", HWP_GM_COMMENT},
    {"remark", HWP_GM_COMMENT},
    {"analyst", HWP_GM_ANALYST},
    {"user", HWP_GM_ANALYST},
    {"username", HWP_GM_ANALYST},
    {"marker", HWP_GM_MARKER},
    {"markername", HWP_GM_MARKER},
    {"locus", HWP_GM_MARKER},
    {"locusname", HWP_GM_MARKER},
    {"dye", HWP_GM_MEASURE},
    {"os", HWP_GM_MEASURE},
    {"bin", HWP_GM_MEASURE},
    {"phr", HWP_GM_MEASURE},
    {"lph", HWP_GM_MEASURE},
    {"mph", HWP_GM_MEASURE},
    {"spu", HWP_GM_MEASURE},
    {"an", HWP_GM_MEASURE},
    {"bd", HWP_GM_MEASURE},
    {"cc", HWP_GM_MEASURE},
    {"ovl", HWP_GM_MEASURE},
    {"gq", HWP_GM_MEASURE},
    {"ado", HWP_GM_MEASURE},
    {"ae", HWP_GM_MEASURE},
    {"sfnf", HWP_GM_MEASURE},
    {"sq", HWP_GM_MEASURE},
    {"ss", HWP_GM_MEASURE},
    {"cgq", HWP_GM_MEASURE},
    {"drp", HWP_GM_MEASURE},
    {"well", HWP_GM_MEASURE},
};

/* Names that carry a number, without it. */
static const char *const MEASURES[] = {"size",      "height",    "peakheight", "peakarea", "area",
                                       "datapoint", "aecomment", "mutation",   "ud",       "phr"};

#define FOLDED_SIZE 32

/* Folds a name: ASCII letters small, only letters and digits kept; digits at the end go to
 * *number (−1 if there are none). Names that are too long are no known ones. */
static bool fold(hwp_gm_cell name, char folded[FOLDED_SIZE], int32_t *number) {
  size_t n = 0;
  for (size_t i = 0; i < name.n; i++) {
    const char c = name.text[i];
    const bool is_upper = c >= 'A' && c <= 'Z', is_digit = c >= '0' && c <= '9';
    if (!is_upper && !is_digit && !(c >= 'a' && c <= 'z')) {
      if ((unsigned char)c >= 0x80) return false;
      continue;
    }
    if (n + 1 == FOLDED_SIZE) return false;
    folded[n++] = (char)(is_upper ? c - 'A' + 'a' : c);
  }
  size_t letters = n;
  while (letters > 0 && folded[letters - 1] >= '0' && folded[letters - 1] <= '9') letters--;
  *number = -1;
  if (letters < n && n - letters <= 4) {
    *number = 0;
    for (size_t i = letters; i < n; i++) *number = *number * 10 + (folded[i] - '0');
  }
  folded[letters < n && n - letters <= 4 ? letters : n] = '\0';
  return true;
}

hwp_gm_role hwp_gm_find_role(hwp_gm_cell name, int32_t *number) {
  char folded[FOLDED_SIZE];
  *number = 0;
  if (name.n == 0) return HWP_GM_MEASURE; /* the empty column behind a trailing delimiter */
  if (!fold(name, folded, number)) return HWP_GM_UNKNOWN;
  if (strcmp(folded, "allele") == 0 && *number != 0) {
    if (*number < 0) *number = 0;
    return HWP_GM_ALLELE;
  }
  if (*number >= 0) {
    for (size_t i = 0; i < sizeof MEASURES / sizeof *MEASURES; i++)
      if (strcmp(folded, MEASURES[i]) == 0) return HWP_GM_MEASURE;
    return HWP_GM_UNKNOWN;
  }
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
    if (strcmp(folded, NAMES[i].name) == 0) return NAMES[i].role;
  return HWP_GM_UNKNOWN;
}

bool hwp_gm_is_header(const hwp_gm_rows *row) {
  bool has_sample = false, has_marker = false, has_allele = false;
  for (int32_t c = 0; c < row->n_cells; c++) {
    int32_t number;
    const hwp_gm_role role = hwp_gm_find_role(row->cells[c], &number);
    if (role == HWP_GM_SAMPLE || role == HWP_GM_FILE) has_sample = true;
    if (role == HWP_GM_MARKER) has_marker = true;
    if (role == HWP_GM_ALLELE) has_allele = true;
  }
  return has_sample && has_marker && has_allele;
}

static int compare_alleles(const void *a, const void *b) {
  const hwp_gm_allele_column *left = a, *right = b;
  if (left->group != right->group) return left->group < right->group ? -1 : 1;
  if (left->number != right->number) return left->number < right->number ? -1 : 1;
  return (left->column > right->column) - (left->column < right->column);
}

static hw_status check_alleles(const hwp_gm_columns *self, hw_err *err) {
  for (int32_t i = 0; i < self->n_alleles; i++) {
    const hwp_gm_allele_column *a = &self->allele[i];
    if (a->number == 0)
      return hw_err_set(err, HW_E_SYNTAX,
                        "column %d is \"Allele\" without a number: a table with one row a peak "
                        "does not say which peaks are alleles; export the genotypes table, with "
                        "the columns Allele 1, Allele 2 …",
                        (int)a->column + 1);
    if (i > 0 && a[-1].group == a->group && a[-1].number == a->number)
      return hw_err_set(err, HW_E_DUPLICATE, "columns %d and %d are both \"Allele %d\"%s",
                        (int)a[-1].column + 1, (int)a->column + 1, (int)a->number,
                        self->n_groups > 1 ? " of one marker column" : "");
  }
  for (int32_t g = 0, i = 0; g < self->n_groups; g++) {
    if (i >= self->n_alleles || self->allele[i].group != g)
      return hw_err_set(err, HW_E_SHAPE, "the marker column %d has no allele columns behind it",
                        (int)self->marker[g] + 1);
    while (i < self->n_alleles && self->allele[i].group == g) i++;
  }
  return HW_OK;
}

hw_status hwp_gm_columns_read(hwp_gm_columns *self, const hwp_gm_rows *row, hw_err *err) {
  self->n_columns = row->n_cells;
  self->n_groups = self->n_alleles = self->n_unknown = 0;
  self->first_unknown = HWP_GM_NO_COLUMN;
  for (int t = 0; t < HWP_GM_N_TEXTS; t++) self->text[t] = HWP_GM_NO_COLUMN;
  for (int32_t c = 0; c < row->n_cells; c++) {
    int32_t number;
    const hwp_gm_role role = hwp_gm_find_role(row->cells[c], &number);
    if (role == HWP_GM_MARKER) {
      self->marker[self->n_groups++] = c;
    } else if (role == HWP_GM_ALLELE) {
      const int32_t group = self->n_groups > 0 ? self->n_groups - 1 : 0;
      self->allele[self->n_alleles++] = (hwp_gm_allele_column){group, number, c};
    } else if (role == HWP_GM_UNKNOWN) {
      if (self->n_unknown++ == 0) self->first_unknown = c;
    } else if (role < HWP_GM_N_TEXTS) {
      if (self->text[role] != HWP_GM_NO_COLUMN)
        return hw_err_set(err, HW_E_DUPLICATE,
                          "columns %d (\"%.*s\") and %d (\"%.*s\") say the same; remove one",
                          (int)self->text[role] + 1, (int)row->cells[self->text[role]].n,
                          row->cells[self->text[role]].text, (int)c + 1, (int)row->cells[c].n,
                          row->cells[c].text);
      self->text[role] = c;
    }
  }
  qsort(self->allele, (size_t)self->n_alleles, sizeof *self->allele, compare_alleles);
  return check_alleles(self, err);
}

hw_status hwp_gm_columns_find(hwp_gm_columns *self, hwp_gm_rows *rows, int32_t *n_skipped,
                              hw_err *err) {
  static const char delimiters[] = {'\t', ';', ','};
  size_t position = rows->position;
  uint64_t line = rows->line;
  for (int32_t i = 0; i < HEADER_ROWS; i++) {
    size_t next_position = 0;
    uint64_t next_line = 0;
    for (size_t d = 0; d < sizeof delimiters; d++) {
      bool has_row = false;
      rows->position = position;
      rows->line = line;
      rows->delimiter = delimiters[d];
      const hw_status status = hwp_gm_rows_next(rows, &has_row, err);
      if (status == HW_E_NO_MEMORY) return status;
      if (status == HW_OK && has_row && hwp_gm_is_header(rows)) {
        *n_skipped = i;
        return hwp_gm_columns_read(self, rows, err);
      }
      if (d == 0) { /* what divides no cells by tabs ends with its line */
        if (status != HW_OK || !has_row) i = HEADER_ROWS;
        next_position = rows->position;
        next_line = rows->line;
      }
    }
    position = next_position;
    line = next_line;
  }
  rows->row_line = 0; /* the whole file is meant */
  return hw_err_set(err, HW_E_SYNTAX,
                    "no header found: expected a row with the columns Sample Name (or Sample "
                    "File), Marker, Allele 1, Allele 2 … among the first %d; a table with one "
                    "column per marker is imported as CSV",
                    HEADER_ROWS);
}
