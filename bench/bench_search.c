/* The parts of a national search on one core: compiling, quantising, expected
 * false leads, scanning, rescoring. 24 STR markers with stepwise mutation, a
 * national-like mix of families, samples of which two fifths are degraded (each of
 * their markers lost with one probability, or down to one allele) and a few come
 * from the missing. Everything is gene-dropped from a seed; times are processor time.
 *
 *   bench_search [QUERIES [SAMPLES [THRESHOLD [degraded form: partial|set|error]]]] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common.h"
#include "oracle/gene_drop.h"
#include "oracle/national.h"
#include "search/strip.h"

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void degrade(hw_observation *obs, double lost, rng *r) {
  if (obs->kind != HW_OBS_GENOTYPE) return;
  const bool a = !rng_chance(r, lost), b = !rng_chance(r, lost);
  if (!a && !b)
    *obs = (hw_observation){.kind = HW_OBS_MISSING, .a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE};
  else if (!a || !b || obs->a == obs->b)
    *obs = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a ? obs->a : obs->b, .b = HW_ALLELE_NONE};
}

/* One sample; observations of a set are what of its two alleles is not lost. */
static void fill_sample(hw_search_sample *sample, const panel *markers, hw_allele (*truth)[2],
                        const char *form, int32_t number, rng *r) {
  hw_observation *observations = allocate((size_t)markers->n_markers, sizeof *observations);
  char *code = allocate(16, 1);
  const bool is_degraded = rng_chance(r, 0.4);
  const double lost = 0.02 * (1 + rng_below(r, 35));
  snprintf(code, 16, "S%d", (int)number);
  *sample = (hw_search_sample){
      .code = code,
      .sex = is_degraded && rng_chance(r, lost)    ? HW_UNKNOWN_SEX
             : truth == NULL && rng_chance(r, 0.1) ? HW_FEMALE
                                                   : HW_MALE,
      .profile = {.id = code, .n_markers = markers->n_markers, .observations = observations}};
  if (strcmp(form, "error") == 0) sample->profile.typing_error = 0.001;
  if (is_degraded && strcmp(form, "set") == 0) {
    sample->profile.has_dropout = true;
    sample->profile.dropout = lost;
  }
  for (int32_t m = 0; m < markers->n_markers; m++) {
    const hw_marker *marker = &markers->markers[m];
    hw_allele x = truth != NULL ? truth[m][0] : rng_pick(r, marker->frequencies, marker->n_alleles);
    hw_allele y = truth != NULL ? truth[m][1] : rng_pick(r, marker->frequencies, marker->n_alleles);
    hw_allele *seen = sample->profile.has_dropout ? allocate(8, sizeof *seen) : NULL;
    observations[m] = gene_drop_observe(marker, &sample->profile, x, y, seen, r);
    if (is_degraded && seen == NULL) degrade(&observations[m], lost, r);
  }
}

typedef struct material {
  hw_search_input input;
  hw_search_family *families;
  hw_search_query *queries;
  hw_search_sample *samples;
} material;

/* Drops a family's alleles again, so that the missing person's are known. */
static void drop_again(national_family *f, const panel *markers, hw_allele (*truth)[2], rng *r) {
  gene_drop drop = {.pedigree = &f->pedigree};
  for (int32_t m = 0; m < markers->n_markers; m++) {
    gene_drop_step(&drop, &markers->markers[m], 0.5, r);
    for (int32_t k = 0; k < f->problem.n_profiles; k++) {
      hw_observation *obs = &f->observations[k * markers->n_markers + m];
      const hw_allele *alleles = drop.genotype[f->profile_person[k]];
      if (obs->kind == HW_OBS_GENOTYPE && obs->b != HW_ALLELE_NONE)
        *obs = gene_drop_observe(&markers->markers[m], &f->profiles[k], alleles[0], alleles[1],
                                 NULL, r);
    }
    memcpy(truth[m], drop.genotype[f->missing], sizeof *truth);
  }
  gene_drop_clear(&drop);
}

static material make(const panel *markers, int32_t n_queries, int32_t n_samples, const char *form) {
  material self = {.families = allocate((size_t)n_queries, sizeof *self.families),
                   .queries = allocate((size_t)n_queries, sizeof *self.queries),
                   .samples = allocate((size_t)n_samples, sizeof *self.samples)};
  rng r = rng_seeded(20);
  const int32_t n_planted = n_queries < n_samples / 10 ? n_queries : n_samples / 10;
  for (int32_t q = 0; q < n_queries; q++) {
    national_family *f = national_family_new(national_draw(&r), markers, (uint64_t)q + 1);
    hw_allele truth[NATIONAL_MARKERS][2];
    char *code = allocate(16, 1);
    snprintf(code, 16, "F%d", (int)q);
    drop_again(f, markers, truth, &r);
    self.families[q] = (hw_search_family){code, f->pedigree, f->problem.n_profiles, f->profiles,
                                          f->profile_person};
    self.queries[q] = (hw_search_query){q, f->missing, "X"};
    if (q < n_planted) fill_sample(&self.samples[q], markers, truth, form, q, &r);
  }
  for (int32_t i = n_planted; i < n_samples; i++)
    fill_sample(&self.samples[i], markers, NULL, form, i, &r);
  self.input = (hw_search_input){.n_markers = markers->n_markers,
                                 .markers = markers->markers,
                                 .n_samples = n_samples,
                                 .samples = self.samples,
                                 .n_families = n_queries,
                                 .families = self.families,
                                 .n_queries = n_queries,
                                 .queries = self.queries};
  return self;
}

/* Kernels alone: what hwp_strip_scan does without rescoring. */
static int64_t scan_only(const hwp_strip *strip) {
  uint64_t alive[HW_SCAN_WORDS];
  int64_t n = 0;
  for (int32_t t = 0; t < strip->index->n_tiles; t++)
    for (int32_t q = 0; q < strip->n; q++)
      if (!strip->quantiser.scans[q].is_nobody)
        n += strip->index->kernels->bytes(&strip->quantiser.scans[q].main,
                                          strip->index->tiles[t].codes, alive);
  return n;
}

typedef struct times {
  double compile, quantise, expect, scan, whole, unit;
} times;

static void run_parts(const hwp_index *index, times *out, int64_t *n_alive, double *columns) {
  const hw_search_input *input = index->input;
  hw_err err = HW_ERR_INIT;
  hw_table_compiler *compiler = NULL;
  hwp_null_work *null = NULL;
  hwp_keeper keeper = {0};
  hw_arena arena;
  hwp_strip strip = {.index = index, .queries = allocate(HWP_STRIP_MOST, sizeof *strip.queries)};
  int64_t n_rescored = 0;
  hw_arena_init(&arena, 0);
  check(hw_table_compiler_new(input->n_markers, input->markers, input->theta, NULL, 0, &compiler,
                              &err),
        &err);
  check(hwp_null_work_new(index->null, &null, &err), &err);
  check(hwp_quantiser_init(&strip.quantiser, index, HWP_STRIP_MOST, &arena, &err), &err);
  hwp_keeper_begin(&keeper, input, &index->options);
  for (int32_t first = 0; first < input->n_queries; first += HWP_STRIP_MOST) {
    strip.n = input->n_queries - first < HWP_STRIP_MOST ? input->n_queries - first : HWP_STRIP_MOST;
    double t0 = now_s();
    for (int32_t i = 0; i < strip.n; i++) {
      const hw_search_family *f = &input->families[first + i];
      const hw_problem problem = {&f->pedigree,
                                  f->n_profiles,
                                  f->profiles,
                                  f->profile_person,
                                  input->n_markers,
                                  input->markers,
                                  input->theta,
                                  0,
                                  NULL};
      hwp_strip_query *q = &strip.queries[i];
      *q = (hwp_strip_query){first + i, HW_MALE, NULL};
      check(hw_table_compiler_compile(compiler, &problem, input->queries[first + i].person,
                                      &q->table, &err),
            &err);
    }
    double t1 = now_s();
    for (int32_t i = 0; i < strip.n; i++)
      hwp_quantise(&strip.quantiser, i, strip.queries[i].table, strip.queries[i].sex);
    double t2 = now_s();
    for (int32_t i = 0; i < strip.n; i++) {
      double expected, variance;
      check(hwp_null_expected(null, first + i, strip.queries[i].table, HW_MALE,
                              index->options.threshold, &expected, &variance, &err),
            &err);
      *columns += strip.quantiser.scans[i].main.first_look;
    }
    double t3 = now_s();
    *n_alive += scan_only(&strip);
    double t4 = now_s();
    check(hwp_strip_scan(&strip, &keeper, &n_rescored, &err), &err);
    double t5 = now_s();
    out->compile += t1 - t0;
    out->quantise += t2 - t1;
    out->expect += t3 - t2;
    out->scan += t4 - t3;
    out->whole += t5 - t4;
    hw_table_compiler_reset(compiler);
  }
  hw_table_compiler_delete(compiler);
  hwp_null_work_delete(null);
  hwp_keeper_clear(&keeper);
  hw_arena_clear(&arena);
  free(strip.queries);
}

static int32_t run_units(const hwp_index *index, times *out, hwp_outcome *sum) {
  const hw_search_input *input = index->input;
  hw_err err = HW_ERR_INIT;
  hwp_worker *worker = NULL;
  int32_t n_planted = 0;
  double t0 = now_s();
  check(hwp_worker_new(index, &worker, &err), &err);
  for (int32_t first = 0; first < input->n_queries; first += HW_SEARCH_UNIT) {
    hwp_unit unit = {first, HW_SEARCH_UNIT, false};
    hwp_outcome found;
    if (unit.n_queries > input->n_queries - first) unit.n_queries = input->n_queries - first;
    check(hwp_worker_run(worker, &unit, &found, &err), &err);
    sum->n_kept += found.n_kept;
    sum->n_compared += found.n_compared;
    sum->n_rescored += found.n_rescored;
    for (int64_t i = 0; i < found.n_kept; i++)
      n_planted += found.kept[i].sample == found.kept[i].query;
    hwp_outcome_clear(&found);
  }
  hwp_worker_delete(worker);
  out->unit = now_s() - t0;
  return n_planted;
}

int main(int argc, char **argv) {
  const int32_t n_queries = argc > 1 ? (int32_t)strtol(argv[1], NULL, 10) : 2048;
  const int32_t n_samples = argc > 2 ? (int32_t)strtol(argv[2], NULL, 10) : 100000;
  const char *form = argc > 4 ? argv[4] : "partial";
  panel *markers = national_panel(HW_MUTATION_STEPWISE);
  if (markers == NULL) {
    fprintf(stderr, "bench: the frequency table is not found\n");
    return 1;
  }
  hw_search_options options = {.threshold = argc > 3 ? strtod(argv[3], NULL) : HW_SEARCH_THRESHOLD,
                               .prior_none = -1.0};
  const material all = make(markers, n_queries, n_samples, form);
  hw_err err = HW_ERR_INIT;
  hwp_index *index = NULL;
  times t = {0};
  hwp_outcome sum = {0};
  int64_t n_alive = 0;
  double columns = 0.0, t0 = now_s();
  check(hwp_index_new(&all.input, &options, &index, &err), &err);
  double index_s = now_s() - t0;
  run_parts(index, &t, &n_alive, &columns);
  const int32_t n_planted = run_units(index, &t, &sum);
  const double pairs = (double)n_queries * n_samples, us = 1e6 / n_queries;
  printf("%d queries x %d samples (%s), threshold %g, kernels %s; index %.2f s\n", (int)n_queries,
         (int)n_samples, form, options.threshold, index->kernels->name, index_s);
  printf("per query: compile %.0f us, quantise %.1f us, false leads %.0f us, scan %.0f us, with "
         "rescoring %.0f us; in units %.0f us\n",
         t.compile * us, t.quantise * us, t.expect * us, t.scan * us, t.whole * us, t.unit * us);
  printf("scan %.3g pairs/s, with rescoring %.3g, everything %.3g\n", pairs / t.scan,
         pairs / t.whole, pairs / t.unit);
  printf("let through %.3g of the pairs, kept %.3g; first look after %.1f columns; %d planted "
         "pairs kept\n",
         (double)sum.n_rescored / pairs, (double)sum.n_kept / pairs, columns / n_queries,
         (int)n_planted);
  hwp_index_delete(index);
  panel_delete(markers);
  return 0;
}
