/* What commands that use a case database share: its name, and who uses it. */
#ifndef HW_CLI_CASE_OPEN_H
#define HW_CLI_CASE_OPEN_H

#include "app/app.h"
#include "cli/cli.h"

/* Part of a command's settings. */
typedef struct cli_place {
  const char *database; /* -c */
  const char *as;       /* --as */
} cli_place;

/* The two options of a command whose settings are of `type` and hold a cli_place `member`. */
#define CLI_PLACE_OPTIONS(type, member)                                                    \
  {"database",                                                                             \
   "CASE",                                                                                 \
   CLI_TEXT,                                                                               \
   offsetof(type, member.database),                                                        \
   0,                                                                                      \
   0,                                                                                      \
   "The case database (default: the environment variable HOMEWARD_CASE).",                 \
   'c',                                                                                    \
   false},                                                                                 \
  {                                                                                        \
    "as", "CODE", CLI_TEXT, offsetof(type, member.as), 0, 0,                               \
        "Act as this registered actor (default: the one with your login name). The audit " \
        "chain records both.",                                                             \
        0, false                                                                           \
  }

/* Name of the database, or NULL. */
const char *cli_place_database(const cli_place *place);
/* Who runs the program. `login` (at least HW_CODE_MAX + 1 bytes) receives the login name. */
hw_who cli_place_who(const cli_place *place, char *login);
/* Opens the database, or tells why not. Returns -1 (then hw_app_close it), or the exit status. */
int cli_place_open(const cli_command *command, const cli_place *place, hw_db_mode mode,
                   hw_app *app);

/* Adds to an error the investigations that could have been meant instead. @param doing  "searching" */
void cli_tell_investigations(hw_app *app, int64_t investigation, const char *doing, hw_err *err);

#endif
