/* The tables of `homeward reassociate` for people. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "cli/reassociate_out.h"
#include "cli/table.h"

/* Cells of one table, in an arena; where memory ends, cells are empty. */
typedef struct cells {
  hw_arena arena;
  const char **texts;
  int n, capacity;
} cells;

static void add(cells *self, const char *format, ...) HW_PRINTF(2, 3);
static void add(cells *self, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (self->n == self->capacity) return;
  const char *copy = hw_arena_strdup(&self->arena, text);
  self->texts[self->n++] = copy != NULL ? copy : "";
}

/* A number, or an empty cell. */
static void add_if(cells *self, bool is_there, int digits, double value) {
  if (is_there)
    add(self, "%.*f", digits, value);
  else
    add(self, "%s", "");
}

static bool begin(cells *self, int rows, int columns) {
  *self = (cells){.capacity = rows * columns};
  self->texts = hw_arena_alloc_array(&self->arena, (size_t)self->capacity + 1, sizeof *self->texts);
  return self->texts != NULL;
}

/* @param right  one letter a column, 'r' or 'l' */
static void end(cells *self, const char *const *headings, const char *right) {
  const int columns = (int)strlen(right);
  cli_table table = {.n_columns = columns,
                     .n_rows = self->n / columns,
                     .headings = headings,
                     .cells = self->texts,
                     .indent = 2};
  for (int i = 0; i < columns; i++) table.is_right[i] = right[i] == 'r';
  cli_table_print(stdout, &table, cli_screen_width());
  hw_arena_clear(&self->arena);
}

static const char *log10_of(double ln, char *buffer) {
  return cli_format_log10(ln / 2.30258509299404568402, buffer);
}

static const char *name_of(const reassociate_view *view, int32_t specimen) {
  return view->work->problem->specimens[specimen].id;
}

/* ---- head ---- */

static void print_prior(const reassociate_view *view) {
  const hw_reassociate_summary summary = hw_reassociate_summarise(view->work->run);
  if (!isnan(summary.concentration))
    printf("Prior      Chinese restaurant, concentration %.4g: two specimens are of one person "
           "with 1/%.4g\n",
           summary.concentration, 1 + summary.concentration);
  else if (strcmp(view->work->prior, "mlni") == 0)
    printf("Prior      number of persons by lefts, rights and pairs of a first run\n");
  else
    printf("Prior      %s persons, each specimen from any of them alike\n", view->work->prior);
}

static void print_method(const reassociate_view *view) {
  const hw_reassociate_summary s = hw_reassociate_summarise(view->work->run);
  if (s.is_exact) {
    printf("Method     exact, %d component%s of linked specimens, the largest of %d\n",
           (int)s.n_components, s.n_components == 1 ? "" : "s", (int)s.n_largest);
    return;
  }
  printf(
      "Method     Markov chain for %d of %d components (the largest of %d): R-hat %.3f, effective "
      "draws %.0f, error %.3f\n",
      (int)s.n_chained, (int)s.n_components, (int)s.n_largest, s.r_hat, s.effective, s.error);
  if (s.r_hat > 1.1 || s.effective < 100)
    printf("Warning    the chains do not agree yet: take more --sweeps, or one --accession\n");
}

static void print_head(const reassociate_view *view) {
  const hw_reassociate_problem *p = view->work->problem;
  int32_t n_typed = 0, n_measured = 0;
  for (int32_t i = 0; i < p->n_specimens; i++) {
    n_typed += p->specimens[i].n_profiles > 0;
    n_measured += p->specimens[i].n_measurements > 0;
  }
  printf("Lot        %s: %d specimens, %d typed, %d measured, %d markers", view->id,
         (int)p->n_specimens, (int)n_typed, (int)n_measured, (int)p->n_markers);
  if (p->theta > 0) printf(", theta %g", p->theta);
  fputc('\n', stdout);
  print_prior(view);
  print_method(view);
  if (view->n_relations > 0)
    printf("Reference  %s: %d relations of measurements\n", view->work->osteometry,
           (int)view->n_relations);
  else if (n_measured > 0)
    printf("Reference  none: measurements say nothing (--osteometry)\n");
}

/* ---- groups ---- */

static void add_bone(cells *out, const hw_specimen *at) {
  static const char *const sides[] = {"", "left ", "right ", ""};
  add(out, "%s%s%s%s", sides[at->side], at->element, at->portion[0] != '\0' ? ", " : "",
      at->portion);
}

static void print_groups(const reassociate_view *view) {
  static const char *const headings[] = {"group",   "specimen",    "bone",      "box",
                                         "belongs", "probability", "log10 DNA", "sibs"};
  const hw_reassociate_group *groups = NULL;
  const int32_t n = hw_reassociate_groups(view->work->run, &groups);
  const hw_reassociate_summary summary = hw_reassociate_summarise(view->work->run);
  char text[CLI_NUMBER_SIZE], sibs[CLI_NUMBER_SIZE];
  cells out;
  printf("\n%d person%s in the best partition", (int)n, n == 1 ? "" : "s");
  if (!isnan(summary.best_posterior)) printf(", posterior %.4g as a whole", summary.best_posterior);
  printf("\n\n");
  if (!begin(&out, view->work->problem->n_specimens, 8)) return;
  for (int32_t g = 0; g < n; g++)
    for (int32_t i = 0; i < groups[g].n; i++) {
      const hw_specimen *at = &view->work->problem->specimens[groups[g].specimens[i]];
      add_if(&out, i == 0, 0, g + 1.0);
      add(&out, "%s", at->id);
      add_bone(&out, at);
      add(&out, "%s", at->accession);
      add_if(&out, groups[g].n > 1, 4, groups[g].belongs[i]);
      add_if(&out, i == 0, 4, groups[g].probability);
      const bool has_dna = i == 0 && !isnan(groups[g].log10_lr_sibs);
      add(&out, "%s", has_dna ? log10_of(groups[g].ln.dna, text) : "");
      add(&out, "%s", has_dna ? cli_format_log10(groups[g].log10_lr_sibs, sibs) : "");
    }
  end(&out, headings, "rlllrrrr");
}

/* ---- pairs ---- */

static void print_pairs(const reassociate_view *view) {
  static const char *const headings[] = {"specimen", "and",      "posterior", "DNA",
                                         "markers",  "differ",   "bones",     "sex, age",
                                         "size",     "p (size)", "place"};
  cells out;
  char text[CLI_NUMBER_SIZE];
  printf(
      "\n%d pair%s of posterior %g or more, or whose DNA says one person; log10 of the ratios\n\n",
      (int)view->n_pairs, view->n_pairs == 1 ? "" : "s", view->least_pair);
  if (view->n_pairs == 0 || !begin(&out, view->n_pairs, 11)) return;
  for (int32_t i = 0; i < view->n_pairs; i++) {
    const hw_reassociate_pair *pair = &view->pairs[i];
    add(&out, "%s", name_of(view, pair->a));
    add(&out, "%s", name_of(view, pair->b));
    add(&out, "%s", cli_format_probability(pair->posterior, pair->complement, text));
    add(&out, "%s", pair->n_common > 0 ? log10_of(pair->ln.dna, text) : "-");
    add(&out, "%d", (int)pair->n_common);
    add(&out, "%d", (int)pair->n_differ);
    add(&out, "%s", log10_of(pair->ln.bones, text));
    add(&out, "%s", log10_of(pair->ln.sex + pair->ln.age, text));
    const bool has_size = !isnan(pair->measurements.d);
    add(&out, "%s", has_size ? cli_format_log10(pair->measurements.log10_lr, text) : "-");
    if (has_size)
      add(&out, "%.3g", pair->measurements.p_upper);
    else
      add(&out, "-");
    add(&out, "%s", log10_of(pair->ln.provenience, text));
  }
  end(&out, headings, "llrrrrrrrrr");
}

/* ---- other partitions ---- */

static void print_partition(const reassociate_view *view, const hw_reassociate_alternative *at) {
  for (int32_t g = 0;; g++) {
    bool is_first = true;
    for (int32_t i = 0; i < at->n; i++)
      if (at->group[i] == g) {
        printf("%s%s", is_first ? (g > 0 ? " | " : "") : " ", name_of(view, at->specimens[i]));
        is_first = false;
      }
    if (is_first) break;
  }
  fputc('\n', stdout);
}

static void print_alternatives(const reassociate_view *view) {
  const hw_reassociate_alternative *list = NULL;
  const int32_t n = hw_reassociate_alternatives(view->work->run, &list);
  int32_t shown = 0;
  for (int32_t i = 0; i < n; i++) {
    const bool is_only = (i == 0 || list[i - 1].component != list[i].component) &&
                         (i + 1 == n || list[i + 1].component != list[i].component);
    if (is_only || list[i].posterior < 1e-6) continue;
    if (shown++ == 0) printf("\nPartitions of linked specimens, by posterior\n\n");
    printf("  %10.4g  ", list[i].posterior);
    print_partition(view, &list[i]);
  }
}

/* ---- counts ---- */

static void print_lots(const reassociate_view *view) {
  static const char *const headings[] = {"lot", "specimens", "MNI", "by pairs", "groups"};
  const hw_commingling *lots = NULL;
  const int32_t n = hw_reassociate_counts(view->work->run, &lots);
  cells out;
  if (!begin(&out, n, 5)) return;
  printf("\nNumber of individuals\n\n");
  for (int32_t i = 0; i < n; i++) {
    add(&out, "%s", lots[i].name[0] != '\0' ? lots[i].name : "all");
    add(&out, "%d", (int)lots[i].n_specimens);
    add(&out, "%d", (int)lots[i].least);
    add(&out, "%d", (int)lots[i].least_by_pairs);
    add(&out, "%d", (int)lots[i].groups);
  }
  end(&out, headings, "lrrrr");
}

static void print_elements(const reassociate_view *view) {
  static const char *const headings[] = {"element", "left",  "right", "midline",
                                         "unknown", "pairs", "MNI",   "by pairs"};
  const hw_commingling *lots = NULL;
  const hw_element *elements = NULL;
  cells out;
  (void)hw_elements(&elements);
  if (hw_reassociate_counts(view->work->run, &lots) < 1 || lots[0].n_elements == 0) return;
  if (!begin(&out, lots[0].n_elements, 8)) return;
  fputc('\n', stdout);
  for (int32_t i = 0; i < lots[0].n_elements; i++) {
    const hw_element_count *at = &lots[0].elements[i];
    const int32_t counts[] = {at->left,  at->right, at->midline,       at->unknown,
                              at->pairs, at->least, at->least_by_pairs};
    add(&out, "%s", elements[at->element].name);
    for (size_t k = 0; k < CLI_COUNT_OF(counts); k++) add(&out, "%d", (int)counts[k]);
  }
  end(&out, headings, "lrrrrrrr");
}

static void print_number(const reassociate_view *view) {
  const hw_number_estimate *at = &view->work->number;
  if (at->n_masses == 0) return;
  printf("\n  most likely number (MLNI) %.0f, Lincoln index %.4g, ", at->mlni, at->lincoln);
  if (isfinite(at->mean)) printf("mean %.4g, ", at->mean);
  printf("%d to %d with %.1f %%, recovery rate %.2f\n", (int)at->low, (int)at->high,
         100 * at->covered, at->recovery);
}

/* ---- contradictions ---- */

static void print_contradictions(const reassociate_view *view) {
  const hw_contradiction *list = NULL;
  const int32_t n = hw_reassociate_contradictions(view->work->run, &list);
  if (n == 0) return;
  printf("\nContradictions: what cannot all be right\n\n");
  for (int32_t i = 0; i < n; i++) {
    printf("  %-16s  ", hw_contradiction_code(list[i].kind));
    cli_print_clean(stdout, list[i].text, 0);
    fputc('\n', stdout);
  }
}

static void print_report(const reassociate_view *view) {
  const hw_reassociation_report *at = view->report;
  if (!view->is_stored) return;
  printf(
      "\nStored     %d individual%s proposed (%d stood there), %d contradiction%s (%d stood there)",
      (int)at->n_individuals, at->n_individuals == 1 ? "" : "s", (int)at->n_known_individuals,
      (int)at->n_contradictions, at->n_contradictions == 1 ? "" : "s",
      (int)at->n_known_contradictions);
  if (at->n_below > 0)
    printf("; %d group%s below %g", (int)at->n_below, at->n_below == 1 ? "" : "s", view->accept);
  fputc('\n', stdout);
}

void reassociate_print(const reassociate_view *view) {
  print_head(view);
  print_groups(view);
  print_pairs(view);
  print_alternatives(view);
  print_lots(view);
  print_elements(view);
  print_number(view);
  print_contradictions(view);
  print_report(view);
}

void reassociate_print_elements(void) {
  const hw_element *elements = NULL;
  const int32_t n = hw_elements(&elements);
  printf("element,other_names,vietnamese,per_side,midline,long_bone\n");
  for (int32_t i = 0; i < n; i++)
    printf("%s,%s,%s,%d,%d,%d\n", elements[i].name, elements[i].latin, elements[i].vietnamese,
           (int)elements[i].per_side, (int)elements[i].midline, elements[i].is_long);
}
