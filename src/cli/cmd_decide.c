/* homeward decide: what waits, what an identification stands on, and the steps of it.
 *
 * One command for who reviews and who signs. Without an action it only shows. The
 * rules are not here: a step is a change of state like any other (app/state.h). */
#include <stddef.h>
#include <string.h>

#include "base/check.h"
#include "base/number.h"
#include "cli/case_open.h"
#include "cli/decide_out.h"

typedef struct decide_settings {
  cli_place place;
  bool confirm, reject, withdraw, give_back, list, propose, policy, json;
  const char *review, *reason, *override, *report, *evidence;
  const char *investigation, *posterior, *log10_lr, *alternative, *markers, *reviewers, *joint;
} decide_settings;

#define TEXT_OPTION(name, argument, member, help) \
  { name, argument, CLI_TEXT, offsetof(decide_settings, member), 0, 0, help, 0, false }
#define FLAG_OPTION(name, member, help) \
  { name, NULL, CLI_FLAG, offsetof(decide_settings, member), 0, 0, help, 0, false }

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(decide_settings, place),
    TEXT_OPTION("review", "VERDICT", review, "Review it: 'agree' or 'disagree'."),
    FLAG_OPTION("confirm", confirm, "Confirm it."),
    FLAG_OPTION("reject", reject, "Reject it; later runs exclude the pairing."),
    FLAG_OPTION("withdraw", withdraw, "Withdraw it; the pairing is free again."),
    FLAG_OPTION("return", give_back,
                "Return it to the reviewers, on the figures of the newest run; the reviews so far "
                "do not count any more."),
    TEXT_OPTION("reason", "TEXT", reason, "Why; required for every step."),
    TEXT_OPTION("override", "REASON", override,
                "With --confirm: although the figures that the policy asks are not reached. Takes "
                "the permission 'administer'; the reason stands in the decision."),
    TEXT_OPTION("report", "FILE", report, "The signed report; its digest is stored."),
    FLAG_OPTION("list", list,
                "List what waits, and whether for you; with a STATE, all in that state."),
    FLAG_OPTION("propose", propose, "Make a candidate by hand: PERSON SAMPLE."),
    TEXT_OPTION("evidence", "TEXT", evidence, "With --propose: other lines of evidence."),
    FLAG_OPTION("policy", policy, "Show the policies, or change the one that is named."),
    TEXT_OPTION("posterior", "P", posterior,
                "Policy: least posterior probability. This and the next can be 'none': not asked."),
    TEXT_OPTION("log10-lr", "X", log10_lr, "Policy: least log10 LR."),
    TEXT_OPTION("alternative-log10-lr", "X", alternative,
                "Policy: least log10 LR against the likeliest other missing person."),
    TEXT_OPTION("markers", "N", markers, "Policy: least number of markers typed in both."),
    TEXT_OPTION("reviewers", "N", reviewers,
                "Policy: independent reviewers who must agree, two or more."),
    TEXT_OPTION("joint", "YES", joint,
                "Policy: 'yes' if a joint run must stand behind it, 'no' if not."),
    TEXT_OPTION("investigation", "CODE", investigation, "Policy: it holds in this one only."),
    FLAG_OPTION("json", json, "Write JSON instead of tables."),
};

/* --- steps --- */

static const char *state_of(const decide_settings *settings) {
  if (settings->review != NULL) return "reviewed";
  if (settings->confirm) return "confirmed";
  if (settings->reject) return "rejected";
  if (settings->withdraw) return "withdrawn";
  return settings->give_back ? "candidate" : NULL;
}

static hw_status take_step(hw_app *app, const decide_settings *settings, const char *code,
                           hw_arena *arena, hw_err *err) {
  char digest[HW_DIGEST_TEXT_SIZE];
  hw_state_outcome outcome;
  hw_state_request request = {
      .kind = HW_KIND_IDENTIFICATION,
      .code = code,
      .state = state_of(settings),
      .reason = settings->reason,
      .override = settings->override,
      .disagrees = settings->review != NULL && strcmp(settings->review, "disagree") == 0};
  if (settings->report != NULL) {
    uint8_t bytes[HW_DIGEST_SIZE];
    HW_TRY(hw_digest_file(settings->report, bytes, NULL, err));
    request.report = hw_digest_text(bytes, digest);
  }
  HW_TRY(hw_state_set(app, &request, arena, &outcome, err));
  return cli_state_print(&request, &outcome, settings->json, err);
}

static hw_status show(hw_app *app, const decide_settings *settings, const char *code,
                      hw_arena *arena, hw_err *err) {
  hw_decide_sheet sheet;
  HW_TRY(hw_decide_sheet_read(app, code, arena, &sheet, err));
  return settings->json ? cli_sheet_json(&sheet, err) : cli_sheet_print(&sheet, arena, err);
}

static hw_status list(hw_app *app, const decide_settings *settings, const char *state,
                      hw_arena *arena, hw_err *err) {
  const hw_decide_item *items = NULL;
  int n = 0;
  HW_TRY(hw_decide_list(app, state, arena, &items, &n, err));
  return cli_items_print(items, n, settings->json, arena, err);
}

static hw_status propose(hw_app *app, const decide_settings *settings, char **operands,
                         hw_arena *arena, hw_err *err) {
  const char *code = "";
  HW_TRY(hw_decide_propose(app, operands[0], operands[1], settings->reason, settings->evidence,
                           arena, &code, err));
  const hw_state_request request = {.kind = HW_KIND_IDENTIFICATION, .code = code};
  const hw_state_outcome outcome = {.before = "proposed", .after = "candidate", .note = ""};
  return cli_state_print(&request, &outcome, settings->json, err);
}

/* --- policy --- */

static hw_status take_figure(const char *name, const char *text, hw_policy_change *out,
                             hw_err *err) {
  if (text == NULL) return HW_OK;
  *out = (hw_policy_change){.is_said = true, .is_off = strcmp(text, "none") == 0};
  if (out->is_off || hw_number_parse(text, &out->value)) return HW_OK;
  return hw_err_set(err, HW_E_USAGE, "--%s: '%.60s' is neither a number nor 'none'", name, text);
}

static hw_status make_request(const decide_settings *settings, const char *code,
                              hw_policy_request *out, hw_err *err) {
  *out = (hw_policy_request){
      .code = code, .investigation = settings->investigation, .reason = settings->reason};
  HW_TRY(take_figure("posterior", settings->posterior, &out->posterior, err));
  HW_TRY(take_figure("log10-lr", settings->log10_lr, &out->log10_lr, err));
  HW_TRY(
      take_figure("alternative-log10-lr", settings->alternative, &out->alternative_log10_lr, err));
  HW_TRY(take_figure("markers", settings->markers, &out->markers, err));
  HW_TRY(take_figure("reviewers", settings->reviewers, &out->reviewers, err));
  if (settings->joint == NULL) return HW_OK;
  const bool is_yes = strcmp(settings->joint, "yes") == 0;
  if (!is_yes && strcmp(settings->joint, "no") != 0)
    return hw_err_set(err, HW_E_USAGE, "--joint: '%.60s' is neither 'yes' nor 'no'",
                      settings->joint);
  out->joint = (hw_policy_change){.is_said = true, .value = is_yes};
  return HW_OK;
}

static bool changes_policy(const decide_settings *settings) {
  return settings->posterior != NULL || settings->log10_lr != NULL ||
         settings->alternative != NULL || settings->markers != NULL ||
         settings->reviewers != NULL || settings->joint != NULL || settings->investigation != NULL;
}

static hw_status set_policy(hw_app *app, const decide_settings *settings, const char *code,
                            hw_arena *arena, hw_err *err) {
  const hw_policy_item *items = NULL;
  int n = 0;
  if (changes_policy(settings)) {
    hw_policy_request request;
    hw_policy policy;
    HW_TRY(make_request(settings, code, &request, err));
    HW_TRY(hw_policy_set(app, &request, arena, &policy, err));
  }
  HW_TRY(hw_policy_list(app, arena, &items, &n, err));
  return cli_policies_print(items, n, settings->json, arena, err);
}

/* --- the command --- */

static int count_actions(const decide_settings *settings) {
  return (settings->review != NULL) + settings->confirm + settings->reject + settings->withdraw +
         settings->give_back + settings->list + settings->propose + settings->policy;
}

/* Whether the words fit together. Returns -1 to go on. */
static int check_words(const decide_settings *settings, int n) {
  const cli_command *self = &cli_command_decide;
  const bool is_one = !settings->list && !settings->propose && !settings->policy;
  if (count_actions(settings) > 1) return cli_usage(self, "decide: one step at a time");
  if (settings->review != NULL && strcmp(settings->review, "agree") != 0 &&
      strcmp(settings->review, "disagree") != 0)
    return cli_usage(self, "--review: '%s' is neither 'agree' nor 'disagree'", settings->review);
  if (is_one && n != 1) return cli_usage(self, "decide: which identification? or say --list");
  if (settings->list && n > 1) return cli_usage(self, "--list: at most one STATE");
  if (settings->propose && n != 2) return cli_usage(self, "--propose: PERSON SAMPLE");
  if (settings->policy && n > 1) return cli_usage(self, "--policy: at most one policy");
  if (settings->policy && n == 0 && changes_policy(settings))
    return cli_usage(self, "--policy: which one? 'main' holds everywhere");
  if (!settings->policy && changes_policy(settings))
    return cli_usage(self, "decide: figures of a policy go with --policy NAME");
  if (settings->override != NULL && !settings->confirm)
    return cli_usage(self, "--override goes with --confirm");
  if (settings->evidence != NULL && !settings->propose)
    return cli_usage(self, "--evidence goes with --propose");
  return -1;
}

static hw_status decide(hw_app *app, const decide_settings *settings, char **operands, int n,
                        hw_arena *arena, hw_err *err) {
  const char *first = n > 0 ? operands[0] : NULL;
  if (settings->list) return list(app, settings, first, arena, err);
  if (settings->propose) return propose(app, settings, operands, arena, err);
  if (settings->policy) return set_policy(app, settings, first, arena, err);
  if (state_of(settings) != NULL) return take_step(app, settings, first, arena, err);
  return show(app, settings, first, arena, err);
}

static bool writes(const decide_settings *settings) {
  return state_of(settings) != NULL || settings->propose ||
         (settings->policy && changes_policy(settings));
}

static int run(int argc, char **argv) {
  decide_settings settings = {0};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_decide, argc, argv, &settings, &operands, &n);
  if (status < 0) status = check_words(&settings, n);
  if (status >= 0) return status;
  hw_app app;
  hw_arena arena;
  hw_err err = HW_ERR_INIT;
  status = cli_place_open(&cli_command_decide, &settings.place,
                          writes(&settings) ? HW_DB_WRITE : HW_DB_READ, &app);
  if (status >= 0) return status;
  hw_arena_init(&arena, 0);
  status = decide(&app, &settings, operands, n, &arena, &err) == HW_OK ? CLI_FINE : cli_error(&err);
  hw_arena_clear(&arena);
  hw_app_close(&app);
  return status;
}

const cli_command cli_command_decide = {
    .name = "decide",
    .operands = "[IDENTIFICATION | STATE | PERSON SAMPLE | POLICY]",
    .n_operands_least = 0,
    .n_operands_most = 2,
    .brief = "review, confirm or reject identifications",
    .description =
        "Shows an identification with what it stands on, or takes a step of it:\n"
        "\n"
        "  candidate -> reviewed      by as many reviewers as the policy asks, at least two, who\n"
        "                             are independent of each other, of who proposed it, and of\n"
        "                             who read the profiles of the remains or of the family\n"
        "  reviewed -> confirmed      when all that the policy asks is met\n"
        "  either -> rejected, withdrawn, or returned to the reviewers\n"
        "  confirmed -> withdrawn\n"
        "\n"
        "A confirmation is refused while a contradiction is open (see 'homeward help set-state'), "
        "when the newest run or the data of today say something else than what was reviewed, and "
        "when a figure is below the policy. Only the last can be overridden. The policy of the "
        "investigation goes before the one that is called 'main'; without any, the posterior must "
        "be at least 0.999.\n"
        "\n"
        "Every step is stored with what it stood on: run, comparison and joint result with the "
        "digests of their rows, the figures, the policy and the contradictions. A later policy "
        "changes nothing of it.\n",
    .examples = "  homeward decide --list\n"
                "  homeward decide ID-7\n"
                "  homeward decide ID-7 --review agree --reason 'LR, site and sex agree' --as r1\n"
                "  homeward decide ID-7 --confirm --reason 'board of 31 January' --report r.pdf\n"
                "  homeward decide --propose P12 QT-72 --reason 'dog tag'\n"
                "  homeward decide --policy main --posterior 0.9999 --reason 'board, 3 May'\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
