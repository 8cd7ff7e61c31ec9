/* The promises of store/db.h that one process can see. */
#include "store/db.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/place.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_query *asked(hw_db *db, const char *sql) {
  hw_query *query = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_db_query(db, sql, &query, &err), &err);
  return query;
}

/* --- opening --- */

static void a_new_database_appears_with_the_first_commit(void **state) {
  (void)state;
  const char *location = place_new_location();
  hw_db *db = place_open(location, HW_DB_CREATE), *other = NULL;
  hw_err err = HW_ERR_INIT;
  assert_string_equal(hw_db_location(db), location);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  hw_assert_ok(hw_db_create_table(db, &PLACE_PERSON, &err), &err);
  hw_assert_ok(place_add_person(db, "A", &err), &err);
  hw_assert_status(hw_db_open(location, HW_DB_READ, &other, &err), HW_E_NOT_FOUND, &err);
  assert_null(other);
  assert_string_equal(err.file, location);
  hw_assert_ok(hw_db_commit(db, &err), &err);
  other = place_open(location, HW_DB_READ);
  assert_int_equal(place_int(other, "SELECT count(*) FROM person"), 1);
  hw_assert_ok(place_add_person(db, "B", &err), &err); /* the connection goes on */
  assert_int_equal(place_int(other, "SELECT count(*) FROM person"), 2);
  hw_db_close(other);
  hw_db_close(db);
  hw_assert_status(hw_db_open(location, HW_DB_CREATE, &db, &err), HW_E_DUPLICATE, &err);
  assert_null(db);
  assert_string_equal(err.file, location);
}

static void a_database_that_was_never_committed_leaves_nothing(void **state) {
  (void)state;
  const char *location = place_new_location();
  hw_db *db = place_open(location, HW_DB_CREATE);
  hw_err err = HW_ERR_INIT;
  const int n_before = place_count("case");
  hw_assert_ok(hw_db_begin(db, &err), &err);
  hw_assert_ok(hw_db_create_table(db, &PLACE_PERSON, &err), &err);
  hw_db_close(db);
  assert_true(place_count("case") < n_before);
  hw_assert_status(hw_db_open(location, HW_DB_WRITE, &db, &err), HW_E_NOT_FOUND, &err);
  hw_db_close(NULL);
}

static void two_that_make_the_same_database_do_not_replace_one_another(void **state) {
  (void)state;
  const char *location = place_new_location();
  hw_db *first = place_open(location, HW_DB_CREATE), *second = place_open(location, HW_DB_CREATE);
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_db_begin(first, &err), &err);
  hw_assert_ok(hw_db_begin(second, &err), &err);
  hw_assert_ok(hw_db_set_version(first, 1, &err), &err);
  hw_assert_ok(hw_db_set_version(second, 2, &err), &err);
  hw_assert_ok(hw_db_commit(second, &err), &err);
  hw_assert_status(hw_db_commit(first, &err), HW_E_DUPLICATE, &err);
  hw_assert_status(hw_db_run(first, "SELECT 1", &err), HW_E_STATE, &err);
  hw_db_close(first);
  hw_db_close(second);
  int version = 0;
  hw_db *db = place_open(location, HW_DB_READ);
  hw_assert_ok(hw_db_get_version(db, &version, &err), &err);
  assert_int_equal(version, 2);
  hw_db_close(db);
}

static void a_reading_connection_writes_nothing(void **state) {
  (void)state;
  const char *location = place_new_location();
  place_make(location);
  static const hw_db_mode MODES[] = {HW_DB_READ, HW_DB_EXAMINE};
  for (size_t i = 0; i < 2; i++) {
    hw_db *db = place_open(location, MODES[i]);
    hw_err err = HW_ERR_INIT;
    hw_assert_status(place_add_person(db, "A", &err), HW_E_DENIED, &err);
    hw_assert_contains(err.message, "opened for reading");
    hw_assert_status(hw_db_set_version(db, 7, &err), HW_E_DENIED, &err);
    assert_int_equal(place_int(db, "SELECT count(*) FROM person"), 0);
    hw_db_close(db);
  }
}

static void addresses_of_servers_are_refused_without_repeating_them(void **state) {
  (void)state;
  hw_db *db = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_db_open("postgresql://me:secret@host/x", HW_DB_READ, &db, &err),
                   HW_E_UNSUPPORTED, &err);
  assert_null(db);
  assert_null(strstr(err.message, "secret"));
  assert_null(strstr(err.file, "secret"));
}

/* --- transactions --- */

static void a_transaction_is_whole_or_not_there(void **state) {
  (void)state;
  hw_db *db = place_made();
  hw_err err = HW_ERR_INIT;
  assert_false(hw_db_is_in_transaction(db));
  hw_db_rollback(db);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  assert_true(hw_db_is_in_transaction(db));
  hw_assert_ok(place_add_person(db, "A", &err), &err);
  hw_assert_ok(place_add_person(db, "B", &err), &err);
  hw_db_rollback(db);
  assert_false(hw_db_is_in_transaction(db));
  assert_int_equal(place_int(db, "SELECT count(*) FROM person"), 0);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  hw_assert_ok(place_add_person(db, "A", &err), &err);
  hw_assert_status(place_add_person(db, "A", &err), HW_E_CONFLICT, &err);
  hw_assert_ok(place_add_person(db, "B", &err), &err);
  hw_assert_ok(hw_db_commit(db, &err), &err);
  assert_int_equal(place_int(db, "SELECT count(*) FROM person"), 2);
  hw_assert_status(hw_db_commit(db, &err), HW_E_BUG, &err);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  hw_assert_status(hw_db_begin(db, &err), HW_E_BUG, &err);
  hw_assert_ok(place_add_person(db, "C", &err), &err);
  hw_db_close(db); /* rolls back */
}

static void closing_rolls_back(void **state) {
  (void)state;
  const char *location = place_new_location();
  place_make(location);
  hw_db *db = place_open(location, HW_DB_WRITE);
  hw_assert_ok(hw_db_begin(db, NULL), NULL);
  hw_assert_ok(place_add_person(db, "A", NULL), NULL);
  hw_query *query = asked(db, "SELECT id FROM person");
  bool has_row;
  hw_assert_ok(hw_query_step(query, &has_row, NULL), NULL); /* open when it is closed */
  hw_db_close(db);
  db = place_open(location, HW_DB_READ);
  assert_int_equal(place_int(db, "SELECT count(*) FROM person"), 0);
  hw_db_close(db);
}

static void a_reading_transaction_sees_one_state(void **state) {
  (void)state;
  hw_db *writer = place_made(), *reader = place_open(hw_db_location(writer), HW_DB_READ);
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_db_begin_read(reader, &err), &err);
  hw_assert_ok(place_add_person(writer, "A", &err), &err);
  assert_int_equal(place_int(reader, "SELECT count(*) FROM person"), 0);
  hw_assert_ok(place_add_person(writer, "B", &err), &err);
  assert_int_equal(place_int(reader, "SELECT count(*) FROM person"), 0);
  hw_assert_ok(hw_db_commit(reader, &err), &err);
  assert_int_equal(place_int(reader, "SELECT count(*) FROM person"), 2);
  hw_db_close(reader);
  hw_db_close(writer);
}

static void references_are_checked_at_the_end(void **state) {
  (void)state;
  hw_db *db = place_made();
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_db_begin(db, &err), &err);
  place_run(db, "INSERT INTO sample (person) VALUES (7)", HW_OK, NULL);
  place_run(db, "INSERT INTO person (id, code) VALUES (7, 'G')", HW_OK, NULL);
  hw_assert_ok(hw_db_commit(db, &err), &err);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  place_run(db, "INSERT INTO person (id, code) VALUES (8, 'H')", HW_OK, NULL);
  place_run(db, "INSERT INTO sample (person) VALUES (9)", HW_OK, NULL);
  hw_assert_status(hw_db_commit(db, &err), HW_E_CONFLICT, &err);
  hw_assert_contains(err.message, "row 2 of sample refers to a row of person that does not exist");
  assert_false(hw_db_is_in_transaction(db));
  assert_int_equal(place_int(db, "SELECT count(*) FROM person"), 1);
  assert_int_equal(place_int(db, "SELECT count(*) FROM sample"), 1);
  hw_db_close(db);
}

/* --- statements --- */

static void values_of_every_type_come_back(void **state) {
  (void)state;
  hw_db *db = place_made();
  hw_err err = HW_ERR_INIT;
  static const double REALS[] = {0.1, -0.0, 1e-308, 1.7976931348623157e308, INFINITY};
  hw_query *insert = asked(db, "INSERT INTO person (id, code, weight, photo, note) "
                               "VALUES ($1, $2, $3, $4, $5)");
  hw_query *get = asked(db, "SELECT id, code, weight, photo, note FROM person WHERE id = $1");
  for (int i = 0; i < 20; i++) {
    char code[16];
    bool has_row;
    size_t n = 99;
    const int64_t ids[] = {i, -1 - i, INT64_MAX - i, INT64_MIN + i}, id = ids[i % 4];
    snprintf(code, sizeof code, "Nguyễn %d", i);
    hw_query_bind_int(insert, 1, id);
    hw_query_bind_text(insert, 2, code);
    hw_query_bind_real(insert, 3, REALS[i % 5]);
    hw_query_bind_bytes(insert, 4, "\0\1\xFF\0", (size_t)(i % 5));
    hw_query_bind_text_n(insert, 5, "a\0b", 3);
    hw_assert_ok(hw_query_run(insert, &err), &err);
    assert_int_equal(hw_db_changes(db), 1);
    hw_query_bind_int(get, 1, id);
    hw_assert_ok(hw_query_step(get, &has_row, &err), &err);
    assert_true(has_row);
    assert_int_equal(hw_query_column_count(get), 5);
    assert_int_equal(hw_query_type(get, 0), HW_DB_INT);
    assert_int_equal(hw_query_type(get, 1), HW_DB_TEXT);
    assert_int_equal(hw_query_type(get, 2), HW_DB_REAL);
    assert_int_equal(hw_query_type(get, 3), HW_DB_BYTES);
    assert_true(hw_query_int(get, 0) == id);
    assert_string_equal(hw_query_text(get, 1), code);
    assert_true(hw_query_real(get, 2) == REALS[i % 5]);
    assert_memory_equal(hw_query_bytes(get, 3, &n), "\0\1\xFF\0", (size_t)(i % 5));
    assert_int_equal(n, i % 5);
    assert_memory_equal(hw_query_bytes(get, 4, &n), "a\0b", 3);
    assert_int_equal(n, 3);
    hw_assert_ok(hw_query_step(get, &has_row, &err), &err);
    assert_false(has_row);
    hw_assert_ok(hw_query_step(get, &has_row, &err), &err); /* the end stays the end */
    assert_false(has_row);
    hw_query_reset(get);
  }
  hw_query_done(insert);
  hw_query_done(get);
  hw_db_close(db);
}

static void null_differs_from_zero_and_from_nothing(void **state) {
  (void)state;
  hw_db *db = place_made();
  bool has_row;
  size_t n = 99;
  hw_query *query = asked(db, "INSERT INTO person (code, photo, note) VALUES ($1, $2, $3)");
  hw_query_bind_text(query, 1, "A");
  hw_query_bind_bytes(query, 2, NULL, 7);
  hw_query_bind_text(query, 3, NULL);
  hw_assert_ok(hw_query_run(query, NULL), NULL);
  hw_query_bind_text(query, 1, "B"); /* parameters were kept */
  hw_query_bind_bytes(query, 2, "", 0);
  hw_query_bind_text(query, 3, "");
  hw_assert_ok(hw_query_run(query, NULL), NULL);
  hw_query_bind_text(query, 1, "C");
  hw_query_bind_null(query, 3);
  hw_assert_ok(hw_query_run(query, NULL), NULL);
  hw_query_done(query);
  query = asked(db, "SELECT photo, note FROM person ORDER BY id");
  hw_assert_ok(hw_query_step(query, &has_row, NULL), NULL);
  assert_int_equal(hw_query_type(query, 0), HW_DB_NULL);
  assert_null(hw_query_bytes(query, 0, &n));
  assert_int_equal(n, 0);
  assert_null(hw_query_text(query, 1));
  hw_assert_ok(hw_query_step(query, &has_row, NULL), NULL);
  assert_int_equal(hw_query_type(query, 0), HW_DB_BYTES);
  assert_non_null(hw_query_bytes(query, 0, &n));
  assert_int_equal(n, 0);
  assert_string_equal(hw_query_text(query, 1), "");
  hw_assert_ok(hw_query_step(query, &has_row, NULL), NULL);
  assert_non_null(hw_query_bytes(query, 0, &n));
  assert_null(hw_query_text(query, 1));
  hw_query_done(query);
  hw_db_close(db);
}

static void a_statement_is_kept_and_comes_back_empty(void **state) {
  (void)state;
  hw_db *db = place_made();
  hw_err err = HW_ERR_INIT;
  bool has_row;
  static const char SQL[] = "SELECT $1, $2";
  char same_text[sizeof SQL];
  memcpy(same_text, SQL, sizeof SQL);
  hw_query *first = asked(db, SQL), *second = NULL;
  hw_query_bind_int(first, 1, 5);
  hw_query_bind_text(first, 2, "x");
  hw_assert_ok(hw_query_step(first, &has_row, &err), &err);
  hw_assert_status(hw_db_query(db, same_text, &second, &err), HW_E_BUG, &err);
  assert_null(second);
  hw_query_done(first);
  second = asked(db, same_text);
  assert_ptr_equal(first, second);
  hw_assert_ok(hw_query_step(second, &has_row, &err), &err);
  assert_true(has_row);
  assert_int_equal(hw_query_type(second, 0), HW_DB_NULL);
  assert_int_equal(hw_query_type(second, 1), HW_DB_NULL);
  hw_query_done(second);
  hw_query_done(NULL);
  hw_db_close(db);
}

static void changes_are_counted(void **state) {
  (void)state;
  hw_db *db = place_made();
  hw_assert_ok(place_add_person(db, "A", NULL), NULL);
  hw_assert_ok(place_add_person(db, "B", NULL), NULL);
  hw_query *query = asked(db, "UPDATE person SET note = $1");
  hw_query_bind_text(query, 1, "x");
  hw_assert_ok(hw_query_run(query, NULL), NULL);
  assert_int_equal(hw_db_changes(db), 2);
  hw_query_done(query);
  query = asked(db, "INSERT INTO person (code) VALUES ($1) ON CONFLICT (code) DO NOTHING");
  hw_query_bind_text(query, 1, "A");
  hw_assert_ok(hw_query_run(query, NULL), NULL);
  assert_int_equal(hw_db_changes(db), 0);
  hw_query_bind_text(query, 1, "C");
  hw_assert_ok(hw_query_run(query, NULL), NULL);
  assert_int_equal(hw_db_changes(db), 1);
  hw_query_done(query);
  query = asked(db, "SELECT id FROM person");
  hw_assert_ok(hw_query_run(query, NULL), NULL);
  assert_int_equal(hw_db_changes(db), 0);
  hw_query_done(query);
  hw_db_close(db);
}

static void wrong_statements_are_bugs_of_the_program(void **state) {
  (void)state;
  hw_db *db = place_made();
  static const char *const WRONG[] = {
      "SELECT * FROM nothing",
      "SELEC 1",
      "SELECT 1; SELECT 2",
      "",
      "SELECT $2, $1",
      "SELECT ?",
      "SELECT code FROM person WHERE code = \"A\"", /* no column of that name: not a text */
  };
  for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
    hw_query *query = NULL;
    hw_err err = HW_ERR_INIT;
    hw_assert_status(hw_db_query(db, WRONG[i], &query, &err), HW_E_BUG, &err);
    assert_null(query);
    assert_true(err.message[0] != '\0');
  }
  hw_query *query = asked(db, "SELECT $1");
  bool has_row;
  hw_err err = HW_ERR_INIT;
  hw_query_bind_int(query, 2, 1);
  hw_query_bind_int(query, 1, 1);
  hw_assert_status(hw_query_step(query, &has_row, &err), HW_E_BUG, &err);
  hw_query_done(query);
  query = asked(db, "SELECT $1");
  hw_query_bind_real(query, 1, NAN);
  hw_assert_status(hw_query_run(query, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "NaN");
  hw_query_done(query);
  hw_db_close(db);
}

static void no_wish_for_the_impossible_is_granted(void **state) {
  (void)state;
  hw_db *db = place_made();
  char *big = calloc(1, (size_t)300 << 20);
  assert_non_null(big);
  hw_err err = HW_ERR_INIT;
  hw_query *query = asked(db, "INSERT INTO person (code, photo) VALUES ('A', $1)");
  hw_query_bind_bytes(query, 1, big, (size_t)300 << 20);
  hw_assert_status(hw_query_run(query, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "too long");
  hw_query_done(query);
  free(big);
  hw_db_close(db);
}

/* --- constraints --- */

static void a_refused_row_says_which_rule_it_breaks(void **state) {
  (void)state;
  hw_db *db = place_made();
  hw_assert_ok(place_add_person(db, "A", NULL), NULL);
  place_run(db, "INSERT INTO person (code) VALUES ('A')", HW_E_CONFLICT,
            "a row with the same person.code exists already");
  place_run(db, "INSERT INTO person (id, code) VALUES (1, 'B')", HW_E_CONFLICT,
            "a row with the same person.id exists already");
  place_run(db, "INSERT INTO person (weight) VALUES (1)", HW_E_CONFLICT,
            "person.code must not be empty");
  place_run(db, "INSERT INTO person (code) VALUES ('')", HW_E_CONFLICT, "length(code) > 0");
  place_run(db, "INSERT INTO person (code, weight) VALUES ('B', 'heavy')", HW_E_CONFLICT,
            "person.weight");
  place_run(db, "INSERT INTO person (id, code) VALUES ('one', 'B')", HW_E_CONFLICT, "type");
  place_run(db, "INSERT INTO sample (person) VALUES (17)", HW_E_CONFLICT,
            "a row refers to another that does not exist");
  assert_int_equal(place_int(db, "SELECT count(*) FROM person"), 1);
  hw_db_close(db);
}

/* --- definition --- */

static void the_version_is_kept(void **state) {
  (void)state;
  hw_db *db = place_made();
  hw_err err = HW_ERR_INIT;
  int version = -1;
  hw_assert_ok(hw_db_get_version(db, &version, &err), &err);
  assert_int_equal(version, 0);
  hw_assert_ok(hw_db_begin(db, &err), &err);
  hw_assert_ok(hw_db_set_version(db, 12, &err), &err);
  hw_db_rollback(db);
  hw_assert_ok(hw_db_get_version(db, &version, &err), &err);
  assert_int_equal(version, 0);
  hw_assert_ok(hw_db_set_version(db, 12, &err), &err);
  hw_assert_ok(hw_db_get_version(db, &version, &err), &err);
  assert_int_equal(version, 12);
  hw_db_close(db);
}

/* --- memory --- */

/* Our own allocations; those of the database library are the business of test_db_memory. */
static void exhausted_memory_is_reported_and_leaks_nothing(void **state) {
  (void)state;
  const char *location = place_new_location();
  place_make(location);
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_db *db = NULL;
    hw_query *query = NULL;
    char *schema = NULL;
    int n_damages = 0;
    hw_err err = HW_ERR_INIT;
    hw_status status = hw_db_open(location, HW_DB_WRITE, &db, &err);
    if (status == HW_OK) status = hw_db_query(db, "SELECT code FROM person", &query, &err);
    if (status == HW_OK) status = hw_query_run(query, &err);
    if (status == HW_OK) status = hw_db_schema(db, &schema, &err);
    if (status == HW_OK) status = place_examine_db(db, &n_damages, &err);
    const bool failed = hw_faults_end();
    hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
    assert_int_equal(n_damages, 0);
    free(schema);
    hw_query_done(query);
    hw_db_close(db);
    if (!failed) break;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_new_database_appears_with_the_first_commit),
      cmocka_unit_test(a_database_that_was_never_committed_leaves_nothing),
      cmocka_unit_test(two_that_make_the_same_database_do_not_replace_one_another),
      cmocka_unit_test(a_reading_connection_writes_nothing),
      cmocka_unit_test(addresses_of_servers_are_refused_without_repeating_them),
      cmocka_unit_test(a_transaction_is_whole_or_not_there),
      cmocka_unit_test(closing_rolls_back),
      cmocka_unit_test(a_reading_transaction_sees_one_state),
      cmocka_unit_test(references_are_checked_at_the_end),
      cmocka_unit_test(values_of_every_type_come_back),
      cmocka_unit_test(null_differs_from_zero_and_from_nothing),
      cmocka_unit_test(a_statement_is_kept_and_comes_back_empty),
      cmocka_unit_test(changes_are_counted),
      cmocka_unit_test(wrong_statements_are_bugs_of_the_program),
      cmocka_unit_test(no_wish_for_the_impossible_is_granted),
      cmocka_unit_test(a_refused_row_says_which_rule_it_breaks),
      cmocka_unit_test(the_version_is_kept),
      cmocka_unit_test(exhausted_memory_is_reported_and_leaks_nothing),
  };
  return cmocka_run_group_tests_name("db", tests, place_begin, place_end);
}
