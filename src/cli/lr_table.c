/* `homeward lr` for people: totals, evidence by kind, and markers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/lr_out.h"

static int most(int a, int b) {
  return a > b ? a : b;
}

static void print_totals(const hw_case *c, const lr_result *r) {
  const char *reference = c->hypotheses[c->reference].name;
  int name_width = cli_text_width("hypothesis");
  for (int32_t h = 0; h < c->n_hypotheses; h++)
    name_width = most(name_width, cli_text_width(c->hypotheses[h].name));
  fputs("  ", stdout);
  cli_print_padded(stdout, "hypothesis", name_width);
  printf("  %16s  %12s   LR against %s\n", "ln likelihood", "log10 LR", reference);
  for (int32_t h = 0; h < c->n_hypotheses; h++) {
    char log10_text[CLI_NUMBER_SIZE], lr_text[CLI_NUMBER_SIZE], ln_text[CLI_NUMBER_SIZE];
    double ln = r->ln_likelihood[h];
    if (isinf(ln))
      snprintf(ln_text, sizeof ln_text, "impossible");
    else
      snprintf(ln_text, sizeof ln_text, "%.6f", ln);
    fputs("  ", stdout);
    cli_print_padded(stdout, c->hypotheses[h].name, name_width);
    if (h == c->reference) {
      printf("  %16s  %12s   reference\n", ln_text, "");
      continue;
    }
    printf("  %16s  %12s   %s\n", ln_text, cli_format_log10(lr_total_ratio(c, r, h), log10_text),
           cli_format_lr(lr_total_ratio(c, r, h), lr_text));
  }
}

/* Evidence by kind, where there is more than the case's own markers. */
static void print_evidence(const hw_case *c, const lr_result *r) {
  static const char *const names[LR_KINDS] = {"markers", "SNPs", "mtDNA", "Y"};
  int name_width = cli_text_width("hypothesis");
  char text[CLI_NUMBER_SIZE];
  for (int32_t h = 0; h < c->n_hypotheses; h++)
    name_width = most(name_width, cli_text_width(c->hypotheses[h].name));
  printf("%s  log10 LR against %s by kind of evidence\n  ", c->n_markers > 0 ? "\n" : "",
         c->hypotheses[c->reference].name);
  cli_print_padded(stdout, "hypothesis", name_width);
  for (int k = 0; k < LR_KINDS; k++)
    if (lr_has_kind(c, r, (lr_kind)k)) printf("  %10s", names[k]);
  printf("  %10s   LR\n", "total");
  for (int32_t h = 0; h < c->n_hypotheses; h++) {
    if (h == c->reference) continue;
    fputs("  ", stdout);
    cli_print_padded(stdout, c->hypotheses[h].name, name_width);
    for (int k = 0; k < LR_KINDS; k++)
      if (lr_has_kind(c, r, (lr_kind)k))
        printf("  %10s", cli_format_log10(lr_kind_ratio(c, r, (lr_kind)k, h), text));
    printf("  %10s", cli_format_log10(lr_joint_ratio(c, r, h), text));
    printf("   %s\n", cli_format_lr(lr_joint_ratio(c, r, h), text));
  }
  puts("\n  Kinds multiply because the hypothesis fixes the pedigree, and with it the lines;\n"
       "  a match of mtDNA or Y is shared by everybody of the line, near and far.");
}

static void print_lines(const hw_case *c, const lr_result *r) {
  static const char *const verdicts[] = {"nothing to compare", "same", "inconclusive", "different"};
  char text[CLI_NUMBER_SIZE];
  for (int32_t i = 0; i < r->weights.n_lines; i++) {
    const lr_line *line = &r->weights.lines[i];
    const hw_lineage_result *of = &line->result;
    printf("  %s, %s: %s against %s, %d meioses: %d differences at %d %s, %s, log10 LR %s\n",
           line->kind == LR_MT ? "mtDNA" : "Y", c->hypotheses[line->hypothesis].name, line->person,
           line->reference, (int)of->meioses, (int)of->n_differences, (int)of->n_compared,
           line->kind == LR_MT ? "positions" : "markers", verdicts[of->verdict],
           cli_format_log10(of->log10_lr, text));
  }
}

static void print_sources(const lr_settings *settings, const lr_result *r) {
  const cli_snp_people *people = &settings->opened->people;
  if (!settings->opened->has[LR_SNP]) return;
  printf("  SNPs: %d persons, %d markers; frequencies: %s; map: %s\n",
         (int)r->weights.n_snp_persons, (int)r->weights.n_markers, people->frequencies,
         people->map);
}

/* Name of a marker, or of its linkage group if it is the group's first; NULL for the others. */
static const char *row_name(const hw_case *c, int32_t m, char *buffer, size_t size) {
  for (int32_t g = 0; g < c->n_linkages; g++) {
    const hw_linkage *group = &c->linkages[g];
    for (int32_t k = 0; k < group->n_markers; k++) {
      if (group->markers[k] != m) continue;
      if (k > 0) return NULL;
      snprintf(buffer, size, "%s … %s (%d linked)", c->markers[m].name,
               c->markers[group->markers[group->n_markers - 1]].name, (int)group->n_markers);
      return buffer;
    }
  }
  return c->markers[m].name;
}

static void print_markers(const hw_case *c, const lr_result *r) {
  enum { COLUMN = 14 };
  char buffer[160];
  int name_width = cli_text_width("marker");
  for (int32_t m = 0; m < c->n_markers; m++) {
    const char *name = r->is_linked[m] ? NULL : row_name(c, m, buffer, sizeof buffer);
    if (name != NULL) name_width = most(name_width, cli_text_width(name));
  }
  printf("\n  LR by marker against %s\n  ", c->hypotheses[c->reference].name);
  cli_print_padded(stdout, "marker", name_width);
  for (int32_t h = 0; h < c->n_hypotheses; h++) {
    if (h == c->reference) continue;
    const char *name = c->hypotheses[h].name;
    printf("  %*s%s", most(0, COLUMN - cli_text_width(name)), "", name);
  }
  fputc('\n', stdout);
  for (int32_t m = 0; m < c->n_markers; m++) {
    const char *name = r->is_linked[m] ? NULL : row_name(c, m, buffer, sizeof buffer);
    if (name == NULL) continue;
    fputs("  ", stdout);
    cli_print_padded(stdout, name, name_width);
    for (int32_t h = 0; h < c->n_hypotheses; h++) {
      if (h == c->reference) continue;
      char text[CLI_NUMBER_SIZE];
      const char *value = cli_format_lr(lr_marker_ratio(c, r, h, m), text);
      printf("  %*s", most(COLUMN, cli_text_width(c->hypotheses[h].name)), value);
    }
    fputc('\n', stdout);
  }
}

void lr_print_case(const hw_case *c, const lr_result *r, const lr_settings *settings) {
  printf("Case %s: %d hypotheses, %d profile%s, %d marker%s", c->id, (int)c->n_hypotheses,
         (int)c->n_profiles, c->n_profiles == 1 ? "" : "s", (int)c->n_markers,
         c->n_markers == 1 ? "" : "s");
  if (c->theta > 0) printf(", theta %g", c->theta);
  if (c->n_linkages > 0)
    printf(", %d linkage group%s", (int)c->n_linkages, c->n_linkages == 1 ? "" : "s");
  if (settings->typing_error > 0) printf(", typing error %g", settings->typing_error);
  if (r->n_linked > 0) printf(", %d markers linked by position", (int)r->n_linked);
  fputs("\n\n", stdout);
  if (c->n_markers > 0) print_totals(c, r);
  if (settings->opened != NULL) {
    print_evidence(c, r);
    print_sources(settings, r);
    print_lines(c, r);
    lr_print_grids(c, settings->opened, &r->weights);
    lr_print_haplogroups(c, settings->opened, &r->weights);
  }
  if (settings->per_marker && c->n_markers > 0) print_markers(c, r);
  fputc('\n', stdout);
}
