/* homeward backup: a verified copy, while others go on working. */
#include <inttypes.h>
#include <stddef.h>

#include "app/check.h"
#include "base/progress.h"
#include "cli/case_open.h"

typedef struct backup_settings {
  cli_place place;
} backup_settings;

static const cli_option options[] = {CLI_PLACE_OPTIONS(backup_settings, place)};

static void show_progress(void *context, uint64_t done, uint64_t total) {
  hw_progress *progress = context;
  progress->total = total;
  hw_progress_set(progress, done);
}

static hw_status say_fault(void *context, const hw_check_fault *fault, hw_err *err) {
  (void)context;
  (void)err;
  if (!fault->is_warning) cli_say("%s: %s", fault->where, fault->text);
  return HW_OK;
}

static bool show_check(void *context, uint64_t done, uint64_t total) {
  show_progress(context, done, total);
  return false;
}

/* Reads the copy as 'homeward check' would. */
static hw_status verify(const char *path, const hw_who *who, hw_check_summary *summary,
                        hw_err *err) {
  hw_app copy;
  hw_progress progress;
  hw_who reader = {.login = who->login}; /* the copy's actors are not asked */
  hw_status status = hw_app_open(&copy, path, HW_DB_EXAMINE, &reader, err);
  if (status != HW_OK) return status;
  hw_progress_begin(&progress, stderr, "verifying the copy", 0);
  hw_check_options what = {.progress = show_check, .progress_context = &progress};
  status = hw_check(&copy, &what, say_fault, NULL, summary, err);
  hw_progress_end(&progress);
  hw_app_close(&copy);
  return status;
}

/* Writes into the case's own audit chain that it was copied. A case that cannot be written is
 * copied all the same. */
static void record(const backup_settings *settings, const hw_who *who, const char *path,
                   const hw_check_summary *summary) {
  hw_err err = HW_ERR_INIT;
  hw_app app;
  char head[HW_DIGEST_TEXT_SIZE], reason[900];
  hw_digest_text(summary->head, head);
  snprintf(reason, sizeof reason, "%.600s, audit head %" PRId64 " %s", path, summary->n_entries,
           head);
  hw_status status =
      hw_app_open(&app, cli_place_database(&settings->place), HW_DB_WRITE, who, &err);
  if (status == HW_OK) {
    status = hw_app_begin(&app, HW_MAY_WRITE, "backup", reason, &err);
    if (status == HW_OK) status = hw_store_commit(app.store, &err);
    hw_app_close(&app);
  }
  if (status != HW_OK)
    cli_say("the copy is complete; it is not noted in the case: %s", err.message);
}

static int backup(hw_app *app, const backup_settings *settings, const char *path) {
  hw_err err = HW_ERR_INIT;
  hw_progress progress;
  char login[HW_CODE_MAX + 1];
  hw_who who = cli_place_who(&settings->place, login);
  hw_progress_begin(&progress, stderr, "copying", 0);
  hw_status status = hw_db_backup(hw_store_db(app->store), path, show_progress, &progress, &err);
  hw_progress_end(&progress);
  if (status != HW_OK) return cli_error(&err);
  hw_check_summary summary = {0};
  status = verify(path, &who, &summary, &err);
  if (status != HW_OK) {
    cli_say("%s: the copy was made, but could not be verified (%s): run 'homeward check' on it",
            path, err.message);
    return hw_status_exit(status);
  }
  if (summary.n_faults > 0) {
    cli_say("%s: the copy has %" PRId64
            " faults, as the case itself may have: run 'homeward check'",
            path, summary.n_faults);
    return CLI_NO;
  }
  record(settings, &who, path, &summary);
  char head[HW_DIGEST_TEXT_SIZE];
  printf("%s: %" PRId64 " records, verified\naudit head %" PRId64 " %s\n", path, summary.n_records,
         summary.n_entries, hw_digest_text(summary.head, head));
  return CLI_FINE;
}

static int run(int argc, char **argv) {
  backup_settings settings = {0};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_backup, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  hw_app app;
  status = cli_place_open(&cli_command_backup, &settings.place, HW_DB_READ, &app);
  if (status >= 0) return status;
  status = backup(&app, &settings, operands[0]);
  hw_app_close(&app);
  return status;
}

const cli_command cli_command_backup = {
    .name = "backup",
    .operands = "FILE",
    .n_operands_least = 1,
    .n_operands_most = 1,
    .brief = "copy the case database, verified",
    .description =
        "Copies the whole case database, as it is at one moment, to a new file; others may read and "
        "write meanwhile. The copy appears under its name when it is complete, is verified as "
        "'homeward check' would, and is a case database itself: to restore it, use it. The copy "
        "and its audit head are noted in the case's audit chain.\n"
        "\n"
        "A file that exists is never overwritten.\n",
    .examples = "  homeward backup -c quangtri.hwc /mnt/vault/quangtri-2026-01-31.hwc\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
