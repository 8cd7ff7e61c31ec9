/* Speed, memory and size of importing profiles: a table of relatives' profiles (24
 * STR markers), once with person, family, relation and sex, once with profile and
 * sex alone, into a new case database; then opening it and counting what is there.
 *
 *   bench_profiles [rows [folder]]
 *
 * The tables are made up (random alleles, fixed seed), written to the folder
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
#include "oracle/rng.h"

enum { N_MARKERS = 24, N_ALLELES = 16 };

static const char *const MARKERS[N_MARKERS] = {
    "D1S1656", "TPOX",    "D2S441",  "D2S1338",  "D3S1358", "FGA",     "D5S818",   "CSF1PO",
    "SE33",    "D7S820",  "D8S1179", "D10S1248", "TH01",    "vWA",     "D12S391",  "D13S317",
    "Penta E", "D16S539", "D18S51",  "D19S433",  "D21S11",  "Penta D", "D22S1045", "D6S1043"};
static const char *const ALLELES[N_ALLELES] = {"8",  "9",  "9.3",  "10",   "11",   "12",
                                               "13", "14", "15",   "15.2", "16.2", "17",
                                               "29", "30", "31.2", "18"};

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void check(hw_status status, const hw_err *err) {
  char text[1024];
  if (status == HW_OK) return;
  fprintf(stderr, "bench: %s\n", hw_err_text(err, text, sizeof text));
  exit(1);
}

static void write_cells(FILE *file, rng *r) {
  uint64_t bits = 0;
  for (int m = 0; m < N_MARKERS; m++) {
    if (m % 8 == 0) bits = rng_next(r);
    fprintf(file, ",%s/%s", ALLELES[bits & 15], ALLELES[bits >> 4 & 15]);
    bits >>= 8;
  }
}

/* Three relatives a family. */
static void write_table(const char *path, long n_rows, bool has_families) {
  static const char *const RELATIONS[] = {"mother", "sister", "brother"};
  FILE *file = fopen(path, "wb");
  if (!file) abort();
  rng r = rng_seeded(7);
  fputs(has_families ? "profile,person,family,relation,sex" : "profile,role,sex", file);
  for (int m = 0; m < N_MARKERS; m++) fprintf(file, ",%s", MARKERS[m]);
  for (long i = 0; i < n_rows; i++) {
    const char *sex = i % 3 == 2 ? "male" : "female";
    if (has_families)
      fprintf(file, "\nP-%07ld,R-%07ld,F-%06ld,%s,%s", i, i, i / 3, RELATIONS[i % 3], sex);
    else
      fprintf(file, "\nP-%07ld,relative,%s", i, sex);
    write_cells(file, &r);
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
  const char *folder = argc > 2 ? argv[2] : getenv("TMPDIR");
  char table[512], database[512], wal[520];
  snprintf(table, sizeof table, "%s/bench-profiles-%ld.csv", folder ? folder : "/tmp",
           (long)getpid());
  snprintf(database, sizeof database, "%s/bench-profiles-%ld.hwc", folder ? folder : "/tmp",
           (long)getpid());
  for (int has_families = 1; has_families >= 0; has_families--) {
    write_table(table, n_rows, has_families);
    printf("%s (%.0f MB of CSV)\n",
           has_families ? "with person, family, relation, sex" : "with role and sex",
           megabytes(table));
    in_own_process(database, table);
    look(database);
    unlink(table);
    if (getenv("BENCH_KEEP") == NULL)
      unlink(database);
    else
      break;
    snprintf(wal, sizeof wal, "%s-wal", database);
    unlink(wal);
  }
  return 0;
}
