/* Speed of reading tables: a million STR profiles of 50 columns as CSV, streamed
 * from a file, against a reader that goes byte by byte over the same bytes in
 * memory; rows with quotes; and the rate at which the machine copies the file,
 * which is what reading cannot beat.
 *
 *   bench_import [rows]
 *
 * The file is made up (random alleles), written to $TMPDIR and removed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "common.h"
#include "formats/csv.h"
#include "oracle/csv_slow.h"
#include "oracle/rng.h"

enum { N_COLUMNS = 50, N_REPEATS = 5 };

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* A code and 49 cells "12", "13.2" or nothing; a name in quotes where asked for. */
static void write_table(const char *path, long n_rows, bool is_quoted) {
  static const char *const ALLELES[] = {"8",  "9",    "9.3",  "10", "11", "12", "13",   "14",
                                        "15", "15.2", "16.2", "17", "29", "30", "31.2", ""};
  FILE *file = fopen(path, "wb");
  if (!file) abort();
  rng r = rng_seeded(1);
  fputs("code", file);
  for (int c = 1; c < N_COLUMNS; c++) fprintf(file, ",marker%d", c);
  for (long i = 0; i < n_rows; i++) {
    fprintf(file, is_quoted ? "\n\"Family %ld, brother\"" : "\nREF-%07ld", i);
    uint64_t bits = 0;
    for (int c = 1; c < N_COLUMNS; c++) {
      if (c % 16 == 1) bits = rng_next(&r);
      putc(',', file);
      fputs(ALLELES[bits & 15], file);
      bits >>= 4;
    }
  }
  putc('\n', file);
  if (fclose(file) != 0) exit(1);
}

typedef struct totals {
  uint64_t n_rows, n_fields, n_bytes;
} totals;

static totals read_stream(const char *path) {
  totals sum = {0};
  hw_err err = HW_ERR_INIT;
  hw_csv csv;
  bool has_row;
  check(hw_csv_open(&csv, path, 0, &err), &err);
  for (;;) {
    check(hw_csv_next(&csv, &has_row, &err), &err);
    if (!has_row) break;
    sum.n_rows++;
    sum.n_fields += (uint64_t)csv.n_fields;
  }
  sum.n_bytes = hw_csv_position(&csv, NULL);
  hw_csv_clear(&csv);
  return sum;
}

static totals read_slowly(const char *bytes, size_t n) {
  static char text[1 << 20];
  totals sum = {.n_bytes = n};
  csv_slow slow = {.at = bytes, .end = bytes + n, .delimiter = ',', .text = text};
  csv_slow_event event;
  while ((event = csv_slow_next(&slow)) == CSV_SLOW_FIELD || event == CSV_SLOW_LAST) {
    sum.n_fields++;
    sum.n_rows += event == CSV_SLOW_LAST;
  }
  return sum;
}

static totals read_only(const char *path) {
  static char buffer[256 << 10];
  totals sum = {0};
  FILE *file = fopen(path, "rb");
  if (!file) abort();
  for (size_t n; (n = fread(buffer, 1, sizeof buffer, file)) > 0;) sum.n_bytes += n;
  fclose(file);
  return sum;
}

static void print(const char *name, totals sum, double seconds) {
  printf("  %-44s %7.0f MB/s %12.3g rows/s %8.3f s\n", name, 1e-6 * (double)sum.n_bytes / seconds,
         (double)sum.n_rows / seconds, seconds);
}

static void bench(const char *path, const char *title, long n_rows, bool is_quoted, double goal) {
  write_table(path, n_rows, is_quoted);
  double best[3] = {1e9, 1e9, 1e9};
  totals fast = {0}, slow = {0}, plain = {0};
  for (int r = 0; r < N_REPEATS; r++) { /* the file is in the page cache after the first */
    double start = now_s();
    fast = read_stream(path);
    double seconds = now_s() - start;
    if (seconds < best[0]) best[0] = seconds;
    start = now_s();
    plain = read_only(path);
    seconds = now_s() - start;
    if (seconds < best[2]) best[2] = seconds;
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage); /* before the file is read whole */
  char *bytes;
  size_t n;
  hw_err err = HW_ERR_INIT;
  check(hw_file_read(path, SIZE_MAX / 2, &bytes, &n, &err), &err);
  for (int r = 0; r < N_REPEATS; r++) {
    const double start = now_s();
    slow = read_slowly(bytes, n);
    const double seconds = now_s() - start;
    if (seconds < best[1]) best[1] = seconds;
  }
  free(bytes);
  unlink(path);
  if (fast.n_fields != slow.n_fields || fast.n_rows != slow.n_rows) {
    fputs("bench: the readers differ\n", stderr);
    exit(1);
  }
  printf("%s: %llu rows, %llu fields, %.0f MB; best of %d\n", title,
         (unsigned long long)fast.n_rows, (unsigned long long)fast.n_fields,
         1e-6 * (double)fast.n_bytes, N_REPEATS);
  print("streamed from the file", fast, best[0]);
  print("byte by byte, in memory", slow, best[1]);
  print("the file read and thrown away", (totals){fast.n_rows, 0, plain.n_bytes}, best[2]);
  if (goal > 0) /* the first table: nothing was read whole before */
    printf("  %-44s %7.1f MB\n", "largest memory", 1e-3 * (double)usage.ru_maxrss);
  if (goal > 0)
    printf("  goal %.0f MB/s %s\n", goal,
           1e-6 * (double)fast.n_bytes / best[0] >= goal ? "reached" : "MISSED");
}

int main(int argc, char **argv) {
  const long n_rows = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000;
  const char *folder = getenv("TMPDIR");
  char path[4096];
  snprintf(path, sizeof path, "%s/homeward-bench-XXXXXX", folder ? folder : "/tmp");
  const int file = mkstemp(path);
  if (file < 0) return 1;
  close(file);
  bench(path, "profiles, no quotes", n_rows, false, 300);
  bench(path, "profiles, a name in quotes", n_rows, true, 0);
  return 0;
}
