/* How fast this machine searches.
 *
 * The data are drawn from a seed: 24 markers of 8 to 19 alleles with stepwise
 * mutation, families of whom half have a parent or a child typed, a third full
 * siblings only, the rest half siblings, and remains of whom two fifths are
 * degraded. No person is real.
 *
 * Figures are of one thread, and of the parts that a search consists of: compiling
 * families, expected false leads, and the scan. The scan is measured twice: adding
 * every column of every tile, which is what the kernel can do, and as a search does
 * it, where a tile is left as soon as nobody can reach the threshold, and where
 * whoever is let through is computed in full. Times are those that the thread had a
 * processor, and the best of several rounds counts, since other work of the machine
 * can only slow one down. */
#include "app/bench.h"

#include <stdio.h>
#include <string.h>

#include "app/search.h"
#include "base/check.h"
#include "base/clock.h"
#include "homeward/simulate.h"
#include "search/strip.h"

enum {
  N_MARKERS = 24,
  LEAST_ALLELES = 8,
  MOST_ALLELES = 19,
  N_FAMILIES = 3000,
  N_TILES = 64,
  N_SCANNED = HWP_STRIP_MOST, /* missing persons whose scan is measured together */
  MOST_STRIPS = 8,
  MOST_EXPECTED = 200, /* of whom the false leads are computed */
  ROUNDS = 3
};

typedef struct bench {
  const hw_bench_options *options;
  hw_bench_report *report;
  hw_arena arena;
  hw_marker markers[N_MARKERS];
  int32_t lengths_bp[N_MARKERS];
  hw_simulation *simulation;
  hw_stored_search searched;
  hwp_index *index[2]; /* pruning; every column */
} bench;

/* --- data --- */

/* Frequencies as uneven as those of forensic markers: a few common alleles, many rare ones. */
static hw_status draw_frequencies(bench *self, int32_t m, hw_random *stream, hw_err *err) {
  hw_marker *marker = &self->markers[m];
  int32_t n =
      LEAST_ALLELES + (int32_t)hw_random_below(stream, (uint64_t)MOST_ALLELES - LEAST_ALLELES + 1);
  double *frequencies = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *frequencies);
  const char **names = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *names);
  if (frequencies == NULL || names == NULL) return HW_NO_MEMORY(err, "the markers");
  double sum = 0;
  for (int32_t a = 0; a < n; a++) {
    double u = hw_random_double(stream);
    char name[16];
    frequencies[a] = 0.005 + u * u * u;
    sum += frequencies[a];
    snprintf(name, sizeof name, "%d", 8 + (int)a);
    names[a] = hw_arena_strdup(&self->arena, name);
    if (names[a] == NULL) return HW_NO_MEMORY(err, "the markers");
  }
  for (int32_t a = 0; a < n; a++) frequencies[a] /= sum;
  marker->n_alleles = n;
  marker->frequencies = frequencies;
  marker->allele_names = names;
  return HW_OK;
}

static hw_status make_marker(bench *self, int32_t m, hw_random *stream, hw_err *err) {
  hw_marker *marker = &self->markers[m];
  char name[16];
  snprintf(name, sizeof name, "M%02d", (int)m + 1);
  *marker = (hw_marker){.name = hw_arena_strdup(&self->arena, name),
                        .silent = HW_ALLELE_NONE,
                        .mutation = {.model = HW_MUTATION_STEPWISE,
                                     .rate = {0.001, 0.002},
                                     .rate2 = {1e-6, 1e-6},
                                     .range = {0.1, 0.1}}};
  if (marker->name == NULL) return HW_NO_MEMORY(err, "the markers");
  HW_TRY(draw_frequencies(self, m, stream, err));
  size_t n = (size_t)marker->n_alleles;
  for (int from = 0; from < 2; from++) {
    double *matrix = hw_arena_alloc_array(&self->arena, n * n, sizeof *matrix);
    if (matrix == NULL) return HW_NO_MEMORY(err, "the markers");
    HW_TRY(hw_mutation_matrix(marker, from, matrix, err));
    marker->matrix[from] = matrix;
  }
  self->lengths_bp[m] = 90 + (int32_t)hw_random_below(stream, 330);
  return HW_OK;
}

static hw_status simulate(bench *self, hw_err *err) {
  static const char *const mix[] = {"mother", "sib",     "children-spouse",
                                    "sibs",   "parents", "half-sibs"};
  enum { N_MIX = sizeof mix / sizeof *mix };
  int32_t shapes[N_MIX];
  for (int i = 0; i < N_MIX; i++) shapes[i] = hw_family_shape_find(mix[i]);
  const hw_simulation_options what = {
      .seed = self->options->seed,
      .id = "bench",
      .n_markers = N_MARKERS,
      .markers = self->markers,
      .lengths_bp = self->lengths_bp,
      .sex_length_bp = 110,
      .n_families = self->report->n_families,
      .n_remains = self->report->n_samples,
      .n_unrelated = self->report->n_samples - self->report->n_families / 3,
      .n_shapes = N_MIX,
      .shapes = shapes,
      .degraded_fraction = 0.4,
      .most_damage_per_base = 0.02,
      .n_copies = 10};
  HW_TRY(hw_simulation_new(&what, &self->simulation, err));
  return hw_stored_search_init(&self->simulation->problem, &self->searched, err);
}

static hw_status make_data(bench *self, hw_err *err) {
  hw_random stream;
  hw_random_init(&stream, self->options->seed);
  for (int32_t m = 0; m < N_MARKERS; m++) HW_TRY(make_marker(self, m, &stream, err));
  HW_TRY(simulate(self, err));
  for (int i = 0; i < 2; i++) {
    const hw_search_options options = {.threshold = HW_SEARCH_THRESHOLD,
                                       .floor = HW_SEARCH_THRESHOLD,
                                       .prior_none = -1,
                                       .likelihood = {.simd = self->options->simd},
                                       .no_pruning = i == 1};
    HW_TRY(hwp_index_new(&self->searched.input, &options, &self->index[i], err));
  }
  return HW_OK;
}

/* --- compiling --- */

static hw_status compile(const bench *self, hw_table_compiler *compiler, int32_t query,
                         const hw_table **out, hw_err *err) {
  const hw_search_input *input = &self->searched.input;
  const hw_problem problem = hw_search_query_problem(input, query);
  return hw_table_compiler_compile(compiler, &problem, input->queries[query].person, out, err);
}

static hw_status new_compiler(const bench *self, hw_table_compiler **out, hw_err *err) {
  const hw_likelihood_options likelihood = {.simd = self->options->simd};
  return hw_table_compiler_new(N_MARKERS, self->markers, 0, &likelihood, 0, out, err);
}

/* All families once, as in a search: what was seen before helps those who come later. */
static hw_status time_compiling(bench *self, hw_err *err) {
  hw_table_compiler *compiler = NULL;
  int32_t n = self->searched.input.n_queries;
  HW_TRY(new_compiler(self, &compiler, err));
  hw_status status = HW_OK;
  double start_s = hw_clock_thread_s();
  for (int32_t q = 0; status == HW_OK && q < n; q++) {
    const hw_table *table = NULL;
    status = compile(self, compiler, q, &table, err);
    if (q % HWP_STRIP_MOST == 0) hw_table_compiler_reset(compiler);
  }
  self->report->compiled_per_s = n / (hw_clock_thread_s() - start_s);
  hw_table_compiler_delete(compiler);
  return status;
}

/* --- strips --- */

/* Some missing persons with their tables, ready for the scan. */
typedef struct strips {
  bench *from;
  hw_arena arena;
  hw_table_compiler *compiler;
  int32_t n;
  hwp_strip strip[MOST_STRIPS];
  hwp_keeper keeper;
} strips;

static void strips_clear(strips *self) {
  hw_table_compiler_delete(self->compiler);
  hwp_keeper_clear(&self->keeper);
  hw_arena_clear(&self->arena);
}

static hw_status make_strip(strips *self, const hwp_index *index, int32_t s, hw_err *err) {
  const hw_search_input *input = &self->from->searched.input;
  hwp_strip *strip = &self->strip[s];
  strip->index = index;
  strip->queries = hw_arena_alloc_array(&self->arena, N_SCANNED, sizeof *strip->queries);
  if (strip->queries == NULL) return HW_NO_MEMORY(err, "the scan");
  HW_TRY(hwp_quantiser_init(&strip->quantiser, index, N_SCANNED, &self->arena, err));
  for (; strip->n < N_SCANNED; strip->n++) {
    hwp_strip_query *query = &strip->queries[strip->n];
    query->query = s * N_SCANNED + strip->n;
    const hw_search_query *who = &input->queries[query->query];
    query->sex = input->families[who->family].pedigree.persons[who->person].sex;
    HW_TRY(compile(self->from, self->compiler, query->query, &query->table, err));
    hwp_quantise(&strip->quantiser, strip->n, query->table, query->sex);
  }
  return HW_OK;
}

static hw_status make_strips(strips *self, bench *from, const hwp_index *index, hw_err *err) {
  *self = (strips){.from = from};
  hw_arena_init(&self->arena, 0);
  HW_TRY(new_compiler(from, &self->compiler, err));
  int32_t most = from->searched.input.n_queries / N_SCANNED;
  self->n = most < MOST_STRIPS ? most : MOST_STRIPS;
  for (int32_t s = 0; s < self->n; s++) HW_TRY(make_strip(self, index, s, err));
  return HW_OK;
}

/* --- false leads --- */

static hw_status time_expected(const strips *self, hw_err *err) {
  hwp_null_work *work = NULL;
  const hwp_index *index = self->strip[0].index;
  HW_TRY(hwp_null_work_new(index->null, &work, err));
  hw_status status = HW_OK;
  double start_s = hw_clock_thread_s(), expected = 0, variance = 0;
  const int32_t all = self->n * N_SCANNED, n = all < MOST_EXPECTED ? all : MOST_EXPECTED;
  for (int32_t i = 0; status == HW_OK && i < n; i++) {
    const hwp_strip_query *query = &self->strip[i / N_SCANNED].queries[i % N_SCANNED];
    status = hwp_null_expected(work, query->query, query->table, query->sex, HW_SEARCH_THRESHOLD,
                               &expected, &variance, err);
  }
  self->from->report->expected_per_s = n / (hw_clock_thread_s() - start_s);
  hwp_null_work_delete(work);
  return status;
}

/* --- scanning --- */

/* Pairs of one pass. */
static double pairs_of(const strips *self) {
  return (double)self->from->report->n_samples * N_SCANNED * self->n;
}

/* One pass of all strips over all tiles. */
typedef hw_status scan_pass(strips *self, const hw_scan_kernels *kernels, hw_err *err);

/* The kernel alone; what it answers is not looked at. */
static hw_status scan_every(strips *self, const hw_scan_kernels *kernels, hw_err *err) {
  uint64_t alive[HW_SCAN_WORDS];
  (void)err;
  for (int32_t s = 0; s < self->n; s++) {
    const hwp_strip *strip = &self->strip[s];
    for (int32_t t = 0; t < strip->index->n_tiles; t++)
      for (int32_t q = 0; q < strip->n; q++)
        (void)kernels->bytes(&strip->quantiser.scans[q].main, strip->index->tiles[t].codes, alive);
  }
  return HW_OK;
}

/* As a search does it. */
static hw_status scan_searching(strips *self, const hw_scan_kernels *kernels, hw_err *err) {
  int64_t n_rescored = 0;
  (void)kernels;
  hwp_keeper_begin(&self->keeper, &self->from->searched.input, &self->strip[0].index->options);
  for (int32_t s = 0; s < self->n; s++)
    HW_TRY(hwp_strip_scan(&self->strip[s], &self->keeper, &n_rescored, err));
  self->from->report->share_rescored = (double)n_rescored / pairs_of(self);
  return HW_OK;
}

/* Pairs a second, of the best of several rounds. */
static hw_status time_scan(strips *self, scan_pass *pass, const hw_scan_kernels *kernels,
                           double *per_s, hw_err *err) {
  const double least_s = self->from->options->seconds > 0 ? self->from->options->seconds : 0.5;
  *per_s = 0;
  for (int round = 0; round < ROUNDS; round++) {
    double start_s = hw_clock_thread_s(), spent_s = 0;
    int64_t n = 0;
    do {
      HW_TRY(pass(self, kernels, err));
      n++;
      spent_s = hw_clock_thread_s() - start_s;
    } while (spent_s < least_s / ROUNDS);
    double rate = (double)n * pairs_of(self) / spent_s;
    if (rate > *per_s) *per_s = rate;
  }
  return HW_OK;
}

/* Columns of a tile that are added until nobody is left. */
static int32_t columns_needed(const hw_scan_bytes *scan, const uint8_t *tile, int32_t n) {
  uint32_t sum[HW_SCAN_TILE] = {0};
  for (int32_t c = 0; c < scan->n_columns; c++) {
    const uint8_t *table = scan->tables + (size_t)c * HW_SCAN_ENTRIES;
    const uint8_t *codes = tile + (size_t)scan->columns[c] * HW_SCAN_TILE;
    bool has_anybody = false;
    for (int32_t i = 0; i < n; i++) {
      sum[i] += table[codes[i]];
      has_anybody = has_anybody || sum[i] <= scan->budget;
    }
    if (!has_anybody) return c + 1 > scan->first_look ? c + 1 : scan->first_look;
  }
  return scan->n_columns;
}

/* What pruning leaves out of all look-ups, counted for one strip. */
static void count_pruned(const strips *self) {
  const hwp_strip *strip = &self->strip[0];
  const hwp_index *index = strip->index;
  int64_t n_needed = 0;
  for (int32_t t = 0; t < index->n_tiles; t++)
    for (int32_t q = 0; q < strip->n; q++)
      n_needed +=
          columns_needed(&strip->quantiser.scans[q].main, index->tiles[t].codes, index->tiles[t].n);
  int64_t n_all = (int64_t)index->n_tiles * strip->n * index->n_columns;
  self->from->report->share_pruned = 1 - (double)n_needed / (double)n_all;
}

static hw_status time_every(bench *self, hw_err *err) {
  strips all;
  hw_status status = make_strips(&all, self, self->index[1], err);
  if (status == HW_OK)
    status = time_scan(&all, scan_every, self->index[1]->kernels, &self->report->every_per_s, err);
  if (status == HW_OK)
    status = time_scan(&all, scan_every, hw_scan_find("ref"), &self->report->ref_per_s, err);
  strips_clear(&all);
  return status;
}

static hw_status time_pruned(bench *self, hw_err *err) {
  strips all;
  hw_status status = make_strips(&all, self, self->index[0], err);
  if (status == HW_OK) status = time_expected(&all, err);
  if (status == HW_OK)
    status =
        time_scan(&all, scan_searching, self->index[0]->kernels, &self->report->pruned_per_s, err);
  if (status == HW_OK) count_pruned(&all);
  strips_clear(&all);
  return status;
}

static hw_status measure(bench *self, hw_err *err) {
  if (hw_kernel_set(self->options->simd) == NULL)
    return hw_err_set(err, HW_E_VALUE, "no kernel set '%s' runs here", self->options->simd);
  if (self->report->n_families < N_SCANNED)
    return hw_err_set(err, HW_E_VALUE, "%d families are too few to measure: at least %d",
                      (int)self->report->n_families, (int)N_SCANNED);
  HW_TRY(make_data(self, err));
  self->report->kernels = self->index[0]->kernels->name;
  HW_TRY(time_compiling(self, err));
  HW_TRY(time_every(self, err));
  return time_pruned(self, err);
}

hw_status hw_bench_run(const hw_bench_options *options, hw_bench_report *report, hw_err *err) {
  bench self = {.options = options, .report = report};
  *report = (hw_bench_report){
      .n_markers = N_MARKERS,
      .n_samples = (options->n_tiles > 0 ? options->n_tiles : N_TILES) * HW_SCAN_TILE,
      .n_families = options->n_families > 0 ? options->n_families : N_FAMILIES,
      .threshold = HW_SEARCH_THRESHOLD};
  hw_arena_init(&self.arena, 0);
  hw_status status = measure(&self, err);
  for (int i = 0; i < 2; i++) hwp_index_delete(self.index[i]);
  hw_stored_search_clear(&self.searched);
  hw_simulation_delete(self.simulation);
  hw_arena_clear(&self.arena);
  return status;
}
