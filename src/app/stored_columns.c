/* Which markers stand where: columns of panels, and linked groups.
 *
 * A profile's observations stand in the order of its panel, a case's in the order
 * of its table; a panel's columns are looked up once. Markers that a panel has and
 * the table lacks are not compared, and told once for all profiles. */
#include <stdlib.h>
#include <string.h>

#include "app/stored_case_int.h"
#include "base/check.h"

/* --- columns of panels --- */

/* The place of a panel among those that are known. */
static int32_t panel_place(const hwp_loader *self, int64_t id) {
  int32_t low = 0, high = self->n_panels;
  while (low < high) {
    int32_t middle = low + (high - low) / 2;
    if (self->panels[middle].id < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* A marker that the table lacks is told once; sex markers are not expected there. */
static hw_status note_marker(hwp_loader *self, int64_t marker) {
  hw_record record;
  int64_t entry = 0;
  for (int32_t i = 0; i < self->lacking.n; i++)
    if (self->lacking.items[i] == marker) return HW_OK;
  HW_TRY(hwp_load_get(self, HW_KIND_MARKER, marker, &entry, &record));
  const char *type = hw_record_text(&record, HW_FIELD_MARKER_TYPE);
  int chromosome = hwp_load_chromosome(hw_record_text(&record, HW_FIELD_MARKER_CHROMOSOME));
  if (strcmp(type, "sex") == 0 || strcmp(type, "mt") == 0 || chromosome < 0) return HW_OK;
  return hwp_ids_add(self, &self->scratch, &self->lacking, marker);
}

static hw_status list_columns(hwp_loader *self, int64_t id, hwp_ids *out) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(id);
  HW_TRY(hw_store_scan_key(self->store, HW_KIND_PANEL_MARKER, 1, &key, &scan, self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    status =
        hwp_ids_add(self, &self->scratch, out, hw_record_int(row, HW_FIELD_PANEL_MARKER_MARKER));
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

static hw_status insert_panel(hwp_loader *self, int32_t at, hwp_panel panel) {
  if (self->n_panels == self->panel_capacity) {
    int32_t capacity = self->panel_capacity > 0 ? 2 * self->panel_capacity : 16;
    hwp_panel *larger = hwp_load_alloc(self, &self->scratch, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_E_NO_MEMORY;
    if (self->n_panels > 0) memcpy(larger, self->panels, (size_t)self->n_panels * sizeof *larger);
    self->panels = larger;
    self->panel_capacity = capacity;
  }
  memmove(self->panels + at + 1, self->panels + at,
          (size_t)(self->n_panels - at) * sizeof *self->panels);
  self->panels[at] = panel;
  self->n_panels++;
  return HW_OK;
}

hw_status hwp_load_panel(hwp_loader *self, int64_t panel, const hwp_panel **out) {
  int32_t at = panel_place(self, panel);
  if (at == self->n_panels || self->panels[at].id != panel) {
    hwp_ids markers = {0};
    HW_TRY(list_columns(self, panel, &markers));
    hwp_panel made = {.id = panel, .n = markers.n};
    made.column = hwp_load_alloc(self, &self->scratch, (size_t)made.n, sizeof *made.column);
    if (made.column == NULL) return HW_E_NO_MEMORY;
    for (int i = 0; i < made.n; i++) {
      made.column[i] = hwp_load_column(self, markers.items[i]);
      if (made.column[i] < 0) HW_TRY(note_marker(self, markers.items[i]));
    }
    HW_TRY(insert_panel(self, at, made));
  }
  *out = &self->panels[at];
  return HW_OK;
}

/* --- linkage --- */

typedef struct linked {
  int64_t group, rank;
  int32_t column;
  double recombination; /* NaN = not stated */
} linked;

static int compare_linked(const void *a, const void *b) {
  const linked *x = a, *y = b;
  if (x->group != y->group) return x->group < y->group ? -1 : 1;
  return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static hw_status list_linked(hwp_loader *self, linked *out, int32_t *n) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(self->out->investigation);
  HW_TRY(hw_store_scan(self->store, HW_KIND_LINKAGE, HW_FIELD_LINKAGE_INVESTIGATION, &key, &scan,
                       self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    hwp_load_entry(self, row, &self->out->table_entry);
    int32_t column = hwp_load_column(self, hw_record_int(row, HW_FIELD_LINKAGE_MARKER));
    if (row->withdrawn != NULL || column < 0) continue;
    if (*n == self->n_markers) {
      status = hw_err_set(self->err, HW_E_DUPLICATE,
                          "investigation '%s' has more linked markers than its table has markers: "
                          "a marker stands in two groups",
                          self->out->problem.id);
      break;
    }
    out[(*n)++] = (linked){hw_record_int(row, HW_FIELD_LINKAGE_GROUP),
                           hw_record_int(row, HW_FIELD_LINKAGE_RANK), column,
                           hw_record_real(row, HW_FIELD_LINKAGE_RECOMBINATION)};
  }
  hw_scan_done(scan);
  return status;
}

static hw_status check_group(hwp_loader *self, const linked *items, int32_t n, bool *is_taken) {
  for (int32_t i = 0; i < n; i++) {
    const char *name = self->markers[items[i].column].marker.name;
    if (is_taken[items[i].column])
      return hw_err_set(self->err, HW_E_DUPLICATE,
                        "investigation '%s': marker '%s' stands in two linkage groups",
                        self->out->problem.id, name);
    is_taken[items[i].column] = true;
    if (i + 1 < n && !(items[i].recombination >= 0 && items[i].recombination <= 0.5))
      return hw_err_set(self->err, HW_E_VALUE,
                        "investigation '%s': marker '%s' of a linkage group needs a recombination "
                        "fraction of 0 to 0.5 to the next one",
                        self->out->problem.id, name);
  }
  return HW_OK;
}

static hw_status take_group(hwp_loader *self, const linked *items, int32_t n, hw_linkage *out) {
  int32_t *markers = hwp_load_alloc(self, self->keep, (size_t)n, sizeof *markers);
  double *recombination = hwp_load_alloc(self, self->keep, (size_t)n, sizeof *recombination);
  if (markers == NULL || recombination == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < n; i++) {
    markers[i] = items[i].column;
    if (i + 1 < n) recombination[i] = items[i].recombination;
  }
  *out = (hw_linkage){.n_markers = n, .markers = markers, .recombination = recombination};
  return HW_OK;
}

hw_status hwp_load_linkage(hwp_loader *self) {
  size_t most = (size_t)self->n_markers;
  linked *items = hwp_load_alloc(self, &self->scratch, most, sizeof *items);
  bool *is_taken = hwp_load_alloc(self, &self->scratch, most, sizeof *is_taken);
  hw_linkage *groups = hwp_load_alloc(self, self->keep, most, sizeof *groups);
  if (items == NULL || is_taken == NULL || groups == NULL) return HW_E_NO_MEMORY;
  int32_t n = 0;
  HW_TRY(list_linked(self, items, &n));
  if (n > 0) qsort(items, (size_t)n, sizeof *items, compare_linked);
  hw_case *problem = &self->out->problem;
  for (int32_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && items[end].group == items[i].group;) end++;
    HW_TRY(check_group(self, items + i, end - i, is_taken));
    if (end - i >= 2) HW_TRY(take_group(self, items + i, end - i, &groups[problem->n_linkages++]));
  }
  problem->linkages = groups;
  return HW_OK;
}
