/* SNP panels for the power of a case.
 *
 * FILE[:POPULATION][@COVERAGE] is read from its end: what follows the last '@' is the coverage if it
 * is a number, what follows the last ':' behind the last '/' the population. */
#include "app/power_snp.h"

#include <math.h>
#include <string.h>

#include "app/snp_translate.h"
#include "base/check.h"
#include "base/number.h"

void hw_power_snp_inputs_clear(hw_power_snp_inputs *self) {
  for (int32_t p = 0; p < self->n; p++) hw_panel_delete(self->owned[p]);
  hw_stored_snp_clear(&self->stored);
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}

/* --- one panel --- */

static bool is_usable(const hw_panel *panel, int32_t population, int32_t m) {
  const hw_panel_marker *marker = &panel->markers[m];
  return !isnan(panel->populations[population].frequencies[panel->first_allele[m]]) &&
         !isnan(marker->female_cm) && (marker->chromosome == HW_PANEL_X || !isnan(marker->male_cm));
}

/* The markers that can count, as a panel of its own. */
static hw_status select_usable(hw_power_snp_inputs *self, const hw_panel *panel, int32_t population,
                               hw_panel **out, hw_err *err) {
  int32_t n = 0;
  int32_t *usable =
      hw_arena_alloc_array(&self->arena, (size_t)panel->n_markers + 1, sizeof *usable);
  if (usable == NULL) return HW_NO_MEMORY(err, "a SNP panel");
  for (int32_t m = 0; m < panel->n_markers; m++)
    if (is_usable(panel, population, m)) usable[n++] = m;
  if (n == 0)
    return hw_err_set(err, HW_E_VALUE,
                      "no marker has a place on the genetic map and frequencies of %s: give the "
                      "panel its female_cm and male_cm",
                      panel->populations[population].name);
  self->n_left_out[self->n] = panel->n_markers - n;
  return hw_panel_select(panel, n, usable, out, err);
}

/* --- profiles that stand --- */

static hw_status carry_family(hw_power_snp_inputs *self, const hwp_snp_translation *translation,
                              const hw_stored_snp_family *from, hw_power_snp_family *to,
                              hw_err *err) {
  const size_t n_bytes = (size_t)translation->to->first_genotype[translation->to->n_markers];
  const size_t n = (size_t)from->n_profiles;
  hw_snp_profile *profiles = hw_arena_alloc_array(&self->arena, n + 1, sizeof *profiles);
  int32_t *persons = hw_arena_alloc_array(&self->arena, n + 1, sizeof *persons);
  if (profiles == NULL || persons == NULL) return HW_NO_MEMORY(err, "SNP profiles");
  to->profiles = profiles;
  to->persons = persons;
  for (size_t i = 0; i < n; i++) {
    uint8_t *bytes = hw_arena_alloc_array(&self->arena, n_bytes + 1, 1);
    if (bytes == NULL) return HW_NO_MEMORY(err, "SNP profiles");
    hwp_snp_translate(translation, from->profiles[i].bytes, bytes);
    if (hw_snp_count_known(translation->to, bytes) == 0) continue;
    profiles[to->n_profiles] = from->profiles[i];
    profiles[to->n_profiles].bytes = bytes;
    persons[to->n_profiles++] = from->person[i];
  }
  return HW_OK;
}

static hw_status carry_profiles(hw_power_snp_inputs *self, const hw_panel *to,
                                const hw_power_snp_family **out, hw_err *err) {
  hwp_snp_translation translation = {.from = NULL};
  hw_power_snp_family *families =
      hw_arena_alloc_array(&self->arena, (size_t)self->stored.n_families + 1, sizeof *families);
  if (families == NULL) return HW_NO_MEMORY(err, "SNP profiles");
  HW_TRY(hwp_snp_translation_init(&translation, self->stored.panel, to, err));
  hw_status status = HW_OK;
  for (int32_t f = 0; status == HW_OK && f < self->stored.n_families; f++)
    status = carry_family(self, &translation, &self->stored.families[f], &families[f], err);
  hwp_snp_translation_clear(&translation);
  *out = families;
  return status;
}

static hw_status put_panel(hw_power_snp_inputs *self, const hw_panel *panel, int32_t population,
                           double coverage, const char *name, hw_err *err) {
  hw_power_snp_panel *one = &self->panels[self->n];
  hw_panel *usable = NULL;
  HW_TRY(select_usable(self, panel, population, &usable, err));
  self->owned[self->n] = usable;
  *one = self->way;
  one->panel = usable;
  one->population = one->run.source = population;
  if (coverage >= 0) one->run.coverage = coverage;
  one->name = hw_arena_strdup(&self->arena, name);
  self->n++; /* owned from here on */
  if (one->name == NULL) return HW_NO_MEMORY(err, "a SNP panel");
  return self->has_stored ? carry_profiles(self, usable, &one->families, err) : HW_OK;
}

/* --- from the database --- */

static hw_status has_panels(hw_app *app, bool *out, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  *out = false;
  HW_TRY(hw_store_scan(app->store, HW_KIND_SNP_PANEL, -1, NULL, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL)
    *out |= row->withdrawn == NULL;
  hw_scan_done(scan);
  return status;
}

hw_status hw_power_snp_inputs_load(hw_power_snp_inputs *self, hw_app *app,
                                   const hw_stored_case *stored, hw_err *err) {
  bool has_any = false;
  HW_TRY(has_panels(app, &has_any, err));
  if (!has_any) return HW_OK;
  HW_TRY(hw_stored_snp_load(app, stored, NULL, &self->stored, err));
  for (int32_t f = 0; f < self->stored.n_families; f++)
    self->has_stored |= self->stored.families[f].n_profiles > 0;
  if (!self->has_stored) return HW_OK;
  HW_TRY(put_panel(self, self->stored.panel, self->stored.population, -1, self->stored.panel_code,
                   err));
  self->is_stored[0] = true;
  return HW_OK;
}

/* --- from a file --- */

static hw_status choose_population(const hw_panel *panel, const char *name, int32_t *out,
                                   hw_err *err) {
  *out = 0;
  if (name == NULL && panel->n_populations == 1) return HW_OK;
  if (panel->n_populations == 0)
    return hw_err_set(err, HW_E_USAGE, "the panel has no frequencies of any population");
  if (name == NULL)
    return hw_err_set(err, HW_E_USAGE,
                      "the panel has %d populations: choose one as FILE:POPULATION, for example "
                      "FILE:%s",
                      (int)panel->n_populations, panel->populations[0].name);
  *out = hw_panel_find_population(panel, name);
  if (*out != HW_PANEL_NONE) return HW_OK;
  return hw_err_set(err, HW_E_USAGE, "the panel has no population '%s', its first is %s", name,
                    panel->populations[0].name);
}

static hw_status read_file(hw_power_snp_inputs *self, const char *path, const char *name,
                           double coverage, hw_err *err) {
  const char *slash = strrchr(path, '/');
  hw_panel *panel = NULL;
  int32_t population = 0;
  HW_TRY(hw_panel_read(path, &panel, err));
  hw_status status = choose_population(panel, name, &population, err);
  if (status == HW_OK)
    status = put_panel(self, panel, population, coverage,
                       panel->name[0] != '\0' ? panel->name
                       : slash != NULL        ? slash + 1
                                              : path,
                       err);
  if (status != HW_OK && err->file[0] == '\0') hw_err_place(err, path, 0, 0);
  hw_panel_delete(panel);
  return status;
}

hw_status hw_power_snp_inputs_add(hw_power_snp_inputs *self, const char *text, hw_err *err) {
  double coverage = -1;
  if (self->n == HW_POWER_MAX_SNP_PANELS)
    return hw_err_set(err, HW_E_USAGE, "more than %d SNP panels", HW_POWER_MAX_SNP_PANELS);
  char *path = hw_arena_strdup(&self->arena, text);
  if (path == NULL) return HW_NO_MEMORY(err, "a SNP panel");
  char *at = strrchr(path, '@');
  if (at != NULL && hw_number_parse(at + 1, &coverage)) {
    *at = '\0';
    if (!(coverage >= 0 && coverage <= 10000))
      return hw_err_set(err, HW_E_USAGE, "'%.200s': a coverage of %g, expected 0 to 10000", text,
                        coverage);
  }
  char *slash = strrchr(path, '/'), *colon = strrchr(slash != NULL ? slash : path, ':');
  if (colon != NULL) *colon = '\0';
  return read_file(self, path, colon != NULL ? colon + 1 : NULL, coverage, err);
}
