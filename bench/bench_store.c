/* Speed of the case database: rows inserted in one transaction, with and without
 * the page checksums, and the size of the file.
 *
 *     bench_store [ROWS]
 *
 * A row is what an importer of profiles writes: two references, a short code, a
 * block of some 90 bytes and a number, about 120 bytes in all, with one index. It
 * is written twice: through store/db.h, and through SQLite alone with the same
 * settings and statement but without our layer of checksums. Then all rows are
 * read once, and the file is examined. Data are made from a counter. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common.h"
#include "store/db.h"
#include "store/page_sum.h"

static const char INSERT[] =
    "INSERT INTO profile (sample, kit, code, alleles, quality) VALUES ($1, $2, $3, $4, $5)";
static const char SELECT[] = "SELECT sum(sample), sum(length(alleles)) FROM profile";

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void check_sqlite(int result, sqlite3 *db) {
  if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW) return;
  fprintf(stderr, "bench: %s\n", sqlite3_errmsg(db));
  exit(1);
}

/* Row number i. */
static void make_row(long i, char code[16], unsigned char alleles[90]) {
  snprintf(code, 16, "K%09ld", (i * 7919) % 1000000007);
  for (int k = 0; k < 90; k++) alleles[k] = (unsigned char)(i * 31 + k * k);
}

static double size_mb(const char *path) {
  struct stat file;
  return stat(path, &file) == 0 ? (double)file.st_size / 1e6 : 0;
}

static void report(const char *what, long n, double s) {
  printf("  %-34s %8.2f s  %9.0f rows/s\n", what, s, (double)n / s);
  fflush(stdout);
}

/* --- through store/db.h --- */

static void make_table(hw_db *db) {
  static const hw_db_column COLUMNS[] = {
      {"sample", HW_DB_INT, true, NULL, NULL},    {"kit", HW_DB_INT, true, NULL, NULL},
      {"code", HW_DB_TEXT, true, NULL, NULL},     {"alleles", HW_DB_BYTES, true, NULL, NULL},
      {"quality", HW_DB_REAL, false, NULL, NULL},
  };
  static const hw_db_table PROFILE = {"profile", 5, COLUMNS, NULL, true, NULL};
  hw_err err = HW_ERR_INIT;
  check(hw_db_begin(db, &err), &err);
  check(hw_db_create_table(db, &PROFILE, &err), &err);
  check(hw_db_create_index(db, "profile_by_code", "profile", "code", NULL, &err), &err);
  check(hw_db_commit(db, &err), &err);
}

static void insert_rows(hw_db *db, long n) {
  hw_err err = HW_ERR_INIT;
  hw_query *insert = NULL;
  check(hw_db_begin(db, &err), &err);
  check(hw_db_query(db, INSERT, &insert, &err), &err);
  for (long i = 0; i < n; i++) {
    char code[16];
    unsigned char alleles[90];
    make_row(i, code, alleles);
    hw_query_bind_int(insert, 1, i);
    hw_query_bind_int(insert, 2, i % 7);
    hw_query_bind_text(insert, 3, code);
    hw_query_bind_bytes(insert, 4, alleles, sizeof alleles);
    hw_query_bind_real(insert, 5, (double)i * 0.1);
    check(hw_query_run(insert, &err), &err);
  }
  hw_query_done(insert);
  check(hw_db_commit(db, &err), &err);
}

static hw_status refuse(void *context, const hw_db_damage *damage, hw_err *err) {
  (void)context;
  (void)err;
  fprintf(stderr, "bench: page %lld: %s\n", (long long)damage->page, damage->text);
  return HW_E_DAMAGED;
}

static void read_rows(const char *path, long n) {
  hw_err err = HW_ERR_INIT;
  hw_db *db = NULL;
  hw_query *select = NULL;
  bool has_row;
  double start = now_s();
  check(hw_db_open(path, HW_DB_READ, &db, &err), &err);
  check(hw_db_query(db, SELECT, &select, &err), &err);
  check(hw_query_step(select, &has_row, &err), &err);
  hw_query_done(select);
  report("all rows read", n, now_s() - start);
  start = now_s();
  check(hw_db_examine(db, refuse, NULL, NULL, NULL, &err), &err);
  report("examined", n, now_s() - start);
  start = now_s();
  char copy[300];
  snprintf(copy, sizeof copy, "%s.copy", path);
  check(hw_db_backup(db, copy, NULL, NULL, &err), &err);
  report("backed up", n, now_s() - start);
  unlink(copy);
  hw_db_close(db);
}

static void with_checksums(const char *path, long n) {
  hw_err err = HW_ERR_INIT;
  hw_db *db = NULL;
  puts("store/db.h, page checksums");
  check(hw_db_open(path, HW_DB_CREATE, &db, &err), &err);
  make_table(db);
  double start = now_s();
  insert_rows(db, n);
  report("one transaction", n, now_s() - start);
  start = now_s();
  hw_db_close(db);
  report("closed", n, now_s() - start);
  printf("  %-34s %8.1f MB %9.1f bytes/row\n", "size", size_mb(path),
         size_mb(path) * 1e6 / (double)n);
  read_rows(path, n);
  check(hw_db_open(path, HW_DB_WRITE, &db, &err), &err);
  start = now_s();
  for (int i = 0; i < 500; i++) insert_rows(db, 1);
  report("transactions of one row", 500, now_s() - start);
  hw_db_close(db);
}

/* --- SQLite alone --- */

static void without_checksums(const char *path, long n) {
  static const char SETUP[] =
      "PRAGMA journal_mode = WAL; PRAGMA cache_size = -65536; PRAGMA synchronous = FULL;"
      "PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON;"
      "CREATE TABLE profile (id INTEGER PRIMARY KEY, sample INTEGER NOT NULL, kit INTEGER NOT NULL,"
      " code TEXT NOT NULL, alleles BLOB NOT NULL, quality REAL) STRICT;"
      "CREATE INDEX profile_by_code ON profile (code); BEGIN";
  sqlite3 *db = NULL;
  sqlite3_stmt *insert = NULL;
  puts("SQLite alone, no checksums");
  check_sqlite(sqlite3_open(path, &db), db);
  check_sqlite(sqlite3_exec(db, SETUP, NULL, NULL, NULL), db);
  check_sqlite(sqlite3_prepare_v2(db, INSERT, -1, &insert, NULL), db);
  double start = now_s();
  for (long i = 0; i < n; i++) {
    char code[16];
    unsigned char alleles[90];
    make_row(i, code, alleles);
    sqlite3_bind_int64(insert, 1, i);
    sqlite3_bind_int64(insert, 2, i % 7);
    sqlite3_bind_text(insert, 3, code, -1, SQLITE_STATIC);
    sqlite3_bind_blob(insert, 4, alleles, sizeof alleles, SQLITE_STATIC);
    sqlite3_bind_double(insert, 5, (double)i * 0.1);
    check_sqlite(sqlite3_step(insert), db);
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  check_sqlite(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), db);
  report("one transaction", n, now_s() - start);
  start = now_s();
  sqlite3_close(db);
  report("closed", n, now_s() - start);
  printf("  %-34s %8.1f MB %9.1f bytes/row\n", "size", size_mb(path),
         size_mb(path) * 1e6 / (double)n);
  start = now_s();
  check_sqlite(sqlite3_open(path, &db), db);
  check_sqlite(sqlite3_exec(db, SELECT, NULL, NULL, NULL), db);
  report("all rows read", n, now_s() - start);
  sqlite3_close(db);
}

static void checksum_alone(void) {
  enum { PAGES = 200000 };
  unsigned char page[4088];
  uint64_t sum = 0;
  for (size_t i = 0; i < sizeof page; i++) page[i] = (unsigned char)(i * 31);
  const double start = now_s();
  for (uint64_t i = 0; i < PAGES; i++) sum += hwp_page_sum(page, sizeof page, i);
  const double s = now_s() - start;
  printf("checksum alone: %.3f us a page, %.1f GB/s (%llx)\n", s / PAGES * 1e6,
         (double)PAGES * sizeof page / s / 1e9, (unsigned long long)sum & 0xF);
}

int main(int argc, char **argv) {
  const long n = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000;
  char folder[] = "/tmp/homeward-bench-XXXXXX", path[64];
  if (n < 1 || !mkdtemp(folder)) return 2;
  printf("%ld rows\n", n);
  checksum_alone();
  snprintf(path, sizeof path, "%s/plain", folder);
  without_checksums(path, n);
  unlink(path);
  snprintf(path, sizeof path, "%s/case.hwc", folder);
  with_checksums(path, n);
  unlink(path);
  return rmdir(folder) == 0 ? 0 : 1;
}
