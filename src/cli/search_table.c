/* One screen of a search for people: what was searched, what chance alone would
 * give, and the best pairs. Everything that was kept stands in --json. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/identify_out.h"
#include "cli/search_out.h"
#include "cli/table.h"

enum { MOST_ROWS = 20, MOST_LEFT_OUT = 5, CELL = 64 };

/* ---- head ---- */

/* "1,234,567". */
static const char *grouped(int64_t value, char *buffer) {
  char digits[32];
  int n = snprintf(digits, sizeof digits, "%" PRId64, value), at = 0;
  for (int i = 0; i < n; i++) {
    if (i > 0 && (n - i) % 3 == 0) buffer[at++] = ',';
    buffer[at++] = digits[i];
  }
  buffer[at] = '\0';
  return buffer;
}

static void print_case(const search_view *view) {
  const hw_search_input *input = view->found->input;
  printf("%-10s %s%s%d remains, %d missing persons in %d families, %d markers",
         view->investigation != NULL ? "Case" : "Plan",
         view->investigation != NULL ? view->investigation : "",
         view->investigation != NULL ? ": " : "", (int)input->n_samples, (int)input->n_queries,
         (int)input->n_families, (int)input->n_markers);
  if (input->theta > 0) printf(", theta %g", input->theta);
  printf("\nPrior      each of the %d missing persons %.4g, none of them %.4g, for every remains\n",
         (int)input->n_queries, view->found->prior_each, view->found->prior_none);
}

static void print_since(const hw_search_since *since) {
  if (since == NULL || since->is_full) return;
  if (since->is_resumed) {
    fputs("           an interrupted search was gone on with\n", stdout);
    return;
  }
  printf("           new or changed since the last search: %d remains, %d missing persons; the "
         "rest was\n           taken over\n",
         (int)since->n_new_samples, (int)since->n_new_queries);
}

static void print_searched(const search_view *view) {
  const hw_found *found = view->found;
  const hw_search_options *options = found->options;
  char pairs[CLI_NUMBER_SIZE], kept[CLI_NUMBER_SIZE];
  printf("Searched   %s pairs", grouped(found->results->n_compared, pairs));
  if (view->seconds > 0) printf(" in %.3g s", view->seconds);
  if (view->seconds > 0 && (view->since == NULL || view->since->is_full)) /* else not all of them */
    printf(", %.3g a second", (double)found->results->n_compared / view->seconds);
  fputc('\n', stdout);
  print_since(view->since);
  printf("Kept       %s pairs: log10 LR of at least %g", grouped(found->n_pairs, kept),
         options->threshold);
  if (options->top > 0)
    printf(", and the %d best of every remains and missing person from %g on", (int)options->top,
           options->floor);
  printf("\nChance     %.4g unrelated pairs are expected at or above %g",
         found->results->expected_all, options->threshold);
  if (found->results->expected_error > 0)
    printf(" (standard error %.2g)", found->results->expected_error);
  printf(
      "\n*          proposed: posterior at least %g, best for remains and missing person, and no\n"
      "           close relative of the missing person fits better\n",
      found->accept);
}

/* ---- pairs ---- */

enum {
  COLUMN_MARK,
  COLUMN_REMAINS,
  COLUMN_FAMILY,
  COLUMN_MISSING,
  COLUMN_LR,
  COLUMN_POSTERIOR,
  COLUMN_MARKERS,
  COLUMN_MISMATCHES,
  COLUMN_CHANCE,
  COLUMN_NOTE,
  N_COLUMNS
};

/* Texts of the table; names are borrowed. */
typedef struct texts {
  char lr[CLI_NUMBER_SIZE], posterior[CLI_NUMBER_SIZE], markers[16], mismatches[16],
      chance[CLI_NUMBER_SIZE], note[CELL];
} texts;

static void fill_row(const hw_found *found, const hw_found_pair *item, texts *own,
                     const char **cells) {
  const hw_search_input *input = found->input;
  const hw_search_query *query = &input->queries[item->pair.query];
  const hw_search_detail *detail = &item->detail;
  char lr[CLI_NUMBER_SIZE];
  snprintf(own->markers, sizeof own->markers, "%d", (int)detail->n_markers);
  snprintf(own->mismatches, sizeof own->mismatches, "%d", (int)detail->n_mismatches);
  snprintf(own->chance, sizeof own->chance, "%.2g", found->results->expected[item->pair.query]);
  own->note[0] = '\0';
  if (detail->is_kin)
    snprintf(own->note, sizeof own->note, "a %s fits better (%s)", hw_search_kin_name(detail->kin),
             cli_format_log10(detail->log10_lr_kin, lr));
  cells[COLUMN_MARK] = item->is_proposed ? "*" : "";
  cells[COLUMN_REMAINS] = input->samples[item->pair.sample].code;
  cells[COLUMN_FAMILY] = input->families[query->family].code;
  cells[COLUMN_MISSING] = query->code;
  cells[COLUMN_LR] = cli_format_log10(item->pair.log10_lr, own->lr);
  cells[COLUMN_POSTERIOR] =
      isnan(detail->posterior)
          ? "undefined"
          : cli_format_probability(detail->posterior, item->complement, own->posterior);
  cells[COLUMN_MARKERS] = own->markers;
  cells[COLUMN_MISMATCHES] = own->mismatches;
  cells[COLUMN_CHANCE] = own->chance;
  cells[COLUMN_NOTE] = own->note;
}

static void print_pairs(const hw_found *found) {
  static const char *const headings[N_COLUMNS] = {"",          "remains",   "family",  "missing",
                                                  "log10 LR",  "posterior", "markers", "mismatches",
                                                  "by chance", ""};
  texts own[MOST_ROWS];
  const char *cells[MOST_ROWS * N_COLUMNS];
  char rest[CLI_NUMBER_SIZE];
  int n = found->n_pairs < MOST_ROWS ? (int)found->n_pairs : MOST_ROWS;
  if (n == 0) return;
  for (int i = 0; i < n; i++)
    fill_row(found, &found->pairs[i], &own[i], cells + (size_t)i * N_COLUMNS);
  cli_table table = {.n_columns = N_COLUMNS,
                     .n_rows = n,
                     .headings = headings,
                     .cells = cells,
                     .is_right = {[COLUMN_LR] = true,
                                  [COLUMN_POSTERIOR] = true,
                                  [COLUMN_MARKERS] = true,
                                  [COLUMN_MISMATCHES] = true,
                                  [COLUMN_CHANCE] = true}};
  fputc('\n', stdout);
  cli_table_print(stdout, &table, cli_screen_width());
  if (found->n_pairs > n)
    printf("... and %s more (all in --json)\n", grouped(found->n_pairs - n, rest));
}

static void print_left_out(const hw_found *found) {
  const hw_search_results *results = found->results;
  for (int32_t i = 0; i < results->n_left_out && i < MOST_LEFT_OUT; i++) {
    const hw_search_query *query = &found->input->queries[results->left_out[i].query];
    printf("%s%s  %s  %s\n", i == 0 ? "\nLeft out   " : "           ",
           found->input->families[query->family].code, query->code, results->left_out[i].why);
  }
  if (results->n_left_out > MOST_LEFT_OUT)
    printf("           ... and %d more (all in --json)\n",
           (int)results->n_left_out - MOST_LEFT_OUT);
}

void search_print(const search_view *view) {
  print_case(view);
  print_searched(view);
  print_pairs(view->found);
  print_left_out(view->found);
  if (view->report != NULL) cli_print_stored(view->report, view->investigation);
}
