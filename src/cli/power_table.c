/* The tables of `homeward power` for people: the families, and what to do. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "cli/power_out.h"
#include "cli/table.h"

const char *power_person(const power_view *view, int32_t family, int32_t person) {
  return view->problem->families[family].pedigree.persons[person].id;
}

void power_sheet_add(power_sheet *self, const char *format, ...) {
  char text[512];
  va_list values;
  va_start(values, format);
  vsnprintf(text, sizeof text, format, values);
  va_end(values);
  if (self->n == self->room) {
    const int room = self->room == 0 ? 256 : 2 * self->room;
    const char **grown = hw_arena_alloc_array(&self->arena, (size_t)room, sizeof *grown);
    if (grown == NULL) {
      self->is_full = true;
      return;
    }
    if (self->n > 0) memcpy(grown, self->cells, sizeof *grown * (size_t)self->n);
    self->cells = grown;
    self->room = room;
  }
  const char *copy = hw_arena_strdup(&self->arena, text);
  self->is_full |= copy == NULL;
  if (copy != NULL) self->cells[self->n++] = copy;
}

hw_status power_sheet_finish(power_sheet *self, const char *const *headings, const char *right,
                             hw_err *err) {
  cli_table table = {.n_columns = (int)strlen(right), .headings = headings, .indent = 2};
  for (int c = 0; c < table.n_columns; c++) table.is_right[c] = right[c] == 'r';
  table.n_rows = self->n / table.n_columns;
  table.cells = self->cells;
  const bool is_full = self->is_full;
  if (!is_full && table.n_rows > 0) cli_table_print(stdout, &table, cli_screen_width());
  hw_arena_clear(&self->arena);
  return is_full ? HW_NO_MEMORY(err, "a table") : HW_OK;
}

/* ---- head ---- */

static void print_head(const power_view *view) {
  const hw_case *c = view->problem;
  const hw_power_summary summary = hw_power_summarise(view->power);
  printf("Case       %s: %d missing persons in %d families, %d remains, %d markers", c->id,
         (int)summary.n_targets, (int)c->n_families, (int)c->n_remains, (int)c->n_markers);
  if (c->theta > 0) printf(", theta %g", c->theta);
  printf("\nThreshold  log10 LR %g; enough: own profile passes with %g, never: with less than %g\n",
         hw_power_threshold(view->power), view->options->enough, view->options->never);
  printf("Remains    %s\n", view->profile[0] != '\0' ? view->profile : "complete profiles");
  printf("Sampling   %s", view->has_consent
                              ? "anybody in the pedigrees who did not refuse consent"
                              : "anybody in the pedigrees but those named as not available");
  if (view->n_without_consent > 0) printf(" (%d did)", (int)view->n_without_consent);
  printf("; nobody is taken for dead\n");
}

/* ---- families ---- */

static void add_next(power_sheet *table, const power_view *view, const hw_power_target *target) {
  const bool has_next = target->n_relatives > 0 && !target->relatives[0].is_left_out &&
                        target->verdict == HW_POWER_SAMPLE;
  if (has_next) {
    power_sheet_add(table, "%s",
                    power_person(view, target->who.family, target->relatives[0].person));
    power_sheet_add(table, "%.4f", target->relatives[0].gain.pass);
  } else {
    power_sheet_add(table, "%s", "");
    power_sheet_add(table, "%s", "");
  }
}

static hw_status print_families(const power_view *view, hw_err *err) {
  static const char *const headings[] = {"family",  "missing",   "typed",    "E log10 LR",
                                         "5 %",     "95 %",      "pass",     "excluded",
                                         "verdict", "best next", "pass then"};
  power_sheet table = {0};
  printf(
      "\nMissing persons: log10 LR of their own profiles, and what typing one relative gives\n\n");
  for (int32_t t = 0; t < hw_power_target_count(view->power); t++) {
    const hw_power_target *target = hw_power_target_get(view->power, t);
    const bool is_out = target->verdict == HW_POWER_LEFT_OUT;
    char number[CLI_NUMBER_SIZE];
    power_sheet_add(&table, "%s", view->problem->families[target->who.family].name);
    power_sheet_add(&table, "%s", target->who.code);
    power_sheet_add(&table, "%d", (int)target->n_typed);
    if (is_out) {
      for (int i = 0; i < 5; i++) power_sheet_add(&table, "%s", "-");
    } else {
      power_sheet_add(&table, "%.2f", target->now.mean[HW_POWER_TRUTH]);
      power_sheet_add(&table, "%.2f", target->now.quantile[HW_POWER_TRUTH][0]);
      power_sheet_add(&table, "%.2f", target->now.quantile[HW_POWER_TRUTH][HW_POWER_QUANTILES - 1]);
      power_sheet_add(&table, "%.4f", target->now.pass);
      power_sheet_add(&table, "%s",
                      cli_format_probability(target->exclusion, target->inclusion, number));
    }
    power_sheet_add(&table, "%s", hw_power_verdict_name(target->verdict));
    add_next(&table, view, target);
  }
  return power_sheet_finish(&table, headings, "llrrrrrrllr", err);
}

static hw_status print_reasons(const power_view *view, hw_err *err) {
  static const char *const headings[] = {"family", "missing", "verdict", "pass", "why"};
  power_sheet table = {0};
  for (int32_t t = 0; t < hw_power_target_count(view->power); t++) {
    const hw_power_target *target = hw_power_target_get(view->power, t);
    if (target->reason[0] == '\0') continue;
    double pass = target->now.pass;
    if (target->has_all && target->all.pass > pass) pass = target->all.pass;
    power_sheet_add(&table, "%s", view->problem->families[target->who.family].name);
    power_sheet_add(&table, "%s", target->who.code);
    power_sheet_add(&table, "%s", hw_power_verdict_name(target->verdict));
    if (target->verdict == HW_POWER_LEFT_OUT)
      power_sheet_add(&table, "%s", "-");
    else
      power_sheet_add(&table, "%.3g", pass);
    power_sheet_add(&table, "%s", target->reason);
  }
  if (table.n > 0)
    printf("\nFamilies that sampling does not help (pass: at most, with everybody typed)\n\n");
  return power_sheet_finish(&table, headings, "lllrl", err);
}

/* ---- what to do ---- */

static hw_status print_advice(const power_view *view, hw_err *err) {
  static const char *const headings[] = {"rank",         "family",           "sample",
                                         "gain of pass", "gain of log10 LR", "per person"};
  const hw_power_advice *advice = NULL;
  const int32_t n = hw_power_advise(view->power, &advice);
  power_sheet table = {0};
  printf("\nWhom to sample, by gain of passes per person%s",
         n == 0 ? ": nobody would add anything\n" : "\n\n");
  if (n == 0) return HW_OK;
  for (int32_t i = 0; i < n && i < view->n_top; i++) {
    const hw_power_advice *one = &advice[i];
    power_sheet_add(&table, "%d", (int)i + 1);
    power_sheet_add(&table, "%s", view->problem->families[one->family].name);
    if (one->n_persons == 1)
      power_sheet_add(&table, "%s", power_person(view, one->family, one->persons[0]));
    else
      power_sheet_add(&table, "%s and %s", power_person(view, one->family, one->persons[0]),
                      power_person(view, one->family, one->persons[1]));
    power_sheet_add(&table, "%.4f", one->gain_pass);
    power_sheet_add(&table, "%.2f", one->gain_mean);
    power_sheet_add(&table, "%.4f", one->gain_pass / one->n_persons);
  }
  HW_TRY(power_sheet_finish(&table, headings, "rllrrr", err));
  if (n > view->n_top) printf("  ... and %d more\n", (int)(n - view->n_top));
  return HW_OK;
}

static hw_status print_panels(const power_view *view, hw_err *err) {
  static const char *const headings[] = {"panel",  "markers", "not in the case",
                                         "passes", "cost",    "passes per cost"};
  const hw_power_panel_result *results = NULL;
  const int32_t n = hw_power_panels(view->power, &results);
  power_sheet table = {0};
  if (n == 0) return HW_OK;
  printf("\nPanels: missing persons expected to pass if their remains are typed with it\n\n");
  for (int32_t p = 0; p < n; p++) {
    const hw_power_panel *panel = &view->options->panels[results[p].panel];
    power_sheet_add(&table, "%s", panel->name);
    power_sheet_add(&table, "%d", (int)results[p].n_markers);
    power_sheet_add(&table, "%d", (int)panel->n_unknown);
    power_sheet_add(&table, "%.3f", results[p].passes);
    if (isnan(panel->cost)) {
      power_sheet_add(&table, "%s", "");
      power_sheet_add(&table, "%s", "");
    } else {
      power_sheet_add(&table, "%g", panel->cost);
      power_sheet_add(&table, "%.4g", results[p].per_cost);
    }
  }
  return power_sheet_finish(&table, headings, "lrrrrr", err);
}

static hw_status print_remains(const power_view *view, hw_err *err) {
  static const char *const headings[] = {"rank",           "remains",  "lacks",
                                         "best candidate", "log10 LR", "posterior",
                                         "adds log10",     "pass",     "pass then"};
  const hw_power_remains *list = NULL;
  const int32_t n = hw_power_retype(view->power, &list);
  power_sheet table = {0};
  if (hw_power_summarise(view->power).has_no_remains)
    printf("\nRemains to type again: too many remains and missing persons for this table\n");
  if (n == 0) return HW_OK;
  printf("\nRemains to type again: what a complete profile is expected to add\n\n");
  for (int32_t i = 0; i < n && i < view->n_top; i++) {
    const hw_power_remains *one = &list[i];
    char number[CLI_NUMBER_SIZE];
    power_sheet_add(&table, "%d", (int)i + 1);
    power_sheet_add(&table, "%s", view->problem->remains[one->remains].id);
    power_sheet_add(&table, "%d", (int)one->n_missing);
    power_sheet_add(&table, "%s", hw_power_target_get(view->power, one->target)->who.code);
    power_sheet_add(&table, "%s", cli_format_log10(one->log10_lr, number));
    power_sheet_add(&table, "%.4g", one->posterior);
    power_sheet_add(&table, "%.2f", one->gain_log10);
    power_sheet_add(&table, "%.4f", one->pass);
    power_sheet_add(&table, "%.4f", one->pass_then);
  }
  HW_TRY(power_sheet_finish(&table, headings, "rlrlrrrrr", err));
  if (n > view->n_top) printf("  ... and %d more\n", (int)(n - view->n_top));
  return HW_OK;
}

static void print_summary(const power_view *view) {
  const hw_power_summary s = hw_power_summarise(view->power);
  printf(
      "\nOf %d missing persons %d have enough, %d need samples, %d are exhausted, %d can never be "
      "resolved",
      (int)s.n_targets, (int)s.n_of[HW_POWER_HAS_ENOUGH], (int)s.n_of[HW_POWER_SAMPLE],
      (int)s.n_of[HW_POWER_EXHAUSTED], (int)s.n_of[HW_POWER_IS_NEVER]);
  if (s.n_of[HW_POWER_LEFT_OUT] > 0) printf(", %d are left out", (int)s.n_of[HW_POWER_LEFT_OUT]);
  printf(".\nExpected to pass if found and typed so: %.2f now, %.2f with the best relative of "
         "each.\n",
         s.passes, s.passes_next);
}

hw_status power_print(const power_view *view, hw_err *err) {
  print_head(view);
  if (view->problem->n_markers == 0 && view->snp != NULL) return power_print_snp(view, err);
  HW_TRY(print_families(view, err));
  HW_TRY(print_reasons(view, err));
  HW_TRY(print_advice(view, err));
  HW_TRY(print_panels(view, err));
  HW_TRY(print_remains(view, err));
  print_summary(view);
  return view->snp != NULL ? power_print_snp(view, err) : HW_OK;
}
