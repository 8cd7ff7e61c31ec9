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

/* Kinds that a version has as they are today, and whose references can be filled. */
static bool is_whole_in(const hw_kind *kind, int version) {
  if (kind->since > version) return false;
  for (int f = 0; f < kind->n_fields; f++)
    if (kind->fields[f].since > version || kind->fields[f].type == HW_TYPE_ITEM) return false;
  return true;
}

/* As if the version had counted other things. */
static void count_otherwise(const char *location) {
  hw_err err = HW_ERR_INIT;
  hw_db *db = NULL;
  hw_assert_ok(hw_db_open(location, HW_DB_WRITE, &db, &err), &err);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  hw_assert_ok(
      hw_db_run(db,
                "INSERT INTO tally (id,kind,word,n) VALUES (998,'summary','remains-snp',7) "
                "ON CONFLICT (kind,word) DO UPDATE SET n=7",
                &err),
      &err);
  hw_assert_ok(hw_db_commit(db, &err), &err);
  hw_db_close(db);
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
static int fill_version(const char *location, int version, hw_arena *arena, hw_record *out,
                        int most) {
  hw_random random;
  int64_t targets[HW_KIND_COUNT] = {0};
  int n = 0;
  make_version(location, version);
  set_version(location, HW_STORE_VERSION);
  hw_store *store = store_test_open(location, HW_DB_WRITE);
  hw_random_init(&random, 11);
  store_test_begin(store, "fill");
  for (int round = 0; round < 3; round++)
    for (int k = 0; k < HW_KIND_COUNT; k++) {
      hw_err why = HW_ERR_INIT;
      hw_record record;
      if (!is_whole_in(hw_kind_get((hw_kind_id)k), version)) continue;
      store_test_fill(&random, (hw_kind_id)k, targets, arena, &record);
      hw_status status = hw_store_add(store, &record, &why);
      if (status == HW_E_VALUE) continue; /* it refers to what this version has otherwise */
      hw_assert_ok(status, &why);
      targets[k] = record.id;
      assert_true(n < most);
      out[n++] = record;
    }
  store_test_commit(store);
  hw_store_close(store);
  set_version(location, version);
  return n;
}

/* Reports, settings, credentials and access. */
static void write_version_4(hw_store *store, int64_t investigation) {
  hw_err err = HW_ERR_INIT;
  hw_record actor, report, setting, credential, access;
  hw_record_init(&actor, HW_KIND_ACTOR);
  hw_record_set_text(&actor, HW_FIELD_ACTOR_CODE, "web-1");
  hw_record_set_text(&actor, HW_FIELD_ACTOR_PERMISSIONS, "write");
  hw_assert_ok(hw_store_add(store, &actor, &err), &err);
  hw_record_init(&report, HW_KIND_REPORT);
  hw_record_set_text(&report, HW_FIELD_REPORT_CODE, "BC-1");
  hw_record_set_text(&report, HW_FIELD_REPORT_KIND, "handover");
  hw_record_set_text(&report, HW_FIELD_REPORT_LANGUAGE, "vi");
  hw_record_set_text(&report, HW_FIELD_REPORT_CREATED, "2026-01-31T08:00:00Z");
  hw_record_set_text(&report, HW_FIELD_REPORT_PROGRAM, "0.1.0");
  hw_record_set_text(&report, HW_FIELD_REPORT_PARAMETERS, "{}");
  hw_record_set_text(&report, HW_FIELD_REPORT_DOCUMENT, "d");
  hw_assert_ok(hw_store_add(store, &report, &err), &err);
  hw_record_init(&setting, HW_KIND_SETTING);
  hw_record_set_text(&setting, HW_FIELD_SETTING_CODE, "letterhead.vi");
  hw_record_set_text(&setting, HW_FIELD_SETTING_VALUE, "Trung tâm\n");
  hw_assert_ok(hw_store_add(store, &setting, &err), &err);
  hw_record_init(&credential, HW_KIND_CREDENTIAL);
  hw_record_set_int(&credential, HW_FIELD_CREDENTIAL_ACTOR, actor.id);
  hw_record_set_text(&credential, HW_FIELD_CREDENTIAL_PASSWORD, "$argon2id$");
  hw_assert_ok(hw_store_add(store, &credential, &err), &err);
  hw_record_init(&access, HW_KIND_ACCESS);
  hw_record_set_int(&access, HW_FIELD_ACCESS_ACTOR, actor.id);
  hw_record_set_int(&access, HW_FIELD_ACCESS_INVESTIGATION, investigation);
  hw_assert_ok(hw_store_add(store, &access, &err), &err);
  /* A secret is not told where two of them differ. */
  hw_put_outcome outcome;
  credential.id = 0;
  hw_record_set_text(&credential, HW_FIELD_CREDENTIAL_PASSWORD, "$other$");
  hw_assert_status(hw_store_put(store, &credential, false, &outcome, &err), HW_E_CONFLICT, &err);
  hw_assert_contains(err.message, "a secret, but the credential web-1");
  assert_null(strstr(err.message, "$argon2id$"));
  assert_null(strstr(err.message, "$other$"));
}

/* What the versions after the first brought can be written. */
static void write_what_is_new(hw_store *store, hw_arena *arena) {
  hw_err err = HW_ERR_INIT;
  hw_record bone, individual, panel, profile, there, found;
  int field = -1;
  store_test_begin(store, "new");
  hw_record_init(&bone, HW_KIND_SPECIMEN);
  hw_record_set_text(&bone, HW_FIELD_SPECIMEN_CODE, "B1");
  hw_record_set_text(&bone, HW_FIELD_SPECIMEN_ELEMENT, "femur");
  hw_record_set_real(&bone, HW_FIELD_SPECIMEN_AGE_FROM, 18);
  hw_record_set_text(&bone, HW_FIELD_SPECIMEN_ZONES, "1;2");
  hw_assert_ok(hw_store_add(store, &bone, &err), &err);
  hw_record_init(&panel, HW_KIND_SNP_PANEL);
  hw_record_set_text(&panel, HW_FIELD_SNP_PANEL_CODE, "P1");
  hw_record_set_int(&panel, HW_FIELD_SNP_PANEL_MARKERS, 2);
  hw_record_set_text(&panel, HW_FIELD_SNP_PANEL_DIGEST, "d");
  hw_record_set_text(&panel, HW_FIELD_SNP_PANEL_TABLE, "t");
  hw_assert_ok(hw_store_add(store, &panel, &err), &err);
  hw_record_init(&there, HW_KIND_INVESTIGATION);
  hw_record_set_text(&there, HW_FIELD_INVESTIGATION_CODE, "there");
  hw_record_set_int(&there, HW_FIELD_INVESTIGATION_SNP_PANEL, panel.id);
  hw_assert_ok(hw_store_add(store, &there, &err), &err);
  hw_record_init(&individual, HW_KIND_INDIVIDUAL);
  hw_record_set_text(&individual, HW_FIELD_INDIVIDUAL_CODE, "G1");
  hw_record_set_int(&individual, HW_FIELD_INDIVIDUAL_INVESTIGATION, there.id);
  hw_assert_ok(hw_store_add(store, &individual, &err), &err);
  hw_record_init(&profile, HW_KIND_SNP_PROFILE);
  hw_record_set_text(&profile, HW_FIELD_SNP_PROFILE_CODE, "Q1");
  hw_record_set_int(&profile, HW_FIELD_SNP_PROFILE_PANEL, panel.id);
  hw_record_set_text(&profile, HW_FIELD_SNP_PROFILE_LIKELIHOODS, "..");
  hw_record_set_int(&profile, HW_FIELD_SNP_PROFILE_KNOWN, 0);
  hw_record_set_text(&profile, HW_FIELD_SNP_PROFILE_USE, "single");
  hw_assert_ok(hw_store_add(store, &profile, &err), &err);
  write_version_4(store, there.id);
  store_test_commit(store);
  hw_assert_ok(hw_store_get(store, HW_KIND_SPECIMEN, bone.id, arena, &found, &err), &err);
  assert_true(hw_record_equal(&bone, &found, &field));
  hw_assert_ok(hw_store_get(store, HW_KIND_SNP_PROFILE, profile.id, arena, &found, &err), &err);
  assert_true(hw_record_equal(&profile, &found, &field));
}

static void check_upgrade_of(int version) {
  enum { MOST = 300 };
  static hw_record before[MOST];
  const char *location = store_test_name();
  hw_err err = HW_ERR_INIT;
  hw_store *store = NULL;
  hw_arena arena;
  uint8_t head[HW_DIGEST_SIZE], now[HW_DIGEST_SIZE];
  int64_t seq = 0;
  int from = 0, to = 0;
  hw_arena_init(&arena, 0);
  const int n = fill_version(location, version, &arena, before, MOST);
  char older[80];
  snprintf(older, sizeof older, "written by an older version of Homeward (schema %d, now ",
           version);
  assert_true(n > 40);
  /* Nobody reads or writes it before it is upgraded, and it is told how. */
  count_otherwise(location);
  for (int mode = 0; mode < 2; mode++) {
    hw_assert_status(hw_store_open(location, mode == 0 ? HW_DB_READ : HW_DB_WRITE, &store, &err),
                     HW_E_STATE, &err);
    hw_assert_contains(err.message, older);
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
  write_what_is_new(store, &arena);
  assert_int_equal(store_test_verify(store), 0);
  hw_assert_ok(hw_store_head(store, &seq, now, &err), &err);
  assert_int_equal(seq, 3);
  hw_store_close(store);
  hw_arena_clear(&arena);
}

static void records_of_older_versions_are_what_they_were_after_the_upgrade(void **state) {
  (void)state;
  for (int version = 1; version < HW_STORE_VERSION; version++) check_upgrade_of(version);
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
      cmocka_unit_test(records_of_older_versions_are_what_they_were_after_the_upgrade),
      cmocka_unit_test(newer_versions_are_refused_and_the_same_is_left_alone),
  };
  return cmocka_run_group_tests(tests, store_tests_begin, store_tests_end);
}
