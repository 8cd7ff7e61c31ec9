/* The markers of a stored case: alleles, frequencies, mutation models.
 *
 * Rows of a table come in the order of their writing and are sorted by rank; the
 * order of alleles and markers is that of the table's source, so that a case that
 * was imported is computed in the order in which the file would be. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/stored_case_int.h"
#include "base/check.h"
#include "base/json_read.h"

/* Raises what was said of a marker to the table's level. */
hw_status hwp_load_of_marker(hwp_loader *self, const hwp_marker *marker, hw_status status) {
  if (status != HW_OK)
    hw_err_while(self->err, "reading marker '%s' of frequency table '%s'", marker->marker.name,
                 hw_record_text(&self->table, HW_FIELD_FREQUENCY_TABLE_CODE));
  return status;
}

/* --- the list of markers --- */

/* Parameters of the mutation model; matrices are read when the alleles are known. */
static void take_mutation(const hw_record *row, hw_mutation *out) {
  static const struct {
    const char *word;
    int value;
  } models[] = {{"equal", HW_MUTATION_EQUAL},       {"proportional", HW_MUTATION_PROPORTIONAL},
                {"stepwise", HW_MUTATION_STEPWISE}, {"onestep", HW_MUTATION_ONESTEP},
                {"dawid", HW_MUTATION_DAWID},       {"custom", HW_MUTATION_CUSTOM}},
    transforms[] = {{"MH", HW_TRANSFORM_MH},
                    {"BA", HW_TRANSFORM_BA},
                    {"PR", HW_TRANSFORM_PR},
                    {"PM", HW_TRANSFORM_PM}};
  static const int rate[2] = {HW_FIELD_FREQUENCY_MARKER_RATE_FEMALE,
                              HW_FIELD_FREQUENCY_MARKER_RATE_MALE},
                   rate2[2] = {HW_FIELD_FREQUENCY_MARKER_RATE2_FEMALE,
                               HW_FIELD_FREQUENCY_MARKER_RATE2_MALE},
                   range[2] = {HW_FIELD_FREQUENCY_MARKER_RANGE_FEMALE,
                               HW_FIELD_FREQUENCY_MARKER_RANGE_MALE};
  const char *model = hw_record_text(row, HW_FIELD_FREQUENCY_MARKER_MODEL);
  const char *transform = hw_record_text(row, HW_FIELD_FREQUENCY_MARKER_TRANSFORM);
  for (size_t i = 0; i < sizeof models / sizeof *models; i++)
    if (strcmp(models[i].word, model) == 0) out->model = (hw_mutation_model)models[i].value;
  for (size_t i = 0; i < sizeof transforms / sizeof *transforms; i++)
    if (strcmp(transforms[i].word, transform) == 0)
      out->transform = (hw_mutation_transform)transforms[i].value;
  for (int from = 0; from < 2; from++) {
    out->rate[from] = hw_record_is_null(row, rate[from]) ? 0 : hw_record_real(row, rate[from]);
    out->rate2[from] = hw_record_is_null(row, rate2[from]) ? 0 : hw_record_real(row, rate2[from]);
    out->range[from] = hw_record_is_null(row, range[from]) ? 0 : hw_record_real(row, range[from]);
  }
}

/* What a row of the table becomes before its marker and its alleles are read. */
typedef struct table_row {
  int64_t marker, rank, two_n;
  hw_mutation mutation;
  const char *silent, *matrix[2]; /* NULL = none */
} table_row;

typedef struct table_rows {
  table_row *items;
  int32_t n, capacity;
} table_rows;

static const char *text_or_null(hwp_loader *self, const hw_record *row, int field) {
  if (hw_record_is_null(row, field)) return NULL;
  return hw_arena_strdup(&self->scratch, hw_record_text(row, field));
}

static hw_status add_row(hwp_loader *self, table_rows *list, const hw_record *row) {
  if (list->n == list->capacity) {
    int32_t capacity = list->capacity > 0 ? 2 * list->capacity : 32;
    if (capacity < 0) return HW_NO_MEMORY(self->err, "the markers");
    table_row *larger = hwp_load_alloc(self, &self->scratch, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_E_NO_MEMORY;
    if (list->n > 0) memcpy(larger, list->items, (size_t)list->n * sizeof *larger);
    list->items = larger;
    list->capacity = capacity;
  }
  table_row *item = &list->items[list->n++];
  *item = (table_row){
      .marker = hw_record_int(row, HW_FIELD_FREQUENCY_MARKER_MARKER),
      .rank = hw_record_int(row, HW_FIELD_FREQUENCY_MARKER_RANK),
      .two_n = hw_record_int(row, HW_FIELD_FREQUENCY_MARKER_TWO_N),
      .silent = text_or_null(self, row, HW_FIELD_FREQUENCY_MARKER_SILENT),
      .matrix = {text_or_null(self, row, HW_FIELD_FREQUENCY_MARKER_MATRIX_FEMALE),
                 text_or_null(self, row, HW_FIELD_FREQUENCY_MARKER_MATRIX_MALE)},
  };
  take_mutation(row, &item->mutation);
  return HW_OK;
}

static int compare_rows(const void *a, const void *b) {
  const table_row *x = a, *y = b;
  if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
  return x->marker < y->marker ? -1 : x->marker > y->marker;
}

static hw_status list_rows(hwp_loader *self, table_rows *out) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(self->out->table);
  HW_TRY(hw_store_scan(self->store, HW_KIND_FREQUENCY_MARKER, HW_FIELD_FREQUENCY_MARKER_TABLE, &key,
                       &scan, self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    hwp_load_entry(self, row, &self->out->table_entry);
    if (row->withdrawn != NULL) continue;
    status = add_row(self, out, row);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  if (status == HW_OK && out->n > 0)
    qsort(out->items, (size_t)out->n, sizeof *out->items, compare_rows);
  return status;
}

/* "A" or nothing, "X", "1" … "22"; −1 for what the engine does not compute. */
int hwp_load_chromosome(const char *text) {
  if (text[0] == '\0' || strcmp(text, "A") == 0) return HW_CHROMOSOME_AUTOSOMAL;
  if (strcmp(text, "X") == 0) return HW_CHROMOSOME_X;
  int number = 0;
  for (const char *c = text; *c >= '0' && *c <= '9' && number < 100; c++)
    number = 10 * number + (*c - '0');
  size_t digits = strspn(text, "0123456789");
  return digits > 0 && text[digits] == '\0' && number >= 1 && number <= 22 ? number : -1;
}

/* The name that an investigation's own marker had in its file. */
static const char *own_name(const hwp_loader *self, const char *code) {
  const char *prefix = self->out->problem.id;
  size_t n = strlen(prefix);
  return strncmp(code, prefix, n) == 0 && code[n] == '/' && code[n + 1] != '\0' ? code + n + 1
                                                                                : code;
}

/* Reads the marker of a row. @param is_used  [out] false for Y and mitochondrial ones */
static hw_status load_marker(hwp_loader *self, const table_row *row, hwp_marker *out,
                             bool *is_used) {
  hw_record record;
  HW_TRY(hwp_load_get(self, HW_KIND_MARKER, row->marker, &self->out->table_entry, &record));
  const char *code = hw_record_text(&record, HW_FIELD_MARKER_CODE);
  const char *type = hw_record_text(&record, HW_FIELD_MARKER_TYPE);
  int chromosome = hwp_load_chromosome(hw_record_text(&record, HW_FIELD_MARKER_CHROMOSOME));
  *is_used = chromosome >= 0 && strcmp(type, "sex") != 0 && strcmp(type, "mt") != 0;
  if (!*is_used) {
    hwp_notes_add(&self->notes, "marker %s (chromosome %s) is not used for kinship of families",
                  code, hw_record_text(&record, HW_FIELD_MARKER_CHROMOSOME));
    return HW_OK;
  }
  *out = (hwp_marker){.id = row->marker, .rank = row->rank, .two_n = row->two_n};
  out->marker = (hw_marker){
      .name = hw_arena_strdup(self->keep, own_name(self, code)),
      .chromosome = chromosome,
      .position_cm = hw_record_is_null(&record, HW_FIELD_MARKER_POSITION_CM)
                         ? (double)NAN
                         : hw_record_real(&record, HW_FIELD_MARKER_POSITION_CM),
      .silent = HW_ALLELE_NONE,
      .mutation = row->mutation,
  };
  return out->marker.name != NULL ? HW_OK : HW_NO_MEMORY(self->err, "the markers");
}

/* --- alleles --- */

static int compare_ids(const hwp_loader *self, int32_t place, int64_t id) {
  int64_t own = self->markers[place].id;
  return own < id ? -1 : own > id;
}

/* Column of a marker, or −1. */
int32_t hwp_load_column(const hwp_loader *self, int64_t id) {
  int32_t low = 0, high = self->n_markers - 1;
  while (low <= high) {
    int32_t middle = low + (high - low) / 2;
    int order = compare_ids(self, self->marker_by_id[middle], id);
    if (order == 0) return self->marker_by_id[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle - 1;
  }
  return -1;
}

static hw_status index_markers(hwp_loader *self) {
  size_t n = (size_t)self->n_markers;
  self->marker_by_id = hwp_load_alloc(self, &self->scratch, n, sizeof *self->marker_by_id);
  if (self->marker_by_id == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < self->n_markers; i++) {
    int32_t at = i;
    for (; at > 0 && compare_ids(self, self->marker_by_id[at - 1], self->markers[i].id) > 0; at--)
      self->marker_by_id[at] = self->marker_by_id[at - 1];
    self->marker_by_id[at] = i;
  }
  return HW_OK;
}

/* An allele as the scan gave it. */
typedef struct allele_row {
  int32_t column;
  int64_t rank, id;
  double frequency;
  const char *name;
} allele_row;

static int compare_alleles(const void *a, const void *b) {
  const allele_row *x = a, *y = b;
  if (x->column != y->column) return x->column < y->column ? -1 : 1;
  if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

typedef struct allele_rows {
  allele_row *items;
  size_t n, capacity;
} allele_rows;

static hw_status add_allele(hwp_loader *self, allele_rows *list, int32_t column,
                            const hw_record *row) {
  if (list->n == list->capacity) {
    size_t capacity = list->capacity > 0 ? 2 * list->capacity : 512;
    allele_row *larger = hwp_load_alloc(self, &self->scratch, capacity, sizeof *larger);
    if (larger == NULL) return HW_E_NO_MEMORY;
    if (list->n > 0) memcpy(larger, list->items, list->n * sizeof *larger);
    list->items = larger;
    list->capacity = capacity;
  }
  allele_row *item = &list->items[list->n++];
  *item = (allele_row){
      .column = column,
      .rank = hw_record_int(row, HW_FIELD_FREQUENCY_RANK),
      .id = row->id,
      .frequency = hw_record_real(row, HW_FIELD_FREQUENCY_FREQUENCY),
      .name = hw_arena_strdup(self->keep, hw_record_text(row, HW_FIELD_FREQUENCY_ALLELE))};
  return item->name != NULL ? HW_OK : HW_NO_MEMORY(self->err, "the alleles");
}

static hw_status list_alleles(hwp_loader *self, allele_rows *out) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(self->out->table);
  HW_TRY(hw_store_scan(self->store, HW_KIND_FREQUENCY, HW_FIELD_FREQUENCY_TABLE, &key, &scan,
                       self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    hwp_load_entry(self, row, &self->out->table_entry);
    int32_t column = hwp_load_column(self, hw_record_int(row, HW_FIELD_FREQUENCY_MARKER));
    if (row->withdrawn != NULL || column < 0) continue;
    status = add_allele(self, out, column, row);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  if (status == HW_OK && out->n > 0) qsort(out->items, out->n, sizeof *out->items, compare_alleles);
  return status;
}

static hw_status find_silent(hwp_loader *self, hwp_marker *marker, const char *name) {
  if (name == NULL) return HW_OK;
  marker->marker.silent = hw_name_index_find(&marker->alleles, name);
  if (marker->marker.silent == HW_ALLELE_NONE)
    return hw_err_set(self->err, HW_E_REFERENCE,
                      "the silent allele \"%.40s\" is not among the "
                      "alleles",
                      name);
  if (marker->marker.n_alleles == 1)
    return hw_err_set(self->err, HW_E_VALUE, "there is no allele that can be seen");
  return HW_OK;
}

/* Gives a marker its alleles, which stand together in the sorted list. */
static hw_status take_alleles(hwp_loader *self, hwp_marker *marker, const allele_row *rows,
                              size_t n, const char *silent) {
  if (n < 1 || n > HW_MAX_ALLELES)
    return hw_err_set(self->err, HW_E_VALUE, "%zu alleles; a marker has 1 to %d", n,
                      HW_MAX_ALLELES);
  marker->names = hwp_load_alloc(self, self->keep, n, sizeof *marker->names);
  marker->frequencies = hwp_load_alloc(self, self->keep, n, sizeof *marker->frequencies);
  if (marker->names == NULL || marker->frequencies == NULL) return HW_E_NO_MEMORY;
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    marker->names[i] = rows[i].name;
    marker->frequencies[i] = rows[i].frequency;
    if (!(rows[i].frequency >= 0 && rows[i].frequency <= 1))
      return hw_err_set(self->err, HW_E_VALUE, "allele \"%.40s\" has the frequency %g",
                        rows[i].name, rows[i].frequency);
    sum += rows[i].frequency;
  }
  if (!(fabs(sum - 1) <= HW_FREQUENCY_SUM_TOLERANCE))
    return hw_err_set(self->err, HW_E_VALUE,
                      "the frequencies sum to %.9g, not to 1 (tolerance %g): import the table with "
                      "--normalise, and name it in the investigation",
                      sum, HW_FREQUENCY_SUM_TOLERANCE);
  marker->marker.n_alleles = (int32_t)n;
  marker->marker.allele_names = marker->names;
  marker->marker.frequencies = marker->frequencies;
  HW_TRY(hw_name_index_init(&marker->alleles, (int32_t)n, marker->names, self->err));
  return find_silent(self, marker, silent);
}

/* --- custom matrices --- */

static hw_status read_matrix(hwp_loader *self, const char *text, int32_t n, double *out) {
  hw_json_doc *doc = NULL;
  HW_TRY(hw_json_doc_parse(text, strlen(text), NULL, &doc, self->err));
  const hw_json *rows = hw_json_doc_root(doc);
  hw_status status = HW_OK;
  if (hw_json_count(rows) != (size_t)n)
    status = hw_err_set(self->err, HW_E_SHAPE, "a mutation matrix with %zu rows for %d alleles",
                        hw_json_count(rows), (int)n);
  for (int32_t i = 0; status == HW_OK && i < n; i++) {
    const hw_json *row = hw_json_at(rows, (size_t)i);
    if (hw_json_count(row) != (size_t)n)
      status = hw_err_set(self->err, HW_E_SHAPE,
                          "row %d of a mutation matrix has %zu entries for %d alleles", (int)i + 1,
                          hw_json_count(row), (int)n);
    for (int32_t j = 0; status == HW_OK && j < n; j++)
      status = hw_json_as_double_in(hw_json_at(row, (size_t)j), 0, 1,
                                    &out[(size_t)i * (size_t)n + (size_t)j], self->err);
  }
  hw_json_doc_delete(doc);
  return status;
}

static hw_status take_custom(hwp_loader *self, hwp_marker *marker, const table_row *row) {
  if (marker->marker.mutation.model != HW_MUTATION_CUSTOM) return HW_OK;
  size_t n = (size_t)marker->marker.n_alleles;
  for (int from = 0; from < 2; from++) {
    if (row->matrix[from] == NULL)
      return hw_err_set(self->err, HW_E_VALUE, "the custom mutation model has no matrix_%s",
                        from == HW_FROM_MOTHER ? "female" : "male");
    double *matrix = hwp_load_alloc(self, self->keep, n * n, sizeof *matrix);
    if (matrix == NULL) return HW_E_NO_MEMORY;
    HW_TRY(read_matrix(self, row->matrix[from], (int32_t)n, matrix));
    marker->marker.mutation.custom[from] = matrix;
  }
  return HW_OK;
}

/* --- loading --- */

static hw_status check_names(hwp_loader *self) {
  const char **names = hwp_load_alloc(self, &self->scratch, (size_t)self->n_markers, sizeof *names);
  if (names == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < self->n_markers; i++) names[i] = self->markers[i].marker.name;
  hw_name_index index = {0};
  HW_TRY(hw_name_index_init(&index, self->n_markers, names, self->err));
  int32_t again = hw_name_index_duplicate(&index, NULL);
  hw_name_index_clear(&index);
  if (again == HW_NAME_NONE) return HW_OK;
  return hw_err_set(self->err, HW_E_DUPLICATE, "frequency table '%s' has marker '%s' twice",
                    hw_record_text(&self->table, HW_FIELD_FREQUENCY_TABLE_CODE), names[again]);
}

static hw_status load_alleles(hwp_loader *self, const table_row *const *row_of) {
  allele_rows rows = {0};
  HW_TRY(list_alleles(self, &rows));
  size_t at = 0;
  for (int32_t m = 0; m < self->n_markers; m++) {
    size_t begin = at;
    while (at < rows.n && rows.items[at].column == m) at++;
    hwp_marker *marker = &self->markers[m];
    const allele_row *first = rows.n > 0 ? rows.items + begin : NULL;
    HW_TRY(hwp_load_of_marker(self, marker,
                              take_alleles(self, marker, first, at - begin, row_of[m]->silent)));
    HW_TRY(hwp_load_of_marker(self, marker, take_custom(self, marker, row_of[m])));
  }
  return HW_OK;
}

static void choose_minimum(hwp_loader *self) {
  const char *policy = hw_record_text(&self->table, HW_FIELD_FREQUENCY_TABLE_MINIMUM_POLICY);
  self->minimum = 0;
  if (strcmp(policy, "five-over-2n") == 0) self->minimum = -1;
  if (strcmp(policy, "stated") == 0)
    self->minimum = hw_record_real(&self->table, HW_FIELD_FREQUENCY_TABLE_MINIMUM);
}

hw_status hwp_load_markers(hwp_loader *self) {
  table_rows rows = {0};
  choose_minimum(self);
  HW_TRY(list_rows(self, &rows));
  self->markers = hwp_load_alloc(self, &self->scratch, (size_t)rows.n, sizeof *self->markers);
  const table_row **row_of = hwp_load_alloc(self, &self->scratch, (size_t)rows.n, sizeof *row_of);
  if (self->markers == NULL || row_of == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < rows.n; i++) {
    bool is_used = false;
    hw_arena_reset(&self->brief);
    HW_TRY(load_marker(self, &rows.items[i], &self->markers[self->n_markers], &is_used));
    row_of[self->n_markers] = &rows.items[i];
    if (is_used) self->n_markers++;
  }
  if (self->n_markers == 0)
    return hw_err_set(self->err, HW_E_SHAPE,
                      "frequency table '%s' has no marker that can be used for families",
                      hw_record_text(&self->table, HW_FIELD_FREQUENCY_TABLE_CODE));
  HW_TRY(check_names(self));
  HW_TRY(index_markers(self));
  HW_TRY(load_alleles(self, row_of));
  return hwp_load_linkage(self);
}

void hwp_load_free_markers(hwp_loader *self) {
  for (int32_t m = 0; m < self->n_markers; m++) hw_name_index_clear(&self->markers[m].alleles);
}
