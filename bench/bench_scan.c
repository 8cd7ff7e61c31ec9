/* Speed of the scan kernels: how many pairs of a sample and a missing person are scored per second
 * by one core, on tables of real families over markers of the shipped frequency table.
 *
 * Samples are drawn by Hardy–Weinberg and coded as a search codes them: one code per distinct
 * genotype of a column, the most frequent ones first; in a second set of samples two in five are
 * partial, as remains are, complete ones first. Families are a national mix: half with a parent or a child typed, a
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

#include "common.h"
#include "homeward/frequency.h"
#include "homeward/table.h"
#include "kernels/scan.h"
#include "oracle/pedigrees.h"

enum {
  N_MARKERS = 24,
  N_TILES = 32,
  N_SAMPLES = N_TILES * HW_SCAN_TILE,
  N_QUERIES = 256,
  N_SNPS = 3930,
  SNP_BYTES = (N_SNPS + 3) / 4,
  SNP_QUERIES = 32,
  N_ROUNDS = 40,
  N_ROUNDS_REF = 3, /* of the reference, which is slow */
  MOST_MEMBERS = 10
};
static const double THRESHOLD = 4.0;
/* The first look is where the sums of nearly all of a tile should be beyond the budget: so many
 * standard deviations above it. */
static const double SURELY = 3.0;

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void *allocate_aligned(size_t count, size_t size) {
  void *memory = aligned_alloc(64, (count * size / 64 + 1) * 64);
  if (memory == NULL) abort();
  return memset(memory, 0, (count * size / 64 + 1) * 64);
}

/* --- markers --- */

/* The shipped table has 23 autosomal markers: one of them stands for a 24th as well. */
static panel *take_markers(const hw_frequency_table *table) {
  panel *self = allocate_aligned(1, sizeof *self);
  hw_err err = HW_ERR_INIT;
  self->n_markers = N_MARKERS;
  self->markers = allocate_aligned(N_MARKERS, sizeof *self->markers);
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
      double *matrix = allocate_aligned(n * n, sizeof *matrix);
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
  genotype_count *counts = allocate_aligned((size_t)n, sizeof *counts);
  uint8_t *code_of = allocate_aligned((size_t)n, 1);
  for (int32_t g = 0; g < n; g++) counts[g].genotype = g;
  for (int32_t i = 0; i < N_SAMPLES; i++)
    if (genotypes[i] >= 0) counts[genotypes[i]].count++;
  qsort(counts, (size_t)n, sizeof *counts, more_first);
  self->rest = allocate_aligned((size_t)n, sizeof *self->rest);
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

static int most_first(const void *a, const void *b) {
  const double *x = a, *y = b;
  return (*x < *y) - (*x > *y);
}

/* Complete samples stand first, as a search arranges them: then most tiles can be left early. */
static samples *samples_new(const panel *markers, double partial, uint64_t seed) {
  samples *self = allocate_aligned(1, sizeof *self);
  rng r = rng_seeded(seed);
  int32_t *genotypes = allocate_aligned(N_SAMPLES, sizeof *genotypes);
  uint8_t *codes = allocate_aligned(N_SAMPLES, 1);
  double *typed = allocate_aligned(N_SAMPLES, sizeof *typed);
  self->tiles = allocate_aligned((size_t)N_SAMPLES * N_MARKERS, 1);
  for (int32_t i = 0; i < N_SAMPLES; i++)
    typed[i] = rng_chance(&r, partial) ? 0.3 + 0.6 * rng_unit(&r) : 1.0;
  qsort(typed, N_SAMPLES, sizeof *typed, most_first);
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
    if (mean - SURELY * sqrt(variance) > HW_SCAN_BEYOND - 1 && self->look == N_MARKERS)
      self->look = c + 1;
  }
  self->scan = (hw_scan_bytes){.n_columns = N_MARKERS,
                               .tables = self->tables,
                               .columns = self->columns,
                               .n_codes = self->n_codes,
                               .budget = 254,
                               .first_look = N_MARKERS};
  return true;
}

static query *queries_new(const panel *markers, const samples *all) {
  enum { N_SHAPES = sizeof national_mix / sizeof *national_mix };
  query *self = allocate_aligned(N_QUERIES, sizeof *self);
  hw_err err = HW_ERR_INIT;
  rng r = rng_seeded(7);
  double shares[N_SHAPES];
  for (int s = 0; s < N_SHAPES; s++) shares[s] = national_mix[s].share;
  for (int q = 0; q < N_QUERIES;) {
    family *f = family_of(&national_mix[rng_pick(&r, shares, N_SHAPES)]);
    family_data *data = family_data_new(f, markers, rng_next(&r));
    hw_table *table = NULL;
    check(hw_table_compile(&data->problem, f->missing, NULL, &table, &err), &err);
    if (query_fill(&self[q], table, markers, all)) q++;
    hw_table_delete(table);
    family_data_delete(data);
    family_delete(f);
  }
  return self;
}

/* --- scans --- */

typedef struct scanner {
  const char *label;
  const hw_scan_kernels *kernels;
} scanner;

enum { MOST_SCANNERS = 4 };

/* Every set that runs here; both of AVX-512, of which a search takes the better one. */
static int find_scanners(scanner out[MOST_SCANNERS]) {
  int n = 0;
  out[n++] = (scanner){"ref", &hw_scan_ref};
  if (hw_scan_find("avx2") != NULL) out[n++] = (scanner){"avx2", hw_scan_find("avx2")};
#ifdef HW_HAVE_X86_KERNELS
  if (hw_scan_find("avx512") != NULL) out[n++] = (scanner){"avx512 BW", &hw_scan_avx512_bw};
  if (hw_scan_find("avx512") == &hw_scan_avx512)
    out[n++] = (scanner){"avx512 VBMI", &hw_scan_avx512};
#endif
  return n;
}

static int64_t scan(const hw_scan_kernels *kernels, const query *queries, const samples *all) {
  uint64_t alive[HW_SCAN_WORDS];
  int64_t n_alive = 0;
  for (int t = 0; t < N_TILES; t++)
    for (int q = 0; q < N_QUERIES; q++)
      n_alive += kernels->bytes(&queries[q].scan, all->tiles + (size_t)t * N_MARKERS * HW_SCAN_TILE,
                                alive);
  return n_alive;
}

/* Pairs per second of each set: the best of N_ROUNDS passes over some tiles, the sets in turn. */
static void measure(int n, const scanner *scanners, query *queries, const samples *all, bool prune,
                    double *rates) {
  int64_t expected = -1;
  for (int q = 0; q < N_QUERIES; q++)
    queries[q].scan.first_look = prune ? queries[q].look : N_MARKERS;
  for (int s = 0; s < n; s++) rates[s] = 0.0;
  for (int round = 0; round < N_ROUNDS; round++)
    for (int s = 0; s < n; s++) {
      if (s == 0 && round >= N_ROUNDS_REF) continue;
      const double start = now_s();
      const int64_t n_alive = scan(scanners[s].kernels, queries, all);
      const double rate = (double)N_TILES * HW_SCAN_TILE * N_QUERIES / (now_s() - start);
      rates[s] = fmax(rates[s], rate);
      if (expected < 0) expected = n_alive;
      if (n_alive != expected) {
        fprintf(stderr, "bench: %s finds %lld pairs, ref %lld\n", scanners[s].label,
                (long long)n_alive, (long long)expected);
        exit(1);
      }
    }
}

/* How many columns a part of a tile is looked up in, if it is left with the last one alive. */
static int columns_used(const query *self, const uint8_t *tile, int from, int width) {
  int sums[HW_SCAN_TILE] = {0}, c = 0;
  for (bool is_left = true; c < N_MARKERS && is_left; c++) {
    const uint8_t *codes = tile + (size_t)self->columns[c] * HW_SCAN_TILE + (size_t)from;
    is_left = false;
    for (int i = 0; i < width; i++) {
      sums[i] += self->tables[c * HW_SCAN_ENTRIES + codes[i]];
      is_left = is_left || sums[i] < HW_SCAN_BEYOND;
    }
  }
  return c;
}

/* The share of look-ups that looks at every column would save, by parts of `width` samples; of every
 * fourth tile. */
static double skippable(const query *queries, const samples *all, int width) {
  int64_t used = 0, most = 0;
  for (int t = 0; t < N_TILES; t += 4)
    for (int q = 0; q < N_QUERIES; q++)
      for (int from = 0; from < HW_SCAN_TILE; from += width) {
        used += columns_used(&queries[q], all->tiles + (size_t)t * N_MARKERS * HW_SCAN_TILE, from,
                             width);
        most += N_MARKERS;
      }
  return 1.0 - (double)used / (double)most;
}

static void bench_samples(const char *title, const panel *markers, double partial) {
  scanner scanners[MOST_SCANNERS];
  double all_columns[MOST_SCANNERS], pruned[MOST_SCANNERS];
  const int n = find_scanners(scanners);
  samples *all = samples_new(markers, partial, 3);
  query *queries = queries_new(markers, all);
  measure(n, scanners, queries, all, false, all_columns);
  measure(n, scanners, queries, all, true, pruned);
  const int64_t n_alive = scan(&hw_scan_ref, queries, all);
  printf("%s: log10 LR of 24 markers, pairs per second and core\n", title);
  printf("  %-14s %12s %8s %14s %8s\n", "", "all columns", "of ref", "pruned at 10^4", "of ref");
  for (int s = 0; s < n; s++)
    printf("  %-14s %12.3g %8.1f %14.3g %8.1f\n", scanners[s].label, all_columns[s],
           all_columns[s] / all_columns[0], pruned[s], pruned[s] / pruned[0]);
  printf("  columns that looks can skip: %.0f %% by tiles of %d, %.0f %% by 64 samples;"
         " survivors 1 in %.3g\n",
         100.0 * skippable(queries, all, HW_SCAN_TILE), HW_SCAN_TILE,
         100.0 * skippable(queries, all, 64), (double)N_SAMPLES * N_QUERIES / (double)n_alive);
  free(queries);
  samples_delete(all);
}

/* --- SNPs --- */

/* Tables of one family with a typed parent, two SNPs a nibble: deficits against the best genotype,
 * 15 at most, so that two fit under HW_SCAN_NIBBLE_LIMIT. State 3 is missing. */
static void snp_table(uint8_t *table, const double *frequency, const int *parent) {
  static const double SCALE = 5.0; /* units per factor of 10 */
  double deficit[4][4];
  for (int k = 0; k < 4; k++) {
    const double p = frequency[k], pass = 0.5 * parent[k]; /* of the allele that is counted */
    const double lr[4] = {(1 - pass) / (1 - p), 0.5 * (pass / p + (1 - pass) / (1 - p)), pass / p,
                          1.0};
    double best = 0.0;
    for (int g = 0; g < 4; g++) best = fmax(best, lr[g]);
    for (int g = 0; g < 4; g++)
      deficit[k][g] = fmin(15.0, floor(SCALE * log10(best / fmax(lr[g], 1e-9))));
  }
  for (int pair = 0; pair < 2; pair++)
    for (int code = 0; code < 16; code++)
      table[16 * pair + code] =
          (uint8_t)(deficit[2 * pair][code & 3] + deficit[2 * pair + 1][code >> 2]);
}

static void bench_snps(void) {
  scanner scanners[MOST_SCANNERS];
  hw_scan_nibbles queries[SNP_QUERIES];
  const int n = find_scanners(scanners);
  rng r = rng_seeded(11);
  uint8_t *tile = allocate_aligned((size_t)SNP_BYTES * HW_SCAN_TILE, 1);
  uint8_t *tables = allocate_aligned((size_t)SNP_QUERIES * SNP_BYTES * 32, 1);
  uint16_t *sums = allocate_aligned((size_t)SNP_QUERIES * HW_SCAN_TILE, sizeof *sums);
  uint16_t *expected = allocate_aligned((size_t)SNP_QUERIES * HW_SCAN_TILE, sizeof *expected);
  for (int b = 0; b < SNP_BYTES; b++) {
    double frequency[4];
    for (int k = 0; k < 4; k++) frequency[k] = 0.05 + 0.9 * rng_unit(&r);
    for (int i = 0; i < HW_SCAN_TILE; i++)
      for (int k = 0; k < 4; k++) {
        const int g = rng_chance(&r, frequency[k]) + rng_chance(&r, frequency[k]);
        const int state = 4 * b + k >= N_SNPS || rng_chance(&r, 0.1) ? 3 : g;
        tile[(size_t)b * HW_SCAN_TILE + (size_t)i] |= (uint8_t)(state << 2 * k);
      }
    for (int q = 0; q < SNP_QUERIES; q++) {
      int parent[4];
      for (int k = 0; k < 4; k++)
        parent[k] = rng_chance(&r, frequency[k]) + rng_chance(&r, frequency[k]);
      snp_table(tables + ((size_t)q * SNP_BYTES + (size_t)b) * 32, frequency, parent);
    }
  }
  for (int q = 0; q < SNP_QUERIES; q++)
    queries[q] = (hw_scan_nibbles){SNP_BYTES, tables + (size_t)q * SNP_BYTES * 32};
  hw_scan_ref.nibbles(SNP_QUERIES, queries, tile, expected);
  printf("%d SNPs, %d families at a time: scores of a sample and a family, per second and core\n",
         N_SNPS, SNP_QUERIES);
  double of_ref = 0.0;
  for (int s = 0; s < n; s++) {
    double rate = 0.0;
    for (int round = 0; round < (s == 0 ? N_ROUNDS_REF : N_ROUNDS); round++) {
      const double start = now_s();
      scanners[s].kernels->nibbles(SNP_QUERIES, queries, tile, sums);
      rate = fmax(rate, SNP_QUERIES * HW_SCAN_TILE / (now_s() - start));
    }
    if (memcmp(sums, expected, (size_t)SNP_QUERIES * HW_SCAN_TILE * sizeof *sums) != 0) {
      fprintf(stderr, "bench: %s has other sums than ref\n", scanners[s].label);
      exit(1);
    }
    if (s == 0) of_ref = rate;
    printf("  %-14s %12.3g %8.1f times ref\n", scanners[s].label, rate, rate / of_ref);
  }
  free(tile);
  free(tables);
  free(sums);
  free(expected);
}

int main(void) {
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  const hw_frequency_options options = {.normalisation = HW_NORMALISE_RESCALE};
  char path[512];
  hw_err err = HW_ERR_INIT;
  hw_frequency_table *table = NULL;
  snprintf(path, sizeof path, "%s/data/frequencies_nist1036_asian.csv", root ? root : ".");
  check(hw_frequency_table_read(path, &options, &table, &err), &err);
  panel *markers = take_markers(table);
  printf("scan kernels: %d families of a national mix, tiles of %d samples\n", N_QUERIES,
         HW_SCAN_TILE);
  bench_samples("complete samples", markers, 0.0);
  bench_samples("two in five partial", markers, 0.4);
  bench_snps();
  markers_delete(markers);
  hw_frequency_table_delete(table);
  return 0;
}
