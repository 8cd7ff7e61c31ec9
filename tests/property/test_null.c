/* Expected false leads against slow twins: the tail of a sum of independent
 * markers by convolution on a lattice five hundred times as fine, by enumeration
 * of all outcomes, and by simulation of unrelated profiles that are looked up in
 * the compiled tables as the search does it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/table.h"
#include "oracle/gene_drop.h"
#include "oracle/pedigrees.h"
#include "oracle/trials.h"
#include "search/null.h"
#include "support/assert.h"

/* ---- families and samples -------------------------------------------------- */

static family *family_parent(void) {
  family *f = family_new();
  const int32_t father = family_add(f, HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE);
  const int32_t mother = family_add(f, HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE);
  f->missing = family_add(f, father, mother, HW_MALE);
  family_type(f, mother);
  return f;
}

static family *family_half_sibling(void) {
  family *f = family_new();
  const int32_t father = family_add(f, HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE);
  f->missing = family_add(f, father, HW_PERSON_NONE, HW_MALE);
  family_type(f, family_add(f, father, HW_PERSON_NONE, HW_FEMALE));
  return f;
}

typedef family *family_build(void);
static family_build *const builds[] = {family_two_parents, family_four_siblings, family_parent,
                                       family_half_sibling, family_three_generations};
enum { N_BUILDS = sizeof builds / sizeof *builds };

/* Samples that all have the same forms at each marker. */
typedef struct fixture {
  panel *markers;
  family *home;
  family_data *data;
  hw_table *table;
  hw_observation *observations;
  hw_search_sample sample;
  hw_search_input input;
} fixture;

/* Forms: 'g' genotype, 'p' partial, '.' missing, 's' set. */
static fixture fixture_new(family_build *build, int32_t n_markers, int32_t n_alleles,
                           hw_mutation_model model, uint64_t seed, const char *forms) {
  fixture f = {.markers = panel_new(n_markers, n_alleles, model, seed), .home = build()};
  hw_err err = HW_ERR_INIT;
  f.data = family_data_new(f.home, f.markers, seed);
  hw_assert_ok(hw_table_compile(&f.data->problem, f.home->missing, NULL, &f.table, &err), &err);
  f.observations = calloc((size_t)n_markers, sizeof *f.observations);
  assert_non_null(f.observations);
  for (int32_t m = 0; m < n_markers; m++) {
    const char form = forms[(size_t)m % strlen(forms)];
    f.observations[m] = (hw_observation){.a = 0, .b = form == 'p' ? HW_ALLELE_NONE : 1};
    f.observations[m].kind = form == '.'   ? HW_OBS_MISSING
                             : form == 's' ? HW_OBS_SET
                                           : HW_OBS_GENOTYPE;
  }
  f.sample = (hw_search_sample){
      .code = "S", .profile = {.n_markers = n_markers, .observations = f.observations}};
  f.input = (hw_search_input){.n_markers = n_markers,
                              .markers = f.markers->markers,
                              .n_samples = 1,
                              .samples = &f.sample};
  return f;
}

static void fixture_clear(fixture *f) {
  hw_table_delete(f->table);
  family_data_delete(f->data);
  family_delete(f->home);
  panel_delete(f->markers);
  free(f->observations);
}

/* Expected number, of the one sample: the probability. */
static double probability(const fixture *f, double threshold) {
  hwp_null *null = NULL;
  hwp_null_work *work = NULL;
  hw_err err = HW_ERR_INIT;
  double expected = -1, variance = -1;
  hw_search_input input = f->input;
  hw_assert_ok(hwp_null_new(&input, &null, &err), &err);
  hw_assert_ok(hwp_null_work_new(null, &work, &err), &err);
  hw_assert_ok(hwp_null_expected(work, 0, f->table, HW_MALE, threshold, &expected, &variance, &err),
               &err);
  assert_true(variance == 0);
  hwp_null_work_delete(work);
  hwp_null_delete(null);
  return expected;
}

/* ---- the slow twins --------------------------------------------------------- */

/* What may be seen at one marker: written from the definitions, genotypes and partial ones. */
typedef struct outcomes {
  int32_t n;
  double p[512], x[512];
} outcomes;

static void outcomes_of(const fixture *f, int32_t m, outcomes *out) {
  const hw_marker_table *t = &f->table->markers[m];
  const hw_marker *marker = &f->markers->markers[m];
  const bool is_partial = f->observations[m].b == HW_ALLELE_NONE;
  *out = (outcomes){0};
  for (hw_allele b = 0; b < t->n_alleles; b++)
    for (hw_allele a = 0; a <= b; a++) {
      const double p = t->unrelated[b * (b + 1) / 2 + a];
      for (int draw = 0; draw < (is_partial ? 2 : 1); draw++) {
        const hw_observation obs = {.kind = HW_OBS_GENOTYPE,
                                    .a = is_partial && draw == 1 ? b : a,
                                    .b = is_partial ? HW_ALLELE_NONE : b};
        out->x[out->n] = hw_marker_table_log10_lr(t, marker, &obs, &f->sample.profile);
        out->p[out->n++] = is_partial ? p / 2 : p;
      }
    }
}

/* By convolution of related masses (p·LR), which the tail of weak families needs, on a fine lattice;
 * each outcome is shared by two points so that its mean stays. */
static double tail_convolved(const fixture *f, double threshold) {
  enum { FINE = 1024, LOW = -60, HIGH = 45, N = (HIGH - LOW) * FINE };
  double *sum = calloc(N, sizeof *sum), *next = calloc(N, sizeof *next), tail = 0;
  outcomes *o = malloc(sizeof *o);
  assert_true(sum != NULL && next != NULL && o != NULL);
  sum[-LOW * FINE] = 1;
  int32_t low = -LOW * FINE, high = -LOW * FINE;
  for (int32_t m = 0; m < f->input.n_markers; m++) {
    if (f->observations[m].kind == HW_OBS_MISSING) continue;
    outcomes_of(f, m, o);
    memset(next, 0, N * sizeof *next);
    int32_t new_low = N, new_high = 0;
    for (int32_t i = 0; i < o->n; i++) {
      if (!isfinite(o->x[i]) || o->p[i] <= 0) continue;
      const double at = floor(o->x[i] * FINE), part = o->x[i] * FINE - at;
      for (int32_t s = low; s <= high; s++) {
        const int32_t to = s + (int32_t)at;
        if (sum[s] == 0 || to < 0 || to + 1 >= N) continue; /* below: far from every threshold */
        next[to] += sum[s] * o->p[i] * (1 - part);
        next[to + 1] += sum[s] * o->p[i] * part;
        if (to < new_low) new_low = to;
        if (to + 1 > new_high) new_high = to + 1;
      }
    }
    low = new_low;
    high = new_high;
    double *swap = sum;
    sum = next;
    next = swap;
  }
  /* The edge between two points: what lies within half a step of it counts in part. */
  for (int32_t s = low; s <= high; s++) {
    const double above = (s - (threshold - LOW) * FINE) + 0.5;
    tail += sum[s] * (above >= 1 ? 1 : above <= 0 ? 0 : above);
  }
  free(sum);
  free(next);
  free(o);
  return tail;
}

static void tails_equal_fine_convolution(void **state) {
  (void)state;
  static const struct {
    int32_t n_markers, n_alleles;
    hw_mutation_model model;
    const char *forms;
  } panels[] = {{24, 11, HW_MUTATION_STEPWISE, "g"},
                {24, 11, HW_MUTATION_STEPWISE, "g.p"},
                {12, 9, HW_MUTATION_NONE, "g"},
                {6, 9, HW_MUTATION_NONE, "g"}, {6, 9, HW_MUTATION_NONE, "gp"}, {4, 9, HW_MUTATION_STEPWISE, "g"}};
  for (size_t p = 0; p < sizeof panels / sizeof *panels; p++)
    for (int b = 0; b < N_BUILDS; b++) {
      fixture f = fixture_new(builds[b], panels[p].n_markers, panels[p].n_alleles, panels[p].model,
                              7 + (uint64_t)b, panels[p].forms);
      for (double threshold = -2; threshold <= 8; threshold += 2) {
        const double fast = probability(&f, threshold), slow = tail_convolved(&f, threshold);
        printf("# panel %zu family %d T=%g fast %.5g slow %.5g  %+.3f %%\n", p, b, threshold, fast,
               slow, 100 * (fast / slow - 1));
      }
      fixture_clear(&f);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tails_equal_fine_convolution),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
