/* The report of `homeward scrutinise` for people: verdict first, then the tables that
 * it rests on. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/scrutiny_out.h"
#include "cli/table.h"

/* Cells of one table, formatted into one block. */
enum { CELL = 160 };
typedef struct cell_list {
  int n, capacity;
  char (*text)[CELL];
  const char **pointers;
} cell_list;

static bool cells_init(cell_list *self, int capacity) {
  *self = (cell_list){.capacity = capacity};
  self->text = calloc((size_t)capacity + 1, sizeof *self->text);
  self->pointers = calloc((size_t)capacity + 1, sizeof *self->pointers);
  if (self->text != NULL && self->pointers != NULL) return true;
  free(self->text);
  free(self->pointers);
  printf("  (memory is exhausted)\n");
  return false;
}

static void cells_clear(cell_list *self) {
  free(self->text);
  free(self->pointers);
}

static void put(cell_list *self, const char *text) {
  if (self->n >= self->capacity) return;
  snprintf(self->text[self->n], CELL, "%s", text);
  self->pointers[self->n] = self->text[self->n];
  self->n++;
}

static void put_log10(cell_list *self, double value) {
  char buffer[CLI_NUMBER_SIZE];
  put(self, cli_format_log10(value, buffer));
}

static void put_probability(cell_list *self, double p) {
  char buffer[CLI_NUMBER_SIZE];
  snprintf(buffer, sizeof buffer, "%.2g", p);
  put(self, buffer);
}

/* Prints and frees. Columns from first_number to last_number hold numbers. */
static void print_cells(cell_list *self, int n_columns, const char *const *headings,
                        int first_number, int last_number) {
  cli_table table = {.n_columns = n_columns,
                     .n_rows = self->n / n_columns,
                     .headings = headings,
                     .cells = self->pointers,
                     .indent = 2};
  for (int c = first_number; c <= last_number; c++) table.is_right[c] = true;
  cli_table_print(stdout, &table, cli_screen_width());
  cells_clear(self);
}

const char *scrutiny_id(const scrutiny_view *view, int32_t person) {
  return view->problem->families[view->family].pedigree.persons[person].id;
}

const char *scrutiny_missing_id(const scrutiny_view *view) {
  return scrutiny_id(view, view->problem->families[view->family].missing[view->missing]);
}

/* ---- head ------------------------------------------------------------------------ */

static void print_texts(const char *head, int32_t n, const char *const *items) {
  for (int32_t i = 0; i < n; i++) {
    printf("%-11s- ", i == 0 ? head : "");
    cli_print_clean(stdout, items[i], 0);
    fputc('\n', stdout);
  }
}

static void print_head(const scrutiny_view *view) {
  const hw_scrutiny_report *report = view->report;
  char lr[CLI_NUMBER_SIZE], log10_text[CLI_NUMBER_SIZE];
  printf("Pairing    ");
  cli_print_clean(stdout, view->problem->remains[view->remains].id, 0);
  printf(" as ");
  cli_print_clean(stdout, scrutiny_missing_id(view), 0);
  printf(" of family ");
  cli_print_clean(stdout, view->problem->families[view->family].name, 0);
  if (view->identification != NULL) printf(" (%s, %s)", view->identification, view->state);
  printf("\nLR         %s, log10 %s, against an unrelated person",
         cli_format_lr(report->log10_lr, lr), cli_format_log10(report->log10_lr, log10_text));
  if (view->problem->theta > 0) printf(", theta %g", view->problem->theta);
  printf("\nVerdict    %s\n", report->stands ? "stands" : "look again");
  print_texts("Reasons", report->n_reasons, report->reasons);
  print_texts("Notes", report->n_notes, report->notes);
}

/* ---- rivals ---------------------------------------------------------------------- */

static void put_rival(cell_list *cells, const scrutiny_view *view, int32_t i) {
  const hw_rival *rival = &view->report->rivals[i];
  char marker[CELL] = "";
  put(cells, rival->text);
  if (!rival->is_computed) {
    put(cells, "-");
    put(cells, "-");
    put(cells, "not computed");
    return;
  }
  put_log10(cells, rival->log10_lr);
  put_log10(cells, rival->log10_ratio);
  if (rival->is_exchangeable) {
    snprintf(marker, sizeof marker, "cannot be told apart");
  } else if (rival->marker >= 0) {
    char number[CLI_NUMBER_SIZE];
    snprintf(marker, sizeof marker, "%s %s", view->problem->markers[rival->marker].name,
             cli_format_log10(rival->marker_log10_ratio, number));
  }
  put(cells, marker);
}

static void print_rivals(const scrutiny_view *view) {
  static const char *const headings[] = {"rival", "its log10 LR", "log10 LR against it",
                                         "marker most for the rival"};
  const hw_scrutiny_report *report = view->report;
  char number[CLI_NUMBER_SIZE];
  cell_list cells;
  printf("\nWho else could it be?\n\n");
  if (!cells_init(&cells, 4 * report->n_rivals)) return;
  for (int32_t i = 0; i < report->n_rivals; i++) put_rival(&cells, view, i);
  print_cells(&cells, 4, headings, 1, 2);
  if (report->closest < 0) return;
  const hw_rival *closest = &report->rivals[report->closest];
  printf("\n  Closest rival: ");
  cli_print_clean(stdout, closest->text, 0);
  printf(", log10 LR %s\n", cli_format_log10(closest->log10_ratio, number));
}

/* ---- expected ---------------------------------------------------------------------- */

static void put_distribution(cell_list *cells, const char *name, const hw_lr_distribution *d) {
  char range[CELL], low[CLI_NUMBER_SIZE], high[CLI_NUMBER_SIZE];
  put(cells, name);
  put_log10(cells, d->mean);
  put_log10(cells, d->sd);
  snprintf(range, sizeof range, "%s ... %s", cli_format_log10(d->q_low, low),
           cli_format_log10(d->q_high, high));
  put(cells, range);
  put_probability(cells, d->p_impossible);
  put_probability(cells, d->p_low[1]);
  put_probability(cells, d->p_high[1]);
}

static void print_expected(const scrutiny_view *view) {
  static const char *const headings[] = {"",         "mean",     "sd",       "95 % of values",
                                         "excluded", "P as low", "P as high"};
  const hw_scrutiny_expected *expected = &view->report->expected;
  char number[CLI_NUMBER_SIZE];
  cell_list cells;
  printf("\nIs a log10 LR of %s typical? (%d markers that tell, same quality)\n\n",
         cli_format_log10(view->report->log10_lr, number), (int)expected->n_markers);
  if (!cells_init(&cells, 14)) return;
  put_distribution(&cells, "true match", &expected->truth);
  put_distribution(&cells, "unrelated", &expected->unrelated);
  print_cells(&cells, 7, headings, 1, 6);
  printf("\n  %s\n", expected->is_low    ? "Untypically low for a true match."
                     : expected->is_high ? "Untypically high for a true match."
                                         : "Typical of a true match.");
}

/* ---- references ---------------------------------------------------------------------- */

static void print_mismatches(const scrutiny_view *view) {
  const hw_scrutiny_references *references = &view->report->references;
  const hw_family *family = &view->problem->families[view->family];
  if (references->n_mismatches == 0) {
    printf("\n  No marker needs a mutation.\n");
    return;
  }
  printf("\n  Markers that need a mutation (in a true match as many with probability %.2g):\n",
         references->p_mismatches);
  for (int32_t i = 0; i < references->n_mismatches; i++) {
    const hw_mismatch *mismatch = &references->mismatches[i];
    printf("    ");
    cli_print_clean(stdout, view->problem->markers[mismatch->marker].name, 0);
    printf("%s: ", mismatch->in_family ? ", among the references" : "");
    for (int32_t k = 0; k < mismatch->n_profiles; k++) {
      printf("%s", k > 0 ? ", " : "");
      cli_print_clean(stdout, scrutiny_id(view, family->profile_person[mismatch->profiles[k]]), 0);
    }
    printf("%s\n", mismatch->n_profiles == 0   ? "no single reference removes it"
                   : mismatch->n_profiles == 1 ? " takes part"
                                               : ", each alone removes it when left out");
  }
}

static void print_references(const scrutiny_view *view) {
  enum { MOST_LINES = 12 };
  static const char *const headings[] = {"if ...", "log10 LR", "gain", "references", "support"};
  const hw_scrutiny_references *references = &view->report->references;
  const int32_t n =
      references->n_changes < MOST_LINES ? references->n_changes : (int32_t)MOST_LINES;
  cell_list cells;
  printf("\nDoes one reference carry the contradictions? (log10; best support first)\n\n");
  if (!cells_init(&cells, 5 * n)) return;
  for (int32_t i = 0; i < n; i++) {
    const hw_relabel *change = &references->changes[i];
    put(&cells, change->text);
    put_log10(&cells, change->log10_lr);
    put_log10(&cells, change->log10_gain);
    put_log10(&cells, change->log10_family);
    put_log10(&cells, change->log10_support);
  }
  print_cells(&cells, 5, headings, 1, 4);
  if (n < references->n_changes)
    printf("  ... and %d more (all in --json)\n", (int)(references->n_changes - n));
  print_mismatches(view);
  if (references->suspect < 0) return;
  const hw_relabel *suspect = &references->changes[references->suspect];
  char gain[CLI_NUMBER_SIZE];
  printf("\n  Suspect: ");
  cli_print_clean(stdout, suspect->text, 0);
  printf(" (the log10 LR rises by %s)\n", cli_format_log10(suspect->log10_gain, gain));
}

/* ---- band -------------------------------------------------------------------------------- */

static void put_factor(cell_list *cells, const hw_band_factor *factor, double stated) {
  char range[CELL], least[CLI_NUMBER_SIZE], middle[CLI_NUMBER_SIZE], most[CLI_NUMBER_SIZE];
  put(cells, hw_band_name(factor->kind));
  snprintf(range, sizeof range, "%s ... %s ... %s", cli_format_log10(factor->log10_least, least),
           cli_format_log10(stated, middle), cli_format_log10(factor->log10_most, most));
  put(cells, factor->n_points > 1 ? range : "-");
  put_log10(cells, factor->log10_drop);
  put(cells, factor->n_points > 1 ? factor->points[factor->least].text : factor->note);
}

static void print_band(const scrutiny_view *view) {
  static const char *const headings[] = {"factor", "least ... stated ... most", "drop", "least at"};
  const hw_scrutiny_band *band = &view->report->band;
  char number[CLI_NUMBER_SIZE];
  cell_list cells;
  printf("\nHow far does the log10 LR move?\n\n");
  if (!cells_init(&cells, 4 * HW_BAND_KIND_COUNT)) return;
  for (int k = 0; k < HW_BAND_KIND_COUNT; k++)
    put_factor(&cells, &band->factors[k], view->report->log10_lr);
  print_cells(&cells, 4, headings, 1, 2);
  if (band->is_combined)
    printf("\n  All at their least favourable: %s\n",
           cli_format_log10(band->log10_combined, number));
  if (band->driver >= 0) printf("  Driver: %s\n", hw_band_name((hw_band_kind)band->driver));
  for (int k = 0; k < HW_BAND_KIND_COUNT; k++)
    for (int32_t i = 0; i < band->factors[k].n_points; i++) {
      const hw_band_point *point = &band->factors[k].points[i];
      if (point->note == NULL) continue;
      printf("  %s '", hw_band_name((hw_band_kind)k));
      cli_print_clean(stdout, point->text, 0);
      printf("'%s: ", point->is_computed ? "" : " not computed");
      cli_print_clean(stdout, point->note, 0);
      fputc('\n', stdout);
    }
}

void scrutiny_print(const scrutiny_view *view) {
  print_head(view);
  print_rivals(view);
  print_expected(view);
  print_references(view);
  print_band(view);
}
