/* kill -9: what was acknowledged is there, what was not is there whole or not at
 * all, and an examination finds nothing.
 *
 * Two ways: at random moments, for any back end; and, for files, at every single
 * system call that changes the disk, in the middle of writes too, while a database
 * is made, written, closed and backed up. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "homeward/random.h"
#include "store/calls.h"
#include "store/child.h"
#include "store/place.h"
#include "support/assert.h"

/* Rows of a transaction: transaction k adds this many persons that carry k as weight. */
static int rows_of(int k) {
  return 1 + k * 7 % 40;
}

static int write_transaction(hw_db *db, int k) {
  static const char photo[20000] = {0};
  hw_query *insert = NULL;
  CHILD_CHECK(hw_db_begin(db, NULL) == HW_OK);
  CHILD_CHECK(hw_db_query(db, "INSERT INTO person (code, weight, photo) VALUES ($1, $2, $3)",
                          &insert, NULL) == HW_OK);
  for (int i = 0; i < rows_of(k); i++) {
    char code[32];
    snprintf(code, sizeof code, "%d of %d", i, k);
    hw_query_bind_text(insert, 1, code);
    hw_query_bind_real(insert, 2, k);
    hw_query_bind_bytes(insert, 3, photo, i == 0 && k % 4 == 0 ? sizeof photo : 200);
    CHILD_CHECK(hw_query_run(insert, NULL) == HW_OK);
  }
  hw_query_done(insert);
  CHILD_CHECK(hw_db_commit(db, NULL) == HW_OK);
  return 0;
}

/* Number of transactions; each must be complete. */
static int check_transactions(const char *location) {
  const int n_damages = place_examine(location);
  if (n_damages != 0) fail_msg("after a kill: %s", place_damages());
  hw_db *db = place_open(location, HW_DB_READ);
  const int n = (int)place_int(db, "SELECT count(DISTINCT weight) FROM person");
  hw_query *query = NULL;
  bool has_row;
  hw_assert_ok(
      hw_db_query(db, "SELECT weight, count(*) FROM person GROUP BY weight ORDER BY weight", &query,
                  NULL),
      NULL);
  for (int k = 0; k < n; k++) {
    hw_assert_ok(hw_query_step(query, &has_row, NULL), NULL);
    assert_int_equal(hw_query_real(query, 0), k);
    assert_int_equal(hw_query_int(query, 1), rows_of(k));
  }
  hw_query_done(query);
  hw_db_close(db);
  return n;
}

/* --- random moments --- */

typedef struct work {
  const char *location;
  int first;    /**< number of the next transaction */
  int n;        /**< how many */
  long kill_at; /**< system call; 0 = none */
} work;

static int write_for_ever(void *context, int acks) {
  const work *w = context;
  hw_db *db = NULL;
  CHILD_CHECK(hw_db_open(w->location, HW_DB_WRITE, &db, NULL) == HW_OK);
  for (int k = w->first;; k++) {
    const int line = write_transaction(db, k);
    if (line != 0) return line;
    child_tell(acks, 1);
  }
}

static void a_killed_writer_loses_nothing_it_has_acknowledged(void **state) {
  (void)state;
  enum { KILLS = 60 };
  work w = {.location = place_new_location()};
  hw_random random;
  hw_random_init(&random, 20);
  place_make(w.location);
  for (int i = 0; i < KILLS; i++) {
    int n_acks = 0, n_more;
    child c = child_begin(write_for_ever, &w);
    for (int wait_for = (int)hw_random_below(&random, 8); wait_for > 0; wait_for--)
      n_acks += child_ack(&c) >= 0;
    const struct timespec moment = {0, (long)hw_random_below(&random, 3000000)};
    nanosleep(&moment, NULL);
    kill(c.id, SIGKILL);
    assert_true(child_end(&c, &n_more));
    n_acks += n_more;
    const int n = check_transactions(w.location);
    assert_true(n == w.first + n_acks || n == w.first + n_acks + 1);
    w.first = n;
  }
  assert_true(w.first > KILLS / 2);
}

/* --- every system call --- */

static int make_killed(void *context, int acks) {
  const work *w = context;
  hw_db *db = NULL;
  CHILD_CHECK(calls_begin());
  calls_kill_at(w->kill_at);
  CHILD_CHECK(hw_db_open(w->location, HW_DB_CREATE, &db, NULL) == HW_OK);
  CHILD_CHECK(hw_db_begin(db, NULL) == HW_OK);
  CHILD_CHECK(hw_db_create_table(db, &PLACE_PERSON, NULL) == HW_OK);
  CHILD_CHECK(hw_db_commit(db, NULL) == HW_OK);
  child_tell(acks, 1);
  hw_db_close(db);
  return 0;
}

static void a_killed_creation_leaves_a_whole_database_or_none(void **state) {
  (void)state;
  bool was_killed = true;
  int n_made = 0;
  for (long n = 1; was_killed; n++) {
    work w = {.location = place_new_location(), .kill_at = n};
    int n_acks;
    struct stat file;
    child c = child_begin(make_killed, &w);
    was_killed = child_end(&c, &n_acks);
    if (stat(w.location, &file) != 0) {
      assert_int_equal(n_acks, 0);
      const char *name = strrchr(w.location, '/') + 1;
      char stray[64];
      snprintf(stray, sizeof stray, "%s.new-", name);
      assert_int_equal(place_count(name), place_count(stray));
      continue;
    }
    n_made++;
    assert_int_equal(place_examine(w.location), 0);
    hw_db *db = place_open(w.location, HW_DB_WRITE);
    assert_int_equal(place_int(db, "SELECT count(*) FROM person"), 0);
    hw_db_close(db);
    assert_true(n < 1000);
  }
  assert_true(n_made >= 1);
}

static void copy_file(const char *from, const char *to) {
  char command[400];
  snprintf(command, sizeof command, "cp %s %s", from, to);
  assert_int_equal(system(command), 0);
}

static int write_killed(void *context, int acks) {
  const work *w = context;
  hw_db *db = NULL;
  CHILD_CHECK(calls_begin());
  calls_kill_at(w->kill_at);
  CHILD_CHECK(hw_db_open(w->location, HW_DB_WRITE, &db, NULL) == HW_OK);
  for (int k = w->first; k < w->first + w->n; k++) {
    const int line = write_transaction(db, k);
    if (line != 0) return line;
    child_tell(acks, 1);
  }
  hw_db_close(db);
  return 0;
}

static void a_writer_may_be_killed_at_any_system_call(void **state) {
  (void)state;
  const char *original = place_name("original.hwc");
  place_make(original);
  work first = {.location = original, .n = 6};
  child_run(write_killed, &first);
  bool was_killed = true;
  long n = 1;
  for (; was_killed; n++) {
    work w = {.location = place_new_location(), .first = 6, .n = 5, .kill_at = n};
    int n_acks;
    copy_file(original, w.location);
    child c = child_begin(write_killed, &w);
    was_killed = child_end(&c, &n_acks);
    const int n_there = check_transactions(w.location);
    assert_true(n_there == 6 + n_acks || n_there == 6 + n_acks + 1);
    /* And it can be written again. */
    work again = {.location = w.location, .first = n_there, .n = 1};
    child_run(write_killed, &again);
    assert_int_equal(check_transactions(w.location), n_there + 1);
    unlink(w.location);
    assert_true(n < 2000);
  }
  assert_true(n > 50);
}

/* Killed while it repairs what a killed one has left. */
static void recovery_may_be_killed_too(void **state) {
  (void)state;
  const char *original = place_name("recovered.hwc");
  place_make(original);
  work first = {.location = original, .n = 3};
  child_run(write_killed, &first);
  for (long n = 20; n < 60; n += 13) {
    bool was_killed = true;
    for (long m = 1; was_killed; m++) {
      work w = {.location = place_new_location(), .first = 3, .n = 4, .kill_at = n};
      int n_acks;
      copy_file(original, w.location);
      child c = child_begin(write_killed, &w);
      assert_true(child_end(&c, &n_acks));
      w.kill_at = m;
      w.n = 0;
      c = child_begin(write_killed, &w);
      was_killed = child_end(&c, NULL);
      const int n_there = check_transactions(w.location);
      assert_true(n_there == 3 + n_acks || n_there == 3 + n_acks + 1);
      assert_true(m < 200);
    }
  }
}

typedef struct backup_work {
  const char *from, *to;
  long kill_at;
} backup_work;

static int backup_killed(void *context, int acks) {
  const backup_work *w = context;
  hw_db *db = NULL;
  CHILD_CHECK(hw_db_open(w->from, HW_DB_READ, &db, NULL) == HW_OK);
  CHILD_CHECK(calls_begin());
  calls_kill_at(w->kill_at);
  CHILD_CHECK(hw_db_backup(db, w->to, NULL, NULL, NULL) == HW_OK);
  child_tell(acks, 1);
  hw_db_close(db);
  return 0;
}

static void a_killed_backup_leaves_a_whole_copy_or_none(void **state) {
  (void)state;
  const char *original = place_name("source.hwc");
  place_make(original);
  work first = {.location = original, .n = 5};
  child_run(write_killed, &first);
  bool was_killed = true;
  long n = 1;
  int n_none = 0;
  for (; was_killed; n++) {
    backup_work w = {original, place_new_location(), n};
    int n_acks;
    struct stat file;
    child c = child_begin(backup_killed, &w);
    was_killed = child_end(&c, &n_acks);
    assert_int_equal(check_transactions(original), 5);
    if (stat(w.to, &file) == 0) {
      assert_int_equal(check_transactions(w.to), 5);
    } else {
      assert_int_equal(n_acks, 0);
      n_none++;
    }
    assert_true(n < 2000);
  }
  assert_true(n > 10 && n_none > 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_killed_writer_loses_nothing_it_has_acknowledged),
      cmocka_unit_test(a_killed_creation_leaves_a_whole_database_or_none),
      cmocka_unit_test(a_writer_may_be_killed_at_any_system_call),
      cmocka_unit_test(recovery_may_be_killed_too),
      cmocka_unit_test(a_killed_backup_leaves_a_whole_copy_or_none),
  };
  return cmocka_run_group_tests_name("db_kill", tests, place_begin, place_end);
}
