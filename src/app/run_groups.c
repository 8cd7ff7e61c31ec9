/* A re-association from beginning to end, of what an investigation or a box has. */
#include "app/run_groups.h"

#include <stdio.h>
#include <string.h>

#include "app/access.h"
#include "app/run_search.h"
#include "base/check.h"

/* Of the Markov chain, as the command line's default. */
#define SEED 1

static hw_status load(hw_app *app, const hw_run_groups_options *how, const hw_run_watch *watch,
                      hw_stored_specimens *stored, hw_err *err) {
  hw_stored_specimens_options what = {.investigation = how->investigation};
  HW_TRY(hw_run_begin_phase(watch, HW_RUN_LOADING, err));
  if (how->accession != NULL && how->accession[0] != '\0') {
    int64_t id = 0;
    HW_TRY(hw_app_find(app, HW_KIND_ACCESSION, how->accession, &id, err));
    HW_TRY(hw_access_require(app, HW_KIND_ACCESSION, id, err));
    what.accession = how->accession;
  }
  return hw_stored_specimens_load(app, &what, stored, err);
}

/* The words of the command line. */
static void name_prior(const hw_run_groups_options *how, char *out, size_t size) {
  if (how->partition == HW_RUN_PARTITION_MLNI)
    snprintf(out, size, "mlni");
  else if (how->partition != HW_RUN_PARTITION_RANGE)
    snprintf(out, size, "restaurant");
  else if (how->lowest == how->highest)
    snprintf(out, size, "%d", (int)how->lowest);
  else
    snprintf(out, size, "%d-%d", (int)how->lowest, (int)how->highest);
}

static hw_status run(hw_app *app, const hw_run_groups_options *how, const hw_run_watch *watch,
                     const hw_stored_specimens *stored, hw_reassociation_report *report,
                     hw_err *err) {
  char prior[32];
  hw_groups_work work = {.problem = &stored->problem,
                         .options = {.likelihood = {.simd = how->simd}, .seed = SEED},
                         .prior = prior};
  name_prior(how, prior, sizeof prior);
  hw_status status =
      hw_groups_work_run(&work, how->partition, how->lowest, how->highest, watch, err);
  if (status == HW_OK) status = hw_run_begin_phase(watch, HW_RUN_STORING, err);
  if (status == HW_OK)
    status = hw_groups_work_store(&work, app, stored, how->accept, how->reason, report, err);
  hw_groups_work_clear(&work);
  return status;
}

hw_status hw_run_groups(hw_app *app, const hw_run_groups_options *options,
                        const hw_run_watch *watch, hw_run_outcome *out, hw_err *err) {
  hw_stored_specimens stored = {0};
  hw_reassociation_report report = {0};
  memset(out, 0, sizeof *out);
  hw_status status = hw_run_require(app, options->investigation, err);
  if (status == HW_OK) status = load(app, options, watch, &stored, err);
  if (status == HW_OK) status = run(app, options, watch, &stored, &report, err);
  out->n_individuals = report.n_individuals;
  out->n_contradictions = report.n_contradictions;
  hw_stored_specimens_clear(&stored);
  return status;
}
