/* Command lines from option tables.
 *
 * A command hands over its table and a settings struct with the defaults; the
 * parser builds the getopt_long table from it, converts and checks each value,
 * and writes it at the option's offset. getopt's own messages are switched off
 * because a mistake is told in the program's one form and names the option, the
 * text that was seen and what was expected.
 *
 * Numbers are read whole: "0.1x", "", "nan" and values outside the option's
 * range are mistakes, never rounded or cut. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* Values of getopt_long: options of the table count from here, clear of characters. */
enum { FIRST_OPTION = 1000, HELP_OPTION = 999, MOST_OPTIONS = 64 };

int cli_usage(const cli_command *command, const char *format, ...) {
  char text[600];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  cli_say("%s (see 'homeward help %s')", text, command->name);
  return CLI_BAD_INPUT;
}

static bool parse_double(const char *text, double *value) {
  char *end = NULL;
  errno = 0;
  *value = strtod(text, &end);
  /* strtod also takes hexadecimal and "inf"; neither is a number people mean here. */
  return end != text && *end == '\0' && isfinite(*value) && strpbrk(text, "xXpP ") == NULL;
}

static bool is_digits(const char *text) {
  return text[0] != '\0' && strspn(text, "0123456789") == strlen(text);
}

static bool parse_seed(const char *text, uint64_t *value) {
  errno = 0;
  *value = strtoumax(text, NULL, 10);
  return is_digits(text) && errno == 0;
}

static int take_number(const cli_command *command, const cli_option *option, const char *text,
                       char *settings) {
  double value = 0;
  if (!parse_double(text, &value) || value < option->least || value > option->most ||
      (option->kind == CLI_COUNT && !is_digits(text)))
    return cli_usage(command, "--%s: '%s' is not a %s from %.10g to %.10g", option->name, text,
                     option->kind == CLI_COUNT ? "whole number" : "number", option->least,
                     option->most);
  if (option->kind == CLI_COUNT) {
    int64_t whole = (int64_t)value;
    memcpy(settings + option->offset, &whole, sizeof whole);
  } else {
    memcpy(settings + option->offset, &value, sizeof value);
  }
  return -1;
}

static int take_another(const cli_command *command, const cli_option *option, const char *text,
                        char *settings) {
  cli_texts *list = (cli_texts *)(void *)(settings + option->offset);
  if (list->n == CLI_MOST_TEXTS)
    return cli_usage(command, "--%s is given more than %d times", option->name, CLI_MOST_TEXTS);
  list->items[list->n++] = text;
  return -1;
}

/* Stores one value; −1 or an exit status. */
static int take(const cli_command *command, const cli_option *option, const char *text,
                char *settings) {
  switch (option->kind) {
    case CLI_FLAG: {
      bool yes = true;
      memcpy(settings + option->offset, &yes, sizeof yes);
      return -1;
    }
    case CLI_TEXT:
    case CLI_TEXTS:
      if (text[0] == '\0') return cli_usage(command, "--%s: the text is empty", option->name);
      if (option->kind == CLI_TEXTS) return take_another(command, option, text, settings);
      memcpy(settings + option->offset, &text, sizeof text);
      return -1;
    case CLI_SEED: {
      uint64_t seed = 0;
      if (!parse_seed(text, &seed))
        return cli_usage(command, "--%s: '%s' is not a whole number from 0 to %" PRIu64,
                         option->name, text, UINT64_MAX);
      memcpy(settings + option->offset, &seed, sizeof seed);
      return -1;
    }
    case CLI_NUMBER:
    case CLI_COUNT:
      break;
  }
  return take_number(command, option, text, settings);
}

/* What getopt refused, in the program's words. */
static int refuse(const cli_command *command, int code, char **argv) {
  const char *seen = argv[optind > 0 ? optind - 1 : 0];
  if (code == ':') return cli_usage(command, "%s needs a value", seen);
  if (optopt >= FIRST_OPTION || optopt == HELP_OPTION)
    return cli_usage(command, "%s: this option takes no value", seen);
  if (optopt != 0) return cli_usage(command, "no option -%c", optopt);
  return cli_usage(command, "no option %s, or it is short for several", seen);
}

/* The option of a value of getopt_long, NULL for its complaints. */
static const cli_option *find_option(const cli_command *command, int code) {
  if (code >= FIRST_OPTION) return &command->options[code - FIRST_OPTION];
  for (size_t i = 0; i < command->n_options; i++)
    if (code != 0 && command->options[i].letter == code) return &command->options[i];
  return NULL;
}

int cli_parse(const cli_command *command, int argc, char **argv, void *settings, char ***operands,
              int *n_operands) {
  struct option table[MOST_OPTIONS + 2];
  memset(table, 0, sizeof table);
  size_t n = command->n_options < MOST_OPTIONS ? command->n_options : MOST_OPTIONS;
  for (size_t i = 0; i < n; i++) {
    table[i].name = command->options[i].name;
    table[i].has_arg = command->options[i].kind == CLI_FLAG ? no_argument : required_argument;
    table[i].val = FIRST_OPTION + (int)i;
  }
  table[n].name = "help";
  table[n].val = HELP_OPTION;

  char letters[2 * MOST_OPTIONS + 4] = ":h";
  for (size_t i = 0, at = 2; i < n; i++) {
    if (command->options[i].letter == 0) continue;
    letters[at++] = command->options[i].letter;
    if (command->options[i].kind != CLI_FLAG) letters[at++] = ':';
  }

  bool given[MOST_OPTIONS] = {false};
  opterr = 0;
  optind = 1;
  for (;;) {
    int code = getopt_long(argc, argv, letters, table, NULL);
    if (code == -1) break;
    if (code == 'h' || code == HELP_OPTION) {
      cli_help_command(command, stdout);
      return CLI_FINE;
    }
    const cli_option *option = find_option(command, code);
    if (option == NULL) return refuse(command, code, argv);
    given[option - command->options] = true;
    int status = take(command, option, optarg != NULL ? optarg : "", settings);
    if (status >= 0) return status;
  }
  for (size_t i = 0; i < n; i++)
    if (command->options[i].is_required && !given[i])
      return cli_usage(command, "--%s is missing", command->options[i].name);
  *operands = argv + optind;
  *n_operands = argc - optind;
  if (*n_operands < command->n_operands_least)
    return cli_usage(command, "%s: %s is missing", command->name, command->operands);
  if (*n_operands > command->n_operands_most)
    return cli_usage(command, "%s: '%s' is one argument too many", command->name,
                     argv[optind + command->n_operands_most]);
  return -1;
}
