/* homeward init: a new case database, or an older one brought up to date. */
#include <stddef.h>

#include "cli/case_open.h"

typedef struct init_settings {
  cli_place place;
  const char *description;
  bool upgrade;
} init_settings;

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(init_settings, place),
    {"description", "TEXT", CLI_TEXT, offsetof(init_settings, description), 0, 0,
     "What this database is for.", 0, false},
    {"upgrade", NULL, CLI_FLAG, offsetof(init_settings, upgrade), 0, 0,
     "Bring a database of an older version up to this one. Make a backup first.", 0, false},
};

static int upgrade(const char *database, const hw_who *who) {
  hw_err err = HW_ERR_INIT;
  int from = 0, to = 0;
  const char *actor = who->actor != NULL ? who->actor : who->login;
  if (hw_store_upgrade(database, actor, &from, &to, &err) != HW_OK) return cli_error(&err);
  if (from == to)
    printf("%s is of this version (schema %d): nothing to do\n", database, to);
  else
    printf("%s was brought from schema %d to %d\n", database, from, to);
  return CLI_FINE;
}

static int run(int argc, char **argv) {
  init_settings settings = {0};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_init, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  if (n > 0 && settings.place.database != NULL)
    return cli_usage(&cli_command_init, "init: the database is named twice");
  if (n > 0) settings.place.database = operands[0];
  const char *database = cli_place_database(&settings.place);
  if (database == NULL)
    return cli_usage(&cli_command_init, "init: what shall the case database be called?");
  char login[HW_CODE_MAX + 1];
  hw_who who = cli_place_who(&settings.place, login);
  if (settings.upgrade) return upgrade(database, &who);
  hw_err err = HW_ERR_INIT;
  if (hw_app_create(database, &who, settings.description, &err) != HW_OK) return cli_error(&err);
  printf("%s: a new case database; first actor '%s' with all permissions\n", database,
         who.actor != NULL ? who.actor : who.login);
  return CLI_FINE;
}

const cli_command cli_command_init = {
    .name = "init",
    .operands = "[CASE]",
    .n_operands_most = 1,
    .brief = "make a case database",
    .description =
        "Makes an empty case database: one file that holds everything about the missing, their "
        "families, the remains, the profiles and the decisions, with the history of every "
        "change. Whoever makes it is its first actor and has all permissions; more actors come "
        "with 'homeward import actors'.\n"
        "\n"
        "A file that exists is never overwritten.\n",
    .examples = "  homeward init quangtri.hwc --description 'Quang Tri, 1972'\n"
                "  homeward init --upgrade -c quangtri.hwc\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
