/* Case file reader: mutation models, and the matrices computed from them.
 *
 * A parameter that the chosen model does not use is an error unless it is zero:
 * whoever writes a range beside "equal" believes that it does something.
 *
 * A matrix beside a model that is not custom is a check value. It is compared
 * with the computed one and must agree; a case made elsewhere with another idea
 * of "stepwise" is then noticed before its likelihoods are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "formats/casefile_int.h"
#include "genetics/mutation_keep.h"

/* Agreement that a check matrix must reach. */
#define CHECK_RELATIVE 1e-6
#define CHECK_ABSOLUTE 1e-9

static const char *const MATRIX_KEYS[2] = {"matrix_female", "matrix_male"};

/* Position of a text in a list, or −1. */
static int find_text(const char *text, const char *const *list) {
  for (int i = 0; list[i]; i++)
    if (strcmp(text, list[i]) == 0) return i;
  return -1;
}

static hw_status read_model(const hw_json *object, hw_mutation *out, hw_err *err) {
  static const char *const models[] = {"none",    "equal", "proportional", "stepwise",
                                       "onestep", "dawid", "custom",       NULL};
  static const char *const transforms[] = {"MH", "BA", "PR", "PM", NULL};
  const char *text;
  HW_TRY(hw_json_get_string(object, "model", &text, err));
  int model = find_text(text, models);
  if (model < 0)
    HWP_TRY_AT(hw_err_set(err, HW_E_VALUE,
                          "mutation model \"%.40s\" is not known; permitted are none, equal, "
                          "proportional, stepwise, onestep, dawid, custom",
                          text),
               err, "model");
  out->model = (hw_mutation_model)(HW_MUTATION_NONE + model);
  text = NULL;
  HW_TRY(hw_json_find_string(object, "transform", &text, err));
  if (!text) return HW_OK;
  int transform = find_text(text, transforms);
  if (transform < 0)
    HWP_TRY_AT(hw_err_set(err, HW_E_VALUE,
                          "transform \"%.40s\" is not known; permitted are MH, BA, PR, PM", text),
               err, "transform");
  out->transform = (hw_mutation_transform)(HW_TRANSFORM_MH + transform);
  return HW_OK;
}

/* Reads {"female": x, "male": y}, a parameter that the model uses (or not). */
static hw_status read_parameter(const hw_json *object, const char *key, bool is_used,
                                bool is_required, double out[2], hw_err *err) {
  static const char *const keys[] = {"female", "male", NULL};
  const hw_json *pair = NULL;
  out[0] = out[1] = 0;
  HW_TRY(hw_json_find_object(object, key, &pair, err));
  if (!pair) {
    if (!is_used || !is_required) return HW_OK;
    HWP_TRY_AT(hw_err_set(err, HW_E_SYNTAX,
                          "\"%s\" is missing; this model needs {\"female\": …, \"male\": …}", key),
               err, "%s", key);
  }
  HWP_TRY_AT(hw_json_check_keys(pair, keys, err), err, "%s", key);
  HWP_TRY_AT(hw_json_get_double_in(pair, "female", 0, 1, &out[HW_FROM_MOTHER], err), err, "%s",
             key);
  HWP_TRY_AT(hw_json_get_double_in(pair, "male", 0, 1, &out[HW_FROM_FATHER], err), err, "%s", key);
  if (!is_used && (out[0] > 0 || out[1] > 0))
    HWP_TRY_AT(hw_err_set(err, HW_E_VALUE,
                          "this mutation model does not use \"%s\"; remove it or choose another "
                          "model",
                          key),
               err, "%s", key);
  return HW_OK;
}

static hw_status read_matrix(const hw_json *rows, int32_t n, double *out, hw_err *err) {
  HW_TRY(hw_json_expect_array(rows, err));
  if (hw_json_count(rows) != (size_t)n)
    return hw_err_set(err, HW_E_SHAPE, "%zu rows for %d alleles", hw_json_count(rows), (int)n);
  for (int32_t i = 0; i < n; i++) {
    const hw_json *row = hw_json_at(rows, (size_t)i);
    HWP_TRY_AT(hw_json_expect_array(row, err), err, "[%d]", (int)i);
    if (hw_json_count(row) != (size_t)n)
      HWP_TRY_AT(
          hw_err_set(err, HW_E_SHAPE, "%zu entries for %d alleles", hw_json_count(row), (int)n),
          err, "[%d]", (int)i);
    for (int32_t j = 0; j < n; j++)
      HWP_TRY_AT(
          hw_json_as_double_in(hw_json_at(row, (size_t)j), 0, 1, &out[(size_t)i * n + j], err), err,
          "[%d][%d]", (int)i, (int)j);
  }
  return HW_OK;
}

static hw_status need_scratch(hwp_case_reader *self, size_t n) {
  if (n <= self->n_scratch) return HW_OK;
  for (int i = 0; i < 3; i++) {
    double *larger = realloc(self->scratch[i], n * sizeof *larger);
    if (!larger) return HW_NO_MEMORY(self->err, "mutation matrices");
    self->scratch[i] = larger;
  }
  self->n_scratch = n;
  return HW_OK;
}

/* Matrices that stand in the file: kept for custom, compared otherwise. */
static hw_status read_custom(hwp_case_reader *self, const hw_json *object, hw_marker *marker) {
  int32_t n = marker->n_alleles;
  for (int from = 0; from < 2; from++) {
    const char *key = MATRIX_KEYS[from];
    const hw_json *rows;
    HW_TRY(hw_json_get(object, key, &rows, self->err));
    double *matrix = hwp_case_alloc(self, n * n, sizeof *matrix);
    if (!matrix) return HW_E_NO_MEMORY;
    HWP_TRY_AT(read_matrix(rows, n, matrix, self->err), self->err, "%s", key);
    marker->mutation.custom[from] = matrix;
  }
  return HW_OK;
}

static hw_status check_given(hwp_case_reader *self, const hw_json *object, int from,
                             const hw_marker *marker) {
  const char *key = MATRIX_KEYS[from];
  const hw_json *rows = hw_json_find(object, key);
  if (!rows) return HW_OK;
  int32_t n = marker->n_alleles;
  const double *computed = self->scratch[from];
  double *given = self->scratch[2];
  HWP_TRY_AT(read_matrix(rows, n, given, self->err), self->err, "%s", key);
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < n; j++) {
      double c = computed[(size_t)i * n + j], g = given[(size_t)i * n + j];
      if (fabs(c - g) <= CHECK_RELATIVE * fabs(c) + CHECK_ABSOLUTE) continue;
      HWP_TRY_AT(hw_err_set(self->err, HW_E_VALUE,
                            "%.12g stands here, but the model gives %.12g (\"%.40s\" to "
                            "\"%.40s\"); correct the model, remove the matrix, or use model custom",
                            g, c, marker->allele_names[i], marker->allele_names[j]),
                 self->err, "%s[%d][%d]", key, (int)i, (int)j);
    }
  return HW_OK;
}

static hw_status fill_matrices(hwp_case_reader *self, const hw_json *object, hw_marker *marker) {
  size_t n_entries = (size_t)marker->n_alleles * (size_t)marker->n_alleles;
  HW_TRY(need_scratch(self, n_entries));
  for (int from = 0; from < 2; from++) {
    hw_status status = hw_mutation_matrix(marker, from, self->scratch[from], self->err);
    if (status != HW_OK) {
      if (marker->mutation.model == HW_MUTATION_CUSTOM)
        hw_err_field(self->err, "%s", MATRIX_KEYS[from]);
      return status;
    }
    if (marker->mutation.model != HW_MUTATION_CUSTOM)
      HW_TRY(check_given(self, object, from, marker));
  }
  return hwp_mutation_keep(marker, self->scratch, self->arena, self->err);
}

hw_status hwp_case_read_mutation(hwp_case_reader *self, const hw_json *object, hw_marker *marker) {
  static const char *const keys[] = {"model",     "rate",          "rate2",       "range",
                                     "transform", "matrix_female", "matrix_male", NULL};
  HW_TRY(hw_json_check_keys(object, keys, self->err));
  hw_mutation *m = &marker->mutation;
  HW_TRY(read_model(object, m, self->err));
  bool has_rate = m->model != HW_MUTATION_NONE && m->model != HW_MUTATION_CUSTOM;
  bool has_rate2 = m->model == HW_MUTATION_STEPWISE;
  bool has_range = m->model == HW_MUTATION_STEPWISE || m->model == HW_MUTATION_DAWID;
  HW_TRY(read_parameter(object, "rate", has_rate, true, m->rate, self->err));
  HW_TRY(read_parameter(object, "rate2", has_rate2, false, m->rate2, self->err));
  HW_TRY(read_parameter(object, "range", has_range, true, m->range, self->err));
  if (m->model == HW_MUTATION_CUSTOM) HW_TRY(read_custom(self, object, marker));
  return fill_matrices(self, object, marker);
}
