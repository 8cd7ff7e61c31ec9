/* What SNP panels add, for people. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "cli/power_out.h"

static const char *panel_title(const power_view *view, int32_t panel, char *text, size_t size) {
  const hw_power_snp_panel *one = &view->snp_options->panels[panel];
  snprintf(text, size, "%s:%s@%g", one->name, one->panel->populations[one->population].name,
           one->run.coverage);
  return text;
}

/* ---- head ---- */

static void print_panels(const power_view *view) {
  const hw_power_snp_options *options = view->snp_options;
  for (int32_t p = 0; p < options->n_panels; p++) {
    const hw_power_snp_panel *one = &options->panels[p];
    char title[200];
    printf("%s%s: %d linked markers", p == 0 ? "Panels     " : "           ",
           panel_title(view, p, title, sizeof title), (int)one->panel->n_markers);
    if (view->snp_inputs->n_left_out[p] > 0)
      printf(" (%d more have no place on the map or no frequencies)",
             (int)view->snp_inputs->n_left_out[p]);
    printf(", remains read %g times a marker", one->run.coverage);
    if (view->snp_inputs->is_stored[p]) printf(", panel of the case database");
    fputc('\n', stdout);
  }
}

static void print_head(const power_view *view) {
  const hw_power_snp_panel *way = &view->snp_options->panels[0];
  const hw_reads_model *model = &way->run.model;
  printf("\nSNP panels: simulated on the map, at most %d draws, seed %llu\n\n",
         (int)view->snp_options->n_draws, (unsigned long long)view->snp_options->seed);
  print_panels(view);
  printf("Reads      error %g", way->run.error);
  if (model->contamination > 0) printf(", contamination %g", model->contamination);
  if (model->damage > 0 || model->damage_inside > 0)
    printf(", deamination %g, inside %g", model->damage, model->damage_inside);
  printf("; relatives' calls: error %g, dropout %g, missing %g\n", way->call.allele,
         way->call.dropout, way->call_missing);
}

/* ---- missing persons ---- */

static void add_row(power_sheet *table, const power_view *view, const hw_power_snp_target *target,
                    const hw_power_snp_set *set) {
  char title[200];
  const double *snp = set->snp.quantile[HW_POWER_TRUTH], *unrelated = set->snp.quantile[0];
  const double *both = set->both.quantile[HW_POWER_TRUTH];
  power_sheet_add(table, "%s", panel_title(view, target->panel, title, sizeof title));
  power_sheet_add(table, "%s", view->problem->families[target->who.family].name);
  power_sheet_add(table, "%s", target->who.code);
  power_sheet_add(table, "%d", (int)(target->n_typed + set->n_added));
  power_sheet_add(table, "%d%s", (int)set->n_draws, set->is_cut ? "*" : "");
  power_sheet_add(table, "%.2f", snp[2]);
  power_sheet_add(table, "%.2f", set->snp.mean[HW_POWER_TRUTH]);
  power_sheet_add(table, "%.2f", snp[0]);
  power_sheet_add(table, "%.2f", snp[4]);
  power_sheet_add(table, "%.2f", unrelated[4]);
  if (isnan(target->str_pass))
    power_sheet_add(table, "%s", "");
  else
    power_sheet_add(table, "%.3f", target->str_pass);
  power_sheet_add(table, "%.3f", set->snp.pass);
  power_sheet_add(table, "%.2f", both[2]);
  power_sheet_add(table, "%.3f", set->both.pass);
  power_sheet_add(table, "%.2g", set->both.pass_error);
  power_sheet_add(table, "%.1e", set->both.false_pass);
}

static hw_status print_sets(const power_view *view, bool is_now, hw_err *err) {
  static const char *const headings[] = {
      "panel", "family",      "missing",  "typed",    "draws", "SNP",       "mean", "5 %",
      "95 %",  "unrel. 95 %", "STR pass", "SNP pass", "both",  "both pass", "+-",   "unrel. pass"};
  power_sheet table = {0};
  bool is_cut = false;
  for (int32_t t = 0; t < hw_power_snp_count(view->snp); t++) {
    const hw_power_snp_target *target = hw_power_snp_get(view->snp, t);
    const hw_power_snp_set *set = is_now ? &target->now : &target->then;
    if (target->reason[0] != '\0' || !(is_now ? target->has_now : target->has_then)) continue;
    if (set->reason[0] != '\0') continue;
    if (table.n == 0)
      printf("\n%s: log10 LR of their own profiles (median, mean, 5 and 95 %% "
             "by SNPs; median of both)\n\n",
             is_now ? "As typed with SNPs" : "If all who are typed with STR had SNPs too");
    add_row(&table, view, target, set);
    is_cut |= set->is_cut;
  }
  HW_TRY(power_sheet_finish(&table, headings, "lllrrrrrrrrrrrrr", err));
  if (is_cut) printf("  * fewer draws: more would have taken too long\n");
  return HW_OK;
}

/* ---- what was left out ---- */

static void add_reason(power_sheet *table, const power_view *view,
                       const hw_power_snp_target *target, const char *what, const char *why) {
  char title[200];
  if (why[0] == '\0') return;
  power_sheet_add(table, "%s", panel_title(view, target->panel, title, sizeof title));
  power_sheet_add(table, "%s", view->problem->families[target->who.family].name);
  power_sheet_add(table, "%s", target->who.code);
  power_sheet_add(table, "%s", what);
  power_sheet_add(table, "%s", why);
}

static hw_status print_reasons(const power_view *view, hw_err *err) {
  static const char *const headings[] = {"panel", "family", "missing", "left out", "why"};
  power_sheet table = {0};
  for (int32_t t = 0; t < hw_power_snp_count(view->snp); t++) {
    const hw_power_snp_target *target = hw_power_snp_get(view->snp, t);
    add_reason(&table, view, target, "missing person", target->reason);
    add_reason(&table, view, target, "in part", target->note);
    if (target->reason[0] != '\0') continue;
    if (target->has_now) add_reason(&table, view, target, "as typed", target->now.reason);
    if (target->has_then) add_reason(&table, view, target, "all with STR", target->then.reason);
    for (int32_t i = 0; i < target->n_relatives; i++)
      add_reason(&table, view, target,
                 power_person(view, target->who.family, target->relatives[i].person),
                 target->relatives[i].reason);
  }
  if (table.n > 0) printf("\nLeft out of the simulation\n\n");
  return power_sheet_finish(&table, headings, "lllll", err);
}

/* ---- what pays ---- */

static hw_status print_ranks(const power_view *view, hw_err *err) {
  static const char *const headings[] = {"rank",         "panel",       "computed",
                                         "left out",     "STR",         "as typed",
                                         "all with STR", "newly above", "+-"};
  const hw_power_snp_rank *ranks = NULL;
  const int32_t n = hw_power_snp_ranks(view->snp, &ranks);
  power_sheet table = {0};
  printf("\nWhich panel pays: missing persons expected to pass, if found\n\n");
  for (int32_t i = 0; i < n; i++) {
    char title[200];
    power_sheet_add(&table, "%d", (int)i + 1);
    power_sheet_add(&table, "%s", panel_title(view, ranks[i].panel, title, sizeof title));
    power_sheet_add(&table, "%d", (int)ranks[i].n_computed);
    power_sheet_add(&table, "%d", (int)ranks[i].n_left_out);
    power_sheet_add(&table, "%.2f", ranks[i].str);
    power_sheet_add(&table, "%.2f", ranks[i].now);
    power_sheet_add(&table, "%.2f", ranks[i].then);
    power_sheet_add(&table, "%.2f", ranks[i].newly);
    power_sheet_add(&table, "%.2g", ranks[i].newly_error);
  }
  return power_sheet_finish(&table, headings, "rlrrrrrrr", err);
}

static hw_status print_advice(const power_view *view, hw_err *err) {
  static const char *const headings[] = {"rank",    "panel",        "family", "type",
                                         "has STR", "gain of pass", "+-",     "gain of log10 LR"};
  const hw_power_snp_advice *advice = NULL;
  const int32_t n = hw_power_snp_advise(view->snp, &advice);
  power_sheet table = {0};
  if (!view->snp_options->with_relatives) return HW_OK;
  printf("\nWhom to type with SNPs next, against what is typed%s",
         n == 0 ? ": nobody would add anything\n" : "\n\n");
  for (int32_t i = 0; i < n && i < view->n_top; i++) {
    char title[200];
    power_sheet_add(&table, "%d", (int)i + 1);
    power_sheet_add(&table, "%s", panel_title(view, advice[i].panel, title, sizeof title));
    power_sheet_add(&table, "%s", view->problem->families[advice[i].family].name);
    power_sheet_add(&table, "%s", power_person(view, advice[i].family, advice[i].person));
    power_sheet_add(&table, "%s", advice[i].has_str ? "yes" : "no");
    power_sheet_add(&table, "%.3f", advice[i].gain_pass);
    power_sheet_add(&table, "%.2g", advice[i].gain_error);
    power_sheet_add(&table, "%.2f", advice[i].gain_mean);
  }
  HW_TRY(power_sheet_finish(&table, headings, "rllllrrr", err));
  if (n > view->n_top) printf("  ... and %d more\n", (int)(n - view->n_top));
  return HW_OK;
}

hw_status power_print_snp(const power_view *view, hw_err *err) {
  print_head(view);
  HW_TRY(print_sets(view, true, err));
  HW_TRY(print_sets(view, false, err));
  HW_TRY(print_reasons(view, err));
  HW_TRY(print_ranks(view, err));
  return print_advice(view, err);
}
