/* A re-association from beginning to end.
 *
 * The parameters that are kept with each proposed individual have the members of the command
 * line's, so that proposals of both ways say the same. A number of persons that is estimated
 * from pairs of bones (Most Likely Number of Individuals, Adams & Konigsberg 2004) takes a first
 * run to find the pairs. */
#include "app/run_groups.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "app/reassociate.h"
#include "app/run_search.h"
#include "base/check.h"
#include "base/json_write.h"
#include "homeward/version.h"

/* Defaults of the engine, as they are kept. */
#define SEED 1
#define OTHER_ACCESSION 0.3
#define OTHER_SITE 0.01
#define DISTANCE_M 3.0
#define SEX_ERROR 0.05
#define AGE_ERROR 0.05
#define IGNORE 1e-9

typedef struct groups_run {
  const hw_run_groups_options *how;
  const hw_run_watch *watch;
  hw_stored_specimens stored;
  hw_reassociate_options options;
  hw_reassociate *run;
  double *ln_number;
  char prior[32];
} groups_run;

static bool look(void *context, uint64_t done, uint64_t all) {
  const groups_run *self = context;
  return self->watch != NULL && self->watch->look != NULL &&
         self->watch->look(self->watch->context, HW_RUN_GROUPS, done, all);
}

static hw_status load(groups_run *self, hw_app *app, hw_err *err) {
  hw_stored_specimens_options what = {.investigation = self->how->investigation};
  const char *accession = self->how->accession;
  HW_TRY(hw_run_begin_phase(self->watch, HW_RUN_LOADING, err));
  if (accession != NULL && accession[0] != '\0') {
    int64_t id = 0;
    HW_TRY(hw_app_find(app, HW_KIND_ACCESSION, accession, &id, err));
    HW_TRY(hw_access_require(app, HW_KIND_ACCESSION, id, err));
    what.accession = accession;
  }
  return hw_stored_specimens_load(app, &what, &self->stored, err);
}

/* --- running --- */

static hw_status run_once(groups_run *self, hw_err *err) {
  hw_reassociate_delete(self->run);
  self->run = NULL;
  HW_TRY(hw_reassociate_new(&self->stored.problem, &self->options, &self->run, err));
  HW_TRY(hw_run_begin_phase(self->watch, HW_RUN_GROUPS, err));
  return hw_reassociate_run(self->run, look, self, err);
}

/* A prior from P(lowest + i persons). */
static hw_status set_number(groups_run *self, int32_t lowest, int32_t n, const double *masses,
                            hw_err *err) {
  const size_t size = (size_t)self->stored.problem.n_specimens + 1;
  free(self->ln_number);
  self->ln_number = calloc(size, sizeof *self->ln_number);
  if (self->ln_number == NULL) return HW_NO_MEMORY(err, "the number of persons");
  hw_reassociate_number_prior(self->stored.problem.n_specimens, lowest, n, masses, self->ln_number);
  self->options.ln_number = self->ln_number;
  self->options.n_numbers = (int32_t)size;
  return HW_OK;
}

static hw_status run_range(groups_run *self, hw_err *err) {
  const int32_t low = self->how->lowest, n = self->how->highest - low + 1;
  if (low < 1 || n < 1) return hw_err_set(err, HW_E_VALUE, "the range of persons is empty");
  double *masses = calloc((size_t)n, sizeof *masses);
  if (masses == NULL) return HW_NO_MEMORY(err, "the number of persons");
  for (int32_t i = 0; i < n; i++) masses[i] = 1.0 / n;
  const hw_status status = set_number(self, low, n, masses, err);
  free(masses);
  return status == HW_OK ? run_once(self, err) : status;
}

static hw_status run_estimated(groups_run *self, hw_err *err) {
  enum { MOST_NUMBERS = 2000 };
  const hw_commingling *counts = NULL;
  hw_number_estimate number = {0};
  HW_TRY(run_once(self, err));
  (void)hw_reassociate_counts(self->run, &counts);
  hw_status status =
      hw_number_estimate_make(counts[0].n_elements, counts[0].elements, &number, err);
  if (status == HW_OK && number.n_masses == 0)
    status = hw_err_set(err, HW_E_STATE,
                        "the first run found no left and right of one element in one person: give "
                        "a number or range of persons");
  if (status == HW_OK)
    status = set_number(self, number.lowest,
                        number.n_masses < MOST_NUMBERS ? number.n_masses : MOST_NUMBERS,
                        number.masses, err);
  hw_number_estimate_clear(&number);
  return status == HW_OK ? run_once(self, err) : status;
}

static hw_status run(groups_run *self, hw_err *err) {
  self->options = (hw_reassociate_options){.likelihood = {.simd = self->how->simd}, .seed = SEED};
  switch (self->how->partition) {
    case HW_RUN_PARTITION_MLNI:
      snprintf(self->prior, sizeof self->prior, "mlni");
      return run_estimated(self, err);
    case HW_RUN_PARTITION_RANGE:
      if (self->how->lowest == self->how->highest)
        snprintf(self->prior, sizeof self->prior, "%d", (int)self->how->lowest);
      else
        snprintf(self->prior, sizeof self->prior, "%d-%d", (int)self->how->lowest,
                 (int)self->how->highest);
      return run_range(self, err);
    default:
      snprintf(self->prior, sizeof self->prior, "restaurant");
      return run_once(self, err);
  }
}

/* --- storing --- */

static void number(hw_json_writer *w, const char *key, double value) {
  hw_json_write_key(w, key);
  if (isnan(value))
    hw_json_write_null(w);
  else
    hw_json_write_double(w, value);
}

static void text(hw_json_writer *w, const char *key, const char *value) {
  hw_json_write_key(w, key);
  if (value != NULL)
    hw_json_write_string(w, value);
  else
    hw_json_write_null(w);
}

static hw_status write_parameters(const groups_run *self, hw_str *out, hw_err *err) {
  const hw_reassociate_summary summary = hw_reassociate_summarise(self->run);
  hw_json_writer w;
  hw_json_write_init_str(&w, out, 0);
  hw_json_write_begin_object(&w);
  text(&w, "version", hw_version());
  text(&w, "prior", self->prior);
  number(&w, "concentration", summary.concentration);
  number(&w, "theta", self->stored.problem.theta);
  text(&w, "osteometry", NULL);
  hw_json_write_key(&w, "without");
  hw_json_write_begin_row(&w);
  hw_json_write_end_array(&w);
  number(&w, "other_accession", OTHER_ACCESSION);
  number(&w, "other_site", OTHER_SITE);
  number(&w, "distance_m", DISTANCE_M);
  number(&w, "sex_error", SEX_ERROR);
  number(&w, "age_error", AGE_ERROR);
  number(&w, "ignore", IGNORE);
  hw_json_write_key(&w, "seed");
  hw_json_write_int(&w, SEED);
  hw_json_write_end_object(&w);
  const hw_status status = hw_json_write_finish(&w, err);
  /* The writer ends a document with a line feed. */
  if (status == HW_OK && out->length > 0) out->bytes[--out->length] = '\0';
  return status;
}

static hw_status store(groups_run *self, hw_app *app, hw_run_outcome *out, hw_err *err) {
  hw_str parameters = HW_STR_INIT;
  hw_reassociation_report report = {0};
  hw_status status = hw_run_begin_phase(self->watch, HW_RUN_STORING, err);
  if (status == HW_OK) status = write_parameters(self, &parameters, err);
  if (status == HW_OK) {
    const hw_reassociation_options how = {.accept = self->how->accept,
                                          .evidence = hw_str_text(&parameters),
                                          .reason = self->how->reason};
    status = hw_stored_specimens_apply(app, &self->stored, self->run, &how, &report, err);
  }
  hw_str_clear(&parameters);
  out->n_individuals = report.n_individuals;
  out->n_contradictions = report.n_contradictions;
  return status;
}

hw_status hw_run_groups(hw_app *app, const hw_run_groups_options *options,
                        const hw_run_watch *watch, hw_run_outcome *out, hw_err *err) {
  groups_run self = {.how = options, .watch = watch};
  memset(out, 0, sizeof *out);
  hw_status status = hw_run_require(app, options->investigation, err);
  if (status == HW_OK) status = load(&self, app, err);
  if (status == HW_OK) status = run(&self, err);
  if (status == HW_OK) status = store(&self, app, out, err);
  hw_reassociate_delete(self.run);
  free(self.ln_number);
  hw_stored_specimens_clear(&self.stored);
  return status;
}
