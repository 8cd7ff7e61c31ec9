/* Tables of Y-STR haplotypes, one column for each marker.
 *
 * Alleles are kept in tenths of a repeat, 17.2 as 172, sorted within a marker. The columns
 * are brought to the panel of the table of rates, so that rows of several files stand beside
 * each other; a marker without a rate is refused, because nothing could be computed with it.
 *
 * DYS389II is a stretch that contains DYS389I. A mutation in the shorter one lengthens
 * both, and would be counted twice; the usual remedy is taken: DYS389II less DYS389I. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "formats/haplotype_int.h"
#include "genetics/marker_name.h"

enum { COLUMN_NONE = -1, TENTHS = 10, MOST_REPEATS = 99 };

typedef struct storage {
  hw_y_rows table; /* first, so that the table is the storage */
  hw_arena arena;
  hwp_heads heads;
  int16_t *rows; /* of those that were taken */
  size_t capacity;
} storage;

typedef struct reader {
  hwp_rows rows;
  hwp_heads heads; /* until they are the storage's */
  const hw_y_panel *panel;
  storage *out;
  int32_t *markers;        /* by column: place in the panel, or COLUMN_NONE */
  int32_t shorter, longer; /* DYS389I and DYS389II in the panel, or COLUMN_NONE */
} reader;

/* --- the header --- */

static int32_t find_key(const hw_y_panel *panel, const char *key) {
  for (int32_t k = 0; k < panel->n_markers; k++) {
    char other[HW_MARKER_KEY_SIZE];
    hw_marker_name_key(panel->markers[k].name, other);
    if (strcmp(key, other) == 0) return k;
  }
  return COLUMN_NONE;
}

int32_t hw_y_panel_find(const hw_y_panel *panel, const char *name) {
  static const char *const copies[] = {"A/B", "AB", "A", "B"};
  char key[HW_MARKER_KEY_SIZE];
  hw_marker_name_key(name, key);
  const int32_t whole = find_key(panel, key);
  for (size_t i = 0; whole == COLUMN_NONE && i < sizeof copies / sizeof *copies; i++) {
    const size_t n = strlen(key), tail = strlen(copies[i]);
    if (n <= tail || strcmp(key + n - tail, copies[i]) != 0) continue;
    key[n - tail] = '\0';
    const int32_t marker = find_key(panel, key);
    return marker != COLUMN_NONE && panel->markers[marker].n_copies > 1 ? marker : COLUMN_NONE;
  }
  return whole;
}

static hw_status find_column(reader *self, int32_t c) {
  hwp_rows *rows = &self->rows;
  const char *name = rows->header[c];
  hwp_heads *heads = &self->heads;
  int32_t *role = NULL;
  self->markers[c] = COLUMN_NONE;
  if (hwp_rows_is_called(name, "sample") || hwp_rows_is_called(name, "person")) role = &heads->name;
  if (hwp_rows_is_called(name, "count") || hwp_rows_is_called(name, "n")) role = &heads->count;
  if (role != NULL) return hwp_rows_take(rows, c, role);
  const int32_t marker = hw_y_panel_find(self->panel, name);
  if (marker == COLUMN_NONE)
    return HWP_FAIL_AT(
        rows, c, HW_E_REFERENCE,
        "\"%.60s\" is neither sample, person nor count, nor a marker of the table of "
        "mutation rates; add it there, or leave the column out",
        name);
  int32_t n_before = 0;
  for (int32_t d = 0; d < c; d++) n_before += self->markers[d] == marker;
  if (n_before >= self->panel->markers[marker].n_copies)
    return HWP_FAIL_AT(rows, c, HW_E_DUPLICATE, "marker %s has a column already",
                       self->panel->markers[marker].name);
  self->markers[c] = marker;
  return HW_OK;
}

static hw_status find_columns(void *context) {
  reader *self = context;
  hwp_rows *rows = &self->rows;
  int32_t n_markers = 0;
  self->heads.name = self->heads.count = COLUMN_NONE;
  self->shorter = find_key(self->panel, "DYS389I");
  self->longer = find_key(self->panel, "DYS389II");
  self->markers = hw_arena_alloc_array(rows->arena, (size_t)rows->n_columns, sizeof *self->markers);
  if (self->markers == NULL) return HW_NO_MEMORY(rows->err, "a table of haplotypes");
  for (int32_t c = 0; c < rows->n_columns; c++) {
    HW_TRY(find_column(self, c));
    n_markers += self->markers[c] != COLUMN_NONE;
  }
  if (n_markers == 0)
    return HWP_FAIL_AT(rows, COLUMN_NONE, HW_E_SYNTAX,
                       "a table of Y-STR needs a column for each marker, as DYS19");
  self->out->table.is_person = hwp_heads_is_person(&self->heads, rows);
  return HW_OK;
}

/* --- cells --- */

/* Reads "17" or "17.2". @return the tenths, or 0 */
static int16_t parse_allele(const char **at) {
  int32_t repeats = 0, part = 0, digits = 0;
  for (; **at >= '0' && **at <= '9' && digits < 3; digits++)
    repeats = repeats * 10 + (*(*at)++ - '0');
  if (digits == 0 || repeats < 1 || repeats > MOST_REPEATS) return 0;
  if (**at == '.') {
    ++*at;
    if (**at < '1' || **at > '9') return 0;
    part = *(*at)++ - '0';
  }
  return (int16_t)(repeats * TENTHS + part);
}

static bool is_between(char c) {
  return c == ',' || c == '/' || c == '-' || c == ';' || c == ' ';
}

bool hw_y_allele_insert(int16_t *alleles, int16_t allele) {
  int32_t n = 0;
  while (n < HW_Y_COPIES && alleles[n] != 0) n++;
  if (n == HW_Y_COPIES) return false;
  for (; n > 0 && alleles[n - 1] > allele; n--) alleles[n] = alleles[n - 1];
  alleles[n] = allele;
  return true;
}

static hw_status read_cell(reader *self, int32_t c, int16_t *row) {
  hwp_rows *rows = &self->rows;
  const char *text = hwp_rows_cell(rows, c), *at = text;
  int16_t *alleles = row + (size_t)self->markers[c] * HW_Y_COPIES;
  while (*at != '\0') {
    const int16_t allele = parse_allele(&at);
    if (allele == 0 || (*at != '\0' && !is_between(*at)))
      return HWP_FAIL_AT(rows, c, HW_E_VALUE,
                         "\"%.40s\": expected repeats from 1 to %d, as 17 or 17.2, or several as "
                         "11,14; an empty cell where the marker was not typed",
                         text, MOST_REPEATS);
    if (!hw_y_allele_insert(alleles, allele))
      return HWP_FAIL_AT(rows, c, HW_E_VALUE, "\"%.40s\": more than %d alleles", text, HW_Y_COPIES);
    if (*at == '\0') break;
    while (is_between(*at)) at++;
    if (*at == '\0')
      return HWP_FAIL_AT(rows, c, HW_E_VALUE, "\"%.40s\": an allele is missing at the end", text);
  }
  return HW_OK;
}

hw_y_row_state hw_y_row_settle(const hw_y_panel *panel, int32_t shorter, int32_t longer,
                               int16_t *row) {
  for (int32_t k = 0; k < panel->n_markers; k++) {
    int16_t *alleles = row + (size_t)k * HW_Y_COPIES;
    if (panel->markers[k].n_copies == 2 && alleles[0] != 0 && alleles[1] == 0)
      alleles[1] = alleles[0];
  }
  if (shorter < 0 || longer < 0) return HW_Y_ROW_GOOD;
  const int16_t *part = row + (size_t)shorter * HW_Y_COPIES;
  int16_t *whole = row + (size_t)longer * HW_Y_COPIES;
  if (whole[0] == 0) return HW_Y_ROW_GOOD;
  if (part[0] == 0 || part[1] != 0 || whole[1] != 0) {
    memset(whole, 0, HW_Y_COPIES * sizeof *whole);
    return HW_Y_ROW_UNPAIRED;
  }
  if (whole[0] <= part[0]) return HW_Y_ROW_CONTRARY;
  whole[0] = (int16_t)(whole[0] - part[0]);
  return HW_Y_ROW_GOOD;
}

static hw_status settle(reader *self, int16_t *row) {
  const hw_y_row_state state = hw_y_row_settle(self->panel, self->shorter, self->longer, row);
  self->out->table.n_unpaired += state == HW_Y_ROW_UNPAIRED;
  if (state != HW_Y_ROW_CONTRARY) return HW_OK;
  const int16_t *shorter = row + (size_t)self->shorter * HW_Y_COPIES;
  const int16_t *longer = row + (size_t)self->longer * HW_Y_COPIES;
  return HWP_FAIL_AT(&self->rows, COLUMN_NONE, HW_E_VALUE,
                     "DYS389II is %d.%d and DYS389I %d.%d; DYS389II contains DYS389I and is "
                     "expected to be larger (write it as kits report it, as 13 and 29)",
                     longer[0] / TENTHS, longer[0] % TENTHS, shorter[0] / TENTHS,
                     shorter[0] % TENTHS);
}

/* --- rows --- */

static hw_status read_row(void *context) {
  reader *self = context;
  storage *out = self->out;
  void *rows = out->rows;
  HW_TRY(hwp_heads_read(&self->heads, &self->rows));
  const size_t n = (size_t)self->heads.n, width = (size_t)self->panel->n_markers * HW_Y_COPIES;
  const bool has_room = hwp_grow(&rows, &out->capacity, n, width * sizeof *out->rows);
  out->rows = rows;
  if (!has_room) return HW_NO_MEMORY(self->rows.err, "a table of haplotypes");
  int16_t *row = out->rows + n * width;
  memset(row, 0, width * sizeof *row);
  for (int32_t c = 0; c < self->rows.n_columns; c++)
    if (self->markers[c] != COLUMN_NONE) HW_TRY(read_cell(self, c, row));
  HW_TRY(settle(self, row));
  self->heads.n++;
  return HW_OK;
}

static hw_status read_table(reader *self) {
  HW_TRY(hwp_rows_read(&self->rows, find_columns, read_row, self));
  return hwp_heads_end(&self->heads, &self->rows);
}

void hw_y_rows_delete(hw_y_rows *self) {
  if (self == NULL) return;
  storage *all = self->storage;
  free(all->rows);
  hwp_heads_clear(&all->heads);
  hw_arena_clear(&all->arena);
  free(all);
}

/* Reads what the reader's csv is opened on, and closes it. @param opened  of opening it */
static hw_status finish(reader *self, hw_status opened, const char *name, hw_y_rows **out) {
  storage *all = calloc(1, sizeof *all);
  hw_status status = opened;
  if (status == HW_OK && all == NULL)
    status = HW_NO_MEMORY(self->rows.err, "a table of haplotypes");
  if (all != NULL) all->table.storage = all;
  self->out = all;
  self->rows.arena = all != NULL ? &all->arena : NULL;
  if (status == HW_OK) status = read_table(self);
  if (all != NULL) all->heads = self->heads;
  status = hwp_rows_end(&self->rows, status, name);
  if (status != HW_OK || all == NULL) {
    if (all != NULL) hw_y_rows_delete(&all->table);
    return status;
  }
  all->table.n = all->heads.n;
  all->table.names = all->heads.names;
  all->table.rows = all->rows;
  all->table.counts = all->heads.counts;
  *out = &all->table;
  return HW_OK;
}

hw_status hw_y_rows_parse(const char *bytes, size_t n_bytes, const char *name,
                          const hw_y_rates *rates, hw_y_rows **out, hw_errors *errors) {
  hw_err err = HW_ERR_INIT;
  reader self = {.rows = {.err = &err, .errors = errors}, .panel = &rates->panel};
  *out = NULL;
  hw_csv_init(&self.rows.csv, bytes, n_bytes, 0);
  return finish(&self, HW_OK, name, out);
}

hw_status hw_y_rows_read(const char *path, hw_text_encoding encoding, const hw_y_rates *rates,
                         hw_y_rows **out, hw_errors *errors) {
  hw_err err = HW_ERR_INIT;
  reader self = {.rows = {.err = &err, .errors = errors}, .panel = &rates->panel};
  *out = NULL;
  const hw_status status = hw_csv_open_as(&self.rows.csv, path, 0, encoding, &err);
  return finish(&self, status, path, out);
}
