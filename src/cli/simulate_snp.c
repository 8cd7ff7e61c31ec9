/* SNP profiles and lines of `homeward simulate`: what its options mean. */
#include "cli/simulate_snp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const cli_snp_settings cli_snp_defaults = {.sequencing = CLI_SEQUENCING_DEFAULTS, .build = "38"};

static hw_status parse_build(const char *text, hw_build *out, hw_err *err) {
  *out = strcmp(text, "37") == 0 ? HW_GRCH37 : HW_GRCH38;
  if (strcmp(text, "37") == 0 || strcmp(text, "38") == 0) return HW_OK;
  return hw_err_set(err, HW_E_USAGE, "--build: '%s' is not 37 or 38", text);
}

static hw_status choose_population(const cli_snp_settings *settings, const char *other,
                                   const hw_panel *panel, int32_t *out, hw_err *err) {
  const char *name = settings->population;
  if (name == NULL && panel->n_populations == 1) {
    *out = 0;
    return HW_OK;
  }
  if (name == NULL) name = other;
  *out = name != NULL ? hw_panel_find_population(panel, name) : HW_PANEL_NONE;
  if (*out != HW_PANEL_NONE) return HW_OK;
  if (panel->n_populations == 0)
    hw_err_set(err, HW_E_USAGE, "the panel has no frequencies of any population");
  else if (name == NULL)
    hw_err_set(err, HW_E_USAGE,
               "the panel has %d populations, the first %s: choose one with --panel-population",
               (int)panel->n_populations, panel->populations[0].name);
  else
    hw_err_set(err, HW_E_USAGE,
               "the panel has no population '%s', its first is %s: choose with --panel-population",
               name, panel->populations[0].name);
  hw_err_place(err, settings->panel, 0, 0);
  return HW_E_USAGE;
}

static bool is_usable(const cli_snp_case *self, int32_t population, int32_t m) {
  const hw_panel_marker *marker = &self->panel->markers[m];
  const double *frequencies =
      self->panel->populations[population].frequencies + self->panel->first_allele[m];
  return marker->bp[self->build] > 0 && !isnan(frequencies[0]) && !isnan(marker->female_cm) &&
         (marker->chromosome == HW_PANEL_X || !isnan(marker->male_cm));
}

/* Leaves the markers that have all that is needed: a panel may hold some for other purposes. */
static hw_status leave_usable(const cli_snp_settings *settings, int32_t population,
                              cli_snp_case *self, hw_err *err) {
  int32_t n = 0, *usable = calloc((size_t)self->panel->n_markers + 1, sizeof *usable);
  if (usable == NULL) return hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted");
  for (int32_t m = 0; m < self->panel->n_markers; m++)
    if (is_usable(self, population, m)) usable[n++] = m;
  hw_panel *all = self->panel;
  hw_status status = HW_OK;
  self->n_left_out = all->n_markers - n;
  if (n == 0) {
    status = hw_err_set(err, HW_E_VALUE,
                        "no marker has a position on GRCh%s, a place on both maps and frequencies "
                        "of %s",
                        settings->build, all->populations[population].name);
    hw_err_place(err, settings->panel, 0, 0);
  } else if (self->n_left_out > 0) {
    status = hw_panel_select(all, n, usable, &self->panel, err);
    if (status == HW_OK) hw_panel_delete(all);
  }
  free(usable);
  return status;
}

hw_status cli_snp_prepare(const cli_snp_settings *settings, uint64_t seed, double theta,
                          const char *population, cli_snp_case *self, hw_err *err) {
  hw_snp_simulation_options *o = &self->options;
  hw_status status =
      cli_sequencing_take(&settings->sequencing, &o->run, &o->call, &o->call_missing, err);
  if (status == HW_OK) status = parse_build(settings->build, &self->build, err);
  if (status == HW_OK) status = hw_panel_read(settings->panel, &self->panel, err);
  if (status == HW_OK)
    status = choose_population(settings, population, self->panel, &o->population, err);
  if (status == HW_OK) status = leave_usable(settings, o->population, self, err);
  o->seed = seed;
  o->panel = self->panel;
  o->theta = theta;
  o->run.source = o->population;
  o->run.model.reference_bias = settings->bias;
  o->run.model.drop_in = settings->drop_in;
  o->spread = settings->spread;
  o->has_lineages = settings->has_lineages;
  return status;
}

hw_status cli_snp_run(cli_snp_case *self, const hw_simulation *persons, hw_err *err) {
  return hw_snp_simulation_new(persons, &self->options, &self->simulation, err);
}

void cli_snp_clear(cli_snp_case *self) {
  hw_snp_simulation_delete(self->simulation);
  hw_panel_delete(self->panel);
}
