/* Schema versions: what each one's tables are, and the way from one to the next.
 *
 * tests/store/versions/N.sql holds the definition of version N as it was released;
 * kinds.def may add to it, in a later version, and never change it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "store/store_int.h"
#include "store/store_support.h"
#include "support/assert.h"

/* A database of an older version: its tables, and one change in its audit chain. */
static void make_version(const char *location, int version) {
  hw_err err = HW_ERR_INIT;
  hw_db *db = NULL;
  hw_assert_ok(hw_db_open(location, HW_DB_CREATE, &db, &err), &err);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  hw_assert_ok(hwp_store_create_tables(db, 0, version, &err), &err);
  hw_assert_ok(hw_db_commit(db, &err), &err);
  hw_db_close(db);
}

static void every_released_version_has_the_tables_it_was_released_with(void **state) {
  (void)state;
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  assert_non_null(root);
  for (int version = 1; version <= HW_STORE_VERSION; version++) {
    char path[400];
    hw_err err = HW_ERR_INIT;
    char *expected = NULL, *found = NULL;
    size_t n = 0;
    hw_db *db = NULL;
    const char *location = store_test_name();
    make_version(location, version);
    hw_assert_ok(hw_db_open(location, HW_DB_READ, &db, &err), &err);
    hw_assert_ok(hw_db_schema(db, &found, &err), &err);
    snprintf(path, sizeof path, "%s/tests/store/versions/%d.sql", root, version);
    if (getenv("HOMEWARD_WRITE_VERSIONS") != NULL) {
      FILE *file = fopen(path, "w");
      assert_non_null(file);
      fputs(found, file);
      fclose(file);
    }
    hw_assert_ok(hw_file_read(path, 1 << 20, &expected, &n, &err), &err);
    assert_string_equal(found, expected);
    free(expected);
    free(found);
    hw_db_close(db);
  }
}

static void every_older_version_is_brought_up_to_date(void **state) {
  (void)state;
  for (int version = 1; version < HW_STORE_VERSION; version++) {
    const char *location = store_test_name();
    hw_err err = HW_ERR_INIT;
    hw_store *store = NULL;
    int from = -1, to = -1;
    make_version(location, version);
    hw_assert_status(hw_store_open(location, HW_DB_WRITE, &store, &err), HW_E_STATE, &err);
    hw_assert_ok(hw_store_upgrade(location, "tester", &from, &to, &err), &err);
    assert_int_equal(from, version);
    assert_int_equal(to, HW_STORE_VERSION);
    store = store_test_open(location, HW_DB_WRITE);
    assert_int_equal(store_test_verify(store), 0);
    hw_store_close(store);
  }
}

static void newer_versions_are_refused_and_the_same_is_left_alone(void **state) {
  (void)state;
  const char *location = store_test_name();
  hw_err err = HW_ERR_INIT;
  hw_store *store = NULL;
  uint8_t hash[HW_DIGEST_SIZE];
  int64_t seq = 0;
  int from = -1, to = -1;
  hw_db *db = NULL;
  hw_assert_ok(hw_db_open(location, HW_DB_CREATE, &db, &err), &err);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  hw_assert_ok(hwp_store_create_tables(db, 0, HW_STORE_VERSION, &err), &err);
  hw_assert_ok(hw_db_set_version(db, HW_STORE_VERSION + 1, &err), &err);
  hw_assert_ok(hw_db_commit(db, &err), &err);
  hw_db_close(db);
  hw_assert_status(hw_store_open(location, HW_DB_READ, &store, &err), HW_E_UNSUPPORTED, &err);
  hw_assert_contains(err.message, "written by a newer version of Homeward");
  hw_assert_status(hw_store_upgrade(location, "tester", &from, &to, &err), HW_E_UNSUPPORTED, &err);
  location = store_test_name();
  store = store_test_new(location);
  hw_store_close(store);
  hw_assert_ok(hw_store_upgrade(location, "tester", &from, &to, &err), &err);
  assert_int_equal(from, to); /* nothing to do leaves no entry */
  store = store_test_open(location, HW_DB_READ);
  hw_assert_ok(hw_store_head(store, &seq, hash, &err), &err);
  assert_int_equal(seq, 1);
  hw_store_close(store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_released_version_has_the_tables_it_was_released_with),
      cmocka_unit_test(every_older_version_is_brought_up_to_date),
      cmocka_unit_test(newer_versions_are_refused_and_the_same_is_left_alone),
  };
  return cmocka_run_group_tests(tests, store_tests_begin, store_tests_end);
}
