/* Expected false leads: processor microseconds per query, for 24 STR markers and a
 * national-like mix of simulated families, against 20,000 simulated remains of
 * which 40 % are degraded. Also the draws' standard error of the sum, and how many
 * pairs of these remains do reach the threshold: somewhat fewer, as in degraded
 * samples a homozygote is written as a partial genotype. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common.h"
#include "homeward/simulate.h"
#include "oracle/pedigrees.h"
#include "search/null.h"

enum { N_MARKERS = 24, N_ALLELES = 11, N_FAMILIES = 160, N_REMAINS = 20000, N_ROUNDS = 5 };

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Remains of a simulated case as samples. */
static hw_search_input input_of(const hw_case *c) {
  hw_search_sample *samples = allocate((size_t)c->n_remains, sizeof *samples);
  for (int32_t i = 0; i < c->n_remains; i++)
    samples[i] =
        (hw_search_sample){c->remains[i].profile.id, c->remains[i].sex, c->remains[i].profile};
  return (hw_search_input){.n_markers = c->n_markers,
                           .markers = c->markers,
                           .n_samples = c->n_remains,
                           .samples = samples};
}

/* Tables of all missing persons of a case. */
typedef struct queries {
  int32_t n;
  hw_table **tables;
  hw_sex *sexes;
} queries;

static queries queries_of(const hw_case *c) {
  hw_err err = HW_ERR_INIT;
  queries self = {.tables = allocate(4096, sizeof *self.tables),
                  .sexes = allocate(4096, sizeof *self.sexes)};
  for (int32_t f = 0; f < c->n_families; f++) {
    const hw_family *home = &c->families[f];
    const hw_problem problem = {.pedigree = &home->pedigree,
                                .n_profiles = home->n_profiles,
                                .profiles = home->profiles,
                                .profile_person = home->profile_person,
                                .n_markers = c->n_markers,
                                .markers = c->markers};
    for (int32_t k = 0; k < home->n_missing; k++) {
      check(hw_table_compile(&problem, home->missing[k], NULL, &self.tables[self.n], &err), &err);
      self.sexes[self.n++] = home->pedigree.persons[home->missing[k]].sex;
    }
  }
  return self;
}

/* Pairs of these remains, none of whom any family misses, that do reach a threshold. */
static int64_t count_met(const hw_search_input *input, const queries *q, double threshold) {
  int64_t n = 0;
  for (int32_t i = 0; i < q->n; i++)
    for (int32_t k = 0; k < input->n_samples; k++) {
      const hw_search_sample *sample = &input->samples[k];
      if (sample->sex != HW_UNKNOWN_SEX && q->sexes[i] != HW_UNKNOWN_SEX &&
          sample->sex != q->sexes[i])
        continue;
      n += hw_table_log10_lr(q->tables[i], input->markers, &sample->profile, NULL) >= threshold;
    }
  return n;
}

static void bench_threshold(const hw_search_input *input, const queries *q, double threshold) {
  hwp_null *null = NULL;
  hwp_null_work *work = NULL;
  hw_err err = HW_ERR_INIT;
  check(hwp_null_new(input, &null, &err), &err);
  check(hwp_null_work_new(null, &work, &err), &err);
  double best_s = 1e9, total = 0.0, squares = 0.0;
  for (int round = 0; round < N_ROUNDS; round++) {
    const double start = now_s();
    total = squares = 0.0;
    for (int32_t i = 0; i < q->n; i++) {
      double expected = 0.0, variance = 0.0;
      check(hwp_null_expected(work, i, q->tables[i], q->sexes[i], threshold, &expected, &variance,
                              &err),
            &err);
      total += expected;
      squares += variance;
    }
    const double s = now_s() - start;
    best_s = s < best_s ? s : best_s;
  }
  printf("  threshold %4.1f  %8.1f us per query  expected %.4g, standard error %.2g %%; met %lld\n",
         threshold, 1e6 * best_s / q->n, total, 100.0 * sqrt(squares) / total,
         (long long)count_met(input, q, threshold));
  hwp_null_work_delete(work);
  hwp_null_delete(null);
}

int main(void) {
  hw_err err = HW_ERR_INIT;
  panel *markers = panel_new(N_MARKERS, N_ALLELES, HW_MUTATION_STEPWISE, 1);
  int32_t lengths[N_MARKERS];
  for (int32_t m = 0; m < N_MARKERS; m++) lengths[m] = 90 + 15 * m;
  const hw_simulation_options options = {.seed = 20260101,
                                         .id = "bench",
                                         .n_markers = N_MARKERS,
                                         .markers = markers->markers,
                                         .lengths_bp = lengths,
                                         .sex_length_bp = 110,
                                         .n_families = N_FAMILIES,
                                         .n_remains = N_REMAINS,
                                         .n_unrelated = N_REMAINS,
                                         .degraded_fraction = 0.4,
                                         .most_damage_per_base = 0.02,
                                         .n_copies = 3};
  hw_simulation *simulation = NULL;
  check(hw_simulation_new(&options, &simulation, &err), &err);
  const hw_search_input input = input_of(&simulation->problem);
  const queries q = queries_of(&simulation->problem);
  printf(
      "%d markers, %d alleles, stepwise mutation; %d missing persons of all shapes; %d remains\n",
      N_MARKERS, N_ALLELES, (int)q.n, (int)input.n_samples);
  const double start = now_s();
  hwp_null *null = NULL;
  check(hwp_null_new(&input, &null, &err), &err);
  printf("  summing the samples up: %.1f ms\n", 1e3 * (now_s() - start));
  hwp_null_delete(null);
  for (int threshold = 2; threshold <= 8; threshold += 2) bench_threshold(&input, &q, threshold);
  return 0;
}
