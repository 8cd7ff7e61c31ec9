/* Trials, see trials.h. */
#include "trials.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "problem_json.h"
#include "rng.h"
#include "support/assert.h"

/* After so many failures the others have little to add. */
enum { MAX_FAILURES = 3 };

trials trials_of(int32_t n_trials, uint64_t salt) {
  const char *scale = getenv("HOMEWARD_TEST_SCALE");
  const double wanted = n_trials * (scale ? strtod(scale, NULL) : 1.0);
  const double least = n_trials / 20.0 + 1.0;
  return (trials){.n_wanted = (int32_t)(wanted > least ? wanted : least), .salt = salt};
}

bool trials_next(trials *self) {
  const char *fixed = getenv("HOMEWARD_SEED");
  if (fixed != NULL) {
    self->seed = strtoull(fixed, NULL, 0);
    return self->n_tried++ == 0;
  }
  if (self->n_done >= self->n_wanted || self->n_failed >= MAX_FAILURES) return false;
  rng r = rng_seeded(self->salt * 1000003u + (uint64_t)self->n_tried);
  self->seed = rng_next(&r);
  /* A test whose problems hardly ever count would run for ever. */
  return self->n_tried++ < 20 * self->n_wanted + 100;
}

void trials_count(trials *self) {
  self->n_done++;
}

void trials_fail(trials *self, const hw_problem *problem, const char *format, ...) {
  char message[600], id[40];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  self->n_failed++;
  print_error("HOMEWARD_SEED=0x%" PRIx64 ": %s\n", self->seed, message);
  if (problem == NULL) return;
  snprintf(id, sizeof id, "seed-%" PRIx64, self->seed);
  problem_json_write(stderr, problem, id);
}

bool trials_is_ln_of(double ln, double expected, double tolerance) {
  if (expected == 0.0) return isinf(ln) && ln < 0.0;
  return fabs(expm1(ln - log(expected))) <= tolerance;
}

bool trials_same_ln(double a, double b, double tolerance) {
  if (isinf(a) || isinf(b)) return a == b;
  return fabs(expm1(a - b)) <= tolerance;
}
