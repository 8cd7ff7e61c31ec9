/* homeward help, homeward version. */
#include <stddef.h>
#include <string.h>

#include "cli/cli.h"
#include "homeward/likelihood.h"
#include "homeward/version.h"

typedef struct help_settings {
  bool man, records;
  const char *completion;
} help_settings;

static const cli_option help_options[] = {
    {"man", NULL, CLI_FLAG, offsetof(help_settings, man), 0, 0,
     "Write the manual page homeward(1) in roff.", 0, false},
    {"completion", "SHELL", CLI_TEXT, offsetof(help_settings, completion), 0, 0,
     "Write completion for bash or zsh.", 0, false},
    {"records", NULL, CLI_FLAG, offsetof(help_settings, records), 0, 0,
     "Write the page of all kinds of records and their tables (docs/records.md).", 0, false},
};

static int run_help(int argc, char **argv) {
  help_settings settings = {0};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_help, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  bool is_bash = settings.completion != NULL && strcmp(settings.completion, "bash") == 0;
  bool is_zsh = settings.completion != NULL && strcmp(settings.completion, "zsh") == 0;
  if (settings.completion != NULL && !is_bash && !is_zsh)
    return cli_usage(&cli_command_help, "--completion: '%s' is not one of bash, zsh",
                     settings.completion);
  if (settings.man) {
    cli_help_man(stdout);
  } else if (is_bash) {
    cli_completion_bash(stdout);
  } else if (is_zsh) {
    cli_completion_zsh(stdout);
  } else if (settings.records) {
    cli_help_records();
  } else if (n == 0) {
    cli_help_program(stdout);
  } else {
    const cli_command *command = cli_find_command(operands[0]);
    if (command == NULL) {
      cli_say("no command '%s' (see 'homeward help')", operands[0]);
      return CLI_BAD_INPUT;
    }
    cli_help_command(command, stdout);
  }
  return CLI_FINE;
}

const cli_command cli_command_help = {
    .name = "help",
    .operands = "[COMMAND]",
    .n_operands_most = 1,
    .brief = "tell how a command is used",
    .description = "Lists the commands, or tells the options of one of them.\n",
    .examples = "  homeward help identify\n  homeward help --man | man -l -\n"
                "  source <(homeward help --completion bash)\n",
    .options = help_options,
    .n_options = CLI_COUNT_OF(help_options),
    .run = run_help,
};

typedef struct version_settings {
  bool verbose;
} version_settings;

static const cli_option version_options[] = {
    {"verbose", NULL, CLI_FLAG, offsetof(version_settings, verbose), 0, 0,
     "Also tell how the program was built.", 'v', false},
};

static const char *sanitizers(void) {
#if defined(__SANITIZE_ADDRESS__)
  return "address";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
  return "address";
#else
  return "none";
#endif
#else
  return "none";
#endif
}

static void print_build(void) {
#if defined(__clang__)
  printf("compiler      clang %s\n", __clang_version__);
#else
  printf("compiler      gcc %s\n", __VERSION__);
#endif
#ifdef NDEBUG
  const char *checks = "release";
#else
  const char *checks = "with assertions";
#endif
  printf("build         %s, C%ld, %zu-bit, sanitizer %s\n", checks, __STDC_VERSION__ / 100 % 100,
         8 * sizeof(void *), sanitizers());
  printf("library       %s\n", hw_version());
  printf("kernels       %s\n", hw_kernel_set(cli_simd()));
  printf("case format   homeward-case/1\n");
  printf("licence       MIT\n");
}

static int run_version(int argc, char **argv) {
  version_settings settings = {0};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_version, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  printf("homeward %s\n", HW_VERSION);
  if (settings.verbose) print_build();
  return CLI_FINE;
}

const cli_command cli_command_version = {
    .name = "version",
    .operands = "",
    .brief = "print the version",
    .description = "Prints the version of the program; results carry it too.\n",
    .examples = "",
    .options = version_options,
    .n_options = CLI_COUNT_OF(version_options),
    .run = run_version,
};
