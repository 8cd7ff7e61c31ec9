/* Reading what a scrutiny needs from the database.
 *
 * Tables are read as they are used: rows of `frequency` with their frequencies, markers
 * under the name after the investigation's prefix. A table that a check flagged, or
 * whose markers do not sum to one, is left out and counted: a band over a table that
 * nobody would use tells nothing.
 *
 * An identification belongs to a pairing of the case by its person and its sample. */
#include "app/scrutiny.h"

#include <string.h>

#include "base/check.h"

/* A list of things in an arena. */
typedef struct list {
  void *items;
  size_t n, capacity;
} list;

static void *append(hw_arena *arena, list *self, size_t size, hw_err *err) {
  if (self->n == self->capacity) {
    const size_t capacity = self->capacity > 0 ? 2 * self->capacity : 16;
    char *larger = hw_arena_alloc_array(arena, capacity, size);
    if (larger == NULL) {
      (void)HW_NO_MEMORY(err, "what a scrutiny needs");
      return NULL;
    }
    if (self->n > 0) memcpy(larger, self->items, self->n * size);
    self->items = larger;
    self->capacity = capacity;
  }
  return (char *)self->items + size * self->n++;
}

/* ---- tables ------------------------------------------------------------------ */

typedef struct reader {
  hw_app *app;
  const hw_stored_case *stored;
  hw_scrutiny_input *out;
  hw_arena scratch;
  hw_err *err;
} reader;

/* The name that an investigation's own marker had in its file. */
static const char *marker_name(reader *self, int64_t marker) {
  hw_record record;
  if (hw_store_get(self->app->store, HW_KIND_MARKER, marker, &self->scratch, &record, self->err) !=
      HW_OK)
    return NULL;
  const char *code = hw_record_text(&record, HW_FIELD_MARKER_CODE);
  const char *slash = strrchr(code, '/');
  return slash != NULL && slash[1] != '\0' ? slash + 1 : code;
}

/* A marker of the table being read. */
typedef struct table_marker {
  int64_t id;
  const char *name;
  int32_t two_n;
} table_marker;

static int32_t sample_size(const hw_record *row, int64_t n_persons) {
  int64_t two_n = hw_record_int(row, HW_FIELD_FREQUENCY_MARKER_TWO_N);
  if (two_n <= 0) two_n = 2 * n_persons;
  return two_n > 0 && two_n <= INT32_MAX ? (int32_t)two_n : 0;
}

static hw_status read_markers(reader *self, int64_t table, int64_t n_persons, list *out) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  const hw_value key = hw_value_int(table);
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_FREQUENCY_MARKER, HW_FIELD_FREQUENCY_MARKER_TABLE,
                       &key, &scan, self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    table_marker *marker = append(&self->scratch, out, sizeof *marker, self->err);
    if (marker == NULL) {
      status = HW_E_NO_MEMORY;
      break;
    }
    *marker = (table_marker){.id = hw_record_int(row, HW_FIELD_FREQUENCY_MARKER_MARKER),
                             .two_n = sample_size(row, n_persons)};
  }
  hw_scan_done(scan);
  return status;
}

static hw_status name_markers(reader *self, list *markers) {
  table_marker *items = markers->items;
  for (size_t i = 0; i < markers->n; i++) {
    items[i].name = marker_name(self, items[i].id);
    if (items[i].name == NULL) return self->err != NULL ? self->err->status : HW_E_REFERENCE;
  }
  return HW_OK;
}

static const table_marker *find_marker(const list *markers, int64_t id) {
  const table_marker *items = markers->items;
  for (size_t i = 0; i < markers->n; i++)
    if (items[i].id == id) return &items[i];
  return NULL;
}

static hw_status read_entries(reader *self, int64_t table, const list *markers, list *out) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  const hw_value key = hw_value_int(table);
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_FREQUENCY, HW_FIELD_FREQUENCY_TABLE, &key, &scan,
                       self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    const table_marker *marker =
        find_marker(markers, hw_record_int(row, HW_FIELD_FREQUENCY_MARKER));
    if (row->withdrawn != NULL || marker == NULL) continue;
    hw_frequency_entry *entry = append(&self->scratch, out, sizeof *entry, self->err);
    char *allele = hw_arena_strdup(&self->scratch, hw_record_text(row, HW_FIELD_FREQUENCY_ALLELE));
    if (entry == NULL || allele == NULL) {
      status = HW_NO_MEMORY(self->err, "a frequency table");
      break;
    }
    *entry = (hw_frequency_entry){.marker = marker->name,
                                  .allele = allele,
                                  .frequency = hw_record_real(row, HW_FIELD_FREQUENCY_FREQUENCY),
                                  .two_n = marker->two_n};
  }
  hw_scan_done(scan);
  return status;
}

/* A table that cannot be used as it stands is counted. */
static hw_status read_table(reader *self, int64_t id) {
  hw_record record;
  list markers = {0}, entries = {0};
  hw_frequency_table *table = NULL;
  hw_err refused = HW_ERR_INIT;
  hw_scrutiny_input *out = self->out;
  hw_arena_reset(&self->scratch);
  HW_TRY(hw_store_get(self->app->store, HW_KIND_FREQUENCY_TABLE, id, &self->scratch, &record,
                      self->err));
  const char *code =
      hw_arena_strdup(&out->arena, hw_record_text(&record, HW_FIELD_FREQUENCY_TABLE_CODE));
  if (code == NULL) return HW_NO_MEMORY(self->err, "a frequency table");
  HW_TRY(read_markers(self, id, hw_record_int(&record, HW_FIELD_FREQUENCY_TABLE_N), &markers));
  HW_TRY(name_markers(self, &markers));
  HW_TRY(read_entries(self, id, &markers, &entries));
  const bool is_flagged =
      strcmp(hw_record_text(&record, HW_FIELD_FREQUENCY_TABLE_STATUS), "accepted") != 0;
  hw_status status = HW_E_VALUE;
  if (!is_flagged && entries.n > 0)
    status = hw_frequency_table_new(entries.items, entries.n, code, NULL, &table, &refused);
  if (status == HW_E_NO_MEMORY) return HW_NO_MEMORY(self->err, "a frequency table");
  if (status != HW_OK) {
    out->n_flagged++;
    return HW_OK;
  }
  out->owned[out->n_tables] = table;
  out->tables[out->n_tables++] = (hw_scrutiny_table){code, table};
  return HW_OK;
}

static hw_status list_tables(reader *self, list *ids) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  HW_TRY(hw_store_scan_from(self->app->store, HW_KIND_FREQUENCY_TABLE, 0, &scan, self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL || row->id == self->stored->table) continue;
    int64_t *id = append(&self->out->arena, ids, sizeof *id, self->err);
    if (id == NULL) {
      status = HW_E_NO_MEMORY;
      break;
    }
    *id = row->id;
  }
  hw_scan_done(scan);
  return status;
}

static hw_status read_tables(reader *self) {
  list ids = {0};
  hw_scrutiny_input *out = self->out;
  HW_TRY(list_tables(self, &ids));
  out->tables = hw_arena_alloc_array(&out->arena, ids.n + 1, sizeof *out->tables);
  out->owned = hw_arena_alloc_array(&out->arena, ids.n + 1, sizeof(hw_frequency_table *));
  if (out->tables == NULL || out->owned == NULL)
    return HW_NO_MEMORY(self->err, "the frequency tables");
  const int64_t *items = ids.items;
  for (size_t i = 0; i < ids.n; i++) HW_TRY(read_table(self, items[i]));
  return HW_OK;
}

/* Sizes of the samples behind the investigation's own table. */
static hw_status read_sizes(reader *self) {
  const hw_case *problem = &self->stored->problem;
  hw_scrutiny_input *out = self->out;
  hw_record record;
  list markers = {0};
  out->two_n =
      hw_arena_alloc_array(&out->arena, (size_t)problem->n_markers + 1, sizeof *out->two_n);
  if (out->two_n == NULL) return HW_NO_MEMORY(self->err, "the markers");
  if (self->stored->table == 0) return HW_OK;
  hw_arena_reset(&self->scratch);
  HW_TRY(hw_store_get(self->app->store, HW_KIND_FREQUENCY_TABLE, self->stored->table,
                      &self->scratch, &record, self->err));
  HW_TRY(read_markers(self, self->stored->table, hw_record_int(&record, HW_FIELD_FREQUENCY_TABLE_N),
                      &markers));
  for (int32_t m = 0; m < problem->n_markers; m++) {
    const table_marker *marker = find_marker(&markers, self->stored->marker[m]);
    if (marker != NULL) out->two_n[m] = marker->two_n;
  }
  return HW_OK;
}

/* ---- identifications -------------------------------------------------------------- */

/* Places of a person and a sample in the case. */
static bool find_pair(const hw_stored_case *stored, int64_t person, int64_t sample,
                      hw_standing_pair *out) {
  const hw_case *problem = &stored->problem;
  out->remains = -1;
  for (int32_t r = 0; r < problem->n_remains && out->remains < 0; r++)
    if (stored->remains_sample[r] == sample) out->remains = r;
  for (int32_t f = 0; out->remains >= 0 && f < problem->n_families; f++)
    for (int32_t k = 0; k < problem->families[f].n_missing; k++) {
      if (stored->family_person[f][problem->families[f].missing[k]] != person) continue;
      out->family = f;
      out->missing = k;
      return true;
    }
  return false;
}

static bool does_stand(const char *state) {
  return strcmp(state, "candidate") == 0 || strcmp(state, "reviewed") == 0 ||
         strcmp(state, "confirmed") == 0;
}

static hw_status read_identifications(reader *self) {
  hw_scrutiny_input *out = self->out;
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  list pairs = {0};
  HW_TRY(hw_store_scan_from(self->app->store, HW_KIND_IDENTIFICATION, 0, &scan, self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    const char *state = hw_record_text(row, HW_FIELD_IDENTIFICATION_STATE);
    hw_standing_pair pair = {0};
    if (row->withdrawn != NULL || !does_stand(state)) continue;
    if (!find_pair(self->stored, hw_record_int(row, HW_FIELD_IDENTIFICATION_PERSON),
                   hw_record_int(row, HW_FIELD_IDENTIFICATION_SAMPLE), &pair)) {
      out->n_elsewhere++;
      continue;
    }
    pair.code = hw_arena_strdup(&out->arena, hw_record_text(row, HW_FIELD_IDENTIFICATION_CODE));
    pair.state = hw_arena_strdup(&out->arena, state);
    hw_standing_pair *item = append(&out->arena, &pairs, sizeof *item, self->err);
    if (item == NULL || pair.code == NULL || pair.state == NULL) {
      status = HW_NO_MEMORY(self->err, "the identifications");
      break;
    }
    *item = pair;
  }
  hw_scan_done(scan);
  out->pairs = pairs.items;
  out->n_pairs = (int32_t)pairs.n;
  return status;
}

hw_status hw_scrutiny_input_load(hw_app *app, const hw_stored_case *stored, hw_scrutiny_input *out,
                                 hw_err *err) {
  hw_err own = HW_ERR_INIT;
  reader self = {.app = app, .stored = stored, .out = out, .err = &own};
  *out = (hw_scrutiny_input){0};
  hw_arena_init(&out->arena, 0);
  hw_arena_init(&self.scratch, 0);
  hw_status status = read_tables(&self);
  if (status == HW_OK) status = read_sizes(&self);
  if (status == HW_OK) status = read_identifications(&self);
  hw_arena_clear(&self.scratch);
  if (status != HW_OK && err != NULL) *err = own;
  return status;
}

void hw_scrutiny_input_clear(hw_scrutiny_input *self) {
  for (int32_t i = 0; i < self->n_tables; i++) hw_frequency_table_delete(self->owned[i]);
  hw_arena_clear(&self->arena);
  *self = (hw_scrutiny_input){0};
}
