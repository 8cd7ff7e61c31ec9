/* Databases as files: what is no case database, what may not be written, names
 * of every kind, and other programs that use the same file. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "store/child.h"
#include "store/place.h"
#include "support/assert.h"

static void write_file(const char *path, const void *bytes, size_t n) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, n, file), n);
  assert_int_equal(fclose(file), 0);
}

static void what_is_no_case_database_is_called_by_its_name(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    size_t n;
    const char *kind;
  } FILES[] = {
      {"", 0, "this is an empty file, not a case database"},
      {"Name;Code\nNguy\xE1\xBB\x85n;1\n", 19, "this is a text file, not"},
      {"SQLite format 3\0 and so on", 27, "this is an SQLite database of another program, not"},
      {"PK\3\4rest", 8, "a ZIP archive or office document"},
      {"%PDF-1.7", 8, "a PDF document"},
      {"\x1F\x8B\x08", 3, "a file compressed by gzip"},
      {"\x28\xB5\x2F\xFD", 4, "a file compressed by zstd"},
      {"<?xml version='1.0'?>", 21, "an XML file"},
      {"{\"format\": 1}", 13, "a JSON file"},
      {"\x7F\x45LF\0\0\0", 7, "a file of another kind"},
  };
  const char *path = place_name("other");
  static const hw_db_mode MODES[] = {HW_DB_READ, HW_DB_WRITE, HW_DB_EXAMINE};
  for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
    write_file(path, FILES[i].bytes, FILES[i].n);
    for (size_t k = 0; k < 3; k++) {
      hw_db *db = NULL;
      hw_err err = HW_ERR_INIT;
      hw_assert_status(hw_db_open(path, MODES[k], &db, &err), HW_E_SYNTAX, &err);
      assert_null(db);
      hw_assert_contains(err.message, FILES[i].kind);
      assert_string_equal(err.file, path);
    }
    struct stat file; /* it was left alone */
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_size, FILES[i].n);
    assert_int_equal(place_count("other"), 1);
  }
  unlink(path);
}

static void what_is_no_file_is_refused(void **state) {
  (void)state;
  hw_db *db = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_db_open("/tmp", HW_DB_READ, &db, &err), HW_E_SYNTAX, &err);
  hw_assert_contains(err.message, "a folder");
  const char *pipe = place_name("pipe");
  assert_int_equal(mkfifo(pipe, 0600), 0);
  hw_assert_status(hw_db_open(pipe, HW_DB_WRITE, &db, &err), HW_E_SYNTAX, &err);
  hw_assert_contains(err.message, "no ordinary file");
  hw_assert_status(hw_db_open(pipe, HW_DB_CREATE, &db, &err), HW_E_DUPLICATE, &err);
  hw_assert_status(hw_db_open("/nonexistent/x", HW_DB_CREATE, &db, &err), HW_E_NOT_FOUND, &err);
  assert_string_equal(err.file, "/nonexistent/x");
  hw_assert_status(hw_db_open("", HW_DB_CREATE, &db, &err), HW_E_NOT_FOUND, &err);
  hw_assert_status(hw_db_open("", HW_DB_READ, &db, &err), HW_E_NOT_FOUND, &err);
  hw_assert_status(hw_db_open("/etc/passwd/x", HW_DB_READ, &db, &err), HW_E_NOT_FOUND, &err);
}

static void a_new_file_is_its_owners_alone(void **state) {
  (void)state;
  const char *location = place_new_location(), *copy = place_new_location();
  struct stat file;
  place_make(location);
  assert_int_equal(stat(location, &file), 0);
  assert_int_equal(file.st_mode & 0777, 0600);
  hw_db *db = place_open(location, HW_DB_READ);
  hw_assert_ok(hw_db_backup(db, copy, NULL, NULL, NULL), NULL);
  hw_db_close(db);
  assert_int_equal(stat(copy, &file), 0);
  assert_int_equal(file.st_mode & 0777, 0600);
}

/* --- without write permission --- */

static void digest(const char *path, uint8_t out[HW_DIGEST_SIZE]) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_digest_file(path, out, NULL, &err), &err);
}

static void a_file_without_write_permission_is_written_by_nobody(void **state) {
  (void)state;
  const char *location = place_new_location();
  uint8_t before[HW_DIGEST_SIZE], after[HW_DIGEST_SIZE];
  place_make(location);
  assert_int_equal(chmod(location, 0444), 0);
  digest(location, before);
  hw_db *db = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_db_open(location, HW_DB_WRITE, &db, &err), HW_E_DENIED, &err);
  hw_assert_contains(err.message, "cannot be written: the file is write-protected");
  assert_null(db);
  db = place_open(location, HW_DB_READ);
  assert_int_equal(place_int(db, "SELECT count(*) FROM person"), 0);
  hw_assert_status(place_add_person(db, "A", &err), HW_E_DENIED, &err);
  assert_int_equal(place_count(strrchr(location, '/') + 1), 1);
  hw_db_close(db);
  assert_int_equal(place_examine(location), 0);
  digest(location, after);
  assert_memory_equal(before, after, sizeof before);
  assert_int_equal(place_count(strrchr(location, '/') + 1), 1);
}

static int add_and_vanish(void *context, int acks) {
  hw_db *db = NULL;
  (void)acks;
  CHILD_CHECK(hw_db_open(context, HW_DB_WRITE, &db, NULL) == HW_OK);
  CHILD_CHECK(place_add_person(db, "A", NULL) == HW_OK);
  return 0; /* without closing: the log stays */
}

static void protected_with_a_log_it_shows_what_the_log_says(void **state) {
  (void)state;
  const char *location = place_new_location();
  uint8_t before[HW_DIGEST_SIZE], after[HW_DIGEST_SIZE];
  place_make(location);
  child_run(add_and_vanish, (void *)(uintptr_t)location);
  assert_int_equal(chmod(location, 0400), 0);
  digest(location, before);
  hw_db *db = place_open(location, HW_DB_READ);
  assert_int_equal(place_int(db, "SELECT count(*) FROM person"), 1);
  hw_db_close(db);
  digest(location, after);
  assert_memory_equal(before, after, sizeof before);
}

/* Reads `n` persons in a folder where it may not write. */
typedef struct visit {
  const char *folder, *location;
  int64_t n; /* -1: reading must be refused */
} visit;

static int64_t count_persons(hw_db *db) {
  hw_query *query = NULL;
  bool has_row = false;
  int64_t n = -1;
  if (hw_db_query(db, "SELECT count(*) FROM person", &query, NULL) != HW_OK) return -1;
  if (hw_query_step(query, &has_row, NULL) == HW_OK && has_row) n = hw_query_int(query, 0);
  hw_query_done(query);
  return n;
}

static int visit_as_nobody(void *context, int acks) {
  const visit *v = context;
  hw_db *db = NULL;
  hw_err err = HW_ERR_INIT;
  (void)acks;
  CHILD_CHECK(child_drop_privileges());
  CHILD_CHECK(hw_db_open(v->location, HW_DB_WRITE, &db, &err) == HW_E_DENIED);
  CHILD_CHECK(strstr(err.message, "cannot be written") != NULL);
  const hw_status status = hw_db_open(v->location, HW_DB_READ, &db, &err);
  if (v->n < 0) {
    CHILD_CHECK(status == HW_E_DENIED);
    CHILD_CHECK(strstr(err.message, "copy both files elsewhere") != NULL);
    return 0;
  }
  CHILD_CHECK(status == HW_OK);
  CHILD_CHECK(count_persons(db) == v->n);
  CHILD_CHECK(hw_db_begin(db, &err) == HW_E_DENIED);
  hw_db_close(db);
  return 0;
}

static void a_folder_that_is_write_protected_can_be_read(void **state) {
  (void)state;
  char folder[256];
  const char *location = place_new_location();
  snprintf(folder, sizeof folder, "%s", location);
  *strrchr(folder, '/') = '\0';
  place_make(location);
  assert_int_equal(chmod(location, 0644), 0);
  assert_int_equal(chmod(folder, 0555), 0);
  visit v = {folder, location, 0};
  child_run(visit_as_nobody, &v);
  assert_int_equal(chmod(folder, 0755), 0);
  child_run(add_and_vanish, (void *)(uintptr_t)location);
  char name[300];
  snprintf(name, sizeof name, "%s-wal", location);
  assert_int_equal(chmod(name, 0644), 0);
  snprintf(name, sizeof name, "%s-shm", location);
  assert_int_equal(chmod(name, 0644), 0);
  assert_int_equal(chmod(folder, 0555), 0);
  v.n = 1; /* with the log and its index both there */
  child_run(visit_as_nobody, &v);
  assert_int_equal(chmod(folder, 0755), 0);
  assert_int_equal(unlink(name), 0);
  assert_int_equal(chmod(folder, 0555), 0);
  v.n = -1; /* a log that cannot be read without writing must not be passed over */
  child_run(visit_as_nobody, &v);
  assert_int_equal(chmod(folder, 0700), 0);
}

static int read_as_nobody(void *context, int acks) {
  hw_db *db = NULL;
  hw_err err = HW_ERR_INIT;
  (void)acks;
  CHILD_CHECK(child_drop_privileges());
  CHILD_CHECK(hw_db_open(context, HW_DB_READ, &db, &err) == HW_E_DENIED);
  CHILD_CHECK(db == NULL && strstr(err.message, "Permission denied") != NULL);
  return 0;
}

static void a_file_that_cannot_be_read_says_so(void **state) {
  (void)state;
  const char *location = place_new_location();
  char folder[256];
  snprintf(folder, sizeof folder, "%s", location);
  *strrchr(folder, '/') = '\0';
  place_make(location);
  assert_int_equal(chmod(folder, 0755), 0);
  assert_int_equal(chmod(location, 0200), 0);
  child_run(read_as_nobody, (void *)(uintptr_t)location);
  assert_int_equal(chmod(folder, 0700), 0);
}

/* --- names --- */

static void names_may_hold_anything(void **state) {
  (void)state;
  static const char *const NAMES[] = {"a b.hwc",
                                      "q?mode=memory",
                                      "p%41#c",
                                      "Hồ sơ 'Đạt'.hwc",
                                      ":memory:",
                                      "file:x",
                                      "-x",
                                      "a&b=c;d\"e\\f",
                                      "immutable?immutable=1"};
  for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
    const char *location = place_name(NAMES[i]);
    place_make(location);
    assert_int_equal(place_count(NAMES[i]), 1);
    hw_db *db = place_open(location, HW_DB_WRITE);
    hw_assert_ok(place_add_person(db, "A", NULL), NULL);
    hw_db_close(db);
    assert_int_equal(place_examine(location), 0);
    assert_int_equal(place_count(NAMES[i]), 1);
  }
}

static int make_here(void *context, int acks) {
  static const char *const NAMES[] = {":memory:", "relative.hwc", "./dotted.hwc", "file:y"};
  (void)acks;
  CHILD_CHECK(chdir(context) == 0);
  for (int i = 0; i < 4; i++) {
    hw_db *db = NULL;
    unlink(NAMES[i]);
    CHILD_CHECK(hw_db_open(NAMES[i], HW_DB_CREATE, &db, NULL) == HW_OK);
    CHILD_CHECK(hw_db_begin(db, NULL) == HW_OK);
    CHILD_CHECK(hw_db_create_table(db, &PLACE_PERSON, NULL) == HW_OK);
    CHILD_CHECK(hw_db_commit(db, NULL) == HW_OK);
    CHILD_CHECK(count_persons(db) == 0);
    hw_db_close(db);
    CHILD_CHECK(access(NAMES[i], F_OK) == 0);
    CHILD_CHECK(hw_db_open(NAMES[i], HW_DB_READ, &db, NULL) == HW_OK);
    CHILD_CHECK(count_persons(db) == 0);
    hw_db_close(db);
  }
  return 0;
}

static void relative_names_work(void **state) {
  (void)state;
  char folder[256];
  snprintf(folder, sizeof folder, "%s", place_name("x"));
  *strrchr(folder, '/') = '\0';
  child_run(make_here, folder);
}

static void a_symbolic_link_leads_to_one_database(void **state) {
  (void)state;
  const char *location = place_new_location(), *link = place_name("link.hwc");
  hw_err err = HW_ERR_INIT;
  place_make(location);
  assert_int_equal(symlink(location, link), 0);
  hw_db *a = place_open(location, HW_DB_WRITE), *b = place_open(link, HW_DB_WRITE);
  assert_string_equal(hw_db_location(b), link);
  hw_assert_ok(place_add_person(a, "A", &err), &err);
  hw_assert_ok(place_add_person(b, "B", &err), &err);
  assert_int_equal(place_int(a, "SELECT count(*) FROM person"), 2);
  hw_db_close(a);
  hw_db_close(b);
  assert_int_equal(place_count("link.hwc"), 1);
  hw_db *db = NULL;
  assert_int_equal(symlink("nowhere", place_name("dangling")), 0);
  hw_assert_status(hw_db_open(place_name("dangling"), HW_DB_READ, &db, &err), HW_E_NOT_FOUND, &err);
  hw_assert_status(hw_db_open(place_name("dangling"), HW_DB_CREATE, &db, &err), HW_E_DUPLICATE,
                   &err);
}

/* --- other programs --- */

static void other_programs_can_read_but_not_write(void **state) {
  (void)state;
  const char *location = place_new_location();
  place_make(location);
  hw_db *db = place_open(location, HW_DB_WRITE);
  hw_assert_ok(place_add_person(db, "A", NULL), NULL);
  hw_db_close(db);
  sqlite3 *other = NULL;
  sqlite3_stmt *count = NULL;
  assert_int_equal(sqlite3_open_v2(location, &other, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(other, "SELECT count(*) FROM person", -1, &count, NULL),
                   SQLITE_OK);
  assert_int_equal(sqlite3_step(count), SQLITE_ROW);
  assert_int_equal(sqlite3_column_int(count, 0), 1);
  sqlite3_finalize(count);
  assert_int_equal(sqlite3_exec(other, "INSERT INTO person (code) VALUES ('B')", NULL, NULL, NULL),
                   SQLITE_READONLY);
  assert_int_equal(sqlite3_exec(other, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL),
                   SQLITE_READONLY);
  sqlite3_close(other);
  assert_int_equal(place_examine(location), 0);
}

static int visit_and_close(void *context, int acks) {
  hw_db *db = NULL;
  (void)acks;
  CHILD_CHECK(hw_db_open(context, HW_DB_READ, &db, NULL) == HW_OK);
  CHILD_CHECK(count_persons(db) == 0);
  hw_db_close(db);
  return 0;
}

static void connections_of_one_process_do_not_disturb_each_other(void **state) {
  (void)state;
  const char *location = place_new_location();
  hw_err err = HW_ERR_INIT;
  place_make(location);
  hw_db *db = place_open(location, HW_DB_WRITE);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  hw_assert_ok(place_add_person(db, "A", &err), &err);
  /* Opening and closing must not drop the first one's locks: another process would then take
   * itself for the last and remove the log. */
  for (int i = 0; i < 3; i++) hw_db_close(place_open(location, HW_DB_READ));
  hw_db *none = NULL;
  hw_assert_status(hw_db_open(location, HW_DB_CREATE, &none, &err), HW_E_DUPLICATE, &err);
  child_run(visit_and_close, (void *)(uintptr_t)location);
  assert_int_equal(place_count(strrchr(location, '/') + 1), 3); /* with log and index */
  hw_assert_ok(hw_db_commit(db, &err), &err);
  hw_db_close(db);
  db = place_open(location, HW_DB_READ);
  assert_int_equal(place_int(db, "SELECT count(*) FROM person"), 1);
  hw_db_close(db);
  assert_int_equal(place_examine(location), 0);
}

/* --- what lies in the wrong place --- */

static void a_log_of_another_database_is_not_taken_up(void **state) {
  (void)state;
  const char *old = place_new_location(), *fresh = place_new_location();
  char log[300], target[300];
  hw_err err = HW_ERR_INIT;
  place_make(old);
  hw_db *db = place_open(old, HW_DB_WRITE), *made = NULL;
  hw_assert_ok(place_add_person(db, "A", &err), &err);
  snprintf(log, sizeof log, "%s-wal", old);
  snprintf(target, sizeof target, "%s-wal", fresh);
  assert_int_equal(link(log, target), 0);
  hw_assert_status(hw_db_open(fresh, HW_DB_CREATE, &made, &err), HW_E_DUPLICATE, &err);
  assert_non_null(strstr(err.message, "-wal"));
  hw_assert_status(hw_db_backup(db, fresh, NULL, NULL, &err), HW_E_DUPLICATE, &err);
  assert_int_equal(place_count(strrchr(fresh, '/') + 1), 1); /* the log alone */
  assert_int_equal(unlink(target), 0);
  hw_assert_ok(hw_db_backup(db, fresh, NULL, NULL, &err), &err);
  hw_db_close(db);
}

static void a_file_that_was_moved_is_not_written(void **state) {
  (void)state;
  const char *location = place_new_location(), *elsewhere = place_new_location();
  hw_err err = HW_ERR_INIT;
  place_make(location);
  hw_db *db = place_open(location, HW_DB_WRITE);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  hw_assert_ok(place_add_person(db, "A", &err), &err);
  assert_int_equal(rename(location, elsewhere), 0);
  hw_assert_status(hw_db_commit(db, &err), HW_E_DENIED, &err);
  assert_non_null(strstr(err.message, "moved or replaced"));
  hw_assert_status(hw_db_begin(db, &err), HW_E_DENIED, &err);
  assert_int_equal(rename(elsewhere, location), 0);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  hw_assert_ok(place_add_person(db, "B", &err), &err);
  hw_assert_ok(hw_db_commit(db, &err), &err);
  hw_db_close(db);
  db = place_open(location, HW_DB_READ);
  assert_int_equal(place_int(db, "SELECT count(*) FROM person"), 1);
  hw_db_close(db);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_log_of_another_database_is_not_taken_up),
      cmocka_unit_test(a_file_that_was_moved_is_not_written),
      cmocka_unit_test(what_is_no_case_database_is_called_by_its_name),
      cmocka_unit_test(what_is_no_file_is_refused),
      cmocka_unit_test(a_new_file_is_its_owners_alone),
      cmocka_unit_test(a_file_without_write_permission_is_written_by_nobody),
      cmocka_unit_test(protected_with_a_log_it_shows_what_the_log_says),
      cmocka_unit_test(a_folder_that_is_write_protected_can_be_read),
      cmocka_unit_test(a_file_that_cannot_be_read_says_so),
      cmocka_unit_test(names_may_hold_anything),
      cmocka_unit_test(relative_names_work),
      cmocka_unit_test(a_symbolic_link_leads_to_one_database),
      cmocka_unit_test(other_programs_can_read_but_not_write),
      cmocka_unit_test(connections_of_one_process_do_not_disturb_each_other),
  };
  return cmocka_run_group_tests_name("db_file", tests, place_begin, place_end);
}
