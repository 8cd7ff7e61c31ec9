/* Haplotypes of a population as one text.
 *
 * Laboratories write one haplotype in many ways (order, prefixes, separators), so
 * each is read and written again in one form before equal ones are put together.
 * A table of thirty thousand persons is a text of a few megabytes. */
#include "app/haplotype_table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/number.h"
#include "formats/csv.h"
#include "formats/csv_write.h"

/* Most persons of a table: their sum is exact and fits 31 bits a row. */
#define MOST_PERSONS INT32_MAX

void hw_haplotype_table_init(hw_haplotype_table *self, bool is_mt) {
  *self = (hw_haplotype_table){.is_mt = is_mt};
  hw_arena_init(&self->arena, 0);
}

void hw_haplotype_table_clear(hw_haplotype_table *self) {
  for (int32_t i = 0; i < self->n && self->mt != NULL; i++) hw_mt_delete(self->mt[i]);
  free(self->mt);
  free(self->y_rows);
  free(self->counts);
  hw_arena_clear(&self->arena);
  *self = (hw_haplotype_table){0};
}

/* --- adding --- */

static void *grown(void *list, int32_t capacity, size_t size) {
  size_t bytes;
  return hw_mul_size((size_t)capacity, size, &bytes) ? realloc(list, bytes) : NULL;
}

static hw_status make_room(hw_haplotype_table *self, hw_err *err) {
  if (self->n < self->capacity) return HW_OK;
  const int32_t capacity = self->capacity > 0 ? 2 * self->capacity : 256;
  if (capacity < 0) return HW_NO_MEMORY(err, "a table of haplotypes");
  int32_t *counts = grown(self->counts, capacity, sizeof *counts);
  if (counts != NULL) self->counts = counts;
  void *rows = self->is_mt ? grown(self->mt, capacity, sizeof *self->mt)
                           : grown(self->y_rows, capacity, sizeof *self->y_rows);
  if (rows != NULL && self->is_mt) self->mt = rows;
  if (rows != NULL && !self->is_mt) self->y = self->y_rows = rows;
  if (counts == NULL || rows == NULL) return HW_NO_MEMORY(err, "a table of haplotypes");
  self->capacity = capacity;
  return HW_OK;
}

hw_status hw_haplotype_table_add(hw_haplotype_table *self, int64_t count, const char *ranges,
                                 const char *haplotype, hw_err *err) {
  if (count < 1 || count > MOST_PERSONS - self->n_persons) {
    hw_status status =
        hw_err_set(err, HW_E_VALUE, "%" PRId64 " persons: expected at least 1, and %d of all",
                   count, (int)MOST_PERSONS);
    hw_err_field(err, "count");
    return status;
  }
  HW_TRY(make_room(self, err));
  const hw_status status =
      self->is_mt ? hw_mt_parse(ranges, haplotype, &self->mt[self->n], err)
                  : hw_y_text_parse(&self->y_rows[self->n], haplotype, &self->arena, err);
  if (status != HW_OK) {
    hw_err_field(err, "haplotype");
    return status;
  }
  self->counts[self->n++] = (int32_t)count;
  self->n_persons += count;
  return HW_OK;
}

/* --- writing --- */

void hw_haplotype_mt_text(const hw_mt *haplotype, hw_str *ranges, hw_str *differences) {
  char text[HW_MT_DIFFERENCE_SIZE];
  for (int32_t i = 0; i < haplotype->n_ranges; i++)
    hw_str_append_format(ranges, "%s%" PRId32 "-%" PRId32, i > 0 ? " " : "",
                         haplotype->ranges[i].first, haplotype->ranges[i].last);
  for (int32_t i = 0; i < haplotype->n_differences; i++)
    hw_str_append_format(differences, "%s%s", i > 0 ? " " : "",
                         hw_mt_difference_format(&haplotype->differences[i], text));
  if (haplotype->n_differences == 0) hw_str_append(differences, "rCRS");
}

/* A row as it is written, without its count. */
typedef struct written {
  const char *ranges, *haplotype;
  int64_t count;
} written;

static int compare_written(const void *a, const void *b) {
  const written *x = a, *y = b;
  const int order = strcmp(x->ranges, y->ranges);
  return order != 0 ? order : strcmp(x->haplotype, y->haplotype);
}

static hw_status write_row(const hw_haplotype_table *self, int32_t i, hw_arena *arena, written *out,
                           hw_err *err) {
  hw_str ranges = HW_STR_INIT, haplotype = HW_STR_INIT;
  if (self->is_mt)
    hw_haplotype_mt_text(self->mt[i], &ranges, &haplotype);
  else
    hw_y_text_format(&self->y[i], &haplotype);
  const bool is_whole = hw_str_status(&ranges) == HW_OK && hw_str_status(&haplotype) == HW_OK;
  out->ranges = is_whole ? hw_arena_strdup(arena, hw_str_text(&ranges)) : NULL;
  out->haplotype = is_whole ? hw_arena_strdup(arena, hw_str_text(&haplotype)) : NULL;
  out->count = self->counts[i];
  hw_str_clear(&ranges);
  hw_str_clear(&haplotype);
  return out->ranges != NULL && out->haplotype != NULL ? HW_OK
                                                       : HW_NO_MEMORY(err, "a table of haplotypes");
}

static hw_status write_rows(const hw_haplotype_table *self, hw_arena *arena, hw_str *out,
                            hw_err *err) {
  written *rows = hw_arena_alloc_array(arena, (size_t)self->n, sizeof *rows);
  if (rows == NULL) return HW_NO_MEMORY(err, "a table of haplotypes");
  for (int32_t i = 0; i < self->n; i++) HW_TRY(write_row(self, i, arena, &rows[i], err));
  if (self->n > 1) qsort(rows, (size_t)self->n, sizeof *rows, compare_written);
  hw_str_append(out, self->is_mt ? "count,ranges,haplotype\n" : "count,haplotype\n");
  for (int32_t i = 0; i < self->n; i++) {
    if (i + 1 < self->n && compare_written(&rows[i], &rows[i + 1]) == 0) {
      rows[i + 1].count += rows[i].count;
      continue;
    }
    /* The texts hold no quotes; Y alleles are parted by commas. */
    hw_str_append_format(out, "%" PRId64 ",", rows[i].count);
    if (self->is_mt) hw_str_append_format(out, "%s,", rows[i].ranges);
    hw_str_append_format(out, "\"%s\"\n", rows[i].haplotype);
  }
  return hw_str_status(out) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "a table of haplotypes");
}

hw_status hw_haplotype_table_format(const hw_haplotype_table *self, hw_str *out, hw_err *err) {
  hw_arena arena;
  hw_arena_init(&arena, 0);
  const hw_status status = write_rows(self, &arena, out, err);
  hw_arena_clear(&arena);
  return status;
}

/* --- reading --- */

static bool parse_count(const char *text, int64_t *out) {
  double value = 0;
  if (!hw_number_parse(text, &value) || !(value >= 0 && value <= (double)MOST_PERSONS))
    return false;
  *out = (int64_t)value;
  return (double)*out == value;
}

static hw_status read_row(hw_haplotype_table *self, const hw_csv *csv, hw_err *err) {
  const int n_fields = self->is_mt ? 3 : 2;
  int64_t count = 0;
  if (csv->n_fields != n_fields)
    return hw_err_set(err, HW_E_SYNTAX, "%d cells: expected %s", (int)csv->n_fields,
                      self->is_mt ? "count, ranges, haplotype" : "count, haplotype");
  if (!parse_count(csv->fields[0], &count))
    return hw_err_set(err, HW_E_SYNTAX, "\"%.40s\" is no number of persons", csv->fields[0]);
  return hw_haplotype_table_add(self, count, self->is_mt ? csv->fields[1] : "",
                                csv->fields[n_fields - 1], err);
}

static bool is_header(const hw_csv *csv) {
  return csv->n_fields > 0 && strcmp(csv->fields[0], "count") == 0;
}

hw_status hw_haplotype_table_parse(hw_haplotype_table *self, bool is_mt, const char *bytes,
                                   size_t n_bytes, hw_err *err) {
  hw_csv csv;
  bool has_row = false;
  hw_haplotype_table_init(self, is_mt);
  hw_csv_init(&csv, bytes, n_bytes, ',');
  hw_status status = hw_csv_next(&csv, &has_row, err);
  if (status == HW_OK && !(has_row && is_header(&csv)))
    status = hw_err_set(err, HW_E_SYNTAX, "the first row is not that of a table of haplotypes");
  while (status == HW_OK && (status = hw_csv_next(&csv, &has_row, err)) == HW_OK && has_row) {
    status = read_row(self, &csv, err);
    if (status != HW_OK) hw_err_place(err, NULL, csv.row_line, 0);
  }
  hw_csv_clear(&csv);
  return status;
}
