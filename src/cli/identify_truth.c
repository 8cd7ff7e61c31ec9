/* The comparison of a run with a truth table: what was found, what was not, and
 * why not. Only synthetic cases have such a table. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/identify_out.h"

const char *identify_outcome_name(hw_outcome outcome) {
  static const char *const names[HW_OUTCOME_COUNT] = {"found", "false",    "left",   "kin",
                                                      "weak",  "degraded", "chance", "rival"};
  return names[outcome];
}

int32_t identify_count(const identify_view *view, hw_outcome outcome) {
  int32_t n = 0;
  for (int32_t r = 0; r < view->problem->n_remains; r++) n += view->outcomes[r] == outcome;
  return n;
}

/* ---- reading ---- */

static hw_status match_row(identify_view *view, const hw_truth *row, hw_err *err) {
  enum { NOT_SEEN = -2 };
  int32_t r = identify_find_remains(view->problem, row->remains);
  if (r < 0)
    return hw_err_set(err, HW_E_REFERENCE, "remains '%s' are not in the case", row->remains);
  if (view->truth_target[r] != NOT_SEEN)
    return hw_err_set(err, HW_E_DUPLICATE, "remains '%s' occur twice", row->remains);
  view->truth_target[r] = -1;
  if (row->missing[0] == '\0') return HW_OK;
  view->truth_target[r] = identify_find_target(view->problem, row->family, row->missing);
  if (view->truth_target[r] < 0)
    return hw_err_set(err, HW_E_REFERENCE, "'%s' of family '%s' is not missing in the case",
                      row->missing, row->family);
  return HW_OK;
}

hw_status identify_read_truth(identify_view *view, hw_err *err) {
  size_t n = (size_t)view->problem->n_remains;
  hw_status status = hw_truth_table_read(view->truth_path, &view->truth, err);
  if (status != HW_OK) return status;
  view->truth_target = calloc(n, sizeof *view->truth_target);
  view->outcomes = calloc(n, sizeof *view->outcomes);
  if (view->truth_target == NULL || view->outcomes == NULL)
    return hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted");
  for (size_t r = 0; r < n; r++) view->truth_target[r] = -2;
  for (int32_t i = 0; i < view->truth->n_rows && status == HW_OK; i++)
    status = match_row(view, &view->truth->rows[i], err);
  for (size_t r = 0; r < n && status == HW_OK; r++)
    if (view->truth_target[r] == -2)
      status = hw_err_set(err, HW_E_REFERENCE, "remains '%s' of the case are not in the table",
                          view->problem->remains[r].id);
  if (status != HW_OK) hw_err_place(err, view->truth_path, 0, 0);
  return status;
}

/* ---- outcomes ---- */

static double joint_posterior(const void *context, int32_t remains, int32_t target) {
  return hw_joint_posterior(context, remains, target, NULL);
}

/* Of the pairs of a search only what was proposed is judged: what a family could do, and so the
 * reason why somebody was not found, is not known. */
static hw_outcome outcome_after_search(const identify_view *view, int32_t remains) {
  const int32_t proposed = view->joint->proposed[remains], truth = view->truth_target[remains];
  if (proposed >= 0) return proposed == truth ? HW_OUTCOME_FOUND : HW_OUTCOME_FALSE;
  return truth < 0 ? HW_OUTCOME_LEFT : HW_OUTCOME_CHANCE;
}

void identify_score(identify_view *view) {
  if (view->run == NULL) {
    for (int32_t r = 0; r < view->problem->n_remains; r++)
      view->outcomes[r] = outcome_after_search(view, r);
  } else if (view->joint == NULL) {
    hw_identify_score(view->run, view->truth_target, view->accept, view->outcomes);
  } else {
    const hw_identify_verdict verdict = {.proposed = view->joint->proposed,
                                         .posterior = joint_posterior,
                                         .context = view->joint->run};
    hw_identify_score_joint(view->run, &verdict, view->truth_target, view->accept, view->outcomes);
  }
}

/* ---- the summary by shape ---- */

/* Counts of one kind of family. */
typedef struct shape_row {
  const char *name;
  double power; /* mean expected log10 LR of its missing persons whose remains are there */
  int32_t n, by_outcome[HW_OUTCOME_COUNT];
} shape_row;

static shape_row *row_of_shape(shape_row *rows, int32_t *n_rows, const char *name) {
  for (int32_t i = 0; i < *n_rows; i++)
    if (strcmp(rows[i].name, name) == 0) return &rows[i];
  rows[*n_rows] = (shape_row){.name = name};
  return &rows[(*n_rows)++];
}

static int compare_rows(const void *left, const void *right) {
  const shape_row *a = left, *b = right;
  double mean_a = a->power / a->n, mean_b = b->power / b->n;
  if (mean_a != mean_b) return mean_a > mean_b ? -1 : 1;
  return strcmp(a->name, b->name);
}

static int32_t collect_rows(const identify_view *view, shape_row *rows, shape_row *all) {
  int32_t n_rows = 0;
  for (int32_t i = 0; i < view->truth->n_rows; i++) {
    const hw_truth *row = &view->truth->rows[i];
    int32_t r = identify_find_remains(view->problem, row->remains);
    if (view->truth_target[r] < 0) continue;
    shape_row *shape = row_of_shape(rows, &n_rows, row->shape[0] != '\0' ? row->shape : "family");
    shape->n++;
    const double power = view->run != NULL
                             ? hw_identify_expected_log10_lr(view->run, view->truth_target[r])
                             : (double)NAN;
    shape->power += power;
    shape->by_outcome[view->outcomes[r]]++;
    all->n++;
    all->power += power;
    all->by_outcome[view->outcomes[r]]++;
  }
  qsort(rows, (size_t)n_rows, sizeof *rows, compare_rows);
  return n_rows;
}

/* The reasons that get a column, in the order of the columns. */
static const struct {
  hw_outcome outcome;
  const char *head, *about;
} reasons[] = {
    {HW_OUTCOME_KIN, "kin", "the family is certain, which of its missing is not"},
    {HW_OUTCOME_WEAK, "weak",
     "even a complete profile would on average fall short: more relatives needed"},
    {HW_OUTCOME_DEGRADED, "degraded", "the family would do, the profile has lost too many alleles"},
    {HW_OUTCOME_CHANCE, "chance", "enough on average, but these happen to share too little"},
    {HW_OUTCOME_RIVAL, "rival", "other remains fit the missing person as well"},
    {HW_OUTCOME_FALSE, "FALSE", "somebody else was proposed"},
};

/* A count; zeros recede so that the others can be seen. */
static void print_count(int32_t n, int width) {
  if (n == 0)
    printf("  %*s", width, ".");
  else
    printf("  %*d", width, (int)n);
}

static void print_row(const shape_row *row, int name_width) {
  fputs("  ", stdout);
  cli_print_padded(stdout, row->name, name_width);
  char power[CLI_NUMBER_SIZE] = "";
  if (row->n > 0) snprintf(power, sizeof power, "%.1f", row->power / row->n);
  printf("  %8s  %9d", power, (int)row->n);
  print_count(row->by_outcome[HW_OUTCOME_FOUND], 5);
  fputs("  |", stdout);
  for (size_t i = 0; i < CLI_COUNT_OF(reasons); i++)
    print_count(row->by_outcome[reasons[i].outcome], (int)strlen(reasons[i].head));
  fputc('\n', stdout);
}

static void print_head(int name_width) {
  fputs("  ", stdout);
  cli_print_padded(stdout, "family", name_width);
  fputs("  expected  recovered  found  |", stdout);
  for (size_t i = 0; i < CLI_COUNT_OF(reasons); i++) printf("  %s", reasons[i].head);
  fputc('\n', stdout);
}

/* Who is proposed for a remains, −1 = nobody. */
static int32_t proposed_of(const identify_view *view, int32_t remains) {
  return view->joint != NULL ? view->joint->proposed[remains]
                             : hw_identify_proposed(view->run, remains, view->accept);
}

static void print_legend(const identify_view *view, const shape_row *all) {
  printf(
      "\n  expected  mean log10 LR to be expected of a complete profile; here a posterior of %g\n"
      "            needs about %.1f\n",
      view->accept, hw_identify_needed_log10_lr(view->run, view->accept));
  for (size_t i = 0; i < CLI_COUNT_OF(reasons); i++)
    if (all->by_outcome[reasons[i].outcome] > 0)
      printf("  %-8s  %s\n", reasons[i].head, reasons[i].about);
}

static void print_false(const identify_view *view) {
  for (int32_t r = 0; r < view->problem->n_remains; r++) {
    if (view->outcomes[r] != HW_OUTCOME_FALSE) continue;
    int32_t proposed = proposed_of(view, r);
    int32_t truth = view->truth_target[r];
    printf("  FALSE: %s proposed as %s, truly %s\n", view->problem->remains[r].id,
           identify_target(view, proposed)->code,
           truth < 0 ? "nobody whom a family misses" : identify_target(view, truth)->code);
  }
}

/* The table by kind of family. */
static void print_shapes(const identify_view *view, const shape_row *rows, int32_t n_rows,
                         const shape_row *all) {
  int name_width = cli_text_width("family");
  for (int32_t i = 0; i < n_rows; i++)
    if (cli_text_width(rows[i].name) > name_width) name_width = cli_text_width(rows[i].name);
  print_head(name_width);
  for (int32_t i = 0; i < n_rows; i++) print_row(&rows[i], name_width);
  print_row(all, name_width);
  print_legend(view, all);
  fputc('\n', stdout);
}

void identify_print_truth(const identify_view *view) {
  shape_row all = {.name = "all"};
  shape_row *rows = calloc((size_t)view->truth->n_rows + 1, sizeof *rows);
  if (rows == NULL) return; /* the list above stands; the summary needs a few hundred bytes */
  int32_t n_rows = collect_rows(view, rows, &all);
  printf("\nAgainst the truth in %s\n\n", view->truth_path);
  if (view->run != NULL) print_shapes(view, rows, n_rows, &all);
  print_false(view);
  int32_t n_strangers = view->problem->n_remains - all.n;
  int32_t n_left = 0;
  for (int32_t r = 0; r < view->problem->n_remains; r++)
    n_left += view->truth_target[r] < 0 && view->outcomes[r] == HW_OUTCOME_LEFT;
  printf("  %d of %d recovered missing persons found. %d false. Of %d remains of nobody whom a\n"
         "  family misses, %d were left open.\n",
         (int)all.by_outcome[HW_OUTCOME_FOUND], (int)all.n,
         (int)identify_count(view, HW_OUTCOME_FALSE), (int)n_strangers, (int)n_left);
  free(rows);
}
