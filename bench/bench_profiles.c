/* Speed, memory and size of importing profiles: a table of relatives' profiles (24
 * STR markers, alleles by the shipped frequencies), once with person, family, relation and sex, once with profile and
 * sex alone, into a new case database; then opening it and counting what is there.
 *
 *   bench_profiles [rows [folder]]
 *
 * The tables are made up (fixed seed), written to the folder
 * ($TMPDIR, /tmp) and removed with the databases. Each import runs in a process of its
 * own, whose peak memory is its own. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/import.h"
#include "common.h"
#include "oracle/rng.h"

/* Markers of the shipped table, and how many of them once more under another name. */
enum { N_MARKERS = 24 };

typedef struct marker {
  const char *name;
  const hw_frequency_marker *table;
} marker;

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The shipped table has 23 autosomal markers: the first stands for a 24th as well. */
static void take_markers(const hw_frequency_table *table, marker out[N_MARKERS]) {
  for (int m = 0; m < N_MARKERS; m++) {
    const hw_frequency_marker *known = &table->markers[m % table->n_markers];
    out[m] = (marker){m < table->n_markers ? known->name : "D6S1043", known};
  }
}

static const char *draw(const hw_frequency_marker *table, rng *r) {
  double left = rng_unit(r);
  int32_t a = 0;
  while (a + 1 < table->n_alleles && (left -= table->frequencies[a]) >= 0) a++;
  return table->allele_names[a];
}

static void write_cells(FILE *file, const marker markers[N_MARKERS], rng *r) {
  for (int m = 0; m < N_MARKERS; m++) {
    const char *a = draw(markers[m].table, r), *b = draw(markers[m].table, r);
    fprintf(file, ",%s/%s", a, b);
  }
}

/* Three relatives a family. */
static void write_table(const char *path, long n_rows, const marker markers[N_MARKERS],
                        bool has_families) {
  static const char *const RELATIONS[] = {"mother", "sister", "brother"};
  FILE *file = fopen(path, "wb");
  if (!file) abort();
  rng r = rng_seeded(7);
  fputs(has_families ? "profile,person,family,relation,sex" : "profile,role,sex", file);
  for (int m = 0; m < N_MARKERS; m++) fprintf(file, ",%s", markers[m].name);
  for (long i = 0; i < n_rows; i++) {
    const char *sex = i % 3 == 2 ? "male" : "female";
    if (has_families)
      fprintf(file, "\nP-%07ld,R-%07ld,F-%06ld,%s,%s", i, i, i / 3, RELATIONS[i % 3], sex);
    else
      fprintf(file, "\nP-%07ld,relative,%s", i, sex);
    write_cells(file, markers, &r);
  }
  putc('\n', file);
  if (fclose(file) != 0) exit(1);
}

static double megabytes(const char *path) {
  struct stat s;
  return stat(path, &s) == 0 ? (double)s.st_size / 1e6 : 0;
}

static void import(const char *database, const char *table) {
  hw_err err = HW_ERR_INIT;
  hw_app app;
  const hw_who who = {.login = "bench"};
  static hw_import_report report;
  check(hw_app_create(database, &who, NULL, &err), &err);
  check(hw_app_open(&app, database, HW_DB_WRITE, &who, &err), &err);
  const hw_import_options options = {
      .what = "profiles", .apply = true, .skip_reference_checks = true};
  const double start = now_s();
  check(hw_import_file(&app, table, &options, &report, &err), &err);
  const double seconds = now_s() - start;
  hw_app_close(&app);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const double rows = (double)report.n_rows, size = megabytes(database);
  printf("  %9.0f rows  %6.1f s  %8.0f rows/s  %6.1f MB peak  %7.1f MB database  %5.0f bytes/row\n",
         rows, seconds, rows / seconds, (double)usage.ru_maxrss / 1024, size, size * 1e6 / rows);
  hw_import_report_clear(&report);
}

/* What a status needs at least: how many there are of everything. */
static void look(const char *database) {
  hw_err err = HW_ERR_INIT;
  hw_app app;
  const hw_who who = {.login = "bench"};
  const double start = now_s();
  int64_t n = 0, all = 0;
  check(hw_app_open(&app, database, HW_DB_READ, &who, &err), &err);
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    check(hw_store_count(app.store, (hw_kind_id)k, &n, &err), &err);
    all += n;
  }
  hw_app_close(&app);
  printf("  %9" PRId64 " records counted in %.2f s\n", all, now_s() - start);
}

static void in_own_process(const char *database, const char *table) {
  fflush(stdout);
  const pid_t child = fork();
  if (child < 0) abort();
  if (child == 0) {
    import(database, table);
    fflush(stdout);
    _exit(0);
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child || status != 0) exit(1);
}

int main(int argc, char **argv) {
  const long n_rows = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000;
  const char *folder = argc > 2 ? argv[2] : getenv("TMPDIR"),
             *root = getenv("HOMEWARD_SOURCE_ROOT");
  char path[512], csv[512], database[512], wal[520];
  hw_err err = HW_ERR_INIT;
  hw_frequency_options options = {.minimum = HW_MINIMUM_NONE};
  hw_frequency_table *frequencies = NULL;
  marker markers[N_MARKERS];
  snprintf(path, sizeof path, "%s/data/frequencies_nist1036_asian.csv", root ? root : ".");
  check(hw_frequency_table_read(path, &options, &frequencies, &err), &err);
  take_markers(frequencies, markers);
  if (!folder) folder = "/tmp";
  snprintf(csv, sizeof csv, "%s/bench-profiles-%ld.csv", folder, (long)getpid());
  snprintf(database, sizeof database, "%s/bench-profiles-%ld.hwc", folder, (long)getpid());
  snprintf(wal, sizeof wal, "%s-wal", database);
  for (int has_families = 1; has_families >= 0; has_families--) {
    write_table(csv, n_rows, markers, has_families);
    printf("%s (%.0f MB of CSV)\n",
           has_families ? "with person, family, relation, sex" : "with role and sex",
           megabytes(csv));
    in_own_process(database, csv);
    look(database);
    unlink(csv);
    unlink(database);
    unlink(wal);
  }
  hw_frequency_table_delete(frequencies);
  return 0;
}
