/* Help texts and the manual page, from the commands' own tables.
 *
 * Three renderings of one source: `homeward help`, `homeward help COMMAND`
 * (also `--help`) for a terminal 80 columns wide, and `homeward help --man` in
 * the man macros of roff, which the build captures as homeward.1. */
#include <string.h>

#include "cli/cli.h"
#include "homeward/version.h"

enum { WIDTH = 79, OPTION_COLUMN = 30 };

/* ---- terminal ---- */

/* Prints one paragraph between `indent` and WIDTH; `column` is where the cursor stands. */
static void wrap(FILE *out, const char *text, size_t n, int indent, int column) {
  size_t i = 0;
  bool first = true;
  while (i < n) {
    while (i < n && (text[i] == ' ' || text[i] == '\n')) i++;
    size_t start = i;
    while (i < n && text[i] != ' ' && text[i] != '\n') i++;
    int word = (int)(i - start);
    if (word == 0) break;
    if (!first && column + 1 + word > WIDTH) {
      fputc('\n', out);
      column = 0;
      first = true;
    }
    if (column < indent) {
      fprintf(out, "%*s", indent - column, "");
      column = indent;
    } else if (!first) {
      fputc(' ', out);
      column++;
    }
    fwrite(text + start, 1, (size_t)word, out);
    column += word;
    first = false;
  }
  fputc('\n', out);
}

/* Length of the paragraph at `text`; lines that start with a blank are each their own. */
static size_t paragraph_length(const char *text) {
  if (text[0] == '\n') return 0;
  if (text[0] == ' ') return strcspn(text, "\n");
  size_t n = 0;
  while (text[n] != '\0' && !(text[n] == '\n' && (text[n + 1] == '\n' || text[n + 1] == ' '))) n++;
  return n;
}

typedef void paragraph_printer(FILE *out, const char *text, size_t n, bool verbatim);

/* Calls `print` for every paragraph; empty lines come as paragraphs of length 0. */
static void each_paragraph(FILE *out, const char *text, paragraph_printer *print) {
  while (*text != '\0') {
    size_t n = paragraph_length(text);
    print(out, text, n, text[0] == ' ');
    text += n;
    if (*text == '\n') text++;
  }
}

static void print_terminal(FILE *out, const char *text, size_t n, bool verbatim) {
  if (verbatim || n == 0)
    fprintf(out, "%.*s\n", (int)n, text);
  else
    wrap(out, text, n, 0, 0);
}

static void print_option(FILE *out, const cli_option *option) {
  int column = 2;
  fputs("  ", out);
  if (option->letter != 0) column += fprintf(out, "-%c, ", option->letter);
  column += fprintf(out, "--%s%s%s", option->name, option->argument != NULL ? " " : "",
                    option->argument != NULL ? option->argument : "");
  if (column > OPTION_COLUMN - 2) {
    fputc('\n', out);
    column = 0;
  }
  wrap(out, option->help, strlen(option->help), OPTION_COLUMN, column);
}

void cli_help_command(const cli_command *command, FILE *out) {
  fprintf(out, "Usage: homeward %s%s%s%s\n\n", command->name,
          command->n_options > 0 ? " [options]" : "", command->operands[0] != '\0' ? " " : "",
          command->operands);
  each_paragraph(out, command->description, print_terminal);
  if (command->n_options > 0) {
    fputs("\nOptions:\n", out);
    for (size_t i = 0; i < command->n_options; i++) print_option(out, &command->options[i]);
  }
  if (command->examples[0] != '\0') fprintf(out, "\nExamples:\n%s", command->examples);
}

void cli_help_program(FILE *out) {
  fputs("homeward - identify the missing of war by exact kinship likelihoods\n\n"
        "Usage: homeward COMMAND [options] [arguments]\n\nCommands:\n",
        out);
  for (size_t i = 0; i < cli_n_commands; i++)
    fprintf(out, "  %-11s  %s\n", cli_commands[i]->name, cli_commands[i]->brief);
  fputs("\n'homeward help COMMAND' tells the options of a command.\n"
        "Exit status: 0 fine, 1 negative answer, 2 bad input, 3 environment\n"
        "(file, memory), 75 interrupted.\n",
        out);
}

/* ---- manual page ---- */

static void roff(FILE *out, const char *text, size_t n) {
  for (size_t i = 0; i < n; i++) {
    bool line_start = i == 0 || text[i - 1] == '\n';
    if (line_start && (text[i] == '.' || text[i] == '\'')) fputs("\\&", out);
    if (text[i] == '\\')
      fputs("\\e", out);
    else if (text[i] == '-')
      fputs("\\-", out);
    else
      fputc(text[i], out);
  }
}

static void roff_text(FILE *out, const char *text) {
  roff(out, text, strlen(text));
}

static void print_roff(FILE *out, const char *text, size_t n, bool verbatim) {
  if (n == 0) {
    fputs(".PP\n", out);
    return;
  }
  if (verbatim) fputs(".br\n", out);
  roff(out, text, n);
  fputc('\n', out);
}

static void man_command(FILE *out, const cli_command *command) {
  fprintf(out, ".SS \"homeward %s%s%s%s\"\n", command->name,
          command->n_options > 0 ? " [options]" : "", command->operands[0] != '\0' ? " " : "",
          command->operands);
  each_paragraph(out, command->description, print_roff);
  for (size_t i = 0; i < command->n_options; i++) {
    const cli_option *option = &command->options[i];
    fputs(".TP\n.BR ", out);
    if (option->letter != 0) fprintf(out, "\\-%c \", \" ", option->letter);
    fputs("\\-\\-", out);
    roff_text(out, option->name);
    if (option->argument != NULL) fprintf(out, " \" \\fI%s\\fR\"", option->argument);
    fputc('\n', out);
    roff_text(out, option->help);
    fputc('\n', out);
  }
  if (command->examples[0] != '\0') {
    fputs(".PP\nExamples:\n.PP\n.nf\n", out);
    roff_text(out, command->examples);
    fputs(".fi\n", out);
  }
}

void cli_help_man(FILE *out) {
  fputs(".\\\" Made by 'homeward help --man'; edit the tables in src/cli instead.\n"
        ".TH HOMEWARD 1 \"\" \"Homeward " HW_VERSION "\" \"Homeward\"\n"
        ".SH NAME\nhomeward \\- identify the missing of war by exact kinship likelihoods\n"
        ".SH SYNOPSIS\n.B homeward\n.I COMMAND\n[options] [arguments]\n"
        ".SH DESCRIPTION\n"
        "Homeward compares DNA profiles of unidentified remains with families who miss\n"
        "someone. It computes exact likelihood ratios for any pedigree, with mutation,\n"
        "dropout, silent alleles and population substructure.\n"
        ".SH COMMANDS\n",
        out);
  for (size_t i = 0; i < cli_n_commands; i++) man_command(out, cli_commands[i]);
  fputs(".SH EXIT STATUS\n"
        ".TP\n0\nfine\n.TP\n1\na negative answer, where a command asks a yes/no question\n"
        ".TP\n2\nbad input: the file, field and reason stand on standard error\n"
        ".TP\n3\nthe environment: a file cannot be read or written, memory is exhausted\n"
        ".TP\n75\ninterrupted; can be run again\n"
        ".SH ENVIRONMENT\n"
        ".TP\nHW_SIMD\nforces the kernel set ref, avx2 or avx512; all give the same bytes\n"
        ".TP\nHOMEWARD_CASE\nthe case database, where \\-c is not given\n"
        ".TP\nTMPDIR\nfolder for copies of standard input and of files that come through a browser "
        "while\nthey are imported (default /tmp)\n"
        ".TP\nCOLUMNS\nwidth of tables; without it that of the terminal, if there is one\n"
        ".SH STANDARDS\n"
        "Case files are UTF\\-8 JSON (homeward\\-case/1). The same inputs, parameters and\n"
        "version give the same bytes of result on every machine.\n",
        out);
}
