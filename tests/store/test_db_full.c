/* A disk that is full: the failure is told in words, what was acknowledged stays,
 * nothing else is there, and when there is room again work goes on.
 *
 * Two ways: a limit on the size of files (any back end on files), and every
 * single write of SQLite refused from the n-th on. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "store/calls.h"
#include "store/child.h"
#include "store/place.h"
#include "support/assert.h"

enum { ROWS = 20 };

/* One transaction of ROWS persons; rolled back if it fails. */
static hw_status write_transaction(hw_db *db, int k, hw_err *err) {
  static const char PHOTO[600] = {0};
  hw_query *insert = NULL;
  hw_status status = hw_db_begin(db, err);
  if (status == HW_OK)
    status = hw_db_query(db, "INSERT INTO person (code, weight, photo) VALUES ($1, $2, $3)",
                         &insert, err);
  for (int i = 0; i < ROWS && status == HW_OK; i++) {
    char code[32];
    snprintf(code, sizeof code, "%d of %d", i, k);
    hw_query_bind_text(insert, 1, code);
    hw_query_bind_real(insert, 2, k);
    hw_query_bind_bytes(insert, 3, PHOTO, sizeof PHOTO);
    status = hw_query_run(insert, err);
  }
  hw_query_done(insert);
  if (status == HW_OK) return hw_db_commit(db, err);
  hw_db_rollback(db);
  return status;
}

static void assert_holds(const char *location, int n_transactions) {
  assert_int_equal(place_examine(location), 0);
  hw_db *db = place_open(location, HW_DB_READ);
  assert_int_equal(place_int(db, "SELECT count(*) FROM person"), n_transactions * ROWS);
  assert_int_equal(place_int(db, "SELECT count(DISTINCT weight) FROM person"), n_transactions);
  hw_db_close(db);
}

typedef struct work {
  const char *location;
  const char *target;
  int n_writes; /**< writes that succeed */
} work;

static bool set_limit(rlim_t bytes) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
  limit.rlim_cur = bytes;
  return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

/* --- a limit on the size of files --- */

static int write_until_limit(void *context, int acks) {
  const work *w = context;
  hw_db *db = NULL;
  hw_err err = HW_ERR_INIT;
  int n = 0;
  signal(SIGXFSZ, SIG_IGN);
  for (rlim_t limit = 40000; limit < 400000; limit += 23000) {
    CHILD_CHECK(set_limit(limit));
    hw_status status = hw_db_open(w->location, HW_DB_WRITE, &db, &err);
    while (status == HW_OK && (status = write_transaction(db, n, &err)) == HW_OK) {
      child_tell(acks, 1);
      n++;
      CHILD_CHECK(n < 200);
    }
    CHILD_CHECK(status == HW_E_IO);
    CHILD_CHECK(strstr(err.message, "nothing was changed") != NULL);
    CHILD_CHECK(strcmp(err.file, w->location) == 0);
    CHILD_CHECK(set_limit(RLIM_INFINITY));
    if (db) { /* the same connection goes on */
      CHILD_CHECK(!hw_db_is_in_transaction(db));
      CHILD_CHECK(write_transaction(db, n, &err) == HW_OK);
      child_tell(acks, 1);
      n++;
    }
    hw_db_close(db);
    db = NULL;
  }
  return 0;
}

static void a_limit_on_files_loses_nothing(void **state) {
  (void)state;
  work w = {.location = place_new_location()};
  int n_acks;
  place_make(w.location);
  child c = child_begin(write_until_limit, &w);
  assert_false(child_end(&c, &n_acks));
  assert_true(n_acks > 10);
  assert_holds(w.location, n_acks);
}

/* --- every write --- */

static int write_until_full(void *context, int acks) {
  const work *w = context;
  hw_db *db = NULL;
  hw_err err = HW_ERR_INIT;
  int n = 0;
  CHILD_CHECK(calls_begin());
  calls_fill_at(w->n_writes + 1);
  hw_status status = hw_db_open(w->location, HW_DB_WRITE, &db, &err);
  while (status == HW_OK && n < 12 && (status = write_transaction(db, n, &err)) == HW_OK) {
    child_tell(acks, 1);
    n++;
  }
  if (status != HW_OK) {
    CHILD_CHECK(status == HW_E_IO);
    CHILD_CHECK(strstr(err.message, "the disk is full") != NULL);
  }
  hw_db_close(db); /* the copy of the log into the file may find the disk full as well */
  return 0;
}

static void a_disk_that_is_full_at_any_write_loses_nothing(void **state) {
  (void)state;
  for (int n = 0; n < 120; n += 1 + n / 20) {
    work w = {.location = place_new_location(), .n_writes = n};
    int n_acks;
    place_make(w.location);
    child c = child_begin(write_until_full, &w);
    assert_false(child_end(&c, &n_acks));
    assert_holds(w.location, n_acks);
  }
}

/* A transaction larger than the cache, so that SQLite writes before the commit. */
static int spill_until_full(void *context, int acks) {
  const work *w = context;
  hw_db *db = NULL;
  hw_err err = HW_ERR_INIT;
  (void)acks;
  CHILD_CHECK(calls_begin());
  CHILD_CHECK(hw_db_open(w->location, HW_DB_WRITE, &db, &err) == HW_OK);
  CHILD_CHECK(hw_db_run(db, "PRAGMA cache_size = 10", &err) == HW_OK);
  CHILD_CHECK(hw_db_begin(db, &err) == HW_OK);
  calls_fill_at(w->n_writes + 1);
  hw_status status = HW_OK;
  for (int i = 0; i < 3000 && status == HW_OK; i++) {
    char code[64];
    snprintf(code, sizeof code, "a long code of a person, number %d", i);
    status = place_add_person(db, code, &err);
  }
  CHILD_CHECK(status == HW_E_IO);
  calls_fill_at(0);
  /* Whether SQLite has given the transaction up or not: it goes on as a whole or not at all. */
  const bool is_refused = place_add_person(db, "another", &err) == HW_E_STATE;
  if (is_refused) CHILD_CHECK(strstr(err.message, "the disk is full") != NULL);
  if (is_refused) CHILD_CHECK(hw_db_commit(db, &err) == HW_E_STATE);
  hw_db_rollback(db);
  CHILD_CHECK(write_transaction(db, 0, &err) == HW_OK);
  hw_db_close(db);
  return 0;
}

static void a_transaction_that_fails_half_way_is_gone(void **state) {
  (void)state;
  for (int n = 1; n < 60; n += 9) {
    work w = {.location = place_new_location(), .n_writes = n};
    place_make(w.location);
    child_run(spill_until_full, &w);
    assert_holds(w.location, 1);
  }
}

static int create_until_full(void *context, int acks) {
  const work *w = context;
  hw_db *db = NULL;
  hw_err err = HW_ERR_INIT;
  CHILD_CHECK(calls_begin());
  calls_fill_at(w->n_writes + 1);
  hw_status status = hw_db_open(w->location, HW_DB_CREATE, &db, &err);
  if (status == HW_OK) status = hw_db_begin(db, &err);
  if (status == HW_OK) status = hw_db_create_table(db, &PLACE_PERSON, &err);
  if (status == HW_OK) status = hw_db_commit(db, &err);
  if (status == HW_OK)
    child_tell(acks, 1);
  else
    CHILD_CHECK(status == HW_E_IO && strstr(err.message, "full") != NULL);
  hw_db_close(db);
  return 0;
}

static int backup_until_full(void *context, int acks) {
  const work *w = context;
  hw_db *db = NULL;
  hw_err err = HW_ERR_INIT;
  CHILD_CHECK(hw_db_open(w->location, HW_DB_READ, &db, &err) == HW_OK);
  CHILD_CHECK(calls_begin());
  calls_fill_at(w->n_writes + 1);
  const hw_status status = hw_db_backup(db, w->target, NULL, NULL, &err);
  if (status == HW_OK)
    child_tell(acks, 1);
  else
    CHILD_CHECK(status == HW_E_IO && strstr(err.message, "full") != NULL &&
                strcmp(err.file, w->target) == 0);
  hw_db_close(db);
  return 0;
}

static void what_finds_no_room_is_not_there_at_all(void **state) {
  (void)state;
  const char *original = place_name("original.hwc");
  place_make(original);
  int n_good = 0;
  for (int n = 0; n < 40; n++) {
    work makes = {.location = place_new_location(), .n_writes = n};
    work copies = {.location = original, .target = place_new_location(), .n_writes = n};
    struct stat file;
    int n_acks;
    child c = child_begin(create_until_full, &makes);
    assert_false(child_end(&c, &n_acks));
    assert_int_equal(stat(makes.location, &file) == 0, n_acks == 1);
    assert_int_equal(place_count(strrchr(makes.location, '/') + 1), n_acks);
    if (n_acks) assert_int_equal(place_examine(makes.location), 0);
    n_good += n_acks;
    c = child_begin(backup_until_full, &copies);
    assert_false(child_end(&c, &n_acks));
    assert_int_equal(place_count(strrchr(copies.target, '/') + 1), n_acks);
    if (n_acks) assert_holds(copies.target, 0);
    n_good += n_acks;
  }
  assert_true(n_good > 5 && n_good < 75);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_limit_on_files_loses_nothing),
      cmocka_unit_test(a_disk_that_is_full_at_any_write_loses_nothing),
      cmocka_unit_test(a_transaction_that_fails_half_way_is_gone),
      cmocka_unit_test(what_finds_no_room_is_not_there_at_all),
  };
  return cmocka_run_group_tests_name("db_full", tests, place_begin, place_end);
}
