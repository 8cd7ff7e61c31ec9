/* What the verbs of `homeward search` do alike: the case is opened and loaded, work
 * is watched, and a finished search is stored and shown. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "cli/interrupt.h"
#include "cli/prior.h"
#include "cli/search_out.h"

/* ---- the case ---- */

int search_case_error(const search_case *self, hw_err *err) {
  const hw_store *store = self->app.store;
  if (err->file[0] == '\0' && err->status != HW_E_USAGE && err->status != HW_E_INTERRUPTED &&
      store != NULL)
    hw_err_place(err, hw_store_location(store), 0, 0);
  return cli_error(err);
}

int search_case_tell(search_case *self, hw_err *err) {
  if (err->status == HW_E_SHAPE)
    cli_tell_investigations(&self->app, self->work.stored.investigation, "searching", err);
  return search_case_error(self, err);
}

static void tell_notes(const search_case *self) {
  const hw_stored_case *stored = &self->work.stored;
  const char *place = hw_store_location(self->app.store);
  const char *const *notes = NULL;
  const int n = self->work.is_wide ? hw_evidence_notes(self->work.evidence, &notes) : 0;
  for (int i = 0; i < stored->n_notes; i++) cli_say("%s: note: %s", place, stored->notes[i]);
  if (stored->n_all_notes > stored->n_notes)
    cli_say("%s: %lld more notes", place, (long long)(stored->n_all_notes - stored->n_notes));
  for (int i = 0; i < n; i++) cli_say("%s: note: %s", place, notes[i]);
}

/* What will be stored needs a permission, which is asked for before hours are spent. */
static hw_status may_store(search_case *self, hw_db_mode mode, hw_err *err) {
  if (mode != HW_DB_WRITE) return HW_OK;
  const hw_status status = hw_app_require(&self->app, HW_MAY_WRITE, err);
  if (status != HW_OK) hw_err_while(err, "storing the run ('--dry-run' stores nothing)");
  return status;
}

static hw_status find_prior(void *context, int32_t n_missing, double *out, hw_err *err) {
  const search_settings *settings = context;
  return cli_prior(settings->prior, settings->prior_none, n_missing, out, err);
}

/* What the command line asks. */
static hw_search_work work_of(search_case *self, search_settings *settings) {
  return (hw_search_work){.app = &self->app,
                          .without = ~settings->kinds_wanted & ((1u << HW_EVIDENCE_KINDS) - 1),
                          .threshold = settings->threshold,
                          .top = settings->top > 0 ? (int32_t)settings->top : 0,
                          .floor = settings->floor,
                          .accept = settings->accept,
                          .each = settings->each,
                          .cut = settings->cut,
                          .is_unscreened = settings->no_screen,
                          .most_mt = settings->most_mt,
                          .most_y = settings->most_y,
                          .max_work = settings->max_work,
                          .n_threads = settings->n_threads > 0 ? (int32_t)settings->n_threads : 0,
                          .simd = cli_simd(),
                          .find_prior = find_prior,
                          .prior_context = settings,
                          .watch = cli_run_watch_begin(&self->watch)};
}

/* What is searched by STR alone is said by who opens it; of all kinds it can depend on a plan. */
static hw_status load(search_case *self, hw_search_way way, hw_err *err) {
  HW_TRY(hw_search_work_load(&self->work, way, self->settings.investigation, err));
  tell_notes(self);
  if (!self->work.is_wide) HW_TRY(hw_search_work_inputs(&self->work, err));
  if (cli_interrupt_came(NULL))
    return hw_err_set(err, HW_E_INTERRUPTED, "interrupted before the search began");
  return HW_OK;
}

int search_case_open(search_case *self, const search_settings *settings, hw_search_way way,
                     hw_db_mode mode) {
  hw_err err = HW_ERR_INIT;
  memset(self, 0, sizeof *self);
  self->settings = *settings;
  int status = cli_place_open(&cli_command_search, &settings->place, mode, &self->app);
  if (status >= 0) return status;
  self->work = work_of(self, &self->settings);
  hw_status done = may_store(self, mode, &err);
  if (done == HW_OK) done = load(self, way, &err);
  if (done == HW_OK) return -1;
  status = self->work.is_wide ? search_case_error(self, &err) : search_case_tell(self, &err);
  search_case_clear(self);
  return status;
}

void search_case_clear(search_case *self) {
  cli_run_watch_pause(&self->watch);
  hw_search_work_clear(&self->work);
  hw_app_close(&self->app);
}

/* ---- searching ---- */

static hw_status remember(search_case *self, hw_err *err) {
  if (self->settings.no_cache) return HW_OK;
  const hw_status status = hw_search_work_remember(&self->work, self->settings.cache, err);
  if (status != HW_OK)
    hw_err_while(err, "remembering what is searched ('--no-cache' remembers nothing)");
  return status;
}

/* Tells why a search that is complete is not kept in its folder. */
static void tell_folder(search_case *self, const hw_search_since *since) {
  cli_run_watch_pause(&self->watch);
  if (since->note[0] != '\0' && !since->is_kept)
    cli_say("%s: note: %s", hw_str_text(&self->work.folder), since->note);
}

hw_status search_case_run(search_case *self, hw_err *err) {
  hw_search_work *work = &self->work;
  HW_TRY(remember(self, err));
  HW_TRY(hw_search_work_str(work, err));
  tell_folder(self, &work->str_since);
  if (!work->is_wide) return HW_OK;
  if (cli_interrupt_came(NULL))
    return hw_err_set(err, HW_E_INTERRUPTED, "interrupted between STR and SNP");
  HW_TRY(hw_search_work_snp(work, err));
  tell_folder(self, &work->snp_since);
  return HW_OK;
}

hw_status search_case_take(search_case *self, hw_err *err) {
  const hw_status status = hw_search_work_take(&self->work, !self->settings.dry_run, err);
  cli_run_watch_pause(&self->watch);
  return status;
}

/* ---- watching what no case stands behind ---- */

void search_watch_begin(search_watch *self, const char *title) {
  hw_progress_begin(&self->progress, stderr, title, 0);
}

void search_watch_end(search_watch *self) {
  hw_progress_end(&self->progress);
}

bool search_watch_look(void *context, uint64_t done, uint64_t total) {
  search_watch *self = context;
  return cli_interrupt_look(&self->progress, done, total);
}

/* ---- a finished search by STR alone ---- */

int search_show(const search_view *view, bool json) {
  hw_err err = HW_ERR_INIT;
  if (!json) {
    search_print(view);
  } else if (search_write_json(view, &err) != HW_OK) {
    hw_err_place(&err, "standard output", 0, 0);
    return cli_error(&err);
  }
  return view->found->results->n_left_out > 0 ? CLI_BAD_INPUT : CLI_FINE;
}

int search_store_and_show(search_case *from, const hw_search_since *since, double seconds) {
  hw_err err = HW_ERR_INIT;
  hw_identification_report report = {0};
  const search_settings *settings = &from->settings;
  search_view view = {.investigation = from->work.stored.problem.id,
                      .found = &from->work.found,
                      .since = since,
                      .seconds = seconds};
  int status = CLI_FINE;
  /* What is not stored has the same bytes as a merge that knows no case. */
  if (settings->dry_run && settings->json) return search_show(&view, true);
  if (hw_search_work_store(&from->work, settings->reason, settings->dry_run, &report, &err) !=
      HW_OK) {
    status = search_case_error(from, &err);
  } else {
    view.report = &report;
    status = search_show(&view, settings->json);
  }
  hw_identification_report_clear(&report);
  return status;
}
