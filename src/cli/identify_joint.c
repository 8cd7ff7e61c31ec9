/* Who is who: the tables of a joint run for people.
 *
 *   Joint      how the sum was made, and what is proven or estimated of its error
 *   table      by remains: who they are, how sure, and the rivals
 *   the whole  the best assignments, as differences from the best one
 *   words      who can be exchanged, who cannot be identified at all */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/identify_out.h"

#define LN10 2.302585092994045684

enum { MOST_GROUPS = 12, MOST_NAMES = 12 };

static int wider(int width, const char *text) {
  int own = cli_text_width(text);
  return own > width ? own : width;
}

static const char *plural(int64_t n) {
  return n == 1 ? "" : "s";
}

static const char *code_of(const identify_view *view, int32_t target) {
  return identify_target(view, target)->code;
}

/* ---- the prior ---- */

/* Factors of the record of which something is known of both sides, or those of which nothing is. */
static void print_known(const hw_prior *prior, const hw_prior_settings *settings, bool is_known) {
  const char *before = is_known ? ";\n           times " : ";\n           nothing known of ";
  for (int f = HW_PRIOR_PLACE; f < HW_PRIOR_COUNT; f++) {
    const hw_prior_coverage known = hw_prior_coverage_of(prior, (hw_prior_factor)f);
    if (!settings->is_used[f] || (known.n_remains > 0 && known.n_missing > 0) != is_known) continue;
    printf("%s%s", before, hw_prior_factor_name((hw_prior_factor)f));
    if (is_known)
      printf(" (of %d remains, %d missing)", (int)known.n_remains, (int)known.n_missing);
    before = ", ";
  }
}

static void print_factors(const identify_view *view) {
  const hw_prior *prior = view->joint->prior.factors;
  const hw_prior_settings *settings = hw_prior_settings_of(prior);
  const hw_prior_numbers numbers = hw_prior_numbers_of(prior);
  if (settings->is_used[HW_PRIOR_NUMBERS])
    printf("numbers: %.4g remains expected on the list, %.4g of all; a missing person is here with "
           "%.4g",
           numbers.pairings, numbers.on_list, numbers.among);
  else
    printf("flat");
  print_known(prior, settings, true);
  print_known(prior, settings, false);
  fputc('\n', stdout);
}

static void print_prior(const identify_view *view) {
  const hw_made_prior *prior = &view->joint->prior;
  const double none = prior->asked.none;
  fputs("Prior      ", stdout);
  if (prior->asked.kind == HW_ASKED_ODDS)
    printf("each of the %d missing persons %.4g, none of them %.4g, for every remains\n",
           (int)identify_target_count(view), (1 - none) / identify_target_count(view), none);
  else if (prior->asked.kind == HW_ASKED_FACTORS)
    print_factors(view);
  else
    printf("flat: every assignment of remains to missing persons equally likely\n");
}

/* ---- how it was summed ---- */

static void print_chain(const identify_view *view) {
  const hw_joint_component *components = NULL;
  double r_hat = 0, error = 0, effective = HUGE_VAL;
  int32_t n = hw_joint_components(view->joint->run, &components);
  for (int32_t i = 0; i < n; i++) {
    if (components[i].is_exact) continue;
    r_hat = fmax(r_hat, components[i].r_hat);
    error = fmax(error, components[i].error);
    effective = fmin(effective, components[i].effective);
  }
  printf("           largest R-hat %.4f, fewest effective draws %.0f, largest standard error of a "
         "posterior %.1e;\n           a posterior of 1 or 0 there is one that the draws did not "
         "leave; nothing is proposed\n           from them alone\n",
         r_hat, effective, error);
}

/* The number of assignments, which may be beyond a double. */
static const char *assignments_of(const hw_joint_summary *s, char *buffer) {
  if (isfinite(s->n_assignments))
    snprintf(buffer, CLI_NUMBER_SIZE, "%.4g", s->n_assignments);
  else
    snprintf(buffer, CLI_NUMBER_SIZE, "more than 1e300");
  return buffer;
}

static void print_sum(const identify_view *view) {
  const hw_joint_summary *s = &view->joint->summary;
  char number[CLI_NUMBER_SIZE];
  if (s->is_exact)
    printf("Joint      exact, %s assignments in %d group%s of families", assignments_of(s, number),
           (int)s->n_components, plural(s->n_components));
  else
    printf("Joint      MARKOV CHAIN in %d of %d groups of families, exact in the others;\n"
           "           %s assignments",
           (int)s->n_chained, (int)s->n_components, assignments_of(s, number));
  if (s->left_out > 0)
    printf("; %s %.0e of the posterior is left out\n",
           s->is_bound_of_pairs ? "by pairs (not proven for several remains together)" : "at most",
           s->left_out);
  else
    printf("%s\n", s->is_exact ? "; nothing is left out" : "");
  if (!s->is_exact) print_chain(view);
  if (s->n_not_candidates > 0)
    printf("Candidates %d pairs that %s kept; the other %.4g count with a ratio of 1, as part of "
           "'none'\n",
           (int)view->joint->candidates.n, view->joint->candidates.run,
           (double)s->n_not_candidates);
  if (view->joint->options.n_fixed > 0)
    printf("Fixed      %d identification%s that stand%s\n", (int)view->joint->options.n_fixed,
           plural(view->joint->options.n_fixed), view->joint->options.n_fixed == 1 ? "s" : "");
}

static void print_best_line(const identify_view *view) {
  const hw_joint_assignment *best = NULL;
  char lr[CLI_NUMBER_SIZE];
  int32_t n_placed = 0;
  if (hw_joint_best(view->joint->run, &best) == 0) return;
  for (int32_t r = 0; r < view->problem->n_remains; r++) n_placed += best->target[r] >= 0;
  printf("Best       %d of %d remains identified, log10 LR %s against 'none identified'",
         (int)n_placed, (int)view->problem->n_remains, cli_format_log10(best->ln_ratio / LN10, lr));
  if (!isnan(best->posterior)) printf(", posterior %.4g", best->posterior);
  if (best->n_tied == INT32_MAX)
    printf("; more than 2e9 others tie with it");
  else if (best->n_tied > 0)
    printf("; %d more tie with it", (int)best->n_tied);
  fputc('\n', stdout);
}

/* ---- numbers that end with what was left out ---- */

/* A posterior: what is left out of the sum may hold against it. */
static const char *format_posterior(const identify_view *view, double value, double complement,
                                    char *buffer) {
  const double left_out = view->joint->summary.left_out;
  if (left_out > 0 && value < left_out)
    snprintf(buffer, CLI_NUMBER_SIZE, "<%.0e", left_out);
  else
    cli_format_probability(value, fmax(complement, left_out), buffer);
  return buffer;
}

/* log10 GLR from which the rival assignment is one that was left out, so that no more is known than
 * that it is beyond. */
double identify_glr_limit(const identify_view *view) {
  const hw_joint_assignment *best = NULL;
  const double left_out = view->joint->summary.left_out;
  if (!(left_out > 0) || hw_joint_best(view->joint->run, &best) == 0) return HUGE_VAL;
  return isnan(best->posterior) ? HUGE_VAL : fmax(0, log10(best->posterior / left_out));
}

static const char *format_glr(const identify_view *view, double log10_glr, char *buffer) {
  const double limit = identify_glr_limit(view);
  if (fabs(log10_glr) > limit)
    snprintf(buffer, CLI_NUMBER_SIZE, log10_glr > 0 ? ">%.1f" : "<-%.1f", limit);
  else
    cli_format_log10(log10_glr, buffer);
  return buffer;
}

/* ---- by remains ---- */

typedef struct widths {
  int remains, family, missing;
} widths;

static widths measure(const identify_view *view, int32_t n_rows) {
  widths w = {cli_text_width("remains"), cli_text_width("family"), cli_text_width("missing")};
  for (int32_t i = 0; i < n_rows; i++) {
    const hw_joint_pair *pair = &view->joint_pairs[i];
    const hw_target *target = identify_target(view, pair->target);
    w.remains = wider(w.remains, view->problem->remains[pair->remains].id);
    w.family = wider(w.family, view->problem->families[target->family].name);
    w.missing = wider(w.missing, target->code);
  }
  return w;
}

static bool is_fixed(const hw_joint_work *joint, const hw_joint_pair *pair) {
  for (int32_t i = 0; i < joint->options.n_fixed; i++)
    if (joint->options.fixed[i].remains == pair->remains &&
        joint->options.fixed[i].target == pair->target)
      return true;
  return false;
}

static const char *standing_of(const hw_joint_work *joint, const hw_joint_pair *pair) {
  return is_fixed(joint, pair) ? "fixed" : hw_joint_standing_name(pair->standing);
}

static void print_pair(const identify_view *view, const widths *w, int32_t i) {
  const hw_joint_work *joint = view->joint;
  const hw_joint_pair *pair = &view->joint_pairs[i];
  const hw_target *target = identify_target(view, pair->target);
  const bool is_first = i == 0 || view->joint_pairs[i - 1].remains != pair->remains;
  char lr[CLI_NUMBER_SIZE], glr[CLI_NUMBER_SIZE], posterior[CLI_NUMBER_SIZE];
  char none[CLI_NUMBER_SIZE] = "";
  if (is_first) {
    double rest = 0, p = hw_joint_posterior_none(joint->run, pair->remains, &rest);
    format_posterior(view, p, rest, none);
  }
  printf("%c  ", joint->proposed[pair->remains] == pair->target ? '*' : ' ');
  cli_print_padded(stdout, is_first ? view->problem->remains[pair->remains].id : "",
                   w->remains + 2);
  cli_print_padded(stdout, view->problem->families[target->family].name, w->family + 2);
  cli_print_padded(stdout, target->code, w->missing);
  printf("  %10s  %10s", format_posterior(view, pair->posterior, pair->complement, posterior),
         none);
  identify_print_kinds(view, pair->remains, pair->target, pair->log10_lr);
  printf("  %8s  %9s  %s", cli_format_log10(pair->log10_lr, lr),
         format_glr(view, pair->log10_glr, glr), standing_of(joint, pair));
  if (view->truth != NULL && is_first) {
    int32_t truth = view->truth_target[pair->remains];
    printf("%*s  %s", 10 - cli_text_width(standing_of(joint, pair)), "",
           truth < 0 ? "nobody" : code_of(view, truth));
  }
  fputc('\n', stdout);
}

/* Remains of whom no pairing has a line. */
static int32_t count_silent(const identify_view *view) {
  int32_t n = view->problem->n_remains;
  for (int32_t i = 0; i < view->n_joint_pairs; i++)
    n -= i == 0 || view->joint_pairs[i - 1].remains != view->joint_pairs[i].remains;
  return n;
}

static void print_who(const identify_view *view) {
  const int32_t n = view->n_shown < view->n_pairs && view->n_shown < view->n_joint_pairs
                        ? view->n_shown
                        : view->n_joint_pairs;
  const int32_t n_silent = count_silent(view);
  printf("\nWho is who: pairings with a posterior of at least 0.01");
  if (!isinf(view->threshold)) printf(" or a log10 LR of at least %g", view->threshold);
  printf("\n\n");
  if (n > 0) {
    widths w = measure(view, n);
    fputs("   ", stdout);
    cli_print_padded(stdout, "remains", w.remains + 2);
    cli_print_padded(stdout, "family", w.family + 2);
    cli_print_padded(stdout, "missing", w.missing);
    printf("  %10s  %10s", "posterior", "none");
    identify_print_kind_heads(view);
    printf("  %8s  %9s  %s\n", "log10 LR", "log10 GLR",
           view->truth != NULL ? "standing    truth" : "standing");
    for (int32_t i = 0; i < n; i++) print_pair(view, &w, i);
  }
  if (n < view->n_joint_pairs) printf("   ... and %d more\n", (int)(view->n_joint_pairs - n));
  if (n_silent > 0)
    printf("%s   %d remains with no such pairing: nobody's whom a family misses, as far as can be "
           "told\n",
           n > 0 ? "\n" : "", (int)n_silent);
}

/* ---- the whole ---- */

static void print_place(const identify_view *view, int32_t remains, int32_t target) {
  printf("%s=%s", view->problem->remains[remains].id, target < 0 ? "none" : code_of(view, target));
}

static void print_differences(const identify_view *view, const hw_joint_assignment *best,
                              const hw_joint_assignment *other) {
  int32_t n = 0;
  for (int32_t r = 0; r < view->problem->n_remains; r++) {
    if (best->target[r] == other->target[r]) continue;
    if (++n > MOST_NAMES) continue;
    fputs(n > 1 ? ", " : "", stdout);
    print_place(view, r, other->target[r]);
  }
  if (n > MOST_NAMES) printf(" and %d more", (int)(n - MOST_NAMES));
}

/* True if two assignments differ only by exchanging persons whom nobody can tell apart. */
static bool are_exchanged(const identify_view *view, const hw_joint_assignment *a,
                          const hw_joint_assignment *b, const int32_t *label) {
  for (int32_t r = 0; r < view->problem->n_remains; r++) {
    const int32_t x = a->target[r], y = b->target[r];
    if ((x < 0) != (y < 0) || (x >= 0 && label[x] != label[y])) return false;
  }
  return true;
}

/* Per missing person: the first one of her symmetric group, or herself. */
static int32_t *label_groups(const identify_view *view) {
  const hw_joint_group *groups = NULL;
  const int32_t n = identify_target_count(view);
  const int32_t n_groups = hw_joint_symmetric(view->joint->run, &groups);
  int32_t *label = calloc((size_t)n + 1, sizeof *label);
  for (int32_t t = 0; label != NULL && t < n; t++) label[t] = t;
  for (int32_t g = 0; label != NULL && g < n_groups; g++)
    for (int32_t k = 0; k < groups[g].n_targets; k++)
      label[groups[g].targets[k]] = groups[g].targets[0];
  return label;
}

static void print_assignment(const identify_view *view, const hw_joint_assignment *list,
                             int32_t i) {
  char lr[CLI_NUMBER_SIZE], posterior[CLI_NUMBER_SIZE], ratio[CLI_NUMBER_SIZE];
  cli_format_lr((list[i].ln_ratio - list[0].ln_ratio) / LN10, ratio);
  if (isnan(list[i].posterior))
    snprintf(posterior, sizeof posterior, "-");
  else
    cli_format_probability(list[i].posterior, 1 - list[i].posterior, posterior);
  printf("  %4d  %8s  %14s  %10s  ", (int)i + 1, cli_format_log10(list[i].ln_ratio / LN10, lr),
         ratio, posterior);
  if (i == 0)
    printf("(the best)");
  else
    print_differences(view, &list[0], &list[i]);
  fputc('\n', stdout);
}

/* Assignments that exchange symmetric persons say nothing new; the words below name them. */
static void print_whole(const identify_view *view) {
  const hw_joint_assignment *list = NULL;
  int32_t n = hw_joint_best(view->joint->run, &list), n_hidden = 0;
  int32_t *label = label_groups(view);
  if (n < 2 || label == NULL) {
    free(label);
    return; /* the table above stands */
  }
  printf("\nThe whole: the %d best assignments\n\n  rank  %8s  %14s  %10s  differs from the best\n",
         (int)n, "log10 LR", "LR to the best", "posterior");
  for (int32_t i = 0; i < n; i++) {
    bool is_new = true;
    for (int32_t k = 0; k < i && is_new; k++)
      is_new = !are_exchanged(view, &list[k], &list[i], label);
    if (is_new) print_assignment(view, list, i);
    n_hidden += !is_new;
  }
  if (n_hidden > 0)
    printf("        (%d more of them only exchange persons whom nobody can tell apart)\n",
           (int)n_hidden);
  free(label);
}

/* ---- in words ---- */

static void print_names(const identify_view *view, const int32_t *items, int32_t n, bool is_remains,
                        const char *last) {
  for (int32_t i = 0; i < n && i < MOST_NAMES; i++)
    printf("%s%s",
           i == 0       ? ""
           : i == n - 1 ? last
                        : ", ",
           is_remains ? view->problem->remains[items[i]].id : code_of(view, items[i]));
  if (n > MOST_NAMES) printf(" and %d more", (int)(n - MOST_NAMES));
}

static void print_group(const identify_view *view, const hw_joint_group *group) {
  fputs("  ", stdout);
  if (group->n_remains == 0) {
    print_names(view, group->targets, group->n_targets, false, " and ");
    printf(" cannot be told apart by their relatives\n");
    return;
  }
  print_names(view, group->remains, group->n_remains, true, " and ");
  const bool is_all = group->n_remains == group->n_targets;
  printf(group->n_remains == 1 ? " is " : is_all ? " are " : " are among ");
  print_names(view, group->targets, group->n_targets, false,
              is_all || group->n_remains > 1 ? " and " : " or ");
  printf(", but nobody can say which is which: their relatives are the same\n");
}

static void print_groups(const identify_view *view) {
  const hw_joint_group *groups = NULL;
  int32_t n = hw_joint_symmetric(view->joint->run, &groups);
  if (n == 0) return;
  printf("\nSymmetric\n\n");
  for (int32_t i = 0; i < n && i < MOST_GROUPS; i++) print_group(view, &groups[i]);
  if (n > MOST_GROUPS) printf("  ... and %d more (all in --json)\n", (int)(n - MOST_GROUPS));
}

static void print_non_identifiable(const identify_view *view) {
  const int32_t *targets = NULL;
  int32_t n = hw_joint_non_identifiable(view->joint->run, &targets);
  if (n == 0) return;
  printf(
      "\nNot identifiable by the typed relatives, who say nothing of them; at most together with "
      "other\nremains\n\n  ");
  print_names(view, targets, n, false, " and ");
  fputc('\n', stdout);
}

void identify_print_joint(const identify_view *view) {
  const hw_case *c = view->problem;
  printf("Case       %s: %d remains, %d missing persons in %d families, %d markers", c->id,
         (int)c->n_remains, (int)identify_target_count(view), (int)c->n_families,
         (int)c->n_markers);
  if (c->theta > 0) printf(", theta %g", c->theta);
  fputc('\n', stdout);
  print_prior(view);
  print_sum(view);
  print_best_line(view);
  printf(
      "*          proposed: joint posterior at least %g, in the best assignment, not symmetric\n",
      view->accept);
}

void identify_print_who(const identify_view *view) {
  print_who(view);
  print_whole(view);
  print_groups(view);
  print_non_identifiable(view);
}

/* ---- the odds of one pair ---- */

static void print_factor(const char *name, double ln_value, const char *about) {
  char number[CLI_NUMBER_SIZE];
  printf("  %-34s  %8s%s%s\n", name, cli_format_log10(ln_value / LN10, number),
         about[0] != '\0' ? "  " : "", about);
}

/* True if no chain was needed for what is said of a remains. */
static bool is_exact_for(const hw_joint_work *joint, int32_t remains) {
  const hw_joint_component *components = NULL;
  const int32_t n = hw_joint_components(joint->run, &components);
  const int32_t component = hw_joint_component_of(joint->run, remains);
  return component < 0 || component >= n || components[component].is_exact;
}

/* What is left of the joint odds when prior and ratio are taken out is what all the other remains
 * and families say of this pair. */
void identify_print_odds(const identify_view *view) {
  const hw_joint_work *joint = view->joint;
  const int32_t r = view->detail_remains, t = view->detail_target;
  double rest = 0, p = hw_joint_posterior(joint->run, r, t, &rest);
  double prior = 0, ln_factor[HW_PRIOR_COUNT] = {0};
  const double odds = log(p) - log(rest);
  printf("\nOdds of this pair, taken apart%25s\n", "log10");
  if (joint->prior.factors != NULL) {
    const hw_prior_settings *settings = hw_prior_settings_of(joint->prior.factors);
    hw_prior_factors(joint->prior.factors, r, t, ln_factor);
    for (int f = 0; f < HW_PRIOR_COUNT; f++) {
      char name[40];
      if (!settings->is_used[f]) continue;
      snprintf(name, sizeof name, "prior: %s", hw_prior_factor_name((hw_prior_factor)f));
      print_factor(name, ln_factor[f], "");
      prior += ln_factor[f];
    }
  } else {
    prior = joint->prior.asked.kind == HW_ASKED_ODDS ? joint->prior.ln_pair : 0;
    print_factor("prior, against 'none'", prior, "");
  }
  if (joint->prior.ln_none != NULL) {
    print_factor("pairs of these remains not kept", -joint->prior.ln_none[r], "");
    prior -= joint->prior.ln_none[r];
  }
  print_factor("likelihood ratio of the pair alone", view->detail_total * LN10, "");
  if (isfinite(odds) && isfinite(view->detail_total))
    print_factor("all other remains and families", odds - prior - view->detail_total * LN10,
                 "what the joint run adds");
  if (isfinite(odds))
    print_factor("joint odds", odds, "");
  else
    print_factor("joint odds", odds,
                 is_exact_for(joint, r) ? "" : "more than the draws of a chain can tell");
}
