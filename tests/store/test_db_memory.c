/* Memory that is exhausted inside SQLite: told as such, nothing damaged, and what
 * was acknowledged stays. (Our own allocations fail in test_db.) */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/place.h"
#include "support/assert.h"

/* Rounds after which a loop is taken to be endless. */
enum { MOST = 20000 };

static sqlite3_mem_methods true_memory;
static long left = -1; /* allocations that still succeed; -1 = all */
static bool has_failed;

static bool fails(void) {
  if (left < 0 || left-- > 0) return false;
  left = 0;
  has_failed = true;
  return true;
}

static void *my_malloc(int n) {
  return fails() ? NULL : true_memory.xMalloc(n);
}

static void *my_realloc(void *old, int n) {
  return fails() ? NULL : true_memory.xRealloc(old, n);
}

static int take_memory(void **state) {
  sqlite3_mem_methods mine;
  if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &true_memory) != SQLITE_OK) return -1;
  mine = true_memory;
  mine.xMalloc = my_malloc;
  mine.xRealloc = my_realloc;
  if (sqlite3_config(SQLITE_CONFIG_MALLOC, &mine) != SQLITE_OK) return -1;
  return place_begin(state);
}

static void begin_failing(long n) {
  has_failed = false;
  left = n;
}

static bool end_failing(void) {
  left = -1;
  return has_failed;
}

/* SQLite does without some allocations: then all is well. */
static void assert_told(hw_status status, const hw_err *err) {
  if (status == HW_OK) return;
  hw_assert_status(status, HW_E_NO_MEMORY, err);
  hw_assert_contains(err->message, "memory is exhausted");
}

static void writing_survives_exhausted_memory(void **state) {
  (void)state;
  const char *location = place_new_location();
  place_make(location);
  int64_t n_persons = 0;
  for (long n = 0; n < MOST; n += 1 + n / 100) {
    hw_db *db = NULL;
    hw_err err = HW_ERR_INIT;
    char code[32];
    snprintf(code, sizeof code, "P%ld", n);
    begin_failing(n);
    hw_status status = hw_db_open(location, HW_DB_WRITE, &db, &err);
    if (status == HW_OK) status = hw_db_begin(db, &err);
    if (status == HW_OK) status = place_add_person(db, code, &err);
    if (status == HW_OK) status = hw_db_commit(db, &err);
    const bool failed = end_failing();
    assert_told(status, &err);
    n_persons += status == HW_OK;
    hw_db_close(db);
    db = place_open(location, HW_DB_READ);
    assert_int_equal(place_int(db, "SELECT count(*) FROM person"), n_persons);
    hw_db_close(db);
    if (!failed) {
      assert_int_equal(status, HW_OK);
      break;
    }
  }
  assert_true(n_persons > 0);
  assert_int_equal(place_examine(location), 0);
}

static void making_and_copying_leave_nothing_half(void **state) {
  (void)state;
  bool failed = true;
  for (long n = 0; failed && n < MOST; n += 1 + n / 50) {
    const char *location = place_new_location(), *copy = place_new_location();
    hw_db *db = NULL;
    hw_err err = HW_ERR_INIT;
    begin_failing(n);
    hw_status status = hw_db_open(location, HW_DB_CREATE, &db, &err);
    if (status == HW_OK) status = hw_db_begin(db, &err);
    if (status == HW_OK) status = hw_db_create_table(db, &PLACE_PERSON, &err);
    if (status == HW_OK) status = hw_db_commit(db, &err);
    if (status == HW_OK) status = hw_db_backup(db, copy, NULL, NULL, &err);
    failed = end_failing();
    assert_told(status, &err);
    hw_db_close(db);
    if (hw_db_open(location, HW_DB_EXAMINE, &db, &err) == HW_OK) {
      hw_db_close(db);
      assert_int_equal(place_examine(location), 0);
    } else {
      hw_assert_status(err.status, HW_E_NOT_FOUND, &err);
    }
    assert_int_equal(place_count(".new-"), 0);
    if (status == HW_OK) assert_int_equal(place_examine(copy), 0);
  }
  assert_false(failed);
}

static void an_examination_never_takes_it_for_damage(void **state) {
  (void)state;
  const char *location = place_new_location();
  place_make(location);
  bool failed = true;
  for (long n = 0; failed && n < MOST; n++) {
    hw_db *db = NULL;
    hw_err err = HW_ERR_INIT;
    int n_damages = 0;
    begin_failing(n);
    hw_status status = hw_db_open(location, HW_DB_EXAMINE, &db, &err);
    if (status == HW_OK) status = place_examine_db(db, &n_damages, &err);
    failed = end_failing();
    assert_told(status, &err);
    if (n_damages != 0) fail_msg("allocation %ld: %s", n, place_damages());
    hw_db_close(db);
  }
  assert_false(failed);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writing_survives_exhausted_memory),
      cmocka_unit_test(making_and_copying_leave_nothing_half),
      cmocka_unit_test(an_examination_never_takes_it_for_damage),
  };
  return cmocka_run_group_tests_name("db_memory", tests, take_memory, place_end);
}
