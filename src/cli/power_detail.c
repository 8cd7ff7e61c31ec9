/* One family in detail: what its missing persons' profiles would show. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "cli/power_out.h"

enum { MOST_ROWS = 24, BAR = 30 };

/* ---- the two distributions ---- */

static void print_curve(const hw_power_curve *curve, int whose, const char *title) {
  printf("  %-16s mean %7.2f  sd %5.2f   5 %% %7.2f  25 %% %7.2f  50 %% %7.2f  75 %% %7.2f  "
         "95 %% %7.2f\n",
         title, curve->mean[whose], curve->sd[whose], curve->quantile[whose][0],
         curve->quantile[whose][1], curve->quantile[whose][2], curve->quantile[whose][3],
         curve->quantile[whose][4]);
}

static void print_bar(double mass, double most, char mark) {
  const int n = most > 0 ? (int)(mass / most * BAR + 0.5) : 0;
  for (int i = 0; i < BAR; i++) fputc(i < n ? mark : ' ', stdout);
}

/* Both, in the widest rows that fit. */
static void print_histogram(const hw_power_bins *bins, double impossible, double threshold) {
  int32_t step = 1;
  while ((bins->n + step - 1) / step > MOST_ROWS) step++;
  double most[2] = {impossible, 0};
  for (int pass = 0; pass < 2; pass++) {
    if (pass == 1) {
      printf("\n  %-18s %-*s %-9s  %-*s\n", "log10 LR", BAR, "unrelated person", "", BAR,
             "own profile");
      printf("  %18s ", "impossible");
      print_bar(impossible, most[0], '-');
      printf(" %-9.2g  \n", impossible);
    }
    for (int32_t i = 0; i < bins->n; i += step) {
      double mass[2] = {0, 0};
      for (int32_t k = i; k < bins->n && k < i + step; k++)
        for (int whose = 0; whose < 2; whose++) mass[whose] += bins->mass[whose][k];
      for (int whose = 0; whose < 2; whose++)
        most[whose] = mass[whose] > most[whose] ? mass[whose] : most[whose];
      if (pass == 0) continue;
      const double from = bins->least + i * bins->width, to = from + step * bins->width;
      printf("%c %7.1f to %7.1f ", threshold >= from && threshold < to ? '>' : ' ', from, to);
      print_bar(mass[0], most[0], '-');
      printf(" %-9.2g  ", mass[0]);
      print_bar(mass[1], most[1], '#');
      printf(" %.2g\n", mass[1]);
    }
  }
}

/* ---- relatives ---- */

static void print_gain(const hw_power_gain *gain) {
  printf("%8.2f", gain->mean);
  if (gain->mean_error > 0) printf(" +- %.2g", gain->mean_error);
  printf("   pass %.4f", gain->pass);
  if (gain->pass_error > 0) printf(" +- %.2g", gain->pass_error);
  fputc('\n', stdout);
}

static int widest_name(const power_view *view, const hw_power_target *target) {
  int width = 12;
  for (int32_t i = 0; i < target->n_relatives; i++) {
    const int own =
        cli_text_width(power_person(view, target->who.family, target->relatives[i].person));
    width = own > width ? own : width;
  }
  return width;
}

static void print_relatives(const power_view *view, const hw_power_target *target) {
  const int32_t f = target->who.family;
  const int width = widest_name(view, target);
  printf("\n  Whom to sample: expected log10 LR then, and probability to pass\n\n  ");
  cli_print_padded(stdout, "nobody", 2 * width + 7);
  printf("%8.2f   pass %.4f\n", target->now.mean[HW_POWER_TRUTH], target->now.pass);
  for (int32_t i = 0; i < target->n_relatives; i++) {
    const hw_power_relative *one = &target->relatives[i];
    fputs("  ", stdout);
    cli_print_padded(stdout, power_person(view, f, one->person), 2 * width + 7);
    if (one->is_left_out)
      printf("    too complex to compute\n");
    else
      print_gain(&one->gain);
  }
  for (int32_t i = 0; i < target->n_pairs && i < view->n_top; i++) {
    const hw_power_pair *pair = &target->pairs[i];
    fputs("  ", stdout);
    cli_print_padded(stdout, power_person(view, f, target->relatives[pair->relatives[0]].person),
                     width + 1);
    fputs("and ", stdout);
    cli_print_padded(stdout, power_person(view, f, target->relatives[pair->relatives[1]].person),
                     width + 2);
    print_gain(&pair->gain);
  }
  if (target->n_pairs > view->n_top)
    printf("  ... and %d more pairs\n", (int)(target->n_pairs - view->n_top));
  if (target->has_all) {
    char who[64];
    snprintf(who, sizeof who, "all %d", (int)target->n_all);
    fputs("  ", stdout);
    cli_print_padded(stdout, who, 2 * width + 7);
    print_gain(&target->all);
  }
  for (int32_t i = 0; i < target->n_relatives; i++)
    if (target->relatives[i].n_markers < view->problem->n_markers)
      printf("  %s is typed in part: %d markers would be added\n",
             power_person(view, f, target->relatives[i].person),
             (int)target->relatives[i].n_markers);
  if (target->n_unpaired > 0)
    printf("  Pairs were made of the %d relatives with the largest gains.\n", HW_POWER_PAIRED);
}

/* ---- one missing person ---- */

static void print_exclusion(const power_view *view, const hw_power_target *target) {
  char excluded[CLI_NUMBER_SIZE];
  cli_format_probability(target->exclusion, target->inclusion, excluded);
  printf("\n  An unrelated person is excluded with probability %s (%.2f markers expected to "
         "exclude),\n  is impossible also with mutation with %.6g, has LR < 1 with %.6g, and "
         "passes with %.3g.\n",
         excluded, target->mismatches, target->now.impossible, target->now.against,
         target->now.false_pass);
  if (target->n_contradicting > 0)
    printf("  The family contradicts itself at %d markers without mutation; they exclude nobody.\n",
           (int)target->n_contradicting);
  printf("\n  Excluded by marker:");
  for (int32_t m = 0; m < view->problem->n_markers; m++)
    printf("%s%s %.4f", m % 4 == 0 ? "\n    " : "   ", view->problem->markers[m].name,
           target->exclusion_per_marker[m]);
  fputc('\n', stdout);
}

static void print_target(const power_view *view, const hw_power_target *target) {
  printf("\nMissing person %s: %s", target->who.code, hw_power_verdict_name(target->verdict));
  if (target->reason[0] != '\0') printf(" (%s)", target->reason);
  fputc('\n', stdout);
  if (target->verdict == HW_POWER_LEFT_OUT) return;
  if (target->is_non_identifiable)
    printf("  As the family is typed, the LR is 1 for every profile.\n");
  printf("  Own profile passes with probability %.6f", target->now.pass);
  if (!target->now.is_exact)
    printf(" (proven between %.4f and %.4f)", target->now.pass_least, target->now.pass_most);
  printf("\n\n");
  print_curve(&target->now, HW_POWER_TRUTH, "own profile");
  print_curve(&target->now, HW_POWER_UNRELATED, "unrelated");
  print_histogram(&target->bins, target->now.impossible, hw_power_threshold(view->power));
  print_exclusion(view, target);
  if (target->n_relatives > 0) print_relatives(view, target);
}

hw_status power_print_detail(const power_view *view, hw_err *err) {
  const hw_family *family = &view->problem->families[view->options->family];
  printf("Family     %s of case %s: %d persons, %d profiles, %d missing\n", family->name,
         view->problem->id, (int)family->pedigree.n_persons, (int)family->n_profiles,
         (int)family->n_missing);
  printf("Threshold  log10 LR %g (marked >)\n", hw_power_threshold(view->power));
  printf("Remains    %s\n", view->profile[0] != '\0' ? view->profile : "complete profiles");
  for (int32_t t = 0; t < hw_power_target_count(view->power) && view->problem->n_markers > 0; t++)
    print_target(view, hw_power_target_get(view->power, t));
  return view->snp != NULL ? power_print_snp(view, err) : HW_OK;
}
