/* A list of specimens as CSV: one row a specimen.
 *
 * What cannot be right is refused here, with its place: the library would say the same of
 * a specimen, but not of a line. An element that the table of elements lacks is no
 * mistake: it constrains nothing. */
#include "identify/specimen_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/fold.h"
#include "genetics/name_index.h"
#include "identify/columns.h"

enum {
  SPECIMEN,
  ACCESSION,
  SITE,
  ELEMENT,
  SIDE,
  PORTION,
  ZONES,
  COMPLETENESS,
  SEX,
  AGE_FROM,
  AGE_TO,
  STATURE,
  STATURE_SE,
  EAST,
  NORTH,
  DEPTH,
  PROFILES,
  INDIVIDUAL,
  N_COLUMNS
};
static const char *const columns[N_COLUMNS] = {
    "specimen",      "accession",    "site",    "element",  "side",     "portion",
    "zones",         "completeness", "sex",     "age_from", "age_to",   "stature_cm",
    "stature_se_cm", "east_m",       "north_m", "depth_m",  "profiles", "individual"};

typedef struct reader {
  hwp_columns table;
  hw_specimen_list *out;
  const hw_name_index *remains;
  hw_err *err;
} reader;

/* Text in normal form; what is no text is told with its place. */
static hw_status read_text(reader *self, int32_t column, const char **out) {
  hw_str normal = HW_STR_INIT;
  const hw_status status = hw_fold_nfc(hwp_columns_text(&self->table, column), &normal, self->err);
  *out = status == HW_OK ? hw_arena_strdup(&self->out->arena, hw_str_text(&normal)) : NULL;
  hw_str_clear(&normal);
  if (status != HW_OK) return hwp_columns_place(&self->table, column, status, self->err);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(self->err, "the specimens");
}

/* One of some words; the last stands for an empty cell. */
static hw_status read_word(reader *self, int32_t column, const char *const *words, int32_t n,
                           int32_t *out) {
  const char *text = hwp_columns_text(&self->table, column);
  *out = n - 1;
  if (text[0] == '\0') return HW_OK;
  for (int32_t i = 0; i < n; i++)
    if (strcmp(text, words[i]) == 0) {
      *out = i;
      return HW_OK;
    }
  char list[80] = "";
  for (int32_t i = 0; i < n; i++) {
    const size_t length = strlen(list);
    snprintf(list + length, sizeof list - length, "%s%s", i > 0 ? ", " : "", words[i]);
  }
  return hwp_columns_place(&self->table, column,
                           hw_err_set(self->err, HW_E_VALUE, "'%.40s' is none of %s", text, list),
                           self->err);
}

static hw_status read_choices(reader *self, hw_specimen *out) {
  static const char *const sides[] = {"left", "right", "midline", "unknown"};
  static const char *const sexes[] = {"male", "female", "unknown"};
  static const hw_side side_of[] = {HW_SIDE_LEFT, HW_SIDE_RIGHT, HW_SIDE_MIDLINE, HW_SIDE_UNKNOWN};
  static const hw_sex sex_of[] = {HW_MALE, HW_FEMALE, HW_UNKNOWN_SEX};
  int32_t word = 0;
  HW_TRY(read_word(self, SIDE, sides, 4, &word));
  out->side = side_of[word];
  HW_TRY(read_word(self, SEX, sexes, 3, &word));
  out->sex = sex_of[word];
  return HW_OK;
}

static hw_status read_numbers(reader *self, hw_specimen *out) {
  const struct {
    int32_t column;
    double least, most;
    double *value;
  } numbers[] = {{COMPLETENESS, 0, 1, &out->completeness},
                 {AGE_FROM, 0, 150, &out->age_from_y},
                 {AGE_TO, 0, 150, &out->age_to_y},
                 {STATURE, 20, 300, &out->stature_cm},
                 {STATURE_SE, 0.01, 100, &out->stature_se_cm},
                 {EAST, -1e7, 1e7, &out->east_m},
                 {NORTH, -1e7, 1e7, &out->north_m},
                 {DEPTH, -1e4, 1e4, &out->depth_m}};
  double individual = 0;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    HW_TRY(hwp_columns_number(&self->table, numbers[i].column, numbers[i].least, numbers[i].most,
                              numbers[i].value, self->err));
  if (out->age_from_y > out->age_to_y)
    return hwp_columns_place(
        &self->table, AGE_TO,
        hw_err_set(self->err, HW_E_VALUE, "ages from %g to %g", out->age_from_y, out->age_to_y),
        self->err);
  HW_TRY(hwp_columns_number(&self->table, INDIVIDUAL, 0, 2e9, &individual, self->err));
  if (isnan(individual)) return HW_OK;
  if (individual != floor(individual))
    return hwp_columns_place(&self->table, INDIVIDUAL,
                             hw_err_set(self->err, HW_E_VALUE, "is no whole number"), self->err);
  out->individual = (int32_t)individual;
  return HW_OK;
}

static hw_status read_profiles(reader *self, hw_specimen *out) {
  const char *const *names = NULL;
  hw_arena *arena = &self->out->arena;
  HW_TRY(hwp_columns_parts(hwp_columns_text(&self->table, PROFILES), arena, &names,
                           &out->n_profiles, self->err));
  int32_t *profiles = hw_arena_alloc_array(arena, (size_t)out->n_profiles, sizeof *profiles);
  if (profiles == NULL) return HW_NO_MEMORY(self->err, "the specimens");
  for (int32_t i = 0; i < out->n_profiles; i++) {
    profiles[i] = hw_name_index_find(self->remains, names[i]);
    if (profiles[i] == HW_NAME_NONE)
      return hwp_columns_place(
          &self->table, PROFILES,
          hw_err_set(self->err, HW_E_REFERENCE,
                     "there is no profile '%.60s' among the remains; name the homeward-case file "
                     "that holds it with --profiles",
                     names[i]),
          self->err);
  }
  out->profiles = profiles;
  return HW_OK;
}

static hw_status read_measurements(reader *self, hw_specimen *out) {
  const int32_t most = self->table.n_extra;
  hw_bone_measurement *list = hw_arena_alloc_array(&self->out->arena, (size_t)most, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(self->err, "the measurements");
  for (int32_t i = 0; i < most; i++) {
    double value = 0;
    HW_TRY(hwp_columns_parse(&self->table, self->table.extra[i], self->table.extra_name[i], 0.1,
                             3000, &value, self->err));
    if (!isnan(value))
      list[out->n_measurements++] = (hw_bone_measurement){self->table.extra_name[i], value};
  }
  out->measurements = list;
  return HW_OK;
}

static hw_status read_row(reader *self, hw_specimen *out) {
  const char *id = NULL;
  HW_TRY(read_text(self, SPECIMEN, &id));
  hw_specimen_init(out, id);
  if (id == NULL || id[0] == '\0')
    return hwp_columns_place(&self->table, SPECIMEN,
                             hw_err_set(self->err, HW_E_VALUE, "a specimen needs a name"),
                             self->err);
  HW_TRY(read_text(self, ACCESSION, &out->accession));
  HW_TRY(read_text(self, SITE, &out->site));
  HW_TRY(read_text(self, ELEMENT, &out->element));
  HW_TRY(read_text(self, PORTION, &out->portion));
  HW_TRY(read_text(self, ZONES, &out->zones));
  HW_TRY(read_choices(self, out));
  HW_TRY(read_numbers(self, out));
  HW_TRY(read_profiles(self, out));
  return read_measurements(self, out);
}

static hw_status grow(hw_specimen_list *self, hw_err *err) {
  if (self->n < self->capacity) return HW_OK;
  const int32_t capacity = self->capacity > 0 ? 2 * self->capacity : 64;
  hw_specimen *larger =
      capacity > 0 ? hw_arena_alloc_array(&self->arena, (size_t)capacity, sizeof *larger) : NULL;
  if (larger == NULL) return HW_NO_MEMORY(err, "the specimens");
  if (self->n > 0) memcpy(larger, self->specimens, (size_t)self->n * sizeof *larger);
  self->specimens = larger;
  self->capacity = capacity;
  return HW_OK;
}

static hw_status read_all(reader *self) {
  bool has_row = false;
  while (true) {
    HW_TRY(hwp_columns_next(&self->table, &has_row, self->err));
    if (!has_row) break;
    HW_TRY(grow(self->out, self->err));
    HW_TRY(read_row(self, &self->out->specimens[self->out->n]));
    self->out->n++;
  }
  if (self->out->n > 0) return HW_OK;
  const hw_status status = hw_err_set(self->err, HW_E_SHAPE, "there is no specimen");
  hw_err_place(self->err, self->table.file, 0, 0);
  return status;
}

static hw_status read_list(const char *path, const char *bytes, size_t n_bytes, const char *name,
                           int32_t n_remains, const hw_remains *remains, hw_specimen_list *out,
                           hw_err *err) {
  *out = (hw_specimen_list){0};
  const char **names = hw_arena_alloc_array(&out->arena, (size_t)n_remains + 1, sizeof *names);
  if (names == NULL) return HW_NO_MEMORY(err, "the specimens");
  for (int32_t i = 0; i < n_remains; i++) names[i] = remains[i].id;
  hw_name_index index = {0};
  reader self = {.out = out, .remains = &index, .err = err};
  hw_status status = hw_name_index_init(&index, n_remains, names, err);
  if (status == HW_OK)
    status = hwp_columns_open(&self.table, path, bytes, n_bytes, name, columns, N_COLUMNS, 1, true,
                              &out->arena, err);
  if (status == HW_OK) status = read_all(&self);
  hwp_columns_clear(&self.table);
  hw_name_index_clear(&index);
  return status;
}

hw_status hw_specimen_list_read(const char *path, int32_t n_remains, const hw_remains *remains,
                                hw_specimen_list *out, hw_err *err) {
  return read_list(path, NULL, 0, path, n_remains, remains, out, err);
}

hw_status hw_specimen_list_parse(const char *bytes, size_t n_bytes, const char *name,
                                 int32_t n_remains, const hw_remains *remains,
                                 hw_specimen_list *out, hw_err *err) {
  return read_list(NULL, bytes, n_bytes, name, n_remains, remains, out, err);
}

void hw_specimen_list_clear(hw_specimen_list *self) {
  hw_arena_clear(&self->arena);
  *self = (hw_specimen_list){0};
}

hw_status hw_specimen_list_of_remains(int32_t n_remains, const hw_remains *remains,
                                      hw_specimen_list *out, hw_err *err) {
  *out = (hw_specimen_list){0};
  const size_t n = (size_t)n_remains;
  out->specimens = hw_arena_alloc_array(&out->arena, n, sizeof *out->specimens);
  int32_t *profiles = hw_arena_alloc_array(&out->arena, n, sizeof *profiles);
  if (out->specimens == NULL || profiles == NULL) return HW_NO_MEMORY(err, "the specimens");
  for (int32_t i = 0; i < n_remains; i++) {
    profiles[i] = i;
    hw_specimen_init(&out->specimens[i], remains[i].id);
    out->specimens[i].profiles = &profiles[i];
    out->specimens[i].n_profiles = 1;
  }
  out->n = out->capacity = n_remains;
  return HW_OK;
}
