/* Genetic maps from their tables (include/homeward/map.h), and panels that get places from one.
 *
 * A map is stored as hw_map_write writes it, and never changed: the places of a
 * panel's markers were taken from it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/genetic.h"
#include "app/import_case.h"
#include "app/import_snp.h"
#include "base/check.h"

/* --- the record --- */

/* The whole text; free() it. */
static hw_status map_text(const hw_map *map, char **out, hw_err *err) {
  size_t n = 0;
  *out = NULL;
  FILE *stream = open_memstream(out, &n);
  if (stream == NULL) return HW_NO_MEMORY(err, "a genetic map");
  hw_status status = hw_map_write(map, stream, err);
  if (fclose(stream) != 0 && status == HW_OK) status = HW_NO_MEMORY(err, "a genetic map");
  if (status == HW_OK) return HW_OK;
  free(*out);
  *out = NULL;
  return status;
}

static hw_status put_map(hw_import *import, const hw_map *map, hw_err *err) {
  hw_record record;
  hw_arena arena;
  char *text = NULL;
  hw_genetic_table table = {.text = HW_STR_INIT};
  const hw_import_options *options = import->options;
  const char *source = options->frequency.source != NULL ? options->frequency.source : map->source;
  hw_arena_init(&arena, 0);
  const char *code =
      options->genetic_map != NULL ? options->genetic_map : hw_case_stem(import, &arena);
  hw_status status = code != NULL ? map_text(map, &text, err) : HW_NO_MEMORY(err, "a name");
  if (status == HW_OK) {
    hw_record_init(&record, HW_KIND_GENETIC_MAP);
    hw_record_set_text(&record, HW_FIELD_GENETIC_MAP_CODE, code);
    if (source[0] != '\0') hw_record_set_text(&record, HW_FIELD_GENETIC_MAP_SOURCE, source);
    hw_record_set_text(&record, HW_FIELD_GENETIC_MAP_BUILD,
                       map->build == HW_GRCH37 ? "grch37" : "grch38");
    status = hw_genetic_set_table(&record, HW_FIELD_GENETIC_MAP_TABLE, HW_FIELD_GENETIC_MAP_DIGEST,
                                  text, &table, err);
  }
  if (status == HW_OK) status = hw_import_put(import, &record, 0, err);
  hw_str_clear(&table.text);
  free(text);
  hw_arena_clear(&arena);
  return status;
}

static hw_status run(hw_import *import, hw_err *err) {
  hw_map *map = NULL;
  hw_err mistake = HW_ERR_INIT;
  const char *investigation = import->options->investigation;
  HW_TRY(hw_import_investigation(import, investigation != NULL ? investigation : "main", err));
  hw_status status = hw_map_read(import->path, &map, &mistake);
  if (status != HW_OK) {
    HW_TRY(hwp_import_settle(import, status, &mistake, err));
    return hw_errors_status(&import->report->errors, err);
  }
  import->report->n_rows = map->n_points;
  hw_import_note(import, "%" PRId32 " points of %s", map->n_points, hw_build_name(map->build));
  status = put_map(import, map, err);
  hw_map_delete(map);
  return status;
}

/* --- places for a panel --- */

static hw_status apply_map(hw_import *import, int64_t id, hw_panel **panel, hw_err *err) {
  hw_genetic *genetic = NULL;
  hw_map *map = NULL;
  hw_panel *placed = NULL;
  int32_t n_without = 0;
  hw_err mistake = HW_ERR_INIT;
  HW_TRY(hw_genetic_new(import->app->store, &genetic, err));
  hw_status status = hw_genetic_map(genetic, id, &map, err);
  hw_genetic_delete(genetic);
  HW_TRY(status);
  status = hw_map_apply(*panel, map, false, &placed, &n_without, &mistake);
  hw_map_delete(map);
  if (status != HW_OK) return hwp_import_settle(import, status, &mistake, err);
  hw_import_note(import,
                 "markers without a place were given one by the map \"%.80s\"; %" PRId32
                 " have none even so",
                 import->options->genetic_map, n_without);
  hw_panel_delete(*panel);
  *panel = placed;
  return HW_OK;
}

hw_status hwp_import_place_panel(hw_import *import, hw_panel **panel, hw_err *err) {
  const char *code = import->options->genetic_map;
  int64_t id = 0;
  if (code == NULL) return HW_OK;
  HW_TRY(hw_store_find_code(import->app->store, HW_KIND_GENETIC_MAP, code, &id, err));
  if (id != 0) return apply_map(import, id, panel, err);
  hw_err mistake = HW_ERR_INIT;
  (void)hw_err_set(&mistake, HW_E_REFERENCE,
                   "--genetic-map: there is no genetic map \"%.80s\": import it first (homeward "
                   "import map FILE)",
                   code);
  return hw_import_mistake(import, &mistake, err);
}

/* --- is it one --- */

static bool is_mine(const char *bytes, size_t n) {
  static const char header[] = "chromosome,bp,";
  size_t at = n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  while (at < n && bytes[at] == '#') {
    const char *end = memchr(bytes + at, '\n', n - at);
    at = end != NULL ? (size_t)(end - bytes) + 1 : n;
  }
  return n - at >= sizeof header - 1 && memcmp(bytes + at, header, sizeof header - 1) == 0;
}

static const hw_kind_id kinds[] = {HW_KIND_GENETIC_MAP, HW_KIND_NONE};

const hw_importer hw_importer_map = {
    .format = "map",
    .brief = "genetic maps: chromosome, position, centimorgans of women and men",
    .is_mine = is_mine,
    .run = run,
    .kinds = kinds,
};
