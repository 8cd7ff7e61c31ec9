/* SNP panels from their tables (include/homeward/panel.h).
 *
 * A panel is stored as the text that hw_panel_write gives: the same panel is the
 * same bytes and the same digest, however its file was laid out. Likelihoods of
 * profiles stand in the order of its markers, so that a panel is evidence: one
 * that differs, be it by a frequency, is another record under another code.
 *
 * A panel file is known by its header, "marker,chromosome,…", so that `import
 * panel` goes on reading tables of the kind `panel` (kits) as well. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "app/genetic.h"
#include "app/import.h"
#include "app/import_case.h"
#include "app/import_snp.h"
#include "base/check.h"
#include "base/str.h"

/* --- the record --- */

/* The whole text; free() it. */
static hw_status panel_text(const hw_panel *panel, char **out, hw_err *err) {
  size_t n = 0;
  *out = NULL;
  FILE *stream = open_memstream(out, &n);
  if (stream == NULL) return HW_NO_MEMORY(err, "a panel");
  hw_status status = hw_panel_write(panel, stream, err);
  if (fclose(stream) != 0 && status == HW_OK) status = HW_NO_MEMORY(err, "a panel");
  if (status == HW_OK) return HW_OK;
  free(*out);
  *out = NULL;
  return status;
}

static void tell(hw_import *import, const hw_panel *panel) {
  int32_t n_mapped = 0, n_on_x = 0;
  hw_str names = HW_STR_INIT;
  for (int32_t m = 0; m < panel->n_markers; m++) {
    n_mapped += panel->markers[m].female_cm == panel->markers[m].female_cm; /* not NaN */
    n_on_x += panel->markers[m].chromosome == HW_PANEL_X;
  }
  for (int32_t p = 0; p < panel->n_populations; p++)
    hw_str_append_format(&names, "%s%s", p > 0 ? ", " : "", panel->populations[p].name);
  hw_import_note(import,
                 "%" PRId32 " markers, %" PRId32 " of them on X; %" PRId32
                 " have a place on the genetic map; populations: %.600s",
                 panel->n_markers, n_on_x, n_mapped,
                 panel->n_populations > 0 ? hw_str_text(&names) : "none");
  hw_str_clear(&names);
}

static hw_status put_panel(hw_import *import, const hw_panel *panel, hw_arena *arena, int64_t *id,
                           hw_err *err) {
  hw_record record;
  char *text = NULL;
  hw_genetic_table table = {.text = HW_STR_INIT};
  const hw_import_options *options = import->options;
  const char *code = options->snp_panel != NULL ? options->snp_panel : hw_case_stem(import, arena);
  const char *source =
      options->frequency.source != NULL ? options->frequency.source : panel->source;
  if (code == NULL) return HW_NO_MEMORY(err, "a name");
  HW_TRY(panel_text(panel, &text, err));
  hw_record_init(&record, HW_KIND_SNP_PANEL);
  hw_record_set_text(&record, HW_FIELD_SNP_PANEL_CODE, code);
  if (panel->name[0] != '\0') hw_record_set_text(&record, HW_FIELD_SNP_PANEL_NAME, panel->name);
  if (source[0] != '\0') hw_record_set_text(&record, HW_FIELD_SNP_PANEL_SOURCE, source);
  hw_record_set_int(&record, HW_FIELD_SNP_PANEL_MARKERS, panel->n_markers);
  hw_status status = hw_genetic_set_table(&record, HW_FIELD_SNP_PANEL_TABLE,
                                          HW_FIELD_SNP_PANEL_DIGEST, text, &table, err);
  if (status == HW_OK) status = hw_import_put(import, &record, 0, err);
  *id = record.id;
  hw_str_clear(&table.text);
  free(text);
  return status;
}

/* --- which panel an investigation uses --- */

/* Population to use: the one that is asked for, or the only one; NULL = to be named later. */
static hw_status choose_population(hw_import *import, const hw_panel *panel, const char **out,
                                   hw_err *err) {
  const char *wanted = import->options->frequency.population;
  *out = wanted;
  if (wanted == NULL && panel->n_populations == 1) *out = panel->populations[0].name;
  if (wanted == NULL || hw_panel_find_population(panel, wanted) != HW_PANEL_NONE) return HW_OK;
  hw_err mistake = HW_ERR_INIT;
  (void)hw_err_set(&mistake, HW_E_REFERENCE,
                   "--population: the panel has no population \"%.60s\"; its first is \"%.60s\"",
                   wanted, panel->n_populations > 0 ? panel->populations[0].name : "");
  return hw_import_mistake(import, &mistake, err);
}

static hw_status use_panel(hw_import *import, const hw_panel *panel, int64_t id,
                           const char *population, hw_arena *arena, hw_err *err) {
  hw_record record;
  hw_store *store = import->app->store;
  HW_TRY(hw_store_get(store, HW_KIND_INVESTIGATION, import->investigation_id, arena, &record, err));
  const int64_t used = hw_record_int(&record, HW_FIELD_INVESTIGATION_SNP_PANEL);
  if (used != 0 && used != id && !import->options->use_table) {
    hw_import_note(import, "the investigation \"%s\" keeps its SNP panel: say --use to change it",
                   import->investigation);
    return HW_OK;
  }
  const char *before = hw_record_text(&record, HW_FIELD_INVESTIGATION_SNP_POPULATION);
  if (population == NULL && panel->n_populations > 1 && (used != id || before[0] == '\0'))
    hw_import_note(import, "which population's frequencies are used is still to be said: --use "
                           "--population NAME");
  if (used == id && (population == NULL || strcmp(before, population) == 0)) return HW_OK;
  if (used == id && before[0] != '\0' && !import->options->use_table) return HW_OK;
  hw_record_set_int(&record, HW_FIELD_INVESTIGATION_SNP_PANEL, id);
  if (population != NULL)
    hw_record_set_text(&record, HW_FIELD_INVESTIGATION_SNP_POPULATION, population);
  else
    hw_record_set_null(&record, HW_FIELD_INVESTIGATION_SNP_POPULATION);
  HW_TRY(hw_access_require(import->app, HW_KIND_INVESTIGATION, record.id, err));
  HW_TRY(hw_store_replace(store, &record, err));
  import->report->counts[HW_KIND_INVESTIGATION].changed++;
  hw_import_note(import, "the investigation \"%s\" uses this SNP panel from now on",
                 import->investigation);
  return HW_OK;
}

/* --- linkage disequilibrium --- */

/* Markers with a place on the map, of those the most informative at least so far apart: neighbours
 * repeat each other in people who are not related (hw_panel_thin). */
static hw_status thin(hw_import *import, hw_panel **panel, int32_t *chosen, hw_err *err) {
  const hw_panel *all = *panel;
  const char *wanted = import->options->frequency.population;
  const double cm = import->options->snp.thin_cm;
  hw_panel_spacing spacing = {.cm = cm, .population = all->n_populations == 1 ? 0 : HW_PANEL_NONE};
  hw_panel *placed = NULL, *kept = NULL;
  int32_t n = 0;
  if (wanted != NULL) spacing.population = hw_panel_find_population(all, wanted);
  for (int32_t m = 0; m < all->n_markers; m++)
    if (!isnan(all->markers[m].female_cm) &&
        (all->markers[m].chromosome == HW_PANEL_X || !isnan(all->markers[m].male_cm)))
      chosen[n++] = m;
  const int32_t n_all = all->n_markers, n_placed = n;
  hw_status status = hw_panel_select(all, n, chosen, &placed, err);
  if (status == HW_OK && n > 0) status = hw_panel_thin(placed, &spacing, chosen, &n, err);
  if (status == HW_OK) status = hw_panel_select(placed, n, chosen, &kept, err);
  hw_panel_delete(placed);
  HW_TRY(status);
  hw_import_note(import,
                 "thinned to %g cM: %" PRId32 " of %" PRId32 " markers are kept%s; %" PRId32
                 " have no place on the map",
                 cm, n, n_all,
                 spacing.population != HW_PANEL_NONE ? ", the most informative ones" : "",
                 n_all - n_placed);
  hw_panel_delete(*panel);
  *panel = kept;
  return HW_OK;
}

static hw_status thin_panel(hw_import *import, hw_panel **panel, hw_err *err) {
  if (!(import->options->snp.thin_cm > 0)) return HW_OK;
  int32_t *chosen = calloc((size_t)(*panel)->n_markers + 1, sizeof *chosen);
  if (chosen == NULL) return HW_NO_MEMORY(err, "the markers");
  const hw_status status = thin(import, panel, chosen, err);
  free(chosen);
  return status;
}

/* --- the file --- */

static hw_status put_all(hw_import *import, const hw_panel *panel, hw_err *err) {
  const char *investigation = import->options->investigation, *population = NULL;
  int64_t id = 0;
  hw_arena arena;
  HW_TRY(hw_import_investigation(import, investigation != NULL ? investigation : "main", err));
  HW_TRY(choose_population(import, panel, &population, err));
  hw_arena_init(&arena, 0);
  import->report->n_rows = panel->n_markers;
  tell(import, panel);
  hw_status status = put_panel(import, panel, &arena, &id, err);
  if (status == HW_OK) status = hw_errors_status(&import->report->errors, err);
  if (status == HW_OK) status = use_panel(import, panel, id, population, &arena, err);
  hw_arena_clear(&arena);
  return status;
}

static hw_status run(hw_import *import, hw_err *err) {
  hw_panel *panel = NULL;
  hw_err mistake = HW_ERR_INIT;
  hw_status status = hw_panel_read(import->path, &panel, &mistake);
  if (status != HW_OK) {
    HW_TRY(hwp_import_settle(import, status, &mistake, err));
    return hw_errors_status(&import->report->errors, err);
  }
  status = hwp_import_place_panel(import, &panel, err);
  if (status == HW_OK) status = hw_errors_status(&import->report->errors, err);
  if (status == HW_OK) status = thin_panel(import, &panel, err);
  if (status == HW_OK) status = put_all(import, panel, err);
  hw_panel_delete(panel);
  return status;
}

/* --- is it one --- */

/* A row without quotes has a cell; case of letters does not count. */
static bool has_cell(const char *row, size_t n, const char *cell) {
  const size_t wanted = strlen(cell);
  for (size_t at = 0; at < n;) {
    const char *comma = memchr(row + at, ',', n - at);
    const size_t length = comma != NULL ? (size_t)(comma - row) - at : n - at;
    if (length == wanted && memcmp(row + at, cell, wanted) == 0) return true;
    at += length + 1;
  }
  return false;
}

/* The first row that is no comment. */
static bool is_mine(const char *bytes, size_t n) {
  size_t at = n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  while (at < n && bytes[at] == '#') {
    const char *end = memchr(bytes + at, '\n', n - at);
    at = end != NULL ? (size_t)(end - bytes) + 1 : n;
  }
  size_t length = 0;
  while (at + length < n && bytes[at + length] != '\n' && bytes[at + length] != '\r') length++;
  return length >= 7 && memcmp(bytes + at, "marker,", 7) == 0 &&
         has_cell(bytes + at, length, "chromosome") && has_cell(bytes + at, length, "alleles");
}

static const hw_kind_id kinds[] = {HW_KIND_PANEL, HW_KIND_SNP_PANEL, HW_KIND_NONE};

const hw_importer hw_importer_panel = {
    .format = "panel",
    .brief = "SNP panels: markers, positions, alleles, map, frequencies (docs/snp-data.md)",
    .is_mine = is_mine,
    .run = run,
    .kinds = kinds,
};
