/* Joint identification: the cases that it must be quick at, and what their answers are worth.
 *
 *   many      200 remains, 150 missing in 60 families, a third of which miss two to five
 *   family    8 remains and 8 missing of one family, 52,564 assignments
 *   tied      5 remains, 5 missing in 3 families, brothers that nothing tells apart, all male
 *   national  20,000 remains, 100,000 families, pairs as a search leaves them
 *
 * All on one core, profiles of the national panel dropped through the pedigrees. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "common.h"
#include "homeward/joint.h"
#include "oracle/gene_drop.h"
#include "oracle/national.h"

enum { MOST_PERSONS = 16, MOST_MISSING = 8, N_LEADS = 200000 };

typedef struct bench_family {
  hw_person persons[MOST_PERSONS];
  int32_t missing[MOST_MISSING], typed[MOST_PERSONS];
  int32_t n_typed;
} bench_family;

typedef struct bench_case {
  hw_case problem;
  bench_family *sources;
  hw_family *families;
  hw_remains *remains;
  int32_t *truth; /* per remains: target, −1 */
  int32_t n_targets;
} bench_case;

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int32_t add(bench_family *f, int32_t *n, int32_t father, int32_t mother, hw_sex sex) {
  static const char *const IDS[MOST_PERSONS] = {"P1",  "P2",  "P3",  "P4",  "P5",  "P6",
                                                "P7",  "P8",  "P9",  "P10", "P11", "P12",
                                                "P13", "P14", "P15", "P16"};
  f->persons[*n] = (hw_person){IDS[*n], father, mother, sex, -1};
  return (*n)++;
}

/* Parents, of whom one may be typed, and their children: `n_missing` missing, `n_siblings` typed. */
static void make_siblings(bench_family *f, hw_family *out, int32_t n_missing, int32_t n_siblings,
                          bool has_parent, int32_t n_male, rng *r) {
  int32_t n = 0;
  const int32_t father = add(f, &n, -1, -1, HW_MALE), mother = add(f, &n, -1, -1, HW_FEMALE);
  if (has_parent) f->typed[f->n_typed++] = rng_chance(r, 0.5) ? father : mother;
  for (int32_t i = 0; i < n_siblings; i++)
    f->typed[f->n_typed++] = add(f, &n, father, mother, rng_chance(r, 0.5) ? HW_MALE : HW_FEMALE);
  for (int32_t i = 0; i < n_missing; i++)
    f->missing[i] = add(f, &n, father, mother, i < n_male ? HW_MALE : HW_FEMALE);
  *out = (hw_family){.pedigree = {n, f->persons}, .n_missing = n_missing};
}

/* Three generations: grandfather typed, four of his children and four of theirs missing. */
static void make_clan(bench_family *f, hw_family *out) {
  int32_t n = 0, m = 0;
  const int32_t father = add(f, &n, -1, -1, HW_MALE), mother = add(f, &n, -1, -1, HW_FEMALE);
  f->typed[f->n_typed++] = father;
  f->typed[f->n_typed++] = mother;
  for (int32_t i = 0; i < 4; i++) {
    const int32_t son = add(f, &n, father, mother, i < 3 ? HW_MALE : HW_FEMALE);
    f->missing[m++] = son;
    if (i == 3) continue;
    const int32_t wife = add(f, &n, -1, -1, HW_FEMALE);
    f->typed[f->n_typed++] = wife;
    f->missing[m++] = add(f, &n, son, wife, i < 2 ? HW_MALE : HW_FEMALE);
  }
  f->missing[m++] = add(f, &n, -1, -1, HW_FEMALE); /* a wife, with a typed child of the first son */
  f->typed[f->n_typed++] = add(f, &n, f->missing[0], f->missing[m - 1], HW_MALE);
  *out = (hw_family){.pedigree = {n, f->persons}, .n_missing = m};
}

static hw_observation *observe(const panel *p, hw_allele (*genotype)[2], rng *r) {
  hw_observation *o = allocate((size_t)p->n_markers, sizeof *o);
  for (int32_t m = 0; m < p->n_markers; m++) {
    o[m] = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = genotype[m][0], .b = genotype[m][1]};
    if (rng_chance(r, 0.01)) o[m] = (hw_observation){.kind = HW_OBS_MISSING};
  }
  return o;
}

/* Drops genes, types relatives, and lays out the remains: the missing in turn, then strangers. */
static void fill(bench_case *c, const panel *p, double share_found, rng *r) {
  hw_case *problem = &c->problem;
  const size_t n_markers = (size_t)p->n_markers;
  int32_t next = 0, target = 0;
  static char names[100000][12], ids[20000][12];
  problem->id = "bench";
  problem->description = "";
  problem->n_markers = p->n_markers;
  problem->markers = p->markers;
  problem->families = c->families;
  problem->remains = c->remains;
  c->truth = allocate((size_t)problem->n_remains, sizeof *c->truth);
  for (int32_t f = 0; f < problem->n_families; f++) {
    bench_family *source = &c->sources[f];
    hw_family *of = &c->families[f];
    of->pedigree.persons = source->persons;
    const int32_t n = of->pedigree.n_persons;
    hw_allele(*all)[2] = allocate((size_t)n * n_markers, sizeof *all);
    for (int32_t m = 0; m < p->n_markers; m++) {
      gene_drop drop = {.pedigree = &of->pedigree};
      gene_drop_step(&drop, &p->markers[m], 0.5, r);
      for (int32_t i = 0; i < n; i++)
        memcpy(all[(size_t)i * n_markers + (size_t)m], drop.genotype[i], sizeof *all);
      gene_drop_clear(&drop);
    }
    snprintf(names[f], sizeof names[f], "F%d", (int)f + 1);
    hw_profile *profiles = allocate((size_t)source->n_typed, sizeof *profiles);
    for (int32_t i = 0; i < source->n_typed; i++)
      profiles[i] =
          (hw_profile){.id = source->persons[source->typed[i]].id,
                       .n_markers = p->n_markers,
                       .observations = observe(p, all + (size_t)source->typed[i] * n_markers, r)};
    of->name = names[f];
    of->missing = source->missing;
    of->n_profiles = source->n_typed;
    of->profiles = profiles;
    of->profile_person = source->typed;
    for (int32_t k = 0; k < of->n_missing; k++, target++) {
      if (next == problem->n_remains || !rng_chance(r, share_found)) continue;
      c->truth[next] = target;
      c->remains[next++] = (hw_remains){
          .sex = source->persons[source->missing[k]].sex,
          .profile = {.n_markers = p->n_markers,
                      .observations = observe(p, all + (size_t)source->missing[k] * n_markers, r)}};
    }
    free(all);
  }
  c->n_targets = target;
  hw_allele(*own)[2] = allocate(n_markers, sizeof *own);
  for (; next < problem->n_remains; next++) {
    for (size_t m = 0; m < n_markers; m++)
      for (int side = 0; side < 2; side++)
        own[m][side] = rng_pick(r, p->markers[m].frequencies, p->markers[m].n_alleles);
    c->truth[next] = -1;
    c->remains[next] =
        (hw_remains){.sex = rng_chance(r, 0.5) ? HW_MALE : HW_FEMALE,
                     .profile = {.n_markers = p->n_markers, .observations = observe(p, own, r)}};
  }
  free(own);
  for (int32_t i = 0; i < problem->n_remains; i++) {
    snprintf(ids[i], sizeof ids[i], "R%d", (int)i + 1);
    c->remains[i].id = c->remains[i].profile.id = ids[i];
  }
}

static bench_case *new_case(int32_t n_families, int32_t n_remains) {
  bench_case *c = allocate(1, sizeof *c);
  c->problem.n_families = n_families;
  c->problem.n_remains = n_remains;
  c->sources = allocate((size_t)n_families, sizeof *c->sources);
  c->families = allocate((size_t)n_families, sizeof *c->families);
  c->remains = allocate((size_t)n_remains, sizeof *c->remains);
  return c;
}

static void delete_case(bench_case *c) {
  for (int32_t f = 0; f < c->problem.n_families; f++) {
    for (int32_t i = 0; i < c->families[f].n_profiles; i++)
      free((void *)(uintptr_t)c->families[f].profiles[i].observations);
    free((void *)(uintptr_t)c->families[f].profiles);
  }
  for (int32_t i = 0; i < c->problem.n_remains; i++)
    free((void *)(uintptr_t)c->remains[i].profile.observations);
  free(c->sources);
  free(c->families);
  free(c->remains);
  free(c->truth);
  free(c);
}

/* ---- one run ---------------------------------------------------------------------- */

static void run(const char *name, const bench_case *c, const hw_joint_options *options) {
  hw_joint *joint = NULL;
  hw_err err = HW_ERR_INIT;
  struct rusage usage;
  const double start = now_s();
  check(hw_joint_new(&c->problem, options, &joint, &err), &err);
  check(hw_joint_run(joint, NULL, NULL, &err), &err);
  const double took = now_s() - start;
  const hw_joint_summary s = hw_joint_summarise(joint);
  const hw_joint_component *parts = NULL;
  const int32_t n = hw_joint_components(joint, &parts);
  double r_hat = 1, error = 0, effective = HUGE_VAL;
  int32_t n_sure = 0, n_right = 0, largest = 0;
  for (int32_t i = 0; i < n; i++) {
    if (parts[i].n_families > largest) largest = parts[i].n_families;
    if (parts[i].is_exact) continue;
    r_hat = fmax(r_hat, parts[i].r_hat);
    error = fmax(error, parts[i].error);
    effective = fmin(effective, parts[i].effective);
  }
  hw_joint_pair *pairs = NULL;
  int32_t n_pairs = 0;
  check(hw_joint_pairs(joint, 0.999, HUGE_VAL, &pairs, &n_pairs, &err), &err);
  for (int32_t i = 0; i < n_pairs; i++) {
    n_sure++;
    n_right += c->truth[pairs[i].remains] == pairs[i].target;
  }
  free(pairs);
  getrusage(RUSAGE_SELF, &usage);
  printf("%-34s %9.3f s %8.0f MB  %6d components (largest %d), %d by chain, left out %.2g\n", name,
         took, (double)usage.ru_maxrss / 1024, (int)n, (int)largest, (int)s.n_chained, s.left_out);
  printf("%34s   %d pairings at 0.999 or above, %d of them true", "", (int)n_sure, (int)n_right);
  if (s.n_chained > 0) printf("; R-hat %.3f, effective %.0f, error %.2g", r_hat, effective, error);
  printf("\n");
  fflush(stdout);
  hw_joint_delete(joint);
}

static void run_many(const panel *p) {
  rng r = rng_seeded(1);
  bench_case *c = new_case(60, 200);
  int32_t n_missing = 0;
  for (int32_t f = 0; f < 60; f++) {
    const int32_t n = f < 36 ? 1 : f < 42 ? 4 : 5;
    make_siblings(&c->sources[f], &c->families[f], n, 1 + rng_below(&r, 2), rng_chance(&r, 0.6),
                  (n + rng_below(&r, 2)) / 2, &r);
    n_missing += n;
  }
  fill(c, p, 0.8, &r);
  printf("%d missing\n", (int)n_missing);
  run("many: 200 x 150 in 60 families", c, NULL);
  const hw_joint_options all = {.left_out = 1e-12};
  run("many, 1e-12 left out", c, &all);
  delete_case(c);
}

static void run_family(const panel *p) {
  rng r = rng_seeded(2);
  bench_case *c = new_case(1, 8);
  make_siblings(&c->sources[0], &c->families[0], 8, 2, true, 5, &r);
  fill(c, p, 1, &r);
  const hw_joint_options all = {.left_out = -1};
  run("family: 8 siblings, all listed", c, &all);
  run("family: 8 siblings", c, NULL);
  delete_case(c);
  c = new_case(1, 8);
  make_clan(&c->sources[0], &c->families[0]);
  fill(c, p, 1, &r);
  run("family: clan, all listed", c, &all);
  run("family: clan", c, NULL);
  delete_case(c);
}

/* Thirteen markers of few alleles without mutation. */
static void run_tied(void) {
  rng r = rng_seeded(3);
  panel *p = panel_new(13, 8, HW_MUTATION_NONE, 3);
  bench_case *c = new_case(3, 5);
  make_siblings(&c->sources[0], &c->families[0], 2, 0, true, 2, &r);
  make_siblings(&c->sources[1], &c->families[1], 2, 0, true, 2, &r);
  make_siblings(&c->sources[2], &c->families[2], 1, 0, true, 1, &r);
  fill(c, p, 1, &r);
  const hw_joint_options all = {.left_out = -1};
  run("tied: brothers, all listed", c, &all);
  run("tied: brothers", c, NULL);
  delete_case(c);
  panel_delete(p);
}

static double one_in_many(void *context, int32_t remains, int32_t target) {
  (void)remains;
  (void)target;
  return *(const double *)context;
}

/* Candidates as a search leaves them: every true pair, and chance pairs. */
static void run_national(const panel *p) {
  rng r = rng_seeded(4);
  bench_case *c = new_case(100000, 20000);
  for (int32_t f = 0; f < 100000; f++)
    make_siblings(&c->sources[f], &c->families[f], rng_chance(&r, 0.05) ? 2 : 1, rng_below(&r, 3),
                  rng_chance(&r, 0.6), 1, &r);
  fill(c, p, 0.15, &r);
  hw_joint_pairing *leads = allocate(N_LEADS, sizeof *leads);
  int64_t n = 0;
  for (int32_t i = 0; i < c->problem.n_remains; i++)
    if (c->truth[i] >= 0) leads[n++] = (hw_joint_pairing){i, c->truth[i]};
  while (n < N_LEADS)
    leads[n++] =
        (hw_joint_pairing){rng_below(&r, c->problem.n_remains), rng_below(&r, c->n_targets)};
  double ln = -log((double)c->n_targets);
  const hw_joint_options flat = {.candidates = leads, .n_candidates = n};
  hw_joint_options prior = flat;
  prior.prior.ln_pair = one_in_many;
  prior.prior.context = &ln;
  run("national: 20,000 x 100,000, flat", c, &flat);
  run("national, prior 1 in 100,000", c, &prior);
  free(leads);
  delete_case(c);
}

int main(int argc, char **argv) {
  panel *p = national_panel(HW_MUTATION_STEPWISE);
  const char *only = argc > 1 ? argv[1] : NULL;
  if (p == NULL) {
    fprintf(stderr, "bench: no national panel: set HOMEWARD_SOURCE_ROOT\n");
    return 1;
  }
  if (only == NULL || strcmp(only, "family") == 0) run_family(p);
  if (only == NULL || strcmp(only, "tied") == 0) run_tied();
  if (only == NULL || strcmp(only, "many") == 0) run_many(p);
  if (only == NULL || strcmp(only, "national") == 0) run_national(p);
  panel_delete(p);
  return 0;
}
