/* What the verbs of `homeward search` do alike: the case is opened and loaded, work
 * is watched, and a finished search is stored and shown. */
#include <math.h>
#include <string.h>

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

static void tell_notes(const search_case *self) {
  const hw_stored_case *stored = &self->stored;
  const char *place = hw_store_location(self->app.store);
  for (int i = 0; i < stored->n_notes; i++) cli_say("%s: note: %s", place, stored->notes[i]);
  if (stored->n_all_notes > stored->n_notes)
    cli_say("%s: %lld more notes", place, (long long)(stored->n_all_notes - stored->n_notes));
}

/* What will be stored needs a permission, which is asked for before hours are spent. */
static hw_status may_store(search_case *self, hw_db_mode mode, hw_err *err) {
  if (mode != HW_DB_WRITE) return HW_OK;
  const hw_status status = hw_app_require(&self->app, HW_MAY_WRITE, err);
  if (status != HW_OK) hw_err_while(err, "storing the run ('--dry-run' stores nothing)");
  return status;
}

int search_case_open(search_case *self, const search_settings *settings, hw_db_mode mode) {
  hw_err err = HW_ERR_INIT;
  hw_stored_case_options what = {.investigation = settings->investigation, .by_code = true};
  memset(self, 0, sizeof *self);
  int status = cli_place_open(&cli_command_search, &settings->place, mode, &self->app);
  if (status >= 0) return status;
  hw_status done = may_store(self, mode, &err);
  if (done == HW_OK) done = hw_stored_case_load(&self->app, &what, &self->stored, &err);
  if (done == HW_OK) tell_notes(self);
  if (done == HW_OK) done = hw_stored_search_init(&self->stored.problem, &self->searched, &err);
  if (done == HW_OK && cli_interrupt_came(NULL))
    done = hw_err_set(&err, HW_E_INTERRUPTED, "interrupted before the search began");
  if (done == HW_OK) return -1;
  if (done == HW_E_SHAPE)
    cli_tell_investigations(&self->app, self->stored.investigation, "searching", &err);
  status = search_case_error(self, &err);
  search_case_clear(self);
  return status;
}

int search_case_open_wide(search_case *self, const search_settings *settings, hw_db_mode mode) {
  hw_err err = HW_ERR_INIT;
  const hw_stored_case_options what = {.investigation = settings->investigation, .by_code = true};
  const hw_evidence_options how = {
      .without = ~settings->kinds_wanted & ((1u << HW_EVIDENCE_KINDS) - 1),
      .linked = {.simd = cli_simd()}};
  memset(self, 0, sizeof *self);
  int status = cli_place_open(&cli_command_search, &settings->place, mode, &self->app);
  if (status >= 0) return status;
  hw_status done = may_store(self, mode, &err);
  if (done == HW_OK)
    done = hw_evidence_case_load(&self->app, &what, &how, &self->stored, &self->evidence, &err);
  if (done == HW_OK) {
    const char *const *notes = NULL;
    const int n = hw_evidence_notes(self->evidence, &notes);
    tell_notes(self);
    for (int i = 0; i < n; i++)
      cli_say("%s: note: %s", hw_store_location(self->app.store), notes[i]);
    if (cli_interrupt_came(NULL))
      done = hw_err_set(&err, HW_E_INTERRUPTED, "interrupted before the search began");
  }
  if (done == HW_OK) return -1;
  status = search_case_error(self, &err);
  search_case_clear(self);
  return status;
}

void search_case_clear(search_case *self) {
  hw_evidence_delete(self->evidence);
  hw_stored_search_clear(&self->searched);
  hw_stored_case_clear(&self->stored);
  hw_app_close(&self->app);
}

/* ---- what is asked ---- */

hw_status search_options(const search_settings *settings, int32_t n_missing, hw_search_options *out,
                         hw_err *err) {
  *out = (hw_search_options){.threshold = settings->threshold,
                             .floor = settings->floor,
                             .top = settings->top > 0 ? (int32_t)settings->top : 0,
                             .likelihood = {.simd = cli_simd(), .max_work = settings->max_work}};
  return cli_prior(settings->prior, settings->prior_none, n_missing, &out->prior_none, err);
}

/* ---- remembering ---- */

hw_status search_folder(const search_case *self, const search_settings *settings, hw_str *out,
                        hw_err *err) {
  hw_status status = HW_OK;
  if (settings->cache != NULL)
    hw_str_append(out, settings->cache);
  else if (!settings->no_cache)
    status = hw_search_cache_folder(hw_store_location(self->app.store), self->stored.problem.id,
                                    out, err);
  if (status == HW_OK && hw_str_status(out) != HW_OK)
    status = hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted");
  if (status == HW_OK) return HW_OK;
  hw_err_while(err, "remembering what is searched ('--no-cache' remembers nothing)");
  hw_str_clear(out);
  return status;
}

void search_folder_note(const hw_str *folder, const hw_search_since *since) {
  if (since->note[0] != '\0' && !since->is_kept)
    cli_say("%s: note: %s", hw_str_text(folder), since->note);
}

/* ---- watching ---- */

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

/* ---- a finished search ---- */

hw_status search_take_apart(const hw_search *search, const hw_search_input *input,
                            const hw_search_options *options, const search_settings *settings,
                            bool per_marker, hw_found *out, hw_err *err) {
  search_watch watch;
  hw_found_how how = {
      .accept = settings->accept,
      .per_marker = per_marker,
      .go = {.n_threads = settings->n_threads > 0 ? (int32_t)settings->n_threads : 0,
             .progress = search_watch_look,
             .context = &watch}};
  search_watch_begin(&watch, "looking at what was kept");
  hw_status status = hw_found_make(search, input, options, &how, out, err);
  search_watch_end(&watch);
  return status;
}

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

int search_store_and_show(search_case *from, search_view *view, const search_settings *settings) {
  hw_err err = HW_ERR_INIT;
  hw_identification_report report = {0};
  int status = CLI_FINE;
  view->investigation = from->stored.problem.id;
  /* What is not stored has the same bytes as a merge that knows no case. */
  if (settings->dry_run && settings->json) return search_show(view, true);
  if (hw_search_store(&from->app, &from->stored, &from->searched, view->found, settings->reason,
                      settings->dry_run, &report, &err) != HW_OK) {
    status = search_case_error(from, &err);
  } else {
    view->report = &report;
    status = search_show(view, settings->json);
    view->report = NULL;
  }
  hw_identification_report_clear(&report);
  return status;
}
