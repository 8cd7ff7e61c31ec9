/* Speed of the kinship engine: likelihood ratios of usual relationships, a
 * larger pedigree, and compilation of families, at 23 STR with 30 alleles and
 * the stepwise mutation model, for which no alleles can be lumped; and at the
 * model without mutation, with and without lumping.
 *
 * A likelihood ratio is measured as a laboratory would use the library: the
 * pedigrees are prepared once, then every profile pair costs an evaluation of
 * both hypotheses at all markers. "first use" includes the preparation. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common.h"
#include "homeward/table.h"
#include "oracle/pedigrees.h"

enum { N_MARKERS = 23, N_ALLELES = 30, N_REPEATS = 41 };

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int compare_double(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *values, int n) {
  qsort(values, (size_t)n, sizeof *values, compare_double);
  return values[n / 2];
}

/* ---- likelihood ratios --------------------------------------------------- */

typedef struct evaluation {
  hw_kin *kin;
  const family_data *data;
  const hw_observation ***columns; /* per marker, per profile */
} evaluation;

static evaluation evaluation_new(const family_data *data, const hw_likelihood_options *options) {
  const hw_problem *p = &data->problem;
  hw_err err = HW_ERR_INIT;
  evaluation self = {.data = data};
  check(hw_kin_new(p->pedigree, p->n_profiles, p->profile_person, HW_PERSON_NONE, options,
                   &self.kin, &err),
        &err);
  self.columns = allocate((size_t)p->n_markers, sizeof *self.columns);
  for (int32_t m = 0; m < p->n_markers; m++) {
    self.columns[m] = allocate((size_t)p->n_profiles, sizeof *self.columns[m]);
    for (int32_t i = 0; i < p->n_profiles; i++)
      self.columns[m][i] = &p->profiles[i].observations[m];
  }
  return self;
}

static double evaluation_run(evaluation *self) {
  const hw_problem *p = &self->data->problem;
  hw_err err = HW_ERR_INIT;
  double sum = 0.0, ln = 0.0;
  for (int32_t m = 0; m < p->n_markers; m++) {
    check(hw_kin_ln_likelihood(self->kin, &p->markers[m], p->profiles, self->columns[m], &ln, &err),
          &err);
    sum += ln;
  }
  return sum;
}

static void evaluation_clear(evaluation *self) {
  for (int32_t m = 0; m < self->data->problem.n_markers; m++) free(self->columns[m]);
  free(self->columns);
  hw_kin_delete(self->kin);
}

/* The same typed persons without any relation: the other hypothesis. */
static family *unrelated_of(const family *f) {
  family *other = family_new();
  for (int32_t i = 0; i < f->n_typed; i++)
    family_type(other,
                family_add(other, HW_PERSON_NONE, HW_PERSON_NONE, f->persons[f->typed[i]].sex));
  return other;
}

static void bench_ratio(const char *name, family *(*build)(void), const panel *markers,
                        const hw_likelihood_options *options, double goal_us) {
  family *f = build(), *g = unrelated_of(f);
  family_data *data = family_data_new(f, markers, 1), *other = family_data_new(g, markers, 1);
  double start = now_s();
  evaluation h1 = evaluation_new(data, options), h2 = evaluation_new(other, options);
  double ln = evaluation_run(&h1) - evaluation_run(&h2), first = now_s() - start;
  int inner = 1 + (int)(0.002 / (first + 1e-6));
  double times[N_REPEATS];
  for (int r = 0; r < N_REPEATS; r++) {
    start = now_s();
    for (int i = 0; i < inner; i++) ln += 1e-30 * (evaluation_run(&h1) - evaluation_run(&h2));
    times[r] = (now_s() - start) / inner;
  }
  double us = 1e6 * median(times, N_REPEATS);
  printf("  %-34s %10.1f us  first use %9.1f us", name, us, 1e6 * first);
  if (goal_us > 0.0) printf("  goal %6.0f us %s", goal_us, us <= goal_us ? "reached" : "MISSED");
  printf("%s\n", isfinite(ln) ? "" : "  (impossible data)");
  evaluation_clear(&h1);
  evaluation_clear(&h2);
  family_data_delete(data);
  family_data_delete(other);
  family_delete(f);
  family_delete(g);
}

static void bench_likelihood(const char *name, family *(*build)(void), const panel *markers,
                             const hw_likelihood_options *options, double goal_ms) {
  family *f = build();
  family_data *data = family_data_new(f, markers, 1);
  double start = now_s();
  evaluation h = evaluation_new(data, options);
  double ln = evaluation_run(&h), first = now_s() - start;
  int repeats = first > 0.2 ? 5 : N_REPEATS;
  double times[N_REPEATS];
  for (int r = 0; r < repeats; r++) {
    start = now_s();
    ln += 1e-30 * evaluation_run(&h);
    times[r] = now_s() - start;
  }
  double ms = 1e3 * median(times, repeats);
  printf("  %-34s %10.3f ms  first use %9.2f ms  goal %6.0f ms %s%s\n", name, ms, 1e3 * first,
         goal_ms, ms <= goal_ms ? "reached" : "MISSED", isfinite(ln) ? "" : "  (impossible data)");
  evaluation_clear(&h);
  family_data_delete(data);
  family_delete(f);
}

/* ---- compiled tables ----------------------------------------------------- */

static void bench_compile(const char *name, family *(*build)(void), const panel *markers,
                          const hw_likelihood_options *options, double goal_ms) {
  family *f = build();
  family_data *data = family_data_new(f, markers, 1);
  hw_err err = HW_ERR_INIT;
  double times[N_REPEATS];
  int repeats = N_REPEATS;
  for (int r = 0; r < repeats; r++) {
    hw_table *table = NULL;
    double start = now_s();
    check(hw_table_compile(&data->problem, f->missing, options, &table, &err), &err);
    times[r] = now_s() - start;
    hw_table_delete(table);
    if (times[r] > 0.2 && repeats > 5) repeats = r + 5 < N_REPEATS ? r + 5 : N_REPEATS;
  }
  double ms = 1e3 * median(times, repeats);
  printf("  %-34s %10.3f ms", name, ms);
  if (goal_ms > 0.0) printf("  goal %6.0f ms %s", goal_ms, ms <= goal_ms ? "reached" : "MISSED");
  putchar('\n');
  family_data_delete(data);
  family_delete(f);
}

static family *sib_mating_3(void) {
  return family_sib_mating(3);
}

/* ---- kernels and look-ups ------------------------------------------------- */

static double likelihood_s(const family_data *data, const char *simd) {
  const hw_likelihood_options options = {.simd = simd};
  evaluation h = evaluation_new(data, &options);
  double times[N_REPEATS], sum = evaluation_run(&h);
  for (int r = 0; r < N_REPEATS; r++) {
    const double start = now_s();
    sum += 1e-30 * evaluation_run(&h);
    times[r] = now_s() - start;
  }
  evaluation_clear(&h);
  return isfinite(sum) ? median(times, N_REPEATS) : (double)NAN;
}

static void bench_kernels(const char *name, family *(*build)(void), const panel *markers) {
  family *f = build();
  family_data *data = family_data_new(f, markers, 1);
  const double ref = likelihood_s(data, "ref"), wide = likelihood_s(data, NULL);
  printf("  %-34s %10.3f ms  ref %9.3f ms  %5.2f times as fast\n", name, 1e3 * wide, 1e3 * ref,
         ref / wide);
  family_data_delete(data);
  family_delete(f);
}

/* One remains profile against compiled tables: what a pair costs after compiling. */
static void bench_pairs(const panel *markers) {
  enum { PAIRS = 200000 };
  family *f = family_four_siblings();
  family_data *data = family_data_new(f, markers, 1);
  hw_err err = HW_ERR_INIT;
  hw_table *table = NULL;
  check(hw_table_compile(&data->problem, f->missing, NULL, &table, &err), &err);
  double sum = 0.0;
  const double start = now_s();
  for (int i = 0; i < PAIRS; i++)
    sum += hw_table_log10_lr(table, data->problem.markers,
                             &data->problem.profiles[i % data->problem.n_profiles], NULL);
  const double seconds = now_s() - start;
  printf("  %-34s %10.3g pairs/s%s\n", "23 markers from compiled tables", PAIRS / seconds,
         isnan(sum) ? "  (undefined)" : "");
  hw_table_delete(table);
  family_data_delete(data);
  family_delete(f);
}

static void bench_theta(const char *name, family *(*build)(void), const panel *markers) {
  family *f = build();
  family_data *data = family_data_new(f, markers, 1);
  data->problem.theta = 0.01;
  hw_err err = HW_ERR_INIT;
  hw_table *table = NULL;
  const double start = now_s();
  check(hw_table_compile(&data->problem, f->missing, NULL, &table, &err), &err);
  printf("  %-34s %10.1f ms\n", name, 1e3 * (now_s() - start));
  hw_table_delete(table);
  family_data_delete(data);
  family_delete(f);
}

static void bench_panel(const char *title, const panel *markers,
                        const hw_likelihood_options *options, bool goals) {
  double on = goals ? 1.0 : 0.0;
  printf("%s: likelihood ratio, both hypotheses\n", title);
  bench_ratio("trio", family_trio, markers, options, 20 * on);
  bench_ratio("full sibs, untyped parents", family_full_sibs, markers, options, 300 * on);
  bench_ratio("first cousins", family_first_cousins, markers, options, 1000 * on);
  printf("%s: compile all tables of a family\n", title);
  bench_compile("two typed parents", family_two_parents, markers, options, 1 * on);
  bench_compile("four siblings, untyped parents", family_four_siblings, markers, options, 3 * on);
  bench_compile("three generations, 25 / 8 typed", family_three_generations, markers, options,
                50 * on);
}

int main(void) {
  panel *stepwise = panel_new(N_MARKERS, N_ALLELES, HW_MUTATION_STEPWISE, 1);
  panel *none = panel_new(N_MARKERS, N_ALLELES, HW_MUTATION_NONE, 1);
  hw_likelihood_options apart = {.no_lumping = true};
  printf("%d markers, %d alleles, medians of %d\n\n", N_MARKERS, N_ALLELES, N_REPEATS);
  bench_panel("stepwise mutation", stepwise, NULL, true);
  printf("stepwise mutation: likelihood\n");
  bench_likelihood("20 persons, 6 typed", family_of_20, stepwise, NULL, 20);
  bench_likelihood("double first cousins", family_double_first_cousins, stepwise, NULL, 1000);
  bench_likelihood("three generations of sib mating", sib_mating_3, stepwise, NULL, 1000);
  bench_likelihood("60 persons, 15 typed", family_of_60, stepwise, NULL, 1000);
  bench_likelihood("200 persons, 30 typed, four loops", family_of_200, stepwise, NULL, 1000);
  printf("stepwise mutation: kernel set %s against the scalar reference\n", hw_kernel_set(NULL));
  bench_kernels("60 persons, 15 typed", family_of_60, stepwise);
  bench_kernels("three generations of sib mating", sib_mating_3, stepwise);
  printf("stepwise mutation: remains against a family\n");
  bench_pairs(stepwise);
  printf("stepwise mutation, theta 0.01: compile all tables of a family\n");
  bench_theta("two typed parents", family_two_parents, stepwise);
  bench_theta("four siblings, untyped parents", family_four_siblings, stepwise);
  bench_panel("\nno mutation, lumped", none, NULL, false);
  bench_panel("\nno mutation, alleles kept apart", none, &apart, false);
  panel_delete(stepwise);
  panel_delete(none);
  return 0;
}
