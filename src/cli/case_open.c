/* What commands that use a case database share: its name, and who uses it.
 *
 * The login name is asked of the system, not of the environment, where anybody
 * could write another one; a number without a name is written as "uid 1000". */
#include "cli/case_open.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/access.h"

const char *cli_place_database(const cli_place *place) {
  const char *name = place->database != NULL ? place->database : getenv("HOMEWARD_CASE");
  return name != NULL && *name != '\0' ? name : NULL;
}

hw_who cli_place_who(const cli_place *place, char *login) {
  const struct passwd *user = getpwuid(geteuid());
  if (user != NULL)
    snprintf(login, HW_CODE_MAX + 1, "%s", user->pw_name);
  else
    snprintf(login, HW_CODE_MAX + 1, "uid %lu", (unsigned long)geteuid());
  return (hw_who){.login = login, .actor = place->as};
}

int cli_place_open(const cli_command *command, const cli_place *place, hw_db_mode mode,
                   hw_app *app) {
  const char *database = cli_place_database(place);
  if (database == NULL)
    return cli_usage(command, "%s: which case database? say -c CASE", command->name);
  char login[HW_CODE_MAX + 1];
  hw_who who = cli_place_who(place, login);
  hw_err err = HW_ERR_INIT;
  if (hw_app_open(app, database, mode, &who, &err) != HW_OK) return cli_error(&err);
  return -1;
}

void cli_tell_investigations(hw_app *app, int64_t investigation, const char *doing, hw_err *err) {
  enum { MOST_NAMES = 8 };
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_str names = HW_STR_INIT;
  int n = 0;
  if (hw_store_scan(app->store, HW_KIND_INVESTIGATION, -1, NULL, &scan, NULL) != HW_OK) return;
  while (hw_scan_next(scan, &row, NULL) == HW_OK && row != NULL) {
    bool may = false;
    if (row->withdrawn != NULL || row->id == investigation ||
        hw_access_may(app, HW_KIND_INVESTIGATION, row->id, &may, NULL) != HW_OK || !may ||
        ++n > MOST_NAMES)
      continue;
    hw_str_append_format(&names, "%s%s", n > 1 ? ", " : "",
                         hw_record_text(row, HW_FIELD_INVESTIGATION_CODE));
  }
  hw_scan_done(scan);
  if (n > 0)
    hw_err_while(err, "%s in one investigation; others are %s%s (--investigation)", doing,
                 hw_str_text(&names), n > MOST_NAMES ? " …" : "");
  hw_str_clear(&names);
}
