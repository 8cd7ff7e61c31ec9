/* homeward: the program.
 *
 * main picks the command, runs it, and then makes sure that what was printed has
 * arrived: output to a full disk or a closed pipe ends with exit status 3, also
 * when everything else went well. SIGPIPE is ignored for that reason: a reader
 * who has seen enough (`homeward … | head`) ends the output, not the program in
 * the middle of writing a file. So is SIGXFSZ: a limit on the size of files is told
 * like a full disk. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "homeward/likelihood.h"

const cli_command *const cli_commands[] = {
    &cli_command_init,      &cli_command_import,   &cli_command_export,
    &cli_command_lr,        &cli_command_identify, &cli_command_scrutinise,
    &cli_command_search,    &cli_command_relate,   &cli_command_reassociate,
    &cli_command_power,     &cli_command_draw,     &cli_command_status,
    &cli_command_find,      &cli_command_show,     &cli_command_decide,
    &cli_command_set_state, &cli_command_report,   &cli_command_handover,
    &cli_command_account,   &cli_command_check,    &cli_command_backup,
    &cli_command_serve,     &cli_command_simulate, &cli_command_bench,
    &cli_command_version,   &cli_command_help,
};
const size_t cli_n_commands = CLI_COUNT_OF(cli_commands);

const cli_command *cli_find_command(const char *name) {
  for (size_t i = 0; i < cli_n_commands; i++)
    if (strcmp(cli_commands[i]->name, name) == 0) return cli_commands[i];
  return NULL;
}

/* Flushes standard output; `status` unless that fails. */
static int finish(int status) {
  errno = 0;
  bool failed = fflush(stdout) != 0;
  int reason = errno;
  if (!failed && !ferror(stdout)) return status;
  /* A reader that went away knows; anything else is worth a line. Commands that have told
   * already keep their own status. */
  if (status == CLI_FINE && reason != EPIPE && reason != 0)
    cli_say("standard output: cannot write: %s", strerror(reason));
  return status == CLI_FINE || status == CLI_NO ? CLI_ENVIRONMENT : status;
}

const char *cli_simd(void) {
  const char *name = getenv("HW_SIMD");
  return name != NULL && *name != '\0' ? name : NULL;
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  if (hw_kernel_set(cli_simd()) == NULL) {
    cli_say("HW_SIMD=%s: no such kernel set, or not one that this processor runs; the sets are "
            "ref, avx2 and avx512",
            cli_simd());
    return CLI_BAD_INPUT;
  }
  if (argc < 2) {
    cli_help_program(stderr);
    return CLI_BAD_INPUT;
  }
  const char *name = argv[1];
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) name = "help";
  if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) name = "version";
  const cli_command *command = cli_find_command(name);
  if (command == NULL) {
    cli_say("no command '%s' (see 'homeward help')", name);
    return CLI_BAD_INPUT;
  }
  return finish(command->run(argc - 1, argv + 1));
}
