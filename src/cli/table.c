/* Tables for a terminal.
 *
 * Texts come from files of other people, so they are cleaned of what could steer
 * a terminal. Where a table is wider than the screen its widest column gives way
 * first, so that codes and numbers stay whole as long as they can. */
#include "cli/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/cli.h"

enum { GAP = 2, NARROWEST = 6 };

int cli_screen_width(void) {
  const char *said = getenv("COLUMNS");
  if (said != NULL && said[0] != '\0' && strspn(said, "0123456789") == strlen(said)) {
    long n = strtol(said, NULL, 10);
    return n >= 20 && n <= 10000 ? (int)n : 0;
  }
  struct winsize size;
  if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) return size.ws_col;
  return 0;
}

/* Bytes of the character at `text`. */
static size_t character(const char *text) {
  size_t n = 1;
  while (((unsigned char)text[n] & 0xC0) == 0x80) n++;
  return n;
}

/* C0, DEL and C1 controls. */
static bool steers(const char *text) {
  unsigned char first = (unsigned char)text[0], second = (unsigned char)text[1];
  return first < 0x20 || first == 0x7F || (first == 0xC2 && second >= 0x80 && second < 0xA0);
}

int cli_print_clean(FILE *out, const char *text, int width) {
  int whole = cli_text_width(text), column = 0;
  bool is_cut = width > 0 && whole > width;
  int room = is_cut ? width - 1 : whole;
  while (*text != '\0') {
    size_t n = character(text);
    char one[8] = {0};
    bool is_clean = !steers(text) && n < sizeof one;
    if (is_clean) memcpy(one, text, n);
    int wide = is_clean ? cli_text_width(one) : 1;
    if (column + wide > room) break;
    if (is_clean)
      fwrite(text, 1, n, out);
    else
      fputc(' ', out);
    column += wide;
    text += n;
  }
  if (!is_cut) return column;
  fputs("…", out);
  return column + 1;
}

/* --- widths --- */

static void measure(const cli_table *table, int *widths) {
  for (int c = 0; c < table->n_columns; c++) {
    widths[c] = 0;
    for (int r = 0; r < table->n_rows; r++) {
      int width = cli_text_width(table->cells[r * table->n_columns + c]);
      if (width > widths[c]) widths[c] = width;
    }
    if (widths[c] == 0 || table->headings == NULL) continue;
    int heading = cli_text_width(table->headings[c]);
    if (heading > widths[c]) widths[c] = heading;
  }
}

static int total_of(const cli_table *table, const int *widths) {
  int total = table->indent;
  for (int c = 0; c < table->n_columns; c++)
    if (widths[c] > 0) total += widths[c] + GAP;
  return total - GAP;
}

/* Takes what is too much from the widest column, again and again. */
static void narrow(const cli_table *table, int *widths, int screen_width) {
  int excess = screen_width > 0 ? total_of(table, widths) - screen_width : 0;
  for (; excess > 0; excess--) {
    int widest = 0;
    for (int c = 1; c < table->n_columns; c++)
      if (widths[c] > widths[widest]) widest = c;
    if (widths[widest] <= NARROWEST) return;
    widths[widest]--;
  }
}

/* --- printing --- */

static void print_blanks(FILE *out, int n) {
  for (; n > 0; n--) fputc(' ', out);
}

static void print_row(FILE *out, const cli_table *table, const char *const *cells,
                      const int *widths) {
  int last = 0;
  for (int c = 0; c < table->n_columns; c++)
    if (widths[c] > 0 && cells[c][0] != '\0') last = c;
  print_blanks(out, table->indent);
  for (int c = 0; c <= last; c++) {
    if (widths[c] == 0) continue;
    int width = cli_text_width(cells[c]);
    int before = table->is_right[c] && width < widths[c] ? widths[c] - width : 0;
    print_blanks(out, before);
    int taken = before + cli_print_clean(out, cells[c], widths[c]);
    if (c < last) print_blanks(out, widths[c] - taken + GAP);
  }
  fputc('\n', out);
}

void cli_table_print(FILE *out, const cli_table *table, int screen_width) {
  int widths[CLI_TABLE_MAX_COLUMNS] = {0};
  if (table->n_columns > CLI_TABLE_MAX_COLUMNS) return;
  measure(table, widths);
  narrow(table, widths, screen_width);
  if (table->headings != NULL) print_row(out, table, table->headings, widths);
  for (int r = 0; r < table->n_rows; r++)
    print_row(out, table, table->cells + (size_t)r * (size_t)table->n_columns, widths);
}
