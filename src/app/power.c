/* Panels and availability for the power of a file.
 *
 * A family or person may carry a colon or a comma in its name, so FAMILY:PERSON is found
 * by trying all families whose name stands before a colon; a name with a comma cannot
 * be given in a list. */
#include "app/power.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/panels.h"
#include "base/check.h"
#include "base/number.h"
#include "formats/csv.h"

void hw_power_inputs_clear(hw_power_inputs *self) {
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}

/* --- panels ---------------------------------------------------------------- */

static hw_power_panel *find_panel(hw_power_inputs *self, const char *name, size_t length) {
  for (int32_t p = 0; p < self->n_panels; p++)
    if (strlen(self->panels[p].name) == length && memcmp(self->panels[p].name, name, length) == 0)
      return &self->panels[p];
  return NULL;
}

static hw_status add_panel(hw_power_inputs *self, const hw_case *problem, const char *name,
                           hw_power_panel **out, hw_err *err) {
  if (self->n_panels == HW_POWER_MAX_PANELS)
    return hw_err_set(err, HW_E_VALUE, "more than %d panels", HW_POWER_MAX_PANELS);
  if (self->panels == NULL) {
    self->panels = hw_arena_alloc_array(&self->arena, HW_POWER_MAX_PANELS, sizeof *self->panels);
    self->has = hw_arena_alloc_array(&self->arena, HW_POWER_MAX_PANELS, sizeof *self->has);
  }
  const char *copy = hw_arena_strdup(&self->arena, name);
  bool *has = hw_arena_alloc_array(&self->arena, (size_t)problem->n_markers + 1, sizeof *has);
  if (self->panels == NULL || self->has == NULL || copy == NULL || has == NULL)
    return HW_NO_MEMORY(err, "a panel");
  self->has[self->n_panels] = has;
  *out = &self->panels[self->n_panels++];
  **out = (hw_power_panel){.name = copy, .has = has, .cost = (double)NAN};
  return HW_OK;
}

/* Adds a marker to a panel. @return false if it has it already */
static bool add_marker(hw_power_panel *panel, int32_t marker, bool *has) {
  if (marker < 0) {
    panel->n_unknown++;
    return true;
  }
  if (has[marker]) return false;
  has[marker] = true;
  return true;
}

static int32_t find_marker(const hw_case *problem, const char *name) {
  for (int32_t m = 0; m < problem->n_markers; m++)
    if (strcmp(problem->markers[m].name, name) == 0) return m;
  return -1;
}

static bool *flags_of(hw_power_inputs *self, const hw_power_panel *panel) {
  return self->has[panel - self->panels];
}

/* --- panels from a table ---------------------------------------------------- */

typedef struct columns {
  int32_t panel, marker;
} columns;

static hw_status read_header(const hw_csv *csv, columns *out, hw_err *err) {
  out->panel = out->marker = -1;
  for (int32_t i = 0; i < csv->n_fields; i++) {
    if (strcmp(csv->fields[i], "panel") == 0) out->panel = i;
    if (strcmp(csv->fields[i], "marker") == 0) out->marker = i;
  }
  if (out->panel >= 0 && out->marker >= 0) return HW_OK;
  hw_err_set(err, HW_E_SYNTAX, "the header lacks the column '%s', expected panel,marker",
             out->panel < 0 ? "panel" : "marker");
  return HW_E_SYNTAX;
}

static hw_status read_row(hw_power_inputs *self, const hw_case *problem, const hw_csv *csv,
                          const columns *at, hw_err *err) {
  if (at->panel >= csv->n_fields || at->marker >= csv->n_fields)
    return hw_err_set(err, HW_E_SYNTAX, "%d fields, expected a panel and a marker",
                      (int)csv->n_fields);
  const char *name = csv->fields[at->panel], *marker = csv->fields[at->marker];
  if (name[0] == '\0' || marker[0] == '\0')
    return hw_err_set(err, HW_E_VALUE, "an empty %s", name[0] == '\0' ? "panel" : "marker");
  hw_power_panel *panel = find_panel(self, name, strlen(name));
  if (panel == NULL) HW_TRY(add_panel(self, problem, name, &panel, err));
  if (add_marker(panel, find_marker(problem, marker), flags_of(self, panel))) return HW_OK;
  return hw_err_set(err, HW_E_DUPLICATE, "panel '%s' has marker '%s' twice", name, marker);
}

static hw_status read_panels(hw_power_inputs *self, const hw_case *problem, hw_csv *csv,
                             const char *name, hw_err *err) {
  columns at = {-1, -1};
  bool has_row = false, has_header = false;
  hw_status status;
  while ((status = hw_csv_next(csv, &has_row, err)) == HW_OK && has_row) {
    if (csv->fields[0][0] == '#') continue;
    status = has_header ? read_row(self, problem, csv, &at, err) : read_header(csv, &at, err);
    has_header = true;
    if (status == HW_OK) continue;
    hw_err_place(err, name, csv->row_line, 0);
    return status;
  }
  if (status == HW_OK && !has_header) {
    hw_err_set(err, HW_E_SYNTAX, "the table is empty, expected the columns panel,marker");
    hw_err_place(err, name, 0, 0);
    return HW_E_SYNTAX;
  }
  return status;
}

hw_status hw_power_inputs_parse_panels(hw_power_inputs *self, const hw_case *problem,
                                       const char *bytes, size_t n_bytes, const char *name,
                                       hw_err *err) {
  hw_csv csv;
  hw_csv_init(&csv, bytes, n_bytes, 0);
  csv.path = name;
  const hw_status status = read_panels(self, problem, &csv, name, err);
  hw_csv_clear(&csv);
  return status;
}

hw_status hw_power_inputs_read_panels(hw_power_inputs *self, const hw_case *problem,
                                      const char *path, hw_err *err) {
  hw_csv csv;
  hw_status status = hw_csv_open(&csv, path, 0, err);
  if (status == HW_OK) status = read_panels(self, problem, &csv, path, err);
  hw_csv_clear(&csv);
  return status;
}

/* --- panels from the database ------------------------------------------------ */

static int32_t find_stored_marker(const hw_stored_case *stored, int64_t id) {
  for (int32_t m = 0; m < stored->problem.n_markers; m++)
    if (stored->marker[m] == id) return m;
  return -1;
}

static hw_status load_panel(hw_power_inputs *self, hw_app *app, const hw_stored_case *stored,
                            int64_t id, hw_power_panel *out, hw_err *err) {
  hw_stored_panel panel;
  HW_TRY(hw_stored_panel_read(app, id, &self->arena, &panel, err));
  for (int i = 0; i < panel.n; i++)
    (void)add_marker(out, find_stored_marker(stored, panel.markers[i]), flags_of(self, out));
  return HW_OK;
}

/* A scan may not be interleaved with another, so the panels are listed first. */
static hw_status load_panels(hw_power_inputs *self, hw_app *app, const hw_stored_case *stored,
                             hw_err *err) {
  int64_t ids[HW_POWER_MAX_PANELS];
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  const int32_t first = self->n_panels;
  hw_power_panel *panel = NULL;
  HW_TRY(hw_store_scan(app->store, HW_KIND_PANEL, -1, NULL, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    const char *kind = hw_record_text(row, HW_FIELD_PANEL_KIND);
    if (row->withdrawn != NULL || strcmp(kind, "layout") == 0) continue;
    const int32_t at = self->n_panels;
    status =
        add_panel(self, &stored->problem, hw_record_text(row, HW_FIELD_PANEL_CODE), &panel, err);
    if (status != HW_OK) break;
    ids[at] = row->id;
  }
  hw_scan_done(scan);
  for (int32_t p = first; status == HW_OK && p < self->n_panels; p++)
    status = load_panel(self, app, stored, ids[p], &self->panels[p], err);
  return status;
}

/* --- who may be sampled ------------------------------------------------------ */

static hw_status make_flags(hw_power_inputs *self, const hw_case *problem, hw_err *err) {
  if (self->flags != NULL) return HW_OK;
  const size_t n = (size_t)problem->n_families + 1;
  self->flags = hw_arena_alloc_array(&self->arena, n, sizeof *self->flags);
  if (self->flags == NULL) return HW_NO_MEMORY(err, "who may be sampled");
  self->available = (const bool *const *)self->flags;
  return HW_OK;
}

static hw_status set_unavailable(hw_power_inputs *self, const hw_case *problem, int32_t family,
                                 int32_t person, hw_err *err) {
  HW_TRY(make_flags(self, problem, err));
  const size_t n = (size_t)problem->families[family].pedigree.n_persons;
  bool **flags = &self->flags[family];
  if (*flags == NULL) {
    *flags = hw_arena_alloc_array(&self->arena, n + 1, sizeof **flags);
    if (*flags == NULL) return HW_NO_MEMORY(err, "who may be sampled");
    memset(*flags, true, n);
  }
  (*flags)[person] = false;
  return HW_OK;
}

static int compare_ids(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* Persons whose consent does not cover another sample, in the order of their records. */
static hw_status find_without_consent(hw_power_inputs *self, hw_app *app, int64_t **out, size_t *n,
                                      hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  size_t room = 0;
  *out = NULL;
  *n = 0;
  HW_TRY(hw_store_scan(app->store, HW_KIND_PERSON, -1, NULL, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    const char *consent = hw_record_text(row, HW_FIELD_PERSON_CONSENT);
    const bool is_refused = strcmp(consent, "withdrawn") == 0 || strcmp(consent, "none") == 0;
    if (row->withdrawn != NULL || !is_refused) continue;
    if (*n == room) {
      const size_t larger = room == 0 ? 64 : 2 * room;
      int64_t *grown = hw_arena_alloc_array(&self->arena, larger, sizeof *grown);
      if (grown == NULL) {
        status = HW_NO_MEMORY(err, "who gave no consent");
        break;
      }
      if (*n > 0) memcpy(grown, *out, *n * sizeof *grown);
      *out = grown;
      room = larger;
    }
    (*out)[(*n)++] = row->id;
  }
  hw_scan_done(scan);
  return status;
}

static hw_status load_consent(hw_power_inputs *self, hw_app *app, const hw_stored_case *stored,
                              hw_err *err) {
  int64_t *refused = NULL;
  size_t n = 0;
  HW_TRY(find_without_consent(self, app, &refused, &n, err));
  if (n == 0) return HW_OK;
  for (int32_t f = 0; f < stored->problem.n_families; f++)
    for (int32_t i = 0; i < stored->problem.families[f].pedigree.n_persons; i++) {
      const int64_t *id = &stored->family_person[f][i];
      size_t low = 0, high = n;
      while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare_ids(&refused[middle], id) < 0)
          low = middle + 1;
        else
          high = middle;
      }
      if (low == n || refused[low] != *id) continue;
      HW_TRY(set_unavailable(self, &stored->problem, f, i, err));
      self->n_without_consent++;
    }
  return HW_OK;
}

hw_status hw_power_inputs_load(hw_power_inputs *self, hw_app *app, const hw_stored_case *stored,
                               hw_err *err) {
  HW_TRY(load_panels(self, app, stored, err));
  return load_consent(self, app, stored, err);
}

/* FAMILY:PERSON, by trying every family. */
static bool find_person(const hw_case *problem, const char *text, size_t length, int32_t *family,
                        int32_t *person) {
  for (int32_t f = 0; f < problem->n_families; f++) {
    const hw_family *one = &problem->families[f];
    const size_t n = strlen(one->name);
    if (length < n + 2 || memcmp(text, one->name, n) != 0 || text[n] != ':') continue;
    for (int32_t i = 0; i < one->pedigree.n_persons; i++) {
      const char *id = one->pedigree.persons[i].id;
      if (strlen(id) != length - n - 1 || memcmp(id, text + n + 1, length - n - 1) != 0) continue;
      *family = f;
      *person = i;
      return true;
    }
  }
  return false;
}

hw_status hw_power_inputs_exclude(hw_power_inputs *self, const hw_case *problem, const char *list,
                                  hw_err *err) {
  for (const char *at = list;;) {
    const size_t length = strcspn(at, ",");
    int32_t family = 0, person = 0;
    if (!find_person(problem, at, length, &family, &person))
      return hw_err_set(err, HW_E_REFERENCE, "'%.*s' is no FAMILY:PERSON of this case",
                        (int)(length < 200 ? length : 200), at);
    HW_TRY(set_unavailable(self, problem, family, person, err));
    if (at[length] == '\0') return HW_OK;
    at += length + 1;
  }
}

hw_status hw_power_inputs_cost(hw_power_inputs *self, const char *list, hw_err *err) {
  for (const char *at = list;;) {
    const size_t length = strcspn(at, ","), name = strcspn(at, "=");
    char number[64];
    hw_power_panel *panel = name < length ? find_panel(self, at, name) : NULL;
    if (panel == NULL)
      return hw_err_set(err, HW_E_REFERENCE, "'%.*s' is no PANEL=NUMBER of a panel of this run",
                        (int)(length < 200 ? length : 200), at);
    snprintf(number, sizeof number, "%.*s", (int)(length - name - 1), at + name + 1);
    if (length - name - 1 >= sizeof number || !hw_number_parse(number, &panel->cost) ||
        !(panel->cost > 0.0)) {
      panel->cost = (double)NAN;
      return hw_err_set(err, HW_E_VALUE, "panel '%s' costs '%s', expected a number above zero",
                        panel->name, number);
    }
    if (at[length] == '\0') return HW_OK;
    at += length + 1;
  }
}
