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

/* Kinds that version 1 has as they are today, and whose references can be filled. */
static bool is_whole_in_1(const hw_kind *kind) {
  if (kind->since > 1) return false;
  for (int f = 0; f < kind->n_fields; f++)
    if (kind->fields[f].since > 1 || kind->fields[f].type == HW_TYPE_ITEM) return false;
  return true;
}

static void set_version(const char *location, int version) {
  hw_err err = HW_ERR_INIT;
  hw_db *db = NULL;
  hw_assert_ok(hw_db_open(location, HW_DB_WRITE, &db, &err), &err);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  hw_assert_ok(hw_db_set_version(db, version, &err), &err);
  hw_assert_ok(hw_db_commit(db, &err), &err);
  hw_db_close(db);
}

/* Three records of each such kind. The store writes only what it knows, so that it is told for the
 * time of the change that these tables are today's. @return their number */
static int fill_version_1(const char *location, hw_arena *arena, hw_record *out, int most) {
  hw_random random;
  int64_t targets[HW_KIND_COUNT] = {0};
  int n = 0;
  make_version(location, 1);
  set_version(location, HW_STORE_VERSION);
  hw_store *store = store_test_open(location, HW_DB_WRITE);
  hw_random_init(&random, 11);
  store_test_begin(store, "fill");
  for (int round = 0; round < 3; round++)
    for (int k = 0; k < HW_KIND_COUNT; k++) {
      hw_err why = HW_ERR_INIT;
      hw_record record;
      if (!is_whole_in_1(hw_kind_get((hw_kind_id)k))) continue;
      store_test_fill(&random, (hw_kind_id)k, targets, arena, &record);
      hw_status status = hw_store_add(store, &record, &why);
      if (round == 0 && status == HW_E_VALUE) continue; /* a reference to what comes later */
      hw_assert_ok(status, &why);
      targets[k] = record.id;
      assert_true(n < most);
      out[n++] = record;
    }
  store_test_commit(store);
  hw_store_close(store);
  set_version(location, 1);
  return n;
}

static void records_of_version_1_are_what_they_were_after_the_upgrade(void **state) {
  (void)state;
  enum { MOST = 200 };
  static hw_record before[MOST];
  const char *location = store_test_name();
  hw_err err = HW_ERR_INIT;
  hw_store *store = NULL;
  hw_arena arena;
  uint8_t head[HW_DIGEST_SIZE], now[HW_DIGEST_SIZE];
  int64_t seq = 0;
  int from = 0, to = 0;
  hw_arena_init(&arena, 0);
  const int n = fill_version_1(location, &arena, before, MOST);
  assert_true(n > 60);
  /* Nobody reads or writes it before it is upgraded, and it is told how. */
  for (int mode = 0; mode < 2; mode++) {
    hw_assert_status(hw_store_open(location, mode == 0 ? HW_DB_READ : HW_DB_WRITE, &store, &err),
                     HW_E_STATE, &err);
    hw_assert_contains(err.message, "written by an older version of Homeward (schema 1, now ");
    hw_assert_contains(err.message, "make a backup, then 'homeward init --upgrade -c CASE'");
  }
  hw_assert_ok(hw_store_upgrade(location, "tester", &from, &to, &err), &err);
  store = store_test_open(location, HW_DB_WRITE);
  for (int i = 0; i < n; i++) {
    hw_record found;
    int field = -1;
    hw_assert_ok(hw_store_get(store, before[i].kind->id, before[i].id, &arena, &found, &err), &err);
    assert_true(hw_record_equal(&before[i], &found, &field));
    assert_int_equal(found.entry, before[i].entry);
  }
  assert_int_equal(store_test_verify(store), 0);
  hw_assert_ok(hw_store_head(store, &seq, head, &err), &err);
  assert_int_equal(seq, 2); /* filled, upgraded */
  /* What the new version brought can be written. */
  store_test_begin(store, "new");
  hw_record bone, individual;
  hw_record_init(&bone, HW_KIND_SPECIMEN);
  hw_record_set_text(&bone, HW_FIELD_SPECIMEN_CODE, "B1");
  hw_record_set_text(&bone, HW_FIELD_SPECIMEN_ELEMENT, "femur");
  hw_record_set_real(&bone, HW_FIELD_SPECIMEN_AGE_FROM, 18);
  hw_record_set_text(&bone, HW_FIELD_SPECIMEN_ZONES, "1;2");
  hw_assert_ok(hw_store_add(store, &bone, &err), &err);
  hw_record_init(&individual, HW_KIND_INDIVIDUAL);
  hw_record_set_text(&individual, HW_FIELD_INDIVIDUAL_CODE, "G1");
  hw_record_set_int(&individual, HW_FIELD_INDIVIDUAL_INVESTIGATION, 1);
  hw_assert_ok(hw_store_add(store, &individual, &err), &err);
  store_test_commit(store);
  hw_record found;
  int field = -1;
  hw_assert_ok(hw_store_get(store, HW_KIND_SPECIMEN, bone.id, &arena, &found, &err), &err);
  assert_true(hw_record_equal(&bone, &found, &field));
  assert_int_equal(store_test_verify(store), 0);
  hw_assert_ok(hw_store_head(store, &seq, now, &err), &err);
  assert_int_equal(seq, 3);
  hw_store_close(store);
  hw_arena_clear(&arena);
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
      cmocka_unit_test(records_of_version_1_are_what_they_were_after_the_upgrade),
      cmocka_unit_test(newer_versions_are_refused_and_the_same_is_left_alone),
  };
  return cmocka_run_group_tests(tests, store_tests_begin, store_tests_end);
}
