/* PED files out of the database: families with their stated pedigrees and references.
 *
 * Three formats, since PED is three files: ped, ped-map, ped-frequencies. Remains
 * and missing persons have no place in it; missing persons are persons without
 * genotype. Everything is written in the order of the frequency table, so that
 * the three files belong together. */
#include <stdio.h>
#include <string.h>

#include "app/export.h"
#include "app/stored_case.h"
#include "base/check.h"
#include "formats/ped.h"

static hw_status find_positions(hw_export *self, const hw_stored_case *stored, hw_arena *arena,
                                const int64_t **out, hw_err *err) {
  int32_t n = stored->problem.n_markers;
  int64_t *position = hw_arena_alloc_array(arena, (size_t)n, sizeof *position);
  if (position == NULL) return HW_NO_MEMORY(err, "the markers");
  for (int32_t m = 0; m < n; m++) {
    hw_record record;
    HW_TRY(hw_store_get(self->app->store, HW_KIND_MARKER, stored->marker[m], arena, &record, err));
    position[m] = hw_record_int(&record, HW_FIELD_MARKER_POSITION_BP);
  }
  *out = position;
  return HW_OK;
}

/* One profile per person: a second one of identical persons has no place. */
static hw_status take_family(const hw_family *family, hw_arena *arena, hw_ped_family *out,
                             hw_err *err) {
  uint64_t *lines = hw_arena_alloc_array(arena, (size_t)family->pedigree.n_persons, sizeof *lines);
  if (lines == NULL) return HW_NO_MEMORY(err, "the families");
  *out = (hw_ped_family){.name = family->name,
                         .pedigree = family->pedigree,
                         .lines = lines,
                         .n_profiles = family->n_profiles,
                         .profiles = family->profiles,
                         .profile_person = family->profile_person};
  for (int32_t i = 0; i < family->n_profiles; i++)
    if (strcmp(family->profiles[i].id, family->pedigree.persons[family->profile_person[i]].id) != 0)
      return hw_err_set(err, HW_E_UNSUPPORTED,
                        "family '%s': the profile of '%s' belongs to somebody identical, which PED "
                        "cannot say",
                        family->name, family->profiles[i].id);
  return HW_OK;
}

static hw_status make_ped(hw_export *self, const hw_stored_case *stored, hw_ped *out, hw_err *err) {
  const hw_case *problem = &stored->problem;
  hw_ped_family *families =
      hw_arena_alloc_array(&out->arena, (size_t)problem->n_families, sizeof *families);
  if (families == NULL) return HW_NO_MEMORY(err, "the families");
  out->n_markers = problem->n_markers;
  out->markers = problem->markers;
  out->has_frequencies = true;
  HW_TRY(find_positions(self, stored, &out->arena, &out->position_bp, err));
  for (int32_t f = 0; f < problem->n_families; f++)
    HW_TRY(take_family(&problem->families[f], &out->arena, &families[f], err));
  out->families = families;
  out->n_families = problem->n_families;
  return HW_OK;
}

typedef hw_status write_fn(const hw_ped *ped, FILE *out, hw_err *err);

static hw_status run_with(hw_export *self, write_fn *write, hw_err *err) {
  hw_stored_case_options what = {.investigation = self->options->investigation,
                                 .family = self->options->only,
                                 .without_remains = true,
                                 .all_families = true};
  hw_stored_case stored;
  hw_ped ped = {0};
  hw_status status = hw_stored_case_load(self->app, &what, &stored, err);
  if (status == HW_OK) status = make_ped(self, &stored, &ped, err);
  if (status == HW_OK) status = write(&ped, self->out, err);
  self->report->n_rows = ped.n_families;
  if (status == HW_OK && stored.n_all_notes > 0)
    snprintf(self->report->note, sizeof self->report->note, "%lld notes, first: %s",
             (long long)stored.n_all_notes, stored.n_notes > 0 ? stored.notes[0] : "");
  hw_ped_clear(&ped);
  hw_stored_case_clear(&stored);
  return status;
}

static hw_status run_ped(hw_export *self, hw_err *err) {
  return run_with(self, hw_ped_write_ped, err);
}
static hw_status run_map(hw_export *self, hw_err *err) {
  return run_with(self, hw_ped_write_map, err);
}
static hw_status run_frequencies(hw_export *self, hw_err *err) {
  return run_with(self, hw_ped_write_frequencies, err);
}

const hw_exporter hw_exporter_ped = {
    .format = "ped", .brief = "PED: families and references of an investigation", .run = run_ped};
const hw_exporter hw_exporter_ped_map = {
    .format = "ped-map", .brief = "the map that belongs to ped", .run = run_map};
const hw_exporter hw_exporter_ped_frequencies = {
    .format = "ped-frequencies",
    .brief = "the allele frequencies that belong to ped, as MERLIN reads them",
    .run = run_frequencies};
