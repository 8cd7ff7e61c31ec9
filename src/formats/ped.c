/* PED files: the order of reading.
 *
 *   data, map ─▶ columns ─▶ rows of the ped file ─▶ alleles (frequency file) ─▶ families
 *
 * Each step may report mistakes of its own file and lets the next one run only
 * if there were none, so that a wrong map is not followed by a thousand wrong
 * rows. Texts live in the result's arena, everything else in the reader. */
#include "formats/ped.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "formats/ped_int.h"

void hw_ped_clear(hw_ped *self) {
  if (self == NULL) return;
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}

static void reader_delete(hwp_ped_reader *self) {
  hwp_ped_file_clear(&self->ped);
  hwp_ped_file_clear(&self->map);
  hwp_ped_file_clear(&self->data);
  hwp_ped_file_clear(&self->frequencies);
  hw_intern_clear(&self->names);
  hw_intern_clear(&self->texts);
  hw_arena_clear(&self->scratch);
  free(self->markers);
  free(self->columns);
  free(self->rows);
  free(self->alleles);
  free(self);
}

static bool open_file(hwp_ped_reader *self, const hw_ped_source *source, hwp_ped_file *file,
                      bool *is_there) {
  hw_err err = HW_ERR_INIT;
  *is_there = source->bytes != NULL;
  if (!*is_there) return true;
  hw_status status = hwp_ped_file_open(file, source, &err);
  if (status == HW_OK) status = hw_text_note(&file->text, source->name, &self->notes, &err);
  if (status == HW_OK) return true;
  (void)hwp_ped_report(self, file, &err);
  return false;
}

static bool read_all(hwp_ped_reader *self, const hw_ped_sources *sources) {
  hw_err err = HW_ERR_INIT;
  bool has_ped;
  if (!open_file(self, &sources->ped, &self->ped, &has_ped) ||
      !open_file(self, &sources->map, &self->map, &self->has_map) ||
      !open_file(self, &sources->data, &self->data, &self->has_data) ||
      !open_file(self, &sources->frequencies, &self->frequencies, &self->has_frequencies))
    return false;
  if (!has_ped || (!self->has_map && !self->has_data)) {
    hw_err_set(&err, HW_E_VALUE,
               "a ped file needs its map (or MERLIN's data file), which names the markers");
    hw_errors_add(self->errors, &err);
    return false;
  }
  return hwp_ped_read_columns(self) && hwp_ped_read_rows(self) && hwp_ped_read_alleles(self) &&
         hwp_ped_build_families(self);
}

hw_status hw_ped_parse(const hw_ped_sources *sources, const hw_ped_options *options, hw_ped *out,
                       hw_errors *errors) {
  static const hw_ped_options none = {0};
  hw_err err = HW_ERR_INIT;
  memset(out, 0, sizeof *out);
  hwp_ped_reader *self = calloc(1, sizeof *self);
  if (self == NULL) {
    (void)HW_NO_MEMORY(&err, "the reader");
    hw_errors_add(errors, &err);
    return HW_E_NO_MEMORY;
  }
  self->out = out;
  self->options = options != NULL ? options : &none;
  self->errors = errors;
  self->n_errors = errors->n;
  self->notes.arena = self->names.arena = self->texts.arena = &out->arena;
  const bool is_good = read_all(self, sources);
  if (is_good && hw_notes_finish(&self->notes, &out->notes, &out->n_notes, &err) != HW_OK)
    hw_errors_add(errors, &err);
  const bool has_failed = errors->n > self->n_errors;
  reader_delete(self);
  if (!has_failed) return HW_OK;
  hw_ped_clear(out);
  return hw_errors_status(errors, NULL);
}

hw_status hw_ped_read(const hw_ped_paths *paths, const hw_ped_options *options, hw_ped *out,
                      hw_errors *errors) {
  const char *const path[4] = {paths->ped, paths->map, paths->data, paths->frequencies};
  char *bytes[4] = {NULL};
  hw_ped_source source[4] = {{0}};
  hw_status status = HW_OK;
  memset(out, 0, sizeof *out);
  for (int i = 0; i < 4 && status == HW_OK; i++) {
    hw_err err = HW_ERR_INIT;
    if (path[i] == NULL) continue;
    status = hw_file_read(path[i], HW_PED_MAX_BYTES, &bytes[i], &source[i].n_bytes, &err);
    source[i].bytes = bytes[i];
    source[i].name = path[i];
    if (status != HW_OK) hw_errors_add(errors, &err);
  }
  if (status == HW_OK) {
    const hw_ped_sources sources = {source[0], source[1], source[2], source[3]};
    status = hw_ped_parse(&sources, options, out, errors);
  }
  for (int i = 0; i < 4; i++) free(bytes[i]);
  return status;
}
