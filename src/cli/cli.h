/* What the files of the program share.
 *
 * A command is one cli_command: its words for people, one table of options and
 * a function. The parser, `--help`, `homeward help COMMAND` and the manual page
 * all read that table, so that they cannot disagree.
 *
 * Everything that prints lives in this folder. A command returns its exit
 * status; errors of the library come as hw_err and are printed by cli_error in
 * one form, "homeward: FILE:LINE: FIELD: message". */
#ifndef HW_CLI_H
#define HW_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "formats/case_source.h"
#include "homeward/status.h"

/* Exit statuses (DESIGN: 0 fine, 1 a negative answer, the others errors). */
enum { CLI_FINE = 0, CLI_NO = 1, CLI_BAD_INPUT = 2, CLI_ENVIRONMENT = 3, CLI_INTERRUPTED = 75 };

typedef enum cli_kind {
  CLI_FLAG,   /* bool */
  CLI_TEXT,   /* const char * */
  CLI_TEXTS,  /* cli_texts; may be given several times */
  CLI_NUMBER, /* double */
  CLI_COUNT,  /* int64_t */
  CLI_SEED    /* uint64_t */
} cli_kind;

/* Values of an option that may be given several times, in their order. */
enum { CLI_MOST_TEXTS = 256 };
typedef struct cli_texts {
  int n;
  const char *items[CLI_MOST_TEXTS];
} cli_texts;

/* One option. Its value goes to `offset` bytes into the command's settings. */
typedef struct cli_option {
  const char *name;     /* long name, without dashes */
  const char *argument; /* placeholder in the help, NULL for a flag */
  cli_kind kind;
  size_t offset;
  double least, most; /* numbers and counts: permitted range, ends included */
  const char *help;   /* one or two sentences */
  char letter;        /* short name, 0 = none */
  bool is_required;
} cli_option;

typedef struct cli_command {
  const char *name;
  const char *operands; /* "FILE", "" if none */
  int n_operands_least, n_operands_most;
  const char *brief;       /* half a line */
  const char *description; /* paragraphs; an empty line parts them, a line that
                              starts with blanks is kept as it stands */
  const char *examples;    /* lines kept as they stand */
  const cli_option *options;
  size_t n_options;
  int (*run)(int argc, char **argv);
} cli_command;

/* Kernel set that the environment variable HW_SIMD forces; NULL = none. */
const char *cli_simd(void);

/* The commands, in the order of the help. */
extern const cli_command cli_command_init;
extern const cli_command cli_command_import;
extern const cli_command cli_command_export;
extern const cli_command cli_command_lr;
extern const cli_command cli_command_identify;
extern const cli_command cli_command_scrutinise;
extern const cli_command cli_command_search;
extern const cli_command cli_command_relate;
extern const cli_command cli_command_reassociate;
extern const cli_command cli_command_power;
extern const cli_command cli_command_draw;
extern const cli_command cli_command_status;
extern const cli_command cli_command_find;
extern const cli_command cli_command_show;
extern const cli_command cli_command_set_state;
extern const cli_command cli_command_decide;
extern const cli_command cli_command_report;
extern const cli_command cli_command_handover;
extern const cli_command cli_command_account;
extern const cli_command cli_command_check;
extern const cli_command cli_command_backup;
extern const cli_command cli_command_serve;
extern const cli_command cli_command_simulate;
extern const cli_command cli_command_bench;
extern const cli_command cli_command_version;
extern const cli_command cli_command_help;
extern const cli_command *const cli_commands[];
extern const size_t cli_n_commands;
const cli_command *cli_find_command(const char *name);

/* Reads the command line of a command. `settings` holds the defaults.
 * Returns -1 to go on (*operands, *n_operands set; they point into argv), or
 * the exit status to leave with: 0 after --help, 2 after a mistake. */
int cli_parse(const cli_command *command, int argc, char **argv, void *settings, char ***operands,
              int *n_operands);

/* Help texts. */
void cli_help_command(const cli_command *command, FILE *out);
void cli_help_program(FILE *out);
void cli_help_man(FILE *out);
void cli_completion_bash(FILE *out);
void cli_completion_zsh(FILE *out);
/* docs/records.md on standard output. */
void cli_help_records(void);

/* Diagnostics on standard error. */
void cli_say(const char *format, ...) HW_PRINTF(1, 2);
/* Prints an error of the library and returns its exit status. */
int cli_error(const hw_err *err);
/* Points to the help of a command and returns CLI_BAD_INPUT. */
int cli_usage(const cli_command *command, const char *format, ...) HW_PRINTF(2, 3);

/* Reads the cases of a file, homeward-case JSON or Familias; notes and mistakes go to standard
 * error. Of a Familias file with both kinds of cases the list holds the wanted one only.
 * Returns -1 to go on, or the exit status to leave with. Free with hw_case_source_clear. */
int cli_read_cases(const char *path, bool wants_hypotheses, hw_case_source *out);
/* The case of remains and families that a command works on: the one called @p id, or with NULL the
 * only one. */
HW_MUST_CHECK hw_status cli_choose_case(const hw_case_list *list, const char *id,
                                        const hw_case **out, hw_err *err);
/* The same, which may have no markers. */
HW_MUST_CHECK hw_status cli_choose_bare_case(const hw_case_list *list, const char *id,
                                             const hw_case **out, hw_err *err);

/* A file that appears under its name only when it is complete: written under a
 * temporary name in the same folder, renamed by cli_file_commit. A zeroed
 * struct is closed. The name "-" is standard output. */
typedef struct cli_file {
  FILE *stream;
  const char *path; /* borrowed */
  char *temporary;  /* NULL for standard output */
} cli_file;
HW_MUST_CHECK hw_status cli_file_open(cli_file *self, const char *path, hw_err *err);
HW_MUST_CHECK hw_status cli_file_commit(cli_file *self, hw_err *err);
/* Closes and removes what was not committed; nothing to do afterwards. */
void cli_file_clear(cli_file *self);

/* Numbers for people; `buffer` holds at least CLI_NUMBER_SIZE bytes and is returned. */
enum { CLI_NUMBER_SIZE = 40 };
/* Likelihood ratio from its log10: "21.98", "2.198 x 10^4", "0 (excluded)", "infinite",
 * "undefined" for NaN. */
const char *cli_format_lr(double log10_lr, char *buffer);
/* log10 of a likelihood ratio: "4.342", "-inf", "inf", "undefined". */
const char *cli_format_log10(double log10_lr, char *buffer);
/* A probability that shows how near to one it is: "0.9993", "1 - 2e-9". */
const char *cli_format_probability(double value, double complement, char *buffer);
/* Columns that a UTF-8 text takes on a terminal: code points besides combining marks. */
int cli_text_width(const char *text);
/* Prints text and blanks up to `width` columns. */
void cli_print_padded(FILE *out, const char *text, int width);

#define CLI_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
