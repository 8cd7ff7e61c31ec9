/* PED files of LINKAGE, plink and MERLIN into the database.
 *
 * The files that belong together bear one name: STEM.ped beside STEM.map or
 * STEM.dat, and STEM.frq (or .freq, .freqs) for the frequencies. The format does
 * not tell who is missing, so nobody is: a table of families says so afterwards.
 * Without frequencies the markers and profiles are stored, and no table is made. */
#include <stdio.h>
#include <string.h>

#include "app/import_case.h"
#include "base/check.h"
#include "formats/ped.h"

/* --- files beside --- */

/* STEM.EXTENSION, if there is such a file; NULL otherwise. */
static hw_status find_beside(const hw_import *import, const char *extension, hw_arena *arena,
                             const char **out, hw_err *err) {
  const char *path = import->path, *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
  size_t n = dot != NULL && (slash == NULL || dot > slash) ? (size_t)(dot - path) : strlen(path);
  size_t size = n + strlen(extension) + 2;
  char *name = hw_arena_alloc(arena, size);
  if (name == NULL) return HW_NO_MEMORY(err, "a name");
  snprintf(name, size, "%.*s.%s", (int)n, path, extension);
  FILE *file = fopen(name, "rb");
  if (file == NULL) return HW_OK;
  fclose(file);
  *out = name;
  return HW_OK;
}

static hw_status find_files(const hw_import *import, hw_arena *arena, hw_ped_paths *out,
                            hw_err *err) {
  static const char *const frequencies[] = {"frq", "freq", "freqs"};
  *out = (hw_ped_paths){.ped = import->path};
  HW_TRY(find_beside(import, "map", arena, &out->map, err));
  HW_TRY(find_beside(import, "dat", arena, &out->data, err));
  for (size_t i = 0; i < 3 && out->frequencies == NULL; i++)
    HW_TRY(find_beside(import, frequencies[i], arena, &out->frequencies, err));
  if (out->map != NULL || out->data != NULL) return HW_OK;
  return hw_err_set(err, HW_E_NOT_FOUND,
                    "the markers stand in a map of the same name (.map or .dat), which is not "
                    "beside the file");
}

static hw_status read_files(hw_import *import, hw_arena *arena, hw_ped *out, hw_err *err) {
  hw_ped_paths paths;
  hw_err mistake = HW_ERR_INIT;
  hw_status status = find_files(import, arena, &paths, &mistake);
  if (status != HW_OK) {
    HW_TRY(hw_import_mistake(import, &mistake, err));
    return hw_errors_status(&import->report->errors, err);
  }
  const hw_ped_options options = {.frequency = &import->options->frequency, .add_parents = true};
  hw_errors errors = {0};
  if (hw_ped_read(&paths, &options, out, &errors) == HW_OK) {
    if (paths.frequencies == NULL)
      hw_import_note(import, "no file of frequencies (.frq) is beside it: no table is made");
    return HW_OK;
  }
  for (int i = 0; i < hw_errors_kept(&errors); i++)
    HW_TRY(hw_import_mistake(import, &errors.kept[i], err));
  if (errors.n > HW_ERRORS_KEPT) import->report->errors.n += errors.n - HW_ERRORS_KEPT;
  return hw_errors_status(&import->report->errors, err);
}

/* --- records --- */

static hw_status put_family(hw_case_import *cases, const hw_ped_family *family, hw_err *err) {
  hw_case_pedigree pedigree = {.name = "stated",
                               .is_stated = true,
                               .pedigree = &family->pedigree,
                               .profile_person = family->profile_person};
  hw_case_family made = {.name = family->name,
                         .role = "relative",
                         .n_pedigrees = 1,
                         .pedigrees = &pedigree,
                         .n_profiles = family->n_profiles,
                         .profiles = family->profiles};
  return hw_case_import_family(cases, &made, err);
}

static hw_status put_all(hw_case_import *cases, const hw_ped *ped, hw_err *err) {
  hw_case_table table = {.source = "PED file",
                         .n_markers = ped->n_markers,
                         .markers = ped->markers,
                         .position_bp = ped->position_bp,
                         .has_frequencies = ped->has_frequencies};
  hw_case_settings settings = {.theta = 0, .description = ""};
  HW_TRY(hw_case_import_table(cases, &table, err));
  HW_TRY(hw_case_import_settings(cases, &settings, err));
  for (int32_t f = 0; f < ped->n_families; f++) {
    HW_TRY(put_family(cases, &ped->families[f], err));
    hw_import_progress(cases->import, (uint64_t)f + 1, (uint64_t)ped->n_families);
  }
  hw_import_note(cases->import, "the format does not tell who is missing: say so with 'homeward "
                                "import families' (column missing)");
  return HW_OK;
}

static hw_status run(hw_import *import, hw_err *err) {
  hw_ped ped = {0};
  hw_case_import cases = {0};
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hw_status status = read_files(import, &arena, &ped, err);
  if (status == HW_OK) hw_import_take_notes(import, ped.notes, ped.n_notes);
  const char *stem = status == HW_OK ? hw_case_stem(import, &arena) : "";
  if (stem == NULL) status = HW_NO_MEMORY(err, "a name");
  if (status == HW_OK)
    status = hw_case_import_begin(&cases, import, hw_case_investigation(import, stem), err);
  if (status == HW_OK) status = put_all(&cases, &ped, err);
  hw_case_import_end(&cases);
  hw_ped_clear(&ped);
  hw_arena_clear(&arena);
  return status;
}

/* Tables have commas and semicolons; a PED file has none in its first line. */
static bool is_ped(const char *bytes, size_t n) {
  for (size_t i = 0; i < n && bytes[i] != '\n'; i++)
    if (bytes[i] == ',' || bytes[i] == ';') return false;
  return hw_ped_is(bytes, n);
}

static const hw_kind_id kinds[] = {HW_KIND_FAMILY,    HW_KIND_PERSON, HW_KIND_PEDIGREE,
                                   HW_KIND_FREQUENCY, HW_KIND_MARKER, HW_KIND_PROFILE,
                                   HW_KIND_SAMPLE,    HW_KIND_NONE};

const hw_importer hw_importer_ped = {
    .format = "ped",
    .brief = "LINKAGE, plink and MERLIN: STEM.ped with STEM.map or .dat, and .frq",
    .is_mine = is_ped,
    .run = run,
    .kinds = kinds,
};
