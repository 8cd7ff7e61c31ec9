/* Speed of compiling a national database: families of the national mix
 * (tests/oracle/national.h) at 24 STR markers of the shipped table with stepwise
 * mutation, one thread, by hw_table_compiler and beside it, in the same run, by
 * hw_table_compile.
 *
 *   bench_compile [families]
 *
 * One compiler sees all families of the mix, in random order, with a reset after
 * every 256. "first" are the first 1,000, which it meets with an empty memory; "last"
 * the last quarter; "no memory" is a compiler that may remember nothing. Then each
 * kind of family by itself, within the same run over the mix. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common.h"
#include "homeward/table.h"
#include "oracle/national.h"

enum { BLOCK = 256, FIRST = 1000, MOST_KINDS = 32, GENERAL_OF_A_KIND = 40 };

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds and families, in all and of each kind. */
typedef struct tally {
  double seconds, kind_seconds[MOST_KINDS];
  int32_t n, kind_n[MOST_KINDS];
} tally;

static void tally_add(tally *self, int32_t kind, double seconds) {
  self->seconds += seconds;
  self->kind_seconds[kind] += seconds;
  self->n++;
  self->kind_n[kind]++;
}

static hw_table_compiler *new_compiler(const panel *markers, double theta, size_t max_bytes) {
  hw_table_compiler *compiler = NULL;
  hw_err err = HW_ERR_INIT;
  check(hw_table_compiler_new(markers->n_markers, markers->markers, theta, NULL, max_bytes,
                              &compiler, &err),
        &err);
  return compiler;
}

static double compile(hw_table_compiler *compiler, const national_family *f) {
  hw_err err = HW_ERR_INIT;
  const hw_table *table = NULL;
  const double start = now_s();
  check(hw_table_compiler_compile(compiler, &f->problem, f->missing, &table, &err), &err);
  return now_s() - start;
}

static double compile_alone(const national_family *f) {
  hw_err err = HW_ERR_INIT;
  hw_table *table = NULL;
  const double start = now_s();
  check(hw_table_compile(&f->problem, f->missing, NULL, &table, &err), &err);
  const double seconds = now_s() - start;
  hw_table_delete(table);
  return seconds;
}

static double rate(const tally *self) {
  return self->seconds > 0.0 ? self->n / self->seconds : 0.0;
}

static void print_kinds(const tally *all, const tally *last, const tally *bare,
                        const tally *general) {
  printf("\n  %-29s %6s %12s %12s %12s %12s\n", "microseconds a family", "share", "all", "last",
         "no memory", "general");
  for (int32_t k = 0; national_kind_get(k) != NULL; k++) {
    const tally *columns[4] = {all, last, bare, general};
    printf("  %-29s %4d %%", national_kind_get(k)->name, (int)national_kind_get(k)->percent);
    for (int c = 0; c < 4; c++)
      printf(" %12.2f", columns[c]->kind_n[k] > 0
                            ? 1e6 * columns[c]->kind_seconds[k] / columns[c]->kind_n[k]
                            : 0.0);
    putchar('\n');
  }
}

/* What the general engine would need for the families that were met. */
static double general_seconds(const tally *all, const tally *general) {
  double seconds = 0.0;
  for (int32_t k = 0; k < MOST_KINDS; k++)
    if (general->kind_n[k] > 0)
      seconds += all->kind_n[k] * general->kind_seconds[k] / general->kind_n[k];
  return seconds;
}

/* Theta: few relatives, a compiler of its own for each kind, one family by hw_table_compile. */
static void bench_theta(const panel *markers) {
  enum { FAMILIES = 40 };
  printf("\n  %-29s %12s %12s\n", "theta 0.01, microseconds", "compiler", "general");
  for (int32_t k = 0; national_kind_get(k) != NULL; k++) {
    if (strcmp(national_kind_get(k)->group, "weaker") == 0) continue;
    hw_table_compiler *compiler = new_compiler(markers, 0.01, 0);
    double seconds = 0.0, alone = 0.0;
    for (int i = 0; i < FAMILIES; i++) {
      national_family *f = national_family_new(k, markers, 500 + (uint64_t)i);
      f->problem.theta = 0.01;
      seconds += compile(compiler, f);
      if (i == 0) alone = compile_alone(f);
      national_family_delete(f);
    }
    printf("  %-29s %12.1f %12.1f\n", national_kind_get(k)->name, 1e6 * seconds / FAMILIES,
           1e6 * alone);
    hw_table_compiler_delete(compiler);
  }
}

int main(int argc, char **argv) {
  const int32_t n_families = argc > 1 ? (int32_t)strtol(argv[1], NULL, 10) : 40000;
  panel *markers = national_panel(HW_MUTATION_STEPWISE);
  if (markers == NULL) {
    fprintf(stderr, "bench: data/frequencies_nist1036_asian.csv cannot be read; run it from the "
                    "top of the source tree, or set HOMEWARD_SOURCE_ROOT\n");
    return 1;
  }
  hw_table_compiler *compiler = new_compiler(markers, 0.0, 0),
                    *forgetful = new_compiler(markers, 0.0, 1);
  tally all = {0}, first = {0}, last = {0}, bare = {0}, general = {0};
  rng r = rng_seeded(1);
  for (int32_t done = 0; done < n_families; done += BLOCK) {
    national_family *block[BLOCK];
    for (int32_t i = 0; i < BLOCK; i++)
      block[i] = national_family_new(national_draw(&r), markers, 1000 + (uint64_t)(done + i));
    for (int32_t i = 0; i < BLOCK; i++) {
      const double seconds = compile(compiler, block[i]);
      tally_add(&all, block[i]->kind, seconds);
      if (done + i < FIRST) tally_add(&first, block[i]->kind, seconds);
      if (done + i >= n_families - n_families / 4) tally_add(&last, block[i]->kind, seconds);
    }
    hw_table_compiler_reset(compiler);
    for (int32_t i = 0; i < BLOCK && done % (8 * BLOCK) == 0; i++)
      tally_add(&bare, block[i]->kind, compile(forgetful, block[i]));
    hw_table_compiler_reset(forgetful);
    for (int32_t i = 0; i < BLOCK; i++) {
      if (general.kind_n[block[i]->kind] < GENERAL_OF_A_KIND)
        tally_add(&general, block[i]->kind, compile_alone(block[i]));
      national_family_delete(block[i]);
    }
  }
  printf("compiling %d families of the national mix, %d markers, stepwise mutation, one core\n",
         (int)n_families, (int)markers->n_markers);
  const double goal = 2000.0;
  printf("  %-34s %10.0f families/s  goal %6.0f %s\n", "all", rate(&all), goal,
         rate(&all) >= goal ? "reached" : "MISSED");
  printf("  %-34s %10.0f families/s\n", "first 1,000, empty memory", rate(&first));
  printf("  %-34s %10.0f families/s\n", "last quarter", rate(&last));
  printf("  %-34s %10.0f families/s\n", "nothing remembered (one in eight)", rate(&bare));
  printf("  %-34s %10.0f families/s\n", "hw_table_compile, same mix",
         all.n / general_seconds(&all, &general));
  print_kinds(&all, &last, &bare, &general);
  bench_theta(markers);
  hw_table_compiler_delete(compiler);
  hw_table_compiler_delete(forgetful);
  panel_delete(markers);
  return 0;
}
