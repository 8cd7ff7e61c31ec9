/* Markers by any of their spellings, and the panels that files imply.
 *
 * Files write one marker in several ways. The keys of genetics/marker_name.h
 * make them one; the first spelling becomes the marker's code, others its
 * aliases, so that an export can be traced back to what a laboratory wrote. The
 * list is sorted by key and searched by halving: names come from outside, and
 * nobody can make that slow. */
#include "app/import_markers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/import.h"
#include "app/panels.h"
#include "base/check.h"
#include "genetics/marker_name.h"

typedef struct marker {
  char key[HW_MARKER_KEY_SIZE];
  int64_t id;
} marker;

struct hwp_marker_list {
  marker *items; /* by key */
  size_t n, capacity;
};

void hwp_marker_list_delete(hwp_marker_list *self) {
  if (self == NULL) return;
  free(self->items);
  free(self);
}

/* The key of a name; the sex marker has two names that no rule of spelling joins. */
static void key_of(const char *name, char key[HW_MARKER_KEY_SIZE]) {
  hw_marker_name_key(name, key);
  if (strcmp(key, "AMELOGENIN") == 0) key[4] = '\0';
}

/* Place of the first key that is not smaller. */
static size_t place_of(const hwp_marker_list *self, const char *key) {
  size_t low = 0, high = self->n;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (strcmp(self->items[middle].key, key) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static int64_t find(const hwp_marker_list *self, const char *key) {
  size_t at = place_of(self, key);
  return at < self->n && strcmp(self->items[at].key, key) == 0 ? self->items[at].id : 0;
}

static hw_status add(hwp_marker_list *self, const char *name, int64_t id, hw_err *err) {
  char key[HW_MARKER_KEY_SIZE];
  key_of(name, key);
  size_t at = place_of(self, key);
  if (at < self->n && strcmp(self->items[at].key, key) == 0) return HW_OK;
  if (self->n == self->capacity) {
    size_t capacity = self->capacity > 0 ? 2 * self->capacity : 64;
    marker *larger = realloc(self->items, capacity * sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(err, "the markers");
    self->items = larger;
    self->capacity = capacity;
  }
  memmove(self->items + at + 1, self->items + at, (self->n - at) * sizeof *self->items);
  memcpy(self->items[at].key, key, sizeof key);
  self->items[at].id = id;
  self->n++;
  return HW_OK;
}

/* All names of one kind: codes of markers, or aliases. */
static hw_status load_names(hwp_marker_list *self, hw_store *store, hw_kind_id kind, int name,
                            int marker_field, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  HW_TRY(hw_store_scan(store, kind, -1, NULL, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    int64_t id = marker_field < 0 ? row->id : hw_record_int(row, marker_field);
    status = add(self, hw_record_text(row, name), id, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

static hw_status load(hw_import *import, hw_err *err) {
  if (import->markers != NULL) return HW_OK;
  import->markers = calloc(1, sizeof *import->markers);
  if (import->markers == NULL) return HW_NO_MEMORY(err, "the markers");
  hw_store *store = import->app->store;
  HW_TRY(load_names(import->markers, store, HW_KIND_MARKER, HW_FIELD_MARKER_CODE, -1, err));
  return load_names(import->markers, store, HW_KIND_MARKER_ALIAS, HW_FIELD_MARKER_ALIAS_ALIAS,
                    HW_FIELD_MARKER_ALIAS_MARKER, err);
}

/* --- making --- */

/* What a marker's name tells of it. */
static void guess(hw_record *record, const char *key) {
  const char *type = "str", *chromosome = NULL;
  if (strcmp(key, "AMEL") == 0) type = "sex";
  if (strncmp(key, "RS", 2) == 0 && key[2] >= '0' && key[2] <= '9') type = "snp";
  if (strncmp(key, "DYS", 3) == 0 || strncmp(key, "DYF", 3) == 0) chromosome = "Y";
  if (strncmp(key, "DXS", 3) == 0) chromosome = "X";
  hw_record_set_text(record, HW_FIELD_MARKER_TYPE, type);
  hw_record_set_text(record, HW_FIELD_MARKER_CHROMOSOME, chromosome);
}

static hw_status keep_alias(hw_import *import, const char *name, int64_t id, hw_err *err) {
  int64_t known = 0;
  hw_store *store = import->app->store;
  HW_TRY(hw_store_find_code(store, HW_KIND_MARKER, name, &known, err));
  if (known == 0) HW_TRY(hw_store_find_code(store, HW_KIND_MARKER_ALIAS, name, &known, err));
  if (known != 0) return HW_OK;
  hw_record alias;
  hw_record_init(&alias, HW_KIND_MARKER_ALIAS);
  hw_record_set_text(&alias, HW_FIELD_MARKER_ALIAS_ALIAS, name);
  hw_record_set_int(&alias, HW_FIELD_MARKER_ALIAS_MARKER, id);
  return hw_import_put(import, &alias, 0, err);
}

hw_status hw_import_find_marker(hw_import *self, const char *name, int64_t *id, hw_err *err) {
  char key[HW_MARKER_KEY_SIZE];
  *id = 0;
  HW_TRY(load(self, err));
  key_of(name, key);
  if (key[0] != '\0') *id = find(self->markers, key);
  return HW_OK;
}

hw_status hw_import_know_marker(hw_import *self, const char *name, int64_t id, hw_err *err) {
  HW_TRY(load(self, err));
  return add(self->markers, name, id, err);
}

hw_status hw_import_marker(hw_import *self, const char *name, int64_t *id, hw_err *err) {
  char key[HW_MARKER_KEY_SIZE];
  *id = 0;
  HW_TRY(load(self, err));
  key_of(name, key);
  if (key[0] == '\0') {
    hw_err mistake = HW_ERR_INIT;
    hw_err_set(&mistake, HW_E_VALUE, "a marker has no name");
    return hw_import_mistake(self, &mistake, err);
  }
  *id = find(self->markers, key);
  if (*id != 0) return keep_alias(self, name, *id, err);
  hw_record record;
  hw_record_init(&record, HW_KIND_MARKER);
  hw_record_set_text(&record, HW_FIELD_MARKER_CODE, name);
  guess(&record, key);
  HW_TRY(hw_import_put(self, &record, 0, err));
  *id = record.id;
  return *id != 0 ? add(self->markers, name, *id, err) : HW_OK;
}

/* --- panels --- */

hw_status hw_import_panel(hw_import *self, int n, const int64_t *markers, int64_t *panel,
                          hw_err *err) {
  bool is_new = false;
  HW_TRY(hw_stored_panel_layout(self->app, n, markers, panel, &is_new, err));
  if (!is_new) return HW_OK;
  self->report->counts[HW_KIND_PANEL].added++;
  self->report->counts[HW_KIND_PANEL_MARKER].added += n;
  return HW_OK;
}
