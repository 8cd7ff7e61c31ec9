/* The whole database at once: examination and backup.
 *
 * Examination asks three questions, from the bottom up: does every page hold what
 * was written to it (checksums); do the trees, indexes and types fit together
 * (SQLite's integrity check); does every reference lead to a row. All answers are
 * told, not only the first. A page that is damaged is told once, with the table
 * it belongs to; what SQLite says about the same page is left out.
 *
 * A page of the file does not count while a newer one stands in the log: it may
 * be half written when a process was killed while it copied the log, and nobody
 * reads it. So the log is read first, by SQLite's own rules (file format,
 * section 4): frames belong to it as long as their salt and running checksum fit,
 * up to the last one that ends a transaction. Our read transaction keeps other
 * processes from copying anything newer into the file meanwhile.
 *
 * A backup copies the pages of one read transaction, so that writers do not make
 * it start again, into a file that gets its name when it is complete. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/str.h"
#include "store/sqlite_int.h"

/* Rows that a check of SQLite tells of at most. */
#define MOST_TOLD 1000
/* Pages between two calls of progress. */
enum { PAGES_A_STEP = 256 };
/* SQLite locks bytes at this place and never uses the page that holds them. */
#define LOCK_PAGE (0x40000000 / HWP_PAGE_SIZE + 1)

/* A set of page numbers. */
typedef struct page_set {
  unsigned char *bits;
  int64_t n_pages;
} page_set;

static bool set_has(const page_set *self, int64_t page) {
  return page >= 1 && page <= self->n_pages && (self->bits[page / 8] >> (page % 8) & 1);
}

static void set_put(page_set *self, int64_t page, bool is_in) {
  if (page < 1 || page > self->n_pages) return;
  const unsigned bit = 1U << (page % 8);
  self->bits[page / 8] =
      (unsigned char)(is_in ? self->bits[page / 8] | bit : self->bits[page / 8] & ~bit);
}

static hw_status set_init(page_set *self, int64_t n_pages, hw_err *err) {
  self->n_pages = n_pages;
  self->bits = calloc((size_t)n_pages / 8 + 1, 1);
  return self->bits ? HW_OK : HW_NO_MEMORY(err, "the list of pages");
}

/* One examination. */
typedef struct examination {
  hwp_sqlite *db;
  hw_db_damage_fn *report;
  void *context;
  void (*progress)(void *, uint64_t, uint64_t);
  void *progress_context;
  uint64_t n_done, n_total;       /* steps: pages, */
  uint64_t n_trees, n_references; /* and what the other two questions are worth, a guess */
  uint64_t n_a_tick, n_limit;
  int64_t n_pages; /* whole pages of the file */
  page_set logged; /* pages with a newer copy in the log */
  page_set bad;    /* damaged pages that were not told yet */
  page_set told;
} examination;

static hw_status tell(const examination *e, int64_t page, const char *text, hw_err *err) {
  const hw_db_damage damage = {page, text};
  return e->report(e->context, &damage, err);
}

/* --- progress --- */

/* SQLite calls back after so many operations of its virtual machine. In time one such call is worth
 * so many pages that are only verified: a tree's entries are looked up in its indexes; references
 * are followed in order. */
enum { OPERATIONS_A_TICK = 1000, PAGES_A_TREE_TICK = 28, PAGES_A_REFERENCE_TICK = 6 };

static void tell_progress(examination *e, uint64_t n_done) {
  e->n_done = n_done;
  if (e->progress) e->progress(e->progress_context, n_done, e->n_total);
}

static int tick(void *context) {
  examination *e = context;
  const uint64_t next = e->n_done + e->n_a_tick;
  tell_progress(e, next < e->n_limit ? next : e->n_limit);
  return 0;
}

/* From now on operations are steps, up to `limit`: their number was guessed. */
static void begin_ticks(examination *e, uint64_t n_a_tick, uint64_t limit) {
  e->n_a_tick = n_a_tick;
  e->n_limit = limit;
  if (e->progress) sqlite3_progress_handler(e->db->handle, OPERATIONS_A_TICK, tick, e);
}

static void end_ticks(examination *e) {
  sqlite3_progress_handler(e->db->handle, 0, NULL, NULL);
  tell_progress(e, e->n_limit);
}

/* Largest number of a table's rows, which are numbered from 1 and never deleted; 0 = cannot be
 * read. */
static int64_t guess_rows(sqlite3 *db, const char *table) {
  sqlite3_stmt *query = NULL;
  int64_t n = 0;
  char *sql = sqlite3_mprintf("SELECT max(rowid) FROM \"%w\"", table);
  if (sql && sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK &&
      sqlite3_step(query) == SQLITE_ROW)
    n = sqlite3_column_int64(query, 0);
  sqlite3_finalize(query);
  sqlite3_free(sql);
  return n > 0 ? n : 0;
}

/* Operations that SQLite's checks will take, as measured: they visit every row, column by column
 * and index by index. A guess for people who wait; where it fails they see less. */
static void guess_operations(examination *e) {
  sqlite3 *db = e->db->handle;
  sqlite3_stmt *tables = NULL;
  double trees = 0, references = 0;
  (void)sqlite3_prepare_v2(db,
                           "SELECT s.name, (SELECT count(*) FROM pragma_table_info(s.name)), "
                           "(SELECT count(*) FROM sqlite_schema AS i WHERE i.tbl_name = s.name AND "
                           "i.type = 'index') FROM sqlite_schema AS s WHERE s.type = 'table'",
                           -1, &tables, NULL);
  while (tables && sqlite3_step(tables) == SQLITE_ROW) {
    const char *name = (const char *)sqlite3_column_text(tables, 0);
    const double n = name ? (double)guess_rows(db, name) : 0;
    trees += n * (3 + 1.5 * sqlite3_column_int(tables, 1) + 5.0 * sqlite3_column_int(tables, 2));
    references += 5 * n;
  }
  sqlite3_finalize(tables);
  e->n_trees = (uint64_t)(trees / OPERATIONS_A_TICK * PAGES_A_TREE_TICK);
  e->n_references = (uint64_t)(references / OPERATIONS_A_TICK * PAGES_A_REFERENCE_TICK);
}

/* --- the log --- */

enum { LOG_HEADER = 32, FRAME_HEADER = 24 };
#define LOG_MAGIC UINT32_C(0x377F0682) /* the lowest bit: words are summed as big-endian */

typedef struct log_sum {
  bool is_big_endian;
  uint32_t s[2];
} log_sum;

static uint32_t big_endian(const unsigned char *b) {
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static uint32_t little_endian(const unsigned char *b) {
  return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

static void log_sum_add(log_sum *self, const unsigned char *bytes, size_t n) {
  for (size_t i = 0; i + 8 <= n; i += 8) {
    const unsigned char *b = bytes + i;
    self->s[0] += (self->is_big_endian ? big_endian(b) : little_endian(b)) + self->s[1];
    self->s[1] += (self->is_big_endian ? big_endian(b + 4) : little_endian(b + 4)) + self->s[0];
  }
}

static bool log_sum_is(const log_sum *self, const unsigned char *bytes) {
  return big_endian(bytes) == self->s[0] && big_endian(bytes + 4) == self->s[1];
}

/* Puts the pages of complete transactions of the log into the set. */
static void read_frames(FILE *log, page_set *logged, int64_t *pages, size_t n_most) {
  unsigned char header[LOG_HEADER], frame[FRAME_HEADER + HWP_PAGE_SIZE];
  log_sum sum = {0};
  if (fread(header, 1, sizeof header, log) != sizeof header) return;
  if ((big_endian(header) & ~UINT32_C(1)) != LOG_MAGIC) return;
  sum.is_big_endian = big_endian(header) & 1;
  log_sum_add(&sum, header, 24);
  if (!log_sum_is(&sum, header + 24) || big_endian(header + 8) != HWP_PAGE_SIZE) return;
  size_t n = 0; /* frames of a transaction whose end was not met yet */
  while (n < n_most && fread(frame, 1, sizeof frame, log) == sizeof frame) {
    log_sum_add(&sum, frame, 8);
    log_sum_add(&sum, frame + FRAME_HEADER, HWP_PAGE_SIZE);
    if (memcmp(frame + 8, header + 16, 8) != 0 || !log_sum_is(&sum, frame + 16)) return;
    pages[n++] = big_endian(frame);
    if (big_endian(frame + 4) == 0) continue; /* else it ends a transaction */
    while (n > 0) set_put(logged, pages[--n], true);
  }
}

static hw_status read_log(examination *e, hw_err *err) {
  hw_str name = HW_STR_INIT;
  hw_status status = HW_OK;
  int64_t *pages = NULL;
  FILE *log = NULL;
  hw_str_append(&name, e->db->path);
  hw_str_append(&name, "-wal");
  if (hw_str_status(&name) != HW_OK) {
    status = HW_NO_MEMORY(err, "a file name");
    goto out;
  }
  log = fopen(hw_str_text(&name), "rb");
  if (!log) {
    if (errno != ENOENT) status = hw_file_fail(errno, "open the log beside the database", err);
    goto out;
  }
  off_t size;
  if (fseeko(log, 0, SEEK_END) != 0 || (size = ftello(log)) < 0 || fseeko(log, 0, SEEK_SET) != 0) {
    status = hw_file_fail(errno, "read the log beside the database", err);
    goto out;
  }
  const size_t n_frames = (size_t)size / (FRAME_HEADER + HWP_PAGE_SIZE) + 1;
  pages = calloc(n_frames, sizeof *pages);
  if (!pages) {
    status = HW_NO_MEMORY(err, "the pages of the log");
    goto out;
  }
  read_frames(log, &e->logged, pages, n_frames);
out:
  if (log) fclose(log);
  free(pages);
  hw_str_clear(&name);
  return status;
}

/* --- pages --- */

static hw_status tell_page(examination *e, int64_t page, const char *owner, hw_err *err) {
  char text[256];
  snprintf(text, sizeof text, "page %lld of the file is damaged: %s%s%s", (long long)page,
           hwp_page_state_text(hwp_pages_verify(e->db->handle, page)),
           owner ? "; it belongs to " : "", owner ? owner : "");
  set_put(&e->bad, page, false);
  set_put(&e->told, page, true);
  return tell(e, page, text, err);
}

static bool verify_pages(examination *e) {
  bool is_good = true;
  for (int64_t page = 1; page <= e->n_pages; page++) {
    if (page % PAGES_A_STEP == 0) tell_progress(e, (uint64_t)page);
    if (page == LOCK_PAGE || set_has(&e->logged, page)) continue;
    if (hwp_pages_verify(e->db->handle, page) == HWP_PAGE_GOOD) continue;
    set_put(&e->bad, page, true);
    is_good = false;
  }
  return is_good;
}

/* The bad pages with the table or index that each belongs to, as far as SQLite can walk the trees
 * ("dbstat" is not in every build of SQLite), then the others. */
static hw_status tell_pages(examination *e, hw_err *err) {
  sqlite3_stmt *walk = NULL;
  hw_status status = HW_OK;
  (void)sqlite3_prepare_v2(e->db->handle,
                           "SELECT d.pageno, coalesce(s.type, 'table'), d.name FROM dbstat AS d "
                           "LEFT JOIN sqlite_schema AS s ON s.name = d.name",
                           -1, &walk, NULL);
  while (status == HW_OK && walk && sqlite3_step(walk) == SQLITE_ROW) {
    char owner[128];
    const int64_t page = sqlite3_column_int64(walk, 0);
    if (!set_has(&e->bad, page)) continue;
    snprintf(owner, sizeof owner, "%s %s", (const char *)sqlite3_column_text(walk, 1),
             (const char *)sqlite3_column_text(walk, 2));
    status = tell_page(e, page, owner, err);
  }
  sqlite3_finalize(walk);
  for (int64_t page = 1; status == HW_OK && page <= e->n_pages; page++)
    if (set_has(&e->bad, page)) status = tell_page(e, page, NULL, err);
  return status;
}

static hw_status examine_pages(examination *e, hw_err *err) {
  int64_t size = 0;
  const int result = hwp_pages_file_size(e->db->handle, &size);
  if (result != SQLITE_OK) return hwp_sqlite_fail(e->db, result, err);
  e->n_pages = size / HWP_PAGE_SIZE;
  e->n_total = (uint64_t)e->n_pages + e->n_trees + e->n_references;
  HW_TRY(set_init(&e->logged, e->n_pages, err));
  HW_TRY(set_init(&e->bad, e->n_pages, err));
  HW_TRY(set_init(&e->told, e->n_pages, err));
  HW_TRY(read_log(e, err));
  if (size % HWP_PAGE_SIZE != 0 && !set_has(&e->logged, 1))
    HW_TRY(tell(e, e->n_pages + 1, "the file ends in the middle of a page", err));
  return verify_pages(e) ? HW_OK : tell_pages(e, err);
}

/* --- structure --- */

/* The page that a sentence of SQLite names: "… page 17 …" or "Page 17 …"; 0 = none. */
static int64_t page_of(const char *text) {
  for (const char *c = text; *c; c++)
    if (strncmp(c, "age ", 4) == 0 && c[4] >= '1' && c[4] <= '9') return strtoll(c + 4, NULL, 10);
  return 0;
}

static hw_status tell_lines(const examination *e, const char *text, hw_err *err) {
  while (*text) {
    char line[256];
    const size_t n = strcspn(text, "\n");
    snprintf(line, sizeof line, "the structure is damaged: %.*s", n < 200 ? (int)n : 200, text);
    const int64_t page = page_of(line);
    if (n > 0 && strncmp(text, "***", 3) != 0 && !set_has(&e->told, page))
      HW_TRY(tell(e, page, line, err));
    text += n + (text[n] == '\n');
  }
  return HW_OK;
}

/* Damage that keeps SQLite from examining on is an answer as well. */
static hw_status tell_failure(const examination *e, int result, hw_err *err) {
  hw_err told = HW_ERR_INIT;
  const hw_status status = hwp_sqlite_fail(e->db, result, &told);
  if (!hwp_sqlite_is_damage(status)) {
    if (err) *err = told;
    return status;
  }
  return tell(e, 0, "the structure is so damaged that it cannot be examined further", err);
}

static hw_status examine_trees(const examination *e, hw_err *err) {
  sqlite3_stmt *check = NULL;
  hw_status status = HW_OK;
  int result = sqlite3_prepare_v2(e->db->handle, "PRAGMA integrity_check(1000)", -1, &check, NULL);
  while (status == HW_OK && result == SQLITE_OK && (result = sqlite3_step(check)) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(check, 0);
    if (text && strcmp(text, "ok") != 0) status = tell_lines(e, text, err);
    result = SQLITE_OK;
  }
  sqlite3_finalize(check);
  if (status == HW_OK && result != SQLITE_OK && result != SQLITE_DONE)
    status = tell_failure(e, result, err);
  return status;
}

static hw_status examine_references(const examination *e, hw_err *err) {
  sqlite3_stmt *check = NULL;
  hw_status status = HW_OK;
  int64_t n = 0;
  char text[256];
  int result = sqlite3_prepare_v2(e->db->handle, "PRAGMA foreign_key_check", -1, &check, NULL);
  while (status == HW_OK && result == SQLITE_OK && (result = sqlite3_step(check)) == SQLITE_ROW) {
    result = SQLITE_OK;
    if (++n > MOST_TOLD) continue;
    snprintf(text, sizeof text, "row %lld of %.60s refers to a row of %.60s that does not exist",
             (long long)sqlite3_column_int64(check, 1), (const char *)sqlite3_column_text(check, 0),
             (const char *)sqlite3_column_text(check, 2));
    status = tell(e, 0, text, err);
  }
  sqlite3_finalize(check);
  if (status == HW_OK && result != SQLITE_OK && result != SQLITE_DONE)
    status = tell_failure(e, result, err);
  if (status == HW_OK && n > MOST_TOLD) {
    snprintf(text, sizeof text, "%lld further references lead to no row",
             (long long)(n - MOST_TOLD));
    status = tell(e, 0, text, err);
  }
  return status;
}

hw_status hwp_sqlite_examine(hw_db *db, hw_db_damage_fn *report, void *context,
                             void (*progress)(void *, uint64_t, uint64_t), void *progress_context,
                             hw_err *err) {
  examination e = {.db = hwp_sqlite_of(db),
                   .report = report,
                   .context = context,
                   .progress = progress,
                   .progress_context = progress_context};
  HW_TRY(hwp_sqlite_ready(e.db, err));
  HW_BUG_IF(e.db->making != NULL, err);
  const bool is_inside = e.db->is_in_transaction;
  /* Where damage keeps the transaction from beginning, the pages can still be verified. */
  hw_err told = HW_ERR_INIT;
  const hw_status begun = is_inside ? HW_OK : hw_db_begin_read(db, &told);
  if (begun != HW_OK && !hwp_sqlite_is_damage(begun)) {
    if (err) *err = told;
    return begun;
  }
  if (begun == HW_OK && progress) guess_operations(&e);
  hw_status status = examine_pages(&e, err);
  if (status == HW_OK && begun == HW_OK) {
    begin_ticks(&e, PAGES_A_TREE_TICK, (uint64_t)e.n_pages + e.n_trees);
    status = examine_trees(&e, err);
    end_ticks(&e);
    begin_ticks(&e, PAGES_A_REFERENCE_TICK, e.n_total);
    if (status == HW_OK) status = examine_references(&e, err);
    end_ticks(&e);
  } else if (status == HW_OK) {
    status = tell(&e, 0, told.message, err);
  }
  if (!is_inside) hw_db_rollback(db);
  free(e.logged.bits);
  free(e.bad.bits);
  free(e.told.bits);
  return status;
}

/* --- backup --- */

/* Copies all pages. @param target  a connection to an empty file, for the words of a failure */
static hw_status copy_pages(hwp_sqlite *self, hwp_sqlite *target,
                            void (*progress)(void *, uint64_t, uint64_t), void *progress_context,
                            hw_err *err) {
  sqlite3_backup *copy = sqlite3_backup_init(target->handle, "main", self->handle, "main");
  if (!copy) return hwp_sqlite_fail(target, sqlite3_extended_errcode(target->handle), err);
  int result = SQLITE_OK;
  while (result == SQLITE_OK) {
    result = sqlite3_backup_step(copy, PAGES_A_STEP);
    const uint64_t n = (uint64_t)sqlite3_backup_pagecount(copy);
    if (progress) progress(progress_context, n - (uint64_t)sqlite3_backup_remaining(copy), n);
  }
  const int end = sqlite3_backup_finish(copy);
  if (end == SQLITE_OK && result == SQLITE_DONE) return HW_OK;
  result = result == SQLITE_DONE ? end : result;
  target->pages = self->pages;
  const hw_status status = hwp_sqlite_fail(target, result, err);
  if (status == HW_E_DAMAGED) hw_err_place(err, self->base.location, 0, 0);
  return status;
}

static hw_status open_target(hwp_sqlite *target, const char *making, hw_err *err) {
  char *uri = NULL;
  HW_TRY(hwp_file_uri(making, false, &uri, err));
  int result = sqlite3_open_v2(
      uri, &target->handle,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      hwp_pages_vfs);
  free(uri);
  if (result == SQLITE_OK) /* nobody sees the file before it is complete and on disk */
    result = sqlite3_exec(target->handle, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF",
                          NULL, NULL, NULL);
  return result == SQLITE_OK ? HW_OK : hwp_sqlite_fail(target, result, err);
}

hw_status hwp_sqlite_backup(hw_db *db, const char *path,
                            void (*progress)(void *, uint64_t, uint64_t), void *progress_context,
                            hw_err *err) {
  hwp_sqlite *self = hwp_sqlite_of(db);
  hwp_sqlite target = {.base = {.ops = &hwp_sqlite_ops}, .mode = HW_DB_CREATE};
  char *making = NULL;
  HW_TRY(hwp_sqlite_ready(self, err));
  HW_BUG_IF(self->making != NULL || self->is_in_transaction, err);
  target.base.location = strdup(path);
  if (!target.base.location) return HW_NO_MEMORY(err, "a file name");
  hw_status status = hwp_file_make(path, &making, err);
  if (status != HW_OK) {
    hw_err_place(err, path, 0, 0);
    goto out;
  }
  status = open_target(&target, making, err);
  if (status == HW_OK) status = hw_db_begin_read(db, err);
  if (status == HW_OK) {
    status = copy_pages(self, &target, progress, progress_context, err);
    hw_db_rollback(db);
  }
out:
  (void)sqlite3_close(target.handle);
  if (making && status == HW_OK)
    status = hwp_file_publish(making, path, err);
  else if (making)
    hwp_file_discard(making);
  free(making);
  free(target.base.location);
  return status;
}
