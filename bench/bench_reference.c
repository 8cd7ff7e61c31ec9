/* The reference check: families per second, how often right families are
 * accused, how often wrong ones are found, and what the screen costs in power. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common.h"
#include "oracle/reference_cases.h"

enum { N_MARKERS = 24, N_ALLELES = 8 };

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static hw_reference *new_check(const panel *p, double screen) {
  const hw_reference_options options = {.screen_log10 = screen};
  hw_err err = HW_ERR_INIT;
  hw_reference *self = NULL;
  check(hw_reference_new(p->n_markers, p->markers, 0, &options, &self, &err), &err);
  return self;
}

typedef struct tally {
  int n, computed, raised, right, above[5]; /* best log10 LR ≥ 1 … 5 */
} tally;

static void count(tally *t, hw_reference *self, const reference_case *c, case_fault fault) {
  const hw_reference_report *r = NULL;
  hw_err err = HW_ERR_INIT;
  check(hw_reference_check(self, &c->family, c->amelogenin, &r, &err), &err);
  t->n++;
  t->computed += !r->is_screened;
  t->raised += r->is_suspicious;
  t->right += case_fault_is_found(fault, r);
  double best = -HUGE_VAL;
  for (int32_t i = 0; i < r->n_alternatives; i++)
    if (r->alternatives[i].log10_lr > best) best = r->alternatives[i].log10_lr;
  for (int i = 0; i < 5; i++) t->above[i] += best >= i + 1;
}

static void rates(const panel *p, int n_right, int n_wrong) {
  hw_reference *screened = new_check(p, 0), *full = new_check(p, -HUGE_VAL);
  printf("%-30s %-16s %6s | %-22s | %-15s | best log10 LR ≥ 1 … 5, %%\n", "family", "fault", "n",
         "screen: computed raised", "full: raised right");
  for (int fault = 0; fault < FAULT_COUNT; fault++)
    for (int shape = 0; shape < CASE_SHAPE_COUNT; shape++) {
      tally a = {0}, b = {0};
      const int n = fault == FAULT_NONE ? n_right : n_wrong;
      for (int i = 0; i < n; i++) {
        reference_case *c = reference_case_new((case_shape)shape, (case_fault)fault, p,
                                               1000000 * ((uint64_t)fault + 1) + (uint64_t)i);
        if (c == NULL) break;
        count(&a, screened, c, (case_fault)fault);
        count(&b, full, c, (case_fault)fault);
        reference_case_delete(c);
      }
      if (a.n == 0) continue;
      const double s = 100.0 / a.n;
      printf("%-30s %-16s %6d | %9.2f %9.2f    | %6.2f %6.2f |", case_shape_name((case_shape)shape),
             case_fault_name((case_fault)fault), a.n, s * a.computed, s * a.raised, s * b.raised,
             s * b.right);
      for (int i = 0; i < 5; i++) printf(" %6.2f", s * b.above[i]);
      putchar('\n');
      fflush(stdout);
    }
  hw_reference_delete(screened);
  hw_reference_delete(full);
}

static void speed(const panel *p, case_shape shape, double screen, int n) {
  enum { KEPT = 500 };
  reference_case *cases[KEPT];
  hw_reference *self = new_check(p, screen);
  for (int i = 0; i < KEPT; i++)
    cases[i] = reference_case_new(shape, FAULT_NONE, p, 7000000 + (uint64_t)i);
  hw_err err = HW_ERR_INIT;
  const hw_reference_report *r = NULL;
  int computed = 0;
  const double start = now_s();
  for (int i = 0; i < n; i++) {
    const reference_case *c = cases[i % KEPT];
    check(hw_reference_check(self, &c->family, c->amelogenin, &r, &err), &err);
    computed += !r->is_screened;
  }
  const double seconds = now_s() - start;
  printf("  %-30s %8.0f families/s  (%4.1f %% computed; 200,000 in %5.1f s)\n",
         case_shape_name(shape), n / seconds, 100.0 * computed / n, 200000 * seconds / n);
  for (int i = 0; i < KEPT; i++) reference_case_delete(cases[i]);
  hw_reference_delete(self);
}

int main(int argc, char **argv) {
  const int n_right = argc > 1 ? atoi(argv[1]) : 2000, n_wrong = argc > 2 ? atoi(argv[2]) : 500;
  panel *p = panel_new(N_MARKERS, N_ALLELES, HW_MUTATION_STEPWISE, 1);
  printf("%d markers, %d alleles, stepwise mutation: right families\n", N_MARKERS, N_ALLELES);
  for (int shape = 0; shape < CASE_SHAPE_COUNT; shape++) speed(p, (case_shape)shape, 0, 20000);
  rates(p, n_right, n_wrong);
  panel_delete(p);
  return 0;
}
