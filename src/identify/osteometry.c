/* The reference of osteometry: a CSV file, one relation a row.
 *
 *     form                 absolute | signed | regression
 *     element, second      elements; second only for a regression
 *     measurements         names parted by ';'
 *     second_measurements  of the second element
 *     n                    persons in the reference collection
 *     mean, sd             of D under one person; regression: sd is the standard error
 *     slope, intercept     regression of ln Σ(second) on ln Σ(first)
 *     mean_x, sd_x         of ln Σ(first) in the reference
 *     random_mean, random_sd   of D between two persons of the population; regression: of
 *                          ln Σ(second); empty = a test but no likelihood ratio
 *     source               where the figures stand
 *
 * Figures are never guessed: a relation without source is refused, and nothing is
 * shipped that nobody published. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "identify/columns.h"
#include "identify/reassociate_int.h"

struct hw_osteometry {
  hw_arena arena;
  int32_t n, capacity;
  hw_osteometry_relation *relations;
};

enum {
  FORM,
  ELEMENT,
  MEASUREMENTS,
  N,
  SD,
  SOURCE,
  N_MUST,
  SECOND = N_MUST,
  SECOND_MEASUREMENTS,
  MEAN,
  SLOPE,
  INTERCEPT,
  MEAN_X,
  SD_X,
  RANDOM_MEAN,
  RANDOM_SD,
  N_COLUMNS
};
static const char *const columns[N_COLUMNS] = {
    "form", "element",     "measurements", "n",
    "sd",   "source",      "second",       "second_measurements",
    "mean", "slope",       "intercept",    "mean_x",
    "sd_x", "random_mean", "random_sd"};

static hw_status read_element(hwp_columns *table, int32_t column, int32_t *out, hw_err *err) {
  int32_t number = 0;
  hw_side side = HW_SIDE_UNKNOWN;
  const char *text = hwp_columns_text(table, column);
  const hw_status status = hwp_element_find(text, out, &number, &side, err);
  if (status != HW_OK) return hwp_columns_place(table, column, status, err);
  if (*out >= 0) return HW_OK;
  return hwp_columns_place(table, column,
                           hw_err_set(err, HW_E_REFERENCE,
                                      "'%.40s' is no element of the table ('homeward reassociate "
                                      "--elements' lists it)",
                                      text),
                           err);
}

static hw_status read_names(hw_osteometry *self, hwp_columns *table, int32_t column,
                            const char *const **names, int32_t *n, hw_err *err) {
  HW_TRY(hwp_columns_parts(hwp_columns_text(table, column), &self->arena, names, n, err));
  if (*n > 0) return HW_OK;
  return hwp_columns_place(table, column, hw_err_set(err, HW_E_VALUE, "names no measurement"), err);
}

/* A figure that this form needs. */
static hw_status read_figure(hwp_columns *table, int32_t column, double least, double *out,
                             hw_err *err) {
  HW_TRY(hwp_columns_number(table, column, least, 1e9, out, err));
  if (!isnan(*out)) return HW_OK;
  return hwp_columns_place(table, column,
                           hw_err_set(err, HW_E_VALUE, "is empty; this form needs it"), err);
}

static hw_status read_form(hwp_columns *table, hw_osteometry_form *out, hw_err *err) {
  static const char *const forms[] = {"absolute", "signed", "regression"};
  const char *text = hwp_columns_text(table, FORM);
  for (int i = 0; i < 3; i++)
    if (strcmp(text, forms[i]) == 0) {
      *out = (hw_osteometry_form)i;
      return HW_OK;
    }
  return hwp_columns_place(
      table, FORM,
      hw_err_set(err, HW_E_VALUE, "'%.40s' is none of absolute, signed, regression", text), err);
}

static hw_status read_regression(hw_osteometry *self, hwp_columns *table,
                                 hw_osteometry_relation *out, hw_err *err) {
  HW_TRY(read_element(table, SECOND, &out->second, err));
  HW_TRY(
      read_names(self, table, SECOND_MEASUREMENTS, &out->second_measurements, &out->n_second, err));
  HW_TRY(read_figure(table, SLOPE, -1e9, &out->slope, err));
  HW_TRY(read_figure(table, INTERCEPT, -1e9, &out->intercept, err));
  HW_TRY(read_figure(table, MEAN_X, -1e9, &out->mean_x, err));
  HW_TRY(read_figure(table, SD_X, 1e-12, &out->sd_x, err));
  if (out->second != out->first) return HW_OK;
  return hwp_columns_place(
      table, SECOND,
      hw_err_set(err, HW_E_VALUE, "a regression joins two elements; use absolute or signed"), err);
}

static hw_status read_row(hw_osteometry *self, hwp_columns *table, hw_osteometry_relation *out,
                          hw_err *err) {
  double n = 0;
  HW_TRY(read_form(table, &out->form, err));
  HW_TRY(read_element(table, ELEMENT, &out->first, err));
  out->second = out->first;
  HW_TRY(read_names(self, table, MEASUREMENTS, &out->measurements, &out->n_measurements, err));
  HW_TRY(read_figure(table, N, 3, &n, err));
  if (!(n <= 1e8 && n == floor(n)))
    return hwp_columns_place(table, N, hw_err_set(err, HW_E_VALUE, "is no whole number"), err);
  out->n = (int32_t)n;
  HW_TRY(read_figure(table, SD, 1e-12, &out->sd, err));
  if (out->form == HW_OSTEOMETRY_REGRESSION)
    HW_TRY(read_regression(self, table, out, err));
  else
    HW_TRY(read_figure(table, MEAN, out->form == HW_OSTEOMETRY_ABSOLUTE ? 1e-12 : -1e9, &out->mean,
                       err));
  HW_TRY(hwp_columns_number(table, RANDOM_SD, 1e-12, 1e9, &out->random_sd, err));
  if (isnan(out->random_sd))
    out->random_sd = 0;
  else
    HW_TRY(read_figure(table, RANDOM_MEAN, out->form == HW_OSTEOMETRY_ABSOLUTE ? 1e-12 : -1e9,
                       &out->random_mean, err));
  out->source = hw_arena_strdup(&self->arena, hwp_columns_text(table, SOURCE));
  if (out->source == NULL) return HW_NO_MEMORY(err, "the reference of osteometry");
  if (out->source[0] != '\0') return HW_OK;
  return hwp_columns_place(table, SOURCE,
                           hw_err_set(err, HW_E_VALUE, "is empty; figures need a source"), err);
}

static hw_status read_all(hw_osteometry *self, hwp_columns *table, hw_err *err) {
  bool has_row = false;
  while (true) {
    HW_TRY(hwp_columns_next(table, &has_row, err));
    if (!has_row) return HW_OK;
    if (self->n == self->capacity) {
      const int32_t capacity = self->capacity > 0 ? 2 * self->capacity : 16;
      hw_osteometry_relation *larger =
          hw_arena_alloc_array(&self->arena, (size_t)capacity, sizeof *larger);
      if (larger == NULL) return HW_NO_MEMORY(err, "the reference of osteometry");
      if (self->n > 0) memcpy(larger, self->relations, (size_t)self->n * sizeof *larger);
      self->relations = larger;
      self->capacity = capacity;
    }
    self->relations[self->n] = (hw_osteometry_relation){0};
    HW_TRY(read_row(self, table, &self->relations[self->n], err));
    self->n++;
  }
}

static hw_status read_table(const char *path, const char *bytes, size_t n_bytes, const char *name,
                            hw_osteometry **out, hw_err *err) {
  hw_osteometry *self = calloc(1, sizeof *self);
  *out = NULL;
  if (self == NULL) return HW_NO_MEMORY(err, "the reference of osteometry");
  hw_arena_init(&self->arena, (size_t)256 << 20);
  hwp_columns table = {0};
  hw_status status = hwp_columns_open(&table, path, bytes, n_bytes, name, columns, N_COLUMNS,
                                      N_MUST, false, &self->arena, err);
  if (status == HW_OK) status = read_all(self, &table, err);
  hwp_columns_clear(&table);
  if (status == HW_OK)
    *out = self;
  else
    hw_osteometry_delete(self);
  return status;
}

hw_status hw_osteometry_read(const char *path, hw_osteometry **out, hw_err *err) {
  return read_table(path, NULL, 0, path, out, err);
}

hw_status hw_osteometry_parse(const char *bytes, size_t n_bytes, const char *name,
                              hw_osteometry **out, hw_err *err) {
  return read_table(NULL, bytes, n_bytes, name, out, err);
}

void hw_osteometry_delete(hw_osteometry *self) {
  if (self == NULL) return;
  hw_arena_clear(&self->arena);
  free(self);
}

int32_t hw_osteometry_relations(const hw_osteometry *self, const hw_osteometry_relation **out) {
  *out = self != NULL ? self->relations : NULL;
  return self != NULL ? self->n : 0;
}
