/* One screen of a search by all kinds of evidence: what was searched by which kind,
 * what chance alone would give, the best pairs with what each kind says of them, and
 * apart from these the pairs that a line excludes. Everything stands in --json. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/identify_out.h"
#include "cli/population_out.h"
#include "cli/search_out.h"
#include "cli/table.h"

enum { MOST_ROWS = 20, MOST_APART = 10, MOST_LEFT_OUT = 5, CELL = 96 };

/* ---- head ---- */

static void print_rate(double seconds) {
  if (seconds > 0) printf(" in %.3g s", seconds);
}

static void print_str(const search_wide_view *view) {
  if (view->input->str_search == NULL) return;
  const hw_search_input *input = &view->input->str->searched.input;
  const hw_search_results *results = hw_search_results_get(view->input->str_search);
  printf("STR        %d markers, %d remains, %d missing persons: %" PRId64 " pairs",
         (int)input->n_markers, (int)input->n_samples, (int)input->n_queries, results->n_compared);
  print_rate(view->str_seconds);
  printf("\n           %" PRId64 " from a log10 LR of %g on; %.3g unrelated ones are expected\n",
         results->n_pairs, view->found->options->each, results->expected_all);
}

static void print_snp(const search_wide_view *view) {
  if (view->input->snp_results == NULL) return;
  const hw_snp_search_input *input = &view->input->snp->input;
  const hw_snp_search_results *results = view->input->snp_results;
  int64_t n_passed = 0;
  for (int32_t q = 0; q < input->n_queries; q++) n_passed += results->figures[q].n_passed;
  printf("SNP        %d markers of %s, %s; %d remains, %d missing persons: %" PRId64 " pairs",
         (int)input->panel->n_markers, hw_evidence_panel_code(view->input->evidence),
         input->panel->populations[input->population].name, (int)input->n_samples,
         (int)input->n_queries, results->found.n_compared);
  print_rate(view->snp_seconds);
  if (isnan(view->found->options->cut))
    printf("\n           all computed exactly, %" PRId64, results->found.n_pairs);
  else
    printf("\n           %" PRId64 " passed the screen (%g), %" PRId64, n_passed,
           view->found->options->cut, results->found.n_pairs);
  printf(" from a log10 LR of %g on; %.3g unrelated ones are\n"
         "           expected, at most %.3g\n",
         view->found->options->each, results->found.expected_all, results->most_false_all);
}

/* Whether strangers look like relatives: references of different families are strangers. */
static void print_check(const hw_population_result *check) {
  static const char pairs[] = "pairs of references of different families";
  char text[1024];
  if (check == NULL) return;
  if (!cli_population_is_wrong(check)) {
    printf("Strangers  %d %s, as second cousins: median\n"
           "           log10 LR %.2f, %d above 100, %d above 10^4; %s\n",
           (int)check->n_pairs, pairs, check->median_log10_lr, (int)check->levels[1].n,
           (int)check->levels[2].n, cli_population_conclusion(check));
    return;
  }
  const size_t at = cli_population_warning(check, pairs, text, sizeof text);
  snprintf(text + at, sizeof text - at,
           " Use frequencies of the families' own population (a panel with them, and the "
           "investigation's snp_population), thin the panel more (import panel --thin-cm), or "
           "state a theta.");
  fputc('\n', stdout);
  cli_population_print_warning(text);
}

static void print_line(unsigned kinds, hw_evidence_kind kind, const char *name, const char *what,
                       int32_t most) {
  if ((kinds & HW_EVIDENCE_BIT(kind)) == 0) return;
  if (most == HW_WIDE_LINE_OFF)
    printf("%-10s excludes nobody\n", name);
  else
    printf("%-10s more than %d %s exclude a pair\n", name, (int)most, what);
}

static void print_head(const search_wide_view *view) {
  const hw_wide_found *found = view->found;
  const hw_wide_options *options = found->options;
  printf("Case       %s: %d remains, %d missing persons in %d families", view->investigation,
         (int)view->problem->n_remains, (int)found->n_targets, (int)view->problem->n_families);
  if (view->problem->theta > 0) printf(", theta %g", view->problem->theta);
  fputc('\n', stdout);
  print_str(view);
  print_snp(view);
  print_check(view->check);
  print_line(found->kinds, HW_EVIDENCE_MT, "mtDNA", "differences", options->most_mt_differences);
  print_line(found->kinds, HW_EVIDENCE_Y, "Y", "differing markers", options->most_y_differences);
  printf("Prior      each of the %d missing persons %.4g, none of them %.4g, for every remains\n",
         (int)found->n_targets, found->prior_each, found->prior_none);
  printf("Kept       %" PRId64 " pairs: log10 LR by all kinds of at least %g",
         found->n_pairs - found->n_apart, options->threshold);
  if (options->top > 0)
    printf(", and the %d best of every remains and missing person from %g on", (int)options->top,
           options->floor);
  printf(
      "\n*          proposed: posterior at least %g, best for remains and missing person, and no\n"
      "           close relative of the missing person fits better\n",
      options->accept);
}

/* ---- pairs ---- */

enum {
  COLUMN_MARK,
  COLUMN_REMAINS,
  COLUMN_FAMILY,
  COLUMN_MISSING,
  COLUMN_KIND, /* one of each kind */
  COLUMN_TOTAL = COLUMN_KIND + HW_EVIDENCE_KINDS,
  COLUMN_POSTERIOR,
  COLUMN_NOTE,
  N_COLUMNS
};

typedef struct texts {
  char kinds[HW_EVIDENCE_KINDS][CLI_NUMBER_SIZE];
  char total[CLI_NUMBER_SIZE], posterior[CLI_NUMBER_SIZE], note[2 * CELL];
} texts;

/* "mtDNA: 5 differences from R-1". Appended at @p n; @return the new length */
static size_t note_line(const hw_family *family, const hw_lineage_result *line, const char *name,
                        char *out, size_t n, size_t size) {
  if (n >= size) return n;
  return n + (size_t)snprintf(out + n, size - n, "%s%s: %d of %d differ from %s", n > 0 ? "; " : "",
                              name, (int)line->n_differences, (int)line->n_compared,
                              family->pedigree.persons[line->reference].id);
}

static void fill_note(const search_wide_view *view, const hw_wide_pair *pair, texts *own) {
  const hw_family *family = &view->problem->families[pair->family];
  char number[CLI_NUMBER_SIZE];
  size_t n = 0;
  own->note[0] = '\0';
  if (pair->excluded_by & HW_LINEAGE_BY_MT)
    n = note_line(family, &pair->parts.lines.mt, "mtDNA", own->note, n, sizeof own->note);
  if (pair->excluded_by & HW_LINEAGE_BY_Y)
    n = note_line(family, &pair->parts.lines.y, "Y", own->note, n, sizeof own->note);
  if (n == 0 && pair->is_kin)
    snprintf(own->note, sizeof own->note, "a %s fits better (%s)", hw_search_kin_name(pair->kin),
             cli_format_log10(pair->log10_lr_kin, number));
}

static void fill_row(const search_wide_view *view, const hw_wide_pair *pair, texts *own,
                     const char **cells) {
  const hw_family *family = &view->problem->families[pair->family];
  fill_note(view, pair, own);
  cells[COLUMN_MARK] = pair->is_proposed ? "*" : "";
  cells[COLUMN_REMAINS] = view->problem->remains[pair->remains].id;
  cells[COLUMN_FAMILY] = family->name;
  cells[COLUMN_MISSING] = family->pedigree.persons[family->missing[pair->missing]].id;
  for (int k = 0; k < HW_EVIDENCE_KINDS; k++)
    cells[COLUMN_KIND + k] =
        pair->parts.is_typed[k] ? cli_format_log10(pair->parts.log10_lr[k], own->kinds[k]) : "";
  cells[COLUMN_TOTAL] = cli_format_log10(pair->total, own->total);
  cells[COLUMN_POSTERIOR] =
      isnan(pair->posterior)
          ? "undefined"
          : cli_format_probability(pair->posterior, pair->complement, own->posterior);
  cells[COLUMN_NOTE] = own->note;
}

static void print_rows(const search_wide_view *view, int64_t first, int64_t n_all, int most) {
  static const char *const headings[N_COLUMNS] = {
      "", "remains", "family", "missing", "STR", "SNP", "mt", "Y", "log10 LR", "posterior", ""};
  texts own[MOST_ROWS];
  const char *cells[MOST_ROWS * N_COLUMNS];
  const int n = n_all < most ? (int)n_all : most;
  if (n == 0) return;
  for (int i = 0; i < n; i++)
    fill_row(view, &view->found->pairs[first + i], &own[i], cells + (size_t)i * N_COLUMNS);
  cli_table table = {.n_columns = N_COLUMNS, .n_rows = n, .headings = headings, .cells = cells};
  for (int c = COLUMN_KIND; c <= COLUMN_POSTERIOR; c++) table.is_right[c] = true;
  cli_table_print(stdout, &table, cli_screen_width());
  if (n_all > n) printf("... and %" PRId64 " more (all in --json)\n", n_all - n);
}

static void print_left_out(const search_wide_view *view) {
  const hw_wide_found *found = view->found;
  for (int32_t i = 0; i < found->n_left_out && i < MOST_LEFT_OUT; i++) {
    const hw_wide_left_out *one = &found->left_out[i];
    const hw_family *family = &view->problem->families[one->family];
    printf("%s%s  %s  %s\n", i == 0 ? "\nLeft out   " : "           ", family->name,
           family->pedigree.persons[family->missing[one->missing]].id, one->why);
  }
  if (found->n_left_out > MOST_LEFT_OUT)
    printf("           ... and %d more (all in --json)\n", (int)found->n_left_out - MOST_LEFT_OUT);
}

void search_wide_print(const search_wide_view *view) {
  const hw_wide_found *found = view->found;
  const int64_t n_plain = found->n_pairs - found->n_apart;
  print_head(view);
  if (n_plain > 0) fputc('\n', stdout);
  print_rows(view, 0, n_plain, MOST_ROWS);
  if (found->n_apart > 0) {
    printf("\nApart      %" PRId64
           " pair%s that a line excludes, and that reach %g without it: not "
           "proposed, not lost\n",
           found->n_apart, found->n_apart == 1 ? "" : "s", found->options->threshold);
    print_rows(view, n_plain, found->n_apart, MOST_APART);
  }
  print_left_out(view);
  if (view->report != NULL) cli_print_stored(view->report, view->investigation);
}
