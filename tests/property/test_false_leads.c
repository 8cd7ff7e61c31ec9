/* Expected false leads against slow twins: the tail of a sum of independent
 * markers by convolution on a lattice sixty times as fine, by enumeration of all
 * outcomes of random small problems, and by simulation of unrelated profiles that
 * are looked up in the compiled tables as the search does it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/table.h"
#include "oracle/brute.h"
#include "oracle/pedigrees.h"
#include "oracle/random_problem.h"
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
enum { N_BUILDS = sizeof builds / sizeof *builds, MOST_SAMPLES = 600 };

/* A family, its table, and samples. */
typedef struct fixture {
  panel *markers;
  family *home;
  family_data *data;
  hw_table *table;
  hw_search_sample samples[MOST_SAMPLES];
  hw_search_input input;
} fixture;

static fixture *fixture_new(family_build *build, int32_t n_markers, int32_t n_alleles,
                            hw_mutation_model model, uint64_t seed) {
  fixture *f = calloc(1, sizeof *f);
  hw_err err = HW_ERR_INIT;
  assert_non_null(f);
  f->markers = panel_new(n_markers, n_alleles, model, seed);
  f->home = build();
  f->data = family_data_new(f->home, f->markers, seed);
  hw_assert_ok(hw_table_compile(&f->data->problem, f->home->missing, NULL, &f->table, &err), &err);
  f->input = (hw_search_input){
      .n_markers = n_markers, .markers = f->markers->markers, .samples = f->samples};
  return f;
}

/* Adds a sample; forms by marker, repeated: 'g' genotype, 'p' partial, '.' missing. What was seen does
 * not matter, only that something was. */
static void add_sample(fixture *f, const char *forms) {
  const size_t n = (size_t)f->input.n_markers;
  hw_observation *observations = calloc(n, sizeof *observations);
  assert_non_null(observations);
  for (size_t m = 0; m < n; m++) {
    const char form = forms[m % strlen(forms)];
    observations[m] = (hw_observation){.kind = form == '.' ? HW_OBS_MISSING : HW_OBS_GENOTYPE,
                                       .a = 0,
                                       .b = form == 'p' ? HW_ALLELE_NONE : 1};
  }
  f->samples[f->input.n_samples++] = (hw_search_sample){
      .code = "S", .profile = {.n_markers = f->input.n_markers, .observations = observations}};
}

static void fixture_delete(fixture *f) {
  for (int32_t i = 0; i < f->input.n_samples; i++) {
    const void *observations = f->samples[i].profile.observations;
    free((void *)(uintptr_t)observations);
  }
  hw_table_delete(f->table);
  family_data_delete(f->data);
  family_delete(f->home);
  panel_delete(f->markers);
  free(f);
}

/* What a search holds. */
typedef struct leads {
  hwp_null *null;
  hwp_null_work *work;
} leads;

static leads leads_new(const hw_search_input *input) {
  leads self = {NULL, NULL};
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hwp_null_new(input, &self.null, &err), &err);
  hw_assert_ok(hwp_null_work_new(self.null, &self.work, &err), &err);
  return self;
}

static void leads_delete(leads *self) {
  hwp_null_work_delete(self->work);
  hwp_null_delete(self->null);
}

/* Expected number where nothing is drawn. */
static double expected_of(const leads *self, const hw_table *table, double threshold) {
  hw_err err = HW_ERR_INIT;
  double expected = -1, variance = -1;
  hw_assert_ok(hwp_null_expected(self->work, 0, table, HW_UNKNOWN_SEX, threshold, &expected,
                                 &variance, &err),
               &err);
  assert_true(variance == 0);
  return expected;
}

/* ---- convolution ------------------------------------------------------------ */

enum { FINE = 1024, LOW = -60, HIGH = 45, POINTS = (HIGH - LOW) * FINE };

/* What may be seen at one marker: written from the definitions. */
typedef struct outcomes {
  int32_t n;
  double p[1024], x[1024];
} outcomes;

static void outcomes_of(const fixture *f, const hw_profile *profile, int32_t m, outcomes *out) {
  const hw_marker_table *t = &f->table->markers[m];
  const bool is_partial = profile->observations[m].b == HW_ALLELE_NONE;
  out->n = 0;
  for (hw_allele b = 0; b < t->n_alleles; b++)
    for (hw_allele a = 0; a <= b; a++)
      for (int draw = 0; draw < (is_partial ? 2 : 1); draw++) {
        const hw_observation obs = {.kind = HW_OBS_GENOTYPE,
                                    .a = is_partial && draw == 1 ? b : a,
                                    .b = is_partial ? HW_ALLELE_NONE : b};
        out->x[out->n] = hw_marker_table_log10_lr(t, &f->markers->markers[m], &obs, profile);
        out->p[out->n++] = t->unrelated[b * (b + 1) / 2 + a] / (is_partial ? 2 : 1);
      }
}

typedef struct convolution {
  double *sum, *next;
  int32_t low, high;
} convolution;

/* Each outcome is shared by two points so that its mean stays. What falls below LOW is far from
 * every threshold. */
static void convolve(convolution *c, const outcomes *o) {
  int32_t low = POINTS, high = 0;
  memset(c->next, 0, POINTS * sizeof *c->next);
  for (int32_t i = 0; i < o->n; i++) {
    if (!isfinite(o->x[i]) || o->p[i] <= 0) continue;
    const double at = floor(o->x[i] * FINE), part = o->x[i] * FINE - at;
    int32_t first = c->low, last = c->high;
    if (first + (int32_t)at < 0) first = -(int32_t)at;
    if (last + (int32_t)at + 1 >= POINTS) last = POINTS - 2 - (int32_t)at;
    if (first > last) continue;
    for (int32_t s = first; s <= last; s++) {
      c->next[s + (int32_t)at] += c->sum[s] * o->p[i] * (1 - part);
      c->next[s + (int32_t)at + 1] += c->sum[s] * o->p[i] * part;
    }
    if (first + (int32_t)at < low) low = first + (int32_t)at;
    if (last + (int32_t)at + 1 > high) high = last + (int32_t)at + 1;
  }
  double *swap = c->sum;
  c->sum = c->next;
  c->next = swap;
  c->low = low;
  c->high = high;
}

/* P(log10 LR of an unrelated person with this sample's forms is at least each threshold). */
static void tails_convolved(const fixture *f, const hw_profile *profile, int32_t n,
                            const double *thresholds, double *tails) {
  convolution c = {calloc(POINTS, sizeof(double)), calloc(POINTS, sizeof(double)), -LOW * FINE,
                   -LOW * FINE};
  outcomes *o = malloc(sizeof *o);
  if (c.sum == NULL || c.next == NULL || o == NULL) abort();
  c.sum[-LOW * FINE] = 1;
  for (int32_t m = 0; m < f->input.n_markers; m++) {
    if (profile->observations[m].kind == HW_OBS_MISSING) continue;
    outcomes_of(f, profile, m, o);
    convolve(&c, o);
  }
  for (int32_t i = 0; i < n; i++) {
    tails[i] = 0;
    for (int32_t s = c.low; s <= c.high; s++) { /* a point counts by its part above the threshold */
      const double above = (s - (thresholds[i] - LOW) * FINE) + 0.5;
      tails[i] += c.sum[s] * (above >= 1 ? 1 : above <= 0 ? 0 : above);
    }
  }
  free(c.sum);
  free(c.next);
  free(o);
}

/* Not 0, which a sample without markers has exactly: the twin counts half of a point there. */
static const double thresholds[] = {-2, 0.1, 2, 4, 6, 8};
enum { N_THRESHOLDS = sizeof thresholds / sizeof *thresholds };

static void tails_equal_fine_convolution(void **state) {
  (void)state;
  static const struct {
    int32_t n_markers;
    hw_mutation_model model;
    const char *forms;
    double tolerance, least; /* below the least tail the few best outcomes are steps */
  } panels[] = {{24, HW_MUTATION_STEPWISE, "g", 0.005, 1e-13},
                {24, HW_MUTATION_STEPWISE, "g.p", 0.005, 1e-13},
                {12, HW_MUTATION_NONE, "g", 0.01, 1e-12},
                {8, HW_MUTATION_STEPWISE, "gp", 0.03, 1e-6}};
  for (size_t p = 0; p < sizeof panels / sizeof *panels; p++)
    for (int b = 0; b < N_BUILDS; b++) {
      double tails[N_THRESHOLDS];
      fixture *f =
          fixture_new(builds[b], panels[p].n_markers, 10, panels[p].model, 7 + (uint64_t)b);
      add_sample(f, panels[p].forms);
      tails_convolved(f, &f->samples[0].profile, N_THRESHOLDS, thresholds, tails);
      leads l = leads_new(&f->input);
      for (int t = 0; t < N_THRESHOLDS; t++) {
        const double fast = expected_of(&l, f->table, thresholds[t]);
        printf("# %d markers %s, family %d, %g: %.4g, error %+.2f %%\n", (int)panels[p].n_markers,
               panels[p].forms, b, thresholds[t], tails[t], 100 * (fast / tails[t] - 1));
        if (tails[t] > panels[p].least)
          hw_assert_close(fast, tails[t], panels[p].tolerance, 0);
        else
          assert_true(fast >= 0 && fast < 1.5 * panels[p].least);
      }
      leads_delete(&l);
      fixture_delete(f);
    }
}

static void samples_of_many_kinds_share_one_lattice(void **state) {
  (void)state;
  static const char *const forms[] = {"g",  "g",  "g",      "g.",     "g...", "p",
                                      "p.", "gp", "g.....", "gp....", "."};
  for (int b = 0; b < N_BUILDS; b++) {
    double slow[N_THRESHOLDS] = {0}, tails[N_THRESHOLDS];
    fixture *f = fixture_new(builds[b], 24, 10, HW_MUTATION_STEPWISE, 70 + (uint64_t)b);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
      add_sample(f, forms[i]);
      tails_convolved(f, &f->samples[i].profile, N_THRESHOLDS, thresholds, tails);
      for (int t = 0; t < N_THRESHOLDS; t++) slow[t] += tails[t];
    }
    leads l = leads_new(&f->input);
    for (int t = 0; t < N_THRESHOLDS; t++) {
      const double fast = expected_of(&l, f->table, thresholds[t]);
      printf("# mixed, family %d, %g: %.4g, error %+.2f %%\n", b, thresholds[t], slow[t],
             100 * (fast / slow[t] - 1));
      if (slow[t] > 1e-13) hw_assert_close(fast, slow[t], 0.05, 0);
    }
    leads_delete(&l);
    fixture_delete(f);
  }
}

/* ---- simulation ------------------------------------------------------------- */

static hw_allele draw_allele(const hw_marker *marker, rng *r) {
  return rng_pick(r, marker->frequencies, marker->n_alleles);
}

static void simulated_strangers_meet_the_threshold_as_often(void **state) {
  (void)state;
  const trials scale = trials_of(1000000, 1);
  static const struct {
    family_build *build;
    const char *forms;
    double threshold;
  } problems[] = {{family_half_sibling, "g", 1.5},
                  {family_parent, "g.p.", 1.0},
                  {family_four_siblings, "gp..", 1.0}};
  for (size_t p = 0; p < sizeof problems / sizeof *problems; p++) {
    fixture *f = fixture_new(problems[p].build, 24, 10, HW_MUTATION_STEPWISE, 700 + p);
    add_sample(f, problems[p].forms);
    leads l = leads_new(&f->input);
    const double expected = expected_of(&l, f->table, problems[p].threshold);
    leads_delete(&l);
    rng r = rng_seeded(p);
    hw_observation seen[24];
    const hw_profile stranger = {.n_markers = 24, .observations = seen};
    double n_met = 0, n_drawn = scale.n_wanted;
    for (int32_t i = 0; i < scale.n_wanted; i++) {
      for (int32_t m = 0; m < 24; m++) {
        const hw_marker *marker = &f->markers->markers[m];
        seen[m] = f->samples[0].profile.observations[m];
        if (seen[m].kind == HW_OBS_MISSING) continue;
        seen[m].a = draw_allele(marker, &r);
        if (seen[m].b != HW_ALLELE_NONE) seen[m].b = draw_allele(marker, &r);
      }
      n_met += hw_table_log10_lr(f->table, f->markers->markers, &stranger, NULL) >=
               problems[p].threshold;
    }
    const double error = sqrt(n_drawn * expected * (1 - expected));
    printf("# %s at %g: expected %.1f of %.0f, met %.0f (%+.1f standard errors)\n",
           problems[p].forms, problems[p].threshold, n_drawn * expected, n_drawn, n_met,
           (n_met - n_drawn * expected) / error);
    assert_true(fabs(n_met - n_drawn * expected) < 4 * error + 0.01 * n_drawn * expected);
    assert_true(expected > 1e-5);
    fixture_delete(f);
  }
}

/* ---- enumeration of random problems ------------------------------------------ */

/* All that may be seen at a marker of a random problem, with what the table says of it. */
static void enumerate_marker(const hw_marker_table *t, const hw_marker *marker,
                             const hw_profile *profile, hw_observation_kind kind, bool is_partial,
                             outcomes *out) {
  const int32_t n = marker->n_alleles;
  double total = 0;
  hw_allele seen[RANDOM_ALLELES];
  out->n = 0;
  const int32_t n_sets = kind == HW_OBS_SET ? 1 << n : 0;
  const int32_t n_observed = kind == HW_OBS_SET      ? n_sets
                             : kind == HW_OBS_SINGLE ? n
                             : is_partial            ? n
                                                     : n * n;
  for (int32_t o = 0; o < n_observed; o++) {
    hw_observation obs = {.kind = kind, .a = o % n, .b = is_partial ? HW_ALLELE_NONE : o / n};
    if (kind == HW_OBS_SINGLE) obs.b = HW_ALLELE_NONE;
    if (kind == HW_OBS_GENOTYPE && !is_partial && obs.a > obs.b) continue;
    if (kind == HW_OBS_SET) {
      obs = (hw_observation){.kind = kind, .a = -1, .b = -1, .seen = seen};
      for (hw_allele z = 0; z < n; z++)
        if (o >> z & 1) seen[obs.n_seen++] = z;
    }
    if (hw_observation_validate(marker, &obs, t->single, NULL) != HW_OK) continue;
    double p = 0;
    for (hw_allele y = 0; y < n; y++)
      for (hw_allele x = 0; x <= (t->single ? 0 : y); x++) {
        const hw_allele u = t->single ? HW_ALLELE_NONE : x, v = y;
        const double g = t->unrelated[t->single ? y : y * (y + 1) / 2 + x];
        double q;
        if (is_partial) { /* one of the alleles that show, either with the same probability */
          const double e = profile->typing_error;
          const hw_allele s = marker->silent;
          const double a = (x == obs.a) + (y == obs.a);
          const double clean = x == s || y == s ? (a > 0) : a / 2;
          const double silent = s == HW_ALLELE_NONE ? 0 : marker->frequencies[s];
          q = (1 - e) * clean + e * marker->frequencies[obs.a] * (1 + silent);
        } else {
          q = brute_observation(marker, &obs, profile, u, v);
        }
        p += g * q;
      }
    out->x[out->n] = hw_marker_table_log10_lr(t, marker, &obs, profile);
    out->p[out->n++] = p;
    total += p;
  }
  for (int32_t i = 0; i < out->n && total > 0; i++) out->p[i] /= total;
}

/* P(Σ ≥ threshold) over the product of up to three markers. */
static double tail_enumerated(int32_t n, const outcomes *o, double so_far, double threshold) {
  double tail = 0;
  if (n == 0) return so_far >= threshold;
  for (int32_t i = 0; i < o->n; i++)
    if (o->p[i] > 0 && o->x[i] > -HUGE_VAL)
      tail += o->p[i] * tail_enumerated(n - 1, o + 1, so_far + o->x[i], threshold);
  return tail;
}

/* A sample with random forms at up to three markers of a random problem. */
typedef struct small_problem {
  random_problem *family;
  int32_t missing, n_markers;
  hw_table *table;
  hw_observation observations[RANDOM_MARKERS];
  hw_search_sample sample;
  hw_search_input input;
  outcomes outcomes[3];
} small_problem;

static bool small_problem_init(small_problem *self, trials *t) {
  const random_options options = {.some_on_x = t->seed % 3 == 0,
                                  .has_theta = t->seed % 5 == 1,
                                  .no_mutation = t->seed % 4 == 0,
                                  .n_unlinked = 3,
                                  .max_persons = 5,
                                  .max_alleles = t->seed % 5 == 1 ? 3 : 4};
  rng r = rng_seeded(t->seed ^ 0xfa15eu);
  hw_err err = HW_ERR_INIT;
  *self = (small_problem){.family = random_problem_new(&options, t->seed)};
  random_problem *p = self->family;
  self->missing = rng_below(&r, p->pedigree.n_persons);
  random_problem_untype(p, self->missing);
  const hw_status status = hw_table_compile(&p->problem, self->missing, NULL, &self->table, &err);
  if (status != HW_OK) return false;
  self->n_markers = p->problem.n_markers < 3 ? p->problem.n_markers : 3;
  self->sample = (hw_search_sample){.code = "S",
                                    .profile = {.n_markers = p->problem.n_markers,
                                                .observations = self->observations,
                                                .dropout = rng_unit(&r),
                                                .drop_in = rng_chance(&r, 0.5) ? 0 : 0.1}};
  hw_profile *profile = &self->sample.profile;
  if (rng_chance(&r, 0.3)) profile->typing_error = 0.1 * rng_unit(&r);
  for (int32_t m = 0; m < self->n_markers; m++) {
    const hw_marker_table *table = &self->table->markers[m];
    const bool is_set = rng_chance(&r, 0.3), is_partial = !table->single && rng_chance(&r, 0.3);
    const hw_observation_kind kind = is_set          ? HW_OBS_SET
                                     : table->single ? HW_OBS_SINGLE
                                                     : HW_OBS_GENOTYPE;
    self->observations[m] =
        (hw_observation){.kind = kind, .b = is_partial || table->single ? HW_ALLELE_NONE : 0};
    enumerate_marker(table, &p->markers[m], profile, kind, is_partial && !is_set,
                     &self->outcomes[m]);
  }
  self->input = (hw_search_input){.n_markers = p->problem.n_markers,
                                  .markers = p->problem.markers,
                                  .n_samples = 1,
                                  .samples = &self->sample};
  return true;
}

static void small_problem_clear(small_problem *self) {
  hw_table_delete(self->table);
  random_problem_delete(self->family);
}

/* Random small problems have steps, which the fast way blurs: it must lie between the tails at both
 * ends of the blur. (Sets of four alleles, which are not written down, change less than 2 %.) */
static const double BLUR = 0.5;

static void enumerated_tails_bracket_the_fast_one(void **state) {
  (void)state;
  trials t = trials_of(500, 0x41);
  int32_t n_with_steps = 0;
  while (trials_next(&t)) {
    small_problem *p = malloc(sizeof *p);
    assert_non_null(p);
    if (!small_problem_init(p, &t)) {
      small_problem_clear(p);
      free(p);
      continue;
    }
    leads l = leads_new(&p->input);
    for (int i = 0; i < 9; i++) {
      const double threshold = -2.03 + 0.71 * i;
      const double low = tail_enumerated(p->n_markers, p->outcomes, 0, threshold + BLUR);
      const double high = tail_enumerated(p->n_markers, p->outcomes, 0, threshold - BLUR);
      const double fast = expected_of(&l, p->table, threshold);
      n_with_steps += high > low * 1.01;
      if (fast < 0.98 * low - 1e-5 || fast > 1.02 * high + 1e-5)
        trials_fail(&t, &p->family->problem, "at %g: %.9g, enumerated %.9g … %.9g", threshold, fast,
                    low, high);
    }
    trials_count(&t);
    leads_delete(&l);
    small_problem_clear(p);
    free(p);
  }
  assert_int_equal(t.n_failed, 0);
  assert_true(n_with_steps > t.n_done / 4); /* the problems are worth it */
}

/* ---- draws ------------------------------------------------------------------ */

static void draws_are_unbiased_and_tell_their_variance(void **state) {
  (void)state;
  enum { N_QUERIES = 4000 };
  fixture *f = fixture_new(family_half_sibling, 24, 10, HW_MUTATION_STEPWISE, 5);
  rng r = rng_seeded(5);
  double truth = 0;
  for (int32_t i = 0; i < 300; i++) { /* degraded more or less */
    char forms[25] = {0};
    const double kept = 0.3 + 0.7 * rng_unit(&r);
    for (int m = 0; m < 24; m++)
      forms[m] = rng_chance(&r, kept) ? 'g' : rng_chance(&r, 0.5) ? 'p' : '.';
    add_sample(f, forms);
    const hw_search_input one = {
        .n_markers = 24, .markers = f->input.markers, .n_samples = 1, .samples = &f->samples[i]};
    leads l = leads_new(&one);
    truth += expected_of(&l, f->table, 2);
    leads_delete(&l);
  }
  leads l = leads_new(&f->input);
  hw_err err = HW_ERR_INIT;
  double sum = 0, squares = 0, variances = 0;
  for (int32_t q = 0; q < N_QUERIES; q++) {
    double expected = 0, variance = 0;
    hw_assert_ok(hwp_null_expected(l.work, q, f->table, HW_MALE, 2, &expected, &variance, &err),
                 &err);
    sum += expected;
    squares += expected * expected;
    variances += variance;
  }
  const double mean = sum / N_QUERIES, spread = squares / N_QUERIES - mean * mean;
  printf("# truth %.6g, mean of draws %.6g; standard deviation of a query %.2g, told %.2g\n", truth,
         mean, sqrt(spread), sqrt(variances / N_QUERIES));
  assert_true(fabs(mean - truth) < 4 * sqrt(spread / N_QUERIES) + 0.002 * truth);
  hw_assert_close(variances / N_QUERIES, spread, 0.2, 0);
  leads_delete(&l);
  fixture_delete(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tails_equal_fine_convolution),
      cmocka_unit_test(samples_of_many_kinds_share_one_lattice),
      cmocka_unit_test(simulated_strangers_meet_the_threshold_as_often),
      cmocka_unit_test(enumerated_tails_bracket_the_fast_one),
      cmocka_unit_test(draws_are_unbiased_and_tell_their_variance),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
