/* A re-association at work.
 *
 * A number of persons that is estimated from pairs of bones (Most Likely Number of Individuals,
 * Adams & Konigsberg 2004) takes a first run to find the pairs. */
#include "app/groups_work.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/json_members.h"
#include "homeward/version.h"

/* --- running --- */

typedef struct watched {
  const hw_run_watch *watch;
} watched;

static bool look(void *context, uint64_t done, uint64_t all) {
  const watched *self = context;
  return self->watch != NULL && self->watch->look != NULL &&
         self->watch->look(self->watch->context, HW_RUN_GROUPS, done, all);
}

static hw_status estimate(hw_groups_work *self, hw_err *err) {
  const hw_commingling *counts = NULL;
  (void)hw_reassociate_counts(self->run, &counts);
  hw_number_estimate_clear(&self->number);
  return hw_number_estimate_make(counts[0].n_elements, counts[0].elements, &self->number, err);
}

static hw_status run_once(hw_groups_work *self, const hw_run_watch *watch, hw_err *err) {
  watched context = {watch};
  hw_reassociate_delete(self->run);
  self->run = NULL;
  HW_TRY(hw_reassociate_new(self->problem, &self->options, &self->run, err));
  HW_TRY(hw_run_begin_phase(watch, HW_RUN_GROUPS, err));
  HW_TRY(hw_reassociate_run(self->run, look, &context, err));
  return estimate(self, err);
}

/* A prior from P(lowest + i persons). */
static hw_status set_number(hw_groups_work *self, int32_t lowest, int32_t n, const double *masses,
                            hw_err *err) {
  const size_t size = (size_t)self->problem->n_specimens + 1;
  free(self->ln_number);
  self->ln_number = calloc(size, sizeof *self->ln_number);
  if (self->ln_number == NULL) return HW_NO_MEMORY(err, "the number of persons");
  hw_reassociate_number_prior(self->problem->n_specimens, lowest, n, masses, self->ln_number);
  self->options.ln_number = self->ln_number;
  self->options.n_numbers = (int32_t)size;
  return HW_OK;
}

static hw_status set_range(hw_groups_work *self, int32_t lowest, int32_t highest, hw_err *err) {
  const int32_t n = highest - lowest + 1;
  if (lowest < 1 || n < 1) return hw_err_set(err, HW_E_VALUE, "the range of persons is empty");
  double *masses = calloc((size_t)n, sizeof *masses);
  if (masses == NULL) return HW_NO_MEMORY(err, "the number of persons");
  for (int32_t i = 0; i < n; i++) masses[i] = 1.0 / n;
  const hw_status status = set_number(self, lowest, n, masses, err);
  free(masses);
  return status;
}

static hw_status set_estimated(hw_groups_work *self, hw_err *err) {
  enum { MOST_NUMBERS = 2000 };
  const hw_number_estimate *number = &self->number;
  if (number->n_masses == 0)
    return hw_err_set(err, HW_E_STATE,
                      "the first run found no left and right of one element in one person: give "
                      "a number or range of persons");
  return set_number(self, number->lowest,
                    number->n_masses < MOST_NUMBERS ? number->n_masses : MOST_NUMBERS,
                    number->masses, err);
}

hw_status hw_groups_work_run(hw_groups_work *self, hw_run_partition partition, int32_t lowest,
                             int32_t highest, const hw_run_watch *watch, hw_err *err) {
  if (partition == HW_RUN_PARTITION_RANGE) HW_TRY(set_range(self, lowest, highest, err));
  if (partition == HW_RUN_PARTITION_MLNI) {
    HW_TRY(run_once(self, watch, err));
    HW_TRY(set_estimated(self, err));
  }
  return run_once(self, watch, err);
}

/* --- what is kept --- */

/* As the engine takes it. */
static void or_usual(hw_json_writer *w, const char *key, double value, double usual) {
  hw_json_add_number(w, key, value == 0 ? usual : value);
}

void hw_groups_work_write_parameters(const hw_groups_work *self, hw_json_writer *w) {
  static const char *const words[] = {"dna", "bones", "sex", "age", "measurements", "provenience"};
  const hw_reassociate_options *o = &self->options;
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "version", hw_version());
  hw_json_add_text(w, "prior", self->prior);
  hw_json_add_number(w, "concentration", hw_reassociate_summarise(self->run).concentration);
  hw_json_add_number(w, "theta", self->problem->theta);
  hw_json_add_text(w, "osteometry", self->osteometry);
  hw_json_add_row(w, "without");
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (o->without >> i & 1) hw_json_write_string(w, words[i]);
  hw_json_write_end_array(w);
  or_usual(w, "other_accession", o->other_accession, 0.3);
  or_usual(w, "other_site", o->other_site, 0.01);
  or_usual(w, "distance_m", o->distance_m, 3);
  or_usual(w, "sex_error", o->sex_error, 0.05);
  or_usual(w, "age_error", o->age_error, 0.05);
  or_usual(w, "ignore", o->ignore, 1e-9);
  hw_json_add_int(w, "seed", (int64_t)o->seed);
  hw_json_write_end_object(w);
}

static hw_status parameters_text(const hw_groups_work *self, hw_str *out, hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_str(&w, out, 0);
  hw_groups_work_write_parameters(self, &w);
  return hw_json_write_finish_bare(&w, err);
}

hw_status hw_groups_work_store(const hw_groups_work *self, hw_app *app,
                               const hw_stored_specimens *stored, double accept, const char *reason,
                               hw_reassociation_report *report, hw_err *err) {
  hw_str parameters = HW_STR_INIT;
  hw_status status = parameters_text(self, &parameters, err);
  if (status == HW_OK) {
    const hw_reassociation_options how = {
        .accept = accept, .evidence = hw_str_text(&parameters), .reason = reason};
    status = hw_stored_specimens_apply(app, stored, self->run, &how, report, err);
  }
  hw_str_clear(&parameters);
  return status;
}

void hw_groups_work_clear(hw_groups_work *self) {
  hw_reassociate_delete(self->run);
  hw_number_estimate_clear(&self->number);
  free(self->ln_number);
  self->run = NULL;
  self->ln_number = NULL;
}
