/* The tables of `homeward identify` for people: pairs one at a time, and one pair by marker. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/identify_out.h"

static int wider(int width, const char *text) {
  int own = cli_text_width(text);
  return own > width ? own : width;
}

/* ---- head ---- */

static void print_prior(const identify_view *view) {
  double each = 0, none = 0;
  int32_t n = hw_identify_target_count(view->run);
  hw_identify_prior(view->run, &each, &none);
  printf("Prior      each of the %d missing persons %.4g, none of them %.4g, for every remains\n",
         (int)n, each, none);
}

static void print_head(const identify_view *view) {
  const hw_case *c = view->problem;
  printf("Case       %s: %d remains, %d missing persons in %d families, %d markers", c->id,
         (int)c->n_remains, (int)hw_identify_target_count(view->run), (int)c->n_families,
         (int)c->n_markers);
  if (c->theta > 0) printf(", theta %g", c->theta);
  fputc('\n', stdout);
  print_prior(view);
  printf("Method     pairs one at a time, other missing persons untyped; no joint assignment\n");
  printf("*          proposed: posterior at least %g, and best for remains and missing person\n",
         view->accept);
}

static void print_warnings(const identify_view *view) {
  enum { MOST_LINES = 5 };
  const hw_identify_warning *warnings = NULL;
  int32_t n = hw_identify_warnings(view->run, &warnings);
  for (int32_t i = 0; i < n && i < MOST_LINES; i++)
    printf("%s    family %s contradicts itself at %s%s\n", i == 0 ? "Warning" : "       ",
           view->problem->families[warnings[i].family].name,
           view->problem->markers[warnings[i].marker].name,
           warnings[i].with_mutation ? ": marker not used" : " unless a mutation occurred");
  if (n > MOST_LINES) printf("           ... and %d more (all in --json)\n", (int)(n - MOST_LINES));
}

/* ---- list ---- */

typedef struct widths {
  int remains, family, missing;
} widths;

static widths measure(const identify_view *view) {
  widths w = {cli_text_width("remains"), cli_text_width("family"), cli_text_width("missing")};
  for (int32_t i = 0; i < view->n_shown; i++) {
    const hw_target *target = identify_target(view, view->pairs[i].target);
    w.remains = wider(w.remains, view->problem->remains[view->pairs[i].remains].id);
    w.family = wider(w.family, view->problem->families[target->family].name);
    w.missing = wider(w.missing, target->code);
  }
  return w;
}

static void print_names(const widths *w, const char *remains, const char *family,
                        const char *missing) {
  cli_print_padded(stdout, remains, w->remains + 2);
  cli_print_padded(stdout, family, w->family + 2);
  cli_print_padded(stdout, missing, w->missing);
}

static void print_pair(const identify_view *view, const widths *w, int32_t i) {
  const hw_identify_pair *pair = &view->pairs[i];
  const hw_target *target = identify_target(view, pair->target);
  char log10_text[CLI_NUMBER_SIZE], lr[CLI_NUMBER_SIZE], posterior[CLI_NUMBER_SIZE];
  printf("%c %4d  ", pair->is_proposed ? '*' : ' ', (int)i + 1);
  print_names(w, view->problem->remains[pair->remains].id,
              view->problem->families[target->family].name, target->code);
  if (isnan(pair->posterior))
    snprintf(posterior, sizeof posterior, "undefined");
  else
    cli_format_probability(pair->posterior, pair->complement, posterior);
  identify_print_kinds(view, pair->remains, pair->target, pair->log10_lr);
  printf("  %8s  %14s  %10s  %7d  %10d", cli_format_log10(pair->log10_lr, log10_text),
         cli_format_lr(pair->log10_lr, lr), posterior, (int)pair->markers, (int)pair->mismatches);
  if (view->truth != NULL) {
    int32_t truth = view->truth_target[pair->remains];
    printf("  %s", truth < 0 ? "nobody" : identify_target(view, truth)->code);
  }
  fputc('\n', stdout);
}

static void print_list(const identify_view *view) {
  if (isinf(view->threshold))
    printf("\nAll %d pairs, best first\n\n", (int)view->n_pairs);
  else
    printf("\n%d pair%s with a log10 LR of at least %g, best first\n\n", (int)view->n_pairs,
           view->n_pairs == 1 ? "" : "s", view->threshold);
  if (view->n_pairs == 0) return;
  widths w = measure(view);
  fputs("  rank  ", stdout);
  print_names(&w, "remains", "family", "missing");
  identify_print_kind_heads(view);
  printf("  %8s  %14s  %10s  %7s  %10s%s\n", "log10 LR", "LR", "posterior", "markers", "mismatches",
         view->truth != NULL ? "  truth" : "");
  for (int32_t i = 0; i < view->n_shown; i++) print_pair(view, &w, i);
  if (view->n_shown < view->n_pairs)
    printf("        ... and %d more\n", (int)(view->n_pairs - view->n_shown));
}

/* ---- one pair by marker ---- */

static const char *format_observation(const hw_marker *marker, const hw_observation *obs,
                                      char *buffer, size_t size) {
  const char *const *names = marker->allele_names;
  size_t at = 0;
  switch (obs->kind) {
    case HW_OBS_MISSING:
      snprintf(buffer, size, "-");
      break;
    case HW_OBS_SINGLE:
      snprintf(buffer, size, "%s", names[obs->a]);
      break;
    case HW_OBS_GENOTYPE:
      snprintf(buffer, size, "%s/%s", names[obs->a],
               obs->b == HW_ALLELE_NONE ? "?" : names[obs->b]);
      break;
    case HW_OBS_SET:
      at = (size_t)snprintf(buffer, size, "{");
      for (int32_t i = 0; i < obs->n_seen && at < size; i++)
        at +=
            (size_t)snprintf(buffer + at, size - at, "%s%s", i > 0 ? " " : "", names[obs->seen[i]]);
      if (at < size) snprintf(buffer + at, size - at, "}");
      break;
  }
  return buffer;
}

enum { MOST_RELATIVES = 6, CELL_SIZE = 80 };

/* Number of relatives who get a column, and the width of the columns. */
static int32_t relative_columns(const identify_view *view, const hw_family *family, int *width) {
  int32_t n = family->n_profiles < MOST_RELATIVES ? family->n_profiles : MOST_RELATIVES;
  char cell[CELL_SIZE];
  *width = cli_text_width(view->problem->remains[view->detail_remains].id);
  for (int32_t p = 0; p < n; p++) {
    *width = wider(*width, family->pedigree.persons[family->profile_person[p]].id);
    for (int32_t m = 0; m < view->problem->n_markers; m++)
      *width = wider(*width,
                     format_observation(&view->problem->markers[m],
                                        &family->profiles[p].observations[m], cell, sizeof cell));
  }
  for (int32_t m = 0; m < view->problem->n_markers; m++)
    *width = wider(
        *width,
        format_observation(&view->problem->markers[m],
                           &view->problem->remains[view->detail_remains].profile.observations[m],
                           cell, sizeof cell));
  return n;
}

static void print_detail_row(const identify_view *view, const hw_family *family, int32_t n_columns,
                             int width, int marker_width, int32_t m) {
  const hw_marker *marker = &view->problem->markers[m];
  const hw_remains *remains = &view->problem->remains[view->detail_remains];
  char cell[CELL_SIZE], lr[CLI_NUMBER_SIZE], log10_text[CLI_NUMBER_SIZE];
  fputs("  ", stdout);
  cli_print_padded(stdout, marker->name, marker_width + 2);
  cli_print_padded(stdout,
                   format_observation(marker, &remains->profile.observations[m], cell, sizeof cell),
                   width + 2);
  for (int32_t p = 0; p < n_columns; p++)
    cli_print_padded(
        stdout, format_observation(marker, &family->profiles[p].observations[m], cell, sizeof cell),
        width + 2);
  printf("%14s  %8s%s\n", cli_format_lr(view->detail[m], lr),
         cli_format_log10(view->detail[m], log10_text),
         view->detail_mismatch[m] ? "  only by mutation" : "");
}

static void print_detail(const identify_view *view) {
  const hw_case *c = view->problem;
  const hw_target *target = identify_target(view, view->detail_target);
  const hw_family *family = &c->families[target->family];
  double total = view->detail_log10_lr;
  char lr[CLI_NUMBER_SIZE], log10_text[CLI_NUMBER_SIZE];
  int width = 0, marker_width = cli_text_width("marker");
  int32_t n_columns = relative_columns(view, family, &width);
  for (int32_t m = 0; m < c->n_markers; m++) marker_width = wider(marker_width, c->markers[m].name);

  printf("\nRemains %s as missing person %s of family %s, marker by marker\n\n  ",
         c->remains[view->detail_remains].id, target->code, family->name);
  cli_print_padded(stdout, "marker", marker_width + 2);
  cli_print_padded(stdout, c->remains[view->detail_remains].id, width + 2);
  for (int32_t p = 0; p < n_columns; p++)
    cli_print_padded(stdout, family->pedigree.persons[family->profile_person[p]].id, width + 2);
  printf("%14s  %8s\n", "LR", "log10 LR");
  for (int32_t m = 0; m < c->n_markers; m++)
    print_detail_row(view, family, n_columns, width, marker_width, m);
  fputs("  ", stdout);
  cli_print_padded(stdout, "all", marker_width + 2);
  printf("%*s%14s  %8s\n", (n_columns + 1) * (width + 2), "", cli_format_lr(total, lr),
         cli_format_log10(total, log10_text));
  if (n_columns < family->n_profiles)
    printf("  (%d more relatives are typed and used)\n", (int)(family->n_profiles - n_columns));
}

static void print_left_out(const identify_view *view) {
  if (view->n_left_out == 0) return;
  printf("Left out   %d missing persons whose families exceed the work bound (told above): no pair "
         "of theirs\n           is listed, and posteriors are given that no remains are theirs\n",
         (int)view->n_left_out);
}

void identify_print(const identify_view *view) {
  if (view->joint != NULL)
    identify_print_joint(view);
  else
    print_head(view);
  if (view->run != NULL) print_warnings(view);
  print_left_out(view);
  identify_print_kind_notes(view);
  if (view->joint != NULL)
    identify_print_who(view);
  else
    print_list(view);
  identify_print_excluded(view);
  if (view->truth != NULL) identify_print_truth(view);
  if (view->has_detail) print_detail(view);
  if (view->has_detail) identify_print_kind_detail(view);
  if (view->has_detail && view->joint != NULL) identify_print_odds(view);
  if (view->report != NULL) cli_print_stored(view->report, view->problem->id);
}
