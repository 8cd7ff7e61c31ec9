/* Tables for a terminal: columns as wide as their texts, narrowed where the screen ends. */
#ifndef HW_CLI_TABLE_H
#define HW_CLI_TABLE_H

#include <stdbool.h>
#include <stdio.h>

enum { CLI_TABLE_MAX_COLUMNS = 16 };

typedef struct cli_table {
  int n_columns, n_rows;
  const char *const *headings;          /* NULL = none */
  const char *const *cells;             /* n_columns to a row; none is NULL */
  bool is_right[CLI_TABLE_MAX_COLUMNS]; /* numbers */
  int indent;
} cli_table;

/* Columns of the terminal that standard output is, or what COLUMNS says; 0 = no limit. */
int cli_screen_width(void);

/* Prints a table. Columns without any text are left out; texts that do not fit end with "…".
 * Characters that would steer a terminal are printed as blanks. */
void cli_table_print(FILE *out, const cli_table *table, int screen_width);

/* Prints a text without steering characters, cut to `width` columns (0 = whole). Returns the
 * columns that it takes. */
int cli_print_clean(FILE *out, const char *text, int width);

#endif
