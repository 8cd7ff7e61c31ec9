/* homeward account: who works with the case database, and who may log in to its web pages.
 *
 * Passwords are typed or come by standard input; no option takes one, for the
 * arguments of a program are everybody's to read. */
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "app/access.h"
#include "app/account.h"
#include "base/check.h"
#include "base/json_members.h"
#include "base/secret.h"
#include "cli/case_open.h"
#include "cli/secret_input.h"
#include "cli/table.h"

typedef struct account_settings {
  cli_place place;
  const char *role, *name, *login, *reason, *issuer;
  bool from_stdin, everything, remove, json;
} account_settings;

#define TEXT_OPTION(name, argument, member, help) \
  { name, argument, CLI_TEXT, offsetof(account_settings, member), 0, 0, help, 0, false }
#define FLAG_OPTION(name, member, help) \
  { name, NULL, CLI_FLAG, offsetof(account_settings, member), 0, 0, help, 0, false }

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(account_settings, place),
    TEXT_OPTION("role", "ROLES", role,
                "add, change: some of reader, analyst, reviewer, officer, board, administrator."),
    TEXT_OPTION("name", "TEXT", name, "add, change: full name. Takes the permission 'names'."),
    TEXT_OPTION("login", "NAME", login, "add, change: login name on this computer."),
    TEXT_OPTION("reason", "TEXT", reason, "Why; required to lock and unlock."),
    TEXT_OPTION("issuer", "TEXT", issuer, "otp: what the authenticator shows (default Homeward)."),
    FLAG_OPTION("stdin", from_stdin,
                "password, otp: read lines of standard input instead of the terminal."),
    FLAG_OPTION("remove", remove, "otp: take the second factor away, as an administrator."),
    FLAG_OPTION("everything", everything, "access: all investigations."),
    FLAG_OPTION("json", json, "list: write homeward-accounts/1 JSON instead of a table."),
};

typedef struct work {
  hw_app *app;
  const account_settings *settings;
  hw_arena *arena;
  char **words; /* behind the action */
  int n;
} work;

/* --- list --- */

static hw_status roles_text(unsigned roles, hw_arena *arena, const char **out, hw_err *err) {
  hw_str text = HW_STR_INIT;
  hw_account_roles_format(roles, &text);
  *out = hw_arena_strdup(arena, hw_str_text(&text));
  hw_str_clear(&text);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "the accounts");
}

static const char *login_state(const hw_account *account) {
  if (!account->has_password) return "no password";
  if (account->is_locked) return "locked";
  if (account->must_change) return "must change";
  return account->has_otp ? "password, code" : "password";
}

static hw_status access_text(work *self, const hw_account *account, const char **out, hw_err *err) {
  const char *const *codes = NULL;
  int n = 0;
  hw_str text = HW_STR_INIT;
  HW_TRY(hw_access_list(self->app, account->code, self->arena, &codes, &n, err));
  for (int i = 0; i < n; i++) hw_str_append_format(&text, "%s%s", i > 0 ? " " : "", codes[i]);
  *out = hw_arena_strdup(self->arena, n > 0 ? hw_str_text(&text) : "all");
  hw_str_clear(&text);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "the accounts");
}

enum { COLUMNS = 6 };

static hw_status fill(work *self, const hw_account *account, const char **cells, hw_err *err) {
  cells[0] = account->code;
  HW_TRY(roles_text(account->roles, self->arena, &cells[1], err));
  cells[2] = login_state(account);
  HW_TRY(access_text(self, account, &cells[3], err));
  cells[4] = account->login;
  cells[5] = account->name;
  return HW_OK;
}

static void write_row(hw_json_writer *w, const hw_account *account, const char *const *cells) {
  const struct {
    const char *key;
    bool value;
  } flags[] = {{"has_password", account->has_password},
               {"has_second_factor", account->has_otp},
               {"must_change", account->must_change},
               {"is_locked", account->is_locked}};
  static const char *const keys[COLUMNS] = {"code",           "roles", NULL,
                                            "investigations", "login", "name"};
  hw_json_write_begin_row_object(w);
  for (int c = 0; c < COLUMNS; c++) {
    if (keys[c] == NULL) continue;
    hw_json_add_text(w, keys[c], cells[c]);
  }
  for (size_t i = 0; i < CLI_COUNT_OF(flags); i++)
    hw_json_add_bool(w, flags[i].key, flags[i].value);
  hw_json_write_end_object(w);
}

static hw_status write_json(const hw_account *items, const char *const *cells, int n, hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_file(&w, stdout, 2);
  hw_json_write_begin_object(&w);
  hw_json_add_text(&w, "format", "homeward-accounts/1");
  hw_json_add_array(&w, "accounts");
  for (int i = 0; i < n; i++) write_row(&w, &items[i], cells + (ptrdiff_t)COLUMNS * i);
  hw_json_write_end_array(&w);
  hw_json_write_end_object(&w);
  return hw_json_write_finish(&w, err);
}

static hw_status list(work *self, hw_err *err) {
  static const char *const headings[] = {"code",           "roles",      "login by",
                                         "investigations", "login name", "name"};
  const hw_account *items = NULL;
  int n = 0;
  HW_TRY(hw_account_list(self->app, self->arena, &items, &n, err));
  const char **cells = hw_arena_alloc_array(self->arena, COLUMNS * (size_t)n + 1, sizeof *cells);
  if (cells == NULL) return HW_NO_MEMORY(err, "the accounts");
  for (int i = 0; i < n; i++) HW_TRY(fill(self, &items[i], cells + (ptrdiff_t)COLUMNS * i, err));
  if (self->settings->json) return write_json(items, cells, n, err);
  cli_table table = {.n_columns = COLUMNS, .n_rows = n, .headings = headings, .cells = cells};
  cli_table_print(stdout, &table, cli_screen_width());
  return HW_OK;
}

/* --- add, change --- */

static hw_status make_request(work *self, hw_account_request *out, hw_err *err) {
  *out = (hw_account_request){.code = self->words[0],
                              .name = self->settings->name,
                              .login = self->settings->login,
                              .reason = self->settings->reason};
  if (self->settings->role == NULL)
    return hw_err_set(err, HW_E_USAGE, "--role: which roles? see 'homeward help account'");
  return hw_account_roles_parse(self->settings->role, &out->roles, err);
}

static hw_status add(work *self, hw_err *err) {
  hw_account_request request;
  HW_TRY(make_request(self, &request, err));
  HW_TRY(hw_account_add(self->app, &request, err));
  printf("%s is registered; 'homeward account password %s' lets them log in to the web pages\n",
         request.code, request.code);
  return HW_OK;
}

static hw_status change(work *self, hw_err *err) {
  hw_account_request request;
  const char *roles = NULL;
  HW_TRY(make_request(self, &request, err));
  HW_TRY(hw_account_change(self->app, &request, err));
  HW_TRY(roles_text(request.roles, self->arena, &roles, err));
  printf("%s: %s\n", request.code, roles);
  return HW_OK;
}

/* --- passwords --- */

static hw_status type_password(work *self, const hw_account *account, char *old, char *chosen,
                               hw_err *err) {
  const bool is_own = account->actor == self->app->actor && account->has_password;
  const bool from_stdin = self->settings->from_stdin;
  if (is_own) HW_TRY(cli_secret_read("password so far: ", from_stdin, old, err));
  HW_TRY(cli_secret_choose("new password: ", from_stdin, chosen, err));
  return hw_account_set_password(self->app, account->code, is_own ? old : NULL, chosen, err);
}

static hw_status password(work *self, hw_err *err) {
  char old[CLI_SECRET_SIZE] = "", chosen[CLI_SECRET_SIZE] = "";
  hw_account account;
  HW_TRY(hw_account_get(self->app, self->words[0], self->arena, &account, err));
  hw_status status = type_password(self, &account, old, chosen, err);
  hw_secret_clear(old, sizeof old);
  hw_secret_clear(chosen, sizeof chosen);
  if (status == HW_OK && account.actor != self->app->actor)
    printf("%s has a password, and changes it at the first login\n", account.code);
  else if (status == HW_OK)
    printf("%s has a new password\n", account.code);
  return status;
}

/* --- second factors --- */

static hw_status set_up(work *self, const hw_account_otp *otp, hw_err *err) {
  char typed[CLI_SECRET_SIZE];
  printf("secret  %s\naddress %s\n", otp->secret, otp->uri);
  fflush(stdout);
  HW_TRY(cli_secret_read("first code: ", self->settings->from_stdin, typed, err));
  HW_TRY(hw_account_otp_confirm(self->app, self->words[0], typed, (int64_t)time(NULL), err));
  printf("%s logs in with password and code from now on\n", self->words[0]);
  return HW_OK;
}

static hw_status otp(work *self, hw_err *err) {
  hw_account_otp made;
  const char *code = self->words[0];
  if (self->settings->remove) {
    HW_TRY(hw_account_otp_remove(self->app, code, NULL, (int64_t)time(NULL), self->settings->reason,
                                 err));
    printf("%s logs in without a code\n", code);
    return HW_OK;
  }
  HW_TRY(hw_account_otp_begin(self->app, code, self->settings->issuer, &made, err));
  hw_status status = set_up(self, &made, err);
  hw_account_otp_clear(&made);
  return status;
}

/* --- locks, access --- */

static hw_status lock(work *self, hw_err *err) {
  HW_TRY(hw_account_lock(self->app, self->words[0], self->settings->reason, err));
  printf("%s is locked\n", self->words[0]);
  return HW_OK;
}

static hw_status unlock(work *self, hw_err *err) {
  HW_TRY(hw_account_unlock(self->app, self->words[0], self->settings->reason, err));
  printf("%s is not locked\n", self->words[0]);
  return HW_OK;
}

static hw_status access_of(work *self, hw_err *err) {
  const char *const *codes = NULL;
  int n = 0;
  const char *code = self->words[0];
  if (self->settings->everything && self->n > 1)
    return hw_err_set(err, HW_E_USAGE, "--everything and single investigations: say one of them");
  if (self->settings->everything || self->n > 1)
    HW_TRY(hw_access_set(self->app, code, (const char *const *)(self->words + 1), self->n - 1,
                         self->settings->reason, err));
  HW_TRY(hw_access_list(self->app, code, self->arena, &codes, &n, err));
  printf("%s sees %s", code, n > 0 ? "the investigations" : "all investigations");
  for (int i = 0; i < n; i++) printf(" %s", codes[i]);
  printf("\n");
  return HW_OK;
}

/* --- the command --- */

static const struct action {
  const char *word;
  int least, most; /* words behind it */
  hw_status (*run)(work *self, hw_err *err);
} actions[] = {{"list", 0, 0, list},     {"add", 1, 1, add},
               {"change", 1, 1, change}, {"password", 1, 1, password},
               {"otp", 1, 1, otp},       {"lock", 1, 1, lock},
               {"unlock", 1, 1, unlock}, {"access", 1, 1 + HW_ACCESS_MOST, access_of}};

static const struct action *find_action(const char *word) {
  for (size_t i = 0; i < CLI_COUNT_OF(actions); i++)
    if (strcmp(actions[i].word, word) == 0) return &actions[i];
  return NULL;
}

static int run(int argc, char **argv) {
  account_settings settings = {0};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_account, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  const struct action *action = find_action(operands[0]);
  if (action == NULL)
    return cli_usage(&cli_command_account, "account: '%s' is no action", operands[0]);
  if (n - 1 < action->least || n - 1 > action->most)
    return cli_usage(&cli_command_account, "account %s: %s", action->word,
                     n - 1 < action->least ? "whose?" : "too many words");
  hw_app app;
  hw_arena arena;
  hw_err err = HW_ERR_INIT;
  const bool reads = action->run == list;
  status =
      cli_place_open(&cli_command_account, &settings.place, reads ? HW_DB_READ : HW_DB_WRITE, &app);
  if (status >= 0) return status;
  hw_arena_init(&arena, 0);
  work self = {&app, &settings, &arena, operands + 1, n - 1};
  status = action->run(&self, &err) == HW_OK ? CLI_FINE : cli_error(&err);
  hw_arena_clear(&arena);
  hw_app_close(&app);
  return status;
}

const cli_command cli_command_account = {
    .name = "account",
    .operands = "list|add|change|password|otp|lock|unlock|access [CODE [INVESTIGATION...]]",
    .n_operands_least = 1,
    .n_operands_most = 2 + HW_ACCESS_MOST,
    .brief = "people, their roles, passwords and access",
    .description =
        "Registers the people who work with the case database, gives them roles, and lets them log "
        "in to the web pages. Roles are sets of permissions:\n"
        "\n"
        "  reader         reads everything but names\n"
        "  analyst        write: imports, compares, proposes\n"
        "  reviewer       review\n"
        "  officer        write and names: families, dossiers, handovers\n"
        "  board          decide and names\n"
        "  administrator  administer\n"
        "\n"
        "A password has at least 12 characters and is typed without being shown, or comes as a line "
        "of standard input with --stdin. One that an administrator gives is changed at the first "
        "login. 'otp' sets up the second factor, a code of six digits by the clock (RFC 6238): it "
        "prints the secret for the authenticator and asks for a first code.\n"
        "\n"
        "'access CODE INVESTIGATION...' limits somebody to these investigations and to what belongs "
        "to none; --everything takes the limit away. Without investigations it tells them.\n",
    .examples = "  homeward account add anh --role 'officer reviewer' --login tta -c CASE\n"
                "  homeward account password anh -c CASE\n"
                "  homeward account otp anh -c CASE --as anh\n"
                "  homeward account access anh quangtri -c CASE\n"
                "  homeward account lock anh --reason 'left' -c CASE\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
