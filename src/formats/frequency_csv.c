/* Frequency tables from CSV: the two layouts in which tables are published.
 *
 *   long   locus,allele,freq,population,two_n     wide   Allele,CSF1PO,TPOX
 *          CSF1PO,10,0.201,Asian,194                     8,,0.52
 *          CSF1PO,11,0.309,Asian,194                     10,0.201,0.03
 *                                                        2n,194,194
 *
 * The header decides: a column locus or marker means long. A first column
 * without a name holds row names (R writes them): numbers of rows in a long
 * table, which are ignored, or the alleles of a wide one.
 *
 * Only form is checked here; ranges, duplicates, sums and policies are
 * genetics/frequency.c's, which is told the line of every number. Rows and cells
 * that are wrong are collected, and then nothing is built: sums would lack them. */
#include "formats/frequency_csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/file.h"
#include "base/number.h"
#include "formats/allele.h"
#include "formats/csv.h"
#include "genetics/frequency_build.h"

typedef enum role {
  ROLE_IGNORED = 0,
  ROLE_MARKER,
  ROLE_ALLELE,
  ROLE_FREQUENCY,
  ROLE_POPULATION,
  ROLE_TWO_N,
  ROLE_N,
  ROLE_SOURCE,
  N_ROLES
} role;

#define COLUMN_NONE ((int32_t)-1)

/* One reading: rows come in, entries go out. */
typedef struct reader {
  hw_csv csv;
  hw_arena arena; /* names */
  hw_err *err;    /* of the mistake at hand */
  hw_errors *errors;
  const hw_frequency_options *options;
  bool is_over; /* what was found makes the rest worthless */
  int32_t n_columns;
  const char **header;     /* n_columns */
  int32_t column[N_ROLES]; /* long: column of each role, or COLUMN_NONE */
  int32_t allele_column;   /* wide */
  const char *population;  /* found or chosen; NULL = none yet */
  const char *source;      /* found; NULL = none */
  hw_frequency_entry *entries;
  size_t n_entries, capacity;
  int32_t n_rewritten; /* alleles */
} reader;

static void reader_clear(reader *self) {
  hw_csv_clear(&self->csv);
  hw_arena_clear(&self->arena);
  free(self->entries);
}

/* Raises an error at the current row and a column. */
#define FAIL_AT(self, column_number, ...) \
  place_error((self), (column_number), hw_err_set((self)->err, __VA_ARGS__))

static hw_status place_error(const reader *self, int32_t column, hw_status status) {
  uint64_t line = self->csv.row_line, place = 0;
  if (column >= 0 && column < self->n_columns) hw_err_field(self->err, "%s", self->header[column]);
  if (column >= 0 && column < self->csv.n_fields) hw_csv_place(&self->csv, column, &line, &place);
  hw_err_place(self->err, NULL, line, place);
  return status;
}

/* Keeps a mistake of the row. @return HW_OK to go on */
static hw_status settle(reader *self, hw_status status) {
  if (status == HW_OK) return HW_OK;
  const bool goes_on = hw_errors_add(self->errors, self->err) && !self->is_over;
  *self->err = (hw_err)HW_ERR_INIT;
  return goes_on ? HW_OK : status;
}

/* A cell of the current row without blanks around it; valid until the next row. */
static const char *trim(char *text) {
  while (*text == ' ' || *text == '\t') text++;
  size_t n = strlen(text);
  while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t')) n--;
  text[n] = '\0';
  return text;
}

/* A copy that lasts; @p last is the copy made for the row before, which often serves again. */
static hw_status keep_text(reader *self, const char *text, const char *last, const char **out) {
  *out = last && strcmp(last, text) == 0 ? last : hw_arena_strdup(&self->arena, text);
  return *out ? HW_OK : HW_NO_MEMORY(self->err, "the frequency table");
}

/* Column names without case, blanks and underscores. */
static bool is_called(const char *name, const char *expected) {
  for (; *name; name++) {
    if (*name == ' ' || *name == '_') continue;
    char c = (char)(*name >= 'A' && *name <= 'Z' ? *name - 'A' + 'a' : *name);
    if (c != *expected) return false;
    expected++;
  }
  return *expected == '\0';
}

static role find_role(const char *name) {
  static const struct {
    const char *name;
    role role;
  } known[] = {{"locus", ROLE_MARKER},
               {"marker", ROLE_MARKER},
               {"allele", ROLE_ALLELE},
               {"freq", ROLE_FREQUENCY},
               {"frequency", ROLE_FREQUENCY},
               {"population", ROLE_POPULATION},
               {"twon", ROLE_TWO_N},
               {"2n", ROLE_TWO_N},
               {"n", ROLE_N},
               {"source", ROLE_SOURCE}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (is_called(name, known[i].name)) return known[i].role;
  return ROLE_IGNORED;
}

static hw_status add_entry(reader *self, const char *marker, const char *allele, double frequency,
                           int32_t two_n) {
  if (self->n_entries == self->capacity) {
    size_t capacity = self->capacity ? self->capacity * 2 : 256, bytes;
    hw_frequency_entry *larger =
        hw_mul_size(capacity, sizeof *larger, &bytes) ? realloc(self->entries, bytes) : NULL;
    if (!larger) return HW_NO_MEMORY(self->err, "the frequency table");
    self->entries = larger;
    self->capacity = capacity;
  }
  self->entries[self->n_entries++] =
      (hw_frequency_entry){marker, allele, frequency, two_n, self->csv.row_line};
  return HW_OK;
}

/* --- cells --- */

static hw_status read_frequency(reader *self, int32_t column, const char *text, double *out) {
  if (hw_number_parse(text, out)) return HW_OK;
  if (strchr(text, ','))
    return FAIL_AT(self, column, HW_E_SYNTAX,
                   "\"%.40s\" is not a number; write the decimal sign as a point", text);
  return FAIL_AT(self, column, HW_E_SYNTAX, "\"%.40s\" is not a number", text);
}

/* The name of an allele in the spelling that profiles have. The cell may be changed. */
static hw_status read_allele(reader *self, int32_t column, const char **allele) {
  char *text = self->csv.fields[column] + (*allele - self->csv.fields[column]);
  const size_t n = strcspn(text, ",;/|{}?");
  if (text[n] != '\0')
    return FAIL_AT(self, column, HW_E_VALUE,
                   "\"%.40s\" is no name of one allele: \"%c\" parts the alleles of a genotype",
                   text, text[n]);
  bool is_rewritten = false;
  if (hw_allele_is_number(text)) text = hw_allele_normalise(text, &is_rewritten);
  self->n_rewritten += is_rewritten;
  *allele = text;
  return HW_OK;
}

/* Sample size: alleles, or persons counted twice; empty and NA mean not known. */
static hw_status read_size(reader *self, int32_t column, const char *text, int32_t per_unit,
                           int32_t *two_n) {
  double value;
  *two_n = 0;
  if (!text[0] || strcmp(text, "NA") == 0) return HW_OK;
  if (!hw_number_parse(text, &value) || !(value >= 1 && value <= 1e9) ||
      value != (double)(int32_t)value)
    return FAIL_AT(self, column, HW_E_VALUE,
                   "\"%.40s\" is not a sample size; expected a whole number from 1 to 1e9", text);
  *two_n = (int32_t)value * per_unit;
  return HW_OK;
}

/* --- long layout --- */

static hw_status find_columns(reader *self) {
  for (int r = 0; r < N_ROLES; r++) self->column[r] = COLUMN_NONE;
  for (int32_t c = 0; c < self->n_columns; c++) {
    role r = find_role(self->header[c]);
    if (r == ROLE_IGNORED && c == 0 && !self->header[c][0]) continue;
    if (r == ROLE_IGNORED)
      return FAIL_AT(self, c, HW_E_UNKNOWN_KEY,
                     "column \"%.60s\" is not known; permitted are locus (or marker), allele, freq "
                     "(or frequency), population, two_n (or 2n), n, source",
                     self->header[c]);
    if (self->column[r] != COLUMN_NONE)
      return FAIL_AT(self, c, HW_E_DUPLICATE, "columns \"%.60s\" and \"%.60s\" mean the same",
                     self->header[self->column[r]], self->header[c]);
    self->column[r] = c;
  }
  if (self->column[ROLE_ALLELE] == COLUMN_NONE || self->column[ROLE_FREQUENCY] == COLUMN_NONE)
    return FAIL_AT(self, COLUMN_NONE, HW_E_SYNTAX,
                   "a table with a column for the marker needs the columns allele and freq");
  if (self->column[ROLE_N] != COLUMN_NONE && self->column[ROLE_TWO_N] != COLUMN_NONE)
    return FAIL_AT(self, self->column[ROLE_N], HW_E_DUPLICATE,
                   "columns \"%.60s\" and \"%.60s\" say the same; keep one",
                   self->header[self->column[ROLE_TWO_N]], self->header[self->column[ROLE_N]]);
  return HW_OK;
}

/* The cell of a role; "" where there is no such column. */
static const char *get_cell(reader *self, role r) {
  return self->column[r] == COLUMN_NONE ? "" : trim(self->csv.fields[self->column[r]]);
}

/* Decides whether the row belongs to the population that is read. */
static hw_status choose_population(reader *self, bool *is_chosen) {
  *is_chosen = true;
  if (self->column[ROLE_POPULATION] == COLUMN_NONE) return HW_OK;
  const char *population = get_cell(self, ROLE_POPULATION);
  if (self->options->population) {
    *is_chosen = strcmp(population, self->options->population) == 0;
    return HW_OK;
  }
  if (!self->population) HW_TRY(keep_text(self, population, NULL, &self->population));
  if (strcmp(population, self->population) == 0) return HW_OK;
  self->is_over = true;
  return FAIL_AT(self, self->column[ROLE_POPULATION], HW_E_VALUE,
                 "the file has several populations (\"%.60s\", \"%.60s\" …); choose one",
                 self->population, population);
}

static hw_status read_source(reader *self) {
  const char *source = get_cell(self, ROLE_SOURCE);
  if (!source[0]) return HW_OK;
  if (!self->source) HW_TRY(keep_text(self, source, NULL, &self->source));
  if (strcmp(source, self->source) == 0) return HW_OK;
  self->is_over = true;
  return FAIL_AT(self, self->column[ROLE_SOURCE], HW_E_VALUE,
                 "two sources, \"%.60s\" and \"%.60s\"; state one as an option or split the file",
                 self->source, source);
}

static hw_status read_long_row(reader *self) {
  bool is_chosen;
  HW_TRY(choose_population(self, &is_chosen));
  if (!is_chosen) return HW_OK;
  if (!self->options->source) HW_TRY(read_source(self));
  const char *marker = get_cell(self, ROLE_MARKER), *allele = get_cell(self, ROLE_ALLELE);
  if (!marker[0] || !allele[0])
    return FAIL_AT(self, self->column[marker[0] ? ROLE_ALLELE : ROLE_MARKER], HW_E_VALUE,
                   "the cell is empty");
  HW_TRY(read_allele(self, self->column[ROLE_ALLELE], &allele));
  double frequency;
  int32_t two_n;
  role size = self->column[ROLE_N] == COLUMN_NONE ? ROLE_TWO_N : ROLE_N;
  HW_TRY(read_frequency(self, self->column[ROLE_FREQUENCY], get_cell(self, ROLE_FREQUENCY),
                        &frequency));
  HW_TRY(read_size(self, self->column[size], get_cell(self, size), size == ROLE_N ? 2 : 1, &two_n));
  const char *last = self->n_entries > 0 ? self->entries[self->n_entries - 1].marker : NULL;
  HW_TRY(keep_text(self, marker, last, &marker));
  HW_TRY(keep_text(self, allele, NULL, &allele));
  return add_entry(self, marker, allele, frequency, two_n);
}

/* --- wide layout --- */

static hw_status find_allele_column(reader *self) {
  self->allele_column =
      self->n_columns > 1 && !self->header[0][0] && is_called(self->header[1], "allele") ? 1 : 0;
  const char *name = self->header[self->allele_column];
  if (name[0] && !is_called(name, "allele"))
    return FAIL_AT(
        self, COLUMN_NONE, HW_E_SYNTAX,
        "the first column is \"%.60s\"; expected a long table (locus, allele, freq …) or "
        "a wide one (allele, then one column per marker)",
        name);
  if (self->n_columns <= self->allele_column + 1)
    return FAIL_AT(self, COLUMN_NONE, HW_E_SYNTAX, "the table has no columns of markers");
  for (int32_t c = self->allele_column + 1; c < self->n_columns; c++) {
    if (!self->header[c][0])
      return FAIL_AT(self, COLUMN_NONE, HW_E_SYNTAX, "column %d has no marker name", (int)c + 1);
    for (int32_t d = self->allele_column + 1; d < c; d++)
      if (hw_marker_name_equal(self->header[c], self->header[d]))
        return FAIL_AT(self, c, HW_E_DUPLICATE, "columns \"%.60s\" and \"%.60s\" are one marker",
                       self->header[d], self->header[c]);
  }
  return HW_OK;
}

/* One marker's cell. @param kept  [in, out] the allele's name, once it was needed */
static hw_status read_wide_cell(reader *self, int32_t c, const char *allele, const char **kept) {
  const char *text = trim(self->csv.fields[c]);
  double frequency;
  if (!text[0] || strcmp(text, "NA") == 0) return HW_OK;
  HW_TRY(read_frequency(self, c, text, &frequency));
  if (frequency == 0) return HW_OK; /* The row exists for the sake of another marker. */
  if (!*kept) {
    HW_TRY(read_allele(self, self->allele_column, &allele));
    HW_TRY(keep_text(self, allele, NULL, kept));
  }
  return add_entry(self, self->header[c], *kept, frequency, c);
}

/* Rows "n" and "2n" say how many were sampled, possibly at the end; until then an
 * entry's two_n holds the number of its column. */
static hw_status read_wide_row(reader *self, int32_t *two_n) {
  const char *allele = trim(self->csv.fields[self->allele_column]), *kept = NULL;
  if (!allele[0]) return FAIL_AT(self, self->allele_column, HW_E_VALUE, "the cell is empty");
  role size = find_role(allele);
  for (int32_t c = self->allele_column + 1; c < self->n_columns; c++) {
    hw_status status;
    if (size != ROLE_N && size != ROLE_TWO_N)
      status = read_wide_cell(self, c, allele, &kept);
    else if (two_n[c] != 0)
      status = FAIL_AT(self, c, HW_E_DUPLICATE, "the sample size stands in two rows");
    else
      status = read_size(self, c, trim(self->csv.fields[c]), size == ROLE_N ? 2 : 1, &two_n[c]);
    HW_TRY(settle(self, status));
  }
  return HW_OK;
}

static int compare_columns(const void *a, const void *b) {
  const hw_frequency_entry *left = a, *right = b;
  if (left->two_n != right->two_n) return left->two_n < right->two_n ? -1 : 1;
  return (left->line > right->line) - (left->line < right->line);
}

/* Puts the entries into the order of the columns and gives them their sizes. */
static void finish_wide(reader *self, const int32_t *two_n) {
  if (self->n_entries == 0) return;
  qsort(self->entries, self->n_entries, sizeof *self->entries, compare_columns);
  for (size_t i = 0; i < self->n_entries; i++)
    self->entries[i].two_n = two_n[self->entries[i].two_n];
}

/* --- the file --- */

static hw_status read_header(reader *self, bool *is_long) {
  bool has_row;
  HW_TRY(hw_csv_next(&self->csv, &has_row, self->err));
  if (!has_row) return hw_err_set(self->err, HW_E_SYNTAX, "the file is empty");
  int32_t n = self->csv.n_fields;
  self->header = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *self->header);
  if (!self->header) return HW_NO_MEMORY(self->err, "the frequency table");
  for (int32_t c = 0; c < n; c++) {
    HW_TRY(keep_text(self, trim(self->csv.fields[c]), NULL, &self->header[c]));
    if (find_role(self->header[c]) == ROLE_MARKER) *is_long = true;
  }
  self->n_columns = n;
  return *is_long ? find_columns(self) : find_allele_column(self);
}

/* Mistakes are collected, and what is returned is not among them. */
static hw_status read_rows(reader *self) {
  bool is_long = false, has_row;
  HW_TRY(read_header(self, &is_long));
  int32_t *two_n = hw_arena_alloc_array(&self->arena, (size_t)self->n_columns, sizeof *two_n);
  if (!two_n) return HW_NO_MEMORY(self->err, "the frequency table");
  for (;;) {
    HW_TRY(hw_csv_next(&self->csv, &has_row, self->err));
    if (!has_row) break;
    hw_status status;
    if (self->csv.n_fields != self->n_columns)
      status = FAIL_AT(self, COLUMN_NONE, HW_E_SHAPE,
                       "the row has %d cells, the header has %d: is a delimiter missing, or a "
                       "text with a delimiter not in quotes?",
                       (int)self->csv.n_fields, (int)self->n_columns);
    else
      status = is_long ? read_long_row(self) : read_wide_row(self, two_n);
    if (settle(self, status) != HW_OK) return HW_OK;
  }
  if (self->errors->n > 0) return HW_OK;
  if (!is_long) finish_wide(self, two_n);
  if (self->n_entries > 0) return HW_OK;
  if (self->options->population)
    return hw_err_set(self->err, HW_E_REFERENCE, "the file has no rows of population \"%.60s\"",
                      self->options->population);
  return hw_err_set(self->err, HW_E_VALUE, "the file has no frequencies");
}

hw_status hw_frequency_csv_parse(const char *bytes, size_t n_bytes, const char *name,
                                 const hw_frequency_options *options, hw_frequency_table **out,
                                 hw_errors *errors) {
  static const hw_frequency_options unchanged = {0};
  hw_err err = HW_ERR_INIT;
  *out = NULL;
  reader self = {.err = &err, .errors = errors, .options = options ? options : &unchanged};
  hw_arena_init(&self.arena, 0);
  hw_csv_init(&self.csv, bytes, n_bytes, 0);
  hw_status status = read_rows(&self);
  if (status != HW_OK) (void)hw_errors_add(errors, &err);
  if (errors->n > 0) {
    status = hw_errors_status(errors, NULL);
  } else {
    hw_frequency_options with_source = *self.options;
    if (!with_source.source) with_source.source = self.source;
    const char *population = self.options->population ? self.options->population : self.population;
    status = hw_frequency_table_build(self.entries, self.n_entries, population, &with_source, out,
                                      errors);
  }
  if (status == HW_OK && *out != NULL) (*out)->n_rewritten = self.n_rewritten;
  for (int i = 0; i < hw_errors_kept(errors); i++) hw_err_place(&errors->kept[i], name, 0, 0);
  reader_clear(&self);
  return status;
}

/* The bytes as UTF-8. Nothing is guessed: what is not UTF-8, where nobody said what it is, is the
 * parser's to refuse. @param text  owns the result, if the bytes do not */
static hw_status decode(const char **bytes, size_t *n, hw_text_encoding encoding, hw_decoded *text,
                        hw_err *err) {
  size_t mark;
  const hw_text_encoding told = hw_text_mark(*bytes, *n, &mark);
  if (encoding == HW_TEXT_DETECT && (mark == 0 || told == HW_TEXT_UTF8)) return HW_OK;
  HW_TRY(hw_text_decode(*bytes, *n, encoding, text, err));
  *bytes = text->bytes;
  *n = text->n_bytes;
  return HW_OK;
}

hw_status hw_frequency_csv_read(const char *path, hw_text_encoding encoding,
                                const hw_frequency_options *options, hw_frequency_table **out,
                                hw_errors *errors) {
  char *file = NULL;
  size_t n = 0;
  hw_decoded text = {0};
  hw_err err = HW_ERR_INIT;
  *out = NULL;
  hw_status status = hw_file_read(path, HW_FREQUENCY_MAX_BYTES, &file, &n, &err);
  const char *bytes = file;
  if (status == HW_OK) {
    status = decode(&bytes, &n, encoding, &text, &err);
    if (status != HW_OK) hw_err_place(&err, path, 0, 0);
  }
  if (status == HW_OK)
    status = hw_frequency_csv_parse(bytes, n, path, options, out, errors);
  else
    (void)hw_errors_add(errors, &err);
  hw_text_clear(&text);
  free(file);
  return status;
}

hw_status hw_frequency_table_parse(const char *bytes, size_t n_bytes, const char *name,
                                   const hw_frequency_options *options, hw_frequency_table **out,
                                   hw_err *err) {
  hw_errors errors = {0};
  const hw_status status = hw_frequency_csv_parse(bytes, n_bytes, name, options, out, &errors);
  return status == HW_OK ? HW_OK : hw_errors_status(&errors, err);
}

hw_status hw_frequency_table_read(const char *path, const hw_frequency_options *options,
                                  hw_frequency_table **out, hw_err *err) {
  hw_errors errors = {0};
  const hw_status status = hw_frequency_csv_read(path, HW_TEXT_DETECT, options, out, &errors);
  return status == HW_OK ? HW_OK : hw_errors_status(&errors, err);
}
