/* Two processes at once: both are right, or one is told to wait. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/child.h"
#include "store/place.h"
#include "support/assert.h"

static const hw_db_column ACCOUNT_COLUMNS[] = {{"amount", HW_DB_INT, true, NULL, NULL}};
static const hw_db_table ACCOUNT = {"account", 1, ACCOUNT_COLUMNS, NULL, false, NULL};

/* Two accounts that hold 1000 together. */
static void make_accounts(const char *location) {
  hw_err err = HW_ERR_INIT;
  hw_db *db = place_open(location, HW_DB_CREATE);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  hw_assert_ok(hw_db_create_table(db, &ACCOUNT, &err), &err);
  hw_assert_ok(hw_db_run(db, "INSERT INTO account (amount) VALUES (500), (500)", &err), &err);
  hw_assert_ok(hw_db_commit(db, &err), &err);
  hw_db_close(db);
}

static hw_status read_amount(hw_db *db, const char *sql, int64_t *out) {
  hw_query *query = NULL;
  bool has_row = false;
  hw_status status = hw_db_query(db, sql, &query, NULL);
  if (status == HW_OK) status = hw_query_step(query, &has_row, NULL);
  if (status == HW_OK) *out = hw_query_int(query, 0);
  hw_query_done(query);
  return status;
}

/* Reads, thinks, writes: what goes wrong where two writers overlap. */
static hw_status transfer(hw_db *db, int64_t amount) {
  int64_t a = 0, b = 0;
  hw_query *update = NULL;
  hw_status status = hw_db_begin(db, NULL);
  if (status != HW_OK) return status;
  status = read_amount(db, "SELECT amount FROM account WHERE id = 1", &a);
  if (status == HW_OK) status = read_amount(db, "SELECT amount FROM account WHERE id = 2", &b);
  if (status == HW_OK)
    status = hw_db_query(db, "UPDATE account SET amount = $1 WHERE id = $2", &update, NULL);
  for (int id = 1; id <= 2 && status == HW_OK; id++) {
    hw_query_bind_int(update, 1, id == 1 ? a - amount : b + amount);
    hw_query_bind_int(update, 2, id);
    status = hw_query_run(update, NULL);
  }
  hw_query_done(update);
  if (status == HW_OK) return hw_db_commit(db, NULL);
  hw_db_rollback(db);
  return status;
}

typedef struct work {
  const char *location;
  int n, amount;
} work;

static int transfer_often(void *context, int acks) {
  const work *w = context;
  hw_db *db = NULL;
  CHILD_CHECK(hw_db_open(w->location, HW_DB_WRITE, &db, NULL) == HW_OK);
  child_tell(acks, 1);
  for (int i = 0; i < w->n; i++) CHILD_CHECK(transfer(db, w->amount) == HW_OK);
  hw_db_close(db);
  return 0;
}

static void writers_wait_for_one_another_and_lose_nothing(void **state) {
  (void)state;
  enum { N = 150 };
  const char *location = place_new_location();
  make_accounts(location);
  work works[] = {{location, N, 1}, {location, N, 2}, {location, N, -1}};
  child children[3];
  for (int i = 0; i < 3; i++) children[i] = child_begin(transfer_often, &works[i]);
  for (int i = 0; i < 3; i++) assert_false(child_end(&children[i], NULL));
  hw_db *db = place_open(location, HW_DB_READ);
  assert_int_equal(place_int(db, "SELECT amount FROM account WHERE id = 1"), 500 - 2 * N);
  assert_int_equal(place_int(db, "SELECT amount FROM account WHERE id = 2"), 500 + 2 * N);
  hw_db_close(db);
  assert_int_equal(place_examine(location), 0);
}

/* Waits as long as the header says; the only test that does. */
static void a_writer_that_waits_too_long_is_told_so(void **state) {
  (void)state;
  const char *location = place_new_location();
  make_accounts(location);
  hw_db *holder = place_open(location, HW_DB_WRITE), *other = place_open(location, HW_DB_WRITE);
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_db_begin(holder, &err), &err);
  hw_assert_status(hw_db_begin(other, &err), HW_E_BUSY, &err);
  hw_assert_contains(err.message, "another process is writing to the case database: try again");
  assert_string_equal(err.file, location);
  assert_false(hw_db_is_in_transaction(other));
  assert_int_equal(place_int(other, "SELECT sum(amount) FROM account"), 1000); /* reading goes on */
  hw_assert_ok(hw_db_commit(holder, &err), &err);
  hw_assert_ok(hw_db_begin(other, &err), &err);
  hw_assert_ok(hw_db_commit(other, &err), &err);
  hw_db_close(holder);
  hw_db_close(other);
}

static void readers_see_whole_transactions_only(void **state) {
  (void)state;
  const char *location = place_new_location();
  make_accounts(location);
  work w = {location, 300, 1};
  child c = child_begin(transfer_often, &w);
  assert_int_equal(child_ack(&c), 1);
  hw_db *db = place_open(location, HW_DB_READ);
  int64_t first = 0, last = 0;
  for (int i = 0; i < 300; i++) {
    hw_assert_ok(hw_db_begin_read(db, NULL), NULL);
    const int64_t a = place_int(db, "SELECT amount FROM account WHERE id = 1");
    const int64_t b = place_int(db, "SELECT amount FROM account WHERE id = 2");
    hw_assert_ok(hw_db_commit(db, NULL), NULL);
    assert_int_equal(a + b, 1000);
    assert_true(i == 0 || a <= last);
    if (i == 0) first = a;
    last = a;
  }
  assert_true(first >= last);
  assert_false(child_end(&c, NULL));
  assert_int_equal(place_int(db, "SELECT amount FROM account WHERE id = 1"), 200);
  hw_db_close(db);
}

/* --- whole database, while others write --- */

typedef struct interference {
  hw_db *writer;
  int n_calls;
  uint64_t done, all;
} interference;

static void write_meanwhile(void *context, uint64_t done, uint64_t all) {
  interference *self = context;
  assert_true(done <= all && done >= self->done);
  self->done = done;
  self->all = all;
  self->n_calls++;
  hw_assert_ok(transfer(self->writer, 1), NULL);
}

enum { N_ROWS = 300000 };

static void fill(hw_db *db) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_db_begin(db, &err), &err);
  hw_query *query = NULL;
  hw_assert_ok(hw_db_query(db, "INSERT INTO account (amount) VALUES ($1)", &query, &err), &err);
  for (int i = 0; i < N_ROWS; i++) {
    hw_query_bind_int(query, 1, 0);
    hw_assert_ok(hw_query_run(query, &err), &err);
  }
  hw_query_done(query);
  hw_assert_ok(hw_db_commit(db, &err), &err);
}

static void a_backup_shows_one_moment_while_others_write(void **state) {
  (void)state;
  const char *location = place_new_location(), *copy = place_new_location();
  hw_err err = HW_ERR_INIT;
  make_accounts(location);
  interference i = {.writer = place_open(location, HW_DB_WRITE)};
  fill(i.writer);
  hw_db *db = place_open(location, HW_DB_READ);
  hw_assert_ok(hw_db_backup(db, copy, write_meanwhile, &i, &err), &err);
  assert_true(i.n_calls > 1 && i.done == i.all);
  assert_int_equal(place_int(db, "SELECT amount FROM account WHERE id = 1"), 500 - i.n_calls);
  assert_int_equal(place_examine(copy), 0);
  hw_db *backup = place_open(copy, HW_DB_WRITE);
  assert_int_equal(place_int(backup, "SELECT amount FROM account WHERE id = 1"), 500);
  assert_int_equal(place_int(backup, "SELECT sum(amount) FROM account"), 1000);
  assert_int_equal(place_int(backup, "SELECT count(*) FROM account"), N_ROWS + 2);
  hw_assert_ok(transfer(backup, 3), NULL); /* it is a database like the other */
  char *schema, *schema_of_copy;
  hw_assert_ok(hw_db_schema(db, &schema, &err), &err);
  hw_assert_ok(hw_db_schema(backup, &schema_of_copy, &err), &err);
  assert_string_equal(schema, schema_of_copy);
  free(schema);
  free(schema_of_copy);
  hw_db_close(backup);
  hw_assert_status(hw_db_backup(db, copy, NULL, NULL, &err), HW_E_DUPLICATE, &err);
  assert_string_equal(err.file, copy);
  hw_assert_status(hw_db_backup(db, "/nonexistent/x.hwc", NULL, NULL, &err), HW_E_NOT_FOUND, &err);
  assert_string_equal(err.file, "/nonexistent/x.hwc");
  hw_db_close(db);
  hw_db_close(i.writer);
}

static hw_status refuse_damage(void *context, const hw_db_damage *damage, hw_err *err) {
  (void)context;
  (void)damage;
  return hw_err_set(err, HW_E_DAMAGED, "page %lld: %s", (long long)damage->page, damage->text);
}

static void an_examination_finds_nothing_while_others_write(void **state) {
  (void)state;
  const char *location = place_new_location();
  hw_err err = HW_ERR_INIT;
  make_accounts(location);
  interference i = {.writer = place_open(location, HW_DB_WRITE)};
  fill(i.writer);
  static const hw_db_mode MODES[] = {HW_DB_EXAMINE, HW_DB_READ, HW_DB_WRITE};
  for (int k = 0; k < 3; k++) {
    hw_db *db = place_open(location, MODES[k]);
    i.n_calls = 0;
    i.done = 0;
    hw_assert_ok(hw_db_examine(db, refuse_damage, NULL, write_meanwhile, &i, &err), &err);
    assert_true(i.n_calls >= 3 && i.done == i.all);
    hw_db_close(db);
  }
  hw_db_close(i.writer);
}

static int close_often(void *context, int acks) {
  const char *location = context;
  (void)acks;
  for (int i = 0; i < 100; i++) {
    hw_db *db = NULL;
    CHILD_CHECK(hw_db_open(location, i % 2 == 0 ? HW_DB_WRITE : HW_DB_READ, &db, NULL) == HW_OK);
    if (i % 2 == 0) CHILD_CHECK(transfer(db, 1) == HW_OK);
    hw_db_close(db);
  }
  return 0;
}

/* The last that closes takes the log away; another may just be opening it. */
static void coming_and_going_loses_nothing(void **state) {
  (void)state;
  const char *location = place_new_location();
  make_accounts(location);
  child a = child_begin(close_often, (void *)(uintptr_t)location);
  child b = child_begin(close_often, (void *)(uintptr_t)location);
  assert_false(child_end(&a, NULL));
  assert_false(child_end(&b, NULL));
  hw_db *db = place_open(location, HW_DB_READ);
  assert_int_equal(place_int(db, "SELECT amount FROM account WHERE id = 1"), 400);
  hw_db_close(db);
  assert_int_equal(place_examine(location), 0);
  assert_int_equal(place_count(strrchr(location, '/') + 1), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writers_wait_for_one_another_and_lose_nothing),
      cmocka_unit_test(a_writer_that_waits_too_long_is_told_so),
      cmocka_unit_test(readers_see_whole_transactions_only),
      cmocka_unit_test(a_backup_shows_one_moment_while_others_write),
      cmocka_unit_test(an_examination_finds_nothing_while_others_write),
      cmocka_unit_test(coming_and_going_loses_nothing),
  };
  return cmocka_run_group_tests_name("db_processes", tests, place_begin, place_end);
}
