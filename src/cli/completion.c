/* Shell completion, from the commands' own tables.
 *
 * One case per command: its options, and as operands the kinds of records where
 * the command's words for people say KIND, files otherwise. Like the help and
 * the manual page it cannot disagree with what the parser takes. */
#include <string.h>

#include "cli/cli.h"
#include "store/kind.h"

static bool takes_kind(const cli_command *command) {
  return strstr(command->operands, "KIND") != NULL;
}

/* "families" where people name many, "family" where they name one. */
static void print_kinds(FILE *out, const cli_command *command) {
  bool is_one = strstr(command->operands, "CODE") != NULL;
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    const hw_kind *kind = hw_kind_get((hw_kind_id)k);
    if (kind->flags & HW_KIND_SECRET) continue;
    fprintf(out, "%s%s", k > 0 ? " " : "", is_one ? kind->name : kind->plural);
  }
}

/* Where the words begin that a command takes first, "plan|run|merge FOLDER"; NULL = it takes none. */
static const char *verbs_of(const cli_command *command) {
  const char *words = command->operands + (command->operands[0] == '[');
  size_t n = strcspn(words, " ]");
  return memchr(words, '|', n) != NULL && !takes_kind(command) ? words : NULL;
}

static void print_verbs(FILE *out, const cli_command *command) {
  for (const char *at = verbs_of(command); *at != ' ' && *at != ']' && *at != '\0'; at++)
    fputc(*at == '|' ? ' ' : *at, out);
}

static void print_options(FILE *out, const cli_command *command) {
  fputs("--help", out);
  for (size_t i = 0; i < command->n_options; i++) fprintf(out, " --%s", command->options[i].name);
}

/* ---- bash ---- */

/* Options whose next word is a value: a kind, or a file. */
static void print_bash_values(FILE *out, const cli_command *command) {
  for (size_t i = 0; i < command->n_options; i++) {
    const cli_option *option = &command->options[i];
    if (option->argument == NULL || strcmp(option->argument, "KIND") != 0) continue;
    fprintf(out, "      [ \"$before\" = --%s ] && words='", option->name);
    print_kinds(out, command);
    fputs("' && options=\n", out);
  }
}

void cli_completion_bash(FILE *out) {
  fputs("# bash completion of homeward; made by 'homeward help --completion bash'.\n"
        "_homeward() {\n"
        "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
        "  local options= words= files=1\n"
        "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
        "    COMPREPLY=($(compgen -W '",
        out);
  for (size_t i = 0; i < cli_n_commands; i++)
    fprintf(out, "%s%s", i > 0 ? " " : "", cli_commands[i]->name);
  fputs("' -- \"$word\"))\n    return\n  fi\n  case ${COMP_WORDS[1]} in\n", out);
  for (size_t i = 0; i < cli_n_commands; i++) {
    const cli_command *command = cli_commands[i];
    fprintf(out, "    %s)\n      options='", command->name);
    print_options(out, command);
    fputs("'\n", out);
    if (strcmp(command->name, "help") == 0) {
      fputs("      words='", out);
      for (size_t c = 0; c < cli_n_commands; c++) fprintf(out, " %s", cli_commands[c]->name);
      fputs("'\n", out);
    } else if (takes_kind(command)) {
      fputs("      words='", out);
      print_kinds(out, command);
      fputs("'\n", out);
    } else if (verbs_of(command) != NULL) {
      fputs("      words='", out);
      print_verbs(out, command);
      fputs("'\n", out);
    }
    print_bash_values(out, command);
    fputs("      ;;\n", out);
  }
  fputs("  esac\n"
        "  case $word in\n"
        "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
        "    *) COMPREPLY=($(compgen -W \"$words\" -- \"$word\") $(compgen -f -- \"$word\")) ;;\n"
        "  esac\n"
        "}\n"
        "complete -o filenames -F _homeward homeward\n",
        out);
}

/* ---- zsh ---- */

/* Text between single quotes, with what _arguments takes as its own left out. */
static void print_zsh_text(FILE *out, const char *text) {
  for (const char *at = text; *at != '\0'; at++) {
    if (*at == '\'')
      fputs("'\\''", out);
    else if (strchr("[]:\\", *at) != NULL)
      fprintf(out, "\\%c", *at);
    else
      fputc(*at, out);
  }
}

static void print_zsh_option(FILE *out, const cli_option *option) {
  fprintf(out, " \\\n        '--%s[", option->name);
  print_zsh_text(out, option->help);
  fputc(']', out);
  if (option->argument != NULL) {
    fputc(':', out);
    print_zsh_text(out, option->argument);
    fputs(strcmp(option->argument, "KIND") == 0 ? ":('$kinds')" : ":_files", out);
  }
  fputc('\'', out);
}

void cli_completion_zsh(FILE *out) {
  fputs("#compdef homeward\n"
        "# zsh completion of homeward; made by 'homeward help --completion zsh'.\n"
        "_homeward() {\n  local -a commands\n  local kinds\n  commands=(\n",
        out);
  for (size_t i = 0; i < cli_n_commands; i++) {
    fprintf(out, "    '%s:", cli_commands[i]->name);
    print_zsh_text(out, cli_commands[i]->brief);
    fputs("'\n", out);
  }
  fputs("  )\n"
        "  if (( CURRENT == 2 )); then\n"
        "    _describe command commands\n"
        "    return\n"
        "  fi\n"
        "  case $words[2] in\n",
        out);
  for (size_t i = 0; i < cli_n_commands; i++) {
    const cli_command *command = cli_commands[i];
    fprintf(out, "    %s)\n      kinds='", command->name);
    print_kinds(out, command);
    fputs("'\n      _arguments -s '1: :' '--help[Tell how the command is used.]'", out);
    for (size_t o = 0; o < command->n_options; o++) print_zsh_option(out, &command->options[o]);
    if (strcmp(command->name, "help") == 0) {
      fputs(" \\\n        '2:command:(${commands%%:*})'", out);
    } else if (takes_kind(command)) {
      fputs(" \\\n        \"2:kind:($kinds)\" '*:file:_files'", out);
    } else if (verbs_of(command) != NULL) {
      fputs(" \\\n        '2:verb:(", out);
      print_verbs(out, command);
      fputs(")' '*:file:_files'", out);
    } else {
      fputs(" \\\n        '*:file:_files'", out);
    }
    fputs("\n      ;;\n", out);
  }
  fputs("  esac\n}\n_homeward \"$@\"\n", out);
}
