/* homeward set-state: reviews, decisions, and the states of families, dossiers, sites, findings. */
#include <stddef.h>

#include "app/state.h"
#include "cli/case_open.h"
#include "cli/decide_out.h"

typedef struct state_settings {
  cli_place place;
  const char *reason, *report;
  bool disagree, json;
} state_settings;

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(state_settings, place),
    {"reason", "TEXT", CLI_TEXT, offsetof(state_settings, reason), 0, 0,
     "Why; it stands in the audit chain.", 0, true},
    {"disagree", NULL, CLI_FLAG, offsetof(state_settings, disagree), 0, 0,
     "With 'reviewed': the reviewer does not agree.", 0, false},
    {"report", "FILE", CLI_TEXT, offsetof(state_settings, report), 0, 0,
     "Identification: the signed report; its digest is stored.", 0, false},
    {"json", NULL, CLI_FLAG, offsetof(state_settings, json), 0, 0,
     "Write the outcome as homeward-state/1 JSON.", 0, false},
};

static int set_state(hw_app *app, const state_settings *settings, hw_state_request *request) {
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_state_outcome outcome;
  char digest[HW_DIGEST_TEXT_SIZE];
  if (settings->report != NULL) {
    uint8_t bytes[HW_DIGEST_SIZE];
    if (hw_digest_file(settings->report, bytes, NULL, &err) != HW_OK) return cli_error(&err);
    request->report = hw_digest_text(bytes, digest);
  }
  hw_arena_init(&arena, 0);
  int status = CLI_FINE;
  if (hw_state_set(app, request, &arena, &outcome, &err) != HW_OK ||
      cli_state_print(request, &outcome, settings->json, &err) != HW_OK)
    status = cli_error(&err);
  hw_arena_clear(&arena);
  return status;
}

static int run(int argc, char **argv) {
  state_settings settings = {0};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_set_state, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  const hw_kind *kind = hw_kind_find(operands[0]);
  if (kind == NULL)
    return cli_usage(&cli_command_set_state, "set-state: '%s' is no kind of record", operands[0]);
  hw_state_request request = {.kind = kind->id,
                              .code = operands[1],
                              .state = operands[2],
                              .reason = settings.reason,
                              .disagrees = settings.disagree};
  hw_app app;
  status = cli_place_open(&cli_command_set_state, &settings.place, HW_DB_WRITE, &app);
  if (status >= 0) return status;
  status = set_state(&app, &settings, &request);
  hw_app_close(&app);
  return status;
}

const cli_command cli_command_set_state = {
    .name = "set-state",
    .operands = "KIND CODE STATE",
    .n_operands_least = 3,
    .n_operands_most = 3,
    .brief = "review, decide, suspend, close, withdraw",
    .description =
        "Changes the state of a record, with a reason. What may follow what:\n"
        "\n"
        "  identification  candidate -> reviewed -> confirmed\n"
        "                  candidate, reviewed -> rejected or withdrawn; confirmed -> withdrawn\n"
        "                  reviewed -> candidate (returned; its reviews do not count any more)\n"
        "  family          open, suspended, closed\n"
        "  dossier         open, verified, suspended, closed\n"
        "  site            reported -> assessed -> planned -> searching -> recovered or\n"
        "                  exhausted -> closed, and back by one step\n"
        "  finding         open -> explained, resolved or dismissed, and back\n"
        "  individual      proposed -> confirmed -> dissolved; proposed -> dissolved\n"
        "  contradiction   open -> resolved, and back\n"
        "\n"
        "Steps of identifications have a command of their own, 'homeward decide', which also shows "
        "what they stand on; the rules are the same here. Each reviewer says 'reviewed', and "
        "--disagree if so. Confirming, rejecting and withdrawing take the permission 'decide'; "
        "resolving a contradiction takes 'review'. Rejected and withdrawn are final.\n"
        "\n"
        "Any record can be 'withdrawn': it stays, with the reason, and is no longer used.\n",
    .examples =
        "  homeward set-state identification I-12 reviewed --reason 'LR and site agree' --as r1\n"
        "  homeward set-state profile V7 withdrawn --reason 'sample was contaminated'\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
