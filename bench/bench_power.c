/* The power of a national-like mix of simulated families over 23 STR: seconds on one
 * thread for the distributions alone, with every relative of those who do not have
 * enough, and with pairs; by missing person, and as a check how many have which verdict. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common.h"
#include "homeward/power.h"
#include "homeward/simulate.h"
#include "oracle/pedigrees.h"

enum { N_MARKERS = 23, N_ALLELES = 11 };

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void bench(const hw_case *problem, const char *what, hw_power_options options) {
  hw_power_study *power = NULL;
  hw_err err = HW_ERR_INIT;
  const double start_s = now_s();
  options.n_threads = 1;
  options.threshold = 6;
  check(hw_power_new(problem, &options, &power, &err), &err);
  check(hw_power_run(power, NULL, NULL, &err), &err);
  const double spent_s = now_s() - start_s;
  const hw_power_summary s = hw_power_summarise(power);
  printf("  %-14s %8.2f s  %8.2f ms a missing person   enough %d, sample %d, exhausted %d, never "
         "%d; passes %.3f, then %.3f\n",
         what, spent_s, 1e3 * spent_s / s.n_targets, (int)s.n_of[HW_POWER_HAS_ENOUGH],
         (int)s.n_of[HW_POWER_SAMPLE], (int)s.n_of[HW_POWER_EXHAUSTED],
         (int)s.n_of[HW_POWER_IS_NEVER], s.passes, s.passes_next);
  hw_power_delete(power);
}

/* One family, with nothing remembered of another. */
static void bench_page(const hw_case *all, int32_t f, const char *shape, double threshold) {
  hw_power_study *power = NULL;
  hw_err err = HW_ERR_INIT;
  hw_case problem = *all;
  problem.n_families = 1;
  problem.families = &all->families[f];
  const hw_power_options options = {
      .likelihood = {.max_work = 2e9}, .threshold = threshold, .seed = 1, .n_threads = 1};
  const double start_s = now_s();
  check(hw_power_new(&problem, &options, &power, &err), &err);
  check(hw_power_run(power, NULL, NULL, &err), &err);
  const double spent_s = now_s() - start_s;
  const hw_power_target *target = hw_power_target_get(power, 0);
  const double best = target->n_relatives > 0 ? target->relatives[0].gain.pass : 0;
  printf("  %-16s %4.0f  %8.1f ms  %3d relatives%s  pass %.4f, then %.4f, all %.4f +- %.4f\n",
         shape, threshold, 1e3 * spent_s, (int)target->n_relatives,
         target->has_all ? " and everybody" : "              ", target->now.pass, best,
         target->all.pass, target->all.pass_error);
  hw_power_delete(power);
}

static void bench_pages(const panel *markers, const int32_t *lengths) {
  static const char *const SHAPES[] = {"half-sibs",     "uncles",        "nephews",
                                       "cousins",       "grand-nephews", "cousins-removed",
                                       "second-cousins"};
  enum { N_SHAPES = sizeof SHAPES / sizeof *SHAPES };
  int32_t shapes[N_SHAPES];
  hw_err err = HW_ERR_INIT;
  hw_simulation *simulation = NULL;
  for (int i = 0; i < N_SHAPES; i++) shapes[i] = hw_family_shape_find(SHAPES[i]);
  const hw_simulation_options options = {.seed = 7,
                                         .id = "weak",
                                         .n_markers = N_MARKERS,
                                         .markers = markers->markers,
                                         .lengths_bp = lengths,
                                         .sex_length_bp = 100,
                                         .n_families = N_SHAPES,
                                         .n_shapes = N_SHAPES,
                                         .shapes = shapes,
                                         .n_remains = 1,
                                         .n_unrelated = 1,
                                         .n_copies = 10};
  check(hw_simulation_new(&options, &simulation, &err), &err);
  printf("a weak family, as a page asks for it, by threshold\n");
  for (int32_t f = 0; f < N_SHAPES; f++)
    for (int k = 0; k < 2; k++) bench_page(&simulation->problem, f, SHAPES[f], k == 0 ? 4 : 16);
  hw_simulation_delete(simulation);
}

int main(int argc, char **argv) {
  hw_err err = HW_ERR_INIT;
  const int n_families = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 180;
  panel *markers = panel_new(N_MARKERS, N_ALLELES, HW_MUTATION_STEPWISE, 1);
  int32_t lengths[N_MARKERS];
  for (int32_t m = 0; m < N_MARKERS; m++) lengths[m] = 100;
  const hw_simulation_options options = {.seed = 20260101,
                                         .id = "bench",
                                         .n_markers = N_MARKERS,
                                         .markers = markers->markers,
                                         .lengths_bp = lengths,
                                         .sex_length_bp = 100,
                                         .n_families = n_families,
                                         .n_remains = 1,
                                         .n_unrelated = 1,
                                         .n_copies = 10};
  hw_simulation *simulation = NULL;
  check(hw_simulation_new(&options, &simulation, &err), &err);
  printf("power, %d families, %d markers, threshold 6\n", n_families, (int)N_MARKERS);
  bench(&simulation->problem, "distributions", (hw_power_options){.is_only_now = true});
  bench(&simulation->problem, "relatives", (hw_power_options){0});
  bench(&simulation->problem, "pairs", (hw_power_options){.with_pairs = true});
  hw_simulation_delete(simulation);
  bench_pages(markers, lengths);
  panel_delete(markers);
  return 0;
}
