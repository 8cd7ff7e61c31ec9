/* Profiles as tables, wide and long, that import as they were exported.
 *
 * The wide table has a column for every marker of any panel, in the order in which
 * the panels come. The long one has a row for every typed marker; the first profile
 * of a panel has rows for the others as well, so that an import makes the same panel,
 * and a profile without results has one row, so that it is not lost. Genotypes are
 * written with both alleles, so that no rule for single ones is needed to read them. */
#include <stdlib.h>
#include <string.h>

#include "app/profile_view.h"
#include "base/check.h"
#include "formats/csv_write.h"

/* --- cells --- */

/* Signs that part alleles in a cell (profile_call.c): an allele that has one cannot be written. */
static bool is_plain(const char *text, int n) {
  for (int i = 0; i < n; i++)
    if (strchr("/|", text[i]) != NULL) return false;
  return true;
}

static hw_status put_cell(const hwp_profile_view *view, int marker, hw_str *out, hw_err *err) {
  const char *at = view->seen[marker];
  hw_seen seen;
  bool has_more;
  out->length = 0;
  hw_status status = hw_observation_next(&at, &seen, &has_more, err);
  if (status != HW_OK) {
    hw_err_while(err, "reading the profile %s", view->texts[HWP_PROFILE_CODE]);
    return status;
  }
  if (seen.kind == HW_SEEN_SET) hw_str_append(out, "{");
  for (int i = 0; i < seen.n; i++) {
    if (!is_plain(seen.alleles[i].text, seen.alleles[i].n))
      return hw_err_set(err, HW_E_VALUE,
                        "profile %s, %s: the allele \"%.*s\" holds a sign that parts alleles in "
                        "tables: export the records themselves ('homeward export profiles')",
                        view->texts[HWP_PROFILE_CODE], view->marker_names[marker],
                        seen.alleles[i].n, seen.alleles[i].text);
    if (i > 0) hw_str_append(out, "/");
    hw_str_append_bytes(out, seen.alleles[i].text, (size_t)seen.alleles[i].n);
  }
  if (seen.kind == HW_SEEN_PARTIAL) hw_str_append(out, "/?");
  if (seen.kind == HW_SEEN_SET) hw_str_append(out, "}");
  hw_str_append(out, "");
  return hw_str_status(out) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "a cell");
}

static void write_texts(hw_csv_writer *csv, const hwp_profile_view *view) {
  for (int t = 0; t < HWP_PROFILE_TEXTS; t++) hw_csv_write_text(csv, view->texts[t]);
}

static void write_text_names(hw_csv_writer *csv) {
  for (int t = 0; t < HWP_PROFILE_TEXTS; t++)
    hw_csv_write_text(csv, hwp_profile_text_name((hwp_profile_text)t));
}

static void remark_left_out(hw_export *export, const hwp_profile_views *views) {
  if (views->n_withdrawn > 0)
    hwp_export_remark(export, "%lld withdrawn profiles are left out",
                      (long long)views->n_withdrawn);
  if (views->n_consensus > 0)
    hwp_export_remark(export,
                      "%lld consensus profiles are left out: --consensus makes them again from "
                      "their replicates",
                      (long long)views->n_consensus);
  if (views->n_families > 0)
    hwp_export_remark(export, "%lld profiles are of persons in several families: one is named",
                      (long long)views->n_families);
}

/* --- wide --- */

/* The columns: markers of all panels. */
typedef struct column_list {
  int n, capacity;
  int64_t *markers;
  int *cells; /* of the profile in hand: index in its panel, or −1 */
} column_list;

static hw_status add_column(column_list *self, int64_t marker, hw_err *err) {
  for (int i = 0; i < self->n; i++)
    if (self->markers[i] == marker) return HW_OK;
  if (self->n == self->capacity) {
    const int capacity = self->capacity > 0 ? 2 * self->capacity : 64;
    size_t bytes;
    void *larger = hw_mul_size((size_t)capacity, sizeof *self->markers, &bytes)
                       ? realloc(self->markers, bytes)
                       : NULL;
    if (larger == NULL) return HW_NO_MEMORY(err, "the columns");
    self->markers = larger;
    larger = realloc(self->cells, (size_t)capacity * sizeof *self->cells);
    if (larger == NULL) return HW_NO_MEMORY(err, "the columns");
    self->cells = larger;
    self->capacity = capacity;
  }
  self->markers[self->n++] = marker;
  return HW_OK;
}

/* A first pass over the profiles finds the panels. */
static hw_status collect_columns(hw_export *export, column_list *out, hw_err *err) {
  hwp_profile_views views;
  const hwp_profile_view *view = NULL;
  const hw_panel *last = NULL;
  hw_status status = hwp_profile_views_open(&views, export, false, err);
  while (status == HW_OK && (status = hwp_profile_views_next(&views, &view, err)) == HW_OK &&
         view != NULL) {
    if (last != NULL && last->id == view->panel->id) continue;
    last = view->panel;
    for (int m = 0; status == HW_OK && m < view->panel->n; m++)
      status = add_column(out, view->panel->markers[m], err);
  }
  hwp_profile_views_close(&views);
  return status;
}

static hw_status write_wide_header(hw_export *export, const column_list *columns,
                                   hw_csv_writer *csv, hw_err *err) {
  write_text_names(csv);
  for (int i = 0; i < columns->n; i++) {
    hw_str name = HW_STR_INIT;
    hw_status status =
        hw_store_code(export->app->store, HW_KIND_MARKER, columns->markers[i], &name, err);
    hw_csv_write_text(csv, hw_str_text(&name));
    hw_str_clear(&name);
    HW_TRY(status);
  }
  hw_csv_write_end_row(csv);
  return HW_OK;
}

static hw_status write_wide_row(const hwp_profile_view *view, column_list *columns, hw_str *cell,
                                hw_csv_writer *csv, hw_err *err) {
  write_texts(csv, view);
  for (int i = 0; i < columns->n; i++) columns->cells[i] = -1;
  for (int m = 0, at = 0; m < view->panel->n && columns->n > 0; m++) {
    /* Markers of a panel mostly follow one another. */
    for (int i = 0; i < columns->n; i++, at++)
      if (columns->markers[at % columns->n] == view->panel->markers[m]) break;
    columns->cells[at % columns->n] = m;
  }
  for (int i = 0; i < columns->n; i++) {
    if (columns->cells[i] < 0 || view->seen[columns->cells[i]][0] == '\0') {
      hw_csv_write_text(csv, NULL);
      continue;
    }
    HW_TRY(put_cell(view, columns->cells[i], cell, err));
    hw_csv_write_text(csv, hw_str_text(cell));
  }
  hw_csv_write_end_row(csv);
  return HW_OK;
}

static hw_status write_wide(hw_export *export, column_list *columns, hw_csv_writer *csv,
                            hw_err *err) {
  hwp_profile_views views;
  const hwp_profile_view *view = NULL;
  hw_str cell = HW_STR_INIT;
  HW_TRY(write_wide_header(export, columns, csv, err));
  hw_status status = hwp_profile_views_open(&views, export, false, err);
  while (status == HW_OK && (status = hwp_profile_views_next(&views, &view, err)) == HW_OK &&
         view != NULL) {
    status = write_wide_row(view, columns, &cell, csv, err);
    export->report->n_rows++;
  }
  if (status == HW_OK) remark_left_out(export, &views);
  hwp_profile_views_close(&views);
  hw_str_clear(&cell);
  return status;
}

static hw_status finish(hw_csv_writer *csv, hw_status status, hw_err *err) {
  hw_status end = hw_csv_write_finish(csv, status == HW_OK ? err : NULL);
  return status != HW_OK ? status : end;
}

static hw_status run_wide(hw_export *export, hw_err *err) {
  column_list columns = {0};
  hw_csv_writer csv;
  hw_csv_write_init_file(&csv, export->out, ',');
  hw_status status = collect_columns(export, &columns, err);
  if (status == HW_OK) status = write_wide(export, &columns, &csv, err);
  status = finish(&csv, status, err);
  free(columns.markers);
  free(columns.cells);
  return status;
}

/* --- long --- */

/* All markers of a panel where `is_first` of it, so that an import makes the same panel. */
static hw_status write_long_rows(hw_export *export, const hwp_profile_view *view, bool is_first,
                                 hw_str *cell, hw_csv_writer *csv, hw_err *err) {
  bool is_empty = true;
  for (int m = 0; m < view->panel->n; m++) {
    const bool is_last = m + 1 == view->panel->n;
    if (view->seen[m][0] == '\0' && !is_first && !(is_last && is_empty)) continue;
    is_empty = false;
    write_texts(csv, view);
    hw_csv_write_text(csv, view->marker_names[m]);
    HW_TRY(put_cell(view, m, cell, err));
    hw_csv_write_text(csv, cell->length > 0 ? hw_str_text(cell) : NULL);
    hw_csv_write_end_row(csv);
    export->report->n_rows++;
  }
  return HW_OK;
}

static hw_status write_long(hw_export *export, hw_csv_writer *csv, hw_err *err) {
  hwp_profile_views views;
  const hwp_profile_view *view = NULL;
  hw_str cell = HW_STR_INIT;
  write_text_names(csv);
  hw_csv_write_text(csv, "marker");
  hw_csv_write_text(csv, "alleles");
  hw_csv_write_end_row(csv);
  int n_panels = 0;
  hw_status status = hwp_profile_views_open(&views, export, false, err);
  while (status == HW_OK && (status = hwp_profile_views_next(&views, &view, err)) == HW_OK &&
         view != NULL) {
    status = write_long_rows(export, view, views.n_panels > n_panels, &cell, csv, err);
    n_panels = views.n_panels;
  }
  if (status == HW_OK) remark_left_out(export, &views);
  hwp_profile_views_close(&views);
  hw_str_clear(&cell);
  return status;
}

static hw_status run_long(hw_export *export, hw_err *err) {
  hw_csv_writer csv;
  hw_csv_write_init_file(&csv, export->out, ',');
  return finish(&csv, write_long(export, &csv, err), err);
}

const hw_exporter hw_exporter_profiles_wide = {
    .format = "profiles-wide",
    .brief = "profiles as a table, one row a profile",
    .run = run_wide,
};

const hw_exporter hw_exporter_profiles_long = {
    .format = "profiles-long",
    .brief = "profiles as a table, one row a marker",
    .run = run_long,
};
