/* Speed of the scan kernels: how many pairs of a sample and a missing person are scored per second
 * by one core, on tables of real families over markers of the shipped frequency table.
 *
 *   bench_scan [path of the frequency table]
 *
 * Samples are drawn by Hardy–Weinberg and coded as a search codes them: one code per distinct
 * genotype of a column, the most frequent ones first; in a second set of samples two in five are
 * partial, as remains are. Families are a national mix: half with a parent or a child typed, a
 * third siblings only, the rest weaker. Each family is compiled, and its log10 LR become deficits
 * of eight bits against the best code of each column, scaled so that the threshold is near 254;
 * columns stand in the order of what they are expected to cost. Everything is synthetic and made
 * from fixed seeds.
 *
 * Rates are the best of many short repetitions, the kernels in turn, so that other work on the
 * machine disturbs all of them alike. One pair of the unpruned scan is n_columns look-ups. Each
 * set's survivors are compared with those of the reference. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "homeward/frequency.h"
#include "homeward/table.h"
#include "kernels/scan.h"
#include "oracle/pedigrees.h"

enum {
  N_MARKERS = 24,
  N_TILES = 16,
  N_SAMPLES = N_TILES * HW_SCAN_TILE,
  N_QUERIES = 256,
  N_SNPS = 3930,
  SNP_BYTES = (N_SNPS + 3) / 4,
  SNP_QUERIES = 32,
  MOST_MEMBERS = 10
};
static const double THRESHOLD = 4.0;

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void check(hw_status status, const hw_err *err) {
  char text[1024];
  if (status == HW_OK) return;
  fprintf(stderr, "bench: %s\n", hw_err_text(err, text, sizeof text));
  exit(1);
}

static void *allocate(size_t count, size_t size) {
  void *memory = aligned_alloc(64, (count * size / 64 + 1) * 64);
  if (memory == NULL) abort();
  return memset(memory, 0, (count * size / 64 + 1) * 64);
}

/* --- markers --- */

/* The shipped table has 23 autosomal markers: one of them stands for a 24th as well. */
static panel *take_markers(const hw_frequency_table *table) {
  panel *self = allocate(1, sizeof *self);
  hw_err err = HW_ERR_INIT;
  self->n_markers = N_MARKERS;
  self->markers = allocate(N_MARKERS, sizeof *self->markers);
  for (int m = 0; m < N_MARKERS; m++) {
    const hw_frequency_marker *known = &table->markers[m % table->n_markers];
    const size_t n = (size_t)known->n_alleles;
    hw_marker *marker = &self->markers[m];
    *marker = (hw_marker){.name = m < table->n_markers ? known->name : "D6S1043",
                          .position_cm = (double)NAN,
                          .n_alleles = known->n_alleles,
                          .allele_names = known->allele_names,
                          .frequencies = known->frequencies,
                          .silent = HW_ALLELE_NONE,
                          .mutation = {.model = HW_MUTATION_STEPWISE,
                                       .rate = {0.0005, 0.002},
                                       .rate2 = {1e-6, 1e-6},
                                       .range = {0.1, 0.1}}};
    for (int from = 0; from < 2; from++) {
      double *matrix = allocate(n * n, sizeof *matrix);
      check(hw_mutation_matrix(marker, from, matrix, &err), &err);
      marker->matrix[from] = matrix;
    }
  }
  return self;
}

static void markers_delete(panel *self) {
  for (int m = 0; m < N_MARKERS; m++)
    for (int from = 0; from < 2; from++) free((void *)(uintptr_t)self->markers[m].matrix[from]);
  free(self->markers);
  free(self);
}

/* --- samples --- */

/* One column: what each code stands for. */
typedef struct column {
  int32_t n_codes;
  hw_observation meaning[HW_SCAN_ENTRIES]; /* 0 is missing */
  int32_t n_rest;                          /* genotypes that share the last code */
  hw_observation *rest;
  double share[HW_SCAN_ENTRIES]; /* of the samples */
} column;

typedef struct samples {
  column columns[N_MARKERS];
  uint8_t *tiles; /* N_TILES × N_MARKERS × HW_SCAN_TILE */
} samples;

typedef struct genotype_count {
  int32_t genotype, count;
} genotype_count;

static int more_first(const void *a, const void *b) {
  const genotype_count *x = a, *y = b;
  return x->count != y->count ? y->count - x->count : x->genotype - y->genotype;
}

static hw_observation genotype_of(int32_t genotype, int32_t n_alleles) {
  return (hw_observation){
      .kind = HW_OBS_GENOTYPE, .a = genotype / n_alleles, .b = genotype % n_alleles};
}

static void code_column(column *self, int32_t n_alleles, const int32_t *genotypes, uint8_t *codes) {
  const int32_t n = n_alleles * n_alleles;
  genotype_count *counts = allocate((size_t)n, sizeof *counts);
  uint8_t *code_of = allocate((size_t)n, 1);
  for (int32_t g = 0; g < n; g++) counts[g].genotype = g;
  for (int32_t i = 0; i < N_SAMPLES; i++)
    if (genotypes[i] >= 0) counts[genotypes[i]].count++;
  qsort(counts, (size_t)n, sizeof *counts, more_first);
  self->rest = allocate((size_t)n, sizeof *self->rest);
  self->n_rest = 0;
  self->n_codes = 1;
  for (int32_t k = 0; k < n && counts[k].count > 0; k++) {
    const hw_observation meaning = genotype_of(counts[k].genotype, n_alleles);
    if (self->n_codes < HW_SCAN_ENTRIES)
      self->meaning[self->n_codes++] = meaning;
    else
      self->rest[self->n_rest++] = meaning;
    code_of[counts[k].genotype] = (uint8_t)(self->n_codes - 1);
  }
  for (int32_t i = 0; i < N_SAMPLES; i++) {
    codes[i] = genotypes[i] < 0 ? 0 : code_of[genotypes[i]];
    self->share[codes[i]] += 1.0 / N_SAMPLES;
  }
  free(counts);
  free(code_of);
}

static samples *samples_new(const panel *markers, double partial, uint64_t seed) {
  samples *self = allocate(1, sizeof *self);
  rng r = rng_seeded(seed);
  int32_t *genotypes = allocate(N_SAMPLES, sizeof *genotypes);
  uint8_t *codes = allocate(N_SAMPLES, 1);
  double *typed = allocate(N_SAMPLES, sizeof *typed);
  self->tiles = allocate((size_t)N_SAMPLES * N_MARKERS, 1);
  for (int32_t i = 0; i < N_SAMPLES; i++)
    typed[i] = rng_chance(&r, partial) ? 0.3 + 0.6 * rng_unit(&r) : 1.0;
  for (int m = 0; m < N_MARKERS; m++) {
    const hw_marker *marker = &markers->markers[m];
    const int32_t n = marker->n_alleles;
    for (int32_t i = 0; i < N_SAMPLES; i++) {
      const int32_t a = rng_pick(&r, marker->frequencies, n);
      const int32_t b = rng_pick(&r, marker->frequencies, n);
      genotypes[i] = !rng_chance(&r, typed[i]) ? -1 : a < b ? a * n + b : b * n + a;
    }
    code_column(&self->columns[m], n, genotypes, codes);
    for (int t = 0; t < N_TILES; t++)
      memcpy(self->tiles + ((size_t)t * N_MARKERS + (size_t)m) * HW_SCAN_TILE,
             codes + (size_t)t * HW_SCAN_TILE, HW_SCAN_TILE);
  }
  free(genotypes);
  free(codes);
  free(typed);
  return self;
}

static void samples_delete(samples *self) {
  for (int m = 0; m < N_MARKERS; m++) free(self->columns[m].rest);
  free(self->tiles);
  free(self);
}

/* --- families --- */

typedef struct member {
  int8_t father, mother; /* earlier members, −1 for both founders' */
  char sex;
  bool is_typed;
} member;

typedef struct shape {
  int share; /* of 24 families */
  int missing, n_members;
  member members[MOST_MEMBERS];
} shape;

#define FATHER \
  { -1, -1, 'M', false }
#define MOTHER \
  { -1, -1, 'F', false }
static const shape national_mix[] = {
    /* half: a parent or a child */
    {4, 2, 3, {FATHER, {-1, -1, 'F', true}, {0, 1, 'M', false}}},
    {2, 2, 4, {FATHER, {-1, -1, 'F', true}, {0, 1, 'M', false}, {0, 1, 'F', true}}},
    {3, 0, 3, {FATHER, {-1, -1, 'F', true}, {0, 1, 'F', true}}},
    {2, 0, 3, {FATHER, MOTHER, {0, 1, 'F', true}}},
    {1, 2, 3, {{-1, -1, 'M', true}, {-1, -1, 'F', true}, {0, 1, 'M', false}}},
    /* a third: siblings */
    {3, 2, 4, {FATHER, MOTHER, {0, 1, 'M', false}, {0, 1, 'F', true}}},
    {3, 2, 5, {FATHER, MOTHER, {0, 1, 'M', false}, {0, 1, 'F', true}, {0, 1, 'M', true}}},
    {2,
     2,
     6,
     {FATHER, MOTHER, {0, 1, 'M', false}, {0, 1, 'F', true}, {0, 1, 'M', true}, {0, 1, 'M', true}}},
    /* the rest: half siblings, uncles and aunts, a grandparent, nephews */
    {1, 3, 6, {FATHER, MOTHER, FATHER, {0, 1, 'M', false}, {2, 1, 'F', true}, {2, 1, 'M', true}}},
    {1,
     6,
     7,
     {FATHER,
      MOTHER,
      {0, 1, 'M', false},
      {0, 1, 'F', true},
      {0, 1, 'M', true},
      MOTHER,
      {2, 5, 'M', false}}},
    {1, 4, 5, {FATHER, {-1, -1, 'F', true}, {0, 1, 'M', false}, MOTHER, {2, 3, 'M', false}}},
    {1, 2, 6, {FATHER, MOTHER, {0, 1, 'M', false}, {0, 1, 'M', false}, MOTHER, {3, 4, 'F', true}}},
};

static family *family_of(const shape *s) {
  family *self = family_new();
  for (int i = 0; i < s->n_members; i++) {
    const member *m = &s->members[i];
    family_add(self, m->father, m->mother, m->sex == 'M' ? HW_MALE : HW_FEMALE);
    if (m->is_typed) family_type(self, i);
  }
  self->missing = s->missing;
  return self;
}

/* --- queries --- */

typedef struct query {
  hw_scan_bytes scan;
  uint8_t tables[N_MARKERS * HW_SCAN_ENTRIES];
  uint16_t columns[N_MARKERS], n_codes[N_MARKERS];
  int32_t look; /* first look, with pruning */
} query;

static const hw_profile whole = {.n_markers = N_MARKERS}; /* no dropout, no typing error */

/* Deficits of one column before they are rounded. */
typedef struct deficits {
  int m;
  double best, d[HW_SCAN_ENTRIES];
  double mean, variance; /* of the rounded ones, over the samples */
} deficits;

static double best_of_rest(const hw_marker_table *table, const hw_marker *marker,
                           const column *col) {
  double best = -HUGE_VAL;
  for (int32_t k = 0; k < col->n_rest; k++)
    best = fmax(best, hw_marker_table_log10_lr(table, marker, &col->rest[k], &whole));
  return best;
}

static void find_deficits(deficits *out, int m, const hw_marker_table *table,
                          const hw_marker *marker, const column *col) {
  out->m = m;
  out->best = -HUGE_VAL;
  for (int32_t k = 0; k < col->n_codes; k++) {
    out->d[k] = k == 0 ? 0.0 : hw_marker_table_log10_lr(table, marker, &col->meaning[k], &whole);
    if (k == HW_SCAN_ENTRIES - 1) out->d[k] = fmax(out->d[k], best_of_rest(table, marker, col));
    out->best = fmax(out->best, out->d[k]);
  }
  for (int32_t k = 0; k < col->n_codes; k++) out->d[k] = out->best - out->d[k];
}

static uint8_t round_deficit(double d, double scale) {
  return d * scale < HW_SCAN_BEYOND ? (uint8_t)(d * scale) : HW_SCAN_BEYOND;
}

static void find_power(deficits *self, const column *col, double scale) {
  double sum = 0.0, squares = 0.0;
  for (int32_t k = 0; k < col->n_codes; k++) {
    const double d = round_deficit(self->d[k], scale);
    sum += col->share[k] * d;
    squares += col->share[k] * d * d;
  }
  self->mean = sum;
  self->variance = squares - sum * sum;
}

static int costly_first(const void *a, const void *b) {
  const deficits *x = a, *y = b;
  return (x->mean < y->mean) - (x->mean > y->mean);
}

/* False: nobody can reach the threshold. */
static bool query_fill(query *self, const hw_table *table, const panel *markers,
                       const samples *all) {
  deficits columns[N_MARKERS];
  double most = 0.0, mean = 0.0, variance = 0.0;
  for (int m = 0; m < N_MARKERS; m++) {
    find_deficits(&columns[m], m, &table->markers[m], &markers->markers[m], &all->columns[m]);
    most += columns[m].best;
  }
  if (most < THRESHOLD) return false;
  const double scale = 254.0 / (most - THRESHOLD);
  for (int m = 0; m < N_MARKERS; m++) find_power(&columns[m], &all->columns[m], scale);
  qsort(columns, N_MARKERS, sizeof *columns, costly_first);
  self->look = N_MARKERS;
  memset(self->tables, HW_SCAN_BEYOND, sizeof self->tables);
  for (int c = 0; c < N_MARKERS; c++) {
    const int m = columns[c].m;
    self->columns[c] = (uint16_t)m;
    self->n_codes[c] = (uint16_t)all->columns[m].n_codes;
    for (int32_t k = 0; k < all->columns[m].n_codes; k++)
      self->tables[c * HW_SCAN_ENTRIES + k] = round_deficit(columns[c].d[k], scale);
    mean += columns[c].mean;
    variance += columns[c].variance;
    if (mean - 2.0 * sqrt(variance) > 254.0 && self->look == N_MARKERS) self->look = c + 1;
  }
  self->scan = (hw_scan_bytes){.n_columns = N_MARKERS,
                               .tables = self->tables,
                               .columns = self->columns,
                               .n_codes = self->n_codes,
                               .budget = 254,
                               .first_look = N_MARKERS};
  return true;
}

static query *queries_new(const panel *markers, const samples *all, int *n_hopeless) {
  enum { N_SHAPES = sizeof national_mix / sizeof *national_mix };
  query *self = allocate(N_QUERIES, sizeof *self);
  hw_err err = HW_ERR_INIT;
  rng r = rng_seeded(7);
  double shares[N_SHAPES];
  for (int s = 0; s < N_SHAPES; s++) shares[s] = national_mix[s].share;
  *n_hopeless = 0;
  for (int q = 0; q < N_QUERIES;) {
    family *f = family_of(&national_mix[rng_pick(&r, shares, N_SHAPES)]);
    family_data *data = family_data_new(f, markers, rng_next(&r));
    hw_table *table = NULL;
    check(hw_table_compile(&data->problem, f->missing, NULL, &table, &err), &err);
    if (query_fill(&self[q], table, markers, all))
      q++;
    else
      ++*n_hopeless;
    hw_table_delete(table);
    family_data_delete(data);
    family_delete(f);
  }
  return self;
}

/* --- scans --- */

typedef struct result {
  double rate;
  int64_t n_alive;
} result;

static int64_t scan(const hw_scan_kernels *kernels, const query *queries, const samples *all,
                    int n_tiles) {
  uint64_t alive[HW_SCAN_WORDS];
  int64_t n_alive = 0;
  for (int t = 0; t < n_tiles; t++)
    for (int q = 0; q < N_QUERIES; q++)
      n_alive += kernels->bytes(&queries[q].scan, all->tiles + (size_t)t * N_MARKERS * HW_SCAN_TILE,
                                alive);
  return n_alive;
}

static void set_looks(query *queries, bool prune, int shift) {
  for (int q = 0; q < N_QUERIES; q++)
    queries[q].scan.first_look = prune ? queries[q].look + shift : N_MARKERS;
}

static void look_at_skips(const query *queries, const samples *all, int width) {
  double used = 0;
  for (int q = 0; q < N_QUERIES; q++) {
    for (int t = 0; t < 4; t++)
      for (int from = 0; from < HW_SCAN_TILE; from += width) {
        int sums[HW_SCAN_TILE] = {0};
        int c = 0, left = 1;
        for (; c < N_MARKERS && left; c++) {
          left = 0;
          for (int i = 0; i < width; i++) {
            sums[i] +=
                queries[q].tables
                    [c * 256 +
                     all->tiles[((size_t)t * N_MARKERS + queries[q].columns[c]) * 1024 + from + i]];
            left |= sums[i] <= 254;
          }
        }
        used += c * width;
      }
  }
  printf("  width %4d: ideal columns %.2f of %d\n", width, used / (4.0 * 1024 * N_QUERIES),
         N_MARKERS);
}

int main(int argc, char **argv) {
  const char *path = argc > 1 ? argv[1] : "data/frequencies_nist1036_asian.csv";
  hw_err err = HW_ERR_INIT;
  hw_frequency_table *table = NULL;
  const hw_frequency_options options = {.normalisation = HW_NORMALISE_RESCALE};
  check(hw_frequency_table_read(path, &options, &table, &err), &err);
  panel *markers = take_markers(table);
  const char *names[] = {"ref", "avx2", "avx512"};
  for (int set = 0; set < 2; set++) {
    samples *all = samples_new(markers, set == 0 ? 0.0 : 0.4, 3);
    int n_hopeless = 0;
    query *queries = queries_new(markers, all, &n_hopeless);
    printf("set %d, hopeless %d, codes:", set, n_hopeless);
    for (int m = 0; m < N_MARKERS; m++) printf(" %d", all->columns[m].n_codes);
    printf("\n");
    for (int w = 64; w <= 1024; w *= 2) look_at_skips(queries, all, w);
    for (int shift = -9; shift <= 6; shift++) {
      set_looks(queries, shift > -9, shift);
      for (int k = 0; k < 3; k++) {
        const hw_scan_kernels *kernels = hw_scan_find(names[k]);
        if (kernels == NULL || (k == 0 && shift > -9)) continue;
        const int n_tiles = k == 0 ? 1 : N_TILES;
        double best = HUGE_VAL;
        int64_t n_alive = 0;
        const double begin = now_s();
        while (now_s() - begin < 0.2) {
          const double start = now_s();
          n_alive = scan(kernels, queries, all, n_tiles);
          best = fmin(best, now_s() - start);
        }
        printf("shift %2d %-8s %8.3g pairs/s alive %g\n", shift, kernels->name,
               (double)n_tiles * HW_SCAN_TILE * N_QUERIES / best,
               (double)n_alive / ((double)n_tiles * HW_SCAN_TILE * N_QUERIES));
      }
    }
    free(queries);
    samples_delete(all);
  }
  markers_delete(markers);
  hw_frequency_table_delete(table);
  return 0;
}
