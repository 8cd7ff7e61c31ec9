/* Profiles from tables by a column map.
 *
 * The map's fields of a profile are either known columns or markers; which, is
 * asked once for each line of the map and kept as its target. A row then fills
 * the sink that all readers of profiles end in, so that one cell means the same
 * with a map and without. */
#include "app/mapped_profiles.h"

#include <stdlib.h>
#include <string.h>

#include "app/kind_table.h"
#include "app/profile_sink.h"
#include "base/check.h"

/* What a line of the map gives. */
typedef struct target {
  uint64_t map_line;
  int text;   /* one of hwp_profile_text; −1 = a marker */
  int marker; /* of the sink; −1 with a mistake that was told */
} target;

struct hwp_mapped_profiles {
  hw_import *import;
  const hw_csv *csv;
  hwp_profile_sink sink;
  target *targets;
  int n_targets, capacity, last_found;
  hw_arena cells;           /* of the row */
  const hw_mapped_row *row; /* at hand, with the values of the profile */
  int32_t first, n;
};

bool hwp_mapped_profile_has_field(const char *field) {
  hw_kind_table table;
  hw_kind_table_init(&table, HW_KIND_PROFILE);
  /* What a stored profile has and a table of results does not (its panel, its use) is no marker. */
  return hwp_profile_text_find(field) >= 0 || hw_kind_table_find(&table, field) < 0;
}

bool hwp_mapped_profile_same_field(const char *a, const char *b) {
  const int text = hwp_profile_text_find(a);
  return text >= 0 && text == hwp_profile_text_find(b);
}

/* --- mistakes --- */

static hw_status mistake_at(hwp_mapped_profiles *self, int32_t column, const char *field,
                            hw_err *mistake, hw_err *err) {
  uint64_t line = self->row->line, place = 0;
  if (column >= 0 && column < self->csv->n_fields) hw_csv_place(self->csv, column, &line, &place);
  hw_err_field(mistake, "%s", field);
  hw_err_place(mistake, NULL, line, place);
  return hw_import_mistake(self->import, mistake, err);
}

static target *find_target(hwp_mapped_profiles *self, uint64_t map_line) {
  for (int i = 0; i < self->n_targets; i++) {
    const int at = (self->last_found + 1 + i) % self->n_targets; /* rows repeat their order */
    if (self->targets[at].map_line != map_line) continue;
    self->last_found = at;
    return &self->targets[at];
  }
  return NULL;
}

/* The sink asks where the cell of a marker stands. */
static void place(const hwp_profile_sink *sink, int marker, hw_err *err) {
  const hwp_mapped_profiles *self = sink->place_context;
  uint64_t line, column;
  for (int t = 0; t < self->n_targets; t++) {
    if (self->targets[t].text >= 0 || self->targets[t].marker != marker) continue;
    for (int32_t i = self->first; i < self->first + self->n; i++) {
      const hw_mapped_value *value = &self->row->values[i];
      if (value->map_line != self->targets[t].map_line || value->column < 0) continue;
      hw_csv_place(self->csv, value->column, &line, &column);
      hw_err_place(err, NULL, line, column);
      return;
    }
  }
}

/* --- targets --- */

static hw_status grow(hwp_mapped_profiles *self, hw_err *err) {
  if (self->n_targets < self->capacity) return HW_OK;
  const int capacity = self->capacity > 0 ? 2 * self->capacity : 32;
  target *larger = realloc(self->targets, (size_t)capacity * sizeof *larger);
  if (larger == NULL) return HW_NO_MEMORY(err, "the columns");
  self->targets = larger;
  self->capacity = capacity;
  return HW_OK;
}

/* A marker that two lines of the map give would lose one of the cells. */
static hw_status refuse_twice(hwp_mapped_profiles *self, const hw_mapped_value *value,
                              uint64_t other, hw_err *err) {
  hw_err mistake = HW_ERR_INIT;
  hw_err_set(
      &mistake, HW_E_DUPLICATE,
      "lines %llu and %llu of the map give one marker: join its columns in one line (\"A\" + "
      "\"B\" -> ...)",
      (unsigned long long)other, (unsigned long long)value->map_line);
  return mistake_at(self, value->column, value->field, &mistake, err);
}

static hw_status target_of(hwp_mapped_profiles *self, const hw_mapped_value *value, target **out,
                           hw_err *err) {
  *out = find_target(self, value->map_line);
  if (*out != NULL) return HW_OK;
  target made = {.map_line = value->map_line, .text = hwp_profile_text_find(value->field)};
  HW_TRY(grow(self, err));
  if (made.text < 0) {
    HW_TRY(hwp_profile_sink_marker(&self->sink, value->field, &made.marker, err));
    for (int i = 0; i < self->n_targets && made.marker >= 0; i++)
      if (self->targets[i].text < 0 && self->targets[i].marker == made.marker) {
        HW_TRY(refuse_twice(self, value, self->targets[i].map_line, err));
        made.marker = -1;
      }
  }
  self->targets[self->n_targets] = made;
  self->last_found = self->n_targets;
  *out = &self->targets[self->n_targets++];
  return HW_OK;
}

/* --- rows --- */

static hw_status read_cell(hwp_mapped_profiles *self, const hw_mapped_value *value,
                           const char *text, int marker, bool *is_good, hw_err *err) {
  hw_err mistake = HW_ERR_INIT;
  char *cell = hw_arena_strdup(&self->cells, text);
  if (cell == NULL) return HW_NO_MEMORY(err, "a profile");
  if (hwp_call_cell(cell, self->sink.markers[marker].type, &self->sink.calls[marker], &mistake) ==
      HW_OK)
    return HW_OK;
  *is_good = false;
  return mistake_at(self, value->column, self->sink.markers[marker].name, &mistake, err);
}

hw_status hwp_mapped_profiles_put(hwp_mapped_profiles *self, const hw_mapped_row *row,
                                  const char *const *texts, int32_t first, int32_t n, hw_err *err) {
  bool is_good = true;
  self->row = row;
  self->first = first;
  self->n = n;
  hw_arena_reset(&self->cells);
  hwp_profile_sink_begin(&self->sink, row->line);
  for (int32_t i = first; i < first + n; i++) {
    target *to = NULL;
    HW_TRY(target_of(self, &row->values[i], &to, err));
    if (to->text >= 0)
      self->sink.texts[to->text] = texts[i];
    else if (to->marker >= 0)
      HW_TRY(read_cell(self, &row->values[i], texts[i], to->marker, &is_good, err));
    else
      is_good = false;
  }
  return is_good ? hwp_profile_sink_end(&self->sink, err) : HW_OK;
}

hw_status hwp_mapped_profiles_finish(hwp_mapped_profiles *self, hw_err *err) {
  return hwp_profile_sink_finish(&self->sink, err);
}

static hw_status take_markers(hwp_mapped_profiles *self, const char *const *fields, int n,
                              hw_err *err) {
  int marker;
  for (int i = 0; i < n; i++)
    if (hwp_profile_text_find(fields[i]) < 0)
      HW_TRY(hwp_profile_sink_marker(&self->sink, fields[i], &marker, err));
  return HW_OK;
}

hw_status hwp_mapped_profiles_new(hw_import *import, const hw_csv *csv, const char *const *fields,
                                  int n_fields, hwp_mapped_profiles **out, hw_err *err) {
  *out = NULL;
  hwp_mapped_profiles *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the profiles");
  self->import = import;
  self->csv = csv;
  hw_arena_init(&self->cells, 0);
  hw_status status = hwp_profile_sink_init(&self->sink, import, err);
  if (status == HW_OK) status = take_markers(self, fields, n_fields, err);
  self->sink.place = place;
  self->sink.place_context = self;
  if (status == HW_OK)
    *out = self;
  else
    hwp_mapped_profiles_delete(self);
  return status;
}

void hwp_mapped_profiles_delete(hwp_mapped_profiles *self) {
  if (self == NULL) return;
  hwp_profile_sink_clear(&self->sink);
  hw_arena_clear(&self->cells);
  free(self->targets);
  free(self);
}
