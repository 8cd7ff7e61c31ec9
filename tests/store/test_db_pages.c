/* Page checksums of the SQLite back end: a byte that was flipped anywhere in the
 * file is found, and damage never shows as another value. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "homeward/random.h"
#include "store/child.h"
#include "store/page_sum.h"
#include "store/place.h"
#include "store/sqlite_pages.h"
#include "support/assert.h"

/* A database of which every kind of page is part: tables, an index, a long value on overflow
 * pages, free pages. */
static void make_all_kinds(const char *location) {
  hw_err err = HW_ERR_INIT;
  char long_value[9001];
  memset(long_value, 'L', sizeof long_value - 1);
  long_value[sizeof long_value - 1] = '\0';
  place_make(location);
  hw_db *db = place_open(location, HW_DB_WRITE);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  for (int i = 0; i < 150; i++) {
    char code[32];
    snprintf(code, sizeof code, "person %d", i);
    hw_assert_ok(place_add_person(db, code, &err), &err);
  }
  hw_query *query = NULL;
  hw_assert_ok(hw_db_query(db, "UPDATE person SET note = $1 WHERE id = 7", &query, &err), &err);
  hw_query_bind_text(query, 1, long_value);
  hw_assert_ok(hw_query_run(query, &err), &err);
  hw_query_bind_text(query, 1, "short");
  hw_assert_ok(hw_query_run(query, &err), &err); /* three pages become free */
  hw_query_bind_text(query, 1, long_value);
  hw_query_done(query);
  hw_assert_ok(hw_db_query(db, "UPDATE person SET note = $1 WHERE id = 8", &query, &err), &err);
  hw_query_bind_text_n(query, 1, long_value, 5000);
  hw_assert_ok(hw_query_run(query, &err), &err); /* one of them is used again */
  hw_query_done(query);
  hw_assert_ok(
      hw_db_run(db, "INSERT INTO sample (person, label) SELECT id, code FROM person", &err), &err);
  hw_assert_ok(hw_db_commit(db, &err), &err);
  assert_true(place_int(db, "PRAGMA freelist_count") >= 1);
  hw_db_close(db);
}

static unsigned char *read_all(const char *path, size_t *n) {
  struct stat file;
  const int fd = open(path, O_RDONLY);
  assert_true(fd >= 0);
  assert_int_equal(fstat(fd, &file), 0);
  *n = (size_t)file.st_size;
  unsigned char *bytes = malloc(*n + 1);
  assert_non_null(bytes);
  assert_int_equal(read(fd, bytes, *n), *n);
  close(fd);
  return bytes;
}

static void write_all(const char *path, const unsigned char *bytes, size_t n) {
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, bytes, n), n);
  close(fd);
}

static void put(const char *path, size_t at, const unsigned char *bytes, size_t n) {
  const int fd = open(path, O_WRONLY);
  assert_true(fd >= 0);
  assert_int_equal(pwrite(fd, bytes, n, (off_t)at), n);
  close(fd);
}

static void copy_file(const char *from, const char *to) {
  size_t n;
  unsigned char *bytes = read_all(from, &n);
  write_all(to, bytes, n);
  free(bytes);
}

static void a_change_of_one_word_always_changes_the_sum(void **state) {
  (void)state;
  unsigned char page[4088];
  hw_random random;
  hw_random_init(&random, 1);
  for (size_t i = 0; i < sizeof page; i++) page[i] = (unsigned char)hw_random_below(&random, 256);
  const uint64_t sum = hwp_page_sum(page, sizeof page, 5);
  for (size_t i = 0; i < sizeof page; i++) {
    const unsigned char old = page[i];
    for (int bit = 0; bit < 8; bit++) {
      page[i] = (unsigned char)(old ^ 1 << bit);
      assert_true(hwp_page_sum(page, sizeof page, 5) != sum);
    }
    page[i] = old;
  }
  for (uint64_t number = 0; number < 10000; number++)
    assert_true((hwp_page_sum(page, sizeof page, number) == sum) == (number == 5));
  for (size_t n = 8; n < sizeof page; n += 8) assert_true(hwp_page_sum(page, n, 5) != sum);
  memset(page, 0, sizeof page);
  assert_true(hwp_page_sum(page, sizeof page, 0) != 0);
}

/* Part of the file format: a different sum would make every existing case unreadable. */
static void the_sum_is_the_same_for_ever(void **state) {
  (void)state;
  unsigned char page[4088];
  for (size_t i = 0; i < sizeof page; i++) page[i] = (unsigned char)(i * 31 % 251);
  assert_true(hwp_page_sum(page, sizeof page, 1) == UINT64_C(0x7374A4CA336CC476));
  assert_true(hwp_page_sum(page, 8, 2) == UINT64_C(0xFFA27973876CEE0A));
  assert_true(hwp_page_sum(page, 0, 0) == UINT64_C(0xED62C0241A0F2036));
}

static void a_flipped_byte_anywhere_is_found(void **state) {
  (void)state;
  const char *location = place_new_location();
  make_all_kinds(location);
  assert_int_equal(place_examine(location), 0);
  size_t n, n_flips = 0;
  unsigned char *bytes = read_all(location, &n);
  assert_int_equal(n % HWP_PAGE_SIZE, 0);
  hw_random random;
  hw_random_init(&random, 2);
  for (size_t i = 0; i < n; i += i < HWP_PAGE_SIZE ? 1 : 1 + hw_random_below(&random, 40)) {
    const unsigned char flipped = (unsigned char)(bytes[i] ^ (1 + hw_random_below(&random, 255)));
    char page[80];
    snprintf(page, sizeof page, "[%zu] page %zu ", i / HWP_PAGE_SIZE + 1, i / HWP_PAGE_SIZE + 1);
    put(location, i, &flipped, 1);
    if (place_examine(location) == 0 || strstr(place_damages(), page) != place_damages())
      fail_msg("byte %zu: %02x for %02x: %s", i, flipped, bytes[i], place_damages());
    put(location, i, &bytes[i], 1);
    n_flips++;
  }
  assert_true(n_flips > 4096);
  assert_int_equal(place_examine(location), 0);
  free(bytes);
}

/* All that a program could read, as one text; false if a page was found to be damaged. */
static bool read_content(const char *location, char *out, size_t size) {
  static const char *const QUERIES[] = {
      "SELECT id, code, weight, note FROM person ORDER BY code",
      "SELECT id, person, label FROM sample ORDER BY id",
  };
  hw_db *db = NULL;
  hw_err err = HW_ERR_INIT;
  size_t used = 0;
  hw_status status = hw_db_open(location, HW_DB_READ, &db, &err);
  for (int i = 0; i < 2 && status == HW_OK; i++) {
    hw_query *query = NULL;
    bool has_row = false;
    status = hw_db_query(db, QUERIES[i], &query, &err);
    if (status == HW_OK) status = hw_query_step(query, &has_row, &err);
    while (status == HW_OK && has_row) {
      for (int c = 0; c < hw_query_column_count(query); c++) {
        const char *text = hw_query_text(query, c);
        used += (size_t)snprintf(out + used, size - used, "%s|", text ? text : "-");
        assert_true(used < size);
      }
      status = hw_query_step(query, &has_row, &err);
    }
    hw_query_done(query);
  }
  if (status != HW_OK) {
    hw_assert_status(status, HW_E_DAMAGED, &err);
    hw_assert_contains(err.message, "page ");
    hw_assert_contains(err.message, "homeward check");
    assert_string_equal(err.file, location);
  }
  hw_db_close(db);
  return status == HW_OK;
}

static void damage_never_shows_as_another_value(void **state) {
  (void)state;
  enum { SIZE = 100000 };
  const char *location = place_new_location();
  make_all_kinds(location);
  char *whole = malloc(SIZE), *seen = malloc(SIZE);
  assert_true(whole && seen && read_content(location, whole, SIZE));
  size_t n;
  int n_found = 0;
  unsigned char *bytes = read_all(location, &n);
  hw_random random;
  hw_random_init(&random, 3);
  for (size_t i = 0; i < n; i += i < 100 ? 1 : 1 + hw_random_below(&random, 150)) {
    const unsigned char flipped = (unsigned char)(bytes[i] ^ (1 + hw_random_below(&random, 255)));
    put(location, i, &flipped, 1);
    if (read_content(location, seen, SIZE))
      assert_string_equal(seen, whole); /* a free page, or one that was not needed */
    else
      n_found++;
    put(location, i, &bytes[i], 1);
  }
  assert_true(n_found > 100);
  free(bytes);
  free(whole);
  free(seen);
}

static void a_damaged_page_is_told_once_with_its_table(void **state) {
  (void)state;
  const char *location = place_new_location();
  make_all_kinds(location);
  hw_db *db = place_open(location, HW_DB_READ);
  const size_t page =
      (size_t)place_int(db, "SELECT rootpage FROM sqlite_schema WHERE name = 'sample'");
  hw_db_close(db);
  put(location, page * HWP_PAGE_SIZE - 50, (const unsigned char *)"x", 1);
  char expected[128];
  snprintf(expected, sizeof expected,
           "page %zu of the file is damaged: its checksum does not fit; it belongs to table sample",
           page);
  assert_true(place_examine(location) >= 1);
  hw_assert_contains(place_damages(), expected);
  const char *first = strstr(place_damages(), expected);
  assert_null(strstr(first + 1, expected));
}

static void several_damages_are_all_told(void **state) {
  (void)state;
  const char *location = place_new_location();
  make_all_kinds(location);
  size_t n;
  unsigned char *bytes = read_all(location, &n);
  static const size_t PAGES[] = {2, 4, 5, 7};
  for (size_t i = 0; i < 4; i++)
    put(location, (PAGES[i] - 1) * HWP_PAGE_SIZE + 2000, (const unsigned char *)"\xEE\xEE", 2);
  assert_true(place_examine(location) >= 4);
  for (size_t i = 0; i < 4; i++) {
    char part[80];
    snprintf(part, sizeof part, "[%zu] page %zu ", PAGES[i], PAGES[i]);
    hw_assert_contains(place_damages(), part);
  }
  free(bytes);
}

static void a_page_in_the_wrong_place_is_found(void **state) {
  (void)state;
  const char *location = place_new_location();
  make_all_kinds(location);
  size_t n;
  unsigned char *bytes = read_all(location, &n);
  put(location, 2 * HWP_PAGE_SIZE, bytes + 3 * HWP_PAGE_SIZE, HWP_PAGE_SIZE);
  assert_true(place_examine(location) >= 1);
  hw_assert_contains(place_damages(),
                     "page 3 of the file is damaged: another page stands in its place");
  unsigned char zeros[HWP_PAGE_SIZE] = {0};
  put(location, 2 * HWP_PAGE_SIZE, zeros, sizeof zeros);
  assert_true(place_examine(location) >= 1);
  hw_assert_contains(
      place_damages(),
      "page 3 of the file is damaged: it has no checksum, another program has written it");
  free(bytes);
}

static void a_file_that_was_cut_off_is_found(void **state) {
  (void)state;
  const char *location = place_new_location();
  make_all_kinds(location);
  size_t n;
  unsigned char *bytes = read_all(location, &n);
  for (size_t size = n - 1; size > 512; size -= size > 2000 ? 1777 : 100) {
    hw_db *db = NULL;
    hw_err err = HW_ERR_INIT;
    write_all(location, bytes, size);
    assert_true(place_examine(location) >= 1);
    if (size < HWP_PAGE_SIZE)
      hw_assert_status(hw_db_open(location, HW_DB_READ, &db, &err), HW_E_DAMAGED, &err);
  }
  /* Something behind the end. */
  unsigned char *longer = calloc(1, n + HWP_PAGE_SIZE);
  assert_non_null(longer);
  memcpy(longer, bytes, n);
  write_all(location, longer, n + 10);
  assert_true(place_examine(location) >= 1);
  hw_assert_contains(place_damages(), "ends in the middle of a page");
  write_all(location, longer, n + HWP_PAGE_SIZE);
  assert_true(place_examine(location) >= 1);
  free(longer);
  free(bytes);
}

/* --- a log beside the file --- */

static int write_and_vanish(void *context, int acks) {
  hw_db *db = NULL;
  (void)acks;
  CHILD_CHECK(hw_db_open(context, HW_DB_WRITE, &db, NULL) == HW_OK);
  CHILD_CHECK(hw_db_begin(db, NULL) == HW_OK);
  CHILD_CHECK(hw_db_run(db, "UPDATE person SET note = 'logged'", NULL) == HW_OK);
  CHILD_CHECK(hw_db_commit(db, NULL) == HW_OK);
  return 0; /* without closing: the log stays */
}

static const char *join(const char *path, const char *suffix) {
  static char text[256];
  snprintf(text, sizeof text, "%s%s", path, suffix);
  return text;
}

static void pages_that_the_log_replaces_do_not_count(void **state) {
  (void)state;
  const char *location = place_new_location();
  make_all_kinds(location);
  hw_db *db = place_open(location, HW_DB_READ);
  const size_t other =
      (size_t)place_int(db, "SELECT rootpage FROM sqlite_schema WHERE name = 'sample'");
  hw_db_close(db);
  child_run(write_and_vanish, (void *)(uintptr_t)location);
  assert_int_equal(place_examine(location), 0);
  size_t n;
  unsigned char *frames = read_all(join(location, "-wal"), &n);
  const unsigned char *frame =
      frames + 32 + 24 + HWP_PAGE_SIZE; /* the second; the first is page 1 */
  const size_t page = (size_t)frame[2] << 8 | frame[3];
  free(frames);
  /* Half written when a process was killed that copied the log: harmless, the log has it whole. */
  static unsigned char junk[HWP_PAGE_SIZE / 2];
  put(location, (page - 1) * HWP_PAGE_SIZE, junk, sizeof junk);
  put(location, page * HWP_PAGE_SIZE - 1, junk, 1);
  assert_int_equal(place_examine(location), 0);
  /* In a page that the log does not have it is damage. */
  put(location, other * HWP_PAGE_SIZE - 30, junk, 1);
  put(location, other * HWP_PAGE_SIZE - 31, (const unsigned char *)"?", 1);
  assert_true(place_examine(location) >= 1);
  struct stat log;
  assert_int_equal(stat(join(location, "-wal"), &log), 0); /* it was left as it is */
  assert_true(log.st_size > 0);
  db = place_open(location, HW_DB_READ);
  assert_int_equal(place_int(db, "SELECT count(*) FROM person WHERE note = 'logged'"), 150);
  hw_db_close(db);
}

static void a_log_that_ends_in_half_a_transaction_is_no_damage(void **state) {
  (void)state;
  const char *location = place_new_location(), *copy = place_new_location();
  make_all_kinds(location);
  child_run(write_and_vanish, (void *)(uintptr_t)location);
  size_t n;
  unsigned char *log = read_all(join(location, "-wal"), &n);
  for (size_t size = 0; size < n; size += 1000) {
    copy_file(location, copy);
    write_all(join(copy, "-wal"), log, size);
    assert_int_equal(place_examine(copy), 0);
    hw_db *db = place_open(copy, HW_DB_READ);
    assert_int_equal(place_int(db, "SELECT count(*) FROM person WHERE note = 'logged'"), 0);
    hw_db_close(db);
  }
  free(log);
}

/* The sqlite3 shell, last to close a case that a killed process has left. */
static void pages_that_another_program_wrote_are_named_so(void **state) {
  (void)state;
  const char *location = place_new_location();
  make_all_kinds(location);
  child_run(write_and_vanish, (void *)(uintptr_t)location);
  sqlite3 *other = NULL;
  assert_int_equal(sqlite3_open(location, &other), SQLITE_OK);
  assert_int_equal(sqlite3_exec(other, "SELECT count(*) FROM person", NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_close(other), SQLITE_OK);
  assert_true(place_examine(location) > 1);
  hw_assert_contains(place_damages(), "it has no checksum, another program has written it");
  assert_null(strstr(place_damages(), "does not fit"));
  assert_null(strstr(place_damages(), "structure"));
  hw_db *db = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_db_open(location, HW_DB_READ, &db, &err), HW_E_DAMAGED, &err);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_change_of_one_word_always_changes_the_sum),
      cmocka_unit_test(the_sum_is_the_same_for_ever),
      cmocka_unit_test(a_flipped_byte_anywhere_is_found),
      cmocka_unit_test(damage_never_shows_as_another_value),
      cmocka_unit_test(a_damaged_page_is_told_once_with_its_table),
      cmocka_unit_test(several_damages_are_all_told),
      cmocka_unit_test(a_page_in_the_wrong_place_is_found),
      cmocka_unit_test(a_file_that_was_cut_off_is_found),
      cmocka_unit_test(pages_that_the_log_replaces_do_not_count),
      cmocka_unit_test(a_log_that_ends_in_half_a_transaction_is_no_damage),
      cmocka_unit_test(pages_that_another_program_wrote_are_named_so),
  };
  return cmocka_run_group_tests_name("db_pages", tests, place_begin, place_end);
}
