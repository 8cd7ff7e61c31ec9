/* Speed of exact likelihoods over a map of linked markers, by the bits of an inheritance vector.
 *
 * The pedigree of k: a founder couple with k children; the first child is typed, each other child
 * has a spouse and one typed child. It needs 3k − 3 bits. Genotype likelihoods are random, of
 * markers with two alleles, spread over 22 chromosomes; everything is synthetic and made from a
 * fixed seed. Times are of one thread, the whole call: preparation, weights and the walk. The kernel
 * sets take turns, the best of several runs counts; their results have the same bits.
 *
 * Scores: one or more typed relatives, many unknown persons; against three likelihoods, of which a search
 * would need the first anew for every person. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "common.h"
#include "homeward/linked.h"
#include "kernels/walk.h"
#include "oracle/rng.h"

enum { N_MARKERS = 10000, MOST_CHILDREN = 7, N_ROUNDS = 5 };

typedef struct family {
  hw_person persons[2 + 3 * MOST_CHILDREN];
  hw_pedigree pedigree;
  hw_linked_typed typed[MOST_CHILDREN];
  hw_linked_problem problem;
} family;

static int32_t add(family *self, int32_t father, int32_t mother, hw_sex sex) {
  static char ids[2 + 3 * MOST_CHILDREN][8];
  const int32_t i = self->pedigree.n_persons++;
  snprintf(ids[i], sizeof ids[i], "P%d", (int)i);
  self->persons[i] = (hw_person){ids[i], father, mother, sex, HW_PERSON_NONE};
  return i;
}

static void make_family(family *self, int k, const hw_linked_marker *markers,
                        const float *likelihoods) {
  memset(self, 0, sizeof *self);
  self->pedigree.persons = self->persons;
  const int32_t father = add(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE);
  const int32_t mother = add(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE);
  for (int c = 0; c < k; c++) {
    int32_t person = add(self, father, mother, HW_MALE);
    if (c > 0) {
      const int32_t spouse = add(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE);
      person = add(self, person, spouse, HW_FEMALE);
    }
    self->typed[c] = (hw_linked_typed){person, likelihoods + (size_t)c * N_MARKERS * 3};
  }
  self->problem = (hw_linked_problem){&self->pedigree, k, self->typed, N_MARKERS, markers, 0};
}

static void make_markers(hw_linked_marker *markers, double (*frequencies)[2], float *likelihoods) {
  rng r = rng_seeded(41);
  for (int m = 0; m < N_MARKERS; m++) {
    const int32_t chromosome = 1 + m * 22 / N_MARKERS;
    const double place = 0.35 * m;
    frequencies[m][0] = 0.1 + 0.8 * rng_unit(&r);
    frequencies[m][1] = 1 - frequencies[m][0];
    markers[m] = (hw_linked_marker){chromosome, 1.2 * place, 0.8 * place, 2, frequencies[m]};
  }
  for (int i = 0; i < MOST_CHILDREN * N_MARKERS * 3; i++)
    likelihoods[i] = (float)(0.01 + rng_unit(&r) * rng_unit(&r));
}

static double now_s(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static double run(const family *self, const char *simd, bool in_double, double *ln) {
  hw_err err = HW_ERR_INIT;
  hw_linked_result result;
  const hw_linked_options options = {.simd = simd, .in_double = in_double};
  const double start_s = now_s();
  check(hw_linked_likelihood(&self->problem, &options, &result, &err), &err);
  *ln = result.ln_likelihood;
  return now_s() - start_s;
}

static void run_family(const family *self) {
  static const char *const sets[] = {"ref", "avx2", "avx512"};
  hw_err err = HW_ERR_INIT;
  hw_linked_need need;
  check(hw_linked_count_need(&self->problem, false, &need, &err), &err);
  const int rounds = need.bits < 14 ? N_ROUNDS : 1;
  double best[3] = {HUGE_VAL, HUGE_VAL, HUGE_VAL}, ln[3] = {0}, wide = 0;
  for (int round = 0; round < rounds; round++)
    for (int i = 0; i < 3; i++)
      if (hw_walk_find(sets[i]) != NULL && (i > 0 || need.bits < 16))
        best[i] = fmin(best[i], run(self, sets[i], false, &ln[i]));
  printf("%5d  %7.2f", (int)need.bits, need.bytes / 1e6);
  for (int i = 0; i < 3; i++) {
    if (isfinite(best[i]))
      printf("  %10.2f", 1e3 * best[i]);
    else
      printf("  %10s", "-");
    if (isfinite(best[i]) && i > 0 && isfinite(best[0]) && ln[i] != ln[0]) {
      fprintf(stderr, "bench: %s has other bits than ref\n", sets[i]);
      exit(1);
    }
  }
  if (need.bits < 14) {
    run(self, "ref", true, &wide);
    printf("  %9.1e", fabs(wide - ln[0]));
  }
  printf("\n");
}

/* --- scores --- */

enum { N_SCORES = 400 };

typedef struct relation {
  const char *name;
  int up, down; /* generations from the unknown person up to a couple, and down to the relative */
  int n;        /* relatives, each of another child of the couple */
} relation;

/* The first child of a couple, or of one of its descendants. */
static int32_t add_line(family *self, int32_t father, int32_t mother, int generations) {
  int32_t person = add(self, father, mother, HW_MALE);
  for (int i = 1; i < generations; i++)
    person = add(self, person, add(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE), HW_MALE);
  return person;
}

static int32_t make_relation(family *self, const relation *of, int32_t n_markers,
                             const hw_linked_marker *markers, const float *likelihoods) {
  memset(self, 0, sizeof *self);
  self->pedigree.persons = self->persons;
  const int32_t father = add(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE);
  const int32_t mother = add(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE);
  const int32_t person = of->up == 0 ? father : add_line(self, father, mother, of->up);
  for (int i = 0; i < of->n; i++)
    self->typed[i] = (hw_linked_typed){add_line(self, father, mother, of->down),
                                       likelihoods + (size_t)(i + 1) * N_MARKERS * 3};
  self->problem = (hw_linked_problem){&self->pedigree, of->n, self->typed, n_markers, markers, 0};
  return person;
}

static double time_scores(const family *self, int32_t person, const char *simd,
                          const float *likelihoods, double *new_s, double *ln) {
  hw_err err = HW_ERR_INIT;
  hw_linked_scorer *scorer = NULL;
  const double start_s = now_s();
  check(hw_linked_scorer_new(&self->problem, person, &(hw_linked_options){.simd = simd}, &scorer,
                             &err),
        &err);
  const double ready_s = now_s();
  const int n = (strcmp(simd, "ref") == 0 ? N_SCORES / 8 : N_SCORES) >> self->problem.n_typed;
  for (int i = 0; i < n; i++)
    check(hw_linked_scorer_score(scorer, likelihoods, ln, NULL, &err), &err);
  *new_s = ready_s - start_s;
  const double score_s = (now_s() - ready_s) / n;
  hw_linked_scorer_delete(scorer);
  return score_s;
}

/* Related, relatives, and the person alone. */
static double time_likelihoods(family *self, int32_t person, const float *likelihoods, double *ln) {
  double related, relatives, alone;
  const int32_t n = self->problem.n_typed;
  self->typed[n] = (hw_linked_typed){person, likelihoods};
  self->problem.n_typed = n + 1;
  double seconds = run(self, NULL, false, &related);
  self->problem.n_typed = n;
  seconds += run(self, NULL, false, &relatives);
  self->problem.typed = self->typed + n;
  self->problem.n_typed = 1;
  seconds += run(self, NULL, false, &alone);
  self->problem.typed = self->typed;
  self->problem.n_typed = n;
  *ln = related - relatives - alone;
  return seconds;
}

static void run_relation(const relation *of, int32_t n_markers, const hw_linked_marker *markers,
                         const float *likelihoods) {
  static const char *const sets[] = {"ref", "avx2", "avx512"};
  static family self;
  const float *data = likelihoods;
  const int32_t person = make_relation(&self, of, n_markers, markers, likelihoods);
  double best[3] = {HUGE_VAL, HUGE_VAL, HUGE_VAL}, ln[3] = {0}, new_s = HUGE_VAL, right = 0;
  double three = HUGE_VAL;
  for (int round = 0; round < N_ROUNDS; round++) {
    for (int i = 0; i < 3; i++) {
      double one_s = HUGE_VAL;
      if (hw_walk_find(sets[i]) == NULL) continue;
      best[i] = fmin(best[i], time_scores(&self, person, sets[i], data, &one_s, &ln[i]));
      new_s = fmin(new_s, one_s);
      if (ln[i] != ln[0]) {
        fprintf(stderr, "bench: %s has other bits than ref\n", sets[i]);
        exit(1);
      }
    }
    three = fmin(three, time_likelihoods(&self, person, data, &right));
  }
  printf("%-24s %6d  %8.2f", of->name, (int)n_markers, 1e3 * new_s);
  for (int i = 0; i < 3; i++) printf("  %8.1f", 1e6 * best[i]);
  const double fastest = fmin(best[0], fmin(best[1], best[2]));
  printf("  %9.0f  %5.0f  %8.1e\n", 1 / fastest, three / fastest, fabs(ln[0] - right));
}

static void run_scores(const hw_linked_marker *markers, const float *likelihoods) {
  static const relation relations[] = {
      {"parent and child", 0, 1, 1},
      {"siblings", 1, 1, 1},
      {"uncle", 1, 2, 1},
      {"first cousins", 2, 2, 1},
      {"cousins once removed", 2, 3, 1},
      {"second cousins", 3, 3, 1},
      {"uncle of two", 1, 2, 2},
      {"uncle of three", 1, 2, 3},
      {"uncle of four", 1, 2, 4},
      {"cousin of two", 2, 2, 2},
  };
  static hw_linked_marker fewer[N_MARKERS];
  static float thinned[MOST_CHILDREN * N_MARKERS * 3];
  enum { FEWER = 4000 };
  for (int i = 0; i < FEWER; i++) {
    const int m = i * 5 / 2; /* two of five, over the same map */
    fewer[i] = markers[m];
    for (int t = 0; t < MOST_CHILDREN; t++)
      memcpy(thinned + (t * N_MARKERS + i) * 3, likelihoods + (t * N_MARKERS + m) * 3,
             3 * sizeof *thinned);
  }
  printf("\nScores of unknown persons against their relatives: microseconds\n");
  printf("relation                markers    new ms       ref      avx2    avx512   scores/s  "
         "times  |ln - three likelihoods|\n");
  for (size_t i = 0; i < sizeof relations / sizeof *relations; i++) {
    run_relation(&relations[i], FEWER, fewer, thinned);
    run_relation(&relations[i], N_MARKERS, markers, likelihoods);
  }
}

int main(void) {
  hw_linked_marker *markers = allocate(N_MARKERS, sizeof *markers);
  double(*frequencies)[2] = allocate(N_MARKERS, sizeof *frequencies);
  float *likelihoods = allocate((size_t)MOST_CHILDREN * N_MARKERS * 3, sizeof *likelihoods);
  make_markers(markers, frequencies, likelihoods);
  printf("Linked markers: %d of two alleles, milliseconds of one likelihood\n", N_MARKERS);
  printf(" bits  state MB         ref        avx2      avx512  |ln - in double|\n");
  for (int k = 3; k <= MOST_CHILDREN; k++) {
    static family self;
    make_family(&self, k, markers, likelihoods);
    run_family(&self);
  }
  run_scores(markers, likelihoods);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("memory %.1f MB, of which the data %.1f MB\n", (double)usage.ru_maxrss / 1024,
         (double)MOST_CHILDREN * N_MARKERS * 12 / 1e6);
  free(likelihoods);
  free(frequencies);
  free(markers);
  return 0;
}
